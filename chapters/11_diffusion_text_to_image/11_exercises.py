# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 11장 연습 문제. 확산 모델과 글에서 그림 만들기

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 로그는 모두 자연로그입니다. 잡음은 언제나 평균 0, 분산 1인 표준 정규 분포에서 뽑은 수입니다.
- 모두 14문제, 100점, 약 2시간 40분입니다. 문제 12만 Keras를 쓰고, 문제 14는 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 11 exercises. Diffusion, and pictures from text

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- All logarithms are natural. Noise is always drawn from the standard Gaussian, with mean 0 and variance 1.
- There are 14 tasks with 100 points, for about 2 hours and 40 minutes. Only task 12 uses Keras, and task 14 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 어느 시각이든 한 번에 잡음 섞기 (8점)

확산 과정(diffusion process)은 그림에 잡음을 $T$번 조금씩 섞습니다. 시각 $t$에서 섞는 잡음의 분산은 $\beta_t$이고, 앞선 그림은 $\sqrt{1 - \beta_t}$배로 줄어듭니다. 이렇게 $t$까지 거듭한 결과는 한 번에 계산할 수 있습니다.
$$x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1 - \bar\alpha_t}\,\epsilon, \quad \bar\alpha_t = \prod_{s \le t} (1 - \beta_s)$$
`noised(x, noise, betas, t)`는 `(alpha_bar, mixed)`를 반환합니다. `x`와 `noise`의 형상은 `(batch, height, width)`, `betas`의 형상은 `(T,)`입니다. `t`는 형상이 `(batch,)`인 정수 배열로, 그림마다 시각이 다를 수 있습니다. 시각은 0부터 $T-1$까지 세며, 시각 0에서도 이미 $\beta_0$만큼의 잡음이 섞여 있습니다(강의에서는 1부터 $T$까지 세었습니다).
- `alpha_bar`: 모든 시각의 $\bar\alpha_t$. 형상은 `(T,)`
- `mixed`: 그림마다 제 시각의 $x_t$. 형상은 `x`와 같습니다

`t`에 0보다 작거나 $T-1$보다 큰 값이 있으면 `ValueError`를 발생시키세요(raise). $\bar\alpha$에 3점, 섞은 그림에 4점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Noise of any time in one go (8 points)

A diffusion process mixes a little noise into a picture, $T$ times. At time $t$ the noise has the variance $\beta_t$, and the picture before it shrinks by the factor $\sqrt{1 - \beta_t}$. What is left after all of this up to $t$ can be computed in one go:
$$x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1 - \bar\alpha_t}\,\epsilon, \quad \bar\alpha_t = \prod_{s \le t} (1 - \beta_s)$$
`noised(x, noise, betas, t)` returns `(alpha_bar, mixed)`. `x` and `noise` have the shape `(batch, height, width)`, `betas` has `(T,)`. `t` is an array of integers of shape `(batch,)`: each picture may have a time of its own. Times are counted from 0 to $T-1$, and at time 0 there is noise of variance $\beta_0$ already (in the lesson they were counted from 1 to $T$).
- `alpha_bar`: the $\bar\alpha_t$ of all times, of shape `(T,)`
- `mixed`: the $x_t$ of each picture at its own time, of the shape of `x`

Raise `ValueError` if `t` holds a value below 0 or above $T-1$. $\bar\alpha$ is worth 3 points, the pictures 4, the error case 1.
"""

# %% [markdown] tags=["ko"] task="noised" role="hint"
r"""
$\bar\alpha_2$는 $\bar\alpha_1$에서 어떻게 나오나요? 이런 곱을 모든 시각에 대해 한꺼번에 구하는 NumPy 함수가 있습니다.
"""

# %% [markdown] tags=["en"] task="noised" role="hint"
r"""
How does $\bar\alpha_2$ follow from $\bar\alpha_1$? NumPy has a function that finds such products for all times at once.
"""

# %% [markdown] tags=["ko"] task="noised" role="hint"
r"""
`alpha_bar = np.cumprod(1 - betas)`입니다. 그림마다의 값은 `alpha_bar[t]`인데 형상이 `(batch,)`입니다. 형상이 `(batch, height, width)`인 배열과 곱하려면 어떤 형상이어야 할까요?
"""

# %% [markdown] tags=["en"] task="noised" role="hint"
r"""
It is `alpha_bar = np.cumprod(1 - betas)`. The values of the pictures are `alpha_bar[t]`, of shape `(batch,)`. Which shape must they have to be multiplied with arrays of shape `(batch, height, width)`?
"""

# %% [markdown] tags=["ko"] task="noised" role="hint"
r"""
`kept = alpha_bar[t][:, None, None]`이면 `np.sqrt(kept) * x + np.sqrt(1 - kept) * noise`입니다. NumPy에서 음수 인덱스는 오류가 아니라 뒤에서부터 센 것이므로, `t`는 직접 검사해야 합니다.
"""

# %% [markdown] tags=["en"] task="noised" role="hint"
r"""
With `kept = alpha_bar[t][:, None, None]` it is `np.sqrt(kept) * x + np.sqrt(1 - kept) * noise`. A negative index is no error in NumPy, it counts from the end, so look at `t` yourself.
"""

# %% task="noised" role="solution"
def noised(x, noise, betas, t):
    ### BEGIN SOLUTION
    if np.any(t < 0) or np.any(t >= len(betas)):
        raise ValueError(f"there is no such time: {t}")
    alpha_bar = np.cumprod(1 - betas)
    kept = alpha_bar[t][:, None, None]
    return alpha_bar, np.sqrt(kept) * x + np.sqrt(1 - kept) * noise
    ### END SOLUTION


# %% task="noised" role="check"
betas, t = np.array([0.36, 0.4375, 0.75]), np.array([1, 0])
x, noise = np.array([[[1, 2]], [[5, 0]]]), np.array([[[1, 0]], [[0, -5]]])
given = [array.copy() for array in (x, noise, betas, t)]
alpha_bar, mixed = noised(x, noise, betas, t)
check(
    "alpha bar of 3 times",
    alpha_bar,
    np.array([0.64, 0.36, 0.09]),
    causes={
        "These are the alphas: alpha bar is the product of all up to the time": np.array(
            [0.64, 0.5625, 0.25]
        ),
        "The betas were multiplied: what is kept is 1 minus beta": np.array([0.36, 0.1575, 0.118125]),
        "The betas were summed up: the factors are multiplied": np.array([0.64, 0.2025, -0.5475]),
        "The product begins one time too late: at time 0 there is noise already": np.array([1, 0.64, 0.36]),
        "These are the roots: alpha bar is asked for": np.array([0.8, 0.6, 0.3]),
    },
)
check(
    "2 pictures at the times 1 and 0",
    mixed,
    np.array([[[1.4, 1.2]], [[4.0, -3.0]]]),
    causes={
        "The factors are the roots of alpha bar and of 1 minus alpha bar": np.array(
            [[[1, 0.72]], [[3.2, -1.8]]]
        ),
        "Picture and noise have each other's factors": np.array([[[1.4, 1.6]], [[3, -4]]]),
        "The factor of the noise is the root of 1 minus alpha bar, not 1 minus the root": np.array(
            [[[1, 1.2]], [[4, -1]]]
        ),
        "The noise was not made smaller": np.array([[[1.6, 1.2]], [[4, -5]]]),
        "The time is one too early: times are counted from 0": np.array([[[1.4, 1.6]], [[5, 0]]]),
        "The time is one too early, and in front of time 0 the index wraps around to the end": np.array(
            [[[1.4, 1.6]], [[1.5, -4.76969601]]]
        ),
        "All pictures have the time of the first: each has a time of its own": np.array(
            [[[1.4, 1.2]], [[3, -4]]]
        ),
        "Only one step was taken: beta of this time, and not all up to it": np.array(
            [[[1.41143783, 1.5]], [[4, -3]]]
        ),
    },
)
check("the arrays that were passed in are unchanged", [x, noise, betas, t], given)
check(
    "whole numbers: nothing, then everything is lost",
    noised(x, noise, np.array([0, 1]), np.array([0, 1]))[1],
    np.array([[[1, 2]], [[0, -5]]]),
)
check_raises(ValueError, noised, x, noise, betas, np.array([0, 3]))
check_raises(ValueError, noised, x, noise, betas, np.array([-1, 0]))

# %% task="noised" role="test" part="alpha_bar" points=3
random = np.random.default_rng()
for number in range(8):
    steps = int(random.integers(1, 9))
    betas = random.integers(0, 2, steps) if number % 3 == 0 else random.random(steps)
    given = betas.copy()
    found = noised(np.ones((1, 2, 3)), np.ones((1, 2, 3)), betas, np.array([0]))[0]
    product, expected = 1.0, []
    for beta in given.tolist():
        product *= 1 - beta
        expected.append(product)
    require(f"alpha bar of {steps} times", found, np.array(expected))
    require("the array is unchanged", betas, given)

# %% task="noised" role="test" part="mixed" points=4
random = np.random.default_rng()
for number in range(10):
    batch, height, width, steps = (int(v) for v in random.integers(1, 5, 4))
    draw = (lambda: random.integers(-3, 4, (batch, height, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, height, width)))
    arrays = [draw(), draw(), random.random(steps), random.integers(0, steps, batch)]
    given = [array.copy() for array in arrays]
    found = noised(*given)[1]
    expected = np.zeros((batch, height, width))
    for i in range(batch):
        kept = 1.0
        for beta in arrays[2][: arrays[3][i] + 1].tolist():
            kept *= 1 - beta
        expected[i] = kept**0.5 * arrays[0][i] + (1 - kept) ** 0.5 * arrays[1][i]
    require(f"{batch} pictures of {height}x{width}, {steps} times", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="noised" role="test" part="errors" points=1
for steps, times in ((3, (0, 3)), (3, (-1, 2)), (1, (1,)), (2, (1, -2)), (4, (9, 0, 0))):
    x = np.ones((len(times), 1, 2))
    require_raises(ValueError, noised, x, x, np.full(steps, 0.5), np.array(times))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 신경망은 무엇을 예측하는가 (8점)

섞인 $x_t$에는 깨끗한 그림 $x_0$과 잡음 $\epsilon$이 들어 있습니다. 신경망이 둘 가운데 하나를 예측하면 다른 하나는 식에서 나옵니다. 둘을 섞은 $v$를 예측하게 할 수도 있습니다(Salimans and Ho, 2022).
$$x_t = \sqrt{\bar\alpha}\,x_0 + \sqrt{1 - \bar\alpha}\,\epsilon, \quad v = \sqrt{\bar\alpha}\,\epsilon - \sqrt{1 - \bar\alpha}\,x_0$$
`clean_and_noise(x, predicted, alpha_bar, kind)`는 `(clean, noise)`를 반환합니다. $x_t$인 `x`와 신경망의 출력 `predicted`의 형상은 `(batch, width)`이고, `alpha_bar`는 줄마다의 $\bar\alpha$(0과 1 사이이며 양 끝은 아님)로 형상은 `(batch,)`입니다. `predicted`가 무엇인지는 `kind`가 말해 줍니다.
- `"noise"`: $\epsilon$. `"clean"`: $x_0$. `"v"`: $v$

예측한 것은 그대로 돌려주고 나머지는 위의 식에서 구하세요. `kind`가 셋 가운데 하나가 아니면 `ValueError`를 발생시키세요(raise). `"noise"`에 2점, `"clean"`에 2점, `"v"`에 3점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. What does the network predict (8 points)

In the mixed $x_t$ there are a clean picture $x_0$ and noise $\epsilon$. If the network predicts one of them, the other follows from the formula. It may also be asked for $v$, which mixes both (Salimans and Ho, 2022):
$$x_t = \sqrt{\bar\alpha}\,x_0 + \sqrt{1 - \bar\alpha}\,\epsilon, \quad v = \sqrt{\bar\alpha}\,\epsilon - \sqrt{1 - \bar\alpha}\,x_0$$
`clean_and_noise(x, predicted, alpha_bar, kind)` returns `(clean, noise)`. `x`, which is $x_t$, and `predicted`, the network's output, have the shape `(batch, width)`; `alpha_bar` holds the $\bar\alpha$ of each row (between 0 and 1, but neither), of shape `(batch,)`. `kind` says what `predicted` is.
- `"noise"`: $\epsilon$. `"clean"`: $x_0$. `"v"`: $v$

Return what was predicted as it is, and compute the rest by the formulas above. Raise `ValueError` if `kind` is none of the three. `"noise"` is worth 2 points, `"clean"` 2, `"v"` 3, the error case 1.
"""

# %% [markdown] tags=["ko"] task="clean_and_noise" role="hint"
r"""
첫 식을 $x_0$에 대해 풀고, 다음에는 $\epsilon$에 대해 풀어 보세요. 어느 제곱근으로 나누게 되나요?
"""

# %% [markdown] tags=["en"] task="clean_and_noise" role="hint"
r"""
Solve the first formula for $x_0$, then for $\epsilon$. By which root do you divide in each?
"""

# %% [markdown] tags=["ko"] task="clean_and_noise" role="hint"
r"""
$\bar\alpha$와 $1 - \bar\alpha$의 제곱근을 $a$와 $b$라 하면 $a^2 + b^2 = 1$입니다. $a x_t - b v$를 계산하면 무엇이 남나요? $b x_t + a v$에서는요?
"""

# %% [markdown] tags=["en"] task="clean_and_noise" role="hint"
r"""
Call the roots of $\bar\alpha$ and $1 - \bar\alpha$ $a$ and $b$: then $a^2 + b^2 = 1$. What is left of $a x_t - b v$? And of $b x_t + a v$?
"""

# %% [markdown] tags=["ko"] task="clean_and_noise" role="hint"
r"""
`a, b = np.sqrt(alpha_bar)[:, None], np.sqrt(1 - alpha_bar)[:, None]`이라 하면, `"noise"`에서는 `(x - b * predicted) / a`, `"clean"`에서는 `(x - a * predicted) / b`, `"v"`에서는 `a * x - b * predicted`와 `b * x + a * predicted`입니다.
"""

# %% [markdown] tags=["en"] task="clean_and_noise" role="hint"
r"""
With `a, b = np.sqrt(alpha_bar)[:, None], np.sqrt(1 - alpha_bar)[:, None]` it is `(x - b * predicted) / a` for `"noise"`, `(x - a * predicted) / b` for `"clean"`, and for `"v"` `a * x - b * predicted` and `b * x + a * predicted`.
"""

# %% task="clean_and_noise" role="solution"
def clean_and_noise(x, predicted, alpha_bar, kind):
    ### BEGIN SOLUTION
    a, b = np.sqrt(alpha_bar)[:, None], np.sqrt(1 - alpha_bar)[:, None]
    if kind == "noise":
        return (x - b * predicted) / a, predicted
    if kind == "clean":
        return predicted, (x - a * predicted) / b
    if kind == "v":
        return a * x - b * predicted, b * x + a * predicted
    raise ValueError(f"kind must be noise, clean or v, found {kind}")
    ### END SOLUTION


