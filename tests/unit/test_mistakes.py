"""An exception in the learner's function is one sentence with their line, and what probably is behind it."""

import sys
import textwrap

import pytest
from desk import course, notebook_here, workbook

from course_lib.tasks import tasks


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """(body of the function) -> what its check says."""
    check = next(task for task in tasks(course(tmp_path, monkeypatch)) if task.name == "double").check.source
    workbook(tmp_path, monkeypatch)
    with notebook_here(capsys) as cell:
        cell("import numpy as np\nfrom course_lib.checks import check\nimage = np.arange(12).reshape(3, 4)")

        def run(body, head="def double(x):"):
            cell(f"{head}\n" + textwrap.indent(textwrap.dedent(body).strip(), "    "), "double")
            return cell(check)

        run.shell = cell.shell
        yield run


@pytest.mark.parametrize(
    "body, words",
    [
        ("scale = 2\nreturn scael * x", "line 3, `return scael * x`: NameError: name 'scael' is not defined (did you mean `scale`?)"),
        ("return X * 2", "(did you mean `x`?)"),
        ("return true", "(did you mean `True`?)"),
        ("return lenn([x])", "(did you mean `len`?)"),
        ("return np.zeroes(3)", "(did you mean `zeros`?)"),
        ("return [x][1]", "IndexError: list index out of range (there is no such place"),
        ("return np.zeros(3)[3]", "IndexError: index 3 is out of bounds"),
        ("return np.zeros(3)[0, 0]", "(the array has fewer axes than this index"),
        ("return np.zeros(3)[1.0]", "(a whole number is needed here"),
        ("return np.zeros(3)[x / 1]", "(a whole number is needed here"),
        ("return [0] * 3.0", "TypeError: can't multiply sequence"),
        ("return np.ones(3) + np.ones(4)", "ValueError: operands could not be broadcast together with shapes (3,) (4,) (these shapes do not fit together"),
        ("return np.ones((2, 3)) @ np.ones((2, 3))", "(these shapes do not fit together"),
        ("return np.array([[1], [2, 3]])", "(the rows of this list have different lengths)"),
        ("if np.ones(3) > 0: return 1", "(an array has many truth values"),
        ("return np.full(3)", "(an argument is missing in this call)"),
        ("return len([x], 2)", "TypeError: len() takes exactly one argument (2 given)"),
        ("def half(y): return y / 2\nreturn half(x, 2)", "(this call gives too many arguments)"),
        ("def half(y): y / 2\nreturn 4 * half(x)", "(a value is None here"),
        ("return None.shape", "(a value is None here"),
        ("return x(2)", "(round brackets call a function; square ones pick an entry)"),
        ("y = [[1]]\nreturn y[0, 0]", "(a list has one index"),
        ("y = (1, 2)\ny[0] = x\nreturn y", "(this cannot be changed"),
        ("if x == 0:\n    y = 1\nreturn y", "(it is used before it has a value"),
        ("return np.ones(6).reshape(4, 2)", "(a new shape must hold as many values as the old one)"),
        ("y = np.ones(2)\ny[0] = [1, 2]\nreturn y", "(one place of an array takes one number)"),
        ("a, b = np.ones(3)\nreturn a", "(there are not as many names at the left"),
        ("return np.sum(x, axes=0)", "(the function has no argument of this name)" if sys.version_info < (3, 13) else "axis"),
        ("return [x][0][1]", "(this is a single value and has no entries)"),
        ("return np.sum(x)[0]", "(this is a single value and has no entries)"),
        ("return [y for y in 3]", "(a loop needs several values; `range(n)` counts)"),
        ("return [1] + 1", "(is this a list where an array is needed?)"),
        ("return [1] - [1]", "(is this a list where an array is needed?)"),
        ("return [1].shape", "(is this a list where an array is needed?)"),
        ("return np.sum(np.ones(3), axis=2)", "(the array has fewer axes than this index"),
        ("return 1 / 0", "ZeroDivisionError: division by zero (something is divided by 0)"),
        ("return {}['a']", "KeyError: 'a' (there is no such key)"),
        ("assert x > 5\nreturn x", "line 2, `assert x > 5`: AssertionError (your own `assert` does not hold)"),
        ("return double(x)", "(the function calls itself without end)"),
        ("import nmpy", "(this module is not installed"),
        ("return int('x')", "`return int('x')`: ValueError: invalid literal for int() with base 10: 'x'\n"),
        ("import sys\nsys.exit()", "`double` ended the program in line 3: use `return` instead"),
        ("raise Exception", "line 2, `raise Exception`: Exception\n"),
        ("raise StopIteration", "StopIteration"),
        ("return [scael * y for y in [1]]", "`double` stopped in its line 2"),
        ("return (lambda y: scael * y)(1)", "`double` stopped in its line 2"),
    ],
)  # fmt: skip
def test_one_sentence_with_line_and_meaning(run, body, words):
    text = run(body)
    assert words in text and text.startswith("checked: `double` as run in [2]\n✗ a number: `double`")
    assert "course_lib" not in text and "checks hold" in text


@pytest.mark.parametrize(
    "body, words",
    [
        ("y = 2 * x", "✗ a number: nothing came back (None): is the `return` missing?\n"),
        ("print(2 * x)", "is the `return` missing? `print` shows a value and does not give it back"),
        ("yield 2 * x", "a generator came back: give the result by `return`"),
        ("return print", "a function came back, not its result"),
        ("return ...", "expected type int, found ellipsis"),
    ],
)
def test_what_is_no_answer_is_told(run, body, words):
    assert words in run(body)


def test_a_helper_of_the_learners_own_is_named(run):
    run.shell.run_cell("def helper(y):\n    return y * scael")
    assert "✗ a number: `helper` stopped in its line 2, `return y * scael`" in run("return helper(x)")


@pytest.mark.parametrize(
    "head, words",
    [
        ("def double():", "`double` cannot be called as the task asks for (TypeError: double() takes 0 positional"),
        ("def double(x, y):", "(TypeError: double() missing 1 required positional argument: 'y')"),
    ],
)
def test_other_arguments_than_those_of_the_text(run, head, words):
    text = run("return 2", head)
    assert words in text and text.count("✗") == 2


def test_the_traceback_is_folded_and_holds_no_frame_of_the_course(run):
    shown = []
    run.shell.display_pub.publish = lambda data, **_: shown.append(data)
    run("return np.ones(3) + np.ones(x + 1)")
    (data,) = shown[:1]
    assert data["text/html"].startswith("<details><summary>Python&#x27;s own words</summary><pre>Traceback")
    assert "line 2, in double" in data["text/html"] and "course_lib" not in data["text/html"]
    assert data["text/plain"].splitlines()[-1].strip().startswith("ValueError: operands")


def test_the_way_to_an_endless_recursion_is_short(run):
    assert len(run("return double(x)").splitlines()) < 20


def test_korean(run, monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "ko")
    text = run("scale = 2\nreturn scael * x")
    assert "✗ a number: `double`이(가) 3번째 줄 `return scael * x`에서 멈추었습니다" in text
    assert "(`scale`을(를) 쓰려고 했나요?)" in text
