"""Nothing of a sandbox outlives the process that asked for it, however and whenever that ends."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import threading

import classes
import psutil
import pytest

from course_lib.classroom.sandbox import bubblewrap, warm
from course_lib.classroom.sandbox.kernel import Kernel
from course_lib.classroom.sandbox.limits import Limits
from course_lib.classroom.sandbox.processes import Sandbox
from course_lib.tools import places

pytestmark = pytest.mark.skipif(bubblewrap.available() is not None, reason=f"no sandbox here: {bubblewrap.available()}")
SLEEPS = ["/bin/sh", "-c", "sleep 600; true"]
GRADER = """
import os, signal, subprocess, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in a shell's background would ignore Ctrl-C
sys.path.insert(0, {course!r})
from course_lib.classroom.sandbox import bubblewrap
from course_lib.classroom.sandbox.processes import Sandbox
command = [*bubblewrap.command_line(bubblewrap.judging()), *{sleeps!r}, {word!r}]
def begin():
    return Sandbox(command, None, pass_fds=(), stdin=subprocess.DEVNULL)
{how}
"""


@pytest.fixture
def word():
    """A word in the command lines of what a test starts; what is left of it is ended."""
    one = f"kept-{os.getpid()}-{random.SystemRandom().randrange(10**9)}"
    yield one
    for process in named(one):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def named(word):
    """The processes with a word in their command lines."""
    return [one for one in psutil.process_iter(["cmdline"]) if word in " ".join(one.info["cmdline"] or [])]


def asleep(word):
    """Whether the sandbox is whole: what it was made for runs in there."""
    return any(one.info["cmdline"][0] == "sleep" for one in below(named(word)))


def below(processes):
    found = [child for one in processes for child in one.children(recursive=True)]
    for one in found:
        one.info = {"cmdline": one.cmdline() or [""]}
    return found


def grader(word, how, **options):
    program = GRADER.format(course=str(places.COURSE), sleeps=SLEEPS, word=word, how=textwrap.dedent(how))
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, start_new_session=True, **options)


COMPUTES = "threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()\n"
ENDS = {  # what the grader does when its sandbox runs, and what is done to it
    "it ends": ("sys.stdin.read()", None),
    "it ends at once": ("sys.stdin.read()\nos._exit(0)", None),
    "an exception": ("sys.stdin.read()\n1 / 0", None),
    "SIGTERM": ("time.sleep(600)", signal.SIGTERM),
    "SIGHUP": ("time.sleep(600)", signal.SIGHUP),
    "Ctrl-C": ("time.sleep(600)", signal.SIGINT),
    "SIGKILL": ("time.sleep(600)", signal.SIGKILL),
    "SIGKILL, while a thread computes": (f"{COMPUTES}time.sleep(600)", signal.SIGKILL),
}


@pytest.mark.parametrize("kind", ENDS)
def test_however_the_grader_ends(word, kind):
    does, sent = ENDS[kind]
    how = f"sandbox = begin()\nprint('begun', flush=True)\n{does}"
    one = grader(word, how, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert one.stdout.readline() == b"begun\n"
    classes.until(lambda: asleep(word), 60)
    if sent:
        os.killpg(one.pid, sent)  # as a terminal does
    with one:
        pass
    classes.until(lambda: not named(word), 20)


def test_with_the_thread_that_made_it(word):
    """And the process lives on, with the object in its hands."""
    kept = []
    command = [*bubblewrap.command_line(bubblewrap.judging()), *SLEEPS, word]

    def begin():
        kept.append(Sandbox(command, None, pass_fds=(), stdin=subprocess.DEVNULL))
        classes.until(lambda: asleep(word), 60)

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    classes.until(lambda: not named(word), 20)
    kept[0].stop()


def test_a_grader_that_is_gone_before_bubblewrap_begins(word, tmp_path):
    """What bubblewrap asks for, to die with its parent, it asks for too late then."""
    real, gone = shutil.which("bwrap"), tmp_path / "gone"
    fake = tmp_path / "bwrap"
    fake.write_text(f'#!/bin/sh\nwhile [ ! -e {gone} ]; do sleep 0.05; done\nexec {real} "$@"\n', encoding="utf-8")
    fake.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    one = grader(word, "begin()\nprint('begun', flush=True)\nos.kill(os.getpid(), 9)", env={**os.environ, "PATH": path})
    with one:
        assert one.stdout.readline() == b"begun\n"
    gone.touch()
    classes.until(lambda: not named(word), 20)


@pytest.mark.parametrize("what", ["the grader", "the sandbox"])
def test_an_end_in_the_middle_of_the_start(word, what):
    """Killed sooner or later while bubblewrap makes its processes, one after the other."""
    command = [*bubblewrap.command_line(bubblewrap.judging()), *SLEEPS, word]
    for number in range(16):
        pause = number * 0.004
        if what == "the grader":
            how = f"begin()\ntime.sleep({pause})\nos.kill(os.getpid(), 9)"
            with grader(word, how):
                pass
        else:
            one = Sandbox(command, None, pass_fds=(), stdin=subprocess.DEVNULL)
            threading.Event().wait(pause)
            one.stop()
            assert not named(word), "it waits until it is gone"
        classes.until(lambda: not named(word), 20)


def test_when_bubblewrap_outside_is_killed(word):
    """By Linux, for want of memory: number 1 of the sandbox, which may not have heard of it yet, goes as well."""
    command = [*bubblewrap.command_line(bubblewrap.judging()), *SLEEPS, word]
    for number in range(16):
        one = Sandbox(command, None, pass_fds=(), stdin=subprocess.DEVNULL)
        classes.until(lambda: one.poll() is not None or psutil.Process(one.pid).children(), 60)  # noqa: B023  at once
        threading.Event().wait(number * 0.003)
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end by itself in between
            for outside in psutil.Process(one.pid).children():
                outside.kill()
        one.popen.wait(20)
        assert not named(word)
        one.stop()


@pytest.mark.parametrize("forks", [True, False])
def test_a_kernel_that_computes(monkeypatch, forks, word):
    """With all that it has started, as of a submission that wants to stay."""
    program = f"""
import sys
sys.path.insert(0, {str(places.COURSE)!r})
from course_lib.classroom.sandbox import warm
from course_lib.classroom.sandbox.kernel import Kernel
warm.FORKS = {forks}
Kernel().run('''
import os, signal, subprocess, sys
for one in range(1, 32):
    try: signal.signal(one, signal.SIG_IGN)
    except OSError: pass
code = "import os, sys, time\\\\nif os.fork(): sys.exit()\\\\nos.setsid()\\\\nwhile True: pass"
subprocess.run([sys.executable, "-c", code, {word!r}])
while True: pass
''', 600)
"""
    one = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    try:
        inside = lambda: [p for p in named(word) if p.pid != one.pid and p.info["cmdline"][-1] == word]
        classes.until(inside, 60)
    finally:
        one.kill()
        one.wait()
    classes.until(lambda: not named(word), 20)


def test_nothing_is_left_beside_a_kernel_that_was_closed():
    """Neither what stood above it: after three more kernels no more processes than after the first."""
    small = Limits(memory_mb=600, processes=64)

    def one():
        with Kernel(small) as kernel:
            kernel.run("1")
        return len(psutil.Process().children(recursive=True))

    warm.close()
    first = one()  # with a process of its start that is still ending, sometimes
    for _ in range(3):
        one()
    classes.until(lambda: len(psutil.Process().children(recursive=True)) <= first, 20)
    warm.close()
