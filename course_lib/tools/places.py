"""Two places: the course, which is only read, and the learner's home, which is written. Standard library only.

On a laptop both are the checkout. On a server the course may belong to somebody else, or be part of an image; then all that is
written goes to $COURSE_HOME, or to the folder that the system keeps for a user's data.
"""

import os
import sys
from pathlib import Path

from course_lib.files import COURSE

CHAPTERS = COURSE / "chapters"
TESTS = COURSE / "tests"


def home():
    """The folder for all that is written: $COURSE_HOME, else the checkout if it can be written, else the user's data folder."""
    if chosen := os.environ.get("COURSE_HOME"):
        return Path(chosen).expanduser().absolute()
    return COURSE if os.access(COURSE, os.W_OK) else _user_data() / "course_lib"


def _user_data():
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


HOME = home()
VENV = HOME / ".venv"
CACHE = HOME / ".course"  # what can be made again: executed copies, what was fetched
CLASSES = Path(os.environ.get("COURSE_CLASSES") or CACHE / "classes.json")  # where the classes made from here are
