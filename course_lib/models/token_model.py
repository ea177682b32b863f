"""A causal Transformer over the tokens of a picture: Parmar et al., "Image Transformer", ICML 2018; Esser, Rombach,
Ommer, "Taming Transformers for High-Resolution Image Synthesis", CVPR 2021.

The 7x7 tokens of `vq.py` are read line by line like a sentence of 49 words. In front stands the class. The network is
told the class and the first tokens, and gives the logits of the next; a picture is made by drawing one after the other.
Blocks are the Transformer's encoder blocks, in which nobody may look ahead.
"""

import keras
import numpy as np
from keras import layers, ops

from course_lib.models import asked
from course_lib.models.gpt import LearnedPositions
from course_lib.models.stepping import compiled, like, one_more
from course_lib.models.transformer import SIZE_PARTS, EncoderBlock, causal

LENGTH = 49


@keras.saving.register_keras_serializable("course_lib")
class CausalBlock(EncoderBlock):
    """An encoder block in which nobody may look ahead: (batch, T, width) -> the same."""

    def call(self, x):
        return super().call(x, causal(x.shape[1]))[0]

    def step(self, x, at, past):
        """One more token, (batch, 1, width), its place, and the cache: keys and values of those before, (batch, heads,
        longest, width / heads) each. Returns its vector and the cache."""
        y, past = self.attention.step(self.enter("attention", x), at, past)
        return self.feed_forward(self.leave("attention", x, y)), past


def token_model(codes=256, classes=10, size=(2, 96, 4, 256), length=LENGTH, dropout=0.1, name="token_model"):
    """Trained with the tokens as targets: `model.fit({"labels": labels, "tokens": tokens}, tokens)`.

    Args:
        codes: how many tokens there are.
        classes: how many classes.
        size: blocks, width of a token, heads, width of the feed-forward's inner layer.
        length: tokens of a picture.
        dropout: as of the blocks.

    Returns:
        keras.Model from {"labels": (batch,), "tokens": (batch, length)}, integers, to logits (batch, length, codes) of
        each token, given the class and the tokens before it, float32.

    Raises:
        CourseError: the size has other numbers, or heads do not divide the width.
    """
    depth, width, heads, hidden = asked.known_size(size, {}, SIZE_PARTS)
    given = {"labels": keras.Input((1,), dtype="int32", name="labels")}
    given["tokens"] = keras.Input((length,), dtype="int32", name="tokens")
    label = layers.Embedding(classes, width, name="label")(given["labels"])  # (batch, 1, width)
    before = layers.Embedding(codes, width, name="token")(given["tokens"][:, :-1])  # (batch, length - 1, width)
    x = LearnedPositions(length, name="places")(layers.Concatenate(axis=1, name="sentence")([label, before]))
    for number in range(1, depth + 1):
        x = CausalBlock(heads, hidden, "pre", dropout, name=f"block{number}")(x)
    x = layers.LayerNormalization(name="norm")(x)
    return keras.Model(given, layers.Dense(codes, dtype="float32", name="logits")(x), name=name)


def sample(model, labels, temperature=1.0, seed=0, given=None):
    """Draw tokens one after the other.

    Args:
        model: as made by `token_model`, trained.
        labels: (n,), the classes wanted.
        temperature: what logits are divided by; below 1 the likely becomes likelier, 0 takes the likeliest.
        seed: of the draws.
        given: (n, k), the first k tokens, which are not drawn; None for none.

    Returns:
        (n, length), integers.

    Raises:
        CourseError: there is no such class, or no such token.
    """
    random, tokens, places = np.random.default_rng(seed), [], model.get_layer("places").longest
    blocks = _blocks(model)
    count, labels = asked.wanted(labels, model.get_layer("label").input_dim)
    fixed = np.zeros((count, 0), int) if given is None else given
    fixed = asked.within(model.get_layer("token").input_dim, fixed, "given")
    x = ops.convert_to_numpy(model.get_layer("label")(labels[:, None]))  # (n, 1, width)
    heads = blocks[0].heads
    cache = [np.zeros((len(x), heads, places, x.shape[-1] // heads), x.dtype) for _ in 2 * blocks]
    if not hasattr(model, "one_more"):  # it is compiled once for all that is drawn with this model
        model.one_more = compiled(_step, model, *like([x, np.zeros(len(x), "int32")]), like(cache))
    for place in range(places):
        logits, *cache = model.one_more(x, np.full(len(x), place, "int32"), cache)
        logits = ops.convert_to_numpy(logits).astype(float)
        if temperature:  # the largest of logit + Gumbel noise is a draw from the softmax
            logits = logits / temperature + random.gumbel(size=logits.shape)
        tokens.append(fixed[:, place] if place < fixed.shape[1] else logits.argmax(axis=-1))
        x = ops.convert_to_numpy(model.get_layer("token")(tokens[-1][:, None]))
    return np.stack(tokens, axis=1)


def _step(model, x, at, cache):
    """One more token: of its vector (batch, 1, width), its place (batch,) and the cache, the logits of the next (batch,
    codes), and the cache, in a list."""
    x = model.get_layer("places")(x, first=at[0])
    x, cache = one_more(_blocks(model), x, at[0], cache)
    return [model.get_layer("logits")(model.get_layer("norm")(x))[:, 0], *cache]


def _blocks(model):
    return [layer for layer in model.layers if isinstance(layer, CausalBlock)]
