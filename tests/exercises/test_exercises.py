"""Every task: the solution and other right answers earn full marks, the untouched copy none, and so does learning the
examples by heart. Points are given by the function that grades a class, for the cases that a class is graded with.
"""

import ast
import re

import numpy as np
import pytest
from banks import NOTEBOOKS, PATHS, RIGHT, SOURCES, TASKS, answers, is_model, noticed
from grading import arguments_of, grade, namespace_of, passes

from course_lib.tasks import tasks
from course_lib.texts import LANGUAGES
from course_lib.tools import sources


@pytest.mark.parametrize("number, draws", [(number, draws) for number in SOURCES for draws in (0, 1)])
def test_the_solution_earns_full_marks_with_the_cases_of_grading_and_with_others(number, draws):
    for task, (mark, look) in grade(SOURCES[number], draws=draws).items():
        assert mark.points == mark.possible == TASKS[number, task].points and not look, f"{task}: {mark.error}"


@pytest.mark.parametrize("number", SOURCES)
def test_untouched_earns_nothing(number):
    blank = tasks(sources.learner_copy(NOTEBOOKS[number], "en"))
    marks = grade(SOURCES[number], {task.name: task.solution.source for task in blank})
    assert len(marks) == len(blank)
    for task, (mark, _) in marks.items():
        assert mark.points == 0, task
        assert {part.error["en"] for part in mark.parts} == {"not written yet"}, task


