"""What the workbook's JupyterLab saves: nothing that is dead the next day; the first page it reads is that of now."""

import asyncio
import copy
import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.tools import firstpage
from course_lib.tools.contents import WIDGET, Contents, alive

WIDGET_DATA = {WIDGET: {"model_id": "a1"}, "text/plain": "HBox(children=...)"}
STILL = {**WIDGET_DATA, "text/html": "<img alt='still'>"}


def notebook():
    outputs = [
        new_output("display_data", WIDGET_DATA),
        new_output("display_data", STILL),
        new_output("stream", text="kept\n"),
        new_output("execute_result", {"text/plain": "7"}, execution_count=1),
        new_output("error", ename="E", evalue="", traceback=[]),
        new_output("display_data", {"text/html": "bar"}, metadata={"course": "progress"}),
    ]
    cells = [new_markdown_cell("text", attachments={}), new_code_cell("code", outputs=outputs), new_code_cell("")]
    return new_notebook(cells=cells, metadata={"widgets": {"state": {}}})


def test_a_widget_leaves_the_still_beside_it_or_nothing():
    found = alive(notebook())
    kinds = [output["output_type"] for output in found["cells"][1]["outputs"]]
    assert kinds == ["display_data", "stream", "execute_result", "error"]
    assert set(found["cells"][1]["outputs"][0]["data"]) == {"text/plain", "text/html"}
    assert WIDGET not in json.dumps(found) and "widgets" not in found["metadata"]
    nbformat.validate(nbformat.from_dict(found))


def test_what_is_saved_and_what_stays_on_the_page(tmp_path):
    manager = Contents(root_dir=str(tmp_path))
    model = {"type": "notebook", "format": "json", "content": notebook()}
    page = copy.deepcopy(model)
    asyncio.run(manager.save(model, "mine.ipynb"))
    saved = (tmp_path / "mine.ipynb").read_text(encoding="utf-8")
    assert "kept" in saved and "still" in saved and WIDGET not in saved and "bar" not in saved
    assert model["content"]["cells"][1]["outputs"][0] == page["content"]["cells"][1]["outputs"][0]


def test_the_first_page_is_made_when_it_is_read_and_only_then(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(firstpage, "write", lambda folder, language: made.append((folder, language)))
    monkeypatch.setenv("COURSE_LANG", "ko")
    (tmp_path / "README.md").write_text("page", encoding="utf-8")
    (tmp_path / "01").mkdir()
    (tmp_path / "01" / "README.md").write_text("another", encoding="utf-8")
    manager = Contents(root_dir=str(tmp_path))
    assert asyncio.run(manager.get("README.md", type="file"))["content"] == "page" and made == [(tmp_path, "ko")]
    asyncio.run(manager.get("README.md", content=False))
    asyncio.run(manager.get("01/README.md"))
    asyncio.run(manager.get(""))
    assert len(made) == 1


def test_a_page_that_cannot_be_made_is_read_as_it_is(tmp_path, monkeypatch):
    def fails(*_):
        raise RuntimeError("no chapter was built")

    monkeypatch.setattr(firstpage, "write", fails)
    (tmp_path / "README.md").write_text("of yesterday", encoding="utf-8")
    assert asyncio.run(Contents(root_dir=str(tmp_path)).get("README.md"))["content"] == "of yesterday"
