"""GGUF files: blocks of each kind decoded as llama.cpp's own package does it, and files that are damaged."""

import struct

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.llm import gguf

ROWS = 6


def text(word):
    return struct.pack("<Q", len(word.encode())) + word.encode()


def a_file(facts=(), weights=()):
    """A file, as bytes. facts: (name, kind, bytes of the value); weights: (name, sizes as in the file, kind, bytes)."""
    begin = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(facts))
    for name, kind, value in facts:
        begin += text(name) + struct.pack("<I", kind) + value
    at = 0
    for name, sizes, kind, content in weights:
        begin += text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, kind, at)
        at += -(-len(content) // 32) * 32
    begin += b"\0" * (-len(begin) % 32)
    return begin + b"".join(content + b"\0" * (-len(content) % 32) for *_, content in weights)


WHOLE = a_file(
    [
        ("general.architecture", 8, text("llama")),
        ("a.count", 4, struct.pack("<I", 7)),
        ("a.share", 6, struct.pack("<f", 0.5)),
        ("a.yes", 7, b"\1"),
        ("a.words", 9, struct.pack("<IQ", 8, 2) + text("가") + text("b")),
        ("a.numbers", 9, struct.pack("<IQ3i", 5, 3, 1, -2, 3)),
    ],
    [("w", (3, 2), 0, np.arange(6, dtype="<f4").tobytes()), ("v", (4,), 1, np.arange(4, dtype="<f2").tobytes())],
)


@pytest.fixture
def read(tmp_path):
    def of(content):
        path = tmp_path / "some.gguf"
        path.write_bytes(content)
        return gguf.read(path)

    return of


def test_facts_and_weights(read):
    facts, weights = read(WHOLE)
    assert facts == {
        "general.architecture": "llama",
        **{"a.count": 7, "a.share": 0.5, "a.yes": True, "a.words": ["가", "b"], "a.numbers": [1, -2, 3]},
    }
    assert weights["w"].array().tolist() == [[0, 1, 2], [3, 4, 5]] and weights["w"].name == "F32"
    assert weights["v"].array().tolist() == [0, 1, 2, 3] and weights["v"].array().dtype == "float32"


def test_a_block_by_hand(read):
    """Q4_1: d = 2, m = -1; the first sixteen weights are 0 to 15 in the low halves, all others 3."""
    block = struct.pack("<2e", 2, -1) + bytes(value | 3 << 4 for value in range(16))
    _, weights = read(a_file(weights=[("w", (32, 1), 3, block)]))
    assert weights["w"].array().tolist() == [[2 * value - 1 for value in range(16)] + [5] * 16]


@pytest.mark.parametrize("kind", gguf.KINDS)
def test_blocks_equal_those_of_the_package_gguf(kind):
    theirs = pytest.importorskip("gguf")
    name, block, size, decode = gguf.KINDS[kind]
    numbers = np.random.default_rng(kind).integers(0, 256, (40, size), dtype=np.uint8)
    with np.errstate(all="ignore"):
        ours = decode(numbers)
        if name in ("F32", "F16"):
            expected = numbers.view({"F32": "<f4", "F16": "<f2"}[name]).astype("float32")
        else:
            expected = theirs.quants.dequantize(numbers, theirs.GGMLQuantizationType[name])
    assert ours.shape == (40, block) and ours.dtype == "float32"
    np.testing.assert_array_equal(ours, expected.reshape(ours.shape))


def test_a_file_that_the_package_gguf_writes(tmp_path):
    theirs = pytest.importorskip("gguf")
    path, value = tmp_path / "some.gguf", np.random.default_rng(0).normal(size=(4, 64)).astype("float32")
    writer = theirs.GGUFWriter(path, "llama")
    writer.add_block_count(3)
    writer.add_token_list(["a", "나"])
    writer.add_tensor("plain", value)
    kind = theirs.GGMLQuantizationType.Q8_0
    writer.add_tensor("small", theirs.quants.quantize(value, kind), raw_dtype=kind)
    for step in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{step}_to_file")()
    writer.close()
    facts, weights = gguf.read(path)
    assert facts["llama.block_count"] == 3 and facts["tokenizer.ggml.tokens"] == ["a", "나"]
    np.testing.assert_array_equal(weights["plain"].array(), value)
    assert 0 < np.abs(weights["small"].array() - value).max() < 0.05 and weights["small"].name == "Q8_0"


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\3\4" + b"\0" * 90])
def test_another_file_is_named(read, content):
    with pytest.raises(CourseError, match="is no GGUF file"):
        read(content)


def test_a_file_that_is_cut_off_anywhere_is_named(read):
    for length in range(4, len(WHOLE) - 32, 7):
        with pytest.raises(CourseError, match="is damaged or cut off"):
            read(WHOLE[:length])


def test_damage_anywhere_in_the_beginning_is_no_crash(read):
    generator = np.random.default_rng(0)
    for place in range(4, WHOLE.index(np.arange(6, dtype="<f4").tobytes())):
        damaged = bytearray(WHOLE)
        damaged[place] = int(generator.integers(256))
        try:
            read(bytes(damaged))
        except CourseError:
            pass


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (WHOLE[:4] + struct.pack("<I", 9) + WHOLE[8:], "version 9"),
        (a_file(weights=[("w", (32,), 19, b"\0" * 40)]), r"number 19.*Q4_K"),
    ],
)
def test_what_is_not_read_here_is_named(read, content, sentence):
    with pytest.raises(CourseError, match=sentence):
        read(content)
