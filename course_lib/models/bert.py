"""BERT: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", NAACL 2019.

A Transformer's encoder alone: each token takes from all others, before it and behind it. Nothing is written with it; it
learns by filling in words that were covered. Base size, uncased, with weights:

    tokens        30,522 x 768                                                                  23,440,896
    positions     512 x 768, learned, added                                                        393,216
    segments      2 x 768: which of two sentences a token is of, added                               1,536
    norm          of their sum                                                                       1,536
    12 blocks     norm(x + attention(x)), then norm(x + mlp(x)); the MLP is 768 -> 3,072 -> 768
                                                                                           12 x 7,087,872
    pooler        768 x 768 + 768, and tanh: the first token, as the summary of all                590,592
    together                                                                                   109,482,240

The paper prints 110 M, and 340 M for the large size.

The head that fills in words has a dense layer, GELU and a norm, then the embedding once more, backwards, and a bias for
each word. Without segments of two sentences (`pairs=False`) all tokens are of the first.
"""

import keras
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.models.gpt import PARTS, LearnedPositions
from course_lib.models.transformer import Attention
from course_lib.texts import say

SIZES = {  # blocks, width of a token, heads
    "base": (12, 768, 12),
    "large": (24, 1024, 16),
}
VOCABULARY, CONTEXT = 30522, 512
HEADS = (None, "pooler", "words")
EPSILON = 1e-12


@keras.saving.register_keras_serializable("course_lib")
class Segments(layers.Layer):
    """Adds one of two learned vectors to each token: (batch, T, width) and numbers 0 or 1 (batch, T) -> (batch, T,
    width); without the numbers, the first of them to all."""

    def build(self, shape, *_):
        normal = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(2, shape[-1]), initializer=normal, name="table")

    def call(self, x, segments=None):
        rows = self.table[0] if segments is None else ops.take(self.table, segments, axis=0)
        return x + ops.cast(rows, x.dtype)


@keras.saving.register_keras_serializable("course_lib")
class BERTBlock(layers.Layer):
    """Tokens (batch, T, width), and which of them may be looked at (batch, 1, 1, T) -> tokens of the same shape, and
    the shares of attention (batch, heads, T, T).

    Args:
        heads: how many attentions work side by side.
        dropout: fraction of each branch that is switched off in training.
    """

    def __init__(self, heads, dropout=0.0, **options):
        super().__init__(**options)
        self.heads = heads
        self.dropout = layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, shape, *_):
        width, policy = shape[-1], self.dtype_policy
        self.attention = Attention(self.heads, name="attention", dtype=policy)
        self.norm_attention = layers.LayerNormalization(epsilon=EPSILON, name="norm_attention", dtype=policy)
        self.inner = layers.Dense(4 * width, activation="gelu", name="inner", dtype=policy)
        self.outer = layers.Dense(width, name="outer", dtype=policy)
        self.norm_mlp = layers.LayerNormalization(epsilon=EPSILON, name="norm_mlp", dtype=policy)
        for layer in (self.attention, self.norm_attention, self.inner, self.norm_mlp):
            layer.build((None, None, width))
        self.outer.build((None, None, 4 * width))

    def call(self, x, allowed=None):
        y, shares = self.attention(x, x, allowed)
        x = self.norm_attention(x + self.dropout(y))
        return self.norm_mlp(x + self.dropout(self.outer(self.inner(x)))), shares

    def get_config(self):
        return {**super().get_config(), "heads": self.heads, "dropout": self.dropout.rate}


@keras.saving.register_keras_serializable("course_lib")
class Bias(layers.Layer):
    """Adds a learned number to each logit: (..., vocabulary) -> the same."""

    def build(self, shape):
        self.bias = self.add_weight(shape=shape[-1:], initializer="zeros", name="bias")

    def call(self, logits):
        return logits + self.bias


def bert(
    vocabulary=VOCABULARY,
    size="base",
    head="pooler",
    context=CONTEXT,
    dropout=0.0,
    pairs=True,
    pad=0,
    length=None,
    name=None,
):
    """A network that reads a text in both directions.

    Args:
        vocabulary: how many different tokens there are.
        size: a name of `SIZES`, or (blocks, width, heads).
        head: "pooler" for one vector of the whole text; "words" for logits of the word at each place; None for the
            vectors of all tokens.
        context: how many tokens there may be.
        dropout: as of `BERTBlock`; 0.1 in the paper.
        pairs: whether there is an input that says of which of two sentences each token is.
        pad: the token that fills up short texts; nobody looks at it.
        length: of the inputs; None for any up to `context`.

    Returns:
        keras.Model from {"tokens": (batch, T), "segments": (batch, T)}, integers, to (batch, width), or (batch, T,
        vocabulary), or (batch, T, width), all float32. Without pairs, from tokens alone.

    Raises:
        CourseError: size or head is unknown, or heads do not divide the width.
    """
    if head not in HEADS:
        raise CourseError(say("no head {head}: there are {known}", head=repr(head), known=", ".join(map(repr, HEADS))))
    blocks, width, heads = asked.known_size(size, SIZES, PARTS)
    tokens = keras.Input((length,), dtype="int32", name="tokens")
    segments = keras.Input((length,), dtype="int32", name="segments") if pairs else None
    normal = keras.initializers.RandomNormal(stddev=0.02)
    embedding = layers.ReversibleEmbedding(vocabulary, width, True, normal, reverse_dtype="float32", name="embedding")
    x = LearnedPositions(context, name="positions")(embedding(tokens))  # (batch, T, width)
    x = Segments(name="segments_added")(x, segments)
    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    allowed = ops.not_equal(tokens, pad)[:, None, None, :]  # (batch, 1, 1, T)
    for number in range(1, blocks + 1):
        x, _ = BERTBlock(heads, dropout, name=f"block{number}")(x, allowed)
    if head == "pooler":
        x = layers.Dense(width, activation="tanh", name="pooler")(x[:, 0])
    if head == "words":
        x = layers.Dense(width, activation="gelu", name="words_dense")(x)
        x = layers.LayerNormalization(epsilon=EPSILON, name="words_norm")(x)
        x = Bias(dtype="float32", name="words_bias")(embedding(x, reverse=True))
    else:
        x = layers.Identity(dtype="float32", name="output")(x)
    return keras.Model({"tokens": tokens, "segments": segments} if pairs else tokens, x, name=name or "bert")


def attention_maps(model):
    """The same network, giving how much each token takes from each.

    Args:
        model: as made by `bert`.

    Returns:
        keras.Model from the same inputs to a list, for each block, of (batch, heads, T, T): rows sum to 1.
    """
    shares = [layer.output[1] for layer in model.layers if isinstance(layer, BERTBlock)]
    return keras.Model(model.input, shares, name=f"{model.name}_attention")
