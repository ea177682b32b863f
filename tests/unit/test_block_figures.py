"""Diagrams of blocks, and the widgets of residual blocks and of networks taken apart."""

import re

import keras
import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT
from keras import layers
from matplotlib.colors import to_hex

from course_lib import plot
from course_lib.errors import CourseError
from course_lib.models import summary
from course_lib.widgets import residual

TINY = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(10)])
MODELS = {"tiny": TINY, "flat": keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(9)])}
CHOSEN = {"first": "tiny", "second": "flat"}
WIDGETS = {
    "explore_residual": lambda **start: plot.explore_residual(alt=ALT, **start),
    "explore_networks": lambda **start: plot.explore_networks(MODELS, alt=ALT, **{**CHOSEN, **start}),
}


def arrows(axis):
    """(start, end) of each."""
    return [(text.xyann, text.xy) for text in axis.texts if getattr(text, "arrow_patch", None)]


def test_block_diagram(drawn):
    rows = {"plain": ["x", "*conv", "y"], "residual": ["x", "*conv", "+", "y"]}
    plot.block_diagram(rows, around={"residual": ("x", "+", "x itself")}, title="message", alt=ALT)
    axis = drawn.axis
    written = [text.get_text() for text in axis.texts if text.get_text()]
    assert sorted(written) == sorted(["plain", "x", "conv", "y", "residual", "x", "conv", "+", "y", "x itself"])
    blue = [patch for patch in axis.patches if to_hex(patch.get_facecolor()) == plot.COLOURS[5].lower()]
    assert len(blue) == 2 and len(axis.patches) == 2 * 3, "the sign has a ring, no box"
    assert len(arrows(axis)) == 2 + 3 + 1 and drawn.figure.get_suptitle() == "message"
    [way] = axis.lines
    plus = next(text for text in axis.texts if text.get_text() == "+")
    assert way.get_xdata()[-1] == plus.get_position()[0] and way.get_ydata()[-1] > plus.get_position()[1]
    assert way.get_ydata()[0] == plus.get_position()[1], "it begins behind x"


def test_towers_read_both_where_they_are_crossed(drawn):
    pair = lambda name: (f"*{name}", f"*{name}")
    plot.block_diagram({"": ["image", pair("a"), pair("b"), "><", pair("c"), "end"]}, alt=ALT)
    flat = [start[1] == pytest.approx(end[1]) for start, end in arrows(drawn.axis)]
    assert len(flat) == 2 + 2 + 4 + 2 and sum(flat) == 2 + 2
    assert len(drawn.axis.patches) == 1 + 6 + 1


def test_something_with_weights_on_the_way_around(drawn):
    plot.block_diagram({"row": ["x", "*conv", "+"]}, around={"row": ("x", "+", "*1×1")}, alt=ALT)
    texts = [text.get_text() for text in drawn.axis.texts]
    assert "1×1" in texts and len(drawn.axis.patches) == 3


# --- a stack of residual blocks


@pytest.mark.parametrize("shortcut", [False, True])
@pytest.mark.parametrize("weight", [-1.2, 0.0, 0.7])
def test_the_slopes_of_a_stack(weight, shortcut):
    """As differences say: the output changes so much with what goes into each block."""
    out, slopes = residual.stacked(weight, 6, 0.8, shortcut)
    for block in range(7):
        middle = residual.stacked(weight, block, 0.8, shortcut)[0]
        ends = [residual.stacked(weight, 6 - block, middle + by, shortcut)[0] for by in (-1e-6, 1e-6)]
        assert slopes[block] == pytest.approx((ends[1] - ends[0]) / 2e-6, rel=1e-5, abs=1e-9)
    assert out == pytest.approx(np.mean(ends), abs=1e-9)
    if weight == 0:
        assert (out, slopes[0]) == ((0.8, 1) if shortcut else (0, 0)), "nothing learned passes on, or loses, everything"


def test_the_still_of_a_stack(drawn):
    plot.explore_residual(weight=0.9, depth=4, start=0.5, alt=ALT)
    left, right = drawn.figure.axes
    for number, shortcut in enumerate((False, True)):
        inputs, outs = left.lines[number].get_data()
        np.testing.assert_allclose(outs, residual.stacked(0.9, 4, inputs, shortcut)[0])
        np.testing.assert_allclose(right.lines[number].get_ydata(), residual.stacked(0.9, 4, 0.5, shortcut)[1])


