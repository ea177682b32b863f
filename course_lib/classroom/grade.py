"""Grade a class: submissions go out as bytes to Dask's workers, outcomes come back and go into nbgrader's gradebook.

Each outcome is written to outcomes/ as soon as it comes, then into the gradebook in one transaction, then to autograded/.
So a grader that is killed at any moment loses at most what was under way, and the next run goes on from there.
"""

import asyncio
import atexit
import collections
import contextlib
import dataclasses
import functools
import hashlib
import logging
import os
import queue
import random
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path

from course_lib.classroom.classes import graded_tasks
from course_lib.classroom.records import Records
from course_lib.errors import CourseError
from course_lib.progress import bar
from course_lib.tools import places, sources

TRIES = 3  # times a submission is sent out again after Dask has given it up with its dying workers
PATIENCE = "10s"  # for a scheduler to answer
PULSE = 20  # seconds without an outcome after which we look whether there are workers
DESERTED = 60  # seconds without any worker after which we give up


def grade(course, assignment, *, workers=None, scheduler=None, only=None, again=False, trust=False):
    """`class grade`: grade what is in submitted/ and not graded yet; returns the number of submissions graded.

    Args:
        workers: processes on this machine; by default as many as there are cores and memory for.
        scheduler: address of a running Dask scheduler, "tcp://host:8786", instead.
        only: id of the one student to grade.
        again: grade also what is graded already.
        trust: run submissions without a sandbox.

    Raises:
        CourseError: the assignment is not released or has changed since, or the scheduler cannot be reached.
    """
    from course_lib.classroom.judge import plan
    from course_lib.classroom.sandbox import bubblewrap as sandbox

    if trust:
        print("without a sandbox: the code of the submissions can do whatever you can do on this machine")
    elif not scheduler and (why := sandbox.available()):
        raise CourseError(f"submissions cannot be run safely here: {why}")
    elif sandbox.shows(course.folder):
        raise CourseError(
            f"{course.folder} lies among the programs that submissions may read: move the class elsewhere"
        )
    with course.alone():
        assignment.require_released(course)
        notebook = sources.convert(assignment.source)
        if graded_tasks(notebook) != course.fact("released", assignment.name, "tasks"):
            raise CourseError(
                f"the tasks or points of {assignment.source} have changed since the release: run `python3 -m course_lib class release {assignment.number}` again"
            )
        book = Records(course, assignment, notebook)
        students = [course.student(only)] if only else course.students()
        due, done, old = _due(book, students, again)
        started, failed = time.monotonic(), {}
        source = assignment.source.read_text(encoding="utf-8")
        limits = plan.limits(assignment.source)
        points = [record["points"] for record in done]
        coming = _outcomes(list(due), source, assignment.source.name, limits, trust, workers, scheduler)
        watched = bar(total=len(students), initial=len(students) - sum(map(len, due.values())), unit="student")
        with _stoppable() as asked, contextlib.closing(coming), watched as shown:
            for content, outcome in coming:
                for student, handed in due[content]:
                    if isinstance(outcome, str):
                        failed[student.id] = outcome
                    else:
                        points.append(book.enter(student, handed, outcome))
                    shown.set_postfix_str(f"{sum(points) / len(points):.1f} points on average" if points else "")
                    shown.update()
                if asked.is_set():
                    raise KeyboardInterrupt
        _tell(book, students, sum(map(len, due.values())) - len(failed), done, old, failed, time.monotonic() - started)
        return sum(map(len, due.values())) - len(failed)


def _due(book, students, again):
    """What there is to do: ({bytes: [(student, handed)]}, records of what is graded already, students whose tests were older)."""
    due, done, old = collections.defaultdict(list), [], []
    entered = book.entered()
    for student in students:
        handed = book.handed_in(student)
        if handed is None:
            continue
        record = book.read(student.id)
        if not handed["sha256"]:  # nothing that could be run: no worker is needed
            known = record and not record["sha256"] and record["notes"] == handed["notes"]
            if not known or not record["entered"] or student.id not in entered:
                book.enter(student, handed, book.nothing())
            continue
        if record and record["sha256"] == handed["sha256"] and not again:
            if record["source"] != book.source:
                old.append(student)
            if not record["entered"] or student.id not in entered:  # killed in between
                book.enter(student, handed, record["outcome"], record)
            done.append(record)
            continue
        due[handed.pop("content")].append((student, handed))
    return due, done, old


