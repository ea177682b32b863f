"""How far a learner is: which tasks hold, points, predictions, lessons run to their ends, and what comes next.

Summed up from the record of the workbook for the first page and for `list`. Standard library only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from course_lib import record, tasks
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
    found = {chapter.number: Standing(chapter, _tasks(chapter)) for chapter in chapters.every()}
    holds, answers = {}, {}
    for event in record.events(folder):
        number = str(event.get("chapter", ""))
        now = found.get(number)
        if now is None:
            continue
        try:
            now.last = max(now.last, float(event.get("time", 0)))
            if event["kind"] == "check":
                holds[number, event["task"]] = event["holds"] == event["total"] > 0
            elif event["kind"] == "lesson":
                now.lesson = True
            elif event["kind"] == "score":
                now.score = (float(event["points"]), float(event["possible"]))
            elif event["kind"] == "forget":
                answers = {key: right for key, right in answers.items() if key[0] != number}
            elif event["kind"] == "answer" and event.get("guess") is not None:
                if answers.get((number, event["key"])) is None:  # a sentence is judged later than it is answered
                    answers[number, event["key"]] = event.get("right")
        except (KeyError, TypeError, ValueError):  # a line that somebody has edited
            continue
    for number, now in found.items():
        now.done = [name for name in now.tasks if holds.get((number, name))]
        mine = [right for (of, _), right in answers.items() if of == number]
        now.guessed, now.right = len(mine), sum(right is True for right in mine)
    return list(found.values())


def here():
    """number of a chapter -> its `Standing` in the workbook: the one around the current folder, else the one in the
    learner's home, else that of the other language; {} where there is none."""
    made = [record.workbook(), *(places.HOME / name for name in ("workbook", "workbook-ko", "workbook-en"))]
    folder = next((folder for folder in made if folder and (folder / record.NOTE).is_file()), None)
    return {now.chapter.number: now for now in standings(folder)} if folder else {}


_known = {}  # path -> (time of its last change, notebook)


def _exercises(chapter):
    """The built notebook with the exercises of a chapter; read again when it has changed."""
    path = chapters.notebook(chapter.exercises)
    changed = path.stat().st_mtime_ns
    if _known.get(path, (None,))[0] != changed:
        _known[path] = changed, json.loads(path.read_text(encoding="utf-8"))
    return _known[path][1]


def _tasks(chapter):
    """name -> points of a chapter's tasks, in order."""
    return {task.name: task.points for task in tasks.tasks(_exercises(chapter))}


def beginning(chapter, task, language):
    """The id of the cell in which a task begins: the heading above its solution."""
    heading = task
    for cell in _exercises(chapter)["cells"]:
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
