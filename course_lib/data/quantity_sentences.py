"""Sentences about times, dates, prices, counts and numbers, in Korean and in English, made up without end.

What is true can be computed here, and there is one right answer: "오후 세 시 이십오 분" is "3:25 p.m." Korean has two
kinds of numerals, counts in ten thousands, names the large before the small (year, month, day), and its verb stands at
the end; so a translation has to reorder, to copy, and to reckon. Values of the test never occur in training.
"""

import datetime
import re
import zlib
from dataclasses import dataclass

import numpy as np

from course_lib.data.numerals import english, native, sino
from course_lib.errors import CourseError
from course_lib.texts import say

LANGUAGES = ("ko", "en")
KINDS = ("time", "date", "price", "count", "age", "number")
PARTS = ("train", "validation", "test")

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2049, 12, 31)
LARGEST_PRICE, LARGEST_NUMBER = 999_900, 9_999_999
DAYS = (
    ("월요일", "Monday"),
    ("화요일", "Tuesday"),
    ("수요일", "Wednesday"),
    ("목요일", "Thursday"),
    ("금요일", "Friday"),
    ("토요일", "Saturday"),
    ("일요일", "Sunday"),
)
MONTHS = (  # 6 and 10 lose a consonant
    *(("일월", "January"), ("이월", "February"), ("삼월", "March"), ("사월", "April"), ("오월", "May")),
    *(("유월", "June"), ("칠월", "July"), ("팔월", "August"), ("구월", "September"), ("시월", "October")),
    *(("십일월", "November"), ("십이월", "December")),
)
EVENTS = {  # what happens at a time -> what it can do
    ("회의", "meeting"): ("시작", "끝"),
    ("수업", "class"): ("시작", "끝"),
    ("영화", "movie"): ("시작", "끝"),
    ("공연", "show"): ("시작", "끝"),
    ("기차", "train"): ("출발", "도착"),
    ("버스", "bus"): ("출발", "도착"),
    ("비행기", "plane"): ("출발", "도착"),
}
VERBS = {
    "시작": ("시작합니다", "starts"),
    "끝": ("끝납니다", "ends"),
    "출발": ("출발합니다", "leaves"),
    "도착": ("도착합니다", "arrives"),
}
OCCASIONS = (
    *(("시험", "exam"), ("회의", "meeting"), ("결혼식", "wedding"), ("졸업식", "graduation"), ("축제", "festival")),
    *(("공연", "show"), ("경기", "game")),
)
THINGS = {  # Korean -> unit, singular, plural, where it is found
    "학생": ("명", "student", "students", ("교실", "공원")),
    "아이": ("명", "child", "children", ("교실", "공원")),
    "사람": ("명", "person", "people", ("교실", "공원")),
    "고양이": ("마리", "cat", "cats", ("공원", "집")),
    "강아지": ("마리", "puppy", "puppies", ("공원", "집")),
    "책": ("권", "book", "books", ("교실", "가게", "집")),
    "공책": ("권", "notebook", "notebooks", ("교실", "가게", "집")),
    "사과": ("개", "apple", "apples", ("가게", "집")),
    "의자": ("개", "chair", "chairs", ("교실", "가게", "집")),
    "사진": ("장", "photo", "photos", ("교실", "집")),
    "자동차": ("대", "car", "cars", ("주차장",)),
    "자전거": ("대", "bicycle", "bicycles", ("주차장", "공원")),
}
SOLD = ("책", "공책", "사과", "의자", "자전거")
PLACES = {
    "교실": "in the classroom",
    "공원": "in the park",
    "집": "in the house",
    "가게": "in the store",
    "주차장": "in the parking lot",
}
OLD = (("사람", "person"), ("나무", "tree"), ("거북이", "turtle"))
RESULTS = (("정답", "answer"), ("합계", "total"), ("차이", "difference"), ("평균", "average"))


@dataclass(frozen=True)
class Quantity:
    """The same said twice.

    Attributes:
        kind: of `KINDS`; of several sentences, that of the last.
        ko, en: the sentence, or the expression alone.
    """

    kind: str
    ko: str
    en: str


def quantities(count, part="train", seed=0, kinds=KINDS, sentences=1):
    """Pairs of sentences; a third of them are the bare expression, such as "오후 세 시" and "3:00 p.m."

    A value (a minute of the day, a day, a price, a number, how many of what, an age) belongs to one part, by its hash:
    8 of 10 to the training, and a tenth each to validation and test (see `part_of`).

    Args:
        count: how many.
        part: "train", "validation" or "test".
        seed: an integer or a list of integers; the same pairs for the same seed.
        kinds: those of `KINDS` that are drawn; one that is named twice comes twice as often.
        sentences: how many stand in a row in each pair; more than one makes longer ones, without bare expressions.

    Returns:
        A list of Quantity.

    Raises:
        CourseError: there is no such part or kind.
    """
    for name, known in ((part, PARTS), *((kind, KINDS) for kind in kinds)):
        if name not in known:
            raise CourseError(
                say("nothing is called {name} here: there are {known}", name=repr(name), known=", ".join(known))
            )
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        row = [_one(generator, part, kinds, bare=sentences == 1) for _ in range(sentences)]
        found.append(Quantity(row[-1].kind, " ".join(one.ko for one in row), " ".join(one.en for one in row)))
    return found


def part_of(kind, value):
    """The part that a value belongs to. What is a word of its own is always learned: one of a thing, whose English word
    is another, and bare numbers below 20."""
    number = value[-1] if kind == "count" else value
    if (kind in ("age", "count") and number == 1) or (kind == "number" and number < 20):
        return PARTS[0]
    place = zlib.crc32(f"{kind} {value}".encode()) % 10
    return PARTS[max(0, place - 7)]


