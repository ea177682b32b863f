"""Which folders are the classes, which files in them are photographs; and which folder was meant."""

import difflib
import os
from pathlib import Path

from course_lib.data.names import awaited, is_noise, on_disk, proper
from course_lib.data.reading import HEIC
from course_lib.data.remarks import BROKEN, ELSEWHERE, LOST, OTHER
from course_lib.errors import CourseError
from course_lib.texts import Text, joined, say

ENDINGS = (
    ".jpg .jpeg .jpe .jif .jfif .pjpeg .pjp .mpo .png .apng .webp .avif .avifs .gif .bmp .dib"  # .pjp and .jfif: Chrome
).split()
UNREAD = [".heic", ".heif"]
TOLD = ".jpg .jpeg .png .webp .avif .gif .bmp"
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".egg", ".alz")
LOOKED_INTO, DEPTH = 300, 3  # folders, and levels of them, when we search for the one that was meant


def survey(path, remarks):
    """Find the photographs of each class; everything else becomes a remark.

    Args:
        path: the folder that holds the class folders.
        remarks: `Remarks`.

    Returns:
        The path as it is on the disk, and {class: paths of its files}, both in alphabetical order; folders whose
        names are the same text are one class.

    Raises:
        CourseError: there is no such folder, it may not be read, or it is not the one that holds the classes.
    """
    path = on_disk(Path(path).expanduser())
    layout = say(
        "expected one folder for each class, such as {one} and {other}",
        one=proper(path / "cat"),
        other=proper(path / "dog"),
    )
    entries = _entries_of(path, layout)
    folders, loose = [], []
    for entry in entries:
        if is_noise(entry.name):
            remarks.add_noise(proper(entry.name))
        elif _leads_back(entry):
            remarks.add(ELSEWHERE, proper(entry.name), say("a link back to a folder around it; remove it"))
        elif _is_folder(entry):
            folders.append(entry)
        else:
            loose += [entry] * _is_picture(entry, ENDINGS + UNREAD)
            remarks.add(ELSEWHERE, proper(entry.name), say("not in a class folder"))
    files = {}
    for folder in folders:
        files.setdefault(_label(folder), []).extend(_photographs(folder, remarks))
    if sum(map(bool, files.values())) < 2:
        _demand_another(path, folders, loose, layout)
    return path, {name: sorted(members, key=_order) for name, members in sorted(files.items())}


def _entries_of(path, layout):
    """What is in the folder that somebody has named.

    Raises:
        CourseError: it is no folder, or may not be read.
    """
    try:
        return sorted(path.iterdir(), key=_order)
    except FileNotFoundError:
        raise CourseError(_missing(path, layout)) from None
    except NotADirectoryError:
        shown = proper(path)
        if path.suffix.lower() in ARCHIVES:
            raise CourseError(
                say("{path} is an archive: unpack it, and give the folder; {layout}", path=shown, layout=layout)
            ) from None
        raise CourseError(
            say("{path} is a file: {layout}; give the folder that holds them", path=shown, layout=layout)
        ) from None
    except OSError as error:
        raise CourseError(
            say(
                "{path} cannot be looked into ({why}): {remedy}",
                path=proper(path),
                why=error.strerror or error,
                remedy=_remedy(path, error),
            )
        ) from None


def _missing(path, layout):
    """The sentence for a folder that is not there, with the name that was perhaps meant."""
    try:
        known = [proper(entry.name) for entry in path.parent.iterdir() if _is_folder(entry)]
    except OSError:
        known = []
    alike = difflib.get_close_matches(proper(path.name).strip(" \"'"), known, n=1)
    if alike:
        return say(
            "there is no folder {path}, but {near}: give that one, if it is meant; {layout}",
            path=proper(path),
            near=proper(path.parent / alike[0]),
            layout=layout,
        )
    return say("there is no folder {path}: {layout}; check the spelling, or make it", path=proper(path), layout=layout)


def _remedy(path, error):
    if isinstance(error, PermissionError):
        if os.name == "nt":
            return say("give yourself the right to read it, in its Properties > Security")
        return say(
            'give yourself the right to read it, with `chmod -R u+rX "{path}"`, or ask whoever owns it',
            path=proper(path),
        )
    return say("make it right, or copy the photographs into another folder")


def _label(folder):
    """The name of a class."""
    return proper(folder.name).strip() or proper(folder.name)


