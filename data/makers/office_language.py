"""office_gpt.npz and office_bert.npz: a small GPT and a small BERT that have read LibreOffice's help in Korean and in
English, for chapter 12, which trains the same networks itself for fewer steps.

Both learn from the training part of the pairs alone. The GPT has the best rate of three on validation text, in bits a
character: 1.935 with 0.008, 1.929 with 0.004, 1.938 with 0.002; 900 steps instead of 2,700 gave 2.07. Of BERT, rate and
number of steps are usual ones. It guesses places of 15 % of the tokens: 80 % of these are covered, 10 % replaced, 10 %
left (Devlin et al., NAACL 2019). It begins with the embedding that the GPT has learned. Of 300 steps from scratch
nothing but frequent tokens comes out; what was tried on them, with the loss on validation text: 7.0 as it is; 7.0 with
12 places of 32 instead of 5; 6.8 at half the rate; 6.9 with an embedding drawn four times as wide; 5.6 with that of the
GPT, whose other settings are the same.
Figures differ a little from processor to processor, so making it again does not give the same bytes.
"""

import numpy as np

from . import File, halved, npz

SIZE, CONTEXT, SEEN = (2, 128, 4), 64, 32  # blocks, width, heads; tokens of a window of GPT and of BERT
DROPOUT, WARM_UP = 0.1, 60
GPT_STEPS, GPT_BATCH, GPT_RATE = 2700, 32, 0.004
BERT_STEPS, BERT_BATCH, BERT_RATE = 2400, 64, 0.003
CHOSEN = 5  # places of a window that BERT guesses: 15 % of 32
FIRST = 5  # the first token that stands for text


def stream(generator):
    """All texts of the training part, one behind the other in a drawn order, each behind <start>."""
    from course_lib import data

    tokens = data.office_tokens()
    start = tokens.pieces.index("<start>")
    rows = [[start, *tokens.encode(text)] for pair in data.help_pairs("train") for text in pair]
    rows = [rows[place] for place in generator.permutation(len(rows)) if len(rows[place]) <= CONTEXT]
    return np.concatenate(rows).astype("int32"), len(tokens), start


def schedule(rate, steps):
    import keras

    return keras.optimizers.schedules.CosineDecay(
        rate / 10, steps - WARM_UP, 0.02, warmup_target=rate, warmup_steps=WARM_UP
    )


def gpt():
    """office_gpt.npz"""
    import keras

    from course_lib.models.gpt import gpt as network

    keras.utils.set_random_seed(0)
    generator = np.random.default_rng(0)
    text, vocabulary, _ = stream(generator)
    firsts = generator.integers(0, len(text) - CONTEXT - 1, GPT_STEPS * GPT_BATCH)
    windows = text[firsts[:, None] + np.arange(CONTEXT + 1)]
    model = network(vocabulary, SIZE, CONTEXT, DROPOUT)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.AdamW(schedule(GPT_RATE, GPT_STEPS), 0.05, global_clipnorm=1.0)
    model.compile(optimizer, loss, jit_compile=True)
    model.fit(windows[:, :-1], windows[:, 1:], GPT_BATCH, verbose=0)
    return npz(**halved(model))


def covered(rows, generator, vocabulary, start):
    """Windows with covered tokens, and the places to be guessed, (windows, CHOSEN)."""
    order = np.argsort(generator.random(rows.shape) + (rows == start), axis=1)
    places, given = np.sort(order[:, :CHOSEN], axis=1), rows.copy()
    luck = generator.random(places.shape)
    there = np.take_along_axis(rows, places, axis=1)
    anything = generator.integers(FIRST, vocabulary, places.shape)
    new = np.where(luck < 0.8, vocabulary, np.where(luck < 0.9, anything, there))  # the last token covers
    np.put_along_axis(given, places, new.astype(given.dtype), axis=1)
    return given, places.astype("int32"), there


def guesser(model):
    """A network made by `bert`, which gives logits of some places only: most of the work is in the vocabulary."""
    import keras
    from keras import ops

    places = keras.Input((CHOSEN,), dtype="int32", name="places")
    last = model.get_layer(f"block{SIZE[0]}").output[0]
    x = ops.take_along_axis(last, places[..., None], axis=1)
    x = model.get_layer("words_norm")(model.get_layer("words_dense")(x))
    x = model.get_layer("words_bias")(model.get_layer("embedding")(x, reverse=True))
    return keras.Model([model.input, places], x)


def begin_with(embedding, vocabulary):
    """Give the tokens that the GPT knows the vectors that it has learned for them."""
    from course_lib import weights
    from course_lib.models.gpt import gpt as network

    learned = weights.load(network(vocabulary, SIZE, CONTEXT), "office_gpt").get_layer("embedding").embeddings
    embedding.assign(np.concatenate([learned.numpy(), embedding.numpy()[vocabulary:]]))


def bert():
    """office_bert.npz"""
    import keras

    from course_lib.models.bert import bert as network

    keras.utils.set_random_seed(0)
    generator = np.random.default_rng(0)
    text, vocabulary, start = stream(generator)
    firsts = generator.integers(0, len(text) - SEEN, BERT_STEPS * BERT_BATCH)
    given, places, answers = covered(text[firsts[:, None] + np.arange(SEEN)], generator, vocabulary, start)
    model = network(vocabulary + 1, SIZE, "words", CONTEXT, DROPOUT, pairs=False)
    begin_with(model.get_layer("embedding").embeddings, vocabulary)
    training = guesser(model)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.AdamW(schedule(BERT_RATE, BERT_STEPS), 0.05, global_clipnorm=1.0)
    training.compile(optimizer, loss, jit_compile=True)
    training.fit([given, places], answers, BERT_BATCH, verbose=0)
    return npz(**halved(model))


FACTS = dict(
    needs=(),
    licence="MIT",
    licence_file="licences/office_translator.txt",
    origin="learned by data/makers/office_language.py from office_pairs.txt.xz of this folder",
    effort="half an hour of a processor core's time for both; figures differ a little from processor to processor",
)
FILES = {
    "office_gpt.npz": File(gpt, what="a small GPT of LibreOffice's help, Korean and English, float16", **FACTS),
    "office_bert.npz": File(bert, what="a small BERT of LibreOffice's help, Korean and English, float16", **FACTS),
}
