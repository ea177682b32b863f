"""Values as plain data: a tree that JSON can hold, and byte strings."""

import numpy as np

from course_lib.classroom.sandbox import arrays, models
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.feedback.changes import differs

MAX_DEPTH = 40  # lists in lists
# what reading a tree that `pack` has not made can raise
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, StopIteration)


def pack(value):
    """A value as (tree that JSON can hold, list of byte strings).

    Raises:
        Refused: the value, or one inside it, is not plain.
    """
    blobs = []
    return _pack(value, blobs, 0), blobs


def _pack(value, blobs, depth):
    if depth > MAX_DEPTH:
        raise Refused(f"more than {MAX_DEPTH} lists inside each other")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, np.generic):  # before float and str: np.float64 and np.str_ are such
        return {"scalar": arrays.write(np.asarray(value), blobs)}
    if isinstance(value, np.ndarray):
        return {"array": arrays.write(value, blobs), "locked": not value.flags.writeable}
    if isinstance(value, int):
        value = int(value)
        return value if abs(value) < 2**53 else {"int": hex(value)}
    if isinstance(value, float):
        return float(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, str):
        return {"text": value.encode("utf-8", "surrogatepass").hex()} if _odd(value) else str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, list):
        return [_pack(entry, blobs, depth + 1) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [_pack(entry, blobs, depth + 1) for entry in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": [_pack(entry, blobs, depth + 1) for entry in value]}
    if isinstance(value, dict):
        pairs = [[_pack(key, blobs, depth + 1), _pack(entry, blobs, depth + 1)] for key, entry in value.items()]
        return {"dict": pairs}
    if models.is_model(value):
        return {"model": models.pack(value, blobs)}
    raise Refused(f"{_name(value)} (expected: numbers, text, lists, tuples, dicts, NumPy arrays or a Keras model)")


def _odd(text):
    """Whether JSON as UTF-8 cannot hold a text: half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _name(value):
    kind = type(value)
    if kind.__name__ in ("generator", "function", "method", "module"):
        return f"a {kind.__name__}"
    return f"an object of type {kind.__module__}.{kind.__name__}"[:200]


def unpack(tree, blobs):
    """The value of a tree and its byte strings.

    Raises:
        Refused: anything that `pack` does not make; nothing is run and nothing larger than the message is made.
    """
    try:
        return _unpack(tree, blobs, 0)
    except Refused:
        raise
    except _MALFORMED as error:
        raise Refused(f"malformed data ({type(error).__name__})") from None


def _unpack(tree, blobs, depth):
    if depth > MAX_DEPTH + 1:
        raise Refused(f"more than {MAX_DEPTH} lists inside each other")
    if tree is None or isinstance(tree, (bool, int, float, str)):
        return tree
    if isinstance(tree, list):
        return [_unpack(entry, blobs, depth + 1) for entry in tree]
    kind = next(iter(tree))
    content = tree[kind]
    if kind == "array":
        array = arrays.read(blobs[content])
        array.flags.writeable = tree.get("locked") is not True
        return array
    if kind == "scalar":
        return arrays.read(blobs[content]).reshape(())[()]
    if kind == "tuple":
        return tuple(_unpack(entry, blobs, depth + 1) for entry in content)
    if kind == "dict":
        return {_unpack(key, blobs, depth + 1): _unpack(entry, blobs, depth + 1) for key, entry in content}
    if kind == "set":
        return {_unpack(entry, blobs, depth + 1) for entry in content}
    if kind == "int":
        return int(content, 16)
    if kind == "complex":
        return complex(float(content[0]), float(content[1]))
    if kind == "text":
        return bytes.fromhex(content).decode("utf-8", "surrogatepass")
    if kind == "bytes":
        return bytes.fromhex(content)
    if kind == "model":
        return models.unpack(content, blobs)
    raise Refused("malformed data (unknown kind)")


def restore(original, after):
    """Copy what a function has changed in its argument into the caller's own object.

    Args:
        original: what was given: an array, list, tuple, dict, set or model; anything else cannot change.
        after: the same as it came back.

    Raises:
        Changed: a model has other layers now.
    """
    if isinstance(original, np.ndarray) and isinstance(after, np.ndarray):
        if original.dtype == after.dtype and original.flags.writeable and original.size == after.size:
            if original.shape != after.shape:
                original.shape = after.shape
            original[...] = after
    elif isinstance(original, (list, tuple)) and type(original) is type(after):
        _restore_sequence(original, after)
    elif isinstance(original, dict) and type(original) is type(after) and original.keys() == after.keys():
        for key, other in after.items():
            if _holds_others(original[key]) and type(original[key]) is type(other):
                restore(original[key], other)
            else:
                original[key] = other
    elif isinstance(original, (dict, set)) and type(original) is type(after):
        original.clear()
        original.update(after)
    elif models.is_model(original) and models.is_model(after):
        models.restore(original, after)


def _restore_sequence(original, after):
    if len(original) == len(after):
        for place, (one, other) in enumerate(zip(original, after)):
            if _holds_others(one) and type(one) is type(other):
                restore(one, other)
                if not isinstance(one, tuple) or not differs(one, other):
                    continue
            if isinstance(original, list):  # a tuple whose own entries are others by now is replaced
                original[place] = other
    elif isinstance(original, list):
        original[:] = after


def _holds_others(value):
    return isinstance(value, (np.ndarray, list, tuple, dict, set)) or models.is_model(value)
