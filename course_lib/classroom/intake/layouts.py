"""How an LMS writes a student into the names of folders and files."""

import re
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
PATTERNS = (
    ("Moodle", MOODLE),
    ("Canvas", re.compile(r"anon_(?P<late>LATE_)?(?P<number>[^_]+)_\d+_(?P<rest>.+)", re.DOTALL)),
    (
        "Canvas",
        re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?!assignsubmission_)(?P<rest>.+)", re.DOTALL),
    ),
    ("Blackboard", re.compile(r"(?P<name>.+?)_attempt_\d{4}(?:-\d\d){5}(?P<rest>(?:[_.].*)?)", re.DOTALL)),
    (
        "Brightspace",
        re.compile(r"\d+-(?P<number>\d+) - (?P<name>.+?) - \w+\.? \d+, \d{4} \d+ ?[AP]M(?P<rest>.*)", re.DOTALL),
    ),
)


def parts_of(part):
    """(LMS, match) of the first pattern in a name: what the student has written stands behind it, whatever it is."""
    found = [(match.start("rest"), layout, match) for layout, one in PATTERNS if (match := one.fullmatch(part))]
    return min(found, key=lambda one: one[0])[1:] if found else ("", None)


def moodle_folder(part):
    """Moodle's folder for a student, from the name that Moodle gave a folder or a flat file; None for other names."""
    match = MOODLE.fullmatch(part)
    return part.removesuffix(match["rest"]) if match else None


@dataclass
class Guess:
    """Whom one part of a path names.

    `who`: a set of students; `strength`: of the sign; `layout`: the LMS that writes names like this; `number`: the
    number that it puts there; `late`: whether it says that the work came late; `shown`: the name as it is told;
    `whole`: whether the part says nothing else.
    """

    who: set
    strength: int = 0
    layout: str = ""
    number: str = ""
    late: bool = False
    shown: str = ""
    whole: bool = False

    @property
    def one(self):
        """The student, where it is one."""
        return next(iter(self.who)) if len(self.who) == 1 else None