# %% task="clean_and_noise" role="check"
alpha_bar, x = np.array([0.36, 0.64]), np.array([[2.2, 1.2], [1.8, -0.2]])
clean, noise, v = (
    np.array([[1, 2], [3, -1]]),
    np.array([[2, 0], [-1, 1]]),
    np.array([[0.4, -1.6], [-2.6, 1.4]]),
)
given = [array.copy() for array in (x, noise, clean, v, alpha_bar)]
check(
    "from the noise",
    clean_and_noise(x, noise, alpha_bar, "noise"),
    (np.array([[1.0, 2], [3, -1]]), noise),
    causes={
        "The clean picture and the noise are exchanged in the result": (
            np.array([[2, 0], [-1, 1]]),
            np.array([[1, 2], [3, -1]]),
        ),
        "The factors have no roots": (
            np.array([[2.55555556, 3.33333333], [3.375, -0.875]]),
            np.array([[2, 0], [-1, 1]]),
        ),
        "It was not divided by the root of alpha bar": (
            np.array([[0.6, 1.2], [2.4, -0.8]]),
            np.array([[2, 0], [-1, 1]]),
        ),
        "The whole noise was subtracted: in x it has a factor": (
            np.array([[0.33333333, 2], [3.5, -1.5]]),
            np.array([[2, 0], [-1, 1]]),
        ),
        "`alpha_bar` belongs to the rows, not to the columns": (np.array([[1, 1.5], [13 / 3, -1]]), noise),
        "The two factors are exchanged": (
            np.array([[1.25, 1.5], [4.33333333, -1.66666667]]),
            np.array([[2, 0], [-1, 1]]),
        ),
    },
)
check(
    "from the clean picture",
    clean_and_noise(x, clean, alpha_bar, "clean"),
    (clean, np.array([[2.0, 0], [-1, 1]])),
    causes={
        "It was not divided by the root of 1 minus alpha bar": (
            np.array([[1, 2], [3, -1]]),
            np.array([[1.6, 0], [-0.6, 0.6]]),
        ),
        "The whole picture was subtracted: in x it has a factor": (
            np.array([[1, 2], [3, -1]]),
            np.array([[1.5, -1], [-2, 1.33333333]]),
        ),
        "It was divided by the root of alpha bar: that is the factor of the picture": (
            np.array([[1, 2], [3, -1]]),
            np.array([[2.66666667, 0], [-0.75, 0.75]]),
        ),
    },
)
check(
    "from v",
    clean_and_noise(x, v, alpha_bar, "v"),
    (np.array([[1.0, 2], [3, -1]]), np.array([[2.0, 0], [-1, 1]])),
    causes={
        "In the clean picture v has the sign minus": (
            np.array([[1.64, -0.56], [-0.12, 0.68]]),
            np.array([[2, 0], [-1, 1]]),
        ),
        "In the noise v has the sign plus": (
            np.array([[1, 2], [3, -1]]),
            np.array([[1.52, 1.92], [3.16, -1.24]]),
        ),
        "`v` was taken for the noise": (
            np.array([[3.13333333, 4.13333333], [4.2, -1.3]]),
            np.array([[0.4, -1.6], [-2.6, 1.4]]),
        ),
        "The velocity of flow matching, noise minus picture, is another thing: here v has factors": (
            np.array([[1.34285714, 1.77142857], [2.4, -0.74285714]]),
            np.array([[1.74285714, 0.17142857], [-0.2, 0.65714286]]),
        ),
    },
)
check("the arrays that were passed in are unchanged", [x, noise, clean, v, alpha_bar], given)
ones = np.ones((1, 2), int)
check(
    "whole numbers",
    clean_and_noise(ones, 0 * ones, np.array([0.25]), "noise"),
    (np.array([[2.0, 2.0]]), np.array([[0, 0]])),
)
check_raises(ValueError, clean_and_noise, x, v, alpha_bar, "velocity")
check_raises(ValueError, clean_and_noise, x, v, alpha_bar, None)

# %% task="clean_and_noise" role="test" part="noise" points=2
random = np.random.default_rng()
for number in range(6):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    arrays = [draw(), draw(), random.uniform(0.05, 0.95, batch)]
    given = [array.copy() for array in arrays]
    found = clean_and_noise(*given, "noise")
    expected = np.array([[(u - (1 - a) ** 0.5 * e) / a**0.5 for u, e in zip(*rows)] for *rows, a in zip(*arrays)])
    require(f"{batch} rows of {width} from the noise", found, (expected, arrays[1]))
    require("the arrays are unchanged", given, arrays)

# %% task="clean_and_noise" role="test" part="clean" points=2
random = np.random.default_rng()
for number in range(6):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    arrays = [draw(), draw(), random.uniform(0.05, 0.95, batch)]
    given = [array.copy() for array in arrays]
    found = clean_and_noise(*given, "clean")
    expected = np.array([[(u - a**0.5 * c) / (1 - a) ** 0.5 for u, c in zip(*rows)] for *rows, a in zip(*arrays)])
    require(f"{batch} rows of {width} from the clean ones", found, (arrays[1], expected))
    require("the arrays are unchanged", given, arrays)

# %% task="clean_and_noise" role="test" part="v" points=3
random = np.random.default_rng()
for number in range(8):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    clean, noise, kept = draw(), draw(), random.uniform(0.05, 0.95, batch)
    a, b = np.sqrt(kept)[:, None], np.sqrt(1 - kept)[:, None]
    arrays = [a * clean + b * noise, a * noise - b * clean, kept]
    given = [array.copy() for array in arrays]
    found = clean_and_noise(*given, "v")
    require(f"{batch} rows of {width} from v", found, (clean.astype(float), noise.astype(float)))
    require("the arrays are unchanged", given, arrays)

# %% task="clean_and_noise" role="test" part="errors" points=1
for kind in ("velocity", "V", "", "x", None):
    require_raises(ValueError, clean_and_noise, np.ones((2, 3)), np.ones((2, 3)), np.array([0.5, 0.5]), kind)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. DDIM의 한 걸음 (7점)

표본을 만드는 한 걸음은 잡음이 더 적은 시각으로 건너갑니다. 지금의 $\bar\alpha$가 `now`, 건너갈 시각의 $\bar\alpha$가 `later`입니다($0 < \text{now} < \text{later} \le 1$). DDIM(Song et al., 2021)은 예측한 잡음 $\hat\epsilon$에서 깨끗한 그림 $\hat x_0$을 구하고, 둘을 새 시각의 배율로 다시 섞습니다. $\eta$가 0보다 크면 예측한 잡음 일부를 새로 뽑은 잡음 $\epsilon'$으로 바꿉니다.
$$x_{\text{later}} = \sqrt{\bar\alpha_{\text{later}}}\,\hat x_0 + \sqrt{1 - \bar\alpha_{\text{later}} - \sigma^2}\,\hat\epsilon + \sigma\,\epsilon'$$

$$\sigma = \eta\,\sqrt{\frac{1 - \bar\alpha_{\text{later}}}{1 - \bar\alpha_{\text{now}}}}\,\sqrt{1 - \frac{\bar\alpha_{\text{now}}}{\bar\alpha_{\text{later}}}}$$
`ddim_step(x, noise, now, later, eta, fresh)`는 한 걸음 뒤의 그림을 반환합니다. `x`, 예측한 잡음 `noise`, 새 잡음 `fresh`의 형상은 서로 같고, `now`, `later`, `eta`(0에서 1)는 수입니다. $\eta = 0$에 4점, 새 잡음이 섞일 때에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. One step of DDIM (7 points)

A step of sampling goes to a time with less noise. `now` is the $\bar\alpha$ of the present time, `later` the $\bar\alpha$ of the time to go to ($0 < \text{now} < \text{later} \le 1$). DDIM (Song et al., 2021) finds the clean picture $\hat x_0$ from the predicted noise $\hat\epsilon$, and mixes the two again with the factors of the new time. With $\eta$ above 0, a part of the predicted noise is replaced by noise $\epsilon'$ that is freshly drawn.
$$x_{\text{later}} = \sqrt{\bar\alpha_{\text{later}}}\,\hat x_0 + \sqrt{1 - \bar\alpha_{\text{later}} - \sigma^2}\,\hat\epsilon + \sigma\,\epsilon'$$

$$\sigma = \eta\,\sqrt{\frac{1 - \bar\alpha_{\text{later}}}{1 - \bar\alpha_{\text{now}}}}\,\sqrt{1 - \frac{\bar\alpha_{\text{now}}}{\bar\alpha_{\text{later}}}}$$
`ddim_step(x, noise, now, later, eta, fresh)` returns the picture after one step. `x`, the predicted noise `noise` and the fresh noise `fresh` have the same shape; `now`, `later` and `eta` (from 0 to 1) are numbers. $\eta = 0$ is worth 4 points, a step with fresh noise 3.
"""

# %% [markdown] tags=["ko"] task="ddim_step" role="hint"
r"""
문제 2의 `"noise"`와 똑같이 깨끗한 그림을 먼저 구하세요. 그때의 $\bar\alpha$는 `now`인가요, `later`인가요?
"""

# %% [markdown] tags=["en"] task="ddim_step" role="hint"
r"""
First find the clean picture, as for `"noise"` in task 2. Is its $\bar\alpha$ `now` or `later`?
"""

# %% [markdown] tags=["ko"] task="ddim_step" role="hint"
r"""
`clean = (x - np.sqrt(1 - now) * noise) / np.sqrt(now)`입니다. $\eta = 0$이면 $\sigma = 0$이므로, 남는 것은 문제 1의 식을 `later`로 계산한 것입니다.
"""

# %% [markdown] tags=["en"] task="ddim_step" role="hint"
r"""
It is `clean = (x - np.sqrt(1 - now) * noise) / np.sqrt(now)`. With $\eta = 0$, $\sigma = 0$, and what remains is the formula of task 1 with `later`.
"""

# %% [markdown] tags=["ko"] task="ddim_step" role="hint"
r"""
`sigma = eta * np.sqrt((1 - later) / (1 - now) * (1 - now / later))`를 계산한 다음 `np.sqrt(later) * clean + np.sqrt(1 - later - sigma**2) * noise + sigma * fresh`를 반환하세요.
"""

# %% [markdown] tags=["en"] task="ddim_step" role="hint"
r"""
Compute `sigma = eta * np.sqrt((1 - later) / (1 - now) * (1 - now / later))`, then return `np.sqrt(later) * clean + np.sqrt(1 - later - sigma**2) * noise + sigma * fresh`.
"""

# %% task="ddim_step" role="solution"
def ddim_step(x, noise, now, later, eta, fresh):
    ### BEGIN SOLUTION
    clean = (x - np.sqrt(1 - now) * noise) / np.sqrt(now)
    sigma = eta * np.sqrt((1 - later) / (1 - now) * (1 - now / later))
    return np.sqrt(later) * clean + np.sqrt(1 - later - sigma**2) * noise + sigma * fresh
    ### END SOLUTION


# %% task="ddim_step" role="check"
x, noise, fresh = np.array([[2.2, 1.2]]), np.array([[2, 0]]), np.array([[1, -1]])
given = [array.copy() for array in (x, noise, fresh)]
check(
    "from 0.36 to 0.64 without fresh noise",
    ddim_step(x, noise, 0.36, 0.64, 0, fresh),
    np.array([[2.0, 1.6]]),
    causes={
        "This is the clean picture: it must be mixed with noise again": np.array([[1, 2]]),
        "The clean picture must be found with `now`, the time that `x` is of": np.array([[2.2, 1.2]]),
        "`now` and `later` are exchanged": np.array([[2.35, 0.9]]),
        "The roots are missing": np.array([[2.35555556, 2.13333333]]),
        "The clean picture must be divided by the root of `now`": np.array([[1.68, 0.96]]),
        "The fresh noise was mixed in instead of the predicted one": np.array([[1.4, 1]]),
        "`x` was mixed with noise once more: start from the clean picture": np.array([[2.96, 0.96]]),
    },
)
check(
    "with fresh noise, eta 1",
    ddim_step(x, noise, 0.36, 0.64, 1, fresh),
    np.array([[1.97107837, 1.10392163]]),
    causes={
        "The predicted noise must become smaller for the fresh noise: subtract the square of sigma": np.array(
            [[2.49607837, 1.10392163]]
        ),
        "What was subtracted is sigma: its square is a variance, and sigma is not": np.array(
            [[2.03385441, 1.10392163]]
        ),
        "The root is missing in sigma": np.array([[2.14051207, 1.35390625]]),
        "The ratio of the values of 1 minus alpha bar is missing in sigma": np.array(
            [[1.46143783, 0.93856217]]
        ),
        "The ratio in sigma is upside down": np.array([[1.6819171, 0.7180829]]),
        "The fresh noise has no effect": np.array([[2, 1.6]]),
    },
)
check(
    "half of eta",
    ddim_step(x, noise, 0.36, 0.64, 0.5, fresh),
    np.array([[2.14069936, 1.35196081]]),
    causes={
        "`eta` has no effect: sigma is that of `eta` 1": np.array([[1.97107837, 1.10392163]]),
        "`eta` must be a factor of sigma, not of its square": np.array([[2.124337, 1.24921962]]),
    },
)
check("the arrays that were passed in are unchanged", [x, noise, fresh], given)
twos = np.full(3, 2)
check(
    "the last step, whole numbers: the clean picture comes out",
    ddim_step(twos, 0 * twos, 0.25, 1, 1, twos),
    np.array([4.0, 4, 4]),
)

# %% task="ddim_step" role="test" part="deterministic" points=4
random = np.random.default_rng()
for number in range(10):
    shape = tuple(int(v) for v in random.integers(1, 5, number % 3 + 1))
    draw = (lambda: random.integers(-3, 4, shape)) if number % 3 == 0 else (lambda: random.normal(size=shape))
    now, later = sorted(random.uniform(0.05, 0.95, 2).tolist())
    later = 1 if number == 4 else later
    clean, noise, fresh = draw(), draw(), draw()
    arrays = [now**0.5 * clean + (1 - now) ** 0.5 * noise, noise, fresh]
    given = [array.copy() for array in arrays]
    found = ddim_step(given[0], given[1], now, later, 0, given[2])
    require(f"from {now:.3g} to {later:.3g}, shape {shape}", found, later**0.5 * clean + (1 - later) ** 0.5 * noise)
    require("the arrays are unchanged", given, arrays)

# %% task="ddim_step" role="test" part="fresh" points=3
random = np.random.default_rng()
for number in range(10):
    shape = tuple(int(v) for v in random.integers(1, 5, number % 3 + 1))
    draw = (lambda: random.integers(-3, 4, shape)) if number % 3 == 0 else (lambda: random.normal(size=shape))
    now, later = sorted(random.uniform(0.05, 0.95, 2).tolist())
    eta = 1 if number % 4 == 0 else float(random.uniform(0.1, 1))
    clean, noise, fresh = draw(), draw(), draw()
    arrays = [now**0.5 * clean + (1 - now) ** 0.5 * noise, noise, fresh]
    given = [array.copy() for array in arrays]
    found = ddim_step(given[0], given[1], now, later, eta, given[2])
    variance = eta**2 * (1 - later) * (later - now) / ((1 - now) * later)
    expected = later**0.5 * clean + (1 - later - variance) ** 0.5 * noise + variance**0.5 * fresh
    require(f"from {now:.3g} to {later:.3g}, eta {eta:.3g}, shape {shape}", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 흐름 맞추기가 배우는 것 (6점)

흐름 맞추기(flow matching)는 잡음을 데이터로 곧게 옮깁니다. 시각 0에는 잡음, 시각 1에는 데이터가 있고, 그 사이의 점은 둘을 잇는 선분 위에서 일정한 속도로 움직입니다. 신경망은 그 점과 시각을 보고 속도를 예측합니다.
`flow_pair(data, noise, t, predicted)`는 `(points, velocity, loss)`를 반환합니다. `data`, `noise`, `predicted`(신경망이 예측한 속도)의 형상은 `(batch, width)`, 시각 `t`의 형상은 `(batch,)`입니다.
- `points`: 줄마다 시각 `t`에 점이 있는 곳. 형상은 `(batch, width)`
- `velocity`: 그 점의 속도, 곧 시각이 1만큼 흐르는 동안 움직이는 양. 형상은 `(batch, width)`
- `loss`: `predicted`와 `velocity`의 차의 제곱을 모든 성분에 대해 평균한 수

셋에 각각 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. What flow matching learns (6 points)

Flow matching carries noise straight to the data. At time 0 there is noise, at time 1 data, and in between a point moves along the line from one to the other at constant velocity. The network looks at this point and the time, and predicts the velocity.
`flow_pair(data, noise, t, predicted)` returns `(points, velocity, loss)`. `data`, `noise` and `predicted` (the velocity that the network predicts) have the shape `(batch, width)`, the times `t` have `(batch,)`.
- `points`: where the point of each row is at its time `t`, of shape `(batch, width)`
- `velocity`: the velocity of this point, that is, how far it moves while the time goes by 1, of shape `(batch, width)`
- `loss`: the mean over all entries of the squared difference of `predicted` and `velocity`, a number

Each of the three is worth 2 points.
"""

