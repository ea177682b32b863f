"""Pictures in rows: images, kernels, feature maps, heat laid over an image."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from course_lib.figures.paper import COLOURS, INK, SIGNED, headed, show, wrapped
from course_lib.texts import say


def image_grid(
    images,
    titles=None,
    *,
    columns=None,
    row_titles=None,
    title="",
    note="",
    alt,
    size=1.3,
    limits=None,
    cmap="gray",
    scale=None,
    framed=False,
):
    """Pictures in rows.

    Args:
        images: sequence of (height, width), (height, width, 1) or (height, width, 3), also as batches of one.
        titles: one short text per picture.
        columns: pictures per row; by default one row for up to ten pictures, else ten per row.
        row_titles: one short text per row, written at its left.
        title: the message of the figure.
        note: a line in small letters below the pictures.
        alt: what the figure shows, at least 20 characters.
        size: width of a picture in inches.
        limits: (low, high) values shown black and white; by default the lowest and highest of each picture.
        cmap: matplotlib colour map for pictures of one channel.
        scale: what the colours mean, with its unit; draws a scale below, which needs `limits`.
        framed: draw a thin frame around each picture.
    """
    images = [np.asarray(image, "float32") for image in images]
    # two dimensions are height and width, even where one of them is 1
    images = [np.squeeze(image) if image.ndim > 2 else image for image in images]
    columns = columns or min(len(images), 10)
    rows = -(-len(images) // columns)
    titles = titles if titles is None else [wrapped(text, 15 * size) for text in titles]
    lines = max(text.count("\n") + 1 for text in titles) if titles else 0
    height = size * max(image.shape[0] / image.shape[1] for image in images) + 0.05 + 0.2 * lines
    extra = 0.35 * bool(title) + 0.25 * bool(note) + 0.6 * (scale is not None)
    left = 0.09 * max(map(len, row_titles)) if row_titles else 0
    figure, axes = plt.subplots(rows, columns, figsize=(columns * size + left, rows * height + extra), squeeze=False)
    low, high = limits or (None, None)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    for axis in axes.flat[len(images) :]:
        axis.set_visible(False)
    for i, (axis, image) in enumerate(zip(axes.flat, images)):
        drawn = axis.imshow(image, cmap=cmap, vmin=low, vmax=high)
        axis.spines[:].set(visible=framed, color=INK)
        if titles is not None:
            axis.set_title(titles[i], fontsize=9)
    for axis, text in zip(axes[:, 0], row_titles or ()):
        axis.set_ylabel(text, rotation=0, ha="right", va="center", fontsize=9)
    if scale is not None:
        colours = figure.colorbar(drawn, ax=axes, location="bottom", shrink=0.5, aspect=30)
        colours.set_label(scale, fontsize=9)
        colours.outline.set_visible(False)
    if note:
        figure.supxlabel(note, fontsize=8)
    headed(figure, title)
    show(figure, alt)


def kernel_gallery(kernels, titles=None, *, columns=8, title="", alt, size=0.9):
    """Kernels as squares: orange is positive, blue is negative, light grey is zero; one scale for all.

    Args:
        kernels: (height, width, count), or those of a Conv2D, (height, width, channels, count): every channel of every
            kernel is a square.
        titles: one per square; by default their numbers, from 0.
        columns, title, alt, size: as in `image_grid`.
    """
    kernels = np.asarray(kernels, "float32")
    squares = np.moveaxis(kernels.reshape(*kernels.shape[:2], -1), -1, 0)
    reach = np.abs(kernels).max()
    titles = list(map(str, range(len(squares)))) if titles is None else titles
    options = {"columns": columns, "title": title, "alt": alt, "size": size, "scale": say("weight")}
    image_grid(squares, titles, **options, limits=(-reach, reach), cmap=SIGNED, framed=True)


def feature_maps(maps, titles=None, *, columns=8, title="", alt, size=0.9):
    """The channels of one feature map as grey pictures, each from its lowest value (black) to its highest (white).

    Args:
        maps: (height, width, channels), or (1, height, width, channels) as a layer returns it.
        titles: one per channel; by default their numbers, from 0, as `kernel_gallery` numbers the kernels.
        columns, title, alt, size: as in `image_grid`.
    """
    maps = np.asarray(maps, "float32")
    maps = maps[0] if maps.ndim == 4 else maps
    titles = list(map(str, range(maps.shape[-1]))) if titles is None else titles
    note = say("each from its own lowest value (black) to its own highest (white)")
    image_grid(np.moveaxis(maps, -1, 0), titles, columns=columns, title=title, note=note, alt=alt, size=size)


def overlay(image, heat):
    """A grey picture with a heat map laid over it in orange; values below zero stay grey.

    Args:
        image: (height, width) or (height, width, 1), from 0 to 1.
        heat: (rows, columns), of any size; it is stretched over the image.

    Returns:
        (height, width, 3), from 0 to 1, for `image_grid`.
    """
    grey = np.squeeze(np.asarray(image, "float32"))
    positive = np.maximum(np.asarray(heat, "float32"), 0)
    larger = Image.fromarray(positive / max(positive.max(), 1e-9)).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    share = 0.75 * np.asarray(larger)[..., np.newaxis]
    return (1 - share) * grey[..., np.newaxis] + share * np.array(to_rgb(COLOURS[1]), "float32")
