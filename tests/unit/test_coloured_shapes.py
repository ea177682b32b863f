"""Scenes of two coloured shapes, their captions, and the judge that reads pictures back."""

import numpy as np
import pytest

from course_lib.data import coloured_shapes as shapes
from course_lib.errors import CourseError


@pytest.mark.parametrize("pairs", ["seen", "unseen"])
def test_the_judge_reads_back_what_was_drawn(pairs):
    scenes = shapes.coloured_shapes(500, seed=3, pairs=pairs)
    assert all(verdict.all() for verdict in shapes.judge(scenes.pictures, scenes.facts).values())
    held = [{tuple(fact[:2]), tuple(fact[3:])} & set(shapes.HELD_OUT) for fact in scenes.facts]
    assert all(map(bool, held)) == (pairs == "unseen") and any(map(bool, held)) == (pairs == "unseen")


def test_the_judge_notices_each_kind_of_mistake():
    scenes = shapes.coloured_shapes(300, seed=4)
    facts = scenes.facts
    colours, kinds, relation = facts[:, [3, 1, 2, 0, 4]], facts.copy(), facts.copy()
    kinds[:, 1] = (kinds[:, 1] + 1) % 6
    relation[:, 2] ^= 1
    swapped = facts[:, 0] != facts[:, 3]
    unequal = (facts[:, :2] != facts[:, 3:]).any(axis=1)
    verdict = shapes.judge(scenes.pictures[swapped], colours[swapped])
    same_shape = facts[swapped, 1] == facts[swapped, 4]
    assert verdict["shapes"].all() and not verdict["pairs"][~same_shape].any() and not verdict["right"].any()
    assert not shapes.judge(scenes.pictures, kinds)["shapes"].all(axis=None)
    assert not shapes.judge(scenes.pictures[unequal], relation[unequal])["right"].any()
    broken = scenes.pictures.copy()
    broken[:, 23 - np.arange(24)[:, None], np.arange(24)] = shapes.PALETTE[1]  # a line of red pixels
    assert not shapes.judge(broken, facts)["shapes"].any()


def test_a_relation_turned_round_is_the_other_one():
    for down, across in np.ndindex(11, 11):
        down, across = down - 5, across - 5
        one, other = shapes.related(down, across), shapes.related(-down, -across)
        assert (one is None) == (other is None) and (one is None or one ^ 1 == other)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("style", range(3))
def test_every_caption_can_be_read_and_says_all(language, style):
    read = set()
    facts = [(a, b, near, (a + 1) % 6, (b + 2) % 6) for a in range(6) for b in range(6) for near in range(4)]
    for fact in facts:
        text = shapes.caption(fact, language, style)
        [row] = shapes.words([text])
        read.add(tuple(row))
    assert len(read) == len(facts)
    assert shapes.caption((0, 5, 0, 4, 0), "ko", 1) == "빨간 별이 파란 네모 왼쪽에 있다"
    assert shapes.caption((1, 0, 2, 4, 3), "en", 0) == "an orange square above a blue heart"


def test_words_are_told_apart():
    assert shapes.split_words("빨간 별이 파란 네모 왼쪽에 있다.") == [
        "빨간",
        "별",
        "이",
        "파란",
        "네모",
        "왼쪽",
        "에",
        "있다",
    ]
    assert shapes.split_words("An Orange square") == ["a", "orange", "square"]
    with pytest.raises(CourseError, match="purple"):
        shapes.words(["a pink heart"])
    with pytest.raises(CourseError, match="1 to 11"):
        shapes.words([""])
    with pytest.raises(CourseError):
        shapes.words(["a " * 12])


def test_the_same_seed_gives_the_same_scenes():
    one, same, other = (shapes.coloured_shapes(20, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.tokens, same.tokens)
    assert one.captions(seed=1) == same.captions(seed=1) and (one.tokens != other.tokens).any()
    with pytest.raises(CourseError, match="seen or unseen"):
        shapes.coloured_shapes(3, pairs="held out")


def test_tokens_fused_and_taken_apart():
    tokens = shapes.coloured_shapes(200, seed=7).tokens
    fused = shapes.fuse(tokens)
    assert fused.max() < shapes.FUSED[0] and fused.min() == 0
    np.testing.assert_array_equal(shapes.unfuse(fused), tokens)
    every = np.arange(shapes.FUSED[0])[:, None]
    np.testing.assert_array_equal(shapes.fuse(shapes.unfuse(every)), every)


def test_covered_tiles_are_grey():
    board = np.tile(np.array(shapes.FACTORS), (1, 36, 1))
    np.testing.assert_allclose(shapes.draw(board), np.broadcast_to(shapes.COVER, (1, 24, 24, 3)), rtol=1e-6)