# %% [markdown] tags=["ko"] task="flow_pair" role="hint"
r"""
시각이 0이면 점은 어디에 있나요? 1이면요? 0.5이면요? 그 사이에 얼마나 움직였나요?
"""

# %% [markdown] tags=["en"] task="flow_pair" role="hint"
r"""
Where is the point at time 0, at 1, at 0.5? How far has it moved in between?
"""

# %% [markdown] tags=["ko"] task="flow_pair" role="hint"
r"""
속도는 시각에 따라 변하지 않습니다. 선분의 끝에서 시작을 뺀 것입니다. 끝은 데이터인가요, 잡음인가요?
"""

# %% [markdown] tags=["en"] task="flow_pair" role="hint"
r"""
The velocity does not depend on the time: it is the end of the line minus its start. Is the end the data or the noise?
"""

# %% [markdown] tags=["ko"] task="flow_pair" role="hint"
r"""
`velocity = data - noise`, `points = noise + t[:, None] * velocity`이고, 손실은 `np.mean((predicted - velocity) ** 2)`입니다.
"""

# %% [markdown] tags=["en"] task="flow_pair" role="hint"
r"""
It is `velocity = data - noise`, `points = noise + t[:, None] * velocity`, and the loss is `np.mean((predicted - velocity) ** 2)`.
"""

# %% task="flow_pair" role="solution"
def flow_pair(data, noise, t, predicted):
    ### BEGIN SOLUTION
    velocity = data - noise
    return noise + t[:, None] * velocity, velocity, np.mean((predicted - velocity) ** 2)
    ### END SOLUTION


# %% task="flow_pair" role="check"
data, noise = np.array([[4, 0], [1, 3]]), np.array([[0, 2], [-1, 1]])
t, predicted = np.array([0.25, 0.5]), np.array([[4, 0], [1, 2]])
given = [array.copy() for array in (data, noise, t, predicted)]
points, moves, loss = flow_pair(data, noise, t, predicted)
check(
    "the points",
    points,
    np.array([[1.0, 1.5], [0.0, 2.0]]),
    causes={
        "The times run the wrong way: at 0 there is noise, at 1 data": np.array([[3, 0.5], [0, 2]]),
        "The times belong to the rows, not to the columns: `t[:, None]`": np.array([[1, 1], [-0.5, 2]]),
        "The factors are those of diffusion: this path is straight": np.array(
            [[2, 1.73205081], [0, 2.82842712]]
        ),
        "The noise keeps its whole size: its factor is 1 minus t": np.array([[1, 2], [-0.5, 2.5]]),
        "The point must start at the noise": np.array([[1, -0.5], [1, 1]]),
    },
)
check(
    "the velocity",
    moves,
    np.array([[4, -2], [2, 2]]),
    causes={
        "The velocity points from the data to the noise": np.array([[-4, 2], [-2, -2]]),
        "The velocity is constant: it has no factor t": np.array([[1, -0.5], [1, 1]]),
        "This is the rest of the way: the velocity is the whole way in a time of 1": np.array(
            [[3, -1.5], [1, 1]]
        ),
    },
)
check(
    "the loss",
    loss,
    1.25,
    causes={
        "It was summed over the entries of a row: the mean over all entries is asked for": 2.5,
        "This is the sum over all entries: the mean is asked for": 5,
        "The differences were not squared": 0.75,
        "The root was taken: the mean of the squares is asked for": 1.11803399,
        "The prediction must be compared with the velocity, not with the data": 0.25,
    },
)
check("the arrays that were passed in are unchanged", [data, noise, t, predicted], given)
check(
    "whole numbers for the times",
    flow_pair(data, noise, np.array([0, 1]), predicted)[0],
    np.array([[0, 2], [1, 3]]),
)

# %% task="flow_pair" role="test" part="points" points=2
random = np.random.default_rng()
for number in range(8):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    arrays = [draw(), draw(), random.random(batch), draw()]
    given = [array.copy() for array in arrays]
    found = flow_pair(*given)[0]
    expected = np.array([[(1 - s) * e + s * d for d, e in zip(*rows)] for *rows, s, _ in zip(*arrays)])
    require(f"the points, {batch} rows of {width}", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="flow_pair" role="test" part="velocity" points=2
random = np.random.default_rng()
for number in range(8):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    arrays = [draw(), draw(), random.random(batch), draw()]
    found = flow_pair(*[array.copy() for array in arrays])[1]
    require(f"the velocity, {batch} rows of {width}", found, np.array([[float(d - e) for d, e in zip(*rows)] for *rows, _, _ in zip(*arrays)]))

# %% task="flow_pair" role="test" part="loss" points=2
random = np.random.default_rng()
for number in range(8):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    arrays = [draw(), draw(), random.random(batch), draw()]
    found = flow_pair(*[array.copy() for array in arrays])[2]
    expected = sum(float(p - d + e) ** 2 for d, e, p in zip(*(arrays[i].flat for i in (0, 1, 3)))) / (batch * width)
    require(f"the loss, {batch} rows of {width}", found, expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 오일러와 호인 (9점)

속도를 알면 잡음에서 출발해 시각 0에서 1까지 따라가며 표본을 만들 수 있습니다. 아래 셀의 `velocity(x, t, mean, deviation)`는 데이터가 정규 분포일 때의 정확한 속도를 알려 줍니다. 신경망이 배우려는 것이 바로 이 값입니다.
`flow_sample(start, steps, mean, deviation, method)`는 `start`(형상 `(batch,)`)를 시각 0에서 1까지 같은 길이 $h = 1/\text{steps}$의 걸음으로 옮긴 결과를 반환합니다.
- `"euler"`: 오일러(Euler) 방법. 걸음이 시작되는 곳의 속도로 끝까지 갑니다. $x \leftarrow x + h\,v(x, t)$
- `"heun"`: 호인(Heun) 방법. 먼저 오일러의 한 걸음으로 도착할 곳 $x'$를 어림하고, 시작과 어림한 끝의 두 속도의 평균으로 **처음 자리에서** 다시 갑니다. $x \leftarrow x + \frac{h}{2}\left(v(x, t) + v(x', t + h)\right)$

`method`가 둘 가운데 하나가 아니면 `ValueError`를 발생시키세요(raise). 오일러에 4점, 호인에 4점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Euler and Heun (9 points)

