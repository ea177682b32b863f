"""Slides for a lecturer, and PDFs: both from a page of the book, in a real browser."""

import json
import re
from io import BytesIO

import pytest
import reading
from chrome import CHROMIUM
from pypdf import PdfReader
from reading import PRINTED, TOO_LARGE

from course_lib.errors import CourseError
from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, sources
from course_lib.tools.book import making, printing

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium (apt-get install chromium)")
NAMES = list(LANGUAGES)
LESSONS = [chapter.lesson.stem for chapter in chapters.every()]
SCREENS = {"projector": (1920, 1080), "old projector": (1024, 768), "phone": (375, 800)}
# what a reader sees of a page, and a lecturer of its slides: without what is repeated, left out on purpose or alive
TEXT = """(where => {
  const copy = document.querySelector(where).cloneNode(true);
  for (const one of copy.querySelectorAll(".work, .here, .turn, .related, .again, .repeated, .copy, .headerlink, details.answer > summary, .course-live")) one.remove();
  return copy.textContent.replace(/\\s+/g, "");
})"""


def presented(opened, language, name):
    page = opened(language, f"{name}?slides")
    page.wait("document.documentElement.dataset.presented === 'yes'")
    return page


@pytest.mark.parametrize("place, name", list(enumerate(LESSONS)))
def test_slides_hold_all_of_the_page_and_none_is_taller_than_the_screen(place, name, opened):
    language = NAMES[place % len(LANGUAGES)]
    text = opened(language, name).js(f"{TEXT}('#text')")
    page = presented(opened, language, name)
    assert page.js(f"{TEXT}('#slides')") == text
    assert page.js(
        "[...document.querySelectorAll('.course-live')].every(one => one.closest('.slide') && one.dataset.ready)"
    )
    assert page.js(TOO_LARGE) == []
    smallest = page.js(
        "Math.min(...[...document.querySelectorAll('.slide [style*=zoom]')].map(one => one.style.zoom), 1)"
    )
    assert smallest >= 0.4, "something cannot be read from the last row"
    many = page.js("document.querySelectorAll('.slide').length")
    assert page.js("document.querySelectorAll('.slide > :is(h1, h2, h3, h4, .again):only-child').length") < many / 20


@pytest.mark.parametrize("screen", SCREENS)
def test_a_slide_fills_any_screen_and_no_more(screen, opened):
    page = presented(opened, "ko", LESSONS[1])
    width, height = SCREENS[screen]
    page.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    page.wait(f"innerWidth === {width}")
    box = "document.querySelector('.slide.now').getBoundingClientRect()"
    page.wait(f"Math.min({width} - {box}.width, {height} - {box}.height) ** 2 < 1")
    assert page.js(f"{box}.left >= -1 && {box}.top >= -1 && {box}.right <= {width + 1} && {box}.bottom <= {height + 1}")
    assert page.js("document.querySelectorAll('.slide.now').length") == 1


def presented_as(page, book, change=lambda code: code):
    """Make slides of what the page holds now, by a changed script if wanted."""
    code = (book / "static" / "slides.js").read_text(encoding="utf-8")
    page.js(f"(0, eval)({json.dumps(change(code))})")
    page.wait("document.documentElement.dataset.presented === 'yes'")


def test_what_is_too_long_is_divided_between_its_lines_its_items_and_its_rows(opened, book):
    """No chapter holds anything so long now; a page that does is made here."""
    page = opened("en", "glossary")
    lines = [f"def f{number}():\n    return <span class='m'>{number}</span>\n" for number in range(60)]
    items = "".join(f"<li>item {number}</li>" for number in range(70))
    rows = "".join(f"<tr><td>{number}</td><td>row</td></tr>" for number in range(50))
    blocks = f"<pre id='code'>{''.join(lines)}</pre><ol>{items}</ol><div class='table'><table><tbody>{rows}</tbody></table></div>"
    page.js(
        f"document.querySelector('#text').innerHTML = {json.dumps('<section><h2>Long</h2>' + blocks + '</section>')}"
    )
    whole = page.js(f"{TEXT}('#text')")
    presented_as(page, book)
    assert page.js(f"{TEXT}('#slides')") == whole and page.js(TOO_LARGE) == []
    code = page.js("[...document.querySelectorAll('.slide pre')].map(one => one.textContent)")
    assert len(code) > 2 and all(one.startswith("def ") and one.endswith("\n") for one in code)
    starts = page.js("[...document.querySelectorAll('.slide ol')].map(one => [one.start, one.firstChild.textContent])")
    assert len(starts) > 1 and all(text == f"item {start - 1}" for start, text in starts)
    assert page.js("document.querySelectorAll('.slide table').length") > 1
    assert page.js("[...document.querySelectorAll('.slide .again')].every(one => one.textContent === 'Long')")


