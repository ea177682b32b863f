"""`new`: a chapter of one's own that builds, and whose missing parts the tests name."""

import os
import shutil
import subprocess
import sys

import pytest

from course_lib.errors import CourseError
from course_lib.tools import chapters, new, places
from course_lib.tools.places import COURSE


def run(folder, *words):
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout of the test's own, with chapter 14 made and built."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("course_lib", "chapters", "data", "tests"):
        shutil.copytree(COURSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [
        *COURSE.glob("requirements*"),
        COURSE / "pyproject.toml",
        COURSE / "README.md",
        COURSE / "README.ko.md",
    ]:
        shutil.copy(path, folder)
    made = run(folder, "-m", "course_lib", "new", "14_my_topic")
    assert made.returncode == 0 and "wrote chapters/14_my_topic/14_lesson.py" in made.stdout, made.stdout + made.stderr
    done = run(folder, "-m", "course_lib", "build", "14")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_builds_and_joins_the_table(checkout):
    assert (checkout / "chapters" / "14_my_topic" / "14_exercises.ipynb").exists()
    assert "14_my_topic/14_lesson.ipynb" in (checkout / "README.md").read_text(encoding="utf-8")
    assert "1 tasks, 10 points" in run(checkout, "-m", "course_lib", "list").stdout


def test_the_tests_name_what_is_missing(checkout):
    done = run(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/chapters/test_chapters.py", "tests/exercises", "-k", "14_ or 14-")  # fmt: skip
    assert done.returncode == 1, done.stdout[-3000:]
    for sentence in (
        "14_lesson makes 1 claims; a lesson proves at least eight",
        "answers_14.py knows 0 wrong answers to total; three or more are needed",
        "answers_14.py knows 0 other right answers to total; two are needed",
        "still to be written",
    ):
        assert sentence in done.stdout, done.stdout[-3000:]
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 5, failed  # what is there (twins, points, freshness, the solution) is good already


@pytest.mark.parametrize("name", ["topic", "1_topic", "14_My_Topic", "14_../x", "14_"])
def test_a_name_that_is_none(name):
    with pytest.raises(CourseError, match="for example 14_my_topic"):
        new.main(name)


def test_a_number_that_is_taken():
    with pytest.raises(CourseError, match="chapter 01 exists: 01_cnn_basics"):
        new.main("01_again")
    assert [chapter.name for chapter in chapters.every() if chapter.number == "01"] == ["01_cnn_basics"]


def test_what_exists_already_is_kept(tmp_path, monkeypatch, capsys):
    """The bank of a chapter that was removed and is made again."""
    bank = tmp_path / "tests" / "exercises" / "answers_14.py"
    bank.parent.mkdir(parents=True)
    bank.write_text("mine", encoding="utf-8")
    (tmp_path / "chapters").mkdir()
    for module in (places, chapters):
        monkeypatch.setattr(module, "CHAPTERS", tmp_path / "chapters")
    monkeypatch.setattr(places, "COURSE", tmp_path)
    monkeypatch.setattr(places, "TESTS", tmp_path / "tests")
    assert new.main("14_my_topic") == 0
    assert bank.read_text(encoding="utf-8") == "mine"
    assert f"kept {bank.relative_to(tmp_path)}, which existed already" in capsys.readouterr().out
    texts = [
        (tmp_path / "chapters" / "14_my_topic" / f"14_{kind}.py").read_text(encoding="utf-8")
        for kind in ("lesson", "exercises")
    ]
    assert "TODO my topic" in texts[0] and "14장" in texts[0] and "answers_14.py" in texts[1]
    assert not any("@" in text for text in texts)
