"""Each guard bites: break the thing it guards, and it must notice."""

import base64
import copy
import io
import re
import subprocess
import sys

import lint
import nbformat
import numpy as np
import pytest
from PIL import Image

from course_lib.tools import build, sources, testing

SOURCE = '''# ---
# jupyter:
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
## 1. 덧셈

`2 + 3`은 $5$입니다. [링크](https://example.org)를 보세요. 모두 12개입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. Addition

`2 + 3` is $5$. See the [link](https://example.org). There are 12 of them.
"""

# %%
import io

import matplotlib.pyplot as plt

from course_lib import claim, plot

print(2 + 3)
claim("Two and three make five", 2 + 3, equals=5)

# %%
figure, axis = plt.subplots(figsize=(2, 2))
axis.plot([1, 2])
plot.show(figure, alt="A line that rises from one to two.")
'''


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A small chapter, built by the real build: (source, notebook)."""
    source = tmp_path_factory.mktemp("chapter") / "99_lesson.py"
    source.write_text(SOURCE, encoding="utf-8")
    sources.write(build.built(source), source.with_suffix(".ipynb"))
    return source, nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def changed(notebook, change):
    other = copy.deepcopy(notebook)
    change(other)
    return other


def test_the_example_itself_is_good(example):
    source, notebook = example
    assert build.stale(source) is None
    for rule in (lint.twins, lint.executed, lint.figures, lint.code):
        assert rule(notebook) == []


@pytest.mark.parametrize(
    "old, new",
    [
        ("print(2 + 3)", "print(3 + 2)"),
        ("There are 12", "We count 12"),
        ('tags=["en"]', 'tags=["en", "covers-A1"]'),
        ("# %%\nfigure", '# %% tags=["nbval-ignore-output"]\nfigure'),
    ],
)
def test_stale_notebook(example, tmp_path, old, new):
    source = tmp_path / "99_lesson.py"
    source.write_text(SOURCE.replace(old, new), encoding="utf-8")
    assert "does not exist" in build.stale(source)
    sources.write(example[1], source.with_suffix(".ipynb"))
    assert "is older than" in build.stale(source)


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ("모두 12개", "모두 13개", "numerals differ"),
        ("is $5$", "is $6$", "formulas differ"),
        ("[link](https://example.org)", "[link](https://example.com)", "links differ"),
        ("`2 + 3` is", "`3 + 2` is", "inline code differ"),
        ("## 1. Addition", "### 1. Addition", "headings differ"),
        ("See the", "See 링크 the", "Korean in the English cell"),
    ],
)
def test_twins_that_differ(example, old, new, complaint):
    def change(notebook):
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)

    assert any(complaint in found for found in lint.twins(changed(example[1], change)))


@pytest.mark.parametrize("lost, complaint", [("ko", "no Korean twin"), ("en", "no English twin")])
def test_missing_twin(example, lost, complaint):
    def change(notebook):
        notebook.cells = [cell for cell in notebook.cells if lint.language(cell) != lost]

    assert any(complaint in found for found in lint.twins(changed(example[1], change)))


def test_missing_execution_count(example):
    assert any(
        "not run once in order" in found
        for found in lint.executed(changed(example[1], lambda n: n.cells[2].update(execution_count=None)))
    )


def test_too_many_ignored_cells(example):
    assert any(
        "are not compared" in found
        for found in lint.executed(
            changed(example[1], lambda n: n.cells[3].metadata.update(tags=["nbval-ignore-output"]))
        )
    )


@pytest.mark.parametrize(
    "text, complaint", [("/home/someone/x", "path of this machine"), ("C:\\Users\\me\\x", "path of this machine"), ("✗ Small", "failed"), ("<object at 0x7f12345678>", "address in memory")]
)
def test_output_of_this_machine(example, text, complaint):
    assert any(
        complaint in found
        for found in lint.executed(changed(example[1], lambda n: n.cells[2].outputs[0].update(text=text)))
    )


def test_stderr_in_an_output(example):
    assert any(
        "stderr" in found
        for found in lint.executed(changed(example[1], lambda n: n.cells[2].outputs[0].update(name="stderr")))
    )


def test_missing_alt_text(example):
    def change(notebook):
        data = notebook.cells[3].outputs[0].data
        data["text/html"] = data["text/html"].split(" alt=")[0] + ' alt="">'

    assert any("no alt text" in found for found in lint.figures(changed(example[1], change)))


def wide(html):
    """The same picture with an edge of noise that makes it too large."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 400, 3), "uint8"))
    file = io.BytesIO()
    noise.save(file, "png")
    return re.sub("base64,[^\"]*", f"base64,{base64.b64encode(file.getvalue()).decode()}", html)


