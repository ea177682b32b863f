"""Curves that change over time, to be played, stopped and stepped."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, headed
from course_lib.texts import say
from course_lib.widgets.page import places, show_live


def play_curves(curves, x, *, steps=None, first=0, ylim, xlabel, ylabel, seconds=0.15, title="", alt):
    """Curves over the same axis, frame by frame; elsewhere a still of one frame.

    Args:
        curves: name -> (frames, points), at most seven.
        x: (points,) places on the horizontal axis, ascending.
        steps: what each frame is called, such as the step of a training; by default 1, 2, 3, ...
        first: the frame that is shown at the beginning and in the still, from 0.
        ylim: (low, high) of the vertical axis; what lies outside is cut off.
        xlabel, ylabel: what the axes show.
        seconds: for each frame.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the curves do not have the same shape, or that of `x` and `steps`, or there is no such frame.
    """
    curves = {str(name): np.asarray(values, float) for name, values in curves.items()}
    shapes = {values.shape for values in curves.values()}
    count = next(iter(shapes))[0] if shapes else 0
    names = [str(step) for step in (range(1, count + 1) if steps is None else steps)]
    if shapes != {(len(names), len(x))} or not 0 <= first < len(names):
        raise CourseError(
            say(
                "found curves of shapes {shapes}, {steps} steps and {points} places, starting with frame {first}: expected (steps, places) for each, and a frame from 0 on",
                shapes=", ".join(map(str, sorted(shapes))) or say("none"),
                steps=len(names),
                points=len(x),
                first=first,
            )
        )
    # what does not move is sent once
    sent = {name: values[:1] if (values == values[0]).all() else values for name, values in curves.items()}
    facts = {
        "names": list(curves),
        "curves": [np.round(values, 3).tolist() for values in sent.values()],
        "shades": list(COLOURS),
        "x": np.round(np.asarray(x, float), 4).tolist(),
        "steps": names,
        "count": len(names),
        "first": first,
        "low": ylim[0],
        "high": ylim[1],
        "seconds": seconds,
        "words": {
            "frame": say("frame"),
            "back": say("one frame back"),
            "forward": say("one frame on"),
            "play": say("play"),
            "stop": say("stop"),
            "told": say("step {step}", **places("step")),
        },
        "axes": {"x": str(xlabel), "y": str(ylabel)},
    }
    figure, axis = plt.subplots(figsize=(6.4, 3.2))
    for number, (name, values) in enumerate(curves.items()):
        axis.plot(x, values[first], color=COLOURS[number], linewidth=2, label=name)
    axis.set(ylim=ylim, xlabel=xlabel, ylabel=ylabel)
    axis.set_title(say("step {step}", step=names[first]), fontsize=10)
    axis.legend(fontsize=9)
    headed(figure, title)
    show_live("play_curves", facts, figure, alt)
