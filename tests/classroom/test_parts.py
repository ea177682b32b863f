"""Tasks in parts: each hidden test earns its own points, from the judge to gradebook, pages and formgrader."""

import dataclasses
import json
import re

import classes
import nbformat
import parted
import pytest
from test_feedback import words

from course_lib.classroom import grade, release
from course_lib.classroom.classes import ClassFolder, new
from course_lib.classroom.judge import judge, outcome
from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.pages import feedback, report
from course_lib.classroom.records import Records
from course_lib.errors import CourseError
from course_lib.tools import sources


@pytest.fixture
def assignment(tmp_path):
    return parted.assignment(tmp_path)


def marked(assignment, answers=None):
    """name of the part -> points, of the first task, and the Outcome."""
    found = judge.mark_here(parted.answered(assignment.source, answers), assignment.source, trust=True)
    return {part.name: part.points for part in found.tasks[0].parts}, found


def test_a_plan_knows_the_parts(assignment):
    pad, area = read_plan(assignment.source).tasks
    assert [(part.name, part.possible) for part in pad.parts] == [("", 6), ("errors", 3), ("more", 1.5)]
    assert (pad.possible, area.possible, [part.name for part in area.parts]) == (10.5, 5, [""])
    assert "require_raises" in pad.parts[1].test and "require_raises" not in pad.parts[0].test


def test_each_part_earns_its_own_points(assignment):
    points, found = marked(assignment)
    assert points == {"": 6, "errors": 3, "more": 1.5}
    pad = found.tasks[0]
    assert (pad.points, pad.possible, pad.error) == (10.5, 10.5, None)
    assert pad.checks == [
        "kernels of size 1",
        "kernels of size 5",
        ("pad raises ValueError", "pad: ValueError 발생"),
        "a row",
    ]

    points, found = marked(assignment, {"pad": parted.NO_ERROR})
    assert points == {"": 6, "errors": 0, "more": 1.5} and found.tasks[0].points == 7.5
    assert "ValueError" in found.tasks[0].error["en"] and not found.needs_look

    points, _ = marked(assignment, {"pad": parted.ONLY_ERRORS})
    assert points == {"": 0, "errors": 3, "more": 0}


def test_a_crash_in_one_part_costs_that_part(assignment):
    points, found = marked(assignment, {"pad": parted.CRASHES})
    assert points == {"": 6, "errors": 0, "more": 1.5}
    assert "ended the program" in found.tasks[0].error["en"] and found.tasks[1].points == 5


def test_a_function_that_changes_its_input_loses_the_part_that_is_about_it_or_each_in_which_it_does(assignment):
    points, found = marked(assignment, {"pad": parted.CHANGES})
    assert points == {"": 0, "errors": 3, "more": 0} and "argument 1" in found.tasks[0].error["en"]
    assert "인수 1" in found.tasks[0].error["ko"]
    text = parted.SOURCE.replace('part="more"', 'part="inputs"')
    assignment.source.write_text(text, encoding="utf-8")
    points, found = marked(assignment, {"pad": parted.CHANGES})
    assert points == {"": 6, "errors": 3, "inputs": 0} and "argument 1" in found.tasks[0].error["en"]


@pytest.mark.parametrize(
    "measured, conclusion, points",
    [
        ("np.array([0, 2 / 3, 0.8])", "grows", 4),
        ("[0.0, 0.66, 0.8]", "grows", 4),
        ("[0.0, 0.1, 0.2]", "grows", 0),
        ("[0.0, 2 / 3, 0.8]", "falls", 0),
    ],
)
def test_an_experiment_is_judged_by_its_numbers(assignment, measured, conclusion, points):
    assignment.source.write_text(parted.SOURCE + parted.EXPERIMENT, encoding="utf-8")
    answer = f'''def wider():
    return {{"settings": (1, 3, 5), "predicted": [0, 9, 1], "measured": {measured}, "conclusion": "{conclusion}"}}'''
    _, found = marked(assignment, {"wider": answer})
    assert found.tasks[2].points == points, found.tasks[2].error
    if points:
        assert found.tasks[2].checks == ["wider kernels"]
    else:
        assert "wider kernels" in found.tasks[2].error["en"] and not found.needs_look


def test_an_untouched_task_earns_nothing_in_any_part(assignment):
    points, found = marked(assignment, {"pad": None, "area": None})
    assert points == {"": 0, "errors": 0, "more": 0}
    assert {part.error["en"] for task in found.tasks for part in task.parts} == {"not written yet"}


def test_a_task_that_calls_one_that_lost_a_part_is_tried_with_the_courses_own(assignment):
    _, found = marked(assignment, {"pad": parted.ONLY_ERRORS})
    assert found.tasks[1].points == 5 and "course's own pad" in found.notes[0]["en"]


def test_of_two_marks_the_better_one_of_each_part_counts():
    part = lambda name, points: outcome.PartMark(name, points, 2, None if points else {"en": "no", "ko": "아니요"})
    one = outcome.summed("f", [part("", 2), part("errors", 0)])
    two = outcome.summed("f", [part("", 0), part("errors", 2)])
    assert judge._better(one, two).points == 4
    assert judge._better(one, one) is None


def test_the_other_process_gives_the_same(assignment):
    content = parted.answered(assignment.source, {"pad": parted.NO_ERROR})
    here, there = judge.mark_here(content, assignment.source, trust=True), mark(content, assignment.source, trust=True)
    assert here.tasks == there.tasks and there.tasks[0].parts[1].points == 0


