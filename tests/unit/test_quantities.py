"""Sentences about times, dates, prices, counts and numbers: what they say, their parts, and their tokens."""

import datetime
import re
import subprocess
import sys
import unicodedata
from collections import Counter

import numpy as np
import pytest

from course_lib import data
from course_lib.data import quantity_sentences as module
from course_lib.data.quantity_tokens import LONGEST
from course_lib.errors import CourseError
from course_lib.files import COURSE

TOKENS = data.QUANTITY_TOKENS
MANY = data.quantities(8000)


def test_what_is_said():
    assert module.clock(15 * 60 + 25) == ("오후 세 시 이십오 분", "3:25 p.m.")
    assert [module.clock(minute) for minute in (0, 11 * 60 + 1, 12 * 60)] == [
        ("오전 열두 시", "12:00 a.m."),
        ("오전 열한 시 일 분", "11:01 a.m."),
        ("오후 열두 시", "12:00 p.m."),
    ]
    assert module.day(datetime.date(2026, 6, 5)) == ("이천이십육년 유월 오일 금요일", "Friday, June 5, 2026")
    assert module.day(datetime.date(2010, 10, 31))[0] == "이천십년 시월 삼십일일 일요일"
    assert module.price(12_500) == ("만 이천오백 원", "12,500 won")
    assert module.count("학생", 25) == ("학생 스물다섯 명", "twenty-five students")
    assert module.count("고양이", 1) == ("고양이 한 마리", "one cat")
    assert module.count("아이", 20) == ("아이 스무 명", "twenty children")
    assert module.age(1) == ("한 살", "one year old")
    assert [module.topic(word) for word in ("회의", "수업", "기차")] == ["회의는", "수업은", "기차는"]
    assert [module.subject(word) for word in ("세 명", "세 개", "세 대")] == ["세 명이", "세 개가", "세 대가"]


def test_sentences_of_each_kind():
    wanted = {
        "time": (r"\w+[은는] 오[전후] .+ 시( .+ 분)?에 \w+니다\.", r"The \w+ \w+ at \d+:\d\d [ap]\.m\."),
        "date": (r"\w+[은는] 이천\w*년 \w+월 \w+일 \w요일입니다\.", r"The \w+ is on \w+day, \w+ \d+, 20\d\d\."),
        "price": (r"\w+ \w+ \w+에 .+ 원입니다\.", r"That is [\d,]+ won for \w+ \w+\."),
        "count": (r"\w+에 \w+ \w+ \w+[이가] 있습니다\.", r"There (is one|are [\w-]+) \w+ in the [\w ]+\."),
        "age": (r"이 \w+[은는] \w+ 살입니다\.", r"This \w+ is [\w-]+ years? old\."),
        "number": (r"\w+[은는] [\w ]+입니다\.", r"The \w+ is [\w -]+\."),
    }
    for kind, (ko, en) in wanted.items():
        pairs = data.quantities(200, kinds=[kind], seed=1)
        whole = [pair for pair in pairs if pair.ko.endswith("다.")]
        assert 0.5 < len(whole) / len(pairs) < 0.85 and {pair.kind for pair in pairs} == {kind}
        for pair in whole:
            assert re.fullmatch(ko, pair.ko) and re.fullmatch(en, pair.en), pair
    assert min(Counter(pair.kind for pair in MANY).values()) > 0.8 * len(MANY) / len(wanted)


def test_there_is_one_right_answer():
    answers = {}
    for pair in MANY:
        assert answers.setdefault(pair.ko, pair.en) == pair.en and answers.setdefault(pair.en, pair.ko) == pair.ko


def test_numbers_in_both_languages_are_the_same():
    """Prices are written with digits in English: 만 이천오백 and 12,500 have the same value."""
    digits = {letter: value for value, letter in enumerate("일이삼사오육칠팔구", 1)}

    def value(words):
        total = part = digit = 0
        for letter in words.replace(" ", ""):
            if letter == "만":
                total, part, digit = 10_000 * max(1, part + digit), 0, 0
            elif letter in "십백천":
                part, digit = part + max(1, digit) * 10 ** ("십백천".index(letter) + 1), 0
            else:
                digit = digits[letter]
        return total + part + digit

    for pair in data.quantities(500, kinds=["price"], seed=2):
        words = re.search(r"(?:에 |^)([일이삼사오육칠팔구십백천만 ]+) 원", pair.ko).group(1)
        assert value(words) == int(re.search(r"([\d,]+) won", pair.en).group(1).replace(",", "")), pair


def test_values_in_the_sentences():
    pairs = [
        data.Quantity("price", "책 세 권에 만 이천오백 원입니다.", "That is 12,500 won for three books."),
        data.Quantity("time", "기차는 오후 세 시 이십오 분에 도착합니다.", "The train arrives at 3:25 p.m."),
        data.Quantity("date", "이천이십육년 유월 오일 금요일", "Friday, June 5, 2026"),
        data.Quantity("count", "공원에 사람 스물다섯 명이 있습니다.", "There are twenty-five people in the park."),
        data.Quantity("age", "한 살", "one year old"),
        data.Quantity("number", "합계는 이백만 이십입니다.", "The total is two million twenty."),
        data.Quantity("number", "삼백일", "three hundred one"),
    ]
    assert module.values(pairs) == {
        *("12,500 won", "three books", "3:25 p.m.", "June 5, 2026", "twenty-five people", "one year old"),
        *("two million twenty", "three hundred one"),
    }


