"""Whatever happens to a notebook on its way, right answers count, and nobody is accused of what they did not do."""

import ast
import contextlib
import copy
import io
import json
import re

import jupytext
import nbconvert
import nbformat
import pytest

from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.judge.recognised import as_released
from course_lib.classroom.judge.submission import executed, merge
from course_lib.classroom.notebook_bytes import read
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.texts import both
from course_lib.tools import chapters, sources

ENGLISH = re.compile(r"(?<![`\w.-])[A-Za-z]{2,} [A-Za-z]{2,}(?![`\w])")  # two words are a sentence's
SOURCE = """# %%
import numpy as np

from course_lib.checks import check, require

""" + "".join(
    f'''# %% task="{name}" role="solution"
def {name}(x):
    """Text."""
    ### BEGIN SOLUTION
    return {factor} * x
    ### END SOLUTION

# %% task="{name}" role="check"
for x in (1, 2):
    check("{name}", {name}(x), {factor} * x)

# %% task="{name}" role="test" points=5
require("{name} of an array", {name}(np.ones(3)), np.full(3, {factor}.0))

'''
    for name, factor in (("double", 2), ("triple", 3), ("negative", -1))
)
WRITTEN = {
    "double": "def double(x):\n    return 2 * x",
    "triple": "def triple(x):\n    return 3 * x",
    "negative": "def negative(x):\n    return -x",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "95_exercises.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plan(source):
    return read_plan(source)


class Notebook:
    """A learner's copy with right answers, for tests to change.

    Attributes:
        cells: dicts of nbformat.
        stub: task -> its cell as it was handed out.
    """

    def __init__(self, source, language="en"):
        made = sources.learner_copy(sources.convert(source), language)
        self.stub = {cell.id: cell.source for cell in made.cells if cell.id in WRITTEN}
        for cell in made.cells:
            cell.source = WRITTEN.get(cell.id, cell.source)
        self.cells = json.loads(json.dumps(made.cells))

    def __getitem__(self, name):
        return next(cell for cell in self.cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)

    def place(self, name):
        return self.cells.index(self[name])

    def without_metadata(self, ids=False):
        """As Colab, Kaggle, VS Code and converters may leave it."""
        for cell in self.cells:
            cell["metadata"] = {"id": "aBc"}
            if not ids:
                cell.pop("id", None)

    def bytes(self):
        return json.dumps({"nbformat": 4, "cells": self.cells}).encode()


def code(*texts, kind="code"):
    return {"cell_type": kind, "metadata": {}, "source": "\n\n".join(texts)}


def marked(plan, data):
    """(points of each task, notes in English, whether a person should look, the answers that are shown)"""
    cells, notes = read(data)
    found, space, points = merge(plan, cells), {"__name__": "__main__"}, []
    for cell in found.run:
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(cell.code, space)
    for task in plan.tasks:
        points.append(0)
        with contextlib.suppress(Exception):
            for part in task.parts:
                exec(part.test, dict(space))
                points[-1] += part.possible
    notes += found.notes
    for note in notes:
        assert both(note)["en"] != both(note)["ko"] and not ENGLISH.search(both(note)["ko"]), both(note)["ko"]
    shown = executed(found)
    nbformat.validate(nbformat.from_dict(shown))
    answers = {cell["id"]: cell["source"] for cell in shown["cells"] if cell["metadata"] and cell["id"] in WRITTEN}
    return points, [both(note)["en"] for note in notes], found.needs_look, answers


def in_one_cell(notebook):
    places = [notebook.place(name) for name in WRITTEN]
    notebook.cells[places[0]] = code(*WRITTEN.values())
    for place in places[:0:-1]:
        del notebook.cells[place]


def whole_in_one_cell(notebook):
    notebook.cells[:] = [code(*(cell["source"] for cell in notebook.cells))]


def whole_in_one_cell_with_a_check_that_does_not_hold(notebook):
    notebook["double"]["source"] = "def double(x):\n    return x"
    whole_in_one_cell(notebook)


def functions_only(notebook):
    notebook.cells[:] = [code("import numpy as np"), *map(code, WRITTEN.values())]


def answers_below_their_stubs(notebook):
    for name in WRITTEN:
        notebook[name]["source"] = notebook.stub[name]
        notebook.cells.insert(notebook.place(name) + 1, code(WRITTEN[name]))


def answers_above_their_stubs(notebook):
    for name, stub in zip(WRITTEN, ("pass", "...", "raise NotImplementedError('later')")):
        notebook[name]["source"] = f'def {name}(x):\n    """Text."""\n    {stub}'
        notebook.cells.insert(notebook.place(name), code(WRITTEN[name]))


def stub_copied_before_writing(notebook):
    twin = copy.deepcopy(notebook["double"])
    notebook.cells.insert(notebook.place("double"), {**twin, "id": "twin", "source": notebook.stub["double"]})


def retyped_without_id(notebook):
    notebook.cells[notebook.place("triple")] = code(WRITTEN["triple"])


def retyped_at_the_end(notebook):
    del notebook.cells[notebook.place("triple")]
    notebook.cells.append(code(WRITTEN["triple"]))


def split(notebook):
    """JupyterLab gives both halves the metadata."""
    twin = copy.deepcopy(notebook["triple"])
    notebook["triple"]["source"] = "factor = 3"
    notebook.cells.insert(notebook.place("triple") + 1, twin | {"id": "t2", "source": WRITTEN["triple"]})


def check_split(notebook):
    first = notebook["triple-check"]
    lines = first["source"].split("\n")
    twin = copy.deepcopy(first) | {"id": "t2", "source": "\n".join(lines[2:])}
    first["source"] = "\n".join(lines[:2])
    notebook.cells.insert(notebook.place("triple-check") + 1, twin)


def merged_upwards(notebook):
    for name in WRITTEN:
        parts = [notebook[name], notebook[f"{name}-check"], notebook[f"{name}-test"]]
        parts[0]["source"] = "\n".join(part["source"] for part in parts)
        for part in parts[1:]:
            notebook.cells.remove(part)


def merged_downwards(notebook):
    for name in WRITTEN:
        answer, check = notebook[name], notebook[f"{name}-check"]
        check["source"] = f"{answer['source']}\n\n{check['source']}"
        notebook.cells.remove(answer)


def in_the_cells_of_tests(notebook):
    for name in WRITTEN:
        notebook[f"{name}-test"]["source"] += "\n" + WRITTEN[name]
        notebook[name]["source"] = notebook.stub[name]


def reformatted(notebook):
    """As a formatter, or an editor that writes tabs, leaves cells that nobody has edited."""
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            lines = ast.unparse(ast.parse(cell["source"])).splitlines() or [cell["source"]]
            cell["source"] = "\n".join(line.replace("    ", "\t") for line in lines)


def other_line_ends(notebook):
    for cell, end in zip(notebook.cells, ["\r\n", "\r"] * 20):
        cell["source"] = "\ufeff" + cell["source"].replace("\n", end)


def checks_deleted_without_metadata(notebook):
    for name in WRITTEN:
        notebook.cells.remove(notebook[f"{name}-check"])
    notebook.without_metadata()


def reversed_without_metadata(notebook):
    notebook.cells.reverse()
    notebook.without_metadata(ids=True)


def copied_without_metadata(notebook):
    notebook.cells += copy.deepcopy(notebook.cells)
    notebook.without_metadata(ids=True)


def from_a_script(notebook):
    """As from a .py of `jupyter nbconvert --to script`, converted back: comments before each cell."""
    for number, cell in enumerate(notebook.cells):
        cell["source"] = f"# In[{number}]:\n\n\n" + cell["source"]
    notebook.without_metadata()


INNOCENT = [
    in_one_cell, whole_in_one_cell, functions_only, answers_below_their_stubs, answers_above_their_stubs,
    stub_copied_before_writing, retyped_without_id, retyped_at_the_end, split, check_split, merged_upwards,
    merged_downwards, in_the_cells_of_tests, reformatted, other_line_ends, checks_deleted_without_metadata,
    reversed_without_metadata, copied_without_metadata, from_a_script,
]  # fmt: skip


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("change", INNOCENT, ids=lambda change: change.__name__)
def test_full_marks_and_not_a_word(source, plan, change, lost):
    notebook = Notebook(source)
    change(notebook)
    if lost:
        notebook.without_metadata()
    points, notes, look, shown = marked(plan, notebook.bytes())
    assert (points, notes, look) == ([5, 5, 5], [], False)
    assert all(f"def {name}" in text and "NotImplemented" not in text for name, text in shown.items())
    assert all(re.search(r"return .*x", shown[name]) for name in WRITTEN), "the page shows what was answered"


@pytest.mark.parametrize("made_by", ["nbconvert", "script", "py:light", "py:percent"])
def test_what_converters_make_of_it(source, plan, made_by):
    notebook = Notebook(source)
    given = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": notebook.cells})
    if made_by == "nbconvert":
        notebook.without_metadata(ids=True)
        text, _ = nbconvert.NotebookExporter().from_notebook_node(given)
    elif made_by == "script":
        script, _ = nbconvert.PythonExporter().from_notebook_node(given)
        text = jupytext.writes(jupytext.reads(script, fmt="py:light"), fmt="ipynb")
    else:
        text = jupytext.writes(jupytext.reads(jupytext.writes(given, fmt=made_by), fmt=made_by), fmt="ipynb")
    assert marked(plan, text.encode())[:3] == ([5, 5, 5], [], False)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("ids", [False, True])
def test_tests_with_the_same_text_are_different_cells(source, plan, language, ids):
    """Three tests are worth 5 points each, so that a learner's copy has the same words three times."""
    notebook = Notebook(source, language)
    notebook.without_metadata(ids)
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], [], False)
    pieces = merge(plan, read(notebook.bytes())[0]).pieces
    assert [piece.name for piece in pieces if piece.kind == "graded"] == list(plan.cells)
    assert all(piece.kind != "copy" for piece in pieces)


