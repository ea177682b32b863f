"""scaling.json: the loss of tiny language models against their size and the length of their text, for chapter 13.

Each size learns from each length at each of the rates; the best of them is taken. At some lengths it is trained from
other seeds, too. Figures differ a little from processor to processor. If it is interrupted, it continues where it
stopped.
"""

import json

import course_lib
from course_lib.files import write_text
from course_lib.wheels import cache

from . import File, resumed

SEEDED = (90_000, 360_000)  # lengths at which the best rate is run from other seeds, too
SEEDS = (1, 2)


def make():
    from course_lib import scaling

    course_lib.start(seed=0, precision="float32")
    unfinished = cache() / "scaling.unfinished.json"
    record = resumed(unfinished, settings())
    for name in scaling.SIZES:
        for found in runs(name, [run for run in record["runs"] if run["size"] == name]):
            record["runs"].append(found)
            write_text(unfinished, json.dumps(record))
            print(found, flush=True)
    unfinished.unlink()
    return content(record)


def settings():
    from course_lib import scaling

    return {
        "context": scaling.CONTEXT,
        "batch": scaling.BATCH,
        "passes": scaling.PASSES,
        "sizes": scaling.SIZES,
        "lengths": scaling.LENGTHS,
        "rates": scaling.RATES,
        "seeded": SEEDED,
        "seeds": SEEDS,
        "validation": scaling.VALIDATION,
    }


def content(record):
    """The file: a line for each run."""
    lines = ",\n".join(f"  {json.dumps(run)}" for run in record["runs"])
    return f'{{"settings": {json.dumps(record["settings"])}, "runs": [\n{lines}\n]}}\n'.encode()


def runs(name, before=(), lengths=None):
    """Every run of one size that has not been done before; on some lengths only, if they are named."""
    from course_lib import scaling

    model, training, checked = scaling.network(name), scaling.text("train"), scaling.text("validation")
    done = {(run["length"], run["rate"], run["seed"]): run["loss"] for run in before}
    for length in lengths or scaling.LENGTHS:
        wanted = [(length, rate, 0) for rate in scaling.RATES]
        for _ in ("rates", "seeds"):
            for key in wanted:
                if key in done:
                    continue
                steps = scaling.learn(model, training, *key)
                done[key] = round(scaling.loss(model, checked), 5)
                inner = scaling.inner_parameters(model)
                facts = {"size": name, "inner": inner, "parameters": model.count_params(), "steps": steps}
                yield {**facts, **dict(zip(("length", "rate", "seed"), key)), "loss": done[key]}
            best = min(scaling.RATES, key=lambda rate: done[length, rate, 0])
            wanted = [(length, best, seed) for seed in SEEDS if length in SEEDED]


FILES = {
    "scaling.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/scaling.txt",
        origin="measured by data/makers/scaling.py on English help of LibreOffice (data/office_pairs.txt.xz)",
        what="loss of tiny GPTs of six sizes on four lengths of text; 84 of 120 runs: 82 done within three minutes by Keras on JAX on an H200 and its processor, two by TensorFlow on a processor",
        effort="an hour of a processor's time for all runs; figures differ a little from processor to processor",
    )
}
