"""From bytes to points: whatever students hand in, the points are right and one sentence says what was odd."""

import contextlib
import hashlib
import json
import os
import re
import runpy
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import nbformat
import psutil
import pytest

from course_lib.classroom.judge import assistant
from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.judge.outcome import from_dict
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox import kernel
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError
from course_lib.tasks import grade_id
from course_lib.tools import places, sources

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox here: {sandbox.available()}")
LIMITS = Limits(memory_mb=1000, processes=64, file_mb=8, call_s=3, cell_s=5, task_s=40, notebook_s=240)  # slow machines

SMALL = """# %%
import numpy as np

from course_lib.checks import check, check_raises, require, require_raises

ones = np.ones(3)

# %% task="double" role="solution"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% task="double" role="check"
check("double", double(ones), np.full(3, 2.0))

# %% task="double" role="test" points=2
random = np.random.default_rng()
for _ in range(3):
    x = random.normal(size=4)
    given = x.copy()
    require("four numbers", double(given), 2 * x)
    require("x is unchanged", given, x)

# %%
import math

# %% task="area" role="solution"
def area(radius):
    ### BEGIN SOLUTION
    if radius < 0:
        raise ValueError("negative")
    return math.pi * double(radius) ** 2 / 4
    ### END SOLUTION

# %% task="area" role="check"
check("area", area(1.0), math.pi)

# %% task="area" role="test" points=3
require("radius 2", area(2.0), 4 * math.pi)
require_raises(ValueError, area, -1.0)

# %% task="name" role="solution"
def name():
    ### BEGIN SOLUTION
    return "cnn"
    ### END SOLUTION

# %% task="name" role="check"
check("name", name(), "cnn")

# %% task="name" role="test" points=5
require("name", name(), "cnn")
"""
RIGHT = {"double": "def double(x):\n    return 2 * x", "name": "def name():\n    return 'cnn'"}
RIGHT["area"] = "def area(radius):\n    if radius < 0: raise ValueError('negative')\n    return math.pi * radius ** 2"
STUB = {task: f"def {task}(*a):\n    raise NotImplementedError" for task in RIGHT}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "99_exercises.py"
    path.write_text(SMALL, encoding="utf-8")
    return path


def written(source, answers=RIGHT, language="en"):
    """The released notebook with answers in it."""
    notebook = sources.learner_copy(sources.convert(source), language)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.metadata.get("nbgrader", {}).get("solution") and name in answers:
            cell.source = answers[name]
    return notebook


def data(notebook):
    return nbformat.writes(notebook).encode()


def points(outcome):
    return [task.points for task in outcome.tasks]


def whole(outcome):
    """What every outcome must be: JSON both ways, a valid notebook without
    anything that runs, sentences in both languages."""
    assert from_dict(json.loads(json.dumps(asdict(outcome)))) == outcome
    sentences = outcome.notes + [task.error for task in outcome.tasks if task.error]
    for one in sentences:
        assert one.keys() == {"en", "ko"} and one["en"] != one["ko"] and re.search("[가-힣]", one["ko"])
        assert not any("\n" in text or "Traceback" in text or len(text) > 1000 for text in one.values())
    for task in outcome.tasks:
        assert 0 <= task.points <= task.possible
        assert (task.error is None) == (task.points == task.possible)
    if outcome.notebook is not None:
        nbformat.validate(outcome.notebook)
        assert "text/html" not in json.dumps(outcome.notebook) and len(json.dumps(outcome.notebook)) < 5_000_000
        graded = [
            cell["metadata"]["nbgrader"]["grade_id"]
            for cell in outcome.notebook["cells"]
            if cell["metadata"].get("nbgrader")
        ]
        assert sorted(graded) == sorted(
            name
            for task in outcome.tasks
            for name in (
                task.task,
                f"{task.task}-check",
                *(grade_id(task.task, "test", one.name) for one in task.parts),
            )
        )
    return outcome


def said(*sentences):
    """Sentences in English, as one text; None says nothing."""
    return " | ".join(one["en"] for one in sentences if one)


def graded(submission, source, limits=LIMITS, **options):
    return whole(mark(submission, source, limits, **options))


# --- the points of right and wrong answers
# -----------------------------------------------------------------------------------


def test_right_untouched_and_in_both_languages(source):
    for language in ("en", "ko"):
        outcome = graded(data(written(source, language=language)), source)
        assert points(outcome) == [2, 3, 5] and outcome.notes == [] and not outcome.needs_look
        assert outcome.tasks[0].checks == ["four numbers", "x is unchanged"]
        assert outcome.tasks[1].checks == ["radius 2", ("area raises ValueError", "area: ValueError 발생")]
        outcome = graded(data(written(source, {}, language)), source)
        assert points(outcome) == [0, 0, 0] and all(
            task.error == {"en": "not written yet", "ko": "아직 작성하지 않았습니다"} for task in outcome.tasks
        )


