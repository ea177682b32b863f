"""The network that diffusion and flow matching share: given something noisy, how noisy it is, and a class, it predicts
as many numbers as it was given.

A small residual network for vectors. Time and class do not enter as further inputs; they set the scale and the shift of
each block's normalization ("adaptive layer normalization": Perez et al., "FiLM", AAAI 2018; for diffusion: Dhariwal and
Nichol, NeurIPS 2021; with a gate that is 0 at first: Peebles and Xie, "Scalable Diffusion Models with Transformers",
ICCV 2023).

    condition   waves(time) -> width, plus a vector for each class; SiLU
    block       x + gate * W2 SiLU(W1 ((1 + scale) * norm(x) + shift)),  (scale, shift, gate) linear in the condition

With a width of 192, 3 blocks, 48 numbers and 10 classes: 589,488 parameters, nearly all of them multiplied once.
"""

import keras
import numpy as np
from keras import layers, ops

WAVES = 32  # sines, and as many cosines
FASTEST = 50.0  # radians per unit of time, of the fastest wave


@keras.saving.register_keras_serializable("course_lib")
class Waves(layers.Layer):
    """A time from 0 to 1 as sines and cosines: (batch,) -> (batch, 64), as positions of a Transformer."""

    def call(self, time):
        speeds = np.geomspace(0.5, FASTEST, WAVES).astype("float32")
        angles = ops.expand_dims(ops.cast(time, "float32"), -1) * speeds
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    def compute_output_shape(self, shape):
        return *shape, 2 * WAVES


def denoiser(size, classes=0, width=192, blocks=3, name="denoiser"):
    """The network.

    Args:
        size: how many numbers the vectors have.
        classes: how many classes there are; 0 for none. There is one vector more, number `classes`, for "any class".
        width: of the blocks.
        blocks: how many.

    Returns:
        keras.Model from {"x": (batch, size), "time": (batch,) from 0 to 1}, with classes also "labels": (batch,),
        integers from 0 to `classes`, to (batch, size), float32: zeros at first.
    """
    given = {"x": keras.Input((size,), name="x"), "time": keras.Input((), name="time")}
    condition = layers.Dense(width, name="of_time")(Waves(dtype="float32", name="waves")(given["time"]))
    if classes:
        given["labels"] = keras.Input((), dtype="int32", name="labels")
        told = layers.Embedding(classes + 1, width, keras.initializers.RandomNormal(stddev=0.5), name="of_class")
        condition = layers.Add(name="told")([condition, told(given["labels"])])
    condition = layers.Activation("silu", name="condition")(condition)
    x = layers.Dense(width, name="enter")(given["x"])
    for number in range(1, blocks + 1):
        scale, shift, gate = (
            layers.Dense(width, kernel_initializer="zeros", name=f"{what}{number}")(condition)
            for what in ("scale", "shift", "gate")
        )
        normal = layers.LayerNormalization(center=False, scale=False, name=f"norm{number}")(x)
        inner = layers.Dense(width, activation="silu", name=f"widen{number}")(normal * (1 + scale) + shift)
        x = x + gate * layers.Dense(width, name=f"narrow{number}")(inner)
    x = layers.LayerNormalization(name="norm")(x)
    last = layers.Dense(size, kernel_initializer="zeros", dtype="float32", name="leave")(x)
    return keras.Model(given, last, name=name)
