"""Files as the workbook's JupyterLab sees them: a first page of today, notebooks without what is dead tomorrow."""

import asyncio
from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from course_lib.texts import language
from course_lib.tools import firstpage

WIDGET = "application/vnd.jupyter.widget-view+json"


def alive(notebook):
    """Take out of a notebook, as JSON, what its kernel alone can show: bars of progress, and widgets.

    A widget that has a still beside it, in the same output or another one, leaves the still.
    """
    for cell in notebook["cells"]:
        outputs = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if output.get("metadata", {}).get("course") == "progress":
                continue
            if WIDGET in data:
                output = {**output, "data": {kind: shown for kind, shown in data.items() if kind != WIDGET}}
                if not output["data"].keys() - {"text/plain"}:  # "HBox(children=...": nothing to look at
                    continue
            outputs.append(output)
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs
    notebook["metadata"].pop("widgets", None)
    return notebook


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
