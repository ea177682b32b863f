"""The list of students, a CSV file as spreadsheets write it."""

import contextlib
import csv
import io
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.errors import CourseError

COLUMNS = {  # a column of the roster -> how else its heading may read
    "id": ("id", "student id", "student_id", "학번", "아이디"),
    "name": ("name", "full name", "student", "이름", "성명"),
    "language": ("language", "lang", "언어"),
    "email": ("email", "e-mail", "이메일", "메일"),
    "lms_id": ("lms_id", "lms id", "lms_user_id", "moodle id", "canvas id"),
}
ID = re.compile(r"\w[\w.@-]{0,63}")


@dataclass(frozen=True)
class Student:
    """One line of the roster; `language` is "ko" or "en", `email` and `lms_id` may be empty."""

    id: str
    name: str
    language: str
    email: str = ""
    lms_id: str = ""


def same(text):
    """What is alike in ids that are one to people and to file systems: s5 and S5, composed and decomposed letters."""
    return unicodedata.normalize("NFC", text).casefold()


def read_roster(path, language="en", own=False):
    """The students of a CSV file with the columns id and name, and where known language, email and lms_id.

    Args:
        path: UTF-8, with or without a byte-order mark, or Korean Windows (cp949), as spreadsheets write it.
        language: of a student whose line names none.
        own: it is a class's, and older versions could write an id a second time there, with other capitals; the
            second one has the grades.

    Raises:
        CourseError: names the line that cannot be used, and why.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise CourseError(f"the roster {path} cannot be read: {error.strerror}") from None
    for encoding in ("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp949"):
        with contextlib.suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            break
    else:
        raise CourseError(f"the roster {path} is neither UTF-8 nor cp949 text: save it as CSV UTF-8")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    lines = [
        [field.strip() for field in line] for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ]
    heading = [field.casefold() for field in lines[0]] if lines else []
    place = {
        column: next((heading.index(word) for word in words if word in heading), None)
        for column, words in COLUMNS.items()
    }
    for column in ("id", "name"):
        if place[column] is None:
            raise CourseError(
                f"the roster {path} has no column {column!r}: its first line must read id,name,language; found {','.join(lines[0]) if lines else 'nothing'}"
            )
    students, seen = [], {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(line):
            continue
        fields = {
            column: unicodedata.normalize("NFC", line[index]) if index is not None and index < len(line) else ""
            for column, index in place.items()
        }
        student = Student(**{**fields, "language": fields["language"].lower()[:2] or language})
        where = f"{path}, line {number}"
        if not ID.fullmatch(student.id) or student.id.endswith("."):
            raise CourseError(
                f"{where}: the id {student.id!r} cannot name a folder; use letters, digits, and . _ - @ after the first"
            )
        if not student.name:
            raise CourseError(f"{where}: the student {student.id} has no name")
        if student.language not in ("ko", "en"):
            raise CourseError(f"{where}: the language of {student.id} is {fields['language']!r}; it must be ko or en")
        first = seen.setdefault(same(student.id), number)
        if first < number:
            earlier = next(one for one in students if same(one.id) == same(student.id))
            if not own or earlier.id == student.id:
                raise CourseError(f"{where}: the id {student.id} is on line {first} already")
            students[students.index(earlier)] = replace(earlier, id=student.id)
            continue
        students.append(student)
    if not students:
        raise CourseError(f"the roster {path} names no student below its first line")
    return students
