"""What a figure shows: for tests that look at the data in it, not at its size."""

import base64
import io
import re
from html import unescape

import IPython.display
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

ALT = 'An "alt" text that is long enough, with < and &.'


class Drawn:
    """Catches what is drawn.

    Attributes:
        figures: those of matplotlib, in the order in which they were closed.
        pictures: bytes of the pictures that reached the notebook.
        other: whatever else reached it, such as widgets.
    """

    def __init__(self, monkeypatch):
        self.figures, self.pictures, self.other = [], [], []
        close = plt.close

        def closed(figure=None):
            self.figures.append(figure)
            close(figure)

        monkeypatch.setattr(plt, "close", closed)
        monkeypatch.setattr(IPython.display, "display", self.display)

    def display(self, thing, *_, **__):
        found = re.fullmatch(
            r'<img (?:class="course-drawing" )?src="data:image/(?:png|webp);base64,([^"]+)" alt="([^"]*)" width="(\d+)" style="max-width:100%">',
            getattr(thing, "data", None) or "",
        )
        if not found:
            return self.other.append(thing)
        assert unescape(found[2]) == ALT
        with Image.open(io.BytesIO(base64.b64decode(found[1]))) as picture:
            assert picture.width // 2 == int(found[3]) and picture.width % 2 == 0, "twice as many pixels as it is wide"
        self.pictures.append(base64.b64decode(found[1]))

    @property
    def figure(self):
        [figure] = self.figures
        return figure

    @property
    def axis(self):
        [axis] = self.figure.axes
        return axis

    def check(self, max_bytes):
        """Whatever was drawn is small, is no empty picture, and stays open nowhere."""
        for content in self.pictures:
            picture = Image.open(io.BytesIO(content))
            assert len(content) <= max_bytes
            picture = picture.convert("RGBA")
            assert picture.getcolors(2) is None, "an empty picture"  # None: it has more than two colours
            pixels = np.asarray(picture)
            sides = pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]
            assert not any(side[:, 3].any() for side in sides), "something sticks out and was cut"
        still_open = plt.get_fignums()
        # so that what one test left open is not found in the next
        plt.close("all")
        assert not still_open, "the figure must be closed"


def seen(axis):
    """The matrix or picture on an axis as a reader sees it: first the top row, from left to right."""
    [image] = axis.images
    # masked where nothing is drawn
    values = np.ma.asarray(image.get_array())
    assert image.get_extent() == [-0.5, values.shape[1] - 0.5, values.shape[0] - 0.5, -0.5]
    return values[
        :: 1 if axis.get_ylim()[0] > axis.get_ylim()[1] else -1, :: 1 if axis.get_xlim()[0] < axis.get_xlim()[1] else -1
    ]


def shade(axis, value):
    """The colour in which an axis shows a value: red, green, blue from 0 to 1."""
    [image] = axis.images
    return image.cmap(image.norm(value))[:3]


def is_shown(axis, colours):
    """Whether values have these colours on an axis, up to a step of its colour map, and the scale ends with them."""
    [image] = axis.images
    close = [np.abs(np.subtract(shade(axis, value), to_rgb(colour))).max() < 0.015 for value, colour in colours.items()]
    return all(close) and np.allclose(image.get_clim(), (min(colours), max(colours)))


def numbers(axis):
    """(row, column) -> text written there."""
    return {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in axis.texts}


def marks(axis):
    """Place -> name, for the horizontal and for the vertical axis."""
    return [
        {float(place): label.get_text() for place, label in zip(one.get_ticklocs(), one.get_ticklabels())}
        for one in (axis.xaxis, axis.yaxis)
    ]


def frames(axis):
    """(row, column, height, width) of each frame around squares, all in the second colour."""
    assert all(to_hex(patch.get_edgecolor()) == "#d55e00" and not patch.get_fill() for patch in axis.patches)
    return [(p.get_y() + 0.5, p.get_x() + 0.5, p.get_height(), p.get_width()) for p in axis.patches]


def legend(thing):
    """Name -> colour in the legend of an axis."""
    shown = thing.get_legend()
    colour = lambda handle: to_hex(handle.get_color() if hasattr(handle, "get_color") else handle.get_facecolor())
    return {text.get_text(): colour(handle) for text, handle in zip(shown.get_texts(), shown.legend_handles)}


def words(axis):
    """(label of the horizontal axis, of the vertical axis, title)."""
    return axis.get_xlabel(), axis.get_ylabel(), axis.get_title()


def line(drawn):
    """(horizontal places, values, colour) of a line."""
    return list(map(float, drawn.get_xdata())), list(map(float, drawn.get_ydata())), to_hex(drawn.get_color())
