"""painters.json: painters of fused and of factorised tokens, and what they paint of pairs that they have never seen.

Recorded for chapter 11. The painter of fused tokens learns here, at each of two rates, for as many steps and from the
same scenes as the one of `painter.npz`, whose tokens are factorised; both paint the same captions. What is finished is
kept if the making is interrupted. Figures differ a little from processor to processor.
"""

import json

import course_lib
from course_lib.files import write_text
from course_lib.wheels import cache

from . import File, resumed
from .painter import BATCH, RATE, STEPS

EVERY, SEED = 100, 0  # a loss is kept as the mean of so many steps
COUNT, SCENES = 200, 21  # scenes that are painted of each kind, and their seed
KINDS = {"pairs_seen": "seen", "pairs_new": "unseen"}  # of colour and shape
RATES = (RATE, RATE / 2)  # of the fused one
SETTINGS = {"steps": STEPS, "every": EVERY, "batch": BATCH, "seed": SEED, "count": COUNT, "scenes": SCENES}


def make():
    from course_lib import weights
    from course_lib.data import coloured_shapes as shapes
    from course_lib.models import text_to_image

    course_lib.start(seed=SEED, precision="float32")
    unfinished = cache() / "painters.unfinished.json"
    record = resumed(unfinished, SETTINGS)
    shipped = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS))
    facts = {"tokens": "factorised", "rate": RATE, "parameters": shipped.count_params()}
    runs = [{**facts, "right": painted_right(weights.load(shipped, "painter"), shapes.FACTORS)}]
    for rate in RATES:
        done = [run for run in record["runs"] if run["rate"] == rate]
        runs += done or [learned(rate)]
        write_text(unfinished, json.dumps({**record, "runs": runs[1:]}))
    unfinished.unlink()
    return (json.dumps({"settings": SETTINGS, "runs": runs}) + "\n").encode()


def learned(rate):
    """The record of a painter of fused tokens that learned at a rate."""
    import keras

    from course_lib.data import coloured_shapes as shapes
    from course_lib.models import text_to_image

    keras.utils.set_random_seed(SEED)
    model = text_to_image.text_to_image(shapes.FUSED, len(shapes.WORDS))
    scenes = lambda count, random: shapes.examples(count, random, fused=True)
    lessons = text_to_image.Lessons(scenes, shapes.words([None])[0], EVERY, BATCH, seed=SEED)
    losses = text_to_image.teach(model, lessons, rate, STEPS // EVERY)["loss"]
    facts = {"tokens": "fused", "rate": rate, "parameters": model.count_params()}
    return {**facts, "losses": [round(loss, 4) for loss in losses], "right": painted_right(model, shapes.FUSED)}


def painted_right(model, factors):
    """Shares of scenes that are painted right, from captions of both languages."""
    from course_lib.data import coloured_shapes as shapes

    found = {}
    for kind, pairs in KINDS.items():
        some = shapes.coloured_shapes(COUNT, SCENES, pairs)
        boards = painted(model, factors, shapes.words(some.captions(None, SCENES)))
        tokens = shapes.unfuse(boards) if factors == shapes.FUSED else boards
        found[kind] = round(float(shapes.judge(shapes.draw(tokens), some.facts)["right"].mean()), 4)
    return found


def painted(model, factors, words):
    """Boards (n, tiles, factors): each code is drawn by its chances, with the whole network asked anew for each,
    so that both kinds of painter are treated alike."""
    import keras
    import numpy as np

    random = np.random.default_rng(SCENES)
    boards = np.zeros((len(words), 36, len(factors)), "int32")
    for tile in range(boards.shape[1]):
        for k, count in enumerate(factors):
            answers = keras.tree.flatten(model.predict_on_batch({"words": words, "board": boards}))
            logits = np.asarray(answers[k])[:, tile]
            drawn = (logits + random.gumbel(size=(len(words), count))).argmax(-1)
            boards[:, tile, k] = np.where((boards[:, tile, 0] == 0) & (k > 0), 0, drawn)
    return boards


FILES = {
    "painters.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/painters.txt",
        origin="measured by data/makers/painters.py on scenes of course_lib/data/coloured_shapes.py",
        what="shares of scenes painted right, of painters with fused and with factorised tokens",
        effort="a quarter of an hour of a processor core's time; figures differ a little from processor to processor",
    )
}