def test_again_gives_the_same(source):
    submission = data(written(source, {**RIGHT, "double": "def double(x):\n    return x + 1"}))
    one, two = (graded(submission, source) for _ in range(2))
    assert one.tasks == two.tasks and one.notebook == two.notebook
    assert one.sha256 == two.sha256 == hashlib.sha256(submission).hexdigest()


WRONG = [  # an answer to "double", and a part of what is said about it
    ("def double(x):\n    x *= 2\n    return x", "changed what it was given (argument 1)"),
    ("def double(x):\n    return set(2 * x)", "expected type numpy.ndarray, found set"),
    ("def double(x):\n    return (2 * x).astype(int)", "The decimals are cut off"),
    ("def double(x):\n    return x * np.nan", "NaN"),
    ("def double(x):\n    return x[:2] * 2", "expected shape (4,), found (2,)"),
    ("def double(x):\n    2 * x", "nothing came back (None)"),
    ("def double(x):\n    return undefined", "double raised NameError: name 'undefined' is not defined"),
    ("def double(x):\n    import torch_that_is_not_there", "ModuleNotFoundError"),
    ("def double(x):\n    yield 2 * x", "a generator"),
    ("def double(x):\n    return double", "a function"),
    ("def double(x):\n    return np.array([None] * 4)", "dtype object"),
    ("def double(x, y):\n    return 2 * x", "double raised TypeError"),
    ("def double(x):\n    return double(x)", "RecursionError"),
    ("def double(x):\n    exit()", "ends the program"),
    ("double = 5", "no function double"),
    ("def duble(x):\n    return 2 * x", "no function double"),
    ("def double(x):\n    return 2 * x +", "SyntaxError"),
    ("  def double(x):\nreturn", "Error"),
    ("def double(x):\n    import os; os._exit(0)", "ended the program"),
    ("def double(x):\n    import ctypes; ctypes.string_at(0)", "ended the program"),
    ("def double(x):\n    while True: pass", "a loop never end"),
    ("def double(x):\n    return bytearray(9 << 30)", "MemoryError"),
    ("def double(x):\n    import os, threading; threading.Timer(0.2, os._exit, [1]).start(); return 2 * x", None),
    ("def double(x):\n    import warnings, sys\n    print('x' * 10000); warnings.warn('w'); print('e', file=sys.stderr); np.log(-1.0)\n    return 2 * x", None),
    ("def double(x):\n    import time; time.sleep(0.2); return 2 * x", None),
]  # fmt: skip


def test_a_wrong_answer_costs_its_own_points_only(tmp_path):
    """As many tasks as there are answers, all in one notebook: those that
    end the kernel stand among those that do not."""
    cells = SMALL.split("# %%")
    names = [f"double{number}" for number in range(len(WRONG))]
    rename = lambda text, name: (
        text.replace("double(x)", f"{name}(x)")
        .replace("double(given)", f"{name}(given)")
        .replace('"double"', f'"{name}"')
    )
    tasks = ["# %%".join(["", rename(cells[2], name), rename(cells[4], name)]) for name in names]
    source = tmp_path / "97_exercises.py"
    source.write_text("# %%" + cells[1] + "".join(tasks), encoding="utf-8")
    answers = {name: answer.replace("double", name) for name, (answer, _) in zip(names, WRONG)}
    outcome = mark(data(written(source, answers)), source, LIMITS)
    for name, (answer, sentence), task in zip(names, WRONG, outcome.tasks):
        assert task.task == name and task.points == (2 if sentence is None else 0), f"{answer}: {task.error}"
        assert sentence is None or sentence.replace("double", name) in said(task.error), f"{answer}: {task.error}"


def test_a_task_that_calls_an_earlier_one_keeps_its_points(source):
    area = "def area(radius):\n    if radius < 0: raise ValueError\n    return math.pi * double(radius) ** 2 / 4"
    for double in ("def double(x):\n    return x", "def double(x:"):
        outcome = graded(data(written(source, {**RIGHT, "double": double, "area": area})), source)
        assert points(outcome) == [0, 3, 5] and re.search("own double.*: area", said(*outcome.notes))
    # a later task's function is never lent: else the earlier one could be answered with it
    double = "def double(x):\n    return 2 * (area(x) / math.pi) ** 0.5"
    assert points(graded(data(written(source, {**STUB, "double": double})), source)) == [0, 0, 0]
    # and what was lent cannot be kept for the task that it answers
    thief = "def area(radius):\n    global double\n    import builtins; builtins.kept = double\n    raise ValueError"
    assert points(
        graded(
            data(
                written(
                    source,
                    {**RIGHT, "double": "def double(x):\n    import builtins; return builtins.kept(x)", "area": thief},
                )
            ),
            source,
        )
    ) == [0, 0, 5]


