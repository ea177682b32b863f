"""From sources to notebooks: convert, execute, normalise, write; language editions and learners' copies.

A source is jupytext's py:percent. A graded cell's header says task="conv2d" role="solution"|"check"|"test" points=5; what
nbgrader wants to know (metadata schema 3) is made from that here.
"""

import difflib
import hashlib
import os
import re

import jupytext
import nbformat

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, places

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION[ \t]*$", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?^[ \t]*### END HIDDEN TESTS[ \t]*$", re.MULTILINE | re.DOTALL)
ROLES = {  # role -> (graded, solution, locked)
    "solution": (False, True, False),
    "check": (False, False, True),
    "test": (True, False, True),
}


def convert(source):
    """A source file as a notebook without outputs.

    Args:
        source: path of a py:percent file.

    Raises:
        CourseError: the file is no py:percent text, or a graded cell's header is incomplete.
    """
    try:
        notebook = jupytext.read(source, fmt="py:percent")
    except Exception as error:  # jupytext raises several kinds
        raise CourseError(f"{source} cannot be read as py:percent text: {error}") from error
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **({"course": notebook.metadata["course"]} if "course" in notebook.metadata else {}),
        }
    )
    taken = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and "task" in cell.metadata:
            _grade(cell, source)
            if cell.metadata["nbgrader"]["grade_id"] in taken:
                raise CourseError(
                    f'{source}: task "{cell.metadata["task"]}" has two cells with role="{cell.metadata["role"]}"; put them into one'
                )
        kept = {key: cell.metadata[key] for key in ("tags", "nbgrader") if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        cell.id = _identity(cell, taken)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _grade(cell, source):
    task, role, points = (cell.metadata.get(key) for key in ("task", "role", "points"))
    if role not in ROLES or (points is not None) != (role == "test"):
        raise CourseError(
            f'{source}: the cell of task "{task}" needs role="solution", role="check", or role="test" with points; found role={role!r}, points={points!r}'
        )
    grade, solution, locked = ROLES[role]
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": task if role == "solution" else f"{task}-{role}",
        "cell_type": "code",
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        **({"points": points} if grade else {}),
    }
    if role == "solution" and not SOLUTION.search(cell.source):
        raise CourseError(f'{source}: the solution of task "{task}" has no ### BEGIN SOLUTION ... ### END SOLUTION')
    if role == "test":
        cell.source = f"# {points} points: hidden tests\n### BEGIN HIDDEN TESTS\n{cell.source}\n### END HIDDEN TESTS"


def _identity(cell, taken):
    """A cell's id follows from its content, so that an edit changes one id and no rebuild changes any."""
    if "nbgrader" in cell.metadata:
        wanted = cell.metadata["nbgrader"]["grade_id"]
    else:
        wanted = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    return name


def execute(notebook, folder, *, progress=None, after=None, environment=None):
    """Run all cells in a fresh kernel with `folder` as current folder; outputs go into the notebook itself.

    Args:
        progress: called with the number of each code cell that is done.
        after: code to run at the end, outside the notebook; its printed text is returned.
        environment: variables for the kernel, beside those of this process.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed. Outputs up to there are in the notebook.
        CourseError: the kernel died, or a cell ran for over ten minutes.
    """
    import zmq
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, whatever the user has registered
    client = NotebookClient(
        notebook,
        config=Config({"KernelManager": {"transport_encryption": "auto" if zmq.has("curve") else "disabled"}}),
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        record_timing=False,
        on_cell_executed=progress and (lambda cell, cell_index, execute_reply: progress(cell_index)),
    )
    try:
        surroundings = {
            name: value for name, value in os.environ.items() if name not in ("COURSE_CLAIMS_GO_ON", "COURSE_LANG")
        }
        with client.setup_kernel(env={**surroundings, "PYTHONHASHSEED": "0", **(environment or {})}):
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            return _ask(client, after) if after else None
    except (DeadKernelError, CellTimeoutError) as error:
        raise CourseError(f"a notebook in {folder} did not get through: {error}") from error


