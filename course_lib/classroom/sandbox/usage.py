"""What processes use, read from /proc, where Linux says it to anybody; where there is no /proc, from psutil.

Counted as memory is all that a submission can make Linux keep for it, also what no process is charged for: files in
memory, what waits in sockets and pipes, tables of pages.
"""

import contextlib
import functools
import os
import re
from dataclasses import dataclass, field

from course_lib.classroom.sandbox.bubblewrap import WRITABLE

_FIELDS = re.compile(rb"^(VmRSS|RssShmem|VmSwap|VmPTE|FDSize):\s+(\d+)", re.MULTILINE)
_PROPORTIONAL = re.compile(rb"^(Pss_Anon|Pss_File|SwapPss):\s+(\d+)", re.MULTILINE)
_PIPE = 8192  # bytes that a pipe may hold when its user has many
_TCP = 8 << 20  # bytes that Linux lets a TCP connection hold on one side


@dataclass
class Process:
    """What one process uses.

    Attributes:
        number: of the process.
        born: with the number, this tells it from any other one.
        cpu, with_children: processor seconds of its own, and with those of the children that it has waited for.
        memory: bytes of its own pages; what it shares with others counts in each.
        hidden: bytes that Linux keeps for it beside these.
        waits: thread -> seconds that it has waited for a processor.
        children: numbers of its children.
    """

    number: int
    born: int = 0
    cpu: float = 0.0
    with_children: float = 0.0
    memory: int = 0
    hidden: int = 0
    waits: dict = field(default_factory=dict)
    children: list = field(default_factory=list)


def below(number):
    """A Process for each one below this one, without itself; its first child is the first."""
    found, waiting = [], process(number).children
    for one in waiting:  # it grows meanwhile
        found.append(process(one))
        waiting += found[-1].children
    return found


def numbers(number):
    """The numbers of the processes below this one."""
    found = _children(number)
    for one in found:  # it grows meanwhile
        found += _children(one)
    return found


def _children(number):
    if not _has_children():
        return _by_psutil(number).children
    found = []
    with contextlib.suppress(OSError):  # it ends just now
        for thread in os.listdir(f"/proc/{number}/task"):
            with contextlib.suppress(OSError):
                found += map(int, _read(f"/proc/{number}/task/{thread}/children").split())
    return found


def process(number):
    """The Process with this number; all of it is 0 if it is gone."""
    if not _has_children():
        return _by_psutil(number)
    place, one = f"/proc/{number}", Process(number)
    with contextlib.suppress(OSError, ValueError, IndexError):  # it ends just now
        words = _read(f"{place}/stat").rpartition(b")")[2].split()
        user, system, user_below, system_below = (int(word) / _ticks() for word in words[11:15])
        one.born, one.cpu = int(words[19]), user + system
        one.with_children = one.cpu + user_below + system_below
        kept = {name: int(value) for name, value in _FIELDS.findall(_read(f"{place}/status"))}
        kb = lambda name: kept.get(name, 0) << 10
        # files in memory are counted by their folder
        one.memory = max(0, kb(b"VmRSS") - kb(b"RssShmem")) + kb(b"VmSwap")
        one.hidden = kb(b"VmPTE") + kept.get(b"FDSize", 0) * _PIPE
        threads = os.listdir(f"{place}/task")
        for thread in threads:
            with contextlib.suppress(OSError, ValueError, IndexError):  # so do threads
                one.children += map(int, _read(f"{place}/task/{thread}/children").split())
                one.waits[thread] = int(_read(f"{place}/task/{thread}/schedstat").split()[1]) / 1e9
    return one


def proportional(one):
    """Bytes of a Process's own pages, where what n processes share counts as an n-th in each. Slower than `process`."""
    try:
        values = _PROPORTIONAL.findall(_read(f"/proc/{one.number}/smaps_rollup"))
    except OSError:  # it is gone, or hides
        return one.memory
    return sum(int(value) << 10 for _, value in values) if values else one.memory


def files(number):
    """(bytes, how many) of the files in memory that a process can write to."""
    size = count = 0
    for folder in WRITABLE:
        with contextlib.suppress(OSError):
            place = f"/proc/{number}/root{folder}"
            if not os.path.exists(folder) or os.stat(place).st_dev != os.stat(folder).st_dev:  # not this machine's own
                state = os.statvfs(place)
                size += (state.f_blocks - state.f_bfree) * state.f_frsize
                count += state.f_files - state.f_ffree
    return size, count


def sockets(number):
    """Bytes that may wait in the sockets of a process's network."""
    try:
        text = _read(f"/proc/{number}/net/sockstat")
    except OSError:
        return 0
    (used,) = re.findall(rb"^sockets: used (\d+)", text, re.MULTILINE) or [0]
    (tcp,) = re.findall(rb"^TCP: inuse (\d+)", text, re.MULTILINE) or [0]
    return int(used) * _buffer() + int(tcp) * _TCP


@functools.lru_cache(maxsize=1)
def _buffer():
    """Bytes that a socket may hold: it takes a last message while there is any room. seccomp.py lets nobody ask for
    larger buffers."""
    try:
        return int(_read("/proc/sys/net/core/wmem_default")) * 3 // 2
    except OSError:
        return 3 << 17


@functools.lru_cache(maxsize=1)
def _has_children():
    """Whether Linux says the numbers of a process's children, which is far faster than to look at all processes."""
    return os.path.exists(f"/proc/self/task/{os.getpid()}/children")


@functools.lru_cache(maxsize=1)
def _ticks():
    return os.sysconf("SC_CLK_TCK")


def _read(path):
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _by_psutil(number):
    import psutil

    one = Process(number)
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        found = psutil.Process(number)
        one.children = [child.pid for child in found.children()]
        times = found.cpu_times()
        one.born, one.cpu = int(100 * found.create_time()), times.user + times.system
        one.with_children, one.memory = sum(times[:4]), found.memory_info().rss
    return one
