"""What chapters share when they train."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib import runtime, training
from course_lib.errors import CourseError

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(64, 5)).astype("float32"), RANDOM.integers(0, 3, 64)


def network():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(16, "relu"), layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(3)]
    )


def compiled(model, rate):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    return model


@pytest.mark.parametrize("rate", [0.1, keras.optimizers.schedules.CosineDecay(0.1, 20)], ids=["number", "schedule"])
def test_a_restarted_network_learns_the_same_again(rate):
    model = compiled(network(), rate)
    learned = []
    for seed in (3, 4, 3):
        training.restart(model, seed)
        model.fit(X, Y, epochs=3, batch_size=16, verbose=0)
        learned.append(model.predict(X, verbose=0))
    np.testing.assert_array_equal(learned[0], learned[2])  # nothing of the runs between is left
    assert np.abs(learned[0] - learned[1]).max() > 0.1


def test_a_restarted_network_learns_what_a_new_one_learns():
    model = compiled(network(), 0.1)
    model.fit(X, Y, epochs=2, verbose=0)
    training.restart(model, 5)
    runtime.set_seed(5)
    new = compiled(network(), 0.1)
    for one, other in zip(model.weights, new.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1) and int(model.optimizer.iterations) == 0


@pytest.mark.parametrize("count, batch_size", [(640, 16), (633, 16)])
def test_one_cycle_rises_then_falls(count, batch_size):
    """A quarter of the steps from a twentieth of the rate to the whole, then to 0; the last batch may be smaller."""
    model = training.one_cycle(network(), range(count), epochs=2, rate=0.4, batch_size=batch_size)
    rates = []
    for step in range(81):
        model.optimizer.iterations.assign(step)
        rates.append(float(model.optimizer.learning_rate))
    assert rates[0] == pytest.approx(0.02) and rates[10] == pytest.approx(0.21)  # half-way up
    assert rates[20] == max(rates) == pytest.approx(0.4)
    assert rates[50] == pytest.approx(0.2) and rates[80] == pytest.approx(0, abs=1e-6)  # half-way down, and the end
    assert np.all(np.diff(rates[:21]) > 0) and np.all(np.diff(rates[20:]) < 0)


def test_progress_counts_every_batch():
    seen = []
    progress = training.Progress("test")
    model = compiled(network(), 0.1)
    progress.on_train_batch_end = lambda batch, logs=None: seen.append(batch)
    model.fit(X, Y, epochs=2, batch_size=16, verbose=0, callbacks=[progress])
    assert seen == [0, 1, 2, 3] * 2


def test_progress_counts_every_batch_where_several_are_one_call():
    counted = []

    class Counting(training.Progress):
        def on_train_begin(self, logs=None):
            super().on_train_begin(logs)
            self.bar.update = counted.append

    model = network()
    model.compile("sgd", "sparse_categorical_crossentropy", steps_per_execution=2)
    model.fit(X, Y, epochs=2, batch_size=16, verbose=0, callbacks=[Counting("test")])
    assert counted == [2, 2] * 2


def test_train_starts_anew_and_learns():
    """The same from the same seed, something else from another, whatever the model has learned before."""
    model = training.one_cycle(network(), X, epochs=5, rate=0.1, batch_size=16)
    losses = [training.train(model, X, Y, epochs=5, seed=seed, batch_size=16) for seed in (3, 4, 3)]
    assert losses[0] == losses[2] != losses[1]
    assert all(len(run) == 5 and run[-1] < 0.9 * run[0] for run in losses)
    assert int(model.optimizer.iterations) == 5 * 4  # the rate has come to its end


def test_train_names_the_network_and_the_seed(monkeypatch):
    names = []
    monkeypatch.setattr(training, "Progress", lambda name: names.append(name) or keras.callbacks.Callback())
    model = compiled(keras.Sequential([keras.Input((5,)), layers.Dense(3)], name="small"), 0.1)
    training.train(model, X, Y, epochs=1, seed=7)
    assert names == ["small, seed 7"]


def test_accuracy_is_the_percentage_of_right_labels():
    """Of logits: the largest wins; over more images than one batch of the prediction."""
    model = keras.Sequential([keras.Input((3,)), layers.Identity()])
    logits = np.tile(np.array([[-1, -5, -2], [0, 9, 1], [3, 1, 2], [0, 0, 1]], "float32"), (300, 1))
    assert training.accuracy(model, logits, np.tile([0, 1, 0, 2], 300)) == 100
    assert training.accuracy(model, logits, np.tile([0, 1, 0, 1], 300)) == 75
    assert training.accuracy(model, logits, np.tile([1, 0, 2, 1], 300)) == 0


def test_batches_hold_each_example_once_an_epoch_in_another_order():
    drawn = training.Batches(X, {"label": Y, "row": np.arange(64)}, batch_size=20)
    runtime.set_seed(5)
    orders = []
    for _ in range(2):
        drawn.on_epoch_end()
        batches = [drawn[number] for number in range(len(drawn))]
        assert [len(inputs) for inputs, _ in batches] == [20, 20, 20, 4]
        orders.append(np.concatenate([targets["row"] for _, targets in batches]))
        np.testing.assert_array_equal(np.concatenate([inputs for inputs, _ in batches]), X[orders[-1]])
        np.testing.assert_array_equal(np.concatenate([targets["label"] for _, targets in batches]), Y[orders[-1]])
        assert sorted(orders[-1]) == list(range(64))
    assert (orders[0] != orders[1]).any()
    runtime.set_seed(5)
    drawn.on_epoch_end()
    np.testing.assert_array_equal(drawn.order, orders[0])  # the seed decides
    assert compiled(network(), 0.1).fit(training.Batches(X, Y), epochs=2, verbose=0).history["loss"]


def test_batches_of_arrays_that_do_not_belong_together():
    with pytest.raises(CourseError, match="found arrays of 64, 64, 63 examples"):
        training.Batches({"a": X, "b": X}, Y[1:])


def test_runs_share_no_seed(monkeypatch):
    """`run --seeds` would repeat itself if seed 1 of run 0 were seed 0 of run 1."""
    drawn = set()
    for run in range(3):
        monkeypatch.setenv("COURSE_SEED", str(run))
        for seed in range(10):
            runtime.set_seed(seed)
            drawn.add((np.random.default_rng(np.random.randint(2**31)).random(), float(keras.random.uniform(()))))
    assert len(drawn) == 30 and len({first for first, _ in drawn}) == len({second for _, second in drawn}) == 30


def test_a_step_is_traced_once():
    traced = []

    class Watched(keras.Model):
        def train_step(self, *given):
            traced.append(self.optimizer.built)
            return super().train_step(*given)

    given = keras.Input((4,))
    model = Watched(given, keras.layers.Dense(3)(given))
    model.compile("adam", "mse")
    model.fit(np.ones((8, 4)), np.ones((8, 3)), verbose=0, callbacks=[training.Progress()])
    assert traced == [True]
