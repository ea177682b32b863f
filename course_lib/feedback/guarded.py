"""A function whose arguments are watched: it must not change what it is given."""

import functools

import numpy as np

from course_lib.checks import CheckFailed
from course_lib.texts import say


def watched(function):
    """The same function, which raises CheckFailed after a call that has changed an array, list or dict it was given."""

    inside = []  # a call that the function itself has made is not watched again

    @functools.wraps(function)
    def call(*arguments, **keywords):
        if inside:
            return function(*arguments, **keywords)
        given = [*arguments, *keywords.values()]
        before = [_copy(value) for value in given]
        inside.append(True)
        try:
            result = function(*arguments, **keywords)
        finally:
            inside.clear()
        for value, copy in zip(given, before):
            if not _same(value, copy):
                _restore(value, copy)  # what is checked next gets what it should
                raise CheckFailed(
                    say(
                        "`{name}` changes its input, which it must not: {value}. Work on a copy, such as `image.copy()`",
                        name=function.__name__,
                        value=_named(function, given, value),
                    )
                )
        return result

    return call


def _named(function, given, value):
    """The argument's name, or its kind."""
    names = getattr(getattr(function, "__code__", None), "co_varnames", ())
    number = next(i for i, one in enumerate(given) if one is value)
    return f"`{names[number]}`" if number < len(names) else type(value).__name__


def _copy(value):
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(_copy(entry) for entry in value)
    if type(value) is dict:
        return {key: _copy(entry) for key, entry in value.items()}
    return value


def _restore(value, copy):
    if isinstance(value, np.ndarray) and value.shape == copy.shape:
        value[...] = copy
    elif type(value) is list:
        value[:] = copy
    elif type(value) is dict:
        value.clear()
        value.update(copy)


def _same(value, copy):
    if isinstance(value, np.ndarray):
        return value.shape == copy.shape and value.dtype == copy.dtype and value.tobytes() == copy.tobytes()
    if type(value) in (list, tuple):
        return len(value) == len(copy) and all(_same(one, other) for one, other in zip(value, copy))
    if type(value) is dict:
        return value.keys() == copy.keys() and all(_same(value[key], copy[key]) for key in value)
    return value is copy or not isinstance(value, (int, float, str)) or value == copy or value != value
