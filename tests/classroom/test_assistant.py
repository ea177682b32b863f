"""The process that holds the hidden tests: each promise of its sandbox is tried by a hidden test."""

import contextlib
import errno
import json
import os
import re
import socket
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import nbformat
import ordinary
import psutil
import pytest
from seen import PROGRAMS, sampled

from course_lib.classroom.judge import assistant
from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.sandbox import bubblewrap, processes, warm
from course_lib.classroom.sandbox.kernel import Kernel
from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError
from course_lib.tools import places, sources

pytestmark = pytest.mark.skipif(bubblewrap.available() is not None, reason=f"no sandbox here: {bubblewrap.available()}")
SMALL = Limits(memory_mb=600, processes=64, file_mb=8, task_s=20, notebook_s=60)
SOURCE = """# %%
import json

from course_lib.checks import require

# %% task="{name}" role="solution"
def {name}():
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION

# %% task="{name}" role="check"
{name}()

# %% task="{name}" role="test" points=1
{test}
"""


def marked(folder, test, name="one", limits=SMALL, **options):
    """The mark that the solution earns from a hidden test."""
    source = folder / f"{name}_exercises.py"
    source.write_text(SOURCE.format(name=name, test=textwrap.dedent(test)), encoding="utf-8")
    (outcome,) = mark(nbformat.writes(sources.convert(source)).encode(), source, limits, **options).tasks
    return outcome


def found(folder, test, **options):
    """What a hidden test has put into `found`, at most 400 characters of JSON."""
    error = marked(folder, textwrap.dedent(test) + "\nraise Exception(f'<{json.dumps(found)}>')", **options).error["en"]
    assert (match := re.search("<(.*)>", error)), error
    return json.loads(match[1])


@pytest.fixture
def fresh():
    """An assistant of the test's own."""
    old = vars(assistant._kept).pop("assistant", None)
    yield
    one = vars(assistant._kept).pop("assistant", None)
    if one:
        one.stop()
    if old:
        assistant._kept.assistant = old


def test_an_honest_test_gives_its_points(tmp_path):
    assert marked(tmp_path, "require('one', one(), 1)").points == 1
    assert marked(tmp_path, "require('one', one(), 2)").points == 0


def test_reads_no_file_but_programs_and_course_lib(tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("points of all", encoding="utf-8")
    python = [os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)]
    at_home = [str(path) for path in Path.home().iterdir() if not any(one.startswith(str(path)) for one in python)]
    known = [*PROGRAMS, "/tmp", "/home/learner"]
    test = f"""
        import os
        known, seen = {known!r}, []
        for folder, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in known]
            seen += [path for name in files if (path := os.path.join(folder, name)) not in known and not os.path.islink(path)]
        paths = {[str(secret), str(tmp_path), "/etc/passwd", "/etc/shadow", "/etc/hosts", *at_home]!r}
        seen += [path for path in paths if os.path.exists(path) and not any(path.startswith(one) for one in known)]
        found = [seen, os.path.exists("/course/course_lib/tools")]
    """
    assert found(tmp_path, test) == [[], True]
    assert found(tmp_path, f"found = open({str(secret)!r}).read()", trust=True) == "points of all"


def test_writes_nothing_but_into_memory(tmp_path):
    test = """
        import os
        written = set()
        for folder, folders, _ in os.walk("/"):
            if folder.count("/") > 5 or folder.startswith("/proc/"):
                folders.clear()
            try:
                open(os.path.join(folder, "mark-of-a-test"), "w").close()
                written.add("/".join(folder.split("/")[:3]))
            except OSError:
                pass
        found = sorted(written)
    """
    folders = found(tmp_path, test)
    assert folders and all(one.startswith(("/tmp", "/dev/shm", "/home/learner")) for one in folders)
    assert not any(Path(place, "mark-of-a-test").exists() for place in ("/tmp", "/dev/shm", tmp_path))


