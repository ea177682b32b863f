"""Whatever is handed in as a notebook: its encoding, its format, its cells. Intake and judge read bytes alike."""

import codecs
import json
import re

from course_lib.feedback import stubs
from course_lib.texts import Text, phrase, say

MAX_BYTES = 200 * 2**20  # of a file
MAX_CELLS = 2000
BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"  # white space, and the marks that may stand before a text
KINDS = (  # how other files begin
    (b"PK\x03\x04", phrase("a zip or Office file")),
    (b"%PDF", phrase("a PDF")),
    (b"\x89PNG", phrase("a picture")),
    (b"\xff\xd8\xff", phrase("a picture")),
    (b"\xd0\xcf\x11\xe0", phrase("an Office or HWP file")),
    (b"\x1f\x8b", phrase("a gzip file")),
    (b"Rar!", phrase("a RAR file")),
    (b"<", phrase("a web page or XML")),
    (b"{\\rtf", phrase("an RTF text")),
)
CONFLICT = re.compile(r"^(<{7}|>{7})(?: .*)?$", re.MULTILINE)  # what git leaves where two versions disagree
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", phrase("UTF-8 with a byte-order mark")),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


MORE = phrase("something follows behind the end of the notebook, and was left out")


def doubtful(notes):
    """Whether notes of `read` are about what a person should look at."""
    return any(note.english == MORE for note in notes)


class Unreadable(Exception):
    """A file that is no notebook; it carries the sentence that says why."""


def read(data):
    """The cells of a notebook.

    Args:
        data: the bytes of the file, or None if there is none.

    Returns:
        (list of dicts with "type" ("code", "markdown" or "raw"), "source", "graded" (nbgrader's metadata, a dict) and
        "id"; list of texts about what was odd)

    Raises:
        Unreadable: there are none.
    """
    text, encoding = _decoded(data)
    content, rest = _json(text, encoding)
    notes = [] if encoding == "UTF-8" else [say("the file was read as {encoding}", encoding=Text(encoding))]
    if rest:
        notes.append(Text(MORE))
    if isinstance(content, dict) and isinstance(content.get("cells"), list):
        cells = content["cells"]
    elif isinstance(content, dict) and isinstance(content.get("worksheets"), list):  # nbformat 2 and 3
        sheets = [sheet.get("cells") for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
        version = content["nbformat"] if content.get("nbformat") in (2, 3) else "?"
        notes.append(say("the notebook is in an old format (nbformat {version})", version=version))
    else:
        raise Unreadable(say("the file is JSON, but it holds no cells of a notebook"))
    joined = []
    cells = [_cell(cell, joined) for cell in cells if isinstance(cell, dict)]
    if joined:
        notes.append(
            say("the lines of {count} cells were stored without line ends, and were put together", count=len(joined))
        )
    if len(cells) > MAX_CELLS:
        notes.append(say("only the first {count} cells were looked at", count=MAX_CELLS))
    return cells[:MAX_CELLS], notes


def _decoded(data):
    """(text, name of its encoding)"""
    if data is None:
        raise Unreadable(say("nothing was handed in"))
    if not data.strip(BLANK):
        raise Unreadable(say("the file is empty"))
    if len(data) > MAX_BYTES:
        raise Unreadable(say("the file is larger than {size} MB", size=MAX_BYTES >> 20))
    for start, kind in KINDS:
        begins = data.lstrip(b" \t\r\n\xef\xbb\xbf")
        if begins.startswith(start) and not begins.startswith(b"<<<<<<<"):
            raise Unreadable(say("the file is {kind} and not a notebook", kind=Text(kind)))
    for encoding, name in _encodings(data):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise Unreadable(say("the file is not text in a known encoding"))


def _encodings(data):
    """(Python's name, the name that people know) of the encodings to try, in order."""
    for mark, encoding, name in MARKS:
        if data.startswith(mark):
            return [(encoding, name)]
    if b"\x00" in data[:4]:
        wide = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return [(wide, "UTF-16"), ("utf-8", "UTF-8"), ("cp949", "CP949")]
    return [("utf-8", "UTF-8"), ("cp949", "CP949"), ("latin-1", "Latin-1")]


def _json(text, encoding):
    """(what the JSON says, whether something follows it)"""
    text = text.rstrip("\x00 \t\r\n")
    begin = len(text) - len(text.lstrip("\x00\ufeff \t\r\n"))
    try:
        content, end = json.JSONDecoder(strict=False).raw_decode(text, begin)
        return content, end < len(text)
    except (
        ValueError,
        RecursionError,
        MemoryError,
    ) as error:  # also numbers of thousands of digits, lists in lists without end
        if encoding == "Latin-1":  # as which any bytes can be read
            raise Unreadable(say("the file is not text in a known encoding")) from None
        raise Unreadable(_damage(text, getattr(error, "lineno", 1))) from None


def _damage(text, line):
    """The text about a file that is no JSON, by what it probably is."""
    if mark := CONFLICT.search(text):
        return say(
            "the file has the marks of a merge conflict (line {line}: {mark}): settle it, for example with "
            "`git checkout --ours` or `git checkout --theirs` and its name, and hand in again",
            line=text.count("\n", 0, mark.start()) + 1,
            mark=mark[1],
        )
    if not text.lstrip().startswith(("{", "[")) and stubs.definitions(text) and stubs.parsed(text) is not None:
        return say("the file is a Python script and not a notebook: hand in the notebook itself, the .ipynb")
    return say("the file is no valid JSON (line {line}), so it may be incomplete: hand in a complete one", line=line)


def _cell(cell, joined):
    """A cell with what is needed of it, each of the type that it should have; notes in `joined` if lines were put
    together."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source, together = _lines([line for line in source if isinstance(line, str)])
        joined += [source] * together
    if not isinstance(source, str):
        source = ""
    metadata = cell.get("metadata")
    graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return {
        "type": cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown", "raw") else "raw",
        "source": _text(source),
        "graded": graded if isinstance(graded, dict) else {},
        "id": cell.get("id") if isinstance(cell.get("id"), str) else "",
    }


def _lines(lines):
    """(the text of these lines, whether their ends had to be added). nbformat keeps the end of each line but the last;
    some converters do not."""
    whole, ended = "".join(lines), "\n".join(line.rstrip("\r\n") for line in lines)
    without = sum(not line.endswith(("\n", "\r")) for line in lines[:-1])
    if not without:
        return whole, False
    # as code that does something: a first line that is a comment makes one of any line put behind it
    readable = [bool(tree and tree.body) for tree in (stubs.parsed(ended), stubs.parsed(whole))]
    pieces = without < len(lines) - 1  # some have ends: then these are rather pieces of lines
    return (whole, False) if readable == [False, True] or pieces and readable != [True, False] else (ended, True)


def _text(source):
    """A source without what editors and other systems put into it: their line ends, a byte-order mark."""
    text = source.encode("utf-8", "replace").decode("utf-8").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")
