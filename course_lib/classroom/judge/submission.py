"""The cells of a submission matched with those that were handed out: what to run, what was odd, what to show."""

import json
from dataclasses import dataclass, field, replace

from course_lib.classroom import harmless
from course_lib.classroom.judge.answers import Cell
from course_lib.classroom.judge.findings import Findings
from course_lib.classroom.judge.outcome import summed
from course_lib.classroom.judge.plan import Given
from course_lib.classroom.judge.recognised import Match, as_released, bare, defined, matches, same
from course_lib.feedback import stubs
from course_lib.texts import both

MAX_DISPLAY = 4_000_000  # characters of the notebook that is kept


@dataclass
class Piece:
    """A cell of a submission.

    Attributes:
        cell: as it is shown: a dict of `notebook_bytes.read`.
        match: the Match that says which cell of the learner's copy it is.
        kind: "graded" for the first that is a certain cell of the learner's copy, "copy" for any further one, "part"
            where that one was split, "own" for code that the student has added, "prose" for the rest.
        known: that cell of the learner's copy, or None.
        runs: what of it is run, or None.
        odd: what a note has to say about it: "retyped", "changed", "split".
        released: what is odd was handed out so: it comes from an earlier release.
    """

    cell: dict
    match: Match
    kind: str
    known: Given | None
    runs: Cell | None = None
    odd: str | None = None
    released: bool = False

    @property
    def name(self):
        """Its grade_id, or None."""
        return self.match.name


@dataclass
class Merged:
    """A submission beside what was handed out: `run` are the cells to run, `pieces` what is shown, `notes` texts about
    what was odd; `needs_look` says whether a person should look."""

    run: list[Cell]
    pieces: list[Piece]
    notes: list = field(default_factory=list)
    needs_look: bool = False
    undone: dict = field(default_factory=dict)

    def explained(self, mark):
        """A TaskMark that does not say "not written yet" of an answer that is there and not used."""
        if mark.points or mark.task not in self.undone:
            return mark
        error = both(self.undone[mark.task])
        return summed(mark.task, [replace(part, error=error) for part in mark.parts])


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
    pieces, seen = [], set()
    for cell, match in zip(cells, matches(plan, cells)):
        pieces.append(Piece(cell, match, _kind_of(cell, match, seen), plan.cells.get(match.name)))
        seen.add(match.name)
    _find_parts(pieces)
    for piece in pieces:
        handed_in = piece.cell
        _fill(piece, plan)
        if piece.odd == "changed" or not piece.match.true:
            piece.released = as_released(handed_in)
    run = [Cell(code, "setup") for code in plan.setups if bare(code) not in given]
    run = _without_stubs(plan, run + [piece.runs for piece in pieces if piece.runs])
    found = Findings(plan, cells, pieces, [cell.code for cell in run if cell.kind != "check"])
    merged = Merged(run, pieces, found.notes(), found.needs_look, found.why_undone())
    pieces += [_put_back(name, known) for name, known in plan.cells.items() if name not in seen]
    _show_answers(plan, pieces, run)
    return merged


def _put_back(name, known):
    """The Piece of a cell that is not in the submission: where an answer should be, there is none."""
    source = "" if known.role == "solution" else known.source
    return Piece({"type": "code", "source": source, "graded": {}, "id": name}, Match(name), "graded", known)


def _edition(plan, given):
    """The plan with the cells of the Korean copy, where the submission has more of these than of the English one.

    Args:
        given: bare sources of the submission's code cells.
    """
    kept = lambda one: len(
        given & {bare(code) for code in (*one.setups, *(cell.source for cell in one.cells.values()))}
    )
    return plan.korean if plan.korean and kept(plan.korean) > kept(plan) else plan


def _kind_of(cell, match, seen):
    """The kind of a Piece, where the grade_ids in `seen` have come before."""
    if match.name is not None:
        return "copy" if match.copy or match.name in seen else "graded"
    return "own" if cell["type"] == "code" and cell["source"].strip() else "prose"


