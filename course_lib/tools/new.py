"""A chapter of one's own: a template that builds at once, and whose missing parts the tests name. Standard library only."""

import re
import sys

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import chapters, places

HEADER = """# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
"""
LESSON = (
    HEADER
    + '''#   course:
#     title: {en: "TODO @title@", ko: "TODO @title@"}
#     minutes: 60
#     after: ["01"]
# ---

# %% [markdown] tags=["ko"]
r"""
# @number@장. TODO 제목

> **이 장을 마치면** 다음을 할 수 있습니다.
> - TODO 목표 셋에서 다섯 개
>
> **읽기** 약 60분. 먼저 볼 장은 01입니다. 코드를 실행하기 전에 결과를 예측해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter @number@. TODO title

> **After this chapter** you can
> - TODO three to five goals;
>
> **Reading** takes about 60 minutes; read chapter 01 first. Predict each result before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. TODO 첫 생각

TODO 손으로 계산할 수 있는 가장 작은 예에서 시작합니다. $2 + 3$은 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
## 1. TODO the first idea

TODO start from the smallest example that can be computed by hand. What is $2 + 3$?
"""

# %%
import numpy as np

from course_lib import claim, claims

numbers = np.array([2, 3])
print("sum:", numbers.sum())
claim("TODO a sentence that this chapter proves", int(numbers.sum()), equals=5)

# %%
claims.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. TODO 다섯 줄

## 용어

| 한국어 | English |
|---|---|
| TODO 합 | TODO sum |

## 참고 문헌

- TODO 저자, 제목, 학회와 연도

**이제 연습 문제를 풀어 보세요**: [@number@_exercises.ipynb](@number@_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. TODO five lines

## Terms

| 한국어 | English |
|---|---|
| TODO 합 | TODO sum |

## References

- TODO authors, title, venue and year

**Now do the exercises**: [@number@_exercises.ipynb](@number@_exercises.ipynb)
"""
'''
)
EXERCISES = (
    HEADER
    + '''# ---

# %% [markdown] tags=["ko"]
r"""
# @number@장 연습 문제. TODO 제목

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter @number@ exercises. TODO title

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below.
"""

# %%
import numpy as np

from course_lib.checks import check, require

# %% [markdown] tags=["ko"]
r"""
### 문제 1. TODO 제목 (10점)

TODO `total(values)`를 완성하세요. `values`는 형상이 `(count,)`인 실수 배열이고, 결과는 합인 실수(`float`)입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. TODO title (10 points)

TODO complete `total(values)`. `values` is an array of floating-point numbers of shape `(count,)`; the result is their sum, a `float`.
"""

# %% task="total" role="solution"
def total(values):
    ### BEGIN SOLUTION
    return float(np.sum(values))  # TODO
    ### END SOLUTION


# %% task="total" role="check"
check("total of 1, 2, 3", total(np.array([1.0, 2.0, 3.0])), 6.0)
check("total of nothing", total(np.array([])), 0.0)

# %% task="total" role="test" points=10
random = np.random.default_rng()
for _ in range(20):
    values = random.normal(size=random.integers(1, 9))
    require(f"{len(values)} values", total(values.copy()), float(sum(values)))
'''
)
WRONG = '''"""Wrong answers that people really give to the exercises of chapter @number@: task -> what went wrong -> code."""

WRONG = {
    "total": {
        # "the mean": "def total(values):\\n    return float(np.mean(values))",
    },
}
'''


def main(name):
    """`python -m course_lib new 14_my_topic`; returns the exit status.

    Raises:
        CourseError: the name is no number and words, or there is such a chapter.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", name):
        raise CourseError(
            f"{name!r} cannot name a chapter: give two digits and words in small letters, for example 14_my_topic"
        )
    number = name[:2]
    taken = [folder.name for folder in chapters.folders() if folder.name[:2] == number]
    if taken:
        raise CourseError(f"chapter {number} exists: {taken[0]}; choose another number")
    files = {
        chapters.CHAPTERS / name / f"{number}_lesson.py": LESSON,
        chapters.CHAPTERS / name / f"{number}_exercises.py": EXERCISES,
        places.COURSE / "tests" / "exercises" / f"wrong_answers_{number}.py": WRONG,
    }
    (chapters.CHAPTERS / name).mkdir()
    title = name[3:].replace("_", " ")
    for path, text in files.items():
        if path.exists():
            print(f"kept {path.relative_to(places.COURSE)}, which was there")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text.replace("@number@", number).replace("@title@", title))
        print(f"wrote {path.relative_to(places.COURSE)}")
    python = "py" if sys.platform == "win32" else "python3"
    print(
        f"now: {python} -m course_lib build {number}, which makes the notebooks, and {python} -m course_lib test, which names what is missing"
    )
    return 0
