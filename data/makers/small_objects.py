"""small_objects.json: cross-entropy and the Dice loss on objects of about 1 % of a picture, by length of training.

Recorded for chapter 06, with its own pictures, network, losses and training, read from its source; the lesson trains
with cross-entropy for the shortest of EPOCHS. For each loss and each length every one of RATES is tried once, the best
on concepts for validation is taken, each with its best threshold, and is then trained from other seeds. If it is
interrupted, it continues where it stopped. Figures differ a little from processor to processor, so making it again does
not give the same bytes.
"""

import json

import course_lib
from course_lib.files import COURSE, write_text
from course_lib.wheels import cache

from . import File, from_lesson, resumed

LESSON = COURSE / "chapters" / "06_vision_tasks" / "06_lesson.py"
LOSSES = ("pixel_cross_entropy", "dice_loss")
NAMES = {"learn", "things", "TINY", "tiny", "outlines", "tiny_network", "mean_dice", "thresholds", *LOSSES}
EPOCHS, SEEDS = (2, 4, 8, 16), (1, 2, 3)  # the rates are tried with the first
RATES = (0.01, 0.03, 0.1, 0.3)
SETTINGS = {"epochs": EPOCHS, "seeds": SEEDS, "rates": RATES}
HALF = 0.5


def make():
    course_lib.start(seed=0, precision="float32")
    space = lesson()
    unfinished = cache() / "small_objects.unfinished.json"
    record = resumed(unfinished, SETTINGS)

    def run(**which):
        """One training, in the record or done now."""
        for found in record["runs"]:
            if which.items() <= found.items():
                return found
        record["runs"].append({**which, **trained(space, **which)})
        write_text(unfinished, json.dumps(record))
        print(record["runs"][-1], flush=True)
        return record["runs"][-1]

    for epochs in EPOCHS:
        for loss in LOSSES:
            tried = [run(loss=loss, epochs=epochs, rate=rate, seed=SEEDS[0]) for rate in RATES]
            best = max(tried, key=lambda found: found["validation"])
            for seed in SEEDS[1:]:
                run(loss=loss, epochs=epochs, rate=best["rate"], seed=seed)
    unfinished.unlink()
    return (json.dumps(record, indent=1) + "\n").encode()


def lesson():
    """What the lesson defines under NAMES, ready to be called, with its pictures."""
    import keras
    import numpy as np

    from course_lib import data, metrics, training
    from course_lib.models import detector

    modules = dict(data=data, metrics=metrics, training=training, models=detector, keras=keras, np=np)
    space = from_lesson(LESSON, NAMES, course_lib=course_lib, layers=keras.layers, ops=keras.ops, **modules)
    tests = ("for validation", "unseen concepts")
    space["tiny"].update({name: data.compose(space["things"][name], 300, seed=31, **space["TINY"]) for name in tests})
    space["outlines"] = {name: (scenes.masks > 0).astype("float32") for name, scenes in space["tiny"].items()}
    return space


def trained(space, *, loss, epochs, rate, seed):
    """Mean Dice on concepts for validation and on unseen ones, after one training: at a threshold of 0.5, and at the
    one that is best for validation."""
    import keras
    import numpy as np

    keras.utils.clear_session()
    tiny, outlines, network = space["tiny"], space["outlines"], space["tiny_network"](seed)
    space["learn"](network, tiny["train"].images, outlines["train"], space[loss], rate, epochs)
    chance = {part: network.predict(tiny[part].images, verbose=0) for part in ("for validation", "unseen concepts")}

    def score(part, threshold):
        return space["mean_dice"](chance[part], outlines[part], threshold)

    tried = [score("for validation", threshold) for threshold in space["thresholds"]]
    chosen = space["thresholds"][int(np.argmax(tried))]
    found = {"threshold": chosen, "validation": max(tried)}
    found |= {"at_half": score("unseen concepts", HALF), "at_chosen": score("unseen concepts", chosen)}
    return {name: round(value, 4) for name, value in found.items()}


FILES = {
    "small_objects.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/small_objects.txt",
        origin="measured by data/makers/small_objects.py with the lesson of chapter 06",
        what="mean Dice on small objects with cross-entropy and with the Dice loss, after 2 to 16 epochs",
        effort="half an hour of a processor's time; figures differ a little from processor to processor",
    )
}
