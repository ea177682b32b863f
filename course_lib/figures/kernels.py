"""What a convolution is made of: its channels, and the dense layer that it is a special case of."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from course_lib.figures.grids import grid_of_numbers, lines_between
from course_lib.figures.paper import COLOURS, SIGNED, TILES, headed, show, wrapped
from course_lib.texts import say


def correlate(image, kernel, stride=1, padding=0):
    """The padded image, and its cross-correlation with a kernel; both of two dimensions."""
    padded = np.pad(np.asarray(image), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, np.shape(kernel))[::stride, ::stride]
    return padded, np.einsum("ijmn,mn->ij", windows, kernel)


def channels(image, kernel, feature_map=None, *, names=None, title="", alt):
    """One kernel on an image of several channels: each slice works on its own channel, the results are added.

    Up to 7 x 7, squares with numbers are drawn, else pictures; results and their sum have one scale.

    Args:
        image: (height, width, channels).
        kernel: (size, size, channels).
        feature_map: (out_height, out_width), if it is not just the sum: with a bias, say.
        names: of the channels.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    count = image.shape[-1]
    names = names or [say("channel {number}", number=i) for i in range(count)]
    parts = [correlate(image[..., c], kernel[..., c])[1] for c in range(count)]
    total = sum(parts) if feature_map is None else np.asarray(feature_map)
    reach = max(np.abs(part).max() for part in [*parts, total])
    small = max(image.shape[:2]) <= 7
    ratios = (image.shape[1], 0.6 * image.shape[1] if not small else kernel.shape[1], parts[0].shape[1], total.shape[1])
    unit = 0.31 if small else 1.5 / image.shape[1]
    figure = plt.figure(figsize=(unit * sum(ratios) + 1.5, count * (unit * image.shape[0] + 0.35) + 0.5))
    grid = figure.add_gridspec(count, 4, width_ratios=ratios)
    axes = [[figure.add_subplot(grid[row, column]) for column in range(3)] for row in range(count)]
    for c, (left, middle, right) in enumerate(axes):
        _sheet(left, image[..., c], names[c], small, TILES if small else "gray", image.max())
        slice_name = say("slice {number}", number=c) if count > 1 else say("kernel")
        grid_of_numbers(middle, kernel[..., c], slice_name, cmap=SIGNED, highest=np.abs(kernel).max())
        shape = "×".join(map(str, parts[c].shape))
        _sheet(right, parts[c], say("result {shape}", shape=shape), small, SIGNED, reach)
        for axis, sign in ((middle, "∗"), (right, "=")):
            _sign_before(axis, sign, 12)
    last = figure.add_subplot(grid[:, 3])
    _sheet(last, total, say("sum = feature map") if feature_map is None else say("feature map"), small, SIGNED, reach)
    _sign_before(last, "Σ", 16)
    if not small:
        scale = figure.colorbar(last.images[0], ax=last, location="bottom", shrink=0.8, aspect=20, panchor=False)
        scale.outline.set_visible(False)
    headed(figure, title)
    show(figure, alt)


def dense_to_convolution(shape, kernel_size, *, padding=0, title="", alt):
    """From the dense layer to the convolution: weight matrices with a row per output and a column per input.

    Three matrices: a weight of its own for each pair; only neighbours (the others are 0, and left empty); the same
    weights at every place. Squares of one colour and number are one and the same weight.

    Args:
        shape: (height, width) of the input, or its length.
        kernel_size: side of the square of neighbours, or their number.
        padding: zeros on each side.
        title, alt: as in `channels`.
    """
    flat = np.ndim(shape) == 0
    sides = (1, shape) if flat else tuple(shape)
    sizes = (1, kernel_size) if flat else (kernel_size, kernel_size)
    pads = (0, padding) if flat else (padding, padding)
    outs = [side - size + 2 * pad + 1 for side, size, pad in zip(sides, sizes, pads)]
    shared = np.zeros((np.prod(outs), np.prod(sides)), int)
    for row, place in enumerate(np.ndindex(*outs)):
        for weight, offset in enumerate(np.ndindex(*sizes), start=1):
            at = [p + o - pad for p, o, pad in zip(place, offset, pads)]
            if all(0 <= a < side for a, side in zip(at, sides)):
                shared[row, np.ravel_multi_index(at, sides)] = weight
    near = shared > 0
    pictures = (
        (say("dense: {count} weights", count=shared.size), np.arange(1, shared.size + 1).reshape(shared.shape), False),
        (
            say("only neighbours: {count} weights", count=int(near.sum())),
            np.where(near, np.cumsum(near).reshape(near.shape), 0),
            False,
        ),
        (say("neighbours, shared: {count} weights", count=int(np.prod(sizes))), shared, True),
    )
    _matrices_of_weights(pictures, title, alt)


def _matrices_of_weights(pictures, title, alt):
    """Matrices of numbers of weights, 0 where there is none, beside or below each other."""
    rows, columns = pictures[0][1].shape
    wide = columns > 12
    unit = min(0.32, 7.0 / (columns if wide else 3 * columns + 2))
    size = (
        (unit * columns + 0.6, 3 * (unit * rows + 0.45) + 0.4) if wide else (unit * (3 * columns + 2), unit * rows + 1)
    )
    figure, axes = plt.subplots(*((3, 1) if wide else (1, 3)), figsize=size)
    for axis, (name, weights, numbered) in zip(axes, pictures):
        count = weights.max()
        # neighbours in number get colours far apart, and every weight its own
        order = np.random.default_rng(0).permutation(count)
        colours = plt.get_cmap("turbo")(0.08 + 0.84 * order / max(count - 1, 1)) * 0.75 + 0.25
        axis.imshow(np.ma.masked_equal(weights, 0), cmap=ListedColormap(colours), vmin=1, vmax=max(count, 2))
        if numbered:
            for (row, column), weight in np.ndenumerate(weights):
                if weight:
                    options = {"fontsize": min(9, 24 * unit), "color": "black", "ha": "center", "va": "center"}
                    axis.text(column, row, str(weight), **options)
        axis.set(xticks=[], yticks=[])
        lines_between(axis, weights.shape, width=0.3)
        axis.set_title(wrapped(name, 18 if not wide else 60), fontsize=10)
    axes[0].set_ylabel(say("outputs"))
    axes[-1 if wide else 0].set_xlabel(say("inputs"))
    headed(figure, title)
    show(figure, alt)


def _sheet(axis, values, name, small, cmap, highest):
    """One channel: squares with numbers, or a picture."""
    if small:
        grid_of_numbers(axis, values, name, cmap=cmap, highest=highest)
        return
    axis.imshow(values, cmap=cmap, **({"vmin": -highest, "vmax": highest} if cmap is SIGNED else {}))
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    axis.set_title(name, fontsize=10)


def _sign_before(axis, sign, size):
    axis.annotate(
        sign,
        (0, 0.5),
        (-14, 0),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size,
        color=COLOURS[1],
        annotation_clip=False,
    )
