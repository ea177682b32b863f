"""Folders of killed graders hold solutions: the next grader removes them, and nothing else."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import classes
import ordinary
import pytest

from course_lib.classroom import grade
from course_lib.classroom.sandbox import scratch
from course_lib.tools.places import COURSE


@pytest.fixture
def place(monkeypatch):
    """A folder for temporary ones, whose path is short."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)


def gone():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(place, name, marked=True, content="solution"):
    folder = place / name
    folder.mkdir(mode=0o700)
    (folder / "work").mkdir()
    (folder / "work" / "answer.py").write_text(content, encoding="utf-8")
    if marked:
        (folder / scratch.MARK).touch()
    return folder


def killed(place, code):
    """A process that has run this code, and then was killed."""
    program = f"import os, signal\n{textwrap.dedent(code)}\nos.kill(os.getpid(), signal.SIGKILL)"
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(COURSE)}
    assert subprocess.run([sys.executable, "-c", program], env=environment).returncode == -9


def test_a_folder_is_the_users_own_and_goes(place):
    one = scratch.Scratch()
    assert [path.name for path in place.iterdir()] == [Path(one.name).name]
    assert Path(one.name).stat().st_mode & 0o777 == 0o700 and os.listdir(one.name) == [scratch.MARK]
    scratch.sweep.__wrapped__()
    assert os.path.isdir(one.name)
    one.cleanup()
    assert not list(place.iterdir())


def test_what_a_killed_process_has_left_is_removed(place):
    make = "from pathlib import Path\nfrom course_lib.classroom.sandbox.scratch import Scratch\none = Scratch()"
    killed(place, f"{make}\nPath(one.name, 'answer.py').write_text('solution')")
    assert len(list(place.rglob("answer.py"))) == 1
    scratch.sweep.__wrapped__()
    assert not list(place.iterdir())


def test_a_kernel_without_a_sandbox_that_was_killed_with_its_grader(place):
    """Its folder holds what the notebook has written."""
    killed(
        place,
        """
        from course_lib.classroom.sandbox.kernel import Kernel
        one = Kernel(trust=True)
        one.run("open('answer.py', 'w').write('solution')")
        """,
    )
    assert len(list(place.rglob("answer.py"))) == 1
    scratch.sweep.__wrapped__()
    assert not list(place.iterdir())


def test_a_dask_worker_that_was_killed(place):
    """Its folder holds the chapter's source, with the hidden tests."""
    killed(place, "from course_lib.classroom.workers_dask import _source_file\n_source_file('solution', 'answer.py')")
    assert len(list(place.rglob("answer.py"))) == 1
    scratch.sweep.__wrapped__()
    assert not list(place.rglob("answer.py"))


def test_grading_begins_with_it(place, klass, marker):
    left(place, f"course-sandbox-{gone()}-a")
    scratch.sweep.cache_clear()
    classes.hand_in(klass, "s5", classes.solved())
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    assert not list(place.glob("course-sandbox-*"))


def test_a_folder_whose_maker_lives_stays_wherever_it_lives(place):
    """In a container its number may be that of nobody, or of somebody else, here: it holds a lock."""
    one = scratch.Scratch()
    elsewhere = place / f"course-sandbox-{gone()}-a"
    os.rename(one.name, elsewhere)
    scratch.sweep.__wrapped__()
    assert elsewhere.is_dir()
    one._lock.close()
    scratch.sweep.__wrapped__()
    assert not elsewhere.exists()


def test_a_number_that_has_come_again_is_not_the_maker(place):
    folder = left(place, f"course-sandbox-{os.getpid()}-a")
    scratch.sweep.__wrapped__()
    assert folder.is_dir()
    before = time.time() - 30 * 24 * 3600
    os.utime(folder / scratch.MARK, (before, before))
    scratch.sweep.__wrapped__()
    assert not folder.exists()


def test_nothing_else_is_removed(place):
    number, keep = gone(), place / "grades"
    keep.mkdir()
    (keep / scratch.MARK).touch()
    kept = [
        left(place, f"course-sandbox-{number}-unmarked", marked=False),
        left(place, f"course-{number}-name"),
        left(place, "course-sandbox-words-a"),
        left(place, "course-sandbox--1-a"),
        left(place, f"sandbox-{number}-a"),
    ]
    linked = left(place, f"course-sandbox-{number}-mark", marked=False)
    (linked / scratch.MARK).symlink_to(keep / scratch.MARK)
    folder = left(place, f"course-sandbox-{number}-folder", marked=False)
    (folder / scratch.MARK).mkdir()
    (place / f"course-sandbox-{number}-link").symlink_to(keep)
    (place / f"course-sandbox-{number}-file").touch()
    inside = left(place, f"course-sandbox-{number}-holds-a-link")
    (inside / "link").symlink_to(keep)
    if os.geteuid() == 0:
        foreign = left(place, f"course-sandbox-{number}-foreign")
        os.chown(foreign, 12345, 12345)
        stranger = left(place, f"course-sandbox-{number}-mark-of-a-stranger")
        os.chown(stranger / scratch.MARK, 12345, 12345)
        kept += [foreign, stranger]
    scratch.sweep.__wrapped__()
    assert not inside.exists() and (keep / scratch.MARK).exists()
    assert all((one / "work" / "answer.py").exists() for one in [*kept, linked, folder])
    assert {path.name for path in place.iterdir()} > {f"course-sandbox-{number}-{kind}" for kind in ("link", "file")}


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has just run all the other tests")
def test_an_ordinary_user_removes_what_is_theirs_only(place):
    os.chmod(place, 0o1777)
    number = gone()
    roots = left(place, f"course-sandbox-{number}-root")
    theirs = left(place, f"course-sandbox-{number}-theirs")
    for path in (theirs, *theirs.rglob("*")):
        os.chown(path, 65534, 65534)
    program = f"""
import tempfile
tempfile.tempdir = {str(place)!r}
from course_lib.classroom.sandbox import scratch
scratch.sweep()
one = scratch.Scratch()
one.cleanup()
print("done")
"""
    ran = ordinary.run(program)
    assert ran.stdout == "done\n", ran.stderr
    assert roots.exists() and not theirs.exists() and list(place.iterdir()) == [roots]
