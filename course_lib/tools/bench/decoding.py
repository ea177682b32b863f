"""(m): SmolLM2 writing with one thread: tokens per second of processor time, ours in turns with those of others."""

import importlib.util
import statistics
import time

from course_lib.tools.bench import eight_bits, harness, language

COUNT, REPEATS = 64, 3
STORY = (
    "Tom the baker had a small shop by the river. Every morning he baked forty loaves of bread, and every evening he "
    "gave those that were left to the ducks. One day the ducks did not come. Tom the baker walked along the river and "
    "found them sitting on the roof of the new mill, where the miller fed them with grain."
)


NEEDS = {"Hugging Face": ("torch", "transformers"), "llama.cpp": ("xllamacpp",)}


def main(record):
    found = harness.child(measured, COURSE_BACKEND="tensorflow")
    ours, plain, looked_up = found["ours"], found["repeating"], found["with lookup"]
    print(f"(m) SmolLM2-135M, tokens/s of processor time with one thread: ours {ours:.1f}", flush=True)
    for name in NEEDS:
        if name in found:
            theirs = found[name]
            told = f"{name} {theirs:.1f}, ratio {ours / theirs:.2f}, tokens {found['same'][name]}"
        else:
            told = f"{name}: not installed, {language.HOW}"
        print(f"    {told}", flush=True)
    print(
        f"    a text to be repeated: {plain:.1f}, with prompt lookup {looked_up:.1f}, ratio {looked_up / plain:.2f}",
        flush=True,
    )
    language.lines()
    eight_bits.lines()


def measured():
    """`rates` of SmolLM2, in a process that works with one thread."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    from course_lib.llm import model

    made = {"Hugging Face": hugging_face, "llama.cpp": llama_cpp}
    there = lambda name: all(map(importlib.util.find_spec, NEEDS[name]))
    return rates(model.load(), {name: write for name, write in made.items() if there(name)})


def rates(ours, others):
    """Tokens per second of processor time; all take turns.

    Args:
        ours: a `LanguageModel`.
        others: {name: function of tokens that returns one without arguments, which writes}.

    Returns:
        dict: "ours", "repeating", "with lookup" and the others' names; "same": name -> whether its tokens are ours.
    """
    from course_lib.llm import lookup

    tokens = ours.tokens.chat([{"role": "user", "content": "Tell me a long story about a cat."}])
    copied = ours.tokens.chat([{"role": "user", "content": f"Repeat this text word for word:\n{STORY}"}])
    plain = lambda given: lambda: sum(ours.engine.write(given, COUNT), [])
    actions = {
        "ours": plain(tokens),
        "repeating": plain(copied),
        "with lookup": lambda: sum(lookup.write(ours.engine, copied, COUNT), []),
    }
    actions |= {name: write(tokens) for name, write in others.items()}
    written, seconds = {}, {name: [] for name in actions}
    for _ in range(1 + REPEATS):  # the first time builds graphs, and does not count
        for name, action in actions.items():
            started = time.process_time()
            written[name] = action()
            seconds[name].append(time.process_time() - started)
    found = {name: len(written[name]) / statistics.median(spent[1:]) for name, spent in seconds.items()}
    same = {name: "the same" if written[name] == written["ours"] else "not the same" for name in others}
    return {**found, "same": same}


def llama_cpp(tokens):
    """What writes behind some tokens with llama.cpp, which reads the same file; each time from the first token on."""
    import xllamacpp

    from course_lib import data
    from course_lib.llm import model

    settings = xllamacpp.CommonParams()
    settings.model.path = str(data.file(model.FILE))
    settings.n_ctx, settings.cpuparams.n_threads, settings.cpuparams_batch.n_threads = 512, 1, 1
    server = xllamacpp.Server(settings)
    asked = {"prompt": tokens, "max_tokens": COUNT, "temperature": 0, "cache_prompt": False}
    asked |= {"return_tokens": True, "verbose": True}
    return lambda: server.handle_completions(asked)["__verbose"]["tokens"]


def hugging_face(tokens):
    """What writes behind some tokens with Hugging Face's package, in float32."""
    import torch
    import transformers

    from course_lib import data
    from course_lib.llm import model

    torch.set_num_threads(1)
    path = data.file(model.FILE)
    read = transformers.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32").eval()
    given, settings = torch.tensor([tokens]), {"max_new_tokens": COUNT, "do_sample": False, "pad_token_id": 2}

    def write():
        with torch.no_grad():
            return read.generate(given, **settings)[0, len(tokens) :].tolist()

    return write
