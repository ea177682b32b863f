"""Kernels forked from a process that is warm (forkserver.py): they start sooner, since all imports are done."""

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
from course_lib.classroom.sandbox.bubblewrap import HOME, UIDS, WHOLE_PROC, WRITABLE
from course_lib.classroom.sandbox.limits import MB
from course_lib.classroom.sandbox.processes import Local, Sandbox
from course_lib.errors import CourseError

FORKS = True  # whether to try
kept = threading.local()  # the forkserver of each thread that grades


def start(limits, modules, files):
    """Start a kernel in a sandbox: forked where that can be had, else alone, which is as safe and slower.

    Args:
        limits: Limits
        modules: names of modules that the notebook is going to import; a forked kernel finds them imported already.
        files: numbers of open files: a log, the kernel's end of the channel, four sockets that listen.

    Returns:
        Process

    Raises:
        CourseError: it did not start.
    """
    uid, server = bubblewrap.user(), forkserver(limits, modules)
    if server:
        return server.fork(uid, files)
    log, *sockets = files
    how = {"limits": limits.of_each_process(), "uid": uid}
    with seccomp.opened() as rules:
        command = bubblewrap.command_line(bubblewrap.library(), rules.fileno(), limits.file_mb)
        command += [*bubblewrap.python(), "-m", "course_lib.classroom.sandbox.inside", json.dumps(how)]
        return Sandbox(
            [*command, *map(str, sockets)],
            limits,
            limits.core,
            pass_fds=[*sockets, rules.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def forkserver(limits, modules):
    """This thread's forkserver, a new one if other things are asked of it than before; None where it cannot be had."""
    if not FORKS or getattr(kept, "no", False):
        return None
    wanted = (limits, tuple(modules))
    if getattr(kept, "wanted", None) != wanted or kept.server.poll() is not None:
        close()
        server = Forkserver(*wanted)
        if not server.works():
            server.stop()
            kept.no = True
            return None
        kept.server, kept.wanted = server, wanted
    return kept.server


def close():
    """End this thread's forkserver, if there is one."""
    if hasattr(kept, "server"):
        kept.server.stop()
        del kept.server, kept.wanted


class Forkserver(Sandbox):
    """A sandbox with a process that forks kernels, each in a sandbox inside. It ends with the thread that made it."""

    def __init__(self, limits, modules):
        self.of_kernels = limits
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = bubblewrap.command_line(bubblewrap.library(), file_mb=limits.file_mb, whole_proc=True)
        command += [*bubblewrap.python(), "-m", "course_lib.classroom.sandbox.forkserver"]
        nothing = subprocess.DEVNULL
        try:
            with theirs:
                super().__init__(
                    [*command, str(theirs.fileno()), *modules],
                    None,
                    limits.core,
                    score=0,
                    pass_fds=[theirs.fileno()],
                    stdin=nothing,
                    stdout=nothing,
                    stderr=nothing,
                )
        except BaseException:
            self._control.close()
            raise
        self._control.settimeout(60)

    def works(self):
        """Whether it can fork kernels here: whether a sandbox may make further namespaces inside."""
        try:
            if self._control.recv(100) != b"ready":
                return False
            ours, theirs = socket.socketpair()
            with tempfile.TemporaryFile() as log, ours, theirs:
                self.fork(UIDS[0] if os.geteuid() == 0 else None, [log.fileno(), theirs.fileno()]).stop()
            return True
        except (OSError, CourseError):
            return False

    def fork(self, uid, files):
        """Make a kernel.

        Args:
            uid: the user that it becomes; None for the one that it is.
            files: as for `start`.

        Returns:
            Forked

        Raises:
            CourseError: it did not start.
        """
        request = {
            "uid": uid,
            "limits": self.of_kernels.of_each_process(),
            "writable": WRITABLE,
            "kept": [
                folder for folder in bubblewrap.system() if any(Path(folder).is_relative_to(one) for one in WRITABLE)
            ],
            "size": self.of_kernels.file_mb * MB,
            "home": HOME,
            "hidden": [WHOLE_PROC] if os.geteuid() == 0 else [],
            "rules": seccomp.program().hex(),
        }
        life, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        life.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        life.settimeout(30)
        with theirs:
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno(), *files])
            except OSError as error:
                life.close()
                raise CourseError(f"the process that makes kernels is gone ({error}); run the command again") from None
        return Forked(life, self.of_kernels)

    def stop(self):
        self._control.close()
        super().stop()


class Forked(Local):
    """A forked kernel. `pid` is the number, as it is seen here, of its guard.

    What is known of its processes comes through the socket `life`: Linux itself writes the sender's number, as it is
    seen on this side, beside each message. The other end is closed when all of the kernel is gone.
    """

    def __init__(self, life, limits):
        self._life, numbers = life, {}
        try:
            while len(numbers) < 2:
                said, about, _, _ = life.recvmsg(1000, socket.CMSG_SPACE(12))
                if said not in (b"guard", b"init"):
                    raise OSError(said.decode("utf-8", "replace") or "it ended")
                numbers[said] = struct.unpack("3i", about[0][2])[0]
            self._init = os.pidfd_open(numbers[b"init"])
        except OSError as error:
            life.close()
            raise CourseError(f"a kernel could not be forked ({error}); run the command again") from None
        self._gone, self._closing = False, threading.Lock()
        super().__init__(numbers[b"guard"], limits)

    def poll(self):
        if not self._gone:
            self._life.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._end()
        return 0 if self._gone else None

    def kill(self):
        with self._closing:
            if not self._gone:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._init, signal.SIGKILL)

    def wait(self):
        if not self._gone:
            self._life.settimeout(60)
            self._end()

    def _end(self):
        """Wait, for as long as the socket is set to, until the other end is closed."""
        self._life.recv(1)
        with self._closing:
            self._gone = True
            self._life.close()
            os.close(self._init)
