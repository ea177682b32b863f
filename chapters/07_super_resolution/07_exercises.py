# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 7장 연습 문제. 초해상도

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 그림은 자료형이 `uint8`일 때가 많습니다. 이 자료형은 0부터 255까지만 담으므로, 그런 배열끼리 더하거나 빼거나 곱하면 넘친 값이 아무 말 없이 다른 수가 됩니다. 먼저 `astype(float)`로 바꾸면 안전합니다.
- 모두 10문제, 100점, 약 2시간입니다. 문제 9만 Keras를 쓰고, 문제 10은 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 7 exercises. Super-resolution

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- Pictures are often of dtype `uint8`, which holds 0 to 255 only: where such arrays are added, subtracted or multiplied, what does not fit turns silently into another number. It is safe to apply `astype(float)` first.
- There are 10 tasks with 100 points, for about 2 hours. Only task 9 uses Keras, and task 10 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 바이큐빅의 가중치 (10점)

그림을 키울 때 새 픽셀은 원래 픽셀 사이의 어딘가에 놓입니다. 바이큐빅(bicubic)은 한 방향에서 가까운 픽셀 네 개의 가중 평균을 구하며, 픽셀의 가중치는 거리 $d$만으로 정해집니다.

$$w(d) = \begin{cases} (a+2)|d|^3 - (a+3)|d|^2 + 1 & |d| \le 1 \\ a|d|^3 - 5a|d|^2 + 8a|d| - 4a & 1 < |d| < 2 \\ 0 & |d| \ge 2 \end{cases}$$

픽셀 $k$의 중심은 자리 $k$에 있습니다. 자리 $x$에 가까운 네 픽셀은 $\lfloor x \rfloor - 1$, $\lfloor x \rfloor$, $\lfloor x \rfloor + 1$, $\lfloor x \rfloor + 2$번입니다. 여기서 $\lfloor x \rfloor$는 $x$보다 크지 않은 가장 큰 정수입니다.
`cubic_weights(places, a)`는 형상이 `(N,)`인 배열의 자리마다 네 픽셀의 가중치를 이 순서로 구하여, 형상이 `(N, 4)`인 배열로 반환합니다. 자리는 음수일 수도 있습니다. Pillow에서는 `a`가 −0.5이고 PyTorch에서는 −0.75입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. The weights of bicubic (10 points)

When a picture is made larger, a new pixel lies somewhere between old ones. Bicubic takes, in one direction, a weighted mean of the four near ones, and the weight depends on the distance $d$ alone:

$$w(d) = \begin{cases} (a+2)|d|^3 - (a+3)|d|^2 + 1 & |d| \le 1 \\ a|d|^3 - 5a|d|^2 + 8a|d| - 4a & 1 < |d| < 2 \\ 0 & |d| \ge 2 \end{cases}$$

The middle of pixel $k$ is at place $k$. The four pixels near a place $x$ have the numbers $\lfloor x \rfloor - 1$, $\lfloor x \rfloor$, $\lfloor x \rfloor + 1$, $\lfloor x \rfloor + 2$, where $\lfloor x \rfloor$ is the largest whole number that is not above $x$.
`cubic_weights(places, a)` takes an array of places of shape `(N,)` and returns the weights of these four pixels, in this order, as an array of shape `(N, 4)`. A place may be negative. In Pillow `a` is −0.5, in PyTorch −0.75.
"""

# %% [markdown] tags=["ko"] task="cubic_weights" role="hint"
r"""
자리가 2.25이면 네 픽셀은 몇 번인가요? 각각 얼마나 떨어져 있나요? 자리가 −0.25이면요?
"""

# %% [markdown] tags=["en"] task="cubic_weights" role="hint"
r"""
For a place of 2.25, which are the four pixels? How far away is each? And for a place of −0.25?
"""

# %% [markdown] tags=["ko"] task="cubic_weights" role="hint"
r"""
`np.floor(places)[:, None] + np.arange(-1, 3)`은 자리마다 네 픽셀의 번호를 줍니다. 거리는 `places[:, None]`과의 차이의 절댓값입니다.
"""

# %% [markdown] tags=["en"] task="cubic_weights" role="hint"
r"""
`np.floor(places)[:, None] + np.arange(-1, 3)` gives the numbers of the four pixels for each place. The distance is the absolute value of the difference from `places[:, None]`.
"""

# %% [markdown] tags=["ko"] task="cubic_weights" role="hint"
r"""
거리 `d`의 형상은 `(N, 4)`입니다. 두 다항식 `near`와 `far`를 모두 계산한 다음 `np.where(d <= 1, near, far)`로 고르세요. 거리가 2인 픽셀에서는 둘째 다항식도 0입니다.
"""

# %% [markdown] tags=["en"] task="cubic_weights" role="hint"
r"""
The distances `d` have the shape `(N, 4)`. Compute both polynomials, `near` and `far`, then choose with `np.where(d <= 1, near, far)`. For a pixel at a distance of 2 the second one is 0 as well.
"""

# %% task="cubic_weights" role="solution"
def cubic_weights(places, a):
    ### BEGIN SOLUTION
    d = np.abs(np.floor(places)[:, None] + np.arange(-1, 3) - places[:, None])
    near = (a + 2) * d**3 - (a + 3) * d**2 + 1
    far = a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a
    return np.where(d <= 1, near, far)
    ### END SOLUTION


# %% task="cubic_weights" role="check"
places = np.array([2.25, 0.5])
given = places.copy()
found = cubic_weights(given, -0.5)
check("shape", np.shape(found), (2, 4),
      causes={"No array came back: is the `return` missing?": (),
              "The result is transposed: a row for each place, a column for each pixel": (4, 2)})
middle = [-0.0625, 0.5625, 0.5625, -0.0625]
check("places 2.25 and 0.5, a = -0.5", found, np.array([[-0.0703125, 0.8671875, 0.2265625, -0.0234375], middle]),
      causes={"The order is reversed: the pixel on the left comes first":
              np.array([[-0.0234375, 0.2265625, 0.8671875, -0.0703125], middle]),
              "The first polynomial was taken for all distances":
              np.array([[0.0234375, 0.8671875, 0.2265625, 1.3828125], [0.4375, 0.5625, 0.5625, 0.4375]]),
              "A distance has no sign: the absolute value is missing":
              np.array([[-0.0703125, 0.8671875, -1.0390625, -14.6953125], [-0.0625, 0.5625, 0.1875, -9.6875]]),
              "The four pixels begin one too far right": np.array([[0.8671875, 0.2265625, -0.0234375, 0],
                                                                   [0.5625, 0.5625, -0.0625, 0]]),
              "The last term of the second polynomial, - 4a, is missing":
              np.array([[-2.0703125, 0.8671875, 0.2265625, -2.0234375], [-2.0625, 0.5625, 0.5625, -2.0625]]),
              "Here -0.75 was taken for `a`, whatever is passed in":
              np.array([[-0.10546875, 0.87890625, 0.26171875, -0.03515625],
                        [-0.09375, 0.59375, 0.59375, -0.09375]]),
              "The places were made whole numbers: the fractions are lost": np.array([[0, 1, 0, 0]] * 2),
              "These are the weights of bilinear": np.array([[0, 0.75, 0.25, 0], [0, 0.5, 0.5, 0]])})
check("the places are unchanged", given, places)
check("another a, places below 0", cubic_weights(np.array([-0.25, -1.5]), -0.75),
      np.array([[-0.03515625, 0.26171875, 0.87890625, -0.10546875], [-0.09375, 0.59375, 0.59375, -0.09375]]),
      causes={"Here -0.5 was taken for `a`, whatever is passed in":
              np.array([[-0.0234375, 0.2265625, 0.8671875, -0.0703125], middle]),
              "It was rounded towards 0: below 0, use `np.floor`":
              np.array([[0.26171875, 0.87890625, -0.10546875, 0], [0.59375, 0.59375, -0.09375, 0]]),
              "`astype(int)` rounds towards 0: below 0, use `np.floor`":
              np.array([[0.26171875, 0.87890625, -0.10546875, -0.05859375],
                        [0.59375, 0.59375, -0.09375, -0.28125]]),
              "It was rounded to the nearest pixel: use `np.floor`":
              np.array([[0.26171875, 0.87890625, -0.10546875, 0], [-0.09375, 0.59375, 0.59375, -0.09375]])})
check("whole numbers: the pixel itself", cubic_weights(np.array([7, -3]), -0.5), np.array([[0, 1, 0, 0]] * 2))
check("a place of 1.75", cubic_weights(np.array([1.75]), -0.5),
      np.array([[-0.0234375, 0.2265625, 0.8671875, -0.0703125]]))

# %% task="cubic_weights" role="test" points=10
random = np.random.default_rng()
for number in range(16):
    count, a = int(random.integers(1, 9)), float(random.choice([-0.5, -0.75, -1, random.uniform(-1, 0)]))
    places = random.uniform(-9, 9, count) if number % 4 else random.integers(-9, 9, count)
    given = places.copy()
    t = np.array([float(x) % 1 for x in places])
    expected = [a * t * (1 - t) ** 2, 1 + t**2 * ((a + 2) * t - (a + 3)), t * (-a + t * (2 * a + 3) - t**2 * (a + 2)), a * t**2 * (1 - t)]
    require(f"{count} places, a = {a:.2f}", cubic_weights(given, a), np.array(expected).T, atol=1e-6)
    require("the places are unchanged", given, places)

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 가장자리를 뺀 PSNR (12점)

최대 신호 대 잡음비(peak signal-to-noise ratio, PSNR)는 두 그림의 평균 제곱 오차 $\text{MSE}$를 데시벨(dB)로 나타낸 것입니다.

$$\text{PSNR} = 10 \log_{10} \frac{\text{peak}^2}{\text{MSE}}$$

`psnr(truth, picture, peak, border)`는 사방에서 `border`픽셀을 뺀 나머지의 모든 값으로 PSNR을 구합니다. 가장자리의 픽셀은 그림 밖을 알아야 구할 수 있어서 빼는 일이 많습니다.
두 그림의 형상은 `(height, width)` 또는 `(height, width, channels)`이고, `peak`는 가능한 가장 큰 값, `border`는 0 이상의 정수입니다. 채널이 여럿이면 모든 채널의 값을 함께 평균합니다.
- 가장자리를 뺀 두 그림이 완전히 같으면 `np.inf`를 반환합니다.
- 두 그림의 형상이 다르면 `ValueError`를 발생시키세요(raise).

가장자리를 빼고도 픽셀이 남는다고 보아도 됩니다. 값에 8점, 같은 그림과 오류 처리에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. PSNR without the border (12 points)

The peak signal-to-noise ratio (PSNR) expresses the mean squared error $\text{MSE}$ between two pictures in decibels (dB):

$$\text{PSNR} = 10 \log_{10} \frac{\text{peak}^2}{\text{MSE}}$$

`psnr(truth, picture, peak, border)` computes it from all values but those of the outermost `border` pixels on each side. Pixels at the border are often left out, as one would have to know what is outside of the picture.
The shape of both pictures is `(height, width)` or `(height, width, channels)`; `peak` is the largest value that there can be, and `border` a whole number from 0 up. Where there are channels, one mean is taken over the values of all of them.
- If both pictures are exactly equal without their border, return `np.inf`.
- If their shapes differ, raise `ValueError`.

You may take it that pixels are left without the border. The values are worth 8 points, equal pictures and the error case 4.
"""

