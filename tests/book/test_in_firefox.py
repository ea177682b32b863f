"""The book in Firefox, from files, without a network: what test_reading_in_a_browser.py asks of Chromium, in short."""

import re
from urllib.parse import quote

import pytest
from firefox import FIREFOX, Firefox
from PIL import Image
from reading import TOO_LARGE

from course_lib.texts import LANGUAGES

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox (apt-get install firefox-esr)")


@pytest.fixture(scope="module")
def firefox():
    browser = Firefox()
    yield browser
    browser.close()


@pytest.fixture
def opened(book, firefox):
    """Opens a page of the book by its language and name."""

    def go(language, name):
        path, mark, rest = re.fullmatch(r"(\w+)([?#]?)(.*)", name).groups()
        firefox.go(f"{(book / language / path).as_uri()}.html{mark}{rest}")
        return firefox

    return go


def test_it_is_firefox_and_there_is_no_network(opened):
    page = opened("en", "index")
    assert "Firefox/" in page.js("navigator.userAgent")
    assert page.js("fetch('https://pypi.org/', {mode: 'no-cors'}).then(() => 'answered', () => 'nobody')") == "nobody"


def test_the_other_language_opens_at_the_same_section(opened):
    page = opened("ko", "01_lesson")
    for other in ("en", "ko"):
        page.js("void document.getElementById('a-kernel-can-be-learned').scrollIntoView()")
        page.click("document.querySelector('a.switch')")
        page.wait(f"location.pathname.endsWith('/{other}/01_lesson.html') && document.readyState === 'complete'")
        assert page.js("location.hash") == "#a-kernel-can-be-learned"


@pytest.mark.parametrize("query, section", [("곱층", "합성곱층"), ("수용영역", "수용 영역"), ("에포크", "에포크")])
def test_parts_of_korean_words_are_found(query, section, opened):
    page = opened("ko", f"search?q={quote(query)}")
    page.wait("document.documentElement.dataset.searched === 'yes'")
    snippets = page.js("[...document.querySelectorAll('.found li p')].map(one => one.innerText)")
    assert snippets and any(section in snippet for snippet in snippets)


def test_the_theme_is_chosen_and_kept(opened):
    ground = "getComputedStyle(document.body).backgroundColor"
    page = opened("ko", "glossary")
    before = page.js(ground)
    page.click("document.querySelector('button.theme')")
    assert (after := page.js(ground)) != before
    assert opened("ko", "references").js(ground) == after
    page.click("document.querySelector('button.theme')")


def test_a_figure_is_shown_larger(opened, tmp_path):
    page = opened("en", "01_lesson")
    page.click("document.querySelector('main img')")
    page.wait("document.querySelector('dialog[open] img').alt === document.querySelector('main img').alt")
    page.picture(tmp_path / "shown.png")
    with Image.open(tmp_path / "shown.png") as picture:
        assert picture.size == (1280, 900)
    page.press("Escape")
    page.wait("!document.querySelector('dialog[open]')")


def test_a_number_is_judged(opened):
    page = opened("en", "01_lesson")
    question = "document.querySelector('.question[data-key=dense]')"
    page.click(f"{question}.querySelector('input')")
    page.type("200,960")
    page.press("Enter")
    page.wait(f"{question}.querySelector('.verdict').className === 'verdict good'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_widgets_move(language, opened):
    page = opened(language, "13_lesson")
    widget = "document.querySelector('.course-live')"
    page.js(f"void {widget}.scrollIntoView()")
    page.wait(f"{widget}.querySelector('[role=group] input[type=range]')")
    before = page.js(f"{widget}.innerText")
    page.js(
        f"void (field => {{ field.value = field.min; field.dispatchEvent(new Event('input', {{bubbles: true}})) }})({widget}.querySelector('input[type=range]'))"
    )
    assert page.js(f"{widget}.innerText") != before


def test_formulas_are_drawn(opened):
    """As MathML: a fraction of a formula is two lines high."""
    page = opened("en", "05_lesson")
    height = page.js("Math.max(...[...document.querySelectorAll('math mfrac')].map(one => one.getBoundingClientRect().height))")  # fmt: skip
    assert height > 25


def test_slides_hold_what_the_page_holds(opened):
    page = opened("en", "02_lesson?slides")
    page.wait("document.querySelectorAll('.slide').length > 30")
    assert page.js(TOO_LARGE) == []


def test_no_page_complains(opened, firefox):
    for name in ("index", "01_lesson", "01_exercises", "search"):
        opened("ko", name)
    assert [text for text in firefox.errors if "NetworkError" not in text] == []
