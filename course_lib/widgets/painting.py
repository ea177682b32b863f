"""Type a caption, and see a picture painted from it, stroke by stroke."""

from html import escape

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from course_lib.errors import CourseError
from course_lib.figures.paper import address, img, stored, webp
from course_lib.progress import somebody_watches
from course_lib.texts import say

SHOWN, SIDE, SMALL = (
    6,
    240,
    72,
)  # pictures beside each other at most, pixels on the page of the last one and of the others
GUIDANCE = (0.0, 4.0)
MOST_STEPS = 32
EVERY = 3  # steps from one picture that is seen while it paints to the next


def explore_painting(paint, caption, *, guidance=1.0, steps=None, alt):
    """In a live notebook: a field for a caption, sliders for guidance and the number of steps, and the picture as it
    is painted. Elsewhere: a still.

    Args:
        paint: function from (caption, guidance, seed), and the number of steps if it can be chosen, to an iterator of
            pictures (height, width, 3) from 0 to 1, one for each step. A CourseError says which words it does not know.
        caption: what stands in the field at the beginning.
        guidance: at the beginning, from 0 to 4.
        steps: at the beginning, from 1 to 32; None if their number cannot be chosen.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the caption to begin with is empty, or not known.
    """
    from IPython.display import HTML, display

    if not caption.strip():
        raise CourseError(say("there is no caption to begin with: give one that can be painted"))
    pictures = list(paint(caption, guidance, 0, *([] if steps is None else [steps])))
    still = img(webp(_still(pictures)), alt)
    if not somebody_watches():
        display(HTML(still))
        return
    from ipywidgets import HTML as Box
    from ipywidgets import Button, FloatSlider, HBox, IntSlider, Layout, Text, VBox

    wide, late = Layout(width="36em"), {"continuous_update": False}
    field = Text(value=caption, description=say("caption"), layout=wide, **late)
    strong = FloatSlider(
        value=guidance, min=GUIDANCE[0], max=GUIDANCE[1], step=0.5, description=say("guidance"), **late
    )
    chosen_steps = [IntSlider(value=steps, min=1, max=MOST_STEPS, description=say("steps"), **late)] if steps else []
    again, shown, seed = Button(description=say("paint another one")), Box(page(pictures)), [0]

    def answer(_=None):
        if not field.value.strip():
            advice = say("type something")
            shown.value = f"<div>{escape(advice)}</div>"
            return
        found = []
        try:
            for picture in paint(field.value, strong.value, seed[0], *(slider.value for slider in chosen_steps)):
                found.append(picture)
                if len(found) % EVERY == 0:
                    shown.value = page(found)  # seen while it paints
            shown.value = page(found)
        except CourseError as error:
            shown.value = f"<div>{escape(str(error))}</div>"

    def another(_):
        seed[0] += 1
        answer()

    for control in (field, strong, *chosen_steps):
        control.observe(answer, "value")
    again.on_click(another)
    # with the still for whoever cannot show a widget
    panel = VBox([field, HBox([strong, *chosen_steps, again], layout=Layout(flex_flow="row wrap")), shown])
    display({**panel._repr_mimebundle_(), "text/html": still}, raw=True)


def chosen(count):
    """Which of so many pictures are shown: at most `SHOWN`, the last one among them."""
    return np.unique(np.linspace(0, count - 1, SHOWN).round().astype(int)).tolist()


def page(pictures):
    """The HTML below the controls: some of the pictures so far, and the last one large."""
    *before, last = chosen(len(pictures))
    parts = [_picture(pictures[last], SIDE, say("the picture after step {step}", step=last + 1))]
    parts += [_picture(pictures[k], SMALL, say("the picture after step {step}", step=k + 1)) for k in before]
    step = say("step {step}", step=last + 1)
    return f"<div>{' '.join(parts)}</div><div>{escape(step)}</div>"


def _picture(picture, side, alt):
    """Each pixel of a picture as a square, so large that the longer side has about so many pixels."""
    pixels = np.round(255 * np.asarray(picture)).astype("uint8")
    source = address(stored(Image.fromarray(pixels), "png"))
    style = f"width:{side}px;image-rendering:pixelated;margin-right:4px;vertical-align:top"
    return f'<img alt="{escape(alt)}" src="{source}" style="{style}">'


def _still(pictures):
    """Some of the pictures in a row, as a figure, which is closed."""
    shown = chosen(len(pictures))
    figure, axes = plt.subplots(1, len(shown), figsize=(1.5 * len(shown), 1.9), squeeze=False)
    for axis, number in zip(axes[0], shown):
        axis.imshow(pictures[number], interpolation="nearest")
        axis.set_axis_off()
        axis.set_title(say("step {step}", step=number + 1), fontsize=9)
    plt.close(figure)
    return figure
