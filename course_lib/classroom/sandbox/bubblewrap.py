"""bubblewrap's command line: which folders a sandbox shows, and whether one can be had here."""

import contextlib
import os
import platform
import random
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib.classroom.sandbox import seccomp
from course_lib.classroom.sandbox.limits import MB
from course_lib.files import COURSE

WRITABLE = ("/dev/shm", "/tmp", "/home/learner")
INSIDE = "/course"  # where course_lib and data/ stand in the sandbox
WHOLE_PROC = f"{INSIDE}/proc"  # in a forkserver's sandbox
HOME = WRITABLE[2]
UIDS = range(61184, 65520)  # what systemd sets aside for users that exist for one process
SYSTEM = "/proc/sys"
SWITCHES = (  # of namespaces for ordinary users: name, value that forbids them, value that allows them
    ("user.max_user_namespaces", "0", "10000"),
    ("kernel.unprivileged_userns_clone", "0", "1"),  # Debian
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),  # Ubuntu
)
# The files of this folder that run inside
SERVING = ("__init__", "forkserver", "inside", "arrays", "values", "models", "calls")


def available():
    """None if a sandbox can be had here, else one sentence that says why not and what to do."""
    trust = "or grade with --trust-submissions, which runs the students' code with your own rights"
    if sys.platform != "linux":
        return f"there is a sandbox on Linux only, and this is {platform.system()}: grade on Linux, in WSL or in a virtual machine, {trust}"
    if shutil.which("bwrap") is None:
        return (
            f"bubblewrap is missing: install it (`sudo apt install bubblewrap`, `sudo dnf install bubblewrap`), {trust}"
        )
    try:
        rules = seccomp.opened()
    except seccomp.Missing as why:
        return f"{why}, {trust}"
    with rules:
        command = [*command_line(library(), rules.fileno()), "/usr/bin/env", "true"]
        trial = subprocess.run(command, pass_fds=[rules.fileno()], capture_output=True, text=True, errors="replace")
    if trial.returncode == 0:
        return None
    said = " ".join(trial.stderr.split())[:300]
    if "nknown option" in said:
        return f"this bubblewrap is too old ({said}): version 0.8 or newer is needed; update it, {trust}"
    return f"bubblewrap cannot make a sandbox here ({said}): allow user namespaces ({_opens()}), {trust}"


def _opens():
    """What lets an ordinary user make namespaces, by what this machine says of itself."""
    for name, closed, opened in SWITCHES:
        with contextlib.suppress(OSError):
            if Path(SYSTEM, *name.split(".")).read_text(encoding="ascii").strip() == closed:
                return f"`sudo sysctl {name}={opened}`"
    return "in a container: start it with --security-opt seccomp=unconfined"


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
    """What a notebook may import and read, and what runs the kernel inside; not the commands, nor the judge.

    Inside, course_lib.classroom is a package without an __init__, which would import the commands.
    """
    package = COURSE / "course_lib"
    shown = [path for path in sorted(package.iterdir()) if path.name not in ("tools", "classroom", "__main__.py")]
    serving = [package / "classroom" / "sandbox" / f"{name}.py" for name in SERVING]
    return [*shown, *serving, COURSE / "data"]


def judging():
    """What the process that runs the hidden tests may read: course_lib and data/. What it grades is sent to it."""
    return [COURSE / "course_lib", COURSE / "data"]


def command_line(shown, rules=None, file_mb=64, *, whole_proc=False):
    """bubblewrap's command, to be followed by the one that it runs.

    Args:
        shown: paths in the checkout that can be read inside.
        rules: number of the open file with the seccomp rules; None if what is run sets them by itself.
        file_mb: size of each of the folders in WRITABLE.
        whole_proc: for a forkserver. bubblewrap covers parts of root's /proc, and a fork may mount one of its own only
            where another can be seen whole; it is at WHOLE_PROC, and the fork hides it.
    """
    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    if rules is not None:
        command += ["--seccomp", str(rules)]
    if os.geteuid() == 0:
        # root needs no user namespace; what runs in there becomes a user that owns nothing as its first act
        command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-all"]
    # before what is shown: a checkout may lie in /tmp
    command += ["--proc", "/proc", "--dev", "/dev"]
    for folder in WRITABLE:
        command += ["--size", str(file_mb * MB), "--perms", "1777", "--tmpfs", folder]
    pairs = [(folder, folder) for folder in system()]
    pairs += [(f"/etc/{name}",) * 2 for name in ("ld.so.cache", "alternatives", "localtime", "fonts", "mime.types")]
    pairs += [(str(path), f"{INSIDE}/{path.relative_to(COURSE)}") for path in shown]
    for outside, inside in pairs:
        for parent in reversed(Path(inside).parents[:-1]):
            command += ["--dir", str(parent)]  # with mode 0755; what --ro-bind makes on its way is for root alone
        if os.path.islink(outside):
            command += ["--symlink", os.readlink(outside), inside]
        else:
            command += ["--ro-bind-try", outside, inside]
    if whole_proc and os.geteuid() == 0:
        command += ["--dev-bind", "/proc", WHOLE_PROC]
    if not whole_proc:  # a process there could change its rank among those to end where memory runs out
        command += ["--remount-ro", "/proc"]
    # a shared mapping of /dev/zero would be memory that counts for nobody
    command += ["--dev-bind", "/dev/null", "/dev/zero"]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    for name, value in environment().items():
        command += ["--setenv", name, value]
    return command


def user():
    """The user that a process inside has to become: where root grades, one that owns nothing, else None."""
    return random.SystemRandom().choice(UIDS) if os.geteuid() == 0 else None


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
    """This Python's command, by the real name of its folder, which is also its name inside."""
    folder, name = os.path.split(sys.executable)
    return [f"{os.path.realpath(folder)}/{name}"]


def outside():
    """The environment of bubblewrap itself: its first process can be read from inside."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def environment():
    """The environment inside."""
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
