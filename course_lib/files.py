"""Where the course lies, and files that appear whole or not at all."""

from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent


def write_text(path, text):
    """Write UTF-8 text to a temporary name beside the file, then rename it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def write_bytes(path, content):
    """The same for bytes."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
