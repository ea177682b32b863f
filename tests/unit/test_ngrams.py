"""n-grams by hand, as probabilities, and as the lesson on recurrent networks counts them."""

import math
from collections import Counter

import numpy as np
import pytest

from course_lib import sampling
from course_lib.errors import CourseError
from course_lib.ngrams import NGrams

TEXTS = [[0, 1, 0, 1, 2], [0, 1, 1]]


def test_by_hand():
    counted = NGrams(TEXTS, 2, 3, strength=1.0)
    one = [(3 + 1 / 3) / 9, (4 + 1 / 3) / 9, (1 + 1 / 3) / 9]
    assert [counted.probabilities([], token) for token in range(3)] == [[pytest.approx(value)] for value in one]
    after_0 = [one[0] / 4, (3 + one[1]) / 4, one[2] / 4]
    assert [counted.probabilities([0], token)[-1] for token in range(3)] == pytest.approx(after_0)
    assert counted.perplexity([[0, 1]]) == pytest.approx(1 / after_0[1])


@pytest.mark.parametrize("context", [[], [0], [2, 1], [2, 2, 2], [0, 1, 0]])
def test_probabilities_sum_to_1(context):
    counted = NGrams(TEXTS, 4, 3, strength=0.7)
    sums = np.sum([counted.probabilities(context, token) for token in range(3)], axis=0)
    np.testing.assert_allclose(sums, 1)
    assert min(counted.probabilities([0, 1], 0)) > 0, "what was never seen is not impossible"


def test_perplexities_are_those_of_chapter_8():
    text = np.random.default_rng(0).integers(0, 5, 400).tolist()
    text = [*text, *text[:100]]
    counts = [Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1)) for n in range(4)]
    counts[0][()] = len(text)
    logs = []
    for i in range(3, 300):
        chance = 1 / 5
        for n in range(1, 4):
            before, now = tuple(text[i - n + 1 : i]), tuple(text[i - n + 1 : i + 1])
            chance = (counts[n][now] + 5 * chance) / (counts[n - 1][before] + 5)
        logs.append(math.log(chance))
    counted = NGrams([text], 3, 5, 5)
    # there, the last token of the text counts as one that something follows
    assert counted.perplexity([text[:300]], start=3) == pytest.approx(math.exp(-np.mean(logs)), rel=1e-2)


def test_a_text_that_repeats_itself_is_foreseen_and_continued():
    text = [0, 1, 2, 3] * 20
    counted = NGrams([text], 3, 4, strength=0.1)
    assert counted.perplexity([text]) < 1.1 < NGrams([text], 1, 4).perplexity([text])
    assert counted.write([0, 1], 6, sampling.greedy) == [2, 3, 0, 1, 2, 3]
    drawn = counted.write([2], 30, lambda logits: sampling.draw(logits, np.random.default_rng(0)))
    assert len(drawn) == 30 and set(drawn) <= set(range(4))


def test_what_cannot_be_is_one_sentence():
    with pytest.raises(CourseError, match="found order=0 and strength=5.0: the order must be at least 1"):
        NGrams(TEXTS, 0, 3)
    with pytest.raises(CourseError, match="no token is to be guessed: give texts of more than 1 tokens"):
        NGrams(TEXTS, 2, 3).perplexity([[1]])
