"""How far a learner is: which tasks hold, points, predictions, lessons run to their ends, and what comes next.

Summed up from the record of the workbook for the first page and for `list`. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from course_lib import record, tasks
from course_lib.feedback import built
from course_lib.texts import LANGUAGES, say
from course_lib.tools import chapters, places


@dataclass
class Standing:
    """How far a learner is in one chapter."""

    chapter: chapters.Chapter
    tasks: dict  # name -> points, in order
    done: list = field(default_factory=list)  # names of the tasks whose checks hold
    lesson: bool = False  # whether the lesson has been run to its end
    guessed: int = 0  # predictions that were made, and whose answer has been seen
    right: int = 0  # of them
    score: tuple = ()  # (points, possible) of the last `score`
    last: float = 0  # time of the last event

    @property
    def points(self):
        return sum(self.tasks[name] for name in self.done)

    @property
    def possible(self):
        return sum(self.tasks.values())

    def summary(self):
        """What is solved, in a few words."""
        facts = {"done": len(self.done), "tasks": len(self.tasks), "points": self.points, "possible": self.possible}
        return say("{done} of {tasks} tasks, {points} of {possible} points", **facts)

    @property
    def open_tasks(self):
        """(number, name) of the tasks that do not hold yet."""
        return [(n, name) for n, name in enumerate(self.tasks, 1) if name not in self.done]


def standings(folder):
    """The standing in every chapter.

    Args:
        folder: of the workbook.
    """
    events = record.events(folder)
    return [
        _standing(chapter, [event for event in events if event.get("chapter") == chapter.number])
        for chapter in chapters.every()
    ]


def _standing(chapter, events):
    """What a chapter's events, in their order, come to; what somebody has edited into them counts for nothing."""
    points = {task.name: task.points for task in built.graded(chapter.number)}
    holding, counted = record.holding(events), record.counted(record.predictions(events))
    scores = [[event.get(name) for name in ("points", "possible")] for event in events if event["kind"] == "score"]
    return Standing(
        chapter,
        points,
        done=[name for name in points if name in holding],
        lesson=any(event["kind"] == "lesson" for event in events),
        guessed=len(counted),
        right=sum(now.right is True for now in counted.values()),
        score=next((tuple(score) for score in reversed(scores) if all(map(_is_number, score))), ()),
        last=max(filter(_is_number, (event.get("time") for event in events)), default=0),
    )


def _is_number(value):
    return isinstance(value, (int, float))


def here():
    """number of a chapter -> its `Standing` in the workbook: the one around the current folder, else the one in the
    learner's home, else that of the other language; {} where there is none."""
    made = [
        record.workbook(),
        *(places.HOME / name for name in ("workbook", *(f"workbook-{chosen}" for chosen in LANGUAGES))),
    ]
    folder = next((folder for folder in made if folder and (folder / record.NOTE).is_file()), None)
    return {now.chapter.number: now for now in standings(folder)} if folder else {}


def beginning(chapter, task, language):
    """The id of the cell in which a task begins: the heading above its solution."""
    heading = task
    for cell in built.exercises(chapter.number)["cells"]:
        if tasks.part_of(cell) == (task, "solution"):
            break
        other = LANGUAGES[language] in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown" and not other and "".join(cell["source"]).startswith("#"):
            heading = cell["id"]
    return heading


def next_step(found):
    """Where to go on: (standing, "start", "lesson", "task" or "done").

    In the chapter that was worked on last: its next open task, or its lesson as long as nothing is solved; when all of
    it is done, the first chapter in which something is open.
    """
    begun = [now for now in found if now.last]
    if not begun:
        return found[0], "start"
    latest = max(begun, key=lambda now: now.last)
    for now in [latest, *found]:
        if not now.lesson and not now.done:
            return now, "lesson"
        if now.open_tasks:
            return now, "task"
    return latest, "done"
