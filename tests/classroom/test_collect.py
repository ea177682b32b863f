"""From an LMS's folder or zip to submitted/: each layout, each oddity, nothing placed with the wrong student."""

import hashlib
import io
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

import classes
import pytest

from course_lib.classroom import commands, grade
from course_lib.classroom.intake import collect, ledger, upload, what, who
from course_lib.classroom.rosters import Student
from course_lib.errors import CourseError
from course_lib.texts import Text, both
from course_lib.tools import places
from course_lib.tools.arguments import parser
from course_lib.tools.places import COURSE

STUDENTS = [
    Student("2026001", "김민수", "ko", lms_id="501"),
    Student("2026002", "Ada Lovelace", "en", "ada@uni.example", "502"),
    Student("2026003", "Hopper, Grace", "en", lms_id="503"),
    Student("2026004", "이영희", "ko", lms_id="504"),
    Student("s5", "Maria Anna Weiß", "en", lms_id="505"),
    Student("s6", "John Kim", "en"),
    Student("s7", "John Kim", "en", lms_id="507"),
]
NOTEBOOK = classes.blank()


def entries(*names):
    return [upload.Entry(tuple(name.split("/")), lambda: NOTEBOOK) for name in names]


def placed(*names, students=STUDENTS):
    """path -> student's id; what is not placed is missing."""
    found, _, _ = who.place(entries(*names), students)
    return {entry.name: student for student, (files, _) in found.items() for entry in files}


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "names",
    [
        {  # Moodle, in folders
            "김민수_1234_assignsubmission_file_/01_exercises.ipynb": "2026001",
            "Ada Lovelace_1235_assignsubmission_file_/work.ipynb": "2026002",
            "Grace Hopper_1236_assignsubmission_file_/a/b.ipynb": "2026003",
            "Maria Anna WEISS_1237_assignsubmission_file_/b.ipynb": "s5",
            "이영희 2026004_1238_assignsubmission_file_/b.ipynb": "2026004",
        },
        {  # Moodle, names anonymous, the number in the roster; a common folder around
            "CNN-Aufgabe-77/Participant_501_assignsubmission_file_/x.ipynb": "2026001",
            "CNN-Aufgabe-77/Participant_507_assignsubmission_file_/x.ipynb": "s7",
        },
        {  # Moodle, flat
            "Lovelace Ada_1235_assignsubmission_file_01_exercises.ipynb": "2026002",
            "김민수_1234_assignsubmission_file_2026002.ipynb": "2026001",
        },
        {  # Canvas
            "lovelaceada_502_90001_01_exercises.ipynb": "2026002",
            "hoppergrace_LATE_503_90002_01_exercises-1.ipynb": "2026003",
            "민수김_12_90003_01_exercises.ipynb": "2026001",
            "weimariaanna_505_90004_x.ipynb": "s5",  # by number, whatever Canvas makes of the letters
            "kimjohn_507_90004_x.ipynb": "s7",
        },
        {  # Google Classroom: "name - title", a folder a student
            "Ada Lovelace - 01_exercises.ipynb": "2026002",
            "김민수 - 01_exercises.ipynb의 사본": "2026001",
            "Copy of 01_exercises (Grace Hopper).ipynb": "2026003",
        },
        {"Chapter 1/Ada Lovelace/Copy of 01_exercises.ipynb": "2026002", "Chapter 1/이영희/x.ipynb": "2026004"},
        {  # nbgrader
            "submitted/2026001/01_cnn_basics/01_exercises.ipynb": "2026001",
            "submitted/s5/01_cnn_basics/01_exercises.ipynb": "s5",
        },
        {  # by hand
            "2026001.ipynb": "2026001",
            "2026004이영희.ipynb": "2026004",
            "S5_homework.ipynb": "s5",
            "ada@uni.example.ipynb": "2026002",
            "[CNN] 2026003 과제1.ipynb": "2026003",
            "2026003호퍼.ipynb": "2026003",
        },
        {"503/x.ipynb": "2026003", "505/x.ipynb": "s5"},  # the LMS's numbers alone
        {unicodedata.normalize("NFD", "김민수") + "/x.ipynb": "2026001"},
    ],
)
def test_layouts(names):
    assert placed(*names) == names


@pytest.mark.parametrize(
    "names, why",
    [
        (["김민수_1_assignsubmission_file_/x.ipynb", "Nobody Here_2_assignsubmission_file_/2026002.ipynb"], "no student in the roster matches 'Nobody Here'"),
        (["김민수/x.ipynb", "stranger/Ada Lovelace/2026002.ipynb"], "no student in the roster matches 'stranger'"),
        (["김민수/x.ipynb", "Ada Lovelace/y.ipynb", "loose.ipynb"], "no student in the roster matches 'loose.ipynb'"),
        (["kimjohn_12_90004_x.ipynb"], r"matches s6 \(John Kim\) and s7 \(John Kim\).*lms_id"),
        (["2026001 Ada Lovelace.ipynb"], r"matches 2026001 .* and 2026002"),
        (["2026001 Grace Hopper.ipynb"], r"matches 2026001 .* and 2026003"),
        (["Ada Lovelace_501_assignsubmission_file_/x.ipynb"], r"matches 2026001 .* and 2026002"),
        (["x/y/z.ipynb"], "no student's id or name"),
    ],
)  # fmt: skip
def test_what_cannot_be_placed_is_told_why(names, why):
    found, lost, _ = who.place(entries(*names), STUDENTS)
    assert names[-1] not in [entry.name for files, _ in found.values() for entry in files]
    assert len(lost) == 1 and lost[0][0] == names[-1]
    assert re.search(why, lost[0][1]), lost


def test_no_file_name_places_work_with_somebody_else():
    """An LMS names the folder; what the student named lies below and does not count. Where a folder may be anybody's
    and a file in it says somebody else, a person decides."""
    names = ["김민수_1_assignsubmission_file_/2026002_Ada Lovelace.ipynb", "Ada Lovelace_2_assignsubmission_file_/2026001/x.ipynb"]  # fmt: skip
    assert placed(*names) == {names[0]: "2026001", names[1]: "2026002"}
    names = [
        "김민수/2026002_Ada Lovelace.ipynb",
        "김민수/x.ipynb",
        "Ada Lovelace/2026001/x.ipynb",
        "Ada Lovelace/1.ipynb",
    ]
    assert placed(*names) == {names[1]: "2026001", names[3]: "2026002"}
    _, lost, _ = who.place(entries(*names), STUDENTS)
    assert [name for name, _ in lost] == [names[0], names[2]]
    assert "'김민수' is 2026001 (김민수), but '2026002_Ada Lovelace.ipynb' is 2026002 (Ada Lovelace)" in lost[0][1]


