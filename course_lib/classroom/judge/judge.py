"""Judging the tasks: the tests run here, taken from the chapter's source and never from the submission, with the names
of the tasks' functions bound to proxies (answers.py). Nothing of the submission but plain data comes to this side.

While a test runs, `numpy.random.default_rng` is replaced: called without a seed, it gives generators whose seeds follow
from the text of the test; `numpy.random` and `random` are seeded from it, too. So a test may draw its cases as if they
were new each time, and every student gets the same ones. What the test prints or warns of is dropped. So one process
judges one task at a time, in one thread.
"""

import contextlib
import hashlib
import io
import random
import re
import time
import warnings

import numpy as np

from course_lib import checks
from course_lib.classroom.judge import labels
from course_lib.classroom.judge.answers import Answers, Cell, NoAnswer, TestFault, proxy
from course_lib.classroom.judge.outcome import MAX_CHECKS, Outcome, PartMark, nothing, shown, summed
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.judge.submission import executed, merge
from course_lib.classroom.notebook_bytes import Unreadable, doubtful, read
from course_lib.feedback import mistakes
from course_lib.texts import both, say

INPUTS = "inputs"  # name of the part that is about arguments which must stay as they are
# reasons for which a function gave no answer, and which need not be the function's fault
LOOK = ("memory", "processes", "cpu", "notebook", "restarts", "refused", "gone")


def mark_here(submission, source, limits=None, **how):
    """Grade one submission in this process; `assistant.mark` does it in another one.

    Args:
        submission: the bytes of the file, or None if nothing was handed in.
        source: path of the chapter's exercises, the .py.
        limits: Limits; by default those of the chapter.
        how: as for `mark_with`.

    Raises:
        CourseError: the source is not one.
    """
    return mark_with(submission, read_plan(source), limits, **how)


def mark_with(submission, plan, limits=None, *, trust=False, only=None, report=lambda **_: None, kernel=None):
    """`mark_here`, by the Plan of a source.

    Args:
        trust: without a sandbox, with the rights of whoever runs this.
        only: names of the tasks to judge; all if None.
        report: called with begin=task, done=TaskMark, notebook=dict and alive=True as the work goes on.
        kernel: class of the kernels, instead of the sandbox's.
    """
    start, limits = time.monotonic(), limits or plan.limits
    sha = hashlib.sha256(submission or b"").hexdigest()
    try:
        cells, notes = read(submission)
    except Unreadable as why:
        return nothing(plan, sha, why.args[0], time.monotonic() - start)
    merged = merge(plan, cells)
    look, notes = merged.needs_look or doubtful(notes), notes + merged.notes
    tasks = [task for task in plan.tasks if only is None or task.name in only]
    marks = {}
    pulse = lambda: report(alive=True)
    report(notebook=executed(merged))  # it is all that is left if this process has to be killed
    kind = {"trust": trust, "modules": plan.modules, "kernel": kernel}
    with Answers(merged.run, limits, **kind, pulse=pulse) as student:
        with contextlib.suppress(NoAnswer):  # each task will say so
            student.ready()
        report(notebook=executed(merged))
        for task in tasks:
            report(begin=task.name)
            mark, odd = judged(task, plan, student)
            marks[task.name], look = merged.explained(mark), look or odd
            report(done=marks[task.name])
        end = student.end
    notes += _refusals(student)
    for cell in merged.run:
        if cell.stopped:
            ran = cell.stopped != "cells"
            look, note = True, say("a cell had to be stopped: {why}", why=cell.why) if ran else cell.why
            notes += [note] if note not in notes else []
    notes += _again_with_loans(plan, tasks, marks, merged.run, limits, kind, end, report, pulse)
    return Outcome(
        sha256=sha,
        tasks=[marks[task.name] for task in tasks],
        notes=[both(note) for note in notes],
        needs_look=look,
        seconds=round(time.monotonic() - start, 3),
        notebook=executed(merged),
    )


def _refusals(student):
    """Sentences for a person about values that could not be judged, each once."""
    told = dict.fromkeys(str(refused.args[0]) for refused in student.refused)
    texts = [next(one.args[0] for one in student.refused if str(one.args[0]) == text) for text in told]
    return [say("{sentence}; a person should look at it", sentence=text) for text in texts]


def _again_with_loans(plan, tasks, marks, run, limits, kind, end, report, pulse):
    """A task may call the function of an earlier one; if that is wrong, it is tried again with the grader's own.

    The student's kernel never sees how a lent function works: a call of it comes back to this process. This goes
    through the tasks in their order in one further kernel, so that nothing but functions of earlier tasks has been lent
    there when a task is judged: no task can be answered with the grader's own solution of it, nor with that of a later
    task which calls it.
    """
    lent = {}  # names of functions -> tasks that got points with them
    failed = {task.name for task in plan.tasks if task.name in marks and marks[task.name].points < task.possible}
    if not failed:
        return []
    # without the definition lines, where a function's name stands of itself
    code = re.sub(r"^def .*$", "", "\n".join(cell.code for cell in run if cell.kind == "own"), flags=re.MULTILINE)
    with contextlib.ExitStack() as stack:
        student, wrong = None, []
        for task in plan.tasks:
            loans = [one for one in wrong if any(re.search(rf"\b{name}\b", code) for name in one.functions)]
            if task.name in failed and loans:
                if student is None:
                    again = [cell for cell in run if cell.kind != "check"]
                    fresh = [
                        Cell(cell.code, cell.kind, cell.task, stopped=cell.stopped, why=cell.why) for cell in again
                    ]
                    student = stack.enter_context(Answers(fresh, limits, **kind, pulse=pulse))
                    student.end = end
                student.lend({name: function for one in loans for name, function in _own(plan, one).items()})
                report(begin=task.name)
                mark, _ = judged(task, plan, student)
                if mark := _better(marks[task.name], mark):
                    marks[task.name] = mark
                    lent.setdefault(", ".join(name for one in loans for name in one.functions), []).append(task.name)
                report(done=marks[task.name])
            if task.name in failed:
                wrong.append(task)
    return [
        say(
            "tested with the course's own {names}, since this notebook's did not pass: {tasks}",
            names=names,
            tasks=", ".join(tasks),
        )
        for names, tasks in lent.items()
    ]


