"""translation_race.json: who learns to translate in the same time, and what each part of the Transformer is good for.

Recorded for chapter 09, which trains the Transformer live. If it is interrupted, it continues where it stopped. Figures
differ a little from processor to processor, and a race by seconds of the processor more than that.
"""

import json

import course_lib
from course_lib import data
from course_lib.files import write_text
from course_lib.wheels import cache

from . import File, resumed

SECONDS = {"race": 75, "longer": 150}  # of the processor; the longer race has two sentences in a row, too
STEPS = 250  # updates, for each with a part left out
RATES = {"race": (0.001, 0.002, 0.005, 0.01, 0.02), "longer": (0.002, 0.005, 0.01), "parts": (0.001, 0.003, 0.01)}
SEEDS = {
    "race": (0, 1, 2),
    "longer": (0, 1),
    "parts": (0, 1, 2),
}  # the rates are tried with the first, the best is taken
PARTS = {  # what is changed: arguments of the network, the part of the training over which the rate rises, heads
    "whole": ({}, 0.0, 4),
    "warmup": ({}, 0.2, 4),
    "residual": ({"without": ("residual",)}, 0.0, 4),
    "norm": ({"without": ("norm",)}, 0.0, 4),
    "scale": ({"without": ("scale",)}, 0.0, 4),
    "positions": ({"without": ("positions",)}, 0.0, 4),
    "heads": ({}, 0.0, 1),
    "post_warmup": ({"norm": "post"}, 0.2, 4),
    "post": ({"norm": "post"}, 0.0, 4),
}
VALIDATION, TEST, LONG = 150, 250, 60  # pairs; the long ones are two sentences in a row
LONGER = 36  # tokens of the arrays for these
TRAINING = 2000  # batches of 64 that are made, and gone through again where that is not enough


def make():
    from course_lib import translation_race as race

    course_lib.start(seed=0, precision="float32")
    unfinished = cache() / "translation_race.unfinished.json"
    settings = {"seconds": SECONDS, "steps": STEPS, "rates": RATES, "seeds": SEEDS, "parts": PARTS}
    record = resumed(unfinished, settings)

    for kind, names in (("race", race.NETWORKS), ("longer", race.NETWORKS), ("parts", PARTS)):
        given = race.batches(TRAINING, seed=0, longest=2 if kind == "longer" else 1)
        for name in names:
            here = [run for run in record["runs"] if (run["kind"], run["name"]) == (kind, name)]
            for found in _runs(kind, name, given, here):
                record["runs"].append(found)
                write_text(unfinished, json.dumps(record, ensure_ascii=False))
                print({key: value for key, value in found.items() if key != "right"}, flush=True)
    unfinished.unlink()
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()


def _runs(kind, name, given, before):
    """Every rate with the first seed, then the best of them with the others; those of before are not run again."""
    from course_lib import translation_race as race

    first, *others = SEEDS[kind]
    if len(before) == len(RATES[kind]) + len(others):
        return
    model, how = _network(kind, name)
    race.prepared(model)
    tests, tried = _tests(kind, model), {}
    translate, checked, length = race.translator(model), data.quantities(VALIDATION, "validation", seed=5), race.LONGEST
    if kind == "longer":
        translate, checked, length = tests["two"][0], data.quantities(LONG, "validation", seed=5, sentences=2), LONGER

    def run(rate, seed):
        for one in before:
            if (one["rate"], one["seed"]) == (rate, seed):
                return one
        done = race.learn(model, given, rate, seed, **how)
        scores = {
            "validation": race.percent(translate, checked, length),
            "test": race.percent(tests["one"][0], tests["one"][1]),
        }
        right = {f"{which} {to}": _by_length(*test, to) for which, test in tests.items() for to in race.LANGUAGES}
        scores = {part: round(score, 2) for part, score in scores.items()}
        return {"kind": kind, "name": name, "rate": rate, "seed": seed, "steps": done, **scores, "right": right}

    for rate in RATES[kind]:
        tried[rate] = run(rate, first)
        if tried[rate] not in before:
            yield tried[rate]
    best = max(tried, key=lambda rate: tried[rate]["validation"])
    for seed in others:
        found = run(best, seed)
        if found not in before:
            yield found


def _network(kind, name):
    """The network, not compiled, and how long to train it."""
    from course_lib import translation_race as race
    from course_lib.models import transformer

    if kind in SECONDS:
        return race.NETWORKS[name](), {"seconds": SECONDS[kind]}
    options, warmup, heads = PARTS[name]
    blocks, width, _, hidden = race.SIZE
    options = {"norm": "pre", **options, "size": (blocks, width, heads, hidden)}
    return transformer.transformer(race.VOCABULARY, **options), {"steps": STEPS, "warmup": warmup}


def _tests(kind, model):
    """{name: (search, pairs, tokens of the arrays)}; two sentences in a row for the races only."""
    from course_lib import translation_race as race

    tests = {"one": (race.translator(model), data.quantities(TEST, "test", seed=6), race.LONGEST)}
    if kind in SECONDS:
        tests["two"] = (race.translator(model, LONGER), data.quantities(LONG, "test", seed=7, sentences=2), LONGER)
    return tests


def _by_length(translate, pairs, length, to):
    """[[tokens of a source, how many of such are right, how many there are], ...]"""
    from course_lib import translation_race as race

    right, tokens = race.right(translate, pairs, to, length)
    return [[int(n), int(right[tokens == n].sum()), int((tokens == n).sum())] for n in sorted(set(tokens.tolist()))]


FILES = {
    "translation_race.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/translation_race.txt",
        origin="measured by data/makers/translation_race.py on the sentences of course_lib/data/quantity_sentences.py",
        what="GRUs without and with attention and Transformers that translate quantities, and what each part is good for",
        effort="about an hour of a processor's time; figures differ a little from processor to processor",
    )
}
