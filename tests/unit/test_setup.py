"""The parts of the set-up: what systems, Pythons, proxies and homes there are; most are imitated."""

import http.server
import importlib.util
import io
import os
import platform
import shutil
import ssl
import subprocess
import sys
import threading
import tomllib
import types
from pathlib import Path
from types import SimpleNamespace

import checkout
import pytest
from packaging.specifiers import SpecifierSet
from test_old_python import pythons as found_pythons

from course_lib.__main__ import check_python
from course_lib.errors import CourseError
from course_lib.texts import told
from course_lib.tools import bootstrap, places
from course_lib.tools.places import COURSE
from course_lib.tools.setup import install, locks, probe, pythons, reasons, steps, surroundings, systems

GOOD = {
    "executable": "/usr/bin/python3",
    "version": [3, 12, 4],
    "name": "CPython",
    "bits": 64,
    "free_threaded": False,
    "system": "linux",
    "platform": "linux-x86_64",
    "machine": "x86_64",
    "venv": True,
}
posix = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for programs")


# systems and Pythons


@pytest.mark.parametrize(
    "found, wrong",
    [
        ({}, None),
        ({"version": [3, 11, 0]}, None),
        ({"version": [3, 10, 9]}, "Python 3.10"),
        ({"version": [3, 14, 0]}, "Python 3.14"),
        ({"version": [3, 13, 1], "free_threaded": True}, "a free-threaded build of Python 3.13"),
        ({"name": "PyPy"}, "PyPy, not CPython"),
        ({"bits": 32, "platform": "win32", "system": "win32"}, "a Python 3.12 of 32 bits"),
        ({"platform": "win-arm64", "system": "win32", "machine": "ARM64"}, "a Python 3.12 for ARM"),
        ({"platform": "win-amd64", "system": "win32", "machine": "ARM64"}, None),  # x64 on a Windows for ARM
        ({"system": "darwin", "platform": "macosx-10.9-universal2", "machine": "x86_64"}, "a Python 3.12 for Intel"),
        ({"system": "darwin", "platform": "macosx-11.0-arm64", "machine": "arm64"}, None),
    ],
)
def test_pythons_that_will_not_do(found, wrong):
    complaint = systems.unfit({**GOOD, **found})
    assert complaint is None if wrong is None else wrong in complaint


@pytest.mark.parametrize(
    "found, libc, sentence",
    [
        ({}, ("glibc", "2.36"), None),
        ({"machine": "aarch64"}, ("glibc", "2.36"), None),
        ({}, ("glibc", "2.17"), "glibc 2.17, and TensorFlow needs 2.27"),
        ({}, ("", ""), "Linux with musl, such as Alpine"),
        ({"machine": "riscv64"}, ("glibc", "2.36"), "kind riscv64"),
        ({"machine": "armv7l"}, ("glibc", "2.36"), "kind armv7l"),
        ({"machine": "i686"}, ("glibc", "2.36"), "kind i686"),
        ({"machine": "ppc64le"}, ("glibc", "2.36"), "kind ppc64le"),
        ({"system": "darwin", "machine": "x86_64"}, ("", ""), "a Mac with an Intel processor"),
        ({"system": "darwin", "machine": "arm64"}, ("", ""), None),
        ({"system": "freebsd14"}, ("", ""), "this is freebsd14"),
        ({"system": "cygwin"}, ("", ""), "Python of cygwin"),
        ({"system": "win32", "platform": "win-amd64", "machine": "AMD64"}, ("", ""), None),
        ({"system": "win32", "platform": "win32", "machine": "x86"}, ("", ""), "a Windows of 32 bits"),
    ],
)
def test_systems_without_packages_are_told_before_anything_is_installed(found, libc, sentence, monkeypatch, tmp_path):
    monkeypatch.setattr(platform, "libc_ver", lambda: libc)
    monkeypatch.setattr(systems.glob, "glob", lambda pattern: [] if libc[0] else ["/lib/ld-musl-x86_64.so.1"])
    monkeypatch.setattr(systems, "_apple_silicon", lambda: False)
    monkeypatch.setattr(probe, "facts", lambda: {**GOOD, **found})
    monkeypatch.setattr(install, "check_space", lambda files: pytest.fail("goes on") if sentence else stop())

    def stop():
        raise CourseError("goes on")

    with pytest.raises(CourseError) as error:
        install.set_up([install.LEARNER], tmp_path / ".venv")
    said = str(told(error.value, "en"))
    assert (sentence or "goes on") in said and not (tmp_path / ".venv").exists()
    if sentence and "cygwin" not in sentence:
        assert "Google Colab" in said and "Google Colab" in told(error.value, "ko") != said


