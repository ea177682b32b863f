"""Limits and lists that a book keeps: sizes, figures, the search, published sections; and that each is noticed."""

import os
import shutil

import pytest
import reading

from course_lib.texts import LANGUAGES
from course_lib.tools import chapters
from course_lib.tools.bench import book as bench
from course_lib.tools.book import packed, published


@pytest.fixture
def copy(book, tmp_path):
    """A book to spoil: its files are the other one's, so a test writes new ones in their place."""
    shutil.copytree(book, tmp_path / "book", copy_function=os.link)
    return tmp_path / "book"


def spoil(path, change):
    content = change(path.read_bytes())
    path.unlink()
    path.write_bytes(content)


def test_nothing_is_too_large(book):
    assert list(reading.of_sizes(book)) == []


def test_what_is_too_large_is_noticed(copy):
    spoil(copy / "ko" / "02_lesson.html", lambda text: text + b" " * reading.PAGE_BYTES)
    spoil(copy / "widgets" / "02_lesson.js", lambda text: text + b" " * reading.LATER_BYTES)
    found = [sentence for sentence in reading.of_sizes(copy) if not sentence.startswith("the book ")]
    assert [sentence.split(" bytes")[0].rstrip("0123456789") for sentence in found] == [
        "en/02_lesson.html fetches ",
        "ko/02_lesson.html has ",
        "ko/02_lesson.html fetches ",
    ]
    (copy / "figures" / "film.webp").write_bytes(bytes(reading.BYTES * len(chapters.every()) // reading.CHAPTERS))
    assert any(sentence.startswith("the book has ") for sentence in reading.of_sizes(copy))


def test_a_page_weighs_what_it_fetches(tmp_path):
    for folder in ("en", "widgets", "figures", "static"):
        (tmp_path / folder).mkdir()
    files = {"figures/a.webp": 1000, "figures/b.webp": 200, "static/widgets.js": 30, "widgets/01_lesson.js": 4}
    for name, size in files.items():
        (tmp_path / name).write_bytes(bytes(size))
    page = tmp_path / "en" / "01_lesson.html"
    picture = '<img src="../figures/a.webp">'
    page.write_text(2 * picture)  # is fetched once
    assert bench.weight(page) == 2 * len(picture) + 1000
    page.write_text(f'<div class="course-live">{picture}</div>')
    assert bench.weight(page) == page.stat().st_size + 1000 and bench.later(page) == 34


def test_every_figure_is_stored_once(book):
    assert list(reading.of_figures(book)) == [] and len(list((book / "figures").iterdir())) > 100


def test_a_figure_that_is_stored_twice_or_lost_is_noticed(copy):
    one, other, *_ = sorted((copy / "figures").iterdir())
    shutil.copyfile(one, copy / "figures" / "again.webp")
    other.unlink()
    assert list(reading.of_figures(copy)) == [
        f"{one.name} and again.webp are the same",
        "again.webp is shown nowhere",
        f"{other.name} is not there",
    ]


def test_the_search_knows_every_section_and_word(book):
    assert list(reading.of_search(book)) == []
    for language in LANGUAGES:
        told = "\n".join(text for sections in reading.searched(book, language).values() for *_, text in sections)
        assert all(reading.pattern(word).search(told) for word in reading.WORDS[language])


def changed_search(copy, change):
    """Change what the search knows of the sections of a page in English."""
    known = reading.searched(copy, "en")
    change(known["01_lesson"])
    told = packed.packed(list(known.items()))
    spoil(copy / "en" / "text.js", lambda _: f'found("{told}");\n'.encode())
    return list(reading.of_search(copy))


def test_a_section_that_the_search_lost_is_noticed(copy):
    where = "the-receptive-field-how-far-one-unit-sees"
    found = changed_search(
        copy, lambda sections: sections.remove(next(section for section in sections if section[0] == where))
    )
    assert found[0] == f"en/01_lesson: the search does not know #{where}"
    assert any("receptive stands there" in sentence for sentence in found)


@pytest.mark.parametrize("change", [lambda text: text[: len(text) // 2], lambda text: 2 * text], ids=["half", "twice"])
def test_a_text_that_the_search_knows_in_part_or_twice_is_noticed(change, copy):
    def halved(sections):
        for section in sections:
            section[2] = change(section[2])

    found = changed_search(copy, halved)
    assert len(found) > 5 and all(sentence.startswith("en/01_lesson: ") for sentence in found)


def test_what_is_published_stays(book):
    assert list(reading.of_anchors(book, published.known())) == []


def test_a_published_section_that_vanished_is_noticed(copy):
    listed = published.known()
    spoil(copy / "ko" / "02_lesson.html", lambda text: text.replace(b'id="recap"', b'id="summary"', 1))
    (copy / "en" / "glossary.html").unlink()
    assert list(reading.of_anchors(copy, listed)) == [
        "ko/02_lesson has lost #recap",
        "ko/02_lesson: `book --record` adds #summary",
        "en/glossary is gone",
    ]
    del listed["references"]
    assert "ko/references: `book --record` adds it" in list(reading.of_anchors(copy, listed))


def test_the_bench_names_the_heaviest_page(short):
    found = bench.made()
    assert found["pages"] == 13 and found["page"].endswith("02_lesson.html")
    assert 100_000 < found["heaviest"] < found["size"] and found["seconds"] > 0
