"""How a newer edition of a notebook reaches a learner who works in it.

Three are compared, cell by cell: the edition that was handed out, of which only marks are kept; the learner's notebook;
and the newer edition. What the learner has not touched is renewed, what they have changed or written stays.
"""

import copy
import difflib
import hashlib
import re
from collections import Counter, namedtuple
from dataclasses import dataclass, field

from course_lib.tasks import about
from course_lib.tools.sources import content_id

KEYS = ("tags", "nbgrader", "editable", "deletable")  # a cell's metadata that the course decides
CONTENT_ID = re.compile(r"([0-9a-f]{12})(-\d+)?")  # with what `sources` adds to one that is taken
ALIKE = 0.6  # of two texts: one is an edit of the other

Mark = namedtuple("Mark", "id kind source metadata")  # what is kept of a cell: the last two as digests


@dataclass
class Renewal:
    """A learner's notebook with the newer edition in it.

    Attributes:
        notebook: the result.
        renewed: how many cells were renewed, added or taken out.
        kept: ids of cells that the learner has changed and whose newer text they do not get.
    """

    notebook: dict
    renewed: int = 0
    kept: list = field(default_factory=list)


def marks(notebook):
    """The marks of an edition, in the order of its cells."""
    return [Mark(cell["id"], cell["cell_type"], _source(cell), _metadata(cell)) for cell in notebook["cells"]]


def _short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _source(cell):
    """Digest of a cell's text; editors may change what cannot be seen at the ends of lines."""
    return _short("\n".join(line.rstrip() for line in cell["source"].strip().splitlines()))


def _ours(cell):
    metadata = cell["metadata"]
    known = {key: metadata[key] for key in KEYS if key in metadata}
    return {**known, "source_hidden": bool((metadata.get("jupyter") or {}).get("source_hidden"))}


def _metadata(cell):
    return _short(repr(sorted(_ours(cell).items(), key=str)))


def handed_out(editions, mine):
    """The marks of the edition that a notebook goes back to.

    Args:
        editions: lists of marks, of what was handed out under this name, oldest first.
        mine: the learner's notebook. Where nothing was remembered its own cells tell: the id of a cell that belongs to
            no task follows from its content, so one that still fits has not been touched. Answers count as touched.
    """
    if editions:
        cells = Counter((cell.get("id"), _source(cell)) for cell in mine["cells"])
        return max(reversed(editions), key=lambda known: sum((mark.id, mark.source) in cells for mark in known))
    known = []
    for cell in mine["cells"]:
        named, graded = CONTENT_ID.fullmatch(cell.get("id", "")), about(cell)
        if named:
            untouched = named[1] == content_id(cell)
        elif graded and graded.get("grade_id"):
            untouched = not graded.get("solution")
        else:
            continue
        name = cell["id"] if named else graded["grade_id"]
        known.append(Mark(name, cell["cell_type"], _source(cell) if untouched else "", _metadata(cell)))
    return known


def _matched(mine, base):
    """index in the learner's notebook -> index in the edition handed out."""
    rounds = [
        (lambda cell: (cell.get("id"), _source(cell)), lambda mark: (mark.id, mark.source)),
        (lambda cell: cell.get("id"), lambda mark: mark.id),
        (lambda cell: about(cell).get("grade_id"), lambda mark: mark.id),
        (_source, lambda mark: mark.source),  # the ids were lost on the way
    ]
    found = {}
    for of_cell, of_mark in rounds:
        free = {}
        for j, mark in enumerate(base):
            if j not in found.values():
                free.setdefault(of_mark(mark), []).append(j)
        for i, cell in enumerate(mine):
            if i not in found and free.get(of_cell(cell)):
                found[i] = free[of_cell(cell)].pop(0)
    return found


def _partners(base, new, changed):
    """index in the edition handed out -> index in the newer one, and the set of those that stay in their places.

    Args:
        changed: index in the edition handed out -> text that the learner has made of it.
    """
    fresh = marks(new)
    matcher = difflib.SequenceMatcher(None, [mark.id for mark in base], [mark.id for mark in fresh], autojunk=False)
    blocks = matcher.get_opcodes()
    partner = {}
    for kind, start, stop, at, _ in blocks:
        if kind == "equal":
            partner.update(zip(range(start, stop), range(at, at + stop - start)))
    placed = set(partner)
    at = {mark.id: j for j, mark in enumerate(fresh)}
    moved = {i: at[mark.id] for i, mark in enumerate(base) if i not in partner and mark.id in at}
    partner.update(moved)
    for kind, start, stop, begin, end in blocks:
        if kind != "replace":
            continue
        old = [i for i in range(start, stop) if i not in moved]
        late = [j for j in range(begin, end) if j not in moved.values()]
        if [base[i].kind for i in old] == [fresh[j].kind for j in late]:
            pairs = list(zip(old, late))
        else:
            pairs = []
            for i in old:
                alike = {
                    j: difflib.SequenceMatcher(None, changed[i], new["cells"][j]["source"]).ratio()
                    for j in late
                    if i in changed and fresh[j].kind == base[i].kind and j not in dict(pairs).values()
                }
                if alike and max(alike.values()) >= ALIKE:
                    pairs.append((i, max(alike, key=alike.get)))
        partner.update(pairs)
        placed |= {i for i, _ in pairs}
    return partner, placed


