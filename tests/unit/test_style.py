"""One style of code, and the settings that say which."""

import subprocess
import sys

import pytest

from course_lib.tools.places import COURSE


@pytest.mark.parametrize("words", [("check",), ("format", "--check")])
def test_ruff(words):
    done = subprocess.run([sys.executable, "-m", "ruff", *words, "."], cwd=COURSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