def test_why_a_function_is_not_there_is_told_in_both_languages(source):
    endless = "while True: pass\ndef name():\n    return 'cnn'"
    outcome = graded(data(written(source, {**RIGHT, "name": endless})), source)
    error = outcome.tasks[2].error
    assert points(outcome) == [2, 3, 0]
    assert error["en"].startswith("no function name is there: the cell of name did not come back within 5 s")
    assert "name 셀" in error["ko"] and "did not" not in error["ko"]


CHAIN = "# %%\nfrom course_lib.checks import require\n" + "".join(
    f"""
# %% task="{name}" role="solution"
def {name}(x):
    ### BEGIN SOLUTION
    return {body}
    ### END SOLUTION

# %% task="{name}" role="check"
{name}(1)

# %% task="{name}" role="test" points=1
require("{name}", {name}(3), {value})
"""
    for name, body, value in (("first", "x + 1", 4), ("second", "2 * first(x)", 8), ("third", "-second(x)", -8))
)


def test_what_is_lent_may_itself_call_an_earlier_task(tmp_path):
    source = tmp_path / "chain.py"
    source.write_text(CHAIN, encoding="utf-8")
    third = "def third(x):\n    return -second(x)"
    outcome = graded(data(written(source, {"third": third})), source)
    assert points(outcome) == [0, 0, 1] and "own second," in said(*outcome.notes)


def test_a_loan_that_does_not_help_is_not_mentioned(source):
    wrong = {
        **RIGHT,
        "double": "def double(x):\n    return 0 * x",
        "area": "def area(radius):\n    return double(radius)",
    }
    outcome = graded(data(written(source, wrong)), source)
    assert points(outcome) == [0, 0, 5] and not outcome.notes
    assert "found 0.0" in said(outcome.tasks[1].error), "what the student's own functions gave is told"


def test_loans_get_no_time_beyond_that_of_the_notebook(source):
    slow = "import time\ndef area(radius):\n    if radius < 0: raise ValueError\n    time.sleep(2)\n    return math.pi * double(radius) ** 2 / 4"
    submission = data(written(source, {**RIGHT, "double": "def double(x):\n    return 0 * x", "area": slow}))
    for seconds, expected in ((60, 3), (3, 0)):
        limits = Limits(memory_mb=1000, call_s=10, notebook_s=seconds)
        assert points(graded(submission, source, limits))[1] == expected


def test_what_an_earlier_task_has_left_behind_costs_no_later_one(source):
    armed = "armed = []\ndef double(x):\n    armed.append(1)\n    return 2 * x"
    ends = "import os\ndef name():\n    return os._exit(1) if armed else 'cnn'"
    assert points(graded(data(written(source, {**RIGHT, "double": armed, "name": ends})), source)) == [2, 3, 5]


# `CLASSROOM_BANK=01,02 ... -m pytest tests/classroom -k bank` tries
# every wrong answer of these chapters, not these three
ALL = os.environ.get("CLASSROOM_BANK")
BANK = {
    number: runpy.run_path(str(places.COURSE / "tests" / "exercises" / f"answers_{number}.py"))["WRONG"]
    for number in (ALL or "01").split(",")
}
WRONG_ANSWERS = [
    (number, task, wrong) for number, tasks in BANK.items() for task, answers in tasks.items() for wrong in answers
]
SAMPLE = [("01", "output_size", "no error"), ("01", "convolve", "axes swapped"), ("01", "blur", "floats, but in place")]


@pytest.mark.parametrize("number, task, wrong", WRONG_ANSWERS if ALL else SAMPLE)
def test_wrong_answers_of_the_bank(number, task, wrong):
    source = next(places.COURSE.glob(f"chapters/{number}_*/{number}_exercises.py"))
    cells = [cell for cell in sources.convert(source).cells if cell.metadata.get("nbgrader", {}).get("solution")]
    right = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}
    outcome = graded(data(written(source, {**right, task: BANK[number][task][wrong]})), source, Limits())
    assert [one.task for one in outcome.tasks if one.points < one.possible] == [task]


# --- whatever students hand in
# -----------------------------------------------------------------------------------------------

