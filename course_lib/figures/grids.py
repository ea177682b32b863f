"""Matrices: as numbers in squares, as colours with a scale, as counts of mistakes."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from course_lib.figures.paper import COLOURS, INK, SIGNED, TILES, headed, show
from course_lib.texts import say


def confusion_matrix(labels, predictions, names, *, title, alt):
    """How often each class was taken for each other, in percent of the true class.

    Squares of less than half a percent have no number.

    Args:
        labels, predictions: (n,) integers.
        names: the names of the classes.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    counts = np.zeros((len(names), len(names)))
    np.add.at(counts, (np.asarray(labels), np.asarray(predictions)), 1)
    percent = 100 * counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure, axis = plt.subplots(figsize=(6.4, 5.6))
    drawn = axis.imshow(np.ma.masked_less(percent, 0.5), cmap=TILES, vmin=0, vmax=100)
    for row, column in np.argwhere(percent >= 0.5):
        value = percent[row, column]
        colour = ink_on(drawn, value)
        axis.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=8, color=colour)
    places = range(len(names))
    axis.set(xticks=places, yticks=places, yticklabels=names)
    axis.set_xticklabels(names, rotation=45, ha="right")
    axis.set(xlabel=say("predicted class"), ylabel=say("true class (rows sum to 100 %)"))
    lines_between(axis, percent.shape, width=0.3)
    headed(figure, title)
    show(figure, alt)


def heatmap(values, row_names, *, xlabel, unit, title, alt):
    """A matrix as colours, with a name for each row and a scale.

    Args:
        values: (rows, columns).
        row_names: one per row, from the top.
        xlabel: what the columns are.
        unit: what the colours mean, written beside the scale.
        title, alt: as in `confusion_matrix`.
    """
    figure, axis = plt.subplots(figsize=(7, 0.6 + 0.25 * len(values)))
    drawn = axis.imshow(values, cmap="viridis", aspect="auto")
    figure.colorbar(drawn, label=unit)
    axis.set(yticks=range(len(values)), yticklabels=row_names, xlabel=xlabel)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    headed(figure, title)
    show(figure, alt)


def matrices(grids, *, alt, title="", window=None):
    """Small matrices of numbers side by side, on one scale of blues.

    Args:
        grids: name -> (height, width).
        title, alt: as in `confusion_matrix`.
        window: side of the squares to frame in the first matrix, one beside the other.
    """
    arrays = [np.asarray(grid, float) for grid in grids.values()]
    tall, wide = max(a.shape[0] for a in arrays), sum(a.shape[1] for a in arrays)
    size = (0.55 * wide + 0.4 * len(arrays), 0.55 * tall + 0.5)
    figure, axes = plt.subplots(1, len(grids), figsize=size, width_ratios=[a.shape[1] for a in arrays], squeeze=False)
    for axis, name, values in zip(axes.flat, grids, arrays):
        grid_of_numbers(axis, values, name, highest=max(a.max() for a in arrays))
        axis.set_anchor("N")
    for i in range(0, arrays[0].shape[0], window) if window else ():
        for j in range(0, arrays[0].shape[1], window):
            frame(axes[0, 0], i, j, window, window)
    headed(figure, title)
    show(figure, alt)


def grid_of_numbers(axis, values, title, *, highlight=None, shown=None, highest=None, cmap=None, texts=None):
    """Draw a small matrix as squares with numbers; part of a figure, which the caller shows.

    Args:
        axis: matplotlib axes to draw on.
        values: (height, width).
        title: written above it.
        highlight: (row, column, height, width) of a rectangle to frame.
        shown: (height, width) of booleans; of the others only the outline is seen.
        highest: the value of the darkest colour; by default the largest value, at least 1.
        cmap: `TILES`, from 0 to the highest, or `SIGNED`, from its negative to it; by default as the values ask for.
        texts: (height, width) of what stands in the squares instead of the numbers.
    """
    values = np.asarray(values, float)
    shown = np.ones_like(values, bool) if shown is None else shown
    signed = cmap is SIGNED or cmap is None and values.min() < 0
    highest = highest or max((np.abs(values) if signed else values).max(), 1)
    # some way beyond the highest value, so that black numbers can be read on nearly all squares
    options = {"vmin": -1.4 * highest if signed else 0, "vmax": 1.4 * highest, "cmap": SIGNED if signed else TILES}
    drawn = axis.imshow(np.ma.masked_where(~shown, values), **options)
    for row, column in np.argwhere(shown):
        text = f"{values[row, column]:g}" if texts is None else texts[row][column]
        colour = ink_on(drawn, values[row, column])
        axis.text(column, row, text, ha="center", va="center", fontsize=10, color=colour)
    axis.set(xticks=[], yticks=[])
    lines_between(axis, values.shape, width=0.6)
    axis.set_title(title, fontsize=10)
    if highlight:
        frame(axis, *highlight)


def ink_on(image, value):
    """Black or white, whichever is read better where an image of matplotlib shows this value."""
    light = np.dot(to_rgb(image.cmap(image.norm(value))), (0.3, 0.59, 0.11))
    return "black" if light > 0.5 else "white"


def frame(axis, row, column, height, width, colour=COLOURS[1]):
    """Frame a rectangle of squares or pixels on axes that show a picture."""
    corner = (column - 0.5, row - 0.5)
    options = dict(fill=False, edgecolor=colour, linewidth=2.5, zorder=9, clip_on=False)
    axis.add_patch(plt.Rectangle(corner, width, height, **options))


def lines_between(axis, shape, colour=INK, width=0.5):
    """Lines around all squares of a picture, so that those that are empty can be seen, too; `set` its ticks before."""
    rows, columns = shape
    for spine in axis.spines.values():
        spine.set(visible=True, color=colour, linewidth=width)
    axis.set_xticks(np.arange(0.5, columns - 1), minor=True)
    axis.set_yticks(np.arange(0.5, rows - 1), minor=True)
    axis.grid(which="minor", color=colour, linewidth=width)
    axis.tick_params(which="minor", length=0)
