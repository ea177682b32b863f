"""Vision Transformer: Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021.

The image is cut into square patches, each patch becomes a vector (a token), and a Transformer's encoder works on the
tokens as it would on words. ViT-B/16 at 224x224, with weights:

    patches       16x16x3 -> 768, a convolution whose stride is its size    14x14 = 196 tokens        590,592
    class token   a learned vector in front, read at the end                197 tokens                    768
    positions     a learned vector for each token, added                                              151,296
    12 blocks     x + attention(norm(x)), then x + mlp(norm(x))                               12 x 7,087,872
    norm          of the last tokens                                                                    1,536
    logits        of the class token                                        1000                      769,000

Sizes B, L and H are the paper's (Table 1); Ti and S are those of DeiT (Touvron et al., ICML 2021, Table 1). With
`layer_scale` each branch is weighed per channel before it is added (Touvron et al., "Going deeper with Image
Transformers", ICCV 2021), as in DINOv2 (Oquab et al., TMLR 2024).
"""

import keras
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.texts import phrase, say

SIZES = {  # blocks, width of a token, heads
    "Ti": (12, 192, 3),
    "S": (12, 384, 6),
    "B": (12, 768, 12),
    "L": (24, 1024, 16),
    "H": (32, 1280, 16),
}
EPSILON = 1e-6


@keras.saving.register_keras_serializable("course_lib")
class ClassToken(layers.Layer):
    """Puts one learned vector in front of the tokens: (batch, T, width) -> (batch, 1 + T, width)."""

    def build(self, shape):
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="zeros", name="token")

    def call(self, tokens):
        token = ops.cast(ops.broadcast_to(self.token, (ops.shape(tokens)[0], 1, tokens.shape[-1])), tokens.dtype)
        return ops.concatenate([token, tokens], axis=1)

    def compute_output_shape(self, shape):
        batch, count, width = shape
        return batch, 1 + count, width


@keras.saving.register_keras_serializable("course_lib")
class Positions(layers.Layer):
    """Adds a learned vector to each token, by its place: (batch, T, width) -> the same."""

    def build(self, shape):
        normal = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(1, *shape[1:]), initializer=normal, name="table")

    def call(self, tokens):
        return tokens + ops.cast(self.table, tokens.dtype)

    def compute_output_shape(self, shape):
        return shape


@keras.saving.register_keras_serializable("course_lib")
class LayerScale(layers.Layer):
    """Multiplies each channel by a learned number, which starts near 0: (batch, T, width) -> the same."""

    def __init__(self, start=1e-5, **options):
        super().__init__(**options)
        self.start = start

    def build(self, shape):
        start = keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=shape[-1:], initializer=start, name="scale")

    def call(self, tokens):
        return tokens * ops.cast(self.scale, tokens.dtype)

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        return {**super().get_config(), "start": self.start}


def block(x, heads, hidden, number, dropout=0.0, layer_scale=None):
    """One block of the encoder: tokens exchange what they hold (attention), then each works on its own (mlp).

    Args:
        x: tokens (batch, T, width); the width is shared among the heads.
        heads: how many attentions work side by side.
        hidden: width of the mlp's inner layer.
        number: of the block, for the names of its layers.
        dropout: fraction of each branch that is switched off in training.
        layer_scale: what `LayerScale` starts at, or None for none.

    Returns:
        Tokens of the same shape.
    """
    width = x.shape[-1]
    name = f"block{number}"

    def add(x, branch, part):
        if layer_scale is not None:
            branch = LayerScale(layer_scale, name=f"{name}_scale_{part}")(branch)
        branch = layers.Dropout(dropout, name=f"{name}_dropout_{part}")(branch)
        return layers.Add(name=f"{name}_add_{part}")([x, branch])

    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_norm_attention")(x)
    attention = layers.MultiHeadAttention(heads, key_dim=width // heads, name=f"{name}_attention")
    y, _ = attention(y, y, return_attention_scores=True)  # the weights (batch, heads, T, T), for `attention_maps`
    x = add(x, y, "attention")

    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_norm_mlp")(x)
    y = layers.Dense(hidden, activation="gelu", name=f"{name}_mlp1")(y)  # (batch, T, hidden)
    y = layers.Dense(width, name=f"{name}_mlp2")(y)
    return add(x, y, "mlp")


def vit(
    size="B",
    patch=16,
    input_shape=(224, 224, 3),
    num_classes=1000,
    dropout=0.0,
    layer_scale=None,
    name=None,
):
    """A Vision Transformer for images of any size.

    Args:
        size: a name of `SIZES`, or (blocks, width, heads).
        patch: side of a patch in pixels; divides height and width.
        input_shape: (height, width, channels).
        num_classes: size of the output; 0 for none: the output then is the tokens, (batch, 1 + T, width).
        dropout, layer_scale: as of `block`.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        CourseError: the size is unknown, heads do not divide the width, or patches do not fill the image.
    """
    blocks, width, heads = asked.known_size(size, SIZES, phrase("blocks, width, heads"))
    height, wide, _ = input_shape
    if height % patch or wide % patch or min(height, wide) < patch:
        raise CourseError(
            say(
                "patches of {patch} pixels do not fill an image of {height}x{width}: both sides must be multiples of {patch}",
                patch=patch,
                height=height,
                width=wide,
            )
        )
    images = keras.Input(input_shape)
    x = layers.Conv2D(width, patch, strides=patch, name="patches")(images)  # (batch, rows, columns, width)
    x = layers.Reshape((-1, width), name="tokens")(x)  # (batch, T, width), row after row
    x = ClassToken(name="class_token")(x)  # (batch, 1 + T, width)
    x = Positions(name="positions")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    for number in range(1, blocks + 1):
        x = block(x, heads, 4 * width, number, dropout, layer_scale)
    x = layers.LayerNormalization(epsilon=EPSILON, dtype="float32", name="norm")(x)
    if num_classes:
        x = layers.Dense(num_classes, dtype="float32", name="logits")(x[:, 0])  # of the class token alone
    return keras.Model(images, x, name=name or f"vit_{size}_{patch}".lower().translate(_PLAIN))


def attention_maps(model):
    """The same network, giving how much each token takes from each.

    Args:
        model: as made by `vit`.

    Returns:
        keras.Model from images to a list, for each block, of (batch, heads, 1 + T, 1 + T): in each row the shares that
        one token takes from all, which sum to 1. Token 0 is the class token.
    """
    found = [layer.output[1] for layer in model.layers if isinstance(layer, layers.MultiHeadAttention)]
    return keras.Model(model.input, found, name=f"{model.name}_attention")


_PLAIN = str.maketrans({character: "_" for character in "(), "})  # a model's name
