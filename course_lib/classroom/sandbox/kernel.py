"""A kernel that may run anything: in a bubblewrap sandbox, with limits, reached through sockets that the grader has opened.

What is inside: the system's programs and this Python, read-only; course_lib and data/, read-only; a home folder, /tmp and /dev/shm in
memory, of limited size. What is not: a network, a capability, any other file of this machine, other processes, a way to make new
namespaces. The folder that this file makes on disk holds only the four sockets, and it is not visible inside.
"""

import contextlib
import functools
import json
import os
import platform
import random
import re
import secrets
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from course_lib.classroom.sandbox import plain
from course_lib.errors import CourseError
from course_lib.files import COURSE

MB = 2**20
FILES = 200_000  # files in memory, even empty ones: each takes about a kilobyte that no process is charged for
WRITABLE = ("/dev/shm", "/tmp", "/home/learner")
MARK = "made-by-course_lib"  # in each folder that this file makes on disk, and may remove
INSIDE = "/course"  # where course_lib and data/ stand in the sandbox
SHIPPED, WHOLE_PROC = f"{INSIDE}/shipped", f"{INSIDE}/proc"  # in a forkserver's sandbox
HOME = WRITABLE[2]
UIDS = range(61184, 65520)  # what systemd sets aside for users that exist for one process


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        memory_mb: private memory of each process, and of all together.
        processes: processes and threads at a time.
        file_mb: size of a file, and of each of the three folders that can be written to (they are in memory, and count there, too).
        cpu_s: processor time of all processes of one kernel together.
        call_s, cell_s, task_s, notebook_s: seconds of wall time for one call of a student's function, one cell of the notebook, the
            test of one task, and the whole submission. If the sandbox was not given the processor for half of that time, a call or a
            cell may take up to four times as long.
        output_kb: stored output of one cell.
        core: number of the processor that the sandbox is bound to, or None for all of them. Give each of several graders one of its
            own: then no submission can slow another.
    """

    memory_mb: int = 4096
    processes: int = 256
    file_mb: int = 64
    cpu_s: int = 300
    call_s: float = 10
    cell_s: float = 60
    task_s: float = 60
    notebook_s: float = 600
    output_kb: int = 100
    core: int | None = None


class Gone(Exception):
    """The kernel had to be stopped, or ended by itself. `reason` is one of "time", "memory", "processes", "cpu", "ended"."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


# --- the command -------------------------------------------------------------------------------------------------------------


def available():
    """None if a sandbox can be had here, else one sentence that says why not and what to do."""
    trust = "or grade with --trust-submissions, which runs the students' code with your own rights"
    if sys.platform != "linux":
        return f"there is a sandbox on Linux only, and this is {platform.system()}: grade on Linux, in WSL or in a virtual machine, {trust}"
    if shutil.which("bwrap") is None:
        return (
            f"bubblewrap is missing: install it (`sudo apt install bubblewrap`, `sudo dnf install bubblewrap`), {trust}"
        )
    if _numbers() is None:
        return f"the sandbox is not prepared for processors of type {platform.machine()}: grade on x86_64 or aarch64, {trust}"
    with _filter() as rules:
        command = [*_command(rules.fileno()), "/usr/bin/env", "true"]
        trial = subprocess.run(command, pass_fds=[rules.fileno()], capture_output=True, text=True, errors="replace")
    if trial.returncode == 0:
        return None
    said = " ".join(trial.stderr.split())[:300]
    if "nknown option" in said:
        return f"this bubblewrap is too old ({said}): version 0.8 or newer is needed; update it, {trust}"
    return f"bubblewrap cannot make a sandbox here ({said}): allow user namespaces (on Ubuntu: `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container: start it with --security-opt seccomp=unconfined), {trust}"


def shows(path):
    """Whether a path of this machine can be seen in the sandbox; the folder of a course must not be."""
    path = Path(path).resolve()
    return any(path.is_relative_to(Path(shown).resolve()) for shown in [*_system(), *_checkout()])


