"""Widgets on the pages of the book: from what was recorded when a lesson was built, without a kernel."""

import json
import re
from html import escape

import pytest
from browser import needs_browser, used
from drawn import ALT
from test_live import WIDGETS

from course_lib.texts import LANGUAGES
from course_lib.tools import build, chapters
from course_lib.tools.book import live as book
from course_lib.widgets.page import HERE


@pytest.fixture
def recorded(drawn, monkeypatch, tmp_path):
    """Draws a widget as `build` does, and returns what it has reported."""

    def go(name):
        monkeypatch.setenv("COURSE_WIDGETS", str(tmp_path / "report"))
        WIDGETS[name]()
        [line] = (tmp_path / "report").read_text(encoding="utf-8").splitlines()
        return json.loads(line)

    return go


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WIDGETS)
def test_what_is_recorded_is_what_the_page_is_given_in_either_language(name, language, recorded, drawn, monkeypatch):
    record = recorded(name)
    monkeypatch.setenv("COURSE_LANG", language)
    monkeypatch.setattr("course_lib.widgets.page.somebody_watches", lambda: True)
    WIDGETS[name]()
    given = json.loads(re.search(r'^begin\("[^"]*", (.*), start\);$', drawn.other[-1].data, re.MULTILINE)[1])
    assert build.said(record["facts"], language) == given


@needs_browser
@pytest.mark.parametrize("name", WIDGETS)
def test_it_starts_on_a_page_of_the_book(name, recorded, tmp_path):
    record, placed = recorded(name), []
    (tmp_path / "book.css").write_text("", encoding="utf-8")
    html = book.placed(
        f"<p>text</p><img alt='another picture'><img alt=\"{escape(ALT)}\">", [record], placed, "ko", "en"
    )
    book.write_facts(placed, tmp_path / "widgets" / "page.js")
    book.write_scripts(tmp_path)
    scripts = [(tmp_path / path).read_text(encoding="utf-8") for path in (book.NAME, "widgets/page.js")]
    html += "<script>document.documentElement.lang = 'ko'</script>"
    html += "".join("<script>" + one.replace("</", "<\\/") + "</script>" for one in scripts)
    noted = "await courseWidgets.done; found.parts = all('.course-live > [role=group] > *').length; found.text = document.body.innerText"
    found = used(html, noted, tmp_path)
    assert found["parts"] > 0 and re.search("[가-힣]", found["text"]) and "text" in found["text"]


def test_pictures_that_are_no_widgets_stay(recorded):
    html = '<img src="a.webp" alt="some other picture">'
    assert book.placed(html, [recorded("explore_attention")], [], "ko", "en") == html


@pytest.mark.parametrize("chapter", chapters.every(), ids=lambda chapter: chapter.number)
def test_what_is_stored_belongs_to_the_lesson(chapter):
    for source in chapter.sources:
        records = build.recorded(chapters.notebook(source))
        text = json.loads(chapters.notebook(source).read_text(encoding="utf-8"))
        shown = "".join(
            "".join(output.get("data", {}).get("text/html", ""))
            for cell in text["cells"]
            for output in cell.get("outputs", [])
        )
        assert len({record["alt"] for record in records}) == len(records), "a widget is found by what its still shows"
        for record in records:
            assert (HERE / f"{record['script']}.js").exists()
            assert escape(record["alt"]) in shown, f"{source.stem} shows no {record['script']} any more: build it"
