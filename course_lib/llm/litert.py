"""A language model of LLaMA's form that LiteRT runs, in float32 or with weights of 8 bits. TensorFlow only.

LiteRT, which was TensorFlow Lite, runs models on phones and other small devices; `tf.lite` holds its converter and an
interpreter. With 8 bits each row of a matrix becomes integers from -127 to 127 and one scale. They stay integers in
memory, so that a token that is written waits for a quarter of the bytes; and at each product what comes in is rounded
to 8 bits, too, by a scale of the moment ("dynamic range"). Norms, softmax and the cache stay float32.

One step is converted: a token and the cache go in, logits and what the cache gets come out. The sizes of the cache are
fixed, so places that are not used yet are covered.
"""

import warnings

import numpy as np
import tensorflow as tf

from course_lib.errors import CourseError
from course_lib.llm.engine import FORBIDDEN
from course_lib.texts import say

LENGTH = 256  # tokens that the cache holds


class Step(tf.Module):
    """One step as a graph.

    Args:
        stored: as of `course_lib.llm.stored.read`.
        length: how many tokens the cache holds.
    """

    def __init__(self, stored, length):
        super().__init__()
        self.config = c = stored.config
        embedding = stored.weight("embedding")
        self.embedding = tf.Variable(embedding)  # constants would go into a graph, which must stay under 2 GB
        self.logits = tf.Variable((embedding if c.tied else stored.weight("logits")) * stored.weight("norm"))
        self.blocks = [_fused(stored, f"block{number}") for number in range(1, c.blocks + 1)]
        half = tf.TensorSpec([1, c.head // 2], name="cosines"), tf.TensorSpec([1, c.head // 2], name="sines")
        past = [tf.TensorSpec([2 * c.groups, length, c.head], name=f"past_{number}") for number in range(c.blocks)]
        self.call = tf.function(
            self._call,
            autograph=False,
            input_signature=[tf.TensorSpec([1], tf.int32, "token"), *half, tf.TensorSpec([length], name="seen"), past],
        )

    def _call(self, token, cosines, sines, seen, past):
        c = self.config
        turned, every, half = c.heads + c.groups, c.heads + 2 * c.groups, c.head // 2
        x, new = tf.gather(tf.convert_to_tensor(self.embedding), token), []  # (1, width)
        for (first, output, inner, down, bias), before in zip(self.blocks, past):
            y = tf.matmul(self._normed(x), first)
            y = tf.reshape(y if bias is None else y + bias, [every, 2, half])
            a, b = y[:turned, 0], y[:turned, 1]
            of_heads = tf.concat([a * cosines - b * sines, b * cosines + a * sines], axis=1)
            queries = tf.reshape(of_heads[: c.heads], [c.groups, -1, c.head])
            keys = tf.reshape(of_heads[c.heads :], [c.groups, 1, c.head])
            values = tf.reshape(y[turned:], [c.groups, 1, c.head])
            scores = [tf.matmul(queries, each, transpose_b=True) for each in (before[: c.groups], keys)]
            share = tf.nn.softmax(
                tf.concat([scores[0] + seen, scores[1]], axis=2)
            )  # (groups, heads of each, length + 1)
            mixed = tf.matmul(share[:, :, :-1], before[c.groups :]) + share[:, :, -1:] * values
            x = x + tf.matmul(tf.reshape(mixed, [1, c.heads * c.head]), output)
            gate, up = tf.split(tf.matmul(self._normed(x), inner), 2, axis=1)
            x = x + tf.matmul(gate * tf.sigmoid(gate) * up, down)
            new.append(tf.concat([keys, values], axis=0))
        return tf.matmul(self._normed(x), self.logits, transpose_b=True), tf.stack(new)

    def _normed(self, x):
        return x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=-1, keepdims=True) + self.config.epsilon)


def _fused(stored, name):
    """The matrices of a block, (in, out), norms and 1 / sqrt(d) multiplied into them, and the bias of the first."""
    c, weight = stored.config, lambda part: stored.weight(f"{name}.{part}")
    scales = {"query": np.float32(c.head**-0.5), "key": 1, "value": 1}
    first = np.concatenate([weight(part) * scale for part, scale in scales.items()]) * weight("norm_attention")
    bias = np.concatenate([weight(f"{part}.bias") * scale for part, scale in scales.items()]) if c.bias else None
    inner = np.concatenate([weight("gate"), weight("up")]) * weight("norm_swiglu")
    matrices = [tf.Variable(np.ascontiguousarray(each.T)) for each in (first, weight("output"), inner, weight("down"))]
    return (*matrices, bias)


def convert(stored, eight_bits=True, length=LENGTH):
    """A model as LiteRT reads it.

    Args:
        stored: as of `course_lib.llm.stored.read`.
        eight_bits: whether weights become integers of 8 bits.
        length: how many tokens its cache holds.

    Returns:
        bytes, what a .tflite file holds.
    """
    step = Step(stored, length)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([step.call.get_concrete_function()], step)
    if eight_bits:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()


class Written:
    """What LiteRT makes of a converted model: as `course_lib.llm.engine.Engine` is used, but for its cache.

    Args:
        content: as of `convert`.
        config: the sizes of the model.
        threads: how many processors it may use.
    """

    def __init__(self, content, config, threads=1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where the interpreter will move to
            self._run = tf.lite.Interpreter(model_content=content, num_threads=threads)
        self._run.allocate_tensors()
        name = lambda found: found["name"].removeprefix("serving_default_").partition(":")[0]
        self._place = {name(found): found["index"] for found in self._run.get_input_details()}
        self._new, self._logits = (  # told apart by their number of axes
            found["index"] for found in sorted(self._run.get_output_details(), key=lambda found: -len(found["shape"]))
        )
        self.config = config
        self.length = self._tensor("seen").size
        self._frequencies = config.theta ** (-np.arange(0, config.head, 2, dtype="float32") / config.head)
        for number in range(config.blocks):
            self._tensor(f"past_{number}")[:] = 0
        self.forget()

    def _tensor(self, name):
        """The memory of an input; it must not be kept, since `invoke` refuses to run then."""
        return self._run.tensor(self._place[name])()

    def forget(self):
        """Begin a new text."""
        self.count = 0
        self._tensor("seen")[:] = FORBIDDEN

    def read(self, token):
        """Read one more token: logits (vocabulary,) of what follows.

        Raises:
            CourseError: the cache is full.
        """
        at = self.count
        if at == self.length:
            raise CourseError(
                say(
                    "found {count} tokens, expected 1 to {most}: the model looks at no more, so make the text shorter",
                    count=at + 1,
                    most=self.length,
                )
            )
        angles = np.float32(at) * self._frequencies
        self._tensor("token")[:] = token
        self._tensor("cosines")[:], self._tensor("sines")[:] = np.cos(angles), np.sin(angles)
        self._run.invoke()
        for number, new in enumerate(self._run.get_tensor(self._new)):
            self._tensor(f"past_{number}")[:, at] = new[:, 0]
        self._tensor("seen")[at] = 0
        self.count += 1
        return self._run.get_tensor(self._logits)[0]

    def logits(self, tokens):
        """What follows each token of a text: (T,) -> (T, vocabulary)."""
        self.forget()
        return np.stack([self.read(token) for token in tokens])

    def write(self, tokens, most):
        """Continue a text, always with the likeliest token: a list of `most` tokens."""
        written = [int(self.logits(tokens)[-1].argmax())]
        while len(written) < most:
            written.append(int(self.read(written[-1]).argmax()))
        return written
