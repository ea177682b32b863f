"""AlexNet: Krizhevsky, Sutskever, Hinton, NeurIPS 2012.

The paper is "ImageNet Classification with Deep Convolutional Neural Networks". The network has eight layers with
weights; here they stand with their outputs for a 227x227 colour image and the paper's two groups:

    conv1  96 kernels 11x11, stride 4     55x55x96         34,944    then response normalization, pooling
    conv2  256 kernels 5x5, two groups    27x27x256       307,456    then response normalization, pooling
    conv3  384 kernels 3x3                13x13x384       885,120
    conv4  384 kernels 3x3, two groups    13x13x384       663,936
    conv5  256 kernels 3x3, two groups    13x13x256       442,624    then pooling, to 6x6x256
    fc6    dense, dropout                 4096         37,752,832
    fc7    dense, dropout                 4096         16,781,312
    fc8    dense                          1000          4,097,000

- There are two groups because the network was split over two GPUs of 3 GB: in conv2, conv4 and conv5 each half of the
  kernels sees only the half of the maps that lies on its own GPU. That makes 60,965,224 parameters; without the split
  (`groups=1`) there are 62,378,344.
- The paper gives the input as 224x224, but (224 - 11) / 4 + 1 is not a whole number, and the 55x55 maps that it goes on
  to use come from 227x227. Torchvision's `alexnet` (61,100,840) is a different network, of 2014, with other numbers of
  kernels.
- Pooling windows of 3x3 move by 2, so they overlap; the paper found that this lowers the error by 0.4 points (top-1).
"""

import keras
from keras import layers, ops

from course_lib.texts import say


@keras.saving.register_keras_serializable("course_lib")
class LocalResponseNormalization(layers.Layer):
    """Section 3.3 of the paper: a strong unit suppresses the units of the neighbouring channels at the same place.

    b_i = a_i / (bias + alpha * sum of a_j^2 over the `size` channels around i) ^ beta

    Caffe, PyTorch and ONNX divide `alpha` by `size`; the paper, TensorFlow and this layer do not.
    """

    def __init__(self, size=5, bias=2.0, alpha=1e-4, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        self.size, self.bias, self.alpha, self.beta = size, bias, alpha, beta

    def call(self, x):  # (batch, height, width, channels)
        channels, half = x.shape[-1], self.size // 2
        squares = ops.pad(ops.square(x), ((0, 0), (0, 0), (0, 0), (half, half)))
        neighbours = sum(squares[..., i : i + channels] for i in range(self.size))
        return x / ops.power(self.bias + self.alpha * neighbours, self.beta)

    def get_config(self):
        own = {"size": self.size, "bias": self.bias, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **own}


def alexnet(input_shape=(227, 227, 3), num_classes=1000, groups=2, dropout=0.5, name="alexnet"):
    """AlexNet for images of any size from 67x67 on.

    Args:
        input_shape: (height, width, channels).
        num_classes: size of the output.
        groups: 2 as in the paper, 1 without the split over two GPUs.
        dropout: fraction of the units of fc6 and fc7 that is switched off in training.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        ValueError: the image is too small for three rounds of pooling.
    """
    height, width = input_shape[:2]
    if min(height, width) < 67:
        raise ValueError(
            say("AlexNet needs images of at least 67x67, found {height}x{width}", height=height, width=width)
        )

    def convolve(x, filters, kernel_size, **options):
        return layers.Conv2D(filters, kernel_size, activation="relu", **options)(x)

    images = keras.Input(input_shape)
    x = convolve(images, 96, 11, strides=4, name="conv1")  # 55x55x96
    x = LocalResponseNormalization(name="norm1")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)  # 27x27x96
    x = convolve(x, 256, 5, padding="same", groups=groups, name="conv2")  # 27x27x256
    x = LocalResponseNormalization(name="norm2")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool2")(x)  # 13x13x256
    x = convolve(x, 384, 3, padding="same", name="conv3")  # 13x13x384
    x = convolve(x, 384, 3, padding="same", groups=groups, name="conv4")  # 13x13x384
    x = convolve(x, 256, 3, padding="same", groups=groups, name="conv5")  # 13x13x256
    x = layers.MaxPooling2D(3, strides=2, name="pool5")(x)  # 6x6x256
    x = layers.Flatten()(x)  # 9216
    for i in (6, 7):
        x = layers.Dense(4096, activation="relu", name=f"fc{i}")(x)
        x = layers.Dropout(dropout)(x)
    logits = layers.Dense(num_classes, dtype="float32", name="fc8")(x)
    return keras.Model(images, logits, name=name)
