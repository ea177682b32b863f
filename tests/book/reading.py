"""What a careful reader would complain about in a book, as sentences; each guard is broken once in test_pages.py."""

import html
import json
import re
from urllib.parse import urldefrag

import html5lib
import nbformat

from course_lib.tasks import part_of
from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, sources

SIZES = {"phone": (375, 800), "desk": (1280, 900)}  # screens, in CSS pixels
PRINTED = "02_lesson"  # the page of the tests' book that is printed as PDF
TAG = re.compile(r"<[^>]*>")
ADDRESS = re.compile(r'<(\w+)\b[^>]*?\b(?:href|src|action|data-still)="([^"]*)"')
LEVEL = re.compile(r"<h(\d)\b")
OUTSIDE = re.compile(r"https?://(?!www\.w3\.org/2000/svg)|url\((?!\$\{facts)|@import")  # SVG's name is no address
TOO_LARGE = """[...document.querySelectorAll(".slide")].filter((one) => one.scrollHeight > one.clientHeight
  || one.scrollWidth > one.clientWidth).map((one) => one.textContent.slice(0, 80))"""  # slides that run out of the screen, in a browser
LONG = 25  # characters without spaces, from which on a line is nobody else's


def pages(book):
    """The paths of all pages."""
    return sorted(book.rglob("*.html"))


def ids(text):
    return re.findall(r'\bid="([^"]*)"', text)


def of_pages(book):
    """What is wrong with the pages' HTML, headings, links and addresses."""
    there = {path: set(ids(path.read_text(encoding="utf-8"))) for path in pages(book)}
    found = []
    for path in there:
        text, name = path.read_text(encoding="utf-8"), path.relative_to(book).as_posix()
        found += [f"{name}: {sentence}" for sentence in [*_form(text), *_links(path, text, there)]]
    for path in [*book.rglob("*.css"), *book.rglob("*.js")]:
        if path.name != "text.js" and OUTSIDE.search(path.read_text(encoding="utf-8")):
            found.append(f"{path.name} names an address")
    return found


def _form(text):
    parser = html5lib.HTMLParser()
    parser.parse(text)
    yield from (f"HTML: {problem[1]} at {problem[0]}" for problem in parser.errors)
    levels = [int(level) for level in LEVEL.findall(text)]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"headings begin with {levels[:3]}"
    if any(after - before > 1 for before, after in zip(levels, levels[1:])):
        yield "a level of headings is left out"
    if len(ids(text)) != len(set(ids(text))):
        yield "an id stands twice"
    if re.search(r"<th[^>]*>\s*</th>", text):
        yield "a head of a table is empty"
    if re.search(r"<img\b(?![^>]*\balt=\"[^\"]{20})", text):
        yield "a picture does not say what it shows"
    if re.search(r"data:[a-z]+/[^;\"]+;base64", text):
        yield "a picture stands in the page itself"


def _links(path, text, there):
    for element, address in ADDRESS.findall(text):
        if re.match(r"\w+:|//", address):
            if element != "a":
                yield f"{element} gets {address} from outside"
            elif not re.match(r"https://", address):
                yield f"a link leads to {address}"
            continue
        target, fragment = urldefrag(address)
        target = target.partition("?")[0]
        aim = (path.parent / target).resolve() if target else path
        if not aim.is_file():
            yield f"{address} leads nowhere"
        elif fragment and fragment not in there.get(aim, ()):
            yield f"{address} leads to no section"


def lines(text):
    """The lines of a text without spaces, as they are compared."""
    return {line for one in text.splitlines() if len(line := re.sub(r"\s", "", one)) >= LONG}


def secrets():
    """line -> the task that it would give away: of solutions and of hidden tests, in both languages, unless it stands
    in what learners are given, too: lessons, tasks and hints."""
    given, kept = [], {}
    for chapter in chapters.every():
        for source in chapter.sources:
            built = nbformat.read(chapters.notebook(source), as_version=4)
            for chosen in LANGUAGES:
                one = sources.edition(built, chosen)
                copy = one if source == chapter.lesson else sources.learner_copy(built, chosen)
                given += [
                    cell.source for cell in [*copy.cells, *(cell for cell in one.cells if "hint" in cell.metadata)]
                ]
                for cell in one.cells:
                    for hidden in _hidden(cell):
                        kept.update(dict.fromkeys(lines(hidden), f"{source.stem}, {part_of(cell)[0]}"))
    told = re.sub(r"[\s`]", "", "\n".join(given))
    return {line: task for line, task in kept.items() if line not in told}


def _hidden(cell):
    """What of a cell no learner is given; found by its marks, not by the expressions that the house removes it with."""
    task, role = part_of(cell)
    for kind in ("SOLUTION", "HIDDEN TESTS"):
        yield from re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", cell.source, re.DOTALL)
    if role == "test":
        yield cell.source.partition("\n")[2]


def leaks(book, known=None):
    """Which tasks' solutions or hidden tests stand anywhere in the book."""
    known, found = secrets() if known is None else known, set()
    for path in sorted(book.rglob("*")):
        if path.suffix in (".html", ".js", ".ipynb", ".css", ".txt", ".json"):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ipynb":
                text = "\n".join(cell["source"] for cell in nbformat.reads(text, as_version=4).cells)
            if path.suffix == ".html":
                text = html.unescape(TAG.sub("", text))
            if path.name == "text.js":
                text = json.dumps(text)  # lines of code are joined there: looked for as a part
            whole = re.sub(r"\s|\\\\n", "", text)
            found |= {f"{path.name}: {task}" for line, task in known.items() if line in whole}
    return sorted(found)
