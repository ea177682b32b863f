"""Kernels from a process that is warm: the client of forkserver.py."""

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

from course_lib.classroom.sandbox import bubblewrap, seccomp
from course_lib.classroom.sandbox.bubblewrap import HOME, SHIPPED, WHOLE_PROC, WRITABLE
from course_lib.classroom.sandbox.limits import MB
from course_lib.errors import CourseError

FORKS = True  # whether to try
kept = threading.local()  # the forkserver of each thread that grades
UIDS = range(61184, 65520)  # what systemd sets aside for users that exist for one process


def forkserver(limits, files, modules):
    """This thread's forkserver, a new one if other things are asked of it than before; None where it cannot be had.

    Then each kernel gets a sandbox of its own from bubblewrap, which is as safe and slower.
    """
    if not FORKS or getattr(kept, "no", False):
        return None
    wanted = (limits, tuple(map(str, files)), tuple(modules))
    if getattr(kept, "wanted", None) != wanted or kept.server.poll() is not None:
        if hasattr(kept, "server"):
            kept.server.close()
            del kept.server, kept.wanted
        server = Forkserver(*wanted)
        if not server.works():
            server.close()
            kept.no = True
            return None
        kept.server, kept.wanted = server, wanted
    return kept.server


class Forkserver:
    """A sandbox with a process in it that forks kernels (forkserver.py), each in a sandbox inside. It ends with the thread that made it."""

    def __init__(self, limits, files, modules):
        self.limits, self.files = limits, files
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [
            *bubblewrap.command_line(None, limits, files),
            *bubblewrap.python(),
            "-m",
            "course_lib.classroom.sandbox.forkserver",
        ]
        with theirs, bound_to(limits.core):
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=bubblewrap.outside(),
            )
        self._control.settimeout(60)
        self._ready = False

    def poll(self):
        return self._process.poll()

    def works(self):
        """Whether it can fork kernels here: whether a sandbox may make further namespaces inside."""
        try:
            if self._control.recv(100) != b"ready":
                return False
            ours, theirs = socket.socketpair()
            with tempfile.TemporaryFile() as log, ours, theirs:
                uid = UIDS[0] if os.geteuid() == 0 else None
                trial = self.fork(uid, [log, theirs])
                trial.kill()
                trial.wait()
            return True
        except (OSError, CourseError):
            return False

    def fork(self, uid, files):
        """Make a kernel.

        Args:
            uid: the user that it becomes; None for the one that it is.
            files: what it gets: a log, its end of the channel, four sockets that listen.

        Returns:
            Forked

        Raises:
            CourseError: it did not start.
        """
        request = {
            "uid": uid,
            "writable": WRITABLE,
            "kept": [
                folder for folder in bubblewrap.system() if any(Path(folder).is_relative_to(one) for one in WRITABLE)
            ],
            "size": self.limits.file_mb * MB,
            "home": HOME,
            "hidden": [WHOLE_PROC] if os.geteuid() == 0 else [],
            "files": [f"{SHIPPED}/{Path(file).name}" for file in self.files],
            "rules": seccomp.program().hex(),
        }
        life, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        life.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        life.settimeout(30)
        with theirs:
            given = [theirs.fileno(), *(file.fileno() for file in files)]
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], given)
            except OSError as error:
                life.close()
                raise CourseError(f"the process that makes kernels is gone ({error}); run the command again") from None
        return Forked(life)

    def close(self):
        self._control.close()
        self._process.kill()
        self._process.wait()


class Forked:
    """A kernel's guard, as if it were a process that we have started. `pid` is its number as it is seen here."""

    def __init__(self, life):
        self._life, numbers = life, {}
        try:
            while len(numbers) < 2:
                said, about, _, _ = life.recvmsg(1000, socket.CMSG_SPACE(12))
                if said not in (b"guard", b"init"):
                    raise OSError(said.decode("utf-8", "replace") or "it ended")
                numbers[said] = struct.unpack("3i", about[0][2])[0]  # the number of who has sent it
            self._init = os.pidfd_open(numbers[b"init"])
        except OSError as error:
            life.close()
            raise CourseError(f"a kernel could not be forked ({error}); run the command again") from None
        self.pid, self._gone = numbers[b"guard"], False

    def poll(self):
        """None as long as anything of it is there, then 0."""
        if not self._gone:
            self._life.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._finish(self._life.recv(1))
        return 0 if self._gone else None

    def kill(self):
        if not self._gone:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)

    def wait(self):
        if not self._gone:
            self._life.settimeout(60)
            self._finish(self._life.recv(1))

    def _finish(self, _):
        self._gone = True
        self._life.close()
        os.close(self._init)


@contextlib.contextmanager
def bound_to(core):
    """Processes that this thread starts meanwhile run on this core only; they inherit it, and the sandbox cannot change it."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, [core])
    except OSError:
        raise CourseError(f"core {core} is not one of those that may be used here: {sorted(before)}") from None
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
