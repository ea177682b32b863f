# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 4장 연습 문제. 전이 학습

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점할 때는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 문제 1부터 7까지와 문제 11은 NumPy만 있으면 되고, 8부터 10까지는 Keras를 씁니다. 문제 11은 스스로 측정하는 실험입니다. 문제 1부터 7까지의 함수는 입력으로 받은 배열과 리스트를 바꾸지 않아야 합니다.
- 모두 11문제, 100점, 약 130분입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 4 exercises. Transfer learning

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Tasks 1 to 7 and task 11 need NumPy alone, 8 to 10 use Keras. Task 11 is an experiment of your own. In tasks 1 to 7, a function must not change the arrays and lists that it is given.
- There are 11 tasks with 100 points, for about 130 minutes.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 백본에 맞는 전처리 (10점)

사전 학습된 백본(backbone)에는 학습할 때와 똑같은 방식으로 전처리(preprocessing)한 이미지를 넣어야 하는데, 그 방식이 백본마다 다릅니다.
`preprocess(images, backbone)`는 값이 0부터 1까지인 RGB 이미지를 받아 백본에 맞게 바꿉니다. $x$는 입력 픽셀의 값입니다.
- `"mobilenet_v2"`: 값의 범위를 −1부터 1까지로 옮깁니다. 곧 $2x - 1$입니다.
- `"resnet50"`: 먼저 $255x$로 바꾼 다음, 채널의 순서를 RGB에서 **BGR**로 뒤집고, ImageNet의 채널별 평균을 뺍니다. 평균은 B가 103.939, G가 116.779, R이 123.68입니다.
- `"efficientnet_lite0"`: 먼저 $255x$로 바꾼 다음, 127을 빼고 128로 나눕니다.

`images`의 형상은 `(batch, height, width, 3)`이고 자료형은 `float32` 또는 `float64`입니다. 결과는 형상이 같고 자료형이 언제나 `float32`인 새 배열입니다.
그 밖의 `backbone`이 들어오거나 0보다 작거나 1보다 큰 값이 있으면 `ValueError`를 발생시키세요(raise). 전처리에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Preprocessing for a backbone (10 points)

A pretrained backbone needs images that are preprocessed exactly as they were when it was trained, and backbones differ in this.
`preprocess(images, backbone)` is given RGB images with values from 0 to 1, and changes them as the backbone needs them. $x$ is the value of an input pixel.
- `"mobilenet_v2"`: values are moved to the range from −1 to 1, which is $2x - 1$.
- `"resnet50"`: take $255x$ first, then reverse the order of the channels from RGB to **BGR** and subtract ImageNet's mean of each channel: 103.939 for B, 116.779 for G, 123.68 for R.
- `"efficientnet_lite0"`: take $255x$ first, then subtract 127 and divide by 128.

The shape of `images` is `(batch, height, width, 3)`, their dtype `float32` or `float64`. The result is a new array of the same shape, and its dtype is always `float32`.
Raise `ValueError` for any other `backbone`, and if a value is smaller than 0 or larger than 1. The preprocessing is worth 8 points, the error cases 2.
"""

# %% [markdown] tags=["ko"] task="preprocess" role="hint"
r"""
픽셀 하나가 `[1.0, 0.6, 0.0]`일 때 백본마다 무엇이 들어가야 하는지 손으로 계산해 보세요. `"resnet50"`에서는 어느 색이 맨 앞에 오고, 그 자리에서 어떤 평균을 빼나요?
"""

# %% [markdown] tags=["en"] task="preprocess" role="hint"
r"""
Take one pixel, `[1.0, 0.6, 0.0]`, and work out by hand what each backbone must get. For `"resnet50"`, which colour comes first, and which mean is subtracted there?
"""

# %% [markdown] tags=["ko"] task="preprocess" role="hint"
r"""
`images[..., ::-1]`은 마지막 축인 채널의 순서만 뒤집습니다. 뒤집은 다음에 빼므로 평균도 BGR 순서로 적어야 하고, 평균은 값이 255까지 커진 다음에 빼야 합니다. `images *= 255`처럼 배열을 그 자리에서 고치는 연산은 입력까지 바꾸니 피하세요.
"""

# %% [markdown] tags=["en"] task="preprocess" role="hint"
r"""
`images[..., ::-1]` reverses the last axis alone, that of the channels. The means are subtracted after that, so write them in the order BGR as well, and only once the values go up to 255. Avoid operations such as `images *= 255`, which change the array itself: it is the input.
"""

# %% [markdown] tags=["ko"] task="preprocess" role="hint"
r"""
세 식은 `2 * images - 1`, `255 * images[..., ::-1] - np.array([103.939, 116.779, 123.68])`, `(255 * images - 127) / 128`입니다. `if`와 `elif`로 고르고, `else`에서 `ValueError`를 발생시키세요. 값의 범위는 맨 앞에서 `images.min()`과 `images.max()`로 확인하고, 결과는 `.astype("float32")`로 바꾸어 돌려줍니다.
"""

# %% [markdown] tags=["en"] task="preprocess" role="hint"
r"""
The formulas are `2 * images - 1`, `255 * images[..., ::-1] - np.array([103.939, 116.779, 123.68])` and `(255 * images - 127) / 128`. Choose by `if` and `elif`, and raise `ValueError` in `else`. Check the range at the very beginning with `images.min()` and `images.max()`, and convert the result by `.astype("float32")`.
"""

# %% task="preprocess" role="solution"
def preprocess(images, backbone):
    ### BEGIN SOLUTION
    if images.min() < 0 or images.max() > 1:
        raise ValueError(f"values from 0 to 1 expected, found {images.min()} to {images.max()}")
    if backbone == "mobilenet_v2":
        result = 2 * images - 1
    elif backbone == "resnet50":
        result = 255 * images[..., ::-1] - np.array([103.939, 116.779, 123.68])
    elif backbone == "efficientnet_lite0":
        result = (255 * images - 127) / 128
    else:
        raise ValueError(f"unknown backbone: {backbone!r}")
    return result.astype("float32")
    ### END SOLUTION


# %% task="preprocess" role="check"
orange = np.array([[[[1.0, 0.6, 0.0]]]])  # one image of one pixel, float64
before, means = orange.copy(), np.array([103.939, 116.779, 123.68])  # of blue, green and red
mistakes = {
    "mobilenet_v2": {"Here the images are from 0 to 1, not from 0 to 255": orange / 127.5 - 1},
    "resnet50": {"Each backbone has a convention of its own": orange * 2 - 1,
                 "The means belong to values from 0 to 255": orange[..., ::-1] - means,
                 "The channels, the last axis, still stand in the order of red, green, blue": orange * 255 - means,
                 "The means stand in the order of red, green, blue": orange[..., ::-1] * 255 - means[::-1],
                 "Channels and means stand in the order of red, green, blue": orange * 255 - means[::-1]},
    "efficientnet_lite0": {"127 and 128 belong to values from 0 to 255": (orange - 127) / 128,
                           "Here 127 is subtracted and 128 divides; 127.5 is in no place": orange * 2 - 1,
                           "127 is subtracted and 128 divides, not the other way round":
                           (orange * 255 - 128) / 127,
                           "First subtract, then divide": orange * 255 / 128 - 127}}
for name, expected in (("mobilenet_v2", [1.0, 0.2, -1.0]), ("resnet50", [-103.939, 36.221, 131.32]),
                       ("efficientnet_lite0", [1.0, 0.203125, -0.9921875])):
    found = preprocess(orange, name)
    check(f"{name}: shape", np.shape(found), (1, 1, 1, 3))
    check(f"{name}: dtype", str(found.dtype), "float32")
    check(f"{name}: an orange pixel", found, np.array([[[expected]]]), atol=1e-3, causes=mistakes[name])
check("resnet50: a grey pixel of 76.5", preprocess(np.full((1, 1, 1, 3), 0.3), "resnet50"),
      np.array([[[[-27.439, -40.279, -47.18]]]]), atol=1e-3,
      causes={"The values were cut off to whole numbers": np.array([[[76 - means]]])})
check("the images are unchanged", orange, before)
check_raises(ValueError, preprocess, orange, "lenet")


def refused(images):
    """Whether these images bring a ValueError."""
    try:
        preprocess(images, "resnet50")
    except ValueError:
        return True
    return False


check("values from 0 to 255 are refused: a ValueError", refused(255 * orange), True)
check("one value above 1 is refused, also where the mean is below 1", refused(1.5 * orange), True)
check("a negative value is refused", refused(orange - 0.1), True)

# %% task="preprocess" role="test" points=8
random = np.random.default_rng()
for turn in range(8):
    batch, h, w = (int(v) for v in random.integers(1, 6, 3))
    images = random.uniform(size=(batch, h, w, 3)).astype("float32" if turn % 2 else "float64")
    for name, order, factor, shift in (("mobilenet_v2", (0, 1, 2), (2, 2, 2), (1, 1, 1)), ("resnet50", (2, 1, 0), (255, 255, 255), (103.939, 116.779, 123.68)), ("efficientnet_lite0", (0, 1, 2), (255 / 128,) * 3, (127 / 128,) * 3)):
        expected = np.empty(images.shape)
        for place, channel in enumerate(order):
            expected[..., place] = images[..., channel].astype(float) * factor[place] - shift[place]
        given = images.copy()
        found = preprocess(given, name)
        case = f"{name}, {images.dtype} of shape {images.shape}"
        require(f"{case}: shape", np.shape(found), images.shape)
        require(f"{case}: dtype", str(found.dtype), "float32")
        require(case, found, expected, atol=1e-3 if name == "resnet50" else 1e-5)
        require("the images are unchanged", given, images)

# %% task="preprocess" role="test" part="errors" points=2
random = np.random.default_rng()
require_raises(ValueError, preprocess, np.full((1, 2, 2, 3), 0.5), "vgg")
for wrong in (1.5, -0.5, 255.0):
    images = np.full((2, 2, 2, 3), 0.5)
    images[1, 1, 0, 2] = wrong
    require_raises(ValueError, preprocess, images, str(random.choice(["mobilenet_v2", "resnet50", "efficientnet_lite0"])))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 학습률 계획 (10점)

새 출력부(head)는 아무것도 모르는 상태에서 배우고 백본은 이미 배운 것을 조금만 고치므로, 둘에 서로 다른 학습률(learning rate)을 줍니다. 에포크(epoch)는 모두 $n$번이고, 번호 $e$는 0부터 $n - 1$까지입니다.
출력부의 학습률 $r_e$는 처음 $w$번의 에포크 동안 일정하게 커집니다. 이것을 워밍업(warm-up)이라고 합니다. 그다음에는 코사인(cosine) 곡선을 따라 줄어듭니다. $p$는 가장 큰 학습률입니다.

$$r_e = p \cdot \frac{e + 1}{w} \quad (e < w), \qquad r_e = \frac{p}{2} \left( 1 + \cos\left( \pi \cdot \frac{e - w}{n - w} \right) \right) \quad (e \ge w)$$

백본은 처음 `frozen`번의 에포크 동안 동결(freeze)하므로 학습률이 0이고, 그 뒤로는 같은 에포크의 출력부 학습률에 `ratio`를 곱한 값입니다.
`learning_rates(epochs, warmup, frozen, peak, ratio)`는 형상이 `(epochs, 2)`인 실수(`float`) 배열을 돌려줍니다. 첫 열은 출력부, 둘째 열은 백본의 학습률입니다.
`epochs`가 $n$, `warmup`이 $w$, `peak`가 $p$입니다. `warmup`은 0일 수도 있습니다. `warmup`이나 `frozen`이 `epochs`보다 크면 `ValueError`를 발생시키세요(raise). 학습률에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. A learning-rate plan (10 points)

A new head begins with knowing nothing, while the backbone corrects only a little what it has learned already; so each has a learning rate of its own. There are $n$ epochs, with numbers $e$ from 0 to $n - 1$.
The learning rate $r_e$ of the head grows evenly over the first $w$ epochs, which is called warm-up. After that it falls along a cosine. $p$ is the largest learning rate.

$$r_e = p \cdot \frac{e + 1}{w} \quad (e < w), \qquad r_e = \frac{p}{2} \left( 1 + \cos\left( \pi \cdot \frac{e - w}{n - w} \right) \right) \quad (e \ge w)$$

During the first `frozen` epochs the backbone is frozen and its learning rate is 0; from then on it is `ratio` times the head's learning rate of the same epoch.
`learning_rates(epochs, warmup, frozen, peak, ratio)` returns an array of `float` of shape `(epochs, 2)`. The first column is the learning rate of the head, the second that of the backbone.
`epochs` is $n$, `warmup` is $w$, `peak` is $p$. `warmup` may be 0. Raise `ValueError` if `warmup` or `frozen` is larger than `epochs`. The learning rates are worth 8 points, the error cases 2.
"""

# %% [markdown] tags=["ko"] task="learning_rates" role="hint"
r"""
`epochs`가 6이고 `warmup`이 2일 때, $e$마다 출력부의 학습률이 $p$의 몇 배인지 표로 적어 보세요. 어느 $e$에서 둘째 식으로 넘어가나요? 그때 코사인 안의 각도는 얼마인가요?
"""