def roster(*lines):
    """Students from (id, name, email, lms_id), each as far as it is given."""
    return [Student(line[0], line[1], "en", *line[2:]) for line in lines]


NAMES = ("김민수", "이영희", "박서준", "Anna O'Neil", "June", "Ada Lovelace")
NUMBERED = roster(*((str(number), name) for number, name in enumerate(NAMES, 1)))
PADDED = roster(*((f"{number:02d}", name) for number, name in enumerate(NAMES, 1)))
AROUND = ("Assignment 1", "과제 1", "01_cnn_basics", "CS-101-HW1", "CNN-2026", "June 2026", "Section Anna O'Neil", "1")


@pytest.mark.parametrize("students", [NUMBERED, PADDED, roster(("101", "김민수"), ("2026", "이영희"), ("hw", "June"))])
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("inside", ["{}_4{:03d}_assignsubmission_file_/x.ipynb", "{}/01_exercises.ipynb", "{0}_01_exercises.ipynb"])  # fmt: skip
def test_a_folder_around_everything_names_nobody(students, around, inside):
    names = {f"{around}/{inside.format(one.name, number)}": one.id for number, one in enumerate(students)}
    assert placed(*names, students=students) == names


def test_a_folder_that_holds_everything_is_nobodys_even_where_no_other_name_helps():
    for around in AROUND:
        assert placed(f"{around}/a.ipynb", f"{around}/b.ipynb", students=PADDED) in (
            {},
            {f"{around}/{name}.ipynb": "04" for name in "ab" if "Anna" in around},
        )
        assert placed(f"{around}/a.ipynb", students=NUMBERED[:3]) == {}
    assert placed("1/a.ipynb", "2/a.ipynb", students=NUMBERED) == {"1/a.ipynb": "1", "2/a.ipynb": "2"}


@pytest.mark.parametrize(
    "students, names",
    [
        (PADDED, {"박서준_01_exercises.ipynb": "03", "01_exercises (2).ipynb": None, "02_과제.ipynb": None, "04.ipynb": "04"}),
        (NUMBERED, {"Untitled1.ipynb": None, "무제 2.ipynb": None, "hw-3.ipynb": None, "Ada Lovelace.ipynb": "6"}),
        (NUMBERED, {f"Group 1-{name}_{number}_assignsubmission_file_/x.ipynb": str(number) for number, name in enumerate(NAMES, 1)}),
        (NUMBERED, {"이영희-박서준_9_assignsubmission_file_/x.ipynb": "3"}),  # of the group 이영희
        (NUMBERED, {"Jean-Ada Lovelace_9_assignsubmission_file_/x.ipynb": None, "Group 1-Jean-Ada Lovelace_8_assignsubmission_file_/x.ipynb": None}),
        (NUMBERED, {"Anna O'Neil-Guest Auditor_9_assignsubmission_file_/x.ipynb": None}),
        (NUMBERED, {"June Park_9_assignsubmission_file_/x.ipynb": None, "June_8_assignsubmission_file_/x.ipynb": "5"}),
        (NUMBERED, {"June Park - hw.ipynb": None, "June - hw.ipynb": "5", "Ada Lovelace King.ipynb": None, "김민수 - hw.ipynb": "1"}),
        (NUMBERED, {"김민수(1)_1_assignsubmission_file_/x.ipynb": "1", "[6]Ada Lovelace_2_assignsubmission_file_/x.ipynb": "6"}),
        (STUDENTS, {"김민수(2026001)_1_assignsubmission_file_/x.ipynb": "2026001", "2026004_이영희_2_assignsubmission_file_/x.ipynb": "2026004"}),
        (STUDENTS, {"과제 1_2026001_1_x.ipynb": "2026001", "김민수_2026001_01_hw.ipynb": "2026001"}),  # not Canvas's
        (STUDENTS, {"anon_3bX9q_90001_2026002.ipynb": None, "anon_4bX9q_90002_x.ipynb": None}),
        (roster(("1", "Yu Mi-na"), ("2", "Jo O'Hu"), ("3", "Ann Abell")), {"Yu Mina/x": "1", "Jo OHu/x": "2", "Anna Bell/x": None}),
        (NUMBERED[:3], {"김민수_1_assignsubmission_file_/x": "1", "이영희_2_assignsubmission_file_/x": "2", "Guest_3_assignsubmission_file_/x": None}),
        (roster(("2026001", "이미지"), ("2026002", "김민수")), {"이미지 분류.ipynb": None, "김민수_이미지 분류.ipynb": "2026002", "이미지_1_assignsubmission_file_/x": "2026001"}),
        (roster(("2026001", "이미지"), ("2026002", "김민수")), {"이미지/x.ipynb": "2026001", "김민수/이미지 분류.ipynb": "2026002"}),
        (STUDENTS, {"s5/01_exercises.ipynb": "s5"}),  # alone, but an id with a letter in it is no number of anything
        (roster(("june", "Ada Lovelace"), ("kimms", "김민수")), {"june/x.ipynb": None}),
        (roster(("june", "Ada Lovelace"), ("kimms", "김민수")), {"kimms/x.ipynb": "kimms"}),
        (STUDENTS, {"guest_44_90001_2026002.ipynb": None}),
        (STUDENTS, {"grades_2026_11_list.csv": None, "up/김민수/x.ipynb": "2026001", "up/이영희/x.ipynb": "2026004"}),
        (STUDENTS, {"Participant_99_assignsubmission_file_/2026002.ipynb": None}),  # nobody is named, the student does not count
    ],
)  # fmt: skip
def test_weak_signs_decide_nothing(students, names):
    found = {name: student for name, student in names.items() if student}
    assert placed(*names, students=students) == found


ADDRESSES = roster(
    ("2026001", "Anna Kim", "anna@uni.example"),
    ("2026002", "김민수", "minsu.kim@uni.example"),
    ("2026003", "Li Na", "u7@uni.example"),
)


