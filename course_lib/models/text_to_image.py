"""A picture from a caption: a Transformer that writes the tiles of a board one after the other, as chapter 09's writes
words. Ramesh et al., "Zero-Shot Text-to-Image Generation" (DALL-E), ICML 2021, and Yu et al., "Scaling Autoregressive
Models for Content-Rich Text-to-Image Generation" (Parti), TMLR 2022; guidance without a classifier Ho and Salimans,
"Classifier-Free Diffusion Guidance", 2022.

    reader    the words of a caption, in any language that it has learned: embedding, positions, blocks of the encoder
    painter   row by row: each tile is told the patterns of the tile before it and of the one above it, looks at the
              patterns that have been painted, and then at the words
    heads     what comes here: first the pattern; then, with the pattern known, the colour

What is drawn never sees the colours of what has been painted, and the colour comes from the words alone: place and
pattern decide which words to look at, and nothing but what is seen there decides the colour. A red part of a heart was
never seen; whatever is told both at once need not know what to do about it.

A tile is one code or several. With `factors=(21, 7)` it has a pattern and a colour, and the colour is asked for once
the pattern is known: p(tile) = p(pattern) p(colour | pattern). With `factors=(121,)` pattern and colour are one code.
Code 0 is an empty tile, which has no further codes. Of some captions the painter is told nothing in training, so that
it can also paint without one.
"""

from itertools import repeat

import keras
import numpy as np
from keras import layers, ops

from course_lib.models import asked
from course_lib.models.gpt import LearnedPositions
from course_lib.models.stepping import compiled, like, one_more
from course_lib.models.transformer import Attention, DecoderBlock, EncoderBlock, SinePositions, begin, encoder
from course_lib.texts import phrase
from course_lib.training import rising

SIZES = {"shipped": (1, 2, 64, 4, 192)}
SIZE_PARTS = phrase("blocks that read, blocks that paint, width, heads, hidden")
BOARD = 6  # tiles of a row
NEAR = {"left": 1, "above": BOARD}  # how many tiles before


@keras.saving.register_keras_serializable("course_lib")
class Before(layers.Layer):
    """What stands some tiles before each: codes (batch, T) -> (batch, T), and `none` where nothing does.

    Args:
        distance: how many tiles before.
        none: the number that stands for nothing.
    """

    def __init__(self, distance, none, **options):
        super().__init__(**options)
        self.distance, self.none = distance, none

    def call(self, codes):
        empty = ops.full_like(codes[:, : self.distance], self.none)
        return ops.concatenate([empty, codes[:, : -self.distance]], axis=1)

    def get_config(self):
        return {**super().get_config(), "distance": self.distance, "none": self.none}


def text_to_image(factors, words, size="shipped", tiles=36, longest=12, dropout=0.0, end=1, name="painter"):
    """The painter.

    Args:
        factors: of each factor of a tile, how many codes there are.
        words: how many words there are.
        size: a name of `SIZES`, or five numbers.
        tiles, longest: of a board and of a caption.
        dropout: fraction of each branch that is switched off in training.
        end: the word behind a caption, which is not looked at.

    Returns:
        keras.Model from {"words": (batch, longest), "board": (batch, tiles, factors)}, integers, to a list, of each
        factor, of logits (batch, tiles, codes): of each tile, given those before it and its factors before this one.

    Raises:
        CourseError: the size is unknown, heads do not divide the width, or the width is odd.
    """
    reading, painting, width, heads, hidden = asked.known_size(size, SIZES, SIZE_PARTS, even=True)
    settings = {"norm": "pre", "dropout": dropout}
    text = keras.Input((longest,), dtype="int32", name="words")
    board = keras.Input((tiles, len(factors)), dtype="int32", name="board")

    allowed = ops.not_equal(text, end)[:, None, None, :]
    x = SinePositions(name="word_positions")(_embedding(words, width, "word_embedding")(text))
    for number in range(1, reading + 1):
        x, _ = EncoderBlock(heads, hidden, name=f"read{number}", **settings)(x, allowed)
    memory = layers.LayerNormalization(name="read_end")(x)

    seen = []
    for where, distance in NEAR.items():
        neighbour = Before(distance, factors[0], name=where)(board[..., 0])
        seen.append(_embedding(factors[0] + 1, width, f"{where}_embedding")(neighbour))
    x = LearnedPositions(tiles, name="places")(layers.Add(name="seen")(seen))
    for number in range(1, painting + 1):
        x, _, _ = DecoderBlock(heads, hidden, name=f"paint{number}", **settings)(x, memory, allowed)
    x = layers.LayerNormalization(name="paint_end")(x)

    logits = []
    for k, codes in enumerate(factors):
        known = [_embedding(factors[j], width, f"told{j}_for{k}")(board[..., j]) for j in range(k)]
        y = layers.Add(name=f"knowing{k}")([x, *known]) if k else x
        y = layers.Dense(width, activation="relu", name=f"head{k}")(y)
        if k:
            y, _ = Attention(heads, name=f"ask{k}")(y, memory, allowed)
        logits.append(layers.Dense(codes, dtype="float32", name=f"logits{k}")(y))
    return keras.Model({"words": text, "board": board}, logits, name=name)


