"""A kernel on its way over an image: as a moving picture, and to play with."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.grids import grid_of_numbers
from course_lib.figures.paper import SIGNED, show, show_animation
from course_lib.progress import somebody_watches


def sliding_kernel(image, kernel, *, stride=1, padding=0, alt, seconds=0.9):
    """A moving picture of a kernel on its way over an image, with the sum at each position.

    Args:
        image: (height, width).
        kernel: (size, size).
        stride, padding: in pixels.
        alt: what it shows, at least 20 characters.
        seconds: time per position.
    """
    kernel = np.asarray(kernel)
    padded, result = _slide(image, kernel, stride, padding)
    last = result.size - 1
    # the last picture stays for three times as long
    steps = [*range(result.size), last, last]
    show_animation((_position(padded, kernel, result, step, stride) for step in steps), alt, seconds=seconds)


def _slide(image, kernel, stride, padding):
    """The padded image, and its cross-correlation with the kernel."""
    padded = np.pad(np.asarray(image), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)[::stride, ::stride]
    return padded, np.einsum("ijmn,mn->ij", windows, kernel)


def _position(padded, kernel, result, step, stride):
    """Input with the kernel's place framed, the products in words, and the feature map as far as it is computed."""
    row, column = divmod(step, result.shape[1])
    top, left = row * stride, column * stride
    widths = (padded.shape[1], kernel.shape[1], result.shape[1])
    figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.7), dpi=80, width_ratios=widths)
    grid_of_numbers(axes[0], padded, "input", highlight=(top, left, *kernel.shape))
    grid_of_numbers(axes[1], kernel, "kernel")
    computed = np.arange(result.size).reshape(result.shape) <= step
    grid_of_numbers(axes[2], result, "feature map", highlight=(row, column, 1, 1), shown=computed)
    window = padded[top : top + kernel.shape[0], left : left + kernel.shape[1]]
    terms = [f"{a:g}·{b:g}" for a, b in zip(window.flat, kernel.flat) if b]
    figure.supxlabel((" + ".join(terms) or "0") + f" = {result[row, column]:g}", fontsize=9)
    return figure


def explore_convolution(image, kernels, *, alt):
    """In a live notebook: choose kernel, stride and padding and see the feature map and its size. Elsewhere a still of it.

    Args:
        image: (height, width) or (height, width, 1), grey values from 0 to 1.
        kernels: name -> (size, size).
        alt: what the still shows, at least 20 characters.
    """
    image = np.squeeze(np.asarray(image, "float32"))
    kernels = {name: np.asarray(kernel, "float32") for name, kernel in kernels.items()}

    def draw(kernel, stride, padding):
        show(_convolved(image, kernel, kernels[kernel], stride, padding), alt)

    first = next(iter(kernels))
    if not somebody_watches():
        return draw(first, 1, 0)
    import ipywidgets

    ipywidgets.interact(
        draw,
        kernel=ipywidgets.Dropdown(options=list(kernels), value=first, description="kernel"),
        stride=ipywidgets.IntSlider(1, 1, 4, description="stride", continuous_update=False),
        padding=ipywidgets.IntSlider(0, 0, 4, description="padding", continuous_update=False),
    )


def _convolved(image, name, kernel, stride, padding):
    """Padded image, kernel with its numbers, and feature map, with the formula of its size."""
    padded, result = _slide(image, kernel, stride, padding)
    figure, axes = plt.subplots(1, 3, figsize=(8, 2.9), width_ratios=(4, 1.3, 4))
    axes[0].imshow(padded)
    axes[0].set_title(f"input {image.shape[0]}×{image.shape[1]}, padding {padding}", fontsize=10)
    reach = np.abs(kernel).max()
    axes[1].imshow(kernel, cmap=SIGNED, vmin=-reach, vmax=reach)
    for (row, column), value in np.ndenumerate(kernel):
        axes[1].text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=8)
    axes[1].set_title(name, fontsize=10)
    axes[2].imshow(result)
    axes[2].set_title(f"feature map {result.shape[0]}×{result.shape[1]}", fontsize=10)
    for axis in axes:
        axis.axis("off")
    size = len(kernel)
    # height and width have one formula where they are equal
    formula = ", ".join(
        f"⌊({side} − {size} + 2·{padding}) / {stride}⌋ + 1 = {(side - size + 2 * padding) // stride + 1}"
        for side in dict.fromkeys(image.shape)
    )
    figure.supxlabel(formula, fontsize=9)
    return figure
