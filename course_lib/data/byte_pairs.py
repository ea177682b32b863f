"""Byte pairs: a vocabulary of frequent pieces of words, learned from sentences (Sennrich, Haddow and Birch, "Neural
Machine Translation of Rare Words with Subword Units", ACL 2016).

A word begins as single letters. In learning, the most frequent pair of neighbours becomes one piece, then the next one,
and so on; later, a word is put together by the same merges in the same order. Syllables of Hangul are taken apart into
their letters first, so that none is unknown, and a space belongs to the word behind it.
"""

import functools
import itertools
import json
import math
import re
import unicodedata

from course_lib.data.quantity_tokens import Tokens
from course_lib.data.store import file
from course_lib.errors import CourseError
from course_lib.texts import say

WORD = r" ?(?:[^\W\d_]+|[\W\d_])"  # letters, or one digit or sign: no merge reaches across


def apart(text):
    """What is split: syllables as letters, and a space in front of the first word, too."""
    return " " + " ".join(unicodedata.normalize("NFD", text).split())


class BytePairs(Tokens):
    """A vocabulary of pieces that merges make.

    Args:
        letters: single ones, str.
        merges: pairs of pieces that become one, in the order in which they were learned.
    """

    def __init__(self, letters, merges):
        super().__init__(dict.fromkeys([*letters, *map("".join, merges)]))
        self._ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
        self._merged = functools.cache(self._merge)

    def split(self, text):
        """The pieces of a text; those of Hangul are shown apart, as the letters that they are.

        Raises:
            CourseError: a letter of it is unknown.
        """
        return [piece for word in re.findall(WORD, apart(text)) for piece in self._merged(word)]

    def decode(self, tokens):
        """The text of tokens up to END, with the letters of Hangul put together again."""
        return unicodedata.normalize("NFC", super().decode(tokens))

    def _merge(self, word):
        pieces = list(word)
        for letter in pieces:
            if letter not in self._places:
                raise CourseError(
                    say(
                        "{letter} is none of the letters that these tokens know: write Korean and English only",
                        letter=repr(letter),
                    )
                )
        while True:
            ranks = [self._ranks.get(pair, math.inf) for pair in itertools.pairwise(pieces)]
            first = min(ranks, default=math.inf)
            if first == math.inf:
                return pieces
            place = ranks.index(first)
            pieces[place : place + 2] = [pieces[place] + pieces[place + 1]]


@functools.cache
def office_tokens():
    """The byte pairs of `help_pairs`, Korean and English in one vocabulary of 4,000.

    Returns:
        BytePairs, learned from the training part.

    Raises:
        CourseError: the file is missing or damaged.
    """
    return BytePairs(**json.loads(file("office_tokens.json").read_text(encoding="utf-8")))
