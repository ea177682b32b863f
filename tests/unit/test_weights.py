import inspect
import socket

import keras
import numpy as np
import pytest

from course_lib import data, weights
from course_lib.errors import CourseError
from course_lib.models.efficientnet_lite import efficientnet_lite0


def test_backbone_ends_in_a_feature_map():
    model = weights.backbone("efficientnet_lite0", input_shape=(64, 96, 3), include_top=False)
    assert model.output_shape == (None, 2, 3, 1280) and model.count_params() == 4694024 - 1281 * 1000
    assert weights.backbone().input_shape == (None, 224, 224, 3)
    assert all(layer.trainable for layer in model.layers)


def test_loaded_values_are_those_of_the_file():
    model = weights.backbone(input_shape=(32, 32, 3))
    with np.load(data.file("efficientnet_lite0.npz")) as stored:
        for key in ("stem/kernel", "block6d_project/kernel", "head_bn/moving_variance"):
            layer, name = key.split("/")
            [weight] = [weight for weight in model.get_layer(layer).weights if weight.name == name]
            assert weight.dtype == "float32"
            np.testing.assert_array_equal(keras.ops.convert_to_numpy(weight), stored[key].astype("float32"))


def test_what_does_not_fit_is_refused_and_leaves_the_model_as_it_was():
    model = efficientnet_lite0((32, 32, 3), num_classes=8)
    before = model.get_layer("stem").get_weights()[0]
    with pytest.raises(
        CourseError, match=r"logits/kernel is \(1280, 1000\) .* and \(1280, 8\) in 'efficientnet_lite0': .*a head"
    ):
        weights.load(model)
    np.testing.assert_array_equal(model.get_layer("stem").get_weights()[0], before)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="mine")], name="small")
    with pytest.raises(CourseError, match="efficientnet_lite0.npz has no mine/kernel, which 'small' needs"):
        weights.load(other)
    with pytest.raises(CourseError, match="no data file 'resnet_9.npz'"):
        weights.load(other, "resnet_9")


@pytest.mark.parametrize("shape", [(64, 64), (64, 64, 1), (3, 64, 64)])
def test_images_without_colours_are_refused(shape):
    with pytest.raises(CourseError, match=r"expected \(height, width, 3\)"):
        weights.backbone(input_shape=shape)


@pytest.mark.parametrize("use", [weights.backbone, weights.preprocess])
def test_unknown_names(use):
    with pytest.raises(CourseError, match="no backbone 'vgg': 'efficientnet_lite0' is shipped, .* VGG16, VGG19"):
        use("vgg")
    with pytest.raises(CourseError, match="has VGG16, ResNet50"):
        use("transformer")
    with pytest.raises(CourseError, match="no backbone None"):
        use(None)


@pytest.fixture
def without_network(monkeypatch, tmp_path):
    """Nothing in Keras's cache, and every way out refused, as on a machine that is offline."""

    def refuse(*arguments, **options):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(inspect.getmodule(keras.utils.get_file).config, "keras_home", lambda: str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("include_top", [False, True])
def test_without_network_one_sentence_says_what_is_here(include_top, without_network):
    before = socket.getdefaulttimeout()
    with pytest.raises(CourseError) as error:
        weights.backbone("MobileNetV2", input_shape=(224, 224, 3), include_top=include_top)
    message = str(error.value)
    assert "of MobileNetV2 are not in Keras's cache and cannot be fetched" in message and "\n" not in message
    assert "backbone('efficientnet_lite0')" in message and "name resolution" in message
    assert socket.getdefaulttimeout() == before


def test_the_shipped_one_needs_no_network(without_network):
    assert weights.backbone(input_shape=(32, 32, 3), include_top=True).output_shape == (None, 1000)


def test_a_shape_that_keras_refuses(without_network):
    with pytest.raises(
        CourseError, match=r"Keras cannot give VGG16 with input_shape=\(16, 16, 3\): Input size must be"
    ):
        weights.backbone("VGG16", input_shape=(16, 16, 3))


def test_keras_applications_are_built_with_logits(monkeypatch):
    """As with network, but the weights are random: they are asked for ImageNet's and without softmax."""
    asked = {}
    original = keras.applications.MobileNetV2

    def mobile_net(weights, **options):
        asked.update(options, weights=weights)
        return original(weights=None, **options)

    monkeypatch.setattr(keras.applications, "MobileNetV2", mobile_net)
    model = weights.backbone("MobileNetV2", input_shape=(96, 96, 3), include_top=True)
    assert asked["weights"] == "imagenet" and asked["classifier_activation"] is None
    assert model.output_shape == (None, 1000) and model.layers[-1].activation is keras.activations.linear
    assert weights.backbone("MobileNetV2", input_shape=(96, 96, 3)).output_shape == (None, 3, 3, 1280)


def test_preprocessing_of_each_backbone():
    image = np.full((1, 2, 2, 3), (1.0, 0.5, 0.0), "float32")
    given = image.copy()
    pixel = lambda name: weights.preprocess(name)(image)[0, 0, 0]
    np.testing.assert_allclose(pixel("efficientnet_lite0"), (1, 0.00390625, -0.9921875), atol=1e-6)
    np.testing.assert_allclose(pixel("VGG16"), (0 - 103.939, 127.5 - 116.779, 255 - 123.68), atol=1e-3)  # blue first
    np.testing.assert_allclose(pixel("ResNet50"), pixel("VGG16"))
    np.testing.assert_allclose(pixel("MobileNetV2"), (1, 0, -1), atol=1e-6)
    np.testing.assert_allclose(pixel("EfficientNetB0"), (255, 127.5, 0), atol=1e-4)
    np.testing.assert_array_equal(image, given)
    for name in ("efficientnet_lite0", "VGG16", "MobileNetV2"):
        assert weights.preprocess(name)(image).dtype == "float32"


def test_class_names():
    names = weights.imagenet_classes()
    assert isinstance(names, tuple) and len(names) == len(set(names)) == 1000
    assert (names[0], names[285], names[967], names[999]) == ("tench", "Egyptian cat", "espresso", "toilet tissue")


def test_top_classes():
    logits = np.zeros((2, 1000), "float32")
    logits[0, 285], logits[0, 967], logits[1, 0] = 9, 8, 1000
    first, second = weights.top_classes(logits, k=2)
    assert [name for name, _ in first] == ["Egyptian cat", "espresso"] and second[0] == ("tench", 1.0)
    assert first[0][1] == pytest.approx(np.exp(9) / (np.exp(9) + np.exp(8) + 998))
    assert weights.top_classes(keras.ops.convert_to_tensor(logits[0]), k=2) == first
    assert len(weights.top_classes(logits)[0]) == 5
    for wrong in (np.zeros((2, 10)), np.zeros((2, 7, 7, 1280)), np.zeros((1, 1, 1000))):
        with pytest.raises(CourseError, match=r"expected \(n, 1000\)"):
            weights.top_classes(wrong)
