"""LeNet-5: LeCun, Bottou, Bengio, Haffner, Proc. IEEE 86(11), 1998.

The paper is "Gradient-Based Learning Applied to Document Recognition". The network in its common form has 61,706
parameters for a 28x28 grey image, with `padding="same"` in C1 in place of the paper's 32x32 frame:

    C1  6 kernels 5x5            28x28x6       156
    S2  average pooling 2x2      14x14x6         0
    C3  16 kernels 5x5           10x10x16    2,416
    S4  average pooling 2x2      5x5x16          0
    C5  120 kernels 5x5          1x1x120    48,120    (the same as a dense layer on the 400 values)
    F6  dense, 84                84         10,164
    out dense, 10                10            850

The paper differs in three places, and `as_in_1998=True` follows it in the first two:
- S2 and S4 learn a coefficient and a bias per channel (12 and 32 parameters), followed by the squashing function.
- Each map of C3 sees only some maps of S2 (Table I of the paper), which leaves 1,516 of the 2,416 parameters: "about
  60,000" in all.
- The output layer compares with fixed bitmaps of the characters (RBF units); here, as everywhere today, it gives the
  logits of a softmax.
"""

import keras
import numpy as np
from keras import layers

from course_lib.texts import say

# Table I of the paper: a column for each of the 16 maps of C3, an X where it sees one of the 6 maps of S2
TABLE_1 = """
X . . . X X X . . X X X X . X X
X X . . . X X X . . X X X X . X
X X X . . . X X X . . X . X X X
. X X X . . X X X X . . X . X X
. . X X X . . X X X X . X X . X
. . . X X X . . X X X X . X X X
"""
CONNECTIONS = np.array([[mark == "X" for mark in row.split()] for row in TABLE_1.split("\n")[1:-1]])  # (6, 16)


@keras.saving.register_keras_serializable("course_lib")
def squash(x):
    """The paper's scaled hyperbolic tangent, f(a) = 1.7159 tanh(2a/3): +1 and -1 are where it bends most."""
    return 1.7159 * keras.ops.tanh(2 / 3 * x)


@keras.saving.register_keras_serializable("course_lib")
class Subsampling(layers.Layer):
    """S2 and S4 of the paper: the mean of 2x2 pixels, times a learned coefficient, plus a learned bias, per channel."""

    def build(self, input_shape):
        self.coefficient = self.add_weight(shape=(input_shape[-1],), initializer="ones")
        self.bias = self.add_weight(shape=(input_shape[-1],), initializer="zeros")

    def call(self, x):
        return keras.ops.average_pool(x, 2, 2) * self.coefficient + self.bias


@keras.saving.register_keras_serializable("course_lib")
class PartlyConnected(layers.Layer):
    """C3 of the paper: each output map sees its own group of input maps, so it is a small convolution of that group."""

    def build(self, input_shape):
        self.groups = [np.flatnonzero(column).tolist() for column in CONNECTIONS.T]
        self.kernels = [
            self.add_weight(name=f"kernel_{i}", shape=(5, 5, len(group), 1)) for i, group in enumerate(self.groups)
        ]
        self.bias = self.add_weight(name="bias", shape=(len(self.groups),), initializer="zeros")

    def call(self, x):  # (batch, 14, 14, 6)
        maps = [
            keras.ops.conv(keras.ops.take(x, group, axis=-1), kernel, padding="valid")
            for group, kernel in zip(self.groups, self.kernels)
        ]
        return keras.ops.concatenate(maps, axis=-1) + self.bias  # (batch, 10, 10, 16)


def lenet5(input_shape=(28, 28, 1), num_classes=10, as_in_1998=False, name="lenet5"):
    """LeNet-5 for images of any size from 12x12 on.

    Args:
        input_shape: (height, width, channels).
        num_classes: size of the output.
        as_in_1998: subsampling with learned coefficients, the partly connected C3 and the paper's squashing function.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        ValueError: the image is too small for two rounds of convolution and pooling.
    """
    height, width = input_shape[:2]
    if min(height, width) < 12:
        raise ValueError(
            say("LeNet-5 needs images of at least 12x12, found {height}x{width}", height=height, width=width)
        )
    activation = squash if as_in_1998 else "tanh"
    convolution = dict(kernel_size=5, activation=activation)

    images = keras.Input(input_shape)
    x = layers.Conv2D(6, padding="same", name="C1", **convolution)(images)  # 28x28x6
    if as_in_1998:
        x = layers.Activation(squash)(Subsampling(name="S2")(x))  # 14x14x6
        x = layers.Activation(squash)(PartlyConnected(name="C3")(x))  # 10x10x16
        x = layers.Activation(squash)(Subsampling(name="S4")(x))  # 5x5x16
    else:
        x = layers.AveragePooling2D(2, name="S2")(x)
        x = layers.Conv2D(16, name="C3", **convolution)(x)
        x = layers.AveragePooling2D(2, name="S4")(x)
    x = layers.Flatten()(x)  # 400
    x = layers.Dense(120, activation=activation, name="C5")(x)
    x = layers.Dense(84, activation=activation, name="F6")(x)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)
