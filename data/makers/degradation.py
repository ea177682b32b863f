"""degradation.json: the training of plain and residual networks of four depths, recorded for chapter 03.

It is the lesson's live experiment with more depths, rates, seeds and epochs. If it is interrupted, it continues
where it stopped. Figures differ a little from processor to processor, so making it again does not give the same bytes.
"""

import json

import course_lib
from course_lib import data, wheels
from course_lib.files import write_text

from . import File, resumed

SETTINGS = {"images": 4000, "side": 7, "width": 8, "batch_size": 128, "epochs": 15}
SETTINGS["rates"] = RATES = (0.1, 0.05, 0.025, 0.0125)
DEPTHS, SEEDS = (8, 20, 32, 44), (0, 1, 2)
# depth, residual or not -> rates; of the others the first alone
SEVERAL_RATES = {(8, False): RATES, (44, False): RATES, (44, True): RATES[:3]}


def make():
    from course_lib import training
    from course_lib.models.resnet import resnet_small

    course_lib.start(seed=0, precision="float32")
    (images, labels), _ = data.fashion_mnist()
    count, side = SETTINGS["images"], SETTINGS["side"]
    images = images[:count].reshape(count, side, 28 // side, side, 28 // side, 1).mean(axis=(2, 4))
    labels = labels[:count]
    unfinished = wheels.cache() / "degradation.unfinished.json"
    record = resumed(unfinished, SETTINGS)
    runs = record["runs"]
    for depth in DEPTHS:
        for residual in (False, True):
            model = resnet_small(depth, images.shape[1:], width=SETTINGS["width"], residual=residual)
            for rate in SEVERAL_RATES.get((depth, residual), RATES[:1]):
                training.one_cycle(model, images, SETTINGS["epochs"], rate, batch_size=SETTINGS["batch_size"])
                for seed in SEEDS:
                    which = {"depth": depth, "residual": residual, "rate": rate, "seed": seed}
                    if any(which.items() <= run.items() for run in runs):
                        continue
                    loss = training.train(model, images, labels, SETTINGS["epochs"], seed, SETTINGS["batch_size"])
                    error = 100 - training.accuracy(model, images, labels)
                    loss = [round(value, 4) for value in loss]
                    runs.append({**which, "loss": loss, "training_error": round(error, 2)})
                    write_text(unfinished, json.dumps(record))
                    print(runs[-1], flush=True)
    unfinished.unlink()
    return (json.dumps(record, indent=1) + "\n").encode()


FILES = {
    "degradation.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/degradation.txt",
        origin="measured by data/makers/degradation.py on the Fashion-MNIST of this folder",
        what="training loss and training error of plain and residual networks of 8 to 44 layers, some at several learning rates",
        effort="about three quarters of an hour on two cores; figures differ a little from processor to processor",
    )
}
