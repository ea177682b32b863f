"""A chapter's sources as notebooks: converted, as one language's edition, as a learner's copy.

A source is jupytext's py:percent. A graded cell's header says task="conv2d" role="solution"|"check"|"test" points=5;
what nbgrader wants to know (metadata schema 3) is made from that here. A task may have several tests, each but the
first with a part="errors" of its own, and up to three steps of help in text cells with role="hint".
"""

import functools
import hashlib
import re

import jupytext
import nbformat

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tasks import PART, grade_id, part_of
from course_lib.texts import LANGUAGES, say
from course_lib.tools import localized

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION[ \t]*$", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?^[ \t]*### END HIDDEN TESTS[ \t]*$", re.MULTILINE | re.DOTALL)
BUILT_ONLY = "built-only"  # tag of generated cells that no copy has: they are about the built notebook itself
CHECKING = re.compile(r'^(from course_lib\.exercises import [^\n]*\nchecking\("\w+", "\w+")(?:, graded=True)?\)')
WORTH = re.compile(r"# (?P<points>[\d.]+) points?: [^\n]*course_lib score (?P<chapter>\w+)`\)")
ROLES = {  # role -> (graded, solution, locked)
    "solution": (False, True, False),
    "check": (False, False, True),
    "test": (True, False, True),
}


def convert(source):
    """A source file as a notebook without outputs.

    Args:
        source: path of a py:percent file.

    Raises:
        CourseError: the file is no py:percent text, or a graded cell's header is incomplete.
    """
    try:
        notebook = nbformat.from_dict(_parsed(source.read_text(encoding="utf-8")))
    except Exception as error:  # jupytext raises several kinds
        raise CourseError(f"{source} cannot be read as py:percent text: {error}") from error
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **({"course": course} if (course := _course(notebook, source)) else {}),
        }
    )
    taken = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and "task" in cell.metadata:
            _grade(cell, source)
            if cell.metadata["nbgrader"]["grade_id"] in taken:
                raise CourseError(
                    f'{source}: task "{cell.metadata["task"]}" has two cells with role="{cell.metadata["role"]}"; '
                    'put them into one, or give the second test a part of its own: part="errors"'
                )
        elif "task" in cell.metadata:
            if cell.metadata.get("role") != "hint":
                raise CourseError(f'{source}: a text cell of task "{cell.metadata["task"]}" needs role="hint"')
            cell.metadata["hint"] = cell.metadata["task"]
        kept = {key: cell.metadata[key] for key in ("tags", "nbgrader", "hint") if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        cell.id = _identity(cell, taken)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


@functools.lru_cache(64)
def _parsed(text):
    """Read once by each process: it takes jupytext a quarter of a second, and a class asks for all chapters again."""
    return jupytext.reads(text, fmt="py:percent")


def _course(notebook, source):
    """What a notebook's metadata say of the course: the header's facts, and the chapter whose catalogue it has."""
    known = notebook.metadata.get("course") or {}
    if not isinstance(known, dict) or not (source.parent / "ko.mo").exists():
        return known
    return {**known, "chapter": source.parent.name}


def _grade(cell, source):
    task, role, points = (cell.metadata.get(key) for key in ("task", "role", "points"))
    if role not in ROLES or (points is not None) != (role == "test"):
        raise CourseError(
            f'{source}: the cell of task "{task}" needs role="solution", role="check", or role="test" with points; found role={role!r}, points={points!r}'
        )
    part = str(cell.metadata.get("part", ""))
    if part and (role != "test" or not PART.fullmatch(part)):
        raise CourseError(
            f'{source}: part="{part}" of task "{task}": only a test has a part, named by small letters, digits and _, '
            "and not `test`"
        )
    grade, solution, locked = ROLES[role]
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id(task, role, part),
        "cell_type": "code",
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        **({"points": points} if grade else {}),
    }
    if role == "solution" and not SOLUTION.search(cell.source):
        raise CourseError(f'{source}: the solution of task "{task}" has no ### BEGIN SOLUTION ... ### END SOLUTION')
    if role == "check":
        names = "check, check_raises, checking, hint, solution"
        cell.source = (
            f'from course_lib.exercises import {names}\nchecking("{source.stem[:2]}", "{task}")\n{cell.source}'
        )
    if role == "test":
        told = _worth(points, source.stem[:2], "en")
        cell.source = f"{told}\n### BEGIN HIDDEN TESTS\n{cell.source}\n### END HIDDEN TESTS"


