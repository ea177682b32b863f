"""The learner's workbook, and JupyterLab on it: a real server, spoken to over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from checkout import tree

from course_lib.errors import CourseError
from course_lib.tools import chapters, learn
from course_lib.tools.places import COURSE


@pytest.fixture
def workbook(tmp_path):
    folder = tmp_path / "workbook"
    learn.complete(folder, "ko")
    return folder


def test_one_language_and_nothing_given_away(workbook):
    files = tree(workbook)
    assert files.keys() == {
        ".course.json",
        "README.md",
        *(f"{chapter.name}/{source.stem}.ipynb" for chapter in chapters.every() for source in chapter.sources),
    }
    for path in workbook.glob("*/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        text = "\n".join(cell.source for cell in notebook.cells)
        assert "합니다" in text and "BEGIN SOLUTION" not in text and "HIDDEN" not in text
        assert not any("en" in cell.metadata.get("tags", []) for cell in notebook.cells)
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    page = (workbook / "README.md").read_text(encoding="utf-8")
    assert "MLP에서 CNN으로" in page and "50분" in page and "(01_cnn_basics/01_lesson.ipynb)" in page


def test_never_overwrites_and_completes_what_is_missing(workbook, capsys):
    lesson, exercises = (workbook / "01_cnn_basics" / f"01_{kind}.ipynb" for kind in ("lesson", "exercises"))
    lesson.write_text('{"cells": [], "mine": true}', encoding="utf-8")
    (workbook / "README.md").write_text("my notes", encoding="utf-8")
    exercises.unlink()
    before = tree(workbook)
    learn.complete(workbook, "ko")
    after = tree(workbook)
    assert exercises.exists() and {name: after[name] for name in before} == before
    assert "파일 1개를 추가했습니다" in capsys.readouterr().out


def test_page_of_an_older_course_is_renewed_unless_changed(workbook):
    note = json.loads((workbook / ".course.json").read_text(encoding="utf-8"))
    (workbook / "README.md").write_text("an older page", encoding="utf-8")
    import hashlib

    note["page"] = hashlib.sha256(b"an older page").hexdigest()
    (workbook / ".course.json").write_text(json.dumps(note), encoding="utf-8")
    learn.complete(workbook, "ko")
    assert "MLP에서 CNN으로" in (workbook / "README.md").read_text(encoding="utf-8")


def test_a_lost_note_is_told_by_the_page(workbook, monkeypatch):
    (workbook / ".course.json").unlink()
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert learn.place(root=workbook.parent) == (workbook, "ko")
    learn.complete(workbook, "ko")
    assert json.loads((workbook / ".course.json").read_text(encoding="utf-8"))["language"] == "ko"


def test_fresh_copies_get_new_names(workbook):
    before = tree(workbook)
    learn.complete(workbook, "ko", ["01"])
    learn.complete(workbook, "ko", ["1"])
    after = tree(workbook)
    assert {name: after[name] for name in before} == before
    assert {name for name in after if "fresh" in name} == {
        f"01_cnn_basics/01_{kind}-fresh-{n}.ipynb" for kind in ("lesson", "exercises") for n in (1, 2)
    }


@pytest.mark.parametrize(
    "content, reason",
    [
        (b'{"cells": [', "invalid JSON at line 1"),
        (b"", "invalid JSON"),
        (b"[1]", "without a list of cells"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_broken_notebook_is_named_and_left(workbook, content, reason):
    path = workbook / "01_cnn_basics" / "01_exercises.ipynb"
    path.write_bytes(content)
    with pytest.raises(
        CourseError, match=f"01_exercises.ipynb is not a readable notebook .*{reason}.*left as it is.*--fresh 01"
    ):
        learn.complete(workbook, "ko")
    learn.complete(workbook, "ko", ["01"])  # a clean copy can be had all the same
    assert path.read_bytes() == content and (workbook / "01_cnn_basics" / "01_exercises-fresh-1.ipynb").exists()


def test_second_language_has_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    folder, language = learn.place(root=tmp_path)
    assert (folder.name, language) == ("workbook", "ko")
    learn.complete(folder, language)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert learn.place(root=tmp_path) == (tmp_path / "workbook", "ko")  # the workbook's language stays
    assert learn.place("en", root=tmp_path) == (tmp_path / "workbook-en", "en")
    assert learn.place("ko", root=tmp_path) == (tmp_path / "workbook", "ko")


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
    assert learn.system_language() == language


def test_workbook_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot write the workbook"):
        learn.complete(tmp_path / "file" / "workbook", "en")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_port_that_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "course_lib", "learn", "--no-browser", "--port", str(port)],
            cwd=COURSE,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    assert done.returncode == 2 and f"port {port} cannot be used" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("port", [0, 70000])
def test_port_that_is_none(port):
    with pytest.raises(CourseError, match="--port must be a number from 1 to 65535, for example 8888; found "):
        learn.require_free(port)


def test_without_jupyterlab_the_workbook_is_only_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(learn, "place", lambda language: (tmp_path / "workbook", language or "en"))
    monkeypatch.setattr(learn, "serve", lambda *_: 7)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert learn.main("en", port, True, [], lab=False) == 0, "a port that nobody will use does not matter"
    assert f"{tmp_path / 'workbook'}: files added: " in capsys.readouterr().out
    assert learn.main("en", None, True, ["01"]) == 7
    out = capsys.readouterr().out
    assert f"a clean copy: {os.path.join('workbook', '01_cnn_basics', '01_lesson-fresh-1.ipynb')}" in out
    assert "complete, nothing to add" in out


SERVE = "import sys; from pathlib import Path; from course_lib.tools import learn; folder = Path(sys.argv[1]); learn.complete(folder, 'ko'); sys.exit(learn.serve(folder, 'ko', int(sys.argv[2]), False))"


def get(url):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C")
def test_jupyterlab_runs_speaks_korean_and_ends_quietly(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path / "workbook"), str(port)],
        cwd=COURSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        address = next(line.strip() for line in process.stdout if "token=" in line)
        assert address.startswith(f"http://127.0.0.1:{port}/lab/tree/README.md?token=")
        base, token = address.split("/lab/")[0], address.split("token=")[1]
        assert {entry["name"] for entry in get(f"{base}/api/contents?token={token}")["content"]} == {
            "README.md",
            *(chapter.name for chapter in chapters.every()),
        }
        settings = get(f"{base}/lab/api/settings/@jupyterlab/translation-extension:plugin?token={token}")
        assert settings["schema"]["properties"]["locale"]["default"] == "ko_KR"
        assert "ko_KR" in get(f"{base}/lab/api/translations?token={token}")["data"]
        with pytest.raises(urllib.error.HTTPError, match="403"):
            get(f"{base}/api/contents")
        with open(f"/proc/{process.pid}/cmdline", "rb") if os.path.exists("/proc") else open(os.devnull, "rb") as line:
            assert token.encode() not in line.read()
    finally:
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        if process.poll() is None:
            process.kill()
    rest, errors = process.communicate()
    assert process.returncode == 0 and "JupyterLab을 종료했습니다" in rest and errors == ""
