"""Sections of other chapters that speak of the same: chapters/related.json, page -> anchor -> "page#anchor" of each.

They are the nearest ones by the meaning of their text (`retrieval`, the mean over both languages). The list is recorded
(`book --record`), so that making the book needs no weights and gives the same pages everywhere.
"""

import json
from html import escape

import nbformat
import numpy as np

from course_lib import retrieval
from course_lib.files import write_text
from course_lib.texts import LANGUAGES, say
from course_lib.tools import chapters, places
from course_lib.tools.book import headings

FILE = places.CHAPTERS / "related.json"
COUNT = 2  # of each section
NAME = "related"  # class of the links on a page, which the search leaves out
NEAR = 0.25  # least likeness, after what all sections have in common was taken away


def known():
    """page -> anchor -> list of "page#anchor"."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def sections(page):
    """(anchor, title, number of its first heading, number behind its last) of each numbered section of a page."""
    found = headings.of_notebook(page.notebook)
    starts = [place for place, heading in enumerate(found) if heading.level <= 2]
    return [
        (page.anchors[start], found[start].text, start, end)
        for start, end in zip(starts, [*starts[1:], len(found)])
        if headings.NUMBER.match(found[start].text) and found[start].level == 2
    ]


def nearest(vectors, owners):
    """For each row, the numbers of the rows of other owners that are nearest to it, the nearest first.

    Args:
        vectors: (n, width).
        owners: n names; rows of the same are not compared.

    Returns:
        A list of n lists of at most `COUNT` numbers; none whose cosine is below `NEAR`.
    """
    centred = np.asarray(vectors, float) - np.mean(vectors, axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    likeness = centred @ centred.T
    likeness[np.equal.outer(owners, owners)] = -1
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :COUNT]
    return [[int(one) for one in row if likeness[number, one] >= NEAR] for number, row in enumerate(order)]


def record(pages, encode=None):
    """Write the list anew for the lessons among these pages.

    Args:
        pages: English `Page`s.
        encode: as for `retrieval.vectors`.

    Raises:
        CourseError: the weights are not on this machine and cannot be fetched.
    """
    numbers = {chapter.lesson.stem: chapter.name for chapter in chapters.every()}
    found = [(page.name, *section) for page in pages if page.name in numbers for section in sections(page)]
    place = {}  # of a heading -> its section
    for number, (name, _, _, start, end) in enumerate(found):
        place |= {(numbers[name], heading): number for heading in range(start, end)}
    total = None
    for language in LANGUAGES:
        passages = [passage for passage in retrieval.passages(language) if passage.place in place]
        rows = np.array([place[passage.place] for passage in passages])
        made = retrieval.vectors(passages, language, encode)
        means = np.array([made[rows == number].mean(axis=0) for number in range(len(found))])
        total = means if total is None else total + means
    listed = {}
    for (name, anchor, *_), near in zip(found, nearest(total, [one[0] for one in found])):
        listed.setdefault(name, {})[anchor] = ["#".join(found[one][:2]) for one in near]
    write_text(FILE, json.dumps(listed, indent=1) + "\n")


def add(pages, language):
    """Put links to related sections at the end of each section that has some, in place; what is no more is left out."""
    titles = {
        f"{page.name}#{anchor}": f"{page.name[:2]} · {headings.NUMBER.sub('', title)}"
        for page in pages
        for anchor, title, _, _ in sections(page)
    }
    told, listed = escape(say("Related").to(language)), known()
    for page in pages:
        found = headings.of_notebook(page.notebook)
        for anchor, _, _, end in reversed(sections(page)):
            near = [one for one in listed.get(page.name, {}).get(anchor, []) if one in titles]
            if near:
                links = "".join(f'<li><a href="{_address(one)}">{escape(titles[one])}</a></li>' for one in near)
                text = f'<div class="{NAME}"><span>{told}</span><ul>{links}</ul></div>'
                cell = nbformat.v4.new_markdown_cell(text, id=f"related-{anchor}"[:64])
                _insert(page.notebook, found[end] if end < len(found) else None, cell)


def _address(one):
    name, anchor = one.split("#")
    return f"{name}.html#{anchor}"


def _insert(notebook, heading, cell):
    """Put a cell before a heading, which may stand in the middle of its cell; at the end where there is none."""
    if heading is None:
        notebook.cells.append(cell)
        return
    whole = notebook.cells[heading.cell]
    lines = whole.source.split("\n")
    before, after = "\n".join(lines[: heading.line]).strip("\n"), "\n".join(lines[heading.line :])
    rest = nbformat.v4.new_markdown_cell(after, id=f"{whole.id[:50]}-{heading.line}")
    whole.source = before
    notebook.cells[heading.cell : heading.cell + 1] = [*([whole] if before else []), cell, rest]
