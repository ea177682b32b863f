"""Writing an answer token by token: greedy and beam search, as networks of their own that any backend compiles.

A Transformer gives, for each next token, logits. Greedy search takes the best one and goes on from there. Beam search
keeps the best few beginnings: a token that looked second-best may begin the better sentence (Sutskever et al.,
"Sequence to Sequence Learning with Neural Networks", NeurIPS 2014). Longer sentences have more factors below 1, so the
sums of log-probabilities are compared after division by ((5 + length) / 6) ** penalty (Wu et al., "Google's Neural
Machine Translation System", 2016), with 4 beams and 0.6 in "Attention Is All You Need".
"""

import keras
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models import transformer
from course_lib.models.transformer import END, PAD, START
from course_lib.texts import say

NEVER = -1e9  # as a sum of log-probabilities


def translator(model, longest=64, beams=1, penalty=0.6, cached=True, name=None):
    """A network that translates.

    Args:
        model: as made by `transformer.transformer`; the translator has its weights, now and later.
        longest: how many tokens an answer has at most, END included.
        beams: how many beginnings are kept; 1 is greedy search.
        penalty: exponent of the length by which sums of log-probabilities are divided; 0 for none.
        cached: keep keys and values of the tokens so far, or else go through all of them again for each token.

    Returns:
        keras.Model from the source (batch, S) to the answer (batch, longest), integers: without START, up to END and
        with PAD behind it. `translator(...).predict(source)` compiles it once for all batches.

    Raises:
        CourseError: there is no beam, no token to be written, or nothing of which keys and values could be kept.
    """
    if beams < 1 or longest < 1:
        raise CourseError(
            say("found beams={beams} and longest={longest}: both must be at least 1", beams=beams, longest=longest)
        )
    if cached and not any(isinstance(layer, transformer.DecoderBlock) for layer in model.layers):
        raise CourseError(say("the network {name} has no blocks whose keys and values could be kept: give `cached=False`", name=model.name))  # fmt: skip
    source = keras.Input((None,), dtype="int32", name="source")
    search = Search(model, longest, beams, penalty, cached, name="search")
    return keras.Model(source, search(source), name=name or f"{model.name}_translator")


class Search(layers.Layer):
    """Source (batch, S) -> answer (batch, longest). Arguments as of `translator`."""

    def __init__(self, model, longest, beams, penalty, cached, **options):
        super().__init__(**options)
        self.model, self.longest = model, longest
        self.beams, self.penalty, self.cached = beams, penalty, cached

    def compute_output_spec(self, source):
        return keras.KerasTensor((source.shape[0], self.longest), "int32")

    def call(self, source):
        return self.greedy(source) if self.beams == 1 else self.beam(source)

    def begin(self, source):
        """The cache, and what does not change from token to token."""
        return transformer.begin(self.model, source, self.longest) if self.cached else ([], source)

    def next(self, tokens, at, cache, given):
        """Logits (rows, vocabulary) of what follows token `at` of (rows, longest), and the cache."""
        if self.cached:
            return transformer.read_on(self.model, ops.take(tokens, at, axis=1), at, cache, given)
        return ops.take(self.model({"source": given, "target": tokens}), at, axis=1), cache

    def place(self, tokens, at, token):
        """Token `at` of (rows, longest) replaced."""
        return ops.where(ops.arange(ops.shape(tokens)[1]) == at, token[:, None], tokens)

    def start(self, rows):
        """START, and PAD for all that is to come: (rows, 1 + longest)."""
        tokens = ops.full((rows, 1 + self.longest), PAD, dtype="int32")
        return self.place(tokens, 0, ops.full((rows,), START, dtype="int32"))

    def ended(self, tokens):
        return ops.any(tokens == END, axis=1)

    def unfinished(self, at, tokens, *_):
        return ops.logical_and(at < self.longest, ops.logical_not(ops.all(self.ended(tokens))))

    def greedy(self, source):
        cache, given = self.begin(source)

        def write(at, tokens, *cache):
            logits, cache = self.next(tokens[:, :-1], at, cache, given)
            token = ops.cast(ops.argmax(_writable(logits), axis=-1), "int32")
            token = ops.where(self.ended(tokens), PAD, token)
            return at + 1, self.place(tokens, at + 1, token), *cache

        first = (ops.cast(0, "int32"), self.start(ops.shape(source)[0]), *cache)
        return ops.while_loop(self.unfinished, write, first)[1][:, 1:]

    def beam(self, source):
        """Each sentence has `beams` rows, one below the other. A finished one stays as it is, and keeps its place as
        long as it is among the best."""
        batch, beams = ops.shape(source)[0], self.beams
        apart = lambda part: ops.repeat(part, beams, axis=0)
        cache, given = keras.tree.map_structure(apart, self.begin(source))  # read once for all beams
        first_rows = beams * ops.arange(batch)[:, None]

        def write(at, tokens, scores, *cache):
            logits, cache = self.next(tokens[:, :-1], at, cache, given)
            vocabulary = logits.shape[-1]
            more = _writable(ops.log_softmax(logits))
            only_pad = ops.where(ops.arange(vocabulary) == PAD, 0.0, NEVER)
            more = ops.where(self.ended(tokens)[:, None], only_pad, more)  # (batch x beams, vocabulary)
            sums = ops.reshape(ops.reshape(scores, (-1, 1)) + more, (-1, beams * vocabulary))
            scores, best = ops.top_k(sums, beams)  # (batch, beams) both, over all beginnings of a sentence
            rows = ops.reshape(first_rows + ops.cast(best // vocabulary, "int32"), (-1,))
            token = ops.reshape(ops.cast(best % vocabulary, "int32"), (-1,))
            tokens, *cache = (ops.take(part, rows, axis=0) for part in (tokens, *cache))
            return at + 1, self.place(tokens, at + 1, token), scores, *cache

        alone = ops.where(ops.arange(beams) == 0, 0.0, NEVER)  # all begin alike: only the first one counts
        scores = ops.broadcast_to(alone, (batch, beams))
        first = (ops.cast(0, "int32"), self.start(batch * beams), scores, *cache)
        _, tokens, scores, *_ = ops.while_loop(self.unfinished, write, first)
        tokens = ops.reshape(tokens[:, 1:], (-1, beams, self.longest))
        lengths = ops.cast(ops.sum(tokens != PAD, axis=-1), scores.dtype)
        best = ops.argmax(scores / ((5 + lengths) / 6) ** self.penalty, axis=-1)  # (batch,)
        return ops.take_along_axis(tokens, ops.cast(best, "int32")[:, None, None], axis=1)[:, 0]


def _writable(scores):
    """PAD and START are never written."""
    return ops.where(ops.arange(scores.shape[-1]) >= END, scores, NEVER)
