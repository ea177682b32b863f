"""Number words against num2words, which nobody here wrote."""

import num2words
import numpy as np
import pytest

from course_lib.data import numerals
from course_lib.errors import CourseError

SMALL = range(0, 4_000)
DRAWN = (10 ** np.random.default_rng(0).uniform(0, 8, 40_000)).astype(int).tolist()
ROUND = [digit * 10**place + rest for digit in (1, 2, 9) for place in range(4, 8) for rest in (0, 1, 10, 1000)]
VALUES = [*SMALL, *DRAWN, *ROUND, numerals.LARGEST]


def test_sino_korean_and_english_equal_num2words():
    assert len(set(VALUES)) > 20_000
    for value in VALUES:
        assert numerals.sino(value) == num2words.num2words(value, lang="ko"), value
        american = num2words.num2words(value, lang="en").replace(",", "").replace(" and ", " ")
        assert numerals.english(value) == american, value


def test_native_numbers_equal_those_of_num2words_ordinals():
    """두 번째, 스물한 번째: the same form; for "first" there is another word, and for "twentieth" theirs is wrong."""
    for value in range(2, 100):
        if value != 20:
            expected = num2words.num2words(value, lang="ko", to="ordinal").removesuffix(" 번째")
            assert numerals.native(value) == expected, value
    known = {1: "한", 10: "열", 11: "열한", 20: "스무", 21: "스물한", 30: "서른", 90: "아흔"}
    assert {value: numerals.native(value) for value in known} == known


@pytest.mark.parametrize(
    "say, value, first, last",
    [
        (numerals.sino, 100_000_000, 0, 99_999_999),
        (numerals.english, -1, 0, 99_999_999),
        (numerals.native, 100, 1, 99),
        (numerals.native, 0, 1, 99),
    ],
)
def test_other_numbers_are_one_sentence_and_its_advice_works(say, value, first, last):
    with pytest.raises(CourseError, match=f"found the number {value}, expected one from {first:,} to {last:,}"):
        say(value)
    assert say(first) and say(last)