UNREADABLE = {
    "nothing": (None, "nothing was handed in"),
    "empty": (b"", "empty"),
    "blank": (b"\n \xef\xbb\xbf\n", "empty"),
    "zeros": (bytes(1000), "empty"),
    "cut": (b'{"cells": [{"cell_type": "code",\n "source": "x', "no valid JSON (line 2)"),
    "deep": (b"[" * 1_000_000, "no valid JSON"),
    "digits": (b"1" * 1_000_000, "no valid JSON"),
    "a list": (b"[1, 2]", "no cells"),
    "no list": (b'{"cells": {"a": 1}}', "no cells"),
    "zip": (b"PK\x03\x04" + bytes(50), "a zip or Office file"),
    "pdf": (b"%PDF-1.7\n...", "a PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "html": (b"<!DOCTYPE html><html>", "a web page"),
    "hwp": (b"\xd0\xcf\x11\xe0\xa1\xb1", "HWP"),
    "python": (b"def double(x):\n    return 2 * x", "a Python script and not a notebook"),
    "noise": (bytes(range(128, 256)) * 3, "not text"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_notebook_gives_no_points_and_a_sentence(source, kind):
    submission, sentence = UNREADABLE[kind]
    outcome = graded(submission, source)
    assert points(outcome) == [0, 0, 0] and outcome.needs_look and outcome.notebook is None
    assert sentence in said(*outcome.notes) and all(sentence in said(task.error) for task in outcome.tasks)


def test_encodings_and_old_formats(source):
    notebook = written(source)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("가나다"))
    text = json.dumps(notebook, ensure_ascii=False)
    outcome = graded(text.replace("\\n", "\\r\\n").encode("cp949"), source)
    assert points(outcome) == [2, 3, 5] and "CP949" in said(*outcome.notes) and not outcome.needs_look
    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_code_cell(input=cell.source) for cell in notebook.cells if cell.cell_type == "code"
                ]
            )
        ]
    )
    outcome = graded(json.dumps(old).encode(), source)
    assert points(outcome) == [2, 3, 5] and "old format" in said(*outcome.notes)


def changed(source, change):
    notebook = written(source)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell for cell in notebook.cells}
    change(notebook, cells)
    return json.dumps(notebook).encode()


def remove(*names):
    return lambda notebook, cells: [notebook.cells.remove(cells[name]) for name in names]


BOMB = "import os, time\nwhile True:\n    try:\n        if not os.fork(): time.sleep(99)\n    except OSError: break"
ODD = [
    "def helper(): return 1\nhelper()",
    "exit()",
    "input('?')",
    "x = bytearray(9 << 30)",
    "open('x', 'wb').write(bytes(99 << 20))",
    "for i in range(20000): print('x' * 200)",
    "%matplotlib inline\n!ls\n%timeit -n1 -r1 1",
    "%%nothing_such\nx",
    "from IPython.display import HTML\nHTML('<script>alert(1)</script>')",
    "import nothing_such_at_all",
    "def broken(:",
]


