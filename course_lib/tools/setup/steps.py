"""The commands of the set-up: run one, show that it lives, tell why it failed."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.texts import columns_of, say
from course_lib.tools.setup import reasons, surroundings

TICK, QUIET = 1, 10  # seconds between two looks, and between two lines where no terminal is
PIP_INSTALL = ("-m", "pip", "install", "--retries", "1")  # behind a Python
PATIENCE = 10  # seconds that a command has to end when it is told to


class StepFailed(CourseError):
    """A command of the set-up failed: the sentence tells why, and `output` is what it printed."""

    def __init__(self, sentence, output):
        super().__init__(sentence)
        self.output = output


class Step:
    """Runs commands that work on one environment.

    Args:
        folder: the environment.
        lock: file descriptor of the lock, which children keep; None for none.
    """

    def __init__(self, folder, lock=None):
        self.folder, self.lock = folder, lock

    def run(self, command, total=None, reason=reasons.reason, quiet=False):
        """Run a command to its end.

        Args:
            command: words.
            total: bytes that it will have written at its end, if that is known.
            quiet: show nothing of what it prints.
            reason: a function that makes a sentence of the output and the exit status of a command that failed.

        Returns:
            its output.

        Raises:
            StepFailed: the sentence tells why.
            CourseError: it could not even be started.
        """
        lines = []
        kept = () if os.name == "nt" or self.lock is None else (self.lock,)
        shown = Display(sys.stdout, Growth([self.folder, _cache(), tempfile.gettempdir()]), total)
        try:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=str(COURSE),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=surroundings.for_installers(self.folder),
                pass_fds=kept,
            )
        except OSError as error:
            raise CourseError(say("{program} cannot be started ({error})", program=command[0], error=error)) from None
        reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
        reader.start()
        try:
            while True:
                try:
                    process.wait(timeout=TICK)
                    break
                except subprocess.TimeoutExpired:
                    shown.show(lines[-1] if lines and not quiet else "")
        except BaseException:
            _end(process)
            raise
        finally:
            shown.clear()
        reader.join(PATIENCE)  # a grandchild may hold the pipe open
        output = "\n".join(lines)
        if process.returncode:
            raise StepFailed(reason(output, process.returncode), output)
        return output


def _read(stream, lines):
    with stream:
        for line in stream:
            text = line.decode("utf-8", "replace").strip()
            if text:
                lines.append(text)


def _end(process):
    """Tell a command to end, and wait until it has: what it was writing must not change any more."""
    process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _cache():
    """Where uv unpacks what it fetches, before it appears in the environment."""
    own = os.environ.get("UV_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return own or os.path.expanduser(os.path.join("~", ".cache"))


class Growth:
    """How much has been written: by how much less is free on the disks that these folders are on.

    Args:
        folders: paths, which need not exist yet.
        usage: as `shutil.disk_usage`.
    """

    def __init__(self, folders, usage=shutil.disk_usage):
        self._usage, self._most = usage, 0
        found = {}
        for folder in map(Path, folders):
            while not folder.exists() and folder != folder.parent:
                folder = folder.parent
            try:
                found[os.stat(str(folder)).st_dev] = str(folder)
            except OSError:
                continue
        self._before = {folder: usage(folder).free for folder in found.values()}

    def bytes(self):
        """Never less than before, although others write and remove, too."""
        now = sum(max(0, before - self._usage(folder).free) for folder, before in self._before.items())
        self._most = max(self._most, now)
        return self._most


class Display:
    """Shows a person that a command lives: in a terminal one line that changes each second, else a line now and then.

    Args:
        stream: to write to.
        growth: a `Growth`.
        total: bytes that there will be, or None.
        clock: as `time.monotonic`.
    """

    def __init__(self, stream, growth, total=None, clock=time.monotonic):
        self._stream, self._growth, self._total, self._clock = stream, growth, total, clock
        self._live = stream.isatty()
        self._started = self._last = clock()
        self._dirty = False

    def show(self, doing):
        """Show the time, the megabytes and the last line of the command's output."""
        now = self._clock()
        if not self._live and now - self._last < QUIET:
            return
        self._last = now
        text = "  ".join(filter(None, [f"{now - self._started:5.0f} s", self._megabytes(), doing]))
        if not self._live:
            print(text, file=self._stream, flush=True)
            return
        print("\r" + _fitted(text, _width()), end="", file=self._stream, flush=True)
        self._dirty = True

    def _megabytes(self):
        if not self._total:
            return ""
        done = min(self._growth.bytes(), self._total)
        if done < 1e6:  # all that is needed may be in the cache
            return ""
        return say("{done} of {total} MB", done=f"{done / 1e6:,.0f}", total=f"{self._total / 1e6:,.0f}")

    def clear(self):
        """Take the line away."""
        if self._dirty:
            print("\r" + " " * _width(), end="\r", file=self._stream, flush=True)


def _width():
    """Columns that a line may take; some terminals say that they have none."""
    columns = shutil.get_terminal_size().columns
    return columns - 1 if columns > 20 else 79


def _fitted(text, width):
    """The text in so many columns, cut or filled up; a Korean letter takes two."""
    kept, used = [], 0
    for letter in text:
        columns = columns_of(letter)
        if used + columns > width:
            break
        kept.append(letter)
        used += columns
    return "".join(kept) + " " * (width - used)
