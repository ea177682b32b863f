"""A page a student: points, what was checked, what was wrong; in the student's language, without a hidden test's code."""

import re
import zipfile
from pathlib import Path

from course_lib.classroom.intake.collect import MOODLE
from course_lib.classroom.records import Records
from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import sources

LONGEST = 6000  # letters of an answer that are shown
SAY = {
    "en": {
        "total": "{points} of {possible} points",
        "penalty": "{points} points were taken off because it came late.",
        "overview": "Overview",
        "caption": "Points of each task; the link leads to what was found there.",
        "unread": "Points of each task. There was nothing to grade.",
        "task": "Task",
        "state": "Result",
        "points": "Points",
        "of": "{points} of {possible} points",
        "by_hand": "graded by hand",
        "wrong": "What was wrong",
        "comment": "Comment",
        "held": "What was checked and was right",
        "answer": "Your answer",
        "nothing": "Nothing was handed in, so there is nothing to say yet.",
        "right": "✓ right",
        "partly": "◐ partly right",
        "not": "✗ not right yet",
        "none": "– not graded",
        "footer": "Your functions were called with other inputs than those of the visible checks, and their results compared.",
        "digest": "Your file: {digest}.",
        "truncated": "\n... (shortened)",
    },
    "ko": {
        "total": "{possible}점 중 {points}점",
        "penalty": "늦게 제출하여 {points}점이 감점되었습니다.",
        "overview": "한눈에 보기",
        "caption": "문제별 점수입니다. 링크를 누르면 채점 결과로 이동합니다.",
        "unread": "문제별 점수입니다. 채점할 내용이 없었습니다.",
        "task": "문제",
        "state": "결과",
        "points": "점수",
        "of": "{possible}점 중 {points}점",
        "by_hand": "직접 채점함",
        "wrong": "틀린 점",
        "comment": "의견",
        "held": "점검한 결과 맞은 것",
        "answer": "제출한 답",
        "nothing": "제출한 파일이 없어서 채점 결과도 없습니다.",
        "right": "✓ 맞음",
        "partly": "◐ 일부 맞음",
        "not": "✗ 아직 틀림",
        "none": "– 채점하지 못함",
        "footer": "작성한 함수를 점검 셀과 다른 입력으로 호출하여 결과를 비교했습니다.",
        "digest": "제출한 파일: {digest}.",
        "truncated": "\n... (줄임)",
    },
}


def feedback(course, assignment):
    """`class feedback`: feedback/ID/.../01_exercises.html for everybody, and all of them as a zip for the LMS.

    Raises:
        CourseError: nothing has been graded yet.
    """
    with course.alone():
        assignment.require_released(course)
        notebook = sources.convert(assignment.source)
        book = Records(course, assignment, notebook)
        students = course.students()
        records = {student.id: book.read(student.id) for student in students}
        grades = book.grades()
        if not any(records.values()) and not grades:
            raise CourseError(
                f"nothing of {assignment.name} is graded in {course.folder}: run `python3 -m course_lib class grade {assignment.number}` first"
            )
        headings = {language: titles(notebook, language) for language in SAY}
        template = environment().get_template("feedback.html")
        pages, waiting = {}, []
        for student in students:
            record, handed = records[student.id], book.handed_in(student)
            if handed and (record["sha256"] != handed["sha256"] if record else student.id not in grades):
                waiting.append(student.id)  # handed in (again), and not graded yet
                continue
            text = page(
                template, student, records[student.id], grades.get(student.id), headings[student.language], book
            )
            target = course.path("feedback", student.id, assignment.name) / f"{assignment.notebook}.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            write_text(target, text)
            pages[student.id] = target
        bundle = _bundle(course, assignment, book, pages)
    print(f"{len(pages)} pages: {course.folder / 'feedback'}{'/ID/' + assignment.name}/{assignment.notebook}.html")
    if waiting:
        print(f"no page yet, because what they handed in is not graded: {', '.join(waiting)}")
    print(f"all of them for the LMS: {bundle} ({bundle.stat().st_size / 1000:.0f} kB)")
    return pages


def environment():
    """Jinja2 on the templates of this folder; what is put in is escaped."""
    import jinja2

    where = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent, encoding="utf-8"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    where.filters["number"] = number
    where.filters["lang"] = lambda text, language: (
        jinja2.utils.markupsafe.Markup(' lang="en"') if language == "ko" and not re.search("[가-힣]", text) else ""
    )
    return where


