"""What cells have printed and drawn, on a page: in which language it is, and which of its widgets move."""

import ast
import json
import re
from collections import Counter
from html import unescape

import nbformat
import pytest
import reading

from course_lib import widgets
from course_lib.files import COURSE
from course_lib.texts import LANGUAGES
from course_lib.tools import build, chapters, korean, sources
from course_lib.tools.book import live, making

LESSONS = [chapter.lesson for chapter in chapters.every()]
OUTPUT = '<div class="cell_output"'


def text_of(book, language, name):
    return (book / language / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def untranslated(short, monkeypatch, tmp_path):
    """A book of one chapter that nobody has executed in Korean."""
    monkeypatch.setattr(korean, "stored_of", lambda notebook: tmp_path / "none.json")
    making.make(tmp_path / "book")
    return tmp_path / "book"


def test_english_outputs_on_a_korean_page_say_so(untranslated):
    korean, english = (text_of(untranslated, language, "02_lesson") for language in ("ko", "en"))
    assert korean.count(OUTPUT) == korean.count(f'{OUTPUT} lang="en">') == english.count(f"{OUTPUT}>") > 20
    [told] = re.findall(r'<p class="work english">(.*?)</p>', korean)
    assert "영어" in told and "<code>python3 -m course_lib build --lang ko</code>" in told
    assert "work english" not in english + text_of(untranslated, "ko", "index")
    assert "work english" not in text_of(untranslated, "ko", "02_exercises"), "it prints nothing"
    # choices that a cell has computed; and widgets, which speak Korean, over stills that do not
    assert '<p class="choices" lang="en">\n<button type="button">no reduction<' in korean
    assert re.findall(r'<div class="course-live" id="widget-\d+" lang="(\w+)"><img lang="(\w+)"', korean) == 2 * [
        ("ko", "en")
    ]
    assert reading.of_pages(untranslated) == []


def test_english_that_is_read_out_as_korean_is_noticed(untranslated):
    path = untranslated / "ko" / "02_lesson.html"
    path.write_text(path.read_text(encoding="utf-8").replace(f'{OUTPUT} lang="en">', f"{OUTPUT}>"), encoding="utf-8")
    found = reading.of_pages(untranslated)
    assert len(found) > 10 and all("ko/02_lesson.html: is read out as Korean: " in sentence for sentence in found)


def test_korean_outputs_on_a_korean_page_are_not_called_english(short, monkeypatch, tmp_path):
    monkeypatch.setattr(korean, "stored_of", lambda notebook: tmp_path / "stored.json")
    executed = sources.edition(nbformat.read(chapters.notebook(short.lesson), as_version=4), "ko")
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="한국어 출력\n")] if cell.outputs else []
    korean.keep(chapters.notebook(short.lesson), executed, [])
    making.make(tmp_path / "book")
    shown = text_of(tmp_path / "book", "ko", "02_lesson")
    assert shown.count(f"{OUTPUT}>") > 20 and 'lang="en"' not in shown[shown.index("<main") :]
    assert "work english" not in shown


STORED = [lesson for lesson in LESSONS if korean.stored_of(chapters.notebook(lesson)).exists()]


@pytest.mark.parametrize("lesson", STORED, ids=[lesson.stem for lesson in STORED])
def test_what_is_stored_in_korean_says_what_the_english_outputs_say(lesson, book):
    """Its numbers, where they are the same in every run; Korean has some more, since it writes no "one" and "two"."""
    notebook = chapters.notebook(lesson)
    assert korean.stale(notebook) is None
    page = text_of(book, "ko", lesson.stem)
    assert "work english" not in page and page.count(OUTPUT) == page.count(f"{OUTPUT}>") > 20
    edition = sources.edition(nbformat.read(notebook, as_version=4), "ko")
    own, compared = korean.outputs(notebook, edition), 0
    for cell in edition.cells:
        if cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", []):
            compared += bool(cell.outputs)
            assert missing(cell.outputs, own[cell.id]) == [], cell.source
    assert compared > 20


def missing(english, korean):
    """The numerals of English outputs that Korean ones do not have."""
    texts = [" ".join(map(text_of_output, outputs)) for outputs in (english, korean)]
    told = [unescape(re.sub(r"<[^>]*>", " ", text)) for text in texts]
    counts = [Counter(re.findall(r"\d+(?:[.,]\d+)*", text)) for text in told]
    return sorted((counts[0] - counts[1]).elements())


def text_of_output(output):
    return output.get("text", "") + output.get("data", {}).get("text/html", "")


def test_another_number_is_noticed():
    one, other = ([nbformat.v4.new_output("stream", text=text)] for text in ("one of 12.5, 3", "12.5 가운데 1"))
    assert missing(one, other) == ["3"] and missing(one, one) == []


def widgets_that_ask(function):
    """The names of the widgets whose code calls a function."""
    found = set()
    for path in sorted((COURSE / "course_lib" / "widgets").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and path.stem != "page" and function in names(node):
                found.add(node.name)
    return found


def names(tree):
    """The names of the functions that are called in a piece of code, each as often as it is."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [function.id for function in functions if isinstance(function, ast.Name)] + [
        function.attr
        for function in functions
        if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "plot"
    ]


def called(lesson, wanted):
    """Those of these names that a lesson calls."""
    found = []
    for cell in sources.convert(lesson).cells:
        if cell.cell_type == "code" and not cell.source.lstrip().startswith("%"):
            found += [name for name in names(ast.parse(cell.source)) if name in wanted]
    return found


def test_it_is_known_which_widgets_need_a_kernel():
    assert set(live.WITH_A_KERNEL) == widgets_that_ask("somebody_watches")
    assert set(widgets.__all__) - {"read"} <= set(live.WITH_A_KERNEL)


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.stem for lesson in LESSONS])
def test_every_widget_that_can_move_on_a_page_does(lesson, book):
    wanted = called(lesson, widgets_that_ask("show_live"))
    assert wanted, "each lesson has one"
    stored = build.widgets_of(chapters.notebook(lesson))
    assert stored.exists(), f"`python3 -m course_lib build {lesson.name[:2]}` writes {stored.name}"
    records = build.recorded(chapters.notebook(lesson))
    assert len(records) >= len(wanted)
    given = reading.script(book / live.FOLDER / f"{lesson.stem}.js")
    for language in LANGUAGES:
        places = re.findall(r'<div class="course-live" id="widget-(\d+)"', text_of(book, language, lesson.stem))
        assert sorted(map(int, places)) == list(range(1, 1 + len(records))), language
    assert [script for script, _ in json.loads(given)] == [record["script"] for record in records]


@pytest.mark.parametrize("language, told", [("ko", "워크북에서는"), ("en", "in your workbook")])
def test_a_widget_that_needs_a_kernel_says_where_it_moves(language, told, book):
    total = 0
    for lesson in LESSONS:
        text = text_of(book, language, lesson.stem)
        outputs = re.findall(rf'{OUTPUT}[^>]*>((?:(?!{OUTPUT}).)*?)<p class="still">(.*?)</p>', text, re.DOTALL)
        asking = len(called(lesson, live.WITH_A_KERNEL))
        assert len(outputs) == text.count('class="still"') == asking, lesson.stem
        for output, sentence in outputs:
            assert "<img" in output and "course-live" not in output and told in sentence
        total += len(outputs)
    assert total > 4
