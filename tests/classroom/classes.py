"""A small class for tests: its roster, and notebooks that its students hand in."""

import contextlib
import copy
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from course_lib.classroom.classes import Assignment, new
from course_lib.tasks import points_of, tasks
from course_lib.tools import sources
from course_lib.tools.places import COURSE

ROSTER = """id,name,language,lms_id
2026001,김민수,ko,501
2026002,Ada Lovelace,en,502
2026003,"Hopper, Grace",en,503
2026004,이영희,ko,504
s5,Maria Anna Weiß,en,505
"""
ASSIGNMENT = Assignment("01")
NOTEBOOK = sources.convert(ASSIGNMENT.source)
TASKS = points_of(NOTEBOOK)
PARTS = {task.name: task.tests for task in tasks(NOTEBOOK)}


def solved(language="en", answers=None):
    """A learner's copy with the solutions in it, as bytes; `answers` (task -> code) replace them."""
    copied = sources.learner_copy(NOTEBOOK, language)
    solutions = {cell.id: cell.source for cell in NOTEBOOK.cells}
    for cell in copied.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            cell.source = (answers or {}).get(about.grade_id, solutions[cell.id])
    return nbformat.writes(copied).encode()


def blank(language="en"):
    return nbformat.writes(sources.learner_copy(NOTEBOOK, language)).encode()


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
    klass = new(folder / "class", roster)
    release.run(klass, ASSIGNMENT)
    return klass


def part_of(part, namespace):
    """What came of a hidden test, a PartMark as a dict."""
    error = None
    try:
        exec(part.cell.source, dict(namespace))
    except NotImplementedError:
        error = "not written yet"
    except Exception as problem:
        error = str(problem) or type(problem).__name__
    return {
        "name": part.name,
        "points": 0 if error else part.points,
        "possible": part.points,
        "error": {"en": error, "ko": f"한국어: {error}"} if error else None,
        "checks": [] if error else [f"{part.name or 'first'} of 5 inputs"],
    }


def work(submission, source, limits, trust):
    """A marker for tests that are about everything around it: trusts the notebook, sleeps and keeps a log as asked."""
    if log := os.environ.get("CLASS_LOG"):
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{hashlib.sha256(submission).hexdigest()} {os.getpid()}\n")
    time.sleep(float(os.environ.get("CLASS_SLEEP", "0")))
    notes, cells = [], []
    try:
        cells = json.loads(submission)["cells"]
    except (ValueError, KeyError, TypeError):
        notes.append({"en": "This is no valid notebook.", "ko": "노트북이 아닙니다."})
    answers = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells if "nbgrader" in cell["metadata"]}
    namespace, tasks = {"__name__": "__main__"}, []
    for cell in NOTEBOOK.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or about.get("locked"):
            continue
        given = answers.get(about.get("grade_id"), {"source": ""})["source"] if about else cell.source
        with contextlib.suppress(Exception):
            exec("".join(given), namespace)
    for task, possible in TASKS.items():
        parts = [part_of(part, namespace) for part in PARTS[task]]
        error = next((part["error"] for part in parts if part["error"]), None)
        points = sum(part["points"] for part in parts)
        tasks.append(
            {
                "task": task,
                "points": points,
                "possible": possible,
                "error": error,
                "checks": [] if error else [f"{task} of 5 inputs"],
                "parts": parts,
            }
        )
    notebook = json.loads(submission) if cells else None
    return {
        "sha256": hashlib.sha256(submission).hexdigest(),
        "tasks": tasks,
        "notes": notes,
        "needs_look": bool(notes),
        "seconds": 0.1,
        "notebook": notebook,
    }


def worth(answers):
    """Points of a notebook with these answers (task -> code), as `work` gives them."""
    return sum(task["points"] for task in work(solved("en", answers), None, None, True)["tasks"])


def hand_in(klass, student, content, stamp=None):
    """Put a file where nbgrader's own collection puts it."""
    folder = klass.path("submitted", student, ASSIGNMENT.name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{ASSIGNMENT.notebook}.ipynb").write_bytes(content)
    if stamp:
        (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")


def environment(folder, path=None):
    """For processes of nbgrader's: without the settings of whoever runs the
    tests, and with a place for what Jupyter keeps."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    tools = Path(sys.executable).parent
    path = os.pathsep.join([str(tools), *([os.environ["PATH"]] if path is None else path)])
    own = {"PATH": path, "PYTHONPATH": str(COURSE), "JUPYTER_PREFER_ENV_PATH": "1"}
    return {**os.environ, **own, **{name: str(folder / name) for name in names}}


def nbgrader(klass, *words, status=0, **options):
    """What stock nbgrader's command says in a class's folder."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=klass.folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(klass.folder.parent, **options),
    )
    assert done.returncode == status, done.stderr
    return done.stderr


def scores(klass):
    """student -> points, as nbgrader's gradebook has them."""
    with klass.gradebook() as gradebook:
        return {one.student_id: one.score for one in gradebook.assignment_submissions(ASSIGNMENT.name)}


def marked(log):
    """(SHA-256 of the submission, process) of each time that `work` was called."""
    return [line.split() for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def eight(klass, folder):
    """Eight students who hand in eight different files."""
    (folder / "roster.csv").write_text(
        "id,name\n" + "".join(f"k{i},Student {'ABCDEFGH'[i]}\n" for i in range(8)), encoding="utf-8"
    )
    klass = new(klass.folder, folder / "roster.csv")
    for i in range(8):
        hand_in(klass, f"k{i}", changed(solved(), lambda notebook, i=i: notebook["metadata"].update(number=i)))
    return klass


def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
