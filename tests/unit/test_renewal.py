"""A newer edition reaches the learner, and no line that they have written is lost: by example, and for random edits."""

import copy
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.tools import renewal, sources


def text(content):
    return new_markdown_cell(content)


def code(content):
    return new_code_cell(content)


def graded(name, content, role="solution"):
    cell = new_code_cell(content, id=name if role == "solution" else f"{name}-{role}")
    grade, solution, locked = sources.ROLES[role]
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": cell.id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return cell


def edition(*cells):
    """A notebook with the ids that the course gives."""
    notebook, taken = new_notebook(cells=copy.deepcopy(list(cells))), set()
    for cell in notebook.cells:
        cell.id = sources._identity(cell, taken)
    return notebook


def texts(notebook):
    return [cell.source for cell in notebook.cells]


def run(notebook, source):
    """The learner executes a cell."""
    [cell] = [cell for cell in notebook.cells if cell.source == source]
    cell.outputs, cell.execution_count = [new_output("stream", text="done\n")], 3


OLD = [text("# Title"), text("First."), code("x = 1"), text("Task."), graded("add", "def add(): raise"), code("show()")]


def renewed(mine, new, base=OLD):
    found = renewal.renew(renewal.marks(edition(*base)), mine, edition(*new))
    nbformat.validate(found.notebook)
    return found


def test_what_nobody_touched_becomes_the_newer_edition():
    new = [
        text("# Title"),
        text("First, corrected."),
        text("Added."),
        code("x = 1"),
        graded("add", "def add(a): raise"),
    ]
    found = renewed(edition(*OLD), new)
    assert found.notebook.cells == edition(*new).cells and found.kept == [] and found.renewed


def test_an_answer_is_kept_and_told_of_where_its_task_is_newer():
    mine = edition(*OLD)
    mine.cells[4].source = "def add(a, b): return a + b"
    run(mine, "def add(a, b): return a + b")
    new = [*OLD[:3], text("Task, put better."), graded("add", "def add(a): raise"), code("show(2)")]
    found = renewed(mine, new)
    assert texts(found.notebook) == [*texts(edition(*new))[:4], "def add(a, b): return a + b", "show(2)"]
    assert found.kept == ["add"] and found.notebook.cells[4].outputs
    again = renewal.renew(renewal.marks(edition(*new)), found.notebook, edition(*new))
    assert again.kept == [] and again.renewed == 0 and again.notebook == found.notebook


def test_outputs_stay_where_the_source_did():
    mine = edition(*OLD)
    run(mine, "x = 1")
    run(mine, "show()")
    found = renewed(mine, [*OLD[:5], code("show(2)")])
    assert found.notebook.cells[2].outputs and found.notebook.cells[2].execution_count == 3
    assert not found.notebook.cells[5].outputs and found.notebook.cells[5].execution_count is None


def test_own_cells_keep_their_places_and_taken_out_ones_stay_out():
    mine = edition(*OLD)
    mine.cells.insert(3, code("x + 1  # mine"))
    del mine.cells[1]
    new = [OLD[0], text("First, corrected."), OLD[2], text("Added."), *OLD[3:]]
    found = renewed(mine, new)
    assert texts(found.notebook) == ["# Title", "x = 1", "x + 1  # mine", "Added.", *texts(edition(*OLD))[3:]]


def test_what_vanished_goes_unless_the_learner_worked_in_it():
    mine = edition(*OLD)
    mine.cells[2].source = "x = 100"
    found = renewed(mine, [OLD[0], *OLD[3:]])
    assert texts(found.notebook) == ["# Title", "x = 100", *texts(edition(*OLD))[3:]]


def test_a_section_that_moved_takes_the_answer_along():
    mine = edition(*OLD)
    mine.cells[4].source = "def add(a, b): return a + b"
    new = [OLD[0], OLD[3], OLD[4], OLD[1], OLD[2], OLD[5]]
    found = renewed(mine, new)
    wanted = texts(edition(*new))
    wanted[2] = mine.cells[4].source
    assert texts(found.notebook) == wanted


def test_a_changed_cell_beside_a_new_one_of_its_kind_loses_neither():
    mine = edition(*OLD)
    mine.cells[2].source = "x = 100  # more"
    new = [*OLD[:2], code("import numpy as np"), code("x = 2  # more"), *OLD[3:]]
    assert {"x = 100  # more", "import numpy as np"} <= set(texts(renewed(mine, new).notebook))


def test_a_locked_check_is_the_courses():
    check = graded("add", "check(1)", "check")
    mine = edition(*OLD, check)
    mine.cells[-1].source = "pass"
    assert texts(renewed(mine, [*OLD, check], [*OLD, check]).notebook)[-1] == "pass", "no newer one: left alone"
    found = renewed(mine, [*OLD, graded("add", "check(2)", "check")], [*OLD, check])
    assert texts(found.notebook)[-1] == "check(2)" and found.kept == []


