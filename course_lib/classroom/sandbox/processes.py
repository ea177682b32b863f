"""The processes of a kernel, seen from outside: start, usage, stop."""

import abc
import contextlib
import os
import signal
import subprocess
from pathlib import Path

from course_lib.classroom.sandbox.bubblewrap import WRITABLE
from course_lib.errors import CourseError


class Process(abc.ABC):
    """All that runs for one kernel."""

    @abc.abstractmethod
    def poll(self):
        """None as long as anything of it is there, else a number."""

    @abc.abstractmethod
    def stop(self):
        """End all of it, and wait until it is gone."""

    @abc.abstractmethod
    def look(self, files):
        """What it uses: processor seconds, bytes of memory, processes and threads, and, if `files`, files in its
        memory, else 0.

        Memory that processes share is counted in each.
        """

    @abc.abstractmethod
    def memory(self):
        """Bytes of memory; what processes share counts once. Slower than `look`, so ask it second."""

    @abc.abstractmethod
    def strays(self):
        """How many processes there are beside the kernel itself."""


class Local(Process):
    """Processes of this machine. `pid` is the number of the one above all others."""

    pid: int
    own = 2  # of those below that one are always there: a number 1, and the kernel
    _ended = 0.0  # processor seconds of those that were seen and are gone
    _alive = {}  # noqa: RUF012  replaced, never changed: processor seconds of those that were there at the last look

    @abc.abstractmethod
    def kill(self): ...

    @abc.abstractmethod
    def wait(self): ...

    def stop(self):
        self.kill()
        self.wait()

    def numbers(self):
        """Of all processes, without the one above them."""
        below, found = [self.pid], []
        while below:
            children = _children(below.pop())
            below += children
            found += children
        return found

    def look(self, files):
        import psutil

        with_children, memory, threads, alive = 0.0, 0, 0, {}
        for number in self.numbers():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process = psutil.Process(number)
                times = process.cpu_times()
                alive[process] = times.user + times.system
                with_children += sum(times[:4])
                memory += process.memory_info().rss
                threads += process.num_threads()
        # A parent is charged for its ended children, even those that lived
        # between two looks, but not if it ignores them.
        self._ended += sum(used for process, used in self._alive.items() if process not in alive)
        self._alive = alive
        cpu = max(with_children, self._ended + sum(alive.values()))
        return cpu, memory, threads, self._files() if files else 0

    def _files(self):
        count = 0
        with contextlib.suppress(OSError):
            for number in _children(self.pid)[:1]:
                for folder in WRITABLE:
                    state = os.statvfs(f"/proc/{number}/root{folder}")
                    count += state.f_files - state.f_ffree
        return count

    def memory(self):
        import psutil

        total = 0
        for number in self.numbers():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, AttributeError):
                total += psutil.Process(number).memory_full_info().pss
        return total

    def strays(self):
        return max(0, len(self.numbers()) - self.own)


class Started(Local):
    """What a command has started: bubblewrap, which takes its processes along when it ends."""

    def __init__(self, command, core=None, **how):
        with bound_to(core):
            self.popen = subprocess.Popen(command, start_new_session=True, **how)
        self.pid = self.popen.pid

    def poll(self):
        return self.popen.poll()

    def kill(self):
        self.popen.kill()

    def wait(self):
        self.popen.wait()


class Trusted(Started):
    """A kernel without a sandbox, which is the process above all others itself."""

    own = 1

    def numbers(self):
        return [self.pid, *super().numbers()]

    def _files(self):
        return 0

    def kill(self):
        with contextlib.suppress(ProcessLookupError, PermissionError):  # those that have not left the session
            os.killpg(self.pid, signal.SIGKILL)
        super().kill()


def _children(number):
    """Numbers of a process's children, from files of Linux: far faster than looking at all processes."""
    try:
        tasks = os.listdir(f"/proc/{number}/task")
        texts = [Path(f"/proc/{number}/task/{task}/children").read_text(encoding="ascii") for task in tasks]
    except OSError:  # it is gone; or there is no such file, as on macOS
        return _children_by_psutil(number)
    return [int(word) for text in texts for word in text.split()]


def _children_by_psutil(number):
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(number).children()]
    return []


@contextlib.contextmanager
def bound_to(core):
    """Processes that this thread starts in this block run on one core only, and those that they start, too."""
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
