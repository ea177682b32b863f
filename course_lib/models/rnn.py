"""Recurrent networks: a state that is carried from step to step, in three kinds of cells.

- SimpleRNN: Elman, "Finding Structure in Time", Cognitive Science 14(2), 1990. The state is rewritten at each step.
- LSTM: Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997, with the forget gate of
  Gers, Schmidhuber and Cummins, "Learning to Forget", Neural Computation 12(10), 2000. A second state, the cell, is
  changed by addition, so what stands in it (and its gradient) can stay.
- GRU: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP 2014. One state, which is mixed
  with a candidate. Here as in Keras and cuDNN, the reset gate acts after the product with the state
  (`reset_after=True`), and so there are two biases; in the paper it acts before, with one bias.

Parameters with n inputs and m units, of SimpleRNN, LSTM and GRU: m(n + m + 1), 4m(n + m + 1) and 3m(n + m + 2).

Weights have the names, the shapes and the order of Keras's layers: `ours.set_weights(theirs.get_weights())`. A state is
a tuple of arrays (batch, units), its first entry is the output: (hidden,) or, for the LSTM, (hidden, cell).
"""

import keras
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.texts import say

# --- The equations: x is (..., inputs), hidden and cell are (..., units); kernel is (inputs, parts x units),
#     recurrent_kernel (units, parts x units). The parts of the gates stand side by side.


def simple_step(x, state, kernel, recurrent_kernel, bias):
    """The state after one more input: h' = tanh(x W + h U + b)."""
    [hidden] = state
    return (ops.tanh(ops.matmul(x, kernel) + ops.matmul(hidden, recurrent_kernel) + bias),)


def lstm_gates(x, hidden, kernel, recurrent_kernel, bias):
    """What decides about the cell: {"input", "forget", "output"} between 0 and 1, "candidate" between -1 and 1.

    Args:
        bias: (4 x units,).
    """
    parts = ops.matmul(x, kernel) + ops.matmul(hidden, recurrent_kernel) + bias
    i, f, candidate, o = ops.split(parts, 4, axis=-1)
    return {
        "input": ops.sigmoid(i),
        "forget": ops.sigmoid(f),
        "candidate": ops.tanh(candidate),
        "output": ops.sigmoid(o),
    }


def lstm_step(x, state, kernel, recurrent_kernel, bias):
    """The state after one more input: c' = f c + i g, h' = o tanh(c')."""
    hidden, cell = state
    gate = lstm_gates(x, hidden, kernel, recurrent_kernel, bias)
    cell = gate["forget"] * cell + gate["input"] * gate["candidate"]
    return gate["output"] * ops.tanh(cell), cell


def gru_gates(x, hidden, kernel, recurrent_kernel, bias):
    """What decides about the state: {"update", "reset"} between 0 and 1, "candidate" between -1 and 1.

    Args:
        bias: (2, 3 x units), one for the input and one for the state.
    """
    xz, xr, xc = ops.split(ops.matmul(x, kernel) + bias[0], 3, axis=-1)
    hz, hr, hc = ops.split(ops.matmul(hidden, recurrent_kernel) + bias[1], 3, axis=-1)
    reset = ops.sigmoid(xr + hr)
    return {"update": ops.sigmoid(xz + hz), "reset": reset, "candidate": ops.tanh(xc + reset * hc)}


def gru_step(x, state, kernel, recurrent_kernel, bias):
    """The state after one more input: h' = z h + (1 - z) candidate. An update gate of 1 keeps the state as it is."""
    [hidden] = state
    gate = gru_gates(x, hidden, kernel, recurrent_kernel, bias)
    return (gate["update"] * hidden + (1 - gate["update"]) * gate["candidate"],)


# --- The layers: the equations, run over time


