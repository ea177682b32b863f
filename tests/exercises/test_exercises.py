"""Every task: the solution earns full marks, the untouched copy none, every wrong answer less, and so does learning the
examples by heart. Points are given by the function that grades a class, for the cases that a class is graded with."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from grading import arguments_of, grade, namespace_of, passes

from course_lib.tasks import tasks
from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, sources

SOURCES = {chapter.number: chapter.exercises for chapter in chapters.every() if chapter.exercises.exists()}
NOTEBOOKS = {number: sources.convert(source) for number, source in SOURCES.items()}
BANKS = {number: Path(__file__).with_name(f"wrong_answers_{number}.py") for number in SOURCES}
WRONG = {number: runpy.run_path(str(bank))["WRONG"] if bank.exists() else {} for number, bank in BANKS.items()}
TASKS = {(number, task.name): task for number, notebook in NOTEBOOKS.items() for task in tasks(notebook)}
ANSWERS = [(number, task, name) for number, task in TASKS for name in WRONG[number].get(task, {})]


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
        assert mark.points == 0 and mark.error["en"] == "not written yet", task


@pytest.mark.parametrize("number, task", TASKS)
def test_at_least_three_wrong_answers_are_known(number, task):
    known = WRONG[number].get(task, {})
    assert len(known) >= 3, f"{BANKS[number].name} knows {len(known)} wrong answers to {task}; three or more are needed"


def test_every_wrong_answer_belongs_to_a_task():
    assert {(number, task) for number, bank in WRONG.items() for task in bank} == set(TASKS)


@pytest.mark.parametrize("number, task, name", ANSWERS)
def test_wrong_answer_loses_marks(number, task, name):
    mark, look = grade(SOURCES[number], {task: WRONG[number][task][name]}, only=task)[task]
    assert mark.points < mark.possible and mark.error, f"the tests of {task} do not notice: {name}"
    assert not look, f"the test of {task} is at fault: {mark.error}"


def _parrot(number, task):
    """A function that knows the visible examples by heart: it records what the solution answers in the check cells."""
    namespace = namespace_of(NOTEBOOKS[number])
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


# a function without arguments has one answer only, which its checks describe in full
WITH_ARGUMENTS = [key for key, task in TASKS.items() if arguments_of(task)]


@pytest.mark.parametrize("number, task", WITH_ARGUMENTS)
def test_knowing_the_visible_examples_by_heart_is_not_enough(number, task):
    namespace, recite = _parrot(number, task)
    parrot, cells = {**namespace, task: recite}, TASKS[number, task]
    assert passes(cells.check.source, parrot) is None, "the parrot must pass what it has heard"
    assert any(passes(part.cell.source, parrot) for part in cells.tests)


@pytest.mark.parametrize("number", SOURCES)
def test_learners_copy_gives_away_nothing(number):
    for language in LANGUAGES:
        copy = sources.learner_copy(NOTEBOOKS[number], language)
        text = "\n".join(cell.source for cell in copy.cells)
        for secret in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN", "default_rng"):
            assert secret not in text
        code = [cell.source for cell in copy.cells if cell.cell_type == "code"]
        assert sum("raise NotImplementedError" in cell for cell in code) == len(tasks(NOTEBOOKS[number]))
        for cell in copy.cells:
            compile(cell.source if cell.cell_type == "code" else "", "cell", "exec")  # a stub is valid Python
