"""office_translator.npz: a small Transformer that translates LibreOffice's help from English to Korean, for chapter 09;
office_tokens.json, its byte pairs; office_translation.json, how it learned and how well it translates.

The byte pairs are learned from the training part. Of validation and test, pairs are left out that are nearly the same
in a part before. The network sees each sentence split in other ways each time (Provilkov et al., "BPE-Dropout", ACL
2020). Its size, rate and dropout are usual ones and were not searched for; the kind of translation memory that it is
compared with was chosen on the validation part. Figures differ a little from processor to processor, so making it again
does not give the same bytes.
"""

import json
import time
from functools import cache as once

import numpy as np

from . import File, halved, npz, pip

PIECES = 4000
NEAR = 0.7  # of the likeness from 0 to 1: a pair this near to one of a part before is left out
SIZE, NORM = (2, 192, 4, 768), "pre"  # blocks, width, heads, hidden
DROPOUT, SMOOTHING, SPLIT_DROPOUT = 0.2, 0.1, 0.1
STEPS, WARM_UP, FALL, RATE = 4500, 400, 1000, 0.002  # the rate rises, stays, and falls to 0 in the end
BATCHES = {14: 72, 28: 36, 64: 16}  # tokens of the longer sentence -> pairs: about 1,000 tokens a batch
AMONG = (1, 20)  # the kinds of translation memory
ANSWER, SOURCE = 64, 112  # tokens, at most
KEPT = 500  # steps between the points of the curve


@once
def parts():
    """{"train", "validation", "test"}: lists of pairs; and how many each had before near ones were left out."""
    from course_lib import data
    from course_lib.translation_memory import closeness

    train, validation, test = (data.help_pairs(part) for part in ("train", "validation", "test"))
    found = {"train": train}
    for name, pairs, before in (("validation", validation, train), ("test", test, [*train, *validation])):
        found[name] = [pair for pair, near in zip(pairs, closeness(pairs, before)) if near < NEAR]
    return found


