"""The learner's workbook: made, completed, renewed; what the learner has written is never lost."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from checkout import tree

from course_lib.errors import CourseError
from course_lib.tools import chapters, firstpage, workbook
from course_lib.tools.places import COURSE

LESSON, EXERCISES = "01_cnn_basics/01_lesson.ipynb", "01_cnn_basics/01_exercises.ipynb"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "workbook"
    workbook.complete(folder, "ko")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A workbook in Korean, just made."""
    folder = shutil.copytree(made, tmp_path / "workbook")
    firstpage.write(folder, "ko")  # it names its folder
    return folder


def read(path):
    return nbformat.read(path, as_version=4)


def course(monkeypatch, change):
    """From here on the course has other notebooks: `change(notebook)` is called with each edition."""
    edition = workbook.edition

    def changed(source, *args):
        notebook = edition(source, *args)
        change(notebook, source.stem)
        return notebook

    monkeypatch.setattr(workbook, "edition", changed)


def corrected(notebook, stem):
    """A paragraph of the lesson is corrected, a check and a stub are newer, and there is one more cell."""
    if stem == "01_lesson":
        text = next(cell for cell in notebook.cells[1:] if cell.cell_type == "markdown")
        text.source, text.id = "고친 문단입니다.", "0123456789ab"
        notebook.cells.append(nbformat.v4.new_markdown_cell("새 절입니다.", id="ba9876543210"))
    if stem == "01_exercises":
        for cell in notebook.cells:
            if cell.id in ("pad_same", "pad_same-check"):
                cell.source += "\n# newer"


def test_one_language_and_nothing_given_away(folder):
    assert {name for name in tree(folder) if not name.startswith(".course/")} == {
        ".course.json",
        "README.md",
        *(f"{chapter.name}/{source.stem}.ipynb" for chapter in chapters.every() for source in chapter.sources),
    }
    for path in folder.glob("*/*.ipynb"):
        notebook = read(path)
        nbformat.validate(notebook)
        text = "\n".join(cell.source for cell in notebook.cells)
        assert "합니다" in text and "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text
        assert not any("en" in cell.metadata.get("tags", []) for cell in notebook.cells)
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_complete_again_changes_nothing(folder, capsys):
    before = tree(folder)
    workbook.complete(folder, "ko")
    assert tree(folder) == before and "모두 있으므로" in capsys.readouterr().out


def test_what_is_missing_is_added_by_name(folder, capsys):
    (folder / EXERCISES).unlink()
    (folder / "README.md").write_text("my notes", encoding="utf-8")
    before = tree(folder)
    workbook.complete(folder, "ko")
    after = tree(folder)
    assert EXERCISES in after and {name: after[name] for name in before} == before
    assert EXERCISES in capsys.readouterr().out


def test_a_newer_edition_reaches_who_has_not_touched_it(folder, monkeypatch, capsys):
    course(monkeypatch, corrected)
    before = (folder / LESSON).read_bytes()
    workbook.complete(folder, "ko")
    notebook = read(folder / LESSON)
    texts = [cell.source for cell in notebook.cells]
    assert "고친 문단입니다." in texts and texts[-1] == "새 절입니다."
    assert notebook == workbook.edition(chapters.find("01").lesson, "ko")
    assert (folder / workbook.BEFORE / "01_cnn_basics" / "01_lesson-1.ipynb").read_bytes() == before
    out = capsys.readouterr().out
    assert LESSON in out and EXERCISES in out and "02_lesson" not in out
    after = tree(folder)
    workbook.complete(folder, "ko")
    assert tree(folder) == after


