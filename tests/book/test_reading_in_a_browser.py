"""The book in a real browser, from files, with the network gone: what a reader can do with a page."""

import importlib.util
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
import reading
from chrome import CHROMIUM
from reading import SIZES, WORDS

from course_lib.texts import LANGUAGES

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium (apt-get install chromium)")

SERIOUS = """axe.run({resultTypes: ['violations'],
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}).then(
    all => all.violations.filter(one => ['serious', 'critical'].includes(one.impact))
      .map(one => `${one.id}: ${one.nodes[0].html}`))"""
AXE = Path(importlib.util.find_spec("axe_core_python").origin).with_name("axe.min.js")


def test_the_other_language_opens_at_the_section_where_the_reader_is(opened):
    page = opened("ko", "01_lesson")
    for other in ("en", "ko"):
        page.js("document.getElementById('a-kernel-can-be-learned').scrollIntoView()")
        # widgets come alive and grow; the browser keeps the reader's place a moment later
        page.wait(
            "[...document.querySelectorAll('.course-live')].every(one => one.dataset.ready || one.querySelector('[data-ready]'))"
        )
        page.js("new Promise(done => setTimeout(() => requestAnimationFrame(done), 500))")
        page.click("document.querySelector('a.switch')")
        page.wait(f"location.pathname.endsWith('/{other}/01_lesson.html') && document.readyState === 'complete'")
        assert page.js("location.hash") == "#a-kernel-can-be-learned"
        page.wait(
            "(top => top >= 0 && top < 300)(document.getElementById('a-kernel-can-be-learned').getBoundingClientRect().top)"
        )


def test_at_the_top_the_other_language_opens_at_the_top(opened):
    page = opened("en", "02_lesson")
    page.click("document.querySelector('a.switch')")
    page.wait("location.pathname.endsWith('/ko/02_lesson.html') && document.readyState === 'complete'")
    assert page.js("location.hash") == "" and page.js("scrollY") == 0


def searched(opened, language, query):
    """(anchor -> how often the words were found there, snippets) of a query."""
    page = opened(language, f"search?q={quote(query)}")
    page.wait("document.documentElement.dataset.searched === 'yes'")
    items = page.js(
        "[...document.querySelectorAll('.found li')].map(one => [one.querySelector('a').getAttribute('href'), Number(one.dataset.total), one.querySelector('p').innerText])"
    )
    return {link: total for link, total, _ in items}, [text for _, _, text in items]


def texts(book, language):
    """section -> its title and text, read from the file that the search reads."""
    pages = reading.searched(book, language).items()
    return {f"{page}.html#{anchor}": f"{title}\n{text}" for page, sections in pages for anchor, title, text in sections}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_found_as_often_as_the_text_has_them(language, opened, book):
    sections = texts(book, language)
    page = opened(language, "search")
    page.wait("document.documentElement.dataset.searched === 'yes'")
    for word in WORDS[language]:
        counted = {link: len(reading.pattern(word).findall(text)) for link, text in sections.items()}
        wanted = {link: count for link, count in counted.items() if count}
        page.js(
            f"(field => {{ field.value = {json.dumps(word)}; field.dispatchEvent(new Event('input')) }})(document.querySelector('main input'))"
        )
        found = page.js(
            "[...document.querySelectorAll('.found li')].map(one => [one.querySelector('a').getAttribute('href'), Number(one.dataset.total)])"
        )
        assert str(len(wanted)) in page.js("document.querySelector('.count').textContent") and wanted, word
        assert len(found) == min(len(wanted), 100) and dict(found).items() <= wanted.items(), word


def test_parts_of_korean_words_particles_and_missing_spaces(opened, book):
    sections = texts(book, "ko")
    found, snippets = searched(opened, "ko", "곱층")
    assert any("합성곱층은" in sections[link] for link in found) and all("곱층" in one for one in snippets)
    found, _ = searched(opened, "ko", "수용영역")
    assert "01_lesson.html#the-receptive-field-how-far-one-unit-sees" in found
    assert all(re.search("수용 ?영역", sections[link]) for link in found)
    epochs, _ = searched(opened, "ko", "에포크")
    assert any(re.search("에포크(?:를|마다|는|가)", sections[link]) for link in epochs)
    assert (
        searched(opened, "ko", "어텐션으로부터는")[0] == {}
        and searched(opened, "ko", "역전파에게")[0].keys() == searched(opened, "ko", "역전파")[0].keys()
    )