class Recurrent(layers.Layer):
    """A cell run over a sequence: (batch, time, inputs) -> the last output (batch, units), or with `return_sequences`
    all of them, (batch, time, units).

    Args:
        units: size of the state.
        return_sequences: give the output of every step.
    """

    parts = states = 1  # how many parts stand in a matrix, and how many arrays are carried on

    def __init__(self, units, return_sequences=False, **options):
        super().__init__(**options)
        self.units, self.return_sequences = units, return_sequences

    def build(self, shape):
        width = self.parts * self.units
        self.kernel = self.add_weight((shape[-1], width), "glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight((self.units, width), "orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(self.bias_shape(width), self.bias_start, name="bias")

    def bias_shape(self, width):
        return (width,)

    def bias_start(self, shape, dtype=None):
        return ops.zeros(shape, dtype)

    def matrices(self):
        return [ops.cast(weight, self.compute_dtype) for weight in (self.kernel, self.recurrent_kernel, self.bias)]

    def get_initial_state(self, batch_size):
        """The state before the first input: zeros, a tuple of (batch, units)."""
        return tuple(ops.zeros((batch_size, self.units), self.compute_dtype) for _ in range(self.states))

    def step(self, x, state):
        """The state after one more input (batch, inputs). So a long sequence can be read piece by piece."""
        return self.equations(ops.cast(x, self.compute_dtype), state, *self.matrices())

    def over_time(self, sequence, state=None):
        """All states: a tuple of (batch, time, units).

        Args:
            sequence: (batch, time, inputs).
            state: the state before; zeros if it is not given.
        """
        sequence = ops.cast(sequence, self.compute_dtype)
        if state is None:
            state = self.get_initial_state(ops.shape(sequence)[0])
        matrices = self.matrices()

        def one(state, x):
            after = self.equations(x, state, *matrices)
            return after, after  # what is carried on, and what is kept

        _, found = ops.scan(one, state, ops.swapaxes(sequence, 0, 1))  # scan runs over the first axis
        return tuple(ops.swapaxes(states, 0, 1) for states in found)

    def gates_over_time(self, sequence, state=None):
        """What the gates were: {name: (batch, time, units)}; only where there are any.

        Once all states are known, each step's gates follow from its input and the state before.
        """
        first = self.get_initial_state(ops.shape(sequence)[0]) if state is None else state
        hidden = self.over_time(sequence, first)[0]
        before = ops.concatenate([first[0][:, None], hidden[:, :-1]], axis=1)
        return self.gates(ops.cast(sequence, self.compute_dtype), before, *self.matrices())

    def call(self, sequence):
        hidden = self.over_time(sequence)[0]
        return hidden if self.return_sequences else hidden[:, -1]

    def compute_output_shape(self, shape):
        batch, time, _ = shape
        return (batch, time, self.units) if self.return_sequences else (batch, self.units)

    def multiply_adds(self, shape):
        _, time, inputs = shape
        return time * (inputs + self.units) * self.parts * self.units

    def get_config(self):
        return {**super().get_config(), "units": self.units, "return_sequences": self.return_sequences}


@keras.saving.register_keras_serializable("course_lib")
class SimpleRNN(Recurrent):
    equations = staticmethod(simple_step)


@keras.saving.register_keras_serializable("course_lib")
class LSTM(Recurrent):
    parts, states = 4, 2
    equations, gates = staticmethod(lstm_step), staticmethod(lstm_gates)

    def bias_start(self, shape, dtype=None):
        """Forget gates start open, as Gers et al. advise: 1 in the second of four parts."""
        return ops.repeat(ops.convert_to_tensor([0, 1, 0, 0], dtype), self.units)


@keras.saving.register_keras_serializable("course_lib")
class GRU(Recurrent):
    parts = 3
    equations, gates = staticmethod(gru_step), staticmethod(gru_gates)

    def bias_shape(self, width):
        return (2, width)


# --- The models

CELLS = {  # written out above, and as Keras has them
    "simple": (SimpleRNN, layers.SimpleRNN),
    "lstm": (LSTM, layers.LSTM),
    "gru": (GRU, layers.GRU),
}


def row_reader(cell="lstm", units=64, input_shape=(28, 28, 1), num_classes=10, by_hand=True, name=None):
    """A picture read as a sequence, row by row from the top: many to one.

    Args:
        cell: a name of `CELLS`.
        units: size of the state.
        input_shape: (height, width, channels); the height may be None.
        num_classes: size of the output.
        by_hand: the layers of this file, or else those of Keras, which have the same weights.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.

    Raises:
        CourseError: there is no such cell.
    """
    recurrent = _layer(cell, by_hand)
    height, width, channels = input_shape
    images = keras.Input(input_shape)
    x = layers.Reshape((height or -1, width * channels), name="rows")(images)  # (batch, time, inputs)
    x = recurrent(units, name="recurrent")(x)  # (batch, units)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name or f"row_reader_{cell}")


def language_model(vocabulary, units=256, depth=1, embedding=None, cell="lstm", by_hand=True, name=None):
    """What comes next, after each token: many to many.

    Args:
        vocabulary: how many different tokens there are.
        units: size of each layer's state.
        depth: layers on top of each other.
        embedding: size of a token's vector; as `units` if it is not given.
        cell, by_hand: as of `row_reader`.

    Returns:
        keras.Model from tokens (batch, time), integers, to logits (batch, time, vocabulary), float32.

    Raises:
        CourseError: there is no such cell.
    """
    recurrent = _layer(cell, by_hand)
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary, embedding or units, name="embedding")(tokens)  # (batch, time, embedding)
    for number in range(1, depth + 1):
        x = recurrent(units, return_sequences=True, name=f"recurrent{number}")(x)  # (batch, time, units)
    logits = layers.Dense(vocabulary, dtype="float32", name="logits")(x)
    return keras.Model(tokens, logits, name=name or f"language_model_{cell}")


def read_on(model, tokens, states=None):
    """One more token for each text of a batch: the same logits as from the whole text, in constant time and memory.

    Args:
        model: as made by `language_model`.
        tokens: (batch,), integers.
        states: what this function returned for the token before; None at the beginning.

    Returns:
        Logits (batch, vocabulary) of the next token, and the states: a list with a tuple for each layer.
    """
    recurrent = [layer for layer in model.layers if layer.name.startswith("recurrent")]
    x = model.get_layer("embedding")(tokens)  # (batch, embedding)
    if states is None:
        states = [tuple(layer.get_initial_state(len(tokens))) for layer in recurrent]
    after = []
    for layer, state in zip(recurrent, states, strict=True):
        after.append(layer.step(x, state) if isinstance(layer, Recurrent) else tuple(layer.cell(x, list(state))[1]))
        x = after[-1][0]
    return model.get_layer("logits")(x), after


def _layer(cell, by_hand):
    if cell not in CELLS:
        raise CourseError(say("no cell {cell}: there are {known}", cell=repr(cell), known=", ".join(CELLS)))
    return CELLS[cell][0 if by_hand else 1]
