"""What the text of a cell tells of the functions in it, be it valid Python or not."""

import pytest

from course_lib.feedback import stubs


def states(code):
    return [(one.name, one.state) for one in stubs.definitions(code)]


@pytest.mark.parametrize(
    "body, state",
    [
        ("pass", "unwritten"),
        ("...", "unwritten"),
        ('"""Text."""', "unwritten"),
        ("return", "unwritten"),
        ("return None", "unwritten"),
        ("raise NotImplementedError", "unwritten"),
        ("raise NotImplementedError('later')", "unwritten"),
        ("raise NotImplemented", "unwritten"),
        ("width = len(x)\n    raise NotImplementedError", "unwritten"),
        ("raise NotImplementedError\n    return 2 * x", "blocked"),
        ("return 2 * x", "written"),
        ("return 2 * x\n    raise NotImplementedError", "written"),
        ("if x:\n        return 1\n    raise NotImplementedError", "written"),
        ("if not x:\n        raise NotImplementedError\n    return 1", "written"),
        ("raise ValueError", "written"),
        ("print(x)", "written"),
    ],
)
def test_what_is_written(body, state):
    assert states(f"def f(x):\n    {body}") == [("f", state)]


def test_what_is_defined():
    code = "import a\nb = 1\nc: int = 2\nd = e = 3\nasync def f(): return 1\nclass G:\n    def h(self): pass"
    assert [name for name, _ in states(code)] == ["b", "c", "d", "e", "f"]
    assert stubs.definitions("def f():\n\treturn 1\n\nx = 1")[0].source == "def f():\n\treturn 1"
    assert states("def\tf( x ):\n    return (\ndef g(y):") == [("f", "written"), ("g", "written")], "no valid Python"
    assert states("%%time\n%matplotlib inline\n!ls\ndef f():\n    %timeit 1\n    pass") == [("f", "written")]
    assert states("%%time\ndef f():\n    raise NotImplementedError") == [("f", "unwritten")]
    assert states('def f():\n    """\n%s\n"""\n    return 1') == [("f", "written")]


@pytest.mark.parametrize("code", ["(" * 5000, "\0", "x = " + "9" * 10_000, "a" + ".b" * 50_000, "x\n" * 60_000])
def test_no_code_is_too_odd(code):
    assert stubs.definitions(code) in ([], [stubs.Definition("x", "written", code)])


def test_what_is_nothing_but_a_stub():
    stub = "def f():\n    pass"
    assert stubs.bare_stub(stub) and stubs.bare_stub(f"# comment\n{stub}\n\n\ndef g():\n    ...")
    for more in ("", "x = 1", "import numpy", "def g():\n    return 1", "class A: pass"):
        assert not stubs.bare_stub(f"{stub}\n{more}" if more else "# nothing")


@pytest.mark.parametrize(
    "codes, why",
    [
        (["def f(): return 1", "def f(): pass"], "last"),
        (["def f(): return 1\ndef f(): pass"], "last"),
        (["def f(): pass", "def f(): return 1"], None),
        (["def f(): pass", "def f(): pass"], None),
        (["def f():\n    raise NotImplementedError\n    return 1"], "blocked"),
        (["def f():\n    raise NotImplementedError\n    return 1", "def f(): return 1"], None),
        (["f = 1", "def f(): pass"], "last"),
        (["def g(): return 1"], None),
        ([], None),
    ],
)
def test_what_keeps_an_answer_from_being_used(codes, why):
    assert stubs.undone(codes, "f") == why
