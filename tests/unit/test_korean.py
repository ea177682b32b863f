"""What a lesson prints and draws in Korean, stored beside its notebook: what is kept, and when it counts."""

import json

import nbformat
import pytest

from course_lib.tools import build, catalogues, chapters, editions, korean, readme, sources

LESSON = chapters.every()[2].lesson


@pytest.fixture
def notebook(tmp_path):
    """A copy of a built notebook, with what its widgets were given, and nothing Korean."""
    built = chapters.notebook(LESSON)
    for path in (built, build.widgets_of(built)):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path / built.name


@pytest.fixture
def executed(notebook):
    """Its Korean edition, of which one cell has printed something else than in English."""
    edition = sources.edition(nbformat.read(notebook, as_version=4), "ko")
    [first, *_] = [cell for cell in edition.cells if cell.get("outputs")]
    first.outputs = [nbformat.v4.new_output("stream", text="한국어 출력 7\n")]
    return edition


def english(notebook):
    return sources.edition(nbformat.read(notebook, as_version=4), "ko")


def test_only_what_differs_is_kept_and_all_comes_back(notebook, executed):
    assert korean.outputs(notebook, english(notebook)) is None and korean.stale(notebook) is None
    korean.keep(notebook, executed, [])
    assert len(json.loads(korean.stored_of(notebook).read_text(encoding="utf-8"))) == 3, "mark, widgets, one cell"
    assert korean.stale(notebook) is None
    own = korean.outputs(notebook, english(notebook))
    assert own == {cell.id: cell.outputs for cell in executed.cells if cell.cell_type == "code"}


@pytest.mark.parametrize("field", ["source", "outputs"])
def test_other_code_and_other_english_outputs_are_noticed(field, notebook, executed):
    korean.keep(notebook, executed, [])
    built = nbformat.read(notebook, as_version=4)
    [cell, *_] = [cell for cell in built.cells if cell.get("outputs")]
    cell[field] = cell.source + "\nprint()" if field == "source" else cell.outputs[:-1]
    sources.write(built, notebook)
    assert str(korean.stale(notebook)) == f"{notebook.stem}_ko.json is older than {notebook.name}"
    assert korean.outputs(notebook, english(notebook)) is None


def test_outputs_of_a_cell_that_is_gone_are_noticed(notebook, executed):
    korean.keep(notebook, executed, [])
    stored = json.loads(korean.stored_of(notebook).read_text(encoding="utf-8"))
    stored["gone"] = []
    korean.stored_of(notebook).write_text(json.dumps(stored), encoding="utf-8")
    assert str(korean.stale(notebook)) == f"{notebook.stem}_ko.json is older than {notebook.name}"


def test_other_prose_is_none_of_its_business(notebook, executed):
    korean.keep(notebook, executed, [])
    built = nbformat.read(notebook, as_version=4)
    built.cells[0].source += " More."
    sources.write(built, notebook)
    assert korean.stale(notebook) is None


def test_of_a_widget_the_korean_texts_are_kept_and_the_numbers_are_the_english_ones(notebook, executed):
    told = build.recorded(notebook)
    told[0]["alt"] = told[0]["facts"]["alt"] = "한국어로 적은 그림 설명"
    told[0]["facts"]["number"] = 1
    records = build.recorded(notebook)
    records[0]["facts"]["number"] = 2
    build.widgets_of(notebook).write_text(json.dumps(records), encoding="utf-8")
    korean.keep(notebook, executed, told)
    found = korean.records(notebook)
    for language, alt in (("en", records[0]["alt"]), ("ko", "한국어로 적은 그림 설명")):
        said = build.said(found[0], language)
        assert said["alt"] == said["facts"]["alt"] == alt and said["facts"]["number"] == 2
    assert found[1:] == records[1:]


@pytest.fixture
def dry(monkeypatch):
    """Nothing else of the course is written."""
    for part in (catalogues, readme):
        monkeypatch.setattr(part, "write", lambda: None)
    monkeypatch.setattr(editions, "write", lambda chapter: None)


@pytest.mark.usefixtures("dry")
@pytest.mark.parametrize("language, wanted", [(None, "notebook, korean"), ("en", "notebook"), ("ko", "korean")])
def test_build_makes_both_or_the_one_that_is_named(language, wanted, monkeypatch):
    made = []
    monkeypatch.setattr(build, "write", lambda source, target: made.append("notebook") if source == LESSON else None)
    monkeypatch.setattr(korean, "stale", lambda notebook: "it is older")
    monkeypatch.setattr(korean, "write", lambda source: made.append("korean"))
    assert build.main(["03"], check=False, language=language) == 0
    assert ", ".join(made) == wanted


@pytest.mark.usefixtures("dry")
def test_what_is_as_it_should_be_is_not_executed_again(monkeypatch, tmp_path):
    (tmp_path / "stored.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(korean, "stored_of", lambda notebook: tmp_path / "stored.json")
    monkeypatch.setattr(korean, "stale", lambda notebook: None)
    monkeypatch.setattr(korean, "write", lambda source: pytest.fail("executed"))
    assert build.main(["03"], check=False, language="ko") == 0


def test_check_names_what_is_older(monkeypatch, capsys):
    monkeypatch.setattr(korean, "stale", lambda notebook: "03_lesson_ko.json is older than 03_lesson.ipynb")
    assert build.main(["03"], check=True) == 1
    assert "03_classic_architectures: 03_lesson_ko.json is older" in capsys.readouterr().out
