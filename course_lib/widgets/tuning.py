"""Recorded runs of fine-tuning: choose the rate and the order, and see the curves and what became of the features."""

import matplotlib.pyplot as plt

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, headed
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

CURVES = ("train", "validation", "moved", "kept")  # of a run, a number each before the first epoch and after each


def explore_tuning(runs, *, rate, asked, title="", alt):
    """Choose a learning rate and an order: accuracy and the way of old features epoch by epoch, and the test accuracy.

    Args:
        runs: name of an order -> {rate: run}, the same rates in each; a run holds "train", "validation" (percent
            right), "moved" (relative distance of old features) and "kept" (old answers that stay the same), a number
            each before the first epoch and after each, and "test" (percent right in the end).
        rate: which one is shown at the beginning; with the first order, also in the still.
        asked: of how many old answers "kept" are counted.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the orders have different rates, a run lacks a curve or has one of another length, or there is no
            such rate.
    """
    rates = [sorted(of) for of in runs.values()]
    lengths = {len(run.get(name, ())) for of in runs.values() for run in of.values() for name in CURVES}
    if (
        not runs
        or any(found != rates[0] for found in rates)
        or rate not in rates[0]
        or len(lengths) != 1
        or not all(lengths)
    ):
        raise CourseError(
            say(
                "found the rates {rates}, curves of {lengths} numbers, and the rate {rate} to begin with: expected the same rates for each order, curves of one length, and one of the rates",
                rates="; ".join(", ".join(map(str, found)) for found in rates) or say("none"),
                lengths=", ".join(map(str, sorted(lengths))) or say("none"),
                rate=rate,
            )
        )  # fmt: skip
    rates = rates[0]
    farthest = max(max(run["moved"]) for of in runs.values() for run in of.values())
    facts = {
        "orders": list(runs),
        "rates": [f"{one:g}" for one in rates],
        "rate": rates.index(rate),
        "runs": [[{name: of[one][name] for name in (*CURVES, "test")} for one in rates] for of in runs.values()],
        "farthest": farthest,
        "asked": asked,
        "shades": list(COLOURS),
        "words": {
            **_words(),
            "rate": say("learning rate"),
            "order": say("order"),
            "told": say(
                "test accuracy {test} %; features moved by {moved}, {kept} of {asked} old answers kept",
                **places("test moved kept asked"),
            ),
            "hint": say("pale: the other order at the same rate"),
        },
    }
    show_live("explore_tuning", facts, _still(next(iter(runs.values()))[rate], farthest, title), alt)


def _words():
    return {
        "train": say("train"),
        "validation": say("validation"),
        "accuracy": say("accuracy (%)"),
        "moved": say("features moved by"),
        "epochs": say("epoch"),
    }


def _still(run, farthest, title):
    words = _words()
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 2.9))
    for number, name in enumerate(("train", "validation")):
        left.plot(run[name], "o-", color=COLOURS[number], label=words[name], markersize=4)
    left.set(ylim=(0, 103), xlabel=words["epochs"], ylabel=words["accuracy"])
    left.legend(fontsize=9)
    right.plot(run["moved"], "o-", color=COLOURS[2], markersize=4)
    right.set(ylim=(0, 1.05 * farthest), xlabel=words["epochs"], ylabel=words["moved"])
    headed(figure, title)
    return figure
