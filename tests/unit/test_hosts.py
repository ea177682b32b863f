"""Editions for Colab, Kaggle and other hosts: their first cell gets the course, what is missing, and nothing else."""

import ast
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from course_lib.errors import CourseError
from course_lib.tools import chapters, editions
from course_lib.tools.places import CHAPTERS, COURSE

# what only some readers have, and the course does without
OPTIONAL = {"jax", "torch", "transformers", "google", "openai", "anthropic", "xllamacpp"}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_all_chapters_in_one_language_with_a_first_cell(language, tmp_path, capsys):
    assert editions.main(str(tmp_path / "out"), language, "https://github.com/someone/course.git") == 0
    assert f"wrote the editions of {len(chapters.every())} chapters to {tmp_path}" in capsys.readouterr().out
    for chapter in chapters.every():
        for source in chapter.sources:
            notebook = nbformat.read(tmp_path / "out" / chapter.name / f"{source.stem}.ipynb", as_version=4)
            nbformat.validate(notebook)
            first, *rest = notebook.cells
            assert f'COURSE_LANG"] = "{language}"' in first.source and "github.com/someone/course.git" in first.source
            assert bool(re.search("[가-힣]", first.source)) == (language == "ko")
            text = "\n".join(cell.source for cell in rest)
            assert (
                "BEGIN SOLUTION" not in text and "BEGIN HIDDEN" not in text and "notice-en" not in [c.id for c in rest]
            )
    page = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\((.*?)\)", page):
        begin = f"https://colab.research.google.com/github/someone/course/blob/workbook-{language}/"
        assert link.startswith(begin) and (tmp_path / "out" / link[len(begin) :]).is_file()


def test_a_course_that_is_not_on_github_has_no_links_to_colab(tmp_path):
    editions.main(str(tmp_path / "out"), "en", "https://git.example.edu/course")
    page = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "colab.research" not in page and "(01_cnn_basics/01_lesson.ipynb)" in page


def test_only_a_folder_of_its_own_is_written(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="exists and was not written by this command: name a new or an empty folder"):
        editions.main(str(tmp_path), "en", "x")
    with pytest.raises(CourseError, match="exists and was not written"):
        editions.main(str(tmp_path / "mine.txt"), "en", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    (tmp_path / "branch" / ".git").mkdir(parents=True)  # a checkout of the branch on which they are published
    for _ in range(2):
        assert editions.main(str(tmp_path / "branch"), "en", "x") == 0


def test_the_first_cell_knows_all_that_notebooks_import():
    found = set()
    library = [path for path in (COURSE / "course_lib").rglob("*.py") if not {"tools", "classroom"} & set(path.parts)]
    for path in [*library, *CHAPTERS.glob("[0-9]*/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    found -= set(sys.stdlib_module_names) | {"course_lib"} | OPTIONAL
    assert found | {"pkg_resources"} == set(editions.MODULES)


def test_versions_are_those_of_the_requirements():
    lines = (COURSE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for module, pin in editions._pins().items():
        assert pin in lines or any(re.match(rf"{pin}==\S+ ;", line) for line in lines), f"{module}: {pin}"


# runs the first cell in IPython, in a folder of its own, where `missing` is not found and Colab's module may be there
RUN = """
import importlib.util, sys, types
from IPython.core.interactiveshell import InteractiveShell

real, missing = importlib.util.find_spec, {missing!r}
importlib.util.find_spec = lambda name, *more: None if name in missing else real(name, *more)
shell = InteractiveShell.instance()
shell.run_line_magic = lambda name, line, _stack_depth=1: print("MAGIC", name, shell.var_expand(line, depth=1))
if {colab!r}:
    google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
    colab.output = types.SimpleNamespace(enable_custom_widget_manager=lambda: print("WIDGETS"))
    sys.modules.update({{"google.colab": colab, "google": google}})
    google.colab = colab
result = shell.run_cell(sys.stdin.read())
import os
print("FIRST", sys.path[0], os.environ["COURSE_LANG"], type(result.error_in_exec).__name__)
"""


def first_cell_run(folder, origin, missing, colab=False):
    cell = editions.first_cell("ko", str(origin)).source
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(missing=missing, colab=colab)],
        cwd=folder,
        env={**variables, "IPYTHONDIR": str(folder / ".ipython")},
        input=cell,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def origin(tmp_path):
    """A repository that holds a course of one line."""
    folder = tmp_path / "origin"
    (folder / "course_lib").mkdir(parents=True)
    (folder / "course_lib" / "__init__.py").write_text("", encoding="utf-8")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(folder)]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    return folder


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_on_a_host_it_gets_the_course_and_what_is_missing(origin, tmp_path):
    here = tmp_path / "content"
    here.mkdir()
    for _ in range(2):  # the second time, the clone is there
        said = first_cell_run(here, origin, ["course_lib", "ipycanvas", "pkg_resources"], colab=True)
        pins = editions._pins()
        assert f"MAGIC pip install --quiet {pins['ipycanvas']} {pins['pkg_resources']}\n" in said
        assert "WIDGETS\n" in said and f"FIRST {here / 'course'} ko NoneType" in said
        assert (here / "course" / "course_lib" / "__init__.py").is_file()


def test_where_all_is_there_it_does_nothing(tmp_path):
    said = first_cell_run(tmp_path, "https://example.invalid/course", [])
    assert "MAGIC" not in said and "WIDGETS" not in said and " ko NoneType" in said
    assert not (tmp_path / "course").exists()


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_course_that_cannot_be_fetched_is_told_in_a_sentence(tmp_path):
    said = first_cell_run(tmp_path, tmp_path / "nowhere", ["course_lib"])
    assert "강좌를 내려받지 못했습니다" in said and "SystemExit" in said and "Traceback" not in said