def _better(mark, other):
    """The TaskMark with the better of both for each part; None if the other one is nowhere better."""
    parts = [one if one.points >= two.points else two for one, two in zip(mark.parts, other.parts, strict=True)]
    return summed(mark.task, parts) if parts != mark.parts else None


def _own(plan, task):
    """The grader's own functions of a task, with those of the tasks before it."""
    with _quiet():
        namespace = _set_up(task)
        for one in plan.tasks[: plan.tasks.index(task) + 1]:
            exec(compile(one.solution, one.name, "exec"), namespace)
    return {name: namespace[name] for name in task.functions}


def _set_up(task):
    """The names that the source's ungraded cells before a test define, made anew for each task of each submission."""
    namespace = {"__name__": "__main__"}
    try:
        for code in task.setups:
            exec(compile(code, "set-up", "exec"), namespace)
    except Exception as error:
        raise TestFault(f"a set-up cell of the source: {type(error).__name__}: {error}") from None
    return namespace


def judged(task, plan, student):
    """(TaskMark, whether a person should look) of one task; each of its parts is judged by itself.

    Args:
        task: TaskPlan, one of `plan.tasks`.
        student: whose functions are called: Answers, or what has its `begin`, `call`, `finish`, `pulse`, `starts`
            and `ended`.
    """
    marks, look = [], False
    for part in task.parts:
        student.pulse()
        starts = student.starts
        mark, odd = _judged(part, task, plan, student)
        if student.starts == starts and student.ended:
            student.pulse()  # what came before may have been the reason: once more in a fresh kernel
            mark, odd = _judged(part, task, plan, student)
        marks.append(mark)
        look |= odd
    return summed(task.name, marks), look


def _judged(part, task, plan, student):
    held = []
    student.begin()
    # a task may have a part for this: then the others do not look at it
    student.careful = part.name == INPUTS or all(one.name != INPUTS for one in task.parts)
    why, odd = None, False
    try:
        with _quiet(), _drawn_from(part.test):
            namespace = _set_up(task)
            namespace |= {name: proxy(student, name) for one in plan.tasks for name in one.functions}
            for name, check in labels.CHECKS.items():
                if namespace.get(name) is check:
                    namespace[name] = _noting(check, held)
            namespace[labels.MAKE] = labels.Label.of
            exec(labels.compiled(part.test, part.korean, f"test of {task.name}"), namespace)
    except (checks.CheckFailed, NoAnswer) as error:
        why = error
        odd = getattr(error, "reason", None) in LOOK
    except TestFault as error:
        why, odd = _faulty(task, error), True
    except Exception as error:
        why = _raised(error)
    student.finish()
    if why is None:
        return PartMark(part.name, part.possible, part.possible, checks=held), odd
    error = {language: shown(sentence, 800) for language, sentence in both(why).items()}
    return PartMark(part.name, 0, part.possible, error, held), odd


def _faulty(task, error):
    return say(
        "the test of {task} failed by itself ({error}); a person must look at it",
        task=task.name,
        error=shown(str(error)),
    )


def _raised(error):
    """The text about an exception: one of the student's function, or of the test over what that returned."""
    name = getattr(error, "from_other_side", None)
    told = shown(": ".join(filter(None, (name or type(error).__name__, str(error)))))
    if name and isinstance(error, NotImplementedError):
        return say("not written yet")
    if name:
        return say("{name} raised {error}", name=error.function, error=told)
    return mistakes.unfit(error, told)


def _noting(check, held):
    """A check that also notes the label of what held."""

    def noting(label, *arguments, **keywords):
        check(label, *arguments, **keywords)
        if len(held) >= MAX_CHECKS:
            return
        if not isinstance(label, str):  # require_raises(error, function, ...)
            label = say("{label} raises {expected}", label=arguments[0].__name__, expected=label.__name__)
        english, korean = (shown(sentence, 120) for sentence in both(label).values())
        text = english if english == korean else (english, korean)
        if text not in held:
            held.append(text)

    return noting


@contextlib.contextmanager
def _quiet():
    """What tests print, and what NumPy warns of, is for nobody."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _drawn_from(text):
    """Random numbers that follow from a test's text, so that every student gets the same cases, every time."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    original, count = np.random.default_rng, iter(range(10**9))
    np.random.default_rng = lambda given=None: original([seed, next(count)] if given is None else given)
    np.random.seed(seed % 2**32)
    random.seed(seed)
    try:
        yield
    finally:
        np.random.default_rng = original
