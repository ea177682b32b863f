"""Grade a class: submissions go out as bytes to Dask's workers, outcomes come back and go into nbgrader's gradebook.

Each outcome is written to outcomes/ as soon as it comes, then into the gradebook in one transaction, then to autograded/.
So a grader that is killed at any moment loses at most what was under way, and the next run goes on from there.
"""

import asyncio
import atexit
import collections
import contextlib
import dataclasses
import datetime
import functools
import hashlib
import json
import logging
import os
import queue
import random
import signal
import socket
import tempfile
import threading
import time
import warnings
from pathlib import Path

from course_lib.classroom.classes import graded_tasks
from course_lib.classroom.intake import upload
from course_lib.classroom.intake.collect import known_cells, pick, recorded
from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.progress import bar
from course_lib.tools import build, places

TRIES = 3  # times a submission is sent out again after Dask has given it up with its dying workers
PATIENCE = "10s"  # for a scheduler to answer
PULSE = 20  # seconds without an outcome after which we look whether there are workers
DESERTED = 60  # seconds without any worker after which we give up
NOTHING = {"en": "There is no notebook to grade.", "ko": "채점할 노트북이 없습니다."}


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
    from course_lib.classroom.judge.marking import Limits
    from course_lib.classroom.sandbox import kernel as sandbox

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
        notebook = build.convert(assignment.source)
        if graded_tasks(notebook) != course.fact("released", assignment.name, "tasks"):
            raise CourseError(
                f"the tasks or points of {assignment.source} have changed since the release: run `python3 -m course_lib class release {assignment.number}` again"
            )
        book = Book(course, assignment, notebook)
        students = [course.student(only)] if only else course.students()
        due, done, old = _due(book, students, again)
        started, failed = time.monotonic(), {}
        source = assignment.source.read_text(encoding="utf-8")
        points = [record["points"] for record in done]
        coming = _outcomes(list(due), source, assignment.source.name, Limits(), trust, workers, scheduler)
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
    from course_lib.classroom.judge.marking import mark

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

    from course_lib.classroom.judge.marking import RAM_HERE

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


# the gradebook's side ----------------------------------------------------------------------------------------------


