"""What the sandbox promises: each part is tried by a notebook that wants to break it."""

import ast
import contextlib
import errno
import json
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import ordinary
import psutil
import pytest
from seen import PROGRAMS, sampled

from course_lib.classroom.sandbox import bubblewrap, calls, processes, seccomp, usage, warm, watch
from course_lib.classroom.sandbox import kernel as kernels
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.kernel import Kernel
from course_lib.classroom.sandbox.limits import Gone, Limits
from course_lib.errors import CourseError
from course_lib.tools import places

pytestmark = pytest.mark.skipif(bubblewrap.available() is not None, reason=f"no sandbox here: {bubblewrap.available()}")
SMALL = Limits(memory_mb=600, processes=64, file_mb=8, cpu_s=30, cell_s=15, output_kb=20)
SPINNING = """
import threading, time
def spin():
    while True: pass
for _ in range(8): threading.Thread(target=spin, daemon=True).start()
time.sleep(600)
"""


@pytest.fixture(scope="module", params=["forked", "alone"], autouse=True)
def way(request):
    """Kernels forked by a warm process, and kernels that bubblewrap starts alone: both have to keep all promises."""
    warm.FORKS = request.param == "forked"
    yield request.param
    warm.FORKS = True


@pytest.fixture(scope="module")
def kernel(way):
    """One kernel for all probes that leave it alive."""
    with Kernel(SMALL) as one:
        server = vars(warm.kept).pop("server", None)  # kernels of other tests come from another one
        vars(warm.kept).pop("wanted", None)
        yield one
    if server:
        server.stop()


def test_forks_where_it_can(way):
    """Elsewhere it must be for want of namespaces inside a sandbox; this machine says whether it has them."""
    inner = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "true"]
    nested = subprocess.run(["bwrap", "--dev-bind", "/", "/", *inner], capture_output=True).returncode == 0
    with Kernel(SMALL, modules=["colorsys"]) as one:
        forked = isinstance(one._process, warm.Forked)
        assert one.run("import sys; print('colorsys' in sys.modules)")[0][0]["text"].strip() == str(forked)
    assert not forked if way == "alone" else forked or not nested


def test_a_check_cell_is_run_once_only(way):
    """Also where what runs it had been imported before there was an IPython."""
    with Kernel(SMALL, modules=["course_lib.exercises"]) as one:
        one.run(
            "from course_lib.exercises import check, checking\ncalls = []\ndef f():\n    calls.append(1)\n    return 2"
        )
        (shown, *_), error = one.run("checking('01', 'f')\ncheck('two', f(), 2)")
        assert "✓ two" in shown["text"] and error is None
        assert one.run("print(len(calls))")[0][0]["text"] == "1\n"


def test_python_itself_may_lie_where_kernels_write(monkeypatch):
    """A checkout in /tmp has its .venv there; it is seen, and read-only, beside a /tmp of the kernel's own."""
    system = bubblewrap.system()
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        os.chmod(place, 0o755)
        package = Path(place, "checkout", ".venv")
        package.mkdir(parents=True)
        (package / "inside.py").write_text("", encoding="utf-8")
        monkeypatch.setattr(bubblewrap, "system", lambda: [*system, str(package)])
        with Kernel(SMALL, modules=["cmd"]) as one:
            seen = f"""
                import json, os
                open("/tmp/own", "w").close()
                folders = [sorted(os.listdir(folder)) for folder in ({place!r}, {str(package)!r})]
                try: open({str(package / "inside.py")!r}, "w")
                except OSError as error: folders.append(error.strerror)
                print(json.dumps([*folders, os.path.exists("/tmp/own")]))
            """
            assert told(one, seen) == [["checkout"], ["inside.py"], "Read-only file system", True]
        assert not os.path.exists("/tmp/own")


