"""Several shots of one scene: what a camera sees of it, and the large picture that explains all of them.

A pixel of a camera adds up the light on its area. So a shot is the scene, moved, and then the mean over squares of
scale x scale pixels; rows and columns apart, `shot = rows @ scene @ columns.T`. Back-projection (Irani and Peleg,
CVGIP: Graphical Models and Image Processing 53(3), 1991) turns that around: what a picture would look like through the
camera is compared with the shots, and the differences go back to where they came from.

All shifts are (down, right) in pixels of the large picture; the first shot is the reference, with the shift (0, 0).
"""

import numpy as np

from course_lib import registration, resampling

NEAR = 3  # side of the squares over which shots are compared


def camera(count, moved, scale=2):
    """What `count` pixels of a camera see of a row that has been moved: a matrix (count, scale x count)."""
    large = scale * count
    places = np.clip(np.arange(large) - moved, 0, large - 1)
    return resampling.matrix(large, count, "box") @ resampling.weights(places, large)


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
    """
    size = [side // scale for side in scene.shape[:2]]
    seen = [resampling.resize(resampling.shift(scene, *move, "lanczos"), size, "box") for move in moves]
    seen = np.stack(seen)
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
    """
    height, width = taken.shape[1:3]
    scale = len(picture) // height
    planes = np.moveaxis(picture, -1, 0)
    for _ in range(rounds):
        mended = [taken[0]]
        for shot, some, (down, right) in zip(taken[1:], agreement(taken, moves, picture)[1:], moves[1:]):
            seen = np.moveaxis(camera(height, down, scale) @ planes @ camera(width, right, scale).T, 0, -1)
            mended.append(np.where(some[..., np.newaxis] > 0, shot, seen))
        moves = registered(mended, scale)
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
    """
    height, width = taken.shape[1:3]
    scale = len(start) // height
    trust = np.ones(taken.shape[:3]) if trust is None else trust
    views = [(camera(height, down, scale), camera(width, right, scale)) for down, right in moves]
    planes, picture = np.moveaxis(taken.astype(float), -1, 1), np.moveaxis(np.asarray(start, float), -1, 0)
    covered = sum(rows.T @ some @ columns for (rows, columns), some in zip(views, trust))
    for _ in range(steps):
        total = 0
        for (rows, columns), shot, some in zip(views, planes, trust):
            errors = shot - rows @ picture @ columns.T  # (channels, height, width)
            total = total + rows.T @ (some * errors) @ columns
        picture = picture + total / np.maximum(covered, 0.2 * len(taken) / scale**2)
    return np.moveaxis(picture, 0, -1)


def agreement(taken, moves, picture, limit=0.02, detail=0.5):
    """Where each shot agrees with the reference, as far as `picture` tells: 1 where it does, 0 where it does not.

    A pixel is not trusted where the shot differs from what the camera would see of the picture by more than `limit`,
    in the mean over a small square; in regions full of detail, a part of the detail is allowed besides.

    Args:
        taken, moves: as of `back_project`.
        picture: a first guess of the large picture, from the reference alone.
        limit: from 0 to 1.
        detail: what part of the contrast around a pixel is allowed besides.

    Returns:
        float64 (n, height, width); all 1 for the reference.
    """
    height, width = taken.shape[1:3]
    scale = len(picture) // height
    planes, masks = np.moveaxis(picture, -1, 0), [np.ones((height, width))]
    for shot, (down, right) in zip(taken[1:], moves[1:]):
        seen = camera(height, down, scale) @ planes @ camera(width, right, scale).T
        error, grey = np.abs(np.moveaxis(shot, -1, 0) - seen).mean(axis=0), shot.mean(axis=-1)
        contrast = _mean(np.abs(grey - _mean(grey)))
        masks.append((_mean(error) < limit + detail * contrast).astype(float))
    return np.stack(masks)


def _mean(values):
    """The mean over the square around each pixel."""
    padded = np.pad(values, NEAR // 2, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, (NEAR, NEAR)).mean(axis=(-2, -1))
