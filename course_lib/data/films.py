"""Short films: a photograph before a camera that moves, with emoji that move by themselves."""

from dataclasses import dataclass

import numpy as np

from course_lib import resampling
from course_lib.data.scenes import lay

MARGIN = 16  # pixels of the photograph that no frame shows at each side, so that the camera can move


@dataclass(frozen=True, eq=False, repr=False)
class Film:
    """n frames.

    Attributes:
        shots: float32 (n, height, width, 3), as the camera sees them.
        scenes: float32 (n, 2 height, 2 width, 3), the same with twice as many pixels and without noise: the truth.
        moves: float64 (n, 2), by how much each frame has moved (down, right), in pixels of the scenes.
        objects: bool (n, 2 height, 2 width), where an object is.
    """

    shots: np.ndarray
    scenes: np.ndarray
    moves: np.ndarray
    objects: np.ndarray


def film(photograph, random, count=5, things=None, objects=0, noise=0.005, speed=2.0):
    """A film of a photograph; the camera moves evenly and shakes a little, objects move evenly.

    Args:
        photograph: float32 (height, width, 3), from 0 to 1, sides even.
        random: a NumPy generator.
        count: how many frames.
        things: `Stickers` to choose objects from.
        objects: how many of them; each moves by 2 to 6 pixels of the photograph a frame, whatever the camera does.
        noise: standard deviation of what the camera adds to each pixel.
        speed: of the camera, at most, in pixels of the photograph a frame in each direction.

    Returns:
        Film.
    """
    times = np.arange(count) - count // 2
    moves = times[:, np.newaxis] * random.uniform(-speed, speed, 2) + random.normal(0, 0.3, (count, 2))
    moves -= moves[count // 2]
    actors = [_actor(photograph, random, things) for _ in range(objects)]
    scenes, covered = [], []
    for time, move in zip(times, moves):
        scene, owners = photograph.copy(), np.full(photograph.shape[:2], -1)
        for number, (patch, corner, velocity) in enumerate(actors):
            room = np.array(scene.shape[:2]) - patch.shape[:2]
            top, left = np.clip(np.round(corner + time * velocity).astype(int), 0, room)
            lay(scene, owners, number, patch, left, top)
        scenes.append(_seen(scene, move))
        covered.append(_seen((owners >= 0).astype(float)[..., np.newaxis], move)[..., 0] > 0.5)
    scenes = np.stack(scenes)
    shots = resampling.resize(scenes, [side // 2 for side in scenes.shape[1:3]], "box")
    shots = shots + random.normal(0, noise, shots.shape)
    return Film(shots.astype("float32"), scenes.astype("float32"), moves, np.stack(covered))


def _actor(photograph, random, things):
    """(patch, corner, velocity) of one object, which is in the picture in the middle of the film."""
    patch = things.patch(int(random.integers(len(things))), int(random.integers(28, 48)))
    room = np.array(photograph.shape[:2]) - patch.shape[:2] - 2 * MARGIN
    angle = random.uniform(0, 2 * np.pi)
    velocity = random.uniform(2, 6) * np.array([np.sin(angle), np.cos(angle)])
    return patch, MARGIN + random.uniform(0, 1, 2) * room, velocity


def _seen(scene, move):
    """The part of a moved scene that the frames show."""
    return resampling.shift(scene, *move, "lanczos")[MARGIN:-MARGIN, MARGIN:-MARGIN]
