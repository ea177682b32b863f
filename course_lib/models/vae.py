"""Variational autoencoder: Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014; Rezende, Mohamed,
Wierstra, "Stochastic Backpropagation and Approximate Inference in Deep Generative Models", ICML 2014.

The encoder says of a picture not one code but a cloud of codes: a Gaussian with a mean and a variance in each
direction. A code is drawn from the cloud, and the decoder draws the picture from it. Two things are asked for:

    reconstruction    how many nats it costs to tell the picture, given the decoder's answer
    kl                how far the cloud is from the standard Gaussian, in nats

Their sum is an upper bound of -log p(picture); with the sign turned, it is the evidence lower bound (ELBO). Since all
clouds together come to lie like the standard Gaussian, a code drawn from that gives a picture nobody has drawn.

- `beta` weighs the kl: Higgins et al., "beta-VAE", ICLR 2017. With too large a beta the decoder ignores the codes, and
  their clouds all are the standard Gaussian: posterior collapse.
- `free` nats for each number of the code cost nothing: Kingma et al., "Improving Variational Inference with Inverse
  Autoregressive Flow", NeurIPS 2016. So each number may carry that much.
- With classes, encoder and decoder are told the class: Sohn, Lee, Yan, "Learning Structured Output Representation using
  Deep Conditional Generative Models", NeurIPS 2015. Then a garment can be ordered.

Grey pixels from 0 to 1 are treated as chances of white ones, as is usual; strictly that is no density of grey values
(Loaiza-Ganem and Cunningham, "The continuous Bernoulli", NeurIPS 2019).
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.texts import say

# --- The formulas


def kl_of_each(mean, log_variance):
    """KL divergence of N(mean, variance) from N(0, 1), of each number: (mean^2 + variance - 1 - log variance) / 2.

    Args:
        mean, log_variance: (batch, code); a logarithm, so that any number is a variance.

    Returns:
        (batch, code), 0 or more, in nats.
    """
    return (mean**2 + ops.exp(log_variance) - 1 - log_variance) / 2


def reparameterize(mean, log_variance, noise):
    """A code from the cloud: mean + standard deviation x noise. The chance is in the noise, which has no weights, so
    gradients reach mean and variance.

    Args:
        mean, log_variance: (batch, code).
        noise: (batch, code), from N(0, 1).

    Returns:
        Codes (batch, code).
    """
    return mean + ops.exp(log_variance / 2) * noise


def reconstruction(pictures, logits):
    """Binary cross-entropy of the pixels, added up: (batch,), in nats.

    With x the pixel and s the sigmoid: -x log s(logit) - (1 - x) log(1 - s(logit)) = softplus(logit) - x logit.

    Args:
        pictures: (batch, height, width, channels) from 0 to 1.
        logits: of the same shape.
    """
    return ops.sum(ops.softplus(logits) - pictures * logits, axis=(1, 2, 3))


def elbo(pictures, logits, mean, log_variance):
    """Evidence lower bound of each picture, with one code drawn for it.

    Args:
        pictures, logits: as of `reconstruction`.
        mean, log_variance: (batch, code), of the clouds that the codes were drawn from.

    Returns:
        (batch,), in nats, 0 or less.
    """
    return -reconstruction(pictures, logits) - ops.sum(kl_of_each(mean, log_variance), axis=-1)


# --- The networks


def encoder(code=16, classes=0, hidden=(512, 256), input_shape=(28, 28, 1), name="encoder"):
    """From a picture to a cloud of codes.

    Args:
        code: how many numbers a code has.
        classes: how many classes there are; 0 for none.
        hidden: widths of the layers between.
        input_shape: (height, width, channels).

    Returns:
        keras.Model from {"images": (batch, height, width, channels)}, with classes also "labels": (batch,), integers,
        to mean and logarithm of the variance, (batch, code) both, float32.
    """
    given = {"images": keras.Input(input_shape, name="images")}
    x = layers.Flatten(name="flatten")(given["images"])
    x = _told(x, given, classes)
    for number, width in enumerate(hidden, 1):
        x = layers.Dense(width, activation="relu", name=f"hidden{number}")(x)
    cloud = [layers.Dense(code, dtype="float32", name=part)(x) for part in ("mean", "log_variance")]
    return keras.Model(given, cloud, name=name)


def decoder(code=16, classes=0, hidden=(256, 512), output_shape=(28, 28, 1), name="decoder"):
    """From a code to a picture.

    Args:
        code, classes: as of `encoder`.
        hidden: widths of the layers between.
        output_shape: (height, width, channels).

    Returns:
        keras.Model from {"code": (batch, code)}, with classes also "labels": (batch,), integers, to logits of pixels
        (batch, height, width, channels), float32.
    """
    given = {"code": keras.Input((code,), name="code")}
    x = _told(given["code"], given, classes)
    for number, width in enumerate(hidden, 1):
        x = layers.Dense(width, activation="relu", name=f"hidden{number}")(x)
    x = layers.Dense(int(np.prod(output_shape)), dtype="float32", name="logits")(x)
    return keras.Model(given, layers.Reshape(output_shape, dtype="float32", name="picture")(x), name=name)


def _told(x, given, classes):
    """x with a vector of the class behind it, if there are classes, and "labels" among what is given. At first it is 1
    at the place of the class and 0 elsewhere."""
    if not classes:
        return x
    given["labels"] = keras.Input((), dtype="int32", name="labels")
    label = layers.Embedding(classes, classes, "identity", name="label")(given["labels"])
    return layers.Concatenate(name="told")([x, label])


class VAE(keras.Model):
    """Both, and how they learn: `model.compile("adam")`, `model.fit({"images": images, "labels": labels})`. To
    keep them, save `model.encoder` and `model.decoder`.

    Args:
        code, classes, hidden, input_shape: as of `encoder`; the decoder has the hidden layers in reverse.
        beta: how much the kl weighs.
        free: nats that each number of the code may cost for nothing, over a batch on average.
        seed: of the codes drawn in training.
    """

    def __init__(
        self, code=16, classes=0, hidden=(512, 256), input_shape=(28, 28, 1), beta=1.0, free=0.0, seed=0, **options
    ):
        super().__init__(**options)
        self.code, self.classes, self.beta, self.free = code, classes, beta, free
        self.encoder = encoder(code, classes, hidden, input_shape)
        self.decoder = decoder(code, classes, tuple(reversed(hidden)), input_shape)
        self.random = keras.random.SeedGenerator(seed)
        self.reconstruction_mean = keras.metrics.Mean("reconstruction")
        self.kl_mean = keras.metrics.Mean("kl")
        self.built = True  # encoder and decoder have their weights already

    def call(self, inputs):
        """What the loss needs: "logits" of the pictures, and "mean" and "log_variance" of their clouds."""
        mean, log_variance = self.encoder(inputs)
        noise = keras.random.normal(ops.shape(mean), seed=self.random)
        told = {name: given for name, given in inputs.items() if name == "labels"}
        logits = self.decoder({"code": reparameterize(mean, log_variance, noise), **told})
        return {"logits": logits, "mean": mean, "log_variance": log_variance}

    def fit(self, x=None, *more, **options):
        """As Keras's, once the pixels are seen to be what the loss is made for.

        Raises:
            CourseError: a pixel does not lie between 0 and 1.
        """
        if isinstance(x, dict) and "images" in x:
            least, most = np.min(x["images"]), np.max(x["images"])
            if not 0 <= least <= most <= 1:
                raise CourseError(say("found pixels from {least:g} to {most:g}: the loss of a VAE needs them between 0 and 1; divide grey values by 255", least=least, most=most))  # fmt: skip
        return super().fit(x, *more, **options)

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        """-ELBO, with beta and free nats; Keras calls this with what was given (x) and what `call` made of it."""
        error = ops.mean(reconstruction(x["images"], y_pred["logits"]))
        kl = ops.mean(kl_of_each(y_pred["mean"], y_pred["log_variance"]), axis=0)  # (code,)
        self.reconstruction_mean.update_state(error)
        self.kl_mean.update_state(ops.sum(kl))
        return error + self.beta * ops.sum(ops.maximum(kl, self.free))

    def generate(self, wanted, seed=0):
        """Pictures of codes drawn from the standard Gaussian.

        Args:
            wanted: (n,) the classes to draw; without classes, how many.
            seed: of the codes; the same on each backend.

        Returns:
            (n, height, width, channels), float32 from 0 to 1.

        Raises:
            CourseError: it is neither, or there is no such class.
        """
        count, labels = asked.wanted(wanted, self.classes)
        return self.draw(np.random.default_rng(seed).normal(size=(count, self.code)).astype("float32"), labels)

    def draw(self, codes, labels=None):
        """Pictures of codes.

        Args:
            codes: (n, code).
            labels: (n,), with classes: those to draw.

        Returns:
            (n, height, width, channels), float32 from 0 to 1.

        Raises:
            CourseError: classes are missing, or not known.
        """
        told = asked.told(labels, self.classes)
        return ops.convert_to_numpy(ops.sigmoid(self.decoder({"code": codes, **told})))


def nats_of_each(model, pictures, labels=None):
    """How many nats each number of the code carries, on average.

    Args:
        model: a VAE.
        pictures, labels: (n, height, width, channels) and, with classes, (n,).

    Returns:
        (code,); those near 0 are not used.

    Raises:
        CourseError: classes are missing, or not known.
    """
    mean, log_variance = model.encoder({"images": pictures, **asked.told(labels, model.classes)})
    return ops.convert_to_numpy(kl_of_each(mean, log_variance)).mean(axis=0)
