"""The instructor's page of an assignment, a picture first, and the grades as CSV for the LMS.

The columns of the CSV and their order do not change; after them comes one column per task, named after it.
"""

import base64
import collections
import csv
import io
import re
import statistics
from pathlib import Path

from course_lib.classroom.intake.ledger import unplaced
from course_lib.classroom.judge.outcome import title
from course_lib.classroom.pages.page import environment, number, titles, unread
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
    "points",  # what counts: manual grading and extra credit are in it, the late penalty is taken off
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


def run(klass, assignment, table=None):
    """`class report`: report/01_cnn_basics.html and .csv.

    Args:
        table: path of another CSV file to write, for example where the LMS takes it from.

    Returns:
        a dict per student, in the order of the roster, as `_rows` makes it.

    Raises:
        CourseError: the folder of `table` does not exist, or the assignment is not released.
    """
    if table and not Path(table).absolute().parent.is_dir():
        raise CourseError(f"{Path(table).parent} does not exist: make the folder, or name another file with --csv")
    with klass.alone():
        assignment.require_released(klass)
        notebook = sources.convert(assignment.source)
        records = Records(klass, assignment, notebook)
        rows = _rows(klass, records)
        folder = klass.folder / "report"
        folder.mkdir(exist_ok=True)
        page = folder / f"{assignment.name}.html"
        headings, lost = titles(notebook, "en"), unplaced(klass, assignment)
        write_text(page, _page(rows, records.tasks, headings, lost, _parts(records)))
        text = _csv(assignment.name, records.tasks, rows)
        for path in [folder / f"{assignment.name}.csv", *([Path(table)] if table else [])]:
            write_text(path, text)
    print(_summary(rows, records.tasks))
    print(f"the page: {page}")
    print(f"for the LMS: {Path(table) if table else folder / (assignment.name + '.csv')}")
    return rows


def _rows(klass, records):
    """A dict per student, in the order of the roster."""
    grades, rows = records.grades(), []
    for student in klass.students():
        record, grade = records.read(student.id), grades.get(student.id)
        handed = records.handed_in(student)
        # without a record, stock nbgrader graded it
        current = not record or not handed or handed["sha256"] == record["sha256"]
        row = {
            "student": student,
            "record": record,
            "status": "graded" if grade and current else "waiting" if handed else "missing",
            "tasks": [],
            "parts": [],  # of each task, the points of each part
            "points": 0.0,
            "penalty": 0.0,
            "late": bool(handed and handed["late"]),
            "why": [],  # why a person should look at it
            "odd": [],  # worth knowing, but nothing to do
        }
        if grade:
            row["parts"] = [[points for points, _ in grade["tasks"][task]] for task in records.tasks]
            row["tasks"] = [sum(points) for points in row["parts"]]
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
    _note_identical(rows)
    return rows


def _note_identical(rows):
    """Say in the rows which files are the same, except those without points: untouched notebooks are all alike."""
    same = collections.defaultdict(list)
    for row in rows:
        if row["record"] and row["record"]["sha256"] and row["points"] > 0:
            same[row["record"]["sha256"]].append(row)
    for group in same.values():
        for row in group if len(group) > 1 else ():
            others = ", ".join(other["student"].id for other in group if other is not row)
            row["why"].append(f"The file is identical to that of {others}, byte for byte.")


def _csv(assignment, tasks, rows):
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*COLUMNS, *tasks])
    possible = sum(tasks.values())
    for row in rows:
        record = row["record"] or {}
        values = {
            "assignment": assignment,
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
            + [number(score) for score in row["tasks"] or [0] * len(tasks)]
        )
    return "\ufeff" + stream.getvalue()  # the mark tells spreadsheets that it is UTF-8


