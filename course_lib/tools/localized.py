"""The Korean edition of code cells: strings, comments and docstrings in Korean, the code as it is.

A chapter's folder has a catalogue, ko.po, for what its two sources say. A string literal stands there by its content,
an f-string by its content as written, `{places}` included, comment lines that follow each other as one sentence, and a
docstring without its indentation. `readable` finds what a catalogue must have, `edition` makes the Korean source of it.
A literal that the catalogue knows is replaced wherever it stands in a notebook, so that a label that serves as a key,
too, stays one and the same. A single word that code only looks up, as in `size["parameters"]`, is a key of somebody
else's and stays, and so does one that stands for its text, as in `{"facts": "questions"}`; where a notebook uses one
word for a label and for such a key, `build` fails and tells.
"""

import ast
import functools
import gettext
import re

from course_lib.texts import columns_of
from course_lib.tools import chapters
from course_lib.tools.readable import CONSTANTS, NAMES, pieces, split

WIDTH = 115


def catalogue(folder):
    """A function, English -> Korean, by the ko.mo of a chapter's folder; English stays where there is none."""
    path = folder / "ko.mo"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return str


@functools.lru_cache(maxsize=64)
def _read(path, _):
    with path.open("rb") as file:
        return gettext.GNUTranslations(file).gettext


def of_notebook(notebook):
    """The catalogue of the chapter that a notebook says it belongs to."""
    name = (notebook["metadata"].get("course") or {}).get("chapter")
    return catalogue(chapters.CHAPTERS / name) if name else str


def edition(codes, korean):
    """The sources of a notebook's code cells in Korean, in the same order.

    Args:
        codes: in English; what is no Python comes back as it is.
        korean: as of `catalogue`.
    """
    return list(_edition(tuple(codes), korean))


@functools.lru_cache(maxsize=8)  # a page of the book asks three times
def _edition(codes, korean):
    found = [pieces(code) for code in codes]
    texts = [piece for one in found for piece in one if piece.kind == "text"]
    keys = {piece.english for piece in texts if piece.code}
    labels = {piece.english for piece in texts if piece.names} - keys
    words = lambda text: korean(text) if text in labels or not text.isidentifier() else text
    for piece in texts:
        piece.index |= piece.english in keys and not piece.told and not piece.read
    return [_edited(code, one, korean, words) for code, one in zip(codes, found)]


def cell(source, korean):
    """The source of one code cell in Korean, as if it were the whole notebook."""
    return edition([source], korean)[0]


def _edited(source, found, korean, words):
    out, place = "", 0
    for piece in found:
        rest = source[piece.end : (source + "\n").index("\n", piece.end)]
        out += source[place : piece.start]
        column, chosen = columns_of(out.rpartition("\n")[2]), words if piece.kind == "text" and piece.index else korean
        out += _said(piece, source[piece.start : piece.end], chosen, words, column, columns_of(rest))
        place = piece.end
    return out + source[place:]


def _said(piece, original, korean, words, column, rest):
    """What stands in the Korean source in place of a piece; `words` says what is looked up within an f-string."""
    if piece.kind == "name":
        return original.removesuffix(piece.english) + {**NAMES, **CONSTANTS}[piece.english]
    if piece.kind == "comment":
        said = korean(piece.english)
        return original if said == piece.english else _commented(said, original, column)
    said = korean(piece.english) if piece.english else piece.english
    parts = [(False, said)]
    if piece.kind == "f-text":
        parts = [(one, _translated_place(part, korean, words) if one else part) for one, part in split(said)]
    if parts == ([(False, piece.english)] if piece.kind != "f-text" else split(piece.english)):
        return original
    if piece.kind == "doc":
        return _documented(said, original, column)
    return _literal(parts, piece.kind == "f-text", piece.bracketed, column, rest)


def _translated_place(place, korean, words):
    """A place with its own strings in Korean; a fixed width shrinks by the letters that take two columns."""
    [node] = ast.parse(f'f"""{place}"""', mode="eval").body.values[-1:]
    changed = _Spoken(korean, words)
    value = changed.visit(node.value)
    if not changed.any:
        return place
    conversion = f"!{chr(node.conversion)}" if node.conversion != -1 else ""
    spec = place[place.rindex(":") :].removesuffix("}") if node.format_spec else ""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        wide = columns_of(value.value) - len(value.value)
        spec = re.sub(r"^(\D*)(\d+)$", lambda found: f"{found[1]}{max(int(found[2]) - wide, 1)}", spec)
    return "{" + ast.unparse(value) + conversion + spec + "}"


