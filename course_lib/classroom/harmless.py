"""A student's notebook made fit for an instructor's browser: nothing in it is markup that could act.

formgrader shows Markdown as nbconvert makes it: raw HTML passes, and links and pictures may have any address. One click
would then run script with the rights of whoever grades, and a page that opens would tell others that it was read. So a
cell is read by nbconvert's own parser and written anew without links, pictures, HTML and diagrams; what is left of a
link is its words, and its address as text if it leads to the web. Then it is read once more: a text that still holds
anything but words, formulas and code is shown as it was typed.
"""

import functools
import html
import re
from urllib.parse import unquote

from mistune.renderers.markdown import MarkdownRenderer

from course_lib.classroom.sandbox.outputs import cleaned

LONGEST = 20_000  # characters of a text that is parsed; a longer one is shown as it was typed
MOST = 200_000  # characters of a notebook that are parsed: parsers take long where a text is made for that
OUTPUT = 200_000  # characters of a cell's output
SHOWN = {  # kinds of mistune's tokens that become words, formulas and code
    *("text", "emphasis", "strong", "strikethrough", "codespan", "linebreak", "softbreak", "blank_line"),
    *("paragraph", "heading", "thematic_break", "block_text", "block_code", "block_quote", "list", "list_item"),
    *("task_list_item", "table", "table_head", "table_body", "table_row", "table_cell"),
    *("def_list", "def_list_head", "def_list_item", "inline_math", "block_math", "latex_environment"),
}
WEB = re.compile(r"https?://[^\s\x00-\x20<>\"'`\\]+", re.IGNORECASE)
# What Markdown may take for more than a sign, and how to write it then. Before some signs, a backslash would be one
# more, or would begin a formula.
ACTIVE = re.compile(r"[&\\`*_\[\]~|$@]|<(?=[a-z/!?])|:(?=\S)|(?<=www)\.", re.IGNORECASE)
ENTITIES = {"&": "&amp;", "\\": "&#92;", "<": "&lt;"}
SIGNS = re.compile(r"^ +|\\+|[\x00-\x1f!#$&()*+.:<-@\[-`{-~-]")  # all but some in the midst of sentences
TYPED = re.compile(r"(?:[^\x00-\x1f!-/:-@\[-`{-~]|[\n,'\"%/;]|&#(?!92;)\d+;|`\\+`)*")  # what comes of them
# nbconvert makes a heading's words its id; as one of formgrader's own, it would take the place of a field for points.
FIELD = re.compile(r"[- ](test|comment)\b|_extra_credit$|^statusmessage$|^toggle_names$")
LINK = re.compile(r"[<&]|\][(\[:]|://|\bwww\.|@", re.IGNORECASE)  # in any dialect, a link needs one of these
LINK_IN_FORMULA = re.compile(r"\]\s*[(:]\s*\S*:|<[a-z/!?][^>]*>|://|&\S*;", re.IGNORECASE)
# Commands of a formula that only draw. Others may make links, load extensions, define further ones.
DRAWS = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi varpi rho
    varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi
    Omega aleph hbar ell Re Im partial nabla infty emptyset varnothing forall exists nexists neg lnot angle triangle
    frac dfrac tfrac cfrac binom dbinom tbinom sqrt sum prod coprod int iint iiint oint bigcup bigcap bigvee bigwedge
    bigoplus bigotimes bigodot lim limsup liminf max min sup inf arg argmax argmin exp log ln lg sin cos tan cot sec csc
    arcsin arccos arctan sinh cosh tanh coth det dim ker deg gcd hom Pr mod bmod pmod operatorname
    pm mp times div cdot ast star circ bullet oplus ominus otimes oslash odot cap cup uplus sqcap sqcup vee wedge land
    lor setminus wr amalg dagger ddagger le leq ge geq ne neq ll gg approx approxeq equiv sim simeq cong propto prec
    succ preceq succeq subset supset subseteq supseteq subsetneq in ni notin not mid nmid parallel perp models vdash
    dashv asymp doteq triangleq coloneqq to gets leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow
    longleftarrow longrightarrow longleftrightarrow Longleftarrow Longrightarrow Longleftrightarrow implies iff mapsto
    longmapsto uparrow downarrow updownarrow Uparrow Downarrow nearrow searrow swarrow nwarrow hookrightarrow
    hookleftarrow rightharpoonup xrightarrow xleftarrow ldots cdots vdots ddots dots dotsc dotsb prime backslash colon
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr lfloor rfloor lceil rceil langle
    rangle lbrace rbrace lbrack rbrack vert Vert lvert rvert lVert rVert hat widehat tilde widetilde bar overline
    underline vec overrightarrow overleftarrow dot ddot check breve acute grave overbrace underbrace overset underset
    stackrel substack limits nolimits text textrm textbf textit texttt textsf textnormal mathrm mathbf mathit mathsf
    mathtt mathcal mathbb mathfrak mathscr boldsymbol bm pmb rm bf it sf tt cal displaystyle textstyle scriptstyle
    quad qquad enspace thinspace hspace space phantom hphantom vphantom smash begin end hline tag notag nonumber
    boxed cancel square Box blacksquare checkmark top bot cdotp degree
    """.split()
)


def notebook(cells):
    """Cells of nbformat without anything that acts: no links, pictures from elsewhere, HTML, attachments, metadata.

    Args:
        cells: list of dicts or NotebookNodes; they are left as they are.

    Returns:
        list of dicts with "cell_type", "source", and of code cells "outputs" and "execution_count".
    """
    made, parsed = [], 0
    for cell in cells:
        kind, source = cell["cell_type"], cell["source"]
        one = {"cell_type": "code" if kind == "code" else "markdown", "source": source, "metadata": {}}
        if kind == "code":
            one |= {"execution_count": None, "outputs": cleaned(cell.get("outputs", ()), OUTPUT)}
        else:
            parsed += len(source)
            one["source"] = markdown(source) if kind == "markdown" and parsed < MOST else as_typed(source)
        made.append(one)
    return made


@functools.lru_cache(maxsize=1000)  # most cells are the same in all submissions
def markdown(text):
    """A Markdown text of which nothing but words, formulas and code is left."""
    if len(text) <= LONGEST:
        try:
            if not LINK.search(text) and _harmless(_parsed(text)):
                return text
            tokens, state = _parser().parse(text)
            written = _Writer()(tokens, state)
            if _harmless(_parsed(written)):
                return written
        except Exception:  # noqa: S110  whatever a parser does with a text that was made to break it
            pass
    return as_typed(text)


def as_typed(text):
    """A Markdown text that shows another one letter by letter: every sign is written as its number."""
    if TYPED.fullmatch(text):
        return text
    lines = [SIGNS.sub(_number, line.expandtabs(4)) for line in text.splitlines()]
    return "\n".join(f"{line}  " if line.strip() else "" for line in lines).strip()


def _number(sign):
    if sign[0][0] == "\\":  # in code, where nothing takes it for a command of TeX
        return f"`{sign[0]}`"
    return "".join(f"&#{160 if letter == ' ' else ord(letter)};" for letter in sign[0] if letter.isprintable())


def _parsed(text):
    return _parser()(text)


@functools.cache
def _parser():
    """What nbconvert reads Markdown with; it gives tokens."""
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    return MarkdownWithMath(renderer=None)


def _harmless(tokens):
    """Whether all tokens are of SHOWN, and no formula can do more than draw, wherever MathJax may see one."""
    drawn = []
    return _each_is_shown(tokens, drawn) and draws("".join(drawn))


def _each_is_shown(tokens, drawn):
    """Whether all tokens, and those in them, are of SHOWN; adds to `drawn` what stands outside code."""
    for token in tokens:
        kind = token["type"]
        if kind not in SHOWN or kind == "block_code" and not _plain_code(token):
            return False
        if kind == "heading" and _is_field(token):
            return False
        if kind == "text":
            drawn.append(html.unescape(token["raw"]))
        elif kind in ("inline_math", "block_math", "latex_environment"):
            formula = token["raw"] if "raw" in token else token["attrs"]["body"]
            if LINK_IN_FORMULA.search(formula):
                return False
            drawn.append(html.unescape(formula))
        elif "children" in token:
            if not _each_is_shown(token["children"], drawn):
                return False
        else:
            drawn.append("\n")
    return True


def _is_field(heading):
    """Whether a heading's id could be one of formgrader's own."""
    return FIELD.search(html.unescape(_plain(heading)).strip()) is not None


def _plain_code(token):
    """Whether a block of code is shown as code, and not as a diagram."""
    info = token.get("attrs", {}).get("info") or ""
    return re.fullmatch(r"[\w+.#-]*", info) is not None and not info.lower().startswith("mermaid")


def draws(text):
    """Whether every command of TeX in a text is one of DRAWS, or has one letter."""
    return all(len(name) == 1 or name in DRAWS for name in re.findall(r"\\([a-zA-Z]+)", text))


class _Writer(MarkdownRenderer):
    """Writes mistune's tokens as Markdown again, without what is not of SHOWN."""

    def render_referrences(self, state):
        return ()

    def render_tokens(self, tokens, state):
        return _apart(self.iter_tokens(_joined(tokens), state))

    def text(self, token, state):
        return _words(token["raw"])

    def link(self, token, state):
        words, address = self.render_children(token, state), html.unescape(token["attrs"]["url"]).strip()
        if not WEB.fullmatch(address):
            return words
        same = unquote(html.unescape(_plain(token))) == unquote(address)
        return f"`{address}`" if same else f"{words} (`{address}`)".strip()

    image = link

    def heading(self, token, state):
        return self.paragraph(token, state) if _is_field(token) else super().heading(token, state)

    def inline_html(self, token, state):
        return _words(token["raw"])

    def block_html(self, token, state):
        lines = [{"type": "text", "raw": line} for line in map(str.strip, token["raw"].splitlines()) if line]
        return self.paragraph(
            {"children": [one for line in lines for one in (line, {"type": "linebreak"})][:-1]}, state
        )

    def block_code(self, token, state):
        return super().block_code(token if _plain_code(token) else {**token, "attrs": {"info": "text"}}, state)

    def inline_math(self, token, state):
        return self._formula(token["raw"], "$", "$")

    def block_math(self, token, state):
        return self._formula(token["raw"], "$$", "$$")

    def latex_environment(self, token, state):
        name = token["attrs"]["name"]
        return self._formula(token["attrs"]["body"], f"\\begin{{{name}}}", f"\\end{{{name}}}")

    def _formula(self, formula, before, after):
        if draws(html.unescape(formula)) and not LINK_IN_FORMULA.search(formula):
            return before + formula + after
        return _words(" ".join(f"{before}{formula}{after}".split()))

    def def_list(self, token, state):
        return self.render_children(token, state) + "\n"

    def def_list_head(self, token, state):
        return self.render_children(token, state) + "\n"

    def def_list_item(self, token, state):
        return ": " + self.render_children(token, state).strip() + "\n"


def _joined(tokens):
    """Tokens of which no two texts stand side by side: what makes a sign more than a sign may stand in two of them."""
    joined = []
    for token in tokens:
        if joined and token["type"] == joined[-1]["type"] == "text":
            joined[-1] = {"type": "text", "raw": joined[-1]["raw"] + token["raw"]}
        else:
            joined.append(token)
    return joined


def _apart(pieces):
    """Pieces of Markdown as one text; two of code do not become one."""
    text = ""
    for piece in filter(None, pieces):
        text += " " * (text.endswith("`") and piece.startswith("`")) + piece
    return text


def _plain(token):
    """The words of a token and of those in it."""
    return token.get("raw") or "".join(map(_plain, token.get("children", ())))


def _words(text):
    """Words as Markdown in which every sign is only a sign, and no command of TeX that does more than draw."""
    pieces = re.split(r"\\([a-zA-Z]{2,})", html.unescape(text))
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = f"&#92;{piece}" if piece in DRAWS else f"`\\`{piece}"
        else:
            pieces[number] = ACTIVE.sub(lambda sign: ENTITIES.get(sign[0], f"\\{sign[0]}"), piece)
    return _apart(pieces)