def test_a_search_begins_at_the_head_of_any_page(opened):
    page = opened("en", "03_lesson")
    page.js("document.querySelector('header input').focus()")
    page.type("receptive field")
    page.press("Enter")
    page.wait("location.search === '?q=receptive+field' && document.querySelectorAll('.found li').length > 0")
    page.click("document.querySelector('.found li a')")
    page.wait("document.getElementById(location.hash.slice(1))?.tagName === 'SECTION'")


def test_what_is_searched_is_asked_in_the_other_language_too(opened):
    page = opened("en", "search?q=CNN")
    page.click("document.querySelector('a.switch')")
    page.wait("location.pathname.endsWith('/ko/search.html') && document.querySelectorAll('.found li').length > 0")


def test_the_theme_is_that_of_the_system_until_it_is_chosen(opened):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert opened("ko", "glossary").js(ground) == "rgb(255, 255, 255)"
    page = opened("ko", "glossary", theme="dark")
    assert page.js(ground) == "rgb(20, 23, 26)"
    page.click("document.querySelector('button.theme')")
    assert page.js(ground) == "rgb(255, 255, 255)"
    page.go(page.js("location.href.replace('glossary', 'references')"))
    page.wait("location.pathname.endsWith('references.html') && document.readyState === 'complete'")
    assert page.js(ground) == "rgb(255, 255, 255)", "the choice is kept"


def test_code_is_copied_as_it_is(opened):
    page = opened("en", "01_lesson")
    page.tell("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page.click("document.querySelector('.cell_input .copy')")
    page.wait("document.querySelector('.cell_input .copy').textContent === 'Copied'")
    assert page.js("navigator.clipboard.readText()") == "import course_lib\n\ncourse_lib.start(seed=0)\n"


def test_figures_are_shown_larger_by_mouse_and_by_keyboard(opened):
    page = opened("ko", "01_lesson")
    page.click("document.querySelector('main img')")
    page.wait("document.querySelector('dialog[open] img').alt === document.querySelector('main img').alt")
    page.press("Escape")
    page.wait("!document.querySelector('dialog[open]')")
    page.js("document.querySelector('main img').focus()")
    page.press("Enter")
    page.wait("document.querySelector('dialog[open] img')")
    page.click("document.querySelector('dialog button')")
    page.wait("!document.querySelector('dialog[open]')")


@pytest.mark.parametrize("right", [True, False])
def test_a_choice_is_judged_and_its_answer_unfolded(right, opened):
    page = opened("ko", "09_lesson")
    question = "document.querySelector('.question:has(button + button)')"
    answers = "[...document.querySelectorAll('details.answer')]"
    answer = f"{answers}.find(one => one.dataset.keys.split(' ').includes({question}.dataset.key))"
    assert page.js(f"{answer}.open") is False
    place = page.js(f"Number({question}.dataset.right)")
    page.click(f"{question}.querySelectorAll('button')[{place if right else 1 - min(place, 1)}]")
    page.wait(f"{answer}.open")
    assert page.js(f"{question}.querySelector('.verdict').className") == f"verdict {'good' if right else 'bad'}"


def test_a_number_is_judged_as_people_type_it(opened):
    page = opened("en", "01_lesson")
    question = "document.querySelector('.question[data-key=dense]')"
    for typed, verdict in (
        ("many", "verdict"),
        ("200,961", "verdict bad"),
        ("200,960", "verdict good"),
        ("200960", "verdict good"),
    ):
        page.js(f"{question}.querySelector('input').value = ''")
        page.js(f"{question}.querySelector('input').focus()")
        page.type(typed)
        page.press("Enter")
        assert page.js(f"{question}.querySelector('.verdict').className") == verdict, typed


@pytest.mark.parametrize("reduced", [False, True])
def test_films_stop(reduced, opened, book, tmp_path):
    """No chapter stores a film now; a page with one is made here."""
    from io import BytesIO

    from PIL import Image

    from course_lib.figures import paper
    from course_lib.tools.book import pictures

    (tmp_path / "figures").mkdir()
    shots, content = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")], BytesIO()
    shots[0].save(content, "png", save_all=True, append_images=shots[1:], duration=100, loop=0)
    html = pictures.stored(paper.img(content.getvalue(), "a square that changes its colour"), tmp_path)
    assert len(list((tmp_path / "figures").iterdir())) == 2
    text = (book / "en" / "glossary.html").read_text(encoding="utf-8").replace("</h1>", f"</h1>{html}", 1)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "film.html").write_text(text, encoding="utf-8")
    (tmp_path / "static").symlink_to(book / "static")
    page = opened("en", "glossary", reduced=reduced)
    page.go((tmp_path / "en" / "film.html").as_uri())
    page.wait("location.pathname.endsWith('film.html') && document.readyState === 'complete'")
    stands = "document.querySelector('main img').src.includes('-still')"
    assert page.js(stands) is reduced
    page.click("document.querySelector('main img + button')")
    assert page.js(stands) is not reduced


