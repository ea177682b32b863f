"""The processes of a kernel, seen from outside: start, usage, stop."""

import abc
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

from course_lib.classroom.sandbox import bubblewrap, usage, watch
from course_lib.classroom.sandbox.limits import FILES, MB
from course_lib.errors import CourseError

FIRST = 1000  # oom_score_adj of what may run anything: if the machine's memory runs out, these are the ones to end
LATER = 900  # of those of them that use less of what they may than a neighbour
_FASTEST = 4 << 30  # bytes that a submission may come to use in a second
_OFTEN, _SELDOM = 0.02, 0.2  # seconds between two looks
_LONGEST = 0.5  # seconds for which one may wait for a processor before it has it
_shares = weakref.WeakKeyDictionary()  # what runs -> how much it uses of what it may


@dataclass(frozen=True)
class State:
    """What is known of a kernel's processes.

    Attributes:
        cpu: processor seconds of all that has run.
        lived: seconds since the start, without those in which it waited for a processor that others had.
        over: the reason why it was stopped, as of `Gone`, or None.
    """

    cpu: float = 0.0
    lived: float = 0.0
    over: str | None = None


class Process(abc.ABC):
    """All that runs for one kernel."""

    @abc.abstractmethod
    def poll(self):
        """None as long as anything of it is there, else a number."""

    @abc.abstractmethod
    def stop(self):
        """End all of it, and wait until it is gone."""

    @abc.abstractmethod
    def look(self):
        """Its State."""

    @abc.abstractmethod
    def strays(self):
        """How many processes there are beside the kernel itself."""


class Local(Process):
    """Processes of this machine, with limits of all of them together: watch.py looks at them all the time, and what
    uses too much of anything is killed.

    Args:
        pid: number of the one above all others.
        limits: Limits; None for what runs nothing of a student's, and need not be looked at.
        score: its oom_score_adj.
    """

    own = 2  # of those below that one are always there: a number 1, and the kernel

    def __init__(self, pid, limits, score=FIRST):
        self.pid, self.limits = pid, limits
        self._state, self._looked, self._lock = State(), time.monotonic(), threading.Lock()
        self._starved = 0.0
        self._idle = 0.0  # seconds until the last look in which nothing of it ran, and it is not known why
        self._ended = 0.0  # processor seconds of those that were seen and are gone
        self._alive, self._waits, self._score = {}, {}, score
        if limits:
            watch.add(self)

    @abc.abstractmethod
    def kill(self): ...

    @abc.abstractmethod
    def wait(self): ...

    def stop(self):
        watch.remove(self)
        _shares.pop(self, None)
        self.kill()
        self.wait()

    def look(self):
        with self._lock:
            state, since = self._state, time.monotonic() - self._looked
        return State(state.cpu, state.lived + since, state.over)

    def starved(self):
        """Seconds in which it waited for a processor that others had."""
        return self._starved

    def strays(self):
        return max(0, len(usage.numbers(self.pid)) - self.own)

    def found(self):
        """All processes as of usage.py, without the one above them."""
        return usage.below(self.pid)

    def check(self):
        """Look at what it uses, and kill it if that is too much; returns the seconds until the next look."""
        found = self.found()
        self._live(found)
        limit = 1.1 * self.limits.memory_mb * MB
        memory, files = self._memory(found, limit)
        over = None
        if files > FILES or memory > limit and self._memory(self._again(), limit)[0] > limit:
            over = "memory"
        elif self._state.cpu > self.limits.cpu_s:
            over = "cpu"
        elif self._crowded(found):
            over = "processes"
        if over:
            self.end(over)
        if self._score in (FIRST, LATER):
            self._rank(found, memory / limit)
        return min(max((limit - memory) / _FASTEST, _OFTEN), _SELDOM)

    def end(self, reason):
        """Kill it for a reason, which `look` tells; `stop` waits until it is gone."""
        watch.remove(self)
        with self._lock:
            self._state = State(self._state.cpu, self._state.lived, reason)
        self.kill()

    def _live(self, found):
        """Add to processor time and to the time that counts.

        A parent is charged for its ended children, even those that lived between two looks, but not if it ignores them.
        """
        alive = {(one.number, one.born): one.cpu for one in found}
        self._ended += sum(used for process, used in self._alive.items() if process not in alive)
        cpu = max(sum(one.with_children for one in found), self._ended + sum(alive.values()), self._state.cpu)
        waits = {(one.number, one.born, thread): wait for one in found for thread, wait in one.waits.items()}
        now = time.monotonic()
        passed, used = now - self._looked, cpu - self._state.cpu
        waited = max((wait - self._waits.get(thread, 0.0) for thread, wait in waits.items()), default=0.0)
        # as long as it had a processor itself, nobody else kept it waiting; Linux tells of a wait when it is over, and
        # that may have begun before the last look
        idle = max(0.0, passed - used)
        starved = min(waited, idle + (self._idle if used < passed / 2 else 0.0))
        self._idle = min(max(0.0, self._idle + idle - starved), _LONGEST)
        self._alive, self._waits = alive, waits
        self._starved += starved
        with self._lock:
            self._looked, self._state = now, State(cpu, self._state.lived + passed - starved, self._state.over)

    def _memory(self, found, limit):
        """(bytes of all together, number of files in memory)."""
        size, files = self._elsewhere(found)
        size += sum(one.hidden for one in found)
        memory = size + sum(one.memory for one in found)
        if memory > limit:
            memory = size + sum(map(usage.proportional, found))
        return memory, files

    def _again(self):
        """The processes once more, a moment later: a process that is just being started has its parent's memory."""
        time.sleep(_OFTEN / 2)
        return self.found()

    def _elsewhere(self, found):
        """(bytes that count for no process, number of files in memory)."""
        if not found:
            return 0, 0
        size, files = usage.files(found[0].number)
        return size + usage.sockets(found[0].number), files

    def _crowded(self, found):
        return sum(len(one.waits) for one in found) > 1.1 * self.limits.processes + 8

    def _rank(self, found, share):
        """Say to Linux which to end first where memory runs out: what it counts itself is less than what they hold."""
        _shares[self] = share
        score = FIRST if share > 0.8 * max(list(_shares.values())) else LATER
        if score != self._score:
            self._score = score
            for one in found:
                with contextlib.suppress(OSError), open(f"/proc/{one.number}/oom_score_adj", "w") as file:
                    file.write(str(score))


