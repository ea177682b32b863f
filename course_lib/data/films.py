"""Short films: a photograph before a camera that moves, with emoji that move by themselves."""

from dataclasses import dataclass

import numpy as np

from course_lib import multiframe, resampling
from course_lib.data.scenes import lay
from course_lib.errors import CourseError
from course_lib.texts import say

MARGIN = 16  # pixels of the photograph that no frame shows at each side, so that the camera can move
SIZES = (28, 48)  # of the longer side of an object in pixels, the second excluded


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
        photograph: float32 (height, width, 3), from 0 to 1, sides even, with room for `MARGIN` and an object.
        random: a NumPy generator.
        count: how many frames.
        things: `Stickers` to choose objects from; None where there are none.
        objects: how many of them; each moves by 2 to 6 pixels of the photograph a frame, whatever the camera does.
        noise: standard deviation of what the camera adds to each pixel.
        speed: of the camera, at most, in pixels of the photograph a frame in each direction.

    Returns:
        Film.

    Raises:
        CourseError: the photograph has odd sides or is too small, or there is nothing to choose objects from.
    """
    height, width = photograph.shape[:2]
    least = 2 * MARGIN + SIZES[1]
    if height % 2 or width % 2 or min(height, width) < least:
        raise CourseError(
            say(
                "found a photograph of {height}x{width} pixels: a film needs even sides of at least {least}",
                height=height,
                width=width,
                least=least,
            )
        )
    if objects and not things:
        raise CourseError(say("`objects` are chosen from `things`: give some, such as data.stickers()"))
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
    shots = multiframe.photographed(scenes, 2, noise, random)
    return Film(shots, scenes.astype("float32"), moves, np.stack(covered))


def _actor(photograph, random, things):
    """(patch, corner, velocity) of one object, which is in the picture in the middle of the film."""
    patch = things.patch(int(random.integers(len(things))), int(random.integers(*SIZES)))
    room = np.array(photograph.shape[:2]) - patch.shape[:2] - 2 * MARGIN
    angle = random.uniform(0, 2 * np.pi)
    velocity = random.uniform(2, 6) * np.array([np.sin(angle), np.cos(angle)])
    return patch, MARGIN + random.uniform(0, 1, 2) * room, velocity


def _seen(scene, move):
    """The part of a moved scene that the frames show."""
    return resampling.shift(scene, *move, "lanczos")[MARGIN:-MARGIN, MARGIN:-MARGIN]
