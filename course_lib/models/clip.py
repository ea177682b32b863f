"""Pictures and captions in one space: Radford et al., "Learning Transferable Visual Models From Natural Language
Supervision" (CLIP), ICML 2021.

Two towers, one for captions and one for pictures, end in vectors of length 1. They learn from pairs: in a batch of n,
each caption shall lie nearer to its own picture than to the n - 1 others, and each picture nearer to its own caption.

    words      embedding, positions, blocks of the encoder, mean over the words, Dense without bias
    picture    patches of 4x4 pixels, positions, blocks of the encoder, mean over the patches, Dense without bias
    scale      one number, exp(s): how much a difference of cosines counts
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib.models import asked
from course_lib.models.gpt import LearnedPositions
from course_lib.models.transformer import EncoderBlock, SinePositions
from course_lib.texts import phrase
from course_lib.training import rising

SIZE = (2, 64, 4, 192, 48)  # blocks of each tower, width, heads, inner width, numbers of a vector
SIZE_PARTS = phrase("blocks, width, heads, hidden, numbers")
FIRST_SCALE, HIGHEST_SCALE = float(np.log(1 / 0.07)), float(np.log(100.0))  # as in the paper


def contrastive(similarities):
    """The loss of a batch: mean cross-entropy of finding the picture of each caption, and the caption of each picture.

    Args:
        similarities: (n, n), of caption i (row) and picture j (column), times the scale; pairs are on the diagonal.

    Returns:
        One number, in nats; log(n) if all are alike.
    """
    similarities = ops.cast(similarities, "float32")
    own = ops.diagonal(similarities)
    to_picture = ops.logsumexp(similarities, axis=1) - own
    to_caption = ops.logsumexp(similarities, axis=0) - own
    return ops.mean(to_picture + to_caption) / 2


@keras.saving.register_keras_serializable("course_lib")
class Scale(layers.Layer):
    """Cosines of all captions and pictures, times exp(s): two of (n, d) -> (n, n)."""

    def build(self, captions_shape, pictures_shape):
        start = keras.initializers.Constant(FIRST_SCALE)
        self.logarithm = self.add_weight(shape=(), initializer=start, dtype="float32", name="logarithm")

    def call(self, captions, pictures):
        scale = ops.exp(ops.minimum(self.logarithm, HIGHEST_SCALE))
        return ops.matmul(captions, ops.transpose(pictures)) * scale


def caption_tower(words, size=SIZE, longest=12, dropout=0.0, end=1, name="caption_tower"):
    """The tower of captions.

    Args:
        words: how many words there are.
        size: blocks, width, heads, inner width, numbers of a vector.
        longest: words of a caption.
        dropout: fraction of each branch that is switched off in training.
        end: the word behind a caption, which is not looked at.

    Returns:
        keras.Model from words (n, longest), integers, to vectors of length 1, (n, numbers), float32.

    Raises:
        CourseError: the size has other numbers, heads do not divide the width, or the width is odd.
    """
    blocks, width, heads, hidden, numbers = asked.known_size(size, {}, SIZE_PARTS, even=True)
    text = keras.Input((longest,), dtype="int32", name="words")
    real = ops.not_equal(text, end)
    normal = keras.initializers.RandomNormal(stddev=width**-0.5)
    x = layers.Embedding(words, width, embeddings_initializer=normal, name="word_embedding")(text)
    x = SinePositions(name="word_positions")(x)
    for number in range(1, blocks + 1):
        block = EncoderBlock(heads, hidden, norm="pre", dropout=dropout, name=f"read{number}")
        x, _ = block(x, real[:, None, None, :])
    x = layers.LayerNormalization(name="read_end")(x)
    share = ops.cast(real, x.dtype)[..., None]
    x = ops.sum(x * share, axis=1) / ops.sum(share, axis=1)  # the mean of the words, (n, width)
    x = layers.Dense(numbers, use_bias=False, name="caption_projection")(x)
    return keras.Model(text, layers.UnitNormalization(dtype="float32", name="caption")(x), name=name)


def picture_tower(size=SIZE, side=24, patch=4, dropout=0.0, name="picture_tower"):
    """The tower of pictures.

    Args:
        size, dropout: as of `caption_tower`.
        side, patch: of a picture, in pixels.

    Returns:
        keras.Model from pictures (n, side, side, 3) to vectors of length 1, (n, numbers), float32.

    Raises:
        CourseError: the size has other numbers, or heads do not divide the width.
    """
    blocks, width, heads, hidden, numbers = asked.known_size(size, {}, SIZE_PARTS)
    picture = keras.Input((side, side, 3), name="picture")
    x = layers.Conv2D(width, patch, strides=patch, name="patches")(picture)
    x = layers.Reshape((-1, width), name="row")(x)
    x = LearnedPositions((side // patch) ** 2, name="places")(x)
    for number in range(1, blocks + 1):
        x, _ = EncoderBlock(heads, hidden, norm="pre", dropout=dropout, name=f"view{number}")(x)
    x = layers.LayerNormalization(name="view_end")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    x = layers.Dense(numbers, use_bias=False, name="picture_projection")(x)
    return keras.Model(picture, layers.UnitNormalization(dtype="float32", name="picture_vector")(x), name=name)


def two_towers(words, size=SIZE, side=24, longest=12, dropout=0.0, name="two_towers"):
    """Both towers, and the cosines of all captions with all pictures.

    Args:
        words, size, side, longest, dropout: as of `caption_tower` and `picture_tower`.

    Returns:
        keras.Model from {"words": (n, longest), "picture": (n, side, side, 3)} to similarities (n, n).

    Raises:
        CourseError: as of `caption_tower`.
    """
    caption = caption_tower(words, size, longest, dropout)
    picture = picture_tower(size, side, dropout=dropout)
    similarities = Scale(name="scale")(caption.output, picture.output)
    return keras.Model({"words": caption.input, "picture": picture.input}, similarities, name=name)


def towers(model):
    """The two towers alone.

    Args:
        model: as made by `two_towers`.

    Returns:
        keras.Model from words (n, longest) to vectors (n, numbers), and from pictures (n, side, side, 3) to vectors.
    """
    caption = keras.Model(model.input["words"], model.get_layer("caption").output, name="caption_tower")
    picture = keras.Model(model.input["picture"], model.get_layer("picture_vector").output, name="picture_tower")
    return caption, picture


class Pairs(keras.utils.PyDataset):
    """Batches for `fit`: words, pictures, and labels that nobody looks at, since pairs are on the diagonal.

    Args:
        scenes: function from (count, random generator) to words (count, longest) and pictures.
        batches, batch_size: of an epoch.
        shuffled: captions are dealt out anew within each batch, as a control.
        seed: int.
    """

    def __init__(self, scenes, batches, batch_size=128, shuffled=False, seed=0):
        super().__init__()
        self.scenes, self.batches, self.batch_size, self.shuffled = scenes, batches, batch_size, shuffled
        self.random = np.random.default_rng(seed)

    def __len__(self):
        return self.batches

    def __getitem__(self, number):
        text, pictures = self.scenes(self.batch_size, self.random)
        if self.shuffled:
            text = text[self.random.permutation(len(text))]
        return {"words": text, "picture": pictures}, np.zeros((len(text), 1), "float32")


def teach(model, pairs, rate, epochs=1, callbacks=()):
    """Train two towers with Adam.

    Args:
        model: as made by `two_towers`.
        pairs: `Pairs`.
        rate: the highest learning rate; it rises at first and falls to 0 by a cosine.
        epochs: how often to go through the pairs.
        callbacks: of Keras.

    Returns:
        The history: name -> values, one an epoch.
    """
    schedule = rising(rate, epochs * len(pairs), first=rate / 100)
    model.compile(
        keras.optimizers.Adam(schedule, global_clipnorm=1.0),
        lambda _, similarities: contrastive(similarities),
        jit_compile=keras.backend.backend() != "tensorflow",
    )
    return model.fit(pairs, epochs=epochs, verbose=0, shuffle=False, callbacks=list(callbacks)).history
