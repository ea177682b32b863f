"""A wheel from the package index that this machine's pip is set up for: mirrors, proxies, certificates, passwords."""

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from course_lib.texts import say

WATCH = 0.1  # seconds between two looks at how much has come
SETTINGS = {  # what would stop pip from downloading one file, or let it wait for an answer
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_REQUIRE_HASHES": "0",
    "PIP_CONSTRAINT": "",
    "PIP_NO_INPUT": "1",
}


class NotDownloaded(Exception):
    """The wheel cannot be had; the message, a text, says why and what to do."""


def download(wheel, staging):
    """Path of the wheel, as pip brings it into an empty folder.

    Args:
        wheel: with `pin`, `bytes`, `size` and `name`.
        staging: the folder; what is left in it, nobody needs.

    Raises:
        NotDownloaded: it cannot be had.
    """
    target, said = staging / "wheel", staging / "said.txt"
    command = [*_pip(), "download", "--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--retries=1"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--progress-bar=off", "-vv"]
    command += ["--platform", wheel.platform] if wheel.platform else []
    command += ["--dest", str(target), wheel.pin]
    # there it can be watched, and goes with the rest
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(staging))
    with said.open("wb") as complaints:
        process = subprocess.Popen(
            command,
            env={**os.environ, **SETTINGS, **temporary},
            stdin=subprocess.DEVNULL,
            stdout=complaints,
            stderr=subprocess.STDOUT,
        )
        try:
            _watch(process, wheel, staging)
        finally:
            process.kill()  # where it has ended by itself, this does nothing
            process.wait()
    if process.returncode:
        raise NotDownloaded(reason(said.read_text(encoding="utf-8", errors="replace"), wheel))
    [path] = target.iterdir()
    return path


def _pip():
    """The words that start pip: this Python's own, or the one that Python carries to install it from.

    Raises:
        NotDownloaded: there is neither.
    """
    start = [sys.executable, "-P"]  # no module of the current folder takes the place of one of Python's
    if importlib.util.find_spec("pip"):
        return [*start, "-m", "pip"]
    with contextlib.suppress(ImportError, ValueError):
        import ensurepip

        [bundled] = Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")
        return [*start, str(bundled / "pip")]
    raise NotDownloaded(say("this Python has no pip: run `uv pip install pip`"))


def _watch(process, wheel, staging):
    """Show how much of the wheel has come until the process has ended."""
    from course_lib.progress import bar

    with bar(total=wheel.bytes, unit="B", unit_scale=True, desc=say("fetching {name}", name=wheel.name)) as shown:
        while True:
            try:
                return process.wait(WATCH)
            except subprocess.TimeoutExpired:
                shown.update(max(0, min(_largest(staging), wheel.bytes) - shown.n))


def _largest(folder):
    """Bytes of the largest file in a folder; pip moves its files while one looks."""
    sizes = [0]
    with contextlib.suppress(OSError):
        for path in folder.rglob("*.whl"):
            sizes.append(path.stat().st_size)
    return max(sizes)


def reason(output, wheel):
    """What pip's complaints come to, and what to do about it, as one text.

    Args:
        output: what pip printed.
        wheel: with `pin` and `size`.
    """
    lines = re.findall(_TELLING, output, re.MULTILINE)
    for signs, sentence in _REASONS:
        if re.search(signs, "\n".join(lines), re.IGNORECASE):
            return sentence(output, wheel)
    line = lines[-1].replace("ERROR: ", "", 1) if lines else "-"
    return say("pip says {line}: put that right", line=line[:300])


def _full(output, wheel):
    return say("the disk is full: free {size} three times", size=wheel.size)


def _password(output, wheel):
    return say("the proxy asks for a password: set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT")


def _proxy(output, wheel):
    return say("the proxy cannot be reached or refuses: correct HTTPS_PROXY, or unset it where none is needed")


def _certificate(output, wheel):
    return say(
        "the certificate of the package index, or of a proxy before it, is not known here: name its file with `pip config set global.cert FILE`"
    )


def _network(output, wheel):
    return say("the package index cannot be reached: connect this computer to the network")


def _broken(output, wheel):
    return say("the connection broke or is too slow: wait until the network is better")


def _answers(output, wheel):
    code = re.search(r"\b(401|403|404|429|5\d\d)\b", output)
    return say(
        "the package index answers {code}: wait and see whether it passes, or ask whoever runs it",
        code=code.group(1) if code else "-",
    )


def _lacking(output, wheel):
    return say("the package index that pip is set up for does not have {pin}: name another one in PIP_INDEX_URL", pin=wheel.pin)  # fmt: skip


# the lines that say something, among many; what an index answers, pip tells among the details only
_TELLING = r"^(?:WARNING|ERROR|Could not fetch URL|[\w.]+(?:Error|Exception))\b.*$"
# what pip prints -> the sentence about it; the first that fits
_REASONS = (
    (r"no space left|not enough space|disk quota|errno (28|122)\b", _full),
    (r"\b407\b|proxy authentication", _password),
    (r"proxyerror|cannot connect to proxy|unable to connect to proxy|invalid proxy|tunnel connection|socks", _proxy),
    (r"certificate.?verif|ssl certificate|sslerror|ssl: ", _certificate),
    (r"\b(401|403|429|5\d\d) (client|server) error|http error [45]\d\d|too many 5\d\d error", _answers),
    (r"newconnectionerror|name resolution|getaddrinfo|name or service|unreachable|connection refused|connecttimeout"
     r"|no route to host|nodename nor servname", _network),
    (r"timed out|timeout|connection (reset|broken|aborted|closed)|incomplete|remotedisconnected|is invalid|zip file", _broken),
    (r"no matching distribution|could not find a version", _lacking),
)  # fmt: skip
