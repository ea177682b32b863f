"""fashion_vq.npz: what chapter 11 does not train live: a quantizer of pictures, and the Transformer that makes its
tokens. The code runs on every backend of Keras.
"""

import numpy as np

import course_lib
from course_lib import data

from . import File, npz

RATE = 3e-3
BATCH = {"vq": 128, "tokens": 32}
EPOCHS = {"vq": 5, "tokens": 2}
REVIVED = 3  # epochs of the quantizer at whose beginning dead codes are revived


def falling(steps, **options):
    """Adam with a rate that falls to 0 like a cosine."""
    import keras

    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps), **options)


def quantizer(pictures, seed=0, epochs=EPOCHS["vq"], revived=REVIVED):
    """A trained quantizer, and how many codes were dead before each epoch in which they were revived."""
    from course_lib.models import vq

    course_lib.set_seed(seed)
    model, reviving = vq.VQ(seed=seed), vq.Revive(pictures[:1000], revived)
    batch = BATCH["vq"]
    model.compile(falling(epochs * -(-len(pictures) // batch)), "mse")
    model.fit(pictures, pictures, batch, epochs, verbose=0, callbacks=[reviving])
    return model, reviving.dead


def token_model(tokens, labels, seed=0, epochs=EPOCHS["tokens"]):
    """A trained Transformer over tokens (n, 49); its weights are moving averages."""
    import keras

    from course_lib.models import token_model

    course_lib.set_seed(seed)
    model = token_model.token_model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    batch = BATCH["tokens"]
    model.compile(falling(epochs * -(-len(tokens) // batch), use_ema=True, ema_momentum=0.99), loss)
    model.fit({"labels": labels[:, np.newaxis], "tokens": tokens}, tokens, batch, epochs, verbose=0)
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
    course_lib.start(seed=0, precision="float32")
    (pictures, labels), _ = data.fashion_mnist()
    model, _ = quantizer(pictures)
    return packed(vq=model, tokens=token_model(model.encode(pictures).reshape(-1, 49), labels))


FILES = {
    "fashion_vq.npz": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/fashion_vq.txt",
        origin="trained by data/makers/fashion_vq.py on the training pictures of data/fashion_mnist.npz",
        what="weights of the quantizer of chapter 11 and of the Transformer over its tokens, as float16, in their order",
        effort="three to six minutes; weights differ a little from processor to processor",
    )
}
