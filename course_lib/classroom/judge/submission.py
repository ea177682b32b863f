"""The cells of a submission matched with those that were handed out: what to run, what was odd, what to show."""

import json
import re
from dataclasses import dataclass, field

from course_lib.classroom import harmless
from course_lib.classroom.judge.answers import Cell
from course_lib.classroom.judge.plan import Given
from course_lib.feedback.cells import bare as stripped
from course_lib.texts import say
from course_lib.tools.sources import CHECKING

MAX_DISPLAY = 4_000_000  # characters of the notebook that is kept


@dataclass
class Piece:
    """A cell of a submission.

    Attributes:
        cell: as it is shown: a dict of `notebook_bytes.read`.
        name: grade_id of the cell of the learner's copy that it is, or None.
        kind: "graded" for the first that is a certain cell of the learner's copy, "copy" for any further one, "own"
            for code that the student has added, "prose" for the rest.
        known: that cell of the learner's copy, or None.
        runs: what of it is run, or None.
        odd: what a note has to say about it: "retyped", "changed".
    """

    cell: dict
    name: str | None
    kind: str
    known: Given | None
    runs: Cell | None = None
    odd: str | None = None


@dataclass
class Merged:
    """A submission beside what was handed out: `run` are the cells to run, `pieces` what is shown, `notes` texts about
    what was odd; `needs_look` says whether a person should look."""

    run: list[Cell]
    pieces: list[Piece]
    notes: list = field(default_factory=list)
    needs_look: bool = False


def bare(text):
    """A cell's text without what editors change, and without the word by which a release for a class differs from a
    learner's own copy."""
    return CHECKING.sub(r"\1)", stripped(text))


def _idle(text):
    """Whether a text is a comment at most."""
    return all(line.lstrip().startswith("#") for line in text.splitlines() if line.strip())


def merge(plan, cells):
    """Match the cells of a submission with those that were handed out.

    Args:
        cells: of `notebook_bytes.read`.

    Returns:
        Merged
    """
    given = {bare(cell["source"]) for cell in cells if cell["type"] == "code"}
    plan = _edition(plan, given)
    pieces, taken, forged = [], set(), []
    names = _names(plan)
    for cell in cells:
        name, true = names(cell)
        if not true:
            forged.append(name)
        piece = Piece(cell, name, kind_of(cell, name, taken), plan.cells.get(name))
        _fill(piece)
        pieces.append(piece)
        taken.add(name)
    run = [Cell(code, "setup") for code in plan.setups if bare(code) not in given]
    run = _without_stubs(plan, run + [piece.runs for piece in pieces if piece.runs])
    missing = [name for name in plan.cells if name not in taken]
    copied = [piece.name for piece in pieces if piece.kind == "copy"]
    notes = _notes(plan, pieces, missing, copied, forged)
    for name in missing:
        known = plan.cells[name]
        cell = {"type": "code", "source": known.source, "graded": {}, "id": name}
        pieces.append(Piece(cell, name, "graded", known))
    lost = any(plan.cells[name].role == "solution" for name in missing)
    return Merged(run, pieces, notes, bool(copied) or lost)


def _edition(plan, given):
    """The plan with the cells of the Korean copy, where the submission has more of these than of the English one.

    Args:
        given: bare sources of the submission's code cells.
    """
    kept = lambda one: len(
        given & {bare(code) for code in (*one.setups, *(cell.source for cell in one.cells.values()))}
    )
    return plan.korean if plan.korean and kept(plan.korean) > kept(plan) else plan


def kind_of(cell, name, taken):
    """The kind of a Piece, where the grade_ids in `taken` have come before."""
    if name is not None:
        return "copy" if name in taken else "graded"
    return "own" if cell["type"] == "code" and cell["source"].strip() else "prose"


def _names(plan):
    """A function: cell -> (its grade_id or None, whether its metadata say the same)."""
    texts = {bare(known.source): name for name, known in plan.cells.items()}
    functions = {function: task.name for task in plan.tasks for function in task.functions}

    def name_of(cell):
        told = cell["graded"].get("grade_id")
        if isinstance(told, str) and told in plan.cells:
            return told, all(cell["graded"].get(key) == value for key, value in plan.cells[told].metadata.items())
        name = cell["id"] if cell["id"] in plan.cells else texts.get(bare(cell["source"]))
        if name is None and cell["type"] == "code":
            name = next((functions[one] for one in _defined(cell["source"]) if one in functions), None)
        return name, name is None or not cell["graded"]

    return name_of


