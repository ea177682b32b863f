"""What the search looks through: the text of each section of each page, whole.

`theme/search.js` looks for the words themselves in it. So a part of a word is found like a word, in Korean as in
English, and there is no index that could disagree with the text; a book of this size is looked through in milliseconds.
"""

import html
import re

from docutils import nodes

from course_lib.files import write_text
from course_lib.tools.book import related
from course_lib.tools.book.packed import packed

NAME = "text.js"
TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
ALT = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')


def sections(doctree):
    """[anchor, title, text] of each section of a page, in their order; text stands in the section nearest around it."""
    found = []
    _collect(doctree, found)
    return [[anchor, title, " ".join(" ".join(parts).split())] for anchor, title, parts in found]


def _collect(node, found):
    if isinstance(node, nodes.section):
        title = node.next_node(nodes.title)
        found.append((node["ids"][0], _text(title), []))
        ours = found[-1][2]
        for child in node.children:
            if isinstance(child, nodes.section):
                _collect(child, found)
            elif child is not title:
                ours.append(_text(child))
    else:
        for child in node.children:
            _collect(child, found)


def _text(node):
    """The text of a node as a reader sees it; the names of pictures, too, but no formulas."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.raw) and f'class="{related.NAME}"' in node.astext():
        return " "  # it speaks of other sections
    if isinstance(node, nodes.raw):
        return html.unescape(TAG.sub(" ", ALT.sub(r" \1 ", node.astext())))
    if isinstance(node, (nodes.math, nodes.math_block, nodes.comment)):
        return " "
    between = "" if isinstance(node, nodes.TextElement) else " "
    return between.join(map(_text, node.children))


def write(path, pages):
    """Write the file that `theme/search.js` reads.

    Args:
        pages: [name, title, sections] of each, in their order.
    """
    write_text(path, f'found("{packed(pages)}");\n')
