"""The network that judges pictures of clothing which other networks have made (see `course_lib.generation`).

It learned to name 45,000 pictures of Fashion-MNIST that are not in data/fashion_mnist.npz, so neither the training nor
the test pictures there are better known to it. Three stages as in chapter 01, then 64 numbers and, from these, the ten
classes:

    stages      3x3 convolution, batch normalization, ReLU, 2x2 max pooling    28x28x1 -> 3x3x96
    features    864 -> 64, linear                                              55,360
    logits      64 -> 10                                                       650

The features are what distances between pictures are measured in. Being linear, they are closer to a Gaussian than
those behind a ReLU, which Heusel et al. (NeurIPS 2017) use for photographs. They are scaled so that the variances of
all 64 over the training pictures add up to 100.
"""

import keras
from keras import layers

WIDTHS = (24, 48, 96)
FEATURES = 64


def fashion_judge(input_shape=(28, 28, 1), num_classes=10, dropout=0.2, name="fashion_judge"):
    """The judge, without its weights.

    Args:
        input_shape: (height, width, channels) of pictures from 0 to 1.
        num_classes: size of the output.
        dropout: fraction of what goes into the features that is switched off in training.

    Returns:
        keras.Model from pictures (batch, height, width, channels) to logits (batch, num_classes), float32; its layer
        "features" gives (batch, 64), float32.
    """
    pictures = keras.Input(input_shape)
    x = pictures
    for number, width in enumerate(WIDTHS, 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv{number}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)  # 14x14, 7x7, 3x3
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(FEATURES, dtype="float32", name="features")(x)
    return keras.Model(pictures, layers.Dense(num_classes, dtype="float32", name="logits")(x), name=name)