def odd(notebook, cells):
    for cell in notebook.cells:
        cell.update(id={"a": 1}, execution_count="x", outputs=5)
    notebook.cells += [1, None, [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": [1, {}]}]
    notebook.cells.insert(0, {"cell_type": "code", "source": "'\ud800' + '\0'", "metadata": {}})
    notebook.update(metadata={"kernelspec": {"name": "julia", "display_name": "x"}})


code_cell = nbformat.v4.new_code_cell


def split_and_merged(notebook, cells):
    """A cell split in two, both with its metadata; one merged with its check and test."""
    half = json.loads(json.dumps(cells["area"]))
    half.update(id="half", source="import math")
    notebook.cells.insert(notebook.cells.index(cells["area"]), nbformat.from_dict(half))
    parts = [cells["name"], cells["name-check"], cells["name-test"]]
    parts[0].source = "\n\n".join(part.source for part in parts)
    for part in parts[1:]:
        notebook.cells.remove(part)


CASES = {  # what was done -> (how, points, part of a note)
    "solution deleted": (remove("double"), [0, 3, 5], "missing: double"),
    "test and check deleted": (remove("double-test", "area-check"), [2, 3, 5], "missing"),
    "set-up deleted": (lambda n, c: [n.cells.remove(x) for x in list(n.cells) if "nbgrader" not in x.metadata], [2, 3, 5], None),
    "set-up broken": (lambda n, c: n.cells[0].update(source="import numpy as np\nimport nothing_such"), [2, 3, 5], None),
    "copied": (lambda n, c: n.cells.append(json.loads(json.dumps(c["double"]))), [2, 3, 5], "more than once: double"),
    "stub left behind": (lambda n, c: n.cells.append(nbformat.v4.new_code_cell(written(source_of(n), {}).cells[1].source)), [2, 3, 5], None),
    "reordered": (lambda n, c: n.cells.reverse(), [2, 3, 5], "another order"),
    "retyped": (lambda n, c: c["double"].update(cell_type="markdown"), [2, 3, 5], "no code cells any more: double"),
    "retyped to nonsense": (lambda n, c: c["double"].update(cell_type=["x"], source=c["double"].source.splitlines(True)), [2, 3, 5], "no code cells"),
    "test changed": (lambda n, c: c["double-test"].update(source="pass"), [2, 3, 5], "not those of this release, and the latter were used: double-test"),
    "points changed": (lambda n, c: c["double-test"].metadata.nbgrader.update(points=1000), [2, 3, 5], "metadata of cells are not those of this release: double-test"),
    "ids changed": (lambda n, c: [x.metadata.nbgrader.update(grade_id="mine") for x in (c["double"], c["double-test"])], [2, 3, 5], "metadata"),
    "ids swapped": (lambda n, c: [c["double"].metadata.nbgrader.update(grade_id="area"), c["area"].metadata.nbgrader.update(grade_id="double")], [2, 3, 5], None),
    "no metadata": (lambda n, c: [x.update(metadata={}) for x in n.cells], [2, 3, 5], None),
    "odd metadata": (lambda n, c: [x.update(metadata=[1]) for x in n.cells], [2, 3, 5], None),
    "odd ids, cells, kernel, surrogates and zeros": (odd, [2, 3, 5], None),
    "odd cells of one's own": (lambda n, c: [n.cells.insert(1, nbformat.v4.new_code_cell(code)) for code in ODD], [2, 3, 5], None),
    "stub below the answer": (lambda n, c: c["double"].update(source=f"{RIGHT['double']}\n\n{STUB['double']}"), [0, 3, 5], "the last definition, which counts, is unwritten: double; delete the unwritten one"),
    "magics": (lambda n, c: [c["double"].update(source=f"%%time\n{RIGHT['double']}"), c["name"].update(source=f"%matplotlib inline\n{RIGHT['name']}\n!true")], [2, 3, 5], None),
    "split and merged": (split_and_merged, [2, 3, 5], None),
    "lines without ends": (lambda n, c: [x.update(source=x.source.split("\n")) for x in n.cells], [2, 3, 5], "without line ends"),
    "all in one cell": (lambda n, c: n.update(cells=[code_cell("\n\n".join(x.source for x in n.cells))]), [2, 3, 5], None),
    "tabs and Windows": (lambda n, c: [x.update(source=x.source.replace("    ", "\t").replace("\n", "\r\n")) for x in n.cells], [2, 3, 5], None),
    "endless cell": (lambda n, c: n.cells.insert(1, nbformat.v4.new_code_cell("while True: pass")), [2, 3, 5], "had to be stopped"),
    "crash": (lambda n, c: n.cells.insert(1, nbformat.v4.new_code_cell("import os; os._exit(1)")), [2, 3, 5], "had to be stopped"),
    "processes": (lambda n, c: n.cells.insert(1, nbformat.v4.new_code_cell(BOMB)), [2, 3, 5], "too many processes"),
}  # fmt: skip
_SOURCE = []


def source_of(_):
    return _SOURCE[0]


@pytest.mark.parametrize("case", CASES)
def test_what_was_done_to_a_notebook(source, case):
    _SOURCE[:] = [source]
    change, expected, note = CASES[case]
    outcome = graded(changed(source, change), source)
    assert points(outcome) == expected, [outcome.notes, [task.error for task in outcome.tasks]]
    if note:
        assert note in said(*outcome.notes)
    if case == "stub below the answer":
        assert "the last definition, which counts, is unwritten" in said(outcome.tasks[0].error), "not: not written yet"
    looks = case in ("solution deleted", "copied", "stub below the answer", "endless cell", "crash", "processes")
    assert outcome.needs_look == looks, outcome.notes
    assert not any(" did not " in one["ko"] for one in outcome.notes), outcome.notes


def test_markdown_carries_no_script(source):
    notebook = written(source)
    notebook.cells.insert(
        0, nbformat.v4.new_markdown_cell("<script>alert(1)</script> a < b <img src=x onerror=alert(2)>")
    )
    outcome = graded(data(notebook), source)
    assert (
        "<script" not in outcome.notebook["cells"][0]["source"] and "<img" not in outcome.notebook["cells"][0]["source"]
    )
    assert "a < b" in outcome.notebook["cells"][0]["source"]


def test_a_huge_notebook_is_graded_and_kept_small(source):
    notebook = written(source)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="x" * 20_000_000)]
    notebook.cells += [nbformat.v4.new_markdown_cell("y" * 90_000) for _ in range(100)]
    assert points(graded(data(notebook), source)) == [2, 3, 5]


# --- who wants points without answers
# ----------------------------------------------------------------------------------------

