"""An experiment of the learner's own is judged by its numbers: measured again, and the conclusion follows from them."""

import numpy as np
import pytest
from desk import course, forget, workbook

from course_lib import record
from course_lib.checks import CheckFailed
from course_lib.exercises import check_experiment
from course_lib.experiments import conclusion, require_experiment
from course_lib.feedback import marked

GOOD = {"settings": [3, 1, 2], "predicted": [0, 0, 0], "measured": [9.0, 1.0, 4.0], "conclusion": "grows"}
HOW = {"measure": lambda x: x * x, "settings": lambda x: x > 0}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"predicted": "falls"},
        {"predicted": np.array([1.5, 2, 3])},
        {"settings": np.array([3, 1, 2]), "measured": np.float32([9, 1, 4])},
        {"settings": (3, 1, 2), "measured": (9.01, 1.0, 4.0)},
        {"note": "more than is asked"},
    ],
)
def test_right(changed):
    require_experiment("squares", GOOD | changed, **HOW)


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"measured": [9.0, 1.0, 5.0]}, "squares: for the setting 2 the measurement comes out as 4, and not 5"),
        ({"conclusion": "falls"}, 'from small to large settings the measured values are 1, 4, 9: is that "falls"'),
        ({"conclusion": "stays"}, 'is that "stays"'),
        ({"conclusion": "up"}, "'conclusion' is one of grows, falls, stays, neither, found 'up'"),
        ({"predicted": "up"}, "'predicted' is one of grows, falls, stays, neither, or a list of numbers; found 'up'"),
        ({"predicted": [0, 0]}, "3 settings need as many values in 'predicted', found 2"),
        ({"predicted": None}, "must be a list of numbers, or one of grows, falls, stays, neither; found None"),
        ({"predicted": [None] * 3}, "'predicted' must be a list of numbers"),
        ({"measured": [9.0, float("nan"), 4.0]}, "the measurement for the setting 1 is nan: leave this setting out"),
        ({"measured": [9.0, None, 4.0]}, "'measured' must be a list of numbers"),
        ({"settings": [3, 0, 2], "measured": [9.0, float("inf"), 4.0]}, "the setting 0 is none that the task allows"),
        ({"settings": [3, float("inf"), 2]}, "'settings' must be a list of numbers"),
        ({"measured": [9.0, 1.0]}, "3 settings need as many values in 'measured', found 2"),
        ({"settings": [1, 1, 2]}, "try at least 3 different settings, found 2"),
        ({"settings": [0, 1, 2], "measured": [0, 1, 4]}, "the setting 0 is none that the task allows"),
        ({"settings": "123"}, "'settings' must be a list of numbers"),
        ({"settings": [True, False, 3]}, "'settings' must be a list of numbers"),
    ],
)
def test_wrong(changed, words):
    with pytest.raises(CheckFailed, match=words):
        require_experiment("squares", GOOD | changed, **HOW)


@pytest.mark.parametrize(
    "result, words", [(3, "found int"), ([1], "found list"), ({"settings": []}, "found .'settings'.")]
)
def test_another_form(result, words):
    with pytest.raises(CheckFailed, match=f"expected a dict with settings, predicted, measured, conclusion, {words}"):
        require_experiment("squares", result, **HOW)


def test_without_a_return_nothing_came_back():
    with pytest.raises(CheckFailed, match="squares: nothing came back .None.: is the `return` missing") as failed:
        require_experiment("squares", None, **HOW)
    assert failed.value.nothing


@pytest.mark.parametrize(
    "measured, word",
    [
        ([1, 2, 3], "grows"),
        ([3, 2, 1], "falls"),
        ([100, 101, 99], "stays"),
        ([1, 3, 1], "neither"),
        ([1, 0.99, 3], "grows"),
        ([-3, -2, -1], "grows"),
        ([0, 0, 0], "stays"),
        ([3, 1, 3.1], "neither"),
    ],
)
def test_what_follows_from_numbers(measured, word):
    assert conclusion([1, 2, 3], measured) == word
    assert conclusion([3, 2, 1], measured[::-1]) == word


def test_a_noisy_measure_has_its_tolerance():
    noisy = GOOD | {"measured": [9.4, 1.1, 4.0]}
    require_experiment("squares", noisy, **HOW, tolerance=0.1)
    with pytest.raises(CheckFailed, match="comes out as"):
        require_experiment("squares", noisy, **HOW, tolerance=0.01)


def test_a_prediction_is_kept_and_never_judged(tmp_path, monkeypatch, capsys):
    course(tmp_path, monkeypatch)
    workbook(tmp_path, monkeypatch)
    cell = 'checking("01", "squares")\ncheck_experiment("squares", squares(), measure=square)'
    space = {"squares": lambda: GOOD, "square": HOW["measure"], "check_experiment": check_experiment}
    attempt = marked.tried(cell, space)
    assert (attempt.held, attempt.failures) == (1, []) and "✓ squares" in capsys.readouterr().out
    assert record.events()[-1]["prediction"] == [0, 0, 0]
    attempt = marked.tried(cell, space | {"squares": lambda: GOOD | {"conclusion": "falls"}})
    assert (attempt.held, attempt.wrong) == (0, 1)


def test_without_a_notebook_it_raises(capsys, monkeypatch):
    forget(monkeypatch)
    check_experiment("squares", GOOD, **HOW)
    assert capsys.readouterr().out == "✓ squares\n"
    with pytest.raises(CheckFailed):
        check_experiment("squares", GOOD | {"conclusion": "falls"}, **HOW)
