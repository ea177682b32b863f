"""Transformer: Vaswani et al., "Attention Is All You Need", NeurIPS 2017.

Two stacks of blocks. The encoder reads a sentence: each token takes from all others what it needs (attention), then
works on its own (feed-forward). The decoder writes the answer, a token at a time: each takes from those before it, then
from what the encoder has read, then works on its own. Base size with a vocabulary of 37,000 for both languages:

    embedding     37,000 x 512, shared by source, target and logits; times sqrt(512)            18,944,000
    positions     sines and cosines, added                                                               0
    encoder       6 blocks of attention 4 x (512 x 512 + 512), feed-forward
                  512 x 2,048 + 2,048 + 2,048 x 512 + 512, 2 norms of 2 x 512              6 x 3,152,384
    decoder       6 blocks, with a second attention and a third norm                       6 x 4,204,032
    together                                                                                    63,082,496

The paper's Table 3 prints 65 million. That and all its other depths and widths follow from a vocabulary of 41,000, but
not the 213 million of the big size, which follow from 36,000; with 37,000, as in section 5.1, it has 214,245,376.

- `norm="post"` is the paper's: norm(x + branch(x)). With `norm="pre"` it is x + branch(norm(x)), and one norm more
  behind each stack (Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020): trains without
  warm-up.
- Decoding with a cache: keys and values of the tokens so far are kept, so one more token costs one step of the decoder
  and not one for each token before it. The answer is the same.

Tokens are integers, of which three are reserved: PAD behind the end, START in front of what the decoder is given, END
behind what it writes. The weights of an attention have the order of those of `keras.layers.MultiHeadAttention`, where
the heads are an axis of their own.
"""

from functools import partial
from itertools import repeat

import keras
import numpy as np
from keras import layers, ops

from course_lib.models import asked
from course_lib.models.stepping import one_more
from course_lib.texts import phrase

SIZES = {  # blocks in each stack, width of a token, heads, width of the feed-forward's inner layer
    "base": (6, 512, 8, 2048),
    "big": (6, 1024, 16, 4096),
}
SIZE_PARTS = phrase("blocks, width, heads, hidden")
PAD, START, END = 0, 1, 2
NORMS = ("pre", "post")
PARTS = ("norm", "positions", "residual", "scale")  # what can be left out, to see what it is good for
FORBIDDEN = -3e4  # instead of -infinity: its exponential is 0 all the same, and float16 can hold it
EPSILON = 1e-5


# --- The equations


def attend(queries, keys, values, allowed=None, scale=True):
    """Each query takes a mixture of the values, by how well it fits their keys: softmax(Q K^T / sqrt(d)) V.

    Args:
        queries: (..., T, d).
        keys: (..., S, d).
        values: (..., S, v).
        allowed: (..., T, S), False where a query must not look; None for everywhere.
        scale: divide by sqrt(d).

    Returns:
        The mixtures (..., T, v), and the shares (..., T, S), which sum to 1 over S.
    """
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2))  # (..., T, S)
    if scale:
        scores = scores / queries.shape[-1] ** 0.5
    if allowed is not None:
        scores = ops.where(allowed, scores, FORBIDDEN)
    shares = ops.softmax(scores)
    return ops.matmul(shares, values), shares


def causal(length):
    """Which of so many tokens (rows) may look at which (columns): (length, length), True on the diagonal and below, so
    that nobody looks ahead."""
    time = ops.arange(length)
    return time[:, None] >= time


def sinusoids(positions, width):
    """A vector for each position: sines and cosines, in turn, of wavelengths from 2 pi to 10,000 x 2 pi.

    Args:
        positions: (..., T), numbers.
        width: even.

    Returns:
        (..., T, width), float32.

    Raises:
        CourseError: the width is odd.
    """
    asked.multiple(2, width, "width")
    frequencies = 10000.0 ** (-np.arange(0, width, 2, dtype="float32") / width)
    angles = ops.cast(positions, "float32")[..., None] * frequencies  # (..., T, width / 2)
    waves = ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1)
    return ops.reshape(waves, (*ops.shape(angles)[:-1], width))


# --- The layers


