"""The GAN's losses against NumPy, its gradients against those of each network alone, spectral normalization against the
singular value decomposition, and training on all backends."""

import keras
import numpy as np
import proof
import pytest
from keras import layers, ops

from course_lib.models import gan

on_tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="gradients are TensorFlow's here")


def array(tensor):
    return ops.convert_to_numpy(tensor)


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def pair(classes=0, width=4, **options):
    return gan.GAN(gan.generator(8, classes, width, label_spread=1.0), gan.discriminator(classes, width, **options))


def given(classes=0, count=32, seed=0):
    """Real pictures: a bright square whose place depends on the class."""
    labels = np.arange(count) % 4
    images = np.random.default_rng(seed).uniform(0, 0.1, (count, 28, 28, 1)).astype("float32")
    for image, label in zip(images, labels):
        image[7 * label : 7 * label + 7, 7:21] += 0.8
    return {"images": images, **({"labels": labels.astype("int32")} if classes else {})}


# --- Formulas


def test_losses_are_those_of_the_paper():
    real, made = 3 * numbers(40, 1), 3 * numbers(40, 1, seed=1)
    chance = lambda logits: 1 / (1 + np.exp(-logits.astype(float)))
    expected = -np.log(chance(real)).mean() - np.log(1 - chance(made)).mean()
    assert float(gan.discriminator_loss(real, made)) == pytest.approx(expected, rel=1e-5)
    assert float(gan.generator_loss(made)) == pytest.approx(-np.log(chance(made)).mean(), rel=1e-5)
    assert float(gan.generator_loss(made, True)) == pytest.approx(np.log(1 - chance(made)).mean(), rel=1e-5)
    cross = keras.losses.binary_crossentropy(np.ones(40), real[:, 0], from_logits=True)
    assert float(gan.discriminator_loss(real, np.float32([[-100]]))) == pytest.approx(float(cross), rel=1e-5)


@on_tensorflow
def test_the_saturating_loss_is_flat_where_the_generator_loses():
    import tensorflow as tf

    logit, slopes = tf.Variable([[-6.0]]), {}
    for saturating in (True, False):
        with tf.GradientTape() as tape:
            loss = gan.generator_loss(logit, saturating)
        slopes[saturating] = float(tape.gradient(loss, logit)[0, 0])
    chance = 1 / (1 + np.exp(6))
    assert slopes[True] == pytest.approx(-chance, rel=1e-3) and slopes[False] == pytest.approx(chance - 1, rel=1e-3)


# --- Gradients


@on_tensorflow
@pytest.mark.parametrize("saturating", [True, False])
@pytest.mark.parametrize("spectral", [True, False])
def test_each_loss_moves_its_own_network_only(saturating, spectral):
    import tensorflow as tf

    model, x = pair(spectral=spectral), given()
    model.saturating = saturating
    first = model.random.state.numpy()

    def gradients(loss, variables):
        model.random.state.assign(first)
        with tf.GradientTape() as tape:
            value = loss()
        return tape.gradient(value, variables)

    def noise():
        return keras.random.normal((32, 8), seed=model.random)

    def both():
        return model.compute_loss(x, None, model(x, training=False))

    makes, tells = model.generator.trainable_variables, model.discriminator.trainable_variables
    look = lambda images: model.discriminator({"images": images})
    alone = [
        (makes, lambda: gan.generator_loss(look(model.generator({"noise": noise()})), saturating)),
        (tells, lambda: gan.discriminator_loss(look(x["images"]), look(model.generator({"noise": noise()})))),
    ]
    for variables, loss in alone:
        for found, expected in zip(gradients(both, variables), gradients(loss, variables), strict=True):
            np.testing.assert_allclose(array(found), array(expected), atol=1e-5)
            assert np.abs(array(expected)).max() > 0


# --- Layers


@pytest.mark.parametrize("strides, padding", [(2, "same"), (1, "valid")])
def test_spectral_normalization_divides_by_the_largest_singular_value(strides, padding):
    layer = gan.SpectralConv2D(6, 4, strides, padding)
    x = numbers(5, 12, 10, 3)
    layer(x)
    layer.kernel.assign(3 * numbers(4, 4, 3, 6, seed=1))
    layer.bias.assign(numbers(6, seed=2))
    for _ in range(60):
        layer(x, training=True)
    kernel = array(layer.kernel)
    largest = np.linalg.svd(kernel.reshape(-1, 6), compute_uv=False)[0]
    assert float(layer.largest_singular_value()) == pytest.approx(largest, rel=1e-4) and largest > 5
    plain = layers.Conv2D(6, 4, strides, padding)
    plain.build(x.shape)
    plain.set_weights([kernel / largest, array(layer.bias)])
    np.testing.assert_allclose(array(layer(x)), array(plain(x)), atol=1e-4)


def test_the_power_iteration_moves_in_training_only():
    layer = gan.SpectralConv2D(6, 3)
    x = numbers(2, 8, 8, 3)
    layer(x)
    before = array(layer.u)
    layer(x, training=False)
    np.testing.assert_array_equal(array(layer.u), before)
    layer(x, training=True)
    assert (array(layer.u) != before).any()


