"""Whose files these are: what an LMS calls students, and what the roster does.

An LMS names the student in the outer folders or file names, the student names what is inside. So one level decides: the
one with an LMS's pattern, else the one that tells most students apart. Where another level says somebody else, nothing
is placed: a person can do it with `--student`, but nobody notices work that has gone to the wrong student.
"""

from collections import Counter, defaultdict

from course_lib.classroom.intake import layouts
from course_lib.classroom.intake.layouts import Guess
from course_lib.classroom.intake.roster import CERTAIN, NOTHING, STRONG, WEAK, Roster, stem

STAMP = "timestamp.txt"  # in nbgrader's folder of a submission; anywhere else it is a file of the student's
BY_HAND = "collect it by itself, with --student ID"


def guess(part, roster):
    """Whom a folder's or file's name means."""
    layout, match = layouts.parts_of(part)
    facts = match.groupdict() if match else {}
    name, number, late = facts.get("name", ""), facts.get("number", ""), bool(facts.get("late"))
    if layout == "Blackboard":
        pieces = name.split("_")  # the title, then the account, each with any number of _
        accounts = ["_".join(pieces[start:]) for start in range(len(pieces))]
        who = next((who for one in accounts if (who := roster.account(one))), set()) or roster.of_lms(pieces[-1])
        return Guess(who, CERTAIN, layout, shown=pieces[-1])
    somebody = not name or roster.left(name) or roster.called(name)
    if layout and (layout != "Canvas" or somebody):  # "과제 1_2026001_1_x.ipynb" is not Canvas's
        named = roster.of_lms(name) or layout == "Canvas" and roster.called(name) or set()
        numbered = roster.lms.get(number, set())
        return Guess(numbered & named or numbered | named, CERTAIN, layout, number, late, name or number)
    for text in (part, stem(part)):
        who, strength = roster.whole(text)
        if who:
            return Guess(who, strength, shown=part, whole=True)
    if who := roster.within(stem(part)):
        return Guess(who, STRONG, shown=part)
    who = roster.alone(stem(part))
    return Guess(who, WEAK if who else NOTHING, shown=part)


def place(everything, students, assignment="", own=()):
    """Tell apart whose files these are.

    Args:
        everything: entries of an upload.
        students: of the class.
        assignment: its name, which is that of nbgrader's folders.
        own: other names that belong to the course.

    Returns:
        (student id -> (files, whether the LMS says late), [(name, why it was not placed)], words about the layout)
    """
    levels = _Levels(everything, Roster(students, (assignment, *own)), assignment)
    level = levels.deciding()
    if level is None:
        lost = [(entry.name, f"no student's id or name is in its path: {BY_HAND}") for entry in everything]
        return {}, lost, "no layout that names students"
    guesses = levels.guesses[level]
    reasons = _several_people(guesses)
    placed, lost = {}, []
    for entry in everything:
        prefix = entry.parts[: level + 1]
        one = guesses.get(prefix) if len(entry.parts) > level else None
        why = _why(one) if one is None or one.one is None else reasons.get(prefix) or levels.doubt(entry, level)
        if why:
            lost.append((entry.name, why))
            continue
        files, late = placed.get(one.one.id, ([], False))
        own_stamp = one.layout == "nbgrader" and entry.parts[level + 1 :] == (assignment, STAMP)
        if entry.parts[-1] != STAMP or own_stamp:
            files.append(entry)
        placed[one.one.id] = (files, late or one.late)
    kinds = sorted({one.layout for one in guesses.values() if one.layout}) or ["names or ids in folders or file names"]
    return placed, lost, f"{' and '.join(kinds)}, students told apart at level {level + 1}"


