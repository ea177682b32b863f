"""WordPiece, the tokens of BERT: Wu et al., "Google's Neural Machine Translation System", 2016.

A text is made simple (lower case, no accents; Hangul is taken apart by that, too), words and punctuation are set apart,
and each word is cut into the longest pieces of the vocabulary, from the left. A piece inside a word begins with "##". A
word that cannot be cut so is unknown as a whole.
"""

import re
import unicodedata

UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST = 100  # letters of a word; longer ones are unknown
CHINESE = "\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b81f\U0002b820-\U0002ceaf\uf900-\ufaff\U0002f800-\U0002fa1f"  # fmt: skip  # each sign is a word


class WordPieces:
    """A vocabulary of pieces.

    Args:
        pieces: str, in the order of their tokens.
    """

    def __init__(self, pieces):
        self.pieces = tuple(pieces)
        self._places = {piece: place for place, piece in enumerate(self.pieces)}

    def __len__(self):
        return len(self.pieces)

    def split(self, text):
        """The pieces of a text, a list of str."""
        return [piece for word in words(text) for piece in self._cut(word)]

    def encode(self, text, longest=512):
        """The tokens of a text with those of its begin and end, a list of at most `longest` integers."""
        tokens = [self._places[piece] for piece in self.split(text)][: longest - 2]
        return [self._places[BEGIN], *tokens, self._places[END]]

    def _cut(self, word):
        pieces, start = [], 0
        while start < len(word) <= LONGEST:
            beginnings = (("##" if start else "") + word[start:end] for end in range(len(word), start, -1))
            piece = next((piece for piece in beginnings if piece in self._places), None)
            if piece is None:
                break
            pieces.append(piece)
            start += len(piece.removeprefix("##") if start else piece)
        return pieces if start == len(word) else [UNKNOWN]


def words(text):
    """The words and signs of a text, in lower case and without accents."""
    text = "".join(" " if letter in "\t\n\r" else letter for letter in text if letter in "\t\n\r" or _shown(letter))
    text = re.sub(f"([{CHINESE}])", r" \1 ", text)
    text = unicodedata.normalize("NFD", text)
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn").lower()
    return "".join(f" {letter} " if _is_sign(letter) else letter for letter in text).split()


def _shown(letter):
    return letter not in "\0\ufffd" and not unicodedata.category(letter).startswith("C")


def _is_sign(letter):
    ascii_sign = letter.isascii() and letter.isprintable() and not letter.isalnum() and letter != " "
    return ascii_sign or unicodedata.category(letter).startswith("P")
