"""Logits to be moved: the probabilities, the loss, and its gradient."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK
from course_lib.sampling import softmax
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

HIGHEST = 8  # logits go from minus this to this


def explore_logits(logits, names, *, right=0, alt):
    """Move the logits and choose the true class: probabilities by softmax, cross-entropy, and its gradient.

    Args:
        logits: one number for each class, at the beginning, from -8 to 8.
        names: of the classes.
        right: which class is the true one, at the beginning.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: numbers of logits and names differ, or a logit or the true class cannot be chosen.
    """
    logits, names = [float(logit) for logit in logits], [str(name) for name in names]
    if len(logits) != len(names) or not 0 <= right < len(names) or max(map(abs, logits)) > HIGHEST:
        raise CourseError(
            say(
                "found {count} logits, {names} names and the true class {right}: expected a name for each logit, logits from -{highest} to {highest}, and one of the classes, counted from 0",
                count=len(logits),
                names=len(names),
                right=right,
                highest=HIGHEST,
            )
        )
    facts = {
        "logits": logits,
        "names": names,
        "right": right,
        "highest": HIGHEST,
        "words": {
            "logit": say("logit of {name}, times 10", **places("name")),
            "right": say("true class"),
            "chances": say("probabilities"),
            "slopes": say("gradient of the loss"),
            "told": say("loss {loss}", **places("loss")),
        },
    }
    show_live("explore_logits", facts, _still(logits, names, right), alt)


def _still(logits, names, right):
    chances = softmax(logits)
    slopes = chances - np.eye(len(names))[right]
    figure, (left, middle) = plt.subplots(1, 2, figsize=(7, 0.5 + 0.45 * len(names)), sharey=True)
    left.barh(names, chances, color=COLOURS[0])
    left.set(xlim=(0, 1), title=say("probabilities"))
    middle.barh(names, slopes, color=COLOURS[1])
    middle.axvline(0, color=INK, linewidth=0.8)
    middle.set(xlim=(-1, 1), title=say("gradient of the loss"))
    left.invert_yaxis()
    return figure
