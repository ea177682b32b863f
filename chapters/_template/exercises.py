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
# layers. A function may return a model of any kind, with `Lambda`, slices, or classes of the learner's own. It
# stays where it was made; the test asks it by Keras's names, and may rely on this:
#
#     model = build(4, 3)
#     require("a keras.Model", isinstance(model, keras.Model), True)
#     require("output shape", tuple(model(x).shape), (2, 3))  # a class of one's own has its weights from now on
#     shapes = [w.shape for w in model.get_weights()]  # they may stand in any order: make all shapes differ
#     require("weights", sorted(shapes), sorted(weights))
#     model.set_weights([weights[shape] for shape in shapes])  # shape -> array, drawn by the test
#     require("output", np.asarray(model(x)), expected)
#
# What a model says of itself (shapes, counts, layers, `trainable`) may be a lie: only what it computes with the
# test's weights, for the test's inputs, earns points. A subclassed model knows no `output_shape`, in Keras either.
# Where shapes cannot tell the weights apart, the task asks for a function that builds the thing, sets the weights
# that it is given, and returns arrays:
#
#     def block(x, kernel, bias):
#         layer = Block(units=kernel.shape[1])  # the class stands in the task's cell, too
#         layer.build(x.shape)
#         layer.set_weights([kernel, bias])
#         return ops.convert_to_numpy(layer(x))
#
# One skill per task, 5 to 20 minutes of work, graded in under 5 seconds and without training. Hidden tests draw
# other shapes and seeds and compare with a reference, so that knowing the visible examples by heart earns nothing.
# Wrong answers that people really give, and other right ones, stand in tests/exercises/answers_@number@.py.

# %%
import numpy as np

from course_lib.checks import check, check_raises, require, require_raises

# %% [markdown] tags=["ko"]
r"""
### 문제 1. TODO 제목 (10점)

TODO `total(values)`를 완성하세요. `values`는 형상이 `(count,)`인 실수 배열이고, 결과는 합입니다. 값이 하나도 없으면 `ValueError`를 발생시키세요(raise).
합에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. TODO title (10 points)

TODO complete `total(values)`. `values` is an array of floating-point numbers of shape `(count,)`; the result is their sum. Raise `ValueError` if there is no value at all.
The sum is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="total" role="hint"
r"""
TODO 배열의 합을 구하는 NumPy 함수는 무엇인가요?
"""

# %% [markdown] tags=["en"] task="total" role="hint"
r"""
TODO Which function of NumPy adds up an array?
"""

# %% task="total" role="solution"
def total(values):
    ### BEGIN SOLUTION
    if len(values) == 0:
        raise ValueError("no values")  # TODO
    return float(np.sum(values))
    ### END SOLUTION


# %% task="total" role="check"
values = np.array([1.0, 2.0, 3.5])
check("total of 1, 2, 3.5", total(values), 6.5, causes={"this is the mean": values.mean()})
check("the values are unchanged", values, np.array([1.0, 2.0, 3.5]))
check_raises(ValueError, total, np.array([]))

# %% task="total" role="test" points=8
random = np.random.default_rng()
for _ in range(20):
    values = random.normal(size=random.integers(1, 9))
    require(f"{len(values)} values", total(values), float(sum(values)))

# %% task="total" role="test" part="errors" points=2
require_raises(ValueError, total, np.zeros(0))
