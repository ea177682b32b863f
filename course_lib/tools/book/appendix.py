"""The pages that no chapter has: contents, glossary and references."""

import re

import nbformat

from course_lib.texts import say
from course_lib.tools import chapters
from course_lib.tools.book import headings
from course_lib.tools.book.pages import Page

TERMS, REFERENCES = "terms", "references"
BETWEEN = re.compile(r", (?![^(]*\))")  # commas, but not those between brackets


def pages(language, lessons):
    """The pages beside those of chapters, in the order of the book: contents first.

    Args:
        language: "ko" or "en".
        lessons: `Page` of each lesson, in the order of chapters.
    """
    made = {
        "index": say("A deep-learning workbook"),
        "glossary": say("Glossary"),
        "references": say("References"),
    }
    text = {
        "index": _contents(language),
        "glossary": _glossary(language, lessons),
        "references": _references(language, lessons),
    }
    anchors = [f"chapter-{lesson.name[:2]}" for lesson in lessons if _section(lesson, REFERENCES)]
    return [
        _page(name, title.to(language), text[name], anchors if name == REFERENCES else ())
        for name, title in made.items()
    ]


def _page(name, title, text, anchors=()):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {title}\n\n{text}", id=name)])
    return Page(name, notebook, [name, *anchors])


def _contents(language):
    told = say(
        "Read here, on a phone or without a network; work in your workbook: `python3 -m course_lib learn` makes it and opens it. "
        "Predictions can be answered on the page, and exercises have no solutions here: your workbook shows them after some tries."
    )
    head = [say("Chapter"), say("Read"), say("Runs in"), say("Exercises"), say("First read")]
    rows = [[word.to(language) for word in head]]
    for chapter in chapters.every():
        facts, words = (
            chapter.facts(),
            [word.to(language) if hasattr(word, "to") else word for word in chapter.in_words()],
        )
        lesson, tasks = f"[{chapter.number} {facts['title'][language]}]({chapter.lesson.stem}.ipynb)", words[3]
        rows.append(
            [lesson, words[0], words[1], f"[{tasks}]({chapter.exercises.stem}.ipynb)", ", ".join(facts["after"]) or "-"]
        )
    names = [source.stem for chapter in chapters.every() for source in chapter.sources]
    tree = "```{toctree}\n:hidden:\n\n" + "\n".join([*names, "glossary", "references"]) + "\n```"
    return "\n\n".join([told.to(language), _table(rows), tree])


def _table(rows):
    head, *lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---" * len(rows[0]) + "|", *lines])


def terms(page):
    """(Korean, English) of each term that a lesson's table of terms has."""
    found = []
    for line in _section(page, TERMS).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 2 and line.startswith("|") and not set(line) <= set("|-: "):
            korean, english = (BETWEEN.split(cell) for cell in cells)
            found += zip(korean, english) if len(korean) == len(english) else [tuple(cells)]
    return found[1:]


def _glossary(language, lessons):
    where = {}
    for lesson in lessons:
        for korean, english in terms(lesson):
            pair = (korean, english) if language == "ko" else (english, korean)
            where.setdefault(pair, []).append(f"[{lesson.name[:2]}]({lesson.name}.ipynb#{TERMS})")
    rows = [
        [
            LANGUAGE.to(language)
            for LANGUAGE in (say("Term"), say("In English") if language == "ko" else say("In Korean"), say("Chapter"))
        ]
    ]
    for pair in sorted(where, key=lambda pair: pair[0].lower()):
        rows.append([*pair, ", ".join(where[pair])])
    return _table(rows)


def _references(language, lessons):
    parts = []
    for lesson in lessons:
        if text := _section(lesson, REFERENCES):
            title = headings.of_notebook(lesson.notebook)[0].text
            parts.append(f"## {title}\n\n{text}")
    return "\n\n".join(parts)


def _section(page, anchor):
    """The text below a heading, up to the next one; "" where there is no such heading."""
    found = headings.of_notebook(page.notebook)
    if anchor not in page.anchors:
        return ""
    at = page.anchors.index(anchor)
    here, after = found[at], (found + [None])[at + 1]
    lines = page.notebook.cells[here.cell].source.split("\n")
    end = after.line if after and after.cell == here.cell else len(lines)
    return "\n".join(lines[here.line + 1 : end]).strip()
