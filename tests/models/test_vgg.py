"""VGG against keras.applications (D, E) and KerasHub (A, B); C and A-LRN, which nobody else has, against variants.

- A 1x1 convolution is a 3x3 one whose kernels are zero but in the middle: so C is D with such kernels.
- A-LRN is A with TensorFlow's own response normalization behind the first layer.
"""

import keras
import keras_hub
import numpy as np
import proof
import pytest
import tensorflow as tf

from course_lib.models import summary, vgg

pytestmark = pytest.mark.usefixtures("unfilled")  # every test gives the weights values of its own

REPEATS = {"A": [1, 1, 2, 2, 2], "A-LRN": [1, 1, 2, 2, 2], "B": [2, 2, 2, 2, 2], "E": [2, 2, 4, 4, 4]}


def copy(ours, theirs):
    """Weights of our layers into those of another VGG, one after the other; kernels of 1x1 become the middle of 3x3."""
    mine = [layer for layer in ours.layers if layer.weights]
    other = [layer for layer in theirs if layer.weights]
    assert len(mine) == len(other)
    for a, b in zip(mine, other):
        kernel, bias = a.get_weights()
        if kernel.shape[:2] == (1, 1) and b.kernel.shape[:2] == (3, 3):
            kernel = np.pad(kernel, ((1, 1), (1, 1), (0, 0), (0, 0)))
        b.set_weights([kernel, bias])


@pytest.mark.parametrize("configuration, side", [("D", 224), ("D", 45), ("E", 64), ("C", 64)])
def test_logits_equal_those_of_keras_applications(configuration, side):
    images = proof.pictures((side, side, 3))
    model = vgg.vgg(configuration, (side, side, 3), num_classes=10)
    ours = proof.randomize(model, images)
    build = keras.applications.VGG19 if configuration == "E" else keras.applications.VGG16
    theirs = build(weights=None, input_shape=(side, side, 3), classes=10, classifier_activation=None)
    copy(model, theirs.layers)
    proof.assert_same_logits(ours, proof.run(theirs, images))


def keras_hub_logits(model, configuration, images):
    """KerasHub's VGG with our weights; for A-LRN cut behind its first layer."""
    backbone = keras_hub.models.VGGBackbone(REPEATS[configuration], [64, 128, 256, 512, 512], images.shape[1:])
    theirs = keras_hub.models.VGGImageClassifier(backbone, num_classes=10, pooling="flatten")
    copy(model, [*backbone.layers, *theirs.head.layers])
    if configuration != "A-LRN":
        return proof.run(theirs, images)
    first = backbone.get_layer("block1_conv1")
    normalized = tf.nn.local_response_normalization(first(images), depth_radius=2, bias=2.0, alpha=1e-4, beta=0.75)
    rest = keras.Model(first.output, backbone.output)
    return keras.ops.convert_to_numpy(theirs.head(rest(normalized), training=False))


@pytest.mark.parametrize("configuration", ["A", "A-LRN", "B"])
def test_logits_equal_those_of_keras_hub(configuration):
    images = proof.pictures((64, 64, 3))
    model = vgg.vgg(configuration, (64, 64, 3), num_classes=10)
    ours = proof.randomize(model, images)
    proof.assert_same_logits(ours, keras_hub_logits(model, configuration, images))
    if configuration == "A-LRN":
        assert proof.differs(ours, keras_hub_logits(model, "A", images))


def test_layers_of_the_paper():
    """Table 1, read by the eye once more: kernels of each configuration from top to bottom."""
    a, b, d, e = "64 128 256*2 512*2 512*2", "64*2 128*2 256*2 512*2 512*2", "64*2 128*2 256*3 512*3 512*3", ""
    e = d.replace("*3", "*4")
    for configuration, text in {"A": a, "A-LRN": a, "B": b, "C": d, "D": d, "E": e}.items():
        wanted = [
            int(n) for part in text.split() for n, _, times in [part.partition("*")] for _ in range(int(times or 1))
        ]
        layers = [layer for layer in summary.blueprint(vgg.vgg, configuration).layers if "conv" in layer.name]
        assert [layer.filters for layer in layers] == wanted
        small = [layer.name for layer in layers if layer.kernel_size == (1, 1)]
        assert small == (["conv3_3", "conv4_3", "conv5_3"] if configuration == "C" else [])


def test_too_small_an_image_and_an_unknown_configuration_are_refused():
    with pytest.raises(ValueError, match="at least 32x32, found 32x31"):
        vgg.vgg("A", (32, 31, 3))
    with pytest.raises(ValueError, match="A, A-LRN, B, C, D, E, found 'F'"):
        vgg.vgg("F")