EQUAL = """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __getattr__(self, name): return Equal()
    def __array__(self, *a, **k): return np.ones(4)
    def __call__(self, *a, **k): return self
    def __iter__(self): return iter([1])
    def __len__(self): return 1
    def __bool__(self): return True
    def __hash__(self): return 1
def double(*a): return Equal()
area = name = double
"""
FRAUDS = {
    "equal to everything": EQUAL,
    "subclass of str": "class S(str):\n    __eq__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n    __hash__ = str.__hash__\ndef name(): return S('x')",
    "subclass of array": "class A(np.ndarray):\n    __ne__ = lambda s, o: np.zeros(1, bool)\n    __array_ufunc__ = lambda *a, **k: np.ones(4, bool)\ndef double(x): return np.zeros(4).view(A)",
    "patched checks": "import course_lib.checks as c, numpy.testing as t\nfor m in (c, t, np):\n    for n in dir(m):\n        if callable(getattr(m, n)) and n not in ('ndarray', 'generic'):\n            try: setattr(m, n, lambda *a, **k: True)\n            except Exception: pass\ndef require(*a, **k): pass\ncheck = require",
    "own numpy.py": "for n in ('numpy', 'course_lib', 'json'):\n    open(n + '.py', 'w').write('def __getattr__(n): return lambda *a, **k: True')\nimport sys\nfor m in list(sys.modules):\n    if m.startswith(('numpy', 'course_lib', 'json')): del sys.modules[m]",
    "input transformer": "ip = get_ipython()\nip.input_transformers_cleanup.append(lambda lines: ['pass\\n'])\nip.events.register('pre_run_cell', lambda *a: 1 / 0)",
    "overwritten servant": "import course_lib.classroom.sandbox.inside as s, course_lib.classroom.sandbox.calls as p, gc, sys\nfor m in (s, p, sys.modules['__main__']):\n    for n in ('perform', 'pack'):\n        if hasattr(m, n): setattr(m, n, lambda *a: ({'value': True, 'points': 100, 'error': None}, []))",
    "answers in advance": "import os\nos.write(int(open('/proc/self/cmdline').read().split(chr(0))[-2]), b'\\0\\0\\0\\1' + (15).to_bytes(8, 'big') + b'{\"value\": true}' * 1)",
    "closed channel": "import os\nos.close(int(open('/proc/self/cmdline').read().split(chr(0))[-2]))",
    "forged error": "def double(x): raise type('CheckFailed', (AssertionError,), {})('all right')\ndef area(r): raise SystemExit(0)\ndef name(): raise type('NoAnswer', (BaseException,), {})",
    "every error at once": "class E(ValueError, TypeError, KeyError, AssertionError): pass\ndef double(*a): raise E\narea = name = double",
}  # fmt: skip


@pytest.mark.parametrize("fraud", FRAUDS)
def test_fraud_earns_nothing(source, fraud):
    notebook = written(source, {})
    notebook.cells.append(nbformat.v4.new_code_cell(FRAUDS[fraud]))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FRAUDS[fraud]))
    assert points(graded(data(notebook), source)) == [0, 0, 0]


def test_no_submission_sees_the_tests_or_changes_the_next_one(source):
    seen = written(source)
    seen.cells.append(nbformat.v4.new_code_cell(
        "import gc, os, subprocess\ntexts = [o for o in gc.get_objects() if isinstance(o, (str, bytes))]\n"
        "found = subprocess.run(['grep', '-rls', '--exclude-dir=site-packages', 'four ' + 'numbers', '/home', '/tmp', '/course', '/dev/shm', '/etc'], capture_output=True).stdout\n"
        "print(['four ' + 'numbers' in str(o) for o in texts if 'random.' + 'normal(size=4)' in str(o)], found)\nopen('left', 'w').write('x')"
    ))  # fmt: skip
    outcome = graded(data(seen), source)
    assert outcome.notebook["cells"][-1]["outputs"][0]["text"] == "[] b''\n"
    asks = written(
        source, {**RIGHT, "name": "import os\ndef name():\n    return 'left' if os.path.exists('left') else 'cnn'"}
    )
    assert points(graded(data(asks), source)) == [2, 3, 5]
    spoils = "def double(x):\n    x[:] = 0\n    ones[:] = 0\n    return x"
    graded(data(written(source, {**RIGHT, "double": spoils})), source)
    assert points(graded(data(written(source)), source)) == [2, 3, 5]


HOSTILE = """import os, threading, time
for _ in range(20):
    if not os.fork():
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with open(f"/tmp/{os.getpid()}", "ab") as file: file.write(bytes(1 << 20))
                hold = globals().get("hold", b"") + bytes(1 << 20)
            except (OSError, MemoryError): pass
while True: pass"""


def test_a_hostile_submission_does_not_trouble_the_one_beside_it(source):
    """Two workers, each with a processor: one runs busy loops in many processes that take memory and write, the other's
    submission gets full points, in the time that it has when alone."""
    from course_lib.classroom import workers

    hostile = written(source, {})
    hostile.cells.insert(1, nbformat.v4.new_code_cell(HOSTILE))
    limits = Limits(memory_mb=1000, processes=64, file_mb=8, call_s=1, cell_s=6, cpu_s=60)
    order = source, limits, False
    with ThreadPoolExecutor(2) as pool:
        alone = from_dict(pool.submit(workers.work, data(written(source)), *order).result())
        bad = pool.submit(workers.work, data(hostile), *order)
        time.sleep(1.5)  # by then it is at it
        beside = from_dict(pool.submit(workers.work, data(written(source)), *order).result())
        assert not bad.done(), "both ran at the same time"
        bad = whole(from_dict(bad.result()))
    assert points(alone) == points(beside) == [2, 3, 5] and alone.tasks == beside.tasks
    assert points(bad) == [0, 0, 0] and "had to be stopped" in said(*bad.notes)


