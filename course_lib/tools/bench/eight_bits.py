"""(m) goes on: SmolLM2 run by LiteRT, in float32 and with weights of 8 bits, in turns with our engine.

Each conversion takes half a minute and 5 GB, in a process of its own. Rates are tokens per second of processor time,
with one thread; how often the likeliest token is that of our engine, and the perplexity, are of eight paragraphs of
LibreOffice's help.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from course_lib import memory
from course_lib.tools.bench import harness

COUNT, REPEATS, TEXTS = 32, 3, 8
ENGINE, FLOAT, EIGHT = "engine", "LiteRT float32", "LiteRT int8"
NEEDED = 6e9  # bytes of memory


def lines():
    """Print what was measured."""
    if (free := memory.available()) < NEEDED:
        print(
            f"    LiteRT: to convert takes {memory.amount(NEEDED)} of memory, {memory.amount(free)} is free", flush=True
        )
        return
    rows = harness.child(measured, COURSE_BACKEND="tensorflow")
    for name in (FLOAT, EIGHT):
        row = rows[name]
        print(
            f"    {name}: {row['rate']:.1f}, ours {rows[ENGINE]['rate']:.1f}, ratio "
            f"{row['rate'] / rows[ENGINE]['rate']:.2f}; {row['bytes'] / 1e6:.0f} MB, likeliest token the same in "
            f"{row['same']:.1%}, perplexity {row['perplexity']:.2f} against {rows[ENGINE]['perplexity']:.2f}",
            flush=True,
        )


def measured():
    """`compared` of SmolLM2, in a process that works with one thread."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    from course_lib import data
    from course_lib.llm import model

    with tempfile.TemporaryDirectory() as scratch:
        contents = {}
        for name in (FLOAT, EIGHT):
            path = Path(scratch) / "model.tflite"
            harness.child(converted, str(path), name == EIGHT, COURSE_BACKEND="tensorflow")
            contents[name] = path.read_bytes()
    texts = [text for text in data.help_sentences("en") if 30 <= len(text.split()) <= 60 and ". " in text]
    return compared(model.load(), contents, texts[:TEXTS])


def converted(path, eight_bits):
    """Write SmolLM2 as LiteRT reads it."""
    from course_lib.llm import litert, model

    Path(path).write_bytes(litert.convert(model.load().stored, eight_bits))


def compared(ours, contents, texts, count=COUNT):
    """Our engine, LiteRT, and LiteRT with 8 bits.

    Args:
        ours: a `LanguageModel`.
        contents: {FLOAT: bytes, EIGHT: bytes}, as of `litert.convert`.
        texts: to be judged, each shorter than `litert.LENGTH`.
        count: how many tokens are written.

    Returns:
        {name: {"rate": tokens per second of processor time, "bytes": of the weights or of the file, "same": share of
        places with our engine's likeliest token, "perplexity": of the texts}}
    """
    from course_lib.llm import litert
    from course_lib.llm.model import judged
    from course_lib.models.llama_sizes import parameters

    engines = {ENGINE: ours.engine, **{name: litert.Written(found, ours.config) for name, found in contents.items()}}
    sizes = {ENGINE: 4 * parameters(ours.config), **{name: len(found) for name, found in contents.items()}}
    question = ours.tokens.chat([{"role": "user", "content": "Tell me a long story about a cat."}])
    write = {name: lambda engine=engine: engine.write(question, count) for name, engine in engines.items()}
    write[ENGINE] = lambda: sum(ours.engine.write(question, count), [])
    seconds = {name: [] for name in engines}
    for _ in range(1 + REPEATS):  # the first time builds graphs, and does not count
        for name, action in write.items():
            started = time.process_time()
            action()
            seconds[name].append(time.process_time() - started)
    tokens = [ours.tokens.encode(text) for text in texts]
    found = {name: judged(engine, tokens) for name, engine in engines.items()}
    return {
        name: {
            "rate": count / statistics.median(seconds[name][1:]),
            "bytes": sizes[name],
            "same": float(np.mean(likeliest == found[ENGINE][1])),
            "perplexity": perplexity,
        }
        for name, (perplexity, likeliest) in found.items()
    }
