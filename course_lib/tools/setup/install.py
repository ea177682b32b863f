"""Making an environment and filling it with what the requirements pin."""

import math
import os
import shutil
import subprocess
import sys
import time

from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.texts import say
from course_lib.tools import places
from course_lib.tools.setup import folders, probe, pythons, reasons, surroundings, systems
from course_lib.tools.setup.steps import PIP_INSTALL, Step, StepFailed

LEARNER, INSTRUCTOR = "requirements.txt", "requirements-instructor.txt"
DEVELOPMENT, TORCH = "requirements-dev.txt", "requirements-torch.txt"
NEEDED_BYTES = {  # measured, and room for the downloads
    LEARNER: 3_000_000_000,
    INSTRUCTOR: 300_000_000,
    DEVELOPMENT: 1_000_000_000,
    TORCH: 9_000_000_000 if sys.platform == "linux" else 2_000_000_000,  # the usual build for Linux brings CUDA
}
DOWNLOADS = {LEARNER: 780_000_000, INSTRUCTOR: 50_000_000, DEVELOPMENT: 250_000_000}  # measured
ON_DISK = {LEARNER: 2_700_000_000, INSTRUCTOR: 200_000_000, DEVELOPMENT: 700_000_000}  # measured, byte-compiled
LINES = (100, 20)  # Mbit/s for which the minutes are told
WORK = 30  # seconds that unpacking takes besides


def set_up(files, folder, lock=None):
    """Bring an environment to what these files ask for.

    Args:
        files: names of requirements files, each with what those before it have.
        folder: of the environment.
        lock: file descriptor that children keep open.

    Raises:
        CourseError: that is not possible here; the sentence says why and what to do.
    """
    own = probe.facts()
    systems.require(own, folder)
    started = time.monotonic()
    step = Step(folder, lock)
    try:
        # PyTorch by itself: if it fails, the others stay
        for wanted in ([name for name in files if name != TORCH], files):
            if folders.complete(wanted, folder):
                continue
            if folders.complete(wanted[:1], folder):  # the learner's pins are there and stay; the others are added
                check_space(wanted[-1:])
                _install(step, wanted)
            else:
                with folders.replacing(folder):
                    check_space(wanted)
                    folder.mkdir(parents=True)
                    folders.write_mark(folder, state="incomplete")
                    print(say("set-up, once: 1/3 making {name}", name=folder.name), flush=True)
                    pythons.make(step, own)
                    _install(step, wanted)
                    _start_once(step, wanted)
            folders.write_mark(folder, state="complete", installed=folders.digests(wanted))
            folders.remove_old(folder)
    except OSError as error:
        in_use = getattr(error, "winerror", None) in (5, 32)  # Windows: a Python that still runs from there
        raise CourseError(reasons.in_use() if in_use else places.cannot_write(error)) from None
    except KeyboardInterrupt:
        print("\n" + say("set-up interrupted; the next run starts it again"), file=sys.stderr)
        raise
    print(say("ready after {seconds} s", seconds=f"{time.monotonic() - started:.0f}") + "\n", flush=True)


def check_space(files):
    """CourseError unless what these files ask for still fits on the disk."""
    free, needed = shutil.disk_usage(str(places.HOME)).free, sum(NEEDED_BYTES[name] for name in files)
    if free < needed:
        raise CourseError(
            say(
                "the disk that holds {home} has {free} GB free, and the packages need about {needed} GB: "
                "free some space and run the command again",
                home=places.HOME,
                free=f"{free / 1e9:.1f}",
                needed=f"{needed / 1e9:.0f}",
            )
        )


def minutes(size, line):
    """Whole minutes that so many bytes take on a line of so many Mbit/s, unpacking included."""
    return math.ceil((size * 8 / 1e6 / line + WORK) / 60)


def _install(step, files):
    """With uv, from the path or brought by pip; with pip alone where uv fails, and for PyTorch."""
    python = folders.python_of(step.folder)
    if files[-1] == TORCH:
        return _install_torch(step, python)
    there = folders.read_mark(step.folder).get("installed", {})
    new = [name for name in files if name not in there]
    size, disk = (sum(table[name] for name in new) for table in (DOWNLOADS, ON_DISK))
    fast, slow = LINES
    print(
        say(
            "set-up, once: 2/3 installing about {count} packages: about {size} MB to download, {disk} GB on disk; "
            "minutes at {fast} Mbit/s: {few}, at {slow} Mbit/s: {many}",
            count=len(folders.pins(files[-1])),
            size=f"{size / 1e6:.0f}",
            disk=f"{disk / 1e9:.1f}",
            fast=fast,
            few=minutes(size, fast),
            slow=slow,
            many=minutes(size, slow),
        ),
        flush=True,
    )
    wanted = ["-r", files[-1]]  # each file includes those before it
    uv, tried = _uv(step, python), ""
    if uv:
        try:
            return step.run([*uv, "pip", "install", "--compile-bytecode", "--python", python, *wanted], disk)
        except StepFailed as error:
            tried = error.output + "\n"
            print(say("uv could not do it ({reason}); trying pip", reason=error), flush=True)
    try:
        return step.run([python, *PIP_INSTALL, *wanted], disk)
    except StepFailed as error:
        # uv often says more of the cause: pip finds "no matching distribution" where a mirror answers 403
        raise CourseError(reasons.reason(tried + error.output)) from None


def _uv(step, python):
    """The words that start uv, or None where there is none and none can be brought."""
    found = pythons.find_uv()
    if found:
        return [found]
    try:
        step.run([python, *PIP_INSTALL, "uv"])
    except CourseError:
        return None
    return [python, "-m", "uv"]


def _install_torch(step, python):
    """Add what the last file pins beyond the one before, with pip.

    Pip looks where the machine's own configuration tells it to, uv does not: so a machine that has PyTorch's small
    build for processors in a folder or an index of its own gets that one, and no CUDA.
    """
    print(say("set-up, once: adding PyTorch, 1 GB on disk without CUDA, 5 GB with it"), flush=True)
    there = set(folders.pins(DEVELOPMENT))
    more = [pin for pin in folders.pins(TORCH) if pin not in there]
    step.run([python, *PIP_INSTALL, *more])


def _start_once(step, files):
    """Start the new Python as a notebook will, with TensorFlow where that is pinned.

    It tells now what would stop the first lesson, and the first cell then finds its files in memory.
    """
    has_tensorflow = any(pin.startswith("tensorflow==") for name in files for pin in folders.pins(name))
    print(say("set-up, once: 3/3 starting it for the first time"), flush=True)
    code = "import tensorflow" if has_tensorflow else ""
    step.run([folders.python_of(step.folder), "-c", code], reason=reasons.why_it_does_not_start, quiet=True)


def installed_by(python, files):
    """Whether another Python has every pin of these files.

    Args:
        python: path of its program.
        files: names of requirements files.
    """
    if not os.path.exists(str(python)):
        return False
    command = [str(python), "-m", "course_lib.tools.setup.pins", *files]
    try:
        done = subprocess.run(
            command, cwd=str(COURSE), env=surroundings.clean(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0
