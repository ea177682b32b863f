"""Weights that come as wheels: from a package index on this machine, which fails in many ways, and the real one."""

import hashlib
import http.server
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_lib import data, wheels
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.texts import LANGUAGES
from course_lib.tools import testing
from course_lib.wheels import registry

CONTENT = {"big.bin": np.random.default_rng(0).bytes(3_000_000), "words.txt": b"one two three"}
OFFLINE = str(testing.OFFLINE)


def a_wheel(contents=CONTENT):
    """small-1.0, a package that holds some files and would give itself away if anything in it were run: as bytes."""
    stored = io.BytesIO()
    trap = "import os; os._exit(77)\n"
    with zipfile.ZipFile(stored, "w") as archive:
        for name, content in contents.items():
            archive.writestr(f"small/{name}", content)
        archive.writestr("small/__init__.py", trap)
        archive.writestr("small.pth", trap)
        archive.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\nRequires-Dist: nowhere\nRequires-Python: >=9\n")  # fmt: skip
        archive.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("small-1.0.dist-info/entry_points.txt", "[console_scripts]\nsmall = small:main\n")
        archive.writestr("small-1.0.dist-info/RECORD", "")
    return stored.getvalue()


WHEEL = a_wheel()


def row(content=WHEEL, contents=CONTENT):
    """What a table says of the package; its members are named differently from its files, as they may be."""
    facts = lambda name, inside: {"member": f"small/{name}", "sha256": sha(inside), "bytes": len(inside)}
    return {
        "package": "small",
        "version": "1.0",
        "sha256": sha(content),
        "bytes": len(content),
        "licence": "MIT",
        "licence_file": "licences/small.txt",
        "origin": "PyPI small 1.0",
        "what": "a test",
        "files": {f"small_{name}": facts(name, inside) for name, inside in contents.items()},
    }


def sha(content):
    return hashlib.sha256(content).hexdigest()


class Index(http.server.BaseHTTPRequestHandler):
    """A package index with one package; what else it does is set on its server."""

    def do_GET(self):
        server = self.server
        server.asked.append(self.path)
        if server.status:
            return self.send_error(server.status)
        if self.path == "/simple/small/":
            name = f"small-1.0-py3-none-{server.platform}.whl"
            page = f'<html><a href="/files/{name}">{name}</a></html>'.encode()
            return self.reply(page, "text/html", len(page))
        if self.path.endswith(".whl"):
            self.reply(server.content, "application/octet-stream", len(server.content), server.breaks_at)
            server.sent.set()
            if server.stalls:
                server.released.wait(60)
            return None
        return self.send_error(404)

    def reply(self, content, kind, length, stop=None):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content[:stop])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of fetched files, and a table that knows one package."""
    monkeypatch.setattr(wheels, "TABLE", tmp_path / "WHEELS.json")
    monkeypatch.setattr(wheels, "_missing", {})
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    know(row())
    return tmp_path / "cache"


def know(*rows):
    table = {facts["package"]: facts for facts in rows}
    wheels.TABLE.write_text(json.dumps(table), encoding="utf-8")


@pytest.fixture
def index(monkeypatch, cache):
    """A server, and a pip that knows no other."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        server.content, server.status, server.breaks_at, server.stalls = WHEEL, None, None, False
        server.platform = "any"
        server.asked, server.sent, server.released = [], threading.Event(), threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def files_of(cache):
    """All below the cache, as relative paths."""
    return sorted(path.relative_to(cache).as_posix() for path in cache.rglob("*") if path.is_file())


ALL = ["small-1.0/small_big.bin", "small-1.0/small_words.txt"]


def refused(words, name="small_big.bin"):
    with pytest.raises(CourseError, match=words) as error:
        data.file(name)
    message = error.value.args[0]
    for language in LANGUAGES:
        assert "\n" not in message.to(language) and "{" not in message.to(language)
    assert message.to("ko") != message.to("en")
    return str(message)


