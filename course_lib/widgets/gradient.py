"""One recurrent unit to be tried: how far back the gradient reaches, by weight and length."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

HEAVIEST, LONGEST = 1.5, 100  # weight and number of steps that can be chosen
POWERS = (-12, 6)  # of ten: what the axis of the gradient shows


def one_unit(weight, inputs, steps, activation=np.tanh):
    """States h = tanh(w h + x) of a single unit, and the size of d(last state) / d(state) for each step.

    Args:
        weight: by which the state is multiplied.
        inputs: what is read, over and over.
        steps: how many are read.
        activation: np.tanh, or None.

    Returns:
        Two arrays (steps,).
    """
    states, state = [], 0.0
    for step in range(steps):
        state = weight * state + inputs[step % len(inputs)]
        state = activation(state) if activation else state
        states.append(state)
    slopes = 1 - np.square(states) if activation else np.ones(steps)
    factors = abs(weight) * slopes[:0:-1]  # of the last step, of the one before, ... down to the second
    return np.array(states), np.concatenate([[1.0], np.cumprod(factors)])[::-1]


def explore_gradient(inputs, *, weight=0.9, steps=20, alt):
    """Change the weight and the number of steps, and see the states and what is left of the gradient at each step.

    Args:
        inputs: numbers that the unit reads, over and over.
        weight, steps: at the beginning; from 0 to 1.5 and from 2 to 100.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the weight or the number of steps cannot be chosen, or nothing is read.
    """
    if not (0 <= weight <= HEAVIEST and 2 <= steps <= LONGEST and len(inputs)):
        raise CourseError(
            say(
                "found {count} inputs, the weight {weight} and {steps} steps: expected at least one input, a weight from 0 to {heaviest}, and 2 to {longest} steps",
                count=len(inputs),
                weight=weight,
                steps=steps,
                heaviest=HEAVIEST,
                longest=LONGEST,
            )
        )
    inputs = [float(value) for value in inputs]
    facts = {
        "inputs": inputs,
        "weight": weight,
        "steps": steps,
        "heaviest": HEAVIEST,
        "longest": LONGEST,
        "powers": POWERS,
        "words": {
            "weight": say("weight × 100"),
            "steps": say("steps"),
            "activation": say("activation"),
            "none": say("no activation"),
            "states": say("states"),
            "gradient": say("gradient of the last state, by powers of ten"),
            "time": say("time"),
            "told": say(
                "weight {weight}, {steps} steps: {left} of the gradient is left at the first one",
                **places("weight steps left"),
            ),
        },
    }
    show_live("explore_gradient", facts, _still(weight, inputs, steps), alt)


def _still(weight, inputs, steps):
    states, sizes = one_unit(weight, inputs, steps)
    times = np.arange(1, steps + 1)
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(5.6, 3.4), sharex=True)
    upper.bar(times, states, color=COLOURS[0])
    upper.axhline(0, color=INK, linewidth=0.8)
    upper.set_title(say("states"), fontsize=10)
    lower.semilogy(times, sizes, color=COLOURS[1], linewidth=2.5)
    lower.set_title(say("gradient of the last state, by powers of ten"), fontsize=10)
    low, high = POWERS
    lower.set(
        xlabel=say("time"), ylim=(10.0**low, 10.0**high), yticks=[10.0**power for power in range(low, high + 1, 6)]
    )
    lower.axhline(1, color=INK, linewidth=0.8)
    return figure
