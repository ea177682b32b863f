"""What the course needs of Keras and Keras does not publish: one test per name says what broke when the pin moves."""

import contextlib
import inspect

import keras
import numpy as np
import pytest

from course_lib import keras_private
from course_lib.models import summary


@contextlib.contextmanager
def relying_on(name):
    """An error or a false assertion in this block is told as a change of Keras."""
    try:
        yield
    except Exception as error:
        pytest.fail(f"Keras {keras.__version__} has changed {name}, see course_lib/keras_private.py: {error!r}")


def nested():
    """A model in a model: (inputs, layer "first", inner model with layers "second" and "third")."""
    inner_images = keras.Input((4,))
    x = keras.layers.Dense(3, name="second")(inner_images)
    inner = keras.Model(inner_images, keras.layers.Dense(2, name="third")(x), name="inner")
    images = keras.Input((5,), name="images")
    return keras.Model(images, inner(keras.layers.Dense(4, name="first")(images)))


def test_give():
    drawn, real, images = summary.blueprint(nested), nested(), np.ones((2, 5), "float32")
    with relying_on("Variable._value, _initializer and _deferred_initialize"):
        for empty, weight in zip(drawn.weights, real.weights, strict=True):
            keras_private.give(empty, weight.numpy())
        np.testing.assert_array_equal(drawn(images), real(images))
        keras_private.give(drawn.weights[0], 0 * drawn.weights[0].numpy())
        assert not drawn.weights[0].numpy().any()


def test_input_signature():
    class Subclassed(keras.Model):
        def call(self, images):
            return images * 2

    called = Subclassed()
    called(np.zeros((2, 5), "float32"))
    with relying_on("keras.src.export.export_utils.get_input_signature"):
        for model in (nested(), called):
            (spec,) = keras_private.input_signature(model)
            assert tuple(spec.shape) == (None, 5) and spec.dtype == "float32"


def test_loads_safely(tmp_path):
    seen = []

    @keras.saving.register_keras_serializable("test_keras_private")
    class Asks(keras.layers.Layer):
        def __init__(self, **options):
            seen.append(keras_private.loads_safely())
            super().__init__(**options)

    keras.Sequential([keras.Input((2,)), Asks()]).save(tmp_path / "model.keras")
    with relying_on("keras.src.saving.serialization_lib.in_safe_mode"):
        for safe in (True, False):
            seen.clear()
            keras.saving.load_model(tmp_path / "model.keras", safe_mode=safe)
            assert seen == [safe]


def test_as_it_is():
    class Raises(keras.layers.Layer):
        def call(self, images):
            raise keras_private.as_it_is(ValueError("one sentence"))

    with relying_on("the attribute _keras_call_info_injected of errors"):
        with pytest.raises(ValueError) as raised:
            Raises()(np.zeros((2, 3), "float32"))
        assert str(raised.value) == "one sentence"


def test_all_layers():
    model = nested()
    with relying_on("Model._flatten_layers"):
        names = [layer.name for layer in keras_private.all_layers(model)]
        assert names[0] == model.name and {"first", "inner", "second", "third"} <= set(names)
        assert names.index("inner") < names.index("second")  # setting `trainable` in this order is exact


def graph():
    """Two layers side by side and their sum, as a keras.Function; and the layers."""
    images = keras.Input((5,), name="images")
    left, right, added = keras.layers.Dense(4, name="left"), keras.layers.Dense(4, name="right"), keras.layers.Add()
    return keras.Function(images, added([left(images), right(images)])), (left, right, added)


def test_calls():
    function, layers = graph()
    with relying_on("Function._nodes_by_depth, or what Keras's nodes hold"):
        nodes = keras_private.calls(function)
        assert [node.operation for node in nodes] == list(layers)
        assert [parent.operation for parent in nodes[2].parent_nodes] == list(layers[:2])
        assert nodes[2].outputs[0].shape == (None, 4) and len(nodes[2].input_tensors) == 2
        assert len(nodes[0].arguments.args) == 1


def test_forget():
    function, layers = graph()
    with relying_on("Operation._inbound_nodes or Operation._outbound_nodes"):
        assert all(layer._inbound_nodes for layer in layers)
        keras_private.forget(function)
        assert not any(layer._inbound_nodes for layer in layers)
        assert not any(layer._outbound_nodes for layer in layers)


def test_known_shapes():
    layer = keras.layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3))
    layer.build((7, 5, 4))
    original = keras.layers.EinsumDense.compute_output_shape
    with relying_on("EinsumDense.compute_output_shape"):
        assert None in layer.compute_output_shape((7, 5, 4)), "Keras knows this now: known_shapes can go"
        with keras_private.known_shapes():
            assert tuple(layer.compute_output_shape((7, 5, 4))) == (7, 5, 2, 3)
        assert keras.layers.EinsumDense.compute_output_shape is original


def test_rename():
    dense = keras.layers.Dense(2, name="head")
    dense.build((None, 3))
    with relying_on("Variable._path"):
        keras_private.rename(dense.kernel, "other/kernel")
        assert [weight.path for weight in dense.weights] == ["other/kernel", "head/bias"]


def test_each_name_has_its_test():
    names = [
        name
        for name, one in vars(keras_private).items()
        if inspect.isfunction(one) and one.__module__ == keras_private.__name__
    ]
    assert names and all(f"test_{name}" in globals() for name in names)
