"""Calls between a test and a student's function, in two processes that exchange plain data only.

Both sides use this file. What arrives is never executed: JSON, and arrays as `.npy` without pickle. A value comes out
as the plain type that it was (int, float, bool, str, None, complex, bytes, list, tuple, range, set, dict, NumPy scalar,
array); subclasses arrive as their plain base, a tensor as its values, and anything else is refused with a sentence. A
Keras model does not cross, nor does a function or a generator: a number stands for it, and further messages ask what is
to be known of it (models.py).

A message is a JSON text and a list of byte strings (the arrays), each with its length in front.
"""

import json
import struct

import numpy as np

from course_lib.classroom.sandbox.arrays import SENTENCES, Refused
from course_lib.classroom.sandbox.values import Side, describe, pack, restore, revive, unpack
from course_lib.feedback.changes import differs
from course_lib.texts import Text

MAX_BYTES = 128 * 2**20  # of one message
MAX_TEXT = 16 * 2**20  # of its JSON, which takes many times as much once it is read
MAX_PARTS = 10_000  # arrays in one message


def question(name, arguments, keywords, side=None):
    """The message that asks the other side to call its function `name`, and the blobs.

    NumPy's settings for floating-point errors go along, so that `with np.errstate(divide="raise")` around a call means
    the same over there.

    Args:
        side: the Side that asks.
    """
    tree, blobs = pack([list(arguments), dict(keywords)], side)
    return {"call": name, "given": tree, "errors": np.geterr()}, blobs


def answered(namespace, message, blobs, side):
    """The reply to a message, and its blobs.

    Args:
        namespace: what the notebook has defined, by name.
        message, blobs: from the other side.
        side: the Side of the functions: an Inside.

    Raises:
        Refused: the arguments are not plain data.
    """
    if "forget" in message:
        side.forget()
        return {"value": None}, []
    if "of" in message:
        return perform(side.operation(message), message, blobs, side)
    side.given = []
    function = namespace.get(message["call"])
    return perform(function, message, blobs, side) if callable(function) else ({"missing": True}, [])


def perform(function, message, blobs, side=None):
    """Call a function as a message asks for.

    Args:
        function: a callable.
        message, blobs: from `question`, on the other side.
        side: the Side of the function.

    Returns:
        (reply, blobs); what the function raises is part of the reply.

    Raises:
        Refused: the arguments are not plain data.
    """
    side = side or Side()
    arguments, keywords = unpack(message["given"], blobs, side)
    back = side.afterwards()
    before = pack([arguments, keywords], back) if back else (message["given"], list(blobs))
    errors = {kind: mode for kind, mode in message["errors"].items() if mode not in ("call", "print", "log")}
    try:
        with np.errstate(**errors):
            value = function(*arguments, **keywords)
    except BaseException as error:  # also SystemExit: a function that ends the program has not answered
        reply, values = {"error": describe(error)}, []
    else:
        try:
            tree, values = pack(value, side)
            reply = {"value": tree}
        except Refused as refusal:
            reply, values = refused(refusal), []
    if "of" in message:  # what is done to a model changes no argument
        return reply, values
    try:
        if pack([arguments, keywords], back or side) != before:
            reply["after"], values = pack([arguments, keywords], back or side, values)
    except Refused as refusal:
        return refused(refusal), []
    return reply, values


def refused(refusal):
    """The reply that says that a value does not cross."""
    return {"refused": [refusal.reason, refusal.facts]}


def changed(reply, blobs, arguments, keywords, side=None):
    """The number of the first argument that the function has changed, from 1 on, or its keyword; None if there is none.

    Args:
        reply, blobs: from `perform`, on the other side.
        arguments, keywords: those of the call, before `conclude` has brought the changes back.
        side: the Side that has asked.

    Raises:
        Refused: something came back that is not plain data.
    """
    if "after" not in reply:
        return None
    listed, named = _after(reply, blobs, side)
    for number, (one, other) in enumerate(zip(arguments, listed), 1):
        if differs(one, other):
            return number
    return next((key for key, one in keywords.items() if differs(one, named.get(key))), None)


def _after(reply, blobs, side):
    """The arguments as the function has left them: a list, and a dict of those that were named."""
    after = unpack(reply["after"], blobs, side)
    if not (isinstance(after, list) and [type(part) for part in after] == [list, dict]):
        raise Refused("malformed", name="arguments")
    return after


def conclude(reply, blobs, arguments, keywords, side=None):
    """Finish a call on the caller's side: bring changed arguments back, then return the value or raise the error.

    Args:
        reply, blobs: from `perform`, on the other side.
        arguments, keywords: those of the call.
        side: the Side that has asked.

    Raises:
        Refused: something came back that is not plain data.
        Exception: what the function raised: its builtin kind, its own name and message. It has an attribute
            `from_other_side`.
    """
    if "refused" in reply:
        raise _refusal(reply["refused"])
    if "after" in reply:
        restore([list(arguments), dict(keywords)], _after(reply, blobs, side))
    if "error" in reply:
        raise revive(reply["error"])
    if "value" not in reply:
        raise Refused("malformed", name="no value")
    return unpack(reply["value"], blobs, side)


def _refusal(content):
    """The Refused that `refused` has made this of."""
    try:
        reason, facts = content
        facts = {str(key): fact if type(fact) is int else str(fact)[:300] for key, fact in facts.items()}
        Text(SENTENCES[reason], facts).to("en")
        return Refused(reason, **facts)
    except (ValueError, TypeError, LookupError, AttributeError):
        return Refused("malformed", name="no reason")


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


def message_bytes(message, blobs=()):
    """A message, a dict, as bytes to send.

    Raises:
        Refused: it is too large.
    """
    parts = [json.dumps(message).encode(), *blobs]
    if sum(len(part) for part in parts) > MAX_BYTES or len(parts[0]) > MAX_TEXT or len(parts) > MAX_PARTS:
        raise Refused("large", size=MAX_BYTES >> 20, text=MAX_TEXT >> 20, count=MAX_PARTS)
    head = struct.pack(f"!I{len(parts)}Q", len(parts), *(len(part) for part in parts))
    return b"".join([head, *parts])


def receive(read):
    """(message, blobs) from `read(count)`, which gives exactly so many bytes or raises.

    Raises:
        Refused: it is no message; the stream cannot be used any further.
    """
    (count,) = struct.unpack("!I", read(4))
    if not 1 <= count <= MAX_PARTS:
        raise Refused("malformed", name="parts of a message")
    lengths = struct.unpack(f"!{count}Q", read(8 * count))
    if sum(lengths) > MAX_BYTES or lengths[0] > MAX_TEXT:
        raise Refused("malformed", name="a message that is too long")
    parts = [read(length) for length in lengths]
    try:
        message = json.loads(parts[0])
    except (ValueError, RecursionError):
        raise Refused("malformed", name="no JSON") from None
    if not isinstance(message, dict):
        raise Refused("malformed", name="no message")
    return message, parts[1:]
