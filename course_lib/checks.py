"""Immediate feedback on an exercise: shape and kind first, then values, always with what was expected and found.

`check` prints a line when all is well (visible checks); `require` is the same, silent (hidden tests with many cases).
Both accept a right answer in another style: a whole-number float for an integer (unless the task asks for integers), a
list for a tuple, a tuple or an array for a list, a tensor for an array, NumPy's scalars for Python's, float32 within
its own precision. A list is no array: what the next task does with an array would stop at it.
"""

import inspect
import numbers
import sys

import numpy as np

from course_lib.feedback import causes as known_causes
from course_lib.texts import Text, joined, phrase, say

WRITTEN_OUT = 6  # numbers up to which an array with one axis is shown by its values

listener = None  # while a check cell runs statement by statement: what is told of each check, with holds() and fails()


class CheckFailed(AssertionError):
    """An answer is not right yet; the message says why. `drawing` may show both results side by side."""

    drawing = ""
    arrays = ()  # the two that differ, where they are part of something larger
    nothing = False  # whether no value came back

    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [f"✗ {self}", *self.drawing.splitlines()]


def check(label, found, expected, *, rtol=1e-5, atol=1e-7, integers=False, causes=None):
    """`require`, and a line "✓ label" if it holds."""
    judge = lambda: require(label, found, expected, rtol=rtol, atol=atol, integers=integers, causes=causes)
    tell(label, judge, found)


def require(label, found, expected, *, rtol=1e-5, atol=1e-7, integers=False, causes=None):
    """Compare an answer with what is expected: kind, shape, then values.

    Args:
        label: what is being checked, for example "padding 1".
        found: the learner's value.
        expected: int, float, bool, str, None, numpy array, or a tuple, list or dict of such.
        rtol, atol: tolerances for floating-point values.
        integers: whether only integers will do where integers are expected; else 3.0 is a right answer, too.
        causes: what is probably behind a wrong result: sentence -> that result, or a function without arguments that
            gives it, for example {"this is the result of the flipped kernel": np.array([[4, 2]])}.

    Raises:
        CheckFailed: with one sentence in the learner's language.
    """
    try:
        _compare(label, found, expected, rtol, atol, integers)
    except CheckFailed as failed:
        same = lambda other: _agrees(found, other, rtol, atol)
        pair = failed.arrays or (_plain(found), _plain(expected))
        told = CheckFailed(known_causes.explained(failed.args[0], *pair, causes, same))
        told.drawing, told.nothing = known_causes.side_by_side(*pair), failed.nothing
        raise told from None


def tell(label, judge, found=None):
    """Say whether a check holds of what was found: to whom has asked for it, else by a line or an exception."""
    try:
        judge()
    except CheckFailed as failed:
        if listener is None:
            raise
        listener.fails(failed)
    else:
        if listener is None:
            print(f"✓ {label}")
        else:
            listener.holds(label, found)


def _agrees(found, other, rtol, atol):
    try:
        _compare("", found, other, rtol, atol, False)
    except CheckFailed:
        return False
    return True


def _compare(label, found, expected, rtol, atol, integers):
    expected, found = _plain(expected), _plain(found)
    if type(found) is not type(expected):
        refuse_odd(label, found)
    if isinstance(expected, np.ndarray):
        try:
            return _compare_arrays(label, found, expected, rtol, atol, integers)
        except CheckFailed as failed:
            failed.arrays = found, expected
            raise
    if isinstance(expected, (tuple, list)) and isinstance(found, (tuple, list, range, np.ndarray)):
        found = found.tolist() if isinstance(found, np.ndarray) else found
        if len(found) != len(expected):
            raise CheckFailed(
                say(
                    "{label}: expected {expected} entries, found {found}",
                    label=label,
                    expected=len(expected),
                    found=len(found),
                )
            )
        for i, (one, other) in enumerate(zip(found, expected)):
            _compare(Text("{label} [{i}]", {"label": label, "i": i}), one, other, rtol, atol, integers)
        return None
    if not _of_its_kind(found, expected, integers):
        raise CheckFailed(
            say(
                "{label}: expected type {expected}, found {found}",
                label=label,
                expected=type(expected).__name__,
                found=type(found).__name__,
            )
        )
    if isinstance(expected, dict):
        return _compare_dicts(label, found, expected, rtol, atol, integers)
    if is_number(expected):
        if not _close(found, expected, rtol, atol):
            raise CheckFailed(
                say("{label}: expected {expected}, found {found}", label=label, expected=expected, found=found)
            )
    elif found != expected:
        raise CheckFailed(
            say(
                "{label}: expected {expected}, found {found}",
                label=label,
                expected=repr(expected),
                found=_short(found),
            )
        )
    return None


