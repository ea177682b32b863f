"""Starts a sandbox, waits for it, and ends with all of it: nothing in it outlives the process that asked for it.

Started by processes.py as `python -I -S keeper.py LINE COMMAND...`: LINE is the number of a socket whose other end the
grader alone holds. When it is closed, be it that the grader has no more need of the sandbox or that it was killed, or
when the thread ends that asked for it, all processes of the command are killed.

bubblewrap's own --die-with-parent does not promise that: its processes ask for it on their way, one after the other,
and one whose parent has died before lives on. Here they come back to this process, which waits for the last of them.
"""

import ctypes
import os
import select
import signal
import sys

_DIE_WITH_PARENT, _CHILDREN_COME_BACK = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main():
    line, command = int(sys.argv[1]), sys.argv[2:]
    prctl = ctypes.CDLL(None).prctl
    try:
        for one in _ENDING:
            signal.signal(one, lambda *_: sys.exit())
        prctl(_DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)
        prctl(_CHILDREN_COME_BACK, 1, 0, 0, 0)
        if not select.select([line], [], [], 0)[0]:
            _run(line, command)
    finally:
        for one in _ENDING:
            signal.signal(one, signal.SIG_IGN)
        _end()


def _run(line, command):
    """Run a command until it ends or the line is closed."""
    os.set_inheritable(line, False)
    ignored = [signal.SIGPIPE, signal.SIGXFSZ]  # by Python, not by what it starts
    child = os.posix_spawnp(command[0], command, os.environ, setsigdef=ignored)
    # what the command was given is its own; who holds the other ends sees when it is gone
    os.closerange(3, line)
    os.closerange(line + 1, 1 << 20)
    select.select([line, os.pidfd_open(child)], [], [])


def _end():
    """Kill what is below this process, and wait until it is gone."""
    while True:
        for number in _children():
            os.kill(number, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:  # there is none
            return


def _children():
    """Numbers of this process's children. None is given to another process before this one has waited for it."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{int(name)}/stat", "rb") as file:
                if int(file.read().rpartition(b")")[2].split()[1]) == os.getpid():
                    found.append(int(name))
        except (OSError, ValueError):  # no process, or one that ends just now
            continue
    return found


if __name__ == "__main__":
    main()
