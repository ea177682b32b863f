"""A CNN and a Vision Transformer that learn from few images: the networks and the training of chapter 05.

The lesson trains them live at two sizes of data, data/makers/data_sizes.py at four, and both take everything from here.

    cnn          three stages of 3x3 convolution, batch normalization, ReLU and 2x2 max pooling    29 k parameters
    plain vit    16 patches of 7x7, then blocks of the encoder (`course_lib.models.vit`)
    hybrid vit   the CNN's stages up to maps of 3x3x64, whose places are the tokens, then the same blocks
"""

import keras
import numpy as np
from keras import layers

from course_lib.models.vit import EPSILON, ClassToken, Positions, block
from course_lib.training import Progress, restart, rising

SIDE, CLASSES = 28, 10
VALIDATION = 1000  # the last of the training images, on which rates and steps were chosen
BLOCKS, WIDTH, HEADS, HIDDEN = 4, 64, 4, 128
BATCH = 64


def stages(images):
    """Three stages of a CNN: (batch, 28, 28, 1) -> (batch, 3, 3, 64)."""
    x = images
    for number, filters in enumerate((16, 32, 64), 1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{number}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
    return x


def cnn():
    """The CNN: images (batch, 28, 28, 1) -> logits (batch, 10)."""
    images = keras.Input((SIDE, SIDE, 1))
    x = layers.Flatten(name="flatten")(stages(images))
    return keras.Model(images, layers.Dense(CLASSES, dtype="float32", name="logits")(x), name="CNN")


def vit(stem="patches", patch=7):
    """The Vision Transformer: images (batch, 28, 28, 1) -> logits (batch, 10).

    Args:
        stem: "patches", or "convolutions" for tokens from the CNN's stages.
        patch: side of a patch in pixels.
    """
    images = keras.Input((SIDE, SIDE, 1))
    if stem == "patches":
        x = layers.Conv2D(WIDTH, patch, strides=patch, name="patches")(images)
    else:
        x = stages(images)
    x = layers.Reshape((-1, WIDTH), name="tokens")(x)
    x = ClassToken(name="class_token")(x)
    x = Positions(name="positions")(x)
    for number in range(1, BLOCKS + 1):
        x = block(x, HEADS, HIDDEN, number)
    x = layers.LayerNormalization(epsilon=EPSILON, dtype="float32", name="norm")(x)
    logits = layers.Dense(CLASSES, dtype="float32", name="logits")(x[:, 0])
    return keras.Model(images, logits, name="ViT" if stem == "patches" else "ViT_stem")


def batches(images, labels, steps, seed, change=None):
    """Batches drawn from few images, each image as often as the others or once more.

    Args:
        images, labels: (n, 28, 28, 1) and integers (n,).
        steps: number of batches.
        seed: of the order and of the changes.
        change: None, or a function (images, labels, random) -> (images, targets) for a batch.

    Yields:
        (images, targets) of a batch.
    """
    random = np.random.default_rng(seed)
    times = -(-steps * BATCH // len(images))
    order = np.concatenate([random.permutation(len(images)) for _ in range(times)])
    for step, chosen in enumerate(order[: steps * BATCH].reshape(steps, BATCH)):
        given = images[chosen], labels[chosen]
        yield given if change is None else change(*given, np.random.default_rng([seed, step]))


def augment(images, labels, random):
    """Each image moved by up to two pixels in both directions, and mirrored half of the time."""
    count = len(images)
    framed = np.pad(images[..., 0], ((0, 0), (2, 2), (2, 2)))
    rows = np.arange(SIDE) + random.integers(0, 5, count)[:, None]
    columns = np.arange(SIDE) + random.integers(0, 5, count)[:, None]
    mirrored = random.random(count) < 0.5
    columns[mirrored] = columns[mirrored, ::-1]
    return framed[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :], None], labels


def mix(images, labels, random):
    """Augmented, then each image mixed with another of the batch; the targets are mixed in the same proportion.

    Returns:
        images, and probabilities (batch, 10).
    """
    images, labels = augment(images, labels, random)
    share = random.random(len(images)).astype("float32")
    other = random.permutation(len(images))
    sure = np.eye(CLASSES, dtype="float32")[labels]
    targets = share[:, None] * sure + (1 - share)[:, None] * sure[other]
    share = share[:, None, None, None]
    return share * images + (1 - share) * images[other], targets


def taught_by(teacher):
    """A change for `batches`: images as `mix` makes them, and what the teacher says about these very images.

    Beyer et al., "Knowledge distillation: A good teacher is patient and consistent", CVPR 2022.

    Args:
        teacher: keras.Model from images to logits.
    """

    def change(images, labels, random):
        images, _ = mix(images, labels, random)
        logits = teacher.predict_on_batch(images)
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return images, shifted / shifted.sum(axis=1, keepdims=True)

    return change


def prepared(model, steps, rate, decay, loss=None):
    """Compile for AdamW: the rate rises over the first tenth of the steps, then falls to zero along a cosine.

    Args:
        model: keras.Model that gives logits.
        steps: how many batches training will take.
        rate: the highest learning rate.
        decay: AdamW's weight decay.
        loss: anything that `compile` takes; by default cross-entropy of logits and integer labels.

    Returns:
        The model.
    """
    model.compile(
        keras.optimizers.AdamW(rising(rate, steps), weight_decay=decay),
        loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def train(model, images, labels, steps, seed, change=None, rounds=1, watched=None):
    """Train a prepared model from new random weights.

    Args:
        model: as `prepared` returns it; it is changed.
        images, labels, steps, seed, change: as of `batches`.
        rounds: how many equal parts, which divide the steps: after each, the validation data are looked at.
        watched: (images, labels) for validation, or None.

    Returns:
        dict of lists, a value for each round: "loss", "accuracy" and, where something is watched, "val_accuracy".
    """
    restart(model, seed)
    drawn = batches(images, labels, steps, seed, change)
    return model.fit(
        drawn,
        epochs=rounds,
        steps_per_epoch=steps // rounds,
        validation_data=watched,
        validation_batch_size=500,
        shuffle=False,  # they come in their order
        verbose=0,
        callbacks=[Progress(f"{model.name}, seed {seed}")],
    ).history


def patch_order(patch=7, seed=7):
    """One order of the patches of an image, other than row after row: (patches,) integers."""
    return np.random.default_rng(seed).permutation((SIDE // patch) ** 2)


def reorder_patches(images, patch=7, seed=7):
    """The patches of all images in one and the same other order: (n, 28, 28, 1) -> the same."""
    side = SIDE // patch
    grid = images.reshape(-1, side, patch, side, patch).swapaxes(2, 3).reshape(-1, side * side, patch, patch)
    grid = grid[:, patch_order(patch, seed)]
    return grid.reshape(-1, side, side, patch, patch).swapaxes(2, 3).reshape(-1, SIDE, SIDE, 1)


def alikeness(vectors):
    """The cosine of the angle between each two vectors, after their mean has been taken off: (n, width) -> (n, n)."""
    vectors = vectors - vectors.mean(axis=0)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors @ vectors.T
