"""Tiny language models of several sizes: rows of bytes, the rate, and the record of chapter 13."""

import json

import numpy as np

from course_lib import data, scaling


def test_rows_are_followed_by_the_next_byte():
    inputs, targets = scaling.rows(np.arange(2 * scaling.CONTEXT + 7))
    assert inputs.shape == targets.shape == (2, scaling.CONTEXT)
    assert (targets == inputs + 1).all() and inputs[1, 0] == scaling.CONTEXT


def test_the_rate_rises_and_falls_to_zero():
    rates = [scaling.rate_at(step, 100, 0.01) for step in range(101)]
    assert max(rates) <= 0.01 and 0 < rates[0] < rates[5] and abs(rates[100]) < 1e-9
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_the_record_has_these_settings():
    record = json.loads(data.file("scaling.json").read_text(encoding="utf-8"))
    settings, runs = record["settings"], record["runs"]
    assert settings["lengths"] == list(scaling.LENGTHS) and settings["rates"] == list(scaling.RATES)
    assert {name: tuple(size) for name, size in settings["sizes"].items()} == scaling.SIZES
    assert {(run["size"], run["length"]) for run in runs} == {(a, b) for a in scaling.SIZES for b in scaling.LENGTHS}
    model = scaling.network("A")
    [counted] = {(run["inner"], run["parameters"]) for run in runs if run["size"] == "A"}
    assert counted == (scaling.inner_parameters(model), model.count_params())
