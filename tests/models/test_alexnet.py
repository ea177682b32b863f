"""AlexNet against the Caffe model in the onnx package, and its two special layers against others' arithmetic."""

from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import proof
import pytest
import tensorflow as tf

from course_lib.models import alexnet

pytestmark = pytest.mark.usefixtures("unfilled")  # every test gives the weights values of its own

GRAPH = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light" / "light_bvlc_alexnet.onnx"


def caffe_logits(model, images, groups, bias=2.0):
    """Caffe's AlexNet with our weights, computed by ONNX Runtime.

    The graph is taken as it is, except for the constants that the paper sets otherwise than Caffe, for its random
    weights and its last layer, a softmax.
    """
    graph = onnx.load(GRAPH)
    nodes = [node for node in graph.graph.node if node.op_type not in ("ConstantOfShape", "Softmax")]
    for node in nodes:
        for attribute in node.attribute:
            if attribute.name == "group":
                assert attribute.i == 2
                attribute.i = groups
            if node.op_type == "LRN" and attribute.name == "bias":
                assert attribute.f == 1  # Caffe's
                attribute.f = bias
            if node.op_type == "LRN" and attribute.name == "alpha":
                assert round(attribute.f, 7) == 1e-4
                attribute.f *= 5  # ONNX divides it by the size, the paper does not
    weights = {"OC2_DUMMY_1": np.array([len(images), -1])}
    for layer in model.layers:
        if layer.weights:
            kernel, weights[f"{layer.name}_b_0"] = layer.get_weights()
            if layer.name == "fc6":  # Caffe flattens (channels, height, width)
                side = model.get_layer("pool5").output.shape[1]
                kernel = kernel.reshape(side, side, 256, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
            weights[f"{layer.name}_w_0"] = np.moveaxis(kernel, (-1, -2), (0, 1))
    inputs = [onnx.helper.make_tensor_value_info("data_0", onnx.TensorProto.FLOAT, None)]
    outputs = [onnx.helper.make_tensor_value_info(nodes[-1].output[0], onnx.TensorProto.FLOAT, None)]
    constants = [onnx.numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in weights.items()]
    changed = onnx.helper.make_graph(nodes, "alexnet", inputs, outputs, constants)
    content = onnx.helper.make_model(changed, opset_imports=graph.opset_import, ir_version=8).SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"data_0": images.transpose(0, 3, 1, 2)})[0]


@pytest.mark.parametrize("side, groups", [(227, 2), (99, 2), (67, 1)])
def test_logits_equal_those_of_caffe(side, groups):
    images = proof.pictures((side, side, 3))
    model = alexnet.alexnet((side, side, 3), num_classes=10, groups=groups)
    ours = proof.randomize(model, images)
    proof.assert_same_logits(ours, caffe_logits(model, images, groups))


def test_a_wrong_constant_would_be_seen():
    """With these random weights, Caffe's 1 instead of the paper's 2 in the normalization gives other logits."""
    images = proof.pictures((67, 67, 3))
    model = alexnet.alexnet((67, 67, 3), num_classes=10)
    ours = proof.randomize(model, images)
    assert proof.differs(ours, caffe_logits(model, images, groups=2, bias=1.0))


@pytest.mark.parametrize("size, bias, alpha, beta", [(5, 2.0, 1e-4, 0.75), (3, 1.0, 0.5, 0.5), (7, 0.5, 0.1, 1.25)])
def test_response_normalization_equals_that_of_tensorflow(size, bias, alpha, beta):
    x = 10 * np.random.default_rng(0).normal(size=(2, 5, 4, 16)).astype("float32")
    ours = alexnet.LocalResponseNormalization(size=size, bias=bias, alpha=alpha, beta=beta)(x)
    theirs = tf.nn.local_response_normalization(x, depth_radius=size // 2, bias=bias, alpha=alpha, beta=beta)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert np.abs(ours - x).max() > 0.1


@pytest.mark.parametrize("layer", ["conv2", "conv4", "conv5"])
def test_grouped_convolution_is_two_separate_ones(layer):
    """Half of the kernels on half of the maps, twice, by TensorFlow's own convolution."""
    model = alexnet.alexnet((67, 67, 3), num_classes=10)
    proof.randomize(model, proof.pictures((67, 67, 3)))
    grouped = model.get_layer(layer)
    x = np.random.default_rng(1).normal(size=(2, *grouped.input.shape[1:])).astype("float32")
    kernel, bias = grouped.get_weights()
    assert kernel.shape[2] == x.shape[-1] // 2
    halves = zip(np.split(x, 2, axis=-1), np.split(kernel, 2, axis=-1), np.split(bias, 2))
    separate = [tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias) for x, kernel, bias in halves]
    np.testing.assert_allclose(grouped(x), np.concatenate(separate, axis=-1), atol=proof.EXACT)


def test_too_small_an_image_is_refused():
    with pytest.raises(ValueError, match="at least 67x67, found 66x227"):
        alexnet.alexnet((66, 227, 3))


def test_dropout_only_in_training():
    model = alexnet.alexnet((67, 67, 3), num_classes=10)
    images = proof.pictures((67, 67, 3))
    proof.randomize(model, images)
    assert (proof.run(model, images) == proof.run(model, images)).all()
    assert (np.asarray(model(images, training=True)) != proof.run(model, images)).all()


def test_response_normalization_keeps_its_constants(tmp_path):
    layer = alexnet.LocalResponseNormalization(size=3, bias=1.0, alpha=0.1, beta=0.5)
    model = keras.Sequential([keras.Input((4, 4, 8)), layer])
    model.save(tmp_path / "normalization.keras")
    x = np.random.default_rng(0).normal(size=(2, 4, 4, 8)).astype("float32")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "normalization.keras")(x), model(x))
