"""From what an LMS gives to submitted/: who handed in what, and what could not be placed and why.

An LMS names the student outside, the student names what is inside. So the level of folders (or of file names) at which
students are told apart is looked for from outside in, and only that level decides: no file name places work with somebody else.
"""

import hashlib
import itertools
import json
import re
import unicodedata
from dataclasses import dataclass, field

from course_lib.classroom.intake import upload
from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import chapters, sources

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)


@dataclass
class Taken:
    """What one student handed in: `content` is None where nothing of it is a notebook. `notes`: sentences, {"en":, "ko":}."""

    student: str
    name: str
    content: bytes | None
    late: bool = False
    timestamp: str | None = None
    notes: list = field(default_factory=list)


def collect(course, assignment, path, only=None):
    """`class collect`: fill submitted/ from a folder or zip; prints what was taken from whom.

    Args:
        only: id of the student to whom all of it belongs, for work that came by mail.

    Raises:
        CourseError: there is nothing at that path, or the assignment is not released.
    """
    with course.alone():
        return _collect(course, assignment, path, only)


def _collect(course, assignment, path, only):
    assignment.require_released(course)
    everything = upload.entries(path)
    students = course.students()
    if only:
        owner, layout = course.student(only), f"all for {only}"
        placed, lost = {owner.id: (everything, False)}, []
    else:
        placed, lost, layout = place(everything, students)
    ids = known_cells()
    record, lines = recorded(course, assignment), []
    try:
        for student in students:
            if student.id not in placed:
                continue
            files, late = placed[student.id]
            taken = pick(student.id, files, assignment, ids)
            taken.late = late
            _keep(course, assignment, taken, record)
            lines.append(_line(student, taken))
    finally:  # what has been taken is noted, also if it is stopped here
        noted = {"students": record, "unplaced": [{"name": name, "why": why} for name, why in lost]}
        write_text(_record_path(course, assignment), json.dumps(noted, indent=1, ensure_ascii=False))
    # no word until all is done: a reader of a pipe that goes away ends the program at a `print`
    print(f"{assignment.name} from {path}: {layout}", *lines, sep="\n")
    missing = [student.id for student in students if not record.get(student.id)]
    print(f"{len(placed)} students placed; in all, {len(students) - len(missing)} of {len(students)} have handed in")
    if missing:
        print(f"nothing from: {', '.join(missing)}")
    if lost:
        print(f"not placed ({len(lost)}):")
        for name, why in lost:
            print(f"    {name}: {why}")
    return placed, lost


def _line(student, taken):
    sentences = "".join(f"\n        {note['en']}" for note in taken.notes)
    late = " (late, says the LMS)" if taken.late else ""
    return f"    {student.id}  {student.name}: {taken.name if taken.content is not None else 'no notebook'}{late}{sentences}"


def _record_path(course, assignment):
    (course.folder / "collected").mkdir(exist_ok=True)
    return course.folder / "collected" / f"{assignment.name}.json"


def recorded(course, assignment):
    """student -> what `collect` noted of the last thing they handed in."""
    return _noted(course, assignment)["students"]


def unplaced(course, assignment):
    """What the last `collect` could not place: [{"name":, "why":}]."""
    return _noted(course, assignment)["unplaced"]


def _noted(course, assignment):
    path = _record_path(course, assignment)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"students": {}, "unplaced": []}
    except ValueError as error:
        raise CourseError(f"{path} is no valid JSON ({error}): delete this one file and collect again") from None


def _keep(course, assignment, taken, record):
    """Write what was taken; the bytes also by their content, so that nothing that was ever handed in is lost."""
    folder = course.path("submitted", taken.student, assignment.name)
    folder.mkdir(parents=True, exist_ok=True)
    before = record.get(taken.student, {})
    if taken.content is None:
        if before.get("sha256"):
            taken.notes.append(
                {
                    "en": "What was handed in before is kept.",
                    "ko": "이전에 제출한 파일을 그대로 두었습니다.",
                }
            )
            return
        digest = None
    else:
        digest = hashlib.sha256(taken.content).hexdigest()
        for target in (course.folder / "collected" / assignment.name / digest, folder / f"{assignment.notebook}.ipynb"):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            part.write_bytes(taken.content)
            part.replace(target)
        if taken.timestamp:
            write_text(folder / "timestamp.txt", taken.timestamp)
        elif before.get("sha256") != digest:
            (folder / "timestamp.txt").unlink(missing_ok=True)
    record[taken.student] = {
        "from": taken.name,
        "sha256": digest,
        "late": taken.late,
        "timestamp": taken.timestamp,
        "notes": taken.notes,
    }


# who: names and ids ------------------------------------------------------------------------------------------------


