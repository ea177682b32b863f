"""PSNR and SSIM against scikit-image, and by hand."""

import numpy as np
import pytest
from skimage import metrics

from course_lib import data, resampling
from course_lib import picture_quality as quality
from course_lib.errors import CourseError


def pairs():
    """Photographs and what is left of them at half size."""
    for name in ("cat", "coffee", "china"):
        truth = data.photograph(name)[:121, :90].astype(float)
        small = resampling.resize(truth, (60, 45))
        yield truth, resampling.resize(small, truth.shape[:2])


@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_psnr_equals_that_of_scikit_image(peak):
    for truth, picture in pairs():
        expected = metrics.peak_signal_noise_ratio(peak * truth, peak * picture, data_range=peak)
        assert quality.psnr(peak * truth, peak * picture, peak) == pytest.approx(expected, abs=1e-6)
        assert 15 < expected < 45


@pytest.mark.parametrize("peak", [1.0, 255.0])
@pytest.mark.parametrize(
    "window, options",
    [("gaussian", {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}), ("uniform", {})],
)
def test_ssim_equals_that_of_scikit_image(window, options, peak):
    for truth, picture in pairs():
        for cut in (slice(None), 0):  # RGB, and red alone
            x, y = peak * truth[..., cut], peak * picture[..., cut]
            channel = {"channel_axis": -1} if x.ndim == 3 else {}
            expected = metrics.structural_similarity(x, y, data_range=peak, **options, **channel)
            assert quality.ssim(x, y, peak, window=window) == pytest.approx(expected, abs=1e-6)
            assert 0.3 < expected < 0.99


def test_psnr_by_hand():
    """Every pixel 0.1 off: a mean squared error of 0.01, so 20 dB; with bytes 25.5 off, the same."""
    truth = np.zeros((4, 5))
    assert quality.psnr(truth, truth + 0.1) == pytest.approx(20)
    assert quality.psnr(255 * truth, truth + 25.5, peak=255) == pytest.approx(20)
    assert quality.psnr(truth, truth) == float("inf")


def test_bytes_do_not_wrap_around():
    assert quality.psnr(np.uint8([[0, 0]]), np.uint8([[1, 255]]), 255) == pytest.approx(
        10 * np.log10(2 * 255**2 / 65026)
    )


def test_borders_do_not_count():
    truth = np.random.default_rng(0).uniform(size=(20, 22))
    picture = truth + 0.1
    picture[:2] = picture[-2:] = picture[:, :2] = picture[:, -2:] = 7
    assert quality.psnr(truth, picture, border=2) == pytest.approx(20)
    inside = truth[2:-2, 2:-2], picture[2:-2, 2:-2]
    assert quality.ssim(truth, picture, border=2) == quality.ssim(*inside) > quality.ssim(truth, picture)


def test_ssim_of_one_window_by_its_formula():
    """The 11x11 pixels of one window, weighted by hand."""
    x, y = np.random.default_rng(0).uniform(size=(2, 11, 11))
    row = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    weights = np.outer(row, row) / np.outer(row, row).sum()
    mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
    variance_x, variance_y = (weights * (x - mean_x) ** 2).sum(), (weights * (y - mean_y) ** 2).sum()
    covariance = (weights * (x - mean_x) * (y - mean_y)).sum()
    c1, c2 = 0.01**2, 0.03**2
    expected = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    expected /= (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    assert quality.ssim_map(x, y).shape == (1, 1)
    assert quality.ssim(x, y) == pytest.approx(expected, abs=1e-12)
    assert quality.ssim(x, x) == pytest.approx(1)


def test_what_psnr_misses_ssim_sees():
    """A brighter picture and a noisy one, of the same PSNR."""
    truth = quality.luma(data.photograph("coffee"))
    noise = np.random.default_rng(0).normal(size=truth.shape)
    brighter, noisy = truth + 0.1, truth + 0.1 * noise / np.sqrt(np.mean(noise**2))
    assert quality.psnr(truth, brighter) == pytest.approx(quality.psnr(truth, noisy)) == pytest.approx(20)
    assert quality.ssim(truth, brighter) > quality.ssim(truth, noisy) + 0.3


def test_luma():
    assert quality.luma(np.ones((2, 3, 3))) == pytest.approx(1)
    np.testing.assert_allclose(quality.luma(np.eye(3)), [0.299, 0.587, 0.114])
    a, b = quality.luma(data.photograph("cat")), quality.luma(data.photograph("cat")[::-1])
    gain = quality.psnr(16 + 219 * a, 16 + 219 * b, 255) - quality.psnr(a, b)
    assert round(gain, 1) == 1.3 and "higher by 1.3 dB" in quality.luma.__doc__


@pytest.mark.parametrize(
    "first, second, options, words",
    [
        ((20, 20), (20, 20, 1), {}, r"found pictures of \(20, 20\) and \(20, 20, 1\), expected two of the same shape"),
        ((2, 20, 20, 3), (2, 20, 20, 3), {}, "expected two of the same shape"),
        ((20, 20), (20, 20), {"border": 10}, "nothing is left of the pictures without a border of 10 pixels"),
        ((20, 10), (20, 10), {}, "found pictures of 20x10, and SSIM looks at windows of 11x11"),
        ((6, 20), (6, 20), {"window": "uniform"}, "windows of 7x7"),
        ((20, 20), (20, 20), {"window": "square"}, "no window 'square': there are gaussian, uniform"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(first, second, options, words):
    with pytest.raises(CourseError, match=words):
        quality.ssim(np.zeros(first), np.zeros(second), **options)
