"""A latent space of two numbers as a pad: move a point, and see what the decoder draws there."""

import base64
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

LAST = ("sigmoid", "clip")
STEPS = 32767  # of a weight, on either side of 0


@dataclass(frozen=True)
class Space:
    """A latent space of two numbers.

    Attributes:
        layers: of its decoder, pairs of a matrix (inputs, outputs) and a bias (outputs,): dense layers with ReLUs
            between them, from 2 numbers to the pixels of a square.
        points: (n, 2), codes of pictures.
        reach: how far the pad goes in each direction.
        last: what makes pixels of the last numbers: "sigmoid", or "clip" for pixels that are cut off at 0 and 1.
    """

    layers: list
    points: object
    reach: float
    last: str


def decode(layers, codes, last):
    """Pictures as rows of pixels: dense layers with ReLUs between them.

    Args:
        layers, last: as of `Space`.
        codes: (n, inputs of the first).

    Returns:
        (n, outputs of the last), from 0 to 1.
    """
    x = np.asarray(codes, float)
    for number, (kernel, bias) in enumerate(layers):
        x = (np.maximum(x, 0) if number else x) @ kernel + bias
    return np.clip(x, 0, 1) if last == "clip" else 1 / (1 + np.exp(-x))


def explore_codes(spaces, *, labels, names, code=(0.0, 0.0), alt):
    """Move a point over the codes of pictures, and see what the decoder draws from it, computed in the page.

    Args:
        spaces: name -> Space; the first one is shown at the beginning and in the still.
        labels: (n,) integers, the classes of the points.
        names: of the classes.
        code: where the point is at the beginning.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: a decoder does not lead from 2 numbers to a square, or has another last step.
    """
    for name, one in spaces.items():
        shapes = [np.shape(kernel) for kernel, _ in one.layers]
        fits = shapes and shapes[0][0] == 2 and all(a[1] == b[0] for a, b in zip(shapes, shapes[1:]))
        if not fits or np.sqrt(shapes[-1][1]) % 1 or one.last not in LAST:
            raise CourseError(
                say(
                    "{name}: found layers of shapes {shapes} and {last} at the end: expected layers from 2 numbers to the pixels of a square, and {known}",
                    name=name,
                    shapes=", ".join(map(str, shapes)) or say("none"),
                    last=repr(one.last),
                    known=", ".join(map(repr, LAST)),
                )
            )
    facts = {
        "maps": [{"name": str(name), **_sent(one)} for name, one in spaces.items()],
        "labels": np.asarray(labels).tolist(),
        "names": [str(name) for name in names],
        "shades": list(COLOURS[:5]),
        "code": list(map(float, code)),
        "words": {
            "map": say("network"),
            "pad": say("the code; the arrow keys move it"),
            "picture": say("what the decoder draws"),
            "told": say("code {x}, {y}", **places("x y")),
            "hint": say("drag the point; marks are codes of pictures, a kind each"),
        },
    }
    [first, *_] = spaces.values()
    show_live("explore_codes", facts, _still(first, np.asarray(labels), facts["names"], code), alt)


def _sent(one):
    """A space as JSON takes it: weights in two bytes each, base 64, with the size of a step."""
    layers = []
    for kernel, bias in one.layers:
        kernel = np.asarray(kernel, float)
        step = float(max(np.abs(kernel).max(), 1e-12)) / STEPS
        layers.append(
            {
                "outputs": kernel.shape[1],
                "step": step,
                "kernel": base64.b64encode(np.round(kernel / step).astype("<i2").tobytes()).decode(),
                "bias": np.round(np.asarray(bias, float), 5).tolist(),
            }
        )
    points = np.round(np.asarray(one.points, float), 2).tolist()
    return {"layers": layers, "points": points, "reach": float(one.reach), "last": one.last}


def _still(one, labels, names, code):
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 3.7), width_ratios=(3, 2))
    points, reach = np.asarray(one.points, float), one.reach
    for number, name in enumerate(names):
        look = dict(color=COLOURS[number % 5], marker="s^"[number // 5 % 2], markersize=3, linestyle="none")
        left.plot(*points[labels == number].T, label=name, **look)
    left.plot(*code, "o", color=COLOURS[1], markeredgecolor=INK, markersize=10)
    left.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    left.set(xlabel=say("first number"), ylabel=say("second number"))
    [picture] = decode(one.layers, [code], one.last)
    side = round(len(picture) ** 0.5)
    right.imshow(picture.reshape(side, side), vmin=0, vmax=1)
    right.set_axis_off()
    right.set_title(say("what the decoder draws"), fontsize=10)
    figure.legend(loc="outside lower center", ncols=5, fontsize=8, markerscale=2)
    return figure