With the velocity known, a sample is made by following it from noise, from time 0 to 1. In the cell below, `velocity(x, t, mean, deviation)` gives the exact velocity for data from a Gaussian: it is what a network tries to learn.
`flow_sample(start, steps, mean, deviation, method)` returns where `start` (of shape `(batch,)`) gets to from time 0 to 1 in steps of the same length $h = 1/\text{steps}$.
- `"euler"`: Euler's method goes all the step with the velocity where the step begins: $x \leftarrow x + h\,v(x, t)$
- `"heun"`: Heun's method first takes a step of Euler to guess where it ends, at $x'$. Then it goes **from the first place** again, with the mean of the velocities at the start and at the guessed end: $x \leftarrow x + \frac{h}{2}\left(v(x, t) + v(x', t + h)\right)$

Raise `ValueError` if `method` is neither of the two. Euler is worth 4 points, Heun 4, the error case 1.
"""

# %%
def velocity(x, t, mean, deviation):
    """Mean velocity at x and time t, on straight lines from noise to a Gaussian of this mean and deviation."""
    slope = (t * deviation**2 - (1 - t)) / (t**2 * deviation**2 + (1 - t) ** 2)
    return mean + slope * (x - t * mean)

# %% [markdown] tags=["ko"] task="flow_sample" role="hint"
r"""
걸음이 4번이면 걸음마다 어느 시각에 시작하나요? 시각 1에서 시작하는 걸음이 있나요?
"""

# %% [markdown] tags=["en"] task="flow_sample" role="hint"
r"""
With 4 steps, at which time does each of them begin? Does one begin at time 1?
"""

# %% [markdown] tags=["ko"] task="flow_sample" role="hint"
r"""
`for number in range(steps):` 안에서 시각은 `number / steps`입니다. `x += ...`는 받은 배열을 바꾸니 `x = x + ...`라고 쓰세요.
"""

# %% [markdown] tags=["en"] task="flow_sample" role="hint"
r"""
Inside of `for number in range(steps):` the time is `number / steps`. `x += ...` would change the array that was passed in, so write `x = x + ...`.
"""

# %% [markdown] tags=["ko"] task="flow_sample" role="hint"
r"""
`first = velocity(x, t, mean, deviation)`이면 호인의 둘째 속도는 `velocity(x + h * first, t + h, mean, deviation)`입니다. 그다음 `x = x + h * (first + second) / 2`입니다.
"""

# %% [markdown] tags=["en"] task="flow_sample" role="hint"
r"""
With `first = velocity(x, t, mean, deviation)`, Heun's second velocity is `velocity(x + h * first, t + h, mean, deviation)`. Then `x = x + h * (first + second) / 2`.
"""

# %% task="flow_sample" role="solution"
def flow_sample(start, steps, mean, deviation, method):
    ### BEGIN SOLUTION
    if method not in ("euler", "heun"):
        raise ValueError(f"no such method: {method}")
    x, h = start, 1 / steps
    for number in range(steps):
        t = number / steps
        move = velocity(x, t, mean, deviation)
        if method == "heun":
            move = (move + velocity(x + h * move, t + h, mean, deviation)) / 2
        x = x + h * move
    return x
    ### END SOLUTION


# %% task="flow_sample" role="check"
start = np.array([0, 1, -2])
given = start.copy()
check(
    "Euler, 1 step: all noise goes to the mean of the data",
    flow_sample(start, 1, 3, 2, "euler"),
    np.array([3.0, 3, 3]),
)
check(
    "Euler, 2 steps",
    flow_sample(start, 2, 3, 2, "euler"),
    np.array([3, 3.8, 1.4]),
    causes={
        "The time stays at 0: it grows with each step": np.array([2.25, 2.5, 1.75]),
        "Each step took the velocity at the time of its end": np.array([0.9, 3.3, -3.9]),
        "The steps are too long: each has the length 1 / steps": np.array([7.8, 7.8, 7.8]),
        "One step is missing": np.array([1.5, 2, 0.5]),
        "There is one step too many: the last begins before time 1": np.array([4.5, 5.7, 2.1]),
        "The steps lead away from the data: the velocity is added": np.array([-1.2, -0.6, -2.4]),
        "The time runs from 1 to 0": np.array([0.6, 3, -4.2]),
        "The velocity was computed at the start only: it changes as x does": np.array([2.1, 3.2, -0.1]),
    },
)
check(
    "Heun, 2 steps",
    flow_sample(start, 2, 3, 2, "heun"),
    np.array([3, 4.53, -0.06]),
    causes={
        "This is what Euler gives": np.array([3, 3.8, 1.4]),
        "The second velocity must be that at the guessed end, not at the start of the step": np.array(
            [1.9275, 3.555, -1.3275]
        ),
        "The second velocity must be of the time at the end of the step": np.array([2.7825, 3.895, 0.5575]),
        "The two velocities were added, not averaged": np.array([8.1, 10.02, 4.26]),
        "Only the velocity at the end was used: the mean of both is asked for": np.array([3, 5.34, -1.68]),
        "The second move started at the guess: it must start at the first place": np.array(
            [7.95, 8.87, 6.11]
        ),
        "This is the midpoint method: half a step to guess, and the velocity there": np.array(
            [3, 4.97754678, -0.95509356]
        ),
    },
)
check("the array that was passed in is unchanged", start, given)
start, given = start / 4, start / 4
for method in ("euler", "heun"):
    flow_sample(start, 3, 1, 0.5, method)
check("the same with floating-point numbers", start, given)
check_raises(ValueError, flow_sample, start, 2, 3, 2, "Euler's")
check_raises(ValueError, flow_sample, start, 2, 3, 2, None)

# %% task="flow_sample" role="test" part="euler" points=4
random = np.random.default_rng()
for number in range(10):
    batch, steps = (int(v) for v in random.integers(1, 7, 2))
    start = random.integers(-3, 4, batch) if number % 3 == 0 else random.normal(size=batch)
    mean, deviation = float(random.normal()), float(random.uniform(0.3, 2))
    given = start.copy()
    found = flow_sample(given, steps, mean, deviation, "euler")
    x = start.astype(float)
    for t in [i / steps for i in range(steps)]:
        slope = (t * deviation**2 - 1 + t) / ((t * deviation) ** 2 + (1 - t) ** 2)
        x = x + (mean + slope * (x - t * mean)) / steps
    require(f"Euler, {batch} numbers, {steps} steps", found, x)
    require("the array is unchanged", given, start)

# %% task="flow_sample" role="test" part="heun" points=4
random = np.random.default_rng()
for number in range(10):
    batch, steps = (int(v) for v in random.integers(1, 7, 2))
    start = random.integers(-3, 4, batch) if number % 3 == 0 else random.normal(size=batch)
    mean, deviation = float(random.normal()), float(random.uniform(0.3, 2))
    given = start.copy()
    found = flow_sample(given, steps, mean, deviation, "heun")
    x = start.astype(float)
    v = lambda x, t: mean + (t * deviation**2 - 1 + t) / ((t * deviation) ** 2 + (1 - t) ** 2) * (x - t * mean)
    for i in range(steps):
        one = v(x, i / steps)
        x = x + (one + v(x + one / steps, (i + 1) / steps)) / (2 * steps)
    require(f"Heun, {batch} numbers, {steps} steps", found, x)
    require("the array is unchanged", given, start)

# %% task="flow_sample" role="test" part="errors" points=1
for method in ("midpoint", "", "Heun's", None):
    require_raises(ValueError, flow_sample, np.zeros(2), 2, 0.0, 1.0, method)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 분류기 없는 안내 (6점)

분류기 없는 안내(classifier-free guidance; Ho and Salimans, 2022)에서는 신경망이 같은 그림을 두 번 봅니다. 한 번은 조건(클래스나 문장)과 함께, 한 번은 조건 없이 봅니다. 두 출력의 차이가 조건의 방향이고, 그 방향으로 더 멀리 갑니다.
`guided(outputs, scales)`의 `outputs`는 두 출력을 이어 붙인 것으로 형상은 `(2 * n, width)`입니다. 앞의 `n`줄은 조건이 있는 출력, 뒤의 `n`줄은 같은 순서로 조건이 없는 출력입니다. `scales`는 그림마다의 안내 세기로 형상은 `(n,)`입니다. 안내한 출력을 형상 `(n, width)`로 반환하세요.
세기 0에서는 조건이 없는 출력, 1에서는 조건이 있는 출력이 나오고, 그 사이와 1 너머에서는 같은 직선 위를 갑니다. `outputs`의 줄 수가 `scales` 길이의 두 배가 아니면 `ValueError`를 발생시키세요(raise). 계산에 5점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Guidance without a classifier (6 points)

With classifier-free guidance (Ho and Salimans, 2022) the network sees the same picture twice: once with the condition (a class or a sentence) and once without. The difference of its two outputs is the direction of the condition, and guidance goes further in this direction.
In `guided(outputs, scales)`, `outputs` holds both, one after the other, and has the shape `(2 * n, width)`: the first `n` rows are the outputs with the condition, the last `n` those without, in the same order. `scales` is the strength of the guidance for each picture, of shape `(n,)`. Return the guided outputs, of shape `(n, width)`.
At strength 0 the output without the condition comes out, at 1 that with the condition; between them and beyond 1 it goes along the same straight line. Raise `ValueError` if the number of rows of `outputs` is not twice the length of `scales`. The computation is worth 5 points, the error case 1.
"""

# %% [markdown] tags=["ko"] task="guided" role="hint"
r"""
직선 위의 점은 시작과 방향으로 씁니다. 세기 0에서 나와야 하는 것은 무엇이고, 세기 1까지는 얼마나 가야 하나요?
"""

# %% [markdown] tags=["en"] task="guided" role="hint"
r"""
A point on a line is written by a start and a direction. What must come out at strength 0, and how far is it from there to strength 1?
"""

# %% [markdown] tags=["ko"] task="guided" role="hint"
r"""
`n = len(scales)`이면 조건이 있는 것은 `outputs[:n]`, 없는 것은 `outputs[n:]`입니다. 세기는 줄마다의 값이므로 `scales[:, None]`으로 씁니다.
"""

# %% [markdown] tags=["en"] task="guided" role="hint"
r"""
With `n = len(scales)` those with the condition are `outputs[:n]`, those without `outputs[n:]`. The strengths belong to the rows, so use `scales[:, None]`.
"""

# %% [markdown] tags=["ko"] task="guided" role="hint"
r"""
`len(outputs) != 2 * n`이면 오류이고, 결과는 `outputs[n:] + scales[:, None] * (outputs[:n] - outputs[n:])`입니다.
"""

# %% [markdown] tags=["en"] task="guided" role="hint"
r"""
It is an error if `len(outputs) != 2 * n`; the result is `outputs[n:] + scales[:, None] * (outputs[:n] - outputs[n:])`.
"""

# %% task="guided" role="solution"
def guided(outputs, scales):
    ### BEGIN SOLUTION
    n = len(scales)
    if len(outputs) != 2 * n:
        raise ValueError(f"expected {2 * n} rows, found {len(outputs)}")
    return outputs[n:] + scales[:, None] * (outputs[:n] - outputs[n:])
    ### END SOLUTION


# %% task="guided" role="check"
outputs, scales = np.array([[3, 1], [2, 0], [1, 2], [4, 6]]), np.array([2, 3])
given = [outputs.copy(), scales.copy()]
check(
    "2 pictures, strengths 2 and 3",
    guided(outputs, scales),
    np.array([[5, 0], [-2, -12]]),
    causes={
        "The two halves are exchanged: those with the condition come first": np.array([[-1, 3], [8, 18]]),
        "It started at the output with the condition: strength 1 would go too far": np.array(
            [[7, -1], [-4, -18]]
        ),
        "The start is missing: this is the direction alone": np.array([[4, -2], [-6, -18]]),
        "Rows with and without the condition do not alternate: they are two halves": np.array(
            [[4, 2], [-5, -6]]
        ),
        "The strengths belong to the rows, not to the columns": np.array([[5, -1], [0, -12]]),
        "The outputs with the condition were multiplied, the others not subtracted": np.array(
            [[7, 4], [10, 6]]
        ),
        "All have the strength of the first": np.array([[5, 0], [0, -6]]),
    },
)
check("the arrays that were passed in are unchanged", [outputs, scales], given)
check("strengths 0 and 0.5", guided(outputs, np.array([0, 0.5])), np.array([[1.0, 2], [3, 3]]))
check_raises(ValueError, guided, np.ones((3, 2)), np.ones(1))
check_raises(ValueError, guided, np.ones((4, 2)), np.ones(1))

# %% task="guided" role="test" part="guidance" points=5
random = np.random.default_rng()
for number in range(12):
    n, width = (int(v) for v in random.integers(1, 6, 2))
    outputs = random.integers(-3, 4, (2 * n, width)) if number % 3 == 0 else random.normal(size=(2 * n, width))
    scales = random.integers(0, 5, n) if number % 2 == 0 else random.uniform(0, 4, n)
    given = [outputs.copy(), scales.copy()]
    found = guided(*given)
    expected = np.array([[s * a + (1 - s) * b for a, b in zip(outputs[i].tolist(), outputs[n + i].tolist())] for i, s in enumerate(scales.tolist())])
    require(f"{n} pictures, width {width}", found, expected)
    require("the arrays are unchanged", given, [outputs, scales])

# %% task="guided" role="test" part="errors" points=1
for rows, n in ((3, 2), (5, 2), (2, 2), (4, 1), (6, 2)):
    require_raises(ValueError, guided, np.ones((rows, 3)), np.ones(n))

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 가장 가까운 코드와 곧은 기울기 (8점)

벡터 양자화(vector quantization; van den Oord et al., 2017)는 벡터 $z_i$마다 코드북에서 가장 가까운 코드 $e_{k_i}$를 찾아 그 값으로 바꿉니다. 고르는 일에는 기울기가 없으므로, 값에 대한 기울기를 벡터에 그대로 넘깁니다(직통 추정, straight-through). 거기에 코드를 벡터로 끄는 항과 벡터를 코드에 붙드는 항을 더합니다.
$$\text{loss} = L + \sum_i \lVert \mathrm{sg}(z_i) - e_{k_i} \rVert^2 + \beta \sum_i \lVert z_i - \mathrm{sg}(e_{k_i}) \rVert^2$$
$\mathrm{sg}$ 안의 것은 상수로 여깁니다(기울기 멈춤, stop gradient). `slope`는 $L$의 값에 대한 기울기입니다. `quantize(vectors, codebook, slope, beta)`에서 `vectors`와 `slope`의 형상은 `(n, width)`, `codebook`의 형상은 `(size, width)`입니다. `(codes, values, of_vectors, of_codebook)`을 반환하세요.
- `codes`: 벡터마다 가장 가까운 코드의 번호. 형상은 `(n,)`이고, 거리가 같으면 작은 번호입니다
- `values`: 그 코드의 값. 형상은 `(n, width)`
- `of_vectors`: 손실 전체의 벡터에 대한 기울기. $L$의 기울기는 직통으로 옵니다. 형상은 `(n, width)`
- `of_codebook`: 손실 전체의 코드북에 대한 기울기. $L$의 기울기는 코드북에 오지 않습니다. 형상은 `(size, width)`이고, 한 코드를 고른 벡터가 여럿이면 더합니다

코드와 값에 3점, 벡터의 기울기에 2점, 코드북의 기울기에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. The nearest code, and a slope that goes straight through (8 points)

Vector quantization (van den Oord et al., 2017) finds for each vector $z_i$ the nearest code $e_{k_i}$ of a codebook, and puts its values in place of the vector. Choosing has no gradient, so the gradient of the values is passed on to the vector as it is (straight-through). Two terms are added: one draws the code to the vector, the other holds the vector at the code.
$$\text{loss} = L + \sum_i \lVert \mathrm{sg}(z_i) - e_{k_i} \rVert^2 + \beta \sum_i \lVert z_i - \mathrm{sg}(e_{k_i}) \rVert^2$$
What stands in $\mathrm{sg}$ counts as a constant (stop gradient). `slope` is the gradient of $L$ with respect to the values. In `quantize(vectors, codebook, slope, beta)`, `vectors` and `slope` have the shape `(n, width)`, `codebook` has `(size, width)`. Return `(codes, values, of_vectors, of_codebook)`.
- `codes`: the number of the nearest code of each vector, of shape `(n,)`; the smaller number if two are equally near
- `values`: the values of these codes, of shape `(n, width)`
- `of_vectors`: the gradient of the whole loss with respect to the vectors, where that of $L$ comes straight through, of shape `(n, width)`
- `of_codebook`: the gradient of the whole loss with respect to the codebook, which nothing of $L$ reaches, of shape `(size, width)`; if several vectors chose one code, theirs are summed

Codes and values are worth 3 points, the gradient of the vectors 2, that of the codebook 3.
"""

# %% [markdown] tags=["ko"] task="quantize" role="hint"
r"""
벡터와 코드의 모든 쌍의 거리를 한 번에 구하려면 두 배열에 어떤 축을 끼워야 하나요? 제곱근은 필요한가요?
"""

# %% [markdown] tags=["en"] task="quantize" role="hint"
r"""
Which axes must be put into the two arrays to find the distances of all pairs of a vector and a code at once? Is the root needed?
"""

# %% [markdown] tags=["ko"] task="quantize" role="hint"
r"""
거리의 제곱은 `((vectors[:, None] - codebook) ** 2).sum(axis=-1)`이고 `argmin(axis=1)`이 코드입니다. $\lVert z - c \rVert^2$을 $z$로 미분하면 $2(z - c)$입니다.
"""

# %% [markdown] tags=["en"] task="quantize" role="hint"
r"""
The squared distances are `((vectors[:, None] - codebook) ** 2).sum(axis=-1)`, and `argmin(axis=1)` gives the codes. The derivative of $\lVert z - c \rVert^2$ by $z$ is $2(z - c)$.
"""

# %% [markdown] tags=["ko"] task="quantize" role="hint"
r"""
`of_vectors = slope + 2 * beta * (vectors - values)`입니다. 코드북에는 `np.zeros(codebook.shape)`를 만들어 `np.add.at(of_codebook, codes, 2 * (values - vectors))`로 더하세요. `of_codebook[codes] += ...`는 같은 코드의 것을 하나만 남깁니다.
"""

# %% [markdown] tags=["en"] task="quantize" role="hint"
r"""
It is `of_vectors = slope + 2 * beta * (vectors - values)`. For the codebook make `np.zeros(codebook.shape)` and sum by `np.add.at(of_codebook, codes, 2 * (values - vectors))`: `of_codebook[codes] += ...` keeps only one of those with the same code.
"""

# %% task="quantize" role="solution"
def quantize(vectors, codebook, slope, beta):
    ### BEGIN SOLUTION
    codes = ((vectors[:, None] - codebook) ** 2).sum(axis=-1).argmin(axis=1)
    values = codebook[codes]
    of_codebook = np.zeros(codebook.shape)
    np.add.at(of_codebook, codes, 2 * (values - vectors))
    return codes, values, slope + 2 * beta * (vectors - values), of_codebook
    ### END SOLUTION


# %% task="quantize" role="check"
vectors = np.array([[1, 1], [5, 4], [0, 3]])
codebook = np.array([[0, 2], [1, 9], [4, 4], [0, 0]])
slope = np.array([[1, 0], [0, -1], [2, 2]])
given = [array.copy() for array in (vectors, codebook, slope)]
codes, values, of_vectors, of_codebook = quantize(vectors, codebook, slope, 0.25)
check(
    "the codes",
    codes,
    np.array([0, 2, 0]),
    causes={
        "Of two codes that are equally near, the smaller number is asked for": np.array([3, 2, 0]),
        "These are the codes that are farthest": np.array([1, 1, 1]),
        "The largest scalar product was sought, which need not be that of the nearest code": np.array(
            [1, 1, 1]
        ),
        "Only the first axis was compared": np.array([1, 2, 0]),
        "For each code the nearest vector was sought: it is the other way round": np.array([2, 2, 1, 0]),
    },
)
check(
    "the values",
    values,
    np.array([[0, 2], [4, 4], [0, 2]]),
    causes={
        "These are the vectors: the values of their codes are asked for": np.array([[1, 1], [5, 4], [0, 3]])
    },
)
check(
    "the gradient of the vectors",
    of_vectors,
    np.array([[1.5, -0.5], [0.5, -1.0], [2.0, 2.5]]),
    causes={
        "The term that holds the vectors at the codes is missing": np.array([[1, 0], [0, -1], [2, 2]]),
        "The slope of L did not come through": np.array([[0.5, -0.5], [0.5, 0], [0, 0.5]]),
        "The derivative of a square has the factor 2": np.array([[1.25, -0.25], [0.25, -1], [2, 2.25]]),
        "The vectors are drawn away from their codes: the sign is wrong": np.array(
            [[0.5, 0.5], [-0.5, -1], [2, 1.5]]
        ),
        "`beta` was forgotten": np.array([[3, -2], [2, -1], [2, 4]]),
        "`beta` belongs to the term of the vectors, not to the slope of L": np.array(
            [[2.25, -2], [2, -0.25], [0.5, 2.5]]
        ),
    },
)
check(
    "the gradient of the codebook",
    of_codebook,
    np.array([[-2, 0], [0, 0], [-2, 0], [0, 0]]),
    causes={
        "Of the vectors that chose the same code, `+=` counted only the last": np.array(
            [[0, -2], [0, 0], [-2, 0], [0, 0]]
        ),
        "The codes move away from their vectors: the sign is wrong": np.array(
            [[2, 0], [0, 0], [2, 0], [0, 0]]
        ),
        "The derivative of a square has the factor 2": np.array([[-1, 0], [0, 0], [-1, 0], [0, 0]]),
        "`beta` belongs to the term of the vectors only": np.array([[-0.5, 0], [0, 0], [-0.5, 0], [0, 0]]),
        "The slope of L does not reach the codebook": np.array([[1, 2], [0, 0], [-2, -1], [0, 0]]),
        "Those of one code are summed, not averaged": np.array([[-1, 0], [0, 0], [-2, 0], [0, 0]]),
    },
)
check("the arrays that were passed in are unchanged", [vectors, codebook, slope], given)
check(
    "floating-point vectors",
    quantize(np.array([[0.5], [2.25]]), np.array([[2.0], [0.0]]), np.zeros((2, 1)), 1.0)[2:],
    (np.array([[1.0], [0.5]]), np.array([[-0.5], [-1.0]])),
)

# %% task="quantize" role="test" part="codes" points=3
random = np.random.default_rng()
for number in range(10):
    n, size, width = (int(v) for v in random.integers([1, 2, 1], [7, 7, 4]))
    draw = (lambda m: random.integers(-2, 3, (m, width))) if number % 2 == 0 else (lambda m: random.normal(size=(m, width)))
    arrays = [draw(n), draw(size), draw(n)]
    given = [array.copy() for array in arrays]
    found = quantize(*given, 0.5)[:2]
    apart = [[sum((float(a) - float(b)) ** 2 for a, b in zip(one, code)) for code in arrays[1]] for one in arrays[0]]
    codes = np.array([row.index(min(row)) for row in apart])
    require(f"{n} vectors, {size} codes, width {width}", found, (codes, arrays[1][codes]))
    require("the arrays are unchanged", given, arrays)

# %% task="quantize" role="test" part="vectors" points=2
random = np.random.default_rng()
for number in range(8):
    n, size, width = (int(v) for v in random.integers([1, 2, 1], [7, 7, 4]))
    draw = (lambda m: random.integers(-2, 3, (m, width))) if number % 2 == 0 else (lambda m: random.normal(size=(m, width)))
    vectors, codebook, slope, beta = draw(n), draw(size), draw(n), float(random.choice([0, 0.25, 1, 2]))
    found = quantize(vectors.copy(), codebook.copy(), slope.copy(), beta)[2]
    expected = np.zeros((n, width))
    for i in range(n):
        near = min(codebook.tolist(), key=lambda code: sum((a - b) ** 2 for a, b in zip(vectors[i].tolist(), code)))
        expected[i] = [s + 2 * beta * (a - b) for s, a, b in zip(slope[i].tolist(), vectors[i].tolist(), near)]
    require(f"the gradient of {n} vectors, beta {beta}", found, expected)

# %% task="quantize" role="test" part="codebook" points=3
random = np.random.default_rng()
for number in range(8):
    n, size, width = (int(v) for v in random.integers([3, 2, 1], [9, 5, 4]))
    draw = (lambda m: random.integers(-2, 3, (m, width))) if number % 2 == 0 else (lambda m: random.normal(size=(m, width)))
    vectors, codebook, slope = draw(n), draw(size), draw(n)
    found = quantize(vectors.copy(), codebook.copy(), slope.copy(), 0.25)[3]
    expected = np.zeros((size, width))
    for one in vectors.tolist():
        apart = [sum((a - b) ** 2 for a, b in zip(one, code)) for code in codebook.tolist()]
        k = apart.index(min(apart))
        expected[k] += [2 * (b - a) for a, b in zip(one, codebook[k].tolist())]
    require(f"the gradient of {size} codes from {n} vectors", found, expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 죽은 코드 (7점)

코드북의 코드 가운데 아무 벡터도 고르지 않는 것은 기울기를 받지 못해 쓸모없이 남습니다. 코드가 얼마나 고루 쓰이는지는 퍼플렉시티(perplexity) 하나로 나타냅니다. 코드 $k$를 고른 비율이 $p_k$이면
$$\text{perplexity} = \exp\left(-\sum_k p_k \log p_k\right), \quad 0 \log 0 = 0$$
이며, 모든 코드를 똑같이 쓰면 코드의 수와 같고 하나만 쓰면 1입니다.
`codebook_use(codes, size)`에서 `codes`는 고른 코드의 번호로 형상은 `(batch, tokens)`이고, `size`는 코드의 수입니다. `(shares, perplexity, dead)`를 반환하세요.
- `shares`: 코드마다의 비율 $p_k$. 형상은 `(size,)`
- `perplexity`: 위의 수
- `dead`: 한 번도 쓰이지 않은 코드의 번호를 작은 것부터 늘어놓은 배열. 형상은 `(count,)`

`codes`에 0보다 작거나 `size - 1`보다 큰 번호가 있으면 `ValueError`를 발생시키세요(raise). 비율과 퍼플렉시티에 4점, 죽은 코드에 2점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Dead codes (7 points)

A code that no vector chooses gets no gradient, and stays in the codebook without any use. How evenly the codes are used can be said by one number, the perplexity. If $p_k$ is the share of choices of code $k$, it is
$$\text{perplexity} = \exp\left(-\sum_k p_k \log p_k\right), \quad 0 \log 0 = 0$$
This is the number of codes if all are used equally, and 1 if only one is used.
In `codebook_use(codes, size)`, `codes` holds the numbers of the codes that were chosen, of shape `(batch, tokens)`, and `size` is how many codes there are. Return `(shares, perplexity, dead)`.
- `shares`: the share $p_k$ of each code, of shape `(size,)`
- `perplexity`: the number above
- `dead`: an array of the numbers of the codes that were never used, from the smallest on, of shape `(count,)`

Raise `ValueError` if `codes` holds a number below 0 or above `size - 1`. Shares and perplexity are worth 4 points, the dead codes 2, the error case 1.
"""

# %% [markdown] tags=["ko"] task="codebook_use" role="hint"
r"""
번호마다 몇 번 나오는지 세는 NumPy 함수가 있습니다. 가장 큰 번호가 한 번도 나오지 않아도 결과의 길이가 `size`여야 합니다.
"""

# %% [markdown] tags=["en"] task="codebook_use" role="hint"
r"""
NumPy has a function that counts how often each number occurs. The result must have `size` entries even if the largest number never occurs.
"""

# %% [markdown] tags=["ko"] task="codebook_use" role="hint"
r"""
`np.bincount(codes.ravel(), minlength=size)`로 세고 `codes.size`로 나누세요. 비율이 0인 코드는 로그를 구하기 전에 빼야 합니다.
"""

# %% [markdown] tags=["en"] task="codebook_use" role="hint"
r"""
Count by `np.bincount(codes.ravel(), minlength=size)` and divide by `codes.size`. Codes with the share 0 must be left out before the logarithm.
"""

# %% [markdown] tags=["ko"] task="codebook_use" role="hint"
r"""
`used = shares[shares > 0]`이면 퍼플렉시티는 `np.exp(-(used * np.log(used)).sum())`이고, 죽은 코드는 `np.flatnonzero(shares == 0)`입니다.
"""

# %% [markdown] tags=["en"] task="codebook_use" role="hint"
r"""
With `used = shares[shares > 0]` the perplexity is `np.exp(-(used * np.log(used)).sum())`, and the dead codes are `np.flatnonzero(shares == 0)`.
"""

# %% task="codebook_use" role="solution"
def codebook_use(codes, size):
    ### BEGIN SOLUTION
    if codes.min() < 0 or codes.max() >= size:
        raise ValueError(f"the codes must be from 0 to {size - 1}")
    shares = np.bincount(codes.ravel(), minlength=size) / codes.size
    used = shares[shares > 0]
    return shares, np.exp(-(used * np.log(used)).sum()), np.flatnonzero(shares == 0)
    ### END SOLUTION


# %% task="codebook_use" role="check"
codes = np.array([[3, 0, 0, 3], [0, 0, 3, 1]])
given = codes.copy()
shares, perplexity, dead = codebook_use(codes, 6)
check(
    "the shares",
    shares,
    np.array([0.5, 0.125, 0, 0.375, 0, 0]),
    causes={
        "These are the counts: divide by how many were chosen": np.array([4, 1, 0, 3, 0, 0]),
        "It was divided by the number of codes": np.array([0.66666667, 0.16666667, 0, 0.5, 0, 0]),
        "Whether a code occurs was counted once for each row": np.array([1, 0.5, 0, 1, 0, 0]),
    },
)
check(
    "the perplexity",
    perplexity,
    2.64935113,
    causes={
        "This is the entropy: its exponential is asked for": 0.97431475,
        "This is the number of codes that were used": 3,
        "The sign in the exponent is wrong": 0.37745091,
        "The logarithm of 0 times 0 is NaN: leave out the codes that do not occur": np.nan,
        "The logarithm has base 2, but the exponential base e": 4.07813209,
        "The logarithms were averaged over the codes: they must be weighted by the shares": 3.49432186,
    },
)
check(
    "the dead codes",
    dead,
    np.array([2, 4, 5]),
    causes={
        "The largest number that occurs is not the last code: there are `size` codes": np.array([2]),
        "These are the codes that are used": np.array([0, 1, 3]),
        "This is how many there are: their numbers are asked for": 3,
        "This is a mask: the numbers are asked for": np.array([False, False, True, False, True, True]),
        "A code that is used seldom is not dead": np.array([1, 2, 4, 5]),
    },
)
check("the array that was passed in is unchanged", codes, given)
check("all codes equally", codebook_use(np.array([[1, 0, 2]]), 3)[1:], (3.0, np.array([], int)))
check("one code only", codebook_use(np.array([[1], [1]]), 2)[1:], (1.0, np.array([0])))
check_raises(ValueError, codebook_use, codes, 3)
check_raises(ValueError, codebook_use, codes - 1, 6)

# %% task="codebook_use" role="test" part="use" points=4
random = np.random.default_rng()
for _ in range(10):
    batch, tokens, size = (int(v) for v in random.integers([1, 1, 1], [5, 9, 9]))
    codes = random.integers(0, size, (batch, tokens))
    given = codes.copy()
    found = codebook_use(given, size)[:2]
    every = codes.ravel().tolist()
    shares = [every.count(k) / len(every) for k in range(size)]
    perplexity = 1.0
    for share in shares:
        perplexity /= share**share
    require(f"{batch}x{tokens} tokens, {size} codes", found, (np.array(shares), perplexity))
    require("the array is unchanged", given, codes)

# %% task="codebook_use" role="test" part="dead" points=2
random = np.random.default_rng()
for _ in range(10):
    batch, tokens, size = (int(v) for v in random.integers([1, 1, 1], [4, 6, 12]))
    codes = random.integers(0, size, (batch, tokens))
    found = codebook_use(codes.copy(), size)[2]
    require(f"dead ones of {size} codes", found, np.array([k for k in range(size) if k not in codes.ravel().tolist()], int))

# %% task="codebook_use" role="test" part="errors" points=1
for codes, size in (([[0, 3]], 3), ([[-1, 2]], 3), ([[1]], 1), ([[0, 9], [0, 0]], 9), ([[-2, -1]], 4)):
    require_raises(ValueError, codebook_use, np.array(codes), size)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 다음 토큰 뽑기 (9점)

토큰으로 그림을 만드는 트랜스포머는 토큰을 하나씩 뽑아 이어 씁니다. 로짓을 온도로 나눈 다음 소프트맥스(softmax)를 취하면 확률이 되며, 온도가 낮을수록 확률이 큰 토큰에 몰립니다. 여기에 더해 로짓이 가장 큰 `top`개만 남기고 나머지의 확률을 0으로 할 수 있습니다. 남은 확률의 합은 1이어야 합니다.
`draw_token(logits, temperature, top, chances)`는 `(probabilities, tokens)`를 반환합니다. `logits`의 형상은 `(batch, size)`이고 한 줄에 같은 로짓은 없습니다. `top`은 1에서 `size`까지의 정수입니다. `chances`는 0 이상 1 미만의 고르게 뽑은 수로 형상은 `(batch,)`입니다.
- `probabilities`: 토큰마다의 확률. 형상은 `(batch, size)`
- `tokens`: 줄마다 뽑은 토큰의 번호. 번호 0부터 차례로 확률을 더해 갈 때, 합이 처음으로 `chances`의 수보다 **커지는** 번호입니다. 형상은 `(batch,)`

온도 0은 가장 큰 로짓의 토큰을 확률 1로 뽑는다는 뜻입니다. 로짓은 1,000처럼 클 수도 있지만 결과에 NaN이 있으면 안 됩니다. 확률에 4점, 토큰에 3점, 온도 0에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Drawing the next token (9 points)

A Transformer that makes pictures from tokens draws one token after the other. The logits are divided by a temperature, and softmax makes probabilities of them; the lower the temperature, the more they gather at the most likely tokens. Also, only the `top` tokens with the largest logits may be kept, and the others get the probability 0; what is kept must sum to 1.
`draw_token(logits, temperature, top, chances)` returns `(probabilities, tokens)`. `logits` has the shape `(batch, size)`, and no two logits of a row are equal. `top` is a whole number from 1 to `size`. `chances` are uniform numbers from 0 up to but not including 1, of shape `(batch,)`.
- `probabilities`: the probability of each token, of shape `(batch, size)`
- `tokens`: the number of the token drawn in each row. Sum up the probabilities from number 0 on: it is the number where the sum first becomes **larger** than the number of `chances`. Of shape `(batch,)`

Temperature 0 means that the token with the largest logit is drawn, with probability 1. Logits may be as large as 1,000, yet the result must not hold NaN. Probabilities are worth 4 points, tokens 3, temperature 0 2.
"""

# %% [markdown] tags=["ko"] task="draw_token" role="hint"
r"""
토큰 하나의 확률이 0이 되려면 소프트맥스에 들어가는 로짓이 얼마여야 하나요? 온도 0은 `top`이 얼마일 때와 같은가요?
"""

# %% [markdown] tags=["en"] task="draw_token" role="hint"
r"""
Which logit must go into the softmax for a token to get the probability 0? Temperature 0 is the same as which value of `top`?
"""

# %% [markdown] tags=["ko"] task="draw_token" role="hint"
r"""
남길 로짓의 경계는 `np.sort(logits, axis=1)[:, -top]`입니다. 지수를 취하기 전에 줄마다 가장 큰 로짓을 빼도 확률은 같고, 오버플로가 없습니다.
"""

# %% [markdown] tags=["en"] task="draw_token" role="hint"
r"""
The border of those kept is `np.sort(logits, axis=1)[:, -top]`. Subtract the largest logit of each row before the exponential: the probabilities stay the same, and nothing overflows.
"""

# %% [markdown] tags=["ko"] task="draw_token" role="hint"
r"""
온도가 0이면 `top`과 온도를 1로 바꾸고 시작하세요. `np.where(logits >= border[:, None], np.exp((logits - largest) / temperature), 0)`을 줄의 합으로 나누면 확률이고, 토큰은 `(np.cumsum(probabilities, axis=1) > chances[:, None]).argmax(axis=1)`입니다.
"""

# %% [markdown] tags=["en"] task="draw_token" role="hint"
r"""
At temperature 0, set `top` and the temperature to 1 first. `np.where(logits >= border[:, None], np.exp((logits - largest) / temperature), 0)` divided by the sum of its row gives the probabilities; the tokens are `(np.cumsum(probabilities, axis=1) > chances[:, None]).argmax(axis=1)`.
"""

# %% task="draw_token" role="solution"
def draw_token(logits, temperature, top, chances):
    ### BEGIN SOLUTION
    if temperature == 0:
        temperature = top = 1
    border = np.sort(logits, axis=1)[:, -top]
    weights = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    weights = np.where(logits >= border[:, None], weights, 0)
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    return probabilities, (np.cumsum(probabilities, axis=1) > chances[:, None]).argmax(axis=1)
    ### END SOLUTION


# %% task="draw_token" role="check"
logits, chances = np.log([[4, 2, 1], [1, 9, 4]]), np.array([0.7, 0.2])
given = [logits.copy(), chances.copy()]
check(
    "temperature 1, all 3 tokens",
    draw_token(logits, 1, 3, chances)[0],
    np.array([[4 / 7, 2 / 7, 1 / 7], [1 / 14, 9 / 14, 4 / 14]]),
    causes={
        "The sum went over the rows of the batch: each row sums to 1": np.array(
            [[0.9, 0.33333333, 0.36], [0.1, 0.66666667, 0.64]]
        )
    },
)
probabilities, tokens = draw_token(logits, 0.5, 2, chances)
check(
    "temperature 0.5, the 2 largest",
    probabilities,
    np.array([[0.8, 0.2, 0], [0, 81 / 97, 16 / 97]]),
    causes={
        "The logits were multiplied by the temperature, not divided": np.array(
            [[0.58578644, 0.41421356, 0], [0, 0.6, 0.4]]
        ),
        "The temperature was not used": np.array([[0.66666667, 0.33333333, 0], [0, 0.69230769, 0.30769231]]),
        "The probabilities were divided by the temperature: the logits must be": np.array(
            [[1.33333333, 0.66666667, 0], [0, 1.38461538, 0.61538462]]
        ),
        "All tokens were kept: only the `top` largest may be": np.array(
            [[0.76190476, 0.19047619, 0.04761905], [0.01020408, 0.82653061, 0.16326531]]
        ),
        "What is kept does not sum to 1": np.array(
            [[0.76190476, 0.19047619, 0], [0, 0.82653061, 0.16326531]]
        ),
        "The smallest were kept, not the largest": np.array([[0, 0.8, 0.2], [0.05882353, 0, 0.94117647]]),
        "One token too few was kept": np.array([[1, 0, 0], [0, 1, 0]]),
        "The first tokens were kept, not the most likely": np.array(
            [[0.8, 0.2, 0], [0.01219512, 0.98780488, 0]]
        ),
        "A logit of 0 is not a probability of 0": np.array(
            [[0.76190476, 0.19047619, 0.04761905], [0.01020408, 0.82653061, 0.16326531]]
        ),
    },
)
check(
    "the tokens for 0.7 and 0.2",
    draw_token(logits, 1, 3, chances)[1],
    np.array([1, 1]),
    causes={
        "The most likely tokens were taken: draw them": np.array([0, 1]),
        "The probabilities were summed up from the most likely on: the order is that of the numbers": np.array(
            [1, 0]
        ),
        "The number is one too small: it is where the sum becomes larger": np.array([0, 0]),
        "The sums were made from the last number on": np.array([0, 2]),
    },
)
check(
    "a chance of 0 draws nothing that has the probability 0",
    draw_token(logits, 1, 2, np.array([0, 0]))[1],
    np.array([0, 1]),
    causes={"The sum must become larger, not just as large": np.array([0, 0])},
)
check("the arrays that were passed in are unchanged", [logits, chances], given)
check(
    "temperature 0",
    draw_token(logits, 0, 3, chances),
    (np.array([[1.0, 0, 0], [0, 1, 0]]), np.array([0, 1])),
    causes={
        "The logits were divided by a temperature of 0": (np.full((2, 3), np.nan), np.array([0, 0])),
    },
)
check(
    "large whole numbers",
    draw_token(np.array([[1000, 0, 999]]), 1, 3, np.array([0.5])),
    (np.array([[0.73105858, 0, 0.26894142]]), np.array([0])),
)

# %% task="draw_token" role="test" part="probabilities" points=4
random = np.random.default_rng()
for number in range(12):
    batch, size = (int(v) for v in random.integers([1, 2], [5, 8]))
    logits = np.array([random.permutation(size) - size // 2 for _ in range(batch)])
    logits = logits + (random.uniform(0, 0.9, logits.shape) if number % 3 else 0)
    logits = logits + (900 if number % 4 == 1 else 0)
    temperature, top = float(random.uniform(0.3, 3)), int(random.integers(1, size + 1))
    chances = random.random(batch)
    given = [logits.copy(), chances.copy()]
    found = draw_token(given[0], temperature, top, given[1])[0]
    expected = np.zeros((batch, size))
    for i, row in enumerate(logits.tolist()):
        kept = sorted(range(size), key=lambda k: -row[k])[:top]
        for k in kept:
            expected[i, k] = 1 / sum(np.exp((row[j] - row[k]) / temperature) for j in kept)
    require(f"{batch} rows of {size}, temperature {temperature:.3g}, top {top}", found, expected)
    require("the arrays are unchanged", given, [logits, chances])

# %% task="draw_token" role="test" part="tokens" points=3
random = np.random.default_rng()
for number in range(12):
    batch, size = (int(v) for v in random.integers([1, 2], [7, 8]))
    logits = np.array([random.permutation(size) - size // 2 for _ in range(batch)])
    top = int(random.integers(1, size + 1))
    chances = np.zeros(batch) if number % 4 == 0 else random.random(batch)
    found = draw_token(logits.copy(), 2.0, top, chances.copy())[1]
    expected = []
    for row, chance in zip(logits.tolist(), chances.tolist()):
        kept = sorted(sorted(range(size), key=lambda k: -row[k])[:top])
        weights, total = [np.exp(row[k] / 2) for k in kept], 0.0
        for k, weight in zip(kept, weights):
            total += weight / sum(weights)
            if total > chance:
                break
        expected.append(k)
    require(f"{batch} rows of {size}, top {top}", found, np.array(expected))

# %% task="draw_token" role="test" part="zero" points=2
random = np.random.default_rng()
for _ in range(6):
    batch, size = (int(v) for v in random.integers([1, 2], [5, 8]))
    logits = np.array([random.permutation(size) for _ in range(batch)])
    best = [row.index(max(row)) for row in logits.tolist()]
    found = draw_token(logits.copy(), 0, int(random.integers(1, size + 1)), random.random(batch))
    require(f"temperature 0, {batch} rows of {size}", found, (np.eye(size)[best], np.array(best)))

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 글 뒤에 그림: 누가 누구를 보아도 되는가 (6점)

DALL-E(Ramesh et al., 2021)처럼 글의 토큰 뒤에 그림의 토큰을 한 줄로 이어 쓰는 트랜스포머를 생각합니다. 글은 처음부터 다 주어지므로 어느 자리에서든 볼 수 있습니다. 그림의 토큰은 하나씩 써야 하므로, 그림의 자리는 자신과 **앞의** 자리만 봅니다(인과 마스크, causal mask). 그러므로 앞에 있는 글의 자리는 그림을 보지 않습니다. 보면 안 되는 자리의 어텐션 가중치는 0이고, 남은 가중치의 합은 1입니다.
`picture_attention(scores, values, words)`는 `(allowed, mixed)`를 반환합니다. `scores`의 형상은 `(batch, n, n)`이고 `scores[b, i, j]`는 자리 `i`가 자리 `j`를 볼 때의 로짓입니다. `values`의 형상은 `(batch, n, width)`입니다. 처음 `words`개(0에서 `n`까지의 정수)의 자리가 글이고, 나머지가 그림입니다.
- `allowed`: `allowed[i, j]`는 자리 `i`가 자리 `j`를 보아도 되는지입니다. 형상은 `(n, n)`, 값은 참과 거짓(bool)
- `mixed`: 자리마다 소프트맥스(softmax) 가중치로 더한 `values`. 형상은 `(batch, n, width)`

로짓은 1,000처럼 클 수도 있고, 가장 큰 로짓이 보면 안 되는 자리에 있을 수도 있지만, 결과에 NaN이 있으면 안 됩니다. `allowed`에 3점, `mixed`에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. A picture behind its words: who may look at whom (6 points)

Think of a Transformer that, like DALL-E (Ramesh et al., 2021), writes the tokens of a picture behind the tokens of a text, in one line. The text is all there from the start, so every place may look at it. The tokens of the picture have to be written one by one, so each place of the picture may look only at itself and at the places **before** it (a causal mask). So no place of the text, which stands before, looks at the picture. The attention weights of places that must not be looked at are 0, and the others sum to 1.
`picture_attention(scores, values, words)` returns `(allowed, mixed)`. `scores` has the shape `(batch, n, n)`, and `scores[b, i, j]` is the logit with which place `i` looks at place `j`. `values` has the shape `(batch, n, width)`. The first `words` places (a whole number from 0 to `n`) are the text, the others the picture.
- `allowed`: `allowed[i, j]` says whether place `i` may look at place `j`; of shape `(n, n)`, true or false (bool)
- `mixed`: for each place, the `values` summed up with the weights of the softmax, of shape `(batch, n, width)`

Logits may be as large as 1,000, and the largest may stand at a place that must not be looked at; yet the result must not hold NaN. `allowed` is worth 3 points, `mixed` 3.
"""

# %% [markdown] tags=["ko"] task="picture_attention" role="hint"
r"""
어떤 자리 `j`를 볼 수 있으려면 두 조건 가운데 하나만 맞으면 됩니다. 그 두 조건은 무엇인가요? 글의 자리 0은 글의 자리 1을 볼 수 있나요?
"""

# %% [markdown] tags=["en"] task="picture_attention" role="hint"
r"""
A place `j` may be looked at if one of two conditions holds. Which are they? May place 0 of the text look at place 1 of the text?
"""

# %% [markdown] tags=["ko"] task="picture_attention" role="hint"
r"""
`place = np.arange(n)`이면 `place <= place[:, None]`은 자신과 앞의 자리이고, `place < words`는 글입니다. 확률이 정확히 0이 되는 로짓은 `-np.inf`이고, 지수를 취하기 전에 **볼 수 있는** 로짓 가운데 가장 큰 것을 빼면 오버플로가 없습니다.
"""

# %% [markdown] tags=["en"] task="picture_attention" role="hint"
r"""
With `place = np.arange(n)`, `place <= place[:, None]` are the place itself and those before it, and `place < words` is the text. The logit whose probability is exactly 0 is `-np.inf`; nothing overflows if the largest logit **that may be looked at** is subtracted before the exponential.
"""

# %% [markdown] tags=["ko"] task="picture_attention" role="hint"
r"""
`seen = np.where(allowed, scores, -np.inf)`, `weights = np.exp(seen - seen.max(axis=2, keepdims=True))`를 `axis=2`의 합으로 나눈 다음, `weights @ values`입니다.
"""

# %% [markdown] tags=["en"] task="picture_attention" role="hint"
r"""
`seen = np.where(allowed, scores, -np.inf)`, then `weights = np.exp(seen - seen.max(axis=2, keepdims=True))` divided by its sum over `axis=2`, then `weights @ values`.
"""

# %% task="picture_attention" role="solution"
def picture_attention(scores, values, words):
    ### BEGIN SOLUTION
    place = np.arange(scores.shape[1])
    allowed = (place <= place[:, None]) | (place < words)
    seen = np.where(allowed, scores, -np.inf)
    weights = np.exp(seen - seen.max(axis=2, keepdims=True))
    return allowed, weights / weights.sum(axis=2, keepdims=True) @ values
    ### END SOLUTION


# %% task="picture_attention" role="check"
scores = np.log([[[1, 3, 2, 4], [2, 2, 4, 1], [3, 2, 5, 9], [1, 4, 2, 3]]])
values = np.array([[[1, 0], [0, 1], [10, 0], [0, 10]]])
given = [scores.copy(), values.copy()]
allowed, mixed = picture_attention(scores, values, 2)
seen_at = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]])  # two words, two tokens of a picture
check(
    "two words and two tokens of a picture: who may look at whom",
    np.array(allowed, int),
    seen_at,
    causes={
        "The text is all there from the start: its places may look at each other": np.array(
            [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
        ),
        "Rows and columns are swapped: place i looks, place j is looked at": seen_at.T,
        "A place may look at itself": np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]),
        "The text may not look at the picture": np.array(
            [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 1, 1]]
        ),
        "One word too many: places are counted from 0": np.array(
            [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
        ),
        "This says who must not look": 1 - seen_at,
        "The tokens of the picture may look at those before them": np.array(
            [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1]]
        ),
    },
)
check(
    "the values that are mixed",
    mixed,
    np.array([[[0.25, 0.75], [0.5, 0.5], [5.3, 0.2], [2.1, 3.4]]]),
    causes={
        "Nothing was masked": np.array(
            [[[2.1, 4.3], [4.66666667, 1.33333333], [2.78947368, 4.84210526], [2.1, 3.4]]]
        ),
        "The weights do not sum to 1: mask before the softmax, or divide again": np.array(
            [[[0.1, 0.3], [0.22222222, 0.22222222], [2.78947368, 0.10526316], [2.1, 3.4]]]
        ),
        "A logit of 0 is not a weight of 0": np.array(
            [[[1.83333333, 2.16666667], [2, 2], [4.81818182, 1.09090909], [2.1, 3.4]]]
        ),
        "The softmax goes over the places that are looked at, the last axis": np.array(
            [[[0.14285714, 0.27272727], [0.28571429, 0.18181818], [7.57142857, 0.18181818], [3, 10.36363636]]]
        ),
    },
)
check(
    "no words: the first place sees itself alone",
    picture_attention(scores, values, 0)[1][0, 0],
    np.array([1.0, 0.0]),
)
check("the arrays that were passed in are unchanged", [scores, values], given)
check(
    "large whole numbers, the largest where nobody may look",
    picture_attention(np.array([[[1000, 5000], [1000, 999]]]), np.array([[[1], [0]]]), 0)[1],
    np.array([[[1], [0.73105858]]]),
)