def values(pairs):
    """What `part_of` keeps apart, as it stands in the English sentences: "3:25 p.m.", "June 5, 2026", "12,500 won",
    "three books", "forty years old", "two million". A set of str."""
    things = "|".join(rf"\b[a-z-]+ (?:{one}|{many})\b" for _, one, many, _ in THINGS.values())
    others = r"\d+:\d\d [ap]\.m\.|\w+ \d+, 20\d\d|[\d,]+ won|[\w-]+ years? old"
    said = re.compile(rf"{others}|{things}|(?<= is )[a-z -]+(?=\.$)|^[a-z -]+$")
    return {found for pair in pairs for found in said.findall(pair.en)}


# --- What is drawn, and how it is said. For each kind: draw(generator) -> value, and
#     render(generator, part, value, bare) -> Korean, English


def _one(generator, part, kinds, bare):
    kind = _pick(generator, kinds)
    draw, render = SAID[kind]
    value = _of_part(generator, part, kind, draw)
    return Quantity(kind, *render(generator, part, value, bare and generator.random() < 1 / 3))


def _of_part(generator, part, kind, draw):
    value = draw(generator)
    while part_of(kind, value) != part:
        value = draw(generator)
    return value


def _pick(generator, options):
    return list(options)[generator.integers(len(options))]


def topic(word):
    """회의는, 수업은: the particle follows from the word's last letter."""
    return word + ("은" if (ord(word[-1]) - ord("가")) % 28 else "는")


def subject(word):
    """개가, 명이."""
    return word + ("이" if (ord(word[-1]) - ord("가")) % 28 else "가")


def _minute(generator):
    return int(generator.integers(24 * 60))


def clock(minute):
    """A minute of the day, from 0 to 1439, in both languages."""
    hour, minute = divmod(minute, 60)
    half, hour = hour // 12, hour % 12 or 12
    korean = f"{('오전', '오후')[half]} {native(hour)} 시" + (f" {sino(minute)} 분" if minute else "")
    return korean, f"{hour}:{minute:02d} {('a.m.', 'p.m.')[half]}"


def _time(generator, part, minute, bare):
    ko, en = clock(minute)
    if bare:
        return ko, en
    (who, name), can = _pick(generator, EVENTS.items())
    does, verb = VERBS[_pick(generator, can)]
    return f"{topic(who)} {ko}에 {does}.", f"The {name} {verb} at {en}"  # the point of p.m. ends the sentence, too


def _day(generator):
    return FIRST_DAY + datetime.timedelta(days=int(generator.integers((LAST_DAY - FIRST_DAY).days + 1)))


def day(date):
    """A datetime.date in both languages, with the day of the week."""
    (month, month_name), (weekday, weekday_name) = MONTHS[date.month - 1], DAYS[date.weekday()]
    return (
        f"{sino(date.year)}년 {month} {sino(date.day)}일 {weekday}",
        f"{weekday_name}, {month_name} {date.day}, {date.year}",
    )


def _date(generator, part, date, bare):
    ko, en = day(date)
    if bare:
        return ko, en
    what, name = _pick(generator, OCCASIONS)
    return f"{topic(what)} {ko}입니다.", f"The {name} is on {en}."


def _amount(generator):
    """In hundreds, as many small ones as large ones."""
    return 100 * max(1, round(10 ** generator.uniform(0, np.log10(LARGEST_PRICE / 100))))


def _few(generator):
    return _pick(generator, SOLD), int(generator.integers(1, 11))


def price(amount):
    """Won in both languages."""
    return f"{sino(amount)} 원", f"{amount:,} won"


def _price(generator, part, amount, bare):
    ko, en = price(amount)
    if bare:
        return ko, en
    things, name = count(*_of_part(generator, part, "count", _few))
    return f"{things}에 {ko}입니다.", f"That is {en} for {name}."


def _some(generator):
    """From 1 to 99, as many of one digit as of two."""
    return _pick(generator, THINGS), int(10 ** generator.uniform(0, 2))


def count(thing, number):
    """How many of what, in both languages; `thing` is one of `THINGS`, the number from 1 to 99."""
    unit, one, many, _ = THINGS[thing]
    return f"{thing} {native(number)} {unit}", f"{english(number)} {one if number == 1 else many}"


def _count(generator, part, value, bare):
    ko, en = count(*value)
    if bare:
        return ko, en
    thing, number = value
    place = _pick(generator, THINGS[thing][-1])
    return f"{place}에 {subject(ko)} 있습니다.", f"There {'is' if number == 1 else 'are'} {en} {PLACES[place]}."


def _years(generator):
    return int(generator.integers(1, 100))


def age(number):
    """Years of age in both languages, from 1 to 99."""
    return f"{native(number)} 살", f"{english(number)} {'year' if number == 1 else 'years'} old"


def _age(generator, part, number, bare):
    ko, en = age(number)
    if bare:
        return ko, en
    what, name = _pick(generator, OLD)
    return f"이 {topic(what)} {ko}입니다.", f"This {name} is {en}."


def _number(generator):
    """As many of one digit as of seven."""
    return min(int(10 ** generator.uniform(0, np.log10(LARGEST_NUMBER + 1))), LARGEST_NUMBER)


def _result(generator, part, number, bare):
    if bare:
        return sino(number), english(number)
    what, name = _pick(generator, RESULTS)
    return f"{topic(what)} {sino(number)}입니다.", f"The {name} is {english(number)}."


SAID = {
    "time": (_minute, _time),
    "date": (_day, _date),
    "price": (_amount, _price),
    "count": (_some, _count),
    "age": (_years, _age),
    "number": (_number, _result),
}
