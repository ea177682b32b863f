"""A kernel on its way over an image: step by step, and to play with."""

import base64

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.grids import grid_of_numbers
from course_lib.figures.kernels import correlate
from course_lib.figures.paper import SIGNED
from course_lib.texts import say
from course_lib.widgets.page import places, show_live


def sliding_kernel(image, kernel, *, stride=1, padding=0, alt, seconds=0.9):
    """A kernel on its way over an image, its weights in the squares it lies on, with the sum at each position.

    Where a person watches it can be played, stopped, stepped (buttons, arrow keys, a touch on the feature map), and its
    weights can be changed; elsewhere some of its positions stand side by side.

    Args:
        image: (height, width).
        kernel: (size, size).
        stride, padding: in pixels.
        alt: what it shows, at least 20 characters.
        seconds: time per position while it plays.
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    facts = {
        "image": image.tolist(),
        "kernel": kernel.tolist(),
        "stride": stride,
        "padding": padding,
        "seconds": seconds,
        "words": {
            "input": say("input, with its frame of zeros") if padding else say("input"),
            "map": say("feature map"),
            "kernel": say("kernel"),
            "weight": say("weight"),
            "place": say("place"),
            "first": say("to the first place"),
            "back": say("one place back"),
            "forward": say("one place on"),
            "play": say("play"),
            "stop": say("stop"),
        },
    }
    show_live("sliding_kernel", facts, _places(image, kernel, stride, padding), alt)


def _places(image, kernel, stride, padding):
    """Some positions of a kernel side by side."""
    padded, result = correlate(image, kernel, stride, padding)
    unit = 0.42
    wide = max(padded.shape[1], result.shape[1], 5) + 1
    # the first place, the last, and as many of these as there is room for: the second, the first of the second row
    room = max(0, int(9 / (unit * wide)) - 2)
    steps = sorted({0, result.size - 1, *[1, result.shape[1]][:room]} & set(range(result.size)))
    tall = padded.shape[0] + result.shape[0]
    ratios = (padded.shape[0], result.shape[0])
    inches = (unit * wide * len(steps), unit * tall + 1.2)
    figure, axes = plt.subplots(2, len(steps), figsize=inches, height_ratios=ratios, squeeze=False)
    for (above, below), step in zip(axes.T, steps):
        _position(above, below, padded, kernel, result, step, stride)
    return figure


def _position(above, below, padded, kernel, result, step, stride):
    """Input with the kernel on it, the sum of the products in words, and the feature map as far as it is computed."""
    row, column = divmod(step, result.shape[1])
    top, left = row * stride, column * stride
    name = say("place {number} of {count}", number=step + 1, count=result.size)
    grid_of_numbers(above, padded, name, highlight=(top, left, *kernel.shape))
    for (i, j), weight in np.ndenumerate(kernel):
        place = left + j + 0.42, top + i + 0.42
        badge = {"facecolor": "#ffe3cc", "edgecolor": "none", "pad": 0.8}
        above.text(*place, f"×{weight:g}", ha="right", va="bottom", fontsize=7, color="black", bbox=badge)
    computed = np.arange(result.size).reshape(result.shape) <= step
    grid_of_numbers(below, result, say("feature map"), highlight=(row, column, 1, 1), shown=computed)
    window = padded[top : top + kernel.shape[0], left : left + kernel.shape[1]]
    above.set_xlabel(_arithmetic(window, kernel, result[row, column]), fontsize=8)


def _arithmetic(window, kernel, total):
    """The sum of products in words, three to a line; what is multiplied by 0 is left out."""
    factor = lambda weight: f"({weight:g})" if weight < 0 else f"{weight:g}"
    terms = [f"{a:g}·{factor(b)}" for a, b in zip(window.flat, kernel.flat) if b] or ["0"]
    lines = [" + ".join(terms[i : i + 3]) for i in range(0, len(terms), 3)]
    return "\n+ ".join(lines) + f" = {total:g}"


def explore_convolution(image, kernels, *, alt):
    """Choose kernel, stride and padding, change the kernel's weights, and see the feature map and its size.

    Args:
        image: (height, width) or (height, width, 1), grey values from 0 to 1.
        kernels: name -> (size, size).
        alt: what the still shows, at least 20 characters.
    """
    image = np.squeeze(np.asarray(image, "float32"))
    kernels = {name: np.asarray(kernel, "float32") for name, kernel in kernels.items()}
    facts = {
        **grey_bytes(image),
        "kernels": [{"name": name, "weights": kernel.tolist()} for name, kernel in kernels.items()],
        "words": {
            "input": say("input {shape}, padding {padding}", **places("shape padding")),
            "map": say("feature map {shape}", **places("shape")),
            "kernel": say("kernel"),
            "weight": say("weight"),
            "size": say("a kernel of {size}×{size}", **places("size")),
            "stride": say("stride"),
            "padding": say("padding"),
        },
    }
    name, kernel = next(iter(kernels.items()))
    show_live("explore_convolution", facts, _convolved(image, name, kernel), alt)


def grey_bytes(image):
    """A picture of grey values from 0 to 1 as a script reads it: a byte for each pixel, in base 64."""
    pixels = np.round(255 * np.clip(image, 0, 1)).astype("uint8")
    return {"image": base64.b64encode(pixels.tobytes()).decode(), "height": pixels.shape[0], "width": pixels.shape[1]}


def _convolved(image, name, kernel):
    """Image, kernel with its numbers, and feature map in signed colours, with the formula of its size."""
    stride, padding = 1, 0  # with which the script begins
    padded, result = correlate(image, kernel, stride, padding)
    figure, axes = plt.subplots(
        1, 3, figsize=(8, 0.8 + 3.1 * padded.shape[0] / padded.shape[1]), width_ratios=(4, 1.5, 4)
    )
    axes[0].imshow(padded)
    shape = "×".join(map(str, image.shape))
    axes[0].set_title(say("input {shape}, padding {padding}", shape=shape, padding=padding), fontsize=10)
    texts = [[f"{value:.2g}" for value in row] for row in kernel]
    grid_of_numbers(axes[1], kernel, name, cmap=SIGNED, highest=np.abs(kernel).max(), texts=texts)
    reach = max(np.abs(result).max(), 1e-9)
    drawn = axes[2].imshow(result, cmap=SIGNED, vmin=-reach, vmax=reach)
    axes[2].set_title(say("feature map {shape}", shape="×".join(map(str, result.shape))), fontsize=10)
    figure.colorbar(drawn, ax=axes[2], shrink=0.7, aspect=20).outline.set_visible(False)
    for axis in (axes[0], axes[2]):
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    size = len(kernel)
    # height and width have one formula where they are equal
    formula = ", ".join(
        f"⌊({side} − {size} + 2·{padding}) / {stride}⌋ + 1 = {(side - size + 2 * padding) // stride + 1}"
        for side in dict.fromkeys(image.shape)
    )
    figure.supxlabel(formula, fontsize=9)
    return figure
