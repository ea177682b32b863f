# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

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
# TODO delete this cell. How to write a task that can be graded safely:
#
# A task asks for functions. Hidden tests run in another process and reach a learner's work only by calling
# these functions with plain data: numbers, strings, lists, dicts, NumPy arrays, and models made of Keras's own
# layers. A class of the learner's own, such as `class Block(layers.Layer)`, cannot cross. A task on such a block
# asks for a function that builds it, sets the weights that it is given, applies it, and returns arrays:
#
#     def block(x, kernel, bias):
#         layer = Block(units=kernel.shape[1])  # the class stands in the task's cell, too
#         layer.build(x.shape)
#         layer.set_weights([kernel, bias])
#         return ops.convert_to_numpy(layer(x))
#
# One skill per task, 5 to 20 minutes of work, graded in under 5 seconds and without training. Hidden tests draw
# other shapes and seeds and compare with a reference, so that knowing the visible examples by heart earns nothing.
# Three or more wrong answers that people really give stand in tests/exercises/wrong_answers_@number@.py.

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
