"""Which functions a cell's code defines, and which of them are still unwritten, as its text tells.

The code is not run, and need not be Python throughout: it may have `%magic` lines.
"""

import ast
import functools
import re
import warnings
from dataclasses import dataclass

LONGEST = 100_000  # characters of a code that are parsed
_DEFINES = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*[(\[]", re.MULTILINE)
_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)


@dataclass(frozen=True)
class Definition:
    """A function, or another name, that a code gives a value at its top.

    Attributes:
        name: of the function.
        state: "written"; "unwritten" where nothing stands in it but `pass`, `...` or `raise NotImplementedError`;
            "blocked" where that line was left standing above what was written.
        source: its text, "" where the code is no valid Python.
    """

    name: str
    state: str
    source: str = ""


@functools.lru_cache(maxsize=64)  # several questions are asked about each cell
def parsed(code):
    """The syntax tree of a cell's code, each magic as some other call; None where it is no valid Python."""
    if len(code) > LONGEST:
        return None
    for text in dict.fromkeys((code, _MAGIC.sub(r"\1print()", code))):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def looks_like_one(text):
    """Whether a text that is no code by its kind is valid Python all the same, and defines a function."""
    return bool(_DEFINES.search(text)) and parsed(text) is not None


def definitions(code):
    """The Definitions of a code, in order. All are taken to be written where it is no valid Python."""
    tree = parsed(code)
    if tree is None:
        return [Definition(name, "written") for name in _DEFINES.findall(code)]
    found, lines = [], code.split("\n")
    for node in tree.body:
        source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(Definition(node.name, state(node), source))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [Definition(one.id, "written", source) for one in targets if isinstance(one, ast.Name)]
    return found


def bare_stub(code):
    """Whether a code does nothing but define functions, all of them unwritten."""
    tree, found = parsed(code), definitions(code)
    return (
        tree is not None
        and len(found) == sum(isinstance(node, ast.FunctionDef) for node in tree.body)
        and all(isinstance(node, ast.FunctionDef) or _says_nothing(node) for node in tree.body)
        and bool(found)
        and all(one.state == "unwritten" for one in found)
    )


def undone(codes, name):
    """What keeps an answer from being used.

    Args:
        codes: of cells, in the order in which they run.
        name: of a function.

    Returns:
        "last" where it is written, and its last definition, which counts, is unwritten; "blocked" where `raise
        NotImplementedError` stands above what was written; else None.
    """
    states = [one.state for code in codes for one in definitions(code) if one.name == name]
    if not states or states[-1] == "written":
        return None
    return "last" if "written" in states else "blocked" if states[-1] == "blocked" else None


def state(function):
    """What `Definition.state` says, of the syntax tree of a function or a class."""
    body = [node for node in function.body if not _says_nothing(node)]
    place = next((i for i, node in enumerate(body) if _not_implemented(node)), None)
    if not body:
        return "unwritten"
    if place is None or any(isinstance(one, ast.Return) for node in body[:place] for one in ast.walk(node)):
        return "written"
    return "blocked" if body[place + 1 :] else "unwritten"


def _says_nothing(node):
    """Whether a statement is `pass`, a docstring, `...` or an empty `return`."""
    if isinstance(node, ast.Return):
        return node.value is None or isinstance(node.value, ast.Constant) and node.value.value is None
    return isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _not_implemented(node):
    error = node.exc if isinstance(node, ast.Raise) else None
    error = error.func if isinstance(error, ast.Call) else error
    return getattr(error, "id", "") in ("NotImplementedError", "NotImplemented")
