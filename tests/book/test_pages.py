"""The book's pages: the same sections in both languages, nothing dead, nothing given away, the same in every run."""

import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
import reading

from course_lib.errors import CourseError
from course_lib.texts import LANGUAGES
from course_lib.tools import chapters, korean, places, sources
from course_lib.tools.book import appendix, headings, making, packed, pages, published, questions


def test_formulas_on_lines_of_their_own_are_apart():
    text = "with $n$ entries,\n$$p_n = 1$$\nand $K$ more\n$$q$$\n"
    assert pages._apart(text) == "with $n$ entries,\n\n$$p_n = 1$$\n\nand $K$ more\n\n$$q$$\n\n"
    assert pages._apart("costs $$ and $$ too") == "costs $$ and $$ too"


def text_of(book, language, name):
    return (book / language / f"{name}.html").read_text(encoding="utf-8")


def names(book):
    return sorted(path.stem for path in (book / "en").glob("*.html"))


def test_both_languages_have_the_same_pages_and_sections(book):
    assert names(book) == sorted(path.stem for path in (book / "ko").glob("*.html"))
    for name in names(book):
        sections = [re.findall(r'<section id="([^"]*)"', text_of(book, one, name)) for one in LANGUAGES]
        assert sections[0] == sections[1], name
        for chosen in LANGUAGES:
            assert f'<html lang="{chosen}">' in text_of(book, chosen, name)


def test_every_source_has_a_page_and_a_notebook_to_download(book):
    for chapter in chapters.every():
        for source in chapter.sources:
            for chosen in LANGUAGES:
                assert f'href="notebooks/{source.stem}.ipynb" download' in text_of(book, chosen, source.stem)
                copy = nbformat.read(book / chosen / "notebooks" / f"{source.stem}.ipynb", as_version=4)
                assert not any(cell.get("outputs") for cell in copy.cells)


def test_a_reader_has_nothing_to_complain_about(book):
    assert reading.of_pages(book) == []


BROKEN = {
    "HTML: ": ("</main>", "</div></main>"),
    "a level of headings is left out": ("<h2>", "<h4>"),
    "headings begin with": ("<h1>", "<h2>"),
    "a head of a table is empty": ("<th>", "<th></th><th>"),
    "leads nowhere": ('href="glossary.html"', 'href="glossaries.html"'),
    "leads to no section": ('href="#terms"', 'href="#term"'),
    "from outside": ('src="../figures/', 'src="https://example.org/'),
    "does not say what it shows": ('alt="', 'title="'),
    "an id stands twice": ('id="terms"', 'id="recap"'),
    "stands in the page itself": ('src="../figures/', 'src="data:image/webp;base64,'),
}


