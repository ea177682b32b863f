"""EfficientNet-Lite0: Tan, Le, ICML 2019; the Lite variants: Google, 2020.

The paper is "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks". A block is an inverted
bottleneck (MobileNetV2: Sandler et al., CVPR 2018), wide inside and narrow outside:

    expand     1x1, six times the channels, ReLU6          (not in block 1)
    depthwise  3x3 or 5x5, one kernel per channel, ReLU6   (here the block may halve the size)
    project    1x1, back to few channels, no activation
    add        its input, where the shape is the same

    stem     3x3, 32, stride 2                            112x112x32
    block1   one block, 3x3, 16 channels                  112x112x16
    block2   two blocks, 3x3, 24, the first stride 2      56x56x24
    block3   two blocks, 5x5, 40, the first stride 2      28x28x40
    block4   three blocks, 3x3, 80, the first stride 2    14x14x80
    block5   three blocks, 5x5, 112                       14x14x112
    block6   four blocks, 5x5, 192, the first stride 2    7x7x192
    block7   one block, 3x3, 320                          7x7x320
    head     1x1, 1280                                    7x7x1280
    global average pooling, dropout, dense

"Lite" means what small processors and 8-bit integers can do: ReLU6 in place of swish, and no squeeze-and-excitation.
4,652,008 parameters are trained; with the moving statistics of batch normalization there are 4,694,024.

Every layer is named after its place. The layers of one block share a prefix, `block6a_expand`, `block6a_expand_bn`,
..., and the block's output is the layer `block6a`: so `model.get_layer("block3b").output` is a feature map, and
`layer.name.startswith(("block6", "block7", "head"))` tells which layers to fine-tune. Two parts of the original
training are left out: stochastic depth and weight decay.
"""

import keras
from keras import layers

from course_lib.models.scale import on_unit_scale

# Table 1 of the paper: kernel size, strides of the first block, factor of the expansion, channels, blocks
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)


def preprocess(images):
    """Bring images to the scale on which the weights were trained: (pixel - 127) / 128 for pixels from 0 to 255.

    Args:
        images: float from 0 to 1, as course_lib.data gives them: an array or tensor of any shape.

    Returns:
        The same shape, from -0.992 to 1. This is not part of the model: the model takes what this returns.

    Raises:
        CourseError: the images are not on a scale from 0 to 1, see `on_unit_scale`.
    """
    return (255.0 * on_unit_scale(images) - 127.0) / 128.0


def normalize(x, name, relu=True):
    """Batch normalization and, if wanted, ReLU6: max(0, min(x, 6))."""
    x = layers.BatchNormalization(momentum=0.99, epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(max_value=6.0, name=f"{name}_relu")(x) if relu else x


def spread():
    """How the weights of a convolution start: normal, with a variance of 2 / (kernel area * channels out)."""
    # a new initializer each time, because each has a seed of its own
    return keras.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal")


def convolve(x, filters, kernel_size, name, strides=1, relu=True):
    """Convolution, batch normalization, ReLU6: (h, w, any) -> (h / strides, w / strides, filters)."""
    options = dict(padding="same", use_bias=False, kernel_initializer=spread(), name=name)
    x = layers.Conv2D(filters, kernel_size, strides=strides, **options)(x)
    return normalize(x, name, relu)


def block(x, kernel_size, strides, expansion, filters, name):
    """Inverted bottleneck: (h, w, c) -> (h / strides, w / strides, filters)."""
    f, channels = x, x.shape[-1]
    if expansion > 1:
        f = convolve(f, expansion * channels, 1, f"{name}_expand")  # (h, w, 6c)
    options = dict(padding="same", use_bias=False, depthwise_initializer=spread(), name=f"{name}_depthwise")
    f = layers.DepthwiseConv2D(kernel_size, strides=strides, **options)(f)  # (h / strides, w / strides, 6c)
    f = normalize(f, f"{name}_depthwise")
    f = convolve(f, filters, 1, f"{name}_project", relu=False)  # (h / strides, w / strides, filters)
    if strides == 1 and channels == filters:
        return layers.Add(name=name)([f, x])
    return layers.Identity(name=name)(f)  # so that every block's output has a name


def efficientnet_lite0(
    input_shape=(224, 224, 3), num_classes=1000, include_top=True, dropout=0.2, name="efficientnet_lite0"
):
    """EfficientNet-Lite0 for images of any size, with random weights; `weights.backbone` loads those of ImageNet.

    Args:
        input_shape: (height, width, channels); height and width may be None.
        num_classes: size of the output.
        include_top: without it the model ends in the feature map of the head, before pooling.
        dropout: fraction of the pooled features that is switched off in training.

    Returns:
        keras.Model from images (batch, height, width, channels), scaled by `preprocess`, to logits (batch,
        num_classes), float32, before softmax; without the top to features (batch, height / 32, width / 32, 1280),
        from 0 to 6.
    """
    images = keras.Input(input_shape)
    x = convolve(images, 32, 3, "stem", strides=2)
    for stage, (kernel_size, strides, expansion, filters, blocks) in enumerate(STAGES, start=1):
        for i in range(blocks):
            x = block(x, kernel_size, strides if i == 0 else 1, expansion, filters, name=f"block{stage}{'abcd'[i]}")
    x = convolve(x, 1280, 1, "head")
    if not include_top:
        return keras.Model(images, x, name=name)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)
