"""What is probably behind a wrong result, and both results side by side where they are small.

A task names its own causes (`check(..., causes={...})`); those of this file are recognised in every task. A cause is
named only where the wrong result is exactly what that mistake gives, so that it never leads astray.
"""

import numpy as np

from course_lib.texts import columns_of, language, say

SIDE = 5  # rows and columns up to which a matrix is drawn
NUMBERS = "iuf"


def explained(sentence, found, expected, causes, same):
    """The sentence about a wrong result, with its cause behind it if that is recognised.

    Args:
        sentence: Text.
        found, expected: the two results.
        causes: sentence -> the wrong result that it explains, or a function that gives it; may be None.
        same: function: a result -> whether `found` is that one.
    """
    cause = _named(expected, causes or {}, same) or _recognised(found, expected)
    return say("{sentence}. {cause}", sentence=sentence, cause=cause) if cause else sentence


def _named(expected, causes, same):
    for words, wrong in causes.items():
        try:
            wrong = wrong() if callable(wrong) else wrong
            if same(wrong) and not _equal(wrong, expected):
                return _begun(words)
        except Exception:  # noqa: S112  a cause that cannot be computed for this case explains nothing
            continue
    return None


def _begun(words):
    """A cause as it begins a sentence: with a capital, unless a letter there is the name of something."""
    if language() == "ko" or (words[:1] not in "aA" and not words[1:2].isalnum()):
        return words
    return words[:1].upper() + words[1:]


def _recognised(found, expected):
    """The sentence of a cause that needs no word from the task, or None."""
    integer = isinstance(found, (int, np.integer))
    record = isinstance(expected, tuple)  # its length comes from no loop: a shape, a pair
    whole = getattr(found, "dtype", None) is not None and found.dtype.kind in "iu"
    found, expected = _numbers(found), _numbers(expected)
    if found is None or expected is None or not expected.size or not found.size:
        return None
    if found.shape != expected.shape:
        return None if record else _shape(found, expected)
    if not expected.ndim:
        return _scalar(found, expected, integer)
    if not np.isfinite([found, expected]).all() or np.allclose(found, expected):  # of another kind, perhaps
        return None
    return _order(found, expected) or _values(found, expected, whole)


def _numbers(value):
    """A result as an array of float, or None if it is no number and no array or list of numbers."""
    try:
        array = np.asarray(value)
    except Exception:  # lists of different lengths
        return None
    return array.astype(float) if array.dtype.kind in NUMBERS else None


def _equal(one, other):
    one, other = _numbers(one), _numbers(other)
    return (
        one is not None and other is not None and one.shape == other.shape and np.allclose(one, other, equal_nan=True)
    )


def _shape(found, expected):
    if found.ndim == 2 and found.shape == expected.shape[::-1]:
        if _equal(found.T, expected):
            return say("This is the transposed result: rows and columns are exchanged")
        return say("Are rows and columns exchanged?")
    single = expected.ndim and expected.size == 1  # of a batch of one: the sum over everything is the same number
    if found.size == expected.size and not single and _equal(found.ravel(), expected.ravel()):
        return say("The values are right, only the shape is not: `reshape` or an index can mend it")
    if found.ndim != expected.ndim:
        return None
    less = [there - here for here, there in zip(found.shape, expected.shape)]
    axes = ", ".join(str(axis) for axis, missing in enumerate(less) if missing)
    if all(missing in (0, 1) for missing in less):
        if _equal(found, expected[tuple(slice(0, size) for size in found.shape)]):
            return say("The last entry is missing along axis {axes}: does the loop end one too early?", axes=axes)
        return say("One entry is missing along axis {axes}: is a `+ 1` missing?", axes=axes)
    if all(missing in (0, -1) for missing in less):
        return say("There is one entry too many along axis {axes}: is it off by one?", axes=axes)
    return None


def _scalar(found, expected, integer):
    """`integer`: what was found is of that type; where less than 1 is expected, 0.0 and 1.0 have other causes, too."""
    if not np.isfinite(expected):
        return None
    if expected and found == -expected:
        return say("Only the sign is wrong")
    if expected == int(expected) or (abs(expected) < 1 and not integer):
        return None
    if found == np.trunc(expected):
        return say("The decimals are cut off: is there a `//` or `int(...)` too many?")
    if found == np.round(expected):
        return say("It is rounded, and should not be")
    return None


