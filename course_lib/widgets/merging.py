"""Byte pairs, step by step: words as pieces, and the pair of neighbours that is merged next."""

import itertools
from collections import Counter

import matplotlib.pyplot as plt

from course_lib.data.byte_pairs import joined
from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK, headed
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

MOST = 4  # pairs whose counts are shown


def merged(counts, merges):
    """Words after no merge, after one, and so on.

    Args:
        counts: {word: how often it comes}.
        merges: pairs of pieces, in their order, as of `course_lib.data.byte_pairs.learn`.

    Returns:
        A list of (splits, most frequent pairs): {word: pieces}, and [(pair, how often)], at most four.
    """
    split, found = {word: list(word) for word in counts}, []
    for pair in [None, *map(tuple, merges)]:
        if pair is not None:
            split = {word: joined(pieces, pair, "".join(pair)) for word, pieces in split.items()}
        pairs = Counter()
        for word, pieces in split.items():
            for one in itertools.pairwise(pieces):
                pairs[one] += counts[word]
        found.append((dict(split), sorted(pairs.items(), key=lambda item: -item[1])[:MOST]))
    return found


def explore_merges(counts, merges, *, title="", alt):
    """Step through the merges of byte pairs: pieces of each word, and how often the likeliest pairs come.

    Args:
        counts: {word: how often it comes}.
        merges: pairs of pieces, in the order in which they were learned.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: there are no words or no merges.
    """
    if not counts or not merges:
        raise CourseError(
            say("found {words} words and {merges} merges: expected some of both", words=len(counts), merges=len(merges))
        )
    steps = merged(counts, merges)
    facts = {
        "words_split": [[[*pieces] for pieces in split.values()] for split, _ in steps],
        "times": list(counts.values()),
        "pairs": [[["+".join(pair), often] for pair, often in pairs] for _, pairs in steps],
        "merged": ["+".join(pair) for pair in merges],
        "words": {
            "frame": say("merges"),
            "play": say("play"),
            "stop": say("stop"),
            "back": say("one merge back"),
            "forward": say("one merge on"),
            "none": say("no merge yet: {count} pieces", **places("count")),
            "told": say("merge {number} is {pair}: {count} pieces", **places("number pair count")),
            "next": say("most frequent pairs now: {pairs}", **places("pairs")),
        },
    }
    show_live("explore_merges", facts, _still(steps, counts, title), alt)


def _still(steps, counts, title):
    shown = [0, len(steps) // 2, len(steps) - 1]
    figure, axes = plt.subplots(1, 3, figsize=(7.5, 0.8 + 0.3 * len(counts)))
    for axis, number in zip(axes, shown):
        for row, (word, pieces) in enumerate(steps[number][0].items()):
            axis.text(0, -row, f"{counts[word]}×", color=INK, fontsize=9, va="center")
            axis.text(1, -row, " | ".join(pieces), color=COLOURS[0], fontsize=9, va="center")
        axis.set(xlim=(0, 8), ylim=(0.5 - len(counts), 0.7))
        axis.set_title(say("merges: {count}", count=number), fontsize=10)
        axis.axis("off")
    headed(figure, title)
    return figure
