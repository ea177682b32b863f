"""Make .venv from the pinned requirements the first time, and notice later that nothing is to be done.

Standard library only: this runs before anything is installed. The folder carries a mark that says which files it was
made from; a folder without a complete mark is never used, and only a folder with a mark is ever removed.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import places
from course_lib.tools.places import COURSE, HOME, VENV

OLD = VENV.with_name(".venv-old")
MARK = "made-by-course_lib.json"
LEARNER, INSTRUCTOR = "requirements.txt", "requirements-instructor.txt"
DEVELOPMENT, TORCH = "requirements-dev.txt", "requirements-torch.txt"
NEEDED_BYTES = {  # measured, and room for the downloads
    LEARNER: 3_000_000_000,
    INSTRUCTOR: 300_000_000,
    DEVELOPMENT: 1_000_000_000,
    TORCH: 9_000_000_000 if sys.platform == "linux" else 2_000_000_000,  # the usual build for Linux brings CUDA
}


def ready_python(development=False, torch=False, instructor=False):
    """Path of a Python in which all pinned packages are installed; sets up .venv if there is none.

    Args:
        development: also install requirements-dev.txt, which only the tests need.
        torch: install that and requirements-torch.txt, which only some tests need and which is large.
        instructor: also install requirements-instructor.txt, which grading needs; the tests' file includes it.

    Raises:
        CourseError: the set-up is not possible here; the sentence says why and what to do.
    """
    tests = development or torch
    files = [LEARNER] + [INSTRUCTOR] * (instructor or tests) + [DEVELOPMENT] * tests + [TORCH] * torch
    for folder in dict.fromkeys((VENV, COURSE / ".venv")):  # whoever installed the course may have set it up for all
        if _complete(files, folder):
            return venv_python(folder)
    if (_read_mark(VENV) is None or not is_this(venv_python())) and _installed_here(files):
        return Path(sys.executable)  # the conventional way: pip install -r requirements.txt in one's own environment
    if is_this(venv_python()):  # never rebuild the folder this very process runs from: let the base Python do it
        return Path(sys._base_executable)
    with _one_at_a_time():
        if not _complete(files):
            _set_up(files)
    return venv_python()


def is_this(python):
    """Whether this process runs in the environment of that Python."""
    return Path(python).parent.absolute() == Path(sys.executable).parent.absolute()


def hand_over(python, argv):
    """Run the same command with another Python. Does not return on Linux
    and macOS; returns the exit status on Windows."""
    command = [str(python), "-m", "course_lib", *argv]
    # course_lib may have been found through the current folder only
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(COURSE), os.environ.get("PYTHONPATH")])),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # TensorFlow's import takes twice as long without compiled files
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child got it too, and says what there is to say
            continue


def venv_python(folder=VENV):
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def _pins(file):
    """The lines of a requirements file that pin a package, in order."""
    lines = (COURSE / file).read_text(encoding="utf-8").splitlines()
    return [line.split(" #")[0].rstrip() for line in lines if "==" in line and not line.startswith(("#", " "))]


def _digests(files):
    return {name: hashlib.sha256((COURSE / name).read_bytes()).hexdigest() for name in files}


def _read_mark(folder):
    """What the mark says, or None where the folder is not one that this file made."""
    try:
        return json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_mark(folder, **facts):
    write_text(folder / MARK, json.dumps({"folder": str(VENV), **facts}))


def _packages(folder):
    """Where packages lie in an environment, by the Python that its link leads
    to; by the running one, if that is not known."""
    if os.name == "nt":
        return folder / "Lib" / "site-packages"
    name = venv_python(folder).resolve().name  # python3.13
    version = name if name.startswith("python3.") else "python" + ".".join(map(str, sys.version_info[:2]))
    return folder / "lib" / version / "site-packages"


def _complete(files, folder=VENV):
    mark = _read_mark(folder) or {}
    return (
        mark.get("state") == "complete"
        and mark.get("folder") == str(folder)  # a moved environment does not work
        and venv_python(folder).exists()
        and _packages(folder).is_dir()  # gone if the system's Python has become another one
        and _digests(files).items() <= mark["installed"].items()
    )


def _installed_here(files):
    """Whether the running interpreter has every pin of these files."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return False
    for pin in (Requirement(line) for name in files for line in _pins(name)):
        try:
            if (pin.marker is None or pin.marker.evaluate()) and metadata.version(pin.name) not in pin.specifier:
                return False
        except metadata.PackageNotFoundError:
            return False
    return True


