"""What people see: pages that parse strictly, can be read without eyes, and
hold no test's code; a report, a table for the LMS."""

import base64
import csv
import dataclasses
import html
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import classes
import html5lib
import pytest

from course_lib.classroom import grade, workers
from course_lib.classroom.classes import ClassFolder, Student
from course_lib.classroom.intake import collect
from course_lib.classroom.pages import feedback, report
from course_lib.classroom.pages import page as pages
from course_lib.classroom.records import Records
from course_lib.errors import CourseError

WRONG = {
    "blur": "def blur(image):\n    return '<script>alert(1)</script>'",
    "output_size": "def output_size(width, size, padding, stride):\n    return (width - size + padding) // stride + 1",
}
POSSIBLE = sum(classes.TASKS.values())
STUDENT = Student("7", "Ada <Lovelace>", "en")


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """A graded class: one with full points, one with two wrong answers, one
    blank, one with a PDF, one without anything."""
    patch = pytest.MonkeyPatch()
    patch.setattr(workers, "work", classes.work)
    klass = ClassFolder(shutil.copytree(released.folder, tmp_path_factory.mktemp("graded") / "class"))
    classes.hand_in(klass, "2026001", classes.solved("ko", WRONG))
    classes.hand_in(klass, "2026002", classes.solved())
    classes.hand_in(klass, "2026003", classes.blank())
    folder = klass.path("submitted", "2026004", "01_cnn_basics")
    folder.mkdir(parents=True)
    (folder / "=cmd|calc.pdf").write_bytes(b"%PDF")
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    with klass.gradebook() as gradebook:
        gradebook.find_comment("blur", "01_exercises", "01_cnn_basics", "2026001").manual_comment = "다시 <b>보세요</b>"
        gradebook.find_grade("blur-test", "01_exercises", "01_cnn_basics", "2026001").manual_score = 2.5
        gradebook.db.commit()
    feedback.run(klass, classes.ASSIGNMENT)
    report.run(klass, classes.ASSIGNMENT)
    patch.undo()
    return klass


def page(klass, student):
    return (klass.path("feedback", student, "01_cnn_basics") / "01_exercises.html").read_text(encoding="utf-8")


def report_page(klass):
    return (klass.folder / "report" / "01_cnn_basics.html").read_text(encoding="utf-8")


def every_page(klass):
    return [page(klass, student.id) for student in klass.students()] + [report_page(klass)]


def words(text):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.partition("</head>")[2])))