# %% [markdown] tags=["ko"] task="psnr" role="hint"
r"""
`uint8`인 배열에서 3 − 5는 얼마가 되나요? 그리고 `border`가 0일 때 `picture[border:-border]`에는 몇 행이 남나요?
"""

# %% [markdown] tags=["en"] task="psnr" role="hint"
r"""
In arrays of `uint8`, what is 3 − 5? And when `border` is 0, how many rows are left in `picture[border:-border]`?
"""

# %% [markdown] tags=["ko"] task="psnr" role="hint"
r"""
먼저 형상을 비교하고, 두 그림을 `astype(float)`로 바꾸어 뺍니다. `height, width = truth.shape[:2]`이면 안쪽은 `[border:height - border, border:width - border]`이고, 채널의 축은 자르지 않습니다.
"""

# %% [markdown] tags=["en"] task="psnr" role="hint"
r"""
Compare the shapes first, then make both pictures floats with `astype(float)` and subtract. With `height, width = truth.shape[:2]` the inside is `[border:height - border, border:width - border]`; the axis of the channels is not cut.
"""

# %% [markdown] tags=["ko"] task="psnr" role="hint"
r"""
안쪽 차이의 제곱의 평균이 `error`일 때, `error == 0`이면 `np.inf`, 아니면 `10 * np.log10(peak**2 / error)`를 반환하세요.
"""

# %% [markdown] tags=["en"] task="psnr" role="hint"
r"""
With `error` for the mean of the squared differences inside, return `np.inf` if `error == 0`, and else `10 * np.log10(peak**2 / error)`.
"""

# %% task="psnr" role="solution"
def psnr(truth, picture, peak, border):
    ### BEGIN SOLUTION
    if truth.shape != picture.shape:
        raise ValueError(f"the shapes differ: {truth.shape} and {picture.shape}")
    height, width = truth.shape[:2]
    difference = truth.astype(float) - picture.astype(float)  # uint8 would wrap around below 0
    error = np.mean(difference[border:height - border, border:width - border] ** 2)
    return 10 * np.log10(peak**2 / error) if error else np.inf
    ### END SOLUTION


# %% task="psnr" role="check"
truth = np.array([[10, 20, 30, 40], [50, 200, 60, 70], [80, 90, 100, 110], [120, 130, 140, 255]], "uint8")
difference = np.array([[3, 0, -2, 1], [0, 10, -4, 0], [-7, 2, 0, 5], [0, 0, -30, -6]])
picture = (truth + difference).astype("uint8")
given = [truth.copy(), picture.copy()]
check("uint8, a border of 1", psnr(*given, 255, 1), 10 * np.log10(255**2 / 30),
      causes={"The border was not left out": 10 * np.log10(255**2 / 71.5),
              "The border was left out at the top and on the left only": 10 * np.log10(255**2 / 120.1111111),
              "`peak` is not squared": 10 * np.log10(255 / 30),
              "This is the natural logarithm: use `np.log10`": 10 * np.log(255**2 / 30),
              "The factor of 10 is missing": np.log10(255**2 / 30),
              "`uint8` has no numbers below 0: make floats before you subtract": 10 * np.log10(255**2 / 31262),
              "The sign is turned: `peak` stands above, the error below": 10 * np.log10(30 / 255**2),
              "The squares were added up: take their mean": 10 * np.log10(255**2 / 120),
              "This is the mean of the absolute differences: square them": 10 * np.log10(255**2 / 4),
              "The factor is 20, and should be 10": 20 * np.log10(255**2 / 30),
              "This is the error itself, not yet PSNR": 30.0,
              "The root of the mean was taken: the mean squared error has none": 10 * np.log10(255**2 / 30**0.5)})
check("uint8, no border", psnr(*given, 255, 0), 10 * np.log10(255**2 / 71.5),
      causes={"`uint8` has no numbers below 0: make floats before you subtract": 10 * np.log10(255**2 / 19879.5),
              "`uint8` holds 255 at most: make floats before you square": 10 * np.log10(255**2 / 23.5),
              "For a `border` of 0, `[0:-0]` leaves nothing": np.nan})
check("what was passed in is unchanged", given, [truth, picture])
colours = np.stack([truth / 255] * 3, axis=-1)
other = colours + np.array([0.1, 0.2, 0.05])
check("three channels, peak 1", psnr(colours, other, 1, 1), 10 * np.log10(1 / 0.0175),
      causes={"The axis of the channels was cut as well": 10 * np.log10(1 / 0.04),
              "Here 255 was taken for `peak`, whatever is passed in": 10 * np.log10(255**2 / 0.0175),
              "This is the mean of the channels' PSNR: take one mean of all squares first": 20.0})
check("another peak", psnr(np.array([[0, 3]]), np.array([[1, 3]]), 10, 0), 10 * np.log10(100 / 0.5),
      causes={"Here 255 was taken for `peak`, whatever is passed in": 10 * np.log10(255**2 / 0.5)})
check("equal pictures", psnr(truth, truth, 255, 1), np.inf,
      causes={"Equal pictures have an infinite PSNR: `np.inf`": 0.0})
other = truth.copy()
other[0, 2] = 255
check("equal but for the border", psnr(truth, other, 255, 1), np.inf)
check_raises(ValueError, psnr, truth, truth[:1], 255, 0)
check_raises(ValueError, psnr, colours, truth, 255, 0)

# %% task="psnr" role="test" points=8
random = np.random.default_rng()
for number in range(16):
    border, channels = int(random.integers(0, 3)), int(random.integers(1, 4))
    height, width = (int(v) for v in random.integers(2 * border + 1, 9, 2))
    shape = (height, width, channels) if number % 2 else (height, width)
    if number % 3:
        truth, picture, peak = random.integers(0, 256, shape).astype("uint8"), random.integers(0, 256, shape).astype("uint8"), 255
    else:
        truth, picture, peak = random.random(shape), random.random(shape), float(random.choice([1, 2.5]))
    given = [truth.copy(), picture.copy()]
    inside = [(i, j) for i in range(border, height - border) for j in range(border, width - border)]
    squares = [(float(one) - float(two)) ** 2 for i, j in inside for one, two in zip(np.ravel(truth[i, j]), np.ravel(picture[i, j]))]
    if any(squares):
        require(f"{truth.dtype} of {shape}, a border of {border}", psnr(*given, peak, border), float(20 * np.log10(peak) - 10 * np.log10(np.mean(squares))))
    require("what was passed in is unchanged", given, [truth, picture])

# %% task="psnr" role="test" part="errors" points=4
random = np.random.default_rng()
for dtype in (float, "uint8"):
    one = random.integers(0, 256, (6, 7)).astype(dtype)
    require("equal pictures", psnr(one.copy(), one.copy(), 255, 2), np.inf)
    two = one.copy()
    two[:, 0] = 255 - two[:, 0]
    require("equal but for the border", psnr(one.copy(), two, 255, 1), np.inf)
    for other in (one[1:], one[:, :1], one.T, one[:, :, None], np.stack([one] * 3, axis=-1)):
        require_raises(ValueError, psnr, one.copy(), other.copy(), 255, 0)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 창 하나의 SSIM (10점)

구조적 유사도(structural similarity, SSIM)는 작은 창마다 밝기와 대비와 구조를 견주고 모든 창의 값을 평균합니다. 여기서는 창 하나만 계산합니다. 창에서 $x$와 $y$의 평균이 $\mu_x$, $\mu_y$, 분산이 $\sigma_x^2$, $\sigma_y^2$, 공분산이 $\sigma_{xy}$일 때

$$\text{SSIM} = \frac{(2\mu_x\mu_y + c_1)(2\sigma_{xy} + c_2)}{(\mu_x^2 + \mu_y^2 + c_1)(\sigma_x^2 + \sigma_y^2 + c_2)}, \qquad c_1 = (0.01 \cdot \text{peak})^2, \quad c_2 = (0.03 \cdot \text{peak})^2$$

입니다. 픽셀의 수가 $n$일 때 분산은 $\sigma_x^2 = \frac{1}{n}\sum (x - \mu_x)^2$, 공분산은 $\sigma_{xy} = \frac{1}{n}\sum (x - \mu_x)(y - \mu_y)$이며, 모든 픽셀의 가중치는 같습니다.
`ssim_window(x, y, peak)`는 형상이 같은 두 창 `x`, `y`(`(height, width)`)의 SSIM을 수 하나로 반환합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. SSIM of one window (10 points)

Structural similarity (SSIM) compares brightness, contrast and structure in each of many small windows, and takes the mean over all windows. Here you compute a single window. With the means $\mu_x$, $\mu_y$ of $x$ and $y$ in the window, their variances $\sigma_x^2$, $\sigma_y^2$ and their covariance $\sigma_{xy}$,

$$\text{SSIM} = \frac{(2\mu_x\mu_y + c_1)(2\sigma_{xy} + c_2)}{(\mu_x^2 + \mu_y^2 + c_1)(\sigma_x^2 + \sigma_y^2 + c_2)}, \qquad c_1 = (0.01 \cdot \text{peak})^2, \quad c_2 = (0.03 \cdot \text{peak})^2$$

For $n$ pixels, the variance is $\sigma_x^2 = \frac{1}{n}\sum (x - \mu_x)^2$, and the covariance $\sigma_{xy} = \frac{1}{n}\sum (x - \mu_x)(y - \mu_y)$: all pixels count the same.
`ssim_window(x, y, peak)` returns the SSIM of two windows `x`, `y` of the same shape, `(height, width)`, as one number.
"""

# %% [markdown] tags=["ko"] task="ssim_window" role="hint"
r"""
창 하나가 밝기만 다르고 무늬는 같다면 공식의 어느 괄호가 달라지나요? `x * y`를 `uint8`로 계산하면 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="ssim_window" role="hint"
r"""
If two windows differ in brightness but not in pattern, which brackets of the formula change? And what comes out when `x * y` is computed in `uint8`?
"""

# %% [markdown] tags=["ko"] task="ssim_window" role="hint"
r"""
두 창을 먼저 실수로 바꾸세요. `x.var()`는 $n$으로 나눈 분산이고, 공분산은 `np.mean((x - x.mean()) * (y - y.mean()))`입니다. `np.cov`는 $n - 1$로 나눕니다.
"""

