"""What comes of a submission: points, and sentences about what was wrong or odd, each a dict {"en": ..., "ko": ...}."""

from dataclasses import dataclass, field

from course_lib.texts import Text, both, phrase, say

MAX_CHECKS = 12  # labels kept for a task
TITLES = {  # what people read for the usual names of parts; others have their number only
    "errors": phrase("error cases"),
    "inputs": phrase("inputs left as they are"),
    "floats": phrase("floating-point numbers"),
    "numbers": phrase("integers and floating-point numbers"),
    "sizes": phrase("other sizes"),
    "conclusion": phrase("the conclusion"),
}


@dataclass
class PartMark:
    """Points of a part of a task; the fields are those of TaskMark."""

    name: str
    points: float
    possible: float
    error: dict | None = None
    checks: list = field(default_factory=list)


@dataclass
class TaskMark:
    """Points of one task. `error` is the sentence that says what was wrong first, None if all held. `checks` are the
    labels of what held, each a string or, where they differ, the English and the Korean one (see `spoken`). All of
    these come from `parts`, the PartMarks of its hidden tests: see `summed`."""

    task: str
    points: float
    possible: float
    error: dict | None = None
    checks: list = field(default_factory=list)
    parts: list[PartMark] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of a submission. `notes` say what was odd; `notebook` is the executed submission as nbformat 4.5: every
    graded cell of the source once, text and pictures only, of bounded size; None if it could not be read."""

    sha256: str
    tasks: list[TaskMark]
    notes: list[dict] = field(default_factory=list)
    needs_look: bool = False
    seconds: float = 0.0
    notebook: dict | None = None


def spoken(label, language):
    """A label of `checks` in one language."""
    return label if isinstance(label, str) else label[language == "ko"]


def summed(task, parts):
    """The TaskMark of a task from the PartMarks of all its parts."""
    error = next((part.error for part in parts if part.error), None)
    checks = list(dict.fromkeys(label for part in parts for label in part.checks))[:MAX_CHECKS]
    points, possible = (sum(getattr(part, name) for part in parts) for name in ("points", "possible"))
    return TaskMark(task, points, possible, error, checks, list(parts))


def title(number, name):
    """What people read for a part of a task.

    Args:
        number: its place in the task, from 1 on.
        name: that of the source, "" if there is none.
    """
    if name in TITLES:
        return say("part {number} ({what})", number=number, what=Text(TITLES[name]))
    return say("part {number}", number=number)


def mark_of(content):
    """The TaskMark from what `asdict` made of it, also in the versions without parts, or with fields for the Korean.

    Raises:
        KeyError, TypeError: the dict is something else.
    """
    content = _with_labels(content)
    content["error"] = _sentence(content["error"], content.pop("error_ko", None))
    whole = TaskMark(**content)
    parts = [PartMark(**_with_labels(part)) for part in whole.parts]
    whole.parts = parts or [PartMark("", whole.points, whole.possible, whole.error, whole.checks)]
    return whole


def _with_labels(content):
    """A copy of a mark as a dict; JSON knows no tuples."""
    labels = [label if isinstance(label, str) else tuple(label) for label in content.get("checks", ())]
    return {**content, "checks": labels}


def from_dict(content):
    """The Outcome from what `dataclasses.asdict` made of it, also in the versions before this one (see `mark_of`).

    Raises:
        KeyError, TypeError: the dict is something else.
    """
    content = dict(content)
    korean = content.pop("notes_ko", None) or content["notes"]
    notes = [_sentence(*pair) for pair in zip(content["notes"], korean, strict=True)]
    return Outcome(**{**content, "notes": notes, "tasks": [mark_of(task) for task in content["tasks"]]})


def _sentence(english, korean):
    return {"en": english, "ko": korean or english} if isinstance(english, str) else english


def hung(task):
    """The text about a task whose test had to be stopped."""
    return say(
        "the test of {task} had to be stopped: what came back took too much time or memory to check",
        task=task,
    )


def crashed(error):
    """The text about a submission that the grader itself did not get through."""
    return say("the grader itself could not get through this file ({error}); a person must look at it", error=error)


def without_points(task, text):
    """The TaskMark of a task of the plan that earns nothing, for this reason."""
    return summed(task.name, [PartMark(part.name, 0, part.possible, both(text)) for part in task.parts])


def nothing(plan, sha, text, seconds):
    """The Outcome of a submission of which nothing could be graded, for this reason."""
    marks = [without_points(task, say("nothing could be graded: {why}", why=text)) for task in plan.tasks]
    return Outcome(sha, marks, [both(text)], True, round(seconds, 3))


def odd(outcome, texts):
    """Add notes about what a person should look at."""
    outcome.notes += map(both, texts)
    outcome.needs_look |= bool(texts)


def shown(text, length=400):
    """A student's text fit to stand in a sentence: one line, printable, not long."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * length]).split())
    return text if len(text) <= length else text[: length - 1] + "…"
