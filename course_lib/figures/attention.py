"""What a Vision Transformer is made of, and where it looks."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.figures.paper import BLUES, COLOURS, INK, TILE, headed, show, wrapped
from course_lib.texts import say


def patches(image, side, *, columns=12, title="", alt):
    """A picture with the lines between its patches, and the first of them in a row as the network reads them.

    Args:
        image: (height, width, 3), multiples of the side.
        side: of a patch in pixels.
        columns: how many patches stand in the row.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    height, width = image.shape[:2]
    figure = plt.figure(figsize=(8, 3.2))
    whole, row = figure.subfigures(1, 2, width_ratios=(3, 5))
    axis = whole.subplots()
    axis.imshow(image)
    for place in range(side, height, side):
        axis.axhline(place - 0.5, color="white", linewidth=0.7)
    for place in range(side, width, side):
        axis.axvline(place - 0.5, color="white", linewidth=0.7)
    axis.set(xticks=[], yticks=[])
    rows, wide = height // side, width // side
    axis.set_xlabel(say("{rows}×{columns} patches", rows=rows, columns=wide), fontsize=9)
    across = columns // 2
    for number, small in enumerate(row.subplots(2, across).flat):
        top, left = (side * place for place in divmod(number + (rows // 2) * wide, wide))
        small.imshow(image[top : top + side, left : left + side])
        small.set(xticks=[], yticks=[])
        small.set_title(number + (rows // 2) * wide + 1, fontsize=8)
    headed(figure, title)
    show(figure, alt)


def encoder(*, image, tokens, block, logits, title="", alt):
    """The way from an image to logits: patches, tokens, and one block of the encoder with its two additions.

    Args:
        image, tokens, block, logits: what stands below the image and the tokens, above the block, below the logits.
        title, alt: as in `patches`.
    """
    figure, axis = plt.subplots(figsize=(8.6, 2.9))
    box = dict(boxstyle="round,pad=0.02,rounding_size=0.06", edgecolor=INK, linewidth=0.8)
    wide, tall, level = 0.92, 0.62, 0.5

    def part(x, text, colour):
        axis.add_patch(FancyBboxPatch((x, level - tall / 2), wide, tall, facecolor=colour, **box))
        dark = colour == BLUES[3]
        ink = {"fontsize": 8, "color": "white" if dark else "black"}
        axis.text(x + wide / 2, level, wrapped(text, 11), ha="center", va="center", **ink)

    def arrow(x, y, to_x, to_y):
        look = dict(arrowstyle="-|>", color=INK, linewidth=1, shrinkA=0, shrinkB=0)
        axis.annotate("", (to_x, to_y), (x, y), arrowprops=look)

    def plus(x):
        ring = dict(boxstyle="circle,pad=0.15", facecolor=TILE, edgecolor=INK)
        axis.text(x, level, "+", ha="center", va="center", fontsize=12, color="black", bbox=ring)

    parts = [
        (0.0, say("patches to vectors"), BLUES[1]),
        (1.2, say("class token, positions"), BLUES[1]),
        (2.75, say("norm"), TILE),
        (3.95, say("attention"), COLOURS[4]),
        (5.95, say("norm"), TILE),
        (7.15, say("MLP"), COLOURS[5]),
        (9.6, say("norm"), TILE),
        (10.8, say("logits"), BLUES[1]),
    ]
    for x, text, colour in parts:
        part(x, text, colour)
    gaps = ((0.94, 1.18), (2.14, 2.73), (3.69, 3.93), (4.89, 5.2), (5.6, 5.93), (6.89, 7.13), (8.09, 8.45))
    for start, end in (*gaps, (8.85, 9.58), (10.54, 10.78)):
        arrow(start, level, end, level)
    for start, middle in ((2.42, 5.4), (5.75, 8.65)):
        axis.plot([start, start, middle], [level, 1.28, 1.28], color=COLOURS[1], linewidth=2)
        arrow(middle, 1.28, middle, level + 0.2)
        plus(middle)
    axis.add_patch(plt.Rectangle((2.3, -0.05), 6.75, 1.55, fill=False, edgecolor=INK, linestyle="--"))
    axis.text(9.02, 1.56, block, ha="right", fontsize=9)
    axis.text(0.46, -0.12, wrapped(image, 13), ha="center", va="top", fontsize=8)
    axis.text(1.66, -0.12, wrapped(tokens, 13), ha="center", va="top", fontsize=8)
    axis.text(11.26, -0.12, wrapped(logits, 13), ha="center", va="top", fontsize=8)
    axis.text(4.41, -0.18, say("tokens exchange"), ha="center", va="top", fontsize=8, color=INK)
    axis.text(7.61, -0.18, say("each on its own"), ha="center", va="top", fontsize=8, color=INK)
    axis.text(3.9, 1.32, say("residual connection"), ha="center", fontsize=8, color=COLOURS[1])
    axis.set(xlim=(-0.1, 11.9), ylim=(-0.75, 1.8), xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    headed(figure, title)
    show(figure, alt)


def reach_of_heads(distances, *, levels, ylabel, xlabel, title, alt):
    """A dot for each head of each block, and lines to compare with.

    Args:
        distances: (blocks, heads).
        levels: name -> (blocks,) values of a line, or one value for a dotted level.
        ylabel, xlabel: what the axes show, with its unit.
        title, alt: as in `patches`.
    """
    distances = np.asarray(distances)
    blocks = np.arange(1, len(distances) + 1)
    figure, axis = plt.subplots(figsize=(7, 3.6))
    for head, values in enumerate(distances.T):
        axis.plot(blocks, values, "o", color=COLOURS[0], alpha=0.75, label=say("a head") if head == 0 else None)
    axis.plot(blocks, distances.mean(axis=1), color=COLOURS[0], linewidth=2, label=say("mean of the heads"))
    for number, (name, values) in enumerate(levels.items(), 1):
        if np.ndim(values) == 0:
            axis.axhline(values, color=INK, linestyle=":", label=wrapped(name, 24))
        else:
            axis.plot(blocks, values, "s--", markersize=4, color=COLOURS[number], label=wrapped(name, 24))
    axis.set(xlabel=xlabel, ylabel=ylabel, xticks=blocks)
    axis.set_ylim(bottom=0)
    axis.legend(bbox_to_anchor=(1.01, 1), loc="upper left")
    headed(figure, title)
    show(figure, alt)
