"""transfer.json: how far a borrowed backbone leads, and what fine-tuning does to it, recorded for chapter 04.

Networks and training are the lesson's own, read from its source; the lesson runs some of it live, with fewer batches
and one seed. If it is interrupted, it continues where it stopped. Figures differ a little from processor to processor,
so making it again does not give the same bytes.
"""

import json

import course_lib
from course_lib import data
from course_lib.files import COURSE, write_text
from course_lib.wheels import cache

from . import File, from_lesson, resumed

LESSON = COURSE / "chapters" / "04_transfer_learning" / "04_lesson.py"
# what the lesson defines, in its order
NAMES = set(
    "resized square imagenet preprocess names photographs sets images chosen depths pooled read_test in_one_go by_depth"
    " of_test test_maps train convolve build_cnn move y small middle"
    " bottom last_map top averaged pool as_learned lower_maps maps features cross_entropy falling train_head fine_tune"
    " learner sample learn contest parted photo_maps old_network read_photographs before said_before".split()
)
SEEDS = (0, 1, 2)
DRAWS = {"on_features": range(8), "on_pixels": SEEDS}  # of the few pictures with a label
LABELS = (1, 5, 50)  # pictures of each class
BATCHES = {"on_features": (50, 500), "on_pixels": (100, 2000)}
LEARNING_RATES = {"on_features": (0.005, 0.02), "on_pixels": (0.05,)}
ORDERS, TUNING_RATES, EPOCHS = ("head_first", "all_at_once"), (1e-4, 3e-4, 1e-3), 8
CURVE_RATES = (1e-5, 1e-4, 1e-3, 1e-2)  # with one seed, epoch by epoch
# data set -> pictures to learn from; the halves of the stamps, and as many of the others
CONTESTS = {"stamps": None, "emojis": 134, "garments": 134}
STEPS, CONTEST_TUNING = 2000, (1e-4, 1e-3)
SETTINGS = {
    "seeds": SEEDS,
    "draws": {way: list(draws) for way, draws in DRAWS.items()},
    "labels": LABELS,
    "batches": BATCHES,
    "learning_rates": LEARNING_RATES,
    "tuning_rates": TUNING_RATES,
    "epochs": EPOCHS,
    "curve_rates": CURVE_RATES,
    "contests": CONTESTS,
    "steps": STEPS,
    "contest_tuning": CONTEST_TUNING,
}


def make():
    course_lib.start(seed=0)
    space = lesson()
    unfinished = cache() / "transfer.unfinished.json"
    record = resumed(unfinished, SETTINGS)
    for question, cases in QUESTIONS.items():
        for which in cases():
            if not any(which.items() <= run.items() for run in record["runs"]):
                record["runs"].append({**which, **question(space, **which)})
                write_text(unfinished, json.dumps(record))
                print(record["runs"][-1], flush=True)
    unfinished.unlink()
    return (json.dumps(record, indent=1) + "\n").encode()


def lesson():
    """What the lesson defines under NAMES, ready to be used."""
    import keras
    import numpy as np
    from keras import layers, ops

    from course_lib import training, weights

    modules = dict(data=data, weights=weights, training=training, course_lib=course_lib, keras=keras, np=np)
    return from_lesson(LESSON, NAMES, layers=layers, ops=ops, **modules)


def every_number():
    """How many labels: each way, number of labels, number of batches, rate and draw."""
    for way, batches in BATCHES.items():
        for steps in batches:
            for rate in LEARNING_RATES[way]:
                for labels in LABELS:
                    for seed in DRAWS[way]:
                        yield {"way": way, "steps": steps, "rate": rate, "labels": labels, "seed": seed}


def few_labels(space, *, way, steps, rate, labels, seed):
    """Accuracy on validation and on test pictures after learning from so many labels of each class."""
    import keras

    keras.utils.clear_session()
    model, few = space["learner"](way, steps, rate), space["sample"](labels, seed)
    found = {"test": round(space["learn"](model, way, few, steps, seed), 2)}
    pictures = space["features" if way == "on_features" else "small"]["validation"]
    return {**found, "validation": accuracy(model, pictures, space["y"]["validation"])}


def every_order():
    """In which order, and at which rate: each of both, and each seed."""
    for rate in TUNING_RATES:
        for name in ORDERS:
            for seed in SEEDS:
                yield {"order": name, "rate": rate, "seed": seed}


