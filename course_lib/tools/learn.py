"""The learner's workbook: make what is missing, overwrite nothing, open JupyterLab on it."""

import hashlib
import json
import os
import secrets
import signal
import socket
import sys
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import say
from course_lib.tools import chapters, places, readme
from course_lib.tools.language import system_language

NOTE = ".course.json"


def main(language, port, browser, fresh, lab=True, chapter=None, ip=None):
    """`python -m course_lib learn`; returns the exit status.

    Args:
        language: "ko", "en", or None for that of the workbook, else of the system.
        port: of JupyterLab, or None for the first free one.
        browser: whether to open one.
        fresh: names of chapters of which a clean copy is to be added.
        lab: whether to start JupyterLab; without it, the workbook is only made or completed.
        chapter: name of the chapter to open first.
        ip: address that JupyterLab listens on, instead of the loopback's.
    """
    if lab and port is not None:
        require_free(port)
    folder, language = place(language)
    complete(folder, language, fresh)
    return serve(folder, language, port, browser) if lab else 0


def place(language=None, root=places.HOME):
    """The folder of the workbook in this language, and the language: that asked
    for, else that of workbook/, else the system's.

    A second language gets a folder of its own, workbook-ko or
    workbook-en, so that nobody's notebooks change under them.
    """
    folder = root / "workbook"
    existing = _note(folder).get("language")
    if existing is None and (folder / "README.md").exists():  # the note was lost: its first page tells
        page = (folder / "README.md").read_text(encoding="utf-8", errors="replace")
        existing = "ko" if any("가" <= letter <= "힣" for letter in page) else "en"
    language = language or existing or system_language()
    return (folder if existing in (None, language) else root / f"workbook-{language}"), language


def _note(folder):
    try:
        return json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(
            f"{folder / NOTE} cannot be read ({error}): it holds the workbook's language; delete this one file and run the command again"
        ) from None


def complete(folder, language, fresh=()):
    """Add to the workbook what is missing in it; overwrite nothing.

    Args:
        fresh: names of chapters of which a clean copy is to be added beside the learner's, under a new name.

    Raises:
        CourseError: a notebook of the workbook is no valid JSON (it is left as it is), or the folder cannot be written.
    """
    import nbformat

    from course_lib.tools import sources

    added, broken = [], []
    try:
        for chapter in chapters.every():
            for source in chapter.sources:
                target = folder / chapter.name / f"{source.stem}.ipynb"
                if target.exists() or target.is_symlink():
                    broken += _broken(target)
                    continue
                notebook = nbformat.read(chapters.notebook(source), as_version=4)
                target.parent.mkdir(parents=True, exist_ok=True)
                sources.write(sources.learner_copy(notebook, language), target)
                added.append(target)
        folder.mkdir(exist_ok=True)
        for name in fresh:
            chapter = chapters.find(name)
            for source in chapter.sources:
                target = _new_name(folder / chapter.name / f"{source.stem}.ipynb")
                notebook = nbformat.read(chapters.notebook(source), as_version=4)
                sources.write(sources.learner_copy(notebook, language), target)
                print(say("a clean copy: {path}", path=target.relative_to(folder.parent)).to(language))
        added += _write_page(folder, language)
    except OSError as error:
        raise CourseError(
            f"cannot write the workbook {folder} ({error.strerror}): free some space, or set COURSE_HOME to a folder of your own"
        ) from None
    made = say("{folder}: files added: {count}", folder=folder, count=len(added))
    print((made if added else say("{folder}: complete, nothing to add", folder=folder)).to(language))
    for path, reason in broken:
        sentence = f"{path} is not a readable notebook ({reason}); it was left as it is"
        if fresh:  # the learner has just been given a clean copy: let them work
            print(sentence, file=sys.stderr)
        else:
            raise CourseError(
                f"{sentence}: rename or remove it and a clean one is made, or run "
                f"`python3 -m course_lib learn --fresh {path.parent.name[:2]}` to get a clean copy beside it"
            )


def _broken(path):
    """[(path, reason)] if a notebook cannot be opened, else []."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
            return [(path, "valid JSON, but without a list of cells")]
    except json.JSONDecodeError as error:
        return [(path, f"invalid JSON at line {error.lineno}")]
    except (OSError, UnicodeDecodeError) as error:
        return [(path, getattr(error, "strerror", None) or "not UTF-8 text")]
    return []


def _new_name(path):
    """workbook/01_x/01_lesson-fresh-1.ipynb, or the first number that is free."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 1
    while (candidate := path.with_name(f"{path.stem}-fresh-{count}{path.suffix}")).exists():
        count += 1
    return candidate


