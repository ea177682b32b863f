"""The set-up, for real, on a small checkout: first run, second run,
interruption, change, and each way in which it can fail."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import checkout
import packaging
import pytest

from course_lib.errors import CourseError
from course_lib.tools.setup import folders, install

SET_UP = """
import sys
from course_lib.tools import bootstrap
from course_lib.errors import CourseError
try:
    print("PYTHON", bootstrap.ready_python())
except CourseError as error:
    print("SENTENCE", error)
    sys.exit(2)
"""
VERSION = "import subprocess, sys; from course_lib.tools.setup import folders; print(subprocess.check_output([str(folders.python_of(folders.VENV)), '-c', 'import tiny; print(tiny.version)'], text=True).strip())"
posix = pytest.mark.skipif(os.name == "nt", reason="uses signals or namespaces of Linux and macOS")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "course").mkdir()
    return checkout.make(tmp_path / "course")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A checkout whose set-up is done; tests must leave it so."""
    folder = checkout.make(tmp_path_factory.mktemp("ready") / "course")
    done = checkout.run(folder, SET_UP)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done


def mark(folder):
    return json.loads((folder / ".venv" / folders.MARK).read_text(encoding="utf-8"))


def test_first_run_shows_its_steps_and_second_does_nothing(ready):
    folder, first = ready
    assert (
        "1/3 making .venv" in first.stdout
        and "2/3 installing about 1 packages" in first.stdout
        and "ready after" in first.stdout
    )
    assert mark(folder)["state"] == "complete" and checkout.run(folder, VERSION).stdout.strip() == "1.0"
    before = checkout.tree(folder / ".venv")
    second = checkout.run(folder, SET_UP)
    assert (
        second.stdout.strip() == f"PYTHON {folders.python_of(folder / '.venv')}"
        and checkout.tree(folder / ".venv") == before
    )


def test_the_command_goes_on_in_the_environment_wherever_it_was_typed(ready, tmp_path):
    folder, _ = ready
    code = "import sys; from course_lib.tools import bootstrap; from course_lib.tools.setup import folders; sys.exit(bootstrap.hand_over(folders.python_of(folders.VENV), sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [checkout.base_python(), "-c", code, "new", "14"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and "for example 14_my_topic" in done.stderr, done.stderr
    where = "import json, os, sys; print(json.dumps([sys.executable, sys.path[1], 'PYTHONDONTWRITEBYTECODE' in os.environ]))"
    for name, content in (("__init__.py", ""), ("__main__.py", where)):  # a course that says where it runs
        (tmp_path / "course_lib").mkdir(exist_ok=True)
        (tmp_path / "course_lib" / name).write_text(content, encoding="utf-8")
    elsewhere = f"from course_lib.tools.setup import surroundings; surroundings.COURSE = __import__('pathlib').Path({str(tmp_path)!r})\n{code}"
    done = subprocess.run([*command[:2], elsewhere], cwd=folder.parent, env=environment, capture_output=True, text=True)
    python = str(folders.python_of(folder / ".venv"))
    assert json.loads(done.stdout) == [python, str(tmp_path), False]


def test_changed_requirements_update(ready):
    folder, _ = ready
    try:
        checkout.require(folder, "tiny==2.0")
        done = checkout.run(folder, SET_UP)
        assert (
            done.returncode == 0
            and "have changed" in done.stdout
            and checkout.run(folder, VERSION).stdout.strip() == "2.0"
        )
        assert not (folder / ".venv-old").exists()
        checkout.require(folder, "tiny==3.0")  # there is none: what worked must stay
        done = checkout.run(folder, SET_UP)
        assert (
            done.returncode == 2 and "SENTENCE" in done.stdout and checkout.run(folder, VERSION).stdout.strip() == "2.0"
        )
        assert mark(folder)["state"] == "complete"
    finally:
        checkout.require(folder, "tiny==2.0")  # what is installed now: tests after this one need no new set-up


