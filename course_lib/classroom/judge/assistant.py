"""From the bytes of a submission to its points. Whatever is in those bytes, an Outcome comes back.

`mark` hands the work to a second process of this program that it keeps for the next submission: so a test that eats
all memory on that side, or never ends, costs its task and not the grader. That process holds the hidden tests and
rebuilds models from what students have written, so it is in a sandbox of its own: no network, no file but programs and
course_lib, limits. The kernels that it needs are started out here (sandbox/host.py). Both ends of what the two
processes say to each other are in this file.
"""

import base64
import contextlib
import functools
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, replace

from course_lib.classroom.judge.judge import mark_with
from course_lib.classroom.judge.outcome import (
    Outcome,
    TaskMark,
    crashed,
    from_dict,
    hung,
    mark_of,
    nothing,
    odd,
    without_points,
)
from course_lib.classroom.judge.plan import Given, PartPlan, Plan, TaskPlan, read_plan
from course_lib.classroom.sandbox import bubblewrap, host, inside, seccomp, watch
from course_lib.classroom.sandbox.kernel import Kernel
from course_lib.classroom.sandbox.limits import MB, Limits
from course_lib.classroom.sandbox.processes import Sandbox, Started
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.texts import say

GRACE = 30  # seconds beyond its own limits after which the process that runs the tests is taken to hang
JUDGE = 500  # oom_score_adj of that process: its kernels end before it
# Of the process that runs the tests; `cpu_s` is for all submissions together, and it gives way to another one before
OWN = Limits(memory_mb=4096, processes=256, file_mb=64, cpu_s=3600)
RAM_HERE = OWN.memory_mb * MB


def mark(submission, source, limits=None, trust=False, told=lambda task: None):
    """Grade one submission.

    Args:
        submission: the bytes of the file, or None if nothing was handed in.
        source: path of the chapter's exercises, the .py.
        limits: Limits; by default those of the chapter.
        trust: without a sandbox, with the rights of whoever runs this.
        told: called with the name of a task when it is judged.

    Returns:
        Outcome. Whatever the submission does, there is one.

    Raises:
        CourseError: no sandbox can be had here, or the source is not one.
        GivenUp: somebody has called `give_up`.
    """
    if not trust and (why := _unavailable()):
        raise CourseError(f"submissions cannot be run safely here: {why}")
    plan = read_plan(source)
    limits = limits or plan.limits
    start, left, done, notes = time.monotonic(), [task.name for task in plan.tasks], {}, []
    notebook = None  # the submission as it was told last: evidence where the tests had to be killed
    whole = 2 * limits.notebook_s  # for its cells and for its tests
    seconds = whole + GRACE  # that are left
    order = {
        "submission": None if submission is None else base64.b64encode(submission).decode(),
        "plan": asdict(plan),
        "limits": asdict(limits),
        "trust": trust,
    }
    while True:
        assistant = _assistant(trust)
        outcome, begun, spent = assistant.mark({**order, "only": left}, done, limits, seconds, told)
        seconds -= spent
        notebook = assistant.notebook or notebook
        if outcome is not None:
            break
        if assistant.given_up:
            raise GivenUp
        task = next((one for one in plan.tasks if one.name == begun), None)
        if task is None and seconds > 0:  # before the first test
            outcome = asdict(nothing(plan, "", crashed("it ended"), 0))
            break
        if task is not None:
            done.setdefault(begun, asdict(without_points(task, hung(begun))))
            notes.append(hung(begun))
        left = [name for name in left if name not in done]
        if seconds <= 0:
            late = say("the {seconds:g} s for the whole notebook were over before this task was tested", seconds=whole)
            done |= {task.name: asdict(without_points(task, late)) for task in plan.tasks if task.name in left}
            notes, left = [*notes, late], []
        if not left:
            outcome = asdict(nothing(plan, "", notes.pop(0), 0))
            break
    result = from_dict(outcome)
    result.notebook = result.notebook or notebook
    done |= {one["task"]: one for one in outcome["tasks"] if one["task"] not in done}
    result.tasks = [mark_of(done[task.name]) for task in plan.tasks]
    odd(result, notes)
    result.sha256 = hashlib.sha256(submission or b"").hexdigest()
    result.seconds = round(time.monotonic() - start, 3)
    return result


