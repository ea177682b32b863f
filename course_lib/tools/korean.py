"""What a lesson prints and draws in Korean: stored beside its notebook, whose own outputs are English.

`build` executes a lesson in both languages. Of the second run it keeps the outputs that differ from the English ones,
and the texts of widgets, in `NN_lesson_ko.json`, with a mark made from the Korean code and the English outputs: what is
stored counts as long as both are what they were then.
"""

import hashlib
import json
import re
import tempfile
from pathlib import Path

import nbformat

from course_lib.files import write_text
from course_lib.texts import say
from course_lib.tools import build, chapters, sources

HANGUL = re.compile("[가-힣]")


def stored_of(notebook):
    """Where the Korean outputs of a notebook are stored."""
    return notebook.with_name(f"{notebook.stem}_ko.json")


def mark(edition):
    """What the Korean outputs of a notebook belong to, in a few letters.

    Args:
        edition: the built notebook in Korean, with its English outputs.
    """
    cells = [[cell.source, cell.outputs] for cell in edition.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


def keep(notebook, executed, told):
    """Store what is Korean of a lesson.

    Args:
        notebook: path of the built notebook.
        executed: the notebook as it was executed in Korean.
        told: what its widgets were given then, as `build.recorded` gives it.
    """
    english = sources.edition(nbformat.read(notebook, as_version=4), "ko")
    lines = [f'"mark": "{mark(english)}"']
    given = [differences(*pair) for pair in zip(build.recorded(notebook), told)]
    lines.append(f'"widgets": {_json(given)}')
    lines += [
        f'"{cell.id}": {_json(cell.outputs)}'
        for cell, before in zip(executed.cells, english.cells)
        if cell.cell_type == "code" and cell.outputs != before.outputs
    ]
    write_text(stored_of(notebook), "{\n" + ",\n".join(lines) + "\n}\n")


def _json(thing):
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def differences(english, korean, place=()):
    """[place, text] of each Korean text in a widget's record; numbers are those of the English one."""
    if isinstance(korean, str) and korean != english:
        return [[list(place), korean]] if HANGUL.search(korean) else []
    if isinstance(korean, dict) and korean.keys() == {"en", "ko"}:
        return []
    pairs = korean.items() if isinstance(korean, dict) else enumerate(korean) if isinstance(korean, list) else ()
    return [one for name, value in pairs for one in differences(english[name], value, (*place, name))]


def outputs(notebook, edition):
    """id of a code cell -> its outputs in Korean; None where none are stored that belong to the notebook as it is.

    Args:
        notebook: path of the built notebook.
        edition: as of `mark`.
    """
    stored = _stored(notebook)
    if stored.get("mark") != mark(edition):
        return None
    return {
        cell.id: [nbformat.from_dict(output) for output in stored.get(cell.id, cell.outputs)]
        for cell in edition.cells
        if cell.cell_type == "code"
    }


def records(notebook):
    """What the widgets of a notebook were given, with {"en": ..., "ko": ...} in place of each text."""
    found = build.recorded(notebook)
    for record, given in zip(found, _stored(notebook).get("widgets", [])):
        for (*way, last), text in given:
            inner = record
            for name in way:
                inner = inner[name]
            inner[last] = {"en": inner[last], "ko": text}
    return found


def _stored(notebook):
    path = stored_of(notebook)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(source):
    """Execute the lesson of a chapter in Korean and store what it prints and draws.

    Args:
        source: path of the lesson's source, whose notebook has been built.
    """
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "executed.ipynb"
        build.write(source, target, "ko")
        keep(chapters.notebook(source), nbformat.read(target, as_version=4), build.recorded(target))


def stale(notebook):
    """Why the Korean outputs that are stored for a notebook do not belong to it, or None; also where none are stored.

    Args:
        notebook: path of a built notebook.
    """
    found = _stored(notebook)
    edition = sources.edition(nbformat.read(notebook, as_version=4), "ko")
    gone = found.keys() - {"mark", "widgets"} - {cell.id for cell in edition.cells}
    if found and (gone or found["mark"] != mark(edition)):
        return say("{name} is older than {notebook}", name=stored_of(notebook).name, notebook=notebook.name)
    return None
