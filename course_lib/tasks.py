"""The graded tasks of a notebook, read from nbgrader's metadata (schema 3). Standard library only.

A cell's grade_id names its task and its role: `pad_same` is the solution, `pad_same-check` the visible check,
`pad_same-test` a hidden test and `pad_same-test-errors` another one, for a part of the task that has points of its own.
"""

from __future__ import annotations  # Python 3.8 reads this, too

import re
from dataclasses import dataclass

PART = re.compile(r"(?!test$)[a-z][a-z0-9_]*")  # what a part may be called
_TEST = re.compile(rf"(?P<task>.+)-test(?:-(?P<part>{PART.pattern}))?")


@dataclass(frozen=True)
class Part:
    """A hidden test of a task: its name ("" for the only or first one), the points it is worth, and its cell."""

    name: str
    points: float
    cell: dict


@dataclass(frozen=True)
class Task:
    """A graded task of a notebook: its name and its cells;
    `solution` and `check` are None where there is none."""

    name: str
    solution: dict | None
    check: dict | None
    tests: tuple

    @property
    def points(self):
        """What its parts are worth together."""
        return sum(part.points for part in self.tests)


def tasks(notebook):
    """The graded tasks of a notebook, in the order of their first tests.

    Args:
        notebook: read with nbformat or as JSON.
    """
    cells, tests = {}, {}
    for cell in notebook["cells"]:
        task, role = part_of(cell)
        if role == "test":
            tests.setdefault(task, []).append(Part(part_name(cell), about(cell)["points"], cell))
        elif role:
            cells[task, role] = cell
    return [
        Task(name, cells.get((name, "solution")), cells.get((name, "check")), tuple(parts))
        for name, parts in tests.items()
    ]


def points_of(notebook):
    """name -> what it is worth, for each graded task of a notebook in their order."""
    return {task.name: task.points for task in tasks(notebook)}


def about(cell):
    """What nbgrader's metadata say of a cell; empty for a cell that belongs to no task."""
    return cell["metadata"].get("nbgrader") or {}


def part_of(cell):
    """(task, role) of a cell; ("", "") for a cell that belongs to no task."""
    known = about(cell)
    if not known:
        return "", ""
    name = known["grade_id"]
    if known["solution"]:
        return name, "solution"
    if known["grade"]:
        found = _TEST.fullmatch(name)
        return (found["task"] if found else name), "test"
    return re.sub("-check$", "", name), "check"


def part_name(cell):
    """The name of the part that a test cell is for; "" where a task has one test, and for other cells."""
    known = about(cell)
    found = _TEST.fullmatch(known["grade_id"]) if known and known["grade"] else None
    return (found["part"] or "") if found else ""


def grade_id(task, role, part=""):
    """nbgrader's name for the cell of a task that has this role."""
    return task if role == "solution" else f"{task}-{role}" + f"-{part}" * bool(part)
