"""Learners' notebooks outside of a workbook, one language each, without solutions.

- chapters/NN_x/learner/NN_exercises-ko.ipynb and -en.ipynb, made by `build` and committed: what the READMEs link to.
- what `editions` writes for Colab, Kaggle and other hosts: all chapters, with a first cell that gets the course.
"""

import re
from pathlib import Path

import nbformat

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import LANGUAGES, language, phrase, say, translated
from course_lib.tools import chapters, readme, sources
from course_lib.tools.setup import folders
from course_lib.tools.setup.install import LEARNER

FOLDER = "learner"  # below a chapter's folder
MARK = ".made-by-course_lib"  # in a folder that `editions` has written
LINK = re.compile(r"(\]\()(?!\w+:|#)([^)]*\))")

# at the top of a built notebook that holds solutions
SOLUTIONS = phrase(
    """> **This notebook holds the solutions** and the hidden tests: `{source}` is built into it for tests and for instructors.
> To learn, work in a copy without them: `python3 -m course_lib learn` makes your workbook and opens it
> ([README.md](../../README.md), [README.ko.md](../../README.ko.md)).
> The tasks alone, to look at: [{en}]({en}), [{ko}]({ko})."""
)
# at the top of what the READMEs link to
TO_READ = phrase(
    """> These are the tasks, to look at. To work on them, run `python3 -m course_lib learn`: it makes your workbook and opens it
> ([README.md](../../../README.md))."""
)

# module -> distribution: all that notebooks and what they import need; from requirements.txt comes which version
MODULES = {
    "IPython": "ipython",
    "PIL": "pillow",
    "ipycanvas": "ipycanvas",
    "ipywidgets": "ipywidgets",
    "jinja2": "jinja2",
    "keras": "keras",
    "matplotlib": "matplotlib",
    "ml_dtypes": "ml-dtypes",
    "numpy": "numpy",
    "onnx": "onnx",
    "pkg_resources": "setuptools",  # which tensorflow_hub imports
    "psutil": "psutil",
    "safetensors": "safetensors",
    "starlette": "starlette",
    "tensorflow": "tensorflow",
    "tensorflow_hub": "tensorflow-hub",
    "tf_keras": "tf-keras",
    "tokenizers": "tokenizers",
    "tqdm": "tqdm",
    "uvicorn": "uvicorn",
}
FIRST_CELL = """# {comment}
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

os.environ["COURSE_LANG"] = "{language}"
if importlib.util.find_spec("course_lib") is None:
    copies = sorted(Path("/kaggle/input").glob("**/course_lib/__init__.py"))  # {kaggle}
    course = copies[0].parent.parent if copies else Path("course").absolute()
    if not course.exists():
        clone = subprocess.run(["git", "clone", "--quiet", "--depth", "1", {origin!r}, str(course)])
        if clone.returncode:
            raise SystemExit({no_clone!r})
    sys.path.insert(0, str(course))
pins = {pins}
missing = [pin for module, pin in pins.items() if importlib.util.find_spec(module) is None]
if missing:
    %pip install --quiet {{" ".join(missing)}}
if "google.colab" in sys.modules:
    from google.colab import output

    output.enable_custom_widget_manager()"""


def with_notice(notebook, source):
    """Put above a notebook that holds solutions, in both languages, that it does, and where learners go instead.

    Args:
        notebook: as `sources.convert` makes it from this source; changed in place.
    """
    if any("nbgrader" in cell.metadata for cell in notebook.cells):
        names = {chosen: f"{FOLDER}/{path_of(source, chosen).name}" for chosen in LANGUAGES}
        notebook.cells[:0] = [
            _prose(f"notice-{chosen}", translated(SOLUTIONS, chosen).format(source=source.name, **names), chosen)
            for chosen in LANGUAGES
        ]
    return notebook


def _prose(name, text, chosen=None):
    cell = nbformat.v4.new_markdown_cell(text, id=name)
    if chosen:
        cell.metadata["tags"] = [chosen, sources.BUILT_ONLY]
    return cell


def path_of(source, chosen):
    """Where the edition of a source in one language stands."""
    return source.parent / FOLDER / f"{source.stem}-{chosen}.ipynb"


def edition(source, chosen):
    """The learner's copy of a source in one language, as the READMEs link to it."""
    copy = sources.learner_copy(sources.convert(source), chosen)
    for cell in copy.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(r"\1../\2", cell.source)
    readme_of = translated(TO_READ, chosen).replace("README.md", readme.FILES[chosen])
    copy.cells.insert(0, _prose("to-read", readme_of))
    return copy


