"""A claim is a sentence, a measured value and the band in which it must lie.

A lesson proves what it says by claims. The printed line is the same on every machine, because it shows the band and not
the measurement; the measurement goes into the table at the end of the lesson and into the report of `run`.
"""

import json
import os
from numbers import Real

_made = []  # the claims of this notebook, in order


class ClaimFailed(AssertionError):
    """The measured value lies outside the band."""

    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [f"claim failed: {self}"]


def claim(text, value, *, equals=None, at_least=None, at_most=None, between=None, unit=""):
    """Compare a measured value with its band; print one stable line, remember all of it, raise if it fails.

    Args:
        text: the statement, one sentence, the same in every run.
        value: the measured number; for `equals` any value that compares to one truth value (also strings, lists, tuples).
        equals, at_least, at_most, between: the band, exactly one of them; `between` is a pair, ends included.
        unit: printed behind the band, for example "points" or "%".

    Raises:
        ClaimFailed: the value lies outside; the message holds what was measured.
        TypeError: no band, more than one, or a value that is no number.
    """
    given = [
        name
        for name, limit in (("equals", equals), ("at_least", at_least), ("at_most", at_most), ("between", between))
        if limit is not None
    ]
    if len(given) != 1:
        raise TypeError(
            f"a claim needs exactly one of equals, at_least, at_most, between; found {', '.join(given) or 'none'}"
        )
    value = getattr(value, "item", lambda: value)() if getattr(value, "ndim", 0) == 0 else value
    if given[0] == "equals":
        band, holds = f"= {equals}", bool(value == equals)
    else:
        if not isinstance(value, Real):
            raise TypeError(f"a claim with a band needs one number; found {type(value).__name__}")
        low, high = between or (at_least, at_most)
        holds = bool((low is None or value >= low) and (high is None or value <= high))  # False for NaN
        band = f"{low} to {high}" if between else f"at least {low}" if high is None else f"at most {high}"
    made = {
        "text": text,
        "value": value,
        "band": band + f" {unit}" * bool(unit),
        "limits": [equals] if given[0] == "equals" else [low, high],
        "holds": holds,
    }
    _made[:] = [other for other in _made if other["text"] != text] + [made]  # a cell may be run again
    if report := os.environ.get("COURSE_CLAIMS"):  # `run` reads it
        with open(report, "a", encoding="utf-8") as file:
            file.write(json.dumps(made, default=str) + "\n")
    if not holds and not os.environ.get("COURSE_CLAIMS_GO_ON"):
        raise ClaimFailed(f"{text}: expected {made['band']}, measured {value}")
    print(f"{'✓' if holds else '✗'} {text} ({made['band']})")


def number(value):
    """A measured value as people read it: four digits that count, integers in full."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table():
    """Show all claims made so far with their measured values (they differ a little from machine to machine)."""
    from html import escape

    from IPython.display import HTML, display

    rows = "".join(
        f"<tr><td>{i}</td><td style='text-align:left'>{escape(c['text'])}</td><td>{escape(c['band'])}</td><td>{escape(number(c['value']))}</td><td>{'✓' if c['holds'] else '✗'}</td></tr>"
        for i, c in enumerate(_made, 1)
    )
    head = "<tr><th></th><th style='text-align:left'>claim</th><th>expected</th><th>measured here</th><th></th></tr>"
    display(HTML(f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"))
