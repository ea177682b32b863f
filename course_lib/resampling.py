"""Making pictures larger, smaller, or shifting them, with fixed kernels; each is a matrix from the left and the right.

A new pixel is a weighted mean of old ones, and the weight depends on the distance alone: that is the kernel. Rows and
columns are treated one after the other, so `resize` is `matrix @ picture @ matrix.T`.

    nearest    one pixel, the nearest
    box        the mean of all pixels in the new pixel's area
    bilinear   a triangle, 2 pixels wide
    bicubic    Keys, IEEE Trans. Acoustics, Speech, Signal Processing 29(6), 1981, with a = -0.5; 4 pixels wide
    lanczos    sinc(x) sinc(x/3), 6 pixels wide (Duchon, J. Applied Meteorology 18(8), 1979)

The results are those of Pillow's `Image.resize` in mode "F": pixels are areas, so the middle of the first is at 0.5;
made smaller, the kernel is made wider by the same factor (no aliasing), except nearest's; at the border, weights of
pixels that do not exist are left out and the others add up to 1.

What is rounded: Pillow keeps float32 between rows and columns, this file float64, so they differ by less than 1e-4 of a
picture's range. For pictures of bytes Pillow also rounds the weights and each result, and cuts off below 0 and above
255, where bicubic and Lanczos overshoot; here nothing is rounded or cut. Of two pixels that are equally near, this file
takes the second, and Pillow's nearest one or the other, as its running sums are rounded.
"""

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say

A = -0.5  # of the bicubic kernel: Pillow's, TensorFlow's and Matlab's; PyTorch and OpenCV use -0.75


def box(x):
    return ((x > -0.5) & (x <= 0.5)).astype(float)


def triangle(x):
    return np.maximum(0, 1 - np.abs(x))


def cubic(x, a=A):
    """Two polynomials, for distances up to 1 and from 1 to 2, which meet smoothly."""
    x = np.abs(x)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def lanczos3(x):
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)


KERNELS = {"nearest": box, "box": box, "bilinear": triangle, "bicubic": cubic, "lanczos": lanczos3}


def weights(places, count, kernel="bicubic", widen=1.0):
    """What each of `count` pixels in a row counts at some places.

    Args:
        places: (n,), where to look, in pixels from the middle of the first one, at most half a pixel outside.
        count: number of pixels.
        kernel: a name of `KERNELS`.
        widen: factor by which the kernel is made wider.

    Returns:
        float64 (n, count); each row adds up to 1.

    Raises:
        CourseError: there is no such kernel.
    """
    if kernel not in KERNELS:
        raise CourseError(say("no kernel {kernel}: there are {known}", kernel=repr(kernel), known=", ".join(KERNELS)))
    places = np.asarray(places, float)
    if kernel == "nearest":  # of two that are equally near the second; rounding must not decide
        return np.eye(count)[np.floor(places + 0.5 + 1e-9).astype(int).clip(0, count - 1)]
    found = KERNELS[kernel]((np.arange(count) - places[:, None]) / widen)
    return found / found.sum(axis=1, keepdims=True)


def matrix(before, after, kernel="bicubic"):
    """The matrix (after, before) that makes a row of `before` pixels one of `after` pixels."""
    step = before / after
    places = (np.arange(after) + 0.5) * step - 0.5
    return weights(places, before, kernel, widen=max(1.0, step))


def resize(picture, size, kernel="bicubic"):
    """A picture in another size, as Pillow does it.

    Args:
        picture: (..., height, width, channels) or (height, width).
        size: (height, width) of the new one.
        kernel: a name of `KERNELS`.

    Returns:
        float64, neither rounded nor cut off.
    """
    picture = np.asarray(picture)
    rows, columns = (matrix(before, after, kernel) for before, after in zip(_sides(picture), size))
    return separable(rows, columns, picture)


def shift(picture, down, right, kernel="bicubic"):
    """A picture moved by parts of a pixel; what was outside is taken to be as the border.

    Args:
        picture: (..., height, width, channels) or (height, width).
        down, right: by how many pixels its content moves.
        kernel: a name of `KERNELS`.

    Returns:
        float64, of the same shape.
    """
    picture = np.asarray(picture)
    height, width = _sides(picture)
    return separable(moving(height, down, kernel), moving(width, right, kernel), picture)


def moving(count, by, kernel="bicubic"):
    """The matrix (count, count) that moves the content of a row of `count` pixels by some pixels or parts of them."""
    return weights(np.clip(np.arange(count) - by, 0, count - 1), count, kernel)


def _sides(picture):
    return picture.shape if picture.ndim == 2 else picture.shape[-3:-1]


def separable(rows, columns, picture):
    """rows @ picture @ columns.T in each channel."""
    if picture.ndim == 2:
        return rows @ picture.astype(float) @ columns.T
    planes = np.moveaxis(picture.astype(float), -1, -3)  # (..., channels, height, width)
    return np.moveaxis(rows @ planes @ columns.T, -3, -1)
