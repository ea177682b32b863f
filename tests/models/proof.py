"""What the proofs of all models share: telling weights, copying them, comparing logits, and the contract of a model."""

import contextlib
import importlib.util
import json
import re
import subprocess
import sys

import keras
import numpy as np
import pytest

from course_lib.models import summary

EXACT = 1e-4  # largest difference of two logits that are to be equal; their spread over the images is 1
NO_TORCH = "PyTorch is not installed: run `python3 -m course_lib test --with-torch`"
needs_torch = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "pytorchcv")), reason=NO_TORCH
)


def in_another_process(code, argument):
    """What a program prints last, as JSON.

    PyTorch's counter needs that: it loads Triton where there is one, which crashes beside TensorFlow.
    """
    done = subprocess.run([sys.executable, "-c", code, json.dumps(argument)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def pictures(shape, count=4, seed=0):
    """Random images, each with a brightness, a contrast and a coarse structure of its own: (count, *shape), float32."""
    generator = np.random.default_rng(seed)
    height, width, channels = shape
    coarse = generator.normal(size=(count, 4, 4, channels))
    coarse = coarse.repeat(-(-height // 4), axis=1).repeat(-(-width // 4), axis=2)[:, :height, :width]
    fine = generator.normal(size=(count, height, width, channels))
    light, contrast = generator.uniform(-1, 1, (count, 1, 1, channels)), generator.uniform(0.5, 2, (count, 1, 1, 1))
    # large against the biases: images must differ
    return (10 * (light + contrast * (coarse + fine) / 2)).astype("float32")


def randomize(model, images, seed=0, gamma=(0.3, 1)):
    """Give every weight a random value, and logits a spread of 1 over the images.

    Args:
        gamma: as of `fill`.

    Returns:
        The logits of the images, (count, classes).
    """
    fill(model, seed, gamma)
    return standardize(model, images)


def standardize(model, images):
    """Change the last layer so that logits have a mean of 0 and a spread of 1 over the images, and return them."""
    kernel, bias = model.layers[-1].get_weights()
    logits = run(model, images)
    spread, middle = logits.std(axis=0).mean(), logits.mean(axis=0)
    assert spread > 0, "the model says the same whatever it is given"
    model.layers[-1].set_weights([kernel / spread, (bias - middle) / spread])
    return run(model, images)


def fill(model, seed=0, gamma=(0.3, 1)):
    """Random values for every weight, the statistics of batch normalization among them.

    Args:
        gamma: range of the factors of batch normalization; below 1, so that 50 branches do not outgrow their shortcuts.
    """
    generator = np.random.default_rng(seed)
    for layer in model.layers:
        values = []
        for weight in layer.weights:
            shape, name = tuple(weight.shape), weight.path.rsplit("/", 1)[-1]
            if len(shape) > 1:
                value = generator.standard_normal(shape, "float32") * np.sqrt(2 / np.prod(shape[:-1]))
                if layer.name.endswith("_squeeze"):
                    value /= 30  # gates between 0 and 1, not at their ends
            elif name in ("gamma", "coefficient"):
                value = generator.uniform(*gamma, shape)
            elif name == "moving_variance":
                value = generator.uniform(0.5, 2, shape)
            else:
                value = generator.normal(scale=0.3, size=shape)  # bias, beta, moving mean
            values.append(value.astype("float32"))
        layer.set_weights(values)


@contextlib.contextmanager
def unfilled():
    """Models made in here have weights of 0: drawing values only to replace them takes longer than all else."""
    add_weight = keras.Layer.add_weight
    keras.Layer.add_weight = lambda self, shape=None, initializer=None, *arguments, **options: add_weight(
        self, shape, "zeros", *arguments, **options
    )
    try:
        yield
    finally:
        keras.Layer.add_weight = add_weight


def run(model, images):
    """What a model says to images, or to arrays by the names of its inputs, as an array."""
    if keras.backend.backend() == "jax":  # compiled as a whole, not operation by operation
        return model.predict_on_batch(images)
    count = len(keras.tree.flatten(images)[0])
    at_once = count if len(model.layers) < 700 else 1  # Keras keeps the maps of all layers until the last
    parts = [some(images, i, i + at_once) for i in range(0, count, at_once)]
    return np.concatenate([keras.ops.convert_to_numpy(model(part, training=False)) for part in parts])


def some(inputs, start, end):
    """A part of a batch."""
    return keras.tree.map_structure(lambda array: array[start:end], inputs)


@contextlib.contextmanager
def policy(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def contract(entry, folder):
    """What every model keeps: saving, any batch, other sizes, half precision, counting.

    Args:
        entry: of registry.py.
        folder: empty, for files.
    """
    model = entry.model()
    inputs = entry.inputs(model)
    expected = entry.outputs(model, inputs)
    spread = expected.std(axis=0).mean()
    assert np.isfinite(expected).all() and spread > 0.5, "the model says the same whatever it is given"

    model.save(folder / "model.keras")
    again = keras.models.load_model(folder / "model.keras")
    np.testing.assert_array_equal(run(again, inputs), expected, "after saving and loading")
    drawn = summary.blueprint(lambda: entry.build(**entry.options))
    assert summary.measure(model) == summary.measure(again) == summary.measure(drawn)

    for count in (1, 3):
        np.testing.assert_allclose(
            run(model, some(inputs, 0, count)), expected[:count], 0, EXACT, err_msg="alone and among others"
        )

    # float16 keeps three bits more than bfloat16
    for name, tolerance in {"mixed_bfloat16": 0.1, "mixed_float16": 0.1 / 8}.items():
        with policy(name):
            rounded = entry.model()
        rounded.set_weights(model.get_weights())
        found = run(rounded, inputs)
        assert found.dtype == np.float32, f"under {name} the output is {found.dtype}, not float32"
        difference = np.abs(found - expected).mean() / spread
        assert difference > 0, f"under {name} the model computes in float32"
        assert difference < tolerance, f"under {name} the output differs by {difference:.3f} of its spread"

    for options in entry.others:
        other = entry.model(**options)
        fill(other)
        shape = [side or 40 for side in options["input_shape"]]
        found = run(other, pictures(shape, count=2))
        assert found.shape == (2, options["num_classes"]) and np.isfinite(found).all(), options


def assert_same_logits(ours, theirs):
    """Arrays (images, classes): equal, of order 1 and different for each image, so that equality means something."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape and np.isfinite(ours).all()
    assert 0.5 < ours.std(axis=0).mean() < 2 and np.abs(ours).max() < 20
    difference = np.abs(ours - theirs).max()
    print(f"largest difference {difference:.1e}")  # shown by pytest -s, or where this fails
    assert difference < EXACT


def made(model, *kinds):
    """Layers of some classes, given by name, in the order in which they were made."""
    number = lambda layer: int(re.search(r"(?:_(\d+))?$", layer.name).group(1) or 0)
    return sorted((layer for layer in model.layers if type(layer).__name__ in kinds), key=number)


def differs(ours, theirs):
    """Whether two networks that are not to be equal can be told apart."""
    return np.abs(np.asarray(ours) - np.asarray(theirs)).max() > 100 * EXACT


def torch_logits(model, theirs, images, option_a=None):
    """Logits of a network of pytorchcv with our weights.

    Args:
        option_a: weights [kernel, gamma, beta, mean, variance] of its projections where ours have no parameters, a
            function (channels in, channels out) -> list.
    """
    import torch

    convolutions = iter(zip(made(model, "Conv2D"), made(model, "BatchNormalization")))
    gates = iter(made(model, "Gate"))
    tensor = lambda value: torch.nn.Parameter(torch.tensor(np.ascontiguousarray(value)))
    modules = {name: module for name, module in theirs.named_modules() if not list(module.children())}
    for name, module in modules.items():
        if ".se." in name and isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            kernel, bias = next(gates).get_weights()
            module.weight, module.bias = tensor(kernel.T.reshape(module.weight.shape)), tensor(bias)
        elif isinstance(module, torch.nn.Conv2d):
            assert module.bias is None and module.stride[0] in (1, 2)
            if option_a and "identity" in name:
                kernel, *statistics = option_a(module.in_channels, module.out_channels)
            else:
                convolution, normalization = next(convolutions)
                [kernel], statistics = convolution.get_weights(), normalization.get_weights()
            assert module.weight.shape == kernel.transpose(3, 2, 0, 1).shape
            module.weight = tensor(kernel.transpose(3, 2, 0, 1))
        elif isinstance(module, torch.nn.BatchNorm2d):
            assert module.eps == 1e-5
            module.weight, module.bias = tensor(statistics[0]), tensor(statistics[1])
            module.running_mean, module.running_var = (tensor(value).data for value in statistics[2:])
        elif isinstance(module, torch.nn.Linear):
            kernel, bias = model.layers[-1].get_weights()
            module.weight, module.bias = tensor(kernel.T), tensor(bias)
    assert next(convolutions, None) is next(gates, None) is None
    with torch.no_grad():
        return theirs.eval()(torch.tensor(images.transpose(0, 3, 1, 2))).numpy()
