"""Networks that learn to translate quantities: what chapter 09 and data/makers/translation_race.py share.

- Data: sentences of `data.quantities`, both directions in one batch; a tag in front says which.
- Networks: GRUs without attention, GRUs with it, the Transformer, all with about as many parameters.
- Training: Adam with a beta2 of 0.98; the rate falls to 0 in a line, over seconds of the processor or over steps.
- Measure: the share of sentences that are right to the letter, by greedy search.
"""

import time

import keras
import numpy as np

from course_lib import data
from course_lib.data.quantity_sentences import LANGUAGES
from course_lib.data.quantity_tokens import LONGEST
from course_lib.models import search, seq2seq, transformer
from course_lib.training import Batches, Progress, restart

BATCH = 64
SIZE = (2, 128, 4, 512)  # blocks, width, heads, hidden
VOCABULARY = len(data.QUANTITY_TOKENS)
NETWORKS = {
    "gru": lambda: seq2seq.seq2seq(VOCABULARY, 280, attention=False, name="gru"),
    "gru_attention": lambda: seq2seq.seq2seq(VOCABULARY, 248, name="gru_attention"),
    "transformer": lambda: transformer.transformer(VOCABULARY, SIZE, norm="pre", name="transformer"),
}


def batches(steps, seed, longest=1):
    """What training takes: as many pairs into Korean as into English.

    Args:
        steps: how many batches there are before they come again.
        seed: int.
        longest: with 2, half of the pairs are two sentences in a row, and so on.
    """
    count = steps * BATCH // 2 // longest
    pairs = [pair for n in range(1, longest + 1) for pair in data.quantities(count, "train", seed + n - 1, sentences=n)]
    return Batches(*data.QUANTITY_TOKENS.arrays(pairs, length=longest * LONGEST), BATCH)


def prepared(model):
    """Compile, with a loss for which nothing counts that stands behind a sentence (PAD is 0)."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=transformer.PAD)
    model.compile(keras.optimizers.Adam(0.001, beta_2=0.98), loss)
    return model


class Falling(keras.callbacks.Callback):
    """The rate rises in a line over the first part of the training and then falls to 0, where training ends.

    Args:
        rate: the highest.
        steps, seconds: one of both, how long to train; seconds are those of the processor, of all threads together, and
            begin behind the first step, in which the graph is made.
        warmup: the part over which it rises.
    """

    def __init__(self, rate, steps=None, seconds=None, warmup=0.0):
        super().__init__()
        self.rate, self.steps, self.seconds, self.warmup = rate, steps, seconds, warmup
        self.done, self.begun = 0, None

    def share(self):
        """How much of the training lies behind."""
        if self.steps:
            return self.done / self.steps
        return 0.0 if self.begun is None else (time.process_time() - self.begun) / self.seconds

    def on_train_batch_begin(self, batch, logs=None):
        share = min(self.share(), 1.0)
        rising = min(1.0, (share + 1 / (self.steps or 1000)) / self.warmup) if self.warmup else 1.0
        self.model.optimizer.learning_rate = self.rate * min(rising, 1 - share)

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        self.begun = self.begun or time.process_time()
        if self.share() >= 1:
            self.model.stop_training = True


def learn(model, given, rate, seed, **how):
    """Train a prepared network from new random weights.

    Args:
        model: as made by `prepared`.
        given: as made by `batches`; gone through again if it ends too soon.
        rate: the highest learning rate.
        seed: int.
        how: as of `Falling`.

    Returns:
        How many steps it was.
    """
    restart(model, seed)
    falling = Falling(rate, **how)
    model.fit(given, epochs=1000, verbose=0, callbacks=[falling, Progress(model.name)])
    return falling.done


def translated(translate, texts, to, length=LONGEST):
    """The answers to some texts, a list of str.

    Args:
        translate: as made by `search.translator`.
        texts: a list of str.
        to: "ko" or "en".
        length: of the arrays in tokens.
    """
    sources = data.QUANTITY_TOKENS.sources(texts, to, length)
    return [data.QUANTITY_TOKENS.decode(row) for row in translate.predict(sources, batch_size=250, verbose=0)]


def right(translate, pairs, to, length=LONGEST):
    """For each pair whether the answer is right to the letter, and how many tokens its source has: two arrays."""
    sources = [getattr(pair, {"ko": "en", "en": "ko"}[to]) for pair in pairs]
    answers = translated(translate, sources, to, length)
    tokens = np.array([len(data.QUANTITY_TOKENS.split(source)) for source in sources])
    return np.array([answer == getattr(pair, to) for answer, pair in zip(answers, pairs)]), tokens


def percent(translate, pairs, length=LONGEST):
    """How many are right in both directions together."""
    return 100 * float(np.mean([right(translate, pairs, to, length)[0].mean() for to in LANGUAGES]))


def translator(model, longest=LONGEST):
    """Greedy search; only a Transformer has a cache."""
    cached = any(isinstance(layer, transformer.DecoderBlock) for layer in model.layers)
    return search.translator(model, longest, cached=cached)
