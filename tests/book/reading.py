"""What a careful reader would complain about in a book, as sentences; each guard is broken once in test_pages.py."""

import ast
import html
import json
import re
import textwrap
from urllib.parse import urldefrag

import html5lib
import nbformat
from pypdf import PdfReader

from course_lib.tasks import part_of
from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, sources
from course_lib.tools.bench.book import later, weight
from course_lib.tools.book import packed

SIZES = {"phone": (375, 800), "desk": (1280, 900)}  # screens, in CSS pixels
PRINTED = "02_lesson"  # the page of the tests' book that is printed as PDF
TAG = re.compile(r"<[^>]*>")
ADDRESS = re.compile(r'<(\w+)\b[^>]*?\b(?:href|src|action|data-still)="([^"]*)"')
LEVEL = re.compile(r"<h(\d)\b")
PACKED = re.compile(r'\w+\("([\w+/=]+)"\);\n')  # a script that holds a text only
OUTSIDE = re.compile(r"https?://(?!www\.w3\.org/2000/svg)|url\((?!\$\{facts)|@import")  # SVG's name is no address
TOO_LARGE = """[...document.querySelectorAll(".slide")].filter((one) => one.scrollHeight > one.clientHeight
  || one.scrollWidth > one.clientWidth).map((one) => one.textContent.slice(0, 80))"""  # slides that run out of the screen, in a browser
LONG = 25  # characters without spaces, from which on a line is nobody else's
SHORT = 9  # the same of a value that a hidden test expects; shorter ones stand anywhere by chance
CHAPTERS, BYTES = 13, 25_000_000  # of the whole course, for which the limit holds
PAGE_BYTES = 1_300_000  # a page with its pictures, styles and scripts
LATER_BYTES = 1_500_000  # what its widgets fetch when a reader comes near
# words that are looked up in the search; the parts of a word count as well as the word
WORDS = {
    "ko": "곱층 합성곱 에포크 수용 패딩 스트라이드 전이 어텐션 토큰 게이트 기울기 손실 초해상도 잡음 픽셀 풀링 과적합 Keras ReLU softmax".split(),
    "en": "convolution receptive epoch padding stride transfer attention token gate gradient loss noise pixel pooling overfit Keras ReLU softmax lution -1".split(),
}
# what of a page the search leaves out on purpose: links to other sections, formulas, signs beside headings
UNSEARCHED = re.compile(
    r'<div class="related">.*?</div>|<a class="headerlink".*?</a>|<math\b.*?</math>|<(style|script)\b.*?</\1>',
    re.DOTALL,
)


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
        if path.name != "text.js" and OUTSIDE.search(script(path)):
            found.append(f"{path.name} names an address")
    return found


def _form(text):
    parser = html5lib.HTMLParser()
    tree = parser.parse(text)
    yield from (f"HTML: {problem[1]} at {problem[0]}" for problem in parser.errors)
    yield from (f"is read out as Korean: {told}" for told in _foreign(tree) if not re.search("[가-힣]", told))
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


def _foreign(element, language="en"):
    """What pictures say in places that are Korean."""
    language = element.get("lang", language)
    if language == "ko" and len(re.findall("[a-z]", element.get("alt", ""))) > 20:
        yield element.get("alt")
    for child in element:
        yield from _foreign(child, language)


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


def of_sizes(book):
    """What is too large."""
    whole = [path for path in book.rglob("*") if path.is_file() and path.suffix != ".pdf"]  # made on demand only
    size = sum(path.stat().st_size for path in whole)
    if size > len(chapters.every()) / CHAPTERS * BYTES:
        yield f"the book has {size} bytes"
    for path in pages(book):
        if (size := weight(path)) > PAGE_BYTES:
            yield f"{path.parent.name}/{path.name} has {size} bytes with what it shows"
        if (size := later(path)) > LATER_BYTES:
            yield f"{path.parent.name}/{path.name} fetches {size} bytes later"


def of_figures(book):
    """Figures that are stored twice, that no page shows, or that are not there."""
    contents = {}
    for path in sorted((book / "figures").iterdir()):
        contents.setdefault(path.read_bytes(), []).append(path.name)
    yield from (f"{' and '.join(names)} are the same" for names in contents.values() if len(names) > 1)
    used = {one for path in pages(book) for one in re.findall(r"figures/([\w.-]+)", path.read_text(encoding="utf-8"))}
    there = {name for names in contents.values() for name in names}
    yield from (f"{name} is shown nowhere" for name in sorted(there - used))
    yield from (f"{name} is not there" for name in sorted(used - there))


