# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 10장 연습 문제. 오토인코더, VAE, GAN

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 로그는 모두 자연로그입니다. 그래서 정보량의 단위는 냇(nat)입니다.
- 모두 14문제, 100점, 약 2시간 30분입니다. 문제 13만 Keras를 쓰고, 문제 14는 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 10 exercises. Autoencoder, VAE, GAN

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- All logarithms are natural, so information is measured in nats.
- There are 14 tasks with 100 points, for about 2 hours and 30 minutes. Only task 13 uses Keras, and task 14 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution


def sigmoid(x):
    """From 0 to 1: the chance that a logit stands for."""
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 두 정규 분포의 KL 발산 (8점)

VAE의 인코더는 그림마다 정규 분포 하나를 답합니다. 축마다 평균과 분산이 있고 축들은 서로 독립입니다. `kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b)`는 이런 분포 $a$의 분포 $b$에 대한 KL 발산(쿨백-라이블러 발산, Kullback-Leibler divergence)을 그림마다 계산합니다.
네 배열의 형상은 모두 `(batch, code)`이고, 분산은 로그로 주어집니다. 결과의 형상은 `(batch,)`이고 단위는 냇입니다. 축 하나에서 평균이 $\mu_a$와 $\mu_b$, 분산이 $\sigma_a^2$과 $\sigma_b^2$이면 KL 발산은
$$\frac{1}{2}\left(\log\frac{\sigma_b^2}{\sigma_a^2} + \frac{\sigma_a^2 + (\mu_a - \mu_b)^2}{\sigma_b^2} - 1\right)$$
이고, 서로 독립인 축들의 KL 발산은 더합니다. 네 배열의 형상이 모두 같지 않으면 `ValueError`를 발생시키세요(raise). 계산에 6점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. KL divergence of two Gaussians (8 points)

The encoder of a VAE answers each picture with a Gaussian, which has a mean and a variance on each axis; the axes are independent. `kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b)` computes, for each picture, the KL divergence (Kullback-Leibler divergence) of such a distribution $a$ from a distribution $b$.
All four arrays have the shape `(batch, code)`, and variances are given as logarithms. The result has the shape `(batch,)`; its unit is the nat. On one axis, with means $\mu_a$ and $\mu_b$ and variances $\sigma_a^2$ and $\sigma_b^2$, the KL divergence is
$$\frac{1}{2}\left(\log\frac{\sigma_b^2}{\sigma_a^2} + \frac{\sigma_a^2 + (\mu_a - \mu_b)^2}{\sigma_b^2} - 1\right)$$
and for independent axes the divergences are summed. Raise `ValueError` if the four arrays do not all have the same shape. The computation is worth 6 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="kl_of_gaussians" role="hint"
r"""
두 분포가 같으면 결과는 얼마여야 하나요? 식에 넣어 보세요. 로그로 주어진 분산은 식의 어디에서 그대로 쓰고, 어디에서 `np.exp`를 취해야 하나요?
"""

# %% [markdown] tags=["en"] task="kl_of_gaussians" role="hint"
r"""
What must come out if the two distributions are the same? Put it into the formula. Where is the logarithm of the variance used as it is, and where does it need `np.exp`?
"""

# %% [markdown] tags=["ko"] task="kl_of_gaussians" role="hint"
r"""
식의 로그는 `log_variance_b - log_variance_a`입니다. 축마다의 값은 형상이 `(batch, code)`인 배열이고, 마지막 축을 따라 더하면 됩니다.
"""

# %% [markdown] tags=["en"] task="kl_of_gaussians" role="hint"
r"""
The logarithm in the formula is `log_variance_b - log_variance_a`. The values of the axes are an array of shape `(batch, code)`; sum it along the last axis.
"""

# %% [markdown] tags=["ko"] task="kl_of_gaussians" role="hint"
r"""
NumPy는 형상이 `(1, code)`인 배열도 조용히 늘려서 계산합니다. 그래서 형상은 `len({array.shape for array in (mean_a, ...)}) > 1`처럼 먼저 비교해야 합니다.
"""

# %% [markdown] tags=["en"] task="kl_of_gaussians" role="hint"
r"""
NumPy silently stretches an array of shape `(1, code)`. So compare the shapes first, for example by `len({array.shape for array in (mean_a, ...)}) > 1`.
"""

# %% task="kl_of_gaussians" role="solution"
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    ### BEGIN SOLUTION
    shapes = {array.shape for array in (mean_a, log_variance_a, mean_b, log_variance_b)}
    if len(shapes) > 1:
        raise ValueError(f"the shapes differ: {shapes}")
    ratio = (np.exp(log_variance_a) + (mean_a - mean_b) ** 2) / np.exp(log_variance_b)
    return (log_variance_b - log_variance_a + ratio - 1).sum(axis=-1) / 2
    ### END SOLUTION


# %% task="kl_of_gaussians" role="check"
mean_a, mean_b = np.array([[1, 0], [3, 2]]), np.array([[0, 2], [1, 4]])
log_variance_a, log_variance_b = np.log([[1, 4], [2, 1]]), np.log([[1, 1], [1, 2]])
given = [array.copy() for array in (mean_a, log_variance_a, mean_b, log_variance_b)]
check(
    "2 pictures, 2 axes",
    kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b),
    np.array([4 - np.log(2), 3.25]),
    causes={
        "This is the divergence of b from a: the two are not the same": np.array([1.31814718, 3.25]),
        "This is the divergence from the standard Gaussian: b was not used": np.array([1.30685282, 6.65342641]),
        "The axes are independent: their divergences are summed, not averaged": np.array([1.65342641, 1.625]),
        "The half in front was forgotten": np.array([6.61370564, 6.5]),
        "The 1 was not subtracted: a distribution would be apart from itself": np.array([4.30685282, 4.25]),
        "The logarithms were used as variances: `np.exp` is missing": np.array([np.inf, np.inf]),
        "The square of the variance was used: it is a variance already": np.array([9.30685282, 3.625]),
        "`np.exp(log_variance / 2)` is sigma, and not the variance": np.array([2.30685282, 3.47487373]),
        "The difference of the means was not squared": np.array([2.30685282, 1.75]),
        "The difference of the means must be divided by the variance of b, too": np.array([3.30685282, 4.25]),
        "The term with the logarithms has the wrong sign": np.array([4.69314718, 3.25]),
        "The sum went over the pictures: each picture has a divergence of its own": np.array(
            [2.65342641, 3.90342641]
        ),
        "One number for all: each picture has a divergence of its own": 6.55685282,
    },
)
check("the arrays that were passed in are unchanged", [mean_a, log_variance_a, mean_b, log_variance_b], given)
zeros = np.zeros((1, 3), int)
check(
    "a distribution from itself, whole numbers",
    kl_of_gaussians(zeros + 2, zeros, zeros + 2, zeros),
    np.array([0]),
)
check("the same with means that differ by 2", kl_of_gaussians(zeros, zeros, zeros + 2, zeros), np.array([6.0]))
check_raises(ValueError, kl_of_gaussians, np.ones((2, 3)), np.ones((2, 3)), np.ones((1, 3)), np.ones((1, 3)))
check_raises(ValueError, kl_of_gaussians, np.ones((2, 3)), np.ones((2, 1)), np.ones((2, 3)), np.ones((2, 3)))

