"""Byte pairs: a vocabulary of frequent pieces of words, learned from sentences (Sennrich, Haddow and Birch, "Neural
Machine Translation of Rare Words with Subword Units", ACL 2016).

A word begins as single letters. In learning, the most frequent pair of neighbours becomes one piece, then the next one,
and so on; later, a word is put together by the same merges in the same order. Syllables of Hangul are taken apart into
their letters first, so that none is unknown, and a space belongs to the word behind it.
"""

import functools
import heapq
import itertools
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict

from course_lib.data.quantity_tokens import Tokens
from course_lib.data.store import file
from course_lib.errors import CourseError
from course_lib.texts import say

WORD = r" ?(?:[^\W\d_]+|[\W\d_])"  # letters, or one digit or sign: no merge reaches across


def apart(text):
    """What is split: syllables as letters, and a space in front of the first word, too."""
    return " " + " ".join(unicodedata.normalize("NFD", text).split())


def words(texts):
    """How often each word of texts comes, as letters: Counter."""
    return Counter(word for text in texts for word in re.findall(WORD, apart(text)))


def learn(counts, count):
    """Learn merges from words: again and again, the most frequent pair of neighbours becomes one piece.

    Of pairs that are equally frequent, the one whose pieces were there first is taken, as `tokenizers` does.

    Args:
        counts: {word: how often it comes}, as of `words`.
        count: how many merges; fewer where nothing is left to be merged.

    Returns:
        The letters, sorted, and the merges in the order in which they were learned: what `BytePairs` takes.
    """
    letters = sorted(set().union(*counts))
    pieces, places = [*letters], {letter: place for place, letter in enumerate(letters)}
    split = [[places[letter] for letter in word] for word in counts]  # each word, as places in `pieces`
    times = list(counts.values())
    often, found_in = Counter(), defaultdict(set)  # of each pair of places
    for number, word in enumerate(split):
        for pair in itertools.pairwise(word):
            often[pair] += times[number]
            found_in[pair].add(number)
    waiting = [(-much, pair) for pair, much in often.items()]
    heapq.heapify(waiting)
    merges = []
    while waiting and len(merges) < count:
        much, pair = heapq.heappop(waiting)
        if often[pair] != -much:  # it has become rarer since it was put here
            if often[pair] > 0:
                heapq.heappush(waiting, (-often[pair], pair))
            continue
        merges.append((pieces[pair[0]], pieces[pair[1]]))
        new = places.setdefault("".join(merges[-1]), len(pieces))
        if new == len(pieces):
            pieces.append("".join(merges[-1]))
        changed = set()
        for number in found_in.pop(pair):
            for one in itertools.pairwise(split[number]):
                often[one] -= times[number]
            split[number] = joined(split[number], pair, new)
            for one in itertools.pairwise(split[number]):
                often[one] += times[number]
                found_in[one].add(number)
                changed.add(one)
        for one in changed:
            heapq.heappush(waiting, (-often[one], one))
    return letters, merges


def joined(word, pair, new):
    """A word in which a pair has become one piece, from the left."""
    found, place = [], 0
    while place < len(word):
        together = tuple(word[place : place + 2]) == pair
        found.append(new if together else word[place])
        place += 1 + together
    return found


class BytePairs(Tokens):
    """A vocabulary of pieces that merges make.

    Args:
        letters: single ones, str.
        merges: pairs of pieces that become one, in the order in which they were learned.
    """

    def __init__(self, letters, merges):
        super().__init__(dict.fromkeys([*letters, *map("".join, merges)]))
        self.merges = tuple(map(tuple, merges))
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
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
