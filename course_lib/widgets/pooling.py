"""Pooling to be tried: which window gives which number, and what becomes of them when the picture moves."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.grids import grid_of_numbers
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

FURTHEST = 3  # pixels by which the picture can be moved


def moved(image, shift):
    """A picture (height, width) moved to the right by `shift` pixels; zeros come in from the left."""
    image = np.asarray(image)
    return np.hstack([np.zeros((len(image), shift), image.dtype), image[:, : image.shape[1] - shift]])


def pooled(image, size, stride, summarize=np.max):
    """One number for each window of size x size of a picture (height, width); no padding."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image), (size, size))[::stride, ::stride]
    return summarize(windows, axis=(2, 3))


def explore_pooling(image, *, size=2, stride=2, alt):
    """Choose window, stride, kind and a shift of the picture; click a result to see the window that it comes from.

    Args:
        image: (height, width), small numbers; at least 4 each way.
        size, stride: at the beginning, from 1 to 3.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the picture is too small, or size or stride cannot be chosen.
    """
    image = np.asarray(image)
    if image.ndim != 2 or min(image.shape) < 4 or not {size, stride} <= {1, 2, 3}:
        raise CourseError(
            say(
                "found a picture of shape {shape}, size {size} and stride {stride}: expected at least 4 rows and 4 columns, and 1, 2 or 3 for size and stride",
                shape=image.shape,
                size=size,
                stride=stride,
            )
        )
    facts = {
        "image": image.tolist(),
        "size": size,
        "stride": stride,
        "furthest": FURTHEST,
        "words": {
            "input": say("input"),
            "kind": say("pooling"),
            "max": say("max"),
            "average": say("average"),
            "size": say("window size"),
            "stride": say("stride"),
            "shift": say("picture moved by"),
            "result": say("result, row {row}, column {column}", **places("row column")),
            "told": say(
                "{values} gives {result}; {changed} of {count} results differ from those of the unmoved picture",
                **places("values result changed count"),
            ),
        },
    }
    show_live("explore_pooling", facts, _still(image, size, stride), alt)


def _still(image, size, stride):
    """The picture and both poolings of it."""
    grids = {
        say("input"): image,
        say("max"): pooled(image, size, stride),
        say("average"): pooled(image, size, stride, np.mean),
    }
    wide = sum(grid.shape[1] for grid in grids.values())
    figure, axes = plt.subplots(
        1, 3, figsize=(0.4 * wide + 0.9, 0.4 * len(image) + 0.5), width_ratios=[g.shape[1] for g in grids.values()]
    )
    for axis, (name, grid) in zip(axes, grids.items()):
        grid_of_numbers(axis, grid, name, highlight=(0, 0, size, size) if grid is image else (0, 0, 1, 1))
        axis.set_anchor("N")
    return figure