# %% [markdown] tags=["en"] task="learning_rates" role="hint"
r"""
With 6 for `epochs` and 2 for `warmup`, make a table: for each $e$, what multiple of $p$ is the learning rate of the head? At which $e$ does the second formula take over, and what is the angle in its cosine then?
"""

# %% [markdown] tags=["ko"] task="learning_rates" role="hint"
r"""
`np.zeros((epochs, 2))`에서 시작하여 `for`문으로 한 행씩 채우세요. 백본은 동결이 풀릴 때 워밍업부터 새로 시작하지 않습니다. 그 에포크의 출력부 학습률에 `ratio`를 곱할 뿐입니다. `warmup`으로 나누는 식은 `e < warmup`인 에포크에만 쓰므로 `warmup`이 0이어도 괜찮습니다.
"""

# %% [markdown] tags=["en"] task="learning_rates" role="hint"
r"""
Start from `np.zeros((epochs, 2))` and fill in one row at a time in a `for` loop. When the backbone is unfrozen it does not begin again with warm-up: it simply gets the head's rate of that epoch times `ratio`. The formula that divides by `warmup` is used only where `e < warmup`, so a `warmup` of 0 is no problem.
"""

# %% [markdown] tags=["ko"] task="learning_rates" role="hint"
r"""
`e < warmup`이면 `peak * (e + 1) / warmup`, 아니면 `peak / 2 * (1 + np.cos(np.pi * (e - warmup) / (epochs - warmup)))`가 `rates[e, 0]`입니다. 이어서 `e >= frozen`일 때만 `rates[e, 1] = ratio * rates[e, 0]`을 실행합니다. 오류의 조건은 `max(warmup, frozen) > epochs`입니다.
"""

# %% [markdown] tags=["en"] task="learning_rates" role="hint"
r"""
Where `e < warmup`, `peak * (e + 1) / warmup` goes to `rates[e, 0]`, else `peak / 2 * (1 + np.cos(np.pi * (e - warmup) / (epochs - warmup)))`. Then run `rates[e, 1] = ratio * rates[e, 0]`, but only if `e >= frozen`. The condition of the error is `max(warmup, frozen) > epochs`.
"""

# %% task="learning_rates" role="solution"
def learning_rates(epochs, warmup, frozen, peak, ratio):
    ### BEGIN SOLUTION
    if max(warmup, frozen) > epochs:
        raise ValueError(f"{epochs} epochs are fewer than warmup={warmup} or frozen={frozen}")
    rates = np.zeros((epochs, 2))
    for e in range(epochs):
        if e < warmup:
            rates[e, 0] = peak * (e + 1) / warmup
        else:
            rates[e, 0] = peak / 2 * (1 + np.cos(np.pi * (e - warmup) / (epochs - warmup)))
        if e >= frozen:
            rates[e, 1] = ratio * rates[e, 0]
    return rates
    ### END SOLUTION


# %% task="learning_rates" role="check"
found = learning_rates(6, 2, 3, 0.8, 0.1)
check("a NumPy array", isinstance(found, np.ndarray), True)
check("shape", np.shape(found), (6, 2), causes={"There is a row for each epoch, not for each plan": (2, 6)})
late = np.arange(4)  # epochs after the warm-up
falling = 0.4 + 0.4 * np.cos(np.pi * late / 4)
then = lambda rates: np.array([0.4, 0.8, *rates])
check("head: 2 epochs of warm-up, then 4 of cosine", found[:, 0], then(falling),
      causes={"The warm-up begins with its first step, not with 0": np.array([0, 0.4, *falling]),
              "The warm-up takes an epoch too many": np.array([0.8 / 3, 1.6 / 3, *falling]),
              "The cosine begins where the warm-up ends": then(0.4 + 0.4 * np.cos(np.pi * (late + 2) / 6)),
              "The cosine lasts as long as there are epochs after the warm-up":
              then(0.4 + 0.4 * np.cos(np.pi * late / 6)),
              "The cosine reaches 0 only after the last epoch": then(0.4 + 0.4 * np.cos(np.pi * late / 3)),
              "This falls in a straight line": then(0.8 - 0.2 * late),
              "This is a quarter of a wave; half a wave is asked for": then(0.8 * np.cos(np.pi * late / 8)),
              "1 plus the cosine reaches 2, so it is multiplied by half of the peak": then(2 * falling),
              "`np.cos` takes an angle in radians: 180 degrees are pi": then(0.4 + 0.4 * np.cos(180 * late / 4)),
              "The columns are exchanged: that of the head comes first":
              lambda: 0.1 * np.array([0, 0, 0, *falling[1:]])})
check("backbone: 3 epochs frozen", found[:3, 1], np.zeros(3),
      causes={"One frozen epoch is missing": np.array([0, 0, 0.08]),
              "The backbone is never frozen": np.array([0.04, 0.08, 0.08])})
check("backbone: then a tenth of the head's rate", found[3:, 1], found[3:, 0] * 0.1,
      causes={"There is one frozen epoch too many": lambda: found[3:, 0] * [0, 0.1, 0.1],
              "The backbone follows the head's plan; it does not begin with a plan of its own":
              lambda: found[:3, 0] * 0.1,
              "It is a tenth of the head's rate in the same epoch, not of the peak": np.full(3, 0.08),
              "The head's rate is multiplied by the ratio, not divided": lambda: found[3:, 0] * 10})
check("no warm-up, never frozen", learning_rates(2, 0, 0, 1.0, 0.5), np.array([[1.0, 0.5], [0.5, 0.25]]))
check("nothing but warm-up, always frozen", learning_rates(2, 2, 2, 1.0, 0.5), np.array([[0.5, 0.0], [1.0, 0.0]]))
check_raises(ValueError, learning_rates, 3, 4, 0, 1.0, 0.1)
check_raises(ValueError, learning_rates, 3, 0, 4, 1.0, 0.1)

# %% task="learning_rates" role="test" points=8
random = np.random.default_rng()
for turn in range(40):
    epochs = int(random.integers(2, 30))
    warmup, frozen = int(random.integers(0, epochs + 1)), int(random.integers(0, epochs + 1))
    if turn < 3:
        warmup, frozen = (0, epochs, int(random.integers(1, epochs)))[turn], (0, 1, epochs)[turn]
    peak, ratio = float(random.uniform(0.01, 2)), float(random.uniform(0.01, 0.9))
    up = np.arange(1, warmup + 1) * (peak / max(warmup, 1))
    down = peak * np.cos(np.linspace(0, np.pi / 2, epochs - warmup, endpoint=False)) ** 2  # cos(2a) = 2 cos(a)^2 - 1
    head = np.concatenate([up, down])
    backbone = np.concatenate([np.zeros(frozen), ratio * head[frozen:]])
    require("a NumPy array", isinstance(learning_rates(epochs, warmup, frozen, peak, ratio), np.ndarray), True)
    require(f"learning_rates({epochs}, {warmup}, {frozen}, {peak}, {ratio})", learning_rates(epochs, warmup, frozen, peak, ratio), np.stack([head, backbone], axis=1))

# %% task="learning_rates" role="test" part="errors" points=2
for epochs, warmup, frozen in ((5, 6, 2), (5, 2, 6), (2, 3, 2), (2, 2, 3), (4, 7, 9)):
    require_raises(ValueError, learning_rates, epochs, warmup, frozen, 0.1, 0.1)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 혼동 행렬 읽기 (10점)

`confusion(labels, predictions, classes)`는 정답 `labels`와 예측 `predictions`로 혼동 행렬(confusion matrix)을 만들고 읽습니다. 둘 다 형상이 `(n,)`인 정수 배열이며, 값은 0부터 `classes - 1`까지의 클래스(class) 번호입니다.
네 가지를 튜플 `(matrix, recall, precision, pair)`로 돌려줍니다.
- `matrix`: 형상이 `(classes, classes)`인 정수 배열입니다. $i$행 $j$열은 정답이 $i$이고 예측이 $j$인 샘플(sample)의 수입니다.
- `recall`: 클래스별 재현율(recall)입니다. 정답이 그 클래스인 샘플 가운데 그 클래스로 예측한 비율입니다.
- `precision`: 클래스별 정밀도(precision)입니다. 그 클래스로 예측한 샘플 가운데 정답이 그 클래스인 비율입니다.
- `pair`: 가장 많이 헷갈린 쌍 `(i, j)`입니다. $i \ne j$인 칸 가운데 수가 가장 큰 칸의 정답과 예측 번호를 정수 두 개의 튜플로 나타냅니다. 최댓값이 여럿이면 $i$가 작은 쪽을, $i$도 같으면 $j$가 작은 쪽을 고릅니다. 틀린 예측이 하나도 없으면 `None`입니다.

`recall`과 `precision`은 형상이 `(classes,)`인 실수 배열입니다. 분모가 0이면 0으로 하고, 이때 NumPy의 경고도 나오지 않아야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. Read a confusion matrix (10 points)

`confusion(labels, predictions, classes)` makes the confusion matrix of the true `labels` and the `predictions`, and reads it. Both are integer arrays of shape `(n,)`; their values are numbers of classes from 0 to `classes - 1`.
It returns four things as a tuple `(matrix, recall, precision, pair)`.
- `matrix`: an integer array of shape `(classes, classes)`. Row $i$, column $j$ is the number of examples whose label is $i$ and whose prediction is $j$.
- `recall`: the recall of each class. Of the examples whose label is the class, it is the share predicted as the class.
- `precision`: the precision of each class. Of the examples predicted as the class, it is the share whose label is the class.
- `pair`: the most confused pair `(i, j)`. It gives the label and the prediction of the largest entry with $i \ne j$ as a tuple of two integers. If several are largest, take the one with the smaller $i$, and where $i$ is equal, too, the one with the smaller $j$. If no prediction is wrong, it is `None`.

