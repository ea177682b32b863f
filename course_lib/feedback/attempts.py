"""A check cell is run: each of its statements is tried by itself; what fails is counted, and told in a sentence.

Not judged at all is a function whose cell was not run, had an error, or was edited after it was run.
"""

import ast
import hashlib
import inspect
import json
import textwrap
import traceback
from dataclasses import dataclass

from course_lib import checks, record
from course_lib.checks import CheckFailed
from course_lib.feedback import built, cells, guarded, mistakes, points
from course_lib.texts import language, say

SHOWN = 6  # failures that are told in full


class ChecksFailed(CheckFailed):
    """A check cell is at its end, and not all holds; what does not has been told before."""


@dataclass
class Statement:
    """What is known of a statement before it runs: the names that it sets and that it needs, how many calls of checks
    stand in it, and the label where it is one check."""

    stores: set
    loads: set
    checks: int
    label: str


class Attempt:
    """The run of one check cell; checks report to it.

    Args:
        chapter, task: of the cell.
        statements: list of Statement.
        space: the namespace that it runs in.
        file: name of its code, as frames have it.
    """

    def __init__(self, chapter, task, statements, space, file):
        self.chapter, self.task, self.statements, self.space, self.file = chapter, task, statements, space, file
        self.held, self.wrong, self.unreached = 0, 0, 0  # checks
        self.failures = []  # sentences
        self.changed = []  # (what the function was given and has changed, the sentence about that)
        self.lost = set()  # names that could not be set
        self.unwritten, self.prediction = False, None
        self.blocked = self._obstacle()  # the sentence about why no (further) statement is tried, or None
        self.function = None if self.blocked else space[task]
        self._reached = 0  # checks of the statement that is running
        if self.function:
            checks.listener = self
            space[task] = guarded.watched(self.function, lambda *pair: self.changed.append(pair))

    def _obstacle(self):
        if sentence := cells.broken(self.task):
            return sentence
        if self.task not in self.space:
            return say(
                "there is no function `{task}` yet: run the cell of the task first, or choose Run ▸ Run All Above Selected Cell",
                task=self.task,
            )
        if not callable(self.space[self.task]):
            return say(
                "`{task}` is no function any more ({kind}): run the cell of the task again",
                task=self.task,
                kind=type(self.space[self.task]).__name__,
            )
        if cells.edited(self.task):
            return say("the cell of `{task}` was changed after it was run: run it first, then this one", task=self.task)
        return self._undone()

    def _undone(self):
        """The sentence about an answer that is there and not used, or None."""
        why = cells.undone(self.space[self.task], self.task)
        if why == "last":
            return say(
                "`{task}` is defined more than once in its cell: the last definition counts, and it is unwritten. "
                "Delete that one, run the cell, then this one",
                task=self.task,
            )
        if why == "blocked":
            return say(
                "`raise NotImplementedError` still stands above your answer in `{task}`, which is never reached: "
                "delete that line, run the cell, then this one",
                task=self.task,
            )
        return None

    def release(self):
        """Put everything back as it was."""
        if checks.listener is self:
            checks.listener = None
        if self.function and getattr(self.space.get(self.task), "__wrapped__", None) is self.function:
            self.space[self.task] = self.function

    def ready(self, number):
        """Whether a statement can be tried; not if it needs what an earlier one could not give."""
        statement = self.statements[number]
        if self.blocked or statement.loads & self.lost:
            self.unreached += statement.checks
            self.lost |= statement.stores
            return False
        return True

    def step(self, number):
        """The context in which a statement is tried."""
        return _Step(self, self.statements[number])

    def holds(self, label, found=None):
        """A check holds of what was found; but not of an input that was put back after the function had changed it."""
        self._reached += 1
        parts = [found, *found] if isinstance(found, (list, tuple)) else [found]
        for value, sentence in self.changed:
            if any(part is value for part in parts):
                self.wrong += 1
                self._fail(sentence, label)
                return
        self.held += 1
        print(f"✓ {label}")

    def fails(self, failed):
        """A check does not hold, as its CheckFailed says."""
        self.wrong += 1
        self._reached += 1
        self._tell_failed(failed)

    def predicts(self, prediction):
        """An experiment comes with this prediction."""
        self.prediction = prediction if isinstance(prediction, str) else json.loads(json.dumps(prediction, default=str))

    def _tell_failed(self, failed, label=""):
        sentence, cause, trace = failed.args[0], failed.__cause__, ""
        if failed.nothing and "print(" in source_of(self.function):
            sentence = say("{sentence} `print` shows a value and does not give it back", sentence=sentence)
        if cause and (path := mistakes.frames(cause, self.space, self.file)):
            if (told := self._told(cause, path)) not in self.failures:
                sentence = say("{sentence}. {cause}", sentence=sentence, cause=told)
                trace = mistakes.trace(cause, path)
        self._fail(sentence, label, failed.drawing, trace)

    def _fail(self, sentence, label="", drawing="", trace=""):
        if not self.failures and (run := cells.run_of(self.task)):
            print(say("checked: `{task}` as run in [{run}]", task=self.task, run=run))
        known = str(sentence) in self.failures
        self.failures.append(str(sentence))
        if len(self.failures) > SHOWN:
            return
        text = say("the same once more") if known else sentence
        print(f"✗ {label}: {text}" if label else f"✗ {text}")
        if drawing and not known:
            print(drawing)
        if trace and not known:
            show(mistakes.folded(trace))

    def begin(self):
        """A statement begins."""
        self._reached = 0

    def succeeded(self, statement):
        """A statement has come to its end."""
        self.lost -= statement.stores

    def stopped(self, statement, error):
        """A statement has ended with an exception."""
        consequence = bool(self.failures or self.lost)
        self.lost |= statement.stores
        self.unreached += max(0, statement.checks - self._reached)
        path = mistakes.frames(error, self.space, self.file)
        if isinstance(error, CheckFailed):
            self._tell_failed(error, "" if error.args[0].startswith(statement.label) else statement.label)
        elif isinstance(error, KeyboardInterrupt):
            self.blocked = self._told(error, path) if path else say("stopped by you")
        elif isinstance(error, NotImplementedError) and _raised_in(error, path):
            self._tell_unwritten(path)
        elif path:
            self._fail(self._told(error, path), statement.label, trace=mistakes.trace(error, path))
        elif not consequence:
            self._tell_unfit(statement, error)

    def _told(self, error, path):
        expected = {name for statement in self.statements for name in statement.loads}
        expected |= built.outline(self.chapter).keys()
        return mistakes.told(error, path, expected - self.space.keys())

    def _tell_unwritten(self, path):
        """A task is not written yet; if that is so from the start, it is all there is to say."""
        function, line, _ = mistakes.where(path)
        if self.held or self.failures:
            self._fail(
                say(
                    "`{function}` is not written to its end: `raise NotImplementedError` in line {line}",
                    function=function,
                    line=line,
                )
            )
            return
        self.unwritten = True
        if function == self.task:
            self.blocked = mistakes.unwritten()
        else:
            self.blocked = say(
                "`{function}`, which `{task}` calls, is not written yet", function=function, task=self.task
            )

    def _tell_unfit(self, statement, error):
        """The check itself could not go on."""
        if isinstance(error, NameError) and error.name:
            self.lost.add(error.name)
            self._fail(
                say(
                    "`{name}` is not there: run the cells above first (Run ▸ Run All Above Selected Cell)",
                    name=error.name,
                )
            )
        elif isinstance(error, TypeError) and str(error).startswith(f"{self.task}()"):
            self._fail(
                say(
                    "`{task}` cannot be called as the task asks for ({error}): are its arguments those of the text?",
                    task=self.task,
                    error=mistakes.reason(error),
                )
            )
        elif isinstance(error, TypeError) and "NoneType" in str(error):
            self._fail(say("nothing came back (None): is the `return` missing?"), statement.label)
        else:
            self._fail(mistakes.unfit(error, mistakes.reason(error)), statement.label)

    def finish(self):
        """The last line of a check cell: count, remember, and say what is next.

        Raises:
            ChecksFailed: not all holds.
        """
        self.release()
        self.space.pop("__course__", None)
        if self.blocked and not self.unwritten:
            raise ChecksFailed(self.blocked)
        right = not self.failures and not self.unreached
        total = self.held + self.wrong + self.unreached
        total += total == self.held and not right  # what failed stands before all checks
        facts = {} if self.prediction is None else {"prediction": self.prediction}
        code = "" if self.unwritten else fingerprint(self.function)
        record.note("check", chapter=self.chapter, task=self.task, holds=self.held, total=total, code=code, **facts)
        if not right:
            raise ChecksFailed(self._result(total))
        if line := points.line(self.chapter, self.task):
            print(line)

    def _result(self, total):
        if self.unwritten:
            return self.blocked
        result = say("{holds} of {total} checks hold", holds=self.held, total=total)
        steps = len(built.hints(self.chapter, self.task, language()))
        if steps and record.workbook():
            return say("{result}; `hint()` helps in {steps} steps", result=result, steps=steps)
        return result


class _Step:
    """The context of one statement: it keeps every exception."""

    def __init__(self, attempt, statement):
        self.attempt, self.statement = attempt, statement

    def __enter__(self):
        self.attempt.begin()

    def __exit__(self, kind, error, _):
        if error is None:
            self.attempt.succeeded(self.statement)
        else:
            self.attempt.stopped(self.statement, error)
        return True


def _raised_in(error, path):
    """Whether an exception was raised by the learner's own code, not by something that this calls."""
    return bool(path) and [frame for frame, _ in traceback.walk_tb(error.__traceback__)][-1] is path[-1][0]


def show(bundle):
    if cells.shell():
        from IPython.display import display

        display(bundle, raw=True)
    else:
        print(bundle["text/plain"])


def fingerprint(function):
    """Short text that stays the same as long as a function does the same; spaces and comments do not count."""
    code = source_of(function) or getattr(getattr(function, "__code__", None), "co_code", b"").hex()
    try:
        code = ast.dump(ast.parse(textwrap.dedent(code)))
    except SyntaxError:
        pass  # part of a line, or no source at all: as it is
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def source_of(function):
    """A function's code, or "" where it is not at hand."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