def test_no_connection_file_is_read_or_left(tmp_path, monkeypatch):
    """IPython's kernels keep one for each process number; that of an earlier
    kernel with the same number holds another key."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    for trust in (False, True):
        with Kernel(SMALL, trust=trust) as one:
            look = "import glob, os; from jupyter_core.paths import jupyter_runtime_dir as where; print(os.path.exists(where()), glob.glob(where() + '/*'))"
            assert one.run(look)[0][0]["text"] == f"{trust} []\n"
    assert not list(tmp_path.iterdir())


def test_nothing_passes_from_one_kernel_to_the_next():
    """Neither files, modules, drawn numbers nor message queues."""
    leave = """
        import builtins, ctypes, json, os, random, sys
        import numpy as np
        np.mean, builtins.left, sys.modules["left"] = None, 1, sys
        for folder in ("/tmp", "/dev/shm", "/home/learner"):
            open(folder + "/left", "w").write("x")
        queue = ctypes.CDLL(None).mq_open(b"/left", os.O_CREAT | os.O_RDWR, 0o600, None)
        os.environ["LEFT"] = "x"
        print(json.dumps([queue >= 0, random.random(), np.random.rand()]))
    """
    look = """
        import builtins, ctypes, json, os, random, sys
        import numpy as np
        queue = ctypes.CDLL(None).mq_open(b"/left", os.O_RDWR)
        files = [os.path.exists(folder + "/left") for folder in ("/tmp", "/dev/shm", "/home/learner")]
        names = [np.mean is None, hasattr(builtins, "left"), "left" in sys.modules, "LEFT" in os.environ]
        print(json.dumps([files, names, queue, random.random(), np.random.rand()]))
    """
    with Kernel(SMALL, modules=["numpy.random"]) as one:
        made, *drawn = told(one, leave)
    assert made
    with Kernel(SMALL, modules=["numpy.random"]) as other:
        files, names, queue, *others = told(other, look)
    assert not any(files + names) and queue == -1
    assert drawn[0] != others[0] and drawn[1] != others[1]


def test_what_makes_kernels_is_out_of_reach(way):
    """A kernel cannot look into, stop or change the process that will make the next one, nor its own guard."""
    with Kernel(SMALL) as one:
        found = told(
            one,
            """
            import json, os, signal
            opened, killed = [], []
            for number in range(FIRST, 400):
                if os.path.exists(f"/proc/self/task/{number}"):  # itself, or a thread of its own
                    continue
                for name in ("mem", "environ", "oom_score_adj", "root", "fd", "cwd"):
                    path = f"/proc/{number}/{name}"
                    try:
                        os.listdir(path) if name in ("root", "fd", "cwd") else os.close(os.open(path, os.O_RDWR))
                        opened.append(path)
                    except OSError:
                        pass
                try:
                    os.kill(number, signal.SIGKILL)
                    killed.append(number)
                except OSError:
                    pass
            print(json.dumps([[path for path in opened if os.path.exists(path)], killed, os.getpid()]))
            """.replace(
                "FIRST", "2" if way == "alone" and os.geteuid() else "1"
            ),  # there, number 1 is bubblewrap's, in this sandbox and the same user's
        )
        assert one.run("print(1)")[0][0]["text"] == "1\n"  # killing number 1 from inside does nothing
    assert found[0] == [] and set(found[1]) <= {1}
    with Kernel(SMALL) as other:
        assert other.run("print(2)")[0][0]["text"] == "2\n"


def test_a_new_process_makes_kernels_after_the_last_one_has_died():
    with Kernel(SMALL) as one:
        one.run("1")
    if warm.FORKS and getattr(warm.kept, "server", None):
        warm.kept.server.popen.kill()
        warm.kept.server.popen.wait()
    with Kernel(SMALL) as other:
        assert other.run("print(2)")[0][0]["text"] == "2\n"


def told(kernel, code):
    """What a cell prints, read as JSON."""
    outputs, error = kernel.run(textwrap.dedent(code))
    assert error is None, error
    return json.loads(next(one["text"] for one in outputs if one.get("name") == "stdout"))


def test_sees_no_file_but_programs_and_course_lib(kernel, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("points of all", encoding="utf-8")
    known = [*PROGRAMS, "/home/learner/.ipython", "/home/learner/.local"]
    found = told(
        kernel,
        f"""
        import json, os
        known, seen = {known!r}, []
        for folder, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in known]
            seen += [path for name in files if (path := os.path.join(folder, name)) not in known and not os.path.islink(path)]
        course = [name for _, _, files in os.walk("/course") for name in files if "_exercises" in name]
        print(json.dumps([os.path.exists({str(secret)!r}), seen, course]))
        """,
    )
    assert found == [False, [], []]
    assert not bubblewrap.shows(tmp_path) and bubblewrap.shows(places.COURSE / "course_lib" / "models" / "x")
    assert not bubblewrap.shows(places.COURSE / "chapters")


def imported_by_chapters():
    """The imports of course_lib in all chapters, as statements."""
    found = set()
    for path in places.CHAPTERS.glob("*/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and "course_lib" in ast.unparse(node):
                found.add(ast.unparse(node))
    return sorted(found)


def test_imports_what_notebooks_import_and_no_more(way):
    hidden = [
        "tools",
        "tools.cli",
        "tools.sources",
        "__main__",
        "classroom.grade",
        "classroom.judge",
        "classroom.judge.plan",
    ]
    hidden += [f"classroom.sandbox.{name}" for name in ("kernel", "bubblewrap", "host", "warm", "limits")]
    statements = imported_by_chapters()
    assert "from course_lib import claims, predictions" in statements
    code = f"""
        import importlib, json, os
        seen = []
        for name in {hidden!r}:
            try:
                importlib.import_module("course_lib." + name)
                seen.append(name)
            except ModuleNotFoundError as error:
                assert error.name.startswith("course_lib."), error
        for statement in {statements!r}:
            exec(statement)
        seen += sorted(os.listdir("/course/course_lib/classroom")) + sorted(os.listdir("/course"))
        seen += sorted(os.listdir("/course/course_lib/classroom/sandbox"))
        print(json.dumps(seen))
    """
    with Kernel() as one:
        seen = told(one, code)
    serving = sorted(f"{name}.py" for name in bubblewrap.SERVING)
    expected = ["sandbox", "course_lib", "data", *serving]
    assert [name for name in seen if name != "proc"] == expected  # a forkserver's /proc, empty in its forks


def test_writes_nothing_but_into_memory(kernel):
    found = told(
        kernel,
        """
        import json, os
        written = []
        for folder, folders, _ in os.walk("/"):
            if folder.count("/") > 5 or folder.startswith("/proc/"):
                folders.clear()
            try:
                with open(os.path.join(folder, "mark"), "w") as file:
                    file.write("x")
                written.append(folder)
            except OSError:
                pass
        print(json.dumps(written))
        """,
    )
    places = ("/tmp", "/dev/shm", "/home/learner")
    assert found and all(any(folder == place or folder.startswith(place + "/") for place in places) for folder in found)
    assert (
        not Path("/home/learner/mark").exists()
        and not Path("/tmp/mark").exists()
        and not Path("/dev/shm/mark").exists()
    )


def test_reaches_no_network(kernel):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        found = told(
            kernel,
            f"""
            import json, os, socket
            tried = []
            for address in (("127.0.0.1", {port}), ("192.0.2.1", 80), ("8.8.8.8", 53)):
                try:
                    socket.create_connection(address, timeout=2)
                    tried.append("reached")
                except OSError as error:
                    tried.append(type(error).__name__)
            names = [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]]
            print(json.dumps([tried, names]))
            """,
        )
        with pytest.raises(TimeoutError):
            server.accept()
    assert "reached" not in found[0]
    assert found[1] == ["lo"]


def test_each_kernel_has_a_network_of_its_own(kernel):
    """Also names of Unix sockets that are no files: nobody can listen where another one looks."""
    listen = """
        import json, os, socket
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(b"\\0course-test")
        listening.listen()
        print(json.dumps(os.readlink("/proc/self/ns/net")))
    """
    look = """
        import json, os, socket
        tried = []
        for name in (b"\\0course-test", b"\\0" + {name!r}):
            try:
                socket.socket(socket.AF_UNIX).connect(name)
                tried.append("reached")
            except OSError as error:
                tried.append(type(error).__name__)
        print(json.dumps([os.readlink("/proc/self/ns/net"), tried, "course-test" in open("/proc/net/unix").read()]))
    """
    with socket.socket(socket.AF_UNIX) as outside:
        name = f"course-outside-{os.getpid()}".encode()
        outside.bind(b"\0" + name)
        outside.listen()
        with Kernel(SMALL, modules=["numpy.random"]) as one, Kernel(SMALL, modules=["numpy.random"]) as other:
            first = told(one, listen)
            second, tried, seen = told(other, look.replace("{name!r}", repr(name)))
    assert len({first, second, os.readlink("/proc/self/ns/net")}) == 3
    assert tried == ["ConnectionRefusedError"] * 2 and not seen


def test_has_one_family_of_sockets_only(kernel):
    """What Linux knows beside: TCP, UDP, Netlink, packets, Bluetooth, its cryptography, virtual machines' and so on."""
    code = """
        import ctypes, json, socket
        libc, made, errors = ctypes.CDLL(None, use_errno=True), [], set()
        for family in range(64):
            for kind in (1, 2, 3, 5, 1 | socket.SOCK_CLOEXEC):
                pair = (ctypes.c_int * 2)()
                for answer in (libc.socket(family, kind, 0), libc.socketpair(family, kind, 0, pair)):
                    if answer >= 0:
                        made.append(family)
                    elif family != 1:
                        errors.add(ctypes.get_errno())
        try: socket.create_server(("127.0.0.1", 0))
        except OSError as error: errors.add(error.errno)
        print(json.dumps([sorted(set(made)), sorted(errors)]))
    """
    assert told(kernel, code) == [[socket.AF_UNIX], [errno.EAFNOSUPPORT]]
    assert kernel.run("import asyncio; asyncio.get_event_loop; await asyncio.sleep(0.01)")[1] is None
    printed = "import os, sys\nif not os.fork(): print('forked'); sys.stdout.flush(); os._exit(0)\nos.wait(); import time; time.sleep(1)"
    assert kernel.run(printed)[0][0]["text"] == "forked\n"