`recall` and `precision` are arrays of floating-point numbers of shape `(classes,)`. Where the denominator is 0 the value is 0, and NumPy must not warn then.
"""

# %% [markdown] tags=["ko"] task="confusion" role="hint"
r"""
정답이 0이고 예측이 1인 샘플이 셋 있으면 행렬의 어느 칸이 3이 되어야 하나요? `matrix[labels, predictions] += 1`을 실행하면 그 칸은 정말 3이 되나요?
"""

# %% [markdown] tags=["en"] task="confusion" role="hint"
r"""
If three examples have the label 0 and the prediction 1, which entry of the matrix must be 3? Does `matrix[labels, predictions] += 1` really make it 3?
"""

# %% [markdown] tags=["ko"] task="confusion" role="hint"
r"""
인덱스 배열로 한꺼번에 더하면 되풀이된 칸에도 한 번만 더해집니다. `for`문으로 하나씩 세거나 `np.add.at`을 쓰세요. 맞힌 수는 대각선 `np.diag(matrix)`에 있습니다. 재현율은 이것을 행의 합으로, 정밀도는 열의 합으로 나눈 것입니다. 어느 쪽이 `axis=1`인가요?
"""

# %% [markdown] tags=["en"] task="confusion" role="hint"
r"""
Adding by arrays of indices adds only once to an entry that is repeated: count one by one in a `for` loop, or use `np.add.at`. The right predictions stand on the diagonal, `np.diag(matrix)`. Recall divides it by the sums of the rows, precision by those of the columns. Which of the two is `axis=1`?
"""

# %% [markdown] tags=["ko"] task="confusion" role="hint"
r"""
합을 `np.maximum(sums, 1)`로 바꾸어 나누세요. 합이 0이면 분자도 0이므로 결과는 0이고 경고도 없습니다. `errors = matrix - np.diag(np.diag(matrix))`로 대각선을 지우면 `divmod(int(errors.argmax()), classes)`가 찾는 쌍입니다. `argmax`는 행을 차례로 훑어 첫 최댓값을 고릅니다. `errors.any()`가 거짓일 때만 `None`입니다.
"""

# %% [markdown] tags=["en"] task="confusion" role="hint"
r"""
Divide by `np.maximum(sums, 1)` instead of the sums: where a sum is 0 the numerator is 0, too, so the result is 0 without a warning. `errors = matrix - np.diag(np.diag(matrix))` clears the diagonal; then `divmod(int(errors.argmax()), classes)` is the pair, since `argmax` goes through row after row and takes the first maximum. It is `None` only if `errors.any()` is false.
"""

# %% task="confusion" role="solution"
def confusion(labels, predictions, classes):
    ### BEGIN SOLUTION
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (labels, predictions), 1)  # with [labels, predictions] += 1 a repeated pair would count once
    right = np.diag(matrix)
    recall = right / np.maximum(matrix.sum(axis=1), 1)  # where a sum is 0, so is the numerator
    precision = right / np.maximum(matrix.sum(axis=0), 1)
    errors = matrix - np.diag(right)
    i, j = divmod(int(errors.argmax()), classes)  # argmax gives the first of several
    return matrix, recall, precision, (i, j) if errors.any() else None
    ### END SOLUTION


# %% task="confusion" role="check"
labels, predictions = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2]), np.array([0, 1, 1, 1, 2, 2, 0, 0, 2])
answer = confusion(labels, predictions, 4)  # class 3 never occurs and is never predicted
check("a tuple of four", isinstance(answer, tuple) and len(answer) == 4, True)
matrix, recall, precision, pair = answer
check("matrix", matrix, np.array([[1, 2, 0, 0], [0, 1, 1, 0], [2, 0, 2, 0], [0, 0, 0, 0]]), integers=True,
      causes={"A pair that occurs several times was counted only once: `+=` with arrays of indices does that":
              np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0]]),
              "A class that never occurs has its row and column, too": np.array([[1, 2, 0], [0, 1, 1], [2, 0, 2]]),
              "These are shares; the matrix holds counts":
              np.array([[1 / 3, 2 / 3, 0, 0], [0, 0.5, 0.5, 0], [0.5, 0, 0.5, 0], [0, 0, 0, 0]])})
check("recall", recall, np.array([1 / 3, 1 / 2, 1 / 2, 0.0]),
      causes={"This is the precision: recall divides by the sum of a row": np.array([1 / 3, 1 / 3, 2 / 3, 0.0]),
              "Recall divides by the examples of the class, not by all": np.array([1, 1, 2, 0]) / 9,
              "Where there is nothing to divide, the result is 0, not NaN":
              np.array([1 / 3, 1 / 2, 1 / 2, np.nan]),
              "Where there is nothing to divide, the result is 0, not 1": np.array([1 / 3, 1 / 2, 1 / 2, 1.0]),
              "Each class has its own recall; no mean is asked for": 1 / 3})
check("precision", precision, np.array([1 / 3, 1 / 3, 2 / 3, 0.0]),
      causes={"This is the recall: precision divides by the sum of a column":
              np.array([1 / 3, 1 / 2, 1 / 2, 0.0])})
check("pair: 2 for (0, 1) and 2 for (2, 0), so the smaller label", pair, (0, 1),
      causes={"The label comes first, then the prediction": (1, 0),
              "Of several that are equally frequent, that of the smaller label is asked for": (2, 0)})
check("pair when all is right", confusion(labels, labels, 3)[3], None,
      causes={"A class is not confused with itself: the diagonal does not count": (2, 2),
              "Where nothing is confused there is no pair": (0, 1)})
check("pair: 3 of 6 for (0, 1), 2 of 2 for (1, 2), 2 for (2, 1)",
      confusion(np.array([0] * 6 + [1] * 2 + [2] * 4), np.array([1, 1, 1, 0, 0, 0, 2, 2, 1, 1, 2, 2]), 3)[3],
      (0, 1),
      causes={"Counts decide, of each direction by itself: no shares, and no sums of both directions": (1, 2)})
with np.errstate(divide="raise", invalid="raise"):  # a warning of NumPy becomes an error
    check("no warning where the denominator is 0", confusion(labels, predictions, 5)[1][3:], np.zeros(2))

# %% task="confusion" role="test" points=10
random = np.random.default_rng()
for turn in range(40):
    classes, n = int(random.integers(2, 7)), int(random.integers(1, 60))
    labels = random.integers(0, max(1, classes - turn % 3), n)  # the last classes may never occur
    predictions = np.where(random.uniform(size=n) < 0.5, labels, random.integers(0, max(1, classes - turn % 2), n))
    if turn == 7:
        predictions = labels.copy()
    table = [[sum(1 for a, b in zip(labels, predictions) if (a, b) == (i, j)) for j in range(classes)] for i in range(classes)]
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table)]
    recall = np.array([table[c][c] / rows[c] if rows[c] else 0.0 for c in range(classes)])
    precision = np.array([table[c][c] / columns[c] if columns[c] else 0.0 for c in range(classes)])
    errors = sorted((-table[i][j], i, j) for i in range(classes) for j in range(classes) if i != j and table[i][j])
    given = labels.copy(), predictions.copy()
    with np.errstate(divide="raise", invalid="raise"):
        found = confusion(*given, classes)
    require(f"labels {labels.tolist()}, predictions {predictions.tolist()}, {classes} classes", found, (np.array(table), recall, precision, errors[0][1:] if errors else None), integers=True)
    require("the labels are unchanged", given[0], labels)
    require("the predictions are unchanged", given[1], predictions)
for pair in ((1, 0), (0, 2), (2, 1)):  # each direction counts by itself
    labels, predictions = np.repeat([0, 1, 2, pair[0]], [9, 9, 9, 3]), np.repeat([0, 1, 2, pair[1]], [9, 9, 9, 3])
    require(f"three times {pair[1]} instead of {pair[0]}", confusion(labels, predictions, 3)[3], pair)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 데이터 누출 찾기 (5점)

이모지 데이터에는 한 개념(concept)을 여러 그림체(style)로 그린 그림이 들어 있습니다. 같은 개념의 그림이 학습 데이터에도 있고 테스트 데이터에도 있으면, 테스트 점수는 처음 보는 개념에 대한 성능을 말해 주지 않습니다. 이것도 데이터 누출(data leakage)입니다.
`leaks(records)`는 누출을 찾습니다. `records`는 그림마다 튜플 `(concept, style, split)`이 하나씩 들어 있는 리스트이고, 세 값은 모두 문자열입니다. `split`은 그 그림이 속한 데이터의 이름이며, 어떤 이름이든 올 수 있습니다.
딕셔너리(dict)를 돌려주세요. 키(key)는 `split`이 두 가지 이상 나오는 개념이고, 값은 그 개념의 `split`을 중복 없이 사전 순으로 정렬한 리스트입니다. 누출이 없으면 빈 딕셔너리입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Find the leak (5 points)

The emoji data holds pictures of one concept in several styles. If pictures of the same concept are in the training data and in the test data as well, the test score does not tell how good a model is on concepts it has never seen. This, too, is data leakage.
`leaks(records)` finds it. `records` is a list with one tuple `(concept, style, split)` for each picture; all three are strings. `split` is the name of the part of the data to which the picture belongs, and any name may occur.
Return a dict: its keys are the concepts with two or more different values of `split`; the value is the list of the concept's values of `split`, without repetition and in alphabetical order. If nothing leaks, the dict is empty.
"""

# %% [markdown] tags=["ko"] task="leaks" role="hint"
r"""
한 개념의 그림을 모두 모아 놓았다고 합시다. 누출이 있는지 알려면 무엇을 세어야 하나요? 그림의 수인가요, 그림체의 수인가요, 서로 다른 `split`의 수인가요?
"""

# %% [markdown] tags=["en"] task="leaks" role="hint"
r"""
Imagine that all pictures of one concept lie before you. To tell whether it leaks, what must be counted: the pictures, the styles, or the different values of `split`?
"""

# %% [markdown] tags=["ko"] task="leaks" role="hint"
r"""
개념마다 `split`을 집합(set)에 모으면 같은 이름은 한 번만 남습니다. 한 개념의 그림이 리스트에서 이어져 있지 않을 수도 있으니 이웃한 튜플끼리만 비교하지는 마세요. `"train"`이나 `"test"`라는 이름에 기대서도 안 됩니다.
"""

# %% [markdown] tags=["en"] task="leaks" role="hint"
r"""
Collect the values of `split` in a set for each concept, and every name is kept just once. The pictures of a concept may be scattered over the list, so do not compare neighbouring tuples only, and do not rely on names such as `"train"` or `"test"`.
"""

# %% [markdown] tags=["ko"] task="leaks" role="hint"
r"""
`splits = {}`에서 시작하여 튜플마다 `splits.setdefault(concept, set()).add(split)`를 실행하세요. 개념이 처음 나오면 빈 집합이 생깁니다. 다 모은 다음 `len(names) > 1`인 개념만 남기고, 값은 `sorted(names)`로 합니다.
"""

# %% [markdown] tags=["en"] task="leaks" role="hint"
r"""
Start from `splits = {}` and run `splits.setdefault(concept, set()).add(split)` for each tuple: a concept that is new gets an empty set first. At the end keep the concepts with `len(names) > 1`, and make the value `sorted(names)`.
"""

# %% task="leaks" role="solution"
def leaks(records):
    ### BEGIN SOLUTION
    splits = {}
    for concept, _, split in records:
        splits.setdefault(concept, set()).add(split)
    return {concept: sorted(names) for concept, names in splits.items() if len(names) > 1}
    ### END SOLUTION


# %% task="leaks" role="check"
records = [("cat", "flat", "train"), ("cat", "shaded", "test"), ("dog", "flat", "train"),
           ("dog", "shaded", "train"), ("sun", "flat", "test"),
           ("cup", "flat", "validation"), ("cup", "shaded", "test"), ("cup", "line", "test")]
both = {"cat": ["test", "train"], "cup": ["test", "validation"]}
all_of_them = {**both, "dog": ["train"], "sun": ["test"]}
by_picture = {**both, "cup": ["test", "test", "validation"], "dog": ["train", "train"]}
unsorted, one_kind = {"cat": ["train", "test"], "cup": ["validation", "test"]}, {"cat": ["test", "train"]}
drawn = {"cat": ["flat", "shaded"], "cup": ["flat", "line", "shaded"], "dog": ["flat", "shaded"]}
check("cat and cup leak", leaks(records), both,
      causes={"A concept leaks only if it is in more than one split": all_of_them,
              "Two pictures in one split are no leak: different splits count": by_picture,
              "Pictures of one concept leak in other styles, too": {},
              "The names of the splits must be sorted": unsorted,
              "There are other splits than training and test data": one_kind,
              "The names of the splits are asked for, not how many there are": dict.fromkeys(both, 2),
              "These are the styles; the splits are asked for": drawn})
check("the records are unchanged", (len(records), records[-1]), (8, ("cup", "line", "test")))
check("nothing leaks", leaks(records[2:5]), {})
check("other names of splits", leaks([("car", "flat", "b"), ("car", "flat", "a")]), {"car": ["a", "b"]})
check("three splits, far apart", leaks([("bus", "flat", "train"), ("car", "flat", "b"), ("bus", "line", "test"),
                                        ("car", "line", "b"), ("bus", "flat", "b")]),
      {"bus": ["b", "test", "train"]},
      causes={"Three splits are a leak, too, and also where the pictures do not follow one another": {}})

# %% task="leaks" role="test" points=5
random = np.random.default_rng()
for turn in range(30):
    names = ["train", "validation", "test", "holdout"][:int(random.integers(2, 5))]
    concepts = [f"concept {number}" for number in range(int(random.integers(1, 9)))]
    home = {concept: str(random.choice(names)) for concept in concepts}
    records = []
    for _ in range(int(random.integers(0, 30))):
        concept = str(random.choice(concepts))
        split = home[concept] if random.uniform() < 0.7 else str(random.choice(names))
        records.append((concept, str(random.choice(["flat", "shaded", "line"])), split))
    expected = {}
    for concept in concepts:
        found = [name for name in sorted(names) if any((c, s) == (concept, name) for c, _, s in records)]
        if len(found) >= 2:
            expected[concept] = found
    given = list(records)
    require(f"leaks({records})", leaks(given), expected)
    require("the records are unchanged", given, records)
require("the same style on both sides", leaks([("a", "flat", "train"), ("a", "flat", "test")]), {"a": ["test", "train"]})
require("three splits", leaks([("a", "flat", "y"), ("a", "line", "z"), ("a", "line", "x"), ("a", "line", "z")]), {"a": ["x", "y", "z"]})

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 개념별로 나누기 (10점)

이번에는 누출이 없도록 직접 나눕니다. `split_by_concept(concepts, share, seed)`에서 `concepts`는 그림마다 개념의 이름을 적은 문자열 리스트입니다. 같은 개념이 여러 번 나올 수 있고, 순서는 정해져 있지 않습니다.
결과는 형상이 `(len(concepts),)`인 불(`bool`) 배열이며, 테스트 데이터로 갈 그림은 `True`, 학습 데이터로 갈 그림은 `False`입니다.
- 개념 하나의 그림은 모두 같은 쪽으로 갑니다.
- 서로 다른 개념이 $m$개일 때, 그 가운데 정확히 $\lfloor m \cdot \mathrm{share} + 1/2 \rfloor$개가 테스트 데이터로 갑니다. `share`는 0과 1 사이의 수입니다.
- 어느 개념이 테스트 데이터로 갈지는 `seed`로 만든 난수 생성기로 고릅니다. 모든 개념이 뽑힐 확률이 같아야 합니다.
- 같은 `seed`에서는 언제나 같은 개념이 뽑힙니다. 그림의 순서가 바뀌거나 한 개념의 그림 수가 달라져도 마찬가지입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Split by concept (10 points)

