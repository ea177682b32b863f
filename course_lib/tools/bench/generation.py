"""(l): pictures of clothing a second, made by the generators of chapter 10 and looked at by their judge."""

from functools import partial

from course_lib.tools.bench import harness

PICTURES, BATCH, REPEATS = 1000, 64, 5
CLASSES = 10


def main(record):
    found = harness.child(rates, COURSE_BACKEND="tensorflow")
    print(f"(l) pictures/s of 28x28: {told(found)}", flush=True)
    harness.on_torch("the same on PyTorch", on_torch)


def on_torch():
    return f"the same on PyTorch: {told(harness.child(rates, COURSE_BACKEND='torch'))}"


def told(rates):
    return "; ".join(f"{name} {rate:.0f}" for name, rate in rates.items())


def rates():
    """Pictures/s of the VAE and the GAN of the lesson, in making and in training, and of the judge."""
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    from course_lib import generation
    from course_lib.models import gan, vae

    generator = np.random.default_rng(0)
    given = {
        "images": generator.uniform(size=(BATCH, 28, 28, 1)).astype("float32"),
        "labels": generator.integers(CLASSES, size=BATCH),
    }
    wanted = np.arange(PICTURES) % CLASSES
    makers = {
        "VAE": vae.VAE(classes=CLASSES),
        "GAN": gan.GAN(gan.generator(classes=CLASSES), gan.discriminator(classes=CLASSES, spectral=True)),
    }
    ways = {f"{name} makes": (PICTURES, partial(model.generate, wanted)) for name, model in makers.items()}
    for name, model in makers.items():
        model.compile(keras.optimizers.Adam(1e-4))
        ways[f"{name} learns from"] = (BATCH, partial(model.train_on_batch, given))
    judge = generation.Judge()
    ways["judge"] = (PICTURES, partial(judge.look, judge.real[:PICTURES]))
    seconds = harness.turns([action for _, action in ways.values()], REPEATS)
    return {name: count / one for (name, (count, _)), one in zip(ways.items(), seconds)}
