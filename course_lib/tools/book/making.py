"""`python -m course_lib book`: make the book, whole or not at all."""

import io
import json
import shutil
import sys
import tempfile
import webbrowser
from pathlib import Path

from course_lib import retrieval
from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import LANGUAGES, language, say
from course_lib.tools import chapters, editions, places, sources
from course_lib.tools.book import appendix, live, pages, pictures, printing, published, related, search, site, words

MARK = ".made-by-course_lib"  # in a folder that this command has written
STATIC = ("book.css", "book.js", "packed.js", "search.js", "slides.js")
NOTEBOOKS = "notebooks"


def main(folder=None, show=False, record=False, origin=None, pdf=False):
    """Make the book; returns the exit status.

    Args:
        folder: to write into: new, empty, or written by this command before; by default `book` in the home's cache.
        show: open it in a browser.
        record: add new anchors to the list of those that are published, and look for related sections anew; what
            `search` compares is written into the course as well.
        origin: address of the course on GitHub, to which Colab and Binder can go; without one no page names them.
        pdf: print each chapter, and the slides of each lesson, too; takes a browser, and some minutes.

    Raises:
        CourseError: the folder holds something else, the address is none of GitHub's, a notebook is missing, a page
            cannot be made, or there is no browser that prints.
    """
    repository = editions.on_github(origin) if origin else None
    if origin and not repository:
        raise CourseError(
            say("expected an address such as https://github.com/USER/REPO, found {origin}", origin=origin)
        )
    if pdf:
        printing.program()
    target = Path(folder).absolute() if folder else places.CACHE / "book"
    if target.exists() and not (target.is_dir() and ((target / MARK).exists() or not any(target.iterdir()))):
        raise CourseError(
            say("{folder} exists and was not written by this command: name a new or an empty folder", folder=target)
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        made = Path(scratch) / "book"
        every_page = [source.stem for chapter in chapters.every() for source in chapter.sources]
        english_left = make(made, record, repository, every_page if pdf else ())
        if target.exists():
            target.rename(Path(scratch) / "old")
        made.rename(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(say("wrote the book to {folder}, {size} MB", folder=target, size=f"{size / 1e6:.1f}"))
    if english_left:
        print(
            say(
                "In its Korean pages, what chapters {chapters} print and draw is English: `python3 -m course_lib build --lang ko` executes them in Korean",
                chapters=", ".join(english_left),
            )
        )
    if show:
        webbrowser.open((target / language() / "index.html").as_uri())
    return 0


def make(folder, record=False, repository=None, printed=()):
    """Make the book in a new folder; returns the numbers of chapters whose outputs are English on Korean pages.

    Args:
        folder, record, repository: as of `main`.
        printed: names of pages that are printed as PDF, too.
    """
    for name in (*LANGUAGES, "static", pictures.FOLDER):
        (folder / name).mkdir(parents=True)
    english_left = []
    for chosen in LANGUAGES:
        made = _pages(chosen, folder)
        if record and chosen == next(iter(LANGUAGES)):  # sections and their anchors are the same in all of them
            published.record(made)
            _record_related(made)
        related.add(made, chosen)
        english_left += [page.name[:2] for page in made if not page.korean]
        _site(chosen, made, folder, repository, printed)
    for name in STATIC:
        shutil.copyfile(site.THEME / name, folder / "static" / name)
    live.write_scripts(folder / "static")
    write_text(folder / "index.html", (site.THEME / "start.html").read_text(encoding="utf-8"))
    write_text(folder / MARK, "")
    if printed:
        printing.every(folder, printed)
    return english_left


def _pages(chosen, folder):
    """All pages of one language; the learner's notebooks are written beside them."""
    (folder / chosen / NOTEBOOKS).mkdir()
    made = []
    for chapter in chapters.every():
        for source in chapter.sources:
            made.append(pages.page(source, chosen, folder))
            notebook = json.dumps(pages.to_download(source, chosen), ensure_ascii=False, separators=(",", ":"))
            write_text(folder / chosen / NOTEBOOKS / f"{source.stem}.ipynb", notebook + "\n")
    lessons = [page for page in made if page.name.endswith("_lesson")]
    first, *last = appendix.pages(chosen, lessons)
    return [first, *made, *last]


def _record_related(made):
    try:
        related.record(made)
        for chosen in LANGUAGES:
            retrieval.store(chosen)
    except CourseError as error:  # without the weights the list stays as it is
        print(f"course_lib: {error}", file=sys.stderr)


def _site(chosen, made, folder, repository, printed):
    """Let Sphinx make the pages of one language."""
    from sphinx.application import Sphinx
    from sphinx.util.console import strip_escape_sequences
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    complaints = io.StringIO()
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "pages"
        source.mkdir()
        for page in made:
            sources.write(page.notebook, source / f"{page.name}.ipynb")
        settings = {
            "project": "course",
            "extensions": ["myst_nb", site.__name__],
            "language": chosen,
            "nb_execution_mode": "off",
            "nb_merge_streams": True,
            "nb_render_text_lexer": "none",
            "myst_enable_extensions": ["dollarmath"],
            "smartquotes": False,
            "html_theme": "book",
            "html_math_renderer": "mathml",
            "html_permalinks_icon": "#",
            "html_domain_indices": False,
            "html_use_index": False,
            "html_show_sourcelink": False,
            "html_context": {
                "words": words.of(chosen),
                "chapters": words.chapters_of(chosen),
                "hosts": words.hosts_of(chosen, repository),
                "to_korean": words.to_korean(chosen),
                "pdf": {name: printing.made(name) for name in printed},
            },
            "book_anchors": {page.name: page.anchors for page in made},
            "book_aliases": {page.name: published.aliases(page) for page in made},
            "book_order": [page.name for page in made],
            "book_english": [page.name for page in made if not page.korean],
        }
        written = Path(scratch) / "made" / "pages"  # and beside it what myst-nb writes for itself
        folders = (source, None, written, Path(scratch) / "read")
        with patch_docutils(), docutils_namespace():
            Sphinx(*folders, site.Builder.name, settings, status=None, warning=complaints, freshenv=True).build()
        for path in [*written.glob("*.html"), written / search.NAME]:
            shutil.copyfile(path, folder / chosen / path.name)
    if told := strip_escape_sequences(complaints.getvalue()).strip():
        raise CourseError(say("the book's pages have mistakes:\n{complaints}", complaints=told))
