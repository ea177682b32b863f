"""A kernel that may run anything: in a bubblewrap sandbox, with limits, reached through sockets that the grader has opened.

What is inside: the system's programs and this Python, read-only; course_lib and data/, read-only; a home folder, /tmp and /dev/shm in
memory, of limited size. What is not: a network, a capability, any other file of this machine, other processes, a way to make new
namespaces. The folder that this file makes on disk holds only the four sockets, and it is not visible inside.
"""

import contextlib
import functools
import os
import random
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from course_lib.classroom.sandbox import bubblewrap, calls, seccomp, warm
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.limits import FILES, MB, Gone, Limits
from course_lib.classroom.sandbox.outputs import Outputs
from course_lib.errors import CourseError
from course_lib.files import COURSE

MARK = "made-by-course_lib"  # in each folder that this file makes on disk, and may remove

# --- folders on disk ----------------------------------------------------------------------------------------------------------


def _place():
    """Where folders for sockets are made: a socket's path must be short."""
    return "/tmp" if len(tempfile.gettempdir()) > 60 else tempfile.gettempdir()


@functools.lru_cache(maxsize=1)  # once a process
def sweep():
    """Remove what graders that were killed have left: folders of this user that this file has made and marked, and whose maker is gone."""
    import psutil

    for folder in Path(_place()).glob("course-sandbox-*-*"):
        with contextlib.suppress(OSError, ValueError):
            state, maker = folder.lstat(), int(folder.name.split("-")[2])
            ours = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid() and (folder / MARK).is_file()
            if ours and not psutil.pid_exists(maker):
                shutil.rmtree(folder, ignore_errors=True)


# --- the kernel --------------------------------------------------------------------------------------------------------------


