"""JupyterLab on a workbook: settings of its own, one server, an address that holds.

Nothing of the reader's own Jupyter is used: an address, a certificate, a password or an extension set there would make
this server another one than we promise. So settings, workspaces, data and the kernels' IPython live in the workbook's
.jupyter/, what only a running server needs in a temporary folder; a home that cannot be written does not matter. Theme
and shortcuts are taken over from the reader's own JupyterLab when the workbook is opened for the first time.
"""

import ipaddress
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import urllib.request
import webbrowser
from pathlib import Path
from urllib.parse import quote

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import say, told
from course_lib.tools import firstpage

AUTOSAVE = 15  # seconds
RUNNING = "server.json"  # below .jupyter/: address and token of the server that runs now
TAKEN_OVER = ("@jupyterlab/apputils-extension/themes", "@jupyterlab/shortcuts-extension/shortcuts")
HERE = Path(__file__).parent
STYLES = (HERE / "custom.css", HERE.parent / "figures" / "page.css")  # of pages, and of figures in each theme
# run by each kernel: check cells are what they are from the first cell on, and no name is added to the notebook's
STARTUP = """try:
    __import__("course_lib.exercises")
except ImportError:  # the course has been moved: its first cell says so
    pass
"""


def require_free(port, ip="127.0.0.1"):
    """CourseError unless this port of the address can be taken; with port None, unless any port of it can.

    Raises:
        CourseError: it cannot; or one of the two is none.
    """
    if port is not None and not 1 <= port <= 65535:
        raise CourseError(say("--port must be a number from 1 to 65535, for example 8888; found {port}", port=port))
    try:
        version = ipaddress.ip_address(ip).version
    except ValueError:
        raise CourseError(
            say("--ip must be an address of this computer, 127.0.0.1 or 0.0.0.0 for all of them; found {ip}", ip=ip)
        ) from None
    with socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ip, port or 0))
        except OSError as error:
            if port is None:
                raise CourseError(
                    say(
                        "--ip {ip} cannot be used ({reason}): it must be an address of this computer, 127.0.0.1 or 0.0.0.0 "
                        "for all of them",
                        ip=ip,
                        reason=error.strerror,
                    )
                ) from None
            raise CourseError(
                say(
                    "port {port} cannot be used ({reason}; another JupyterLab, perhaps): choose another number, or leave "
                    "out --port, and a free one is found",
                    port=port,
                    reason=error.strerror,
                )
            ) from None


def settings(language):
    """What is different from a plain JupyterLab: file below the workbook's .jupyter/ -> content.

    What the learner has set in JupyterLab goes before all of it.
    """
    # there once the tests were run, or for people who write chapters
    others = [f"nbgrader.server_extensions.{name}" for name in ("formgrader", "validate_assignment", "assignment_list")]
    others += ["nbgrader.server_extensions.course_list", "jupyterlab_jupytext", "notebook", "jupyter_server_terminals"]
    disabled = ["@jupyter/nbgrader", "jupyterlab-jupytext", "@jupyterlab/extensionmanager-extension"]
    return {
        "labconfig/default_setting_overrides.json": {
            "@jupyterlab/translation-extension:plugin": {"locale": {"ko": "ko_KR", "en": "default"}[language]},
            "@jupyterlab/docmanager-extension:plugin": {
                "defaultViewers": {"markdown": "Markdown Preview"},
                "autosaveInterval": AUTOSAVE,
            },
            "@jupyterlab/apputils-extension:notification": {
                "fetchNews": "false",
                "checkForUpdates": False,
                "doNotDisturbMode": True,
            },
        },
        "labconfig/page_config.json": {"disabledExtensions": {name: True for name in disabled}},
        "jupyter_server_config.json": {"ServerApp": {"jpserver_extensions": {name: False for name in others}}},
        "ipython/profile_default/ipython_kernel_config.json": {"HistoryManager": {"hist_file": ":memory:"}},
        "ipython/profile_default/startup/00-course.py": STARTUP,
    }


