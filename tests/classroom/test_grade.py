"""Outcomes go into nbgrader's gradebook as nbgrader's own autograder
would write them, once, whatever is killed when."""

import json
import os

import classes
import nbformat
import pytest

from course_lib.classroom import grade, records, workers
from course_lib.classroom.classes import graded_cells
from course_lib.errors import CourseError

WRONG = {
    "blur": "def blur(image):\n    return image",
    "convolve": "def convolve(image, kernel):\n    return image.sum()",
}
POSSIBLE = sum(classes.TASKS.values())
LESS = classes.worth(WRONG)


def run(klass, **options):
    return grade.run(klass, classes.ASSIGNMENT, trust=True, **options)


@pytest.fixture
def handed(klass):
    """A class in which three students have handed in."""
    classes.hand_in(klass, "2026001", classes.solved("ko"), "2026-11-20 10:00:00 UTC")
    classes.hand_in(klass, "2026002", classes.solved("en", WRONG))
    classes.hand_in(klass, "2026003", classes.blank())
    return klass


def rows(klass):
    """Everything that the gradebook knows of grades and comments."""
    with klass.gradebook() as gradebook:
        return {
            (one.student_id, row.name): (
                (row.auto_score, row.manual_score, row.needs_manual_grade)
                if hasattr(row, "auto_score")
                else row.auto_comment
            )
            for one in gradebook.assignment_submissions("01_cnn_basics")
            for notebook in one.notebooks
            for row in (*notebook.grades, *notebook.comments)
        }


def test_points_arrive_and_nothing_is_marked_twice(handed, marker, capsys):
    assert run(handed) == 3
    assert classes.scores(handed) == {"2026001": POSSIBLE, "2026002": LESS, "2026003": 0}
    before = rows(handed)
    assert run(handed) == 0 and len(marker.read_text().splitlines()) == 3
    assert "3 had been graded before" in capsys.readouterr().out and rows(handed) == before
    assert run(handed, again=True, only="2026002") == 1 and rows(handed) == before
    classes.hand_in(handed, "2026003", classes.solved())
    assert run(handed) == 1 and classes.scores(handed)["2026003"] == POSSIBLE


def test_the_same_file_of_two_is_marked_once(klass, marker):
    for student in ("2026001", "2026002", "s5"):
        classes.hand_in(klass, student, classes.blank())
    assert run(klass) == 3 and len(marker.read_text().splitlines()) == 1
    assert classes.scores(klass) == {"2026001": 0, "2026002": 0, "s5": 0}


def test_stock_nbgrader_reads_the_same_from_our_notebooks(handed, marker):
    """Its SaveAutoGrades, run on autograded/, leaves each row of the gradebook as it is."""
    from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
    from nbgrader.utils import determine_grade

    run(handed)
    before = rows(handed)
    assert (
        len(before) == 3 * (len(classes.TASKS) + sum(map(len, classes.PARTS.values())))
        and before["2026003", "blur"] == "No response."
    )
    for student, points in classes.scores(handed).items():
        path = handed.path("autograded", student, "01_cnn_basics") / "01_exercises.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert (
            sum(determine_grade(cell)[0] for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade"))
            == points
        )
        resources = {
            "nbgrader": {
                "notebook": "01_exercises",
                "assignment": "01_cnn_basics",
                "student": student,
                "db_url": handed.db_url,
            }
        }
        SaveAutoGrades().preprocess(notebook, resources)
        AssignLatePenalties().preprocess(notebook, resources)
    assert rows(handed) == before


def test_stock_nbgraders_api_shows_the_same(handed, marker):
    """What formgrader asks: who handed in, who is graded, with how many points."""
    from nbgrader.apps import NbGraderAPI

    run(handed)
    api = NbGraderAPI(config=handed.config())
    found = {one["student"]: one for one in api.get_submissions("01_cnn_basics")}
    assert {student: one["score"] for student, one in found.items() if one["autograded"]} == classes.scores(handed)
    assert set(found) == {"2026001", "2026002", "2026003"} == api.get_autograded_students("01_cnn_basics")
    assert api.get_assignment("01_cnn_basics")["max_score"] == POSSIBLE
    assert not any(one["needs_manual_grade"] for one in found.values())


def test_manual_grades_and_comments_stay(handed, marker):
    run(handed)
    with handed.gradebook() as gradebook:
        row = gradebook.find_grade("blur-test", "01_exercises", "01_cnn_basics", "2026002")
        row.manual_score, row.needs_manual_grade = 4.0, False
        gradebook.find_comment("blur", "01_exercises", "01_cnn_basics", "2026002").manual_comment = "nearly"
        gradebook.db.commit()
    assert classes.scores(handed)["2026002"] == LESS + 4
    run(handed, again=True)
    assert classes.scores(handed)["2026002"] == LESS + 4
    assert rows(handed)["2026002", "blur-test"] == (0.0, 4.0, True), "as nbgrader does: graded anew, so look again"
    found = records.Records(handed, classes.ASSIGNMENT, classes.NOTEBOOK)
    assert found.grades()["2026002"]["comments"] == {"blur": "nearly"}