class Kernel:
    """A running kernel with its limits. Use it as a context manager; afterwards nothing of it is left.

    Args:
        trust: without a sandbox, with the rights of whoever grades.
        files: files to be read in the home folder.
        modules: names of modules that the notebook is going to import; it finds them imported already.

    Raises:
        CourseError: it did not start.
    """

    def __init__(self, limits=None, *, trust=False, files=(), modules=()):
        self.limits, self.trust = limits or Limits(), trust
        self.closed, self._inside = False, False
        self._count, self._usage, self._looked = 0, (0.0, 0, 0), 0.0
        if os.name == "nt":
            raise CourseError(
                "submissions cannot be run on Windows itself: do this in WSL, where there is also a sandbox"
            )
        sweep()
        # It holds four sockets; close() removes it.
        self._folder = tempfile.TemporaryDirectory(
            prefix=f"course-sandbox-{os.getpid()}-", dir=_place(), ignore_cleanup_errors=True
        )
        Path(self._folder.name, MARK).touch()
        self._client = self._process = self._channel = self._log = None
        try:
            self._start(files, modules)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _start(self, files, modules):
        key, address = secrets.token_hex(32), f"{self._folder.name}/kernel"
        uid = random.SystemRandom().choice(warm.UIDS) if not self.trust and os.geteuid() == 0 else None
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        with contextlib.ExitStack() as stack:
            sockets = [theirs, *(_listen(f"{address}-{number}") for number in (1, 2, 3, 4))]
            for one in sockets:
                stack.callback(one.close)
            server = None if self.trust else warm.forkserver(self.limits, files, modules)
            if server:
                self._process, uid = server.fork(uid, [self._log, *sockets]), None
            else:
                self._process = self._spawn([one.fileno() for one in sockets], files, stack)
        self._write(calls.message_bytes({"key": key, "limits": self._rlimits(), "uid": uid}), _Deadline(self, 30))
        self._connect(key, address)

    def _spawn(self, passed, files, stack):
        """A process of its own, in a sandbox of its own if these are not to be trusted."""
        command = [*bubblewrap.python(), "-m", "course_lib.classroom.sandbox.inside", *map(str, passed)]
        if self.trust:
            more = {"env": {**os.environ, **bubblewrap.QUIET, "PYTHONPATH": str(COURSE), "PYTHONHASHSEED": "0"}}
            more["cwd"] = f"{self._folder.name}/work"
            os.mkdir(more["cwd"])
            for file in files:
                shutil.copy(file, more["cwd"])
        else:
            rules = stack.enter_context(seccomp.opened())
            passed = [*passed, rules.fileno()]
            command = [*bubblewrap.command_line(rules.fileno(), self.limits, files), *command]
            more = {"env": bubblewrap.outside()}
        output = {"stdin": subprocess.DEVNULL, "stdout": self._log, "stderr": self._log}
        with warm.bound_to(self.limits.core):
            return subprocess.Popen(command, pass_fds=passed, start_new_session=True, **output, **more)

    def _rlimits(self):
        limits = self.limits
        values = {
            "DATA": limits.memory_mb * MB,
            "AS": (limits.memory_mb + 16384)
            * MB,  # libraries map far more than they use; this bounds what DATA does not count
            "FSIZE": limits.file_mb * MB,
            "CPU": int(limits.cpu_s),
            "NOFILE": 256,
            "CORE": 0,
        }
        if not self.trust:  # there it would count all processes of whoever grades
            values["NPROC"] = limits.processes
        return values

    def _connect(self, key, address):
        import zmq
        from jupyter_client import BlockingKernelClient

        self._context = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, 16 * MB)  # a larger message closes the connection
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
            self._inside = True
        except Gone as gone:
            raise CourseError(
                f"the kernel of the sandbox did not start ({gone.reason}): {self._words}; try `python3 -m course_lib test`, which says whether this installation is whole"
            ) from None

    def _greet(self, deadline):
        """Until both channels are known to work."""
        client = self._client
        while True:
            request, heard = client.kernel_info(), False
            until = time.monotonic() + 2
            while time.monotonic() < until:
                self._wait([client.shell_channel.socket], deadline)
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
        """Until one of the sockets is ready, a quarter of a second at most; looks after the limits meanwhile."""
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
                if (
                    patience and time.monotonic() > patience
                ):  # a message that was too large has closed the output channel
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
        """Send a message to the servant and wait for the reply.

        Args:
            answer: function of (message, blobs) -> (reply, blobs) for calls that come back meanwhile.

        Raises:
            Gone: no reply in time, or none at all.
            Refused: the reply, or the message, is no calls data; after a malformed reply the kernel is gone.
        """
        deadline = _Deadline(self, seconds or self.limits.call_s)
        self._count += 1
        number = f"{self._count}-{secrets.token_hex(8)}"  # a reply sent in advance would not know it
        self._write(calls.message_bytes({**message, "id": number}, blobs), deadline)
        while True:
            try:
                reply, got = calls.receive(lambda count: self._read(count, deadline))
            except Refused:
                self.close()
                raise
            if reply.get("id") == number:
                return reply, got
            if "call" in reply and answer:
                back, more = answer(reply, got)
                self._write(calls.message_bytes(back, more), deadline)

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
                self._wait([self._channel], deadline)
                continue
            except OSError:
                piece = b""
            if not piece:
                self._end("ended")
            data += piece
            deadline.check()
        return bytes(data)

    # --- limits of all processes together ---

    def look(self):
        """(processor seconds, bytes of memory, processes and threads) of all that runs in here; stops the kernel if it is too much."""
        import psutil

        if time.monotonic() - self._looked > 0.2:
            cpu, memory, threads = 0.0, 0, 0
            with contextlib.suppress(psutil.NoSuchProcess):
                top = psutil.Process(self._process.pid)
                for process in [*top.children(recursive=True), *([top] if self.trust else [])]:
                    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                        cpu += sum(process.cpu_times()[:4])
                        memory += process.memory_info().rss
                        threads += process.num_threads()
            self._usage, self._looked = (max(cpu, self._usage[0]), memory, threads), time.monotonic()
            if self._files() > FILES:
                self._end("memory")
            if cpu > self.limits.cpu_s:
                self._end("cpu")
            if memory > 1.1 * self.limits.memory_mb * MB and self._own_memory() > 1.1 * self.limits.memory_mb * MB:
                self._end("memory")
            if threads > 1.1 * self.limits.processes + 8 and not self.trust:
                self._end("processes")
        return self._usage

    def _files(self):
        """How many files there are in the sandbox's memory."""
        import psutil

        count = 0
        with contextlib.suppress(psutil.Error, OSError):
            # before the kernel answers, the process may still see this machine's own folders
            for process in [] if self.trust or not self._inside else psutil.Process(self._process.pid).children()[:1]:
                for folder in bubblewrap.WRITABLE:
                    state = os.statvfs(f"/proc/{process.pid}/root{folder}")
                    count += state.f_files - state.f_ffree
        return count

    def _own_memory(self):
        """Bytes of memory, where what forked processes share counts once. Slower than the sum, so it is asked second."""
        import psutil

        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, AttributeError):
                    total += process.memory_full_info().pss
        return total

    def strays(self):
        """How many processes run in here beside the kernel itself."""
        import psutil

        with contextlib.suppress(psutil.NoSuchProcess):
            own = 0 if self.trust else 2  # below bubblewrap or the guard: a process number 1, and the kernel
            return max(0, len(psutil.Process(self._process.pid).children(recursive=True)) - own)
        return 0

    def _end(self, reason):
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
            if self.trust:  # bubblewrap takes its processes along; without it, those that have not left the session
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
        if self._channel is not None:
            self._channel.close()
        if self._log is not None and not self._log.closed:
            self._log.seek(0)
            self._words = " ".join(self._log.read(65536).decode("utf-8", "replace").split())[-300:] or "it said nothing"
            self._log.close()
        self._folder.cleanup()


class _Deadline:
    """Wall time for one thing, lengthened where the sandbox was not given the processor."""

    def __init__(self, kernel, seconds):
        self.kernel, self.seconds = kernel, seconds
        self.start, self.used = time.monotonic(), kernel.look()[0] if kernel._process else 0.0

    def check(self):
        passed = time.monotonic() - self.start
        used = self.kernel.look()[0] - self.used
        if passed > 4 * self.seconds or passed > self.seconds and used > self.seconds / 2:
            self.kernel._end("time")
        if passed > 0.2 and self.kernel._process.poll() is not None:
            self.kernel._end("ended")


def _listen(path):
    """A Unix socket that listens before the kernel exists, so that the kernel needs no folder to make it in."""
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.bind(path)
    one.listen(16)
    return one
