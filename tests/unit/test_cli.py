"""The command line as people meet it: help, wrong words, wrong surroundings."""

import ast
import re
import shutil
import subprocess
import sys

import checkout
import pytest
from checkout import course

from course_lib.__main__ import check_python
from course_lib.errors import CourseError
from course_lib.tools import bootstrap, cli
from course_lib.tools.cli import COULD_NOT, arguments, execute, parsed
from course_lib.tools.places import COURSE

PARTS = ("new", "release", "collect", "grade", "feedback", "report")
COMMANDS = ["", "learn", "run", "build", "list", "test", "bench", "new", "class", *(f"class {part}" for part in PARTS)]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_helps_and_needs_nothing_installed(command):
    code = f"import runpy, sys; sys.argv = ['course_lib', *{command.split()!r}, '--help']\ntry:\n    runpy.run_module('course_lib', run_name='__main__', alter_sys=True)\nexcept SystemExit as end:\n    print('LOADED', [name for name in ('numpy', 'tensorflow', 'keras', 'jupyterlab', 'nbformat', 'nbgrader', 'distributed') if name in sys.modules], end.code)"
    done = subprocess.run([str(checkout.base_python()), "-c", code], cwd=COURSE, capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("LOADED [] 0"), done.stdout + done.stderr
    assert "usage: python3 -m course_lib" in done.stdout


def test_every_command_has_a_help_text():
    for action in arguments()._subparsers._group_actions[0]._choices_actions:
        assert len(action.help) > 20


def test_no_command_shows_the_help():
    done = course()
    assert done.returncode == 2 and "COMMAND" in done.stdout


@pytest.mark.parametrize(
    "words",
    [("run", "77"), ("build", "x"), ("learn", "--fresh", "77"), ("test", "77"), ("test", "01", "77", "--", "-k", "x")],
)
def test_unknown_chapter(words):
    done = course(*words)
    assert (
        done.returncode == 2
        and done.stderr.startswith("course_lib: no chapter ")
        and "there are 01" in done.stderr
        and "Traceback" not in done.stderr
    )


@pytest.mark.parametrize(
    "version, good",
    [
        ((3, 8, 0), True),
        ((3, 11, 0), True),
        ((3, 13, 7), True),
        ((3, 14, 0), True),
        ((3, 7, 9), False),
        ((2, 7, 18), False),
    ],
)
def test_versions_of_python(version, good):
    complaint = check_python(version)
    assert (complaint is None) == good
    if not good:
        assert "needs 3.11 to 3.13" in complaint and "install Python 3.13" in complaint


@pytest.mark.parametrize("version", [(3, 6), (3, 7)])
def test_wrong_python_is_told_in_one_sentence(version):
    code = f"import runpy, sys; sys.version_info = (*{version}, 0, 'final', 0); sys.argv = ['course_lib', 'list']; runpy.run_module('course_lib', run_name='__main__', alter_sys=True)"
    done = subprocess.run([sys.executable, "-c", code], cwd=COURSE, capture_output=True, text=True)
    assert (
        done.returncode == 2
        and len(done.stderr.splitlines()) == 1
        and f"this is Python {version[0]}.{version[1]}" in done.stderr
    )


def test_the_first_file_can_be_read_by_an_old_python():
    """Python 3.8 must get as far as the sentence: only syntax that it
    knows may stand in the two files that it reads."""
    for name in ("__init__.py", "__main__.py"):
        ast.parse((COURSE / "course_lib" / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_list_needs_no_environment():
    done = subprocess.run(
        [str(checkout.base_python()), "-m", "course_lib", "list"],
        cwd=COURSE,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (
        done.returncode == 0
        and "01" in done.stdout
        and "MLP에서 CNN으로" in done.stdout
        and "100 points" in done.stdout
    )


def test_requirements_are_exact_and_explained():
    for name in ("requirements", "requirements-instructor", "requirements-dev", "requirements-torch"):
        for line in (COURSE / f"{name}.in").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                requirement, _, reason = line.partition("#")
                assert len(reason.strip()) > 10, f"{line} has no reason"
                if "==" in requirement:
                    assert requirement.split()[0].lower() in (COURSE / f"{name}.txt").read_text(encoding="utf-8"), (
                        f"{name}.txt is older than {name}.in"
                    )
        for line in (COURSE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            assert line.startswith(("#", " ", "-e .")) or "==" in line, line
    pins = lambda name: {line for line in (COURSE / name).read_text(encoding="utf-8").splitlines() if "==" in line}
    assert pins("requirements.txt") <= pins("requirements-instructor.txt") <= pins("requirements-dev.txt")
    assert pins("requirements-dev.txt") <= pins("requirements-torch.txt")
    learner = (COURSE / "requirements.txt").read_text(encoding="utf-8")
    assert not re.search("^(nbgrader|dask|distributed)==", learner, re.MULTILINE), "learners need no grader"
    assert not [pin for pin in pins("requirements-torch.txt") if pin.startswith(("cuda", "nvidia", "triton"))]


@pytest.mark.parametrize(
    "words, wanted",
    [
        (["learn"], set()),
        (["test"], {"development"}),
        (["test", "03", "--", "-x"], {"development"}),
        (["test", "--with-torch"], {"development", "torch"}),
        (["class", "new", "somewhere", "--roster", "students.csv"], {"instructor"}),
        (["class", "grade", "01"], {"instructor"}),
    ],
)
def test_what_each_command_installs(words, wanted, monkeypatch):
    asked = []
    ready = lambda **parts: asked.append({name for name, on in parts.items() if on}) or sys.executable
    monkeypatch.setattr(bootstrap, "ready_python", ready)
    monkeypatch.setattr(bootstrap, "is_this", lambda python: False)
    monkeypatch.setattr(bootstrap, "hand_over", lambda python, argv: 7)
    assert execute(parsed(words)) == 7 and asked == [wanted]


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5"])
def test_number_of_seeds(number):
    done = course("run", "01", f"--seeds={number}")
    assert done.returncode == COULD_NOT and f"must be a whole number, 1 or more; found '{number}'" in done.stderr


def test_words_for_pytest_stand_after_two_dashes(capsys):
    options = parsed(["test", "03", "1", "--robust", "--", "-k", "x", "--", "y"])
    assert options.chapters == ["03", "1"] and options.robust and options.pytest == ["-k", "x", "--", "y"]
    assert parsed(["test"]).pytest == [] and parsed(["run", "--"]).pytest == []
    with pytest.raises(SystemExit) as end:
        parsed(["run", "01", "--", "-x"])
    assert end.value.code == COULD_NOT and "only `test` passes words after a -- on" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error, status, told",
    [
        (CourseError("no"), 2, "course_lib: no\n"),
        (
            OSError(28, "No space left on device", "/x/y"),
            2,
            "course_lib: /x/y: No space left on device; free some space",
        ),
        (KeyboardInterrupt(), 130, "\nstopped\n"),
    ],
)
def test_exit_status(error, status, told, monkeypatch, capsys):
    def fail(options):
        raise error

    class Stream:  # what a console is to main
        reconfigure = staticmethod(lambda **_: None)
        write = staticmethod(lambda text: told_by.append(text))

    told_by = []
    monkeypatch.setattr(cli, "execute", fail)
    monkeypatch.setattr(sys, "argv", ["course_lib", "list"])
    monkeypatch.setattr(sys, "stderr", Stream)
    monkeypatch.setattr(sys, "stdout", Stream)
    assert cli.main() == status and "".join(told_by).startswith(told)


def test_an_error_of_the_system_without_a_file_is_not_hidden(monkeypatch):
    monkeypatch.setattr(cli, "execute", lambda options: (_ for _ in ()).throw(OSError("strange")))
    monkeypatch.setattr(sys, "argv", ["course_lib", "list"])
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(type(stream), "reconfigure", lambda self, **_: None, raising=False)
    with pytest.raises(OSError, match="strange"):
        cli.main()


def test_a_damaged_data_file_is_one_sentence_and_status_2(tmp_path):
    """The real command on a checkout of the test's own, with one bit of its data flipped."""
    for name in ("course_lib", "chapters", "data"):
        shutil.copytree(COURSE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(COURSE / name, tmp_path)
    content = bytearray((tmp_path / "data" / "fashion_mnist.npz").read_bytes())
    content[1000] ^= 1
    (tmp_path / "data" / "fashion_mnist.npz").write_bytes(content)
    done = course("run", "01", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith(f"course_lib: {tmp_path / 'data' / 'fashion_mnist.npz'} is damaged")
    )


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    for name in ("course_lib", "chapters", "data"):
        shutil.copytree(COURSE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(COURSE / name, tmp_path)
    (tmp_path / "workbook").write_text("a file where a folder should be", encoding="utf-8")
    done = course("learn", "--no-browser", "--lang", "en", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2 and "Traceback" not in done.stderr and str(tmp_path / "workbook") in done.stderr


def test_everything_imported_is_required():
    """What course_lib, tests and data import stands in a requirements*.in, not only in somebody's dependencies."""
    from importlib.metadata import packages_distributions

    wanted, distributions = set(), packages_distributions()
    for name in ("requirements.in", "requirements-instructor.in", "requirements-dev.in", "requirements-torch.in"):
        for line in (COURSE / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-")):
                wanted.add(re.split("[=<> ;]", line)[0].lower().replace("_", "-"))
    own = {"flit_core"}  # there only while course_lib is built: pyproject.toml requires it
    own |= {"course_lib", *(path.stem for path in (COURSE / "tests").rglob("*.py"))}
    for path in [*(COURSE / "course_lib").rglob("*.py"), *(COURSE / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for top in {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - own:
                found = {name.lower().replace("_", "-") for name in distributions.get(top, [top])}
                assert found & wanted, f"{path.name} imports {top}, which no requirements*.in names"
