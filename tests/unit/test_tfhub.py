import io
import os
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import warnings

import keras
import numpy as np
import pytest
from keras import layers, losses

from course_lib.errors import CourseError
from course_lib.tools.places import COURSE

if keras.backend.backend() != "tensorflow":
    pytest.skip("TensorFlow Hub needs Keras on TensorFlow", allow_module_level=True)

import tensorflow as tf

from course_lib.tfhub import HubLayer, export_hub

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import tensorflow_hub

EXACT = 1e-5
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(48, 8, 8, 3)).astype("float32") + 1
Y = GENERATOR.integers(0, 2, 48)
V = GENERATOR.normal(size=(48, 4)).astype("float32") + 1


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "cache"))
    keras.utils.set_random_seed(0)
    return tmp_path / "cache"


def backbone(size=None):
    """A small network with all that makes fine-tuning delicate."""
    return keras.Sequential(
        [
            keras.Input((size, size, 3)),
            layers.Conv2D(6, 3, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.1)),
            layers.BatchNormalization(momentum=0.8),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4, kernel_regularizer=keras.regularizers.L1(0.01)),
        ]
    )


def with_head(base, shape=(8, 8, 3), rate=0.1, call=None):
    """Three ways of using a layer: by default Sequential."""
    head = layers.Dense(2, kernel_initializer=keras.initializers.GlorotUniform(seed=3), dtype="float32")
    if call is None:
        model = keras.Sequential([keras.Input(shape), base, head])
    else:
        model = call(base, head, shape)
        model(np.zeros((1, *shape), "float32"))
    model.compile(keras.optimizers.SGD(rate), losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def functional(base, head, shape):
    x = keras.Input(shape)
    return keras.Model(x, head(base(x)))


def subclassed(base, head, shape):
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.base, self.head = base, head

        def call(self, x, training=False):  # Keras hands `training` on only where a model asks for it
            return self.head(self.base(x))

    return Model()


def tune(model, x=X, epochs=3):
    return model.fit(x, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0).history["loss"]


def values(layer):
    return [weight.numpy().copy() for weight in layer.weights]


def same(ones, others):
    return all(np.array_equal(a, b) for a, b in zip(ones, others, strict=True))


def statistics(layer):
    return [weight.numpy().copy() for weight in layer.weights if "moving" in weight.name]


@pytest.fixture
def exported(tmp_path):
    model = backbone()
    return model, export_hub(model, tmp_path / "module")


# export


def test_export_is_what_hub_load_expects(exported):
    model, path = exported
    module = tensorflow_hub.load(str(path))
    assert np.array_equal(module(X), model(X, training=False))
    assert np.array_equal(module(X, training=False), model(X, training=False))
    assert np.array_equal(module.signatures["serving_default"](tf.constant(X))["output_0"], model(X))
    assert len(module.variables) == 7 and len(module.trainable_variables) == 5
    assert np.isclose(sum(loss().numpy() for loss in module.regularization_losses), sum(model.losses), rtol=1e-6)


def test_exported_batch_normalization_learns_its_statistics(exported):
    model, path = exported
    module = tensorflow_hub.load(str(path))
    for _ in range(2):
        assert np.allclose(module(X, training=True), model(X, training=True), atol=EXACT)
    kept = {v.name.split("/")[-1].split(":")[0]: v.numpy() for v in module.variables if "moving" in v.name}
    for weight in model.layers[1].non_trainable_weights:
        assert np.allclose(kept[weight.name], weight, atol=EXACT) and np.abs(weight).max() > 0.1
    assert np.allclose(module(X), model(X), atol=EXACT)


def test_export_of_several_inputs_and_outputs_by_name(tmp_path):
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    joined = layers.Concatenate()([a, b])
    model = keras.Model({"a": a, "b": b}, {"sum": layers.Dense(2)(joined), "all": joined})
    layer = HubLayer(export_hub(model, tmp_path / "module"))
    inputs = {"a": V[:, :3], "b": V[:, :2]}
    assert {name: np.array_equal(out, model(inputs)[name]) for name, out in layer(inputs).items()} == {
        "sum": True,
        "all": True,
    }
    assert np.array_equal(HubLayer(tmp_path / "module", output_key="all")(inputs), model(inputs)["all"])
    symbolic = layer({"a": a, "b": b})
    assert symbolic["sum"].shape == (None, 2) and symbolic["all"].shape == (None, 5)
    by_signature = HubLayer(tmp_path / "module", signature="serving_default", output_key="sum")
    names = by_signature._traces[0].structured_input_signature[1]  # TensorFlow chooses these
    arranged = {name: inputs["a" if spec.shape[1] == 3 else "b"] for name, spec in names.items()}
    assert np.array_equal(by_signature(arranged), model(inputs)["sum"])
    with pytest.raises(CourseError, match="takes .*a: float32 .None, 3.*found float32 .48, 4.: bring the input"):
        layer(V)


def test_export_of_a_subclassed_model_and_of_dropout(tmp_path):
    model = subclassed(layers.Dropout(0.5), layers.Dense(3), None)
    with pytest.raises(CourseError, match="knows its input.*give it a keras.Input, or call it once"):
        export_hub(model, tmp_path / "module")
    model(V)
    layer = HubLayer(export_hub(model, tmp_path / "module"), trainable=True)
    assert layer.count_params() == model.count_params() == 15
    assert np.array_equal(layer(V), model(V))
    one, two = layer(V, training=True), layer(V, training=True)
    assert not np.array_equal(one, layer(V)) and not np.array_equal(one, two)


def test_frozen_layers_of_the_model_stay_frozen_in_the_module(tmp_path):
    model = backbone()
    model.layers[0].trainable = model.layers[1].trainable = False
    layer = HubLayer(export_hub(model, tmp_path / "module"), trainable=True)
    assert len(layer.trainable_weights) == 2 and len(layer.non_trainable_weights) == 5
    before = values(layer)
    tune(with_head(layer))
    moved = [not np.array_equal(a, b) for a, b in zip(before, values(layer))]
    assert moved == [weight.trainable for weight in layer.weights]


def test_export_overwrites_only_modules(tmp_path, exported):
    model, path = exported
    with pytest.raises(CourseError, match="is there already: choose another name, or overwrite=True"):
        export_hub(model, path)
    model.layers[-1].bias.assign(np.ones(4))
    assert export_hub(model, path, overwrite=True) == path and np.array_equal(HubLayer(path)(X), model(X))
    (path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "work").mkdir()
    (tmp_path / "essay.tar.gz").write_text("mine", encoding="utf-8")
    for name in ("module", "work", "essay.tar.gz"):
        with pytest.raises(CourseError, match="it stays as it is, choose another name"):
            export_hub(model, tmp_path / name, overwrite=True)
    assert (path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "cache") == ["essay.tar.gz", "module", "work"]


def test_failed_export_leaves_nothing(tmp_path, monkeypatch):
    def fail(module, folder, signatures):
        os.mkdir(folder)
        raise OSError("disk full")

    monkeypatch.setattr(tf.saved_model, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        export_hub(backbone(), tmp_path / "module")
    assert not [p for p in tmp_path.iterdir() if p.name != "cache"]


# the layer


def test_counts_and_shapes(exported):
    model, path = exported
    layer = HubLayer(path, trainable=True)
    outer = keras.Sequential([keras.Input((None, None, 3)), layer, layers.Dense(2)])
    assert layer.count_params() == model.count_params() and outer.output_shape == (None, 2)
    lines = []
    outer.summary(print_fn=lines.append)
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) + 10
    assert f"Trainable params: {trained} " in lines[0] and "Non-trainable params: 12 " in lines[0]
    layer.trainable = False
    assert outer.trainable_weights == outer.layers[-1].weights and len(layer.non_trainable_weights) == 7
    for size in (8, 11):  # pictures of any size, as the module allows
        assert np.array_equal(outer.layers[0](X[:, :size, :size]), model(X[:, :size, :size]))


@pytest.mark.parametrize("size", [8, None])
def test_feature_maps_keep_their_size(tmp_path, size):
    model = keras.Sequential([keras.Input((size, size, 3)), layers.Conv2D(5, 3, strides=2)])
    x = keras.Input((None, None, 3))
    shape = HubLayer(export_hub(model, tmp_path / "module"))(x).shape
    assert shape == ((None, 3, 3, 5) if size else (None, None, None, 5))


@pytest.mark.parametrize("call", [None, functional, subclassed])
@pytest.mark.parametrize("inference_mode", [False, True])
def test_fine_tuning_equals_that_of_the_original(exported, call, inference_mode):
    model, path = exported
    layer = HubLayer(path, trainable=True, inference_mode=inference_mode)
    ours, original = with_head(layer, call=call), with_head(model, call=call)
    if inference_mode:  # its gamma and beta are trained all the same, so a frozen layer would be something else
        normalize = model.layers[1].call
        model.layers[1].call = lambda x, training=None, mask=None: normalize(x, training=False, mask=mask)
    before = statistics(layer)
    assert np.allclose(tune(ours), tune(original), atol=EXACT)
    assert np.allclose(ours.predict(X, verbose=0), original.predict(X, verbose=0), atol=EXACT)
    assert np.isclose(ours.evaluate(X, Y, verbose=0), original.evaluate(X, Y, verbose=0), atol=EXACT)
    assert same(before, statistics(layer)) == inference_mode


@pytest.mark.parametrize("call", [None, functional, subclassed])
def test_frozen_stays_bit_identical(exported, call):
    layer = HubLayer(exported[1])
    before, ours = values(layer), with_head(layer, call=call)
    head = values(ours.layers[-1])
    tune(ours)
    assert same(before, values(layer)) and not same(head, values(ours.layers[-1])) and not ours.losses


def test_trainable_switches_weights_mode_and_losses(exported):
    model, path = exported
    layer = HubLayer(path)
    ours = with_head(layer)
    assert np.array_equal(layer(X, training=True), model(X, training=False)) and not layer.losses
    for trainable in (False, True, False, True):
        ours.trainable = trainable  # reaches the layer inside
        ours.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
        before = values(layer)
        tune(ours, epochs=1)
        assert same(before, values(layer)) != trainable and len(layer.trainable_weights) == 5 * trainable
        assert bool(ours.losses) == trainable
    at_rest = statistics(layer)
    assert np.array_equal(layer(X, training=False), layer(X)) and same(at_rest, statistics(layer))
    assert not np.array_equal(layer(X, training=True), layer(X, training=False))
    assert not same(at_rest, statistics(layer))


def test_regularization_counts_once_however_often_the_layer_is_used(exported):
    model, path = exported
    layer, x = HubLayer(path, trainable=True), keras.Input((8, 8, 3))
    twice = keras.Model(x, layers.Add()([layer(x), layer(x)]))
    assert np.isclose(sum(twice.losses), sum(model.losses), rtol=1e-6)


def test_save_and_load(tmp_path, exported):
    ours = with_head(HubLayer(exported[1], trainable=True, inference_mode=True, name="base"))
    tune(ours)
    ours.save(tmp_path / "tuned.keras")
    again = keras.models.load_model(tmp_path / "tuned.keras")
    expected = ours.predict(X, verbose=0)
    assert np.array_equal(again.predict(X, verbose=0), expected)
    assert again.layers[0].get_config() == ours.layers[0].get_config()
    assert len(again.trainable_weights) == 7
    assert np.allclose(tune(again), tune(ours), atol=EXACT)

    exported[1].rename(tmp_path / "elsewhere")
    with pytest.raises(CourseError, match="no module at .*module: bring it there, or build the model with the path"):
        keras.models.load_model(tmp_path / "tuned.keras")
    moved = with_head(HubLayer(tmp_path / "elsewhere", trainable=True, inference_mode=True, name="base"))
    moved.load_weights(tmp_path / "tuned.keras")
    assert np.array_equal(moved.predict(X, verbose=0), expected)


def test_relative_handles_survive_a_change_of_folder_and_a_move_of_both(tmp_path, monkeypatch):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    export_hub(backbone(), "module")
    with_head(HubLayer("module")).save("model.keras")
    expected = keras.models.load_model("model.keras").predict(X, verbose=0)
    monkeypatch.chdir(tmp_path / "there")
    assert np.array_equal(keras.models.load_model("../here/model.keras").predict(X, verbose=0), expected)
    os.rename("../here/module", "module")
    os.rename("../here/model.keras", "model.keras")
    assert np.array_equal(keras.models.load_model("model.keras").predict(X, verbose=0), expected)


def test_tuned_model_can_be_exported_again(tmp_path, exported):
    ours = with_head(HubLayer(exported[1], trainable=True))
    tune(ours)
    expected = ours.predict(X, verbose=0)
    layer = HubLayer(export_hub(ours, tmp_path / "again"), trainable=True)
    assert np.allclose(layer(X), expected, atol=EXACT) and layer.count_params() == ours.count_params()
    assert np.isclose(sum(layer.losses), sum(ours.losses), rtol=1e-6)
    ours.export(tmp_path / "served", verbose=False)  # Keras's own way
    served = tf.saved_model.load(str(tmp_path / "served"))
    assert np.allclose(served.serve(X), expected, atol=EXACT)


def test_mixed_precision(exported):
    model, path = exported
    expected = model(X).numpy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        layer = HubLayer(path, trainable=True)
        assert layer(X).dtype == "bfloat16" and {weight.dtype for weight in layer.weights} == {"float32"}
        assert np.array_equal(tf.cast(layer(X), "float32"), tf.cast(tf.cast(expected, "bfloat16"), "float32"))
        assert layer(X.astype("float64")).dtype == layer(tf.cast(X, "bfloat16")).dtype == "bfloat16"
        ours = with_head(layer)
        first, *_, last = tune(ours)
        assert last < first and ours.predict(X, verbose=0).dtype == "float32"
        again = HubLayer(export_hub(keras.Sequential([keras.Input((8, 8, 3)), layer]), path.with_name("bf16")))
        assert np.array_equal(tf.cast(again(X), "float32"), tf.cast(layer(X), "float32"))
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.array_equal(HubLayer(path)(X), expected)


# modules of others


class ByHand(tf.Module):
    """Written by the rules of reusable SavedModels with nothing but TensorFlow: statistics that move, and a penalty."""

    def __init__(self, listed=True):
        super().__init__()
        self.w = tf.Variable(np.linspace(-1, 1, 12).reshape(4, 3).astype("float32"), name="w")
        self.mean = tf.Variable(tf.zeros(3), trainable=False, name="mean")
        if listed:
            self._lists = self.w, self.mean
            self.regularization_losses = [tf.function(lambda: 0.5 * tf.reduce_sum(self.w**2), input_signature=[])]

    @tf.function(input_signature=[tf.TensorSpec((None, 4)), tf.TensorSpec((), tf.bool)])
    def __call__(self, x, training=False):
        y = x @ self.w
        if training:
            mean = tf.reduce_mean(y, axis=0)
            self.mean.assign(0.9 * self.mean + 0.1 * mean)
            return y - mean
        return y - self.mean


@pytest.mark.parametrize("listed", [True, False])
def test_module_made_by_hand(tmp_path, listed):
    module, path = ByHand(listed), str(tmp_path / "module")
    root = tf.train.Checkpoint(module=module)
    root.__call__ = module.__call__
    if listed:
        root.variables, root.trainable_variables = [module.w, module.mean], [module.w]
        root.regularization_losses = module.regularization_losses
    tf.saved_model.save(root if listed else module, path)
    layer = HubLayer(path, trainable=True)
    assert layer.count_params() == 15 and [weight.name for weight in layer.trainable_weights] == ["w"]
    assert [float(loss) for loss in layer.losses] == pytest.approx([0.5 * (module.w.numpy() ** 2).sum()] * listed)

    ours = with_head(layer, shape=(4,))
    kernel, bias = (tf.Variable(value) for value in ours.layers[-1].get_weights())
    tune(ours, V, epochs=2)
    for i in [0, 16, 32] * 2:  # the same by hand
        with tf.GradientTape() as tape:
            logits = module(V[i : i + 16], True) @ kernel + bias
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(Y[i : i + 16], logits))
            loss += sum(penalty() for penalty in module.regularization_losses) if listed else 0.0
        variables = [module.w, kernel, bias]
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(0.1 * gradient)
    assert np.allclose(ours.predict(V, verbose=0), module(V, False) @ kernel + bias, atol=EXACT)
    by_name = {weight.name: weight.numpy() for weight in layer.weights}
    assert np.allclose(by_name["w"], module.w, atol=EXACT) and np.allclose(by_name["mean"], module.mean, atol=EXACT)
    assert np.abs(by_name["mean"]).max() > 0.1