def test_outcomes_without_parts_have_one():
    before = {"task": "f", "points": 1, "possible": 2, "error": "no", "error_ko": "아니요", "checks": ["a"]}
    one = outcome.mark_of(before)
    assert one.parts == [outcome.PartMark("", 1, 2, {"en": "no", "ko": "아니요"}, ["a"])]
    assert "parts" not in before


# in a class


@pytest.fixture
def graded(tmp_path, assignment):
    """A class of five, of whom three have handed in."""
    roster = tmp_path / "students.csv"
    roster.write_text(classes.ROSTER, encoding="utf-8")
    klass = new(tmp_path / "class", roster)
    release.run(klass, assignment)
    classes.hand_in(klass, "2026001", parted.answered(assignment.source, {"pad": parted.ONLY_ERRORS}, "ko"))
    classes.hand_in(klass, "2026002", parted.answered(assignment.source, {"pad": parted.NO_ERROR}))
    classes.hand_in(klass, "2026003", parted.answered(assignment.source))
    grade.run(klass, assignment, trust=True)
    return klass


def rows(klass, student):
    with klass.gradebook() as gradebook:
        found = gradebook.find_submission_notebook("01_exercises", "01_cnn_basics", student)
        return {one.name: one.score for one in found.grades}


def test_the_gradebook_has_a_cell_per_part_and_the_pages_show_them(graded, assignment):
    assert rows(graded, "2026002") == {"pad-test": 6, "pad-test-errors": 0, "pad-test-more": 1.5, "area-test": 5}
    assert classes.scores(graded) == {"2026001": 8, "2026002": 12.5, "2026003": 15.5}
    path = graded.path("autograded", "2026002", "01_cnn_basics") / "01_exercises.ipynb"
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in nbformat.read(path, 4).cells}
    assert "✗" in json.dumps(cells["pad-test-errors"].outputs, ensure_ascii=False)
    assert "kernels of size 5" in json.dumps(cells["pad-test"].outputs)

    found = feedback.run(graded, assignment)
    english = words(found["2026002"].read_text(encoding="utf-8"))
    assert "7.5 / 10.5" in english and "part 2 (error cases) ✗ not right yet 0 / 3" in english
    assert "part 1 ✓ right 6 / 6" in english and "part 3 ✓ right 1.5 / 1.5" in english
    assert english.count("part 1") == 1, "a task with one part shows none"
    korean = words(found["2026001"].read_text(encoding="utf-8"))
    assert "2번째 부분 (오류 처리)" in korean and "1번째 부분: kernels of size" in korean and "part 1" not in korean
    assert "default_rng" not in korean + english and "expected[" not in english

    report.run(graded, assignment)
    page = words((graded.folder / "report" / "01_cnn_basics.html").read_text(encoding="utf-8"))
    assert "part 2 (error cases) 3 1" in page and "part 1 6 1" in page


def test_points_by_hand_for_a_part(graded, assignment):
    with graded.gradebook() as gradebook:
        found = gradebook.find_grade("pad-test-errors", "01_exercises", "01_cnn_basics", "2026002")
        found.manual_score = 2
        gradebook.db.commit()
    grade.run(graded, assignment, trust=True, again=True)
    assert classes.scores(graded)["2026002"] == 14.5, "kept when graded again"
    said = words(feedback.run(graded, assignment)["2026002"].read_text(encoding="utf-8"))
    assert "part 2 (error cases) ◐ partly right 2 / 3" in said and "9.5 of 10.5 points (graded by hand)" in said


def test_other_parts_need_another_release(graded, assignment):
    text = parted.SOURCE.replace("points=6", "points=5").replace("points=3", "points=4")
    assignment.source.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="have changed since the release"):
        grade.run(graded, assignment, trust=True)
    release.run(graded, assignment)
    grade.run(graded, assignment, trust=True, again=True)
    assert rows(graded, "2026002")["pad-test"] == 5 and classes.scores(graded)["2026002"] == 11.5


def test_a_part_that_was_not_there_when_it_was_graded_earns_nothing(graded, assignment):
    book = Records(graded, assignment, sources.convert(assignment.source))
    before = book.read("2026003")["outcome"]
    for task in before["tasks"]:
        del task["parts"]
    notebook = book.autograded(graded.student("2026003"), dataclasses.asdict(outcome.from_dict(before)))
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    assert "not graded yet" in json.dumps(cells["pad-test-errors"].outputs)


def test_a_class_of_the_version_before_goes_on(tmp_path, assignment):
    """Its notes have points of tasks, and none of cells."""
    text = re.sub(r'# %% task="pad" role="test" part=.*?(?=# %% \[markdown\])', "", parted.SOURCE, flags=re.DOTALL)
    assignment.source.write_text(text, encoding="utf-8")
    (tmp_path / "students.csv").write_text(classes.ROSTER, encoding="utf-8")
    klass = new(tmp_path / "class", tmp_path / "students.csv")
    release.run(klass, assignment)
    notes = json.loads((klass.folder / "class.json").read_text(encoding="utf-8"))
    assert notes["released"]["01_cnn_basics"].pop("cells") == {"pad-test": 6, "area-test": 5}
    notes["released"]["01_cnn_basics"]["tasks"] = {"pad": 6, "area": 5}
    (klass.folder / "class.json").write_text(json.dumps(notes), encoding="utf-8")
    classes.hand_in(klass, "s5", parted.answered(assignment.source))
    assert grade.run(ClassFolder(klass.folder), assignment, trust=True) == 1
    assert classes.scores(klass)["s5"] == 11
