"""Which of several copies of a notebook counts: the one with work in it, then the newest."""

import ast
import contextlib
import datetime
import functools
import re
from dataclasses import dataclass

from course_lib.classroom import notebook_bytes
from course_lib.classroom.intake import layouts, upload
from course_lib.classroom.intake.roster import stem
from course_lib.feedback import stubs
from course_lib.tools import sources

ANSWERED, OTHER, BLANK = 2, 1, 0  # work on a task; something else or unreadable; as it was handed out
SAME_TIME = 2.0  # seconds: a zip counts in twos
AGAIN = re.compile(r"(?:[ _-]*(?:copy|사본|복사본)[ _-]*|[ _-]+|\s*\()(\d{1,3})\)?$", re.IGNORECASE)
COPY = re.compile(r"^(?:copy of|사본 -|복사본 -)\s*|(?:의 사본|[ _-]+(?:copy|사본|복사본))$", re.IGNORECASE)
VERSION = re.compile(r"(?:version|버전)\s*(\d{1,3})", re.IGNORECASE)  # a folder of Microsoft Teams
ATTEMPT = re.compile(r"_attempt_(\d{4}(?:-\d\d){5})")  # Blackboard
UNWRITTEN = "unwritten"  # as of stubs.py, and the same for whatever stub a release had
BROKEN = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)


@dataclass
class Candidate:
    """A file that may be the notebook.

    `fits`: whether it has cells of the assignment; `kind`: ANSWERED, OTHER or BLANK; `answers`: tasks worked on;
    `named`: whether its name is that of the notebook.
    """

    entry: upload.Entry
    content: bytes
    fits: bool
    kind: int
    answers: int
    named: bool

    @property
    def name(self):
        return self.entry.parts[-1]


def work(content, source):
    """(ANSWERED, OTHER or BLANK, number of tasks worked on) of a notebook.

    Args:
        content: its bytes.
        source: the exercises that were handed out.
    """
    names, handed_out = _handed_out(source)
    try:
        cells, _ = notebook_bytes.read(content)
    except notebook_bytes.Unreadable:
        return (OTHER if content.strip(notebook_bytes.BLANK) else BLANK), 0
    code = [cell["source"] for cell in cells if cell["type"] == "code"]
    answered = {name for text in code for name, what in _definitions(text) if name in names and what not in handed_out}
    foreign = not any(cell["graded"] for cell in cells) and any(text.strip() for text in code)
    return (ANSWERED if answered else OTHER if foreign else BLANK), len(answered)


@functools.lru_cache(maxsize=4)
def _handed_out(source):
    """(the names that tasks ask for, what stands there before anything is written) in both languages."""
    notebook, names, handed_out = sources.convert(source), set(), {UNWRITTEN}
    for language in ("ko", "en"):
        for cell in sources.learner_copy(notebook, language).cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                for name, what in _definitions(cell.source):
                    names.add(name)
                    handed_out.add(what)
    return names, handed_out


def _definitions(text):
    """(name, what is defined) of the functions, classes and values of a cell; comments do not count."""
    tree = stubs.parsed(text)
    with contextlib.suppress(RecursionError):  # what can be read may still be nested too deeply to be written out
        if tree is not None:
            return [(name, what) for one in tree.body for name, what in _defined(one)]
    return [(name, re.sub(r"#.*|\s", "", text)) for name in BROKEN.findall(text)]


def _defined(statement):
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [(statement.name, UNWRITTEN if stubs.state(statement) == UNWRITTEN else ast.dump(statement))]
    if isinstance(statement, ast.Assign):
        return [(target.id, ast.dump(statement)) for target in statement.targets if isinstance(target, ast.Name)]
    return []


def best(candidates):
    """(the one that counts, whether a person should look: nothing tells which is newer, or another has more answers)"""
    left = _greatest(candidates, lambda one: (one.kind, one.fits))
    for key in (_when, lambda one: one.entry.made):
        last = max(map(key, left))
        left = [one for one in left if last - key(one) <= SAME_TIME]
    numbered = _greatest(left, lambda one: _counted(one.entry)[1])
    chosen = max(numbered, key=lambda one: (one.named, natural(one.name)))
    one_name = len({_counted(one.entry)[0] for one in left}) == 1  # else their numbers tell nothing
    rivals = numbered if one_name else left
    others = [one for one in candidates if one.content != chosen.content]
    tie = chosen.kind == ANSWERED and any(one in rivals for one in others)
    unsure = chosen.kind == OTHER and bool(others)
    return chosen, tie or unsure or any(one.answers > chosen.answers for one in others)


def _greatest(candidates, key):
    last = max(map(key, candidates))
    return [one for one in candidates if key(one) == last]


def _when(candidate):
    """When a file was handed in, in seconds: what the LMS wrote into its name, else what the zip or folder says."""
    if match := ATTEMPT.search(candidate.entry.name):
        try:
            return datetime.datetime.strptime(match[1], "%Y-%m-%d-%H-%M-%S").timestamp()
        except (ValueError, OverflowError):
            pass
    return candidate.entry.time


def _counted(entry):
    """(the name without its number, the number) of a copy: 01_exercises-1, 01_exercises (1), 01_exercises-Copy1."""
    _, match = layouts.parts_of(entry.parts[-1])
    base = stem(match["rest"] if match else entry.parts[-1]).strip("_")
    version = sum(int(match[1]) for part in entry.parts[:-1] if (match := VERSION.fullmatch(part)))
    if match := AGAIN.search(base):
        return COPY.sub("", base[: match.start()]).casefold(), (version, int(match[1]))
    return COPY.sub("", base).casefold(), (version, 1 if COPY.search(base) else 0)


def natural(name):
    """A key that sorts "work (2)" before "work (10)"."""
    return [(word.isdigit(), int(word) if word.isdigit() else word) for word in re.split(r"(\d+)", name.casefold())]