@contextlib.contextmanager
def _one_at_a_time():
    """A lock on the home; it is freed when the process ends, however it ends."""
    places.require_home()
    try:
        handle = open(HOME / ".venv.lock", "w", encoding="utf-8")
    except OSError as error:
        raise CourseError(places.cannot_write(error)) from None
    with handle:
        if os.name == "nt":
            import msvcrt

            take = lambda: msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            take = lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        told = False
        while True:
            try:
                take()
                break
            except (BlockingIOError, PermissionError):  # taken; what else goes wrong is no reason to wait
                if not told:
                    print("another set-up of this folder is running; waiting for it to end", flush=True)
                told = True
                time.sleep(0.5)
        yield


def _remove(folder):
    """Remove a folder that carries our mark, the mark last, so that it
    can be removed again when this is interrupted."""
    if not folder.is_symlink() and not folder.exists():
        return
    foreign = (
        folder.is_symlink()
        or not folder.is_dir()
        or (_read_mark(folder) is None and {path.name for path in folder.iterdir()} - {MARK + ".part"})
    )
    if foreign:
        raise CourseError(
            f"{folder} was not made by this command, so it stays untouched: "
            "activate it and run `pip install -r requirements.txt`, or move it away, and try again"
        )
    for path in folder.iterdir():
        if path.name != MARK:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.rmtree(folder)


def _set_up(files):
    started = time.monotonic()
    try:
        # PyTorch by itself: if it fails, the others stay
        for step in ([name for name in files if name != TORCH], files):
            if _complete(step):
                continue
            if _complete(step[:1]):  # the learner's pins are there and stay; only what the tests need is added
                _check_space(step[-1:])
                _install(step)
            else:
                _replace(step)
            _write_mark(VENV, state="complete", installed=_digests(step))
            _remove(OLD)
    except OSError as error:
        raise CourseError(places.cannot_write(error)) from None
    except KeyboardInterrupt:
        print("\nset-up interrupted; the next run starts it again", file=sys.stderr)
        raise
    print(f"ready after {time.monotonic() - started:.0f} s\n", flush=True)


def _replace(files):
    """Make .venv anew; where that fails, what was there before comes back."""
    if (_read_mark(OLD) or {}).get("state") == "complete" and (_read_mark(VENV) or {}).get("state") != "complete":
        _remove(VENV)  # an update was killed: the packages of before are in .venv-old
        OLD.rename(VENV)
    keep = (_read_mark(VENV) or {}).get("state") == "complete" and venv_python().exists()
    if keep:
        print("the requirements have changed: updating .venv")
        _remove(OLD)
        VENV.rename(OLD)
    else:
        _remove(VENV)
    try:
        _check_space(files)
        VENV.mkdir()
        _write_mark(VENV, state="incomplete")
        _make_venv()
        _install(files)
    except BaseException:
        if keep:  # better the old packages than none
            _remove(VENV)
            OLD.rename(VENV)
        raise


def _check_space(files):
    """Whether what these files ask for still fits on the disk."""
    free, needed = shutil.disk_usage(HOME).free, sum(NEEDED_BYTES[name] for name in files)
    if free < needed:
        raise CourseError(
            f"the disk that holds {HOME} has {free / 1e9:.1f} GB free, and the packages need about {needed / 1e9:.0f} GB: "
            "free some space and run the command again"
        )


def _make_venv():
    print("set-up, once: 1/2 making .venv", flush=True)
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        _step([sys.executable, "-m", "venv", str(VENV)])
    elif shutil.which("uv"):
        _step(["uv", "venv", "--seed", "--allow-existing", "--python", sys.executable, str(VENV)])
    else:
        version = ".".join(map(str, sys.version_info[:2]))
        raise CourseError(
            "this Python has no venv/ensurepip, which makes environments: on Debian or Ubuntu run "
            f"`sudo apt install python{version}-venv` (or install uv), then the command again"
        )


