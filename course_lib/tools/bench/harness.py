"""What all measurements share: a fresh process, taking turns, and a lesson's own code."""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time

from course_lib.errors import CourseError
from course_lib.tools import chapters, places, sources

CALL = """
import importlib, json, sys
module, name, arguments = json.loads(sys.argv[1])
print(json.dumps(getattr(importlib.import_module(module), name)(*arguments)))
"""


def fresh(code, *words, **environment):
    """The last line that code prints in a fresh process.

    Args:
        code: Python.
        words: arguments of its command line.
        environment: variables that the process gets beside those of this one.

    Raises:
        CourseError: the process failed; the message ends with the last line of its complaint.
    """
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=places.COURSE,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        complaint = (done.stderr.strip() or "no output").splitlines()[-1]
        raise CourseError(f"the measurement `{' '.join(words) or code}` failed: {complaint}")
    return done.stdout.splitlines()[-1]


def child(function, *arguments, **environment):
    """What a function of a module returns in a fresh process; arguments and result travel as JSON.

    Raises:
        CourseError: it failed.
    """
    call = json.dumps([function.__module__, function.__name__, arguments])
    return json.loads(fresh(CALL, call, **environment))


def on_torch(what, measured):
    """Print what was measured on PyTorch, or how to install it.

    Args:
        what: the line's subject where there is no PyTorch.
        measured: function without arguments that measures and returns the line.
    """
    if importlib.util.find_spec("torch"):
        line = measured()
    else:
        line = f"{what}: torch is not installed, `python3 -m course_lib test --with-torch` installs it"
    print(f"    {line}", flush=True)


def turns(actions, repeats):
    """Median seconds of each of some functions; they take turns, since the machine has other work, too.

    Args:
        actions: functions without arguments.
        repeats: how often each is measured, after a first time that builds graphs and does not count.
    """
    seconds = [[] for _ in actions]
    for _ in range(1 + repeats):
        for action, spent in zip(actions, seconds):
            started = time.perf_counter()
            action()
            spent.append(time.perf_counter() - started)
    return [statistics.median(spent[1:]) for spent in seconds]


def against(first, second):
    """Two dicts of images/s in one line."""
    return "; ".join(
        f"{step} {rate:.2f} against {second[step]:.2f}, ratio {rate / second[step]:.2f}" for step, rate in first.items()
    )


def offered(number):
    """What a lesson offers to be measured: its code cells up to the last one with the tag "bench", as source.

    Returns:
        [(whether the cell has the tag, source)].
    """
    cells = [cell for cell in sources.convert(chapters.find(number).lesson).cells if cell.cell_type == "code"]
    tagged = ["bench" in cell.metadata.get("tags", []) for cell in cells]
    last = max((index for index, tag in enumerate(tagged) if tag), default=-1)
    return [(tag, cell.source) for tag, cell in zip(tagged, cells)][: last + 1]
