"""Make .venv from the pinned requirements the first time, and notice later that nothing is to be done.

Standard library only: this runs before anything is installed, with any Python from 3.8 on; `course_lib.tools.setup`
holds the parts. Where .venv is somebody else's, .venv-course is used in its place.
"""

import os
import subprocess
import sys
from pathlib import Path

from course_lib.texts import say
from course_lib.tools.setup import folders, install, locks, pins, surroundings
from course_lib.tools.setup.install import DEVELOPMENT, INSTRUCTOR, LEARNER, TORCH


def ready_python(development=False, torch=False, instructor=False):
    """Path of a Python in which all pinned packages are installed; sets up .venv if there is none.

    Args:
        development: also install requirements-dev.txt, which only the tests need.
        torch: install that and requirements-torch.txt, which only some tests need and which is large.
        instructor: also install requirements-instructor.txt, which grading needs; the tests' file includes it.

    Raises:
        CourseError: the set-up is not possible here; the sentence says why and what to do.
    """
    tests = development or torch
    files = [LEARNER] + [INSTRUCTOR] * (instructor or tests) + [DEVELOPMENT] * tests + [TORCH] * torch
    for folder in folders.places_of_packages():
        if folders.complete(files, folder):
            return folders.python_of(folder)
    target = folders.target()
    python = folders.python_of(target)
    if not is_this(python) and pins.installed_here(files):
        return Path(sys.executable)  # the conventional way: pip install -r requirements.txt in one's own environment
    foreign = folders.python_of(folders.VENV)
    if target != folders.VENV and not is_this(foreign) and install.installed_by(foreign, files):
        return foreign  # made by uv, VS Code or PyCharm, and filled
    if is_this(python):  # never rebuild the folder this very process runs from: let the base Python do it
        return Path(sys._base_executable)
    with locks.one_at_a_time() as lock:
        if not folders.complete(files, target):
            if target != folders.VENV:
                told = say(
                    "{folder} was not made by this command and lacks packages of the course, so it stays untouched; "
                    "they go to {name} beside it",
                    folder=folders.VENV,
                    name=target.name,
                )
                print(told, flush=True)
            install.set_up(files, target, lock)
    return python


def is_this(python):
    """Whether this process runs in the environment of that Python."""
    return Path(python).parent.absolute() == Path(sys.executable).parent.absolute()


def must_hand_over(python):
    """Whether the command has to go on in another process: with that Python, or without foreign packages."""
    return not is_this(python) or surroundings.foreign()


def hand_over(python, argv):
    """Run the same command with that Python, and with nobody else's packages or settings. Does not return on Linux
    and macOS; returns the exit status on Windows."""
    others = surroundings.paths()[1]
    if others:
        left_out = say(
            "PYTHONPATH is left out here, since packages there could take the place of the course's: {paths}",
            paths=os.pathsep.join(others),
        )
        print(left_out, file=sys.stderr)
    command = [str(python), "-m", "course_lib", *argv]
    environment = surroundings.clean()
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child got it too, and says what there is to say
            continue
