"""The instructor's page of an assignment, a picture first, and the grades as CSV for the LMS.

The columns of the CSV, in this order, do not change; after them comes one for each task, named by it.
"""

import base64
import collections
import csv
import io
import re
import statistics
from pathlib import Path

from course_lib.classroom.intake.collect import unplaced
from course_lib.classroom.pages.feedback import css, environment, number, titles, unread
from course_lib.classroom.records import Records
from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import sources

COLUMNS = (
    "assignment",
    "student_id",
    "name",
    "email",
    "lms_id",
    "status",  # graded, waiting (handed in and not graded yet), missing
    "points",  # what counts: with manual grading, extra credit and late penalty
    "possible",
    "percent",
    "late",  # yes: the LMS or nbgrader's due date says so
    "late_penalty",
    "submitted_at",
    "graded_at",
    "needs_look",
    "notes",
    "sha256",
)
UNWRITTEN = re.compile(r"not written|NotImplementedError", re.IGNORECASE)


def report(course, assignment, table=None):
    """`class report`: report/01_cnn_basics.html and .csv; returns the rows.

    Args:
        table: path of another CSV file to write, for example where the LMS takes it from.
    """
    if table and not Path(table).absolute().parent.is_dir():
        raise CourseError(f"{Path(table).parent} does not exist: make the folder, or name another file with --csv")
    with course.alone():
        assignment.require_released(course)
        notebook = sources.convert(assignment.source)
        book = Records(course, assignment, notebook)
        rows = _rows(course, book)
        folder = course.folder / "report"
        folder.mkdir(exist_ok=True)
        page = folder / f"{assignment.name}.html"
        write_text(page, _page(course, assignment, book, rows, titles(notebook, "en")))
        text = _csv(assignment, book, rows)
        for path in [folder / f"{assignment.name}.csv", *([Path(table)] if table else [])]:
            write_text(path, text)
    print(_summary(rows, book))
    print(f"the page: {page}")
    print(f"for the LMS: {Path(table) if table else folder / (assignment.name + '.csv')}")
    return rows


def _rows(course, book):
    """A dict a student, in the roster's order."""
    grades, rows = book.grades(), []
    for student in course.students():
        record, grade = book.read(student.id), grades.get(student.id)
        handed = book.handed_in(student)
        current = (
            not record or not handed or handed["sha256"] == record["sha256"]
        )  # no record: stock nbgrader graded it
        row = {
            "student": student,
            "record": record,
            "status": "graded" if grade and current else "waiting" if handed else "missing",
            "tasks": [],
            "points": 0.0,
            "penalty": 0.0,
            "late": bool(handed and handed["late"]),
            "why": [],  # a person should look at it
            "odd": [],  # worth knowing, and no more
        }
        if grade:
            row["tasks"] = [grade["tasks"].get(task, (0.0, False))[0] for task in book.tasks]
            row["penalty"] = grade["penalty"]
            row["points"] = grade["score"] - grade["penalty"]
            row["late"] = row["late"] or grade["late"]
        if record:
            notes = [note["en"] for note in record["notes"]]
            if record["outcome"]["needs_look"]:
                row["why"] = notes or ["One of its cells or calls had to be stopped."]
            else:
                row["odd"] = notes
        rows.append(row)
    same = collections.defaultdict(list)
    for row in rows:
        if row["record"] and row["record"]["sha256"] and row["points"] > 0:
            same[row["record"]["sha256"]].append(row)
    for group in same.values():
        for row in group if len(group) > 1 else ():
            others = ", ".join(other["student"].id for other in group if other is not row)
            row["why"].append(f"The file is the same, to the last byte, as that of {others}.")
    return rows


def _csv(assignment, book, rows):
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*COLUMNS, *book.tasks])
    possible = sum(book.tasks.values())
    for row in rows:
        record = row["record"] or {}
        values = {
            "assignment": assignment.name,
            "student_id": row["student"].id,
            "name": row["student"].name,
            "email": row["student"].email,
            "lms_id": row["student"].lms_id,
            "status": row["status"],
            "points": number(row["points"]),
            "possible": number(possible),
            "percent": f"{100 * row['points'] / possible:.1f}" if possible else "",
            "late": "yes" if row["late"] else "no",
            "late_penalty": number(row["penalty"]),
            "submitted_at": record.get("timestamp") or "",
            "graded_at": record.get("graded_at", ""),
            "needs_look": "yes" if row["why"] else "no",
            "notes": " ".join(row["why"] + row["odd"]),
            "sha256": record.get("sha256") or "",
        }
        writer.writerow(
            [_plain(values[column]) for column in COLUMNS]
            + [number(score) for score in row["tasks"] or [0] * len(book.tasks)]
        )
    return "\ufeff" + stream.getvalue()  # the mark tells spreadsheets that it is UTF-8