@pytest.mark.parametrize(
    "version, sentence", [("11.7.10", "macOS 11.7"), ("12.0", None), ("14.5", None), ("26.1", None), ("", None)]
)
def test_old_macos(version, sentence, monkeypatch):
    monkeypatch.setattr(platform, "mac_ver", lambda: (version, ("", "", ""), ""))
    complaint = systems._no_packages({**GOOD, "system": "darwin", "machine": "arm64"})
    assert complaint is None if sentence is None else sentence in complaint


@pytest.mark.parametrize("characters, long_paths, good", [(64, False, True), (65, False, False), (200, True, True)])
def test_long_paths_on_windows(characters, long_paths, good, monkeypatch):
    class Key:
        __enter__ = __exit__ = lambda self, *rest: None

    winreg = SimpleNamespace(
        HKEY_LOCAL_MACHINE=0, OpenKey=lambda *words: Key(), QueryValueEx=lambda *words: (int(long_paths), 4)
    )
    monkeypatch.setitem(sys.modules, "winreg", winreg)
    monkeypatch.setattr(systems, "os", SimpleNamespace(name="nt"))
    folder = "C:\\Users\\hyejin.kim\\".ljust(characters - len("\\.venv"), "x") + "\\.venv"
    assert len(folder) == characters
    complaint = systems._path_too_long(folder)
    assert (complaint is None) == good
    if not good:
        assert "has 65 characters, and Windows has room for 64" in complaint and "C:\\course" in complaint


def test_the_longest_path_in_the_packages_is_the_one_that_is_reckoned_with():
    from importlib import metadata

    from course_lib.tools.setup import folders

    names = [pin.partition("==")[0].partition("[")[0] for pin in folders.pins("requirements.txt")]
    lengths = []
    for name in names:
        try:
            lengths += [len(str(file)) for file in metadata.files(name) or []]
        except metadata.PackageNotFoundError:  # for another system
            continue
    assert 0 <= systems.LONGEST_PATH - max(lengths) < 10


# which Python makes .venv


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)


