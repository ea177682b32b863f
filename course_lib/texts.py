"""A sentence that people read stands in English in the code and in
Korean in a catalogue (gettext's form) beside the code.

    say("{label}: expected shape {expected}, found {found}", label="padding 1", expected=(3, 3), found=(2, 2))

gives the sentence in the reader's language, as a string that can be said in the other one, too. The catalogues are
`ko.po`, edited by people, and `ko.mo`, compiled from it by `python -m course_lib build`, one pair per folder. A package
whose sentences have a catalogue of their own adds its folder with `add`. Standard library only.
"""

import gettext
import json
import os
import unicodedata
from pathlib import Path

from course_lib import record
from course_lib.errors import CourseError

LANGUAGES = {"ko": "en", "en": "ko"}  # each with the other
_catalogues = {}  # folder -> what is translated there


class Text(str):
    """A sentence in the reader's language; `to("ko")` and `to("en")` say it in one of the two.

    Args:
        english: the sentence, with places for facts as of `str.format`.
        facts: name -> value. Values that are texts themselves, or errors that carry one, are said in the same language.
    """

    def __new__(cls, english, facts=None):
        text = super().__new__(cls, _render(english, facts or {}, language()))
        text.english, text.facts = english, facts or {}
        return text

    def to(self, chosen):
        return _render(self.english, self.facts, chosen)

    def __reduce__(self):  # what travels between processes can still be said in both languages
        return Text, (self.english, self.facts)


def say(english, **facts):
    """A `Text`; the call marks its first argument, which must be a literal, for the catalogue."""
    return Text(english, facts)


def phrase(english):
    """The same string: it only marks a literal that is said elsewhere for the catalogue."""
    return english


def joined(parts, between=", "):
    """Texts and other values, one behind the other, as one `Text`."""
    facts = {f"part{i}": part for i, part in enumerate(parts)}
    return Text(between.join(f"{{{name}}}" for name in facts), facts)


def with_unit(number, unit):
    """A number with its unit, as text; Korean counts without a space: 26개."""
    return f"{number}{'' if not unit or '가' <= unit[0] <= '힣' else ' '}{unit}"


def columns_of(text):
    """How many columns a text takes where letters are of one width: Hangul takes two a letter."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def told(thing, chosen):
    """A text, or the error that carries one, in a language, "en" or "ko"; anything else as it is."""
    if isinstance(thing, BaseException) and thing.args and isinstance(thing.args[0], Text):
        thing = thing.args[0]
    return thing.to(chosen) if isinstance(thing, Text) else thing


def both(thing):
    """A text, or the error that carries one, as {"en": ..., "ko": ...}, for files and pages."""
    return {chosen: str(told(thing, chosen)) for chosen in ("en", "ko")}


def translated(english, chosen):
    """The sentence of a catalogue for an English one, places for facts
    left open; the English one where there is none."""
    if chosen == "en":
        return english
    for catalogue in _catalogues.values():
        found = catalogue.gettext(english)
        if found != english:
            return found
    return english


def language():
    """The reader's language: COURSE_LANG, else that of the workbook around the current folder, else English.

    Raises:
        CourseError: COURSE_LANG is neither "ko" nor "en".
    """
    chosen = os.environ.get("COURSE_LANG") or of_workbook(record.workbook()) or "en"
    if chosen not in LANGUAGES:
        raise CourseError(f"COURSE_LANG is {chosen!r}, and must be one of {', '.join(LANGUAGES)}")
    return chosen


def of_workbook(folder):
    """The language that a workbook's note names, or None where it names none; also where the folder is None."""
    try:
        chosen = json.loads((folder / record.NOTE).read_text(encoding="utf-8"))["language"] if folder else None
        return chosen if chosen in LANGUAGES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def add(folder):
    """Use the catalogue `ko.mo` of a folder, too; where there is none yet, its sentences stay English."""
    path = Path(folder) / "ko.mo"
    if path.is_file():
        with path.open("rb") as file:
            _catalogues[str(folder)] = gettext.GNUTranslations(file)


def _render(english, facts, chosen):
    return translated(english, chosen).format(**{name: told(fact, chosen) for name, fact in facts.items()})


add(Path(__file__).parent)
