"""two_towers.npz: captions and pictures in one space, for chapter 11; and two_towers.json, with a control.

They learn from scenes that are drawn anew in each batch. The control learns as long from captions that were dealt out
anew among the pictures of each batch.
"""

import json

import numpy as np

from . import File, halved, npz

STEPS, BATCH, RATE = 1500, 128, 0.002
AMONG, SEED = 100, 3  # pictures that are searched, seed of these scenes


def scenes(count, random):
    from course_lib.data import coloured_shapes as shapes

    drawn = shapes.coloured_shapes(count, random)
    return shapes.words(drawn.captions(None, random)), drawn.pictures


def learn(shuffled=False, rate=RATE, seed=0):
    """Two towers from new weights."""
    import keras

    from course_lib.data import coloured_shapes as shapes
    from course_lib.models import clip

    keras.utils.set_random_seed(seed)
    model = clip.two_towers(len(shapes.WORDS))
    clip.teach(model, clip.Pairs(scenes, STEPS, BATCH, shuffled, seed), rate)
    return model


def found(model, pairs="seen", language="en"):
    """How often a caption finds a picture of what it says first, among `AMONG`."""
    from course_lib.data import coloured_shapes as shapes
    from course_lib.models import clip

    caption, picture = clip.towers(model)
    drawn = shapes.coloured_shapes(AMONG, SEED, pairs)
    cosines = (
        np.asarray(caption.predict(shapes.words(drawn.captions(language, SEED)), verbose=0))
        @ np.asarray(picture.predict(drawn.pictures, verbose=0)).T
    )
    return float((drawn.facts[cosines.argmax(axis=1)] == drawn.facts).all(axis=1).mean())


def scores(model):
    return {
        pairs: {language: found(model, pairs, language) for language in ("en", "ko")} for pairs in ("seen", "unseen")
    }


def weights():
    return npz(**halved(learn()))


def control():
    found = {"shuffled": scores(learn(shuffled=True)), "settings": {"steps": STEPS, "batch": BATCH}}
    return (json.dumps(found) + "\n").encode()


FACTS = dict(needs=(), licence="MIT", licence_file="licences/two_towers.txt")
FILES = {
    "two_towers.npz": File(
        weights,
        origin="trained by data/makers/two_towers.py on scenes of course_lib/data/coloured_shapes.py; the shipped file on a GPU with Keras on JAX",
        what="weights of two towers that put captions and pictures into one space, float16, by layer and weight",
        effort="ten minutes; weights differ a little from processor to processor",
        **FACTS,
    ),
    "two_towers.json": File(
        control,
        origin="measured by data/makers/two_towers.py on scenes of course_lib/data/coloured_shapes.py; the shipped file on a GPU with Keras on JAX",
        what="how well two towers find pictures that learned from captions of other pictures",
        effort="ten minutes; figures differ a little from processor to processor",
        **FACTS,
    ),
}
