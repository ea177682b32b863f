"""What every run has in common: no settings of whoever runs it,
`--chapter`, and a summary that leaves nothing unsaid."""

import contextlib
import json
import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

with contextlib.suppress(ImportError):
    # before anything imports the standard library's distutils, which Python 3.11 still has: nbgrader needs setuptools'
    import setuptools  # noqa: F401

HERE = Path(__file__).resolve().parent
BEGUN = time.monotonic()

for name in [name for name in os.environ if name.startswith("COURSE_") and name != "COURSE_PRECISION"]:
    del os.environ[name]  # the settings of whoever runs the tests must not decide what they find

if threading.current_thread() is threading.main_thread():
    # nor whether they run behind `nohup` or `&`: programs that are started here would inherit what that ignores
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser):
    parser.addoption(
        "--chapter",
        action="append",
        default=[],
        metavar="NN",
        help="of the tests that run once per chapter or task, only those of this chapter",
    )
    parser.addoption(
        "--every-look",
        action="store_true",
        help="each page of the book on a desk and on a phone, light and dark; else each page in one of these ways",
    )
    parser.addoption(
        "--minutes",
        type=float,
        metavar="N",
        help="begin no further test of tests/ after so long, and say how many were left: for where a run has an end",
    )


def pytest_runtest_setup(item):
    minutes = item.config.getoption("--minutes")
    if minutes is not None and time.monotonic() - BEGUN > 60 * minutes:
        pytest.skip(f"NOT RUN, since {minutes:g} minutes were over")


def pytest_sessionfinish():
    """What tests have left open; a worker of xdist ends without what is registered by `atexit`."""
    if browser := sys.modules.get("browser"):
        browser.close()


def pytest_collection_modifyitems(config, items):
    """Tests in chapters/ and exercises/ have the chapter's number in their parameters: test_rules[twins-03_lesson]."""
    wanted = config.getoption("--chapter")
    if not wanted:
        return
    left_out = [item for item in items if (number := chapter_of(item)) and number not in wanted]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def chapter_of(item):
    """The number of the chapter that a test in tests/chapters or
    tests/exercises is about; None for one about all or none."""
    if Path(item.path).parent.name not in ("chapters", "exercises"):
        return None
    found = re.search(r"[\[-](\d\d)(?=[-_\]])", item.nodeid.rpartition("::")[2])
    return found and found[1]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    write = terminalreporter.write_line
    reports = [report for found in terminalreporter.stats.values() for report in found if hasattr(report, "duration")]
    seconds = Counter()
    for report in reports:
        parts = report.nodeid.split("::")[0].split("/")
        seconds["/".join(parts[: 1 + (parts[0] == "tests")])] += report.duration
    write(
        f"seconds by part: {', '.join(f'{part} {round(spent)}' for part, spent in sorted(seconds.items())) or 'none'}"
    )
    lecture = json.loads((HERE / "chapters" / "lecture.json").read_text(encoding="utf-8"))
    found = set()
    for path in sorted((HERE.parent / "chapters").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            found |= {tag.removeprefix("covers-") for tag in cell["metadata"].get("tags", [])}
    missing = [name for name in lecture if name not in found]
    write(
        f"statements of the lecture covered: {len(lecture) - len(missing)} / {len(lecture)}; "
        f"missing: {', '.join(missing) or 'none'}"
    )
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, (tuple, list))
    )
    told = "; ".join(f"{count} x {reason}" for reason, count in reasons.most_common())
    write(f"skipped: {sum(reasons.values())}" + f" ({told})" * bool(told))
