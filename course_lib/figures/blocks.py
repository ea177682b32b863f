"""Blocks of networks as boxes and arrows: what follows what, and what is added or multiplied on a way around."""

from itertools import pairwise

import matplotlib.pyplot as plt

from course_lib.figures.paper import COLOURS, INK, TILE, headed, show, wrapped
from course_lib.texts import columns_of

WIDE, TALL = 0.84, 0.56  # of a box
LETTER, GAP, APART = 0.066, 0.24, 0.42  # inches: of a letter, between two boxes, of a tower from the middle
SIGNS, CROSSED = ("+", "×"), "><"


def block_diagram(rows, *, around=None, title="", alt):
    """Blocks as boxes in a row each, from left to right: blue what has weights to be learned, grey what has none.

    Args:
        rows: name -> its parts in order. A part is the text of a box, with "*" before it if it has weights; "+" or "×";
            two texts for two boxes above each other, each of which reads the one before it on its side; or "><"
            between two such pairs, where both read both.
        around: name of a row -> (part, sign, text): a second way from behind that part to that sign; the text stands
            on it, in a box if it has "*" before it.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    around = around or {}
    laid = {name: _laid(parts) for name, parts in rows.items()}
    wide = max(columns[-1][-1][0] + columns[-1][-1][2] / 2 for columns, _ in laid.values())
    figure, axis = plt.subplots(figsize=(wide + 0.1, 0.1))
    top = 0.0
    for name, (columns, crossed) in laid.items():
        middle = top - 0.34 * bool(name) - 0.34 * (name in around) - TALL / 2
        middle -= APART * any(len(column) == 2 for column in columns)
        if name:
            axis.text(0, top - 0.1, name, ha="left", va="center", fontsize=10)
        for column in columns:
            for x, y, width, text in column:
                box(axis, x, middle + y, text.removeprefix("*"), text.startswith("*"), wide=width)
        for number, (before, after) in enumerate(pairwise(columns)):
            for start in before:
                for end in after:
                    if len(before) == len(after) == 2 and start[1] != end[1] and number + 1 not in crossed:
                        continue
                    ends = ((start[0] + start[2] / 2, middle + start[1]), (end[0] - end[2] / 2, middle + end[1]))
                    arrow(axis, *ends)
        if name in around:
            _way_around(axis, columns, middle, *around[name])
        top = middle - TALL / 2 - APART * any(len(column) == 2 for column in columns) - 0.22
    figure.set_size_inches(wide + 0.1, -top + 0.35 * bool(title))
    axis.set(xlim=(-0.05, wide + 0.05), ylim=(top + 0.15, 0.05))
    axis.axis("off")
    headed(figure, title)
    show(figure, alt)


def box(axis, x, y, text, learned, *, wide=WIDE, tall=TALL, columns=14):
    """A box around its text, blue if it has weights to be learned; "+" and "×" stand in a ring."""
    if text in SIGNS:
        ring = {"boxstyle": "circle,pad=0.12", "facecolor": TILE, "edgecolor": INK}
        axis.text(x, y, text, ha="center", va="center", fontsize=11, color="black", bbox=ring, zorder=4)
        return
    look = {"facecolor": COLOURS[5] if learned else TILE, "edgecolor": "black", "linewidth": 0.6, "zorder": 2}
    axis.add_patch(plt.Rectangle((x - wide / 2, y - tall / 2), wide, tall, **look))
    axis.text(x, y, wrapped(text, columns), ha="center", va="center", fontsize=8, color="black", zorder=3)


def arrow(axis, start, end, dashed=False):
    """An arrow from one place to another; a dashed one is bent, and orange."""
    look = {"arrowstyle": "-|>", "color": COLOURS[1] if dashed else INK, "shrinkA": 0, "shrinkB": 0}
    bent = {"linestyle": "--", "connectionstyle": "arc3,rad=0.3"} if dashed else {}
    axis.annotate("", end, start, arrowprops={**look, **bent})


def _laid(parts):
    """Columns of (x, y, width, text), and the numbers of those that read both towers before them."""
    columns, crossed, x = [], set(), 0.0
    for part in parts:
        if part == CROSSED:
            crossed.add(len(columns))
            continue
        texts = [part] if isinstance(part, str) else list(part)
        width = max(map(_width, texts))
        heights = (0.0,) if len(texts) == 1 else (APART, -APART)
        columns.append([(x + width / 2, y, width, text) for y, text in zip(heights, texts)])
        x += width + GAP * (1.6 if len(texts) == 2 else 1)
    return columns, crossed


def _width(text):
    """Of a box, in inches."""
    if text in SIGNS:
        return 0.26
    return 0.16 + LETTER * max(map(columns_of, wrapped(text.removeprefix("*"), 14).split("\n")))


def _way_around(axis, columns, middle, part, sign, text):
    """A line above the boxes from behind a part down to a sign, with its text."""
    by_text = {column[0][3]: column[0] for column in reversed(columns)}
    (x, _, width, _), (end, *_) = by_text[part], by_text[sign]
    start, above = x + width / 2 + GAP / 2, middle + TALL / 2 + (0.24 if text.startswith("*") else 0.16)
    way = {"color": COLOURS[1], "linewidth": 2, "solid_capstyle": "butt"}
    axis.plot([start, start, end], [middle, above, above], **way)
    down = {"arrowstyle": "-|>", "color": COLOURS[1], "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", (end, middle + 0.12), (end, above + 0.01), arrowprops=down)
    if text.startswith("*"):
        box(axis, (start + end) / 2, above, text[1:], True, wide=_width(text), tall=0.26, columns=40)
    else:
        axis.text((start + end) / 2, above + 0.05, text, ha="center", va="bottom", fontsize=8, color=COLOURS[1])
