"""Two boxes to drag, with what they share, IoU and GIoU; a ranked list to step through, with its average precision."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib import metrics
from course_lib.figures.boxes import ranking
from course_lib.figures.paper import COLOURS, INK
from course_lib.texts import say
from course_lib.widgets.page import places, show_live


def explore_boxes(truth, guess, *, side=64, alt):
    """Drag a box, or pull at its corner, and see IoU, GIoU and the distance of the sides at once.

    Args:
        truth, guess: left, top, right, bottom in pixels, within the field.
        side: of the field, in pixels.
        alt: what the still shows, at least 20 characters.
    """
    facts = {
        "boxes": [[float(value) for value in box] for box in (truth, guess)],
        "side": side,
        "words": {
            "names": [say("truth"), say("guess")],
            "hint": say("drag a box, or its lower right corner; the arrow keys move what was touched last"),
            "corner": say("{name}: lower right corner", **places("name")),
            "told": say(
                "shared {shared}, together {union}, around both {around} pixels: IoU = {iou}, GIoU = {giou}, mean distance of the sides {l1}",
                **places("shared union around iou giou l1"),
            ),
        },
    }
    show_live("explore_boxes", facts, _still(truth, guess, side), alt)


def _still(truth, guess, side):
    figure, axis = plt.subplots(figsize=(3.6, 3.9))
    for box, colour in ((truth, COLOURS[0]), (guess, COLOURS[1])):
        left, top, right, bottom = box
        axis.add_patch(plt.Rectangle((left, top), right - left, bottom - top, facecolor=colour, alpha=0.45))
    axis.set(xlim=(0, side), ylim=(side, 0), aspect="equal", xticks=[], yticks=[])
    axis.spines[:].set(visible=True, color=INK)
    pair = np.array([truth], float), np.array([guess], float)
    told = f"IoU = {metrics.iou(*pair)[0, 0]:.2f}, GIoU = {metrics.giou(*pair)[0, 0]:.2f}"
    axis.set_title(told, fontsize=10)
    return figure


def explore_ranking(scores, right, objects, *, title="", alt):
    """Step through a ranked list: precision and recall after each entry, and the area that average precision is.

    Args:
        scores: (K,), falling.
        right: (K,) of 0 and 1.
        objects: how many there are to be found.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.
    """
    right = np.asarray(right, int)
    facts = {
        "scores": [float(score) for score in scores],
        "right": right.tolist(),
        "hues": [COLOURS[1], COLOURS[2]],  # wrong, right
        "objects": int(objects),
        "words": {
            "entries": say("entries so far"),
            "precision": say("precision"),
            "recall": say("recall"),
            "told": say(
                "{hits} of the first {n} are right, {objects} objects are there: precision {precision}, recall {recall}",
                **places("n hits objects precision recall"),
            ),
        },
    }
    so_far = np.cumsum(right)
    figure = ranking(np.asarray(scores), so_far / np.arange(1, len(right) + 1), so_far / objects, title)
    show_live("explore_ranking", facts, figure, alt)
