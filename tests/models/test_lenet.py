"""LeNet-5: arithmetic as SciPy computes it, and layers as in the paper."""

import keras
import numpy as np
import pytest
from scipy.signal import correlate

from course_lib.models import lenet


def test_layers_of_the_paper():
    model = lenet.lenet5(as_in_1998=True)
    sizes = {name: model.get_layer(name).count_params() for name in ("C1", "S2", "C3", "S4", "C5", "F6")}
    assert sizes == {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48120, "F6": 10164}
    assert lenet.CONNECTIONS.sum() == 60 and (lenet.CONNECTIONS.sum(axis=1) == 10).all()
    assert lenet.CONNECTIONS.sum(axis=0).tolist() == [3] * 6 + [4] * 9 + [6]


def convolve(x, kernel, bias):
    """SciPy's correlation, channel by channel: (height, width, channels in) -> (height', width', channels out)."""
    maps = [
        sum(correlate(x[:, :, c], kernel[:, :, c, f], mode="valid") for c in range(x.shape[2]))
        for f in range(kernel.shape[3])
    ]
    return np.stack(maps, axis=-1) + bias


def halve(x):
    return (x[0::2, 0::2] + x[0::2, 1::2] + x[1::2, 0::2] + x[1::2, 1::2]) / 4


def dense(x, layer, activation):
    kernel, bias = layer.get_weights()
    return activation(x @ kernel + bias)


def test_logits_equal_those_of_scipy():
    keras.utils.set_random_seed(1)
    model = lenet.lenet5()
    for image in np.random.default_rng(0).uniform(size=(3, 28, 28, 1)):
        x = np.tanh(convolve(np.pad(image, ((2, 2), (2, 2), (0, 0))), *model.get_layer("C1").get_weights()))
        x = np.tanh(convolve(halve(x), *model.get_layer("C3").get_weights()))
        x = dense(halve(x).ravel(), model.get_layer("C5"), np.tanh)
        x = dense(dense(x, model.get_layer("F6"), np.tanh), model.get_layer("logits"), lambda v: v)
        np.testing.assert_allclose(model.predict(image[np.newaxis], verbose=0)[0], x, atol=1e-4)


def test_1998_logits_equal_those_of_scipy():
    keras.utils.set_random_seed(2)
    model = lenet.lenet5(as_in_1998=True)
    for layer in ("S2", "S4"):  # coefficients and biases that are not 1 and 0
        model.get_layer(layer).set_weights(
            [np.random.default_rng(3).normal(size=w.shape) for w in model.get_layer(layer).get_weights()]
        )
    squash = lambda a: 1.7159 * np.tanh(2 * a / 3)
    image = np.random.default_rng(0).uniform(size=(28, 28, 1))

    def subsample(x, layer):
        coefficient, bias = layer.get_weights()
        return squash(halve(x) * coefficient + bias)

    x = squash(convolve(np.pad(image, ((2, 2), (2, 2), (0, 0))), *model.get_layer("C1").get_weights()))
    x = subsample(x, model.get_layer("S2"))
    *kernels, bias = model.get_layer("C3").get_weights()
    full = np.zeros((5, 5, 6, 16))  # the partly connected layer as a full one with zeros where nothing is connected
    for f, kernel in enumerate(kernels):
        full[:, :, lenet.CONNECTIONS[:, f], f] = kernel[..., 0]
    x = subsample(squash(convolve(x, full, bias)), model.get_layer("S4"))
    x = dense(dense(x.ravel(), model.get_layer("C5"), squash), model.get_layer("F6"), squash)
    np.testing.assert_allclose(
        model.predict(image[np.newaxis], verbose=0)[0], dense(x, model.get_layer("logits"), lambda v: v), atol=1e-4
    )


def test_too_small_an_image_is_refused():
    with pytest.raises(ValueError, match="at least 12x12, found 8x28"):
        lenet.lenet5(input_shape=(8, 28, 1))