def _tell(book, students, graded, done, old, failed, seconds):
    print(f"{book.assignment.name}: graded {graded} in {seconds:.0f} s; {len(done)} had been graded before")
    records = [(student, book.read(student.id)) for student in students]
    points = [record["points"] for _, record in records if record]
    possible = sum(book.tasks.values())
    if points:
        print(
            f"{len(points)} of {len(students)} students have points: {sum(points) / len(points):.1f} of {possible} on average"
        )
    if old:
        print(f"graded with tests that have changed since: {', '.join(s.id for s in old)}; --again grades them anew")
    for student, record in records:
        if record and record["outcome"]["needs_look"]:
            print(
                f"    look at {student.id}  {student.name}: {' '.join(note['en'] for note in record['notes']) or 'see the report'}"
            )
    for student_id, why in failed.items():
        print(f"    not graded: {student_id}: {why}; run the command again")


# the workers' side -------------------------------------------------------------------------------------------------


def work(submission, source, name, limits, trust):
    """What a worker does: bytes in, a plain dict out; it sees neither gradebook nor class folder."""
    from course_lib.classroom.judge.assistant import mark

    if not trust:
        limits = dataclasses.replace(limits, core=_own_core())
    return dataclasses.asdict(mark(submission, _source_file(source, name), limits, trust=trust))


def _own_core():
    """Number of the processor on which this thread's sandboxes run, so that no submission slows another; None where that cannot be.

    It is one that no other grader of this machine has taken, whoever started it: the name of a socket, which is free again when the
    thread ends, says which are taken. If there are more graders than processors, some share one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    if not hasattr(_mine, "core"):
        _mine.core = random.choice(_cores())
        for core in _cores():
            name = socket.socket(socket.AF_UNIX)
            try:
                name.bind(f"\0course_lib-core-{core}")
            except OSError:
                name.close()
                continue
            _mine.core, _mine.name = core, name
            break
    return _mine.core


_mine = threading.local()


@functools.lru_cache(maxsize=8)
def _source_file(text, name):
    """The source as a file on the worker's machine; one for all submissions, so that it is read once."""
    from distributed import get_worker

    try:
        scratch = get_worker().local_directory  # Dask puts it away, also if this process is killed
    except ValueError:  # called without Dask
        scratch = None
    folder = tempfile.TemporaryDirectory(prefix="course_lib-", dir=scratch)
    atexit.register(folder.cleanup)
    path = Path(folder.name) / name
    path.write_text(text, encoding="utf-8")
    return path


