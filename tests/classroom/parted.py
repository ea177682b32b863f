"""A chapter whose first task has three parts, and answers to it, for tests."""

import nbformat

from course_lib.classroom.classes import Assignment
from course_lib.tools import sources

SOURCE = '''# ---
# jupyter:
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 연습
"""

# %% [markdown] tags=["en"]
r"""
# Exercises
"""

# %%
import numpy as np

from course_lib.checks import check, check_raises, require, require_raises

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 패딩 (10점)
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Padding (10 points)
"""

# %% task="pad" role="solution"
def pad(image, size):
    ### BEGIN SOLUTION
    if size % 2 == 0:
        raise ValueError("odd sizes only")
    return np.pad(image, size // 2)
    ### END SOLUTION


# %% task="pad" role="check"
check("size 3", pad(np.ones((1, 1)), 3), np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]))
check_raises(ValueError, pad, np.ones((2, 2)), 4)

# %% task="pad" role="test" points=6
random = np.random.default_rng()
for size in (1, 5):
    picture = random.normal(size=(3, 4))
    expected = np.zeros((2 + size, 3 + size))
    expected[size // 2:size // 2 + 3, size // 2:size // 2 + 4] = picture
    require(f"kernels of size {size}", pad(picture, size), expected)

# %% task="pad" role="test" part="errors" points=3
require_raises(ValueError, pad, np.ones((3, 3)), 2)

# %% task="pad" role="test" part="more" points=1.5
require("a row", pad(np.ones((1, 7)), 7).shape, (7, 13))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 넓이 (5점)
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. The area (5 points)
"""

# %% task="area" role="solution"
def area(image, size):
    ### BEGIN SOLUTION
    return pad(image, size).size
    ### END SOLUTION


# %% task="area" role="check"
check("area", area(np.ones((1, 1)), 3), 9)

# %% task="area" role="test" points=5
require("area of 2x2", area(np.ones((2, 2)), 5), 36)
'''
EXPERIMENT = """
# %%
from course_lib.experiments import check_experiment, require_experiment


def blur_of(size):
    return 1 - 1 / size


# %% task="wider" role="solution"
def wider():
    ### BEGIN SOLUTION
    sizes = [1, 3, 5]
    return {"settings": sizes, "predicted": "stays", "measured": [blur_of(s) for s in sizes], "conclusion": "grows"}
    ### END SOLUTION


# %% task="wider" role="check"
check_experiment("wider kernels", wider(), measure=blur_of)

# %% task="wider" role="test" points=4
require_experiment("wider kernels", wider(), measure=blur_of)
"""
NO_ERROR = "def pad(image, size):\n    return np.pad(image, size // 2)"
ONLY_ERRORS = "def pad(image, size):\n    if size % 2 == 0:\n        raise ValueError\n    return np.pad(image, size)"
CHANGES = (
    "def pad(image, size):\n    if size % 2 == 0:\n        raise ValueError\n"
    "    result = np.pad(image, size // 2)\n    image += 1\n    return result"
)
CRASHES = "import os\n\ndef pad(image, size):\n    if size % 2 == 0:\n        os._exit(3)\n    return np.pad(image, size // 2)"


def assignment(folder):
    """An assignment of this source, which is written to a folder."""
    made = Assignment("01")
    made.source = folder / "01_exercises.py"
    made.source.write_text(SOURCE, encoding="utf-8")
    return made


def answered(source, answers=None, language="en"):
    """A learner's copy with solutions, as bytes; `answers` (task -> code, or None for the stub) replace them."""
    notebook = sources.convert(source)
    copied, solutions = sources.learner_copy(notebook, language), {cell.id: cell.source for cell in notebook.cells}
    for cell in copied.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            answer = (answers or {}).get(cell.id, solutions[cell.id])
            cell.source = cell.source if answer is None else answer
    return nbformat.writes(copied).encode()
