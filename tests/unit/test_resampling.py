"""Fixed kernels against Pillow, and what their formulas promise."""

import numpy as np
import pytest
from PIL import Image

from course_lib import data, resampling
from course_lib.errors import CourseError

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
kernels = pytest.mark.parametrize("kernel", FILTERS)


def pillow(picture, size, kernel):
    planes = [Image.fromarray(plane.astype("float32"), mode="F") for plane in np.moveaxis(picture, -1, 0)]
    return np.stack([np.asarray(plane.resize(size[::-1], FILTERS[kernel])) for plane in planes], axis=-1)


SIZES = [(100, 150), (50, 75), (400, 600), (200, 300), (77, 91), (250, 120), (1, 1), (7, 900)]
# of two pixels that are equally near, Pillow's nearest takes one or the other
TRIED = [(kernel, size) for kernel in FILTERS for size in SIZES[: 4 if kernel == "nearest" else None]]


@pytest.mark.parametrize("kernel, size", TRIED)
def test_resize_equals_that_of_pillow(kernel, size):
    cat = data.photograph("cat")
    found = resampling.resize(cat, size, kernel)
    assert found.shape == (*size, 3) and found.dtype == "float64"
    np.testing.assert_allclose(found, pillow(cat, size, kernel), 0, 1e-5)


def test_every_kernel_is_tried():
    assert FILTERS.keys() == resampling.KERNELS.keys()


@kernels
def test_bytes_of_pillow_are_ours_rounded_and_cut_off(kernel):
    """To one step, or two with Lanczos, since Pillow rounds the weights and between rows and columns, too."""
    cat = np.uint8(255 * data.photograph("cat"))
    for size in ((100, 150), (400, 600)):
        theirs = np.asarray(Image.fromarray(cat).resize(size[::-1], FILTERS[kernel]), float)
        ours = np.clip(np.round(resampling.resize(cat, size, kernel)), 0, 255)
        assert np.abs(ours - theirs).max() <= (2 if kernel == "lanczos" else 1)


def test_bicubic_weights_by_hand():
    """Half-way between two pixels: -1/16, 9/16, 9/16, -1/16; a quarter off, as for twice the size."""
    np.testing.assert_allclose(resampling.cubic(np.array([-1.5, -0.5, 0.5, 1.5])), np.array([-1, 9, 9, -1]) / 16)
    np.testing.assert_allclose(
        resampling.cubic(np.array([1.25, 0.25, 0.75, 1.75])), np.array([-9, 111, 29, -3]) / 128, atol=1e-12
    )
    np.testing.assert_allclose(resampling.cubic(np.array([0.0, 1, 2, 3])), [1, 0, 0, 0])


@kernels
def test_each_new_pixel_is_a_mean(kernel):
    for before, after in ((10, 20), (20, 10), (7, 9), (9, 7)):
        found = resampling.matrix(before, after, kernel)
        assert found.shape == (after, before)
        np.testing.assert_allclose(found.sum(axis=1), 1)
        if kernel not in ("nearest", "box"):  # these take one side of a border
            np.testing.assert_allclose(found[::-1, ::-1], found, atol=1e-12, err_msg="left and right are alike")


def test_smaller_without_aliasing():
    """Stripes of one pixel become grey where the kernel is made wider, and stay stripes or vanish with nearest."""
    stripes = np.tile([0.0, 1.0], (32, 16))
    for kernel in ("box", "bilinear", "bicubic", "lanczos"):
        assert np.abs(resampling.resize(stripes, (16, 16), kernel)[2:-2, 2:-2] - 0.5).max() < 0.01, kernel
    assert set(resampling.resize(stripes, (16, 16), "nearest").ravel()) == {1.0}


def test_flat_pictures_and_batches():
    cat = data.photograph("cat")
    whole = resampling.resize(cat, (60, 70))
    np.testing.assert_allclose(resampling.resize(cat[..., 1], (60, 70)), whole[..., 1], atol=1e-12)
    np.testing.assert_allclose(resampling.resize(np.stack([cat, cat[::-1]]), (60, 70))[0], whole, atol=1e-12)
    np.testing.assert_allclose(resampling.shift(cat[..., 1], 0.5, 2), resampling.shift(cat, 0.5, 2)[..., 1], atol=1e-12)


@kernels
def test_shift_by_whole_pixels_moves_them(kernel):
    picture = np.random.default_rng(0).uniform(size=(9, 8, 2))
    moved = resampling.shift(picture, 2, -3, kernel)
    np.testing.assert_allclose(moved[2:, :-3], picture[:-2, 3:], atol=1e-12)
    np.testing.assert_allclose(moved[:2, :-3], picture[[0, 0], 3:], atol=1e-12, err_msg="the border goes on")


def test_shift_by_parts_of_a_pixel():
    """A wave, whose shift is known exactly: bicubic is near it, bilinear less, and there and back is nearly nothing."""
    rows, columns = np.mgrid[:40, :40].astype(float)
    wave = lambda down, right: np.sin(2 * np.pi * ((rows - down) / 11 + (columns - right) / 17))
    inside = (slice(5, -5), slice(5, -5))
    errors = {
        kernel: np.abs(resampling.shift(wave(0, 0), 0.4, -1.3, kernel) - wave(0.4, -1.3))[inside].max()
        for kernel in ("nearest", "bilinear", "bicubic", "lanczos")
    }
    assert errors["bicubic"] < 0.01 < errors["bilinear"] < errors["nearest"]
    back = resampling.shift(resampling.shift(wave(0, 0), 0.4, -1.3), -0.4, 1.3)
    assert np.abs(back - wave(0, 0))[inside].max() < 0.02


def test_an_unknown_kernel_is_one_sentence():
    with pytest.raises(CourseError, match="no kernel 'cubic': there are nearest, box, bilinear, bicubic, lanczos"):
        resampling.resize(np.zeros((4, 4)), (2, 2), "cubic")