def _plain(text):
    """What a student named a file must not become a formula in the instructor's spreadsheet."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"-?[\d.]+", text) else text


def _graded(rows):
    return [row for row in rows if row["tasks"]]


def _read(rows):
    """Those of whom there was a notebook that could be read: the others failed no task, they handed in none."""
    return [row for row in _graded(rows) if not unread(row["record"])]


def _summary(rows, book):
    graded, possible = _graded(rows), sum(book.tasks.values())
    count = collections.Counter(row["status"] for row in rows)
    text = f"{len(rows)} students: " + ", ".join(
        f"{count[state]} {state}" for state in ("graded", "waiting", "missing") if count[state]
    )
    if graded:
        points = [row["points"] for row in graded]
        text += f"; {statistics.mean(points):.1f} of {possible} points on average, median {number(statistics.median(points))}, from {number(min(points))} to {number(max(points))}"
    return text + f"; {sum(bool(row['why']) for row in rows)} need a look"


def _tasks(rows, book, headings):
    """A dict a task, most failed first, with the commonest failure; sentences that differ in numbers only are one failure."""
    result = []
    for index, (task, possible) in enumerate(book.tasks.items()):
        failed, unwritten, kinds, example = 0, 0, collections.Counter(), {}
        for row in _read(rows):
            if row["tasks"][index] >= possible:
                continue
            failed += 1
            marks = row["record"]["outcome"]["tasks"] if row["record"] else []
            error = next((mark["error"] for mark in marks if mark["task"] == task), None)
            if not error:
                continue
            if UNWRITTEN.search(error):
                unwritten += 1
                continue
            kind = re.sub(r"-?\d+(\.\d+)?(e[+-]?\d+)?|\b(nan|inf)\b", "#", error)
            kinds[kind] += 1
            example.setdefault(kind, error)
        commonest = kinds.most_common(1)
        result.append(
            {
                "title": headings.get(task, task),
                "possible": possible,
                "failed": failed,
                "unwritten": unwritten,
                "times": commonest[0][1] if commonest else 0,
                "commonest": example[commonest[0][0]] if commonest else "",
            }
        )
    return sorted(result, key=lambda row: -row["failed"])


def _page(course, assignment, book, rows, headings):
    tasks, graded = _tasks(rows, book, headings), _read(rows)
    points = [row["points"] for row in _graded(rows)]
    picture, alt, size = _picture(points, len(graded), tasks, sum(book.tasks.values())) if points else ("", "", (0, 0))
    return (
        environment()
        .get_template("report.html")
        .render(
            css=css(),
            title=headings[""],
            summary=_summary(rows, book),
            picture=picture,
            alt=alt,
            size=size,
            looks=[row for row in rows if row["why"]],
            odd=_by_sentence(rows),
            tasks=tasks,
            names=[headings.get(task, task) for task in book.tasks],
            graded=len(graded),
            rows=rows,
            unplaced=unplaced(course, assignment),
        )
    )


def _by_sentence(rows):
    """What was odd -> ids of the students with whom it was, the commonest first."""
    found = collections.defaultdict(list)
    for row in rows:
        for what in row["odd"]:
            found[what].append(row["student"].id)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _picture(points, read, tasks, possible):
    """(PNG as base64, alt text, (width, height)): how many have how many points, and how many failed which task."""
    from matplotlib.figure import Figure
    from PIL import Image

    from course_lib import plot

    figure = Figure(figsize=(9, max(3.2, 0.32 * len(tasks) + 1)))
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.3))
    bins = [possible * step / 10 for step in range(11)]
    counts, _, _ = left.hist(points, bins=bins, color=plot.COLOURS[0], edgecolor="white")
    left.axvline(statistics.median(points), color=plot.COLOURS[1])
    left.set(
        title=f"Half have {number(statistics.median(points))} points or more",
        xlabel=f"points of {possible}",
        ylabel="students",
    )
    left.yaxis.get_major_locator().set_params(integer=True)
    shown = tasks[::-1]
    failed, unwritten = [row["failed"] for row in shown], [row["unwritten"] for row in shown]
    places = range(len(shown))
    right.barh(places, failed, color=plot.COLOURS[1], label="wrong")
    if any(unwritten):
        right.barh(places, unwritten, color=plot.COLOURS[5], label="not written")
    right.set_yticks(places, [row["title"][:38] for row in shown])
    right.set(title=f"Most failed: {tasks[0]['title'][:38]}", xlabel=f"students of {read} without full points")
    right.set_xlim(0, max(1, read))
    right.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside lower right", ncols=2)
    content = plot.png(figure)
    with Image.open(io.BytesIO(content)) as image:
        size = image.size
    alt = (
        f"Left: histogram of the points of {len(points)} students, in tenths of {possible}: {', '.join(str(int(count)) for count in counts)}; "
        f"median {number(statistics.median(points))}. Right: students without full points in each task: "
        + ", ".join(f"{row['title']} {row['failed']}" for row in tasks)
        + "."
    )
    return base64.b64encode(content).decode(), alt, size
