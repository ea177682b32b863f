"""What a learner has done, kept in the workbook: one line of JSON for each event, only ever appended.

So two kernels may write at the same time, and a line that an editor has damaged costs nothing but itself. Without a
workbook around the current folder, events are remembered until the kernel ends.
"""

import json
import os
import time
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


def events(folder=None):
    """All events, oldest first; what is no event is skipped.

    Args:
        folder: of the workbook; by default the one around the current folder.
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
    return found + _here
