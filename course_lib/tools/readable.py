"""What people read in code cells: strings, comments and docstrings, with their places.

`localized` says them in Korean, `catalogues` holds which a chapter must have.
"""

import ast
import inspect
import io
import re
import tokenize
from collections import Counter
from dataclasses import dataclass

# functions and methods whose arguments people read; of the first group, only the first argument
LABELLED = {"claim", "check", "require", "reveal", "predict"}
SPEAKING = {"print", "display", "Markdown", "HTML", "ask", "bar", "Progress"}
DRAWING = {
    "set_title",
    "set_xlabel",
    "set_ylabel",
    "suptitle",
    "supxlabel",
    "supylabel",
    "annotate",
    "legend",
    "set_label",
}
KEYWORDS = {
    *("title", "titles", "alt", "xlabel", "ylabel", "label", "labels", "unit", "legend", "caption", "suptitle"),
    *("question", "choices", "description", "desc", "baseline", "causes", "xticklabels", "yticklabels", "row_names"),
}
SETTINGS = {"cmap", "end", "sep", "file", "name", "dtype", "color", "ha", "va", "key"}  # arguments that nobody reads
GATHERING = {"list", "tuple", "sorted", "zip", "dict", "enumerate", "reversed", "join", "format"}
NAMES = {"classes": "classes_ko", "names": "names_ko"}  # attributes of what `data` returns, where they are shown
CONSTANTS = {"FASHION_MNIST_CLASSES": "FASHION_MNIST_CLASSES_KO"}
WORD = re.compile(r"[A-Za-z]{2,}")
DIRECTIVE = re.compile(r"###|noqa|fmt:|type:|%%")
HIDDEN_TESTS = re.compile(r"(?P<points>[\d.]+) points: hidden tests")  # `sources.convert` writes it


@dataclass
class Piece:
    """Something in a source that may be said in Korean.

    Attributes:
        start, end: places in the source.
        kind: "text", "f-text", "doc", "comment" or "name".
        english: as the catalogue has it.
        read: whether people read it for certain, so that the catalogue must have it.
        bracketed: whether a line may be broken there.
    """

    start: int
    end: int
    kind: str
    english: str
    read: bool
    bracketed: bool = False
    node: ast.AST | None = None


def readable(source, comments=True):
    """{english: whether people read it for certain} of a cell's source, in order; {} for what is no Python.

    Args:
        source: of a code cell.
        comments: whether its comments are read; nobody reads those of a hidden test.
    """
    found = {}
    for piece in pieces(source):
        if piece.kind != "name" and piece.english:
            sure = piece.read and (comments or piece.kind != "comment")
            found[piece.english] = found.get(piece.english, False) or sure
            found |= {text: found.get(text, False) for text in inner(piece.node)}
    return found


def pieces(source):
    """The Pieces of a cell's source, in order."""
    try:
        tree, tokens = ast.parse(source), list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, tokenize.TokenError):
        return []
    places = _Places(source)
    finder = _Finder(places, _bracketed(tokens, places))
    finder.visit(tree)
    taken = [(piece.start, piece.end) for piece in finder.found]
    comments = [one for one in _comments(tokens, places) if not any(a < one.start < b for a, b in taken)]
    return sorted([*finder.found, *comments], key=lambda piece: piece.start)


class _Places:
    """Lines and columns, as `ast` (bytes) and `tokenize` (letters) count them, as places in a source."""

    def __init__(self, source):
        self.source = source
        self.lines = source.splitlines(keepends=True) or [""]
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def of_token(self, line, column):
        return self.starts[line - 1] + column

    def of_node(self, line, column):
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())


def _bracketed(tokens, places):
    """The places at which a string begins between brackets."""
    depth, found = 0, set()
    for token in tokens:
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        elif depth and tokenize.tok_name[token.type] in ("STRING", "FSTRING_START"):
            found.add(places.of_token(*token.start))
    return found


