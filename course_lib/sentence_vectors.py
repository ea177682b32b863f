"""Sentences as vectors: texts that mean alike point into like directions, whatever words they use.

Two networks of BERT's form, with weights from packages, which are fetched the first time:

- MiniLM (all-MiniLM-L6-v2 of Sentence-Transformers; Wang et al., "MiniLM", NeurIPS 2020; Reimers and Gurevych,
  "Sentence-BERT", EMNLP 2019): 6 blocks of width 384, English.
- E5 (multilingual-e5-small; Wang et al., "Multilingual E5 Text Embeddings", 2024): 12 blocks of width 384, a hundred
  languages, among them Korean; in 4 bits. It was trained with "query: " or "passage: " in front of each text.

The vector of a text is the mean of those of its tokens, divided by its length; the product of two is their cosine.
"""

import functools
import gc

import numpy as np

from course_lib import data, hugging_face
from course_lib.errors import CourseError
from course_lib.progress import bar
from course_lib.texts import say

MINILM, MINILM_WORDS = "minilm.safetensors", "minilm_words.txt"
E5 = "e5_small_q4.bin"
KINDS = ("query", "passage")
HEADS = 12
BATCH = 32


class Encoder:
    """Makes vectors of texts. The network is built when it is first needed: its vocabulary alone is often enough.

    Args:
        build: function that returns the `model`.
        tokens, pad, longest, prefixes: as the attributes.

    Attributes:
        model: keras.Model from tokens (batch, T) to vectors of the tokens (batch, T, width).
        tokens: the vocabulary, with `encode`.
        pad: the token that fills up short texts.
        longest: how many tokens of a text are read.
        prefixes: what is put in front of a text, by kind.
    """

    def __init__(self, build, tokens, pad, longest, prefixes):
        self._build, self.tokens, self.pad, self.longest, self.prefixes = build, tokens, pad, longest, prefixes

    @functools.cached_property
    def model(self):
        gc.collect()  # networks refer to themselves; let go of those that are no longer needed
        return self._build()

    def encode(self, texts, kind="passage"):
        """Vectors of length 1.

        Args:
            texts: a list of str.
            kind: "query" for what is asked, "passage" for what may answer.

        Returns:
            (n, width), float32.

        Raises:
            CourseError: the kind is unknown, or there is one text instead of a list.
        """
        if kind not in KINDS:
            raise CourseError(say("found the kind {kind}: it must be one of {known}", kind=repr(kind), known=", ".join(KINDS)))  # fmt: skip
        if isinstance(texts, str):
            raise CourseError(say("found a text, expected a list of texts: put it into brackets, [text]"))
        rows = [self.tokens.encode(self.prefixes.get(kind, "") + text, self.longest) for text in texts]
        found = np.zeros((len(rows), self.model.output.shape[-1]), "float32")
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))  # those of a batch are about as long
        with bar(total=len(rows), desc=say("reading")) as done:
            for start in range(0, len(rows), BATCH):
                some = order[start : start + BATCH]
                tokens = np.full((len(some), max(len(rows[i]) for i in some)), self.pad, "int32")
                for row, i in zip(tokens, some):
                    row[: len(rows[i])] = rows[i]
                real = (tokens != self.pad)[..., None]
                vectors = self.model.predict_on_batch(tokens)
                found[some] = (vectors * real).sum(axis=1) / real.sum(axis=1)
                done.update(len(some))
        return found / np.linalg.norm(found, axis=1, keepdims=True)


@functools.cache
def minilm():
    """all-MiniLM-L6-v2, English.

    Returns:
        Encoder.

    Raises:
        CourseError: the weights (84 MB) are not on this machine and cannot be fetched.
    """
    from course_lib.models.bert import bert
    from course_lib.models.summary import blueprint

    path, words = data.file(MINILM), data.WordPieces(data.file(MINILM_WORDS).read_text(encoding="utf-8").splitlines())

    def build():
        model = blueprint(bert, len(words), (6, 384, HEADS), None, pairs=False, name="minilm")
        return hugging_face.fill(model, hugging_face.tensors(path))

    return Encoder(build, words, 0, 256, {})


@functools.cache
def e5():
    """multilingual-e5-small, a hundred languages.

    Returns:
        Encoder.

    Raises:
        CourseError: the weights (91 MB) are not on this machine and cannot be fetched.
    """
    from course_lib.data import e5_file
    from course_lib.models.bert import bert
    from course_lib.models.summary import blueprint

    facts, pieces, stored = e5_file.read(data.file(E5))

    def build():
        size = facts["blocks"], facts["width"], facts["heads"]
        model = blueprint(bert, facts["vocabulary"], size, None, facts["context"], pairs=False, pad=1, name="e5")
        return hugging_face.fill(model, stored())

    prefixes = {"query": "query: ", "passage": "passage: "}
    return Encoder(build, pieces, 1, facts["context"], prefixes)
