"""Encoder-decoder of GRUs: the attention against Keras's, what padding changes, and what each part sees."""

import keras
import numpy as np
import proof
import pytest
from keras import ops

from course_lib.errors import CourseError
from course_lib.models import search, seq2seq
from course_lib.models.transformer import END, PAD, START

VOCABULARY, UNITS = 20, 12
SAME = 1e-5

with_or_without = pytest.mark.parametrize("attention", [True, False])


def network(attention=True):
    model = seq2seq.seq2seq(VOCABULARY, UNITS, attention)
    proof.fill(model)
    return model


def sentences(length=7, count=3, seed=0):
    source, target = np.random.default_rng(seed).integers(END + 1, VOCABULARY, (2, count, length)).astype("int32")
    target[:, 0] = START
    return {"source": source, "target": target}


def logits(model, inputs):
    return ops.convert_to_numpy(model(inputs))


def test_the_attention_equals_that_of_keras():
    generator = np.random.default_rng(0)
    states, memory = (generator.normal(size=(3, count, UNITS)).astype("float32") for count in (4, 6))
    there = np.array([[True] * 6, [True] * 4 + [False] * 2, [True] + [False] * 5])
    ours = seq2seq.LookBack()
    ours.build(states.shape)
    ours.set_weights([generator.normal(size=weight.shape) for weight in ours.weights])
    found, shares = ours(states, memory, there)
    compare, join, bias = ours.get_weights()
    context, expected = keras.layers.Attention()(
        [states @ compare, memory], mask=[None, there], return_attention_scores=True
    )
    both = np.concatenate([ops.convert_to_numpy(context), states], axis=-1)
    np.testing.assert_allclose(ops.convert_to_numpy(shares), ops.convert_to_numpy(expected), 0, SAME)
    np.testing.assert_allclose(ops.convert_to_numpy(found), np.tanh(both @ join + bias), 0, SAME)
    assert ops.convert_to_numpy(shares)[~np.broadcast_to(there[:, None], shares.shape)].max() == 0


@with_or_without
def test_padding_changes_nothing(attention):
    model, inputs = network(attention), sentences()
    expected = logits(model, inputs)
    assert expected.std(axis=0).mean() > 0.1
    more = ((0, 0), (0, 5))
    padded = {name: np.pad(tokens, more, constant_values=PAD) for name, tokens in inputs.items()}
    np.testing.assert_allclose(logits(model, padded)[:, :7], expected, 0, SAME)
    filled = {**padded, "source": np.pad(inputs["source"], more, constant_values=VOCABULARY - 1)}
    assert np.abs(logits(model, filled)[:, :7] - expected).max() > 100 * SAME


@with_or_without
def test_the_future_of_the_target_is_not_seen(attention):
    model, inputs = network(attention), sentences()
    changed = {**inputs, "target": inputs["target"].copy()}
    changed["target"][:, 4:] = VOCABULARY - 1 - changed["target"][:, 4:]
    before, after = logits(model, inputs), logits(model, changed)
    np.testing.assert_array_equal(after[:, :4], before[:, :4])
    assert np.abs(after[:, 4:] - before[:, 4:]).max() > 100 * SAME


@with_or_without
def test_both_ends_of_the_source_count(attention):
    model, inputs = network(attention), sentences()
    for place in (0, -1):
        changed = {**inputs, "source": inputs["source"].copy()}
        changed["source"][:, place] = VOCABULARY - 1 - changed["source"][:, place]
        assert np.abs(logits(model, changed) - logits(model, inputs)).max() > 100 * SAME


def test_parameters_follow_from_the_sizes():
    V, m = VOCABULARY, UNITS
    plain = V * m + 6 * (m // 2) * (m + m // 2 + 2) + 3 * m * (2 * m + 2) + (m + 1) * V
    assert network(attention=False).count_params() == plain
    assert network().count_params() == plain + m * m + 2 * m * m + m


def test_attention_maps_are_shares():
    inputs = sentences()
    inputs["source"][0, 3:] = PAD
    shares = ops.convert_to_numpy(seq2seq.attention_map(network())(inputs))
    assert shares.shape == (3, 7, 7) and shares[0, :, 3:].max() == 0
    np.testing.assert_allclose(shares.sum(axis=2), 1, 0, SAME)


@with_or_without
def test_it_writes_what_its_logits_say(attention):
    model, source = network(attention), sentences()["source"]
    found = search.translator(model, 5, cached=False).predict(source, verbose=0)
    target = np.concatenate([np.full((3, 1), START), found[:, :-1]], axis=1).astype("int32")
    best = logits(model, {"source": source, "target": target})
    best[:, :, [PAD, START]] = -np.inf
    for row, scores in zip(found, best):
        length = list(row).index(END) + 1 if END in row else len(row)
        assert list(row[:length]) == list(scores.argmax(axis=1)[:length])


def test_units_for_two_directions():
    with pytest.raises(CourseError, match="13 units"):
        seq2seq.seq2seq(VOCABULARY, 13)
