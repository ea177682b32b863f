"""Images that are not on a scale from 0 to 1 are refused by every preprocessing, whatever they are kept in."""

import keras
import numpy as np
import pytest
from PIL import Image

from course_lib import data, saliency, weights
from course_lib.errors import CourseError
from course_lib.models import efficientnet_lite

NAMES = ["efficientnet_lite0", "VGG16", "ResNet50", "MobileNetV2", "DenseNet121", "EfficientNetB0", "ConvNeXtTiny"]
RIGHT = np.random.default_rng(0).uniform(size=(2, 4, 4, 3)).astype("float32")
RIGHT[0, 0, 0], RIGHT[0, 0, 1] = 0, 1
TWICE = "to 1, expected float from 0 to 1: preprocess them only once; if resizing has made some values negative, clip"
WRONG = {
    "bytes": ((255 * RIGHT).astype("uint8"), "images of uint8 up to 255, expected float from 0 to 1: divide by 255 first"),
    "0 to 255": (255 * RIGHT, "images of float32 up to 255, expected float from 0 to 1: divide by 255 first"),
    "whole numbers": (np.ones((1, 2, 2, 3), int), "images of int64 up to 1, expected float from 0 to 1: divide by 255"),
    "-1 to 1": (2 * RIGHT - 1, f"images of float32 from -1 {TWICE}"),
    "-3 to 3": (6 * RIGHT - 3, "images of float32 from -3 to 3, expected float from 0 to 1: preprocess them only once"),
    "a little below 0": (RIGHT - 0.01, "from -0.01 to 0.99, expected float from 0 to 1: preprocess them only once"),
    "VGG's": (255 * RIGHT - 123, "images of float32 from -123 to 132, expected float from 0 to 1: preprocess them only"),
    "nothing known": (np.full((1, 2, 2, 3), np.nan, "float32"), "with values that are no numbers .NaN or infinite."),
    "infinite": (np.full((1, 2, 2, 3), np.inf, "float32"), "with values that are no numbers .NaN or infinite."),
}  # fmt: skip


def refused(preprocess, images, message):
    with pytest.raises(CourseError, match=message) as error:
        preprocess(images)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("source", [*NAMES, efficientnet_lite, saliency], ids=str)
def test_wrong_scales_are_refused(source, kind):
    preprocess = weights.preprocess(source) if isinstance(source, str) else source.preprocess
    images, message = WRONG[kind]
    refused(preprocess, images, message)
    refused(preprocess, keras.ops.convert_to_tensor(images), message.replace("int64", "int(32|64)"))
    refused(preprocess, images.tolist(), message.replace("float32", "float64").replace("uint8", "int64"))
    refused(preprocess, images[0], "images of")


def test_what_each_sentence_advises_works():
    preprocess = weights.preprocess()
    expected = preprocess(RIGHT)
    assert np.allclose(preprocess((255 * RIGHT) / 255), expected, atol=1e-5)
    assert np.allclose(preprocess((255 * RIGHT).round().astype("uint8").astype("float32") / 255), expected, atol=0.01)
    overshot = RIGHT.copy()
    overshot[0, 0, 0] = -0.1
    refused(preprocess, overshot, "clip them to 0 and 1 first")
    assert np.array_equal(preprocess(np.clip(overshot, 0, 1)), expected)
    broken = RIGHT.copy()
    broken[1, 0, 0, 0] = np.nan
    refused(preprocess, broken, "look for them with np.isfinite")
    assert np.array_equal(preprocess(broken[np.isfinite(broken).all(axis=(1, 2, 3))]), expected[:1])