def _find_parts(pieces):
    """A cell that was split is no copy: each part has the same metadata, and no two define the same."""
    for first in [piece for piece in pieces if piece.kind == "graded"]:
        others = [piece for piece in pieces if piece.kind == "copy" and piece.name == first.name]
        texts = [piece.cell["source"] for piece in (first, *others)]
        names, whole = [name for text in texts for name in defined(text)], "\n".join(texts)
        if not others or len(set(names)) < len(names):
            continue
        if first.known.role != "solution":
            together = same(whole, first.known.source)
        elif all(stubs.parsed(text) is not None for text in texts):
            together = False
            for piece in others:
                piece.kind = "part"
        else:  # in the middle of a function
            together = stubs.parsed(whole) is not None
            first.odd = "split" if together else None
        if together:
            first.cell = {**first.cell, "source": whole}
            for piece in others:
                piece.kind = "prose"


def _fill(piece, plan):
    """Find what of a piece is run, and what is odd about it."""
    if piece.kind == "own":
        piece.runs = Cell(_without_checks(piece.cell["source"], plan))
    elif piece.kind != "prose" and piece.known.role == "solution":
        _fill_solution(piece, plan)
    elif piece.kind == "graded":
        _fill_locked(piece)
    elif piece.kind == "copy" and piece.cell["type"] == "code":
        if not same(piece.cell["source"], piece.known.source):  # it has become a cell of the student's own
            piece.runs = Cell(piece.cell["source"])


def _fill_solution(piece, plan):
    if piece.cell["type"] != "code":
        piece.odd = "retyped"
        piece.cell = {**piece.cell, "type": "code"}
    piece.runs = Cell(_without_checks(piece.cell["source"], plan), "own", piece.known.task)


def _without_checks(code, plan):
    """A code without the checks that have got into it, as when cells are merged: one that does not hold would stop it
    before the functions below."""
    for known in plan.cells.values():
        if known.role == "check" and "checking(" in code and len(bare(code)) > len(bare(known.source)):
            for text in (known.source, bare(known.source)):
                code = code.replace(text, "")
    return code


def _fill_locked(piece):
    """A check or a test is run and shown as it was handed out."""
    source, known = piece.cell["source"], piece.known.source
    if not same(source, known) and not (piece.known.role == "test" and _idle(source)):  # what stands there is a comment
        piece.odd = "changed"
    if piece.known.role == "check":
        piece.runs = Cell(known, "check", piece.known.task)
    piece.cell = {**piece.cell, "type": "code", "source": known}


def _without_stubs(plan, run):
    """Without cells in which nothing is written, where their function is written somewhere else: a stub must not undo
    it."""
    functions = {function for task in plan.tasks for function in task.functions}
    empty = {bare(known.source) for known in plan.cells.values() if known.role == "solution"}
    stub = lambda cell: bare(cell.code) in empty or stubs.bare_stub(cell.code)
    written = {one.name for cell in run if not stub(cell) for one in stubs.definitions(cell.code)} & functions
    return [cell for cell in run if not (stub(cell) and written & set(defined(cell.code)))]


def _show_answers(plan, pieces, run):
    """A task's cell shows its answer also where that was written in another one."""
    answers = {}
    for cell in run:
        for one in stubs.definitions(cell.code) if cell.kind != "check" else ():
            if one.state == "written" and one.source:
                answers[one.name] = one.source
    for piece in pieces:
        if piece.kind == "graded" and piece.known.role == "solution":
            (task,) = (task for task in plan.tasks if task.name == piece.known.task)
            here = {one.name for one in stubs.definitions(piece.cell["source"]) if one.state == "written"}
            away = [answers[name] for name in task.functions if name in answers and name not in here]
            if away:
                own = [] if here else [piece.cell["source"]]
                own = [text for text in own if text.strip() and not stubs.bare_stub(text)]
                piece.cell = {**piece.cell, "source": "\n\n".join([*own, *away])}


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
