"""What every chapter must fulfil. Each function takes a notebook and
returns complaints, each a sentence; none is good."""

import base64
import io
import re
import statistics
from collections import Counter

from PIL import Image

from markdown_it import MarkdownIt

from course_lib.texts import LANGUAGES

MARKDOWN = MarkdownIt("commonmark").enable("table")

MAX_PICTURE, MAX_PICTURES, MAX_LINES, MAX_WIDTH, MAX_IGNORED = 100_000, 1_500_000, 40, 115, 0.10
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)]*)\)")
IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def language(cell):
    """ "ko", "en" or None for a cell that both languages share."""
    found = [tag for tag in cell.metadata.get("tags", []) if tag in LANGUAGES]
    return found[0] if found else None


def traits(text):
    """What must be the same in both languages."""
    prose = FORMULA.sub(" ", CODE.sub(" ", text))
    return {
        "headings": HEADING.findall(text),
        "formulas": Counter(re.sub(r"\s+", "", formula) for formula in FORMULA.findall(CODE.sub(" ", text))),
        "numerals": Counter(NUMERAL.findall(LINK.sub(" ", prose))),
        "links": Counter(LINK.findall(text)),
        "images": len(IMAGE.findall(text)),
        "inline code": Counter(CODE.findall(text)),
    }


def twins(notebook):
    """Each Korean cell is followed by its English twin, and both say the same as far as a machine can tell."""
    complaints, waiting = [], None
    for cell in [*notebook.cells, None]:
        now = language(cell) if cell else None
        if waiting is not None and now != "en":
            complaints.append(f"the Korean cell {waiting.source.strip()[:40]!r} has no English twin behind it")
        elif waiting is not None:
            mine, other = traits(waiting.source), traits(cell.source)
            complaints += [
                f"{what} differ between the twins of {cell.source.strip()[:40]!r}: {mine[what]} and {other[what]}"
                for what in mine
                if mine[what] != other[what]
            ]
            if [t for t in waiting.metadata.tags if t != "ko"] != [t for t in cell.metadata.tags if t != "en"]:
                complaints.append(f"tags differ between the twins of {cell.source.strip()[:40]!r}")
        elif now == "en":
            complaints.append(f"the English cell {cell.source.strip()[:40]!r} has no Korean twin before it")
        if now and (cell.cell_type != "markdown" or "nbgrader" in cell.metadata):
            complaints.append(f"a cell with a language must be prose without grading: {cell.source.strip()[:40]!r}")
        waiting = cell if now == "ko" else None
    for cell in notebook.cells:
        if (
            cell.cell_type == "markdown"
            and language(cell) is None
            and re.search(r"[A-Za-z가-힣]{3,}", FORMULA.sub("", CODE.sub("", cell.source)))
        ):
            complaints.append(f"prose without a language: {cell.source.strip()[:40]!r}")
        if language(cell) == "en" and re.search(
            "[가-힣]", "\n".join(line for line in cell.source.splitlines() if not line.startswith("|"))
        ):
            complaints.append(f"Korean in the English cell {cell.source.strip()[:40]!r}")
        if language(cell) == "ko" and not re.search("[가-힣]", cell.source):
            complaints.append(f"no Korean in the Korean cell {cell.source.strip()[:40]!r}")
    return complaints


def executed(notebook):
    """Every code cell has run, in order, without errors or warnings, and its outputs hold nothing of this machine."""
    complaints = []
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in codes]
    if counts != list(range(1, len(codes) + 1)):
        complaints.append(f"the cells were not run once in order: counts {counts}")
    for cell in codes:
        for output in cell.outputs:
            text = "".join(
                [output.get("text", ""), *(v for k, v in output.get("data", {}).items() if k.startswith("text/"))]
            )
            text = re.sub(r"base64,[^\"]*", "", text)
            if output.output_type == "error" or output.get("name") == "stderr":
                complaints.append(f"{cell.source[:40]!r} ends in an error or writes to stderr")
            if re.search(r"/(home|root|tmp|work|Users)/|\b[A-Z]:\\", text):
                complaints.append(f"{cell.source[:40]!r} shows a path of this machine")
            if re.search(r"^✗", text, re.MULTILINE):
                complaints.append(f"{cell.source[:40]!r} shows a claim or a check that failed")
            if re.search(r"0x[0-9a-f]{8,}|\d+ ?ms/step", text):
                complaints.append(f"{cell.source[:40]!r} shows an address in memory or a time")
            if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
                complaints.append(f"{cell.source[:40]!r} stores a widget")
    if not any(output for cell in codes for output in cell.outputs if output.output_type == "stream"):
        complaints.append("no cell has text to compare")
    ignored = sum("nbval-ignore-output" in cell.metadata.get("tags", []) for cell in codes)
    if ignored > MAX_IGNORED * len(codes):
        complaints.append(f"{ignored} of {len(codes)} code cells are not compared; at most {MAX_IGNORED:.0%} may be")
    if (
        notebook.metadata.kernelspec.name != "python3"
        or "version" in notebook.metadata.get("language_info", {})
        or "widgets" in notebook.metadata
    ):
        complaints.append("the notebook's metadata names a kernel other than python3, a version or widgets")
    if len({cell.id for cell in notebook.cells}) != len(notebook.cells):
        complaints.append("two cells have the same id")
    return complaints