def renew(base, mine, new):
    """Bring a newer edition into a learner's notebook.

    Args:
        base: marks of the edition handed out, as `handed_out` finds them.
        mine: the learner's notebook; it is not changed.
        new: the newer edition.

    Returns:
        Renewal. Every cell that the learner has changed or written is in its notebook, in their order unless the course
        has moved one; locked cells alone are the course's, and are renewed whatever was done to them. What the learner
        has taken out stays out.
    """
    cells, match = mine["cells"], _matched(mine["cells"], base)
    touched = {i for i, j in match.items() if _source(cells[i]) != base[j].source}
    partner, placed = _partners(base, new, {match[i]: cells[i]["source"] for i in touched})
    result, moved, renewal = [], {}, Renewal(copy.deepcopy(mine))
    for i, cell in enumerate(renewal.notebook["cells"]):
        j = match.get(i)
        n = partner.get(j)
        if n is None:
            if j is None or i in touched:  # the learner's own, or made their own
                result.append((cell, None))
            else:
                renewal.renewed += 1
            continue
        cell = _renewed(cell, new["cells"][n], base[j], i in touched, renewal)
        if j in placed:
            result.append((cell, n))
        else:
            moved[n] = cell
    _insert(result, new["cells"], moved, set(partner.values()), renewal)
    renewal.notebook["cells"] = [cell for cell, _ in result]
    _give_ids(renewal.notebook["cells"], {id(cell) for cell, n in result if n is not None})
    renewal.notebook["nbformat_minor"] = max(
        renewal.notebook["nbformat_minor"], new["nbformat_minor"]
    )  # cells have ids
    if "course" in new["metadata"]:
        renewal.notebook["metadata"]["course"] = copy.deepcopy(new["metadata"]["course"])
    return renewal


def _renewed(cell, fresh, mark, touched, renewal):
    """The learner's copy of a cell, renewed as far as it is the course's."""
    before = copy.deepcopy(cell)
    newer = _source(fresh) != mark.source if mark.source else fresh["id"] != mark.id
    if newer and _source(cell) != _source(fresh):
        if touched and not about(fresh).get("locked"):
            renewal.kept.append(fresh["id"])
        elif cell["cell_type"] != fresh["cell_type"]:
            cell = copy.deepcopy(fresh)
        else:
            cell["source"] = fresh["source"]
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
    if _metadata(fresh) != mark.metadata:
        for key in KEYS:
            cell["metadata"].pop(key, None)
            if key in fresh["metadata"]:
                cell["metadata"][key] = copy.deepcopy(fresh["metadata"][key])
        folded = _ours(fresh)["source_hidden"]
        if folded or _ours(cell)["source_hidden"]:
            cell["metadata"]["jupyter"] = {**(cell["metadata"].get("jupyter") or {}), "source_hidden": folded}
    renewal.renewed += before != cell
    cell["id"] = fresh["id"]
    return cell


def _insert(result, fresh, moved, known, renewal):
    """Put what the newer edition has added or moved behind what precedes it there, and the learner's own cells there.

    Args:
        result: list of (cell, its index in the newer edition or None), completed here.
        known: indices of cells that the learner had; one of them that is nowhere now was taken out by the learner.
    """
    at = -1
    for n, cell in enumerate(fresh):
        here = next((k for k, (_, index) in enumerate(result) if index == n), None)
        if here is not None:
            at = here
            continue
        if n in known and n not in moved:
            continue
        renewal.renewed += n not in known
        at += 1
        while at < len(result) and result[at][1] is None:
            at += 1
        result.insert(at, (moved.get(n) or copy.deepcopy(cell), n))


def _give_ids(cells, course):
    """Each cell an id of its own: those of the course keep theirs, a learner's cell with the same one gets another."""
    taken = {cell["id"] for cell in cells if id(cell) in course}
    for cell in cells:
        if id(cell) in course:
            continue
        wanted, count = cell.get("id") or f"own-{_source(cell)}", 1
        name = wanted
        while name in taken:
            count += 1
            name = f"{wanted[:58]}-{count}"
        cell["id"] = name
        taken.add(name)
