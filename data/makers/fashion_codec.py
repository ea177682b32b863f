"""fashion_codec.npz: the autoencoder whose 48 numbers the latent generators of chapter 11 make instead of pixels.

It learns from the same 15,000 pictures as the generators do, so no generator of the course has seen others. In two
parts, as that of Rombach et al. ("High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022, 3.1):

1. Encoder and decoder lower the squared error of the pixels, and that of three maps of a small network which has
   learned to name the same pictures (a perceptual loss: Johnson, Alahi, Fei-Fei, ECCV 2016). It is not the judge.
2. The decoder alone goes on, with a discriminator beside it as in `course_lib.models.gan`: what it draws shall look
   real, too. The codes stay what they are.

How far test pictures drawn from their codes are from the real ones, in the judge's Fréchet distance: 3.2 with squared
error of pixels alone (error .0081), 2.4 after part 1, 1.6 after part 2 (error .0100).
"""

import numpy as np

import course_lib
from course_lib import data, generation
from course_lib.errors import CourseError

from . import File, halved, npz

BATCH = 100
EPOCHS, RATE = 16, 0.003  # of part 1
DRAWING_EPOCHS, DRAWING_RATE, REAL = 24, 0.001, 0.1  # of part 2; the last is the share of the discriminator in the loss
NAMING_EPOCHS, NAMING_RATE, WIDTHS = 5, 0.002, (16, 32, 64)  # of the network that names pictures
ENOUGH = {"error": 0.0105, "distance": 1.8}  # of test pictures from their codes


def falling(rate, steps):
    import keras

    return keras.optimizers.schedules.CosineDecay(rate, steps)


def maps_of_names(pictures, labels):
    """A network that gives three maps of a picture, each divided by its standard deviation."""
    import keras
    from keras import layers

    given = x = keras.Input((28, 28, 1))
    maps = []
    for width in WIDTHS:
        maps.append(layers.Conv2D(width, 3, padding="same", activation="relu")(x))
        x = layers.MaxPooling2D()(maps[-1])  # 14x14, 7x7, 3x3
    named = keras.Model(given, layers.Dense(10)(layers.Dropout(0.3)(layers.Flatten()(x))))
    rate = falling(NAMING_RATE, NAMING_EPOCHS * len(pictures) // BATCH)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    named.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    named.fit(pictures, labels, BATCH, NAMING_EPOCHS, verbose=2)
    seen = keras.Model(given, maps).predict(pictures[:1000], verbose=0)
    spreads = [float(np.sqrt(np.mean(np.var(one, axis=(0, 1, 2))))) for one in seen]
    eye = keras.Model(given, [one / spread for one, spread in zip(maps, spreads)])
    eye.trainable = False
    return eye


def likeness(eye):
    """The loss of both parts: squared error of pixels, and the mean of those of the maps."""
    from keras import ops

    def loss(real, drawn):
        pairs = zip(eye(real), eye(drawn))
        return ops.mean((real - drawn) ** 2) + sum(ops.mean((a - b) ** 2) for a, b in pairs) / len(WIDTHS)

    return loss


def draw_better(decoder, codes, loss, pictures, labels, noise=0.0, epochs=DRAWING_EPOCHS):
    """Part 2: the decoder learns on; it is given the pictures' codes with noise of this standard deviation."""
    import keras
    import tensorflow as tf

    from course_lib.models import gan

    critic = gan.discriminator(classes=10, spectral=True, statistics=True)
    rate = falling(DRAWING_RATE, epochs * len(pictures) // BATCH)
    players = {
        network: keras.optimizers.Adam(rate, beta_1=0.5) for network, rate in ((decoder, rate), (critic, DRAWING_RATE))
    }
    for network, optimizer in players.items():
        optimizer.build(network.trainable_variables)

    def learn(network, value, tape):
        variables = network.trainable_variables
        players[network].apply_gradients(zip(tape.gradient(value, variables), variables))

    @tf.function
    def step(real, codes, labels):
        codes += noise * tf.random.normal(tf.shape(codes))
        verdict = lambda images: critic({"images": images, "labels": labels}, training=True)
        drawn = decoder(codes, training=True)
        with tf.GradientTape() as tape:
            value = gan.discriminator_loss(verdict(real), verdict(tf.clip_by_value(drawn, 0, 1)))
        learn(critic, value, tape)
        with tf.GradientTape() as tape:
            drawn = decoder(codes, training=True)
            unlike = loss(real, drawn)
            value = unlike + REAL * gan.generator_loss(critic({"images": drawn, "labels": labels}))
        learn(decoder, value, tape)
        return unlike

    generator = np.random.default_rng(0)
    for epoch in range(1, epochs + 1):
        order = generator.permutation(len(pictures))
        parts = np.split(order, len(order) // BATCH)
        found = [float(step(*map(tf.constant, (pictures[part], codes[part], labels[part])))) for part in parts]
        print(f"part 2, epoch {epoch} of {epochs}: {np.mean(found):.4f}")


def make():
    import keras

    from course_lib.models import latent

    course_lib.start(seed=0, precision="float32")
    (pictures, labels), (test, _) = data.fashion_mnist()
    loss = likeness(maps_of_names(pictures, labels))
    model = latent.codec()
    model.compile(keras.optimizers.Adam(falling(RATE, EPOCHS * len(pictures) // BATCH)), loss)
    model.fit(pictures, pictures, BATCH, EPOCHS, verbose=2)
    codes = model.get_layer("encoder").predict(pictures, 500, verbose=0)
    noise = model.get_layer("noise").stddev
    draw_better(model.get_layer("decoder"), codes, loss, pictures, labels, noise)

    half, judge = halved(model), generation.Judge()
    drawn = np.clip(model.predict(test, 500, verbose=0), 0, 1)
    features, _ = judge.look(drawn)
    distance = generation.frechet_distance(judge.real_features, features)
    found = {"error": float(np.mean((drawn - test) ** 2)), "distance": float(distance)}
    print("test pictures from their codes, with weights of 16 bits:", found)
    for name, most in ENOUGH.items():
        if found[name] > most:
            raise CourseError(f"found {found[name]:.5f} as {name} of test pictures from their codes, expected {most} or less")  # fmt: skip
    return npz(**half)


FILES = {
    "fashion_codec.npz": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/fashion_codec.txt",
        origin="trained by data/makers/fashion_codec.py on the training pictures of data/fashion_mnist.npz",
        what="weights of the autoencoder between pictures of clothing and 48 numbers, as float16, by layer and weight",
        effort="seven to fifteen minutes; weights differ a little from processor to processor",
    )
}
