"""What a widget of the page does in a browser when it is used."""

import functools
import json

import pytest
from chrome import CHROMIUM, Browser

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: widgets were not used in one")
HELPERS = """
const found = {}, all = (what) => [...document.querySelectorAll(what)], one = (what) => all(what)[0];
const pressed = (words) => one(`button[aria-label="${words}"]`).click();
const typed = (field, value) => { field.value = value; field.dispatchEvent(new Event("input", {bubbles: true})); };
const touched = (thing, kind = "pointerdown", x = 0.5, y = 0.5) => {
  const edges = thing.getBoundingClientRect();
  const place = {clientX: edges.left + x * edges.width, clientY: edges.top + y * edges.height};
  thing.dispatchEvent(new PointerEvent(kind, {...place, pointerType: "touch", buttons: 1, bubbles: true}));
};
const key = (thing, name) => thing.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true}));
const later = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
"""


@functools.cache
def _browser():
    """One for all tests of a process: starting it takes longer than most of them."""
    return Browser()


def close():
    """End the browser, if there is one."""
    if _browser.cache_info().currsize:
        _browser().close()
        _browser.cache_clear()


def _time(policy):
    _browser().tell("Emulation.setVirtualTimePolicy", policy=policy)


def used(html, actions, folder):
    """What JavaScript notes in `found` while it uses a page.

    Args:
        html: of the widget.
        actions: JavaScript, in which the names of `HELPERS` are known; it may wait (`await later(1)`).
        folder: an empty folder for the page.
    """
    page = folder / "page.html"
    script = f"{HELPERS}(async () => {{ try {{ {actions} }} catch (error) {{ found.error = String(error); }}"
    script += " window.noted = JSON.stringify(found); })();"
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{html}<script>{script}</script>", encoding="utf-8")
    _time("advance")  # what a widget waits for comes at once
    _browser().go(page.as_uri())
    noted = json.loads(_browser().wait(f"location.href === {json.dumps(page.as_uri())} && window.noted", "no page"))
    _browser().go("about:blank")
    _time("pause")  # or the browser counts on, as fast as it can
    assert "error" not in noted, noted
    return noted