def figures(notebook):
    """Every picture has alt text, is sharp and small, and needs nothing from elsewhere; no widget is stored."""
    complaints, total = [], 0
    for cell in notebook.cells:
        name = f"a picture of {cell.source[:40]!r}"
        for output in cell.get("outputs", []):
            if any(kind.startswith("image/") for kind in output.get("data", {})):
                complaints.append(f"{name} has no alt text: show it with course_lib.plot")
            html = output.get("data", {}).get("text/html", "")
            if "<script" in html:
                complaints.append(f"{cell.source[:40]!r} stores a widget of the page instead of its still")
            for tag in re.findall(r"<img [^>]*>", html):
                size, found = picture(tag)
                total += size
                complaints += [f"{name} {complaint}" for complaint in found]
        if cell.cell_type == "markdown":
            complaints += [f"{name} has no alt text" for alt in IMAGE.findall(cell.source) if len(alt) < 20]
    if total > MAX_PICTURES:
        complaints.append(f"the pictures have {total:,} bytes together; at most {MAX_PICTURES:,}")
    return complaints


def picture(tag):
    """The bytes of an <img>, and what is wrong with it."""
    stands = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
    kind, _, content = stands.get("src", "").partition(";base64,")
    if kind not in ("data:image/webp", "data:image/png", "data:image/jpeg"):
        return 0, ["is not in the notebook"]
    content, complaints = base64.b64decode(content), []
    if len(stands.get("alt", "")) < 20:
        complaints.append("has no alt text")
    with Image.open(io.BytesIO(content)) as image:
        if stands.get("width") != str(image.width // 2):
            complaints.append(f"is {stands.get('width')} wide and has {image.width} pixels: twice as many are sharp")
    if "max-width:100%" not in stands.get("style", ""):
        complaints.append("sticks out of a narrow page")
    if len(content) > MAX_PICTURE:
        complaints.append(f"has {len(content):,} bytes; at most {MAX_PICTURE:,}")
    return len(content), complaints


def code(notebook):
    """Code cells are short, and nothing in them installs, stars or swallows."""
    complaints = []
    lengths = [
        len(cell.source.splitlines())
        for cell in notebook.cells
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata
    ]
    if max(lengths) > MAX_LINES:
        complaints.append(f"a code cell has {max(lengths)} lines; at most {MAX_LINES}")
    if len(lengths) > 5 and statistics.median(lengths) > 12:  # exercises have a few cells of set-up
        complaints.append(f"the median code cell has {statistics.median(lengths)} lines; 4-8 are good, 12 is the end")
    for cell in notebook.cells:
        hidden = cell.metadata.get("nbgrader", {}).get("grade")
        if cell.cell_type == "code" and not hidden and max(map(len, cell.source.splitlines())) > MAX_WIDTH:
            complaints.append(f"{cell.source[:40]!r} has a line of over {MAX_WIDTH} characters: readers would have to scroll")
        if cell.cell_type == "code" and re.search(r"^\s*[!%]|import \*|except:", cell.source, re.MULTILINE):
            complaints.append(f"{cell.source[:40]!r} has a shell line, a magic, a star import or a bare except")
    return complaints


def emphasis(notebook):
    """No mark of bold type is left standing: `**95%**를` does not close, since a letter follows the bracket or sign."""
    return [
        f"bold type that does not close: {words[:60]!r}"
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for words in open_bold(cell.source)
    ]


def open_bold(text):
    """The pieces of a Markdown text in which ** would be shown as it is."""
    inlines = [token for token in MARKDOWN.parse(FORMULA.sub("x", text)) if token.type == "inline"]
    return [part.content for token in inlines for part in token.children if part.type == "text" and "**" in part.content]


def unfinished(notebook):
    """Nothing of the template that `new` wrote is left."""
    titles = notebook.metadata.get("course", {}).get("title", {})
    complaints = [f"the {code} title of the header is still {text!r}" for code, text in titles.items() if "TODO" in text]
    for cell in notebook.cells:
        complaints += [f"still to be written: {line.strip()[:60]!r}" for line in cell.source.splitlines() if "TODO" in line]
    return complaints


def numbers(notebook, facts):
    """A number of five or more digits in prose is a known fact or stands in an output of the notebook."""
    shown = " ".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    known = {f"{fact['value']:,}" for fact in facts.values()} | set(re.findall(r"\d{1,3}(?:,\d{3})+", shown))
    complaints = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"arXiv:\S+", "", CODE.sub(" ", cell.source))
            complaints += [
                f"{number} in {cell.source.strip()[:40]!r} is neither in facts.json nor in an output"
                for number in re.findall(r"\d{1,3}(?:,\d{3})+|\d{5,}", prose)
                if len(number.replace(",", "")) >= 5 and number not in known
            ]
    return complaints


def covered(notebooks):
    """id of a lecture's statement -> the cells that cover it."""
    found = {}
    for notebook in notebooks:
        for cell in notebook.cells:
            for tag in cell.metadata.get("tags", []):
                if tag.startswith("covers-"):
                    found.setdefault(tag.removeprefix("covers-"), []).append(cell)
    return found


def shows(cells):
    """Whether one of the cells is executed and proves something: by a claim or by an exact output."""
    return any(cell.cell_type == "code" and (cell.outputs or "claim(" in cell.source) for cell in cells)
