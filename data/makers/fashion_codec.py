"""fashion_codec.npz: the autoencoder whose 48 numbers the latent generators of chapter 11 make instead of pixels.

It learns from the same 15,000 pictures as the generators do, so no generator of the course has seen others.
"""

import numpy as np

import course_lib
from course_lib import data
from course_lib.errors import CourseError

from . import File, halved, npz

EPOCHS, RATE, BATCH = 24, 0.003, 100
ENOUGH = 0.0085  # mean squared error on test pictures


def make():
    import keras

    from course_lib.models import latent

    course_lib.start(seed=0, precision="float32")
    (pictures, _), (test, _) = data.fashion_mnist()
    model = latent.codec()
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * len(pictures) // BATCH)
    model.compile(keras.optimizers.Adam(rate), "mse")
    model.fit(pictures, pictures, BATCH, EPOCHS, verbose=2)

    half = halved(model)
    error = float(np.mean((model.predict(test, 500, verbose=0) - test) ** 2))
    print(f"mean squared error on test pictures, with weights of 16 bits: {error:.5f}")
    if error > ENOUGH:
        raise CourseError(f"found an error of {error:.5f} on test pictures, expected {ENOUGH} or less")
    return npz(**half)


FILES = {
    "fashion_codec.npz": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/fashion_codec.txt",
        origin="trained by data/makers/fashion_codec.py on the training pictures of data/fashion_mnist.npz",
        what="weights of the autoencoder between pictures of clothing and 48 numbers, as float16, by layer and weight",
        effort="three to six minutes; weights differ a little from processor to processor",
    )
}