def test_has_no_capability_and_cannot_get_one(kernel):
    found = told(
        kernel,
        """
        import ctypes, json, os
        status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
        libc = ctypes.CDLL(None, use_errno=True)
        tries = {}
        for name, flags in (("user", 0x10000000), ("mount", 0x20000)):
            tries[name] = libc.unshare(flags)
        tries["mount"] = libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)
        tries["memfd"] = libc.memfd_create(b"x", 0)
        tries["clone"] = libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000011, 0, 0, 0, 0)
        def bound():
            try:
                os.sched_setaffinity(0, range(os.cpu_count()))
                return True
            except PermissionError:
                return False
        def becomes_root():
            try:
                os.setuid(0)
                return os.geteuid() == 0 and bool(int(status["CapEff"], 16))
            except OSError:
                return False
        caps = {key: int(status[key], 16) for key in ("CapEff", "CapPrm", "CapInh", "CapAmb")}
        print(json.dumps([caps, status["NoNewPrivs"].strip(), tries, bound(), becomes_root(), os.getuid()]))
        """,
    )
    caps, no_new, tries, bound, root, uid = found
    assert set(caps.values()) == {0} and no_new == "1"
    assert set(tries.values()) == {-1}
    assert not bound and not root
    assert uid in warm.UIDS if os.geteuid() == 0 else uid == os.getuid()


def test_is_bound_to_its_core():
    core = max(os.sched_getaffinity(0))
    before = os.sched_getaffinity(0)
    with Kernel(Limits(core=core)) as one:
        found = told(
            one,
            "import os\ntry:\n    os.sched_setaffinity(0, range(64))\nexcept OSError: pass\nprint(list(os.sched_getaffinity(0)))",
        )
    assert found == [core] and os.sched_getaffinity(0) == before
    with pytest.raises(CourseError, match="core 4000"):
        Kernel(Limits(core=4000))


def test_sees_nothing_of_the_environment(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "for-nobody")
    code = """
import glob, json
found = []
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/task/*/environ"):
    try:
        found.append("for-nobody" in open(path, errors="replace").read())
    except OSError:
        pass
print(json.dumps([any(found), len(found) > 0]))
"""
    with Kernel(SMALL) as one:
        assert told(one, code) == [False, True]


def test_no_process_of_it_has_the_environment(monkeypatch):
    """Seen from outside, where nothing hides: neither bubblewrap nor what makes kernels nor the kernel itself."""
    monkeypatch.setenv("SECRET_TOKEN", "for-nobody")
    before = set(psutil.Process().children(recursive=True))
    with Kernel(SMALL, modules=["antigravity"]):  # so that another process makes this one
        started = set(psutil.Process().children(recursive=True)) - before
        known = []
        for process in started:
            # an ordinary user does not see those that hide; what bubblewrap is tried with has ended
            with contextlib.suppress(psutil.AccessDenied, psutil.NoSuchProcess):
                known.append(process.environ())
    assert known and not any("SECRET_TOKEN" in one for one in known)


