"""What is done to logits, by hand and against Hugging Face's logits processors."""

import numpy as np
import pytest

from course_lib import sampling
from course_lib.errors import CourseError

LOGITS = np.log([0.5, 0.25, 0.15, 0.1]).astype("float32")


def left(logits):
    return np.flatnonzero(np.isfinite(logits)).tolist()


def test_temperature_by_hand():
    np.testing.assert_allclose(sampling.softmax(sampling.temperature(LOGITS, 1)), [0.5, 0.25, 0.15, 0.1], rtol=1e-6)
    squared = np.array([0.5, 0.25, 0.15, 0.1]) ** 2
    np.testing.assert_allclose(sampling.softmax(sampling.temperature(LOGITS, 0.5)), squared / squared.sum(), rtol=1e-6)
    assert sampling.softmax(sampling.temperature(LOGITS, 100)).std() < 0.01


def test_what_is_left_by_hand():
    assert [left(sampling.top_k(LOGITS, k)) for k in (1, 2, 9)] == [[0], [0, 1], [0, 1, 2, 3]]
    assert left(sampling.top_k([1.0, 2.0, 2.0, 0.0], 1)) == [1, 2], "what is exactly as likely stays"
    assert [left(sampling.top_p(LOGITS, p)) for p in (0.01, 0.49, 0.51, 0.8, 1)] == [[0], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]  # fmt: skip
    assert left(sampling.top_p(LOGITS[::-1], 0.6)) == [2, 3], "wherever it stands"


def test_what_was_written_becomes_less_likely():
    found = sampling.repetition([2.0, -1.0, 3.0], [0, 1, 1], 2.0)
    assert found.tolist() == [1.0, -2.0, 3.0]


def test_nothing_is_changed_in_place():
    logits = LOGITS.copy()
    for function, arguments in ((sampling.temperature, [2]), (sampling.top_k, [1]), (sampling.top_p, [0.1]), (sampling.repetition, [[0], 3])):  # fmt: skip
        function(logits, *arguments)
    np.testing.assert_array_equal(logits, LOGITS)


def test_draws_are_as_often_as_their_probability():
    generator = np.random.default_rng(0)
    drawn = np.bincount([sampling.draw(LOGITS, generator) for _ in range(4000)], minlength=4) / 4000
    np.testing.assert_allclose(drawn, [0.5, 0.25, 0.15, 0.1], atol=4 * 0.5 / 4000**0.5)
    never = sampling.top_k(LOGITS, 2)
    assert {sampling.draw(never, generator) for _ in range(200)} == {0, 1}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"heat": -1}, "found a temperature of -1"),
        ({"k": 0}, "found k = 0"),
        ({"heat": 0, "p": 1.5}, "found p = 1.5"),
        ({"penalty": 0}, "found a penalty of 0"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused_before_the_first_token(settings, sentence):
    with pytest.raises(CourseError, match=sentence):
        sampling.choice(np.random.default_rng(0), **settings)


def test_all_of_it_together():
    choose = sampling.choice(np.random.default_rng(0), heat=0, penalty=3.0)
    assert [choose(np.array([3.0, 2.0, 1.5])) for _ in range(3)] == [0, 1, 2]
    assert sampling.choice(np.random.default_rng(0), k=1)(LOGITS) == 0
    assert {sampling.choice(np.random.default_rng(seed), p=0.6)(LOGITS) for seed in range(30)} == {0, 1}


@pytest.mark.parametrize(
    ("function", "argument", "sentence"),
    [
        (sampling.temperature, 0, "a temperature of 0: it must be above 0"),
        (sampling.top_k, 0, "k = 0: at least one token must be left"),
        (sampling.top_p, 1.1, "p = 1.1: it is a probability"),
        (lambda logits, value: sampling.repetition(logits, [], value), -1, "a penalty of -1: it must be above 0"),
    ],
)
def test_what_cannot_be_is_one_sentence(function, argument, sentence):
    with pytest.raises(CourseError, match=sentence):
        function(LOGITS, argument)


CASES = {
    "temperature": (lambda x, _: sampling.temperature(x, 0.7), lambda t: t.TemperatureLogitsWarper(0.7)),
    "top-k": (lambda x, _: sampling.top_k(x, 7), lambda t: t.TopKLogitsWarper(7)),
    "top-k, more than there are": (lambda x, _: sampling.top_k(x, 999), lambda t: t.TopKLogitsWarper(999)),
    "top-p": (lambda x, _: sampling.top_p(x, 0.8), lambda t: t.TopPLogitsWarper(0.8)),
    "top-p, few": (lambda x, _: sampling.top_p(x, 0.02), lambda t: t.TopPLogitsWarper(0.02)),
    "repetition": (lambda x, w: sampling.repetition(x, w, 1.3), lambda t: t.RepetitionPenaltyLogitsProcessor(1.3)),
}


@pytest.mark.parametrize("name", CASES)
def test_equals_hugging_face(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `python3 -m course_lib test --with-torch`")  # fmt: skip
    process = pytest.importorskip("transformers.generation.logits_process")
    ours, theirs = CASES[name]
    generator = np.random.default_rng(0)
    for spread in (0.5, 2, 5):
        logits = generator.normal(scale=spread, size=(20, 50)).astype("float32")
        written = generator.integers(0, 50, (20, 12))
        expected = theirs(process)(torch.tensor(written), torch.tensor(logits)).numpy()
        found = np.stack([ours(row, tokens) for row, tokens in zip(logits, written)])
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert np.abs(expected - logits).max() > 0 or "999" in name or "more" in name