def test_answers_are_kept_and_what_is_newer_is_said(folder, monkeypatch, capsys):
    mine = read(folder / EXERCISES)
    by_id = {cell.id: cell for cell in mine.cells}
    by_id["pad_same"].source = "def pad_same(image): return my_own_way(image)"
    by_id["pad_same"].outputs = [nbformat.v4.new_output("stream", text="my output\n")]
    mine.cells.insert(3, nbformat.v4.new_code_cell("my own cell", id="mine"))
    nbformat.write(mine, folder / EXERCISES)
    course(monkeypatch, corrected)
    workbook.complete(folder, "ko")
    found = read(folder / EXERCISES)
    assert found.cells[3].source == "my own cell"
    by_id = {cell.id: cell for cell in found.cells}
    assert by_id["pad_same"].source == "def pad_same(image): return my_own_way(image)" and by_id["pad_same"].outputs
    assert by_id["pad_same-check"].source.endswith("# newer"), "the check is the course's"
    out = capsys.readouterr().out
    assert f"{EXERCISES}" in out and "pad_same" in out and "learn --fresh 01" in out
    workbook.complete(folder, "ko")
    assert "pad_same" not in capsys.readouterr().out, "said once"


@pytest.mark.parametrize("memory", [None, "", "[]", '{"01_cnn_basics/01_exercises.ipynb": 3}', '{"x": [[["a"]]]}'])
def test_a_workbook_of_a_former_version_is_renewed_with_care(folder, monkeypatch, memory):
    """It remembers no editions, as one whose memory was damaged."""
    mine = read(folder / EXERCISES)
    by_id = {cell.id: cell for cell in mine.cells}
    by_id["convolve"].source = "def convolve(image, kernel): return my_own_way(image)"
    nbformat.write(mine, folder / EXERCISES)
    (folder / workbook.EDITIONS).unlink()
    if memory is not None:
        (folder / workbook.EDITIONS).write_text(memory, encoding="utf-8")
    course(monkeypatch, corrected)
    workbook.complete(folder, "ko")
    found = {cell.id: cell.source for cell in read(folder / EXERCISES).cells}
    assert found["convolve"] == by_id["convolve"].source and found["pad_same-check"].endswith("# newer")
    assert "고친 문단입니다." in [cell.source for cell in read(folder / LESSON).cells]


def test_nothing_is_renewed_under_an_open_page(folder, monkeypatch, capsys):
    course(monkeypatch, corrected)
    before = tree(folder)
    workbook.complete(folder, "ko", renew=False)
    assert tree(folder) == before
    assert LESSON in capsys.readouterr().out


def test_a_link_stays_a_link(folder, monkeypatch, tmp_path):
    (folder / LESSON).rename(tmp_path / "elsewhere.ipynb")
    try:
        (folder / LESSON).symlink_to(tmp_path / "elsewhere.ipynb")
    except OSError:
        pytest.skip("no links here")
    course(monkeypatch, corrected)
    workbook.complete(folder, "ko")
    assert (folder / LESSON).is_symlink() and "고친 문단입니다." in (tmp_path / "elsewhere.ipynb").read_text("utf-8")


def test_a_notebook_of_another_kind_is_left_alone(folder, capsys):
    content = b'{"cells": [], "mine": true}'
    (folder / LESSON).write_bytes(content)
    workbook.complete(folder, "ko")
    assert (folder / LESSON).read_bytes() == content and "모두 있으므로" in capsys.readouterr().out


def test_fresh_copies_get_new_names_and_link_to_each_other(folder, monkeypatch, capsys):
    before = tree(folder)
    workbook.complete(folder, "ko", ["01"])
    workbook.complete(folder, "ko", ["1"])
    after = tree(folder)
    changed = {workbook.EDITIONS}
    assert {name: after[name] for name in before.keys() - changed} == {
        name: before[name] for name in before.keys() - changed
    }
    assert {name for name in after if "fresh" in name} == {
        f"01_cnn_basics/01_{kind}-fresh-{n}.ipynb" for kind in ("lesson", "exercises") for n in (1, 2)
    }
    assert "workbook/01_cnn_basics/01_lesson-fresh-1.ipynb" in capsys.readouterr().out
    text = (folder / "01_cnn_basics" / "01_lesson-fresh-2.ipynb").read_text(encoding="utf-8")
    assert "(01_exercises-fresh-2.ipynb)" in text and "(01_exercises.ipynb)" not in text
    course(monkeypatch, corrected)
    workbook.complete(folder, "ko")
    renewed = (folder / "01_cnn_basics" / "01_lesson-fresh-2.ipynb").read_text(encoding="utf-8")
    assert "고친 문단입니다." in renewed and "(01_exercises-fresh-2.ipynb)" in renewed


