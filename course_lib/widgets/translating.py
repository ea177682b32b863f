"""Type a sentence, and see the answer come token by token, with what each token was written by looking at."""

import re
from html import escape

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, img, webp
from course_lib.progress import somebody_watches
from course_lib.texts import say

HANGUL = re.compile("[가-힣ㄱ-ㆎ]")


def direction(text):
    """The language to translate a text into: Korean letters are translated into English, and all else into Korean."""
    return "en" if HANGUL.search(text) else "ko"


def explore_translation(translate, text, *, alt):
    """In a live notebook: a field to type into, below it the answer, token by token, above what each token looks at.
    Elsewhere: a still.

    Args:
        translate: function from (text, "ko" or "en", the language wanted) to (tokens of the source, tokens of the
            answer, shares (answer, source)); tokens are strings. A CourseError says which part it does not know.
        text: what stands in the field at the beginning.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the text to begin with is empty, or not known.
    """
    from IPython.display import HTML, display

    if not text.strip():
        raise CourseError(say("there is no text to begin with: give a sentence that can be translated"))
    still = img(webp(_still(*translate(text, direction(text)))), alt)
    if not somebody_watches():
        display(HTML(still))
        return
    from ipywidgets import HTML as Box
    from ipywidgets import IntSlider, Layout, Text, VBox

    field = Text(value=text, description=say("text"), layout=Layout(width="36em"))
    step = IntSlider(value=1, min=1, max=1, description=say("token"))
    shown, now = Box(), {}

    def show(_=None):
        shown.value = page(*now["found"], step.value)

    def answer(_=None):
        typed = field.value
        try:
            now["found"] = translate(typed, direction(typed)) if typed.strip() else None
            told = say("type something")
        except CourseError as error:
            now["found"], told = None, error
        if now["found"] is None:
            shown.value = f"<div>{escape(str(told))}</div>"
            return
        count = max(1, len(now["found"][1]))
        step.max = count
        step.value = count  # the whole answer; the slider goes back to its beginning
        show()

    field.observe(answer, "value")
    step.observe(lambda _: show() if now.get("found") else None, "value")
    answer()
    # with the still for whoever cannot show a widget
    display({**VBox([field, step, shown])._repr_mimebundle_(), "text/html": still}, raw=True)


def page(source, answer, shares, step):
    """The HTML below the field: the source, as dark as the token number `step` (from 1) looks at it, and the answer."""
    if not answer:
        told = say("the answer is empty")
        return f"<div>{escape(told)}</div>"
    row = np.asarray(shares)[step - 1]
    looked = "".join(_token(token, share) for token, share in zip(source, row))
    written = "".join(_token(token, 1.0 if number == step else 0.0) for number, token in enumerate(answer[:step], 1))
    most = int(row.argmax())
    told = say(
        "writing {token}, it looks most at {source} ({share} %)",
        token=repr(answer[step - 1].strip()),
        source=repr(source[most].strip()),
        share=round(100 * float(row[most])),
    )
    return f"<div>{looked}</div><div>{written}</div><div>{escape(told)}</div>"


def _token(token, share):
    look = f"background:rgba(213,94,0,{share:.2f});border:1px solid {COLOURS[6]};padding:2px 5px;margin:2px"
    return f'<span style="display:inline-block;border-radius:4px;{look}">{escape(token.strip())}</span>'


def _still(source, answer, shares):
    """All tokens of the answer and what they look at, as a figure, which is closed."""
    figure, axis = plt.subplots(figsize=(1.6 + 0.5 * len(source), 1.4 + 0.28 * len(answer)))
    drawn = axis.imshow(np.asarray(shares), cmap="viridis", vmin=0, vmax=1, aspect="auto")
    figure.colorbar(drawn, label=say("share"))
    axis.set(xticks=range(len(source)), yticks=range(len(answer)))
    axis.set_xticklabels([token.strip() for token in source])
    axis.set_yticklabels([token.strip() for token in answer])
    axis.set(xlabel=say("read"), ylabel=say("written"))
    plt.close(figure)
    return figure
