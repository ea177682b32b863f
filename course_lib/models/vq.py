"""Vector quantization: van den Oord, Vinyals, Kavukcuoglu, "Neural Discrete Representation Learning" (VQ-VAE), NIPS
2017. A picture of 28x28 becomes 7x7 tokens, each the number of one of 256 vectors, the codebook.

    encode     a convolutional encoder gives a vector at each of 7x7 places
    quantize   the nearest vector of the codebook takes its place
    decode     a convolutional decoder draws the picture from these

"The nearest" has gradient zero nearly everywhere, so the gradient of the decoder's input is handed to the encoder's
output as if nothing had been between: straight-through (Bengio, Leonard, Courville, 2013). Two losses more pull the
vectors of the codebook to those they stand for, and, with a quarter of the weight, the other way round.

Vectors that nothing is nearest to get no gradient and stay dead. `revive` puts them where encoded pictures are.

What the shipped one learned to lower beside these losses is in data/makers/fashion_vq.py.
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib import data
from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.texts import say

SIDE, CODES, WIDTH = 7, 256, 16
COMMITMENT = 0.25  # weight of the loss that pulls the encoder to the codebook, as in the paper


def nearest(vectors, codebook):
    """Numbers of the nearest vectors of the codebook.

    |v - c|^2 = |v|^2 - 2 v.c + |c|^2, of which the first is the same for all c.

    Args:
        vectors: (..., width).
        codebook: (codes, width).

    Returns:
        (...,), integers.
    """
    distances = ops.sum(codebook**2, axis=-1) - 2 * ops.matmul(vectors, ops.transpose(codebook))
    return ops.argmin(distances, axis=-1)


def straight_through(vectors, chosen):
    """Forward what was chosen, backward as if it were `vectors`.

    Args:
        vectors, chosen: of one shape.

    Returns:
        The values of `chosen`, whose gradient goes to `vectors`.
    """
    return vectors + ops.stop_gradient(chosen - vectors)


def perplexity(tokens, codes=CODES):
    """How many codes are used, as it were: the exponential of the entropy of their frequencies.

    Args:
        tokens: numbers of codes, of any shape.
        codes: how many codes there are.

    Returns:
        From 1 to `codes`.

    Raises:
        CourseError: there is no such code.
    """
    shares = np.bincount(asked.within(codes, tokens, "tokens").ravel(), minlength=codes) / np.size(tokens)
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def encoder(width=WIDTH, name="encoder"):
    """From pictures (batch, 28, 28, 1) to vectors (batch, 7, 7, width), float32."""
    pictures = keras.Input((28, 28, 1))
    x = layers.Conv2D(16, 4, strides=2, padding="same", activation="relu", name="conv1")(pictures)  # 14x14
    x = layers.Conv2D(32, 4, strides=2, padding="same", activation="relu", name="conv2")(x)  # 7x7
    return keras.Model(pictures, layers.Conv2D(width, 1, dtype="float32", name="vectors")(x), name=name)


def decoder(width=WIDTH, activation="sigmoid", name="decoder"):
    """From vectors (batch, 7, 7, width) to pictures (batch, 28, 28, 1), float32, from 0 to 1; logits of pixels with
    `activation=None`."""
    vectors = keras.Input((SIDE, SIDE, width))
    x = layers.Conv2D(64, 3, padding="same", activation="relu", name="conv1")(vectors)
    x = layers.Conv2DTranspose(32, 4, strides=2, padding="same", activation="relu", name="up1")(x)  # 14x14
    x = layers.Conv2DTranspose(16, 4, strides=2, padding="same", activation="relu", name="up2")(x)  # 28x28
    x = layers.Conv2D(1, 3, padding="same", activation=activation, dtype="float32", name="pixels")(x)
    return keras.Model(vectors, x, name=name)


class VQ(keras.Model):
    """Encoder, codebook, decoder, and how they learn: `model.compile("adam")`, `model.fit(pictures)`.

    Args:
        codes, width: size of the codebook.
        spread: standard deviation of its vectors at first.
        seed: of these vectors.
    """

    def __init__(self, codes=CODES, width=WIDTH, spread=0.1, seed=0, **options):
        super().__init__(**options)
        self.encoder, self.decoder = encoder(width), decoder(width)
        start = keras.initializers.RandomNormal(stddev=spread, seed=seed)
        self.codebook = self.add_weight(shape=(codes, width), initializer=start, name="codebook")

    def call(self, pictures):
        vectors = self.encoder(pictures)  # (batch, 7, 7, width)
        chosen = ops.take(self.codebook, nearest(vectors, self.codebook), axis=0)
        pull = ops.mean((ops.stop_gradient(vectors) - chosen) ** 2)
        self.add_loss(pull + COMMITMENT * ops.mean((vectors - ops.stop_gradient(chosen)) ** 2))
        return self.decoder(straight_through(vectors, chosen))

    def encode(self, pictures, batch=500):
        """Tokens (n, 7, 7), integers, of pictures (n, 28, 28, 1)."""
        vectors = self.encoder.predict(pictures, batch_size=batch, verbose=0)
        return ops.convert_to_numpy(nearest(vectors, ops.convert_to_tensor(self.codebook)))

    def decode(self, tokens, batch=500):
        """Pictures of tokens.

        Args:
            tokens: (n, 7, 7) or (n, 49), integers.
            batch: how many pictures are drawn at once.

        Returns:
            (n, 28, 28, 1), float32 from 0 to 1.

        Raises:
            CourseError: there is no such code, or tokens are missing.
        """
        tokens, codebook = np.asarray(tokens), ops.convert_to_numpy(self.codebook)
        asked.multiple(SIDE**2, tokens.size, "tokens.size")
        vectors = codebook[asked.within(len(codebook), tokens, "tokens").reshape(-1, SIDE, SIDE)]
        return self.decoder.predict(vectors, batch_size=batch, verbose=0)


def revive(model, pictures, seed=0):
    """Put each vector of the codebook that none of these pictures uses where one of their own vectors is.

    Args:
        model: a VQ; its codebook is changed.
        pictures: (n, 28, 28, 1).
        seed: of the choice of vectors.

    Returns:
        How many were dead.
    """
    vectors = model.encoder.predict(pictures, batch_size=500, verbose=0).reshape(-1, model.codebook.shape[1])
    codebook = ops.convert_to_numpy(model.codebook).copy()
    tokens = ops.convert_to_numpy(nearest(vectors, ops.convert_to_tensor(codebook)))
    dead = np.flatnonzero(np.bincount(tokens, minlength=len(codebook)) == 0)
    codebook[dead] = vectors[np.random.default_rng(seed).permutation(len(vectors))[: len(dead)]]
    model.codebook.assign(codebook)
    return len(dead)


class Revive(keras.callbacks.Callback):
    """`revive` at the beginning of each of the first epochs, with a few pictures."""

    def __init__(self, pictures, epochs):
        super().__init__()
        self.pictures, self.epochs, self.dead = pictures, epochs, []

    def on_epoch_begin(self, epoch, logs=None):
        if epoch < self.epochs:
            self.dead.append(revive(self.model, self.pictures, epoch))


# --- What is shipped


def numbered(model):
    """The weights that count, in order: all but the state of random numbers."""
    return [weight for weight in model.weights if "seed" not in weight.path]


def load(model, part, name="fashion_vq.npz"):
    """Put the shipped weights of a part into a model.

    Args:
        model: `VQ()` for "vq", `token_model()` for "tokens".
        part: "vq" or "tokens".
        name: of the file, in data.

    Returns:
        The model.

    Raises:
        CourseError: there is no such part, or the model has other shapes.
    """
    with np.load(data.file(name)) as stored:
        found = [stored[key].astype("float32") for key in stored.files if key.split("/")[0] == part]
        asked.one_of(sorted({key.split("/")[0] for key in stored.files}), part, "part")
    weights = numbered(model)
    if [weight.shape for weight in weights] != [one.shape for one in found]:
        raise CourseError(say("the weights of {part} do not fit the network {name}: give one of the usual size", part=repr(part), name=model.name))  # fmt: skip
    for weight, value in zip(weights, found):
        weight.assign(value)
    return model
