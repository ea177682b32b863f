"""What makes kernels quickly: a process in the sandbox that has imported what kernels need, and forks one for each
submission.

Started by warm.py as `python -m course_lib.classroom.sandbox.forkserver FD MODULE...`, before any submission is there.
Each fork moves into user, mount, process, IPC and network namespaces of its own, finds its folders empty, and gets the
rules for system calls; so it sees nothing of the forks before it and beside it, and cannot reach this process. Three
processes stand for a kernel:

    guard     waits for the next one, in this process's namespaces; when it is gone, all of the kernel is gone
    init      number 1 of the kernel's namespace: everything in there ends with it
    kernel    the IPython kernel, which also answers calls (inside.py)
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys

from course_lib.classroom.sandbox import inside

_NAMESPACES = 0x10000000 | 0x20000 | 0x20000000 | 0x08000000 | 0x40000000  # user, mount, process, IPC, network
_NOSUID, _NODEV, _NOEXEC, _READ_ONLY, _BIND, _RECURSIVE, _PRIVATE = 2, 4, 8, 1, 4096, 16384, 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)
_IMPORTED = (  # all that a kernel has imported when it answers, some of it only while it starts
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "numpy",
    "tornado.platform.asyncio",
    "tornado.queues",
    "zmq",
)


def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    inside.without_debugger()
    for name in (*_IMPORTED, *sys.argv[2:]):
        with contextlib.suppress(Exception):  # a submission that imports it will be told what is wrong
            importlib.import_module(name)
    inside.seen_by_others(False)
    gc.collect()
    gc.freeze()  # what the garbage collector does not touch stays shared between the forks
    threads = len(os.listdir("/proc/self/task"))  # a fork has one thread only, but the locks of all
    control.send(b"ready" if threads == 1 else b"an import has started threads")
    while threads == 1:
        request, fds, _, _ = socket.recv_fds(control, 65536, 16)
        if not request:
            return
        if os.fork() == 0:
            control.close()
            _guard(json.loads(request), *fds)
        for fd in fds:
            os.close(fd)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _guard(request, life, log, *sockets):
    """Never returns. What goes wrong is sent to `life`, which is closed when this process ends."""
    says = socket.socket(fileno=life)
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        if request["uid"] is not None:
            inside.change_user(request["uid"])
        uid, gid = os.getuid(), os.getgid()
        _call("unshare", _NAMESPACES)
        inside.seen_by_others(True)
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
        inside.first_to_go()
        inside.seen_by_others(False)
        if os.fork() == 0:
            _init(request, says, sockets)
        for fd in sockets:
            os.close(fd)
        inside.without_capabilities()
        says.send(b"guard")  # the socket's other end learns this process's number
        os.wait()
    except OSError as error:
        says.send(str(error).encode())
    finally:
        os._exit(0)


def _init(request, says, sockets):
    """Never returns."""
    try:
        _libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: it ends with its guard
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # which number 1 does not hear
        _mount(None, "/", None, _RECURSIVE | _PRIVATE)
        kept = {path: os.open(path, os.O_PATH) for path in request["kept"] if os.path.isdir(path)}
        for folder in request["writable"]:
            _mount("tmpfs", folder, "tmpfs", _NOSUID | _NODEV, f"size={request['size']},mode=1777")
        # Python itself may lie in one of these, with a checkout in /tmp: back to where it was
        for path, folder in kept.items():
            os.makedirs(path, exist_ok=True)
            _mount(f"/proc/self/fd/{folder}", path, None, _BIND | _RECURSIVE)
            os.close(folder)
        # read-only, so that no process there can change its rank
        _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC | _READ_ONLY)
        for folder in request["hidden"]:
            _mount("tmpfs", folder, "tmpfs", _READ_ONLY, "size=4k,mode=0")
        os.chdir(request["home"])
        inside.without_capabilities()
        kernel = os.fork()
        if kernel == 0:
            says.close()
            _kernel(request, sockets)
        for fd in sockets:
            os.close(fd)
        says.send(b"init")
        says.close()
        while os.wait()[0] != kernel:
            pass
    except OSError as error:
        says.send(str(error).encode())
    finally:
        os._exit(0)


def _kernel(request, sockets):
    try:
        os.setsid()
        inside.seen_by_others(True)
        inside.limit(request["limits"])
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # otherwise all forks would draw the same; `random` does it by itself
        _rules(bytes.fromhex(request["rules"]))
        inside.serve(socket.socket(fileno=sockets[0]), list(sockets[1:]))
    finally:
        os._exit(0)


def _rules(program):
    """Install a seccomp filter."""

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_char_p)]

    content = Program(len(program) // 8, program)
    _call("prctl", ctypes.c_ulong(22), ctypes.c_ulong(2), ctypes.byref(content), ctypes.c_ulong(0), ctypes.c_ulong(0))


def _mount(what, where, kind, flags, options=None):
    text = lambda value: None if value is None else value.encode()
    _call("mount", text(what), text(where), text(kind), ctypes.c_ulong(flags), text(options))


def _call(name, *arguments):
    """A call of the C library.

    Raises:
        OSError: it failed.
    """
    if getattr(_libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
