"""nbgrader's own autograding, from its command line and from formgrader's button:
in our sandbox, with our points, or not at all."""

import json
import shutil
import urllib.request

import classes
import pytest

from course_lib.classroom import grade, records
from course_lib.classroom.classes import ClassFolder
from course_lib.classroom.nbgrader_settings import AUTOGRADE, PLUGIN
from course_lib.classroom.sandbox import bubblewrap as sandbox

WHY_NOT = sandbox.available()
sandboxed = pytest.mark.skipif(WHY_NOT is not None, reason=f"submissions cannot be run safely here: {WHY_NOT}")
POSSIBLE = sum(classes.TASKS.values())


def hostile(klass, tmp_path):
    """Answers by what the hidden tests say, if they can be read, and leaves a note outside."""
    secret = klass.folder / "source" / "01_cnn_basics" / "01_exercises.ipynb"
    code = f"""
def blur(image):
    raise ValueError(open({str(secret)!r}).read()[:20])
try:
    open({str(tmp_path / "note")!r}, "w").write("I was here")
except OSError:
    pass
"""
    return classes.solved("en", {"blur": code})


@pytest.fixture
def handed(klass, tmp_path):
    """A class with a right, a wrong and a hostile submission, one of a deleted test, and one that is no notebook."""
    classes.hand_in(klass, "2026001", classes.solved("ko"), "2026-11-20 10:00:00 UTC")
    classes.hand_in(klass, "2026002", classes.solved("en", {"blur": "def blur(image):\n    return image"}))
    classes.hand_in(klass, "2026003", hostile(klass, tmp_path))
    shorter = lambda notebook: notebook.update(cells=[c for c in notebook["cells"] if not c["id"].endswith("-test")])
    classes.hand_in(klass, "2026004", classes.changed(classes.solved("ko"), shorter))
    classes.hand_in(klass, "s5", b"\xff\xfe{ not JSON")
    return klass


@pytest.fixture
def ours(handed, tmp_path):
    """A copy of it that `class grade` has graded."""
    copy = ClassFolder(shutil.copytree(handed.folder, tmp_path / "copy"))
    grade.run(copy, classes.ASSIGNMENT)
    assert classes.scores(copy) == {
        "2026001": POSSIBLE,
        "2026002": classes.worth({"blur": "def blur(image):\n    return image"}),
        "2026003": POSSIBLE - classes.TASKS["blur"],
        "2026004": POSSIBLE,
        "s5": 0,
    }
    return copy


def found(klass):
    """What grading says of each student, without times."""
    read = records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK)
    everything = {student.id: read.read(student.id) for student in klass.students()}
    for record in everything.values():
        record.pop("graded_at")
        record["outcome"].pop("seconds")
    return everything


@sandboxed
def test_stock_autograde_gives_our_points(handed, ours, tmp_path):
    classes.nbgrader(handed, "autograde", "01_cnn_basics")
    assert classes.scores(handed) == classes.scores(ours) and not (tmp_path / "note").exists()
    assert found(handed) == found(ours) and all(record["entered"] for record in found(handed).values())
    for student in handed.students():
        pages = [
            json.loads((k.path("autograded", student.id, "01_cnn_basics") / "01_exercises.ipynb").read_text("utf-8"))
            for k in (handed, ours)
        ]
        assert pages[0]["cells"] == pages[1]["cells"]
    assert grade.run(handed, classes.ASSIGNMENT) == 0, "nothing is left to do for `class grade`"


@sandboxed
def test_formgraders_button(handed, ours, serve, tmp_path):
    address = serve(handed)

    def press(student):
        address_of = f"{address}/api/submission/01_cnn_basics/{student}/autograde"
        with urllib.request.urlopen(urllib.request.Request(address_of, b"", method="POST")) as answer:
            return json.load(answer)

    for student in ("2026002", "2026003", "s5"):
        assert press(student)["success"] is True
    expected = classes.scores(ours)
    assert classes.scores(handed) == {student: expected[student] for student in ("2026002", "2026003", "s5")}
    assert not (tmp_path / "note").exists()
    with handed.alone():
        answer = press("2026001")
    assert answer["success"] is False and "another command is at work" in answer["log"]
    assert not handed.path("autograded", "2026001", "01_cnn_basics").exists()


def test_without_a_sandbox_nothing_is_run(handed, tmp_path):
    said = classes.nbgrader(handed, "autograde", "01_cnn_basics", "--student", "2026003", status=1, path=[])
    assert "submissions cannot be run safely here: " in said
    assert not (tmp_path / "note").exists() and not handed.path("autograded", "2026003", "01_cnn_basics").exists()


@sandboxed
def test_settings_that_fail_open_no_door(handed, tmp_path):
    """nbgrader goes on without a nbgrader_config.py that fails."""
    with open(handed.folder / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write("1 / 0\n")
    classes.nbgrader(handed, "autograde", "01_cnn_basics", "--student", "2026003", status=1)
    assert not (tmp_path / "note").exists() and not handed.path("autograded", "2026003", "01_cnn_basics").exists()


def test_stock_nbgrader_would_have_run_it(handed, tmp_path):
    """What these tests are about: the same submission, in a class without the plug-in."""
    (handed.folder / AUTOGRADE).unlink()
    classes.nbgrader(handed, "autograde", "01_cnn_basics", "--student", "2026003")
    assert (tmp_path / "note").exists()


@pytest.mark.parametrize("made_by", ["an earlier version", "a person"])
def test_classes_without_the_plugin(klass, marker, capsys, made_by):
    path, config = klass.folder / AUTOGRADE, klass.folder / "nbgrader_config.py"
    path.unlink()
    if made_by == "a person":
        config.write_text("c = get_config()\n", encoding="utf-8")
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    said = capsys.readouterr().out
    if made_by == "a person":
        assert not path.exists() and f"write {json.dumps(PLUGIN)} into {AUTOGRADE}" in said
    else:
        assert json.loads(path.read_text(encoding="utf-8")) == PLUGIN and f"{path} is new" in said
    path.write_text("{}", encoding="utf-8")  # whoever wants stock nbgrader can have it
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    assert AUTOGRADE not in capsys.readouterr().out and path.read_text(encoding="utf-8") == "{}"
