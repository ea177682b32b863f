"""Where the course is and its reader's home, and files that appear whole or not at all."""

import hashlib
import itertools
import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
LOOKED_AT = 8000  # bytes in which Git looks for a zero byte, which says that a file is no text
_numbers = itertools.count()


def home():
    """The folder for all that is written: $COURSE_HOME, else the checkout if it
    can be written, else the user's data folder."""
    chosen = os.environ.get("COURSE_HOME")
    if chosen:
        return Path(os.path.expanduser(chosen)).absolute()
    data = _user_data()
    # a user without a home, a service's for one: `require_home` says that COURSE_HOME is to name a place
    return COURSE if data is None or os.access(str(COURSE), os.W_OK) else data / "course_lib"


def _user_data():
    """Where this system keeps a user's data; None for a user without a home."""
    if os.name == "nt" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"])
    if os.environ.get("XDG_DATA_HOME") and os.name != "nt" and sys.platform != "darwin":
        return Path(os.environ["XDG_DATA_HOME"])
    try:
        user = Path.home()
    except RuntimeError:
        return None
    if os.name == "nt":
        return user / "AppData" / "Local"
    return user / "Library" / "Application Support" if sys.platform == "darwin" else user / ".local" / "share"


def write_text(path, text):
    """Write UTF-8 text to a temporary name beside the file, then rename it."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path, content):
    """Write bytes to a temporary name beside the file, then rename it.

    The name is this call's own: several processes and threads may write the same file at once, and the last one wins.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}-{next(_numbers)}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        if part.exists():
            part.unlink()
        raise


def unchanged_by_git(content):
    """Bytes as they are in the repository: what Git takes for text has LF, whatever a checkout or editor made of it."""
    return content if b"\0" in content[:LOOKED_AT] else content.replace(b"\r\n", b"\n")


def sha256(path):
    """The sha256 of a file's content, in hexadecimal; that of a text is the same with every kind of line ends."""
    return hashlib.sha256(unchanged_by_git(Path(path).read_bytes())).hexdigest()
