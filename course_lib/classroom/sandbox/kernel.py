"""A kernel that may run anything: in a sandbox, with limits, reached through sockets that the grader has opened.

What is inside: the system's programs and this Python, read-only; what a notebook imports of course_lib, and data/,
read-only; a home folder, /tmp and /dev/shm in memory, of limited size. What is not: a network, a capability, any other
file of this machine, other processes, a way to make new namespaces. The folder that this file makes on disk holds only
the four sockets, and it is not visible inside.
"""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import time

from course_lib.classroom.sandbox import bubblewrap, calls, warm
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.limits import MB, STARVED, Gone, Limits
from course_lib.classroom.sandbox.outputs import Outputs
from course_lib.classroom.sandbox.processes import State, Trusted
from course_lib.classroom.sandbox.scratch import MARK, Scratch, sweep  # noqa: F401  for who looks at its folder
from course_lib.classroom.sandbox.scratch import place as _place  # noqa: F401
from course_lib.errors import CourseError
from course_lib.files import COURSE

LOG = 65536  # bytes kept of what it says before it answers, or where no cell's output can go
UNREAD = 20  # messages of a cell's output that wait in this process


class Kernel:
    """A running kernel with its limits. Use it as a context manager; afterwards nothing of it is left.

    Args:
        limits: Limits; by default those of the class.
        trust: without a sandbox, with the rights of whoever grades.
        modules: names of modules that the notebook is going to import; it may find them imported already.

    Raises:
        CourseError: it did not start.
    """

    start = staticmethod(warm.start)  # what starts one in a sandbox; host.py has another

    def __init__(self, limits=None, *, trust=False, modules=()):
        self.limits, self.trust = limits or Limits(), trust
        self.closed, self.waited = False, 0.0  # `waited`: seconds in which others had the processor
        self._count, self._state, self._looked = 0, State(), 0.0
        if os.name == "nt":
            raise CourseError(
                "submissions cannot be run on Windows itself: do this in WSL, where there is also a sandbox"
            )
        sweep()
        self._folder = Scratch()  # for four sockets; close() removes it
        self._client = self._process = self._channel = self._log = None
        try:
            self._start(modules)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _start(self, modules):
        key, address = secrets.token_hex(32), f"{self._folder.name}/kernel"
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        with contextlib.ExitStack() as stack:
            self._log, log = _pipe()
            stack.callback(log.close)
            sockets = [theirs, *(_listen(f"{address}-{number}") for number in (1, 2, 3, 4))]
            for one in sockets:
                stack.callback(one.close)
            files = [one.fileno() for one in (log, *sockets)]
            self._process = self._trusted(files) if self.trust else self.start(self.limits, modules, files)
        self._started = time.monotonic()
        self._write(calls.message_bytes({"key": key}), _Deadline(self, 30))
        self._connect(key, address)

    def _trusted(self, files):
        """A process without a sandbox."""
        log, *sockets = files
        place, how = f"{self._folder.name}/work", {"limits": self.limits.of_each_process(trust=True), "uid": None}
        os.mkdir(place)
        command = [*bubblewrap.python(), "-m", "course_lib.classroom.sandbox.inside", json.dumps(how)]
        return Trusted(
            [*command, *map(str, sockets)],
            self.limits,
            self.limits.core,
            pass_fds=sockets,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place,
            env={**os.environ, **bubblewrap.QUIET, "PYTHONPATH": str(COURSE), "PYTHONHASHSEED": "0"},
        )

    def _connect(self, key, address):
        import zmq
        from jupyter_client import BlockingKernelClient

        self._context = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, 16 * MB)  # a larger message closes the connection
        self._context.setsockopt(zmq.RCVHWM, UNREAD)  # what is more, the kernel drops
        self._context.setsockopt(zmq.LINGER, 0)
        client = BlockingKernelClient(context=self._context)
        ports = {f"{name}_port": number for number, name in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)}
        client.load_connection_info(
            {"transport": "ipc", "ip": address, "key": key, "signature_scheme": "hmac-sha256", **ports}
        )
        client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        self._client = client
        try:
            self._greet(_Deadline(self, 60))
        except Gone as gone:
            raise CourseError(
                f"the kernel of the sandbox did not start ({gone.reason}): {self._words}; try `python3 -m course_lib test`, which says whether this installation is whole"
            ) from None

    def _greet(self, deadline):
        """Wait until both channels are known to work."""
        client = self._client
        while True:
            request, heard = client.kernel_info(), False
            until = time.monotonic() + 2
            while time.monotonic() < until:
                self._wait([(client.iopub_channel if heard else client.shell_channel).socket], deadline)
                if self._message(client.shell_channel, request):
                    heard = True
                if heard and client.iopub_channel.msg_ready():
                    return

    @staticmethod
    def _message(channel, request):
        """The next message of a channel if it belongs to a request, else None. What arrives may have any form."""
        try:
            if not channel.msg_ready():
                return None
            message = channel.get_msg(timeout=0)
            if message["parent_header"]["msg_id"] == request and isinstance(message["content"], dict):
                return message
        except Exception:  # noqa: S110  forged or broken: as if nothing had come
            pass
        return None

    def _wait(self, sockets, deadline, write=()):
        """Wait until one of the sockets is ready, a quarter of a second at most; looks after the limits meanwhile."""
        import zmq

        deadline.check()
        poller = zmq.Poller()
        for one in sockets:
            poller.register(one, zmq.POLLIN)
        for one in write:
            poller.register(one, zmq.POLLOUT)
        return poller.poll(250 if self._process.poll() is None else 0)

    # --- cells ---

    def run(self, code, seconds=None):
        """Run a cell.

        Args:
            code: its source.
            seconds: of wall time; by default `cell_s` of the limits.

        Returns:
            (outputs as nbformat has them, shortened to the limit; the error's one line or None)

        Raises:
            Gone: the kernel is no more; `outputs` of the exception are those until then.
        """
        deadline = _Deadline(self, seconds or self.limits.cell_s)
        client, outputs = self._client, Outputs(self.limits.output_kb * 1000)
        try:
            request = client.execute(code, allow_stdin=False, stop_on_error=False)
            replied = idle = False
            patience = None
            while not (replied and idle):
                self._wait([client.shell_channel.socket, client.iopub_channel.socket], deadline)
                for _ in range(100):  # then look at the clock again
                    if not client.iopub_channel.msg_ready():
                        break
                    message = self._message(client.iopub_channel, request)
                    if message:
                        idle |= outputs.take(message["msg_type"], message["content"])
                    if patience:
                        patience = time.monotonic() + 1
                if self._message(client.shell_channel, request):
                    replied, patience = True, time.monotonic() + 1
                if patience and time.monotonic() > patience:
                    # a message that was too large has closed the output channel
                    client.iopub_channel.stop()
                    client._iopub_channel = None  # the next use makes a new one
                    client.iopub_channel.start()
                    self._greet(deadline)
                    break
        except Gone as gone:
            gone.outputs = outputs.list
            raise
        return outputs.list, outputs.error

    # --- calls ---

    def ask(self, message, blobs=(), seconds=None, answer=None):
        """Send a message to what answers calls inside, and wait for the reply.

        Args:
            message: a dict that JSON can hold.
            blobs: list of byte strings that go with it.
            seconds: of wall time; by default `call_s` of the limits.
            answer: function of (message, blobs) -> (reply, blobs) for calls that come back meanwhile.

        Raises:
            Gone: no reply in time, or none at all.
            Refused: the reply, or the message, is not plain data; after a malformed reply the kernel is gone.
        """
        deadline = _Deadline(self, seconds or self.limits.call_s)
        self._count += 1
        number = f"{self._count}-{secrets.token_hex(8)}"  # a reply sent in advance would not know it
        send = lambda message, blobs: self._write(calls.message_bytes(message, blobs), deadline)
        send({**message, "id": number}, blobs)
        return calls.reply_to(number, lambda: self._heard(deadline), send, answer)

    def _heard(self, deadline):
        try:
            return calls.receive(lambda count: self._read(count, deadline))
        except Refused:
            self.close()
            raise

    def _write(self, data, deadline):
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._channel.send(rest) :]
            except BlockingIOError:
                self._wait([], deadline, write=[self._channel])
            except OSError:
                self._end("ended")

    def _read(self, count, deadline):
        data = bytearray()
        while len(data) < count:
            try:
                piece = self._channel.recv(min(count - len(data), MB))
            except BlockingIOError:
                self._wait([self._channel, self._client.iopub_channel.socket], deadline)
                self._drop_output()
                continue
            except OSError:
                piece = b""
            if not piece:
                self._end("ended")
            data += piece
            deadline.check()
        return bytes(data)

    def _drop_output(self):
        """Read what is put out while no cell runs, so that it does not pile up."""
        import zmq

        with contextlib.suppress(zmq.ZMQError):  # there is no more
            for _ in range(UNREAD):
                self._client.iopub_channel.socket.recv_multipart(zmq.NOBLOCK)

    # --- limits of all processes together ---

    def lived(self):
        """Seconds since the start, without those in which it waited for a processor that others had.

        Raises:
            Gone: it was stopped, since it used too much of something.
        """
        if time.monotonic() - self._looked > 0.2:
            self._state, self._looked = self._process.look(), time.monotonic()
            self.waited = max(self.waited, self._looked - self._started - self._state.lived)
            if self._state.over:
                self._end(self._state.over)
        return self._state.lived + time.monotonic() - self._looked

    def strays(self):
        """How many processes run in here beside the kernel itself."""
        return self._process.strays()

    def _end(self, reason):
        if reason == "ended":  # by itself, or because it used too much
            reason = self._process.look().over or reason
        self.close()
        raise Gone(reason)

    def close(self):
        """Stop everything in here, and wait until it is gone."""
        self.closed = True
        if self._client is not None:
            self._client.stop_channels()
            self._context.destroy(linger=0)
            self._client = None
        if self._process is not None:
            self._process.stop()
        if self._channel is not None:
            self._channel.close()
        if self._log is not None and not self._log.closed:
            self._words = " ".join((self._log.read(LOG) or b"").decode("utf-8", "replace").split())[-300:]
            self._words = self._words or "it said nothing"
            self._log.close()
        self._folder.cleanup()


class _Deadline:
    """The time for one thing; while others have the processor that it waits for, it stands still."""

    def __init__(self, kernel, seconds):
        self.kernel, self.seconds = kernel, seconds
        self.start, self.lived = time.monotonic(), kernel.lived()

    def check(self):
        passed = time.monotonic() - self.start
        if self.kernel.lived() - self.lived > self.seconds or passed > STARVED * self.seconds:
            self.kernel._end("time")
        if passed > 0.2 and self.kernel._process.poll() is not None:
            self.kernel._end("ended")


def _pipe():
    """Both ends of a pipe, as files. It holds LOG bytes; what is more is dropped, and who writes it never waits."""
    ends = os.pipe()
    for one in ends:
        os.set_blocking(one, False)
    return os.fdopen(ends[0], "rb", buffering=0), os.fdopen(ends[1], "wb", buffering=0)


def _listen(path):
    """A Unix socket that listens before the kernel exists, so that the kernel needs no folder to make it in."""
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.bind(path)
    one.listen(16)
    return one
