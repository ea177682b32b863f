"""A week of a class of forty, by the commands that an instructor types: solutions
and the bank's wrong answers, in both languages."""

import csv
import functools
import os
import random
import re
import runpy
import subprocess
import sys
import zipfile

import classes
import pytest

from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.tools.places import COURSE

sys.path.append(str(COURSE / "tests" / "exercises"))
from grading import grade  # noqa: E402

STUDENTS = 40
WHY_NOT = sandbox.available()
BANK = runpy.run_path(str(COURSE / "tests" / "exercises" / "answers_01.py"))["WRONG"]
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"submissions cannot be run safely here: {WHY_NOT}")


def students():
    """(id, name, language, tasks answered wrongly -> code) of each; what each one must get follows from that."""
    draw, tasks = random.Random(6), list(classes.TASKS)
    for number in range(STUDENTS):
        wrong = {task: draw.choice(list(BANK[task].values())) for task in draw.sample(tasks, number % 4)}
        korean = number % 2
        name = (
            f"{'김이박최정'[number % 5]}{'민서지하'[number % 4]}{'준윤우린'[number // 10]}"
            if korean
            else f"Student {chr(65 + number % 26)}{chr(97 + number // 26)}"
        )
        yield f"2026{number:03}", name, "ko" if korean else "en", wrong


@functools.cache
def lost(task, code):
    """Points that an answer costs; a task that calls it is tested with the course's own."""
    mark, _ = grade(classes.ASSIGNMENT.source, {task: code}, only=task)[task]
    return mark.possible - mark.points


CLASS = list(students())
EXPECTED = {one[0]: 100 - sum(lost(task, code) for task, code in one[3].items()) for one in CLASS}


def test_expected_points_are_many():
    assert (
        len({one[1] for one in CLASS}) == STUDENTS and len(set(EXPECTED.values())) > 8 and max(EXPECTED.values()) == 100
    )


def test_from_release_to_report(tmp_path):
    roster, upload, folder = tmp_path / "students.csv", tmp_path / "moodle.zip", tmp_path / "class"
    roster.write_text(
        "id,name,language\n" + "".join(f"{one[0]},{one[1]},{one[2]}\n" for one in CLASS), encoding="utf-8"
    )

    def course(*words):
        done = subprocess.run(
            [sys.executable, "-m", "course_lib", "class", *words],
            cwd=folder if folder.exists() else tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(COURSE), "COURSE_CLASSES": str(tmp_path / "classes.json")},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert f"{STUDENTS} students ({STUDENTS // 2} ko, {STUDENTS // 2} en)" in course(
        "new", str(folder), "--roster", str(roster)
    )
    assert f"{len(classes.TASKS)} tasks, 100 points" in course("release", "01")
    with zipfile.ZipFile(upload, "w") as archive:
        for number, (_, name, language, wrong) in enumerate(CLASS):
            language = "en" if number == 1 else language  # a Korean student handed in the English copy
            content = classes.changed(
                classes.solved(language, wrong), lambda notebook, n=number: notebook["metadata"].update(n=n)
            )
            archive.writestr(f"{name}_{4000 + number}_assignsubmission_file_/01_exercises ({number}).ipynb", content)
    assert f"{STUDENTS} of {STUDENTS} have handed in" in course("collect", "01", str(upload))
    assert f"graded {STUDENTS} in " in course("grade", "01")
    assert re.search(r"graded 0 in \d+ s; 40 had been graded before", course("grade", "01"))
    assert f"{STUDENTS} pages" in course("feedback", "01")
    assert f"{STUDENTS} graded" in course("report", "01", "--csv", str(tmp_path / "lms.csv"))

    with open(tmp_path / "lms.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {student: float(row["points"]) for student, row in rows.items()} == EXPECTED
    for student, _, language, wrong in CLASS:
        less = {task for task, points in classes.TASKS.items() if float(rows[student][task]) < points}
        assert less == set(wrong)
        page = (folder / "feedback" / student / "01_cnn_basics" / "01_exercises.html").read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in page and page.count("<section") == len(classes.TASKS)
        assert page.count('<p class="said"') >= len(wrong), "each wrong answer is told in a sentence"
        if language == "ko":
            assert all(re.search("[가-힣]", one) for one in re.findall(r'<p class="said">(.*?)</p>', page))
    from course_lib.classroom.classes import ClassFolder

    assert classes.scores(ClassFolder(folder)) == EXPECTED
