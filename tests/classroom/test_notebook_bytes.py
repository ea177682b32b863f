"""Whatever bytes a notebook is handed in as, intake and judge see the same cells."""

import json

import nbformat
import pytest

from course_lib.classroom import notebook_bytes
from course_lib.classroom.intake.what import cells_in
from course_lib.classroom.notebook_bytes import Unreadable, read
from course_lib.texts import both

CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": ["가나다\r\n", "둘"]},
    {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "double"}}, "source": "double = 2", "id": "a"},
]
NOTEBOOK = {"nbformat": 4, "cells": CELLS}
ENCODINGS = {
    "utf-8": None,
    "utf-8-sig": "UTF-8 with a byte-order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp949": "CP949",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings(encoding):
    data = json.dumps(NOTEBOOK, ensure_ascii=False).encode(encoding)
    cells, notes = read(data)
    assert [cell["source"] for cell in cells] == ["가나다\n둘", "double = 2"]
    assert [note.to("en") for note in notes] == [
        f"the file was read as {name}" for name in [ENCODINGS[encoding]] if name
    ]
    assert cells_in(data) == {"double"}


def test_latin_1_is_tried_last():
    data = json.dumps({"cells": [*CELLS[1:], {"cell_type": "markdown", "source": "é!"}]}, ensure_ascii=False)
    cells, (note,) = read(data.encode("latin-1"))
    assert cells[1]["source"] == "é!" and "Latin-1" in note and cells_in(data.encode("latin-1")) == {"double"}
    with pytest.raises(Unreadable, match="not text in a known encoding"):
        read(b"\xe9!" * 50)


def test_old_formats_have_worksheets():
    for version in (2, 3):
        sheets = [{"cells": CELLS[:1]}, {"cells": CELLS[1:]}, {"cells": None}, "none"]
        data = json.dumps({"nbformat": version, "worksheets": sheets}).encode()
        cells, (note,) = read(data)
        assert len(cells) == 2 and f"nbformat {version}" in note and cells_in(data) == {"double"}
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="1")])])
    assert read(json.dumps(old).encode())[0][0]["source"] == "1"


def test_cells_are_made_whole():
    odd = [None, 5, {}, {"cell_type": "code", "metadata": [], "source": 3, "id": 4}, {"source": ["a", None, "b"]}]
    odd += [{"metadata": {"nbgrader": "yes"}}, {"cell_type": "code", "source": "\ud800"}]
    cells, notes = read(json.dumps({"cells": odd}).encode())
    assert [cell["source"] for cell in cells] == ["", "", "ab", "", "?"] and not notes
    assert all(cell["graded"] == {} and cell["id"] == "" for cell in cells)
    assert [cell["type"] for cell in cells] == ["raw", "code", "raw", "raw", "code"]
    many, (note,) = read(json.dumps({"cells": [{}] * (notebook_bytes.MAX_CELLS + 1)}).encode())
    assert len(many) == notebook_bytes.MAX_CELLS and str(notebook_bytes.MAX_CELLS) in note


@pytest.mark.parametrize("data", [None, b"", b"\xef\xbb\xbf \n", b"PK\x03\x04", b"[" * 100_000, b"[]", b'{"cells": 1}'])
def test_what_is_no_notebook_is_told_in_both_languages(data):
    with pytest.raises(Unreadable) as caught:
        read(data)
    told = both(caught.value)
    assert told["en"] and told["en"] != told["ko"]
    assert data is None or cells_in(data) is None


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(notebook_bytes, "MAX_BYTES", 3 << 20)
    with pytest.raises(Unreadable, match="larger than 3 MB"):
        read(b'{"cells": []}' + b" " * (3 << 20))
