"""Generative adversarial networks: Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014.

Two networks play. The generator makes pictures from noise, the discriminator says of each picture whether it is real.
The discriminator learns to tell them apart, the generator to make it err. With d(x) the discriminator's logit, positive
for "real", and s the sigmoid, the discriminator lowers

    mean of -log s(d(real))  +  mean of -log(1 - s(d(made)))

and the generator, in one of two forms,

    mean of log(1 - s(d(made)))     saturating, the other side of the same game
    mean of -log s(d(made))         non-saturating: steep where the generator loses

- Networks of strided convolutions: Radford, Metz, Chintala, "Unsupervised Representation Learning with Deep
  Convolutional Generative Adversarial Networks" (DCGAN), ICLR 2016. For 28x28 two of them are enough.
- With classes: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014; here the discriminator is told by a
  projection, which adds to the logit how well the picture fits its class (Miyato and Koyama, ICLR 2018).
- `spectral=True`: no matrix of the discriminator makes a vector more than once as long, so its answer changes slowly
  from picture to picture (Miyato, Kataoka, Koyama, Yoshida, "Spectral Normalization for Generative Adversarial
  Networks", ICLR 2018).
- `statistics=True`: the discriminator sees how much the pictures of a batch differ, so a generator that makes the same
  one over and over is found out (Salimans et al., NeurIPS 2016, in the form of Karras et al., "Progressive Growing of
  GANs", ICLR 2018).
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.texts import say

# --- The formulas


def discriminator_loss(real, made):
    """Cross-entropy of both verdicts; log s(d) = -softplus(-d) and log(1 - s(d)) = -softplus(d).

    Args:
        real, made: logits (batch, 1) of real pictures and of those made.

    Returns:
        A number.
    """
    return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(made))


def generator_loss(made, saturating=False):
    """What the generator lowers; arguments and result as of `discriminator_loss`."""
    return -ops.mean(ops.softplus(made)) if saturating else ops.mean(ops.softplus(-made))


# --- The layers of the discriminator


@keras.saving.register_keras_serializable("course_lib")
class SpectralConv2D(layers.Layer):
    """A convolution whose kernel, as a matrix (height x width x channels, filters), is divided by its largest singular
    value. That is found by power iteration, one step for each call in training: the vector u is kept from step to step.

    Args:
        filters, kernel_size, strides, padding: as of `keras.layers.Conv2D`; the kernel is square.
    """

    def __init__(self, filters, kernel_size, strides=1, padding="same", **options):
        super().__init__(**options)
        self.filters, self.kernel_size, self.strides, self.padding = filters, kernel_size, strides, padding

    def build(self, shape):
        side = self.kernel_size
        self.kernel = self.add_weight((side, side, shape[-1], self.filters), "glorot_uniform", name="kernel")
        self.bias = self.add_weight((self.filters,), "zeros", name="bias")
        self.u = self.add_weight(
            (self.filters,), keras.initializers.RandomNormal(), trainable=False, autocast=False, name="u"
        )

    def largest_singular_value(self, update=False):
        """|W u|, once u is the direction that W makes longest.

        Args:
            update: do one step of the power iteration, u <- W^T W u / |W^T W u|, and keep it.
        """
        matrix = ops.reshape(ops.cast(self.kernel, "float32"), (-1, self.filters))
        constant, u = ops.stop_gradient(matrix), _unit(ops.convert_to_tensor(self.u))
        if update:
            u = _unit(ops.matmul(ops.transpose(constant), ops.matmul(constant, u)))
            self.u.assign(u)
        return ops.norm(ops.matmul(matrix, u))

    def call(self, x, training=False):
        kernel = self.kernel / ops.cast(self.largest_singular_value(update=training), self.compute_dtype)
        return ops.conv(x, kernel, self.strides, self.padding, data_format="channels_last") + self.bias

    def get_config(self):
        settings = {"filters": self.filters, "kernel_size": self.kernel_size}
        return {**super().get_config(), **settings, "strides": self.strides, "padding": self.padding}


def _unit(vector):
    return vector / (ops.norm(vector) + 1e-12)


@keras.saving.register_keras_serializable("course_lib")
class BatchStatistics(layers.Layer):
    """One channel more, which says how much the pictures of the batch differ: (batch, height, width, channels) ->
    (batch, height, width, channels + 1). It holds the standard deviation over the batch, mean of all places and
    channels."""

    def call(self, x):
        spread = ops.mean(ops.sqrt(ops.var(x, axis=0) + 1e-8))
        return ops.concatenate([x, spread * ops.ones_like(x[..., :1])], axis=-1)

    def compute_output_shape(self, shape):
        return *shape[:-1], shape[-1] + 1


# --- The networks


def generator(noise=64, classes=0, width=16, activation="sigmoid", label_spread=0.05, name="generator"):
    """From noise to a picture.

    Args:
        noise: how many random numbers a picture is made from.
        classes: how many classes there are; 0 for none.
        width: channels at 14x14; twice as many at 7x7.
        activation: of the pixels.
        label_spread: how large the vector of a class is at first, beside noise of size 1. With 1 the class is so loud
            that the noise is soon ignored: one picture for each class, over and over.

    Returns:
        keras.Model from {"noise": (batch, noise)}, with classes also "labels": (batch,), integers, to pictures (batch,
        28, 28, 1), float32.
    """
    given = {"noise": keras.Input((noise,), name="noise")}
    x = given["noise"]
    if classes:
        given["labels"] = keras.Input((), dtype="int32", name="labels")
        label = layers.Embedding(classes, noise, keras.initializers.RandomNormal(stddev=label_spread), name="label")
        x = layers.Concatenate(name="told")([x, label(given["labels"])])
    x = layers.Dense(7 * 7 * 2 * width, use_bias=False, name="project")(x)
    x = layers.Reshape((7, 7, 2 * width), name="maps")(x)  # 7x7
    x = layers.ReLU(name="relu1")(layers.BatchNormalization(momentum=0.9, name="norm1")(x))
    x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", use_bias=False, name="enlarge1")(x)  # 14x14
    x = layers.ReLU(name="relu2")(layers.BatchNormalization(momentum=0.9, name="norm2")(x))
    x = layers.Conv2DTranspose(1, 4, strides=2, padding="same", dtype="float32", name="enlarge2")(x)  # 28x28
    return keras.Model(given, layers.Activation(activation, dtype="float32", name="picture")(x), name=name)


def discriminator(classes=0, width=16, dropout=0.0, spectral=False, statistics=False, side=28, name="discriminator"):
    """From a picture to a logit, positive for "real".

    Args:
        classes: as of `generator`.
        width: channels at 14x14; twice as many at 7x7, and four times as many numbers behind these.
        dropout: fraction of each stage that is switched off in training.
        spectral, statistics: as at the top of this file. The projection's table of classes is not normalized.
        side: height and width of the picture, a multiple of 4.

    Returns:
        keras.Model from {"images": (batch, 28, 28, 1)}, with classes also "labels": (batch,), integers, to logits
        (batch, 1), float32.
    """
    convolution = SpectralConv2D if spectral else layers.Conv2D
    given = {"images": keras.Input((side, side, 1), name="images")}
    x = given["images"]
    for number in (1, 2):
        x = convolution(number * width, 4, strides=2, padding="same", name=f"conv{number}")(x)  # 14x14, 7x7
        x = layers.LeakyReLU(0.2, name=f"relu{number}")(x)
        x = layers.Dropout(dropout, name=f"dropout{number}")(x)
    if statistics:
        x = BatchStatistics(name="statistics")(x)
    x = convolution(4 * width, side // 4, padding="valid", name="conv3")(x)  # 1x1
    x = layers.LeakyReLU(0.2, name="relu3")(x)
    logit = layers.Flatten(dtype="float32", name="verdict")(convolution(1, 1, name="conv4")(x))
    if classes:
        given["labels"] = keras.Input((), dtype="int32", name="labels")
        label = layers.Embedding(classes, 4 * width, name="label")(given["labels"])
        fit = layers.Dot(1, dtype="float32", name="fit")([layers.Flatten(name="features")(x), label])
        logit = layers.Add(dtype="float32", name="logit")([logit, fit])
    return keras.Model(given, logit, name=name)


# --- The game


class GAN(keras.Model):
    """Both, and how they learn: `model.compile(keras.optimizers.Adam(0.004, beta_1=0.0))`,
    `model.fit({"images": images, "labels": labels})`. Both take a step at the same time. To keep it, save
    `model.generator`.

    Args:
        generator, discriminator: as made above, both with classes or both without.
        saturating: which loss the generator has.
        seed: of the noise in training.

    Raises:
        CourseError: they do not know the same classes.
    """

    def __init__(self, generator, discriminator, saturating=False, seed=0, **options):
        super().__init__(**options)
        made, told = (
            network.get_layer("label").input_dim if "labels" in network.input else 0
            for network in (generator, discriminator)
        )
        if made != told:
            raise CourseError(say("the generator knows {made} classes, the discriminator {told}: make both with the same `classes`", made=made, told=told))  # fmt: skip
        self.classes = made
        self.generator, self.discriminator, self.saturating = generator, discriminator, saturating
        self.noise = generator.get_layer("noise").output.shape[1]
        self.random = keras.random.SeedGenerator(seed)
        self.means = [keras.metrics.Mean(name) for name in ("generator_loss", "discriminator_loss", "told_apart")]
        self.built = True  # both networks have their weights already

    def call(self, inputs, training=False):
        """Three verdicts (batch, 1). Of "real" pictures and of "made" ones, for the discriminator: no gradient reaches
        the generator. And of the same ones "passed" to a discriminator that stands still, for the generator."""
        told = {name: given for name, given in inputs.items() if name == "labels"}
        noise = keras.random.normal((ops.shape(inputs["images"])[0], self.noise), seed=self.random)
        made = self.generator({"noise": noise, **told}, training=training)
        verdict = lambda pictures: self.discriminator({"images": pictures, **told}, training=training)
        still = [ops.stop_gradient(weight) for weight in self.discriminator.trainable_variables]
        others = [weight.value for weight in self.discriminator.non_trainable_variables]
        passed, _ = self.discriminator.stateless_call(still, others, {"images": made, **told}, training=training)
        return {"real": verdict(inputs["images"]), "made": verdict(ops.stop_gradient(made)), "passed": passed}

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        """The sum of both losses: each has gradients for one network only, so both are lowered at once."""
        real, made, passed = (y_pred[name] for name in ("real", "made", "passed"))
        losses = generator_loss(passed, self.saturating), discriminator_loss(real, made)
        right = (ops.mean(ops.cast(real > 0, "float32")) + ops.mean(ops.cast(made < 0, "float32"))) / 2
        for mean, value in zip(self.means, (*losses, right)):
            mean.update_state(value)
        return losses[0] + losses[1]

    def generate(self, wanted, seed=0):
        """Pictures made from noise.

        Args:
            wanted: (n,) the classes to make; without classes, how many.
            seed: of the noise; the same on each backend.

        Returns:
            (n, 28, 28, 1), float32 from 0 to 1.

        Raises:
            CourseError: it is neither, or there is no such class.
        """
        count, labels = asked.wanted(wanted, self.classes)
        told = asked.told(labels, self.classes)
        noise = np.random.default_rng(seed).normal(size=(count, self.noise)).astype("float32")
        return ops.convert_to_numpy(self.generator({"noise": noise, **told}))