def test_moved_checkout_is_set_up_again(ready, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(ready[0], moved, symlinks=True)
    done = checkout.run(moved, SET_UP)
    assert "1/3 making .venv" in done.stdout and mark(moved)["folder"] == str(moved / ".venv")


@posix
def test_interrupted_set_up_is_repaired_by_the_next_run(folder):
    """Killed hard in the middle: what was begun carries no complete mark and is never used."""
    process = subprocess.Popen(
        [str(checkout.base_python()), "-c", SET_UP],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={
            **os.environ,
            "PATH": "/usr/bin:/bin",
            "PIP_NO_INDEX": "1",
            "PYTHONPATH": str(folder),
            "PYTHONUNBUFFERED": "1",
        },
    )
    deadline = time.monotonic() + 60
    while not (folder / ".venv" / folders.MARK).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert mark(folder)["state"] == "incomplete"
    done = checkout.run(folder, SET_UP)
    assert (
        done.returncode == 0
        and mark(folder)["state"] == "complete"
        and checkout.run(folder, VERSION).stdout.strip() == "1.0"
    )


def foreign_folder(folder, tmp_path):
    (folder / ".venv").mkdir()
    (folder / ".venv" / "thesis.txt").write_text("mine", encoding="utf-8")


def foreign_link(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / folders.MARK).write_text('{"state": "incomplete"}', encoding="utf-8")
    (folder / ".venv").symlink_to(tmp_path / "elsewhere")


def foreign_file(folder, tmp_path):
    (folder / ".venv").write_text("mine", encoding="utf-8")


def foreign_environment(folder, tmp_path):
    """As VS Code and PyCharm make it: without packages."""
    subprocess.run([checkout.base_python(), "-m", "venv", "--without-pip", folder / ".venv"], check=True)


@pytest.mark.parametrize(
    "make", [foreign_folder, pytest.param(foreign_link, marks=posix), foreign_file, foreign_environment]
)
def test_what_somebody_else_made_is_known_as_such(make, tmp_path):
    make(tmp_path, tmp_path)
    assert folders.is_foreign(tmp_path / ".venv")
    before = checkout.tree(tmp_path)
    with pytest.raises(CourseError, match="was not made by this command, so it stays untouched"):
        folders.remove(tmp_path / ".venv")
    assert checkout.tree(tmp_path) == before


def test_a_venv_of_somebody_else_stays_untouched_and_ours_is_made_beside_it(folder, tmp_path):
    foreign_folder(folder, tmp_path)
    done = checkout.run(folder, SET_UP)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "was not made by this command and lacks packages" in done.stdout and ".venv-course beside it" in done.stdout
    python = folders.python_of(folder / ".venv-course")
    assert done.stdout.splitlines()[-1] == f"PYTHON {python}"
    assert checkout.tree(folder / ".venv").keys() == {"thesis.txt"}
    assert checkout.run(folder, SET_UP).stdout.strip() == f"PYTHON {python}", "the second time there is nothing to say"


@posix
def test_a_command_typed_in_somebody_elses_venv_goes_on_in_ours(folder, tmp_path):
    """`uv run learn`: it runs in uv's .venv, which has course_lib and none of the pins."""
    foreign_environment(folder, tmp_path)
    typed = [str(folders.python_of(folder / ".venv")), "-c", SET_UP]
    environment = {**os.environ, "PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "PYTHONPATH": str(folder)}
    done = subprocess.run(typed, cwd=folder, env=environment, capture_output=True, text=True)
    ours = folders.python_of(folder / ".venv-course")
    assert done.stdout.splitlines()[-1] == f"PYTHON {ours}", done.stdout + done.stderr


@posix
def test_a_filled_venv_of_somebody_else_is_used(folder):
    """Made by uv and filled with `uv pip install -r requirements.txt`; typed with another Python."""
    subprocess.run([checkout.base_python(), "-m", "venv", folder / ".venv"], check=True)
    python = folders.python_of(folder / ".venv")
    install = [python, "-m", "pip", "install", "-q", "--no-index", "--find-links", "wheels", "tiny==1.0"]
    subprocess.run(install, cwd=folder, check=True)
    [packages] = (folder / ".venv" / "lib").glob("python3.*/site-packages")
    shutil.copytree(Path(packaging.__file__).parent, packages / "packaging")  # stands for the pin in requirements.txt
    assert checkout.run(folder, SET_UP).stdout.strip() == f"PYTHON {python}"
    checkout.require(folder, "tiny==2.0")
    done = checkout.run(folder, SET_UP)
    assert done.stdout.splitlines()[-1] == f"PYTHON {folders.python_of(folder / '.venv-course')}"


def test_begun_before_the_first_mark_was_written(folder):
    (folder / ".venv").mkdir()
    (folder / ".venv" / (folders.MARK + ".part")).write_text("", encoding="utf-8")
    assert checkout.run(folder, SET_UP).returncode == 0 and mark(folder)["state"] == "complete"


def test_killed_during_an_update_the_old_packages_come_back(ready):
    """An update that was killed left .venv incomplete and the old packages aside; the next run has no network."""
    folder, _ = ready
    version = checkout.run(folder, VERSION).stdout.strip()
    (folder / ".venv").rename(folder / ".venv-old")
    (folder / ".venv").mkdir()
    (folder / ".venv" / folders.MARK).write_text('{"state": "incomplete"}', encoding="utf-8")
    try:
        checkout.require(folder, "tiny==3.0")  # there is none
        assert checkout.run(folder, SET_UP).returncode == 2
        assert checkout.run(folder, VERSION).stdout.strip() == version and not (folder / ".venv-old").exists()
    finally:
        checkout.require(folder, f"tiny=={version}")
        assert checkout.run(folder, SET_UP).returncode == 0


@posix
def test_another_python_behind_the_link_is_noticed(ready):
    """The system's Python was upgraded: the link works, but its packages are gone."""
    folder, _ = ready
    version = checkout.run(folder, VERSION).stdout.strip()
    [packages] = (folder / ".venv" / "lib").glob("python3.*")
    packages.rename(packages.with_name("python3.1"))
    done = checkout.run(folder, SET_UP)
    assert "1/3 making .venv" in done.stdout and checkout.run(folder, VERSION).stdout.strip() == version


def test_conventional_environment_named_venv(folder):
    """python -m venv .venv; pip install -r requirements.txt; python -m course_lib ...: used as it is, no complaint."""
    subprocess.run([checkout.base_python(), "-m", "venv", folder / ".venv"], check=True)
    python = str(folders.python_of(folder / ".venv"))
    place = str(Path(packaging.__file__).parent.parent)  # stands for the pin in requirements.txt
    install = [python, "-m", "pip", "install", "-q", "--no-index", "--find-links", "wheels", "tiny==1.0"]
    subprocess.run(install, cwd=folder, check=True)
    done = subprocess.run(
        [python, "-c", f"import sys; sys.path.append({place!r})\n" + SET_UP],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    assert done.returncode == 0 and done.stdout.strip() == f"PYTHON {python}", done.stdout + done.stderr


def test_conventional_environment_is_used_as_it_is(ready):
    """pip install -r requirements.txt in an environment of one's own: no .venv is made."""
    from course_lib.tools.places import COURSE

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from course_lib.tools.setup import pins; print(pins.installed_here(['requirements.txt']), pins.installed_here(['requirements-dev.txt']))",
        ],
        cwd=COURSE,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["True", "True"]
    assert (
        checkout.run(
            ready[0], "from course_lib.tools.setup import pins; print(pins.installed_here(['requirements.txt']))"
        ).stdout.strip()
        == "False"
    )


def test_no_ensurepip_names_the_package(folder):
    done = checkout.run(
        folder,
        "import sys; sys.modules['ensurepip'] = None\nimport importlib.util as u; find = u.find_spec\nu.find_spec = lambda name: None if name == 'ensurepip' else find(name)\n"
        + SET_UP,
    )
    version = ".".join(map(str, sys.version_info[:2]))
    assert (
        done.returncode == 2
        and f"sudo apt install python{version}-venv" in done.stdout
        and "Traceback" not in done.stderr
    )


def test_no_network_is_told(folder):
    (folder / "requirements.txt").write_text(
        "--index-url http://127.0.0.1:9/simple\ntiny==1.0\n", encoding="utf-8"
    )  # nobody listens there
    done = checkout.run(folder, SET_UP, PIP_NO_INDEX="", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert (
        done.returncode == 2 and "SENTENCE there is no network, or the package index cannot be reached" in done.stdout
    )


def test_too_little_space_is_told_before_anything_is_made(folder):
    done = checkout.run(
        folder,
        "import shutil, collections; shutil.disk_usage = lambda path: collections.namedtuple('usage', 'free')(1_200_000_000)\n"
        + SET_UP,
    )
    assert (
        done.returncode == 2
        and "has 1.2 GB free, and the packages need about 3 GB" in done.stdout
        and not (folder / ".venv").exists()
    )


def test_what_is_needed_on_the_disk_adds_up(monkeypatch):
    several = [install.LEARNER, install.INSTRUCTOR, install.DEVELOPMENT]
    needed = sum(install.NEEDED_BYTES[name] for name in several)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=needed - 1))
    with pytest.raises(CourseError, match=f"need about {needed / 1e9:.0f} GB"):
        install.check_space(several)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=needed))
    install.check_space(several)