# %% [markdown] tags=["en"] task="ssim_window" role="hint"
r"""
Make both windows floats first. `x.var()` is the variance divided by $n$, and the covariance is `np.mean((x - x.mean()) * (y - y.mean()))`. `np.cov` divides by $n - 1$.
"""

# %% [markdown] tags=["ko"] task="ssim_window" role="hint"
r"""
`c1 = (0.01 * peak) ** 2`, `c2 = (0.03 * peak) ** 2`로 두고 네 괄호를 하나씩 쓰세요. `x.var() + y.var() + c2`에는 제곱을 더하지 않습니다. 분산은 이미 제곱입니다.
"""

# %% [markdown] tags=["en"] task="ssim_window" role="hint"
r"""
With `c1 = (0.01 * peak) ** 2` and `c2 = (0.03 * peak) ** 2`, write the four brackets one by one. In `x.var() + y.var() + c2` nothing is squared any more: a variance is a square already.
"""

# %% task="ssim_window" role="solution"
def ssim_window(x, y, peak):
    ### BEGIN SOLUTION
    x, y = x.astype(float), y.astype(float)
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    above = (2 * x.mean() * y.mean() + c1) * (2 * covariance + c2)
    below = (x.mean() ** 2 + y.mean() ** 2 + c1) * (x.var() + y.var() + c2)
    return above / below
    ### END SOLUTION


# %% task="ssim_window" role="check"
x = np.array([[100, 104], [110, 102]], "uint8")
y = np.array([[106, 103], [112, 103]], "uint8")
given = [x.copy(), y.copy()]
check("two windows of uint8", ssim_window(*given, 255), 0.9242707397, rtol=1e-6,
      causes={"Variances were divided by n - 1: here they are divided by n": 0.9087883988,
              "The covariance was divided by n - 1: here it is divided by n": 1.0056300428,
              "The constants are those of peak 1: `peak` belongs into them": 0.7635055819,
              "The constants are missing": 0.7634978480,
              "The constants are not squared": 0.8149304066,
              "In the constants, `peak` is not squared": 0.7654537297,
              "`uint8` holds 255 at most: make floats before you multiply": -253.4746471972623,
              "`uint8` holds 255 at most: make floats before you square": -0.0074543641,
              "The constants are exchanged": 0.8086912592,
              "These are standard deviations: variances are their squares": 1.2057934277,
              "The 2 before the covariance is missing": 0.8022317851,
              "The 2 before the means is missing": 0.4622716248,
              "This is the correlation": 0.7637626158,
              "This is the bracket of brightness alone": 0.9998186640,
              "This is the bracket of contrast and structure alone": 0.9244383737,
              "`a / b * c` multiplies by c: put brackets around all that is below the line": 6839.4837868652})
check("the windows are unchanged", given, [x, y])
check("equal windows", ssim_window(x, x, 255), 1.0)
check("the reverse pattern, peak 1", ssim_window(np.array([[0.2, 0.6]]), np.array([[0.7, 0.2]]), 1),
      (0.3601 / 0.3626) * (-0.0991 / 0.1034),
      causes={"A covariance may be negative: its sign was lost": (0.3601 / 0.3626) * (0.1009 / 0.1034),
              "The constants are missing": (0.36 / 0.3625) * (-0.1 / 0.1025)})
check("flat windows, whole numbers", ssim_window(np.full((3, 3), 10), np.full((3, 3), 20), 255),
      406.5025 / 506.5025, causes={"Without the constants, two flat windows give 0 / 0": np.nan})
check("very bright windows of uint8", ssim_window(x + 140, np.full((2, 2), 250, "uint8"), 255),
      0.8067184264)

# %% task="ssim_window" role="test" points=10
random = np.random.default_rng()
for number in range(16):
    shape = tuple(int(v) for v in random.integers(1, 9, 2))
    if number % 3 == 0:
        x, peak = random.random(shape), float(random.choice([1, 2]))
        y = np.clip(x + random.normal(0, 0.2, shape), 0, 1)
    else:
        x, peak = random.integers(0, 256, shape).astype(["uint8", int][number % 2]), 255
        y = np.clip(x + random.normal(0, 40, shape), 0, 255).astype(x.dtype)
    given = [x.copy(), y.copy()]
    pairs = [(float(a), float(b)) for a, b in zip(x.ravel(), y.ravel())]
    n = len(pairs)
    sums = [sum(a for a, _ in pairs), sum(b for _, b in pairs), sum(a * a + b * b for a, b in pairs), sum(a * b for a, b in pairs)]
    mx, my = sums[0] / n, sums[1] / n
    c1, c2 = peak**2 / 10000, 9 * peak**2 / 10000
    expected = (2 * mx * my + c1) / (mx**2 + my**2 + c1) * (2 * (sums[3] / n - mx * my) + c2) / (sums[2] / n - mx**2 - my**2 + c2)
    require(f"{x.dtype} of {shape}, peak {peak}", ssim_window(*given, peak), expected)
    require("the windows are unchanged", given, [x, y])

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 채널에서 픽셀로 (10점)

ESPCN의 마지막 합성곱은 작은 그림의 픽셀마다 큰 그림의 $s \times s$픽셀을 채널로 내놓습니다. 채널을 픽셀로 늘어놓는 연산을 픽셀 셔플(pixel shuffle)이라고 합니다. Keras와 PyTorch는 채널의 순서가 서로 다르므로 PyTorch에서 학습한 가중치를 그대로 옮기면 색이 뒤섞입니다. 여기서는 PyTorch의 순서를 씁니다.
`pixel_shuffle(x, scale)`은 형상이 `(C * scale**2, height, width)`인 `x`를 형상이 `(C, height * scale, width * scale)`인 배열로 바꿉니다. $s$ = `scale`이라고 하면, 결과의 색 $c$에서 행 $hs + i$, 열 $ws + j$에 있는 값은

$$x[\,c s^2 + i s + j,\; h,\; w\,] \qquad (0 \le i, j < s)$$

입니다. 곧 한 색의 $s^2$개 채널이 나란히 있습니다.
채널의 수가 `scale**2`의 배수가 아니면 `ValueError`를 발생시키세요(raise). 변환에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. From channels to pixels (10 points)

For each pixel of the small picture, the last convolution of ESPCN gives the $s \times s$ pixels of the large one as channels. Laying channels out as pixels is called pixel shuffle. Keras and PyTorch read the channels in different orders, so weights that were trained in PyTorch mix up the colours when they are copied as they are. Here the order is that of PyTorch.
`pixel_shuffle(x, scale)` turns `x` of shape `(C * scale**2, height, width)` into an array of shape `(C, height * scale, width * scale)`. With $s$ = `scale`, the value of colour $c$ in row $hs + i$ and column $ws + j$ of the result is

$$x[\,c s^2 + i s + j,\; h,\; w\,] \qquad (0 \le i, j < s)$$

so the $s^2$ channels of one colour stand side by side.
Raise `ValueError` if the number of channels is not a multiple of `scale**2`. The values are worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="pixel_shuffle" role="hint"
r"""
`scale`이 2이고 색이 하나라면 채널 1번은 각 $2 \times 2$ 조각의 어디로 가나요? 채널 2번은요?
"""

# %% [markdown] tags=["en"] task="pixel_shuffle" role="hint"
r"""
With `scale` 2 and one colour, where in each $2 \times 2$ square does channel 1 go? And channel 2?
"""

# %% [markdown] tags=["ko"] task="pixel_shuffle" role="hint"
r"""
채널의 축을 색, $i$, $j$의 세 축으로 나누면 형상은 `(C, scale, scale, height, width)`입니다. 결과에서는 축이 색, 높이, $i$, 너비, $j$의 순서로 있어야 합니다.
"""

# %% [markdown] tags=["en"] task="pixel_shuffle" role="hint"
r"""
Divide the axis of the channels into three, for colour, $i$ and $j$: the shape is `(C, scale, scale, height, width)`. In the result the order must be colour, height, $i$, width, $j$.
"""

# %% [markdown] tags=["ko"] task="pixel_shuffle" role="hint"
r"""
`x.reshape(-1, scale, scale, height, width).transpose(0, 3, 1, 4, 2)` 다음에 `.reshape(-1, height * scale, width * scale)`을 적용하세요. 그 앞에서 채널의 수를 `scale**2`로 나눈 나머지를 확인하세요.
"""

# %% [markdown] tags=["en"] task="pixel_shuffle" role="hint"
r"""
After `x.reshape(-1, scale, scale, height, width).transpose(0, 3, 1, 4, 2)` apply `.reshape(-1, height * scale, width * scale)`. Before that, look at what is left when the number of channels is divided by `scale**2`.
"""

# %% task="pixel_shuffle" role="solution"
def pixel_shuffle(x, scale):
    ### BEGIN SOLUTION
    channels, height, width = x.shape
    if channels % scale**2:
        raise ValueError(f"{channels} channels are no multiple of {scale**2}")
    parts = x.reshape(-1, scale, scale, height, width)  # colour, i, j, row, column
    return parts.transpose(0, 3, 1, 4, 2).reshape(-1, height * scale, width * scale)
    ### END SOLUTION


# %% task="pixel_shuffle" role="check"
x = np.arange(8).reshape(4, 2, 1)
given = x.copy()
found = pixel_shuffle(given, 2)
check("shape", np.shape(found), (1, 4, 2), causes={"The colours are missing as the first axis": (4, 2),
                                                   "The colours come first, as in PyTorch": (4, 2, 1),
                                                   "Height and width are exchanged": (1, 2, 4),
                                                   "No array came back: is the `return` missing?": ()})
check("one colour, two pixels become eight", found, np.array([[[0, 2], [4, 6], [1, 3], [5, 7]]]),
      causes={"It was only reshaped: the axes must change places first": np.arange(8).reshape(1, 4, 2),
              "Rows and columns of the new squares are exchanged": np.array([[[0, 4], [2, 6], [1, 5], [3, 7]]]),
              "Whole pictures lie side by side: the pixels must alternate":
              np.array([[[0, 2], [1, 3], [4, 6], [5, 7]]])})
check("what was passed in is unchanged", given, x)
colours = pixel_shuffle(np.arange(8).reshape(8, 1, 1) / 2, 2)
check("two colours, fractions", colours, np.array([[[0, 0.5], [1, 1.5]], [[2, 2.5], [3, 3.5]]]),
      causes={"This is the order of Keras: in PyTorch's, the channels of one colour stand side by side":
              np.array([[[0, 1], [2, 3]], [[0.5, 1.5], [2.5, 3.5]]]),
              "Rows and columns of the new squares are exchanged":
              np.array([[[0, 1], [0.5, 1.5]], [[2, 3], [2.5, 3.5]]])})
