"""The workbook as a learner sees it: a real JupyterLab in a real browser, with a profile and a home that are empty."""

import json
import os
from urllib.parse import quote

import nbformat
import pytest
from chrome import CHROMIUM, Browser, until
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from served import Server

from course_lib.tools import lab, standing, workbook

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium (apt-get install chromium)")

LESSON = "01_cnn_basics/01_lesson.ipynb"
SOLVED = """from course_lib import record
record.note("check", chapter="01", task="pad_same", holds=2, total=2)"""
BAR = """import time
from pathlib import Path
from course_lib.progress import bar
with bar(total=3, desc="at work") as shown:
    shown.update()
    while not Path("go").exists():
        time.sleep(0.05)
print("done", "here")"""
OWN = [
    new_markdown_cell("# Mine", id="head"),
    new_code_cell("order = []", id="first"),
    new_code_cell("order.append(2)", id="second"),
    new_code_cell("order.append(3)", id="third"),
    new_code_cell("print(order)", id="fourth"),
    new_code_cell(BAR, id="bar"),
    new_code_cell(SOLVED, id="solved"),
]
ALL = "[...document.querySelectorAll('{}')]"
TABS = ALL.format("#jp-main-dock-panel .lm-TabBar-tab")
IDLE = "document.querySelector('#jp-main-statusbar')?.innerText.includes('| Idle')"  # and not only not busy yet
HERE = ".jp-NotebookPanel:not(.lm-mod-hidden)"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(tmp_path_factory, home):
    folder = tmp_path_factory.mktemp("desk") / "workbook"
    workbook.complete(folder, "en")
    nbformat.write(new_notebook(cells=OWN, metadata=workbook_metadata(folder)), folder / "mine.ipynb")
    with Server(folder, "en", HOME=str(home)) as server:
        server.folder = folder
        yield server


def workbook_metadata(folder):
    return nbformat.read(folder / LESSON, as_version=4).metadata


@pytest.fixture
def browser(server, request):
    browser = Browser()
    yield browser
    if request.session.testsfailed:  # for whoever looks for the reason
        browser.picture(server.folder.parent / f"{request.node.name}.png")
    browser.close()


def opened(browser, server, path):
    """Open a page of the workbook, as the address that `learn` prints does."""
    browser.go(lab.page(server.base, server.token, path))
    browser.wait(f"{TABS}.some(tab => tab.title.includes({json.dumps('Path: ' + path)}))")
    if path.endswith(".ipynb"):
        browser.wait(IDLE, "the kernel is ready")


def clean(server):
    """Forget which pages were open, as on the first day."""
    for path in (server.folder / ".jupyter" / "lab" / "workspaces").iterdir():
        path.write_text(json.dumps(lab.WORKSPACE), encoding="utf-8")


def enter(browser, number, text=None):
    """Put the cursor into a cell of the notebook, and write."""
    cell = f"document.querySelectorAll('{HERE} .jp-Cell')[{number}]"

    def inside():  # what is loading may push the cell away under the mouse
        browser.click(f"{cell}?.querySelector('.cm-content')")
        return browser.js(f"{cell}.contains(document.activeElement)")

    until(inside, f"the cursor is in cell {number}")
    if text is not None:
        browser.press("a", modifiers=2)
        browser.type(text)
        browser.wait(f"{cell}.querySelector('.cm-content').innerText.includes({json.dumps(text.splitlines()[-1])})")


def saved(path):
    """id -> cell of a notebook, as it is in the file."""

    def now():
        try:
            return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
        except ValueError:  # Jupyter is writing it
            return {}

    return until(now, f"{path} can be read")