def test_pages_are_valid_html(graded):
    for text in every_page(graded):
        html5lib.HTMLParser(strict=True).parse(text)  # raises at the first error of syntax
        ids = re.findall(r' id="([^"]*)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'(?:href="#|labelledby=")([^"]*)"', text)) <= set(ids)


def test_pages_stand_alone(graded):
    for text in every_page(graded):
        assert "<script" not in text and "<link" not in text and "url(" not in text and "@import" not in text
        assert not re.findall(r'(?:src|href)="(?!data:image/png;base64,|#)', text)


def test_pages_can_be_read_without_eyes(graded):
    for text in every_page(graded):
        assert re.search(r'<html lang="(ko|en)">', text) and "<title>" in text and "<main>" in text
        levels = [int(level) for level in re.findall(r"<h(\d)", text)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:])), "a level of headings is left out"
        assert all(len(alt) > 60 for alt in re.findall(r'<img [^>]*alt="([^"]*)"', text))
        assert len(re.findall("<table", text)) == len(re.findall("<caption", text))
        assert "<th>" not in text, "each heading of a table says of what it is one"
        assert not re.search("<(td|span|p)[^>]*>[✓✗]</", text), "a sign is never alone"


def test_colours_have_contrast():
    """WCAG 2.2 asks for 4.5 to 1; each colour of text on each ground."""
    css = Path(feedback.__file__).with_name("page.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))

    def light(name):
        parts = [int(colour[name][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for ground in ("paper", "shade"):
        for ink in ("ink", "soft", "good", "bad", "link"):
            assert (light(ground) + 0.05) / (light(ink) + 0.05) >= 4.5, (ink, ground)


def test_each_reads_in_their_language(graded):
    korean, english = page(graded, "2026001"), page(graded, "2026002")
    assert "<h1>1장 연습 문제. MLP에서 CNN으로</h1>" in korean
    assert '<html lang="ko">' in korean and "문제 2. 합성곱" in korean and "한국어: output_size" in korean
    assert '<html lang="en">' in english and not re.search("[가-힣]", english) and "Task 2. Convolution" in english
    for text, lang in ((korean, "ko"), (english, "en")):
        spoken = re.sub(r"<pre>.*?</pre>", " ", text, flags=re.DOTALL)
        foreign = re.findall(r'<(?:p|li) [^>]*lang="en"', spoken)
        assert bool(foreign) == (lang == "ko"), "English labels on a Korean page say that they are English"


def test_points_are_the_gradebooks_with_manual_grades_and_comments(graded):
    text = page(graded, "2026001")
    total = classes.worth(WRONG) + 2.5
    assert f"{POSSIBLE}점 중 {total:g}점" in text and "직접 채점함" in text and "◐ 일부 맞음" in text
    assert "다시 &lt;b&gt;보세요&lt;/b&gt;" in text
    assert f"{POSSIBLE} of {POSSIBLE} points" in page(graded, "2026002") and "✗" not in page(graded, "2026002")
    assert f"0 of {POSSIBLE} points" in page(graded, "2026003") and "not written yet" in page(graded, "2026003")


def test_what_students_wrote_is_text(graded):
    assert "&lt;script&gt;alert(1)" in page(graded, "2026001")


def test_no_hidden_test_is_told(graded):
    """Not one line of them, on no page; the student's own answer may hold what it will."""
    lines = {
        line.strip()
        for cell in classes.NOTEBOOK.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
        for line in cell.source.splitlines()
        if len(line.strip()) > 12
    } - {line.strip() for cell in classes.NOTEBOOK.cells if not cell.metadata.get("nbgrader", {}).get("grade") for line in cell.source.splitlines()}  # fmt: skip
    assert len(lines) > 40
    for text in every_page(graded):
        plain = html.unescape(text)
        assert not [line for line in lines if line in plain]


def test_nothing_handed_in_and_no_notebook(graded):
    assert "Nothing was handed in" in page(graded, "s5")
    text = page(graded, "2026004")
    assert "=cmd|calc.pdf 파일은 노트북이 아닙니다." in text and "<table" in text
    assert "<section" not in text, "the same sentence ten times would tell nothing"


def test_all_pages_as_a_zip(graded):
    with zipfile.ZipFile(graded.folder / "handout" / "01_cnn_basics-feedback.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"{student.id}/01_exercises.html" for student in graded.students())


def test_pages_go_back_to_moodle_in_its_own_folders(graded, tmp_path):
    klass = ClassFolder(shutil.copytree(graded.folder, tmp_path / "class"))
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        archive.writestr("Ada Lovelace_71_assignsubmission_file_/hw/x.ipynb", classes.solved())
        archive.writestr("Grace Hopper_72_assignsubmission_file_x.ipynb", classes.blank())
    collect.run(klass, classes.ASSIGNMENT, tmp_path / "moodle.zip")
    feedback.run(klass, classes.ASSIGNMENT)
    with zipfile.ZipFile(klass.folder / "handout" / "01_cnn_basics-feedback.zip") as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
        assert archive.read("Ada Lovelace_71_assignsubmission_file_/01_exercises.html").decode() == page(
            klass, "2026002"
        )
    assert folders == {
        "2026001",
        "Ada Lovelace_71_assignsubmission_file_",
        "Grace Hopper_72_assignsubmission_file_",
        "2026004",
        "s5",
    }


def test_a_late_penalty_is_taken_off_everywhere(graded, tmp_path):
    klass = ClassFolder(shutil.copytree(graded.folder, tmp_path / "class"))
    with klass.gradebook() as gradebook:
        one = gradebook.find_submission_notebook("01_exercises", "01_cnn_basics", "2026002")
        one.late_submission_penalty = 7.5
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-11-19 23:59:00 UTC")
        gradebook.update_or_create_submission("01_cnn_basics", "2026002", timestamp="2026-11-20 10:00:00 UTC")
        gradebook.db.commit()
    feedback.run(klass, classes.ASSIGNMENT)
    report.run(klass, classes.ASSIGNMENT, tmp_path / "lms.csv")
    said = words(page(klass, "2026002"))
    assert f"{POSSIBLE - 7.5:g} of {POSSIBLE} points 7.5 points were deducted because it was handed in late." in said
    assert "deducted" not in page(klass, "2026003")
    for name in ("points", "late", "late_penalty"):
        before, after = (
            [row[name] for row in table(graded)],
            [row[name] for row in table(klass, tmp_path / "lms.csv")],
        )
        changed = {"points": f"{POSSIBLE - 7.5:g}", "late": "yes", "late_penalty": "7.5"}[name]
        assert after == [before[0], changed, *before[2:]]
    text = words(report_page(klass))
    points = " ".join(f"{most}" for most in classes.TASKS.values())
    assert f"2026002 Ada Lovelace {points} −7.5 {POSSIBLE - 7.5:g}" in text
    assert f"to {POSSIBLE - 7.5:g}; 1 need a look" in text


def shown(record, grade=None, language="en"):
    """The words of a page of a class's student whose language is given."""
    student = dataclasses.replace(STUDENT, language=language)
    headings = pages.titles(classes.NOTEBOOK, language)
    blank = {"points": 0, "error": None, "checks": [], "parts": []}
    marks = [{"task": task, "possible": possible, **blank} for task, possible in classes.TASKS.items()]
    return words(feedback.page(student, record, grade, headings, record["outcome"]["tasks"] if record else marks))


@pytest.fixture
def record(graded):
    """What grading found for a student with two wrong answers, for tests to change."""
    return Records(graded, classes.ASSIGNMENT, classes.NOTEBOOK).read("2026001")


def test_a_long_answer_is_shortened(record):
    cells = record["outcome"]["notebook"]["cells"]
    (blur,) = (cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == "blur")
    for length, sentence in ((feedback.LONGEST, 0), (feedback.LONGEST + 1, 1)):
        blur["source"] = "x" * length
        said = shown(record)
        assert said.count("... (shortened)") == sentence and "x" * feedback.LONGEST in said
        assert "x" * (feedback.LONGEST + 1) not in said
    blur["source"] = ["def blur(image):\n", "    pass"]  # as nbformat keeps long sources on disk
    assert "def blur(image): pass" in shown(record)


def test_each_result_has_its_words(record):
    tasks = list(classes.TASKS)
    grade = {
        "penalty": 0,
        "tasks": {task: [(classes.TASKS[task] / 2, True)] for task in tasks[:1]},
        "comments": {tasks[1]: "Look at the border."},
    }
    said = shown(record, grade)
    assert (
        f"◐ partly right: {classes.TASKS[tasks[0]] / 2:g} of {classes.TASKS[tasks[0]]} points (graded by hand)" in said
    )
    assert said.count("graded by hand") == 1 and "Comment Look at the border." in said
    assert "✗ not right yet: 0 of" in said and "✓ right: " in said and "– not graded" not in said
    record["outcome"]["notebook"] = None
    for task in record["outcome"]["tasks"]:
        for mark in (task, *task["parts"]):
            mark["points"] = 0
    said = shown(record)
    assert said.count("– not graded") == len(tasks) and "There was nothing to grade." in said
    said = shown(record, grade)  # a person has looked at it all the same
    assert "◐ partly right" in said and "each link leads to the details" in said
    grade["tasks"] = {tasks[0]: [(0, True)]}
    assert shown(record, grade).count("✗ not right yet") == 2, (
        "no points from a person are a result, in table and section"
    )


def test_notes_and_digest_are_shown(record):
    record["notes"] = [{"en": "Cells stand in another order.", "ko": "셀의 순서가 바뀌었습니다."}]
    assert "Cells stand in another order." in shown(record) and "순서가" in shown(record, language="ko")
    assert f"Your file: {record['sha256'][:12]}." in shown(record)


def test_nothing_graded_yet(klass):
    with pytest.raises(CourseError, match="nothing of 01_cnn_basics is graded"):
        feedback.run(klass, classes.ASSIGNMENT)


# the report


def test_a_picture_comes_first_and_says_what_it_shows(graded):
    text = report_page(graded)
    alt, content = re.search(r'<img src="data:image/png;base64,([^"]*)" alt="([^"]*)"', text).groups()[::-1]
    assert base64.b64decode(content)[:4] == b"\x89PNG" and text.index("<img") < text.index("<table")
    assert "Task 1. The size of the output 2" in alt and "median" in alt


def test_tasks_by_failures_with_the_commonest(graded):
    text = words(report_page(graded))
    section = text[text.index("Tasks, most failed first") :]
    assert section.index("Task 1. The size of the output") < section.index("Task 2. Convolution")
    assert re.search(r"Task 1\. The size of the output 5 2 1 1 × output_size\(.*: expected", section)


def row(points, errors=(), why=(), odd=(), notebook=True, student="7"):
    """A row of the report about a class with the tasks a (10 points) and b (5)."""
    marks = [
        {"task": task, "points": 0, "error": error and {"en": error, "ko": "틀림"}} for task, error in zip("ab", errors)
    ]
    found = {"outcome": {"notebook": {"cells": []} if notebook else None, "tasks": marks}, "sha256": "x"}
    one = dataclasses.replace(STUDENT, id=student)
    return {"student": one, "status": "graded", "record": found, "tasks": points, "points": sum(points), "penalty": 0, "why": why, "odd": odd}  # fmt: skip


def test_failures_are_counted_by_kind():
    """Sentences that differ in numbers are one kind; what was not written and
    what could not be read are not wrong answers."""
    size = "size(3): expected 1.5e-3, found nan"
    rows = [
        row([10, 0], [None, size]),
        row([10, 0], [None, "size(40): expected 7, found -inf"]),
        row([10, 4.5], [None, "another sentence"]),
        row([0, 0], ["not written yet", "NotImplementedError was raised"]),
        row([0, 0], ["no notebook", "no notebook"], notebook=False),
        {"tasks": [], "record": None},  # nothing was handed in
    ]
    assert report._tasks(rows, {"a": 10, "b": 5}, {"a": "Task 1"}, {}) == [
        {"title": "b", "possible": 5, "failed": 4, "unwritten": 1, "times": 2, "commonest": size, "parts": []},
        {"title": "Task 1", "possible": 10, "failed": 1, "unwritten": 1, "times": 0, "commonest": "", "parts": []},
    ]


def test_the_picture_shows_the_counts():
    tasks = [{"title": "b", "failed": 4, "unwritten": 1}, {"title": "a", "failed": 1, "unwritten": 0}]
    figure, counts = report._figure([0, 4, 10, 15, 15], 5, tasks, 15)
    left, right = figure.axes
    assert counts == [1, 0, 1, 0, 0, 0, 1, 0, 0, 2] == [bar.get_height() for bar in left.patches]
    assert left.get_title() == "Half have 10 points or more" and list(left.lines[0].get_xdata()) == [10, 10]
    assert [label.get_text() for label in right.get_yticklabels()] == ["a", "b"], (
        "bars grow upwards: most failed on top"
    )
    assert [bar.get_width() for bar in right.containers[0]] == [1, 4]
    assert [bar.get_width() for bar in right.containers[1]] == [0, 1]
    assert right.get_title() == "Most failed: b" and right.get_xlim() == (0, 5)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["wrong", "not written"]


def test_what_the_page_lists():
    """Looks and notes with their students, the most common note first; what could not be placed."""
    rows = [
        row([10, 5], odd=["rare"], student="1"),
        row([10, 4.5], why=["slept", "copied"], student="2"),
        row([0, 0], odd=["often"], student="3"),
        row([0, 0], odd=["often"], student="4"),
    ]
    lost = [{"name": "x/<y>.ipynb", "why": "no student in the roster matches 'x'"}]
    text = report._page(rows, {"a": 10, "b": 5}, {"": "Exercises", "a": "Task 1"}, lost, {})
    html5lib.HTMLParser(strict=True).parse(text)
    said = words(text)
    assert "4 students: 4 graded; 7.4 of 15 points on average, median 7.25, from 0 to 15; 1 need a look" in said
    assert "2 Ada <Lovelace> slept copied" in said and "often 3, 4 rare 1" in said
    assert "x/<y>.ipynb: no student in the roster matches 'x'" in said
    assert "Everything in the last upload was placed." in words(report._page(rows, {"a": 10, "b": 5}, {"": ""}, [], {}))


def test_a_class_without_grades_has_a_page(klass):
    rows = report.run(klass, classes.ASSIGNMENT)
    assert [row["status"] for row in rows] == ["missing"] * 5 and "<img" not in report_page(klass)


@pytest.mark.parametrize(
    "text, plain",
    [
        ("=1+1", "'=1+1"),
        ("+1 and", "'+1 and"),
        ("-5.5", "-5.5"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_becomes_a_formula(text, plain):
    assert report._plain(text) == plain


def test_who_needs_a_look(graded):
    text = words(report_page(graded))
    assert "2026004 이영희 =cmd|calc.pdf is not a notebook." in text
    assert "s5 Maria Anna Weiß missing" in text


def test_the_same_file_from_two_is_told(klass, marker):
    for student in ("2026001", "2026002"):
        classes.hand_in(klass, student, classes.solved())
    for student in ("2026003", "2026004"):
        classes.hand_in(klass, student, classes.blank())
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    rows = report.run(klass, classes.ASSIGNMENT)
    assert rows[0]["why"] == ["The file is identical to that of 2026002, byte for byte."]
    assert rows[2]["why"] == rows[3]["why"] == [], "untouched notebooks are all alike"


def table(klass, path=None):
    path = path or klass.folder / "report" / "01_cnn_basics.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_the_columns_of_the_csv_are_fixed(graded):
    """An LMS's import is set up once; a change of these names breaks it."""
    (first, *_) = rows = table(graded)
    assert list(first)[:16] == [
        "assignment", "student_id", "name", "email", "lms_id", "status", "points", "possible", "percent", "late",
        "late_penalty", "submitted_at", "graded_at", "needs_look", "notes", "sha256",
    ]  # fmt: skip
    assert list(first)[16:] == list(classes.TASKS)
    assert [row["status"] for row in rows] == ["graded"] * 4 + ["missing"]
    assert rows[1]["points"] == str(POSSIBLE) and rows[1]["percent"] == "100.0" and rows[4]["points"] == "0"
    assert {rows[4][task] for task in classes.TASKS} == {"0"}
    assert float(rows[0]["points"]) == sum(float(rows[0][task]) for task in classes.TASKS)
    assert rows[3]["notes"].startswith("'=cmd"), "a file's name must not become a formula"
    assert (graded.folder / "report" / "01_cnn_basics.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs it"


def test_only_what_a_person_should_look_at_needs_a_look(graded, tmp_path):
    klass = ClassFolder(shutil.copytree(graded.folder, tmp_path / "class"))
    for student, needs_look in (("2026002", False), ("2026003", True)):
        path = klass.folder / "outcomes" / "01_cnn_basics" / f"{student}.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        record["notes"] = [{"en": "Cells stand in another order.", "ko": "셀의 순서가 바뀌었습니다."}]
        record["outcome"]["needs_look"] = needs_look
        path.write_text(json.dumps(record), encoding="utf-8")
    report.run(klass, classes.ASSIGNMENT)
    assert [row["needs_look"] for row in table(klass)] == ["no", "no", "yes", "yes", "no"]
    assert [row["notes"][:5] for row in table(klass)] == ["", "Cells", "Cells", "'=cmd", ""]
    said = words(report_page(klass))
    assert "2026003 Hopper, Grace Cells stand in another order." in said
    assert "the students read the same sentences. What Students Cells stand in another order. 2026002" in said


def test_waiting_and_the_file_asked_for(graded, tmp_path, capsys):
    klass = ClassFolder(shutil.copytree(graded.folder, tmp_path / "class"))
    classes.hand_in(klass, "2026002", classes.blank())  # handed in again, not graded yet
    classes.hand_in(klass, "s5", classes.blank())
    before = page(klass, "2026002")
    feedback.run(klass, classes.ASSIGNMENT)
    assert page(klass, "2026002") == before and "is not graded: 2026002, s5" in capsys.readouterr().out
    report.run(klass, classes.ASSIGNMENT, tmp_path / "lms.csv")
    assert [row["status"] for row in table(klass, tmp_path / "lms.csv")] == [
        "graded",
        "waiting",
        "graded",
        "graded",
        "waiting",
    ]
    assert "3 graded, 2 waiting" in capsys.readouterr().out
