"""Numbers in words: Sino-Korean, native Korean, English.

Korean counts in ten thousands (만), English in thousands, so 12,345 is "만 이천삼백사십오" and "twelve thousand three
hundred forty-five". Minutes, dates, money and bare numbers are Sino-Korean; hours, things, people and years of age are
native up to 99, in the form that stands before their unit: 한, 두, 세, 네, 스무.
"""

from course_lib.errors import CourseError
from course_lib.texts import say

SINO = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
SINO_PLACES = ("", "십", "백", "천")
NATIVE = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
ENGLISH = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
ENGLISH_TENS = tuple("zero ten twenty thirty forty fifty sixty seventy eighty ninety".split())
LARGEST = 99_999_999


def sino(number):
    """12345 as 만 이천삼백사십오: 일 is not said before 십, 백, 천, nor alone before 만.

    Args:
        number: from 0 to 99,999,999.

    Raises:
        CourseError: another number.
    """
    _within(number, 0, LARGEST)
    if number == 0:
        return "영"
    high, low = divmod(number, 10_000)
    parts = [f"{'' if high == 1 else _below_10000(high)}만"] * (high > 0) + [_below_10000(low)] * (low > 0)
    return " ".join(parts)


def native(number):
    """25 as 스물다섯, as it stands before a unit.

    Args:
        number: from 1 to 99.

    Raises:
        CourseError: another number.
    """
    _within(number, 1, 99)
    return "스무" if number == 20 else NATIVE_TENS[number // 10] + NATIVE[number % 10]


def english(number):
    """12345 as twelve thousand three hundred forty-five: as Americans say it, without "and", and without commas.

    Args:
        number: from 0 to 99,999,999.

    Raises:
        CourseError: another number.
    """
    _within(number, 0, LARGEST)
    if number < 20:
        return ENGLISH[number]
    if number < 100:
        return ENGLISH_TENS[number // 10] + (f"-{ENGLISH[number % 10]}" if number % 10 else "")
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            high, low = divmod(number, size)
            return f"{english(high)} {name}" + (f" {english(low)}" if low else "")


def _below_10000(number):
    words = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("" if digit == 1 and place else SINO[digit]) + SINO_PLACES[place]
    return words


def _within(number, first, last):
    if not first <= number <= last:
        raise CourseError(
            say(
                "found the number {number}, expected one from {first} to {last}",
                number=number,
                first=f"{first:,}",
                last=f"{last:,}",
            )
        )
