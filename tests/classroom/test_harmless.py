"""An instructor's browser meets a student's notebook: whatever is in it, nothing runs and nothing far away is asked."""

import base64
import http.server
import json
import random
import re
import threading

import classes
import html5lib
import nbformat
import pytest
from chrome import CHROMIUM, Browser, until

from course_lib.classroom import grade, harmless
from course_lib.classroom.judge import submission
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.notebook_bytes import read
from course_lib.classroom.pages import feedback, report
from course_lib.tools import sources

SCRIPT = "javascript:window.top.ran=1//"
PICTURE = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.top.ran=1'></svg>").decode()
# Each is a link, a picture, HTML or a formula that nbconvert hands on to the browser, in all the ways there are to
# write one; FAR is the address of a server.
ACTS = (
    f"[a]({SCRIPT})",
    f'[a]({SCRIPT} "a \\" title")',
    f"[a](<{SCRIPT}>)",
    f"[a][b]\n\n[b]: {SCRIPT}",
    f"[b]\n\n[b]: <{SCRIPT}> 'title'",
    f"[b][]\n\n> [b]: {SCRIPT}",
    f"[^1]\n\n[^1]: {SCRIPT}",
    f"<{SCRIPT}>",
    "[a](&#106;avascript:window.top.ran=1)",
    "[a](&#x6A;&#x61;vascript&colon;window.top.ran=1)",
    "[a](JaVaScRiPt:window.top.ran=1)",
    "[a](<java\tscript:window.top.ran=1>)",
    "[a](<java&#10;script:window.top.ran=1>)",
    "[a](&#1;javascript:window.top.ran=1)",
    "[a](vbscript:msgbox(1))",
    "[a](file:///etc/passwd)",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](blob:FAR)",
    "[a](//127.0.0.1)",
    "[a](evil.html)",
    "[a](/formgrader/manage_students)",
    "[a](FAR/link)",
    "[a](FAR/link 'title')",
    "<FAR/autolink>",
    "FAR/bare",
    f"# [a]({SCRIPT})",
    f"| a |\n|---|\n| [a]({SCRIPT}) |",
    f"- [ ] [a]({SCRIPT})",
    f"term\n: [a]({SCRIPT})",
    f"~~**[a]({SCRIPT})**~~",
    f"[![a](FAR/picture)]({SCRIPT})",
    "![a](FAR/picture)",
    "![a][b]\n\n[b]: FAR/picture",
    "![a](data:image/svg+xml;base64," + PICTURE + ")",
    "![a](x 'title\" onerror=\"window.top.ran=1')",
    "<img src=FAR/picture>",
    "<img src=x onerror='window.top.ran=1'>",
    "<IMG SRC=x ONERROR='window.top.ran=1'>",
    "a <img src=x onerror='window.top.ran=1'> b",
    f"<a href='{SCRIPT}'>a</a>",
    f"a <a\nhref='{SCRIPT}'>a</a> b",
    "<script>window.top.ran=1</script>",
    "<svg onload='window.top.ran=1'></svg>",
    "<math><mtext></mtext><a href='FAR/link'>a</a></math>",
    "<style>@import 'FAR/style';</style>",
    "<div style='background:url(FAR/background)'>a</div>",
    "<iframe src=FAR/frame></iframe>",
    "<iframe srcdoc='<script>window.top.ran=1</script>'></iframe>",
    "<object data=FAR/object></object>",
    "<embed src=FAR/embed>",
    "<video poster=FAR/poster></video>",
    "<audio src=FAR/audio></audio>",
    "<link rel=stylesheet href=FAR/sheet>",
    "<link rel=prefetch href=FAR/prefetch>",
    "<meta http-equiv=refresh content='0;url=FAR/refresh'>",
    "<base href=FAR>",
    "<form action=FAR/form><button>a</button></form>",
    "<details open ontoggle='window.top.ran=1'>a</details>",
    "<input autofocus onfocus='window.top.ran=1'>",
    "<!-- a --><img src=FAR/picture>",
    "<?a ?><img src=FAR/picture>",
    "<![CDATA[ a ]]><img src=FAR/picture>",
    "</div></div></div><script>window.top.ran=1</script>",
    "`a`<img src=FAR/picture>`b`",
    f"```mermaid\ngraph TD\nA-->B\nclick A href \"{SCRIPT}\"\n```",
    "```mermaid\n</pre><img src=FAR/picture>\n```",
    r"$\href{javascript:window.top.ran=1}{a}$",
    r"$$\href{FAR/link}{a}$$",
    r"\\(\href{FAR/link}{a}\\)",
    r"\begin{align}\href{FAR/link}{a}\end{align}",
    r"\$\href{FAR/link}{a}\$",
    r"&#36;&#92;href{FAR/link}{a}&#36;",
    r"$\url{FAR/link}$",
    r"$\require{html}\style{background:url(FAR/background)}{a}$",
    r"$\class{score}{a}$",
    r"$\cssId{statusmessage}{a}$",
    r"$\bbox[background:url(FAR/background)]{a}$",
    r"$\mmlToken{mi}[href='FAR/link']{a}$",
    r"$\unicode[FAR]{65}$",
    r"$\def\a{\href}\a{FAR/link}{a}$",
    r"$\let\a=\href\a{FAR/link}{a}$",
    r"$\includegraphics{FAR/picture}$",
)  # fmt: skip
KEPT = {  # words of a text -> its shown words
    "[the paper](https://example.org/a_b?c=d&e=f 'title')": "the paper (https://example.org/a_b?c=d&e=f)",
    "![a plot](HTTPS://example.org/plot.png)": "a plot (HTTPS://example.org/plot.png)",
    "see https://example.org/a_b, too": "see https://example.org/a_b, too",
    "<https://example.org>": "https://example.org",
    "[a *b* `c[0]`][d]\n\n[d]: http://example.org": "a b c[0] (http://example.org)",
    "[my words](javascript:1)": "my words",
    "x < y, a & b, 2 * 3, snake_case, \\[no link\\](here), <b>bold</b>": "x < y, a & b, 2 * 3, snake_case, [no link](here), <b>bold</b>",
    "- one [x](y)\n- two": "one x two",
    "| a | b |\n|---|---|\n| [x](y) | `c` |": "a b x c",
    "한국어 [링크](javascript:1) 문장": "한국어 링크 문장",
    "$\\frac{a}{b}$ and [x](y)": "$\\frac{a}{b}$ and x",
    "$\\href{https://example.org}{a}$": "$\\href{https://example.org}{a}$",
}
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = set("html head body p h1 h2 h3 h4 h5 h6 ul ol li pre code em strong del blockquote hr br div span".split())
COMMANDS = re.compile(r"\\(?:href|url|require|style|class|cssId|bbox|mmlToken|unicode|def|let|includegraphics)")
ELEMENTS |= set("table thead tbody tr th td dl dt dd input a".split())