@pytest.fixture(scope="module")
def of_keras_2(tmp_path_factory):
    import tf_keras

    tf_keras.utils.set_random_seed(0)
    path = str(tmp_path_factory.mktemp("keras2") / "module")
    tf_keras.Sequential(
        [
            tf_keras.layers.Conv2D(6, 3, input_shape=(8, 8, 3), kernel_regularizer=tf_keras.regularizers.L2(0.1)),
            tf_keras.layers.BatchNormalization(momentum=0.8),
            tf_keras.layers.ReLU(),
            tf_keras.layers.GlobalAveragePooling2D(),
        ]
    ).save(path, save_format="tf")
    return path


@pytest.mark.parametrize("trainable", [True, False])
def test_agrees_with_hub_keras_layer(of_keras_2, trainable, tmp_path):
    import tf_keras

    layer, reference = HubLayer(of_keras_2, trainable), tensorflow_hub.KerasLayer(of_keras_2, trainable)
    assert np.array_equal(layer(X), reference(X))
    assert [w.shape for w in layer.trainable_weights] == [w.shape for w in reference.trainable_weights]
    assert layer.count_params() == reference.count_params()

    gradients = []
    for each in (layer, reference):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(each(X, training=True) ** 2) + sum(each.losses)
        gradients.append(
            tape.gradient(loss, [getattr(w, "value", w) for w in each._adopted] if each is layer else each.weights)
        )
    by_name = {w.name.split(":")[0].replace("/", "_"): g for w, g in zip(reference.weights, gradients[1])}
    if trainable:
        for weight, gradient in zip(layer._adopted, gradients[0]):
            assert (gradient is None) == (by_name[weight.name] is None) == (not weight.trainable)
            assert gradient is None or np.allclose(gradient, by_name[weight.name], atol=EXACT)

    ours = with_head(layer)
    theirs = tf_keras.Sequential([tf_keras.Input((8, 8, 3)), reference, tf_keras.layers.Dense(2)])
    theirs.layers[-1].set_weights(ours.layers[-1].get_weights())
    theirs.compile(tf_keras.optimizers.SGD(0.1), tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = theirs.fit(X, Y, batch_size=16, epochs=3, shuffle=False, verbose=0).history["loss"]
    assert np.allclose(tune(ours), history, atol=EXACT)
    assert np.allclose(ours.predict(X, verbose=0), theirs.predict(X, verbose=0), atol=EXACT)
    tuned = {w.name.split(":")[0].replace("/", "_"): w.numpy() for w in reference.weights}
    for weight in layer.weights:
        assert np.allclose(weight, tuned[weight.name], atol=EXACT)

    theirs.save(tmp_path / "old.h5")  # what people have on their disks
    again = keras.models.load_model(tmp_path / "old.h5", custom_objects={"KerasLayer": HubLayer}, compile=False)
    assert np.allclose(again.predict(X, verbose=0), theirs.predict(X, verbose=0), atol=EXACT)
    assert same(values(again.layers[0]), [w.numpy() for w in reference.weights])
    assert again.layers[0].trainable == trainable


@pytest.fixture
def only_signature(tmp_path):
    root, path = tf.train.Checkpoint(w=tf.Variable(tf.ones((4, 2)), name="w")), str(tmp_path / "served")
    two = tf.function(lambda x: {"double": 2 * x, "product": x @ root.w}, input_signature=[tf.TensorSpec((None, 4))])
    one = tf.function(lambda x: {"product": x @ root.w}, input_signature=[tf.TensorSpec((None, 4))])
    tf.saved_model.save(root, path, signatures={"serving_default": two, "one": one})
    return path


def test_only_signatures(only_signature, tmp_path):
    layer = HubLayer(only_signature, signature="serving_default", output_key="product")
    assert np.allclose(layer(V), V @ np.ones((4, 2))) and layer.count_params() == 8 and not layer.trainable_weights
    assert set(HubLayer(only_signature, signature="serving_default")(V)) == {"double", "product"}
    assert np.array_equal(HubLayer(only_signature, signature="one")(V), layer(V))
    ours = with_head(layer, shape=(4,))
    tune(ours, V)
    ours.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again.predict(V, verbose=0), ours.predict(V, verbose=0))
    with pytest.raises(CourseError, match="signature and cannot be fine-tuned: set trainable=False"):
        layer.trainable = True
    with pytest.raises(CourseError, match="cannot be fine-tuned"):
        HubLayer(only_signature, trainable=True, signature="one")
    with pytest.raises(
        CourseError, match="only has signatures .'serving_default', 'one'.: use one, frozen: signature="
    ):
        HubLayer(only_signature)
    with pytest.raises(CourseError, match="no signature 'serve': choose from those it has .'serving_default', 'one'"):
        HubLayer(only_signature, signature="serve")
    with pytest.raises(CourseError, match="no output 'y': choose from '"):
        HubLayer(only_signature, signature="serving_default", output_key="y")