def test_values_of_the_test_are_not_in_training():
    found = {part: module.values(data.quantities(12_000, part, seed=3)) for part in module.PARTS}
    assert len(found["train"]) > 5000 and len(found["test"]) > 700
    for one, other in (("train", "test"), ("train", "validation"), ("validation", "test")):
        assert not found[one] & found[other], sorted(found[one] & found[other])[:5]
    alone = [("number", 4), ("number", 19), ("age", 1), *(("count", (thing, 1)) for thing in module.THINGS)]
    assert {module.part_of(*one) for one in alone} == {"train"}
    shares = Counter(module.part_of("number", number) for number in range(10_000))
    assert all(abs(shares[part] / 10_000 - share) < 0.01 for part, share in zip(module.PARTS, (0.8, 0.1, 0.1)))


def test_same_seed_same_pairs_in_another_process_too():
    assert data.quantities(50, seed=[4, 1]) == data.quantities(50, seed=[4, 1]) != data.quantities(50, seed=[4, 2])
    code = "from course_lib import data; print(*(p.en for p in data.quantities(50, 'test', seed=5)), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=COURSE, check=True)
    assert done.stdout.splitlines() == [pair.en for pair in data.quantities(50, "test", seed=5)]


def test_several_sentences_in_a_row():
    three = data.quantities(100, "test", seed=6, sentences=3)
    assert all(pair.ko.count("다.") == 3 for pair in three)
    lengths = [len(TOKENS.split(text)) for pair in three for text in (pair.ko, pair.en)]
    assert min(lengths) > LONGEST
    assert data.QUANTITY_TOKENS.arrays(three, length=60)[1].shape == (200, 60)


def test_tokens_are_the_text():
    used = Counter()
    for pair in (*MANY, *data.quantities(2000, "test")):
        for text in (pair.ko, pair.en):
            pieces = TOKENS.split(text)
            assert "".join(pieces) == " " + text and len(pieces) < LONGEST
            assert TOKENS.decode(TOKENS.encode(text)) == text
            used.update(pieces)
    assert set(TOKENS.pieces[5:]) == set(used), "no piece is missing, and none is never used"
    assert TOKENS.pieces[:5] == ("<pad>", "<start>", "<end>", "<ko>", "<en>") and len(TOKENS) == len(set(TOKENS.pieces))
    assert TOKENS.split("오후 세 시 이십오 분") == [" 오후", " 세", " 시", " 이", "십", "오", " 분"]
    assert TOKENS.split(unicodedata.normalize("NFD", " 오후  세 시 ")) == [" 오후", " 세", " 시"]
    assert TOKENS.split("3:25 p.m.") == [" 3", ":", "2", "5", " p.m."]


def test_every_piece_can_be_learned():
    """What the test says stands somewhere in training, too."""
    learned = {piece for pair in MANY for text in (pair.ko, pair.en) for piece in TOKENS.split(text)}
    for pair in data.quantities(3000, "test", seed=7):
        for text in (pair.ko, pair.en):
            assert learned.issuperset(TOKENS.split(text)), text


def test_arrays_for_training():
    [pair] = [data.Quantity("count", "사과 세 개", "three apples")]
    inputs, labels = TOKENS.arrays([pair], length=6)
    read = lambda row: [TOKENS.pieces[token] for token in row]
    assert [read(row) for row in inputs["source"]] == [
        ["<ko>", " three", " apples", "<pad>", "<pad>", "<pad>"],
        ["<en>", " 사과", " 세", " 개", "<pad>", "<pad>"],
    ]
    assert [read(row)[:5] for row in inputs["target"]] == [
        ["<start>", " 사과", " 세", " 개", "<pad>"],
        ["<start>", " three", " apples", "<pad>", "<pad>"],
    ]
    assert [read(row)[:4] for row in labels] == [
        [" 사과", " 세", " 개", "<end>"],
        [" three", " apples", "<end>", "<pad>"],
    ]
    assert labels.dtype == inputs["source"].dtype == "int32"
    np.testing.assert_array_equal(TOKENS.sources(["three apples"], "ko", 6), inputs["source"][:1])
    one, _ = TOKENS.arrays([pair], to=["en"])
    assert one["source"].shape == (1, LONGEST)
    assert [TOKENS.decode(row) for row in labels] == ["사과 세 개", "three apples"]


def test_tokens_of_the_transformer_are_these():
    from course_lib.models import transformer

    reserved = (transformer.PAD, transformer.START, transformer.END)
    assert [TOKENS.pieces[place] for place in reserved] == ["<pad>", "<start>", "<end>"]


@pytest.mark.parametrize(
    "action, words, followed",
    [
        (
            lambda: data.quantities(1, "exam"),
            "nothing is called 'exam' here: there are train, validation, test",
            lambda: [data.quantities(1, part) for part in ("train", "validation", "test")],
        ),
        (
            lambda: data.quantities(1, kinds=["mass"]),
            "nothing is called 'mass' here: there are time, date, price",
            lambda: data.quantities(1, kinds=["time", "date", "price"]),
        ),
        (
            lambda: TOKENS.encode("three melons"),
            "' melons' begins with no known token: write as the examples are written",
            lambda: TOKENS.encode("three apples"),
        ),
        (
            lambda: TOKENS.sources(["three apples"], "ko", 2),
            "found a sentence of 3 tokens, expected at most 2: give a larger length",
            lambda: TOKENS.sources(["three apples"], "ko", 3),
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_and_its_advice_works(action, words, followed):
    with pytest.raises(CourseError, match=words):
        action()
    followed()
