"""What several files of this folder need."""

import pytest


@pytest.fixture
def drawn(monkeypatch):
    """Catches the figures of a test; at its end, each must have been small, not empty, and closed."""
    from drawn import Drawn

    from course_lib import plot

    catcher = Drawn(monkeypatch)
    yield catcher
    catcher.check(plot.MAX_BYTES)
