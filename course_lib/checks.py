"""Immediate feedback on an exercise: shape and dtype first, then values, always with what was expected and what was found.

`check` prints a line when all is well (visible checks); `require` is the same and silent (hidden tests with many cases).
"""

import json
import os
from pathlib import Path

import numpy as np

from course_lib.errors import CourseError

_TEXTS = {
    "en": {
        "ok": "✓ {label}",
        "kind": "{label}: expected type {expected}, found {found}",
        "none": "{label}: nothing came back (None): is the `return` missing?",
        "shape": "{label}: expected shape {expected}, found {found}",
        "dtype": "{label}: expected numbers of kind {expected}, found {found}",
        "value": "{label}: expected {expected}, found {found}",
        "element": "{label}: the shape is right, but {wrong} of {total} values differ; first at index {index}: expected {expected}, found {found}",
        "nan": "{label}: {wrong} of {total} values are NaN or infinite; first at index {index}",
        "length": "{label}: expected {expected} entries, found {found}",
        "keys": "{label}: expected the keys {expected}, found {found}",
        "raises": "{label}: expected {expected} to be raised, but the call returned {found}",
        "raises_other": "{label}: expected {expected} to be raised, found {found}",
        "raised": "✓ {label} raises {expected}",
        "array": "array of shape {shape}",
        "todo": "not written yet: replace `raise NotImplementedError` in the cell of the task, run that cell, then this one",
    },
    "ko": {
        "ok": "✓ {label}",
        "kind": "{label}: 자료형(type)이 {expected}이어야 하는데 {found}입니다",
        "none": "{label}: 아무 값도 반환되지 않았습니다(None). `return`을 빠뜨리지 않았나요?",
        "shape": "{label}: 형상(shape)이 {expected}이어야 하는데 {found}입니다",
        "dtype": "{label}: 수의 종류(dtype)가 {expected}이어야 하는데 {found}입니다",
        "value": "{label}: 기대한 값은 {expected}, 나온 값은 {found}입니다",
        "element": "{label}: 형상은 맞지만 값 {total}개 중 {wrong}개가 다릅니다. 처음 다른 위치는 {index}이며, 기대한 값은 {expected}, 나온 값은 {found}입니다",
        "nan": "{label}: 값 {total}개 중 {wrong}개가 NaN이거나 무한대입니다. 처음 나타난 위치는 {index}입니다",
        "length": "{label}: 원소가 {expected}개여야 하는데 {found}개입니다",
        "keys": "{label}: 키가 {expected}이어야 하는데 {found}입니다",
        "raises": "{label}: {expected} 예외가 발생해야 하는데, 반환된 값은 {found}입니다",
        "raises_other": "{label}: {expected} 예외가 발생해야 하는데 {found} 예외가 발생했습니다",
        "raised": "✓ {label}: {expected} 예외가 발생합니다",
        "array": "형상이 {shape}인 배열",
        "todo": "아직 작성하지 않았습니다. 문제 셀의 `raise NotImplementedError`를 지우고 코드를 작성해 실행한 뒤, 이 셀을 다시 실행하세요",
    },
}


class CheckFailed(AssertionError):
    """An answer is not right yet; the message says why."""

    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [f"✗ {self}"]


def language():
    """The learner's language: COURSE_LANG, else that of the workbook around the current folder, else English."""
    chosen = os.environ.get("COURSE_LANG")
    if not chosen:
        for folder in (Path.cwd(), *Path.cwd().parents):
            note = folder / ".course.json"
            if note.is_file():
                try:
                    chosen = json.loads(note.read_text(encoding="utf-8"))["language"]
                except (OSError, ValueError, KeyError, TypeError):
                    chosen = None
                break
    chosen = chosen or "en"
    if chosen not in _TEXTS:
        raise CourseError(f"COURSE_LANG is {chosen!r}, and must be one of {', '.join(_TEXTS)}")
    return chosen


class _Sentence(str):
    """A text in the learner's language that can be said in the other one, too: `tell(language)` makes it anew."""

    def __new__(cls, tell):
        sentence = super().__new__(cls, tell(language()))
        sentence.tell = tell
        return sentence


def _say(text, **facts):
    return _Sentence(
        lambda chosen: _TEXTS[chosen][text].format(**{name: retell(fact, chosen) for name, fact in facts.items()})
    )


def retell(text, chosen):
    """A text of this module (or the error that carries it) in a language, "en" or "ko"; anything else as it is."""
    if isinstance(text, CheckFailed):
        text = text.args[0]
    return text.tell(chosen) if isinstance(text, _Sentence) else text