large = pixel_shuffle(np.arange(18).reshape(9, 2, 1), 3)
check("scale 3", large, np.array([[[0, 2, 4], [6, 8, 10], [12, 14, 16], [1, 3, 5], [7, 9, 11], [13, 15, 17]]]),
      causes={"Height and width are exchanged":
              np.array([[[0, 2, 4, 1, 3, 5], [6, 8, 10, 7, 9, 11], [12, 14, 16, 13, 15, 17]]])})
check_raises(ValueError, pixel_shuffle, np.zeros((6, 2, 2)), 2)
check_raises(ValueError, pixel_shuffle, np.zeros((4, 3, 3)), 3)

# %% task="pixel_shuffle" role="test" points=8
random = np.random.default_rng()
for number in range(12):
    colours, scale, height, width = (int(v) for v in random.integers((1, 1, 1, 1), (4, 5, 5, 5)))
    shape = (colours * scale**2, height, width)
    x = random.normal(size=shape) if number % 2 else random.integers(0, 256, shape).astype("uint8")
    given = x.copy()
    expected = np.zeros((colours, height * scale, width * scale), x.dtype)
    for c, row, column in np.ndindex(*expected.shape):
        expected[c, row, column] = x[c * scale**2 + row % scale * scale + column % scale, row // scale, column // scale]
    require(f"{shape}, scale {scale}", pixel_shuffle(given, scale), expected)
    require("what was passed in is unchanged", given, x)

# %% task="pixel_shuffle" role="test" part="errors" points=2
for channels, scale in ((3, 2), (5, 2), (6, 2), (8, 3), (10, 3), (12, 3), (1, 2)):
    for dtype in (float, int):
        require_raises(ValueError, pixel_shuffle, np.ones((channels, 6, 6), dtype), scale)
require("a single pixel", pixel_shuffle(np.array([[[1]], [[2]], [[3]], [[4]]]), 2), np.array([[[1, 2], [3, 4]]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 픽셀보다 작은 이동 (12점)

여러 프레임을 겹치려면 그림을 픽셀의 일부만큼 옮길 수 있어야 합니다. `shift(picture, down, right)`는 형상이 `(height, width)`인 그림의 내용을 아래로 `down`, 오른쪽으로 `right`픽셀만큼 옮긴 그림을 반환합니다. 형상은 그대로입니다. 두 수는 정수도 실수도 음수도 될 수 있습니다.
- 결과의 행 $i$, 열 $j$에는 원래 그림의 행 $i - \text{down}$, 열 $j - \text{right}$에 있던 값이 옵니다.
- 이 자리가 픽셀 사이라면 둘러싼 네 픽셀의 가중 평균을 씁니다(쌍선형 보간, bilinear). 픽셀의 가중치는 1에서 세로 거리를 뺀 값과 1에서 가로 거리를 뺀 값의 곱입니다.
- 그림 밖은 가장 가까운 가장자리 픽셀과 같다고 봅니다.

안쪽에 8점, 가장자리와 큰 이동에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Shift by less than a pixel (12 points)

To put several frames on top of each other one must be able to shift a picture by parts of a pixel. `shift(picture, down, right)` returns a picture of shape `(height, width)` whose content is moved down by `down` and to the right by `right` pixels. The shape stays. Both numbers may be whole, fractions, or negative.
- Row $i$, column $j$ of the result has the value that was at row $i - \text{down}$, column $j - \text{right}$ of the picture.
- Where this place is between pixels, the value is a weighted mean of the four around it (bilinear): the weight of each is 1 minus its vertical distance, times 1 minus its horizontal distance.
- Outside, the picture is taken to be as its nearest pixel at the border.

The inside is worth 8 points, borders and large shifts 4.
"""

# %% [markdown] tags=["ko"] task="shift" role="hint"
r"""
그림을 오른쪽으로 0.25픽셀 옮기면, 열 3의 새 값은 원래 그림의 어느 두 열 사이에서 오나요? 어느 쪽의 가중치가 더 큰가요?
"""

# %% [markdown] tags=["en"] task="shift" role="hint"
r"""
When a picture moves to the right by 0.25 pixels, the new value of column 3 comes from a place between two of its columns. Which two? And which of them counts more?
"""

# %% [markdown] tags=["ko"] task="shift" role="hint"
r"""
행과 열을 따로 하세요. 행에서는 `places = np.clip(np.arange(height) - down, 0, height - 1)`이 볼 자리이고, `low = np.floor(places).astype(int)`가 위쪽 픽셀, `places - low`가 아래쪽 픽셀의 가중치입니다.
"""

# %% [markdown] tags=["en"] task="shift" role="hint"
r"""
Do rows and columns one after the other. For rows, `places = np.clip(np.arange(height) - down, 0, height - 1)` is where to look, `low = np.floor(places).astype(int)` is the pixel above, and `places - low` the weight of the one below.
"""

# %% [markdown] tags=["ko"] task="shift" role="hint"
r"""
아래쪽 픽셀은 `high = np.minimum(low + 1, height - 1)`입니다. `t = (places - low)[:, None]`으로 `rows = (1 - t) * picture[low] + t * picture[high]`를 구하고, 같은 일을 `rows`의 열에 하세요(`rows[:, low]`, `t`의 형상은 `(width,)`).
"""

# %% [markdown] tags=["en"] task="shift" role="hint"
r"""
The pixel below is `high = np.minimum(low + 1, height - 1)`. With `t = (places - low)[:, None]`, `rows = (1 - t) * picture[low] + t * picture[high]`; then do the same to the columns of `rows` (`rows[:, low]`, and `t` of shape `(width,)`).
"""

# %% task="shift" role="solution"
def shift(picture, down, right):
    ### BEGIN SOLUTION
    def neighbours(count, distance):
        places = np.clip(np.arange(count) - distance, 0, count - 1)
        low = np.floor(places).astype(int)
        return low, np.minimum(low + 1, count - 1), places - low

    height, width = picture.shape
    above, below, t = neighbours(height, down)
    rows = (1 - t)[:, None] * picture[above] + t[:, None] * picture[below]
    left, beside, t = neighbours(width, right)
    return (1 - t) * rows[:, left] + t * rows[:, beside]
    ### END SOLUTION


# %% task="shift" role="check"
picture = np.array([[0, 8, 16, 24],
                    [8, 80, 40, 0],
                    [32, 0, 8, 64]], "uint8")
given = picture.copy()
found = shift(given, 0.5, 0.25)
check("shape", np.shape(found), (3, 4), causes={"No array came back: is the `return` missing?": ()})
check("down by 1/2, right by 1/4: inside", found[1:, 1:], np.array([[34.0, 32, 16], [35, 28, 30]]),
      causes={"The content moved the other way: look at row i - `down`, column j - `right`":
              np.array([[36.0, 26, 32], [2, 22, 64]]),
              "Here `down` and `right` are exchanged": np.array([[34.0, 48, 20], [23, 18, 32]]),
              "It was not moved: 1/2 and 1/4 were cut off to 0": picture[1:, 1:],
              "It was moved by whole pixels: take a mean of the pixels around the place": picture[:-1, :-1],
              "It was rounded to whole pixels: take a mean of the pixels around the place": picture[:-1, 1:],
              "The weights are exchanged: the nearer pixel counts more": np.array([[14.0, 40, 24], [25, 36, 26]]),
              "It was moved downwards only": np.array([[44.0, 28, 12], [40, 24, 32]]),
              "It was moved to the right only": np.array([[62.0, 50, 10], [8, 6, 50]])})
check("at the border", np.concatenate([found[0], found[1:, 0]]), np.array([0.0, 6, 14, 22, 4, 20]),
      causes={"What is outside is 0 here: repeat the pixel at the border": np.array([0.0, 3, 7, 11, 3, 15]),
              "What left on one side came in on the other": np.array([23.0, 7, 10, 36, 6, 23]),
              "Beyond the border the values go on as a line: repeat the pixel at the border":
              np.array([2.0, -22, -4, 28, -6, 15]),
              "`int(...)` rounds towards 0: below 0, use `np.floor`": np.array([14.0, 34, 32, 16, 14, 25])})
check("what was passed in is unchanged", given, picture)
check("uint8 may give fractions", shift(np.array([[0, 1]], "uint8"), 0, 0.25), np.array([[0, 0.75]]))
check("no shift", shift(picture, 0, 0), picture)
check("whole numbers", shift(picture, 0, 1), picture[:, [0, 0, 1, 2]],
      causes={"The content moved the other way: look at row i - `down`, column j - `right`":
              picture[:, [1, 2, 3, 3]]})
check("up and to the left, by more than a pixel", shift(picture / 8, -1.5, -2),
      np.array([[3.0, 4, 4, 4], [1, 8, 8, 8], [1, 8, 8, 8]]))
check("further than the picture is wide", shift(picture, 0, -9.5), picture[:, [3, 3, 3, 3]])

# %% task="shift" role="test" points=8
random = np.random.default_rng()
for number in range(16):
    height, width = (int(v) for v in random.integers(5, 10, 2))
    down, right = (float(v) for v in random.uniform(-2, 2, 2))
    if number % 5 == 0:
        down, right = (int(v) for v in random.integers(-2, 3, 2))
    picture = random.random((height, width)) if number % 2 else random.integers(0, 256, (height, width)).astype("uint8")
    given = picture.copy()
    found = shift(given, down, right)
    require("shape", np.shape(found), (height, width))
    places = [(i, j) for i in range(height) for j in range(width) if 0 <= i - down <= height - 1 and 0 <= j - right <= width - 1]
    weight = lambda place, k: max(0.0, 1 - abs(place - k))
    expected = [sum(weight(i - down, k) * weight(j - right, m) * float(picture[k, m]) for k in range(height) for m in range(width)) for i, j in places]
    require(f"down by {down}, right by {right}", np.array([found[place] for place in places]), np.array(expected), atol=1e-6)
    require("the picture is unchanged", given, picture)

# %% task="shift" role="test" part="borders" points=4
random = np.random.default_rng()
for number in range(12):
    height, width = (int(v) for v in random.integers(1, 6, 2))
    down, right = (float(v) for v in random.uniform(-7, 7, 2))
    picture = random.random((height, width)) if number % 2 else random.integers(0, 256, (height, width)).astype("uint8")
    wide = np.pad(picture.astype(float), 16, mode="edge")
    weight = lambda place, k: max(0.0, 1 - abs(place - k))
    expected = np.zeros((height, width))
    for i, j in np.ndindex(height, width):
        y, x = i - down + 16, j - right + 16
        near = [(k, m) for k in (int(y), int(y) + 1) for m in (int(x), int(x) + 1)]
        expected[i, j] = sum(weight(y, k) * weight(x, m) * wide[k, m] for k, m in near)
    require(f"down by {down}, right by {right}", shift(picture.copy(), down, right), expected, atol=1e-6)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 기울기로 찾는 이동 (13점)

두 프레임을 겹치려면 얼마나 움직였는지 알아야 합니다. 그런데 둘째 프레임은 **노출도 조금 달라서** 전체가 똑같은 값만큼 밝거나 어둡습니다. 이동이 작으면 모든 픽셀에서 다음이 거의 성립합니다.

$$\text{moved} - \text{reference} \approx -\,\text{down} \cdot g_y - \text{right} \cdot g_x + \text{brighter}$$

$g_y$와 $g_x$는 두 그림의 평균 $(\text{reference} + \text{moved}) / 2$의 기울기입니다. `np.gradient`는 이 둘을 행이 바뀔 때의 변화, 열이 바뀔 때의 변화의 순서로 반환합니다.
`register(reference, moved)`는 이 식의 오차 제곱의 합을 가장 작게 하는 세 수 `(down, right, brighter)`를 반환합니다. 두 그림의 형상은 같고 `(height, width)`이며, 각 변은 5픽셀 이상입니다.
`np.gradient`는 가장자리에서 한쪽만 봅니다. 그래서 기울기를 구한 다음 **사방에서 한 픽셀씩 빼고** 나머지만 셉니다.
세 수가 하나로 정해지지 않으면 `ValueError`를 발생시키세요(raise). 그림이 평평하거나, 모든 모서리가 한 방향이거나, 어느 한 방향으로는 밝기가 고르게 커지기만 하여 노출의 차이와 구별되지 않는 때입니다. 값에 9점, 오류 처리에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Find a shift by the gradient (13 points)

To put two frames on top of each other one must know how far things have moved. The second frame, moreover, was **exposed a little differently**: all of it is brighter or darker by the same value. Where the shift is small, in every pixel nearly

$$\text{moved} - \text{reference} \approx -\,\text{down} \cdot g_y - \text{right} \cdot g_x + \text{brighter}$$

Here $g_y$ and $g_x$ are the gradient of the mean of both pictures, $(\text{reference} + \text{moved}) / 2$, which `np.gradient` gives in this order: first the change from row to row, then that from column to column.
`register(reference, moved)` returns the three numbers `(down, right, brighter)` for which the sum of the squared errors of this equation is smallest. Both pictures have the same shape, `(height, width)`, with sides of 5 pixels or more.
At the border `np.gradient` sees one side only. So, after the gradient is computed, **leave out one pixel on each side** and count the others only.
Raise `ValueError` if the three numbers are not determined: where the pictures are flat, where all edges go in one direction, or where in one direction brightness does nothing but grow evenly, which cannot be told from a difference in exposure. The values are worth 9 points, the error case 4.
"""

# %% [markdown] tags=["ko"] task="register" role="hint"
r"""
픽셀마다 방정식이 하나이고 모르는 수는 셋입니다. 방정식 하나의 계수 세 개는 무엇인가요? 밝기의 계수는 픽셀마다 얼마인가요?
"""

# %% [markdown] tags=["en"] task="register" role="hint"
r"""
Each pixel gives one equation, and there are three unknowns. What are the three coefficients of an equation? What is that of the brightness in each pixel?
"""

# %% [markdown] tags=["ko"] task="register" role="hint"
r"""
그림을 실수로 바꾸고 `gy, gx = np.gradient((reference + moved) / 2)`를 구하세요. `inside = (slice(1, -1), slice(1, -1))`로 자르고 `.ravel()`로 편 다음, 열이 `-gy`, `-gx`, 1인 행렬을 `np.stack([...], axis=1)`로 만드세요.
"""

# %% [markdown] tags=["en"] task="register" role="hint"
r"""
Make the pictures floats and compute `gy, gx = np.gradient((reference + moved) / 2)`. Cut with `inside = (slice(1, -1), slice(1, -1))`, flatten with `.ravel()`, then build the matrix with the columns `-gy`, `-gx` and 1 by `np.stack([...], axis=1)`.
"""

# %% [markdown] tags=["ko"] task="register" role="hint"
r"""
`found, _, rank, _ = np.linalg.lstsq(matrix, change)`가 오차 제곱의 합을 가장 작게 하는 세 수와 행렬의 계수(rank)를 줍니다. `rank < 3`이면 `ValueError`를 내세요. `np.linalg.solve`는 반올림 오차 때문에 이런 경우를 놓치기도 합니다.
"""

# %% [markdown] tags=["en"] task="register" role="hint"
r"""
`found, _, rank, _ = np.linalg.lstsq(matrix, change)` gives the three numbers with the smallest sum of squared errors, and the rank of the matrix. If `rank < 3`, raise `ValueError`. `np.linalg.solve` may miss such a case, because of rounding.
"""

# %% task="register" role="solution"
def register(reference, moved):
    ### BEGIN SOLUTION
    reference, moved = reference.astype(float), moved.astype(float)
    inside = (slice(1, -1), slice(1, -1))
    down, right = (part[inside].ravel() for part in np.gradient((reference + moved) / 2))
    matrix = np.stack([-down, -right, np.ones_like(down)], axis=1)
    if np.linalg.matrix_rank(matrix) < 3:
        raise ValueError("these pictures do not tell their shift")
    found, *_ = np.linalg.lstsq(matrix, (moved - reference)[inside].ravel())
    return tuple(float(part) for part in found)
    ### END SOLUTION


# %% task="register" role="check"
def scene(y, x):
    """A smooth surface, for which the equation holds exactly."""
    return 2 * y**2 + x**2 + x * y


y, x = np.mgrid[:6, :6]
reference, moved = scene(y, x), scene(y - 0.5, x + 0.25) + 3
given = [reference.copy(), moved.copy()]
check("down by 1/2, left by 1/4, brighter by 3", register(*given), (0.5, -0.25, 3.0), rtol=1e-4,
      causes={"The signs of the shift are turned": (-0.5, 0.25, 3.0),
              "Here `down` and `right` are exchanged: `np.gradient` gives the change from row to row first":
              (-0.25, 0.5, 3.0),
              "The difference is turned: it is `moved` - `reference`": (-0.5, 0.25, -3.0),
              "This is the gradient of `reference` alone: take that of the mean": (0.5, -0.25, 3.4375),
              "This is the gradient of `moved` alone: take that of the mean": (0.5, -0.25, 2.5625),
              "The gradient is that of the sum: divide by 2": (0.25, -0.125, 3.0),
              "The outermost pixels were counted as well": (0.59972267, -0.33597180, 3.51448752),
              "The brightness is missing: it is the third number": (0.5, -0.25),
              "The brightness was left out of the equations": (0.43913779, -0.51779374),
              "The shift was found without the brightness: all three belong into one equation":
              (0.43913779, -0.51779374, 0.28402367),
              "The shift was found without the brightness, and that by the mean difference: "
              "all three belong into one equation": (0.43913779, -0.51779374, -0.9375),
              "The border was left out before the gradient was computed: leave it out afterwards":
              (0.78525641, -0.51602564, 4.32091346),
              "The order is down, right, brighter": (3.0, 0.5, -0.25),
              "The mean difference was taken for the brightness: all three belong into one equation":
              (0.42011834, -0.60147929, -0.9375)})
check("the pictures are unchanged", given, [reference, moved])
bytes_ = [(scene(y, x) + 100).astype("uint8"), (scene(y - 1, x + 2) + 96).astype("uint8")]
check("uint8: down by 1, left by 2, darker by 4", register(*bytes_), (1.0, -2.0, -4.0), rtol=1e-4,
      causes={"`uint8` holds 0 to 255 only: make floats first": (-0.02815223, -0.11468652, 68.33867249)})
check("the same picture twice", register(reference, reference), (0.0, 0.0, 0.0))
check_raises(ValueError, register, np.full((5, 6), 7), np.full((5, 6), 9))  # flat
check_raises(ValueError, register, x**2, (x - 1) ** 2)  # all edges in one direction
check_raises(ValueError, register, 2 * y + x**2, 2 * y + x**2 + 1)  # downwards it only grows evenly
check_raises(ValueError, register, np.sin(x + 2 * y), np.sin(x + 2 * y) + 0.1)  # one direction, but for rounding
check_raises(ValueError, register, 0.3 * y + np.sin(x), 0.3 * y + np.sin(x) + 0.2)  # evenly, but for rounding

# %% task="register" role="test" points=9
random = np.random.default_rng()
for number in range(14):
    height, width = (int(v) for v in random.integers(5, 10, 2))
    y, x = np.mgrid[:height, :width]
    if number % 3 == 0:
        reference, moved = random.integers(0, 256, (2, height, width)).astype("uint8")
    else:
        waves, down, right = random.uniform(0.3, 0.9, (4, 2)), *random.uniform(-0.6, 0.6, 2)
        surface = lambda y, x: sum(np.sin(a * y + b * x + k) for k, (a, b) in enumerate(waves))
        reference, moved = surface(y, x), surface(y - down, x - right) + random.uniform(-0.3, 0.3)
    given = [reference.copy(), moved.copy()]
    mean, rows, change = reference / 2 + moved / 2, [], []
    for i in range(1, height - 1):
        for j in range(1, width - 1):
            rows.append([(mean[i - 1, j] - mean[i + 1, j]) / 2, (mean[i, j - 1] - mean[i, j + 1]) / 2, 1.0])
            change.append(float(moved[i, j]) - float(reference[i, j]))
    rows = np.array(rows)
    expected = np.linalg.solve(rows.T @ rows, rows.T @ np.array(change))
    require(f"pictures of {height}x{width}", register(*given), tuple(float(v) for v in expected), rtol=1e-4, atol=1e-5)
    require("the pictures are unchanged", given, [reference, moved])

# %% task="register" role="test" part="errors" points=4
y, x = np.mgrid[:6, :7]
for kind in (float, int):
    for first, second in ((0 * x, 0 * x), (0 * x + 5, 0 * x + 8), (x**2, (x + 1) ** 2 + 3), (y**2, (y - 1) ** 2), (x + 3 * y, x + 3 * y - 4), (x, x + 1), (y, y), ((x - y) ** 2, (x - y) ** 2 + 2), (y + x**2, y + x**2 + 1), (y**2 - 2 * x, y**2 - 2 * x + 2)):
        require_raises(ValueError, register, first.astype(kind), second.astype(kind))
for waves in (np.sin(x + 2 * y), np.sin(3 * y - x), np.cos(y), 0.3 * y + np.sin(x), np.cos(y) - 0.7 * x):
    require_raises(ValueError, register, waves.copy(), waves + 0.1)
scene = x * y + x**2
require("pictures that do tell", register(scene, scene + 2), (0.0, 0.0, 2.0), atol=1e-6)

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 프레임을 한 격자에 놓기 (10점)

카메라가 꼭 반 픽셀씩 움직였다면 작은 프레임 네 장은 큰 그림의 서로 다른 픽셀을 담고 있습니다. `fuse(frames, places, scale)`는 여러 프레임을 `scale`배 큰 그림 한 장에 놓습니다.
`frames`의 형상은 `(N, height, width)`, 정수 배열 `places`의 형상은 `(N, 2)`입니다. `places[k]`가 `(r, c)`이면 `frames[k]`의 행 $i$, 열 $j$의 픽셀은 큰 그림의 행 $i \cdot \text{scale} + r$, 열 $j \cdot \text{scale} + c$에 놓입니다.
- 여러 프레임이 같은 픽셀에 놓이면 그 평균을 씁니다. 그래야 잡음이 줄어듭니다.
- 어느 프레임도 닿지 않은 픽셀은 `np.nan`입니다. 아직 모른다는 뜻입니다.

결과의 형상은 `(height * scale, width * scale)`입니다. `places`에 0부터 `scale - 1`까지를 벗어난 수가 있으면 `ValueError`를 발생시키세요(raise). 그림에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Put frames on one grid (10 points)

If the camera has moved by exactly half pixels, four small frames hold different pixels of the large picture. `fuse(frames, places, scale)` puts frames into one picture that is `scale` times as high and wide.
The shape of `frames` is `(N, height, width)`; that of `places`, which holds whole numbers, is `(N, 2)`. With `(r, c)` for `places[k]`, the pixel in row $i$, column $j$ of `frames[k]` goes to row $i \cdot \text{scale} + r$, column $j \cdot \text{scale} + c$ of the large picture.
- Where several frames fall on the same pixel, it takes their mean, which makes noise smaller.
- A pixel that no frame reaches is `np.nan`: not known yet.

The shape of the result is `(height * scale, width * scale)`. Raise `ValueError` if a number in `places` is not one of 0 to `scale - 1`. The picture is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="fuse" role="hint"
r"""
`scale`이 2이고 `places[k]`가 (0, 1)이면 이 프레임의 픽셀은 큰 그림의 어느 행들과 어느 열들에 놓이나요? 조각(slice) 하나로 쓸 수 있나요?
"""

# %% [markdown] tags=["en"] task="fuse" role="hint"
r"""
With `scale` 2 and `places[k]` (0, 1), in which rows and columns of the large picture do the pixels of this frame come to lie? Can you write them as one slice?
"""

# %% [markdown] tags=["ko"] task="fuse" role="hint"
r"""
`large[r::scale, c::scale]`은 한 프레임의 자리입니다. 값의 합을 담는 배열과 몇 번 놓였는지 세는 배열을 실수로 만들고 둘 다 더해 가세요.
"""

# %% [markdown] tags=["en"] task="fuse" role="hint"
r"""
`large[r::scale, c::scale]` are the places of one frame. Make two arrays of floats, one for the sum of the values and one that counts how many there were, and add to both.
"""

# %% [markdown] tags=["ko"] task="fuse" role="hint"
r"""
`for frame, (r, c) in zip(frames, places):` 안에서 `total[r::scale, c::scale] += frame`, `count[r::scale, c::scale] += 1`을 한 다음, `np.where(count > 0, total / np.maximum(count, 1), np.nan)`을 반환하세요. 그 앞에서 `places`를 확인하세요.
"""

# %% [markdown] tags=["en"] task="fuse" role="hint"
r"""
Within `for frame, (r, c) in zip(frames, places):` do `total[r::scale, c::scale] += frame` and `count[r::scale, c::scale] += 1`; then return `np.where(count > 0, total / np.maximum(count, 1), np.nan)`. Look at `places` before that.
"""

# %% task="fuse" role="solution"
def fuse(frames, places, scale):
    ### BEGIN SOLUTION
    if (places < 0).any() or (places >= scale).any():
        raise ValueError(f"a place is none of 0 to {scale - 1}")
    total = np.zeros((frames.shape[1] * scale, frames.shape[2] * scale))
    count = np.zeros_like(total)
    for frame, (r, c) in zip(frames, places):
        total[r::scale, c::scale] += frame
        count[r::scale, c::scale] += 1
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
    ### END SOLUTION


# %% task="fuse" role="check"
frames = np.array([[[10, 20]], [[200, 240]], [[30, 40]], [[100, 250]]], "uint8")
places = np.array([[0, 0], [0, 1], [1, 0], [0, 1]])
given = [frames.copy(), places.copy()]
found = fuse(*given, 2)
check("shape", np.shape(found), (2, 4), causes={"No array came back: is the `return` missing?": ()})
nan = np.nan
check("four frames, two of them at the same place", found, np.array([[10, 150, 20, 245], [30, nan, 40, nan]]),
      causes={"The last frame has wiped out the one before: take their mean":
              np.array([[10, 100, 20, 250], [30, nan, 40, nan]]),
              "Only the first of the two frames was kept: take their mean":
              np.array([[10, 200, 20, 240], [30, nan, 40, nan]]),
              "The frames were added up: take their mean": np.array([[10, 300, 20, 490], [30, nan, 40, nan]]),
              "`uint8` holds 255 at most: add up in floats": np.array([[10, 22, 20, 117], [30, nan, 40, nan]]),
              "It was divided by the number of all frames: count those at each pixel":
              np.array([[2.5, 75, 5, 122.5], [7.5, nan, 10, nan]]),
              "Row and column of the places are exchanged":
              np.array([[10, 30, 20, 40], [150, nan, 245, nan]]),
              "A pixel that no frame reaches is `np.nan`, not 0": np.array([[10, 150, 20, 245], [30, 0, 40, 0]]),
              "The frames lie side by side: their pixels must alternate":
              np.array([[10, 20, 150, 245], [30, 40, nan, nan]])})
check("what was passed in is unchanged", given, [frames, places])
check("scale 3, fractions", fuse(np.array([[[0.5], [1.5]]]), np.array([[2, 1]]), 3)[[2, 5]],
      np.array([[nan, 0.5, nan], [nan, 1.5, nan]]))
check("a value of 0 is known", fuse(np.array([[[0, 4]], [[0, 2]]]), np.array([[0, 0], [0, 0]]), 1),
      np.array([[0.0, 3.0]]),
      causes={"A sum of 0 may be known: look at the count, not at the sum": np.array([[nan, 3.0]])})
check("three frames at the same place", fuse(np.array([[[0]], [[3]], [[9]]]), np.zeros((3, 2), int), 1),
      np.array([[4.0]]),
      causes={"The mean of two was taken again and again: add up, and count": np.array([[5.25]])})
check_raises(ValueError, fuse, frames[:1], np.array([[2, 0]]), 2)
check_raises(ValueError, fuse, frames[:1].reshape(1, 2, 1), np.array([[0, 2]]), 2)
check_raises(ValueError, fuse, frames[:2], np.array([[0, 0], [-1, 0]]), 2)

# %% task="fuse" role="test" points=8
random = np.random.default_rng()
for number in range(14):
    count, height, width, scale = (int(v) for v in random.integers((1, 1, 1, 1), (9, 5, 5, 4)))
    places = random.integers(0, scale, (count, 2))
    frames = random.random((count, height, width)) if number % 2 else random.integers(0, 256, (count, height, width)).astype(["uint8", int][number % 4 // 2])
    frames[0, 0] = 0
    given = [frames.copy(), places.copy()]
    expected = np.full((height * scale, width * scale), np.nan)
    for row, column in np.ndindex(*expected.shape):
        values = [float(frame[row // scale, column // scale]) for frame, (r, c) in zip(frames, places) if (row % scale, column % scale) == (r, c)]
        if values:
            expected[row, column] = sum(values) / len(values)
    require(f"{count} frames of {height}x{width}, scale {scale}", fuse(*given, scale), expected)
    require("what was passed in is unchanged", given, [frames, places])

# %% task="fuse" role="test" part="errors" points=2
for scale, wrong in ((1, 1), (2, 2), (2, 5), (3, 3), (2, -1), (3, -2)):
    for place in ([wrong, 0], [0, wrong]):
        require_raises(ValueError, fuse, np.ones((2, 1, 1)), np.array([[0, 0], place]), scale)
        require_raises(ValueError, fuse, np.ones((2, 3, 3)), np.array([place, [0, 0]]), scale)
require("the last place is allowed", fuse(np.ones((1, 1, 1)), np.array([[2, 2]]), 3)[2, 2], 1.0)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 경계에서 새는 곳 찾기 (8점)

친구가 사진 한 장을 세로로 나누어, 열 `column`의 왼쪽으로는 신경망을 학습시키고 나머지로는 시험하려고 합니다. `training_pairs(picture, column, size)`는 학습에 쓸 작은 조각과 큰 조각의 짝을 만듭니다. 아래 셀의 `half(picture)`는 그림을 절반으로 줄이며, 새 픽셀마다 $4 \times 4$픽셀을 섞습니다.

```python
def training_pairs(picture, column, size):
    small, inputs, targets = half(picture), [], []
    for top in range(0, picture.shape[0] - size, size):
        for left in range(0, column, size):
            inputs.append(small[top // 2:(top + size) // 2, left // 2:(left + size) // 2])
            targets.append(picture[top:top + size, left:left + size])
    return np.array(inputs), np.array(targets)
```

그런데 시험할 픽셀이 경계를 넘어 학습으로 새고, 쓸 수 있는 조각은 빠집니다. 오류를 모두 찾아 고치세요.
- 열 `column`과 그 오른쪽의 픽셀은 결과에 **어떤 영향도** 주어서는 안 됩니다.
- 큰 조각은 왼쪽 부분의 왼쪽 위에서 시작하여 겹치지 않고 틈 없이 놓인 `size` $\times$ `size`의 정사각형 가운데 온전히 들어가는 것 **전부**입니다. 위의 행에서부터, 행 안에서는 왼쪽에서부터 놓입니다.
- 작은 조각은 왼쪽 부분 전체를 한 번에 줄인 그림에서 자릅니다. 그래서 조각과 조각 사이의 경계에서는 이웃의 픽셀이 섞여도 됩니다.

`picture`의 형상은 `(height, width)`이고, `height`, `column`, `size`는 짝수이며, 적어도 한 조각은 들어갑니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Find the leak at the border (8 points)

A friend divides a photograph: what is to the left of column `column` is to train a network, the rest is to test it. `training_pairs(picture, column, size)` makes pairs of small and large crops for training. `half(picture)`, in the cell below, makes a picture half as large; each new pixel mixes $4 \times 4$ old ones.

```python
def training_pairs(picture, column, size):
    small, inputs, targets = half(picture), [], []
    for top in range(0, picture.shape[0] - size, size):
        for left in range(0, column, size):
            inputs.append(small[top // 2:(top + size) // 2, left // 2:(left + size) // 2])
            targets.append(picture[top:top + size, left:left + size])
    return np.array(inputs), np.array(targets)
```

But pixels of the test leak over the border into the training, and crops that could be used are missing. Find and fix all bugs.
- Pixels in column `column` and to the right of it must have **no influence at all** on the result.
- The large crops are **all** squares of `size` $\times$ `size` that fit as a whole into the left part, laid out from its upper left corner without gaps or overlap: row after row from the top, and from left to right in a row.
- The small crops are cut from the whole left part, made half as large at once. So at borders between crops, pixels of neighbours may be mixed in.

The shape of `picture` is `(height, width)`; `height`, `column` and `size` are even, and at least one crop fits.
"""

# %%
def half(picture):
    """The picture half as high and wide; the middle ones of the 4 x 4 pixels count more."""
    for _ in range(2):  # rows, then columns
        framed = np.pad(picture.astype(float), ((1, 1), (0, 0)), mode="edge")
        picture = ((framed[:-3:2] + 3 * framed[1:-2:2] + 3 * framed[2:-1:2] + framed[3::2]) / 8).T
    return picture

# %% [markdown] tags=["ko"] task="training_pairs" role="hint"
r"""
경계 바로 왼쪽에 있는 작은 픽셀 하나는 큰 픽셀 어느 네 열에서 왔나요? 그 가운데 시험할 열이 있나요?
"""

# %% [markdown] tags=["en"] task="training_pairs" role="hint"
r"""
From which four columns of large pixels does a small pixel just left of the border come? Is there a column of the test among them?
"""

# %% [markdown] tags=["ko"] task="training_pairs" role="hint"
r"""
`range(0, 8 - 4, 4)`에는 4가 있나요? `column`이 6이고 `size`가 4이면 `range(0, column, size)`의 마지막 조각은 어느 열까지 가나요?
"""

# %% [markdown] tags=["en"] task="training_pairs" role="hint"
r"""
Is 4 in `range(0, 8 - 4, 4)`? And with `column` 6 and `size` 4, up to which column does the last crop of `range(0, column, size)` go?
"""

# %% [markdown] tags=["ko"] task="training_pairs" role="hint"
r"""
먼저 `picture = picture[:, :column]`으로 자르고, 그다음에 `half`를 적용하세요. 두 범위는 `range(0, picture.shape[0] - size + 1, size)`와 `range(0, column - size + 1, size)`입니다.
"""

# %% [markdown] tags=["en"] task="training_pairs" role="hint"
r"""
Cut first, with `picture = picture[:, :column]`, and apply `half` after that. The ranges are `range(0, picture.shape[0] - size + 1, size)` and `range(0, column - size + 1, size)`.
"""

# %% task="training_pairs" role="solution"
def training_pairs(picture, column, size):
    ### BEGIN SOLUTION
    picture = picture[:, :column]  # before it is made small: a small pixel mixes what lies on both sides
    small, inputs, targets = half(picture), [], []
    for top in range(0, picture.shape[0] - size + 1, size):
        for left in range(0, column - size + 1, size):
            inputs.append(small[top // 2:(top + size) // 2, left // 2:(left + size) // 2])
            targets.append(picture[top:top + size, left:left + size])
    return np.array(inputs), np.array(targets)
    ### END SOLUTION


# %% task="training_pairs" role="check"
picture = np.array([[0, 16, 32, 48, 64, 80, 96, 255],
                    [16, 0, 16, 0, 16, 0, 16, 255],
                    [64, 64, 0, 0, 32, 32, 8, 255],
                    [80, 0, 80, 0, 80, 0, 80, 255]], "uint8")
given = picture.copy()
inputs, targets = training_pairs(given, 6, 2)
check("shapes", (np.shape(inputs), np.shape(targets)), ((6, 1, 1), (6, 2, 2)),
      causes={"The crops of the last row are missing: `range` stops before its end": ((3, 1, 1), (3, 2, 2)),
              "The last crop of each row is missing": ((4, 1, 1), (4, 2, 2)),
              "The last row and the last crop of each row are missing": ((2, 1, 1), (2, 2, 2)),
              "Crops of the right part are among them": ((8, 1, 1), (8, 2, 2)),
              "The crops overlap": ((15, 1, 1), (15, 2, 2)),
              "Small and large crops are exchanged: the small ones come first": ((6, 2, 2), (6, 1, 1)),
              "The large crops were made small as well": ((6, 1, 1), (6, 1, 1))})
large = np.array([[[0, 16], [16, 0]], [[32, 48], [16, 0]], [[64, 80], [16, 0]],
                  [[64, 64], [80, 0]], [[0, 0], [80, 0]], [[32, 32], [80, 0]]])
check("the large crops", targets, large,
      causes={"The crops stand column by column: go row by row": large[[0, 3, 1, 4, 2, 5]]})
check("the small pixels", np.ravel(inputs), np.array([15.75, 24.5, 40.75, 47.25, 25.5, 26.25]),
      causes={"The test has leaked in: cut off the left part before it is made small":
              np.array([15.75, 24.5, 42.125, 47.25, 25.5, 30.375]),
              "Each crop was made small by itself: make the whole left part small":
              np.array([8.0, 24.0, 40.0, 52.0, 20.0, 36.0])})
brighter = np.where(np.arange(8) < 6, picture, 255)
check("what is on the right has no influence", training_pairs(brighter, 6, 2)[0], inputs)
check("the picture is unchanged", given, picture)
inputs, targets = training_pairs(picture / 2, 6, 4)
check("fractions, crops of 4 that do not fill the left part", targets, picture[None, :4, :4] / 2,
      causes={"A crop reaches over the border": np.array([picture[:4, :4], picture[:4, 4:8]]) / 2})

# %% task="training_pairs" role="test" points=8
random = np.random.default_rng()
for number in range(12):
    size = int(random.choice([2, 4, 6]))
    height, column = (size + 2 * int(v) for v in random.integers(0, 6, 2))
    width = column + int(random.integers(1, 9))
    picture = random.random((height, width)) if number % 2 else random.integers(0, 256, (height, width)).astype(["uint8", int][number % 4 // 2])
    given = picture.copy()
    left, framed = picture[:, :column].astype(float), np.pad(picture[:, :column].astype(float), 1, mode="edge")
    mixed = np.array([[np.outer([1, 3, 3, 1], [1, 3, 3, 1]).ravel() @ framed[i:i + 4, j:j + 4].ravel() / 64 for j in range(0, column, 2)] for i in range(0, height, 2)])
    corners = [(i, j) for i in range(0, height, size) for j in range(0, column, size) if i + size <= height and j + size <= column]
    found = training_pairs(given, column, size)
    require(f"small crops, column {column}, size {size}", found[0], np.array([mixed[i // 2:(i + size) // 2, j // 2:(j + size) // 2] for i, j in corners]))
    require(f"large crops, column {column}, size {size}", found[1], np.array([left[i:i + size, j:j + size] for i, j in corners]))
    require("the picture is unchanged", given, picture)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 작은 ESPCN (10점)

`small_espcn(input_shape, scale, filters)`는 그림을 `scale`배로 키우는 Keras 모델(`keras.Model`)을 반환합니다. 입력 한 장의 형상은 `input_shape`, 곧 `(height, width, channels)`입니다. 합성곱은 모두 **작은** 그림에서 합니다.
- 커널이 $3 \times 3$이고 필터가 `filters`개인 `Conv2D`(`padding="same"`, 편향 있음), 그다음 ReLU
- 커널이 $3 \times 3$이고 필터가 `scale**2 * channels`개인 `Conv2D`(`padding="same"`, 편향 있음), 활성화 함수 없음
- 채널을 픽셀로 늘어놓기: `ops.depth_to_space(x, scale)`. Keras의 채널 순서(channels last)를 따릅니다.
- 여기에, 픽셀마다 같은 값을 $\text{scale} \times \text{scale}$번 되풀이하여 키운 입력을 더합니다. 그래서 신경망은 세부만 배우면 됩니다.

학습은 하지 않습니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. A small ESPCN (10 points)

`small_espcn(input_shape, scale, filters)` returns a Keras model (`keras.Model`) that makes pictures larger by `scale`. One input picture has the shape `input_shape`, that is `(height, width, channels)`. All convolutions are of the **small** picture.
- A `Conv2D` with a $3 \times 3$ kernel and `filters` filters (`padding="same"`, with bias), followed by ReLU
- A `Conv2D` with a $3 \times 3$ kernel and `scale**2 * channels` filters (`padding="same"`, with bias), without activation
- Channels become pixels: `ops.depth_to_space(x, scale)`, in the order of Keras (channels last).
- To this, add the input made larger by repeating each pixel $\text{scale} \times \text{scale}$ times, so that the network needs to learn the details only.

Nothing is trained. The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"] task="small_espcn" role="hint"
r"""
큰 그림의 픽셀 하나는 작은 그림의 어느 픽셀에 속하나요? 둘째 합성곱은 왜 필터가 `scale**2 * channels`개여야 하나요?
"""

# %% [markdown] tags=["en"] task="small_espcn" role="hint"
r"""
To which small pixel does a pixel of the large picture belong? And why must the second convolution have `scale**2 * channels` filters?
"""

# %% [markdown] tags=["ko"] task="small_espcn" role="hint"
r"""
`layers.Conv2D(filters, 3, padding="same", activation="relu")`가 첫 합성곱입니다. 픽셀을 되풀이하는 층은 `layers.UpSampling2D(scale)`이고, 더하기는 `layers.Add()`나 `+`로 합니다.
"""

# %% [markdown] tags=["en"] task="small_espcn" role="hint"
r"""
`layers.Conv2D(filters, 3, padding="same", activation="relu")` is the first convolution. The layer that repeats pixels is `layers.UpSampling2D(scale)`, and `layers.Add()` or `+` adds.
"""

# %% [markdown] tags=["ko"] task="small_espcn" role="hint"
r"""
`inputs = keras.Input(input_shape)`에서 시작하여 두 합성곱을 차례로 적용하고, `x = ops.depth_to_space(x, scale)` 다음에 `keras.Model(inputs, x + layers.UpSampling2D(scale)(inputs))`를 반환하세요.
"""

# %% [markdown] tags=["en"] task="small_espcn" role="hint"
r"""
Start from `inputs = keras.Input(input_shape)`, apply both convolutions one after the other, then `x = ops.depth_to_space(x, scale)`, and return `keras.Model(inputs, x + layers.UpSampling2D(scale)(inputs))`.
"""

# %% task="small_espcn" role="solution"
def small_espcn(input_shape, scale, filters):
    ### BEGIN SOLUTION
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(scale**2 * input_shape[-1], 3, padding="same")(x)
    x = ops.depth_to_space(x, scale)
    return keras.Model(inputs, x + layers.UpSampling2D(scale)(inputs))
    ### END SOLUTION


# %% task="small_espcn" role="check"
model = small_espcn((2, 3, 2), 2, 3)
check("small_espcn returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
small = np.arange(1, 13, dtype="float32").reshape(1, 2, 3, 2)
check("output shape", tuple(model(small).shape), (1, 4, 6, 2),
      causes={"The channels did not become pixels": (1, 2, 3, 8), "It was not made larger": (1, 2, 3, 2)})
check("parameters", model.count_params(), (9 * 2 * 3 + 3) + (9 * 3 * 8 + 8),
      causes={"The biases are missing": 9 * 2 * 3 + 9 * 3 * 8,
              "The second convolution sees the large picture: it must see the small one": 57 + (9 * 3 * 2 + 2),
              "The second convolution gives one colour: it needs `scale**2` filters for each channel":
              57 + (9 * 3 * 4 + 4),
              "A kernel is 1x1": 57 + (3 * 8 + 8), "A kernel is 5x5": (25 * 2 * 3 + 3) + 224})


def details(first=0.0, second=0.0, biases=(0.0,), centre=(1, 1)):
    """What is added to the repeated pixels, when each kernel has a single number other than 0."""
    weights = {(3, 3, 2, 3): np.zeros((3, 3, 2, 3)), (3, 3, 3, 8): np.zeros((3, 3, 3, 8)), (3,): np.zeros(3)}
    weights[3, 3, 2, 3][(*centre, 0, 0)], weights[3, 3, 3, 8][1, 1, 0, 0] = first, second
    weights[8,] = np.resize(biases, 8)
    model.set_weights([weights.get(tuple(w.shape), np.zeros(w.shape)) for w in model.get_weights()])
    return np.array(model(small))[0] - repeated


repeated = np.zeros((4, 6, 2))
check("weights of 0: the pixels are repeated", details(), small[0].repeat(2, axis=0).repeat(2, axis=1),
      causes={"The input is not added": 0 * repeated,
              "Between the pixels it was interpolated: repeat them":
              lambda: np.array(layers.UpSampling2D(2, interpolation="bilinear")(small))[0]})
repeated = small[0].repeat(2, axis=0).repeat(2, axis=1)
square = np.arange(8).reshape(2, 2, 2)  # of each small pixel: row, column, colour
check("the order of the channels", details(biases=range(8)), np.tile(square, (2, 3, 1)),
      causes={"This is the order of PyTorch: in Keras's, the colours of a pixel stand side by side":
              np.tile([[[0, 4], [1, 5]], [[2, 6], [3, 7]]], (2, 3, 1)),
              "Rows and columns of the new squares are exchanged": np.tile(square.swapaxes(0, 1), (2, 3, 1)),
              "It was only reshaped: use `ops.depth_to_space`": np.tile(square.ravel(), 6).reshape(4, 6, 2)})
check("the last convolution may give negative numbers", details(biases=[-50])[0, 0], np.array([-50.0, -50]),
      causes={"Behind the second convolution there is an activation": np.array([0.0, 0.0]),
              "Behind the sum there is an activation": np.array([-1.0, -2])})
check("through both convolutions", details(1, 1)[::2, ::2, 0], small[0, :, :, 0],
      causes={"The first convolution has another activation than ReLU": np.tanh(small[0, :, :, 0])})
check("ReLU behind the first", details(-1, 1)[::2, ::2, 0], np.zeros((2, 3)),
      causes={"There is no ReLU behind the first convolution": -small[0, :, :, 0]})
check('padding="same" fills with 0', details(1, 1, centre=(0, 0))[::2, ::2, 0], np.array([[0, 0, 0], [0, 1, 3]]))
check("another scale, one channel", tuple(small_espcn((4, 5, 1), 3, 2)(np.ones((2, 4, 5, 1))).shape),
      (2, 12, 15, 1))

# %% task="small_espcn" role="test" points=10
random = np.random.default_rng()
for scale, channels, filters in ((2, 1, 3), (3, 1, 2), (2, 3, 5), (3, 2, 4)):
    height, width, batch = (int(v) for v in random.integers(2, 6, 3))
    case = f"small_espcn({(height, width, channels)}, {scale}, {filters})"
    model = small_espcn((height, width, channels), scale, filters)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    small = random.normal(size=(batch, height, width, channels)).astype("float32")
    require(f"{case}: output shape", tuple(model(small.copy()).shape), (batch, height * scale, width * scale, channels))
    last = scale**2 * channels
    weights = {shape: random.normal(size=shape).astype("float32") for shape in ((3, 3, channels, filters), (filters,), (3, 3, filters, last), (last,))}
    shapes = [tuple(w.shape) for w in model.get_weights()]
    require(f"{case}: weights", sorted(map(str, shapes)), sorted(map(str, weights)))
    model.set_weights([weights[shape] for shape in shapes])
    x = small
    for name in ((3, 3, channels, filters), (3, 3, filters, last)):
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), (3, 3), axis=(1, 2))
        x = np.einsum("bijcmn,mncf->bijf", windows, weights[name]) + weights[name[-1:]]
        x = np.maximum(x, 0) if name[-1] == filters else x
    expected = np.zeros((batch, height * scale, width * scale, channels))
    for i, j, c in np.ndindex(*expected.shape[1:]):
        depth = (i % scale * scale + j % scale) * channels + c
        expected[:, i, j, c] = x[:, i // scale, j // scale, depth] + small[:, i // scale, j // scale, c]
    require(f"{case}: output", np.array(model(small.copy())), expected, rtol=1e-3, atol=1e-3)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 실험: 줄이기 전에 얼마나 흐리게 할까 (5점)

그림을 줄이면 새 픽셀은 원래 픽셀 여러 개의 가중 평균이 됩니다. 아래 셀의 `quality(width)`는 폭이 `width`인 삼각형 커널(중심에서 원래 픽셀 `width`개만큼 떨어지면 가중치가 0)로 사진의 가로와 세로를 각각 삼분의 일로 줄인 다음, 바이큐빅으로 다시 키우고 PSNR(dB)을 잽니다.
`width`가 1 이하이면 평균을 내지 않고 세 픽셀마다 하나를 고르기만 하며, 커질수록 더 흐려집니다. 폭을 키우면 PSNR은 커질까요, 작아질까요, 그대로일까요?
**측정하기 전에** 예측을 적은 다음, 0.5에서 6까지의 폭을 다섯 가지 이상 골라 측정하세요. 1 이하인 것, 1.5에서 3까지인 것, 5 이상인 것이 하나씩은 있어야 합니다.
`blurs()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 폭의 리스트
- `"predicted"`: 폭마다 예측한 PSNR의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 폭마다 측정한 PSNR의 리스트
- `"conclusion"`: 측정값을 보고 내린 결론. 위의 네 낱말 가운데 하나. 가장 큰 값의 1%보다 작은 변화는 변화로 치지 않습니다.

결과가 예측과 달랐다면, 폭이 아주 좁을 때와 아주 넓을 때 각각 무엇을 잃는지 생각해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Experiment: how much blur before making it small (5 points)

When a picture is made smaller, a new pixel is a weighted mean of several old ones. In the cell below, `quality(width)` makes a photograph a third as high and wide with a triangular kernel of width `width` (`width` old pixels from the middle, the weight is 0), enlarges it again, bicubic, and measures PSNR (dB).
Up to a `width` of 1 there is no mean, one of three pixels is just picked; the larger the width, the more is blurred. When the width grows, will PSNR grow, fall or stay?
Write down your prediction **before you measure**; then choose at least five widths from 0.5 to 6 and measure: at least one of 1 or below, one from 1.5 to 3, and one of 5 or above.
`blurs()` returns the record of the experiment as a dict.
- `"settings"`: the list of widths that were tried
- `"predicted"`: a list with the PSNR that you predict for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: a list with the PSNR that was measured for each
- `"conclusion"`: what follows from the measurements: one of the same four words. A change of less than 1% of the largest value counts as none.

If the result was not what you predicted, think about what is lost when the width is very small, and what when it is very large.
"""

# %%
from course_lib import data, picture_quality, resampling
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment

roofs = picture_quality.luma(data.photograph("china"))[50:170, 50:170]


def quality(width):
    """PSNR in dB of a photograph that was made small with a triangle of this width, then large again."""
    places = 3 * np.arange(40) + 1.0  # the middle of each new pixel
    shrink = resampling.weights(places, 120, "bilinear", widen=float(width))
    again = resampling.resize(shrink @ roofs @ shrink.T, roofs.shape, "bicubic")
    return picture_quality.psnr(roofs, again, border=6)

# %% [markdown] tags=["ko"] task="blurs" role="hint"
r"""
세 픽셀마다 하나만 고르면 가는 줄무늬는 어떻게 되나요? 아주 넓은 평균을 내면 모서리는 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="blurs" role="hint"
r"""
When only one of three pixels is picked, what becomes of fine stripes? And when the mean is very wide, what becomes of edges?
"""

# %% [markdown] tags=["ko"] task="blurs" role="hint"
r"""
`widths = [1, 2, 3, 4, 5]`처럼 폭을 고르고, 예측을 먼저 적은 다음 `[quality(width) for width in widths]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="blurs" role="hint"
r"""
Choose widths such as `widths = [1, 2, 3, 4, 5]`, write the prediction first, then measure with `[quality(width) for width in widths]`.
"""

# %% task="blurs" role="solution"
def blurs():
    ### BEGIN SOLUTION
    widths = [1, 2, 3, 4, 5]
    return {
        "settings": widths,
        "predicted": "falls",  # before measuring
        "measured": [quality(width) for width in widths],
        "conclusion": "neither",
    }
    ### END SOLUTION


# %% task="blurs" role="check"
found = blurs()
check_experiment("the experiment", found, measure=quality, settings=lambda width: 0.499 < width < 6.001,
                 at_least_runs=5, tolerance=0.002, stays=0.01)
check("one width is 1 or below", bool(min(found["settings"]) <= 1), True)
check("one width is from 1.5 to 3", any(1.5 <= width <= 3 for width in found["settings"]), True)
check("one width is 5 or above", bool(max(found["settings"]) >= 5), True)

# %% task="blurs" role="test" points=5
found = blurs()
require_experiment("the experiment", found, measure=quality, settings=lambda width: 0.499 < width < 6.001, at_least_runs=5, tolerance=0.002, stays=0.01)
require("one width is 1 or below", bool(min(found["settings"]) <= 1), True)
require("one width is from 1.5 to 3", any(1.5 <= width <= 3 for width in found["settings"]), True)
require("one width is 5 or above", bool(max(found["settings"]) >= 5), True)
