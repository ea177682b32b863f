"""The command line as people meet it: help, wrong words, wrong surroundings."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import checkout
import pytest
from checkout import course

from course_lib.errors import CourseError
from course_lib.tools import arguments, bootstrap, chapters, cli, language
from course_lib.tools.arguments import parsed
from course_lib.tools.cli import COULD_NOT, execute
from course_lib.tools.places import COURSE

COMMANDS = list(arguments.parser()[1])
HANGUL = re.compile("[가-힣]")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    """`main` says what it says in the language of COURSE_LANG, which it sets itself."""
    monkeypatch.setenv("COURSE_LANG", "en")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_helps_and_needs_nothing_installed(command):
    code = f"import runpy, sys; sys.argv = ['course_lib', *{command.split()!r}, '--help']\ntry:\n    runpy.run_module('course_lib', run_name='__main__', alter_sys=True)\nexcept SystemExit as end:\n    print('LOADED', [name for name in ('numpy', 'tensorflow', 'keras', 'jupyterlab', 'nbformat', 'nbgrader', 'distributed') if name in sys.modules], end.code)"
    done = subprocess.run([str(checkout.base_python()), "-c", code], cwd=COURSE, capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("LOADED [] 0"), done.stdout + done.stderr
    assert "usage: python3 -m course_lib" in done.stdout


def test_every_command_has_a_help_text():
    top, commands = arguments.parser()
    for name, parser in commands.items():
        assert len(parser.description) > 20, name
    assert {"learn", "score", "editions", "class grade"} <= commands.keys()


@pytest.mark.parametrize("words", [(), ("class",), ("help",), ("help", "learn"), ("-?",), ("learn", "/?")])
def test_no_command_and_a_wish_for_help_show_the_help(words):
    done = course(*words)
    assert done.returncode == (0 if words[-1:] not in [(), ("class",)] else 2) and "usage: " in done.stdout
    assert ("collect" in done.stdout) == (words == ("class",) or words[-1:] in [(), ("help",), ("-?",)])
    assert ("--fresh" in done.stdout) == ("learn" in words)


@pytest.mark.parametrize("word", ["version", "--version", "-V"])
def test_version(word):
    done = course(word)
    assert done.returncode == 0 and re.fullmatch(r"course_lib \d+\.\d+\.\d+, Python 3\.\d+\.\S+, .*\n", done.stdout)


@pytest.mark.parametrize(
    "words, right",
    [
        ("lern", "learn"),
        ("Learn", "learn"),
        ("laern", "learn"),
        ("start", "learn"),
        ("jupyter", "learn"),
        ("01", "learn 01"),
        ("01_cnn_basics", "learn 01"),
        ("biuld 01", "build"),
        ("lst", "list"),
        ("scores", "score"),
        ("points", "score"),
        ("relaese", "class release"),
        ("collect 01 x.zip", "class collect"),
        ("class grde 01", "class grade"),
        ("colab", "editions"),
        ("learn --langg ko", "--lang"),
        ("learn --nobrowser", "--no-browser"),
        ("learn --korean", "--lang ko"),
        ("learn --host 0.0.0.0", "--ip"),
        ("run --seed=3 --sede 3", "--seeds"),
        ("learn --lang kr", "ko"),
        ("learn --lang Korean", "ko"),
        ("bench --only lesson", "lessons"),
        ("learn ko", "--lang ko"),
        ("run cnn_basics", "01"),
        ("run poling", "02"),
        ("learn chapter-2", "02"),
        ("learn --fresh 3rd", "03"),
    ],
)
@pytest.mark.parametrize("tongue", ["en", "ko"])
def test_did_you_mean(words, right, tongue, monkeypatch, capsys):
    """All wrong words end with status 2 and a sentence in the reader's language that names the right one."""
    monkeypatch.setenv("COURSE_LANG", tongue)
    monkeypatch.setattr(bootstrap, "ready_python", lambda **_: pytest.fail("nothing is set up for wrong words"))
    try:
        execute(parsed(words.split()))
    except CourseError as error:
        said = str(error)
    except SystemExit as end:
        assert end.code == COULD_NOT
        said = capsys.readouterr().err
        assert said.startswith("course_lib: ") and "--help" in said.splitlines()[1] and len(said.splitlines()) == 2
    assert {"en": f"did you mean `{right}`?", "ko": f"혹시 `{right}`인가요?"}[tongue] in said
    assert bool(HANGUL.search(said)) == (tongue == "ko")


@pytest.mark.parametrize(
    "words", ["frobnicate", "77", "class frobnicate", "learn --frobnicate", "learn 01 02", "list 01"]
)
def test_nothing_is_meant_by_what_resembles_nothing(words, capsys):
    with pytest.raises(SystemExit) as end:
        parsed(words.split())
    said = capsys.readouterr().err
    assert end.value.code == COULD_NOT and "did you mean" not in said
    assert ("there are: " in said) == (words.split()[-1] in ("frobnicate", "77"))
    assert "class grade" in said or "class" not in words