Now make a split that does not leak. In `split_by_concept(concepts, share, seed)`, `concepts` is a list of strings, the name of the concept of each picture. The same concept may occur several times, and the order may be any.
The result is an array of `bool` of shape `(len(concepts),)`: `True` for pictures that go to the test data, `False` for those that go to the training data.
- All pictures of one concept go to the same side.
- If there are $m$ different concepts, exactly $\lfloor m \cdot \mathrm{share} + 1/2 \rfloor$ of them go to the test data. `share` is a number between 0 and 1.
- A random number generator made from `seed` chooses the concepts that go to the test data. Each concept must have the same chance.
- With the same `seed` the same concepts are chosen every time. This must hold even if the pictures come in another order, or if a concept has another number of pictures.
"""

# %% [markdown] tags=["ko"] task="split_by_concept" role="hint"
r"""
어떤 개념은 그림이 한 장이고 어떤 개념은 50장입니다. 두 개념이 뽑힐 확률이 같으려면 무엇들 가운데에서 뽑아야 하나요? 그림의 순서가 바뀌어도 결과가 같으려면 뽑기 전에 무엇을 해야 하나요?
"""

# %% [markdown] tags=["en"] task="split_by_concept" role="hint"
r"""
One concept has a single picture, another has 50. To give both the same chance, what must be drawn from? And what must be done before the draw so that another order of the pictures gives the same result?
"""

# %% [markdown] tags=["ko"] task="split_by_concept" role="hint"
r"""
`set(concepts)`에는 개념이 하나씩만 남지만, 그 순서는 프로그램을 실행할 때마다 다를 수 있습니다. 그러니 `sorted(set(concepts))`로 정렬한 다음에 뽑으세요. 개수를 `round`로 구하면 안 됩니다. `round(2.5)`는 2인데, 이 문제의 식으로는 3입니다.
"""

# %% [markdown] tags=["en"] task="split_by_concept" role="hint"
r"""
`set(concepts)` keeps each concept once, but its order may change from one run of the program to the next. So sort before you draw: `sorted(set(concepts))`. Do not use `round` for the number of concepts: `round(2.5)` is 2, while the formula of this task gives 3.
"""

# %% [markdown] tags=["ko"] task="split_by_concept" role="hint"
r"""
`names`가 정렬한 개념이면 개수는 `count = int(len(names) * share + 0.5)`이고, `np.random.default_rng(seed).permutation(names)[:count]`가 테스트 데이터로 갈 개념입니다. 이것을 집합 `chosen`에 담고, 그림마다 `concept in chosen`을 구하여 `np.array(..., dtype=bool)`로 돌려주세요.
"""

# %% [markdown] tags=["en"] task="split_by_concept" role="hint"
r"""
With the sorted concepts in `names`, the number is `count = int(len(names) * share + 0.5)`, and `np.random.default_rng(seed).permutation(names)[:count]` are the concepts for the test data. Put them into a set `chosen`, find `concept in chosen` for each picture, and return all of this as `np.array(..., dtype=bool)`.
"""

# %% task="split_by_concept" role="solution"
def split_by_concept(concepts, share, seed):
    ### BEGIN SOLUTION
    names = sorted(set(concepts))  # sorted: the order of a set, or of the pictures, must not matter
    count = int(len(names) * share + 0.5)
    chosen = set(np.random.default_rng(seed).permutation(names)[:count].tolist())
    return np.array([concept in chosen for concept in concepts], dtype=bool)
    ### END SOLUTION


# %% task="split_by_concept" role="check"
concepts = [f"concept {i % 10}" for i in range(25)]
given = list(concepts)
test = split_by_concept(given, 0.25, 0)
check("the list is unchanged", given, concepts)
check("a NumPy array", isinstance(test, np.ndarray), True)
check("shape", np.shape(test), (25,),
      causes={"A value for each picture is asked for, not for each concept": (10,)})
check("dtype: True or False for each picture", str(test.dtype), "bool")
sides = {(concept, bool(side)) for concept, side in zip(concepts, test)}
check("no concept on both sides", len(sides), 10)
check("10 concepts, share 0.25: floor(3.0) of them in the test data", sum(side for _, side in sides), 3)
many = [split_by_concept([f"concept {i}" for i in range(40)], 0.5, 0).tolist() for _ in range(2)]
check("the same seed once more", many[0], many[1])
check("the pictures in reverse: their order does not matter", split_by_concept(concepts[::-1], 0.25, 0),
      test[::-1])
others = [split_by_concept(list(concepts), 0.25, seed).tolist() for seed in range(1, 20)]
check("other seeds choose other concepts", any(other != test.tolist() for other in others), True)
check("no fixed order: most of these choices differ", len({str(other) for other in others}) > 12, True)
check("3 different concepts of 10 with these seeds, too",
      [len(set(np.array(concepts)[other])) for other in others], [3] * 19,
      causes={"Half a concept is rounded up: 2.5 becomes 3": [2] * 19,
              "The share is one of the concepts, not of the pictures": [6] * 19,
              "True stands for the test data": [7] * 19})
fewer = set(np.array(concepts)[split_by_concept(list(concepts), 0.22, 0)])
check("share 0.22: floor(2.7) of them in the test data", len(fewer), 2)
often = ["often"] * 50 + [f"concept {i}" for i in range(9)]  # 10 concepts, one of which has 50 pictures
chosen = sum(bool(split_by_concept(list(often), 0.2, seed)[0]) for seed in range(100))
check("a concept of many pictures is chosen about as often as others, in 20 of 100 splits", chosen < 40, True)

# %% task="split_by_concept" role="test" points=10
random = np.random.default_rng()
for turn in range(25):
    m = int(random.integers(2, 30))
    names = [f"{random.integers(1000)} {number}" for number in range(m)]
    concepts = [str(c) for c in random.permutation(names + [str(c) for c in random.choice(names, 2 * m)])]
    share, seed = float(random.uniform(0.05, 0.95)), int(random.integers(1000))
    if turn < 2:  # halves go up
        names, share = names[:2] + [f"more {number}" for number in range(4 * turn)], 0.25
        concepts = 2 * names
    case = f"{len(set(concepts))} concepts, share {share}, seed {seed}"
    given = list(concepts)
    test = split_by_concept(given, share, seed)
    require("the list is unchanged", given, concepts)
    require(f"{case}: shape", np.shape(test), (len(concepts),))
    require(f"{case}: dtype", str(test.dtype), "bool")
    sides = {}
    for concept, side in zip(concepts, test):
        sides.setdefault(concept, set()).add(bool(side))
    require(f"{case}: concepts on both sides", sum(len(side) for side in sides.values()) - len(sides), 0)
    require(f"{case}: concepts in the test data", sum(True in side for side in sides.values()), int(np.floor(len(sides) * share + 0.5)))
    expected = np.array([True in sides[concept] for concept in concepts])
    require(f"{case}: the same seed", split_by_concept(list(concepts), share, seed), expected)
    order = random.permutation(len(concepts))
    require(f"{case}: other order", split_by_concept([concepts[i] for i in order], share, seed), expected[order])
    more = concepts + 3 * names[:1]
    require(f"{case}: more pictures of a concept", split_by_concept(more, share, seed), np.array([True in sides[concept] for concept in more]))
concepts = [f"concept {i}" for i in (7, 3, 3, 1, 0, 5, 5, 5, 5, 6, 2, 4)]
splits = [split_by_concept(list(concepts), 0.25, seed) for seed in range(400)]
counts = sum(split * 1 for split in splits)
require("of 28 pairs of concepts, nearly all are chosen with one seed or another", len({str(split) for split in splits}) > 20, True)
require("each of 8 concepts is chosen about as often as the others, in 100 of 400 splits", bool(55 < counts.min() and counts.max() < 145), True)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 레이블이 적을 때 (10점)

레이블(label)이 달린 이미지가 몇 장만 있어도 충분한지 알아보려면 클래스마다 같은 수의 예를 뽑아야 합니다. `few_labels(labels, k, seed)`를 완성하세요. `labels`는 형상이 `(n,)`인 정수 배열이고, 클래스의 번호는 연속되지 않을 수도 있습니다.
`labels`에 나오는 클래스마다 예를 `k`개씩 **중복 없이** 무작위로 뽑아, 뽑힌 예의 위치(인덱스)를 모두 모아 오름차순으로 정렬한 정수 배열을 돌려줍니다.
- 같은 `seed`에서는 언제나 같은 결과가 나오고, 한 클래스의 예는 모두 뽑힐 확률이 같습니다.
- 한 클래스에서 무엇이 뽑혔는지가 다른 클래스의 결과와 관계가 없어야 합니다. 그러니 난수 생성기는 클래스마다 새로 만들지 말고 하나만 만들어 계속 쓰세요.
- 예가 `k`개보다 적은 클래스가 있으면 `ValueError`를 발생시키세요(raise).

예를 뽑는 데 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Few labels (10 points)

To find out whether a few labelled images are enough, the same number of examples must be chosen of each class. Complete `few_labels(labels, k, seed)`. `labels` is an integer array of shape `(n,)`; the numbers of the classes need not be consecutive.
Of each class that occurs in `labels`, choose `k` examples at random and **without repetition**, and return the positions (indices) of all chosen examples as one integer array in ascending order.
- The same `seed` gives the same result every time, and all examples of a class have the same chance.
- What is chosen in one class must have nothing to do with what is chosen in another. So make one random number generator and go on using it, not a new one for each class.
- Raise `ValueError` if a class has fewer than `k` examples.

Choosing the examples is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="few_labels" role="hint"
r"""
`labels`가 `np.array([5, 2, 5, 2, 5])`이면 클래스 5의 예는 몇 번 위치에 있나요? NumPy로는 그 위치들을 어떻게 한 번에 얻나요?
"""

# %% [markdown] tags=["en"] task="few_labels" role="hint"
r"""
If `labels` is `np.array([5, 2, 5, 2, 5])`, at which positions are the examples of class 5? How does NumPy give all of these positions at once?
"""

# %% [markdown] tags=["ko"] task="few_labels" role="hint"
r"""
`np.unique(labels)`의 클래스마다 `np.flatnonzero(labels == label)`에서 뽑습니다. `for`문 안에서 `np.random.default_rng(seed)`를 만들면 클래스마다 똑같은 난수로 시작하므로, 크기가 같은 클래스에서는 늘 같은 순번의 예가 뽑힙니다.
"""

# %% [markdown] tags=["en"] task="few_labels" role="hint"
r"""
For each class in `np.unique(labels)`, draw from `np.flatnonzero(labels == label)`. With `np.random.default_rng(seed)` inside the `for` loop, every class would begin with the same random numbers, and classes of the same size would always have the examples of the same rank chosen.
"""

# %% [markdown] tags=["ko"] task="few_labels" role="hint"
r"""
`for`문 앞에서 `random = np.random.default_rng(seed)`를 한 번만 만듭니다. `places`가 한 클래스의 위치이면 `len(places) < k`를 먼저 확인하고, `random.choice(places, k, replace=False)`를 리스트 `chosen`에 모으세요. 결과는 `np.sort(np.concatenate(chosen))`입니다.
"""

# %% [markdown] tags=["en"] task="few_labels" role="hint"
r"""
Make `random = np.random.default_rng(seed)` just once, before the `for` loop. With the positions of one class in `places`, look at `len(places) < k` first, then collect `random.choice(places, k, replace=False)` in a list `chosen`. The result is `np.sort(np.concatenate(chosen))`.
"""

# %% task="few_labels" role="solution"
def few_labels(labels, k, seed):
    ### BEGIN SOLUTION
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        if len(places) < k:
            raise ValueError(f"class {label} has {len(places)} examples, fewer than {k}")
        chosen.append(random.choice(places, k, replace=False))
    return np.sort(np.concatenate(chosen))
    ### END SOLUTION


# %% task="few_labels" role="check"
labels = np.array([5, 2, 2, 9, 5, 5, 2, 9, 2, 9, 9, 5])  # 4 examples of each of three classes
check("a NumPy array; classes may be 2, 5 and 9", isinstance(few_labels(labels, 2, 0), np.ndarray), True)
found = few_labels(labels, 2, 0)
check("shape: 2 of each of 3 classes", np.shape(found), (6,),
      causes={"k of each class are asked for, not k in all": (2,),
              "All positions stand in one row, not in a row for each class": (3, 2),
              "The positions are asked for, not a value for each example": (12,)})
check("integers", found.dtype.kind, "i")
check("in ascending order, none twice", found, np.unique(found),
      causes={"These are the labels; positions are asked for":
              lambda: labels[found] if set(found) <= {2, 5, 9} else 0,
              "These are places within a class, not among all examples": lambda: found if found.max() < 4 else 0})
check("the labels are unchanged", labels, np.array([5, 2, 2, 9, 5, 5, 2, 9, 2, 9, 9, 5]))
check("labels of the chosen examples", np.sort(labels[found]), np.array([2, 2, 5, 5, 9, 9]))
many = [few_labels(np.repeat([2, 5, 9], 20), 10, 0).tolist() for _ in range(2)]
check("the same seed once more", many[0], many[1])
others = [few_labels(labels, 2, seed).tolist() for seed in range(1, 20)]
check("other seeds choose other examples", any(other != found.tolist() for other in others), True)
check("all 4 of each class, each of them once", few_labels(labels, 4, 0), np.arange(12))
pairs = {tuple(few_labels(np.zeros(6, int), 2, seed).tolist()) for seed in range(60)}
check("of 6 examples, most of the 15 pairs are chosen with one seed or another", len(pairs) > 8, True)
twice = [few_labels(np.array([3, 8] * 6), 2, seed) // 2 for seed in range(60)]  # places within each class
same = sum(sorted(found[0::2].tolist()) == sorted(found[1::2].tolist()) for found in twice)
check("the two classes are drawn independently: seldom the same places in both", same < 20, True)
check_raises(ValueError, few_labels, labels, 5, 0)

# %% task="few_labels" role="test" points=8
random = np.random.default_rng()
for _ in range(25):
    classes = random.choice(100, int(random.integers(1, 6)), replace=False)
    sizes = random.integers(1, 12, len(classes))
    labels = random.permutation(np.repeat(classes, sizes))
    k, seed = int(random.integers(1, sizes.min() + 1)), int(random.integers(1000))
    case = f"few_labels({labels.tolist()}, {k}, {seed})"
    given = labels.copy()
    found = few_labels(given, k, seed)
    require("the labels are unchanged", given, labels)
    require(f"{case}: shape", np.shape(found), (k * len(classes),))
    require(f"{case}: integers", found.dtype.kind, "i")
    require(f"{case}: positions in the array", bool(found.min() >= 0 and found.max() < len(labels)), True)
    require(f"{case}: ascending, none twice", bool((np.diff(found) > 0).all()), True)
    require(f"{case}: labels chosen", np.sort(labels[found]), np.sort(np.repeat(classes, k)))
    require(f"{case}: the same seed", few_labels(labels.copy(), k, seed), found)
labels = np.array([3, 8] * 6)  # positions 0, 2, 4 ... and 1, 3, 5 ...
counts, alike = np.zeros(12), 0
for seed in range(300):
    found = few_labels(labels.copy(), 2, seed)
    counts[found] += 1
    alike += (found[labels[found] == 3] + 1).tolist() == found[labels[found] == 8].tolist()
require("each of 6 examples is chosen about as often as the others, in 100 of 300 draws", bool(55 < counts.min() and counts.max() < 145), True)
require("the two classes are drawn independently", bool(alike < 90), True)

# %% task="few_labels" role="test" part="errors" points=2
random = np.random.default_rng()
for _ in range(10):
    classes = random.choice(100, int(random.integers(1, 6)), replace=False)
    sizes = random.integers(1, 12, len(classes))
    labels = random.permutation(np.repeat(classes, sizes))
    require_raises(ValueError, few_labels, labels, int(sizes.min()) + 1, int(random.integers(1000)))

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 특징 공간의 이웃 (10점)

백본이 계산한 특징 벡터(feature vector)가 서로 가까우면 이미지도 비슷해 보일 때가 많습니다. 두 벡터 $a$와 $b$가 얼마나 가까운지는 코사인 유사도(cosine similarity)로 잽니다.

$$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert}$$

`nearest(features, query, k)`에서 `features`는 형상이 `(n, d)`인 실수 배열, `query`는 그중 한 행의 번호입니다. 그 행과 코사인 유사도가 가장 큰 `k`개 행의 번호를 가까운 것부터 차례로 담은, 형상이 `(k,)`인 정수 배열을 돌려주세요.
`query`번 행 자신은 뺍니다. 유사도가 같으면 번호가 작은 행이 먼저입니다. 성분이 모두 0인 벡터는 어느 벡터와도 유사도가 0인 것으로 하며, NumPy의 경고도 나오지 않아야 합니다. `k`가 $n - 1$보다 크면 `ValueError`를 발생시키세요(raise). 이웃을 찾는 데 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Neighbours in feature space (10 points)

If the feature vectors that a backbone computes are close to each other, the images often look alike, too. How close two vectors $a$ and $b$ are is measured by their cosine similarity.

$$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert}$$

In `nearest(features, query, k)`, `features` is a floating-point array of shape `(n, d)`, and `query` is the number of one of its rows. Return an integer array of shape `(k,)`: the numbers of the `k` rows with the largest cosine similarity to that row, the closest first.
Row number `query` itself is left out. Where similarities are equal, the row with the smaller number comes first. A vector whose entries are all 0 has, by definition, similarity 0 to every vector, and NumPy must not warn. Raise `ValueError` if `k` is larger than $n - 1$. Finding the neighbours is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="nearest" role="hint"
r"""
벡터의 길이를 두 배로 늘리면 코사인 유사도는 어떻게 되나요? 모든 행을 길이가 1이 되도록 미리 나누어 두면 식에서 무엇이 남나요?
"""

# %% [markdown] tags=["en"] task="nearest" role="hint"
r"""
What happens to the cosine similarity if a vector becomes twice as long? If all rows have been divided beforehand so that their length is 1, what is left of the formula?
"""

# %% [markdown] tags=["ko"] task="nearest" role="hint"
r"""
길이는 `np.linalg.norm(features, axis=1, keepdims=True)`입니다. 길이가 0인 행은 0 대신 1로 나누면 그대로 남아 유사도가 0입니다. `np.argsort`는 작은 값부터 늘어놓으므로 유사도의 부호를 바꾸어 정렬하세요. 정렬한 것을 뒤집으면 값이 같은 행의 순서까지 뒤집힙니다.
"""

# %% [markdown] tags=["en"] task="nearest" role="hint"
r"""
The lengths are `np.linalg.norm(features, axis=1, keepdims=True)`. A row of length 0 is divided by 1 instead of 0; it stays as it is, with similarity 0. `np.argsort` puts small values first, so sort the similarities with their sign changed. To sort first and then reverse would reverse rows of equal similarity as well.
"""

# %% [markdown] tags=["ko"] task="nearest" role="hint"
r"""
`unit = features / np.where(lengths == 0, 1, lengths)`이면 유사도는 `similarity = unit @ unit[query]`입니다. `order = np.argsort(-similarity, kind="stable")`에서는 값이 같은 행이 번호순으로 남습니다. `order[order != query][:k]`를 돌려주고, 그 전에 `k > len(features) - 1`을 확인하세요.
"""

# %% [markdown] tags=["en"] task="nearest" role="hint"
r"""
With `unit = features / np.where(lengths == 0, 1, lengths)`, the similarities are `similarity = unit @ unit[query]`. `order = np.argsort(-similarity, kind="stable")` leaves rows of equal similarity in the order of their numbers. Return `order[order != query][:k]`, and look at `k > len(features) - 1` before all this.
"""

# %% task="nearest" role="solution"
def nearest(features, query, k):
    ### BEGIN SOLUTION
    if k > len(features) - 1:
        raise ValueError(f"{len(features)} rows have no {k} neighbours of one of them")
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.where(lengths == 0, 1, lengths)  # zeros stay zeros
    similarity = unit @ unit[query]
    order = np.argsort(-similarity, kind="stable")  # stable: equal values keep their order
    return order[order != query][:k]
    ### END SOLUTION


# %% task="nearest" role="check"
features = np.array([[1.0, 0.0], [9.0, 9.0], [0.0, 0.0], [2.0, 0.1], [-1.0, 0.0], [0.0, 5.0]])
before = features.copy()
found = nearest(features, 0, 5)
check("a NumPy array", isinstance(found, np.ndarray), True)
check("shape", np.shape(found), (5,))
check("integers", found.dtype.kind, "i")
check("the direction counts, not the length; 2 and 5 have similarity 0", found, np.array([3, 1, 2, 5, 4]),
      causes={"A long vector came first: divide by both norms": np.array([1, 3, 2, 5, 4]),
              "These are sorted by their distance; the angle decides": np.array([2, 3, 4, 5, 1]),
              "The opposite direction has the similarity -1, so it comes last": np.array([4, 3, 1, 2, 5]),
              "The query itself is left out": np.array([0, 3, 1, 2, 5]),
              "The most similar come first": np.array([0, 4, 2, 5, 1]),
              "Of two with the same similarity the smaller number comes first": np.array([3, 1, 5, 2, 4]),
              "With a vector of zeros the similarity is 0, not NaN": np.array([3, 1, 5, 4, 0]),
              "A vector of zeros has the similarity 0, so it comes before negative ones":
              np.array([3, 1, 5, 4, 2]),
              "The numbers shifted when the query was taken out": np.array([2, 0, 1, 4, 3]),
              "The most similar come first, not the smallest numbers": np.array([1, 2, 3, 4, 5]),
              "These are the similarities; the numbers are asked for":
              np.array([2 / np.hypot(2, 0.1), np.sqrt(0.5), 0, 0, -1])})
check("the features are unchanged", features, before)
check("k = 2", nearest(features, 3, 2), np.array([0, 1]))
check("a tie: the smaller number first",
      nearest(np.array([[1.0, 1.0], [2.0, 0.0], [2.0, 0.0], [0.0, -3.0]]), 0, 2),
      np.array([1, 2]))
twins = np.array([[3.0, 4.0], [4.0, 3.0], [3.0, 4.0]])
check("a copy of the query is a neighbour", nearest(twins, 2, 1), np.array([0]),
      causes={"The query has the number 2; leave that out, not the most similar": np.array([2]),
              "Only the query itself is left out, not what is like it": np.array([1])})
with np.errstate(divide="raise", invalid="raise"):  # a warning of NumPy becomes an error
    check("the query is a vector of zeros: all similarities are 0, so the smaller numbers first",
          nearest(features, 2, 3), np.array([0, 1, 3]))
check_raises(ValueError, nearest, features, 0, 6)

# %% task="nearest" role="test" points=8
random = np.random.default_rng()
for turn in range(40):
    n, d = int(random.integers(2, 25)), int(random.integers(2, 8))
    query, k = int(random.integers(n)), int(random.integers(1, n))
    if turn % 2:  # unit vectors and zeros: many similarities are equal, and all are exact
        rows = np.eye(d)[random.integers(0, d, n)] * random.choice([-1.0, 0.0, 1.0], size=(n, 1))
    else:
        rows = random.normal(0.3, 1, size=(n, d)) * random.uniform(0.01, 100, size=(n, 1))
        rows[random.integers(n)] *= random.choice([0, 1])
    ranked = []
    for i in range(n):
        dot, square = sum(a * b for a, b in zip(rows[i], rows[query])), sum(a * a for a in rows[i]) * sum(b * b for b in rows[query])
        if i != query:
            ranked.append((-dot / square**0.5 if square else 0.0, i))
    given = rows.copy()
    with np.errstate(divide="raise", invalid="raise"):
        found = nearest(given, query, k)
    require("a NumPy array", isinstance(found, np.ndarray), True)
    require(f"{n} rows of {d}, query {query}, k = {k}", found, np.array([i for _, i in sorted(ranked)[:k]]))
    require("the features are unchanged", given, rows)
require("a longer copy is closer than the query's twin in length", nearest(np.array([[2.0, 1.0], [1.0, 2.0], [60.0, 30.0]]), 0, 1), np.array([2]))

# %% task="nearest" role="test" part="errors" points=2
for n, query, k in ((4, 1, 4), (1, 0, 1), (3, 2, 5)):
    require_raises(ValueError, nearest, np.ones((n, 3)), query, k)

# %% [markdown] tags=["ko"]
r"""
## Keras로 미세 조정하기