def _compare_dicts(label, found, expected, rtol, atol, integers):
    if found.keys() != expected.keys():
        raise CheckFailed(
            say(
                "{label}: expected the keys {expected}, found {found}",
                label=label,
                expected=sorted(expected, key=str),
                found=sorted(found, key=str),
            )
        )
    for key in expected:
        inner = Text("{label} [{key}]", {"label": label, "key": repr(key)})
        _compare(inner, found[key], expected[key], rtol, atol, integers)


def _plain(value):
    """Tensors and other things that know how to become an array as that array; arrays without an axis as a scalar."""
    if not isinstance(value, (np.ndarray, np.generic, type)) and hasattr(value, "__array__"):
        try:
            value = np.asarray(value)
        except Exception:  # a symbolic tensor has no values
            return value
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        plain = _as_array(value.tolist())
        value = value if plain is None or plain.dtype.kind == "O" or plain.shape != value.shape else plain
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def refuse_odd(label, found):
    """CheckFailed for what is never an answer: nothing, a generator, a function, an exception."""
    if odd := _odd(label, found):
        failed = CheckFailed(odd)
        failed.nothing = found is None
        raise failed


def _odd(label, found):
    """The sentence about what is never an answer, or None."""
    if found is None:
        return say("{label}: nothing came back (None): is the `return` missing?", label=label)
    if inspect.isgenerator(found):
        return say("{label}: a generator came back: give the result by `return`, not by `yield`", label=label)
    if isinstance(found, (map, filter, zip)):
        return say("{label}: a {kind} came back, not its values: `list(...)` gives them", label=label, kind=type(found).__name__)  # fmt: skip
    if inspect.isroutine(found) or isinstance(found, type) and not issubclass(found, BaseException):
        return say("{label}: a function came back, not its result: are the round brackets missing?", label=label)
    if isinstance(found, BaseException) or isinstance(found, type):
        return say("{label}: an exception came back: `raise` it instead of returning it", label=label)
    return None


def is_number(value):
    """Whether a value is a real number; a bool is none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _is_integer(value):
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _of_its_kind(found, expected, integers):
    """Whether a value is of the kind that is expected; a bool will do for nothing but a bool."""
    if isinstance(expected, (bool, np.bool_)):
        return isinstance(found, (bool, np.bool_))
    if is_number(expected):
        return _is_integer(found) if integers and _is_integer(expected) else is_number(found)
    return isinstance(found, type(expected))


def _close(found, expected, rtol, atol):
    """Whether a number, or each number of an array, is what is expected; integers are exact."""
    if np.asarray(expected).dtype.kind in "iu":
        if np.asarray(found).dtype.kind in "iu":
            return found == expected
        rtol, atol = 1e-12, 1e-6
    else:
        rtol, atol = _tolerances(found, expected, rtol, atol)
    return np.isclose(np.asarray(found, float), np.asarray(expected, float), rtol=rtol, atol=atol, equal_nan=True)


def _tolerances(found, expected, rtol, atol):
    """What is asked for, and no more than float32 can do where a result is of that precision."""
    if np.asarray(found).dtype != np.float32:
        return rtol, atol
    sizes = np.abs(np.asarray(expected, float))
    largest = sizes[np.isfinite(sizes)].max(initial=0.0)
    return max(rtol, 1e-4), max(atol, 1e-6 * float(largest))


def _short(value):
    """How a value is shown within a sentence: in one line."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iufb" and value.size <= WRITTEN_OUT:
        text = repr((value.round(4) if value.dtype.kind == "f" else value).tolist())
    elif isinstance(value, np.ndarray):
        text = say("array of shape {shape}", shape=value.shape)
    else:
        text = repr(value)
    return text if len(text) <= 200 and "\n" not in text else " ".join(text.split())[:200] + " ..."


KINDS = {
    "i": phrase("integer"),
    "u": phrase("unsigned integer"),
    "f": phrase("floating point"),
    "b": "bool",
    "c": phrase("complex"),
    "O": phrase("object"),
}
OTHER = phrase("something else")


