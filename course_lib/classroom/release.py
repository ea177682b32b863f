"""What students get: nbgrader's own conversion, without solutions and hidden tests; one zip per language."""

import contextlib
import hashlib
import io
import json
import logging
import tempfile
import zipfile
from pathlib import Path

import nbformat

from course_lib.classroom import gradebook
from course_lib.classroom.classes import GRADEBOOK, cell_points
from course_lib.errors import CourseError
from course_lib.files import write_bytes, write_text
from course_lib.tasks import points_of
from course_lib.texts import say
from course_lib.tools import sources


def run(klass, assignment, languages=()):
    """`class release`: source/, release/, the gradebook's cells, and one
    zip per language in handout/; returns the zips.

    Args:
        languages: "ko", "en"; those of the roster if none is given.

    Raises:
        CourseError: source/ was changed by hand, tasks were added or removed after
            grading, or nbgrader refuses the notebook.
    """
    languages = list(dict.fromkeys(languages)) or sorted(
        {student.language for student in klass.students()}, reverse=True
    )
    notebook = sources.for_class(sources.convert(assignment.source))
    text = nbformat.writes(notebook) + "\n"
    target = klass.folder / "source" / assignment.name / f"{assignment.notebook}.ipynb"
    _require_ours(klass, assignment, target, text)
    _require_same_tasks(klass, assignment, notebook)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_text(target, text)

    both = generate(klass, assignment)
    place = klass.folder / "release" / assignment.name / f"{assignment.notebook}.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    write_text(place, both)
    zips = [_hand_out(klass, assignment, language) for language in languages]
    klass.remember(
        {
            "source": _digest(text),
            "cells": cell_points(notebook),
            "languages": languages,
        },
        "released",
        assignment.name,
    )
    tasks = points_of(notebook)
    print(f"{assignment.name}: {len(tasks)} tasks, {sum(tasks.values())} points; gradebook and release/ are ready")
    for path in zips:
        print(f"for the LMS: {path} ({path.stat().st_size / 1000:.0f} kB)")
    return zips


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _require_ours(klass, assignment, target, text):
    """source/ is made from the chapter: what a person has changed there must not be lost."""
    if not target.exists():
        return
    found = _digest(target.read_text(encoding="utf-8"))
    if found not in (klass.fact("released", assignment.name, "source"), _digest(text)):
        raise CourseError(
            f"{target} was changed by hand: make the change in {assignment.source} instead, move that file away, and release again"
        )


def _require_same_tasks(klass, assignment, notebook):
    """nbgrader cannot add or remove cells once there are grades."""
    from nbgrader.api import MissingEntry

    wanted = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata}
    with klass.gradebook() as book:
        try:
            known = book.find_notebook(assignment.notebook, assignment.name)
        except MissingEntry:
            return
        cells = {cell.name for cell in known.source_cells}
        if known.submissions and cells != wanted:
            raise CourseError(
                f"{assignment.name} has {len(known.submissions)} graded submissions, so no task can be added or removed; differing: {', '.join(sorted(cells ^ wanted))}. "
                "Undo that in the source, or make a new class"
            )


def generate(klass, assignment, language=None):
    """The text of the released notebook, as nbgrader's GenerateAssignment makes it.

    Args:
        language: "ko" or "en" for one language's cells; both, and the gradebook is told of the cells, if None.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    from course_lib.classroom.language_filter import LanguageEdition

    with tempfile.TemporaryDirectory(dir=klass.folder, prefix=".release-") as work:
        config = klass.config()
        config.CourseDirectory.release_directory = Path(work).name
        config.CourseDirectory.assignment_id = assignment.name
        config.CourseDirectory.notebook_id = assignment.notebook
        if language:
            config.LanguageEdition.language = language
            config.ClearSolutions.code_stub = {"python": sources.unwritten(language)}
            steps = [step for step in GenerateAssignment.preprocessors.default_args[0] if step is not SaveCells]
            config.GenerateAssignment.preprocessors = [LanguageEdition, *steps]
            config.GenerateAssignment.no_database = True
        with captured_log() as log:
            converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
            converter.log = log.logger
            try:
                converter.start()
            except (NbGraderException, SystemExit):
                if "sqlite3." in log.last():  # nbgrader wraps what the gradebook says
                    raise gradebook.sentence(klass.folder / GRADEBOOK, log.last()) from None
                raise CourseError(f"nbgrader cannot release {assignment.name}: {log.last()}") from None
        found = list(Path(work).rglob("*.ipynb"))
        return found[0].read_text(encoding="utf-8")


@contextlib.contextmanager
def captured_log():
    """A logger for nbgrader whose lines are kept instead of shown; `.last()` is the last line that says something."""
    stream = io.StringIO()
    log = logging.getLogger("course_lib.nbgrader")
    handler = logging.StreamHandler(stream)
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.WARNING)
    handler.last = lambda: next(
        (line.strip() for line in reversed(stream.getvalue().splitlines()) if "Error" in line), stream.getvalue()[-300:]
    )
    handler.logger = log
    try:
        yield handler
    finally:
        log.handlers = []


def _how(language, title, notebook):
    """The text that goes with the notebook."""
    text = say(
        """How to work on {title}

1. Open {notebook}.ipynb in JupyterLab, in the environment of the course (`python3 -m course_lib learn` sets it up).
2. Complete the functions. Below each one, a check says what is right and what is not.
3. Save, and hand in this one file: {notebook}.ipynb. Its name may change; its cells should stay.
""",
        title=title,
        notebook=notebook,
    )
    return text.to(language)


def _hand_out(klass, assignment, language):
    """Write the zip of one language; the same bytes each time, so that a second release is no new file to an LMS."""
    notebook = generate(klass, assignment, language)
    title = nbformat.reads(notebook, as_version=4).cells[0].source.splitlines()[0].lstrip("# ")
    files = {
        f"{assignment.notebook}.ipynb": notebook,
        ".course.json": json.dumps({"language": language}) + "\n",  # the checks speak this language
        "README.txt": _how(language, title, assignment.notebook),
    }
    target = klass.folder / "handout" / f"{assignment.name}-{language}.zip"
    target.parent.mkdir(exist_ok=True)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(f"{assignment.name}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text)
    write_bytes(target, stream.getvalue())
    return target
