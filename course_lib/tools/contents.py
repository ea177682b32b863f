"""Files as the workbook's JupyterLab sees them: a first page of today, notebooks without what is dead tomorrow."""

import asyncio
from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from course_lib import progress
from course_lib.texts import language
from course_lib.tools import firstpage

WIDGET = "application/vnd.jupyter.widget-view+json"


def alive(notebook):
    """A notebook, as JSON, without what its kernel alone can show: bars of progress, and widgets.

    A widget that has a still beside it, in the same output or another one, leaves the still.
    """
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            kept = [_still(output) for output in cell.get("outputs", [])]
            cell = {**cell, "outputs": [output for output in kept if output]}
        cells.append(cell)
    metadata = {key: value for key, value in notebook["metadata"].items() if key != "widgets"}
    return {**notebook, "cells": cells, "metadata": metadata}


def _still(output):
    """What of an output can be seen without a kernel, or None."""
    data = output.get("data", {})
    if output.get("metadata", {}).get("course") == progress.MARK["course"]:
        return None
    if WIDGET not in data:
        return output
    data = {kind: shown for kind, shown in data.items() if kind != WIDGET}
    return {**output, "data": data} if data.keys() - {"text/plain"} else None  # "HBox(children=..." is nothing to see


class Contents(AsyncLargeFileManager):
    """Jupyter's own, with these two differences."""

    async def get(self, path, content=True, *args, **options):
        if content and path.strip("/") == firstpage.NAME:
            try:
                await asyncio.to_thread(firstpage.write, Path(self.root_dir), language())
            except Exception:  # a page of yesterday is better than none
                self.log.warning("The first page could not be renewed", exc_info=True)
        return await super().get(path, content, *args, **options)

    async def save(self, model, path=""):
        if model.get("type") == "notebook" and model.get("content"):
            model = {**model, "content": alive(model["content"])}
        return await super().save(model, path)
