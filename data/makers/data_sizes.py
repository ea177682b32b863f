"""data_sizes.json: a CNN and a Vision Transformer trained on more and more images, recorded for chapter 05.

It is the lesson's live comparison with more sizes of data and more steps, and what closes the gap at the smallest size.
If it is interrupted, it continues where it stopped. Figures differ a little from processor to processor, so making it
again does not give the same bytes.
"""

import json

import course_lib
from course_lib import data
from course_lib.files import write_text
from course_lib.wheels import cache

from . import File, resumed

SIZES, SEEDS = (250, 1000, 4000, 14_000), (0, 1)
# network, what is done to the batches, sizes, steps, rate, weight decay: rates and steps by validation accuracy
RUNS = {
    "CNN": ("cnn", "nothing", SIZES, 500, 0.01, 0.1),
    "ViT": ("vit", "nothing", SIZES, 1500, 0.001, 0.0),
    "ViT, distilled": ("vit", "distilled", SIZES[:1], 1500, 0.002, 0.0),
    "ViT, augmented": ("vit", "augmented", SIZES[:1], 1500, 0.001, 0.0),
    "ViT, mixed": ("vit", "mixed", SIZES[:1], 1500, 0.002, 0.0),
    "ViT, convolutional stem": ("hybrid", "nothing", SIZES[:1], 500, 0.004, 0.0),
    "CNN, augmented": ("cnn", "augmented", SIZES[:1], 500, 0.008, 0.1),
    "ViT, taught by a ViT": ("vit", "taught by a vit", SIZES[:1], 1500, 0.002, 0.0),
}


def make():
    course_lib.start(seed=0, precision="float32")
    unfinished = cache() / "data_sizes.unfinished.json"
    record = resumed(unfinished, RUNS)
    done = {(run["name"], run["images"], run["seed"]) for run in record["runs"]}
    for name, (_, _, sizes, *_) in RUNS.items():
        for count in sizes:
            for seed in SEEDS:
                if (name, count, seed) not in done:
                    record["runs"].append({"name": name, "images": count, "seed": seed, **one(name, count, seed)})
                    write_text(unfinished, json.dumps(record))
                    print({key: value for key, value in record["runs"][-1].items() if key != "alike"}, flush=True)
    unfinished.unlink()
    return (json.dumps(record) + "\n").encode()


def one(name, count, seed):
    """Train one network; returns its accuracies in percent and, of patches, how alike their positions are."""
    from keras import losses

    from course_lib import little_data, training

    network, change, _, steps, rate, decay = RUNS[name]
    (images, labels), (test_images, test_labels) = data.fashion_mnist()
    known, answers = images[:count], labels[:count]
    build = {"cnn": little_data.cnn, "vit": little_data.vit, "hybrid": lambda: little_data.vit("convolutions")}[network]
    changes = {
        "nothing": lambda: None,
        "augmented": lambda: little_data.augment,
        "mixed": lambda: little_data.mix,
        "distilled": lambda: little_data.taught_by(teacher("CNN", known, answers, seed)),
        "taught by a vit": lambda: little_data.taught_by(teacher("ViT", known, answers, seed)),
    }
    hard = change in ("nothing", "augmented")
    loss = None if hard else losses.CategoricalCrossentropy(from_logits=True)
    model = little_data.prepared(build(), steps, rate, decay, loss)
    little_data.train(model, known, answers, steps, seed, changes[change]())
    scores = {
        "training": training.accuracy(model, known, answers),
        "validation": training.accuracy(model, images[-little_data.VALIDATION :], labels[-little_data.VALIDATION :]),
        "test": training.accuracy(model, test_images, test_labels),
    }
    found = {part: round(score, 2) for part, score in scores.items()}
    if network == "vit" and count == SIZES[-1]:
        alike = little_data.alikeness(model.get_layer("positions").get_weights()[0][0, 1:])
        found["alike"] = [[round(float(value), 3) for value in row] for row in alike]
    return found


def teacher(name, images, labels, seed):
    """The CNN or the ViT, trained on the same few images as the student."""
    from course_lib import little_data

    _, _, _, steps, rate, decay = RUNS[name]
    build = little_data.cnn if name == "CNN" else little_data.vit
    model = little_data.prepared(build(), steps, rate, decay)
    little_data.train(model, images, labels, steps, seed)
    return model


FILES = {
    "data_sizes.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/data_sizes.txt",
        origin="measured by data/makers/data_sizes.py on the Fashion-MNIST of this folder",
        what="accuracy of a CNN and of Vision Transformers trained on 250 to 14,000 images, and what closes their gap",
        effort="about twenty minutes of a processor's time; figures differ a little from processor to processor",
    )
}
