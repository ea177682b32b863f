"""SRCNN and ESPCN against PyTorch with the same weights, and their bicubic part against Pillow."""

import keras
import numpy as np
import proof
import pytest
from keras import ops
from PIL import Image

from course_lib import data, resampling
from course_lib.models import summary, superres

BUILDERS = {"srcnn": superres.srcnn, "espcn": superres.espcn}


def array(tensor):
    return ops.convert_to_numpy(tensor)


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def shuffled(colours, scale):
    """PyTorch's channel -> ours: theirs stand colour by colour, ours pixel by pixel."""
    return np.arange(colours * scale**2).reshape(scale**2, colours).T.ravel()


def test_depth_to_space_by_hand():
    """Four channels of one pixel become a square, read row by row; with two colours, the colours stand together."""
    one = np.arange(4.0).reshape(1, 1, 1, 4)
    np.testing.assert_array_equal(array(superres.depth_to_space(one, 2))[0, :, :, 0], [[0, 1], [2, 3]])
    two = np.arange(8.0).reshape(1, 1, 1, 8)
    np.testing.assert_array_equal(array(superres.depth_to_space(two, 2))[0], [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])


@pytest.mark.parametrize("scale, colours", [(2, 1), (2, 3), (3, 1), (3, 2), (4, 3)])
def test_depth_to_space_equals_keras(scale, colours):
    x = numbers(2, 5, 4, colours * scale**2)
    found = array(superres.depth_to_space(x, scale))
    np.testing.assert_array_equal(found, array(ops.depth_to_space(x, scale, data_format="channels_last")))
    layer = superres.DepthToSpace(scale)
    np.testing.assert_array_equal(array(layer(x)), found)
    assert layer.compute_output_shape(x.shape) == found.shape
    assert layer.compute_output_shape((None, None, 4, colours * scale**2)) == (None, None, 4 * scale, colours)


@proof.needs_torch
@pytest.mark.parametrize("scale, colours", [(2, 1), (2, 3), (3, 2)])
def test_depth_to_space_equals_pixel_shuffle_in_the_documented_order(scale, colours):
    import torch

    x = numbers(2, 5, 4, colours * scale**2)
    found = array(superres.depth_to_space(x, scale))
    shuffle = lambda x: torch.pixel_shuffle(torch.tensor(x.transpose(0, 3, 1, 2)), scale).numpy().transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(found, shuffle(x[..., shuffled(colours, scale)]))
    assert (colours == 1) == np.array_equal(found, shuffle(x)), "for one colour the orders are the same"


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("size", [(9, 12, 3), (1, 2, 1), (4, 3, 2)])
def test_bicubic_is_pillows(scale, size):
    pictures = numbers(2, *size)
    found = array(superres.Bicubic(scale)(pictures))
    height, width, channels = size
    assert found.shape == (2, height * scale, width * scale, channels)
    for picture, large in zip(pictures, found):
        for channel in range(channels):
            plane = Image.fromarray(picture[..., channel], mode="F")
            plane = np.asarray(plane.resize((width * scale, height * scale), Image.Resampling.BICUBIC))
            np.testing.assert_allclose(large[..., channel], plane, 0, 1e-5)


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_a_network_that_gives_nothing_is_bicubic(build):
    """So training starts from there."""
    model = build(2)
    model.get_layer("last").set_weights([0 * weight for weight in model.get_layer("last").get_weights()])
    cat = data.photograph("cat")[:60, :80]
    np.testing.assert_allclose(proof.run(model, cat[None])[0], resampling.resize(cat, (120, 160)), 0, 1e-5)
    plain = build(2, residual=False)
    plain.get_layer("last").set_weights([0 * weight for weight in plain.get_layer("last").get_weights()])
    assert not proof.run(plain, cat[None]).any()


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
@pytest.mark.parametrize("scale, channels", [(2, 3), (3, 1), (4, 3)])
def test_any_size(build, scale, channels):
    model = build(scale, (None, None, channels))
    assert model.output_shape == (None, None, None, channels)
    for height, width in ((7, 12), (12, 7)):
        assert proof.run(model, numbers(2, height, width, channels)).shape == (
            2,
            scale * height,
            scale * width,
            channels,
        )
    fixed = build(scale, (7, 12, channels))
    assert fixed.output_shape == (None, scale * 7, scale * 12, channels)


