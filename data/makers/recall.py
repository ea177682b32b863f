"""recall.json: which recurrent networks learn to remember the first of many characters, recorded for chapter 08.

Task, networks and training are the lesson's own, read from its source; the lesson trains some of it live. Where the
lesson has no rate for a network and a length, each of RATES is tried once, and the best on sequences for validation is
taken; where several are equally good, each is tried from more seeds first. Then the network is trained from other seeds
at that rate and tested. If it is interrupted, it continues where it stopped. Figures differ a little from processor to
processor, so making it again does not give the same bytes.
"""

import json

import course_lib
from course_lib.files import COURSE, write_text
from course_lib.wheels import cache

from . import File, from_lesson, resumed

LESSON = COURSE / "chapters" / "08_recurrent_networks" / "08_lesson.py"
NAMES = {"CHARACTERS", "STEPS", "BATCH", "cross_entropy", "first_of", "KINDS", "opened", "reader", "remember"}
LENGTHS, SEEDS, TIED = (
    (5, 10, 20, 40, 80),
    (1, 2, 3),
    (4, 5),
)  # with the last, rates that are equally good are tried again
# what the lesson's text says was tried, for each of its kinds of network
RATES = {
    "SimpleRNN": (0.001, 0.003, 0.01, 0.03),
    "LSTM": (0.001, 0.003, 0.01, 0.03, 0.1),
    "LSTM, gates open": (0.001, 0.003, 0.01, 0.03),
    "GRU": (0.003, 0.01, 0.03, 0.1),
    "SimpleRNN, clipped": (0.001, 0.003, 0.01, 0.03),
    "GRU, gates open": (0.003, 0.01, 0.03, 0.1),
}
SETTINGS = {"lengths": LENGTHS, "seeds": SEEDS, "tied": TIED, "rates": RATES}
LEARNED, ASKED, TESTED = 10, 3, 2  # seeds of the sequences: the first to learn from, those for validation and for test


def make():
    course_lib.start(seed=0, precision="float32")
    space = lesson()
    unfinished = cache() / "recall.unfinished.json"
    record = resumed(unfinished, SETTINGS)

    def score(part, **which):
        """Percent right of one training, in the record or done now."""
        for run in record["runs"]:
            if part in run and which.items() <= run.items():
                return run[part]
        record["runs"].append({**which, part: trained(space, part, **which)})
        write_text(unfinished, json.dumps(record))
        print(record["runs"][-1], flush=True)
        return record["runs"][-1][part]

    for length in LENGTHS:
        for kind, rates in RATES.items():
            which, best = {"kind": kind, "length": length}, space["KINDS"][kind][3].get(length)
            if best is None:
                tried = {rate: score("validation", **which, rate=rate, seed=0) for rate in rates}
                best = [rate for rate in rates if tried[rate] == max(tried.values())]
                if len(best) > 1:
                    best.sort(
                        key=lambda rate: -sum(score("validation", **which, rate=rate, seed=seed) for seed in TIED)
                    )
                best = best[0]
            for seed in SEEDS:
                score("test", **which, rate=best, seed=seed)
    unfinished.unlink()
    return (json.dumps(record, indent=1) + "\n").encode()


def lesson():
    """What the lesson defines under NAMES, ready to be called."""
    import keras
    import numpy as np

    return from_lesson(LESSON, NAMES, course_lib=course_lib, keras=keras, layers=keras.layers, ops=keras.ops, np=np)


def trained(space, part, *, kind, length, rate, seed):
    """Percent right on sequences for validation or test, after training one network from a seed."""
    import keras

    keras.utils.clear_session()
    layer, bias, clip, _ = space["KINDS"][kind]
    asked = ASKED if part == "validation" else TESTED
    model = space["reader"](layer, bias, seed)
    return round(space["remember"](model, length, rate, clip, seeds=(LEARNED + seed, asked)), 1)


FILES = {
    "recall.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/recall.txt",
        origin="measured by data/makers/recall.py with the lesson of chapter 08",
        what="how many of the first characters six recurrent networks remember across 5 to 80 characters",
        effort="about half an hour of a processor's time; figures differ a little from processor to processor",
    )
}