@functools.lru_cache(maxsize=1)
def _unavailable():
    return bubblewrap.available()


_kept = threading.local()  # each thread that marks keeps an assistant
_living = set()


class GivenUp(Exception):
    """Nobody wants the outcome any more."""


def give_up():
    """End what is being marked in any thread: `mark` raises GivenUp there."""
    for one in list(_living):
        if not one.given_up:
            one.given_up = True
            one.popen.terminate() if one.trust else one.kill()


def end_all():
    """End the second processes of all threads, when none is marking."""
    for one in list(_living):
        one.stop()


def _assistant(trust=False):
    one = getattr(_kept, "assistant", None)
    if one is None or one.trust != trust or one.poll() is not None:
        if one is not None:
            one.stop()
        one = _kept.assistant = _Trusted() if trust else _Assistant()
    return one


_PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}


class _Trusted(Started):
    """The second process without a sandbox. It ends with the thread that made it, or when its standard input is closed.

    Raises:
        CourseError: it did not start.
        GivenUp: it was ended before it had.
    """

    trust, host = True, None

    def __init__(self):
        self.given_up, self.notebook = False, None
        with tempfile.TemporaryFile() as said:
            self._start(said)
            _living.add(self)
            if self.popen.stdout.readline() != b"ready\n":
                self.stop()
                if self.given_up:
                    raise GivenUp
                said.seek(0)
                words = " ".join(said.read().decode("utf-8", "replace").split())[-300:]
                raise CourseError(
                    f"the process that runs the tests did not start: {words}; run `python3 -m course_lib test` to see whether this installation is whole"
                )

    def _start(self, said):
        environment = {**os.environ, **bubblewrap.QUIET, "PYTHONPATH": str(COURSE), "PYTHONHASHSEED": "0"}
        super().__init__(self._command(None), None, score=0, env=environment, stderr=said, **_PIPES)

    def _command(self, uid):
        how = {"limits": OWN.of_each_process(trust=self.trust) | {"NOFILE": 1024}, "uid": uid}
        return [*bubblewrap.python(), "-m", "course_lib.classroom.judge.assistant", json.dumps(how)]

    def stop(self):
        _living.discard(self)
        super().stop()
        for pipe in (self.popen.stdin, self.popen.stdout):
            with contextlib.suppress(OSError):  # an order that it has not taken
                pipe.close()
        if self.host:
            self.host.join()  # its kernels are gone then

    def mark(self, order, done, limits, seconds, told):
        """(outcome or None, the task that was begun last, seconds that count); ends after so many seconds, fills `done`
        with marks as they come, and tells so."""
        begun, self.notebook = None, None
        if self.host:
            self.host.limits, self.host.modules = limits, order["plan"]["modules"]
        patience = _Patience(self, max(limits.task_s, limits.cell_s) + GRACE, seconds)
        try:  # an order may be more than a pipe holds: one that hangs does not even take it
            self.popen.stdin.write(json.dumps(order).encode() + b"\n")
            self.popen.stdin.flush()
            while True:
                line = self.popen.stdout.readline()
                patience.silent = 0.0
                if not line:
                    break
                news = json.loads(line)
                if "fault" in news:
                    raise CourseError(news["fault"])
                if "outcome" in news:
                    return news["outcome"], None, patience.passed
                begun, self.notebook = news.get("begin", begun), news.get("notebook", self.notebook)
                if "done" in news:
                    done[news["done"]["task"]] = news["done"]
                    told(news["done"]["task"])
        except (BrokenPipeError, ValueError):
            pass
        finally:
            watch.remove(patience)
        self.stop()
        return None, begun, patience.passed


