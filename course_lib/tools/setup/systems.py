"""For which systems and Pythons the pinned packages exist, said before anything is installed."""

import glob
import os
import platform
import sys

from course_lib.errors import CourseError
from course_lib.texts import say

OLDEST, NEWEST = (3, 11), (3, 13)
GLIBC, MACOS = (2, 27), (12, 0)  # for which tensorflow 2.21.0 and numpy 2.4.6 are built
LONGEST_PATH = 176  # of a file in the packages, below site-packages; a test measures it
WINDOWS_LIMIT = 259  # characters of a path


def require(python, folder):
    """CourseError if the packages cannot work on this system, or not in this folder, whichever Python there is.

    Args:
        python: facts of the running Python, as of `probe.facts`.
        folder: of the environment that is to be made.
    """
    complaint = _no_packages(python) or _path_too_long(folder)
    if complaint:
        raise CourseError(complaint)


def _no_packages(python):
    """The sentence about a system for which TensorFlow is not built, or None."""
    system, machine = python["system"], python["machine"].lower()
    if system == "darwin":
        if machine != "arm64" and not _apple_silicon():
            return _elsewhere(say("a Mac with an Intel processor"))
        version = _numbers(platform.mac_ver()[0])
        if version and version < MACOS:
            return say(
                "this is macOS {found}, and TensorFlow needs macOS {needed} or newer: update the system, {elsewhere}",
                found=".".join(map(str, version)),
                needed=MACOS[0],
                elsewhere=_or_elsewhere(),
            )
    elif system == "linux":
        if "ANDROID_ROOT" in os.environ or hasattr(sys, "getandroidapilevel"):
            return _elsewhere("Android")
        if machine not in ("x86_64", "amd64", "aarch64", "arm64"):
            return _elsewhere(say("Linux on a processor of the kind {machine}", machine=python["machine"]))
        return _old_or_other_libc()
    elif system not in ("win32", "cygwin", "msys"):
        return _elsewhere(system)
    elif system != "win32":
        return say(
            "this is the Python of {system}, for which TensorFlow does not exist: "
            "install the Python for Windows from python.org and run the command with `py -3.13`",
            system=system,
        )
    elif python["platform"] == "win32" and not os.environ.get("PROCESSOR_ARCHITEW6432"):
        return _elsewhere(say("a Windows of 32 bits"))
    return None


def _old_or_other_libc():
    name, version = platform.libc_ver()
    if name != "glibc" and glob.glob("/lib/ld-musl-*"):
        return _elsewhere(say("a Linux with musl, such as Alpine"))
    if name == "glibc" and _numbers(version) < GLIBC:
        return say(
            "this Linux has glibc {found}, and TensorFlow needs {needed} or newer: update the system, {elsewhere}",
            found=version,
            needed=".".join(map(str, GLIBC)),
            elsewhere=_or_elsewhere(),
        )
    return None


def _elsewhere(what):
    return say(
        "this is {what}, for which TensorFlow is not offered any more or never was: {elsewhere}",
        what=what,
        elsewhere=_or_elsewhere(),
    )


def _or_elsewhere():
    return say("work on another machine, in Google Colab or in Codespaces (README.md says how)")


def _apple_silicon():
    """Whether an Intel Python runs on Apple's own processor, where another Python would do."""
    import subprocess

    try:
        said = subprocess.run(["sysctl", "-n", "hw.optional.arm64"], stdout=subprocess.PIPE, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    return said.strip() == b"1"


def _numbers(version):
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def unfit(python):
    """What is wrong with a Python that must not be used for .venv, or None: "Python 3.14", for example."""
    version = "{}.{}".format(*python["version"])
    if python["name"] != "CPython":
        return say("{name}, not CPython", name=python["name"])
    if not OLDEST <= tuple(python["version"][:2]) <= NEWEST:
        return say("Python {version}", version=version)
    if python["free_threaded"]:
        return say("a free-threaded build of Python {version}", version=version)
    if python["bits"] != 64:
        return say("a Python {version} of {bits} bits", version=version, bits=python["bits"])
    if python["platform"].endswith("win-arm64"):
        return say("a Python {version} for ARM, and on Windows TensorFlow exists for x64 only", version=version)
    if python["system"] == "darwin" and python["machine"] != "arm64":
        return say("a Python {version} for Intel on a Mac with Apple's own processor", version=version)
    return None


def remedy():
    """How to get a Python that will do, on this system."""
    if os.name == "nt":
        return say(
            "run `winget install --architecture x64 Python.Python.3.13` (or take the 64-bit installer of Python 3.13 from "
            "python.org) and then the command with `py -3.13` in place of `py`"
        )
    if sys.platform == "darwin":
        return say(
            "run `brew install python@3.13` (or take the installer of Python 3.13 from python.org) and then the command "
            "with `python3.13` in place of `python3`"
        )
    return say(
        "install Python 3.13, 3.12 or 3.11 (Debian, Ubuntu: `sudo apt install python3-venv` where python3 is one of these; Fedora: "
        "`sudo dnf install python3.13`; everywhere: uv, with `uv python install 3.13`) and run the command again"
    )


def _path_too_long(folder):
    """The sentence about a folder in which Windows cannot hold the packages, or None."""
    if os.name != "nt":
        return None
    room = WINDOWS_LIMIT - LONGEST_PATH - len("\\Lib\\site-packages\\")
    if len(str(folder)) <= room or _long_paths():
        return None
    return say(
        "the path {folder} has {found} characters, and Windows has room for {room} here: move the course to a shorter one, for "
        "example C:\\course, or set COURSE_HOME to a short one (or turn on long paths, as administrator: {command})",
        folder=folder,
        found=len(str(folder)),
        room=room,
        command="`reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\FileSystem /v LongPathsEnabled /t REG_DWORD /d 1 /f`",
    )


def _long_paths():
    """Whether this Windows allows paths of any length."""
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except OSError:
        return False
