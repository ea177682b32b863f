"""Pages and their slides as PDF: printed by a browser without a window, tagged, so that they can be read aloud."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import write_bytes
from course_lib.progress import bar
from course_lib.texts import LANGUAGES, say

FOLDER = "pdf"
NAMES = "chromium chromium-browser google-chrome google-chrome-stable chrome msedge microsoft-edge".split()
PLACES = {
    "darwin": ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    + ["/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"],
    "win32": [
        rf"{os.environ.get(root)}\{path}"
        for root in ("ProgramFiles", "ProgramFiles(x86)")
        for path in (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
    ],
}
PATIENCE = 180  # seconds for one page


def program():
    """The path of Chromium, Chrome or Edge.

    Raises:
        CourseError: there is none.
    """
    there = [shutil.which(name) for name in NAMES]
    there += [path for path in PLACES.get(sys.platform, []) if Path(path).exists()]
    for path in filter(None, there):
        return path
    raise CourseError(
        say(
            "a PDF is printed by Chromium, Chrome or Edge, and none of them was found: install one, on Debian and Ubuntu by `sudo apt install chromium`"
        )
    )


def made(name):
    """What is printed of a page: query of its address -> name of the PDF."""
    return {"print": f"{name}.pdf"} | ({"slides": f"{name}_slides.pdf"} if name.endswith("_lesson") else {})


def every(book, names):
    """Print pages of both languages, each into `FOLDER` beside it.

    Args:
        book: folder of the book.
        names: of its pages.

    Raises:
        CourseError: no browser is there, or it does not print a page.
    """
    wanted = [(language, name, *one) for language in LANGUAGES for name in names for one in made(name).items()]
    for language in LANGUAGES:
        (book / language / FOLDER).mkdir(exist_ok=True)
    for language, name, query, file in bar(wanted, desc="PDF", unit="PDF"):
        printed(book / language / f"{name}.html", query, book / language / FOLDER / file)


def printed(page, query, target):
    """Print a page of the book.

    Args:
        page: its path.
        query: "print" for all of its text, unfolded, "slides" for one page a slide.
        target: path of the PDF.

    Raises:
        CourseError: no browser is there, or it does not print the page.
    """
    options = "--headless=new --disable-gpu --disable-dev-shm-usage --no-first-run --no-pdf-header-footer".split()
    options += ["--generate-pdf-document-outline", "--virtual-time-budget=60000"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # which Chromium does not have for root
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        path = Path(scratch) / "page.pdf"
        command = [program(), *options, f"--user-data-dir={Path(scratch) / 'profile'}", f"--print-to-pdf={path}"]
        try:
            subprocess.run([*command, f"{page.as_uri()}?{query}"], capture_output=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CourseError(say("{page} cannot be printed: {reason}", page=page, reason=error)) from None
        if not path.exists():
            raise CourseError(say("{page} cannot be printed by {program}", page=page, program=command[0]))
        write_bytes(target, path.read_bytes())
