"""What the course says of a chapter's exercises: tasks and points by the source, hints and solutions by what is built.

Points come from the source, because what is printed while the notebook is built must be right already.
"""

import functools
import gettext
import io
import json
import re
import tokenize
from pathlib import Path

from course_lib import tasks
from course_lib.files import COURSE
from course_lib.texts import LANGUAGES

CHAPTERS = COURSE / "chapters"
_TEST = re.compile(r'^# %%(?! *\[)(.*\brole="test".*)$', re.MULTILINE)
_TASK, _POINTS = re.compile(r'\btask="([^"]+)"'), re.compile(r"\bpoints=([\d.]+)")
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


@functools.lru_cache(maxsize=32)  # the first page asks for every chapter
def _read(path, _):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"cells": []}


def outline(chapter):
    """The graded tasks of a chapter in order, each with its points: name -> number; empty where there are none.

    Args:
        chapter: its number, such as "01".
    """
    found = {}
    for path in CHAPTERS.glob(f"{chapter}_*/{chapter}_exercises.py"):
        for header in _TEST.findall(path.read_text(encoding="utf-8")):
            task, points = _TASK.search(header), _POINTS.search(header)
            if task and points:
                found[task[1]] = found.get(task[1], 0) + float(points[1])
    return found


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


def solution(chapter, task, language):
    """The code of a task's solution, its comments in this language where the chapter has words for them; "" if there
    is none."""
    for one in graded(chapter):
        if one.name == task and one.solution:
            code = _SOLUTION.sub("", _text(one.solution)).rstrip()
            return _commented(code, chapter) if language == "ko" else code
    return ""


def _commented(code, chapter):
    """A code with Korean comments, from the chapter's catalogue."""
    paths = list(CHAPTERS.glob(f"{chapter}_*/ko.mo"))
    if not paths:
        return code
    with paths[0].open("rb") as file:
        korean = gettext.GNUTranslations(file).gettext
    lines = code.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column] + "# " + korean(token.string.lstrip("# "))
    return "\n".join(lines)


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