def squeeze(text):
    """Letters and digits only, composed, without case: how names are compared."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _words(text):
    return [squeeze(word) for word in re.split(r"[\W_]+", unicodedata.normalize("NFKC", text)) if squeeze(word)]


class Roster:
    """Looks students up by what an LMS may call them."""

    def __init__(self, students):
        self.ids, self.lms, self.names = {}, {}, {}
        for student in students:
            for word in filter(None, (student.id, student.email, student.email.partition("@")[0])):
                self.ids.setdefault(word.casefold(), set()).add(student)
            if student.lms_id:
                self.lms.setdefault(student.lms_id.casefold(), set()).add(student)
            words = _words(student.name)
            orders = list(itertools.permutations(words)) if len(words) <= 4 else [words, words[-1:] + words[:-1]]
            if len(words) == 1 and 2 <= len(words[0]) <= 4 and "가" <= words[0][0] <= "힣":
                orders.append((words[0][1:], words[0][:1]))  # Canvas sorts 김민수 as "민수, 김"
            for order in orders:
                self.names.setdefault("".join(order), set()).add(student)

    def by_name(self, text):
        return self.names.get(squeeze(text), set())

    def by_words(self, text):
        """Students whose id, else whose name, stands in the text as words of its own."""
        pieces = [*re.split(r"[^\w@.-]+|_", text), *re.split(r"[^\w]+|_", text)]
        pieces += re.findall(r"\d+", text)  # 2026001김민수
        found = set().union(*(self.ids.get(piece.strip(".-").casefold(), set()) for piece in pieces if piece))
        words = _words(text)
        words_of_letters = [squeeze(word) for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text))]
        named = set()
        for some in (words, words_of_letters):
            for start, end in itertools.combinations(range(len(some) + 1), 2):
                if end - start <= 4:
                    named |= self.names.get("".join(some[start:end]), set())
        if len(found) == 1 and named and not found & named:
            return found | named  # the id says one, the name another
        return found or named


@dataclass
class Guess:
    """Whom one part of a path names: `who` is a set of students. `layout`: which LMS writes names like this."""

    who: set
    layout: str = ""
    number: str = ""
    late: bool = False
    shown: str = ""


def guess(part, roster):
    """Whom a folder's or file's name means."""
    for layout, pattern in (("Moodle", MOODLE), ("Canvas", CANVAS)):
        if match := pattern.fullmatch(part):
            number, name = match["number"], match["name"]
            by_number = roster.lms.get(number, set())
            who = by_number or roster.by_name(name) or roster.by_words(name)
            if layout == "Moodle" and by_number and roster.by_name(name) - by_number:
                who = by_number | roster.by_name(name)
            return Guess(who, layout, number, "late" in match.groupdict() and bool(match["late"]), name)
    exact = roster.ids.get(part.casefold()) or roster.lms.get(part.casefold()) or roster.by_name(part)
    return Guess(exact or roster.by_words(part), shown=part)


def place(everything, students):
    """Tell apart whose files these are.

    Returns:
        (student id -> (files, whether the LMS says late), [(name, why it was not placed)], a sentence about the layout)
    """
    roster = Roster(students)
    for level in range(max((len(entry.parts) for entry in everything), default=0)):
        parts = {entry.parts[level] for entry in everything if len(entry.parts) > level}
        guesses = {part: guess(part, roster) for part in parts if part}
        if any(one.who for one in guesses.values()):
            break
    else:
        return (
            {},
            [(entry.name, "no student's id or name is in its path") for entry in everything],
            "no layout that names students",
        )
    _numbers_as_ids(guesses, roster)
    placed, unplaced = {}, []
    for entry in everything:
        one = guesses.get(entry.parts[level]) if len(entry.parts) > level else None
        if one is None or not one.who:
            unplaced.append(
                (
                    entry.name,
                    f"no student of the roster fits {one.shown!r}"
                    if one
                    else "it lies outside of the students' folders",
                )
            )
        elif len(one.who) > 1:
            unplaced.append(
                (
                    entry.name,
                    "it fits "
                    + " and ".join(sorted(f"{s.id} ({s.name})" for s in one.who))
                    + ": add the number that the LMS uses to the roster's column lms_id",
                )
            )
        else:
            (student,) = one.who
            files, late = placed.get(student.id, ([], False))
            placed[student.id] = (files + [entry], late or one.late)
    kinds = sorted({one.layout for one in guesses.values() if one.layout}) or ["names or ids in folders or file names"]
    return placed, unplaced, f"{' and '.join(kinds)}, students told apart at level {level + 1}"


def _numbers_as_ids(guesses, roster):
    """Where the LMS's numbers turn out to be the roster's ids, they place whoever's name does not fit."""
    pairs = [(one.number, next(iter(one.who)).id) for one in guesses.values() if one.number and len(one.who) == 1]
    if any(number == student for number, student in pairs) and not any(
        number != student and number in roster.ids for number, student in pairs
    ):
        for one in guesses.values():
            if one.number and len(one.who) != 1:
                one.who = roster.ids.get(one.number, set()) or one.who


