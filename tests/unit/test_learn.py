"""`learn`: JupyterLab on the workbook, a real server, spoken to over HTTP."""

import http.client
import json
import os
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from served import Server

from course_lib.errors import CourseError
from course_lib.tools import chapters, lab, learn, workbook

LESSON = "01_cnn_basics/01_lesson.ipynb"


def taken_port():
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_port_that_is_taken():
    with (
        taken_port() as taken,
        pytest.raises(CourseError, match="port .* cannot be used .*another JupyterLab, perhaps"),
    ):
        lab.require_free(taken.getsockname()[1])


@pytest.mark.parametrize("port", [0, 70000])
def test_port_that_is_none(port):
    with pytest.raises(CourseError, match="--port must be a number from 1 to 65535, for example 8888; found "):
        lab.require_free(port)


@pytest.mark.parametrize("ip", ["everywhere", "300.1.1.1", "192.0.2.1", ""])
def test_ip_that_is_none(ip):
    with pytest.raises(CourseError, match="an address of this computer, 127.0.0.1 or 0.0.0.0 for all of them"):
        lab.require_free(None, ip)


def test_without_jupyterlab_the_workbook_is_only_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(workbook, "place", lambda language: (tmp_path / "workbook", language or "en"))
    served = []
    monkeypatch.setattr(lab, "serve", lambda *options: served.append(options) or 7)
    with taken_port() as taken:
        port = taken.getsockname()[1]
        assert learn.main("en", port, True, [], lab=False) == 0, "a port that nobody will use does not matter"
        with pytest.raises(CourseError, match="cannot be used"):
            learn.main("en", port, True, [])
    assert f"{tmp_path / 'workbook'}: made, " in capsys.readouterr().out and not served
    assert learn.main("en", None, True, ["01"]) == 7
    assert "a clean copy: workbook/01_cnn_basics/01_lesson-fresh-1.ipynb" in capsys.readouterr().out
    assert learn.main("en", None, True, [], chapter="1", ip="127.0.0.1") == 7
    assert served[0] == (tmp_path / "workbook", "en", None, True, None, "README.md")
    assert served[1] == (tmp_path / "workbook", "en", None, True, "127.0.0.1", LESSON)
    with pytest.raises(CourseError, match="no chapter"):
        learn.main("en", None, True, [], chapter="77")


posix = pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C")


@posix
def test_jupyterlab_runs_speaks_korean_and_ends_quietly(tmp_path):
    folder = tmp_path / "workbook"
    with Server(folder) as server:
        assert server.address.startswith("http://127.0.0.1:") and "/lab/tree/README.md?token=" in server.address
        assert {entry["name"] for entry in server.get("api/contents")["content"]} == {
            "README.md",
            *(chapter.name for chapter in chapters.every()),
        }
        settings = server.get("lab/api/settings/@jupyterlab/translation-extension:plugin")
        assert settings["schema"]["properties"]["locale"]["default"] == "ko_KR"
        saving = server.get("lab/api/settings/@jupyterlab/docmanager-extension:plugin")
        assert saving["schema"]["properties"]["autosaveInterval"]["default"] <= 20
        assert "ko_KR" in server.get("lab/api/translations")["data"]
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{server.base}api/contents", timeout=30)
        if os.path.exists("/proc"):
            assert server.token.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        assert (folder / ".jupyter" / lab.RUNNING).stat().st_mode & 0o077 == 0, "nobody else may read the token"

        # the first page is that of now
        with (folder / ".course" / "record.jsonl").open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({"kind": "check", "chapter": "01", "task": "pad_same", "time": 1, "holds": 1, "total": 1})
                + "\n"
            )
        before = server.get("api/contents/README.md")["content"]
        assert re.search(r"\d+문제 중 1문제", before)

        # a second one finds the first, whatever port it would have taken
        second = Server(folder, chapter="02")
        status, said, errors = second.end()
        assert (status, errors) == (0, "") and f"{server.base}lab/tree/02_pooling/02_lesson.ipynb?token=" in said
        server.get("api/status")
        status, said, errors = server.end()
    assert status == 0 and "JupyterLab을 종료했습니다" in said and errors == ""
    assert not (folder / ".jupyter" / lab.RUNNING).exists()


@posix
def test_a_server_that_crashed_is_no_server(tmp_path):
    folder = tmp_path / "workbook"
    with Server(folder) as server:
        server.process.kill()
        server.process.wait()
        assert (folder / ".jupyter" / lab.RUNNING).exists() and lab.running(folder) is None
    with Server(folder, chapter="01") as server:
        assert f"lab/tree/{LESSON}?token=" in server.address and lab.running(folder)
        assert server.end()[0] == 0


