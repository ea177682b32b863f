"""office_help_ko.txt and office_help_en.txt: sentences of LibreOffice's help, the same in two languages.

Both packages hold the same pages with the same paragraphs under the same names. Taken are paragraphs that are plain
sentences in both languages. What the pages look like is not kept.
"""

import hashlib
import re
import subprocess
import tempfile
from collections import Counter
from functools import cache as once
from html.parser import HTMLParser
from pathlib import Path

import pooch

from course_lib.errors import CourseError
from course_lib.wheels import cache

from . import File, program

VERSION = "4:7.4.7-1+deb12u14"
PACKAGES = {  # language -> package of Debian, sha256 of its file, folder of its pages
    "ko": (
        "libreoffice-help-ko",
        "7ef2d854e9ed58e6bf861cfa9fa2579555233f9df874baf327fcb07ccd190669",
        "usr/share/libreoffice/help/ko/text",
    ),
    "en": (
        "libreoffice-help-en-us",
        "8faa840285734d6cfe1ed25537b48f07e74bd6412e3917bf8e5f8a653f7b3712",
        "usr/share/libreoffice/help/en-US/text",
    ),
}
MARKS = " .,'\"()\\-:;/!?%+&“”‘’"
KOREAN = re.compile(f"[가-힣A-Za-z0-9{MARKS}]+다\\.")
ENGLISH = re.compile(f"[A-Z][A-Za-z0-9{MARKS}]+\\.")
LONGEST = 80  # letters of a Korean paragraph
RARE = 10  # a syllable that is used less often comes with its sentence out


def package(language):
    """Path of a package's file in the user's cache, before it is fetched as well as after."""
    return cache() / "debian" / f"{PACKAGES[language][0]}_{VERSION.replace(':', '%3a')}_all.deb"


def apt(what, output_file, _):
    """A downloader for pooch: apt brings the package, since it knows the machine's mirrors."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["apt-get", "download", what], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            said = " ".join(done.stderr.split())[-300:]
            raise CourseError(f"apt-get cannot download {what} ({said}): it is a package of Debian 12")
        [packed] = Path(folder).iterdir()
        Path(output_file).write_bytes(packed.read_bytes())


class Paragraphs(HTMLParser):
    """The texts of a page's paragraphs by their names."""

    def __init__(self, page):
        super().__init__()
        self.found, self.name, self.parts = {}, None, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        name = dict(attributes).get("id") or ""
        if tag == "p" and name.startswith("par_id"):
            self.name, self.parts = name, []

    def handle_data(self, text):
        self.parts.append(text)

    def handle_endtag(self, tag):
        if tag == "p" and self.name:
            self.found[self.name] = " ".join("".join(self.parts).split())
            self.name = None


def pages(language):
    """{page: {name of a paragraph: its text}}"""
    name, sha256, folder = PACKAGES[language]
    path = package(language)
    try:
        pooch.retrieve(f"{name}={VERSION}", sha256, path.name, path.parent, downloader=apt)
    except ValueError as error:  # pooch: another sha256
        raise CourseError(f"{name} is not the package it should be ({error})") from None
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["dpkg-deb", "-x", path, place], check=True)
        root = Path(place, folder)
        return {
            str(page.relative_to(root)): Paragraphs(page.read_text(encoding="utf-8")).found
            for page in sorted(root.rglob("*.html"))
        }


def is_korean(text):
    letters = text.replace(" ", "")
    syllables = sum("가" <= letter <= "힣" for letter in letters)
    return bool(KOREAN.fullmatch(text)) and 15 <= len(text) <= LONGEST and syllables >= 0.7 * len(letters)


def pairs(fits):
    """[(Korean, English)]: no text twice; pages in an order drawn by hash, so any part holds pages of all kinds.

    Args:
        fits: function of both texts: whether they are taken.
    """
    korean, english, found, known = pages("ko"), pages("en"), [], set()
    for page in sorted(korean, key=lambda page: hashlib.sha256(page.encode()).hexdigest()):
        for name, ours in korean[page].items():
            theirs = english.get(page, {}).get(name, "")
            if fits(ours, theirs) and not known & {ours, theirs}:
                known |= {ours, theirs}
                found.append((ours, theirs))
    return found


@once
def sentences():
    """[(Korean, English)]: plain ones, without rare syllables."""
    found = pairs(lambda ours, theirs: is_korean(ours) and ENGLISH.fullmatch(theirs))
    while True:  # rare syllables make others rare
        count = Counter("".join(ours for ours, _ in found))
        kept = [pair for pair in found if all(count[letter] >= RARE for letter in pair[0])]
        if len(kept) == len(found):
            return kept
        found = kept


def text(place):
    return "".join(f"{pair[place]}\n" for pair in sentences()).encode()


FACTS = dict(
    needs=(program("apt-get"), program("dpkg-deb")),
    licence="MPL-2.0",
    licence_file="licences/office_help.txt",
    origin=f"LibreOffice's help, by way of Debian's libreoffice-help-ko and libreoffice-help-en-us {VERSION}",
    effort="fetches 5 MB through apt-get; Debian 12",
)
FILES = {
    "office_help_ko.txt": File(
        lambda: text(0), what="sentences of LibreOffice's help in Korean, a paragraph a line", **FACTS
    ),
    "office_help_en.txt": File(lambda: text(1), what="the same paragraphs in English, line for line", **FACTS),
}
