"""The linear autoencoder finds the subspace of PCA, and angles between subspaces are those of SciPy."""

import keras
import numpy as np
import proof
import pytest
from scipy import linalg

from course_lib.models import autoencoder

CODE, SHAPE = 3, (4, 5, 1)


def pictures(count=400, seed=0):
    """Pictures of 20 pixels, less their mean, most of whose variance is in three directions."""
    generator = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(generator.normal(size=(20, 20)))
    spread = np.r_[2.0, 1.5, 1.2, np.full(17, 0.1)]
    flat = generator.normal(size=(count, 20)) * spread @ basis.T
    return (flat - flat.mean(axis=0)).reshape(count, *SHAPE).astype("float32")


def trained(epochs=100):
    keras.utils.set_random_seed(0)
    model = autoencoder.autoencoder(CODE, (), SHAPE)
    model.compile(keras.optimizers.Adam(0.02), "mse")
    x = pictures()
    model.fit(x, x, batch_size=100, epochs=epochs, verbose=0)
    return model


def test_a_linear_autoencoder_spans_the_subspace_of_pca():
    x = pictures()
    mean, components = autoencoder.principal_components(x, CODE)
    before = autoencoder.autoencoder(CODE, (), SHAPE)
    assert autoencoder.principal_angles(autoencoder.directions(before), components)[-1] > 30
    model = trained()
    angles = autoencoder.principal_angles(autoencoder.directions(model), components)
    assert angles.shape == (CODE,) and angles[-1] < 3
    # the same error, but not the same directions
    flat = x.reshape(len(x), -1)
    best = (((flat - mean) - (flat - mean) @ components.T @ components) ** 2).mean()
    assert best * 0.9999 < autoencoder.errors(model, x).mean() < best * 1.02
    found = autoencoder.directions(model)
    cosines = np.abs(found @ components.T) / np.linalg.norm(found, axis=1)[:, np.newaxis]
    assert cosines.max(axis=1).min() < 0.99


def test_principal_components_are_those_of_a_singular_value_decomposition():
    flat = (pictures() + np.float32(2)).reshape(400, -1).astype(float)
    mean, components = autoencoder.principal_components(pictures() + np.float32(2), CODE)
    np.testing.assert_allclose(mean, flat.mean(axis=0), atol=1e-12)
    _, _, vectors = np.linalg.svd(flat - mean, full_matrices=False)
    np.testing.assert_allclose(np.abs(components @ vectors[:CODE].T), np.eye(CODE), atol=1e-6)


def test_principal_angles_by_hand():
    tilted = [np.cos(np.radians(30)), np.sin(np.radians(30)), 0]
    assert autoencoder.principal_angles([[1, 0, 0]], [tilted]) == pytest.approx([30])
    # the planes share the third axis, and lengths do not matter
    found = autoencoder.principal_angles([[5, 0, 0], [0, 0, 1]], [tilted, [0.0, 0.0, 0.1]])
    assert found == pytest.approx([0, 30], abs=1e-5)


@pytest.mark.parametrize("k, m", [(3, 3), (2, 5), (5, 2)])
def test_principal_angles_are_those_of_scipy(k, m):
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(k, 9)), generator.normal(size=(m, 9))
    expected = np.degrees(linalg.subspace_angles(a.T, b.T))[::-1]
    assert autoencoder.principal_angles(a, b) == pytest.approx(expected, abs=1e-6)
    assert autoencoder.principal_angles(a, a[::-1] * 3) == pytest.approx(0, abs=1e-5)


def test_the_halves_are_the_whole():
    model = autoencoder.autoencoder(CODE, (7,), SHAPE)
    proof.fill(model)
    x = pictures(6)
    codes = model.get_layer("encoder").predict(x, verbose=0)
    assert codes.shape == (6, CODE)
    drawn = model.get_layer("decoder").predict(codes, verbose=0)
    np.testing.assert_allclose(drawn, proof.run(model, x), atol=1e-5)
    np.testing.assert_allclose(autoencoder.errors(model, x), ((drawn - x) ** 2).reshape(6, -1).mean(axis=1), rtol=1e-4)


def test_hidden_layers_help_where_the_data_are_curved():
    """A ring needs two numbers if what is drawn is flat, and one if it may be curved."""
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 500)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1).reshape(-1, 1, 2, 1).astype("float32")
    found = []
    for hidden in ((), (32, 32)):
        keras.utils.set_random_seed(0)
        model = autoencoder.autoencoder(1, hidden, (1, 2, 1))
        model.compile(keras.optimizers.Adam(0.01), "mse")
        model.fit(ring, ring, batch_size=100, epochs=60, verbose=0)
        found.append(autoencoder.errors(model, ring).mean())
    assert found[0] > 0.2 and found[1] < 0.1


def test_the_docstrings_table_adds_up():
    model = autoencoder.autoencoder()
    for half in ("encoder", "decoder"):
        assert f"{model.get_layer(half).count_params():,}" in autoencoder.__doc__
        for layer in model.get_layer(half).layers:
            assert not layer.weights or f"{layer.count_params():,}" in autoencoder.__doc__


def test_noise_has_the_spread_asked_for_and_comes_again():
    x = np.zeros((50, *SHAPE), "float32")
    noisy = autoencoder.noisy(x, 0.3, seed=1)
    assert noisy.dtype == "float32" and noisy.std() == pytest.approx(0.3, rel=0.1) and not x.any()
    np.testing.assert_array_equal(noisy, autoencoder.noisy(x, 0.3, seed=1))
    assert (noisy != autoencoder.noisy(x, 0.3, seed=2)).any()
