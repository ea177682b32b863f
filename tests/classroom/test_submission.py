"""A submission beside what was handed out: which of its cells run, what
is said about it, who should look, what is shown."""

import copy
import json
import time

import nbformat
import pytest

from course_lib.classroom.judge import submission
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.judge.submission import merge
from course_lib.classroom.notebook_bytes import read
from course_lib.tools import sources

SOURCE = """# %%
import numpy as np

# %% task="one" role="solution"
def one():
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION

# %% task="one" role="check"
print(one())

# %% task="one" role="test" points=2
assert one() == 1

# %% task="two" role="solution"
def two():
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION

# %% task="two" role="test" points=3
assert two() == 2
"""
WRITTEN = {"one": "def one():\n    return 11", "two": "def two():\n    return 22"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "96_exercises.py"
    path.write_text(SOURCE, encoding="utf-8")
    return read_plan(path)


@pytest.fixture
def cells(plan, tmp_path):
    """The cells as a student hands them in, as dicts of nbformat."""
    (tmp_path / "96_exercises.py").write_text(SOURCE, encoding="utf-8")
    notebook = sources.learner_copy(sources.convert(tmp_path / "96_exercises.py"), "en")
    for cell in notebook.cells:
        cell.source = WRITTEN.get(cell.id, cell.source)
    return json.loads(json.dumps(notebook.cells))


def merged(plan, cells):
    return merge(plan, read(json.dumps({"cells": cells}).encode())[0])


def said(found):
    return [note.to("en") for note in found.notes]


def ran(found):
    """What runs, without the line that the build puts before each check."""
    return [(cell.kind, cell.task, cell.code.rpartition('"one")\n')[2]) for cell in found.run]


AS_IT_IS = [
    ("own", None, "import numpy as np"),
    ("own", "one", WRITTEN["one"]),
    ("check", "one", "print(one())"),
    ("own", "two", WRITTEN["two"]),
]


def test_a_whole_notebook(plan, cells):
    found = merged(plan, cells)
    assert ran(found) == AS_IT_IS and not found.notes and not found.needs_look
    assert [piece.kind for piece in found.pieces] == ["own"] + 5 * ["graded"]
    cells[0]["source"] = "import numpy as np, math"  # the set-up cell has become another: the course's is run before it
    assert ran(merged(plan, cells))[:2] == [
        ("setup", None, "import numpy as np"),
        ("own", None, "import numpy as np, math"),
    ]
    cells[0].update(cell_type="markdown", source="import numpy as np")
    assert ran(merged(plan, cells)) == [("setup", None, "import numpy as np"), *AS_IT_IS[1:]]


def test_cells_of_ones_own_run_where_they_stand(plan, cells):
    new = [nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_markdown_cell("y = 1"), nbformat.v4.new_code_cell(" \n")]
    found = merged(plan, cells[:2] + new + cells[2:])
    assert ran(found) == [*AS_IT_IS[:2], ("own", None, "x = 1"), *AS_IT_IS[2:]] and not found.notes
    assert [piece.kind for piece in found.pieces[2:5]] == ["own", "prose", "prose"]


def test_deleted(plan, cells):
    found = merged(plan, [cell for cell in cells if cell["id"] not in ("one-check", "two-test")])
    assert said(found) == ["cells are missing: one-check, two-test"] and not found.needs_look
    found = merged(plan, [cell for cell in cells if cell["id"] != "two"])
    assert said(found) == ["cells are missing: two"] and found.needs_look, "an answer that is gone: a person must look"
    assert ran(found) == AS_IT_IS[:3]
    assert [(piece.name, piece.kind) for piece in found.pieces[-1:]] == [("two", "graded")], "it is shown all the same"


def test_copied(plan, cells):
    twin = {**copy.deepcopy(cells[1]), "source": "def one():\n    return 111"}
    found = merged(plan, [*cells, twin])
    assert said(found) == ["cells stand more than once: one"]
    assert found.needs_look, "which of the two did the student mean?"
    assert ran(found) == [*AS_IT_IS, ("own", "one", twin["source"])] and found.pieces[-1].kind == "copy"
    found = merged(plan, [*cells, copy.deepcopy(cells[2])])
    assert ran(found) == AS_IT_IS and found.needs_look, "a check runs once"
    cells.append({**copy.deepcopy(cells[2]), "source": "print('mine')"})
    assert ran(merged(plan, cells)) == [*AS_IT_IS, ("own", None, "print('mine')")]
    cells[-1]["cell_type"] = "markdown"
    assert ran(merged(plan, cells)) == AS_IT_IS


def test_changed_retyped_reordered(plan, cells):
    cells[1]["cell_type"] = "raw"
    cells[2].update(source="print('right')")
    cells[3].update(source="pass  ", cell_type="markdown")
    found = merged(plan, cells)
    assert said(found) == [
        "cells are no code cells any more: one",
        "checks or tests are not those of this release, and the latter were used: one-check, one-test",
    ]
    assert ran(found) == AS_IT_IS and not found.needs_look
    assert all(piece.cell["type"] == "code" for piece in found.pieces)
    assert said(merged(plan, cells[4:] + cells[:4]))[2:] == ["cells stand in another order"]


def test_space_that_editors_change_is_no_change(plan, cells):
    cells[2]["source"] = "\n" + cells[2]["source"] + "  \n\n"
    cells[0]["source"] += "   "
    found = merged(plan, cells)
    assert not found.notes and [cell.kind for cell in found.run] == ["own", "own", "check", "own"]


def test_a_release_for_a_class_and_a_comment_in_another_language_are_no_change(plan, cells):
    """Checks of a class say `graded=True`; what stands in the cell of a hidden test is read only."""
    imports, first, rest = cells[2]["source"].split("\n", 2)
    assert first.endswith('"one")')
    cells[2]["source"] = f"{imports}\n{first[:-1]}, graded=True)\n{rest}"
    cells[3]["source"] = "# 2점: 숨은 테스트가 시험합니다"
    assert not merged(plan, cells).notes and ran(merged(plan, cells)) == AS_IT_IS
    for cell in (cells[2], cells[3]):  # without metadata, too, as far as their text tells
        cell["metadata"].pop("nbgrader")
    assert not merged(plan, cells).notes
    cells[2]["source"] = f"{imports}\n{first[:-1]}, graded=False)\n{rest}"
    assert "one-check" in said(merged(plan, cells))[0]


def test_cells_are_known_by_metadata_then_id_then_text_then_function(plan, cells):
    cells[1]["metadata"]["nbgrader"]["points"] = 100
    assert not merged(plan, cells).notes, "what the course does not say of a cell does not matter"
    cells[1]["metadata"]["nbgrader"]["grade"] = True
    assert said(merged(plan, cells)) == ["the metadata of cells are not those of this release: one"]
    cells[1]["metadata"]["nbgrader"] = {"grade_id": "mine"}
    assert said(merged(plan, cells)) == ["the metadata of cells are not those of this release: one"]
    for cell in cells:
        cell["metadata"] = {}
    assert ran(merged(plan, cells)) == AS_IT_IS and not merged(plan, cells).notes
    for cell in cells:
        cell["id"] = f"x{cell['id']}"
    found = merged(plan, cells)
    assert ran(found) == AS_IT_IS, "checks by their text, answers by the functions that they define"
    assert "metadata" not in " ".join(said(found))


def test_a_stub_does_not_undo_what_is_written_elsewhere(plan, cells):
    cells[1]["source"] = plan.cells["one"].source
    cells.append(nbformat.v4.new_code_cell("def helper(): pass\ndef one():\n    return 5"))
    assert [code for _, _, code in ran(merged(plan, cells))] == [
        "import numpy as np", "print(one())", WRITTEN["two"], cells[-1]["source"]
    ]  # fmt: skip
    assert len(merged(plan, cells[:-1]).run) == 4, "a stub alone is run: it says that nothing is written"


def test_what_is_shown_is_bounded_in_size_and_time(plan, cells):
    cells += [nbformat.v4.new_markdown_cell(f"{number} " + "y" * 90_000) for number in range(1900)]
    found = merged(plan, cells)
    found.run[0].outputs = [{"output_type": "stream", "name": "stdout", "text": "z" * 3_000_000}]
    start = time.process_time()
    shown = submission.executed(found)
    assert time.process_time() - start < 10
    assert len(json.dumps(shown)) < submission.MAX_DISPLAY + 10_000
    nbformat.validate(nbformat.from_dict(shown))
    assert [cell["id"] for cell in shown["cells"] if cell["metadata"]] == list(plan.cells)
    assert shown["cells"][0]["outputs"][0]["text"] == "[left out: too much output]\n"
    assert shown["cells"][6]["source"].startswith("0 "), "the last ones are left out first"