def order(space, *, order, rate, seed):
    """Accuracies after fine-tuning, and what became of the photographs' features and names."""
    import keras

    keras.utils.clear_session()
    course_lib.set_seed(seed)
    maps, y, head = space["maps"], space["y"], None
    if order == "head_first":
        head = space["train_head"](space["features"]["train"], y["train"])
    model = space["fine_tune"](maps["train"], y["train"], head, rate, EPOCHS)
    found = {part: accuracy(model, maps[part], y[part]) for part in ("train", "validation", "test")}
    return {**found, **read(space)}


def every_curve():
    """Epoch by epoch, on the pictures of Google's style alone: each order at each of more rates."""
    for rate in CURVE_RATES:
        for name in ORDERS:
            yield {"curve": name, "rate": rate, "seed": SEEDS[0]}


def curve(space, *, curve, rate, seed):
    """Before the first epoch and after each: accuracies, and what became of the photographs' features and names."""
    import keras
    import numpy as np

    keras.utils.clear_session()
    course_lib.set_seed(seed)
    maps, y = space["maps"], space["y"]
    chosen = np.flatnonzero(np.array(space["sets"]["train"].styles) == "google")  # of these, none mirrored
    known, answers = maps["train"][chosen], y["train"][chosen]
    head = space["train_head"](space["features"]["train"][chosen], answers) if curve == "head_first" else None
    found = {name: [] for name in ("train", "validation", "moved", "kept")}

    class Watch(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.on_epoch_end(-1)

        def on_epoch_end(self, epoch, logs=None):
            found["train"].append(accuracy(self.model, known, answers))
            found["validation"].append(accuracy(self.model, maps["validation"], y["validation"]))
            for name, value in read(space).items():
                found[name].append(value)

    model = space["fine_tune"](known, answers, head, rate, EPOCHS, watch=[Watch()])
    return {**found, "test": accuracy(model, maps["test"], y["test"])}


def read(space):
    """How far the photographs' features have moved, and how many of their names are kept."""
    import numpy as np

    (after, said), before = space["read_photographs"](), space["before"]
    moved = np.linalg.norm(after - before) / np.linalg.norm(before)
    return {"moved": round(float(moved), 3), "kept": sum(a == b for a, b in zip(said, space["said_before"]))}


def every_contest():
    """How far the backbone leads: each data set, number of pictures and seed."""
    for name, count in CONTESTS.items():
        for seed in SEEDS:
            yield {"data": name, "count": count, "seed": seed}


def contest(space, *, data, count, seed):
    """Accuracy of the CNN from scratch, of the frozen backbone and of the tuned one."""
    import keras

    keras.utils.clear_session()
    options = dict(steps=STEPS, seed=seed, tuned=CONTEST_TUNING)
    if data == "garments":
        (known, answers), (asked, right) = course_lib.data.fashion_mnist()
        first = slice(seed * count, (seed + 1) * count)
        options |= dict(side=96, cnn_side=28, reach=1)
        found = space["contest"](known[first], answers[first], asked[:2000], right[:2000], **options)
    else:
        options |= dict(side=128, cnn_side=32, reach=4)
        if data == "stamps":
            stamps = course_lib.data.stamps()
            half = space["parted"](stamps.labels, stamps.names, seed)
            parts = (stamps.images[half], stamps.labels[half], stamps.images[~half], stamps.labels[~half])
        else:
            train, test = space["sets"]["train"], space["sets"]["test"]
            some = slice(seed * count, (seed + 1) * count)
            parts = (train.images[some], train.labels[some], test.images, test.labels)
        found = space["contest"](*parts, **options)
    return {name: round(float(value), 2) for name, value in found.items()}


def accuracy(model, pictures, labels):
    from course_lib import training

    return round(float(training.accuracy(model, pictures, labels)), 2)


QUESTIONS = {few_labels: every_number, order: every_order, curve: every_curve, contest: every_contest}
FILES = {
    "transfer.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/transfer.txt",
        origin="measured by data/makers/transfer.py with the lesson of chapter 04",
        what="accuracy from scratch and with a borrowed backbone by number of labels, data, order and rate of training; curves of fine-tuning",
        effort="about an hour of a processor's time; figures differ a little from processor to processor",
    )
}
