"""One page per student, in the student's language: points, what was checked and what was wrong; no hidden test."""

import io
import zipfile

from course_lib.classroom.intake.layouts import moodle_folder
from course_lib.classroom.judge.outcome import spoken, title
from course_lib.classroom.pages.page import environment, titles, unread
from course_lib.classroom.records import Records
from course_lib.errors import CourseError
from course_lib.files import write_bytes, write_text
from course_lib.tools import sources

LONGEST = 6000  # characters of an answer that are shown


def run(klass, assignment):
    """`class feedback`: feedback/ID/.../01_exercises.html for everybody, and all of them as a zip for the LMS.

    Returns:
        student id -> path of the page; who has handed in something that is not graded yet is missing.

    Raises:
        CourseError: the assignment is not released, or nothing of it has been graded yet.
    """
    with klass.alone():
        assignment.require_released(klass)
        notebook = sources.convert(assignment.source)
        records = Records(klass, assignment, notebook)
        students = klass.students()
        found = {student.id: records.read(student.id) for student in students}
        grades = records.grades()
        if not any(found.values()) and not grades:
            raise CourseError(
                f"nothing of {assignment.name} is graded in {klass.folder}: "
                f"run `{klass.command(f'grade {assignment.number}')}` first"
            )
        headings = {language: titles(notebook, language) for language in {student.language for student in students}}
        pages, waiting = {}, []
        for student in students:
            record, handed = found[student.id], records.handed_in(student)
            if handed and (record["sha256"] != handed["sha256"] if record else student.id not in grades):
                waiting.append(student.id)  # handed in (again), and not graded yet
                continue
            shown = record["outcome"]["tasks"] if record else records.marks()
            text = page(student, record, grades.get(student.id), headings[student.language], shown)
            target = klass.path("feedback", student.id, assignment.name) / f"{assignment.notebook}.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            write_text(target, text)
            pages[student.id] = target
        bundle = _bundle(klass, assignment, records.collected, pages)
    print(f"{len(pages)} pages: {klass.folder / 'feedback'}{'/ID/' + assignment.name}/{assignment.notebook}.html")
    if waiting:
        print(f"no page yet, because what they handed in is not graded: {', '.join(waiting)}")
    print(f"all of them for the LMS: {bundle} ({bundle.stat().st_size / 1000:.0f} kB)")
    return pages


def page(student, record, grade, headings, marks):
    """The HTML text of one student's page.

    Args:
        record: what grading found, or None where nothing was handed in or stock nbgrader graded it.
        grade: what the gradebook says, a value of `Records.grades`, or None.
        headings: of `titles`, in the student's language.
        marks: a TaskMark as a dict for each task.
    """
    answers, tasks = _answers(record), []
    if record or grade and grade["tasks"]:
        grade = grade or {"penalty": 0, "tasks": {}, "comments": {}}
        tasks = [
            _task(mark, record, grade, student.language)
            | {"title": headings.get(mark["task"], mark["task"]), "answer": answers.get(mark["task"], "")}
            for mark in marks
        ]
    penalty = grade["penalty"] if grade else 0
    touched = any(task["comment"] or task["by_hand"] for task in tasks)
    return (
        environment(student.language)
        .get_template("feedback.html")
        .render(
            title=headings[""],
            student=student,
            tasks=tasks,
            graded=bool(tasks) and (not unread(record) or touched),
            points=sum(task["points"] for task in tasks) - penalty,
            possible=sum(mark["possible"] for mark in marks),
            penalty=penalty,
            notes=[note[student.language] for note in record["notes"]] if record else [],
            digest=record["sha256"] if record else None,
            longest=LONGEST,
        )
    )


def _task(mark, record, grade, language):
    """What grading said of a task, and of each of its parts if there are several."""
    parts = mark["parts"] if len(mark["parts"]) > 1 else [mark]
    found = grade["tasks"].get(mark["task"]) or [(part["points"], False) for part in parts]
    alone = len(parts) == 1 or len(parts) != len(found)  # or graded before it had parts
    whole = [(sum(points for points, _ in found), any(by_hand for _, by_hand in found))]
    unseen = unread(record)
    pieces = [] if alone else [_piece(*one, unseen, language) for one in zip(parts, found)]
    for number, (piece, part) in enumerate(zip(pieces, parts), 1):
        piece["title"] = title(number, part["name"]).to(language)
    return {
        **_piece(mark, *whole, unseen, language),
        "parts": pieces,
        "errors": _errors(pieces, mark["error"] and mark["error"][language]),
        "checks": [spoken(label, language) for label in mark["checks"]],
        "comment": grade["comments"].get(mark["task"]),
    }


def _errors(pieces, error):
    """The sentences of all parts, each once; of several, each says which part it is about."""
    said = {piece["error"] for piece in pieces if piece["error"]}
    if len(said) < 2:
        return [error] if error else []
    return [f"{piece['title']}: {piece['error']}" for piece in pieces if piece["error"]]


def _piece(mark, grade, unseen, language):
    """A task, or a part of it; `state` is "right", "partly", "wrong" or "none" (there was nothing to grade)."""
    points, by_hand = grade
    state = "right" if points >= mark["possible"] else "partly" if points > 0 else "wrong"
    if state == "wrong" and unseen and not by_hand:
        state = "none"
    return {
        "points": points,
        "possible": mark["possible"],
        "state": state,
        "by_hand": by_hand,
        "error": mark["error"] and mark["error"][language],
    }


def _answers(record):
    """grade id -> what the student wrote there; that of a solution is the name of its task."""
    notebook = (record or {}).get("outcome", {}).get("notebook") or {}
    found = {}
    for cell in notebook.get("cells", []):
        source = cell.get("source", "")
        if grade_id := cell.get("metadata", {}).get("nbgrader", {}).get("grade_id"):
            found.setdefault(grade_id, "".join(source) if isinstance(source, list) else str(source))
    return found


def _bundle(klass, assignment, collected, pages):
    """All pages as one zip; in Moodle's own folders where the work came from Moodle, so that it takes them back."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for student_id, path in pages.items():
            came_from = (collected.get(student_id) or {}).get("from", "").split("/")[0]
            archive.write(path, f"{moodle_folder(came_from) or student_id}/{path.name}")
    target = klass.folder / "handout" / f"{assignment.name}-feedback.zip"
    target.parent.mkdir(exist_ok=True)
    write_bytes(target, buffer.getvalue())
    return target