def test_output_key_of_a_module_with_one_output(exported):
    with pytest.raises(CourseError, match="no output 'y': leave output_key out, it has only one"):
        HubLayer(exported[1], output_key="y")


def test_old_format_of_tensorflow_1(tmp_path):
    """As hub.create_module_spec wrote it, which tensorflow_hub 0.16 no
    longer has: a graph without tags, and a marker."""
    path, v1 = str(tmp_path / "old"), tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 4))
        y = x @ v1.get_variable("w", initializer=np.ones((4, 2), "float32"))
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(path)
        signature = v1.saved_model.predict_signature_def({"default": x}, {"default": y})
        builder.add_meta_graph_and_variables(session, [], {"default": signature})
        builder.save()
    (tmp_path / "old" / "tfhub_module.pb").write_bytes(b"\x08\x03")
    with pytest.raises(CourseError, match="old format of TensorFlow 1 and cannot be called.*signature='default'"):
        HubLayer(path)
    with pytest.raises(CourseError, match="cannot be fine-tuned"):
        HubLayer(path, trainable=True, signature="default")
    assert np.allclose(HubLayer(path, signature="default")(V), V @ np.ones((4, 2)))


def test_vocabulary_is_exported(tmp_path):
    words = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=3)
    model = keras.Sequential([keras.Input((), dtype="string"), words, layers.Embedding(5, 4)])
    layer, text = HubLayer(export_hub(model, tmp_path / "module"), trainable=True), tf.constant(["b a", "c"])
    assert np.array_equal(layer(text), model(text)) and layer.count_params() == 20


