"""A browser without a window, spoken to in Chromium's own protocol (DevTools), so that nothing else is needed."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import websocket

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
PATIENCE = 180  # seconds, on a machine that does other things, too


def until(condition, why):
    """Wait until a function returns something that counts as true, and return that."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, why
        time.sleep(0.1)
    return value


class Browser:
    """One page of a Chromium with an empty profile."""

    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--lang=en"]
        options += ["--remote-debugging-port=0", f"--user-data-dir={self._profile.name}", "--window-size=1280,900"]
        options += ["--remote-allow-origins=*", "--no-proxy-server"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")
        self._process = subprocess.Popen(
            [CHROMIUM, *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        file = Path(self._profile.name) / "DevToolsActivePort"
        until(lambda: file.exists() and len(file.read_text().split()) == 2, "Chromium did not start")
        port = file.read_text().split()[0]
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/json") as answer:
            [page] = [page for page in json.load(answer) if page["type"] == "page"]
        self._socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], timeout=2 * PATIENCE, http_no_proxy=["*"], suppress_origin=True
        )
        self._numbers = itertools.count(1)
        self.errors = []  # what the page has said in its console
        self.tell("Emulation.setFocusEmulationEnabled", enabled=True)  # JupyterLab follows what has the focus
        self.tell("Page.enable")
        self.tell("Runtime.enable")

    def tell(self, method, **options):
        """Send a command of the protocol and wait for its answer."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": options}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("method") == "Runtime.consoleAPICalled" and answer["params"]["type"] == "error":
                said = [part.get("value", part.get("description", "")) for part in answer["params"]["args"]]
                self.errors.append(" ".join(map(str, said)))
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(answer["params"]["exceptionDetails"]["text"])
            if answer.get("method") == "Page.javascriptDialogOpening":  # "leave this page?"
                accept = {
                    "id": next(self._numbers),
                    "method": "Page.handleJavaScriptDialog",
                    "params": {"accept": True},
                }
                self._socket.send(json.dumps(accept))
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def go(self, address):
        self.tell("Page.navigate", url=address)

    def js(self, code):
        """The value of an expression in the page; a promise is waited for."""
        answer = self.tell("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait(self, code, why=""):
        """Wait until an expression is true in the page, and return its value; the page may be loading."""

        def now():
            try:
                return self.js(f"(found => found instanceof Element || found)({code})")
            except RuntimeError:
                return None

        return until(now, f"{why or code}: not within {PATIENCE} s")

    def click(self, element):
        """Click into the middle of an element, given as an expression; waits until it is there and stands still,
        with nothing over it: what is drawn anew in the meantime would never feel the click."""
        self.wait(element)
        middle = f"""(element => {{
          if (!element) return null;
          element.scrollIntoView({{block: 'nearest'}});
          const box = element.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
          const there = document.elementFromPoint(x, y);
          return there && (element.contains(there) || there.contains(element)) ? {{x, y}} : null;
        }})({element})"""
        looks = [None]

        def at_rest():
            looks.append(self.js(middle))
            return looks[-1] == looks[-2] and looks[-1]

        self.point(**until(at_rest, f"{element} does not come to rest"))

    def point(self, x, y):
        """Click at a place of the window, in CSS pixels."""
        at = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.tell("Input.dispatchMouseEvent", type="mousePressed", **at)
        self.tell("Input.dispatchMouseEvent", type="mouseReleased", **at)

    def press(self, key, *, code=None, modifiers=0):
        """Press and release a key; modifiers: 1 Alt, 2 Ctrl, 8 Shift."""
        names = {"Enter": (13, "\r"), "Escape": (27, "")}
        number, typed = names.get(key, (ord(key.upper()) if len(key) == 1 else 0, key if len(key) == 1 else ""))
        about = {"key": key, "code": code or key, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        typed = typed if not modifiers & 3 else ""
        self.tell("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": typed} if typed else {}))
        self.tell("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, text):
        self.tell("Input.insertText", text=text)

    def picture(self, path):
        """Write a picture of the page, as PNG."""
        Path(path).write_bytes(base64.b64decode(self.tell("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        try:
            self._socket.close()
        finally:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._profile.cleanup()
