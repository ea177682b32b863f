"""What comes next: the likeliest tokens, and what temperature, top-k, top-p and a penalty make of them."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, headed
from course_lib.sampling import softmax
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

SHOWN = 12  # tokens with a bar of their own


def explore_next_token(logits, names, *, read=(), title="", alt):
    """Change how the next token is chosen: bars of the likeliest ones before and after, and a token to be drawn.

    Args:
        logits: of all tokens of the vocabulary, (vocabulary,).
        names: the pieces, in the order of the tokens.
        read: tokens that stand in the text already; the penalty is held against them.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: numbers of logits and names differ, or there are fewer than two.
    """
    logits, names = np.asarray(logits, float), [str(name) for name in names]
    if logits.ndim != 1 or len(logits) != len(names) or len(names) < 2:
        raise CourseError(
            say(
                "found logits of shape {shape} and {names} names: expected a name for each logit, and at least two",
                shape=logits.shape,
                names=len(names),
            )
        )
    facts = {
        "logits": [round(float(logit), 3) for logit in logits],
        "names": names,
        "read": sorted({int(token) for token in read}),
        "shown": SHOWN,
        "words": {
            "heat": say("temperature, times 10"),
            "k": say("top-k (0: all)"),
            "p": say("top-p (percent)"),
            "penalty": say("penalty of repetition, times 10"),
            "before": say("as the model says"),
            "after": say("what is drawn from"),
            "others": say("all others"),
            "draw": say("draw a token"),
            "told": say("{left} tokens are left; drawn: {drawn}", **places("left drawn")),
            "hint": say("times 10: 7 is 0.7; a temperature of 0 takes the likeliest"),
        },
    }
    show_live("explore_next_token", facts, _still(logits, names, title), alt)


def _still(logits, names, title):
    order = np.argsort(-logits, kind="stable")[:SHOWN]
    chances, cold = softmax(logits), softmax(logits / 0.5)
    figure, axis = plt.subplots(figsize=(7, 0.8 + 0.3 * len(order)))
    rows = np.arange(len(order))
    axis.barh(rows - 0.2, chances[order], 0.38, color=COLOURS[0], label=say("as the model says"))
    axis.barh(rows + 0.2, cold[order], 0.38, color=COLOURS[1], label=say("with a temperature of 0.5"))
    axis.set(yticks=rows, yticklabels=[names[token] for token in order], xlim=(0, 1), xlabel=say("probability"))
    axis.invert_yaxis()
    axis.legend(loc="lower right", fontsize=9)
    headed(figure, title)
    return figure
