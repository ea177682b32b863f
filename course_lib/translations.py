"""How good are translations? The share that is exactly right, and chrF, where more than one answer can be right."""

from collections import Counter

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
    _same_length(found, expected)
    found, expected = (["".join(text.split()) for text in texts] for texts in (found, expected))
    precisions, recalls = [], []
    for n in range(1, order + 1):
        ours = theirs = common = 0
        for one, other in zip(found, expected):
            one, other = _ngrams(one, n), _ngrams(other, n)
            ours += one.total() if other else 0  # nothing could be right where the reference is too short
            theirs += other.total()
            common += (one & other).total()
        if ours and theirs:
            precisions.append(common / ours)
            recalls.append(common / theirs)
    if not sum(precisions):
        return 0.0
    precision, recall = (sum(values) / len(values) for values in (precisions, recalls))
    return 100 * (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


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
