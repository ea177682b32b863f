"""A small class for tests: its roster, and notebooks that its students hand in."""

import copy
import json

import nbformat

from course_lib import build
from course_lib.classroom import course as courses

ROSTER = """id,name,language,lms_id
2026001,김민수,ko,501
2026002,Ada Lovelace,en,502
2026003,"Hopper, Grace",en,503
2026004,이영희,ko,504
s5,Maria Anna Weiß,en,505
"""
ASSIGNMENT = courses.Assignment("01")
NOTEBOOK = build.convert(ASSIGNMENT.source)
TASKS = courses.graded_tasks(NOTEBOOK)


def solved(language="en", answers=None):
    """A learner's copy with the solutions in it, as bytes; `answers` (task -> code) replace them."""
    copied = build.learner_copy(NOTEBOOK, language)
    solutions = {cell.id: cell.source for cell in NOTEBOOK.cells}
    for cell in copied.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            cell.source = (answers or {}).get(about.grade_id, solutions[cell.id])
    return nbformat.writes(copied).encode()


def blank(language="en"):
    return nbformat.writes(build.learner_copy(NOTEBOOK, language)).encode()


def changed(content, change):
    """A notebook's bytes after `change(dict)`."""
    notebook = copy.deepcopy(json.loads(content))
    change(notebook)
    return json.dumps(notebook).encode()


def make(folder):
    """A class of five with chapter 01 released."""
    from course_lib.classroom import release

    roster = folder / "students.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    course = courses.new(folder / "class", roster)
    release.release(course, ASSIGNMENT)
    return course
