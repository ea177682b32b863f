"""office_pairs.txt.xz: paragraphs of LibreOffice's help in Korean and in English, more than in office_help.

Entries of lists are among them, notes, and what is long. Left out is what the two languages say differently (other
numbers, another end, a length that does not fit), what is not translated, and what is there twice.
"""

import lzma
import re

from . import File, office_help

SIGNS = " .,'\"()\\-:;/!?%+&“”‘’=*#…→"
KOREAN = re.compile(f"[가-힣A-Za-z0-9{SIGNS}]{{4,160}}")
ENGLISH = re.compile(f"[A-Za-z0-9{SIGNS}]{{4,300}}")
HANGUL = re.compile("[가-힣]")
RATIO = (1, 4.5)  # letters of English for one of Korean


def fits(korean, english):
    """Whether they seem to say the same."""
    letters = [letter for letter in korean if letter.isalpha()]
    return (
        bool(KOREAN.fullmatch(korean) and ENGLISH.fullmatch(english) and re.search("[a-z]{3}", english))
        and len(HANGUL.findall(korean)) >= 0.6 * len(letters) > 0
        and RATIO[0] <= len(english) / len(korean) <= RATIO[1]
        and sorted(re.findall(r"\d+", korean)) == sorted(re.findall(r"\d+", english))
        and (korean[-1] in ".?!") == (english[-1] in ".?!")
    )


def packed():
    lines = (f"{ours}\t{theirs}\n" for ours, theirs in office_help.pairs(fits))
    return lzma.compress("".join(lines).encode(), preset=9)


FILES = {
    "office_pairs.txt.xz": File(
        packed,
        what="paragraphs of LibreOffice's help in Korean and in English, a pair a line",
        **office_help.FACTS,
    ),
}
