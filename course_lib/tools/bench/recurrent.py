"""(i): an LSTM over a sequence, the one written out in models/rnn.py against Keras's layer and PyTorch's."""

from functools import partial

from course_lib.tools.bench import harness

BATCH, TIME, INPUTS, UNITS = 32, 64, 64, 128  # as in a small language model
REPEATS = 7
RATE = 0.001


def main(record):
    ours, keras_layer = harness.child(rates, COURSE_BACKEND="tensorflow")
    print(
        f"(i) LSTM, {BATCH} sequences of {TIME} steps, {UNITS} units, steps/s of ours against Keras's layer: "
        f"{harness.against(ours, keras_layer)}",
        flush=True,
    )
    harness.on_torch("torch.nn.LSTM", partial(on_torch, keras_layer))


def on_torch(keras_layer):
    there = harness.child(torch_rates)
    return f"Keras's layer on TensorFlow against torch.nn.LSTM: {harness.against(keras_layer, there)}"


def sequences():
    """What is read, and what is to come out: (batch, time, inputs) and (batch, 1)."""
    import numpy as np

    generator = np.random.default_rng(0)
    return (generator.normal(size=shape).astype("float32") for shape in ((BATCH, TIME, INPUTS), (BATCH, 1)))


def networks():
    """The same network twice, with our layer and with Keras's: LSTM, then one number."""
    import keras

    from course_lib.models import rnn

    models = []
    for layer in rnn.CELLS["lstm"]:
        inputs = keras.Input((TIME, INPUTS))
        models.append(keras.Model(inputs, keras.layers.Dense(1)(layer(UNITS)(inputs))))
        models[-1].compile(keras.optimizers.SGD(RATE), "mse")
    models[1].set_weights(models[0].get_weights())
    return models


def rates():
    """Batches/s of `networks`, forward and in training: a dict for each."""
    import course_lib

    course_lib.start(precision="float32")
    x, y = sequences()
    models = networks()
    forward = harness.turns([partial(model.predict_on_batch, x) for model in models], REPEATS)
    training = harness.turns([partial(model.train_on_batch, x, y) for model in models], REPEATS)
    return [{"forward": 1 / one, "training": 1 / two} for one, two in zip(forward, training)]


def torch_rates():
    """Batches/s of the same network in PyTorch alone."""
    import torch
    from torch import nn

    x, y = map(torch.tensor, sequences())
    lstm, last = nn.LSTM(INPUTS, UNITS, batch_first=True), nn.Linear(UNITS, 1)
    optimizer = torch.optim.SGD([*lstm.parameters(), *last.parameters()], RATE)
    run = lambda: last(lstm(x)[0][:, -1])

    def forward():
        with torch.no_grad():
            return run().numpy()

    def training():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(run(), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    seconds = harness.turns([forward, training], REPEATS)
    return {"forward": 1 / seconds[0], "training": 1 / seconds[1]}
