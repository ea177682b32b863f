"""What a source asks for: its tasks, what was handed out, the limits in its header; and what a submission comes to in
files."""

import dataclasses
import json

import nbformat
import pytest

from course_lib.classroom.judge import judge, outcome, plan
from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError
from course_lib.tools import build, editions, sources

needs_sandbox = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox here: {sandbox.available()}")
HEAD = "# ---\n# jupyter:\n#   course:\n#     limits: {}\n# ---\n\n"
SOURCE = """# %%
import json, numpy.linalg as la
from course_lib.checks import require

# %% task="one" role="solution"
def helper():
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION

def one():
    return helper()

# %% task="one" role="check"
one()

# %%
two = 2

# %% task="one" role="test" points=2
require("one", one(), 1)

# %%
afterwards = 3
"""
HUNGRY = "def helper():\n    return len(bytearray(900 << 20)) >> 20 and 1\ndef one():\n    return helper()"


def written(folder, limits=None):
    path = folder / "97_exercises.py"
    path.write_text((HEAD.format(limits) if limits else "") + SOURCE, encoding="utf-8")
    return path


def test_a_task_with_what_stands_around_it(tmp_path):
    found = plan.read_plan(written(tmp_path))
    (task,) = found.tasks
    assert (task.name, task.possible, task.functions) == ("one", 2, ("helper", "one"))
    assert len(task.setups) == 2 and task.setups[1] == "two = 2" and "return 1" in task.solution
    assert {name: (given.task, given.role) for name, given in found.cells.items()} == {
        "one": ("one", "solution"), "one-check": ("one", "check"), "one-test": ("one", "test")
    }  # fmt: skip
    assert "return 1" not in found.cells["one"].source and "require" not in found.cells["one-test"].source
    assert found.modules == ("json", "numpy.linalg", "course_lib.checks") and found.limits == Limits()


def test_limits_stand_in_the_header_of_the_exercises(tmp_path):
    source = written(tmp_path, "{memory_mb: 6000, call_s: 2.5, task_s: 90}")
    assert plan.limits(source) == dataclasses.replace(Limits(), memory_mb=6000, call_s=2.5, task_s=90)
    notebook = editions.with_notice(sources.convert(source), source)
    sources.write(build.normalise(notebook), source.with_suffix(".ipynb"))
    assert build.stale(source) is None, "a notebook with limits in its header is as fresh as any other"
    written(tmp_path, "{memory_mb: 5000}")
    assert "(metadata)" in build.stale(source)


@pytest.mark.parametrize(
    "limits, words",
    [
        ("{memory: 6000}", ("'memory'", "memory_mb", "call_s")),
        ("{core: 1}", ("'core'", "no limit")),
        ("{memory_mb: lots}", ("memory_mb", "'lots'", "a whole number, 1 or more")),
        ("{memory_mb: 0}", ("memory_mb", "0", "a whole number, 1 or more")),
        ("{processes: 2.5}", ("processes", "2.5", "a whole number, 1 or more")),
        ("{cpu_s: true}", ("cpu_s", "True", "a whole number, 1 or more")),
        ("{call_s: -1}", ("call_s", "-1", "greater than 0")),
        ("{call_s: .inf}", ("call_s", "inf", "greater than 0")),
        ("6000", ("6000", "must name limits", "memory_mb")),
    ],
)
def test_limits_that_are_none_are_told_in_a_sentence(tmp_path, limits, words):
    source = written(tmp_path, limits)
    with pytest.raises(CourseError) as caught:
        plan.read_plan(source)
    assert all(word in str(caught.value) for word in (str(source), "limits", *words)), caught.value
    assert "core" not in str(caught.value).partition("there are")[2]


@needs_sandbox
def test_a_chapters_memory_stops_a_hungry_submission_that_others_would_let_through(tmp_path):
    notebook = sources.learner_copy(sources.convert(written(tmp_path)), "en")
    notebook.cells[1].source = HUNGRY
    submission = nbformat.writes(notebook).encode()
    (whole,) = mark(submission, written(tmp_path)).tasks
    assert whole.points == 2, whole.error
    frugal = written(tmp_path, "{memory_mb: 600}")
    for stopped in mark(submission, frugal).tasks + judge.mark_here(submission, frugal).tasks:
        assert stopped.points == 0 and "emory" in stopped.error["en"], stopped.error


OLD = {
    "sha256": "ab",
    "tasks": [
        {"task": "one", "points": 0, "possible": 2, "error": "not written yet", "error_ko": "아직", "checks": ["a"]},
        {"task": "two", "points": 3, "possible": 3, "error": None, "error_ko": None, "checks": []},
    ],
    "notes": ["cells are missing: one"],
    "needs_look": True,
    "seconds": 1.5,
    "notebook": None,
    "notes_ko": ["빠진 셀이 있습니다: one"],
}


def test_outcomes_of_the_version_before_are_read():
    found = outcome.from_dict(OLD)
    assert found.tasks[0].error == {"en": "not written yet", "ko": "아직"} and found.tasks[1].error is None
    assert found.notes == [{"en": "cells are missing: one", "ko": "빠진 셀이 있습니다: one"}]
    assert (found.sha256, found.needs_look, found.seconds, found.tasks[0].checks) == ("ab", True, 1.5, ["a"])
    assert outcome.from_dict(json.loads(json.dumps(dataclasses.asdict(found)))) == found
    assert outcome.from_dict({**OLD, "notes_ko": []}).notes == [{"en": OLD["notes"][0], "ko": OLD["notes"][0]}]
    assert OLD["tasks"][0]["error_ko"] == "아직", "what was read is left as it was"
    for other in ({}, {**OLD, "surprise": 1}, {**OLD, "tasks": None}):
        with pytest.raises((KeyError, TypeError)):
            outcome.from_dict(other)
