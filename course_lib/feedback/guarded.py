"""A function whose arguments are watched: it must not change what it is given."""

import functools
import inspect

import numpy as np

from course_lib.checks import CheckFailed
from course_lib.feedback.changes import differs
from course_lib.texts import say


def watched(function, noticed=lambda value, sentence: None):
    """The same function, which raises CheckFailed after a call that has changed an array, list or dict it was given.

    Args:
        noticed: function: what was changed (and has been put back), and the sentence about it; called before that.
    """
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
            if differs(copy, value):
                _restore(value, copy)  # what is checked next gets what it should
                sentence = say(
                    "`{name}` changes its input, which it must not: {value}. Work on a copy of it",
                    name=function.__name__,
                    value=_named(function, arguments, keywords, value),
                )
                noticed(value, sentence)
                raise CheckFailed(sentence)
        return result

    return call


def _named(function, arguments, keywords, value):
    """The argument's name, or its kind."""
    try:
        given = inspect.signature(function).bind(*arguments, **keywords).arguments
    except (TypeError, ValueError):  # a function that does not say what it takes
        given = {}
    return next((f"`{name}`" for name, one in given.items() if one is value), type(value).__name__)


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