@pytest.mark.parametrize("name", NAMES)
def test_right_ones_are_taken_as_they_are(name):
    preprocess = weights.preprocess(name)
    expected = preprocess(RIGHT)
    for images in (RIGHT.astype("float64"), keras.ops.convert_to_tensor(RIGHT), RIGHT + np.float32(5e-4) * -1):
        assert np.allclose(keras.ops.convert_to_numpy(preprocess(images)), expected, atol=0.2)
    assert preprocess(RIGHT[:0]).shape == (0, 4, 4, 3) and preprocess(RIGHT[0]).shape == (4, 4, 3)
    assert np.abs(preprocess(1.5 * RIGHT)).max() > np.abs(expected).max()  # brighter than white, as after augmentation
    assert str(preprocess(RIGHT.astype("float16")).dtype) == "float16"
    inputs = keras.Input((4, 4, 3))
    assert np.allclose(keras.Model(inputs, preprocess(inputs)).predict(RIGHT, verbose=0), expected, atol=1e-3)


def test_a_functional_model_of_bytes():
    refused(weights.preprocess(), keras.Input((4, 4, 3), dtype="uint8"), "make them float32 and divide by 255 first")
    inputs = keras.Input((4, 4, 3), dtype="uint8")
    scaled = keras.layers.Rescaling(1 / 255)(inputs)  # float32
    model = keras.Model(inputs, weights.preprocess()(scaled))
    assert np.allclose(model.predict((255 * RIGHT).astype("uint8"), verbose=0), weights.preprocess()(RIGHT), atol=0.01)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", WRONG)
def test_in_a_pipeline_of_tf_data(name, kind):
    tf = pytest.importorskip("tensorflow")
    preprocess, (images, _) = weights.preprocess(name), WRONG[kind]
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(2)
    if images.dtype.kind == "f":
        with pytest.raises(tf.errors.InvalidArgumentError, match="expected images as float from 0 to 1: divide by 255"):
            list(dataset.map(preprocess))
        with pytest.raises(tf.errors.InvalidArgumentError, match="and preprocess only once"):
            tf.function(preprocess)(tf.constant(images))
    else:
        with pytest.raises(CourseError, match="expected float from 0 to 1: make them float32 and divide by 255 first"):
            dataset.map(preprocess)


def test_right_ones_in_a_pipeline_of_tf_data():
    tf = pytest.importorskip("tensorflow")
    preprocess = weights.preprocess()
    dataset = tf.data.Dataset.from_tensor_slices((RIGHT, [0, 1])).batch(2)
    [(images, _)] = dataset.map(lambda x, y: (preprocess(x), y))
    assert np.allclose(images, preprocess(RIGHT)) and images.shape == (2, 4, 4, 3)
    bytes_ = tf.data.Dataset.from_tensor_slices((255 * RIGHT).astype("uint8")).batch(2)
    [images] = bytes_.map(lambda x: preprocess(tf.cast(x, tf.float32) / 255))  # as the sentence says
    assert np.allclose(images, preprocess(RIGHT), atol=0.01)
    refused(
        preprocess, dataset, r"found _BatchDataset, .*preprocess each batch, dataset.map\(lambda x, y: \(preprocess"
    )
    assert tf.function(preprocess, input_signature=[tf.TensorSpec((None, 4, 4, 3))])(RIGHT[:0]).shape == (0, 4, 4, 3)


def test_what_is_no_array():
    preprocess = weights.preprocess()
    pictures = data.emoji("test").where([0, 1])
    refused(preprocess, pictures, "found Pictures, expected an array of images: give its .images")
    assert preprocess(pictures.images).shape == (2, 64, 64, 3)
    refused(preprocess, Image.new("RGB", (4, 4), "white"), "images of uint8 up to 255")
    refused(
        preprocess, [RIGHT[0], RIGHT[1, :2]], "found a list of images of several sizes: resize them to one size first"
    )
    same = [RIGHT[0], np.repeat(np.repeat(RIGHT[1, :2, :2], 2, axis=0), 2, axis=1)]
    assert preprocess(np.stack(same)).shape == preprocess(same).shape == (2, 4, 4, 3)
    refused(preprocess, np.array(["cat.jpg"]), "expected float from 0 to 1")
