"""The student's functions as the tests see them: callables in the grader's process that ask the student's kernel.

`Student` keeps the kernel: it runs the notebook's cells, and runs them again in a fresh kernel after one had to be stopped, without the
cell that was the reason.
"""

import contextlib
import time
from dataclasses import dataclass, field

from course_lib.classroom.sandbox import calls as plain
from course_lib.classroom.sandbox.kernel import Kernel
from course_lib.classroom.sandbox.limits import Gone

RESTARTS = 30
STRAY = 16  # processes that a cell or a task may leave running

_SAY = {
    "time": (
        "{name} did not come back within {seconds:g} s: does a loop never end?",
        "{name}: {seconds:g}초 안에 끝나지 않았습니다. 끝나지 않는 반복문이 있지 않나요?",
    ),
    "memory": ("{name} took more than {memory} MB of memory", "{name}: 메모리를 {memory} MB보다 많이 썼습니다"),
    "processes": ("{name} started too many processes", "{name}: 프로세스를 너무 많이 만들었습니다"),
    "cpu": ("{name} took more than {cpu:g} s of processor time", "{name}: 프로세서 시간을 {cpu:g}초보다 많이 썼습니다"),
    "ended": (
        "{name} ended the program that ran it (a crash, or a call such as exit())",
        "{name}: 실행하던 프로그램이 끝나 버렸습니다(비정상 종료이거나 exit() 같은 호출)",
    ),
    "refused": (
        "{name}: a value came back that cannot be graded: {detail}",
        "{name}: 채점할 수 없는 값이 반환되었습니다. {detail}",
    ),
    "changed": (
        "{name}: {detail}",
        "{name}: 입력으로 받은 모델의 층이 바뀌었습니다. 함수는 새 모델을 만들어야 합니다({detail})",
    ),
    "missing": (
        "no function {name} is in the notebook: was its cell deleted, or the function renamed?",
        "노트북에 {name} 함수가 없습니다. 셀이 지워졌거나 함수의 이름이 바뀌지 않았나요?",
    ),
    "stopped": (
        "no function {name} is there, because its cell stopped with {detail}",
        "{name} 함수가 없습니다. 그 셀이 다음 오류로 멈추었습니다. {detail}",
    ),
    "cut": ("no function {name} is there: {english}", "{name} 함수가 없습니다. {korean}"),
    "task": (
        "all calls of {name} together took more than {seconds:g} s",
        "{name}: 모든 호출을 합하여 {seconds:g}초를 넘었습니다",
    ),
    "notebook": (
        "the {seconds:g} s for the whole notebook were over before this task was tested",
        "이 문제를 테스트하기 전에 노트북 전체의 제한 시간 {seconds:g}초가 지났습니다",
    ),
    "restarts": (
        "the notebook had to be stopped too often before this task was tested",
        "이 문제를 테스트하기 전에 노트북을 너무 여러 번 멈추어야 했습니다",
    ),
}


class NoAnswer(BaseException):
    """The student's function gave nothing that a test could judge. No `except Exception` in a test may take this for an answer.

    Attributes:
        english, korean: one sentence each.
        reason: key of the sentence.
    """

    def __init__(self, reason, **facts):
        self.reason = reason
        self.english, self.korean = (text.format(**facts) for text in _SAY[reason])
        super().__init__(self.english)


class TestFault(BaseException):
    """A test did what no student can be blamed for, such as passing an argument that is not plain data."""

    __test__ = False  # no test of pytest's


@dataclass
class Cell:
    """A cell to run. `kind` is "setup", "own" or "check"; the rest is filled in by running it."""

    code: str
    kind: str = "own"
    task: str | None = None
    outputs: list = field(default_factory=list)
    error: str | None = None
    stopped: str | None = None  # why the kernel had to be stopped in it
    why: tuple[str, str] | None = None  # the same as a sentence, in English and Korean

    def stop(self, reason, **facts):
        """Note that the kernel had to be stopped in this cell."""
        names = ("this cell", "이 셀")
        if self.task:
            names = ("the check of {}", "{}의 점검 셀") if self.kind == "check" else ("the cell of {}", "{} 셀")
        self.stopped = reason
        self.why = tuple(
            text.format(**{**facts, "name": name.format(self.task)}) for text, name in zip(_SAY[reason], names)
        )
        self.error = self.why[0]