@pytest.mark.parametrize(
    "names",
    [
        {
            "minsu.kim_01_exercises.ipynb": "2026002",
            "anna.ipynb": None,
            "u7 hw.ipynb": "2026003",
            "Lina_hw.ipynb": None,
        },
        {"Anna Park_1_assignsubmission_file_/x.ipynb": None, "Minsu Kim_2_assignsubmission_file_/x.ipynb": None},
        {"anna@uni.example/x.ipynb": "2026001", "Anna Lovelace/x.ipynb": None, "minsu.kim/x.ipynb": "2026002"},
        {
            "과제 1_anna_attempt_2026-11-20-10-00-00_x.ipynb": "2026001",
            "과제 1_minsu.kim_attempt_2026-11-20-10-00-00.txt": "2026002",
            "Anna Kim homework_2026003_attempt_2026-11-20-10-00-00_김민수_9_assignsubmission_file_x.ipynb": "2026003",
            "과제 1_guest_attempt_2026-11-20-10-00-00_2026001.ipynb": None,
        },
        {
            "11-21 - Anna Kim - Nov 20, 2026 1030 AM - 김민수.ipynb": "2026001",
            "11-22 - Who Else - Nov 20, 2026 1031 AM - 2026002.ipynb": None,
        },
    ],
)
def test_addresses_and_accounts(names):
    assert placed(*names, students=ADDRESSES) == {name: student for name, student in names.items() if student}


def test_two_people_of_one_name():
    """The LMS has two, the roster one: neither gets the other's work until a number tells them apart."""
    names = ["Anna Kim_1_assignsubmission_file_/x.ipynb", "Anna Kim_2_assignsubmission_file_/x.ipynb"]
    assert placed(*names, students=ADDRESSES) == {}
    _, lost, _ = who.place(entries(*names), ADDRESSES)
    assert "more than one 'Anna Kim' (1, 2), and the roster one: put 1 into the lms_id column" in lost[0][1]
    assert placed(*names, students=roster(("2026001", "Anna Kim", "", "2"))) == {names[1]: "2026001"}


def test_a_student_cannot_move_the_level_at_which_all_are_told_apart():
    honest = {"Anna Kim/x.ipynb": "2026001", "김민수/x.ipynb": "2026002", "Guest/x.ipynb": None}
    own = [
        "Anna Kim.ipynb",
        "김민수.ipynb",
        "Anna Kim_1_assignsubmission_file_x.ipynb",
        "2026002/01_cnn_basics/x.ipynb",
    ]
    names = [*honest, *(f"Li Na/{name}" for name in own), "Li Na/01_exercises.ipynb"]
    found = {name: student for name, student in honest.items() if student} | {names[-1]: "2026003"}
    assert placed(*names, students=ADDRESSES) == found


def test_numbers_are_ids_where_the_lms_shows_that_they_are():
    students = [Student("501", "Ada Lovelace", "en"), Student("502", "Grace Hopper", "en")]
    names = ["lovelaceada_501_1_x.ipynb", "gracie_502_2_x.ipynb"]
    assert placed(*names, students=students) == {names[0]: "501", names[1]: "502"}
    names = ["lovelaceada_502_1_x.ipynb", "gracie_501_2_x.ipynb"]  # here they are not: nobody is placed by them
    assert placed(*names, students=students) == {names[0]: "501"}
    students += [Student("503", "Emmy Noether", "en")]
    names = ["lovelaceada_501_1_x.ipynb", "noetheremmy_502_1_x.ipynb", "gracie_503_2_x.ipynb"]  # one agrees by chance
    assert placed(*names, students=students) == {names[0]: "501", names[1]: "503"}


def test_late_says_the_lms():
    found, _, layout = who.place(entries("hoppergrace_LATE_503_1_x.ipynb", "lovelaceada_502_2_x.ipynb"), STUDENTS)
    assert found["2026003"][1] and not found["2026002"][1] and "Canvas" in layout
    found, _, _ = who.place(entries("hoppergrace_LATE_503_1_x.ipynb", "hoppergrace_503_2_essay.pdf"), STUDENTS)
    assert found["2026003"][1], "one late file makes the work late"


# what is handed in


def pick(**files):
    """What is taken of one student's files, given as name -> bytes or text to refuse with."""
    reads = {
        name: upload.refuse(content) if isinstance(content, Text) else lambda content=content: content
        for name, content in files.items()
    }
    made = [upload.Entry(("s", name), read) for name, read in reads.items()]
    return what.pick("s5", made, classes.ASSIGNMENT, what.known_cells())


OTHER = classes.changed(
    NOTEBOOK,
    lambda notebook: [
        cell["metadata"]["nbgrader"].update(grade_id=grade_id)
        for cell, grade_id in zip(
            [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]],
            sorted(what.known_cells()["02_pooling"]),
        )
    ],
)


@pytest.mark.parametrize(
    "name",
    [
        "01_exercises.ipynb",
        "01_exercises (1).ipynb",
        "01_exercises.ipynb.txt",
        "work.json",
        "무제.ipynb",
        "noextension",
    ],
)
def test_renamed_by_a_browser(name):
    taken = pick(**{name: NOTEBOOK})
    assert taken.content == NOTEBOOK and not taken.notes


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b'{"cells": 3}', b"[]", b"\xff\xfe\x00", b"[" * 100_000, b'{"cells": [1, null, {"metadata": 3}]}',
        b'{"cells":[{"metadata":{"nbgrader":{"grade_id":["x"]}}}]}',
    ],
)  # fmt: skip
def test_broken_notebooks_are_taken_as_they_are(content):
    """What is wrong with them is the marker's to say; nothing is lost on the way."""
    assert pick(**{"01_exercises.ipynb": content}).content == content


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_other_encodings_are_recognized(encoding):
    content = (
        json.dumps(json.loads(classes.blank("ko")), ensure_ascii=False).replace("×", "x").encode(encoding, "replace")
    )
    assert len(what.cells_in(content)) == 2 * len(classes.TASKS) + sum(map(len, classes.PARTS.values()))
    assert pick(**{"a.pdf": b"%PDF", "b": content}).content == content


def test_an_old_format_is_recognized():
    old = json.dumps({"nbformat": 3, "worksheets": [{"cells": json.loads(NOTEBOOK)["cells"]}]}).encode()
    assert len(what.cells_in(old)) == 2 * len(classes.TASKS) + sum(map(len, classes.PARTS.values()))