문제 8부터 10까지는 모델(`keras.Model`)을 받아 모델을 돌려줍니다. 채점에서는 모델의 형상과 가중치, 동결한 층을 살피고, 입력을 넣어 출력을 비교합니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
`make_classifier`는 연습에 쓸 작은 분류 모델을 만듭니다. 진짜 백본처럼 층마다 이름이 있고, 합성곱 블록 여러 개에 풀링과 출력부가 이어집니다.
"""

# %% [markdown] tags=["en"]
r"""
## Fine-tuning with Keras

Tasks 8 to 10 take a model (`keras.Model`) and return a model. Grading looks at the model's shapes, weights and frozen layers, and compares outputs. The cell below loads Keras, which takes some seconds.
`make_classifier` makes a small classification model to practise on. As in a real backbone, each layer has a name; several convolution blocks are followed by pooling and a head.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers

# %%
def make_classifier(widths, classes, hidden=0, name="classifier"):
    """Images (16, 16, 3) to probabilities (classes,): a block for each of `widths`, pooling, head."""
    x = images = keras.Input((16, 16, 3), name="images")
    for number, width in enumerate(widths, 1):
        convolution = layers.Conv2D(width, 3, 2, "same", use_bias=False, name=f"block{number}_conv")
        x = convolution(x)
        x = layers.BatchNormalization(name=f"block{number}_bn")(x)
        x = layers.ReLU(name=f"block{number}_relu")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    if hidden:
        x = layers.Dense(hidden, activation="relu", name="hidden")(x)
    x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    return keras.Model(images, x, name=name)


for layer in make_classifier([4, 8], classes=10).layers:
    print(f"{layer.name:12} {tuple(layer.output.shape)}, {layer.count_params()} parameters")

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 어디까지 동결할까 (10점)

미세 조정(fine-tuning)에서는 입력에 가까운 층을 동결하고 나머지만 학습시킵니다. `unfreeze(model, first)`는 모델의 층마다 `trainable`을 정합니다.
- 이름이 `first`인 층보다 앞에 있는 층은 모두 동결합니다. 순서는 `model.layers`의 순서입니다.
- 이름이 `first`인 층과 그 뒤의 층은 모두 학습시킵니다.
- 다만 배치 정규화(batch normalization)층은 어디에 있든 모두 동결합니다. Keras에서는 동결한 배치 정규화층이 추론 모드로 동작하므로, 저장된 평균과 분산도 바뀌지 않습니다.

모델은 어떤 상태로든 올 수 있습니다. `model.trainable = False`로 모델 전체를 동결한 적이 있으면, 층을 하나씩 풀어도 `model.trainable_weights`는 비어 있으니 조심하세요.
가중치의 값은 바꾸지 않습니다. 받은 모델과 학습되는 수의 개수를 튜플 `(model, count)`로 돌려주세요. `count`는 `model.trainable_weights`에 들어 있는 모든 배열의 원소 수를 더한 정수(`int`)입니다.
이름이 `first`인 층이 없으면 모델의 어떤 `trainable`도 바꾸지 말고 `ValueError`를 발생시키세요(raise). 동결과 개수에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. How far to freeze (10 points)

