"""The sections of a page and their anchors, which are the English heading's in both languages."""

import functools
import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

from course_lib.errors import CourseError
from course_lib.texts import say

NUMBER = re.compile(r"^(?:(?:Chapter|Task) \d+(?: exercises)?|\d+)\. ")
POINTS = re.compile(r" \(\d+ points?\)$")
_markdown = (
    MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
)  # blocks only: what is inside is not asked


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its level, its text as written, the numbers of its cell and of its first line there."""

    level: int
    text: str
    cell: int
    line: int


@functools.lru_cache(maxsize=4096)
def of_text(text):
    """(level, text, number of the line) of each heading of a Markdown text that begins a section."""
    tokens = _markdown.parse(text)
    return [
        (int(token.tag[1]), words.content, token.map[0])
        for token, words in zip(tokens, tokens[1:])
        if token.type == "heading_open" and token.level == 0
    ]


def of_notebook(notebook):
    """The headings of a notebook in one language, in their order."""
    return [
        Heading(level, text, number, line)
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for level, text, line in of_text(cell.source)
    ]


def anchors(english):
    """The anchors of headings, each once: words with hyphens, without the numbers that a new section would change."""
    found = []
    for heading in english:
        words = POINTS.sub("", NUMBER.sub("", heading.text))
        name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
        name = name if name[0].isalpha() else f"section-{name}"
        count = 1 + sum(one == name or re.fullmatch(rf"{name}-\d+", one) is not None for one in found)
        found.append(name if count == 1 else f"{name}-{count}")
    return found


def twins(name, one, other):
    """CourseError unless two languages of a page have the same headings in the same places."""
    levels = [[heading.level for heading in side] for side in (one, other)]
    if levels[0] != levels[1]:
        raise CourseError(
            say(
                "{name}: its languages differ in their headings, with levels {one} and {other}: both need the same ones",
                name=name,
                one=levels[0],
                other=levels[1],
            )
        )


def in_steps(notebook):
    """Headings that are more than one level below the one above them are raised, in place."""
    above = []
    for heading in of_notebook(notebook):
        above = [level for level in above if level < heading.level] + [heading.level]
        cell = notebook.cells[heading.cell]
        lines = cell.source.split("\n")
        lines[heading.line] = "#" * len(above) + lines[heading.line].lstrip("#")
        cell.source = "\n".join(lines)