@needs_browser
def test_the_stack_follows_weight_depth_input_and_switch(live, tmp_path):
    actions = """
        const told = (kind) => (one("." + kind + ":not(path)") ?? {}).textContent, ranges = all("input[type=range]");
        const both = () => [told("plain"), told("residual")];
        found.start = both();
        typed(ranges[0], "-70"); typed(ranges[1], "7"); typed(ranges[2], "-150"); found.moved = both();
        typed(ranges[0], "0"); found.nothing = both(); found.drawn = all("path.slopes").length;
        const select = one("select");
        select.selectedIndex = 2; select.dispatchEvent(new Event("change"));
        found.with = all("path.slopes").map((path) => path.getAttribute("class")); found.without = told("plain") ?? null;
    """
    found = used(live("explore_residual", weight=0.5, depth=20), actions, tmp_path)
    for name, setting in {"start": (0.5, 20, 1.0), "moved": (-0.7, 7, -1.5), "nothing": (0.0, 7, -1.5)}.items():
        for shortcut, sentence in enumerate(found[name]):
            out, slopes = residual.stacked(*setting, bool(shortcut))
            numbers = [float(number) for number in re.findall(r"-?\d[\d.]*(?:e[+-]\d+)?", sentence.replace("−", "-"))]
            assert numbers == [pytest.approx(out, rel=0.06), pytest.approx(slopes[0], rel=0.06)], name
    assert found["drawn"] == 2 and found["with"] == ["slopes residual"] and found["without"] is None


@pytest.mark.parametrize("bad", [{"weight": 1.6}, {"depth": 0}, {"depth": 61}, {"start": -2.1}])
def test_a_stack_that_cannot_be_chosen_is_told(drawn, bad):
    with pytest.raises(CourseError, match="a weight from -1.5 to 1.5, 1 to 60 blocks, and an input from -2.0 to 2.0"):
        plot.explore_residual(alt=ALT, **bad)
    assert not drawn.pictures


# --- networks taken apart


def test_the_still_of_networks(drawn):
    plot.explore_networks(MODELS, first="tiny", second="flat", quantity="activation_bytes", alt=ALT)
    for axis, name in zip(drawn.figure.axes, ("tiny", "flat")):
        expected = [part["activation_bytes"] / 1e6 for part in summary.stages(MODELS[name])]
        np.testing.assert_allclose([bar.get_width() for bar in axis.patches], expected, atol=6e-5)
        assert axis.get_title().startswith(f"{name}: ")
    assert [text.get_text() for text in drawn.figure.axes[0].get_yticklabels()] == ["6×6×4, 1 layer", "dense, 1 layer"]


@needs_browser
def test_networks_and_quantity_are_chosen(live, tmp_path):
    actions = """
        const lines = (what) => all(what).map((text) => text.textContent);
        const change = (select, to) => { select.selectedIndex = to; select.dispatchEvent(new Event("change")); };
        found.start = lines("text.amount"); found.whole = lines("text.whole");
        const [first, second, what] = all("select");
        change(what, 1); found.adds = lines("text.amount");
        change(first, 1); change(second, 0); found.turned = lines("text.amount"); found.names = lines("text.whole");
        found.widths = all("rect").map((bar) => Number(bar.getAttribute("width")));
    """
    found = used(live("explore_networks"), actions, tmp_path)
    stages = {name: summary.stages(model) for name, model in MODELS.items()}
    amounts = lambda quantity, *names: [part[quantity] / 1e6 for name in names for part in stages[name]]
    numbers = lambda texts: [float(text.replace(",", "")) for text in texts]
    assert numbers(found["start"]) == pytest.approx(amounts("parameters", "tiny", "flat"), abs=6e-5)
    assert numbers(found["adds"]) == pytest.approx(amounts("multiply_adds", "tiny", "flat"), abs=6e-5)
    turned = amounts("multiply_adds", "flat", "tiny")
    assert numbers(found["turned"]) == pytest.approx(turned, abs=6e-5)
    assert [name.split(":")[0] for name in found["names"]] == ["flat", "tiny"]
    assert found["widths"] == pytest.approx([max(1, 190 * amount / max(turned)) for amount in turned], rel=0.05)
    total = re.fullmatch(r"tiny: ([\d.]+) in all", found["whole"][0])[1]
    assert float(total) == pytest.approx(sum(amounts("parameters", "tiny")), abs=2e-4)


@pytest.mark.parametrize("bad", [{"first": "no"}, {"second": "no"}, {"quantity": "time"}])
def test_only_networks_and_quantities_that_there_are(drawn, bad):
    with pytest.raises(CourseError, match="expected two of the networks tiny, flat, and one of parameters"):
        WIDGETS["explore_networks"](**bad)
    assert not drawn.pictures
