"""Translation: the way through a Transformer, and which word was written by looking at which."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.figures.paper import BLUES, COLOURS, INK, TILE, headed, show, wrapped
from course_lib.texts import say

ARROW = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
WIDE, TALL = 1.25, 0.62  # of a box


def transformer_parts(*, title="", alt):
    """The encoder reads from left to right in the lower row, the decoder writes in the upper one and looks down.

    Args:
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    figure, axis = plt.subplots(figsize=(9, 3.6))
    attention, forward, plain = COLOURS[4], COLOURS[5], BLUES[1]
    lower = (
        (0.0, say("source"), TILE),
        (1.7, say("vectors + positions"), plain),
        (3.6, say("self-attention"), attention),
        (5.3, say("feed-forward"), forward),
        (7.2, say("a vector for each token"), plain),
    )
    upper = (
        (0.0, say("target so far"), TILE),
        (1.7, say("vectors + positions"), plain),
        (3.6, say("causal self-attention"), attention),
        (5.3, say("cross-attention"), attention),
        (7.0, say("feed-forward"), forward),
        (8.9, say("logits of the next token"), plain),
    )
    for level, row in ((0.0, lower), (2.1, upper)):
        for x, text, colour in row:
            axis.add_patch(
                FancyBboxPatch((x, level), WIDE, TALL, facecolor=colour, edgecolor=INK, boxstyle="round,pad=0.03")
            )
            middle = {"ha": "center", "va": "center", "fontsize": 8, "color": "black"}
            axis.text(x + WIDE / 2, level + TALL / 2, wrapped(text, 13), **middle)
        for (x, *_), (after, *_) in zip(row, row[1:]):
            axis.annotate("", (after - 0.04, level + TALL / 2), (x + WIDE + 0.04, level + TALL / 2), arrowprops=ARROW)
    across = {**ARROW, "color": COLOURS[1], "linewidth": 2}
    axis.plot([7.2 + WIDE / 2] * 2, [TALL + 0.03, 1.35], color=COLOURS[1], linewidth=2)
    axis.plot([7.2 + WIDE / 2, 5.3 + WIDE / 2], [1.35, 1.35], color=COLOURS[1], linewidth=2)
    axis.annotate("", (5.3 + WIDE / 2, 2.05), (5.3 + WIDE / 2, 1.33), arrowprops=across)
    axis.text(6.9, 1.42, say("keys and values"), ha="center", va="bottom", fontsize=8, color=COLOURS[1])
    for left, right, level, name in ((3.45, 6.7, 0.0, say("encoder block")), (3.45, 8.4, 2.1, say("decoder block"))):
        frame = {"fill": False, "edgecolor": INK, "linestyle": "--"}
        axis.add_patch(plt.Rectangle((left, level - 0.17), right - left, TALL + 0.34, **frame))
        below = level == 0
        y = level - 0.24 if below else level + TALL + 0.22
        axis.text(left, y, name, ha="left", va="top" if below else "bottom", fontsize=9)
    fed = {"color": INK, "linestyle": "--", "linewidth": 1.2}
    axis.plot([8.9 + WIDE / 2, 8.9 + WIDE / 2, WIDE / 2], [2.1 + TALL + 0.05, 3.3, 3.3], **fed)
    axis.annotate("", (WIDE / 2, 2.1 + TALL + 0.05), (WIDE / 2, 3.32), arrowprops={**ARROW, **fed})
    axis.text(4.6, 3.35, say("what was written comes in again"), ha="center", va="bottom", fontsize=8)
    axis.set(xlim=(-0.1, 10.3), ylim=(-0.55, 3.65))
    axis.axis("off")
    headed(figure, title)
    show(figure, alt)


def alignments(panels, rows, columns, *, ylabel, xlabel, title, alt):
    """Which row takes how much from which column: a panel of colours for each of several attentions.

    Args:
        panels: name -> (rows, columns) of shares from 0 to 1.
        rows, columns: the tokens, as they are shown.
        ylabel, xlabel: what they are.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    across = min(len(panels), 4)
    down = -(-len(panels) // across)
    cell, letters = (0.26, 9) if len(panels) < 3 else (0.17, 7)  # inches, points
    size = (across * (0.5 + cell * len(columns)) + 1.5, down * (0.8 + cell * len(rows)) + 0.6)
    figure, axes = plt.subplots(down, across, figsize=size, squeeze=False, sharex=True, sharey=True)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    for axis, (name, shares) in zip(axes.flat, panels.items()):
        drawn = axis.imshow(np.asarray(shares), cmap="viridis", vmin=0, vmax=1, aspect="auto")
        axis.set(xticks=range(len(columns)), yticks=range(len(rows)), yticklabels=rows)
        axis.set_xticklabels(columns, rotation=60, ha="right", rotation_mode="anchor")
        axis.tick_params(labelsize=letters)
        axis.set_title(name, fontsize=letters + 1)
    figure.colorbar(drawn, ax=axes, label=say("share"))
    figure.supxlabel(xlabel, fontsize=10)
    figure.supylabel(ylabel, fontsize=10)
    headed(figure, title)
    show(figure, alt)
