"""Which chapters there are, and what their first pages say. Standard library only."""

import json
import re

from course_lib.errors import CourseError
from course_lib.tools.places import CHAPTERS


def folders():
    """The chapters' folders, in the order of their numbers."""
    return sorted(path for path in CHAPTERS.iterdir() if path.is_dir() and re.match(r"\d\d_", path.name))


def find(name):
    """Folder of a chapter named by its number ("1", "01") or its folder's name."""
    for folder in folders():
        if name == folder.name or (name.isdigit() and int(name) == int(folder.name[:2])):
            return folder
    raise CourseError(f"no chapter {name!r}: there are {', '.join(f.name[:2] for f in folders())}")


def chosen(names):
    """Folders of the named chapters; all of them if none is named."""
    return [find(name) for name in names] or folders()


def sources(folder):
    """The sources of a chapter: 01_lesson.py, then 01_exercises.py."""
    return sorted(folder.glob("[0-9][0-9]_*.py"), key=lambda path: "exercises" in path.name)


def notebook(source):
    """Path of a source's notebook.

    Raises:
        CourseError: it has not been built yet.
    """
    path = source.with_suffix(".ipynb")
    if not path.exists():
        raise CourseError(f"{path} does not exist: make it with `python -m course_lib build {path.name[:2]}`")
    return path


def facts(folder):
    """What a chapter says of itself: title and minutes by its lesson's header, tasks and points by its exercises,
    seconds and memory as measured by `bench --record` (None before that)."""
    number = folder.name[:2]
    lesson, exercises = (
        json.loads(notebook(folder / f"{number}_{kind}.py").read_text(encoding="utf-8"))
        for kind in ("lesson", "exercises")
    )
    graded = [
        cell["metadata"]["nbgrader"] for cell in exercises["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    record = CHAPTERS / "measured.json"
    measured = json.loads(record.read_text(encoding="utf-8"))["lessons"] if record.exists() else {}
    return {
        "number": number,
        **lesson["metadata"]["course"],
        "tasks": len({cell["grade_id"].rsplit("-test", 1)[0] for cell in graded}),
        "points": sum(cell["points"] for cell in graded),
        **measured.get(folder.name, {"seconds": None, "peak_mb": None}),
    }


def print_list():
    """Print one line a chapter, in both languages; returns the exit status."""
    print("chapter  read     run    memory    exercises            title")
    for folder in folders():
        chapter = facts(folder)
        run = f"{chapter['seconds']:.0f} s" if chapter["seconds"] else "-"
        memory = f"{chapter['peak_mb'] / 1000:.1f} GB" if chapter["peak_mb"] else "-"
        exercises = f"{chapter['tasks']} tasks, {chapter['points']} points"
        print(
            f"{chapter['number']:7}  {chapter['minutes']:3} min  {run:6} {memory:8}  {exercises:20} {chapter['title']['en']} · {chapter['title']['ko']}"
        )
    return 0
