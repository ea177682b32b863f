"""Predict before you run: a question, a place for the guess, and the comparison once the answer has been computed.

    predict("corner", "What comes out in the upper left corner?")     a cell of its own
    reveal("corner", feature_map[0, 0])                               after the computation
    predictions.table()                                               at the end of the lesson

A guess is kept in the record of the workbook (`course_lib.record`), so it outlives the kernel and may be changed until
the answer is shown; what counts is the last guess before that. Where nobody watches, `predict` shows the question only
and `reveal` the answer only, the same in every run.
"""

import bisect
import re
import unicodedata
from fractions import Fraction
from html import escape
from numbers import Real
from pathlib import Path

from course_lib import record
from course_lib.progress import somebody_watches
from course_lib.record import Prediction
from course_lib.texts import say, with_unit

ENTRY = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?:/\d+)?|[-+]?\.\d+")

_asked = {}  # key -> the question of this kernel, in the order of the lesson


class _Question:
    """A question of this notebook, and what stands on the page for it."""

    def __init__(self, key, text, unit, choices, form):
        self.key, self.text, self.unit, self.choices, self.form = key, text, unit, choices, form
        self.handle = self.field = None

    def with_unit(self, value):
        return with_unit(written(value), self.unit if self.form == "number" else "")

    def page(self, guess=None):
        """The question for the page, as HTML and as plain text; it stays readable without a kernel."""
        lines = [f"❓ {self.text}", *(f"   ○ {choice}" for choice in self.choices or ())]
        html = f"<b>❓</b> {escape(self.text)}"
        if self.choices:
            html += "<div>" + " &emsp; ".join(f"○&nbsp;{escape(choice)}" for choice in self.choices) + "</div>"
        if guess is not None:
            kept = say("Your prediction: {guess}", guess=self.with_unit(guess))
            lines.append(kept)
            html += f"<div><i>{escape(kept)}</i></div>"
        frame = "border-left: 3px solid #E69F00; padding: 0.2em 0.8em; max-width: 46em"
        return {"text/plain": "\n".join(lines), "text/html": f'<div style="{frame}">{html}</div>'}


def predict(key, question, *, unit="", choices=None, number=True):
    """Ask for a prediction; stands alone in its cell, before the cell that computes the answer.

    Args:
        key: name of the question, the same for its `reveal`; one chapter has each name once.
        question: one sentence.
        unit: of a number, for example "pixels".
        choices: list of texts, of which one is chosen.
        number: without choices, whether a number is asked for; a sentence otherwise.
    """
    from IPython.display import display

    form = "choice" if choices else "number" if number else "sentence"
    asked = _asked[key] = _Question(key, question, unit, list(choices or ()), form)
    now = standings().get(key, Prediction())
    asked.handle = display(asked.page(now.guess), raw=True, display_id=True)
    if now.shown:
        print(_closed(asked, now))
    elif somebody_watches():
        from course_lib.widgets.guess import Field

        asked.field = Field(asked.choices, unit, now.guess, lambda entry: _keep(asked, entry))
        asked.field.show()


def reveal(key, value, *, tolerance=0, limits=None):
    """Show the answer beside the prediction.

    Args:
        key: as in `predict`.
        value: the answer, computed: a number, the text of the right choice, or a sentence.
        tolerance: how far from a number a guess may lie and be right.
        limits: for a question with choices that are ranges, the values between them, ascending: the answer is the range
            in which `value` lies.

    Raises:
        ValueError: the value is none of the choices.
    """
    asked = _asked.get(key) or _Question(key, key, "", [], "number" if isinstance(value, Real) else "sentence")
    value = getattr(value, "item", lambda: value)()
    if asked.choices:
        value = asked.choices[bisect.bisect(limits, value)] if limits else value
        if value not in asked.choices:
            raise ValueError(f"the answer {value!r} to {key!r} is none of the choices {asked.choices}")
    now = standings().get(key, Prediction())
    if not now.shown:
        right = None if now.guess is None else _right(asked, now.guess, value, tolerance)
        now = Prediction(now.guess, True, value, right)
        record.note("answer", chapter=_chapter(), key=key, right=right, guess=now.guess, value=value)
    print(say("Answer: {value}", value=asked.with_unit(value)))
    if now.guess is not None:
        print(_compared(asked, now))
    if asked.field:
        asked.field.close(_closed(asked, now))
    if asked.form == "sentence" and now.guess is not None and now.right is None and somebody_watches():
        from course_lib.widgets.guess import judged

        judged(lambda right: _judge(asked, now, right))


