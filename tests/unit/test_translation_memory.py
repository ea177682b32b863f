"""A translation memory finds what is most alike."""

import random

import numpy as np
import pytest

from course_lib import data, translations
from course_lib.data import office_help
from course_lib.errors import CourseError
from course_lib.translation_memory import Memory, closeness


def alike(one, other):
    """Dice's measure on runs of three characters, by its definition."""
    runs = []
    for text in (one, other):
        text = f" {text.lower()} "
        runs.append({text[place : place + 3] for place in range(len(text) - 2)})
    return 2 * len(runs[0] & runs[1]) / (len(runs[0]) + len(runs[1]))


@pytest.fixture(scope="module")
def known():
    return [pair.en for pair in data.help_pairs("train")[:300]]


def test_likeness_is_that_of_the_definition(known):
    memory = Memory(known, known)
    for sentence in [pair.en for pair in data.help_pairs("test")[:20]] + ["a", "Zzzz", known[7]]:
        expected = [alike(sentence, other) for other in known]
        np.testing.assert_allclose(memory.likeness(sentence), expected)
        place, found = memory.nearest(sentence)
        assert found == max(expected) and place == expected.index(max(expected))


def test_what_is_known_is_found_and_its_answer_given(known):
    answers = [f"answer {place}" for place in range(len(known))]
    for among in (1, 20):
        memory = Memory(known, answers, among)
        order = random.Random(0).sample(range(len(known)), 30)
        assert memory.translate([known[place] for place in order]) == [answers[place] for place in order]
        assert memory.nearest(known[5]) == (5, 1.0)


def test_among_the_most_alike_the_highest_chrf_is_taken(known):
    memory = Memory(known, known, among=20)
    changed = 0
    for sentence in [pair.en for pair in data.help_pairs("test")[:30]]:
        best = np.argsort(-memory.likeness(sentence), kind="stable")[:20]
        scores = [translations.chrf([known[place]], [sentence]) for place in best]
        assert memory.nearest(sentence)[0] == best[int(np.argmax(scores))]
        changed += memory.nearest(sentence)[0] != best[0]
    assert changed, "both ways are not the same"


def test_nothing_in_common_is_a_likeness_of_nothing():
    assert Memory(["abc"], ["x"]).nearest("xyz") == (0, 0.0)
    assert Memory(["", "abc"], ["x", "y"]).nearest("") == (0, 0.0)


def test_spaces_and_capitals_make_no_difference():
    assert Memory(["Click  OK"], ["x"]).nearest("click ok")[1] == 1


def test_closeness_is_that_of_the_nearer_language():
    Pair = office_help.Pair
    known = [Pair("셀을 삭제합니다.", "Deletes the cell."), Pair("표를 삽입합니다.", "Inserts a table.")]
    found = closeness(
        [Pair("셀을 삭제합니다.", "Removes a field"), Pair("전혀 다름", "Inserts a table."), Pair("가", "x")], known
    )
    assert found[0] == found[1] == 1 and found[2] == 0


@pytest.mark.parametrize("sentences, answers", [([], []), (["a"], []), (["a"], ["b", "c"])])
def test_an_answer_for_each_sentence_is_expected(sentences, answers):
    with pytest.raises(CourseError, match=f"found {len(answers)} answers for {len(sentences)} sentences"):
        Memory(sentences, answers)
