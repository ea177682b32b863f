"""Two places: the course, which is only read, and the learner's home, which is written. Standard library only.

On a laptop both are the checkout. On a server the course may belong to somebody else, or be part of an image; then
all that is written goes to $COURSE_HOME, or to the folder that the system keeps for a user's data. Only `build`,
`new` and `bench --record` change the course itself.
"""

import os
import sys
import tempfile
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.texts import say

CHAPTERS = COURSE / "chapters"
TESTS = COURSE / "tests"

# every variable of the environment that the course reads or sets; a test compares this table with the code
VARIABLES = {
    "COURSE_HOME": "folder for all that is written: .venv, workbook, executed copies (read here)",
    "COURSE_CLASSES": "file that lists the classes made from here (read here)",
    "COURSE_DATA": "folder for data files that are fetched when they are first needed (read by `data`)",
    "COURSE_FASHION_MNIST": "folder with the reader's own copy of all of Fashion-MNIST (read by `data.fashion_mnist`)",
    "COURSE_LANG": "language of checks, claims and pages, ko or en; `learn` sets it for its notebooks (read by `texts`)",
    "COURSE_BACKEND": "backend of Keras: tensorflow, jax or torch; KERAS_BACKEND and keras.json are not asked (read by `course_lib`)",
    "COURSE_PRECISION": "float32, bfloat16 or auto (read by `start`)",
    "COURSE_SEED": "number of the run, which shifts every seed; `run --seeds` sets it (read by `set_seed`)",
    "COURSE_CLAIMS": "file to which claims report; `run` sets it (read by `claims`)",
    "COURSE_CLAIMS_GO_ON": "if set, a claim that fails does not stop the notebook; `run --seeds` sets it (read by `claims`)",
}


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


HOME = home()
VENV = HOME / ".venv"
CACHE = HOME / ".course"  # what can be made again: executed copies of lessons
CLASSES = Path(os.environ.get("COURSE_CLASSES") or CACHE / "classes.json")  # where the classes made from here are


def require_home():
    """Make the home if there is none yet.

    Raises:
        CourseError: it cannot be written.
    """
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=HOME):
            pass
    except OSError as error:
        raise CourseError(cannot_write(error)) from None


def cannot_write(error):
    """The sentence about a home that cannot be written.

    Args:
        error: the OSError that says so.
    """
    return say(
        "cannot write to {home} ({reason}): set COURSE_HOME to a folder of your own with 3 GB of free space, "
        "and run the command again",
        home=HOME,
        reason=error.strerror or error,
    )


def require_course(command):
    """CourseError unless the course can be written, which only the commands that change it need."""
    if not os.access(CHAPTERS, os.W_OK):
        raise CourseError(
            say(
                "the course in {course} cannot be written, and `{command}` changes it: "
                "copy the checkout to a folder of your own and run the command there",
                course=COURSE,
                command=command,
            )
        )
