"""Widgets of transfer learning: recorded runs to choose from, and pictures to press."""

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT

from course_lib import plot
from course_lib.errors import CourseError
from course_lib.widgets import neighbours

RATES = (1e-4, 1e-3, 1e-2)


def recorded(start, moved):
    """A run whose numbers tell which it is."""
    return {
        "train": [start, start + 10, 100],
        "validation": [start, start + 5, start + 6],
        "moved": [0, moved / 2, moved],
        "kept": [6, 5, 4],
        "test": start + 7,
    }


RUNS = {
    "head first": {rate: recorded(50 + i, 0.2 * (i + 1)) for i, rate in enumerate(RATES)},
    "all at once": {rate: recorded(10 + i, 0.4 * (i + 1)) for i, rate in enumerate(RATES)},
}
random = np.random.default_rng(0)
COUNT = 8
PICTURES = np.ones((COUNT, 6, 6, 3)) * np.linspace(0, 1, COUNT)[:, None, None, None]
NAMES = [f"picture {i}" for i in range(COUNT)]
KINDS = ["even", "odd"] * 4
PLACES = np.arange(COUNT)
SIMILARITIES = {
    "by place": 1 - np.abs(PLACES[:, None] - PLACES) / COUNT,
    "by kind": np.where((PLACES[:, None] - PLACES) % 2, -0.5, 0.5),
}
WIDGETS = {
    "explore_tuning": lambda **options: plot.explore_tuning(RUNS, **{"rate": 1e-3, "asked": 6, "alt": ALT, **options}),
    "explore_neighbours": lambda **options: plot.explore_neighbours(
        PICTURES, SIMILARITIES, NAMES, KINDS, **{"query": 2, "alt": ALT, **options}
    ),
}


def test_the_still_of_a_run(drawn):
    WIDGETS["explore_tuning"](title="message")
    left, right = drawn.figure.axes
    run = RUNS["head first"][1e-3]
    for line, name in zip((*left.lines, *right.lines), ("train", "validation", "moved"), strict=True):
        np.testing.assert_allclose(line.get_ydata(), run[name])
    assert left.get_ylim()[0] == 0 and right.get_ylim()[0] == 0 and right.get_ylim()[1] >= 1.2, "as far as any run goes"
    assert drawn.figure.get_suptitle() == "message"


@needs_browser
def test_curves_follow_the_rate_and_the_order(live, tmp_path):
    actions = """
        const told = () => all("output").at(-1).textContent, rate = () => one("output").textContent, curves = () => all("path.curve").length;
        const paths = () => all("path.curve").map((path) => path.getAttribute("d")).join();
        found.start = told(); found.rate = rate(); found.curves = curves(); found.pale = all("path.pale").length;
        const before = paths();
        typed(one("input[type=range]"), "3"); found.high = told(); found.highest = rate(); found.moved = paths() !== before;
        const select = one("select"); select.selectedIndex = 1; select.dispatchEvent(new Event("change")); found.other = told();
    """
    found = used(live("explore_tuning"), actions, tmp_path)
    assert (found["rate"], found["highest"], found["curves"], found["pale"]) == ("0.001", "0.01", 3, 3)
    assert "58.0 %" in found["start"] and "0.40, 4 of 6" in found["start"]
    assert "59.0 %" in found["high"] and "0.60" in found["high"] and found["moved"]
    assert "19.0 %" in found["other"] and "1.20" in found["other"]


@pytest.mark.parametrize(
    "runs, rate",
    [
        ({}, 1e-3),
        (RUNS, 1e-5),
        ({**RUNS, "other": {1e-3: recorded(1, 1)}}, 1e-3),
        ({"one": {1e-3: {**recorded(1, 1), "kept": [6]}}}, 1e-3),
        ({"one": {1e-3: {"train": [1], "validation": [1], "moved": [1], "test": 1}}}, 1e-3),
    ],
)
def test_runs_that_do_not_fit_are_told(drawn, runs, rate):
    with pytest.raises(CourseError, match="the same rates for each order"):
        plot.explore_tuning(runs, rate=rate, asked=6, alt=ALT)
    assert not drawn.pictures


def test_nearest_leaves_the_query_out_and_takes_the_smaller_number_first():
    assert neighbours.nearest(SIMILARITIES["by place"], 2) == [1, 3, 0, 4, 5]
    assert neighbours.nearest(SIMILARITIES["by kind"], 2, 4) == [0, 4, 6, 1]


def test_the_still_of_neighbours_shows_each_depth(drawn):
    WIDGETS["explore_neighbours"](title="message")
    shown = [round(float(axis.images[0].get_array()[0, 0, 0] * (COUNT - 1))) for axis in drawn.figure.axes]
    assert shown == [2, 1, 3, 0, 4, 5, 2, 0, 4, 6, 1, 3]
    rows = [axis.get_ylabel() for axis in drawn.figure.axes if axis.get_ylabel()]
    assert rows == [*SIMILARITIES]


@needs_browser
def test_neighbours_follow_the_picture_and_the_depth(live, tmp_path):
    actions = """
        const cards = () => all(".near .card").map((card) => Number(card.dataset.number)), told = () => all("output").at(-1).textContent;
        const picked = () => all("button").map((one) => one.getAttribute("aria-pressed")).indexOf("true");
        found.start = cards(); found.told = told(); found.picked = picked();
        const select = one("select"); select.selectedIndex = 1; select.dispatchEvent(new Event("change"));
        found.deeper = cards(); found.same = told();
        pressed("picture 7"); found.other = cards(); found.now = picked(); found.number = one(".near .card:nth-child(2) .small:last-child").textContent;
        found.sprite = getComputedStyle(all("button")[0]).backgroundImage.startsWith("url");
        found.wide = all("button")[0].getBoundingClientRect().width;
    """
    found = used(live("explore_neighbours"), actions, tmp_path)
    assert found["start"] == [2, 1, 3, 0, 4, 5] and "2 of 5" in found["told"] and found["picked"] == 2
    assert found["deeper"] == [2, 0, 4, 6, 1, 3] and "3 of 5" in found["same"] and "even" in found["same"]
    assert found["other"] == [7, 1, 3, 5, 0, 2] and found["now"] == 7 and found["number"] == "0.50"
    assert found["sprite"] and found["wide"] == 6


@pytest.mark.parametrize(
    "change",
    [{"names": NAMES[1:]}, {"kinds": KINDS[1:]}, {"query": COUNT}, {"similarities": {}}, {"pictures": PICTURES[:5]}],
)
def test_pictures_that_do_not_fit_are_told(drawn, change):
    given = {"pictures": PICTURES, "similarities": SIMILARITIES, "names": NAMES, "kinds": KINDS, **change}
    with pytest.raises(CourseError, match="expected more than 5 pictures"):
        plot.explore_neighbours(**given, alt=ALT)
    assert not drawn.pictures
