"""What students get: through nbgrader's converters, equal to the
workbook's copy, without solutions and hidden tests."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import classes
import nbformat
import pytest

from course_lib.classroom import release
from course_lib.classroom.classes import graded_cells, new
from course_lib.errors import CourseError
from course_lib.tools import places, sources


def handed_out(klass, language):
    with zipfile.ZipFile(klass.folder / "handout" / f"01_cnn_basics-{language}.zip") as archive:
        return {Path(name).name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_zip_holds_one_language_and_no_solution(released, language):
    files = handed_out(released, language)
    assert set(files) == {"01_exercises.ipynb", ".course.json", "README.txt"}
    text = files["01_exercises.ipynb"]
    assert "BEGIN SOLUTION" not in text and "HIDDEN" not in text and "sliding_window_view" not in text
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert any("가" <= letter <= "힣" for cell in notebook.cells for letter in cell.source) == (language == "ko")
    assert json.loads(files[".course.json"]) == {"language": language}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_is_the_workbooks_copy(released, language):
    """Whoever works in the workbook and whoever got the zip hand in the same cells."""
    mine = nbformat.reads(handed_out(released, language)["01_exercises.ipynb"], as_version=4)
    other = sources.learner_copy(classes.NOTEBOOK, language)
    sources_of_mine = [cell.source.rstrip().replace(", graded=True)", ")", 1) for cell in mine.cells]
    assert sources_of_mine == [cell.source.rstrip() for cell in other.cells]
    for one, two in zip(mine.cells, other.cells):
        about, wanted = one.metadata.get("nbgrader", {}), two.metadata.get("nbgrader", {})
        assert {key: about[key] for key in wanted} == wanted
        assert one.metadata.get("tags") == two.metadata.get("tags"), "Run All goes on below a check that does not hold"


def test_solutions_are_never_shown_in_a_class(released):
    """Each check says so, in both languages, and in what stock nbgrader makes."""
    release_folder = released.folder / "release" / "01_cnn_basics" / "01_exercises.ipynb"
    for text in (
        *(handed_out(released, one)["01_exercises.ipynb"] for one in ("ko", "en")),
        release_folder.read_text("utf-8"),
    ):
        checks = [cell.source for cell in nbformat.reads(text, as_version=4).cells if "checking(" in cell.source]
        assert len(checks) == len(classes.TASKS)
        assert all(check.splitlines()[1].endswith(", graded=True)") for check in checks)


def test_hints_are_not_handed_out(klass, tmp_path):
    assignment = classes.Assignment("01")
    text = assignment.source.read_text(encoding="utf-8")
    hint = '\n# %% [markdown] tags=["{0}"] task="convolve" role="hint"\n# {1}\n'
    assignment.source = tmp_path / assignment.source.name
    assignment.source.write_text(
        text + hint.format("ko", "비밀 힌트") + hint.format("en", "secret hint"), encoding="utf-8"
    )
    release.run(klass, assignment)
    for language, secret in (("ko", "비밀 힌트"), ("en", "secret hint")):
        assert secret not in handed_out(klass, language)["01_exercises.ipynb"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_cell_of_a_hidden_test_says_what_it_is_for(released, language):
    cells = nbformat.reads(handed_out(released, language)["01_exercises.ipynb"], as_version=4).cells
    tests = [cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
    words = {"ko": r"# [\d.]+점: 숨은 테스트가 .*score 01`\)", "en": r"# [\d.]+ points?: hidden tests .*score 01`\)"}
    assert tests and all(re.fullmatch(words[language], test.strip()) for test in tests)


def test_the_gradebook_knows_each_cell(released):
    with released.gradebook() as gradebook:
        notebook = gradebook.find_notebook("01_exercises", "01_cnn_basics")
        assert {cell.name: cell.max_score for cell in notebook.grade_cells} == {
            name: points for name, (*_, points) in graded_cells(classes.NOTEBOOK).items()
        }
        source = gradebook.find_source_cell("convolve-test", "01_exercises", "01_cnn_basics")
        assert "sliding_window_view" in source.source


def test_stock_nbgrader_releases_the_same(klass):
    """The folder is nbgrader's own: its command, run in it, makes release/ anew, and alike."""
    ours = (klass.folder / "release" / "01_cnn_basics" / "01_exercises.ipynb").read_text(encoding="utf-8")
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [str(tools / "nbgrader"), "generate_assignment", "01_cnn_basics", "--force"],
        cwd=klass.folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stderr
    stock = nbformat.read(klass.folder / "release" / "01_cnn_basics" / "01_exercises.ipynb", as_version=4)
    assert [cell.source for cell in stock.cells] == [cell.source for cell in nbformat.reads(ours, as_version=4).cells]