def test_each_system_call_that_leads_out_is_refused(kernel):
    library = seccomp._library()
    number = lambda name: library.seccomp_syscall_resolve_name(name.encode())
    flags = [
        0x20000,
        *(1 << place for place in range(25, 31)),
    ]  # man 2 clone: CLONE_NEWNS; CGROUP, UTS, IPC, USER, PID, NET
    names = "unshare setns mount umount2 pivot_root open_tree move_mount fsopen fsmount mount_setattr ptrace process_vm_readv"
    names += " process_vm_writev bpf perf_event_open userfaultfd io_uring_setup add_key request_key keyctl memfd_create"
    names += " memfd_secret shmget msgget semget sched_setaffinity"
    calls = {name: number(name) for name in names.split()}
    found = told(
        kernel,
        f"""
        import ctypes, json, os
        libc = ctypes.CDLL(None, use_errno=True)
        def refused(number, *arguments):
            ctypes.set_errno(0)
            answer = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, (*arguments, 0, 0, 0, 0)[:5]))
            if answer == 0 and number == {number("clone")}:
                os._exit(0)  # the child
            return ctypes.get_errno() if answer == -1 else f"returned {{answer}}"
        calls = {{name: refused(number) for name, number in {calls!r}.items()}}
        clones = [refused({number("clone")}, flag | 17) for flag in {flags!r}]
        print(json.dumps([calls, clones, refused({number("clone3")})]))
        """,
    )
    assert found == [dict.fromkeys(calls, errno.EPERM), [errno.EPERM] * len(flags), errno.ENOSYS]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86_64 has second and third sets of numbers")
def test_no_other_set_of_system_calls(kernel):
    """Numbers with bit 30 set mean calls of the x32 kind, which no rule above would know."""
    code = "import ctypes, os\nif not os.fork():\n    ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39)); os._exit(0)\nprint(os.waitstatus_to_exitcode(os.wait()[1]))"
    assert told(kernel, code) == -signal.SIGSYS


def test_the_limits_of_each_process(kernel):
    found = told(
        kernel,
        f"""
        import json, resource, socket
        limits = {{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in {sorted(SMALL.of_each_process())!r}}}
        print(json.dumps([limits, open("/proc/self/oom_score_adj").read().strip(), socket.gethostname()]))
        """,
    )
    assert found[0] == {name: [value, value] for name, value in SMALL.of_each_process().items()}
    assert {"DATA", "AS", "FSIZE", "CPU", "NPROC"} < found[0].keys()
    assert found[1:] == ["1000", "sandbox"]


def test_millions_of_empty_files(monkeypatch):
    monkeypatch.setattr(processes, "FILES", 20_000)  # to be there soon
    with Kernel(SMALL) as kernel, pytest.raises(Gone) as gone:
        kernel.run("import itertools\nfor n in itertools.count(): open(f'/tmp/{n}', 'w').close()", seconds=30)
    assert gone.value.reason == "memory"


def test_sees_no_other_process(kernel):
    with Kernel(SMALL) as other:
        other.run("open('/tmp/work', 'w').write('mine')")
        found = told(
            kernel,
            """
            import json, os
            processes = [name for name in os.listdir("/proc") if name.isdigit()]
            print(json.dumps([len(processes), os.path.exists("/tmp/work"), sorted(os.listdir("/proc/1/root")) if os.access("/proc/1/root", os.R_OK) else []]))
            """,
        )
        assert found[0] == 2 and found[1] is False
        assert not any("chapters" in name for name in found[2])


def test_leaves_nothing_running():
    word = f"left-behind-{os.getpid()}"
    with Kernel(SMALL) as kernel:
        kernel.run(
            f"""import subprocess, sys
code = "import os, signal, sys, time\\nif os.fork(): sys.exit()\\nos.setsid()\\nif os.fork(): sys.exit()\\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\\ntime.sleep(600)"
subprocess.run([sys.executable, "-c", code, {word!r}])"""
        )
        assert _running(word) and kernel.strays()
    assert not _eventually(lambda: not _running(word)), "a process outlived its sandbox"


def test_without_a_sandbox_what_has_not_left_the_session_ends_too():
    word = f"trusted-{os.getpid()}"
    with Kernel(SMALL, trust=True) as kernel:
        kernel.run(
            f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', {word!r}])"
        )
        assert _running(word) and kernel.strays() == 1
    assert not _eventually(lambda: not _running(word))


def test_dies_with_the_grader():
    word = f"orphan-{os.getpid()}"
    program = f"""
import subprocess, sys, time
sys.path.insert(0, {str(places.COURSE)!r})
from course_lib.classroom.sandbox.kernel import Kernel
kernel = Kernel()
kernel.run("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', {word!r}])")
print("ready", flush=True)
time.sleep(600)
"""
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        assert grader.stdout.readline() == b"ready\n"
        assert _running(word)
    finally:
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    assert not _eventually(lambda: not _running(word)), "a sandbox outlived its grader"


def _running(word):
    return [p.pid for p in psutil.process_iter(["cmdline"]) if word in (p.info["cmdline"] or [])]


