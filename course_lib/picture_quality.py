"""How near one picture is to another: PSNR and SSIM.

The numbers are those of scikit-image's `peak_signal_noise_ratio` and `structural_similarity`. Compare pictures in one
way only: luma with luma, or RGB with RGB; with the same border left out; and of several pictures, the mean of each
one's value.
"""

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say

K1, K2 = 0.01, 0.03  # Wang et al. 2004: keep SSIM from dividing by 0 in flat regions


def psnr(truth, picture, peak=1.0, border=0):
    """Peak signal-to-noise ratio in decibel: 10 log10(peak^2 / mean squared error).

    Args:
        truth, picture: (height, width) or (height, width, channels).
        peak: the largest value that a pixel can have, 255 for bytes.
        border: how many pixels at each side do not count.

    Returns:
        float; infinite where the pictures are equal, so leave such pairs out before a mean is taken.

    Raises:
        CourseError: the pictures have different shapes, or nothing is left of them.
    """
    truth, picture = pair(truth, picture, border)
    error = np.mean((truth - picture) ** 2)
    return float(10 * np.log10(peak**2 / error)) if error else float("inf")


def ssim(truth, picture, peak=1.0, border=0, window="gaussian"):
    """Structural similarity (Wang, Bovik, Sheikh, Simoncelli, IEEE Trans. Image Processing 13(4), 2004).

    Args:
        truth, picture, peak, border: as of `psnr`; the sides are at least as long as the window.
        window: what the means are taken over, "gaussian" for the paper's, 11x11 pixels weighted by a Gaussian with a
            standard deviation of 1.5, or "uniform" for 7x7 pixels of the same weight, scikit-image's default.

    Returns:
        float, the mean over all windows that lie in the picture, and over the channels; 1 for equal pictures.

    Raises:
        CourseError: as of `psnr`, or the pictures are smaller than the window.
    """
    return float(ssim_map(truth, picture, peak, border, window).mean())


def ssim_map(truth, picture, peak=1.0, border=0, window="gaussian"):
    """SSIM of each window: (height - side + 1, width - side + 1, channels), where `side` is 11 or 7.

    Args, raises: as of `ssim`.
    """
    if window not in WINDOWS:
        raise CourseError(say("no window {window}: there are {known}", window=repr(window), known=", ".join(WINDOWS)))
    x, y = pair(truth, picture, border)
    weights = WINDOWS[window]
    if min(x.shape[:2]) < len(weights):
        raise CourseError(
            say(
                "found pictures of {height}x{width}, and SSIM looks at windows of {side}x{side}: give larger ones",
                height=x.shape[0],
                width=x.shape[1],
                side=len(weights),
            )
        )
    mean = lambda values: _over_windows(values, weights)
    mean_x, mean_y = mean(x), mean(y)
    # with the uniform window an unbiased estimate, as in scikit-image; Wang's weights give a plain mean
    unbiased = len(weights) ** 2 / (len(weights) ** 2 - 1) if window == "uniform" else 1
    variance_x = unbiased * (mean(x * x) - mean_x**2)
    variance_y = unbiased * (mean(y * y) - mean_y**2)
    covariance = unbiased * (mean(x * y) - mean_x * mean_y)
    c1, c2 = (K1 * peak) ** 2, (K2 * peak) ** 2
    brightness = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    contrast_and_structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
    return brightness * contrast_and_structure


def luma(picture):
    """Brightness of an RGB picture as the eye weighs it (ITU-R BT.601): (..., 3) -> (...).

    Papers on super-resolution mostly measure on it, in Matlab's form, from 16 to 235: that is `16 + 219 * luma` for
    pictures from 0 to 1, and gives PSNR higher by 1.3 dB.
    """
    return np.asarray(picture, float) @ [0.299, 0.587, 0.114]


def gaussian(radius, sigma):
    """Weights of a row of 2 radius + 1 pixels, which add up to 1."""
    found = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return found / found.sum()


WINDOWS = {"gaussian": gaussian(5, 1.5), "uniform": np.full(7, 1 / 7)}  # of a row; the other direction is the same


def _over_windows(values, weights):
    """Weighted means over all windows that lie inside: first along the rows, then along the columns."""
    for axis in (0, 1):
        values = np.lib.stride_tricks.sliding_window_view(values, len(weights), axis=axis) @ weights
    return values


def pair(truth, picture, border=0):
    """Two pictures of the same shape, as floats, without a border.

    Raises:
        CourseError: their shapes differ or are none of pictures, or nothing is left.
    """
    truth, picture = np.asarray(truth, float), np.asarray(picture, float)
    if truth.shape != picture.shape or truth.ndim not in (2, 3):
        raise CourseError(
            say(
                "found pictures of {first} and {second}, expected two of the same shape, (height, width) or (height, width, channels)",
                first=truth.shape,
                second=picture.shape,
            )
        )
    inside = slice(border, -border or None)
    truth, picture = truth[inside, inside], picture[inside, inside]
    if not truth.size:
        raise CourseError(say("nothing is left of the pictures without a border of {border} pixels", border=border))
    return truth, picture
