"""One book for all tests of a process, and a browser to read it in."""

import re

import pytest
from chrome import CHROMIUM, Browser
from reading import PRINTED, SIZES, secrets

from course_lib.tools import chapters
from course_lib.tools.book import making, published


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The folder of the book; nobody writes into it."""
    folder = tmp_path_factory.mktemp("made") / "book"
    making.make(folder, printed=[PRINTED] if CHROMIUM else ())
    return folder


@pytest.fixture(scope="session")
def known():
    """What the book must not hold, as `leaks` takes it."""
    return secrets()


@pytest.fixture
def short(monkeypatch):
    """A course of one chapter, of which nothing has been published."""
    all_chapters = chapters.every()
    monkeypatch.setattr(chapters, "every", lambda: all_chapters[1:2])
    monkeypatch.setattr(published, "known", dict)
    return all_chapters[1]


@pytest.fixture(scope="module")
def browser():
    browser = Browser()
    browser.tell("Network.enable")
    browser.tell(
        "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1
    )
    yield browser
    browser.close()


@pytest.fixture
def opened(book, browser):
    """Opens a page of the book, light and on a desk unless told otherwise."""

    def go(language, name, size="desk", theme="light", reduced=False):
        width, height = SIZES[size]
        browser.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        motion = "reduce" if reduced else "no-preference"
        features = {"prefers-color-scheme": theme, "prefers-reduced-motion": motion}
        browser.tell(
            "Emulation.setEmulatedMedia", features=[{"name": one, "value": value} for one, value in features.items()]
        )
        browser.go("about:blank")
        browser.wait("location.href === 'about:blank'")
        path, mark, rest = re.fullmatch(r"(\w+)([?#]?)(.*)", name).groups()
        browser.go(f"{(book / language / path).as_uri()}.html{mark}{rest}")
        browser.wait("document.readyState === 'complete' && location.protocol === 'file:'")
        browser.js("(() => { try { localStorage.clear() } catch {} })()")
        return browser

    return go
