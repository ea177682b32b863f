"""What grading and its pages tell students and instructors to do is done here, and helps."""

import re
import shlex

import classes
import nbformat
import pytest

from course_lib.classroom import commands, grade, release, workers
from course_lib.classroom.classes import Assignment, ClassFolder
from course_lib.classroom.intake import collect
from course_lib.classroom.judge import plan
from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.pages import feedback, report
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError
from course_lib.tools import sources
from course_lib.tools.arguments import parser

needs_sandbox = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox here: {sandbox.available()}")

# --- students: what an answer comes to, the advice, and the answer that follows it

HEAD = "# %%\nimport numpy as np\n\nfrom course_lib.checks import require, require_raises\n"
TASK = """
# %% task="{name}" role="solution"
def {name}(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% task="{name}" role="check"
{name}(np.ones(3))

# %% task="{name}" role="test" points=2
require("twice", {name}(np.arange(3) / 4), np.arange(3) / 2)
"""
ADVICE = [
    ("def f(x):\n    while True: pass", "does a loop never end?", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    x *= 2\n    return x", "a function must leave its inputs as they are", "def f(x):\n    x = 2 * x\n    return x"),
    ("def double(x):\n    return 2 * x", "was its cell deleted, or the function renamed?", "def f(x):\n    return 2 * x"),
    ("", "was its cell deleted, or the function renamed?", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    return 2 * x +", "because its cell stopped with SyntaxError", "def f(x):\n    return 2 * x"),
    ("while True: pass\ndef f(x):\n    return 2 * x", "does a loop never end?", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    return list(2 * x)", "The values are right: `np.array(...)` makes an array of them", "def f(x):\n    return np.array(list(2 * x))"),
    ("def f(x):\n    2 * x", "is the `return` missing?", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    raise NotImplementedError", "not written yet", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    return (2 * x).astype(int)", "The decimals are cut off", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    import os; os._exit(0)", "or a call such as exit()", "def f(x):\n    return 2 * x"),
    ("def f(x):\n    return bytearray(9 << 30)", "emory", "def f(x):\n    return 2 * x"),
]  # fmt: skip


@needs_sandbox
def test_students_who_do_what_they_are_told_get_the_points(tmp_path):
    names = [f"task{number}" for number in range(len(ADVICE))]
    source = tmp_path / "94_exercises.py"
    source.write_text(HEAD + "".join(TASK.format(name=name) for name in names), encoding="utf-8")
    rename = lambda text, name: re.sub(r"\bf\(", f"{name}(", text)
    limits = Limits(memory_mb=1000, call_s=1, cell_s=2)
    for step in (0, 2):
        notebook = sources.learner_copy(sources.convert(source), "en")
        for cell in notebook.cells:
            if cell.id in names:
                cell.source = rename(ADVICE[names.index(cell.id)][step], cell.id)
        outcome = mark(nbformat.writes(notebook).encode(), source, limits)
        for (_, advice, _), task in zip(ADVICE, outcome.tasks):
            said = " | ".join(one["en"] for one in [*([task.error] if task.error else []), *outcome.notes])
            assert task.points == step, said
            assert step or advice in said, said


# --- instructors: the sentence says which command, and it is run as it stands there


def advised(error, klass, *more):
    """Run the commands that a sentence names; returns how many."""
    found = re.findall(r"`python3 -m course_lib ([^`]+)`", str(error))
    for words in found:
        assert commands.main(parser()[0].parse_args([*shlex.split(words), *more, "--course", str(klass.folder)])) == 0
    return len(found)


def test_what_is_not_released_is_released(released, tmp_path, marker):
    klass, other = classes.make(tmp_path), Assignment("02")
    for command in (
        lambda: grade.run(klass, other, trust=True),
        lambda: feedback.run(klass, other),
        lambda: report.run(klass, other),
        lambda: collect.run(klass, other, tmp_path),
    ):
        with pytest.raises(CourseError, match="is not released") as caught:
            command()
    assert advised(caught.value, klass) == 1
    assert grade.run(ClassFolder(klass.folder), other, trust=True) == 0


def test_what_is_not_graded_is_graded(klass, marker):
    classes.hand_in(klass, "2026002", classes.solved())
    with pytest.raises(CourseError, match="nothing of 01_cnn_basics is graded") as caught:
        feedback.run(klass, classes.ASSIGNMENT)
    assert advised(caught.value, klass, "--trust-submissions") == 1
    assert "2026002" in feedback.run(klass, classes.ASSIGNMENT)


def test_no_page_yet_until_it_is_graded(klass, marker, capsys):
    classes.hand_in(klass, "2026002", classes.blank())
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    classes.hand_in(klass, "2026002", classes.solved())
    assert "2026002" not in feedback.run(klass, classes.ASSIGNMENT)
    assert "no page yet, because what they handed in is not graded: 2026002" in capsys.readouterr().out
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    assert "2026002" in feedback.run(klass, classes.ASSIGNMENT) and "no page yet" not in capsys.readouterr().out


def test_points_that_have_changed_are_released_again(klass, marker, tmp_path):
    assignment = Assignment("01")
    assignment.source = tmp_path / "01_exercises.py"
    text = classes.ASSIGNMENT.source.read_text(encoding="utf-8")
    assignment.source.write_text(re.sub(r"points=\d+", "points=1", text, count=1), encoding="utf-8")
    with pytest.raises(CourseError, match="have changed since the release: run .* again") as caught:
        grade.run(klass, assignment, trust=True)
    assert re.findall(r"course_lib class release 01 --course \S+`", str(caught.value))
    release.run(klass, assignment)
    assert grade.run(klass, assignment, trust=True) == 0


def test_tests_that_have_changed_are_graded_again(klass, marker, capsys, tmp_path):
    classes.hand_in(klass, "2026002", classes.solved())
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    assignment = Assignment("01")
    assignment.source = tmp_path / "01_exercises.py"
    assignment.source.write_text(classes.ASSIGNMENT.source.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    grade.run(klass, assignment, trust=True)
    assert "graded with tests that have changed since: 2026002; --again grades them anew" in capsys.readouterr().out
    assert grade.run(klass, assignment, trust=True, again=True) == 1
    assert "changed since" not in capsys.readouterr().out
    grade.run(klass, assignment, trust=True)
    assert "changed since" not in capsys.readouterr().out


def test_not_graded_is_graded_by_the_command_again(klass, marker, capsys, monkeypatch):
    classes.hand_in(klass, "2026002", classes.solved())
    with monkeypatch.context() as patch:
        patch.setattr(workers, "work", lambda *_: 1 / 0)
        grade.run(klass, classes.ASSIGNMENT, trust=True)
    assert (
        "not graded: 2026002: the marker failed" in (said := capsys.readouterr().out)
        and "run the command again" in said
    )
    assert grade.run(klass, classes.ASSIGNMENT, trust=True) == 1
    assert classes.scores(klass)["2026002"] == sum(classes.TASKS.values())


def test_a_folder_for_the_table(klass, tmp_path):
    table = tmp_path / "new" / "lms.csv"
    with pytest.raises(CourseError, match="make the folder, or name another file with --csv"):
        report.run(klass, classes.ASSIGNMENT, table)
    report.run(klass, classes.ASSIGNMENT, tmp_path / "lms.csv")
    table.parent.mkdir()
    report.run(klass, classes.ASSIGNMENT, table)
    assert table.read_bytes() == (tmp_path / "lms.csv").read_bytes()


def test_settings_that_fail_are_corrected(klass, marker):
    config = klass.folder / "nbgrader_config.py"
    before = config.read_text(encoding="utf-8")
    config.write_text(before + "\n1 / 0\n", encoding="utf-8")
    with pytest.raises(CourseError, match="correct it and run the command again"):
        grade.run(klass, classes.ASSIGNMENT, trust=True)
    config.write_text(before, encoding="utf-8")
    assert grade.run(klass, classes.ASSIGNMENT, trust=True) == 0


def test_a_source_as_its_sentences_ask_for_it(tmp_path):
    with pytest.raises(CourseError, match="give the .py source of a chapter's exercises"):
        plan.read_plan(tmp_path / "no.py")
    assert plan.read_plan(classes.ASSIGNMENT.source).tasks
    source = tmp_path / "93_exercises.py"
    bare = HEAD + TASK.format(name="f").replace("def f(x):\n    ###", "if True:\n    ###").replace(
        "return 2 * x", "pass"
    )
    source.write_text(bare, encoding="utf-8")
    with pytest.raises(CourseError, match="a task asks for functions, so write one"):
        plan.read_plan(source)
    source.write_text(HEAD + TASK.format(name="f"), encoding="utf-8")
    assert plan.read_plan(source).tasks[0].functions == ("f",)
    header = "# ---\n# jupyter:\n#   course:\n#     limits: {}\n# ---\n\n"
    source.write_text(header.format("{memory: 6000}") + HEAD + TASK.format(name="f"), encoding="utf-8")
    with pytest.raises(CourseError, match="there are ([a-z_, ]+)") as caught:
        plan.read_plan(source)
    for name in re.search("there are ([a-z_, ]+)", str(caught.value))[1].split(", "):
        source.write_text(header.format(f"{{{name}: 7}}") + HEAD + TASK.format(name="f"), encoding="utf-8")
        assert getattr(plan.limits(source), name) == 7


# --- every piece of advice is one that a test follows

FOLLOWED = {  # words of advice -> where it is followed
    "does a loop never end": "here",
    "was its cell deleted": "here",
    "must leave its inputs": "here",
    "Hand in {file}.ipynb": "test_odd_notebooks.py",
    "delete the unwritten one": "test_odd_notebooks.py",
    "delete that line": "test_odd_notebooks.py",
    "settle it": "test_notebook_bytes.py",
    "hand in the notebook itself": "test_notebook_bytes.py",
    "hand in a complete one": "test_notebook_bytes.py",
    "a person must look": "nothing that can be done by a test",
    "a person should look": "nothing that can be done by a test",
}
ASKS = re.compile(
    r"\b(hand in|delete|settle|write|(?<!were )(?<!was not )run|make|name|save|look|mend|must|use|start|try)\b.*|\?",
    re.IGNORECASE,
)


def test_each_piece_of_advice_of_the_judge_is_known_here():
    folder = plan.Path(plan.__file__).parents[1]
    text = (folder / "ko.po").read_text(encoding="utf-8")
    asked = []
    for entry in text.split("\n\n"):
        if re.search(r"^#: \S+(judge/|notebook_bytes|records|pages/)", entry, re.MULTILINE):
            (english,) = re.findall(r'^msgid "(.*)"$', entry, re.MULTILINE)
            if ASKS.search(re.sub(r"[{%]\(?\w+[^ }]*}?", "", english)):
                asked.append(english)
    unknown = [one for one in asked if not any(words in one for words in FOLLOWED)]
    assert not unknown, unknown
    assert all(any(words in one for one in asked) for words in FOLLOWED), "nobody says this any more"