def test_a_copy_that_is_broken_is_no_part(source, plan):
    notebook = Notebook(source)
    twin = copy.deepcopy(notebook["triple"]) | {"id": "t2", "source": "def triple(x)\n    return 3 * x"}
    notebook.cells.insert(notebook.place("triple"), twin)
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], ["cells stand more than once: triple"], True)


def test_a_cell_that_was_split_within_its_function_is_put_together(source, plan):
    notebook = Notebook(source)
    head, _, body = WRITTEN["triple"].partition("\n")
    notebook.cells.insert(
        notebook.place("triple") + 1, copy.deepcopy(notebook["triple"]) | {"id": "t2", "source": body}
    )
    notebook["triple"]["source"] = head
    points, notes, look, shown = marked(plan, notebook.bytes())
    assert (points, look, shown["triple"]) == ([5, 5, 5], False, WRITTEN["triple"])
    assert notes == ["cells were split within a function, and were put together: triple"]
    notebook.cells[notebook.place("triple") + 1]["source"] = "    return 3 *"
    assert marked(plan, notebook.bytes())[:3] == ([5, 0, 5], ["cells stand more than once: triple"], True)


def test_a_check_may_use_the_name_of_a_function(tmp_path):
    path = tmp_path / "95_exercises.py"
    path.write_text(SOURCE.replace("for x in (1, 2):", "negative = 5\nfor x in (1, 2):", 1), encoding="utf-8")
    notebook = Notebook(path)
    notebook["double-check"]["source"] += "\nprint()"
    pieces = merge(read_plan(path), read(notebook.bytes())[0]).pieces
    assert [piece.kind for piece in pieces if piece.name == "double-check"] == ["graded"]


