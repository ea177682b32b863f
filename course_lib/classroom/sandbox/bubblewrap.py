"""bubblewrap's command line: which folders a sandbox shows, and whether one can be had here."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib.classroom.sandbox import seccomp
from course_lib.classroom.sandbox.limits import MB, Limits
from course_lib.files import COURSE

WRITABLE = ("/dev/shm", "/tmp", "/home/learner")
INSIDE = "/course"  # where course_lib and data/ stand in the sandbox
SHIPPED, WHOLE_PROC = f"{INSIDE}/shipped", f"{INSIDE}/proc"  # in a forkserver's sandbox
HOME = WRITABLE[2]


def available():
    """None if a sandbox can be had here, else one sentence that says why not and what to do."""
    trust = "or grade with --trust-submissions, which runs the students' code with your own rights"
    if sys.platform != "linux":
        return f"there is a sandbox on Linux only, and this is {platform.system()}: grade on Linux, in WSL or in a virtual machine, {trust}"
    if shutil.which("bwrap") is None:
        return (
            f"bubblewrap is missing: install it (`sudo apt install bubblewrap`, `sudo dnf install bubblewrap`), {trust}"
        )
    if seccomp.numbers() is None:
        return f"the sandbox is not prepared for processors of type {platform.machine()}: grade on x86_64 or aarch64, {trust}"
    with seccomp.opened() as rules:
        command = [*command_line(rules.fileno()), "/usr/bin/env", "true"]
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
    return any(path.is_relative_to(Path(shown).resolve()) for shown in [*system(), *library()])


def system():
    """Folders of programs, and this Python with its packages."""
    folders = ["/usr", *(f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64")), sys.base_prefix, sys.prefix]
    return list(
        dict.fromkeys(os.path.realpath(folder) if folder.startswith(sys.prefix) else folder for folder in folders)
    )


def library():
    """What a notebook may import and read, and what serves the kernel inside; not the commands, nor what knows the hidden tests."""
    package = COURSE / "course_lib"
    library = [path for path in sorted(package.iterdir()) if path.name not in ("tools", "classroom")]
    return [*library, package / "classroom" / "__init__.py", package / "classroom" / "sandbox", COURSE / "data"]


def command_line(rules=None, limits=None, files=()):
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
    shown = [(folder, folder) for folder in system()]
    shown += [(f"/etc/{name}",) * 2 for name in ("ld.so.cache", "alternatives", "localtime", "fonts", "mime.types")]
    shown += [(str(path), f"{INSIDE}/{path.relative_to(COURSE)}") for path in library()]
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
    for name, value in environment().items():
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


def python():
    """This Python's command; its folder's real name, as the sandbox has it."""
    folder, name = os.path.split(sys.executable)
    return [f"{os.path.realpath(folder)}/{name}"]


def outside():
    """The environment of bubblewrap itself: its first process can be read from inside."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def environment():
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
