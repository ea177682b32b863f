"""What is in a GGUF file, the form in which llama.cpp keeps language models: facts by name, and weights by name.

The file begins with "GGUF", a version, and two counts. Then come the facts (name, kind, value), then a line for each
weight (name, sizes, kind, where its bytes begin), then the bytes. Nothing in the file is run, and the weights stay
where they lie, through a memory map, until somebody asks for one.

Most kinds keep 4 to 8 bits a weight, in blocks along a row that share a scale d, and some a smallest value m. With 32
weights a block, of which the first 16 stand in the low halves of 16 bytes and the others in the high halves:

    Q4_0    d (q - 8)          q from 0 to 15    4.5 bits a weight
    Q4_1    d q + m            q from 0 to 15    5
    Q5_0    d (q - 16)         q from 0 to 31    5.5
    Q5_1    d q + m            q from 0 to 31    6
    Q8_0    d q                q from -128       8.5

Q4_K, Q5_K and Q6_K are blocks of 256 in parts of 32 or 16, whose scales are numbers of 6 or 8 bits themselves.
"""

import struct
from dataclasses import dataclass

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say

MAGIC = b"GGUF"
VERSIONS = (2, 3)
NUMBERS = dict(enumerate("<B <b <H <h <I <i <f <? . . <Q <q <d".split()))  # kind of a fact -> how struct reads it
STRING, ARRAY = 8, 9
PART = 1 << 15  # blocks that are decoded at once
ALIGNMENT = 32  # unless a fact says otherwise


@dataclass(frozen=True)
class Stored:
    """A weight as it lies in the file.

    Attributes:
        shape: of the weight, rows first.
        kind: a key of `KINDS`.
        content: its bytes.
    """

    shape: tuple
    kind: int
    content: np.ndarray

    @property
    def name(self):
        """Of the kind: "Q4_1"."""
        return KINDS[self.kind][0]

    def array(self):
        """The weight, float32."""
        _, block, size, decode = KINDS[self.kind]
        blocks = self.content.reshape(-1, size)
        found = np.empty((len(blocks), block), "float32")
        for at in range(0, len(blocks), PART):  # what lies between takes several times the memory of the result
            found[at : at + PART] = decode(blocks[at : at + PART])
        return found.reshape(self.shape)


def read(path):
    """The facts and the weights of a file.

    Args:
        path: of the file.

    Returns:
        facts: dict of numbers, strings and lists of them; "general.architecture" is one of the names.
        weights: dict, name -> `Stored`.

    Raises:
        CourseError: it is no GGUF file, or is damaged, or holds a kind of weights that is not read here.
    """
    content = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)
    if bytes(content[:4]) != MAGIC:
        raise CourseError(say("{path} is no GGUF file: give the path of one that ends in .gguf", path=path))
    try:
        return _parts(path, content)
    except (struct.error, LookupError, ValueError, ArithmeticError, TypeError, MemoryError, RecursionError):
        raise CourseError(say("{path} is damaged or cut off: fetch it once more", path=path)) from None


