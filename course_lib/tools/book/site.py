"""The extension of Sphinx that makes the pages: anchors, formulas as MathML, our own frame around the text."""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.transforms import Transform
from math_core import LatexError, LatexToMathML
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.locale import _

from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tools.book import search

THEME = Path(__file__).parent / "theme"
# Pygments' classes by the colour that they have in book.css; the spans of all others are left out, also those of
# numbers, which would be an eighth of all pages
COLOURS = {"k": "k", "ow": "k", "s": "s", "c": "c"}
SPAN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
RUN = re.compile(r'(?:<span class="(s)">[^<]*</span>){2,}')
SPAN_IN = re.compile(r"</?span[^>]*>")
OUTPUT = '<div class="cell_output"'
UNUSED = re.compile(
    r"<span></span>| docutils container| docutils literal notranslate| notranslate|<span class=\"pre\">([^<]*)</span>"
)


class Builder(StandaloneHTMLBuilder):
    """Pages only: styles and scripts stand once for both languages, and the search is our own."""

    name = "html"  # myst-nb chooses outputs by the name
    search = copysource = False
    supported_data_uri_images = False

    def copy_static_files(self):
        self._static_dir.mkdir()  # for what myst-nb copies, and nobody uses

    def create_pygments_style_file(self):
        pass

    def dump_inventory(self):
        pass

    def write_buildinfo(self):
        pass

    def gen_indices(self):
        pass


class Anchors(Transform):
    """Gives the sections of a page their anchors."""

    default_priority = 10

    def apply(self):
        env = self.document.settings.env
        names = env.config.book_anchors[env.docname]
        found = list(self.document.findall(nodes.section))
        if len(found) != len(names):
            raise CourseError(
                say(
                    "{page}: {names} headings were found in its text and {found} sections on the page: is one inside a list or a quote?",
                    page=env.docname,
                    names=len(names),
                    found=len(found),
                )
            )
        older = env.config.book_aliases[env.docname]
        for section, name in zip(found, names):
            section["ids"] = [name, *older.get(name, [])]
        # where myst looks up what a link from another page leads to
        env.metadata[env.docname]["myst_slugs"] = {name: (None, name, "") for name in names}


def _formula(self, node, displaystyle):
    try:
        html = self.builder.formulas.convert_with_local_state(node.astext(), displaystyle=displaystyle)
    except LatexError as error:
        raise CourseError(
            say(
                "{page}: a formula cannot be shown, {formula}: {reason}",
                page=self.docnames[0],
                formula=node.astext(),
                reason=error,
            )
        ) from None
    self.body.append(f'<div class="formula" tabindex="0" role="math">{html}</div>\n' if displaystyle else html)
    raise nodes.SkipNode


def slim(html):
    """A page's HTML with as many classes and elements as it uses."""
    html = SPAN.sub(lambda found: _coloured(found[1], found[2]), html)
    html = RUN.sub(lambda found: f'<span class="{found[1]}">{SPAN_IN.sub("", found[0])}</span>', html)
    return UNUSED.sub(lambda found: found[1] or "", html).replace(' class=""', "")


def _coloured(kind, text):
    colour = COLOURS.get(kind) or COLOURS.get(kind[0])
    return f'<span class="{colour}">{text}</span>' if colour and text.strip() else text


def _page(app, name, template, context, doctree):
    """What the frame of a page says of it, and its text for the search."""
    context["anchors"] = app.config.book_anchors.get(name, [])
    context["english"] = name in app.config.book_english  # what its cells have printed, on a Korean page
    if "body" in context:
        linked = f'title="{escape(context["words"]["section"])}"'
        body = slim(context["body"]).replace(f'title="{_("Link to this heading")}"', linked)
        context["body"] = body.replace(OUTPUT, f'{OUTPUT} lang="en"') if context["english"] else body
    if doctree is not None:
        app.builder.searched[name] = search.sections(doctree)


def _search_page(app):
    yield "search", {"title": app.config.html_context["words"]["search"]}, "search.html"


def _searched(app, error):
    if not error:
        pages = [[name, found] for name in app.config.book_order if (found := app.builder.searched.get(name))]
        search.write(Path(app.outdir) / search.NAME, pages)


def _start(app):
    app.builder.formulas, app.builder.searched = LatexToMathML(), {}


def setup(app):
    app.add_builder(Builder, override=True)
    app.add_transform(Anchors)
    for name, default in {"anchors": {}, "aliases": {}, "order": [], "english": []}.items():
        app.add_config_value(f"book_{name}", default, "env")
    app.add_html_math_renderer(
        "mathml",
        (lambda self, node: _formula(self, node, False), None),
        (lambda self, node: _formula(self, node, True), None),
    )
    app.add_html_theme("book", str(THEME))
    app.connect("builder-inited", _start)
    app.connect("html-page-context", _page)
    app.connect("html-collect-pages", _search_page)
    app.connect("build-finished", _searched)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
