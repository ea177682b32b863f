"""A class folder: rosters as spreadsheets write them, nbgrader's layout, nothing of anybody's overwritten."""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path

import classes
import nbgrader
import pytest

from course_lib.classroom import classes as courses
from course_lib.classroom import commands
from course_lib.errors import CourseError
from course_lib.texts import both
from course_lib.tools import places
from course_lib.tools.arguments import parser
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


@pytest.mark.parametrize("spelled", ["S5", "ｓ5", "s5"])
def test_an_id_in_other_capitals_is_the_same_student(klass, tmp_path, capsys, monkeypatch, spelled):
    """The class goes on with the id it knows: folders and grades have that name."""
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    if spelled == "ｓ5":  # full width: another id, and no reason to lock anything
        courses.new(klass.folder, roster(tmp_path, classes.ROSTER + f"{spelled},New One,en,\n"))
        assert len(klass.students()) == 6
        return
    courses.new(klass.folder, roster(tmp_path, classes.ROSTER.replace("s5,Maria Anna", f"{spelled},Maria Anne")))
    assert ("the class writes ids as it did before: s5 for S5" in capsys.readouterr().out) == (spelled == "S5")
    found = {student.id: student.name for student in courses.ClassFolder(klass.folder).students()}
    assert len(found) == 5 and found["s5"] == "Maria Anne Weiß"
    with klass.gradebook() as gradebook:
        assert {one.id for one in gradebook.students} == set(found)
    assert klass.student("S5").id == "s5"