def test_a_check_that_does_not_hold_keeps_nothing_from_the_answers_below_it(source, plan):
    notebook = Notebook(source)
    whole_in_one_cell_with_a_check_that_does_not_hold(notebook)
    assert marked(plan, notebook.bytes())[:3] == ([0, 5, 5], [], False)


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_an_answer_in_a_cell_of_the_wrong_kind_is_run_and_told(source, plan, kind):
    told = ["answers stand in cells that are no code cells, and were run all the same: triple"]
    for stub in (False, True):
        notebook = Notebook(source)
        notebook.cells.append(code(WRITTEN["triple"], kind=kind))
        if stub:
            notebook["triple"]["source"] = notebook.stub["triple"]
        else:
            notebook.cells.remove(notebook["triple"])
        for _ in range(2):
            points, notes, look, shown = marked(plan, notebook.bytes())
            assert (points, notes, look) == ([5, 5, 5], told, False) and "return 3" in shown["triple"]
            notebook.without_metadata()
    notebook = Notebook(source)
    notebook["triple"]["cell_type"] = kind
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], ["cells are no code cells any more: triple"], False)


@pytest.mark.parametrize("text", ["```python\ndef triple(x):\n    return 1\n```", "def triple(x):\n    return 1"])
def test_prose_about_a_function_is_no_answer(source, plan, text):
    notebook = Notebook(source)
    notebook.cells.append(code(text, kind="markdown"))
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], [], False)