def _write_page(folder, language):
    """The workbook's first page; renewed as chapters arrive, unless the learner has changed it."""
    page, text = folder / "README.md", readme.workbook_page(language)
    digest = lambda content: hashlib.sha256(content.encode()).hexdigest()
    ours = not page.exists() or digest(page.read_text(encoding="utf-8", errors="replace")) == _note(folder).get("page")
    added = [page] * (not page.exists())
    if ours:
        write_text(page, text)
    if ours or not _note(folder):
        write_text(folder / NOTE, json.dumps({"language": language, "page": digest(text)}))
    return added


def require_free(port):
    """CourseError unless this port of the loopback address can be taken."""
    if not 1 <= port <= 65535:
        raise CourseError(f"--port must be a number from 1 to 65535, for example 8888; found {port}")
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CourseError(
                f"port {port} cannot be used ({error.strerror}; another JupyterLab, perhaps): choose another number, "
                "or leave out --port, and a free one is found"
            ) from None


def settings(language):
    """What is different from a plain JupyterLab: file below the workbook's .jupyter/ -> content.

    What the learner has set in JupyterLab goes before all of it.
    """
    grader = ("formgrader", "validate_assignment", "assignment_list", "course_list")  # there once the tests were run
    return {
        "labconfig/default_setting_overrides.json": {
            "@jupyterlab/translation-extension:plugin": {"locale": {"ko": "ko_KR", "en": "default"}[language]},
            "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
            "@jupyterlab/apputils-extension:notification": {
                "fetchNews": "false",
                "checkForUpdates": False,
                "doNotDisturbMode": True,
            },
        },
        "labconfig/page_config.json": {"disabledExtensions": {"@jupyter/nbgrader": True}},
        "jupyter_server_config.json": {
            "ServerApp": {"jpserver_extensions": {f"nbgrader.server_extensions.{name}": False for name in grader}}
        },
    }


def serve(folder, language, port, browser):
    """Run JupyterLab on the workbook until Ctrl-C; returns the exit status."""
    import zmq

    configuration = folder / ".jupyter"
    for name, content in settings(language).items():
        (configuration / name).parent.mkdir(parents=True, exist_ok=True)
        write_text(configuration / name, json.dumps(content, indent=2))
    os.environ.update(
        JUPYTER_CONFIG_PATH=os.pathsep.join(filter(None, [str(configuration), os.environ.get("JUPYTER_CONFIG_PATH")])),
        JUPYTER_PREFER_ENV_PATH="1",
        COURSE_LANG=language,
    )
    token = secrets.token_urlsafe(24)
    argv = [  # of this process's own making: `ps` shows nothing of it
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        "--ip=127.0.0.1",
        f"--port={port or 8888}",
        f"--ServerApp.port_retries={0 if port else 50}",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
        "--LabApp.default_url=/lab/tree/README.md",
        "--ServerApp.terminals_enabled=False",
        f"--ServerApp.open_browser={browser and _has_display()}",
        f"--KernelManager.transport_encryption={'auto' if zmq.has('curve') else 'disabled'}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        argv.append("--allow-root")  # loopback and token hold; containers have no other user

    from jupyterlab.labapp import LabApp
    from tornado.ioloop import IOLoop

    app = LabApp.initialize_server(argv)
    for name in ("SIGINT", "SIGHUP"):  # Ctrl-C, and a closed terminal: no question, no traceback
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: app.stop(from_signal=True))
    running = say(
        "JupyterLab is running. If no browser opens, go to\n\n    {url}\n\nCtrl-C ends it.",
        url=f"http://127.0.0.1:{app.port}/lab/tree/README.md?token={token}",
    )
    IOLoop.current().add_callback(lambda: print(running.to(language), flush=True))  # once it listens
    app.start()
    print("\n" + say("JupyterLab has ended; your work is in {folder}", folder=folder).to(language))
    return 0


def _has_display():
    """Whether a browser could open a window here."""
    if sys.platform.startswith("linux"):
        return bool(
            os.environ.get("DISPLAY")
            or os.environ.get("WAYLAND_DISPLAY")
            or Path("/proc/sys/fs/binfmt_misc/WSLInterop").exists()
        )
    return not os.environ.get("SSH_CONNECTION")
