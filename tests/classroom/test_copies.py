"""Several copies in one submission: work counts before time, time before numbers, and doubts are looked at."""

import itertools
import json

import classes
import pytest

from course_lib.classroom import grade
from course_lib.classroom.intake import collect, copies, ledger, upload, what

BLANK, KOREAN, DONE = classes.blank(), classes.blank("ko"), classes.solved()
OTHER = classes.solved(answers={"blur": "def blur(image):\n    return image"})  # other work
HALF = classes.solved(answers={name: "def f():\n    raise NotImplementedError" for name in list(classes.TASKS)[1:]})
BARE = classes.changed(DONE, lambda notebook: [cell["metadata"].clear() for cell in notebook["cells"]])
RUN = classes.changed(
    BLANK,
    lambda notebook: [
        cell.update(execution_count=7, outputs=[]) for cell in notebook["cells"] if cell["cell_type"] == "code"
    ],
)
IDS = what.known_cells()
CUT = DONE[: len(DONE) // 2]


def scratch(*code):
    cells = [{"cell_type": "code", "metadata": {}, "source": text, "outputs": []} for text in code]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def taken(*files):
    """What is taken of files, each (path, content, time of the zip, time inside a student's zip)."""
    entries = [
        upload.Entry(("s5", *name.split("/")), lambda content=content: content, *times)
        for name, content, *times in files
    ]
    return what.pick("s5", entries, classes.ASSIGNMENT, IDS)


def chosen(*files):
    """The content taken, in whatever order the files come, and whether to look."""
    found = {(one.content, one.needs_look) for one in (taken(*order) for order in itertools.permutations(files))}
    assert len(found) == 1, "the order of the files decides"
    return found.pop()


@pytest.mark.parametrize(
    "content, kind, answers",
    [
        (BLANK, copies.BLANK, 0),
        (KOREAN, copies.BLANK, 0),
        (RUN, copies.BLANK, 0),
        (scratch(), copies.BLANK, 0),
        (b"", copies.BLANK, 0),
        (CUT, copies.OTHER, 0),
        (scratch("import numpy"), copies.OTHER, 0),
        (scratch("def blur(image):\n    # soon\n    raise NotImplementedError('x')"), copies.OTHER, 0),
        (scratch("%matplotlib inline\ndef blur(image):\n    raise NotImplementedError"), copies.OTHER, 0),
        (scratch("def blur(image):\n    pass"), copies.OTHER, 0),
        (scratch("%matplotlib inline\ndef blur(image):\n    return image"), copies.ANSWERED, 1),
        (DONE, copies.ANSWERED, len(classes.TASKS)),
        (BARE, copies.ANSWERED, len(classes.TASKS)),
        (HALF, copies.ANSWERED, 1),
        (scratch("def blur(image):\n    return image"), copies.ANSWERED, 1),
        (scratch("blur = lambda image: image"), copies.ANSWERED, 1),
        (scratch("def blur(image):\n    return " + "1 + " * 2000 + "1"), copies.ANSWERED, 1),  # too deep to compare
        (scratch("def blur(image):\n    return '\\d'"), copies.ANSWERED, 1),  # Python warns of the escape
        (scratch("def blur(image):\n    return " + "[], " * 100_000), copies.ANSWERED, 1),
        (scratch("def blur(image:\n    return image"), copies.ANSWERED, 1),  # a syntax error is work, too
    ],
)
def test_what_is_work(content, kind, answers):
    assert copies.work(content, classes.ASSIGNMENT.source) == (kind, answers)


@pytest.mark.parametrize(
    "number", ["-1", " (1)", "-Copy1", "_1", " 2", "-copy-3", " - 복사본 (2)", "의 사본", " - Copy"]
)
def test_a_later_number_counts_where_times_are_the_same(number):
    assert chosen(("01_exercises.ipynb", OTHER, 9.0), (f"01_exercises{number}.ipynb", DONE, 9.0)) == (DONE, False)
    assert chosen(("01_exercises.ipynb", BLANK, 9.0), (f"01_exercises{number}.ipynb", DONE, 9.0)) == (DONE, False)
    assert chosen(("01_exercises.ipynb", DONE, 9.0), (f"01_exercises{number}.ipynb", BLANK, 9.0)) == (DONE, False)


def test_ten_is_more_than_nine():
    for form in ("01_exercises-{}.ipynb", "01_exercises ({}).ipynb", "01_exercises-Copy{}.ipynb", "Version {}/x.ipynb"):
        assert chosen((form.format(9), OTHER), (form.format(10), DONE)) == (DONE, False)


def test_numbers_in_the_names_that_an_lms_gives():
    for form in ("hoppergrace_503_9000{}_01_exercises{}.ipynb", "Grace Hopper_5_assignsubmission_file_01_exercises{1}.ipynb"):  # fmt: skip
        assert chosen((form.format(1, ""), OTHER, 9.0), (form.format(2, "-1"), DONE, 9.0)) == (DONE, False)
        assert chosen((form.format(1, "-9"), OTHER, 9.0), (form.format(2, "-10"), DONE, 9.0)) == (DONE, False)


@pytest.mark.parametrize("blank", [BLANK, KOREAN, RUN])
@pytest.mark.parametrize("work", [DONE, HALF, BARE])
def test_what_equals_the_handed_out_copy_never_beats_another(blank, work):
    for name in ("01_exercises-fresh-1.ipynb", "01_exercises.ipynb", "01_exercises (1).ipynb"):
        assert chosen(("mine.ipynb", work, 5.0), (name, blank, 100.0)) == (work, False)
    assert chosen(("mine.ipynb", CUT, 5.0), ("01_exercises.ipynb", blank, 100.0))[0] == CUT


def test_the_newer_one_counts_whatever_its_name():
    assert chosen(("01_exercises-2.ipynb", OTHER, 100.0), ("a.ipynb", DONE, 200.0)) == (DONE, False)
    assert chosen(("01_exercises-2.ipynb", DONE, 101.0), ("01_exercises.ipynb", OTHER, 100.0)) == (DONE, False)
    # of two zips the one that was handed in later, not the one whose file is newer on the student's computer
    assert chosen(("a.zip/x.ipynb", OTHER, 100.0, 90.0), ("b.zip/x.ipynb", DONE, 200.0, 50.0)) == (DONE, False)
    assert chosen(("a.zip/x.ipynb", OTHER, 100.0, 50.0), ("a.zip/y.ipynb", DONE, 100.0, 90.0)) == (DONE, False)
    first, second = (f"hw_kim_attempt_2026-11-{day}-10-00-00_x.ipynb" for day in (19, 20))
    assert chosen((first, OTHER, 100.0), (second, DONE, 50.0)) == (DONE, False)


def test_doubts_are_looked_at():
    assert chosen(("a.ipynb", OTHER, 7.0), ("b.ipynb", DONE, 7.0))[1], "nothing tells which is newer"
    assert chosen(("work-1.ipynb", OTHER, 7.0), ("final-2.ipynb", DONE, 7.0))[1], "numbers of different names"
    assert chosen(("a.ipynb", DONE, 7.0), ("b.ipynb", HALF, 70.0)) == (HALF, True), "the older one has more answers"
    assert chosen(("a.ipynb", BLANK, 7.0), ("b.ipynb", CUT, 7.0)) == (CUT, True), "what cannot be read may be the work"
    assert not chosen(("a.ipynb", DONE, 7.0), ("b.ipynb", DONE, 7.0))[1], "the same twice"
    found = taken(("a.ipynb", OTHER, 7.0), ("b.ipynb", DONE, 7.0))
    assert found.notes[-1]["en"] == "It is not certain which of the files is meant: b.ipynb was graded."
    refused = [upload.Entry(("s5", "x.zip", "y.zip"), upload.refuse(upload.say("is a zip inside a zip")))]
    entry = upload.Entry(("s5", "a.ipynb"), lambda: BLANK)
    assert what.pick("s5", [*refused, entry], classes.ASSIGNMENT, IDS).needs_look


@pytest.fixture
def handed_in(klass, tmp_path):
    """A function that collects one more file of s5, and gives (what lies in submitted/, what is noted)."""
    target = klass.path("submitted", "s5", "01_cnn_basics") / "01_exercises.ipynb"

    def more(content):
        (tmp_path / "x.ipynb").write_bytes(content)
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "x.ipynb", only="s5")
        return target.read_bytes(), ledger.recorded(klass, classes.ASSIGNMENT)["s5"]

    return more