def css():
    import jinja2

    return jinja2.utils.markupsafe.Markup(Path(__file__).with_name("page.css").read_text(encoding="utf-8"))


def number(value):
    """12 rather than 12.0, 7.5 as it is."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def titles(notebook, language):
    """The exercises' title under "", and each task's heading, in one language."""
    found, last = {}, ""
    for cell in sources.edition(notebook, language).cells:
        if cell.cell_type == "markdown" and (heading := re.search(r"^#+ +(.+)$", cell.source, re.MULTILINE)):
            last = re.sub(r"[*_`$]", "", heading[1]).strip()
            found.setdefault("", last)
        elif cell.metadata.get("nbgrader", {}).get("solution"):
            found[cell.metadata.nbgrader.grade_id] = re.sub(
                r"\s*\([^()]*\d[^()]*\)$", "", last
            )  # points are told beside it
    return found


def page(template, student, record, grade, headings, book):
    """The HTML text of one student's page.

    Args:
        record: what grading found, or None where nothing was handed in.
        grade: what the gradebook says: {"score", "penalty", "tasks": {task: (score, by hand)}, "comments": {task: text}}, or None.
        headings: of `titles`.
    """
    language = student.language
    say, tasks = SAY[language], []
    answers = _answers(record)
    marks = record["outcome"]["tasks"] if record else []
    if grade and not record:  # graded by stock nbgrader: its points, without sentences
        marks = [
            {"task": task, "possible": possible, "points": 0, "error": None, "checks": []}
            for task, possible in book.tasks.items()
        ]
    for task in marks:
        name = task["task"]
        score, by_hand = (grade or {}).get("tasks", {}).get(name, (task["points"], False))
        state = "right" if score >= task["possible"] else "partly" if score > 0 else "not"
        if state == "not" and unread(record) and not by_hand:
            state = "none"
        answer = answers.get(name, "")
        tasks.append(
            {
                "title": headings.get(name, name),
                "points": score,
                "possible": task["possible"],
                "state": say[state],
                "colour": "good" if state == "right" else "bad",
                "by_hand": by_hand,
                "error": task["error"] and task["error"][language],
                "checks": task["checks"],
                "comment": (grade or {}).get("comments", {}).get(name),
                "answer": answer[:LONGEST] + (say["truncated"] if len(answer) > LONGEST else ""),
            }
        )
    penalty = (grade or {}).get("penalty") or 0
    touched = any(task["comment"] or task["by_hand"] for task in tasks)
    return template.render(
        language=language,
        say=say,
        css=css(),
        title=headings[""],
        student=student,
        tasks=tasks,
        graded=bool(tasks) and (not unread(record) or touched),
        points=sum(task["points"] for task in tasks) - penalty,
        possible=sum(book.tasks.values()),
        penalty=penalty,
        notes=[note[language] for note in record["notes"]] if record else [],
        digest=record["sha256"] if record else None,
    )


def unread(record):
    """Whether there was a file of which no cell could be read, or none at all: then each task would say the same."""
    return (
        bool(record) and not record["outcome"]["notebook"] and not any(t["points"] for t in record["outcome"]["tasks"])
    )


def _answers(record):
    """task -> what the student wrote."""
    notebook = (record or {}).get("outcome", {}).get("notebook") or {}
    found = {}
    for cell in notebook.get("cells", []):
        about = cell.get("metadata", {}).get("nbgrader", {})
        if about.get("grade_id") and not about.get("locked"):
            source = cell.get("source", "")
            found.setdefault(about["grade_id"], "".join(source) if isinstance(source, list) else str(source))
    return found


def _bundle(course, assignment, book, pages):
    """All pages as one zip; in Moodle's own folders where the submissions came from Moodle, so that it takes them back."""
    target = course.folder / "handout" / f"{assignment.name}-feedback.zip"
    target.parent.mkdir(exist_ok=True)
    part = target.with_name(target.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for student_id, path in pages.items():
            came_from = (book.collected.get(student_id) or {}).get("from", "").split("/")[0]
            match = MOODLE.fullmatch(came_from)
            folder = came_from.removesuffix(match["rest"]) if match else student_id
            archive.write(path, f"{folder}/{path.name}")
    part.replace(target)
    return target
