"""Films of photographs: what they say of themselves is what they show."""

import numpy as np
import pytest

from course_lib import data, picture_quality, resampling
from course_lib.data.films import MARGIN
from course_lib.errors import CourseError

PHOTOGRAPH = data.photograph("cat")


def made(seed=0, **options):
    return data.film(PHOTOGRAPH, np.random.default_rng(seed), **options)


def test_a_film_without_objects_is_the_moved_photograph():
    film = made(count=3, noise=0)
    assert film.moves.shape == (3, 2) and (film.moves[1] == 0).all() and not film.objects.any()
    for scene, move in zip(film.scenes, film.moves):
        moved = resampling.shift(PHOTOGRAPH, *move, "lanczos")[MARGIN:-MARGIN, MARGIN:-MARGIN]
        np.testing.assert_allclose(scene, moved, atol=1e-5)
    half = [side // 2 for side in film.scenes.shape[1:3]]
    np.testing.assert_allclose(film.shots, resampling.resize(film.scenes, half, "box"), atol=1e-5)


def test_objects_are_where_the_film_differs():
    film = made(noise=0, things=data.stickers("test"), objects=2)
    behind = resampling.shift(PHOTOGRAPH, *film.moves[2], "lanczos")[MARGIN:-MARGIN, MARGIN:-MARGIN]
    middle = np.abs(film.scenes[2] - behind).max(axis=-1)
    assert film.objects[2].mean() > 0.01 and middle[~film.objects[2]].mean() < 0.01 < middle[film.objects[2]].mean()
    assert (film.objects[0] != film.objects[4]).any(), "they move"


def test_noise_and_chance():
    still, noisy, again = made(noise=0), made(noise=0.1), made(noise=0.1)
    assert abs((noisy.shots - still.shots).std() - 0.1) < 0.01
    np.testing.assert_array_equal(noisy.shots, again.shots)
    assert picture_quality.psnr(made(1).scenes[0], still.scenes[0]) < 40


@pytest.mark.parametrize("photograph", [PHOTOGRAPH[:-1], PHOTOGRAPH[:, :70]])
def test_a_photograph_with_odd_sides_or_too_small(photograph):
    height, width, _ = photograph.shape
    with pytest.raises(CourseError, match=f"found a photograph of {height}x{width} pixels.* at least 80"):
        data.film(photograph, np.random.default_rng(0))
    assert len(data.film(PHOTOGRAPH[:80, :80], np.random.default_rng(0)).shots) == 5


def test_objects_are_chosen_from_something():
    with pytest.raises(CourseError, match="`things`"):
        made(objects=1)
    assert made(objects=1, things=data.stickers()).objects.any()
