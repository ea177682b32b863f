"""collected/ASSIGNMENT.json: what `class collect` took from whom, and what it could not place."""

import json

from course_lib.errors import CourseError
from course_lib.files import write_text


def _path(course, assignment):
    return course.folder / "collected" / f"{assignment.name}.json"


def write(course, assignment, students, unplaced):
    """Note what was taken and what was not; the arguments are what `recorded` and `unplaced` return."""
    path = _path(course, assignment)
    path.parent.mkdir(exist_ok=True)
    write_text(path, json.dumps({"students": students, "unplaced": unplaced}, indent=1, ensure_ascii=False))


def recorded(course, assignment):
    """student id -> the last thing they handed in: {"from", "sha256", "late", "timestamp", "notes"}.

    Raises:
        CourseError: the file is damaged.
    """
    return _read(course, assignment)["students"]


def unplaced(course, assignment):
    """What the last `class collect` could not place: [{"name", "why"}].

    Raises:
        CourseError: the file is damaged.
    """
    return _read(course, assignment)["unplaced"]


def _read(course, assignment):
    path = _path(course, assignment)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"students": {}, "unplaced": []}
    except ValueError as error:
        raise CourseError(f"{path} is not valid JSON ({error}): delete this file and collect again") from None
