"""The files of data/ by name, verified. What is too large to ship comes in a wheel, see `course_lib.wheels`."""

import json

from course_lib import wheels
from course_lib.errors import CourseError
from course_lib.files import COURSE, sha256
from course_lib.texts import say

FOLDER = COURSE / "data"


def manifest():
    """What is known of each file, by name: data/MANIFEST.json.

    Returns:
        {name: {"sha256", "bytes", "maker", "licence", "licence_file", "origin", "what"}}.
    """
    return json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))


def file(name):
    """Path of a data file, verified: in data/ if it is shipped, otherwise in the cache, fetched the first time.

    Raises:
        CourseError: the file is unknown, missing or damaged, or it is not shipped and cannot be fetched.
    """
    if wheels.with_file(name):
        return wheels.file(name)
    known = manifest()
    if name not in known:
        raise CourseError(
            say(
                "no data file {name}: choose from those that data/MANIFEST.json knows, {known}",
                name=repr(name),
                known=", ".join(sorted(known)),
            )
        )
    path = FOLDER / name
    if not path.exists():
        raise CourseError(say("{path} is missing: {remedy}", path=path, remedy=_remedy(name)))
    if sha256(path) != known[name]["sha256"]:
        raise CourseError(
            say(
                "{path} is damaged (its sha256 is not the one in data/MANIFEST.json): {remedy}",
                path=path,
                remedy=_remedy(name),
            )
        )
    return path


def _remedy(name):
    """How to get a shipped file back: Git has it where this is a clone, and whoever offers the course has it always."""
    if (FOLDER.parent / ".git").exists():
        return say('get it back with `git -C "{course}" checkout -- data/{name}`', course=FOLDER.parent, name=name)
    return say("download the course once more, and copy the file data/{name} from there to here", name=name)