@pytest.mark.parametrize(
    "content", ["", "[]", "null", '{"address": 3, "token": []}', '{"address": "nothing", "token": ""}']
)
def test_a_damaged_note_of_a_server_is_none(tmp_path, content):
    (tmp_path / ".jupyter").mkdir()
    (tmp_path / ".jupyter" / lab.RUNNING).write_text(content, encoding="utf-8")
    assert lab.running(tmp_path) is None


OWN = """
c.ServerApp.base_url = "/mine/"
c.ServerApp.certfile = "/no/such/file.pem"
c.ServerApp.port = 1
c.ServerApp.ip = "192.0.2.1"
c.PasswordIdentityProvider.hashed_password = "argon2:x"
c.ServerApp.contents_manager_class = "no.such.Manager"
c.ServerApp.root_dir = "/"
"""


@posix
def test_settings_of_an_own_jupyter_do_not_reach_it(tmp_path):
    own = tmp_path / "own"
    (own / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension").mkdir(parents=True)
    theme = own / "lab" / "user-settings" / f"{lab.TAKEN_OVER[0]}.jupyterlab-settings"
    theme.write_text('{"theme": "JupyterLab Dark"}', encoding="utf-8")
    (own / "jupyter_server_config.py").write_text(OWN, encoding="utf-8")
    environment = {"JUPYTER_CONFIG_DIR": own, "JUPYTER_CONFIG_PATH": own, "JUPYTER_PORT": 1, "JUPYTER_TOKEN": "x"}
    with Server(tmp_path / "workbook", **{name: str(value) for name, value in environment.items()}) as server:
        assert server.get("api/status")["kernels"] == 0
        assert "README.md" in {entry["name"] for entry in server.get("api/contents")["content"]}
        themes = server.get("lab/api/settings/@jupyterlab/apputils-extension:themes")
        assert themes["settings"] == {"theme": "JupyterLab Dark"}, "what people see with is taken over"
        status, _, errors = server.end()
    assert (status, errors) == (0, "")


@posix
def test_a_home_that_cannot_be_written(tmp_path):
    home = tmp_path / "home"
    home.write_text("no folder at all", encoding="utf-8")
    with Server(tmp_path / "workbook", HOME=str(home)) as server:
        assert server.get("api/status")["kernels"] == 0
        status, _, errors = server.end()
    assert (status, errors) == (0, "")


@posix
def test_a_container_is_reached_from_outside(tmp_path):
    with Server(tmp_path / "workbook", ip="0.0.0.0") as server:
        assert server.address.startswith("http://127.0.0.1:")
        port = int(server.base.split(":")[2].strip("/"))
        for token, status in ((server.token, 200), ("", 403)):  # any name, but never without the token
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request(
                "GET", "/api/contents", headers={"Host": "lab.example.org", "Authorization": f"token {token}"}
            )
            assert connection.getresponse().status == status
    with Server(tmp_path / "workbook") as server:
        port = int(server.base.split(":")[2].strip("/"))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Host": "lab.example.org", "Authorization": f"token {server.token}"}
        connection.request("GET", "/api/contents", headers=headers)
        assert connection.getresponse().status == 403, "on this computer alone, no other name"


def test_kernels_know_check_cells_from_the_first_one_on(tmp_path, monkeypatch):
    """And nothing of the reader's own IPython reaches them; no name is added to the notebook's."""
    own = tmp_path / "own" / "profile_default" / "startup"
    own.mkdir(parents=True)
    (own / "mine.py").write_text("mine = 1", encoding="utf-8")
    monkeypatch.setattr(os, "environ", {**os.environ, "IPYTHONDIR": str(tmp_path / "own")})
    workbook.complete(tmp_path / "workbook", "ko")
    lab.configure(tmp_path / "workbook", "ko")
    code = """
import sys
print("course_lib.exercises" in sys.modules, "mine" in dir(), "course_lib" in dir())
from course_lib.texts import language
print(language())"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3").execute(env=dict(os.environ))
    assert notebook.cells[0].outputs[0].text == "True False False\nko\n"


def test_a_layout_of_which_a_crash_left_half_is_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    lab.configure(tmp_path, "ko")
    [layout] = (tmp_path / ".jupyter" / "lab" / "workspaces").iterdir()
    mine = '{"data": {}, "metadata": {"id": "default"}}'
    for content, kept in ((mine, mine), ('{"data": {"lay', json.dumps(lab.WORKSPACE))):
        layout.write_text(content, encoding="utf-8")
        lab.configure(tmp_path, "ko")
        assert layout.read_text(encoding="utf-8") == kept