In fine-tuning, the layers near the input are frozen and only the others are trained. `unfreeze(model, first)` sets `trainable` of each layer of the model.
- All layers before the layer named `first` are frozen. The order is that of `model.layers`.
- The layer named `first` and all layers after it are trained.
- But all batch normalization layers are frozen, wherever they are. In Keras a frozen batch normalization layer runs in inference mode, so its stored mean and variance do not change either.

The model may come in any state. Take care: if the whole model was once frozen by `model.trainable = False`, `model.trainable_weights` stays empty even though layers are unfrozen one by one.
The values of the weights do not change. Return the model that was given, and how many numbers are trained, as a tuple `(model, count)`. `count` is an integer (`int`): the number of elements of all arrays in `model.trainable_weights`.
If no layer is named `first`, raise `ValueError` and leave every `trainable` of the model as it was. Freezing and the count are worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="unfreeze" role="hint"
r"""
`model = make_classifier([4], 3)`을 만들고 `model.trainable = False`, `model.layers[-1].trainable = True`를 차례로 실행해 보세요. `model.trainable_weights`에는 무엇이 들어 있나요? `model.trainable = True`로 바꾸면 각 층의 `trainable`은 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="unfreeze" role="hint"
r"""
Make `model = make_classifier([4], 3)` and run `model.trainable = False`, then `model.layers[-1].trainable = True`. What is in `model.trainable_weights`? After `model.trainable = True`, what is `trainable` of each layer?
"""

# %% [markdown] tags=["ko"] task="unfreeze" role="hint"
r"""
모델에는 층의 스위치 말고도 모델 전체의 스위치가 있고, 이 스위치를 돌리면 모든 층의 스위치도 함께 돌아갑니다. 그러니 모델을 먼저 `True`로 하고 층은 그다음에 정하세요. `first`가 배치 정규화층의 이름이면 그 층은 동결하지만 그 뒤의 층은 학습시킵니다.
"""

# %% [markdown] tags=["en"] task="unfreeze" role="hint"
r"""
Besides the switches of its layers, a model has a switch for the whole, and turning it turns those of all layers. So set the model to `True` first and the layers after that. If `first` is the name of a batch normalization layer, this layer is frozen, and those after it are trained nevertheless.
"""

# %% [markdown] tags=["ko"] task="unfreeze" role="hint"
r"""
`names = [layer.name for layer in model.layers]`를 만들고, 아무것도 바꾸기 전에 `first not in names`를 확인하세요. `enumerate(model.layers)`로 돌면 학습시킬 조건은 `number >= names.index(first) and not isinstance(layer, layers.BatchNormalization)`입니다. 개수는 `model.trainable_weights`의 배열마다 `int(np.prod(weight.shape))`를 더한 것입니다.
"""

# %% [markdown] tags=["en"] task="unfreeze" role="hint"
r"""
Make `names = [layer.name for layer in model.layers]`, and look at `first not in names` before anything is changed. Going over `enumerate(model.layers)`, the condition for a layer to be trained is `number >= names.index(first) and not isinstance(layer, layers.BatchNormalization)`. The count is the sum of `int(np.prod(weight.shape))` over the arrays in `model.trainable_weights`.
"""

# %% task="unfreeze" role="solution"
def unfreeze(model, first):
    ### BEGIN SOLUTION
    names = [layer.name for layer in model.layers]
    if first not in names:
        raise ValueError(f"no layer is named {first!r}: there are {', '.join(names)}")
    model.trainable = True  # the switch of the whole model; it sets all layers, so it comes first
    for number, layer in enumerate(model.layers):
        normalizes = isinstance(layer, layers.BatchNormalization)
        layer.trainable = number >= names.index(first) and not normalizes
    return model, sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    ### END SOLUTION


# %% task="unfreeze" role="check"
keras.utils.set_random_seed(0)
given = make_classifier([4, 8, 8], 10, name="all_trainable")
before = given.get_weights()
answer = unfreeze(given, "block2_conv")
check("a tuple of two", isinstance(answer, tuple) and len(answer) == 2, True)
model, count = answer
check("the first is a keras.Model", isinstance(model, keras.Model), True)
check("it is the model that was given", model is given, True)
head = ["predictions/kernel", "predictions/bias"]
convolutions = [f"block{number}_conv/kernel" for number in (1, 2, 3)]
norms = [[f"block{number}_bn/{name}" for name in ("gamma", "beta")] for number in (1, 2, 3)]
with_norms = [convolutions[1], *norms[1], convolutions[2], *norms[2], *head]
check("trained from block2_conv on", [weight.path for weight in model.trainable_weights],
      [*convolutions[1:], *head],
      causes={"Batch normalization stays frozen": with_norms,
              "Batch normalization was unfrozen everywhere; it stays frozen": [*norms[0], *with_norms],
              "The layer that is named is trained as well": [convolutions[2], *head],
              "The layers behind the one that is named are trained, too": convolutions[1:2],
              "This is the other way round: the layers before it are frozen": convolutions[:1],
              "Only the head is trained here": head})
check("count", count, 9 * 4 * 8 + 9 * 8 * 8 + 8 * 10 + 10, integers=True,
      causes={"All parameters were counted; those that are trained are asked for": 1142,
              "Layers were counted; parameters are asked for": 6,
              "Arrays were counted; parameters are asked for": 4,
              "Frozen batch normalization was counted, too": 1018})
check("the weights are unchanged", model.get_weights(), before)
given = make_classifier([4, 8], 5, name="all_frozen")
given.trainable = False
model, count = unfreeze(given, "pool")
check("a model that comes frozen: trained from pool on", [weight.path for weight in model.trainable_weights], head,
      causes={"Nothing is trained: a layer cannot be trained while the model that holds it is frozen": [],
              "`model.trainable = True` unfreezes every layer: set it first":
              [convolutions[0], *norms[0], convolutions[1], *norms[1], *head]})
check("count", count, 8 * 5 + 5)
model, count = unfreeze(make_classifier([4, 8], 5, name="from_a_normalization"), "block2_bn")
check("from block2_bn on: block2_conv stays frozen", [weight.path for weight in model.trainable_weights],
      ["predictions/kernel", "predictions/bias"])
given.trainable = False
flags = [given.trainable, *(layer.trainable for layer in given.layers)]
check_raises(ValueError, unfreeze, given, "block9_conv")
check("after that error each trainable is as before",
      [given.trainable, *(layer.trainable for layer in given.layers)], flags)

# %% task="unfreeze" role="test" points=8
random = np.random.default_rng()
for turn in range(6):
    widths, classes = [int(v) for v in random.integers(1, 7, int(random.integers(1, 4)))], int(random.integers(2, 8))
    hidden = int(random.integers(1, 6)) if turn % 2 else 0
    given = make_classifier(widths, classes, hidden, name=f"unfreeze{turn}")
    sizes, channels = {}, 3
    for number, width in enumerate(widths, 1):
        sizes[f"block{number}_conv"], channels = {f"block{number}_conv/kernel": 9 * channels * width}, width
        sizes[f"block{number}_bn"] = sizes[f"block{number}_relu"] = {}
    sizes["pool"] = {}
    if hidden:
        sizes["hidden"], channels = {"hidden/kernel": channels * hidden, "hidden/bias": hidden}, hidden
    sizes["predictions"] = {"predictions/kernel": channels * classes, "predictions/bias": classes}
    first = str(random.choice(list(sizes))) if turn > 2 else ("block1_conv", "block1_bn", "predictions")[turn]
    state = ("trainable", "frozen", "mixed")[turn % 3]
    if state == "frozen":
        given.trainable = False
    elif state == "mixed":
        for layer in given.layers:
            layer.trainable = bool(random.integers(2))
    before = given.get_weights()
    case = f"widths {widths}, hidden {hidden}, {classes} classes, {state} at first, from {first} on"
    answer = unfreeze(given, first)
    require(f"{case}: a tuple of two", isinstance(answer, tuple) and len(answer) == 2, True)
    model, count = answer
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: it is the model that was given", model is given, True)
    names = list(sizes)
    trained = {path: size for name in names[names.index(first):] for path, size in sizes[name].items()}
    require(f"{case}: trained weights", [weight.path for weight in model.trainable_weights], list(trained))
    require(f"{case}: count", count, sum(trained.values()), integers=True)
    require(f"{case}: batch normalization frozen", [layer.name for layer in model.layers if layer.name.endswith("_bn") and layer.trainable], [])
    require(f"{case}: layers", [layer.name for layer in model.layers][1:], names)
    require(f"{case}: the weights are unchanged", model.get_weights(), before)

# %% task="unfreeze" role="test" part="errors" points=2
random = np.random.default_rng()
for turn, name in enumerate(("head", "block3_conv", "Pool")):
    given = make_classifier([2, 3], 2, name="given" + str(turn))
    given.trainable = False
    for layer in given.layers:
        layer.trainable = bool(random.integers(2))
    flags = [given.trainable, *(layer.trainable for layer in given.layers)]
    require_raises(ValueError, unfreeze, given, name)
    require(f"no layer is named {name}: each trainable is as before", [given.trainable, *(layer.trainable for layer in given.layers)], flags)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 출력부 바꾸기 (10점)

클래스 10개를 구별하던 모델을 클래스가 3개인 새 데이터에 쓰려면 출력층을 바꾸어야 합니다. `replace_head(model, classes)`의 `model`은 층이 한 줄로 이어진 분류 모델이며, 소프트맥스(softmax)를 쓰는 `Dense` 층 하나로 끝납니다.
마지막 층을 떼어 내고, 그 자리에 유닛이 `classes`개이고 편향이 있는 새 `Dense` 층을 붙인 모델을 돌려주세요. 새 모델의 출력은 소프트맥스를 거치지 않은 로짓(logits)입니다.
- 나머지 층은 가중치까지 그대로 가져다 씁니다. 마지막 층 바로 앞에 무엇이 있는지는 모델마다 다릅니다.
- 입력으로 받은 `model`은 층도, 층의 설정(`trainable` 포함)도, 가중치도 바뀌지 않고 이전과 같은 예측을 해야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Replace the head (10 points)

If a model that told 10 classes apart is to be used on new data of 3 classes, its output layer must be replaced. In `replace_head(model, classes)`, `model` is a classification model whose layers follow one another in a single line and which ends in one `Dense` layer with softmax.
Take the last layer off and put in its place a new `Dense` layer of `classes` units with a bias; return that model. The output of the new model is the logits, without a softmax.
- All other layers are taken over, with their weights. What stands right before the last layer differs from model to model.
- The given `model` keeps its layers, their settings (`trainable` included) and its weights, and goes on making the same predictions.
"""

# %% [markdown] tags=["ko"] task="replace_head" role="hint"
r"""
층마다 `input`과 `output`이라는 속성이 있습니다. 새 `Dense` 층은 `model.layers` 가운데 몇 번째 층의 무엇을 받아야 하나요? 이름이 `"pool"`인 층을 찾아 붙이면 어떤 모델에서 틀리나요?
"""

# %% [markdown] tags=["en"] task="replace_head" role="hint"
r"""
Each layer has the attributes `input` and `output`. Which of them, and of which of `model.layers`, must the new `Dense` layer be given? With which models would it be wrong to look for the layer named `"pool"`?
"""

# %% [markdown] tags=["ko"] task="replace_head" role="hint"
r"""
`keras.Model`에 입력과 새 출력을 알려 주면 그 사이에 있는 층들을 가중치까지 함께 쓰는 새 모델이 됩니다. 마지막 층의 `activation`이나 `units`를 고치면 받은 모델이 바뀌어 버립니다. `keras.models.clone_model`로 복사한 모델은 가중치를 새로 뽑으므로, 복사하려면 가중치도 옮겨야 합니다.
"""

# %% [markdown] tags=["en"] task="replace_head" role="hint"
r"""
Tell `keras.Model` the input and a new output, and it makes a new model that shares the layers between them, with their weights. Changing `activation` or `units` of the last layer would change the model that was given. A copy by `keras.models.clone_model` draws new weights, so if you copy, the weights must be carried over, too.
"""

# %% [markdown] tags=["ko"] task="replace_head" role="hint"
r"""
`features = model.layers[-2].output`은 마지막 층이 받던 것입니다. `layers.Dense(classes)`로 층을 만들고 `features`를 넣으면 로짓이 나옵니다. 활성화 함수를 주지 않으면 소프트맥스도 없습니다. 끝으로 `keras.Model(model.input, logits)`를 돌려주세요.
"""

# %% [markdown] tags=["en"] task="replace_head" role="hint"
r"""
`features = model.layers[-2].output` is what the last layer was given. Make a layer by `layers.Dense(classes)` and call it on `features`: the logits come out, and without an activation function there is no softmax. Return `keras.Model(model.input, logits)`.
"""

# %% task="replace_head" role="solution"
def replace_head(model, classes):
    ### BEGIN SOLUTION
    features = model.layers[-2].output  # what the last layer was given
    logits = layers.Dense(classes, name="new_head")(features)
    return keras.Model(model.input, logits)
    ### END SOLUTION