# %% task="picture_attention" role="test" part="allowed" points=3
random = np.random.default_rng()
for number in range(10):
    n = int(random.integers(1, 9))
    words = (0, n)[number] if number < 2 else int(random.integers(0, n + 1))
    found, _ = picture_attention(random.normal(size=(2, n, n)), random.normal(size=(2, n, 3)), words)
    expected = np.zeros((n, n), int)
    for i in range(n):
        for j in range(n):
            expected[i, j] = j < words or j <= i
    require(f"{words} words of {n} places", np.array(found, int), expected)

# %% task="picture_attention" role="test" part="mixed" points=3
random = np.random.default_rng()
for number in range(10):
    batch, n, width = (int(v) for v in random.integers([1, 1, 1], [4, 7, 4]))
    n, words = (n + 2, 1) if number % 3 == 1 else (n, int(random.integers(0, n + 1)))
    scores = random.integers(-4, 5, (batch, n, n))
    scores = scores + (900 + 3000 * np.triu(np.ones((n, n), int), 1) if number % 3 == 1 else 0)
    values = random.integers(-9, 10, (batch, n, width))
    if number % 2:
        scores, values = scores + random.random(scores.shape), values + random.random(values.shape)
    given = [scores.copy(), values.copy()]
    found = picture_attention(given[0], given[1], words)[1]
    expected = np.zeros((batch, n, width))
    for b in range(batch):
        for i in range(n):
            seen = [j for j in range(n) if j < words or j <= i]
            largest = max(scores[b, i, j] for j in seen)
            weights = [np.exp(scores[b, i, j] - largest) for j in seen]
            expected[b, i] = sum(w * values[b, j] for w, j in zip(weights, seen)) / sum(weights)
    require(f"{batch} pictures, {words} words of {n} places", found, expected)
    require("the arrays are unchanged", given, [scores, values])

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 두 탑과 가장 잘 맞는 그림 (7점)

