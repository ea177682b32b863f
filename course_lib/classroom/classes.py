"""A class: a folder in nbgrader's layout, its roster, its gradebook.

nbgrader_config.*, gradebook.db, source/, release/, submitted/, autograded/, feedback/     nbgrader's
class.json      the mark of `class new`: what this file made, and digests of what `class release` wrote
roster.csv      id, name, language of each student, and how the LMS knows them
handout/        one zip per language, for the LMS
collected/      what was taken from whom, and every file ever handed in, by its content
outcomes/       what grading found, one file per student
report/         the instructor's page
"""

import contextlib
import csv
import io
import json
import os
import shlex
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

from course_lib.classroom import gradebook, nbgrader_settings
from course_lib.classroom.rosters import COLUMNS, Student, read_roster, same
from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tasks import about, tasks
from course_lib.texts import say
from course_lib.tools import chapters, places

MARK = "class.json"
ROSTER = "roster.csv"
GRADEBOOK = "gradebook.db"


class ClassFolder:
    """A class folder, found by its mark.

    Raises:
        CourseError: the folder has no mark, that is `class new` did not make it.
    """

    def __init__(self, folder):
        self.folder = Path(folder).absolute()
        try:
            self._facts = json.loads((self.folder / MARK).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CourseError(
                f"{folder} is no class: make one with `python3 -m course_lib class new {quoted(folder)} --roster students.csv`"
            ) from None
        except (OSError, ValueError) as error:
            raise CourseError(f"{self.folder / MARK} cannot be read ({error}): restore it from a backup") from None
        if not isinstance(self._facts, dict) or not isinstance(self._facts.get("released", {}), dict):
            raise CourseError(
                say("{path} is not what `class new` wrote: restore it from a backup", path=self.folder / MARK)
            )

    @property
    def db_url(self):
        return f"sqlite:///{self.folder / GRADEBOOK}"

    def students(self) -> list[Student]:
        """The roster, in its order."""
        return read_roster(self.folder / ROSTER, own=True)

    def student(self, student_id):
        found = [student for student in self.students() if same(student.id) == same(student_id)]
        if not found:
            raise CourseError(
                f"no student {student_id!r} in {self.folder / ROSTER}: give an id of that list, or add the student to yours and run `class new` again"
            )
        return found[0]

    def fact(self, *path, default=None):
        """Something that class.json remembers."""
        facts = self._facts
        for key in path:
            facts = facts.get(key, {})
        return facts or default

    def remember(self, value, *path):
        facts = self._facts
        for key in path[:-1]:
            facts = facts.setdefault(key, {})
        facts[path[-1]] = value
        write_text(self.folder / MARK, json.dumps(self._facts, indent=1, ensure_ascii=False))

    def path(self, step, student_id, assignment):
        """A folder of nbgrader's layout, for example submitted/ID/01_cnn_basics."""
        return self.folder / step / student_id / assignment

    @contextlib.contextmanager
    def gradebook(self):
        """nbgrader's gradebook, for a `with` statement."""
        with gradebook.opened(self.folder / GRADEBOOK) as book:
            yield book

    def gradebook_at_once(self):
        """nbgrader's gradebook, for a `with` statement that writes all or nothing."""
        return gradebook.at_once(self.folder / GRADEBOOK)

    @contextlib.contextmanager
    def alone(self):
        """A lock on the class, freed when the process ends, however it ends;
        CourseError where another command holds it."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise CourseError(f"another command is at work on {self.folder}: wait for it to end") from None
        try:
            yield
        finally:
            lock.release()

    def command(self, words):
        """The command line that does this with this class, for sentences that tell a person what to do."""
        try:
            found = locate().folder == self.folder
        except CourseError:
            found = False
        return f"python3 -m course_lib class {words}" + ("" if found else f" --course {quoted(self.folder)}")

    def config(self):
        """What nbgrader_config.py says, as traitlets' Config, with this folder as root."""
        from traitlets.config import Config
        from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

        if (
            str(self.folder) not in sys.path
        ):  # of plug-ins that the settings name; nbgrader adds the folder where it runs, too
            sys.path.append(str(self.folder))
        config = Config()
        try:
            config.merge(PyFileConfigLoader("nbgrader_config.py", path=str(self.folder)).load_config())
        except ConfigFileNotFound:
            pass
        except Exception as error:  # a person's Python file can fail in any way
            raise CourseError(
                f"{self.folder / 'nbgrader_config.py'} fails: {type(error).__name__}: {error}; correct it and run the command again"
            ) from error
        config.CourseDirectory.root = str(self.folder)
        config.CourseDirectory.db_url = self.db_url
        return config


class Assignment:
    """A chapter's exercises as nbgrader knows them: assignment 01_cnn_basics, notebook 01_exercises.

    Raises:
        CourseError: there is no such chapter, or it has no exercises.
    """

    def __init__(self, chapter):
        chapter = chapters.find(chapter)
        self.name, self.number, self.source = chapter.name, chapter.number, chapter.exercises
        self.notebook = self.source.stem
        if not self.source.exists():
            raise CourseError(f"chapter {self.name} has no exercises: {self.source} does not exist")

    def require_released(self, klass):
        """CourseError unless `class release` has put the assignment into the gradebook."""
        if not klass.fact("released", self.name):
            raise CourseError(
                f"chapter {self.number} is not released in {klass.folder}: run `{klass.command(f'release {self.number}')}` first"
            )


def quoted(path):
    """A path as it is typed in a terminal of this system."""
    return subprocess.list2cmdline([str(path)]) if os.name == "nt" else shlex.quote(str(path))


def graded_cells(notebook):
    """grade_id of each hidden test -> (its task, the name of its part, points), in order."""
    return {
        about(part.cell)["grade_id"]: (task.name, part.name, part.points)
        for task in tasks(notebook)
        for part in task.tests
    }


def cell_points(notebook):
    """grade_id of each hidden test -> its points, as the release remembers them."""
    return {name: points for name, (*_, points) in graded_cells(notebook).items()}


def new(folder, roster, language="en"):
    """`class new`: make the folder, or bring the roster of an existing one up to date; returns the ClassFolder.

    Raises:
        CourseError: the roster cannot be used, or the folder holds something that is not nbgrader's.
    """
    students = read_roster(roster, language)
    folder = Path(folder).absolute()
    known = (folder / MARK).exists()
    if not known:
        _require_room(folder)
        folder.mkdir(parents=True, exist_ok=True)
        nbgrader_settings.write(folder)
        for step in ("source", "release", "submitted", "autograded", "feedback"):
            (folder / step).mkdir(exist_ok=True)
    before = {student.id: student for student in (ClassFolder(folder).students() if known else [])}
    students, told = _as_before(students, _known_ids(folder, before))
    gone = [student for student in before.values() if student.id not in {one.id for one in students}]
    everybody = students + gone  # who left the course keeps their grades
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(student) for student in everybody)
    write_text(folder / ROSTER, text.getvalue())
    if not known:
        write_text(folder / MARK, json.dumps({"made_by": "course_lib class new", "released": {}}, indent=1))
    klass = ClassFolder(folder)
    with gradebook.by_library(), klass.gradebook() as book:
        for student in everybody:
            book.update_or_create_student(
                student.id,
                **gradebook.names(student.name),
                email=student.email or None,
                lms_user_id=student.lms_id or None,
            )
    _remember_folder(folder)
    added = [student for student in students if student.id not in before]
    languages = {code: sum(one.language == code for one in students) for code in ("ko", "en")}
    print(
        f"{folder}: {len(students)} student{'s' if len(students) > 1 else ''} ({', '.join(f'{count} {code}' for code, count in languages.items() if count)}), {len(added)} of them new"
    )
    if told:
        print(f"the class writes ids as it did before: {', '.join(told)}")
    if gone:
        print(f"no longer in the roster, and kept: {', '.join(student.id for student in gone)}")
    nbgrader_settings.guard(folder)
    return klass