def _compare_arrays(label, found, expected, rtol, atol, integers):
    if not isinstance(found, np.ndarray):
        text = say(
            "{label}: expected type {expected}, found {found}",
            label=label,
            expected="numpy.ndarray",
            found=type(found).__name__,
        )
        if isinstance(found, (list, tuple)) and _agrees(_as_array(found), expected, rtol, atol):
            text = say("{sentence}. The values are right: `np.array(...)` makes an array of them", sentence=text)
        raise CheckFailed(text)
    if found.shape != expected.shape:
        raise CheckFailed(
            say(
                "{label}: expected shape {expected}, found {found}",
                label=label,
                expected=expected.shape,
                found=found.shape,
            )
        )
    if not _fits(found.dtype.kind, expected.dtype.kind, integers) or _cut_off(found, expected):
        name = lambda array: say("{kind} ({dtype})", kind=Text(KINDS.get(array.dtype.kind, OTHER)), dtype=array.dtype)
        text = say(
            "{label}: expected numbers of kind {expected}, found {found}",
            label=label,
            expected=name(expected),
            found=name(found),
        )
        if found.dtype.kind == "b" and np.array_equal(found, expected):
            text = say("{sentence}. `.astype(int)` makes 0 and 1 of them", sentence=text)
        raise CheckFailed(text)
    if expected.dtype.kind in "iuf":
        if found.dtype.kind == "f":
            _require_finite(label, found, expected)
        wrong = ~_close(found, expected, rtol, atol)
    else:
        wrong = found != expected
    if wrong.any():
        index = _first(wrong)
        raise CheckFailed(
            say(
                "{label}: the shape is right, but {wrong} of {total} values differ; first at index {index}: expected {expected}, found {found}",
                label=label,
                wrong=int(wrong.sum()),
                total=wrong.size,
                index=index,
                expected=_item(expected[index]),
                found=_item(found[index]),
            )
        )


def _as_array(found):
    """Nested lists as an array; None where their lengths differ."""
    try:
        return np.array(found)
    except ValueError:
        return None


def _fits(found, expected, integers):
    """Whether numbers of this kind can be right where those of that kind are expected."""
    if expected in "iu" and integers:
        return found in "iu"
    return found == expected or found in "iuf" and expected in "iuf"


def _cut_off(found, expected):
    """Whether integers are what is left of floating-point numbers."""
    if found.dtype.kind not in "iu" or expected.dtype.kind != "f" or not np.isfinite(expected).all():
        return False
    return not np.array_equal(found, expected) and bool((np.abs(found - expected) < 1).all())


def _require_finite(label, found, expected):
    bad = ~np.isfinite(found) & np.isfinite(expected)
    if bad.any():
        raise CheckFailed(
            say(
                "{label}: {wrong} of {total} values are NaN or infinite; first at index {index}",
                label=label,
                wrong=int(bad.sum()),
                total=bad.size,
                index=_first(bad),
            )
        )


def _item(value):
    return value.item() if hasattr(value, "item") else value


def _first(mask):
    return tuple(int(i) for i in np.argwhere(mask)[0])


def check_raises(error, function, *arguments):
    """`require_raises`, and a line if it holds."""
    label = say("{label} raises {expected}", label=_call(function, arguments), expected=error.__name__)
    tell(label, lambda: require_raises(error, function, *arguments))


def require_raises(error, function, *arguments):
    """Expect that function(*arguments) raises the given kind of error."""
    label = _call(function, arguments)
    try:
        found = function(*arguments)
    except error:
        return
    except (NotImplementedError, CheckFailed):
        raise
    except Exception as other:
        raise CheckFailed(
            say(
                "{label}: expected {expected} to be raised, found {found}",
                label=label,
                expected=error.__name__,
                found=type(other).__name__,
            )
        ) from other
    raise CheckFailed(
        say(
            "{label}: expected {expected} to be raised, but the call returned {found}",
            label=label,
            expected=error.__name__,
            found=_short(found),
        )
    )


def _call(function, arguments):
    shown = [_short(argument) for argument in arguments]
    name = getattr(function, "__name__", "function")
    return Text("{name}({arguments})", {"name": name, "arguments": joined(shown)})


def _install():
    """In a notebook, check cells are run statement by statement from the next cell on."""
    if "IPython" in sys.modules:
        from course_lib.feedback import marked  # noqa: F401  it installs itself


_install()
