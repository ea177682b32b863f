"""The cells of a submission: read from whatever bytes they are, matched with those that were handed out, shown when they have run."""

import contextlib
import json
import re

from course_lib.classroom.judge.answers import Cell, shown
from course_lib.classroom.judge.outcome import SAY, both

MAX_BYTES = 200 * 2**20  # of a submission
MAX_CELLS = 2000
MAX_DISPLAY = 4_000_000  # characters of the notebook that is kept


class Unreadable(Exception):
    """A file that is no notebook; `args` are the sentence in English and in Korean."""


_KINDS = (
    (b"PK\x03\x04", "a zip or Office file", "zip 또는 Office 파일"),
    (b"%PDF", "a PDF", "PDF"),
    (b"\x89PNG", "a picture", "그림"),
    (b"\xff\xd8\xff", "a picture", "그림"),
    (b"\xd0\xcf\x11\xe0", "an Office or HWP file", "Office 또는 HWP 파일"),
    (b"\x1f\x8b", "a gzip file", "gzip 파일"),
    (b"Rar!", "a RAR file", "RAR 파일"),
    (b"<", "a web page or XML", "웹 페이지나 XML"),
    (b"{\\rtf", "an RTF text", "RTF 문서"),
)


def read_notebook(data):
    """The cells of a submission.

    Returns:
        (list of dicts with "type", "source", "graded" (nbgrader's metadata, a dict) and "id"; notes as pairs of sentences)

    Raises:
        Unreadable: there are none.
    """
    if data is None:
        raise Unreadable(*both("nothing"))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(*both("empty"))
    if len(data) > MAX_BYTES:
        raise Unreadable(*both("large", size=MAX_BYTES >> 20))
    text, encoding = _decode(data)
    for start, english, korean in _KINDS:
        if data.lstrip(b" \t\r\n\xef\xbb\xbf")[: len(start)] == start:
            raise Unreadable(SAY["kind"][0].format(kind=english), SAY["kind"][1].format(kind=korean))
    if text is None:
        raise Unreadable(*both("encoding"))
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(*both("json", line=error.lineno)) from None
    except (ValueError, RecursionError, MemoryError):  # numbers of thousands of digits, lists in lists without end
        raise Unreadable(*both("json", line=1)) from None
    notes = [] if encoding == "UTF-8" else [both("reencoded", encoding=encoding)]
    if isinstance(content, dict) and isinstance(content.get("cells"), list):
        cells = content["cells"]
    elif isinstance(content, dict) and isinstance(content.get("worksheets"), list):  # nbformat 2 and 3
        sheets = [sheet.get("cells") for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
        notes.append(both("old", version=shown(str(content.get("nbformat")), 20)))
    else:
        raise Unreadable(*both("cells"))
    cells = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if len(cells) > MAX_CELLS:
        notes.append(both("many", count=MAX_CELLS))
    return cells[:MAX_CELLS], notes


def _decode(data):
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            tries = [(encoding, "UTF-8 with a byte-order mark" if encoding == "utf-8-sig" else "UTF-16")]
            break
    else:
        tries = [("utf-8", "UTF-8"), ("cp949", "CP949")]
        if b"\x00" in data[:4]:
            tries.insert(0, ("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "UTF-16"))
    for encoding, name in tries:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding), name
    return None, None


def _cell(cell):
    """A cell with what is needed of it, each of the type that it should have."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        source = ""
    metadata = cell.get("metadata")
    graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return {
        "type": cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown", "raw") else "raw",
        "source": source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n"),
        "graded": graded if isinstance(graded, dict) else {},
        "id": cell.get("id") if isinstance(cell.get("id"), str) else "",
    }


def _bare(text):
    """A cell's text without what editors change: space at the ends of lines and around it."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def merge(plan, cells):
    """Which cells to run, and how the notebook is shown.

    Returns:
        (list of Cell to run; list of (cell as read, grade_id or None, Cell or None) for display; notes as pairs; whether a person
        should look)
    """
    texts = {_bare(cell["source"]): name for name, cell in plan.cells.items()}
    functions = {function: task.name for task in plan.tasks for function in task.functions}
    given = {_bare(cell["source"]) for cell in cells if cell["type"] == "code"}
    run = [Cell(code, "setup") for code in plan.setups if _bare(code) not in given]
    display, order = [], []
    copied, retyped, changed, metadata = [], [], [], []
    for cell in cells:
        name = cell["graded"].get("grade_id")
        if not (isinstance(name, str) and name in plan.cells):
            name = cell["id"] if cell["id"] in plan.cells else texts.get(_bare(cell["source"]))
            if name is None and cell["type"] == "code":
                defined = re.findall(r"^def +(\w+) *\(", cell["source"], re.MULTILINE)
                name = next((functions[one] for one in defined if one in functions), None)
            if name is not None and cell["graded"]:
                metadata.append(name)
        elif any(cell["graded"].get(key) != value for key, value in plan.cells[name]["metadata"].items()):
            metadata.append(name)
        known = plan.cells.get(name)
        again = name in order
        if again:
            copied.append(name)
        elif known:
            order.append(name)
        runs = None
        if known and known["metadata"]["locked"] and not again:
            if _bare(cell["source"]) != _bare(known["source"]):
                changed.append(name)
            if not known["metadata"]["grade"]:
                runs = Cell(known["source"], "check", name.removesuffix("-check"))
            cell = {**cell, "type": "code", "source": known["source"]}
        elif known and known["metadata"]["solution"]:
            if cell["type"] != "code":
                retyped.append(name)
                cell = {**cell, "type": "code"}
            runs = Cell(cell["source"], "own", name)
        elif cell["type"] == "code" and cell["source"].strip() and not known:
            runs = Cell(cell["source"])
        elif known and again and _bare(cell["source"]) != _bare(known["source"]):
            runs = Cell(cell["source"])  # a copy of a check that has become a cell of one's own
        if runs:
            run.append(runs)
        display.append((cell, None if again else name, runs))
    run = _without_stubs(plan, run)
    missing = [name for name in plan.cells if name not in order]
    for name in missing:
        known = plan.cells[name]
        display.append(({"type": "code", "source": known["source"], "graded": {}, "id": name}, name, None))
    wanted = [name for name in plan.cells if name in order]
    lists = {"deleted": missing, "copied": copied, "retyped": retyped, "changed": changed, "metadata": metadata}
    notes = [both(key, cells=", ".join(dict.fromkeys(names))) for key, names in lists.items() if names]
    if order != wanted:
        notes.append(both("reordered"))
    return (
        run,
        display,
        notes,
        bool(copied or any(name in plan.cells and plan.cells[name]["metadata"]["solution"] for name in missing)),
    )


def _without_stubs(plan, run):
    """Without cells that nobody has touched, where the same function is written somewhere else: the stub must not undo it."""
    written = set()
    stubs = {_bare(plan.cells[task.name]["source"]): task for task in plan.tasks if task.name in plan.cells}
    for cell in run:
        if _bare(cell.code) not in stubs:
            written |= set(re.findall(r"^def +(\w+) *\(", cell.code, re.MULTILINE))
    return [
        cell for cell in run if _bare(cell.code) not in stubs or not written & set(stubs[_bare(cell.code)].functions)
    ]


def executed(display, run):
    """The executed submission for people to read. No HTML and no script is in it, and not more than MAX_DISPLAY characters."""
    ran = set(map(id, run))
    cells, taken = [], set()
    for number, (cell, name, runs) in enumerate(display):
        identity = name if name else f"cell-{number}"
        while identity in taken:
            identity += "-x"
        taken.add(identity)
        one = {"cell_type": cell["type"], "id": identity[:64], "metadata": {}, "source": cell["source"][:100_000]}
        if cell["type"] == "code":
            one["execution_count"] = None
            one["outputs"] = runs.outputs if runs is not None and id(runs) in ran else []
        elif cell["type"] == "markdown":
            one["source"] = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", one["source"])
        if name:
            one["metadata"] = {"nbgrader": cell["meta"]} if "meta" in cell else {}
        cells.append(one)
    size = lambda: sum(len(json.dumps(one)) for one in cells)
    if size() > MAX_DISPLAY:
        for one in cells:
            if len(json.dumps(one)) > MAX_DISPLAY / 100:
                one["source"] = one["source"][:10_000]
                if one.get("outputs"):
                    one["outputs"] = [
                        {"output_type": "stream", "name": "stderr", "text": "[left out: too much output]\n"}
                    ]
        while size() > MAX_DISPLAY:
            cells.remove(next(one for one in cells[::-1] if not one["metadata"]))
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }
