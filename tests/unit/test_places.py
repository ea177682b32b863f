"""Course and home: what is written goes to the home, wherever the course lies."""

import os
import re
import sys

import checkout
import pytest
from checkout import course

from course_lib.tools import chapters, places
from course_lib.tools.places import COURSE

namespaces = pytest.mark.skipif(not checkout.NAMESPACES, reason="needs user namespaces, to make the checkout read-only")


def test_the_home_is_the_one_named_else_the_checkout(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_HOME", raising=False)
    assert places.home() == COURSE
    monkeypatch.chdir(tmp_path)
    for named, found in (("~/x", os.path.expanduser("~/x")), ("here", tmp_path / "here"), (tmp_path, tmp_path)):
        monkeypatch.setenv("COURSE_HOME", str(named))
        assert str(places.home()) == str(found)


def test_a_user_without_a_home(monkeypatch):
    """A service's user: where the course cannot be written, the sentence says that COURSE_HOME is to name a place."""

    def nobody():
        raise RuntimeError("Could not determine home directory.")

    for name in ("COURSE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(places.Path, "home", nobody)
    monkeypatch.setattr(os, "access", lambda *words: False)
    assert places.home() == COURSE


def test_a_home_that_is_named_holds_the_workbook(tmp_path):
    done = course("learn", "--no-lab", "--lang", "en", COURSE_HOME=str(tmp_path / "a" / "home"))
    workbook = tmp_path / "a" / "home" / "workbook"
    notebooks = sum(len(chapter.sources) for chapter in chapters.every())
    assert done.stdout == f"{workbook}: made, {notebooks} notebooks\n" and done.returncode == 0, done.stderr
    assert len(list(workbook.glob("*/*.ipynb"))) == notebooks
    again = course("learn", "--no-lab", COURSE_HOME=str(tmp_path / "a" / "home"))
    assert again.stdout == f"{workbook}: complete, nothing to add\n" and again.returncode == 0


@pytest.mark.parametrize("command", ["learn", "run", "class report 01"])
def test_a_home_that_cannot_be_written_is_one_sentence(command, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = course(*command.split(), COURSE_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"course_lib: cannot write to {tmp_path / 'file' / 'home'} (")
    assert "set COURSE_HOME to a folder of your own" in done.stderr


@namespaces
def test_a_course_that_cannot_be_written_is_learned_from_all_the_same(tmp_path):
    run = lambda *words: checkout.read_only(
        COURSE, sys.executable, "-m", "course_lib", *words, XDG_DATA_HOME=str(tmp_path), COURSE_LANG="en"
    )
    assert run("list").returncode == 0
    made = run("learn", "--no-lab", "--lang", "en")
    assert made.returncode == 0 and made.stdout.startswith(f"{tmp_path / 'course_lib' / 'workbook'}: made, ")
    for command in ("new 99_topic", "build 01", "bench --record"):
        done = run(*command.split())
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr
        assert done.stderr.startswith(f"course_lib: the course in {COURSE} cannot be written, and `")
    assert not (COURSE / "chapters" / "99_topic").exists()


@namespaces
def test_the_registry_of_classes_and_executed_copies_are_in_the_home(tmp_path):
    code = (
        "from course_lib.tools import places, run; print(places.HOME, places.VENV, places.CLASSES, run.RUNS, sep='\\n')"
    )
    home = tmp_path / "course_lib"
    done = checkout.read_only(COURSE, sys.executable, "-c", code, XDG_DATA_HOME=str(tmp_path))
    wanted = [home, home / ".venv", home / ".course" / "classes.json", home / ".course" / "runs"]
    assert done.stdout.splitlines() == [str(path) for path in wanted], done.stderr


def test_every_variable_of_the_environment_is_in_the_table():
    used = set()
    for path in [*(COURSE / "course_lib").rglob("*.py"), *(COURSE / "chapters").rglob("*.py")]:
        code = re.sub(r"VARIABLES = \{.*?\n\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        used |= set(re.findall(r"\bCOURSE_[A-Z_]*[A-Z]\b", code))
    assert used == set(places.VARIABLES)
    for name, meaning in places.VARIABLES.items():
        assert len(meaning) > 20, name
