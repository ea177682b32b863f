"""The anchors that links from elsewhere may use: chapters/anchors.json, page -> anchor -> where it is now, or null.

An anchor that once was published stays: where its section has a new name, that name stands behind it.
"""

import json

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import say
from course_lib.tools import places

FILE = places.CHAPTERS / "anchors.json"


def known():
    """page -> anchor -> the anchor that has taken its place, or None."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def aliases(page):
    """anchor of a page -> the older ones that lead to it.

    Raises:
        CourseError: a published anchor is neither on the page nor leads to one that is.
    """
    found = {}
    for anchor, now in known().get(page.name, {}).items():
        if anchor in page.anchors:
            continue
        if now not in page.anchors:
            raise CourseError(
                say(
                    "{page}: the section #{anchor} has been published and is gone; name in {file} the section that took its place",
                    page=page.name,
                    anchor=anchor,
                    file=FILE.relative_to(places.COURSE).as_posix(),
                )
            )
        found.setdefault(now, []).append(anchor)
    return found


def record(pages):
    """Add to the list what is new on these pages; nothing in it is changed."""
    listed = known()
    for page in pages:
        before = listed.setdefault(page.name, {})
        listed[page.name] = before | {anchor: None for anchor in page.anchors if anchor not in before}
    write_text(FILE, json.dumps(listed, indent=1, sort_keys=False) + "\n")
