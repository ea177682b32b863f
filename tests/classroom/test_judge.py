"""Judging one task: what earns its points, what is said otherwise, which
random numbers its test draws, who should look."""

import random
import re

import numpy as np
import pytest

from course_lib.classroom.judge import judge
from course_lib.classroom.judge.answers import SENTENCES, NoAnswer, TestFault
from course_lib.classroom.judge.plan import PartPlan, Plan, TaskPlan
from course_lib.classroom.sandbox.limits import Limits

SETUP = "import random\nimport numpy as np\nfrom course_lib.checks import check, require, require_raises\nseen = []"


class Told:
    """A student whose functions are called here."""

    def __init__(self, function):
        self.function, self.log = function, []
        self.starts, self.ended = 1, False

    def pulse(self):
        pass

    def begin(self):
        self.log.append("begin")

    def call(self, name, arguments, keywords):
        return self.function(*arguments, **keywords)

    def finish(self):
        self.log.append("finish")


def judged(test, function, setups=(SETUP,)):
    task = TaskPlan("f", ("f",), "", (PartPlan("", 4, test),), tuple(setups))
    student = Told(function)
    mark, look = judge.judged(task, Plan((task,), {}, (), (), Limits()), student)
    assert student.log == ["begin", "finish"] and mark.possible == 4
    assert mark.points == (0 if mark.error else 4)
    if mark.error:
        assert re.search("[가-힣]", mark.error["ko"]) and not re.search("[가-힣]", mark.error["en"])
    return mark, look


def refuses(error):
    def function(*_):
        raise error

    return function


def test_what_holds_is_listed_and_what_does_not_is_told():
    test = (
        'require("one", f(1), 2)\nrequire("two", f(2), 4)\nrequire("one", f(1), 2)\nrequire_raises(TypeError, f, "x")'
    )
    mark, look = judged(test, lambda x: x + x if x != "x" else x + 1)
    assert (mark.points, mark.checks, look) == (
        4,
        ["one", "two", ("f raises TypeError", "f: TypeError 발생")],
        False,
    )
    mark, look = judged(test, lambda x: x + 1)
    assert (mark.points, mark.checks, look) == (0, ["one"], False)
    assert mark.error["en"].startswith("two: expected 4, found 3")
    mark, _ = judged('for i in range(99): require(f"case {i}", f(i), i)', lambda x: x)
    assert len(mark.checks) == judge.MAX_CHECKS


LOOK = {"memory", "processes", "cpu", "notebook", "restarts", "refused", "gone"}


@pytest.mark.parametrize("reason", SENTENCES)
def test_a_call_that_gave_no_answer(reason):
    facts = {"name": "f", "seconds": 1.5, "memory": 10, "cpu": 3, "detail": "a file", "why": "because"}
    mark, look = judged("try: f()\nexcept Exception: pass", refuses(NoAnswer(reason, **facts)))
    assert mark.points == 0 and mark.error["en"] and "{" not in mark.error["en"] + mark.error["ko"]
    assert look == (reason in LOOK), "what may have come from the machine is for a person to look at"


def test_exceptions_of_the_student_of_the_test_and_of_the_source():
    theirs = ValueError("too\nlong " + "x" * 999)
    theirs.from_other_side, theirs.function = "OddError", "f"
    mark, look = judged("f()", refuses(theirs))
    assert mark.error["en"].startswith("f raised OddError: too long xxx") and len(mark.error["en"]) < 800 and not look
    unwritten = NotImplementedError()
    unwritten.from_other_side, unwritten.function = "NotImplementedError", "f"
    assert judged("f()", refuses(unwritten))[0].error["en"] == "not written yet"
    mark, look = judged("f().shape", lambda: 3)
    assert "could not be checked (AttributeError" in mark.error["en"] and not look
    mark, look = judged("a, b = f()", lambda: np.array([3]))
    assert mark.error["en"].startswith("several values are asked for") and not look
    mark, look = judged("f()", refuses(TestFault("an argument of f")))
    assert "the test of f failed by itself (an argument of f)" in mark.error["en"] and look
    mark, look = judged("f()", lambda: 1, ["1 / 0"])
    assert "a set-up cell of the source: ZeroDivisionError" in mark.error["en"] and look


DRAWS = """numbers = [np.random.default_rng().random(), np.random.default_rng().random(), np.random.random(), random.random()]
numbers += [np.random.default_rng(5).random()]
f(numbers)
print("nobody reads this")
np.log(np.zeros(1))"""


def test_random_numbers_follow_from_the_text_of_the_test(capsys, recwarn):
    drawn, original = [], np.random.default_rng
    for test in (DRAWS, DRAWS, DRAWS + "\n# other"):
        judged(test, drawn.append)
        random.seed(1), np.random.seed(1)
    one, same, other = drawn
    assert one == same, "everybody gets the same cases"
    assert not set(one[:4]) & set(other[:4]), "another test has others"
    assert len(set(one)) == 5, "each generator has numbers of its own"
    assert one[4] == other[4] == original(5).random(), "a test may choose its seed"
    assert np.random.default_rng is original
    judged("f()", refuses(NoAnswer("restarts")))
    assert np.random.default_rng is original, "put back after a failure, too"
    assert capsys.readouterr().out == "" and not recwarn.list


def test_set_up_is_made_anew_for_each_test():
    test = 'seen.append(1)\nrequire("seen once", len(seen), 1)\nf()'
    assert judged(test, lambda: 1)[0].points == judged(test, lambda: 1)[0].points == 4
