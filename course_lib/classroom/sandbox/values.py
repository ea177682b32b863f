"""Values as plain data: a tree that JSON can hold, and byte strings."""

import builtins
import fractions

import numpy as np

from course_lib.classroom.sandbox import arrays
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.feedback.changes import differs

MAX_DEPTH = 40  # lists in lists
MAX_RANGE = 10**6  # numbers of a range, which takes no memory until somebody makes a list of it
# what reading a tree that `pack` has not made can raise
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, StopIteration)


class Side:
    """One side of the border: which values it sends that are no plain data, and what it makes of those that arrive.
    This one knows none."""

    def write(self, value, blobs):
        """A dict with one key for a value that is no plain data, or None if it does not cross."""

    def read(self, kind, content, blobs):
        """The value for what `write` of the other side has made; `kind` is the key."""
        raise Refused("malformed", name="unknown kind")

    def tensor(self, values):
        """What becomes of a tensor whose values arrive, an array."""
        return Tensor(values)

    def afterwards(self):
        """The Side by which arguments are sent back after a call; None where they are sent as they came."""
        return None


class Tensor(np.lib.mixins.NDArrayOperatorsMixin):
    """What was a tensor on the other side: its values. It is no NumPy array, and becomes one as a tensor does."""

    def __init__(self, values):
        self._values = values
        self.shape, self.dtype, self.ndim = values.shape, values.dtype, values.ndim

    def numpy(self):
        return self._values

    def __array__(self, dtype=None, copy=None):
        return np.array(self._values, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        plain = [one._values if isinstance(one, Tensor) else one for one in inputs]
        return getattr(ufunc, method)(*plain, **keywords)

    def __len__(self):
        return len(self._values)

    def __getitem__(self, index):
        return self._values[index]

    def __float__(self):
        return float(self._values)

    def __int__(self):
        return int(self._values)

    def __repr__(self):
        return repr(self._values)


def pack(value, side=None, blobs=None):
    """A value as (tree that JSON can hold, list of byte strings).

    Args:
        value: plain data, or what the Side knows.
        side: Side.
        blobs: list to append the byte strings to.

    Raises:
        Refused: the value, or one inside it, does not cross.
    """
    blobs = [] if blobs is None else blobs
    return _pack(value, blobs, 0, side or Side()), blobs


def _pack(value, blobs, depth, side):
    if depth > MAX_DEPTH:
        raise Refused("depth", count=MAX_DEPTH)
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
    if isinstance(value, fractions.Fraction):
        return {"fraction": [hex(value.numerator), hex(value.denominator)]}
    if isinstance(value, BaseException):  # which is never an answer: so say the checks
        return {"exception": describe(value)}
    if isinstance(value, type) and issubclass(value, Exception):
        return {"exception": value.__name__}
    if isinstance(value, range):
        if len(value) > MAX_RANGE:
            raise Refused("kind", name="range")
        return {"range": [value.start, value.stop, value.step]}
    return _packed_group(value, blobs, depth, side)


def _packed_group(value, blobs, depth, side):
    if isinstance(value, list):
        return [_pack(entry, blobs, depth + 1, side) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [_pack(entry, blobs, depth + 1, side) for entry in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": [_pack(entry, blobs, depth + 1, side) for entry in value]}
    if isinstance(value, dict):
        return {
            "dict": [
                [_pack(key, blobs, depth + 1, side), _pack(entry, blobs, depth + 1, side)]
                for key, entry in value.items()
            ]
        }
    if (tree := side.write(value, blobs)) is not None:
        return tree
    if (tensor := _tensor(value)) is not None:
        return {"tensor": arrays.write(tensor, blobs)}
    raise Refused("kind", name=_name(value))


def _odd(text):
    """Whether JSON as UTF-8 cannot hold a text: half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _tensor(value):
    """The values of a tensor as an array; None if it is no tensor, or has no values yet."""
    if isinstance(value, type) or not hasattr(value, "__array__"):
        return None
    try:
        return np.asarray(value)
    except Exception:  # a symbolic tensor, or what a student has written
        return None


def _name(value):
    kind = type(value)
    plain = kind.__module__ == "builtins"
    return (kind.__name__ if plain else f"{kind.__module__}.{kind.__name__}")[:200]


def unpack(tree, blobs, side=None):
    """The value of a tree and its byte strings.

    Raises:
        Refused: anything that `pack` does not make; nothing is run and nothing larger than the message is made.
    """
    try:
        return _unpack(tree, blobs, 0, side or Side())
    except Refused:
        raise
    except _MALFORMED as error:
        raise Refused("malformed", name=type(error).__name__) from None


def _unpack(tree, blobs, depth, side):
    if depth > MAX_DEPTH + 1:
        raise Refused("depth", count=MAX_DEPTH)
    if tree is None or isinstance(tree, (bool, int, float, str)):
        return tree
    if isinstance(tree, list):
        return [_unpack(entry, blobs, depth + 1, side) for entry in tree]
    kind = next(iter(tree))
    content = tree[kind]
    if kind == "array":
        array = arrays.read(blobs[content])
        array.flags.writeable = tree.get("locked") is not True
        return array
    if kind == "dict":
        return {_unpack(key, blobs, depth + 1, side): _unpack(entry, blobs, depth + 1, side) for key, entry in content}
    if kind in ("tuple", "set"):
        entries = [_unpack(entry, blobs, depth + 1, side) for entry in content]
        return tuple(entries) if kind == "tuple" else set(entries)
    if kind == "tensor":
        return side.tensor(arrays.read(blobs[content]))
    if kind in _SINGLE:
        return _SINGLE[kind](content, blobs)
    return side.read(kind, content, blobs)


def _range(content, _):
    made = range(*(int(number) for number in content))
    if len(made) > MAX_RANGE:
        raise ValueError("too long")
    return made


def _exception(content, _):
    return _ERRORS.get(content, Exception) if isinstance(content, str) else revive(content)


_SINGLE = {
    "exception": _exception,
    "range": _range,
    "fraction": lambda content, _: fractions.Fraction(*(int(number, 16) for number in content)),
    "scalar": lambda content, blobs: arrays.read(blobs[content]).reshape(())[()],
    "int": lambda content, _: int(content, 16),
    "complex": lambda content, _: complex(float(content[0]), float(content[1])),
    "text": lambda content, _: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
    "bytes": lambda content, _: bytes.fromhex(content),
}


def describe(error):
    """An exception as a dict that JSON can hold."""
    try:
        message = str(error)[:2000]
    except Exception:
        message = ""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    return {"name": type(error).__name__[:100], "kinds": kinds, "message": message}


# the builtin errors that are made from a message alone
_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and not issubclass(kind, (UnicodeError, BaseExceptionGroup))
}


def revive(described):
    """The exception that `describe` has made this of, of a builtin kind; `from_other_side` is its name there.

    Raises:
        Refused: it is none, or one that ends the program.
    """
    if not isinstance(described, dict):
        raise Refused("malformed", name="no error")
    name, message = str(described.get("name"))[:100], described.get("message")
    kinds = [_ERRORS[kind] for kind in described.get("kinds") or () if isinstance(kind, str) and kind in _ERRORS]
    if not kinds:
        raise Refused("end", name=name)
    bases = [kind for kind in kinds if not any(other is not kind and issubclass(other, kind) for other in kinds)]
    try:
        kind = bases[0] if bases[0].__name__ == name else type(name, tuple(bases), {})
    except (TypeError, ValueError):  # a combination that Python cannot lay out, or an odd name
        kind = bases[0]
    error = kind(message if isinstance(message, str) else "")
    error.from_other_side = name
    return error


class State:
    """What a function has made of a thing that it was given, and that is no plain data."""

    def restore(self, original):
        """Do the same to the caller's own one."""
        raise NotImplementedError


def restore(original, after):
    """Copy what a function has changed in its argument into the caller's own object.

    Args:
        original: what was given: an array, list, tuple, dict, set, or a thing whose State comes back; anything else
            cannot change.
        after: the same as it came back.

    Raises:
        Changed: a model has other layers now.
    """
    if isinstance(after, State):
        after.restore(original)
    elif isinstance(original, np.ndarray) and isinstance(after, np.ndarray):
        if original.dtype == after.dtype and original.flags.writeable and original.size == after.size:
            if original.shape != after.shape:
                original.shape = after.shape
            original[...] = after
    elif isinstance(original, (list, tuple)) and type(original) is type(after):
        _restore_sequence(original, after)
    elif isinstance(original, dict) and type(original) is type(after) and original.keys() == after.keys():
        for key, other in after.items():
            if _same_kind(original[key], other):
                restore(original[key], other)
            else:
                original[key] = other
    elif isinstance(original, (dict, set)) and type(original) is type(after):
        original.clear()
        original.update(after)


def _restore_sequence(original, after):
    if len(original) == len(after):
        for place, (one, other) in enumerate(zip(original, after)):
            if _same_kind(one, other):
                restore(one, other)
                if not isinstance(one, tuple) or not differs(one, other):
                    continue
            if isinstance(original, list):  # a tuple whose own entries are others by now is replaced
                original[place] = other
    elif isinstance(original, list):
        original[:] = after


def _same_kind(one, other):
    """Whether the caller's own object stays, and is changed inside."""
    if isinstance(other, State):
        return True
    return isinstance(one, (np.ndarray, list, tuple, dict, set)) and type(one) is type(other)
