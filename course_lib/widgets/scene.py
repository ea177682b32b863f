"""Put emoji into a scene and see at once what a detector makes of it."""

import time

import matplotlib.pyplot as plt
import numpy as np

from course_lib.data.scenes import lay
from course_lib.figures.boxes import CLASS_COLOURS, painted
from course_lib.figures.paper import INK, img, webp
from course_lib.progress import somebody_watches
from course_lib.texts import language, say

SCALE = 5  # pixels on the page for one of the scene
PAUSE = 0.1  # seconds between two answers while something is dragged


def compose_by_hand(asked, things, ground, *, placed=(), alt):
    """In a live notebook: press to put an emoji there, drag those that are there; boxes and mask follow. Elsewhere: a
    still.

    Args:
        asked: function from an image, float32 (side, side, 3) from 0 to 1, to ((boxes, scores, classes), mask).
        things: `Stickers` to choose from.
        ground: (side, side, 3), the scene without objects.
        placed: what is there at the start: (number, left, top, size) of each, in pixels.
        alt: what the still shows, at least 20 characters.
    """
    from IPython.display import HTML, display

    scene = Scene(things, np.asarray(ground, "float32"), placed)
    classes = things.classes_ko if language() == "ko" else things.classes
    still = _still(scene.image(), *asked(scene.image()), classes, alt)
    if not somebody_watches():
        display(HTML(still))
        return
    box = _tools(scene, asked, things)
    # with the still for whoever cannot show a widget
    display({**box._repr_mimebundle_(), "text/html": still}, raw=True)


class Scene:
    """Objects on a ground, the last one uppermost.

    Args:
        things, ground, placed: as of `compose_by_hand`.
    """

    def __init__(self, things, ground, placed=()):
        self.things, self.ground, self.objects = things, ground, [list(one) for one in placed]

    def image(self):
        """float32 (side, side, 3)."""
        image, owners = self.ground.copy(), np.full(self.ground.shape[:2], -1)
        for number, left, top, size in self.objects:
            lay(image, owners, number, self.things.patch(number, size), left, top)
        return image

    def put(self, number, x, y, size):
        """A new object with its middle there, as far as the scene allows; returns its place in `objects`."""
        self.objects.append([number, 0, 0, size])
        self.move(len(self.objects) - 1, x, y)
        return len(self.objects) - 1

    def move(self, place, x, y):
        """Bring the middle of an object to x, y, or as close as the scene allows."""
        number, _, _, size = self.objects[place]
        height, width = self.things.patch(number, size).shape[:2]
        side = len(self.ground)
        self.objects[place][1:3] = (
            int(np.clip(round(x - width / 2), 0, side - width)),
            int(np.clip(round(y - height / 2), 0, side - height)),
        )

    def at(self, x, y):
        """The place of the uppermost object whose box holds this point, and its middle; or None."""
        for place in reversed(range(len(self.objects))):
            number, left, top, size = self.objects[place]
            height, width = self.things.patch(number, size).shape[:2]
            if left <= x < left + width and top <= y < top + height:
                return place, (left + width / 2, top + height / 2)
        return None


