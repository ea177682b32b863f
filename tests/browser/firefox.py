"""Firefox without a window, spoken to in the standard protocol (WebDriver BiDi): what is asked of Chromium, too."""

import base64
import itertools
import json
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import websocket
from chrome import PATIENCE, Browser, until

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
# what a new profile would fetch or ask; and no way to another machine
SETTINGS = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "remote.active-protocols": 1,
}
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004"}


def free_port():
    """One that nobody listens at now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Firefox(Browser):
    """One page of a Firefox with an empty profile."""

    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        settings = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items()]
        Path(self._profile.name, "user.js").write_text("\n".join(settings), encoding="utf-8")
        port = free_port()
        options = ["--headless", "--no-remote", "--profile", self._profile.name, f"--remote-debugging-port={port}"]
        self._process = subprocess.Popen([FIREFOX, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def connected():
            try:
                return websocket.create_connection(
                    f"ws://127.0.0.1:{port}/session", timeout=2 * PATIENCE, http_no_proxy=["*"], suppress_origin=True
                )
            except (OSError, websocket.WebSocketException):
                return None

        self._socket = until(connected, "Firefox did not start")
        self._numbers = itertools.count(1)
        self.errors = []
        self.tell("session.new", capabilities={})
        self.tell("session.subscribe", events=["log.entryAdded"])
        [page] = self.tell("browsingContext.getTree")["contexts"]
        self._page = page["context"]
        self.tell("browsingContext.setViewport", context=self._page, viewport={"width": 1280, "height": 900})

    def tell(self, method, **options):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": options}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(answer["params"]["text"])
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]

    def go(self, address):
        self.tell("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def js(self, code):
        whole = f"(async () => JSON.stringify(await ({code})) ?? 'null')()"
        answer = self.tell("script.evaluate", expression=whole, target={"context": self._page}, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def _act(self, kind, name, *actions, **about):
        source = {"type": kind, "id": name, "actions": list(actions), **about}
        self.tell("input.performActions", context=self._page, actions=[source])

    def point(self, x, y):
        self._act(
            "pointer",
            "mouse",
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def press(self, key, *, code=None, modifiers=0):
        self.type(KEYS.get(key, key))

    def type(self, text):
        self._act("key", "keys", *({"type": kind, "value": one} for one in text for kind in ("keyDown", "keyUp")))

    def picture(self, path):
        taken = self.tell("browsingContext.captureScreenshot", context=self._page)
        Path(path).write_bytes(base64.b64decode(taken["data"]))
