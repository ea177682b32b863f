"""The student's functions as the tests see them: callables in the grader's process that ask the student's kernel.

`Answers` keeps the kernel: it runs the notebook's cells, and runs them again in a fresh kernel after one had to be
stopped, without the cell that was the reason.
"""

import ast
import contextlib
import functools
import math
import time
from dataclasses import dataclass, field

from course_lib.classroom.judge.outcome import shown
from course_lib.classroom.judge.remote import Lent, Outside
from course_lib.classroom.sandbox import calls
from course_lib.classroom.sandbox.arrays import Changed, Refused
from course_lib.classroom.sandbox.kernel import Kernel
from course_lib.classroom.sandbox.limits import Gone
from course_lib.texts import Text, phrase, say

RESTARTS = 30
STRAY = 16  # processes that a cell or a task may leave running

SENTENCES = {  # why nothing came back that a test could judge; most are reasons of the sandbox's
    "time": phrase("{name} did not come back within {seconds:g} s: does a loop never end?"),
    "memory": phrase("{name} took more than {memory} MB of memory"),
    "processes": phrase("{name} started too many processes"),
    "cpu": phrase("{name} took more than {cpu:g} s of processor time"),
    "ended": phrase("{name} ended the program that ran it (a crash, or a call such as exit())"),
    "refused": phrase("{name}: a value came back that cannot be graded: {detail}"),
    "inputs": phrase(
        "{name} changed what it was given (argument {detail}): a function must leave its inputs as they are"
    ),
    "changed": phrase("{name} changed its input: {detail}"),
    "missing": phrase("no function {name} is in the notebook: was its cell deleted, or the function renamed?"),
    "stopped": phrase("no function {name} is there, because its cell stopped with {detail}"),
    "gone": phrase("{name} cannot be asked any more: the program that held the model has ended"),
    "cut": phrase("no function {name} is there: {why}"),
    "cells": phrase("{name} was not run: the {seconds:g} s for the cells of the notebook were over"),
    "task": phrase("all calls of {name} together took more than {seconds:g} s"),
    "notebook": phrase("the {seconds:g} s for the tests of the whole notebook were over before this task was tested"),
    "restarts": phrase("the notebook had to be stopped too often before this task was tested"),
}


class NoAnswer(BaseException):
    """The student's function gave nothing that a test could judge; it carries the sentence that says why. A test's
    `except Exception` must not take it for an answer.

    Attributes:
        reason: key of the sentence.
    """

    def __init__(self, reason, **facts):
        self.reason = reason
        super().__init__(Text(SENTENCES[reason], facts))


class TestFault(BaseException):
    """A test did what no student can be blamed for: it passed an argument that is not plain data (see plan.py)."""

    __test__ = False  # no test of pytest's


@dataclass
class Cell:
    """A cell to run. `kind` is "setup", "own" or "check"; the rest is filled in by running it."""

    code: str
    kind: str = "own"
    task: str | None = None
    outputs: list = field(default_factory=list)
    error: str | None = None
    stopped: str | None = None  # why the kernel had to be stopped in it
    why: Text | None = None  # the same as a sentence
    took: float = 0.0  # seconds

    def stop(self, reason, **facts):
        """Note that the kernel had to be stopped in this cell."""
        if not self.task:
            name = say("this cell")
        elif self.kind == "check":
            name = say("the check of {task}", task=self.task)
        else:
            name = say("the cell of {task}", task=self.task)
        self.stopped, self.why = reason, Text(SENTENCES[reason], {**facts, "name": name})
        self.error = self.why.to("en")


