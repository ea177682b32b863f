"""Recurrent networks: unrolled over time, an LSTM's cell from the inside, and measurements in the order of time."""

import matplotlib.pyplot as plt

from course_lib.figures.lines import tell_start
from course_lib.figures.paper import BLUES, COLOURS, INK, TILE, headed, show, wrapped
from course_lib.texts import say

ARROW = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
WIDE, TALL = 0.6, 0.5  # of a box
TOP = 2.6  # where the outputs are


def recurrent_forms(*, title="", alt):
    """Four ways to put a recurrent network to use: inputs below, states in the middle, outputs above; time runs right.

    Args:
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    steps = (3, 3, 6, 3)
    figure, axes = plt.subplots(1, 4, figsize=(10, 2.7), width_ratios=steps)
    names = (say("many to one"), say("many to many"), say("encoder-decoder"), say("bidirectional"))
    for axis, name in zip(axes, names):
        axis.set_title(name, fontsize=10)
    for axis, outputs in ((axes[0], [2]), (axes[1], [0, 1, 2])):
        _chain(axis, 3, inputs=range(3), outputs=outputs)
    _chain(axes[2], 6, inputs=range(6), outputs=[3, 4, 5], second=3, fed_back=(3, 4), unread=3)
    _chain(axes[3], 3, inputs=range(3), outputs=[])
    _chain(axes[3], 3, inputs=[], outputs=range(3), level=1.75, backwards=True, skipped=True)
    for axis, count in zip(axes, steps):
        axis.set(xlim=(-0.5, count - 0.5), ylim=(-0.35, 3.15))
        axis.axis("off")
    colours = {say("input"): TILE, say("state"): COLOURS[5], say("state of another layer"): COLOURS[2]}
    handles = [
        plt.Rectangle((0, 0), 1, 1, facecolor=colour, label=name)
        for name, colour in {**colours, say("output"): COLOURS[4]}.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=8)
    headed(figure, title)
    show(figure, alt)


def _chain(
    axis, steps, *, inputs, outputs, level=1.0, second=None, fed_back=(), unread=None, backwards=False, skipped=False
):
    """States beside each other, the inputs below and the outputs above them."""
    colour = COLOURS[2] if backwards else COLOURS[5]
    for step in range(steps):
        _box(axis, step, level, COLOURS[2] if second is not None and step >= second else colour)
    for step in range(steps - 1):
        ends = (step + WIDE / 2, step + 1 - WIDE / 2)
        start, end = reversed(ends) if backwards else ends
        axis.annotate("", (end, level), (start, level), arrowprops=ARROW)
    for step in inputs:
        if step == unread:  # begins from the state alone
            continue
        if step - 1 in fed_back:  # an output comes in at the next step, instead of an input
            way = {"color": COLOURS[1], "linestyle": "--", "linewidth": 1.2}
            axis.plot([step - 0.7, step - 0.5, step - 0.5, step], [TOP, TOP, 0.35, 0.35], **way)
            axis.annotate("", (step, level - TALL / 2), (step, 0.35), arrowprops={**ARROW, **way})
            continue
        _box(axis, step, 0, TILE)
        axis.annotate("", (step, level - TALL / 2), (step, TALL / 2), arrowprops=ARROW)
    for step in outputs:
        _box(axis, step, TOP, COLOURS[4])
        axis.annotate("", (step, TOP - TALL / 2), (step, level + TALL / 2), arrowprops=ARROW)
    for step in range(steps) if skipped else ():  # this layer reads the same inputs, and both go up to the output
        for side, (low, high) in ((0.28, (TALL / 2, level - TALL / 2)), (-0.28, (1 + TALL / 2, TOP - TALL / 2))):
            bent = {**ARROW, "connectionstyle": f"arc3,rad={0.35 if side > 0 else -0.35}"}
            axis.annotate("", (step + side, high), (step + side, low), arrowprops=bent)


def _box(axis, x, y, colour):
    corner = (x - WIDE / 2, y - TALL / 2)
    axis.add_patch(plt.Rectangle(corner, WIDE, TALL, facecolor=colour, edgecolor="black", linewidth=0.6, zorder=2))


def lstm_cell(*, title="", alt):
    """What happens in an LSTM between two steps: the cell goes straight through, three gates act on it.

    Args:
        title, alt: as in `recurrent_forms`.
    """
    figure, axis = plt.subplots(figsize=(7.6, 3.5))
    axis.add_patch(plt.Rectangle((0.7, -0.4), 6.9, 3.75, facecolor="none", edgecolor=INK, linestyle="--"))
    arrow = lambda start, end, **look: axis.annotate("", end, start, arrowprops={**ARROW, **look})
    thick = {"linewidth": 3, "color": COLOURS[1]}
    for start, end in (((-0.3, 2.9), (1.63, 2.9)), ((2.07, 2.9), (3.88, 2.9)), ((4.32, 2.9), (8.5, 2.9))):
        arrow(start, end, **thick)
    axis.plot([-0.3, 6.5], [0, 0], color=INK, linewidth=1.5)
    for x, sign in ((1.85, "×"), (4.1, "+")):
        _sign(axis, x, 2.9, sign)
    _sign(axis, 4.1, 1.9, "×")
    _sign(axis, 6.5, 1.9, "×")
    parts = ((1.85, say("forget gate") + "\nf", BLUES[1]), (3.3, say("input gate") + "\ni", BLUES[1]),
             (4.9, say("candidate") + "\ng", COLOURS[4]), (6.5, say("output gate") + "\no", BLUES[1]))  # fmt: skip
    for x, name, colour in parts:
        axis.add_patch(plt.Rectangle((x - 0.6, 0.55), 1.2, 0.6, facecolor=colour, edgecolor="black", zorder=2))
        axis.text(x, 0.85, wrapped(name, 11), ha="center", va="center", fontsize=8, color="black", zorder=3)
        arrow((x, 0.0), (x, 0.55))
    arrow((1.85, 1.15), (1.85, 2.68))
    arrow((3.3, 1.15), (3.93, 1.78))
    arrow((4.9, 1.15), (4.27, 1.78))
    arrow((4.1, 2.12), (4.1, 2.68))
    arrow((6.5, 1.15), (6.5, 1.68))
    arrow((6.5, 2.9), (6.5, 2.12))
    axis.text(6.6, 2.5, "tanh", fontsize=8)
    axis.plot([6.72, 7.3], [1.9, 1.9], color=INK, linewidth=1.5)
    axis.plot([7.3, 7.3], [1.9, 0.0], color=INK, linewidth=1.5)
    arrow((7.3, 0.0), (8.5, 0.0))
    arrow((0.98, -0.75), (0.98, 0.0))
    texts = ((-0.35, 2.9, say("cell c"), "right"), (8.55, 2.9, say("cell c'"), "left"),
             (-0.35, 0.0, say("state h"), "right"), (8.55, 0.0, say("state h'"), "left"),
             (0.98, -0.95, say("input x"), "center"))  # fmt: skip
    for x, y, text, side in texts:
        axis.text(x, y, text, ha=side, va="center", fontsize=9)
    axis.set(xlim=(-1.4, 9.7), ylim=(-1.15, 3.45))
    axis.axis("off")
    headed(figure, title)
    show(figure, alt)


def _sign(axis, x, y, sign):
    ring = {"boxstyle": "circle,pad=0.12", "facecolor": TILE, "edgecolor": INK}
    axis.text(x, y, sign, ha="center", va="center", fontsize=11, color="black", bbox=ring, zorder=4)


def timeline(lines, *, ylabel, title, alt, xlabel=None, parts=None):
    """Measurements in the order of time as plain lines, with names for the parts of the time.

    Args:
        lines: name -> (times, values), two sequences of the same length.
        ylabel, xlabel: what the axes show, with its unit; "year" by default.
        title, alt: as in `recurrent_forms`.
        parts: name -> (start, end) in time, to be shaded in turn.
    """
    figure, axis = plt.subplots(figsize=(8.4, 3))
    for number, (name, (times, values)) in enumerate(lines.items()):
        style = {
            "color": COLOURS[number % len(COLOURS)],
            "linestyle": "-" if number == 0 else ("--", "-.", ":")[number % 3],
        }
        axis.plot(times, values, label=name, linewidth=2 if number == 0 else 1.6, **style)
    for number, (name, (start, end)) in enumerate((parts or {}).items()):
        axis.axvspan(start, end, color=INK, alpha=(0.06, 0.14, 0.24)[number % 3], linewidth=0)
        axis.text(
            (start + end) / 2, 1.01, name, ha="center", va="bottom", fontsize=8, transform=axis.get_xaxis_transform()
        )
    axis.set(xlabel=xlabel or say("year"), ylabel=ylabel)
    axis.margins(x=0)
    tell_start(axis)
    if len(lines) > 1:
        axis.legend(bbox_to_anchor=(1.01, 1), loc="upper left")
    headed(figure, title)
    show(figure, alt)
