"""One set-up at a time."""

import contextlib
import errno
import os
import time

from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tools import places

# file systems of some networks know no locks: better a set-up without one than none
NO_LOCKS = {
    getattr(errno, name) for name in ("ENOLCK", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EINVAL") if hasattr(errno, name)
}


@contextlib.contextmanager
def one_at_a_time():
    """A lock on the home, freed when the process ends, however it ends: a lock that is left over holds nobody up.

    Yields:
        its file descriptor. A child that inherits it keeps the lock on Linux and macOS, so that an installer
        whose parent was killed is waited for.
    """
    places.require_home()
    path = places.HOME / ".venv.lock"
    try:
        handle = open(str(path), "a+", encoding="utf-8")
    except OSError as error:
        raise CourseError(places.cannot_write(error)) from None
    with handle:
        told = False
        while not _taken(handle):
            if not told:
                print(say("another set-up of this folder is running; waiting for it to end"), flush=True)
            told = True
            time.sleep(0.5)
        yield handle.fileno()


def _taken(handle):
    """Whether the lock is ours now; True as well where there are no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return True