@posix
def test_another_python_of_this_machine_is_taken(tmp_path, monkeypatch):
    """pyenv's shims do not start, and one of 3.13 is free-threaded: the next that will do is found."""
    script(tmp_path / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127\n")
    script(tmp_path / "python3.12", f'exec {checkout.base_python()} "$@"\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    found = pythons._other()
    assert found["version"][:2] == list(sys.version_info[:2]) and found["venv"]


OLD = """
from course_lib.tools.setup import probe
facts = probe.facts()
probe.facts = lambda: {**facts, "version": [3, 14, 2]}
from course_lib.tools.setup import pythons
pythons._names = lambda version: []
"""
SET_UP = """
import sys
from course_lib.tools import bootstrap
from course_lib.errors import CourseError
try:
    print("PYTHON", bootstrap.ready_python())
except CourseError as error:
    print("SENTENCE", error)
    sys.exit(2)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "course").mkdir()
    return checkout.make(tmp_path / "course")


@posix
def test_uv_brings_a_python_where_none_will_do(folder, tmp_path):
    """uv is imitated: it makes the environment that it is asked for with this machine's Python."""
    script(
        tmp_path / "bin" / "uv",
        f'echo "$@" >> {tmp_path}/asked\n[ "$1" = venv ] || exit 1\nfor last; do :; done\nexec {checkout.base_python()} -m venv "$last"\n',
    )
    done = checkout.run(folder, OLD + SET_UP, path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "this is Python 3.14; uv brings Python 3.13" in done.stdout
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[0] == f"venv --seed --allow-existing --python 3.13 {folder / '.venv'}"


@posix
@pytest.mark.parametrize("present", [True, False])
def test_where_no_python_can_be_had_the_sentence_says_how_to_get_one(present, folder, tmp_path):
    """uv is there and has no network, or cannot even be brought; nothing is left behind."""
    if present:
        script(tmp_path / "bin" / "uv", "echo 'error: failed to fetch: dns error'; exit 1\n")
    done = checkout.run(folder, OLD + SET_UP, path=f"{tmp_path / 'bin'}:/usr/bin:/bin", HOME=str(tmp_path))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "SENTENCE this is Python 3.14, TensorFlow here needs Python 3.11 to 3.13" in done.stdout
    assert ("there is no network" in done.stdout) == present and "sudo apt install python3-venv" in done.stdout
    assert not (folder / ".venv").exists() and not list((folder / ".course").glob("uv-*"))


@pytest.mark.parametrize(
    "system, command",
    [
        ("nt", "winget install --architecture x64 Python.Python.3.13"),
        ("darwin", "brew install python@3.13"),
        ("linux", "apt"),
    ],
)
def test_each_system_is_told_its_own_way(system, command, monkeypatch):
    monkeypatch.setattr(systems, "os", SimpleNamespace(name="nt" if system == "nt" else "posix"))
    monkeypatch.setattr(systems.sys, "platform", system)
    assert command in systems.remedy() and command in systems.remedy().to("ko")


def test_one_range_of_pythons_is_named_everywhere(monkeypatch):
    wanted = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    fits = [
        version for version in ((3, minor) for minor in range(40)) if "{}.{}".format(*version) in SpecifierSet(wanted)
    ]
    assert (fits[0], fits[-1]) == (systems.OLDEST, systems.NEWEST)
    oldest, newest = ("{}.{}".format(*version) for version in (systems.OLDEST, systems.NEWEST))
    assert f"needs {oldest} to {newest}" in check_python((3, 7)) and f"install Python {newest}" in check_python((3, 7))
    for name, platform_ in (("nt", "win32"), ("posix", "darwin"), ("posix", "linux")):
        monkeypatch.setattr(systems, "os", SimpleNamespace(name=name))
        monkeypatch.setattr(systems.sys, "platform", platform_)
        assert newest in systems.remedy() and newest in systems.remedy().to("ko")


@posix
@pytest.mark.skipif(not found_pythons("3.8"), reason="no Python 3.8 on this machine")
def test_a_real_python_3_8_sets_up_with_another_one(folder):
    environment = {**os.environ, "PYTHONPATH": str(folder), "PIP_NO_INDEX": "1"}
    environment["PATH"] = os.pathsep.join([str(checkout.base_python().parent), "/usr/bin:/bin"])
    command = [*found_pythons("3.8"), "-c", SET_UP]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "this is Python 3.8; taking " in done.stdout, done.stdout + done.stderr


# a folder with a Korean name


@pytest.fixture
def line(monkeypatch):
    """What `editable` writes; flit_core is imitated, which is there only while a package is built."""
    monkeypatch.setitem(sys.modules, "flit_core", types.ModuleType("flit_core"))
    monkeypatch.setitem(sys.modules, "flit_core.buildapi", types.ModuleType("flit_core.buildapi"))
    wheel = types.ModuleType("flit_core.wheel")
    wheel.WheelBuilder = type("WheelBuilder", (), {"add_pth": None})
    sys.modules["flit_core"].wheel = wheel
    monkeypatch.setitem(sys.modules, "flit_core.wheel", wheel)
    spec = importlib.util.spec_from_file_location("editable", COURSE / "course_lib" / "tools" / "setup" / "editable.py")
    editable = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(editable)
    assert wheel.WheelBuilder.add_pth is editable._add_pth
    return editable.line


@posix
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_python_starts_in_a_folder_with_a_korean_name(version, line, tmp_path):
    """A locale that is not installed stands for Windows in Korea: the .pth is not read as UTF-8 before 3.12.4."""
    if not found_pythons(version):
        pytest.skip(f"no Python {version} on this machine")
    course = tmp_path / "딥러닝 '강의' 100%"
    course.mkdir()
    (course / "found_there.py").write_text("", encoding="utf-8")
    subprocess.run([*found_pythons(version), "-m", "venv", "--without-pip", course / ".venv"], check=True)
    [packages] = (course / ".venv" / "lib").glob("python3.*/site-packages")
    korean = {**os.environ, "LC_ALL": "ko_KR.CP949", "PYTHONUTF8": "1"}
    start = lambda: subprocess.run(
        [course / ".venv" / "bin" / "python", "-c", "import found_there"], env=korean, cwd="/", capture_output=True
    )
    (packages / "course.pth").write_text(line(course), encoding="utf-8")
    assert line(course).isascii() and start().returncode == 0
    (packages / "course.pth").write_text(str(course), encoding="utf-8")
    if version == "3.11":
        assert start().returncode != 0, "the bare path would do, and this test would prove nothing"


def test_the_package_is_built_with_that_line():
    system = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    [path] = system["backend-path"]
    assert (COURSE / path / f"{system['build-backend']}.py").is_file()


DIES = """
from course_lib.tools.setup import pythons, folders
make = pythons.make
def spoiled(step, own):
    make(step, own)
    [packages] = (step.folder / "lib").glob("python3.*/site-packages")
    (packages / "spoiled.pth").write_text("import os; os.write(2, b'Fatal Python error: init_import_site'); os._exit(1)")
pythons.make = spoiled
from course_lib.tools.setup import install
install._install = lambda step, files: None
"""


@posix
def test_a_new_python_that_dies_is_told_at_once(folder):
    done = checkout.run(folder, DIES + SET_UP)
    assert done.returncode == 2 and "does not start" in done.stdout and "English letters only" in done.stdout
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize(
    "output, status, sentence",
    [
        ("ImportError: DLL load failed while importing _pywrap_tensorflow_internal", 1, "Visual C++ Redistributable"),
        ("", -4, "a processor with AVX"),
        ("ImportError: libstdc++.so.6: version `GLIBCXX_3.4.29' not found; glibc", 1, "too old or lacks a library"),
        ("ImportError: libGL.so.1: cannot open shared object file", 1, "lacks a library: ImportError: libGL.so.1"),
        ("KeyError: 'x'", 1, "TensorFlow does not start (KeyError: 'x')"),
    ],
)
def test_why_tensorflow_does_not_start(output, status, sentence):
    assert sentence in reasons.why_it_does_not_start(output, status)


# what went wrong while installing


@pytest.mark.parametrize(
    "output, sentence",
    [
        # of a genuine pip and a genuine uv
        ("error: failed to write: No space left on device (os error 28)", "the disk is full"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded", "the disk is full"),
        ("dns error: failed to lookup address information", "there is no network"),
        ("Temporary failure in name resolution", "there is no network"),
        ("Caused by: client error (Connect)\n  Caused by: tcp connect error: Connection refused", "there is no network"),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, "
            "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain'))'\n"
            "error: subprocess-exited-with-error\nnote: This error originates from a subprocess, and is likely not a problem with pip.",
            "inspects secure connections",
        ),
        ("error: Request failed after 3 retries\n  Caused by: invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE"),
        ("invalid peer certificate: NotValidForName", "inspects secure connections"),
        ("certificate verify failed: certificate has expired (_ssl.c:1000)", "the clock of this computer says"),
        ("certificate verify failed: certificate is not yet valid", "the clock of this computer says"),
        ("invalid peer certificate: certificate expired: verification time", "the clock of this computer says"),
        ("invalid peer certificate: NotValidYet", "the clock of this computer says"),
        ("OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "asks for a user and a password"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden'))", "the proxy proxy.example:8080"),
        ("tunnel error: proxy authorization required", "the proxy proxy.example:8080"),
        ("ProxyError('Unable to connect to proxy', NewConnectionError(...))", "cannot be reached or refuses"),
        ("ERROR: Could not install packages: Missing dependencies for SOCKS support.", "cannot be reached or refuses"),
        ("error: HTTP status client error (403 Forbidden) for url (https://mirror.example/simple/x/)", "index mirror.example answers 403"),
        ("ERROR: HTTP error 502 while getting https://mirror.example/x.whl", "answers 502"),
        ("503 Server Error: Service Unavailable for url: https://mirror.example/simple", "answers 503"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "came changed or broken"),
        ("Hash mismatch for tensorflow==2.21.0", "came changed or broken"),
        ("ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "too slow or breaks off"),
        ("error: Failed to download distribution due to network timeout. Try increasing UV_HTTP_TIMEOUT", "too slow"),
        ("ConnectionResetError: [WinError 10054]", "too slow or breaks off"),
        ("urllib3.exceptions.IncompleteRead(1 bytes read)", "too slow or breaks off"),
        ("error: failed to remove file `x.dll`: Access is denied. (os error 5)", "cannot be written"),
        ("PermissionError: [Errno 13] Permission denied: '/root/.cache/pip'", "cannot be written"),
        ("The process cannot access the file because it is being used by another process. (os error 32)", "in use by another"),
        ("No solution found when resolving dependencies: tensorflow==2.21.0 has no wheels with a matching", "does not have"),
        ("ERROR: Could not find a version that satisfies the requirement x==1\nERROR: No matching distribution found for x==1", "does not have"),
        ("error: Microsoft Visual C++ 14.0 or greater is required.", "would have to be compiled"),
        ("ERROR: something else entirely\nnote: This error is not a problem with pip", "could not be installed: ERROR: something else"),
    ],
)  # fmt: skip
def test_reasons(output, sentence, monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTPS_PROXY", "http://kim:secret@proxy.example:8080/")
    said = reasons.reason(output)
    assert sentence in said and "secret" not in said + said.to("ko") and "kim" not in said


class Answers(http.server.BaseHTTPRequestHandler):
    """A proxy that wants a password for whatever is asked."""

    def do_CONNECT(self):
        self.send_response(407, "Proxy Authentication Required")
        self.send_header("Proxy-Authenticate", 'Basic realm="office"')
        self.end_headers()

    do_GET = do_CONNECT

    def log_message(self, *words):
        pass


@pytest.fixture
def served():
    """A server on this machine, and its port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def through(folder, index, **variables):
    """A set-up that asks an index, without the settings of this machine."""
    (folder / "requirements.txt").write_text(f"--index-url {index}\ntiny==1.0\n", encoding="utf-8")
    blank = dict.fromkeys(("PIP_NO_INDEX", "PIP_CERT", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"), "")
    own = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": index, "PIP_RETRIES": "0", "NO_PROXY": "", "no_proxy": ""}
    return checkout.run(folder, SET_UP, **{**blank, **own, **variables})


def test_a_real_proxy_that_asks_for_a_password(folder, served):
    proxy = f"http://127.0.0.1:{served.server_port}"
    done = through(folder, "https://index.invalid/simple", HTTPS_PROXY=proxy, https_proxy=proxy)
    assert done.returncode == 2, done.stdout
    assert f"SENTENCE the proxy 127.0.0.1:{served.server_port} asks for a user and a password" in done.stdout


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl, to make a certificate")
def test_a_real_connection_that_somebody_inspects(folder, served, tmp_path):
    """As an office's proxy does it: with a certificate that no installer knows."""
    make = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
    make += " -addext subjectAltName=DNS:localhost"
    subprocess.run(make.split(), cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    served.socket = context.wrap_socket(served.socket, server_side=True)
    done = through(folder, f"https://localhost:{served.server_port}/simple")
    assert done.returncode == 2 and "inspects secure connections" in done.stdout, done.stdout
    assert "set SSL_CERT_FILE to its path" in done.stdout


def test_a_full_disk_is_seen_where_nothing_says_so(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    assert "the disk is full" in reasons.reason("error: ensurepip failed")


def test_sentences_name_the_sizes_that_are_reckoned_with():
    needed = f"{install.NEEDED_BYTES[install.LEARNER] / 1e9:.0f} GB"
    for sentence in (reasons.reason("no space left"), places.cannot_write(OSError(13, "denied"))):
        assert needed in sentence and needed in sentence.to("ko")
    download = f"{round(install.DOWNLOADS[install.LEARNER] / 1e8)}00 MB"
    assert download in reasons.reason("dns error") and download in reasons.reason("dns error").to("ko")


def test_an_installer_that_the_system_ended():
    assert "mostly for want of memory" in reasons.reason("", -9)


# a set-up that lives


def test_the_clock_and_the_megabytes_go_on_by_themselves(monkeypatch):
    """The last line of the installer stays the same for minutes; what is shown does not."""
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    free, now = [50_000_000_000], [0.0]
    growth = steps.Growth(["/"], usage=lambda path: SimpleNamespace(free=free[0]))
    shown = steps.Display(terminal, growth, total=2_500_000_000, clock=lambda: now[0])
    for now[0], free[0] in ((1, 5e10 - 5e6), (2, 5e10 - 312e6), (3, 5e10 - 300e6), (185, 0)):
        shown.show("Downloaded libclang")
    lines = [line.strip() for line in terminal.getvalue().split("\r") if line.strip()]
    assert lines == [
        f"{seconds} s  {megabytes} of 2,500 MB  Downloaded libclang"
        for seconds, megabytes in ((1, "5"), (2, "312"), (3, "312"), (185, "2,500"))
    ]
    assert {len(line) for line in terminal.getvalue().split("\r")[1:]} == {79}
    shown.clear()
    assert terminal.getvalue().endswith("\r" + " " * 79 + "\r")


def test_a_log_gets_a_line_now_and_then():
    log, now = io.StringIO(), [0.0]
    growth = steps.Growth([], usage=None)
    shown = steps.Display(log, growth, clock=lambda: now[0])
    for now[0] in range(1, 36):
        shown.show("Downloaded libclang")
    shown.clear()
    assert [line.split(" s")[0].strip() for line in log.getvalue().splitlines()] == ["10", "20", "30"]


def test_korean_letters_take_two_columns():
    assert steps._fitted("설치 2", 8) == "설치 2  " and steps._fitted("가나다라", 5) == "가나 "


def test_the_minutes_are_told_in_the_readers_language(folder):
    done = checkout.run(folder, SET_UP, COURSE_LANG="ko")
    assert (
        "처음 한 번의 설치 2/3" in done.stdout and "20 Mbit/s에서 약 6분" in done.stdout and "set-up" not in done.stdout
    )
    assert install.minutes(780_000_000, 100) == 2 and install.minutes(780_000_000, 20) == 6


@posix
def test_ctrl_c_leaves_no_child_and_no_half_environment(folder, tmp_path):
    """The installer is told to end, and waited for."""
    script(tmp_path / "bin" / "uv", f"echo $$ > {tmp_path}/running; exec sleep 600\n")
    code = f"""
import os, signal, threading, time, pathlib
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a shell
def press():
    while not pathlib.Path({str(tmp_path / "running")!r}).exists():
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=press, daemon=True).start()
"""
    done = checkout.run(folder, code + SET_UP, path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert "set-up interrupted; the next run starts it again" in done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "running").read_text()), 0)
    assert not (folder / ".venv").exists()


@posix
def test_packages_are_compiled(folder, tmp_path):
    """With uv, which does so only if it is asked; pip does it by itself."""
    script(tmp_path / "bin" / "uv", f'echo "$@" >> {tmp_path}/asked; exit 1\n')
    checkout.run(folder, SET_UP, path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert "pip install --compile-bytecode" in (tmp_path / "asked").read_text(encoding="utf-8")


# locks


@posix
def test_a_lock_that_was_left_over_holds_nobody_up(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(places, "HOME", tmp_path)
    (tmp_path / ".venv.lock").write_text("4711", encoding="utf-8")
    with locks.one_at_a_time():
        assert capsys.readouterr().out == ""


@posix
def test_where_there_are_no_locks_it_goes_on_without(monkeypatch, tmp_path):
    import errno
    import fcntl

    monkeypatch.setattr(places, "HOME", tmp_path)

    def refuse(number):
        def flock(*words):
            raise OSError(number, "imitated")

        return flock

    monkeypatch.setattr(fcntl, "flock", refuse(errno.ENOLCK))
    with locks.one_at_a_time():
        pass
    monkeypatch.setattr(fcntl, "flock", refuse(errno.EIO))
    with pytest.raises(OSError, match="imitated"), locks.one_at_a_time():
        pass


@posix
def test_an_installer_whose_parent_was_killed_keeps_the_lock(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "HOME", tmp_path)
    with locks.one_at_a_time() as lock:
        child = subprocess.Popen(["sleep", "600"], pass_fds=[lock])
    try:
        with open(tmp_path / ".venv.lock", "a+", encoding="utf-8") as handle:
            assert not locks._taken(handle)
            child.kill()
            child.wait()
            assert locks._taken(handle)
    finally:
        child.kill()


# other projects' settings, and homes that cannot be written


def environment(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    return surroundings.clean()


def test_packages_of_others_are_left_out(monkeypatch, tmp_path, capsys):
    ours = str(COURSE / "tests" / "offline")
    found = environment(monkeypatch, PYTHONPATH=os.pathsep.join(["/opt/ros/lib", ours, str(tmp_path)]))
    assert found["PYTHONPATH"].split(os.pathsep) == [str(COURSE), ours]
    assert surroundings.foreign() and bootstrap.must_hand_over(sys.executable)
    monkeypatch.setattr(os, "execve", lambda *words: print("went on"))
    if os.name != "nt":
        bootstrap.hand_over(sys.executable, [])
        said = capsys.readouterr()
        assert "went on" in said.out and f"/opt/ros/lib{os.pathsep}{tmp_path}" in said.err
    environment(monkeypatch, PYTHONPATH=ours)
    assert surroundings.paths() == ([ours], [])


@pytest.mark.parametrize("name", [*surroundings.FOREIGN])
def test_settings_of_other_pythons_are_dropped(name, monkeypatch):
    found = environment(monkeypatch, **{name: "1"})
    assert name not in found and surroundings.foreign() and found["PYTHONNOUSERSITE"] == "1"


@pytest.mark.parametrize("name", [*surroundings.ELSEWHERE])
def test_installers_install_here(name, monkeypatch, tmp_path):
    monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    found = surroundings.for_installers(tmp_path)
    assert name not in found and found["PIP_USER"] == "0" and found["VIRTUAL_ENV"] == str(tmp_path)


def test_a_certificate_that_is_named_once_is_known_to_all(monkeypatch, tmp_path):
    for name in surroundings.CERTIFICATES:
        monkeypatch.delenv(name, raising=False)
    assert "SSL_CERT_FILE" not in surroundings.for_installers(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/office.pem")
    found = surroundings.for_installers(tmp_path)
    assert (found["SSL_CERT_FILE"], found["PIP_CERT"]) == ("/etc/office.pem", "/etc/office.pem")


def test_what_was_cleaned_is_clean(monkeypatch, tmp_path):
    """Else a command would hand over to itself for ever."""
    monkeypatch.setattr(surroundings, "writable", lambda path: str(tmp_path) in str(path))
    monkeypatch.setattr(places, "CACHE", tmp_path / ".course")
    found = environment(monkeypatch, PYTHONPATH="/opt/ros", PYTHONHOME="/usr", HOME="/nonexistent")
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    assert not surroundings.foreign() and surroundings.clean() == found


@pytest.mark.parametrize(
    "content, usual",
    [
        ('{"floatx": "float32", "epsilon": 1e-07, "backend": "jax", "image_data_format": "channels_last"}', True),
        ("{}", True),
        ("{broken", True),
        ('{"image_data_format": "channels_first"}', False),
        ('{"floatx": "float16"}', False),
        ("[]", False),
    ],
)
def test_a_keras_json_that_changes_layers_is_not_read(content, usual, monkeypatch, tmp_path):
    """By whatever a command starts, cells that do not call `start` included."""
    (tmp_path / "keras.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(places, "CACHE", tmp_path / ".course")
    found = environment(monkeypatch, KERAS_HOME=tmp_path)
    assert found["KERAS_HOME"] == str(tmp_path if usual else tmp_path / ".course" / "keras")
    assert usual or surroundings.foreign()


def test_a_python_that_still_runs_is_told_on_windows(monkeypatch, tmp_path):
    """An update cannot move its folder away, then."""

    def move(*words):
        error = PermissionError(13, "Access is denied")
        error.winerror = 32
        raise error

    monkeypatch.setattr(install.folders, "replacing", move)
    with pytest.raises(CourseError, match="in use by another program: close JupyterLab"):
        install.set_up([install.LEARNER], tmp_path / ".venv")


@posix
def test_nothing_needs_a_home(monkeypatch, tmp_path):
    """A service's user has none that can be written: caches lie in the course's home."""
    monkeypatch.setattr(places, "CACHE", tmp_path / ".course")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert surroundings._caches() == {}
    for home in (tmp_path / "file" / "home", "relative"):
        found = environment(monkeypatch, HOME=home)
        for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "MPLCONFIGDIR", "KERAS_HOME"):
            assert Path(found[name]).is_relative_to(tmp_path / ".course"), name
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("UV_CACHE_DIR", "/own")
    assert surroundings.clean()["UV_CACHE_DIR"] == "/own", "what a person has set stays"
