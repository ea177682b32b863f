"""The learner's workbook: made, completed, and renewed as the course gets better; what the learner has written stays.

workbook/.course.json           marks the folder, holds its language
workbook/.course/record.jsonl   what the learner has done (`course_lib.record`)
workbook/.course/editions.json  marks of the notebooks as they were handed out (`renewal`)
workbook/.course/before/        notebooks as they were before they were renewed
workbook/.jupyter/              settings of its JupyterLab (`lab`)
"""

import json
import platform
import shutil
import sys
import warnings
from dataclasses import dataclass, field

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.record import NOTE
from course_lib.texts import LANGUAGES, say
from course_lib.tools import chapters, firstpage, places
from course_lib.tools.arguments import PROGRAM
from course_lib.tools.language import system_language

EDITIONS = ".course/editions.json"
BEFORE = ".course/before"
REMEMBERED = 3  # editions of each notebook


def place(language=None, root=places.HOME):
    """The folder of the workbook in this language, and the language: that asked
    for, else that of workbook/, else the system's.

    A second language gets a folder of its own, workbook-ko or
    workbook-en, so that nobody's notebooks change under them.

    Raises:
        CourseError: the note in workbook/ is damaged.
    """
    folder = root / "workbook"
    existing = note(folder).get("language")
    if existing is None and (folder / firstpage.NAME).exists():  # the note was lost: its first page tells
        page = (folder / firstpage.NAME).read_text(encoding="utf-8", errors="replace")
        existing = "ko" if any("가" <= letter <= "힣" for letter in page) else "en"
    language = language or existing or system_language()
    return (folder if existing in (None, language) else root / f"workbook-{language}"), language


def note(folder):
    """What .course.json says; {} where there is none.

    Raises:
        CourseError: it cannot be read, or names no language of the course.
    """
    try:
        found = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = error
    else:
        if isinstance(found, dict) and found.get("language") in tuple(LANGUAGES):
            return found
        reason = say('"language" must be "ko" or "en"')
    raise CourseError(
        say(
            "{path} is damaged ({reason}): it holds the workbook's language; delete this one file and run the command "
            "again, your notebooks stay as they are",
            path=folder / NOTE,
            reason=reason,
        )
    )


@dataclass
class Report:
    """What was done to a workbook; notebooks are named as in the workbook, such as "01_cnn_basics/01_lesson.ipynb"."""

    new: bool
    added: list = field(default_factory=list)
    renewed: dict = field(default_factory=dict)  # name -> number of cells
    kept: dict = field(default_factory=dict)  # name -> ids of cells in which the learner has worked
    waiting: list = field(default_factory=list)
    broken: dict = field(default_factory=dict)  # name -> reason

    def lines(self, folder, clean=()):
        """The report in sentences, without those about clean copies."""
        if self.new:
            yield say("{folder}: made, {count} notebooks", folder=folder, count=len(self.added))
        elif self.added:
            yield say("{folder}: added {names}", folder=folder, names=", ".join(self.added))
        for name, count in self.renewed.items():
            yield say(
                "renewed: {name} (cells: {count}; the one before is in {before})", name=name, count=count, before=BEFORE
            )
        for name, cells in self.kept.items():
            yield say(
                "{name}: the course has a newer edition of cells that you have changed ({cells}); yours stay. A clean copy "
                "beside it: `{command} learn --fresh {chapter}`",
                name=name,
                cells=", ".join(cells),
                command=PROGRAM,
                chapter=name[:2],
            )
        if self.waiting:
            yield say(
                "there is a newer edition of {names}: end JupyterLab (Ctrl-C where it was started) and run the command again",
                names=", ".join(self.waiting),
            )
        if not (self.new or self.added or self.renewed or self.waiting or clean):
            yield say("{folder}: complete, nothing to add", folder=folder)


