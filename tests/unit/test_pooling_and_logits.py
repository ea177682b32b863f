"""The widgets of chapter 02: pooling to be tried, and logits to be moved."""

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT

from course_lib import plot
from course_lib.errors import CourseError
from course_lib.widgets import logits, pooling

random = np.random.default_rng(2)
NUMBERS = random.integers(0, 10, (6, 8))
LOGITS, NAMES = [1.0, -0.5, 2.0], ["cat", "dog", "owl"]
WIDGETS = {
    "explore_pooling": lambda **start: plot.explore_pooling(NUMBERS, alt=ALT, **start),
    "explore_logits": lambda **start: plot.explore_logits(LOGITS, NAMES, alt=ALT, **start),
}


def test_a_window_gives_a_number():
    found = pooling.pooled(NUMBERS, 3, 2, np.mean)
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(NUMBERS[2:5, 4:7].mean())
    assert pooling.pooled(NUMBERS, 2, 1)[0, 0] == NUMBERS[:2, :2].max()
    np.testing.assert_array_equal(pooling.moved(NUMBERS, 2)[:, 2:], NUMBERS[:, :-2])
    assert not pooling.moved(NUMBERS, 2)[:, :2].any()


def test_the_still_of_pooling(drawn):
    plot.explore_pooling(NUMBERS, size=2, stride=2, alt=ALT)
    shown = [np.array([float(text.get_text()) for text in axis.texts]) for axis in drawn.figure.axes]
    np.testing.assert_array_equal(shown[0], NUMBERS.ravel())
    np.testing.assert_array_equal(shown[1], pooling.pooled(NUMBERS, 2, 2).ravel())
    np.testing.assert_allclose(shown[2], pooling.pooled(NUMBERS, 2, 2, np.mean).ravel(), atol=0.05)


@needs_browser
def test_pooling_follows_window_stride_and_shift(live, tmp_path):
    actions = """
        const told = () => all("output").at(-1).textContent, ranges = all("input[type=range]");
        const results = () => all(".result").map((each) => Number(each.textContent));
        found.start = results(); found.told = told();
        typed(ranges[0], "3"); typed(ranges[1], "1"); found.wide = results();
        typed(ranges[0], "2"); typed(ranges[1], "2"); typed(ranges[2], "1"); found.moved = results(); found.changed = told();
        const select = one("select"); select.selectedIndex = 1; select.dispatchEvent(new Event("change")); found.mean = results();
        all(".result")[5].dispatchEvent(new MouseEvent("click")); found.clicked = told();
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", bubbles: true})); found.up = told();
    """
    found = used(live("explore_pooling"), actions, tmp_path)
    np.testing.assert_array_equal(found["start"], pooling.pooled(NUMBERS, 2, 2).ravel())
    np.testing.assert_array_equal(found["wide"], pooling.pooled(NUMBERS, 3, 1).ravel())
    image = pooling.moved(NUMBERS, 1)
    np.testing.assert_array_equal(found["moved"], pooling.pooled(image, 2, 2).ravel())
    np.testing.assert_allclose(found["mean"], pooling.pooled(image, 2, 2, np.mean).ravel(), atol=0.01)
    changed = int((pooling.pooled(image, 2, 2) != pooling.pooled(NUMBERS, 2, 2)).sum())
    assert f"{changed} of 12 results" in found["changed"]
    window = lambda i, j: ", ".join(map(str, image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].ravel()))
    assert found["clicked"].startswith(window(1, 1)) and found["up"].startswith(window(0, 1))


@pytest.mark.parametrize("bad", [{"size": 4}, {"stride": 0}, {"image": np.zeros((3, 9))}, {"image": np.zeros(9)}])
def test_pooling_that_cannot_be_shown_is_told(drawn, bad):
    with pytest.raises(CourseError, match="at least 4 rows and 4 columns"):
        plot.explore_pooling(**{"image": NUMBERS, "alt": ALT, **bad})
    assert not drawn.pictures


def test_the_still_of_logits(drawn):
    plot.explore_logits(LOGITS, NAMES, right=1, alt=ALT)
    chances, slopes = ([bar.get_width() for bar in axis.patches] for axis in drawn.figure.axes)
    powers = np.exp(LOGITS)
    np.testing.assert_allclose(chances, powers / powers.sum())
    np.testing.assert_allclose(slopes, powers / powers.sum() - [0, 1, 0])
    assert logits.softmax([1000.0, 0.0]).tolist() == [1.0, 0.0]


@needs_browser
def test_loss_and_gradient_follow_the_logits(live, tmp_path):
    actions = """
        const told = () => all("output").at(-1).textContent, ranges = all("input[type=range]");
        const slopes = () => all(".slopes").map((each) => Number(each.textContent.replace("−", "-")));
        found.start = [told(), slopes()];
        typed(ranges[0], "-80"); typed(ranges[2], "80"); found.moved = [told(), slopes()];
        const select = one("select"); select.selectedIndex = 2; select.dispatchEvent(new Event("change")); found.right = [told(), slopes()];
    """
    found = used(live("explore_logits"), actions, tmp_path)
    for name, now, right in (("start", LOGITS, 0), ("moved", [-8, -0.5, 8], 0), ("right", [-8, -0.5, 8], 2)):
        powers = np.exp(np.array(now, float))
        told, slopes = found[name]
        assert float(told.split()[-1]) == pytest.approx(np.log(powers.sum()) - now[right], abs=6e-4), name
        np.testing.assert_allclose(slopes, powers / powers.sum() - np.eye(3)[right], atol=6e-4)


@pytest.mark.parametrize("bad", [{"names": ["a"]}, {"right": 3}, {"logits": [9, 0, 0]}])
def test_logits_that_cannot_be_shown_are_told(drawn, bad):
    with pytest.raises(CourseError, match="a name for each logit"):
        plot.explore_logits(**{"logits": LOGITS, "names": NAMES, "alt": ALT, **bad})
    assert not drawn.pictures
