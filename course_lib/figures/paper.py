"""What all figures are drawn on: one style, colours that colour-blind readers can tell apart, small PNGs with alt text.

Importing this module sets matplotlib's defaults (`STYLE`, in `matplotlib.rcParams`) for the whole process, so that what
a learner draws with pyplot looks like the figures of the lesson; `matplotlib.rcdefaults()` undoes it.
"""

import base64
import io
from html import escape

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image

from course_lib.figures.fonts import family

# Okabe and Ito (2008), "Color Universal Design": distinguishable with any colour vision, and in grey
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# negative, zero, positive
SIGNED = LinearSegmentedColormap.from_list("blue, white, orange", (COLOURS[0], "white", COLOURS[1]))
MAX_BYTES = 60_000
STYLE = {
    "axes.prop_cycle": plt.cycler(color=COLOURS),
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "font.family": family(),
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "legend.frameon": False,
    "image.cmap": "gray",
    "figure.constrained_layout.use": True,
}
plt.rcParams.update(STYLE)


def show(figure, alt):
    """Put a figure into the notebook as a small PNG with alt text, and close it.

    Args:
        figure: a matplotlib figure.
        alt: what it shows, for those who cannot see it; at least 20 characters.

    Raises:
        ValueError: the alt text is too short.
    """
    display_png(png(figure), alt)
    plt.close(figure)


def show_animation(figures, alt, *, seconds):
    """Put figures into the notebook as one animated PNG, which browsers, JupyterLab and GitHub play; close each.

    Args:
        figures: iterable of matplotlib figures of one size, drawn one after the other.
        alt: as in `show`.
        seconds: how long each is seen.

    Raises:
        ValueError: the alt text is too short.
    """
    frames = []
    for figure in figures:
        frames.append(_drawn(figure))
        plt.close(figure)
    palette = frames[-1].quantize(96, dither=Image.Dither.NONE)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    file = io.BytesIO()
    first.save(file, "png", save_all=True, append_images=others, duration=int(1000 * seconds), loop=0, optimize=True)
    display_png(file.getvalue(), alt)


def display_png(content, alt):
    """Put the bytes of a PNG (also an animated one) into the notebook, with alt text.

    It goes there as HTML, because JupyterLab and nbconvert show an image/png output without its alt text.

    Raises:
        ValueError: the alt text is shorter than 20 characters.
    """
    if len(alt) < 20:
        raise ValueError(f"alt text says what a picture shows: expected at least 20 characters, found {alt!r}")
    from IPython.display import HTML, display

    display(HTML(f'<img src="data:image/png;base64,{base64.b64encode(content).decode()}" alt="{escape(alt)}">'))


def png(figure):
    """The bytes of a figure as a PNG in 256 colours, a third of the size of one in full colour.

    A figure that still takes more than `MAX_BYTES` is scaled down in steps until it fits, at most to three tenths.
    """
    picture = _drawn(figure)
    colourless = not np.ptp(np.asarray(picture), axis=2).any()
    for scale in np.arange(1, 0.2, -0.1):
        smaller = picture.resize([round(scale * side) for side in picture.size], Image.Resampling.LANCZOS)
        file = io.BytesIO()
        reduced = smaller.convert("L") if colourless else smaller.quantize(256, kmeans=1, dither=Image.Dither.NONE)
        reduced.save(file, "png", optimize=True)
        if file.tell() <= MAX_BYTES:
            break
    return file.getvalue()


def _drawn(figure):
    """A figure's pixels as a PIL image, RGB."""
    FigureCanvasAgg(figure).draw()
    return Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
