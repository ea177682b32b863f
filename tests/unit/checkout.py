"""A small checkout of its own for tests of the set-up: the real course_lib, requirements that hold one tiny package."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from course_lib.tools.places import COURSE


def wheel(folder, version, name="tiny"):
    """Write a wheel of a package by hand; no network is needed to install it."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)


def make(folder):
    """A checkout in `folder` whose requirements are `tiny==1.0`, to be had without network."""
    shutil.copytree(COURSE / "course_lib", folder / "course_lib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(COURSE / "chapters", folder / "chapters")
    (folder / "wheels").mkdir()
    wheel(folder / "wheels", "1.0")
    wheel(folder / "wheels", "2.0")
    require(folder, "tiny==1.0")
    return folder


def require(folder, *lines):
    (folder / "requirements.txt").write_text(
        "\n".join(["--no-index", "--find-links wheels", *lines, ""]), encoding="utf-8"
    )


def base_python():
    """The Python below this environment: it has none of the course's packages."""
    return Path(sys._base_executable)


def run(folder, code, *, path="", **environment):
    """Run code in a checkout with the base Python; no uv on the path and none to be had, unless `path` says so."""
    variables = {
        **os.environ,
        "PATH": path or "/usr/bin:/bin",
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": str(folder),
        **environment,
    }
    for name in ("VIRTUAL_ENV", "PIP_FIND_LINKS", "CONDA_PREFIX"):
        variables.pop(name, None)
    return subprocess.run(
        [str(base_python()), "-c", code],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


NAMESPACES = (
    os.name == "posix"
    and shutil.which("unshare")
    and subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"], capture_output=True).returncode == 0
)


def read_only(folder, *command, **environment):
    """Run a command in a folder that, in a namespace of its own, lies on a read-only disk."""
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(folder), *map(str, command)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
    )


def course(*words, cwd=COURSE, **environment):
    """Run a command of the course as a person would, with this environment's Python."""
    return subprocess.run(
        [sys.executable, "-m", "course_lib", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(COURSE), **environment},
        timeout=300,  # JupyterLab would serve for ever
    )


def tree(folder):
    """path -> digest of everything below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