CLIP(Radford et al., 2021)에서는 두 신경망이 그림과 문장을 같은 공간의 벡터로 바꿉니다. 배치의 `i`번째 그림은 `i`번째 문장과 짝입니다. 벡터를 모두 길이 1로 만들고 내적(코사인 유사도)을 온도로 나누면, 그림마다 문장들에 대한 로짓이, 문장마다 그림들에 대한 로짓이 나옵니다. 손실은 두 방향의 교차 엔트로피(배치에 대한 평균)를 평균한 것입니다.
`two_towers(pictures, texts, temperature)`는 `(loss, best)`를 반환합니다. `pictures`와 `texts`의 형상은 `(n, width)`이고, 길이가 0인 벡터는 없습니다.
- `loss`: 두 방향의 교차 엔트로피의 평균인 수
- `best`: 문장마다 코사인 유사도가 가장 큰 그림의 번호. 형상은 `(n,)`. 만든 그림 여럿 가운데 문장에 가장 맞는 것을 고를 때 이렇게 합니다

온도는 0.001처럼 작을 수도 있지만 손실이 무한대나 NaN이 되면 안 됩니다. 손실에 4점, 고른 그림에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. Two towers, and the picture that fits best (7 points)

In CLIP (Radford et al., 2021) two networks make vectors in one space of pictures and of sentences. In a batch, picture `i` and sentence `i` belong together. All vectors are brought to length 1; their scalar products (cosine similarities) divided by a temperature are, for each picture, logits of the sentences, and for each sentence, logits of the pictures. The loss is the mean of the cross-entropies of both directions, each a mean over the batch.
`two_towers(pictures, texts, temperature)` returns `(loss, best)`. `pictures` and `texts` have the shape `(n, width)`, and no vector has the length 0.
- `loss`: the mean of the two cross-entropies, a number
- `best`: for each sentence, the number of the picture with the largest cosine similarity, of shape `(n,)`. This is how to choose, of several pictures that were made, the one that fits a sentence best

