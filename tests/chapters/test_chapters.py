"""Every notebook of the course: fresh, bilingual, executed, described, and covering the lecture."""

import json
import re
from pathlib import Path

import lint
import nbformat
import pytest

from course_lib.tools import build, chapters, places, readme

SOURCES = [source for chapter in chapters.every() for source in chapter.sources]
NOTEBOOKS = {source.stem: nbformat.read(chapters.notebook(source), as_version=4) for source in SOURCES}
LESSONS = {name: notebook for name, notebook in NOTEBOOKS.items() if name.endswith("lesson")}
LECTURE = json.loads(Path(__file__).with_name("lecture.json").read_text(encoding="utf-8"))
FACTS = json.loads((places.COURSE / "tests" / "models" / "facts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_notebook_matches_its_source(source):
    assert build.stale(source) is None


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize("rule", [lint.twins, lint.executed, lint.figures, lint.code, lint.emphasis, lint.unfinished], ids=lambda rule: rule.__name__)
def test_rules(name, rule):
    assert rule(NOTEBOOKS[name]) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_numbers_in_prose_are_proved(name):
    assert lint.numbers(NOTEBOOKS[name], FACTS) == []


@pytest.mark.parametrize("name", LESSONS)
def test_rhythm_of_a_lesson(name):
    notebook = LESSONS[name]
    text = "\n".join(cell.source for cell in notebook.cells)
    assert notebook.cells[0].source.startswith("# ") and "course_lib.start(" in text
    assert "claims.table()" in text, f"{name} does not end with claims.table()"
    assert text.count("claim(") >= 8, f"{name} makes {text.count('claim(')} claims; a lesson proves at least eight"
    for heading in ("## 요약", "## Recap", "## 용어", "## Terms", "## 참고 문헌", "## References"):
        assert heading in text, f"{name} has no part {heading!r}"
    sections = [
        int(number)
        for cell in notebook.cells
        if lint.language(cell) == "en"
        for number in re.findall(r"^## (\d+)\.", cell.source, re.MULTILINE)
    ]
    assert sections == list(range(1, len(sections) + 1))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_links_lead_somewhere(source):
    for cell in NOTEBOOKS[source.stem].cells:
        if cell.cell_type == "markdown":
            for link in lint.LINK.findall(cell.source):
                assert link.startswith(("https://", "#")) or (source.parent / link).exists(), link


def test_tables_of_the_readmes_are_up_to_date():
    assert readme.stale() == []


def test_every_statement_of_the_lecture_is_covered_by_its_chapter():
    """Chapters that do not exist yet count as missing, not as failures; the summary prints both."""
    there = {chapter.number for chapter in chapters.every()}
    found = lint.covered(NOTEBOOKS.values())
    assert found.keys() <= LECTURE.keys(), "a tag covers-... names no statement of lecture.json"
    for name, statement in LECTURE.items():
        if statement["chapter"] in there:
            assert name in found, f"{name} is not covered: {statement['text']}"
            assert statement["kind"] == "tell" or lint.shows(found[name]), (
                f"{name} is told, but must be shown: {statement['text']}"
            )
