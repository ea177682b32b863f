"""From an LMS's folder or zip to submitted/: each layout, each oddity, nothing placed with the wrong student."""

import hashlib
import io
import json
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib

import classes
import pytest

from course_lib.classroom.intake import collect, ledger, upload, what, who
from course_lib.classroom.rosters import Student
from course_lib.errors import CourseError
from course_lib.texts import Text, both

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
    """The LMS names the folder; what the student named lies below and does not count."""
    names = ["김민수/2026002_Ada Lovelace.ipynb", "Ada Lovelace/2026001/x.ipynb"]
    assert placed(*names) == {names[0]: "2026001", names[1]: "2026002"}


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
    assert upload.entries(zipped(tmp_path / "a.zip", dict.fromkeys(names, b"x"))) == []


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


def test_nothing_there(klass, tmp_path):
    with pytest.raises(CourseError, match="does not exist"):
        collect.run(klass, classes.ASSIGNMENT, tmp_path / "x.zip")
    (tmp_path / "x.zip").write_bytes(b"PK" + zlib.compress(b"x"))
    placed, lost = collect.run(klass, classes.ASSIGNMENT, tmp_path / "x.zip")
    assert placed == {} and len(lost) == 1


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
