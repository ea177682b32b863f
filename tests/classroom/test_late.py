"""What came late: the penalty is taken off on the student's page, in the
report and in the file for the LMS, whoever graded."""

import csv

import classes
import pytest

from course_lib.classroom import grade
from course_lib.classroom.pages import feedback, report
from course_lib.classroom.sandbox import bubblewrap as sandbox

WHY_NOT = sandbox.available()
POSSIBLE = sum(classes.TASKS.values())
LESS = classes.worth({"blur": "def blur(image):\n    return image"})
DAYS = """from nbgrader.plugins import BasePlugin


class TenPerDay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 10 * -(-total_seconds_late // 86400)
"""
SETTINGS = {
    "zero": ("c.LateSubmissionPlugin.penalty_method = 'zero'", LESS),
    "ten points per day": ("c.AssignLatePenalties.plugin_class = 'days.TenPerDay'", 20),
    "none": ("", 0),
}


@pytest.fixture(params=SETTINGS)
def late(request, klass):
    """A class in which one came late by a day and some hours, and one in time; what the late one loses."""
    setting, penalty = SETTINGS[request.param]
    with open(klass.folder / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(setting + "\n")
    (klass.folder / "days.py").write_text(DAYS, encoding="utf-8")
    with klass.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-11-19 23:59:00 UTC")
    wrong = {"blur": "def blur(image):\n    return image"}
    classes.hand_in(klass, "2026001", classes.solved("ko", wrong), "2026-11-21 10:00:00 UTC")
    classes.hand_in(klass, "2026002", classes.solved("en", wrong), "2026-11-19 10:00:00 UTC")
    return klass, penalty


def look(klass, penalty):
    pages = {
        student: path.read_text(encoding="utf-8") for student, path in feedback.run(klass, classes.ASSIGNMENT).items()
    }
    assert f"{POSSIBLE}점 중 {LESS - penalty}점" in pages["2026001"]
    assert (f"{penalty}점이 감점되었습니다" in pages["2026001"]) == bool(penalty)
    assert f"{LESS} of {POSSIBLE} points" in pages["2026002"] and "late" not in pages["2026002"]

    found = {row["student"].id: row for row in report.run(klass, classes.ASSIGNMENT)}
    assert [(found[one]["points"], found[one]["penalty"], found[one]["late"]) for one in ("2026001", "2026002")] == [
        (LESS - penalty, penalty, True),
        (LESS, 0, False),
    ]
    with open(klass.folder / "report" / "01_cnn_basics.csv", encoding="utf-8-sig", newline="") as file:
        table = {row["student_id"]: row for row in csv.DictReader(file)}
    columns = ("points", "late_penalty", "late", "percent")
    percent = 100 * (LESS - penalty) / POSSIBLE
    assert [table["2026001"][one] for one in columns] == [str(LESS - penalty), str(penalty), "yes", f"{percent:.1f}"]
    assert [table["2026002"][one] for one in columns] == [str(LESS), "0", "no", f"{100 * LESS / POSSIBLE:.1f}"]


def test_graded_by_class_grade(late, marker):
    klass, penalty = late
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    look(klass, penalty)


@pytest.mark.skipif(WHY_NOT is not None, reason=f"submissions cannot be run safely here: {WHY_NOT}")
@pytest.mark.parametrize("late", ["zero", "ten points per day"], indirect=True)
def test_graded_by_nbgrader(late):
    """The whole chain: its command in our folder, our marks, its penalty, our pages."""
    klass, penalty = late
    classes.nbgrader(klass, "autograde", "01_cnn_basics")
    look(klass, penalty)