@pytest.mark.parametrize("number", SOURCES)
def test_no_check_replaces_a_function(number):
    """Of a task, or of a cell between the tasks: a later task would call what the check has put there."""
    cells = [cell for cell in NOTEBOOKS[number].cells if cell.cell_type == "code"]
    checks = [task.check.source for task in tasks(NOTEBOOKS[number])]
    tests = [part.cell.source for task in tasks(NOTEBOOKS[number]) for part in task.tests]
    defined = set()
    for cell in cells:
        if cell.source not in checks + tests:
            defined |= {one.name for one in ast.parse(cell.source).body if isinstance(one, ast.FunctionDef)}
    for task, check in zip(tasks(NOTEBOOKS[number]), checks):
        nodes = list(ast.walk(ast.parse(check)))
        stored = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        stored |= {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
        assert not stored & defined, f"the check of {task.name} replaces {stored & defined}"


# right answers


@pytest.mark.parametrize("number, task, name", answers(RIGHT))
def test_another_right_answer_earns_full_marks(number, task, name):
    code = RIGHT[number][task][name]
    assert not (error := noticed(number, task, code)), f"the check of {task} refuses: {name}: {error}"
    for draws in (0,) if is_model(number, task) else (0, 1):  # a model takes a second or two for each
        mark, _ = grade(SOURCES[number], {task: code}, only=task, draws=draws)[task]
        assert mark.points == mark.possible, f"the tests of {task} refuse: {name}: {mark.error}"


@pytest.mark.parametrize("number, task", TASKS)
def test_at_least_two_other_right_answers_are_known(number, task):
    known = RIGHT[number].get(task, {})
    assert len(known) >= 2, f"{PATHS[number].name} knows {len(known)} other right answers to {task}; two are needed"
    assert len({*known.values(), TASKS[number, task].solution.source}) == len(known) + 1, "they differ"


AS_FLOATS = """

def _as_floats(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(_as_floats, value))
    if isinstance(value, dict):
        return {key: _as_floats(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return value.astype(float) if value.dtype.kind in "iu" else value
    return float(value) if isinstance(value, (int, np.integer)) and not isinstance(value, bool) else value


def _floating(function):
    return lambda *arguments, **keywords: _as_floats(function(*arguments, **keywords))


{name} = _floating({name})
"""


def asks_for_integers(task):
    """Whether its check says so: `integers=True`, or a look at the dtype."""
    return re.search(r"integers=True|\bdtype\b|\.kind", task.check.source) is not None


NUMBERS = [key for key, task in TASKS.items() if not is_model(*key) and not asks_for_integers(task)]


@pytest.mark.parametrize("number, task", NUMBERS)
def test_whole_numbers_may_be_floats_unless_the_task_asks_for_integers(number, task):
    code = TASKS[number, task].solution.source + AS_FLOATS.replace("{name}", task)
    assert not (error := noticed(number, task, code)), error
    mark, _ = grade(SOURCES[number], {task: code}, only=task)[task]
    assert mark.points == mark.possible, mark.error


# the inputs

CHANGES_ITS_INPUTS = """

def _emptied(value):
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        value += 1
    elif isinstance(value, list) and value:
        value.pop()
    elif isinstance(value, dict) and value:
        value.popitem()


def _changing(function):
    def changing(*arguments):
        result = function(*arguments)
        for argument in arguments:
            _emptied(argument)
        return result

    return changing


{name} = _changing({name})
"""


def may_change(number, task):
    """Whether a function of this task is given something that it could change."""
    found = []
    original = namespace_of(NOTEBOOKS[number], last=task)
    function = original[task]

    def watched(*arguments):
        found.extend(isinstance(one, (np.ndarray, list, dict)) for one in arguments)
        return function(*arguments)

    passes(TASKS[number, task].check.source, {**original, task: watched})
    return any(found)


@pytest.mark.parametrize("number, task", [key for key in TASKS if not is_model(*key)])
def test_a_function_that_changes_its_inputs_loses_marks_and_the_check_says_so(number, task):
    if not may_change(number, task):
        pytest.skip("it is given nothing that could be changed")
    code = TASKS[number, task].solution.source + CHANGES_ITS_INPUTS.replace("{name}", task)
    mark, _ = grade(SOURCES[number], {task: code}, only=task)[task]
    assert mark.points < mark.possible, "the hidden tests do not notice"
    assert noticed(number, task, code), "the visible check does not notice"


# knowing by heart


def _parrot(number, task):
    """A function that knows the visible examples by heart: it records what the solution answers in the check cells."""
    namespace = namespace_of(NOTEBOOKS[number], last=task)
    solution, heard = namespace[task], {}
    key = lambda arguments: tuple(
        a.tobytes() + str(a.shape).encode() if isinstance(a, np.ndarray) else repr(a) for a in arguments
    )

    def record(*arguments):
        where = key(arguments)
        try:
            heard[where] = solution(*arguments)
        except ValueError as error:
            heard[where] = error
            raise
        return heard[where]

    def recite(*arguments):
        answer = heard.get(key(arguments), next(iter(heard.values())))
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert passes(TASKS[number, task].check.source, {**namespace, task: record}) is None
    return namespace, recite


# a function without arguments has one answer only, which its checks describe in full; what a function is asked to do
# to the model that it is given cannot be recited
WITH_ARGUMENTS = [key for key, task in TASKS.items() if arguments_of(task) and key != ("04", "unfreeze")]


@pytest.mark.parametrize("number, task", WITH_ARGUMENTS)
def test_knowing_the_visible_examples_by_heart_is_not_enough(number, task):
    namespace, recite = _parrot(number, task)
    parrot, cells = {**namespace, task: recite}, TASKS[number, task]
    assert passes(cells.check.source, parrot) is None, "the parrot must pass what it has heard"
    lost = sum(part.points for part in cells.tests if passes(part.cell.source, parrot))
    assert lost >= cells.points / 2, f"it keeps {cells.points - lost} of {cells.points} points"


@pytest.mark.parametrize("number", SOURCES)
def test_learners_copy_gives_away_nothing(number):
    for language in LANGUAGES:
        copy = sources.learner_copy(NOTEBOOKS[number], language)
        text = "\n".join(cell.source for cell in copy.cells)
        for secret in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN", "require("):
            assert secret not in text
        code = [cell.source for cell in copy.cells if cell.cell_type == "code"]
        assert sum("raise NotImplementedError" in cell for cell in code) == len(tasks(NOTEBOOKS[number]))
        for cell in copy.cells:
            compile(cell.source if cell.cell_type == "code" else "", "cell", "exec")  # a stub is valid Python