def test_fetched_once_unpacked_verified_and_offline_afterwards(index, cache, capfd):
    path = data.file("small_big.bin")
    assert path == cache / "small-1.0" / "small_big.bin" and path.read_bytes() == CONTENT["big.bin"]
    assert files_of(cache) == ALL, "both files, and nothing of how they came"
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o644  # a class may share the folder
    asked = list(index.asked)
    assert data.file("small_words.txt").read_bytes() == CONTENT["words.txt"] and data.available("small")
    assert not wheels.fetch(wheels.table()["small"]) and index.asked == asked
    assert asked == ["/simple/small/", "/files/small-1.0-py3-none-any.whl"], "and nothing that it depends on"
    assert capfd.readouterr() == ("", ""), "this would end up in the stored outputs of a notebook"


def test_a_wheel_for_another_system_is_taken_where_the_table_names_it(index, cache):
    index.platform = "win_arm64"
    refused("the package small==1.0 cannot be fetched")
    know({**row(), "platform": "win_arm64"})
    assert data.file("small_big.bin").read_bytes() == CONTENT["big.bin"]


def test_nothing_is_imported_or_run(index, cache, monkeypatch, tmp_path):
    """Neither its modules, nor its .pth file, nor what lies in the current folder; and nothing is left to be."""
    (tmp_path / "pip.py").write_text("raise SystemExit(78)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = set(sys.path)
    data.file("small_big.bin")
    assert "small" not in sys.modules and set(sys.path) == before
    assert not list(cache.rglob("*.py")) + list(cache.rglob("*.pth")) + list(cache.rglob("*.whl"))


def test_the_cache_lies_in_the_learners_home(monkeypatch, tmp_path):
    for name in ("COURSE_DATA", "COURSE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert wheels.cache() == COURSE / ".course" / "wheels"
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    assert wheels.cache() == tmp_path / ".course" / "wheels"
    monkeypatch.setenv("COURSE_DATA", "~/shared")
    assert wheels.cache() == Path.home() / "shared"


def test_a_course_that_cannot_be_written(monkeypatch, tmp_path):
    """An ordinary user's files then go to the user's own folder."""
    for name in ("COURSE_DATA", "COURSE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "access", lambda *words: False)
    if os.name != "nt" and sys.platform != "darwin":
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        assert wheels.cache() == tmp_path / "course_lib" / ".course" / "wheels"
    assert COURSE not in wheels.cache().parents


def test_no_network(index, cache):
    index.shutdown()
    index.server_close()
    assert refused("is not on this machine") == (
        "small (3 MB) is not on this machine, and the package small==1.0 cannot be fetched, since the package index cannot "
        "be reached: connect this computer to the network; then run `python3 -m course_lib fetch`"
    )
    assert files_of(cache) == []


def test_a_machine_that_reaches_no_other(index, cache, monkeypatch):
    """As tests and notebooks run: their own sitecustomize.py refuses every other machine, pip's, too."""
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.org/simple/")
    monkeypatch.setenv("PYTHONPATH", OFFLINE)
    refused("the package index cannot be reached: connect this computer")


@pytest.mark.parametrize(
    "status, words",
    [(404, "does not have small==1.0: name another one in PIP_INDEX_URL"), (403, "answers 403: wait"), (503, "answers 503: wait")],
)  # fmt: skip
def test_an_index_that_has_no_such_package(index, cache, status, words):
    index.status = status
    refused(words)
    assert files_of(cache) == []
    index.status = None
    assert data.file("small_big.bin").is_file()


def test_a_connection_that_breaks_and_the_next_one_that_holds(index, cache):
    index.breaks_at = 1_000_000
    refused("the connection broke or is too slow")
    assert files_of(cache) == []
    index.breaks_at = None
    assert data.file("small_big.bin").is_file()


def test_another_sha256_is_refused_and_told(index, cache):
    other = a_wheel({**CONTENT, "big.bin": b"else"})
    index.content = other
    sentence = refused("and was refused, since data/WHEELS.json states another one")
    assert sha(other) in sentence and files_of(cache) == []
    index.content = WHEEL
    assert data.file("small_big.bin").read_bytes() == CONTENT["big.bin"]


def test_a_table_that_names_other_content_or_a_member_that_is_not_there(index, cache):
    know(row(contents={"big.bin": b"else"}))
    refused("was refused")
    facts = row()
    facts["files"]["small_big.bin"]["member"] = "small/none"
    know(facts)
    refused("holds no small/none: correct data/WHEELS.json")
    assert files_of(cache) == []
    know(row())
    assert data.file("small_big.bin").read_bytes() == CONTENT["big.bin"], "corrected"


def test_a_damaged_file_is_fetched_again_and_kept_if_that_fails(index, cache):
    path = data.file("small_big.bin")
    for damaged in (b"x" * len(CONTENT["big.bin"]), b"short"):
        path.write_bytes(damaged)
        index.status = 503
        refused("small_big.bin is damaged, and the package small==1.0 cannot be fetched")
        assert path.read_bytes() == damaged, "what a person put there was removed"
        index.status = None
        assert data.file("small_big.bin").read_bytes() == CONTENT["big.bin"]
    assert files_of(cache) == ALL


SCRIPT = """
from pathlib import Path
from course_lib import wheels
wheels.TABLE = Path({table!r})
print(wheels.fetch(wheels.table()["small"]))
"""


def another_process(**options):
    script = SCRIPT.format(table=str(wheels.TABLE))
    environment = {**os.environ, "PYTHONPATH": str(COURSE)}
    return subprocess.Popen([sys.executable, "-c", script], env=environment, **options)


def test_two_processes_at_once(index, cache):
    """Both are in the middle of it when the server lets them go on."""
    index.stalls, index.breaks_at = True, None
    both = [another_process(stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert index.sent.wait(60)
    index.released.set()
    assert [process.communicate(timeout=120)[0].strip() for process in both] == ["True"] * 2
    assert files_of(cache) == ALL and data.file("small_big.bin").read_bytes() == CONTENT["big.bin"]


def wait_for(condition):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no interrupt to a single process")
def test_ctrl_c_leaves_no_mess_and_no_process(index, cache):
    index.stalls, index.breaks_at = True, 2_000_000
    child = another_process(stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert index.sent.wait(60)
    downloads = lambda: list(cache.glob(f"{wheels.STAGING}*"))
    assert len(downloads()) == 1
    child.send_signal(signal.SIGINT)
    assert child.wait(60) != 0
    assert files_of(cache) == [] and downloads() == []
    if Path("/proc/self").exists():
        commands = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
        assert not [command for command in commands if str(cache).encode() in command], "pip goes on"
    index.stalls, index.breaks_at = False, None
    assert data.file("small_big.bin").is_file() and files_of(cache) == ALL


def test_what_a_killed_process_left_is_cleared_a_day_later(index, cache):
    for name, age in (("old", wheels.STALE + 60), ("new", 60)):
        folder = cache / f"{wheels.STAGING}{name}"
        folder.mkdir(parents=True)
        (folder / "part.whl").write_bytes(b"part")
        os.utime(folder, (time.time() - age,) * 2)
    data.file("small_big.bin")
    assert [path.name for path in cache.glob(f"{wheels.STAGING}*")] == [f"{wheels.STAGING}new"]


def test_a_cache_that_cannot_be_written(index, cache, monkeypatch):
    cache.write_text("a file where the folder should be", encoding="utf-8")
    sentence = refused("small .3 MB. cannot be written to .*cache.*set COURSE_DATA to the folder")
    assert str(cache) in sentence and not index.asked
    monkeypatch.setenv("COURSE_DATA", str(cache.with_name("other")))
    assert data.file("small_big.bin").parent == cache.with_name("other") / "small-1.0"


def test_a_folder_of_somebody_else_that_has_all_is_enough(index, open_folder, as_nobody, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(open_folder))
    wheels.TABLE.parent.chmod(0o755)
    wheel = wheels.table()["small"]
    open_folder.chmod(0o555)  # for tests that run as an ordinary user, whose own folder it is
    with as_nobody():
        with pytest.raises(CourseError, match="cannot be written to .*Permission denied.*set COURSE_DATA"):
            wheels.fetch(wheel)
    open_folder.chmod(0o755)
    wheels.fetch(wheel)
    open_folder.chmod(0o555)
    with as_nobody():
        assert not wheels.fetch(wheel)
    open_folder.chmod(0o755)


def test_a_disk_that_is_full(index, cache, monkeypatch):
    import shutil

    total = shutil.disk_usage(cache.parent)
    monkeypatch.setattr(wheels.shutil, "disk_usage", lambda path: total._replace(free=4_000_000))
    refused("cannot be written to .* .it has 4 MB free, and 9 MB are needed.: make room for it")
    assert not index.asked and files_of(cache) == []


class Row:
    """What sentences need to know of a wheel."""

    name, pin, size = "small", "small==1.0", "3 MB"


@pytest.mark.parametrize(
    "said, words",
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.', "
         "OSError('Tunnel connection failed: 407 Proxy Authentication Required'))': /simple/", "USER:PASSWORD@HOST"),
        ("WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', NewConnectionError())'",
         "correct HTTPS_PROXY"),
        ("Could not fetch URL https://pypi.org/simple/small/: There was a problem confirming the ssl certificate: "
         "SSLCertVerificationError: self-signed certificate", "pip config set global.cert"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError('<x>: Failed to establish a new connection: "
         "[Errno -3] Temporary failure in name resolution')'\nERROR: No matching distribution found for small==1.0",
         "connect this computer"),
        ("ERROR: HTTP error 404 while getting https://x/small-1.0.whl", "answers 404"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "broke or is too slow"),
        ("ERROR: No matching distribution found for small==1.0", "does not have small==1.0"),
        ("ERROR: something new", "pip says something new"),
        ("ERROR: something old\nCreated temporary directory: /tmp/certificate-verify", "pip says something old"),
        ("", "pip says -"),
    ],
)  # fmt: skip
def test_what_pip_complains_of_is_said_with_what_to_do(said, words):
    told = registry.reason(said, Row)
    assert words in told and ": " in told
    assert told.to("ko") != told.to("en") and "{" not in told.to("ko")


def test_settings_of_pip_that_are_for_installing_do_not_hinder(index, cache, monkeypatch):
    for name in ("PIP_REQUIRE_VIRTUALENV", "PIP_REQUIRE_HASHES", "PIP_NO_BINARY"):
        monkeypatch.setenv(name, ":all:" if name == "PIP_NO_BINARY" else "1")
    assert data.file("small_big.bin").is_file()


def test_a_mirror_is_the_one_that_pips_own_file_names(index, cache, monkeypatch, tmp_path):
    """With a folder of wheels beside it, as offices have them."""
    (tmp_path / "wheelhouse").mkdir()
    (tmp_path / "wheelhouse" / "small-1.0-py3-none-any.whl").write_bytes(WHEEL)
    settings = f"[global]\nno-index = true\nfind-links = {tmp_path / 'wheelhouse'}\n"
    (tmp_path / "pip.conf").write_text(settings, encoding="utf-8")
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    assert data.file("small_big.bin").is_file() and not index.asked


def test_a_python_without_pip_uses_the_one_it_carries(index, cache, monkeypatch):
    find_spec = registry.importlib.util.find_spec
    monkeypatch.setattr(registry.importlib.util, "find_spec", lambda name: name != "pip" and find_spec(name))
    import ensurepip

    if list(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")):
        assert data.file("small_big.bin").is_file()
        (cache / "small-1.0" / "small_big.bin").unlink()
    monkeypatch.setattr(ensurepip, "__file__", str(cache / "ensurepip.py"))
    refused("this Python has no pip: run `uv pip install pip`")


def test_progress_is_shown_to_whoever_watches(index, cache, monkeypatch, capsys):
    from course_lib import progress

    monkeypatch.setattr(progress, "somebody_watches", lambda: True)
    index.stalls, index.breaks_at = True, 2_000_000
    largest, seen = registry._largest, []

    def looked_at(folder):  # the server goes on once half of it has been shown
        seen.append(largest(folder))
        if seen[:-1] and seen[-2] > 1_000_000:
            index.released.set()
        return seen[-1]

    monkeypatch.setattr(registry, "_largest", looked_at)
    refused("the connection broke")
    shown = capsys.readouterr().err
    assert "fetching small" in shown and "/3.00M" in shown and re.search(r" [12][.]\d+M/3[.]00M", shown), (
        "it grows with what has come"
    )


def test_a_section_that_needs_what_is_missing_is_left_out_in_a_sentence(index, cache, capsys):
    index.status = 503
    assert not data.available("small")
    first = capsys.readouterr().out
    assert first.startswith("left out here: small (3 MB) is not on this machine, and ") and first.count("\n") == 1
    asked = len(index.asked)
    assert not data.available("small_big.bin") and len(index.asked) == asked, "the network is left alone"
    assert capsys.readouterr().out == "left out, since small is missing (why stands further up)\n"
    index.status = None
    process = another_process(stdout=subprocess.PIPE, text=True)  # `fetch` in a terminal, as the sentence says
    assert process.communicate(timeout=60)[0] == "True\n"
    assert data.available("small") and data.available("small_big.bin") and capsys.readouterr().out == ""
    with pytest.raises(CourseError, match="no weights 'other': choose from those that data/WHEELS.json knows, small"):
        data.available("other")


# a small wheel that all the world has, several files in it
SIX = {
    "package": "six",
    "version": "1.17.0",
    "sha256": "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274",
    "bytes": 11050,
    "licence": "MIT",
    "licence_file": "licences/six.txt",
    "origin": "PyPI six 1.17.0",
    "what": "a module of Python, as data",
    "files": {
        "six.py": {
            "member": "six.py",
            "sha256": "c51c91f703d3d4b3696c923cb5fec213e05e75d9215393befac7f2fa6a3904df",
            "bytes": 34703,
        },
        "six_licence.txt": {
            "member": "six-1.17.0.dist-info/LICENSE",
            "sha256": "4375ba20e2b9c6c4e7cad2940a628fd90e95cc3d50ee92aae755715d8ba1fbd0",
            "bytes": 1066,
        },
    },
}


def test_a_second_wheel_from_the_real_index(cache, monkeypatch):
    """As this machine's pip is set up; the tests' own wall lets nobody through, so it is opened here for pip alone."""
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path != OFFLINE]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    know(row(), SIX)
    wheel = wheels.table()["six"]
    try:
        assert wheels.fetch(wheel)
    except CourseError as error:
        if "the package index cannot be reached" not in str(error):
            raise
        pytest.skip(f"no package index is reached: {error}")
    assert files_of(cache) == ["six-1.17.0/six.py", "six-1.17.0/six_licence.txt"]
    assert "Benjamin Peterson" in data.file("six_licence.txt").read_text(encoding="utf-8")
    assert not wheels.fetch(wheel) and wheel.here()


def test_the_table_tells_the_truth():
    """Of what is on this machine; `file` compares its content, and every row has what people want to know."""
    for name, wheel in wheels.table().items():
        assert (COURSE / "data" / wheel.licence_file).read_text(encoding="utf-8").strip()
        assert wheel.licence and wheel.what and wheel.package in wheel.origin and wheel.version in wheel.origin
        assert len(wheel.sha256) == 64 and wheel.files and name.isidentifier()
        assert all(facts.keys() == {"member", "sha256", "bytes"} for facts in wheel.files.values())
        if wheel.here():
            assert not wheels.fetch(wheel)
    names = [file for wheel in wheels.table().values() for file in wheel.files]
    assert len(names) == len(set(names)) and not set(names) & set(data.manifest())