def test_a_widget_is_alive_when_the_reader_comes_near(opened):
    page = opened("ko", "13_lesson")
    widget = "document.querySelector('.course-live')"
    assert page.js(f"!document.querySelector('[data-ready]') && {widget}.querySelector('img').alt.length > 20")
    page.js(f"{widget}.scrollIntoView()")
    page.wait(f"{widget}.querySelector('[role=group] input[type=range]')")
    before = page.js(f"{widget}.innerText")
    page.js(
        f"(field => {{ field.value = field.min; field.dispatchEvent(new Event('input', {{bubbles: true}})) }})({widget}.querySelector('input[type=range]'))"
    )
    assert re.search("[가-힣]", before) and page.js(f"{widget}.innerText") != before
    page.js(AXE.read_text(encoding="utf-8"))
    assert page.js("axe.run('.course-live').then(all => all.violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one => one.id))") == []  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nobody_is_left_out(size, theme, opened, book, request):
    """axe finds nothing serious on any page, everything unfolded, and none is wider than its screen."""
    code, found = AXE.read_text(encoding="utf-8"), []
    looks = [(one, other) for one in SIZES for other in ("light", "dark")]
    # each page is looked at in one way, and in another one in the other language; all pages are made by one template,
    # and all four ways take ten minutes (--every-look)
    for number, path in enumerate(path for path in reading.pages(book) if path.parent != book):
        own = looks[(number + (path.parent.name == "ko")) % len(looks)]
        if own != (size, theme) and not request.config.getoption("--every-look"):
            continue
        page = opened(path.parent.name, path.stem + ("?q=CNN" if path.stem == "search" else ""), size, theme)
        page.js("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.js(code)
        wrong = page.js(SERIOUS)
        found += [f"{path.parent.name}/{path.stem}, {size}, {theme}: {one}" for one in wrong]
        assert page.js("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == []


@pytest.mark.parametrize("theme, colour", [("light", "#bbbbbb"), ("dark", "#555555")])
def test_a_colour_that_nobody_can_read_is_noticed(theme, colour, opened):
    page = opened("en", "glossary", theme=theme)
    page.js(AXE.read_text(encoding="utf-8"))
    assert page.js(SERIOUS) == []
    page.js(f"document.querySelector('h1').style.cssText = 'color: {colour}; font-size: 1rem'")
    assert any(one.startswith("color-contrast: <h1") for one in page.js(SERIOUS))


def test_what_leaves_somebody_out_is_noticed(opened):
    page = opened("en", "glossary")
    page.js(AXE.read_text(encoding="utf-8"))
    page.js("document.querySelector('header input').removeAttribute('aria-label')")
    page.js("document.querySelector('header input').removeAttribute('placeholder')")
    wrong = page.js("axe.run().then(all => all.violations.map(one => one.id))")
    assert "label" in wrong


def test_no_page_complains(opened, browser):
    for name in ("index", "01_lesson", "01_exercises", "search"):
        opened("ko", name)
    assert browser.errors == []


def test_the_first_page_leads_to_a_language(book, browser):
    browser.go((book / "index.html").as_uri())
    browser.wait("/\\/(ko|en)\\/index.html$/.test(location.pathname)")
