"""What chapter 09 and its recorded race share."""

import json

import keras
import numpy as np
import pytest

from course_lib import data, translation_race
from course_lib.data import quantity_tokens
from course_lib.models import transformer

RECORD = json.loads(data.file("translation_race.json").read_text(encoding="utf-8"))


class Rates(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(float(self.model.optimizer.learning_rate))


def rates(**how):
    """What becomes of the rate, whatever it is that learns: here a line, whose graph is made at once."""
    model, falling, watch = keras.Sequential([keras.layers.Dense(1)]), translation_race.Falling(0.01, **how), Rates()
    model.compile("sgd", "mse")
    ones = np.ones((4, 1))
    model.fit(ones, ones, batch_size=1, epochs=50, verbose=0, callbacks=[falling, watch])
    return falling.done, watch.seen


@pytest.fixture(scope="module")
def given():
    return translation_race.batches(4, seed=0)


def test_the_rate_rises_and_falls_over_steps():
    done, seen = rates(steps=10)
    assert done == 10 and seen == pytest.approx([0.01 * (1 - n / 10) for n in range(10)], rel=1e-4)
    done, seen = rates(steps=10, warmup=0.4)
    assert seen[:3] == pytest.approx([0.0025, 0.005, 0.0075], rel=1e-4) and seen[-1] == pytest.approx(0.001, rel=1e-4)


def test_the_rate_falls_over_seconds_of_the_processor(monkeypatch):
    """A clock that goes on by one with each look; it is looked at for the first time behind the first step."""
    ticks = iter(range(1000))
    monkeypatch.setattr("course_lib.translation_race.time.process_time", lambda: next(ticks))
    done, seen = rates(seconds=20)
    assert 3 < done < 30 and seen[0] == pytest.approx(0.01) and (np.diff(seen) <= 0).all() and seen[-1] < 0.003


def test_padding_counts_for_nothing():
    size = (1, 16, 2, 32)
    model = translation_race.prepared(transformer.transformer(translation_race.VOCABULARY, size, norm="pre"))
    logits = np.random.default_rng(0).normal(size=(1, 3, translation_race.VOCABULARY)).astype("float32")
    short, padded = np.array([[5, 7]]), np.array([[5, 7, transformer.PAD]])
    assert float(model.loss(padded, logits)) == pytest.approx(float(model.loss(short, logits[:, :2])), rel=1e-5)


def test_batches_hold_both_directions(given):
    inputs, labels = given[0]
    tags = [quantity_tokens.RESERVED.index(quantity_tokens.TAGS[one]) for one in ("ko", "en")]
    assert set(inputs["source"][:, 0]) == set(tags) and labels.shape == inputs["target"].shape == (64, 18)


def test_who_is_right_and_how_long_its_source_is():
    pairs = data.quantities(3, "test", seed=0)

    class Translate:
        def predict(self, sources, **_):
            answers = [*(data.QUANTITY_TOKENS.encode(pair.en) for pair in pairs[:2]), [7]]
            return [[*answer, quantity_tokens.RESERVED.index(quantity_tokens.END)] for answer in answers]

    right, tokens = translation_race.right(Translate(), pairs, "en")
    assert right.tolist() == [True, True, False]
    assert tokens.tolist() == [len(data.QUANTITY_TOKENS.split(pair.ko)) for pair in pairs]


def test_networks_of_the_race_are_of_one_size():
    sizes = [build().count_params() for build in translation_race.NETWORKS.values()]
    assert max(sizes) < 1.05 * min(sizes)


def test_longer_ones_are_half_of_two_sentences():
    batches = translation_race.batches(4, seed=0, longest=2)
    inputs, labels = batches.arrays
    lengths = (labels != 0).sum(axis=1)
    assert inputs["source"].shape == (4 * translation_race.BATCH, 2 * translation_race.LONGEST)
    assert (lengths[: len(lengths) // 2] <= translation_race.LONGEST).all()
    assert lengths[len(lengths) // 2 :].mean() > 1.4 * lengths[: len(lengths) // 2].mean()


def test_the_record_is_whole():
    """Every network at every rate, and the best of them with all seeds."""
    settings = RECORD["settings"]
    networks = translation_race.NETWORKS
    for kind, names in (("race", networks), ("longer", networks), ("parts", settings["parts"])):
        for name in names:
            runs = [run for run in RECORD["runs"] if (run["kind"], run["name"]) == (kind, name)]
            first = {run["rate"]: run["validation"] for run in runs if run["seed"] == 0}
            best = max(first, key=first.get)
            assert sorted(first) == settings["rates"][kind]
            assert sorted(run["seed"] for run in runs if run["rate"] == best) == settings["seeds"][kind]
            for run in runs:
                counted = [(right, of) for to in ("ko", "en") for _, right, of in run["right"][f"one {to}"]]
                assert run["test"] == pytest.approx(
                    100 * sum(a for a, _ in counted) / sum(b for _, b in counted), abs=0.01
                )
