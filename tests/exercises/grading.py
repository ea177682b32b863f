"""Grade an exercise notebook in this process as `class grade` does in its sandbox: by the same judging function, with
the same draws, over the same wire, so that arguments and answers are the same plain data. Only the walls and the clock
are missing."""

import ast
import contextlib
import dataclasses
import functools
import io
import re

from course_lib.classroom.judge.answers import Answers
from course_lib.classroom.judge.judge import judged
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.sandbox import calls
from course_lib.classroom.sandbox.models import Inside
from course_lib.tasks import part_of
from course_lib.tools import sources


class Here(Answers):
    """A notebook that has run in this process."""

    def __init__(self, plan, namespace):
        super().__init__([], plan.limits)
        self.kernel, self.namespace, self.closed, self.side = self, namespace, False, Inside()

    def ask(self, message, blobs=(), seconds=None, answer=None):
        return calls.answered(self.namespace, *_over_the_wire(message, blobs), self.side)

    def strays(self):
        return 0


def _over_the_wire(message, blobs):
    data = io.BytesIO(calls.message_bytes(message, blobs))
    return calls.receive(data.read)


def grade(source, answers=None, only=None, draws=0):
    """task -> (TaskMark, whether a person should look); for one task alone if `only` names it.

    Args:
        source: path of the exercises.
        answers: task -> code instead of the solution.
        draws: 0 for the random numbers of grading, other numbers for others.
    """
    plan = read_plan(source)
    student = Here(plan, namespace_of(_converted(source), answers, only))
    tasks = [task for task in plan.tasks if only in (None, task.name)]
    if draws:  # they follow from the text of the test
        other = lambda part: dataclasses.replace(part, test=f"{part.test}\n# {draws}")
        tasks = [dataclasses.replace(task, parts=tuple(map(other, task.parts))) for task in tasks]
    return {task.name: judged(task, plan, student) for task in tasks}


@functools.cache
def _converted(source):
    return sources.convert(source)


MEASURE = re.compile(r"\bmeasure=(\w+)")
_known = {}  # what experiments have measured, some seconds each, for all tests of a process


def _remembering(measure, code):
    """A function that computes each value once, as long as the code up to it is the same."""

    @functools.wraps(measure)
    def remembered(*arguments, **named):
        key = (code, str(arguments), str(named))
        if key not in _known:
            _known[key] = measure(*arguments, **named)
        return _known[key]

    return remembered


def namespace_of(notebook, answers=None, last=None):
    """Run set-up and solutions of a notebook, not its checks or tests; `answers` (task -> code) replace solutions.

    What comes behind the task named by `last` is left out.
    """
    namespace, code = {"__name__": "__main__"}, ""
    measures = set(MEASURE.findall("".join(cell.source for cell in notebook.cells)))
    for cell in notebook.cells:
        task, role = part_of(cell)
        if cell.cell_type == "code" and role in ("", "solution"):
            own = (answers or {}).get(task, cell.source)
            exec(own, namespace)
            code += own
            for name in measures & set(re.findall(r"^def (\w+)", cell.source, re.MULTILINE)) if not task else ():
                namespace[name] = _remembering(namespace[name], code)
        if last and task == last and role == "solution":
            break
    return namespace


def passes(code, namespace):
    """Run a check or test cell; returns its error or None."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(code, dict(namespace))
        except Exception as error:
            return error
    return None


def arguments_of(task):
    """Names of the arguments of a task's function, read from its code without running it (running may load Keras)."""
    (function,) = (
        node
        for node in ast.parse(task.solution.source).body
        if isinstance(node, ast.FunctionDef) and node.name == task.name
    )
    return [argument.arg for argument in function.args.args]
