"""Stand-in until the sandbox arrives."""

import contextlib
import hashlib
import io
import json
import time
from dataclasses import dataclass

from course_lib import build


@dataclass
class TaskMark:
    task: str
    points: float
    possible: float
    error: str | None
    error_ko: str | None
    checks: list


@dataclass
class Outcome:
    sha256: str
    tasks: list
    notes: list
    needs_look: bool
    seconds: float
    notebook: dict | None


@dataclass(frozen=True)
class Limits:
    pass


def mark(submission, source, limits=None, trust=False):
    started = time.monotonic()
    notebook = build.convert(source)
    notes, handed = [], None
    try:
        handed = json.loads(submission) if submission is not None else None
    except ValueError:
        notes.append("not valid JSON")
    answers = {}
    for cell in (handed or {}).get("cells", []):
        grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if grade_id:
            answers[grade_id] = "".join(cell["source"])
    namespace = {"__name__": "__main__"}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and not about.get("locked"):
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(answers.get(about.get("grade_id"), "" if about else cell.source), namespace)
    tasks = []
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            task, error = about["grade_id"].removesuffix("-test"), None
            try:
                exec(cell.source, dict(namespace))
            except NotImplementedError:
                error = "not written yet"
            except Exception as problem:
                error = str(problem)
            points = 0 if error else about["points"]
            tasks.append(TaskMark(task, points, about["points"], error, error, [] if error else ["held"]))
    return Outcome(
        hashlib.sha256(submission or b"").hexdigest(), tasks, notes, bool(notes), time.monotonic() - started, handed
    )
