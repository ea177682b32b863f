"""Several shots of one scene: what a camera sees of it, and the large picture that explains all of them.

A pixel of a camera adds up the light on its area. So a shot is the scene, moved, and then the mean over squares of
scale x scale pixels; rows and columns apart, `shot = rows @ scene @ columns.T`. Back-projection (Irani and Peleg,
CVGIP: Graphical Models and Image Processing 53(3), 1991) turns that around: what a picture would look like through the
camera is compared with the shots, and the differences go back to where they came from.

All shifts are (down, right) in pixels of the large picture; the first shot is the reference, with the shift (0, 0).
"""

import numpy as np

from course_lib import registration, resampling
from course_lib.errors import CourseError
from course_lib.texts import say

NEAR = 3  # side of the squares over which shots are compared
AROUND, MOST = 5, 0.75  # a pixel is trusted where this part of those around it, in a square of that side, agree


def camera(count, moved, scale=2):
    """What `count` pixels of a camera see of a row that has been moved: a matrix (count, scale x count)."""
    large = scale * count
    return resampling.matrix(large, count, "box") @ resampling.moving(large, moved)


def shots(scene, moves, scale=2, noise=0.0, random=None):
    """A scene as a camera sees it, once for each shift.

    Args:
        scene: (height, width, channels), from 0 to 1; its sides are multiples of `scale`.
        moves: (n, 2), by how much the scene moves before each shot.
        scale: pixels of the scene in one of the camera.
        noise: standard deviation of what is added to each pixel.
        random: a NumPy generator, for the noise.

    Returns:
        float32 (n, height / scale, width / scale, channels).

    Raises:
        CourseError: as of `photographed`.
    """
    return photographed(np.stack([resampling.shift(scene, *move, "lanczos") for move in moves]), scale, noise, random)


