"""Boxes and masks on pictures, and how average precision comes from a ranked list."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb

from course_lib.figures.paper import COLOURS, INK, headed, show, wrapped
from course_lib.texts import say

CLASS_COLOURS = (COLOURS[4], COLOURS[5], COLOURS[3], COLOURS[2])  # bright enough to be seen on a photograph


def boxed_images(images, found, classes, *, truth=None, titles=None, columns=4, title="", note="", alt, size=1.9):
    """Pictures with boxes on them, the colour of a box is that of its class.

    Args:
        images: sequence of (height, width, 3), from 0 to 1.
        found: for each picture (boxes (m, 4), scores (m,) or None, classes (m,)); scores are written beside the boxes.
        classes: names of the classes, for the legend.
        truth: for each picture (boxes, classes), drawn in white with dashes; or None.
        titles: one short text for each picture.
        columns: pictures in a row.
        title: the message of the figure.
        note: a line in small letters below.
        alt: what the figure shows, at least 20 characters.
        size: width of a picture in inches.
    """
    rows = -(-len(images) // columns)
    tall = size + (0.28 if titles is not None else 0.06)
    inches = (columns * size, rows * tall + 0.75 + 0.25 * bool(note))
    figure, axes = plt.subplots(rows, columns, figsize=inches, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for i, (axis, image, (boxes, scores, kinds)) in enumerate(zip(axes.flat, images, found)):
        axis.imshow(np.clip(image, 0, 1))
        if truth is not None:
            for box in truth[i][0]:
                _draw_box(axis, box, "white", linestyle=(0, (2, 2)), linewidth=1.2, zorder=4)
        for j, (box, kind) in enumerate(zip(boxes, kinds)):
            colour = CLASS_COLOURS[int(kind) % len(CLASS_COLOURS)]
            _draw_box(axis, box, colour)
            if scores is not None:
                place = max(box[0], 0), max(box[1] - 0.5, 6)
                ground = {"facecolor": colour, "edgecolor": "none", "pad": 0.6}
                axis.text(*place, f"{scores[j]:.2f}", fontsize=7, color="black", va="bottom", bbox=ground, zorder=6)
        axis.set(xlim=(-0.5, image.shape[1] - 0.5), ylim=(image.shape[0] - 0.5, -0.5))
        if titles is not None:
            axis.set_title(wrapped(titles[i], 13 * size), fontsize=9)
    handles = [plt.Line2D([], [], color=CLASS_COLOURS[k], linewidth=3, label=name) for k, name in enumerate(classes)]
    if truth is not None:
        handles.append(plt.Line2D([], [], color=INK, linestyle=":", label=say("truth (white dashes)")))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=9)
    if note:
        figure.supxlabel(note, fontsize=8)
    headed(figure, title)
    show(figure, alt)


def _draw_box(axis, box, colour, **style):
    left, top, right, bottom = (float(value) - 0.5 for value in box)
    style = {"linewidth": 1.8, "zorder": 5, **style}
    axis.add_patch(plt.Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour, **style))


def painted(image, mask, share=0.65):
    """A picture with its mask laid over it, for `image_grid`.

    Args:
        image: (height, width, 3), from 0 to 1.
        mask: (height, width) of integers, 0 for the background, 1 + class elsewhere.
        share: of the colour in what is painted.

    Returns:
        (height, width, 3), from 0 to 1; the background is darker.
    """
    colours = np.array([(0, 0, 0), *(to_rgb(colour) for colour in CLASS_COLOURS)])
    part = np.where(mask > 0, share, 0.45)[..., np.newaxis]
    return np.clip((1 - part) * image + part * colours[mask], 0, 1)


def two_boxes(pairs, *, titles, title, alt):
    """Pairs of boxes, each with what they share, what they cover together and the smallest box around both.

    Args:
        pairs: sequence of (truth, guess), each left, top, right, bottom.
        titles: one for each pair.
        title, alt: as of `boxed_images`.
    """
    figure, axes = plt.subplots(1, len(pairs), figsize=(2.3 * len(pairs), 2.9), squeeze=False)
    corners = np.array(pairs, float).reshape(-1, 4)
    low, high = corners[:, :2].min() - 0.5, corners[:, 2:].max() + 0.5
    for axis, (truth, guess), text in zip(axes.flat, pairs, titles):
        around = [*np.minimum(truth[:2], guess[:2]), *np.maximum(truth[2:], guess[2:])]
        shared = [*np.maximum(truth[:2], guess[:2]), *np.minimum(truth[2:], guess[2:])]
        _fill(axis, around, "none", edgecolor=INK, linestyle=":")
        _fill(axis, truth, COLOURS[0], alpha=0.45)
        _fill(axis, guess, COLOURS[1], alpha=0.45)
        if shared[0] < shared[2] and shared[1] < shared[3]:
            _fill(axis, shared, "none", edgecolor=INK, hatch="////", linewidth=0.5)
        axis.set(xlim=(low, high), ylim=(high, low), aspect="equal", xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
        axis.set_title(text, fontsize=9)
    note = say("blue: truth, orange: guess, hatched: shared, dotted: the smallest box around both")
    figure.supxlabel(wrapped(note, 13 * 2.3 * len(pairs)), fontsize=8)
    headed(figure, title)
    show(figure, alt)


def _fill(axis, box, colour, **style):
    left, top, right, bottom = box
    axis.add_patch(plt.Rectangle((left, top), right - left, bottom - top, facecolor=colour, **style))


def ranking(scores, precision, recall, title):
    """A short ranked list as bars, and precision over recall with the numbers of its entries; returns the figure.

    Args:
        scores: (K,), falling.
        precision, recall: (K,), as of `metrics.precision_recall`.
        title: as of `boxed_images`.
    """
    hits = np.diff(recall, prepend=0) > 0
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=(3, 4))
    colours = [COLOURS[2] if hit else COLOURS[1] for hit in hits]
    ranks = np.arange(1, len(scores) + 1)
    left.barh(ranks, scores, color=colours)
    for rank, score, hit in zip(ranks, scores, hits):
        left.text(
            score - 0.02,
            rank,
            say("right") if hit else say("wrong"),
            ha="right",
            va="center",
            fontsize=8,
            color="white",
        )
    left.set(xlabel=say("score"), ylabel=say("rank"), yticks=ranks, xlim=(0, 1))
    left.invert_yaxis()
    _steps(right, precision, recall)
    for rank, across, up, colour in zip(ranks, recall, precision, colours):
        right.plot(across, up, "o", color=colour, markersize=11, zorder=4)
        right.text(across, up, str(rank), ha="center", va="center", fontsize=8, color="white", zorder=5)
    headed(figure, title)
    return figure


def precision_recall_curves(curves, *, title, alt):
    """Precision over recall, each with the area below its best precision at this recall or a higher one.

    Args:
        curves: name -> (precision, recall).
        title, alt: as of `boxed_images`.
    """
    figure, axes = plt.subplots(1, len(curves), figsize=(2.8 * len(curves), 2.9), sharey=True, squeeze=False)
    for axis, (name, (precision, recall)) in zip(axes.flat, curves.items()):
        axis.plot(recall, precision, color=COLOURS[0], linewidth=1)
        _steps(axis, precision, recall)
        axis.set_title(wrapped(name, 28), fontsize=10)
        if axis is not axes[0, 0]:
            axis.set_ylabel("")
    headed(figure, title)
    show(figure, alt)


def _steps(axis, precision, recall):
    """The best precision that is reached at each recall or a higher one, and the area below it."""
    best = np.maximum.accumulate(np.asarray(precision)[::-1])[::-1]
    across, up = np.concatenate([[0], recall]), np.concatenate([best[:1], best])
    axis.fill_between(across, up, step="pre", color=COLOURS[0], alpha=0.2, linewidth=0)
    axis.step(across, up, where="pre", color=COLOURS[0], linestyle="--", linewidth=1.2)
    axis.set(xlabel=say("recall"), ylabel=say("precision"), xlim=(0, 1.03), ylim=(0, 1.08))