class Answers:
    """A student's notebook in a kernel of its own.

    Args:
        cells: list of Cell, in order.
        modules: names of modules that the cells are going to import.
        lent: name -> function of the grader's, put in place of the student's own after the cells have run.
        pulse: called before each cell, as a sign of life.
        kernel: class of the kernel; by default that of the sandbox.
    """

    def __init__(self, cells, limits, *, trust=False, modules=(), lent=None, pulse=lambda: None, kernel=None):
        self.pulse = pulse
        self.cells, self.limits, self.lent = cells, limits, lent or {}
        self.new_kernel = functools.partial(kernel or Kernel, limits, trust=trust, modules=modules)
        self.cells_left, self.end = (
            limits.notebook_s,
            None,
        )  # seconds; when the tests must be over, once they have begun
        self._waited = {}  # kernel -> seconds in which it waited for a processor that others had
        self.task_end, self.kernel, self.starts = None, None, 0
        self.careful = False  # whether a function that changes its arguments, other than models, has not answered
        self.ended = False  # whether the kernel came to an end in this task, other than by its time
        self.refused = []  # sentences about values that did not cross
        # number -> Remote, of this kernel; whether it holds anything
        self.remotes, self.holding = {}, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None

    def _facts(self, name, seconds=0):
        return {"name": name, "seconds": seconds, "memory": self.limits.memory_mb, "cpu": self.limits.cpu_s}

    def ready(self):
        """Run the cells, if no kernel is there that has run them."""
        while self.kernel is None or self.kernel.closed:
            self.starts += 1
            if self.starts > RESTARTS:
                raise NoAnswer("restarts")
            self._left()
            self.remotes, self.holding = {}, False
            self.kernel = self.new_kernel()
            if self._run_cells() and self.lent:
                self.lend(self.lent)

    def _now(self):
        """A clock that stands still while the kernel waits for a processor that others have."""
        if self.kernel is not None:
            self._waited[self.kernel] = getattr(self.kernel, "waited", 0.0)  # not every kind of kernel knows
        return time.monotonic() - sum(self._waited.values())

    def _left(self):
        """Seconds that the tests have left."""
        left = math.inf if self.end is None else self.end - self._now()
        if left <= 0:
            raise NoAnswer("notebook", seconds=self.limits.notebook_s)
        return left

    def _seconds(self, cell):
        """How long a cell may run; 0 where the time for cells is over, and it is none that a task needs."""
        if self.cells_left > cell.took:
            return min(self.limits.cell_s, self._left())
        if (cell.task and cell.kind != "check") or _only_defines(cell.code):
            return min(self.limits.cell_s, self.limits.call_s, self._left())
        return 0

    def _run_cells(self):
        for cell in self.cells:
            if cell.stopped or (cell.kind == "check" and self.starts > 1):  # checks are run once, for what they show
                continue
            self.pulse()
            seconds, started = self._seconds(cell), self._now()
            if not seconds:
                cell.stop("cells", seconds=self.limits.notebook_s)
                continue
            try:
                outputs, error = self.kernel.run(cell.code, seconds)
                if self.kernel.strays() > STRAY:
                    self.kernel.close()
                    raise Gone("processes")
            except Gone as gone:
                cell.stop(gone.reason, **self._facts("", seconds))
                cell.outputs = getattr(gone, "outputs", [])
                cell.outputs.append({"output_type": "stream", "name": "stderr", "text": f"[{cell.error}]\n"})
                return False
            finally:
                cell.took = self._now() - started
                self.cells_left -= cell.took
            if self.starts == 1 or not cell.outputs:
                cell.outputs, cell.error = outputs, error
        return True

    def lend(self, functions):
        """Put functions of the grader's in the place of the student's own."""
        self.lent = functions
        if self.kernel is not None and not self.kernel.closed:
            with contextlib.suppress(Gone):  # the next call finds out
                self.kernel.ask({"lend": list(functions)})

    def begin(self):
        """Start the clock of a task."""
        self.task_end, self.ended = self._now() + self.limits.task_s, False
        if self.end is None:
            self.end = self._now() + self.limits.notebook_s

    def finish(self):
        """End a task: what it has left running, or in memory, must not trouble the next one."""
        if self.holding and self.kernel is not None and not self.kernel.closed:
            with contextlib.suppress(Gone, Refused):  # the next call finds out
                self.kernel.ask({"forget": True})
        self.remotes, self.holding = {}, False
        if self.kernel is not None and not self.kernel.closed and self.kernel.strays() > STRAY:
            self.stop()

    def call(self, name, arguments, keywords):
        """What the student's function returns.

        Raises:
            Exception: what it raises, with the attributes `from_other_side` (its name there) and `function` (the name
                of this one).
            NoAnswer: nothing that can be judged came back.
            TestFault: the arguments are not plain data.
        """
        side = Outside(self, f"{name}(...)")
        reply, got = self._asked(name, lambda: calls.question(name, arguments, keywords, side))
        with self._judgeable(name):
            if "missing" in reply:
                raise self._missing(name)
            argument = calls.changed(reply, got, arguments, keywords, side) if self.careful else None
            if argument is not None:
                raise NoAnswer("inputs", name=name, detail=argument)
            return calls.conclude(reply, got, arguments, keywords, side)

    def ask_of(self, held, label, message, arguments, keywords):
        """What comes of something that is asked of what is held in the student's kernel.

        Args:
            held: Held
            label: what is asked, as people write it.
            message: its "of", "do" and "name"; see `models.Inside.operation`.
            arguments, keywords: of a call.

        Raises:
            Exception, NoAnswer, TestFault: as for `call`.
        """
        if held.start != self.starts or self.kernel is None or self.kernel.closed:
            raise NoAnswer("gone", name=label)
        side = Outside(self, label)
        question = lambda: calls.question(label, arguments, keywords, side)
        reply, got = self._asked(label, question, message)
        with self._judgeable(label):
            return calls.conclude(reply, got, (), {}, side)

    def _asked(self, name, question, more=None):
        """The reply of the student's kernel, and its blobs."""
        try:
            message, blobs = question()
        except Refused as refusal:
            raise TestFault(
                f"an argument of {name}: {refusal}; a test passes plain data, or models of Keras's own layers"
            ) from None
        started = self._now()
        self.ready()
        if self.task_end:  # a new kernel, if there had to be one, is not the task's fault
            self.task_end += self._now() - started
        left = self._left()
        task_left = self.task_end - self._now() if self.task_end else left
        if task_left <= 0:
            raise NoAnswer("task", **self._facts(name, self.limits.task_s))
        seconds = min(self.limits.call_s, left, task_left)
        try:
            with self._judgeable(name):
                return self.kernel.ask({**message, **(more or {})}, blobs, seconds, answer=self._answer)
        except Gone as gone:
            self.ended = gone.reason != "time"
            if gone.reason == "time" and seconds < self.limits.call_s:  # it had less than a call may take
                whole, limit = left < task_left, self.limits.notebook_s if left < task_left else self.limits.task_s
                raise NoAnswer("notebook" if whole else "task", **self._facts(name, limit)) from None
            raise NoAnswer(gone.reason, **self._facts(name, seconds)) from None

    @contextlib.contextmanager
    def _judgeable(self, name):
        """NoAnswer for what does not cross; errors of a function know its name."""
        try:
            yield
        except Gone:
            raise
        except Changed as change:
            raise self._refuse("changed", name, change) from None
        except Refused as refusal:
            raise self._refuse("refused", name, refusal) from None
        except Exception as error:
            error.function = name
            raise

    def _refuse(self, reason, name, refusal):
        text = refusal.args[0]
        detail = Text(text.english, {key: shown(str(fact)) for key, fact in text.facts.items()})
        self.refused.append(answer := NoAnswer(reason, name=name, detail=detail))
        return answer

    def _answer(self, message, blobs):
        """A call that comes back from the student's kernel, of a function that was lent."""
        function = self.lent.get(message.get("call"))
        if function is None:
            return calls.refused(Refused("loan")), []
        try:
            return calls.perform(function, message, blobs, Lent())
        except (Refused, KeyError, TypeError, ValueError, AttributeError):
            return calls.refused(Refused("malformed", name="arguments")), []

    def _missing(self, name):
        for cell in reversed(self.cells):
            if cell.error and cell.kind != "check" and (cell.task == name or f"def {name}(" in cell.code):
                if cell.why:
                    return NoAnswer("cut", name=name, why=cell.why)
                return NoAnswer("stopped", name=name, detail=shown(cell.error))
        return NoAnswer("missing", name=name)


def _only_defines(code):
    """Whether a cell imports and defines, and does nothing else."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(one, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)) for one in body)


def proxy(student, name):
    """A function of this name that calls the student's."""

    def function(*arguments, **keywords):
        return student.call(name, arguments, keywords)

    function.__name__ = function.__qualname__ = name
    return function