def test_the_right_one_of_several():
    solved = classes.solved()
    taken = pick(**{"a.ipynb": b"{}", "02_exercises.ipynb": OTHER, "essay.pdf": b"%PDF", "z.ipynb": solved})
    assert taken.content == solved
    assert [note["en"] for note in taken.notes] == [
        "02_exercises.ipynb belongs to 02_pooling, not to 01_cnn_basics.",
        "a.ipynb was set aside: z.ipynb was graded.",
    ]
    assert pick(**{"01_exercises (2).ipynb": NOTEBOOK, "01_exercises (10).ipynb": solved}).content == solved
    assert pick(**{"01_exercises.ipynb": b"{}", "a.ipynb": solved}).content == solved, "cells count more than names"
    assert pick(**{"01_exercises.ipynb": solved, "z.ipynb": NOTEBOOK}).content == solved, "names more than the alphabet"
    made = [upload.Entry(("s", "b"), lambda: NOTEBOOK, 1.0), upload.Entry(("s", "a"), lambda: solved, 2.0)]
    assert what.pick("s5", made, classes.ASSIGNMENT, what.known_cells()).content == solved, "the newer one"
    assert pick(**{"01_exercises.ipynb": solved, "copy.ipynb": solved}).notes == [], "nobody's work is set aside"


@pytest.mark.parametrize(
    "files, english, korean",
    [
        ({"essay.pdf": b"%PDF"}, "essay.pdf is not a notebook.", "essay.pdf 파일은 노트북이 아닙니다."),
        (
            {"02_exercises.ipynb": OTHER},
            "02_exercises.ipynb belongs to 02_pooling, not to 01_cnn_basics.",
            "02_exercises.ipynb 파일은 01_cnn_basics이(가) 아니라 02_pooling의 노트북입니다.",
        ),
        (
            {"x.ipynb": Text("is a link instead of a file")},
            "x.ipynb is a link instead of a file.",
            "x.ipynb 파일은 읽지 않았습니다: 파일이 아니라 링크입니다.",
        ),
        ({"": Text("is an empty folder")}, "The folder is empty.", "제출한 폴더가 비어 있습니다."),
        ({"{x}.pdf": b"%PDF"}, "{x}.pdf is not a notebook.", "{x}.pdf 파일은 노트북이 아닙니다."),
    ],
)
def test_no_notebook_at_all(files, english, korean):
    taken = pick(**files)
    assert taken.content is None and taken.notes == [{"en": english, "ko": korean}]


# zips and folders made by strangers


