"""How good are translations? The share that is exactly right, and chrF, where more than one answer can be right."""

from collections import Counter

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say


def exact_match(found, expected):
    """The share of texts that are right to the letter, from 0 to 1.

    Args:
        found: a list of str.
        expected: a list of str, what is right.

    Raises:
        CourseError: the lists are empty or not of the same length.
    """
    _same_length(found, expected)
    return sum(one == other for one, other in zip(found, expected)) / len(found)


def chrf(found, expected, order=6, beta=2.0):
    """chrF: how many of the n-grams of characters are right, and how many of those to be found are there; their F-score
    (Popovic, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015). Spaces do not count.

    n-grams are counted over all texts together. Precision and recall are those of n = 1, 2, ... on average, and recall
    counts `beta` times as much: (1 + beta^2) P R / (beta^2 P + R).

    Args:
        found: a list of str.
        expected: a list of str, one reference for each.
        order: the largest n.
        beta: weight of the recall.

    Returns:
        From 0 to 100.

    Raises:
        CourseError: the lists are empty or not of the same length.
    """
    return _score(_counts(found, expected, order).sum(axis=0), beta)


def paired_bootstrap(one, other, expected, draws=1000, seed=0):
    """How much the difference of two chrF scores hangs on which texts are in the test: as many texts are drawn, with
    repetition, and both are scored on the same ones (Koehn, "Statistical Significance Tests for Machine Translation
    Evaluation", EMNLP 2004).

    Args:
        one, other: two lists of str, translations of the same texts.
        expected: a list of str, one reference for each.
        draws: how often texts are drawn.
        seed: int.

    Returns:
        float64 (draws,), chrF of `one` minus that of `other`.

    Raises:
        CourseError: as of `chrf`.
    """
    counts, random = [_counts(found, expected) for found in (one, other)], np.random.default_rng(seed)
    differences = []
    for _ in range(draws):
        chosen = random.integers(len(expected), size=len(expected))
        first, second = (_score(each[chosen].sum(axis=0)) for each in counts)
        differences.append(first - second)
    return np.array(differences)


def _counts(found, expected, order=6):
    """(texts, order, 3): n-grams of what was found, of what was expected, and of both, for n = 1, 2, ..."""
    _same_length(found, expected)
    found, expected = (["".join(text.split()) for text in texts] for texts in (found, expected))
    counts = np.zeros((len(found), order, 3), int)
    for row, one, other in zip(counts, found, expected):
        for n in range(order):
            ours, theirs = _ngrams(one, n + 1), _ngrams(other, n + 1)
            # nothing could be right where the reference is too short
            row[n] = (ours.total() if theirs else 0, theirs.total(), (ours & theirs).total())
    return counts


def _score(counts, beta=2.0):
    """chrF of counts that were added up, (order, 3)."""
    ours, theirs, common = counts[(counts[:, 0] > 0) & (counts[:, 1] > 0)].T
    if not common.any():
        return 0.0
    precision, recall = (common / ours).mean(), (common / theirs).mean()
    return float(100 * (1 + beta**2) * precision * recall / (beta**2 * precision + recall))


def _ngrams(text, n):
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def _same_length(found, expected):
    if len(found) != len(expected) or not len(found):
        raise CourseError(
            say(
                "found {found} texts for {expected} that are expected: give one for each, and at least one",
                found=len(found),
                expected=len(expected),
            )
        )