def rendered(text):
    """As formgrader shows a Markdown cell."""
    from nbconvert.exporters import HTMLExporter

    return HTMLExporter().markdown2html({"cell": {}}, text)


def acting(text):
    """What could act in a Markdown text that formgrader shows: elements, attributes, commands of formulas."""
    found = []
    tree = html5lib.parse(rendered(text))
    for one in tree.iter():
        name = str(one.tag).replace(NAMESPACE, "")
        if name not in ELEMENTS or "mermaid" in one.get("class", ""):
            found.append(name)
        for key, value in one.attrib.items():
            if key in ("class", "id", "start", "type", "disabled", "checked"):
                continue
            if key == "style" and re.fullmatch("text-align:(left|center|right)", value):
                continue
            if not (key == "href" and value.startswith("#") and one.get("class") == "anchor-link"):
                found.append(f"{name} {key}")
    return found + COMMANDS.findall(_drawn(tree))


def _drawn(element):
    """Words where MathJax looks for formulas."""
    if element.tag in (NAMESPACE + "code", NAMESPACE + "pre"):
        return ""
    return (element.text or "") + "".join(_drawn(one) + (one.tail or "") for one in element)


@pytest.mark.parametrize("text", ACTS)
def test_nothing_of_a_text_acts(text):
    text = text.replace("FAR", "http://127.0.0.1:9")
    assert acting(text), "as it comes, it does"
    shown = harmless.markdown(text)
    assert not acting(shown), shown
    assert not re.search(r"\]\(\s*<?\w+:|^\[[^]]*\]:|(?<!\\)<[a-zA-Z/!?]", _without_code(shown), re.MULTILINE), (
        "in any dialect"
    )
    if "mermaid" not in text:  # the text of a diagram is code now
        assert not re.search(r"(script|file|data|blob):\S|<[a-z!?/]|\\href", shown, re.IGNORECASE), (
            "nor for those who search"
        )
    assert harmless.markdown(shown) == shown, "once is enough"
    assert harmless.as_typed(harmless.as_typed(text)) == harmless.as_typed(text)
    assert acting(harmless.as_typed(text)) == []


