"""(m) goes on: a language model in use, and a small GPT that learns, beside PyTorch's."""

import importlib.util
import sys
import time

from course_lib.tools.bench import harness

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
VOCABULARY, SIZE, CONTEXT, BATCH = 2000, (2, 128, 4), 64, 32  # chapter 12's GPT, but for its vocabulary
AIMS = "aims: 5 s, 1 s, 2 GB"
HOW = "`python3 -m course_lib test --with-torch` installs it"


def lines():
    """Print what was measured."""
    found = harness.child(used, COURSE_BACKEND="tensorflow")
    print(
        f"    read in {found['load']:.1f} s, first token of a question {found['first']:.2f} s later, of the next one "
        f"{found['next']:.2f} s; {found['memory']:.2f} GB at most ({AIMS})",
        flush=True,
    )
    learned = harness.child(learning, COURSE_BACKEND="tensorflow")
    theirs = (
        f"{learned['theirs']:,.0f}, ratio {learned['ours'] / learned['theirs']:.2f}"
        if "theirs" in learned
        else f"not installed: {HOW}"
    )
    print(f"    a small GPT learns, tokens/s: ours {learned['ours']:,.0f}, PyTorch {theirs}", flush=True)


def used():
    """Seconds until SmolLM2 is read, until its first token, and until that of a second question; gigabytes at most."""
    from course_lib.llm import model

    started = time.perf_counter()
    read = model.load()
    load = time.perf_counter() - started
    return {"load": load, **waited(read), "memory": peak()}


def waited(read):
    """Seconds until the first token of an answer, of a model that was just read and of one that has answered."""
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        next(read.engine.write(read.tokens.chat(QUESTION), 1))
        seconds.append(time.perf_counter() - started)
    return {"first": seconds[0], "next": seconds[1]}


def peak():
    """The most memory that this process has had, in gigabytes."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e9
    import resource

    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def learning():
    """Tokens per second that a small GPT learns from, and the same one in PyTorch where that is installed."""
    import numpy as np

    rows = np.random.default_rng(0).integers(0, VOCABULARY, (BATCH, CONTEXT + 1))
    actions = [ours(rows)]
    if importlib.util.find_spec("torch"):
        actions.append(theirs(rows))
    return {name: BATCH * CONTEXT / spent for name, spent in zip(("ours", "theirs"), harness.turns(actions, 5))}


def ours(rows):
    """One step of our GPT as chapter 12 takes it, a function without arguments that returns the loss."""
    import keras

    from course_lib.models.gpt import gpt

    model = gpt(VOCABULARY, SIZE, CONTEXT)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(0.001), loss, jit_compile=True)
    return lambda: float(model.train_on_batch(rows[:, :-1], rows[:, 1:]))


def theirs(rows):
    """The same of a GPT in PyTorch."""
    import torch

    model = twin()
    optimizer, given = torch.optim.AdamW(model.parameters(), 0.001), torch.tensor(rows)

    def step():
        logits = model(given[:, :-1])
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), given[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return float(loss)

    return step


def twin():
    """The GPT of `ours` in PyTorch: norms in front, GELU, the embedding once more for the logits."""
    import torch
    from torch import nn
    from torch.nn import functional

    blocks, width, heads = SIZE

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
            self.all, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU("tanh"), nn.Linear(4 * width, width))

        def forward(self, x):
            batch, count, _ = x.shape
            parts = self.all(self.norm_attention(x)).view(batch, count, 3, heads, -1).permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(*parts, is_causal=True)
            x = x + self.output(mixed.transpose(1, 2).reshape(batch, count, width))
            return x + self.mlp(self.norm_mlp(x))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.positions = nn.Embedding(VOCABULARY, width), nn.Embedding(CONTEXT, width)
            self.blocks = nn.Sequential(*(Block() for _ in range(blocks)))
            self.norm = nn.LayerNorm(width)

        def forward(self, tokens):
            x = self.embedding(tokens) + self.positions(torch.arange(tokens.shape[1]))
            return functional.linear(self.norm(self.blocks(x)), self.embedding.weight)

    torch.manual_seed(0)
    return GPT()
