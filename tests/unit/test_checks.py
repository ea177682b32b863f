import numpy as np
import pytest

from course_lib.checks import CheckFailed, check, check_raises, require


@pytest.mark.parametrize(
    "found, expected",
    [
        (3, 3),
        (np.int64(3), 3),
        (3.0000001, 3.0),
        (3, 3.0),
        ("a", "a"),
        (True, True),
        (None, None),
        ((1, 2), (1, 2)),
        ([1, [2.0]], [1, [2.0]]),
        ({"a": 1}, {"a": 1}),
        (np.array([1, 2]), np.array([1, 2])),
        (np.array([1.0, 2.0000001], "float32"), np.array([1.0, 2.0])),
        (np.int32([1]), np.int64([1])),
        (float("nan"), float("nan")),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        (1e-8, 0.0),
    ],
)
def test_right(found, expected):
    require("label", found, expected)


@pytest.mark.parametrize(
    "found, expected, reason",
    [
        (None, 3, "nothing came back"),
        (3.0, 3, "expected type int, found float"),
        (True, 1, "expected type int, found bool"),
        ("3", 3, "expected type int, found str"),
        (4, 3, "expected 3, found 4"),
        (3.1, 3.0, "expected 3.0, found 3.1"),
        (True, 1.0, "expected type float, found bool"),
        (np.True_, 1.0, "expected type float, found bool"),
        (1, True, "expected type bool, found int"),
        (float("nan"), 3.0, "found nan"),
        (1.0001, 1.0, "expected 1.0, found 1.0001"),
        (1e-6, 0.0, "expected 0.0, found 1e-06"),
        (np.array([1.0001]), np.array([1.0]), "1 of 1 values differ"),
        ([1, 2], np.array([1, 2]), "expected type numpy.ndarray, found list"),
        (np.ones((2, 3)), np.ones((3, 2)), r"shape \(3, 2\), found \(2, 3\)"),
        (np.ones(2, int), np.ones(2), "floating point .* found integer"),
        (
            np.array([1.0, 2, 3]),
            np.array([1.0, 5, 6]),
            r"2 of 3 values differ; first at index \(1,\): expected 5.0, found 2.0",
        ),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), r"1 of 2 values are NaN or infinite; first at index \(1,\)"),
        (np.array([np.inf]), np.array([1.0]), "1 of 1 values are NaN or infinite"),
        ((1, 2), (1, 2, 3), "expected 3 entries, found 2"),
        ([1, 2], [1, 3], r"label \[1\]: expected 3, found 2"),
        ({"a": 1}, {"b": 1}, "expected the keys"),
        ((1, 2), [1, 2], "expected type list, found tuple"),
    ],
)
def test_wrong_is_told_with_its_reason(found, expected, reason):
    for judge in (require, check):
        with pytest.raises(CheckFailed, match=reason):
            judge("label", found, expected)


def test_shape_is_told_before_values():
    with pytest.raises(CheckFailed, match="shape"):
        require("label", np.zeros((2, 2), int), np.ones((3, 3)))


def test_check_speaks_the_learners_language(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_LANG", "ko")
    with pytest.raises(CheckFailed, match="형상"):
        check("이름", np.ones(2), np.ones(3))
    check("padding 1", 3, 3)
    assert capsys.readouterr().out == "✓ padding 1\n"


def test_check_raises():
    def strict(x):
        if x < 0:
            raise ValueError
        if x == 0:
            raise KeyError
        return x

    check_raises(ValueError, strict, -1)
    with pytest.raises(CheckFailed, match="to be raised, but the call returned 1"):
        check_raises(ValueError, strict, 1)
    with pytest.raises(CheckFailed, match="to be raised, found KeyError"):
        check_raises(ValueError, strict, 0)


def test_unwritten_task_is_no_pass_of_check_raises():
    def unwritten(x):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        check_raises(ValueError, unwritten, 1)
