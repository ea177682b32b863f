"""A chapter of one's own: a template that builds at once, and whose
missing parts the tests name. Standard library only."""

import re

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import places
from course_lib.tools.arguments import PROGRAM
from course_lib.tools.chapters import Chapter, every

TEMPLATE = places.CHAPTERS / "_template"  # @number@ and @title@ stand for what is filled in


def main(name):
    """`python -m course_lib new 14_my_topic`; returns the exit status.

    Raises:
        CourseError: the name is not a number and words, there is such a chapter, or the course cannot be written.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", name):
        raise CourseError(
            f"{name!r} cannot be the name of a chapter: give two digits and words in lower case, for example 14_my_topic"
        )
    chapter = Chapter(places.CHAPTERS / name)
    if taken := [other.name for other in every() if other.number == chapter.number]:
        raise CourseError(f"chapter {chapter.number} exists: {taken[0]}; choose another number")
    places.require_course("new")
    chapter.folder.mkdir()
    targets = {
        "lesson.py": chapter.lesson,
        "exercises.py": chapter.exercises,
        "answers.py": places.TESTS / "exercises" / f"answers_{chapter.number}.py",
    }
    for part, path in targets.items():
        shown = path.relative_to(places.COURSE)
        if path.exists():
            print(f"kept {shown}, which existed already")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (TEMPLATE / part).read_text(encoding="utf-8")
        write_text(path, text.replace("@number@", chapter.number).replace("@title@", name[3:].replace("_", " ")))
        print(f"wrote {shown}")
    print(
        f"next: `{PROGRAM} build {chapter.number}` makes the notebooks, "
        f"and `{PROGRAM} test {chapter.number}` names what is missing"
    )
    return 0
