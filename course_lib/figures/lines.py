"""Numbers on axes: curves, dots, points, bars."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

from course_lib.figures.paper import COLOURS, INK, headed, show, wrapped
from course_lib.texts import say


def curves(runs, x=None, *, xlabel, ylabel, title, alt, baseline=None, ticks=None, log=False, columns=None):
    """Lines with a band over seeds: the line is the mean, the band reaches from the lowest to the highest run.

    Args:
        runs: name -> (seeds, points) or (points,) values; all have the same number of points.
        x: (points,) places on the horizontal axis; 1, 2, 3, ... by default.
        xlabel, ylabel: what the axes show, with its unit.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
        baseline: (value, text) of a dotted level to compare with.
        ticks: the places to mark on the horizontal axis, or what stands below each, {place: text}; by default all
            points.
        log: whether the horizontal axis is logarithmic.
        columns: so many panels side by side, one for each line, where lines would hide each other; by default they
            share one.
    """
    groups = [{name: values} for name, values in runs.items()] if columns else [runs]
    rows = -(-len(groups) // (columns or 1))
    inches = (7, 1.7 * rows + 0.6) if columns else (6, 3.4)
    figure, axes = plt.subplots(rows, columns or 1, figsize=inches, sharex=True, sharey=True, squeeze=False)
    for axis, group in zip(axes.flat, groups):
        for i, (name, values) in enumerate(group.items()):
            values = np.atleast_2d(np.asarray(values, float))
            places = np.arange(1, values.shape[1] + 1) if x is None else np.asarray(x)
            _line(axis, places, values, wrapped(name, 24), i)
        if columns:
            axis.set_title(wrapped(name, 24), fontsize=10)
        if baseline:
            axis.axhline(baseline[0], color=INK, linestyle=":", label=baseline[1])
        marked = places if ticks is None else ticks  # of a dict, its places
        if log:
            axis.set_xscale("log")
            axis.minorticks_off()
        words = ticks.values() if isinstance(ticks, dict) else [f"{place:g}" for place in marked] if log else None
        axis.set_xticks(list(marked), words and [wrapped(word, 14) for word in words])
    for axis in axes.flat[len(groups) :]:
        axis.remove()
    for row in axes:
        row[0].set_ylabel(ylabel)
    axis = axes[0, 0]
    tell_start(axis)
    headed(figure, title)
    if columns:
        figure.supxlabel(xlabel, fontsize=10)
        if baseline:
            axis.legend(handles=axis.lines[-1:], fontsize=8)
    else:
        axis.set_xlabel(xlabel)
        if len(runs) > 3 or _covers(axis.legend(), axis.lines):  # it stands outside then
            figure.set_figwidth(7)
            axis.legend(bbox_to_anchor=(1.01, 1), loc="upper left")
    show(figure, alt)


def learning_curves(runs, *, ylabel, title, alt, x=None, xlabel=None, log=False):
    """Training and validation of each network side by side, on the same axes: who still learns, and the gap.

    Args:
        runs: name -> {"train": (seeds, epochs), "validation": (seeds, epochs)}; or one run each, (epochs,). What else
            there is besides "train" is drawn in a colour of its own, under its name.
        ylabel, title, alt: as in `curves`.
        x: (epochs,) places on the horizontal axis; 1, 2, 3, ... by default.
        xlabel: what stands below it; "epoch" by default.
        log: whether the vertical axis is logarithmic, where some networks' values are far below those of others.
    """
    words = {"train": say("training"), "validation": say("validation")}
    inches = (max(5.5, 2.5 * len(runs) + 0.5), 3.2)
    figure, axes = plt.subplots(1, len(runs), figsize=inches, sharex=True, sharey=True, squeeze=False)
    for axis, (name, parts) in zip(axes.flat, runs.items()):
        others = [part for part in parts if part != "train"]
        for part, values in parts.items():
            values = np.atleast_2d(np.asarray(values, float))
            places = np.arange(1, values.shape[1] + 1) if x is None else np.asarray(x)
            second = part in others
            style = {
                "linestyle": "-" if second else "--",
                "markersize": 4,
                "markerfacecolor": None if second else "none",
            }
            _line(axis, places, values, words.get(part, part), 1 + others.index(part) if second else 0, **style)
        axis.set_title(wrapped(name, 24), fontsize=10)
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.grid(axis="y", alpha=0.3)
    axes[0, 0].set_ylabel(ylabel)
    axes[0, -1].legend()
    if log:
        note = say("(logarithmic scale)")
        axes[0, 0].set(yscale="log", ylabel=f"{ylabel}\n{note}")  # of all panels, as they share it
    else:
        tell_start(axes[0, 0])
    figure.supxlabel(xlabel or say("epoch"), fontsize=10)
    headed(figure, title)
    show(figure, alt)


def dots(groups, *, ylabel, title, alt, ylim=None):
    """One dot per seed and a bar at the mean, for each group side by side.

    The dots of a group stand a little beside each other, in the order of the seeds, so that equal values do not hide
    one another.

    Args:
        groups: name -> values, one per seed. What stands before a comma is a family: "CNN, shuffled" has the colour of
            "CNN". The first of a family has full dots, the others have open ones.
        ylabel, title, alt: as in `curves`.
        ylim: (low, high) of the axis, where what differs little shall look so; by default it fits the values.
    """
    figure, axis = plt.subplots(figsize=(max(5.5, 1.4 * len(groups)), 3.2))
    families = {}
    for i, (name, values) in enumerate(groups.items()):
        family = name.split(",")[0]
        opened = family in families
        colour = COLOURS[families.setdefault(family, len(families)) % len(COLOURS)]
        places = i + min(0.07, 0.4 / len(values)) * (np.arange(len(values)) - (len(values) - 1) / 2)
        axis.plot(places, values, "o", color=colour, markerfacecolor="none" if opened else colour)
        axis.plot([i - 0.2, i + 0.2], [np.mean(values)] * 2, color=colour, linewidth=3)
    axis.set(
        xticks=range(len(groups)), xlim=(-0.5, len(groups) - 0.5), ylabel=ylabel, **({"ylim": ylim} if ylim else {})
    )
    _name_places(axis, groups)
    axis.grid(axis="y", alpha=0.3)
    tell_start(axis)
    headed(figure, title)
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
    headed(figure, title)
    show(figure, alt)


def bars(values, *, ylabel, title, alt, baseline=None):
    """A bar for each name, with its value above it.

    Args:
        values: name -> number.
        ylabel, title, alt: as in `curves`.
        baseline: (value, text) of a dotted level to compare with.
    """
    figure, axis = plt.subplots(figsize=(max(5, 0.95 * len(values)), 3.4))
    drawn = axis.bar(range(len(values)), list(values.values()), color=COLOURS[0], zorder=2)
    for label in axis.bar_label(drawn, fmt="{:g}", fontsize=9, padding=2):
        label.set_path_effects([withStroke(linewidth=3, foreground="white")])  # a dotted level may cross it
    axis.margins(y=0.1)
    if baseline:
        axis.axhline(baseline[0], color=COLOURS[1], linestyle=":", label=baseline[1], zorder=1)
        axis.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)  # above: no bar, no level is covered
    axis.tick_params("x", labelsize=8)
    axis.set(ylabel=ylabel, xticks=range(len(values)))
    _name_places(axis, values)
    headed(figure, title)
    show(figure, alt)


def _covers(legend, lines):
    """Whether a legend lies on one of the lines."""
    legend.figure.draw_without_rendering()
    box = legend.get_window_extent()
    return any(line.get_path().transformed(line.get_transform()).intersects_bbox(box, filled=False) for line in lines)


def _line(axis, places, values, name, number, **style):
    """The mean of runs with a marker at each point, and the band from the lowest to the highest."""
    colour = COLOURS[number % len(COLOURS)]
    axis.plot(places, values.mean(0), **{"marker": "osD^v"[number % 5], "color": colour, "label": name, **style})
    if len(values) > 1:
        axis.fill_between(places, values.min(0), values.max(0), color=colour, alpha=0.25, linewidth=0)


def tell_start(axis):
    """Say so below the label of the vertical axis if it does not start at zero: differences look larger then.

    Where zero is near, it starts there.
    """
    low, high = sorted(axis.get_ylim())
    if 0 < low < high / 5:
        axis.set_ylim(bottom=0)
    elif low > 0:
        marks = [mark for mark in axis.get_yticks() if low <= mark <= high]
        start = marks[0] if marks and marks[0] - low < 0.02 * (high - low) else low
        note = say("(axis starts at {value})", value=f"{start:.3g}")
        axis.set_ylabel(f"{axis.get_ylabel()}\n{note}")


def _name_places(axis, names):
    """Write the names below their places, in lines no wider than a place."""
    inches = axis.figure.get_size_inches()[0] / len(names)
    axis.set_xticklabels([wrapped(name, max(6, 13 * inches)) for name in names])