def _plain(text):
    """What a student named a file must not become a formula in the instructor's spreadsheet."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"-?[\d.]+", text) else text


def _graded(rows):
    return [row for row in rows if row["tasks"]]


def _read(rows):
    """Those whose notebook could be read: the others did not fail a task, they handed in none."""
    return [row for row in _graded(rows) if not unread(row["record"])]


def _summary(rows, tasks):
    points, possible = [row["points"] for row in _graded(rows)], sum(tasks.values())
    count = collections.Counter(row["status"] for row in rows)
    states = [f"{count[state]} {state}" for state in ("graded", "waiting", "missing") if count[state]]
    text = f"{len(rows)} students: {', '.join(states)}"
    if points:
        median, least, most = map(number, (statistics.median(points), min(points), max(points)))
        text += (
            f"; {statistics.mean(points):.1f} of {possible} points on average, median {median}, from {least} to {most}"
        )
    return text + f"; {sum(bool(row['why']) for row in rows)} need a look"


def _parts(records):
    """task -> (title, points) of each of its parts; tasks of one part are left out."""
    found = collections.defaultdict(list)
    for task, name, points in records.tests.values():
        found[task].append((title(len(found[task]) + 1, name).to("en"), points))
    return {task: parts for task, parts in found.items() if len(parts) > 1}


def _tasks(rows, possible, headings, parts):
    """A dict per task, the most failed first, with its most common failure.

    Sentences that differ only in numbers count as one failure.

    Args:
        parts: of `_parts`.
    """
    result = []
    for index, (task, most) in enumerate(possible.items()):
        failed, unwritten, kinds, example = 0, 0, collections.Counter(), {}
        for row in _read(rows):
            if row["tasks"][index] >= most:
                continue
            failed += 1
            marks = row["record"]["outcome"]["tasks"] if row["record"] else []
            error = next((mark["error"]["en"] for mark in marks if mark["task"] == task and mark["error"]), None)
            if not error:
                continue
            if UNWRITTEN.search(error):
                unwritten += 1
                continue
            kind = re.sub(r"-?(\d+(\.\d+)?(e[+-]?\d+)?|\b(nan|inf)\b)", "#", error)
            kinds[kind] += 1
            example.setdefault(kind, error)
        commonest = kinds.most_common(1)
        result.append(
            {
                "title": headings.get(task, task),
                "possible": most,
                "failed": failed,
                "unwritten": unwritten,
                "times": commonest[0][1] if commonest else 0,
                "commonest": example[commonest[0][0]] if commonest else "",
                "parts": [
                    {
                        "title": name,
                        "possible": points,
                        "failed": sum(row["parts"][index][place] < points for row in _read(rows)),
                    }
                    for place, (name, points) in enumerate(parts.get(task, ()))
                ],
            }
        )
    return sorted(result, key=lambda row: -row["failed"])


def _page(rows, possible, headings, lost, parts):
    """The HTML text.

    Args:
        rows: of `_rows`.
        possible: task -> points it is worth.
        headings: of `titles`.
        lost: what could not be placed, of `unplaced`.
        parts: of `_parts`.
    """
    tasks, graded = _tasks(rows, possible, headings, parts), _read(rows)
    points = [row["points"] for row in _graded(rows)]
    picture, alt, size = _picture(points, len(graded), tasks, sum(possible.values())) if points else ("", "", (0, 0))
    return (
        environment("en")
        .get_template("report.html")
        .render(
            title=headings[""],
            summary=_summary(rows, possible),
            picture=picture,
            alt=alt,
            size=size,
            looks=[row for row in rows if row["why"]],
            odd=_by_sentence(rows),
            tasks=tasks,
            names=[headings.get(task, task) for task in possible],
            graded=len(graded),
            rows=rows,
            unplaced=lost,
        )
    )


def _by_sentence(rows):
    """What was odd -> ids of the students concerned, the most common first."""
    found = collections.defaultdict(list)
    for row in rows:
        for what in row["odd"]:
            found[what].append(row["student"].id)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _picture(points, read, tasks, possible):
    """A picture of how many students have how many points, and how many failed which task.

    Args:
        points: of each graded student.
        read: number of students whose notebook could be read.
        tasks: of `_tasks`.
        possible: points of all tasks together.

    Returns:
        (PNG as base64, alt text, (width, height))
    """
    from PIL import Image

    from course_lib import plot

    figure, counts = _figure(points, read, tasks, possible)
    content = plot.png(figure)
    with Image.open(io.BytesIO(content)) as image:
        size = tuple(side // plot.PIXELS for side in image.size)
    alt = (
        f"Left: histogram of the points of {len(points)} students, in tenths of {possible}: "
        f"{', '.join(map(str, counts))}; median {number(statistics.median(points))}. Right: students without full points in each task: "
        + ", ".join(f"{row['title']} {row['failed']}" for row in tasks)
        + "."
    )
    return base64.b64encode(content).decode(), alt, size


def _figure(points, read, tasks, possible):
    """(figure, number of students in each tenth of the points); the arguments are those of `_picture`."""
    from matplotlib.figure import Figure

    from course_lib import plot

    figure = Figure(figsize=(9, max(3.2, 0.32 * len(tasks) + 1)))
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.3))
    bins = [possible * step / 10 for step in range(11)]
    counts, _, _ = left.hist(points, bins=bins, color=plot.COLOURS[0], edgecolor="white")
    left.axvline(statistics.median(points), color=plot.COLOURS[1])
    title = f"Half have {number(statistics.median(points))} points or more"
    left.set(title=title, xlabel=f"points out of {possible}", ylabel="students")
    left.yaxis.get_major_locator().set_params(integer=True)
    shown = tasks[::-1]
    failed, unwritten = [row["failed"] for row in shown], [row["unwritten"] for row in shown]
    places = range(len(shown))
    right.barh(places, failed, color=plot.COLOURS[1], label="wrong")
    if any(unwritten):
        right.barh(places, unwritten, color=plot.COLOURS[5], label="not written")
    right.set_yticks(places, [row["title"][:38] for row in shown])
    right.set(title=f"Most failed: {tasks[0]['title'][:38]}", xlabel=f"students without full points, out of {read}")
    right.set_xlim(0, max(1, read))
    right.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside lower right", ncols=2)
    return figure, [int(count) for count in counts]
