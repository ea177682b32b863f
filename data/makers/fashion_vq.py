"""fashion_vq.npz: what chapter 11 does not train live: a quantizer of pictures, and the Transformer that makes its
tokens.

The quantizer learns as the autoencoder of fashion_codec.py does, by the same losses and in the same two parts, so that
both kinds of code are compared evenly: encoder, codebook and decoder lower the squared error of pixels and of three
maps; then the decoder alone goes on, with a discriminator beside it. The tokens stay what they are.
"""

import numpy as np

import course_lib
from course_lib import data, generation
from course_lib.errors import CourseError

from . import File, npz
from .fashion_codec import draw_better, likeness, maps_of_names

RATE = 3e-3
BATCH = {"vq": 128, "tokens": 32}
EPOCHS = {"vq": 7, "drawing": 5, "tokens": 6}
REVIVED = 3  # epochs of the quantizer at whose beginning dead codes are revived
ENOUGH = 3.5  # Fréchet distance of test pictures from their tokens


def falling(steps, **options):
    """Adam with a rate that falls to 0 like a cosine."""
    import keras

    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps), **options)


def quantizer(pictures, loss, seed=0, epochs=EPOCHS["vq"], revived=REVIVED):
    """A quantizer after part 1, and how many codes were dead before each epoch in which they were revived."""
    from course_lib.models import vq

    course_lib.set_seed(seed)
    model, reviving = vq.VQ(seed=seed), vq.Revive(pictures[:1000], revived)
    batch = BATCH["vq"]
    model.compile(falling(epochs * -(-len(pictures) // batch)), loss)
    model.fit(pictures, pictures, batch, epochs, verbose=2, callbacks=[reviving])
    return model, reviving.dead


def distance(model, pictures, judge):
    """Fréchet distance of pictures from their tokens to the real ones."""
    features, _ = judge.look(np.clip(model.decode(model.encode(pictures)), 0, 1))
    return float(generation.frechet_distance(judge.real_features, features))


def token_model(tokens, labels, seed=0, epochs=EPOCHS["tokens"], others=None):
    """A trained Transformer over tokens (n, 49); its weights are moving averages. Its loss with `others`, a pair of
    tokens and labels, is printed."""
    import keras

    from course_lib.models import token_model

    course_lib.set_seed(seed)
    model = token_model.token_model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    batch = BATCH["tokens"]
    model.compile(falling(epochs * -(-len(tokens) // batch), use_ema=True, ema_momentum=0.99), loss)
    sentences = lambda tokens, labels: ({"labels": labels[:, np.newaxis], "tokens": tokens}, tokens)
    checked = others and sentences(*others)
    model.fit(*sentences(tokens, labels), batch, epochs, verbose=2, validation_data=checked)
    return model


def packed(**models):
    """Their weights as bytes of an npz file, float16, in order: "vq/0", "vq/1" and so on."""
    from course_lib.models.vq import numbered

    return npz(
        **{
            f"{name}/{number}": np.array(weight).astype("float16")
            for name, model in models.items()
            for number, weight in enumerate(numbered(model))
        }
    )


def make():
    import keras

    course_lib.start(seed=0, precision="float32")
    (pictures, labels), (test, kinds) = data.fashion_mnist()
    loss, judge = likeness(maps_of_names(pictures, labels)), generation.Judge()
    model, _ = quantizer(pictures, loss)
    print(f"test pictures from their tokens after part 1: {distance(model, test, judge):.2f}")
    tokens = model.encode(pictures)
    codes = keras.ops.convert_to_numpy(model.codebook)[tokens]
    draw_better(model.decoder, codes, loss, pictures, labels, epochs=EPOCHS["drawing"])
    found = distance(model, test, judge)
    print(f"after part 2: {found:.2f}")
    if found > ENOUGH:
        raise CourseError(
            f"found {found:.2f} as distance of test pictures from their tokens, expected {ENOUGH} or less"
        )
    others = model.encode(test[:1000]).reshape(-1, 49), kinds[:1000]
    return packed(vq=model, tokens=token_model(tokens.reshape(-1, 49), labels, others=others))


FILES = {
    "fashion_vq.npz": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/fashion_vq.txt",
        origin="trained by data/makers/fashion_vq.py on the training pictures of data/fashion_mnist.npz",
        what="weights of the quantizer of chapter 11 and of the Transformer over its tokens, as float16, in their order",
        effort="six to ten minutes; weights differ a little from processor to processor",
    )
}
