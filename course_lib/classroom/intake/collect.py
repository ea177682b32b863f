"""From what an LMS gives to submitted/: who handed in what, what could not be placed, and why."""

import hashlib

from course_lib.classroom.intake import copies, ledger, upload
from course_lib.classroom.intake.what import known_cells, pick
from course_lib.classroom.intake.who import STAMP, place
from course_lib.errors import CourseError
from course_lib.files import write_bytes, write_text
from course_lib.texts import both, say


def run(klass, assignment, path, only=None):
    """`class collect`: fill submitted/ from a folder or zip; prints what was taken from whom.

    Args:
        path: the folder, zip or single file that came from the LMS.
        only: id of the student to whom all of it belongs, for work that came by mail.

    Returns:
        (student id -> (files, whether the LMS says late), [(name, why it was not placed)])

    Raises:
        CourseError: there is nothing at that path, it is no zip, or the assignment is not released.
    """
    with klass.alone():
        return _run(klass, assignment, path, only)


def _run(klass, assignment, path, only):
    assignment.require_released(klass)
    everything = upload.entries(path)
    if not everything:
        raise CourseError(say("{path} holds no files: give what you downloaded from the LMS", path=path))
    students = klass.students()
    ids = known_cells()
    if only:
        owner, layout = klass.student(only), f"all for {only}"
        placed, lost = {owner.id: ([entry for entry in everything if entry.parts[-1] != STAMP], False)}, []
    else:
        own = {name for chapter in ids for name in (chapter, f"{chapter[:2]}_exercises", f"{chapter[:2]}_lesson")}
        placed, lost, layout = place(everything, students, assignment.name, own)
    record, lines = ledger.recorded(klass, assignment), []
    try:
        for student in students:
            if student.id not in placed:
                continue
            files, late = placed[student.id]
            taken = pick(student.id, files, assignment, ids)
            taken.late = late
            _keep(klass, assignment, taken, record)
            lines.append(_line(student, taken))
    finally:  # what has been taken is noted even if the command is stopped here
        ledger.write(klass, assignment, record, [{"name": name, "why": why} for name, why in lost])
    # nothing is printed before all is done: when the reader of a pipe goes away, the program ends at a `print`
    print(f"{assignment.name} from {path}: {layout}", *lines, sep="\n")
    missing = [student.id for student in students if not record.get(student.id)]
    print(f"{len(placed)} students placed; in all, {len(students) - len(missing)} of {len(students)} have handed in")
    if missing:
        print(f"nothing from: {', '.join(missing)}")
    if lost:
        print(f"not placed ({len(lost)}):")
        for name, why in lost:
            print(f"    {name}: {why}")
    return placed, lost


def _line(student, taken):
    sentences = "".join(f"\n        {note['en']}" for note in taken.notes)
    late = " (late, according to the LMS)" if taken.late else ""
    name = taken.name if taken.content is not None else "no notebook"
    return f"    {student.id}  {student.name}: {name}{late}{sentences}"


def _keep(klass, assignment, taken, record):
    """Write what was taken; the bytes also under their digest, so that nothing that was ever handed in is lost."""
    folder = klass.path("submitted", taken.student, assignment.name)
    folder.mkdir(parents=True, exist_ok=True)
    before = record.get(taken.student, {})
    if kept := _earlier_counts(klass, assignment, taken, before):
        taken.note(kept)
        if taken.content is not None:
            notes = [note for note in before.get("notes", []) if note != both(kept)]
            record[taken.student] = {**before, "notes": notes + [both(kept)], "needs_look": True}
            _remember(klass, assignment, taken.content)
        return
    if taken.content is None:
        digest = None
    else:
        digest = _remember(klass, assignment, taken.content)
        write_bytes(folder / f"{assignment.notebook}.ipynb", taken.content)
        if before.get("sha256") == digest:  # a download without times does not make a late file one in time
            taken.timestamp = taken.timestamp or before.get("timestamp")
        if taken.timestamp:
            write_text(folder / STAMP, taken.timestamp)
        else:
            (folder / STAMP).unlink(missing_ok=True)
    record[taken.student] = {
        "from": taken.name,
        "sha256": digest,
        "late": taken.late,
        "timestamp": taken.timestamp,
        "notes": taken.notes,
        "needs_look": taken.needs_look,
    }


def _remember(klass, assignment, content):
    """Keep bytes in collected/, named by their digest, which is returned."""
    digest = hashlib.sha256(content).hexdigest()
    target = klass.folder / "collected" / assignment.name / digest
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(target, content)
    return digest


def _earlier_counts(klass, assignment, taken, before):
    """Why what a student handed in before still counts, or None: nothing without an answer replaces an answer."""
    if not before.get("sha256"):
        return None
    if taken.content is None:
        return say("What was handed in before is kept.")
    earlier = klass.folder / "collected" / assignment.name / before["sha256"]
    if not earlier.is_file() or copies.work(taken.content, assignment.source)[0] == copies.ANSWERED:
        return None
    if copies.work(earlier.read_bytes(), assignment.source)[0] != copies.ANSWERED:
        return None
    return say("{name} holds no answers: what was handed in before is kept.", name=taken.name.rpartition("/")[2])