def test_decomposed_letters_in_a_roster_are_composed(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    text = unicodedata.normalize("NFD", HEAD + "7,김민수,ko\n")
    assert courses.new(tmp_path / "class", roster(tmp_path, text)).students()[0].name == "김민수"


def test_a_class_that_was_locked_by_two_spellings_is_open_again(klass, tmp_path, monkeypatch):
    """An older version wrote both: the line of who has the grades came last."""
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    path = klass.folder / "roster.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("s5,", "S5,") + "s5,Maria Anna Weiß,en,,505\n", encoding="utf-8")
    assert [one.id for one in klass.students()] == ["2026001", "2026002", "2026003", "2026004", "s5"]
    courses.new(klass.folder, roster(tmp_path, classes.ROSTER))
    assert path.read_text(encoding="utf-8") == text
    path.write_text(text + "s5,Somebody Else,en,,\n", encoding="utf-8")
    with pytest.raises(CourseError, match="the id s5 is on line 6 already"):
        klass.students()


def test_a_course_of_nbgraders_keeps_its_ids(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    klass = courses.new(tmp_path / "class", roster(tmp_path, HEAD + "Kim01,김민수,ko\n"))
    (klass.folder / "class.json").unlink()
    (klass.folder / "roster.csv").unlink()
    klass = courses.new(klass.folder, roster(tmp_path, HEAD + "KIM01,김민수,ko\n"))
    assert [one.id for one in klass.students()] == ["Kim01"]


def test_a_gradebook_that_cannot_be_used_is_one_sentence(klass, tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    database = klass.folder / "gradebook.db"
    content = database.read_bytes()
    other = sqlite3.connect(database)
    other.execute("BEGIN EXCLUSIVE")
    for words in (["release", "01"], ["report", "01"]):
        with pytest.raises(CourseError, match="gradebook.db is in use by another program: wait for it or close it"):
            follow(klass, words)
    with pytest.raises(CourseError, match="is in use by another program"):
        courses.new(klass.folder, roster(tmp_path, classes.ROSTER))
    other.close()
    assert follow(klass, ["release", "01"]) == 0, "as told: close it, and run the command again"
    database.write_bytes(b"no database at all, " * 50)
    with pytest.raises(CourseError, match="gradebook.db is damaged .*: restore it from a backup") as raised:
        follow(klass, ["report", "01"])
    assert "손상" in both(raised.value)["ko"]
    database.write_bytes(content)
    assert follow(klass, ["report", "01"]) == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_gradebook_without_the_right_to_write_is_one_sentence(klass):
    (klass.folder / "gradebook.db").chmod(0o400)
    with pytest.raises(CourseError, match="gradebook.db cannot be written: give yourself the right to"):
        follow(klass, ["release", "01"])
    (klass.folder / "gradebook.db").chmod(0o600)
    assert follow(klass, ["release", "01"]) == 0


@pytest.mark.parametrize("content", ["[]", "null", '{"released": 3}', "{", '"x"'])
def test_a_mark_that_is_not_ours_is_one_sentence(klass, content):
    path = klass.folder / "class.json"
    before = path.read_text(encoding="utf-8")
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match="class.json .*: restore it from a backup"):
        courses.ClassFolder(klass.folder)
    path.write_text(before, encoding="utf-8")
    assert courses.ClassFolder(klass.folder).fact("released", "01_cnn_basics")


@pytest.mark.parametrize("content", ["3", "null", "[3]", "{", '{"a": 1}'])
def test_a_damaged_memory_of_classes_is_no_memory(content, tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "classes.json").write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match="no class yet"):
        courses.locate()


# what a sentence tells a person to do is done, and then it goes


def follow(klass, words):
    """What a command of `class` gives, run as the command line does, but in this process."""
    return commands.main(parser()[0].parse_args(["class", *words, "--course", str(klass.folder)]))


def advised(sentence):
    """The command that a sentence gives, as words: what a shell makes of it, without `python3 -m course_lib`."""
    (line,) = re.findall("`python3 -m course_lib ([^`]*)`", str(sentence))
    return shlex.split(line)


def run(words):
    return commands.main(parser()[0].parse_args(words))


GOOD = HEAD + "1,Ada,en\n"
BAD_ROSTERS = {  # what is wrong -> (a roster, what the sentence must say, the roster as a person mends it by that)
    "encoding": ("id,name\n1,José\n".encode("latin-1"), "save it as CSV UTF-8", "id,name\n1,José\n".encode()),
    "no id": ("number,name\n1,Ada\n", "its first line must read id,name,language", "id,name,language\n1,Ada,en\n"),
    "no name": ("id,language\n1,en\n", "its first line must read id,name,language", GOOD),
    "id": (HEAD + "a/b,Ada,en\n", "use letters, digits, and . _ - @ after the first", HEAD + "a_b.c-d@e,Ada,en\n"),
    "language": (HEAD + "1,Ada,fr\n", "must be ko or en", GOOD),
    "twice": (HEAD + "1,Ada,en\n1,Bob,en\n", "the id 1 is on line 2 already", HEAD + "1,Ada,en\n2,Bob,en\n"),
    "nobody": (HEAD, "names no student below its first line", GOOD),
}


@pytest.mark.parametrize("case", BAD_ROSTERS)
def test_a_roster_mended_as_told_makes_a_class(case, tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    bad, sentence, good = BAD_ROSTERS[case]
    with pytest.raises(CourseError, match=re.escape(sentence)):
        courses.new(tmp_path / "class", roster(tmp_path, bad))
    assert courses.new(tmp_path / "class", roster(tmp_path, good)).students()


def test_a_place_for_a_class_as_told(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = roster(tmp_path, GOOD)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "report").mkdir()
    for folder, sentence, other in (
        (COURSE / "data" / "x", "choose a folder of your own, for example in your home folder", Path.home() / "cnn"),
        (COURSE / "chapters" / "x", f"choose one outside of {COURSE}", COURSE.parent / "not there" / ".." / ".." / tmp_path / "outside"),
        (path, "choose another name for the class's folder", path.with_name("students")),
        (tmp_path / "taken", "choose an empty folder for the class", tmp_path / "taken" / "empty"),
    ):  # fmt: skip
        with pytest.raises(CourseError, match=re.escape(sentence)):
            courses.new(folder, path)
        assert courses.new(other, path).students()


def test_the_command_that_makes_a_class_is_typed_as_it_stands(tmp_path, monkeypatch):
    """Also where the name has a blank, a quote or a dollar in it."""
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    monkeypatch.chdir(tmp_path)
    roster(tmp_path, GOOD)
    for name in ("cnn", "my class", "Anna's $HOME", "딥러닝 반"):
        with pytest.raises(CourseError, match="is no class: make one with") as raised:
            courses.ClassFolder(name)
        assert run(advised(raised.value)) == 0
        assert courses.ClassFolder(name).students()
    monkeypatch.setattr(places, "CLASSES", tmp_path / "none.json")
    with pytest.raises(CourseError, match="no class yet: make one with") as raised:
        courses.locate()
    words = ["new folder" if word == "FOLDER" else word for word in advised(raised.value)]
    assert run(words) == 0 and courses.locate().folder == tmp_path / "new folder"


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_command_that_releases_finds_the_same_class(klass, released, tmp_path, monkeypatch, elsewhere):
    """Where there are several classes and the command was not run inside of this one, the advice says which."""
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    for one in (klass, released) if elsewhere else (klass,):
        courses._remember_folder(one.folder)
    monkeypatch.chdir(tmp_path)
    marks = [(one.folder / "class.json").read_text(encoding="utf-8") for one in (klass, released)]
    for words in (["collect", "02", str(tmp_path)], ["grade", "02", "--trust-submissions"], ["report", "02"]):
        (klass.folder / "class.json").write_text(marks[0], encoding="utf-8")
        with pytest.raises(CourseError, match="chapter 02 is not released") as raised:
            follow(courses.ClassFolder(klass.folder), words)
        assert ("--course" in str(raised.value)) == elsewhere
        assert run(advised(raised.value)) == 0
        assert courses.ClassFolder(klass.folder).fact("released", "02_pooling")
    assert (released.folder / "class.json").read_text(encoding="utf-8") == marks[1]


def test_which_class_is_said_as_told(released, klass, tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    monkeypatch.chdir(tmp_path)
    courses._remember_folder(klass.folder)
    courses._remember_folder(released.folder)
    with pytest.raises(CourseError, match="say which with --course FOLDER, or run the command inside it") as raised:
        run(["class", "report", "01"])
    assert str(klass.folder) in str(raised.value)
    assert run(["class", "report", "01", "--course", str(klass.folder)]) == 0
    monkeypatch.chdir(klass.folder)
    assert run(["class", "report", "01"]) == 0


def test_settings_corrected_as_told(klass):
    path = klass.folder / "nbgrader_config.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\nc.Nothing(\n", encoding="utf-8")
    with pytest.raises(CourseError, match="SyntaxError.*; correct it and run the command again"):
        follow(klass, ["report", "01"])
    path.write_text(before, encoding="utf-8")
    assert follow(klass, ["report", "01"]) == 0


def test_a_student_who_is_not_in_the_list_is_added_as_told(klass, tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    (tmp_path / "hw.ipynb").write_bytes(classes.blank())
    words = ["collect", "01", str(tmp_path / "hw.ipynb"), "--student", "2026009"]
    with pytest.raises(CourseError, match="no student '2026009' .*add the student to yours and run `class new` again"):
        follow(klass, words)
    path = roster(tmp_path, classes.ROSTER + "2026009,New One,en,\n")
    assert run(["class", "new", str(klass.folder), "--roster", str(path)]) == 0
    assert follow(klass, words) == 0


def test_the_next_command_is_run_as_told(klass, released, tmp_path, marker, monkeypatch):
    """Feedback before grading, a folder that is not there, a change of points after the release."""
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    courses._remember_folder(released.folder)
    courses._remember_folder(klass.folder)
    monkeypatch.chdir(tmp_path)
    classes.hand_in(klass, "s5", classes.solved())
    with pytest.raises(CourseError, match="nothing of 01_cnn_basics is graded") as raised:
        follow(klass, ["feedback", "01"])
    assert run([*advised(raised.value), "--trust-submissions"]) == 0
    places.CLASSES.unlink()
    courses._remember_folder(klass.folder)
    assert run(["class", "feedback", "01"]) == 0
    with pytest.raises(CourseError, match="does not exist: make the folder"):
        run(["class", "report", "01", "--csv", "grades/01.csv"])
    Path("grades").mkdir()
    assert run(["class", "report", "01", "--csv", "grades/01.csv"]) == 0
    facts = klass.fact("released", "01_cnn_basics")
    klass.remember({**facts, "cells": {**facts["cells"], "blur-test": 99}}, "released", "01_cnn_basics")
    with pytest.raises(CourseError, match="have changed since the release: run") as raised:
        run(["class", "grade", "01", "--trust-submissions"])
    assert run(advised(raised.value)) == 0
    assert run(["class", "grade", "01", "--trust-submissions"]) == 0


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
