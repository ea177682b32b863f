"""Which cells of a submission are which cells that were handed out.

A cell is known by its metadata or its id, for certain; else by its text; else by the functions that it defines. What
only has a function's name in common is no proof of anything: nobody is accused by it.
"""

import ast
import functools
from dataclasses import dataclass

from course_lib.feedback import stubs
from course_lib.feedback.cells import bare as stripped
from course_lib.tools.sources import CHECKING


@dataclass
class Match:
    """What a cell of a submission is.

    Attributes:
        name: grade_id of the cell of the learner's copy that it is, or None.
        how: "metadata", "id", "text", "function" by what it is known; "" where it is not.
        copy: an earlier cell is that one for certain, too.
        true: its metadata say of it what the course's do.
    """

    name: str | None = None
    how: str = ""
    copy: bool = False
    true: bool = True

    @property
    def sure(self):
        """Whether nbgrader or Jupyter says what this cell is."""
        return self.how in ("metadata", "id")


def bare(text):
    """A cell's text without what editors change, and without the word by which a release for a class differs from a
    learner's own copy."""
    return CHECKING.sub(r"\1)", stripped(text))


@functools.lru_cache(maxsize=1024)
def shape(text):
    """A code but for spaces, tabs, quotes, line breaks and comments; None where nothing can be said."""
    tree = stubs.parsed(bare(text))
    try:
        return ast.dump(tree) if tree is not None and tree.body else None
    except RecursionError:
        return None


def same(text, known):
    """Whether two codes are the same but for how they are written."""
    return bare(text) == bare(known) or shape(text) is not None and shape(text) == shape(known)


def matches(plan, cells):
    """A Match for each cell of a submission.

    Args:
        cells: of `notebook_bytes.read`.
    """
    found, taken = [Match() for _ in cells], set()
    owners = {function: task.name for task in plan.tasks for function in task.functions}
    for match, cell in zip(found, cells):
        match.name, match.how = _told(plan, cell, owners)
        if match.name:
            match.copy = match.name in taken
            taken.add(match.name)
    _by_text(plan, cells, found, taken)
    _by_function(plan, cells, found, taken)
    for match, cell in zip(found, cells):
        told = cell["graded"].get("grade_id")
        elsewhere = match.how != "metadata" and isinstance(told, str) and told in plan.cells  # cells were merged
        if match.name and cell["graded"] and not elsewhere:
            known = plan.cells[match.name].metadata
            match.true = all(cell["graded"].get(key) == value for key, value in known.items())
    return found


def _told(plan, cell, owners):
    """(name, how) as metadata and id have it. A check or a test in which an answer was written is an answer."""
    told = cell["graded"].get("grade_id")
    how = "metadata" if isinstance(told, str) and told in plan.cells else "id" if cell["id"] in plan.cells else ""
    if not how:
        return None, ""
    name = told if how == "metadata" else cell["id"]
    if plan.cells[name].role != "solution":
        own = set(defined(cell["source"])) - set(defined(plan.cells[name].source))
        if own & owners.keys():
            return None, ""
    return name, how


def _by_text(plan, cells, found, taken):
    """Cells with the text of one that was handed out: several may have the same, and are taken in their order."""
    free = {}
    for name, known in plan.cells.items():
        if name not in taken:
            for text in {bare(known.source), shape(known.source)} - {None}:
                free.setdefault(text, []).append(name)
    for match, cell in zip(found, cells):
        if match.name or not free or not cell["source"].strip():
            continue
        texts = [bare(cell["source"]), *([shape(cell["source"])] if cell["type"] == "code" else [])]
        names = (name for text in texts for name in free.get(text, ()) if name not in taken)
        if (name := next(names, None)) is not None:
            match.name, match.how = name, "text"
            taken.add(name)


def _by_function(plan, cells, found, taken):
    """The last cell that has written a task's function, or else has its stub; text cells where no code cell has it."""
    holders, written = {}, set()  # function -> [(code, written, number of the cell)]; what code cells have written
    for number, (match, cell) in enumerate(zip(found, cells)):
        code = cell["type"] == "code"
        for one in stubs.definitions(cell["source"]) if code or stubs.looks_like_one(cell["source"]) else ():
            done = one.state == "written"
            if code and done:
                written.add(one.name)
            if match.name is None:
                holders.setdefault(one.name, []).append((code, done, number))
    for task in plan.tasks:
        for function in task.functions:
            code, done, number = max(holders.get(function, [(True, False, -1)]), key=lambda one: one[1:])
            if number < 0 or found[number].name or not code and (not done or function in written):
                continue
            if not code:  # an answer in a cell of another kind; the task's own may have its stub
                found[number] = Match(task.name, "function", copy=task.name in taken)
                taken.add(task.name)
            elif task.name not in taken:
                found[number] = Match(task.name, "function")
                taken.add(task.name)


def defined(code):
    """Names that a code defines, be it valid Python or not."""
    return [one.name for one in stubs.definitions(code)]


def as_released(cell):
    """Whether a cell is as some release of a class has handed it out: nbgrader's checksum in its metadata fits it.

    Args:
        cell: of `notebook_bytes.read`.
    """
    if not isinstance(cell["graded"].get("checksum"), str):
        return False
    import nbformat
    from nbgrader.utils import compute_checksum  # a learner's `score` comes without checksums, and without nbgrader

    told = {"cell_type": cell["type"], "source": cell["source"], "metadata": {"nbgrader": cell["graded"]}}
    try:
        return compute_checksum(nbformat.from_dict(told)) == cell["graded"]["checksum"]
    except Exception:  # metadata may hold anything
        return False
