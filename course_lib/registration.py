"""By how much one picture is shifted against another, to parts of a pixel: Lucas and Kanade, IJCAI 1981.

Where a picture is shifted by a small d, it changes by -(gradient . d). So d follows from a least-squares fit of the
change to the gradient, over all pixels; then the picture is shifted back, and the rest is found in the same way. Larger
shifts are found in smaller copies first (a pyramid), as the fit holds for about a pixel only.
"""

import numpy as np

from course_lib import picture_quality, resampling
from course_lib.errors import CourseError
from course_lib.texts import say

SMALLEST = 16  # sides of the top of the pyramid, at least


def step(reference, moved, border=0):
    """One fit: the small shift (down, right) of `moved` against `reference`.

    Args:
        reference, moved: (height, width), of one brightness.
        border: how many pixels at each side do not count.

    Returns:
        (down, right) in pixels, such that moved is about `resampling.shift(reference, down, right)`.

    Raises:
        CourseError: the pictures do not tell, since they are flat, or have edges in one direction only.
    """
    inside = slice(border, -border or None)
    down, right = (part[inside, inside].ravel() for part in np.gradient((reference + moved) / 2))
    change = (moved - reference)[inside, inside].ravel()
    # moved - reference = -(gradient . d): two equations for two unknowns
    matrix = np.array([[down @ down, down @ right], [down @ right, right @ right]])
    small, large = np.linalg.eigvalsh(matrix)
    if small < 1e-6 * max(large, 1e-12):
        raise CourseError(
            say(
                "these pictures do not tell their shift: they are flat, or all their edges go in one direction; take a part with corners"
            )
        )
    return -np.linalg.solve(matrix, [down @ change, right @ change])


def find_shift(reference, moved, iterations=8, levels=None, border=4):
    """The shift between two pictures, to some hundredths of a pixel where they show the same scene.

    Args:
        reference, moved: (height, width) or (height, width, channels); of channels the mean is taken.
        iterations: fits on each level of the pyramid.
        levels: how often the pictures are halved at most; None for as often as they stay large enough.
        border: pixels at each side that do not count, as they come from outside; grows with the shift.

    Returns:
        (down, right) in pixels: moved is about `resampling.shift(reference, down, right)`.

    Raises:
        CourseError: the pictures have different shapes, or do not tell.
    """
    reference, moved = (_grey(picture) for picture in picture_quality.pair(reference, moved))
    pyramid = [(reference, moved)]
    while min(pyramid[-1][0].shape) >= 2 * SMALLEST and (levels is None or len(pyramid) <= levels):
        half = [side // 2 for side in pyramid[-1][0].shape]
        pyramid.append(tuple(resampling.resize(picture, half, "box") for picture in pyramid[-1]))
    found, size = np.zeros(2), np.array(pyramid[-1][0].shape)
    for reference, moved in reversed(pyramid):
        found, size = found * reference.shape / size, np.array(reference.shape)
        for _ in range(iterations):
            back = resampling.shift(moved, *-found)
            outside = border + int(np.ceil(np.abs(found).max()))  # what was shifted in is no picture
            found = found + step(reference, back, max(0, min(outside, size.min() // 2 - 4)))
    return tuple(float(part) for part in found)


def _grey(picture):
    return picture.mean(axis=-1) if picture.ndim == 3 else picture
