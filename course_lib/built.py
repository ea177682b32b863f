"""What the course's own built notebook of a chapter's exercises says: its tasks, its hints, its solutions."""

import functools
import json
import re
from pathlib import Path

from course_lib import tasks
from course_lib.files import COURSE
from course_lib.texts import LANGUAGES

CHAPTERS = COURSE / "chapters"
_SOLUTION = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


def chapters():
    """The numbers of the chapters that have exercises, such as "01", in order; none where the course cannot be read."""
    return sorted(path.name[:2] for path in CHAPTERS.glob("[0-9][0-9]_*/[0-9][0-9]_exercises.ipynb"))


def exercises(chapter):
    """The built exercises of a chapter as a dict of nbformat; without cells where there are none to be read.

    Args:
        chapter: its number, such as "01".
    """
    paths = list(CHAPTERS.glob(f"{chapter}_*/{chapter}_exercises.ipynb"))
    return _read(paths[0], paths[0].stat().st_mtime_ns) if paths else {"cells": []}


@functools.lru_cache(maxsize=8)
def _read(path, _):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"cells": []}


def graded(chapter):
    """The graded tasks of a chapter, in order."""
    return tasks.tasks(exercises(chapter))


def hints(chapter, task, language):
    """The steps of help for a task, as Markdown.

    Args:
        language: "ko" or "en".
    """
    cells = [cell for cell in exercises(chapter)["cells"] if cell["metadata"].get("hint") == task]
    return [_text(cell) for cell in cells if LANGUAGES[language] not in cell["metadata"].get("tags", [])]


def solution(chapter, task):
    """The code of a task's solution; "" if there is none."""
    for one in graded(chapter):
        if one.name == task and one.solution:
            return _SOLUTION.sub("", _text(one.solution)).rstrip()
    return ""


def _text(cell):
    return "".join(cell["source"])  # a list of lines, or one string


def chapter_of(task, folder):
    """The number of the chapter that a task belongs to; "" if there is none.

    Args:
        folder: where the notebook lies, such as workbook/01_cnn_basics; its chapter goes first.
    """
    here = Path(folder).name[:2]
    numbers = sorted(chapters(), key=lambda number: number != here)
    return next((number for number in numbers if any(one.name == task for one in graded(number))), "")
