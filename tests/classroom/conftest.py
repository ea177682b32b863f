"""Classes for the tests of this folder; without nbgrader and Dask they are skipped, and the summary says so."""

import importlib.util
import shutil
from pathlib import Path

import pytest

MISSING = [name for name in ("nbgrader", "distributed") if importlib.util.find_spec(name) is None]


def pytest_collection_modifyitems(items):
    if MISSING:
        reason = f"{' and '.join(MISSING)} not installed: pip install -r requirements-instructor.txt"
        for item in items:
            if Path(item.path).parent == Path(__file__).parent:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A released class that tests must leave as it is; with no memory of it beside the checkout."""
    import classes

    from course_lib.classroom import course

    folder = tmp_path_factory.mktemp("class")
    course.REMEMBERED = folder / "classes.json"
    return classes.make(folder)


@pytest.fixture
def klass(released, tmp_path):
    """A released class of the test's own."""
    from course_lib.classroom.course import Course

    return Course(shutil.copytree(released.folder, tmp_path / "class"))