def test_a_second_release_changes_no_byte_and_keeps_the_due_date(klass):
    with klass.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_cnn_basics", duedate="2026-12-01 23:59:00 UTC")
    before = {path: path.read_bytes() for path in klass.folder.rglob("*") if path.suffix in (".zip", ".ipynb")}
    release.run(klass, classes.ASSIGNMENT, ["ko"])
    assert {path: path.read_bytes() for path in before} == before
    assert not list(klass.folder.glob(".release-*"))
    with klass.gradebook() as gradebook:
        assert gradebook.find_assignment("01_cnn_basics").duedate is not None


def test_a_source_changed_by_hand_is_kept(klass):
    path = klass.folder / "source" / "01_cnn_basics" / "01_exercises.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Flip", "Turn"), encoding="utf-8")
    with pytest.raises(CourseError, match="was changed by hand"):
        release.run(klass, classes.ASSIGNMENT)
    assert "Turn" in path.read_text(encoding="utf-8")


def test_what_a_refused_release_advises_is_done_and_releases(klass, tmp_path, monkeypatch):
    """Changed in the source instead and the file moved away; tasks as they were, or a new class."""
    path = klass.folder / "source" / "01_cnn_basics" / "01_exercises.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Flip", "Turn"), encoding="utf-8")
    assignment = classes.Assignment("01")
    with pytest.raises(CourseError, match=f"make the change in {re.escape(str(assignment.source))} instead, move that file away, and release again"):  # fmt: skip
        release.run(klass, assignment)
    text = assignment.source.read_text(encoding="utf-8")
    path.rename(tmp_path / "mine.ipynb")
    assignment.source = tmp_path / assignment.source.name
    assignment.source.write_text(text.replace("Flip", "Turn"), encoding="utf-8")
    assert len(release.run(klass, assignment)) == 2 and "Turn" in path.read_text(encoding="utf-8")

    with klass.gradebook() as gradebook:
        gradebook.add_submission("01_cnn_basics", "2026001")
    convert = sources.convert
    less = nbformat.from_dict(classes.NOTEBOOK)
    less.cells = [cell for cell in less.cells if not cell.id.startswith("blur")]
    with monkeypatch.context() as patch:
        patch.setattr(sources, "convert", lambda source: less if source == assignment.source else convert(source))
        with pytest.raises(CourseError, match="Undo that in the source, or make a new class"):
            release.run(klass, assignment)
        monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
        (tmp_path / "students.csv").write_text(classes.ROSTER, encoding="utf-8")
        assert release.run(new(tmp_path / "another", tmp_path / "students.csv"), assignment)
    assert release.run(klass, assignment), "undone"


def test_no_task_may_go_once_there_are_grades(klass, monkeypatch):
    with klass.gradebook() as gradebook:
        gradebook.add_submission("01_cnn_basics", "2026001")
    release.run(klass, classes.ASSIGNMENT)  # the same tasks: fine
    less = nbformat.from_dict(classes.NOTEBOOK)
    less.cells = [cell for cell in less.cells if not cell.id.startswith("blur")]
    monkeypatch.setattr(sources, "convert", lambda source: less)
    with pytest.raises(CourseError, match="has 1 graded submissions.*blur, blur-check, blur-test"):
        release.run(klass, classes.ASSIGNMENT)


def test_what_nbgrader_refuses_is_one_sentence(klass, monkeypatch):
    broken = nbformat.from_dict(classes.NOTEBOOK)
    broken.cells[4].metadata["nbgrader"] = {**broken.cells[5].metadata.get("nbgrader", {}), "grade_id": "a b"}
    path = klass.folder / "source" / "01_cnn_basics" / "01_exercises.ipynb"
    path.write_text(nbformat.writes(broken), encoding="utf-8")
    with pytest.raises(CourseError, match="nbgrader cannot release 01_cnn_basics: "):
        release.generate(klass, classes.ASSIGNMENT)
