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
LABELLED = {"claim", "identity", "check", "require", "check_experiment", "require_experiment"}
KEYED = {"predict", "reveal", "checking", "hint", "solution"}  # their first argument is a key, and never translated
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


@dataclass
class Piece:
    """Something in a source that may be said in Korean.

    Attributes:
        start, end: places in the source.
        kind: "text", "f-text", "doc", "comment" or "name".
        english: as the catalogue has it.
        read: whether people read it for certain, so that the catalogue must have it.
        bracketed: whether a line may be broken there.
        index: whether it stands where code looks something up, as in `size["parameters"]`; it is only translated if it
            is a sentence, or the notebook itself `names` something so.
        names: whether it is a key or an element, as in `{"parameters": 3}`.
        code: whether it is a key that stands for its text, as in `{"facts": "questions"}`: it stays as it is.
        told: whether it is the text of such a key.
    """

    start: int
    end: int
    kind: str
    english: str
    read: bool
    bracketed: bool = False
    index: bool = False
    names: bool = False
    code: bool = False
    told: bool = False


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
            found |= {text: found.get(text, False) for text in (inner(piece.english) if piece.kind == "f-text" else ())}
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
        self.places, self.bracketed, self.found = places, bracketed, []
        self.read = self.index = self.code = self.told = False
        self.names = True

    def _ends(self, node):
        ends = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        return tuple(self.places.of_node(*end) for end in ends)

    def _add(self, node, kind, english, read):
        start, end = self._ends(node)
        index = self.index and not read
        kinds = {"index": index, "names": self.names, "code": self.code, "told": self.told}
        self.found.append(Piece(start, end, kind, english, read, start in self.bracketed, **kinds))

    def _inside(self, node, read, index=False, names=True, code=False, told=False):
        before = self.read, self.index, self.names, self.code, self.told
        self.read, self.index, self.names, self.code, self.told = read, index, names, code, told
        self.visit(node)
        self.read, self.index, self.names, self.code, self.told = before

    def visit_Tuple(self, node):
        for child in node.elts:
            self._inside(child, self.read)

    visit_List = visit_Set = visit_Tuple

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
        start, end = self._ends(node)
        text = written(self.places.source[start:end])
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
        texts = [value for value in node.values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        codes = not labels and len(texts) == len(node.keys) == len(keys) and all(key.value.islower() for key in keys)
        for key, value in zip(node.keys, node.values):
            if key is not None:
                self._inside(key, labels, code=codes)
            self._inside(value, self.read, self.index, self.names, told=codes)

    def visit_Subscript(self, node):
        self.visit(node.value)
        self._inside(node.slice, False, index=True, names=False)

    def visit_Compare(self, node):
        for child in ast.iter_child_nodes(node):
            self._inside(child, False, index=True, names=False)

    def visit_Call(self, node):
        self.visit(node.func)
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        everything = function in SPEAKING | DRAWING or owner == "plot" or self.read and function in GATHERING
        for number, argument in enumerate(node.args):
            if function in KEYED and number == 0 and isinstance(argument, ast.Constant):
                continue
            read = everything or function in LABELLED and number == 0 or function == "predict" and number == 1
            self._inside(argument, read, index=not read, names=False)
        for keyword in node.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant | ast.JoinedStr):
                continue  # of a layer or a model: Keras takes letters of English only
            read = (everything or keyword.arg in KEYWORDS) and keyword.arg not in SETTINGS
            self._inside(keyword.value, read, index=not read, names=False)


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
        piece.read = bool(WORD.search(piece.english)) and not _is_shape(piece.english)
    return found


def _parses(text):
    """The tree of a text that is one expression of Python; None for words, also for "shift (pixels)"."""
    if re.search(r"\w \(", text):
        return None
    try:
        return ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return None


def _is_shape(text):
    """Whether a comment is code, such as (batch, height, width), and no words, such as red, green, or one and two."""
    return bool(re.search(r"[^\w\s,]", text)) and _parses(text) is not None


def _is_code(text):
    """Whether a text is a call, such as `pool(image, 2)`, that reads the same in every language."""
    tree = _parses(text.rstrip(":= "))
    kinds = (ast.Call, ast.Subscript, ast.Attribute, ast.Compare)
    return tree is not None and isinstance(tree.body, kinds) and bool(re.search(r"[(\[.<>=]", text))


def written(segment):
    """The content of an f-string as a catalogue has it: text with its escapes resolved, its braces doubled, and places
    as they stand in the source.

    Args:
        segment: the literal, or several behind each other, as in the source.
    """
    out = ""
    for raw in _literals(segment):
        prefix, quote, body = re.fullmatch(r"""([A-Za-z]*)(\"{3}|'{3}|"|')(.*)\2""", raw, re.DOTALL).groups()
        if "f" in prefix.lower():
            out += "".join(part if is_place else _plain(part, prefix, quote) for is_place, part in split(body))
        else:
            out += _plain(body, prefix, quote).replace("{", "{{").replace("}", "}}")
    return out


def _plain(text, prefix, quote):
    """The text of a string literal's body, escapes resolved."""
    return text if "r" in prefix.lower() else ast.literal_eval(f"{quote}{text}{quote}")


def _literals(segment):
    """The string literals that stand behind each other, one by one."""
    within, start, depth = "(" + segment + ")", None, 0
    places = _Places(within)
    for token in tokenize.generate_tokens(io.StringIO(within).readline):
        kind = tokenize.tok_name[token.type]  # from Python 3.12 on, an f-string is several tokens
        if kind == "STRING" and not depth:
            yield token.string
        elif kind == "FSTRING_START":
            start = places.of_token(*token.start) if not depth else start
            depth += 1
        elif kind == "FSTRING_END":
            depth -= 1
            if not depth:
                yield within[start : places.of_token(*token.end)]


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


def inner(text):
    """String literals within the places of an f-string."""
    trees = [ast.parse(f'f"""{part}"""', mode="eval") for is_place, part in split(text) if is_place]
    nodes = [one for tree in trees for value in tree.body.values for one in ast.walk(getattr(value, "value", value))]
    strings = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [one for one in strings if WORD.search(one)]
