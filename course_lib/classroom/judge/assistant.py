"""From the bytes of a submission to its points. Whatever is in those bytes, an Outcome comes back.

`mark` hands the work to a second process of this program that it keeps for the next submission: so a test that eats all memory on
that side, or never ends, costs its task and not the grader. Both ends of what the two processes say to each other are here.
"""

import base64
import contextlib
import functools
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from course_lib.classroom.judge.judge import mark_here
from course_lib.classroom.judge.outcome import Outcome, TaskMark, crashed, hung, nothing, odd, without_points
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError

GRACE = 120  # seconds beyond its own limits after which the process that runs the tests is taken to hang
RAM_HERE = 4 * 2**30  # private memory of the process that runs the tests


def mark(submission, source, limits=None, trust=False):
    """Grade one submission.

    Args:
        submission: the bytes of the file, or None if nothing was handed in.
        source: path of the chapter's exercises, the .py.
        limits: Limits; by default those of the class.
        trust: without a sandbox, with the rights of whoever runs this.

    Returns:
        Outcome. Whatever the submission does, there is one.

    Raises:
        CourseError: no sandbox can be had here, or the source is not one.
    """
    limits = limits or Limits()
    if not trust and (why := _unavailable()):
        raise CourseError(f"submissions cannot be run safely here: {why}")
    plan = read_plan(source)
    start, left, done, notes = time.monotonic(), [task.name for task in plan.tasks], {}, []
    order = {
        "submission": None if submission is None else base64.b64encode(submission).decode(),
        "source": str(Path(source).resolve()),
        "limits": asdict(limits),
        "trust": trust,
    }
    while True:
        outcome, begun = _assistant().mark({**order, "only": left}, done, limits)
        if outcome is not None:
            break
        task = next((one for one in plan.tasks if one.name == begun), None)
        if task is None:  # before the first test
            outcome = asdict(nothing(plan, "", crashed("it ended"), 0))
            break
        if begun not in done:
            done[begun] = asdict(without_points(task, hung(begun)))
        notes.append(hung(begun))
        left = [name for name in left if name not in done]
        if not left:
            outcome = asdict(nothing(plan, "", notes.pop(0), 0))
            break
    result = Outcome.from_dict(outcome)
    done |= {one["task"]: one for one in outcome["tasks"] if one["task"] not in done}
    result.tasks = [TaskMark(**done[task.name]) for task in plan.tasks]
    odd(result, notes)
    result.sha256 = hashlib.sha256(submission or b"").hexdigest()
    result.seconds = round(time.monotonic() - start, 3)
    return result


@functools.lru_cache(maxsize=1)
def _unavailable():
    return sandbox.available()


_own_assistant = threading.local()  # each thread that marks keeps one


def _assistant():
    one = getattr(_own_assistant, "one", None)
    if one is None or one.process.poll() is not None:
        one = _own_assistant.one = _Assistant()
    return one


class _Assistant:
    """The second process. It ends when its standard input is closed, which is also when this process dies."""

    def __init__(self):
        from course_lib.tools import places

        environment = {**os.environ, **sandbox.QUIET, "PYTHONPATH": str(places.COURSE), "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-m", "course_lib.classroom.judge.assistant"]
        pipe = subprocess.PIPE
        with tempfile.TemporaryFile() as said:
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said, env=environment)
            if self.process.stdout.readline() != b"ready\n":
                said.seek(0)
                words = " ".join(said.read().decode("utf-8", "replace").split())[-300:]
                raise CourseError(
                    f"the process that runs the tests did not start: {words}; run `python3 -m course_lib test` to see whether this installation is whole"
                )

    def mark(self, order, done, limits):
        """(outcome or None, the task that was begun last); fills `done` with marks as they come."""
        silence = threading.Timer(0, lambda: None)
        begun = None
        # what a task or a cell may take where the processor is not free
        patience = 4 * max(limits.task_s, limits.cell_s) + GRACE
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
            while True:
                silence = threading.Timer(patience, self.process.kill)
                silence.daemon = True
                silence.start()
                line = self.process.stdout.readline()
                silence.cancel()
                if not line:
                    break
                news = json.loads(line)
                if "fault" in news:
                    raise CourseError(news["fault"])
                if "outcome" in news:
                    return news["outcome"], None
                begun = news.get("begin", begun)
                if "done" in news:
                    done[news["done"]["task"]] = news["done"]
        except (BrokenPipeError, ValueError):
            pass
        finally:
            silence.cancel()
        self.process.kill()
        self.process.wait()
        return None, begun


def _end_with(parent):
    """End this process when the one that started it has died, also in the middle of a submission that nobody waits for any more."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    os._exit(1)  # a test that never comes back from NumPy, for example; bubblewrap ends with this process


def _assist():
    """The second process: an order a line on standard input, news a line on standard output."""
    orders, news = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a test prints is no news
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (RAM_HERE, RAM_HERE))

    def tell(**what):
        what = {key: asdict(value) if isinstance(value, (TaskMark, Outcome)) else value for key, value in what.items()}
        news.write(json.dumps(what).encode() + b"\n")
        news.flush()

    import psutil

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the sandbox and its folder are put away
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    news.write(b"ready\n")
    news.flush()
    for line in orders:
        order = json.loads(line)
        data = order["submission"]
        try:
            outcome = mark_here(
                None if data is None else base64.b64decode(data),
                order["source"],
                Limits(**order["limits"]),
                trust=order["trust"],
                only=order["only"],
                report=tell,
            )
        except CourseError as error:
            tell(fault=str(error))
            continue
        except Exception as error:  # whatever it was, it is this submission's and nobody else's
            outcome = nothing(read_plan(order["source"]), "", crashed(type(error).__name__), 0)
        tell(outcome=outcome)
        if "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session()
        if psutil.Process().memory_info().rss > RAM_HERE / 2:  # what Keras keeps of each model adds up
            break


if __name__ == "__main__":
    _assist()
