"""Whether a function has changed what it was given: one answer for the visible checks and for grading."""

import numbers

import numpy as np

PLAIN = (np.ndarray, np.generic, numbers.Number, str, bytes, list, tuple, dict, set, frozenset, type(None))


def differs(original, after):
    """Whether a value is another one by now; of what is no plain data, such as a model, nothing is said.

    Args:
        original: a copy from before, or the caller's own where the function had a copy.
        after: the value as the function has left it.
    """
    if not isinstance(original, PLAIN):
        return False
    if type(original) is not type(after):
        return True
    if isinstance(original, np.ndarray):
        alike = original.dtype == after.dtype and original.shape == after.shape
        return not alike or original.tobytes() != after.tobytes()
    if isinstance(original, (list, tuple)):
        return len(original) != len(after) or any(map(differs, original, after))
    if isinstance(original, dict):
        return original.keys() != after.keys() or any(differs(value, after[key]) for key, value in original.items())
    return bool(original != after) and original == original  # NaN is not equal to itself