# as JupyterLab writes it: the table of contents is open at the left
CONTENTS = "@jupyterlab/toc:plugin"
WORKSPACE = {
    "data": {
        "layout-restorer:data": {
            "main": {"dock": {"type": "tab-area", "currentIndex": 0, "widgets": []}},
            "down": {"size": 0, "collapsed": True, "widgets": []},
            "left": {
                "collapsed": False,
                "visible": True,
                "current": CONTENTS,
                "widgets": ["filebrowser", "running-sessions", CONTENTS],
            },
            "right": {"collapsed": True, "visible": True, "widgets": ["jp-property-inspector", "debugger-sidebar"]},
            "relativeSizes": [0.22, 0.78, 0],
            "top": {"simpleVisibility": True},
        }
    },
    "metadata": {"id": "default"},
}


def configure(folder, language):
    """Write the settings of a workbook's JupyterLab, and point this process and its kernels at them.

    Args:
        folder: of the workbook.
        language: "ko" or "en".

    Returns:
        Path of the settings.
    """
    configuration = (folder / ".jupyter").resolve()
    first = not configuration.exists()
    for name, content in settings(language).items():
        (configuration / name).parent.mkdir(parents=True, exist_ok=True)
        write_text(configuration / name, content if isinstance(content, str) else json.dumps(content, indent=2))
    (configuration / "custom").mkdir(exist_ok=True)
    rules = [path.read_text(encoding="utf-8") for path in STYLES if path.is_file()]
    write_text(configuration / "custom" / "custom.css", "\n".join(rules))
    if first:
        _take_over(configuration)
    workspace = configuration / "lab" / "workspaces" / "default-37a8.jupyterlab-workspace"
    try:
        json.loads(workspace.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or a crash left half of one
        workspace.parent.mkdir(parents=True, exist_ok=True)
        write_text(workspace, json.dumps(WORKSPACE))
    os.environ.pop("JUPYTER_PATH", None)
    os.environ.update(
        JUPYTER_CONFIG_DIR=str(configuration),
        JUPYTER_CONFIG_PATH=str(configuration),
        JUPYTER_DATA_DIR=str(configuration / "data"),
        JUPYTERLAB_SETTINGS_DIR=str(configuration / "lab" / "user-settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(workspace.parent),
        JUPYTER_PREFER_ENV_PATH="1",
        IPYTHONDIR=str(configuration / "ipython"),
        COURSE_LANG=language,
    )
    return configuration


def _take_over(configuration):
    """Copy theme and shortcuts of the reader's own JupyterLab, if there is one."""
    own = Path(os.environ.get("JUPYTER_CONFIG_DIR") or Path(os.path.expanduser("~")) / ".jupyter")
    for name in TAKEN_OVER:
        source, target = (
            place / "lab" / "user-settings" / f"{name}.jupyterlab-settings" for place in (own, configuration)
        )
        try:
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        except OSError:  # the usual ones will do
            pass


def _private(path, content):
    """Write a file that nobody else may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)


def running(folder):
    """(address, token) of the JupyterLab that runs on this workbook, or None."""
    try:
        found = json.loads((folder / ".jupyter" / RUNNING).read_text(encoding="utf-8"))
        address, token = found["address"], found["token"]
        request = urllib.request.Request(f"{address}api/status", headers={"Authorization": f"token {token}"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=3) as answer:
            return (address, token) if answer.status == 200 else None
    except (OSError, ValueError, KeyError, TypeError):  # none, or one that crashed
        return None


def page(address, token, path):
    """The whole address of a page of the workbook."""
    return f"{address}lab/tree/{quote(path)}?token={token}"


def show(folder, address):
    """Open a browser, by way of a file, so that the token stands in no list of processes."""
    file = (folder / ".jupyter" / "open.html").resolve()
    _private(file, f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={address}">')
    webbrowser.open(file.as_uri())


def cookie_secret(configuration):
    """The same for every start, so that a page which was left open can save after the server was started again."""
    path = configuration / "cookie_secret"
    try:
        known = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        known = ""
    if len(known) < 32:
        known = secrets.token_hex(32)
        _private(path, known)
    return known


def serve(folder, language, port=None, browser=False, ip=None, path=firstpage.NAME):
    """Run JupyterLab on the workbook until Ctrl-C; returns the exit status.

    Args:
        folder: of the workbook.
        language: "ko" or "en".
        port: or None for the first free one.
        browser: whether to open one.
        ip: the address to listen at; None for this computer alone.
        path: the page to open, relative to the workbook.
    """
    import zmq

    configuration = configure(folder, language)
    token, ip = secrets.token_urlsafe(24), ip or "127.0.0.1"
    argv = [  # of this process's own making: `ps` shows nothing of it
        f"--IdentityProvider.token={token}",
        "--PasswordIdentityProvider.hashed_password=",
        f"--ServerApp.cookie_secret={cookie_secret(configuration)}",
        f"--ServerApp.root_dir={folder}",
        f"--ip={ip}",
        f"--port={port or 8888}",
        f"--ServerApp.port_retries={0 if port else 50}",
        "--ServerApp.base_url=/",
        "--ServerApp.certfile=",
        "--ServerApp.keyfile=",
        "--ServerApp.sock=",
        "--ServerApp.custom_display_url=",
        "--ServerApp.contents_manager_class=course_lib.tools.contents.Contents",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
        f"--LabApp.default_url=/lab/tree/{quote(path)}",
        f"--LabApp.extra_labextensions_path={HERE / 'labextension'}",
        "--LabApp.custom_css=True",
        "--ServerApp.terminals_enabled=False",
        "--ServerApp.open_browser=False",  # `show` does it
        f"--KernelManager.transport_encryption={'auto' if zmq.has('curve') else 'disabled'}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        argv.append("--allow-root")  # loopback and token hold; containers have no other user
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as runtime:
        os.environ["JUPYTER_RUNTIME_DIR"] = runtime
        return _run(argv, folder, language, token, ip, browser, path)


def _run(argv, folder, language, token, ip, browser, path):
    from jupyterlab.labapp import LabApp
    from tornado.ioloop import IOLoop

    app = LabApp.initialize_server(argv)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Ctrl-C, and a closed terminal: no question, no traceback
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: app.stop(from_signal=True))
    everywhere = ip in ("0.0.0.0", "::")
    host = "127.0.0.1" if everywhere else f"[{ip}]" if ":" in ip else ip
    address = f"http://{host}:{app.port}/"
    note = folder / ".jupyter" / RUNNING

    def begin():  # once it listens
        _private(note, json.dumps({"address": address, "token": token}))
        lines = [say("JupyterLab is running. If no browser opens, go to")]
        lines += [f"\n    {page(address, token, path)}\n"]
        if everywhere:
            lines += [say("From another computer, put the name of this one in the place of 127.0.0.1.")]
        lines += [say("Ctrl-C ends it.")]
        print("\n".join(told(line, language) for line in lines), flush=True)
        if browser and has_display():
            show(folder, page(address, token, path))

    IOLoop.current().add_callback(begin)
    try:
        app.start()
    finally:
        if running(folder) in (None, (address, token)):  # not another one that has taken this place
            note.unlink(missing_ok=True)
        (folder / ".jupyter" / "open.html").unlink(missing_ok=True)
    ended = say(
        "JupyterLab has ended; your work is in {folder}. It is saved every {seconds} seconds: if a page still shows unsaved "
        "changes, leave it open, run the command again, and save there.",
        folder=folder,
        seconds=AUTOSAVE,
    )
    print("\n" + ended.to(language))
    return 0


def has_display():
    """Whether a browser could open a window here."""
    if sys.platform.startswith("linux"):
        return bool(
            os.environ.get("DISPLAY")
            or os.environ.get("WAYLAND_DISPLAY")
            or Path("/proc/sys/fs/binfmt_misc/WSLInterop").exists()
        )
    return not os.environ.get("SSH_CONNECTION")
