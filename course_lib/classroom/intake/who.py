"""Whose files these are: what an LMS calls students, and what the roster does.

An LMS names the student in the outer folders or file names, the student names what is inside. So the level at which
students are told apart is looked for from the outside in, and only that level decides: no file name places work with
somebody else.
"""

import itertools
import re
import unicodedata
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)


def moodle_folder(part):
    """Moodle's folder for a student, from the name that Moodle gave a folder or a flat file; None for other names."""
    match = MOODLE.fullmatch(part)
    return part.removesuffix(match["rest"]) if match else None


def squeeze(text):
    """Letters and digits only, composed, case folded: how names are compared."""
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
        """Students of whom the text is the name and nothing else."""
        return self.names.get(squeeze(text), set())

    def by_words(self, text):
        """Students whose id, or else whose name, stands in the text as separate words."""
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
            return found | named  # the id says one student, the name another
        return found or named


@dataclass
class Guess:
    """Whom one part of a path names.

    `who`: a set of students; `layout`: the LMS that writes names like this; `number`: the number that it puts there;
    `late`: whether it says that the work came late; `shown`: the name as it is told.
    """

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
            return Guess(who, layout, number, bool(match.groupdict().get("late")), name)
    exact = roster.ids.get(part.casefold()) or roster.lms.get(part.casefold()) or roster.by_name(part)
    return Guess(exact or roster.by_words(part), shown=part)


def place(everything, students):
    """Tell apart whose files these are.

    Args:
        everything: entries of an upload.

    Returns:
        (student id -> (files, whether the LMS says late), [(name, why it was not placed)], words about the layout)
    """
    roster = Roster(students)
    for level in range(max((len(entry.parts) for entry in everything), default=0)):
        parts = {entry.parts[level] for entry in everything if len(entry.parts) > level}
        guesses = {part: guess(part, roster) for part in parts if part}
        if any(one.who for one in guesses.values()):
            break
    else:
        lost = [(entry.name, "no student's id or name is in its path") for entry in everything]
        return {}, lost, "no layout that names students"
    _numbers_as_ids(guesses, roster)
    placed, lost = {}, []
    for entry in everything:
        one = guesses.get(entry.parts[level]) if len(entry.parts) > level else None
        if one is None or len(one.who) != 1:
            lost.append((entry.name, _why(one)))
            continue
        (student,) = one.who
        files, late = placed.get(student.id, ([], False))
        placed[student.id] = (files + [entry], late or one.late)
    kinds = sorted({one.layout for one in guesses.values() if one.layout}) or ["names or ids in folders or file names"]
    return placed, lost, f"{' and '.join(kinds)}, students told apart at level {level + 1}"


def _why(one):
    """Why a guess places nothing; None stands for a file above the level of the students."""
    if one is None:
        return "it lies outside the students' folders"
    if not one.who:
        return f"no student in the roster matches {one.shown!r}"
    who = " and ".join(sorted(f"{student.id} ({student.name})" for student in one.who))
    return f"it matches {who}: add the number that the LMS uses to the lms_id column of the roster"


def _numbers_as_ids(guesses, roster):
    """Where the LMS's numbers prove to be ids of the roster, they place those whose names match nobody or several."""
    pairs = [(one.number, next(iter(one.who)).id) for one in guesses.values() if one.number and len(one.who) == 1]
    agree = any(number == student for number, student in pairs)
    disagree = any(number != student and number in roster.ids for number, student in pairs)
    if agree and not disagree:
        for one in guesses.values():
            if one.number and len(one.who) != 1:
                one.who = roster.ids.get(one.number, set()) or one.who
