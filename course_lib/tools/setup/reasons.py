"""One sentence, with a remedy, for what an installer or a new environment printed when it failed."""

import datetime
import re
import shutil
from urllib.parse import urlsplit
from urllib.request import getproxies

from course_lib.texts import say
from course_lib.tools import places

FULL = 10_000_000  # free bytes below which a disk is full, whatever was printed


def reason(output, status=1):
    """The sentence about a command that failed.

    Args:
        output: what it printed.
        status: its exit status; negative if a signal ended it.
    """
    text = output.lower()
    if shutil.disk_usage(str(places.HOME)).free < FULL:  # some steps, ensurepip's for one, hide the system's own words
        text += "no space left"
    for signs, sentence in _REASONS:
        if any(re.search(sign, text) for sign in signs):
            return sentence(output)
    if status in (-9, 137):
        return say(
            "the system ended the installer (signal 9), mostly for want of memory: close other programs and run the "
            "command again"
        )
    return say("the packages could not be installed: {line}", line=_telling_line(output))


def _telling_line(output):
    """The line that says most; pip's last ones only say that something was not pip's fault."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and not line.lower().startswith(("note:", "hint:"))]
    said = [line for line in errors if "subprocess" not in line and "mistake" not in line]
    return (said or errors or lines[-1:] or ["-"])[-1][:300]


def _disk(output):
    return say("the disk is full: free about 3 GB (for PyTorch 9 GB) and run the command again")


def _no_write(output):
    return say(
        "{home}, or a cache of the installer, cannot be written: set COURSE_HOME to a folder of your own and run the command "
        "again",
        home=places.HOME,
    )


def in_use(output=None):
    """The sentence about files that Windows does not let go, since a program uses them."""
    return say(
        "a file is in use by another program: close JupyterLab, VS Code and every Python that runs from {home}, wait until a "
        "virus scanner has finished, and run the command again",
        home=places.HOME,
    )


def _password(output):
    return say(
        "the proxy {proxy} asks for a user and a password: set HTTPS_PROXY to http://USER:PASSWORD@{proxy} (a special character in "
        "it as %40 for @, %3A for :) and run the command again",
        proxy=_proxy(),
    )


def _clock(output):
    return say(
        "a secure connection was refused because of its dates, and the clock of this computer says {now}: set the clock and "
        "run the command again; if it is right, somebody in between (a proxy, a virus scanner) has an old certificate",
        now=datetime.datetime.now().strftime("%Y-%m-%d %H:%M"),
    )


def _certificate(output):
    return say(
        "somebody between here and the package index (a proxy, a virus scanner) inspects secure connections with a certificate that "
        "the installer does not know: ask your office for the file of its certificate (.pem), set SSL_CERT_FILE to its "
        "path, or UV_SYSTEM_CERTS=1 where the system knows it, and run the command again; or connect to another network"
    )


def _proxy_fails(output):
    return say(
        "the proxy {proxy}, which HTTPS_PROXY or the system names, cannot be reached or refuses: correct it, or unset HTTPS_PROXY, "
        "HTTP_PROXY and ALL_PROXY where none is needed, and run the command again",
        proxy=_proxy(),
    )


def _changed(output):
    return say(
        "a package came changed or broken (its sum is not the one that the index names): run `uv cache clean` or `pip cache purge` "
        "and the command again; if it stays so, a proxy or mirror hands out something else: connect to another network"
    )


def _refused(output):
    code = re.search(r"\b(401|403|404|407|429|5\d\d)\b", output)
    return say(
        "the package index {index} answers {code}: if it is a mirror of your office, ask whether it offers the packages and wants "
        "a password; else unset {variables} (or remove it from pip.conf, uv.toml), or try again later",
        index=_index(output),
        code=code.group(1) if code else "-",
        variables="PIP_INDEX_URL, UV_INDEX_URL, UV_DEFAULT_INDEX",
    )


def _lacking(output):
    return say(
        "the package index {index} does not have what is needed for this Python and system ({line}): where a network wants you to log in "
        "in the browser first, do so; if it is a mirror, it may be incomplete: unset PIP_INDEX_URL and UV_DEFAULT_INDEX, or use "
        "Python 3.12; then run the command again",
        index=_index(output),
        line=_telling_line(output),
    )


def _compiler(output):
    return say(
        "a package would have to be compiled here, since there is none ready for this Python and system ({line}): use Python 3.12 from "
        "python.org, 64 bits, and run the command again",
        line=_telling_line(output),
    )


def _slow(output):
    return say(
        "the network is too slow or breaks off: run the command again, which keeps what has come (UV_HTTP_TIMEOUT=600 makes "
        "it wait longer)"
    )


def _network(output):
    return say(
        "there is no network, or the package index cannot be reached: the first set-up needs it once (about 800 MB); "
        "connect and run the command again"
    )


def _proxy():
    """The proxy that the environment or the system names, without user and password."""
    known = getproxies()
    for scheme in ("https", "all", "http"):
        value = known.get(scheme)
        if value:
            parts = urlsplit(value if "//" in value else "//" + value)
            return (parts.hostname or "-") + (f":{parts.port}" if _port(parts) else "")
    return "HOST:PORT"


def _port(parts):
    try:
        return parts.port
    except ValueError:
        return None


def _index(output):
    """The host that was asked, as far as the output tells."""
    found = re.search(r"https?://[^\s'\"`)>]+", output)
    return (found and urlsplit(found.group(0)).hostname) or "PyPI"


# what installers print, in small letters -> the sentence about it; the first that fits
_REASONS = (
    ((r"no space left", r"not enough space", r"disk quota", r"os error (28|112|122)\b", r"errno (28|122)\b"), _disk),
    ((r"\b407\b", r"proxy authentication", r"proxy authorization required"), _password),
    ((r"not yet valid", r"not valid yet", r"notvalidyet", r"certificate has expired", r"certexpired", r"certificate expired"), _clock),
    ((r"wrong.version.number", r"invalidcontenttype"), _proxy_fails),
    (
        (r"certificate_verify_failed", r"unknownissuer", r"unknown issuer", r"self.signed certificate",
         r"invalid peer certificate", r"unable to get local issuer", r"sslerror", r"ssl: ", r"notvalidforname",
         r"could not find a suitable tls ca", r"invalid certificate"),
        _certificate,
    ),
    (
        (r"proxyerror", r"cannot connect to proxy", r"unable to connect to proxy", r"tunnel connection failed",
         r"unsuccessful tunnel", r"tunnel error", r"proxy connect", r"connect to proxy", r"invalid proxy", r"proxy url",
         r"unsupported proxy", r"missing dependencies for socks", r"socks"),
        _proxy_fails,
    ),
    ((r"hash mismatch", r"do not match the hashes", r"hashes? .*mismatch", r"bad crc", r"not a zip file", r"invalid zip",
      r"badzipfile"), _changed),
    ((r"used by another process", r"os error 32\b", r"winerror 32\b", r"text file busy"), in_use),
    ((r"read-only file system", r"permission denied", r"access is denied", r"os error (5|13|30)\b",
      r"errno (13|30)\b"), _no_write),
    (
        (r"\b(401|403|429|5\d\d) (client|server) error", r"http status (client|server) error", r"status code:? (4|5)\d\d",
         r"\b(401 unauthorized|403 forbidden|429 too many|502 bad gateway|503 service|504 gateway)", r"http error [45]\d\d",
         r"error [45]\d\d while"),
        _refused,
    ),
    (
        (r"name resolution", r"dns error", r"failed to lookup", r"newconnectionerror", r"connecttimeout",
         r"network is unreachable", r"connection refused", r"could not connect", r"nodename nor servname",
         r"getaddrinfo failed", r"client error \(connect\)", r"name or service not known", r"no route to host",
         r"network was disabled", r"network connectivity is disabled"),
        _network,
    ),
    ((r"timed out", r"timeout", r"connection reset", r"connection broken", r"incompleteread", r"connection aborted",
      r"error decoding response body", r"connection closed", r"unexpected eof", r"remotedisconnected", r"10054"), _slow),
    ((r"error sending request", r"max retries exceeded", r"request failed after"), _network),
    ((r"microsoft visual c\+\+", r"failed building wheel", r"failed to build `", r"command '?(gcc|cc|clang|cl)",
      r"metadata-generation-failed"), _compiler),
    ((r"no matching distribution", r"no solution found", r"no versions of", r"has no wheels", r"could not find a version"),
     _lacking),
)  # fmt: skip


def why_it_does_not_start(output, status):
    """The sentence about a new environment in which TensorFlow, or Python itself, dies at its start."""
    text = output.lower()
    if "init_import_site" in text or "init_fs_encoding" in text or "error processing line" in text:
        return say(
            "the new Python in {home} does not start ({line}): move the course to a folder whose path has English letters only, "
            "and run the command again",
            home=places.HOME,
            line=_telling_line(output),
        )
    if "dll load failed" in text or "msvcp140" in text:
        return say(
            "TensorFlow does not start, since Windows lacks a part that it needs: install the Microsoft Visual C++ "
            "Redistributable (x64) from https://aka.ms/vs/17/release/vc_redist.x64.exe and run the command again"
        )
    if status in (-4, 132, 0xC000001D) or "illegal instruction" in text:
        return say(
            "TensorFlow does not start, since it needs a processor with AVX, which this one (or this virtual machine) does "
            "not have: work on another machine, in Google Colab or in Codespaces (README.md says how)"
        )
    if "glibc" in text or "cannot open shared object" in text:
        return say(
            "TensorFlow does not start, since this system is too old or lacks a library: {line}",
            line=_telling_line(output),
        )
    return say(
        "the packages are installed, but TensorFlow does not start ({line}): run the command again; if it stays so, remove "
        "{home} and try once more, or report this line",
        home=places.VENV,
        line=_telling_line(output),
    )
