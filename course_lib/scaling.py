"""Tiny language models of several sizes on text of several lengths: what chapter 13 and data/makers/scaling.py share.

- Text: English of the office's help, a token for each byte. Each run reads the first part of the training text, as
  often as `PASSES` says.
- Networks: GPT (`course_lib.models.gpt`), looking back on `CONTEXT` bytes.
- Training: Adam; the rate rises over the first tenth of the steps and falls to 0 in a half wave of a cosine.
- Measure: mean loss in nats a byte on text of other pages.
"""

import math

import keras
import numpy as np

from course_lib import data
from course_lib.models.gpt import gpt
from course_lib.progress import bar
from course_lib.training import restart

VOCABULARY, CONTEXT, BATCH, PASSES = 256, 64, 8, 2
SIZES = {  # blocks, width, heads
    "A": (1, 16, 2),
    "B": (2, 24, 2),
    "C": (2, 48, 4),
    "D": (3, 64, 4),
    "E": (4, 96, 4),
    "F": (4, 128, 4),
}
LENGTHS = (90_000, 180_000, 360_000, 720_000)  # bytes of training text
RATES = (0.002, 0.006, 0.018, 0.054)
WARMUP = 0.1
VALIDATION = 64_000  # bytes


def text(part):
    """English help as bytes, each paragraph once: an array of integers below 256."""
    lines = dict.fromkeys(pair.en for pair in data.help_pairs(part))
    return np.frombuffer("\n".join(lines).encode(), "uint8").astype("int32")


def rows(bytes_):
    """Inputs and what follows each of their bytes: two arrays (count, CONTEXT); what is left at the end is dropped."""
    count = (len(bytes_) - 1) // CONTEXT
    return tuple(bytes_[first : first + count * CONTEXT].reshape(count, CONTEXT) for first in (0, 1))


def network(name):
    """A compiled GPT of `SIZES`."""
    model = gpt(VOCABULARY, SIZES[name], CONTEXT, length=CONTEXT, name=f"gpt_{name}")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.001, beta_2=0.98), loss, jit_compile="auto")
    return model


def inner_parameters(model):
    """How many weights a network has, those of tokens and positions left out."""
    outer = [model.get_layer("embedding"), model.get_layer("positions")]
    return model.count_params() - sum(layer.count_params() for layer in outer)


def rate_at(step, steps, rate):
    """The learning rate of a step, counted from 0."""
    rising = min(1.0, (step + 1) / (WARMUP * steps))
    return rate * rising * 0.5 * (1 + math.cos(math.pi * step / steps))


def learn(model, training, length, rate, seed):
    """Train from new random weights on the first bytes of a text.

    Args:
        model: as made by `network`.
        training: the text, as of `text`.
        length: how many bytes of it.
        rate: the highest learning rate.
        seed: int, for the weights and the order.

    Returns:
        How many steps it was.
    """
    restart(model, seed)
    inputs, targets = rows(training[:length])
    draw = np.random.default_rng(seed)
    order = np.concatenate([draw.permutation(len(inputs)) for _ in range(PASSES)])
    steps = len(order) // BATCH
    for step in bar(range(steps), desc=model.name, unit="batch"):
        chosen = order[step * BATCH : (step + 1) * BATCH]
        model.optimizer.learning_rate = rate_at(step, steps, rate)
        model.train_on_batch(inputs[chosen], targets[chosen])
    return steps


def loss(model, checked):
    """Mean loss in nats a byte on a text, as of `text`."""
    inputs, targets = rows(checked[:VALIDATION])
    whole = len(inputs) // BATCH * BATCH
    logits = model.predict(inputs[:whole], batch_size=BATCH, verbose=0)
    losses = keras.ops.sparse_categorical_crossentropy(targets[:whole], logits, from_logits=True)
    return float(np.mean(keras.ops.convert_to_numpy(losses), dtype="float64"))
