"""Unigram pieces, the tokens of SentencePiece: Kudo, "Subword Regularization", ACL 2018.

Each piece of the vocabulary has a log-probability. Of all ways to cut a text into pieces, the one with the largest sum
is taken; Viterbi's algorithm finds it without trying all: the best way to reach a letter ends with one of the pieces
that end there. A space is written as a low line, and belongs to the word behind it.
"""

import functools
import math
import re

LINE = "\u2581"
WORSE = 10  # how much less likely an unknown letter is than the least likely piece


class Unigrams:
    """A vocabulary of pieces with log-probabilities.

    Args:
        scores: {piece: log-probability}, in the order of the tokens.
        changes: {letter: what it is replaced by before}.
        begin, end, unknown: tokens in front of a text, behind it, and in place of letters that no piece has.
    """

    def __init__(self, scores, changes, begin, end, unknown):
        self.pieces = tuple(scores)
        self.begin, self.end, self.unknown = begin, end, unknown
        self._found = {piece: (score, token) for token, (piece, score) in enumerate(scores.items())}
        del self._found[self.pieces[unknown]]
        self._changes = str.maketrans(changes)
        self._longest = max(map(len, self.pieces))
        self._worst = min(scores.values()) - WORSE
        self._cut = functools.lru_cache(100_000)(self._best)

    def __len__(self):
        return len(self.pieces)

    def tokens(self, text):
        """The tokens of a text, a list of integers."""
        text = re.sub(" +", " ", text.translate(self._changes))
        text = text.replace(" ", LINE)
        text = text if text.startswith(LINE) else LINE + text
        # no piece reaches from one word into the next
        return [token for word in re.findall(f"{LINE}[^{LINE}]*", text) for token in self._cut(word)]

    def encode(self, text, longest=512):
        """The tokens of a text with those of its begin and end, a list of at most `longest` integers."""
        return [self.begin, *self.tokens(text)[: longest - 2], self.end]

    def split(self, text):
        """The pieces of a text, a list of str."""
        return [self.pieces[token] for token in self.tokens(text)]

    def _best(self, word):
        best = [(0.0, 0, None)] + [(-math.inf, 0, None)] * len(word)  # by letters read: sum, where from, token
        for start in range(len(word)):
            reached = best[start][0]
            if reached + self._worst > best[start + 1][0]:
                best[start + 1] = (reached + self._worst, start, self.unknown)
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                score, token = self._found.get(word[start:end], (-math.inf, None))
                if reached + score > best[end][0]:
                    best[end] = (reached + score, start, token)
        tokens, end = [], len(word)
        while end:
            _, end, token = best[end]
            tokens.append(token)
        return tokens[::-1]
