"""fashion_mnist.npz: a part of Fashion-MNIST that is small enough to ship."""

import numpy as np

from course_lib.data import fashion

from . import File, debian, npz


def first_of_each_class(images, labels, count):
    """The first `count` images of every class, in the order of the source."""
    keep = np.sort(np.concatenate([np.flatnonzero(labels == k)[:count] for k in range(10)]))
    return images[keep], labels[keep]


def make():
    x_train, y_train, x_test, y_test = fashion.read_idx(fashion.DEBIAN)
    x_train, y_train = first_of_each_class(x_train, y_train, 1500)
    x_test, y_test = first_of_each_class(x_test, y_test, 500)
    return npz(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


FILES = {
    "fashion_mnist.npz": File(
        make,
        needs=(debian("dataset-fashion-mnist", fashion.DEBIAN),),
        licence="MIT",
        licence_file="licences/fashion-mnist.txt",
        origin="https://github.com/zalandoresearch/fashion-mnist by way of Debian's dataset-fashion-mnist",
        what=(
            "Fashion-MNIST: 28x28 grey images of ten kinds of clothing, the first 1500 training and 500 test images of "
            "each class"
        ),
    )
}
