"""LLaMA: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023 (arXiv 2302.13971).

A decoder that writes text a token at a time, as GPT does, with four parts exchanged:

    instead of                      here
    layer normalization             RMSNorm: divide by the root of the mean square; no mean, no bias
                                    (Zhang and Sennrich, NeurIPS 2019)
    positions added to tokens       rotary: queries and keys are turned by an angle that grows with the position, so
                                    that a score depends on how far apart two tokens are (Su et al., 2021)
    keys and values for each head   grouped queries: several heads share them, which makes the cache smaller
                                    (Ainslie et al., EMNLP 2023; in SmolLM2, and not yet in the first LLaMA)
    two matrices with ReLU          SwiGLU: down(silu(gate(x)) * up(x)), three matrices (Shazeer, 2020)

SmolLM2-135M, with weights:

    embedding     49,152 x 576, also used for the logits                                     28,311,552
    30 blocks     attention 576 x 576 + 2 x (576 x 192) + 576 x 576, SwiGLU 3 x (576 x 1,536),
                  2 norms of 576                                                         30 x 3,540,096
    norm          of the last tokens                                                                576
    together                                                                                134,515,008
"""

from dataclasses import asdict

import keras
from keras import layers, ops

from course_lib.models.llama_sizes import Config, sized
from course_lib.models.transformer import attend

# --- The equations


def rms_norm(x, scale, epsilon):
    """x / sqrt(mean(x^2) + epsilon) * scale, over the last axis: (..., width), scale (width,) -> (..., width)."""
    return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + epsilon) * scale


def silu(x):
    """x * sigmoid(x). `ops.silu` is the same, but TensorFlow never lets go of a graph with it, nor of its weights."""
    return x * ops.sigmoid(x)


def rotations(positions, size, theta=10000.0):
    """Cosine and sine of the angles position * theta^(-2 i / size), for i below size / 2.

    Args:
        positions: (T,), numbers.
        size: width of a head.

    Returns:
        Two of (T, size / 2), float32.
    """
    frequencies = theta ** (-ops.arange(0, size, 2, dtype="float32") / size)
    angles = ops.cast(positions, "float32")[:, None] * frequencies
    return ops.cos(angles), ops.sin(angles)


def rotate(x, cos, sin):
    """Turn each pair (x[i], x[i + size / 2]) by its angle: (..., T, size) -> the same."""
    first, second = ops.split(x, 2, axis=-1)
    return ops.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


# --- The layers


