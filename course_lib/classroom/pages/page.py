"""What the students' pages and the instructor's page share: templates, style, headings."""

import functools
import re
from pathlib import Path

from course_lib.texts import translated
from course_lib.tools import sources

FOLDER = Path(__file__).parent


@functools.cache
def environment(language):
    """Jinja2 on the templates of this folder: `_("...")` is said in the language, and what is put in is escaped."""
    import jinja2

    where = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER, encoding="utf-8"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    spoken = functools.partial(translated, chosen=language)
    where.install_gettext_callables(spoken, lambda one, many, count: spoken(one if count == 1 else many), newstyle=True)
    where.filters["number"] = number
    where.filters["lang"] = lambda text: (
        jinja2.utils.markupsafe.Markup(' lang="en"') if language == "ko" and not re.search("[가-힣]", text) else ""
    )
    css = (FOLDER / "page.css").read_text(encoding="utf-8")
    where.globals.update(language=language, css=jinja2.utils.markupsafe.Markup(css))
    return where


def number(value):
    """12 rather than 12.0, 7.5 as it is."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def titles(notebook, language):
    """The exercises' title under "", and each task's heading, in one language."""
    found, last = {}, ""
    for cell in sources.edition(notebook, language).cells:
        if cell.cell_type == "markdown" and (heading := re.search(r"^#+ +(.+)$", cell.source, re.MULTILINE)):
            last = re.sub(r"[*_`$]", "", heading[1]).strip()
            found.setdefault("", last)
        elif cell.metadata.get("nbgrader", {}).get("solution"):
            # without "(10 points)": points are told beside it
            found[cell.metadata.nbgrader.grade_id] = re.sub(r"\s*\([^()]*\d[^()]*\)$", "", last)
    return found


def unread(record):
    """Whether nothing of what was handed in could be read: then each task would say the same.

    Args:
        record: what grading found, or None where the submission was graded by stock nbgrader or not at all.
    """
    if not record:
        return False
    return not record["outcome"]["notebook"] and not any(task["points"] for task in record["outcome"]["tasks"])
