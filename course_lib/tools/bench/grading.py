"""(h): submissions per minute, `class grade` against stock `nbgrader autograde`, on the same submissions."""

import importlib.util
import os
import random
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.tools import chapters, places, sources
from course_lib.tools.bench import harness

STUDENTS = 40


def main(record):
    if not all(importlib.util.find_spec(name) for name in ("nbgrader", "distributed")):
        print(
            "(h) grading: nbgrader and Dask are not installed, the first `python3 -m course_lib class` command does it"
        )
        return
    from course_lib.classroom.sandbox import bubblewrap

    if why := bubblewrap.available():
        print(f"(h) grading: submissions cannot be run safely here: {why}")
        return
    for number in ("01", "03"):
        _class(number)


def _class(number):
    """Grade the submissions of one chapter, with nbgrader as it is and with `class grade`."""
    from course_lib.classroom.nbgrader_settings import AUTOGRADE

    assignment = chapters.find(number).name
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        roster, handed = place / "students.csv", submissions(number)
        roster.write_text("id,name\n" + "".join(f"{name},Student {name}\n" for name in handed), encoding="utf-8")
        for name, content in handed.items():
            (place / "handed" / name).mkdir(parents=True)
            (place / "handed" / name / f"{number}_exercises.ipynb").write_bytes(content)
        course = "course_lib", "class"
        _timed(place, *course, "new", str(place / "ours, 1"), "--roster", str(roster))
        _timed(place / "ours, 1", *course, "release", number)
        _timed(place / "ours, 1", *course, "collect", number, str(place / "handed"))
        seconds, points = {}, {}
        commands = {
            "stock": ("nbgrader", "autograde", assignment),
            "ours, 1": (*course, "grade", number, "--workers", "1"),
            "ours, 2": (*course, "grade", number, "--workers", "2"),
        }
        for name in ("stock", "ours, 2"):
            shutil.copytree(place / "ours, 1", place / name)
        (place / "stock" / AUTOGRADE).unlink()  # it is what makes nbgrader's own command grade as we do
        for name, command in commands.items():
            seconds[name] = _timed(place / name, *command)
            points[name] = _points(place / name, assignment, number)
        rate = {name: 60 * len(handed) / spent for name, spent in seconds.items()}
        same = sum(points["stock"][name] == points["ours, 1"][name] == points["ours, 2"][name] for name in handed)
        more = sum(points["stock"][name] < points["ours, 1"][name] == points["ours, 2"][name] for name in handed)
        print(
            f"(h) submissions per minute, of {len(handed)} of chapter {number}: "
            f"stock `nbgrader autograde` {rate['stock']:.0f}; "
            f"`class grade` on one worker {rate['ours, 1']:.0f}, ratio {rate['ours, 1'] / rate['stock']:.1f}; "
            f"on two {rate['ours, 2']:.0f}, ratio {rate['ours, 2'] / rate['stock']:.1f}; "
            f"the same points for {same}, more of ours for {more}, where a task calls the function of one that went wrong",
            flush=True,
        )
    share = harness.child(kernels_share, number)
    print(
        f"    of {share['each']:.2f} s for one of them, starting {share['kernels']:.1f} kernels takes "
        f"{share['starting']:.2f} s, {share['starting'] / share['each']:.0%}",
        flush=True,
    )


def _timed(folder, *words):
    """Seconds that a command `python -m ...` takes in a folder.

    Raises:
        CourseError: it failed.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": str(places.COURSE),
        "COURSE_CLASSES": str(folder.parent / "classes.json"),
    }
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise CourseError(f"`{' '.join(words)}` failed: {(done.stderr.strip() or 'no output').splitlines()[-1]}")
    return time.perf_counter() - started


def _points(folder, assignment, number):
    """student -> points in the gradebook of a class."""
    from course_lib.classroom.classes import ClassFolder

    with ClassFolder(folder).gradebook() as gradebook:
        return {one.student.id: one.score for one in gradebook.notebook_submissions(f"{number}_exercises", assignment)}


def submissions(number):
    """student -> notebook as bytes: the chapter's solutions with none to three wrong
    answers of its bank, drawn by a fixed seed."""
    import nbformat

    notebook = sources.convert(chapters.find(number).exercises)
    bank = runpy.run_path(str(places.TESTS / "exercises" / f"answers_{number}.py"))["WRONG"]
    solutions, draw, made = {cell.id: cell.source for cell in notebook.cells}, random.Random(6), {}
    for student in range(STUDENTS):
        wrong = {task: draw.choice(list(bank[task].values())) for task in draw.sample(list(bank), student % 4)}
        copy = sources.learner_copy(notebook, "en")
        for cell in copy.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("solution"):
                cell.source = wrong.get(about["grade_id"], solutions[cell.id])
        copy.metadata["student"] = student  # no two files are the same
        made[f"s{student:02}"] = nbformat.writes(copy).encode()
    return made


def kernels_share(number):
    """Seconds of marking one submission, and the kernels that were started for it with the seconds that this took."""
    from course_lib.classroom.judge import answers, judge

    starts = []

    class Timed(answers.Kernel):
        def _start(self, *arguments):
            started = time.perf_counter()
            super()._start(*arguments)
            starts.append(time.perf_counter() - started)

    answers.Kernel = Timed
    source = chapters.find(number).exercises
    some = list(submissions(number).values())[:8]
    judge.mark_here(some[0], source)  # imports do not count
    starts.clear()
    started = time.perf_counter()
    for submission in some:
        judge.mark_here(submission, source)
    each = (time.perf_counter() - started) / len(some)
    return {"each": each, "kernels": len(starts) / len(some), "starting": sum(starts) / len(some)}
