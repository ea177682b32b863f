"""The environment of what the course starts: nobody else's packages or settings, no home that must be written."""

import json
import os
import tempfile
from pathlib import Path

from course_lib.files import COURSE
from course_lib.runtime import KERAS
from course_lib.tools import places

# settings of a person's other Pythons that change what a program does, or stop it
FOREIGN = (
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONOPTIMIZE",  # takes out the asserts that tests are made of
    "PYTHONWARNINGS",
    "PYTHONINSPECT",
    "PYTHONPLATLIBDIR",
    "PYTHONEXECUTABLE",
    "__PYVENV_LAUNCHER__",
)
# where installers would put packages instead of .venv
ELSEWHERE = (
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "UV_TARGET",
    "UV_PREFIX",
    "UV_SYSTEM_PYTHON",
    "UV_PROJECT_ENVIRONMENT",
)
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def paths():
    """The folders of PYTHONPATH: those of the course, and those of others."""
    ours, others = [], []
    for path in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        inside = Path(path).resolve()
        (ours if inside == COURSE or COURSE in inside.parents else others).append(path)
    return ours, others


def foreign():
    """Whether this process runs with what a command of the course must not see."""
    missing = _caches().keys() - os.environ.keys()
    return bool(paths()[1] or missing or _keras() or any(name in os.environ for name in FOREIGN))


def clean():
    """The environment for another process of the course."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # TensorFlow's import takes twice as long without compiled files
    # course_lib may have been found through the current folder only
    kept["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([str(COURSE), *paths()[0]]))
    kept["PYTHONNOUSERSITE"] = "1"
    return {**_caches(), **kept, **_keras()}


def for_installers(folder):
    """The environment for pip and uv, which are to install into that folder."""
    kept = {name: value for name, value in clean().items() if name not in ELSEWHERE}
    # an office's certificate that is named for one program is meant for all
    certificates = next((kept[name] for name in CERTIFICATES if kept.get(name)), None)
    if certificates:
        kept.update(
            SSL_CERT_FILE=kept.get("SSL_CERT_FILE") or certificates, PIP_CERT=kept.get("PIP_CERT") or certificates
        )
    kept.setdefault("UV_HTTP_TIMEOUT", "120")  # seconds without a byte; 30 are too few for a slow line
    kept.update(
        VIRTUAL_ENV=str(folder),
        PIP_USER="0",
        PIP_NO_INPUT="1",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        UV_COMPILE_BYTECODE_TIMEOUT="0",
        UV_NO_PROGRESS="1",
    )
    return kept


def _caches():
    """Variables for caches, in the course's home where the user's own cannot be written: a service's user has none."""
    user = os.path.expanduser("~")
    if writable(os.path.join(user, ".cache", "uv")) and writable(os.path.join(user, ".keras")):
        return {}
    folder = places.CACHE / "cache"
    if not writable(folder):  # nothing is kept, then
        folder = Path(tempfile.gettempdir()) / "course_lib"
    return {
        "XDG_CACHE_HOME": str(folder),
        "UV_CACHE_DIR": str(folder / "uv"),
        "UV_PYTHON_INSTALL_DIR": str(folder / "pythons"),
        "PIP_CACHE_DIR": str(folder / "pip"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "KERAS_HOME": str(folder / "keras"),
    }


def _keras():
    """Another home for Keras where the user's keras.json changes what layers do: not every cell calls `start` first."""
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    try:
        settings = json.loads(Path(home, "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # Keras takes its own, too, where it cannot read the file
        return {}
    if isinstance(settings, dict) and all(settings.get(name, value) == value for name, value in KERAS.items()):
        return {}
    return {"KERAS_HOME": str(places.CACHE / "keras")}


def writable(path):
    """Whether a folder could be made there, or is there and can be written."""
    path = Path(path)
    while path.is_absolute() and not path.exists() and path != path.parent:
        path = path.parent
    return path.is_absolute() and path.is_dir() and os.access(str(path), os.W_OK | os.X_OK)
