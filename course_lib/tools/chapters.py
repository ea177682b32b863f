"""Which chapters there are, and what their first pages say. Standard library only."""

import difflib
import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path

from course_lib import wheels
from course_lib.errors import CourseError
from course_lib.tasks import tasks
from course_lib.texts import LANGUAGES, columns_of, joined, language, say
from course_lib.tools.places import CHAPTERS


@dataclass(frozen=True)
class Chapter:
    """A chapter: a folder such as 01_cnn_basics with two sources, 01_lesson.py and 01_exercises.py."""

    folder: Path

    @property
    def name(self):
        return self.folder.name

    @property
    def number(self):
        """Two digits, such as "01"."""
        return self.name[:2]

    @property
    def lesson(self):
        return self.folder / f"{self.number}_lesson.py"

    @property
    def exercises(self):
        return self.folder / f"{self.number}_exercises.py"

    @property
    def sources(self):
        """Those of the two that exist."""
        return [source for source in (self.lesson, self.exercises) if source.exists()]

    def facts(self):
        """What a chapter says of itself.

        Returns:
            dict: "title" ({"en", "ko"}), "minutes", "after" and, of some, "needs" from the lesson's header,
                "tasks" and "points" of the exercises,
            "seconds" and "peak_mb" as measured by `bench --record` (None before that).

        Raises:
            CourseError: a notebook has not been built yet.
        """
        (course, _), (_, points) = map(_built, (self.lesson, self.exercises))
        return {
            **course,
            "tasks": len(points),
            "points": sum(points),
            **measured().get(self.name, {"seconds": None, "peak_mb": None}),
        }

    def needs(self):
        """The wheels of `course_lib.wheels` that it needs, by its lesson's header.

        Raises:
            CourseError: its notebook has not been built yet, or the header names what the table does not have.
        """
        known, named = wheels.table(), _built(self.lesson)[0].get("needs", [])
        for name in named:
            if name not in known:
                raise CourseError(
                    say(
                        "{path} needs {name!r}, and data/WHEELS.json knows {known}: correct one of them",
                        path=self.lesson,
                        name=name,
                        known=", ".join(known),
                    )
                )
        return [known[name] for name in named]

    def in_words(self):
        """What tables of chapters say of one, as texts: minutes to read, seconds to run, memory, exercises."""
        facts = self.facts()
        seconds, memory = facts["seconds"], facts["peak_mb"]
        return [
            say("{minutes} min", minutes=facts["minutes"]),
            say("{seconds} s", seconds=round(seconds)) if seconds else "-",
            f"{memory / 1000:.1f} GB" if memory else "-",
            say("{tasks} tasks, {points} points", tasks=facts["tasks"], points=facts["points"]),
        ]


def _built(source):
    """What the notebook of a source says of the course, and the points of its tasks; read again when it has changed."""
    path = notebook(source)
    return _read(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _read(path, _):
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["metadata"].get("course", {}), [task.points for task in tasks(found)]


def measured():
    """Name of a chapter -> {"seconds", "peak_mb"} of its lesson, as `bench --record` found them."""
    record = CHAPTERS / "measured.json"
    return json.loads(record.read_text(encoding="utf-8"))["lessons"] if record.exists() else {}


def every():
    """All chapters, in the order of their numbers."""
    return [Chapter(path) for path in sorted(CHAPTERS.iterdir()) if path.is_dir() and re.match(r"\d\d_", path.name)]


def find(name):
    """The chapter that somebody names: "1", "01", "01_cnn_basics", "01_lesson", or the path of one of its files.

    Raises:
        CourseError: there is none; the sentence says which one was probably meant.
    """
    there = every()
    last = re.split(r"[\\/]", name.strip().rstrip("\\/"))[-1].lower()
    for chapter in there:
        files = [chapter.lesson.stem, chapter.exercises.stem]
        known = [chapter.name, *files, *(stem + end for stem in files for end in (".py", ".ipynb"))]
        if last in known or (last.isdecimal() and int(last) == int(chapter.number)):
            return chapter
    sentence = say("no chapter {name!r}: there are {numbers}", name=name, numbers=", ".join(c.number for c in there))
    right = _meant(last, there)
    raise CourseError(say("{sentence}; did you mean `{right}`?", sentence=sentence, right=right) if right else sentence)


def _meant(word, there):
    """What somebody who named a chapter by this word probably wanted, or None."""
    if word in LANGUAGES:
        return f"--lang {word}"
    numbers = re.findall("[0-9]+", word)
    for chapter in there:
        if numbers and int(numbers[0]) == int(chapter.number):
            return chapter.number
    names = {
        part: chapter for chapter in there for part in (chapter.name, chapter.name[3:], *chapter.name[3:].split("_"))
    }
    close = difflib.get_close_matches(word, list(names), 1, 0.7)
    return names[close[0]].number if close else None


def chosen(names):
    """The named chapters; all of them if none is named.

    Raises:
        CourseError: one of them does not exist.
    """
    return [find(name) for name in names] or every()


def notebook(source):
    """Path of a source's notebook.

    Raises:
        CourseError: it has not been built yet.
    """
    path = source.with_suffix(".ipynb")
    if not path.exists():
        raise CourseError(
            say(
                "{path} does not exist: make it with `python -m course_lib build {number}`",
                path=path,
                number=path.name[:2],
            )
        )
    return path


def name_of_copy(source):
    """Where the copy of a source's notebook lies in a workbook, and in any other folder with a copy of the course."""
    return f"{source.parent.name}/{source.stem}.ipynb"


def _fetches(chapter):
    """What a chapter fetches the first time, and whether it is there."""
    told = [
        say("{size}, here", size=wheel.size) if wheel.here() else say("{size}, not here yet", size=wheel.size)
        for wheel in chapter.needs()
    ]
    return joined(told) if told else "-"


def print_list():
    """Print one line per chapter, in the reader's language; with a workbook, also what is solved in it.

    Returns the exit status.
    """
    from course_lib.tools import standing

    solved = standing.here()
    rows = [[say("chapter"), say("read"), say("run"), say("memory"), say("exercises"), say("fetches"), say("title")]]
    if solved:
        rows[0].insert(5, say("solved"))
    for chapter in every():
        rows.append([chapter.number, *chapter.in_words(), _fetches(chapter), chapter.facts()["title"][language()]])
        if solved:
            rows[-1].insert(5, solved[chapter.number].summary())
    widths = [max(map(columns_of, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell + " " * (wide - columns_of(cell)) for cell, wide in zip(row, widths)).rstrip())
    return 0