class _Levels:
    """What the parts of all paths say, level by level: `guesses[level]`, a path of that many parts + 1 -> Guess."""

    def __init__(self, everything, roster, assignment):
        self.guesses = []
        nbgraders = {  # folders that hold one of the assignment's name
            entry.parts[:at]
            for entry in everything
            for at in range(1, len(entry.parts) - 1)
            if assignment and entry.parts[at] == assignment
        }
        self.folders = {entry.parts[:cut] for entry in everything for cut in range(1, len(entry.parts))}
        self.around = Counter(prefix[:cut] for prefix in nbgraders for cut in range(1, len(prefix)))
        known = {}
        for level in range(max((len(entry.parts) for entry in everything), default=0)):
            found = {}
            for entry in everything:
                prefix = entry.parts[: level + 1]
                if len(prefix) <= level or prefix in found or not prefix[-1]:
                    continue
                if prefix[-1] not in known:
                    known[prefix[-1]] = guess(prefix[-1], roster)
                found[prefix] = one = Guess(**vars(known[prefix[-1]]))
                if prefix in nbgraders and self._is_nbgraders(prefix, one):
                    one.layout, one.strength = "nbgrader", CERTAIN
            _numbers_as_ids(found, roster)
            self.guesses.append(found)
        self.below = [self._below(level) for level in range(len(self.guesses))]

    def _is_nbgraders(self, prefix, one):
        """Whether a folder is nbgrader's for a student: named by an id, and in no folder or zip of anybody's."""
        outer = [prefix[:cut] for cut in range(1, len(prefix))]
        return (
            prefix[-1] in {student.id for student in one.who}
            and not any(self.around[path] == 1 and self.guesses[len(path) - 1][path].who for path in outer)
            and not any(part.lower().endswith(".zip") for part in prefix)
        )

    def _below(self, level):
        """Path of any outer level -> the students whom this level names below it."""
        found = defaultdict(set)
        for prefix, one in self.guesses[level].items():
            if one.one:
                for cut in range(1, level + 1):
                    found[prefix[:cut]].add(one.one)
        return found

    def deciding(self):
        """The level that decides, or None where none names anybody."""
        for level, found in enumerate(self.guesses):
            if self._is_of_an_lms(found):
                return level
        best = None
        for level, found in enumerate(self.guesses):
            if any(one.who for one in found.values()) and (best is None or self._outdoes(level, best)):
                best = level
        return best

    @staticmethod
    def _is_of_an_lms(found):
        """Whether most folders hold folders or files that an LMS has named. One that a student has filled does not."""
        holds = defaultdict(list)
        for prefix, one in found.items():
            # other names may look like Canvas's: "grades_2026_11_list.csv"
            holds[prefix[:-1]].append(0 if one.strength < CERTAIN else 2 if one.who or one.layout != "Canvas" else 1)
        named = [max(marks) == 2 or sum(marks) > len(marks) / 2 for marks in holds.values()]
        return 2 * sum(named) > len(named)

    def _score(self, level):
        found = self.guesses[level].values()
        firm = {one.one for one in found if one.one and one.strength >= STRONG}
        return len(firm), len({one.one for one in found if one.one} - firm)

    def _outdoes(self, level, outer):
        """Whether a level tells students apart that an outer one puts into one place, in most of its folders."""
        score, least = self._score(level), self._score(outer)
        if sum(score) <= sum(least) and (score <= least or len(self.guesses[outer]) > 1):
            return False
        holders = others = 0
        for prefix, one in self.guesses[outer].items():
            inside = self.below[level].get(prefix, set())
            if len(inside) > 1 or inside and one.one not in inside:
                holders += 1
            elif one.who or prefix in self.folders:
                others += 1
        return holders > others

    def doubt(self, entry, level):
        """Why an entry that the deciding level places must not be placed, or None."""
        one = self.guesses[level][entry.parts[: level + 1]]
        if one.strength == WEAK and len({other.one for other in self.guesses[level].values() if other.one}) == 1:
            return f"{one.shown!r} may mean something else than {_told(one.who)}: {BY_HAND}"
        for other_level, found in enumerate(self.guesses[: len(entry.parts)]):
            prefix = entry.parts[: other_level + 1]
            other = found.get(prefix)
            if other is None or other_level == level or one.one in other.who or not other.who:
                continue
            if other_level < level and len(self.below[level][prefix]) > 1:
                continue  # a folder around the students', whatever its name
            if one.strength == CERTAIN and (other_level > level or not other.whole):
                continue
            if other.strength >= min(one.strength, STRONG) or other.whole and other_level < level:
                return f"{one.shown!r} is {_told(one.who)}, but {other.shown!r} is {_told(other.who)}: {BY_HAND}"
        return None


def _told(who):
    return " and ".join(sorted(f"{student.id} ({student.name})" for student in who))


def _why(one):
    """Why a guess places nothing; None stands for a file above the level of the students."""
    if one is None:
        return f"it lies outside the students' folders: {BY_HAND}"
    if not one.who:
        numbered = f", nor has any {one.number} as lms_id" if one.number else ""
        return f"no student in the roster matches {one.shown!r}{numbered}"
    return f"it matches {_told(one.who)}: {_which(one)}"


def _which(one):
    if one.number:
        return f"put {one.number} into the lms_id column of the right one in the roster, run `class new` again, and collect again"
    return BY_HAND


def _several_people(guesses):
    """Path -> why it is not placed, where an LMS has two people of the name of one student: two numbers of theirs."""
    numbers, reasons = defaultdict(Counter), {}
    for one in guesses.values():
        if one.number and one.one:
            numbers[one.one][one.number] += 1
    for prefix, one in guesses.items():
        found = numbers[one.one] if one.number and one.one else {}
        if len(found) < 2 or one.number in (one.one.lms_id, one.one.id):
            continue
        if one.one.lms_id in found:
            why = f"it is another {one.shown!r} than {_told(one.who)}, whose lms_id is {one.one.lms_id}"
            reasons[prefix] = (
                f"{why}: add this one to the roster with lms_id {one.number}, run `class new` again, and collect again"
            )
        else:
            why = f"the LMS has more than one {one.shown!r} ({', '.join(sorted(found))}), and the roster one"
            reasons[prefix] = f"{why}: {_which(one)}"
    return reasons


def _numbers_as_ids(guesses, roster):
    """Where the LMS's numbers prove to be ids of the roster, they place those whose names match nobody or several."""
    pairs = [(one.number, one.one.id) for one in guesses.values() if one.number and one.one]
    agree = any(number == student and len(number) > 2 for number, student in pairs)
    disagree = any(number != student and number in roster.ids for number, student in pairs)
    if agree and not disagree:
        for one in guesses.values():
            if one.number and not one.one:
                meant = roster.ids.get(one.number, set())
                one.who = meant if not one.who or meant & one.who else one.who
