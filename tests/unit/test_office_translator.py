"""The translator that is shipped, its maker, and what the maker says of it."""

import importlib
import json
import sys

import keras
import numpy as np
import pytest

from course_lib import data, translations, weights
from course_lib.files import COURSE
from course_lib.models import search, transformer
from course_lib.translation_memory import Memory, closeness


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(COURSE / "data"))
    yield importlib.import_module("makers.office_translator")
    sys.path.remove(str(COURSE / "data"))


@pytest.fixture(scope="module")
def record():
    return json.loads(data.file("office_translation.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def model(maker):
    return weights.load(maker.network(), "office_translator")


def test_no_pair_of_a_later_part_is_nearly_known(maker, record):
    parts = maker.parts()
    assert {name: len(pairs) for name, pairs in parts.items()} == record["pairs"]
    for name in ("validation", "test"):
        some = parts[name][::10]
        assert closeness(some, parts["train"]).max() < maker.NEAR
        assert len(parts[name]) < len(data.help_pairs(name)), "some are left out"
    assert parts["train"] == data.help_pairs("train")


def test_the_tokens_are_learned_again(maker):
    assert maker.tokens() == data.file("office_tokens.json").read_bytes()


def test_all_weights_are_in_the_file_and_no_others(model):
    with np.load(data.file("office_translator.npz")) as stored:
        names = [weights.place(layer, weight) for layer in model.layers for weight in layer.weights]
        assert sorted(stored.files) == sorted(names) and len(set(names)) == len(names)
        assert all(np.isfinite(stored[name]).all() and stored[name].dtype == "float16" for name in names)
    assert data.file("office_translator.npz").stat().st_size <= 6_000_000


def test_it_translates_as_well_as_the_record_says(maker, model, record):
    pairs = maker.parts()["test"]
    some = pairs[::6]
    translate = search.translator(model, maker.ANSWER)
    recorded = record["chrf"]["network"]["test"]
    assert abs(maker.score(translate, some) - recorded) < 4
    train = maker.parts()["train"]
    memory = Memory([pair.en for pair in train], [pair.ko for pair in train])
    score = translations.chrf(memory.translate([pair.en for pair in pairs]), [pair.ko for pair in pairs])
    assert abs(score - record["chrf"]["memory, best of 1"]["test"]) < 0.01
    assert record["settings"]["steps"] == maker.STEPS and record["settings"]["rate"] == maker.RATE


def test_with_and_without_a_cache_the_same_is_written(maker, model):
    source = data.office_tokens().sources([pair.en for pair in maker.parts()["test"][:12]], "ko", maker.SOURCE)
    written = [search.translator(model, 24, cached=cached).predict(source, verbose=0) for cached in (True, False)]
    assert (written[0] == written[1]).all(axis=1).mean() >= 0.9


def test_batches_lose_and_change_nothing(maker):
    pairs, tokens = maker.parts()["validation"][:150], data.office_tokens()
    found = []
    for inputs, labels in maker.batches(pairs):
        assert labels.shape == inputs["source"].shape == inputs["target"].shape
        assert maker.BATCHES[labels.shape[1]] == labels.shape[0]
        shifted = inputs["target"][:, 1:]
        assert np.array_equal(np.where(labels == transformer.END, 0, labels)[:, :-1], shifted)
        rows = labels.any(axis=1)
        assert {tokens.pieces[token] for token in inputs["source"][rows, 0]} == {"<ko>"}
        found += [
            (tokens.decode(source), tokens.decode(answer))
            for source, answer in zip(inputs["source"][rows], labels[rows])
        ]
    short = [
        pair for pair in pairs if max(len(tokens.encode(pair.en)), len(tokens.encode(pair.ko))) < max(maker.BATCHES)
    ]
    assert sorted(found) == sorted((pair.en, pair.ko) for pair in short) and len(short) > 140


def test_in_training_words_are_split_in_other_ways_each_time(maker):
    generator, tokens = np.random.default_rng(0), data.office_tokens()
    pairs = maker.parts()["train"][:1500]
    first, second = (
        {tuple(row[row > 2]) for inputs, labels in maker.batches(pairs, generator) for row in labels} for _ in range(2)
    )
    assert len(first & second) < 0.5 * len(first)
    known = {pair.ko for pair in pairs}
    assert all(tokens.decode(row) in known for row in first)
    assert all(labels.any(axis=1).all() for _, labels in maker.batches(pairs, generator)), "no rows of PAD"


def test_the_loss_is_label_smoothing_without_padding(maker):
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(2, 5, 7)).astype("float32")
    labels = np.array([[3, 4, 2, 0, 0], [6, 5, 4, 3, 2]])
    real = labels > 0
    theirs = keras.losses.categorical_crossentropy(
        np.eye(7)[labels[real]], logits[real], from_logits=True, label_smoothing=maker.SMOOTHING
    )
    ours = maker.smoothed(keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(logits))
    assert float(ours) == pytest.approx(float(np.mean(theirs)), abs=1e-5)


def test_the_maker_learns_and_tells_how(maker, monkeypatch):
    """In small: what takes a quarter of an hour there."""
    small = dict(SIZE=(1, 16, 2, 32), BATCHES={8: 16}, STEPS=60, WARM_UP=10, FALL=20, RATE=0.01, KEPT=30, ANSWER=4)
    for name, value in small.items():
        monkeypatch.setattr(maker, name, value)
    network, arrays, curve = maker.trained.__wrapped__()
    assert [point["step"] for point in curve] == [30, 60]
    assert curve[1]["validation"] < curve[0]["validation"] < np.log(maker.PIECES)
    for layer in network.layers:
        for weight in layer.weights:
            assert np.array_equal(arrays[weights.place(layer, weight)], keras.ops.convert_to_numpy(weight))