@pytest.mark.parametrize("text", ["# blur-test", "## pad_same-test-errors", "blur-comment\n===", "# [blur test](x)", "# blur&#45;test", "# *blur*-test", "# statusmessage"])  # fmt: skip
def test_no_heading_takes_the_place_of_a_field_for_points(text):
    """By its id, which nbconvert makes of its words."""
    ids = lambda shown: [one.get("id") for one in html5lib.parse(rendered(shown)).iter() if one.get("id")]
    assert ids(text) and not ids(harmless.markdown(text))
    assert ids(harmless.markdown("# My tests")) == ["My-tests"]


def _without_code(text):
    return re.sub(r"(`+)[^`].*?\1", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("text", KEPT)
def test_words_and_the_addresses_of_the_web_stay(text):
    shown = rendered(harmless.markdown(text))
    words = "".join(html5lib.parse(shown).itertext())
    assert " ".join(words.split()) == KEPT[text]
    assert not acting(harmless.markdown(text))


def test_harmless_texts_stay_letter_by_letter():
    """The course's own, above all: what they look like does not change but for links."""
    notebook = sources.learner_copy(classes.NOTEBOOK, "en")
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert len(texts) > 10
    for text in [*texts, "# A heading\n\n- a list\n\n```python\nx[0] < 1\n```\n\n$$\\sum_i x_i^2 \\cdot \\mathbf{w}$$"]:
        if "](" not in text:
            assert rendered(harmless.markdown(text)) == rendered(text)
    assert harmless.markdown("A *plain* text: $x^2$.\n") == "A *plain* text: $x^2$.\n"


def test_whatever_pieces_of_markdown_come_together():
    pieces = [
        *"[]()<>!`$|\\*_~#-:&;{}^",
        "\n",
        "\n\n",
        "  \n",
        "    ",
        "```",
        "~~~",
        "> ",
        "- ",
        "1. ",
        "---",
        "$$",
        "\\\\(",
        "\\\\)",
    ]
    pieces += [
        "\\\\[",
        "\\\\]",
        "\\begin{a}",
        "\\end{a}",
        "\\href{javascript:x}{y}",
        "http://a.b/`c`",
        "&#106;avascript:x",
        "&lt;",
    ]
    pieces += [
        "&#91;",
        "&#92;href{x}",
        "<img src=x onerror=a>",
        "<script>",
        "<!--",
        "-->",
        "[x](javascript:a)",
        "[x]: javascript:a",
    ]
    pieces += ["[x][y]", "![x](http://e)", "a", "x y", "**", "mermaid", "===\n", ": d", "www.a.b", "a@b.c", "\u2028", "\x00", "\x0c"]  # fmt: skip
    draw = random.Random(0)
    for _ in range(800):
        text = "".join(draw.choices(pieces, k=draw.randint(1, 14)))
        assert not acting(harmless.markdown(text)), text
        assert not acting(harmless.as_typed(text)), text


def test_texts_that_are_made_to_take_long_or_to_break_parsers():
    for piece in ("\\\\[", "\\\\(", "[", "$a", "> ", "*a", "<a ", "[[a](", "\\begin{a}"):
        text = piece * 30_000
        assert harmless.markdown(text) == harmless.as_typed(text)
    assert not acting(harmless.markdown("> " * 900 + "[a](javascript:1)"))
    assert not acting(harmless.markdown("[" * 900 + "[a](javascript:1)" + "](x)" * 900))
    many = [{"cell_type": "markdown", "source": f"[{number}](x)" * 3000} for number in range(100)]
    assert harmless.notebook(many)[-1]["source"] == harmless.as_typed(many[-1]["source"]), "they are many"


def outputs():
    """Outputs of a cell that act, in every form that nbformat has for them."""
    data = {
        "text/html": "<img src=FAR/picture onerror='window.top.ran=1'>",
        "text/markdown": f"[a]({SCRIPT})",
        "image/svg+xml": "<svg onload='window.top.ran=1'/>",
        "text/latex": r"$\href{FAR/link}{a}$",
        "application/javascript": "window.top.ran=1",
        "application/vnd.jupyter.widget-view+json": {"model_id": "a"},
        "image/png": "x' onerror='window.top.ran=1",
        "image/gif": "R0lGODlhAQABAAAAACw=",
        "text/plain": "<script>window.top.ran=1</script>",
    }
    shown = [
        nbformat.v4.new_output("display_data", {kind: data[kind]}, metadata={kind: {"isolated": True, "width": "1 onerror=a"}})
        for kind in data
    ]  # fmt: skip
    shown.append(nbformat.v4.new_output("execute_result", data, execution_count=1))
    shown.append(
        nbformat.v4.new_output("stream", name="stdout", text="\x1b]8;;FAR/link\x07a <script>window.top.ran=1</script>")
    )
    script = "<script>window.top.ran=1</script>"
    shown.append(nbformat.v4.new_output("error", ename=script, evalue=script, traceback=[script]))
    return shown


def hostile(far):
    """A solved notebook with all of that in it, as bytes."""

    def change(notebook):
        for text in ACTS:
            notebook["cells"].append(nbformat.v4.new_markdown_cell(text))
            notebook["cells"].append(nbformat.v4.new_raw_cell(text))
        attached = nbformat.v4.new_markdown_cell("![a](attachment:a.svg) ![b](attachment:missing.png)")
        attached["attachments"] = {"a.svg": {"image/svg+xml": PICTURE}}
        notebook["cells"] += [
            attached,
            nbformat.v4.new_code_cell("1", outputs=outputs(), metadata={"alt": "a'><script>"}),
        ]
        notebook["metadata"]["title"] = "</title><script>window.top.ran=1</script>"
        notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"a": "</script>"}}

    return classes.changed(classes.solved(), change).replace(b"FAR", far.encode())


