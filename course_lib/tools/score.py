"""`score`: a learner's own grading. Hidden tests run on the copy in the workbook, with the marking of `class grade`.

Where there is a sandbox it runs there; elsewhere in an ordinary process: it is their own code on their own machine.
"""

import contextlib
import json
import time

from course_lib import record, texts
from course_lib.errors import CourseError
from course_lib.progress import bar
from course_lib.tasks import tasks
from course_lib.texts import say
from course_lib.tools import chapters, sources, workbook


def main(names):
    """`python -m course_lib score [01 ...]`; returns the exit status.

    Args:
        names: of chapters; without any, those that the learner has begun.

    Raises:
        CourseError: there is no workbook yet, or no such chapter.
    """
    folder, language = workbook.place()
    if inside := record.workbook():
        folder, language = inside, texts.language()
    if not folder.is_dir():
        raise CourseError(say("there is no workbook yet: `python3 -m course_lib learn` makes it").to(language))
    begun = 0
    for chapter in chapters.chosen(names):
        if not chapter.exercises.exists():
            continue
        path = copy_of(folder, chapter)
        if path is None or not names and not changed(path):
            if names:
                sentence = say(
                    "chapter {number}: no copy of the exercises in {folder}; `python3 -m course_lib learn` adds one",
                    number=chapter.number,
                    folder=folder / chapter.name,
                )
                print(sentence.to(language))
            continue
        begun += 1
        _score(folder, chapter, path, language)
    if not begun and not names:
        print(say("nothing to score yet: no task has been worked on in {folder}", folder=folder).to(language))
    return 0


def copy_of(folder, chapter):
    """The learner's copy of a chapter's exercises: of several (`learn --fresh` makes more), the one that they have
    worked on last; None if there is none."""
    name = chapter.exercises.stem
    found = sorted((folder / chapter.name).glob(f"{name}-fresh-*.ipynb"), key=lambda path: path.stat().st_mtime)
    if (first := folder / chapter.name / f"{name}.ipynb").exists():
        found = sorted([first, *found], key=lambda path: path.stat().st_mtime)
    worked_on = [path for path in found if changed(path)]
    return (worked_on or ([first] if first in found else found) or [None])[-1]


def changed(path):
    """Whether a task of this copy has been worked on, as far as can be told; a damaged file has been."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return any(
            task.solution and "raise NotImplementedError" not in "".join(task.solution["source"])
            for task in tasks(notebook)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True


def _score(folder, chapter, path, language):
    from course_lib.classroom.pages.page import titles

    notebook = sources.convert(chapter.exercises)
    saved = time.strftime("%H:%M", time.localtime(path.stat().st_mtime))
    where = path.relative_to(folder.parent)
    print(say("{path}, as saved at {time}; what is not saved yet does not count", path=where, time=saved).to(language))
    found = _marked(path.read_bytes(), chapter.exercises, len(tasks(notebook)))
    for note in found.notes:
        print(f"  {note[language]}")
    if found.notebook is None:  # nothing in it could be read
        return
    points, possible = (sum(getattr(mark, name) for mark in found.tasks) for name in ("points", "possible"))
    _show(found.tasks, points, possible, titles(notebook, language), language)
    with contextlib.chdir(folder):
        record.note(
            "score",
            chapter=chapter.number,
            tasks={mark.task: mark.points for mark in found.tasks},
            points=points,
            possible=possible,
        )


def _marked(content, source, count):
    """The Outcome of a copy."""
    from course_lib.classroom.judge import assistant, judge
    from course_lib.classroom.sandbox import bubblewrap
    from course_lib.classroom.sandbox.plain import Plain

    seen = set()
    with bar(total=count, unit="task") as shown:

        def told(task):
            if task not in seen:
                seen.add(task)
                shown.update()

        def report(done=None, **_):
            if done:
                told(done.task)

        if bubblewrap.available():  # why there is no sandbox
            return judge.mark_here(content, source, trust=True, report=report, kernel=Plain)
        try:
            return assistant.mark(content, source, told=told)
        finally:
            assistant.end_all()


def _show(marks, points, possible, headings, language):
    """A table: task, points, and a sentence where points were lost."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(say("task").to(language), ratio=2)
    table.add_column(say("points").to(language), justify="right", no_wrap=True)
    table.add_column(say("what the hidden tests say").to(language), ratio=3)
    for mark in marks:
        sentence = mark.error[language] if mark.error else "✓"
        earned = f"{mark.points:g} / {mark.possible:g}"
        table.add_row(*map(Text, (headings.get(mark.task, mark.task), earned, sentence)))
    table.add_row(Text(say("all tasks").to(language)), Text(f"{points:g} / {possible:g}"), Text(""))
    Console(highlight=False).print(table)