LEARN, CLASS, TEST, WITH_TORCH = (
    SET_UP.replace("ready_python()", f"ready_python({arguments})")
    for arguments in ("", "instructor=True", "True", "True, torch=True")
)


@pytest.fixture
def all_files(folder, tmp_path):
    """A checkout with all four files of requirements; what stands for
    PyTorch is known to the machine's own pip alone."""
    (tmp_path / "own").mkdir()
    checkout.wheel(folder / "wheels", "1.0", "grading")
    checkout.wheel(folder / "wheels", "1.0", "tests_only")
    checkout.wheel(tmp_path / "own", "1.0", "large")
    (tmp_path / "pip.conf").write_text(f"[global]\nfind-links = {tmp_path / 'own'}\n", encoding="utf-8")
    learner = (folder / "requirements.txt").read_text(encoding="utf-8")
    lines = learner
    for name, package in (("instructor", "grading"), ("dev", "tests_only"), ("torch", "large")):
        lines += f"{package}==1.0\n"
        (folder / f"requirements-{name}.txt").write_text(lines, encoding="utf-8")
    return folder, {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}


ORDER = ["tiny", "grading", "tests_only", "large"]


def installed(folder):
    """Module -> (content, when it was written) for the packages of these tests."""
    modules = [path for name in ORDER for path in (folder / ".venv").rglob(f"{name}.py")]
    return {path.stem: (path.read_bytes(), path.stat().st_mtime_ns) for path in modules}


