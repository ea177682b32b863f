"""Hints in steps, and a solution after honest tries; neither in a notebook of a class."""

import json

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog
from desk import course, forget, notebook_here, workbook

from course_lib import record
from course_lib.errors import CourseError
from course_lib.exercises import hint, solution
from course_lib.feedback import built, hints, marked
from course_lib.tasks import tasks


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The current folder: the first chapter of an empty workbook."""
    course(tmp_path, monkeypatch)
    return workbook(tmp_path, monkeypatch)


def tried(code, holds=0):
    record.note("check", chapter="01", task="double", holds=holds, total=4, code=code)


def test_hints_come_step_by_step_and_are_remembered(place, capsys):
    hint("double")
    assert capsys.readouterr().out == "**Hint for `double`, step 1 of 2**\n\nWhich operation is needed?\n"
    hint("double")
    out = capsys.readouterr().out
    assert "step 2 of 2" in out and "A multiplication: `2 * x`." in out and "the last step" in out
    hint("double")
    assert "step 2 of 2" in capsys.readouterr().out
    hint("double", step=1)
    assert "step 1 of 2" in capsys.readouterr().out
    assert [event["step"] for event in record.events()] == [1, 2, 2, 1]


def test_hints_speak_the_learners_language(place, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "ko")
    hint("double")
    assert capsys.readouterr().out == "**`double` 힌트, 2단계 중 1단계**\n\n어떤 연산이 필요할까요?\n"


def test_without_a_name_it_is_about_the_task_that_was_checked_last(place, capsys):
    with pytest.raises(CourseError, match='which task. Name it, for example `hint."output_size".`'):
        hint()
    marked.last.update(chapter="01", task="double")
    hint()
    assert "Hint for `double`" in capsys.readouterr().out


def test_the_function_itself_will_do_for_its_name(place, capsys):
    def double(x):
        return x

    hint(double)
    assert "Hint for `double`" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("doubel",), "there is no task 'doubel'"),
        (("triple",), "there are no hints for `triple`"),
        (("double", 3), "`double` has hints 1 to 2, found 3"),
        (("double", -1), "`double` has hints 1 to 2, found -1"),
    ],
)
def test_what_is_not_there_is_a_sentence(place, arguments, words):
    with pytest.raises(CourseError, match=words):
        hint(*arguments)


def test_the_chapter_of_the_folder_goes_first(place, monkeypatch):
    (place.parent / "02_small").mkdir()
    monkeypatch.chdir(place.parent / "02_small")
    assert built.chapter_of("double", place.parent / "02_small") == "02"
    assert built.chapter_of("double", place) == "01" and built.chapter_of("nothing", place) == ""


def test_a_solution_comes_after_three_different_answers(place, capsys):
    for code in ("a", "b", "b", ""):
        tried(code)
        with pytest.raises(CourseError, match="try it yourself first.*after 3 different answers"):
            solution("double")
    with pytest.raises(CourseError, match=r"so far there are 2. Or read all hints with `hint\(\)` \(seen: 0 of 2\)"):
        solution("double")
    tried("c")
    solution("double")
    out = capsys.readouterr().out
    assert "def double(x):\n    return 2 * x  # twice" in out and "SOLUTION" not in out and "HIDDEN" not in out
    assert record.events()[-1]["kind"] == "solution"


def test_its_comments_are_in_the_learners_language(place, capsys, monkeypatch):
    catalogue = Catalog(locale="ko")
    catalogue.add("twice", "두 배")
    with (built.CHAPTERS / "01_small" / "ko.mo").open("wb") as file:
        mofile.write_mo(file, catalogue)
    monkeypatch.setenv("COURSE_LANG", "ko")
    tried("a", holds=4)
    solution("double")
    assert "    return 2 * x  # 두 배\n" in capsys.readouterr().out


def test_or_after_all_hints_and_one_answer(place, capsys):
    hint("double")
    tried("a")
    with pytest.raises(CourseError, match="seen: 1 of 2"):
        solution("double")
    hint("double")
    solution("double")
    assert "return 2 * x" in capsys.readouterr().out


def test_hints_alone_are_no_try(place, capsys):
    hint("double")
    hint("double")
    assert "after a try with it, `solution()` shows a solution" in capsys.readouterr().out
    with pytest.raises(CourseError, match="so far there are 0.*seen: 2 of 2. and check one answer"):
        solution("double")


@pytest.mark.parametrize("holds", [1, 4])
def test_the_last_hint_says_when_the_solution_is_there(place, capsys, holds):
    tried("a", holds=holds)
    hint("double", 2)
    assert "if it does not help, `solution()` shows a solution" in capsys.readouterr().out
    solution("double")


def test_or_when_it_is_solved(place, capsys):
    tried("a", holds=4)
    solution("double")
    assert "return 2 * x" in capsys.readouterr().out


def test_a_task_without_hints_needs_the_answers(place):
    with pytest.raises(CourseError, match="so far there are 0$"):
        solution("triple")


def test_other_tasks_and_chapters_do_not_count(place):
    for code in "abc":
        record.note("check", chapter="02", task="double", holds=0, total=4, code=code)
        record.note("check", chapter="01", task="triple", holds=0, total=4, code=code)
    with pytest.raises(CourseError, match="so far there are 0"):
        solution("double")


def test_never_in_a_notebook_of_a_class(place):
    for code in "abc":
        tried(code)
    marked.last.update(chapter="01", task="double", graded=True)
    with pytest.raises(CourseError, match="handed out to a class"):
        solution("double")


def test_nor_in_another_notebook_beside_it(place):
    for code in "abc":
        tried(code)
    cell = {"cell_type": "code", "source": ['checking("01", "double", graded=True)\n']}
    (place / "01_exercises.ipynb").write_text(json.dumps({"cells": [cell]}))
    with pytest.raises(CourseError, match="handed out to a class"):
        solution("double")


def test_not_in_the_course_itself(place, monkeypatch):
    monkeypatch.chdir(built.CHAPTERS / "01_small")
    monkeypatch.setattr(hints.record, "_here", [])
    for code in "abc":
        tried(code)
    with pytest.raises(CourseError, match="stand in this notebook"):
        solution("double")


def test_a_course_that_cannot_be_read_has_no_tasks(tmp_path, monkeypatch):
    monkeypatch.setattr(built, "CHAPTERS", tmp_path / "nowhere")
    forget(monkeypatch)
    assert built.chapters() == [] and built.graded("01") == []
    with pytest.raises(CourseError, match="there is no task"):
        hint("double")
    folder = tmp_path / "nowhere" / "01_x"
    folder.mkdir(parents=True)
    (folder / "01_exercises.ipynb").write_text("damaged")
    assert built.graded("01") == []


def test_in_a_notebook_a_check_names_the_task_and_the_tries_are_counted(place, tmp_path, capsys):
    notebook = json.loads((built.CHAPTERS / "01_small" / "01_exercises.ipynb").read_text(encoding="utf-8"))
    check = next(task for task in tasks(notebook) if task.name == "double").check["source"]
    check = "".join(check)
    with notebook_here(capsys) as run:
        run("import numpy as np\nfrom course_lib.checks import check\nimage = np.arange(12).reshape(3, 4)")
        shown = []
        run.shell.display_pub.publish = lambda data, **_: shown.append(data)
        for factor in (3, 4, 4, 5):
            run(f"def double(x): return {factor} * x")
            assert run(check).splitlines()[-1] == "✗ 2 of 4 checks hold; `hint()` helps in 2 steps"
            if factor < 5:
                assert run("solution()").startswith("try it yourself first: the solution of `double` is shown")
        run("hint()")
        run("solution()")
    assert "Which operation" in shown[0]["text/markdown"]
    assert "```python\ndef double(x):\n    return 2 * x  # twice\n```" in shown[1]["text/markdown"]
