"""The first page of a workbook: where to go on, how far one is, and how everything here works.

`lab` writes it anew each time it is read, so that it tells how far the learner is now.
"""

import hashlib
import json
import re

from course_lib.files import write_text
from course_lib.record import NOTE
from course_lib.texts import phrase, say, translated
from course_lib.tools import readme, standing
from course_lib.tools.arguments import PROGRAM
from course_lib.tools.chapters import name_of_copy

NAME = "README.md"
MARK = re.compile(r"\n<!-- ([0-9a-f]{64}) -->\n$")  # digest of all above it: nobody has changed the page
HEADS = [phrase("Chapter"), phrase("Lesson"), phrase("Exercises"), phrase("Predictions"), phrase("Graded")]
PAGE = phrase(
    """# The workbook

**{next}**

{progress}

A task counts as done when its check holds. `{command} score 01` grades your answers with the hidden tests; it needs a
terminal of its own, in the folder of the course, while this one runs JupyterLab.

## How to work

- **Open the lesson, predict, run the cells from top to bottom with Shift+Enter, and compare.** Then do the exercises: below
  each task a check tells you at once what is right and what is not.
- **The next day:** open the notebook, click the cell where you stopped, choose *Run > Run All Above Selected Cell*, and go on
  there. *Run All Cells* would show the answers to questions that you have not come to yet.
- Everything here is yours to change, and what you have changed is not overwritten. The notebooks are saved every {autosave}
  seconds, and with Ctrl+S.
- The table of contents at the left leads through a notebook. Keys: Shift+Enter runs a cell, Esc then A or B adds one above or
  below, Ctrl+Z takes typing back, Tab completes a name, Shift+Tab shows what a function does.
- **Memory:** each open notebook keeps up to {memory} GB. When you are done with one, choose *Kernel > Shut Down Kernel*, or shut
  all of them down at the left (the square in the circle).

## Hand in

The file to hand in is `NN_exercises.ipynb`, saved: for chapter 01 this is `{example}`. Its name may change; its cells should
stay. If your class has given you a zip, work in the notebook that is in it.

## Start over, update

- To start a chapter over, run `{command} learn --fresh 01` in the folder of the course: a clean copy appears beside yours.
- To update, end JupyterLab (Ctrl-C in its terminal), get the newer course (`git pull`, or a new ZIP over the old folder), and run
  `{command} learn` again: what you have not touched is renewed, your answers stay, and the notebooks as they were before are
  in `.course/before`.

## The chapters

{table}
"""
)


def text(folder, language):
    """The page as it should be now.

    Args:
        folder: of the workbook.
        language: "ko" or "en".
    """
    from course_lib.tools.lab import AUTOSAVE

    found = standing.standings(folder)
    memory = [now.chapter.facts()["peak_mb"] or 0 for now in found]
    return translated(PAGE, language).format(
        next=_next(found, language),
        progress=_progress(found, language),
        table=readme.table(language),
        command=PROGRAM,
        autosave=AUTOSAVE,
        memory=f"{max([1000, *memory]) / 1000:.0f}",
        example=folder.resolve() / name_of_copy(found[0].chapter.exercises),
    )


def _next(found, language):
    now, kind = standing.next_step(found)
    title, number = now.chapter.facts()["title"][language], now.chapter.number
    if kind == "start":
        told = say(
            "Start here: [{number} {title}]({link})", number=number, title=title, link=name_of_copy(now.chapter.lesson)
        )
    elif kind == "lesson":
        link = name_of_copy(now.chapter.lesson)
        told = say("Go on with the lesson: [{number} {title}]({link})", number=number, title=title, link=link)
    elif kind == "task":
        task, name = now.open_tasks[0]
        link = f"{name_of_copy(now.chapter.exercises)}#cell-id={standing.beginning(now.chapter, name, language)}"
        told = say("Go on at [task {task} of chapter {number}]({link})", task=task, number=number, link=link)
    else:
        told = say("All tasks of all chapters hold. Well done!")
    return told.to(language)


def _progress(found, language):
    """A Markdown table: a line for each chapter."""
    rows = [[translated(head, language) for head in HEADS]]
    for now in found:
        solved = now.summary().to(language)
        guessed = graded = "-"
        if now.guessed:
            guessed = say("{right} of {guessed} right", right=now.right, guessed=now.guessed).to(language)
        if now.score:
            points, possible = (f"{number:g}" for number in now.score)
            graded = say("{points} of {possible}", points=points, possible=possible).to(language)
        lesson = say("run to its end").to(language) if now.lesson else say("open").to(language)
        rows.append(
            [
                f"**{now.chapter.number} {now.chapter.facts()['title'][language]}**",
                f"[{lesson}]({name_of_copy(now.chapter.lesson)})",
                f"[{solved}]({name_of_copy(now.chapter.exercises)})",
                guessed,
                graded,
            ]
        )
    return readme.as_table(rows)


def write(folder, language):
    """Write the page, unless the learner has made it their own; returns whether it was written."""
    page = folder / NAME
    if page.exists() and not _ours(page, folder):
        return False
    content = text(folder, language)
    wanted = f"{content}\n<!-- {_digest(content)} -->\n"
    if not page.exists() or page.read_text(encoding="utf-8", errors="replace") != wanted:
        write_text(page, wanted)
    return True


def _digest(content):
    return hashlib.sha256(content.encode()).hexdigest()


def _ours(page, folder):
    found = page.read_text(encoding="utf-8", errors="replace")
    if mark := MARK.search(found):
        return _digest(found[: mark.start()]) == mark[1]
    try:  # the pages of former versions: their digest stood in the note
        return json.loads((folder / NOTE).read_text(encoding="utf-8"))["page"] == _digest(found)
    except (OSError, ValueError, KeyError, TypeError):
        return False
