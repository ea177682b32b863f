"""Marking on this machine with the real marker: what is killed or stopped when, and what is left then."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import classes
import psutil
import pytest

from course_lib import memory
from course_lib.classroom import grade, workers
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox.limits import Limits
from course_lib.tools import places

WHY_NOT = sandbox.available()
sandboxed = pytest.mark.skipif(WHY_NOT is not None, reason=f"submissions cannot be run safely here: {WHY_NOT}")
POSSIBLE = sum(classes.TASKS.values())


@pytest.fixture
def klass(klass, tmp_path, monkeypatch):
    """A class of eight, and a folder for temporary files that nobody else writes to."""
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    return classes.eight(klass, tmp_path)


@pytest.fixture
def endless(klass):
    """One of the eight never comes to an end: the third, so that two are done
    even where there is memory for one worker only."""
    classes.hand_in(klass, "k2", classes.solved("en", {"blur": "while True: pass"}))


@pytest.fixture
def grader(klass):
    """The command as a process of its own, and all processes that it has started so far."""
    command = [sys.executable, "-m", "course_lib", "class", "grade", "01", "--workers", "2"]
    process = subprocess.Popen(
        command,
        cwd=klass.folder,
        env={**os.environ, "PYTHONPATH": str(places.COURSE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    process.kill()
    process.wait()


def outcomes(klass):
    return sorted((klass.folder / "outcomes" / "01_cnn_basics").glob("*.json"))


def family(process):
    return psutil.Process(process.pid).children(recursive=True)


def running(processes):
    found = []
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ends between two questions
            found += [one] * (one.is_running() and one.status() != psutil.STATUS_ZOMBIE)
    return found


@sandboxed
def test_kill_9_of_the_grader(klass, grader, tmp_path):
    classes.until(lambda: len(outcomes(klass)) >= 2, 120)
    started = family(grader)
    assert len(started) > 4, "two that run tests, with a sandbox each"
    grader.kill()
    grader.wait()
    classes.until(lambda: not running(started), 20)
    done = {path.stem: json.loads(path.read_text(encoding="utf-8"))["graded_at"] for path in outcomes(klass)}
    assert 2 <= len(done) < 8 and set(classes.scores(klass).values()) <= {POSSIBLE, 0.0}
    assert grade.run(klass, classes.ASSIGNMENT) == 8 - len(done)
    assert classes.scores(klass) == {f"k{i}": POSSIBLE for i in range(8)}
    records = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in outcomes(klass)}
    assert {name: records[name]["graded_at"] for name in done} == done, "what was done stayed done"
    assert all(record["entered"] and not record["notes"] for record in records.values())
    assert not list((tmp_path / "scratch").iterdir())


@sandboxed
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a terminal's Ctrl-C is of Linux and macOS")
def test_ctrl_c_stops_at_once(klass, endless, grader, tmp_path):
    """A terminal sends it to each process of the command's group; nobody gets points
    for what was given up, here an endless loop."""
    classes.until(lambda: len(outcomes(klass)) >= 2, 120)
    started, begun = family(grader), time.monotonic()
    assert started and not any(os.getpgid(one.pid) == grader.pid for one in started), (
        "they would end before their grader"
    )
    os.killpg(grader.pid, signal.SIGINT)
    said, _ = grader.communicate(timeout=30)
    assert time.monotonic() - begun < 10 and not running(started) and not list((tmp_path / "scratch").iterdir())
    assert grader.returncode == 130 and "Traceback" not in said, said
    records = [json.loads(path.read_text(encoding="utf-8")) for path in outcomes(klass)]
    assert 2 <= len(records) < 8
    assert all(record["points"] == POSSIBLE and not record["notes"] and record["entered"] for record in records)


@sandboxed
def test_a_second_process_that_hangs_costs_its_student_only(klass, monkeypatch):
    """One that never says a word again is killed after its time."""
    from course_lib.classroom.judge import assistant

    monkeypatch.setattr(assistant, "GRACE", -40)  # 20 s of silence in all, enough to load Keras
    stopped = []

    class Slow(assistant._Assistant):
        def mark(self, *order):
            if not stopped:
                stopped.append(self.pid)
                for one in psutil.Process(self.pid).children(recursive=True):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        one.suspend()
            return super().mark(*order)

    monkeypatch.setattr(assistant, "_Assistant", Slow)
    assert grade.run(klass, classes.ASSIGNMENT, count=2) == 8
    assert sorted(classes.scores(klass).values()) == [0] + [POSSIBLE] * 7


@sandboxed
@pytest.mark.parametrize("trust", [False, True])
def test_what_is_given_up_while_it_starts_does_not_begin(trust):
    """Ctrl-C may come before the second process says a word; then nobody would stop it any more."""
    from course_lib.classroom.judge import assistant

    before = set(psutil.Process().children(recursive=True))
    endless = classes.solved("en", {"blur": "while True: pass"})
    with ThreadPoolExecutor(1) as pool:
        for number in range(6):
            future = pool.submit(workers.work, endless, classes.ASSIGNMENT.source, Limits(), trust)
            classes.until(lambda: set(assistant._living) or future.done())  # noqa: B023  called at once
            threading.Event().wait(number * 0.01)
            workers._end([future])
            assert isinstance(future.exception(), assistant.GivenUp)
        assert set(psutil.Process().children(recursive=True)) <= before


def test_a_signal_is_heard_between_two_outcomes(marker, tmp_path):
    """Not in the middle of one's way into the gradebook."""
    coming = workers.outcomes([classes.solved(), classes.blank()], classes.ASSIGNMENT.source, Limits(), True, 1)
    next(coming)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)  # what is entered meanwhile is entered whole
    with pytest.raises(KeyboardInterrupt):
        list(coming)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_signal_is_pythons_own():
    with workers.stoppable(queue.SimpleQueue()), pytest.raises(KeyboardInterrupt):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes are bound to processors on Linux only")
def test_each_worker_has_a_processor_of_its_own(monkeypatch):
    monkeypatch.setattr(workers, "_turns", workers._in_turn([4, 5, 7]))
    for _ in range(2):  # threads that have ended keep none
        together = threading.Barrier(3)

        def core(_, together=together):
            together.wait(20)
            return workers._own_core(), workers._own_core()

        with ThreadPoolExecutor(3) as pool:
            found = list(pool.map(core, range(3)))
        assert all(one == again for one, again in found) and {one for one, _ in found} == {4, 5, 7}


def test_workers_fit_the_memory(monkeypatch, capsys):
    monkeypatch.setattr(workers, "_cores", lambda: list(range(16)))
    for free, wanted, room in ((33, None, 4), (33, 3, 3), (33, 6, 4), (5, None, 1), (500, None, 16), (500, 20, 20)):
        monkeypatch.setattr(memory, "available", lambda free=free: free * 2**30)
        assert workers.room(Limits(), wanted) == room, (free, wanted)
    assert capsys.readouterr().out == "4 of 6 workers: each may take 8 GB of memory, and 33 GB are free\n"


def test_dask_is_not_imported_for_grading_here():
    code = (
        "import sys; from course_lib.classroom import commands, grade, plugin; sys.exit('distributed' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(places.COURSE))
