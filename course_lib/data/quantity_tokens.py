"""Sentences as tokens: a space belongs to the token behind it, so that tokens put one after the other are the text."""

import functools
import itertools
import re
import unicodedata

import numpy as np

from course_lib.data import numerals, quantity_sentences
from course_lib.errors import CourseError
from course_lib.texts import say

PAD, START, END = "<pad>", "<start>", "<end>"
TAGS = {"ko": "<ko>", "en": "<en>"}  # in front of a source: the language to translate into
RESERVED = (PAD, START, END, *TAGS.values())
LONGEST = 18  # tokens of a sentence of quantity_sentences.py, with the tag in front, or with START, or with END


class Tokens:
    """A vocabulary of pieces of text.

    Attributes:
        pieces: a tuple of str, the reserved ones first; a token is a place in it. Behind a space, one begins a word.
    """

    def __init__(self, pieces):
        self.pieces = (*RESERVED, *pieces)
        self._places = {piece: place for place, piece in enumerate(self.pieces)}

    @functools.cached_property
    def _longest(self):
        pieces = sorted(self.pieces[len(RESERVED) :], key=len, reverse=True)
        return re.compile("|".join(map(re.escape, pieces)))

    def __len__(self):
        return len(self.pieces)

    def split(self, text):
        """The pieces of a text, each as long as possible; the first word gets a space, too.

        Raises:
            CourseError: something in it is none of the pieces.
        """
        text = " " + " ".join(unicodedata.normalize("NFC", text).split())  # some systems take Hangul apart
        found, place = [], 0
        while place < len(text):
            match = self._longest.match(text, place)
            if not match:
                rest = repr(text[place:])
                raise CourseError(
                    say("{rest} begins with no known token: write as the examples are written", rest=rest)
                )
            found.append(match.group())
            place = match.end()
        return found

    def encode(self, text):
        """The tokens of a text, a list of integers.

        Raises:
            CourseError: as of `split`.
        """
        return [self._places[piece] for piece in self.split(text)]

    def decode(self, tokens):
        """The text of tokens up to END; reserved ones say nothing."""
        pieces = []
        for token in tokens:
            if self.pieces[token] == END:
                break
            if token >= len(RESERVED):
                pieces.append(self.pieces[token])
        return "".join(pieces).strip()

    def sources(self, texts, to, length=LONGEST):
        """Sentences to be translated: (batch, length), int32; the tag, the tokens, and PAD behind them.

        Args:
            texts: a list of str.
            to: "ko" or "en", or a list with one of these for each text.
            length: as many columns.

        Raises:
            CourseError: as of `split`, or a sentence is longer than that.
        """
        to = [to] * len(texts) if isinstance(to, str) else to
        return _rows([[self._places[TAGS[one]], *self.encode(text)] for text, one in zip(texts, to)], length)

    def arrays(self, pairs, to=quantity_sentences.LANGUAGES, length=LONGEST):
        """What training takes.

        Args:
            pairs: a list of objects with `ko` and `en`.
            to: the languages to translate into; with both, each pair gives two rows, one after the other.
            length: as many columns have all three arrays.

        Returns:
            {"source", "target"} and the labels, all (rows, length), int32. The target is the answer with START in
            front, the labels are the answer with END behind it: what is to follow each token of the target.

        Raises:
            CourseError: as of `sources`.
        """
        rows = [(getattr(pair, {"ko": "en", "en": "ko"}[one]), getattr(pair, one), one) for pair in pairs for one in to]
        sources, answers, to = zip(*rows)
        answers = [self.encode(text) for text in answers]
        start, end = self._places[START], self._places[END]
        inputs = {
            "source": self.sources(sources, to, length),
            "target": _rows([[start, *answer] for answer in answers], length),
        }
        return inputs, _rows([[*answer, end] for answer in answers], length)


def _rows(rows, length):
    longest = max(map(len, rows), default=0)
    if longest > length:
        raise CourseError(
            say(
                "found a sentence of {longest} tokens, expected at most {length}: give a larger length",
                longest=longest,
                length=length,
            )
        )
    found = np.zeros((len(rows), length), "int32")  # PAD is 0
    for row, tokens in zip(found, rows):
        row[: len(tokens)] = tokens
    return found


def _pieces():
    """Of the sentences of quantity_sentences.py: what begins a word, and what stands in one."""
    sino = [*numerals.SINO[1:], *numerals.SINO_PLACES[1:], "만"]
    native = [*numerals.NATIVE[1:], *numerals.NATIVE_TENS[1:], "스무"]
    ones = numerals.ENGLISH[1:10]
    words = [
        *(*sino, *native, *numerals.ENGLISH[1:], *numerals.ENGLISH_TENS[2:], "hundred", "thousand", "million"),
        *(*"123456789", "시", "분", "원", "살", "오전", "오후", "있습니다"),
        *("a.m.", "p.m.", "won", "year", "years", "old"),
        *("The", "There", "This", "That", "at", "on", "for", "is", "are"),
    ]
    said = quantity_sentences
    for pairs in (said.DAYS, said.MONTHS, said.EVENTS, said.VERBS.values(), said.OCCASIONS, said.OLD, said.RESULTS):
        words += itertools.chain(*pairs)
    for thing, (unit, one, many, _) in said.THINGS.items():
        words += [thing, unit, one, many]
    for place, where in said.PLACES.items():
        words += [place, *where.split()]
    inside = [*sino, *numerals.NATIVE[1:10], *"0123456789", *ones, "년", "은", "는", "가", "에", "입니다", *".,:-"]
    return (*dict.fromkeys(" " + word for word in words), *dict.fromkeys(inside))


QUANTITY_TOKENS = Tokens(_pieces())
