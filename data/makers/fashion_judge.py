"""fashion_judge.npz: the network that judges what the generators of chapters 10 and 11 make.

It learns from the training pictures of Fashion-MNIST that data/fashion_mnist.npz does not hold, so that what a
generator learned from and what its pictures are compared with are equally new to it.
"""

import numpy as np

import course_lib
from course_lib import data
from course_lib.data import fashion
from course_lib.errors import CourseError

from . import File, debian, halved, npz

EPOCHS, RATE, BATCH = 3, 0.05, 128
VARIANCE = 100  # of all features together, over the training pictures of the course
ENOUGH = 0.90  # of the test pictures named right


def make():
    import keras

    from course_lib import training
    from course_lib.models.fashion_judge import fashion_judge

    course_lib.start(seed=0, precision="float32")
    pictures, labels = others()
    model = training.one_cycle(fashion_judge(), pictures, EPOCHS, RATE, batch_size=BATCH)
    training.train(model, pictures, labels, EPOCHS, seed=0, batch_size=BATCH)

    (known, _), (test, answers) = data.fashion_mnist()
    features = keras.Model(model.input, model.get_layer("features").output)
    scale = np.sqrt(VARIANCE / features.predict(known, 500, verbose=0).var(axis=0).sum())
    layer, last = model.get_layer("features"), model.get_layer("logits")
    layer.set_weights([weight * scale for weight in layer.get_weights()])
    kernel, bias = last.get_weights()
    last.set_weights([kernel / scale, bias])

    exact = training.accuracy(model, test, answers) / 100
    half = halved(model)
    rounded = training.accuracy(model, test, answers) / 100
    print(f"test pictures named right: {exact:.4f}, with weights of 16 bits {rounded:.4f}")
    if rounded < ENOUGH:
        raise CourseError(f"found {rounded:.4f} of the test pictures named right, expected {ENOUGH} or more")
    return npz(**half)


def others():
    """The training pictures that are not shipped, as fashion_mnist gives them: 45,000, and their labels."""
    (pictures, labels), _ = data.fashion_mnist(full=True)
    shipped = np.concatenate([np.flatnonzero(labels == k)[:1500] for k in range(10)])
    rest = np.setdiff1d(np.arange(len(labels)), shipped)
    return pictures[rest], labels[rest]


FILES = {
    "fashion_judge.npz": File(
        make,
        needs=(debian("dataset-fashion-mnist", fashion.DEBIAN),),
        licence="MIT",
        licence_file="licences/fashion_judge.txt",
        origin="trained by data/makers/fashion_judge.py on the 45,000 training pictures of Fashion-MNIST that are not in this folder",
        what="weights of the network that judges pictures of clothing made by others, as float16, by layer and weight",
        effort="one to two minutes; weights differ a little from processor to processor",
    )
}
