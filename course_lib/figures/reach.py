"""How far a unit sees."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm

from course_lib.figures.grids import frame
from course_lib.figures.paper import COLOURS, INK, headed, show, wrapped
from course_lib.texts import say

# the smallest influence is still seen, beside pixels without any, which stay empty
HEAT = LinearSegmentedColormap.from_list("pale to dark blue", ("#d3e6f5", "#6fb1de", COLOURS[0], "#004f96"))


def receptive_field(maps, reach=None, *, image=None, columns=None, title="", alt):
    """How much each input pixel moves one unit, as heat, with the square that the formula gives framed.

    The colours of all maps are shares of the largest influence in their own map, on one scale by powers of ten; pixels
    without any influence (exactly 0) stay empty.

    Args:
        maps: name -> (height, width), the sizes of gradients, 0 and more; the unit is in the middle.
        reach: name -> side of the square to frame; also one number for all.
        image: (height, width), shown first: what the network looks at.
        columns: maps per row; by default all in one.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    count = len(maps) + (image is not None)
    columns = columns or count
    rows = -(-count // columns)
    inches = (2.1 * columns + 0.7, 2.45 * rows + 0.35)
    figure, axes = plt.subplots(rows, columns, figsize=inches, squeeze=False)
    places = list(axes.flat)
    for axis in places:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=False)
    for axis in places[count:]:
        axis.set_visible(False)
    if image is not None:
        first = places.pop(0)
        first.imshow(np.squeeze(np.asarray(image)))
        first.set_title(say("input"), fontsize=10)
    drawn = None
    for axis, (name, heat) in zip(places, maps.items()):
        heat = np.asarray(heat, float)
        share = heat / max(heat.max(), 1e-30)
        drawn = axis.imshow(np.ma.masked_equal(share, 0), cmap=HEAT, norm=LogNorm(1e-4, 1, clip=True))
        axis.spines[:].set(visible=True, color=INK, linewidth=0.6)
        side = reach.get(name) if isinstance(reach, dict) else reach
        below = ""
        if side:
            top, left = ((extent - side) / 2 for extent in heat.shape)
            frame(axis, top, left, side, side)
            below = say("framed: {side}×{side} pixels", side=side)
        axis.set_title(wrapped(name, 24), fontsize=10)
        axis.set_xlabel(below, fontsize=9, color=COLOURS[1])
    scale = figure.colorbar(drawn, ax=axes, shrink=0.8, aspect=25)
    scale.set_label(wrapped(say("influence, as a share of the largest"), 24), fontsize=9)
    scale.outline.set_visible(False)
    headed(figure, title)
    show(figure, alt)
