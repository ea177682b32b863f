"""HubLayer with the arguments that tutorials give to hub.KerasLayer, and with modules of more than one input."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.errors import CourseError

if keras.backend.backend() != "tensorflow":
    pytest.skip("TensorFlow Hub needs Keras on TensorFlow", allow_module_level=True)

import tensorflow as tf

from course_lib.tfhub import HubLayer

V = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
WORDS = ["a", "bcd", "", "ef"]
LENGTHS = [[1], [3], [0], [2]]


def saved(path, function, *inputs, traces=({},)):
    """A module: `function` makes its call of a weight; one trace for each dictionary of other arguments."""
    root = tf.train.Checkpoint(weight=tf.Variable(2.0))
    root.variables = root.trainable_variables = [root.weight]
    root.__call__ = tf.function(function(root.weight))
    for options in traces:
        root.__call__.get_concrete_function(*inputs, **options)
    tf.saved_model.save(root, str(path))
    return path


def vectors(size=4, name=None):
    return tf.TensorSpec((None, size), name=name)


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """A module that takes a batch of texts, as those for sentences do."""

    def of(weight):
        def call(text, training=False):
            return weight / 2 * tf.cast(tf.strings.length(text), "float32")[:, tf.newaxis]

        return call

    traces = [{}, {"training": True}]
    return saved(tmp_path_factory.mktemp("words") / "module", of, tf.TensorSpec((None,), tf.string), traces=traces)


@pytest.fixture(scope="module")
def scaled(tmp_path_factory):
    """A module with an argument besides its input, saved for three values of it."""

    def of(weight):
        def call(x, training=False, times=1.0, shift=0.0):
            return weight * x * times + shift

        return call

    traces = [{}, {"training": True}, {"times": 3.0}, {"shift": tf.TensorSpec(())}]
    return saved(tmp_path_factory.mktemp("scaled") / "module", of, vectors(), traces=traces)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A module with two inputs."""

    def of(weight):
        def call(image, mask, training=False):
            return weight * image + tf.reduce_sum(mask, axis=1, keepdims=True)

        return call

    return saved(tmp_path_factory.mktemp("pair") / "module", of, vectors(4, "image"), vectors(2, "mask"))


@pytest.fixture(scope="module")
def nested(tmp_path_factory):
    """A module that takes two tensors in a list, or by name."""

    def of(weight):
        def call(xs, training=False):
            first, second = (xs["a"], xs["b"]) if isinstance(xs, dict) else xs
            return weight * first - second

        return call

    path = tmp_path_factory.mktemp("nested") / "module"
    root = tf.train.Checkpoint(weight=tf.Variable(2.0))
    root.__call__ = tf.function(of(root.weight))
    root.__call__.get_concrete_function([vectors(), vectors()])
    root.__call__.get_concrete_function({"a": vectors(), "b": vectors()})
    tf.saved_model.save(root, str(path))
    return path