The temperature may be as small as 0.001, yet the loss must be neither infinite nor NaN. The loss is worth 4 points, the choice 3.
"""

# %% [markdown] tags=["ko"] task="two_towers" role="hint"
r"""
모든 쌍의 유사도를 담은 표를 만들면, 맞는 짝은 표의 어디에 있나요? 줄과 열은 각각 무엇의 로짓인가요?
"""

# %% [markdown] tags=["en"] task="two_towers" role="hint"
r"""
Make a table of the similarities of all pairs: where in it are those that belong together? Of what are a row and a column the logits?
"""

# %% [markdown] tags=["ko"] task="two_towers" role="hint"
r"""
`unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)`이고 표는 `unit(pictures) @ unit(texts).T / temperature`입니다. 교차 엔트로피는 로짓들의 log-sum-exp에서 맞는 로짓을 뺀 것입니다.
"""

# %% [markdown] tags=["en"] task="two_towers" role="hint"
r"""
With `unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)` the table is `unit(pictures) @ unit(texts).T / temperature`. The cross-entropy is the log-sum-exp of the logits minus the right logit.
"""

# %% [markdown] tags=["ko"] task="two_towers" role="hint"
r"""
`np.logaddexp.reduce(table, axis=1)`은 오버플로가 없는 log-sum-exp입니다. `axis=0`의 것과 평균하고, 거기서 `np.diag(table)`을 빼서 평균하세요. `best`는 열마다의 `table.argmax(axis=0)`입니다.
"""

# %% [markdown] tags=["en"] task="two_towers" role="hint"
r"""
`np.logaddexp.reduce(table, axis=1)` is a log-sum-exp that does not overflow. Average it with that of `axis=0`, subtract `np.diag(table)`, and take the mean. `best` is `table.argmax(axis=0)`, for each column.
"""

# %% task="two_towers" role="solution"
def two_towers(pictures, texts, temperature):
    ### BEGIN SOLUTION
    unit = lambda vectors: vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    table = unit(pictures) @ unit(texts).T / temperature
    both = (np.logaddexp.reduce(table, axis=0) + np.logaddexp.reduce(table, axis=1)) / 2
    return (both - np.diag(table)).mean(), table.argmax(axis=0)
    ### END SOLUTION


# %% task="two_towers" role="check"
pictures, texts = np.array([[3, 4], [0, 2], [5, 0]]), np.array([[4, 3], [0, 1], [3, 4]])
given = [pictures.copy(), texts.copy()]
loss, best = two_towers(pictures, texts, 0.5)
check(
    "the loss",
    loss,
    0.957972653,
    causes={
        "The vectors were not brought to length 1": 8.02732401,
        "Only the direction from a picture to the sentences was counted": 0.93711912,
        "Only the direction from a sentence to the pictures was counted": 0.97882619,
        "The two directions were added, not averaged": 1.91594531,
        "The batch was summed, not averaged": 2.87391796,
        "The similarities were multiplied by the temperature": 1.04413456,
        "The temperature was not used": 1.00389687,
        "The softmax went over the whole table": 2.07975687,
        "The right pair was left out of the sum: it belongs to the softmax, too": 0.42997708,
        "It was divided by the square of the length": 0.96235004,
    },
)
check(
    "the pictures that fit best",
    best,
    np.array([0, 1, 0]),
    causes={
        "For each picture the best sentence was chosen: it is the other way round": np.array([2, 1, 0]),
        "The scalar product was largest, but a long vector has large ones: compare the cosines": np.array(
            [0, 0, 0]
        ),
        "These are the pictures that fit worst": np.array([1, 2, 2]),
        "These are the similarities: the numbers of the pictures are asked for": np.array([0.96, 1, 1]),
    },
)
check("the arrays that were passed in are unchanged", [pictures, texts], given)
check(
    "a small temperature, floating-point numbers",
    two_towers(np.array([[0.5, 0], [0, 2.0]]), np.array([[0, 1.0], [1.5, 0]]), 0.001),
    (1000.0, np.array([1, 0])),
    causes={
        "`np.exp` has overflowed: subtract the largest logit first": (np.nan, np.array([1, 0])),
        "0 became the argument of a logarithm, or `np.exp` overflowed": (np.inf, np.array([1, 0])),
    },
)

# %% task="two_towers" role="test" part="loss" points=4
random = np.random.default_rng()
for number in range(12):
    n, width = (int(v) for v in random.integers([1, 2], [6, 6]))
    draw = (lambda: random.integers(1, 5, (n, width)) * random.choice([-1, 1], (n, width))) if number % 3 == 0 else (lambda: random.normal(size=(n, width)))
    arrays, temperature = [draw(), draw()], 0.001 if number % 4 == 1 else float(random.uniform(0.1, 2))
    given = [array.copy() for array in arrays]
    found = two_towers(*given, temperature)[0]
    length = lambda v: sum(a * a for a in v) ** 0.5
    rows = [[sum(a * b for a, b in zip(p, q)) / length(p) / length(q) / temperature for q in arrays[1].tolist()] for p in arrays[0].tolist()]
    expected = 0.0
    for table in (rows, list(zip(*rows))):
        expected += sum(np.log(sum(np.exp(v - max(row)) for v in row)) + max(row) - row[i] for i, row in enumerate(table)) / (2 * n)
    require(f"{n} pairs of width {width}, temperature {temperature:.3g}", found, float(expected))
    require("the arrays are unchanged", given, arrays)

# %% task="two_towers" role="test" part="best" points=3
random = np.random.default_rng()
for _ in range(10):
    n, width = (int(v) for v in random.integers([3, 2], [8, 5]))
    pictures, texts = random.normal(size=(2, n, width)) * random.uniform(0.2, 5, (2, n, 1))
    found = two_towers(pictures.copy(), texts.copy(), 0.5)[1]
    length = lambda v: sum(a * a for a in v) ** 0.5
    expected = [max(range(n), key=lambda i: sum(a * b for a, b in zip(pictures[i].tolist(), q)) / length(pictures[i].tolist())) for q in texts.tolist()]
    require(f"the best of {n} pictures for each sentence", found, np.array(expected))

# %% [markdown] tags=["ko"]
r"""
### 문제 12. Keras로 만드는 조건에 따른 정규화 (7점)

시각이나 클래스를 신경망에 알려 주는 한 가지 방법은 조건이 정규화 다음의 배율과 이동을 정하게 하는 것입니다(adaptive layer normalization; Peebles and Xie, 2023의 확산 트랜스포머도 씁니다). `adaptive_scale(width, condition)`은 입력 두 개의 리스트 `[x, c]`를 받는 Keras 모델(`keras.Model`)을 반환합니다. `x`의 형상은 `(batch, width)`, `c`의 형상은 `(batch, condition)`, 출력의 형상은 `(batch, width)`입니다.
$$y = \mathrm{norm}(x) \cdot (1 + \gamma) + \delta, \quad [\gamma, \delta] = cW + b$$
- $\mathrm{norm}$: `epsilon=1e-6`인 층 정규화(layer normalization). 자신의 배율과 이동은 없습니다
- `W`의 형상은 `(condition, 2 * width)`, `b`의 형상은 `(2 * width,)`. 결과의 앞 `width`개가 $\gamma$, 나머지가 $\delta$입니다. 활성화 함수는 없습니다
- `W`와 `b`는 모두 0에서 시작합니다. 그래서 처음의 모델은 조건에 관계없이 정규화만 합니다

모델의 가중치는 `W`와 `b`뿐입니다. 채점은 가중치를 다른 것으로 바꾸어 봅니다. 처음의 모델에 3점, 가중치를 바꾼 뒤에 4점입니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 12. Normalization by a condition in Keras (7 points)

One way to tell a network the time or the class is to let this condition set the scale and the shift that follow a normalization (adaptive layer normalization, which the diffusion Transformer of Peebles and Xie, 2023, uses as well). `adaptive_scale(width, condition)` returns a Keras model (`keras.Model`) that takes a list of two inputs, `[x, c]`. `x` has the shape `(batch, width)`, `c` has `(batch, condition)`, and the output has `(batch, width)`.
$$y = \mathrm{norm}(x) \cdot (1 + \gamma) + \delta, \quad [\gamma, \delta] = cW + b$$
- $\mathrm{norm}$: layer normalization with `epsilon=1e-6`, without a scale and a shift of its own
- `W` has the shape `(condition, 2 * width)`, `b` has `(2 * width,)`. The first `width` numbers that come out are $\gamma$, the rest $\delta$. There is no activation
- `W` and `b` all start at 0, so at first the model only normalizes, whatever the condition

The model has the weights `W` and `b` and no others. Grading replaces the weights by others. The model as it starts is worth 3 points, the model with other weights 4. The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"] task="adaptive_scale" role="hint"
r"""
$cW + b$는 어떤 층이 계산하나요? 그 출력의 크기는 얼마이고, 가중치가 0에서 시작하게 하려면 무엇을 지정해야 하나요?
"""

# %% [markdown] tags=["en"] task="adaptive_scale" role="hint"
r"""
Which layer computes $cW + b$? How many outputs does it have, and what must be set for its weights to start at 0?
"""

# %% [markdown] tags=["ko"] task="adaptive_scale" role="hint"
r"""
`layers.LayerNormalization(center=False, scale=False, epsilon=1e-6)`과 `layers.Dense(2 * width, kernel_initializer="zeros")`를 쓰세요. 편향은 따로 지정하지 않아도 0에서 시작합니다.
"""

# %% [markdown] tags=["en"] task="adaptive_scale" role="hint"
r"""
Use `layers.LayerNormalization(center=False, scale=False, epsilon=1e-6)` and `layers.Dense(2 * width, kernel_initializer="zeros")`. The bias starts at 0 by itself.
"""

# %% [markdown] tags=["ko"] task="adaptive_scale" role="hint"
r"""
`x, c = keras.Input((width,)), keras.Input((condition,))`이고 `both`가 `Dense`의 출력이면 `y = norm(x) * (1 + both[:, :width]) + both[:, width:]`입니다. 모델은 `keras.Model([x, c], y)`입니다.
"""

# %% [markdown] tags=["en"] task="adaptive_scale" role="hint"
r"""
With `x, c = keras.Input((width,)), keras.Input((condition,))` and `both` for what the `Dense` layer gives, it is `y = norm(x) * (1 + both[:, :width]) + both[:, width:]`. The model is `keras.Model([x, c], y)`.
"""

# %% task="adaptive_scale" role="solution"
def adaptive_scale(width, condition):
    ### BEGIN SOLUTION
    x, c = keras.Input((width,)), keras.Input((condition,))
    both = layers.Dense(2 * width, kernel_initializer="zeros")(c)
    norm = layers.LayerNormalization(center=False, scale=False, epsilon=1e-6)
    return keras.Model([x, c], norm(x) * (1 + both[:, :width]) + both[:, width:])
    ### END SOLUTION


# %% task="adaptive_scale" role="check"
model = adaptive_scale(2, 3)
check("adaptive_scale returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
x, c = np.array([[0, 8], [6, 2]], "float32"), np.array([[1, 0, 2], [0, 1, -1]], "float32")
check("shape for 2 inputs", tuple(model([x, c]).shape), (2, 2))
check(
    "its parameters",
    model.count_params(),
    16,
    causes={
        "The normalization has a scale and a shift of its own": 20,
        "The normalization has a scale of its own": 18,
        "The bias is missing": 12,
        "Only a scale or a shift comes from the condition: both must": 8,
    },
)
check(
    "at the start the model only normalizes",
    np.array(model([x, c])),
    np.array([[-1.0, 1], [1, -1]]),
    rtol=1e-3,
    atol=1e-3,
    causes={
        "The 1 is missing: with the scale 0 nothing comes through": np.array([[0, 0], [0, 0]]),
        "x was not normalized": np.array([[0, 8], [6, 2]]),
    },
)


def after(matrix, b):
    """What the model makes of x and c with these weights."""
    values = {(3, 4): matrix, (4,): b}
    before = model.get_weights()
    model.set_weights([np.array(values[tuple(w.shape)], "float32") for w in before])
    found = np.array(model([x, c]))
    model.set_weights(before)
    return found


check(
    "with other weights",
    after([[1, 0, 0, 3], [0, 2, 5, 0], [0, 1, 1, 0]], [0, 0, 0, -10]),
    np.array([[0.0, -4], [5, -12]]),
    rtol=1e-3,
    atol=1e-3,
    causes={
        "Scale and shift are exchanged: the scale comes first": np.array(
            [[-2, -4], [4.99999905, 9.99999905]]
        ),
        "Scale and shift alternate: they are two halves": np.array([[0, -4], [1.99999976, -15]]),
        "There is an activation: the model has none": np.array([[0, 3], [5, -1.99999976]]),
        "The shift was scaled as well": np.array([[2, -18], [5, -22]]),
        "It was normalized at the end: the scale and the shift come after the normalization": np.array(
            [[-1.00000012, 1.00000012], [1, -1]]
        ),
    },
)

# %% task="adaptive_scale" role="test" part="start" points=3
random = np.random.default_rng()
for width, condition in ((5, 2), (3, 4)):
    model, case = adaptive_scale(width, condition), f"adaptive_scale({width}, {condition})"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    x, c = (random.normal(size=(4, size)).astype("float32") * 3 for size in (width, condition))
    found = np.asarray(model([x, c]))
    require(f"{case}: sizes of the weights", sorted(tuple(w.shape) for w in model.get_weights()), sorted([(condition, 2 * width), (2 * width,)]))
    expected = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.astype(float).var(axis=1, keepdims=True) + 1e-6)
    require(f"{case}: at the start", found, expected, rtol=1e-3, atol=2e-3)

