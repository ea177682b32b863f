"""What is made of a chapter for learners outside of a workbook, and what its code says in Korean."""

import functools

import lint
import nbformat
import pytest

from course_lib.tasks import tasks
from course_lib.tools import build, catalogues, chapters, editions, sources

CHAPTERS = {chapter.number: chapter for chapter in chapters.every()}
WITH_TASKS = [number for number, chapter in CHAPTERS.items() if chapter.exercises.exists()]


@pytest.mark.parametrize("number", WITH_TASKS)
def test_editions_match_their_source(number):
    assert editions.stale(CHAPTERS[number]) == []


@pytest.mark.parametrize("number", WITH_TASKS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_editions_give_nothing_away(number, language):
    chapter = CHAPTERS[number]
    path = editions.path_of(chapter.exercises, language)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    solved = tasks(sources.convert(chapter.exercises))
    assert len(tasks(notebook)) == len(solved) > 0
    for mine, task in zip(tasks(notebook), solved):
        assert "raise NotImplementedError" in mine.solution.source
        shown = [line for part in mine.tests for line in part.cell.source.splitlines()]
        assert all(line.startswith("#") for line in shown), "hidden tests"
        solution = sources.SOLUTION.search(task.solution.source)[0].splitlines()[1:-1]
        assert "\n".join(solution) not in text
    assert not any(cell.get("outputs") or "hint" in cell.metadata for cell in notebook.cells)
    assert not any({"ko", "en"} & set(cell.metadata.get("tags", [])) for cell in notebook.cells), "one language"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for link in editions.LINK.findall(cell.source):
                assert (path.parent / link[1].rstrip(")")).exists(), link


@pytest.mark.parametrize("number", WITH_TASKS)
def test_what_holds_solutions_says_so_in_both_languages(number):
    source = CHAPTERS[number].exercises
    notebook = editions.with_notice(sources.convert(source), source)  # which the built one must match
    notices = [cell for cell in notebook.cells if sources.BUILT_ONLY in cell.metadata.get("tags", [])]
    assert lint.twins(notebook) == []
    assert notebook.cells[:2] == notices and [cell.metadata.tags[0] for cell in notices] == ["ko", "en"]
    for cell, word in zip(notices, ("해답", "solutions")):
        assert word in cell.source and "`python3 -m course_lib learn`" in cell.source
        for link in editions.LINK.findall(cell.source):
            assert (source.parent / link[1].rstrip(")")).exists(), link
    for language in ("ko", "en"):
        copy = sources.learner_copy(notebook, language)
        assert not any(cell.id.startswith("notice") for cell in copy.cells), "a copy holds none"


@functools.cache
def complaints():
    return catalogues.complaints()


@pytest.mark.parametrize("number", CHAPTERS)
def test_the_catalogue_of_a_chapter_is_complete(number):
    assert [line for line in complaints() if CHAPTERS[number].name in line] == []


def test_an_edition_that_is_older_than_its_source_is_noticed(tmp_path, monkeypatch, capsys):
    """And one that is missing; `build --check` says so."""
    real = CHAPTERS[WITH_TASKS[0]]
    chapter = chapters.Chapter(tmp_path / real.name)
    chapter.folder.mkdir()
    text = real.exercises.read_text(encoding="utf-8")
    chapter.exercises.write_text(text, encoding="utf-8")
    assert len(editions.stale(chapter)) == 2
    editions.write(chapter)
    assert editions.stale(chapter) == []
    chapter.exercises.write_text(text.replace("문제", "연습", 1), encoding="utf-8")
    [complaint] = editions.stale(chapter)
    assert "exercises-ko.ipynb does not match" in complaint
    monkeypatch.setattr(chapters, "chosen", lambda names: [chapter])
    monkeypatch.setattr(build, "stale", lambda source: None)
    assert build.main([], check=True) == 1
    assert f"{chapter.name}: learner/" in capsys.readouterr().out
