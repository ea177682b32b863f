"""An exception in a learner's function as one sentence, with their line and what probably is behind it."""

import builtins
import difflib
import keyword
import linecache
import traceback
from html import escape

from course_lib.texts import say

KEPT = 20  # lines of Python's way to an exception

# a sentence, and of which errors it is said: kind -> words in Python's message, any of them; the first that fits
_MEANINGS = (
    (lambda: say("there is no such place: the first is 0, the last is one less than the length"), {IndexError: ()}),
    (lambda: say("there is no such key"), {KeyError: ()}),
    (lambda: say("something is divided by 0"), {ZeroDivisionError: ()}),
    (lambda: say("the function calls itself without end"), {RecursionError: ()}),
    (
        lambda: say("it is used before it has a value; was it set only in an `if` or a loop that did not run?"),
        {UnboundLocalError: (), NameError: ("free variable",)},
    ),
    (lambda: say("your own `assert` does not hold"), {AssertionError: ()}),
    (lambda: say("an array is far too large"), {MemoryError: ()}),
    (lambda: say("this module is not installed; the tasks need none but those of the first cell"), {ModuleNotFoundError: ()}),
    (lambda: say("these shapes do not fit together; `print(x.shape)` shows them"), {ValueError: ("broadcast", "mismatch", "aligned")}),
    (lambda: say("the rows of this list have different lengths"), {ValueError: ("inhomogeneous",)}),
    (lambda: say("an array has many truth values: use `.any()`, `.all()`, or compare a number"), {ValueError: ("ambiguous",)}),
    (lambda: say("a new shape must hold as many values as the old one"), {ValueError: ("cannot reshape",)}),
    (lambda: say("one place of an array takes one number"), {ValueError: ("setting an array element",)}),
    (
        lambda: say("there are not as many names at the left as values at the right; `x.shape` has one for each axis"),
        {ValueError: ("to unpack",)},
    ),
    (lambda: say("the function has no argument of this name"), {TypeError: ("unexpected keyword",)}),
    (lambda: say("an argument is missing in this call"), {TypeError: ("required positional",)}),
    (lambda: say("this call gives too many arguments"), {TypeError: ("positional argument",)}),
    (
        lambda: say("a value is None here: does a function that you call lack its `return`?"),
        {TypeError: ("NoneType",), AttributeError: ("NoneType",)},
    ),
    (
        lambda: say("this is a single value and has no entries"),
        {TypeError: ("not subscriptable",), IndexError: ("scalar variable",)},
    ),
    (lambda: say("a loop needs several values; `range(n)` counts"), {TypeError: ("not iterable",)}),
    (lambda: say("a list has one index: `a[i][j]`, or `np.array(a)[i, j]`"), {TypeError: ("not tuple",)}),
    (
        lambda: say("a whole number is needed here: `//` or `int(...)` gives one"),
        {TypeError: ("as an integer", "must be integers"), IndexError: ("only integers",)},
    ),
    (
        lambda: say("the array has fewer axes than this index; `print(x.shape)` shows them"),
        {IndexError: ("too many indices", "of dimension")},
    ),
    (lambda: say("round brackets call a function; square ones pick an entry"), {TypeError: ("not callable",)}),
    (lambda: say("this cannot be changed: make a list or an array of it"), {TypeError: ("immutable", "item assignment")}),
    (
        lambda: say("is this a list where an array is needed?"),
        {
            TypeError: ("sequence", "concatenate list", "'list' and", "and 'list'"),
            AttributeError: ("'list' object", "'tuple' object"),
        },
    ),
)  # fmt: skip


def unwritten():
    """The sentence about a task that is not written yet."""
    return say(
        "not written yet: replace `raise NotImplementedError` in the cell of the task, run that cell, then this one"
    )


def frames(error, space, check):
    """[(frame, line)] of an exception's way through the learner's own cells, the innermost last.

    Args:
        error: the exception.
        space: the namespace in which cells run.
        check: the file name of the check cell's code, which is not the learner's.
    """
    return [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals is space and frame.f_code.co_filename != check
    ]


