"""Which system calls are refused. libseccomp, a library of the system's, knows their numbers on every processor."""

import ctypes
import errno
import socket
import tempfile

LIBRARY = "libseccomp.so.2"
# System calls that no notebook needs and that lead out of a limit: new namespaces and mounts, memory that is charged
# to no process, the choice of the processor, and parts of Linux with a history of holes.
DENIED = (
    *(
        "unshare",
        "setns",
        "mount",
        "umount2",
        "pivot_root",
        "open_tree",
        "move_mount",
        "fsopen",
        "fsmount",
        "mount_setattr",
    ),
    *("memfd_create", "memfd_secret", "vmsplice", "shmget", "msgget", "semget", "add_key", "request_key", "keyctl"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup"),
    "sched_setaffinity",
)
# Flags of clone that make namespaces: mount, cgroup, UTS, IPC, user, process, network
NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
SOL_SOCKET, BUFFERS = 1, (7, 8)  # SO_SNDBUF, SO_RCVBUF
SHARED = 0x21  # of mmap: MAP_SHARED and MAP_ANONYMOUS, memory that may be let go and is still there
# The only family of sockets: a kernel and the grader, and Python's own pairs of sockets, need no other. There is no
# network anyway; the rest is hundreds of thousands of lines of Linux that a notebook could try to break.
FAMILY = socket.AF_UNIX if hasattr(socket, "AF_UNIX") else 1
_ALLOW, _ERROR, _NOT_EQUAL, _MASKED_EQUAL = 0x7FFF0000, 0x00050000, 1, 7  # of seccomp.h


class Missing(Exception):
    """libseccomp is not there, or too old; the message is half a sentence that says so, and what to do."""


class _Argument(ctypes.Structure):
    _fields_ = [("number", ctypes.c_uint), ("how", ctypes.c_int), ("mask", ctypes.c_uint64), ("value", ctypes.c_uint64)]


def opened():
    """An open file with the rules as Linux reads them; the caller closes it.

    Raises:
        Missing: libseccomp cannot make them.
    """
    library = _library()
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))
    try:
        for name in DENIED:
            _add(library, rules, errno.EPERM, name)
        # no rule can see its flags; told that it does not exist, the C library falls back to clone
        _add(library, rules, errno.ENOSYS, "clone3")
        for name in ("socket", "socketpair"):
            _add(library, rules, errno.EAFNOSUPPORT, name, _Argument(0, _NOT_EQUAL, FAMILY, 0))
        # as Linux does itself beyond its limits: the wish for a larger buffer is heard, and changes nothing
        for option in BUFFERS:
            equal = lambda number, value: _Argument(number, _MASKED_EQUAL, 0xFFFFFFFF, value)
            _add(library, rules, 0, "setsockopt", equal(1, SOL_SOCKET), equal(2, option))
        _add(library, rules, errno.ENOMEM, "mmap", _Argument(3, _MASKED_EQUAL, SHARED, SHARED))
        for flag in NAMESPACES:
            _add(library, rules, errno.EPERM, "clone", _Argument(0, _MASKED_EQUAL, flag, flag))
        file = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
        if library.seccomp_export_bpf(rules, file.fileno()):
            file.close()
            raise Missing("libseccomp could not write its rules: update it")
    finally:
        library.seccomp_release(rules)
    file.seek(0)
    return file


def program():
    """The rules as bytes."""
    with opened() as file:
        return file.read()


def _library():
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        raise Missing(
            "libseccomp is missing: install it (`sudo apt install libseccomp2`, `sudo dnf install libseccomp`)"
        ) from None
    library.seccomp_init.restype = ctypes.c_void_p
    return library


def _add(library, rules, number, name, *arguments):
    call = library.seccomp_syscall_resolve_name(name.encode())
    if call == -1:
        raise Missing(f"this libseccomp is too old to know the system call {name}: update it to 2.5.2 or newer")
    action, array = ctypes.c_uint32(_ERROR | number), (_Argument * len(arguments))(*arguments)
    if library.seccomp_rule_add_array(rules, action, call, len(arguments), array):
        raise Missing(f"libseccomp could not make the rule for {name}: update it")
