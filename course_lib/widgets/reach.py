"""How far a unit sees, to be tried."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.grids import frame, lines_between
from course_lib.figures.paper import BLUES, COLOURS
from course_lib.texts import say
from course_lib.widgets.convolution import grey_bytes
from course_lib.widgets.page import places, show_live


def explore_receptive_field(layers, side=28, *, image=None, alt):
    """Layers one behind the other: point at a unit of any of them, and see the units before it on which it depends.

    Where a person watches, units are chosen by mouse, touch or arrow keys, and kernels, strides and paddings can be
    changed; elsewhere the middle unit of the last layer is shown.

    Args:
        layers: name -> (kernel size, stride, padding), convolutions and poolings in their order.
        side: height and width of the input.
        image: (side, side) or (side, side, 1), grey values from 0 to 1: what the input shows.
        alt: what the still shows, at least 20 characters.
    """
    facts = {
        "side": side,
        "layers": [
            {"name": name, "kernel": kernel, "stride": stride, "padding": padding}
            for name, (kernel, stride, padding) in layers.items()
        ],
        "words": {
            "input": say("input"),
            "kernel": say("kernel"),
            "stride": say("stride"),
            "padding": say("padding"),
            "sheet": say("{name}, {side}×{side} units; the arrow keys choose one", **places("name side")),
            "sees": say(
                "{name}: the unit in row {row}, column {column} depends on {reach}×{reach} pixels of the input",
                **places("name row column reach"),
            ),
            "empty": say("Nothing is left of the picture: use a smaller kernel or stride."),
        },
    }
    if image is not None:
        image = np.asarray(image, "float32").reshape(side, side)
        facts["image"] = grey_bytes(image)["image"]
    show_live("explore_reach", facts, _sheets(layers, side, image), alt)


def _sheets(layers, side, image):
    """Input and maps as grids, with the middle unit of the last one and what it depends on in each before it."""
    sides = [side]
    for kernel, stride, padding in layers.values():
        sides.append((sides[-1] - kernel + 2 * padding) // stride + 1)
    windows = [(sides[-1] // 2, sides[-1] // 2)]
    for kernel, stride, padding in reversed(layers.values()):
        first, last = windows[0]
        windows.insert(0, (first * stride - padding, last * stride - padding + kernel - 1))
    figure, axes = plt.subplots(1, len(sides), figsize=(2.1 * len(sides), 2.6), squeeze=False)
    for axis, name, now, (first, last) in zip(axes.flat, [say("input"), *layers], sides, windows):
        shown = np.zeros((now, now)) if image is None or axis is not axes[0, 0] else image
        axis.imshow(shown, cmap="gray", alpha=float(shown.any()), vmin=0, vmax=1)
        low, high = max(first, 0), min(last, now - 1)
        corner, length = (low - 0.5, low - 0.5), high - low + 1
        if not shown.any():
            axis.add_patch(plt.Rectangle(corner, length, length, facecolor=BLUES[1]))
        frame(axis, low, low, length, length, COLOURS[1])
        axis.set(xticks=[], yticks=[])
        lines_between(axis, (now, now), width=0.2 if now > 20 else 0.5)
        axis.set_title(f"{name}\n{now}×{now}", fontsize=9)
    reach = windows[0][1] - windows[0][0] + 1
    figure.supxlabel(
        say("one unit at the right depends on {reach}×{reach} pixels of the input", reach=reach), fontsize=9
    )
    return figure