def test_late_penalties_are_nbgraders(handed, marker):
    with handed.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-11-19 23:59:00 UTC")
    (handed.folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n", encoding="utf-8"
    )
    run(handed)
    with handed.gradebook() as gradebook:
        late = gradebook.find_submission("01_cnn_basics", "2026001")
        assert (late.score, late.late_submission_penalty) == (POSSIBLE, POSSIBLE)
        assert gradebook.find_submission("01_cnn_basics", "2026002").late_submission_penalty in (0, None)
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-11-30 23:59:00 UTC")
    run(handed, again=True)
    with handed.gradebook() as gradebook:
        assert gradebook.find_submission("01_cnn_basics", "2026001").late_submission_penalty in (0, None)


def test_partial_credit(klass, marker, monkeypatch):
    def half(*arguments):
        outcome = classes.work(*arguments)
        for mark in (outcome["tasks"][1], outcome["tasks"][1]["parts"][0]):
            mark.update(points=7.5, error={"en": "half of it", "ko": "절반만 맞았습니다"})
        return outcome

    monkeypatch.setattr(workers, "work", half)
    classes.hand_in(klass, "s5", classes.solved())
    run(klass)
    lost = classes.PARTS["convolve"][0].points - 7.5
    assert rows(klass)["s5", "convolve-test"] == (7.5, None, False) and classes.scores(klass)["s5"] == POSSIBLE - lost
    test_stock = nbformat.read(klass.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb", as_version=4)
    assert "✗ half of it" in json.dumps(test_stock, ensure_ascii=False)


ODD = {
    "no notebook": {"cells": 3},
    "cells that are none": {"cells": [1, None], "metadata": 3, "nbformat": 4, "nbformat_minor": 5},
    "doubled, nameless, retyped": {
        "cells": [
            {"cell_type": "markdown", "source": ["a", "b"], "metadata": {"nbgrader": {"grade_id": "blur"}}},
            {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": "blur"}}, "id": "!"},
            {
                "cell_type": "code",
                "source": "x",
                "metadata": {"nbgrader": {"grade_id": "mine", "grade": True, "points": 99}},
                "id": "!",
            },
            {
                "cell_type": "code",
                "source": "pass",
                "metadata": {"nbgrader": {"grade_id": "blur-test", "points": 99, "grade": True}},
            },
        ],
        "metadata": {"kernelspec": {"name": "evil"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_comes_back_can_be_shown(klass, marker, monkeypatch, name):
    def odd(*arguments):
        return {**classes.work(*arguments), "notebook": ODD[name]}

    monkeypatch.setattr(workers, "work", odd)
    classes.hand_in(klass, "s5", classes.solved())
    assert run(klass) == 1 and classes.scores(klass) == {"s5": POSSIBLE}
    notebook = nbformat.read(klass.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb", as_version=4)
    nbformat.validate(notebook)
    graded = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert graded == {name: points for name, (*_, points) in graded_cells(classes.NOTEBOOK).items()}


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_handed_in_but_nothing_to_grade(klass, marker):
    folder = klass.path("submitted", "s5", "01_cnn_basics")
    folder.mkdir(parents=True)
    (folder / "essay.pdf").write_bytes(b"%PDF")
    os.symlink(
        "/etc/passwd",
        klass.path("submitted", "2026001", "01_cnn_basics").parent.parent / "2026001",
        target_is_directory=True,
    )
    assert run(klass) == 0 and not marker.exists()
    assert classes.scores(klass) == {"s5": 0}
    record = records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK).read("s5")
    assert record["notes"][0]["en"] == "essay.pdf is not a notebook." and record["outcome"]["needs_look"]


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_in_submitted_is_not_followed(klass, marker, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(classes.solved())
    folder = klass.path("submitted", "s5", "01_cnn_basics")
    folder.mkdir(parents=True)
    os.symlink(tmp_path / "secret.ipynb", folder / "01_exercises.ipynb")
    run(klass)
    assert classes.scores(klass) == {"s5": 0}
    record = records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK).read("s5")
    assert "is a link instead of a file" in record["notes"][0]["en"]


def test_tests_that_have_changed_since(handed, marker, capsys, monkeypatch, tmp_path):
    run(handed)
    copy = tmp_path / "01_exercises.py"
    text = classes.ASSIGNMENT.source.read_text(encoding="utf-8")
    copy.write_text(text + "\n# a better test\n", encoding="utf-8")
    monkeypatch.setattr(classes.ASSIGNMENT, "source", copy)
    run(handed)
    assert "tests that have changed since: 2026001, 2026002, 2026003" in capsys.readouterr().out
    copy.write_text(text.replace('role="test" points=5', 'role="test" points=6', 1), encoding="utf-8")
    with pytest.raises(CourseError, match="have changed since the release"):
        run(handed)


def test_a_fault_of_the_marker_costs_one_student(handed, marker, monkeypatch, capsys):
    def faulty(submission, *arguments):
        if submission == classes.blank():
            raise RuntimeError("what now?")
        return classes.work(submission, *arguments)

    monkeypatch.setattr(workers, "work", faulty)
    assert run(handed) == 2 and set(classes.scores(handed)) == {"2026001", "2026002"}
    said = capsys.readouterr().out
    assert "not graded: 2026003: the marker failed (RuntimeError: what now?); run the command again" in said
    monkeypatch.setattr(workers, "work", classes.work)
    assert run(handed) == 1 and classes.scores(handed)["2026003"] == 0


def test_what_no_worker_can_do_ends_it(handed, marker, monkeypatch):
    def unable(*_):
        raise CourseError("no sandbox here")

    monkeypatch.setattr(workers, "work", unable)
    with pytest.raises(CourseError, match="no sandbox here"):
        run(handed)


def interrupted(handed, monkeypatch, step):
    """Killed at a step of entering an outcome."""
    with monkeypatch.context() as patch:
        patch.setattr(records.Records, step, lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(handed, only="2026001", again=True)


@pytest.mark.parametrize("step", ["autograded", "_grade"])
def test_killed_between_outcome_and_gradebook(handed, marker, monkeypatch, step):
    """Nothing is marked again, and everything arrives."""
    interrupted(handed, monkeypatch, step)
    count = len(classes.marked(marker))
    assert run(handed, only="2026001") == 0 and len(classes.marked(marker)) == count
    assert classes.scores(handed) == {"2026001": POSSIBLE}


def test_killed_between_two_cells(handed, monkeypatch):
    """A submission's points arrive together or not at all."""
    from nbgrader.preprocessors import SaveAutoGrades

    run(handed, only="2026002")
    before, add, count = rows(handed), SaveAutoGrades._add_score, iter(range(99))

    def killed(*arguments):
        if next(count) == 2:
            raise KeyboardInterrupt
        add(*arguments)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(SaveAutoGrades, "_add_score", killed)
        run(handed, only="2026001")
    assert rows(handed) == before
    assert run(handed, only="2026001") == 0 and classes.scores(handed)["2026001"] == POSSIBLE


@pytest.mark.parametrize("step", ["autograded", "_grade"])
def test_killed_while_grading_again(handed, marker, monkeypatch, step):
    """The gradebook knows the submission already, with the old points: the new ones arrive nevertheless."""
    run(handed)
    classes.hand_in(handed, "2026001", classes.solved("ko", WRONG))
    interrupted(handed, monkeypatch, step)
    count = len(classes.marked(marker))
    assert run(handed) == 0 and len(classes.marked(marker)) == count
    assert classes.scores(handed)["2026001"] == LESS
    path = handed.path("autograded", "2026001", "01_cnn_basics") / "01_exercises.ipynb"
    assert "return image.sum()" in path.read_text(encoding="utf-8")


def test_a_lost_gradebook_is_filled_again(handed, marker):
    run(handed)
    before, count = rows(handed), len(classes.marked(marker))
    with handed.gradebook() as gradebook:
        for student in ("2026001", "2026002", "2026003"):
            gradebook.remove_submission("01_cnn_basics", student)
    assert run(handed) == 0 and rows(handed) == before and len(classes.marked(marker)) == count


def test_outcomes_of_an_earlier_version(handed, marker):
    """Their sentences stood in two fields; they are read as if they had been written today."""
    run(handed)
    found = records.Records(handed, classes.ASSIGNMENT, classes.NOTEBOOK)
    now = found.read("2026003")
    path = handed.folder / "outcomes" / "01_cnn_basics" / "2026003.json"
    before = json.loads(path.read_text(encoding="utf-8"))
    for task in before["outcome"]["tasks"]:
        task["error"], task["error_ko"] = task["error"]["en"], task["error"]["ko"]
    path.write_text(json.dumps(before), encoding="utf-8")
    assert found.read("2026003") == now and now["outcome"]["tasks"][0]["error"]["ko"].startswith("한국어")


def test_a_chapters_limits_reach_whoever_marks(klass, monkeypatch, tmp_path):
    classes.hand_in(klass, "s5", classes.solved())
    assignment, seen = classes.Assignment("01"), []
    lines = assignment.source.read_text(encoding="utf-8").splitlines(keepends=True)
    end = lines.index("# ---\n", 1)
    assignment.source = tmp_path / assignment.source.name
    assignment.source.write_text(
        "".join([*lines[:end], "#   course: {limits: {memory_mb: 6000}}\n", *lines[end:]]), encoding="utf-8"
    )

    def work(submission, source, limits, trust):
        seen.append(limits.memory_mb)
        return classes.work(submission, source, limits, trust)

    monkeypatch.setattr(workers, "work", work)
    grade.run(klass, assignment, trust=True)
    assert seen == [6000]
