"""The codec of latent generators: a picture of 28x28 becomes 48 numbers, and 48 numbers a picture.

Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022: first learn to squeeze and to
draw, once; then generate codes, which are few, instead of pixels, which are many. An autoencoder, with convolutions and
with two things more than that of `autoencoder.py`, which make its codes easy to generate:

- each of the 48 numbers has mean 0 and variance 1 (batch normalization without scale and shift), as the noise has that
  generation starts from;
- while it learns, a little noise is added to the codes, so that codes near each other are drawn alike.

What it learned to lower, squared errors of pixels and of feature maps, and then a discriminator's verdict, is in
data/makers/fashion_codec.py.

    encoder    28x28x1 -> 14x14x32 -> 7x7x64 -> 48     320 + 18,496 + 150,528 (+ 96)      169,440
    decoder    48 -> 7x7x64 -> 14x14x32 -> 28x28x1     153,664 + 32,800 + 513              186,977

Multiply-adds of a picture: encoder 1,110,144, decoder 1,856,512 (a transposed convolution of 4x4 with strides 2 does 16
of them for each pixel it is given, each channel of it and each channel made; those cut off at the border are counted).
"""

import keras
from keras import layers

CODE = 48
WEIGHTS = "fashion_codec"  # data/fashion_codec.npz


def encoder(code=CODE, width=32, name="encoder"):
    """From a picture to its code.

    Args:
        code: how many numbers.
        width: channels at 14x14; twice as many at 7x7.

    Returns:
        keras.Model from pictures (batch, 28, 28, 1) from 0 to 1 to codes (batch, code), float32.
    """
    pictures = keras.Input((28, 28, 1))
    x = layers.Conv2D(width, 3, strides=2, padding="same", activation="relu", name="down1")(pictures)  # 14x14
    x = layers.Conv2D(2 * width, 3, strides=2, padding="same", activation="relu", name="down2")(x)  # 7x7
    x = layers.Dense(code, use_bias=False, name="code")(layers.Flatten(name="flatten")(x))
    norm = layers.BatchNormalization(momentum=0.9, center=False, scale=False, dtype="float32", name="norm")
    return keras.Model(pictures, norm(x), name=name)


def decoder(code=CODE, width=32, name="decoder"):
    """From a code to a picture.

    Args:
        code, width: as of `encoder`.

    Returns:
        keras.Model from codes (batch, code) to pictures (batch, 28, 28, 1), float32, not cut off at 0 and 1.
    """
    codes = keras.Input((code,))
    x = layers.Dense(7 * 7 * 2 * width, activation="relu", name="project")(codes)
    x = layers.Reshape((7, 7, 2 * width), name="maps")(x)
    x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", activation="relu", name="up1")(x)  # 14x14
    x = layers.Conv2DTranspose(1, 4, strides=2, padding="same", dtype="float32", name="up2")(x)  # 28x28
    return keras.Model(codes, x, name=name)


def codec(code=CODE, width=32, noise=0.1, name="codec"):
    """Both, one behind the other, to be trained with the pictures as targets.

    Args:
        code, width: as of `encoder`.
        noise: standard deviation of what is added to the codes in training.

    Returns:
        keras.Model from pictures to pictures; its layers "encoder" and "decoder" are the halves.
    """
    pictures = keras.Input((28, 28, 1))
    codes = layers.GaussianNoise(noise, dtype="float32", name="noise")(encoder(code, width)(pictures))
    return keras.Model(pictures, decoder(code, width)(codes), name=name)


def shipped():
    """The encoder and the decoder with the weights of data/fashion_codec.npz, which do not learn any more."""
    from course_lib import weights

    model = weights.load(codec(), WEIGHTS)
    model.trainable = False
    return model.get_layer("encoder"), model.get_layer("decoder")
