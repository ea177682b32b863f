"""The written-out cells against Keras's layers and PyTorch's with the same weights, and what their state promises."""

import keras
import numpy as np
import proof
import pytest
from keras import ops

from course_lib.errors import CourseError
from course_lib.models import rnn, summary

BATCH, TIME, INPUTS, UNITS = 3, 11, 5, 7
SAME = 1e-6  # outputs are between -1 and 1


def sequence(seed=0, time=TIME):
    return np.random.default_rng(seed).normal(size=(BATCH, time, INPUTS)).astype("float32")


def filled(layer, seed=1):
    """The layer with random weights, large enough for open and for closed gates."""
    layer.build((None, None, INPUTS))
    generator = np.random.default_rng(seed)
    layer.set_weights([generator.normal(scale=0.7, size=weight.shape) for weight in layer.get_weights()])
    return layer


def pair(cell, **options):
    """Our layer and Keras's, with the same weights."""
    ours, theirs = (kind(UNITS, return_sequences=True, **options) for kind in rnn.CELLS[cell])
    theirs.build((None, None, INPUTS))
    theirs.set_weights(filled(ours).get_weights())
    return ours, theirs


def array(tensor):
    return ops.convert_to_numpy(tensor)


def assert_same(ours, theirs, tolerance=SAME):
    assert ours.shape == theirs.shape and array(ours).std() > 0.1
    np.testing.assert_allclose(array(ours), array(theirs), 0, tolerance)


cells = pytest.mark.parametrize("cell", rnn.CELLS)


@cells
def test_equals_the_layer_of_keras(cell):
    ours, theirs = pair(cell)
    assert_same(ours(sequence()), theirs(sequence()))
    assert [tuple(weight.shape) for weight in ours.weights] == [tuple(weight.shape) for weight in theirs.weights]
    ours.return_sequences = theirs.return_sequences = False
    assert_same(ours(sequence()), theirs(sequence()))


@cells
def test_every_weight_counts(cell):
    """A cell that leaves out a bias, or takes one gate for another, would not equal Keras's."""
    ours, _ = pair(cell)
    before, weights = array(ours(sequence())), ours.get_weights()
    for number in range(len(weights)):
        for part in range(ours.parts):
            changed = [one.copy() for one in weights]
            changed[number][..., part * UNITS : (part + 1) * UNITS] += 0.1
            ours.set_weights(changed)
            assert np.abs(array(ours(sequence())) - before).max() > 1000 * SAME, (number, part)


def torch_layer(cell, weights):
    """PyTorch's layer: the gates of a GRU stand in another order there, and all have two biases."""
    import torch

    kernel, recurrent, bias = weights
    bias = bias if bias.ndim == 2 else np.stack([bias, 0 * bias])
    if cell == "gru":  # update, reset, candidate -> reset, update, candidate
        order = np.r_[UNITS : 2 * UNITS, 0:UNITS, 2 * UNITS : 3 * UNITS]
        kernel, recurrent, bias = kernel[:, order], recurrent[:, order], bias[:, order]
    layer = {"simple": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](INPUTS, UNITS, batch_first=True)
    tensor = lambda value: torch.nn.Parameter(torch.tensor(np.ascontiguousarray(value)))
    layer.weight_ih_l0, layer.weight_hh_l0 = tensor(kernel.T), tensor(recurrent.T)
    layer.bias_ih_l0, layer.bias_hh_l0 = tensor(bias[0]), tensor(bias[1])
    return layer


@proof.needs_torch
@cells
def test_equals_the_layer_of_pytorch(cell):
    import torch

    ours = filled(rnn.CELLS[cell][0](UNITS, return_sequences=True))
    with torch.no_grad():
        output, state = torch_layer(cell, ours.get_weights())(torch.tensor(sequence()))
    assert_same(ours(sequence()), output.numpy(), 1e-5)
    state = state if cell == "lstm" else (state,)
    for found, expected in zip(ours.over_time(sequence()), state, strict=True):
        assert_same(found[:, -1], expected[0].numpy(), 1e-5)


@cells
def test_one_step_at_a_time_is_the_whole_sequence(cell):
    layer = filled(rnn.CELLS[cell][0](UNITS, return_sequences=True))
    x, state = sequence(), layer.get_initial_state(BATCH)
    whole = [array(states) for states in layer.over_time(x)]
    np.testing.assert_array_equal(whole[0], array(layer(x)))
    for t in range(TIME):
        state = layer.step(x[:, t], state)
        for states, one in zip(whole, state, strict=True):
            assert_same(states[:, t], one)
    again = layer.over_time(x[:, 4:], tuple(states[:, 3] for states in whole))
    for states, part in zip(whole, again):
        assert_same(states[:, 4:], part)


@cells
def test_the_future_does_not_reach_the_past(cell):
    layer = filled(rnn.CELLS[cell][0](UNITS, return_sequences=True))
    x = sequence()
    before, changed = array(layer(x)), x.copy()
    changed[:, 6] += 1
    after = array(layer(changed))
    np.testing.assert_array_equal(after[:, :6], before[:, :6])
    assert (np.abs(after - before)[:, 6:].max(axis=(0, 2)) > 0).all()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_gates_of_the_lstm_are_those_of_its_equations():
    """In NumPy, from the paper: the matrices cut into their parts, one sequence after the other."""
    layer = filled(rnn.LSTM(UNITS))
    w, u, b = (np.split(weight, 4, axis=-1) for weight in layer.get_weights())
    found = {name: array(gate) for name, gate in layer.gates_over_time(sequence()).items()}
    assert list(found) == ["input", "forget", "candidate", "output"]
    for row, x in enumerate(sequence()):
        h = c = np.zeros(UNITS)
        for t in range(TIME):
            i, f, g, o = (x[t] @ w[n] + h @ u[n] + b[n] for n in range(4))
            expected = {"input": sigmoid(i), "forget": sigmoid(f), "candidate": np.tanh(g), "output": sigmoid(o)}
            c = expected["forget"] * c + expected["input"] * expected["candidate"]
            h = expected["output"] * np.tanh(c)
            for name, gate in expected.items():
                np.testing.assert_allclose(found[name][row, t], gate, atol=SAME, err_msg=name)


