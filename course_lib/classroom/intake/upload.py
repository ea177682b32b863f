"""Read what came from an LMS: folders and zips made by strangers. Nothing is unpacked to disk, no link is followed.

Each file is a path of parts and a function that reads it. That function refuses what is too large, damaged or not a
file, and says why.
"""

import datetime
import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.texts import say

LARGEST = 20_000_000  # bytes per file; a notebook with its pictures has one or two million
LARGEST_ZIP = 50_000_000  # bytes per student's zip, and of everything that is read out of it
MOST_FILES, MOST_IN_ZIP = 20_000, 500  # files per upload, files per student's zip
FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
NOISE = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini", ".course.json"}


class Refused(Exception):
    """A file that is not read. Its argument is a `Text` that continues the file's name: "is encrypted"."""


@dataclass
class Entry:
    """A file of an upload. `parts`: its path; `read()`: its bytes, or Refused; `time`: seconds since 1970, or 0.

    An empty folder is an entry, too; its last part is "".
    """

    parts: tuple
    read: Callable
    time: float = 0.0

    @property
    def name(self):
        return "/".join(self.parts)


def refuse(why):
    """A `read` that refuses; `why` is a `Text`."""

    def read():
        raise Refused(why)

    return read


def megabytes(count):
    return f"{count / 1e6:.0f} MB"


def entries(path):
    """All files of a folder or a zip, or one file alone; zips inside are opened, zips inside those are not.

    Raises:
        CourseError: there is nothing at that path, or more than MOST_FILES files.
    """
    path = Path(path)
    if path.is_dir():
        found = list(_folder(path))
    elif path.is_file():
        found = [Entry((_tidy(path.name),), lambda: read_file(path), path.stat().st_mtime)]
        if zipfile.is_zipfile(path):
            found = list(_zip(path, (), MOST_FILES, None))
    else:
        raise CourseError(f"{path} does not exist: give the folder or zip that you downloaded from the LMS")
    result = []
    for entry in found:
        if any(part in NOISE or part.startswith("._") for part in entry.parts):
            continue
        if entry.parts[-1].lower().endswith(".zip"):
            result += _nested(entry)
        else:
            result.append(entry)
    if len(result) > MOST_FILES:
        raise CourseError(f"{path} holds more than {MOST_FILES:,} files: give the folder of one assignment")
    return result


def _tidy(name):
    """A name as it is shown and compared: composed letters (macOS decomposes Hangul), no control characters."""
    name = unicodedata.normalize("NFC", name)
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def read_file(path):
    """Bytes of a regular file.

    Raises:
        Refused: it is a link or no regular file, is too large, or cannot be read.
    """
    try:
        if stat.S_ISLNK(os.lstat(path).st_mode):
            raise Refused(say("is a link instead of a file"))
        handle = os.open(path, FLAGS)
        with open(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise Refused(say("is not a regular file"))
            if about.st_size > LARGEST:
                size, limit = megabytes(about.st_size), megabytes(LARGEST)
                raise Refused(say("is too large ({size}; at most {limit} are read)", size=size, limit=limit))
            return file.read(LARGEST)
    except OSError as error:
        raise Refused(say("cannot be read ({reason})", reason=error.strerror)) from None


def _folder(top):
    count = 0
    for where, folders, files in os.walk(top):
        folders.sort()
        parts = tuple(map(_tidy, Path(where).relative_to(top).parts))
        for name in list(folders):
            if os.path.islink(os.path.join(where, name)):
                folders.remove(name)
                yield Entry((*parts, _tidy(name)), refuse(say("is a link instead of a folder")))
        if not files and not folders and parts:
            yield Entry((*parts, ""), refuse(say("is an empty folder")))
        for name in sorted(files):
            path = Path(where) / name
            count += 1
            if count > MOST_FILES:
                raise CourseError(f"{top} holds more than {MOST_FILES:,} files: give the folder of one assignment")
            yield Entry((*parts, _tidy(name)), lambda path=path: read_file(path), os.lstat(path).st_mtime)


def _zip(file, before, most, budget):
    """Entries of a zip (a path or an open file) below the path `before`.

    Args:
        most: files that it may hold.
        budget: a list of one number, the bytes that may still be read out of it; None: no limit on the total.
    """
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RecursionError):
        yield Entry(before or ("(the zip)",), refuse(say("is not a readable zip")))
        return
    if len(infos) > most:
        why = say(
            "holds too many files ({count}; at most {most} are looked at)", count=f"{len(infos):,}", most=f"{most:,}"
        )
        yield Entry(before or ("(the zip)",), refuse(why))
        return
    inhabited = set()
    for info in infos:
        parts = _zip_name(info).replace("\\", "/").split("/")
        shown = (*before, *(_tidy(part) for part in parts if part not in ("", ".")))
        if info.is_dir():
            continue
        if ".." in parts or _zip_name(info).startswith(("/", "\\")) or ":" in parts[0]:
            parts = (*before, _tidy(_zip_name(info)).replace("/", "\\"))
            yield Entry(parts, refuse(say("has a path that leads out of the zip")))
            continue
        inhabited |= {shown[:i] for i in range(len(shown))}
        if stat.S_ISLNK(info.external_attr >> 16):
            yield Entry(shown, refuse(say("is a link instead of a file")))
        else:
            yield Entry(shown, lambda info=info: _unzip(archive, info, budget), _time(info))
    for info in infos:
        shown = (*before, *(_tidy(part) for part in _zip_name(info).split("/") if part))
        if info.is_dir() and shown not in inhabited and ".." not in shown:
            yield Entry((*shown, ""), refuse(say("is an empty folder")))


def _zip_name(info):
    """A name in a zip; one that is not marked as UTF-8 is UTF-8 all the same (macOS), or cp949 (Korean Windows)."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _time(info):
    try:
        return datetime.datetime(*info.date_time).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _unzip(archive, info, budget):
    if info.flag_bits & 1:
        raise Refused(say("is encrypted"))
    allowed = LARGEST_ZIP if info.filename.lower().endswith(".zip") else LARGEST
    try:
        # the size in the header is not trusted: reading stops at the limit
        with archive.open(info) as file:
            content = file.read(allowed + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError, ValueError):
        raise Refused(say("is damaged")) from None
    if len(content) > allowed:
        raise Refused(say("unpacks to more than {limit}, the most that is read", limit=megabytes(allowed)))
    if budget is not None:
        budget[0] -= len(content)
        if budget[0] < 0:
            raise Refused(say("is in a zip that unpacks to more than {limit}", limit=megabytes(LARGEST_ZIP)))
    return content


def _nested(entry):
    """What is in a student's zip; a zip inside it is not opened."""
    try:
        content = entry.read()
    except Refused as refused:
        return [Entry(entry.parts, refuse(refused.args[0]))]
    inside = list(_zip(io.BytesIO(content), entry.parts, MOST_IN_ZIP, [LARGEST_ZIP]))
    for one in inside:
        if one.parts[-1].lower().endswith(".zip") and one.parts != entry.parts:
            one.read = refuse(say("is a zip inside a zip"))
    return inside or [Entry(entry.parts, refuse(say("is an empty zip")))]