def kinds(cells):
    return {kind for cell in cells for one in cell.get("outputs", ()) for kind in one.get("data", ())}


def test_the_executed_notebook_and_the_graded_copy(klass, marker):
    content = hostile("http://127.0.0.1:9")
    merged = submission.merge(read_plan(classes.ASSIGNMENT.source), read(content)[0])
    cells = submission.executed(merged)["cells"]
    classes.hand_in(klass, "s5", content)
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    path = klass.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb"
    copy = json.loads(path.read_text(encoding="utf-8"))
    for found in (cells, copy["cells"]):
        assert {cell["cell_type"] for cell in found} == {"code", "markdown"}
        texts = ["".join(cell["source"]) for cell in found if cell["cell_type"] == "markdown"]
        assert len(texts) > 2 * len(ACTS) and not any(map(acting, texts))
        assert not any("attachments" in cell for cell in found)
        assert {key for cell in found for key in cell["metadata"]} <= {"nbgrader", "editable", "deletable"}
        assert kinds(found) <= {"text/plain", "image/png"}
    assert "onerror=" not in json.dumps(
        [one["data"].get("image/png") for cell in copy["cells"] for one in cell.get("outputs", ()) if "data" in one]
    )
    assert "widgets" not in copy["metadata"] and "title" not in copy["metadata"]  # fmt: skip


