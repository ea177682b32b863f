"""Sentences in Korean and in English that say the same."""

from typing import NamedTuple

from course_lib.data.store import file
from course_lib.errors import CourseError
from course_lib.texts import say

LANGUAGES = ("ko", "en")
PARTS = {"train": (0, 0.8), "validation": (0.8, 0.9), "test": (0.9, 1)}  # from where to where


def help_sentences(language="ko", part=None):
    """Paragraphs of one to three sentences from the help of LibreOffice, about 5,000.

    Those of one page of the help stand together, and the pages in a drawn order; so a part holds whole pages, apart
    from the two at its ends, and pages of all kinds.

    Args:
        language: "ko" or "en"; both have the same paragraphs in the same order.
        part: "train" for the first 80 %, "validation" for the next and "test" for the last 10 %; None for all.

    Returns:
        A list of str; `"\\n".join(...)` makes one text of them.

    Raises:
        CourseError: there is no such language or part, or the file is missing or damaged.
    """
    if language not in LANGUAGES:
        raise CourseError(
            say("no sentences in {language}: there are {known}", language=repr(language), known=", ".join(LANGUAGES))
        )
    return _part(file(f"office_help_{language}.txt").read_text(encoding="utf-8").splitlines(), part)


class Pair(NamedTuple):
    """The same in Korean and in English."""

    ko: str
    en: str


def help_pairs(part=None):
    """Paragraphs, notes and entries of lists from the help of LibreOffice in both languages, about 10,000.

    Args:
        part: as of `help_sentences`. Its own parts are others: what is in this test can be in that training.

    Returns:
        A list of Pair.

    Raises:
        CourseError: there is no such part, or the file is missing or damaged.
    """
    import lzma  # here: a Python that was built without it has all other data

    lines = lzma.decompress(file("office_pairs.txt.xz").read_bytes()).decode().splitlines()
    return [Pair(*line.split("\t")) for line in _part(lines, part)]


def _part(found, part):
    if part is not None and part not in PARTS:
        raise CourseError(say("no part {part}: there are {known}", part=repr(part), known=", ".join(PARTS)))
    start, end = PARTS.get(part, (0, 1))
    return found[round(start * len(found)) : round(end * len(found))]
