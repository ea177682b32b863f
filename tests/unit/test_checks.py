from fractions import Fraction

import numpy as np
import pytest

from course_lib.checks import CheckFailed, check, check_raises, require, require_raises


class Tensor:
    """What a tensor of Keras has in common with those of all backends."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


A = np.array([[9, 7, 11], [6, 10, 4], [8, 6, 1]])
B = np.array([[1, 2, 3], [4, 5, 7]])


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
        (3.0, 3),
        (np.float32(3), 3),
        (np.array(3), 3),
        (np.array(3.0), 3.0),
        (Fraction(1, 2), 0.5),
        (np.True_, True),
        (np.array(True), True),
        ([1, 2], (1, 2)),
        ((1, (2, [3])), [1, [2, (3,)]]),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([1.0, 2.0]), (1, 2)),
        (range(3), [0, 1, 2]),
        ({"a": (1.0, 2)}, {"a": [1, 2]}),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([1.0, 2.0], "float32"), np.array([1, 2])),
        (np.array([1, 2], "uint8"), np.array([1, 2])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([8.999999999999998]), np.array([9])),
        (Tensor([1.0, 2.0]), np.array([1.0, 2.0])),
        (Tensor(2.5), 2.5),
        (np.array([[1, 2.5]], dtype=object), np.array([[1.0, 2.5]])),
        (np.array([1e5, 3e-2], "float32"), np.array([1e5, 3e-2 + 1e-3])),
        (np.array(["a", "b"]), ["a", "b"]),
    ],
)
def test_right(found, expected):
    require("label", found, expected)


@pytest.mark.parametrize(
    "found, expected, reason",
    [
        (None, 3, "nothing came back"),
        (3.5, 3, "expected 3, found 3.5"),
        (3.001, 3, "expected 3, found 3.001"),
        (123642857.0, 123642856, "expected 123642856"),
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
        (np.array([0, 2]), np.array([0.5, 2.5]), r"floating point .* found integer .*decimals are cut off"),
        (np.array([1.5, 2]), np.array([1, 2]), r"1 of 2 values differ"),
        (np.array([1.0 + 0j]), np.array([1.0]), r"floating point \(float64\), found complex"),
        (1 + 0j, 1.0, "expected type float, found complex"),
        (np.complex128(1 + 2j), 1.0, "expected type float, found complex128"),
        (np.array([True]), np.array([1]), r"integer \(int64\), found bool"),
        (np.array([1]), np.array([True]), r"bool \(bool\), found integer"),
        (np.array([1e5], "float32"), np.array([1e5 + 29.0]), "1 of 1 values differ"),
        (np.array([[1, 2]]), [1, 2], "expected 2 entries, found 1"),
        (np.array([1, None], dtype=object), np.array([1, 2]), r"integer \(int64\), found object"),
        (np.array([[1], [2, 3]], dtype=object), np.array([1, 2]), r"integer \(int64\), found object"),
        ({1, 2}, [1, 2], "expected type list, found set"),
        ("ab", ["a", "b"], "expected type list, found str"),
        ([[1], [2, 3]], np.array([[1, 2], [3, 4]]), "expected type numpy.ndarray, found list"),
        ([1.0, 2.0], np.array([1, 2]), r"found list. The values are right: `np.array\(...\)`"),
        (Tensor([1.0]), np.array([2.0]), "1 of 1 values differ"),
        ((i for i in [1]), [1], "generator came back: give the result by `return`"),
        (map(int, "1"), [1], r"a map came back, not its values: `list\(...\)`"),
        (np.sum, 3, "a function came back, not its result"),
        (int, 3, "a function came back, not its result"),
        (ValueError("no"), 3, "an exception came back: `raise` it"),
        (ValueError, 3, "an exception came back: `raise` it"),
        (..., 3, "expected type int, found ellipsis"),
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


def test_a_function_that_changes_its_input_is_told_by_check_raises_too():
    def loud(x):
        raise CheckFailed("told already")

    with pytest.raises(CheckFailed, match="told already"):
        require_raises(ValueError, loud, 1)


def test_integers_can_be_asked_for():
    for found, expected in ((3.0, 3), (np.array([1.0]), np.array([1])), ([1, 2.0], [1, 2]), ({"a": 1.0}, {"a": 1})):
        require("label", found, expected)
        with pytest.raises(CheckFailed, match="expected (type int|numbers of kind integer)"):
            require("label", found, expected, integers=True)
    require("label", np.int8(3), 3, integers=True)
    require("label", np.uint8([3]), np.array([3]), integers=True)
    require("label", 3.5, 3.5, integers=True)


@pytest.mark.parametrize(
    "found, expected, cause",
    [
        (A.T, A, "transposed"),
        (B.T, B, "transposed"),
        (B.T + 1, B, "rows and columns exchanged"),
        (A[::-1], A, "reversed along axis 0"),
        (A[:, ::-1], A, "reversed along axis 1"),
        (A[::-1, ::-1], A, "upside down and left to right"),
        (np.arange(4)[::-1], np.arange(4), "order is reversed"),
        ([3, 1, 2], [2, 1, 3], "order is reversed"),
        (-A, A, "Only the sign"),
        (-3, 3, "Only the sign"),
        (A // 2, A / 2, "decimals are cut off"),
        (2, 2.5, "decimals are cut off"),
        (2.0, 2.5, "decimals are cut off"),
        (0, 0.5, "decimals are cut off"),
        (np.int64(1), 0.9, "It is rounded"),
        (np.round(A / 3), A / 3, "rounded"),
        (A * 9.0, A, "9 times what they should be"),
        (A / 9, A, "1/9 times what they should be"),
        (A + 3, A, "differ by the same number, 3"),
        (0 * A, A, "All values are 0"),
        (np.zeros((2, 2)), np.full((2, 2), 0.5), "All values are 0"),
        (np.zeros((2, 2), dtype=int), np.array([[0.25, -0.5], [0.75, 0.5]]), "decimals are cut off"),
        (A[:-1], A, "last entry is missing along axis 0"),
        (A[:-1, :-1] + 1, A, r"One entry is missing along axis 0, 1: is a `\+ 1` missing"),
        (np.pad(A, ((0, 1), (0, 0))), A, "one entry too many along axis 0"),
        (A[None], A, "only the shape is not"),
        (A.ravel(), A, "only the shape is not"),
        (np.roll(A, 1, axis=1), A, "shifted by one place along axis 1"),
        ((B.T, 1), (B, 1), "transposed"),
    ],
)
def test_a_wrong_result_that_is_recognised_says_what_was_probably_done(found, expected, cause):
    with pytest.raises(CheckFailed, match=cause):
        require("label", found, expected)


@pytest.mark.parametrize(
    "found, expected",
    [
        (A + np.eye(3), A),
        (np.array([[1, 2], [2, 4]]), np.array([[1, 2], [2, 3]])),
        (np.ones((2, 2)), np.zeros((2, 2))),
        (np.zeros(2), np.array([np.nan, 1.0])),
        (np.array([np.nan, 1.0]), np.array([2.0, 1.0])),
        (np.zeros((0, 3)), np.zeros((3, 0))),
        (7, 3),
        (2.2, 2.5),
        (0.0, 0.5),
        (1.0, 0.9),
        (np.array([0]), np.array([3])),
        (np.array([0.0]), np.array([0.5])),
        (np.array([1.0]), np.array([0.9])),
        (7.0, np.array([7.0])),
        (np.array(7.0), np.array([[7.0]])),
        ("a", "b"),
        ([], [1]),
        (np.array([True, False]), np.array([False, True])),
        (np.array(["a"]), np.array(["b"])),
    ],
)
def test_no_cause_is_named_where_none_fits(found, expected):
    with pytest.raises(CheckFailed) as caught:
        require("label", found, expected)
    assert ". " not in str(caught.value).removesuffix(".")


@pytest.mark.parametrize(
    "language, words, begun",
    [
        ("en", "the sign is wrong", "The sign"),
        ("en", "a part is missing", "A part"),
        ("en", "k is missing", "k is"),
        ("en", "`beta` is missing", "`beta` is"),
        ("ko", "k가 빠졌어요", "k가"),
        ("ko", "softmax가 빠졌어요", "softmax가"),
    ],
)
def test_a_cause_begins_a_sentence_but_a_letter_is_a_name(language, words, begun, monkeypatch):
    monkeypatch.setenv("COURSE_LANG", language)
    with pytest.raises(CheckFailed, match=rf"\. {begun}"):
        check("label", 2, 1, causes={words: 2})


def test_a_task_names_its_causes():
    causes = {
        "cannot be computed": lambda: 1 // 0,
        "is right": A,
        "this is the result of the flipped kernel": A.T + 1,
        "the stride was forgotten": lambda: A + 2,
    }
    for wrong, words in (
        (A.T + 1, "the flipped kernel"),
        (A + 2.0, r"\. The stride was forgotten"),
        (A.T, "transposed"),
    ):
        with pytest.raises(CheckFailed, match=words):
            check("label", wrong, A, causes=causes)
    check("label", A, A, causes=causes)


def test_no_loop_is_blamed_for_the_length_of_a_tuple():
    with pytest.raises(CheckFailed) as caught:
        check("shape", (3,), (3, 3))
    assert str(caught.value) == "shape: expected 2 entries, found 1"


def test_small_matrices_are_drawn_side_by_side(monkeypatch):
    for language, heads in (("en", "should be      yours (* differs)"), ("ko", "기대한 값      나온 값(* 다름)")):
        monkeypatch.setenv("COURSE_LANG", language)
        with pytest.raises(CheckFailed) as caught:
            check("label", np.array([[1, 2], [3.5, 4]]), np.array([[1, 2], [3, 4]]))
        head, *lines = caught.value.drawing.splitlines()
        assert head.strip() == heads
        assert [line.split() for line in lines] == [["1", "2", "1", "2"], ["3", "4", "3.5*", "4"]]
    assert caught.value._render_traceback_()[1:] == [head, *lines]


def test_matrices_of_different_shapes_are_drawn_and_large_ones_are_not():
    for found, drawn in ((np.ones((2, 1)), True), (np.ones((2, 6)), False), (np.ones((2, 2, 2)), False), ("a", False)):
        with pytest.raises(CheckFailed) as caught:
            check("label", found, np.zeros((2, 2)))
        assert bool(caught.value.drawing) == drawn


def test_a_returned_array_is_told_in_one_line():
    with pytest.raises(CheckFailed, match=r"the call returned array of shape \(9, 9\)$"):
        require_raises(ValueError, lambda x: np.ones((9, 9)), 1)
    with pytest.raises(CheckFailed) as caught:
        require_raises(ValueError, lambda x: [1] * 999, 1)
    assert len(str(caught.value)) < 400
