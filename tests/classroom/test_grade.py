"""Outcomes go into nbgrader's gradebook as nbgrader's own autograder would write them, once, whatever is killed when."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import classes
import nbformat
import pytest

from course_lib.classroom import grade, records
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError
from course_lib.tools import places

WRONG = {
    "blur": "def blur(image):\n    return image",
    "convolve": "def convolve(image, kernel):\n    return image.sum()",
}
POSSIBLE = sum(classes.TASKS.values())
LESS = (
    POSSIBLE - classes.TASKS["blur"] - sum(points for task, points in classes.TASKS.items() if "convol" in task)
)  # the other convolutions call `convolve`


def run(klass, scheduler, **options):
    return grade.grade(klass, classes.ASSIGNMENT, scheduler=scheduler, **options)


@pytest.fixture
def handed(klass):
    """A class in which three students have handed in."""
    classes.hand_in(klass, "2026001", classes.solved("ko"), "2026-11-20 10:00:00 UTC")
    classes.hand_in(klass, "2026002", classes.solved("en", WRONG))
    classes.hand_in(klass, "2026003", classes.blank())
    return klass


def rows(course):
    """Everything that the gradebook knows of grades and comments."""
    with course.gradebook() as gradebook:
        return {
            (one.student_id, row.name): (
                (row.auto_score, row.manual_score, row.needs_manual_grade)
                if hasattr(row, "auto_score")
                else row.auto_comment
            )
            for one in gradebook.assignment_submissions("01_cnn_basics")
            for notebook in one.notebooks
            for row in (*notebook.grades, *notebook.comments)
        }


def test_points_arrive_and_nothing_is_marked_twice(handed, scheduler, marker, capsys):
    assert run(handed, scheduler) == 3
    assert classes.scores(handed) == {"2026001": POSSIBLE, "2026002": LESS, "2026003": 0}
    before = rows(handed)
    assert run(handed, scheduler) == 0 and len(marker.read_text().splitlines()) == 3
    assert "3 had been graded before" in capsys.readouterr().out and rows(handed) == before
    assert run(handed, scheduler, again=True, only="2026002") == 1 and rows(handed) == before
    classes.hand_in(handed, "2026003", classes.solved())
    assert run(handed, scheduler) == 1 and classes.scores(handed)["2026003"] == POSSIBLE


def test_the_same_file_of_two_is_marked_once(klass, scheduler, marker):
    for student in ("2026001", "2026002", "s5"):
        classes.hand_in(klass, student, classes.blank())
    assert run(klass, scheduler) == 3 and len(marker.read_text().splitlines()) == 1
    assert classes.scores(klass) == {"2026001": 0, "2026002": 0, "s5": 0}


def test_stock_nbgrader_reads_the_same_from_our_notebooks(handed, scheduler, marker):
    """Its SaveAutoGrades, run on autograded/, leaves each row of the gradebook as it is."""
    from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
    from nbgrader.utils import determine_grade

    run(handed, scheduler)
    before = rows(handed)
    assert len(before) == 3 * 2 * len(classes.TASKS) and before["2026003", "blur"] == "No response."
    for student, points in classes.scores(handed).items():
        path = handed.path("autograded", student, "01_cnn_basics") / "01_exercises.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert (
            sum(determine_grade(cell)[0] for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade"))
            == points
        )
        resources = {
            "nbgrader": {
                "notebook": "01_exercises",
                "assignment": "01_cnn_basics",
                "student": student,
                "db_url": handed.db_url,
            }
        }
        SaveAutoGrades().preprocess(notebook, resources)
        AssignLatePenalties().preprocess(notebook, resources)
    assert rows(handed) == before


def test_stock_nbgraders_api_shows_the_same(handed, scheduler, marker):
    """What formgrader asks: who handed in, who is graded, with how many points."""
    from nbgrader.apps import NbGraderAPI

    run(handed, scheduler)
    api = NbGraderAPI(config=handed.config())
    found = {one["student"]: one for one in api.get_submissions("01_cnn_basics")}
    assert {student: one["score"] for student, one in found.items() if one["autograded"]} == classes.scores(handed)
    assert set(found) == {"2026001", "2026002", "2026003"} == api.get_autograded_students("01_cnn_basics")
    assert api.get_assignment("01_cnn_basics")["max_score"] == POSSIBLE
    assert not any(one["needs_manual_grade"] for one in found.values())


def test_manual_grades_and_comments_stay(handed, scheduler, marker):
    run(handed, scheduler)
    with handed.gradebook() as gradebook:
        row = gradebook.find_grade("blur-test", "01_exercises", "01_cnn_basics", "2026002")
        row.manual_score, row.needs_manual_grade = 4.0, False
        gradebook.find_comment("blur", "01_exercises", "01_cnn_basics", "2026002").manual_comment = "nearly"
        gradebook.db.commit()
    assert classes.scores(handed)["2026002"] == LESS + 4
    run(handed, scheduler, again=True)
    assert classes.scores(handed)["2026002"] == LESS + 4
    assert rows(handed)["2026002", "blur-test"] == (0.0, 4.0, True), "as nbgrader does: graded anew, so look again"
    book = records.Records(handed, classes.ASSIGNMENT, classes.NOTEBOOK)
    assert book.grades()["2026002"]["comments"] == {"blur": "nearly"}


def test_late_penalties_are_nbgraders(handed, scheduler, marker):
    with handed.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-11-19 23:59:00 UTC")
    (handed.folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n", encoding="utf-8"
    )
    run(handed, scheduler)
    with handed.gradebook() as gradebook:
        late = gradebook.find_submission("01_cnn_basics", "2026001")
        assert (late.score, late.late_submission_penalty) == (POSSIBLE, POSSIBLE)
        assert gradebook.find_submission("01_cnn_basics", "2026002").late_submission_penalty in (0, None)
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-11-30 23:59:00 UTC")
    run(handed, scheduler, again=True)
    with handed.gradebook() as gradebook:
        assert gradebook.find_submission("01_cnn_basics", "2026001").late_submission_penalty in (0, None)


def test_partial_credit(klass, scheduler, marker, monkeypatch):
    def half(*arguments):
        outcome = classes.work(*arguments)
        outcome["tasks"][1].update(points=7.5, error={"en": "half of it", "ko": "절반만 맞았습니다"})
        return outcome

    monkeypatch.setattr(grade, "work", half)
    classes.hand_in(klass, "s5", classes.solved())
    run(klass, scheduler)
    assert rows(klass)["s5", "convolve-test"] == (7.5, None, False) and classes.scores(klass)["s5"] == POSSIBLE - 7.5
    test_stock = nbformat.read(klass.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb", as_version=4)
    assert "✗ half of it" in json.dumps(test_stock, ensure_ascii=False)


ODD = {
    "no notebook": {"cells": 3},
    "cells that are none": {"cells": [1, None], "metadata": 3, "nbformat": 4, "nbformat_minor": 5},
    "doubled, nameless, retyped": {
        "cells": [
            {"cell_type": "markdown", "source": ["a", "b"], "metadata": {"nbgrader": {"grade_id": "blur"}}},
            {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": "blur"}}, "id": "!"},
            {
                "cell_type": "code",
                "source": "x",
                "metadata": {"nbgrader": {"grade_id": "mine", "grade": True, "points": 99}},
                "id": "!",
            },
            {
                "cell_type": "code",
                "source": "pass",
                "metadata": {"nbgrader": {"grade_id": "blur-test", "points": 99, "grade": True}},
            },
        ],
        "metadata": {"kernelspec": {"name": "evil"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_comes_back_can_be_shown(klass, scheduler, marker, monkeypatch, name):
    def odd(*arguments):
        return {**classes.work(*arguments), "notebook": ODD[name]}

    monkeypatch.setattr(grade, "work", odd)
    classes.hand_in(klass, "s5", classes.solved())
    assert run(klass, scheduler) == 1 and classes.scores(klass) == {"s5": POSSIBLE}
    notebook = nbformat.read(klass.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb", as_version=4)
    nbformat.validate(notebook)
    graded = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert graded == {f"{task}-test": points for task, points in classes.TASKS.items()}


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_handed_in_but_nothing_to_grade(klass, scheduler, marker):
    folder = klass.path("submitted", "s5", "01_cnn_basics")
    folder.mkdir(parents=True)
    (folder / "essay.pdf").write_bytes(b"%PDF")
    os.symlink(
        "/etc/passwd",
        klass.path("submitted", "2026001", "01_cnn_basics").parent.parent / "2026001",
        target_is_directory=True,
    )
    assert run(klass, scheduler) == 0 and not marker.exists()
    assert classes.scores(klass) == {"s5": 0}
    record = records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK).read("s5")
    assert record["notes"][0]["en"] == "essay.pdf is no notebook." and record["outcome"]["needs_look"]


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_in_submitted_is_not_followed(klass, scheduler, marker, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(classes.solved())
    folder = klass.path("submitted", "s5", "01_cnn_basics")
    folder.mkdir(parents=True)
    os.symlink(tmp_path / "secret.ipynb", folder / "01_exercises.ipynb")
    run(klass, scheduler)
    assert classes.scores(klass) == {"s5": 0}
    record = records.Records(klass, classes.ASSIGNMENT, classes.NOTEBOOK).read("s5")
    assert "is a link instead of a file" in record["notes"][0]["en"]


def test_tests_that_have_changed_since(handed, scheduler, marker, capsys, monkeypatch, tmp_path):
    run(handed, scheduler)
    copy = tmp_path / "01_exercises.py"
    text = classes.ASSIGNMENT.source.read_text(encoding="utf-8")
    copy.write_text(text + "\n# a better test\n", encoding="utf-8")
    monkeypatch.setattr(classes.ASSIGNMENT, "source", copy)
    run(handed, scheduler)
    assert "tests that have changed since: 2026001, 2026002, 2026003" in capsys.readouterr().out
    copy.write_text(text.replace('role="test" points=5', 'role="test" points=6', 1), encoding="utf-8")
    with pytest.raises(CourseError, match="have changed since the release"):
        run(handed, scheduler)


def test_no_scheduler_is_one_sentence(handed, marker, monkeypatch):
    monkeypatch.setattr(grade, "PATIENCE", "1s")
    with pytest.raises(CourseError, match="no Dask scheduler answers at tcp://127.0.0.1:1"):
        run(handed, "tcp://127.0.0.1:1")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes are bound to processors on Linux only")
def test_each_worker_has_a_processor_of_its_own(monkeypatch):
    cores = [9001, 9002, 9003]  # no grader beside this test asks for these
    monkeypatch.setattr(grade, "_cores", lambda: cores)
    together = threading.Barrier(4)

    def core(_):
        mine = grade._own_core(), grade._own_core()
        together.wait(20)
        return mine

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(core, range(4)))
    assert all(one == again for one, again in found) and {one for one, _ in found} == set(cores)
    with ThreadPoolExecutor(3) as pool:  # threads that have ended keep none
        together = threading.Barrier(3)
        assert {one for one, _ in pool.map(core, range(3))} == set(cores)


def test_workers_fit_the_memory(monkeypatch, capsys):
    import psutil

    monkeypatch.setattr(grade, "_cores", lambda: list(range(16)))
    for free, wanted, room in ((33, None, 4), (33, 3, 3), (33, 6, 4), (5, None, 1), (500, None, 16), (500, 20, 20)):
        monkeypatch.setattr(psutil, "virtual_memory", lambda free=free: mock.Mock(available=free * 2**30))
        assert grade._room(Limits(), wanted) == room, (free, wanted)
    assert capsys.readouterr().out == "4 of 6 workers: each may take 8 GB of memory, and 33 GB are free\n"


# what is killed


def marked(log):
    return [line.split() for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def eight(klass, tmp_path, monkeypatch):
    """Eight students who hand in eight different files, each marked in half a second."""
    from course_lib.classroom import classes as course

    monkeypatch.setenv("CLASS_SLEEP", "0.5")
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    (tmp_path / "roster.csv").write_text(
        "id,name\n" + "".join(f"k{i},Student {'ABCDEFGH'[i]}\n" for i in range(8)), encoding="utf-8"
    )
    klass = course.new(klass.folder, tmp_path / "roster.csv")
    for i in range(8):
        classes.hand_in(
            klass,
            f"k{i}",
            classes.changed(classes.solved(), lambda notebook, i=i: notebook["metadata"].update(number=i)),
        )
    return klass


def grader(klass, *words):
    """The grader as a process of its own, with the marker of these tests."""
    code = (
        "import sys, classes; from course_lib.classroom import classes as course, grade; grade.work = classes.work\n"
        "if __name__ == '__main__':\n"
        f"    grade.grade(course.ClassFolder({str(klass.folder)!r}), classes.ASSIGNMENT, {', '.join(words)})\n"
    )
    script = klass.folder.parent / "grader.py"
    script.write_text(code, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=klass.folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is of Linux and macOS")
def test_kill_9_of_a_worker_and_of_the_grader(klass, marker, scheduler, tmp_path, monkeypatch):
    klass = eight(klass, tmp_path, monkeypatch)
    outcomes = klass.folder / "outcomes" / "01_cnn_basics"
    process = grader(klass, "workers=2", "trust=True")
    until(lambda: len(marked(marker)) >= 2)
    os.kill(int(marked(marker)[0][1]), signal.SIGKILL)  # a worker, in the middle of its first
    until(lambda: len(list(outcomes.glob("*.json"))) >= 3)
    process.kill()
    process.wait()
    done = {path.stem: json.loads(path.read_text(encoding="utf-8"))["graded_at"] for path in outcomes.glob("*.json")}
    assert 3 <= len(done) < 8 and set(classes.scores(klass).values()) <= {POSSIBLE, 0.0}
    until(lambda: not any(alive(pid) for _, pid in marked(marker)), 20)  # its workers end with it
    before = len(marked(marker))
    monkeypatch.setenv("CLASS_SLEEP", "0")
    assert run(klass, scheduler) == 8 - len(done)
    assert classes.scores(klass) == {f"k{i}": POSSIBLE for i in range(8)}
    assert len(marked(marker)) - before == 8 - len(done), "what was done stayed done"
    again = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in outcomes.glob("*.json")}
    assert {name: again[name]["graded_at"] for name in done} == done and all(one["entered"] for one in again.values())


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a terminal's Ctrl-C is of Linux and macOS")
def test_ctrl_c_is_for_the_grader_alone(klass, marker, tmp_path, monkeypatch):
    """A terminal sends it to each process of the command: the workers leave without a word, and nothing runs on."""
    klass = eight(klass, tmp_path, monkeypatch)
    process = grader(klass, "workers=1", "trust=True")
    until(lambda: len(marked(marker)) >= 2)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode and "KeyboardInterrupt" in said and "Nanny" not in said and len(marked(marker)) < 8, said
    assert not any(alive(pid) for _, pid in marked(marker))


def test_killed_between_outcome_and_gradebook(handed, scheduler, marker, monkeypatch):
    """At each step of entering an outcome: nothing is marked again, and everything arrives."""
    for step in ("_grade", "autograded"):
        with monkeypatch.context() as patch:
            patch.setattr(records.Records, step, lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                run(handed, scheduler, only="2026001", again=True)
        count = len(marked(marker))
        assert run(handed, scheduler, only="2026001") == 0 and len(marked(marker)) == count
        assert classes.scores(handed) == {"2026001": POSSIBLE}
        with handed.gradebook() as gradebook:
            gradebook.remove_submission("01_cnn_basics", "2026001")


def test_a_lost_gradebook_is_filled_again(handed, scheduler, marker):
    run(handed, scheduler)
    before, count = rows(handed), len(marked(marker))
    with handed.gradebook() as gradebook:
        for student in ("2026001", "2026002", "2026003"):
            gradebook.remove_submission("01_cnn_basics", student)
    assert run(handed, scheduler) == 0 and rows(handed) == before and len(marked(marker)) == count


def test_a_scheduler_of_its_own_on_loopback(klass, marker, tmp_path, monkeypatch):
    """`dask scheduler` and `dask worker` started for real, in folders where no class is. Then the worker dies, and the scheduler."""
    klass = eight(klass, tmp_path, monkeypatch)
    monkeypatch.setenv("CLASS_SLEEP", "0.3")
    monkeypatch.setattr(grade, "PULSE", 1)
    monkeypatch.setattr(grade, "DESERTED", 1)
    (tmp_path / "elsewhere").mkdir()
    file, started = tmp_path / "scheduler.json", []

    def dask(*words):
        where = {"cwd": tmp_path / "elsewhere", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen([sys.executable, "-m", "dask", *words], **where))
        return started[-1]

    def worker():
        return dask("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def kill_later(process, condition):
        threading.Thread(target=lambda: until(condition) or process.kill()).start()

    try:
        first = dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        until(file.exists)
        until(lambda: file.read_text(encoding="utf-8").strip().endswith("}"))
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        outcomes = klass.folder / "outcomes" / "01_cnn_basics"
        kill_later(worker(), lambda: any(outcomes.glob("*.json")))
        with pytest.raises(
            CourseError, match=f"all workers of {address} are gone, and none has come for 1 s: start one"
        ):
            run(klass, address)
        done = len(classes.scores(klass))
        assert 1 <= done < 8
        worker()
        assert run(klass, address) == 8 - done
        assert classes.scores(klass) == {f"k{i}": POSSIBLE for i in range(8)}
        count = len(marked(marker)) + 2
        kill_later(first, lambda: len(marked(marker)) >= count)
        with pytest.raises(CourseError, match=f"the scheduler {address} was lost"):
            run(klass, address, again=True)
        assert classes.scores(klass) == {f"k{i}": POSSIBLE for i in range(8)}
    finally:
        for process in reversed(started):
            process.kill()
            process.wait(20)


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
