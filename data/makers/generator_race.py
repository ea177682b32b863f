"""generator_race.json: which generator makes better clothing after the same time, and what helps against mode collapse.

Recorded for chapter 10, which trains a VAE and a GAN live. If it is interrupted, it continues where it stopped. Figures
differ a little from processor to processor, and a race by seconds of the processor more than that.
"""

import base64
import json
import time

import course_lib
from course_lib import data
from course_lib.files import write_text
from course_lib.wheels import cache

from . import File, resumed

COUNT, KEPT = 1000, 20  # pictures that are scored, that are kept of the first seed
SECONDS = (4, 8, 16)  # of the processor: when to look; the last ends the training
SEEDS = (0, 1, 2)  # the rates are tried with the first
AVERAGE = 0.995  # how much of the moving average of the weights, which makes the pictures, each step keeps
BATCH = {"vae": 64, "gan": 32}  # by the first word; as good as any in trials beforehand
RATES = {  # the best on training pictures is taken
    "vae": (0.002, 0.004, 0.008),
    "gan": (0.001, 0.002, 0.004),
    "gan_both": (0.0005, 0.001, 0.002),
}
BOTH = {"spectral": True, "statistics": True}
RACERS = {
    "vae": {},
    "gan": {},
    "gan_both": BOTH,
    "gan_saturating": {"saturating": True},
    "gan_loud": {},
    "gan_both_loud": BOTH,
}
LIKE = {"gan_saturating": "gan", "gan_loud": "gan", "gan_both_loud": "gan_both"}  # at the rate of the other one
LOUD = 1.0  # how large the vector of a class is at first, beside noise of size 1, where it drowns the noise


def make():
    from course_lib import generation

    course_lib.start(seed=0, precision="float32")
    unfinished = cache() / "generator_race.unfinished.json"
    record = resumed(unfinished, {"seconds": SECONDS, "seeds": SEEDS, "rates": RATES, "batch": BATCH})
    judge = generation.Judge()
    for run in _runs(record["runs"], judge):
        record["runs"].append(run)
        write_text(unfinished, json.dumps(record))
        print({key: value for key, value in run.items() if key != "pictures"}, flush=True)
    unfinished.unlink()
    return (json.dumps({**record, "runs": _kept(record["runs"])}) + "\n").encode()


def _runs(before, judge):
    """All runs that have not been done before, one after the other; `before` grows meanwhile."""
    done = lambda **facts: [run for run in before if all(run[key] == value for key, value in facts.items())]
    best = {}
    for name, rates in RATES.items():
        for rate in rates:
            if not done(name=name, rate=rate, seed=SEEDS[0]):
                yield _run(name, rate, SEEDS[0], judge)
        best[name] = min(done(name=name, seed=SEEDS[0]), key=lambda run: run["validation"])["rate"]
    for seed in SEEDS:
        for name in RACERS:
            if not done(name=name, seed=seed):
                yield _run(name, best[LIKE.get(name, name)], seed, judge)


def _run(name, rate, seed, judge):
    """Train one generator from new weights, look at it at each mark, and score it at the last."""
    import keras
    import numpy as np

    from course_lib import generation

    course_lib.set_seed(seed)
    model, first = _network(name, seed), name.split("_")[0]
    beta = 0.9 if first == "vae" else 0.0
    model.compile(keras.optimizers.Adam(rate, beta_1=beta, use_ema=True, ema_momentum=AVERAGE))
    (images, labels), _ = data.fashion_mnist()
    wanted, random = np.arange(COUNT) % 10, np.random.default_rng(seed)

    def step():
        chosen = random.integers(len(images), size=BATCH[first])
        model.train_on_batch({"images": images[chosen], "labels": labels[chosen]})

    step()  # in which the graph is made
    distances, steps, spent = [], 1, 0.0
    for mark in SECONDS:
        begun = time.process_time() - spent
        while time.process_time() - begun < mark:
            step()
            steps += 1
        spent = time.process_time() - begun
        pictures = _averaged(model, wanted)
        features, _ = judge.look(pictures)
        distances.append(round(generation.frechet_distance(judge.real_features, features), 4))
    score = {measure: round(value, 4) for measure, value in judge.score(pictures, wanted).items()}
    known, _ = judge.look(images[random.permutation(len(images))[:5000]])
    validation = round(generation.frechet_distance(known, features), 4)
    run = {"name": name, "rate": rate, "seed": seed, "steps": steps, "validation": validation}
    run |= {"distances": distances, "score": score}
    if seed == SEEDS[0]:
        bytes_of = np.round(255 * pictures[:KEPT, ..., 0]).astype("uint8").tobytes()
        run["pictures"] = base64.b64encode(bytes_of).decode()
    return run


def _network(name, seed):
    from course_lib.models import gan, vae

    if name == "vae":
        return vae.VAE(5, 10, seed=seed)
    options = {"saturating": False, **RACERS[name]}
    saturating = options.pop("saturating")
    generator = gan.generator(classes=10, **({"label_spread": LOUD} if name.endswith("loud") else {}))
    return gan.GAN(generator, gan.discriminator(classes=10, **options), saturating, seed)


def _averaged(model, wanted):
    """Pictures made with the moving average of the weights, which are put back afterwards."""
    kept = model.get_weights()
    model.optimizer.finalize_variable_values(model.trainable_variables)
    pictures = model.generate(wanted)
    model.set_weights(kept)
    return pictures


def _kept(runs):
    """All runs but those at rates that were not the best; they have no place in a comparison."""
    best = {run["name"]: run["rate"] for run in runs if run["seed"] == SEEDS[-1]}
    return [run for run in runs if run["rate"] == best[run["name"]]]


FILES = {
    "generator_race.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/generator_race.txt",
        origin="measured by data/makers/generator_race.py on the training pictures of data/fashion_mnist.npz",
        what="scores of a VAE and of GANs that make clothing, by the time of training, and of GANs that collapse",
        effort="ten minutes of a processor's time; figures differ a little from processor to processor",
    )
}