def stale(chapter):
    """Sentences about the editions of a chapter that do not match its source."""
    found = []
    for chosen in LANGUAGES:
        target = path_of(chapter.exercises, chosen)
        if chapter.exercises.exists() and (
            not target.exists()
            or target.read_text(encoding="utf-8") != sources.as_text(edition(chapter.exercises, chosen))
        ):
            found.append(f"{FOLDER}/{target.name} does not match {chapter.exercises.name}")
    return found


def write(chapter):
    """Write the editions of a chapter that the READMEs link to."""
    for chosen in LANGUAGES:
        if chapter.exercises.exists():
            target = path_of(chapter.exercises, chosen)
            target.parent.mkdir(exist_ok=True)
            sources.write(edition(chapter.exercises, chosen), target)


def first_cell(chosen, origin):
    """The code cell that gets the course where it is not installed.

    Args:
        chosen: "ko" or "en".
        origin: what `git clone` takes.
    """
    comment = say(
        "This cell gets the course on Colab, Kaggle and the like; where the course is installed it does nothing."
    )
    kaggle = say("a copy of the course, added as a data set of Kaggle's")
    no_clone = say(
        "The course could not be fetched from {origin}: is there a network? On Kaggle, switch Internet on in the settings of the notebook.",
        origin=origin,
    )
    pins = "".join(f'    "{module}": "{pin}",\n' for module, pin in sorted(_pins().items()))
    text = FIRST_CELL.format(
        comment=comment.to(chosen),
        kaggle=kaggle.to(chosen),
        no_clone=no_clone.to(chosen),
        language=chosen,
        origin=origin,
        pins=f"{{\n{pins}}}",
    )
    return nbformat.v4.new_code_cell(text, id="get-the-course")


def _pins():
    """module -> requirement for pip, pinned where one version serves all systems and Pythons."""
    exact = dict(pin.split("==") for pin in folders.pins(LEARNER) if re.fullmatch(r"[\w.-]+==[\w.]+", pin))
    return {module: f"{name}=={exact[name]}" if name in exact else name for module, name in MODULES.items()}


def main(folder, chosen, origin):
    """`python -m course_lib editions`; returns the exit status.

    Args:
        folder: to write into; new, empty, or written by this command before.
        chosen: "ko", "en", or None for the language of what is said.
        origin: where the first cell gets the course, what `git clone` takes.

    Raises:
        CourseError: the folder holds something else.
    """
    chosen, folder = chosen or language(), Path(folder)
    foreign = folder.is_dir() and {path.name for path in folder.iterdir()} - {".git"} and not (folder / MARK).exists()
    if foreign or folder.exists() and not folder.is_dir():
        raise CourseError(
            say("{folder} exists and was not written by this command: name a new or an empty folder", folder=folder)
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / MARK, "")
    for chapter in chapters.every():
        (folder / chapter.name).mkdir(exist_ok=True)
        for source in chapter.sources:
            copy = sources.learner_copy(sources.convert(source), chosen)
            copy.cells.insert(0, first_cell(chosen, origin))
            sources.write(copy, folder / chapters.name_of_copy(source))
    write_text(folder / "README.md", _page(chosen, origin))
    print(say("wrote the editions of {count} chapters to {folder}", count=len(chapters.every()), folder=folder))
    return 0


PAGE = phrase(
    """# A deep-learning workbook: notebooks to open in the browser

Made by `python3 -m course_lib editions` from {origin}. The first cell of each notebook gets the course and what is missing
there. What you do is lost when the host ends its session: save a copy of your own (in Colab: File, Save a copy in Drive).

{table}
"""
)


def on_github(origin):
    """USER/REPO of an address of GitHub's; None for any other address."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", origin)
    return found and found[1]


def colab_of(repository, chosen):
    """Where Colab opens the notebooks of the branch that holds what `editions` has written."""
    return f"https://colab.research.google.com/github/{repository}/blob/workbook-{chosen}/"


def _page(chosen, origin):
    """The first page; where the course is on GitHub, with links that open each notebook in Colab."""
    repository = on_github(origin)
    text = translated(PAGE, chosen).format(origin=origin, table=readme.table(chosen))
    if repository:
        colab = colab_of(repository, chosen)
        text = LINK.sub(rf"\1{colab}\2", text)
        branch = say(
            "The links lead to the branch `workbook-{chosen}` of {origin}: push this folder there.",
            chosen=chosen,
            origin=origin,
        )
        text += f"\n{branch.to(chosen)}\n"
    return text
