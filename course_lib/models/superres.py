"""Super-resolution: networks that make a picture larger and fill in what the larger one should show.

- SRCNN: Dong, Loy, He, Tang, "Image Super-Resolution Using Deep Convolutional Networks", TPAMI 38(2), 2016 (ECCV 2014).
  The picture is made larger first, bicubic, and three convolutions repair it at full size. Weights of its kernels for
  one channel: 9x9x64 + 64x1x1x32 + 32x5x5 = 5,184 + 2,048 + 800 = 8,032 in the form 9-1-5.
- ESPCN: Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional
  Neural Network", CVPR 2016. The convolutions see the small picture; the last gives scale x scale values for each
  pixel and channel, which `depth_to_space` puts beside each other. So it costs scale x scale times less.

With `residual=True`, which neither paper has, the network only gives what is to be added to the bicubic picture (Kim
et al., "Accurate Image Super-Resolution Using Very Deep Convolutional Networks", CVPR 2016): where it knows nothing, it
adds nothing, and it learns in seconds. Both papers work on the luma, `channels=1`; here 3 is as good.
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib import resampling


def depth_to_space(x, scale):
    """Channels become pixels: (batch, height, width, scale x scale x C) -> (batch, height x scale, width x scale, C).

    Channel (row x scale + column) x C + c holds colour c of the pixel at (row, column) of each new square: the colours
    stand together, as in TensorFlow and Keras (`keras.ops.depth_to_space`, channels last). PyTorch's `pixel_shuffle`
    reads its channels as c x scale x scale + row x scale + column: for one colour this is the same, for more the
    channels stand in another order.
    """
    _, height, width, depth = x.shape
    height, width = height or ops.shape(x)[1], width or ops.shape(x)[2]
    colours = depth // scale**2
    x = ops.reshape(x, (-1, height, width, scale, scale, colours))  # of each pixel: row, column, colour
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))  # (batch, height, row, width, column, colour)
    return ops.reshape(x, (-1, height * scale, width * scale, colours))


@keras.saving.register_keras_serializable("course_lib")
class DepthToSpace(layers.Layer):
    """`depth_to_space` as a layer, without weights."""

    def __init__(self, scale, **options):
        super().__init__(**options)
        self.scale = scale

    def call(self, x):
        return depth_to_space(x, self.scale)

    def compute_output_shape(self, shape):
        batch, height, width, depth = shape
        return batch, *_larger(height, width, self.scale), depth // self.scale**2

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable("course_lib")
class Bicubic(layers.Layer):
    """A picture made larger without learning, as Pillow does it: (batch, height, width, C) -> all of it times `scale`.

    A new pixel is a mean of old ones. How these count depends only on where the new one lies between them, for which
    there are scale x scale ways: so this, too, is a convolution of the small picture, with kernels that are fixed, and
    then `depth_to_space`.
    """

    counts_in_depth = False

    def __init__(self, scale, **options):
        super().__init__(**options)
        self.scale = scale
        offsets = (np.arange(scale) + 0.5) / scale - 0.5  # of the new pixels from the middle of the old one
        row = resampling.cubic(np.arange(-2, 3)[:, None] - offsets)  # (5, scale)
        ways = np.einsum("ir,jc->ijrc", row, row)  # (5, 5, row, column)
        self.kernels = ways.reshape(5, 5, 1, scale**2).astype("float32")

    def call(self, x):
        kernels, colours = ops.cast(self.kernels, x.dtype), x.shape[-1]
        spread = lambda x: ops.depthwise_conv(x, ops.tile(kernels, (1, 1, x.shape[-1], 1)), padding="same")
        # at the border some of the 5x5 pixels are missing: the weights of the others are to add up to 1
        x = spread(x)  # (batch, height, width, colour x way)
        x = (
            ops.reshape(x, (*ops.shape(x)[:3], -1, self.scale**2))
            / spread(ops.ones_like(x[:1, :, :, :1]))[..., None, :]
        )
        x = ops.swapaxes(x, 3, 4)  # (batch, height, width, way, colour)
        # the depth as a number: with batches of any size, TensorFlow would not know it
        return depth_to_space(ops.reshape(x, (*ops.shape(x)[:3], colours * self.scale**2)), self.scale)

    def compute_output_shape(self, shape):
        batch, height, width, channels = shape
        return batch, *_larger(height, width, self.scale), channels

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


def srcnn(scale=2, input_shape=(None, None, 3), kernels=(9, 1, 5), filters=(64, 32), residual=True, name="srcnn"):
    """SRCNN: bicubic first, then three convolutions at full size.

    Args:
        scale: how much larger the picture becomes.
        input_shape: (height, width, channels) of small pictures; height and width may be None.
        kernels: sides of the three kernels; the paper has 9-1-5, 9-3-5 and 9-5-5.
        filters: channels of the first two convolutions.
        residual: add what the last convolution gives to the bicubic picture.

    Returns:
        keras.Model from pictures (batch, height, width, channels) to pictures scale times as high and wide, float32,
        not cut off at 0 and 1. Borders are padded; the paper's convolutions are "valid" and give smaller pictures.
    """
    pictures = keras.Input(input_shape)
    large = Bicubic(scale, dtype="float32", name="bicubic")(pictures)
    x = large
    for number, (size, count) in enumerate(zip(kernels, filters), 1):
        x = layers.Conv2D(count, size, padding="same", activation="relu", name=f"conv{number}")(x)
    x = layers.Conv2D(input_shape[-1], kernels[-1], padding="same", dtype="float32", name="last")(x)
    return keras.Model(pictures, _sum(large, x) if residual else x, name=name)


def espcn(
    scale=2,
    input_shape=(None, None, 3),
    kernels=(5, 3, 3),
    filters=(64, 32),
    activation="tanh",
    residual=True,
    name="espcn",
):
    """ESPCN: convolutions of the small picture, whose channels become pixels at the very end.

    Args:
        scale, input_shape, kernels, filters, residual: as of `srcnn`; the paper has 5-3-3, 64 and 32 channels.
        activation: of all convolutions but the last; the paper's best was tanh.

    Returns:
        As of `srcnn`.
    """
    pictures = keras.Input(input_shape)
    x = pictures
    for number, (size, count) in enumerate(zip(kernels, filters), 1):
        x = layers.Conv2D(count, size, padding="same", activation=activation, name=f"conv{number}")(x)
    count = scale**2 * input_shape[-1]
    x = layers.Conv2D(count, kernels[-1], padding="same", dtype="float32", name="last")(x)
    x = DepthToSpace(scale, dtype="float32", name="pixels")(x)
    if residual:
        x = _sum(Bicubic(scale, dtype="float32", name="bicubic")(pictures), x)
    return keras.Model(pictures, x, name=name)


def _sum(large, details):
    return layers.Add(dtype="float32", name="sum")([large, details])


def _larger(height, width, scale):
    return (side and side * scale for side in (height, width))