def _system():
    """Folders of programs, and this Python with its packages."""
    folders = ["/usr", *(f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64")), sys.base_prefix, sys.prefix]
    return list(
        dict.fromkeys(os.path.realpath(folder) if folder.startswith(sys.prefix) else folder for folder in folders)
    )


def _checkout():
    """What a notebook may import and read, and what serves the kernel inside; not the commands, nor what knows the hidden tests."""
    package = COURSE / "course_lib"
    library = [path for path in sorted(package.iterdir()) if path.name not in ("tools", "classroom")]
    return [*library, package / "classroom" / "__init__.py", package / "classroom" / "sandbox", COURSE / "data"]


def _command(rules=None, limits=None, files=()):
    """bubblewrap's command line. `rules` is the number of the file with the seccomp rules; None for a forkserver, which sets them
    in its forks, and finds the files beside course_lib."""
    limits = limits or Limits()
    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    if rules is not None:
        command += ["--seccomp", str(rules)]
    if os.geteuid() == 0:
        # root needs no user namespace; what runs in there drops to a user that owns nothing as its first act
        command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-all"]
    shown = [(folder, folder) for folder in _system()]
    shown += [(f"/etc/{name}",) * 2 for name in ("ld.so.cache", "alternatives", "localtime", "fonts", "mime.types")]
    shown += [(str(path), f"{INSIDE}/{path.relative_to(COURSE)}") for path in _checkout()]
    # before what is shown: a checkout may lie in /tmp
    command += ["--proc", "/proc", "--dev", "/dev"]
    size = str(limits.file_mb * MB)
    for folder in WRITABLE:
        command += ["--size", size, "--perms", "1777", "--tmpfs", folder]
    for outside, inside in shown:
        for parent in reversed(Path(inside).parents[:-1]):
            command += ["--dir", str(parent)]  # made with 0755; what --ro-bind makes on its way is for root alone
        if os.path.islink(outside):
            command += ["--symlink", os.readlink(outside), inside]
        else:
            command += ["--ro-bind-try", outside, inside]
    for file in files:
        command += ["--ro-bind", str(file), f"{HOME if rules is not None else SHIPPED}/{Path(file).name}"]
    if rules is None and os.geteuid() == 0:
        # bubblewrap covers parts of root's /proc; a fork may mount its own only where another is seen whole, and then hides that one
        command += ["--dev-bind", "/proc", WHOLE_PROC]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    return command


QUIET = {
    "COURSE_LANG": "en",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MALLOC_ARENA_MAX": "2",  # each arena takes 64 MB of what RLIMIT_DATA counts
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


def _python():
    """This Python's command; its folder's real name, as the sandbox has it."""
    folder, name = os.path.split(sys.executable)
    return [f"{os.path.realpath(folder)}/{name}"]


def _outside():
    """The environment of bubblewrap itself: its first process can be read from inside."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def _environment():
    return {
        "PATH": f"{os.path.realpath(sys.prefix)}/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": "learner",
        "LOGNAME": "learner",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "PYTHONPATH": INSIDE,
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **QUIET,
    }


# System calls that no notebook needs and that lead out of a limit: new namespaces and mounts, memory that belongs to no process,
# the choice of the processor, the kernel's own workshops. (x86_64, aarch64)
_CALLS = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "sched_setaffinity": (203, 122),
}
_CLONE, _CLONE3, _NEW = (56, 220), 435, 0x7E020000  # flags of clone that make namespaces


def _numbers():
    """Which column of the table, and the architecture's audit number; None for another processor."""
    return {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}.get(platform.machine())


def _rules():
    """The seccomp rules, as the kernel's small machine reads them: bytes."""
    column, architecture = _numbers()
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, denied, unknown, kill = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
    rules = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, kill), (load, 0, 0, 0)]
    rules += [(at_least, 0, 1, 0x40000000), (give, 0, 0, kill)]  # the x32 numbers would go round the table
    for numbers in _CALLS.values():
        rules += [(equal, 0, 1, numbers[column]), (give, 0, 0, denied)]
    rules += [(equal, 0, 1, _CLONE3), (give, 0, 0, unknown)]  # its flags cannot be read here; libc falls back to clone
    rules += [(equal, 0, 3, _CLONE[column]), (load, 0, 0, 16), (any_bit, 0, 1, _NEW), (give, 0, 0, denied)]
    rules += [(give, 0, 0, allow)]
    return b"".join(struct.pack("=HBBI", *rule) for rule in rules)


def _filter():
    """An open file with the rules."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    file.write(_rules())
    file.seek(0)
    return file


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
        uid = random.SystemRandom().choice(UIDS) if not self.trust and os.geteuid() == 0 else None
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        with contextlib.ExitStack() as stack:
            sockets = [theirs, *(_listen(f"{address}-{number}") for number in (1, 2, 3, 4))]
            for one in sockets:
                stack.callback(one.close)
            server = None if self.trust else _forkserver(self.limits, files, modules)
            if server:
                self._process, uid = server.fork(uid, [self._log, *sockets]), None
            else:
                self._process = self._spawn([one.fileno() for one in sockets], files, stack)
        self._write(plain.message_bytes({"key": key, "limits": self._rlimits(), "uid": uid}), _Deadline(self, 30))
        self._connect(key, address)

    def _spawn(self, passed, files, stack):
        """A process of its own, in a sandbox of its own if these are not to be trusted."""
        command = [*_python(), "-m", "course_lib.classroom.sandbox.inside", *map(str, passed)]
        if self.trust:
            more = {"env": {**os.environ, **QUIET, "PYTHONPATH": str(COURSE), "PYTHONHASHSEED": "0"}}
            more["cwd"] = f"{self._folder.name}/work"
            os.mkdir(more["cwd"])
            for file in files:
                shutil.copy(file, more["cwd"])
        else:
            rules = stack.enter_context(_filter())
            passed = [*passed, rules.fileno()]
            command = [*_command(rules.fileno(), self.limits, files), *command]
            more = {"env": _outside()}
        output = {"stdin": subprocess.DEVNULL, "stdout": self._log, "stderr": self._log}
        with _bound_to(self.limits.core):
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
        client, outputs = self._client, _Outputs(self.limits.output_kb * 1000)
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
            plain.Refused: the reply, or the message, is no plain data; after a malformed reply the kernel is gone.
        """
        deadline = _Deadline(self, seconds or self.limits.call_s)
        self._count += 1
        number = f"{self._count}-{secrets.token_hex(8)}"  # a reply sent in advance would not know it
        self._write(plain.message_bytes({**message, "id": number}, blobs), deadline)
        while True:
            try:
                reply, got = plain.receive(lambda count: self._read(count, deadline))
            except plain.Refused:
                self.close()
                raise
            if reply.get("id") == number:
                return reply, got
            if "call" in reply and answer:
                back, more = answer(reply, got)
                self._write(plain.message_bytes(back, more), deadline)

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
                for folder in WRITABLE:
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


# --- kernels from a process that is warm -----------------------------------------------------------------------------------------

FORKS = True  # whether to try
_kept = threading.local()  # the forkserver of each thread that grades


def _forkserver(limits, files, modules):
    """This thread's forkserver, a new one if other things are asked of it than before; None where it cannot be had.

    Then each kernel gets a sandbox of its own from bubblewrap, which is as safe and slower.
    """
    if not FORKS or getattr(_kept, "no", False):
        return None
    wanted = (limits, tuple(map(str, files)), tuple(modules))
    if getattr(_kept, "wanted", None) != wanted or _kept.server.poll() is not None:
        if hasattr(_kept, "server"):
            _kept.server.close()
            del _kept.server, _kept.wanted
        server = Forkserver(*wanted)
        if not server.works():
            server.close()
            _kept.no = True
            return None
        _kept.server, _kept.wanted = server, wanted
    return _kept.server


class Forkserver:
    """A sandbox with a process in it that forks kernels (forkserver.py), each in a sandbox inside. It ends with the thread that made it."""

    def __init__(self, limits, files, modules):
        self.limits, self.files = limits, files
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [*_command(None, limits, files), *_python(), "-m", "course_lib.classroom.sandbox.forkserver"]
        with theirs, _bound_to(limits.core):
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_outside(),
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
            _Forked

        Raises:
            CourseError: it did not start.
        """
        request = {
            "uid": uid,
            "writable": WRITABLE,
            "kept": [folder for folder in _system() if any(Path(folder).is_relative_to(one) for one in WRITABLE)],
            "size": self.limits.file_mb * MB,
            "home": HOME,
            "hidden": [WHOLE_PROC] if os.geteuid() == 0 else [],
            "files": [f"{SHIPPED}/{Path(file).name}" for file in self.files],
            "rules": _rules().hex(),
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
        return _Forked(life)

    def close(self):
        self._control.close()
        self._process.kill()
        self._process.wait()


class _Forked:
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


class _Outputs:
    """What a cell puts out, as nbformat has it: text and pictures only, shortened."""

    PICTURES = ("image/png", "image/jpeg")

    def __init__(self, limit):
        self.list, self.error, self.rest = [], None, limit

    def take(self, kind, content):
        """Add a message; True if it is the one that says that the cell is done."""
        if kind == "status":
            return content.get("execution_state") == "idle"
        if kind == "clear_output":
            self.list.clear()
        if kind == "error":
            name, value = str(content.get("ename"))[:100], str(content.get("evalue"))[:1000]
            value = re.sub(r"\(\d+\.py, line (\d+)\)$", r"(line \1)", value)  # IPython's name for the cell says nothing
            self.error = f"{name}: {value}"
            trace = content.get("traceback") if isinstance(content.get("traceback"), list) else []
            lines = self._short("\n".join(line for line in trace if isinstance(line, str)))
            self.list.append({"output_type": "error", "ename": name, "evalue": value, "traceback": lines.split("\n")})
        elif self.rest <= 0 or len(self.list) > 200:
            pass
        elif kind == "stream" and isinstance(content.get("text"), str):
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            text = self._short(content["text"])
            if self.list and self.list[-1].get("name") == name:
                self.list[-1]["text"] += text
            else:
                self.list.append({"output_type": "stream", "name": name, "text": text})
        elif kind in ("display_data", "execute_result") and isinstance(content.get("data"), dict):
            data = {}
            for picture in self.PICTURES:
                value = content["data"].get(picture)
                if isinstance(value, str) and len(value) < 500_000 and _is_base64(value):
                    data[picture] = value
            if isinstance(content["data"].get("text/plain"), str):
                data["text/plain"] = self._short(content["data"]["text/plain"])
            if data:
                self.list.append({"output_type": "display_data", "data": data, "metadata": {}})
        return False

    def _short(self, text):
        text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t\x1b")
        if len(text) > self.rest:
            text = text[: max(self.rest, 0)] + "\n[cut: too much output]\n"
        self.rest -= len(text)
        return text


@contextlib.contextmanager
def _bound_to(core):
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


def _is_base64(text):
    import base64

    try:
        base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False
    return True


def _listen(path):
    """A Unix socket that listens before the kernel exists, so that the kernel needs no folder to make it in."""
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.bind(path)
    one.listen(16)
    return one
