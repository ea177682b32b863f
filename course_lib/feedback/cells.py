"""Which cells this kernel has run: where a function comes from, whether its cell had an error or was edited afterwards.

Two hooks of IPython see each cell before and after it runs; elsewhere nothing is known, and nothing is said.
"""

import ast
import json
import linecache
import os
import re
import sys
import time
from dataclasses import dataclass

from course_lib.feedback import mistakes, stubs
from course_lib.tasks import about
from course_lib.texts import say

SURE = 1.0  # seconds by which a file must be newer than a run to count as edited after it
_DEFINES = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)

_defined = {}  # name of a function -> number of the run that defined it, such as 14 of [14]
_broken = {}  # name of a function -> the sentence about its cell, which did not get as far as defining it
_ran = {}  # cell id -> Run
_before = {}  # name of a function -> what it was before the cell that is running now


@dataclass
class Run:
    """A cell's source as it was run last, and when that began."""

    source: str
    began: float


def shell():
    """IPython's shell, or None."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def names(source):
    """Names of the functions that a source defines, be it valid Python or not."""
    return list(dict.fromkeys(_DEFINES.findall(source)))


def before(info):
    """A cell is going to run.

    Args:
        info: IPython's ExecutionInfo.
    """
    space, cell = shell().user_ns, getattr(info, "cell_id", None)
    _before.clear()
    _before.update({name: space.get(name) for name in [*names(info.raw_cell), cell]})
    if cell:
        _ran.pop(cell, None)  # the last one stands last
        _ran[cell] = Run(info.raw_cell, time.time())


def after(result):
    """A cell has run.

    Args:
        result: IPython's ExecutionResult.
    """
    source, cell, space = result.info.raw_cell, getattr(result.info, "cell_id", None), shell().user_ns
    known, failed = names(source), not result.success
    for name in dict.fromkeys([*known, *([cell] if cell else [])]):
        if space.get(name) is not None and space.get(name) is not _before.get(name):
            _defined[name] = result.execution_count
            _broken.pop(name, None)
        elif cell != name and name in _ran:
            continue  # not the task's own cell: a trial elsewhere that went wrong is no answer
        elif failed:
            _broken[name] = _sentence(name, result)
        elif cell == name and not _binds(source, name):
            _broken[name] = _nameless(name, known)
        else:
            _broken.pop(name, None)


def _binds(source, name):
    """Whether a cell may give something this name."""
    try:
        tree = ast.parse(shell().transform_cell(source))
    except SyntaxError:
        return True
    words = [getattr(node, key, None) for node in ast.walk(tree) for key in ("name", "asname", "id")]
    return name in words or "*" in words


def _nameless(name, known):
    """The sentence about a task's cell without the task's function."""
    if not known:
        return say(
            "the cell of `{name}` defines no function of this name: write it there, and run that cell", name=name
        )
    return say(
        "the cell of `{name}` defines no function of this name, but {others}: give it the name that the text asks for, and run that cell",
        name=name,
        others=", ".join(f"`{other}`" for other in known),
    )


def _sentence(name, result):
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, SyntaxError):
        error = _in_python_s_words(result.info.raw_cell) or error
        return say(
            "the cell of `{name}` has an error in line {line}: {error}. Mend it and run it, then run this cell again; what you had before is not checked",
            name=name,
            line=error.lineno or 1,
            error=f"{type(error).__name__}: {error.msg}".rstrip("?."),
        )
    return say(
        "the cell of `{name}` stopped before the function was there: {error}. Mend it and run it, then run this cell again; what you had before is not checked",
        name=name,
        error=mistakes.reason(error),
    )


def _in_python_s_words(source):
    """The SyntaxError that Python itself gives for a cell; IPython's may only say that it goes on."""
    try:
        ast.parse(shell().transform_cell(source))
    except SyntaxError as error:
        return error
    return None


def broken(name):
    """The sentence about a function whose cell had an error when it was run last, or None."""
    return _broken.get(name)


def run_of(name):
    """The number of the run that defined a function, or None if that was not seen."""
    return _defined.get(name)


def undone(function, name):
    """What keeps an answer from being used, of the cell that has defined this function: see `stubs.undone`."""
    code = getattr(function, "__code__", None)
    return stubs.undone(["".join(linecache.getlines(code.co_filename))], name) if code else None


def edited(name):
    """Whether the cell of a task was certainly changed after it was run: the saved notebook holds another text of it,
    and was saved after that run began.

    Args:
        name: of the task, which is the id of its cell.
    """
    run = _ran.get(name) or next((run for run in reversed(_ran.values()) if name in names(run.source)), None)
    path = notebook()
    if run is None or path is None:
        return False
    try:
        if os.stat(path).st_mtime < run.began + SURE:
            return False
        with open(path, encoding="utf-8") as file:
            cells = json.load(file)["cells"]
        texts = [bare("".join(cell["source"])) for cell in cells]
        own = [name in _identities(cell) and cell["cell_type"] == "code" for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return sum(own) == 1 and bare(run.source) not in texts


def notebook():
    """Path of the notebook that this kernel belongs to, or None where that is not known."""
    here = shell()
    path = (here.user_ns.get("__vsc_ipynb_file__") if here else None) or os.environ.get("JPY_SESSION_NAME")
    return path if path and str(path).endswith(".ipynb") else None


def _identities(cell):
    return cell.get("id"), about(cell).get("grade_id")


def bare(text):
    """A cell's text without what editors change: space at the ends of lines and around it."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