def _ask(client, code):
    """The text that `code` prints in the notebook's kernel, after its last cell."""
    probe = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(probe)
    try:
        client.execute_cell(probe, len(client.nb.cells) - 1, store_history=False)
    finally:
        client.nb.cells.pop()
    return "".join(output.get("text", "") for output in probe.outputs)


def built(source):
    """The finished notebook of a source: converted, executed, normalised.

    Raises:
        CourseError: a cell failed; the message names it.
    """
    from nbclient.exceptions import CellExecutionError

    from course_lib.progress import bar

    notebook = convert(source)
    with bar(total=len(notebook.cells), desc=source.stem, unit="cell") as shown:
        try:
            execute(notebook, source.parent, progress=lambda index: shown.update(index + 1 - shown.n))
        except CellExecutionError as error:
            raise CourseError(f"{source}: a cell failed, so nothing was written:\n{error}") from error
    return normalise(notebook)


def normalise(notebook):
    """Drop what differs from run to run: timings, versions, widget state."""
    notebook.metadata["language_info"] = nbformat.from_dict({"name": "python"})
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def skeleton(notebook):
    """What must agree between a source and its notebook: everything but outputs and counters."""
    bare = nbformat.from_dict(notebook)
    cells = [{key: cell[key] for key in ("cell_type", "id", "metadata", "source")} for cell in bare.cells]
    return {"cells": cells, "metadata": bare.metadata}


def stale(source):
    """Why the notebook of a source does not match it, or None."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        return f"{target.name} does not exist"
    wanted, found = skeleton(normalise(convert(source))), skeleton(nbformat.read(target, as_version=4))
    if wanted == found:
        return None
    texts = [
        [line for cell in side["cells"] for line in (f"[{cell['id']}]", *cell["source"].splitlines())]
        for side in (found, wanted)
    ]
    changes = [
        line for line in difflib.unified_diff(*texts, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))
    ]
    return f"{target.name} is older than {source.name}" + (
        ":\n    " + "\n    ".join(changes[:6]) if changes else " (metadata)"
    )


def write(notebook, target):
    """Write a notebook to a temporary name, then rename it."""
    write_text(target, nbformat.writes(notebook) + "\n")


def edition(notebook, language):
    """One language's cells, and those that both share."""
    other = LANGUAGES[language]
    copy = nbformat.from_dict(notebook)
    copy.cells = [cell for cell in copy.cells if other not in cell.metadata.get("tags", [])]
    for cell in copy.cells:
        if tags := [tag for tag in cell.metadata.get("tags", []) if tag != language]:
            cell.metadata["tags"] = tags
        else:
            cell.metadata.pop("tags", None)
    return copy


def learner_copy(notebook, language):
    """What a learner gets: one language, no outputs, no solutions, no hidden tests, checks that cannot be edited by accident."""
    copy = edition(notebook, language)
    for cell in copy.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        cell.source = SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError", cell.source)
        cell.source = HIDDEN.sub("", cell.source).rstrip()
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.metadata.update(editable=False, deletable=False)
        elif "nbgrader" in cell.metadata:
            cell.metadata["deletable"] = False
    return copy


def main(names, check):
    """Build the notebooks of the chosen chapters, or only check them; returns the exit status."""
    from course_lib.tools import catalogues, readme

    folders = chapters.chosen(names)
    if check:
        complaints = [
            f"{folder.name}: {reason}"
            for folder in folders
            for source in chapters.sources(folder)
            if (reason := stale(source))
        ]
        complaints += catalogues.complaints() + readme.stale()
        print(
            "\n".join(complaints) + "\nrun `python -m course_lib build`"
            if complaints
            else "every notebook matches its source"
        )
        return bool(complaints)
    catalogues.write()
    for folder in folders:
        for source in chapters.sources(folder):
            write(built(source), source.with_suffix(".ipynb"))
            print(f"wrote {source.with_suffix('.ipynb').relative_to(places.COURSE)}")
    readme.write()
    return 0
