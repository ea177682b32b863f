"""Help with a task, step by step, and its solution after honest tries. Both come from the course's built notebook."""

from pathlib import Path

from course_lib import record
from course_lib.errors import CourseError
from course_lib.feedback import attempts, built, cells, marked
from course_lib.texts import language, say

TRIES = 3  # different answers after which the solution is shown


def hint(task=None, step=None):
    """Show the next step of help for a task, as Markdown.

    Args:
        task: its name; by default the one that was checked last.
        step: 1, 2 or 3 for a certain step; by default the one after those that were shown.

    Raises:
        CourseError: there is no such task, or no help for it.
    """
    chapter, task = _task(task)
    steps = built.hints(chapter, task, language())
    if not steps:
        raise CourseError(say("there are no hints for `{task}`", task=task))
    number = step or min(_seen(chapter, task) + 1, len(steps))
    if number not in range(1, len(steps) + 1):
        raise CourseError(
            say("`{task}` has hints 1 to {steps}, found {step}", task=task, steps=len(steps), step=number)
        )
    record.note("hint", chapter=chapter, task=task, step=number)
    head = say("Hint for `{task}`, step {number} of {steps}", task=task, number=number, steps=len(steps))
    _show(f"**{head}**\n\n{steps[number - 1]}")
    if number == len(steps) and not _graded(chapter):
        if _may_see(chapter, task):
            print(say("This was the last step; if it does not help, `solution()` shows a solution"))
        else:
            print(say("This was the last step; after a try with it, `solution()` shows a solution"))


def solution(task=None):
    """Show the course's solution of a task as text, after honest tries: three different answers that were checked, or
    all hints and one answer. The own cell stays as it is. A notebook that was handed out to a class shows nothing.

    Args:
        task: its name; by default the one that was checked last.

    Raises:
        CourseError: there is no such task, it is too early, or the notebook is graded.
    """
    chapter, task = _task(task)
    if _graded(chapter):
        raise CourseError(say("this notebook was handed out to a class: there are no solutions before it is graded"))
    if built.CHAPTERS in (Path.cwd(), *Path.cwd().parents):
        raise CourseError(say("the solutions stand in this notebook"))
    if not _may_see(chapter, task):
        raise CourseError(_too_early(chapter, task))
    text = built.solution(chapter, task, language())
    record.note("solution", chapter=chapter, task=task)
    head = say("A solution of `{task}`; yours stays as it is", task=task)
    _show(f"**{head}**\n\n```python\n{text}\n```")


def _may_see(chapter, task):
    """Whether the solution is shown: all checks have held once, there were enough tries, or all hints and one try."""
    tries, steps = len(_tries(chapter, task)), len(built.hints(chapter, task, language()))
    return _solved(chapter, task) or tries >= TRIES or bool(tries and steps and _seen(chapter, task) >= steps)


def _too_early(chapter, task):
    tries, seen = len(_tries(chapter, task)), _seen(chapter, task)
    steps = len(built.hints(chapter, task, language()))
    sentence = say(
        "try it yourself first: the solution of `{task}` is shown after {wanted} different answers that were checked; so far there are {tries}",
        task=task,
        wanted=TRIES,
        tries=tries,
    )
    if not steps:
        return sentence
    facts = {"sentence": sentence, "seen": seen, "steps": steps}
    if tries:
        return say("{sentence}. Or read all hints with `hint()` (seen: {seen} of {steps})", **facts)
    return say("{sentence}. Or read all hints with `hint()` (seen: {seen} of {steps}) and check one answer", **facts)


def _task(task):
    """(chapter, task) that is asked about."""
    if task is None and not marked.last:
        raise CourseError(say('which task? Name it, for example `hint("output_size")`'))
    if task in (None, marked.last.get("task")):
        return marked.last["chapter"], marked.last["task"]
    name = getattr(task, "__name__", task)  # hint(pad_same) is meant as hint("pad_same")
    chapter = built.chapter_of(name, Path.cwd())
    if not chapter:
        raise CourseError(say("there is no task {task}; its name is that of its function, in quotes", task=repr(name)))
    return chapter, name


def _events(kind, chapter, task):
    wanted = {"kind": kind, "chapter": chapter, "task": task}
    return [event for event in record.events() if wanted.items() <= event.items()]


def _seen(chapter, task):
    """The last step of help that was shown."""
    steps = [event.get("step") for event in _events("hint", chapter, task)]
    return max((step for step in steps if isinstance(step, int)), default=0)


def _tries(chapter, task):
    """The different answers that were checked and did not hold."""
    checked = _events("check", chapter, task)
    return {event["code"] for event in checked if event.get("code") and not _held(event)}


def _solved(chapter, task):
    """Whether all checks of a task have held once."""
    return any(map(_held, _events("check", chapter, task)))


def _held(check):
    """Whether all checks of an event held."""
    return bool(check.get("total")) and check.get("holds") == check["total"]


def _graded(chapter):
    """Whether this notebook, or one beside it in this workbook, was handed out to a class."""
    if marked.last.get("graded"):
        return True
    folder = record.workbook()
    if folder is None:
        return False
    own = cells.notebook()
    paths = {Path.cwd() / f"{chapter}_exercises.ipynb", *([Path(own)] if own else []), *Path.cwd().glob("*.ipynb")}
    return any(path.is_file() and b"graded=True" in path.read_bytes() for path in paths)


def _show(markdown):
    attempts.show({"text/markdown": markdown, "text/plain": markdown})
