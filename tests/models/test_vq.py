"""The quantizer against loops and SciPy, its gradients against the formula, dead codes, the tokens' Transformer, and
what is shipped of both."""

import keras
import numpy as np
import proof
import pytest
from keras import ops
from scipy.spatial.distance import cdist
from scipy.special import log_softmax
from scipy.stats import entropy

from course_lib import data, generation
from course_lib.models import token_model, vq

on_tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="gradients are TensorFlow's here")
random = np.random.default_rng(0)


def array(tensor):
    return ops.convert_to_numpy(tensor)


def test_the_nearest_code_is_that_of_scipy():
    vectors = random.normal(size=(3, 7, 7, 5)).astype("float32")
    codebook = random.normal(size=(40, 5)).astype("float32")
    expected = cdist(vectors.reshape(-1, 5), codebook).argmin(axis=1).reshape(3, 7, 7)
    np.testing.assert_array_equal(array(vq.nearest(vectors, codebook)), expected)


def test_perplexity_is_the_exponential_of_the_entropy():
    tokens = random.integers(9, size=(20, 7, 7)) ** 2
    expected = np.exp(entropy(np.bincount(tokens.ravel())))
    np.testing.assert_allclose(vq.perplexity(tokens), expected)
    assert vq.perplexity([3, 3, 3]) == 1 and vq.perplexity(np.arange(256)) == pytest.approx(256)


@on_tensorflow
def test_gradients_go_straight_through():
    import tensorflow as tf

    vectors, chosen = (tf.Variable(random.normal(size=(4, 3)).astype("float32")) for _ in range(2))
    with tf.GradientTape() as tape:
        handed_on = vq.straight_through(vectors, chosen)
        loss = tf.reduce_sum(handed_on**3)
    to_vectors, to_chosen = tape.gradient(loss, [vectors, chosen])
    np.testing.assert_allclose(array(handed_on), array(chosen), atol=1e-6)
    np.testing.assert_allclose(array(to_vectors), 3 * array(chosen) ** 2, rtol=1e-4)
    assert to_chosen is None


def test_the_losses_are_the_formulas():
    model, pictures = vq.VQ(codes=8, width=4), random.uniform(size=(3, 28, 28, 1)).astype("float32")
    drawn = array(model(pictures))
    vectors, codebook = array(model.encoder(pictures)), array(model.codebook)
    chosen = codebook[cdist(vectors.reshape(-1, 4), codebook).argmin(axis=1)].reshape(vectors.shape)
    np.testing.assert_allclose(float(sum(model.losses)), 1.25 * np.mean((vectors - chosen) ** 2), rtol=1e-4)
    np.testing.assert_allclose(drawn, array(model.decoder(chosen)), atol=1e-5)
    np.testing.assert_allclose(model.decode(model.encode(pictures)), drawn, atol=1e-5)


def test_dead_codes_are_put_where_vectors_are():
    model, pictures = vq.VQ(codes=8, width=4), random.uniform(size=(5, 28, 28, 1)).astype("float32")
    model(pictures)
    far = array(model.codebook).copy()
    far[3:] = 100 + np.arange(5)[:, np.newaxis]
    model.codebook.assign(far)
    used = set(np.unique(model.encode(pictures)))
    assert vq.revive(model, pictures) == 8 - len(used) and used <= {0, 1, 2}
    vectors = model.encoder.predict(pictures, verbose=0).reshape(-1, 4)
    assert cdist(array(model.codebook)[3:], vectors).min(axis=1).max() < 1e-5


def test_it_learns_with_revival():
    keras.utils.set_random_seed(0)
    pictures = np.repeat(random.uniform(size=(8, 7, 7, 1)), 4, axis=1).repeat(4, axis=2).astype("float32")
    model, reviving = vq.VQ(codes=16, width=4), vq.Revive(pictures, 3)
    model.compile(keras.optimizers.Adam(0.01), "mse")
    history = model.fit(pictures, pictures, 8, 30, verbose=0, callbacks=[reviving]).history["loss"]
    assert history[-1] < 0.8 * history[0] and len(reviving.dead) == 3


@pytest.fixture(scope="module")
def writer():
    model = token_model.token_model(20, 5, (2, 32, 4, 48), 9)
    proof.fill(model)
    return model


def test_what_is_drawn_step_by_step_is_what_the_whole_says(writer):
    labels = np.array([3, 0, 1, 4])
    drawn = token_model.sample(writer, labels, temperature=0)
    logits = writer.predict({"labels": labels[:, np.newaxis], "tokens": drawn}, verbose=0)
    np.testing.assert_array_equal(logits.argmax(axis=-1), drawn)


def test_nobody_looks_ahead(writer):
    tokens = random.integers(20, size=(2, 9))
    other = tokens.copy()
    other[:, 4] = (other[:, 4] + 1) % 20
    one, two = (writer.predict({"labels": np.ones((2, 1), int), "tokens": some}, verbose=0) for some in (tokens, other))
    np.testing.assert_allclose(one[:, :5], two[:, :5], atol=1e-5)
    assert np.abs(one - two)[:, 5:].max() > 1e-3


def test_draws_are_repeatable_and_what_is_given_stays(writer):
    labels, given = np.array([1, 2, 3]), random.integers(20, size=(3, 4))
    first, again, other = (token_model.sample(writer, labels, seed=seed, given=given) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[:, :4], given)
    assert (first != other).any() and first.shape == (3, 9)


def test_draws_are_as_frequent_as_the_probabilities(writer):
    labels = np.full(4000, 2)
    logits = writer.predict({"labels": labels[:1, np.newaxis], "tokens": np.zeros((1, 9), int)}, verbose=0)[0, 0]
    chances = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    counted = np.bincount(token_model.sample(writer, labels)[:, 0], minlength=20) / 4000
    assert np.abs(counted - chances).max() < 0.04


# --- What is shipped


@pytest.fixture(scope="module")
def shipped():
    """The quantizer, tokens (5000, 7, 7) of the test pictures, and their classes."""
    _, (pictures, labels) = data.fashion_mnist()
    model = vq.VQ()
    model(pictures[:1])
    return vq.load(model, "vq"), model.encode(pictures), labels


def test_the_shipped_quantizer_keeps_what_the_judge_looks_at(shipped):
    model, tokens, _ = shipped
    judge = generation.Judge()
    features, _ = judge.look(model.decode(tokens))
    assert generation.frechet_distance(judge.real_features, features) < 1.3 and len(np.unique(tokens)) > 250


def test_the_shipped_writer_foresees_tokens_of_test_pictures(shipped):
    _, tokens, labels = shipped
    tokens, labels = tokens[:500].reshape(-1, 49), labels[:500]
    writer = vq.load(token_model.token_model(), "tokens")
    logits = writer.predict({"labels": labels[:, np.newaxis], "tokens": tokens}, verbose=0)
    losses = -np.take_along_axis(log_softmax(logits, axis=-1), tokens[..., np.newaxis], axis=-1)
    assert losses.mean() < 2.5
