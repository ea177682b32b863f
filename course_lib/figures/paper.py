"""What all figures are drawn on: one style for light and dark pages, colours that colour-blind readers can tell apart,
small sharp pictures with alt text.

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
from course_lib.texts import columns_of, say

# text and lines: as clear on white (contrast 4.5) as on JupyterLab's dark page (4.2), so no page needs to be known
INK = "#777777"
# Okabe and Ito (2008), "Color Universal Design": distinguishable with any colour vision, and in grey; INK for black
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", INK)
# tiles that carry numbers or pictures keep their own ground, on which black can be read; none is as bright as white
TILE = "#e8e8e8"
# negative, zero, positive
SIGNED = LinearSegmentedColormap.from_list("blue, grey, orange", (COLOURS[0], TILE, COLOURS[1]))
# zero and more
BLUES = ("#dfe9f3", "#9cc4e4", "#2f7fbc", "#084a86")
TILES = LinearSegmentedColormap.from_list("light to dark blue", BLUES)
MAX_BYTES = 100_000
UNSEEN = 0.5  # steps of 255 by which a palette may change a figure on average, on a light or on a dark page
STEPS = (3, 3, 3, 15)  # of red, green, blue and opacity, where a palette would change more
PIXELS = 2  # drawn for each pixel of a figure's width on the page, so that it is sharp on every screen
STYLE = {
    "axes.prop_cycle": plt.cycler(color=COLOURS),
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "font.family": family(),
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
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
    """Put a figure into the notebook as a small picture with alt text, and close it.

    Args:
        figure: a matplotlib figure.
        alt: what it shows, for those who cannot see it; at least 20 characters.

    Raises:
        ValueError: the alt text is too short.
    """
    display_picture(webp(figure), alt, drawing=is_drawing(figure))
    plt.close(figure)


def display_picture(content, alt, drawing=False):
    """Put the bytes of a picture (PNG, JPEG or WebP) into the notebook, half as wide as it has pixels.

    Args, Raises: as for `img`.
    """
    from IPython.display import HTML, display

    display(HTML(img(content, alt, drawing)))


def img(content, alt, drawing=False):
    """A picture as an element of HTML, because JupyterLab and nbconvert show other outputs without their alt text.

    Args:
        content: the bytes of a PNG, JPEG or WebP.
        alt: what it shows, at least 20 characters.
        drawing: whether it has lines and text only, which may be made lighter or darker for the page (page.css).

    Raises:
        ValueError: the alt text is too short.
    """
    if len(alt) < 20:
        raise ValueError(
            say("alt text says what a picture shows: expected at least 20 characters, found {alt}", alt=repr(alt))
        )
    with Image.open(io.BytesIO(content)) as picture:
        width = picture.width // PIXELS
    role = 'class="course-drawing" ' if drawing else ""
    given = f'alt="{escape(alt)}" width="{width}" style="max-width:100%"'
    return f'<img {role}src="{address(content)}" {given}>'


def address(content):
    """The bytes of a PNG, JPEG or WebP as the address of an image, which holds all of it."""
    with Image.open(io.BytesIO(content)) as picture:
        kind = picture.format.lower()
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def is_drawing(figure):
    """Whether a figure has lines and text only: no picture, no colours with a scale."""
    return not any(axis.images for axis in figure.axes)


def webp(figure):
    """The bytes of a figure as WebP: without loss where that is small, else as photographs are stored.

    A figure that still takes more than `MAX_BYTES` loses quality first, then size.
    """
    picture = drawn(figure)
    # a page of photographs would take seconds without loss, and never fit
    if picture.getcolors(20_000):  # None where there are more
        content = stored(slim(picture), "webp", lossless=True)
        if len(content) <= MAX_BYTES:
            return content
    for quality in (85, 75, 65, 55):
        content = stored(picture, "webp", quality=quality)
        if len(content) <= MAX_BYTES:
            return content
    while len(content) > MAX_BYTES:
        picture = picture.resize([round(0.9 * side) for side in picture.size], Image.Resampling.LANCZOS)
        content = stored(picture, "webp", quality=55)
    return content


def slim(picture):
    """A picture that looks the same and takes half as much: with a palette of 256 colours, or where that would be seen,
    as in photographs, with colours in `STEPS`.

    Args:
        picture: PIL image, RGBA.
    """
    pixels = np.asarray(picture).copy()
    pixels[pixels[..., 3] == 0] = 0  # what is not seen has no colour
    picture = Image.fromarray(pixels)
    few = _of_palette(pixels, np.asarray(picture.quantize(256, Image.Quantize.FASTOCTREE)))
    if apart(picture, few) <= UNSEEN:
        return few
    return Image.fromarray((np.round(pixels / STEPS) * STEPS).astype("uint8"))


def _of_palette(pixels, numbers):
    """The picture with one colour for all pixels of a number: the one that most of them have, so that surfaces keep
    theirs."""
    both = numbers.astype("uint64") << 32 | pixels.view("<u4")[..., 0]
    pairs, counts = np.unique(both, return_counts=True)
    order = np.argsort(counts, kind="stable")  # the most frequent one of a number is written last
    palette = np.zeros(256, "<u4")
    for pair in pairs[order]:
        palette[int(pair) >> 32] = int(pair) & 0xFFFFFFFF
    return Image.fromarray(palette[numbers].view("uint8").reshape(pixels.shape))


def apart(picture, other):
    """How far two pictures are from each other, on average, on the page on which that is more: white or black.

    Args:
        picture, other: PIL images, RGBA, of one size.
    """
    (a, seen), (b, seen_of_other) = (
        (pixels[..., :3] * pixels[..., 3:] / 255, pixels[..., 3:])
        for pixels in (np.asarray(one, "float32") for one in (picture, other))
    )
    black, white = a - b, a - b - (seen - seen_of_other)
    return max(float(np.abs(one).mean()) for one in (black, white))


def png(figure):
    """The bytes of a figure as a PNG, for pages and programs that do not read WebP."""
    return stored(drawn(figure), "png", optimize=True)


def drawn(figure):
    """A figure's pixels as a PIL image, RGBA, `PIXELS` for each of the page: what is drawn, cut along its outline."""
    canvas, file = FigureCanvasAgg(figure), io.BytesIO()
    dpi = PIXELS * plt.rcParams["figure.dpi"]
    figure.set_dpi(dpi)
    # the layout is found in steps, one a drawing; the outline is that of the last
    canvas.draw()
    canvas.draw()
    figure.set_layout_engine("none")
    outline = figure.get_tightbbox(canvas.get_renderer()).padded(0.04)
    canvas.print_figure(file, format="png", dpi=dpi, bbox_inches=outline, pil_kwargs={"compress_level": 1})
    picture = Image.open(file).convert("RGBA")
    # whole pixels on the page
    return picture.crop((0, 0, *(-(-side // PIXELS) * PIXELS for side in picture.size)))


def wrapped(text, columns):
    """A text broken at its spaces into lines of at most so many columns where possible; Korean letters take two.

    Line breaks that are there already stay.
    """
    lines = []
    for line in str(text).split("\n"):
        now = ""
        for word in line.split(" "):
            longer = f"{now} {word}" if now else word
            if now and columns_of(longer) > columns:
                lines.append(now)
                now = word
            else:
                now = longer
        lines.append(now)
    return "\n".join(lines)


def headed(figure, title):
    """Write the message of a figure above it, in as many lines as its width asks for."""
    if title:
        figure.suptitle(wrapped(title, 12.5 * figure.get_size_inches()[0]), fontsize=11)


def stored(picture, kind, **options):
    """The bytes of a PIL image as a file of some kind; options are those of its `save`."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