def test_text_module(tmp_path):
    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
    def length(text):
        return tf.cast(tf.strings.length(text), tf.float32)[:, tf.newaxis]

    root = tf.train.Checkpoint()
    root.__call__ = length
    tf.saved_model.save(root, str(tmp_path / "text"))
    layer = HubLayer(tmp_path / "text")
    model = keras.Sequential([keras.Input((), dtype="string"), layer])
    assert model.predict(tf.constant(["a", "bcd"]), verbose=0).tolist() == [[1], [3]]
    with pytest.raises(CourseError, match=r"takes string \(None,\), found float32 \(48, 4\)"):
        layer(V)


# where modules come from


def test_archive(exported, tmp_path, cache, monkeypatch):
    model, _ = exported
    archive = export_hub(model, tmp_path / "module.tar.gz")
    assert archive.is_file() and np.array_equal(HubLayer(archive)(X), model(X))
    assert len(list(cache.iterdir())) == 1
    moved = archive.rename(tmp_path / "moved.tgz")  # same content: not unpacked again
    monkeypatch.setattr(tarfile, "open", None)
    assert np.array_equal(HubLayer(moved)(X), model(X)) and len(list(cache.iterdir())) == 1


def test_archive_with_a_folder_around_and_one_that_is_replaced(exported, tmp_path):
    model, path = exported
    with tarfile.open(tmp_path / "around.tar.gz", "w:gz") as tar:
        tar.add(path, arcname="some/name")
    assert np.array_equal(HubLayer(tmp_path / "around.tar.gz")(X), model(X))
    assert export_hub(model, tmp_path / "around.tar.gz", overwrite=True).is_file()