# %% task="replace_head" role="check"
keras.utils.set_random_seed(0)
old = make_classifier([4, 8], 10, name="ten_classes")
images = np.linspace(0, 1, 2 * 16 * 16 * 3).reshape(2, 16, 16, 3).astype("float32")
before, settings = np.asarray(old(images)), [layer.get_config() for layer in old.layers]
weights = old.get_weights()
model = replace_head(old, 3)
check("replace_head returns a keras.Model", isinstance(model, keras.Model), True)
check("output shape for two images", tuple(model(images).shape), (2, 3),
      causes={"The layer before the head is missing as well": (2, 4, 4, 3),
              "The new head is missing": (2, 8), "This is still the head for the old classes": (2, 10)})
kept = [w.shape for w in old.get_weights()[:-2]]
check("shapes of the weights", [w.shape for w in model.get_weights()], [*kept, (8, 3), (3,)],
      causes={"The new head stands behind the old one instead of in its place":
              [*kept, (8, 10), (10,), (10, 3), (3,)],
              "The head has a bias": [*kept, (8, 3)],
              "A hidden layer was added; only the head is new": [*kept, (8, 16), (16,), (16, 3), (3,)],
              "A normalization was added; only the head is new": [*kept, *[(8,)] * 2, (8, 3), (3,)]})
check("the other weights are kept", model.get_weights()[:-2], old.get_weights()[:-2])
model.set_weights(model.get_weights()[:-2] + [np.zeros((8, 3)), np.array([-5.0, 0.0, 7.0])])
check("logits, without a softmax", np.asarray(model(images)), np.array([[-5.0, 0.0, 7.0]] * 2),
      causes={"There is a softmax": np.array([np.exp([-5, 0, 7]) / np.exp([-5, 0, 7]).sum()] * 2),
              "There is a ReLU; logits may be negative": np.array([[0.0, 0.0, 7.0]] * 2)})
check("the old model's weights are as before", old.get_weights(), weights)
check("the old model predicts the same as before", np.asarray(old(images)), before)
check("the old model's layers are as before", [layer.get_config() for layer in old.layers], settings)
deep = make_classifier([4], 3, hidden=6, name="with_a_hidden_layer")
model = replace_head(deep, 3)
model(images)  # a model that makes its weights when it is first called has them now
check("a model with a hidden layer", [w.shape for w in model.get_weights()[-2:]], [(6, 3), (3,)],
      causes={"The hidden layer is missing; only the last layer is replaced": [(4, 3), (3,)]})
check("the head is new", bool(np.allclose(model.get_weights()[-2], deep.get_weights()[-2])), False)

# %% task="replace_head" role="test" points=10
random = np.random.default_rng()
for turn in range(4):
    widths = [int(v) for v in random.integers(2, 7, 1 + turn % 3)]
    old_classes, classes = int(random.integers(2, 9)), int(random.integers(1, 9))
    hidden = int(random.integers(2, 6)) if turn % 2 else 0
    classes = old_classes if turn == 3 else classes
    old = make_classifier(widths, old_classes, hidden, name=f"replace{turn}")
    weights = [random.uniform(0.5, 1.5, w.shape) if "bn" in v.path else random.normal(0, 0.5, w.shape) for v, w in zip(old.weights, old.get_weights())]
    weights = [value.astype("float32") for value in weights]
    old.set_weights(weights)
    images = random.uniform(size=(3, 16, 16, 3)).astype("float32")
    before, settings = np.asarray(old(images)), [layer.get_config() for layer in old.layers]
    case = f"widths {widths}, hidden {hidden}, from {old_classes} to {classes} classes"
    model = replace_head(old, classes)
    require(f"{case}: the old model's weights", old.get_weights(), weights)
    require(f"{case}: the old model's layers", [layer.get_config() for layer in old.layers], settings)
    require(f"{case}: the old model predicts as before", np.asarray(old(images)), before, rtol=1e-4)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: output shape", tuple(model(images).shape), (3, classes))
    inputs = hidden or widths[-1]
    require(f"{case}: weights", [tuple(w.shape) for w in model.get_weights()], [w.shape for w in weights[:-2]] + [(inputs, classes), (classes,)])
    require(f"{case}: weights that are kept", model.get_weights()[:-2], weights[:-2])
    if turn == 3:
        require(f"{case}: the head is new", bool(np.allclose(model.get_weights()[-2], weights[-2])), False)
    kernel, bias = random.normal(0, 5, (inputs, classes)).astype("float32"), random.normal(0, 5, classes).astype("float32")
    model.set_weights(weights[:-2] + [kernel, bias])
    x, rest = images.astype(float), iter(weights)
    for _ in widths:
        total = -x.shape[1] % 2 + 1  # padding "same" with stride 2: what is odd goes to the right and below
        frame = (total // 2, total - total // 2)
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), frame, frame, (0, 0))), (3, 3), axis=(1, 2))[:, ::2, ::2]
        x = np.einsum("bijcmn,mncf->bijf", windows, next(rest))
        gamma, beta, mean, variance = (next(rest) for _ in range(4))
        x = np.maximum((x - mean) / np.sqrt(variance + 0.001) * gamma + beta, 0)
    x = x.mean(axis=(1, 2))
    x = np.maximum(x @ next(rest) + next(rest), 0) if hidden else x
    require(f"{case}: logits", np.asarray(model(images)), x @ kernel + bias, rtol=1e-3, atol=1e-3)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 미세 조정의 오류 찾기 (10점)

친구가 두 단계로 된 미세 조정 함수를 작성했습니다. 1단계에서는 백본을 동결하고 새 출력부만 학습률 `head_rate`로 `steps`번 학습시키고, 2단계에서는 백본까지 함께 학습률 `fine_rate`로 다시 `steps`번 학습시키려고 합니다.
학습은 언제나 배치 전체로 하며, 모멘텀(momentum)이 없는 `SGD`를 씁니다. 모델의 출력은 로짓이고, 배치 정규화층은 **두 단계 모두** 동결해 두려고 합니다.
`backbone`은 배치 정규화층이 들어 있는 `keras.Model`이고, 벡터를 받아 특징 벡터를 냅니다. `inputs`는 `(batch, size)`, `labels`는 클래스의 번호이며 형상이 `(batch,)`입니다. 함수는 학습된 모델을 돌려줍니다.

그런데 이 코드를 그대로 실행하면 손실(loss)이 처음 값에서 움직이지 않습니다. 그 오류를 고치면 이번에는 2단계에서도 백본의 가중치가 조금도 바뀌지 않습니다.
그것까지 고치면 배치 정규화층의 가중치와 저장된 평균, 분산이 바뀌어 버립니다. 오류는 모두 세 가지입니다. 찾아서 고치세요. 출력부의 이름과 초깃값(`"zeros"`)은 그대로 두세요.

```python
def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    vectors = keras.Input(backbone.input_shape[1:])
    head = layers.Dense(classes, kernel_initializer="zeros", name="head")
    model = keras.Model(vectors, head(backbone(vectors)))

    backbone.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(keras.optimizers.SGD(head_rate), loss)
    for _ in range(steps):
        model.train_on_batch(inputs, labels)

    backbone.trainable = True
    model.optimizer.learning_rate = fine_rate
    for _ in range(steps):
        model.train_on_batch(inputs, labels)
    return model
```
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Find the bugs in fine-tuning (10 points)

A friend has written a function that fine-tunes in two stages. In stage 1 the backbone is to be frozen and the new head alone is trained, `steps` times with the learning rate `head_rate`; in stage 2 the backbone is trained as well, `steps` times more with the learning rate `fine_rate`.
Every training step takes the whole batch and uses `SGD` without momentum. The model's output is the logits, and the batch normalization layers are to stay frozen in **both stages**.
`backbone` is a `keras.Model` with batch normalization layers; it takes vectors and gives feature vectors. `inputs` is `(batch, size)`; `labels` has the numbers of the classes and the shape `(batch,)`. The function returns the trained model.

But if the code runs as it stands, the loss does not move from its first value. Once that bug is fixed, the weights of the backbone do not change at all, not even in stage 2.
Once that is fixed, too, the weights of the batch normalization layers and their stored mean and variance change. There are three bugs. Find and fix them. Leave the name of the head and its initial value (`"zeros"`) as they are.

```python
def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    vectors = keras.Input(backbone.input_shape[1:])
    head = layers.Dense(classes, kernel_initializer="zeros", name="head")
    model = keras.Model(vectors, head(backbone(vectors)))

    backbone.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(keras.optimizers.SGD(head_rate), loss)
    for _ in range(steps):
        model.train_on_batch(inputs, labels)

    backbone.trainable = True
    model.optimizer.learning_rate = fine_rate
    for _ in range(steps):
        model.train_on_batch(inputs, labels)
    return model
```
"""

# %% [markdown] tags=["ko"] task="fine_tune" role="hint"
r"""
처음에는 출력부의 가중치가 0이므로 로짓도 모두 0입니다. 이 손실은 모델의 출력을 로짓으로 여기나요, 확률로 여기나요? 또 2단계에서 바꾼 `trainable`은 1단계에서 `compile`한 학습에 영향을 주나요?
"""

# %% [markdown] tags=["en"] task="fine_tune" role="hint"
r"""
The head's weights are 0 at first, so all logits are 0. Does this loss take the output of the model for logits or for probabilities? And does a change of `trainable` in stage 2 affect a training that was set up by `compile` in stage 1?
"""

# %% [markdown] tags=["ko"] task="fine_tune" role="hint"
r"""
손실에는 `from_logits=True`가 필요합니다. `trainable`을 바꾼 다음에는 다시 `compile`해야 바뀐 것이 학습에 쓰입니다. `backbone.trainable = True`는 배치 정규화층까지 학습시킵니다. `backbone(vectors, training=False)`로 불러도 `gamma`와 `beta`는 학습되므로 그것으로는 모자랍니다.
"""

# %% [markdown] tags=["en"] task="fine_tune" role="hint"
r"""
The loss needs `from_logits=True`. After a change of `trainable`, training follows it only once you `compile` again. `backbone.trainable = True` also makes the batch normalization layers trainable. To call `backbone(vectors, training=False)` is not enough, since `gamma` and `beta` are trained nevertheless.
"""

# %% [markdown] tags=["ko"] task="fine_tune" role="hint"
r"""
2단계는 이 순서로 시작합니다. 먼저 `backbone.trainable = True`, 이어서 `backbone.layers` 가운데 `isinstance(layer, layers.BatchNormalization)`인 층마다 `layer.trainable = False`, 그다음에 `model.compile(keras.optimizers.SGD(fine_rate), loss)`입니다. `learning_rate`만 바꾸던 줄은 지우세요.
"""

# %% [markdown] tags=["en"] task="fine_tune" role="hint"
r"""
Stage 2 begins in this order: first `backbone.trainable = True`, then `layer.trainable = False` for each of `backbone.layers` with `isinstance(layer, layers.BatchNormalization)`, then `model.compile(keras.optimizers.SGD(fine_rate), loss)`. Delete the line that only changed `learning_rate`.
"""

# %% task="fine_tune" role="solution"
def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    ### BEGIN SOLUTION
    vectors = keras.Input(backbone.input_shape[1:])
    head = layers.Dense(classes, kernel_initializer="zeros", name="head")
    model = keras.Model(vectors, head(backbone(vectors)))

    backbone.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)  # the head has no softmax
    model.compile(keras.optimizers.SGD(head_rate), loss)
    for _ in range(steps):
        model.train_on_batch(inputs, labels)

    backbone.trainable = True
    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False  # else it uses the mean of the batch, and its stored values drift
    model.compile(keras.optimizers.SGD(fine_rate), loss)  # the training step was built with the frozen backbone
    for _ in range(steps):
        model.train_on_batch(inputs, labels)
    return model
    ### END SOLUTION


# %% task="fine_tune" role="check"
def small_backbone(name):
    """Two numbers to the same two numbers: a dense layer and batch normalization that change nothing yet."""
    vectors = keras.Input((2,))
    outputs = layers.BatchNormalization(epsilon=0.0, name="bn")(layers.Dense(2, name="dense")(vectors))
    model = keras.Model(vectors, outputs, name=name)
    model.set_weights([np.eye(2), np.zeros(2), np.ones(2), np.zeros(2), np.zeros(2), np.ones(2)])
    return model


inputs, labels = np.array([[1.0, 0.0], [0.0, 1.0]], "float32"), np.array([0, 1])
model = fine_tune(small_backbone("one_step"), 2, inputs, labels, 4.0, 0.5, 1)
check("fine_tune returns a keras.Model", isinstance(model, keras.Model), True)
dense, bias, *bn, head, head_bias = model.get_weights()
check("output shape for two vectors", tuple(model(inputs).shape), (2, 2))
check("shape of the head's kernel", head.shape, (2, 2))
check("the head has learned: its kernel is no longer 0 (does the loss know that it gets logits?)",
      bool(np.abs(head).max() > 0.1), True)
for name, found, value in zip(("gamma", "beta", "moving_mean", "moving_variance"), bn, (1.0, 0.0, 0.0, 1.0)):
    check(f"batch normalization is unchanged: {name}", found, np.full(2, value))
check("the backbone has learned in stage 2", bool(np.abs(dense - np.eye(2)).max() > 1e-3), True)
cross = np.array([[1.0, -1.0], [-1.0, 1.0]])


def after(*steps, momentum=0.0):
    """Head and backbone's kernel after steps of a rate each, and whether the backbone is tuned."""
    h, d, pushed = 0.0, 0.0, [0.0, 0.0]  # the head is h times `cross`, the kernel is 1 and d times `cross`
    for rate, tuned in steps:
        p = 1 / (1 + np.exp(2 * h * (1 + 2 * d)))  # probability of the wrong class
        slopes = p / 2 * (1 + 2 * d), tuned * p * h
        pushed = [momentum * tuned * old + rate * slope for old, slope in zip(pushed, slopes)]
        h, d = h + pushed[0], d + pushed[1]
    return h * cross, np.eye(2) + d * cross


