"""Which Python makes .venv: the one at hand, another one of this machine, or one that uv brings."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tools import places
from course_lib.tools.setup import probe, surroundings, systems
from course_lib.tools.setup.folders import python_of
from course_lib.tools.setup.steps import PIP_INSTALL

WANTED = "{}.{}".format(*systems.NEWEST)
UV = "uv.exe" if os.name == "nt" else "uv"


def make(step, own):
    """Make the environment of a step with a Python that will do.

    Args:
        step: a `Step`, whose folder is the place.
        own: facts of the running Python.

    Raises:
        CourseError: there is no such Python and none can be brought, or it cannot make environments.
    """
    wrong = systems.unfit(own)
    base = own if wrong is None else _other()
    if base is None:
        print(say("this is {wrong}; uv brings Python {wanted}", wrong=wrong, wanted=WANTED), flush=True)
        return _by_uv(step, wrong)
    if wrong is not None:
        print(say("this is {wrong}; taking {path}", wrong=wrong, path=base["executable"]), flush=True)
    uv = find_uv()
    if base["venv"]:
        step.run([base["executable"], "-m", "venv", step.folder])
    elif uv:
        _make_by(uv, step, base["executable"])
    else:
        raise CourseError(
            say(
                "this Python has no venv/ensurepip, which makes environments: on Debian or Ubuntu run "
                "`sudo apt install python{version}-venv` (or install uv), then the command again",
                version="{}.{}".format(*base["version"]),
            )
        )


def _other():
    """Facts of another Python on this machine that will do, the newest; None if there is none."""
    for minor in range(systems.NEWEST[1], systems.OLDEST[1] - 1, -1):
        for command in _names(f"3.{minor}"):
            facts = ask(command)
            if facts and systems.unfit(facts) is None:
                return facts
    return None


def _names(version):
    """Commands that may start a Python of this version."""
    if os.name == "nt":
        return [["py", "-" + version]] if shutil.which("py") else []
    found = [shutil.which("python" + version)]
    if sys.platform == "darwin":  # a program started elsewhere than in a terminal may not have these on its path
        found += [f"{folder}/python{version}" for folder in ("/opt/homebrew/bin", "/usr/local/bin")]
        found.append(f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}")
    return [[path] for path in found if path and Path(path).exists()]


def ask(command):
    """The facts of a Python, or None where it does not start."""
    try:
        done = subprocess.run(
            [*command, "-I", str(Path(probe.__file__))],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=surroundings.clean(),
            timeout=60,
        )
        return json.loads(done.stdout.decode("utf-8")) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def find_uv():
    """The path of uv, or None: in PATH, or where its installer puts it."""
    found = shutil.which("uv")
    for folder in ("~/.local/bin", "~/.cargo/bin"):
        path = os.path.join(os.path.expanduser(folder), UV)
        if not found and os.access(path, os.X_OK):
            found = path
    return found


def _make_by(uv, step, python):
    step.run([uv, "venv", "--seed", "--allow-existing", "--python", python, step.folder])


def _by_uv(step, wrong):
    """Let uv make the environment: it finds a Python, or downloads one."""
    with contextlib.ExitStack() as stack:
        try:
            _make_by(find_uv() or _brought_uv(step, stack), step, WANTED)
        except CourseError as error:
            raise CourseError(
                say(
                    "this is {wrong}, TensorFlow here needs Python {oldest} to {newest}, and uv could not bring one ({reason}): {remedy}",
                    wrong=wrong,
                    oldest="{}.{}".format(*systems.OLDEST),
                    newest="{}.{}".format(*systems.NEWEST),
                    reason=error,
                    remedy=systems.remedy(),
                )
            ) from None


def _brought_uv(step, stack):
    """uv in a folder that goes away afterwards, installed by the Python at hand, whichever that is."""
    places.CACHE.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="uv-", dir=str(places.CACHE)))
    stack.callback(shutil.rmtree, str(folder), True)
    try:
        step.run([sys.executable, "-m", "venv", folder])
        step.run([python_of(folder), *PIP_INSTALL, "--quiet", "uv"])
    except CourseError as error:  # Debian's Python has no venv by itself
        try:
            step.run([sys.executable, *PIP_INSTALL, "--quiet", "--target", folder, "uv"])
        except CourseError:
            raise error from None
    for place in ("Scripts", "bin"):
        if (folder / place / UV).exists():
            return str(folder / place / UV)
    raise CourseError(say("pip has brought a uv without a program"))