def test_words_for_pytest_need_two_dashes_and_are_told_so(capsys):
    with pytest.raises(SystemExit):
        parsed(["test", "01", "-k", "x"])
    assert "cannot use -k x; words for pytest stand after a --" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        "--lang ko learn --port 9000 02",
        "--lang=ko --port 9000 learn 02",
        "learn 02 --lang ko --port 9000",
        "--port 9000 learn --lang ko 02",
        "learn —lang ko –port 9000 02",
    ],
)
def test_options_may_stand_before_the_command(words):
    options = parsed(words.split())
    assert (options.command, options.lang, options.port, options.chapter) == ("learn", "ko", 9000, "02")


def test_every_command_takes_a_language_before_and_behind_it():
    needed = {"new": ["14_x"], "search": ["x"], "editions": ["x", "--from", "y"]}
    for name in COMMANDS:
        if not name.startswith("class"):
            for words in (["--lang", "ko", name], [name, "--lang", "ko"]):
                assert parsed([*words, *needed.get(name, [])]).lang == "ko"
    options = parsed(["--lang", "ko", "class", "release", "01", "--lang", "en"])
    assert options.lang == ["en"], "in `class`, it is the language of students"


@pytest.mark.parametrize(
    "name",
    ["1", "01", "001", "01_cnn_basics", "01_lesson", "01_exercises.ipynb", "chapters/01_cnn_basics", "./chapters/01_cnn_basics/",
     "chapters\\01_cnn_basics\\01_lesson.py", "/home/x/workbook/01_cnn_basics/01_exercises.ipynb", "01_CNN_Basics", "０１"],
)  # fmt: skip
def test_a_chapter_is_found_by_any_of_its_names(name):
    assert chapters.find(name).name == "01_cnn_basics"


@pytest.mark.parametrize("name", ["", "/", "0", "²", "1.5", "-1", "lesson", "77_cnn", "\n", "01\x00"])
def test_what_names_no_chapter_is_one_sentence(name):
    with pytest.raises(CourseError, match="no chapter .*: there are 01, 02"):
        chapters.find(name)


def test_the_whole_help_is_korean(monkeypatch):
    """No help, of no command, says anything in English but names of programs, files and options."""
    monkeypatch.setenv("COURSE_LANG", "ko")
    names = r"JupyterLab|Colab|Kaggle|Python|PyTorch|README|pytest|oneDNN|Moodle|Canvas|Google Classroom|nbgrader|Dask|OpenAI|Anthropic|SmolLM|Binder|GitHub"
    names += r"|LMS|CSV|URL|USER|REPO|ID|GB|zip|workbook|course_lib|class|learn|python3 -m|COURSE_\w+"
    for name in ["", *COMMANDS]:
        with arguments._in_the_readers_language():
            top, commands = arguments.parser()
            text = (commands[name] if name else top).format_help()
        text = re.sub(r"https?://\S+|tcp://\S+|\S*[/._|]\S*|--?[a-z-]+|[,\w]+=\S+", " ", text)
        known = {*COMMANDS, *(word for command in COMMANDS for word in command.split())}
        words = set(re.findall(r"[A-Za-z][a-z]{2,}", re.sub(names, " ", text))) - known
        assert words <= {
            "grading",
            "lessons",
            "decoding",
            "generation",
            "detection",
            "models",
            "recurrent",
            "translation",
            "superres",
            "training",
            "transfer",
            "name",
            "language",
            "email",
            "python",
            "float",
            "bfloat",
            "Chromium",
            "Chrome",
            "Google",
            "Edge",
        }, (
            name,
            words,
        )
        assert "사용법: " in text and "인자:" in text + "인자:" * (name in ("list", "bench", "serve", "serve"))