def _worth(points, chapter, language):
    """What a learner reads in the cell of a hidden test."""
    command = f"`python3 -m course_lib score {chapter}`"
    if float(points) == 1:
        text = say("1 point: hidden tests try this task with other inputs ({command})", command=command)
    else:
        text = say(
            "{points} points: hidden tests try this task with other inputs ({command})", points=points, command=command
        )
    return "# " + text.to(language)


def for_class(notebook):
    """A notebook for a class: without hints, and its checks say so, by which `solution()` shows nothing."""
    copy = nbformat.from_dict(notebook)
    copy.cells = [cell for cell in copy.cells if "hint" not in cell.metadata]
    for cell in copy.cells:
        if part_of(cell)[1] == "check":
            cell.source = CHECKING.sub(r"\1, graded=True)", cell.source)
            _goes_on(cell)
    return copy


def content_id(cell):
    """The id of a cell that belongs to no task: it follows from its content, so that an edit changes one id and no
    rebuild changes any."""
    return hashlib.sha256(f"{cell['cell_type']}\n{cell['source']}".encode()).hexdigest()[:12]


def _identity(cell, taken):
    """The id of a cell, and with a number where another one has it."""
    wanted = cell.metadata["nbgrader"]["grade_id"] if "nbgrader" in cell.metadata else content_id(cell)
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    return name


def _goes_on(cell):
    """Run All goes on below a check that does not hold."""
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]


def as_text(notebook):
    """A notebook as its file holds it."""
    return nbformat.writes(notebook) + "\n"


def write(notebook, target):
    """Write a notebook to a temporary name, then rename it."""
    write_text(target, as_text(notebook))


def edition(notebook, language):
    """One language's cells, and those that both share; in the Korean edition, the code speaks Korean."""
    other = LANGUAGES[language]
    copy = nbformat.from_dict(notebook)
    copy.cells = [cell for cell in copy.cells if other not in cell.metadata.get("tags", [])]
    if language == "ko":
        codes = [cell for cell in copy.cells if cell.cell_type == "code"]
        for cell, korean in zip(codes, localized.edition([cell.source for cell in codes], localized.of_notebook(copy))):
            cell.source = korean
    for cell in copy.cells:
        if found := WORTH.match(cell.source) if part_of(cell)[1] == "test" else None:
            cell.source = _worth(found["points"], found["chapter"], language) + cell.source[found.end() :]
        if tags := [tag for tag in cell.metadata.get("tags", []) if tag != language]:
            cell.metadata["tags"] = tags
        else:
            cell.metadata.pop("tags", None)
    return copy


def unwritten(language):
    """What stands in a learner's copy in place of a solution."""
    words = say("YOUR CODE HERE").to(language)
    return f"# {words}\nraise NotImplementedError"


def learner_copy(notebook, language):
    """What a learner gets: one language, no outputs, no solutions, no hidden
    tests, checks that cannot be edited by accident."""
    copy = edition(notebook, language)
    stub = unwritten(language).replace("\n", r"\n\1")
    copy.cells = [
        cell for cell in copy.cells if "hint" not in cell.metadata and BUILT_ONLY not in cell.metadata.get("tags", [])
    ]
    for cell in copy.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if "reveal" in cell.metadata.get("tags", []):  # its source would give an answer away
            cell.metadata["jupyter"] = {"source_hidden": True}
        cell.source = SOLUTION.sub(rf"\1{stub}", cell.source)
        cell.source = HIDDEN.sub("", cell.source).rstrip()
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.metadata.update(editable=False, deletable=False)
            if part_of(cell)[1] == "check":
                _goes_on(cell)
        elif "nbgrader" in cell.metadata:
            cell.metadata["deletable"] = False
    return copy
