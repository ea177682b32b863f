"""EfficientNet-Lite0 with the shipped weights, against logits that data/efficientnet_lite0.py recorded elsewhere.

That script compares our network with an independent one in PyTorch before it rounds the weights, and refuses to write
if they differ; here stand the rounded weights; test_backends.py runs them on JAX and PyTorch. Names like "cat" are
the whole photographs, "cat, 224" the same at the size of training.
"""

from pathlib import Path

import keras
import numpy as np
import proof
import pytest
from PIL import Image

from course_lib import data, weights
from course_lib.models import efficientnet_lite, summary

PHOTOGRAPHS = ("astronaut", "cat", "china", "coffee", "flower", "rocket")
THERE = {  # something of this is to be among the five likeliest classes
    "astronaut": {"crash helmet", "football helmet"},  # ImageNet has no astronaut; a person in a suit, beside a helmet
    "cat": {"Egyptian cat", "tabby", "tiger cat"},
    "china": {"palace", "monastery"},
    "coffee": {"espresso", "coffee mug", "cup"},
    "flower": {"daisy"},
    "rocket": {"missile", "projectile", "space shuttle"},
}


@pytest.fixture(scope="module")
def recorded():
    with np.load(Path(__file__).parent / "fixtures" / "efficientnet_lite0.npz") as fixture:
        return dict(fixture)


@pytest.fixture(scope="module")
def model():
    return weights.backbone("efficientnet_lite0", input_shape=(None, None, 3), include_top=True)


def image(name):
    """What the recorded logits belong to: (1, height, width, 3), float32 from 0 to 1."""
    name, *size = name.split(", ")
    with Image.open(data.file(f"{name}.png")) as photograph:
        if size:
            photograph = photograph.resize((224, 224), Image.Resampling.BICUBIC)
        return np.asarray(photograph, "float32")[np.newaxis] / 255


NAMES = [*PHOTOGRAPHS, *(f"{name}, 224" for name in PHOTOGRAPHS)]


def test_the_conversion_was_exact(recorded):
    """Measured by the script before it rounded: the largest difference over all photographs."""
    assert {name.split("/")[0] for name in recorded} == {*NAMES, "worst"}
    assert 0 < recorded["worst/logits"] < 1e-4
    assert 0 < recorded["worst/features float16"] < 1e-2


@pytest.mark.parametrize("name", NAMES)
def test_logits_and_features_equal_the_recorded_ones(name, model, recorded):
    both = keras.Model(model.input, [model.output, model.get_layer("pool").output])
    logits, features = both(weights.preprocess("efficientnet_lite0")(image(name)), training=False)
    logits, features = keras.ops.convert_to_numpy(logits)[0], keras.ops.convert_to_numpy(features)[0]
    theirs = recorded[f"{name}/logits"]
    best = np.argsort(-theirs)[:5]
    assert np.argsort(-logits)[:5].tolist() == best.tolist()
    assert np.abs(logits - theirs).max() < 2e-2 and theirs.std() > 0.5
    assert np.abs(features - recorded[f"{name}/features"]).max() < 1e-2
    [found] = weights.top_classes(logits[np.newaxis])
    assert [label for label, _ in found] == [weights.imagenet_classes()[i] for i in best]


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_it_names_what_is_there(name, model):
    names = [label for label, _ in weights.top_classes(model(efficientnet_lite.preprocess(image(f"{name}, 224"))))[0]]
    assert THERE[name] & set(names), names
    if name in ("cat", "coffee"):
        assert names[0] in THERE[name]


def test_a_wrong_scale_would_be_seen(model, recorded):
    """The recorded logits can tell the right scale from the usual wrong ones."""
    pixels = image("cat, 224")
    for wrong in (pixels, 255 * pixels, 2 * pixels - 1 + 0.05, efficientnet_lite.preprocess(pixels[..., ::-1])):
        assert np.abs(proof.run(model, wrong)[0] - recorded["cat, 224/logits"]).max() > 0.1


def test_a_wrong_epsilon_or_activation_would_be_seen(recorded):
    def logits(change):
        def altered(layer):
            config = layer.get_config()
            change(config)
            return type(layer).from_config(config)

        other = keras.models.clone_model(efficientnet_lite.efficientnet_lite0(), clone_function=altered)
        return proof.run(weights.load(other), efficientnet_lite.preprocess(image("cat, 224")))[0]

    def epsilon(config):
        config.update({"epsilon": 1e-5} if "epsilon" in config else {})

    def unlimited(config):
        config.update({"max_value": None} if "max_value" in config else {})

    expected = recorded["cat, 224/logits"]
    assert np.abs(logits(lambda config: None) - expected).max() < 2e-2
    assert np.abs(logits(epsilon) - expected).max() > 0.1
    assert np.abs(logits(unlimited) - expected).max() > 0.1


def test_preprocess_is_that_of_the_original():
    pixels = np.arange(256, dtype="float32")
    np.testing.assert_allclose(efficientnet_lite.preprocess(pixels / 255), (pixels - 127) / 128, atol=1e-6)


@pytest.mark.parametrize(
    "shape, features",
    [((96, 128, 3), (3, 4)), ((33, 50, 1), (2, 2)), ((32, 32, 3), (1, 1)), ((200, 300, 3), (7, 10))],
)
def test_features_of_any_input(shape, features):
    headless = summary.blueprint(efficientnet_lite.efficientnet_lite0, shape, include_top=False)
    assert headless.output_shape == (None, *features, 1280)


def test_layers_are_named_after_their_place():
    with proof.unfilled():
        model = efficientnet_lite.efficientnet_lite0()
    sides = {"block1a": 112, "block2b": 56, "block3b": 28, "block4c": 14, "block5c": 14, "block6d": 7, "block7a": 7}
    for name, side in sides.items():
        assert model.get_layer(name).output.shape[1:3] == (side, side)
    names = [layer.name for layer in model.layers]
    assert len([name for name in names if len(name) == len("block1a") and name.startswith("block")]) == 16
    late = [name for name in names if name.startswith(("block6", "block7", "head", "pool", "dropout", "logits"))]
    assert names[-len(late) :] == late  # what is fine-tuned is all that comes after what is frozen


def test_random_weights_differ_from_layer_to_layer():
    model = efficientnet_lite.efficientnet_lite0((32, 32, 3), include_top=False)
    first, second = (model.get_layer(f"block{name}_expand").get_weights()[0] for name in ("6b", "6c"))
    assert first.shape == second.shape and np.abs(first - second).max() > 0.01
    assert abs(first.std() - np.sqrt(2 / first.shape[-1])) < 0.005
