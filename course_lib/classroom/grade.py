"""Grade a class: submissions are marked side by side, and what comes back goes into nbgrader's gradebook.

Each outcome is written to outcomes/ as soon as it comes, then into the gradebook, then to autograded/. So a grader that
is killed at any moment loses at most what was under way, and the next run goes on from there.
"""

import collections
import contextlib
import time

from course_lib.classroom import nbgrader_settings, workers
from course_lib.classroom.classes import cell_points
from course_lib.classroom.judge import plan
from course_lib.classroom.records import Records
from course_lib.classroom.sandbox.scratch import sweep
from course_lib.errors import CourseError
from course_lib.progress import bar
from course_lib.tools import sources


def run(klass, assignment, *, count=None, scheduler=None, only=None, again=False, trust=False):
    """`class grade`: grade what is in submitted/ and not graded yet; returns the number of submissions graded.

    Args:
        count: how many submissions to mark at a time on this machine; by default as
            many as there are cores and memory for.
        scheduler: address of a running Dask scheduler, "tcp://host:8786", instead.
        only: id of the one student to grade.
        again: grade also what is graded already.
        trust: run submissions without a sandbox.

    Raises:
        CourseError: the assignment is not released or has changed since, there is no
            sandbox, or the scheduler cannot be reached.
        KeyboardInterrupt: Ctrl-C; what is graded is kept.
    """
    if trust:
        print("without a sandbox: the code of the submissions can do whatever you can do on this machine")
    else:
        require_sandbox(klass, here=not scheduler)
    nbgrader_settings.guard(klass.folder)
    sweep()
    with klass.alone():
        records = opened(klass, assignment)
        students = [klass.student(only)] if only else klass.students()
        due, done, old = _due(records, students, again)
        started, failed = time.monotonic(), {}
        points = [record["points"] for record in done]
        coming = _outcomes(list(due), assignment.source, trust, count, scheduler)
        watched = bar(total=len(students), initial=len(students) - sum(map(len, due.values())), unit="student")
        with contextlib.closing(coming), watched as shown:
            for content, outcome in coming:
                for student, handed in due[content]:
                    if isinstance(outcome, str):
                        failed[student.id] = outcome
                    else:
                        points.append(records.enter(student, records.note(student, handed, outcome)))
                    shown.set_postfix_str(f"{sum(points) / len(points):.1f} points on average" if points else "")
                    shown.update()
        graded = sum(map(len, due.values())) - len(failed)
        _tell(records, students, graded, done, old, failed, time.monotonic() - started)
        return graded


def require_sandbox(klass, here=True):
    """CourseError unless submissions to this class can be run safely.

    Args:
        here: they are to run on this machine.
    """
    from course_lib.classroom.sandbox import bubblewrap as sandbox

    if here and (why := sandbox.available()):
        raise CourseError(f"submissions cannot be run safely here: {why}")
    if sandbox.shows(klass.folder):
        raise CourseError(f"{klass.folder} lies among the programs that submissions may read: move the class elsewhere")


def opened(klass, assignment):
    """The Records of an assignment that can be graded.

    Raises:
        CourseError: it is not released, or its tasks have changed since.
    """
    assignment.require_released(klass)
    notebook = sources.convert(assignment.source)
    released = klass.fact("released", assignment.name, "cells")
    if released is None:  # before tasks had parts
        tasks = klass.fact("released", assignment.name, "tasks") or {}
        released = {f"{task}-test": points for task, points in tasks.items()}
    if cell_points(notebook) != released:
        raise CourseError(
            f"the tasks or points of {assignment.source} have changed since the release: run `{klass.command(f'release {assignment.number}')}` again"
        )
    return Records(klass, assignment, notebook)


def _outcomes(contents, source, trust, count, scheduler):
    limits = plan.limits(source)
    if scheduler:
        from course_lib.classroom import workers_dask

        return workers_dask.outcomes(contents, source, limits, trust, scheduler)
    return workers.outcomes(contents, source, limits, trust, count)


def _due(records, students, again):
    """What there is to do: ({bytes: [(student, handed)]}, records of what is
    graded already, students whose tests were older)."""
    due, done, old = collections.defaultdict(list), [], []
    entered = records.entered()
    for student in students:
        handed = records.handed_in(student)
        if handed is None:
            continue
        record = records.read(student.id)
        if not handed["sha256"]:  # nothing that could be run: no worker is needed
            known = record and not record["sha256"] and record["notes"] == handed["notes"]
            if not known or not record["entered"] or student.id not in entered:
                records.enter(student, records.note(student, handed, records.nothing()))
            continue
        if record and record["sha256"] == handed["sha256"] and not again:
            if record["source"] != records.source:
                old.append(student)
            if not record["entered"] or student.id not in entered:  # killed in between
                records.enter(student, record)
            done.append(record)
            continue
        due[handed.pop("content")].append((student, handed))
    return due, done, old


def _tell(records, students, graded, done, old, failed, seconds):
    print(f"{records.assignment.name}: graded {graded} in {seconds:.0f} s; {len(done)} had been graded before")
    found = [(student, records.read(student.id)) for student in students]
    points = [record["points"] for _, record in found if record]
    possible = sum(records.tasks.values())
    if points:
        print(
            f"{len(points)} of {len(students)} students have points: {sum(points) / len(points):.1f} of {possible} on average"
        )
    if old:
        print(f"graded with tests that have changed since: {', '.join(s.id for s in old)}; --again grades them anew")
    for student, record in found:
        if record and record["outcome"]["needs_look"]:
            print(
                f"    look at {student.id}  {student.name}: {' '.join(note['en'] for note in record['notes']) or 'see the report'}"
            )
    for student_id, why in failed.items():
        print(f"    not graded: {student_id}: {why}; run the command again")