def torch_network(name, model, scale, residual):
    """The network written in PyTorch, with our weights: its own convolutions, bicubic and pixel shuffle."""
    import torch
    from torch.nn import functional

    def convolve(x, layer):
        kernel, bias = model.get_layer(layer).get_weights()
        if name == "espcn" and layer == "last":
            order = shuffled(kernel.shape[-1] // scale**2, scale)
            kernel, bias = kernel[..., order], bias[order]
        return functional.conv2d(x, torch.tensor(kernel.transpose(3, 2, 0, 1)), torch.tensor(bias), padding="same")

    def run(pictures):
        x = torch.tensor(pictures.transpose(0, 3, 1, 2))
        # with antialias PyTorch takes a = -0.5 and leaves out what is outside, as Pillow does
        large = functional.interpolate(x, scale_factor=scale, mode="bicubic", antialias=True)
        if name == "srcnn":
            found = convolve(convolve(convolve(large, "conv1").relu(), "conv2").relu(), "last")
        else:
            found = convolve(convolve(convolve(x, "conv1").tanh(), "conv2").tanh(), "last")
            found = torch.pixel_shuffle(found, scale)
        return (large + found if residual else found).numpy().transpose(0, 2, 3, 1)

    return run


@proof.needs_torch
@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("scale, channels, residual", [(2, 3, True), (3, 1, True), (2, 1, False)])
def test_equals_pytorch(name, scale, channels, residual):
    model = BUILDERS[name](scale, (None, None, channels), residual=residual)
    proof.fill(model)
    pictures = proof.pictures((13, 10, channels)) / 20
    ours, theirs = proof.run(model, pictures), torch_network(name, model, scale, residual)(pictures)
    assert (
        ours.shape == theirs.shape
        and 0.1 < ours.std() < 10
        and np.abs(model.get_layer("last").get_weights()[0]).max() > 0.1
    )
    np.testing.assert_allclose(ours, theirs, 0, 1e-5)


def test_a_picture_of_one_colour_stays_as_it_is():
    found = array(superres.Bicubic(3)(np.full((1, 5, 6, 2), 0.3, "float32")))
    np.testing.assert_allclose(found, 0.3, 0, 1e-6)


def test_espcn_computes_at_the_small_size():
    """The docstring's promise: each of its convolutions costs scale x scale times less than at full size."""
    small, large = (
        keras.Model((x := keras.Input((20, 20, 1))), keras.layers.Conv2D(64, 5, padding="same")(x)),
        keras.Model((x := keras.Input((60, 60, 1))), keras.layers.Conv2D(64, 5, padding="same")(x)),
    )
    first = superres.espcn(3, (20, 20, 1)).get_layer("conv1")
    assert summary.multiply_adds(first) == summary.measure(small)["multiply_adds"]
    assert 9 * summary.measure(small)["multiply_adds"] == summary.measure(large)["multiply_adds"]


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_three_layers_and_the_docstrings_numbers(build):
    model = build(2, (16, 16, 1))
    assert summary.depth(model) == 3
    assert [tuple(weight.shape) for weight in model.trainable_weights if len(weight.shape) > 1][1][2:] == (64, 32)


def test_the_docstrings_sum():
    kernels = [
        int(np.prod(weight.shape)) for weight in superres.srcnn(2, (None, None, 1)).weights if len(weight.shape) > 1
    ]
    assert kernels == [5184, 2048, 800] and sum(kernels) == 8032
    assert "5,184 + 2,048 + 800 = 8,032" in superres.__doc__


def test_batches_of_any_size_can_be_trained():
    """The last batch of an epoch is smaller, so TensorFlow traces a graph that knows no size of it."""
    pictures = np.random.default_rng(0).uniform(size=(5, 8, 8, 1)).astype("float32")
    model = superres.espcn(2, (None, None, 1), filters=(4, 4))
    model.compile("adam", "mse")
    model.fit(pictures, np.repeat(np.repeat(pictures, 2, 1), 2, 2), batch_size=2, epochs=2, verbose=0)
