"""Read what came from an LMS: folders and zips made by strangers. Nothing is unpacked to disk, no link is followed.

Each file is a path of parts and a function that reads it. That function refuses what is too large, damaged or not a
file, and says why.
"""

import contextlib
import datetime
import io
import os
import re
import stat
import struct
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
NOISE = {"__macosx", ".ipynb_checkpoints", "__pycache__", ".ds_store", "thumbs.db", "desktop.ini", ".course.json"}
NOISE |= {".git", ".venv", ".jupyter", ".course", "icon\r", "icon?"}
NOISE_BEGINS, NOISE_ENDS = ("._", ".~", "~$"), (":zone.identifier",)  # what systems and programs put beside a file
FORMATS = ((b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"))  # that are not opened


class Refused(Exception):
    """A file that is not read. Its argument is a `Text` that continues the file's name: "is encrypted"."""


@dataclass
class Entry:
    """A file of an upload. `parts`: its path; `read()`: its bytes, or Refused; `time`: seconds since 1970, or 0, of the
    file that was handed in; `made`: of a file inside that one, which was a zip.

    An empty folder is an entry, too; its last part is "".
    """

    parts: tuple
    read: Callable
    time: float = 0.0
    made: float = 0.0

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
            _require_readable(path)
    else:
        raise CourseError(f"{path} does not exist: give the folder or zip that you downloaded from the LMS")
    result = []
    for entry in found:
        if _is_noise(entry.parts):
            continue
        if entry.parts[-1].lower().endswith(".zip"):
            result += _nested(entry)
        else:
            result.append(entry)
    if len(result) > MOST_FILES:
        raise CourseError(f"{path} holds more than {MOST_FILES:,} files: give the folder of one assignment")
    return result


def _is_noise(parts):
    """Whether a path is that of a file which nobody has handed in: a system's or a program's own."""
    names = [part.casefold() for part in parts]
    return any(name in NOISE or name.startswith(NOISE_BEGINS) or name.endswith(NOISE_ENDS) for name in names if name)


def _require_readable(path):
    """CourseError where a file that is no zip is no notebook either, but what an LMS gave instead of a zip."""
    with path.open("rb") as file:
        start = file.read(1000)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise CourseError(
            say("{path} is a web page, perhaps that of signing in: sign in to the LMS and download again", path=path)
        )
    for mark, kind in FORMATS:
        if start.startswith(mark):
            raise CourseError(
                say(
                    "{path} is a {kind} archive, which is not opened: unpack it and give the folder",
                    path=path,
                    kind=kind,
                )
            )
    if path.suffix.lower() == ".zip" or start.startswith(b"PK"):
        raise CourseError(
            say("{path} is no zip, or only the beginning of one: download it again from the LMS", path=path)
        )


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
        names = _zip_names(archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RecursionError):
        if not before:
            raise CourseError(say("{path} is damaged: download it again from the LMS", path=file)) from None
        yield Entry(before, refuse(say("is not a readable zip")))
        return
    names = [(name, info) for name, info in names if not _is_noise(name.replace("\\", "/").split("/"))]
    if len(names) > most:
        count, most = f"{len(names):,}", f"{most:,}"
        if not before:
            raise CourseError(f"{file} holds more than {most} files: give the zip of one assignment")
        yield Entry(
            before, refuse(say("holds too many files ({count}; at most {most} are looked at)", count=count, most=most))
        )
        return
    inhabited = set()
    for name, info in names:
        parts = name.replace("\\", "/").split("/")
        shown = (*before, *(_tidy(part) for part in parts if part not in ("", ".")))
        if info.is_dir():
            continue
        if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or shown == before:
            parts = (*before, _tidy(name).replace("/", "\\"))
            yield Entry(parts, refuse(say("has a path that leads out of the zip")))
            continue
        inhabited |= {shown[:i] for i in range(len(shown))}
        if stat.S_ISLNK(info.external_attr >> 16):
            yield Entry(shown, refuse(say("is a link instead of a file")))
        else:
            yield Entry(shown, lambda info=info: _unzip(archive, info, budget), _time(info))
    for name, info in names:
        shown = (*before, *(_tidy(part) for part in name.split("/") if part))
        if info.is_dir() and shown not in inhabited and ".." not in shown:
            yield Entry((*shown, ""), refuse(say("is an empty folder")))


def _zip_names(infos):
    """[(name, info)] of a zip.

    A name that is not marked as UTF-8 stands in field 0x7075 as UTF-8 (WinZip, WinRAR). Else it is UTF-8 all the same
    (macOS), or cp949 (Korean Windows): all of one zip are the same, which is more than one short name can tell.
    """
    unmarked = [_raw(info) for info in infos if not info.flag_bits & 0x800 and _unicode_name(info) is None]
    encoding = _encoding_of(unmarked)
    names = []
    for info in infos:
        name = info.filename
        if not info.flag_bits & 0x800:
            name = _unicode_name(info) or _raw(info).decode(encoding)
        names.append((name, info))
    return names


def _raw(info):
    """The bytes of a name that is not marked as UTF-8. Newer Pythons have replaced `filename` by field 0x7075."""
    return info.orig_filename.partition("\0")[0].encode("cp437")


def _unicode_name(info):
    """The name in field 0x7075, where it belongs to the name beside it, or None."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == 0x7075 and len(field) > 5 and field[0] == 1:
            (check,) = struct.unpack("<L", field[1:5])
            with contextlib.suppress(UnicodeDecodeError):
                return field[5:].decode("utf-8") if check == zlib.crc32(_raw(info)) else None
    return None


def _encoding_of(names):
    """utf-8, cp949 or cp437: the one in which all these names are text. 홍채호 in cp949 could be ȫäȣ in UTF-8, too."""
    fitting = []
    for encoding in ("utf-8", "cp949"):
        with contextlib.suppress(UnicodeDecodeError):
            fitting.append((encoding, "/".join(name.decode(encoding) for name in names)))
    if len(fitting) == 2:
        (_, one), (_, other) = fitting
        hangul = re.findall(r"[^\W\d_]*[^\x00-\x7f][^\W\d_]*", other)
        if all(letter < "\u0800" for letter in one) and all(re.fullmatch("[가-힣]{2,}", word) for word in hangul):
            return "cp949"
    return fitting[0][0] if fitting else "cp437"


def _time(info):
    try:
        return datetime.datetime(*info.date_time).timestamp() if info.date_time[0] > 1980 else 0.0  # 1980: none
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
        one.made, one.time = one.time, entry.time
        if one.parts[-1].lower().endswith(".zip") and one.parts != entry.parts:
            one.read = refuse(say("is a zip inside a zip"))
    return inside or [Entry(entry.parts, refuse(say("is an empty zip")))]
