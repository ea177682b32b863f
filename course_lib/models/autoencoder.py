"""Autoencoder: a picture is squeezed into a few numbers, its code, and drawn again from these alone.

- Linear: Bourlard and Kamp, "Auto-Association by Multilayer Perceptrons and Singular Value Decomposition", Biological
  Cybernetics 59, 1988; Baldi and Hornik, "Neural Networks and Principal Component Analysis", Neural Networks 2(1),
  1989. With squared error the best linear autoencoder draws in the subspace of the first principal components. It finds
  the subspace, not the components: its directions are any that span it. Give it pictures less their mean: otherwise
  gradient descent spends most of its steps on that.
- Deep: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science 313, 2006. With
  hidden layers on both sides what is drawn lies on a curved surface instead, and the error becomes smaller.

Encoder and decoder of a picture of 28x28 with hidden layers of 256 and 128 and a code of 32:

    encoder    784 -> 256 -> 128 -> 32    200,960 + 32,896 + 4,128      237,984
    decoder    32 -> 128 -> 256 -> 784    4,224 + 33,024 + 201,488      238,736
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.texts import say


def encoder(code=32, hidden=(256, 128), input_shape=(28, 28, 1), name="encoder"):
    """From a picture to its code.

    Args:
        code: how many numbers.
        hidden: widths of the layers before it; () for a linear encoder.
        input_shape: (height, width, channels).

    Returns:
        keras.Model from pictures (batch, height, width, channels) to codes (batch, code), float32.
    """
    pictures = keras.Input(input_shape)
    x = layers.Flatten(name="flatten")(pictures)
    for number, width in enumerate(hidden, 1):
        x = layers.Dense(width, activation="relu", name=f"hidden{number}")(x)
    return keras.Model(pictures, layers.Dense(code, dtype="float32", name="code")(x), name=name)


def decoder(code=32, hidden=(128, 256), output_shape=(28, 28, 1), name="decoder"):
    """From a code to a picture.

    Args:
        code: how many numbers.
        hidden: widths of the layers behind it; () for a linear decoder.
        output_shape: (height, width, channels).

    Returns:
        keras.Model from codes (batch, code) to pictures (batch, height, width, channels), float32, not cut off at 0
        and 1.
    """
    codes = keras.Input((code,))
    x = codes
    for number, width in enumerate(hidden, 1):
        x = layers.Dense(width, activation="relu", name=f"hidden{number}")(x)
    x = layers.Dense(int(np.prod(output_shape)), dtype="float32", name="pixels")(x)
    return keras.Model(codes, layers.Reshape(output_shape, dtype="float32", name="picture")(x), name=name)


def autoencoder(code=32, hidden=(256, 128), input_shape=(28, 28, 1), name="autoencoder"):
    """Both, one behind the other. Trained with the pictures as targets: `model.fit(pictures, pictures)`.

    Args:
        code, hidden, input_shape: as of `encoder`; the decoder has the hidden layers in reverse.

    Returns:
        keras.Model from pictures to pictures of the same shape, float32. `model.get_layer("encoder")` and
        `model.get_layer("decoder")` are its halves.
    """
    pictures = keras.Input(input_shape)
    codes = encoder(code, hidden, input_shape)(pictures)  # (batch, code)
    drawn = decoder(code, tuple(reversed(hidden)), input_shape)(codes)
    return keras.Model(pictures, drawn, name=name)


def errors(model, pictures):
    """Mean squared error of each picture: small for what is like the pictures learned from, and so a detector of what
    is not.

    Args:
        model: as made by `autoencoder`.
        pictures: (n, height, width, channels); all go through the model at once.

    Returns:
        (n,), float32.
    """
    drawn = ops.convert_to_numpy(model(pictures))
    return ((drawn - pictures) ** 2).mean(axis=(1, 2, 3))


# --- The subspace


def directions(model):
    """What a linear autoencoder can draw around its mean picture: the rows of its decoder's matrix.

    Args:
        model: as made by `autoencoder` with hidden=().

    Returns:
        (code, pixels), float32.

    Raises:
        CourseError: the decoder has hidden layers: what it draws lies on a curved surface, which has no directions.
    """
    hidden = [layer for layer in model.get_layer("decoder").layers if layer.name.startswith("hidden")]
    if hidden:
        raise CourseError(say("the decoder has hidden layers ({count}), so it has no directions: give a linear autoencoder, made with `hidden=()`", count=len(hidden)))  # fmt: skip
    kernel, _ = model.get_layer("decoder").get_layer("pixels").get_weights()
    return kernel


def principal_components(pictures, count):
    """The mean picture (pixels,), and the directions of largest variance (count, pixels), each of length 1.

    They are eigenvectors of the covariance (Pearson, 1901; Hotelling, 1933).

    Args:
        pictures: (n, height, width, channels).
        count: how many.
    """
    flat = np.asarray(pictures, dtype=float).reshape(len(pictures), -1)
    mean = flat.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(flat, rowvar=False))  # by rising variance
    return mean, vectors[:, ::-1][:, :count].T


def principal_angles(a, b):
    """Angles between two subspaces (Jordan, 1875; Björck and Golub, Mathematics of Computation 27, 1973).

    The first is the smallest angle between a vector of one and a vector of the other, the next the smallest among those
    at right angles to these, and so on. All are 0 where the subspaces are the same.

    Args:
        a: (k, n), k directions that span one subspace; they need be neither of length 1 nor at right angles.
        b: (l, n), those of the other.

    Returns:
        (min(k, l),) in degrees, rising. Angles below 1e-6 degrees are rounding errors.
    """
    a, b = (np.linalg.qr(np.asarray(rows, dtype=float).T)[0] for rows in (a, b))  # (n, k) and (n, l), orthonormal
    cosines = np.linalg.svd(a.T @ b, compute_uv=False)
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


def noisy(pictures, spread, seed=0):
    """Pictures with Gaussian noise on every pixel: what a denoising autoencoder is given instead of the picture it
    shall draw (Vincent et al., "Extracting and Composing Robust Features with Denoising Autoencoders", ICML 2008).

    Args:
        pictures: (n, height, width, channels).
        spread: standard deviation of the noise.
        seed: of the noise.

    Returns:
        Of the same shape, float32, not cut off at 0 and 1.
    """
    noise = np.random.default_rng(seed).normal(scale=spread, size=pictures.shape)
    return (pictures + noise).astype("float32")