class Book:
    """Where the outcomes of one assignment go: outcomes/, the gradebook, autograded/."""

    def __init__(self, course, assignment, notebook):
        self.course, self.assignment = course, assignment
        self.tasks = graded_tasks(notebook)
        self.source = hashlib.sha256(assignment.source.read_bytes()).hexdigest()
        self.config = course.config()
        self.collected = recorded(course, assignment)
        self._notebook, self._ids, self._cells = notebook, None, None

    def _outcome_path(self, student_id):
        return self.course.folder / "outcomes" / self.assignment.name / f"{student_id}.json"

    def read(self, student_id):
        """What grading found for a student, or None."""
        try:
            return json.loads(self._outcome_path(student_id).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            return None  # not ours, or damaged: graded anew

    def entered(self):
        """Ids of the students whose submission the gradebook knows."""
        with self.course.gradebook() as gradebook:
            return {submission.student_id for submission in gradebook.assignment_submissions(self.assignment.name)}

    def grades(self):
        """What the gradebook says: student -> {"score", "penalty", "tasks": {task: (score, by hand)}, "comments": {task: text}}."""
        found = {}
        with self.course.gradebook() as gradebook:
            for submission in gradebook.notebook_submissions(self.assignment.notebook, self.assignment.name):
                found[submission.student.id] = {
                    "score": submission.score,
                    "penalty": submission.late_submission_penalty or 0.0,
                    "late": submission.assignment.total_seconds_late > 0,
                    "tasks": {
                        grade.name.removesuffix("-test"): (
                            grade.score,
                            grade.manual_score is not None or bool(grade.extra_credit),
                        )
                        for grade in submission.grades
                    },
                    "comments": {
                        comment.name: comment.manual_comment
                        for comment in submission.comments
                        if comment.manual_comment
                    },
                }
        return found

    def nothing(self):
        """The outcome where there is nothing to run."""
        tasks = [
            {
                "task": task,
                "points": 0,
                "possible": possible,
                "error": NOTHING["en"],
                "error_ko": NOTHING["ko"],
                "checks": [],
            }
            for task, possible in self.tasks.items()
        ]
        return {"sha256": "", "tasks": tasks, "notes": [], "needs_look": True, "seconds": 0.0, "notebook": None}

    def handed_in(self, student):
        """What lies in submitted/ for a student, or None: content, sha256, late, timestamp, notes (each {"en":, "ko":})."""
        folder = self.course.path("submitted", student.id, self.assignment.name)
        record = self.collected.get(student.id)
        if not folder.is_dir() or folder.is_symlink():
            return None
        files = [entry for entry in upload.entries(folder)]
        if record and record["sha256"]:
            main = next((entry for entry in files if entry.parts == (f"{self.assignment.notebook}.ipynb",)), None)
            try:
                content = main.read() if main else b""
            except upload.Refused:
                content = b""
            if hashlib.sha256(content).hexdigest() == record["sha256"]:
                return {**record, "content": content}
        elif record and not any(entry.parts[-1] for entry in files):
            return {**record, "content": None}
        self._ids = self._ids or known_cells()  # it came by another way than `collect`: nbgrader's, or a person's hand
        taken = pick(student.id, files, self.assignment, self._ids)
        return {
            "content": taken.content,
            "sha256": hashlib.sha256(taken.content).hexdigest() if taken.content is not None else None,
            "late": False,
            "timestamp": taken.timestamp,
            "notes": taken.notes,
        }

    def enter(self, student, handed, outcome, record=None):
        """Write an outcome where it belongs; returns the points. Repeating it changes nothing."""
        if record is None:
            record = {
                "student": student.id,
                "sha256": handed["sha256"],
                "source": self.source,
                "graded_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "late": handed["late"],
                "timestamp": handed["timestamp"],
                "notes": handed["notes"] + bilingual(outcome),
                "points": sum(task["points"] for task in outcome["tasks"]),
                "outcome": outcome,
            }
        self._write(record, entered=False)
        notebook = self.autograded(student, outcome)
        self._grade(student, notebook, outcome, record["timestamp"])
        target = self.course.path("autograded", student.id, self.assignment.name) / f"{self.assignment.notebook}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        build.write(notebook, target)
        stamp = target.with_name("timestamp.txt")
        if record["timestamp"]:
            write_text(stamp, record["timestamp"])
        else:
            stamp.unlink(missing_ok=True)
        self._write(record, entered=True)
        return record["points"]

    def _write(self, record, entered):
        path = self._outcome_path(record["student"])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({**record, "entered": entered}, ensure_ascii=False))

    def _grade(self, student, notebook, outcome, timestamp):
        """The gradebook's rows, as nbgrader's SaveAutoGrades and AssignLatePenalties would leave them; one transaction."""
        from nbgrader.preprocessors import AssignLatePenalties
        from nbgrader.utils import compute_checksum

        name, assignment = self.assignment.notebook, self.assignment.name
        points = {f"{task['task']}-test": float(task["points"]) for task in outcome["tasks"]}
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
        with self.course.gradebook() as gradebook:
            gradebook.update_or_create_student(student.id)
            gradebook.update_or_create_submission(assignment, student.id, timestamp=timestamp)
            submitted = gradebook.find_submission_notebook(name, assignment, student.id)
            for grade in submitted.grades:
                grade.auto_score = points.get(grade.name)
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
            for comment in submitted.comments:
                cell = cells.get(comment.name)
                untouched = cell is not None and compute_checksum(cell) == cell.metadata.nbgrader.get("checksum")
                comment.auto_comment = "No response." if untouched else None
            gradebook.db.commit()
            late = (
                gradebook.find_submission(assignment, student.id).total_seconds_late > 0
                or submitted.late_submission_penalty
            )
        if late:
            resources = {
                "nbgrader": {
                    "notebook": name,
                    "assignment": assignment,
                    "student": student.id,
                    "db_url": self.course.db_url,
                }
            }
            AssignLatePenalties(config=self.config).preprocess(notebook, resources)

    # the notebook that formgrader shows

    def _canonical(self):
        """grade id -> (cell as released, its source with hidden tests, its checksum), in order."""
        if self._cells is None:
            with self.course.gradebook() as gradebook:
                known = {
                    cell.name: (cell.source, cell.checksum)
                    for cell in gradebook.find_notebook(self.assignment.notebook, self.assignment.name).source_cells
                }
            self._cells = {
                cell.metadata.nbgrader.grade_id: (cell, *known[cell.metadata.nbgrader.grade_id])
                for cell in self._notebook.cells
                if cell.metadata.get("nbgrader", {}).get("grade_id") in known
            }
        return self._cells

    def autograded(self, student, outcome):
        """The student's cells with the graded cells of the source, whose outputs say what came of them."""
        import nbformat

        marks = {f"{task['task']}-test": task for task in outcome["tasks"]}
        if outcome["notebook"]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of ids, which are made anew below
                    given = nbformat.reads(json.dumps(outcome["notebook"]), as_version=4)
                notebook = self._merged(given, marks, student.language)
                nbformat.validate(notebook)
                return notebook
            except Exception as error:  # whatever a student's notebook holds: points do not hang on how it can be shown
                logging.getLogger(__name__).debug("%s: %r", student.id, error)
        return self._merged(build.learner_copy(self._notebook, student.language), marks, student.language)

    def _merged(self, base, marks, language):
        import nbformat

        canonical = self._canonical()
        cells, seen = [], set()
        for given in base.cells:
            grade_id = given.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in canonical and grade_id not in seen:
                seen.add(grade_id)
                cells.append(self._graded_cell(grade_id, given, marks, language))
            else:
                given.metadata.pop("nbgrader", None)
                cells.append(given)
        order = list(canonical)
        for index, grade_id in enumerate(order):
            if grade_id not in seen:  # deleted by the student: back to where it was
                at = {cell.metadata.get("nbgrader", {}).get("grade_id"): place for place, cell in enumerate(cells)}
                place = at.get(order[index - 1], len(cells) - 1) + 1 if index else 0
                cells.insert(place, self._graded_cell(grade_id, None, marks, language))
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"  # students' ids may be doubled, missing or no ids at all
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=self._notebook.metadata)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        return notebook

    def _graded_cell(self, grade_id, given, marks, language):
        import nbformat

        cell, source, checksum = self._canonical()[grade_id]
        about = cell.metadata.nbgrader
        if about.solution and given is not None:
            source = given.source
        outputs = given.get("outputs", []) if given is not None else []
        if grade_id in marks:
            outputs = outputs_of(marks[grade_id], language)
        elif about.locked:
            outputs = []
        # not by new_code_cell, which validates each cell: the whole notebook is validated once
        return nbformat.from_dict(
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {
                    "nbgrader": {**about, "checksum": checksum},
                    "editable": not about.locked,
                    "deletable": False,
                },
                "outputs": outputs,
                "source": source,
            }
        )


def outputs_of(task, language):
    """Outputs of a graded cell from which nbgrader reads the points of the mark."""
    import nbformat

    held = "".join(f"✓ {label}\n" for label in task["checks"])
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=held)] if held else []
    sentence = (task["error_ko"] if language == "ko" else task["error"]) or task["error"] or "no points"
    if task["points"] <= 0 < task["possible"]:
        outputs.append(
            nbformat.v4.new_output("error", ename="CheckFailed", evalue=sentence, traceback=[f"✗ {sentence}"])
        )
    elif task["points"] < task["possible"]:
        outputs.append(nbformat.v4.new_output("stream", name="stdout", text=f"✗ {sentence}\n"))
        outputs.append(
            nbformat.v4.new_output("execute_result", {"text/plain": str(float(task["points"]))}, execution_count=1)
        )
    return outputs


def bilingual(outcome):
    """The marker's notes as [{"en":, "ko":}], each a sentence."""
    korean = outcome.get("notes_ko") or outcome["notes"]
    whole = lambda text: text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
    return [{"en": whole(one), "ko": whole(other)} for one, other in zip(outcome["notes"], korean)]