head_1, dense_1 = after((4, False), (0.5, True))
check("the head after one step in each stage", head, head_1,
      causes={"This is the head of stage 1: in stage 2 it is trained, too": cross,
              "In stage 2 the rate is `fine_rate`": after((4, False), (4, True))[0],
              "The rates are exchanged: `head_rate` is that of stage 1": after((0.5, False), (4, True))[0],
              "Each entry moved by the whole rate: this is Adam, not SGD": 1.5 * cross})
check("the backbone's kernel after one step in each stage", dense, dense_1,
      causes={"It did not learn in stage 2: unfreeze it, and then compile again": np.eye(2)})
logits = (inputs @ dense + bias) @ head + head_bias
check("the output is the logits", np.asarray(model(inputs)), logits,
      causes={"The logits went through a softmax": np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)})
dense, _, *_, head, _ = fine_tune(small_backbone("two_steps"), 2, inputs, labels, 0.8, 0.4, 2).get_weights()
first, second = (0.8, False), (0.4, True)
head_2, dense_2 = after(first, first, second, second)
check("the head after two steps in each stage", head, head_2,
      causes={"The backbone learned in stage 1, too: freeze it, and then compile":
              after((0.8, True), (0.8, True), second, second)[0],
              "Stage 2 takes `steps` steps as well": after(first, first, second)[0],
              "Stage 2 has momentum; plain SGD is asked for":
              after(first, first, second, second, momentum=0.9)[0]})
check("the backbone's kernel after two steps in each stage", dense, dense_2)

# %% task="fine_tune" role="test" points=10
random = np.random.default_rng()
for turn in range(2):
    size, units, width, classes, batch = (int(v) for v in random.integers((2, 2, 2, 2, 3), (6, 6, 6, 5, 9)))
    steps, head_rate, fine_rate = turn + 1, float(random.uniform(0.2, 0.5)), float(random.uniform(0.02, 0.1))
    x = vectors = keras.Input((size,))
    for number, count in enumerate((units, width), 1):
        x = layers.Dense(count, use_bias=False, name=f"stage{number}")(x)
        x = layers.BatchNormalization(name=f"stage{number}_bn")(x)
        x = layers.ReLU(name=f"stage{number}_relu")(x)
    backbone = keras.Model(vectors, x, name=f"backbone{turn}")
    weights = []
    for rows, columns in ((size, units), (units, width)):
        weights.append(random.normal(0, rows**-0.5, (rows, columns)))
        weights += [random.uniform(0.5, 1.5, columns), random.uniform(0.2, 1, columns), random.normal(0, 0.5, columns), random.uniform(0.5, 2, columns)]
    weights = [value.astype("float32").astype(float) for value in weights]
    backbone.set_weights(weights)
    inputs, labels = random.normal(size=(batch, size)).astype("float32"), random.integers(0, classes, batch)
    case = f"{batch} vectors of {size}, {classes} classes, {steps} steps in each stage"
    model = fine_tune(backbone, classes, inputs.copy(), labels.copy(), head_rate, fine_rate, steps)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: output shape", tuple(model(inputs).shape), (batch, classes))
    found = [np.asarray(value) for value in model.get_weights()]
    require(f"{case}: shapes of the weights", [value.shape for value in found], [value.shape for value in weights] + [(width, classes), (classes,)])
    k1, g1, b1, m1, v1, k2, g2, b2, m2, v2 = weights
    s1, s2 = g1 / np.sqrt(v1 + 0.001), g2 / np.sqrt(v2 + 0.001)
    head, bias = np.zeros((width, classes)), np.zeros(classes)
    for step in range(2 * steps):
        z1 = (inputs @ k1 - m1) * s1 + b1
        a1 = np.maximum(z1, 0)
        z2 = (a1 @ k2 - m2) * s2 + b2
        a2 = np.maximum(z2, 0)
        logits = a2 @ head + bias
        slope = (np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)) - np.eye(classes)[labels]) / batch
        d2 = slope @ head.T * (z2 > 0) * s2
        d1 = d2 @ k2.T * (z1 > 0) * s1
        rate = head_rate if step < steps else fine_rate
        head, bias = head - rate * a2.T @ slope, bias - rate * slope.sum(axis=0)
        if step >= steps:
            k1, k2 = k1 - rate * inputs.T @ d1, k2 - rate * a1.T @ d2
    for name, value, expected in zip(("stage1/kernel", "stage1_bn/gamma", "stage1_bn/beta", "stage1_bn/moving_mean", "stage1_bn/moving_variance", "stage2/kernel", "stage2_bn/gamma", "stage2_bn/beta", "stage2_bn/moving_mean", "stage2_bn/moving_variance", "head/kernel", "head/bias"), found, (k1, g1, b1, m1, v1, k2, g2, b2, m2, v2, head, bias)):
        require(f"{case}: {name}", value, expected, rtol=1e-4, atol=2e-5)
    logits = np.maximum((np.maximum((inputs @ k1 - m1) * s1 + b1, 0) @ k2 - m2) * s2 + b2, 0) @ head + bias
    require(f"{case}: the output is the logits", np.asarray(model(inputs)), logits, rtol=1e-3, atol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 실험: 레이블은 많을수록 좋을까 (5점)

본문에서는 출력부를 학습시킬 때 L2 정규화를 썼습니다. 쓰지 않으면 어떻게 될까요?
아래 셀은 작은 전이 학습입니다. 사진 두 장의 조각에서 얻은 필터 여덟 개가 **백본**이고, 새 데이터는 Fashion-MNIST입니다. 이미지마다 특징이 72개 나오고, 여기에 편향을 위한 1을 더하면 73개입니다.
`accuracy(count)`는 레이블이 달린 이미지 `count`장으로 선형 출력부를 학습시키고, 다른 이미지 400장에 대한 정확도(%)를 돌려줍니다(이미지를 열 번 새로 뽑은 평균). 출력부는 레이블이 달린 이미지에서 오차의 제곱합이 가장 작은 것이고, 그런 것이 여럿이면 가중치가 가장 작은 것입니다.
레이블을 늘리면 정확도는 높아질까요, 낮아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 10에서 700까지의 정수에서 40, 73, 400을 포함하여 여섯 가지 이상을 골라 측정하세요.
`more_labels()`는 실험의 기록을 딕셔너리로 돌려줍니다.
- `"settings"`: 시도한 이미지 수의 리스트
- `"predicted"`: 이미지 수마다의 예측값의 리스트, 또는 `"grows"`(높아진다), `"falls"`(낮아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 이미지 수마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"`, `"neither"` 가운데 하나

결과가 예측과 달랐다면 왜 그런지 생각해 보세요. 그다음 `accuracy(count, penalty=1.0)`으로 L2 정규화를 하면 무엇이 달라지는지도 측정해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. Experiment: are more labels always better (5 points)

The lesson trained its head with L2 regularization. What happens without it?
The cell below is a small case of transfer. Eight filters, learned from patches of two photographs, are the **backbone**; the new data is Fashion-MNIST. There are 72 features of each image, and 73 with a 1 for the bias.
`accuracy(count)` trains a linear head on `count` labelled images and returns its accuracy (%) on 400 others (mean of ten draws of the images). The head is the one with the smallest sum of squared errors on the labelled images, and if there are several, that with the smallest weights.
With more labels, will accuracy grow, fall or stay? Write down your prediction **before you measure**; then choose at least six whole numbers from 10 to 700, with 40, 73 and 400 among them, and measure.
`more_labels()` returns the record of the experiment as a dict.
- `"settings"`: the list of numbers of images that were tried
- `"predicted"`: a list with a prediction for each number of images, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each number of images
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, `"neither"`

If the result was not what you predicted, think about why. Then measure what L2 regularization changes: `accuracy(count, penalty=1.0)`.
"""

# %%
import functools

from course_lib import data
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


@functools.cache
def filters():
    """Eight filters (8, 6, 6): the directions in which patches of two photographs differ most."""
    random, patches = np.random.default_rng(0), []
    for name in ("cat", "flower"):
        grey = data.photograph(name).mean(axis=-1)
        for row, column in random.integers(0, np.array(grey.shape) - 6, (2000, 2)):
            patches.append(grey[row:row + 6, column:column + 6].ravel())
    patches = np.stack(patches) - np.mean(patches, axis=1, keepdims=True)
    return np.linalg.svd(patches, full_matrices=False)[2][:8].reshape(8, 6, 6)


@functools.cache
def features_and_labels():
    """Of 1,100 images: features (1100, 73), the last of which is 1, and labels (1100,)."""
    (images, labels), _ = data.fashion_mnist()
    images, labels = np.reshape(images[:1100], (-1, 28, 28)), labels[:1100]
    windows = np.lib.stride_tricks.sliding_window_view(images, (6, 6), axis=(1, 2))[:, 1:22, 1:22]
    maps = np.abs(np.tensordot(windows, filters(), axes=((3, 4), (1, 2))))
    pooled = maps.reshape(-1, 3, 7, 3, 7, 8).mean(axis=(2, 4)).reshape(-1, 72)
    return np.column_stack([pooled / pooled.std(axis=0), np.ones(len(pooled))]), labels

# %%
def accuracy(count, penalty=0.0):
    """Percent right of 400 images after learning from `count` others, mean of ten draws."""
    (features, labels), right = features_and_labels(), []
    for draw in range(10):
        few = np.random.default_rng(draw).permutation(700)[:int(count)]
        x, y = features[few], np.eye(10)[labels[few]]
        if penalty:
            head = np.linalg.solve(x.T @ x + penalty * np.eye(73), x.T @ y)
        else:
            head = np.linalg.lstsq(x, y, rcond=None)[0]
        right.append(100 * np.mean((features[700:] @ head).argmax(axis=1) == labels[700:]))
    return float(np.mean(right))

# %% [markdown] tags=["ko"] task="more_labels" role="hint"
r"""
클래스 하나의 출력에는 미지의 가중치가 몇 개 있나요? 레이블이 달린 이미지 한 장은 방정식 몇 개를 주나요? 방정식이 미지수보다 적을 때, 같을 때, 많을 때 해는 각각 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="more_labels" role="hint"
r"""
How many unknown weights has the output for one class, and how many equations does one labelled image give? How many solutions are there with fewer equations than unknowns, with as many, and with more?
"""

# %% [markdown] tags=["ko"] task="more_labels" role="hint"
r"""
방정식과 미지수의 수가 같으면 해는 하나뿐이고, 레이블이 달린 이미지를 모두 정확히 맞히려고 가중치가 아주 커질 수 있습니다. 그러면 처음 보는 이미지의 출력은 어떻게 될까요? `counts`를 고를 때 73의 앞뒤에서 촘촘하게 골라 보세요.
"""

# %% [markdown] tags=["en"] task="more_labels" role="hint"
r"""
With as many equations as unknowns there is just one solution, and to be exact for every labelled image its weights may have to be very large. What does that do to the outputs for images it has never seen? When you choose the `counts`, take some close to 73 on either side.
"""

# %% [markdown] tags=["ko"] task="more_labels" role="hint"
r"""
`counts = [10, 40, 60, 73, 90, 150, 400]`처럼 고르고, 예측을 먼저 적은 다음 `[accuracy(count) for count in counts]`로 측정하세요. 결론은 적은 수에서 많은 수로 읽습니다. 한 번은 내려가고 한 번은 올라간다면 어느 낱말인가요?
"""

# %% [markdown] tags=["en"] task="more_labels" role="hint"
r"""
Choose numbers such as `counts = [10, 40, 60, 73, 90, 150, 400]`, write the prediction first, then measure with `[accuracy(count) for count in counts]`. The conclusion is read from small numbers to large ones. Which word is it if the values go down at one place and up at another?
"""

# %% task="more_labels" role="solution"
def more_labels():
    ### BEGIN SOLUTION
    counts = [10, 20, 40, 60, 73, 90, 150, 400]
    return {
        "settings": counts,
        "predicted": "grows",  # before measuring
        "measured": [accuracy(count) for count in counts],
        "conclusion": "neither",  # worst with as many images as features: it fits them at any price
    }
    ### END SOLUTION


# %% task="more_labels" role="check"
from_10_to_700 = lambda count: count in range(10, 701)
found = more_labels()
check_experiment("the experiment", found, measure=accuracy, settings=from_10_to_700, at_least_runs=6,
                 tolerance=0.05,
                 causes={"These are the values with a penalty": lambda count: accuracy(count, penalty=1.0),
                         "These are shares; percents are asked for": lambda count: accuracy(count) / 100})
for count in (40, 73, 400):
    check(f"{count} is among the numbers of images", count in list(found["settings"]), True)

# %% task="more_labels" role="test" points=5
found = more_labels()
require_experiment("the experiment", found, measure=accuracy, settings=lambda count: count in range(10, 701), at_least_runs=6, tolerance=0.05)
for count in (40, 73, 400):
    require(f"{count} is among the numbers of images", count in list(found["settings"]), True)
