"""ResNet against keras.applications and KerasHub, the networks for small images against KerasHub and pytorchcv.

The plain networks, which nobody else seems to have, are computed layer by layer with TensorFlow's own operations.
"""

import keras
import keras_hub
import numpy as np
import proof
import pytest
import tensorflow as tf

from course_lib.models import resnet

pytestmark = pytest.mark.usefixtures("unfilled")  # every test gives the weights values of its own


def copy(model, layer, blocks, projected, shift=0.0):
    """Our convolutions and normalizations into another network's, from the first convolution to the last block.

    Args:
        layer: a function (name) -> their layer; names are "first_conv", "2_1_3_bn" for part 3 of block 1 of stage 2;
            part 0 is the projection, which we make after the parts of the block.
        blocks: blocks of each stage.
        projected: a function (stage) -> whether its first block has a projection.
        shift: their epsilon minus ours; taken from the variances, so that both divide by the same.
    """
    convolutions, normalizations = proof.made(model, "Conv2D"), proof.made(model, "BatchNormalization")
    length = 2 if resnet_kind(model) == "basic" else 3
    names = ["first"]
    for stage, count in enumerate(blocks, start=1):
        for i in range(1, count + 1):
            names += [f"{stage}_{i}_{part}" for part in range(1, length + 1)]
            names += [f"{stage}_{i}_0"] * (i == 1 and projected(stage))
    assert len(names) == len(convolutions) == len(normalizations)
    for name, convolution, normalization in zip(names, convolutions, normalizations):
        gamma, beta, mean, variance = normalization.get_weights()
        if layer(f"{name}_conv") is not None:
            layer(f"{name}_conv").set_weights(convolution.get_weights())
            layer(f"{name}_bn").set_weights([gamma, beta, mean, variance - shift])


def resnet_kind(model):
    return "bottleneck" if any(f"_{depth}" in model.name for depth in (50, 101, 152)) else "basic"


@pytest.mark.parametrize("depth, side", [(50, 224), (101, 75), (152, 64)])
def test_logits_equal_those_of_keras_applications(depth, side):
    images = proof.pictures((side, side, 3))
    model = resnet.resnet(depth, (side, side, 3), num_classes=10, stride_in="1x1", use_bias=True)
    ours = proof.randomize(model, images)
    build = getattr(keras.applications, f"ResNet{depth}")
    theirs = build(weights=None, input_shape=(side, side, 3), classes=10, classifier_activation=None)
    assert theirs.count_params() == model.count_params()

    def layer(name):
        if name.startswith("first"):
            return theirs.get_layer(name.replace("first", "conv1"))
        stage, rest = name.split("_", 1)
        return theirs.get_layer(f"conv{int(stage) + 1}_block{rest}")

    copy(model, layer, resnet.BLOCKS[depth], projected=lambda stage: True, shift=1.001e-5 - 1e-5)
    theirs.layers[-1].set_weights(model.layers[-1].get_weights())
    proof.assert_same_logits(ours, proof.run(theirs, images))


def keras_hub_backbone(model, blocks, filters, strides, projected, stem=True):
    """KerasHub's ResNet, which strides in the 3x3 and has no biases, with our weights."""
    theirs = keras_hub.models.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=filters,
        stackwise_num_blocks=blocks,
        stackwise_num_strides=strides,
        block_type=f"{resnet_kind(model)}_block",
        image_shape=(None, None, 3),
    )

    def layer(name):
        if name.startswith("first"):
            return theirs.get_layer(name.replace("first", "conv1")) if stem else None
        stage, block, rest = name.split("_", 2)
        return theirs.get_layer(f"stack{int(stage) - 1}_block{int(block) - 1}_{rest}")

    copy(model, layer, blocks, projected)
    return theirs


def on_top(model, features):
    """Logits of our last layer for another's maps (batch, height, width, channels)."""
    kernel, bias = model.layers[-1].get_weights()
    return features.mean(axis=(1, 2)) @ kernel + bias


@pytest.mark.parametrize("depth, side", [(18, 224), (34, 75), (50, 64)])
def test_logits_equal_those_of_keras_hub(depth, side):
    images = proof.pictures((side, side, 3))
    model = resnet.resnet(depth, (side, side, 3), num_classes=10)
    ours = proof.randomize(model, images)
    projected = lambda stage: depth >= 50 or stage > 1
    theirs = keras_hub_backbone(model, list(resnet.BLOCKS[depth]), [64, 128, 256, 512], [1, 2, 2, 2], projected)
    proof.assert_same_logits(ours, on_top(model, proof.run(theirs, images)))


def option_a(channels_in, channels_out):
    """Option A, the parameter-free shortcut, as a 1x1 convolution (1, 1, in, out): an identity between zeros."""
    kernel, before = np.zeros((1, 1, channels_in, channels_out), "float32"), (channels_out - channels_in) // 2
    kernel[0, 0, :, before : before + channels_in] = np.eye(channels_in)
    return kernel


def normalized(x, layer):
    gamma, beta, mean, variance = layer.get_weights()
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-5)


