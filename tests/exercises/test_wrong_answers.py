"""Every wrong answer of the banks loses marks, and the visible check says the same as the hidden tests."""

import pytest
from banks import BANKS, HIDDEN_ONLY, PATHS, SOURCES, TASKS, WRONG, answers, messages, noticed
from grading import grade
from told import TOLD, WHOLE

from course_lib.feedback.attempts import SHOWN


@pytest.mark.parametrize("number, task", TASKS)
def test_at_least_three_wrong_answers_are_known(number, task):
    known = WRONG[number].get(task, {})
    assert len(known) >= 3, f"{PATHS[number].name} knows {len(known)} wrong answers to {task}; three or more are needed"


@pytest.mark.parametrize("kind", ["WRONG", "RIGHT", "HIDDEN_ONLY"])
def test_every_answer_belongs_to_a_task(kind):
    for number, bank in BANKS.items():
        found = {(number, task) for task in bank.get(kind, {})}
        assert found <= set(TASKS), f"{PATHS[number].name}: {kind} names tasks that there are not"
    for number, task, name in answers(HIDDEN_ONLY):
        assert name in WRONG[number][task] and HIDDEN_ONLY[number][task][name].strip(), f"{number} {task}: {name}"


@pytest.mark.parametrize("number", TOLD)
def test_what_is_told_is_told_about_an_answer(number):
    for task, told in TOLD[number].items():
        assert told.keys() <= WRONG[number].get(task, {}).keys(), f"told.py knows more answers to {task} than the bank"


@pytest.mark.parametrize("number, task, name", answers(WRONG))
def test_wrong_answer_loses_marks(number, task, name):
    mark, look = grade(SOURCES[number], {task: WRONG[number][task][name]}, only=task)[task]
    assert mark.points < mark.possible and mark.error, f"the tests of {task} do not notice: {name}"
    assert not look, f"the test of {task} is at fault: {mark.error}"


@pytest.mark.parametrize("number, task, name", answers(WRONG))
def test_wrong_answer_is_noticed_by_the_visible_check_and_its_cause_named(number, task, name):
    code = WRONG[number][task][name]
    words = TOLD.get(number, {}).get(task, {}).get(name)
    said = messages(number, task, code)[:SHOWN] if words or number in WHOLE else []
    error = "".join(said) or noticed(number, task, code)
    if name in HIDDEN_ONLY[number].get(task, {}):
        assert error is None, f"the check of {task} notices it, so it need not be in HIDDEN_ONLY: {name}"
    else:
        assert error, (
            f"the check of {task} does not notice: {name}; add a case, or say in HIDDEN_ONLY why there is none"
        )
    assert words or number not in WHOLE or not error, f"told.py lacks the words about: {name}"
    if words:
        assert any(words in message for message in said), f"no message says: {words}\n" + "\n".join(said)