def _defined(code):
    """Names of the functions that a code defines, be it valid Python or not."""
    return re.findall(r"^def +(\w+) *\(", code, re.MULTILINE)


def _fill(piece):
    """Find what of a piece is run, and what is odd about it."""
    if piece.kind == "own":
        piece.runs = Cell(piece.cell["source"])
    elif piece.kind != "prose" and piece.known.role == "solution":
        _fill_solution(piece)
    elif piece.kind == "graded":
        _fill_locked(piece)
    elif piece.kind == "copy" and piece.cell["type"] == "code":
        if bare(piece.cell["source"]) != bare(piece.known.source):  # it has become a cell of the student's own
            piece.runs = Cell(piece.cell["source"])


def _fill_solution(piece):
    if piece.cell["type"] != "code":
        piece.odd = "retyped"
        piece.cell = {**piece.cell, "type": "code"}
    piece.runs = Cell(piece.cell["source"], "own", piece.known.task)


def _fill_locked(piece):
    """A check or a test is run and shown as it was handed out."""
    source, known = bare(piece.cell["source"]), bare(piece.known.source)
    if source != known and not (piece.known.role == "test" and _idle(source)):  # what stands there is a comment
        piece.odd = "changed"
    if piece.known.role == "check":
        piece.runs = Cell(piece.known.source, "check", piece.known.task)
    piece.cell = {**piece.cell, "type": "code", "source": piece.known.source}


def _notes(plan, pieces, missing, copied, forged):
    listed = lambda names: ", ".join(dict.fromkeys(names))
    odd = {kind: [piece.name for piece in pieces if piece.odd == kind] for kind in ("retyped", "changed")}
    notes = []
    if missing:
        notes.append(say("cells are missing: {cells}", cells=listed(missing)))
    if copied:
        notes.append(say("cells stand more than once: {cells}", cells=listed(copied)))
    if odd["retyped"]:
        notes.append(say("cells are no code cells any more: {cells}", cells=listed(odd["retyped"])))
    if odd["changed"]:
        cells = listed(odd["changed"])
        notes.append(say("checks or tests were changed, and those of the course were used: {cells}", cells=cells))
    if forged:
        notes.append(say("the metadata of cells was changed: {cells}", cells=listed(forged)))
    order = [piece.name for piece in pieces if piece.kind == "graded"]
    if order != [name for name in plan.cells if name in order]:
        notes.append(say("cells stand in another order"))
    return notes


def _without_stubs(plan, run):
    """Without untouched cells whose function is written somewhere else: the stub must not undo it."""
    stubs = {bare(plan.cells[task.name].source): task for task in plan.tasks if task.name in plan.cells}
    written = {name for cell in run if bare(cell.code) not in stubs for name in _defined(cell.code)}
    return [cell for cell in run if bare(cell.code) not in stubs or not written & set(stubs[bare(cell.code)].functions)]


def executed(merged):
    """The executed submission for people to read: no link, HTML or script, hardly more than MAX_DISPLAY characters."""
    ran = set(map(id, merged.run))
    cells, taken = [], set()
    for number, piece in enumerate(merged.pieces):
        cell, name = piece.cell, piece.name if piece.kind == "graded" else None
        identity = name if name else f"cell-{number}"
        while identity in taken:
            identity += "-x"
        taken.add(identity)
        one = {"cell_type": cell["type"], "id": identity[:64], "metadata": {}, "source": cell["source"][:100_000]}
        if cell["type"] == "code":
            one["execution_count"] = None
            one["outputs"] = piece.runs.outputs if piece.runs is not None and id(piece.runs) in ran else []
        if name:
            one["metadata"] = {"nbgrader": piece.known.metadata}
        cells.append(one)
    cells = _bounded(cells)
    for one, shown in zip(cells, harmless.notebook(cells), strict=True):
        one.update(shown | {"metadata": one["metadata"]})
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }


def _bounded(cells):
    """Cells of nbformat within MAX_DISPLAY: long ones are cut, then the student's own left out from the end."""
    sizes = [len(json.dumps(one)) for one in cells]
    if sum(sizes) <= MAX_DISPLAY:
        return cells
    for number, one in enumerate(cells):
        if sizes[number] > MAX_DISPLAY / 100:
            one["source"] = one["source"][:10_000]
            if one.get("outputs"):
                one["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "[left out: too much output]\n"}]
            sizes[number] = len(json.dumps(one))
    kept, total = [], sum(sizes)
    for one, size in zip(cells[::-1], sizes[::-1]):
        if total > MAX_DISPLAY and not one["metadata"]:
            total -= size
        else:
            kept.append(one)
    return kept[::-1]
