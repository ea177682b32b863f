"""Ask a network about a picture of your own: a file, or a drawing."""

import io

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.paper import COLOURS, show
from course_lib.progress import somebody_watches

# pixels of the drawing field
SIDE = 256


def ask(classify, classes, *, example, alt):
    """In a live notebook: upload a picture or draw one and see what the network says. Elsewhere a still with the example.

    Args:
        classify: function from a square image, float32 (side, side, 3) from 0 to 1, to probabilities (classes,).
        classes: the names of the classes.
        example: the image that is shown first, and in the still.
        alt: what the still shows, at least 20 characters.
    """
    if not somebody_watches():
        _answer(classify, classes, example, alt)
        return
    from ipycanvas import Canvas, hold_canvas
    from IPython.display import display
    from ipywidgets import Button, ColorPicker, FileUpload, HBox, Label, Output, VBox

    upload, colour = FileUpload(accept="image/*"), ColorPicker(value="#D55E00", concise=True, layout={"width": "60px"})
    clear, look = Button(description="clear"), Button(description="ask about the drawing", layout={"width": "200px"})
    # A layout with the size in it: without one the canvas is stretched to the width of the page.
    frame = {"width": f"{SIDE}px", "height": f"{SIDE}px", "border": "1px solid gray"}
    canvas = Canvas(width=SIDE, height=SIDE, sync_image_data=True, layout=frame)
    below, pen = Output(), []

    def answer(image):
        below.clear_output(wait=True)
        with below:
            _answer(classify, classes, image, alt)

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
            below.clear_output(wait=True)
            with below:
                print(f"{file['name']}: {error}")
        else:
            answer(image)

    def stroke(x, y):
        if pen:
            with hold_canvas():
                canvas.stroke_style, canvas.line_width, canvas.line_cap = colour.value, 12, "round"
                canvas.stroke_line(*pen, x, y)
            pen[:] = x, y

    wipe()
    upload.observe(uploaded, "value")
    canvas.on_mouse_down(lambda x, y: pen.__setitem__(slice(None), (x, y)))
    canvas.on_mouse_move(stroke)
    canvas.on_mouse_up(lambda x, y: pen.clear())
    canvas.on_mouse_out(lambda x, y: pen.clear())
    clear.on_click(wipe)
    look.on_click(lambda _: answer(canvas.get_image_data()[..., :3].astype("float32") / 255))
    tools = HBox([Label("a picture:"), upload, Label("or draw:"), colour, clear, look])
    display(VBox([tools, canvas, below]))
    answer(example)


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
        raise ValueError("this is no picture that can be read; choose a PNG or JPEG file") from error
    white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    short = min(white.size)
    return np.asarray(ImageOps.fit(white, (short, short)), "float32") / 255


def _answer(classify, classes, image, alt):
    """The picture, and a bar for each class."""
    chances = 100 * np.asarray(classify(image), "float64")
    figure, (left, right) = plt.subplots(1, 2, figsize=(6, 2.6), width_ratios=(2, 3))
    left.imshow(image)
    left.axis("off")
    right.barh(list(classes), chances, color=COLOURS[0])
    right.invert_yaxis()
    right.set(xlim=(0, 100), xlabel="probability (%)", title=f"{classes[int(chances.argmax())]}, {chances.max():.0f} %")
    show(figure, alt)
