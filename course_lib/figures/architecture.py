"""A network as boxes."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.paper import COLOURS, show


def architecture(model, *, title, alt):
    """A network drawn from the model itself: a box for all maps of one size, and where parameters and multiply-adds lie.

    The height of a box grows with the logarithm of the side of the maps, its width with that of their channels.

    Args:
        model: functional keras.Model, also a blueprint.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    # Keras is loaded here, so that other figures do without it
    from course_lib.models.summary import stages

    parts = stages(model)
    figure, (boxes, shares) = plt.subplots(2, 1, figsize=(7.2, 4), height_ratios=(3, 2), sharex=True)
    highest = np.log2(max(part["side"] for part in parts)) + 1
    widths = [0.12 + 0.055 * np.log2(part["channels"]) for part in parts]
    for i, (part, width) in enumerate(zip(parts, widths)):
        dense = part["side"] == 1
        height = (np.log2(part["side"]) + 1) / highest
        corner, colour = (i - width / 2, -height / 2), COLOURS[4] if dense else COLOURS[5]
        boxes.add_patch(plt.Rectangle(corner, width, height, facecolor=colour, edgecolor="black"))
        if i:
            ends = (i - width / 2 - 0.03, 0), (i - 1 + widths[i - 1] / 2 + 0.03, 0)
            boxes.annotate("", *ends, arrowprops={"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0})
        size = "dense" if dense else f"{part['side']}×{part['side']}×{part['channels']}"
        layers = f"{part['layers']} layer{'s' * (part['layers'] > 1)}"
        boxes.text(i, -0.62, f"{size}\n{layers}", ha="center", va="top", fontsize=8)
    boxes.set(xlim=(-0.6, len(parts) - 0.4), ylim=(-1.0, 0.55), title=title)
    boxes.axis("off")
    for shift, what, colour in ((-0.2, "parameters", COLOURS[0]), (0.2, "multiply_adds", COLOURS[1])):
        percent = np.array([part[what] for part in parts]) / sum(part[what] for part in parts) * 100
        drawn = shares.bar(np.arange(len(parts)) + shift, percent, 0.38, color=colour, label=what.replace("_", "-"))
        shares.bar_label(drawn, fmt="{:.0f}", fontsize=8)
    shares.set(ylabel="share (%)", xticks=[], ylim=(0, 112))
    shares.legend(fontsize=8)
    show(figure, alt)