@keras.saving.register_keras_serializable("course_lib")
class RMSNorm(layers.Layer):
    """(..., width) -> the same, with a mean square of 1, times a learned number for each place."""

    def __init__(self, epsilon=1e-6, **options):
        super().__init__(**options)
        self.epsilon = epsilon

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

    def call(self, x):
        return rms_norm(x, self.scale, self.epsilon)

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("course_lib")
class Block(layers.Layer):
    """One block: tokens (batch, T, width) -> the same. x + attention(norm(x)), then x + swiglu(norm(x)).

    Args:
        config: a `Config`, or its numbers as a dict.
        linear: what makes its matrices, from (units, use_bias, name); `lora.py` has another one.
    """

    def __init__(self, config, linear=layers.Dense, **options):
        super().__init__(**options)
        self.config = c = Config(**config) if isinstance(config, dict) else config
        self.norm_attention, self.norm_swiglu = (
            RMSNorm(c.epsilon, name=f"norm_{n}", dtype=self.dtype_policy) for n in ("attention", "swiglu")
        )
        matrix = lambda name, units, bias=False: linear(units, use_bias=bias, name=name, dtype=self.dtype_policy)
        self.query = matrix("query", c.heads * c.head, c.bias)
        self.key, self.value = (matrix(name, c.groups * c.head, c.bias) for name in ("key", "value"))
        self.output_dense = matrix("output", c.width)
        self.gate, self.up = (matrix(name, c.hidden) for name in ("gate", "up"))
        self.down = matrix("down", c.width)

    def parts(self):
        """Its layers, by name."""
        of_attention = {"query": self.query, "key": self.key, "value": self.value, "output": self.output_dense}
        of_swiglu = {"gate": self.gate, "up": self.up, "down": self.down}
        return {"norm_attention": self.norm_attention, **of_attention, "norm_swiglu": self.norm_swiglu, **of_swiglu}

    def build(self, shape):
        inputs = {"output": self.config.heads * self.config.head, "down": self.config.hidden}
        for name, part in self.parts().items():
            part.build((None, None, inputs.get(name, self.config.width)))

    def split(self, x, heads):
        """(batch, T, heads * head) -> (batch, heads, T, head)"""
        return ops.transpose(ops.reshape(x, (-1, ops.shape(x)[1], heads, self.config.head)), (0, 2, 1, 3))

    def swiglu(self, x):
        """(..., width) -> the same"""
        return self.down(silu(self.gate(x)) * self.up(x))

    def call(self, x, first=0, past=None):
        """first: position of the first token; past: keys and values of those before, (batch, groups, S, head) each.

        With a past, keys and values of all tokens so far are returned, too.
        """
        c, count = self.config, ops.shape(x)[1]
        y = self.norm_attention(x)
        at = first + ops.arange(count)
        turned = [ops.cast(part, y.dtype) for part in rotations(at, c.head, c.theta)]
        queries = rotate(self.split(self.query(y), c.heads), *turned)  # (batch, heads, T, head)
        keys = rotate(self.split(self.key(y), c.groups), *turned)  # (batch, groups, T, head)
        values = self.split(self.value(y), c.groups)
        if past is not None:
            keys, values = (ops.concatenate([old, new], axis=2) for old, new in zip(past, (keys, values)))
        shared = [ops.repeat(part, c.heads // c.groups, axis=1) for part in (keys, values)]  # (batch, heads, S, head)
        seen = at[:, None] >= ops.arange(ops.shape(keys)[2])  # (T, S): nobody looks ahead
        mixed, _ = attend(queries, *shared, seen)
        mixed = ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (-1, count, c.heads * c.head))
        x = x + self.output_dense(mixed)

        x = x + self.swiglu(self.norm_swiglu(x))
        return x if past is None else (x, (keys, values))

    def get_config(self):
        return {**super().get_config(), "config": asdict(self.config)}


# --- The model


def llama(config, linear=layers.Dense, length=None, name="llama"):
    """A language model for texts of any length.

    Args:
        config: a `Config`, or a name of `SIZES`.
        linear: as of `Block`; a network with another one than Dense cannot be saved as a whole.
        length: T of the input; None for any.

    Returns:
        keras.Model from tokens (batch, T), integers, to logits (batch, T, vocabulary), float32: what follows each.

    Raises:
        CourseError: the name is unknown.
    """
    c = sized(config)
    tokens = keras.Input((length,), dtype="int32", name="tokens")
    embedding = layers.ReversibleEmbedding(c.vocabulary, c.width, c.tied, reverse_dtype="float32", name="embedding")
    x = embedding(tokens)  # (batch, T, width)
    for number in range(1, c.blocks + 1):
        x = Block(c, linear, name=f"block{number}")(x)
    x = RMSNorm(c.epsilon, name="norm")(x)
    return keras.Model(tokens, embedding(x, reverse=True), name=name)


def read_on(model, tokens, at, cache):
    """Logits of some more tokens, the same as from all of them at once.

    Args:
        model: as made by `llama`.
        tokens: (batch, T), integers.
        at: the position of the first of them.
        cache: keys and values of each block for the tokens before, as returned here; None for none.

    Returns:
        Logits (batch, T, vocabulary), and the cache.
    """
    blocks = [layer for layer in model.layers if isinstance(layer, Block)]
    embedding, after = model.get_layer("embedding"), []
    c, x = blocks[0].config, embedding(tokens)
    nothing = ops.zeros((ops.shape(tokens)[0], c.groups, 0, c.head))
    for block, past in zip(blocks, cache or [(nothing, nothing)] * len(blocks)):
        x, past = block(x, first=at, past=past)
        after.append(past)
    return embedding(model.get_layer("norm")(x), reverse=True), after
