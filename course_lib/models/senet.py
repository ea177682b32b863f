"""SENet: Hu, Shen, Sun, "Squeeze-and-Excitation Networks", CVPR 2018; winner of the ILSVRC classification task of 2017.

A squeeze-and-excitation block weighs the channels of a feature map by what is in the whole image:

    squeeze    the mean of each channel             (batch, 1, 1, C)
    excite     dense to C / 16, ReLU; dense to C, sigmoid: a gate between 0 and 1 for each channel
    scale      the map times its gates              (batch, height, width, C)

It fits any network. In a residual one it stands at the end of F, before the addition: y = ReLU(gates * F(x) + x).

SENet-154, one network of the winning entry (Appendix of the paper), puts such blocks into a ResNeXt-152 of 64 groups
and changes it in four places: the 7x7 of the stem becomes three 3x3, a bottleneck's first 1x1 has half the filters, the
shortcuts that halve the size use a 3x3, and dropout stands before the last layer.
"""

import keras
from keras import layers

from course_lib.models.resnet import BLOCKS, convolve, join, project, resnet


@keras.saving.register_keras_serializable("course_lib")
class Gate(layers.Dense):
    """A dense layer off the way from image to logits: as in the papers it does not count in a network's depth."""

    counts_in_depth = False


def squeeze_excite(x, reduction=16, name=None):
    """Weigh the channels of x.

    Args:
        x: feature map (batch, height, width, channels).
        reduction: by how much the first dense layer narrows the channels.
        name: prefix for the names of the two dense layers.

    Returns:
        A tensor of the same shape.
    """
    channels = x.shape[-1]
    gates = layers.GlobalAveragePooling2D(keepdims=True)(x)  # (batch, 1, 1, channels)
    gates = Gate(max(channels // reduction, 1), activation="relu", name=name and f"{name}_squeeze")(gates)
    gates = Gate(channels, activation="sigmoid", name=name and f"{name}_excite")(gates)
    return layers.Multiply()([x, gates])


def se_resnet(depth=50, input_shape=(224, 224, 3), num_classes=1000, name=None, **options):
    """A ResNet with a squeeze-and-excitation block in each of its blocks; arguments as of `resnet`."""
    return resnet(
        depth, input_shape, num_classes, recalibrate=squeeze_excite, name=name or f"se_resnet_{depth}", **options
    )


def senet154(input_shape=(224, 224, 3), num_classes=1000, blocks=BLOCKS[152], dropout=0.2, name="senet_154"):
    """SENet-154 for images of any size.

    Args:
        input_shape: (height, width, channels).
        num_classes: size of the output.
        blocks: number of blocks in each of the four stages; fewer make a smaller network of the same kind.
        dropout: fraction of the last features that is switched off in training.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.
    """
    images = keras.Input(input_shape)
    x = convolve(images, 64, 3, strides=2)  # 112x112x64
    x = convolve(x, 64, 3)
    x = convolve(x, 128, 3)  # 112x112x128
    x = layers.ZeroPadding2D(1)(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)  # 56x56x128
    for stage, count in enumerate(blocks, start=2):
        filters = 64 * 2 ** (stage - 1)  # 128, 256, 512, 1024
        for i in range(1, count + 1):
            strides = 2 if i == 1 and stage > 2 else 1
            f = convolve(x, filters, 1)
            f = convolve(f, 2 * filters, 3, strides, groups=64)
            f = convolve(f, 2 * filters, 1, relu=False)
            f = squeeze_excite(f, name=f"conv{stage}_{i}")
            shortcut = project(x, f, strides, kernel_size=1 if stage == 2 else 3)
            x = join(f, shortcut, name=f"conv{stage}_{i}")
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)