def test_reaches_no_network_and_no_other_process(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        test = f"""
            import os, signal, socket
            found = []
            for address in (("127.0.0.1", {server.getsockname()[1]}), ("192.0.2.1", 80)):
                try:
                    socket.create_connection(address, timeout=2)
                    found.append("reached")
                except OSError:
                    pass
            found += [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]]
            found.append(len([name for name in os.listdir("/proc") if name.isdigit()]))
            try:
                os.kill({os.getpid()}, 0)
                found.append("the grader")
            except OSError:
                pass
        """
        assert found(tmp_path, test) == ["lo", 2]
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("trust", [False, True])
def test_what_tests_write_fills_no_file(tmp_path, fresh, trust):
    test = """
        import os
        for number in (1, 2): os.write(number, b"x" * 10**6)
        found = [os.readlink(f"/proc/self/fd/{number}") for number in (1, 2)]
    """
    assert found(tmp_path, test, trust=trust) == ["/dev/null", "/dev/null"]


def test_has_one_family_of_sockets_only(tmp_path):
    test = """
        import socket
        found = []
        for family in range(64):
            try: socket.socket(family).close(); found.append(family)
            except OSError as error: found += [error.errno] if error.errno not in found else []
    """
    assert found(tmp_path, test) == [errno.EAFNOSUPPORT, socket.AF_UNIX]


def test_sees_nothing_of_the_environment(tmp_path, monkeypatch, fresh):
    monkeypatch.setenv("SECRET_TOKEN", "for-nobody")
    test = """
        import glob, os
        texts = [str(dict(os.environ))]
        for path in glob.glob("/proc/*/environ"):
            try:
                texts.append(open(path, errors="replace").read())
            except OSError:
                pass
        found = [any("for-nobody" in text for text in texts), len(texts) > 1]
    """
    assert found(tmp_path, test) == [False, True]


def test_has_no_capability_and_its_limits(tmp_path):
    test = """
        import ctypes, os, resource
        status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
        caps = {int(status[key], 16) for key in ("CapEff", "CapPrm", "CapInh", "CapAmb")}
        names = ("DATA", "NPROC", "FSIZE", "CPU", "NOFILE", "CORE")
        limits = [resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names]
        memory = ctypes.CDLL(None).memfd_create(b"x", 0)  # what anybody may do but for the rules for system calls
        found = [sorted(caps), status["NoNewPrivs"].strip(), memory, os.getuid(), limits]
    """
    caps, no_new, memory, uid, limits = found(tmp_path, test)
    assert caps == [0] and no_new == "1" and memory == -1
    assert uid in bubblewrap.UIDS if os.geteuid() == 0 else uid == os.getuid()
    own = assistant.OWN
    wanted = [own.memory_mb << 20, own.processes, own.file_mb << 20, own.cpu_s, 1024, 0]
    assert limits == [[value, value] for value in wanted]


def test_one_that_takes_all_memory_with_others_is_stopped(tmp_path, monkeypatch, fresh):
    monkeypatch.setattr(assistant, "RAM_HERE", 400 << 20)
    test = """
        import os, time
        for _ in range(6):
            if not os.fork():
                filled = b"x" * (100 << 20)
                time.sleep(60)
        time.sleep(60)
    """
    mark = marked(tmp_path, test)
    assert mark.points == 0 and "had to be stopped" in mark.error["en"]


GREEDY = """
    import os, socket, threading, time
    def hold(number):
        held, kept = 0, [bytearray(b"x") * (2 << 20)]
        with open(f"/tmp/held-{number}", "w") as told:
            while len(kept) < 100:
                kept.append(socket.socketpair())
                kept[-1][0].setblocking(False)
                try:
                    while True: held += kept[-1][0].send(bytes(60_000))
                except OSError:
                    os.pwrite(told.fileno(), b"%d" % held, 0)
        time.sleep(600)
    def grow():
        time.sleep(0.3)
        for number in range(40):
            if not os.fork():
                hold(number)
    threading.Thread(target=grow).start()
    return 1
"""


def test_memory_of_all_together_while_a_test_computes(tmp_path, fresh):
    """What waits in sockets is nobody's, and Python hears nothing during one long addition: a submission that tries to
    get a gigabyte ends all the same before it has twice what it may, and its neighbour does not."""
    source = tmp_path / "one_exercises.py"
    text = SOURCE.format(name="one", test="one()\nsum(range(10**8))\nrequire('one', one(), 1)")
    source.write_text(text.replace("    return 1\n", GREEDY), encoding="utf-8")
    limits, held = replace(SMALL, memory_mb=300, task_s=60), []

    def look():
        for one in psutil.Process().children(recursive=True):
            with contextlib.suppress(OSError, ValueError):
                files = Path(f"/proc/{one.pid}/root/tmp").glob("held-*")
                held.append(sum(int(path.read_text(encoding="ascii")) for path in files))

    with Kernel(limits) as neighbour, sampled(look):
        (task,) = mark(nbformat.writes(sources.convert(source)).encode(), source, limits).tasks
        assert neighbour.run("print(1 + 1)")[0][0]["text"] == "2\n"
    assert task.points == 0 and "memory" in task.error["en"], task.error
    assert 0 < max(held) < 500 << 20, max(held)  # and 100 MB of pages


COLLIDING = """
    class Many(dict):  # it takes no time on this side; whoever makes it a dict compares each key with each other one
        def items(self):
            return ((k * (2**61 - 1), 0) for k in range(1, 200_001))
    return Many()
"""
ENDLESS = {
    "a loop": ("    return 1\n", "if {name}():\n    while True: pass"),
    "keys that collide": (COLLIDING, "require('one', {name}(), 1)"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_there_is_an_end_for_the_whole_submission(tmp_path, monkeypatch, fresh, kind):
    """However long each task would take on the side of the tests."""
    solution, test = ENDLESS[kind]
    monkeypatch.setattr(assistant, "GRACE", 4)
    before = set(psutil.Process().children(recursive=True))
    names = ["one", "two", "three", "four"]
    source = tmp_path / "01_exercises.py"
    texts = [SOURCE.format(name=name, test=test.format(name=name)) for name in names]
    texts = [text.replace("    return 1\n", solution) for text in texts]
    source.write_text("\n".join([texts[0], *(text.partition("require\n")[2] for text in texts[1:])]), encoding="utf-8")
    limits = Limits(memory_mb=600, processes=64, cell_s=2, task_s=2, notebook_s=2)
    outcome = mark(nbformat.writes(sources.convert(source)).encode(), source, limits)
    assert [task.points for task in outcome.tasks] == [0] * 4 and outcome.needs_look
    said = [task.error["en"] for task in outcome.tasks]
    late = "the 4 s for the whole notebook were over before this task was tested"
    assert "had to be stopped" in said[0] and said[3] == late and late in str(outcome.notes), said
    assert all(one == late or "had to be stopped" in one for one in said), said
    assert set(psutil.Process().children(recursive=True)) <= before, "what was stopped goes on"
    assert marked(tmp_path, "require('one', one(), 1)").points == 1


def test_its_kernels_end_before_it_where_memory_runs_out(tmp_path, fresh):
    test = """
        from course_lib.classroom.sandbox.kernel import Kernel
        with Kernel() as kernel:
            theirs = kernel.run("print(open('/proc/self/oom_score_adj').read())")[0][0]["text"]
        found = [int(open("/proc/self/oom_score_adj").read()), int(theirs)]
        try:
            open("/proc/self/oom_score_adj", "w").write("1000")
            found.append("changed")
        except OSError:
            pass
    """
    own, theirs = found(tmp_path, test)
    assert 0 < own < processes.LATER <= theirs


@pytest.mark.parametrize(
    "asked",
    [
        b"no JSON",
        b'["start"]',  # with no files
        b'["stop", 17]',
        b'["__init__", 1]',
        b'["poll"]',
        b"[]",
        b"{}",
    ],
)
def test_one_that_asks_for_what_is_not_on_offer_is_stopped(tmp_path, fresh, asked):
    """As one could that a model has taken over; the next submission gets another process."""
    test = f"""
        import time
        from course_lib.classroom.sandbox.kernel import Kernel
        one()
        Kernel.start.__self__._control.send({asked!r})
        time.sleep(60)
    """
    mark = marked(tmp_path, test)
    assert mark.points == 0 and "had to be stopped" in mark.error["en"]
    assert marked(tmp_path, "require('one', one(), 1)").points == 1


def test_it_gets_few_kernels_and_with_the_graders_limits(tmp_path, fresh):
    test = """
        from course_lib.classroom.sandbox.kernel import Kernel
        from course_lib.classroom.sandbox.limits import Limits
        with Kernel(Limits(memory_mb=9000, processes=900)) as kernel:
            asked = "import resource; print(resource.getrlimit(resource.RLIMIT_DATA)[0] >> 20)"
            found = kernel.run(asked)[0][0]["text"]
    """
    assert int(found(tmp_path, test)) == SMALL.memory_mb
    many = """
        from course_lib.classroom.sandbox.kernel import Kernel
        kernels = [Kernel() for _ in range(9)]
        for kernel in kernels: kernel.close()
    """
    stopped = marked(tmp_path, many).error
    assert stopped and "had to be stopped" in stopped["en"]


@pytest.mark.parametrize("forks", [True, False])
def test_a_kernel_that_does_not_start_is_told_in_a_sentence(tmp_path, monkeypatch, fresh, forks):
    """And the process lives on, for the next submission."""
    monkeypatch.setattr(warm, "FORKS", forks)
    with pytest.raises(CourseError, match="the kernel of the sandbox did not start"):
        marked(tmp_path, "require('one', one(), 1)", limits=Limits(processes=0))
    number = assistant._kept.assistant.pid
    assert marked(tmp_path, "require('one', one(), 1)").points == 1
    assert assistant._kept.assistant.pid == number


def test_numpy_is_graded_without_keras(tmp_path):
    """Importing it takes longer than all the rest, and what it starts cannot be forked."""
    assert found(tmp_path, "import sys\none()\nfound = 'keras' in sys.modules") is False


def test_its_kernels_end_with_it(tmp_path, fresh):
    before = set(psutil.Process().children(recursive=True))
    assert marked(tmp_path, "one()\nimport os; os._exit(1)").points == 0
    assert set(psutil.Process().children(recursive=True)) <= before


def test_where_its_sandbox_does_not_start_nothing_runs(tmp_path, monkeypatch, fresh):
    monkeypatch.setattr(assistant, "_unavailable", lambda: None)
    ran = tmp_path / "ran"
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'no more namespaces' >&2\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CourseError, match="did not start: no more namespaces"):
        marked(tmp_path, f"open({str(ran)!r}, 'w').close()")
    assert not ran.exists()


def test_what_it_judges_is_not_on_its_disk(tmp_path):
    """Neither the source nor the checkout's tests, where the answers are."""
    test = f"""
        import os
        found = [os.path.exists(path) for path in {[str(tmp_path), str(places.CHAPTERS), str(places.TESTS), "/course/chapters"]!r}]
    """
    assert not any(found(tmp_path, test))


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has just run all the other tests")
@pytest.mark.parametrize("forks", [True, False])
def test_an_ordinary_user_has_the_same_sandbox(forks):
    """Also where a sandbox may make no namespaces inside, so that no kernel can be forked."""
    test = """
import ctypes, os, socket
status = open("/proc/self/status").read()
seen = [path for path in ("/etc/passwd", "/tmp/of-the-grader", "/course/chapters") if os.path.exists(path)]
names = [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]]
raise Exception(f"<{one()} {os.getuid()} {seen} {names} {status.split('CapEff:')[1].split()[0]} {ctypes.CDLL(None).unshare(0x10000000)}>")
"""
    program = f"""
import nbformat, os, pathlib, tempfile
from course_lib.classroom.judge.assistant import mark
from course_lib.classroom.sandbox import warm
from course_lib.tools import sources
warm.FORKS = {forks}
folder = tempfile.TemporaryDirectory()
source = pathlib.Path(folder.name, "one_exercises.py")
source.write_text({SOURCE.format(name="one", test=test)!r}, encoding="utf-8")
open("/tmp/of-the-grader", "w").close()
print(mark(nbformat.writes(sources.convert(source)).encode(), source).tasks[0].error["en"])
os.remove("/tmp/of-the-grader")
"""
    ran = ordinary.run(program)
    assert "<1 65534 [] ['lo'] 0000000000000000 -1>" in ran.stdout, ran.stdout + ran.stderr