UNWRITTEN = ["raise NotImplementedError", "raise NotImplementedError('x')", "pass", "...", '"""Text."""', "return", "return None"]  # fmt: skip


@pytest.mark.parametrize("stub", UNWRITTEN)
def test_an_answer_above_a_stub_in_its_cell_is_told(source, plan, stub):
    notebook = Notebook(source)
    notebook["triple"]["source"] = f"{WRITTEN['triple']}\n\ndef triple(x):\n    # here\n    {stub}"
    points, (note,), look, _ = marked(plan, notebook.bytes())
    assert points == [5, 0, 5] and look
    assert note == (
        "defined more than once, and the last definition, which counts, is unwritten: triple; delete the unwritten one"
    )
    notebook["triple"]["source"] = notebook["triple"]["source"].partition("\n\ndef")[0]
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], [], False), "what the sentence asks for helps"


def test_the_stub_that_was_handed_out_below_an_answer_is_told(source, plan):
    notebook = Notebook(source)
    notebook["triple"]["source"] += "\n\n" + notebook.stub["triple"]
    points, (note,), look, _ = marked(plan, notebook.bytes())
    assert points == [5, 0, 5] and look and "the last definition, which counts, is unwritten: triple;" in note


def test_a_raise_left_above_an_answer_is_told(source, plan):
    notebook = Notebook(source)
    notebook["triple"]["source"] = notebook.stub["triple"] + "\n    return 3 * x"
    points, (note,), look, _ = marked(plan, notebook.bytes())
    assert points == [5, 0, 5] and look and "still stands above the answer" in note and "triple; delete that" in note
    notebook["triple"]["source"] = notebook["triple"]["source"].replace("    raise NotImplementedError\n", "")
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], [], False), "what the sentence asks for helps"
    notebook["triple"]["source"] = WRITTEN["triple"] + "\n    raise NotImplementedError"
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], [], False), "below an answer it does no harm"


def test_what_is_not_written_is_no_fault_of_the_notebook(source, plan):
    notebook = Notebook(source)
    notebook["triple"]["source"] = notebook.stub["triple"]
    assert marked(plan, notebook.bytes())[:3] == ([5, 0, 5], [], False)


def test_a_test_that_was_deleted_is_missing_though_others_say_the_same(source, plan):
    notebook = Notebook(source)
    notebook.cells.remove(notebook["triple-test"])
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], ["cells are missing: triple-test"], False)


def test_functions_that_are_nowhere_are_missing(source, plan):
    notebook = Notebook(source)
    notebook.cells.remove(notebook["triple"])
    points, notes, look, shown = marked(plan, notebook.bytes())
    assert (points, notes, look) == ([5, 0, 5], ["cells are missing: triple"], True)
    assert shown["triple"] == "", "the page does not say that the stub was the answer"
    notebook.without_metadata()
    assert marked(plan, notebook.bytes())[:3] == ([5, 0, 5], ["functions are missing: triple"], True)
    notebook.cells.append(code("def trebble(x):\n    return 3 * x"))
    assert marked(plan, notebook.bytes())[1] == ["functions are missing: triple"], "not its cell, it has another name"