def refusals(path):
    """name -> the sentence with which an entry is refused; it can be said in both languages."""
    found = {}
    for entry in upload.entries(path):
        try:
            entry.read()
        except upload.Refused as refused:
            found[entry.name] = str(refused)
            assert re.search("[가-힣]", both(refused)["ko"]), refused
    return found


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_links_are_not_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.ipynb").write_bytes(NOTEBOOK)
    top = tmp_path / "upload"
    (top / "s5").mkdir(parents=True)
    os.symlink(tmp_path / "secret" / "x.ipynb", top / "s5" / "x.ipynb")
    os.symlink(tmp_path / "secret", top / "s5" / "folder")
    assert refusals(top) == {"s5/x.ipynb": "is a link instead of a file", "s5/folder": "is a link instead of a folder"}
    info = zipfile.ZipInfo("s5/x.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "../../secret/x.ipynb")
    assert refusals(tmp_path / "a.zip") == {"s5/x.ipynb": "is a link instead of a file"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_does_not_block(tmp_path):
    (tmp_path / "s5").mkdir()
    os.mkfifo(tmp_path / "s5" / "x.ipynb")
    assert refusals(tmp_path) == {"s5/x.ipynb": "is not a regular file"}


@pytest.mark.parametrize("name", ["../x.ipynb", "s5/../../x.ipynb", "/etc/x.ipynb", "C:\\x.ipynb", "..\\..\\x.ipynb"])
def test_paths_that_lead_out(tmp_path, name):
    found = refusals(zipped(tmp_path / "a.zip", {name: NOTEBOOK, "s5/good.ipynb": NOTEBOOK}))
    assert list(found.values()) == ["has a path that leads out of the zip"]


def test_bombs_and_giants(tmp_path, monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 100_000)
    monkeypatch.setattr(upload, "LARGEST_ZIP", 300_000)
    zeros = bytes(200_000)
    assert "unpacks to more than" in refusals(zipped(tmp_path / "a.zip", {"s5/x.ipynb": zeros}))["s5/x.ipynb"]
    many = io.BytesIO()
    zipped(many, {f"{i}.ipynb": bytes(90_000) for i in range(9)})
    found = refusals(zipped(tmp_path / "b.zip", {"s5/all.zip": many.getvalue(), "s5/deep.zip": many.getvalue()}))
    assert len(found) == 12 and all("is in a zip that unpacks to more" in sentence for sentence in found.values())
    inner = io.BytesIO()
    zipped(inner, {"x.ipynb": NOTEBOOK})
    nested = io.BytesIO()
    zipped(nested, {"again.zip": inner.getvalue()})
    assert refusals(zipped(tmp_path / "c.zip", {"s5/a.zip": nested.getvalue()})) == {
        "s5/a.zip/again.zip": "is a zip inside a zip"
    }
    monkeypatch.setattr(upload, "MOST_IN_ZIP", 5)
    assert (
        "holds too many files (9;"
        in refusals(zipped(tmp_path / "d.zip", {"s5/all.zip": many.getvalue()}))["s5/all.zip"]
    )
    (tmp_path / "e" / "s5").mkdir(parents=True)
    (tmp_path / "e" / "s5" / "x.ipynb").write_bytes(zeros)
    assert "at most" in refusals(tmp_path / "e")["s5/x.ipynb"]


def test_a_header_that_lies_about_the_size(tmp_path):
    """100 MB that the zip says are 10 bytes: reading stops, whatever stands there."""
    path = zipped(tmp_path / "a.zip", {"s5/x.ipynb": bytes(30_000_000)})
    content = path.read_bytes()
    size = struct.pack("<I", 30_000_000)
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<I", 10)))
    found = refusals(path)
    assert not found or "damaged" in found["s5/x.ipynb"] or "more than" in found["s5/x.ipynb"]
    for entry in upload.entries(path):
        try:
            assert len(entry.read()) <= upload.LARGEST
        except upload.Refused:
            pass


def test_damaged_and_encrypted(tmp_path):
    path = zipped(tmp_path / "a.zip", {"s5/x.ipynb": NOTEBOOK})
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    assert "is damaged" in refusals(path)["s5/x.ipynb"]
    content = bytearray(zipped(tmp_path / "b.zip", {"s5/x.ipynb": NOTEBOOK}).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    (tmp_path / "b.zip").write_bytes(content)
    assert refusals(tmp_path / "b.zip") == {"s5/x.ipynb": "is encrypted"}
    assert (
        "is not a readable zip"
        in refusals(zipped(tmp_path / "c.zip", {"s5/x.zip": b"PK\x03\x04 and no more"}))["s5/x.zip"]
    )


def test_names_of_korean_windows(tmp_path):
    """A zip that is not marked as UTF-8 holds cp949 there, and UTF-8 on a Mac."""
    for encoding in ("cp949", "utf-8"):
        raw = "김민수/숙제.ipynb".encode(encoding)
        placeholder = "n" * len(raw)
        path = zipped(tmp_path / f"{encoding}.zip", {placeholder: NOTEBOOK})
        path.write_bytes(path.read_bytes().replace(placeholder.encode(), raw))
        assert [entry.name for entry in upload.entries(path)] == ["김민수/숙제.ipynb"]


def test_one_name_alone_may_be_text_in_both_encodings(tmp_path):
    """홍채호 in cp949 could be ȫäȣ in UTF-8; in other names of the zip, or by what is usual, it is told."""
    for name, encoding in (
        ("홍채호/숙제.ipynb", "cp949"),
        ("홍채호/x.ipynb", "cp949"),
        ("José Müller/x.ipynb", "utf-8"),
    ):
        raw = name.encode(encoding)
        path = zipped(tmp_path / "a.zip", {"n" * len(raw): NOTEBOOK})
        path.write_bytes(path.read_bytes().replace(b"n" * len(raw), raw))
        assert [entry.name for entry in upload.entries(path)] == [name]


PYTHONS = {
    version: path
    for version in ("3.11", "3.12", "3.13")
    for path in Path(os.path.expanduser("~/.pyenv/versions")).glob(f"{version}.*/bin/python")
}


@pytest.mark.parametrize("version", ["this one", "3.11", "3.12", "3.13"])
def test_names_in_the_unicode_field_of_a_zip(tmp_path, version):
    """WinZip, WinRAR and Gmail write cp949, and UTF-8 into field 0x7075; newer Pythons read it, older ones do not."""
    python = sys.executable if version == "this one" else PYTHONS.get(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    name, stale = "김민수_4001_assignsubmission_file_/과제.ipynb", "이영희/과제.ipynb"
    path, content = tmp_path / "a.zip", {}
    with zipfile.ZipFile(path, "w") as archive:
        for text, check in ((name, True), (stale, False)):
            raw = text.encode("cp949")
            crc = zlib.crc32(raw if check else b"another name")
            field = b"\x01" + struct.pack("<L", crc) + (text if check else "박서준/과제.ipynb").encode()
            info = zipfile.ZipInfo(("n" if check else "m") * len(raw))
            info.extra = struct.pack("<HH", 0x7075, len(field)) + field
            archive.writestr(info, text)
            content[info.filename.encode()] = raw
    data = path.read_bytes()
    for placeholder, raw in content.items():
        data = data.replace(placeholder, raw)
    path.write_bytes(data)
    code = "import sys, json; from course_lib.classroom.intake import upload; print(json.dumps([[e.name, e.read().decode()] for e in upload.entries(sys.argv[1])]))"
    environment = {**os.environ, "PYTHONPATH": str(COURSE), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([python, "-c", code, path], env=environment, capture_output=True, text=True)
    assert json.loads(done.stdout) == [[name, name], [stale, stale]], done.stderr


def test_names_are_tidy(tmp_path):
    """Composed, as rosters are; nothing in them that a terminal would obey."""
    names = [unicodedata.normalize("NFD", "김민수") + "/x.ipynb", "s5/\x1b[31mx.ipynb"]
    found = [entry.name for entry in upload.entries(zipped(tmp_path / "a.zip", dict.fromkeys(names, NOTEBOOK)))]
    assert found == ["김민수/x.ipynb", "s5/?[31mx.ipynb"]


def test_empty_folders_are_told(tmp_path):
    for folder in ("upload/s5", "upload/s6/deep"):
        (tmp_path / folder).mkdir(parents=True)
    assert refusals(tmp_path / "upload") == {"s5/": "is an empty folder", "s6/deep/": "is an empty folder"}
    path = zipped(tmp_path / "a.zip", {"s5/": b"", "s6/": b"", "s6/x.ipynb": NOTEBOOK})
    assert refusals(path) == {"s5/": "is an empty folder"}


def test_noise_is_not_looked_at(tmp_path):
    names = ["__MACOSX/s5/._x.ipynb", "s5/.DS_Store", "s5/.ipynb_checkpoints/x-checkpoint.ipynb", "s5/._x.ipynb"]
    names += ["s5/.~x.ipynb", "s5/~$x.docx", "s5/x.ipynb:Zone.Identifier", "s5/__MACOSX/x", "s5/thumbs.db", "s5/.git/x"]
    assert upload.entries(zipped(tmp_path / "a.zip", dict.fromkeys(names, b"x"))) == []
    inner = io.BytesIO()
    zipped(inner, dict.fromkeys(["hw/x.ipynb", *names, *(f"__MACOSX/{i}" for i in range(600))], NOTEBOOK))
    path = zipped(tmp_path / "b.zip", {"s5/hw.zip": inner.getvalue()})
    assert [entry.name for entry in upload.entries(path)] == ["s5/hw.zip/hw/x.ipynb"]


def test_a_twin_that_finder_adds_is_not_graded(klass, tmp_path):
    """Work without nbgrader's metadata, zipped on a Mac: ._01_exercises.ipynb is no second notebook."""
    bare = classes.changed(classes.solved(), lambda notebook: [cell["metadata"].clear() for cell in notebook["cells"]])
    inner = io.BytesIO()
    zipped(inner, {"01_exercises.ipynb": bare, "__MACOSX/._01_exercises.ipynb": b"\x00\x05\x16\x07", ".DS_Store": b"x"})
    path = zipped(tmp_path / "moodle.zip", {"김민수_1_assignsubmission_file_/hw.zip": inner.getvalue()})
    collect.run(klass, classes.ASSIGNMENT, path)
    record = ledger.recorded(klass, classes.ASSIGNMENT)["2026001"]
    assert record["sha256"] == hashlib.sha256(bare).hexdigest() and not record["notes"] and not record["needs_look"]


# the whole command


def test_collect_fills_submitted_and_tells(klass, tmp_path, capsys):
    mine, late = classes.solved("ko"), classes.blank()
    inner = io.BytesIO()
    zipped(inner, {"hw/01_exercises.ipynb": mine})
    path = zipped(
        tmp_path / "moodle.zip",
        {
            "김민수_1_assignsubmission_file_/hw.zip": inner.getvalue(),
            "Ada Lovelace_2_assignsubmission_file_/01_exercises (1).ipynb": late,
            "Grace Hopper_3_assignsubmission_file_/essay.pdf": b"%PDF",
            "이영희_4_assignsubmission_file_/": b"",
            "Who Else_5_assignsubmission_file_/x.ipynb": late,
        },
    )
    collect.run(klass, classes.ASSIGNMENT, path)
    said = capsys.readouterr().out
    notebook = lambda student: klass.path("submitted", student, "01_cnn_basics") / "01_exercises.ipynb"
    assert notebook("2026001").read_bytes() == mine and notebook("2026002").read_bytes() == late
    assert not notebook("2026003").exists() and not notebook("s5").exists()
    assert "2026001  김민수: 김민수_1_assignsubmission_file_/hw.zip/hw/01_exercises.ipynb" in said
    assert "essay.pdf is not a notebook." in said and "The folder is empty." in said
    assert "nothing from: s5" in said
    assert "Who Else_5_assignsubmission_file_/x.ipynb: no student in the roster matches 'Who Else'" in said

    again = classes.solved()
    path = zipped(
        tmp_path / "later.zip",
        {"Ada Lovelace_2_assignsubmission_file_/x.ipynb": again, "김민수_1_assignsubmission_file_/x.pdf": b"%PDF"},
    )
    collect.run(klass, classes.ASSIGNMENT, path)
    assert notebook("2026002").read_bytes() == again
    assert notebook("2026001").read_bytes() == mine and "handed in before is kept" in capsys.readouterr().out
    kept = {file.read_bytes() for file in (klass.folder / "collected" / "01_cnn_basics").iterdir()}
    assert kept == {mine, late, again}, "nothing that was ever handed in is lost"
    recorded = ledger.recorded(klass, classes.ASSIGNMENT)
    assert recorded["2026001"]["sha256"] == hashlib.sha256(mine).hexdigest()
    assert recorded["2026003"]["notes"] == [
        {"en": "essay.pdf is not a notebook.", "ko": "essay.pdf 파일은 노트북이 아닙니다."}
    ]


def test_late_work_is_noted_and_told(klass, tmp_path, capsys):
    names = ("hoppergrace_LATE_503_1_x.ipynb", "lovelaceada_502_2_x.ipynb")
    collect.run(klass, classes.ASSIGNMENT, zipped(tmp_path / "canvas.zip", dict.fromkeys(names, NOTEBOOK)))
    late = {student: one["late"] for student, one in ledger.recorded(klass, classes.ASSIGNMENT).items()}
    assert late == {"2026002": False, "2026003": True}
    assert "hoppergrace_LATE_503_1_x.ipynb (late, according to the LMS)\n" in capsys.readouterr().out


def test_a_damaged_ledger_is_one_sentence(klass):
    (klass.folder / "collected").mkdir(exist_ok=True)
    (klass.folder / "collected" / "01_cnn_basics.json").write_text("{", encoding="utf-8")
    with pytest.raises(
        CourseError, match="01_cnn_basics.json is not valid JSON .*: delete this file and collect again"
    ):
        ledger.unplaced(klass, classes.ASSIGNMENT)


def test_mail_from_one_student(klass, tmp_path):
    (tmp_path / "hw.ipynb").write_bytes(NOTEBOOK)
    collect.run(klass, classes.ASSIGNMENT, tmp_path / "hw.ipynb", only="S5")
    assert (klass.path("submitted", "s5", "01_cnn_basics") / "01_exercises.ipynb").read_bytes() == NOTEBOOK


def test_time_stamps_of_nbgrader_come_along(klass, tmp_path):
    folder = tmp_path / "submitted" / "s5" / "01_cnn_basics"
    folder.mkdir(parents=True)
    (folder / "01_exercises.ipynb").write_bytes(NOTEBOOK)
    (folder / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC", encoding="utf-8")
    collect.run(klass, classes.ASSIGNMENT, tmp_path)
    stamp = klass.path("submitted", "s5", "01_cnn_basics") / "timestamp.txt"
    assert stamp.read_text(encoding="utf-8") == "2026-11-20 10:00:00 UTC"
    (folder / "timestamp.txt").write_text("soon", encoding="utf-8")
    (folder / "01_exercises.ipynb").write_bytes(classes.solved())
    collect.run(klass, classes.ASSIGNMENT, tmp_path)
    assert not stamp.exists(), "the old stamp is not that of the new file"


LATE, EARLY = "2026-11-21 10:00:00 UTC", "2026-11-01 10:00:00 UTC"


@pytest.mark.parametrize(
    "files",
    [
        {"submitted/s5/01_cnn_basics/sub/timestamp.txt": EARLY},
        {"submitted/s5/01_cnn_basics/a.zip": {"timestamp.txt": EARLY, "01_cnn_basics/timestamp.txt": EARLY}},
        {"submitted/s5/timestamp.txt": EARLY, "submitted/s5/z/01_cnn_basics/timestamp.txt": EARLY},
        {"submitted/s5/01_cnn_basics/z/s5/01_cnn_basics/timestamp.txt": EARLY},
    ],
)
def test_no_other_time_stamp_than_nbgraders_counts(klass, tmp_path, files):
    """A student who adds one, somewhere, stays late."""
    real = {"submitted/s5/01_cnn_basics/01_exercises.ipynb": NOTEBOOK, "submitted/s5/01_cnn_basics/timestamp.txt": LATE}
    for number, order in enumerate((real | files, files | real)):
        made = {}
        for name, content in order.items():
            if isinstance(content, dict):
                inner = io.BytesIO()
                zipped(inner, content)
                content = inner.getvalue()
            made[name] = content
        collect.run(klass, classes.ASSIGNMENT, zipped(tmp_path / f"{number}.zip", made))
        assert ledger.recorded(klass, classes.ASSIGNMENT)["s5"]["timestamp"] == LATE


@pytest.mark.parametrize(
    "names",
    [
        ["Maria Anna Weiß_1_assignsubmission_file_/{}"],
        ["Maria Anna Weiß_1_assignsubmission_file_/s5/01_cnn_basics/{}"],
        ["Maria Anna Weiß/s5/01_cnn_basics/{}"],
        ["s5.zip/01_cnn_basics/{}"],
        ["s5/{}", "2026001/x.ipynb"],
    ],
)
def test_a_student_brings_no_time_stamp(klass, tmp_path, names):
    files = {}
    for name in names:
        outer, zip_name, inside = name.partition(".zip/")
        if zip_name:
            inner = io.BytesIO()
            zipped(inner, {inside.format("timestamp.txt"): EARLY, inside.format("01_exercises.ipynb"): NOTEBOOK})
            files[f"{outer}.zip"] = inner.getvalue()
        elif "{}" in name:
            files |= {name.format("timestamp.txt"): EARLY, name.format("01_exercises.ipynb"): NOTEBOOK}
        else:
            files[name] = NOTEBOOK
    collect.run(klass, classes.ASSIGNMENT, zipped(tmp_path / "a.zip", files))
    assert all(one["timestamp"] is None for one in ledger.recorded(klass, classes.ASSIGNMENT).values())
    collect.run(klass, classes.ASSIGNMENT, zipped(tmp_path / "b.zip", files), only="s5")
    assert ledger.recorded(klass, classes.ASSIGNMENT)["s5"]["timestamp"] is None


def test_a_stamp_in_a_folder_of_the_students_is_not_read_when_grading(klass):
    """What nbgrader's own collection put there, without `class collect`."""
    records = grade.opened(klass, classes.ASSIGNMENT)
    student = klass.student("s5")
    classes.hand_in(klass, "s5", NOTEBOOK, LATE)
    folder = klass.path("submitted", "s5", "01_cnn_basics")
    (folder / "zzz").mkdir()
    (folder / "zzz" / "timestamp.txt").write_text(EARLY, encoding="utf-8")
    zipped(folder / "zzz.zip", {"timestamp.txt": EARLY})
    assert records.handed_in(student)["timestamp"] == LATE


def test_a_download_without_times_makes_nobody_punctual(klass, tmp_path):
    names = {
        "submitted/s5/01_cnn_basics/01_exercises.ipynb": NOTEBOOK,
        "submitted/s5/01_cnn_basics/timestamp.txt": LATE,
    }
    collect.run(klass, classes.ASSIGNMENT, zipped(tmp_path / "a.zip", names))
    collect.run(klass, classes.ASSIGNMENT, zipped(tmp_path / "b.zip", {"s5/x.ipynb": NOTEBOOK, "2026001/x.ipynb": NOTEBOOK}))  # fmt: skip
    assert ledger.recorded(klass, classes.ASSIGNMENT)["s5"]["timestamp"] == LATE
    assert (klass.path("submitted", "s5", "01_cnn_basics") / "timestamp.txt").read_text(encoding="utf-8") == LATE


LOGIN = b"\n<!DOCTYPE html>\n<html><title>Sign in</title></html>"


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("moodle.zip", lambda whole: whole[: len(whole) // 2], "is no zip, or only the beginning of one: download it again"),
        ("moodle", lambda whole: whole[:-30], "is no zip, or only the beginning of one: download it again"),
        ("moodle.zip", lambda whole: b"", "is no zip"),
        ("moodle.zip", lambda whole: b"PK" + zlib.compress(b"x"), "is no zip"),
        ("moodle.zip", lambda whole: LOGIN, "is a web page, perhaps that of signing in: sign in to the LMS and download again"),
        ("01.html", lambda whole: LOGIN, "is a web page"),
        ("moodle.zip", lambda whole: b"Rar!\x1a\x07", "is a RAR archive, which is not opened: unpack it and give the folder"),
        ("moodle.7z", lambda whole: b"7z\xbc\xaf\x27\x1c", "is a 7z archive"),
        ("moodle.zip", lambda whole: b"PK\x05\x06" + bytes(18), "holds no files"),
    ],
)  # fmt: skip
def test_what_is_no_zip_is_one_sentence(klass, tmp_path, name, content, sentence):
    whole = zipped(tmp_path / "whole.zip", {"2026001/x.ipynb": NOTEBOOK}).read_bytes()
    (tmp_path / name).write_bytes(content(whole))
    with pytest.raises(CourseError, match=re.escape(sentence)) as raised:
        collect.run(klass, classes.ASSIGNMENT, tmp_path / name)
    assert re.search("[가-힣]", both(raised.value)["ko"])
    assert not ledger.recorded(klass, classes.ASSIGNMENT)


def test_no_zip_is_status_2(klass, tmp_path):
    (tmp_path / "moodle.zip").write_bytes(LOGIN)
    command = [sys.executable, "-m", "course_lib", "class", "collect", "01", str(tmp_path / "moodle.zip")]
    environment = {**os.environ, "PYTHONPATH": str(COURSE), "COURSE_LANG": "en"}  # whatever `learn` was told
    done = subprocess.run([*command, "--course", str(klass.folder)], cwd=COURSE, capture_output=True, text=True, env=environment)  # fmt: skip
    assert done.returncode == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1, done.stderr
    assert "moodle.zip is a web page" in done.stderr


def test_nothing_there(klass, tmp_path):
    with pytest.raises(CourseError, match="does not exist"):
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "x.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="holds no files"):
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "empty")


# what a sentence tells a person to do is done, and then it goes


def why_not(klass, path):
    """name -> why a file of an upload was not placed"""
    _, lost = collect.run(klass, classes.ASSIGNMENT, path)
    return dict(lost)


def handed_in(klass):
    return {student for student, one in ledger.recorded(klass, classes.ASSIGNMENT).items() if one["sha256"]}


@pytest.mark.parametrize(
    "names, sentence, student",
    [
        (["1/a.ipynb", "1/b.ipynb"], "no student's id or name is in its path", "s5"),
        (["loose.ipynb", "up/2026001/x.ipynb", "up/2026002/x.ipynb"], "it lies outside the students' folders", "s5"),
        (["2026001 Ada Lovelace.ipynb"], "it matches 2026001 (김민수) and 2026002 (Ada Lovelace)", "2026002"),
        (["s5 hw/x.ipynb"], "'s5 hw' may mean something else than s5 (Maria Anna Weiß)", "s5"),
        (["이영희/Ada Lovelace.ipynb", "김민수/x.ipynb"], "'이영희' is 2026004 (이영희), but 'Ada Lovelace.ipynb' is 2026002", "2026004"),
    ],
)  # fmt: skip
def test_what_is_not_placed_is_collected_by_itself_as_told(klass, tmp_path, names, sentence, student):
    why = why_not(klass, zipped(tmp_path / "a.zip", dict.fromkeys(names, NOTEBOOK)))[names[0]]
    assert why.startswith(sentence) and why.endswith(": collect it by itself, with --student ID")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        file = archive.extract(names[0], tmp_path / "unpacked")
    assert student not in handed_in(klass)
    words = ["class", "collect", "01", str(file), "--student", student, "--course", str(klass.folder)]
    assert commands.main(parser()[0].parse_args(words)) == 0
    assert student in handed_in(klass)


@pytest.mark.parametrize(
    "people, names, student",
    [
        (["s6,John Kim,en,,", "s7,John Kim,en,,"], ["kimjohn_901_90004_x.ipynb", "kimjohn_902_90005_x.ipynb"], "s6"),
        (["s6,John Kim,en,,"], [f"John Kim_{number}_assignsubmission_file_/x.ipynb" for number in (901, 902)], "s6"),
        (["s6,John Kim,en,,902"], [f"John Kim_{number}_assignsubmission_file_/x.ipynb" for number in (901, 902)], "s8"),
    ],
)
def test_the_number_of_the_lms_is_put_into_the_roster_as_told(klass, tmp_path, monkeypatch, people, names, student):
    monkeypatch.setattr(places, "CLASSES", tmp_path / "classes.json")
    upload_path = zipped(tmp_path / "a.zip", dict.fromkeys(names, NOTEBOOK))
    head, *lines = classes.ROSTER.splitlines()
    given = tmp_path / "students.csv"

    def update(people):
        given.write_text("\n".join(["id,name,language,email,lms_id", *(re.sub(r",(\d+)$", r",,\1", line) for line in lines), *people]), encoding="utf-8")  # fmt: skip
        assert commands.main(parser()[0].parse_args(["class", "new", str(klass.folder), "--roster", str(given)])) == 0

    update(people)
    why = why_not(klass, upload_path)[names[0]]
    (number,) = re.findall(r"put (\d+) into the lms_id column|to the roster with lms_id (\d+)", why)
    assert why.endswith("run `class new` again, and collect again") and "901" in number
    assert student not in handed_in(klass)
    update([*(line if student not in line else line + "901" for line in people), *["s8,John Kim,en,,901"] * (student == "s8")])  # fmt: skip
    assert names[0] not in why_not(klass, upload_path) and student in handed_in(klass)


@pytest.mark.parametrize(
    "harm, sentence",
    [
        (lambda whole: whole[:200], "is no zip, or only the beginning of one: download it again from the LMS"),
        (lambda whole: whole.replace(b"PK\x01\x02", b"PK\x07\x07"), "is damaged: download it again from the LMS"),
        (lambda whole: LOGIN, "sign in to the LMS and download again"),
        (lambda whole: b"PK\x05\x06" + bytes(18), "holds no files: give what you downloaded from the LMS"),
        (None, "does not exist: give the folder or zip that you downloaded from the LMS"),
    ],
)  # fmt: skip
def test_what_is_downloaded_again_as_told_is_taken(klass, tmp_path, harm, sentence):
    path = tmp_path / "moodle.zip"
    whole = zipped(path, {"2026001/01_exercises.ipynb": NOTEBOOK}).read_bytes()
    path.unlink()
    if harm:
        path.write_bytes(harm(whole))
    with pytest.raises(CourseError, match=re.escape(sentence)):
        collect.run(klass, classes.ASSIGNMENT, path)
    path.write_bytes(whole)
    collect.run(klass, classes.ASSIGNMENT, path)
    assert handed_in(klass) == {"2026001"}


def test_a_damaged_ledger_is_deleted_as_told(klass, tmp_path):
    path = zipped(tmp_path / "a.zip", {"2026001/x.ipynb": NOTEBOOK})
    for content in ("{", "[]", "null", '{"students": []}', '{"students": {}}'):
        ledger._path(klass, classes.ASSIGNMENT).parent.mkdir(exist_ok=True)
        ledger._path(klass, classes.ASSIGNMENT).write_text(content, encoding="utf-8")
        with pytest.raises(CourseError, match="01_cnn_basics.json is not .*: delete this file and collect again"):
            collect.run(klass, classes.ASSIGNMENT, path)
        ledger._path(klass, classes.ASSIGNMENT).unlink()
        collect.run(klass, classes.ASSIGNMENT, path)
        assert handed_in(klass) == {"2026001"}


def test_too_many_files_are_told_and_the_folder_of_one_assignment_is_taken(klass, tmp_path, monkeypatch):
    monkeypatch.setattr(upload, "MOST_FILES", 3)
    names = {f"{chapter}/{one}/x.ipynb": NOTEBOOK for chapter in ("one", "two") for one in ("2026001", "2026002")}
    for path, what_to_give in ((zipped(tmp_path / "a.zip", names), "zip"), (tmp_path / "a", "folder")):
        if what_to_give == "folder":
            zipfile.ZipFile(tmp_path / "a.zip").extractall(path)
        with pytest.raises(CourseError, match=f"more than 3 files: give the {what_to_give} of one assignment"):
            collect.run(klass, classes.ASSIGNMENT, path)
    collect.run(klass, classes.ASSIGNMENT, tmp_path / "a" / "one")
    assert handed_in(klass) == {"2026001", "2026002"}


def test_another_archive_is_unpacked_as_told(klass, tmp_path):
    (tmp_path / "up" / "2026001").mkdir(parents=True)
    (tmp_path / "up" / "2026001" / "x.ipynb").write_bytes(NOTEBOOK)
    shutil.make_archive(str(tmp_path / "up"), "gztar", tmp_path / "up")
    with pytest.raises(CourseError, match="is a gzip archive, which is not opened: unpack it and give the folder"):
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "up.tar.gz")
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python has it from 3.11.4 on
    shutil.unpack_archive(tmp_path / "up.tar.gz", tmp_path / "unpacked", **safely)
    collect.run(klass, classes.ASSIGNMENT, tmp_path / "unpacked")
    assert handed_in(klass) == {"2026001"}


def test_what_is_taken_is_noted_whoever_stops_listening(klass, tmp_path, monkeypatch):
    zipped(tmp_path / "x.zip", {f"{one}/01_exercises.ipynb": NOTEBOOK for one in ("2026001", "2026002", "2026003")})
    deaf = os.fdopen(os.open(os.devnull, os.O_RDONLY), closefd=True)  # cannot be written to, as a pipe that was closed
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr("sys.stdout", deaf)
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "x.zip")
    assert set(ledger.recorded(klass, classes.ASSIGNMENT)) == {"2026001", "2026002", "2026003"}
    (klass.folder / "collected" / f"{classes.ASSIGNMENT.name}.json").unlink()
    keep = collect._keep

    def stop_at_the_third(course, assignment, taken, record):
        if taken.student == "2026003":
            raise KeyboardInterrupt
        keep(course, assignment, taken, record)

    monkeypatch.setattr(collect, "_keep", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "x.zip")
    assert set(ledger.recorded(klass, classes.ASSIGNMENT)) == {"2026001", "2026002"}
