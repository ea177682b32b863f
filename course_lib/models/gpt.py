"""GPT-2: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.

A Transformer's decoder with nothing to translate: it reads a text and says, at each token, what comes next. What stands
behind a token, it must not see. The small size, with weights:

    embedding     50,257 x 768, shared by tokens and logits                                     38,597,376
    positions     a learned vector for each of 1,024 places, added                                 786,432
    12 blocks     x + attention(norm(x)), then x + mlp(norm(x)); the MLP is 768 -> 3,072 -> 768
                                                                                           12 x 7,087,872
    norm          of the last tokens                                                                 1,536
    together                                                                                   124,439,808

The paper prints 117 M for the small size and 345 M for the next one, 762 M and 1542 M for the others; its own released
weights have 124, 355, 774 and 1558 M.

- The first GPT (Radford et al., "Improving Language Understanding by Generative Pre-Training", 2018) has its norms
  behind each branch, as the Transformer of 2017; here they stand in front, and one more at the end.
- Reading with a cache: keys and values of the tokens so far are kept, so one more token costs one step. No query looks
  ahead, so nothing that was computed before changes, and the logits are the same.
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.models.stepping import compiled, one_more
from course_lib.models.transformer import Attention, causal
from course_lib.texts import phrase, say

SIZES = {  # blocks, width of a token, heads
    "small": (12, 768, 12),
    "medium": (24, 1024, 16),
    "large": (36, 1280, 20),
    "xl": (48, 1600, 25),
}
PARTS = phrase("blocks, width, heads")
VOCABULARY, CONTEXT = 50257, 1024
EPSILON = 1e-5


@keras.saving.register_keras_serializable("course_lib")
class LearnedPositions(layers.Layer):
    """Adds a learned vector to each token, by its place: (batch, T, width) -> the same.

    Args:
        longest: how many places there are.
    """

    def __init__(self, longest, **options):
        super().__init__(**options)
        self.longest = longest

    def build(self, shape):
        normal = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(self.longest, shape[-1]), initializer=normal, name="table")

    def call(self, x, first=0):
        """first: the place of the first token."""
        rows = ops.take(self.table, first + ops.arange(ops.shape(x)[1]), axis=0)
        return x + ops.cast(rows, x.dtype)

    def get_config(self):
        return {**super().get_config(), "longest": self.longest}


@keras.saving.register_keras_serializable("course_lib")
class GPTBlock(layers.Layer):
    """Tokens (batch, T, width) -> tokens of the same shape, and the shares of attention (batch, heads, T, T).

    Args:
        heads: how many attentions work side by side.
        dropout: fraction of each branch that is switched off in training.
    """

    def __init__(self, heads, dropout=0.0, **options):
        super().__init__(**options)
        self.heads = heads
        self.dropout = layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, shape):
        width, policy = shape[-1], self.dtype_policy
        self.norm_attention = layers.LayerNormalization(epsilon=EPSILON, name="norm_attention", dtype=policy)
        self.attention = Attention(self.heads, name="attention", dtype=policy)
        self.norm_mlp = layers.LayerNormalization(epsilon=EPSILON, name="norm_mlp", dtype=policy)
        self.inner = layers.Dense(4 * width, name="inner", dtype=policy)
        self.outer = layers.Dense(width, name="outer", dtype=policy)
        for layer in (self.norm_attention, self.attention, self.norm_mlp, self.inner):
            layer.build((None, None, width))
        self.outer.build((None, None, 4 * width))

    def mlp(self, x):
        return self.outer(ops.gelu(self.inner(x), approximate=True))  # with a tanh, as OpenAI computed it

    def call(self, x):
        y = self.norm_attention(x)
        y, shares = self.attention(y, y, causal(ops.shape(x)[1]))
        x = x + self.dropout(y)
        return x + self.dropout(self.mlp(self.norm_mlp(x))), shares

    def step(self, x, at, past):
        """More tokens, behind those that were read before.

        Args:
            x: the new tokens, (batch, T, width).
            at: the place of the first of them.
            past: the cache: keys and values, (batch, heads, longest, width / heads) each.

        Returns:
            Tokens (batch, T, width), and the cache with them.
        """
        count, place = ops.shape(x)[1], ops.arange(past[0].shape[2])
        y = self.norm_attention(x)
        new = [ops.take(part, ops.clip(place - at, 0, count - 1), axis=2) for part in self.attention.project(y)]
        inside = ops.logical_and(place >= at, place < at + count)[:, None]
        past = [ops.where(inside, now, before) for now, before in zip(new, past)]
        y, _ = self.attention.look(y, *past, place <= at + ops.arange(count)[:, None])
        x = x + y
        return x + self.mlp(self.norm_mlp(x)), past

    def get_config(self):
        return {**super().get_config(), "heads": self.heads, "dropout": self.dropout.rate}


def gpt(vocabulary=VOCABULARY, size="small", context=CONTEXT, dropout=0.0, length=None, name=None):
    """A language model.

    Args:
        vocabulary: how many different tokens there are.
        size: a name of `SIZES`, or (blocks, width, heads).
        context: how many tokens it can look back on, itself included.
        dropout: as of `GPTBlock`; 0.1 in the paper.
        length: of the input; None for any up to `context`.

    Returns:
        keras.Model from tokens (batch, T), integers, to logits (batch, T, vocabulary), float32: what follows each.

    Raises:
        CourseError: the size is unknown, or heads do not divide the width.
    """
    blocks, width, heads = asked.known_size(size, SIZES, PARTS)
    tokens = keras.Input((length,), dtype="int32", name="tokens")
    normal = keras.initializers.RandomNormal(stddev=0.02)
    embedding = layers.ReversibleEmbedding(vocabulary, width, True, normal, reverse_dtype="float32", name="embedding")
    x = LearnedPositions(context, name="positions")(embedding(tokens))  # (batch, T, width)
    x = layers.Dropout(dropout, name="dropout")(x)
    for number in range(1, blocks + 1):
        x, _ = GPTBlock(heads, dropout, name=f"block{number}")(x)
    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)
    return keras.Model(tokens, embedding(x, reverse=True), name=name or "gpt")


def attention_maps(model):
    """The same network, giving how much each token takes from each.

    Args:
        model: as made by `gpt`.

    Returns:
        keras.Model from the same input to a list, for each block, of (batch, heads, T, T): rows sum to 1.
    """
    return keras.Model(model.input, [block.output[1] for block in _blocks(model)], name=f"{model.name}_attention")


# --- Reading and writing with a cache


def empty_cache(model, batch=1, longest=None):
    """What reading starts from: keys and values of all blocks, each (batch, heads, longest, width / heads).

    Args:
        model: as made by `gpt`.
        batch: how many texts are read at once.
        longest: how many tokens they may have; by default the model's context.
    """
    width, heads = model.get_layer("norm").output.shape[-1], _blocks(model)[0].heads
    shape = (batch, heads, longest or model.get_layer("positions").longest, width // heads)
    return [ops.zeros(shape, model.get_layer("norm").compute_dtype) for _ in 2 * _blocks(model)]


def read_on(model, tokens, at, cache):
    """More tokens for each text of a batch: the same logits as from the whole texts.

    Args:
        model: as made by `gpt`.
        tokens: the new ones, (batch, T), integers.
        at: the place of the first of them, from 0.
        cache: of `empty_cache`, later as this function returned it.

    Returns:
        Logits (batch, T, vocabulary), and the cache.
    """
    embedding = model.get_layer("embedding")
    x = model.get_layer("positions")(embedding(tokens), first=at)
    x, cache = one_more(_blocks(model), x, at, cache)
    return embedding(model.get_layer("norm")(x), reverse=True), cache


def generate(model, prompt, count, choose=np.argmax, stop=None, step=None):
    """Write on: read the prompt, choose a token from the logits, read that, and so on.

    Args:
        model: as made by `gpt`.
        prompt: tokens, a list of integers, at least one.
        count: how many tokens to write; all must fit into the context.
        choose: a function of the logits (vocabulary,), float32, that returns a token; by default the likeliest.
        stop: a token after which nothing is written.
        step: of `stepper(model)`, where several texts are written: it is compiled once for all.

    Returns:
        The new tokens, a list.

    Raises:
        CourseError: there is no prompt, or prompt and new tokens do not fit into the context.
    """
    context, written = model.get_layer("positions").longest, []
    if not len(prompt) or len(prompt) + count > context:
        raise CourseError(say("found a prompt of {prompt} tokens and {count} to be written: together they must be at most {context}, and the prompt at least 1", prompt=len(prompt), count=count, context=context))  # fmt: skip
    step = step or stepper(model)
    cache, tokens, at = empty_cache(model), np.array([prompt], "int32"), 0
    while len(written) < count and (not written or written[-1] != stop):
        logits, *cache = step(tokens, at, cache)
        at += tokens.shape[1]
        written.append(int(choose(ops.convert_to_numpy(logits)[0, -1])))
        tokens = np.array([written[-1:]], "int32")
    return written


def stepper(model):
    """`read_on` for one text, compiled: a function of tokens (1, T), their place and the cache, which returns a list of
    logits and cache, arrays. What is trained afterwards counts."""

    def step(model, tokens, at, cache):
        logits, cache = read_on(model, tokens, at[0], cache)
        return [logits, *cache]

    cache = [keras.Input(batch_shape=part.shape, dtype=part.dtype) for part in empty_cache(model)]
    tokens, at = keras.Input(batch_shape=(1, None), dtype="int32"), keras.Input(batch_shape=(1,), dtype="int32")
    step = compiled(step, model, tokens, at, cache)
    return lambda tokens, at, cache: step(tokens, np.array([at], "int32"), cache)


def _blocks(model):
    return [layer for layer in model.layers if isinstance(layer, GPTBlock)]