def test_what_argparse_says_is_known():
    """Each of its sentences is in our catalogue, or our parsers cannot cause it; a new Python may have new ones."""
    import argparse

    impossible = {
        "%(prog)s: error: %(message)s\n", "%(prog)s: warning: %(message)s\n",  # `error` is our own
        "unrecognized arguments: %s", "unknown parser %(parser_name)r (choices: %(choices)s)",  # we look before it does
        "invalid %(type)s value: %(value)r", "argument %(argument_name)s: %(message)s", "%(heading)s:",
        "expected at least one argument", "expected at most one argument", "one of the arguments %s is required",
        "can't open '%(filename)s': %(error)s", "subcommands", " (default: %(default)s)", "unexpected option string: %s",
        "show program's version number and exit", 'argument "-" with mode %r',
    }  # fmt: skip
    at_fault = (
        "not callable",
        "required",
        "__call__",
        "cannot",
        "conflict",
        "dest=",
        "must",
        "deprecated",
    )  # the author
    for node in ast.walk(ast.parse(Path(argparse.__file__).read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "_"
            and isinstance(node.args[0], ast.Constant)
        ):
            said = node.args[0].value
            assert said in {*arguments.ARGPARSE, *impossible} or any(word in said for word in at_fault), said


def test_argparse_speaks_english_to_others_afterwards():
    import argparse

    own = argparse._
    with pytest.raises(SystemExit):
        parsed(["lern"])
    assert argparse._ is own


@pytest.mark.parametrize(
    "words, variables, workbook, home, chosen",
    [
        (["--lang", "ko", "learn"], {"COURSE_LANG": "en"}, None, None, "ko"),
        (["learn", "--lang=en"], {"COURSE_LANG": "ko"}, "ko", "ko", "en"),
        (["list"], {"COURSE_LANG": "ko"}, "en", "en", "ko"),
        (["list"], {}, "ko", "en", "ko"),
        (["list"], {"LC_ALL": "C"}, None, "ko", "ko"),
        (["list"], {"LC_ALL": "ko_KR.UTF-8"}, None, None, "ko"),
        (["list"], {"LC_ALL": "C"}, None, None, "en"),
        (["class", "new", "x", "--lang", "ko"], {"LC_ALL": "C"}, None, None, "en"),
        (["learn", "--lang", "kr"], {"LC_ALL": "ko_KR.UTF-8"}, None, None, "ko"),
        (["learn", "--lang"], {"LC_ALL": "C"}, None, None, "en"),
        (["list"], {"COURSE_LANG": "kr"}, None, None, "kr"),  # `texts.language` then says what is wrong
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no LC_ALL")
def test_which_language_a_command_speaks(words, variables, workbook, home, chosen, monkeypatch, tmp_path):
    for name in ("COURSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for folder, tongue in ((tmp_path / "around", workbook), (tmp_path / "home" / "workbook", home)):
        (folder / "01_x").mkdir(parents=True)
        if tongue:
            (folder / ".course.json").write_text(f'{{"language": "{tongue}"}}', encoding="utf-8")
    monkeypatch.chdir(tmp_path / "around" / "01_x")
    assert language.of_command(words, tmp_path / "home") == chosen


def test_a_language_that_is_none_is_one_sentence():
    done = course("list", COURSE_LANG="kr")
    assert done.returncode == COULD_NOT and done.stderr.startswith("course_lib: COURSE_LANG is 'kr'"), done.stderr


def test_errors_and_lists_are_korean_where_the_reader_is():
    done = course("--lang", "ko", "list")
    assert (
        "제목" in done.stdout and "MLP에서 CNN으로" in done.stdout and not re.search("chapter|points|min", done.stdout)
    )
    done = course("run", "77", COURSE_LANG="ko")
    assert (
        done.returncode == COULD_NOT
        and done.stderr
        == "course_lib: '77'이라는 장은 없습니다. 있는 장: "
        + ", ".join(chapter.number for chapter in chapters.every())
        + "\n"
    )


@pytest.mark.parametrize("door", ["course_lib", "course_lib/__main__.py"])
def test_the_folder_itself_can_be_started(door, tmp_path):
    for folder, path in ((COURSE, door), (tmp_path, COURSE / door)):
        done = subprocess.run(
            [sys.executable, path, "list"], cwd=folder, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0 and "From the MLP to the CNN" in done.stdout, done.stderr


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
    """Python 3.7 must get as far as the sentence: the two files that it reads have only syntax that it knows."""
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
        and "From the MLP to the CNN" in done.stdout
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
    assert pins("requirements.txt") <= pins("requirements-instructor.txt")
    assert pins("requirements-dev.txt") <= pins("requirements-torch.txt")
    # colorama alone may be pinned for all systems where learners need it on one: sacrebleu imports it everywhere
    other = pins("requirements-instructor.txt") - pins("requirements-dev.txt")
    assert {pin.split("==")[0] for pin in other} <= {"colorama"}
    assert {pin.split(" ;")[0] for pin in other} <= pins("requirements-dev.txt")
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
        (["book", "--open"], {"instructor"}),
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
def test_exit_status(error, status, told, monkeypatch):
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
    """What course_lib and tests import stands in a requirements*.in or is what builds the package; that somebody else
    depends on it is not enough."""
    from importlib.metadata import packages_distributions

    wanted, distributions = set(), packages_distributions()
    for name in ("requirements.in", "requirements-instructor.in", "requirements-dev.in", "requirements-torch.in"):
        for line in (COURSE / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-")):
                wanted.add(re.split("[=<> ;]", line)[0].lower().replace("_", "-"))
    built_with = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    wanted |= {line.split("==")[0].replace("_", "-") for line in built_with}
    own = {"course_lib", *(path.stem for path in (COURSE / "tests").rglob("*.py"))}
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
