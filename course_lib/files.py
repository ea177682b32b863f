"""Where the course is, and files that appear whole or not at all."""

import hashlib
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent


def write_text(path, text):
    """Write UTF-8 text to a temporary name beside the file, then rename it."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path, content):
    """Write bytes to a temporary name beside the file, then rename it."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def sha256(path):
    """The sha256 of a file's content, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
