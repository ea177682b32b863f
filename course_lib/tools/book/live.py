"""Widgets on the book's pages: the same scripts as in a notebook, with what they were given when the lesson was built.

A page shows the still until a reader comes near; where no script runs, it stays.
"""

import re
from html import unescape
from pathlib import Path

from course_lib import widgets
from course_lib.files import write_text
from course_lib.tools import build
from course_lib.tools.book import questions
from course_lib.tools.book.packed import packed

NAME = "widgets.js"
PICTURE = re.compile(r'<img\b[^>]*\balt="([^"]*)"[^>]*>')
FOLDER = "widgets"  # one file for both languages of a page
# widgets that ask a network, or take what a reader draws: a page has their still only
SAID = """const said = (thing) => {  // as `build.said`
  if (typeof thing !== "object" || thing === null) return thing;
  if (Array.isArray(thing)) return thing.map(said);
  const names = Object.keys(thing);
  if (names.length === 2 && typeof thing.en === "string" && typeof thing.ko === "string") return thing[document.documentElement.lang];
  return Object.fromEntries(names.map((name) => [name, said(thing[name])]));
};"""
WITH_A_KERNEL = ("ask", "compose_by_hand", "explore_painting", "explore_text", "explore_translation")


def placed(html, records, used, language, printed):
    """HTML in which the stills of widgets have a place that a script can fill.

    Args:
        html: an output of a cell.
        records: what the lesson's widgets were given, as `korean.records` reads it.
        used: list of the records that stand on the page already; those found here are added.
        language: of the page, which a widget speaks, too.
        printed: language of the outputs, also of the stills.
    """

    def place(found):
        alts = [build.said(one["alt"], printed) for one in records]
        if (alt := unescape(found[1])) not in alts:
            return found[0]
        used.append(records[alts.index(alt)])
        name = f"widget-{1 + alts.index(alt)}"
        if language == printed:
            return f'<div class="course-live" id="{name}">{found[0]}</div>'
        still = found[0].replace("<img", f'<img lang="{printed}"', 1)
        return f'<div class="course-live" id="{name}" lang="{language}">{still}</div>'

    return PICTURE.sub(place, html)


def stays(cell):
    """Whether a cell has a widget of which a page has the still only."""
    return any(questions.called(cell.source, name) for name in WITH_A_KERNEL)


def write_facts(records, path):
    """Write the script that starts the widgets of a lesson's pages, in either language.

    Args:
        records: as of `placed`.
        path: of the script.
    """
    if path.exists():  # the other language's page has been made
        return
    given = packed([[one["script"], one["facts"]] for one in records])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, f'courseWidgets("{given}");\n')


def write_scripts(static):
    """Write the scripts of all widgets as one file, and their look behind that of the pages.

    Args:
        static: folder of the book, in which book.css is.
    """
    folder = Path(widgets.__file__).parent
    names = sorted(path.stem for path in folder.glob("*.js") if path.stem != "base")
    code = {name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in ("base", *names)}
    starts = "\n".join(f"starts.{name} = (() => {{\n{code[name]}\nreturn start;\n}})();" for name in names)
    code["base"] += (Path(__file__).parent / "theme" / "packed.js").read_text(encoding="utf-8")
    begins = "given.forEach(([script, facts], place) => begin(`widget-${place + 1}`, said(facts), starts[script]))"
    write_text(
        static / NAME,
        f"var courseWidgets = (() => {{\n{code['base']}\n{SAID}\nconst starts = {{}};\n{starts}\nreturn (text) => {{ courseWidgets.done = unpacked(text).then((given) => {begins}); }};\n}})();\n",
    )
    look = static / "book.css"
    write_text(look, look.read_text(encoding="utf-8") + "\n" + (folder / "base.css").read_text(encoding="utf-8"))
