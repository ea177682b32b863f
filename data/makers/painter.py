"""painter.npz, the painter of chapter 11.

It learns from scenes that are drawn anew in each batch, of captions in English and Korean, in which some colours and
shapes never stand together. Figures differ a little from processor to processor.
"""

from . import File, halved, npz

STEPS, BATCH, RATE = 3600, 64, 0.004


def learn(seed=0):
    """A painter from new weights."""
    import keras

    from course_lib.data import coloured_shapes as shapes
    from course_lib.models import text_to_image

    keras.utils.set_random_seed(seed)
    model = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS))
    lessons = text_to_image.Lessons(shapes.examples, shapes.words([None])[0], STEPS, BATCH, seed=seed)
    text_to_image.teach(model, lessons, RATE)
    return model


def weights():
    return npz(**halved(learn()))


FACTS = dict(needs=(), licence="MIT", licence_file="licences/painter.txt")
FILES = {
    "painter.npz": File(
        weights,
        origin="trained by data/makers/painter.py on scenes of course_lib/data/coloured_shapes.py",
        what="weights of a Transformer that paints two coloured shapes from a caption, float16, by layer and weight",
        effort="five minutes of a processor; weights differ a little from processor to processor",
        **FACTS,
    ),
}