def _install(files):
    """With uv, from the path or brought by pip; with pip alone where uv fails, and for PyTorch."""
    python = str(venv_python())
    if files[-1] == TORCH:
        return _install_torch(python)
    size = {LEARNER: "2.4 GB", INSTRUCTOR: "2.6 GB"}.get(files[-1], "3.2 GB")
    print(f"set-up, once: 2/2 installing about {len(_pins(files[-1]))} packages, {size} on disk", flush=True)
    wanted = ["-r", files[-1]]  # each file includes those before it
    uv = [shutil.which("uv")]
    if uv[0] is None:
        try:
            _step([python, "-m", "pip", "install", "--retries", "1", "uv"])
            uv = [python, "-m", "uv"]
        except CourseError:
            uv = None
    if uv:
        try:
            return _step([*uv, "pip", "install", "--python", python, *wanted])
        except CourseError as error:
            print(f"uv could not do it ({error}); trying pip", flush=True)
    _step([python, "-m", "pip", "install", "--retries", "1", *wanted])


def _install_torch(python):
    """Add what the last file pins beyond the one before, with pip.

    Pip looks where the machine's own configuration tells it to, uv does not: so a machine that has PyTorch's small
    build for processors in a folder or an index of its own gets that one, and no CUDA.
    """
    print("set-up, once: adding PyTorch, 1 GB on disk without CUDA, 5 GB with it", flush=True)
    there = set(_pins(DEVELOPMENT))
    more = [pin for pin in _pins(TORCH) if pin not in there]
    _step([python, "-m", "pip", "install", "--retries", "1", *more])


def _step(command):
    """Run one command of the set-up, showing its last line and the time; CourseError tells why it failed."""
    live = sys.stdout.isatty()
    started, lines = time.monotonic(), []
    with subprocess.Popen(
        command,
        cwd=COURSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "VIRTUAL_ENV": str(VENV)},
    ) as process:
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                if not live:
                    print("   ", lines[-1], flush=True)
                elif lines[-1].strip():
                    width = max(shutil.get_terminal_size().columns - 12, 20)
                    print(
                        f"\r{time.monotonic() - started:5.0f} s  {lines[-1].strip()[:width]:{width}}",
                        end="",
                        flush=True,
                    )
        except BaseException:
            process.terminate()
            raise
        finally:
            if live:
                print("\r" + " " * (shutil.get_terminal_size().columns - 1), end="\r", flush=True)
    if process.returncode:
        raise CourseError(_reason("\n".join(lines)))


# what installers print -> the sentence about it; the first that fits
_REASONS = {
    ("no space left", "not enough space", "disk quota", "os error 28", "errno 28", "os error 112"): (
        f"the disk is full: free about 3 GB (for PyTorch {NEEDED_BYTES[TORCH] / 1e9:.0f} GB) and run the command again"
    ),
    ("read-only file system", "permission denied", "access is denied", "os error 30"): (
        f"{HOME} cannot be written: set COURSE_HOME to a folder of your own and run the command again"
    ),
    (
        "name resolution", "dns error", "failed to lookup", "newconnectionerror", "connecttimeout", "error sending request",
        "network is unreachable", "connection refused", "could not connect", "nodename nor servname",
        "getaddrinfo failed", "timed out", "client error (connect)",
    ): (
        "there is no network, or the package index cannot be reached: the first set-up needs it once (about 700 MB); "
        "connect and run the command again"
    ),
}  # fmt: skip


def _reason(output):
    """One sentence for what an installer printed when it failed."""
    text = output.lower()
    if shutil.disk_usage(HOME).free < 10_000_000:  # some steps, ensurepip's for one, hide the system's own words
        text += "no space left"
    for signs, sentence in _REASONS.items():
        if any(sign in text for sign in signs):
            return sentence
    last = [line.strip() for line in output.splitlines() if "error" in line.lower()] or [output.strip()[-300:]]
    return f"the packages could not be installed: {last[-1]}"