# --- the process that runs the tests
# -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", [False, True])
def test_nothing_runs_on_when_the_grader_is_killed(source, tmp_path, trust):
    """kill -9, in the middle of an endless loop: all that it has started ends with it, and no folder is left."""
    handed = tmp_path / "loop.ipynb"
    handed.write_bytes(data(written(source, {"name": "while True: pass"})))
    code = f"from pathlib import Path; from course_lib.classroom.judge import assistant; assistant.mark(Path({str(handed)!r}).read_bytes(), {str(source)!r}, assistant.Limits(cell_s=600, cpu_s=600, notebook_s=600), {trust})"
    grader = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(places.COURSE)})
    until = lambda condition: next(now for _ in range(600) if (now := condition()) or time.sleep(0.1))
    running = lambda: psutil.Process(grader.pid).children(recursive=True)

    def at_it(process):
        with contextlib.suppress(psutil.Error):  # some come and go
            named = any(word in " ".join(process.cmdline()) for word in ("sandbox.inside", "sandbox.forkserver"))
            return named and process.cpu_times().user > 2

    folders = lambda: [
        path for path in Path(kernel._place()).glob("course-sandbox-*") if path.name.split("-")[2] in numbers
    ]
    try:
        until(lambda: any(map(at_it, running())))
        below = running()
        numbers = {str(one.pid) for one in below} | {str(grader.pid)}
        assert bool(folders()) == trust  # in a sandbox its sockets are in memory
    finally:
        grader.kill()
        grader.wait()
    until(lambda: not any(one.is_running() for one in below))
    assert not folders()


def test_a_test_that_dies_or_hangs_costs_its_task_only(source, tmp_path, monkeypatch):
    fragile = tmp_path / "fragile.py"
    breaks = 'import os\nanswer = area(2.0)\nif answer == "die": os._exit(1)\nwhile answer == "hang": pass\nrequire("radius 2"'
    fragile.write_text(SMALL.replace('require("radius 2"', breaks), encoding="utf-8")
    monkeypatch.setattr(assistant, "GRACE", 3)
    limits = Limits(call_s=0.5, cell_s=0.5, task_s=0.5, notebook_s=60)
    for word in ("die", "hang"):
        start = time.monotonic()
        outcome = graded(
            data(written(source, {**RIGHT, "area": f"def area(r):\n    return {word!r}"})), fragile, limits
        )
        assert (
            points(outcome) == [2, 0, 5] and outcome.needs_look and "had to be stopped" in said(outcome.tasks[1].error)
        )
        assert time.monotonic() - start < 40
    assert points(graded(data(written(source)), fragile)) == [2, 3, 5]


@pytest.mark.parametrize("where", ["in every test", "in the only one", "before the first"])
def test_a_notebook_is_kept_as_evidence_when_its_tests_had_to_be_killed(source, tmp_path, monkeypatch, where):
    deadly, limits = tmp_path / "deadly.py", Limits()
    text = re.sub(r'(role="test" points=\d\n)', r"\1import os; os._exit(1)\n", SMALL)
    if where == "in the only one":
        text = text.partition("# %%\nimport math")[0]
    if where == "before the first":
        text = SMALL
        limits = Limits(cell_s=200, notebook_s=60)  # it may be silent for long, but 20 seconds are all there are
        monkeypatch.setattr(assistant, "GRACE", 20 - 2 * limits.notebook_s)
    deadly.write_text(text, encoding="utf-8")
    notebook = written(deadly)
    if where == "before the first":
        notebook.cells.insert(1, nbformat.v4.new_code_cell("import time; time.sleep(59)"))
    else:
        notebook.cells.insert(1, nbformat.v4.new_code_cell("print('what was ' + 'printed')"))
    outcome = graded(data(notebook), deadly, limits)
    assert sum(points(outcome)) == 0 and outcome.needs_look and outcome.notebook is not None
    kept = json.dumps(outcome.notebook)
    assert "return 2 * x" in kept and ("what was printed" in kept) == (where != "before the first")


def test_a_test_that_asks_for_the_impossible_is_told_to_a_person(source, tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        SMALL.replace('require("name", name(), "cnn")', 'require("name", name(print), "cnn")'), encoding="utf-8"
    )
    outcome = graded(data(written(source)), wrong)
    assert points(outcome) == [2, 3, 0] and outcome.needs_look and "a person must look" in said(outcome.tasks[2].error)
    wrong.write_text(SMALL.replace("import math\n", "import math\nopen('missing.csv')\n"), encoding="utf-8")
    outcome = graded(data(written(source)), wrong)
    assert (
        points(outcome) == [2, 0, 0]
        and outcome.needs_look
        and "set-up cell of the source" in said(outcome.tasks[1].error)
    )


