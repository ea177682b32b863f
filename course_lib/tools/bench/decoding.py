"""(m): SmolLM2 writing with one thread: tokens per second of processor time, ours and Hugging Face's in turns."""

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


def main(record):
    found = harness.child(measured, COURSE_BACKEND="tensorflow")
    ours, plain, looked_up = found["ours"], found["repeating"], found["with lookup"]
    print(f"(m) SmolLM2-135M, tokens/s of processor time with one thread: ours {ours:.1f}", flush=True)
    if "theirs" in found:
        theirs = found["theirs"]
        told = f"Hugging Face {theirs:.1f}, ratio {ours / theirs:.2f}, tokens {found['same']}"
    else:
        told = "Hugging Face: not installed, `python3 -m course_lib test --with-torch` installs it"
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

    both = importlib.util.find_spec("torch") and importlib.util.find_spec("transformers")
    return rates(model.load(), _theirs if both else None)


def rates(ours, theirs=None):
    """Tokens per second of processor time.

    Args:
        ours: a `LanguageModel`.
        theirs: a function of tokens that returns one without arguments, which writes; None where there is none.

    Returns:
        dict: "ours", "repeating" and "with lookup"; with theirs "theirs", too, and "same", whether tokens are.
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
    if theirs:
        actions["theirs"] = theirs(tokens)
    written, seconds = {}, {name: [] for name in actions}
    for _ in range(1 + REPEATS):  # the first time builds graphs, and does not count
        for name, action in actions.items():
            started = time.process_time()
            written[name] = action()
            seconds[name].append(time.process_time() - started)
    found = {name: len(written[name]) / statistics.median(spent[1:]) for name, spent in seconds.items()}
    if "theirs" in found:
        found["same"] = "the same" if written["theirs"] == written["ours"] else "not the same"
    return found


def _theirs(tokens):
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