@pytest.mark.parametrize("which", ["a lesson", "another chapter", "empty"])
def test_another_notebook_is_told_as_one(plan, which):
    chapter = chapters.find("02")
    cells = {
        "a lesson": lambda: json.loads(chapter.lesson.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"],
        "another chapter": lambda: sources.learner_copy(sources.convert(chapter.exercises), "en").cells,
        "empty": list,
    }[which]()
    found = merge(plan, read(json.dumps({"cells": cells}).encode())[0])
    assert found.needs_look
    assert found.notes == [
        "next to nothing of the exercises is in this notebook, neither cells nor functions: is it another one? "
        "Hand in 95_exercises.ipynb"
    ]


def test_hand_in_the_exercises_where_another_notebook_was(source, plan):
    """What the sentence above asks for."""
    assert marked(plan, Notebook(source).bytes())[:3] == ([5, 5, 5], [], False)


def released(source, folder):
    """The cells of a notebook as nbgrader releases it, with its checksums; answered."""
    from nbgrader.preprocessors import ClearSolutions, ComputeChecksums

    notebook = sources.for_class(sources.learner_copy(sources.convert(source), "en"))
    for step in (ClearSolutions, ComputeChecksums):
        notebook, _ = step().preprocess(notebook, {})
    made = Notebook(source)
    made.cells = json.loads(json.dumps(notebook.cells))
    for name, answer in WRITTEN.items():
        made[name]["source"] = answer
    return made


OLDER = SOURCE.replace("(1, 2)", "(1, 2, 3)").replace("points=5", "points=4").replace("Text.", "A text.")


def test_an_earlier_release_is_told_as_one(plan, tmp_path):
    path = tmp_path / "95_exercises.py"
    path.write_text(OLDER.replace('# %% task="double" role="test" points=4', '# %% task="double" role="test" part="x" points=4'), encoding="utf-8")  # fmt: skip
    notebook = released(path, tmp_path)
    notebook.cells.insert(1, notebook.cells.pop(notebook.place("negative")))  # its tasks had another order
    assert as_released(read(json.dumps({"cells": [notebook["triple-test"]]}).encode())[0][0])
    points, notes, look, _ = marked(plan, notebook.bytes())
    assert points == [5, 5, 5] and not look
    assert notes == [
        "the notebook comes from an earlier release; the checks and tests of the present one were used: "
        "double-check, triple-check, negative-check"
    ]


@pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox here: {sandbox.available()}")
def test_so_it_is_in_the_sandbox(source, tmp_path):
    path = tmp_path / "95_exercises.py"
    path.write_text(OLDER, encoding="utf-8")
    outcome = mark(released(path, tmp_path).bytes(), source)
    assert [task.points for task in outcome.tasks] == [5, 5, 5] and not outcome.needs_look
    assert [note["en"].partition(";")[0] for note in outcome.notes] == ["the notebook comes from an earlier release"]


def test_who_cannot_be_told_from_an_earlier_release_is_not_accused(source, plan, tmp_path):
    """A learner's own copy has no checksums."""
    path = tmp_path / "95_exercises.py"
    path.write_text(OLDER, encoding="utf-8")
    points, notes, look, _ = marked(plan, Notebook(path).bytes())
    assert points == [5, 5, 5] and not look
    assert [note.partition(":")[0] for note in notes] == [
        "checks or tests are not those of this release, and the latter were used",
        "the metadata of cells are not those of this release",
    ]
    notebook = released(source, tmp_path)
    assert marked(plan, notebook.bytes())[:3] == ([5, 5, 5], [], False)
    notebook["double-check"]["source"] += "\nprint('more')"
    (note,) = marked(plan, notebook.bytes())[1]
    assert "not those of this release" in note and "changed" not in note


def test_lines_without_ends_are_put_together(source, plan):
    notebook = Notebook(source)
    for cell in notebook.cells:
        cell["source"] = cell["source"].split("\n")
    points, (note,), look, _ = marked(plan, notebook.bytes())
    assert points == [5, 5, 5] and not look and "were stored without line ends, and were put together" in note