@keras.saving.register_keras_serializable("course_lib")
class SinePositions(layers.Layer):
    """Makes vectors as long as sinusoids, about, and adds these: (batch, T, width) -> the same.

    Args:
        add: False leaves the positions out.
    """

    def __init__(self, add=True, **options):
        super().__init__(**options)
        self.add = add

    def call(self, x, first=0):
        """first: the position of the first token."""
        width = x.shape[-1]
        x = x * width**0.5
        return x + ops.cast(sinusoids(first + ops.arange(ops.shape(x)[1]), width), x.dtype) if self.add else x

    def get_config(self):
        return {**super().get_config(), "add": self.add}


@keras.saving.register_keras_serializable("course_lib")
class Attention(layers.Layer):
    """Several attentions side by side (heads), each with a part of the width: queries (batch, T, width) and memory
    (batch, S, width) -> (batch, T, width), and the shares (batch, heads, T, S).

    Args:
        heads: how many; they share the width.
        scale: as of `attend`.

    Raises:
        CourseError: heads do not divide the width, once that is known.
    """

    def __init__(self, heads, scale=True, **options):
        super().__init__(**options)
        self.heads, self.scale = heads, scale

    def build(self, queries_shape):
        width = queries_shape[-1]
        asked.share(self.heads, width)
        self.query, self.key, self.value, self.output_dense = (
            layers.Dense(width, name=name, dtype=self.dtype_policy) for name in ("query", "key", "value", "output")
        )
        for dense in (self.query, self.key, self.value, self.output_dense):
            dense.build((None, None, width))  # (width, width) and (width,)

    def split(self, x):
        """(batch, T, width) -> (batch, heads, T, width / heads)"""
        x = ops.reshape(x, (-1, ops.shape(x)[1], self.heads, x.shape[-1] // self.heads))
        return ops.transpose(x, (0, 2, 1, 3))

    def project(self, memory):
        """Keys and values of what can be looked at: two of (batch, heads, S, width / heads)."""
        return self.split(self.key(memory)), self.split(self.value(memory))

    def look(self, queries, keys, values, allowed=None):
        """The rest, once there are keys and values."""
        mixed, shares = attend(self.split(self.query(queries)), keys, values, allowed, self.scale)
        mixed = ops.transpose(mixed, (0, 2, 1, 3))  # (batch, T, heads, width / heads)
        return self.output_dense(ops.reshape(mixed, ops.shape(queries))), shares

    def step(self, x, at, past):
        """One more token (batch, 1, width), its position, and the cache: keys and values of those before, (batch,
        heads, longest, width / heads) each. Returns what it has seen, (batch, 1, width), and the cache with its own."""
        past = [ops.slice_update(old, (0, 0, at, 0), new) for new, old in zip(self.project(x), past)]
        return self.look(x, *past, ops.arange(past[0].shape[2]) <= at)[0], past

    def call(self, queries, memory, allowed=None):
        return self.look(queries, *self.project(memory), allowed)

    def get_config(self):
        return {**super().get_config(), "heads": self.heads, "scale": self.scale}


class Block(layers.Layer):
    """What both kinds of block share: feed-forward, and around each branch norm, dropout and residual connection.

    Args:
        heads: how many attentions work side by side.
        hidden: width of the feed-forward's inner layer.
        norm: "pre" or "post".
        dropout: fraction of each branch that is switched off in training.
        without: those of `PARTS` that are left out.

    Raises:
        CourseError: norm or a part is unknown.
    """

    attentions = ()  # their names

    def __init__(self, heads, hidden, norm="post", dropout=0.0, without=(), **options):
        super().__init__(**options)
        asked.one_of(NORMS, norm, "norm")
        for part in without:
            asked.one_of(PARTS, part, "without")
        self.heads, self.hidden, self.norm, self.without = heads, hidden, norm, tuple(without)
        self.dropout = layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, x_shape):
        shape, policy = (None, None, x_shape[-1]), self.dtype_policy
        for name in self.attentions:
            attention = Attention(self.heads, "scale" not in self.without, name=name, dtype=policy)
            attention.build(shape)
            setattr(self, name, attention)
        self.inner = layers.Dense(self.hidden, activation="relu", name="inner", dtype=policy)
        self.outer = layers.Dense(shape[-1], name="outer", dtype=policy)
        self.inner.build(shape)
        self.outer.build((None, None, self.hidden))
        self.norms = {}
        for name in () if "norm" in self.without else (*self.attentions, "feed_forward"):
            self.norms[name] = layers.LayerNormalization(epsilon=EPSILON, name=f"norm_{name}", dtype=policy)
            self.norms[name].build(shape)

    def enter(self, name, x):
        """What a branch is given."""
        return self.norms[name](x) if self.norm == "pre" and self.norms else x

    def leave(self, name, x, y):
        """What comes out, of what went in and what the branch made of it."""
        y = self.dropout(y)
        x = y if "residual" in self.without else x + y
        return self.norms[name](x) if self.norm == "post" and self.norms else x

    def feed_forward(self, x):
        return self.leave("feed_forward", x, self.outer(self.inner(self.enter("feed_forward", x))))

    def get_config(self):
        settings = {name: getattr(self, name) for name in ("heads", "hidden", "norm", "without")}
        return {**super().get_config(), **settings, "dropout": self.dropout.rate}


@keras.saving.register_keras_serializable("course_lib")
class EncoderBlock(Block):
    """Tokens (batch, S, width), and which of them may be looked at (batch, 1, 1, S) -> tokens of the same shape, and
    the shares (batch, heads, S, S)."""

    attentions = ("attention",)

    def call(self, x, allowed=None):
        y = self.enter("attention", x)
        y, shares = self.attention(y, y, allowed)
        return self.feed_forward(self.leave("attention", x, y)), shares


@keras.saving.register_keras_serializable("course_lib")
class DecoderBlock(Block):
    """Tokens (batch, T, width), what the encoder has read (batch, S, width), and which of that may be looked at
    (batch, 1, 1, S) -> tokens of the same shape, the shares among them (batch, heads, T, T), and those of the cross-
    attention (batch, heads, T, S)."""

    attentions = ("attention", "across")

    def call(self, x, memory, allowed=None):
        y = self.enter("attention", x)
        y, shares = self.attention(y, y, causal(ops.shape(x)[1]))
        x = self.leave("attention", x, y)
        x, across = self.translate(x, *self.across.project(memory), allowed)
        return x, shares, across

    def translate(self, x, keys, values, allowed):
        """What follows the attention among the tokens."""
        y, shares = self.across.look(self.enter("across", x), keys, values, allowed)
        return self.feed_forward(self.leave("across", x, y)), shares

    def step(self, x, at, past, memory, allowed):
        """One more token: as `Attention.step`; memory are keys and values of what the encoder has read, allowed is
        (batch, 1, 1, S). Returns the token (batch, 1, width), and the cache."""
        y, past = self.attention.step(self.enter("attention", x), at, past)
        x = self.leave("attention", x, y)
        return self.translate(x, *memory, allowed)[0], past


# --- The model


def transformer(vocabulary, size="base", norm="post", dropout=0.0, without=(), lengths=(None, None), name=None):
    """An encoder-decoder for sentences of any length, for both languages one vocabulary.

    Args:
        vocabulary: how many different tokens there are, the three reserved ones included.
        size: a name of `SIZES`, or (blocks, width, heads, hidden).
        norm, dropout, without: as of `Block`.
        lengths: (S, T) of the inputs; None for any.

    Returns:
        keras.Model from {"source": (batch, S), "target": (batch, T)}, integers, to logits (batch, T, vocabulary),
        float32: what follows each token of the target. The target begins with START; what stands behind a sentence is
        PAD.

    Raises:
        CourseError: size, norm or a part is unknown, or heads do not divide the width, or the width is odd.
    """
    blocks, width, heads, hidden = asked.known_size(size, SIZES, SIZE_PARTS, even=True)
    settings = {"norm": norm, "dropout": dropout, "without": without}
    source, target = (
        keras.Input((length,), dtype="int32", name=name) for name, length in zip(("source", "target"), lengths)
    )
    normal = keras.initializers.RandomNormal(stddev=width**-0.5)
    embedding = layers.ReversibleEmbedding(vocabulary, width, True, normal, reverse_dtype="float32", name="embedding")
    positions = SinePositions("positions" not in without, name="positions")
    forget = layers.Dropout(dropout, name="dropout")

    pre = norm == "pre" and "norm" not in without
    end = partial(layers.LayerNormalization, epsilon=EPSILON) if pre else layers.Identity

    allowed = ops.not_equal(source, PAD)[:, None, None, :]  # (batch, 1, 1, S)
    x = forget(positions(embedding(source)))  # (batch, S, width)
    for number in range(1, blocks + 1):
        x, _ = EncoderBlock(heads, hidden, name=f"encoder{number}", **settings)(x, allowed)
    memory = end(name="encoder_end")(x)
    x = forget(positions(embedding(target)))  # (batch, T, width)
    for number in range(1, blocks + 1):
        x, _, _ = DecoderBlock(heads, hidden, name=f"decoder{number}", **settings)(x, memory, allowed)
    logits = embedding(end(name="decoder_end")(x), reverse=True)
    return keras.Model({"source": source, "target": target}, logits, name=name or "transformer")


def attention_maps(model):
    """The same network, giving how much each token takes from each.

    Args:
        model: as made by `transformer`.

    Returns:
        keras.Model from the same inputs to {"encoder", "decoder", "across"}, of each a list, for each block, of
        (batch, heads, tokens, tokens looked at): in each row the shares that one token takes from all, which sum to 1.
    """
    found = {"encoder": [block.output[1] for block in _blocks(model, EncoderBlock)]}
    for place, name in ((1, "decoder"), (2, "across")):
        found[name] = [block.output[place] for block in _blocks(model, DecoderBlock)]
    return keras.Model(model.input, found, name=f"{model.name}_attention")


# --- Decoding


def encoder(model, source="source"):
    """The part that reads: keras.Model from the source (batch, S), the input of that name, to what it has read
    (batch, S, width), and to what of that may be looked at (batch, 1, 1, S)."""
    _, *memory = _blocks(model, DecoderBlock)[0].input
    return keras.Model(model.get_layer(source).output, memory, name=f"{model.name}_encoder")


def begin(model, source, longest, name="source"):
    """What decoding with a cache starts from.

    Args:
        model: as made by `transformer`, or with the same blocks.
        source: (batch, S), integers.
        longest: how many tokens the cache shall hold.
        name: of the input that is the source.

    Returns:
        The cache, empty: keys and values, (batch, heads, longest, width / heads) each, of all blocks in one list; and
        what does not change: keys and values of what the encoder has read, for each block, and where to look at.

    Raises:
        CourseError: the cache shall hold no token.
    """
    asked.at_least(1, longest, "longest")
    memory, allowed = encoder(model, name)(source)
    given = [block.across.project(memory) for block in _blocks(model, DecoderBlock)]
    batch, heads, _, size = ops.shape(given[0][0])
    return [ops.zeros((batch, heads, longest, size), memory.dtype) for _ in 2 * given], (given, allowed)


def read_on(model, tokens, at, cache, given):
    """One more token for each sentence of a batch: the same logits as from the whole target.

    Args:
        model: as made by `transformer`.
        tokens: (batch,), integers.
        at: their position, from 0.
        cache, given: what `begin` gave; the cache, later, as this function returned it for the token before.

    Returns:
        Logits (batch, vocabulary) of the next token, and the cache.

    Raises:
        CourseError: the cache has no such position.
    """
    if isinstance(at, int | np.integer):  # else a compiled loop counts it
        at = int(asked.within(cache[0].shape[2], at, "at"))
    embedding, (memory, allowed) = model.get_layer("embedding"), given
    x = model.get_layer("positions")(embedding(tokens[:, None]), first=at)  # (batch, 1, width)
    x, cache = one_more(_blocks(model, DecoderBlock), x, at, cache, memory, repeat(allowed))
    return embedding(model.get_layer("decoder_end")(x), reverse=True)[:, 0], cache


def _blocks(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]