@once
def learned():
    """The byte pairs as `tokenizers` learns them."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    from course_lib.data.byte_pairs import WORD, apart
    from course_lib.data.quantity_tokens import RESERVED

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), "isolated")
    letters = [
        *"“”‘’…→",
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0x1100, 0x1113)),
        *map(chr, range(0x1161, 0x1176)),
    ]
    letters += map(chr, range(0x11A8, 0x11C3))  # of Hangul: at the beginning, in the middle, at the end of a syllable
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES, special_tokens=list(RESERVED), initial_alphabet=letters, show_progress=False
    )
    tokenizer.train_from_iterator([apart(text) for pair in parts()["train"] for text in pair], trainer)
    return tokenizer


def tokens():
    """office_tokens.json"""
    model = json.loads(learned().to_str())["model"]
    letters = [piece for piece in model["vocab"] if len(piece) == 1]
    letters.sort(key=model["vocab"].get)
    return (json.dumps({"letters": letters, "merges": model["merges"]}, ensure_ascii=False) + "\n").encode()


@once
def byte_pairs():
    from course_lib.data import BytePairs

    return BytePairs(**json.loads(tokens()))


def batches(pairs, generator=None):
    """Inputs and labels, as `Tokens.arrays` gives them; each batch is of one of the sizes of `BATCHES`.

    Args:
        pairs: a list.
        generator: to draw an order, and how words are split; None for the usual split, and the last batches filled up
            with PAD.
    """
    from course_lib.data.byte_pairs import apart
    from course_lib.data.quantity_tokens import RESERVED

    start, end, to_korean = (RESERVED.index(name) for name in ("<start>", "<end>", "<ko>"))
    tokenizer = learned()
    tokenizer.model.dropout = SPLIT_DROPOUT if generator else None
    english, korean = ([apart(getattr(pair, language)) for pair in pairs] for language in ("en", "ko"))
    rows = [
        ([to_korean, *source.ids], [start, *answer.ids], [*answer.ids, end])
        for source, answer in zip(tokenizer.encode_batch(english), tokenizer.encode_batch(korean))
    ]
    lengths = np.array([max(map(len, row)) for row in rows])
    found, shorter = [], 0
    for length, count in BATCHES.items():
        chosen = np.flatnonzero((lengths > shorter) & (lengths <= length))
        chosen = generator.permutation(chosen) if generator else chosen
        last = len(chosen) - len(chosen) % count if generator else len(chosen)
        for first in range(0, last, count):
            batch = np.zeros((3, count, length), "int32")
            for place, row in enumerate(chosen[first : first + count]):
                for array, ids in zip(batch, rows[row]):
                    array[place, : len(ids)] = ids
            found.append(({"source": batch[0], "target": batch[1]}, batch[2]))
        shorter = length
    return [found[place] for place in generator.permutation(len(found))] if generator else found


def smoothed(labels, logits):
    """Cross-entropy by token, PAD left out: with a share of `SMOOTHING`, any token would have been right."""
    from keras import ops

    logs = ops.log_softmax(logits)
    right = ops.take_along_axis(logs, labels[..., None], axis=-1)[..., 0]
    loss = -(1 - SMOOTHING) * right - SMOOTHING * ops.mean(logs, axis=-1)
    real = ops.cast(labels != 0, loss.dtype)
    return ops.sum(loss * real) / ops.maximum(ops.sum(real), 1)


def network(dropout=0.0):
    from course_lib.models import transformer

    return transformer.transformer(PIECES, SIZE, NORM, dropout)


def learn():
    """Train; returns the network, and a list of {"step", "train", "validation", "chrf", "seconds"}."""
    import keras

    keras.utils.set_random_seed(0)  # course_lib.start asks TensorFlow for determinism, and XLA does not promise it
    generator, model = np.random.default_rng(0), network(DROPOUT)
    optimizer = keras.optimizers.Adam(RATE, beta_2=0.98, global_clipnorm=1.0)
    model.compile(optimizer, smoothed, jit_compile=True)
    some = parts()["validation"][:: len(parts()["validation"]) // 100]
    translate, curve, losses, waiting = translator(model), [], [], []
    seconds = time.process_time()
    for step in range(1, STEPS + 1):
        waiting = waiting or batches(parts()["train"], generator)
        optimizer.learning_rate.assign(RATE * min(step / WARM_UP, 1, (STEPS + 1 - step) / FALL))
        model.reset_metrics()
        losses.append(float(model.train_on_batch(*waiting.pop())))
        if step % KEPT == 0:
            point = {"step": step, "train": np.mean(losses), "validation": held_out(model)}
            point["chrf"] = score(translate, some)
            point["seconds"] = time.process_time() - seconds
            curve.append({name: round(float(value), 3) for name, value in point.items()})
            print(curve[-1], flush=True)
            losses = []
    return model, curve


def held_out(model):
    """The loss on the validation part, by token."""
    total = count = 0
    for inputs, labels in batches(parts()["validation"]):
        model.reset_metrics()
        real = np.count_nonzero(labels)
        total, count = total + real * float(model.test_on_batch(inputs, labels)), count + real
    return total / count


def translator(model, **options):
    from course_lib.models import search

    return search.translator(model, ANSWER, **options)


def answers(translate, sentences):
    pairs = byte_pairs()
    found = translate.predict(pairs.sources(sentences, "ko", SOURCE), batch_size=100, verbose=0)
    return [pairs.decode(row) for row in found]


def score(translate, pairs):
    from course_lib.translations import chrf

    return chrf(answers(translate, [pair.en for pair in pairs]), [pair.ko for pair in pairs])


@once
def trained():
    """The network, its weights by name, rounded, and its curve."""
    model, curve = learn()
    return model, halved(model), curve


def weights():
    return npz(**trained()[1])


def report():
    """office_translation.json"""
    from course_lib.translation_memory import Memory
    from course_lib.translations import chrf

    train, *held = parts().values()
    settings = dict(near=NEAR, size=SIZE, dropout=DROPOUT, smoothing=SMOOTHING, split_dropout=SPLIT_DROPOUT)
    settings |= dict(steps=STEPS, warm_up=WARM_UP, fall=FALL, rate=RATE, batches=list(BATCHES.items()))
    model, _, curve = trained()
    network_scores = [score(translator(model), pairs) for pairs in held]
    memories = {}
    for among in AMONG:
        memory = Memory([pair.en for pair in train], [pair.ko for pair in train], among)
        memories[f"memory, best of {among}"] = [
            chrf(memory.translate([pair.en for pair in pairs]), [pair.ko for pair in pairs]) for pairs in held
        ]
    found = {
        "settings": settings,
        "pairs": {name: len(pairs) for name, pairs in parts().items()},
        "curve": curve,
        "chrf": by_part({"network": network_scores, **memories}),
    }
    return (json.dumps(found) + "\n").encode()


def by_part(scores):
    return {key: {"validation": round(one, 2), "test": round(other, 2)} for key, (one, other) in scores.items()}


FACTS = dict(
    needs=(pip("tokenizers==0.23.3"),),
    licence="MIT",
    licence_file="licences/office_translator.txt",
    origin="learned by data/makers/office_translator.py from office_pairs.txt.xz of this folder",
)
FILES = {
    "office_tokens.json": File(
        tokens, what="byte pairs of LibreOffice's help, Korean and English: letters, and merges in their order", **FACTS
    ),
    "office_translator.npz": File(
        weights,
        what="a Transformer that translates LibreOffice's help from English to Korean, float16, by layer and weight",
        effort="a quarter of an hour to 25 minutes of a processor's time; figures differ a little from processor to processor",
        **FACTS,
    ),
    "office_translation.json": File(
        report,
        what="how that Transformer learned, and how well it and a translation memory translate",
        effort="as office_translator.npz",
        **FACTS,
    ),
}