def test_a_blank_copy_that_comes_later_replaces_no_answers(handed_in, klass):
    handed_in(BLANK)
    assert handed_in(HALF)[0] == HALF and handed_in(DONE)[0] == DONE
    for nothing in (BLANK, CUT, KOREAN):
        content, record = handed_in(nothing)
        assert content == DONE and record["needs_look"]
        assert record["notes"][-1]["en"] == "x.ipynb holds no answers: what was handed in before is kept."
    assert len(record["notes"]) == 1, "said once"
    kept = {path.read_bytes() for path in (klass.folder / "collected" / "01_cnn_basics").iterdir()}
    assert kept == {BLANK, HALF, DONE, CUT, KOREAN}
    content, record = handed_in(OTHER)
    assert content == OTHER and not record["needs_look"]


def test_doubts_reach_the_report(klass, tmp_path, marker):
    """Graded, and a person is told to look; what is certain needs none."""
    for student, files in {"s5": {"a": OTHER, "b": DONE}, "2026001": {"a": BLANK, "b": DONE}}.items():
        (tmp_path / "up" / student).mkdir(parents=True)
        for name, content in files.items():
            (tmp_path / "up" / student / f"{name}.ipynb").write_bytes(content)
    collect.run(klass, classes.ASSIGNMENT, tmp_path / "up")
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    records = grade.opened(klass, classes.ASSIGNMENT)
    looks = {student: records.read(student)["outcome"]["needs_look"] for student in ("s5", "2026001")}
    assert looks == {"s5": True, "2026001": False}
    assert classes.scores(klass)["2026001"] == sum(classes.TASKS.values())
