"""Shots of a scene, and the scene that explains them."""

import numpy as np
import pytest

from course_lib import data, multiframe, picture_quality, resampling
from course_lib.errors import CourseError

SCENE = picture_quality.luma(data.photograph("cat"))[40:168, 60:220, np.newaxis]
MOVES = np.array([(0, 0), (1.3, -0.6), (-2.1, 0.4), (0.5, 1.7)])


def test_a_camera_adds_up_what_lies_on_its_pixels():
    np.testing.assert_allclose(multiframe.camera(3, 0), np.kron(np.eye(3), [[0.5, 0.5]]))
    row = np.array([1.0, 2, 3, 4, 5, 6])
    np.testing.assert_allclose(multiframe.camera(3, 1) @ row, [1, 2.5, 4.5])  # the row has moved right by a pixel
    np.testing.assert_allclose(multiframe.camera(4, 0.7, scale=3).sum(axis=1), 1)


def test_shots_are_the_moved_scene_made_small():
    taken = multiframe.shots(SCENE, MOVES)
    for shot, move in zip(taken, MOVES):
        expected = resampling.resize(resampling.shift(SCENE, *move, "lanczos"), (64, 80), "box")
        np.testing.assert_allclose(shot, expected, atol=1e-6)
    noisy = multiframe.shots(SCENE, MOVES, noise=0.1, random=np.random.default_rng(0))
    assert (noisy - taken).std() == pytest.approx(0.1, rel=0.02)


def test_registered_finds_the_moves():
    found = multiframe.registered(multiframe.shots(SCENE, MOVES))
    np.testing.assert_allclose(found, MOVES, atol=0.1)
    assert (found[0] == 0).all()


def test_what_explains_the_shots_stays():
    taken = multiframe.shots(SCENE, MOVES[:1])
    np.testing.assert_allclose(multiframe.back_project(taken, MOVES[:1], SCENE, steps=3), SCENE, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_back_projection_brings_the_scene_back(channels):
    scene = np.repeat(SCENE, channels, axis=-1)
    moves = np.array([(0, 0), (0, 1), (1, 0), (1, 1.0)])
    taken = multiframe.shots(scene, moves)
    start = resampling.resize(taken[0], scene.shape[:2])
    quality = [
        picture_quality.psnr(scene, multiframe.back_project(taken, moves, start, steps=steps), border=8)
        for steps in (0, 5, 20)
    ]
    assert quality[0] + 5 < quality[1] < quality[2] - 1


def test_what_is_not_trusted_does_not_count():
    taken = multiframe.shots(SCENE, MOVES)
    start = resampling.resize(taken[0], SCENE.shape[:2])
    spoiled = taken.copy()
    spoiled[2] = 0
    trust = np.ones(taken.shape[:3])
    trust[2] = 0
    found = [multiframe.back_project(some, MOVES, start, trust) for some in (taken, spoiled)]
    np.testing.assert_array_equal(*found)


def test_agreement_shuts_where_something_else_is_seen():
    taken = multiframe.shots(SCENE, MOVES)
    start = resampling.resize(taken[0], SCENE.shape[:2])
    assert multiframe.agreement(taken, MOVES, start)[:, 4:-4, 4:-4].mean() > 0.97
    taken[1, 20:40, 30:50] = 1 - taken[1, 20:40, 30:50]
    masks = multiframe.agreement(taken, MOVES, start)
    assert (masks[0] == 1).all() and masks[1, 22:38, 32:48].mean() < 0.1 and masks[2, 22:38, 32:48].mean() > 0.9


def test_agreement_asks_the_neighbours(monkeypatch):
    taken = multiframe.shots(SCENE, MOVES)
    start, something = resampling.resize(taken[0], SCENE.shape[:2]), taken.copy()
    something[1, 20:40, 30:50] = 1 - something[1, 20:40, 30:50]
    something[1, 28:32, 38:42] = taken[1, 28:32, 38:42]  # agrees by chance inside of what is something else
    assert multiframe.agreement(something, MOVES, start)[1, 28:32, 38:42].max() == 0
    monkeypatch.setattr(multiframe, "AROUND", 1)
    assert multiframe.agreement(something, MOVES, start)[1, 28:32, 38:42].max() == 1


def test_objects_that_move_by_themselves_do_not_mislead():
    film = data.film(data.photograph("cat"), np.random.default_rng(3), things=data.stickers("test"), objects=4)
    order = [2, 0, 1, 3, 4]
    taken, moves = picture_quality.luma(film.shots[order])[..., np.newaxis], film.moves[order]
    start = resampling.resize(taken[0], film.scenes.shape[1:3], "lanczos")
    first = multiframe.registered(taken)
    again = multiframe.registered_again(taken, first, start)
    assert np.abs(again - moves).max() < 0.6 * np.abs(first - moves).max()
    assert (again[0] == 0).all()


def test_what_does_not_belong_together_is_told():
    taken = multiframe.shots(SCENE, MOVES)
    start = resampling.resize(taken[0], SCENE.shape[:2])
    for moves, picture in ((MOVES[:3], start), (MOVES, start[:-1]), (MOVES, start[:, :-1]), (MOVES, start[..., 0])):
        for use in (multiframe.back_project, multiframe.agreement, multiframe.registered_again):
            with pytest.raises(CourseError, match="a shift for each shot"):
                use(taken, moves, picture)
    with pytest.raises(CourseError, match="found a trust of shape"):
        multiframe.back_project(taken, MOVES, start, trust=np.ones(taken.shape[:3])[1:])


def test_a_scene_that_a_camera_cannot_take_is_told():
    with pytest.raises(CourseError, match="found a scene of 127x160 pixels: .* multiples of 2"):
        multiframe.shots(SCENE[:-1], MOVES)
    with pytest.raises(CourseError, match="`noise`"):
        multiframe.shots(SCENE, MOVES, noise=0.1)
