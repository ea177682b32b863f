"""Figures and widgets of recurrent networks: what they show, and what follows the keys."""

import re

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT
from ipywidgets.widgets.widget import _instances
from matplotlib.colors import to_hex

from course_lib import plot
from course_lib.errors import CourseError
from course_lib.widgets import gradient, reading

INPUTS = [0.9, -0.4, 0.2]
WIDGETS = {"explore_gradient": lambda **start: plot.explore_gradient(INPUTS, alt=ALT, **start)}


def test_recurrent_forms(drawn):
    plot.recurrent_forms(title="message", alt=ALT)
    boxes = [
        [(round(patch.get_x(), 1), to_hex(patch.get_facecolor())) for patch in axis.patches if hasattr(patch, "get_x")]
        for axis in drawn.figure.axes
    ]
    output, other = plot.COLOURS[4].lower(), plot.COLOURS[2].lower()
    count = lambda number, colour: sum(found == colour for _, found in boxes[number])
    assert [count(number, output) for number in range(4)] == [1, 3, 3, 3]
    assert [count(number, other) for number in range(4)] == [0, 0, 3, 3]
    assert [len(found) for found in boxes] == [3 + 3 + 1, 3 + 3 + 3, 6 + 3 + 3, 3 + 3 + 3 + 3]
    assert drawn.figure.get_suptitle() == "message"


def test_lstm_cell(drawn):
    plot.lstm_cell(title="", alt=ALT)
    texts = [text.get_text() for text in drawn.axis.texts if text.get_text()]
    assert [texts.count(sign) for sign in ("×", "+", "tanh")] == [3, 1, 1]
    assert {"forget gate f", "input gate i", "output gate o", "candidate g"} <= {
        text.replace("\n", " ") for text in texts
    }


def test_timeline(drawn):
    lines = {"a": ([1, 2, 3], [4, 5, 6]), "b": ([2, 3], [1, 0])}
    plot.timeline(lines, ylabel="°C", parts={"first": (1, 2), "then": (2, 3)}, title="message", alt=ALT)
    axis = drawn.axis
    assert [tuple(map(tuple, line.get_data())) for line in axis.lines] == [((1, 2, 3), (4, 5, 6)), ((2, 3), (1, 0))]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("year", "°C")  # the axis starts at zero or below
    assert [text.get_text() for text in axis.texts] == ["first", "then"]
    assert [(patch.get_x(), patch.get_width()) for patch in axis.patches] == [(1, 1), (2, 1)]


@pytest.mark.parametrize("activation", [np.tanh, None])
def test_the_gradient_of_one_unit(activation):
    """As differences say: the last state changes so much with each state."""
    weight, steps = 1.1, 6

    def last(pushed, by):
        state = 0.0
        for step in range(steps):
            state = weight * state + INPUTS[step % 3]
            state = activation(state) if activation else state
            state += by if step == pushed else 0
        return state

    states, sizes = gradient.one_unit(weight, INPUTS, steps, activation)
    assert states[-1] == pytest.approx(last(None, 0))
    found = [abs(last(step, 1e-6) - last(step, -1e-6)) / 2e-6 for step in range(steps)]
    np.testing.assert_allclose(sizes, found, rtol=1e-5)


def test_the_still_of_a_gradient(drawn):
    plot.explore_gradient(INPUTS, weight=0.5, steps=4, alt=ALT)
    states, sizes = gradient.one_unit(0.5, INPUTS, 4)
    upper, lower = drawn.figure.axes
    np.testing.assert_allclose([bar.get_height() for bar in upper.patches], states)
    np.testing.assert_allclose(lower.lines[0].get_ydata(), sizes)