# what: the notebook among a student's files ------------------------------------------------------------------------


def known_cells():
    """chapter's folder name -> grade ids of its exercises."""
    return {
        chapter.name: {
            cell.metadata.nbgrader.grade_id
            for cell in sources.convert(chapter.exercises).cells
            if "nbgrader" in cell.metadata
        }
        for chapter in chapters.every()
        if chapter.exercises.exists()
    }


def cells_in(content):
    """The grade ids in a notebook, or None where the bytes are no notebook at all."""
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp949", "latin-1"):
        try:
            notebook = json.loads(content.decode(encoding))
            break
        except UnicodeDecodeError:
            continue
        except (ValueError, RecursionError):
            return None
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # nbformat 3
        cells = [
            cell for sheet in notebook["worksheets"] if isinstance(sheet, dict) for cell in sheet.get("cells") or []
        ]
    if not isinstance(cells, list):
        return None
    found = set()
    for cell in cells:
        about = cell.get("metadata") if isinstance(cell, dict) else None
        about = about.get("nbgrader") if isinstance(about, dict) else None
        if isinstance(about, dict) and isinstance(about.get("grade_id"), str):
            found.add(about["grade_id"])
    return found


def _natural(name):
    return [int(word) if word.isdigit() else word for word in re.split(r"(\d+)", name.casefold())]


def pick(student, files, assignment, ids):
    """The notebook of this assignment among a student's files; what else there is gets a sentence."""
    taken = Taken(student, "", None)
    note = lambda en, ko: taken.notes.append({"en": en, "ko": ko})
    candidates, others = [], []
    for entry in files:
        last = entry.parts[-1]
        try:
            content = entry.read()
        except upload.Refused as refused:
            if last:
                note(f"{last} {refused}.", f"{last} 파일은 읽지 않았습니다: {_korean(str(refused))}.")
            continue
        if last == "timestamp.txt":
            taken.timestamp = _timestamp(content)
            continue
        found = cells_in(content)
        if found is None and not last.casefold().endswith(".ipynb"):
            others.append(entry)
            continue
        found = found or set()
        fitting = len(found & ids[assignment.name])
        other = max((name for name in ids), key=lambda name: len(found & ids[name]))
        if len(found & ids[other]) > fitting:
            note(
                f"{last} is of {other}, not of {assignment.name}.",
                f"{last} 파일은 {assignment.name}이(가) 아니라 {other}의 노트북입니다.",
            )
            continue
        candidates.append((fitting, assignment.notebook in last, entry.time, _natural(last), entry, content))
    if candidates:
        best = max(candidates, key=lambda one: one[:4])
        taken.name, taken.content = best[4].name, best[5]
        for one in candidates:
            if one is not best and one[5] != best[5]:
                left = one[4].parts[-1]
                note(
                    f"{left} was left aside: {best[4].parts[-1]} was graded.",
                    f"{left} 파일은 제외하고 {best[4].parts[-1]} 파일을 채점했습니다.",
                )
    elif others:
        last, taken.name = others[0].parts[-1], others[0].name
        note(f"{last} is no notebook.", f"{last} 파일은 노트북이 아닙니다.")
    elif not taken.notes:
        note("The folder is empty.", "제출한 폴더가 비어 있습니다.")
    return taken


def _timestamp(content):
    """nbgrader's time stamp, if it is one that nbgrader can read."""
    from nbgrader.utils import parse_utc

    text = content[:100].decode("utf-8", errors="replace").strip()
    try:
        return text if text and parse_utc(text) else None
    except (ValueError, OverflowError, TypeError):
        return None


_KOREAN = (
    (r"is a link instead of a (file|folder)", "파일이 아니라 링크입니다"),
    (r"is no regular file", "일반 파일이 아닙니다"),
    (r"(has|unpacks to more than) .*", "너무 큽니다"),
    (r"is encrypted", "암호화되어 있습니다"),
    (r"is damaged.*|is no readable zip.*", "손상된 파일입니다"),
    (r"has a path that leads out of the zip", "경로가 압축 파일 밖을 가리킵니다"),
    (r"is a zip inside a zip", "압축 파일 안의 압축 파일입니다"),
    (r"is in a zip that unpacks.*|holds .*", "압축 파일의 내용이 너무 많습니다"),
    (r"is an empty zip", "빈 압축 파일입니다"),
)


def _korean(sentence):
    return next((korean for pattern, korean in _KOREAN if re.fullmatch(pattern, sentence)), sentence)
