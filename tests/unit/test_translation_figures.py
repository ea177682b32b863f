"""Figures and widgets of translation: what they show, and what follows a person's typing."""

import re

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT
from ipywidgets.widgets.widget import _instances

from course_lib import plot
from course_lib.errors import CourseError
from course_lib.widgets import query, translating

KEYS = [[2.0, 0.0], [0.0, 1.5], [-1.0, -1.0]]
WIDGETS = {"explore_query": lambda **start: plot.explore_query([1.0, 0.5], KEYS, ["a", "b", "c"], alt=ALT, **start)}
KNOWN = {"one two": (["one", "two"], ["하나", "둘", "."], [[0.75, 0.25], [0.1, 0.9], [0.5, 0.5]])}


def test_transformer_parts(drawn):
    plot.transformer_parts(title="message", alt=ALT)
    texts = [text.get_text().replace("\n", " ") for text in drawn.axis.texts]
    assert texts.count("feed-forward") == 2 and {"self-attention", "causal self-attention", "cross-attention"} <= {
        *texts
    }
    assert {"encoder block", "decoder block", "keys and values"} <= {*texts}
    assert drawn.figure.get_suptitle() == "message"


def test_alignments(drawn):
    panels = {f"head {number}": np.full((2, 3), number / 10) for number in range(5)}
    options = {"ylabel": "written", "xlabel": "read", "title": "message"}
    plot.alignments(panels, ["x", "y"], ["a", "b", "c"], **options, alt=ALT)
    shown = [axis for axis in drawn.figure.axes if axis.get_visible() and axis.get_title()]
    assert [axis.get_title() for axis in shown] == list(panels)
    for axis, shares in zip(shown, panels.values()):
        np.testing.assert_array_equal(axis.images[0].get_array(), shares)
        assert axis.images[0].get_clim() == (0, 1), "all heads on one scale"
    ticks = lambda labels: [label.get_text() for label in labels]
    assert ticks(shown[0].get_yticklabels()) == ["x", "y"] and ticks(shown[-1].get_xticklabels()) == ["a", "b", "c"]
    assert (drawn.figure.get_supylabel(), drawn.figure.get_supxlabel()) == ("written", "read")


def test_where_a_query_looks():
    scores, shares = query.looked([1.0, 0.5], KEYS, factor=2)
    expected = 2 * np.array([2.0, 0.75, -1.5]) / np.sqrt(2)
    np.testing.assert_allclose(scores, expected)
    np.testing.assert_allclose(shares, np.exp(expected) / np.exp(expected).sum())


def test_the_still_of_a_query(drawn):
    plot.explore_query([1.0, 0.5], KEYS, ["a", "b", "c"], alt=ALT)
    scores, shares = query.looked([1.0, 0.5], KEYS)
    plane, table = drawn.figure.axes
    assert [text.get_text() for text in table.texts] == [f"{one:.2f}" for pair in zip(scores, shares) for one in pair]
    assert [text.get_text() for text in plane.texts] == ["a", "b", "c"]


@pytest.mark.parametrize("start, names", [([1, 2], ["a", "b"]), ([3, 0], ["a", "b", "c"])])
def test_what_cannot_be_drawn(start, names):
    with pytest.raises(CourseError, match="3 keys"):
        plot.explore_query(start, KEYS, names, alt=ALT)


@needs_browser
def test_the_query_follows_the_keys(live, tmp_path):
    actions = """
        const shares = () => all(".percent").map((text) => text.textContent), scores = () => all(".score").map((text) => text.textContent);
        found.first = [shares(), scores()];
        const query = one(".query");
        key(query, "ArrowLeft");
        found.moved = [shares(), scores()];
        typed(one("input[type=range]"), "0"); found.nothing = shares();
        found.told = all("output").map((output) => output.textContent).join(" ");
    """
    found = used(live("explore_query"), actions, tmp_path)
    for (shown, written), start in ((found["first"], [1.0, 0.5]), (found["moved"], [0.9, 0.5])):
        scores, shares = query.looked(start, KEYS)
        assert shown == [f"{round(100 * share)} %" for share in shares]
        assert [float(one.replace("−", "-")) for one in written] == pytest.approx(scores, abs=0.006)
    assert found["nothing"] == ["33 %"] * 3 and "a 33 %, b 33 %, c 33 %" in found["told"]


# --- a translation that is typed


def translate(text, to):
    if text not in KNOWN:
        raise CourseError(f"{text!r} begins with no known token")
    assert to == "ko"
    return KNOWN[text]


@pytest.mark.parametrize(
    "text, to", [("오후 세 시", "en"), ("3:25 p.m.", "ko"), ("3 시", "en"), ("", "ko"), ("ㅅ", "en")]
)
def test_direction(text, to):
    assert translating.direction(text) == to


def test_the_still_of_a_translation(drawn):
    translating.explore_translation(translate, "one two", alt=ALT)
    [figure] = drawn.figures
    axis = figure.axes[0]
    np.testing.assert_array_equal(axis.images[0].get_array(), KNOWN["one two"][2])
    assert [label.get_text() for label in axis.get_xticklabels()] == ["one", "two"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["하나", "둘", "."]
    assert len(drawn.pictures) == 1 and not drawn.other


@pytest.fixture
def typed(drawn, monkeypatch):
    """The field, the slider and what stands below them."""
    monkeypatch.setattr("course_lib.widgets.translating.somebody_watches", lambda: True)
    translating.explore_translation(translate, "one two", alt=ALT)
    [bundle] = drawn.other
    assert len(re.findall("<img ", bundle["text/html"])) == 1, "the still, where no widget can be shown"
    return _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]].children


def visible(box):
    return re.sub("<[^>]*>", " ", box.value).split()


def test_the_answer_comes_token_by_token(typed):
    field, step, shown = typed
    assert (step.value, step.max) == (3, 3) and visible(shown)[:5] == ["one", "two", "하나", "둘", "."]
    step.value = 1
    assert visible(shown)[:3] == ["one", "two", "하나"] and "둘" not in shown.value
    strengths = re.findall(r"rgba\(213,94,0,([\d.]+)\)", shown.value)
    assert strengths[:2] == ["0.75", "0.25"] and "75 %" in shown.value


def test_what_is_not_known_is_said_and_typing_goes_on(typed):
    field, step, shown = typed
    field.value = "one <b>"
    assert "begins with no known token" in shown.value and "<b>" not in shown.value
    step.value = 1  # nothing to show, and no error
    field.value = " "
    assert "type something" in shown.value
    field.value = "one two"
    assert visible(shown)[:2] == ["one", "two"] and step.value == 3


def test_an_empty_answer():
    assert "empty" in translating.page(["one"], [], np.zeros((0, 1)), 1)


@pytest.mark.parametrize("text", ["", "three"])
def test_what_it_cannot_begin_with(text):
    with pytest.raises(CourseError):
        translating.explore_translation(translate, text, alt=ALT)
