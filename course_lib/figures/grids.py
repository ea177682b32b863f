"""Matrices: as numbers in squares, as colours with a scale, as counts of mistakes."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.paper import COLOURS, show


def confusion_matrix(labels, predictions, names, *, title, alt):
    """How often each class was taken for each other, in percent of the true class; less than half a percent is left blank.

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
    axis.imshow(percent, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.argwhere(percent >= 0.5):
        value = percent[row, column]
        colour = "white" if value > 55 else "black"
        axis.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=8, color=colour)
    places = range(len(names))
    axis.set(xticks=places, yticks=places, yticklabels=names, title=title)
    axis.set_xticklabels(names, rotation=45, ha="right")
    axis.set(xlabel="predicted class", ylabel="true class (rows sum to 100 %)")
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
    axis.set(yticks=range(len(values)), yticklabels=row_names, xlabel=xlabel, title=title)
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
            _frame(axes[0, 0], i, j, window, window)
    figure.suptitle(title, fontsize=11)
    show(figure, alt)


def grid_of_numbers(axis, values, title, *, highlight=None, shown=None, highest=None):
    """Draw a small matrix as squares with numbers; part of a figure, which the caller shows.

    Args:
        axis: matplotlib axes to draw on.
        values: (height, width).
        title: written above it.
        highlight: (row, column, height, width) of a rectangle to frame.
        shown: (height, width) of booleans; the others stay empty.
        highest: the value of the darkest blue; by default the largest value.
    """
    values = np.asarray(values, float)
    shown = np.ones_like(values, bool) if shown is None else shown
    axis.imshow(np.where(shown, values, 0), cmap="Blues", vmin=-0.5, vmax=max(highest or values.max(), 1) * 1.6)
    for row, column in np.argwhere(shown):
        axis.text(column, row, f"{values[row, column]:g}", ha="center", va="center", fontsize=10)
    axis.set_xticks(np.arange(-0.5, values.shape[1]), minor=True)
    axis.set_yticks(np.arange(-0.5, values.shape[0]), minor=True)
    axis.grid(which="minor", color="white", linewidth=1.5)
    axis.tick_params(which="both", length=0, labelbottom=False, labelleft=False)
    axis.spines[:].set_visible(False)
    axis.set_title(title, fontsize=10)
    if highlight:
        _frame(axis, *highlight)


def _frame(axis, row, column, height, width):
    corner = (column - 0.5, row - 0.5)
    options = dict(fill=False, edgecolor=COLOURS[1], linewidth=3, zorder=9, clip_on=False)
    axis.add_patch(plt.Rectangle(corner, width, height, **options))
