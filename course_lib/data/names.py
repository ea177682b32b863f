"""Names of files and folders as people read them, and which of them no person has made."""

import os
import unicodedata
from pathlib import Path

# what Windows, macOS, Linux, network drives and memory cards leave beside pictures; hidden names (.DS_Store, ._a.jpg,
# .Trashes, .ipynb_checkpoints) need no list
NOISE = {
    "thumbs.db",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "desktop.ini",
    "picasa.ini",
    "zbthumbnail.info",
    "icon\r",
    "__macosx",
    "@eadir",
    "@recycle",
    "@recently-snapshot",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "recycler",
    "system volume information",
    "network trash folder",
    "temporary items",
    "lost+found",
    "lost.dir",
    "found.000",
    "__pycache__",
}
# Windows' note of where a file was downloaded, as WSL shows it, unpacked or copied; streams of Synology's drives
NOISE_ENDINGS = ("zone.identifier", "@synoeastream", "@synoresource", ":encryptable", ":afp_afpinfo", ":afp_resource")


def proper(name):
    """A name as text: macOS writes Hangul as single letters (NFD), and zip files of Windows come out as bytes."""
    name = os.fspath(name)
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:  # bytes that are no UTF-8, which Python carries as lone surrogates
        raw = os.fsencode(name)
        try:
            name = raw.decode("cp949")
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "replace")
    return unicodedata.normalize("NFC", name)


def is_noise(name):
    """Whether a file or folder was made by a system or a program for itself."""
    plain = name.casefold()
    return (
        plain.startswith((".", "~$")) and not awaited(name) or plain in NOISE or plain.endswith(NOISE_ENDINGS)
    )  # fmt: skip


def awaited(name):
    """Whether this stands for a file that is still in iCloud: .IMG_0001.JPG.icloud"""
    return name.startswith(".") and name.endswith(".icloud")


def on_disk(path):
    """The path as it is written on the disk, where Hangul may be in the other form; as given, where it is not there."""
    path = Path(path)
    if os.path.lexists(path) or path.parent == path:
        return path
    parent = on_disk(path.parent)
    try:
        return next(
            (entry for entry in parent.iterdir() if proper(entry.name) == proper(path.name)), parent / path.name
        )
    except OSError:
        return parent / path.name