def photographed(scenes, scale=2, noise=0.0, random=None):
    """Scenes as a camera sees them that does not move.

    Args:
        scenes: (..., height, width, channels), from 0 to 1; sides, scale, noise, random as of `shots`.

    Returns:
        float32 (..., height / scale, width / scale, channels).

    Raises:
        CourseError: the sides are no multiples of `scale`, or nothing is there to draw the noise.
    """
    height, width = scenes.shape[-3:-1]
    if height % scale or width % scale:
        raise CourseError(
            say(
                "found a scene of {height}x{width} pixels: its sides are to be multiples of {scale}",
                height=height,
                width=width,
                scale=scale,
            )
        )
    if noise and random is None:
        raise CourseError(say("`noise` needs a generator that draws it: give `random=np.random.default_rng(0)`"))
    seen = resampling.resize(scenes, (height // scale, width // scale), "box")
    return (seen + random.normal(0, noise, seen.shape) if noise else seen).astype("float32")


def registered(taken, scale=2):
    """The shift of each shot against the first, (n, 2), found by `registration.find_shift`."""
    return np.array([(0.0, 0.0), *(registration.find_shift(taken[0], other) for other in taken[1:])]) * scale


def registered_again(taken, moves, picture, rounds=3):
    """Shifts found from pixels only that can be trusted, where objects move by themselves.

    Such objects mislead `registered`. Wherever a shot does not agree with the reference, it is replaced by what the
    camera would see of the picture there, and its shift is found anew.

    Args:
        taken, moves, picture: as of `agreement`.
        rounds: how often; each trusts more pixels of what lies still.

    Returns:
        float64 (n, 2), as of `registered`.

    Raises:
        CourseError: as of `back_project`.
    """
    for _ in range(rounds):
        mended = [taken[0]]
        masks, cameras = agreement(taken, moves, picture), _cameras(taken, moves, picture)
        for shot, some, (rows, columns) in zip(taken[1:], masks[1:], cameras[1:]):
            seen = resampling.separable(rows, columns, picture)
            mended.append(np.where(some[..., np.newaxis] > 0, shot, seen))
        moves = registered(mended, len(picture) // taken.shape[1])
    return moves


def back_project(taken, moves, start, trust=None, steps=10):
    """Change a picture until the camera would see of it what the shots show.

    Args:
        taken: (n, height, width, channels), the shots.
        moves: (n, 2), the shift of each.
        start: (scale x height, scale x width, channels), the first guess.
        trust: (n, height, width) from 0 to 1, how much each pixel of each shot counts; None for all alike.
        steps: how often the differences go back.

    Returns:
        float64, the picture, of the shape of `start`.

    Raises:
        CourseError: there are not as many shifts as shots, or a shape does not belong to theirs.
    """
    cameras = _cameras(taken, moves, start)
    trust = np.ones(taken.shape[:3]) if trust is None else np.asarray(trust)
    if trust.shape != taken.shape[:3]:
        raise CourseError(
            say(
                "found a trust of shape {found}, expected {expected}, a number for each pixel of each shot",
                found=trust.shape,
                expected=taken.shape[:3],
            )
        )
    planes, picture = np.moveaxis(taken.astype(float), -1, 1), np.moveaxis(np.asarray(start, float), -1, 0)
    covered = sum(rows.T @ some @ columns for (rows, columns), some in zip(cameras, trust))
    usual = trust.size / picture[0].size  # what `covered` is where all is trusted
    for _ in range(steps):
        total = 0
        for (rows, columns), shot, some in zip(cameras, planes, trust):
            errors = shot - rows @ picture @ columns.T  # (channels, height, width)
            total = total + rows.T @ (some * errors) @ columns
        picture = picture + total / np.maximum(covered, 0.2 * usual)  # where little is trusted, little is changed
    return np.moveaxis(picture, 0, -1)


def agreement(taken, moves, picture, limit=0.02, detail=0.5):
    """Where each shot agrees with the reference, as far as `picture` tells: 1 where it does, 0 where it does not.

    A pixel is not trusted where the shot differs from what the camera would see of the picture by more than `limit`,
    in the mean over a small square; in regions full of detail, a part of the detail is allowed besides. What
    counts is whether most of those around it agree, too: one that agrees by chance inside of an object is not trusted,
    and one that disagrees by chance outside is.

    Args:
        taken, moves: as of `back_project`.
        picture: a first guess of the large picture, from the reference alone.
        limit: from 0 to 1.
        detail: what part of the contrast around a pixel is allowed besides.

    Returns:
        float64 (n, height, width); all 1 for the reference.

    Raises:
        CourseError: as of `back_project`.
    """
    masks = [np.ones(taken.shape[1:3])]
    for shot, (rows, columns) in zip(taken[1:], _cameras(taken, moves, picture)[1:]):
        error, grey = np.abs(shot - resampling.separable(rows, columns, picture)).mean(axis=-1), shot.mean(axis=-1)
        contrast = _mean(np.abs(grey - _mean(grey)))
        agree = (_mean(error) < limit + detail * contrast).astype(float)
        masks.append((_mean(agree, AROUND) > MOST).astype(float))
    return np.stack(masks)


def _cameras(taken, moves, picture):
    """(rows, columns) for each shot: what it shows of a large picture is rows @ picture @ columns.T.

    Raises:
        CourseError: there are not as many shifts as shots, or the picture's sides are not one multiple of theirs.
    """
    count, height, width, channels = taken.shape
    scale = len(picture) // height
    if len(moves) != count or np.shape(picture) != (scale * height, scale * width, channels):
        raise CourseError(
            say(
                "found shots {taken}, {moves} shifts and a picture {picture}: expected a shift for each shot, and a picture some times as high and as wide as they are, with as many channels",
                taken=taken.shape,
                moves=len(moves),
                picture=np.shape(picture),
            )
        )
    return [(camera(height, down, scale), camera(width, right, scale)) for down, right in moves]


def _mean(values, side=NEAR):
    """The mean over the square around each pixel."""
    padded = np.pad(values, side // 2, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, (side, side)).mean(axis=(-2, -1))
