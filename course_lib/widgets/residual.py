"""Blocks of a single number to be tried: what comes out of a stack of them, with and without the residual connection,
and what is left of the gradient."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

WEIGHTS, DEEPEST, REACH = (-1.5, 1.5), 60, 2.0  # of a branch; blocks; inputs from minus this to this
POWERS = (-12, 6)  # of ten: what the axis of the gradient shows


def stacked(weight, depth, inputs, residual):
    """Blocks y = w tanh(x), or y = x + w tanh(x), behind each other.

    Args:
        weight: of the branch, the same in all blocks.
        depth: how many blocks.
        inputs: a number or an array.
        residual: whether the input of each block is added to what its branch gives.

    Returns:
        What comes out, and the derivatives of it by what goes into block 1, 2, ..., and by itself: (depth + 1, ...).
    """
    now, factors = np.asarray(inputs, float), []
    for _ in range(depth):
        branch = np.tanh(now)
        factors.append(residual + weight * (1 - branch**2))
        now = residual * now + weight * branch
    slopes = [np.ones_like(now)]
    for factor in reversed(factors):
        slopes.append(slopes[-1] * factor)
    return now, np.array(slopes[::-1])


def explore_residual(*, weight=0.5, depth=20, start=1.0, alt):
    """Change the weight of the branch, the number of blocks and the input, switch the residual connection on and off,
    and see what comes out for each input and what is left of the gradient at each block.

    Args:
        weight, depth, start: at the beginning; from -1.5 to 1.5, from 1 to 60, and from -2 to 2.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: weight, depth or input cannot be chosen.
    """
    if not (WEIGHTS[0] <= weight <= WEIGHTS[1] and 1 <= depth <= DEEPEST and abs(start) <= REACH):
        raise CourseError(
            say(
                "found the weight {weight}, {depth} blocks and the input {start}: expected a weight from {low} to {high}, 1 to {deepest} blocks, and an input from -{reach} to {reach}",
                weight=weight,
                depth=depth,
                start=start,
                low=WEIGHTS[0],
                high=WEIGHTS[1],
                deepest=DEEPEST,
                reach=REACH,
            )
        )
    facts = {
        "weight": weight,
        "depth": depth,
        "start": start,
        "weights": WEIGHTS,
        "deepest": DEEPEST,
        "reach": REACH,
        "powers": POWERS,
        "words": {
            "weight": say("weight of the branch × 100"),
            "depth": say("blocks"),
            "start": say("input × 100"),
            "shortcut": say("residual connection"),
            "kinds": [say("both"), say("without"), say("with")],
            "out": say("what comes out, by the input"),
            "gradient": say("gradient of the output, by powers of ten"),
            "input": say("input"),
            "block": say("block"),
            "plain": say("without: out comes {out}, {left} of the gradient is left", **places("out left")),
            "residual": say("with: out comes {out}, {left} of the gradient is left", **places("out left")),
        },
    }
    show_live("explore_residual", facts, _still(weight, depth, start), alt)


def _still(weight, depth, start):
    inputs, blocks = np.linspace(-REACH, REACH, 81), np.arange(depth + 1)
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 2.9))
    for residual, name, colour in ((False, say("without"), COLOURS[0]), (True, say("with"), COLOURS[1])):
        left.plot(inputs, stacked(weight, depth, inputs, residual)[0], color=colour, linewidth=2, label=name)
        slopes = np.abs(stacked(weight, depth, start, residual)[1])
        right.semilogy(blocks, slopes, color=colour, linewidth=2)
    left.axvline(start, color=INK, linewidth=0.8, linestyle=":")
    left.set(xlabel=say("input"))
    left.set_title(say("what comes out, by the input"), fontsize=10)
    left.legend(title=say("residual connection"), fontsize=8, title_fontsize=8)
    low, high = POWERS
    powers = [10.0**power for power in range(low, high + 1, 6)]
    right.set(xlabel=say("block"), ylim=(10.0**low, 10.0**high), yticks=powers)
    right.axhline(1, color=INK, linewidth=0.8)
    right.set_title(say("gradient of the output, by powers of ten"), fontsize=10)
    return figure