@needs_browser
def test_the_gradient_follows_weight_and_steps(live, tmp_path):
    actions = """
        const told = () => all("output").at(-1).textContent, ranges = all("input[type=range]");
        found.start = told();
        typed(ranges[0], "120"); typed(ranges[1], "7"); found.moved = told(); found.states = all(".state").length;
        const select = one("select"); select.selectedIndex = 1; select.dispatchEvent(new Event("change")); found.linear = told();
    """
    found = used(live("explore_gradient", weight=0.9, steps=5), actions, tmp_path)
    for told, setting in {"start": (0.9, 5), "moved": (1.2, 7), "linear": (1.2, 7)}.items():
        _, sizes = gradient.one_unit(setting[0], INPUTS, setting[1], None if told == "linear" else np.tanh)
        number = float(re.search(r"([\d.]+e[+−]\d+)", found[told])[1].replace("−", "-"))
        assert number == pytest.approx(sizes[0], rel=0.06), told
    assert found["states"] == 7


@pytest.mark.parametrize("bad", [{"weight": 1.6}, {"steps": 1}, {"steps": 101}, {"inputs": []}])
def test_what_cannot_be_chosen_is_told(drawn, bad):
    with pytest.raises(CourseError, match="a weight from 0 to 1.5, and 2 to 100 steps"):
        plot.explore_gradient(**{"inputs": INPUTS, "alt": ALT, **bad})
    assert not drawn.pictures


# --- a text to type


def counting(character, before):
    """A network whose state is what it has read: it expects the character that came first."""
    if character == "?":
        return None
    kept = (before or "") + character
    return kept, np.full(40, len(kept) / 10), {kept[0]: 0.75, "z": 0.25}


def test_a_reader_reads_each_character_once():
    seen = []

    def read(character, before):
        seen.append(character)
        return counting(character, before)

    reader = reading.Reader(read)
    kept, hidden, chances, unknown = reader.states("ab?c?")
    assert kept == ["a", "b", "c"] and hidden.shape == (3, 40) and chances == {"a": 0.75, "z": 0.25}
    assert unknown == ["?"]
    np.testing.assert_allclose(hidden[:, 0], [0.1, 0.2, 0.3])
    reader.states("ab?c?d")
    assert seen == list("ab?c?d"), "what was typed before is not read again"
    assert reader.states("")[::2] == ([], {}) and reader.states("")[3] == []
    assert "".join(reader.states("x" * 99 + "y")[0]) == "x" * (reading.LONGEST - 1) + "y", "the last are shown"


def test_the_still_of_a_text(drawn):
    reading.explore_text(counting, "a b", alt=ALT)
    left, right, scale = drawn.figure.axes
    assert scale.get_title() == "state" and not scale.get_ylabel(), "the label stands above the scale"
    assert [text.get_text() for text in left.get_xticklabels()] == ["a", "␣", "b"]
    assert left.images[0].get_array().shape == (reading.ROWS, 3)
    assert [bar.get_width() for bar in right.patches] == [25, 75] and not drawn.other


def test_what_is_typed_is_read(drawn, monkeypatch):
    monkeypatch.setattr("course_lib.widgets.reading.somebody_watches", lambda: True)
    reading.explore_text(counting, "ab", alt=ALT)
    [bundle] = drawn.other
    field, shown = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]].children
    assert "<img" in bundle["text/html"] and "75.0 %" in shown.value
    assert f"width:{2 * reading.CELL[0]}px" in shown.value
    field.value = "<b"
    assert f"width:{2 * reading.CELL[0]}px" in shown.value
    assert shown.value.count("&lt;") == 2 and "><<" not in shown.value, "as a letter, and as what may come next"
    field.value = ""
    assert "<img" not in shown.value and "type something" in shown.value
    field.value = "a?"
    assert "<img" in shown.value and "does not know them: ?" in shown.value
    field.value = "?"
    assert "type something" in shown.value and "does not know them: ?" in shown.value


@pytest.mark.parametrize("text", ["", "a?"])
def test_a_text_to_begin_with_can_be_read(drawn, text):
    with pytest.raises(CourseError, match=f"found {re.escape(repr(text))}"):
        reading.explore_text(counting, text, alt=ALT)
    assert not drawn.other and not drawn.pictures
