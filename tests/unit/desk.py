"""A small course, a workbook, and a notebook that runs in this process: what the tests of exercises share."""

import contextlib
import sys

from course_lib import checks, record
from course_lib.feedback import built, cells, marked
from course_lib.tools import sources

EXERCISES = """# %% [markdown] tags=["en"]
# # Small

# %% tags=["set-up"]
import numpy as np

from course_lib.checks import check, check_raises, require

image = np.arange(12).reshape(3, 4)

# %% [markdown] tags=["ko"] task="double" role="hint"
# 어떤 연산이 필요할까요?

# %% [markdown] tags=["en"] task="double" role="hint"
# Which operation is needed?

# %% [markdown] tags=["ko"] task="double" role="hint"
# 곱셈입니다.

# %% [markdown] tags=["en"] task="double" role="hint"
# A multiplication: `2 * x`.

# %% task="double" role="solution"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x  # twice
    ### END SOLUTION

# %% task="double" role="check"
check("a number", double(3), 6)
found = double(image)
check("shape", np.shape(found), (3, 4))
check("an image", found, 2 * image)
check_raises(TypeError, double, None)

# %% task="double" role="test" points=30
require("hidden", double(5), 10)

# %% task="triple" role="solution"
def triple(x):
    ### BEGIN SOLUTION
    return double(x) + x
    ### END SOLUTION

# %% task="triple" role="check"
for x in (1, 2):
    check(f"triple({x})", triple(x), 3 * x)

# %% task="triple" role="test" points=50
require("hidden", triple(5), 15)

# %% task="triple" role="test" part="more" points=20
require("hidden", triple(6), 18)
"""


def course(folder, monkeypatch):
    """A course of two chapters; the notebook of the first, as it is built."""
    notebook = None
    for number in ("02", "01"):
        source = folder / "chapters" / f"{number}_small" / f"{number}_exercises.py"
        source.parent.mkdir(parents=True)
        source.write_text(EXERCISES, encoding="utf-8")
        notebook = sources.convert(source)
        sources.write(notebook, source.with_suffix(".ipynb"))
    monkeypatch.setattr(built, "CHAPTERS", folder / "chapters")
    return notebook


def workbook(folder, monkeypatch, language="en"):
    """An empty workbook, whose first chapter is the current folder."""
    place = folder / "workbook" / "01_small"
    place.mkdir(parents=True)
    (folder / "workbook" / ".course.json").write_text(f'{{"language": "{language}"}}', encoding="utf-8")
    monkeypatch.chdir(place)
    forget(monkeypatch)
    return place


def forget(monkeypatch):
    """Nothing has been run yet."""
    monkeypatch.setattr(record, "_here", [])
    monkeypatch.setattr(checks, "listener", None)
    for module, name in (
        (cells, "_defined"),
        (cells, "_broken"),
        (cells, "_ran"),
        (cells, "_before"),
        (marked, "last"),
    ):
        monkeypatch.setattr(module, name, {})
    monkeypatch.setattr(marked, "_current", [])


@contextlib.contextmanager
def notebook_here(capsys):
    """A function that runs a cell in IPython's shell, in this process: (code, its id) -> what is printed."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    main = sys.modules["__main__"]
    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    shell = InteractiveShell.instance(config=quiet)

    def run(code, cell=None):
        capsys.readouterr()
        run.result = shell.run_cell(code, store_history=True, cell_id=cell)
        return capsys.readouterr().out

    run.shell = shell
    try:
        marked.install()  # as the set-up cell of a notebook has done that imports course_lib.checks
        yield run
    finally:
        shell.restore_sys_module_state()
        sys.modules["__main__"] = main
        InteractiveShell.clear_instance()