def _embedding(count, width, name):
    normal = keras.initializers.RandomNormal(stddev=width**-0.5)
    return layers.Embedding(count, width, embeddings_initializer=normal, name=name)


def word_shares(model):
    """The same network, giving which words each tile looks at.

    Args:
        model: as made by `text_to_image`.

    Returns:
        keras.Model from the same inputs to a list, for each block and then for each factor that is asked of the words,
        of shares (batch, heads, tiles, words).
    """
    asking = [layer for layer in model.layers if isinstance(layer, Attention)]
    shares = [*(block.output[2] for block in _blocks(model)), *(layer.output[1] for layer in asking)]
    return keras.Model(model.input, shares, name=f"{model.name}_words")


# --- Learning


def painting_loss(labels, logits):
    """Mean cross-entropy of the tiles that are asked for: labels (batch, tiles), -1 where a tile is not."""
    asked = ops.cast(labels >= 0, "float32")
    logs = ops.log_softmax(ops.cast(logits, "float32"))
    chosen = ops.cast(ops.maximum(labels, 0), "int32")[..., None]
    right = ops.take_along_axis(logs, chosen, axis=-1)[..., 0]
    return -ops.sum(right * asked) / ops.maximum(ops.sum(asked), 1.0)


class Lessons(keras.utils.PyDataset):
    """Batches for `fit`, of scenes that are drawn anew in each epoch.

    Args:
        scenes: function from (count, random generator) to words (count, longest) and tokens (count, tiles, factors).
        nothing: words (longest,) of a caption that is left out.
        batches, batch_size: of an epoch.
        silent: fraction of captions that are left out.
        seed: int.
    """

    def __init__(self, scenes, nothing, batches, batch_size=64, silent=0.1, seed=0):
        super().__init__()
        self.scenes, self.nothing, self.silent = scenes, nothing, silent
        self.batches, self.batch_size, self.random = batches, batch_size, np.random.default_rng(seed)

    def __len__(self):
        return self.batches

    def __getitem__(self, number):
        text, tokens = self.scenes(self.batch_size, self.random)
        silent = self.random.random((len(text), 1)) < self.silent
        inputs = {"words": np.where(silent, self.nothing, text), "board": tokens}
        empty = tokens[..., 0] == 0  # such a tile has no colour to be learned
        return inputs, tuple(
            np.where(empty & (k > 0), -1, tokens[..., k]).astype("int32") for k in range(tokens.shape[-1])
        )


def teach(model, lessons, rate, epochs=1, callbacks=()):
    """Train a painter with Adam.

    Args:
        model: as made by `text_to_image`.
        lessons: `Lessons`.
        rate: the highest learning rate; it rises at first and falls to 0 by a cosine.
        epochs: how often to go through the lessons, which are drawn anew.
        callbacks: of Keras.

    Returns:
        The history: name -> values, one an epoch.
    """
    schedule = rising(rate, epochs * len(lessons), first=rate / 100)
    model.compile(
        keras.optimizers.Adam(schedule, beta_2=0.98, global_clipnorm=1.0),
        [painting_loss] * len(model.outputs),
        jit_compile=keras.backend.backend() != "tensorflow",
    )
    # TensorFlow traces a step twice if the first time makes variables, as the means of several losses are
    logits = [ops.zeros((1, *one.shape[1:])) for one in model.outputs]
    model.compute_loss(y=[one[..., 0] for one in logits], y_pred=logits)
    return model.fit(lessons, epochs=epochs, verbose=0, shuffle=False, callbacks=list(callbacks)).history


# --- Painting


def _step(model, codes, at, cache, memory):
    """What the network makes of one more tile: of the first codes to its left and above it (batch, 2), its place
    (batch,), the cache, and what was read of the caption, its state (batch, width) and the cache, in a list."""
    *memory, allowed = memory
    x = sum(model.get_layer(f"{where}_embedding")(codes[:, number : number + 1]) for number, where in enumerate(NEAR))
    x = model.get_layer("places")(x, first=at[0])
    x, cache = one_more(_blocks(model), x, at[0], cache, zip(memory[::2], memory[1::2]), repeat(allowed))
    return [model.get_layer("paint_end")(x)[:, 0], *cache]


def _blocks(model):
    return [layer for layer in model.layers if isinstance(layer, DecoderBlock)]