def test_the_first_start(server, browser, home):
    """The first page, the table of contents at the left, and nothing else; from there into the lesson."""
    clean(server)
    opened(browser, server, "README.md")
    browser.wait("document.querySelector('.jp-MarkdownViewer h1')?.innerText.includes('The workbook')")
    headings = ALL.format("#table-of-contents:not(.lm-mod-hidden) .jp-tocItem") + ".map(item => item.innerText)"
    browser.wait(f"{headings}.some(text => text.includes('Hand in'))", "the table of contents shows the first page")
    assert browser.js(f"{TABS}.length") == 1, "no page of another workbook"
    browser.click(f"{ALL.format('.jp-MarkdownViewer a')}.find(link => link.innerText.includes('From the MLP'))")
    browser.wait(IDLE, "the lesson opens, and its kernel starts")
    browser.wait(f"{headings}.some(text => text.includes('What is lost'))", "it shows the lesson")
    folded = ALL.format(".jp-InputPlaceholder .jp-PlaceholderText")
    browser.wait(f"{folded}.length > 5", "cells that answer are folded")
    told = f"{folded}.filter(line => getComputedStyle(line).display != 'none').map(line => line.innerText)"
    assert browser.js(told) == [], "and their first lines, such as a claim's sentence, are not shown"
    dirty = "document.querySelectorAll('.lm-TabBar-tab.jp-mod-dirty').length"
    assert browser.js(dirty) == 0, "nothing was changed, so there is nothing to be saved"
    browser.press("w", code="KeyW", modifiers=1)  # Alt+W closes it
    browser.wait(f"{TABS}.length == 1", "it closes without a question")
    assert not browser.js("document.querySelector('.jp-Dialog')")
    wide = browser.js(
        "Math.max(...[...document.querySelectorAll('.jp-MarkdownViewer p, .jp-MarkdownViewer li')]"
        ".map(e => e.getBoundingClientRect().width / parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert wide < 50, "a line of prose has at most so many letters' widths"
    assert not list(home.rglob(".jupyter*")) and not list(home.rglob(".ipython*")), "nothing is written to the home"
    assert not [said for said in browser.errors if "course" in said], "what the workbook adds to JupyterLab works"


def test_a_notebook_is_saved_before_a_cell_is_run_and_cells_run_in_order(server, browser):
    opened(browser, server, "mine.ipynb")
    enter(browser, 1, "order = [1]  # typed, and not run")
    enter(browser, 4)
    browser.press("Enter", modifiers=2)  # Ctrl+Enter runs this cell, which fails: `order` is not there
    browser.wait(f"document.querySelectorAll('{HERE} .jp-Cell')[4].innerText.includes('NameError')")
    assert saved(server.folder / "mine.ipynb")["first"].source == "order = [1]  # typed, and not run"
    enter(browser, 1)
    for _ in range(4):  # quickly, one behind the other
        browser.press("Enter", modifiers=8)
    browser.wait(f"document.querySelectorAll('{HERE} .jp-Cell')[4].innerText.includes('[1, 2, 3]')")


SLOW = """
const fetched = window.fetch;
window.fetch = async (input, options) => {
    const answer = await fetched(input, options);
    if ((options?.method ?? input.method) == "PUT" && (input.url ?? input).includes("contents")) {
        window.slowly = (window.slowly ?? 0) + 1;
        await new Promise(done => setTimeout(done, 4000));
    }
    return answer;
};
"""


def test_cells_run_quickly_where_saving_is_slow(server, browser):
    """No question about a file that somebody else has changed."""
    browser.tell("Page.addScriptToEvaluateOnNewDocument", source=SLOW)
    clean(server)
    opened(browser, server, "mine.ipynb")
    for turn in range(3):  # each is run while the one before is still being saved
        enter(browser, 1, f"order = [{turn}]")
        browser.press("Enter", modifiers=2)
    asked = "Boolean(document.querySelector('.jp-Dialog'))"
    last = lambda: saved(server.folder / "mine.ipynb")["first"].source == "order = [2]"
    until(lambda: last() or browser.js(asked), "the last is saved, too")
    browser.wait(f"{asked} || document.querySelectorAll('.lm-TabBar-tab.jp-mod-dirty').length == 0")
    assert not browser.js(asked), "nobody else has changed it"


def test_nothing_dead_is_left_the_next_day(server, browser):
    opened(browser, server, "mine.ipynb")
    enter(browser, 5)
    browser.press("Enter", modifiers=2)
    text = f"document.querySelectorAll('{HERE} .jp-Cell')[5].querySelector('.jp-OutputArea')?.innerText ?? ''"
    browser.wait(f"({text}).includes('at work')", "the bar is seen")
    (server.folder / "go").touch()
    browser.wait(f"({text}).includes('done here')")
    browser.wait(f"!({text}).includes('at work')", "the bar has gone")
    printed = f"document.querySelectorAll('{HERE} .jp-Cell')[5].querySelector('.jp-RenderedText pre')"
    assert browser.js(f"getComputedStyle({printed}).wordBreak") == "keep-all", "no word is broken"
    shown = f"document.querySelectorAll('{HERE} .jp-Cell')[5].querySelectorAll('.jp-OutputArea-child')"
    heights = f"[...{shown}].map(child => child.getBoundingClientRect().height)"
    assert browser.js(heights)[0] == 0, "and leaves no gap"
    browser.press("s", modifiers=2)
    path = server.folder / "mine.ipynb"
    [output] = until(lambda: saved(path)["bar"].outputs, "the notebook is saved")
    assert output.text == "done here\n"
    browser.tell("Page.reload")
    browser.wait(IDLE)
    browser.wait(f"({text}).includes('done here')")
    assert "model not found" not in browser.js("document.body.innerText")


def test_the_first_page_tells_how_far_one_is_now(server, browser):
    (server.folder / ".course" / "record.jsonl").unlink(missing_ok=True)
    clean(server)
    opened(browser, server, "README.md")
    page = "document.querySelector('.jp-MarkdownViewer')?.innerText ?? ''"
    browser.wait(f"({page}).includes('Start here') && ({page}).includes('0 of 12 tasks')")
    browser.click(f"{ALL.format('.jp-MarkdownViewer a')}.find(link => link.innerText.includes('From the MLP'))")
    browser.wait(IDLE)
    enter(browser, 2, SOLVED)  # the first cell with code
    browser.press("Enter", modifiers=2)
    until(lambda: (server.folder / ".course" / "record.jsonl").exists(), "the check has been noted")
    browser.click(f"{TABS}.find(tab => tab.title.includes('README'))")
    browser.wait(f"({page}).includes('1 of 12 tasks')", "the page is renewed when it is looked at again")
    record = server.folder / ".course" / "record.jsonl"
    first = list(standing.standings(server.folder)[0].tasks)[:7]
    line = record.read_text(encoding="utf-8")
    record.write_text("".join(line.replace("pad_same", name) for name in first), encoding="utf-8")
    browser.click(f"{TABS}.find(tab => tab.title.includes('01_lesson'))")
    browser.click(f"{TABS}.find(tab => tab.title.includes('README'))")
    # for what lies in the first screenful, JupyterLab stops short while it still draws
    browser.click(f"{ALL.format('.jp-MarkdownViewer a')}.find(link => /task 8 of/.test(link.innerText))")
    heading = f"{ALL.format(HERE + ' h3')}.find(heading => heading.innerText.startsWith('Task 8'))"
    browser.wait(f"{heading}?.getBoundingClientRect().top < innerHeight / 2", "its link leads to the next task")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_layout_that_the_learner_has_made_is_kept(server, browser, theme, monkeypatch):
    """The theme, and which panel is open, on the next day."""
    clean(server)
    settings = server.folder / ".jupyter" / "lab" / "user-settings" / f"{lab.TAKEN_OVER[0]}.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"theme": theme}), encoding="utf-8")
    opened(browser, server, quote(LESSON))
    browser.wait(f"document.body.dataset.jpThemeLight == '{str('Light' in theme).lower()}'")
    browser.click("document.querySelector('.jp-SideBar .lm-TabBar-tab[data-id=filebrowser]')")
    browser.wait("document.querySelector('#filebrowser:not(.lm-mod-hidden)')")
    [file] = (server.folder / ".jupyter" / "lab" / "workspaces").glob("default*")

    def current():
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:  # it is being written
            return None
        return kept["data"]["layout-restorer:data"]["left"].get("current")

    until(lambda: current() == "filebrowser", "JupyterLab keeps it in the workbook")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    lab.configure(server.folder, "en")
    assert current() == "filebrowser", "and the next start leaves it"