def of_anchors(book, listed):
    """Published sections that a page has lost, and new ones that are not listed.

    Args:
        listed: page -> its published anchors.
    """
    for language in LANGUAGES:
        names = {path.stem for path in (book / language).glob("*.html")} - {"search"}
        yield from (f"{language}/{name}: `book --record` adds it" for name in sorted(names - set(listed)))
        yield from (f"{language}/{name} is gone" for name in sorted(set(listed) - names))
        for name in sorted(names & set(listed)):
            text = (book / language / f"{name}.html").read_text(encoding="utf-8")
            sections = re.findall(r'<section id="([^"]*)"', text)
            yield from (f"{language}/{name} has lost #{one}" for one in listed[name] if one not in set(ids(text)))
            yield from (
                f"{language}/{name}: `book --record` adds #{one}" for one in sections if one not in listed[name]
            )


def script(path):
    """The text of a script, or of a style, with what is packed in it."""
    text = path.read_text(encoding="utf-8")
    held = PACKED.fullmatch(text)
    return json.dumps(packed.unpacked(held[1]), ensure_ascii=False) if held else text


def searched(book, language):
    """page -> [anchor, title, text] of each section that the search looks through."""
    return dict(json.loads(script(book / language / "text.js")))


def pattern(word):
    """What finds a word in a text, in Python's words."""
    spaced = len(word) > 2 and re.search("[가-힣]", word)
    return re.compile(rf"{word}|(?<![가-힣]){' ?'.join(word)}" if spaced else re.escape(word), re.IGNORECASE)


def of_search(book):
    """Sections that the search does not know, and words that it knows less or more often than a page has them."""
    for language in LANGUAGES:
        known = searched(book, language)
        for path in sorted((book / language).glob("*.html")):
            text = path.read_text(encoding="utf-8")
            if path.stem == "search" or "<section" not in text:
                continue
            sections = known.get(path.stem, [])
            wanted = re.findall(r'<section id="([^"]*)"', text)
            missing = [one for one in wanted if one not in {section[0] for section in sections}]
            yield from (f"{language}/{path.stem}: the search does not know #{one}" for one in missing)
            shown = _shown(text[text.index("<section") : text.index('<nav class="turn"')])
            told = "\n".join(f"{title}\n{text}" for _, title, text in sections)
            for word in WORDS[language]:
                counts = [len(pattern(word).findall(one)) for one in (shown, told)]
                if counts[0] != counts[1]:
                    yield f"{language}/{path.stem}: {word} stands there {counts[0]} times, in the search {counts[1]} times"


def _shown(text):
    """The text of a part of a page, with what its pictures say."""
    text = re.sub(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>', r" \1 ", UNSEARCHED.sub(" ", text))
    text = re.sub(r"</?(?:span|strong|em|code|a|sub|sup)\b[^>]*>", "", text)
    return " ".join(html.unescape(TAG.sub(" ", text)).split())


def lines(text):
    """The lines of a text without spaces, as they are compared."""
    return {line for one in text.splitlines() if len(line := re.sub(r"\s", "", one)) >= LONG}


def secrets():
    """line -> the task that it would give away: of solutions and of hidden tests, in both languages, unless it stands
    in what learners are given, too: lessons, tasks and hints. Beside lines, values that hidden tests expect."""
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
                        kept.update(
                            dict.fromkeys({*lines(hidden), *expected(hidden)}, f"{source.stem}, {part_of(cell)[0]}")
                        )
    told = re.sub(r"[\s`]", "", "\n".join(given))
    return {line: task for line, task in kept.items() if line not in told}


def expected(code):
    """The values that `require` expects in a hidden test, as far as they are written out, as they are compared."""
    for call in ast.walk(ast.parse(textwrap.dedent(code))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "require":
            for node in (inner for one in call.args[2:3] for inner in ast.walk(one)):
                if isinstance(node, (ast.Constant, ast.List, ast.Tuple, ast.Dict)) and _is_literal(node):
                    value = re.sub(r"\s", "", ast.get_source_segment(textwrap.dedent(code), node))
                    if len(value) >= SHORT:
                        yield value


def _is_literal(node):
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _hidden(cell):
    """What of a cell no learner is given; found by its marks, not by the expressions that the house removes it with."""
    task, role = part_of(cell)
    for kind in ("SOLUTION", "HIDDEN TESTS"):
        yield from re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", cell.source, re.DOTALL)
    if role == "test":
        yield cell.source.partition("\n")[2]


def text_of_pdf(path):
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def leaks(book, known):
    """Which tasks' solutions or hidden tests stand anywhere in the book.

    Args:
        known: what `secrets` has found.
    """
    found = set()
    for path in sorted(book.rglob("*")):
        if path.suffix in (".html", ".js", ".ipynb", ".css", ".txt", ".json", ".pdf"):
            text = text_of_pdf(path) if path.suffix == ".pdf" else script(path)
            if path.suffix == ".ipynb":
                text = "\n".join(cell["source"] for cell in nbformat.reads(text, as_version=4).cells)
            if path.suffix == ".html":
                text = html.unescape(TAG.sub("", text))
            if path.name == "text.js":
                text = json.dumps(text)  # lines of code are joined there: looked for as a part
            whole = re.sub(r"\s|\\\\n", "", text)
            found |= {f"{path.name}: {task}" for line, task in known.items() if line in whole}
    return sorted(found)
