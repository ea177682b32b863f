"""From the bytes of a submission to its points. Whatever is in those bytes, an Outcome comes back.

The notebook's cells run in a sandbox. The tests run here, taken from the chapter's source and never from the submission, with the
names of the tasks' functions bound to proxies (proxies.py). Nothing of the submission but plain data comes to this side.

`mark` hands the work to a second process of this program that it keeps for the next submission: so a test that eats all memory on
this side, or never ends, costs its task and not the grader.
"""

import ast
import base64
import contextlib
import functools
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course_lib.classroom.judge.answers import Cell, NoAnswer, Student, TestFault, proxy, shown
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError

MAX_BYTES = 200 * 2**20  # of a submission
MAX_CELLS = 2000
MAX_DISPLAY = 4_000_000  # characters of the notebook that is kept
MAX_CHECKS = 12  # labels kept for a task
GRACE = 120  # seconds beyond its own limits after which the process that runs the tests is taken to hang
RAM_HERE = 4 * 2**30  # private memory of the process that runs the tests


@dataclass
class TaskMark:
    """Points of one task. `error` is one sentence in English, `error_ko` the same in Korean; None if all held. `checks` are the labels
    of what held."""

    task: str
    points: float
    possible: float
    error: str | None = None
    error_ko: str | None = None
    checks: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of a submission. `notes` and `notes_ko` say what was odd, a sentence each; `notebook` is the executed submission as
    nbformat 4.5: every graded cell of the source once, text and pictures only, of bounded size; None if it could not be read."""

    sha256: str
    tasks: list[TaskMark]
    notes: list[str] = field(default_factory=list)
    needs_look: bool = False
    seconds: float = 0.0
    notebook: dict | None = None
    notes_ko: list[str] = field(default_factory=list)

    @classmethod
    def from_dict(cls, content):
        """The same from what `dataclasses.asdict` has made of it."""
        return cls(**{**content, "tasks": [TaskMark(**task) for task in content["tasks"]]})


_SAY = {
    "nothing": ("nothing was handed in", "제출한 것이 없습니다"),
    "empty": ("the file is empty", "파일이 비어 있습니다"),
    "large": ("the file is larger than {size} MB", "파일이 {size} MB보다 큽니다"),
    "kind": ("the file is {kind} and not a notebook", "파일이 노트북이 아니라 {kind}입니다"),
    "encoding": ("the file is not text in a known encoding", "파일이 알려진 인코딩의 텍스트가 아닙니다"),
    "json": (
        "the file is no valid JSON (line {line}), so it may be incomplete: hand in a complete one",
        "파일이 올바른 JSON이 아닙니다({line}번째 줄). 파일이 온전하지 않은 것 같으니 온전한 파일을 다시 제출하세요",
    ),
    "cells": (
        "the file is JSON, but it holds no cells of a notebook",
        "파일이 JSON이지만 노트북의 셀이 들어 있지 않습니다",
    ),
    "many": ("only the first {count} cells were looked at", "처음 {count}개의 셀만 보았습니다"),
    "reencoded": ("the file was read as {encoding}", "파일을 {encoding}(으)로 읽었습니다"),
    "old": ("the notebook is in an old format (nbformat {version})", "노트북이 옛 형식(nbformat {version})입니다"),
    "deleted": ("cells are missing: {cells}", "빠진 셀이 있습니다: {cells}"),
    "copied": ("cells stand more than once: {cells}", "두 번 이상 나오는 셀이 있습니다: {cells}"),
    "retyped": ("cells are no code cells any more: {cells}", "코드 셀이 아니게 된 셀이 있습니다: {cells}"),
    "reordered": ("cells stand in another order", "셀의 순서가 바뀌었습니다"),
    "changed": (
        "checks or tests were changed, and those of the course were used: {cells}",
        "점검 셀이나 테스트 셀이 바뀌어 있어서 원래 셀로 채점했습니다: {cells}",
    ),
    "metadata": ("the metadata of cells was changed: {cells}", "셀의 메타데이터가 바뀌었습니다: {cells}"),
    "stopped": ("a cell had to be stopped: {english}", "실행을 중단한 셀이 있습니다. {korean}"),
    "lent": (
        "tested with the course's own {names}, since this notebook's did not pass: {tasks}",
        "이 노트북의 함수({names})가 통과하지 못해서 모범 답안의 함수로 테스트했습니다: {tasks}",
    ),
    "unwritten": ("not written yet", "아직 작성하지 않았습니다"),
    "raised": ("{name} raised {error}", "{name}에서 예외가 발생했습니다. {error}"),
    "odd": (
        "what came back could not be checked ({error}): is it of the right type?",
        "반환된 값을 점검할 수 없었습니다({error}). 자료형이 올바른가요?",
    ),
    "fault": (
        "the test of {task} failed by itself ({error}); a person must look at it",
        "{task}의 테스트 자체에 문제가 있습니다({error}). 사람이 확인해야 합니다",
    ),
    "hung": (
        "the test of {task} had to be stopped: what came back took too much time or memory to check",
        "{task}의 테스트를 멈추어야 했습니다. 반환된 값을 점검하는 데 시간이나 메모리가 너무 많이 들었습니다",
    ),
    "crashed": (
        "the grader itself could not get through this file ({error}); a person must look at it",
        "채점기가 이 파일을 끝까지 처리하지 못했습니다({error}). 사람이 확인해야 합니다",
    ),
    "unread": ("nothing could be graded: {why}", "채점할 수 없었습니다. {why}"),
}


def _both(key, **facts):
    return tuple(text.format(**facts) for text in _SAY[key])


# --- the chapter's source ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """A graded task of the source: its functions, its test, the set-up cells that stand before the test."""

    name: str
    possible: float
    functions: tuple[str, ...]
    solution: str
    test: str
    setups: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a source asks for. `cells` are those of the learner's copy by grade_id, in order; `setups` the ungraded code cells;
    `modules` the names of what these import."""

    tasks: tuple[Task, ...]
    cells: dict
    setups: tuple[str, ...]
    modules: tuple[str, ...]


