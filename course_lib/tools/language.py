"""In which language a command speaks. Standard library only."""

import locale
import os

from course_lib import record
from course_lib.texts import LANGUAGES, of_workbook


def of_command(words, home):
    """ "ko" or "en": that of --lang, of COURSE_LANG, of the workbook around the current folder, of that in `home`,
    of the system.

    A COURSE_LANG that is neither is left for `texts.language` to complain of.

    Args:
        words: of the command line, behind `-m course_lib`.
        home: the folder in which `learn` makes workbooks.
    """
    return (
        _asked(words)
        or os.environ.get("COURSE_LANG")
        or of_workbook(record.workbook())
        or of_workbook(home / "workbook")
        or system_language()
    )


def _asked(words):
    """The value of --lang, or None; in `class` it is the language of students."""
    if "class" in words:
        words = words[: words.index("class")]
    for word, following in zip(words, [*words[1:], ""]):
        value = following if word == "--lang" else word[len("--lang=") :] if word.startswith("--lang=") else ""
        if value in LANGUAGES:
            return value
    return None


def system_language():
    """ "ko" on a Korean system, else "en"."""
    if os.name == "nt":
        import ctypes

        return "ko" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x12 else "en"
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "ko" if value.lower().startswith("ko") else "en"
    return "ko" if (locale.getlocale()[0] or "").lower().startswith("ko") else "en"