class _Finder(ast.NodeVisitor):
    """Collects the strings of a tree; `self.read` says whether people read what is being visited."""

    def __init__(self, places, bracketed):
        self.places, self.bracketed, self.found, self.read = places, bracketed, [], False

    def _add(self, node, kind, english, read):
        start, end = (
            self.places.of_node(*at) for at in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        )
        self.found.append(Piece(start, end, kind, english, read, start in self.bracketed, node))

    def _inside(self, node, read):
        before, self.read = self.read, read
        self.visit(node)
        self.read = before

    def _body(self, node):
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            self._add(first.value, "doc", inspect.cleandoc(first.value.value), bool(WORD.search(first.value.value)))
            first = None
        for child in ast.iter_child_nodes(node):
            if first is not None or child is not node.body[0]:
                self.visit(child)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _body

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            text = node.value
            sentence = bool(WORD.search(text)) and (self.read or " " in text.strip()) and not _is_code(text)
            self._add(node, "text", text, sentence)

    def visit_JoinedStr(self, node):
        text = written(node)
        words = "".join(part if not is_place else "_" for is_place, part in split(text))
        self._add(node, "f-text", text, bool(WORD.search(words)) and not _is_code(words))

    def visit_Attribute(self, node):
        if node.attr in CONSTANTS or self.read and node.attr in NAMES:
            self._add(node, "name", node.attr, False)
        else:
            self._inside(node.value, False)

    def visit_Name(self, node):
        if node.id in CONSTANTS and isinstance(node.ctx, ast.Load):
            self._add(node, "name", node.id, False)

    def visit_Dict(self, node):
        keys = [key for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        labels = self.read or any(" " in key.value.strip() for key in keys)
        for key, value in zip(node.keys, node.values):
            if key is not None:
                self._inside(key, labels)
            self.visit(value)

    def visit_Subscript(self, node):
        self.visit(node.value)
        self._inside(node.slice, False)

    def visit_Compare(self, node):
        for child in ast.iter_child_nodes(node):
            self._inside(child, False)

    def visit_Call(self, node):
        self.visit(node.func)
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        everything = function in SPEAKING | DRAWING or owner == "plot" or self.read and function in GATHERING
        for number, argument in enumerate(node.args):
            self._inside(argument, everything or function in LABELLED and number == (function == "predict"))
        for keyword in node.keywords:
            self._inside(keyword.value, (everything or keyword.arg in KEYWORDS) and keyword.arg not in SETTINGS)


def _comments(tokens, places):
    """Pieces of the comments; lines that follow each other at one column are one."""
    found, last = [], None
    for token in tokens:
        if token.type != tokenize.COMMENT:
            continue
        (line, column), text = token.start, token.string[1:].strip()
        start, end, alone = places.of_token(*token.start), places.of_token(*token.end), not token.line[:column].strip()
        if DIRECTIVE.match(token.string) or DIRECTIVE.match(text) or not text:
            last = None
        elif alone and last == (line - 1, column):
            found[-1].end, found[-1].english = end, f"{found[-1].english} {text}"
            last = line, column
        else:
            found.append(Piece(start, end, "comment", text, False))
            last = (line, column) if alone else None
    for piece in found:
        piece.read = (
            bool(WORD.search(piece.english))
            and not _parses(piece.english)
            and not HIDDEN_TESTS.fullmatch(piece.english)
        )
    return found


def _parses(text):
    """The tree of a text that is one expression of Python; None for words, also for "shift (pixels)"."""
    if re.search(r"\w \(", text):
        return None
    try:
        return ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return None


def _is_code(text):
    """Whether a text is a call, such as `pool(image, 2)`, that reads the same in every language."""
    tree = _parses(text.rstrip(":= "))
    return tree is not None and isinstance(tree.body, ast.Call | ast.Subscript | ast.Attribute | ast.Compare)


def written(node):
    """The content of an f-string as a catalogue has it: text with doubled braces, and places as code."""
    out = ""
    for value in node.values:
        if isinstance(value, ast.Constant):
            out += value.value.replace("{", "{{").replace("}", "}}")
        else:
            conversion = f"!{chr(value.conversion)}" if value.conversion != -1 else ""
            spec = ":" + written(value.format_spec) if value.format_spec else ""
            code = ast.unparse(value.value)
            out += "{" + " " * code.startswith("{") + code + conversion + spec + "}"
    return out


def split(text):
    """[(whether it is a place, part)] of what `written` gives; text with its braces still doubled.

    Raises:
        ValueError: a brace stands alone.
    """
    parts, plain, i = [], "", 0
    while i < len(text):
        if text[i : i + 2] in ("{{", "}}"):
            plain, i = plain + text[i : i + 2], i + 2
        elif text[i] == "{":
            end, depth = i + 1, 1
            while depth and end < len(text):
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            if depth:
                raise ValueError("a brace is not closed")
            parts += [(False, plain)] * bool(plain) + [(True, text[i:end])]
            plain, i = "", end
        elif text[i] == "}":
            raise ValueError("a brace is closed that was not opened")
        else:
            plain, i = plain + text[i], i + 1
    return parts + [(False, plain)] * bool(plain)


def places_of(text):
    """The places of a sentence, counted."""
    return Counter(part for is_place, part in split(text) if is_place)


def inner(node):
    """String literals within the places of an f-string."""
    if not isinstance(node, ast.JoinedStr):
        return []
    within = [one for value in node.values if isinstance(value, ast.FormattedValue) for one in ast.walk(value.value)]
    return [
        one.value
        for one in within
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and WORD.search(one.value)
    ]
