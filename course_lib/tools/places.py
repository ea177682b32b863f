"""Two places: the course, which is only read, and the learner's home, which is written. Standard library only.

On a laptop both are the checkout. On a server the course may belong to somebody else, or be part of an image; then
all that is written goes to $COURSE_HOME, or to the folder that the system keeps for a user's data. Only `build`,
`new` and `bench --record` change the course itself.
"""

import os
import tempfile
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import COURSE, home
from course_lib.texts import say

CHAPTERS = COURSE / "chapters"
TESTS = COURSE / "tests"

# every variable of the environment that the course reads or sets; a test compares this table with the code
VARIABLES = {
    "COURSE_HOME": "folder for all that is written: .venv, workbook, executed copies, fetched files (read by `files`)",
    "COURSE_CLASSES": "file that lists the classes made from here (read here)",
    "COURSE_DATA": "folder for files that are fetched when they are first needed (read by `wheels`)",
    "COURSE_FASHION_MNIST": "folder with the reader's own copy of all of Fashion-MNIST (read by `data.fashion_mnist`)",
    "COURSE_LANG": "language of checks, claims and pages, ko or en; `learn` sets it for its notebooks (read by `texts`)",
    "COURSE_BACKEND": "backend of Keras: tensorflow, jax or torch; KERAS_BACKEND and keras.json are not asked (read by `course_lib`)",
    "COURSE_PRECISION": "float32, bfloat16 or auto (read by `start`)",
    "COURSE_SEED": "number of the run, which shifts every seed; `run --seeds` sets it (read by `set_seed`)",
    "COURSE_CLAIMS": "file to which claims report; `run` sets it (read by `claims`)",
    "COURSE_WIDGETS": "file to which widgets report what their scripts are given; `build` sets it (read by `widgets`)",
    "COURSE_CLAIMS_GO_ON": "if set, a claim that fails does not stop the notebook; `run --seeds` sets it (read by `claims`)",
}


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
