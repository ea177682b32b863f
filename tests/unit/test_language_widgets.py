"""The widgets of chapter 12: byte pairs step by step, and the next token to be chosen."""

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT

from course_lib import plot, sampling
from course_lib.data import byte_pairs
from course_lib.errors import CourseError
from course_lib.widgets import merging

COUNTS = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
MERGES = byte_pairs.learn(COUNTS, 6)[1]
LOGITS, NAMES = [2.0, 1.0, 0.5, -1.0], ["a", "b", "c", "d"]
WIDGETS = {
    "explore_merges": lambda **start: plot.explore_merges(COUNTS, MERGES, alt=ALT, **start),
    "explore_next_token": lambda **start: plot.explore_next_token(LOGITS, NAMES, alt=ALT, **start),
}


def test_words_are_merged_as_byte_pairs_do_it():
    steps = merging.merged(COUNTS, MERGES)
    assert len(steps) == len(MERGES) + 1
    assert steps[0][0]["low"] == ["l", "o", "w"] and steps[0][1][0] == (("e", "s"), 9)
    tokens = byte_pairs.BytePairs(sorted(set("".join(COUNTS))), MERGES)
    assert steps[-1][0] == {word: list(tokens._merge(word)) for word in COUNTS}


def test_the_still_of_merges(drawn):
    plot.explore_merges(COUNTS, MERGES, title="Endings first", alt=ALT)
    first, _, last = ([text.get_text() for text in axis.texts] for axis in drawn.figure.axes)
    assert "n | e | w | e | s | t" in first and "6×" in first
    assert " | ".join(merging.merged(COUNTS, MERGES)[-1][0]["newest"]) in last


def test_the_still_of_the_next_token(drawn):
    plot.explore_next_token(LOGITS, NAMES, alt=ALT)
    widths = [bar.get_width() for bar in drawn.figure.axes[0].patches]
    np.testing.assert_allclose(widths[:4], sampling.softmax(LOGITS))
    np.testing.assert_allclose(widths[4:], sampling.softmax(np.array(LOGITS) / 0.5))


@needs_browser
def test_merges_are_stepped_through(live, tmp_path):
    actions = """
        const told = () => all("output").at(-1).textContent, pieces = () => all(".piece").length;
        found.start = [told(), pieces()];
        all("button").at(-1).click(); found.one = [told(), pieces(), one(".pairs").textContent];
    """
    found = used(live("explore_merges"), actions, tmp_path)
    counted = lambda step: sum(map(len, merging.merged(COUNTS, MERGES)[step][0].values()))
    assert found["start"][1] == counted(0) and found["one"][1] == counted(1)
    assert "+".join(MERGES[0]) in found["one"][0] and "+".join(MERGES[1]) in found["one"][2]


@needs_browser
def test_chances_follow_the_sliders(live, tmp_path):
    actions = """
        const ranges = all("input[type=range]"), chances = () => all(".chance").map((each) => Number(each.textContent));
        found.start = chances();
        typed(ranges[0], "5"); found.cold = chances(); typed(ranges[0], "10");
        typed(ranges[1], "2"); found.k = chances(); typed(ranges[1], "0");
        typed(ranges[2], "70"); found.p = chances(); typed(ranges[2], "100");
        typed(ranges[0], "0"); found.greedy = chances();
        all("button")[0].click(); found.told = all("output").at(-1).textContent;
    """
    found = used(live("explore_next_token"), actions, tmp_path)
    wanted = {
        "start": LOGITS,
        "cold": sampling.temperature(LOGITS, 0.5),
        "k": sampling.top_k(LOGITS, 2),
        "p": sampling.top_p(LOGITS, 0.7),
        "greedy": [0, -np.inf, -np.inf, -np.inf],
    }
    for name, logits in wanted.items():
        np.testing.assert_allclose(found[name][:4], sampling.softmax(logits), atol=6e-4, err_msg=name)
    assert found["told"].endswith("a")


@pytest.mark.parametrize("bad", [{"names": ["a"]}, {"logits": [1.0], "names": ["a"]}])
def test_next_tokens_that_cannot_be_shown_are_told(drawn, bad):
    with pytest.raises(CourseError, match="a name for each logit"):
        plot.explore_next_token(**{"logits": LOGITS, "names": NAMES, "alt": ALT, **bad})


def test_merges_need_words(drawn):
    with pytest.raises(CourseError, match="some of both"):
        plot.explore_merges({}, MERGES, alt=ALT)
