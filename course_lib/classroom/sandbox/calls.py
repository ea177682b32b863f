"""Calls between a test and a student's function, in two processes that exchange plain data only.

Both sides use this file. What arrives is never executed: JSON, arrays as `.npy` without pickle, Keras models as
configuration and weights. A value comes out as the plain type that it was (int, float, bool, str, None, complex,
bytes, list, tuple, set, dict, NumPy scalar, array, Keras model); subclasses arrive as their plain base, and anything
else is refused with a sentence.

A message is a JSON text and a list of byte strings (the arrays), each with its length in front.
"""

import builtins
import json
import struct

import numpy as np

from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.values import pack, restore, unpack
from course_lib.feedback.changes import differs

MAX_BYTES = 128 * 2**20  # of one message
MAX_TEXT = 16 * 2**20  # of its JSON, which takes many times as much once it is read
MAX_PARTS = 10_000  # arrays in one message


def question(name, arguments, keywords):
    """The message that asks the other side to call its function `name`, and the blobs.

    NumPy's settings for floating-point errors go along, so that `with np.errstate(divide="raise")` around a call means
    the same over there.
    """
    tree, blobs = pack([list(arguments), dict(keywords)])
    return {"call": name, "given": tree, "errors": np.geterr()}, blobs


def perform(function, message, blobs):
    """Call a function as a message asks for.

    Args:
        function: a callable.
        message, blobs: from `question`, on the other side.

    Returns:
        (reply, blobs); what the function raises is part of the reply.

    Raises:
        Refused: the arguments are not plain data.
    """
    arguments, keywords = unpack(message["given"], blobs)
    errors = {kind: mode for kind, mode in message["errors"].items() if mode not in ("call", "print", "log")}
    try:
        with np.errstate(**errors):
            value = function(*arguments, **keywords)
    except BaseException as error:  # also SystemExit: a function that ends the program has not answered
        reply, values = {"error": _describe(error)}, []
    else:
        try:
            tree, values = pack(value)
            reply = {"value": tree}
        except Refused as refusal:
            reply, values = {"refused": str(refusal)}, []
    try:
        tree, after = pack([arguments, keywords])
    except Refused as refusal:
        return {"refused": f"a changed argument: {refusal}"}, []
    if tree != message["given"] or after != list(blobs):
        reply["after"] = _shift(tree, len(values))
        values = values + after
    return reply, values


def _shift(tree, count):
    """A tree whose blobs come `count` places later."""
    if isinstance(tree, list):
        return [_shift(entry, count) for entry in tree]
    if not isinstance(tree, dict):
        return tree
    kind = next(iter(tree))
    if kind in ("array", "scalar"):
        return {**tree, kind: tree[kind] + count}
    if kind == "model":
        return {"model": {**tree[kind], "weights": [number + count for number in tree[kind]["weights"]]}}
    return {kind: _shift(tree[kind], count)}


def changed(reply, blobs, arguments, keywords):
    """The number of the first argument that the function has changed, from 1 on, or its keyword; None if there is none.

    Args:
        reply, blobs: from `perform`, on the other side.
        arguments, keywords: those of the call, before `conclude` has brought the changes back.

    Raises:
        Refused: something came back that is not plain data.
    """
    if "after" not in reply:
        return None
    listed, named = _after(reply, blobs)
    for number, (one, other) in enumerate(zip(arguments, listed), 1):
        if differs(one, other):
            return number
    return next((key for key, one in keywords.items() if differs(one, named.get(key))), None)


def _after(reply, blobs):
    """The arguments as the function has left them: a list, and a dict of those that were named."""
    after = unpack(reply["after"], blobs)
    if not (isinstance(after, list) and [type(part) for part in after] == [list, dict]):
        raise Refused("malformed data (arguments)")
    return after


def conclude(reply, blobs, arguments, keywords):
    """Finish a call on the caller's side: bring changed arguments back, then return the value or raise the error.

    Args:
        reply, blobs: from `perform`, on the other side.
        arguments, keywords: those of the call.

    Raises:
        Refused: something came back that is not plain data.
        Exception: what the function raised: its builtin kind, its own name and message. It has an attribute
            `from_other_side`.
    """
    if "refused" in reply:
        raise Refused(str(reply["refused"])[:500])
    if "after" in reply:
        restore([list(arguments), dict(keywords)], _after(reply, blobs))
    if "error" in reply:
        raise _revive(reply["error"])
    if "value" not in reply:
        raise Refused("malformed data (no value)")
    return unpack(reply["value"], blobs)


def reply_to(number, heard, send, answer=None):
    """(reply, blobs) to the message with this number; calls that come back meanwhile are answered.

    Args:
        number: its "id".
        heard: function that gives the next (message, blobs) from the other side.
        send: function of (message, blobs).
        answer: function of (message, blobs) -> (message, blobs), for calls that come back.
    """
    while True:
        reply, blobs = heard()
        if reply.get("id") == number:
            return reply, blobs
        if "call" in reply and answer:
            send(*answer(reply, blobs))


def _describe(error):
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


def _revive(described):
    if not isinstance(described, dict):
        raise Refused("malformed data (no error)")
    name, message = str(described.get("name"))[:100], described.get("message")
    kinds = [_ERRORS[kind] for kind in described.get("kinds") or () if isinstance(kind, str) and kind in _ERRORS]
    if not kinds:
        raise Refused(f"{name}, which ends the program")
    bases = [kind for kind in kinds if not any(other is not kind and issubclass(other, kind) for other in kinds)]
    try:
        kind = bases[0] if bases[0].__name__ == name else type(name, tuple(bases), {})
    except (TypeError, ValueError):  # a combination that Python cannot lay out, or an odd name
        kind = bases[0]
    error = kind(message if isinstance(message, str) else "")
    error.from_other_side = name
    return error


def message_bytes(message, blobs=()):
    """A message, a dict, as bytes to send.

    Raises:
        Refused: it is too large.
    """
    parts = [json.dumps(message).encode(), *blobs]
    if sum(len(part) for part in parts) > MAX_BYTES or len(parts[0]) > MAX_TEXT or len(parts) > MAX_PARTS:
        raise Refused(
            f"more than {MAX_BYTES >> 20} MB, {MAX_TEXT >> 20} MB of them in lists, or more than {MAX_PARTS} arrays"
        )
    head = struct.pack(f"!I{len(parts)}Q", len(parts), *(len(part) for part in parts))
    return b"".join([head, *parts])


def receive(read):
    """(message, blobs) from `read(count)`, which gives exactly so many bytes or raises.

    Raises:
        Refused: it is no message; the stream cannot be used any further.
    """
    (count,) = struct.unpack("!I", read(4))
    if not 1 <= count <= MAX_PARTS:
        raise Refused("malformed data (parts of a message)")
    lengths = struct.unpack(f"!{count}Q", read(8 * count))
    if sum(lengths) > MAX_BYTES or lengths[0] > MAX_TEXT:
        raise Refused("malformed data (a message that is too long)")
    parts = [read(length) for length in lengths]
    try:
        message = json.loads(parts[0])
    except (ValueError, RecursionError):
        raise Refused("malformed data (no JSON)") from None
    if not isinstance(message, dict):
        raise Refused("malformed data (no message)")
    return message, parts[1:]
