"""What is judged is what the learner sees: not the code of before a syntax error, nor of before an edit."""

import json
import os
from types import SimpleNamespace

import pytest
from desk import course, notebook_here, workbook

from course_lib.feedback import cells
from course_lib.tasks import tasks

NOW = 1_000_000.0
RIGHT = "def double(x):\n    return 2 * x"


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Source of the check cell of `double`, in a workbook."""
    notebook = course(tmp_path, monkeypatch)
    workbook(tmp_path, monkeypatch)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setattr(cells, "time", SimpleNamespace(time=lambda: NOW))
    return next(task for task in tasks(notebook) if task.name == "double").check.source


@pytest.fixture
def run(check, capsys):
    with notebook_here(capsys) as run:
        run("import numpy as np\nfrom course_lib.checks import check\nimage = np.arange(12).reshape(3, 4)")
        yield run


@pytest.mark.parametrize(
    "broken, words",
    [
        ("def double(x)\n    return 3 * x", "has an error in line 1: SyntaxError: expected ':'"),
        ("def double(x):\n    y = 1\n  return 3 * x", "has an error in line 3: IndentationError"),
        ("def double(x):\n    return (3 * x", "has an error in line 2: SyntaxError: '(' was never closed"),
        ("import nmpy\ndef double(x):\n    return 3 * x", "stopped before the function was there: ModuleNotFoundError"),
        ("@twice\ndef double(x):\n    return 3 * x", "stopped before the function was there: NameError"),
        ("def double(x, y=image2):\n    return 3 * x", "stopped before the function was there: NameError"),
        ("def double(x):\n    return 3 * x\n  \treturn", "has an error in line 3"),
    ],
)
@pytest.mark.parametrize("identity", ["double", None])  # JupyterLab sends the id of the cell, others do not
def test_after_an_error_in_its_cell_the_older_code_is_not_judged(run, check, broken, words, identity):
    run(RIGHT, identity)
    run(broken, identity)
    text = run(check)
    assert words in text and text.count("\n") == 1 and "✓" not in text and "what you had before is not checked" in text
    run(RIGHT, identity)
    assert "✗" not in run(check)


def test_a_header_that_is_no_def_is_known_by_its_cell(run, check):
    run(RIGHT, "double")
    run("de double(x):\n    return 3 * x", "double")
    assert "the cell of `double` has an error in line 1" in run(check)


@pytest.mark.parametrize(
    "source, words",
    [
        ("def doubled(x):\n    return 3 * x", "defines no function of this name, but `doubled`: give it the name"),
        ("# def double(x): return 3 * x", "defines no function of this name: write it there"),
    ],
)
def test_a_function_under_another_name_is_not_the_older_one(run, check, source, words):
    run(RIGHT, "double")
    run(source, "double")
    assert words in run(check)


def test_nor_is_it_one_that_was_never_run(run, check):
    run("def doubled(x):\n    return 2 * x", "double")
    assert "the cell of `double` defines no function of this name, but `doubled`" in run(check)


@pytest.mark.parametrize(
    "source",
    [
        "double = lambda x: 2 * x",
        "%%time\ndef double(x):\n    return 2 * x",
        "if True:\n    def double(x): return 2 * x",
        "def doubled(x): return 2 * x\ndouble = doubled",
        "from operator import add\ndef twice(x): return add(x, x)\nglobals().update(double=twice)",
    ],
)
def test_a_function_may_come_to_its_name_in_any_way(run, check, source):
    run("def double(x): return 3 * x", "double")
    run(source, "double")
    assert "Task 1 done" in run(check)
    run(source, "double")
    assert "Task 1 done" in run(check)


def test_an_error_below_the_function_is_no_reason_not_to_judge_it(run, check):
    run(RIGHT + "\n\nprint(doubel(3))", "double")
    assert "Task 1 done" in run(check)


def test_a_trial_elsewhere_that_goes_wrong_leaves_the_task_as_it_is(run, check):
    run(RIGHT, "double")
    run("def double(x)\n    return 3", "another")
    assert "Task 1 done" in run(check)


def test_the_run_that_is_judged_is_named(run, check):
    run("def double(x):\n    return 3 * x", "double")
    assert "checked: `double` as run in [2]" in run(check)
    run("def double(x):\n    return 4 * x", "a cell of the learner's own")
    assert "checked: `double` as run in [4]" in run(check)


def save(path, source, later, metadata=None):
    """A notebook whose cell `double` has this source, written so many seconds after now."""
    cell = {"cell_type": "code", "id": "double", "metadata": metadata or {}, "source": source.splitlines(keepends=True)}
    text = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "# Text"}
    path.write_text(json.dumps({"cells": [text, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    os.utime(path, (NOW + later,) * 2)


@pytest.fixture
def saved(tmp_path, monkeypatch):
    path = tmp_path / "01_exercises.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    return path


def test_an_edit_that_was_not_run_is_noticed(run, check, saved):
    run(RIGHT, "double")
    save(saved, RIGHT.replace("2", "3"), later=60)
    assert run(check) == "✗ the cell of `double` was changed after it was run: run it first, then this one\n"
    run(RIGHT.replace("2", "3"), "double")
    assert "✗ 2 of 4 checks hold" in run(check)


@pytest.mark.parametrize(
    "source, later",
    [
        (RIGHT, 60),
        (RIGHT + "   \n\n", 60),  # what editors change
        (RIGHT.replace("2", "3"), -60),  # saved before it was run: the file is what is old
        (RIGHT.replace("2", "3"), 0),  # at the same time: not sure
    ],
)
def test_no_edit_is_claimed_where_it_is_not_sure(run, check, saved, source, later):
    run(RIGHT, "double")
    save(saved, source, later)
    assert "Task 1 done" in run(check)


def test_a_notebook_that_cannot_be_read_is_no_edit(run, check, saved):
    run(RIGHT, "double")
    for content in ("", "[]", '{"cells": [{}]}', '{"cells": 3}'):
        saved.write_text(content)
        os.utime(saved, (NOW + 60,) * 2)
        assert "Task 1 done" in run(check)


def test_in_vs_code_cells_have_other_ids(run, check, tmp_path):
    path = tmp_path / "in_code.ipynb"
    run.shell.user_ns["__vsc_ipynb_file__"] = str(path)
    run(RIGHT, "vscode-notebook-cell:/x#W1")
    graded = {"nbgrader": {"grade_id": "double"}}
    save(path, RIGHT, 60, graded)
    assert "Task 1 done" in run(check)
    save(path, RIGHT.replace("2", "3"), 60, graded)
    assert "was changed after it was run" in run(check)


def test_a_function_from_a_cell_of_the_learners_own_is_no_edit(run, check, saved):
    run(RIGHT, "own")
    save(saved, "def double(x):\n    raise NotImplementedError", later=60)
    content = json.loads(saved.read_text())
    content["cells"].append({"cell_type": "code", "id": "own", "metadata": {}, "source": RIGHT})
    saved.write_text(json.dumps(content))
    os.utime(saved, (NOW + 60,) * 2)
    assert "Task 1 done" in run(check)


def test_without_ipython_nothing_is_known():
    assert cells.run_of("double") is None and not cells.edited("double") and cells.broken("double") is None
