"""Which of a student's files is the notebook of an assignment."""

from dataclasses import dataclass, field

from course_lib.classroom import notebook_bytes
from course_lib.classroom.intake import copies, upload
from course_lib.texts import both, say
from course_lib.tools import chapters, sources


@dataclass
class Taken:
    """What one student handed in.

    `name`: its path in the upload; `content`: its bytes, or None where nothing of it is a notebook; `late`: whether the
    LMS says so; `timestamp`: when it was handed in, as nbgrader writes it; `notes`: what was odd, each {"en":, "ko":};
    `needs_look`: whether a person should look, since something else might have counted.
    """

    student: str
    name: str
    content: bytes | None
    late: bool = False
    timestamp: str | None = None
    notes: list = field(default_factory=list)
    needs_look: bool = False

    def note(self, text):
        self.notes.append(both(text))


def known_cells():
    """chapter's folder name -> grade ids of its exercises."""
    return {
        chapter.name: {
            cell.metadata.nbgrader.grade_id
            for cell in sources.convert(chapter.exercises).cells
            if "nbgrader" in cell.metadata
        }
        for chapter in chapters.every()
        if chapter.exercises.exists()
    }


def cells_in(content):
    """The grade ids in a notebook, or None where the bytes are no notebook at all."""
    try:
        cells, _ = notebook_bytes.read(content)
    except notebook_bytes.Unreadable:
        return None
    return {name for cell in cells if isinstance(name := cell["graded"].get("grade_id"), str)}


def pick(student, files, assignment, ids):
    """The notebook of this assignment among a student's files; notes tell what became of the others.

    Args:
        student: id of the student.
        files: entries of an upload.
        ids: what `known_cells` returns.

    Returns:
        Taken
    """
    taken = Taken(student, "", None)
    candidates, others = [], []
    for entry in files:
        last = entry.parts[-1]
        try:
            content = entry.read()
        except upload.Refused as refused:
            if last:
                taken.note(say("{name} {reason}.", name=last, reason=refused))
                taken.needs_look |= last.casefold().endswith((".ipynb", ".zip"))
            continue
        if last == "timestamp.txt":
            taken.timestamp = _timestamp(content)
            continue
        found = cells_in(content)
        if found is None and not last.casefold().endswith(".ipynb"):
            others.append(entry)
        elif other := _belongs_to(found or set(), assignment.name, ids):
            taken.note(
                say("{name} belongs to {other}, not to {wanted}.", name=last, other=other, wanted=assignment.name)
            )
        else:
            fits, named = bool((found or set()) & ids[assignment.name]), assignment.notebook in last
            kind, answers = copies.work(content, assignment.source)
            candidates.append(copies.Candidate(entry, content, fits, kind, answers, named))
    if candidates:
        _take_best(candidates, taken)
    elif others:
        taken.name = others[0].name
        taken.note(say("{name} is not a notebook.", name=others[0].parts[-1]))
    elif not taken.notes:
        taken.note(say("The folder is empty."))
    return taken


def _belongs_to(found, wanted, ids):
    """Another chapter of which the grade ids hold more than of the one wanted, or None."""
    other = max(ids, key=lambda name: len(found & ids[name]))
    return other if len(found & ids[other]) > len(found & ids[wanted]) else None


def _take_best(candidates, taken):
    best, doubt = copies.best(candidates)
    taken.name, taken.content = best.entry.name, best.content
    graded = best.name
    for one in candidates:
        if one.content != best.content:
            taken.note(say("{left} was set aside: {graded} was graded.", left=one.name, graded=graded))
    if doubt:
        taken.needs_look = True
        taken.note(say("It is not certain which of the files is meant: {graded} was graded.", graded=graded))


def _timestamp(content):
    """nbgrader's time stamp, if it is one that nbgrader can read."""
    from nbgrader.utils import parse_utc

    text = content[:100].decode("utf-8", errors="replace").strip()
    try:
        return text if text and parse_utc(text) else None
    except (ValueError, OverflowError, TypeError):
        return None