# %% task="kl_of_gaussians" role="test" points=6
random = np.random.default_rng()
for number in range(12):
    batch, code = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-2, 3, (batch, code))) if number % 3 == 0 else (lambda: random.normal(size=(batch, code)))
    arrays = [draw() for _ in range(4)]
    given = [array.copy() for array in arrays]
    found = kl_of_gaussians(*given)
    expected = np.zeros(batch)
    for i, j in np.ndindex(batch, code):
        m, u, n, v = (float(array[i, j]) for array in arrays)
        expected[i] += (v - u + np.exp(u - v) + (m - n) ** 2 / np.exp(v) - 1) / 2
    require(f"{batch} pictures, {code} axes", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="kl_of_gaussians" role="test" part="errors" points=2
for other in ((1, 3), (2, 1), (3, 3), (2, 4)):
    for place in range(4):
        arrays = [np.ones(other if place == number else (2, 3)) for number in range(4)]
        require_raises(ValueError, kl_of_gaussians, *arrays)

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 같은 값을 표본으로 (6점)

식을 모르는 분포라도 로그 밀도를 계산할 수 있고 표본을 뽑을 수 있으면 KL 발산을 추정할 수 있습니다. KL 발산은 평균이기 때문입니다.
$$\mathrm{KL}(q \,\|\, p) = \mathbb{E}_{z \sim q}\left[\log q(z) - \log p(z)\right]$$
여기서 $q$는 축마다의 평균이 `mean`, 분산의 로그가 `log_variance`인 정규 분포(형상은 둘 다 `(code,)`)이고, $p$는 모든 축이 평균 0, 분산 1인 표준 정규 분포입니다. `noise`는 표준 정규 분포에서 뽑은 수로 형상은 `(samples, code)`입니다.
`sampled_kl(mean, log_variance, noise)`는 `noise`의 줄마다 $q$의 표본 하나를 만들고, 이 표본들로 KL 발산을 추정합니다. 수 둘 `(estimate, error)`를 반환하세요.
- `estimate`: 표본마다의 $\log q(z) - \log p(z)$의 평균
- `error`: 이 평균의 표준 오차. 표본마다의 값의 표준 편차(`ddof=1`)를 표본 수의 제곱근으로 나눈 것입니다.

축 하나의 로그 밀도는 $-\frac{1}{2}\left(\log 2\pi + \log \sigma^2 + (z - \mu)^2 / \sigma^2\right)$이며, 표본의 로그 밀도는 축들의 합입니다. 추정값에 4점, 표준 오차에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. The same by samples (6 points)

The KL divergence can be estimated even where there is no formula, if only log densities can be computed and samples drawn, since it is a mean:
$$\mathrm{KL}(q \,\|\, p) = \mathbb{E}_{z \sim q}\left[\log q(z) - \log p(z)\right]$$
Here $q$ is the Gaussian with means `mean` and logarithms of variances `log_variance` (both of shape `(code,)`), and $p$ is the standard Gaussian, with mean 0 and variance 1 on all axes. `noise` was drawn from the standard Gaussian and has the shape `(samples, code)`.
`sampled_kl(mean, log_variance, noise)` makes one sample of $q$ from each row of `noise`, and estimates the KL divergence from these samples. Return two numbers, `(estimate, error)`.
- `estimate`: the mean over the samples of $\log q(z) - \log p(z)$
- `error`: the standard error of this mean, that is, the standard deviation of the samples' values (`ddof=1`) divided by the root of their number

On one axis the log density is $-\frac{1}{2}\left(\log 2\pi + \log \sigma^2 + (z - \mu)^2 / \sigma^2\right)$; the log density of a sample is the sum over the axes. The estimate is worth 4 points, the standard error 2.
"""

# %% [markdown] tags=["ko"] task="sampled_kl" role="hint"
r"""
표준 정규 분포의 수 $\epsilon$에서 평균이 $\mu$, 표준 편차가 $\sigma$인 수를 어떻게 만드나요? `log_variance`에서 표준 편차는 어떻게 나오나요?
"""

# %% [markdown] tags=["en"] task="sampled_kl" role="hint"
r"""
How does a number with mean $\mu$ and standard deviation $\sigma$ come from a number $\epsilon$ of the standard Gaussian? How does the standard deviation follow from `log_variance`?
"""

# %% [markdown] tags=["ko"] task="sampled_kl" role="hint"
r"""
표본은 `z = mean + np.exp(log_variance / 2) * noise`입니다. 두 로그 밀도에 같은 `z`를 넣으세요. $\log 2\pi$는 빼면 사라집니다.
"""

# %% [markdown] tags=["en"] task="sampled_kl" role="hint"
r"""
The samples are `z = mean + np.exp(log_variance / 2) * noise`. Put the same `z` into both log densities. $\log 2\pi$ disappears in the difference.
"""

# %% [markdown] tags=["ko"] task="sampled_kl" role="hint"
r"""
$(z - \mu)^2 / \sigma^2$은 `noise**2`입니다. 그러므로 표본마다의 값은 `(z**2 - noise**2 - log_variance).sum(axis=1) / 2`이고, 표준 오차는 `values.std(ddof=1) / np.sqrt(len(values))`입니다.
"""

# %% [markdown] tags=["en"] task="sampled_kl" role="hint"
r"""
$(z - \mu)^2 / \sigma^2$ is `noise**2`. So the values of the samples are `(z**2 - noise**2 - log_variance).sum(axis=1) / 2`, and the standard error is `values.std(ddof=1) / np.sqrt(len(values))`.
"""

# %% task="sampled_kl" role="solution"
def sampled_kl(mean, log_variance, noise):
    ### BEGIN SOLUTION
    z = mean + np.exp(log_variance / 2) * noise
    values = (z**2 - noise**2 - log_variance).sum(axis=1) / 2  # log q(z) - log p(z)
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    ### END SOLUTION


# %% task="sampled_kl" role="check"
mean, log_variance, noise = np.array([1, 2]), np.log([1, 4]), np.array([[0, 1], [1, 0], [1, -1], [-2, 1]])
given = [array.copy() for array in (mean, log_variance, noise)]
estimate, error = sampled_kl(mean, log_variance, noise)
check(
    "the estimate from 4 samples of 2 axes",
    estimate,
    4.625 - np.log(2),
    causes={
        "This is the closed formula: estimate the mean from the samples": 3.30685282,
        "The sign is wrong: log q minus log p": -3.93185282,
        "The samples were not drawn from q: mean and standard deviation must be applied to the noise": -1.28689718,
        "The standard deviation is `np.exp(log_variance / 2)`; this is the variance": 8.30685282,
        "The logarithm of the variance is missing in log q": 4.625,
        "The axes are summed for each sample, not averaged": 1.96592641,
        "The half in front of the log densities was forgotten": 7.86370564,
        "This is the sum over the samples: the mean is asked for": 15.7274113,
        "(z - mean)^2 must be divided by the variance": 2.80685282,
    },
)
check(
    "its standard error",
    error,
    np.sqrt(27.6875 / 12),
    causes={
        "Divide by the number of samples minus 1 in the variance: `ddof=1`": 1.31547282,
        "This is the standard deviation of one sample: divide by the root of their number": 3.03795436,
        "The standard deviation was divided by the number of samples, not by its root": 0.759488589,
        "This is the variance of the mean: its root is asked for": 2.30729167,
    },
)
check("the arrays that were passed in are unchanged", [mean, log_variance, noise], given)
check("q is p, whole numbers", sampled_kl(np.array([0, 0]), np.array([0, 0]), noise), (0, 0))

# %% task="sampled_kl" role="test" part="estimate" points=4
random = np.random.default_rng()
for number in range(10):
    samples, code = int(random.integers(2, 9)), int(random.integers(1, 5))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    arrays = [draw(code), draw(code), draw(samples, code)]
    given = [array.copy() for array in arrays]
    found, _ = sampled_kl(*given)
    expected = 0.0
    for i, j in np.ndindex(samples, code):
        m, v, e = float(arrays[0][j]), float(arrays[1][j]), float(arrays[2][i, j])
        expected += ((m + np.exp(v / 2) * e) ** 2 - e**2 - v) / 2 / samples
    require(f"{samples} samples of {code} axes", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="sampled_kl" role="test" part="error" points=2
random = np.random.default_rng()
for number in range(8):
    samples, code = int(random.integers(2, 9)), int(random.integers(1, 5))
    mean, v, noise = random.normal(size=code), random.normal(size=code), random.normal(size=(samples, code))
    _, found = sampled_kl(mean.copy(), v.copy(), noise.copy())
    each = [sum(((m + np.exp(s / 2) * e) ** 2 - e**2 - s) / 2 for m, s, e in zip(mean, v, row)) for row in noise]
    middle = sum(each) / samples
    require(f"standard error of {samples} samples", found, float((sum((one - middle) ** 2 for one in each) / (samples - 1) / samples) ** 0.5))

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 재매개변수화와 그 기울기 (8점)

표본을 뽑는 일은 미분할 수 없습니다. 그래서 VAE는 우연을 밖에서 뽑아 옵니다. 이것이 재매개변수화 기법(reparameterization trick)입니다. 표준 정규 분포의 잡음 $\epsilon$에서 코드 $z = \mu + \sigma\epsilon$을 만들면, $z$는 평균 $\mu$와 표준 편차 $\sigma$로 미분할 수 있는 함수입니다.
`draw_code(mean, log_variance, noise, slope)`에서 네 배열의 형상은 모두 `(batch, code)`입니다. `log_variance`는 $\log\sigma^2$이고, `slope`는 디코더에서 돌아온 기울기 $\partial L / \partial z$입니다. 형상이 같은 배열 셋을 반환하세요.
- `code`: 코드 $z$
- `slope_of_mean`: $\partial L / \partial \mu$
- `slope_of_log_variance`: $\partial L / \partial \log\sigma^2$

코드에 3점, 두 기울기에 5점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. The reparameterization trick and its gradient (8 points)

To draw a sample is nothing that can be differentiated. So a VAE draws the chance outside; this is the reparameterization trick. If the code $z = \mu + \sigma\epsilon$ is made from noise $\epsilon$ of the standard Gaussian, then $z$ is a function of the mean $\mu$ and the standard deviation $\sigma$ that has derivatives.
In `draw_code(mean, log_variance, noise, slope)` all four arrays have the shape `(batch, code)`. `log_variance` is $\log\sigma^2$, and `slope` is the gradient that has come back from the decoder, $\partial L / \partial z$. Return three arrays of the same shape.
- `code`: the codes $z$
- `slope_of_mean`: $\partial L / \partial \mu$
- `slope_of_log_variance`: $\partial L / \partial \log\sigma^2$

The codes are worth 3 points, the two gradients 5.
"""

# %% [markdown] tags=["ko"] task="draw_code" role="hint"
r"""
$\log\sigma^2$을 $v$라고 하면 $\sigma$는 $v$의 어떤 함수인가요? 그 함수를 $v$로 미분하면 무엇이 되나요?
"""

# %% [markdown] tags=["en"] task="draw_code" role="hint"
r"""
Let $v$ be $\log\sigma^2$. Which function of $v$ is $\sigma$? What is its derivative by $v$?
"""

# %% [markdown] tags=["ko"] task="draw_code" role="hint"
r"""
`deviation = np.exp(log_variance / 2)`입니다. 연쇄 법칙을 쓰세요. 평균을 조금 바꾸면 코드는 똑같이 바뀌고, $v$를 조금 바꾸면 코드는 `noise`에 비례하여 바뀝니다.
"""

# %% [markdown] tags=["en"] task="draw_code" role="hint"
r"""
`deviation = np.exp(log_variance / 2)`. Use the chain rule: if the mean moves a little, the code moves as much; if $v$ moves a little, the code moves in proportion to `noise`.
"""

# %% [markdown] tags=["ko"] task="draw_code" role="hint"
r"""
$\partial z / \partial v$는 `deviation * noise / 2`이고, 여기에 `slope`를 곱합니다. 평균의 기울기는 `slope`의 복사본입니다.
"""

# %% [markdown] tags=["en"] task="draw_code" role="hint"
r"""
$\partial z / \partial v$ is `deviation * noise / 2`, to be multiplied by `slope`. The gradient of the mean is a copy of `slope`.
"""

# %% task="draw_code" role="solution"
def draw_code(mean, log_variance, noise, slope):
    ### BEGIN SOLUTION
    moved = np.exp(log_variance / 2) * noise
    return mean + moved, slope.copy(), slope * moved / 2
    ### END SOLUTION


# %% task="draw_code" role="check"
mean, log_variance = np.array([[1, 0], [2, 3]]), np.log([[4, 1], [16, 9]])
noise, slope = np.array([[2, -1], [1, 2]]), np.array([[1, 3], [-2, 5]])
given = [array.copy() for array in (mean, log_variance, noise, slope)]
code, slope_of_mean, slope_of_log_variance = draw_code(mean, log_variance, noise, slope)
check(
    "the codes",
    code,
    np.array([[5.0, -1], [6, 9]]),
    causes={
        "The noise was multiplied by the variance: it is the standard deviation": np.array([[9, -1], [18, 21]]),
        "The noise was multiplied by the logarithm of the variance": np.array(
            [[3.77258872, 0], [4.77258872, 7.39444915]]
        ),
        "The variance is missing: the noise must be multiplied by the standard deviation": np.array(
            [[3, -1], [3, 5]]
        ),
        "The mean is missing": np.array([[4, -1], [4, 6]]),
    },
)
check(
    "the gradient of the mean",
    slope_of_mean,
    np.array([[1, 3], [-2, 5]]),
    causes={
        "This is the derivative of the code: by the chain rule it is multiplied by `slope`": np.array(
            [[1, 1], [1, 1]]
        ),
        "The mean of the batch was taken: each picture has gradients of its own": np.array([-0.5, 4]),
        "The noise has nothing to do with the gradient of the mean": np.array([[2, -3], [-2, 10]]),
    },
)
check(
    "the gradient of the logarithm of the variance",
    slope_of_log_variance,
    np.array([[2.0, -1.5], [-4, 15]]),
    causes={
        "The half is missing: the standard deviation is exp of half the logarithm": np.array(
            [[4, -3], [-8, 30]]
        ),
        "This is the gradient of the standard deviation: go on to the logarithm of the variance": np.array(
            [[2, -3], [-2, 10]]
        ),
        "This is the gradient of the variance: go on to its logarithm": np.array(
            [[0.5, -1.5], [-0.25, 1.66666667]]
        ),
        "The code was used in place of the noise: the mean does not belong here": np.array(
            [[2.5, -1.5], [-6, 22.5]]
        ),
        "This is the derivative of the code: by the chain rule it is multiplied by `slope`": np.array(
            [[2, -0.5], [2, 3]]
        ),
        "The noise is missing": np.array([[1, 1.5], [-4, 7.5]]),
    },
)
check("the arrays that were passed in are unchanged", [mean, log_variance, noise, slope], given)
check(
    "whole numbers, variance 1",
    draw_code(np.array([[3]]), np.array([[0]]), np.array([[2]]), np.array([[3]])),
    (np.array([[5]]), np.array([[3]]), np.array([[3]])),
)

# %% task="draw_code" role="test" part="code" points=3
random = np.random.default_rng()
for number in range(10):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    arrays = [draw() for _ in range(4)]
    given = [array.copy() for array in arrays]
    found = draw_code(*given)[0]
    expected = np.zeros((batch, width))
    for place in np.ndindex(batch, width):
        expected[place] = arrays[0][place] + np.exp(float(arrays[1][place])) ** 0.5 * arrays[2][place]
    require(f"codes of {batch} pictures, {width} axes", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="draw_code" role="test" part="slopes" points=5
random = np.random.default_rng()
for number in range(10):
    batch, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda: random.integers(-3, 4, (batch, width))) if number % 3 == 0 else (lambda: random.normal(size=(batch, width)))
    mean, v, noise, slope = (draw() for _ in range(4))
    _, of_mean, of_v = draw_code(mean.copy(), v.copy(), noise.copy(), slope.copy())
    require(f"gradient of the mean, {batch} pictures, {width} axes", of_mean, slope)
    step, expected = 1e-5, np.zeros((batch, width))
    for place in np.ndindex(batch, width):
        above, below = (np.exp((float(v[place]) + move) / 2) for move in (step, -step))
        expected[place] = slope[place] * noise[place] * (above - below) / (2 * step)
    require(f"gradient of the logarithm of the variance, {batch} pictures, {width} axes", of_v, expected, atol=1e-6)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 배치의 증거 하한 (8점)

VAE는 증거 하한(ELBO, evidence lower bound)을 키웁니다. `elbo(pictures, outputs, mean, log_variance, beta, sigma)`는 그림마다
$$\log p(x \mid z) - \beta\,\mathrm{KL}(q \,\|\, p)$$
를 계산하여 형상이 `(batch,)`인 배열을 반환합니다. `pictures`($x$)와 디코더의 출력 `outputs`($y$)의 형상은 `(batch, pixels)`, `mean`($\mu$)과 `log_variance`($\log\sigma_z^2$)의 형상은 `(batch, code)`입니다.
- 축 하나에서 표준 정규 분포에 대한 KL 발산은 $\frac{1}{2}(\mu^2 + \sigma_z^2 - 1 - \log\sigma_z^2)$이며 축들의 것을 더합니다.
- `sigma`가 `None`이면 픽셀은 베르누이 분포를 따릅니다. 출력은 로짓이고, 픽셀 하나의 로그 가능도는 $s$가 시그모이드일 때 $x\log s(y) + (1 - x)\log(1 - s(y))$입니다. 픽셀은 0과 1 사이의 수입니다.
- `sigma`가 수이면 픽셀은 평균이 출력이고 표준 편차가 `sigma`($\sigma$)인 정규 분포를 따르며, 픽셀 하나의 로그 가능도는 $-\frac{(x - y)^2}{2\sigma^2} - \log\sigma - \frac{1}{2}\log 2\pi$입니다.

그림의 로그 가능도는 픽셀들의 합입니다. 로짓은 수천에 이를 수도 있으며, 그래도 값이 정확해야 합니다. 베르누이 분포에 3점, 정규 분포에 3점, 큰 로짓에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. The evidence lower bound of a batch (8 points)

A VAE raises the evidence lower bound (ELBO). For each picture, `elbo(pictures, outputs, mean, log_variance, beta, sigma)` computes
$$\log p(x \mid z) - \beta\,\mathrm{KL}(q \,\|\, p)$$
and returns an array of shape `(batch,)`. The shape of `pictures` ($x$) and of the decoder's `outputs` ($y$) is `(batch, pixels)`, that of `mean` ($\mu$) and `log_variance` ($\log\sigma_z^2$) is `(batch, code)`.
- On one axis the KL divergence from the standard Gaussian is $\frac{1}{2}(\mu^2 + \sigma_z^2 - 1 - \log\sigma_z^2)$; those of the axes are summed.
- If `sigma` is `None`, pixels have Bernoulli distributions. The outputs are logits, and the log likelihood of one pixel is, with $s$ for the sigmoid, $x\log s(y) + (1 - x)\log(1 - s(y))$. Pixels are numbers from 0 to 1.
- If `sigma` is a number, pixels have Gaussian distributions, with the outputs as means and `sigma` ($\sigma$) as standard deviation, and the log likelihood of one pixel is $-\frac{(x - y)^2}{2\sigma^2} - \log\sigma - \frac{1}{2}\log 2\pi$.

The log likelihood of a picture is the sum over its pixels. Logits may reach thousands, and the values must be exact even then. Bernoulli is worth 3 points, Gaussian 3, large logits 2.
"""

# %% [markdown] tags=["ko"] task="elbo" role="hint"
r"""
로짓이 1000이면 `1 - sigmoid(1000)`은 컴퓨터에서 얼마인가요? 그 로그는요? 종이에서는 $\log(1 - s(y))$가 얼마인가요?
"""

# %% [markdown] tags=["en"] task="elbo" role="hint"
r"""
If a logit is 1000, what is `1 - sigmoid(1000)` on a computer? What is its logarithm? And what is $\log(1 - s(y))$ on paper?
"""

# %% [markdown] tags=["ko"] task="elbo" role="hint"
r"""
$1 - s(y) = 1 / (1 + e^{y})$이므로 $\log(1 - s(y)) = -\log(1 + e^{y})$이고, $\log s(y) = y - \log(1 + e^{y})$입니다. 두 식을 넣고 정리하면 픽셀 하나의 로그 가능도는 항이 둘뿐입니다.
"""

# %% [markdown] tags=["en"] task="elbo" role="hint"
r"""
$1 - s(y) = 1 / (1 + e^{y})$, so $\log(1 - s(y)) = -\log(1 + e^{y})$, and $\log s(y) = y - \log(1 + e^{y})$. Put both in and simplify: the log likelihood of one pixel has only two terms.
"""

# %% [markdown] tags=["ko"] task="elbo" role="hint"
r"""
`pictures * outputs - np.logaddexp(0, outputs)`를 `axis=1`로 더하세요. `np.logaddexp(0, y)`는 $\log(1 + e^{y})$를 오버플로 없이 계산합니다. 거기에서 `beta`를 곱한 KL 발산을 뺍니다.
"""

# %% [markdown] tags=["en"] task="elbo" role="hint"
r"""
Sum `pictures * outputs - np.logaddexp(0, outputs)` along `axis=1`; `np.logaddexp(0, y)` computes $\log(1 + e^{y})$ without overflow. Subtract from it the KL divergence, multiplied by `beta`.
"""

# %% task="elbo" role="solution"
def elbo(pictures, outputs, mean, log_variance, beta, sigma):
    ### BEGIN SOLUTION
    if sigma is None:
        pixels = pictures * outputs - np.logaddexp(0, outputs)
    else:
        pixels = -((pictures - outputs) ** 2) / (2 * sigma**2) - np.log(sigma) - np.log(2 * np.pi) / 2
    kl = (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1) / 2
    return pixels.sum(axis=1) - beta * kl
    ### END SOLUTION


# %% task="elbo" role="check"
pictures, logits = np.array([[1, 0], [1, 1]]), np.log([[3, 1], [1, 3]])
mean, log_variance = np.array([[2, 0], [0, 2]]), np.log([[4, 1], [1, 1]])
given = [array.copy() for array in (pictures, logits, mean, log_variance)]
check(
    "Bernoulli, beta 1",
    elbo(pictures, logits, mean, log_variance, 1, None),
    np.array([np.log(3 / 4) - 3.5, np.log(3 / 8) - 2]),
    causes={
        "This is minus the bound: the loss": np.array([3.78768207, 2.98082925]),
        "The pixels' log likelihoods are summed, not averaged": np.array([-3.29726745, -2.49041463]),
        "The KL divergences of the axes are summed, not averaged": np.array([-2.38425566, -1.98082925]),
        "The KL divergence lowers the bound: it must be subtracted": np.array([1.82602357, 1.01917075]),
        "The half of the KL divergence was forgotten": np.array([-6.59453489, -4.98082925]),
        "One number for all: each picture has a bound of its own": -3.38425566,
        "The KL divergence is missing": np.array([-0.980829253, -0.980829253]),
        "The part (1 - x) log(1 - s(y)) is missing": np.array([-3.09453489, -2.98082925]),
        "This is the Gaussian likelihood: the outputs are logits where `sigma` is `None`": np.array(
            [-4.64959208, -4.34273926]
        ),
    },
)
check(
    "Bernoulli, beta 4, grey pixels",
    elbo(pictures / 2, logits, mean, log_variance, 4, None),
    np.array([np.log(3) / 2 + np.log(2) - 14, np.log(3) / 2 - np.log(8) - 8]),
    causes={
        "`beta` was not used": np.array([-4.33698822, -3.5301354]),
        "`beta` multiplies the KL divergence, and not the likelihood": np.array([-8.92739441, -8.12054159]),
        "Grey pixels were rounded to 0 or 1": np.array([-13.3068528, -10.0794415]),
    },
)
check(
    "Gaussian, sigma 3",
    elbo(pictures, np.array([[3, 0], [1, -3]]), mean, log_variance, 1, 3),
    np.array([-2 / 9, -8 / 9]) - 2 * np.log(3) - np.log(2 * np.pi) - np.array([3.5 - np.log(2), 2]),
    causes={
        "The constants are missing: log sigma and half of log 2 pi": np.array([-3.02907504, -2.88888889]),
        "The term log sigma is missing": np.array([-4.86695211, -4.72676596]),
        "Half of log 2 pi is missing": np.array([-5.22629962, -5.08611347]),
        "It must be divided by twice the square of sigma": np.array([-7.50862113, -8.70176831]),
        "The 2 under the squares is missing": np.array([-7.28639891, -7.81287942]),
        "The constants belong to each pixel, and not once to the picture": np.array([-5.04662586, -4.90643971]),
        "This is the Bernoulli likelihood: `sigma` is a number": np.array([-3.54858735, -5.36184904]),
    },
)
check("the arrays that were passed in are unchanged", [pictures, logits, mean, log_variance], given)
zeros = np.zeros((1, 2), int)
check(
    "logits of 3000",
    elbo(np.array([[1, 0, 0, 1]]), np.array([[3000, 3000, -3000, -3000]]), zeros, zeros, 1, None),
    np.array([-6000.0]),
    causes={
        "0 became the argument of a logarithm, or `np.exp` overflowed": np.full((1,), np.nan),
        "The logarithm of 0 was avoided by a small number, which gives a wrong value": np.array([-36.8413615]),
        "The chances were clipped, which gives a wrong value": np.array([-32.2361915]),
    },
)

# %% task="elbo" role="test" part="bernoulli" points=3
random = np.random.default_rng()
for number in range(10):
    batch, pixels, width = (int(v) for v in random.integers(1, 6, 3))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    x = random.integers(0, 2, (batch, pixels)) if number % 2 else random.random((batch, pixels))
    arrays, beta = [x, draw(batch, pixels), draw(batch, width), draw(batch, width)], [1, 0.25, 4.0][number % 3]
    given = [array.copy() for array in arrays]
    found = elbo(*given, beta, None)
    expected = np.zeros(batch)
    for i in range(batch):
        chances = [1 / (1 + np.exp(-float(one))) for one in arrays[1][i]]
        expected[i] = sum(float(one) * np.log(p) + (1 - float(one)) * np.log(1 - p) for one, p in zip(x[i], chances))
        expected[i] -= beta * sum(float(m) ** 2 + np.exp(float(v)) - 1 - float(v) for m, v in zip(arrays[2][i], arrays[3][i])) / 2
    require(f"Bernoulli, {batch} pictures of {pixels} pixels, beta {beta}", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="elbo" role="test" part="gaussian" points=3
random = np.random.default_rng()
for number in range(10):
    batch, pixels, width = (int(v) for v in random.integers(1, 6, 3))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    x, y, m, v = draw(batch, pixels), draw(batch, pixels), draw(batch, width), draw(batch, width)
    beta, sigma = [1, 0.25, 4.0][number % 3], [1, 3, 0.1, 0.7][number % 4]
    found = elbo(x.copy(), y.copy(), m.copy(), v.copy(), beta, sigma)
    expected = np.zeros(batch)
    for i in range(batch):
        expected[i] = sum(-((float(one) - float(other)) ** 2) / 2 / sigma**2 - np.log(sigma * (2 * np.pi) ** 0.5) for one, other in zip(x[i], y[i]))
        expected[i] -= beta * sum(float(a) ** 2 + np.exp(float(b)) - 1 - float(b) for a, b in zip(m[i], v[i])) / 2
    require(f"Gaussian, {batch} pictures of {pixels} pixels, beta {beta}, sigma {sigma}", found, expected)

# %% task="elbo" role="test" part="large" points=2
random = np.random.default_rng()
for _ in range(8):
    batch, pixels = (int(v) for v in random.integers(1, 6, 2))
    x, y = random.integers(0, 2, (batch, pixels)), random.integers(100, 5000, (batch, pixels)) * random.choice([-1, 1], (batch, pixels))
    m = random.normal(size=(batch, 3))
    expected = [-sum(abs(float(b)) for a, b in zip(x[i], y[i]) if (b > 0) != (a > 0)) - 0.5 * sum(m[i] ** 2) for i in range(batch)]
    require(f"logits up to {abs(y).max()}", elbo(x.copy(), y.copy(), m.copy(), np.zeros((batch, 3)), 1, None), np.array(expected))

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 선형 오토인코더와 주성분 (8점)

활성화 함수가 없는 오토인코더가 그릴 수 있는 그림은 평균 그림에 디코더 행렬의 행들을 섞어 더한 것뿐입니다. 그 행들이 펼치는(span) 부분 공간은 주성분 분석(PCA)의 부분 공간과 같아져야 합니다. 얼마나 같아졌는지 재어 봅시다.
`linear_autoencoder(pictures, decoder)`에서 `pictures`의 형상은 `(n, pixels)`, `decoder`의 형상은 `(code, pixels)`입니다. `decoder`의 행들은 서로 일차 독립이지만, 길이가 1이거나 서로 수직일 필요는 없습니다. 수 셋 `(error, least, angle)`을 반환하세요.
- `error`: 그림마다 가장 좋은 코드를 고를 때의 오차. 곧, 평균 그림을 뺀 그림과, 그것을 `decoder`의 행들이 펼치는 부분 공간에 정사영(orthogonal projection)한 것 사이의 거리의 제곱을 픽셀들에 대해 더하고, 그림들에 대해 평균한 것입니다.
- `least`: 부분 공간을 `pictures`의 처음 `code`개의 주성분이 펼치는 것으로 바꾸었을 때의 같은 오차. 차원이 `code`인 어떤 부분 공간도 이보다 오차가 작을 수 없습니다.
- `angle`: 두 부분 공간 사이의 가장 큰 주각(principal angle). 단위는 도(degree)입니다. 두 부분 공간의 정규 직교 기저를 열로 하는 행렬이 $A$와 $B$일 때 주각들의 코사인은 $A^{\top}B$의 특잇값입니다.

`error`에 3점, `least`에 2점, `angle`에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. A linear autoencoder and the principal components (8 points)

All that an autoencoder without activation functions can draw is the mean picture plus a mixture of the rows of its decoder's matrix. The subspace that the rows span should become that of a principal component analysis (PCA). Let us measure how far it has.
In `linear_autoencoder(pictures, decoder)` the shape of `pictures` is `(n, pixels)`, that of `decoder` `(code, pixels)`. The rows of `decoder` are linearly independent, but they need be neither of length 1 nor at right angles. Return three numbers, `(error, least, angle)`.
- `error`: the error with the best code for each picture. That is, take the mean picture from each picture; the squared distance from the rest to its orthogonal projection on the subspace spanned by the rows of `decoder` is summed over the pixels and averaged over the pictures.
- `least`: the same error with the subspace that is spanned by the first `code` principal components of `pictures`. No subspace with `code` dimensions can have a smaller one.
- `angle`: the largest principal angle between the two subspaces, in degrees. If the columns of $A$ and $B$ are orthonormal bases of the subspaces, the cosines of the principal angles are the singular values of $A^{\top}B$.

`error` is worth 3 points, `least` 2, `angle` 3.
"""

# %% [markdown] tags=["ko"] task="linear_autoencoder" role="hint"
r"""
`decoder`의 행들이 서로 수직이 아니면 `x @ decoder.T @ decoder`는 왜 정사영이 아닌가요? 정규 직교 기저를 주는 NumPy 함수는 무엇인가요?
"""

# %% [markdown] tags=["en"] task="linear_autoencoder" role="hint"
r"""
Why is `x @ decoder.T @ decoder` no orthogonal projection if the rows of `decoder` are not at right angles? Which function of NumPy gives an orthonormal basis?
"""

# %% [markdown] tags=["ko"] task="linear_autoencoder" role="hint"
r"""
`np.linalg.qr(decoder.T)[0]`의 열들은 정규 직교 기저 $A$입니다. 평균을 뺀 그림 `x`에 대해 `np.linalg.svd(x, full_matrices=False)[2]`의 행들은 주성분이며, 분산이 큰 것부터 옵니다.
"""

# %% [markdown] tags=["en"] task="linear_autoencoder" role="hint"
r"""
The columns of `np.linalg.qr(decoder.T)[0]` are an orthonormal basis $A$. For pictures `x` without their mean, the rows of `np.linalg.svd(x, full_matrices=False)[2]` are the principal components, those with the largest variance first.
"""

# %% [markdown] tags=["ko"] task="linear_autoencoder" role="hint"
r"""
오차는 `((x - x @ A @ A.T) ** 2).sum(axis=1).mean()`입니다. 가장 큰 각도는 가장 **작은** 특잇값의 것입니다. 특잇값은 반올림 때문에 1보다 조금 클 수 있으므로 `np.clip` 다음에 `np.arccos`와 `np.degrees`를 쓰세요.
"""

# %% [markdown] tags=["en"] task="linear_autoencoder" role="hint"
r"""
The error is `((x - x @ A @ A.T) ** 2).sum(axis=1).mean()`. The largest angle belongs to the **smallest** singular value. Rounding may make singular values a little larger than 1, so use `np.clip`, then `np.arccos` and `np.degrees`.
"""

# %% task="linear_autoencoder" role="solution"
def linear_autoencoder(pictures, decoder):
    ### BEGIN SOLUTION
    x = pictures - pictures.mean(axis=0)
    own = np.linalg.qr(decoder.T)[0]  # (pixels, code), orthonormal columns
    best = np.linalg.svd(x, full_matrices=False)[2][: len(decoder)].T
    error, least = (((x - x @ basis @ basis.T) ** 2).sum(axis=1).mean() for basis in (own, best))
    cosines = np.linalg.svd(own.T @ best, compute_uv=False)
    return error, least, np.degrees(np.arccos(np.clip(cosines.min(), -1, 1)))
    ### END SOLUTION


# %% task="linear_autoencoder" role="check"
pictures = np.array(
    [[2, 5, 1], [2, 1, 1], [3, 3, 1], [1, 3, 1]]
)  # around (2, 3, 1), most of it along the second
decoder = np.array([[3, 4, 0]])
given = [pictures.copy(), decoder.copy()]
error, least, angle = linear_autoencoder(pictures, decoder)
check(
    "4 pictures of 3 pixels, a code of 1: the error",
    error,
    1.04,
    causes={
        "The mean picture was not subtracted": 2.08,
        "The row has length 5: a projection needs a basis of length 1": 842,
        "The squares are summed over the pixels, not averaged": 0.346666667,
        "The mean of the pictures is asked for, not the sum": 4.16,
        "This is what is left in the subspace, and not what is lost": 1.46,
        "The distances must be squared": 1,
        "These are two errors in the wrong order": 0.5,
    },
)
check(
    "the least error",
    least,
    0.5,
    causes={
        "The components of least variance come first in `np.linalg.eigh`": 2.5,
        "The components are the columns of what `np.linalg.eigh` returns, not the rows": 2,
        "The mean picture must be subtracted before the components are computed": 1.03008715,
    },
)
check(
    "the angle in degrees",
    angle,
    36.8698976,
    atol=1e-4,
    causes={
        "This is in radians": 0.643501109,
        "This is the cosine: `np.arccos` is missing": 0.8,
        "The row has length 5: a basis needs length 1": 0,
    },
)
check("the arrays that were passed in are unchanged", [pictures, decoder], given)
decoder = np.array([[1.0, 1, 0], [1, 1, 2]])
check(
    "two rows that are not at right angles",
    linear_autoencoder(pictures, decoder),
    (1.25, 0.0, 90.0),
    atol=1e-4,
    causes={
        "The rows were made 1 long, but they are not at right angles yet": (1.66666667, 0, 90),
        "This is the smallest of the angles": (1.25, 0, 1.20741827e-06),
    },
)
check(
    "a decoder that spans the subspace of PCA",
    linear_autoencoder(pictures, np.array([[1, 1, 0], [5, 4, 0]])),
    (0.0, 0.0, 0.0),
    atol=1e-4,
)

# %% task="linear_autoencoder" role="test" part="error" points=3
random = np.random.default_rng()
for number in range(10):
    n, pixels = int(random.integers(4, 10)), int(random.integers(3, 7))
    code = int(random.integers(1, pixels))
    pictures = random.integers(-5, 6, (n, pixels)) if number % 3 == 0 else random.normal(size=(n, pixels)) + 3
    decoder = (np.eye(pixels, dtype=int) + np.tri(pixels, dtype=int))[random.permutation(pixels)[:code]]
    if number % 3:
        decoder = decoder + random.normal(scale=0.2, size=decoder.shape)
    given = [pictures.copy(), decoder.copy()]
    found = linear_autoencoder(*given)[0]
    x = pictures - pictures.mean(axis=0)
    weights = np.linalg.lstsq(decoder.T.astype(float), x.T, rcond=None)[0]
    require(f"error, {n} pictures of {pixels} pixels, a code of {code}", found, float(((x.T - decoder.T @ weights) ** 2).sum() / n), atol=1e-6)
    require("the arrays are unchanged", given, [pictures, decoder])

# %% task="linear_autoencoder" role="test" part="least" points=2
random = np.random.default_rng()
for number in range(8):
    n, pixels = int(random.integers(5, 10)), int(random.integers(3, 7))
    code = int(random.integers(1, pixels))
    pictures = random.integers(-5, 6, (n, pixels)) if number % 3 == 0 else random.normal(size=(n, pixels)) - 2
    found = linear_autoencoder(pictures.copy(), np.eye(pixels)[:code])[1]
    values = np.linalg.eigvalsh(np.cov(pictures, rowvar=False, bias=True))
    require(f"least error, {n} pictures of {pixels} pixels, a code of {code}", found, float(values[: pixels - code].sum()), atol=1e-6)

# %% task="linear_autoencoder" role="test" part="angle" points=3
random = np.random.default_rng()
for number in range(10):
    pixels = int(random.integers(3, 7))
    code = int(random.integers(1, pixels))
    basis = np.linalg.qr(random.normal(size=(pixels, pixels)))[0]
    scores = np.concatenate([np.eye(pixels), -np.eye(pixels)]) * (2.0 ** -np.arange(pixels))
    pictures = scores @ basis.T + random.normal(size=pixels)  # the components are the columns of the basis
    turn = float(random.uniform(0.1, 1.5))
    turned = basis[:, :code].copy()
    turned[:, -1] = np.cos(turn) * basis[:, code - 1] + np.sin(turn) * basis[:, code]
    decoder = (turned @ (np.eye(code) + 0.3 * random.random((code, code)))).T
    found = linear_autoencoder(pictures.copy(), decoder.copy())[2]
    require(f"{pixels} pixels, a code of {code}, one direction turned by {np.degrees(turn):.1f} degrees", found, float(np.degrees(turn)), atol=1e-4)
pictures = np.array([[4, 0, 0, 0], [-4, 0, 0, 0], [0, 2, 0, 0], [0, -2, 0, 0], [0, 0, 1, 0], [0, 0, -1, 0]])
require("the subspace of PCA", linear_autoencoder(pictures, np.array([[3, 1, 0, 0], [1, 1, 0, 0]]))[2], 0.0, atol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 복원 오차로 찾는 낯선 그림 (7점)

오토인코더는 배운 것과 비슷한 그림은 잘 다시 그리고, 낯선 그림은 잘 다시 그리지 못합니다. 그래서 복원 오차가 문턱값보다 큰 그림을 낯선 것으로 신고할 수 있습니다.
`detector(usual, strange, allowed)`는 익숙한 그림들의 오차 `usual`과 낯선 그림들의 오차 `strange`를 받습니다. 둘 다 축이 하나인 배열이고 길이는 다를 수 있습니다. 수 셋 `(threshold, found, area)`를 반환하세요.
- `threshold`: 문턱값. `usual`에 있는 오차 가운데, 그것보다 큰 `usual`의 비율이 `allowed` 이하인 가장 작은 것입니다.
- `found`: `strange` 가운데 오차가 문턱값보다 **큰** 것의 비율
- `area`: 문턱값과 상관없는 성적. 낯선 그림과 익숙한 그림을 하나씩 뽑을 때 낯선 쪽의 오차가 더 클 확률이며, 두 오차가 같은 짝은 절반으로 셉니다. ROC 곡선의 아래 넓이와 같습니다.

`allowed`가 0 이상 1 미만이 아니면 `ValueError`를 발생시키세요(raise). `threshold`와 `found`에 3점, `area`에 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Strange pictures found by their reconstruction error (7 points)

An autoencoder draws what is like the pictures it has learned from well, and what is strange badly. So a picture whose reconstruction error is above a threshold can be reported as strange.
`detector(usual, strange, allowed)` is given the errors of usual pictures, `usual`, and those of strange ones, `strange`, both arrays with one axis; their lengths may differ. Return three numbers, `(threshold, found, area)`.
- `threshold`: the smallest error in `usual` for which the share of `usual` that is larger is at most `allowed`
- `found`: the share of `strange` whose errors are **above** the threshold
- `area`: a mark that needs no threshold. Draw one strange and one usual picture: it is the probability that the strange one has the larger error; pairs with equal errors count as one half. It is the area under the ROC curve.

Raise `ValueError` unless `allowed` is at least 0 and below 1. `threshold` and `found` are worth 3 points, `area` 2, the error case 2.
"""

# %% [markdown] tags=["ko"] task="detector" role="hint"
r"""
익숙한 그림이 8장이고 `allowed`가 0.25이면 문턱값보다 큰 익숙한 오차는 몇 개까지 있어도 되나요? 오차를 차례로 늘어놓으면 문턱값은 어느 자리에 있나요?
"""

# %% [markdown] tags=["en"] task="detector" role="hint"
r"""
With 8 usual pictures and an `allowed` of 0.25, how many usual errors may be above the threshold? If the errors stand in order, where is the threshold?
"""

# %% [markdown] tags=["ko"] task="detector" role="hint"
r"""
정의를 그대로 코드로 옮겨도 됩니다. `usual`의 오차 `t`마다 `np.mean(usual > t) <= allowed`인지 보고, 그런 것 가운데 `min`을 고르세요. `np.quantile`의 기본 설정은 두 오차 사이의 값을 지어냅니다.
"""

# %% [markdown] tags=["en"] task="detector" role="hint"
r"""
The definition can be written down as it is: for each error `t` of `usual`, see whether `np.mean(usual > t) <= allowed`, and take the `min` of those. With its default setting, `np.quantile` invents a value between two errors.
"""

# %% [markdown] tags=["ko"] task="detector" role="hint"
r"""
넓이는 모든 짝의 표로 구합니다. `strange[:, None] > usual`과 `strange[:, None] == usual`의 평균을 각각 구하고, 같은 것의 평균은 절반만 더하세요.
"""

# %% [markdown] tags=["en"] task="detector" role="hint"
r"""
The area follows from a table of all pairs: take the means of `strange[:, None] > usual` and of `strange[:, None] == usual`, and add the mean of the equal ones by half.
"""

# %% task="detector" role="solution"
def detector(usual, strange, allowed):
    ### BEGIN SOLUTION
    if not 0 <= allowed < 1:
        raise ValueError(f"a share of {allowed} cannot be allowed")
    threshold = min(t for t in usual if np.mean(usual > t) <= allowed)
    larger, equal = strange[:, None] > usual, strange[:, None] == usual
    return threshold, np.mean(strange > threshold), larger.mean() + equal.mean() / 2
    ### END SOLUTION


# %% task="detector" role="check"
usual, strange = np.array([3, 1, 2, 5, 4, 2, 8, 1]), np.array([4, 7, 9, 2, 6])
given = [usual.copy(), strange.copy()]
threshold, found, area = detector(usual, strange, 0.25)
check(
    "8 usual pictures, a quarter of which may be reported: the threshold",
    threshold,
    4,
    causes={
        "It is no usual error: `np.quantile` went between two of them": 4.25,
        "Only one usual error is above it: two may be": 5,
        "This quantile has a quarter of the usual errors below, not above": 2,
        "Three usual errors are above it: only two may be": 3,
        "The threshold comes from the usual errors alone": 6,
        "The threshold comes from the usual errors, not from the strange ones": 7,
    },
)
check(
    "the share of the strange that is found",
    found,
    0.6,
    causes={
        "An error of just the threshold is not above it": 0.8,
        "This is the share of the strange that is not found": 0.2,
        "This is a share of the usual: false alarms": 0.25,
        "This is their number: the share is asked for": 3,
    },
)
check(
    "the area",
    area,
    30.5 / 40,
    causes={
        "Pairs with equal errors count as one half, not 0": 0.725,
        "Pairs with equal errors count as one half, not 1": 0.8,
        "This is the probability that the usual picture has the larger error": 0.2375,
    },
)
check("the arrays that were passed in are unchanged", [usual, strange], given)
check(
    "nothing usual may be reported",
    detector(np.array([0.5, 0.75, 0.25]), np.array([0.75, 1.0]), 0)[:2],
    (0.75, 0.5),
)
check("equal errors", detector(np.array([2, 2, 2, 1]), np.array([3, 2]), 0.5), (2, 0.5, 0.8125))
check_raises(ValueError, detector, usual, strange, 1)
check_raises(ValueError, detector, usual, strange, -0.1)

# %% task="detector" role="test" part="threshold" points=3
random = np.random.default_rng()
for number in range(12):
    n, m = (int(v) for v in random.integers(2, 20, 2))
    usual, strange = (random.integers(0, 9, size) if number % 2 else random.random(size) for size in (n, m))
    k = int(random.integers(n))
    allowed = [(k + 0.5) / n, 0, 0.9999][min(number // 5, 2)]
    given = [usual.copy(), strange.copy()]
    found = detector(*given, allowed)[:2]
    best = None
    for t in sorted(usual.tolist(), reverse=True):
        if sum(one > t for one in usual.tolist()) <= allowed * n:
            best = t
    require(f"{n} usual and {m} strange pictures, allowed {allowed:.3f}", found, (best, sum(one > best for one in strange.tolist()) / m))
    require("the arrays are unchanged", given, [usual, strange])

# %% task="detector" role="test" part="area" points=2
random = np.random.default_rng()
for number in range(8):
    n, m = (int(v) for v in random.integers(2, 20, 2))
    usual, strange = (random.integers(0, 6, size) if number % 2 else random.random(size) for size in (n, m))
    expected = sum((one > other) + 0.5 * (one == other) for one in strange.tolist() for other in usual.tolist()) / (n * m)
    require(f"area, {n} usual and {m} strange pictures", detector(usual.copy(), strange.copy(), 0.1)[2], expected)

# %% task="detector" role="test" part="errors" points=2
for allowed in (1, 1.0, 1.5, -0.01, -1, 5):
    require_raises(ValueError, detector, np.array([1, 2, 3]), np.array([2, 3]), allowed)

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 구면을 따라가는 길 (7점)

차원이 높으면 표준 정규 분포의 코드는 거의 모두 원점에서 비슷한 거리에 있습니다. 두 코드를 곧은 선으로 이으면 길의 가운데는 원점에 너무 가까워, 디코더가 본 적이 없는 곳을 지납니다. 그래서 구면을 따라갑니다(구면 선형 보간, slerp).
`walk(start, end, times)`에서 `start`와 `end`의 형상은 `(code,)`이고, `times`는 0부터 1까지의 수가 든 형상 `(m,)`의 배열입니다. 결과의 형상은 `(m, code)`이고, 줄마다 시각 $t$의 코드입니다.
- 방향은 두 코드의 평면 안에서 고르게 돕니다. $a$와 $b$가 `start`와 `end`의 방향(길이 1)이고 $\Omega$가 둘 사이의 각도이면 시각 $t$의 방향은 $\frac{\sin((1 - t)\Omega)}{\sin\Omega}\,a + \frac{\sin(t\Omega)}{\sin\Omega}\,b$입니다.
- 길이는 `start`의 길이에서 `end`의 길이까지 고르게 바뀝니다. 곧, $(1 - t)$와 $t$를 가중치로 하는 두 길이의 합입니다.

두 방향이 같으면 식은 0을 0으로 나누지만 답은 있습니다. 방향은 그대로이고 길이만 바뀝니다. 두 방향이 정반대이면(코사인이 `-0.999999` 미만이면) 어느 쪽으로 돌지 정해지지 않습니다. 이때와, 길이가 0인 코드가 있을 때 `ValueError`를 발생시키세요(raise). 경로에 4점, 이 문단의 경우에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. The way along the sphere (7 points)

In many dimensions nearly all codes of the standard Gaussian have about the same distance from the origin. The middle of a straight line between two codes is too close to the origin: the decoder has never seen such places. So one walks along the sphere (spherical linear interpolation, slerp).
In `walk(start, end, times)` the shape of `start` and `end` is `(code,)`, and `times` is an array of shape `(m,)` with numbers from 0 to 1. The result has the shape `(m, code)`: in each row, the code at the time $t$.
- The direction turns evenly in the plane of the two codes. If $a$ and $b$ are the directions of `start` and `end` (of length 1) and $\Omega$ is the angle between them, the direction at the time $t$ is $\frac{\sin((1 - t)\Omega)}{\sin\Omega}\,a + \frac{\sin(t\Omega)}{\sin\Omega}\,b$.
- The length changes evenly from that of `start` to that of `end`: it is the sum of both lengths with the weights $(1 - t)$ and $t$.

If both directions are the same, the formula divides 0 by 0, but there is an answer: the direction stays, only the length changes. If they are opposite (the cosine is below `-0.999999`), there is no one way. Raise `ValueError` then, and if a code has length 0. The way is worth 4 points, the cases of this paragraph 3.
"""

# %% [markdown] tags=["ko"] task="walk" role="hint"
r"""
길이가 3과 4인 두 코드의 가운데에서 코드의 길이는 얼마여야 하나요? 곧은 선의 가운데에서는 얼마인가요? 방향과 길이를 따로 계산해 보세요.
"""

# %% [markdown] tags=["en"] task="walk" role="hint"
r"""
Between two codes of lengths 3 and 4, how long should the code in the middle be? How long is it in the middle of the straight line? Compute direction and length apart from each other.
"""

# %% [markdown] tags=["ko"] task="walk" role="hint"
r"""
길이는 `np.linalg.norm`으로, 방향은 코드를 길이로 나누어 구합니다. `omega = np.arccos(np.clip(a @ b, -1, 1))`이며, `times[:, None]`을 쓰면 모든 시각을 한꺼번에 계산합니다.
"""

# %% [markdown] tags=["en"] task="walk" role="hint"
r"""
`np.linalg.norm` gives the length, and a code divided by its length the direction. `omega = np.arccos(np.clip(a @ b, -1, 1))`; with `times[:, None]` all times are computed at once.
"""

# %% [markdown] tags=["ko"] task="walk" role="hint"
r"""
각도가 `1e-6`보다 작으면 방향을 `(1 - t) * a + t * b`로 계산하세요. 그렇게 작은 각도에서 구면은 평면과 같습니다. 마지막에 방향에 `(1 - t) * length_of_start + t * length_of_end`를 곱합니다.
"""

# %% [markdown] tags=["en"] task="walk" role="hint"
r"""
If the angle is below `1e-6`, compute the direction as `(1 - t) * a + t * b`: at so small an angle the sphere is flat. At the end, multiply the direction by `(1 - t) * length_of_start + t * length_of_end`.
"""

# %% task="walk" role="solution"
def walk(start, end, times):
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    if min(lengths) == 0:
        raise ValueError("a code of length 0 has no direction")
    a, b, t = start / lengths[0], end / lengths[1], times[:, None]
    if a @ b < -0.999999:
        raise ValueError("between opposite codes there is no one way")
    omega = np.arccos(min(a @ b, 1))
    if omega < 1e-6:
        direction = (1 - t) * a + t * b
    else:
        direction = (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)
    return direction * ((1 - t) * lengths[0] + t * lengths[1])
    ### END SOLUTION


# %% task="walk" role="check"
def at(length, degrees):
    """A code in the plane, by its length and its angle."""
    return length * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


start, end, times = np.array([3, 0]), at(4, 60), np.array([0, 0.5, 0.75, 1])
given = [array.copy() for array in (start, end, times)]
check(
    "from (3, 0) to a code of length 4 at 60 degrees",
    walk(start, end, times),
    np.stack([at(3, 0), at(3.5, 30), at(3.75, 45), at(4, 60)]),
    causes={
        "This is the straight line": np.array([[3, 0], [2.5, 1.73205081], [2.25, 2.59807621], [2, 3.46410162]]),
        "This is the straight line, made longer: the direction does not turn evenly": np.array(
            [[3, 0], [3.03108891, 1.75], [2.60015717, 2.7021626], [2, 3.46410162]]
        ),
        "The codes went into the formula as they are: a and b are directions of length 1": np.array(
            [[3, 0], [2.88675135, 2], [2.52956863, 2.82842712], [2, 3.46410162]]
        ),
        "These are the directions: the lengths are missing": np.array(
            [[1, 0], [0.866025404, 0.5], [0.707106781, 0.707106781], [0.5, 0.866025404]]
        ),
        "The way is walked from the end to the start": np.array(
            [[2, 3.46410162], [3.03108891, 1.75], [3.13925894, 0.841161897], [3, 0]]
        ),
        "The division by the sine of the angle is missing": np.array(
            [[2.59807621, 0], [2.625, 1.51554446], [2.29639663, 2.29639663], [1.73205081, 3]]
        ),
        "Sine and cosine want radians, and `np.arccos` gives them: do not convert": np.array(
            [[3, 0], [17.0176682, 9.82515534], [-13.2345241, -9.06592509], [2, 3.46410162]]
        ),
        "The argument of `np.arccos` was larger than 1: divide by the lengths first": np.full((4, 2), np.nan),
        "All codes have the length of the first: it must change evenly": np.array(
            [[3, 0], [2.59807621, 1.5], [2.12132034, 2.12132034], [1.5, 2.59807621]]
        ),
        "The rows are the times: the result was transposed": np.array(
            [[3, 3.03108891, 2.65165043, 2], [0, 1.75, 2.65165043, 3.46410162]]
        ),
    },
)
check("the arrays that were passed in are unchanged", [start, end, times], given)
check(
    "4 numbers in the code, whole numbers, a right angle",
    walk(np.array([0, 2, 0, 0]), np.array([0, 0, 0, -2]), np.array([0, 1])),
    np.array([[0, 2, 0, 0], [0, 0, 0, -2]]),
)
check(
    "the same direction",
    walk(np.array([1, 2, 3]), np.array([3, 6, 9]), np.array([0, 0.5])),
    np.array([[1.0, 2, 3], [2, 4, 6]]),
    causes={"The sine of the angle is 0: 0 was divided by 0": np.full((2, 3), np.nan)},
)
check_raises(ValueError, walk, np.array([1, 0]), np.array([-2, 0]), np.array([0.5]))
check_raises(ValueError, walk, np.array([1, 0]), np.array([0, 0]), np.array([0.5]))

# %% task="walk" role="test" part="way" points=4
random = np.random.default_rng()
for number in range(12):
    code, count = int(random.integers(2, 7)), int(random.integers(1, 6))
    basis = np.linalg.qr(random.normal(size=(code, code)))[0]
    angle, lengths = float(random.uniform(0.1, 3)), random.uniform(0.5, 5, 2)
    times = random.random(count) if number % 2 else random.integers(0, 2, count)
    turned = lambda part: np.cos(part * angle) * basis[0] + np.sin(part * angle) * basis[1]
    arrays = [lengths[0] * turned(0), lengths[1] * turned(1), times]
    if number % 3 == 0:  # whole numbers
        arrays[:2], angle, lengths = [np.array([3, 0, 0]), np.array([0, 0, 5])], np.pi / 2, np.array([3, 5])
        basis = np.eye(3)[[0, 2]]
    given = [array.copy() for array in arrays]
    found = walk(*given)
    expected = np.stack([(lengths[0] + t * (lengths[1] - lengths[0])) * turned(t) for t in times.tolist()])
    require(f"{len(arrays[0])} numbers, {count} times, an angle of {np.degrees(angle):.0f} degrees", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="walk" role="test" part="edges" points=3
random = np.random.default_rng()
for number in range(6):
    start = np.array([[3, 4], [1, 2, 2], [2, 0, 0], [0, 5], [2, 3, 6], [1, 4, 8]][number])
    factor, times = int(random.integers(1, 5)), random.random(3)
    expected = np.outer(1 + times * (factor - 1), start)
    require("the same direction", walk(start.copy(), factor * start, times.copy()), expected)
    require("the same direction, fractions", walk(start / 7, factor * start / 7, times.copy()), expected / 7)
    require_raises(ValueError, walk, start, -factor * start, times)
    require_raises(ValueError, walk, start, 0 * start, times)
    require_raises(ValueError, walk, 0.0 * start, start, times)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. GAN의 손실 셋 (8점)

판별자는 그림마다 로짓 $d$를 답합니다. 진짜라고 보는 확률은 시그모이드 $s(d)$입니다. `gan_losses(real, made, smooth)`는 진짜 그림들의 로짓 `real`과 만들어 낸 그림들의 로짓 `made`(축은 하나이고 길이는 다를 수 있습니다)에서 수 셋을 반환합니다.
- `discriminator`: 판별자의 손실. 진짜에 대한 교차 엔트로피의 평균과 만든 것에 대한 교차 엔트로피의 평균을 **더한** 것입니다. 교차 엔트로피는 레이블이 $y$일 때 $-y\log s(d) - (1 - y)\log(1 - s(d))$입니다. 만든 것의 레이블은 0입니다. 진짜의 레이블은 1이 아니라 `1 - smooth`입니다(한쪽 레이블 스무딩, Salimans et al., 2016).
- `saturating`: 생성자의 포화 손실. 만든 것에 대한 $\log(1 - s(d))$의 평균
- `non_saturating`: 생성자의 비포화 손실. 만든 것에 대한 $-\log s(d)$의 평균

로짓은 수천에 이를 수도 있으며, 그래도 값이 정확해야 합니다. `smooth`가 0일 때의 손실에 4점, 스무딩에 2점, 큰 로짓에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Three losses of a GAN (8 points)

A discriminator answers each picture with a logit $d$; the probability it sees for being real is the sigmoid $s(d)$. From the logits `real` of real pictures and the logits `made` of those made (one axis; their lengths may differ), `gan_losses(real, made, smooth)` returns three numbers.
- `discriminator`: the loss of the discriminator, the mean cross-entropy of the real ones **plus** the mean cross-entropy of those made. With a label $y$ the cross-entropy is $-y\log s(d) - (1 - y)\log(1 - s(d))$. The label of those made is 0. The label of the real ones is not 1 but `1 - smooth` (one-sided label smoothing, Salimans et al., 2016).
- `saturating`: the generator's saturating loss, the mean of $\log(1 - s(d))$ over those made
- `non_saturating`: the generator's non-saturating loss, the mean of $-\log s(d)$ over those made

Logits may reach thousands, and the values must be exact even then. The losses with a `smooth` of 0 are worth 4 points, smoothing 2, large logits 2.
"""

# %% [markdown] tags=["ko"] task="gan_losses" role="hint"
r"""
$-\log s(d)$와 $-\log(1 - s(d))$를 $\log(1 + e^{\,\cdot})$의 꼴로 써 보세요. 둘은 부호만 다릅니다.
"""

# %% [markdown] tags=["en"] task="gan_losses" role="hint"
r"""
Write $-\log s(d)$ and $-\log(1 - s(d))$ in the form $\log(1 + e^{\,\cdot})$. They differ only by a sign.
"""

# %% [markdown] tags=["ko"] task="gan_losses" role="hint"
r"""
`softplus = lambda x: np.logaddexp(0, x)`라고 하면 $-\log s(d)$는 `softplus(-d)`이고 $-\log(1 - s(d))$는 `softplus(d)`입니다. 오버플로가 없습니다.
"""

# %% [markdown] tags=["en"] task="gan_losses" role="hint"
r"""
With `softplus = lambda x: np.logaddexp(0, x)`, $-\log s(d)$ is `softplus(-d)` and $-\log(1 - s(d))$ is `softplus(d)`. Nothing overflows.
"""

# %% [markdown] tags=["ko"] task="gan_losses" role="hint"
r"""
진짜의 교차 엔트로피에는 항이 둘 있습니다. `(1 - smooth) * softplus(-real) + smooth * softplus(real)`입니다. 만든 것에는 스무딩을 하지 않습니다. 포화 손실은 `-softplus(made)`의 평균입니다.
"""

# %% [markdown] tags=["en"] task="gan_losses" role="hint"
r"""
The cross-entropy of the real ones has two terms, `(1 - smooth) * softplus(-real) + smooth * softplus(real)`. Those made are not smoothed. The saturating loss is the mean of `-softplus(made)`.
"""

# %% task="gan_losses" role="solution"
def gan_losses(real, made, smooth):
    ### BEGIN SOLUTION
    def softplus(x):  # log(1 + exp(x))
        return np.logaddexp(0, x)

    of_real = (1 - smooth) * softplus(-real) + smooth * softplus(real)
    return of_real.mean() + softplus(made).mean(), -softplus(made).mean(), softplus(-made).mean()
    ### END SOLUTION


# %% task="gan_losses" role="check"
real, made = np.log([3, 1, 7]), np.log([1, 1 / 3])  # probabilities 3/4, 1/2, 7/8 and 1/2, 1/4
given = [real.copy(), made.copy()]
discriminator, saturating, non_saturating = gan_losses(real, made, 0)
check(
    "the discriminator's loss, 3 real and 2 made pictures",
    discriminator,
    np.log(64 / 21) / 3 + np.log(8 / 3) / 2,
    causes={
        "The labels are exchanged": 2.42601513,
        "The means of real and made are added, not averaged": 0.430934088,
        "These are sums over the pictures: means are asked for": 2.0951899,
        "This is the mean over all five pictures: real and made have a mean each": 0.41903798,
        "The sign is wrong: a cross-entropy is positive": -0.861868175,
        "The made ones are missing": 0.371453549,
        "The logits went into the logarithm: take the sigmoid first": np.inf,
    },
)
check(
    "the generator's saturating loss",
    saturating,
    -np.log(8 / 3) / 2,
    causes={
        "This is the non-saturating loss: the two are exchanged": 1.03972077,
        "The sign is wrong: the generator lowers the mean of log(1 - s(d))": 0.490414627,
        "This is the sum over the pictures: the mean is asked for": -0.980829253,
    },
)
check(
    "the generator's non-saturating loss",
    non_saturating,
    np.log(8) / 2,
    causes={
        "This is the saturating loss: the two are exchanged": -0.490414627,
        "The sign is wrong: the generator raises the mean of log s(d), so it lowers minus that": -1.03972077,
        "This is the mean over the real ones: the generator learns from those made": 0.371453549,
    },
)
check("the arrays that were passed in are unchanged", [real, made], given)
check(
    "the real ones have the label 0.75",
    gan_losses(real, made, 0.25)[0],
    0.25 * np.log(64 / 21) + np.log(64) / 12 + np.log(8 / 3) / 2,
    causes={
        "`smooth` was not used": 0.861868175,
        "The second term of the cross-entropy is missing for the real ones": 0.769004788,
        "The made ones were smoothed, too: their label is 0": 1.25290491,
        "The label of the real ones is `1 - smooth`, not `smooth`": 1.62299878,
    },
)
check(
    "logits of 0 in whole numbers", gan_losses(np.array([0]), np.array([0, 0]), 0), tuple(np.log([4, 1 / 2, 2]))
)
check(
    "logits of 2000",
    gan_losses(np.array([2000, -2000]), np.array([2000, 2000, -2000, -2000]), 0),
    (2000.0, -1000.0, 1000.0),
    causes={
        "The logarithm of 0 was avoided by a small number, which gives a wrong value": (
            18.4206807,
            -9.21034037,
            9.21034037,
        ),
        "The probabilities were clipped, which gives a wrong value": (16.1180958, -8.05904788, 8.05904788),
        "0 became the argument of a logarithm, or `np.exp` overflowed": (np.nan, -np.inf, np.inf),
        "The logits were cut off, and still 0 became the argument of a logarithm": (np.inf, -np.inf, 250),
        "The logits were cut off, and still 0 was multiplied by a logarithm of 0": (np.nan, -np.inf, 250),
    },
)

# %% task="gan_losses" role="test" part="losses" points=4
random = np.random.default_rng()
for number in range(10):
    n, m = (int(v) for v in random.integers(1, 9, 2))
    arrays = [random.integers(-4, 5, size) if number % 3 == 0 else 2 * random.normal(size=size) for size in (n, m)]
    given = [array.copy() for array in arrays]
    found = gan_losses(*given, 0)
    chances = [[1 / (1 + np.exp(-float(d))) for d in array] for array in arrays]
    fake = sum(np.log(1 - p) for p in chances[1]) / m
    expected = (-sum(np.log(p) for p in chances[0]) / n - fake, fake, -sum(np.log(p) for p in chances[1]) / m)
    require(f"{n} real and {m} made pictures", found, tuple(float(one) for one in expected))
    require("the arrays are unchanged", given, arrays)

# %% task="gan_losses" role="test" part="smooth" points=2
random = np.random.default_rng()
for number in range(8):
    n, m = (int(v) for v in random.integers(1, 9, 2))
    real, made = 2 * random.normal(size=n), 2 * random.normal(size=m)
    smooth = [0.1, 0.3, 0.5, float(random.random())][number % 4]
    chances = [[1 / (1 + np.exp(-d)) for d in array.tolist()] for array in (real, made)]
    expected = -sum((1 - smooth) * np.log(p) + smooth * np.log(1 - p) for p in chances[0]) / n - sum(np.log(1 - p) for p in chances[1]) / m
    require(f"{n} real and {m} made pictures, smooth {smooth:.2f}", gan_losses(real.copy(), made.copy(), smooth)[0], float(expected))

# %% task="gan_losses" role="test" part="large" points=2
random = np.random.default_rng()
for number in range(8):
    n, m = (int(v) for v in random.integers(1, 6, 2))
    real, made = (random.integers(100, 9000, size) * random.choice([-1, 1], size) for size in (n, m))
    smooth = [0, 0.25][number % 2]
    above = lambda values: float(np.maximum(values, 0).mean())
    expected = ((1 - smooth) * above(-real) + smooth * above(real) + above(made), -above(made), above(-made))
    require(f"logits up to {max(abs(real).max(), abs(made).max())}", gan_losses(real.copy(), made.copy(), smooth), expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 이길 때와 질 때의 기울기 (7점)

일차원의 GAN 게임입니다. 생성자는 잡음을 옮기기만 합니다. 만든 수는 $x = \epsilon + b$이고, `shift`($b$)가 생성자의 하나뿐인 파라미터입니다. 판별자의 로짓은 $d = wx + c$입니다.
`generator_gradients(noise, shift, w, c)`에서 `noise`는 형상이 `(n,)`인 배열이고 나머지는 수입니다. 생성자의 두 손실을 `shift`로 미분한 수 둘 `(saturating, non_saturating)`을 반환하세요. 시그모이드 $s$는 위의 `sigmoid`입니다.
- 포화 손실은 $\log(1 - s(d))$의 평균, 비포화 손실은 $-\log s(d)$의 평균입니다.

판별자가 이기고 있으면, 곧 만든 수의 로짓이 모두 아주 작으면, 두 기울기는 몇 배나 다를까요? 점검의 마지막 줄이 답합니다. 포화 손실의 기울기에 3점, 비포화 손실의 기울기에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Gradients when winning and when losing (7 points)

This is the game of a GAN in one dimension. The generator only shifts its noise: the number made is $x = \epsilon + b$, and `shift` ($b$) is the generator's only parameter. The discriminator's logit is $d = wx + c$.
In `generator_gradients(noise, shift, w, c)`, `noise` is an array of shape `(n,)`, the others are numbers. Return two numbers, `(saturating, non_saturating)`: the derivatives of the generator's two losses by `shift`. The sigmoid $s$ is `sigmoid` from above.
- The saturating loss is the mean of $\log(1 - s(d))$, the non-saturating loss the mean of $-\log s(d)$.

When the discriminator wins, that is, when the logits of all that is made are very small, how many times do the two gradients differ? The last line of the check answers. The gradient of the saturating loss is worth 3 points, that of the non-saturating loss 4.
"""

# %% [markdown] tags=["ko"] task="generator_gradients" role="hint"
r"""
$\log(1 - s(d)) = -\log(1 + e^{d})$를 $d$로 미분하면 무엇이 되나요? $-\log s(d)$는요? 시그모이드로 다시 쓸 수 있습니다.
"""

# %% [markdown] tags=["en"] task="generator_gradients" role="hint"
r"""
What is the derivative of $\log(1 - s(d)) = -\log(1 + e^{d})$ by $d$? And that of $-\log s(d)$? Both can be written with the sigmoid again.
"""

# %% [markdown] tags=["ko"] task="generator_gradients" role="hint"
r"""
로짓에 대한 도함수는 $-s(d)$와 $s(d) - 1$입니다. `shift`를 1만큼 바꾸면 로짓은 얼마나 바뀌나요?
"""

# %% [markdown] tags=["en"] task="generator_gradients" role="hint"
r"""
The derivatives by the logit are $-s(d)$ and $s(d) - 1$. If `shift` changes by 1, by how much does the logit change?
"""

# %% [markdown] tags=["ko"] task="generator_gradients" role="hint"
r"""
`p = sigmoid(w * (noise + shift) + c)`라고 하면 답은 `-p`의 평균과 `p - 1`의 평균에 각각 `w`를 곱한 것입니다.
"""

# %% [markdown] tags=["en"] task="generator_gradients" role="hint"
r"""
With `p = sigmoid(w * (noise + shift) + c)`, the answers are the mean of `-p` and the mean of `p - 1`, each multiplied by `w`.
"""

# %% task="generator_gradients" role="solution"
def generator_gradients(noise, shift, w, c):
    ### BEGIN SOLUTION
    p = sigmoid(w * (noise + shift) + c)
    return -p.mean() * w, (p - 1).mean() * w
    ### END SOLUTION


# %% task="generator_gradients" role="check"
noise, log3 = np.array([0, 1]), np.log(3)  # with c = -2 log3, the probabilities are 1/4 and 1/2
given = noise.copy()
saturating, non_saturating = generator_gradients(noise, 1, log3, -2 * log3)
check(
    "the saturating loss",
    saturating,
    -3 / 8 * log3,
    causes={
        "The factor w is missing: the shift reaches the logit through it": -0.375,
        "This is the gradient of the non-saturating loss": -0.68663268,
        "The sign is wrong: the loss falls as the logit grows": 0.411979608,
        "This is the derivative by the probability: go on to the logit": -1.83102048,
        "This is the sum over the noise: the loss is a mean": -0.823959217,
        "The sigmoid of the mean is not the mean of the sigmoids": -0.402120007,
        "This is the derivative by w: it has the factor x, that by the shift has not": -0.625,
        "The shift was forgotten in x": -0.192257151,
    },
)
check(
    "the non-saturating loss",
    non_saturating,
    -5 / 8 * log3,
    causes={
        "The factor w is missing: the shift reaches the logit through it": -0.625,
        "This is the gradient of the saturating loss": -0.411979608,
        "The sign is wrong: the loss falls as the logit grows": 0.68663268,
        "This is the derivative by the probability: go on to the logit": -3.29583687,
        "This is the sum over the noise: the loss is a mean": -1.37326536,
        "This is the derivative by w: it has the factor x, that by the shift has not": -0.875,
    },
)
check("the noise that was passed in is unchanged", noise, given)
check("whole numbers", generator_gradients(np.array([1, -1]), 1, 2, -2), (-1.0, -1.0))
lost = generator_gradients(np.array([0.0]), -10, 1, 0)
check(
    "the discriminator wins, a logit of -10: (saturating, non-saturating)", lost, (-4.53978687e-5, -0.999954602)
)
check("the non-saturating gradient is so many times as large", lost[1] / lost[0], np.exp(10))

# %% task="generator_gradients" role="test" part="saturating" points=3
random = np.random.default_rng()
for number in range(10):
    noise = random.integers(-3, 4, int(random.integers(1, 8))) if number % 3 == 0 else random.normal(size=int(random.integers(1, 8)))
    shift, w, c = (int(v) for v in random.integers(-3, 4, 3)) if number % 2 else (float(v) for v in random.normal(scale=2, size=3))
    given = noise.copy()
    found, _ = generator_gradients(given, shift, w, c)
    expected = -sum(w / (1 + np.exp(-(w * (float(one) + shift) + c))) for one in noise) / len(noise)
    require(f"saturating, shift {shift:.2f}, w {w:.2f}, c {c:.2f}", found, float(expected))
    require("the noise is unchanged", given, noise)

# %% task="generator_gradients" role="test" part="other" points=4
random = np.random.default_rng()
for number in range(10):
    noise = random.integers(-3, 4, int(random.integers(1, 8))) if number % 3 == 0 else random.normal(size=int(random.integers(1, 8)))
    shift, w, c = (int(v) for v in random.integers(-3, 4, 3)) if number % 2 else (float(v) for v in random.normal(scale=2, size=3))
    given = noise.copy()
    _, found = generator_gradients(given, shift, w, c)
    expected = -sum(w / (1 + np.exp(w * (float(one) + shift) + c)) for one in noise) / len(noise)
    require(f"non-saturating, shift {shift:.2f}, w {w:.2f}, c {c:.2f}", found, float(expected))
    require("the noise is unchanged", given, noise)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. GAN 학습 한 걸음의 오류 찾기 (7점)

친구가 일차원의 GAN을 한 걸음 학습시키는 함수를 작성했습니다. 생성자는 $x = a\epsilon + b$, 판별자의 로짓은 $d = wx + c$이고, 파라미터는 짝 `generator`(`(a, b)`)와 `discriminator`(`(w, c)`)로 주어집니다. `real`과 `noise`는 축이 하나인 배열이며 길이가 다를 수 있습니다.
판별자는 진짜에 대한 교차 엔트로피의 평균과 만든 것에 대한 교차 엔트로피의 평균의 합을, 생성자는 **비포화** 손실($-\log s(d)$의 평균)을 줄이는 쪽으로 경사 하강을 한 걸음 갑니다. 둘은 동시에 움직입니다. 곧, 두 기울기 모두 옛 파라미터로 계산합니다.
그런데 생성자는 진짜 쪽으로 가지 않고 오히려 달아나고, 판별자의 힘이 생성자에게 전해지지 않으며, `real`과 `noise`의 길이를 다르게 하면 판별자도 이상해집니다.

```python
def gan_step(real, noise, generator, discriminator, rate):
    (a, b), (w, c) = generator, discriminator
    made = a * noise + b
    p_real, p_made = sigmoid(w * real + c), sigmoid(w * made + c)
    slope_real, slope_made = (p_real - 1) / len(made), p_made / len(made)
    new_w = w - rate * ((slope_real * real).sum() + (slope_made * made).sum())
    new_c = c - rate * (slope_real.sum() + slope_made.sum())
    new_a = a - rate * (slope_made * noise).sum()
    new_b = b - rate * slope_made.sum()
    return (new_a, new_b), (new_w, new_c)
```

오류는 세 개입니다. 모두 찾아 고치세요. 판별자에 3점, 생성자에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Find the bugs in one step of a GAN's training (7 points)

A friend has written a function for one training step of a GAN in one dimension. The generator is $x = a\epsilon + b$, the discriminator's logit $d = wx + c$, and the parameters are given as pairs, `generator` (`(a, b)`) and `discriminator` (`(w, c)`). `real` and `noise` are arrays with one axis whose lengths may differ.
Both take one step of gradient descent: the discriminator lowers the sum of the mean cross-entropy of the real ones and the mean cross-entropy of those made, the generator the **non-saturating** loss (the mean of $-\log s(d)$). They move at the same time, that is, both gradients are computed with the old parameters.
But the generator does not go to where the real ones are, it runs away; nothing of the discriminator's strength reaches the generator; and with different lengths of `real` and `noise` the discriminator goes wrong as well.

```python
def gan_step(real, noise, generator, discriminator, rate):
    (a, b), (w, c) = generator, discriminator
    made = a * noise + b
    p_real, p_made = sigmoid(w * real + c), sigmoid(w * made + c)
    slope_real, slope_made = (p_real - 1) / len(made), p_made / len(made)
    new_w = w - rate * ((slope_real * real).sum() + (slope_made * made).sum())
    new_c = c - rate * (slope_real.sum() + slope_made.sum())
    new_a = a - rate * (slope_made * noise).sum()
    new_b = b - rate * slope_made.sum()
    return (new_a, new_b), (new_w, new_c)
```

There are three bugs. Find and fix them all. The discriminator is worth 3 points, the generator 4.
"""

# %% [markdown] tags=["ko"] task="gan_step" role="hint"
r"""
판별자가 만든 것에 붙이는 레이블은 0입니다. 비포화 손실의 생성자가 같은 것에 붙이고 싶은 레이블은 무엇인가요?
"""

# %% [markdown] tags=["en"] task="gan_step" role="hint"
r"""
The discriminator gives those made the label 0. Which label does a generator with the non-saturating loss want for them?
"""

# %% [markdown] tags=["ko"] task="gan_step" role="hint"
r"""
로짓에 대한 기울기는 언제나 확률에서 레이블을 뺀 것입니다. 평균의 기울기를 구하려면 무엇의 개수로 나누어야 하나요? 그리고 생성자의 파라미터는 무엇을 거쳐 로짓에 이르나요?
"""

# %% [markdown] tags=["en"] task="gan_step" role="hint"
r"""
The gradient of the logit is always the probability minus the label. For the gradient of a mean, by the number of what must it be divided? And through what do the generator's parameters reach the logit?
"""

# %% [markdown] tags=["ko"] task="gan_step" role="hint"
r"""
`(p_real - 1) / len(real)`로 고치고, 생성자에는 따로 `slope = (p_made - 1) / len(made) * w`를 만들어 쓰세요. 새 `w`가 아니라 옛 `w`입니다.
"""

# %% [markdown] tags=["en"] task="gan_step" role="hint"
r"""
Write `(p_real - 1) / len(real)`, and give the generator a slope of its own, `slope = (p_made - 1) / len(made) * w`, with the old `w`, not the new `w`.
"""

# %% task="gan_step" role="solution"
def gan_step(real, noise, generator, discriminator, rate):
    ### BEGIN SOLUTION
    (a, b), (w, c) = generator, discriminator
    made = a * noise + b
    p_real, p_made = sigmoid(w * real + c), sigmoid(w * made + c)
    slope_real, slope_made = (p_real - 1) / len(real), p_made / len(made)
    new_w = w - rate * ((slope_real * real).sum() + (slope_made * made).sum())
    new_c = c - rate * (slope_real.sum() + slope_made.sum())
    slope = (p_made - 1) / len(made) * w  # the label that the generator wants is 1
    new_a = a - rate * (slope * noise).sum()
    new_b = b - rate * slope.sum()
    return (new_a, new_b), (new_w, new_c)
    ### END SOLUTION


# %% task="gan_step" role="check"
real, noise, log3 = np.array([2, 1]), np.array([-0.5, 0, 0.5]), np.log(3)
given = [real.copy(), noise.copy()]
new_generator, new_discriminator = gan_step(real, noise, (2, 1), (log3, -log3), 2)
check(
    "the discriminator, 2 real and 3 made",
    new_discriminator,
    (log3 - 1 / 3, -log3 - 1 / 4),
    causes={
        "The mean over the real ones was divided by the number of those made": (0.431945622, -1.59861229),
        "The labels of the discriminator are exchanged: it learns the wrong way round": (
            -0.234721045,
            -1.34861229,
        ),
        "The discriminator must learn from those made, not from the noise": (1.93194562, -1.34861229),
        "The discriminator was moved up instead of down": (1.43194562, -0.848612289),
    },
)
check(
    "the generator",
    new_generator,
    (2 - log3 / 6, 1 + log3),
    causes={
        "Two bugs are left: the label that the generator wants, and the way through the discriminator": (
            1.83333333,
            0,
        ),
        "The label is wrong: the generator wants those made to be taken for real": (1.81689795, -0.0986122887),
        "The way through the discriminator is missing: the factor w": (1.83333333, 2),
        "It was computed with the new w: both move at the same time": (1.87245351, 1.76527896),
        "The derivative by a has the factor of the noise, not of what was made of it": (2.73240819, 2.09861229),
        "The generator was moved up instead of down": (2.18310205, -0.0986122887),
        "This is the saturating loss": (2.18310205, 2.09861229),
    },
)
check("the arrays that were passed in are unchanged", [real, noise], given)
check(
    "whole numbers: only the discriminator moves, since w is 0",
    gan_step(np.array([3]), np.array([0]), (1, 1), (0, 0), 1),
    ((1, 1), (1, 0)),
)

# %% task="gan_step" role="test" part="discriminator" points=3
random = np.random.default_rng()
for number in range(8):
    n, m = (int(v) for v in random.integers(1, 7, 2))
    arrays = [random.integers(-3, 4, size) if number % 3 == 0 else random.normal(size=size) for size in (n, m)]
    (a, b), (w, c), rate = random.normal(size=2).tolist(), random.normal(size=2).tolist(), float(random.random())
    given = [array.copy() for array in arrays]
    found = gan_step(*given, (a, b), (w, c), rate)[1]
    reals, fakes = arrays[0].tolist(), [a * one + b for one in arrays[1].tolist()]
    of_w, of_c = (sum(-power(x) / (1 + np.exp(w * x + c)) for x in reals) / n + sum(power(x) / (1 + np.exp(-w * x - c)) for x in fakes) / m for power in (float, lambda x: 1.0))
    require(f"the discriminator, {n} real and {m} made", found, (float(w - rate * of_w), float(c - rate * of_c)))
    require("the arrays are unchanged", given, arrays)

# %% task="gan_step" role="test" part="generator" points=4
random = np.random.default_rng()
for number in range(8):
    n, m = (int(v) for v in random.integers(1, 7, 2))
    real, noise = (random.integers(-3, 4, size) if number % 3 == 0 else random.normal(size=size) for size in (n, m))
    (a, b), (w, c), rate = random.normal(size=2).tolist(), random.normal(size=2).tolist(), float(random.random())
    found = gan_step(real.copy(), noise.copy(), (a, b), (w, c), rate)[0]
    of_a, of_b = (-sum(factor(e) * w / (1 + np.exp(w * (a * e + b) + c)) for e in noise.tolist()) / m for factor in (float, lambda e: 1.0))
    require(f"the generator, {n} real and {m} made", found, (float(a - rate * of_a), float(b - rate * of_b)))

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 두 정규 분포의 프레셰 거리 (8점)

만든 그림들과 진짜 그림들의 특징(feature)을 각각 정규 분포로 요약하면, 둘 사이의 프레셰 거리(Fréchet distance)를 식으로 계산할 수 있습니다. 평균이 $m_a$와 $m_b$, 공분산이 $A$와 $B$이면 거리의 제곱은
$$\lVert m_a - m_b \rVert^2 + \mathrm{tr}(A) + \mathrm{tr}(B) - 2\,\mathrm{tr}(R), \quad R = \left(A^{1/2} B A^{1/2}\right)^{1/2}$$
입니다. 행렬의 제곱근은 성분마다의 제곱근이 아닙니다. 대칭이고 고윳값이 음수가 아닌 행렬 $M$의 제곱근 $M^{1/2}$은 자신을 곱하면 $M$이 되는 행렬 가운데 대칭이고 고윳값이 음수가 아닌 하나뿐인 것입니다. 고유벡터는 $M$과 같고, 고윳값은 $M$의 고윳값의 제곱근입니다.
`frechet(mean_a, covariance_a, mean_b, covariance_b)`에서 평균의 형상은 `(d,)`, 공분산의 형상은 `(d, d)`입니다. `(root, distance)`를 반환하세요. `root`는 형상이 `(d, d)`인 행렬 $R$이고, `distance`는 거리의 제곱인 수입니다.
공분산의 고윳값 가운데 0이 있어도 됩니다. 그때 컴퓨터는 0 대신 아주 작은 음수를 계산하곤 합니다. $R$에 3점, 거리에 3점, 고윳값 0에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. Fréchet distance of two Gaussians (8 points)

If the features of the pictures made and those of real pictures are each summed up by a Gaussian, the Fréchet distance between the two can be computed by a formula. With means $m_a$ and $m_b$ and covariances $A$ and $B$, its square is
$$\lVert m_a - m_b \rVert^2 + \mathrm{tr}(A) + \mathrm{tr}(B) - 2\,\mathrm{tr}(R), \quad R = \left(A^{1/2} B A^{1/2}\right)^{1/2}$$
The root of a matrix is not the root of each entry. For a symmetric matrix $M$ without negative eigenvalues, the root $M^{1/2}$ is the one symmetric matrix without negative eigenvalues whose product with itself is $M$. Its eigenvectors are those of $M$, its eigenvalues the roots of those of $M$.
In `frechet(mean_a, covariance_a, mean_b, covariance_b)` the means have the shape `(d,)`, the covariances `(d, d)`. Return `(root, distance)`: `root` is the matrix $R$, of shape `(d, d)`, and `distance` is a number, the square of the distance.
Eigenvalues of the covariances may be 0. There a computer tends to find very small negative numbers instead of 0. $R$ is worth 3 points, the distance 3, eigenvalues of 0 2.
"""

# %% [markdown] tags=["ko"] task="frechet" role="hint"
r"""
대칭 행렬의 고윳값과 고유벡터를 주는 NumPy 함수는 무엇인가요? 그 둘에서 원래 행렬을 다시 만드는 식을 써 보세요.
"""

# %% [markdown] tags=["en"] task="frechet" role="hint"
r"""
Which function of NumPy gives the eigenvalues and eigenvectors of a symmetric matrix? Write down how the matrix is put together from these again.
"""

# %% [markdown] tags=["ko"] task="frechet" role="hint"
r"""
`values, vectors = np.linalg.eigh(matrix)`이면 `matrix`는 `vectors * values @ vectors.T`입니다. `values`를 제곱근으로 바꾸는 함수를 만들어 두 번 쓰세요.
"""

# %% [markdown] tags=["en"] task="frechet" role="hint"
r"""
After `values, vectors = np.linalg.eigh(matrix)`, `matrix` is `vectors * values @ vectors.T`. Make a function that puts roots in place of `values`, and use it twice.
"""

# %% [markdown] tags=["ko"] task="frechet" role="hint"
r"""
제곱근은 `np.sqrt(np.maximum(values, 0))`입니다. `half`가 $A$의 제곱근이면 $R$은 `half @ covariance_b @ half`의 제곱근입니다. 곱이 반올림 때문에 조금 비대칭이어도 괜찮습니다.
"""

# %% [markdown] tags=["en"] task="frechet" role="hint"
r"""
The roots are `np.sqrt(np.maximum(values, 0))`. If `half` is the root of $A$, then $R$ is the root of `half @ covariance_b @ half`. It does no harm that rounding makes the product a little asymmetric.
"""

# %% task="frechet" role="solution"
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    ### BEGIN SOLUTION
    def root_of(matrix):
        values, vectors = np.linalg.eigh(matrix)
        return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T

    half = root_of(covariance_a)
    root = root_of(half @ covariance_b @ half)
    spread = np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.trace(root)
    return root, np.sum((mean_a - mean_b) ** 2) + spread
    ### END SOLUTION


# %% task="frechet" role="check"
mean_a, covariance_a = np.array([1, 0]), np.array([[5, 5], [5, 10]])
mean_b, covariance_b = np.array([6, 12]), np.array([[65, -5], [-5, 10]])
given = [array.copy() for array in (mean_a, covariance_a, mean_b, covariance_b)]
root, distance = frechet(mean_a, covariance_a, mean_b, covariance_b)
check(
    "the root, whole numbers",
    root,
    np.array([[15.0, 5], [5, 10]]),
    causes={
        "These are the roots of the entries, and not the root of the matrix": np.array(
            [[15.8113883, 11.1803399], [11.1803399, 11.1803399]]
        ),
        "`np.sqrt` takes the roots of the entries: the roots of matrices are others": np.array(
            [[18.02775638, 18.31270977], [18.31270977, 18.82257479]]
        ),
        "The last root is missing: this is the product below it": np.array([[250, 125], [125, 125]]),
        "This is the root of A times B, which is not symmetric": np.array([[17, 1], [11, 8]]),
        "The root of A times the root of B is something else, unless A and B commute": np.array(
            [[15.6524758, 2.23606798], [6.70820393, 8.94427191]]
        ),
        "A was not rooted before the product": np.array([[31.8198052, 24.7487373], [24.7487373, 38.890873]]),
        "A and B are exchanged": np.array([[16.6, 3.8], [3.8, 8.4]]),
        "This is a root by Cholesky: it has the same trace, but it is another matrix": np.array(
            [[18, 1], [1, 7]]
        ),
    },
)
check(
    "the distance",
    distance,
    209.0,
    causes={
        "The root of the whole was taken: the square of the distance is asked for": 14.4568323,
        "The part of the means is missing": 40,
        "The difference of the means must be squared": 53,
        "The trace of R counts twice": 234,
        "Only the means were compared": 169,
        "The squared differences of the means were averaged: they are summed": 124.5,
        "R was summed over all its entries: the trace is the sum of the diagonal": 189,
    },
)
check("the arrays that were passed in are unchanged", [mean_a, covariance_a, mean_b, covariance_b], given)
check("a Gaussian from itself", frechet(mean_a, covariance_a, mean_a, covariance_a)[1], 0.0, atol=1e-5)
lines = [
    np.outer(line, line) for line in ([1.0, 2, 3, 4], [2.0, 1, 0, -1])
]  # of rank 1: all eigenvalues but one are 0
zeros = np.zeros(4)
check(
    "eigenvalues of 0: a Gaussian from itself",
    frechet(zeros, lines[0], zeros, lines[0]),
    (lines[0], 0.0),
    atol=1e-4,
    causes={
        "The root of a small negative number: make the eigenvalues 0 or more first": (
            np.full((4, 4), np.nan),
            np.nan,
        ),
        "Behind the eigenvalues, the eigenvectors must be transposed": (
            np.array(
                [
                    [0.473745684, -4.06960316, 7.59090082, 7.08480511],
                    [4.89398454, 0.767056931, 2.25344575, -2.1826669],
                    [-0.193345721, -6.20623378, 2.74586521, 0.94605001],
                    [-6.98630162, 1.35738794, 4.33562888, 13.4331633],
                ]
            ),
            25.1603378,
        ),
    },
)
check(
    "eigenvalues of 0: two lines at right angles",
    frechet(zeros, lines[0], zeros, lines[1]),
    (np.zeros((4, 4)), 36.0),
    atol=1e-4,
    causes={
        "The root of a small negative number: make the eigenvalues 0 or more first": (
            np.full((4, 4), np.nan),
            np.nan,
        )
    },
)

# %% task="frechet" role="test" part="root" points=3
random = np.random.default_rng()
for number in range(10):
    d = int(random.integers(1, 6))
    half = random.integers(-2, 3, (d, d)) if number % 3 == 0 else random.normal(size=(d, d))
    a, wanted = half @ half.T + np.eye(d, dtype=int), random.normal(size=(d, d))
    wanted = wanted @ wanted.T + np.eye(d)
    values, vectors = np.linalg.eigh(a)
    inverse = vectors @ np.diag(values**-0.5) @ vectors.T
    b = inverse @ wanted @ wanted @ inverse
    arrays = [random.normal(size=d), a, random.normal(size=d), (b + b.T) / 2]
    given = [array.copy() for array in arrays]
    require(f"the root, {d} features", frechet(*given)[0], wanted, rtol=1e-4, atol=1e-5)
    require("the arrays are unchanged", given, arrays)

# %% task="frechet" role="test" part="distance" points=3
random = np.random.default_rng()
for number in range(10):
    d = int(random.integers(1, 6))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    means, halves = [draw(d) for _ in range(2)], [draw(d, d) for _ in range(2)]
    a, b = (half @ half.T + np.eye(d, dtype=int) for half in halves)
    common = np.sqrt(np.linalg.eigvals(a @ b).real.clip(0)).sum()  # A B has the eigenvalues of what R is the root of
    expected = sum((float(one) - float(other)) ** 2 for one, other in zip(*means)) + sum(a[i, i] + b[i, i] for i in range(d)) - 2 * common
    require(f"the distance, {d} features", frechet(means[0].copy(), a.copy(), means[1].copy(), b.copy())[1], float(expected), rtol=1e-4, atol=1e-5)

# %% task="frechet" role="test" part="zeros" points=2
random = np.random.default_rng()
for _ in range(8):
    d = int(random.integers(3, 7))
    u, v = (random.integers(1, 5, d) * random.choice([-1, 1], d) for _ in range(2))
    a, b, zeros = np.outer(u, u), np.outer(v, v), np.zeros(d)
    root, distance = frechet(zeros, a.copy(), zeros, b.copy())
    expected = abs(int(u @ v)) * a / int(u @ u)
    require(f"two lines, {d} features: the root", root, expected * 1.0, atol=1e-3)
    require(f"two lines, {d} features: the distance", distance, float(u @ u + v @ v - 2 * abs(int(u @ v))), atol=1e-3)

# %% [markdown] tags=["ko"]
r"""
### 문제 12. 진짜 같은 것과 만들 수 있는 것 (7점)

프레셰 거리는 수 하나로 품질과 다양성을 섞습니다. 정밀도(precision)와 재현율(recall)은 둘을 나눕니다(Kynkäänniemi et al., 2019). 특징마다 공을 하나 두르되, 반지름은 **같은 집합**에서 `k`번째로 가까운 이웃까지의 거리로 합니다(자신은 이웃이 아닙니다).
`in_the_balls(real, made, k)`는 진짜의 특징 `real`(형상 `(n, d)`)과 만든 것의 특징 `made`(형상 `(m, d)`)를 받아 불(bool) 배열 둘 `(realistic, reached)`를 반환합니다.
- `realistic`의 형상은 `(m,)`입니다. 만든 것이 **진짜의 공 가운데 하나 이상**에 들어 있으면 `True`입니다. 그 비율이 정밀도입니다.
- `reached`의 형상은 `(n,)`입니다. 진짜가 **만든 것의 공 가운데 하나 이상**에 들어 있으면 `True`입니다. 그 비율이 재현율입니다.

거리는 유클리드 거리이며, 공의 표면도 공에 속합니다. `k`가 1보다 작거나, 두 집합 가운데 하나라도 `k + 1`개보다 적은 특징을 가지고 있으면 `ValueError`를 발생시키세요(raise). `realistic`에 3점, `reached`에 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 12. What looks real, and what can be made (7 points)

The Fréchet distance mixes quality and variety into one number. Precision and recall keep them apart (Kynkäänniemi et al., 2019). Each feature gets a ball around it, whose radius is the distance to its `k`-th nearest neighbour **of the same set** (it is no neighbour of itself).
`in_the_balls(real, made, k)` is given the features of real pictures, `real` (shape `(n, d)`), and of those made, `made` (shape `(m, d)`), and returns two arrays of bools, `(realistic, reached)`.
- `realistic` has the shape `(m,)`. It is `True` where what was made lies in **at least one ball of a real one**. The share of these is the precision.
- `reached` has the shape `(n,)`. It is `True` where a real one lies in **at least one ball of one that was made**. The share of these is the recall.

Distances are Euclidean, and the surface belongs to the ball. Raise `ValueError` if `k` is below 1, or if either set has fewer than `k + 1` features. `realistic` is worth 3 points, `reached` 2, the error case 2.
"""

# %% [markdown] tags=["ko"] task="in_the_balls" role="hint"
r"""
한 집합 안의 거리의 표에서 줄 하나를 작은 것부터 늘어놓으면 맨 앞의 수는 무엇인가요? `k`번째 이웃은 어느 자리에 있나요?
"""

# %% [markdown] tags=["en"] task="in_the_balls" role="hint"
r"""
If one row of the table of distances within a set is sorted, what is its first number? In which place is the `k`-th neighbour?
"""

# %% [markdown] tags=["ko"] task="in_the_balls" role="hint"
r"""
`np.linalg.norm(a[:, None] - b, axis=-1)`은 `a`의 모든 점과 `b`의 모든 점 사이의 거리의 표입니다. 반지름은 `np.sort(table, axis=1)[:, k]`입니다. 0번 자리에 자신이 있기 때문입니다.
"""

# %% [markdown] tags=["en"] task="in_the_balls" role="hint"
r"""
`np.linalg.norm(a[:, None] - b, axis=-1)` is a table of the distances between all points of `a` and all of `b`. The radii are `np.sort(table, axis=1)[:, k]`, since each point itself is in place 0.
"""

# %% [markdown] tags=["ko"] task="in_the_balls" role="hint"
r"""
`covered(points, centres)`라는 함수를 만들어 두 번 쓰세요. 점과 중심의 거리의 표가 중심의 반지름 이하인지 비교하고 `.any(axis=1)`을 취합니다. 두 번째에는 두 집합의 역할을 바꿉니다.
"""

# %% [markdown] tags=["en"] task="in_the_balls" role="hint"
r"""
Make a function `covered(points, centres)` and use it twice: compare the table of distances from points to centres with the centres' radii, and take `.any(axis=1)`. The second time the sets change their parts.
"""

# %% task="in_the_balls" role="solution"
def in_the_balls(real, made, k):
    ### BEGIN SOLUTION
    if k < 1 or min(len(real), len(made)) < k + 1:
        raise ValueError(f"{len(real)} and {len(made)} features, neighbour {k}")

    def table(a, b):
        return np.linalg.norm(a[:, None] - b, axis=-1)

    def covered(points, centres):
        radii = np.sort(table(centres, centres), axis=1)[:, k]  # in place 0 is the centre itself
        return (table(points, centres) <= radii).any(axis=1)

    return covered(made, real), covered(real, made)
    ### END SOLUTION


# %% task="in_the_balls" role="check"
real = np.array([[0, 0], [1, 0], [3, 0], [10, 0]])
made = np.array([[6, 0], [10, 0], [0, 4], [0, 5], [17, 0], [5, 0]])
given = [real.copy(), made.copy()]
realistic, reached = in_the_balls(real, made, 1)
check(
    "6 made, whole numbers, k = 1: which look real",
    realistic,
    np.array([True, True, False, False, True, True]),
    causes={
        "A point is no neighbour of itself: all radii are 0": np.array(
            [False, True, False, False, False, False]
        ),
        "The surface belongs to the ball: equal is inside": np.array([True, True, False, False, False, True]),
        "Any ball will do, and not only that of the nearest real one": np.array(
            [False, True, False, False, True, True]
        ),
        "The radii come from distances between real ones, and not to those made": np.array(
            [False, True, True, False, False, True]
        ),
        "Each ball has a radius of its own": np.array([False, True, False, False, False, True]),
        "Balls around those made were used: those around the real ones count here": np.array(
            [False, True, False, False, True, False]
        ),
        "One ball is enough: not all must hold it": np.array([False, False, False, False, False, False]),
        "This is the share: an answer for each is asked for": 0.666666667,
        "The two results are exchanged": np.array([False, False, False, True]),
    },
)
check(
    "4 real, k = 1: which are reached",
    reached,
    np.array([False, False, False, True]),
    causes={
        "This is neighbour k + 1: one too far": np.array([True, True, True, True]),
        "Balls around the real ones were used for both: real ones must lie in balls around those made": np.array(
            [False, False, True, True]
        ),
    },
)
check("the arrays that were passed in are unchanged", [real, made], given)
check(
    "k = 2",
    in_the_balls(real, made, 2),
    (np.array([True, True, False, False, True, True]), np.full(4, True)),
    causes={
        "The first neighbour was used, whatever `k` is": (
            np.array([True, True, False, False, True, True]),
            np.array([False, False, False, True]),
        )
    },
)
check(
    "fractions",
    in_the_balls(np.array([[0, 0], [1.5, 1.5], [0, 3]]), np.array([[-2.5, 0], [1, 1]]), 1),
    (np.array([False, True]), np.full(3, True)),
    causes={
        "This is the sum of the differences along the axes, not the Euclidean distance": (
            np.array([True, True]),
            np.array([True, True, True]),
        )
    },
)
check_raises(ValueError, in_the_balls, real, made, 0)
check_raises(ValueError, in_the_balls, real, made, 4)
check_raises(ValueError, in_the_balls, real, made[:2], 2)

# %% task="in_the_balls" role="test" part="realistic" points=3
random = np.random.default_rng()
for number in range(12):
    n, m, d, k = (int(v) for v in random.integers([4, 4, 1, 1], [12, 12, 4, 4]))
    draw = (lambda size: random.integers(-3, 4, (size, d))) if number % 3 == 0 else (lambda size: random.normal(size=(size, d)))
    arrays = [draw(n), draw(m) * 2]
    given = [array.copy() for array in arrays]
    found, _ = in_the_balls(*given, k)
    apart = lambda a, b: sum((x - y) ** 2 for x, y in zip(a, b))
    reals, fakes = (array.tolist() for array in arrays)
    radii = [sorted(apart(one, other) for j, other in enumerate(reals) if i != j)[k - 1] for i, one in enumerate(reals)]
    expected = [any(apart(fake, one) <= radius for one, radius in zip(reals, radii)) for fake in fakes]
    require(f"{n} real and {m} made, {d} features, k = {k}: which look real", found, np.array(expected))
    require("the arrays are unchanged", given, arrays)
s = int(random.integers(1, 9))
centres, others = s * np.array([[0, 0], [1, 0], [9, 0]]), s * np.array([[0, -1], [0, 2]])
require("one on the surface of a ball, one outside", in_the_balls(centres, others, 1)[0], np.array([True, False]))

# %% task="in_the_balls" role="test" part="reached" points=2
random = np.random.default_rng()
for number in range(12):
    n, m, d, k = (int(v) for v in random.integers([4, 4, 1, 1], [12, 12, 4, 4]))
    draw = (lambda size: random.integers(-3, 4, (size, d))) if number % 3 == 0 else (lambda size: random.normal(size=(size, d)))
    arrays = [draw(n) * 2, draw(m)]
    given = [array.copy() for array in arrays]
    _, found = in_the_balls(*given, k)
    apart = lambda a, b: sum((x - y) ** 2 for x, y in zip(a, b))
    reals, fakes = (array.tolist() for array in arrays)
    radii = [sorted(apart(one, other) for j, other in enumerate(fakes) if i != j)[k - 1] for i, one in enumerate(fakes)]
    expected = [any(apart(real, one) <= radius for one, radius in zip(fakes, radii)) for real in reals]
    require(f"{n} real and {m} made, {d} features, k = {k}: which are reached", found, np.array(expected))
    require("the arrays are unchanged", given, arrays)
s = int(random.integers(1, 9))
centres, others = s * np.array([[0, 0], [1, 0], [9, 0]]), s * np.array([[0, -1], [0, 2]])
require("one on the surface of a ball, one outside", in_the_balls(others, centres, 1)[1], np.array([True, False]))

# %% task="in_the_balls" role="test" part="errors" points=2
for n, m, k in ((3, 5, 3), (5, 3, 3), (4, 4, 0), (4, 4, -1), (2, 2, 2), (9, 2, 5)):
    require_raises(ValueError, in_the_balls, np.eye(9)[:n], np.eye(9)[:m] + 1, k)

# %% [markdown] tags=["ko"]
r"""
### 문제 13. Keras로 만드는 묶인 오토인코더 (6점)

디코더가 인코더의 행렬을 전치하여 다시 쓰면 가중치가 절반으로 줄고, 둘은 서로 어긋날 수 없습니다(가중치 묶기, weight tying). `tied_autoencoder(width, code)`는 형상이 `(batch, width)`인 입력을 받아 같은 형상의 출력을 내는 Keras 모델(`keras.Model`)을 반환합니다.
- 인코더: $h = \mathrm{relu}(xW + b)$. `W`의 형상은 `(width, code)`, `b`는 `(code,)`입니다.
- 디코더: $y = hW^{\top} + c$. **같은** `W`를 쓰고, `c`의 형상은 `(width,)`입니다. 활성화 함수는 없습니다.

모델의 가중치는 이 셋뿐이며 셋 모두 학습할 수 있어야 합니다. 학습은 하지 않습니다. 채점은 가중치를 다른 것으로 바꾸어 봅니다. 그러므로 디코더는 만들어질 때의 `W`가 아니라 지금의 `W`를 써야 합니다. `W`가 정말로 묶였는지에 3점, 편향까지 모두 맞는지에 3점입니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 13. An autoencoder with tied weights in Keras (6 points)

If the decoder uses the encoder's matrix once more, transposed, there are half as many weights, and the two can never disagree (weight tying). `tied_autoencoder(width, code)` returns a Keras model (`keras.Model`) from inputs of shape `(batch, width)` to outputs of the same shape.
- Encoder: $h = \mathrm{relu}(xW + b)$. `W` has the shape `(width, code)`, `b` has `(code,)`.
- Decoder: $y = hW^{\top} + c$ with **the same** `W`; `c` has the shape `(width,)`. There is no activation.

The model has these three weights and no others, and all three can be trained. Nothing is trained here. Grading replaces the weights by others, so the decoder must use the `W` of now, not the `W` that the model was made with. Whether `W` is really tied is worth 3 points, whether all is right with the biases, too, 3. The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"] task="tied_autoencoder" role="hint"
r"""
`Dense` 층을 둘 쓰면 행렬은 몇 개인가요? 한 층의 가중치를 다른 층이 계산할 때마다 읽게 하려면 어떤 층이 필요할까요?
"""

# %% [markdown] tags=["en"] task="tied_autoencoder" role="hint"
r"""
How many matrices are there with two `Dense` layers? What kind of layer reads the weights of another one each time it computes?
"""

# %% [markdown] tags=["ko"] task="tied_autoencoder" role="hint"
r"""
`layers.Layer`에서 층을 하나 만들고, `__init__`에서 인코더의 `Dense`를 `self.dense`로 받으세요. `build`에서는 편향을 `self.add_weight((width,), "zeros")`로 만듭니다. 행렬은 `self.dense.kernel`입니다.
"""

# %% [markdown] tags=["en"] task="tied_autoencoder" role="hint"
r"""
Make a layer from `layers.Layer` that takes the encoder's `Dense` as `self.dense` in `__init__`. In `build`, make the bias by `self.add_weight((width,), "zeros")`. The matrix is `self.dense.kernel`.
"""

# %% [markdown] tags=["ko"] task="tied_autoencoder" role="hint"
r"""
`call(self, h)`는 `ops.matmul(h, ops.transpose(self.dense.kernel)) + self.bias`를 반환합니다. 이 식을 층 밖에서 쓰면 그때의 `W`가 상수로 굳어 버립니다. 모델은 `keras.Model(x, Back(dense)(dense(x)))`처럼 만드세요.
"""

# %% [markdown] tags=["en"] task="tied_autoencoder" role="hint"
r"""
`call(self, h)` returns `ops.matmul(h, ops.transpose(self.dense.kernel)) + self.bias`. Outside of a layer, the same line would freeze `W` as it was then. The model is made like `keras.Model(x, Back(dense)(dense(x)))`.
"""

# %% task="tied_autoencoder" role="solution"
def tied_autoencoder(width, code):
    ### BEGIN SOLUTION
    class Back(layers.Layer):
        """Multiplies by the transposed matrix of another layer, and adds a bias of its own."""

        def __init__(self, dense):
            super().__init__()
            self.dense = dense

        def build(self, shape):
            self.bias = self.add_weight((width,), "zeros", name="bias")

        def call(self, h):
            return ops.matmul(h, ops.transpose(self.dense.kernel)) + self.bias

    x = keras.Input((width,))
    dense = layers.Dense(code, activation="relu")
    return keras.Model(x, Back(dense)(dense(x)))
    ### END SOLUTION


# %% task="tied_autoencoder" role="check"
model = tied_autoencoder(3, 2)
check("tied_autoencoder returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
x = np.array([[1, 0, 2], [0, 1, -1]], "float32")
check(
    "shape for 2 inputs of 3 numbers",
    tuple(model(x).shape),
    (2, 3),
    causes={"This is the code: the decoder is missing": (2, 2)},
)
check(
    "its parameters",
    model.count_params(),
    11,
    causes={
        "There are two matrices: they are not tied": 17,
        "The bias of the decoder is missing": 8,
        "The bias of the encoder is missing": 9,
        "Both biases are missing": 6,
    },
)
check("all of them can be trained", sum(int(np.prod(w.shape)) for w in model.trainable_weights), 11)


def after(matrix, b, c):
    """What the model makes of x with these weights."""
    values = {(3, 2): matrix, (2,): b, (3,): c}
    model.set_weights([np.array(values[tuple(w.shape)], "float32") for w in model.get_weights()])
    return np.array(model(x))


first = [w for w in model.get_weights() if w.shape == (3, 2)]  # the matrix that the model was made with
matrix = [[1, 0], [0, 2], [1, 1]]
check(
    "with another matrix",
    after(matrix, [0, 0], [0, 0, 0]),
    np.array([[3.0, 4, 5], [0, 2, 1]]),
    causes={
        "The activation of the encoder is missing": np.array([[3.0, 4, 5], [-1, 2, 0]]),
        "There is a sigmoid at the end: the decoder must have no activation": sigmoid(
            np.array([[3, 4, 5], [0, 2, 1]])
        ),
        "The decoder still multiplies by the matrix that the model was made with": lambda: (
            np.array([[3, 2], [0, 1]]) @ first[0].T
        ),
    },
)
check(
    "with a negative matrix: what comes out may be negative, too",
    after([[-1, 0], [0, 2], [0, 1]], [2, 0], [0, 0, 0]),
    np.array([[-1.0, 4, 2], [-2, 2, 1]]),
    causes={
        "The decoder must have no activation": np.array([[0.0, 4, 2], [0, 2, 1]]),
        "The bias of the encoder must be added before the activation": np.array([[-2.0, 4, 2], [-2, 2, 1]]),
    },
)
check(
    "with biases",
    after(matrix, [1, -1], [10, 0, -10]),
    np.array([[14.0, 2, -5], [10, 0, -10]]),
    causes={
        "The bias of the encoder has no effect": np.array([[13.0, 4, -5], [10, 2, -9]]),
        "The bias of the decoder has no effect": np.array([[4.0, 2, 5], [0, 0, 0]]),
    },
)

# %% task="tied_autoencoder" role="test" part="tied" points=3
random = np.random.default_rng()
for width, code in ((5, 2), (4, 7)):
    model, case = tied_autoencoder(width, code), f"tied_autoencoder({width}, {code})"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    x = random.normal(size=(3, width)).astype("float32")
    require(f"{case}: shape", tuple(model(x).shape), (3, width))
    found = [tuple(w.shape) for w in model.get_weights()]
    require(f"{case}: sizes of the weights", sorted(found), sorted([(width, code), (code,), (width,)]))
    for _ in range(2):
        matrix = random.normal(size=(width, code)).astype("float32")
        model.set_weights([matrix if shape == (width, code) else np.zeros(shape, "float32") for shape in found])
        expected = np.maximum(x.astype(float) @ matrix, 0) @ matrix.T
        require(f"{case}: with another matrix", np.asarray(model(x)), expected, rtol=1e-3, atol=1e-4)

# %% task="tied_autoencoder" role="test" part="biases" points=3
random = np.random.default_rng()
for width, code in ((6, 3), (3, 5)):
    model, case = tied_autoencoder(width, code), f"tied_autoencoder({width}, {code})"
    x = random.normal(size=(4, width)).astype("float32")
    model(x)
    shapes = [(width, code), (code,), (width,)]
    drawn = {shape: random.normal(size=shape).astype("float32") for shape in shapes}
    found = [tuple(w.shape) for w in model.get_weights()]
    require(f"{case}: sizes of the weights", sorted(found), sorted(shapes))
    model.set_weights([drawn[shape] for shape in found])
    require(f"{case}: all can be trained", sum(int(np.prod(w.shape)) for w in model.trainable_weights), width * code + code + width)
    matrix, b, c = (drawn[shape].astype(float) for shape in shapes)
    expected = np.maximum(x @ matrix + b, 0) @ matrix.T + c
    require(f"{case}: with biases", np.asarray(model(x)), expected, rtol=1e-3, atol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 14. 실험: 곧은 선의 가운데는 얼마나 낯선가 (5점)

두 코드를 곧은 선으로 잇는 보간은 2차원 잠재 공간의 지도에서는 잘 됩니다. 차원이 높아도 그럴까요?
아래 셀의 `oddness(dimensions)`는 표준 정규 분포의 코드 2,000쌍을 뽑아, 코드의 길이와 두 코드의 한가운데의 길이를 측정합니다. 반환값은 한가운데가 보통의 코드보다 평균하여 얼마나 짧은지를, 코드의 길이의 표준 편차를 단위로 나타낸 것입니다. 1보다 작으면 한가운데는 눈에 띄지 않고, 3을 넘으면 그런 코드는 거의 뽑히지 않습니다.
`dimensions`를 1에서 1,000까지 키우면 이 값은 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 다섯 가지 이상의 정수를 골라 측정하세요. 2 이하, 8과 64 사이, 256 이상이 하나씩은 있어야 합니다.
`straight_lines()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 `dimensions`의 리스트
- `"predicted"`: 값마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 값마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`
"""

# %% [markdown] tags=["en"]
r"""
### Task 14. Experiment: how odd is the middle of a straight line (5 points)

Interpolation along a straight line between two codes works well on the map of a latent space with 2 dimensions. Does it with many?
In the cell below, `oddness(dimensions)` draws 2,000 pairs of codes from the standard Gaussian and measures the lengths of the codes, and the length of the point halfway between the two. It returns by how much the middle is shorter than a usual code on average, in standard deviations of the length of codes. Below 1 the middle does not stand out; above 3 such a code is hardly ever drawn.
As `dimensions` goes from 1 to 1,000, will this value grow, fall, or stay? Write down your prediction **before you measure**; then choose at least five whole numbers and measure, at least one of 2 or less, one between 8 and 64, and one of 256 or more.
`straight_lines()` returns the record of the experiment as a dict.
- `"settings"`: the list of values of `dimensions` that were tried
- `"predicted"`: a list with a prediction for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def oddness(dimensions):
    """How much shorter the middle of two codes is than a code, in standard deviations of the length of codes."""
    one, other = np.random.default_rng(0).normal(size=(2, 2000, int(dimensions)))
    lengths, middles = (np.linalg.norm(codes, axis=1) for codes in (one, (one + other) / 2))
    return float((lengths.mean() - middles.mean()) / lengths.std())

# %% [markdown] tags=["ko"] task="straight_lines" role="hint"
r"""
축이 `d`개이면 코드의 길이의 제곱은 평균하여 얼마인가요? 두 코드의 한가운데에서는 축 하나의 분산이 얼마인가요?
"""

# %% [markdown] tags=["en"] task="straight_lines" role="hint"
r"""
With `d` axes, what is the square of a code's length on average? Halfway between two codes, what is the variance on one axis?
"""

# %% [markdown] tags=["ko"] task="straight_lines" role="hint"
r"""
`sizes = [1, 2, 16, 128, 1000]`처럼 값을 고르고, 예측을 먼저 적은 다음 `[oddness(size) for size in sizes]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="straight_lines" role="hint"
r"""
Choose values such as `sizes = [1, 2, 16, 128, 1000]`, write the prediction first, then measure with `[oddness(size) for size in sizes]`.
"""

# %% [markdown] tags=["ko"] task="straight_lines" role="hint"
r"""
결론은 예측이 아니라 측정값에서 나옵니다. 작은 `dimensions`부터 차례로 보면 처음부터 끝까지 한쪽으로만 가나요?
"""

# %% [markdown] tags=["en"] task="straight_lines" role="hint"
r"""
The conclusion follows from the measured values, not from the prediction. From small to large `dimensions`, do they go in one direction all the way?
"""

# %% task="straight_lines" role="solution"
def straight_lines():
    ### BEGIN SOLUTION
    sizes = [1, 2, 16, 128, 1000]
    return {
        "settings": sizes,
        "predicted": "stays",  # before measuring
        "measured": [oddness(size) for size in sizes],
        "conclusion": "grows",
    }
    ### END SOLUTION


# %% task="straight_lines" role="check"
found = straight_lines()
check_experiment(
    "the experiment",
    found,
    measure=oddness,
    settings=lambda size: 1 <= size <= 1000 and size == int(size),
    at_least_runs=5,
    tolerance=0.01,
)
small, large = min(found["settings"]), max(found["settings"])
between = any(8 <= size <= 64 for size in found["settings"])
check(
    "one value is 2 or less, one between 8 and 64, one 256 or more",
    small <= 2 and between and large >= 256,
    True,
)

# %% task="straight_lines" role="test" points=5
found = straight_lines()
require_experiment("the experiment", found, measure=oddness, settings=lambda size: 1 <= size <= 1000 and size == int(size), at_least_runs=5, tolerance=0.01)
small, large = min(found["settings"]), max(found["settings"])
between = any(8 <= size <= 64 for size in found["settings"])
require("one value is 2 or less, one between 8 and 64, one 256 or more", bool(small <= 2 and between and large >= 256), True)
