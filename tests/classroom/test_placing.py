"""Whose work is whose, over classes and downloads that are made up: nobody ever gets what somebody else has handed in,
and where nothing is ambiguous everybody gets what is theirs."""

import classes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.classroom.intake import upload, who
from course_lib.classroom.rosters import Student

SETTINGS = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
FIRST = ["Anna", "Maria", "June", "John", "Ada", "José", "Jean", "Lina", "May"]
LAST = ["Kim", "O'Neil", "Park", "Lovelace", "Weiß", "Anna", "Picard", "June"]
KOREAN = ["김민수", "이영희", "박서준", "남궁민수", "홍채호", "이미지", "김민", "최하나"]
TITLES = [
    "Assignment 1",
    "과제 1",
    "01_cnn_basics",
    "CS-101-HW1",
    "CNN-2026",
    "June 2026",
    "1",
    "3주차",
    "Week 2",
    "hw",
]
FILES = ["01_exercises.ipynb", "01_exercises (1).ipynb", "hw1.ipynb", "과제1.ipynb", "a/b.ipynb", "x.zip/2.ipynb"]
OWN = ["01_exercises", "02_exercises", "01_cnn_basics", "02_pooling"]

english = st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST)).map(" ".join)
longer = st.tuples(st.sampled_from(FIRST), st.sampled_from(FIRST), st.sampled_from(LAST)).map(" ".join)
hyphened = st.tuples(st.sampled_from(FIRST), st.sampled_from(FIRST), st.sampled_from(LAST)).map(lambda w: f"{w[0]}-{w[1]} {w[2]}")  # fmt: skip
short = st.lists(st.text("abk", min_size=1, max_size=3), min_size=1, max_size=3).map(
    lambda some: " ".join(some).title()
)
hangul = st.text("김이민수", min_size=2, max_size=4)
names = st.one_of(short, hangul, st.sampled_from(KOREAN), english, longer, hyphened, st.sampled_from(FIRST))
IDS = {
    "long": lambda i, name: f"20260{i:02d}",
    "attendance": lambda i, name: f"{i + 1}",
    "two digits": lambda i, name: f"{i + 1:02d}",
    "short": lambda i, name: f"s{i + 1}",
    "account": lambda i, name: f"user{i:03d}",
}
EMAILS = {
    "none": lambda i, name: "",
    "first name": lambda i, name: f"{first(name)}@uni.example",
    "whole name": lambda i, name: f"{'.'.join(name.lower().split())}@uni.example",
    "number": lambda i, name: f"u{i}@uni.example",
}


def first(name):
    return name.split()[0].lower()


def words(name):
    """What makes two names the same to everybody but an LMS."""
    return sorted(name.lower().replace("-", " ").split())


def canvas(name):
    *given_names, last = name.split()
    return "".join(letter for letter in (last + "".join(given_names)).lower() if letter.isalnum())


def moodle(person, number, file):
    return f"{person.name}_{number}_assignsubmission_file_/{file}"


LAYOUTS = {  # (person, number of the LMS, name of the file) -> path; a person who is not in the class has an id, too
    "Moodle": moodle,
    "Moodle, flat": lambda person, number, file: moodle(person, number, file.replace("/", "-")).replace("/", ""),
    "Moodle, groups": lambda person, number, file: "Group 1-" + moodle(person, number, file),
    "LearnUs": lambda person, number, file: f"{person.name}({person.id})_{number}_assignsubmission_file_/{file}",
    "Canvas": lambda person, number, file: f"{canvas(person.name)}_{number}_{number}7_{file.replace('/', '-')}",
    "Blackboard": lambda person, number, file: (
        f"Assignment 1_{person.id}_attempt_2026-11-20-10-00-00_{file.replace('/', '-')}"
    ),
    "Brightspace": lambda person, number, file: f"9-{number} - {person.name} - Nov 20, 2026 1030 AM/{file}",
    "Google Classroom": lambda person, number, file: f"{person.name}/{file}",
    "nbgrader": lambda person, number, file: f"submitted/{person.id}/01_cnn_basics/{file}",
}
PLAIN = ("Google Classroom",)


@st.composite
def rosters(draw, names=names, low=2):
    people = draw(st.lists(names, min_size=low, max_size=7, unique_by=lambda name: tuple(words(name))))
    make_id, make_email = draw(st.sampled_from(sorted(IDS))), draw(st.sampled_from(sorted(EMAILS)))
    numbered = draw(st.booleans())
    return [
        Student(IDS[make_id](i, name), name, "en", EMAILS[make_email](i, name), str(4000 + i) if numbered else "")
        for i, name in enumerate(people)
    ]


def where(entries, students):
    """path -> id of the student who gets it"""
    placed, lost, _ = who.place(entries, students, classes.ASSIGNMENT.name, OWN)
    found = {entry.name: student for student, (files, _) in placed.items() for entry in files}
    assert len(found) + len(lost) == len(entries), "each file is placed or told"
    return found


@SETTINGS
@given(st.data())
def test_nobody_gets_the_work_of_somebody_else(data):
    """People of other classes with similar names, folders around it all that are called like students, files that one
    student has named after others."""
    students = data.draw(rosters(low=3))
    strangers = data.draw(st.lists(names, max_size=3))
    strangers = [Student(f"2099{i:03d}", name, "en") for i, name in enumerate(strangers)]
    layout = data.draw(st.sampled_from(sorted(LAYOUTS)))
    path = LAYOUTS[layout]
    wrapper = data.draw(st.sampled_from(["", *TITLES, f"Section {students[0].name}", f"Team {students[-1].name}"]))
    liar = data.draw(st.sampled_from([None, *students]))
    truth = {}
    for i, person in enumerate(students + strangers):
        if layout in PLAIN and person in strangers and any(words(one.name) == words(person.name) for one in students):
            continue  # not even a person can tell
        files = [data.draw(st.sampled_from(FILES))]
        if person is liar:
            others = [one for one in students if one is not person]
            files += [f"{one.name}.ipynb" for one in others] + [f"{one.id}.ipynb" for one in others]
            files += [moodle(others[0], 1, "x.ipynb"), f"{others[0].id}/01_cnn_basics/x.ipynb"]
        for file in files:
            name = path(person, 4000 + i, file)
            truth[f"{wrapper}/{name}" if wrapper else name] = person.id if person in students else None
    entries = [upload.Entry(tuple(name.split("/")), lambda: b"") for name in truth]
    for name, student in where(entries, students).items():
        assert student == truth[name], f"{name} went to {student}"


plain_names = st.one_of(st.sampled_from(KOREAN[:6]), english.filter(lambda name: len(set(name.split())) == 2))


@SETTINGS
@given(st.data())
def test_everybody_gets_their_own_where_nothing_is_ambiguous(data):
    students = data.draw(rosters(plain_names))
    layout = data.draw(st.sampled_from(sorted(LAYOUTS)))
    wrapper = data.draw(st.sampled_from(["", *TITLES, f"Section {students[0].name}"]))
    truth = {}
    for i, person in enumerate(students):
        name = LAYOUTS[layout](person, 4000 + i, data.draw(st.sampled_from(FILES)))
        truth[f"{wrapper}/{name}" if wrapper else name] = person.id
    entries = [upload.Entry(tuple(name.split("/")), lambda: b"") for name in truth]
    assert where(entries, students) == truth
