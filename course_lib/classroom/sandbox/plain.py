"""A notebook's cells and functions in an ordinary process, on every system: for learners who grade their own work.

It has no walls, only clocks: their own code runs with their own rights, as it does in their notebook. What the other
kernels promise about strangers' code, this one does not. `python -m course_lib.classroom.sandbox.plain` is the process;
it takes messages of calls.py on standard input and answers them on standard output.
"""

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time

from course_lib.classroom.sandbox import calls, inside
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.limits import Gone, Limits
from course_lib.files import COURSE


class Plain:
    """What `judge.answers` needs of a kernel; see kernel.Kernel for what its functions do.

    Args:
        limits: Limits, of which the clocks hold.
        trust, modules: as for Kernel; here they change nothing.
    """

    def __init__(self, limits=None, *, trust=True, modules=()):
        self.limits, self.closed, self._count = limits or Limits(), False, 0
        # on Windows, a folder that a process still holds cannot be removed
        self._folder = tempfile.TemporaryDirectory(prefix="course-score-", ignore_cleanup_errors=True)
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "course_lib.classroom.sandbox.plain"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env={
                **os.environ,
                "PYTHONPATH": str(COURSE),
                "IPYTHONDIR": self._folder.name,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "MPLBACKEND": "agg",
            },
        )
        self._came = queue.SimpleQueue()  # messages; None when there will be no more
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        try:
            while True:
                self._came.put(calls.receive(lambda count: _exactly(self._popen.stdout, count)))
        except (EOFError, OSError, ValueError, Refused):
            self._came.put(None)

    def run(self, code, seconds=None):
        """Run a cell; (no outputs, the error's one line or None)."""
        reply, _ = self.ask({"run": code}, (), seconds or self.limits.cell_s)
        return [], reply.get("told")

    def ask(self, message, blobs=(), seconds=None, answer=None):
        """Send a message, and wait for the reply."""
        self._count += 1
        end = time.monotonic() + (seconds or self.limits.call_s)
        self._send({**message, "id": self._count}, blobs)
        return calls.reply_to(self._count, lambda: self._heard(end), self._send, answer)

    def _heard(self, end):
        try:
            came = self._came.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            self._end("time")
        return came or self._end("ended")

    def _send(self, message, blobs):
        try:
            self._popen.stdin.write(calls.message_bytes(message, blobs))
            self._popen.stdin.flush()
        except OSError:
            self._end("ended")

    def _end(self, reason):
        self.close()
        raise Gone(reason)

    def strays(self):
        """It does not look for processes that a cell has started."""
        return 0

    def close(self):
        """End the process, and wait until it is gone."""
        self.closed = True
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            with contextlib.suppress(OSError):  # what it has not taken
                pipe.close()
        self._folder.cleanup()


def _exactly(file, count):
    data = file.read(count)
    if len(data) < count:
        raise EOFError
    return data


class _Pipes:
    """Standard input and output as a channel; cells meanwhile read from nowhere and print to nowhere."""

    def __init__(self):
        self.orders, self.replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)

    def recv(self, count):
        return self.orders.read(count)

    def sendall(self, data):
        self.replies.write(data)
        self.replies.flush()


class _Cells(inside.Answers):
    """Runs cells, too."""

    def __init__(self, channel, shell):
        super().__init__(channel, shell.user_ns)
        self.shell = shell

    def _reply(self, message, blobs):
        if "run" not in message:
            return super()._reply(message, blobs)
        result = self.shell.run_cell(message["run"], store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return {"told": error and f"{type(error).__name__}: {error}"[:400]}, []


def main():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):  # of `%matplotlib`: nothing is shown here
            pass

    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.user_ns.update(exit=sys.exit, quit=sys.exit)
    cells = _Cells(_Pipes(), shell)
    while True:
        cells.one()


if __name__ == "__main__":
    main()
