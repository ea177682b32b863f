"""Which chapters there are, and what their first pages say. Standard library only."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.tools.places import CHAPTERS


@dataclass(frozen=True)
class Chapter:
    """A chapter: a folder such as 01_cnn_basics with two sources, 01_lesson.py and 01_exercises.py."""

    folder: Path

    @property
    def name(self):
        return self.folder.name

    @property
    def number(self):
        """Two digits, such as "01"."""
        return self.name[:2]

    @property
    def lesson(self):
        return self.folder / f"{self.number}_lesson.py"

    @property
    def exercises(self):
        return self.folder / f"{self.number}_exercises.py"

    @property
    def sources(self):
        """Those of the two that exist."""
        return [source for source in (self.lesson, self.exercises) if source.exists()]

    def facts(self):
        """What a chapter says of itself.

        Returns:
            dict: "title" ({"en", "ko"}), "minutes" and "after" from the lesson's header,
                "tasks" and "points" of the exercises,
            "seconds" and "peak_mb" as measured by `bench --record` (None before that).

        Raises:
            CourseError: a notebook has not been built yet.
        """
        lesson, exercises = (
            json.loads(notebook(source).read_text(encoding="utf-8")) for source in (self.lesson, self.exercises)
        )
        tests = [cell["metadata"]["nbgrader"] for cell in exercises["cells"] if "nbgrader" in cell["metadata"]]
        points = [test["points"] for test in tests if test["grade"]]  # one cell per task
        return {
            **lesson["metadata"]["course"],
            "tasks": len(points),
            "points": sum(points),
            **measured().get(self.name, {"seconds": None, "peak_mb": None}),
        }


def measured():
    """Name of a chapter -> {"seconds", "peak_mb"} of its lesson, as `bench --record` found them."""
    record = CHAPTERS / "measured.json"
    return json.loads(record.read_text(encoding="utf-8"))["lessons"] if record.exists() else {}


def every():
    """All chapters, in the order of their numbers."""
    return [Chapter(path) for path in sorted(CHAPTERS.iterdir()) if path.is_dir() and re.match(r"\d\d_", path.name)]


def find(name):
    """The chapter named by its number ("1", "01") or its folder's name.

    Raises:
        CourseError: there is none.
    """
    for chapter in every():
        if name == chapter.name or (name.isdigit() and int(name) == int(chapter.number)):
            return chapter
    raise CourseError(f"no chapter {name!r}: there are {', '.join(chapter.number for chapter in every())}")


def chosen(names):
    """The named chapters; all of them if none is named.

    Raises:
        CourseError: one of them does not exist.
    """
    return [find(name) for name in names] or every()


def notebook(source):
    """Path of a source's notebook.

    Raises:
        CourseError: it has not been built yet.
    """
    path = source.with_suffix(".ipynb")
    if not path.exists():
        raise CourseError(f"{path} does not exist: make it with `python -m course_lib build {path.name[:2]}`")
    return path


def print_list():
    """Print one line per chapter, in both languages; returns the exit status."""
    print("chapter  read     run    memory    exercises            title")
    for chapter in every():
        facts = chapter.facts()
        run = f"{facts['seconds']:.0f} s" if facts["seconds"] else "-"
        memory = f"{facts['peak_mb'] / 1000:.1f} GB" if facts["peak_mb"] else "-"
        exercises = f"{facts['tasks']} tasks, {facts['points']} points"
        title = f"{facts['title']['en']} · {facts['title']['ko']}"
        print(f"{chapter.number:7}  {facts['minutes']:3} min  {run:6} {memory:8}  {exercises:20} {title}")
    return 0