class Started(Local):
    """What a command has started.

    Args:
        core: number of the processor that it is bound to, or None.
        score: oom_score_adj of what is started.
    """

    def __init__(self, command, limits, core=None, score=FIRST, **how):
        with bound_to(core):
            self.popen = subprocess.Popen(command, start_new_session=True, **how)
        super().__init__(self.popen.pid, limits, score)

    def poll(self):
        return self.popen.poll()

    def kill(self):
        self.popen.kill()

    def wait(self):
        self.popen.wait()


class Sandbox(Started):
    """What bubblewrap has started, below keeper.py: nothing of it is left when that has ended. It ends when `kill` is
    called, and with this process, however that ends, or with the thread that has made it.

    Args:
        score: oom_score_adj of what is started, which cannot change it.
        pass_fds: numbers of open files that it gets.
    """

    own = 3  # bubblewrap outside, too

    def __init__(self, command, limits, core=None, score=FIRST, *, pass_fds, **how):
        self._line, theirs = socket.socketpair()
        keeper = [*bubblewrap.python(), "-I", "-S", str(Path(__file__).with_name("keeper.py"))]
        # before bubblewrap: it makes /proc one that nobody can write to
        keeper += [str(theirs.fileno()), *ranked(command, score)]
        try:
            with theirs:
                pass_fds = [theirs.fileno(), *pass_fds]
                super().__init__(keeper, limits, core, score, pass_fds=pass_fds, env=bubblewrap.outside(), **how)
        except BaseException:
            self._line.close()
            raise

    def found(self):
        return super().found()[1:]

    def kill(self):
        with contextlib.suppress(OSError):  # it is closed
            self._line.shutdown(socket.SHUT_RDWR)

    def wait(self):
        super().wait()
        self._line.close()


class Trusted(Started):
    """A kernel without a sandbox, which is the process above all others itself."""

    own = 0

    def __init__(self, command, limits, core=None, **how):
        super().__init__(ranked(command, FIRST), limits, core, **how)

    def found(self):
        return [usage.process(self.pid), *super().found()]

    def _elsewhere(self, found):
        return 0, 0  # its files and its network are those of this machine

    def _crowded(self, found):
        return False

    def kill(self):
        with contextlib.suppress(ProcessLookupError, PermissionError):  # those that have not left the session
            os.killpg(self.pid, signal.SIGKILL)
        super().kill()


def ranked(command, score):
    """A command whose processes have a certain oom_score_adj."""
    return ["/bin/sh", "-c", f'echo {score} 2>&- >/proc/self/oom_score_adj; exec "$@"', "sh", *command]


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