def where(path):
    """(name of the function, line within its cell, text of that line) of the innermost frame of `frames`."""
    frame, line = path[-1]
    named = [inner for inner, _ in path if not inner.f_code.co_name.startswith("<")]
    text = linecache.getline(frame.f_code.co_filename, line).strip()
    return (named or [frame])[-1].f_code.co_name, line, text if len(text) <= 80 else text[:77] + "..."


def told(error, path, expected=()):
    """The sentence about an exception.

    Args:
        path: of `frames`, not empty.
        expected: names that cells further up define, so that they are not there only where those were not run.
    """
    function, line, text = where(path)
    facts = {"function": function, "line": line, "error": reason(error)}
    if isinstance(error, KeyboardInterrupt):
        return say(
            "`{function}` was stopped by you in line {line}: does a loop never end?", function=function, line=line
        )
    if isinstance(error, SystemExit):
        return say("`{function}` ended the program in line {line}: use `return` instead", function=function, line=line)
    if text:
        sentence = say("`{function}` stopped in its line {line}, `{text}`: {error}", text=text, **facts)
    else:
        sentence = say("`{function}` stopped in its line {line}: {error}", **facts)
    if why := meaning(error, path[-1][0], expected):
        return say("{sentence} ({why})", sentence=sentence, why=why)
    return sentence


def reason(error):
    """Kind and message of an exception, in one line of at most 300 characters."""
    return ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))[:300]


def unfit(error, told):
    """What is wrong with what came back, over which a check or a test stopped with an error; told is its text."""
    if isinstance(error, TypeError | ValueError) and " unpack" in str(error):
        return say(
            "several values are asked for, and what came back is not as many ({error}): return them with commas between, as in `return a, b`",
            error=told,
        )
    return say("what came back could not be checked ({error}): is it of the right type?", error=told)


def meaning(error, frame, expected):
    """What an exception means, or which name was probably meant; None if nothing can be said."""
    name = getattr(error, "name", None)
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError) and name:
        if name in expected:
            return say("the cell that defines it has not been run: choose Run ▸ Run All Above Selected Cell")
        close = similar(name, [*frame.f_locals, *frame.f_globals, *dir(builtins), *keyword.kwlist])
        if close:
            return say("did you mean `{name}`?", name=close)
    if isinstance(error, AttributeError) and name and getattr(error, "obj", None) is not None:
        if close := similar(name, dir(error.obj)):
            return say("did you mean `{name}`?", name=close)
    if "did you mean" in str(error).lower():
        return None
    known = [(text, words) for text, kinds in _MEANINGS for kind, words in kinds.items() if isinstance(error, kind)]
    fitting = [text for text, words in known if any(word in str(error) for word in words)]
    fitting += [text for text, words in known if not words]
    return fitting[0]() if fitting else None


def similar(name, candidates):
    """The candidate that is most like a name, or None."""
    candidates = [one for one in dict.fromkeys(candidates) if one != name and not one.startswith("_")]
    for one in candidates:
        if one.lower() == name.lower():
            return one
    return next(iter(difflib.get_close_matches(name, candidates, n=1, cutoff=0.7)), None)


def trace(error, path):
    """Python's own traceback, from the learner's function on."""
    start = error.__traceback__
    while start is not None and start.tb_frame is not path[0][0]:
        start = start.tb_next
    told = traceback.TracebackException(type(error), error, start)
    own = [frame for frame in told.stack if not frame.filename.endswith("guarded.py")]
    told.stack = traceback.StackSummary.from_list(own[-KEPT:])
    return "".join(told.format(chain=False)).rstrip()


def folded(text):
    """A traceback for front ends: folded where HTML is shown, its last lines elsewhere."""
    title = escape(say("Python's own words"))
    return {
        "text/html": f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>",
        "text/plain": "\n".join(f"    {line}" for line in text.splitlines()[-6:]),
    }