def _outcomes(contents, source, name, limits, trust, workers, scheduler):
    """Yields (bytes, outcome as a dict) as they come; a sentence in its place where there is none."""
    if not contents:
        return
    import dask
    from distributed import Client
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    waiting, tries = collections.deque(contents), collections.Counter()
    with (
        tempfile.TemporaryDirectory(prefix="course_lib-", ignore_cleanup_errors=True) as scratch,
        dask.config.set({"temporary-directory": scratch}),  # nothing of Dask's stays behind
        _cluster(workers, scheduler, limits, len(contents)) as where,
        _client(Client, where) as client,
    ):
        running, done = {}, queue.SimpleQueue()

        def send():
            content = waiting.popleft()
            digest = hashlib.sha256(content).hexdigest()
            tries[content] += 1
            future = client.submit(
                work,
                content,
                source,
                name,
                limits,
                trust,
                key=f"{name}-{digest}-{os.getpid()}-{tries[content]}",
                pure=False,
            )
            running[future] = content
            future.add_done_callback(done.put)

        for _ in range(2 * max(1, sum(client.nthreads().values()))):  # few at a time: they hold the files' bytes
            if waiting:
                send()
        while running:
            future = _next(done, client)
            content = running.pop(future)
            try:
                outcome = future.result(timeout=PULSE)
            except (KilledWorker, TimeoutError):  # its workers have died with it, or one with the outcome still in it
                if tries[content] < TRIES:
                    waiting.append(content)
                else:
                    yield content, "the workers that had it ended again and again"
            except (FutureCancelledError, CommClosedError) as error:
                raise CourseError(
                    f"the scheduler {client.scheduler.address} was lost ({error}): what is graded is kept; run the command again"
                ) from None
            except CourseError:  # no sandbox on the worker, for example: it will be the same with all others
                raise
            except ImportError as error:
                raise CourseError(
                    f"a worker of {client.scheduler.address} has no course_lib of this version ({error}): start it in the same environment, with PYTHONPATH={places.COURSE}"
                ) from None
            except Exception as error:  # a fault of the marker's: the others go on
                yield content, f"the marker failed ({type(error).__name__}: {error})"
            else:
                yield content, outcome
            if waiting:
                send()


def _next(done, client):
    """The next future that is done. Dask itself would wait without end for workers that do not come back."""
    seen = time.monotonic()  # when there was a worker last
    while True:
        try:
            return done.get(timeout=PULSE)
        except queue.Empty:
            try:
                if client.status == "running" and client.nthreads():
                    seen = time.monotonic()
            except (
                OSError,
                TimeoutError,
                asyncio.CancelledError,
            ):  # the scheduler is lost: the futures are about to say so
                pass
            if time.monotonic() - seen > DESERTED:
                address = client.scheduler.address
                raise CourseError(
                    f"all workers of {address} are gone, and none has come for {DESERTED} s: start one with `dask worker {address}` and run the command again; what is graded is kept"
                ) from None


@contextlib.contextmanager
def _cluster(workers, scheduler, limits, jobs):
    """Where to connect to: the scheduler given, or a cluster on this machine, which ends with the block.

    Ours speaks TLS with a certificate of its own, so that nobody else on the machine can connect and run code as its user.
    """
    if scheduler:
        yield scheduler
        return
    from distributed import LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with _deaf_to_ctrl_c():  # it is this process that ends them
        cluster = LocalCluster(
            n_workers=min(_room(limits, workers), jobs),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            security=True,
            silence_logs=logging.CRITICAL,
        )
    with cluster:
        yield cluster


@contextlib.contextmanager
def _stoppable():
    """Ctrl-C raises KeyboardInterrupt, and sets the event that it gives: the exception alone may fall into a destructor or a
    callback of the garbage collector, where Python drops it."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def stop(*_):
        asked.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _deaf_to_ctrl_c():
    """Processes started in this block do not hear Ctrl-C, which a terminal sends to all of them, to end in tracebacks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _room(limits, wanted):
    """How many workers this machine has room for: `wanted`, or one a processor, as far as memory goes.

    Each may use what a submission may, and as much again as the process that runs the tests may.
    """
    import psutil

    from course_lib.classroom.judge.assistant import RAM_HERE

    each, free = limits.memory_mb * 2**20 + RAM_HERE, psutil.virtual_memory().available
    room = max(1, free // each)
    if wanted and wanted > room:
        print(
            f"{room} of {wanted} workers: each may take {each / 2**30:.0f} GB of memory, and {free / 2**30:.0f} GB are free"
        )
    return min(wanted or len(_cores()), room)


def _cores():
    """Numbers of the processors that this process may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def _client(Client, address):
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"no Dask scheduler answers at {address} ({error}): start one with `dask scheduler`, or leave --scheduler away"
        ) from None
    if not client.nthreads():
        try:
            client.wait_for_workers(1, timeout=20)
        except TimeoutError:
            client.close()
            raise CourseError(
                f"the scheduler {address} has no workers: start one with `dask worker {address}`"
            ) from None
    return client
