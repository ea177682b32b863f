"""From sources to notebooks: execute, normalise, write; and whether a notebook still matches its source."""

import difflib
import json
import os
import tempfile
from pathlib import Path

import nbformat

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import chapters, editions, places, sources


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
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets import default
    from traitlets.config import Config

    class OwnKernel(AsyncKernelManager):
        """Starts the kernel of this environment, whatever the user has registered under the name python3."""

        @default("kernel_spec_manager")
        def _no_registered_ones(self):
            return KernelSpecManager(parent=self, kernel_dirs=[])

    client = NotebookClient(
        notebook,
        config=Config({"KernelManager": {"transport_encryption": "auto" if zmq.has("curve") else "disabled"}}),
        timeout=600,
        kernel_name="python3",
        kernel_manager_class=OwnKernel,
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        record_timing=False,
        on_cell_executed=progress and (lambda cell, cell_index, execute_reply: progress(cell_index)),
    )
    surroundings = {
        name: value for name, value in os.environ.items() if name not in ("COURSE_CLAIMS_GO_ON", "COURSE_LANG")
    }
    # What the kernel itself says, beside its cells: nothing to read (it may complain of a socket while it is being
    # stopped), except where it dies.
    with tempfile.TemporaryFile() as said:
        try:
            with client.setup_kernel(env={**surroundings, "PYTHONHASHSEED": "0", **(environment or {})}, stderr=said):
                for index, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, index)
                return _ask(client, after) if after else None
        except (DeadKernelError, CellTimeoutError) as error:
            said.seek(0)
            last = said.read().decode(errors="replace").strip()[-1000:]
            raise CourseError(
                f"a notebook in {folder} did not get through: {error}" + f"\n{last}" * bool(last)
            ) from error


def _ask(client, code):
    """The text that `code` prints in the notebook's kernel, after its last cell."""
    probe = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(probe)
    try:
        client.execute_cell(probe, len(client.nb.cells) - 1, store_history=False)
    finally:
        client.nb.cells.pop()
    return "".join(output.get("text", "") for output in probe.outputs)


def built(source, language=None, widgets=None):
    """The finished notebook of a source: converted, executed, normalised.

    Args:
        source: path of the source.
        language: "ko" or "en" for the edition of one language, prose, code and outputs; both with English outputs if
            None.
        widgets: path of a file to which its widgets report, or None.

    Raises:
        CourseError: a cell failed; the message names it.
    """
    from nbclient.exceptions import CellExecutionError

    from course_lib.progress import bar

    notebook = editions.with_notice(sources.convert(source), source)
    notebook = sources.edition(notebook, language) if language else notebook
    environment = {"COURSE_LANG": language} if language else {}
    if widgets:
        environment["COURSE_WIDGETS"] = str(widgets)
    with bar(total=len(notebook.cells), desc=source.stem, unit="cell") as shown:
        try:
            execute(
                notebook,
                source.parent,
                progress=lambda index: shown.update(index + 1 - shown.n),
                environment=environment,
            )
        except CellExecutionError as error:
            raise CourseError(f"{source}: a cell failed, so nothing was written:\n{error}") from error
    return normalise(notebook)


def write(source, target, language=None):
    """Build the notebook of a source, and beside it what its widgets were given, where it has some.

    Args:
        source: path of the source.
        target: path of the notebook.
        language: as of `built`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "widgets"
        sources.write(built(source, language, report), target)
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    if lines:
        write_text(widgets_of(target), "[\n" + ",\n".join(lines) + "\n]\n")
    else:
        widgets_of(target).unlink(missing_ok=True)


def widgets_of(notebook):
    """Where what a notebook's widgets were given is stored."""
    return notebook.with_name(f"{notebook.stem}_widgets.json")


def recorded(notebook):
    """What the widgets of a notebook were given when it was built: [{"script": ..., "alt": ..., "facts": ...}, ...]."""
    path = widgets_of(notebook)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def said(thing, language):
    """What was recorded, in one language."""
    if isinstance(thing, dict):
        if thing.keys() == {"en", "ko"} and all(isinstance(text, str) for text in thing.values()):
            return thing[language]
        return {name: said(value, language) for name, value in thing.items()}
    return [said(one, language) for one in thing] if isinstance(thing, list) else thing


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
    wanted = skeleton(normalise(editions.with_notice(sources.convert(source), source)))
    found = skeleton(nbformat.read(target, as_version=4))
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


def main(names, check, language=None):
    """Build the notebooks of the chosen chapters, or only check them; returns the exit status.

    Args:
        names: of chapters; all if empty.
        check: only say what is stale.
        language: "en" to make the notebooks only, "ko" to make only what lessons print and draw in Korean, where that
            is not as it should be; both if None.
    """
    from course_lib.tools import catalogues, korean, readme

    folders = chapters.chosen(names)
    chosen = [source for chapter in folders for source in chapter.sources]
    if check:
        complaints = [f"{source.parent.name}: {reason}" for source in chosen if (reason := stale(source))]
        complaints += [f"{chapter.name}: {reason}" for chapter in folders for reason in editions.stale(chapter)]
        notebooks = [path for chapter in folders if (path := chapter.lesson.with_suffix(".ipynb")).exists()]
        complaints += [f"{path.parent.name}: {reason}" for path in notebooks if (reason := korean.stale(path))]
        complaints += catalogues.complaints() + readme.stale()
        advice = "run `python -m course_lib build`"
        print("\n".join([*complaints, advice]) if complaints else "every notebook matches its source")
        return int(bool(complaints))
    places.require_course("build")
    catalogues.write()
    for source in chosen if language != "ko" else ():
        write(source, source.with_suffix(".ipynb"))
        print(f"wrote {source.with_suffix('.ipynb').relative_to(places.COURSE)}")
    for chapter in folders if language != "en" else ():
        notebook = chapters.notebook(chapter.lesson)
        if chapter.lesson.exists() and (korean.stale(notebook) or not korean.stored_of(notebook).exists()):
            korean.write(chapter.lesson)
            print(f"wrote {korean.stored_of(notebook).relative_to(places.COURSE)}")
    for chapter in folders:
        editions.write(chapter)
    readme.write()
    return 0
