# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
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
> **읽기** 약 60분. 먼저 볼 장은 01입니다. ❓가 보이면 코드를 실행하기 전에 예측을 적어 보세요.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter @number@. TODO title

> **After this chapter** you can
> - TODO three to five goals;
>
> **Reading** takes about 60 minutes; read chapter 01 first. Where you see ❓, write down a prediction before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. TODO 첫 생각

TODO 손으로 계산할 수 있는 가장 작은 예에서 시작합니다. $2 + 3$을 계산합니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. TODO the first idea

TODO start from the smallest example that can be computed by hand, such as $2 + 3$.
"""

# %%
from course_lib import claim, claims, predict, predictions, reveal

# %%
predict("sum", "TODO What is the sum?")

# %%
import numpy as np

numbers = np.array([2, 3])
reveal("sum", numbers.sum())

# %%
claim("TODO a sentence that this chapter proves", int(numbers.sum()), equals=5)

# %%
claims.table()

# %%
predictions.table()

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
