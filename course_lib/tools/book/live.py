"""Widgets on the book's pages: the same scripts as in a notebook, with what they were given when the lesson was built.

A page shows the still until a reader comes near; where no script runs, it stays.
"""

import json
import re
from html import unescape
from pathlib import Path

from course_lib import widgets
from course_lib.files import write_text
from course_lib.tools import build
from course_lib.tools.book import questions

NAME = "widgets.js"
PICTURE = re.compile(r'<img\b[^>]*\balt="([^"]*)"[^>]*>')
FOLDER = "widgets"
# widgets that ask a network, or take what a reader draws: a page has their still only
HEAVY = 300_000  # letters of what a widget is given, beyond which a page has its still only: each language has its own
WITH_A_KERNEL = ("ask", "compose_by_hand", "explore_painting", "explore_text", "explore_translation")


def placed(html, records, used, language, printed):
    """HTML in which the stills of widgets have a place that a script can fill.

    Args:
        html: an output of a cell.
        records: what the lesson's widgets were given, as `build.recorded` reads it.
        used: list of the records that stand on the page already; those found here are added.
        language: of the page, which a widget speaks, too.
        printed: language of the outputs, also of the stills.
    """

    def place(found):
        record = next((one for one in records if one["alt"] == unescape(found[1])), None)
        if record is None or is_heavy(record):
            return found[0]
        used.append(record)
        if language == printed:
            return f'<div class="course-live" id="widget-{len(used)}">{found[0]}</div>'
        still = found[0].replace("<img", f'<img lang="{printed}"', 1)
        return f'<div class="course-live" id="widget-{len(used)}" lang="{language}">{still}</div>'

    return PICTURE.sub(place, html)


def is_heavy(record):
    """Whether a widget was given so much that it would make the book too large."""
    return len(json.dumps(record["facts"])) > HEAVY


def stays(cell, records):
    """Whether a cell has a widget of which a page has the still only."""
    shown = unescape(" ".join(output.get("data", {}).get("text/html", "") for output in cell.outputs))
    heavy = any(f'alt="{record["alt"]}"' in shown and is_heavy(record) for record in records)
    return heavy or any(questions.called(cell.source, name) for name in WITH_A_KERNEL)


def write_facts(used, language, path):
    """Write the script that starts the widgets of a page, in the order in which they stand there.

    Args:
        used: as `placed` has filled it.
        language: "ko" or "en".
        path: of the script.
    """
    given = [[one["script"], build.said(one["facts"], language)] for one in used]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, f"courseWidgets({json.dumps(given, ensure_ascii=False, separators=(',', ':'))});\n")


def write_scripts(static):
    """Write the scripts of all widgets as one file, and their look behind that of the pages.

    Args:
        static: folder of the book, in which book.css is.
    """
    folder = Path(widgets.__file__).parent
    names = sorted(path.stem for path in folder.glob("*.js") if path.stem != "base")
    code = {name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in ("base", *names)}
    starts = "\n".join(f"starts.{name} = (() => {{\n{code[name]}\nreturn start;\n}})();" for name in names)
    begins = "given.forEach(([script, facts], place) => begin(`widget-${place + 1}`, facts, starts[script]))"
    write_text(
        static / NAME,
        f"var courseWidgets = (() => {{\n{code['base']}\nconst starts = {{}};\n{starts}\nreturn (given) => {begins};\n}})();\n",
    )
    look = static / "book.css"
    write_text(look, look.read_text(encoding="utf-8") + "\n" + (folder / "base.css").read_text(encoding="utf-8"))
