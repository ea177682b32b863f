"""Tables of chapters: in README.md and README.ko.md between two marks, and on the first page of a workbook."""

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import phrase, say, told, translated
from course_lib.tools import chapters, places

BEGIN, END = "<!-- chapters: made by `python -m course_lib build` -->", "<!-- end of chapters -->"
FILES = {"en": "README.md", "ko": "README.ko.md"}
HEADS = [
    phrase("Chapter"),
    phrase("Read"),
    phrase("Runs in"),
    phrase("Memory"),
    phrase("Exercises"),
    phrase("Fetches"),
    phrase("First read"),
]


def table(language, inside=""):
    """A Markdown table of all chapters.

    Args:
        language: "ko" or "en".
        inside: where the chapters' folders are, as a page that is no workbook's sees them, such as "chapters/"; its
            links lead to exercises without solutions, which in a workbook lie beside the lesson.
    """
    rows = [[translated(head, language) for head in HEADS]]
    for chapter in chapters.every():
        facts = chapter.facts()
        rows.append(
            [
                f"**{chapter.number} {facts['title'][language]}**<br>{_links(chapter, language, inside)}",
                *(told(words, language) for words in chapter.in_words()),
                ", ".join(wheel.size for wheel in chapter.needs()) or "-",
                ", ".join(facts["after"]) or say("none").to(language),
            ]
        )
    return as_table(rows)


def as_table(rows):
    """Rows of texts as a Markdown table; the first one is its head."""
    head, *lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---" * len(rows[0]) + "|", *lines])


def _links(chapter, language, inside):
    exercises = f"learner/{chapter.exercises.stem}-{language}" if inside else chapter.exercises.stem
    links = {chapter.lesson.stem: say("lesson"), exercises: say("exercises")}
    return " · ".join(f"[{word.to(language)}]({inside}{chapter.name}/{stem}.ipynb)" for stem, word in links.items())


def _with_table(language):
    path = places.COURSE / FILES[language]
    text = path.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise CourseError(
            say(
                "{name} has no place for the table of chapters: it needs the two lines {begin} and {end}",
                name=path.name,
                begin=BEGIN,
                end=END,
            )
        )
    return path, text, f"{head}{BEGIN}\n{table(language, 'chapters/')}\n{END}{tail}"


def stale():
    """The READMEs whose tables do not match the chapters."""
    return [
        f"{path.name}: the table of chapters is out of date"
        for path, text, wanted in map(_with_table, FILES)
        if text != wanted
    ]


def write():
    """Put the table into both READMEs."""
    for path, text, wanted in map(_with_table, FILES):
        if text != wanted:
            write_text(path, wanted)
            print(f"wrote the table of chapters in {path.name}")
