"""Folders on disk for as long as a process needs them. They hold solutions, a student's or the course's own, so what a
killed process has left is removed by the next one."""

import contextlib
import functools
import os
import shutil
import stat
import tempfile
from pathlib import Path

MARK = "made-by-course_lib"  # in each folder that this file makes, and may remove; its maker holds it locked
PREFIX = "course-sandbox-"


def place():
    """Where the folders are made: the path of a socket in them must be short."""
    return "/tmp" if len(tempfile.gettempdir()) > 60 else tempfile.gettempdir()


class Scratch:
    """A new folder that only this user can open; `name` is its path. It is removed by `cleanup`."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(
            prefix=f"{PREFIX}{os.getpid()}-", dir=place(), ignore_cleanup_errors=True
        )
        self.name = self._folder.name
        unmarked = Path(self.name, "unmarked")
        self._lock = open(unmarked, "wb")  # noqa: SIM115  closed by cleanup(), or when this process ends
        _locked(self._lock)
        unmarked.rename(Path(self.name, MARK))  # not before it is locked

    def cleanup(self):
        self._lock.close()
        self._folder.cleanup()


@functools.lru_cache(maxsize=1)  # once a process
def sweep():
    """Remove what killed processes have left: folders of this user, made and marked by this file, whose maker is gone.

    A maker may live where its number says nothing here, in a container for example: then its lock says that it lives.
    """
    for folder in Path(place()).glob(f"{PREFIX}*-*"):
        with contextlib.suppress(OSError, ValueError):
            state, mark, maker = folder.lstat(), (folder / MARK).lstat(), int(folder.name.split("-")[2])
            ours = stat.S_ISDIR(state.st_mode) and stat.S_ISREG(mark.st_mode)
            if not ours or state.st_uid != os.geteuid() or mark.st_uid != state.st_uid or _lives(maker, mark.st_mtime):
                continue
            with open(folder / MARK, "rb") as lock:
                if _locked(lock):
                    shutil.rmtree(folder, ignore_errors=True)


def _lives(number, since):
    """Whether a process has this number that was there at a time, in seconds since 1970."""
    import psutil

    try:
        return psutil.Process(number).create_time() < since + 2  # numbers come again; clocks are not that exact
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def _locked(file):
    """Lock a file until it is closed; False where another process has locked it."""
    try:
        import fcntl
    except ImportError:  # Windows, where there is no sandbox
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
