"""Fashion-MNIST: the shipped part, or all of it from wherever it can be had."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path

import numpy as np

from course_lib.data.store import file
from course_lib.errors import CourseError
from course_lib.texts import say

FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
FASHION_MNIST_CLASSES_KO = (
    "티셔츠/상의",
    "바지",
    "풀오버",
    "드레스",
    "코트",
    "샌들",
    "셔츠",
    "스니커즈",
    "가방",
    "앵클부츠",
)
FASHION_MNIST_NAMES = tuple(zip(FASHION_MNIST_CLASSES, FASHION_MNIST_CLASSES_KO))  # for whoever may type either
DEBIAN = Path("/usr/share/datasets/fashion-mnist")

# sha256 of Zalando's four files once unpacked; packed they differ, as Debian compresses them anew
UNPACKED = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def fashion_mnist(full=False, folder=None):
    """Fashion-MNIST (Xiao et al., 2017): grey pictures of ten kinds of clothing.

    Args:
        full: False for the shipped part, 15,000 training and 5,000 test images, 1,500 and 500 of each class;
            True for all 60,000 and 10,000, taken from `folder`, from Debian's package dataset-fashion-mnist, from
            Keras's cache, or downloaded by Keras, whichever is there first.
        folder: where your own copy of the four gzip'ed IDX files is; also COURSE_FASHION_MNIST in the environment.

    Returns:
        (x_train, y_train), (x_test, y_test): images float32 (n, 28, 28, 1) from 0 to 1, labels int32 (n,) from 0 to 9;
        FASHION_MNIST_CLASSES and FASHION_MNIST_CLASSES_KO name the labels.

    Raises:
        CourseError: a file is damaged, or the whole set cannot be found.
    """
    if full:
        arrays = _whole(folder or os.environ.get("COURSE_FASHION_MNIST"))
    else:
        with np.load(file("fashion_mnist.npz")) as part:
            arrays = [part[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    x_train, y_train, x_test, y_test = arrays
    scale = lambda images: images[..., np.newaxis].astype("float32") / 255
    return (scale(x_train), y_train.astype("int32")), (scale(x_test), y_test.astype("int32"))


def read_idx(folder):
    """All of Fashion-MNIST from its four gzip'ed IDX files, verified.

    Args:
        folder: pathlib.Path of the folder that holds them.

    Returns:
        x_train, y_train, x_test, y_test: uint8 (60000, 28, 28), (60000,), (10000, 28, 28) and (10000,).

    Raises:
        CourseError: a file cannot be read, or its content is not what Zalando published.
    """
    arrays = []
    for name, expected in UNPACKED.items():
        try:
            raw = gzip.decompress((folder / f"{name}.gz").read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise CourseError(
                say("{path}.gz cannot be read ({error}): remove or replace it", path=folder / name, error=error)
            ) from None
        if hashlib.sha256(raw).hexdigest() != expected:
            raise CourseError(
                say(
                    "{path}.gz does not hold what Zalando published (its sha256 differs): remove or replace it",
                    path=folder / name,
                )
            )
        # a big-endian header of 8 bytes for labels, 16 for images, then unsigned bytes
        images = "images" in name
        array = np.frombuffer(raw, "uint8", offset=16 if images else 8)
        arrays.append(array.reshape(-1, 28, 28) if images else array)
    return arrays


def _whole(own):
    keras_cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets" / "fashion-mnist"
    for folder in [Path(own).expanduser()] if own else [DEBIAN, keras_cache]:
        if all((folder / f"{name}.gz").exists() for name in UNPACKED):
            return read_idx(folder)
    if own:
        raise CourseError(
            say(
                "{own} does not hold the four files of Fashion-MNIST: expected {names}",
                own=own,
                names=", ".join(name + ".gz" for name in UNPACKED),
            )
        )
    try:
        import keras

        keras.datasets.fashion_mnist.load_data()  # downloads into its cache, unverified
    except Exception as error:  # urllib and Keras raise several kinds
        raise CourseError(
            say(
                "the whole of Fashion-MNIST is not on this machine and cannot be downloaded: connect to the network, or run `sudo apt install dataset-fashion-mnist`, or give the folder that holds it, fashion_mnist(full=True, folder=...); without full=True the shipped part needs none of that"
            )
        ) from error
    return read_idx(keras_cache)
