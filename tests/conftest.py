"""The summary of a test run ends with how much of the lecture the chapters cover."""

import json
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

for name in [name for name in os.environ if name.startswith("COURSE_") and name != "COURSE_PRECISION"]:
    del os.environ[name]  # the settings of whoever runs the tests must not decide what they find


def pytest_terminal_summary(terminalreporter):
    lecture = json.loads((HERE / "chapters" / "lecture.json").read_text(encoding="utf-8"))
    found = set()
    for path in sorted((HERE.parent / "chapters").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            found |= {tag.removeprefix("covers-") for tag in cell["metadata"].get("tags", [])}
    missing = [name for name in lecture if name not in found]
    terminalreporter.write_line(
        f"statements of the lecture covered: {len(lecture) - len(missing)} / {len(lecture)}; missing: {', '.join(missing) or 'none'}"
    )