def test_a_lecturer_goes_by_keys_and_buttons_and_comes_back_to_the_section(opened):
    page = opened("ko", LESSONS[1])
    page.click("document.querySelector('a.present')")
    page.wait("document.documentElement.dataset.presented === 'yes'")
    count = "document.querySelector('.bar .count').textContent"
    many = page.js("document.querySelectorAll('.slide').length")
    for key, number in (
        ("ArrowRight", 2),
        ("PageDown", 3),
        (" ", 4),
        ("ArrowLeft", 3),
        ("End", many),
        ("PageDown", many),
    ):
        page.press(key)
        assert page.js(count) == f"{number} / {many}", key
    page.press("Home")
    page.click("document.querySelectorAll('.bar button')[1]")
    assert page.js(count) == f"2 / {many}"
    anchor = page.js(
        "(title => { while (!document.querySelector('.slide.now h2')) document.querySelectorAll('.bar button')[1].click();"
        " return document.querySelector('.slide.now .headerlink').getAttribute('href'); })()"
    )
    page.press("Escape")
    page.wait(f"!location.search && location.hash === '{anchor}' && document.querySelector('#text')")
    page.go(page.js("location.href").replace("#", "?slides#"))
    page.wait("document.documentElement.dataset.presented === 'yes'")
    assert page.js("document.querySelector('.slide.now .headerlink').getAttribute('href')") == anchor


def test_a_prediction_is_answered_on_its_slide(opened):
    page = presented(opened, "en", LESSONS[0])
    question = "document.querySelector('.slide .question:has(input)')"
    page.js(f"while (!{question}.closest('.now')) document.querySelectorAll('.bar button')[1].click()")
    place = page.js("document.querySelector('.bar .count').textContent")
    page.js(f"{question}.querySelector('input').focus()")
    page.type(page.js(f"{question}.dataset.right"))
    page.press("Enter")
    page.wait(f"{question}.querySelector('.verdict').className === 'verdict good'")
    assert page.js("document.querySelector('.bar .count').textContent") == place
    assert page.js(f"!{question}.closest('.slide').querySelector('.cell')"), "the answer is on another slide"


def test_where_slides_do_not_shrink_it_is_noticed(book, opened):
    page = opened("en", LESSONS[0])
    presented_as(page, book, lambda code: code.replace("const fits = (slide) =>", "const fits = (slide) => true ||"))
    assert page.js(TOO_LARGE)


# PDF


@pytest.fixture(scope="module")
def pdfs(book):
    """(language, what) -> what reads the PDF of the one chapter that is printed in the tests' book."""
    return {
        (language, query): PdfReader(BytesIO((book / language / printing.FOLDER / file).read_bytes()))
        for language in LANGUAGES
        for query, file in printing.made(PRINTED).items()
    }


def test_a_pdf_is_tagged_and_says_its_title_and_language(pdfs):
    for (language, _), pdf in pdfs.items():
        catalogue = pdf.trailer["/Root"]
        assert bool(catalogue["/MarkInfo"]["/Marked"].value)
        assert "/StructTreeRoot" in catalogue and catalogue["/Lang"].startswith(language)
        assert pdf.metadata.title and len(pdf.outline) > 0


def test_a_pdf_holds_the_text_the_answers_and_every_figure(pdfs, book):
    pdf = pdfs[NAMES[0], "print"]
    page = (book / NAMES[0] / f"{PRINTED}.html").read_text(encoding="utf-8")
    read = re.sub(r"\s", "", "".join(one.extract_text() for one in pdf.pages))
    for wanted in re.findall(r"<strong>([^<]{4,})</strong>", page):
        assert re.sub(r"\s", "", wanted) in read, wanted
    assert "reveal(" in read, "answers are unfolded"
    figures = re.findall(r'<img src="([^"]+)"', page)
    assert sum(len(one.images) for one in pdf.pages) >= len(set(figures))


def test_each_slide_is_a_page(pdfs):
    pdf = pdfs[NAMES[1], "slides"]
    assert len(pdf.pages) > 50
    assert {tuple(round(float(one)) for one in page.mediabox[2:]) for page in pdf.pages} == {(960, 540)}  # points
    assert all(len(page.extract_text().strip()) > 3 for page in pdf.pages)


def test_what_is_given_away_in_a_pdf_is_noticed(known, short, monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "SOLUTION", re.compile("(never)(?!)"))
    making.make(tmp_path / "book")
    target = tmp_path / "pdf" / "given.pdf"
    target.parent.mkdir()
    printing.printed(tmp_path / "book" / "ko" / "02_exercises.html", "print", target)
    assert len(reading.leaks(target.parent, known)) > 3


def test_without_a_browser_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(printing.shutil, "which", lambda name: None)
    monkeypatch.setattr(printing, "PLACES", {})
    with pytest.raises(CourseError, match="install one"):
        printing.program()


def test_a_browser_that_prints_nothing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(printing, "program", lambda: "/bin/true")
    with pytest.raises(CourseError, match="/bin/true"):
        printing.printed(tmp_path / "page.html", "print", tmp_path / "page.pdf")
