"""A language model that is ready to write: its tokens and its engine together."""

import math
from pathlib import Path

import numpy as np

from course_lib import data
from course_lib.llm import lookup, stored
from course_lib.llm.engine import LIKELIEST, Engine
from course_lib.texts import say

SHIPPED = "smollm2_135m"  # in data/WHEELS.json
FILE = "smollm2_135m.gguf"
UNFINISHED = "\ufffd"  # bytes that are no whole letter yet


class LanguageModel:
    """What `load` returns.

    Args:
        found: as of `stored.read`.
        name: what servers call it.
    """

    def __init__(self, found, name):
        self.stored, self.name, self.config, self.tokens = found, name, found.config, found.tokens
        self.engine = Engine(found)

    def answer(self, messages, most=256, sampling=LIKELIEST, stops=()):
        """An `Answer` to a conversation, as of `Tokens.prompt`."""
        return self.answer_to(self.tokens.chat(messages), most, sampling, stops)

    def answer_to(self, tokens, most=256, sampling=LIKELIEST, stops=()):
        """An `Answer` to tokens (T,), such as `Tokens.chat` gives."""
        return Answer(self, tokens, most, sampling, stops)

    def ask(self, question, system=None, **options):
        """The answer to one question, as text; options as of `answer`."""
        before = [] if system is None else [{"role": "system", "content": system}]
        return self.answer([*before, {"role": "user", "content": question}], **options).finish()

    def complete(self, text, most=64, sampling=LIKELIEST, stops=()):
        """What follows a text, as text, without any template."""
        return self.answer_to(self.tokens.encode(text), most, sampling, stops).finish()

    def logits(self, tokens):
        """What follows each token: (T,) -> (T, vocabulary), NumPy."""
        return self.engine.logits(tokens)

    def surprise(self, tokens, first=1):
        """Mean of -log(probability) of the tokens from place `first` on; its exponential is the perplexity.

        Args:
            tokens: (T,), integers, T above `first`.
            first: 1 or more.

        Returns:
            float, in nats a token.
        """
        return float(np.mean(_surprises(self.logits(tokens)[first - 1 : -1], tokens[first:])))

    def perplexity(self, text):
        """How many tokens the model hesitates between, on average, in a text of two tokens or more."""
        return math.exp(self.surprise(self.tokens.encode(text)))

    def network(self, **options):
        """The same model as `course_lib.models.llama` builds it, a keras.Model; options as of `llama`."""
        from course_lib.models.llama import llama

        return fill(llama(self.config, **options), self.stored)


class Answer:
    """A text while it is written: an iterator of its pieces.

    Attributes:
        prompt: tokens that were given, a list.
        written: tokens so far, a list.
        text: so far.
        reason: why it ended: "end", "length" or "stop"; None until then.
        stop: the one of `stops` that ended it, or None.
    """

    def __init__(self, model, prompt, most, sampling, stops):
        self.prompt, self.written, self.text, self.reason, self.stop = prompt, [], "", None, None
        self._model, self._stops, self._shown = model, [stop for stop in stops if stop], 0
        options = {"most": most, "ends": model.tokens.ends}
        if sampling.temperature:
            self._source = model.engine.write(prompt, sampling=sampling, **options)
        else:
            self._source = lookup.write(model.engine, prompt, **options)

    def __iter__(self):
        return self

    def __next__(self):
        while self.reason is None:
            piece = self._more()
            if piece:
                return piece
        raise StopIteration

    def finish(self):
        """All of the text."""
        for _ in self:
            pass
        return self.text

    def _more(self):
        """Write on; the text that is new and certain to stay."""
        tokens = next(self._source, None)
        if tokens is None:
            self.reason = "length"
        else:
            self.written += tokens
            if tokens[-1] in self._model.tokens.ends:
                self.reason = "end"
        whole = self._model.tokens.decode(self.written)
        found = [(whole.find(stop), stop) for stop in self._stops if stop in whole]
        if found:
            at, self.stop = min(found)
            whole, self.reason = whole[:at], "stop"
        certain = len(whole) if self.reason else len(whole) - self._held(whole)
        piece = whole[self._shown : certain]
        self._shown = max(self._shown, certain)
        self.text = whole[: self._shown]
        return piece

    def _held(self, text):
        """How many letters at the end may still become another letter, or a stop."""
        unfinished = len(text) - len(text.rstrip(UNFINISHED))
        begun = [size for stop in self._stops for size in range(1, len(stop)) if text.endswith(stop[:size])]
        return max([unfinished, *begun])


def load(path=None, name=None):
    """A language model by its path, ready to write.

    Args:
        path: of a GGUF file or a folder, as of `stored.read`; None for SmolLM2-135M-Instruct, which is fetched the
            first time (93 MB).
        name: what servers call it; None for the name of the file or folder.

    Returns:
        `LanguageModel`.

    Raises:
        CourseError: it cannot be had, or is of another form.
    """
    place = Path(data.file(FILE) if path is None else path)
    return LanguageModel(stored.read(place), name or place.resolve().stem)


def fill(network, found):
    """Put the weights of a model on the disk into a network of the same sizes.

    Args:
        network: as made by `course_lib.models.llama.llama`.
        found: as of `stored.read`.

    Returns:
        The same network.
    """
    embedding = network.get_layer("embedding")
    embedding.embeddings.assign(found.weight("embedding"))
    if not found.config.tied:
        embedding.reverse_embeddings.assign(found.weight("logits").T)
    network.get_layer("norm").scale.assign(found.weight("norm"))
    for number in range(1, found.config.blocks + 1):
        for part, layer in network.get_layer(f"block{number}").parts().items():
            value = found.weight(f"block{number}.{part}")
            if value.ndim == 1:
                layer.scale.assign(value)
                continue
            layer.kernel.assign(value.T)
            if layer.use_bias:
                layer.bias.assign(found.weight(f"block{number}.{part}.bias"))
    return network


def describe(model):
    """One line about a model."""
    from course_lib.models.llama_sizes import parameters

    return say(
        "{name}: {count} weights, {blocks} blocks, {longest} tokens at most",
        name=model.name,
        count=f"{parameters(model.config):,}",
        blocks=model.config.blocks,
        longest=f"{model.config.longest:,}",
    )


def judged(engine, texts):
    """How texts surprise an engine, and what it would have written.

    Args:
        engine: with `logits`, as of `course_lib.llm.engine.Engine`.
        texts: lists of two tokens or more.

    Returns:
        The perplexity of all texts together, and (places,) the likeliest token at each place behind their first.
    """
    surprises, likeliest = [], []
    for tokens in texts:
        rows = engine.logits(tokens)[:-1]
        surprises.append(_surprises(rows, tokens[1:]))
        likeliest.append(rows.argmax(axis=1))
    return math.exp(np.concatenate(surprises).mean()), np.concatenate(likeliest)


def _surprises(logits, tokens):
    """-log(probability) of each of some tokens (T,), by the logits (T, vocabulary) in its place."""
    rows = logits.astype("float64")
    rows = rows - rows.max(axis=1, keepdims=True)
    return np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(len(rows)), np.asarray(tokens)]
