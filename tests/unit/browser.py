"""What a widget of the page does in a browser when it is used."""

import json
import re
import subprocess
from html import unescape

import pytest
from chrome import CHROMIUM

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


def used(html, actions, folder):
    """What JavaScript notes in `found` while it uses a page.

    Args:
        html: of the widget.
        actions: JavaScript, in which the names of `HELPERS` are known; it may wait (`await later(1)`).
        folder: an empty folder for the page and the browser's profile.
    """
    page = folder / "page.html"
    script = f"{HELPERS}(async () => {{ try {{ {actions} }} catch (error) {{ found.error = String(error); }}"
    script += ' document.body.append(Object.assign(document.createElement("pre"), {id: "found", textContent: JSON.stringify(found)})); })();'
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{html}<script>{script}</script>", encoding="utf-8")
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=30000"]
    command += [f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=180)
    noted = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert noted, done.stdout[-2000:] + done.stderr[-2000:]
    noted = json.loads(unescape(noted[1]))
    assert "error" not in noted, noted
    return noted
