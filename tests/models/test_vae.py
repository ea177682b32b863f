"""The VAE's formulas against NumPy, Keras and chance itself, and what its training promises."""

import keras
import numpy as np
import proof
import pytest
from keras import ops

from course_lib.models import vae
from course_lib.training import Progress

SHAPE = (4, 5, 1)
SMALL = {"code": 3, "hidden": (16,), "input_shape": SHAPE}


def array(tensor):
    return ops.convert_to_numpy(tensor)


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def pictures(count=64, seed=0):
    """Bars, of which the class says where they are: what a class looks like can be learned in seconds."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 4
    images = np.zeros((count, *SHAPE), "float32")
    images[np.arange(count), labels] = generator.uniform(0.6, 1, (count, 5, 1))
    return images, labels.astype("int32")


# --- Formulas


def log_density(codes, mean, variance):
    return -((codes - mean) ** 2) / (2 * variance) - np.log(2 * np.pi * variance) / 2


def test_kl_is_that_of_chance():
    """log q - log p of two million codes from each cloud, on average; and 0 for the standard Gaussian."""
    generator = np.random.default_rng(0)
    for mean, log_variance in ((0.5, -1.0), (-1.2, 0.4), (0.0, -3.0)):
        codes = mean + np.exp(log_variance / 2) * generator.normal(size=2_000_000)
        expected = np.mean(log_density(codes, mean, np.exp(log_variance)) - log_density(codes, 0.0, 1.0))
        assert float(vae.kl_of_each(np.float32(mean), np.float32(log_variance))) == pytest.approx(expected, abs=5e-3)
    assert float(vae.kl_of_each(np.float32(0), np.float32(0))) == 0
    assert (array(vae.kl_of_each(numbers(100), numbers(100, seed=1))) >= 0).all()


@proof.needs_torch
def test_kl_is_that_of_pytorch():
    import torch
    from torch.distributions import Normal, kl_divergence

    mean, log_variance = numbers(6, 3), numbers(6, 3, seed=1)
    cloud = Normal(torch.tensor(mean), torch.tensor(np.exp(log_variance / 2)))
    expected = kl_divergence(cloud, Normal(0.0, 1.0)).numpy()
    np.testing.assert_allclose(array(vae.kl_of_each(mean, log_variance)), expected, atol=1e-5)


def test_codes_come_from_their_cloud():
    noise = numbers(100_000, 1)
    codes = array(vae.reparameterize(np.float32([[2.0]]), np.float32([[np.log(0.25)]]), noise))
    assert codes.mean() == pytest.approx(2, abs=0.01) and codes.std() == pytest.approx(0.5, abs=0.01)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="gradients are TensorFlow's here")
def test_gradients_pass_through_the_chance():
    """The mean of code^2 is mean^2 + variance: its derivatives are 2 mean, and the variance by its logarithm."""
    import tensorflow as tf

    mean, log_variance = tf.Variable([[0.7]]), tf.Variable([[-0.5]])
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(vae.reparameterize(mean, log_variance, numbers(200_000, 1)) ** 2)
    by_mean, by_log_variance = (float(one[0, 0]) for one in tape.gradient(value, [mean, log_variance]))
    assert by_mean == pytest.approx(1.4, abs=0.02) and by_log_variance == pytest.approx(np.exp(-0.5), abs=0.02)


def test_reconstruction_is_the_cross_entropy_of_keras_and_of_its_formula():
    logits, images = 3 * numbers(6, *SHAPE), np.random.default_rng(1).uniform(size=(6, *SHAPE)).astype("float32")
    found = array(vae.reconstruction(images, logits))
    of_each = keras.losses.binary_crossentropy(images.reshape(6, -1), logits.reshape(6, -1), from_logits=True)
    np.testing.assert_allclose(found, 20 * array(of_each), rtol=1e-5)
    chance = 1 / (1 + np.exp(-logits.astype(float)))
    expected = -(images * np.log(chance) + (1 - images) * np.log(1 - chance)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_elbo_is_a_lower_bound_and_the_gap_closes_with_the_true_cloud():
    """One number of code: log p(picture) is an integral that can be done on a grid, and so is the true cloud."""
    decoder = vae.decoder(1, 0, (6,), SHAPE)
    proof.fill(decoder)
    images, _ = pictures(8)
    grid = np.linspace(-8, 8, 4001, dtype="float32")
    logits = decoder.predict({"code": grid[:, np.newaxis]}, verbose=0)
    of_each = np.stack([-array(vae.reconstruction(image, logits)) for image in images[:, np.newaxis]])  # (8, grid)
    joint = of_each.astype(float) - grid**2 / 2 - np.log(2 * np.pi) / 2
    evidence = np.log(np.exp(joint - joint.max(axis=1, keepdims=True)).sum(axis=1) * (grid[1] - grid[0])) + joint.max(1)
    posterior = np.exp(joint - joint.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    best = posterior @ grid, np.log(posterior @ grid**2 - (posterior @ grid) ** 2)  # the Gaussian most like it

    def bound(mean, log_variance, draws=2000):
        mean, log_variance = (np.tile(np.float32(one)[:, np.newaxis], (draws, 1)) for one in (mean, log_variance))
        codes = array(vae.reparameterize(mean, log_variance, numbers(8 * draws, 1)))
        given = np.tile(images, (draws, 1, 1, 1))
        said = decoder.predict({"code": codes}, batch_size=4000, verbose=0)
        return array(vae.elbo(given, said, mean, log_variance)).reshape(draws, 8).mean(axis=0)

    poor, good = bound(np.ones(8), np.zeros(8)), bound(*best)
    assert (good < evidence + 0.1).all() and (poor < good).all()
    assert np.mean(evidence - good) < 0.3 * np.mean(evidence - poor)


# --- The model


@pytest.mark.parametrize("beta, free", [(1.0, 0.0), (4.0, 0.0), (1.0, 0.8)])
def test_the_loss_is_the_formula(beta, free):
    model = vae.VAE(**SMALL, beta=beta, free=free)
    images, _ = pictures(8)
    found = model({"images": images})
    mean, log_variance = (array(found[name]).astype(float) for name in ("mean", "log_variance"))
    kl = ((mean**2 + np.exp(log_variance) - 1 - log_variance) / 2).mean(axis=0)
    expected = array(vae.reconstruction(images, found["logits"])).mean() + beta * np.maximum(kl, free).sum()
    loss = float(model.compute_loss({"images": images}, None, found))
    assert loss == pytest.approx(expected, rel=1e-5)
    if beta == 1 and not free:
        bound = vae.elbo(images, found["logits"], found["mean"], found["log_variance"])
        assert loss == pytest.approx(-array(bound).mean(), rel=1e-5)


def trained(epochs=60, **options):
    keras.utils.set_random_seed(0)
    model = vae.VAE(**SMALL, **options)
    images, labels = pictures(256)
    given = {"images": images, **({"labels": labels} if model.classes else {})}
    model.compile(keras.optimizers.Adam(0.01))
    return model, model.fit(given, batch_size=64, epochs=epochs, verbose=0).history


def test_training_lowers_the_loss_and_comes_out_the_same_again():
    (model, history), (again, other) = trained(), trained()
    assert other == {name: pytest.approx(values, rel=5e-3) for name, values in history.items()}
    assert history["loss"][-1] < 0.7 * history["loss"][0]
    assert history["loss"][-1] == pytest.approx(history["reconstruction"][-1] + history["kl"][-1], rel=1e-4)
    np.testing.assert_allclose(model.generate(5), again.generate(5), atol=0.02)


def test_the_class_asked_for_is_drawn():
    model, _ = trained(classes=4)
    wanted = np.array([3, 1, 2, 0, 1])
    drawn = model.generate(wanted, seed=1)
    assert drawn.shape == (5, *SHAPE) and drawn.dtype == "float32" and drawn.min() >= 0 and drawn.max() <= 1
    assert (drawn.sum(axis=(2, 3)).argmax(axis=1) == wanted).all()
    np.testing.assert_array_equal(drawn, model.generate(wanted, seed=1))
    assert (drawn != model.generate(wanted, seed=2)).any()


def test_codes_collapse_under_a_large_beta_and_free_nats_keep_them():
    images, _ = pictures(256)
    used = lambda model: vae.nats_of_each(model, images)
    collapsed, kept = used(trained(beta=50.0)[0]), used(trained(beta=50.0, free=0.5)[0])
    assert collapsed.shape == (3,) and collapsed.sum() < 0.1 and kept.sum() > 1.0
    assert used(trained()[0]).max() > 0.5


def test_grids_of_codes_can_be_drawn():
    model, _ = trained(epochs=1)
    codes = numbers(6, 3)
    np.testing.assert_allclose(model.draw(codes)[2:4], model.draw(codes[2:4]), atol=1e-6)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow traces a step")
def test_a_step_is_traced_once(monkeypatch):
    model, calls = vae.VAE(**SMALL), []
    loss = model.compute_loss
    monkeypatch.setattr(model, "compute_loss", lambda *given, **more: calls.append(given) or loss(*given, **more))
    model.compile("adam")
    model.fit({"images": pictures()[0]}, batch_size=32, epochs=2, verbose=0, callbacks=[Progress("VAE")])
    assert len(calls) == 1