def _order(found, expected):
    """Causes that leave the values as they are, and their places not."""
    if np.allclose(found, expected[(slice(None, None, -1),) * expected.ndim]):
        if expected.ndim == 1:
            return say("The order is reversed")
        return say("This is the right result upside down and left to right")
    for axis in range(expected.ndim if expected.ndim > 1 else 0):
        if np.allclose(found, np.flip(expected, axis)):
            return say("The order is reversed along axis {axis}", axis=axis)
    if expected.ndim == 2 and found.shape == found.shape[::-1] and np.allclose(found, expected.T):
        return say("This is the transposed result: rows and columns are exchanged")
    for axis in range(expected.ndim):
        for step in (1, -1) if expected.shape[axis] > 2 else ():
            here, there = [slice(None)] * expected.ndim, [slice(None)] * expected.ndim
            here[axis], there[axis] = (slice(1, None), slice(0, -1))[::step]
            inner = expected[tuple(there)]
            if len(np.unique(inner)) > 2 and np.allclose(found[tuple(here)], inner):
                return say("The values are shifted by one place along axis {axis}", axis=axis)
    return None


def _values(found, expected, whole):
    """Causes that leave the values in their places; `whole`: what was found is an array of integers."""
    if not expected.any():
        return None
    if np.allclose(found, -expected):
        return say("Only the sign is wrong")
    if (
        found.size > 1 and not found.any() and not (whole and (np.abs(expected) < 1).all())
    ):  # those have been cut off to 0, as below
        return say("All values are 0: is the result filled in?")
    if not np.array_equal(expected, np.trunc(expected)) and (whole or (np.abs(expected) >= 1).any()):
        if np.array_equal(found, np.trunc(expected)) or np.array_equal(found, np.floor(expected)):
            return say(
                "The decimals are cut off: an array of integers (such as `np.zeros_like` of one) or `//` does that"
            )
        if np.array_equal(found, np.round(expected)):
            return say("It is rounded, and should not be")
    used = expected != 0
    if len(np.unique(expected[used])) > 1 and np.array_equal(found != 0, used):
        factors = found[used] / expected[used]
        if np.allclose(factors, factors[0]):
            return say("All values are {factor} times what they should be", factor=_brief(factors[0]))
    if len(np.unique(expected)) > 2 and np.allclose(found - expected, found.flat[0] - expected.flat[0]):
        return say("All values differ by the same number, {number}", number=_brief(found.flat[0] - expected.flat[0]))
    return None


def _brief(number):
    """A factor as people write it: 3, 0.25, 1/9."""
    number = float(number)
    if 0 < abs(number) < 1 and abs(1 / number - round(1 / number)) < 1e-6 and round(1 / number) not in (2, 4, 5, 10):
        return f"{'-' * (number < 0)}1/{abs(round(1 / number))}"
    return f"{number:.4g}"


def side_by_side(found, expected):
    """What was expected and what was found as two small matrices, the wrong entries marked; "" if they are large."""
    if not isinstance(expected, np.ndarray) or not isinstance(found, (np.ndarray, list, tuple)):
        return ""
    found = np.asarray(_numbers(found) if not isinstance(found, np.ndarray) else found)
    if found.dtype.kind not in NUMBERS + "b" or expected.dtype.kind not in NUMBERS + "b":
        return ""
    if any(one.ndim not in (1, 2) or not one.size or max(one.shape) > SIDE for one in (found, expected)):
        return ""
    left, right = np.atleast_2d(expected), np.atleast_2d(found)
    same = left.shape == right.shape
    wrong = ~np.isclose(right, left, rtol=1e-4, atol=1e-6, equal_nan=True) if same else None
    blocks = [_block(left, None), _block(right, wrong)]
    heads = [say("should be"), say("yours (* differs)") if same else say("yours")]
    width = max(columns_of(heads[0]), len(blocks[0][0]))
    lines = [heads[0] + " " * (width - columns_of(heads[0]) + 6) + heads[1]]
    for i in range(max(map(len, blocks))):
        left, right = (block[i] if i < len(block) else "" for block in blocks)
        lines.append((left.ljust(width + 6) + right).rstrip())
    return "\n".join(f"    {line}" for line in lines)


def _block(matrix, marks):
    """The lines of one matrix."""
    texts = [[_entry(value) for value in row] for row in matrix]
    width = max(len(text) for row in texts for text in row)
    return [
        " ".join(
            text.rjust(width) + ("" if marks is None else "*" if marks[i, j] else " ") for j, text in enumerate(row)
        )
        for i, row in enumerate(texts)
    ]


def _entry(value):
    return str(value) if isinstance(value, (bool, np.bool_, int, np.integer)) else f"{value:.4g}"
