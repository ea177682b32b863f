"""(n): the book: processor time of making it, its size, and its heaviest page with all that it shows."""

import re
import tempfile
import time
from pathlib import Path

from course_lib.tools.bench import harness
from course_lib.tools.book import live

SHOWN = re.compile(r'"(\.\./(?:figures|static)/[^"]+)"')


def main(record):
    found = harness.child(made)
    print(
        f"(n) book, {found['pages']} pages: {found['seconds']:.1f} s of processor time, {found['size'] / 1e6:.1f} MB; "
        f"the heaviest page with its pictures, styles and scripts: {found['page']}, {found['heaviest'] / 1e6:.2f} MB",
        flush=True,
    )


def weight(page):
    """Bytes of a page with its pictures, styles and scripts.

    Args:
        page: its path in the book.
    """
    return page.stat().st_size + _together(page, set(SHOWN.findall(page.read_text(encoding="utf-8"))))


def later(page):
    """Bytes that its widgets fetch once a reader comes near."""
    alive = "course-live" in page.read_text(encoding="utf-8")
    return _together(page, [f"../static/{live.NAME}", f"../{live.FOLDER}/{page.stem}.js"] if alive else [])


def _together(page, files):
    return sum((page.parent / one).resolve().stat().st_size for one in files)


def made():
    """Seconds of processor time in this process, the book's pages and bytes, and its heaviest page."""
    from course_lib.tools.book import making

    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch) / "book"
        making.make(book)
        seconds = time.process_time()  # with the imports; making starts no other process
        weights = {page.relative_to(book).as_posix(): weight(page) for page in book.rglob("*.html")}
        heaviest = max(weights, key=weights.get)
        size = sum(path.stat().st_size for path in book.rglob("*") if path.is_file())
    return {
        "seconds": seconds,
        "pages": len(weights),
        "size": size,
        "page": heaviest,
        "heaviest": weights[heaviest],
    }
