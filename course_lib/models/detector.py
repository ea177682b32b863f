"""A network that answers four questions about one picture, small enough to be trained in a lesson.

One encoder halves the picture four times; what it finds is asked in different ways, each by a head of its own:

    encoder    conv, stride 2: 32x32xw | 16x16x2w | 8x8x4w | 4x4x8w          what is there
    classifier mean over the 4x4 places, dense                               one class for the picture
    decoder    enlarged step by step, beside the encoder's map of that size  what is where
    heat       at stride 4, a logit for each class: is the middle of one here?
    box        at stride 4, how far it is from here to the four sides
    mask       at stride 1, a logit for each class and for the background

Heat map and boxes follow CenterNet (Zhou, Wang, Krähenbühl, "Objects as Points", arXiv:1904.07850, 2019), with two
differences: sides are measured from the middle of the cell, so that no offset is needed, and cells near the middle of
an object learn its box, too. The way down and up with connections between equal sizes is that of U-Net (Ronneberger,
Fischer, Brox, MICCAI 2015).
"""

import keras
import numpy as np
from keras import layers, ops

STRIDE = 4  # pixels from one cell of the heat map to the next
SPREAD = 6  # how many standard deviations of the heat an object is wide
RARE = 0.02  # heat at the start of training: middles of objects are rare


@keras.saving.register_keras_serializable("course_lib")
class BatchNormalization(layers.BatchNormalization):
    """Keras's own, but while it trains with TensorFlow it is one operation in place of dozens: the same result, with a
    sixth less of the time that a step of this network takes."""

    def call(self, inputs, training=None, mask=None):
        dtype = keras.backend.standardize_dtype(inputs.dtype)
        own = keras.backend.backend() != "tensorflow" or dtype != "float32" or mask is not None
        if own or not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        from tensorflow import raw_ops, zeros

        none = zeros([0])  # of the running mean and variance, which it does not need
        scale, offset = ops.convert_to_tensor(self.gamma), ops.convert_to_tensor(self.beta)
        output, mean, variance, *_ = raw_ops.FusedBatchNormV3(
            x=inputs, scale=scale, offset=offset, mean=none, variance=none, epsilon=self.epsilon, is_training=True
        )
        places = ops.cast(ops.prod(ops.shape(inputs)[:-1]), "float32")
        variance = variance * (places - 1) / places  # it divides by one place less
        for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            running.assign(self.momentum * running + (1 - self.momentum) * new)
        return output