def complete(folder, language, fresh=(), renew=True):
    """Add to the workbook what is missing in it, and renew what the learner has not touched.

    Args:
        folder: of the workbook.
        language: "ko" or "en".
        fresh: names of chapters of which a clean copy is to be added beside the learner's, under a new name.
        renew: whether notebooks may be renewed; not while JupyterLab holds them open.

    Raises:
        CourseError: the folder cannot be written.
    """
    report = Report(new=not folder.exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        editions = _editions(folder)
        for chapter in chapters.every():
            for source in chapter.sources:
                _bring(folder, source, language, editions, report, renew)
        write_text(folder / NOTE, json.dumps({**note(folder), "language": language}) + "\n")
        clean = [path for name in fresh for path in _fresh(folder, chapters.find(name), language, editions)]
        firstpage.write(folder, language)
    except OSError as error:
        raise CourseError(
            say(
                "cannot write the workbook {folder} ({reason}): free some space, or set COURSE_HOME to a folder of your own",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from None
    for line in [*report.lines(folder, clean), *(say("a clean copy: {path}", path=path) for path in clean)]:
        print(line.to(language))
    for name, reason in report.broken.items():
        sentence = say(
            "{path} is not a readable notebook ({reason}); it was left as it is", path=folder / name, reason=reason
        )
        if not fresh:  # otherwise the learner has just been given a clean copy
            sentence = say(
                "{sentence}: rename or remove it and a clean one is made, or run `{command} learn --fresh {chapter}` "
                "to get a clean copy beside it",
                sentence=sentence,
                command=PROGRAM,
                chapter=name[:2],
            )
        print(sentence.to(language), file=sys.stderr)  # and go on: the other notebooks can be worked in


def _editions(folder):
    """name -> list of lists of marks, oldest first; what is damaged counts as forgotten."""
    from course_lib.tools.renewal import Mark

    try:
        found = json.loads((folder / EDITIONS).read_text(encoding="utf-8"))
        return {name: [[Mark(*mark) for mark in known] for known in past] for name, past in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(folder, editions, name, notebook):
    from course_lib.tools import renewal

    marks = renewal.marks(notebook)
    past = [known for known in editions.get(name, []) if known != marks]
    if editions.get(name, [None])[-1] != marks:
        editions[name] = [*past, marks][-REMEMBERED:]
        (folder / EDITIONS).parent.mkdir(exist_ok=True)
        write_text(folder / EDITIONS, json.dumps(editions, separators=(",", ":")))


def edition(source, language, stem=None):
    """What a learner gets of a source.

    Args:
        stem: name of a copy, such as "01_lesson-fresh-1"; its links lead to the copy beside it.
    """
    import nbformat

    from course_lib.tools import sources

    notebook = sources.learner_copy(nbformat.read(chapters.notebook(source), as_version=4), language)
    suffix = (stem or source.stem)[len(source.stem) :]
    for cell in notebook.cells:
        if suffix and cell.cell_type == "markdown":
            for kind in ("lesson", "exercises"):
                name = f"{source.stem[:2]}_{kind}"
                cell.source = cell.source.replace(f"({name}.ipynb", f"({name}{suffix}.ipynb")
    # as JupyterLab would write them when the notebook is opened, which would make it one with changes to be saved
    notebook.metadata.kernelspec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata.language_info = {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    }
    return notebook


def _bring(folder, source, language, editions, report, renew):
    """Add the notebook of a source, or renew it and its clean copies."""
    from course_lib.tools import sources

    name = chapters.name_of_copy(source)
    target = folder / name
    if not (target.exists() or target.is_symlink()):
        notebook = edition(source, language)
        target.parent.mkdir(parents=True, exist_ok=True)
        _remember(folder, editions, name, notebook)
        sources.write(notebook, target)
        report.added.append(name)
    elif reason := _broken(target):
        report.broken[name] = reason
    else:
        _renew(folder, name, edition(source, language), editions, report, renew)
    for path in sorted(target.parent.glob(f"{source.stem}-fresh-*.ipynb")):
        other = f"{source.parent.name}/{path.name}"
        if other in editions and not _broken(path):
            _renew(folder, other, edition(source, language, path.stem), editions, report, renew)


def _renew(folder, name, new, editions, report, allowed):
    """Bring a newer edition into a notebook of the workbook."""
    import nbformat

    from course_lib.tools import renewal, sources

    path = (folder / name).resolve()  # a link stays a link
    try:
        text = path.read_text(encoding="utf-8")
        if json.loads(text)["nbformat"] != 4:
            return
        with warnings.catch_warnings(action="ignore"):  # of cells without ids
            mine = nbformat.reads(text, as_version=4)
        found = renewal.renew(renewal.handed_out(editions.get(name, []), mine), mine, new)
    except OSError:
        raise
    except Exception:  # nbformat and its validators raise many kinds: this was not written by us, so it is not ours
        return
    if found.renewed and not allowed:
        report.waiting.append(name)
        return
    if found.kept:
        report.kept[name] = found.kept
    _remember(folder, editions, name, new)
    if found.notebook != mine:
        _keep(folder, name)
        sources.write(found.notebook, path)
    if found.renewed:
        report.renewed[name] = found.renewed


def _keep(folder, name):
    """Copy a notebook to .course/before/, under a number that is free."""
    target = (folder / BEFORE / name).with_suffix("")
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 1
    while (copy := target.with_name(f"{target.name}-{count}.ipynb")).exists():
        count += 1
    shutil.copyfile(folder / name, copy)


def _broken(path):
    """Why a notebook cannot be opened, or None."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        return say("invalid JSON at line {line}", line=error.lineno)
    except (OSError, UnicodeDecodeError) as error:
        return getattr(error, "strerror", None) or say("not UTF-8 text")
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        return say("valid JSON, but without a list of cells")
    return None


def _fresh(folder, chapter, language, editions):
    """Write a clean copy of a chapter: 01_lesson-fresh-1.ipynb and 01_exercises-fresh-1.ipynb, or the first number that
    is free for both; yields their names."""
    from course_lib.tools import sources

    names = lambda count: [f"{chapter.name}/{source.stem}-fresh-{count}.ipynb" for source in chapter.sources]
    count = 1
    while any((folder / name).exists() for name in names(count)):
        count += 1
    for source, name in zip(chapter.sources, names(count)):
        notebook = edition(source, language, f"{source.stem}-fresh-{count}")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _remember(folder, editions, name, notebook)
        sources.write(notebook, folder / name)
        yield f"{folder.name}/{name}"