def _known_ids(folder, before):
    """The ids that a class, or a course of nbgrader's that becomes one, knows already."""
    if before or not (folder / GRADEBOOK).exists():
        return list(before)
    with gradebook.by_library(), gradebook.opened(folder / GRADEBOOK) as book:
        return [student.id for student in book.students]


def _as_before(students, ids):
    """(students, each with the id by which the class knows them; what was changed, as words)"""
    spelled = {same(one): one for one in ids}
    result = [replace(one, id=spelled.get(same(one.id), one.id)) for one in students]
    return result, [f"{two.id} for {one.id}" for one, two in zip(students, result) if one.id != two.id]


def _require_room(folder):
    """CourseError if making a class here would touch what somebody else has put there, or show it to submissions."""
    from course_lib.classroom.sandbox import bubblewrap as sandbox

    if sandbox.shows(folder):
        raise CourseError(
            f"{folder} lies among the programs that submissions may read: choose a folder of your own, for example in your home folder"
        )
    if places.COURSE == folder or chapters.CHAPTERS in (folder, *folder.parents):
        raise CourseError(f"{folder} is the course's own folder: choose one outside of {places.COURSE}")
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file: choose another name for the class's folder")
    if not folder.exists() or (folder / "nbgrader_config.py").exists() or (folder / GRADEBOOK).exists():
        return  # new, or a course of nbgrader's, which gains what it lacks
    ours = (
        "source",
        "release",
        "submitted",
        "autograded",
        "feedback",
        "handout",
        "collected",
        "outcomes",
        "report",
        ROSTER,
    )
    if taken := [name for name in ours if (folder / name).exists()]:
        raise CourseError(
            f"{folder} holds {taken[0]} already and is no course of nbgrader's: choose an empty folder for the class"
        )


def _remembered():
    try:
        return [Path(name) for name in json.loads(places.CLASSES.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):  # TypeError: not a list of strings
        return []


def _remember_folder(folder):
    """So that later commands find the class without being told where it is."""
    folders = [other for other in _remembered() if other != folder and (other / MARK).exists()] + [folder]
    with contextlib.suppress(OSError):  # a checkout that cannot be written: --course tells instead
        places.CLASSES.parent.mkdir(parents=True, exist_ok=True)
        write_text(places.CLASSES, json.dumps([str(other) for other in folders], indent=1))


def locate(given=None):
    """The class to work on: the one given, else the one around the current
    folder, else the only one made from this checkout.

    Raises:
        CourseError: there is none, or more than one.
    """
    if given:
        return ClassFolder(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / MARK).exists():
            return ClassFolder(folder)
    known = [folder for folder in _remembered() if (folder / MARK).exists()]
    if len(known) == 1:
        return ClassFolder(known[0])
    if known:
        raise CourseError(
            f"there are {len(known)} classes ({', '.join(map(str, known))}): say which with --course FOLDER, or run the command inside it"
        )
    raise CourseError(
        "no class yet: make one with `python3 -m course_lib class new FOLDER --roster students.csv`, or name one with --course"
    )
