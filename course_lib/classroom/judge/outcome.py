"""What comes of a submission: points, and sentences about what was wrong or odd, each a dict {"en": ..., "ko": ...}."""

from dataclasses import dataclass, field

from course_lib.texts import both, say


@dataclass
class TaskMark:
    """Points of one task. `error` is the sentence that says what was wrong, None if all held. `checks` are the labels
    of what held."""

    task: str
    points: float
    possible: float
    error: dict | None = None
    checks: list[str] = field(default_factory=list)


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


def from_dict(content):
    """The Outcome from what `dataclasses.asdict` made of it, also in the version that had fields for the Korean.

    Raises:
        KeyError, TypeError: the dict is something else.
    """
    content = dict(content)
    korean = content.pop("notes_ko", None) or content["notes"]
    notes = [_sentence(*pair) for pair in zip(content["notes"], korean, strict=True)]
    tasks = [dict(task) for task in content["tasks"]]
    for task in tasks:
        task["error"] = _sentence(task["error"], task.pop("error_ko", None))
    return Outcome(**{**content, "notes": notes, "tasks": [TaskMark(**task) for task in tasks]})


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
    return TaskMark(task.name, 0, task.possible, both(text))


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