def _parts(path, content):
    reader = _Reader(content)
    version = reader.number("<I")
    if version not in VERSIONS:
        raise CourseError(
            say(
                "{path} is GGUF of version {version}, and {known} are read here: convert it with a newer llama.cpp",
                path=path,
                version=version,
                known=", ".join(map(str, VERSIONS)),
            )
        )
    count, facts = reader.number("<Q"), {}
    for _ in range(reader.number("<Q")):
        name = reader.string()
        facts[name] = reader.value(reader.number("<I"))
    lines = [reader.line() for _ in range(count)]
    alignment = facts.get("general.alignment", ALIGNMENT)
    begin, weights = -(-reader.at // alignment) * alignment, {}
    for name, shape, kind, offset in lines:
        if kind not in KINDS:
            raise CourseError(
                say(
                    "{path} keeps {name} in a form (number {kind}) that is not read here: take one of {known}",
                    path=path,
                    name=name,
                    kind=kind,
                    known=", ".join(row[0] for row in KINDS.values()),
                )
            )
        _, block, size, _ = KINDS[kind]
        length = int(np.prod(shape)) // block * size
        stored = content[begin + offset : begin + offset + length]
        if len(stored) != length:
            raise ValueError(name)
        weights[name] = Stored(shape, kind, stored)
    return facts, weights


class _Reader:
    """Goes through the file's beginning."""

    def __init__(self, content):
        self.content, self.at = memoryview(content), len(MAGIC)

    def number(self, form):
        [value] = struct.unpack_from(form, self.content, self.at)
        self.at += struct.calcsize(form)
        return value

    def string(self):
        length = self.number("<Q")
        self.at += length
        if self.at > len(self.content):
            raise ValueError(length)
        return str(self.content[self.at - length : self.at], "utf-8")

    def value(self, kind):
        if kind == STRING:
            return self.string()
        if kind != ARRAY:
            return self.number(NUMBERS[kind])
        kind, count = self.number("<I"), self.number("<Q")
        if kind in (STRING, ARRAY):
            return [self.value(kind) for _ in range(count)]
        form = f"<{count}{NUMBERS[kind][1]}"
        values = struct.unpack_from(form, self.content, self.at)
        self.at += struct.calcsize(form)
        return list(values)

    def line(self):
        """Name, shape, kind and offset of a weight; the file has the sizes in the other order."""
        name, dimensions = self.string(), self.number("<I")
        sizes = [self.number("<Q") for _ in range(dimensions)]
        return name, tuple(reversed(sizes)), self.number("<I"), self.number("<Q")


# --- Blocks of bytes (n, size) -> weights (n, block)


def _plain(dtype):
    return lambda blocks: np.ascontiguousarray(blocks).view(dtype).astype("float32")


def _bfloat16(blocks):
    high = np.ascontiguousarray(blocks).view("<u2").astype("uint32") << 16  # the upper half of a float32
    return high.view("float32")


def _half(blocks):
    """A float16 that stands in two bytes of each block: (n, 1), float32."""
    return np.ascontiguousarray(blocks).view("<f2").astype("float32")


def _halves(bytes_):
    """The low and the high halves of bytes (n, k): (n, 2 k), float32."""
    return np.concatenate([bytes_ & 15, bytes_ >> 4], axis=1).astype("float32")


def _fifth_bits(bytes_):
    """16 for each weight whose fifth bit is set: (n, 32), of four bytes."""
    return np.unpackbits(np.ascontiguousarray(bytes_), axis=1, bitorder="little").astype("float32") * 16


def _q4_0(blocks):
    return _half(blocks[:, :2]) * (_halves(blocks[:, 2:]) - 8)


def _q4_1(blocks):
    return _half(blocks[:, :2]) * _halves(blocks[:, 4:]) + _half(blocks[:, 2:4])


def _q5_0(blocks):
    return _half(blocks[:, :2]) * (_halves(blocks[:, 6:]) + _fifth_bits(blocks[:, 2:6]) - 16)


def _q5_1(blocks):
    return _half(blocks[:, :2]) * (_halves(blocks[:, 8:]) + _fifth_bits(blocks[:, 4:8])) + _half(blocks[:, 2:4])


def _q8_0(blocks):
    return _half(blocks[:, :2]) * blocks[:, 2:].view("int8")


def _scales_of_6_bits(packed):
    """Eight scales and eight smallest values out of twelve bytes: two of (n, 8, 1), float32."""
    first, second, rest = packed[:, 0:4], packed[:, 4:8], packed[:, 8:12]
    scales = np.concatenate([first & 63, rest & 15 | first >> 2 & 48], axis=1)
    least = np.concatenate([second & 63, rest >> 4 | second >> 2 & 48], axis=1)
    return scales[..., np.newaxis].astype("float32"), least[..., np.newaxis].astype("float32")


def _with_scales_of_6_bits(blocks, q):
    """scale q - least, with a scale and a smallest value for each 32 of q (n, 8, 32)."""
    scales, least = _scales_of_6_bits(blocks[:, 4:16])
    scale, smallest = (_half(blocks[:, at : at + 2])[:, np.newaxis] for at in (0, 2))
    return (scale * scales * q.astype("float32") - smallest * least).reshape(-1, 256)


def _four_bits(bytes_, width):
    """The halves of bytes (n, k), `width` low ones before as many high ones: (n, 2 k / 32, 32)."""
    return (bytes_.reshape(len(bytes_), -1, 1, width) >> np.array([0, 4], "uint8")[:, None] & 15).reshape(
        len(bytes_), -1, 32
    )


def _q4_k(blocks):
    return _with_scales_of_6_bits(blocks, _four_bits(blocks[:, 16:], 32))


def _q5_k(blocks):
    fifth = blocks[:, 16:48].reshape(-1, 1, 32) >> np.arange(8, dtype="uint8")[:, None] & 1  # (n, 8, 32)
    return _with_scales_of_6_bits(blocks, _four_bits(blocks[:, 48:], 32) | fifth << 4)


def _q6_k(blocks):
    low = _four_bits(blocks[:, :128], 64)
    high = blocks[:, 128:192].reshape(-1, 2, 1, 32) >> np.array([0, 2, 4, 6], "uint8")[:, None] & 3
    q = (low | high.reshape(-1, 8, 32) << 4).astype("float32") - 32
    scales = blocks[:, 192:208].view("int8") * _half(blocks[:, 208:])  # (n, 16)
    return (scales[..., np.newaxis] * q.reshape(-1, 16, 16)).reshape(-1, 256)


KINDS = {  # number -> name, weights a block, bytes a block, what decodes it
    0: ("F32", 1, 4, _plain("<f4")),
    1: ("F16", 1, 2, _plain("<f2")),
    2: ("Q4_0", 32, 18, _q4_0),
    3: ("Q4_1", 32, 20, _q4_1),
    6: ("Q5_0", 32, 22, _q5_0),
    7: ("Q5_1", 32, 24, _q5_1),
    8: ("Q8_0", 32, 34, _q8_0),
    12: ("Q4_K", 256, 144, _q4_k),
    13: ("Q5_K", 256, 176, _q5_k),
    14: ("Q6_K", 256, 210, _q6_k),
    30: ("BF16", 1, 2, _bfloat16),
}