@pytest.mark.parametrize("depth, side", [(8, 32), (20, 45)])
def test_blocks_of_the_small_networks_equal_those_of_keras_hub(depth, side):
    """With 64 filters, which KerasHub demands, after a first layer by TensorFlow; its projections do option A."""
    images = proof.pictures((side, side, 3))
    model = resnet.resnet_small(depth, (side, side, 3), width=64)
    ours = proof.randomize(model, images)
    backbone = keras_hub_backbone(
        model, [depth // 6] * 3, [64, 128, 256], [1, 2, 2], projected=lambda stage: False, stem=False
    )
    for stage, filters in ((1, 128), (2, 256)):
        backbone.get_layer(f"stack{stage}_block0_0_conv").set_weights([option_a(filters // 2, filters)])
        identity = [np.full(filters, value) for value in (1, 0, 0, 1 - 1e-5)]
        backbone.get_layer(f"stack{stage}_block0_0_bn").set_weights(identity)
    [kernel] = proof.made(model, "Conv2D")[0].get_weights()
    stem = tf.nn.relu(normalized(tf.nn.conv2d(images, kernel, 1, "SAME"), proof.made(model, "BatchNormalization")[0]))
    blocks = keras.Model(backbone.get_layer("pool1_pool").output, backbone.output)
    proof.assert_same_logits(ours, on_top(model, proof.run(blocks, stem)))


@proof.needs_torch
@pytest.mark.parametrize("theirs, depth", [("resnet20_cifar10", 20), ("resnet56_cifar10", 56)])
def test_small_networks_equal_those_of_pytorchcv(theirs, depth):
    """Whose projections are again given the weights with which they do what option A does."""
    from pytorchcv.models import resnet_cifar

    images = proof.pictures((32, 32, 3))
    model = resnet.resnet_small(depth)
    ours = proof.randomize(model, images)
    identity = lambda before, after: [
        option_a(before, after),
        *(np.full(after, value, "float32") for value in (1, 0, 0, 1 - 1e-5)),
    ]
    theirs = getattr(resnet_cifar, theirs)()
    proof.assert_same_logits(ours, proof.torch_logits(model, theirs, images, identity))


@pytest.mark.parametrize("build, depth", [(resnet.resnet, 18), (resnet.resnet, 50), (resnet.resnet_small, 20)])
def test_plain_networks_are_their_layers_one_after_the_other(build, depth):
    images = proof.pictures((64, 64, 3))
    model = build(depth, (64, 64, 3), num_classes=10, residual=False)
    ours = proof.randomize(model, images, gamma=(0.8, 1.4))
    x = images
    blocks = resnet.BLOCKS[depth] if build is resnet.resnet else [depth // 6] * 3
    length = 2 if depth < 50 else 3
    first = [1 + length * sum(blocks[:stage]) for stage in range(1, len(blocks))]  # of the stages that halve the size
    halving = {n + (depth >= 50) for n in first} | ({0} if build is resnet.resnet else set())
    for n, (convolution, normalization) in enumerate(
        zip(proof.made(model, "Conv2D"), proof.made(model, "BatchNormalization"))
    ):
        [kernel] = convolution.get_weights()
        margin = [kernel.shape[0] // 2] * 2
        x = tf.nn.conv2d(x, kernel, 2 if n in halving else 1, [[0, 0], margin, margin, [0, 0]])
        x = tf.nn.relu(normalized(x, normalization))
        if n == 0 and build is resnet.resnet:
            x = tf.nn.max_pool2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2, "VALID")
    proof.assert_same_logits(ours, on_top(model, x.numpy()))


def test_where_a_bottleneck_strides_would_be_seen():
    images = proof.pictures((64, 64, 3))
    model, other = (resnet.resnet(50, (64, 64, 3), 10, stride_in=where) for where in ("3x3", "1x1"))
    ours = proof.randomize(model, images)
    other.set_weights(model.get_weights())
    assert proof.differs(ours, proof.run(other, images))


@pytest.mark.parametrize("build", [resnet.resnet, resnet.resnet_small])
def test_shortcuts_add_and_nothing_else(build):
    """Without its shortcuts a network has the same layers, but not the projections, and other logits."""
    shape = (64, 64, 3)
    images = proof.pictures(shape)
    depth = 18 if build is resnet.resnet else 20
    model, plain = build(depth, shape, 10), build(depth, shape, 10, residual=False)
    ours = proof.randomize(model, images)
    inside = [
        [kernel] for [kernel] in (layer.get_weights() for layer in proof.made(model, "Conv2D")) if kernel.shape[0] > 1
    ]
    assert len(inside) == len(proof.made(plain, "Conv2D")) == depth - 1
    assert model.name == plain.name.replace("plain", "resnet")
    proof.randomize(plain, images)
    for layer, weights in zip(proof.made(plain, "Conv2D"), inside):
        layer.set_weights(weights)
    assert proof.differs(ours, proof.run(plain, images))


def test_unknown_depths_and_strides_are_refused():
    with pytest.raises(ValueError, match="18, 34, 50, 101, 152 and stride_in '1x1' or '3x3', found 49 and '3x3'"):
        resnet.resnet(49)
    with pytest.raises(ValueError, match="found 50 and '7x7'"):
        resnet.resnet(50, stride_in="7x7")
    for depth in (2, 18, 21):
        with pytest.raises(ValueError, match=f"6n \\+ 2 layers .* found {depth}"):
            resnet.resnet_small(depth)
