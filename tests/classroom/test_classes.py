"""A class folder: rosters as spreadsheets write them, nbgrader's layout, nothing of anybody's overwritten."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import classes
import nbgrader
import pytest

from course_lib.classroom import classes as courses
from course_lib.errors import CourseError
from course_lib.tools import places
from course_lib.tools.places import COURSE

HEAD = "id,name,language\n"


def roster(tmp_path, content):
    path = tmp_path / "students.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "id,name,language\n7,김민수,ko\n",
        "\ufeffid,name,language\r\n7,김민수,ko\r\n",
        "id;name;language\n7;김민수;KO\n",
        "id\tname\tlanguage\n7\t김민수\tko\n",
        "학번,이름,언어\n7,김민수,ko\n".encode("cp949"),
        "id\tname\tlanguage\n7\t김민수\tko\n".encode("utf-16"),
        "Name,Email,ID,Language\n 김민수 ,,7,ko-KR\n,,,\n",
    ],
)
def test_rosters_as_spreadsheets_write_them(tmp_path, content):
    (student,) = courses.read_roster(roster(tmp_path, content))
    assert (student.id, student.name, student.language) == ("7", "김민수", "ko")


@pytest.mark.parametrize(
    "content, sentence",
    [
        ("", "no column 'id'"),
        ("id,language\n1,ko\n", "no column 'name'"),
        (HEAD, "names no student"),
        (HEAD + "1,Ada,en\n1,Bob,en\n", "line 3: the id 1 is on line 2 already"),
        (HEAD + "a,Ada,en\nA,Bob,en\n", "line 3: the id A is on line 2 already"),
        (HEAD + "../x,Ada,en\n", "cannot name a folder"),
        (HEAD + "a/b,Ada,en\n", "cannot name a folder"),
        (HEAD + ".x,Ada,en\n", "cannot name a folder"),
        (HEAD + "1,,en\n", "has no name"),
        (HEAD + "1,Ada,fr\n", "must be ko or en"),
        (b"id,name\n1,\xff\xfe\xfa\xff\n", "neither UTF-8 nor cp949"),
    ],
)
def test_a_roster_that_cannot_be_used_is_one_sentence(tmp_path, content, sentence):
    with pytest.raises(CourseError, match=sentence):
        courses.new(tmp_path / "class", roster(tmp_path, content))
    assert not (tmp_path / "class").exists()


def test_the_folder_is_nbgraders(released):
    assert {"source", "release", "submitted", "autograded", "feedback", "gradebook.db", "nbgrader_config.py"} <= {
        path.name for path in released.folder.iterdir()
    }
    with released.gradebook() as gradebook:
        found = {one.id: (one.last_name, one.first_name, one.lms_user_id) for one in gradebook.students}
    assert found["2026002"] == ("Lovelace", "Ada", "502") and found["2026003"] == ("Hopper", "Grace", "503")
    assert found["2026001"] == ("김민수", "", "501") and len(found) == 5


def test_a_second_new_updates_the_roster_and_keeps_who_left(klass, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    (klass.folder / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    courses.new(klass.folder, roster(tmp_path, HEAD + "2026001,김민주,ko\nnew,Neu Mann,en\n"))
    assert "1 of them new" in (said := capsys.readouterr().out) and "kept: 2026002, 2026003, 2026004, s5" in said
    with klass.gradebook() as gradebook:
        assert gradebook.find_student("2026001").last_name == "김민주" and len(gradebook.students) == 6
    assert len(klass.students()) == 6
    assert (klass.folder / "nbgrader_config.py").read_text(encoding="utf-8") == "c = get_config()\n"


def test_a_foreign_folder_stays_untouched(tmp_path):
    (tmp_path / "mine" / "submitted").mkdir(parents=True)
    with pytest.raises(CourseError, match="holds submitted already"):
        courses.new(tmp_path / "mine", roster(tmp_path, classes.ROSTER))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["submitted"]
    with pytest.raises(CourseError, match="is a file"):
        courses.new(tmp_path / "students.csv", roster(tmp_path, classes.ROSTER))
    with pytest.raises(CourseError, match="the course's own folder"):
        courses.new(COURSE / "chapters" / "x", roster(tmp_path, classes.ROSTER))
    with pytest.raises(CourseError, match="among the programs that submissions may read"):
        courses.new(COURSE / "data" / "x", roster(tmp_path, classes.ROSTER))


def test_a_course_of_nbgraders_becomes_a_class(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    (tmp_path / "old" / "source" / "ps1").mkdir(parents=True)
    (tmp_path / "old" / "nbgrader_config.py").write_text("c = get_config()\n# mine\n", encoding="utf-8")
    courses.new(tmp_path / "old", roster(tmp_path, classes.ROSTER))
    assert (tmp_path / "old" / "nbgrader_config.py").read_text(encoding="utf-8").endswith("# mine\n")
    assert (tmp_path / "old" / "source" / "ps1").is_dir() and len(courses.ClassFolder(tmp_path / "old").students()) == 5


def test_which_class_is_meant(released, klass, tmp_path, monkeypatch):
    memory = tmp_path / "classes.json"
    monkeypatch.setattr(places, "CLASSES", memory)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="no class yet"):
        courses.locate()
    courses._remember_folder(klass.folder)
    assert courses.locate().folder == klass.folder
    courses._remember_folder(released.folder)
    with pytest.raises(CourseError, match="there are 2 classes"):
        courses.locate()
    monkeypatch.chdir(klass.folder / "submitted")
    assert courses.locate().folder == klass.folder
    assert courses.locate(str(released.folder)).folder == released.folder
    with pytest.raises(CourseError, match="is no class"):
        courses.locate(str(tmp_path))


def test_one_command_at_a_time(klass):
    with klass.alone(), pytest.raises(CourseError, match="another command is at work"), klass.alone():
        pass
    with klass.alone():
        pass


def test_a_config_that_fails_is_one_sentence(klass):
    (klass.folder / "nbgrader_config.py").write_text("c = get_config()\n1 / 0\n", encoding="utf-8")
    with pytest.raises(CourseError, match="nbgrader_config.py fails: ZeroDivisionError"):
        klass.config()


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["release", "77"], "no chapter '77'"),
        (["grade", "02", "--trust-submissions"], "chapter 02 is not released"),
        (["collect", "01", "nowhere.zip"], "nowhere.zip does not exist"),
        (["grade", "01", "--student", "nobody", "--trust-submissions"], "no student 'nobody'"),
        (["feedback", "01"], "nothing of 01_cnn_basics is graded"),
        (["report", "01", "--csv", "no/where.csv"], "does not exist: make the folder"),
        (["release", "01", "--course", "elsewhere"], "elsewhere is no class"),
    ],
)
def test_what_goes_wrong_is_one_sentence(klass, words, sentence, capsys, monkeypatch):
    """Called as the command line does, in this process: starting Python each time would take longer than the rest."""
    from course_lib.classroom import commands
    from course_lib.tools.arguments import parser

    monkeypatch.chdir(klass.folder)
    with pytest.raises(CourseError, match=sentence):
        commands.main(parser()[0].parse_args(["class", *words]))


def test_the_command_itself(klass):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "course_lib",
            "class",
            "grade",
            "02",
            "--trust-submissions",
            "--course",
            str(klass.folder),
        ],
        cwd=COURSE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(COURSE)},
    )
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("course_lib: chapter 02 is not released in ") and Path(klass.folder).exists()


@pytest.mark.parametrize("name", ["INSTRUCTORS.md", "INSTRUCTORS.ko.md"])
def test_commands_of_the_instructors_page_exist(name):
    """Each command line of the page is one that the command understands, and both pages have the same ones."""
    from course_lib.tools.arguments import parser

    found = {
        page: re.findall(
            r"^    (?:\$ )?python3 -m course_lib ([^#\n]*)", (COURSE / page).read_text(encoding="utf-8"), re.M
        )
        for page in ("INSTRUCTORS.md", "INSTRUCTORS.ko.md")
    }
    assert len(found[name]) > 8 and found["INSTRUCTORS.md"] == found["INSTRUCTORS.ko.md"]
    for words in found[name]:
        parser()[0].parse_args(words.split())
    for link in re.findall(r"\]\(([^)#]*)\)", (COURSE / name).read_text(encoding="utf-8")):
        assert link.startswith("https://") or (COURSE / link).exists(), link


def test_the_columns_in_the_instructors_page_are_those_of_the_csv():
    from course_lib.classroom.pages.report import COLUMNS

    for page in ("INSTRUCTORS.md", "INSTRUCTORS.ko.md"):
        assert f"`{', '.join(COLUMNS)}`" in (COURSE / page).read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="a locale of Linux and macOS")
@pytest.mark.parametrize("name", ["100% CNN", "%(here)s", "딥러닝 수업"])
def test_a_class_in_any_folder_and_locale(name, tmp_path):
    """nbgrader asks alembic, which reads its settings with configparser, in the locale's encoding."""
    (tmp_path / "roster.csv").write_text("id,name,language\n1,김민수,ko\n", encoding="utf-8")
    course = tmp_path / name
    for part in ("course_lib", "chapters"):
        shutil.copytree(COURSE / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    (course / "packages").symlink_to(
        Path(nbgrader.__file__).parent.parent
    )  # so that nbgrader lies below that name, too
    code = "import sys; from course_lib.classroom import classes; classes.new(sys.argv[1], sys.argv[2], 'ko')"
    environment = {**os.environ, "LC_ALL": "C", "COURSE_HOME": str(tmp_path)}
    environment["PYTHONPATH"] = os.pathsep.join([str(course), str(course / "packages")])
    command = [sys.executable, "-c", code, str(tmp_path / "class"), str(tmp_path / "roster.csv")]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert (tmp_path / "class" / "gradebook.db").exists()
