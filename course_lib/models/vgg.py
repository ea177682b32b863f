"""VGG: Simonyan, Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015.

The paper compares six networks, A to E, that differ mainly in depth. They are built here from the paper's Table 1
itself, column by column: `conv3-64` is a convolution with 64 kernels of 3x3 and a ReLU, `LRN` local response
normalization, `maxpool` 2x2 with stride 2. D is known as VGG16 and E as VGG19, after their layers with weights. All
but C use 3x3 only.

We know of no other implementation of C and A-LRN. tests/models proves them against others' D and A: a 1x1 convolution
is a 3x3 one that is zero except in the middle, and the normalization after the first layer is TensorFlow's.
"""

import keras
from keras import layers

from course_lib.models.alexnet import LocalResponseNormalization
from course_lib.texts import say

TABLE_1 = """
A          A-LRN      B          C          D          E
conv3-64   conv3-64   conv3-64   conv3-64   conv3-64   conv3-64
.          LRN        conv3-64   conv3-64   conv3-64   conv3-64
maxpool    maxpool    maxpool    maxpool    maxpool    maxpool
conv3-128  conv3-128  conv3-128  conv3-128  conv3-128  conv3-128
.          .          conv3-128  conv3-128  conv3-128  conv3-128
maxpool    maxpool    maxpool    maxpool    maxpool    maxpool
conv3-256  conv3-256  conv3-256  conv3-256  conv3-256  conv3-256
conv3-256  conv3-256  conv3-256  conv3-256  conv3-256  conv3-256
.          .          .          conv1-256  conv3-256  conv3-256
.          .          .          .          .          conv3-256
maxpool    maxpool    maxpool    maxpool    maxpool    maxpool
conv3-512  conv3-512  conv3-512  conv3-512  conv3-512  conv3-512
conv3-512  conv3-512  conv3-512  conv3-512  conv3-512  conv3-512
.          .          .          conv1-512  conv3-512  conv3-512
.          .          .          .          .          conv3-512
maxpool    maxpool    maxpool    maxpool    maxpool    maxpool
conv3-512  conv3-512  conv3-512  conv3-512  conv3-512  conv3-512
conv3-512  conv3-512  conv3-512  conv3-512  conv3-512  conv3-512
.          .          .          conv1-512  conv3-512  conv3-512
.          .          .          .          .          conv3-512
maxpool    maxpool    maxpool    maxpool    maxpool    maxpool
FC-4096    FC-4096    FC-4096    FC-4096    FC-4096    FC-4096
FC-4096    FC-4096    FC-4096    FC-4096    FC-4096    FC-4096
FC-1000    FC-1000    FC-1000    FC-1000    FC-1000    FC-1000
"""
ROWS = [row.split() for row in TABLE_1.strip().splitlines()]
# name of a configuration -> its layers from top to bottom
CONFIGURATIONS = {name: [row[i] for row in ROWS[1:] if row[i] != "."] for i, name in enumerate(ROWS[0])}


def vgg(configuration="D", input_shape=(224, 224, 3), num_classes=1000, dropout=0.5, name=None):
    """One of the six networks of Table 1, for images of any size from 32x32 on.

    Args:
        configuration: "A", "A-LRN", "B", "C", "D" or "E".
        input_shape: (height, width, channels).
        num_classes: size of the output.
        dropout: fraction of the units of the first two dense layers that is switched off in training.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        ValueError: an unknown configuration, or an image too small for five rounds of pooling.
    """
    if configuration not in CONFIGURATIONS:
        raise ValueError(
            say(
                "VGG has the configurations {configurations}, found {configuration}",
                configurations=", ".join(CONFIGURATIONS),
                configuration=repr(configuration),
            )
        )
    height, width = input_shape[:2]
    if min(height, width) < 32:
        raise ValueError(say("VGG needs images of at least 32x32, found {height}x{width}", height=height, width=width))
    *features, first_dense, second_dense, _ = CONFIGURATIONS[configuration]

    x = images = keras.Input(input_shape)
    block, position = 1, 1
    for layer in features:
        if layer == "maxpool":
            x = layers.MaxPooling2D(2, name=f"pool{block}")(x)  # half the height, half the width
            block, position = block + 1, 1
        elif layer == "LRN":
            x = LocalResponseNormalization(name=f"norm{block}")(x)
        else:
            kernel_size, filters = (int(number) for number in layer.removeprefix("conv").split("-"))
            options = dict(padding="same", activation="relu", name=f"conv{block}_{position}")
            x = layers.Conv2D(filters, kernel_size, **options)(x)
            position += 1
    x = layers.Flatten()(x)  # 7x7x512 = 25088 numbers from 224x224
    for i, layer in enumerate((first_dense, second_dense), start=6):
        x = layers.Dense(int(layer.removeprefix("FC-")), activation="relu", name=f"fc{i}")(x)
        x = layers.Dropout(dropout)(x)
    logits = layers.Dense(num_classes, dtype="float32", name="fc8")(x)
    return keras.Model(images, logits, name=name or f"vgg_{configuration}")
