"""Type a caption and see it painted: the still, and what the controls do."""

import re

import numpy as np
import pytest
from drawn import ALT
from ipywidgets.widgets.widget import _instances

from course_lib.errors import CourseError
from course_lib.widgets import painting


def paint(caption, guidance, seed):
    """Pictures that get lighter; what was asked for is kept."""
    asked.append((caption, guidance, seed))
    if "pink" in caption:
        raise CourseError("cannot read <pink>")
    for step in range(7):
        yield np.full((4, 4, 3), (step + 1) / 7)


asked = []


@pytest.mark.parametrize(
    "count, expected", [(1, [0]), (2, [0, 1]), (6, [0, 1, 2, 3, 4, 5]), (36, [0, 7, 14, 21, 28, 35])]
)
def test_which_pictures_are_shown(count, expected):
    assert painting.chosen(count) == expected


def test_the_still_shows_the_way_to_the_picture(drawn):
    painting.explore_painting(paint, "a star", alt=ALT)
    [figure] = drawn.figures
    shades = [float(axis.images[0].get_array().mean()) for axis in figure.axes]
    np.testing.assert_allclose(shades, np.array([1, 2, 3, 5, 6, 7]) / 7)
    assert [axis.get_title() for axis in figure.axes] == [f"step {number}" for number in (1, 2, 3, 5, 6, 7)]
    assert len(drawn.pictures) == 1 and not drawn.other


@pytest.fixture
def controls(drawn, monkeypatch):
    """The field, both sliders, the button, and what stands below them."""
    monkeypatch.setattr("course_lib.widgets.painting.somebody_watches", lambda: True)
    painting.explore_painting(paint, "a star", alt=ALT)
    [bundle] = drawn.other
    assert len(re.findall("<img ", bundle["text/html"])) == 1, "the still, where no widget can be shown"
    field, row, shown = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]].children
    return field, *row.children, shown


def test_each_control_paints_anew(controls):
    field, guidance, again, shown = controls
    assert shown.value.count("<img ") == 6
    field.value = "파란 별"
    guidance.value = 2.0
    again.click()
    assert asked[-3:] == [("파란 별", 1.0, 0), ("파란 별", 2.0, 0), ("파란 별", 2.0, 1)]
    assert shown.value.count("<img ") == 6 and "step 7" in shown.value


def test_it_is_seen_while_it_paints(controls):
    field, *_, shown = controls
    values = []
    shown.observe(lambda change: values.append(change["new"].count("<img ")), "value")
    field.value = "another"
    assert values == [3, 6, 6]


def test_what_is_not_known_is_said_and_typing_goes_on(controls):
    field, *_, shown = controls
    field.value = "a pink star"
    assert "cannot read &lt;pink&gt;" in shown.value and "<img" not in shown.value
    field.value = " "
    assert "type something" in shown.value
    field.value = "a star again"
    assert shown.value.count("<img ") == 6


def test_how_many_steps_can_be_chosen_where_there_is_a_choice(drawn, monkeypatch):
    monkeypatch.setattr("course_lib.widgets.painting.somebody_watches", lambda: True)
    told = []
    painting.explore_painting(
        lambda caption, guidance, seed, steps: told.append(steps) or list(paint(caption, guidance, seed))[:steps],
        "a star",
        steps=4,
        alt=ALT,
    )
    [bundle] = drawn.other
    _, row, shown = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]].children
    _, steps, again = row.children
    steps.value = 2
    assert told == [4, 2] and shown.value.count("<img ") == 2
    again.click()
    assert told == [4, 2, 2] and (steps.min, steps.max) == (1, painting.MOST_STEPS)


@pytest.mark.parametrize("caption", ["", " ", "a pink star"])
def test_what_it_cannot_begin_with(caption):
    with pytest.raises(CourseError):
        painting.explore_painting(paint, caption, alt=ALT)
