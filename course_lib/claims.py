"""A claim is a sentence, a measured value and the band in which it must lie.

A lesson proves what it says by claims. The printed line is the same on every machine, because it shows the band and not
the measurement; the measurement goes into the table at the end of the lesson and into the report of `run`, which sets
two variables of the environment: COURSE_CLAIMS names the file that each claim is appended to, as one line of JSON; with
COURSE_CLAIMS_GO_ON set, a claim that fails is printed instead of raised. So it is in a workbook, where learners change
experiments: a claim that they break is told in a sentence, and the notebook goes on.
"""

import json
import os
from numbers import Real

from course_lib import record
from course_lib.texts import say, with_unit

# the claims of this notebook, in order
_made = []


class ClaimFailed(AssertionError):
    """The measured value lies outside the band."""

    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [say("claim failed: {why}", why=self)]


def claim(text, value, *, equals=None, at_least=None, at_most=None, between=None, unit=""):
    """Compare a measured value with its band, remember both, and print one line; raise if the value lies outside, or,
    in a workbook, say so.

    Args:
        text: the statement, one sentence, the same in every run.
        value: the measured number; for `equals` anything whose comparison gives one truth value, also a string or list.
        equals, at_least, at_most, between: the band, exactly one of them; `between` is a pair, ends included.
        unit: printed after the band, for example "points" or "%".

    Raises:
        ClaimFailed: the value lies outside, and this is no workbook; the message holds what was measured.
        TypeError: no band, more than one, or a value that is not a number.
    """
    bands = {"equals": equals, "at_least": at_least, "at_most": at_most, "between": between}
    given = {name: limit for name, limit in bands.items() if limit is not None}
    if len(given) != 1:
        raise TypeError(f"a claim needs exactly one of {', '.join(bands)}; found {', '.join(given) or 'none'}")
    [(kind, limit)] = given.items()
    value = getattr(value, "item", lambda: value)() if getattr(value, "ndim", 0) == 0 else value
    if kind == "equals":
        holds = bool(value == equals)
    else:
        if not isinstance(value, Real):
            raise TypeError(f"a claim with a band needs one number; found {type(value).__name__}")
        low, high = between or (at_least, at_most)
        # False for NaN
        holds = bool((low is None or value >= low) and (high is None or value <= high))
    made = {
        "text": text,
        "value": value,
        "band": _band(kind, limit, unit),
        "limits": [equals] if kind == "equals" else [low, high],
        "holds": holds,
    }
    # a cell may be run again
    _made[:] = [other for other in _made if other["text"] != text] + [made]
    if report := os.environ.get("COURSE_CLAIMS"):
        with open(report, "a", encoding="utf-8") as file:
            file.write(json.dumps(made, default=str) + "\n")
    if not holds and not os.environ.get("COURSE_CLAIMS_GO_ON") and record.workbook() is None:
        raise ClaimFailed(say("{text}: expected {band}, measured {value}", text=text, band=made["band"], value=value))
    print(f"{'✓' if holds else '✗'} {text} ({made['band']})")
    if not holds and not os.environ.get("COURSE_CLAIMS_GO_ON"):
        print(
            say(
                "  measured: {value}. If you changed the experiment, your change broke this claim; the notebook goes on.",
                value=number(value),
            )
        )


def _band(kind, limit, unit):
    """The band in words; the unit follows its last number."""
    if kind == "between":
        return say("{low} to {high}", low=limit[0], high=with_unit(limit[1], unit))
    limit = with_unit(limit, unit)
    if kind == "at_least":
        return say("at least {limit}", limit=limit)
    return say("at most {limit}", limit=limit) if kind == "at_most" else f"= {limit}"


def identity(text, found, expected, *, tolerance=0):
    """Show that two ways of computing agree, where mathematics says that they must; no claim, since it cannot fail.

    What could have come out otherwise is a `claim`; an identity checks the code only, and stands in no table.

    Args:
        text: the statement, one sentence.
        found, expected: numbers, or arrays or lists of one shape.
        tolerance: for what is computed with rounding, the largest difference.

    Raises:
        ClaimFailed: they differ, so the code of one of them is wrong; in a workbook that is printed.
    """
    import numpy as np

    found, expected = np.asarray(found, float), np.asarray(expected, float)
    # a shape is part of the statement; False for NaN
    if found.shape == expected.shape and np.all(np.abs(found - expected) <= tolerance):
        print(f"= {text}")
        return
    why = say("{text}: the two do not agree, so one of them is computed wrongly", text=text)
    if record.workbook() is None:
        raise ClaimFailed(why)
    print(f"✗ {why}")


def number(value):
    """A measured value as people read it: four significant digits, integers in full."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table():
    """Show all claims made so far with their measured values (they differ a little from machine to machine)."""
    from html import escape

    from IPython.display import HTML, display

    rows = "".join(
        f"<tr><td>{i}</td><td style='text-align:left'>{escape(made['text'])}</td><td>{escape(made['band'])}</td>"
        f"<td>{escape(number(made['value']))}</td><td>{'✓' if made['holds'] else '✗'}</td></tr>"
        for i, made in enumerate(_made, 1)
    )
    claimed, expected, measured = say("claim"), say("expected"), say("measured here")
    head = (
        f"<tr><th></th><th style='text-align:left'>{claimed}</th><th>{expected}</th><th>{measured}</th><th></th></tr>"
    )
    display(HTML(f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"))


def forget():
    """Start the table over: forget all claims made so far. The report of `run` keeps them."""
    _made.clear()
