"""A check cell in a notebook: each statement tried by itself, counted, told in one sentence, remembered."""

import textwrap

import numpy as np
import pytest
from desk import course, forget, notebook_here, workbook

from course_lib import checks, record
from course_lib.feedback import attempts, marked
from course_lib.feedback.guarded import watched
from course_lib.tasks import tasks

SET_UP = "import numpy as np\nfrom course_lib.checks import check, check_raises\nimage = np.arange(12).reshape(3, 4)"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """task -> source of its check cell, with a workbook as current folder."""
    notebook = course(tmp_path, monkeypatch)
    workbook(tmp_path, monkeypatch)
    return {task.name: task.check.source for task in tasks(notebook)}


@pytest.fixture
def run(small, capsys):
    with notebook_here(capsys) as run:
        run(SET_UP)
        yield run


def double(body):
    return "def double(x):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")


def test_what_holds_is_told_and_what_is_next(run, small):
    run(double("return 2 * x + 0 * np.sum(x)") + "\n", "double")
    assert run(small["double"]) == (
        "✓ a number\n✓ shape\n✓ an image\n✓ double(None) raises TypeError\nTask 1 done, 30 of 100 points; next: task 2\n"
    )
    run("def triple(x): return 3 * x", "triple")
    assert run(small["triple"]).splitlines()[2:] == [
        "Task 2 done. All 2 tasks hold: `python3 -m course_lib score 01` grades them with the hidden tests; next: chapter 02"
    ]
    assert [(event["task"], event["holds"], event["total"]) for event in record.events()] == [
        ("double", 4, 4),
        ("triple", 2, 2),
    ]


def test_points_go_when_a_task_holds_no_more(run, small):
    run(double("return 2 * x"))
    run(small["double"])
    run(double("return 3 * x"))
    run(small["double"])
    run("def triple(x): return 3 * x")
    assert run(small["triple"]).splitlines()[-1] == "Task 2 done, 70 of 100 points; next: task 1"


def test_failures_are_counted_and_the_rest_goes_on(run, small):
    run(double("return 2 * x if np.ndim(x) == 0 else 3 * x"), "double")
    lines = run(small["double"]).splitlines()
    assert lines[0] == "✓ a number" and lines[1] == "✓ shape"
    assert lines[2] == "checked: `double` as run in [2]"
    assert lines[3].startswith("✗ an image: the shape is right, but 11 of 12 values differ")
    assert lines[3].endswith("All values are 1.5 times what they should be")
    assert lines[-2] == "✓ double(None) raises TypeError" and lines[-1].startswith("✗ 3 of 4 checks hold")
    assert not run.result.success, "the cell must not count as passed"


def test_a_failing_check_in_a_loop_does_not_hide_the_next(run, small):
    run("def triple(x): return 4 * x")
    lines = run(small["triple"]).splitlines()
    assert [line[:12] for line in lines if line.startswith("✗")] == [
        "✗ triple(1):",
        "✗ triple(2):",
        "✗ 0 of 2 chec"[:12],
    ]


def test_what_only_lacks_an_earlier_result_is_no_fault_of_its_own(run, small):
    run(double("if np.ndim(x): raise ValueError('no images')\nreturn 2 * x"))
    text = run(small["double"])
    assert text.count("✗") == 2 and "no images" in text and "✗ 2 of 4 checks hold" in text and "NameError" not in text


def test_a_result_of_an_earlier_run_is_not_judged(run, small):
    run(double("return 2 * x"))
    run(small["double"])
    run(double("return 2 * x if np.ndim(x) == 0 else 1 // 0"))
    text = run(small["double"])
    assert "✓ shape" not in text and "✓ an image" not in text and "2 of 4 checks hold" in text


def test_what_came_back_and_does_not_fit_the_check(run, small):
    run("def triple(x): return {'answer': 3 * x}")
    cell = small["triple"].replace("triple(x), 3", "triple(x)[0], 3")
    assert "✗ what came back could not be checked (KeyError: 0): is it of the right type?" in run(cell)


def test_a_forgotten_return_is_named_where_several_results_are_expected(run, small):
    run("def triple(x): 3 * x")
    cell = small["triple"].replace("check(", "first, second = triple(2)\n    check(", 1)
    assert "nothing came back (None): is the `return` missing?" in run(cell)


@pytest.mark.parametrize("returned", ["3 * x", "float(x)", "(x, x, x)", "[x]"])
def test_too_few_or_too_many_results_are_named_where_several_are_expected(returned, run, small):
    run(f"def triple(x): return {returned}")
    cell = small["triple"].replace("check(", "first, second = triple(2)\n    check(", 1)
    assert "✗ several values are asked for, and what came back is not as many (" in run(cell)


