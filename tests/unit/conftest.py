"""What several files of this folder need."""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def drawn(monkeypatch):
    """Catches the figures of a test; at its end, each must have been small, not empty, and closed."""
    from drawn import Drawn

    from course_lib import plot

    catcher = Drawn(monkeypatch)
    yield catcher
    catcher.check(plot.MAX_BYTES)


@pytest.fixture
def live(request, drawn, monkeypatch):
    """Shows one of a module's `WIDGETS` (name -> function) as a person sees it, and gives its HTML."""
    monkeypatch.setattr("course_lib.widgets.page.somebody_watches", lambda: True)

    def html(name, **options):
        request.module.WIDGETS[name](**options)
        [thing] = drawn.other
        return thing.data

    return html


@pytest.fixture
def open_folder():
    """An empty folder that every user may reach; pytest's own are for whoever runs it alone."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def as_nobody():
    """A context in which rights count: as root all may be read, so it lasts with the rights of the user nobody."""

    @contextlib.contextmanager
    def without_rights():
        if os.name == "nt":
            pytest.skip("Windows has other rights")
        if os.geteuid():
            yield
            return
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return without_rights
