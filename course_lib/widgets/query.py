"""A query among keys in a plane: where it looks."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.grids import grid_of_numbers
from course_lib.figures.paper import BLUES, COLOURS, INK
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

REACH = 2.5  # how far the plane goes in each direction


def looked(query, keys, factor=1.0):
    """Scores, divided by the square root of 2, and shares of keys (count, 2) for one query (2,)."""
    scores = factor * np.asarray(keys, float) @ np.asarray(query, float) / np.sqrt(2)
    powers = np.exp(scores - scores.max())
    return scores, powers / powers.sum()


def explore_query(query, keys, names, *, alt):
    """Drag a query among keys, and see the scores and what share of attention each key gets.

    Args:
        query: two numbers, from -2.5 to 2.5.
        keys: name by name (count, 2), in the same range.
        names: one for each key.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: there are not as many names as keys, or something lies outside.
    """
    keys, query = np.asarray(keys, float), np.asarray(query, float)
    if len(names) != len(keys) or max(np.abs(keys).max(), np.abs(query).max()) > REACH:
        raise CourseError(
            say(
                "found {count} keys and {names} names: give a name for each, and numbers from -2.5 to 2.5",
                count=len(keys),
                names=len(names),
            )
        )
    facts = {
        "keys": keys.tolist(),
        "query": query.tolist(),
        "names": [str(name) for name in names],
        "words": {
            "key": say("key"),
            "score": say("score"),
            "share": say("share"),
            "query": say("the query; the arrow keys move it"),
            "factor": say("scores multiplied by"),
            "told": say("the query takes from: {shares}", **places("shares")),
        },
    }
    show_live("explore_query", facts, _still(query, keys, facts["names"]), alt)


def _still(query, keys, names):
    scores, shares = looked(query, keys)
    figure, (plane, table) = plt.subplots(1, 2, figsize=(6.4, 2.9), width_ratios=(3, 2))
    for key, share, name in zip(keys, shares, names):
        plane.plot(*np.stack([query, key]).T, color=COLOURS[1], linewidth=0.5 + 7 * share, alpha=0.5)
        plane.annotate(name, key, xytext=(6, 6), textcoords="offset points", fontsize=8)
    plane.plot(*keys.T, "o", color=BLUES[2], markersize=9)
    plane.plot(*query, "o", color=COLOURS[1], markersize=9)
    plane.axhline(0, color=INK, linewidth=0.5)
    plane.axvline(0, color=INK, linewidth=0.5)
    limits = (-REACH, REACH)
    plane.set(xlim=limits, ylim=limits, aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    numbers = np.stack([scores, shares], axis=1)
    texts = [[f"{value:.2f}" for value in row] for row in numbers]
    grid_of_numbers(table, numbers, say("score, share"), texts=texts)
    table.set(yticks=range(len(names)))
    table.set_yticklabels(names)
    return figure