def table():
    """Sum up the predictions of this lesson: how many were right, and which were not; the lesson has been run."""
    if record.workbook() and somebody_watches():
        record.note("lesson", chapter=_chapter())
    found = standings()
    asked = {**{key: _Question(key, key, "", [], "number") for key in found}, **_asked}
    guessed = record.counted(found)
    right = sum(now.right is True for now in guessed.values())
    wrong = [key for key in asked if key in guessed and guessed[key].right is False]
    if not guessed:
        print(say("{total} questions asked for a prediction; none was made.", total=len(asked)))
        return
    facts = {"right": right, "guessed": len(guessed)}
    if wrong:
        print(say("{right} of {guessed} predictions were right; these were not:", **facts))
    else:
        print(say("{right} of {guessed} predictions were right.", **facts))
    for key in wrong:
        now, question = guessed[key], asked[key]
        facts = {"guess": question.with_unit(now.guess), "value": question.with_unit(now.value)}
        print("-", say("{question} You: {guess}. Answer: {value}.", question=question.text, **facts))
    if unjudged := sum(now.right is None for now in guessed.values()):
        print(say("Not judged by you yet: {count}.", count=unjudged))
    if len(asked) > len(guessed):
        print(say("Without a prediction: {count}.", count=len(asked) - len(guessed)))


def forget():
    """Begin the predictions of this chapter anew; the record keeps the old ones, but they count no more."""
    record.note("forget", chapter=_chapter())


def standings(chapter=None):
    """How the questions of a chapter stand, from the record.

    Args:
        chapter: its number; by default the one of the current folder.

    Returns:
        dict: key -> `Prediction`.
    """
    return record.predictions(record.events(chapter=_chapter() if chapter is None else chapter))


def number(entry, unit=""):
    """The number in what somebody has typed: "26", "26 pixels", "1,024", "2.5", "1/4".

    Args:
        entry: text.
        unit: may follow the number, even if it holds digits itself.

    Raises:
        ValueError: there is none, or more than one.
    """
    plain = unicodedata.normalize("NFKC", entry).replace("−", "-").strip().removesuffix(unit)
    found = ENTRY.findall(plain)
    if len(found) != 1:
        raise ValueError(f"expected one number, found {len(found)}")
    try:
        value = Fraction(found[0].replace(",", ""))
    except ZeroDivisionError as error:
        raise ValueError("division by zero") from error
    return int(value) if value.denominator == 1 else float(value)


def written(value):
    """A guess or an answer as people read it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _keep(asked, entry):
    """Take a guess from its field; returns what the field says about it."""
    now = standings().get(asked.key, Prediction())
    if now.shown:
        return _closed(asked, now)
    guess = entry.strip()
    if asked.form == "number":
        try:
            guess = number(guess, asked.unit)
        except ValueError:
            return say("Type one number, such as 12 or 0.5; found {entry!r}", entry=entry)
    if guess == "":
        return ""
    record.note("predict", chapter=_chapter(), key=asked.key, guess=guess)
    if asked.handle:
        asked.handle.update(asked.page(guess), raw=True)
    return say("Kept. You may change it until the answer is shown.")


def _judge(asked, now, right):
    now.right = right
    record.note("answer", chapter=_chapter(), key=asked.key, right=right, guess=now.guess, value=now.value)


def _right(asked, guess, value, tolerance):
    """Whether a guess is right; None for a sentence, which only its author can judge."""
    if asked.form == "sentence":
        return None
    if isinstance(guess, Real) and isinstance(value, Real):
        return abs(guess - value) <= tolerance + 1e-9
    return guess == value


def _compared(asked, now):
    guess = asked.with_unit(now.guess)
    if now.right is None:
        return say("You predicted: {guess}", guess=guess)
    if now.right:
        return say("You predicted {guess}: right.", guess=guess)
    return say("You predicted {guess}: not this time.", guess=guess)


def _closed(asked, now):
    """Why a guess cannot be changed any more."""
    if now.guess is None:
        return say("The answer has been shown, so a guess would not count. `predictions.forget()` begins anew.")
    return say("The answer has been shown: your prediction {guess} stays.", guess=asked.with_unit(now.guess))


def _chapter():
    """The number of the chapter whose folder is the current one; "" elsewhere."""
    found = re.match(r"\d\d(?=_)", Path.cwd().name)
    return found[0] if found else ""
