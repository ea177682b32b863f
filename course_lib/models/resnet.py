"""ResNet: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016.

A block does not learn its output but what is to be *added* to its input: y = ReLU(F(x) + x). Where F changes the size,
a 1x1 convolution with batch normalization brings x to the same size (the paper's option B).

    conv1    7x7, 64, stride 2; 3x3 max pooling, stride 2     56x56
    conv2_x  blocks of 64 filters                             56x56
    conv3_x  blocks of 128 filters, the first with stride 2   28x28
    conv4_x  blocks of 256 filters, the first with stride 2   14x14
    conv5_x  blocks of 512 filters, the first with stride 2   7x7
    global average pooling, dense

The basic block (18, 34 layers) is 3x3, 3x3. The bottleneck (50, 101, 152) is 1x1, 3x3, 1x1, and its last convolution
has four times the filters. Two things differ between implementations:

- where a bottleneck has stride 2: in its first 1x1 (the paper, keras.applications) or in its 3x3 (most others; about
  0.5 points better);
- whether convolutions have a bias although batch normalization follows. With biases ResNet-50 has 26,560 more
  parameters and, with the moving statistics counted, 25,636,712, the number of keras.applications; without them
  25,557,032 are trained.

We know of no other implementation of the plain networks (`residual=False`); tests/models proves them layer by layer.
"""

from functools import partial

import keras
from keras import layers, ops

from course_lib.texts import say

# Table 1 of the paper: blocks in conv2_x to conv5_x
BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def convolve(x, filters, kernel_size, strides=1, groups=1, use_bias=False, relu=True):
    """Convolution with the padding of the paper (the same on all sides), batch normalization, ReLU."""
    if strides > 1 and kernel_size > 1:  # "same" would pad more on the right and below
        x = layers.ZeroPadding2D(kernel_size // 2)(x)
    padding = "same" if strides == 1 else "valid"
    options = dict(strides=strides, padding=padding, groups=groups, use_bias=use_bias, kernel_initializer="he_normal")
    x = layers.Conv2D(filters, kernel_size, **options)(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    return layers.ReLU()(x) if relu else x


def basic(x, filters, strides, use_bias=False):
    """F of the basic block: (h, w, any) -> (h / strides, w / strides, filters)."""
    x = convolve(x, filters, 3, strides, use_bias=use_bias)
    return convolve(x, filters, 3, use_bias=use_bias, relu=False)


def bottleneck(x, filters, strides, use_bias=False, stride_in="3x3"):
    """F of the bottleneck block: (h, w, any) -> (h / strides, w / strides, 4 * filters)."""
    first, second = (strides, 1) if stride_in == "1x1" else (1, strides)
    x = convolve(x, filters, 1, first, use_bias=use_bias)
    x = convolve(x, filters, 3, second, use_bias=use_bias)
    return convolve(x, 4 * filters, 1, use_bias=use_bias, relu=False)


def project(x, f, strides, kernel_size=1, use_bias=False):
    """Option B: a learned convolution that brings x to the shape of f; x itself where the shapes agree."""
    if strides == 1 and x.shape[-1] == f.shape[-1]:
        return x
    return convolve(x, f.shape[-1], kernel_size, strides, use_bias=use_bias, relu=False)


def thin_out(x, f, strides):
    """Option A, without parameters: every second row and column of x, and zeros for the channels that x lacks."""
    if strides > 1:
        x = layers.MaxPooling2D(1, strides=strides)(x)
    more = f.shape[-1] - x.shape[-1]
    return ops.pad(x, ((0, 0), (0, 0), (0, 0), (more // 2, more - more // 2))) if more else x


def join(f, shortcut=None, name=None):
    """The end of a block: ReLU(f + shortcut), in a plain network ReLU(f)."""
    if shortcut is not None:
        f = layers.Add()([f, shortcut])
    return layers.ReLU(name=name)(f)


def resnet(
    depth=50,
    input_shape=(224, 224, 3),
    num_classes=1000,
    residual=True,
    stride_in="3x3",
    use_bias=False,
    recalibrate=None,
    name=None,
):
    """ResNet-18, 34, 50, 101 or 152 for images of any size.

    Args:
        depth: layers with weights on the way from the image to the logits.
        input_shape: (height, width, channels).
        num_classes: size of the output.
        residual: without it, the plain network of section 3.3: the same layers, nothing is added.
        stride_in: "1x1" as in the paper or "3x3" as usual today; matters from 50 layers on.
        use_bias: give the convolutions a bias.
        recalibrate: a function (x, name) -> tensor of the same shape, applied to F(x) before the addition (see
            senet.py).

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        ValueError: an unknown depth or `stride_in`.
    """
    if depth not in BLOCKS or stride_in not in ("1x1", "3x3"):
        raise ValueError(
            say(
                "ResNet has the depths {depths} and stride_in '1x1' or '3x3', found {depth} and {stride_in}",
                depths=", ".join(map(str, BLOCKS)),
                depth=depth,
                stride_in=repr(stride_in),
            )
        )
    branch = basic if depth < 50 else partial(bottleneck, stride_in=stride_in)

    images = keras.Input(input_shape)
    x = convolve(images, 64, 7, strides=2, use_bias=use_bias)  # 112x112x64
    x = layers.ZeroPadding2D(1)(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)  # 56x56x64
    for stage, blocks in enumerate(BLOCKS[depth], start=2):
        for i in range(1, blocks + 1):
            strides = 2 if i == 1 and stage > 2 else 1
            f = branch(x, 32 * 2 ** (stage - 1), strides, use_bias=use_bias)
            if recalibrate:
                f = recalibrate(f, name=f"conv{stage}_{i}")
            shortcut = project(x, f, strides, use_bias=use_bias) if residual else None
            x = join(f, shortcut, name=f"conv{stage}_{i}")
    x = layers.GlobalAveragePooling2D()(x)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name or f"{'resnet' if residual else 'plain'}_{depth}")


def resnet_small(
    depth=20, input_shape=(32, 32, 3), num_classes=10, width=16, residual=True, recalibrate=None, name=None
):
    """The networks of section 4.2 for small images (CIFAR-10): 6n + 2 layers, three stages, parameter-free shortcuts.

    Args:
        depth: 8, 14, 20, 32, 44, 56, 110, ...
        width: filters of the first stage; the others have twice and four times as many.
        input_shape, num_classes, residual, recalibrate: as in `resnet`.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        ValueError: the depth is not 6n + 2.
    """
    if depth < 8 or depth % 6 != 2:
        raise ValueError(say("the small networks have 6n + 2 layers (8, 14, 20, ...), found {depth}", depth=depth))

    images = keras.Input(input_shape)
    x = convolve(images, width, 3)  # 32x32x16
    for stage in (1, 2, 3):
        for i in range(1, depth // 6 + 1):
            strides = 2 if i == 1 and stage > 1 else 1
            f = basic(x, width * 2 ** (stage - 1), strides)
            if recalibrate:
                f = recalibrate(f, name=f"stage{stage}_{i}")
            x = join(f, thin_out(x, f, strides) if residual else None, name=f"stage{stage}_{i}")
    x = layers.GlobalAveragePooling2D()(x)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name or f"{'resnet' if residual else 'plain'}_small_{depth}")
