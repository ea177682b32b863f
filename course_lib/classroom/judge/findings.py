"""What is odd about a submission, said so that nobody is accused of what they may not have done."""

from course_lib.classroom.judge.recognised import bare, defined
from course_lib.feedback import stubs
from course_lib.texts import say


class Findings:
    """What is odd about a submission.

    A notebook may have lost its metadata on the way (Colab, Kaggle, converters): then no cell can be missed, doubled or
    out of order, only functions can. It may come from an earlier release, whose checks and tests were others.

    Args:
        plan: of the edition that was worked on.
        cells: of the submission, as they were handed in.
        pieces: what `merge` has made of them.
        codes: what runs, but for checks.
    """

    def __init__(self, plan, cells, pieces, codes):
        self.plan, self.pieces = plan, pieces
        self.texts = {bare(cell["source"]) for cell in cells}
        self.tracked = any(piece.cell["graded"] for piece in pieces)
        names, there = {piece.name for piece in pieces}, {name for code in codes for name in defined(code)}
        gone = [name for name in plan.cells if name not in names]
        self.lost = [task.name for task in plan.tasks if task.name in gone and not there & set(task.functions)]
        self.missing = [name for name in gone if name in self.lost or self._misses(name)]
        copies = [piece.name for piece in pieces if piece.kind == "copy"]
        told = [piece.name for piece in pieces if piece.match.sure and self.tracked and not _left(piece)]
        self.copied = [name for name in copies if told.count(name) > 1]
        self.undone = {"last": [], "blocked": []}
        for function in (function for task in plan.tasks for function in task.functions):
            if why := stubs.undone(codes, function):
                self.undone[why].append(function)
        known = any(piece.match.how in ("metadata", "id", "text") for piece in pieces)
        self.stranger = not known and 2 * len(self.lost) > len(plan.tasks)

    def _misses(self, name):
        """Whether a check or a test is missed: not if its text stands in a cell with other things."""
        text, role = bare(self.plan.cells[name].source), self.plan.cells[name].role
        inside = any(text in other for other in self.texts - {text})
        return self.tracked and role != "solution" and not inside

    @property
    def needs_look(self):
        """Whether a person should look."""
        return bool(self.copied or self.lost or any(self.undone.values()))

    def notes(self):
        """Texts about what is odd."""
        if self.stranger:
            return [
                say(
                    "next to nothing of the exercises is in this notebook, neither cells nor functions: "
                    "is it another one? Hand in {file}.ipynb",
                    file=self.plan.name,
                )
            ]
        return self._about_cells() + self._about_answers()

    def why_undone(self):
        """task -> text about its answer, which is there and not used."""
        return {
            task.name: _undone(why, [function])
            for task in self.plan.tasks
            for why, functions in self.undone.items()
            for function in task.functions
            if function in functions
        }

    def _about_cells(self):
        changed = [piece for piece in self.pieces if piece.odd == "changed"]
        earlier = [piece.name for piece in changed if piece.released]
        other = [piece.name for piece in changed if not piece.released]
        missing = self.missing if self.tracked and not earlier else []
        retyped = [piece.name for piece in self.pieces if piece.odd == "retyped" and piece.match.sure]
        forged = [piece.name for piece in self.pieces if not (piece.match.true or piece.released)]
        order = [piece.name for piece in self.pieces if piece.kind == "graded" and piece.match.sure]
        moved = self.tracked and not earlier and order != [name for name in self.plan.cells if name in order]
        return _those(
            (missing, say("cells are missing: {cells}", cells=_listed(missing))),
            (self.copied, say("cells stand more than once: {cells}", cells=_listed(self.copied))),
            (retyped, say("cells are no code cells any more: {cells}", cells=_listed(retyped))),
            (
                earlier,
                say(
                    "the notebook comes from an earlier release; the checks and tests of the present one were used: "
                    "{cells}",
                    cells=_listed(earlier),
                ),
            ),
            (
                other,
                say(
                    "checks or tests are not those of this release, and the latter were used: {cells}",
                    cells=_listed(other),
                ),
            ),
            (forged, say("the metadata of cells are not those of this release: {cells}", cells=_listed(forged))),
            (moved, say("cells stand in another order")),
        )

    def _about_answers(self):
        lost = [] if set(self.lost) <= set(self.missing) and self.tracked else self.lost
        split = [piece.name for piece in self.pieces if piece.odd == "split"]
        elsewhere = [piece.name for piece in self.pieces if piece.odd == "retyped" and not piece.match.sure]
        last, blocked = self.undone["last"], self.undone["blocked"]
        return _those(
            (lost, say("functions are missing: {names}", names=_listed(lost))),
            (split, say("cells were split within a function, and were put together: {cells}", cells=_listed(split))),
            (
                elsewhere,
                say(
                    "answers stand in cells that are no code cells, and were run all the same: {names}",
                    names=_listed(elsewhere),
                ),
            ),
            (last, _undone("last", last)),
            (blocked, _undone("blocked", blocked)),
        )


def _undone(why, functions):
    """The text about functions of which `stubs.undone` says so."""
    names = _listed(functions)
    if why == "last":
        return say(
            "defined more than once, and the last definition, which counts, is unwritten: {names}; "
            "delete the unwritten one",
            names=names,
        )
    return say(
        "`raise NotImplementedError` still stands above the answer, which is never reached: {names}; delete that line",
        names=names,
    )


def _those(*pairs):
    """The texts of those pairs whose first half says that there is something to say."""
    return [text for what, text in pairs if what]


def _listed(names):
    return ", ".join(dict.fromkeys(names))


def _left(piece):
    """Whether a cell is nothing but a stub that was left behind."""
    return piece.known.role == "solution" and stubs.bare_stub(piece.cell["source"])