def convolve(x, filters, name, strides=1, kernel_size=3):
    """Convolution, batch normalization, ReLU."""
    options = dict(strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal")
    x = layers.Conv2D(filters, kernel_size, name=f"{name}_conv", **options)(x)
    x = BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    return layers.ReLU(name=name)(x)


def encode(images, width):
    """The encoder: its maps at strides 2, 4, 8 and 16, (height / stride, width / stride, width * stride / 2)."""
    x = convolve(images, width, "down2", strides=2)  # 32x32
    maps = [x]
    for stride in (4, 8):
        x = convolve(x, width * stride // 2, f"down{stride}_first", strides=2)
        x = convolve(x, width * stride // 2, f"down{stride}")  # 16x16, 8x8
        maps.append(x)
    return [*maps, convolve(x, 8 * width, "down16", strides=2)]  # 4x4


def classifier(input_shape=(64, 64, 3), num_classes=2, width=16, name="classifier"):
    """The encoder with one answer for the whole picture.

    Args:
        input_shape: (height, width, channels).
        num_classes: size of the output.
        width: filters of the first layer; the last has eight times as many.

    Returns:
        keras.Model from images (batch, height, width, channels) to logits (batch, num_classes), float32.
    """
    images = keras.Input(input_shape)
    x = encode(images, width)[-1]
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    logits = layers.Dense(num_classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


def detector(input_shape=(64, 64, 3), num_classes=2, width=16, name="detector"):
    """The encoder with a decoder, and heads for boxes and masks.

    Args:
        input_shape: (height, width, channels), height and width multiples of 16.
        num_classes, width: as of `classifier`.

    Returns:
        keras.Model from images (batch, height, width, channels) to a dict, all float32:
        "heat" (batch, height / 4, width / 4, num_classes), logits;
        "box" (batch, height / 4, width / 4, 4), pixels from the middle of the cell to left, top, right, bottom side;
        "mask" (batch, height, width, 1 + num_classes), logits, of which the first is the background's.
    """
    images = keras.Input(input_shape)
    *skips, x = encode(images, width)
    for skip, stride in zip(reversed(skips), (8, 4, 2)):
        x = convolve(x, skip.shape[-1] // 2, f"narrow{stride}", kernel_size=1)
        x = layers.UpSampling2D(name=f"enlarge{stride}")(x)
        x = layers.Concatenate(name=f"join{stride}")([x, skip])
        x = convolve(x, skip.shape[-1], f"up{stride}")
        if stride == STRIDE:
            cells = x  # 16x16x2w

    rare = keras.initializers.Constant(float(np.log(RARE / (1 - RARE))))
    heat = layers.Conv2D(num_classes, 1, bias_initializer=rare, dtype="float32", name="heat")(cells)
    sides = layers.Conv2D(4, 1, bias_initializer="ones", dtype="float32", name="sides")(cells)
    box = layers.Rescaling(2 * STRIDE, dtype="float32", name="box")(ops.softplus(sides))

    x = convolve(x, width // 2, "narrow1", kernel_size=1)
    x = layers.UpSampling2D(interpolation="bilinear", name="enlarge1")(x)  # 64x64
    x = layers.Concatenate(name="join1")([x, images])
    mask = layers.Conv2D(1 + num_classes, 3, padding="same", dtype="float32", name="mask")(x)
    return keras.Model(images, {"heat": heat, "box": box, "mask": mask}, name=name)


def targets(scenes, stride=STRIDE):
    """What a detector should say to scenes.

    Args:
        scenes: as `data.compose` gives them.
        stride: pixels from cell to cell.

    Returns:
        A dict: "heat" float32 (n, rows, columns, classes), for each object a bell that is 1 in the cell of its middle;
        "box" float32 (n, rows, columns, 5), distances to the four sides and how much they count, which is the heat;
        "mask" int8 (n, height, width), 0 or 1 + class.
    """
    count, side = len(scenes), scenes.images.shape[1] // stride
    heat = np.zeros((count, side, side, len(scenes.classes)), "float32")
    box = np.zeros((count, side, side, 5), "float32")
    middles = (np.arange(side, dtype="float32") + 0.5) * stride
    every = np.arange(count)
    for k in range(scenes.labels.shape[1]):
        left, top, right, bottom = scenes.boxes[:, k].T[:, :, np.newaxis]  # each (n, 1)
        bells = []
        for low, high in ((top, bottom), (left, right)):
            cell = np.minimum((low + high) // (2 * stride), side - 1)
            spread = np.maximum(high - low, stride) / SPREAD
            bells.append(np.exp(-(((middles - (cell + 0.5) * stride) / spread) ** 2) / 2))
        bell = (
            bells[0][:, :, np.newaxis] * bells[1][:, np.newaxis] * (scenes.labels[:, k] >= 0)[:, np.newaxis, np.newaxis]
        )
        own = heat[every, :, :, scenes.labels[:, k]]
        heat[every, :, :, scenes.labels[:, k]] = np.maximum(own, bell)
        rows, columns = middles[np.newaxis, :, np.newaxis], middles[np.newaxis, np.newaxis]
        sides = [columns - left[..., np.newaxis], rows - top[..., np.newaxis]]
        sides += [right[..., np.newaxis] - columns, bottom[..., np.newaxis] - rows]
        mine = np.stack([*np.broadcast_arrays(*sides), bell], axis=-1)
        box = np.where((bell > box[..., 4])[..., np.newaxis], mine, box)
    return {"heat": heat, "box": box, "mask": scenes.masks}


def heat_loss(heat, logits):
    """Focal loss of CornerNet and CenterNet: (batch,), a sum over cells for each object of the picture.

    A sure and right cell counts little; a cell near a middle, where the heat is high, may be wrong at less cost.
    """
    chance = ops.clip(ops.sigmoid(logits), 1e-4, 1 - 1e-4)
    middle = ops.cast(heat == 1, chance.dtype)
    hits = middle * (1 - chance) ** 2 * ops.log(chance)
    misses = (1 - middle) * (1 - heat) ** 4 * chance**2 * ops.log(1 - chance)
    objects = ops.maximum(ops.sum(middle, axis=(1, 2, 3)), 1)
    return -ops.sum(hits + misses, axis=(1, 2, 3)) / objects


def box_loss(box, sides):
    """Mean distance of the four sides in strides, where there is an object: (batch,)."""
    weight = box[..., 4]
    distance = ops.mean(ops.abs(box[..., :4] - sides), axis=-1) / STRIDE
    return ops.sum(weight * distance, axis=(1, 2)) / ops.maximum(ops.sum(weight, axis=(1, 2)), 1)


def mask_loss(mask, logits):
    """Cross-entropy of the pixels: (batch,)."""
    return ops.mean(keras.losses.sparse_categorical_crossentropy(mask, logits, from_logits=True), axis=(1, 2))


LOSSES = {"heat": heat_loss, "box": box_loss, "mask": mask_loss}


def decode(heat, box, threshold=0.1, most=20, stride=STRIDE, peaks_only=True):
    """From what a detector says to boxes: the cells that are hotter than their neighbours, and the box of each.

    Args:
        heat: logits (n, rows, columns, classes).
        box: distances to the four sides (n, rows, columns, 4).
        threshold: the least heat, from 0 to 1.
        most: how many boxes a picture may have.
        stride: pixels from cell to cell.
        peaks_only: keep a cell only where none of its eight neighbours is hotter in the same class.

    Returns:
        For each picture (boxes (m, 4) as left, top, right, bottom, scores (m,), classes (m,)), by falling score.
    """
    scores = 1 / (1 + np.exp(-np.asarray(heat, "float32")))
    keep = scores >= threshold
    if peaks_only:
        keep &= scores >= hottest_around(scores)
    found = []
    for picture, sides, kept in zip(scores, np.asarray(box, "float32"), keep):
        rows, columns, classes = np.nonzero(kept)
        order = np.argsort(-picture[rows, columns, classes], kind="stable")[:most]
        rows, columns, classes = rows[order], columns[order], classes[order]
        left, top, right, bottom = sides[rows, columns].T
        x, y = (columns + 0.5) * stride, (rows + 0.5) * stride
        boxes = np.stack([x - left, y - top, x + right, y + bottom], axis=1).astype("float32")
        found.append((boxes, picture[rows, columns, classes], classes))
    return found


def hottest_around(scores):
    """The highest score of each cell and its eight neighbours: (n, rows, columns, classes) -> the same."""
    padded = np.pad(scores, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    return around.max(axis=(-1, -2))
