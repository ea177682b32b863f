"""An exercise notebook in a kernel of its own, as JupyterLab and nbclient run it."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from desk import course

from course_lib.tools import build, sources

RIGHT = {"double": "def double(x):\n    return 2 * x", "triple": "def triple(x):\n    return 3 * x"}


@pytest.fixture
def execute(tmp_path):
    """A function that runs a notebook in a fresh kernel, in a workbook: cells -> text of each code cell."""
    (tmp_path / ".course.json").write_text(json.dumps({"language": "en"}))

    def execute(notebook):
        build.execute(notebook, tmp_path)
        return {cell.id: said(cell) for cell in notebook.cells if cell.cell_type == "code"}

    return execute


def said(cell):
    """What a cell has printed, and what stands in place of a traceback."""
    return "".join(output.get("text") or "\n".join(output.get("traceback", [])) for output in cell.outputs)


def learners(tmp_path, monkeypatch, answers):
    copy = sources.learner_copy(course(tmp_path, monkeypatch), "en")
    for cell in copy.cells:
        cell.source = answers.get(cell.id, cell.source)
    return copy


def test_run_all_goes_through_whatever_is_unsolved(tmp_path, monkeypatch, execute):
    copy = learners(tmp_path, monkeypatch, {"triple": RIGHT["triple"]})
    said = execute(copy)
    assert said["double-check"].startswith("✗ not written yet")
    assert said["triple-check"].startswith("✓ triple(1)\n✓ triple(2)\n")
    (error,) = next(cell for cell in copy.cells if cell.id == "double-check").outputs
    assert error.output_type == "error", "the cell must not count as passed"


def test_only_checks_may_fail(tmp_path, monkeypatch):
    copy = learners(tmp_path, monkeypatch, {})
    tagged = [cell.id for cell in copy.cells if "raises-exception" in cell.metadata.get("tags", [])]
    assert tagged == ["double-check", "triple-check"]
    assert not any("raises-exception" in cell.metadata.get("tags", []) for cell in course_again(tmp_path, monkeypatch))


def course_again(tmp_path, monkeypatch):
    (tmp_path / "again").mkdir()
    return course(tmp_path / "again", monkeypatch).cells


def test_the_built_notebook_stops_where_a_solution_is_wrong(tmp_path, monkeypatch, execute):
    from nbclient.exceptions import CellExecutionError

    notebook = course(tmp_path, monkeypatch)
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith("double")]
    with pytest.raises(CellExecutionError, match="name 'double' is not defined"):
        execute(notebook)


def only(notebook, *names):
    cells = {cell.id: cell for cell in notebook.cells}
    return nbformat.v4.new_notebook(cells=[cells[name] for name in names])


def test_the_first_cell_of_a_kernel_may_be_a_check(tmp_path, monkeypatch, execute):
    copy = learners(tmp_path, monkeypatch, RIGHT)
    said = execute(only(copy, "triple-check"))
    assert said["triple-check"].startswith("✗ there is no function `triple` yet: run the cell of the task first")


@pytest.mark.parametrize(
    "answer, words",
    [
        (RIGHT["triple"], "✓ triple(1)\n✓ triple(2)\n"),
        (
            RIGHT["triple"].replace("3", "4"),
            "✗ triple(1): expected 3, found 4\n✗ triple(2): expected 6, found 8\n✗ 0 of 2 checks hold",
        ),
        (RIGHT["triple"].replace("3 * x", "3 * xx"), "✗ `triple` stopped in its line 2, `return 3 * xx`: NameError"),
    ],
)
def test_and_judges_as_any_other(tmp_path, monkeypatch, execute, answer, words):
    copy = learners(tmp_path, monkeypatch, {"triple": answer})
    said = execute(only(copy, "triple", "triple-check"))
    assert said["triple-check"].startswith(words) and said["triple-check"].count("triple(1)") <= 1


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A function that runs a cell as JupyterLab does, with its id and the notebook's path: (code, id) -> its output."""
    from jupyter_client.manager import start_new_kernel

    (tmp_path / ".course.json").write_text(json.dumps({"language": "en"}))
    manager, client = start_new_kernel(
        kernel_name="python3", cwd=str(tmp_path), env={**os.environ, "JPY_SESSION_NAME": str(tmp_path / "01.ipynb")}
    )

    def run(code, identity):
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        message = client.session.msg("execute_request", content, metadata={"cellId": identity})
        client.shell_channel.send(message)
        text = ""
        while True:
            told = client.get_iopub_msg(timeout=120)
            if told["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            text += told["content"].get("text") or "\n".join(told["content"].get("traceback", []))
            if told["content"].get("execution_state") == "idle":
                return text

    run.notebook = tmp_path / "01.ipynb"
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_in_jupyterlab_errors_and_edits_are_known_by_the_cell(tmp_path, monkeypatch, lab):
    check = next(cell.source for cell in course(tmp_path, monkeypatch).cells if cell.id == "triple-check")
    lab("from course_lib.checks import check", "set-up")
    lab(RIGHT["triple"], "triple")
    assert lab(check, "triple-check").startswith("✓ triple(1)\n✓ triple(2)\n")
    lab("de triple(x):\n    return 3 * x", "triple")
    assert lab(check, "triple-check").startswith("✗ the cell of `triple` has an error in line 1: SyntaxError")
    lab(RIGHT["triple"], "triple")
    cell = {"cell_type": "code", "id": "triple", "metadata": {}, "source": "def triple(x): return 5"}
    lab.notebook.write_text(json.dumps({"cells": [cell]}))
    os.utime(lab.notebook, (4e9, 4e9))  # saved later, in any case
    assert lab(check, "triple-check").startswith("✗ the cell of `triple` was changed after it was run")


def test_importing_it_is_fast():
    """Neither Keras nor TensorFlow is loaded, nor IPython where there is no notebook."""
    code = (
        "import sys, course_lib.exercises; print([m for m in ('keras', 'tensorflow', 'IPython') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
