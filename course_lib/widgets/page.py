"""Widgets that live in the page: a still picture that a script turns into something to drag, type and step through.

They need no kernel while they are used, so they answer at once; they survive closing and reopening the notebook, and
where a page runs no scripts (GitHub, a notebook that is not trusted) the still remains.
"""

import json
import os
import uuid
from pathlib import Path

import matplotlib.pyplot as plt

from course_lib.figures.paper import BLUES, COLOURS, INK, TILE, img, webp
from course_lib.progress import somebody_watches
from course_lib.texts import Text, both

HERE = Path(__file__).parent


def show_live(script, facts, figure, alt):
    """Put a widget into the notebook where a person watches, and its still alone where nobody does.

    Args:
        script: name of a file beside this one, "NAME.js", which defines `start(place, facts)`.
        facts: what `start` needs, of JSON's types; texts are shown as they are.
        figure: a matplotlib figure, the still; it is closed.
        alt: what the still shows, at least 20 characters.
    """
    from IPython.display import HTML, display

    still = img(webp(figure), alt)
    plt.close(figure)
    if report := os.environ.get("COURSE_WIDGETS"):
        with open(report, "a", encoding="utf-8") as file:
            made = {"script": script, "alt": str(alt), "facts": _in_both_languages(_given(facts, alt))}
            file.write(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")
    display(HTML(page(script, facts, still, alt) if somebody_watches() else still))


def page(script, facts, still, alt):
    """The HTML of a widget: its still, and the script that replaces it once everything has been drawn."""
    code = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("base.js", f"{script}.js"))
    look = (HERE / "base.css").read_text(encoding="utf-8")
    # "<" would be read as HTML
    given = json.dumps(_given(facts, alt), ensure_ascii=False).replace("<", "\\u003c")
    name = f"course-{uuid.uuid4().hex}"
    return (
        f'<div class="course-live" id="{name}">{still}</div>'
        f"<style>{look}</style>"
        f"<script>(() => {{\n{code}\nbegin({json.dumps(name)}, {given}, start);\n}})();</script>"
    )


def _given(facts, alt):
    colours = {"blues": BLUES, "signed": (COLOURS[0], TILE, COLOURS[1]), "frame": COLOURS[1], "ink": INK}
    return {**facts, "alt": alt, "colours": colours}


def _in_both_languages(thing):
    """The same with {"en": ..., "ko": ...} in place of each text that can be said in both languages."""
    if isinstance(thing, Text):
        return both(thing)
    if isinstance(thing, dict):
        return {str(name): _in_both_languages(value) for name, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_in_both_languages(one) for one in thing]
    return thing


def places(text):
    """The facts of a sentence that a script fills in: `say("place {number}", **places("number"))` keeps "{number}"."""
    return {name: f"{{{name}}}" for name in text.split()}