def test_not_run_is_a_sentence_and_the_notebook_goes_on(run, small):
    text = run(small["double"])
    assert (
        text.startswith("✗ there is no function `double` yet: run the cell of the task first")
        and "NameError" not in text
    )
    assert record.events() == []


def test_set_up_not_run_is_a_sentence(run, small):
    run("del image")
    run(double("return 2 * x"))
    text = run(small["double"])
    assert text.count("✗ `image` is not there: run the cells above first") == 1 and "NameError" not in text


def test_set_up_not_run_is_a_sentence_in_the_learners_function_too(run, small):
    run("del np")
    run(double("return np.add(x, x)"))
    text = run(small["double"])
    assert "name 'np' is not defined (the cell that defines it has not been run" in text


def test_unwritten_is_told_once(run, small):
    run(double("raise NotImplementedError"))
    text = run(small["double"])
    assert text.count("✗") == 1 and "not written yet: replace" in text
    assert record.events()[-1]["code"] == "" and record.events()[-1]["holds"] == 0


@pytest.mark.parametrize("stub", ["raise NotImplementedError", "pass", "..."])
def test_an_answer_above_its_stub_is_told_and_the_advice_helps(run, small, stub):
    run(double("return 2 * x + 0 * np.sum(x)") + "\n\n" + double(stub), "double")
    assert run(small["double"]) == (
        "✗ `double` is defined more than once in its cell: the last definition counts, and it is unwritten. "
        "Delete that one, run the cell, then this one\n"
    )
    run(double("return 2 * x + 0 * np.sum(x)"), "double")
    assert "Task 1 done" in run(small["double"])
    run(double(stub), "double")
    assert "defined more than once" not in run(small["double"]), "nothing is written"


def test_a_raise_above_an_answer_is_told_and_the_advice_helps(run, small):
    run(double("raise NotImplementedError\nreturn 2 * x + 0 * np.sum(x)"), "double")
    assert run(small["double"]) == (
        "✗ `raise NotImplementedError` still stands above your answer in `double`, which is never reached: "
        "delete that line, run the cell, then this one\n"
    )
    run(double("return 2 * x + 0 * np.sum(x)"), "double")
    assert "Task 1 done" in run(small["double"])
    run(double("return 2 * x + 0 * np.sum(x)\nraise NotImplementedError"), "double")
    assert "Task 1 done" in run(small["double"]), "below an answer it does no harm"


def test_an_earlier_task_that_is_unwritten_is_named(run, small):
    run(double("raise NotImplementedError"))
    run("def triple(x): return double(x) + x")
    assert run(small["triple"]) == "✗ `double`, which `triple` calls, is not written yet\n"


def test_written_in_part(run, small):
    run(double("if np.ndim(x) == 0:\n    return 2 * x\nraise NotImplementedError"))
    text = run(small["double"])
    assert "✓ a number" in text and "`double` is not written to its end: `raise NotImplementedError` in line 4" in text


def test_no_function_any_more(run, small):
    run("double = 3")
    assert run(small["double"]).startswith("✗ `double` is no function any more (int)")


def test_a_changed_input_is_noticed_and_put_back(run, small):
    run(double("x *= 2\nreturn x"))
    text = run(small["double"])
    assert "✗ `double` changes its input, which it must not: `x`" in text
    run(double("return 2 * x"))
    assert "✗" not in run(small["double"])


def test_what_was_changed_is_not_said_to_be_unchanged(run):
    cell = 'from course_lib.exercises import check, checking\nchecking("01", "first")\n'
    cell += "x, other, same = [1, 2], [3], [4]\ncheck('first', first(x), 1)\n"
    cell += (
        "check('unchanged', x, [1, 2])\ncheck('both unchanged', [other, x], [[3], [1, 2]])\ncheck('another', same, [4])"
    )
    run("def first(x): return x.pop(0)")
    text = run(cell)
    assert "✗ unchanged: the same once more\n✗ both unchanged: the same once more\n✓ another\n" in text
    assert "✗ 1 of 4 checks hold" in text
    run("def first(x): return x[0]")
    assert "✗" not in (text := run(cell)) and "✓ unchanged\n✓ both unchanged\n" in text


def test_the_learners_function_is_their_own_again_after_the_check(run, small):
    run(double("x *= 2\nreturn x"))
    own = run.shell.user_ns["double"]
    run(small["double"])
    assert run.shell.user_ns["double"] is own and checks.listener is None and "__course__" not in run.shell.user_ns


def test_magics_leave_it_at_work(run, small):
    for cell in ("%time 3 + 4", "%timeit -n 1 -r 1 3", "%%time\n3 + 4", "%%capture\nprint(3)"):
        run(cell)
    run("%%time\n" + double("return 3 * x"))
    assert "✗ 2 of 4 checks hold" in run("%%time\n" + small["double"])
    assert "✗ 2 of 4 checks hold" in run(small["double"])