class Student:
    """A student's notebook in a kernel of its own.

    Args:
        cells: list of Cell, in order.
        modules: names of modules that the cells are going to import.
        lent: name -> function of the grader's, put in place of the student's own after the cells have run.
        pulse: called before each cell, as a sign of life.
    """

    def __init__(self, cells, limits, *, trust=False, modules=(), lent=None, pulse=lambda: None):
        self.pulse = pulse
        self.cells, self.limits, self.lent = cells, limits, lent or {}
        self.kind = {"trust": trust, "modules": modules}  # of its kernels
        self.end = time.monotonic() + limits.notebook_s
        self.task_end, self.kernel, self.starts = None, None, 0
        self.ended = False  # whether the kernel came to an end in this task, other than by its time

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None

    def _facts(self, name, seconds=0):
        return {"name": name, "seconds": seconds, "memory": self.limits.memory_mb, "cpu": self.limits.cpu_s}

    def ready(self):
        """Run the cells, if no kernel is there that has run them."""
        while self.kernel is None or self.kernel.closed:
            self.starts += 1
            if self.starts > RESTARTS:
                raise NoAnswer("restarts")
            self._left()
            self.kernel = Kernel(self.limits, **self.kind)
            if self._run_cells() and self.lent:
                self.lend(self.lent)

    def _left(self):
        """Seconds that the notebook has left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise NoAnswer("notebook", seconds=self.limits.notebook_s)
        return left

    def _run_cells(self):
        for cell in self.cells:
            if cell.stopped or (cell.kind == "check" and self.starts > 1):  # checks are run once, for what they show
                continue
            self.pulse()
            seconds = min(self.limits.cell_s, self._left())
            try:
                outputs, error = self.kernel.run(cell.code, seconds)
                if self.kernel.strays() > STRAY:
                    self.kernel.close()
                    raise Gone("processes")
            except Gone as gone:
                cell.stop(gone.reason, **self._facts("", seconds))
                cell.outputs = getattr(gone, "outputs", [])
                cell.outputs.append({"output_type": "stream", "name": "stderr", "text": f"[{cell.error}]\n"})
                return False
            if self.starts == 1 or not cell.outputs:
                cell.outputs, cell.error = outputs, error
        return True

    def lend(self, functions):
        """Put functions of the grader's in the place of the student's own."""
        self.lent = functions
        if self.kernel is not None and not self.kernel.closed:
            with contextlib.suppress(Gone):  # the next call finds out
                self.kernel.ask({"lend": list(functions)})

    def begin(self):
        """Start the clock of a task."""
        self.task_end, self.ended = time.monotonic() + self.limits.task_s, False

    def finish(self):
        """End a task: what it has left running must not trouble the next one."""
        if self.kernel is not None and not self.kernel.closed and self.kernel.strays() > STRAY:
            self.stop()

    def call(self, name, arguments, keywords):
        """What the student's function returns.

        Raises:
            Exception: what it raises, with the attributes `from_other_side` (its name there) and `function` (the name of this one).
            NoAnswer: nothing that can be judged came back.
            TestFault: the arguments are not plain data.
        """
        try:
            message, blobs = plain.question(name, arguments, keywords)
        except plain.Refused as refusal:
            raise TestFault(f"an argument of {name}: {refusal}") from None
        started = time.monotonic()
        self.ready()
        if self.task_end:  # a new kernel, if there had to be one, is not the task's fault
            self.task_end += time.monotonic() - started
        left = self._left()
        task_left = self.task_end - time.monotonic() if self.task_end else left
        if task_left <= 0:
            raise NoAnswer("task", **self._facts(name, self.limits.task_s))
        seconds = min(self.limits.call_s, left, task_left)
        try:
            reply, got = self.kernel.ask(message, blobs, seconds, answer=self._answer)
            if "missing" in reply:
                raise self._missing(name)
            try:
                return plain.conclude(reply, got, arguments, keywords)
            except plain.Refused:
                raise
            except Exception as error:
                error.function = name
                raise
        except Gone as gone:
            self.ended = gone.reason != "time"
            raise NoAnswer(gone.reason, **self._facts(name, seconds)) from None
        except plain.Changed as change:
            raise NoAnswer("changed", name=name, detail=shown(str(change))) from None
        except plain.Refused as refusal:
            raise NoAnswer("refused", name=name, detail=shown(str(refusal))) from None

    def _answer(self, message, blobs):
        """A call that comes back from the student's kernel, of a function that was lent."""
        function = self.lent.get(message.get("call"))
        if function is None:
            return {"refused": "no such function was lent"}, []
        try:
            return plain.perform(function, message, blobs)
        except (plain.Refused, KeyError, TypeError, ValueError, AttributeError):
            return {"refused": "malformed data (arguments)"}, []

    def _missing(self, name):
        for cell in reversed(self.cells):
            if cell.error and cell.kind != "check" and (cell.task == name or f"def {name}(" in cell.code):
                if cell.why:
                    return NoAnswer("cut", name=name, english=cell.why[0], korean=cell.why[1])
                return NoAnswer("stopped", name=name, detail=shown(cell.error))
        return NoAnswer("missing", name=name)


def proxy(student, name):
    """A function of this name that calls the student's."""

    def function(*arguments, **keywords):
        return student.call(name, arguments, keywords)

    function.__name__ = function.__qualname__ = name
    return function


def shown(text, length=400):
    """A student's text fit to stand in a sentence: one line, printable, not long."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * length]).split())
    return text if len(text) <= length else text[: length - 1] + "…"