def test_a_source_that_is_none_is_told_in_a_sentence(tmp_path):
    for path, text, sentence in (
        ("none.py", None, "cannot be read"),
        ("bare.py", SMALL.replace("def name():\n    ###", "if True:\n    ###"), "defines a function"),
    ):
        if text:
            (tmp_path / path).write_text(text, encoding="utf-8")
        with pytest.raises(CourseError, match=sentence):
            mark(b"{}", tmp_path / path)


def test_without_a_sandbox_it_refuses_and_with_trust_it_does_not(source, monkeypatch):
    monkeypatch.setattr(assistant, "_unavailable", lambda: "this is a test")
    with pytest.raises(CourseError, match="cannot be run safely here: this is a test"):
        mark(b"{}", source)
    assert points(whole(mark(data(written(source)), source, LIMITS, trust=True))) == [2, 3, 5]


# --- Keras
# -------------------------------------------------------------------------------------------------------------------

KERAS = """# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
import numpy as np
from keras import layers

from course_lib.checks import check, check_raises, require, require_raises

# %%
def make(classes):
    x = images = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, name="conv")(x)
    x = layers.BatchNormalization(name="bn")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(images, layers.Dense(classes, activation="softmax", name="head")(x), name="given")

# %% task="unfreeze" role="solution"
def unfreeze(model, first):
    ### BEGIN SOLUTION
    names = [layer.name for layer in model.layers]
    if first not in names:
        raise ValueError(first)
    model.trainable = True
    for number, layer in enumerate(model.layers):
        layer.trainable = number >= names.index(first) and not isinstance(layer, layers.BatchNormalization)
    return model, sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    ### END SOLUTION

# %% task="unfreeze" role="test" points=4
for state in (True, False):
    given = make(5)
    given.trainable = state
    model, count = unfreeze(given, "bn")
    require("count", count, 25)
    require("a keras.Model", isinstance(model, keras.Model), True)
    require("trained", [weight.path for weight in model.trainable_weights], ["head/kernel", "head/bias"])
require_raises(ValueError, unfreeze, make(2), "none")

# %% task="replace_head" role="solution"
def replace_head(model, classes):
    ### BEGIN SOLUTION
    return keras.Model(model.input, layers.Dense(classes, name="new_head")(model.layers[-2].output))
    ### END SOLUTION

# %% task="replace_head" role="test" points=6
old = make(5)
images = np.random.default_rng().normal(size=(2, 8, 8, 3)).astype("float32")
before = old.predict_on_batch(images)
model = replace_head(old, 3)
require("output shape", tuple(model.output_shape), (None, 3))
require("weights that are kept", model.get_weights()[:-2], old.get_weights()[:-2])
model.set_weights(model.get_weights()[:-2] + [np.zeros((4, 3)), np.array([-5.0, 0.0, 7.0])])
require("logits", np.asarray(model.predict_on_batch(images)), np.array([[-5.0, 0.0, 7.0]] * 2))
require("the old model predicts as before", np.asarray(old.predict_on_batch(images)), np.asarray(before))

# %% task="replace_again" role="solution"
def replace_again(model, classes):
    ### BEGIN SOLUTION
    return keras.Model(model.input, layers.Dense(classes, name="new_head")(model.layers[-2].output))
    ### END SOLUTION

# %% task="replace_again" role="test" points=6
old = make(5)
images = np.random.default_rng().normal(size=(2, 8, 8, 3)).astype("float32")
before = old.predict_on_batch(images)
model = replace_again(old, 3)
require("output shape", tuple(model.output_shape), (None, 3))
require("weights that are kept", model.get_weights()[:-2], old.get_weights()[:-2])
model.set_weights(model.get_weights()[:-2] + [np.zeros((4, 3)), np.array([-5.0, 0.0, 7.0])])
require("logits", np.asarray(model.predict_on_batch(images)), np.array([[-5.0, 0.0, 7.0]] * 2))
require("the old model predicts as before", np.asarray(old.predict_on_batch(images)), np.asarray(before))
"""


def test_models_go_both_ways(tmp_path):
    source = tmp_path / "98_exercises.py"
    source.write_text(KERAS, encoding="utf-8")
    cells = [cell for cell in sources.convert(source).cells if cell.metadata.get("nbgrader", {}).get("solution")]
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}
    changes = "def replace_again(model, classes):\n    model.layers[-1].activation = keras.activations.linear\n    return keras.Model(model.input, layers.Dense(classes)(model.layers[-2].output))"
    outcome = mark(data(written(source, {**answers, "replace_again": changes})), source)
    assert points(outcome) == [4, 6, 0], [task.error for task in outcome.tasks]
    assert "the layer head of a model that was given has changed" in said(outcome.tasks[2].error)