# %% task="adaptive_scale" role="test" part="weights" points=4
random = np.random.default_rng()
for width, condition in ((4, 3), (3, 5)):
    model, case = adaptive_scale(width, condition), f"adaptive_scale({width}, {condition})"
    x, c = (random.normal(size=(6, size)).astype("float32") * 3 for size in (width, condition))
    model([x, c])
    drawn = {shape: random.normal(size=shape).astype("float32") for shape in ((condition, 2 * width), (2 * width,))}
    found = [tuple(w.shape) for w in model.get_weights()]
    require(f"{case}: sizes of the weights", sorted(found), sorted(drawn))
    model.set_weights([drawn[shape] for shape in found])
    require(f"{case}: all can be trained", sum(int(np.prod(w.shape)) for w in model.trainable_weights), 2 * width * (condition + 1))
    both = c.astype(float) @ drawn[(condition, 2 * width)] + drawn[(2 * width,)]
    norm = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.astype(float).var(axis=1, keepdims=True) + 1e-6)
    require(f"{case}: with other weights", np.asarray(model([x, c])), norm * (1 + both[:, :width]) + both[:, width:], rtol=1e-3, atol=5e-3)

# %% [markdown] tags=["ko"]
r"""
### 문제 13. 표본을 만드는 코드의 오류 찾기 (7점)

친구가 DDPM(Ho et al., 2020)의 방식으로 표본을 만드는 함수를 썼습니다. 잡음에서 출발해 마지막 시각 $T-1$부터 0까지 거슬러 가며, 시각마다 예측한 잡음을 조금 덜어 내고 새 잡음을 조금 섞습니다.
$$x \leftarrow \frac{1}{\sqrt{1 - \beta_t}}\left(x - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\,\hat\epsilon\right) + \sqrt{\beta_t}\,\epsilon'_t, \quad \bar\alpha_t = \prod_{s \le t} (1 - \beta_s)$$
시각 0의 걸음에서는 새 잡음을 섞지 않습니다. 그다음에는 잡음을 걷어 낼 걸음이 없기 때문입니다. 아래 셀의 `best_noise`는 데이터가 정규 분포일 때 신경망이 기껏해야 예측할 수 있는 잡음 $\hat\epsilon$입니다. `start`의 형상은 `(batch,)`, `betas`는 `(T,)`, 새 잡음 `fresh`는 `(T, batch)`이고 시각 $t$의 것은 `fresh[t]`입니다.

```python
def ancestral(start, betas, mean, deviation, fresh):
    alpha_bar = np.cumprod(1 - betas)
    x = start
    for t in range(len(betas)):
        noise = best_noise(x, alpha_bar[t], mean, deviation)
        x = (x - betas[t] / np.sqrt(betas[t]) * noise) / np.sqrt(1 - betas[t])
        x = x + np.sqrt(betas[t]) * fresh[t]
    return x
```

오류는 세 개입니다. 모두 찾아 고치세요. 새 잡음이 모두 0일 때에 4점, 새 잡음이 있을 때에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 13. Find the bugs in a sampler (7 points)

A friend has written a function that makes samples in the way of DDPM (Ho et al., 2020). It starts from noise and goes back from the last time $T-1$ to 0; at each time it takes a little of the predicted noise away, and mixes in a little fresh noise.
$$x \leftarrow \frac{1}{\sqrt{1 - \beta_t}}\left(x - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\,\hat\epsilon\right) + \sqrt{\beta_t}\,\epsilon'_t, \quad \bar\alpha_t = \prod_{s \le t} (1 - \beta_s)$$
The step of time 0 mixes in no fresh noise, as no step follows that could take it away. In the cell below, `best_noise` is the noise $\hat\epsilon$ that a network can predict at best if the data are from a Gaussian. `start` has the shape `(batch,)`, `betas` has `(T,)`, and the fresh noise `fresh` has `(T, batch)`: that of time $t$ is `fresh[t]`.

```python
def ancestral(start, betas, mean, deviation, fresh):
    alpha_bar = np.cumprod(1 - betas)
    x = start
    for t in range(len(betas)):
        noise = best_noise(x, alpha_bar[t], mean, deviation)
        x = (x - betas[t] / np.sqrt(betas[t]) * noise) / np.sqrt(1 - betas[t])
        x = x + np.sqrt(betas[t]) * fresh[t]
    return x
```

There are three bugs. Find and fix them all. Fresh noise that is all 0 is worth 4 points, fresh noise 3.
"""

# %%
def best_noise(x, alpha_bar, mean, deviation):
    """Mean of the noise in x, if the picture in it is from a Gaussian of this mean and deviation."""
    variance = alpha_bar * deviation**2 + 1 - alpha_bar
    return np.sqrt(1 - alpha_bar) * (x - np.sqrt(alpha_bar) * mean) / variance

# %% [markdown] tags=["ko"] task="ancestral" role="hint"
r"""
`x`에 잡음이 가장 많은 시각은 언제인가요? 코드는 어느 시각부터 시작하나요?
"""

# %% [markdown] tags=["en"] task="ancestral" role="hint"
r"""
At which time is there the most noise in `x`? With which time does the code begin?
"""

# %% [markdown] tags=["ko"] task="ancestral" role="hint"
r"""
식의 분모에 있는 것은 한 걸음의 잡음인가요, 그때까지 섞인 잡음 전체인가요? 마지막 걸음의 `fresh`는 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="ancestral" role="hint"
r"""
What stands below the fraction in the formula: the noise of one step, or all the noise up to this time? What becomes of `fresh` in the last step?
"""

# %% [markdown] tags=["ko"] task="ancestral" role="hint"
r"""
`for t in reversed(range(len(betas))):`로 고치고, 분모는 `np.sqrt(1 - alpha_bar[t])`로, 새 잡음은 `if t > 0:` 아래에서 더하세요.
"""

# %% [markdown] tags=["en"] task="ancestral" role="hint"
r"""
Write `for t in reversed(range(len(betas))):`, divide by `np.sqrt(1 - alpha_bar[t])`, and add the fresh noise below `if t > 0:`.
"""

# %% task="ancestral" role="solution"
def ancestral(start, betas, mean, deviation, fresh):
    ### BEGIN SOLUTION
    alpha_bar = np.cumprod(1 - betas)
    x = start
    for t in reversed(range(len(betas))):
        noise = best_noise(x, alpha_bar[t], mean, deviation)
        x = (x - betas[t] / np.sqrt(1 - alpha_bar[t]) * noise) / np.sqrt(1 - betas[t])
        if t > 0:
            x = x + np.sqrt(betas[t]) * fresh[t]
    return x
    ### END SOLUTION


# %% task="ancestral" role="check"
start, betas, fresh = np.array([1, -2]), np.array([0.36, 0.4375]), np.array([[3, 3], [1, 0]])
given = [array.copy() for array in (start, betas, fresh)]
check(
    "fresh noise that is all 0",
    ancestral(start, betas, 2, 0.5, 0 * fresh),
    np.array([1.95890411, 1.34246575]),
    causes={
        "All three bugs are left": np.array([1.80882165, 1.38553453]),
        "The order is wrong: the last time comes first": np.array([1.90410959, 1.28767123]),
        "The order is right, but what stands below the fraction is not": np.array([1.97178086, 1.54849374]),
        "Below the fraction is 1 minus alpha bar, not alpha bar": np.array([1.96780237, 1.48483784]),
        "The step of time 0 is missing": np.array([1.49315068, -0.10958904]),
        "The result was not divided by the root of 1 minus beta": np.array([1.45226554, 1.08240253]),
    },
)
check(
    "with fresh noise",
    ancestral(start, betas, 2, 0.5, fresh),
    np.array([2.21330327, 1.34246575]),
    causes={
        "Noise was mixed in at time 0 as well": np.array([4.01330327, 3.14246575]),
        "Fresh noise is left out at the first step instead of the last": np.array([3.75890411, 3.14246575]),
        "No fresh noise was mixed in": np.array([1.95890411, 1.34246575]),
        "The fresh noise is that of another time: that of time t is `fresh[t]`": np.array(
            [2.7221016, 2.10566325]
        ),
        "The factor of the fresh noise is the root of beta": np.array([2.12717334, 1.34246575]),
    },
)
check("the arrays that were passed in are unchanged", [start, betas, fresh], given)
start, given = np.array([0.5, 1.5]), np.array([0.5, 1.5])
check(
    "one time only, floating-point numbers",
    ancestral(start, np.array([0.36]), 0, 1, np.array([[1.0, 2.0]])),
    np.array([0.4, 1.2]),
)
check("floating-point numbers are unchanged, too", start, given)

# %% task="ancestral" role="test" part="order" points=4
random = np.random.default_rng()
for number in range(8):
    batch, steps = (int(v) for v in random.integers([1, 2], [6, 7]))
    start = random.integers(-3, 4, batch) if number % 3 == 0 else random.normal(size=batch)
    betas, mean, deviation = random.uniform(0.05, 0.7, steps), float(random.normal()), float(random.uniform(0.3, 2))
    arrays = [start, betas, np.zeros((steps, batch))]
    given = [array.copy() for array in arrays]
    found = ancestral(given[0], given[1], mean, deviation, given[2])
    x = start.astype(float)
    for t in range(steps - 1, -1, -1):
        kept = float(np.prod(1 - betas[: t + 1]))
        x = (x - betas[t] * (x - kept**0.5 * mean) / (kept * deviation**2 + 1 - kept)) / (1 - betas[t]) ** 0.5
    require(f"{steps} times, {batch} numbers, no fresh noise", found, x)
    require("the arrays are unchanged", given, arrays)

# %% task="ancestral" role="test" part="fresh" points=3
random = np.random.default_rng()
for number in range(8):
    batch, steps = (int(v) for v in random.integers([1, 1], [6, 7]))
    draw = (lambda *shape: random.integers(-3, 4, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    betas, mean, deviation = random.uniform(0.05, 0.7, steps), float(random.normal()), float(random.uniform(0.3, 2))
    arrays = [draw(batch), betas, draw(steps, batch)]
    given = [array.copy() for array in arrays]
    found = ancestral(given[0], given[1], mean, deviation, given[2])
    x = arrays[0].astype(float)
    for t in range(steps - 1, -1, -1):
        kept = float(np.prod(1 - betas[: t + 1]))
        x = (x - betas[t] * (x - kept**0.5 * mean) / (kept * deviation**2 + 1 - kept)) / (1 - betas[t]) ** 0.5
        x = x + betas[t] ** 0.5 * arrays[2][t] * (t > 0)
    require(f"{steps} times, {batch} numbers, fresh noise", found, x)
    require("the arrays are unchanged", given, arrays)

# %% [markdown] tags=["ko"]
r"""
### 문제 14. 실험: 안내가 세지면 표본은 얼마나 흩어지는가 (5점)

문제 6의 안내는 표본을 조건 쪽으로 더 밀어냅니다. 그러면 표본들이 서로 다른 정도는 어떻게 될까요?
아래 셀의 데이터는 두 클래스에서 똑같이 나옵니다. 한 클래스는 평균이 2, 다른 클래스는 평균이 −2이고, 둘 다 표준 편차가 1인 정규 분포입니다. `spread(scale)`은 첫 클래스를 조건으로 하고 세기를 `scale`로 하여, 정확한 속도를 따라 표본 2,000개를 만듭니다. 반환값은 이 표본들의 표준 편차입니다.
`scale`을 1에서 10까지 키우면 이 값은 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 다섯 가지 이상의 값을 골라 측정하세요. 1이 있어야 하고, 2와 4 사이, 7 이상이 하나씩은 있어야 합니다.
`more_guidance()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 `scale`의 리스트
- `"predicted"`: 값마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 값마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`
"""

# %% [markdown] tags=["en"]
r"""
### Task 14. Experiment: how far do samples spread with more guidance (5 points)

The guidance of task 6 pushes samples further towards the condition. What becomes of the differences between them?
The data in the cell below come equally from two classes, one with mean 2, the other with mean −2, both Gaussians with standard deviation 1. With the first class as the condition and `scale` as the strength, `spread(scale)` makes 2,000 samples by following the exact velocities, and returns the standard deviation of these samples.
As `scale` goes from 1 to 10, will this value grow, fall, or stay? Write down your prediction **before you measure**; then choose at least five values and measure. One of them is 1, at least one is between 2 and 4, and one is 7 or more.
`more_guidance()` returns the record of the experiment as a dict.
- `"settings"`: the list of values of `scale` that were tried
- `"predicted"`: a list with a prediction for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def spread(scale):
    """Standard deviation of 2,000 samples of the class with mean 2, guided with this strength."""
    x, steps = np.random.default_rng(0).normal(size=2000), 100
    for t in np.arange(steps) / steps:
        of_class, of_other = velocity(x, t, 2, 1), velocity(x, t, -2, 1)
        share = 1 / (1 + np.exp(-4 * t * x / (t**2 + (1 - t) ** 2)))  # how probable the class is at x
        of_all = share * of_class + (1 - share) * of_other
        x = x + (of_all + scale * (of_class - of_all)) / steps
    return float(x.std())

# %% [markdown] tags=["ko"] task="more_guidance" role="hint"
r"""
안내의 방향은 어느 표본에서 크고 어느 표본에서 작은가요? 이미 조건의 클래스임이 분명한 표본은 얼마나 밀려날까요?
"""

# %% [markdown] tags=["en"] task="more_guidance" role="hint"
r"""
For which samples is the direction of the guidance large, for which is it small? How far is a sample pushed that is clearly of the class already?
"""

# %% [markdown] tags=["ko"] task="more_guidance" role="hint"
r"""
`scales = [1, 2, 3, 5, 8, 10]`처럼 값을 고르고, 예측을 먼저 적은 다음 `[spread(scale) for scale in scales]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="more_guidance" role="hint"
r"""
Choose values such as `scales = [1, 2, 3, 5, 8, 10]`, write the prediction first, then measure with `[spread(scale) for scale in scales]`.
"""

# %% [markdown] tags=["ko"] task="more_guidance" role="hint"
r"""
결론은 예측이 아니라 측정값에서 나옵니다. 작은 `scale`부터 차례로 보면 처음부터 끝까지 한쪽으로만 가나요?
"""

# %% [markdown] tags=["en"] task="more_guidance" role="hint"
r"""
The conclusion follows from the measured values, not from the prediction. From small to large `scale`, do they go in one direction all the way?
"""

# %% task="more_guidance" role="solution"
def more_guidance():
    ### BEGIN SOLUTION
    scales = [1, 2, 3, 5, 8, 10]
    return {
        "settings": scales,
        "predicted": "stays",  # before measuring
        "measured": [spread(scale) for scale in scales],
        "conclusion": "falls",
    }
    ### END SOLUTION


# %% task="more_guidance" role="check"
found = more_guidance()
check_experiment(
    "the experiment",
    found,
    measure=spread,
    settings=lambda scale: 1 <= scale <= 10,
    at_least_runs=5,
    tolerance=0.01,
)
between, large = any(2 <= scale <= 4 for scale in found["settings"]), max(found["settings"])
check(
    "one value is 1, one between 2 and 4, one 7 or more",
    min(found["settings"]) == 1 and between and large >= 7,
    True,
)

# %% task="more_guidance" role="test" points=5
found = more_guidance()
require_experiment("the experiment", found, measure=spread, settings=lambda scale: 1 <= scale <= 10, at_least_runs=5, tolerance=0.01)
between, large = any(2 <= scale <= 4 for scale in found["settings"]), max(found["settings"])
require("one value is 1, one between 2 and 4, one 7 or more", bool(min(found["settings"]) == 1 and between and large >= 7), True)
