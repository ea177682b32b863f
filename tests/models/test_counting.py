"""Counting kinds of layers: against PyTorch's counter, by hand where it has no such layer, and what has no count."""

import keras
import numpy as np
import proof
import pytest
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import products, summary

TOKENS, MEMORY, WIDTH, HEADS = 10, 13, 24, 4


def chain(shape, *parts, dtype=None, name=None):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *parts], name=name)


def cross_attention(**options):
    query, memory = keras.Input((TOKENS, WIDTH)), keras.Input((MEMORY, 16))
    return keras.Model([query, memory], layers.MultiHeadAttention(HEADS, WIDTH // HEADS, **options)(query, memory))


def self_attention(**options):
    x = keras.Input((TOKENS, WIDTH))
    attention = layers.MultiHeadAttention(HEADS, WIDTH // HEADS, **options)
    return keras.Model(x, attention(x, x, use_causal_mask=True))


def split(x):
    """(batch, tokens, width) -> (batch * heads, tokens, width / heads): as if each head were an input."""
    tokens, width = x.shape[1:]
    x = ops.transpose(ops.reshape(x, (-1, tokens, HEADS, width // HEADS)), (0, 2, 1, 3))
    return ops.reshape(x, (-1, tokens, width // HEADS))


def attend(query, key, value):
    """Attention written with keras.ops."""
    scores = ops.softmax(split(query) @ ops.transpose(split(key), (0, 2, 1)))
    mixed = ops.reshape(scores @ split(value), (-1, HEADS, query.shape[1], query.shape[2] // HEADS))
    return ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (-1, *query.shape[1:]))


def functional_attention():
    x = keras.Input((TOKENS, WIDTH))
    return keras.Model(x, layers.Dense(WIDTH)(attend(*(layers.Dense(WIDTH)(x) for _ in range(3)))))


class Attention(layers.Layer):
    """A hand-written layer, in part of layers, in part of weights; with a position that is learned and a seed."""

    def build(self, shape):
        self.project = layers.Dense(3 * shape[-1])
        self.project.build(shape)
        self.position = self.add_weight(shape=shape[1:])
        self.out = self.add_weight(shape=(shape[-1], shape[-1]))
        self.noise = keras.random.SeedGenerator(0)

    def call(self, x):
        x = self.project(x + self.position + keras.random.normal(ops.shape(x), seed=self.noise))
        return ops.einsum("btd,de->bte", attend(*ops.split(x, 3, axis=-1)), self.out)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = chain((None, WIDTH), layers.Dense(5), layers.Dense(7))

    def call(self, x):
        return self.inner(x)


def tied():
    """Tokens in, scores of all tokens out, with the same table: a look-up and a product."""
    table, tokens = layers.ReversibleEmbedding(50, WIDTH), keras.Input((TOKENS,), dtype="int32")
    return keras.Model(tokens, table(table(tokens), reverse=True))


def called_twice():
    x, layer = keras.Input((WIDTH,)), layers.Dense(WIDTH)
    return keras.Model(x, layer(layer(x)))


IMAGE, SEQUENCE = (9, 8, 6), (11, 6)
# name -> our network, PyTorch's modules, the shapes of their inputs
NETWORKS = {
    "dense": (lambda: chain((7,), layers.Dense(5)), "nn.Linear(7, 5)", [(7,)]),
    "dense on tokens": (lambda: chain((10, 7), layers.Dense(5)), "nn.Linear(7, 5)", [(10, 7)]),
    "einsum dense": (
        lambda: chain((10, 7), layers.EinsumDense("abc,cde->abde", (10, 2, 3), bias_axes="de")),
        "nn.Linear(7, 6)",
        [(10, 7)],
    ),
    "convolution": (lambda: chain(IMAGE, layers.Conv2D(10, 3, 2)), "nn.Conv2d(6, 10, 3, 2)", [(6, 9, 8)]),
    "grouped": (lambda: chain(IMAGE, layers.Conv2D(9, 3, groups=3)), "nn.Conv2d(6, 9, 3, groups=3)", [(6, 9, 8)]),
    "dilated": (
        lambda: chain(IMAGE, layers.Conv2D(9, 3, dilation_rate=2)),
        "nn.Conv2d(6, 9, 3, dilation=2)",
        [(6, 9, 8)],
    ),
    "depthwise": (
        lambda: chain(IMAGE, layers.DepthwiseConv2D(3, 2, depth_multiplier=2)),
        "nn.Conv2d(6, 12, 3, 2, groups=6)",
        [(6, 9, 8)],
    ),
    "separable": (
        lambda: chain(IMAGE, layers.SeparableConv2D(10, 3, 2)),
        "nn.Sequential(nn.Conv2d(6, 6, 3, 2, groups=6), nn.Conv2d(6, 10, 1))",
        [(6, 9, 8)],
    ),
    "transposed": (
        lambda: chain(IMAGE, layers.Conv2DTranspose(10, 4, 2, padding="same")),
        "nn.ConvTranspose2d(6, 10, 4, 2, padding=1)",
        [(6, 9, 8)],
    ),
    "convolution, 1-D": (
        lambda: chain(SEQUENCE, layers.Conv1D(4, 3, padding="causal")),
        "nn.Conv1d(6, 4, 3)",
        [(6, 13)],
    ),
    "transposed, 1-D": (
        lambda: chain(SEQUENCE, layers.Conv1DTranspose(4, 3, 3)),
        "nn.ConvTranspose1d(6, 4, 3, 3)",
        [(6, 11)],
    ),
    "convolution, 3-D": (lambda: chain((5, 6, 7, 2), layers.Conv3D(4, 3)), "nn.Conv3d(2, 4, 3)", [(2, 5, 6, 7)]),
    "embedding": (lambda: chain((10,), layers.Embedding(500, WIDTH), dtype="int32"), "Look()", [(10,)]),
    "attention": (self_attention, "Attention(WIDTH)", [(TOKENS, WIDTH), (TOKENS, WIDTH)]),
    "attention with dropout": (
        lambda: self_attention(dropout=0.1),
        "Attention(WIDTH)",
        [(TOKENS, WIDTH), (TOKENS, WIDTH)],
    ),
    "attention to others": (cross_attention, "Attention(16)", [(TOKENS, WIDTH), (MEMORY, 16)]),
    "attention of functions": (functional_attention, "Attention(WIDTH)", [(TOKENS, WIDTH), (TOKENS, WIDTH)]),
    "attention by hand": (
        lambda: chain((TOKENS, WIDTH), Attention()),
        "Attention(WIDTH)",
        [(TOKENS, WIDTH), (TOKENS, WIDTH)],
    ),
    "SimpleRNN": (lambda: chain(SEQUENCE, layers.SimpleRNN(5)), "nn.RNN(6, 5, batch_first=True)", [SEQUENCE]),
    "LSTM": (lambda: chain(SEQUENCE, layers.LSTM(5)), "nn.LSTM(6, 5, batch_first=True)", [SEQUENCE]),
    "GRU": (
        lambda: chain(SEQUENCE, layers.GRU(5, return_sequences=True)),
        "nn.GRU(6, 5, batch_first=True)",
        [SEQUENCE],
    ),
    "two LSTM cells": (
        lambda: chain(SEQUENCE, layers.RNN([layers.LSTMCell(5), layers.LSTMCell(4)])),
        "Then(nn.LSTM(6, 5, batch_first=True), nn.LSTM(5, 4, batch_first=True))",
        [SEQUENCE],
    ),
    "both ways": (
        lambda: chain(SEQUENCE, layers.Bidirectional(layers.LSTM(5))),
        "nn.LSTM(6, 5, batch_first=True, bidirectional=True)",
        [SEQUENCE],
    ),
    "at each time": (
        lambda: chain(
            (4, *IMAGE), layers.TimeDistributed(chain(IMAGE, layers.Conv2D(5, 3), layers.Flatten(), layers.Dense(3)))
        ),
        "Each(nn.Sequential(nn.Conv2d(6, 5, 3), nn.Flatten(), nn.Linear(210, 3)))",
        [(4, 6, 9, 8)],
    ),
    "model in a model": (
        lambda: chain((9, 8, 6), chain((None, None, 6), layers.Conv2D(4, 3), layers.Conv2D(5, 3)), layers.Conv2D(2, 1)),
        "nn.Sequential(nn.Conv2d(6, 4, 3), nn.Conv2d(4, 5, 3), nn.Conv2d(5, 2, 1))",
        [(6, 9, 8)],
    ),
    "subclassed model": (
        lambda: chain((TOKENS, WIDTH), Subclassed()),
        "nn.Sequential(nn.Linear(WIDTH, 5), nn.Linear(5, 7))",
        [(TOKENS, WIDTH)],
    ),
    "tied table": (tied, "nn.Linear(WIDTH, 50)", [(TOKENS, WIDTH)]),
    "called twice": (called_twice, "nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH))", [(WIDTH,)]),
}

COUNT = """
import json, sys
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

WIDTH, HEADS, networks = json.loads(sys.argv[1])


class Attention(nn.Module):
    def __init__(self, memory):
        super().__init__()
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, kdim=memory, vdim=memory, batch_first=True)

    def forward(self, query, memory):
        return self.attention(query, memory, memory, need_weights=False)


class Look(nn.Embedding):
    def __init__(self):
        super().__init__(500, WIDTH)

    def forward(self, x):
        return super().forward(x.long())


class Each(nn.Sequential):
    def forward(self, x):
        return super().forward(x[0])


class Then(nn.ModuleList):
    def __init__(self, *modules):
        super().__init__(modules)

    def forward(self, x):
        for module in self:
            x, _ = module(x)


found = {}
for name, (module, shapes) in networks.items():
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        eval(module).eval()(*(torch.zeros(1, *shape) for shape in shapes))
    found[name] = counter.get_total_flops()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def counted():
    return proof.in_another_process(COUNT, [WIDTH, HEADS, {name: parts for name, (_, *parts) in NETWORKS.items()}])


@proof.needs_torch
@pytest.mark.parametrize("name", NETWORKS)
def test_same_multiply_adds_as_pytorch_counts(name, counted):
    model = NETWORKS[name][0]()
    assert 2 * summary.measure(model)["multiply_adds"] == counted[name]
    assert 2 * summary.multiply_adds(model) == counted[name]
    if name not in (
        "attention of functions",
        "called twice",
        "tied table",
        "model in a model",
    ):  # more than their layers
        assert 2 * sum(summary.multiply_adds(layer) for layer in model.layers) == counted[name]


def test_what_pytorch_has_no_layer_for():
    grouped = layers.GroupQueryAttention(head_dim=6, num_query_heads=4, num_key_value_heads=2)
    x = keras.Input((TOKENS, WIDTH))
    projections = TOKENS * WIDTH * (24 + 12 + 12 + 24)
    assert summary.measure(keras.Model(x, grouped(x, x)))["multiply_adds"] == projections + 2 * TOKENS**2 * 24
    wide = layers.MultiHeadAttention(HEADS, key_dim=3, value_dim=5)
    projections = TOKENS * WIDTH * HEADS * (3 + 3 + 5 + 5)
    assert summary.measure(keras.Model(x, wide(x, x)))["multiply_adds"] == projections + TOKENS**2 * HEADS * (3 + 5)
    query, key, value = keras.Input((10, 4, 6)), keras.Input((7, 2, 6)), keras.Input((7, 2, 5))
    fewer_keys = keras.Model([query, key, value], ops.dot_product_attention(query, key, value))
    assert summary.measure(fewer_keys)["multiply_adds"] == 10 * 4 * 7 * (6 + 5)
    plain = layers.Attention()([x, x])
    assert summary.measure(keras.Model(x, plain))["multiply_adds"] == 2 * TOKENS**2 * WIDTH
    frames = chain((3, 9, 8, 2), layers.ConvLSTM2D(4, 3, padding="same"))
    assert summary.measure(frames)["multiply_adds"] == 3 * 72 * 4 * (9 * 2 * 4 + 9 * 4 * 4)


def test_tokens_attention_and_a_dense_layer():
    """The table costs nothing, attention its projections and its pairs, and its biases of two dimensions nothing."""

    def build():
        tokens = keras.Input((64,), dtype="int32")
        x = layers.Embedding(50000, 128, name="table")(tokens)
        x = layers.MultiHeadAttention(4, 32, name="attention")(x, x)
        return keras.Model(tokens, layers.Dense(10, name="dense")(x))

    model = summary.blueprint(build)
    counts = {layer.name: summary.multiply_adds(layer) for layer in model.layers[1:]}
    assert counts == {"table": 0, "attention": 4 * 64 * 128 * 128 + 2 * 64 * 64 * 128, "dense": 64 * 128 * 10}
    assert summary.measure(model)["multiply_adds"] == sum(counts.values())
    assert summary.depth(model) == 3  # before and after the pairs, and the dense layer


def test_a_table_that_is_read_both_ways_is_counted_without_values():
    """Here its values would take 40 TB."""
    words, width, length = 10**10, 1000, 3

    def build():
        tokens, table = keras.Input((length,), dtype="int32"), layers.ReversibleEmbedding(words, width)
        return keras.Model(tokens, table(table(tokens), reverse=True))

    assert summary.measure(summary.blueprint(build))["multiply_adds"] == length * words * width
    assert summary.depth(summary.blueprint(build)) == 1


@pytest.mark.parametrize(
    "subscripts, shapes, count",
    [
        ("bqd,bkd->bqk", [(2, 3, 5), (2, 4, 5)], 2 * 3 * 4 * 5),
        ("...ij,...jk->...ik", [(2, 7, 3, 5), (7, 5, 4)], 2 * 7 * 3 * 5 * 4),
        ("i...,ij", [(3, 5), (3, 4)], 3 * 5 * 4),
        ("abc->cab", [(2, 3, 4)], 0),
    ],
)
def test_einsum(subscripts, shapes, count):
    assert products.of_einsum(subscripts, shapes) == count
    if len(shapes) == 2:  # NumPy counts each product and each addition, those of a last sum excepted
        path = np.einsum_path(subscripts, *(np.zeros(shape) for shape in shapes), optimize=["einsum_path", (0, 1)])[1]
        assert f"Naive FLOP count:  {2 * count:.3e}" in path


@pytest.mark.parametrize(
    "axes, count", [(1, 2 * 3 * 4 * 3 * 5), (2, 2 * 3 * 4 * 5), (0, 24 * 60), (((1, 2), (0, 1)), 2 * 12 * 5)]
)
def test_tensordot(axes, count):
    x = keras.Input(batch_shape=(2, 3, 4))
    matrix = np.ones({1: (4, 3, 5), 0: (3, 4, 5)}.get(axes, (3, 4, 5)), "float32")
    assert summary.measure(keras.Model(x, ops.tensordot(x, matrix, axes=axes)))["multiply_adds"] == count


def test_memory_grows_with_the_pairs():
    """An attention keeps its scores before and after softmax; twice the tokens have four times as many."""

    def numbers(tokens):
        x = keras.Input((tokens, WIDTH))
        return (
            summary.measure(keras.Model(x, layers.MultiHeadAttention(HEADS, 6, dropout=0.1)(x, x)))["activation_bytes"]
            // 4
        )

    linear = 5 * WIDTH  # query, key, value, mixed, output
    assert numbers(10) == linear * 10 + 2 * HEADS * 10**2 and numbers(20) == linear * 20 + 2 * HEADS * 20**2


def test_memory_grows_with_the_steps():
    """An LSTM keeps what its four gates get from the input and from the state before, at each step."""
    found = summary.measure(chain(SEQUENCE, layers.LSTM(5)))["activation_bytes"]
    assert found == 4 * SEQUENCE[0] * 2 * 4 * 5


def test_depth_of_layers_that_hold_layers():
    inner = chain((8,), layers.Dense(8), layers.Dense(8), layers.Dense(8))
    x = keras.Input((8,))
    assert summary.depth(keras.Model(x, layers.Add()([inner(x), layers.Dense(8)(x)]))) == 3
    assert summary.depth(keras.Model(x, layers.Dense(8)(inner(layers.Dense(8)(x))))) == 5
    assert summary.depth(chain(SEQUENCE, layers.Bidirectional(layers.LSTM(5)), layers.Dense(3))) == 2
    assert summary.depth(NETWORKS["attention by hand"][0]()) == 2
    assert summary.depth(chain((10,), layers.Embedding(5, 3), dtype="int32")) == 0


class Loop(layers.Layer):
    def call(self, x):
        return ops.fori_loop(0, 3, lambda i, x: x @ ops.ones((6, 6)), x)


class NotSymbolic(layers.Layer):
    def call(self, x):
        return ops.convert_to_tensor(np.asarray(x) if keras.backend.is_keras_tensor(x) else x)


class Stated(Loop):
    def multiply_adds(self, shape):
        return 3 * shape[1] * 36


def test_a_layer_may_say_what_it_costs():
    model = chain((5, 6), Stated(name="loop"), layers.Dense(2))
    assert summary.multiply_adds(model.get_layer("loop")) == 3 * 5 * 36
    assert summary.measure(model)["multiply_adds"] == 3 * 5 * 36 + 5 * 6 * 2


@pytest.mark.parametrize(
    "build, sentence",
    [
        (lambda: chain((5, 6), Loop(name="l")), "what ForiLoop costs cannot be counted.* multiply_adds"),
        (lambda: chain((5, 6), NotSymbolic(name="odd")), "odd cannot be counted.* multiply_adds"),
        (
            lambda: chain((None, None, 3), layers.Conv2D(4, 3)),
            r"inputs of any size, \(None, None, None, 3\).*keras.Input",
        ),
        (lambda: chain((None,), layers.Embedding(5, 3)), "inputs of any size"),
        (Subclassed, "no graph to count: count keras.Model"),
    ],
    ids=["loop", "not symbolic", "any size", "any length", "never called"],
)
def test_what_cannot_be_counted_is_said(build, sentence):
    with pytest.raises(CourseError, match=sentence):
        summary.measure(build())


def test_a_layer_of_no_model_is_refused():
    with pytest.raises(CourseError, match="has not been called"):
        summary.multiply_adds(layers.Dense(3))


def test_a_model_of_any_size_is_counted_when_called():
    any_size = chain((None, None, 3), layers.Conv2D(4, 3))
    x = keras.Input((10, 12, 3))
    assert summary.measure(keras.Model(x, any_size(x)))["multiply_adds"] == 8 * 10 * 9 * 3 * 4


def test_counting_leaves_a_model_as_it_was():
    """Its layers remember no calls but those of the model, its random numbers and new names go on where they were."""
    inner = chain((TOKENS, WIDTH), Attention(name="attention"), name="inner")
    model = chain((TOKENS, WIDTH), inner, layers.Dense(3))
    attention = inner.get_layer("attention")
    parts = [*model.layers, *inner.layers, attention.project]
    remembered = lambda: [(len(part._inbound_nodes), len(part._outbound_nodes)) for part in parts]
    before, state, number = remembered(), attention.noise.state.numpy(), keras.backend.get_uid("reshape")
    summary.measure(model), summary.multiply_adds(inner)
    assert remembered() == before and keras.backend.get_uid("reshape") == number + 1
    np.testing.assert_array_equal(attention.noise.state.numpy(), state)


def test_stages_are_for_maps():
    with pytest.raises(CourseError, match=r"made of maps .*, but table gives \(None, 10, 24\): use measure"):
        summary.stages(chain((10,), layers.Embedding(5, WIDTH, name="table"), dtype="int32"))


def test_stages_of_a_model_with_a_backbone_in_it():
    backbone = chain((16, 16, 3), layers.Conv2D(4, 3, 2, "same"), layers.Conv2D(8, 3, 2, "same"))
    model = chain((16, 16, 3), backbone, layers.GlobalAveragePooling2D(), layers.Dense(5))
    assert [(part["side"], part["layers"], part["parameters"]) for part in summary.stages(model)] == [
        (8, 1, 4 * 28),
        (4, 1, 8 * 37),
        (1, 1, 45),
    ]


def test_stages_count_the_parameters_of_a_shared_layer_once():
    x, shared = keras.Input((8, 8, 3)), layers.Conv2D(3, 3, padding="same")
    [part] = summary.stages(keras.Model(x, shared(shared(x))))
    assert part == {
        "side": 8,
        "channels": 3,
        "layers": 2,
        "parameters": 84,
        "multiply_adds": 2 * 64 * 81,
        "activation_bytes": 4 * 2 * 64 * 3,
    }
