"""Classes for the tests of this folder; without nbgrader and Dask they are skipped, and the summary says so."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from course_lib.tools.places import COURSE

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

    from course_lib.tools import places

    folder = tmp_path_factory.mktemp("class")
    places.CLASSES = folder / "classes.json"
    return classes.make(folder)


@pytest.fixture
def klass(released, tmp_path):
    """A released class of the test's own."""
    from course_lib.classroom.classes import ClassFolder

    return ClassFolder(shutil.copytree(released.folder, tmp_path / "class"))


@pytest.fixture(scope="module", autouse=True)
def no_dask_afterwards():
    """Its threads draw from Python's random numbers, twice a second, and so does Keras for its seeds: tests of
    other files would see other networks each time."""
    yield
    names = ("IO loop", "Dask-Default-Threads")
    end = time.monotonic() + 10
    while found := [one.name for one in threading.enumerate() if one.name.startswith(names)]:
        assert time.monotonic() < end, f"these outlive the module: {found}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def scheduler():
    """Address of a Dask scheduler with two workers that live in this process: it is there at once."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, host="127.0.0.1", protocol="tcp://") as cluster:  # fmt: skip
        yield cluster.scheduler_address


@pytest.fixture
def marker(monkeypatch, tmp_path):
    """Grading with the marker of classes.py; returns the file in which it logs what it marked."""
    import classes

    from course_lib.classroom import workers

    monkeypatch.setattr(workers, "work", classes.work)
    monkeypatch.setenv("CLASS_LOG", str(tmp_path / "marked.log"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), str(COURSE)]))  # for worker processes
    return tmp_path / "marked.log"


@pytest.fixture
def serve(tmp_path):
    """Starts formgrader on a class and gives its address."""
    import classes

    started = []

    def start(klass):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
            "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.port_retries=0",
            "--ServerApp.disable_check_xsrf=True",
            "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
        ]  # fmt: skip
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, cwd=klass.folder, env=classes.environment(tmp_path), **silent))

        def answers():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        classes.until(answers, 60)
        return f"http://127.0.0.1:{port}/formgrader"

    yield start
    for server in started:
        server.terminate()
        server.wait(20)