@pytest.fixture(scope="module")
def complaints(book, tmp_path_factory):
    """What is said of a book in which each of the first lessons has one fault: complaint -> sentences on its page."""
    spoiled = tmp_path_factory.mktemp("spoiled")
    shutil.copytree(book, spoiled, dirs_exist_ok=True)
    pages = {complaint: f"en/{number:02}_lesson.html" for number, complaint in enumerate(BROKEN, 1)}
    for complaint, name in pages.items():
        before, after = BROKEN[complaint]
        text = (spoiled / name).read_text(encoding="utf-8")
        assert before in text
        (spoiled / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    found = reading.of_pages(spoiled)
    return {complaint: [one for one in found if one.startswith(f"{name}: ")] for complaint, name in pages.items()}


@pytest.mark.parametrize("complaint", BROKEN)
def test_what_a_reader_would_complain_about_is_noticed(complaint, complaints):
    assert any(complaint in one for one in complaints[complaint])


def test_nothing_is_given_away(book, known):
    assert len(known) > 500 and len(set(known.values())) > 80, "the guard has something to look for"
    assert {"[[0.125,0.25,0.625]]", '{"a":["test","train"]}'} <= set(known), "values as well as lines"
    assert reading.leaks(book, known) == []


def test_a_value_that_a_hidden_test_expects_is_noticed(known, tmp_path):
    held = packed.packed([["x", "y", "gives [[0.125, 0.25, 0.625]]"]])
    (tmp_path / "text.js").write_text(f'found("{held}");\n')
    (tmp_path / "page.html").write_text("<p>[[0.125, 0.25, <b>0.625</b>]], [[0.125, 0.25, 0.626]]</p>")
    (tmp_path / "other.html").write_text("<p>[[0.125, 0.25, 0.626]]</p>")
    assert {one.partition(":")[0] for one in reading.leaks(tmp_path, known)} == {"text.js", "page.html"}
    code = 'require("one", f([1, 2, 3, 4]), np.array([[1, 2, 3, 4.5]]))\nrequire("two", f(n), given[1])'
    assert list(reading.expected(code)) == ["[[1,2,3,4.5]]", "[1,2,3,4.5]"]


@pytest.mark.parametrize("kept", ["SOLUTION", "HIDDEN"])
def test_what_is_given_away_is_noticed(kept, known, short, monkeypatch, tmp_path):
    monkeypatch.setattr(sources, kept, re.compile("(never)(?!)"))
    making.make(tmp_path / "book")
    found = reading.leaks(tmp_path / "book", known)
    for place in ("02_exercises.html", "text.js", "02_exercises.ipynb"):
        assert any(one.startswith(f"{place}: 02_exercises, ") for one in found), place


MAKE = """
import sys
from pathlib import Path
from course_lib.tools import chapters
from course_lib.tools.book import making, pages, published
all_chapters = chapters.every()
chapters.every, published.known = lambda: all_chapters[1:2], dict
{change}
making.make(Path(sys.argv[1]))
"""
BY_HASH = "apart = pages._apart; pages._apart = lambda text: apart(text) + f'\\n\\n{hash(text)}'"


def test_two_books_are_the_same_to_the_byte(tmp_path):
    """Made by processes in which sets and hashes have other orders; where that matters, it is noticed."""
    books = []
    for seed, change in (("1", ""), ("2", ""), ("2", BY_HASH)):
        folder = tmp_path / str(len(books))
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        code = MAKE.format(change=change)
        subprocess.run([sys.executable, "-c", code, str(folder)], cwd=places.COURSE, env=environment, check=True)
        books.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert books[0] == books[1] and len(books[0]) > 30
    assert books[1] != books[2]


def test_formulas_are_mathml(book):
    text = text_of(book, "ko", "01_lesson")
    assert text.count("<math") > 50 and "$$" not in text and "\\sum" not in text


def test_a_section_that_is_gone_needs_one_that_takes_its_place(short, monkeypatch, tmp_path):
    monkeypatch.setattr(published, "known", lambda: {"02_lesson": {"old-name": None}})
    with pytest.raises(CourseError, match="02_lesson.*#old-name.*chapters/anchors.json"):
        making.make(tmp_path / "one")
    monkeypatch.setattr(published, "known", lambda: {"02_lesson": {"old-name": "recap"}})
    making.make(tmp_path / "two")
    text = text_of(tmp_path / "two", "ko", "02_lesson")
    assert {"old-name", "recap"} <= set(reading.ids(text))


def test_recording_adds_and_changes_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(published, "FILE", tmp_path / "anchors.json")
    one = pages.Page("01_lesson", None, ["first", "second"])
    published.record([one])
    published.record([pages.Page("01_lesson", None, ["third", "first"]), pages.Page("glossary", None, ["glossary"])])
    assert json.loads(published.FILE.read_text()) == {
        "01_lesson": {"first": None, "second": None, "third": None},
        "glossary": {"glossary": None},
    }


def test_a_wrong_formula_is_named(short, monkeypatch, tmp_path):
    real = pages.page

    def wrong(source, *others):
        page = real(source, *others)
        page.notebook.cells.insert(1, nbformat.v4.new_markdown_cell(r"$\frac{1}{2$"))
        return page

    monkeypatch.setattr(pages, "page", wrong)
    with pytest.raises(CourseError, match=r"02_\w+: .*\\frac\{1\}\{2"):
        making.make(tmp_path / "book")


def test_korean_outputs_are_used_as_long_as_they_fit(monkeypatch, tmp_path):
    lesson, stored = chapters.every()[1].lesson, tmp_path / "stored.json"
    notebook = chapters.notebook(lesson)
    (tmp_path / "figures").mkdir()
    monkeypatch.setattr(korean, "stored_of", lambda notebook: stored)
    assert not pages.page(lesson, "ko", tmp_path).korean and pages.page(lesson, "en", tmp_path).korean
    executed = sources.edition(nbformat.read(notebook, as_version=4), "ko")
    # a question has no output of its own on a page
    [first, *_] = [cell for cell in executed.cells if cell.get("outputs") and "predict(" not in cell.source]
    first.outputs = [nbformat.v4.new_output("stream", text="한국어 출력\n")]
    korean.keep(notebook, executed, [])
    page = pages.page(lesson, "ko", tmp_path)
    assert page.korean and "한국어 출력" in str(page.notebook)
    assert "한국어 출력" not in str(pages.page(lesson, "en", tmp_path).notebook)
    other = stored.read_text(encoding="utf-8").replace('"mark": "', '"mark": "0')
    stored.write_text(other, encoding="utf-8")
    page = pages.page(lesson, "ko", tmp_path)
    assert not page.korean and "한국어 출력" not in str(page.notebook)


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_every_prediction_can_be_answered(chosen, book):
    """Each question of a lesson stands on its page, knows its answer, and has it folded below."""
    total = 0
    for chapter in chapters.every():
        notebook = sources.edition(nbformat.read(chapters.notebook(chapter.lesson), as_version=4), chosen)
        text = text_of(book, chosen, chapter.lesson.stem)
        for cell in notebook.cells:
            if cell.cell_type != "code" or not re.search(r"^predict\(", cell.source, re.MULTILINE):
                continue
            for question in questions.asked(cell):
                total += 1
                found = re.search(rf'data-key="{question.key}" data-right="([^"]*)"', text)
                assert found, question
                if question.choices:
                    assert 0 <= int(found[1]) < len(question.choices), question
                elif question.number:
                    assert float(found[1]) is not None
                assert re.search(rf'<details class="answer" data-keys="[^"]*\b{question.key}\b', text), question
    assert total > 100


def test_an_answer_below_an_if_is_folded_too():
    assert questions.revealed("if real:\n    reveal('one', 1)\nreveal('two', 2)\nshow(reveal)") == ["one", "two"]
    assert questions.revealed("%pip install x") == []


def test_a_question_that_is_computed_is_an_error():
    cell = nbformat.v4.new_code_cell('predict("key", words[0])')
    with pytest.raises(CourseError, match="not written out"):
        questions.asked(cell)
    assert questions.asked(nbformat.v4.new_code_cell("model.predict(x)")) == []


def test_hints_are_folded_and_in_the_page_s_language(book):
    assert "<summary>힌트 1</summary>" in text_of(book, "ko", "01_exercises")
    assert "<summary>Hint 3</summary>" in text_of(book, "en", "01_exercises")


def test_terms_of_all_chapters_are_in_the_glossary(book):
    for chosen in LANGUAGES:
        for term in ("수용 영역", "receptive field", "어텐션", "attention"):
            assert f">{term}" in text_of(book, chosen, "glossary"), term
    assert 'href="09_lesson.html#terms"' in text_of(book, "ko", "glossary")


def test_terms_with_brackets_stay_together():
    text = "## Terms\n\n| 한국어 | English |\n|---|---|\n| 가, 나 | a (one, two), b |\n| 다 | c, d |"
    page = appendix._page("x", "X", text, ["terms"])
    assert appendix.terms(page) == [("가", "a (one, two)"), ("나", "b"), ("다", "c, d")]


def test_anchors_are_the_english_words():
    text = ["Chapter 3. A & B", "1. SSIM, 2 times", "Task 4. Pad (5 points)", "SSIM, 2 times", "3D", "가"]
    found = headings.anchors([headings.Heading(2, one, 0, 0) for one in text])
    assert found == ["a-b", "ssim-2-times", "pad", "ssim-2-times-2", "section-3d", "section"]


def test_twins_with_different_headings_are_named():
    one = [headings.Heading(level, "", 0, 0) for level in (1, 2)]
    with pytest.raises(CourseError, match=r"01_lesson.*\[1, 2\].*\[1\]"):
        headings.twins("01_lesson", one, one[:1])


def test_levels_that_are_left_out_are_closed():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# A\n\n### B\n\n#### C\n\n### D\n\n```\n### no\n```\n\n## E")]
    )
    headings.in_steps(notebook)
    assert notebook.cells[0].source == "# A\n\n## B\n\n### C\n\n## D\n\n```\n### no\n```\n\n## E"