class _Spoken(ast.NodeTransformer):
    """Puts Korean into the strings of an expression; `any` says whether there was something to say."""

    def __init__(self, korean, words):
        self.korean, self.words, self.any = korean, words, False

    def visit_Subscript(self, node):
        said = _Spoken(self.words, self.words)
        index = said.visit(node.slice)
        self.any |= said.any
        return ast.Subscript(self.visit(node.value), index, node.ctx)

    def visit_Constant(self, node):
        if isinstance(node.value, str) and node.value and (said := self.korean(node.value)) != node.value:
            self.any = True
            return ast.Constant(said)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        self.any |= node.attr in CONSTANTS
        return ast.Attribute(node.value, CONSTANTS.get(node.attr, node.attr), node.ctx)

    def visit_Name(self, node):
        self.any |= node.id in CONSTANTS
        return ast.Name(CONSTANTS.get(node.id, node.id), node.ctx)


def _literal(parts, formatted, bracketed, column, rest):
    """A string literal of the parts; where a line would be too long, several below each other between brackets."""
    text = "".join(part for _, part in parts)
    quote = "'" if '"' in text and "'" not in text else '"'
    codes = "".join(part for is_place, part in parts if is_place)
    if quote in codes:  # Python 3.11 wants other quotes around a place than within it
        quote = "'" if quote == '"' and "'" not in codes else '"' if '"' not in codes else '"""'
    one = _quoted(text, formatted, quote)
    if not bracketed or column + columns_of(one) + rest <= WIDTH or " " not in text.strip():
        return one
    lines = [""]
    for word in _words(parts):
        if lines[-1] and column + columns_of(_quoted(lines[-1] + word, formatted, quote).rstrip()) > WIDTH - 1:
            lines.append("")
        lines[-1] += word
    return ("\n" + " " * column).join(_quoted(line, formatted and "{" in line, quote) for line in lines)


def _words(parts):
    """The words, each with the spaces behind it; a place belongs to the word that it touches."""
    words = [""]
    for is_place, part in parts:
        for atom in [part] if is_place else re.findall(r"[^ ]+ *| +", part):
            if words[-1].endswith(" "):
                words.append("")
            words[-1] += atom
    return words


def _quoted(text, formatted, quote):
    """Escape what must be; inside the places of an f-string nothing is."""
    escape = lambda part: (
        part.replace("\\", "\\\\").replace(quote[0], "\\" + quote[0]).replace("\n", "\\n").replace("\t", "\\t")
    )
    if not formatted:
        return quote + escape(text) + quote
    return "f" + quote + "".join(part if is_place else escape(part) for is_place, part in split(text)) + quote


def _documented(text, original, column):
    lines = text.replace("\\", "\\\\").replace('"""', '\\"""').splitlines()
    below = "\n" + " " * column
    end = below if "\n" in original and original.rstrip("\"'").endswith((" ", "\n")) else ""
    return '"""' + re.sub(r" +$", "", below.join(lines), flags=re.MULTILINE) + end + '"""'


def _commented(text, original, column):
    """A comment; one that was several lines, or stands alone, is wrapped."""
    if "\n" not in original and column + 2 + columns_of(text) <= WIDTH:
        return f"# {text}"
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and column + 2 + columns_of(f"{lines[-1]} {word}") > WIDTH and "\n" in original:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return ("\n" + " " * column).join(f"# {line}" for line in lines)


def bare(source):
    """The code of a source with everything blanked that `cell` may change: the same for both languages."""
    tree = ast.parse(source)
    return ast.dump(_Blank().visit(tree))


class _Blank(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node):
        codes = sorted(ast.dump(self.visit(one.value)) for one in node.values if isinstance(one, ast.FormattedValue))
        return ast.Constant(f"f{codes}")

    def visit_Attribute(self, node):
        self.generic_visit(node)
        return ast.Attribute(node.value, {**NAMES, **CONSTANTS}.get(node.attr, node.attr), node.ctx)

    def visit_Name(self, node):
        return ast.Name(CONSTANTS.get(node.id, node.id), node.ctx)