def told(use, *arguments, **options):
    with pytest.raises(CourseError) as error:
        use(*arguments, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


# what a tutorial writes


def test_a_tutorial_on_words(words, tmp_path):
    """`hub.KerasLayer(url, input_shape=[], dtype=tf.string, trainable=True)` in a Sequential, compile, fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hub_layer = HubLayer(words, input_shape=[], dtype=tf.string, trainable=True)
        assert hub_layer(tf.constant(WORDS)).numpy().tolist() == LENGTHS
        assert hub_layer(np.array(WORDS)).numpy().tolist() == hub_layer(WORDS).numpy().tolist() == LENGTHS
        model = keras.Sequential()
        model.add(hub_layer)
        model.add(layers.Dense(1))
        assert model.built and model.input_shape == (None,) and model.input_dtype == "string"
        lines = []
        model.summary(print_fn=lines.append)
        assert "Total params: 3 " in lines[0]
    model.compile("sgd", "mse")
    before = float(hub_layer.weights[0])
    model.fit(tf.constant(WORDS), np.arange(4.0), batch_size=2, epochs=2, verbose=0)
    assert float(hub_layer.weights[0]) != before
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again.predict(tf.constant(WORDS), verbose=0), model.predict(tf.constant(WORDS), verbose=0))


@pytest.mark.parametrize("dtype", [tf.string, "string", None])
def test_sequential_without_an_input(words, dtype):
    model = keras.Sequential([HubLayer(words, dtype=dtype), layers.Dense(2)])
    assert model(tf.constant(WORDS)).shape == (4, 2) and model.input_dtype == "string"


def test_words_in_mixed_precision(words):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = keras.Sequential([HubLayer(words, input_shape=[], dtype=tf.string), layers.Dense(2)])
        assert model.layers[0](tf.constant(WORDS)).dtype == "bfloat16"
        assert model(tf.constant(WORDS)).dtype == "bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize(
    "shape", [{"input_shape": (4,)}, {"input_shape": [4]}, {"input_dim": 4}, {"batch_input_shape": (None, 4)}]
)
@pytest.mark.parametrize("dtype", [None, tf.float32, "float32", np.float32])
def test_a_tutorial_on_vectors(scaled, shape, dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.Sequential([HubLayer(scaled, dtype=dtype, **shape), layers.Dense(2)])
    assert model.built and model.input_shape == (None, 4) and model(V).shape == (6, 2)


def test_tokens_as_for_bert(tmp_path):
    def of(weight):
        return lambda ids: weight * tf.cast(tf.reduce_sum(ids, axis=1, keepdims=True), "float32")

    path = saved(tmp_path / "module", of, tf.TensorSpec((None, 8), tf.int32))
    model = keras.Sequential([HubLayer(path, input_shape=(8,), dtype=tf.int32), layers.Dense(1)])
    assert model.input_dtype == "int32" and model(np.ones((2, 8), "int32")).shape == (2, 1)
    assert model.layers[0](np.ones((2, 8), "int64")).numpy().tolist() == [[16], [16]]


def test_a_dtype_that_is_not_the_input(scaled):
    with pytest.warns(UserWarning) as said:
        layer = HubLayer(scaled, dtype=tf.uint8)
    assert len(said) == 1 and said[0].filename == __file__
    sentence = str(said[0].message)
    assert sentence.startswith(f"dtype=uint8 is ignored: {scaled} takes float32 (None, 4); leave dtype out, or give a")
    assert layer(V).dtype == "float32"
    assert HubLayer(scaled, dtype="float16")(V).dtype == "float16"  # a float type for the output


def test_arguments(scaled, tmp_path):
    assert np.allclose(HubLayer(scaled)(V), 2 * V)
    layer = HubLayer(scaled, arguments={"times": 3.0})
    assert np.allclose(layer(V), 6 * V)
    assert np.allclose(HubLayer(scaled, arguments=dict(shift=1.0))(V), 2 * V + 1)
    model = keras.Sequential([keras.Input((4,)), layer])
    model.save(tmp_path / "model.keras")
    assert np.allclose(keras.models.load_model(tmp_path / "model.keras")(V), 6 * V)


def test_arguments_that_the_module_does_not_take(scaled):
    sentence = told(HubLayer, scaled, arguments={"time": 3.0})
    assert sentence == f"{scaled} takes no argument 'time': choose from 'x', 'times', 'shift'"
    assert "takes no argument 'training'" in told(HubLayer, scaled, arguments={"training": True})
    sentence = told(HubLayer, scaled, arguments={"times": 7.0})
    assert sentence.startswith(
        f"{scaled} was not saved for arguments={{'times': 7.0}}: leave them out, or choose others"
    )
    assert HubLayer(scaled)(V).shape == HubLayer(scaled, arguments={"times": 3.0})(V).shape == V.shape


@pytest.fixture(scope="module")
def shapeless(tmp_path_factory):
    """A module that does not tell the shape of what it gives."""

    def plain(weight):
        return lambda x: tf.raw_ops.PlaceholderWithDefault(input=weight * x, shape=tf.TensorShape(None))

    return saved(tmp_path_factory.mktemp("shapeless") / "module", plain, vectors())


def test_output_shape(shapeless, tmp_path):
    with pytest.raises(ValueError):
        keras.Sequential([HubLayer(shapeless, input_shape=(4,)), layers.Dense(2)])
    for shape in ([4], (4,)):
        model = keras.Sequential([HubLayer(shapeless, input_shape=(4,), output_shape=shape), layers.Dense(2)])
        assert model.built and model(V).shape == (6, 2) and np.allclose(model.layers[0](V), 2 * V)
    model.save(tmp_path / "model.keras")
    assert np.array_equal(keras.models.load_model(tmp_path / "model.keras")(V), model(V))


def test_an_output_shape_that_is_another(scaled):
    layer = HubLayer(scaled, output_shape=[5])
    sentence = told(layer, V)
    assert sentence.startswith(
        f"{scaled} gives float32 (6, 4), which is not of output_shape=[5]: leave output_shape out, or give that shape"
    )
    assert "which is not of output_shape=[5]" in told(keras.Sequential, [keras.Input((4,)), layer])
    assert "which is not of output_shape={'a': [4]}" in told(HubLayer(scaled, output_shape={"a": [4]}), V)
    assert HubLayer(scaled, output_shape=[4])(V).shape == HubLayer(scaled)(V).shape == (6, 4)


def test_signature_outputs_as_dict_and_tags(tmp_path):
    root = tf.train.Checkpoint(w=tf.Variable(tf.ones((4, 2))))
    one = tf.function(lambda x: {"product": x @ root.w}, input_signature=[vectors()])
    tf.saved_model.save(root, str(tmp_path / "served"), signatures={"one": one})
    options = dict(signature="one", tags=["serve"])
    assert set(HubLayer(tmp_path / "served", signature_outputs_as_dict=True, **options)(V)) == {"product"}
    assert HubLayer(tmp_path / "served", **options)(V).shape == (6, 2)
    layer = HubLayer(tmp_path / "served", output_shape={"product": [2]}, signature_outputs_as_dict=True, **options)
    assert HubLayer.from_config(layer.get_config())(V)["product"].shape == (6, 2)


def test_arguments_of_a_signature(tmp_path):
    root = tf.train.Checkpoint(w=tf.Variable(2.0))
    specs = [vectors(4, "x"), tf.TensorSpec((), name="times")]
    serve = tf.function(lambda x, times: {"y": root.w * x * times}, input_signature=specs)
    tf.saved_model.save(root, str(tmp_path / "served"), signatures={"serve": serve})
    assert np.allclose(HubLayer(tmp_path / "served", signature="serve", arguments={"times": 3.0})(V), 6 * V)
    layer = HubLayer(tmp_path / "served", signature="serve")
    assert np.allclose(layer({"x": V, "times": np.float32(3)}), 6 * V)
    path = tmp_path / "served"
    assert told(layer, V) == (
        f"{path} takes {{times: float32 (), x: float32 (None, 4)}} by its signature 'serve', found float32 (6, 4): "
        "bring the input into that shape and dtype"
    )
    assert "takes no argument 'time': choose from 'x', 'times'" in told(
        HubLayer, path, signature="serve", arguments={"time": 1}
    ) or "choose from 'times', 'x'" in told(HubLayer, path, signature="serve", arguments={"time": 1})


def test_arguments_that_nobody_knows(scaled):
    sentence = told(HubLayer, scaled, load_options=None, input_signature=3)
    assert sentence.startswith(
        "HubLayer has no argument load_options, input_signature: leave that out; it has handle, "
    )
    known = sentence.partition("it has ")[2].split(", ")
    assert {"trainable", "arguments", "output_shape", "tags", "name", "dtype", "input_shape"} <= set(known)
    assert HubLayer(scaled, name="mine").name == "mine"


def test_a_loaded_module_is_no_handle(scaled):
    loaded = tf.saved_model.load(str(scaled))
    assert told(HubLayer, loaded).endswith(": give the URL or the folder from which it was loaded")
    assert HubLayer(scaled)(V).shape == (6, 4)


def test_a_module_that_was_saved_for_inference_only(pair):
    ins = [keras.Input((4,)), keras.Input((2,))]
    x, y = [V, np.ones((6, 2), "float32")], np.ones((6, 1), "float32")
    for inference_mode in (False, True):
        layer = HubLayer(pair, trainable=True, inference_mode=inference_mode)
        model = keras.Model(ins, layers.Dense(1)(layer(ins)))
        model.compile("sgd", "mse")
        if inference_mode:
            model.fit(x, y, verbose=0)
            assert float(layer.weights[0]) != 2
        else:
            assert told(model.fit, x, y, verbose=0) == (
                f"{pair} was saved for inference only: fine-tune it with inference_mode=True"
            )


# structures


def test_several_inputs(pair, tmp_path):
    layer, mask = HubLayer(pair), np.ones((6, 2), "float32")
    expected = 2 * V + 2
    for inputs in ([V, mask], (V, mask), {"image": V, "mask": mask}, {"mask": mask, "image": V}):
        assert np.allclose(layer(inputs), expected)
    ins = [keras.Input((4,)), keras.Input((2,))]
    model = keras.Model(ins, layer(ins))
    assert np.allclose(model([V, mask]), expected)
    wanted = (
        f"{pair} takes several inputs by name or in this order, {{image: float32 (None, 4), mask: float32 (None, 2)}}"
    )
    for wrong, found in (
        (V, "float32 (6, 4)"),
        ([mask, V], "[float32 (6, 2), float32 (6, 4)]"),
        ([V], "[float32 (6, 4)]"),
        ({"image": V, "masks": mask}, "{image: float32 (6, 4), masks: float32 (6, 2)}"),
    ):
        assert told(layer, wrong) == f"{wanted}, found {found}: bring the input into that shape and dtype"


def test_a_dictionary_is_no_list(nested):
    layer, ones = HubLayer(nested), np.ones_like(V)
    expected = 2 * V - 1
    for inputs in ([V, ones], (V, ones), {"a": V, "b": ones}, {"b": ones, "a": V}):
        assert np.allclose(layer(inputs), expected)
    for wrong in (
        {"b": V, "c": ones},
        {"x": V, "y": ones},
        {"a": V},
        {"a": V, "b": ones, "c": ones},
        [V],
        [V, ones, ones],
        V,
        {"a": [V], "b": ones},
        [[V, ones]],
    ):
        sentence = told(layer, wrong)
        wanted = "[float32 (None, 4), float32 (None, 4)] or {a: float32 (None, 4), b: float32 (None, 4)}"
        assert sentence.startswith(f"{nested} takes {wanted}, found ") and "bring the input into" in sentence
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    assert np.allclose(keras.Model({"a": a, "b": b}, layer({"a": a, "b": b}))({"a": V, "b": ones}), expected)
    assert "found {a: float32 (None, 4), c: float32 (None, 4)}" in told(layer, {"a": a, "c": b})


@pytest.mark.parametrize(
    "wrong, found",
    [
        (["a", "b"], "string (2,)"),
        ([[1.0, 2.0]], "float32 (1, 2)"),
        ([[1, 2, 3, 4]], "int32 (1, 4)"),
        ([[1.0], [1.0, 2.0]], "[[float, float], [float]]"),
        (None, "None"),
        ([V, V], "[float32 (6, 4), float32 (6, 4)]"),
        ({"x": V}, "{x: float32 (6, 4)}"),
        (V.astype("uint8"), "uint8 (6, 4)"),
    ],
)
def test_other_things_than_tensors(scaled, wrong, found):
    sentence = told(HubLayer(scaled), wrong)
    assert sentence.startswith(f"{scaled} takes float32 (None, 4), found ")
    if "[[" not in found:
        assert f"found {found}: bring the input into that shape and dtype" in sentence


def test_plain_numbers_are_taken(scaled):
    assert HubLayer(scaled)([[1.0, 2.0, 3.0, 4.0]]).numpy().tolist() == [[2, 4, 6, 8]]