@pytest.mark.parametrize(
    "change, complaint",
    [
        (lambda html: html.replace('width="200"', 'width="400"'), "is 400 wide and has 400 pixels: twice as many"),
        (lambda html: html.replace('width="200"', ""), "is None wide"),
        (lambda html: html.replace("max-width:100%", ""), "sticks out of a narrow page"),
        (lambda html: re.sub('src="[^"]*"', 'src="https://example.com/a.png"', html), "is not in the notebook"),
        (lambda html: wide(html), "bytes; at most 100,000"),
        (lambda html: html + "<script>start()</script>", "stores a widget of the page"),
    ],
)
def test_pictures_that_are_not_sharp_or_small(example, change, complaint):
    def changes(notebook):
        data = notebook.cells[3].outputs[0].data
        data["text/html"] = change(data["text/html"])

    found = lint.figures(changed(example[1], changes))
    assert any(complaint in one for one in found), found


@pytest.mark.parametrize(
    "text, wrong", [("**95%**를 씁니다", True), ("**[책](a)**가", True), ("**95%** 를", False), ("**굵게**", False)]
)
def test_bold_type_that_does_not_close(example, text, wrong):
    notebook = changed(example[1], lambda n: n.cells[0].update(cell_type="markdown", source=text))
    assert bool(lint.emphasis(notebook)) == wrong


def test_number_without_proof(example):
    def change(notebook):
        notebook.cells[1].source += " It has 61,707 parameters."

    assert lint.numbers(changed(example[1], change), {"fact": {"value": 61706}})


def nbval(path):
    """Run nbval on one notebook as `test` does; returns its exit status and output."""
    path.with_name("pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", *testing.NBVAL, "-p", "no:cacheprovider", "-p", "no:xdist", str(path)]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_nbval_accepts_the_example_and_notices_a_changed_output(example, tmp_path):
    path = tmp_path / "99_lesson.ipynb"
    sources.write(example[1], path)
    status, output = nbval(path)
    assert status == 0, output

    def change(notebook):
        notebook.cells[2].outputs[0].text = notebook.cells[2].outputs[0].text.replace("5", "6", 1)

    sources.write(changed(example[1], change), path)
    status, output = nbval(path)
    assert status == 1 and "mismatch" in output


def test_nbval_notices_a_failed_claim(example, tmp_path):
    def change(notebook):
        notebook.cells[2].source = notebook.cells[2].source.replace("equals=5", "equals=6")

    path = tmp_path / "99_lesson.ipynb"
    sources.write(changed(example[1], change), path)
    status, output = nbval(path)
    assert status == 1 and "claim failed: Two and three make five: expected = 6, measured 5" in output


def test_nbval_compares_alt_text_but_not_pixels(example, tmp_path):
    path = tmp_path / "99_lesson.ipynb"

    def other_pixels(notebook):
        data = notebook.cells[3].outputs[0].data
        assert "base64,UklGR" in data["text/html"]
        data["text/html"] = data["text/html"].replace("base64,UklGR", "base64,UklGRabc")

    def other_alt(notebook):
        data = notebook.cells[3].outputs[0].data
        data["text/html"] = data["text/html"].replace("A line that rises", "A line that falls")

    sources.write(changed(example[1], other_pixels), path)
    status, output = nbval(path)
    assert status == 0, output
    sources.write(changed(example[1], other_alt), path)
    assert nbval(path)[0] == 1