def test_a_folder_of_somebody_else_s_stays(tmp_path, short):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="was not written by this command"):
        making.main(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_colab_and_binder_are_named_where_a_repository_is(book, short, tmp_path):
    assert "colab" not in text_of(book, "ko", "02_lesson") and "mybinder" not in text_of(book, "en", "02_exercises")
    making.main(tmp_path / "book", origin="https://github.com/someone/course.git")
    text = text_of(tmp_path / "book", "ko", "02_lesson")
    assert "https://colab.research.google.com/github/someone/course/blob/workbook-ko/02_pooling/02_lesson.ipynb" in text
    assert "/v2/gh/someone/course/HEAD?urlpath=lab/tree/workbook-ko/02_pooling/02_lesson.ipynb" in text
    assert reading.of_pages(tmp_path / "book") == []
    with pytest.raises(CourseError, match="https://example.org/course"):
        making.main(tmp_path / "book", origin="https://example.org/course")


def test_the_command_writes_again_where_it_has_written(tmp_path, short, capsys):
    target = tmp_path / "book"
    assert making.main(target) == 0
    (target / "en" / "left.html").write_text("")
    assert making.main(target) == 0 and not (target / "en" / "left.html").exists()
    assert str(target) in capsys.readouterr().out and [path.name for path in tmp_path.iterdir()] == ["book"]


def test_a_page_that_fails_leaves_the_old_book(tmp_path, short, monkeypatch):
    target = tmp_path / "book"
    making.main(target)
    shutil.copytree(target, tmp_path / "copy")
    monkeypatch.setattr(published, "known", lambda: {"02_lesson": {"old-name": None}})
    with pytest.raises(CourseError):
        making.main(target)
    assert (target / "en" / "02_lesson.html").read_bytes() == (tmp_path / "copy" / "en" / "02_lesson.html").read_bytes()