def test_learning_grading_testing_and_pytorch_only_add(all_files):
    """learn, then class, then test, then test --with-torch: each adds its packages and
    reinstalls none; then nothing is to be done any more."""
    folder, own_pip = all_files
    found = []
    for code in (LEARN, CLASS, TEST, WITH_TORCH):
        done = checkout.run(folder, code, **own_pip)
        assert done.returncode == 0, done.stdout + done.stderr
        found.append(installed(folder))
    assert [list(modules) for modules in found] == [ORDER[:count] for count in (1, 2, 3, 4)]
    assert all(before.items() <= after.items() for before, after in zip(found, found[1:]))
    assert "adding PyTorch" in done.stdout and "1/3" not in done.stdout
    assert len(mark(folder)["installed"]) == 4 and mark(folder)["state"] == "complete"
    for code in (WITH_TORCH, TEST, CLASS, LEARN):
        assert checkout.run(folder, code).stdout.strip() == f"PYTHON {folders.python_of(folder / '.venv')}"
    assert installed(folder) == found[3]


def test_where_pytorch_fails_the_others_stay(all_files):
    """For want of a place that has it, and for want of space."""
    folder, own_pip = all_files
    done = checkout.run(folder, WITH_TORCH, PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 2 and "does not have what is needed for this Python and system" in done.stdout, (
        done.stdout
    )
    full = "import shutil, collections; shutil.disk_usage = lambda path: collections.namedtuple('usage', 'free')(1_200_000_000)\n"
    done = checkout.run(folder, full + WITH_TORCH, **own_pip)
    needed = install.NEEDED_BYTES[install.TORCH] / 1e9
    assert done.returncode == 2 and f"has 1.2 GB free, and the packages need about {needed:.0f} GB" in done.stdout
    assert list(mark(folder)["installed"]) == [
        "requirements.txt",
        "requirements-instructor.txt",
        "requirements-dev.txt",
    ]
    assert checkout.run(folder, TEST).stdout.strip().startswith("PYTHON")


@posix
def test_uv_is_not_asked_for_pytorch(all_files, tmp_path):
    """It does not look where pip is set up to look, so it would fetch several GB where pip knows of a small build."""
    folder, own_pip = all_files
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked; exit 1\n', encoding="utf-8")
    (tmp_path / "bin" / "uv").chmod(0o755)
    done = checkout.run(folder, WITH_TORCH, path=f"{tmp_path / 'bin'}:/usr/bin:/bin", **own_pip)
    assert done.returncode == 0 and len(installed(folder)) == 4, done.stdout + done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "requirements-dev.txt" in asked and "torch" not in asked and "large" not in asked


@pytest.mark.skipif(not checkout.NAMESPACES, reason="needs user namespaces, to mount a small disk of the test's own")
def test_a_full_disk(folder, tmp_path):
    """A real small disk, mounted in a namespace of this test's own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    # let it run until the disk really is full
    code = "from course_lib.tools.setup import install; install.check_space = print\n" + SET_UP
    script = (
        f"mount -t tmpfs -o size=4m tmpfs {disk} && cp -r {folder}/course_lib {folder}/requirements.txt {folder}/wheels {disk} && "
        f"cd {disk} && PYTHONPATH={disk} PATH=/usr/bin:/bin exec {checkout.base_python()} -c '{code}'"
    )
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
    done = subprocess.run(unshare, capture_output=True, text=True)
    assert done.returncode == 2 and "SENTENCE the disk is full" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not checkout.NAMESPACES, reason="needs user namespaces, to make the checkout read-only")
def test_a_checkout_that_cannot_be_written_is_set_up_in_the_home(folder, tmp_path):
    """In the user's folder for data or in $COURSE_HOME; where neither can be written, a sentence says so."""
    python, quiet = checkout.base_python(), {"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "VIRTUAL_ENV": ""}
    data, before = tmp_path / "data", checkout.tree(folder)
    done = checkout.read_only(folder, python, "-c", SET_UP, XDG_DATA_HOME=str(data), **quiet)
    ready = f"PYTHON {folders.python_of(data / 'course_lib' / '.venv')}"
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == ready, done.stdout + done.stderr
    again = checkout.read_only(folder, python, "-c", SET_UP, COURSE_HOME=str(data / "course_lib"), **quiet)
    assert again.stdout.splitlines() == [ready], "the same home, named: nothing is to be done"
    nowhere = checkout.read_only(folder, python, "-c", SET_UP, COURSE_HOME=str(folder / "home"), **quiet)
    assert (
        nowhere.returncode == 2 and "SENTENCE cannot write to" in nowhere.stdout and "set COURSE_HOME" in nowhere.stdout
    )
    assert checkout.tree(folder) == before


def test_packages_that_came_with_the_course_are_used(ready, tmp_path):
    """Whoever installed the course set it up; learners with a home of their own do not do it again."""
    folder, _ = ready
    done = checkout.run(folder, SET_UP, COURSE_HOME=str(tmp_path / "home"))
    assert done.stdout.strip() == f"PYTHON {folders.python_of(folder / '.venv')}"
    assert not (tmp_path / "home").exists()


def test_two_set_ups_at_once_wait_for_each_other(folder):
    start = lambda: subprocess.Popen(
        [str(checkout.base_python()), "-c", SET_UP],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "PYTHONPATH": str(folder)},
    )
    one, two = start(), start()
    outputs = [process.communicate()[0] for process in (one, two)]
    assert one.returncode == two.returncode == 0
    assert sum("1/3 making .venv" in output for output in outputs) == 1 and any(
        "waiting for it to end" in output for output in outputs
    )
