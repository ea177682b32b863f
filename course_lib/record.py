"""What a learner has done, kept in the workbook: one line of JSON for each event, only ever appended.

So two kernels may write at the same time, and a line that an editor has damaged costs nothing but itself. Without a
workbook around the current folder, events are remembered until the kernel ends.
"""

from __future__ import annotations  # Python 3.8 reads this, too

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

NOTE = ".course.json"  # marks a workbook
FILE = ".course/record.jsonl"  # below it

_here = []  # events without a workbook


def workbook():
    """The folder of the workbook around the current folder, or None."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / NOTE).is_file():
            return folder
    return None


def note(kind, **facts):
    """Append an event to the record of the workbook.

    Args:
        kind: "check", "predict", "answer", "forget", "hint", "solution", "lesson" or "score".
        facts: what JSON can hold.
    """
    event = {"kind": kind, "time": round(time.time(), 3), **facts}
    folder = workbook()
    if folder is None:
        _here.append(event)
        return
    path = folder / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        line = json.dumps(event, ensure_ascii=False) + "\n"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:  # one write per line: lines of two kernels do not mix
            os.write(handle, line.encode("utf-8"))
        finally:
            os.close(handle)
    except OSError:  # a full or read-only disk is no reason to stop a lesson
        _here.append(event)


def events(folder=None, chapter=None):
    """All events, oldest first; what is no event is skipped.

    Args:
        folder: of the workbook; by default the one around the current folder.
        chapter: the number of the one whose events are wanted; all of them by default.
    """
    folder = folder or workbook()
    found = []
    if folder is not None:
        try:
            lines = (Path(folder) / FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and isinstance(event.get("kind"), str):
                found.append(event)
    return [event for event in found + _here if chapter is None or event.get("chapter") == chapter]


def holding(events):
    """Names of the tasks whose checks held when they were run last.

    Args:
        events: of one chapter.
    """
    last = {}
    for event in events:
        if event["kind"] == "check" and isinstance(event.get("task"), str):
            total = event.get("total")
            last[event["task"]] = isinstance(total, int) and event.get("holds") == total > 0
    return {task for task, holds in last.items() if holds}


@dataclass
class Prediction:
    """What is known of one question: the guess that counts, and whether the answer has been shown.

    Attributes:
        guess: number, text, or None.
        shown: the answer has been shown; from here on the guess stays as it is.
        value: the answer.
        right: True or False; None without a guess, and for a sentence that the learner has not judged.
    """

    guess: object = None
    shown: bool = False
    value: object = None
    right: bool | None = None


def predictions(events):
    """How the questions stand that were asked since the learner forgot their predictions.

    Args:
        events: of one chapter.

    Returns:
        dict: key -> `Prediction`.
    """
    found = {}
    for event in events:
        kind, key = event["kind"], event.get("key")
        if kind == "forget":
            found.clear()
        if kind not in ("predict", "answer") or not isinstance(key, str):
            continue
        now = found.setdefault(key, Prediction())
        if kind == "predict" and not now.shown:
            now.guess = event.get("guess")
        elif kind == "answer" and not now.shown:
            now.shown, now.value, now.right = True, event.get("value"), event.get("right")
        elif kind == "answer" and now.right is None and now.guess is not None:  # a sentence is judged later
            now.right = event.get("right")
    return found


def counted(predictions):
    """Of these `Prediction`s those that were made, and whose answer has been seen."""
    return {key: now for key, now in predictions.items() if now.guess is not None and now.shown}
