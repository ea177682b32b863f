"""one_box.json: two heads for one box, flatten and attention, with the encoder trained, too.

Recorded for chapter 06, with its own pictures, networks, losses and training, read from its source; the lesson trains
attention once. From each seed everything is trained anew: the classifier, each head on its frozen features, and encoder
and head together. Figures differ a little from processor to processor, so making it again does not give the same bytes.
"""

import json

import course_lib
from course_lib.files import COURSE

from . import File, from_lesson

LESSON = COURSE / "chapters" / "06_vision_tasks" / "06_lesson.py"
HEADS = {"of_flatten": "flattened cells", "of_attention": "attention"}  # as the record and as the lesson call them
NAMES = {"things", "ONE", "scenes", "tests", "learn", "cross_entropy", "middles", "x", "y", "places", "signs"}
NAMES |= {"box_head", "head_alone", "rates", "unit_boxes", "EIGHT", "l1", "boxes_by", "mean_overlap"}
NAMES |= {"localizer", "learn_class_and_box", "whole_rates"}
SEEDS = (1, 2, 3)
SETTINGS = {"seeds": SEEDS}
CLASSIFIER = dict(rate=0.004, epochs=3)  # as the lesson has it
EPOCHS = 6  # of a head on frozen features
MEASURED = {"seen": "seen concepts", "validation": "for validation", "unseen": "unseen concepts"}


def make():
    course_lib.start(seed=0, precision="float32")
    space = lesson()
    runs = [trained(space, seed) for seed in SEEDS]
    return (json.dumps({"settings": SETTINGS, "runs": runs}, indent=1) + "\n").encode()


def lesson():
    """What the lesson defines under NAMES, ready to be called, with its pictures."""
    import keras
    import numpy as np

    from course_lib import data, metrics, training
    from course_lib.models import detector

    modules = dict(data=data, metrics=metrics, training=training, models=detector, keras=keras, np=np)
    return from_lesson(LESSON, NAMES, course_lib=course_lib, layers=keras.layers, ops=keras.ops, **modules)


def trained(space, seed):
    """For each of HEADS the mean IoU on frozen features (of unseen concepts) and with the encoder trained, too."""
    import keras

    keras.utils.clear_session()
    course_lib.set_seed(seed)
    scenes, tests, learn, models = space["scenes"], space["tests"], space["learn"], space["models"]
    classifier = space["classifier"] = models.classifier()
    learn(classifier, scenes.images, scenes.labels[:, 0], space["cross_entropy"], **CLASSIFIER)
    trunk = keras.Model(classifier.input, classifier.get_layer("down8").output)
    features = trunk.predict(scenes.images, batch_size=250, verbose=0)
    unseen = trunk.predict(tests["unseen concepts"].images, batch_size=250, verbose=0)

    def overlap(boxes, part):
        return round(space["mean_overlap"](boxes, tests[part].boxes[:, 0]), 4)

    run = {"seed": seed}
    for name, kind in HEADS.items():
        head = space["head_alone"](kind, seed)
        learn(head, features, space["unit_boxes"], space["l1"], space["rates"][kind], EPOCHS, **space["EIGHT"])
        space["heads"] = {kind: head}
        network = space["localizer"](kind)
        course_lib.set_seed(seed)
        space["learn_class_and_box"](network, space["whole_rates"][kind])
        frozen = overlap(space["boxes_by"](head, unseen), "unseen concepts")
        found = {part: network.predict(tests[kept].images, verbose=0)["box"] for part, kept in MEASURED.items()}
        run[name] = {"frozen": frozen, **{part: overlap(64 * boxes, MEASURED[part]) for part, boxes in found.items()}}
    print(run, flush=True)
    return run


FILES = {
    "one_box.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/one_box.txt",
        origin="measured by data/makers/one_box.py with the lesson of chapter 06",
        what="mean IoU of one box from two heads, flatten and attention, with the encoder trained, too, from three seeds",
        effort="three minutes of a processor's time; figures differ a little from processor to processor",
    )
}
