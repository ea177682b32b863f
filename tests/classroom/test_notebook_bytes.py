"""Whatever bytes a notebook is handed in as, intake and judge see the same cells."""

import json
import re
import subprocess

import nbconvert
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
    "utf-32": "UTF-32",
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
    odd = [None, 5, {}, {"cell_type": "code", "metadata": [], "source": 3, "id": 4}, {"source": ["a\n", None, "b"]}]
    odd += [{"metadata": {"nbgrader": "yes"}}, {"cell_type": "code", "source": "\ud800"}]
    cells, notes = read(json.dumps({"cells": odd}).encode())
    assert [cell["source"] for cell in cells] == ["", "", "a\nb", "", "?"] and not notes
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


def texts(sources, kind="code"):
    cells, notes = read(json.dumps({"cells": [{"cell_type": kind, "source": one} for one in sources]}).encode())
    return [cell["source"] for cell in cells], [note.to("en") for note in notes]


def test_lines_that_are_stored_without_their_ends_are_put_together():
    told = "the lines of {} cells were stored without line ends, and were put together"
    assert texts([["def f():", "    return 1"], ["a = 1", "", "b = 2"], ["x"]]) == (
        ["def f():\n    return 1", "a = 1\n\nb = 2", "x"],
        [told.format(2)],
    )
    assert texts([["# A title", "a line"]], "markdown") == (["# A title\na line"], [told.format(1)])
    assert texts([["a = 1\n", "b = 2"], "c = 3"]) == (["a = 1\nb = 2", "c = 3"], [])
    assert texts([list("def f():\n    return 1")]) == (["def f():\n    return 1"], []), "a letter each"
    assert texts([["a = 1\n", "b(", "c)"]]) == (["a = 1\nb(c)"], []), "pieces of a line"
    assert texts([["x = ", "1"]]) == (["x = 1"], [])
    assert texts([["a = 1\n", "b = 2", "c = 3"]]) == (["a = 1\nb = 2\nc = 3"], [told.format(1)]), "some have theirs"


def test_marks_and_line_ends_of_other_systems_are_taken_out_of_cells():
    assert texts(["\ufeffa = 1\r\nb = 2\rc = 3"]) == (["a = 1\nb = 2\nc = 3"], [])


def test_what_follows_a_whole_notebook():
    """Space and the zeros of a crashed disk are nothing; anything else leaves a doubt."""
    whole = json.dumps(NOTEBOOK, indent=1).encode()
    for end in (b"\n", bytes(900), b"\r\n \t"):
        assert read(whole + end)[1] == []
    for end in (b"}\n", whole[-30:], whole):
        cells, notes = read(whole + end)
        assert len(cells) == 2 and notes[0] == "something follows behind the end of the notebook, and was left out"
        assert notebook_bytes.doubtful(notes)
    assert not notebook_bytes.doubtful(read(json.dumps(NOTEBOOK).encode("utf-16"))[1])


def test_a_line_end_inside_a_string_of_the_file_is_read():
    """As an editor leaves it that wraps lines."""
    assert read(b'{"cells": [{"source": "a = 1\nb =\t2"}]}')[0][0]["source"] == "a = 1\nb =\t2"


def test_a_merge_conflict_is_told_as_one_and_the_advice_helps(tmp_path):
    name, text = (
        "01_exercises.ipynb",
        lambda answer: json.dumps({"cells": [{"cell_type": "code", "source": answer}]}, indent=1),
    )

    def git(*words, status=0):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words]
        assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == status

    def save(answer):
        (tmp_path / name).write_text(text(answer), encoding="utf-8")
        git("add", name)
        git("commit", "-m", answer)

    git("init", "-b", "here")
    save("x = 0")
    git("branch", "there")
    save("x = 1")
    git("checkout", "there")
    save("x = 2")
    git("merge", "here", status=1)
    with pytest.raises(Unreadable) as caught:
        read((tmp_path / name).read_bytes())
    told = both(caught.value)
    assert "marks of a merge conflict (line 5: <<<<<<<)" in told["en"], told
    for side, answer in zip(re.findall(r"`git checkout (--\w+)`", told["en"]), ("x = 2", "x = 1"), strict=True):
        git("checkout", side, name)
        assert read((tmp_path / name).read_bytes())[0][0]["source"] == answer
    with pytest.raises(Unreadable, match="merge conflict"):
        read(b"<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> there\n")


def test_a_script_is_told_as_one_and_the_advice_helps(tmp_path):
    """Jupyter's "Save and Export Notebook As > Executable Script"."""
    cells = [nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_code_cell("def double(x):\n    return 2 * x")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    script, _ = nbconvert.PythonExporter().from_notebook_node(notebook)
    with pytest.raises(Unreadable, match="a Python script and not a notebook: hand in the notebook itself, the .ipynb"):
        read(script.encode())
    assert len(read(nbformat.writes(notebook).encode())[0]) == 2
    with pytest.raises(Unreadable, match="no valid JSON"):
        read(b"My homework: see the other file.")


def test_incomplete_is_told_and_a_complete_one_helps():
    whole = json.dumps(NOTEBOOK, indent=1).encode()
    with pytest.raises(Unreadable, match="may be incomplete: hand in a complete one"):
        read(whole[:-20])
    assert len(read(whole)[0]) == 2
