"""Ask a network about a picture of your own: a file, or a drawing."""

import io

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.paper import COLOURS, img, webp
from course_lib.progress import somebody_watches
from course_lib.texts import say

# pixels of the drawing field
SIDE = 256
# beside each other, or below where there is no room
WRAPPED = {"flex_flow": "row wrap"}


def ask(classify, classes, *, example, alt):
    """In a live notebook: upload or draw a picture and see what the network says. Elsewhere: a still with the example.

    Args:
        classify: function from a square image, float32 (side, side, 3) from 0 to 1, to probabilities (classes,).
        classes: the names of the classes.
        example: the image that is shown first, and in the still.
        alt: what the still shows, at least 20 characters.
    """
    from IPython.display import HTML, display

    still = _answer(classify, classes, example, alt)
    if not somebody_watches():
        display(HTML(still))
        return
    from ipywidgets import Button, ColorPicker, FileUpload, HBox, Label, Output, VBox

    upload = FileUpload(accept="image/*", description=say("picture file"))
    colour = ColorPicker(value="#D55E00", concise=True, layout={"width": "60px"})
    clear = Button(description=say("clear"), layout={"width": "100px"})
    look = Button(description=say("ask about the drawing"), layout={"width": "auto"})
    canvas, answers = _canvas(colour), Output(layout={"min_width": "300px"})

    def answer(image):
        answers.clear_output(wait=True)
        with answers:
            display(HTML(_answer(classify, classes, image, alt)))

    def wipe(_=None):
        canvas.fill_style = "white"
        canvas.fill_rect(0, 0, SIDE, SIDE)

    def uploaded(change):
        if not change["new"]:
            return
        file = change["new"][-1]
        try:
            image = read(bytes(file["content"]))
        except ValueError as error:
            answers.clear_output(wait=True)
            with answers:
                print(f"{file['name']}: {error}")
        else:
            answer(image)

    wipe()
    upload.observe(uploaded, "value")
    clear.on_click(wipe)
    look.on_click(lambda _: answer(canvas.get_image_data()[..., :3].astype("float32") / 255))
    tools = HBox([Label(say("a picture:")), upload, Label(say("or draw:")), colour, clear, look], layout=WRAPPED)
    # the answer beside the canvas, where both are seen at once; below it on a narrow screen
    box = VBox([tools, HBox([canvas, answers], layout=WRAPPED)])
    # with the still for whoever cannot show a widget
    display({**box._repr_mimebundle_(), "text/html": still}, raw=True)
    answer(example)


def _canvas(colour):
    """A white field to draw on with a mouse, a pen or a finger, in the colour of a ColorPicker."""
    from ipycanvas import Canvas, hold_canvas

    # A layout with the size in it: without one the canvas is stretched to the width of the page.
    frame = {"width": f"{SIDE}px", "height": f"{SIDE}px", "border": "1px solid gray"}
    canvas, pen = Canvas(width=SIDE, height=SIDE, sync_image_data=True, layout=frame), []

    def press(x, y):
        pen[:] = x, y
        # a dot, where the pen does not move
        stroke(x, y)

    def stroke(x, y):
        if pen:
            with hold_canvas():
                canvas.stroke_style, canvas.line_width, canvas.line_cap = colour.value, 12, "round"
                canvas.stroke_line(*pen, x, y)
            pen[:] = x, y

    # of several fingers the first one draws
    canvas.on_mouse_down(press)
    canvas.on_touch_start(lambda fingers: press(*fingers[0]))
    canvas.on_mouse_move(stroke)
    canvas.on_touch_move(lambda fingers: stroke(*fingers[0]))
    for leave in (canvas.on_mouse_up, canvas.on_mouse_out, canvas.on_touch_end, canvas.on_touch_cancel):
        leave(lambda *_: pen.clear())
    return canvas


def read(content):
    """Read a picture: upright, the square in its middle, on white.

    Args:
        content: the bytes of a file, in any format that Pillow reads.

    Returns:
        float32 (side, side, 3), from 0 to 1.

    Raises:
        ValueError: the bytes are not a picture that can be read.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture = ImageOps.exif_transpose(picture).convert("RGBA")
    # for a damaged file Pillow raises a dozen kinds
    except Exception as error:
        raise ValueError(say("this is no picture that can be read; choose a PNG or JPEG file")) from error
    white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    short = min(white.size)
    return np.asarray(ImageOps.fit(white, (short, short)), "float32") / 255


def _answer(classify, classes, image, alt):
    """The picture, and a bar for each class, as HTML."""
    chances = 100 * np.asarray(classify(image), "float64")
    figure, (left, right) = plt.subplots(1, 2, figsize=(6, 2.6), width_ratios=(2, 3))
    left.imshow(image)
    left.axis("off")
    right.barh(list(classes), chances, color=COLOURS[0])
    right.invert_yaxis()
    right.set(xlim=(0, 100), xlabel=say("probability (%)"))
    right.set_title(f"{classes[int(chances.argmax())]}, {chances.max():.0f} %")
    shown = img(webp(figure), alt)
    plt.close(figure)
    return shown
