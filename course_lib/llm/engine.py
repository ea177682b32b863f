"""A language model of LLaMA's form, arranged for writing fast on processors. TensorFlow only.

The same numbers as from `course_lib.models.llama`, but for rounding. Writing one token reads every weight once, so a
processor mostly waits for its memory; what is left to win lies around that:

- Fused: one product gives queries, keys and values, one gives gate and up. The scales of the norms and 1 / sqrt(d) are
  multiplied into the matrices behind them.
- A rotation is one product: a pair of numbers is a complex one, and e^(i angle) turns it. Values are turned by nothing.
- The cache holds keys and values of each block in one array.
- One `tf.function` writes many tokens in a loop, without returning to Python.
- Several tokens in a row cost little more than one: so a guess of what comes next can be checked at once (`lookup.py`).
"""

import gc
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from course_lib.errors import CourseError
from course_lib.texts import say

CHUNK = 8  # tokens between two looks at what has been written
PART = 512  # tokens of a long text that are read at once: their attention takes memory
FORBIDDEN = -3e4


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen.

    Attributes:
        temperature: 0 takes the likeliest; 1 draws as the model says.
        top_p: only from the likeliest tokens that have this share together.
        seed: of the draws; None for another one each time.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None

    def drawn_from(self):
        """The seed as TensorFlow takes it."""
        seed = np.random.default_rng(self.seed).integers(2**31, size=2)
        return tf.constant(seed, tf.int32)


LIKELIEST = Sampling()


