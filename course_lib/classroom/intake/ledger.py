"""collected/ASSIGNMENT.json: what `class collect` took from whom, and what it could not place."""

import json

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import say


def _path(klass, assignment):
    return klass.folder / "collected" / f"{assignment.name}.json"


def write(klass, assignment, students, unplaced):
    """Note what was taken and what was not; the arguments are what `recorded` and `unplaced` return."""
    path = _path(klass, assignment)
    path.parent.mkdir(exist_ok=True)
    write_text(path, json.dumps({"students": students, "unplaced": unplaced}, indent=1, ensure_ascii=False))


def recorded(klass, assignment):
    """student id -> the last thing they handed in: {"from", "sha256", "late", "timestamp", "notes", "needs_look"}.

    Raises:
        CourseError: the file is damaged.
    """
    return _read(klass, assignment)["students"]


def unplaced(klass, assignment):
    """What the last `class collect` could not place: [{"name", "why"}].

    Raises:
        CourseError: the file is damaged.
    """
    return _read(klass, assignment)["unplaced"]


def _read(klass, assignment):
    path = _path(klass, assignment)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"students": {}, "unplaced": []}
    except ValueError as error:
        raise CourseError(f"{path} is not valid JSON ({error}): delete this file and collect again") from None
    if isinstance(found, dict) and isinstance(found.get("students"), dict) and isinstance(found.get("unplaced"), list):
        return found
    raise CourseError(say("{path} is not what `class collect` wrote: delete this file and collect again", path=path))