@on_tensorflow
def test_the_gradient_knows_of_the_division():
    """Of sigma = |W u| it is v u^T, as in the paper, section 2.3."""
    import tensorflow as tf

    layer = gan.SpectralConv2D(5, 3)
    layer.build((None, 8, 8, 2))
    left, _, right = np.linalg.svd(numbers(18, 5), full_matrices=False)
    layer.kernel.assign((left * [3, 2, 1, 0.5, 0.2] @ right).reshape(3, 3, 2, 5))  # of a chance one, two may be alike
    for _ in range(80):
        layer.largest_singular_value(update=True)
    with tf.GradientTape() as tape:
        sigma = layer.largest_singular_value()
    gradient = array(tape.gradient(sigma, layer.kernel.value)).reshape(-1, 5)
    left, _, right = np.linalg.svd(array(layer.kernel).reshape(-1, 5))
    np.testing.assert_allclose(gradient, np.outer(left[:, 0], right[0]), atol=1e-3)


def test_statistics_of_the_batch_by_hand():
    x = numbers(6, 3, 2, 4)
    found = array(gan.BatchStatistics()(x))
    np.testing.assert_array_equal(found[..., :4], x)
    np.testing.assert_allclose(found[..., 4], x.std(axis=0).mean(), rtol=1e-5)
    same = array(gan.BatchStatistics()(np.repeat(x[:1], 6, axis=0)))
    assert np.abs(same[..., 4]).max() < 1e-3 < found[..., 4].min()


# --- The game


def trained(classes=0, epochs=3, seed=0, **options):
    keras.utils.set_random_seed(seed)
    model = pair(classes, **options)
    model.compile(keras.optimizers.Adam(1e-3, beta_1=0.5))
    return model, model.fit(given(classes, 256), batch_size=32, epochs=epochs, verbose=0).history


@pytest.mark.parametrize("classes, options", [(0, {}), (4, {"spectral": True, "statistics": True, "dropout": 0.2})])
def test_training_moves_every_weight_and_comes_out_the_same_again(classes, options):
    untouched = pair(classes, **options)
    keras.utils.set_random_seed(0)
    start = pair(classes, **options).get_weights()
    (model, history), (again, other) = trained(classes, **options), trained(classes, **options)
    nearly = {name: pytest.approx(values, rel=5e-3) for name, values in history.items()}  # threads add in any order
    assert other == nearly and trained(classes, seed=1, **options)[1] != nearly
    assert set(history) == {"loss", "generator_loss", "discriminator_loss", "told_apart"}
    assert all(0 <= share <= 1 for share in history["told_apart"])
    for weight, one, after in zip(untouched.weights, start, model.get_weights(), strict=True):
        assert (one != after).any(), weight.path
    wanted = np.arange(6) % 4 if classes else 6
    made = model.generate(wanted)
    assert made.shape == (6, 28, 28, 1) and made.dtype == "float32" and made.min() >= 0 and made.max() <= 1
    np.testing.assert_array_equal(made, again.generate(wanted))
    assert (made != model.generate(wanted, seed=1)).any()


def test_pictures_come_to_look_like_the_real_ones():
    """Nearer to them than at the start, at each place, and of several kinds: the class counts."""
    real = given()["images"]
    model, _ = trained(classes=4, epochs=20)
    start, wanted = pair(4), np.arange(64) % 4
    off = lambda made: np.abs(made.mean(axis=0) - real.mean(axis=0)).mean()
    made = model.generate(wanted)
    assert off(made) < 0.5 * off(start.generate(wanted))
    assert np.abs(made - model.generate((wanted + 1) % 4)).mean() > 0.01


FIT = """
import json, os, sys
os.environ["COURSE_BACKEND"] = json.loads(sys.argv[1])
import course_lib
course_lib.start(precision="float32")
import keras
import numpy as np
from course_lib.models import gan, vae

random = np.random.default_rng(0)
given = {"images": random.uniform(size=(64, 28, 28, 1)).astype("float32"), "labels": np.arange(64) % 4}
networks = gan.generator(8, 4, 4), gan.discriminator(4, 4, spectral=True, statistics=True)
found = []
for model in (vae.VAE(3, 4, (8,)), gan.GAN(*networks)):
    model.compile(keras.optimizers.Adam(0.01))
    model.fit({name: one[:1] for name, one in given.items()}, verbose=0)
    before = [weight.copy() for weight in model.get_weights()]
    history = model.fit(given, batch_size=16, epochs=2, verbose=0).history
    pairs = zip(model.weights, before, model.get_weights())
    still = [weight.path for weight, one, other in pairs if (one == other).all() and one.size > 1]  # u of one number: 1
    found.append([keras.backend.backend(), {name: values[-1] for name, values in history.items()}, still])
    assert model.generate(np.arange(4)).shape == (4, 28, 28, 1)
print(json.dumps(found))
"""


@pytest.mark.parametrize("backend", ["jax", pytest.param("torch", marks=proof.needs_torch)])
def test_both_learn_on(backend):
    """`fit` is Keras's own, so no line of the models is written for one backend."""
    for name, history, still in proof.in_another_process(FIT, backend):
        assert name == backend and not still
        assert all(np.isfinite(value) for value in history.values()) and len(history) > 2