class _Assistant(_Trusted, Sandbox):
    """The second process in its sandbox."""

    trust = False

    def _start(self, said):
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, seccomp.opened() as rules:
            sandbox = bubblewrap.command_line(bubblewrap.judging(), rules.fileno(), OWN.file_mb)
            Sandbox.__init__(
                self,
                [*sandbox, *self._command(bubblewrap.user()), str(theirs.fileno())],
                replace(OWN, memory_mb=RAM_HERE // MB),
                score=JUDGE,
                pass_fds=[rules.fileno(), theirs.fileno()],
                stderr=said,
                **_PIPES,
            )
        self.host = host.Host(control, self)
        self.host.start()


class _Patience:
    """Kills an assistant that says nothing for too long, or that takes too long in all.

    Time in which it, or a kernel of its, waits for a processor that others have does not count, nor the start of one;
    but half of it does for the whole.

    Attributes:
        silent: seconds since it was heard.
        passed: seconds in all.
    """

    def __init__(self, assistant, silence, whole):
        self._assistant, self._silence, self._whole = assistant, silence, whole
        self.silent = self.passed = 0.0
        self._looked, self._starved = time.monotonic(), {}
        watch.add(self)

    def check(self):
        one = self._assistant
        now, processes = time.monotonic(), [one, *(one.host.kernels() if one.host else ())]
        starved = {process: process.starved() for process in processes}
        waited = max(starved[process] - self._starved.get(process, 0.0) for process in processes)
        counts = 0.0 if one.host and one.host.starting else max(0.0, now - self._looked - waited)
        self.silent += counts
        self.passed += max(counts, (now - self._looked) / 2)  # it has an end on a busy machine, too
        self._looked, self._starved = now, starved
        if self.silent > self._silence or self.passed > self._whole:
            one.kill()
        return 0.2

    def end(self, _):
        self._assistant.kill()


def _end_with(parent):
    """End this process when the one that started it has died, even in the middle of a submission."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    os._exit(1)  # a test that never comes back from NumPy, for example; bubblewrap ends with this process


def _assist(how, control=None):
    """The second process: one order per line on standard input, one piece of news per line on standard output."""
    orders, news = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a test prints is no news
    how = json.loads(how)
    inside.limit(how["limits"])
    inside.become(how["uid"])
    if control is not None:
        Kernel.start = host.Client(socket.socket(fileno=int(control))).start

    def tell(**what):
        what = {key: asdict(value) if isinstance(value, (TaskMark, Outcome)) else value for key, value in what.items()}
        news.write(json.dumps(what).encode() + b"\n")
        news.flush()

    import psutil

    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(1)
    )  # so that a kernel without a sandbox and its folder are put away
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    with open(os.devnull, "wb") as nowhere:  # what made it fail until here is read; the rest would fill a disk
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    news.write(b"ready\n")
    news.flush()
    for line in orders:
        order = json.loads(line)
        data, plan = order["submission"], _plan(order["plan"])
        _without_tracing(plan.modules)
        try:
            outcome = mark_with(
                None if data is None else base64.b64decode(data),
                plan,
                Limits(**order["limits"]),
                trust=order["trust"],
                only=order["only"],
                report=tell,
            )
        except CourseError as error:
            tell(fault=str(error))
            continue
        except Exception as error:  # whatever it was, it is this submission's and nobody else's
            outcome = nothing(plan, "", crashed(type(error).__name__), 0)
        tell(outcome=outcome)
        if "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session()
        itself = psutil.Process()  # what Keras keeps of each model adds up
        if itself.memory_info().rss > RAM_HERE / 2 or sum(itself.cpu_times()[:2]) > OWN.cpu_s / 2:
            break


def _without_tracing(modules):
    """Tests call a model once or twice: to trace it first takes longer than the calls."""
    if "keras" in modules:
        import tensorflow

        tensorflow.config.run_functions_eagerly(True)


def _plan(content):
    """The Plan of what JSON and `asdict` have made of it."""
    tuples = lambda one: {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}
    tasks = tuple(
        TaskPlan(**{**tuples(task), "parts": tuple(PartPlan(**part) for part in task["parts"])})
        for task in content["tasks"]
    )
    cells = {name: Given(**cell) for name, cell in content["cells"].items()}
    korean = content.get("korean") and _plan(content["korean"])
    made = {"tasks": tasks, "cells": cells, "limits": Limits(**content["limits"]), "korean": korean}
    return Plan(**{**tuples(content), **made})


if __name__ == "__main__":
    _assist(*sys.argv[1:])