def test_stock_nbgraders_feedback(klass, marker):
    """It is made from the graded copies; what it loads by itself is nbconvert's own."""
    content = hostile("http://far.example")
    classes.hand_in(klass, "s5", content)
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    classes.nbgrader(klass, "generate_feedback", "01_cnn_basics", "--student", "s5")
    path = klass.path("feedback", "s5", "01_cnn_basics") / "01_exercises.html"
    tree = html5lib.parse(path.read_text(encoding="utf-8"))
    values = [(key, value) for one in tree.iter() for key, value in one.attrib.items()]
    assert not [
        pair for pair in values if "far.example" in pair[1] or "javascript:" in pair[1] or pair[0].startswith("on")
    ]
    assert not any("window.top.ran" in (one.text or "") for one in tree.iter(NAMESPACE + "script"))
    assert "far.example/link" in "".join(tree.itertext())


def test_a_text_that_is_cut_does_not_act(tmp_path):
    """Where a notebook is too long, its cells are cut: behind a quote's beginning, for example."""
    cells = [
        {"type": "markdown", "source": "x" * 9990 + "`" + "<img src=x onerror=a>" * 5000, "graded": {}, "id": str(n)}
        for n in range(60)
    ]
    merged = submission.merge(read_plan(classes.ASSIGNMENT.source), cells)
    shown = submission.executed(merged)["cells"]
    assert len(shown[0]["source"]) < 12_000 and not any(acting(cell["source"]) for cell in shown[:3])


@pytest.fixture
def far():
    """The address of a server, and what it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def visited(browser, address, where):
    """After a click on everything: (whether a script has run, how much was clicked, where the browser is)."""
    browser.go(address)
    browser.wait(
        f"document.readyState === 'complete' && location.href.startsWith({address!r}) && document.querySelector({where!r})"
    )
    browser.js("window.open = address => { window.opened = address }")
    clicked = browser.js(
        f"""(() => {{
            const all = [...document.querySelectorAll({where!r} + ' *')].filter(one => !one.closest('.panel-heading, .panel-footer'))
            for (const one of all) {{
                if (one.target) one.removeAttribute('target')
                one.dispatchEvent(new MouseEvent('click', {{bubbles: true, cancelable: true}}))
            }}
            return all.length
        }})()"""
    )
    browser.js("new Promise(done => setTimeout(done, 1500))")
    return browser.js("window.ran === 1"), clicked, browser.js("window.opened || location.href")


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: graded copies were not looked at in a browser"
)
def test_in_formgrader_and_in_our_pages(klass, marker, serve, far):
    """Loaded and clicked all over, in a browser: nothing runs, nothing is asked. What was handed in, as it is, does."""
    address, asked = far
    classes.hand_in(klass, "s5", hostile(address))
    classes.hand_in(
        klass,
        "2026002",
        classes.solved(
            "en", {"blur": f"def blur(image):\n    raise ValueError('<img src={address}/p onerror=window.top.ran=1>')"}
        ),
    )
    grade.run(klass, classes.ASSIGNMENT, trust=True)
    pages = feedback.run(klass, classes.ASSIGNMENT)
    report.run(klass, classes.ASSIGNMENT)
    formgrader = serve(klass)
    with klass.gradebook() as gradebook:
        one = gradebook.find_submission_notebook("01_exercises", "01_cnn_basics", "s5").id
    browser = Browser()
    try:
        page = f"{formgrader}/submissions/{one}/"
        ran, clicked, at = visited(browser, page, "#notebook-container")
        assert not ran and clicked > 500 and at.partition("#")[0] == page and asked == []
        assert address in browser.js("document.querySelector('#notebook-container').innerText"), "addresses are words"
        for path in (pages["s5"], pages["2026002"], klass.folder / "report" / "01_cnn_basics.html"):
            ran, clicked, at = visited(browser, path.as_uri(), "body")
            assert not ran and clicked > 20 and at.partition("#")[0] == path.as_uri() and asked == []
        graded = klass.path("autograded", "s5", "01_cnn_basics") / "01_exercises.ipynb"
        copy = nbformat.read(graded, as_version=4)
        copy.cells += [
            nbformat.v4.new_markdown_cell(f"[a]({SCRIPT})"),
            nbformat.v4.new_markdown_cell(f"![a]({address}/picture)"),
        ]
        nbformat.write(copy, graded)
        ran, *_ = visited(browser, page, "#notebook-container")
        assert ran and until(lambda: asked == ["/picture"], "the picture was not asked for")
    finally:
        browser.close()