def test_metadata_follow_the_course_and_what_the_learner_folded_stays():
    mine = edition(*OLD)
    mine.cells[2].metadata = nbformat.from_dict({"collapsed": True, "jupyter": {"outputs_hidden": True}})
    new = copy.deepcopy(OLD)
    new[2].metadata = nbformat.from_dict({"tags": ["reveal"], "jupyter": {"source_hidden": True}})
    cell = renewed(mine, new).notebook.cells[2]
    assert cell.metadata == {
        "collapsed": True,
        "jupyter": {"outputs_hidden": True, "source_hidden": True},
        "tags": ["reveal"],
    }
    mine.cells[2].metadata["jupyter"]["source_hidden"] = False
    new[0].source = "# Title 2"
    same = renewed(mine, new, [OLD[0], *OLD[1:2], new[2], *OLD[3:]]).notebook.cells[2]
    assert same.metadata["jupyter"]["source_hidden"] is False, "unfolded by the learner"


def test_ids_that_were_lost_on_the_way():
    mine = edition(*OLD)
    for number, cell in enumerate(mine.cells):
        cell.id = f"other{number}"
    mine.cells[4].source = "def add(a, b): return a + b"
    new = [*OLD[:1], text("First, corrected."), *OLD[2:]]
    wanted = texts(edition(*new))
    wanted[4] = mine.cells[4].source
    assert texts(renewed(mine, new).notebook) == wanted


def test_an_edition_that_nobody_remembers_is_told_by_its_cells():
    mine = edition(*OLD, graded("add", "check(1)", "check"))
    mine.cells[2].source = "x = 100"
    mine.cells[4].source = "def add(a, b): return a + b"
    mine.cells.append(code("mine"))
    new = edition(OLD[0], text("First, corrected."), code("x = 3"), *OLD[3:], graded("add", "check(2)", "check"))
    found = renewal.renew(renewal.handed_out([], mine), mine, new)
    assert texts(found.notebook) == [
        *[
            "# Title",
            "First, corrected.",
            "x = 100",
            "Task.",
            "def add(a, b): return a + b",
            "show()",
            "check(2)",
            "mine",
        ]
    ]
    assert found.kept == [new.cells[2].id], "and nothing is said of an answer whose task may be the same"


def test_an_older_copy_that_came_back_is_compared_with_its_own_edition():
    """A tab that was open during the renewal, or a synchronized folder, may put the older notebook back."""
    second, third = edition(*OLD[:1], text("Second."), *OLD[2:]), edition(*OLD[:1], text("Third."), *OLD[2:])
    remembered = [renewal.marks(edition(*OLD)), renewal.marks(second)]
    mine = edition(*OLD)
    found = renewal.renew(renewal.handed_out(remembered, mine), mine, third)
    assert found.notebook.cells == third.cells


# --- random edits on both sides

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu".split()


def some_cell(draw, count):
    content = " ".join(draw.choice(WORDS) for _ in range(draw.randint(3, 8)))
    return [text, code][draw.randrange(2)](f"{content} {count}")


def edited(draw, notebook, count, learner):
    """A few edits; returns the notebook and what was written in it."""
    cells, written = [copy.deepcopy(cell) for cell in notebook.cells], []
    for step in range(draw.randint(0, 6)):
        at = draw.randrange(len(cells) + 1)
        kind = draw.choice(["add", "edit", "drop", "move"])
        if kind == "add" or at == len(cells):
            cells.insert(at, some_cell(draw, f"{count}-{step}"))
            written.append(cells[at].source)
        elif kind == "edit" and not cells[at].metadata.get("nbgrader", {}).get("locked"):
            cells[at].source += f" edited {count}-{step}"
            written.append(cells[at].source)
        elif kind == "drop" and not (learner and cells[at].source in written):
            del cells[at]
        elif kind == "move":
            cells.insert(draw.randrange(len(cells)), cells.pop(at))
    result = copy.deepcopy(notebook)
    result.cells = cells
    sources_now = [cell.source for cell in cells]
    return result, [content for content in written if content in sources_now]


@pytest.mark.parametrize("seed", range(300))
def test_random_edits_lose_nothing(seed):
    draw = random.Random(seed)
    cells = [some_cell(draw, n) for n in range(draw.randint(1, 12))]
    for n in range(draw.randrange(3)):
        cells.insert(draw.randrange(len(cells)), graded(f"task{n}", f"def task{n}"))
        cells.append(graded(f"task{n}", f"check {n}", "check"))
    base = edition(*cells)
    mine, written = edited(draw, base, "mine", learner=True)
    new = edition(*edited(draw, base, "new", learner=False)[0].cells)
    found = renewal.renew(renewal.handed_out([renewal.marks(base)], mine), mine, new)
    result = texts(found.notebook)
    nbformat.validate(found.notebook)
    assert set(written) <= set(result)
    assert len({cell.id for cell in found.notebook.cells}) == len(found.notebook.cells)
    old, newer = set(texts(base)), set(texts(new))
    assert not (old - newer) & set(result) - set(written), "what the course has taken out or changed is not left over"
    assert renewal.renew(renewal.marks(base), base, new).notebook.cells == new.cells
    assert renewal.renew(renewal.marks(base), mine, base).notebook == mine
    again = renewal.renew(renewal.marks(new), found.notebook, new)
    assert again.notebook == found.notebook and again.renewed == 0
