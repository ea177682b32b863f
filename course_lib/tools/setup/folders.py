"""The environments that the course made: their marks, what is in them, how one is removed or replaced.

Each carries a mark that says which files it was made from; a folder without a complete mark is not taken for ours, and
only a folder with a mark is ever removed.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys

from course_lib.errors import CourseError
from course_lib.files import COURSE, unchanged_by_git, write_text
from course_lib.texts import say
from course_lib.tools.places import VENV

MARK = "made-by-course_lib.json"
BESIDE = VENV.with_name(".venv-course")  # where .venv is somebody else's


def places_of_packages():
    """Folders that may hold the packages; whoever installed the course may have set it up for all."""
    return list(dict.fromkeys((VENV, BESIDE, COURSE / ".venv", COURSE / ".venv-course")))


def target():
    """The folder to set up in: .venv, unless it is somebody else's."""
    return BESIDE if is_foreign(VENV) else VENV


def is_foreign(folder):
    """Whether something is there that this program did not make."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return True
    if not folder.exists() or read_mark(folder) is not None:
        return False
    return any(not path.name.startswith(MARK) for path in folder.iterdir())  # the mark's temporary name is ours, too


def python_of(folder):
    """The Python of an environment."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def pins(file):
    """The lines of a requirements file that pin a package, in order."""
    lines = (COURSE / file).read_text(encoding="utf-8").splitlines()
    return [line.split(" #")[0].rstrip() for line in lines if "==" in line and not line.startswith(("#", " "))]


def digests(files):
    """file -> sha256 of its text, the same with every kind of line ends."""
    return {name: hashlib.sha256(unchanged_by_git((COURSE / name).read_bytes())).hexdigest() for name in files}


def read_mark(folder):
    """What the mark says, or None where the folder is not one that this program made."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return mark if isinstance(mark, dict) else None


def write_mark(folder, **facts):
    """Say what is in the folder.

    Args:
        facts: "state", "incomplete" or "complete", and "installed", of the latter.
    """
    write_text(folder / MARK, json.dumps({"folder": str(folder), **facts}))


def made(folder):
    """Whether everything in it was installed once, whatever the requirements say by now."""
    return (read_mark(folder) or {}).get("state") == "complete"


def complete(files, folder):
    """Whether the folder holds what these files ask for, and works."""
    mark = read_mark(folder) or {}
    return (
        mark.get("state") == "complete"
        and mark.get("folder") == str(folder)  # a moved environment does not work
        and python_of(folder).exists()
        and _packages(folder).is_dir()  # gone if the system's Python has become another one
        and digests(files).items() <= mark.get("installed", {}).items()
    )


def _packages(folder):
    """Where packages lie in an environment, by the Python that its link leads
    to; by the running one, if that is not known."""
    if os.name == "nt":
        return folder / "Lib" / "site-packages"
    name = python_of(folder).resolve().name  # python3.13
    version = name if name.startswith("python3.") else "python" + ".".join(map(str, sys.version_info[:2]))
    return folder / "lib" / version / "site-packages"


def remove(folder):
    """Remove a folder that carries our mark, the mark last, so that it can be removed again when this is interrupted.

    Raises:
        CourseError: it is somebody else's.
    """
    if not folder.is_symlink() and not folder.exists():
        return
    if is_foreign(folder):
        raise CourseError(
            say(
                "{folder} was not made by this command, so it stays untouched: move it away and run the command again",
                folder=folder,
            )
        )
    for path in folder.iterdir():
        if path.name != MARK:
            shutil.rmtree(str(path)) if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.rmtree(str(folder))


@contextlib.contextmanager
def replacing(folder):
    """Remove what is there, for a new one to be made; where that fails, what worked before comes back.

    An update that was killed leaves the packages of before in a folder beside it, which is found here by the next run.
    """
    old = folder.with_name(folder.name + "-old")
    if made(old) and not made(folder):
        remove(folder)
        old.rename(folder)
    keep = made(folder) and python_of(folder).exists()
    if keep:
        print(say("the requirements have changed: updating {name}", name=folder.name), flush=True)
        remove(old)
        folder.rename(old)
    else:
        remove(folder)
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # what cannot be removed now carries its mark, and the next run removes it
            remove(folder)
            if keep:
                old.rename(folder)
        raise


def remove_old(folder):
    """Remove what `replacing` kept."""
    remove(folder.with_name(folder.name + "-old"))