def test_half_cleaned_cache_is_made_whole(exported, tmp_path, cache):
    archive = export_hub(exported[0], tmp_path / "module.tar.gz")
    HubLayer(archive)
    [unpacked] = cache.iterdir()
    (unpacked / "saved_model.pb").unlink()
    assert HubLayer(archive).count_params() == exported[0].count_params()


def test_damaged_and_other_archives(exported, tmp_path, cache):
    archive = export_hub(exported[0], tmp_path / "module.tar.gz")
    content = archive.read_bytes()
    for name, damaged in {
        "cut": content[: len(content) // 2],
        "text": b"hello",
        "empty": b"",
        "bit": content[:2000] + bytes([content[2000] ^ 8]) + content[2001:],
    }.items():
        (tmp_path / f"{name}.tar.gz").write_bytes(damaged)
        with pytest.raises(
            CourseError, match="cannot be unpacked .*expected the .tar.gz of a SavedModel, get it again"
        ):
            HubLayer(tmp_path / f"{name}.tar.gz")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as tar:
        tar.add(COURSE / "LICENSE", arcname="LICENSE")
    with pytest.raises(CourseError, match="holds no SavedModel"):
        HubLayer(tmp_path / "other.tar.gz")
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        tar.add(COURSE / "LICENSE", arcname="../../escaped")
    with pytest.raises(CourseError, match="cannot be unpacked"):
        HubLayer(tmp_path / "evil.tar.gz")
    assert not list(tmp_path.rglob("escaped")) and not list(cache.iterdir())


def test_missing_and_damaged_folders(exported, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="no module at .*nowhere: bring it there"):
        HubLayer("nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="empty is no SavedModel, it has no saved_model.pb: give the folder"):
        HubLayer("empty")
    for part in ("variables/variables.index", "variables/variables.data-00000-of-00001", "saved_model.pb"):
        kept = (exported[1] / part).read_bytes()
        (exported[1] / part).write_bytes(kept[: len(kept) // 2])
        with pytest.raises(CourseError, match="module cannot be loaded .*get it again"):
            HubLayer("module")
        (exported[1] / part).write_bytes(kept)


def test_url(exported, tmp_path, cache, monkeypatch):
    content = export_hub(exported[0], tmp_path / "module.tar.gz").read_bytes()
    asked = []

    def urlopen(request, **options):
        asked.append(getattr(request, "full_url", request))
        return urllib.request.addinfourl(io.BytesIO(content), {}, asked[-1], 200)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    url = "https://example.org/course/module/1"
    ours = with_head(HubLayer(url))
    assert np.array_equal(ours.layers[0](X), exported[0](X)) and asked == [f"{url}?tf-hub-format=compressed"]
    ours.save(tmp_path / "model.keras")
    with pytest.raises(CourseError, match="from the network: if you trust it, load with load_model.*safe_mode=False"):
        keras.models.load_model(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", safe_mode=False)
    assert np.array_equal(again.predict(X, verbose=0), ours.predict(X, verbose=0)) and len(asked) == 1  # from the cache


def test_url_without_network(monkeypatch):
    def urlopen(request, **options):
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    with pytest.raises(CourseError, match="cannot be fetched .*not known.*: connect to the network, or give a folder"):
        HubLayer("https://example.org/course/module/1")


# wrong use


def test_wrong_input_is_one_sentence(exported):
    layer = HubLayer(exported[1])
    expected = f"{exported[1]} takes float32 (None, None, None, 3), found %s: bring the input into that shape and dtype"
    wrong = {
        "float32 (48, 4)": V,
        "float32 (48, 8, 8, 1)": X[..., :1],
        "uint8 (48, 8, 8, 3)": X.astype("uint8"),
    }
    for found, x in wrong.items():
        with pytest.raises(CourseError) as caught:
            layer(x)
        assert str(caught.value) == expected % found
        with pytest.raises(CourseError) as caught:
            keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype.name), layer])
        assert str(caught.value) == expected % found.replace("48", "None")


def test_another_backend(tmp_path):
    code = """
import course_lib.tfhub as hub, course_lib
for use in (lambda: hub.HubLayer("x"), lambda: hub.export_hub(None, "x")):
    try:
        use()
    except course_lib.CourseError as error:
        print(error)
"""
    environment = {**os.environ, "COURSE_BACKEND": "jax", "PYTHONPATH": str(COURSE)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=COURSE)
    sentence = "TensorFlow Hub needs Keras on TensorFlow, found jax: unset COURSE_BACKEND and restart\n"
    assert done.stdout == 2 * sentence, done.stderr


def test_quiet(exported):
    """Nothing on stderr: it would stand in the notebooks."""
    code = f"""
import course_lib
course_lib.start(seed=0)
from course_lib.tfhub import HubLayer, export_hub
layer = HubLayer({str(exported[1])!r}, trainable=True)
import keras
export_hub(keras.Sequential([keras.Input((8, 8, 3)), layer]), {str(exported[1]) + "2"!r})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=COURSE)
    assert done.returncode == 0 and not done.stdout and not done.stderr, done.stderr