def test_gates_of_the_gru_are_those_of_its_equations():
    layer = filled(rnn.GRU(UNITS))
    w, u, b = (np.split(weight, 3, axis=-1) for weight in layer.get_weights())
    found = {name: array(gate) for name, gate in layer.gates_over_time(sequence()).items()}
    assert list(found) == ["update", "reset", "candidate"]
    for row, x in enumerate(sequence()):
        h = np.zeros(UNITS)
        for t in range(TIME):
            z, r = (sigmoid(x[t] @ w[n] + b[n][0] + h @ u[n] + b[n][1]) for n in range(2))
            candidate = np.tanh(x[t] @ w[2] + b[2][0] + r * (h @ u[2] + b[2][1]))
            for name, gate in {"update": z, "reset": r, "candidate": candidate}.items():
                np.testing.assert_allclose(found[name][row, t], gate, atol=SAME, err_msg=name)
            h = z * h + (1 - z) * candidate


def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_cell():
    layer = filled(rnn.LSTM(UNITS))
    kernel, recurrent, bias = layer.get_weights()
    bias = bias.reshape(4, UNITS)
    bias[0], bias[1] = -100, 100
    layer.set_weights([kernel, recurrent, bias.ravel()])
    cell = np.random.default_rng(2).normal(size=(BATCH, UNITS)).astype("float32")
    _, cells = layer.over_time(sequence(time=50), (0 * cell, cell))
    assert_same(cells[:, -1], cell)


def test_gates_start_after_the_state_given():
    layer = filled(rnn.GRU(UNITS))
    x, hidden = sequence(), array(filled(rnn.GRU(UNITS)).over_time(sequence())[0])
    whole, rest = layer.gates_over_time(x), layer.gates_over_time(x[:, 4:], (hidden[:, 3],))
    for name, gate in rest.items():
        np.testing.assert_allclose(array(whole[name])[:, 4:], array(gate), 0, SAME)


@cells
def test_parameters_are_those_of_the_formula_and_forget_gates_start_open(cell):
    ours, theirs = (kind(UNITS) for kind in rnn.CELLS[cell])
    for layer in (ours, theirs):
        layer.build((None, None, INPUTS))
    n, m = INPUTS, UNITS
    count = {"simple": m * (n + m + 1), "lstm": 4 * m * (n + m + 1), "gru": 3 * m * (n + m + 2)}[cell]
    assert ours.count_params() == theirs.count_params() == count
    np.testing.assert_array_equal(ours.get_weights()[2], theirs.get_weights()[2])


@cells
def test_layers_of_keras_can_take_the_place_of_ours(cell):
    ours, theirs = (rnn.row_reader(cell, 16, (9, 8, 1), 4, by_hand=by_hand) for by_hand in (True, False))
    images = proof.pictures((9, 8, 1)) / 10
    logits = proof.randomize(ours, images)
    theirs.set_weights(ours.get_weights())
    proof.assert_same_logits(logits, proof.run(theirs, images))
    costs = [{key: n for key, n in summary.measure(one).items() if key != "activation_bytes"} for one in (ours, theirs)]
    assert costs[0] == costs[1]


def test_a_picture_is_read_from_the_top():
    model = rnn.row_reader("simple", 4, (3, 2, 1), 4)
    rows = keras.Model(model.input, model.get_layer("rows").output)
    picture = np.arange(6.0).reshape(1, 3, 2, 1)
    np.testing.assert_array_equal(array(rows(picture))[0], [[0, 1], [2, 3], [4, 5]])


@pytest.mark.parametrize("by_hand", [True, False])
@cells
def test_a_text_read_on_token_by_token(cell, by_hand):
    model = rnn.language_model(20, 16, depth=2, embedding=6, cell=cell, by_hand=by_hand)
    proof.fill(model)
    tokens, states = np.random.default_rng(0).integers(20, size=(BATCH, TIME)), None
    whole = array(model(tokens))
    assert whole.shape == (BATCH, TIME, 20) and whole.std() > 0.2
    for t in range(TIME):
        logits, states = rnn.read_on(model, tokens[:, t], states)
        np.testing.assert_allclose(array(logits), whole[:, t], 0, 1e-5)
    assert [[tuple(one.shape) for one in state] for state in states] == [
        [(BATCH, 16)] * rnn.CELLS[cell][0].states
    ] * 2  # fmt: skip


@cells
def test_training_reaches_every_weight(cell):
    model = rnn.language_model(8, 12, cell=cell)
    tokens = np.tile(np.arange(8), (16, 2))
    model.compile(keras.optimizers.Adam(0.03), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = model.get_weights()
    history = model.fit(tokens[:, :-1], tokens[:, 1:], epochs=30, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]
    for name, one, other in zip((weight.path for weight in model.weights), before, model.get_weights()):
        assert (one != other).any(), name


def test_an_unknown_cell_is_one_sentence():
    with pytest.raises(CourseError, match="no cell 'lstn': there are simple, lstm, gru"):
        rnn.language_model(10, cell="lstn")
    with pytest.raises(CourseError, match="no cell 'x'"):
        rnn.row_reader("x")
