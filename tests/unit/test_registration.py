"""Shifts that are known, found again."""

import numpy as np
import pytest

from course_lib import data, registration, resampling
from course_lib.errors import CourseError

SHIFTS = [(0, 0), (0.3, -0.7), (0.5, 0.5), (3.2, 1.9), (-6.5, 4.25), (12.3, -9.1)]


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("name", ["cat", "china", "rocket"])
def test_known_shifts_are_found(name, shift):
    picture = data.photograph(name)
    found = registration.find_shift(picture, resampling.shift(picture, *shift))
    assert found == pytest.approx(shift, abs=0.02)


@pytest.mark.parametrize("shift", [(1, 2), (3, -5), (-4, 7)])
def test_shifts_of_a_camera_are_found(shift):
    """Two parts of one large scene, each made smaller for itself: no pixel of one is one of the other."""
    scene = data.photograph("china")
    down, right = shift  # in the pixels of the large scene; the small ones are twice as wide
    first, second = scene[20:180, 20:280], scene[20 - down : 180 - down, 20 - right : 280 - right]
    small = [resampling.resize(part, (80, 130), "box") for part in (first, second)]
    assert registration.find_shift(*small) == pytest.approx((down / 2, right / 2), abs=0.05)


def test_noise_is_borne():
    picture = data.photograph("coffee").mean(axis=-1)
    generator = np.random.default_rng(0)
    noisy = lambda picture: picture + generator.normal(scale=0.03, size=picture.shape)
    assert registration.find_shift(noisy(picture), noisy(resampling.shift(picture, 2.4, -1.3))) == pytest.approx(
        (2.4, -1.3), abs=0.1
    )


def test_one_fit_finds_a_small_shift_and_no_large_one():
    """That is why there are iterations and a pyramid."""
    picture = data.photograph("cat").mean(axis=-1)
    one = lambda *shift: registration.step(picture, resampling.shift(picture, *shift), border=8)
    assert one(0.1, -0.05) == pytest.approx([0.1, -0.05], abs=0.02)
    assert np.abs(one(6, 5) - [6, 5]).max() > 1
    without = registration.find_shift(picture, resampling.shift(picture, 12, -9), levels=0, iterations=3)
    assert np.abs(np.subtract(without, (12, -9))).max() > 1


def test_the_fit_is_least_squares():
    """Against NumPy's own solver, pixel by pixel."""
    picture = data.photograph("cat").mean(axis=-1)[:50, :60]
    moved = resampling.shift(picture, 0.2, 0.4)
    gradient = np.stack([part.ravel() for part in np.gradient((picture + moved) / 2)], axis=1)
    expected = np.linalg.lstsq(gradient, -(moved - picture).ravel(), rcond=None)[0]
    np.testing.assert_allclose(registration.step(picture, moved), expected, rtol=1e-8)


def test_what_does_not_tell_is_one_sentence():
    flat = np.full((40, 40), 0.5)
    stripes = np.tile(np.sin(np.arange(40)), (40, 1))
    for picture in (flat, stripes):
        with pytest.raises(CourseError, match="do not tell their shift: they are flat, or all their edges go in one"):
            registration.find_shift(picture, picture)
    with pytest.raises(CourseError, match=r"found pictures of \(40, 40\) and \(40, 41\)"):
        registration.find_shift(flat, np.zeros((40, 41)))
    with pytest.raises(CourseError, match=r"found pictures of \(40, 40, 3\) and \(40, 40\)"):
        registration.find_shift(np.zeros((40, 40, 3)), flat)
    small = np.random.default_rng(0).random((6, 7))
    np.testing.assert_allclose(registration.find_shift(small, small), 0, atol=1e-9)