def _eventually(condition, seconds=5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return None
        time.sleep(0.05)
    return f"not within {seconds} s"


def test_memory_of_one_process(kernel):
    _, error = kernel.run("import numpy as np\nbig = np.ones(200_000_000)")
    assert error.startswith(("MemoryError", "_ArrayMemoryError")), error
    _, error = kernel.run("import mmap\nm = mmap.mmap(-1, 40 << 30)")
    assert error.startswith(("OSError", "MemoryError")), error


def test_memory_of_all_processes():
    with Kernel(SMALL) as kernel, pytest.raises(Gone) as gone:
        kernel.run(
            "import os, time\nfor _ in range(8):\n    if not os.fork():\n        x = bytearray(300 << 20); time.sleep(600)\ntime.sleep(600)"
        )
    assert gone.value.reason == "memory"


HELD = {  # memory that no process is charged for, or not for long
    "sockets": """
        import os, socket, time
        for _ in range(8):
            if not os.fork():
                kept = []
                try:
                    while True:
                        kept.append(socket.socketpair())
                        kept[-1][0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
                        kept[-1][0].setblocking(False)
                        while True: kept[-1][0].send(bytes(60_000))
                except OSError:
                    pass
                while True:
                    try:
                        kept.append(socket.socketpair())
                        kept[-1][0].setblocking(False)
                        while True: kept[-1][0].send(bytes(60_000))
                    except BlockingIOError: pass
                    except OSError: break
                time.sleep(60)
        time.sleep(60)
    """,
    "tables of pages": """
        import mmap, os, time
        for _ in range(20):
            if not os.fork():
                pages = mmap.mmap(-1, 12 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
                for place in range(0, 12 << 30, 2 << 20): pages[place]
                time.sleep(60)
        time.sleep(60)
    """,
    "processes that hide": """
        import ctypes, os, time
        for _ in range(8):
            if not os.fork():
                ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
                filled = bytearray(b"x") * (120 << 20)
                time.sleep(60)
        time.sleep(60)
    """,
}


@pytest.mark.parametrize("kind", HELD)
def test_memory_that_no_process_is_charged_for(kind):
    free, least = free_memory(), [free_memory()]
    small = Limits(memory_mb=300, processes=64, file_mb=8, cpu_s=60, cell_s=30)
    with Kernel(small) as kernel, pytest.raises(Gone) as gone, sampled(lambda: least.append(free_memory())):
        kernel.run(textwrap.dedent(HELD[kind]))
    assert gone.value.reason == "memory"
    assert free - min(least) < 700, "the machine has lost twice as much as one may use"


def test_memory_that_may_be_let_go_and_is_still_there_cannot_be_had(kernel):
    """Pages of a shared mapping stay when no process maps them any more."""
    found = told(
        kernel,
        """
        import json, mmap
        tried = []
        for make in (lambda: mmap.mmap(-1, 1 << 20), lambda: mmap.mmap(open("/dev/zero", "r+b").fileno(), 1 << 20)):
            try:
                make()
                tried.append("made")
            except OSError:
                tried.append("refused")
        print(json.dumps([tried, len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))]))
        """,
    )
    assert found == [["refused", "refused"], 4096]


def free_memory():
    """Megabytes of this machine that are free or can be freed at once."""
    return psutil.virtual_memory().available >> 20


GROWS = """
import os, threading, time
def grow():
    time.sleep(1)
    for _ in range(8):
        if not os.fork():
            filled = bytearray(b"x") * (150 << 20)
            time.sleep(600)
threading.Thread(target=grow).start()
"""


def test_limits_hold_while_the_grader_computes():
    """Nobody asks the kernel anything while what it has started in the background takes more and more."""
    with Kernel(SMALL) as kernel:
        kernel.run(GROWS)
        assert not _eventually(lambda: kernel._process.poll() is not None, 20)
        with pytest.raises(Gone, match="memory"):
            kernel.run("1")


def test_one_that_cannot_be_looked_after_does_not_run(monkeypatch):
    with Kernel(SMALL) as kernel:
        monkeypatch.setattr(kernel._process, "found", lambda: 1 / 0)
        with pytest.raises(Gone, match="ended"):
            kernel.run("import time; time.sleep(10)")
    with Kernel(SMALL) as other:
        assert other._process in watch._watched


def test_a_kernel_ends_before_a_neighbour_that_uses_less(kernel):
    """Should the machine's memory run out: what waits in sockets counts, too."""
    rank = lambda kernel: {
        int(Path(f"/proc/{one.number}/oom_score_adj").read_text(encoding="ascii"))
        for one in kernel._process.found()[1:]
    }
    hold = """
        import socket
        kept = [bytearray(b"x") * (150 << 20)]
        for _ in range(100):
            kept.append(socket.socketpair())
            kept[-1][0].setblocking(False)
            try:
                while True: kept[-1][0].send(bytes(60_000))
            except BlockingIOError: pass
        try:
            open("/proc/self/oom_score_adj", "w").write("0")
        except OSError as error:
            print(error.strerror)
    """
    with Kernel(SMALL) as greedy:
        assert greedy.run(textwrap.dedent(hold))[0][0]["text"] == "Read-only file system\n"
        assert not _eventually(lambda: (rank(greedy), rank(kernel)) == ({processes.FIRST}, {processes.LATER}))


def test_files(kernel):
    code = "import os\nfor n in range(9):\n    with open('{}/f%d' % n, 'wb') as f:\n        f.write(bytes({}))"
    try:
        _, error = kernel.run(code.format("/tmp", 9 << 20))
        assert error.startswith("OSError"), error  # one file is larger than a file may be
        for place in ("/tmp", "/dev/shm", "/home/learner"):
            _, error = kernel.run(code.format(place, 4 << 20))
            assert "No space left" in error, error
    finally:
        kernel.run(
            "for p in ('/tmp', '/dev/shm', '/home/learner'):\n    for n in range(9):\n        if os.path.exists(f'{p}/f{n}'): os.remove(f'{p}/f{n}')"
        )


def test_thousands_of_processes():
    with Kernel(SMALL) as kernel:
        bomb = "import os, time\nwhile True:\n    try:\n        if not os.fork(): time.sleep(600)\n    except OSError: break"
        kernel.run(bomb)
        assert kernel.strays() <= SMALL.processes
        outputs, error = kernel.run("print(1 + 1)")  # the kernel itself is well
        assert error is None and outputs[0]["text"] == "2\n"


def test_processor_time_of_all_processes():
    """Those of a kernel that sleeps itself; each of them stays below what one process may use."""
    limits = Limits(memory_mb=600, processes=64, cpu_s=3, cell_s=60)
    children = "for _ in range(4):\n    if not os.fork():\n        while time.process_time() < 2: pass\n        time.sleep(600)\n"
    with Kernel(limits) as kernel, pytest.raises(Gone) as gone:
        kernel.run("import os, time\n" + children + "time.sleep(600)")
    assert gone.value.reason == "cpu"


@pytest.mark.parametrize("ignored", [False, True])
def test_processor_time_counts_after_a_process_has_ended(ignored):
    """Also if its parent ignores it; then Linux does not add its time to the parent's."""
    code = f"""
        import os, signal, time
        if {ignored}: signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        for _ in range(12):
            if not os.fork():
                while time.process_time() < 1: pass
                os._exit(0)
            try: os.wait()
            except ChildProcessError: pass
    """
    with Kernel(Limits(memory_mb=600, processes=64, cpu_s=4, cell_s=60)) as kernel, pytest.raises(Gone) as gone:
        kernel.run(textwrap.dedent(code))
    assert gone.value.reason == "cpu"


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(600)", SPINNING])
def test_nobody_gets_longer_than_the_limit(code):
    """Neither one who works nor one who sleeps, nor one who keeps itself from working with threads of its own."""
    with Kernel(replace(SMALL, core=max(os.sched_getaffinity(0)))) as kernel, pytest.raises(Gone) as gone:
        start, waited = time.monotonic(), kernel.waited
        kernel.run(code, seconds=1)
    assert gone.value.reason == "time"
    # a second of its own, by what its threads waited for a processor, which may count twice where two of them did
    assert time.monotonic() - start >= 1
    assert 0.5 <= time.monotonic() - start - (kernel.waited - waited) < 3


def test_time_stands_still_for_one_whose_processor_others_have():
    """A second of work takes its limit of 1.5 s where four others want the same processor, and sleep does not."""
    core = max(os.sched_getaffinity(0))
    work = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 1: pass\nprint('done')"
    with processes.bound_to(core):
        # in sessions of their own, since Linux shares a processor among sessions
        command = [sys.executable, "-c", "while True: pass"]
        busy = [subprocess.Popen(command, start_new_session=True) for _ in range(4)]
    try:
        with Kernel(replace(SMALL, core=core)) as kernel:
            start = time.monotonic()
            assert kernel.run(work, seconds=1.5)[0][0]["text"] == "done\n"
            assert time.monotonic() - start > 1.5 and kernel.waited > 0.5
            with pytest.raises(Gone, match="time"):
                kernel.run("import time; time.sleep(600)", seconds=0.5)
    finally:
        for one in busy:
            one.kill()
            one.wait()


class Looked(processes.Local):
    """One whose figures a test makes up: (seconds since the last look, of them computed, waited for as Linux tells)."""

    def __init__(self, looks):
        super().__init__(1, None)
        start, cpu, waits = self._looked, 0.0, 0.0
        for passed, used, waited in looks:
            start, cpu, waits = start + passed, cpu + used, waits + waited
            one = usage.Process(2, 1, cpu, cpu, waits={"2": waits})
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(processes.time, "monotonic", lambda: start)  # noqa: B023  called at once
                self._live([one])

    poll = kill = wait = lambda self: None


@pytest.mark.parametrize(
    "looks, lived",
    [
        ([(0.2, 0.2, 0.0)] * 50, 10),  # computes
        ([(0.2, 0.0, 0.0)] * 50, 10),  # sleeps
        ([(0.2, 0.02, 0.18)] * 50, 1),  # has a tenth of a processor
        ([(0.2, 0.02, 0.10), (0.2, 0.02, 0.26)] * 25, 1),  # and waits on when it is looked at, which is told later
        ([(0.2, 0.0, 0.0), (0.2, 0.04, 0.36)] * 25, 1),
        ([(0.2, 0.0, 0.0)] * 25 + [(0.2, 0.2, 0.2)] * 25, 10),  # sleeps, then two of its own take turns
    ],
)
def test_time_that_counts_by_what_linux_tells(looks, lived):
    one = Looked(looks)
    assert lived - 0.01 <= one._state.lived <= lived + 0.5


def test_output_is_cut(kernel):
    outputs, error = kernel.run("for i in range(30_000): print(i, 'x' * 100)")
    assert error is None and len(json.dumps(outputs)) < 30_000
    assert kernel.run("print('y' * 40_000_000)")[1] is None  # larger than a message may be
    assert kernel.run("print(1)")[0][0]["text"] == "1\n"


def test_outputs_are_few(kernel):
    outputs, _ = kernel.run(
        "from IPython.display import display\nfor i in range(1000): display({'text/plain': str(i)}, raw=True)"
    )
    assert 100 < len(outputs) < 300


def test_forged_errors_and_pictures_are_few(kernel):
    code = """
        kernel, picture = get_ipython().kernel, "iVBORw0KGgo" + "A" * 400_001
        for number in range(3000):
            content = {"ename": "E" * 90, "evalue": "x" * 900, "traceback": ["y" * 900]}
            kernel.session.send(kernel.iopub_socket, "error", content=content, parent=kernel.get_parent())
            if number < 60:
                content = {"data": {"image/png": picture, "image/jpeg": picture}, "metadata": {}}
                kernel.session.send(kernel.iopub_socket, "display_data", content=content, parent=kernel.get_parent())
    """
    outputs, error = kernel.run(textwrap.dedent(code))
    assert error.startswith("EEE") and 100 < len(outputs) < 300
    assert len(json.dumps(outputs)) < 6_000_000


FLOODS = {
    "print, as it was while cells ran": "print('x' * 100_000, file=shown)",
    "the system's own way": "os.write(1, b'x' * 100_000)",
    "messages of megabytes": "shown.write('x' * 9_000_000); shown.flush()",
    "errors": "os.write(2, b'x' * 100_000)",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_call_that_prints_without_end_fills_no_memory_and_does_not_hang(flood):
    """Neither in the call itself, nor beside it in a thread."""
    define = f"""
        import os, sys, threading
        shown = sys.stdout
        def once():
            {FLOODS[flood]}
        def endless(*_):
            while True: once()
        def beside(number):
            if number == 1: threading.Thread(target=endless, daemon=True).start()
            return number + 1
    """
    itself = psutil.Process()
    with Kernel(Limits(memory_mb=1500, processes=64, call_s=4)) as one:
        assert one.run(textwrap.dedent(define))[1] is None
        before, most = itself.memory_info().rss, 0
        for number in range(1, 40):
            message, blobs = calls.question("beside", [number], {})
            reply, blobs = one.ask(message, blobs, seconds=20)
            assert calls.conclude(reply, blobs, [number], {}) == number + 1
            time.sleep(0.05)
            most = max(most, itself.memory_info().rss)
        try:  # it is stopped, or has filled its own memory
            assert "MemoryError" in one.ask(*calls.question("endless", [], {}), seconds=1)[0]["error"]["kinds"]
        except Gone as gone:
            assert gone.reason in ("time", "cpu", "memory")
        most = max(most, itself.memory_info().rss)
    assert most - before < 150 * 2**20


def test_the_log_is_short_and_is_no_file(way):
    """What a kernel writes past IPython: there is nowhere that it could fill."""
    code = """
        import json, os, stat
        kinds, full = [], 0
        for number in map(int, os.listdir("/proc/self/fd")):
            try: kind = os.fstat(number).st_mode
            except OSError: continue
            if stat.S_ISREG(kind) and os.path.realpath(f"/proc/self/fd/{number}").startswith(("/tmp/", "/dev/shm/")):
                kinds.append(os.readlink(f"/proc/self/fd/{number}"))
        import sys
        log = sys.stdout._original_stdstream_copy
        try:
            for _ in range(1000): full += os.write(log, b"x" * 1000)
        except BlockingIOError: pass
        print(json.dumps([kinds, full]))
    """
    with Kernel(SMALL) as one:
        kinds, full = told(one, code)
        assert kinds == [] and full <= 2**16
    assert one._words.endswith("xxx") and len(one._words) == 300


def test_outputs_are_text_and_pictures_only(kernel):
    outputs, _ = kernel.run(
        "from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>alert(1)</script>'), Javascript('alert(2)'))\ndisplay({'image/png': 'not base64!', 'text/plain': 'x\\x00y'}, raw=True)"
    )
    assert "alert" not in json.dumps([one["data"] for one in outputs])
    assert outputs[-1]["data"] == {"text/plain": "xy"}


def test_forged_messages_do_no_harm():
    with Kernel(SMALL) as kernel:
        forger = """
session = get_ipython().kernel.session
for content in ([], 'x', {'text': 5, 'name': []}, {'data': 7}, {'execution_state': {}}, {'traceback': 'no list', 'ename': {}}):
    for kind in ('stream', 'display_data', 'status', 'error', 'execute_result', 'unheard_of'):
        get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, kind, content=content, parent=get_ipython().kernel.get_parent())
get_ipython().kernel.iopub_socket.send_multipart([b'garbage', b'<IDS|MSG>', b'0', b'{', b'}', b'[', b']'])
"""
        outputs, _ = kernel.run(forger)
        json.dumps(outputs)
        assert kernel.run("print(3)")[0][0]["text"] == "3\n"


def test_a_servant_that_talks_nonsense_is_stopped():
    for nonsense in (
        b"\xff" * 64,
        b"\x00\x00\x00\x01" + (10**15).to_bytes(8, "big"),
        b"\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02[]",
    ):
        with Kernel(SMALL) as kernel:
            kernel.run(
                f"import gc\n(servant,) = [one for one in gc.get_objects() if type(one).__name__ == 'Answers']\nservant.channel.send({nonsense!r})"
            )
            message, blobs = calls.question("f", [1], {})
            with pytest.raises((Refused, Gone)):
                kernel.ask(message, blobs, seconds=2)
            assert kernel.closed


def test_a_reply_that_was_sent_in_advance_is_not_taken(kernel):
    """Neither one without a number nor one with a number of another call."""
    forged = [calls.message_bytes({"value": 5, **number}) for number in ({}, {"id": "1-0"}, {"id": None}, {"id": 7})]
    _, error = kernel.run(f"""
def f(x): return x + 1
import gc
(one,) = [one for one in gc.get_objects() if type(one).__name__ == "Answers"]
for message in {forged!r}: one.channel.sendall(message)
""")
    assert error is None
    reply, blobs = kernel.ask(*calls.question("f", [1], {}))
    assert calls.conclude(reply, blobs, [1], {}) == 2


def test_only_folders_of_its_own_are_removed(monkeypatch):
    tmp_path = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own are too long for the path of a socket
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    keep = tmp_path / "course-sandbox-keep"
    keep.mkdir()
    (keep / "grades").write_text("100", encoding="utf-8")
    with Kernel(SMALL) as kernel:
        (made,) = set(tmp_path.iterdir()) - {keep}
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert sorted(path.name for path in made.iterdir()) == [*(f"kernel-{n}" for n in (1, 2, 3, 4)), kernels.MARK]
        kernel.run("1")
    assert list(tmp_path.iterdir()) == [keep] and (keep / "grades").read_text(encoding="utf-8") == "100"
    with Kernel(SMALL, trust=True) as kernel:  # without a sandbox, code might put a link in the place of the folder
        (made,) = set(tmp_path.iterdir()) - {keep}
        kernel.run(
            f"import os, shutil\nos.rename({str(made)!r}, {str(tmp_path / 'away')!r})\nos.symlink({str(keep)!r}, {str(made)!r})"
        )
    assert (keep / "grades").read_text(encoding="utf-8") == "100"
    shutil.rmtree(tmp_path)


def test_what_a_killed_grader_left_is_swept_away_and_nothing_else(monkeypatch):
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    gone = subprocess.Popen(["true"])
    gone.wait()
    (place / "grades").mkdir()
    (place / "grades" / kernels.MARK).touch()
    kept = {"not-marked": False, "of-one-who-lives": True, "link": None, "other-name": True}
    names = dict(
        zip(
            kept,
            (
                f"course-sandbox-{gone.pid}-a",
                f"course-sandbox-{os.getpid()}-b",
                f"course-sandbox-{gone.pid}-c",
                f"course-{gone.pid}-d",
            ),
        )
    )
    for key, marked in kept.items():
        if marked is None:
            (place / names[key]).symlink_to(place / "grades")
            continue
        (place / names[key]).mkdir()
        if marked:
            (place / names[key] / kernels.MARK).touch()
    left = place / f"course-sandbox-{gone.pid}-e"
    left.mkdir()
    (left / kernels.MARK).touch()
    (left / "link").symlink_to(place / "grades")
    kernels.sweep.__wrapped__()
    assert {path.name for path in place.iterdir()} == {*names.values(), "grades"}
    assert (place / "grades" / kernels.MARK).exists()
    shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has just run all the other tests")
def test_an_ordinary_user_has_the_same_sandbox(way):
    program = f"""
import os
from course_lib.classroom.sandbox import bubblewrap, kernel as kernels, limits, usage, warm
warm.FORKS = {way == "forked"}
print(os.getuid(), bubblewrap.available())
with kernels.Kernel(limits.Limits(processes=64, memory_mb=600)) as kernel:
    print(kernel.run("import os; print(os.getuid(), open('/proc/self/status').read().split('CapEff:')[1].split()[0])")[0][0]["text"].strip())
    print(0 < usage.files(kernel._process.found()[0].number)[1] < 100)
    net = "import os, socket; print(os.readlink('/proc/self/ns/net'))\\nfor family in (2, 10, 16, 17, 38, 40):\\n    try: print(socket.socket(family))\\n    except OSError: pass"
    with kernels.Kernel(kernel.limits) as other:
        seen = [one.run(net)[0][0]["text"].strip() for one in (kernel, other)]
    print(len({{*seen, os.readlink("/proc/self/ns/net")}}), "socket" in "".join(seen))
    kernel.run("import time\\nwhile True:\\n    try:\\n        if not os.fork(): time.sleep(600)\\n    except OSError: break")
    print(0 < kernel.strays() <= 64, kernel.run("import ctypes; ctypes.CDLL(None).unshare(0x10000000)")[0][0]["data"]["text/plain"])
"""
    ran = ordinary.run(program)
    assert ran.stdout.splitlines() == ["65534 None", "65534 0000000000000000", "True", "3 False", "True -1"], (
        ran.stdout + ran.stderr
    )


def test_says_why_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Linux only" in bubblewrap.available()
    monkeypatch.undo()
    with monkeypatch.context() as without:
        without.setattr(seccomp, "LIBRARY", "libnowhere.so.2")
        assert "apt install libseccomp2" in bubblewrap.available()
    with monkeypatch.context() as older:
        older.setattr(seccomp, "DENIED", ("a_call_of_tomorrow",))
        assert "too old to know the system call a_call_of_tomorrow" in bubblewrap.available()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install bubblewrap" in bubblewrap.available()
    fake = tmp_path / "bwrap"
    for said, expected in (
        ("bwrap: Unknown option --size", "too old"),
        ("bwrap: No permissions to create new namespace", "allow user namespaces"),
    ):
        fake.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", encoding="utf-8")
        fake.chmod(0o755)
        assert expected in bubblewrap.available() and "--trust-submissions" in bubblewrap.available()


SWITCHES = {
    "user/max_user_namespaces": ("0", "sudo sysctl user.max_user_namespaces=10000"),
    "kernel/unprivileged_userns_clone": ("0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    None: (None, "--security-opt seccomp=unconfined"),
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_says_which_switch_forbids_namespaces(tmp_path, monkeypatch, switch):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in filter(None, SWITCHES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1\n" if SWITCHES[name][0] == "0" else "0\n", encoding="ascii")
    value, sentence = SWITCHES[switch]
    if switch:
        (tmp_path / switch).write_text(f"{value}\n", encoding="ascii")
    monkeypatch.setattr(bubblewrap, "SYSTEM", tmp_path)
    said = bubblewrap.available()
    assert sentence in said and said.count("sysctl") == (switch is not None), said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may try a machine that forbids namespaces")
def test_an_ordinary_user_who_may_make_no_namespaces_is_told_so_and_what_is_told_helps():
    program = "from course_lib.classroom.sandbox import bubblewrap; print(os.getuid(), bubblewrap.available())"
    ran = ordinary.run(program, namespaces=0)
    said = ran.stdout + ran.stderr
    assert said.startswith("65534 bubblewrap cannot make a sandbox here (bwrap: "), said
    assert "allow user namespaces (`sudo sysctl user.max_user_namespaces=10000`)" in said
    assert ordinary.run(program, namespaces=10000).stdout == "65534 None\n"


def test_a_kernel_loads_keras_only_where_it_is_used():
    code = "import sys, course_lib.classroom.sandbox.kernel, course_lib.classroom.sandbox.inside; print([name for name in ('keras', 'tensorflow') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=places.COURSE, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stdout + done.stderr
