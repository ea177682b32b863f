"""Stock nbgrader on our folder, and we on stock nbgrader's: its commands,
and its formgrader in a browser without a window."""

import json
import re
import subprocess
import urllib.request

import classes
import nbformat
import pytest
from chrome import CHROMIUM

from course_lib.classroom import grade, records
from course_lib.classroom.intake import collect
from course_lib.classroom.nbgrader_settings import AUTOGRADE
from course_lib.classroom.pages import feedback, report

WRONG = {"blur": "def blur(image):\n    return image"}
POSSIBLE = sum(classes.TASKS.values())
LESS = classes.worth(WRONG)


def right(answers):
    """How often a page says "right": of a task above and in its section, and of each part where there are several."""
    found = 0
    for task in classes.work(classes.solved("en", answers), None, None, True)["tasks"]:
        parts = task["parts"] if len(task["parts"]) > 1 else []
        found += sum(one["points"] == one["possible"] for one in (task, task, *parts))
    return found


@pytest.fixture
def graded(klass, marker):
    classes.hand_in(klass, "2026001", classes.solved("ko"))
    classes.hand_in(klass, "s5", classes.solved("en", WRONG))
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    return klass


def test_stock_commands_on_our_folder(graded):
    """Its feedback holds our sentences and, by our nbgrader_config.py, no hidden test; its export has our points."""
    classes.nbgrader(graded, "generate_feedback", "01_cnn_basics", "--student", "s5")
    text = (graded.path("feedback", "s5", "01_cnn_basics") / "01_exercises.html").read_text(encoding="utf-8")
    assert f"(Score: {LESS:.1f} / {POSSIBLE:.1f})" in text and "✗" in text
    assert "sliding_window_view" not in text and "HIDDEN" not in text
    classes.nbgrader(graded, "export")
    exported = (graded.folder / "grades.csv").read_text(encoding="utf-8")
    assert re.search(rf"01_cnn_basics,.*,2026001,.*,{POSSIBLE:.1f},", exported), exported
    assert re.search(rf"01_cnn_basics,.*,s5,.*,{LESS:.1f},", exported), exported


def test_stock_autograder_then_ours(klass, marker, tmp_path):
    """A class that was begun with stock nbgrader: its points show up in our
    pages, and our grading finds the same ones."""
    (klass.folder / AUTOGRADE).unlink()
    classes.hand_in(klass, "s5", classes.solved("en", WRONG), "2026-11-20 10:00:00 UTC")
    classes.nbgrader(klass, "autograde", "01_cnn_basics", "--student", "s5")
    stock = classes.scores(klass)
    assert stock == {"s5": LESS}
    assert records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK).grades()["s5"]["score"] == LESS
    (row,) = [row for row in report.run(klass, classes.ASSIGNMENT) if row["student"].id == "s5"]
    assert (row["status"], row["points"]) == ("graded", LESS)
    page = feedback.run(klass, classes.ASSIGNMENT)["s5"].read_text(encoding="utf-8")
    assert f"{LESS:g} of {POSSIBLE} points" in page and page.count("✓ right") == right(WRONG)
    assert grade.run(klass, classes.ASSIGNMENT, trust=True) == 1 and classes.scores(klass) == stock


def test_what_stock_nbgrader_collected(klass):
    """Its submitted/ is taken as it is, and can be collected from."""
    classes.hand_in(klass, "s5", classes.solved(), "2026-11-20 10:00:00 UTC")
    book = records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK)
    assert book.handed_in(klass.student("s5"))["timestamp"] == "2026-11-20 10:00:00 UTC"
    placed, lost = collect.run(klass, classes.ASSIGNMENT, klass.folder / "submitted")
    assert list(placed) == ["s5"] and lost == []


def seen(address, tmp_path):
    """A page's elements after its scripts have run."""
    done = subprocess.run(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000",
            f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", address,
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: formgrader was not looked at in a browser")
def test_formgrader_in_a_browser(graded, serve, tmp_path):
    formgrader = serve(graded)
    page = re.sub(r"\s+", " ", seen(f"{formgrader}/manage_submissions/01_cnn_basics", tmp_path))
    assert page.count(">graded<") == 2 and f"{POSSIBLE} / {POSSIBLE}" in page and f"{LESS} / {POSSIBLE}" in page, page
    assert f">{POSSIBLE} / {POSSIBLE}<" in re.sub(r"\s+", " ", seen(f"{formgrader}/manage_students/2026001", tmp_path))
    with graded.gradebook() as gradebook:
        one = gradebook.find_submission_notebook("01_exercises", "01_cnn_basics", "s5").id
    page = seen(f"{formgrader}/submissions/{one}", tmp_path)  # where a person grades by hand
    text = re.sub(r"<[^>]*>", "", page)
    assert "return image" in text and "✗" in text and "sliding_window_view" in text
    with graded.gradebook() as gradebook:
        grade_id = gradebook.find_grade("blur-test", "01_exercises", "01_cnn_basics", "s5").id
    form = urllib.request.Request(
        f"{formgrader}/api/grade/{grade_id}", json.dumps({"manual_score": 3}).encode(), method="PUT"
    )
    with urllib.request.urlopen(form) as answer:  # what its form sends when a person enters points
        assert json.load(answer)["manual_score"] == 3
    assert classes.scores(graded)["s5"] == LESS + 3
    notebook = nbformat.read(graded.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb", as_version=4)
    found = sum(bool(cell.metadata.get("nbgrader", {}).get("grade")) for cell in notebook.cells)
    assert found == sum(map(len, classes.PARTS.values())), "one cell for each part"