class Engine:
    """A model with its weights.

    Args:
        stored: as of `stored.read`, with `config` and `weight`.
    """

    def __init__(self, stored):
        gc.collect()  # an engine and its `tf.function`s refer to each other; let go of one that is no longer needed
        self.config = c = stored.config
        weight = stored.weight
        self.embedding = tf.constant(weight("embedding"))
        self.logits_matrix = self.embedding if c.tied else tf.constant(weight("logits"))
        self.norm = tf.constant(weight("norm"))
        self.blocks = [self._fused(weight, f"block{number}") for number in range(1, c.blocks + 1)]
        self.frequencies = tf.constant(c.theta ** (-np.arange(0, c.head, 2, dtype="float32") / c.head))
        whole, cache = tf.TensorSpec([None], tf.int32), [tf.TensorSpec([2 * c.groups, None, c.head])] * c.blocks
        number, share = tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32)
        self._read = tf.function(self._read, autograph=False, input_signature=[whole, number, cache, number])
        seed = tf.TensorSpec([2], tf.int32)
        self._write = tf.function(
            self._write,
            autograph=False,
            input_signature=[tf.TensorSpec([c.vocabulary]), number, cache, number, whole, share, share, seed],
        )

    def _fused(self, weight, name):
        """The matrices of a block, (in, out), and the bias of the first."""
        c = self.config
        order = np.arange(c.head).reshape(2, -1).T.ravel()  # the two of a pair side by side
        heads = {"query": c.heads, "key": c.groups, "value": c.groups}
        rows, bias = [], []
        for part, count in heads.items():
            of_part = [weight(f"{name}.{part}")]
            if c.bias:
                of_part.append(weight(f"{name}.{part}.bias")[:, None])
            of_part = [matrix.reshape(count, c.head, -1) for matrix in of_part]
            if part != "value":
                of_part = [matrix[:, order] for matrix in of_part]
            if part == "query":
                of_part = [matrix / np.float32(c.head**0.5) for matrix in of_part]
            rows.append(of_part[0].reshape(count * c.head, -1))
            bias += [matrix.ravel() for matrix in of_part[1:]]
        first = np.concatenate(rows) * weight(f"{name}.norm_attention")
        inner = np.concatenate([weight(f"{name}.{part}") for part in ("gate", "up")]) * weight(f"{name}.norm_swiglu")
        outward = [weight(f"{name}.{part}") for part in ("output", "down")]
        # each by an operation, which lets go of what the one before was made from; `tf.constant` does not
        matrices = [tf.transpose(matrix) for matrix in (first, outward[0], inner, outward[1])]
        return (*matrices, tf.constant(np.concatenate(bias)) if bias else None)

    # --- What the model computes

    def _normed(self, x):
        return x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=-1, keepdims=True) + self.config.epsilon)

    def _forward(self, tokens, at, cache, alone=False):
        """Tokens (T,) at positions from `at` on -> (T, width) behind the last block, and the cache with them.

        Args:
            alone: there is one token only, which may see all.
        """
        c, size = self.config, self.config.head
        count = 1 if alone else tf.shape(tokens)[0]
        shared, every = c.heads // c.groups, c.heads + 2 * c.groups
        time = at + tf.range(count)
        angles = tf.cast(time, tf.float32)[:, None, None] * self.frequencies  # (T, 1, size / 2)
        turn = tf.repeat(tf.complex(tf.cos(angles), tf.sin(angles)), c.heads + c.groups, axis=1)
        turn = tf.concat([turn, tf.ones([count, c.groups, size // 2], tf.complex64)], axis=1)
        seen = None if alone else tf.where(time[:, None] >= tf.range(at + count), 0.0, FORBIDDEN)  # (T, S)
        x, after = tf.gather(self.embedding, tokens), []  # (T, width)
        for (first, output, inner, down, bias), past in zip(self.blocks, cache):
            y = tf.matmul(self._normed(x), first)  # (T, every * size)
            y = y if bias is None else y + bias
            pairs = tf.bitcast(tf.reshape(y, [count, every, size // 2, 2]), tf.complex64)
            y = tf.reshape(tf.bitcast(pairs * turn, tf.float32), [count, every, size])
            queries, both = y[:, : c.heads], y[:, c.heads :]
            if alone:
                queries, both = tf.reshape(queries, [c.groups, shared, size]), tf.reshape(both, [-1, 1, size])
            else:
                queries, both = tf.transpose(queries, [1, 0, 2]), tf.transpose(both, [1, 0, 2])
                queries = tf.reshape(queries, [c.groups, -1, size])  # (groups, shared * T, size)
            both = tf.concat([past, both], axis=1)  # (2 groups, S, size)
            scores = tf.matmul(queries, both[: c.groups], transpose_b=True)  # (groups, shared * T, S)
            if not alone:
                scores = tf.reshape(scores, [c.groups, shared, count, -1]) + seen
                scores = tf.reshape(scores, [c.groups, shared * count, -1])
            mixed = tf.matmul(tf.nn.softmax(scores), both[c.groups :])
            if not alone:
                mixed = tf.transpose(tf.reshape(mixed, [c.heads, count, size]), [1, 0, 2])
            x = x + tf.matmul(tf.reshape(mixed, [count, c.heads * size]), output)
            gate, up = tf.split(tf.matmul(self._normed(x), inner), 2, axis=1)
            # not tf.nn.silu: TensorFlow keeps every graph that it is in, and with it the weights, for good
            x = x + tf.matmul(gate * tf.sigmoid(gate) * up, down)
            after.append(both)
        return x, after

    def _logits(self, x):
        return tf.matmul(self._normed(x) * self.norm, self.logits_matrix, transpose_b=True)

    def _read(self, tokens, at, cache, since):
        """Logits of the tokens from place `since` on, and the cache."""
        x, after = self._forward(tokens, at, [past[:, :at] for past in cache])
        return self._logits(x[since:]), after

    def _write(self, logits, at, cache, count, ends, temperature, top_p, seed):
        """Choose, read what was chosen, and so on, until an end or `count` tokens are written."""
        c = self.config

        def step(number, written, going, logits, cache):
            token = _chosen(logits, temperature, top_p, seed + [0, number])
            x, cache = self._forward(token[None], at + number, cache, alone=True)
            written = tf.concat([written, token[None]], axis=0)
            return number + 1, written, tf.reduce_all(token != ends), self._logits(x)[0], cache

        start = (tf.constant(0), tf.zeros([0], tf.int32), tf.constant(True), logits, cache)
        of_cache = [tf.TensorShape([2 * c.groups, None, c.head])] * c.blocks
        one, some = tf.TensorShape([]), tf.TensorShape([None])
        shapes = (one, some, one, tf.TensorShape([c.vocabulary]), of_cache)
        more = lambda number, written, going, logits, cache: going & (number < count)
        _, written, going, logits, cache = tf.while_loop(more, step, start, shapes)
        return written, going, logits, cache

    # --- What others call

    def empty(self):
        """A cache of nothing."""
        c = self.config
        return [tf.zeros([2 * c.groups, 0, c.head])] * c.blocks

    def logits(self, tokens):
        """What follows each token of a text: (T,) -> (T, vocabulary), NumPy."""
        return self._read(self._checked(tokens), 0, self.empty(), 0)[0].numpy()

    def begin(self, tokens):
        """Read a text (T,): logits (vocabulary,) of what follows it, and the cache.

        Raises:
            CourseError: there are no tokens, or too many.
        """
        tokens, cache = self._checked(tokens), self.empty()
        for at in range(0, len(tokens), PART):
            part = tokens[at : at + PART]
            logits, cache = self._read(part, at, cache, len(part) - 1)
        return logits[0], cache

    def read(self, tokens, at=0, cache=None):
        """Read tokens (T,) behind the `at` first ones of a cache.

        Returns:
            Logits (T, vocabulary) and the cache, tensors.
        """
        return self._read(tf.constant(tokens, tf.int32), at, cache or self.empty(), 0)

    def write(self, tokens, most=128, ends=(), sampling=LIKELIEST):
        """Continue a text.

        Args:
            tokens: (T,), at least one.
            most: how many tokens to write at most; no more than the model can look at.
            ends: tokens that end the text; the one that was written is given, too.
            sampling: how to choose.

        Yields:
            Lists of tokens as they come; the first holds one.

        Raises:
            CourseError: there are no tokens, or too many.
        """
        logits, cache = self.begin(tokens)
        at, most = len(tokens), min(most, self.config.longest - len(tokens))
        ends = tf.constant(ends, tf.int32, shape=[len(ends)])
        seed, count, going = sampling.drawn_from(), 1, True
        while going and most > 0:
            count = min(count, most)
            written, going, logits, cache = self._write(
                logits, at, cache, count, ends, sampling.temperature, sampling.top_p, seed + [1, 0]
            )
            yield written.numpy().tolist()
            at, most, count, seed = at + count, most - count, CHUNK, seed + [1, 0]

    def _checked(self, tokens):
        tokens = np.asarray(tokens, "int32")
        if not 0 < len(tokens) <= self.config.longest:
            raise CourseError(
                say(
                    "found {count} tokens, expected 1 to {most}: the model looks at no more, so make the text shorter",
                    count=len(tokens),
                    most=self.config.longest,
                )
            )
        return tokens


def _chosen(logits, temperature, top_p, seed):
    """The next token, of logits (vocabulary,)."""
    return tf.cond(
        temperature > 0,
        lambda: _drawn(logits / temperature, top_p, seed),
        lambda: tf.argmax(logits, output_type=tf.int32),
    )


def _drawn(logits, top_p, seed):
    """A token at random, from the likeliest that have the share `top_p` together, the last of them included."""
    order = tf.argsort(logits, direction="DESCENDING", stable=True)
    sorted_ = tf.gather(logits, order)
    before = tf.cumsum(tf.nn.softmax(sorted_), exclusive=True)
    sorted_ = tf.where((before < top_p) | (tf.range(tf.size(order)) == 0), sorted_, FORBIDDEN)
    place = tf.random.stateless_categorical(sorted_[None], 1, seed, tf.int32)[0, 0]
    return order[place]
