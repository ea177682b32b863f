"""Marking by the workers of a Dask scheduler: real ones on loopback,
in processes of their own, killed in the middle."""

import json
import subprocess
import sys
import threading

import classes
import pytest

from course_lib.classroom import grade
from course_lib.errors import CourseError
from course_lib.tools import places

POSSIBLE = sum(classes.TASKS.values())


def run(klass, scheduler, **options):
    return grade.run(klass, classes.ASSIGNMENT, scheduler=scheduler, **options)


def test_points_arrive(klass, scheduler, marker):
    for student in ("2026001", "2026002"):
        classes.hand_in(klass, student, classes.solved())
    classes.hand_in(klass, "s5", classes.blank())
    assert run(klass, scheduler) == 3 and len(classes.marked(marker)) == 2
    assert classes.scores(klass) == {"2026001": POSSIBLE, "2026002": POSSIBLE, "s5": 0}
    assert run(klass, scheduler) == 0


def test_workers_know_nothing_of_the_class(klass, marker, scheduler, monkeypatch):
    """What goes out is the file, the source and limits; no path, no name, no gradebook."""
    import distributed
    from distributed.protocol import pickle

    sent = []
    submit = distributed.Client.submit
    monkeypatch.setattr(
        distributed.Client,
        "submit",
        lambda self, *words, **options: sent.append(pickle.dumps((words, options))) or submit(self, *words, **options),
    )
    classes.hand_in(klass, "2026001", classes.solved())
    run(klass, scheduler)
    assert len(sent) == 1
    for secret in (str(klass.folder), "2026001", "김민수", "gradebook"):
        assert secret.encode() not in sent[0]


def test_no_scheduler_is_one_sentence(klass, marker):
    classes.hand_in(klass, "s5", classes.solved())
    with pytest.raises(CourseError, match="no Dask scheduler answers at tcp://127.0.0.1:1"):
        run(klass, "tcp://127.0.0.1:1")


@pytest.fixture
def dask(tmp_path):
    """`dask scheduler` and `dask worker`, started for real in a folder
    where no class is: a function that starts one."""
    (tmp_path / "elsewhere").mkdir()
    started = []

    def start(*words):
        where = {"cwd": tmp_path / "elsewhere", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen([sys.executable, "-m", "dask", *words], **where))
        return started[-1]

    def scheduler():
        file = tmp_path / "scheduler.json"
        process = start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)
        )
        classes.until(lambda: file.exists() and file.read_text(encoding="utf-8").strip().endswith("}"))
        return process, json.loads(file.read_text(encoding="utf-8"))["address"]

    def worker(address):
        return start("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    start.scheduler, start.worker = scheduler, worker
    yield start
    for process in reversed(started):
        process.kill()
        process.wait(20)


def kill_later(process, condition):
    threading.Thread(target=lambda: classes.until(condition) or process.kill()).start()


def test_killed_in_the_middle(klass, marker, dask, tmp_path, monkeypatch):
    """One of two workers dies: the other takes over. Then that one, and the scheduler."""
    from course_lib.classroom import workers_dask

    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    klass = classes.eight(klass, tmp_path)
    monkeypatch.setenv("CLASS_SLEEP", "0.3")
    monkeypatch.setattr(workers_dask, "PULSE", 1)
    monkeypatch.setattr(workers_dask, "DESERTED", 1)
    outcomes = klass.folder / "outcomes" / "01_cnn_basics"
    everything = {f"k{i}": POSSIBLE for i in range(8)}
    scheduler, address = dask.scheduler()

    kill_later(dask.worker(address), lambda: any(outcomes.glob("*.json")))
    with pytest.raises(CourseError, match=f"all workers of {address} are gone, and none has come for 1 s: start one"):
        run(klass, address)
    done = len(classes.scores(klass))
    assert 1 <= done < 8
    first, second = dask.worker(address), dask.worker(address)
    before = len(classes.marked(marker))
    kill_later(first, lambda: any(pid == str(first.pid) for _, pid in classes.marked(marker)[before:]))
    assert run(klass, address) == 8 - done and classes.scores(klass) == everything
    assert second.poll() is None

    count = len(classes.marked(marker)) + 2
    kill_later(scheduler, lambda: len(classes.marked(marker)) >= count)
    with pytest.raises(CourseError, match=f"the scheduler {address} was lost"):
        run(klass, address, again=True)
    assert classes.scores(klass) == everything