def _tools(scene, asked, things):
    """The canvases, what chooses an emoji and its size, and what they do."""
    from ipycanvas import Canvas
    from ipywidgets import HTML, Button, Dropdown, HBox, IntSlider, VBox

    side = len(scene.ground) * SCALE
    frame = {"width": f"{side}px", "height": f"{side}px", "border": f"1px solid {INK}"}
    left, right = (Canvas(width=side, height=side, layout=frame) for _ in range(2))
    names, classes = (things.names_ko, things.classes_ko) if language() == "ko" else (things.names, things.classes)
    options = [(f"{name} ({style})", i) for i, (name, style) in enumerate(zip(names, things.styles))]
    which = Dropdown(options=sorted(options), description=say("emoji"))
    size = IntSlider(value=26, min=10, max=48, description=say("size"), continuous_update=False)
    clear, back = Button(description=say("clear")), Button(description=say("take one back"), layout={"width": "auto"})
    told, held = HTML(), []

    def answer():
        image = scene.image()
        found, mask = asked(image)
        _paint(left, image)
        _paint(right, painted(image, mask))
        _boxes(left, found, classes)
        told.value = ", ".join(f"{classes[int(kind)]} {score:.2f}" for _, score, kind in zip(*found)) or say(
            "nothing found"
        )
        if held:
            held[2:] = [time.monotonic()]

    def press(x, y):
        x, y = x / SCALE, y / SCALE
        there = scene.at(x, y)
        if there is None:
            held[:] = [scene.put(which.value, x, y, size.value), (0, 0)]
        else:
            place, (across, down) = there
            held[:] = [place, (across - x, down - y)]
        answer()

    def drag(x, y):
        if held and time.monotonic() - held[2] > PAUSE:
            place, (across, down) = held[:2]
            scene.move(place, x / SCALE + across, y / SCALE + down)
            answer()

    def let_go(x=None, y=None):
        if held and x is not None:
            held[2] = 0.0  # whatever came last counts
            drag(x, y)
        held.clear()

    def take_back(count):
        held.clear()
        del scene.objects[-count:]
        answer()

    left.on_mouse_down(press)
    left.on_touch_start(lambda fingers: press(*fingers[0]))
    left.on_mouse_move(drag)
    left.on_touch_move(lambda fingers: drag(*fingers[0]))
    for leave in (left.on_mouse_up, left.on_mouse_out):
        leave(let_go)
    for leave in (left.on_touch_end, left.on_touch_cancel):
        leave(lambda fingers: let_go(*(fingers[0] if fingers else ())))
    clear.on_click(lambda _: take_back(len(scene.objects) or 1))
    back.on_click(lambda _: take_back(1))
    answer()
    wrapped = {"flex_flow": "row wrap"}
    return VBox([HBox([which, size, back, clear], layout=wrapped), HBox([left, right], layout=wrapped), told])


def _paint(canvas, image):
    """Show an image on a canvas, each pixel as a square."""
    large = np.kron(np.round(255 * np.clip(image, 0, 1)), np.ones((SCALE, SCALE, 1))).astype("uint8")
    canvas.put_image_data(large)


def _boxes(canvas, found, classes):
    for box, score, kind in zip(*found):
        left, top, right, bottom = (SCALE * float(value) for value in box)
        canvas.stroke_style, canvas.line_width = CLASS_COLOURS[int(kind) % len(CLASS_COLOURS)], 3
        canvas.stroke_rect(left, top, right - left, bottom - top)
        canvas.fill_style, canvas.font = canvas.stroke_style, "14px sans-serif"
        canvas.fill_text(f"{classes[int(kind)]} {score:.2f}", max(left, 2), max(top - 4, 14))


def _still(image, found, mask, classes, alt):
    """The scene with its boxes beside its mask, as HTML."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(5.2, 2.8))
    left.imshow(image)
    right.imshow(painted(image, mask))
    for box, score, kind in zip(*found):
        colour = CLASS_COLOURS[int(kind) % len(CLASS_COLOURS)]
        start, size = (box[0] - 0.5, box[1] - 0.5), (box[2] - box[0], box[3] - box[1])
        left.add_patch(plt.Rectangle(start, *size, fill=False, edgecolor=colour, linewidth=2))
        left.text(*start, f"{classes[int(kind)]} {score:.2f}", fontsize=8, color="black", va="bottom",
                  bbox={"facecolor": colour, "edgecolor": "none", "pad": 1})  # fmt: skip
    side = len(image)
    for axis in (left, right):
        axis.set(xticks=[], yticks=[], xlim=(-0.5, side - 0.5), ylim=(side - 0.5, -0.5))
    left.set_title(say("boxes"), fontsize=10)
    right.set_title(say("mask"), fontsize=10)
    shown = img(webp(figure), alt)
    plt.close(figure)
    return shown
