"""(k): chapter 09's Transformer: training against KerasHub's layers and torch.nn.Transformer of the same size, and
decoding with a cache against without."""

import importlib.util
from functools import partial

from course_lib.data import QUANTITY_TOKENS, quantity_tokens
from course_lib.tools.bench import harness

VOCABULARY, SIZE = len(QUANTITY_TOKENS), (2, 128, 4, 512)  # blocks, width, heads, hidden: as in the lesson's races
BATCH, LENGTH = 64, quantity_tokens.LONGEST
SENTENCES, LONGEST = 32, 64  # that are decoded, and how long the answers become
REPEATS = 7
RATE = 0.001


def main(record):
    hub = importlib.util.find_spec("keras_hub") is not None
    found = harness.child(rates, hub, COURSE_BACKEND="tensorflow")
    print(f"(k) Transformer, {BATCH} pairs of {LENGTH} tokens, tokens/s in training: ours {found[0]:.0f}", flush=True)
    if hub:
        told = f"KerasHub's layers {found[1]:.0f}, ratio {found[0] / found[1]:.2f}"
    else:
        told = "KerasHub is not installed, `python3 -m course_lib test` installs it"
    print(f"    {told}", flush=True)
    harness.on_torch("torch.nn.Transformer", partial(on_torch, found[0]))
    plain, compiled = harness.child(steps_with_xla, COURSE_BACKEND="tensorflow")
    print(
        f"    a step of ours {1000 * plain:.0f} ms, compiled by XLA {1000 * compiled:.0f} ms (where results need not "
        f"be repeatable), ratio {plain / compiled:.2f}",
        flush=True,
    )
    cached, anew = harness.child(decoded, COURSE_BACKEND="tensorflow")
    print(
        f"    {SENTENCES} answers of {LONGEST} tokens, tokens/s with a cache {cached:.0f}, without {anew:.0f}, "
        f"ratio {cached / anew:.1f}",
        flush=True,
    )


def on_torch(ours):
    rate = harness.child(torch_rate)
    return f"torch.nn.Transformer {rate:.0f}, ratio {ours / rate:.2f}"


def sentences():
    """Sources, targets and labels (batch, length), without padding."""
    import numpy as np

    return (
        np.random.default_rng(0).integers(len(quantity_tokens.RESERVED), VOCABULARY, (3, BATCH, LENGTH)).astype("int32")
    )


def ours():
    from course_lib.models import transformer

    return transformer.transformer(VOCABULARY, SIZE)


def theirs():
    """The same network of KerasHub's layers."""
    import keras
    import keras_hub
    from keras import layers, ops

    blocks, width, heads, hidden = SIZE
    source, target = (keras.Input((None,), dtype="int32", name=name) for name in ("source", "target"))
    embedding = layers.ReversibleEmbedding(VOCABULARY, width)
    there = ops.not_equal(source, 0)

    def enter(tokens):
        x = embedding(tokens) * width**0.5
        return x + keras_hub.layers.SinePositionEncoding()(x)

    x, y = enter(source), enter(target)
    for _ in range(blocks):
        x = keras_hub.layers.TransformerEncoder(hidden, heads)(x, padding_mask=there)
    for _ in range(blocks):
        y = keras_hub.layers.TransformerDecoder(hidden, heads)(y, x, encoder_padding_mask=there)
    return keras.Model({"source": source, "target": target}, embedding(y, reverse=True))


def rates(hub):
    """Tokens/s of training: of ours, and of KerasHub's layers if they are there; they take turns."""
    import course_lib

    course_lib.start(precision="float32")
    import keras

    source, target, labels = sentences()
    models = [build() for build in (ours, theirs)[: 1 + hub]]
    for model in models:
        model.compile(keras.optimizers.Adam(RATE), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    inputs = {"source": source, "target": target}
    seconds = harness.turns([partial(model.train_on_batch, inputs, labels) for model in models], REPEATS)
    return [BATCH * LENGTH / one for one in seconds]


def steps_with_xla():
    """Seconds of a training step, without XLA and with it. Keras leaves it off where the results of operations must be
    the same in each run, as `course_lib.start` asks, so this process does not start the course."""
    import keras

    source, target, labels = sentences()
    models = [ours(), ours()]
    for model, jit in zip(models, (False, True)):
        model.compile(
            keras.optimizers.Adam(RATE), keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=jit
        )
    inputs = {"source": source, "target": target}
    return harness.turns([partial(model.train_on_batch, inputs, labels) for model in models], REPEATS)


def torch_network():
    """The same in PyTorch alone: a function of sources and targets that gives logits, and its parameters."""
    import torch
    from torch import nn

    blocks, width, heads, hidden = SIZE
    embedding = nn.Embedding(VOCABULARY, width)
    network = nn.Transformer(width, heads, blocks, blocks, hidden, dropout=0.0, batch_first=True)
    angles = torch.arange(LENGTH)[:, None] / 10000 ** (torch.arange(0, width, 2) / width)
    positions = torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(LENGTH, width)
    causal = nn.Transformer.generate_square_subsequent_mask(LENGTH)
    enter = lambda tokens: embedding(tokens) * width**0.5 + positions

    def run(source, target):
        there = {"src_key_padding_mask": source == 0, "memory_key_padding_mask": source == 0}
        decoded = network(enter(source), enter(target), tgt_mask=causal, tgt_is_causal=True, **there)
        return decoded @ embedding.weight.T

    return run, [*network.parameters(), *embedding.parameters()]


def torch_rate():
    """Tokens/s of training in PyTorch."""
    import torch

    source, target, labels = (torch.tensor(one, dtype=torch.long) for one in sentences())
    run, parameters = torch_network()
    optimizer = torch.optim.Adam(parameters, RATE)

    def training():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(run(source, target).flatten(0, 1), labels.flatten())
        loss.backward()
        optimizer.step()
        return loss.item()

    [seconds] = harness.turns([training], REPEATS)
    return BATCH * LENGTH / seconds


def decoded():
    """Tokens/s of greedy search: with a cache, and without."""
    import course_lib

    course_lib.start(precision="float32")
    from course_lib.models import search

    model = ours()
    source = sentences()[0][:SENTENCES]
    actions, written = [], []
    for cached in (True, False):
        translate = search.translator(model, LONGEST, cached=cached)
        actions.append(partial(translate.predict_on_batch, source))
        written.append(int((actions[-1]() != 0).sum()))
    seconds = harness.turns(actions, 3)
    return [tokens / one for tokens, one in zip(written, seconds)]