@pytest.mark.parametrize(
    "content, reason",
    [
        (b'{"cells": [', "invalid JSON at line 1"),
        (b"", "invalid JSON"),
        (b"[1]", "without a list of cells"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_broken_notebook_is_named_and_left_and_the_others_can_be_opened(folder, capsys, content, reason):
    path = folder / EXERCISES
    path.write_bytes(content)
    (folder / LESSON).unlink()
    workbook.complete(folder, "en")
    told = f"01_exercises.ipynb is not a readable notebook .*{reason}.*left as it is.*--fresh 01"
    assert re.search(told, capsys.readouterr().err)
    assert (folder / LESSON).exists()
    workbook.complete(folder, "ko", ["01"])  # a clean copy can be had all the same
    assert path.read_bytes() == content and (folder / "01_cnn_basics" / "01_exercises-fresh-1.ipynb").exists()


def test_an_untouched_notebook_has_nothing_to_be_saved(folder):
    """JupyterLab writes its kernel and its language into a notebook without them, and asks whether to save that."""
    metadata = read(folder / LESSON).metadata
    assert metadata.kernelspec == {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert metadata.language_info.version == ".".join(map(str, sys.version_info[:3]))


# --- the folder and its note


def test_a_lost_note_is_told_by_the_page(folder, monkeypatch):
    (folder / ".course.json").unlink()
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert workbook.place(root=folder.parent) == (folder, "ko")
    workbook.complete(folder, "ko")
    assert json.loads((folder / ".course.json").read_text(encoding="utf-8"))["language"] == "ko"


@pytest.mark.parametrize(
    "content", ['{"language": "kr"}', "null", "[]", "7", '"ko"', "{", "", "{}", '{"language": ["ko"]}']
)
def test_a_damaged_note_is_one_sentence(folder, content):
    (folder / ".course.json").write_text(content, encoding="utf-8")
    before = tree(folder)
    with pytest.raises(CourseError, match=r"\.course\.json is damaged .*delete this one file"):
        workbook.place(root=folder.parent)
    assert tree(folder) == before


def test_second_language_has_a_folder_of_its_own(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert workbook.place(root=tmp_path) == (folder, "ko")  # the workbook's language stays
    assert workbook.place("en", root=tmp_path) == (tmp_path / "workbook-en", "en")
    assert workbook.place("ko", root=tmp_path) == (folder, "ko")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no LANG")
@pytest.mark.parametrize(
    "variables, language",
    [({"LANG": "ko_KR.UTF-8"}, "ko"), ({"LANG": "de_DE.UTF-8"}, "en"), ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "en")],
)
def test_system_language(monkeypatch, variables, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert workbook.system_language() == language


def test_workbook_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot write the workbook"):
        workbook.complete(tmp_path / "file" / "workbook", "en")


def test_several_at_once_make_one_workbook(made, tmp_path):
    code = "import sys; from pathlib import Path; from course_lib.tools import workbook; workbook.complete(Path(sys.argv[1]), 'ko')"
    folder = tmp_path / "workbook"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=COURSE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 3
    page = lambda files: {
        name: content for name, content in files.items() if name != "README.md"
    }  # it names its folder
    assert page(tree(folder)) == page(tree(made))


# --- the first page


def event(folder, kind, **facts):
    path = folder / ".course" / "record.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"kind": kind, "time": 1.0, **facts}) + "\n")


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "workbook"
    workbook.complete(folder, "en")
    return folder


def page(folder):
    firstpage.write(folder, "en")
    return (folder / "README.md").read_text(encoding="utf-8")


def test_the_page_leads_from_the_first_step_to_the_last(folder, english):
    names = list(firstpage.standing.standings(folder)[0].tasks)
    all_tasks = f"of {len(names)} tasks"
    assert "Start here: [01 " in page(folder) and f"0 {all_tasks}, 0 of 100 points" in page(folder)
    event(folder, "predict", chapter="01", key="corner", guess=3)
    assert "Go on with the lesson: [01 " in page(folder)
    event(folder, "answer", chapter="01", key="corner", guess=3, right=True, value=3)
    event(folder, "predict", chapter="01", key="size", guess=3)
    event(folder, "answer", chapter="01", key="size", guess=3, right=False, value=4)
    event(folder, "answer", chapter="01", key="size", guess=4, right=True, value=4)  # again, the answer known
    event(folder, "answer", chapter="01", key="none", guess=None, right=None, value=4)
    event(folder, "lesson", chapter="01")
    for name in names[:3]:
        event(folder, "check", chapter="01", task=name, holds=2, total=2)
    event(folder, "check", chapter="01", task=names[2], holds=1, total=2)  # broken later
    now = page(folder)
    [where] = re.findall(r"Go on at \[task 3 of chapter 01\]\(01_cnn_basics/01_exercises.ipynb#cell-id=(.*)\)", now)
    [heading] = [cell.source for cell in read(english / EXERCISES).cells if cell.id == where]
    assert heading.startswith("### Task 3.")
    assert f"2 {all_tasks}" in now and "run to its end" in now and "1 of 2 right" in now
    event(folder, "score", chapter="01", tasks={}, points=42.5, possible=100)
    for name in names:
        event(folder, "check", chapter="01", task=name, holds=2, total=2)
    now = page(folder)
    assert f"{len(names)} {all_tasks}, 100 of 100 points" in now and "42.5 of 100" in now
    assert "Go on with the lesson: [02 " in now
    for standing in firstpage.standing.standings(folder)[1:]:
        event(folder, "lesson", chapter=standing.chapter.number)
        for name in standing.tasks:
            event(folder, "check", chapter=standing.chapter.number, task=name, holds=1, total=1)
    assert "All tasks of all chapters hold" in page(folder)


def test_a_record_with_anything_in_it_stops_no_page(folder):
    for damaged in (
        "null",
        "[]",
        "{",
        '{"kind": 1}',
        '{"kind": "check"}',
        '{"kind": "check", "chapter": "01", "task": []}',
    ):
        with (folder / ".course" / "record.jsonl").open("a", encoding="utf-8") as file:
            file.write(damaged + "\n")
    event(folder, "check", chapter="01", task="x", holds="many", total=None)
    event(folder, "score", chapter="01", points="all")
    event(folder, "check", chapter=["01"], task="x", holds=1, total=1, time="yesterday")
    assert page(folder).count("[0 of ") == len(chapters.every())


def test_the_page_tells_what_a_learner_looks_for(folder):
    now = page(folder)
    for wanted in (
        "Run All Above Selected Cell",  # and not all cells: that would answer questions not yet come to
        "hand in",
        str(folder / EXERCISES),
        "learn --fresh 01",
        "git pull",
        "Shift+Enter",
        "Shut Down",
    ):
        assert wanted in now


def test_a_page_of_ones_own_is_left(folder):
    (folder / "README.md").write_text("my notes", encoding="utf-8")
    assert not firstpage.write(folder, "ko") and (folder / "README.md").read_text(encoding="utf-8") == "my notes"


def test_the_page_of_a_former_version_is_renewed(folder):
    (folder / "README.md").write_text("an older page", encoding="utf-8")
    note = {"language": "ko", "page": hashlib.sha256(b"an older page").hexdigest()}
    (folder / ".course.json").write_text(json.dumps(note), encoding="utf-8")
    workbook.complete(folder, "ko")
    assert "MLP에서 CNN으로" in (folder / "README.md").read_text(encoding="utf-8")
