"""Every task: the solution earns full marks, the untouched copy none, every wrong answer less, and so does learning the examples by heart."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from grading import arguments_of, cells_of, grade, learner, namespace_of, passes, tasks

from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, sources

SOURCES = {chapter.number: chapter.exercises for chapter in chapters.every() if chapter.exercises.exists()}
NOTEBOOKS = {number: sources.convert(source) for number, source in SOURCES.items()}
BANKS = {number: Path(__file__).with_name(f"wrong_answers_{number}.py") for number in SOURCES}
WRONG = {number: runpy.run_path(str(bank))["WRONG"] if bank.exists() else {} for number, bank in BANKS.items()}
TASKS = [(number, task) for number, notebook in NOTEBOOKS.items() for task in tasks(notebook)]
ANSWERS = [(number, task, name) for number, task in TASKS for name in WRONG[number].get(task, {})]


@pytest.mark.parametrize("number", SOURCES)
def test_solution_earns_full_marks_every_time(number):
    for _ in range(5):  # the hidden tests draw new cases each time
        for task, (points, possible, error) in grade(NOTEBOOKS[number]).items():
            assert error is None and points == possible, f"{task}: {error}"


@pytest.mark.parametrize("number", SOURCES)
def test_untouched_earns_nothing(number):
    blank = learner(SOURCES[number])
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in blank.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    assert len(answers) == len(tasks(NOTEBOOKS[number]))
    for task, (points, _, error) in grade(NOTEBOOKS[number], answers).items():
        assert points == 0 and isinstance(error, NotImplementedError), task


@pytest.mark.parametrize("number, task", TASKS)
def test_at_least_three_wrong_answers_are_known(number, task):
    known = WRONG[number].get(task, {})
    assert len(known) >= 3, f"{BANKS[number].name} knows {len(known)} wrong answers to {task}; three or more are needed"


@pytest.mark.parametrize("number, task, name", ANSWERS)
def test_wrong_answer_loses_marks(number, task, name):
    points, possible, error = grade(NOTEBOOKS[number], {task: WRONG[number][task][name]}, only=task)[task]
    assert points < possible, f"the tests of {task} do not notice: {name}"
    assert error is not None


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

    for cell in cells_of(NOTEBOOKS[number], task, "check"):
        assert passes(cell.source, {**namespace, task: record}) is None
    return namespace, recite


# a function without arguments has one answer only, which its checks describe in full
WITH_ARGUMENTS = [(number, task) for number, task in TASKS if arguments_of(NOTEBOOKS[number], task)]


@pytest.mark.parametrize("number, task", WITH_ARGUMENTS)
def test_knowing_the_visible_examples_by_heart_is_not_enough(number, task):
    namespace, recite = _parrot(number, task)
    for cell in cells_of(NOTEBOOKS[number], task, "check"):
        assert passes(cell.source, {**namespace, task: recite}) is None, "the parrot must pass what it has heard"
    assert all(passes(cell.source, {**namespace, task: recite}) for cell in cells_of(NOTEBOOKS[number], task, "test"))


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