def read_plan(source):
    """The Plan of a source file.

    Raises:
        CourseError: the file is not a source, or a graded task has no solution that defines a function.
    """
    source = Path(source)
    try:
        state = source.stat()
    except OSError as error:
        raise CourseError(
            f"{source} cannot be read ({error.strerror}): give the .py source of a chapter's exercises"
        ) from None
    return _read_plan(source, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=32)
def _read_plan(source, *_):
    from course_lib.tools import sources

    notebook = sources.convert(source)
    learner = sources.learner_copy(notebook, "en")
    cells, setups, solutions, tasks, learner_setups = {}, [], {}, [], []
    for cell in learner.cells:
        if cell.cell_type == "code":
            graded = cell.metadata.get("nbgrader")
            if graded:
                cells[graded["grade_id"]] = {"source": cell.source, "metadata": dict(graded)}
            elif cell.source.strip():
                learner_setups.append(cell.source)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        graded = cell.metadata.get("nbgrader")
        if not graded:
            setups.append(cell.source)
        elif graded["solution"]:
            names = [node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
            solutions[graded["grade_id"]] = (tuple(names), cell.source)
        elif graded["grade"]:
            name = graded["grade_id"].removesuffix("-test")
            functions, solution = solutions.get(name, ((), ""))
            if not functions:
                raise CourseError(
                    f'{source}: no cell with task="{name}" role="solution" before its test defines a function; a task asks for functions, so write one'
                )
            tasks.append(Task(name, graded["points"], functions, solution, cell.source, tuple(setups)))
    return Plan(tuple(tasks), cells, tuple(learner_setups), tuple(_imports(learner_setups)))


def _imports(codes):
    """Names of the modules that cells import, each once, in order."""
    names = {}
    for node in (node for code in codes for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.Import):
            names |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names[node.module] = None
    return list(names)


# --- the submission ----------------------------------------------------------------------------------------------------------


class Unreadable(Exception):
    """A file that is no notebook; `args` are the sentence in English and in Korean."""


_KINDS = (
    (b"PK\x03\x04", "a zip or Office file", "zip 또는 Office 파일"),
    (b"%PDF", "a PDF", "PDF"),
    (b"\x89PNG", "a picture", "그림"),
    (b"\xff\xd8\xff", "a picture", "그림"),
    (b"\xd0\xcf\x11\xe0", "an Office or HWP file", "Office 또는 HWP 파일"),
    (b"\x1f\x8b", "a gzip file", "gzip 파일"),
    (b"Rar!", "a RAR file", "RAR 파일"),
    (b"<", "a web page or XML", "웹 페이지나 XML"),
    (b"{\\rtf", "an RTF text", "RTF 문서"),
)


def read_notebook(data):
    """The cells of a submission.

    Returns:
        (list of dicts with "type", "source", "graded" (nbgrader's metadata, a dict) and "id"; notes as pairs of sentences)

    Raises:
        Unreadable: there are none.
    """
    if data is None:
        raise Unreadable(*_both("nothing"))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(*_both("empty"))
    if len(data) > MAX_BYTES:
        raise Unreadable(*_both("large", size=MAX_BYTES >> 20))
    text, encoding = _decode(data)
    for start, english, korean in _KINDS:
        if data.lstrip(b" \t\r\n\xef\xbb\xbf")[: len(start)] == start:
            raise Unreadable(_SAY["kind"][0].format(kind=english), _SAY["kind"][1].format(kind=korean))
    if text is None:
        raise Unreadable(*_both("encoding"))
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(*_both("json", line=error.lineno)) from None
    except (ValueError, RecursionError, MemoryError):  # numbers of thousands of digits, lists in lists without end
        raise Unreadable(*_both("json", line=1)) from None
    notes = [] if encoding == "UTF-8" else [_both("reencoded", encoding=encoding)]
    if isinstance(content, dict) and isinstance(content.get("cells"), list):
        cells = content["cells"]
    elif isinstance(content, dict) and isinstance(content.get("worksheets"), list):  # nbformat 2 and 3
        sheets = [sheet.get("cells") for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
        notes.append(_both("old", version=shown(str(content.get("nbformat")), 20)))
    else:
        raise Unreadable(*_both("cells"))
    cells = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if len(cells) > MAX_CELLS:
        notes.append(_both("many", count=MAX_CELLS))
    return cells[:MAX_CELLS], notes


def _decode(data):
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            tries = [(encoding, "UTF-8 with a byte-order mark" if encoding == "utf-8-sig" else "UTF-16")]
            break
    else:
        tries = [("utf-8", "UTF-8"), ("cp949", "CP949")]
        if b"\x00" in data[:4]:
            tries.insert(0, ("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "UTF-16"))
    for encoding, name in tries:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding), name
    return None, None


def _cell(cell):
    """A cell with what is needed of it, each of the type that it should have."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        source = ""
    metadata = cell.get("metadata")
    graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return {
        "type": cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown", "raw") else "raw",
        "source": source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n"),
        "graded": graded if isinstance(graded, dict) else {},
        "id": cell.get("id") if isinstance(cell.get("id"), str) else "",
    }


def _bare(text):
    """A cell's text without what editors change: space at the ends of lines and around it."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def merge(plan, cells):
    """Which cells to run, and how the notebook is shown.

    Returns:
        (list of Cell to run; list of (cell as read, grade_id or None, Cell or None) for display; notes as pairs; whether a person
        should look)
    """
    texts = {_bare(cell["source"]): name for name, cell in plan.cells.items()}
    functions = {function: task.name for task in plan.tasks for function in task.functions}
    given = {_bare(cell["source"]) for cell in cells if cell["type"] == "code"}
    run = [Cell(code, "setup") for code in plan.setups if _bare(code) not in given]
    display, order = [], []
    copied, retyped, changed, metadata = [], [], [], []
    for cell in cells:
        name = cell["graded"].get("grade_id")
        if not (isinstance(name, str) and name in plan.cells):
            name = cell["id"] if cell["id"] in plan.cells else texts.get(_bare(cell["source"]))
            if name is None and cell["type"] == "code":
                defined = re.findall(r"^def +(\w+) *\(", cell["source"], re.MULTILINE)
                name = next((functions[one] for one in defined if one in functions), None)
            if name is not None and cell["graded"]:
                metadata.append(name)
        elif any(cell["graded"].get(key) != value for key, value in plan.cells[name]["metadata"].items()):
            metadata.append(name)
        known = plan.cells.get(name)
        again = name in order
        if again:
            copied.append(name)
        elif known:
            order.append(name)
        runs = None
        if known and known["metadata"]["locked"] and not again:
            if _bare(cell["source"]) != _bare(known["source"]):
                changed.append(name)
            if not known["metadata"]["grade"]:
                runs = Cell(known["source"], "check", name.removesuffix("-check"))
            cell = {**cell, "type": "code", "source": known["source"]}
        elif known and known["metadata"]["solution"]:
            if cell["type"] != "code":
                retyped.append(name)
                cell = {**cell, "type": "code"}
            runs = Cell(cell["source"], "own", name)
        elif cell["type"] == "code" and cell["source"].strip() and not known:
            runs = Cell(cell["source"])
        elif known and again and _bare(cell["source"]) != _bare(known["source"]):
            runs = Cell(cell["source"])  # a copy of a check that has become a cell of one's own
        if runs:
            run.append(runs)
        display.append((cell, None if again else name, runs))
    run = _without_stubs(plan, run)
    missing = [name for name in plan.cells if name not in order]
    for name in missing:
        known = plan.cells[name]
        display.append(({"type": "code", "source": known["source"], "graded": {}, "id": name}, name, None))
    wanted = [name for name in plan.cells if name in order]
    lists = {"deleted": missing, "copied": copied, "retyped": retyped, "changed": changed, "metadata": metadata}
    notes = [_both(key, cells=", ".join(dict.fromkeys(names))) for key, names in lists.items() if names]
    if order != wanted:
        notes.append(_both("reordered"))
    return (
        run,
        display,
        notes,
        bool(copied or any(name in plan.cells and plan.cells[name]["metadata"]["solution"] for name in missing)),
    )


def _without_stubs(plan, run):
    """Without cells that nobody has touched, where the same function is written somewhere else: the stub must not undo it."""
    written = set()
    stubs = {_bare(plan.cells[task.name]["source"]): task for task in plan.tasks if task.name in plan.cells}
    for cell in run:
        if _bare(cell.code) not in stubs:
            written |= set(re.findall(r"^def +(\w+) *\(", cell.code, re.MULTILINE))
    return [
        cell for cell in run if _bare(cell.code) not in stubs or not written & set(stubs[_bare(cell.code)].functions)
    ]


def _notebook(display, run):
    """The executed submission for people to read. No HTML and no script is in it, and not more than MAX_DISPLAY characters."""
    ran = set(map(id, run))
    cells, taken = [], set()
    for number, (cell, name, runs) in enumerate(display):
        identity = name if name else f"cell-{number}"
        while identity in taken:
            identity += "-x"
        taken.add(identity)
        one = {"cell_type": cell["type"], "id": identity[:64], "metadata": {}, "source": cell["source"][:100_000]}
        if cell["type"] == "code":
            one["execution_count"] = None
            one["outputs"] = runs.outputs if runs is not None and id(runs) in ran else []
        elif cell["type"] == "markdown":
            one["source"] = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", one["source"])
        if name:
            one["metadata"] = {"nbgrader": cell["meta"]} if "meta" in cell else {}
        cells.append(one)
    size = lambda: sum(len(json.dumps(one)) for one in cells)
    if size() > MAX_DISPLAY:
        for one in cells:
            if len(json.dumps(one)) > MAX_DISPLAY / 100:
                one["source"] = one["source"][:10_000]
                if one.get("outputs"):
                    one["outputs"] = [
                        {"output_type": "stream", "name": "stderr", "text": "[left out: too much output]\n"}
                    ]
        while size() > MAX_DISPLAY:
            cells.remove(next(one for one in cells[::-1] if not one["metadata"]))
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }


# --- judging -----------------------------------------------------------------------------------------------------------------


def mark_here(submission, source, limits=None, *, trust=False, files=(), only=None, report=lambda **_: None):
    """`mark` in this process.

    Args:
        only: names of the tasks to judge; all if None.
        report: called with begin=task, done=TaskMark and alive=True as the work goes on.
    """
    start, limits, plan = time.monotonic(), limits or Limits(), read_plan(source)
    sha = hashlib.sha256(submission or b"").hexdigest()
    try:
        cells, notes = read_notebook(submission)
    except Unreadable as why:
        return _nothing(plan, sha, why.args, time.monotonic() - start)
    run, display, more, look = merge(plan, cells)
    for cell, name, _ in display:
        if name:
            cell["meta"] = plan.cells[name]["metadata"]
    notes += more
    tasks = [task for task in plan.tasks if only is None or task.name in only]
    marks = {}
    pulse = lambda: report(alive=True)
    kind = {"trust": trust, "files": files, "modules": plan.modules}
    with Student(run, limits, **kind, pulse=pulse) as student:
        with contextlib.suppress(NoAnswer):  # each task will say so
            student.ready()
        for task in tasks:
            report(begin=task.name)
            starts = student.starts
            mark, odd = _judge(task, plan, student)
            if student.starts == starts and student.ended:
                report(begin=task.name)  # an earlier task may have been the reason: once more in a fresh kernel
                mark, odd = _judge(task, plan, student)
            marks[task.name], look = mark, look or odd
            report(done=mark)
        end = student.end
    for cell in run:
        if cell.stopped:
            notes.append(_both("stopped", english=cell.why[0], korean=cell.why[1]))
            look = True
    notes += _again_with_loans(plan, tasks, marks, run, limits, kind, end, report, pulse)
    return Outcome(
        sha,
        [marks[task.name] for task in tasks],
        [english for english, _ in notes],
        look,
        round(time.monotonic() - start, 3),
        _notebook(display, run),
        [korean for _, korean in notes],
    )


def _nothing(plan, sha, why, seconds):
    marks = [TaskMark(task.name, 0, task.possible, *_two("unread", why)) for task in plan.tasks]
    return Outcome(sha, marks, [why[0]], True, round(seconds, 3), None, [why[1]])


def _two(key, why):
    return _SAY[key][0].format(why=why[0]), _SAY[key][1].format(why=why[1])


def _again_with_loans(plan, tasks, marks, run, limits, kind, end, report, pulse):
    """A task may call the function of an earlier one. If that one is wrong, the later task is tried once more with the grader's own.

    The student's kernel never sees how a lent function works: a call of it comes back to this process. This goes through the tasks in
    their order in one further kernel, so that nothing but functions of earlier tasks has been lent there when a task is judged: no
    task can be answered with the grader's own solution of it, nor with that of a later task which calls it.
    """
    lent = {}  # names of functions -> tasks that got points with them
    failed = {task.name for task in plan.tasks if task.name in marks and marks[task.name].points < task.possible}
    if not failed:
        return []
    # without the definition lines, where a function's name stands of itself
    code = re.sub(r"^def .*$", "", "\n".join(cell.code for cell in run if cell.kind == "own"), flags=re.MULTILINE)
    with contextlib.ExitStack() as stack:
        student, wrong = None, []
        for task in plan.tasks:
            loans = [one for one in wrong if any(re.search(rf"\b{name}\b", code) for name in one.functions)]
            if task.name in failed and loans:
                if student is None:
                    again = [cell for cell in run if cell.kind != "check"]
                    fresh = [
                        Cell(cell.code, cell.kind, cell.task, stopped=cell.stopped, why=cell.why) for cell in again
                    ]
                    student = stack.enter_context(Student(fresh, limits, **kind, pulse=pulse))
                    student.end = end
                student.lend({name: function for one in loans for name, function in _own(plan, one).items()})
                report(begin=task.name)
                mark, _ = _judge(task, plan, student)
                if mark.points > marks[task.name].points:
                    marks[task.name] = mark
                    lent.setdefault(", ".join(name for one in loans for name in one.functions), []).append(task.name)
                report(done=marks[task.name])
            if task.name in failed:
                wrong.append(task)
    return [_both("lent", names=names, tasks=", ".join(tasks)) for names, tasks in lent.items()]


def _own(plan, task):
    """The grader's own functions of a task, with those of the tasks before it."""
    with _quiet():
        namespace = _set_up(task)
        for one in plan.tasks[: plan.tasks.index(task) + 1]:
            exec(compile(one.solution, one.name, "exec"), namespace)
    return {name: namespace[name] for name in task.functions}


def _set_up(task):
    """The names that the source's ungraded cells before a test define, made anew: nothing of one submission is left for the next."""
    namespace = {"__name__": "__main__"}
    try:
        for code in task.setups:
            exec(compile(code, "set-up", "exec"), namespace)
    except Exception as error:
        raise TestFault(f"a set-up cell of the source: {type(error).__name__}: {error}") from None
    return namespace


def _judge(task, plan, student):
    """(TaskMark, whether a person should look) of one task."""
    from course_lib import checks, texts

    held = []
    student.begin()
    sentence, odd = None, False
    try:
        with _quiet(), _drawn_from(task.test):
            namespace = _set_up(task)
            namespace |= {name: proxy(student, name) for one in plan.tasks for name in one.functions}
            for name in ("check", "require", "check_raises", "require_raises"):
                if namespace.get(name) is getattr(checks, name):
                    namespace[name] = _noting(namespace[name], held)
            exec(compile(task.test, f"test of {task.name}", "exec"), namespace)
    except checks.CheckFailed as error:
        sentence = shown(texts.told(error, "en")), shown(texts.told(error, "ko"))
    except NoAnswer as error:
        sentence = error.english, error.korean
        odd = error.reason in ("memory", "processes", "cpu", "notebook", "restarts")
    except TestFault as error:
        sentence, odd = _both("fault", task=task.name, error=shown(str(error))), True
    except Exception as error:
        name = getattr(error, "from_other_side", None)
        told = shown(": ".join(filter(None, (name or type(error).__name__, str(error)))))
        if name and isinstance(error, NotImplementedError):
            sentence = _both("unwritten")
        elif name:
            sentence = _both("raised", name=error.function, error=told)
        else:
            sentence = _both("odd", error=told)
    student.finish()
    mark = TaskMark(task.name, task.possible if sentence is None else 0, task.possible, *(sentence or ()), checks=held)
    return mark, odd


def _noting(check, held):
    """A check that also notes the label of what held."""

    def noting(label, *arguments, **keywords):
        check(label, *arguments, **keywords)
        if not isinstance(label, str):  # require_raises(error, function, ...)
            label = f"{arguments[0].__name__} raises {label.__name__}"
        text = shown(label, 120)
        if len(held) < MAX_CHECKS and text not in held:
            held.append(text)

    return noting


@contextlib.contextmanager
def _quiet():
    """What tests print, and what NumPy warns of, is for nobody."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _drawn_from(text):
    """Random numbers that follow from a test's text: every student gets the same cases, and the same again when graded again."""
    import random

    import numpy as np

    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    original, count = np.random.default_rng, iter(range(10**9))
    np.random.default_rng = lambda given=None: original([seed, next(count)] if given is None else given)
    np.random.seed(seed % 2**32)
    random.seed(seed)
    try:
        yield
    finally:
        np.random.default_rng = original


# --- in a process of its own -------------------------------------------------------------------------------------------------


def mark(submission, source, limits=None, trust=False, files=()):
    """Grade one submission.

    Args:
        submission: the bytes of the file, or None if nothing was handed in.
        source: path of the chapter's exercises, the .py.
        limits: Limits; by default those of the class.
        trust: without a sandbox, with the rights of whoever runs this.
        files: paths of files that the release shipped; they can be read in the folder of the notebook.

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
        "files": [str(Path(file).resolve()) for file in files],
    }
    while True:
        outcome, begun = _assistant().mark({**order, "only": left}, done, limits)
        if outcome is not None:
            break
        task = next((one for one in plan.tasks if one.name == begun), None)
        if task is None:  # before the first test
            outcome = asdict(_nothing(plan, "", _both("crashed", error="it ended"), 0))
            break
        if begun not in done:
            done[begun] = asdict(TaskMark(task.name, 0, task.possible, *_both("hung", task=begun)))
        notes.append(_both("hung", task=begun))
        left = [name for name in left if name not in done]
        if not left:
            outcome = asdict(_nothing(plan, "", notes[-1], 0))
            outcome["notes"], outcome["notes_ko"] = [], []
            break
    result = Outcome.from_dict(outcome)
    done |= {one["task"]: one for one in outcome["tasks"] if one["task"] not in done}
    result.tasks = [TaskMark(**done[task.name]) for task in plan.tasks]
    result.notes += [english for english, _ in notes]
    result.notes_ko += [korean for _, korean in notes]
    result.needs_look |= bool(notes)
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
        command = [sys.executable, "-m", "course_lib.classroom.judge.marking"]
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
        patience = (
            4 * max(limits.task_s, limits.cell_s) + GRACE
        )  # what a task or a cell may take where the processor is not free
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
                files=order["files"],
                only=order["only"],
                report=tell,
            )
        except CourseError as error:
            tell(fault=str(error))
            continue
        except Exception as error:  # whatever it was, it is this submission's and nobody else's
            why = _both("crashed", error=type(error).__name__)
            outcome = _nothing(read_plan(order["source"]), "", why, 0)
        tell(outcome=outcome)
        if "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session()
        if psutil.Process().memory_info().rss > RAM_HERE / 2:  # what Keras keeps of each model adds up
            break


if __name__ == "__main__":
    _assist()
