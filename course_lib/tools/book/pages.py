"""The pages of the book as notebooks in one language, without solutions and without hidden tests."""

import re
from dataclasses import dataclass
from html import escape

import nbformat

from course_lib.tasks import part_of
from course_lib.texts import say
from course_lib.tools import chapters, contents, korean, sources
from course_lib.tools.book import headings, live, pictures, questions

HEAD = re.compile(r"<th( [^>]*)?></th>")


@dataclass(frozen=True)
class Page:
    """A page of the book in one language.

    `anchors` are the names of its sections in their order, `korean` says whether its outputs are Korean, too.
    """

    name: str
    notebook: dict
    anchors: list
    korean: bool = True


def page(source, language, folder):
    """The page of a source.

    Args:
        source: of a lesson or of exercises.
        language: "ko" or "en".
        folder: of the book, for its figures.

    Raises:
        CourseError: the notebook has not been built, or its languages have different headings.
    """
    built = nbformat.read(chapters.notebook(source), as_version=4)
    english, chosen = (_edition(built, one) for one in ("en", language))
    records, used = korean.records(chapters.notebook(source)), []
    names = headings.anchors(headings.of_notebook(english))
    headings.twins(source.stem, headings.of_notebook(english), headings.of_notebook(chosen))
    own = korean.outputs(chapters.notebook(source), chosen) if language == "ko" else None
    for cell in chosen.cells:
        if own and cell.cell_type == "code":
            cell.outputs = own[cell.id]
    is_own = language == "en" or own is not None or not any(cell.get("outputs") for cell in chosen.cells)
    known, printed = questions.answers(english), language if is_own else "en"
    chosen.cells = [nbformat.from_dict(cell) for cell in contents.alive(chosen)["cells"]]
    chosen.cells = [
        one for cell in chosen.cells for one in _shown(cell, known, language, printed, folder, records, used)
    ]
    if used:
        live.write_facts(records, folder / live.FOLDER / f"{source.stem}.js")
    headings.in_steps(chosen)
    return Page(source.stem, chosen, names, is_own)


def to_download(source, language):
    """The learner's copy of a source, to work on elsewhere."""
    return sources.learner_copy(nbformat.read(chapters.notebook(source), as_version=4), language)


def _edition(built, language):
    """A built notebook in one language; of exercises, the learner's copy and the hints."""
    if not any("nbgrader" in cell.metadata for cell in built.cells):
        return sources.edition(built, language)
    copy, hints = sources.learner_copy(built, language), _hints(sources.edition(built, language), language)
    copy.cells = [one for cell in copy.cells for one in [*hints.pop(part_of(cell), []), cell] if one.source]
    return copy


def _hints(notebook, language):
    """(task, "solution") -> text cells with the hints of that task, each to be unfolded."""
    found = {}
    for cell in notebook.cells:
        if "hint" in cell.metadata:
            before = found.setdefault((cell.metadata["hint"], "solution"), [])
            told = say("Hint {number}", number=len(before) + 1).to(language)
            text = f'<details class="hint"><summary>{escape(told)}</summary>\n\n{cell.source}\n\n</details>'
            before.append(nbformat.v4.new_markdown_cell(text, id=cell.id))
    return found


def _shown(cell, known, language, printed, folder, records, used):
    """The cells that the page has in place of a cell."""
    cell.metadata = nbformat.from_dict({})
    if cell.cell_type != "code":
        cell.source = _apart(cell.source)
        return [cell]
    if asked := questions.asked(cell):
        text = "\n\n".join(questions.page(one, known, language, printed) for one in asked)
        return [nbformat.v4.new_markdown_cell(text, id=cell.id)]
    for output in cell.outputs:
        if "text/html" in output.get("data", {}):
            html = live.placed(pictures.stored(output.data["text/html"], folder), records, used, language, printed)
            output.data = nbformat.from_dict({"text/html": _table(html)})
    shown = [cell]
    if live.stays(cell):
        told = say("Here this stays a picture; in your workbook you can try it yourself.").to(language)
        shown.append(_html(f'<p class="still">{escape(told)}</p>', f"{cell.id}-still"))
    if keys := questions.revealed(cell.source):
        told = say("Answer").to(language)
        begin = f'<details class="answer" data-keys="{" ".join(keys)}"><summary>{escape(told)}</summary>'
        shown = [_html(begin, f"{cell.id}-begin"), *shown, _html("</details>", f"{cell.id}-end")]
    return shown


def _apart(text):
    """Formulas on lines of their own stand between empty lines, as MyST wants them; JupyterLab does without."""
    return re.sub(r"(?m)^( *\$\$.+\$\$)[ ]*$", r"\n\1\n", text)


def _html(text, name):
    return nbformat.v4.new_markdown_cell(text, id=name)


def _table(html):
    """A table that can be scrolled and whose empty heads are none."""
    html = HEAD.sub(r"<td\1></td>", html)
    return re.sub(
        r"(<table.*?</table>)",
        r'<div class="table" tabindex="0" role="region" aria-label="table">\1</div>',
        html,
        flags=re.DOTALL,
    )
