"""What chapters share when they train."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib import runtime, training

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


def test_progress_counts_every_batch():
    seen = []
    progress = training.Progress("test")
    model = compiled(network(), 0.1)
    progress.on_train_batch_end = lambda batch, logs=None: seen.append(batch)
    model.fit(X, Y, epochs=2, batch_size=16, verbose=0, callbacks=[progress])
    assert seen == [0, 1, 2, 3] * 2
