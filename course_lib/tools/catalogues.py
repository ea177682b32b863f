"""The Korean catalogues: what the code says is extracted by Babel, what people
translate stands in ko.po, ko.mo is compiled from it.

Each of FOLDERS has a pair for the sentences below it; a folder inside another one has its own and is left out there.
Each chapter has one for what the code of its two sources says (`readable`); there a Korean that equals the English says
that it stays, as names do.
"""

import io
import re
import string
from collections import Counter

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog

from course_lib import tasks
from course_lib.files import write_bytes, write_text
from course_lib.tools import chapters, readable, sources
from course_lib.tools.places import COURSE

LIBRARY = COURSE / "course_lib"
FOLDERS = (LIBRARY, LIBRARY / "tools", LIBRARY / "classroom")
KEYWORDS = {"say": None, "phrase": None, "_": None, "gettext": None}
NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
NUMBER_WORD = re.compile(
    r"\b(zeros?|one|two|three|four|five|six|seven|eight|nine|ten|tenth|eleven|twelve|twelfth|sixteen|twenty|hundred|thousand|thousandth|half|double|twice|first|second|third)\b",
    re.I,
)
HEADER = "# Korean for what stands in English in the code of this folder. Edit the msgstr lines, then run `python -m course_lib build`."


def folders():
    """All folders that have a catalogue: those of the library, and the chapters."""
    return [*FOLDERS, *(chapter.folder for chapter in chapters.every())]


def sentences(folder):
    """english -> (files, relative to the course, in which the code says it; whether people read it for certain)."""
    if folder not in FOLDERS:
        return said(folder)
    return {english: (files, True) for english, files in spoken(folder).items()}


def spoken(folder):
    """english -> files in which the code of a part of the library says it, in order of appearance."""
    found = {}
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
        if any(other in path.parents for other in FOLDERS if other != folder and folder in other.parents):
            continue
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {"silent": "false", "newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}
        if path.suffix == ".py" and not re.search(rb"\b(say|phrase)\(", path.read_bytes()):
            continue
        with path.open("rb") as file:
            for _, message, _, _ in extract.extract(method, file, KEYWORDS, options=options):
                english = message if isinstance(message, str) else message[0]
                found.setdefault(english, []).append(path.relative_to(COURSE).as_posix())
    return found


def said(folder):
    """The `sentences` of a chapter: all its strings, comments and docstrings."""
    found = {}
    for source in sorted(folder.glob("[0-9][0-9]_*.py")):
        file = source.relative_to(folder.parent.parent).as_posix()
        for cell in sources.convert(source).cells:
            if cell.cell_type == "code":
                for english, sure in readable.readable(cell.source, comments=tasks.part_of(cell)[1] != "test").items():
                    files, before = found.get(english, ([file], False))
                    found[english] = files, before or sure
    return found


def read(folder):
    """english -> Korean of a folder's ko.po; empty where there is none yet."""
    path = folder / "ko.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {message.id: message.string for message in pofile.read_po(file, locale="ko") if message.id}


def _catalogue(folder):
    """The folder's catalogue as it should be: what the code says, with the Korean that is known."""
    known = read(folder)
    catalogue = Catalog(locale="ko", header_comment=HEADER, fuzzy=False)
    for english, (files, sure) in sentences(folder).items():
        if sure or known.get(english):  # what is perhaps a label stays where the catalogue knows it
            catalogue.add(english, known.get(english, ""), locations=[(file, None) for file in dict.fromkeys(files)])
    return catalogue


def _po(catalogue):
    buffer = io.BytesIO()
    pofile.write_po(buffer, catalogue, width=0, omit_header=True, include_lineno=False, sort_by_file=False)
    head = f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: ko\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return head + buffer.getvalue().decode()


def _mo(folder):
    buffer = io.BytesIO()
    catalogue = Catalog(locale="ko", fuzzy=False)
    for english, korean in read(folder).items():
        if korean:
            catalogue.add(english, korean)
    catalogue.mime_headers  # noqa: B018  made once, then replaced by what never changes
    mofile.write_mo(buffer, _Plain(catalogue))
    return buffer.getvalue()


class _Plain:
    """A catalogue whose header holds no date and no version, so that the same sentences give the same bytes."""

    def __init__(self, catalogue):
        self._catalogue = catalogue

    def __iter__(self):
        for message in self._catalogue:
            if not message.id:
                message.string = "Content-Type: text/plain; charset=utf-8\n"
            yield message

    def __getattr__(self, name):
        return getattr(self._catalogue, name)


def facts(text):
    """What a translation must keep: places for facts, numerals, and code between backquotes."""
    plain = re.sub(r"%\((\w+)\)[a-z]", r"{\1}", text)  # as pages write them
    try:
        places = [name for _, name, _, _ in string.Formatter().parse(plain) if name is not None]
    except ValueError:
        places = ["(unbalanced braces)"]
    bare = re.sub(r"`[^`]*`|\{[^}]*\}", " ", plain)
    return Counter(places) + Counter(NUMERAL.findall(bare)) + Counter(re.findall(r"`[^`]*`", plain))


def chapter_facts(text):
    """The same of a chapter's text, whose places are code: what an f-string inserts, numerals, and code; also
    ends of lines, and a space at either end: labels are put together."""
    try:
        places, plain = (
            readable.places_of(text),
            "".join(part for is_place, part in readable.split(text) if not is_place),
        )
    except ValueError:  # a brace in a string that is no f-string
        places, plain = Counter(), text
    bare = re.sub(r"`[^`]*`", " ", plain)
    ends = Counter(repr(end) for end in re.findall(r"^\s\b|\b[:,]?\s$|\s*\n\s*", text))
    return places + Counter(NUMERAL.findall(bare)) + Counter(re.findall(r"`[^`]*`", plain)) + ends


def disagreement(english, korean, kept):
    """What only one of the two has, of what `kept` finds; numerals may stand for words of English ("seven years")."""
    differs = set(kept(english)) ^ set(kept(korean))
    if kept is chapter_facts and NUMBER_WORD.search(english):
        differs -= {one for one in set(kept(korean)) - set(kept(english)) if NUMERAL.fullmatch(one)}
    return sorted(differs)


def complaints():
    """Sentences about what is missing, stale or damaged in the catalogues; empty if all is well."""
    found = []
    for folder in folders():
        name = (folder / "ko.po").relative_to(COURSE).as_posix()
        possible, known = sentences(folder), read(folder)
        kept = facts if folder in FOLDERS else chapter_facts
        for english, (files, sure) in possible.items():
            if sure and not known.get(english):
                found.append(f"{name} has no Korean for {english!r}, which {files[0]} says")
        found += [f"{name} translates {english!r}, which no code says" for english in known if english not in possible]
        for english, korean in known.items():
            if korean and (lost := disagreement(english, korean, kept)):
                found.append(f"{name}: the Korean of {english!r} does not agree with it in {', '.join(lost)}")
        compiled = folder / "ko.mo"
        if known and (not compiled.exists() or compiled.read_bytes() != _mo(folder)):
            found.append(f"{name[:-3]}.mo is older than {name}")
    return found


def write():
    """Bring the catalogues up to date: new sentences appear with an empty Korean, those that no code says go."""
    for folder in folders():
        text = _po(_catalogue(folder))
        if not (folder / "ko.po").exists() or (folder / "ko.po").read_text(encoding="utf-8") != text:
            write_text(folder / "ko.po", text)
            print(f"wrote {(folder / 'ko.po').relative_to(COURSE)}")
        write_bytes(folder / "ko.mo", _mo(folder))
