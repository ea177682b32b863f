"""What sets the course up elsewhere (containers, Binder, conda, VS Code, a double click), and what the READMEs tell
people to type: commands that exist, files that exist, Pythons that will do."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib

import pytest
from lint import open_bold

from course_lib.tools.arguments import parsed
from course_lib.tools.places import COURSE
from course_lib.tools.setup import install

DOCUMENTS = ("README.md", "README.ko.md", "INSTRUCTORS.md", "INSTRUCTORS.ko.md", "CONTRIBUTING.md")
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs sh")


def text_of(name):
    return (COURSE / name).read_text(encoding="utf-8")


def commands(text):
    """The words behind each `-m course_lib` of a text, as people would type them."""
    text = re.sub(r"\\\n\s*", " ", text)
    return [words.strip() for words in re.findall(r"-m course_lib\b([^\n`&|#(]*)", text)]


def require_commands(text, at_least):
    """Each command in a text is one that the command line takes, and there are enough of them to believe it."""
    found = [line for line in commands(text) if line and "..." not in line and not line.startswith(("COMMAND", "-"))]
    assert len(found) >= at_least, found
    for line in found:
        words = shlex.split(
            re.split(r"\s{2,}|[;)]|, ", line)[0].replace("${language}", "ko").replace("%*", "").replace('"$@"', "")
        )
        try:
            parsed(words)
        except SystemExit as end:  # 0: --help
            assert not end.code, f"`{line}` is not a command"


def require_python(version):
    from packaging.specifiers import SpecifierSet

    assert version in SpecifierSet(tomllib.loads(text_of("pyproject.toml"))["project"]["requires-python"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_in_documents_exist(name):
    require_commands(text_of(name), 3 if name == "CONTRIBUTING.md" else 6)


@pytest.mark.parametrize("line", ["learn --no-such", "lern", "run --seeds x", "class relase 01"])
def test_a_command_that_does_not_exist_is_noticed(line):
    with pytest.raises(AssertionError, match="is not a command"):
        require_commands(f"    python3 -m course_lib {line}     # and so on", 1)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_in_documents_lead_somewhere(name):
    headings = re.findall(r"^#+ (.*)$", text_of(name), re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(name)):
        assert link.startswith("https://") or link in anchors or (COURSE / link.partition("#")[0]).is_file(), link


@pytest.mark.parametrize("name", DOCUMENTS)
def test_bold_type_closes_in_documents(name):
    assert open_bold(text_of(name)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_leads_learners_to_solutions(name):
    assert not re.findall(r"\]\([^)]*\d\d_exercises\.ipynb", text_of(name))


def test_both_readmes_say_the_same():
    """As far as a machine can tell: headings, commands, files, rows of tables."""
    english, korean = text_of("README.md"), text_of("README.ko.md")
    traits = lambda text: {
        "headings": re.findall(r"^#+", text, re.MULTILINE),
        "commands": [shlex.split(line.split("  ")[0]) for line in commands(text)],
        "code": sorted(set(re.findall(r"`([^`\n]+)`", text))),
        "rows": [line.count("|") for line in text.splitlines() if line.startswith("|")],
        "links": sorted(
            link.replace(".ko.md", ".md").replace("-ko.ipynb", "-en.ipynb")
            for link in re.findall(r"\]\(([^)#]+)\)", text)
        ),
    }
    mine, other = traits(english), traits(korean)
    for what in mine:
        assert mine[what] == other[what], what


def test_a_learner_finds_the_first_command_at_once():
    for name in ("README.md", "README.ko.md"):
        lines = text_of(name).splitlines()
        [first, *_] = [i for i, line in enumerate(lines) if line.startswith("    ") and "-m course_lib learn" in line]
        assert first < 10, f"{name}: the first command stands in line {first + 1}"
        assert "jupyter lab" not in text_of(name), "outside of `learn`, JupyterLab shows the solutions"


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_readmes_name_the_sizes_that_the_set_up_names(name):
    lines = text_of(name).splitlines()
    [first] = [line for line in lines if "Mbit/s" in line]
    size = install.DOWNLOADS[install.LEARNER]
    wanted = [f"{size / 1e6:.0f}", f"{install.ON_DISK[install.LEARNER] / 1e9:.1f}"]
    wanted += [str(number) for line in install.LINES for number in (line, install.minutes(size, line))]
    assert set(wanted) <= set(re.findall(r"\d+(?:\.\d+)?", first))
    [testing] = [line for line in lines if line.startswith("| `test ")]
    more = install.ON_DISK[install.INSTRUCTOR] + install.ON_DISK[install.DEVELOPMENT]
    assert f" {more / 1e9:.1f} GB" in testing
    [full] = [line for line in lines if line.startswith("|") and "`COURSE_HOME`" in line and "GB" in line]
    assert f" {install.NEEDED_BYTES[install.LEARNER] / 1e9:.0f} GB" in full


def test_devcontainer():
    settings = json.loads(text_of(".devcontainer/devcontainer.json"))
    require_commands(settings["onCreateCommand"], 2)
    require_python(settings["image"].rpartition(":")[2])
    assert settings["hostRequirements"].keys() == {"cpus", "memory", "storage"}
    assert all(parsed(shlex.split(line)).no_lab for line in commands(settings["onCreateCommand"]))
    assert (
        settings["customizations"]["vscode"]["extensions"]
        == json.loads(text_of(".vscode/extensions.json"))["recommendations"]
    )
    assert json.loads(text_of(".vscode/settings.json"))["python.defaultInterpreterPath"].endswith("/.venv")


def test_binder():
    require_python(text_of(".binder/runtime.txt").strip().partition("python-")[2])
    for line in text_of(".binder/requirements.txt").split("\n")[:-1]:
        assert (COURSE / ".binder" / line.partition("-r ")[2]).samefile(COURSE / "requirements.txt")
    require_commands(text_of(".binder/postBuild"), 2)
    assert all(parsed(shlex.split(line)).no_lab for line in commands(text_of(".binder/postBuild")))
    assert text_of(".binder/start").splitlines()[-1] == 'exec "$@"'
    settings = json.loads(text_of(".binder/jupyter_server_config.json"))
    assert {part["default_url"] for part in settings.values()} == {"/lab/tree/workbook/README.md"}


@POSIX
@pytest.mark.parametrize("name", [".binder/postBuild", ".binder/start", "learn.command"])
def test_scripts_can_be_run(name):
    assert os.access(COURSE / name, os.X_OK)
    shell = re.match(r"#!(/bin/\w+)", text_of(name))[1]
    assert subprocess.run([shell, "-n", COURSE / name]).returncode == 0
    assert b"\r" not in (COURSE / name).read_bytes()


@POSIX
def test_binders_server_starts_with_the_settings_of_the_course(tmp_path):
    (tmp_path / ".binder").mkdir()
    shutil.copy(COURSE / ".binder" / "start", tmp_path / ".binder")
    done = subprocess.run(
        [".binder/start", "sh", "-c", 'echo "$JUPYTER_CONFIG_PATH" "$@"', "sh", "a b"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "JUPYTER_CONFIG_PATH": "/mine"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{tmp_path}/.binder:/mine a b\n"


def test_dockerfile():
    lines = [line for line in re.sub(r"\\\n", " ", text_of("Dockerfile")).splitlines() if line and line[0] != "#"]
    steps = [line.partition(" ")[::2] for line in lines]
    by_name = {name: [rest for other, rest in steps if other == name] for name, _ in steps}
    require_python(re.fullmatch(r"python:([\d.]+)-slim", by_name["FROM"][0])[1])
    for copied in by_name["COPY"]:
        for source in copied.split()[:-1]:
            assert (COURSE / source).exists(), source
    require_commands("\n".join(by_name["RUN"]), 1)
    assert by_name["USER"] == ["learner"] and "useradd --create-home learner" in " ".join(by_name["RUN"])
    order = [name for name, _ in steps]
    assert order.index("USER") < order.index("ENTRYPOINT"), "an ordinary user runs it"
    start = json.loads(by_name["ENTRYPOINT"][0]) + json.loads(by_name["CMD"][0])
    options = parsed(start[3:])
    assert start[1:3] == ["-m", "course_lib"] and options.command == "learn"
    assert options.ip == "0.0.0.0" and options.no_browser and by_name["EXPOSE"] == [str(options.port)]
    assert re.search(rf"-p 127\.0\.0\.1:{options.port}:{options.port}\b", text_of("Dockerfile")), (
        "its first line says how"
    )
    ignored = set(text_of(".dockerignore").split())
    own = {line.strip("/") for line in text_of(".gitignore").split("\n") if line and not line.startswith("#")}
    assert {name for name in own if name not in ignored and f"**/{name}" not in ignored} == set()


def test_conda():
    text = text_of("environment.yml")
    require_python(re.search(r"- python=([\d.]+)$", text, re.MULTILINE)[1])
    assert [(COURSE / name).exists() for name in re.findall(r"- -r (\S+)", text)] == [True]
    require_commands(text, 1)


def test_double_click_on_windows():
    content = (COURSE / "learn.cmd").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 10, "cmd.exe loses its labels where lines end in LF"
    text = content.decode()
    assert set(re.findall(r"goto (\w+)", text)) == set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    require_commands(text, 1)


@POSIX
@pytest.mark.parametrize(
    "tools, said",
    [
        ({"python3": 'echo "python3 $*"'}, "python3 -m course_lib learn --lang ko\n"),
        ({"uv": 'echo "uv $*"'}, "uv run --no-project --python 3.13 python -m course_lib learn --lang ko\n"),
        (
            {"python3": "exit 1", "uv": 'echo "uv $*"'},
            "uv run --no-project --python 3.13 python -m course_lib learn --lang ko\n",
        ),
        ({}, "Python is missing: "),
    ],
)
def test_double_click_on_a_mac(tools, said, tmp_path):
    """The real script, with stand-ins for what is installed."""
    for name, body in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "dirname").symlink_to(shutil.which("dirname"))
    command = ["/bin/sh", COURSE / "learn.command", "--lang", "ko"]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.stdout.startswith(said) and (done.returncode == 0) == bool(tools), done.stderr
