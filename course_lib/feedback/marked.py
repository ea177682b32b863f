"""What makes a check cell one: `checking("01", "pad_same")`, its generated first line.

IPython hands the syntax tree of each cell to `Marker`, which puts every further statement of a check cell into a `with`
of its own and adds a last line that gives the result. Without IPython a check cell is plain Python, and stops at its
first failure; `tried` runs one as a notebook does.
"""

import ast
import itertools
import linecache
import sys

from course_lib import checks
from course_lib.feedback import attempts, cells, mistakes

CHECKS = ("check", "check_raises", "check_experiment")  # calls that count
_plans, _numbers = {}, itertools.count()
_current = []  # the Attempt that was made last
last = {}  # "chapter", "task", "graded" of the check cell that was run last


class Marker(ast.NodeTransformer):
    """IPython's transformer of syntax trees: check cells as they are run, all others as they are."""

    def visit(self, tree):
        body = tree.body if isinstance(tree, ast.Module) else []  # magics hand over expressions, too
        place = next((i for i, node in enumerate(body[:5]) if _marks(node)), None)
        if place is None:
            return tree
        call, statements = body[place].value, body[place + 1 :]
        number = next(_numbers)
        _plans[number] = [_statement(node) for node in statements]
        begin = ast.parse(
            f'__course__ = __import__("course_lib.feedback.marked").feedback.marked.begin({number}, globals())'
        ).body[0]
        begin.value.args += call.args
        begin.value.keywords += call.keywords
        tree.body = [*body[:place], ast.copy_location(begin, body[place])]
        for i, node in enumerate(statements):
            step = ast.parse(f"if __course__.ready({i}):\n    with __course__.step({i}): pass").body[0]
            step.body[0].body = [node]
            tree.body.append(ast.copy_location(step, node))
        tree.body += ast.parse("__course__.finish()").body
        return ast.fix_missing_locations(tree)


def _marks(node):
    """Whether a statement is `checking(...)`."""
    call = getattr(node, "value", None)
    return isinstance(node, ast.Expr) and isinstance(call, ast.Call) and getattr(call.func, "id", "") == "checking"


def _statement(node):
    names = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    stores = {inner.id for inner in names if isinstance(inner.ctx, ast.Store)}
    stores |= {inner.name for inner in ast.walk(node) if isinstance(inner, (ast.FunctionDef, ast.ClassDef))}
    stores |= {(name.asname or name.name).split(".")[0] for name in ast.walk(node) if isinstance(name, ast.alias)}
    loads = {inner.id for inner in names if isinstance(inner.ctx, ast.Load)} - stores
    calls = [inner for inner in ast.walk(node) if _called(inner) in CHECKS]
    label = ""
    if isinstance(node, ast.Expr) and node.value in calls and node.value.args:
        label = getattr(node.value.args[0], "value", "")
    return attempts.Statement(stores, loads, len(calls), label if isinstance(label, str) else "")


def _called(node):
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def begin(number, space, chapter, task, graded=False):
    """The first line of a check cell as it is run; the rest reports to the Attempt that comes back."""
    release()
    last.update(chapter=chapter, task=task, graded=graded)
    attempt = attempts.Attempt(chapter, task, _plans.pop(number), space, sys._getframe(1).f_code.co_filename)
    _current.append(attempt)
    return attempt


def release():
    """Leave nothing behind of a check cell that did not come to its end."""
    while _current:
        _current.pop().release()
    checks.listener = None


def tried(source, space):
    """Run a check cell as a notebook does.

    Args:
        source: of the cell.
        space: the namespace to run it in, with the functions of the tasks.

    Returns:
        Attempt: what held and what did not.
    """
    code = compile(Marker().visit(ast.parse(source)), "<check>", "exec")
    try:
        exec(code, space)
    except attempts.ChecksFailed:
        pass
    return _current[-1]


class _Silence:
    """Whom checks report to when they are run a second time."""

    def holds(self, label):
        """Say nothing."""

    fails = predicts = holds


def unprepared(frame):
    """The first cell that this kernel runs is a check cell, so that IPython had no chance to hand it to `Marker`: it is
    run here as it should be. If all holds, its own statements follow once more, without a word.

    Raises:
        ChecksFailed: not all holds.
    """
    shell, file = cells.shell(), frame.f_code.co_filename
    source = "".join(linecache.getlines(file))
    if frame.f_globals is not shell.user_ns or "checking" not in source:
        return
    exec(compile(Marker().visit(ast.parse(source)), file, "exec"), frame.f_globals)
    checks.listener = _Silence()


def install():
    """Have IPython run check cells in this way; once for each shell."""
    shell = cells.shell()
    if shell is None or any(isinstance(one, Marker) for one in shell.ast_transformers):
        return
    shell.ast_transformers.append(Marker())
    shell.events.register("pre_run_cell", _before)
    shell.events.register("post_run_cell", _after)
    shell.set_custom_exc((NotImplementedError,), _show_unwritten)


def _before(info):
    release()
    cells.before(info)


def _after(result):
    release()
    cells.after(result)


def _show_unwritten(shell, kind, error, trace, tb_offset=None):
    """In a learner's own cell an unwritten task is told as one sentence instead of a traceback."""
    lines = [f"✗ {mistakes.unwritten()}"]
    shell._showtraceback(kind, error, lines)
    return lines


install()
