"""What a model is asked for, looked at before anything is computed: what cannot be ends in one sentence."""

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import Text, say


def known_size(size, known, parts, even=False):
    """The numbers of a size.

    Args:
        size: a name of `known`, or the numbers themselves.
        known: name -> numbers; {} if there are no names.
        parts: what the numbers are, "width" and "heads" among them, as marked by `phrase`.
        even: whether the width must be even, as sines and cosines in turn ask for.

    Returns:
        The numbers, a tuple.

    Raises:
        CourseError: the name is unknown, numbers are missing or below 1, or heads do not divide the width.
    """
    names = parts.split(", ")
    if isinstance(size, str) and known and size not in known:
        raise CourseError(say("no size {size}: there are {known}, or give ({parts})", size=repr(size), known=", ".join(known), parts=Text(parts)))  # fmt: skip
    numbers = known[size] if isinstance(size, str) and known else size
    whole = isinstance(numbers, tuple | list) and all(isinstance(one, int | np.integer) for one in numbers)
    if not whole or len(numbers) != len(names) or min(numbers) < 1:
        raise CourseError(say("found a size of {size}: expected {count} whole numbers of at least 1, ({parts})", size=repr(size), count=len(names), parts=Text(parts)))  # fmt: skip
    share(numbers[names.index("heads")], numbers[names.index("width")], even)
    return tuple(numbers)


def share(heads, width, even=False):
    """See that heads can share a width.

    Raises:
        CourseError: they do not divide it, or it is to be even and is not.
    """
    divided = heads >= 1 and width % heads == 0
    if even and (not divided or width % 2):
        raise CourseError(say("{heads} heads cannot share a width of {width}: it must be a multiple of them, and even", heads=heads, width=width))  # fmt: skip
    if not divided:
        raise CourseError(say("{heads} heads cannot share a width of {width}: it must be a multiple of them", heads=heads, width=width))  # fmt: skip


def one_of(known, name, what):
    """See that a name is known.

    Args:
        known: the names there are.
        name: what was given.
        what: the argument's name.

    Raises:
        CourseError: there is no such name.
    """
    if name not in known:
        raise CourseError(say("`{what}`: found {found}, expected one of {known}", what=what, found=repr(name), known=", ".join(known)))  # fmt: skip


def at_least(least, number, what):
    """See that a number is whole, and at least as large.

    Args:
        least: the smallest that may be.
        number: what was given.
        what: the argument's name.

    Raises:
        CourseError: it is not.
    """
    if not isinstance(number, int | np.integer) or number < least:
        raise CourseError(say("`{what}`: found {found}, expected a whole number of at least {least}", what=what, found=number, least=least))  # fmt: skip


def multiple(of, number, what):
    """See that a number can be divided.

    Args:
        of: by what.
        number: what was given.
        what: the argument's name.

    Raises:
        CourseError: it cannot.
    """
    if number % of:
        raise CourseError(say("`{what}`: found {found}, expected a multiple of {of}", what=what, found=number, of=of))


def within(count, numbers, what):
    """Numbers of things that are counted from 0.

    Args:
        count: how many things there are.
        numbers: an array, or lists, of any shape.
        what: the argument's name.

    Returns:
        The same, int32.

    Raises:
        CourseError: one of them is no whole number from 0 to count - 1.
    """
    numbers = np.asarray(numbers)
    right = np.zeros(numbers.shape, bool)
    if numbers.dtype.kind in "biuf":
        right = (numbers >= 0) & (numbers < count) & (numbers % 1 == 0)
    if not np.all(right):
        raise CourseError(say("`{what}`: found {found}, expected whole numbers from 0 to {last}", what=what, found=numbers[~right].flat[0], last=count - 1))  # fmt: skip
    return numbers.astype("int32")


def told(labels, classes):
    """What a network is told beside its other inputs: {"labels": (n,), int32}, or nothing where there are no classes.

    Args:
        labels: (n,) classes; None for none.
        classes: how many classes the network knows; 0 for none.

    Raises:
        CourseError: classes are given and none are known, or the other way round, or there is no such class.
    """
    if labels is None and classes:
        raise CourseError(say("found no classes: this model is told one for each picture, a number from 0 to {last}", last=classes - 1))  # fmt: skip
    if labels is not None and not classes:
        raise CourseError(say("found classes, and this model knows none: say only how many"))
    return {} if labels is None else {"labels": within(classes, labels, "labels").reshape(-1)}


def wanted(which, classes, any_class=False):
    """What is to be made.

    Args:
        which: how many, or (n,) their classes.
        classes: how many classes the network knows; 0 for none.
        any_class: whether a network that knows classes can do without.

    Returns:
        How many, and their classes (n,), int32; None where there are none.

    Raises:
        CourseError: it is neither, or no such classes are known.
    """
    if np.ndim(which) == 0:
        at_least(1, which, "wanted")
        if not any_class:
            told(None, classes)
        return int(which), None
    labels = told(which, classes)["labels"]
    at_least(1, len(labels), "wanted")
    return len(labels), labels
