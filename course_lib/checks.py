"""Immediate feedback on an exercise: shape and dtype first, then
values, always with what was expected and what was found.

`check` prints a line when all is well (visible checks); `require` is
the same and silent (hidden tests with many cases).
"""

import numpy as np

from course_lib.texts import Text, joined, say


class CheckFailed(AssertionError):
    """An answer is not right yet; the message says why."""

    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [f"✗ {self}"]


def check(label, found, expected, *, rtol=1e-5, atol=1e-7):
    """`require`, and a line "✓ label" if it holds."""
    require(label, found, expected, rtol=rtol, atol=atol)
    print(f"✓ {label}")


def require(label, found, expected, *, rtol=1e-5, atol=1e-7):
    """Compare an answer with what is expected: kind, shape, dtype, then values.

    Args:
        label: what is being checked, for example "padding 1".
        found: the learner's value.
        expected: int, float, bool, str, None, numpy array, or a tuple, list or dict of such; an int stands for an
            integer and nothing else, an array for an array of the same shape and kind of numbers.
        rtol, atol: tolerances for floating-point values.

    Raises:
        CheckFailed: with one sentence in the learner's language.
    """
    if found is None and expected is not None:
        raise CheckFailed(say("{label}: nothing came back (None): is the `return` missing?", label=label))
    if isinstance(expected, np.ndarray):
        return _require_array(label, found, expected, rtol, atol)
    if not _of_its_kind(found, expected):
        raise CheckFailed(
            say(
                "{label}: expected type {expected}, found {found}",
                label=label,
                expected=type(expected).__name__,
                found=type(found).__name__,
            )
        )
    if isinstance(expected, (tuple, list)):
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
            require(f"{label} [{i}]", one, other, rtol=rtol, atol=atol)
    elif isinstance(expected, dict):
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
            require(f"{label} [{key!r}]", found[key], expected[key], rtol=rtol, atol=atol)
    elif isinstance(expected, (float, np.floating)):
        if not np.isclose(found, expected, rtol=rtol, atol=atol, equal_nan=True):
            raise CheckFailed(
                say("{label}: expected {expected}, found {found}", label=label, expected=expected, found=found)
            )
    elif found != expected:
        raise CheckFailed(
            say("{label}: expected {expected}, found {found}", label=label, expected=repr(expected), found=repr(found))
        )


def _of_its_kind(found, expected):
    """Whether a value is of the kind that is expected; an int will do for a float, a bool for nothing but a bool."""
    if isinstance(expected, (bool, np.bool_)):
        return isinstance(found, (bool, np.bool_))
    if isinstance(expected, (int, np.integer)):
        return isinstance(found, (int, np.integer)) and not isinstance(found, bool)
    if isinstance(expected, (float, np.floating)):
        return isinstance(found, (int, float, np.integer, np.floating)) and not isinstance(found, bool)
    return isinstance(found, type(expected))


def _require_array(label, found, expected, rtol, atol):
    if not isinstance(found, np.ndarray):
        raise CheckFailed(
            say(
                "{label}: expected type {expected}, found {found}",
                label=label,
                expected="numpy.ndarray",
                found=type(found).__name__,
            )
        )
    if found.shape != expected.shape:
        raise CheckFailed(
            say(
                "{label}: expected shape {expected}, found {found}",
                label=label,
                expected=expected.shape,
                found=found.shape,
            )
        )
    if found.dtype.kind != expected.dtype.kind:
        names = {"i": "integer", "u": "unsigned integer", "f": "floating point", "b": "bool", "O": "object"}
        name = lambda array: f"{names.get(array.dtype.kind, 'other')} ({array.dtype})"
        raise CheckFailed(
            say(
                "{label}: expected numbers of kind {expected}, found {found}",
                label=label,
                expected=name(expected),
                found=name(found),
            )
        )
    if expected.dtype.kind == "f":
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
        wrong = ~np.isclose(found, expected, rtol=rtol, atol=atol, equal_nan=True)
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
                expected=expected[index].item(),
                found=found[index].item(),
            )
        )


def _first(mask):
    return tuple(int(i) for i in np.argwhere(mask)[0])


def check_raises(error, function, *arguments):
    """`require_raises`, and a line if it holds."""
    require_raises(error, function, *arguments)
    print(say("✓ {label} raises {expected}", label=_call(function, arguments), expected=error.__name__))


def require_raises(error, function, *arguments):
    """Expect that function(*arguments) raises the given kind of error."""
    label = _call(function, arguments)
    try:
        found = function(*arguments)
    except error:
        return
    except NotImplementedError:
        raise
    except Exception as other:
        raise CheckFailed(
            say(
                "{label}: expected {expected} to be raised, found {found}",
                label=label,
                expected=error.__name__,
                found=type(other).__name__,
            )
        ) from None
    raise CheckFailed(
        say(
            "{label}: expected {expected} to be raised, but the call returned {found}",
            label=label,
            expected=error.__name__,
            found=repr(found),
        )
    )


def _call(function, arguments):
    shown = [say("array of shape {shape}", shape=a.shape) if isinstance(a, np.ndarray) else repr(a) for a in arguments]
    name = getattr(function, "__name__", "function")
    return Text("{name}({arguments})", {"name": name, "arguments": joined(shown)})


def _show_unwritten(shell, kind, error, trace, tb_offset=None):
    lines = [
        "✗ "
        + say(
            "not written yet: replace `raise NotImplementedError` in the cell of the task, run that cell, then this one"
        )
    ]
    shell._showtraceback(kind, error, lines)
    return lines


def _install():
    """In a notebook, an unwritten task is told as one sentence instead of a traceback."""
    try:
        shell = get_ipython()  # noqa: F821  defined by IPython
    except NameError:
        return
    shell.set_custom_exc((NotImplementedError,), _show_unwritten)


_install()
