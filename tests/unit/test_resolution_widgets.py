"""Pictures to compare, films to play, waves to sample: their stills, and what they do in a browser."""

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT

from course_lib import plot
from course_lib.errors import CourseError

random = np.random.default_rng(0)
DOWN, ACROSS = np.mgrid[:40, :60] / 60
FIRST, SECOND = (np.stack([DOWN, part, ACROSS], axis=-1) for part in (0 * DOWN + 0.1, 0 * DOWN + 0.9))
PICTURES = {"first": FIRST, "second": SECOND}
SMALL, LARGE = random.uniform(size=(4, 10, 12, 3)), random.uniform(size=(4, 20, 24, 1))
WIDGETS = {
    "explore_pictures": lambda: plot.explore_pictures(PICTURES, spot=(4, 6), alt=ALT),
    "play_films": lambda: plot.play_films({"small": SMALL, "large": LARGE}, seconds=0.5, alt=ALT),
    "explore_sampling": lambda: plot.explore_sampling(13, alt=ALT),
}


def test_the_still_of_pictures_shows_the_spot(drawn):
    WIDGETS["explore_pictures"]()
    for axis, picture in zip(drawn.figure.axes, (FIRST, SECOND), strict=True):
        np.testing.assert_allclose(axis.images[0].get_array(), picture[4:18, 6:20])


def test_the_still_of_a_film_is_its_middle(drawn):
    WIDGETS["play_films"]()
    small, large = (axis.images[0].get_array() for axis in drawn.figure.axes)
    np.testing.assert_allclose(small, SMALL[2])
    np.testing.assert_allclose(large, LARGE[2, ..., 0])


def test_the_still_of_a_wave_has_an_alias_through_all_samples(drawn):
    WIDGETS["explore_sampling"]()
    wave, slow, dots = drawn.figure.axes[0].lines
    place, height = dots.get_data()
    for line in (wave, slow):
        np.testing.assert_allclose(np.interp(place, *line.get_data()), height, atol=0.01)
    assert (np.abs(np.diff(np.sign(slow.get_ydata()))) > 0).sum() == 6, "three waves"


@pytest.mark.parametrize(
    "name, given, options, told",
    [
        ("explore_pictures", {"a": FIRST}, {"spot": (4, 6)}, "found 1 pictures of 40x60"),
        ("explore_pictures", {"a": FIRST, "b": SECOND[:-1]}, {"spot": (4, 6)}, "2 pictures of 39x60, 40x60"),
        ("explore_pictures", PICTURES, {"spot": (27, 6)}, r"14x14 pixels from \(27, 6\) on, .* of 40x60"),
        ("explore_pictures", PICTURES, {"spot": (4, -1)}, r"from \(4, -1\) on"),
        ("play_films", {"a": SMALL, "b": LARGE[1:]}, {}, "a: 4, b: 3"),
        ("play_films", {}, {}, "none"),
        ("explore_sampling", 0, {}, "found 0 waves on 16"),
        ("explore_sampling", 8, {"pixels": 8}, "found 8 waves on 8"),
    ],
)
def test_what_cannot_be_shown_is_told(drawn, name, given, options, told):
    with pytest.raises(CourseError, match=told):
        getattr(plot, name)(given, alt=ALT, **options)
    assert not drawn.pictures


SEEN = """
const at = (canvas, x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
await later(0.5);
const canvases = all("canvas");
"""


@needs_browser
def test_the_bar_and_the_magnifier_follow(live, tmp_path):
    actions = f"""{SEEN}
        found.left = at(canvases[0], 2, 2); found.right = at(canvases[0], 57, 37); found.lens = at(canvases[2], 4, 4);
        const bar = one("input[type=range]"); typed(bar, "0"); found.all = at(canvases[0], 2, 2); typed(bar, "60");
        touched(canvases[0], "pointerdown", 0.5, 0.5); found.moved = at(canvases[2], 4, 4);
        key(canvases[0], "ArrowRight"); found.keyed = at(canvases[2], 4, 4);
    """
    found = used(live("explore_pictures"), actions, tmp_path)
    near = lambda value, picture, y, x: np.abs(np.array(value) / 255 - picture[y, x]).max() < 0.1  # WebP loses some
    assert (
        near(found["left"], FIRST, 2, 2) and near(found["right"], SECOND, 37, 57) and near(found["all"], SECOND, 2, 2)
    )
    assert found["lens"] != found["moved"] != found["keyed"]


@needs_browser
def test_a_film_is_played_stopped_and_stepped(live, tmp_path):
    actions = """
        await later(0.5); const frame = () => one("output").textContent;
        found.start = frame(); pressed("one frame on"); found.next = frame(); pressed("one frame on"); found.end = frame();
        pressed("one frame back"); found.back = frame();
        pressed("play"); await later(1.2); pressed("stop"); found.stopped = frame(); await later(2); found.waits = frame();
    """
    found = used(live("play_films"), actions, tmp_path)
    assert [found[name] for name in ("start", "next", "end", "back")] == ["3", "4", "4", "3"]
    assert found["stopped"] == found["waits"] == "1", "two frames on, from the last to the first"


@needs_browser
def test_samples_follow_the_wave_and_the_shift(live, tmp_path):
    actions = """
        const told = () => all("output").at(-1).textContent, path = () => one("path.seen").getAttribute("d");
        const [waves, shift] = all("input[type=range]");
        found.first = told(); found.path = path(); typed(shift, "5"); found.shifted = path();
        typed(waves, "5"); found.slow = told();
        typed(waves, "8"); found.half = told(); typed(waves, "5");
        const grey = () => one("path:not(.seen)").getAttribute("d"), moved = grey();
        typed(shift, "2"); found.moves = grey() !== moved;
        const mean = one("input[type=checkbox]"); const before = path(); mean.click(); found.weaker = path() !== before;
    """
    found = used(live("explore_sampling"), actions, tmp_path)
    assert "alias" in found["first"] and found["first"].count("3") == 2 and "alias" not in found["slow"]
    assert "cannot tell" in found["half"], "exactly half as many waves as pixels"
    assert found["path"] != found["shifted"] and found["weaker"] and found["moves"], "the wave moves with its samples"
