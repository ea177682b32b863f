"""Numbers on axes: curves, dots, points, bars."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.paper import COLOURS, show


def curves(runs, x=None, *, xlabel, ylabel, title, alt, baseline=None, ticks=None):
    """Lines with a band over seeds: the line is the mean, the band reaches from the lowest to the highest run.

    Args:
        runs: name -> (seeds, points) or (points,) values; all have the same number of points.
        x: (points,) places on the horizontal axis; 1, 2, 3, ... by default.
        xlabel, ylabel: what the axes show, with its unit.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
        baseline: (value, text) of a dotted level to compare with.
        ticks: the places to mark on the horizontal axis; by default all points.
    """
    # the legend of more than three goes outside, where it covers no curve
    many = len(runs) > 3
    figure, axis = plt.subplots(figsize=(7 if many else 6, 3.4))
    for i, (name, values) in enumerate(runs.items()):
        values = np.atleast_2d(np.asarray(values, float))
        places = np.arange(1, values.shape[1] + 1) if x is None else np.asarray(x)
        colour = COLOURS[i % len(COLOURS)]
        axis.plot(places, values.mean(0), marker="osD^v"[i % 5], color=colour, label=name)
        if len(values) > 1:
            axis.fill_between(places, values.min(0), values.max(0), color=colour, alpha=0.2, linewidth=0)
    if baseline:
        axis.axhline(baseline[0], color="gray", linestyle=":", label=baseline[1])
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title, xticks=places if ticks is None else ticks)
    axis.legend(**({"bbox_to_anchor": (1.01, 1), "loc": "upper left"} if many else {}))
    show(figure, alt)


def dots(groups, *, ylabel, title, alt):
    """One dot per seed and a bar at the mean, for each group side by side.

    Args:
        groups: name -> values, one per seed; "CNN, shuffled" has the colour of "CNN", with open dots.
        ylabel, title, alt: as in `curves`.
    """
    figure, axis = plt.subplots(figsize=(max(5.5, 1.4 * len(groups)), 3.2))
    families = list(dict.fromkeys(name.split(",")[0] for name in groups))
    for i, (name, values) in enumerate(groups.items()):
        colour = COLOURS[families.index(name.split(",")[0]) % len(COLOURS)]
        axis.plot([i] * len(values), values, "o", color=colour, markerfacecolor="white" if "," in name else colour)
        axis.plot([i - 0.2, i + 0.2], [np.mean(values)] * 2, color=colour, linewidth=3)
    axis.set(xticks=range(len(groups)), xticklabels=list(groups), xlim=(-0.5, len(groups) - 0.5))
    axis.set(ylabel=ylabel, title=title)
    axis.grid(axis="y", alpha=0.3)
    show(figure, alt)


def scatter(groups, *, xlabel, ylabel, title, alt, diagonal=False):
    """A panel of points for each group, side by side, on the same axes.

    Args:
        groups: name -> (x, y), two sequences of the same length.
        xlabel, ylabel, title, alt: as in `curves`.
        diagonal: draw the line on which both are equal.
    """
    inches = (2.4 * len(groups), 2.9)
    figure, axes = plt.subplots(1, len(groups), figsize=inches, sharex=True, sharey=True, squeeze=False)
    for i, (axis, (name, (x, y))) in enumerate(zip(axes.flat, groups.items())):
        if diagonal:
            axis.axline((0, 0), slope=1, color="gray", linestyle=":")
        axis.plot(x, y, ".", markersize=3, color=COLOURS[i % len(COLOURS)])
        axis.set_title(name, fontsize=10)
    figure.supxlabel(xlabel, fontsize=10)
    figure.supylabel(ylabel, fontsize=10)
    figure.suptitle(title, fontsize=11)
    show(figure, alt)


def bars(values, *, ylabel, title, alt, baseline=None):
    """A bar for each name, with its value above it.

    Args:
        values: name -> number.
        ylabel, title, alt: as in `curves`.
        baseline: (value, text) of a dotted level to compare with.
    """
    figure, axis = plt.subplots(figsize=(max(5, 0.95 * len(values)), 3.4))
    drawn = axis.bar(list(values), list(values.values()), color=COLOURS[0])
    for label in axis.bar_label(drawn, fmt="{:g}", fontsize=9, padding=2):
        # readable where the dotted level runs behind it
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    if baseline:
        axis.axhline(baseline[0], color=COLOURS[1], linestyle=":", label=baseline[1])
        axis.legend()
    axis.tick_params("x", labelsize=8)
    axis.set(ylabel=ylabel, title=title)
    show(figure, alt)