class Painter:
    """Paints with a model of `text_to_image`.

    Args:
        model: the network.
        factors: as of `text_to_image`.
        nothing: words (longest,) of a caption that is left out.
    """

    def __init__(self, model, factors, nothing):
        self.model, self.factors, self.nothing = model, tuple(factors), np.asarray(nothing)
        self.tiles = model.get_layer("paint_end").output.shape[1]
        parts = begin(model, self.nothing[None], self.tiles, "words")
        codes, at = keras.Input((len(NEAR),), dtype="int32"), keras.Input((), dtype="int32")
        self.step = compiled(_step, model, codes, at, *map(like, parts))
        values = lambda name: [ops.convert_to_numpy(weight) for weight in model.get_layer(name).weights]
        self.heads = [
            ([values(f"told{j}_for{k}")[0] for j in range(k)], *values(f"head{k}"), *values(f"logits{k}"))
            for k in range(len(factors))
        ]
        self.asks = [values(f"ask{k}") if k else None for k in range(len(factors))]

    def read(self, words):
        """What the heads can ask of captions.

        Args:
            words: int (batch, longest).

        Returns:
            Of each factor keys and values (batch, heads, longest, width / heads), None for the first one; and which
            words there are, (batch, 1, longest).
        """
        memory, allowed = encoder(self.model, "words")(words)
        asked = [self.model.get_layer(f"ask{k}").project(memory) for k in range(1, len(self.factors))]
        as_arrays = [tuple(map(ops.convert_to_numpy, pair)) for pair in asked]
        return [None, *as_arrays], ops.convert_to_numpy(allowed)[:, :, 0]

    def looks(self, words, boards):
        """What the network makes of each tile, from those before it, whose keys and values are kept.

        Args:
            words: int (batch, longest).
            boards: int (batch, tiles, factors); a tile is read once the next one is asked for.

        Yields:
            States (batch, width), one for each tile.
        """
        cache, memory = begin(self.model, words, self.tiles, "words")
        for tile in range(self.tiles):
            codes = [
                boards[:, tile - back, 0] if tile >= back else len(words) * [self.factors[0]] for back in NEAR.values()
            ]
            codes, at = np.stack(codes, axis=1).astype("int32"), np.full(len(words), tile, "int32")
            state, *cache = self.step(codes, at, cache, memory)
            yield ops.convert_to_numpy(state)

    def logits(self, factor, states, codes, read):
        """Logits (batch, codes) of a factor of one tile, once its codes (batch, factors) of those before are known, and
        what was `read` of the captions."""
        told, kernel, bias, last, last_bias = self.heads[factor]
        x = states + sum(table[codes[:, j]] for j, table in enumerate(told))
        x = np.maximum(x @ kernel + bias, 0)
        if factor:
            x = self.asked(self.asks[factor], x, *read[0][factor], read[1])
        return x @ last + last_bias

    @staticmethod
    def asked(weights, x, keys, values, allowed):
        """`Attention` of one query (batch, width) a caption, in NumPy."""
        query, query_bias, *_, output, output_bias = weights
        queries = (x @ query + query_bias).reshape(len(x), keys.shape[1], -1)
        scores = np.einsum("bhd,bhsd->bhs", queries, keys) / keys.shape[-1] ** 0.5
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True)) * allowed
        mixed = np.einsum("bhs,bhsd->bhd", shares / shares.sum(axis=-1, keepdims=True), values)
        return mixed.reshape(len(x), -1) @ output + output_bias

    def strokes(self, words, guidance=1.0, seed=0, boards=None):
        """Paint, tile by tile.

        Args:
            words: int (batch, longest).
            guidance: 1 follows the caption as learned, 0 ignores it, more than 1 exaggerates it.
            seed: of the chance; the same seed gives the same pictures.
            boards: to start from, (batch, tiles, factors), with the number behind the last code where a tile is to be
                painted; None if all are.

        Yields:
            Boards (batch, tiles, factors) after each tile.

        Raises:
            CourseError: there is no such word, or no such code.
        """
        words = asked.within(self.model.get_layer("word_embedding").input_dim, words, "words")
        random = np.random.default_rng(seed)
        boards = np.tile(np.array(self.factors), (len(words), self.tiles, 1)) if boards is None else np.array(boards)
        boards = np.stack([asked.within(1 + n, boards[..., k], "boards") for k, n in enumerate(self.factors)], axis=-1)
        empty = np.tile(self.nothing, (len(words), 1)).astype("int32")
        told, untold = self.looks(words, boards), self.looks(empty, boards)
        read, unread = self.read(words), self.read(empty)
        for tile, states in enumerate(told):
            without = next(untold) if guidance != 1 else states
            open_ = boards[:, tile, 0] == self.factors[0]
            chances = random.gumbel(size=(len(self.factors), len(words), max(self.factors)))
            if not open_.any():
                continue
            codes = np.zeros((len(words), len(self.factors)), "int32")
            for k, count in enumerate(self.factors):
                logits = self.logits(k, states, codes, read)
                plain = self.logits(k, without, codes, unread) if guidance != 1 else logits
                drawn = (plain + guidance * (logits - plain) + chances[k, :, :count]).argmax(-1)
                codes[:, k] = np.where((codes[:, 0] == 0) & (k > 0), 0, drawn)
            boards[:, tile] = np.where(open_[:, None], codes, boards[:, tile])
            yield boards.copy()

    def paint(self, words, **options):
        """The boards after the last of the `strokes`."""
        *_, boards = self.strokes(words, **options)
        return boards