def check(label, found, expected, *, rtol=1e-5, atol=1e-7):
    """`require`, and a line "✓ label" if it holds."""
    require(label, found, expected, rtol=rtol, atol=atol)
    print(_say("ok", label=label))


def require(label, found, expected, *, rtol=1e-5, atol=1e-7):
    """Compare an answer with what is expected: kind, shape, dtype, then values.

    Args:
        label: what is being checked, for example "padding 1".
        found: the learner's value.
        expected: int, float, bool, str, None, numpy array, or a tuple, list or dict of such; an int stands for an integer and
            nothing else, an array for an array of the same shape and kind of numbers.
        rtol, atol: tolerances for floating-point values.

    Raises:
        CheckFailed: with one sentence in the learner's language.
    """
    if found is None and expected is not None:
        raise CheckFailed(_say("none", label=label))
    if isinstance(expected, np.ndarray):
        return _require_array(label, found, expected, rtol, atol)
    if isinstance(expected, (bool, np.bool_)):
        right = isinstance(found, (bool, np.bool_))
    elif isinstance(expected, (int, np.integer)):
        right = isinstance(found, (int, np.integer)) and not isinstance(found, bool)
    elif isinstance(expected, (float, np.floating)):
        right = isinstance(found, (int, float, np.integer, np.floating)) and not isinstance(found, bool)
    else:
        right = isinstance(found, type(expected))
    if not right:
        raise CheckFailed(_say("kind", label=label, expected=type(expected).__name__, found=type(found).__name__))
    if isinstance(expected, (tuple, list)):
        if len(found) != len(expected):
            raise CheckFailed(_say("length", label=label, expected=len(expected), found=len(found)))
        for i, (one, other) in enumerate(zip(found, expected)):
            require(f"{label} [{i}]", one, other, rtol=rtol, atol=atol)
    elif isinstance(expected, dict):
        if found.keys() != expected.keys():
            raise CheckFailed(
                _say("keys", label=label, expected=sorted(expected, key=str), found=sorted(found, key=str))
            )
        for key in expected:
            require(f"{label} [{key!r}]", found[key], expected[key], rtol=rtol, atol=atol)
    elif isinstance(expected, (float, np.floating)):
        if not np.isclose(found, expected, rtol=rtol, atol=atol, equal_nan=True):
            raise CheckFailed(_say("value", label=label, expected=expected, found=found))
    elif found != expected:
        raise CheckFailed(_say("value", label=label, expected=repr(expected), found=repr(found)))


def _require_array(label, found, expected, rtol, atol):
    if not isinstance(found, np.ndarray):
        raise CheckFailed(_say("kind", label=label, expected="numpy.ndarray", found=type(found).__name__))
    if found.shape != expected.shape:
        raise CheckFailed(_say("shape", label=label, expected=expected.shape, found=found.shape))
    if found.dtype.kind != expected.dtype.kind:
        names = {"i": "integer", "u": "unsigned integer", "f": "floating point", "b": "bool", "O": "object"}
        name = lambda array: f"{names.get(array.dtype.kind, 'other')} ({array.dtype})"
        raise CheckFailed(_say("dtype", label=label, expected=name(expected), found=name(found)))
    if expected.dtype.kind == "f":
        bad = ~np.isfinite(found) & np.isfinite(expected)
        if bad.any():
            raise CheckFailed(_say("nan", label=label, wrong=int(bad.sum()), total=bad.size, index=_first(bad)))
        wrong = ~np.isclose(found, expected, rtol=rtol, atol=atol, equal_nan=True)
    else:
        wrong = found != expected
    if wrong.any():
        index = _first(wrong)
        raise CheckFailed(
            _say(
                "element",
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
    print(_say("raised", label=_call(function, arguments), expected=error.__name__))


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
            _say("raises_other", label=label, expected=error.__name__, found=type(other).__name__)
        ) from None
    raise CheckFailed(_say("raises", label=label, expected=error.__name__, found=repr(found)))


def _call(function, arguments):
    shown = [_say("array", shape=a.shape) if isinstance(a, np.ndarray) else repr(a) for a in arguments]
    name = getattr(function, "__name__", "function")
    return _Sentence(lambda chosen: f"{name}({', '.join(retell(one, chosen) for one in shown)})")


def _show_unwritten(shell, kind, error, trace, tb_offset=None):
    lines = [f"✗ {_say('todo')}"]
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