def _photographs(folder, remarks):
    """The files of a class folder that look like photographs."""
    label = _label(folder)
    try:
        entries = sorted(folder.iterdir(), key=_order)
    except OSError as error:
        why = say(
            "it cannot be looked into, {why}: {remedy}",
            why=error.strerror or error,
            remedy=_remedy(folder, error),
        )
        remarks.add(LOST, f"{label}/", why)
        return []
    found, inner = [], []
    for entry in entries:
        shown, ending = f"{label}/{proper(entry.name)}", entry.suffix.lower()
        if awaited(entry.name):
            remarks.add(BROKEN, shown, say("it is still in iCloud: open it once, so that it is downloaded"))
        elif is_noise(entry.name):
            remarks.add_noise(shown)
        elif _leads_back(entry):
            remarks.add(ELSEWHERE, shown, say("a link back to a folder around it; remove it"))
        elif _is_folder(entry):
            inner.append(entry)
        elif ending in UNREAD:
            remarks.add(BROKEN, shown, Text(HEIC))
        elif not _is_picture(entry):
            remarks.add(OTHER, shown, say("not one of {endings}", endings=TOLD))
        else:
            found.append(entry)
    for entry in inner:
        weight, why = ELSEWHERE, say("a folder inside a class folder is not looked into")
        if _holds_pictures(entry):
            weight, why = (
                LOST,
                say("pictures in a folder inside a class folder are not looked for: move them up into it"),
            )
        remarks.add(weight, f"{label}/{proper(entry.name)}/", why)
    if not found:
        remarks.add(LOST, f"{label}/", say("no picture in it that can be used"))
    return found


def _demand_another(path, folders, loose, layout):
    """Where fewer than two folders in this one have pictures: say which folder was meant, if one looks like it.

    Raises:
        CourseError: one does, or there is no folder in this one at all.
    """
    shown = proper(path)
    holds = say("{count} pictures but no folder", count=len(loose)) if loose else say("no folder")
    holds = say("1 picture but no folder") if len(loose) == 1 else holds
    around = _with_pictures(path.resolve().parent) if loose else []
    if len(around) > 1:
        raise CourseError(
            say(
                "{path} holds {holds}: if it is one of the classes ({names}), give the folder around them, {parent}; if not, {layout}; make them and move the pictures into them",
                path=shown,
                holds=holds,
                names=_some([proper(folder.name) for folder in around]),
                parent=proper(path.resolve().parent),
                layout=layout,
            )
        )
    below = _class_folders_below([folder for folder in folders if not folder.is_symlink()])
    if len(below) == 1:
        [(inner, classes)] = below
        raise CourseError(
            say(
                "{path} does not hold the class folders, but {inner} does ({names}): give {inner}",
                path=shown,
                inner=proper(inner),
                names=_some([proper(folder.name) for folder in classes]),
            )
        )
    if below:
        raise CourseError(
            say(
                "{path} does not hold the class folders; they seem to be in {inners}: give one of these, or if these are the classes, move the pictures up into them",
                path=shown,
                inners=_some([proper(inner) for inner, _ in below]),
            )
        )
    if not folders:
        raise CourseError(
            say(
                "{path} holds {holds}: {layout}; make them and move the pictures into them",
                path=shown,
                holds=holds,
                layout=layout,
            )
        )


def _some(names):
    """The first of these names."""
    more = [say("and {count} more", count=len(names) - 3)] * (len(names) > 3)
    return joined(names[:3] + more)


def _class_folders_below(folders):
    """The folders nearest to these in which at least two folders have pictures, each with these two or more."""
    looked = 0
    for _ in range(DEPTH):
        found, deeper = [], []
        for folder in folders[: LOOKED_INTO - looked]:
            classes = _with_pictures(folder)
            found += [(folder, classes)] * (len(classes) > 1)
            deeper += _folders_in(folder)
        if found:
            return found
        looked, folders = looked + len(folders), deeper
    return []


def _with_pictures(folder):
    return [inner for inner in _folders_in(folder)[:LOOKED_INTO] if _holds_pictures(inner)]


def _folders_in(folder):
    try:
        inside = sorted(folder.iterdir(), key=_order)
    except OSError:
        return []
    return [entry for entry in inside if not is_noise(entry.name) and _is_folder(entry) and not entry.is_symlink()]


def _holds_pictures(folder):
    try:
        inside = [entry for entry in folder.iterdir() if not is_noise(entry.name)]
        return any(_is_picture(entry, ENDINGS + UNREAD) for entry in inside)
    except OSError:
        return False


def _is_picture(entry, endings=ENDINGS):
    return entry.suffix.lower() in endings and not _is_folder(entry)


def _leads_back(entry):
    """Whether this is a link to a folder in which it lies itself, at any depth."""
    try:
        return entry.is_symlink() and entry.resolve() in entry.parent.resolve().joinpath("x").parents
    except (OSError, RuntimeError):  # a circle of links: Python 3.13, and before
        return False


def _is_folder(entry):
    try:
        return entry.is_dir()
    except OSError:  # what may not even be asked
        return False


def _order(entry):
    return proper(entry.name)
