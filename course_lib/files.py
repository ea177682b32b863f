"""Files appear whole or not at all."""


def write_text(path, text):
    """Write UTF-8 text to a temporary name beside the file, then rename it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
