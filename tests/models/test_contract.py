"""The contract of all models, and proof that a model which breaks it is noticed."""

from pathlib import Path

import keras
import proof
import pytest
from keras import layers, ops
from registry import MODELS, Entry, sized

from course_lib import models

# said by NumPy of TensorFlow's variables when Keras saves them
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
# files of course_lib/models that hold no model
HELPERS = {
    "__init__",
    "asked",
    "counting",
    "diffusion",
    "flow",
    "llama_sizes",
    "lora",
    "products",
    "scale",
    "search",
    "stepping",
    "summary",
}


@pytest.mark.parametrize("name", MODELS)
def test_contract(name, tmp_path):
    proof.contract(MODELS[name], tmp_path)


def module(build):
    """Name of the file that a builder is written in."""
    return getattr(build, "func", build).__module__.rsplit(".", 1)[-1]


def test_every_model_is_registered():
    files = {path.stem for path in Path(models.__file__).parent.glob("*.py")}
    assert files - HELPERS == {module(entry.build) for entry in MODELS.values()}


def example(input_shape, num_classes, layer=None, last="float32", inner=None, fixed=False):
    images = keras.Input((32, 32, 3) if fixed else input_shape)
    x = layers.Conv2D(8, 3, activation="relu", dtype=inner)(images)
    x = layers.GlobalAveragePooling2D(dtype=inner)(layer()(x) if layer else x)
    return keras.Model(images, layers.Dense(num_classes, dtype=last)(x))


class Unregistered(layers.Layer):
    def call(self, x):
        return x


@keras.saving.register_keras_serializable("test")
class Forgetful(layers.Layer):
    """Its factor is not in its configuration."""

    factor = 1.0

    def call(self, x):
        return ops.tanh(self.factor * x)


def forgetful():
    layer = Forgetful()
    layer.factor = 0.01
    return layer


@keras.saving.register_keras_serializable("test")
class Crowd(layers.Layer):
    def call(self, x):
        return x - ops.mean(x, axis=0, keepdims=True)


@keras.saving.register_keras_serializable("test")
class Blind(layers.Layer):
    def call(self, x):
        return 0 * x


def entry(**options):
    return Entry(lambda **size: example(**size, **options), sized(32, 32), (sized(20, 24, 3, 5),))


def test_a_good_model_passes(tmp_path):
    proof.contract(entry(), tmp_path)
    proof.contract(entry(layer=Forgetful), tmp_path)


@pytest.mark.parametrize(
    "broken, error, message",
    [
        ({"layer": Unregistered}, TypeError, "Could not locate class 'Unregistered'"),
        ({"layer": forgetful}, AssertionError, "after saving and loading"),
        ({"layer": Crowd}, AssertionError, "alone and among others"),
        ({"last": None}, AssertionError, "float32"),
        ({"inner": "float32"}, AssertionError, "computes in float32"),
        ({"fixed": True}, ValueError, "found shape=(2, 20, 24, 3)"),
        ({"layer": Blind}, AssertionError, "says the same"),
    ],
    ids=["not registered", "forgetful", "of its neighbours", "half logits", "deaf to policies", "one size", "blind"],
)
def test_a_broken_model_is_noticed(broken, error, message, tmp_path):
    with pytest.raises(error) as found:
        proof.contract(entry(**broken), tmp_path)
    assert message in str(found.value)
