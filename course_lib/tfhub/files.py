"""Where modules of TensorFlow Hub come from and go to: folders, archives, URLs. Each mishap becomes one sentence."""

import hashlib
import shutil
import tarfile
import tempfile
import warnings
import zlib
from pathlib import Path

import keras

from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tfhub.inputs import either

_DAMAGE = (OSError, EOFError, ValueError, tarfile.TarError, zlib.error)
_PARTS = {"saved_model.pb", "fingerprint.pb", "variables", "assets"}


def load_module(handle, folder, tags=None):
    """The module as the object that `hub.load` returns.

    Args:
        handle: URL, or path of a SavedModel's folder or of its .tar.gz; relative to
            `folder`, or else to the working folder.
        tags: of the graph to load, where a SavedModel holds several.

    Raises:
        CourseError: it is missing, out of reach, damaged or something else.
    """
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tensorflow_hub imports pkg_resources, which announces its own end
        import tensorflow_hub as hub
    if "://" in handle:
        try:
            path = Path(hub.resolve(handle))
        except (*_DAMAGE, tf.errors.OpError) as error:
            raise CourseError(
                say(
                    "{handle} cannot be fetched ({reason}): connect to the network, or give a folder or .tar.gz that is here",
                    handle=handle,
                    reason=_reason(error),
                )
            ) from None
    else:
        own = Path(handle).expanduser()
        places = list(dict.fromkeys([Path(folder) / own, own.absolute()]))
        path = next((place for place in places if place.exists()), None)
        if path is None:
            raise CourseError(
                say(
                    "no module at {places}: bring it there, or build the model with the path that it has now",
                    places=either(list(map(str, places))),
                )
            )
        path = _unpack(path) if path.is_file() else path
    if not (path / "saved_model.pb").is_file():
        raise CourseError(
            say("{path} is no SavedModel, it has no saved_model.pb: give the folder that holds this file", path=path)
        )
    try:
        return hub.load(str(path), tags=tags)
    except Exception as error:  # TensorFlow has many kinds, IndexError for a file cut short among them
        raise CourseError(
            say(
                "{handle} cannot be loaded ({reason}): get it again, or import the package that its operations come from",
                handle=handle,
                reason=_reason(error),
            )
        ) from error


def _safely(tar):
    """Arguments with which `extractall` writes nothing outside: Python has a filter for that from 3.11.4 on.

    Raises:
        tarfile.ReadError: an older Python, and the archive holds what is neither a file nor a folder inside.
    """
    if hasattr(tarfile, "data_filter"):
        return {"filter": "data"}
    for member in tar.getmembers():
        place = Path(member.name)
        if not (member.isfile() or member.isdir()) or place.is_absolute() or ".." in place.parts:
            raise tarfile.ReadError(member.name)
    return {}


def _unpack(archive):
    """Folder in the cache with what the archive holds; its name is the sha256 of the archive, which may move."""
    from tensorflow_hub import resolver

    cache = Path(resolver.tfhub_cache_dir(use_temp=True)).expanduser()
    with archive.open("rb") as file:
        target = cache / hashlib.file_digest(file, "sha256").hexdigest()
    if (target / "saved_model.pb").is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as part:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(part, **_safely(tar))
                while tar.fileobj.read(1 << 20):  # to the end: only there gzip compares its checksum
                    pass
        except _DAMAGE as error:
            raise CourseError(
                say(
                    "{archive} cannot be unpacked ({reason}): expected the .tar.gz of a SavedModel, get it again",
                    archive=archive,
                    reason=_reason(error),
                )
            ) from None
        found = sorted(Path(part).rglob("saved_model.pb"), key=lambda path: len(path.parts))
        if not found:
            raise CourseError(
                say(
                    "{archive} holds no SavedModel, there is no saved_model.pb in it: give the .tar.gz of one",
                    archive=archive,
                )
            )
        shutil.rmtree(target, ignore_errors=True)  # half of it, where the system has cleaned its temporary folder
        found[0].parent.rename(target)
    return target


def _reason(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200].rstrip(":")


def write_module(path, overwrite, save):
    """Let `save(folder)` write a SavedModel, then give it its name; a path that ends in .tar.gz gets an archive of it.

    Raises:
        CourseError: the path is taken.
    """
    archive = path.name.endswith((".tar.gz", ".tgz"))
    if path.exists() and not overwrite:
        raise CourseError(
            say("{path} is there already: choose another name, or overwrite=True to replace it", path=path)
        )
    if path.exists() and not (_holds_module(path) if archive else _is_module(path)):
        raise CourseError(
            say(
                "{path} is something else than a SavedModel, or more: it stays as it is, choose another name", path=path
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".hub-") as part:
        new = Path(part) / "new"
        save(str(new))
        if archive:
            folder, new = new, Path(part) / "new.tar.gz"
            with tarfile.open(new, "w:gz") as tar:
                tar.add(folder, arcname=".")
        if path.exists():
            path.rename(Path(part) / "old")
        new.rename(path)


def _is_module(path):
    names = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    return "saved_model.pb" in names and names <= _PARTS


def _holds_module(path):
    try:
        with tarfile.open(path) as tar:
            return any(Path(name).name == "saved_model.pb" for name in tar.getnames())
    except _DAMAGE:
        return False


def demand_tensorflow():
    if keras.backend.backend() != "tensorflow":
        raise CourseError(
            say(
                "TensorFlow Hub needs Keras on TensorFlow, found {backend}: unset COURSE_BACKEND and restart",
                backend=keras.backend.backend(),
            )
        )