def test_other_cells_are_left_alone(run):
    assert run("1 + 1").split()[-1] == "2"
    assert "ZeroDivisionError" in run("1 / 0")
    assert "\n✗ label: expected 3, found 4\n" in "\n" + run("check('label', 4, 3); print('not reached')")


def test_the_same_exception_is_told_in_full_once(run, small):
    run(double("return 2 * y"))
    text = run(small["double"])
    assert text.count("NameError: name 'y' is not defined") == 2  # the sentence, and Python's own words below it
    assert "✗ the same once more" in text and "0 of 4 checks hold" in text


def test_many_failures_are_not_all_told(run):
    run("def triple(x): return 0")
    cell = 'from course_lib.exercises import check, checking; checking("01", "triple")\n'
    cell += "for x in range(1, 50): check(f'case {x}', triple(x), 3 * x)"
    lines = run(cell).splitlines()
    assert len(lines) < 12 and lines[-1].startswith("✗ 0 of 49 checks hold")


def test_stopping_a_loop_is_no_traceback(run, small):
    run("def triple(x):\n    while True: raise KeyboardInterrupt")
    assert run(small["triple"]) == "✗ `triple` was stopped by you in line 2: does a loop never end?\n"
    assert record.events() == []


def test_korean(run, small, monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "ko")
    run(double("return 3 * x"))
    lines = run(small["double"]).splitlines()
    assert lines[-1].startswith("✗ ") and "4개 중" in lines[-1] and "checks" not in "".join(lines)


def test_without_a_workbook_points_are_those_of_this_kernel(tmp_path, capsys, monkeypatch):
    cells = {task.name: task.check.source for task in tasks(course(tmp_path, monkeypatch))}
    monkeypatch.chdir(tmp_path)
    forget(monkeypatch)
    with notebook_here(capsys) as run:
        run(SET_UP)
        run(double("return 2 * x"))
        run("def triple(x): return 3 * x")
        assert run(cells["triple"]).splitlines()[-1] == "Task 2 done, 70 of 100 points; next: task 1"
        last = run(cells["double"]).splitlines()[-1]
    assert last.endswith("grades them with the hidden tests"), "a built notebook says nothing of later chapters"


def test_without_a_notebook_a_check_cell_stops_at_its_first_failure(small, capsys):
    space = {"triple": lambda x: 4 * x}
    with pytest.raises(checks.CheckFailed, match="expected 3, found 4"):
        exec(small["triple"], space)
    exec(small["triple"], {"triple": lambda x: 3 * x})
    assert capsys.readouterr().out == "✓ triple(1)\n✓ triple(2)\n"


def test_a_changed_input_is_named_as_the_function_names_it():
    def change(first, second=None):
        local = second
        local[0] = 7

    for call in (lambda new: watched(change)(1, new), lambda new: watched(change)(second=new, first=1)):
        given = [1, 2]
        with pytest.raises(checks.CheckFailed, match="must not: `second`"):
            call(given)
        assert given == [1, 2]
    with pytest.raises(checks.CheckFailed, match="must not: list"):
        watched(lambda *all_of_them: all_of_them[0].append(0))([1])


@pytest.mark.parametrize("new", [None, np.ones(2), "a", [1.0, 2], [2, 1]])
def test_an_entry_of_another_kind_is_a_change(new):
    def change(rows):
        rows[0] = new

    with pytest.raises(checks.CheckFailed, match="`change` changes its input"):
        watched(change)([[1, 2], [3, 4]])
    same = [[1, float("nan")], np.array([np.nan]), {"a": (1, "b")}, None]
    assert watched(lambda rows: len(rows))(same) == 4


def test_without_a_notebook_a_changed_input_is_noticed_too(small):
    def double(x):
        x += 1
        return 2 * (x - 1)

    cell = 'from course_lib.exercises import check, checking; checking("01", "double")\ncheck("label", double(image), 0 * image)'
    with pytest.raises(checks.CheckFailed, match="`double` changes its input"):
        exec(cell, {"double": double, "image": np.zeros(3)})


def test_tried_runs_a_cell_as_a_notebook_does(small, capsys):
    attempt = marked.tried(small["triple"], {"triple": lambda x: 4 * x})
    assert (attempt.held, attempt.wrong, len(attempt.failures)) == (0, 2, 2)
    attempt = marked.tried(small["triple"], {"triple": lambda x: 3 * x})
    assert (attempt.held, attempt.failures) == (2, []) and checks.listener is None


def test_code_is_the_same_as_long_as_only_looks_differ(run):
    prints = {}
    for name, body in {"a": "return 2 * x", "b": "return 2*x  # twice", "c": "return 3 * x"}.items():
        run(double(body))
        prints[name] = attempts.fingerprint(run.shell.user_ns["double"])
    assert prints["a"] == prints["b"] != prints["c"]
