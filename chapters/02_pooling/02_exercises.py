# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 2장 연습 문제. 풀링과 출력부

앞의 세 문제는 풀링(pooling), 나머지는 신경망의 출력부(head), 곧 특징 맵에서 답을 만드는 마지막 부분을 다룹니다. 문제마다 함수 하나를 완성합니다.
`raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요. 무엇이 맞고 무엇이 틀렸는지 알려 줍니다.
막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 모두 11문제, 100점, 약 2시간입니다. 문제 10만 Keras를 쓰고, 문제 11은 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 2 exercises. Pooling and the head

The first three tasks are about pooling, the others about the head of a network: the last part, which makes the answer from the feature maps. In each task you complete one function.
Replace `raise NotImplementedError`, run the cell, then run the check right below: it says what is right and what is not.
If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- There are 11 tasks with 100 points, for about 2 hours. Only task 10 uses Keras, and task 11 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %%
image = np.array([[1, 3, 2, 1],
                  [4, 6, 5, 0],
                  [7, 2, 9, 8],
                  [1, 0, 3, 4]])

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 풀링 (15점)

`pool(image, size, stride, padding, kind)`를 완성하세요. 형상이 `(height, width)`인 `image`의 사방에 패딩을 `padding`줄 두르고, 한 변이 `size`인 정사각형 창(window)을
가로세로 `stride`칸씩 옮기며 창마다 수 하나를 냅니다. `kind`가 `"max"`이면 최댓값 풀링(max pooling), `"average"`이면 평균 풀링(average pooling)이고, 결과는 언제나 실수(`float`) 배열입니다.
- 출력의 크기는 1장의 공식대로입니다. 창이 다 들어가지 않는 끝부분은 버립니다.
- 패딩은 0이 아니라 값이 없는 자리입니다. 최댓값 풀링에서는 $-\infty$로 채우므로 결코 뽑히지 않습니다.
- 평균 풀링에서는 패딩한 자리를 더하지도 세지도 않고, 창 안에 있는 실제 픽셀만으로 평균을 냅니다. TensorFlow 위에서 도는 Keras의 `AveragePooling2D(padding="same")`도 이렇게 계산합니다.

창은 패딩한 이미지보다 크지 않다고 보아도 됩니다. `padding`이 `size` 이상이면 패딩만 보는 창이 생길 수 있습니다. 이때와 그 밖의 `kind`에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Pooling (15 points)

Complete `pool(image, size, stride, padding, kind)`. Put a frame that is `padding` wide around `image`, whose shape is `(height, width)`. Move a square window of side `size`
in steps of `stride` down and to the right; each window gives one number. With `kind` equal to `"max"` this is max pooling, with `"average"` it is average pooling. The result is always an array of `float`.
- The size of the output follows the formula of chapter 1. The end where the window does not fit is dropped.
- The frame is not 0; it is places without a value. Max pooling fills them with $-\infty$, so they never win.
- Average pooling neither adds nor counts the places of the frame: the mean is that of the real pixels in the window. `AveragePooling2D(padding="same")` of Keras on TensorFlow does the same.

You may take it that the window is no larger than the padded image. If `padding` is `size` or more, a window could see nothing but the frame. Raise `ValueError` then, and for any other `kind`.
"""

# %% [markdown] tags=["ko"] task="pool" role="hint"
r"""
왼쪽 위 창 하나만 먼저 계산해 보세요. `image`의 어느 부분인가요? 다음 창은 몇 칸 옆에서 시작하나요?
"""

# %% [markdown] tags=["en"] task="pool" role="hint"
r"""
Compute only the upper left window first. Which part of `image` is it? How many places further does the next one begin?
"""

# %% [markdown] tags=["ko"] task="pool" role="hint"
r"""
0으로 채우면 픽셀이 모두 음수일 때 패딩이 뽑힙니다. `np.pad`의 `constant_values`에 최댓값 풀링이면 `-np.inf`, 평균 풀링이면 `np.nan`을 주세요. 둘 다 실수이므로 `image`를 먼저 실수 배열로 바꿔야 합니다.
"""

# %% [markdown] tags=["en"] task="pool" role="hint"
r"""
With 0, the padding wins where all pixels are negative. Give `np.pad` the `constant_values` of `-np.inf` for max pooling and of `np.nan` for average pooling. Both are floats, so turn `image` into an array of floats first.
"""

# %% [markdown] tags=["ko"] task="pool" role="hint"
r"""
`ValueError`를 확인한 다음, `range(0, padded.shape[0] - size + 1, stride)`로 행을, 같은 방법으로 열을 돌며 `padded[i:i + size, j:j + size]`에 `np.max`나 `np.nanmean`을 적용하세요. `np.nanmean`은 NaN을 빼고 평균을 냅니다.
"""

# %% [markdown] tags=["en"] task="pool" role="hint"
r"""
After looking for the `ValueError`, go over the rows by `range(0, padded.shape[0] - size + 1, stride)` and over the columns likewise, and apply `np.max` or `np.nanmean` to `padded[i:i + size, j:j + size]`. `np.nanmean` leaves the NaN out.
"""

# %% task="pool" role="solution"
def pool(image, size, stride, padding, kind):
    ### BEGIN SOLUTION
    if padding >= size or kind not in ("max", "average"):
        raise ValueError(f'padding < size and "max" or "average" expected, found {padding}, {size} and {kind!r}')
    empty = -np.inf if kind == "max" else np.nan  # nanmean leaves the NaN out
    padded = np.pad(image.astype(float), padding, constant_values=empty)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))[::stride, ::stride]
    return windows.max(axis=(2, 3)) if kind == "max" else np.nanmean(windows, axis=(2, 3))
    ### END SOLUTION


# %% task="pool" role="check"
given = image.copy()
check("max, size 2, stride 2", pool(given, 2, 2, 0, "max"), np.array([[6.0, 5.0], [7.0, 9.0]]),
      causes={"This is the mean of each window": np.array([[3.5, 2.0], [2.5, 6.0]]),
              "The stride was forgotten": np.array([[6, 6, 5], [7, 9, 9], [7, 9, 9]])})
check("average, size 2, stride 2", pool(given, 2, 2, 0, "average"), np.array([[3.5, 2.0], [2.5, 6.0]]),
      causes={"This is the largest value of each window": np.array([[6, 5], [7, 9]]),
              "The fractions were cut off": np.array([[3, 2], [2, 6]]),
              "The numbers were added up, but not divided": np.array([[14, 8], [10, 24]])})
check("size 3, stride 1", pool(given, 3, 1, 0, "max"), np.array([[9.0, 9.0], [9.0, 9.0]]),
      causes={"The window moved by its own size instead of the stride": np.array([[9.0]])})
check("size 2, stride 2, a 3x4 image", pool(given[:3], 2, 2, 0, "max"), np.array([[6.0, 5.0]]),
      causes={"The window that sticks out at the end must be dropped": np.array([[6, 5], [7, 9]])})
check("max with padding 1, no pixel positive", pool(-given, 2, 2, 1, "max"),
      np.array([[-1.0, -2.0, -1.0], [-4.0, -2.0, 0.0], [-1.0, 0.0, -4.0]]),
      causes={"The padding was filled with 0, which is larger than a negative pixel":
              np.array([[0, 0, 0], [0, -2, 0], [0, 0, 0]]),
              "The padding was forgotten": np.array([[-1, 0], [0, -3]])})
check("average with padding 1, four pixels in each window", pool(given, 3, 3, 1, "average"),
      np.array([[3.5, 2.0], [2.5, 6.0]]),
      causes={"The places of the padding were counted, too": np.array([[14, 8], [10, 24]]) / 9})
check("an image of fractions", pool(given / 4, 2, 1, 0, "average"),
      np.array([[14, 16, 8], [19, 22, 22], [10, 14, 24]]) / 16)
check("the image that was passed in is unchanged", given, image)
check_raises(ValueError, pool, image, 2, 2, 2, "max")
check_raises(ValueError, pool, image, 2, 2, 0, "median")

# %% task="pool" role="test" points=12
random = np.random.default_rng()
for turn in range(60):
    h, w, size, stride = (int(v) for v in random.integers((5, 5, 1, 1), (10, 10, 5, 4)))
    padding = int(random.integers(size))
    picture = random.normal(-3, 2, size=(h, w)) * 10.0**(turn % 7) if turn % 3 else random.integers(-50, 0, (h, w))
    windows = [[picture[max(i, 0):i + size, max(j, 0):j + size] for j in range(-padding, w + padding - size + 1, stride)] for i in range(-padding, h + padding - size + 1, stride)]
    for kind, function in (("max", np.max), ("average", np.mean)):
        given = picture.copy()
        expected = np.array([[float(function(window)) for window in row] for row in windows])
        require(f"image {h}x{w}, size {size}, stride {stride}, padding {padding}, {kind}", pool(given, size, stride, padding, kind), expected)
        require("the image is unchanged", given, picture)
require("an image of -5, padding 1, max", pool(np.full((4, 5), -5.0), 3, 1, 1, "max"), np.full((4, 5), -5.0))
require("an image of -5, padding 1, average", pool(np.full((4, 5), -5.0), 3, 1, 1, "average"), np.full((4, 5), -5.0))
require("an image of 1 and 2, size 4, stride 2, padding 3, average", pool(np.array([[1, 2], [1, 2]]), 4, 2, 3, "average"), np.array([[1.0, 1.5, 2.0]] * 3))

# %% task="pool" role="test" part="errors" points=3
for size in (1, 2, 3):
    require_raises(ValueError, pool, np.ones((6, 6)), size, 1, size, "average")
    require_raises(ValueError, pool, np.ones((6, 6)), size, 1, size + 1, "max")
for kind in ("min", "mean", "sum", "Max", "global", ""):
    require_raises(ValueError, pool, np.ones((6, 6)), 2, 2, 0, kind)
require("padding just less than the window", pool(np.ones((4, 4)), 3, 2, 2, "max"), np.ones((3, 3)))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 최댓값 풀링의 역전파 (12점)

최댓값 풀링($2 \times 2$ 창, 스트라이드 2, 패딩 없음)에서는 창마다 최댓값 하나만 출력에 닿습니다. 그래서 역전파(back-propagation)할 때도 그 자리만 기울기(gradient)를 받고 나머지는 0입니다.
`max_pool_backward(image, gradient)`를 완성하세요. `image`는 `(height, width)`, 출력에 대한 기울기 `gradient`는 $\lfloor H/2 \rfloor \times \lfloor W/2 \rfloor$이며, 결과는 `image`와 형상이 같은 실수 배열입니다.
- 최댓값이 여럿이면 행 우선 순서(왼쪽 위, 오른쪽 위, 왼쪽 아래, 오른쪽 아래)로 **첫 번째** 자리만 받습니다.
- 높이나 너비가 홀수이면 마지막 행이나 열은 어느 창에도 들지 않으므로 기울기가 0입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. Max pooling backwards (12 points)

In max pooling ($2 \times 2$ windows, stride 2, no padding) only one value of each window, the maximum, reaches the output. So in back-propagation only that place receives the gradient; the others receive 0.
Complete `max_pool_backward(image, gradient)`. `image` is `(height, width)`; `gradient`, the gradient with respect to the output, is $\lfloor H/2 \rfloor \times \lfloor W/2 \rfloor$. The result is an array of floating-point numbers with the shape of `image`.
- If the maximum occurs more than once, only the **first** place in row-major order receives the gradient (top left, top right, bottom left, bottom right).
- If the height or the width is odd, the last row or column is in no window, and its gradient is 0.
"""

# %% [markdown] tags=["ko"] task="max_pool_backward" role="hint"
r"""
출력의 (i, j)번째 값은 입력의 어느 네 칸에서 왔나요? 그 가운데 값이 조금 변할 때 출력도 변하는 칸은 어디인가요?
"""

# %% [markdown] tags=["en"] task="max_pool_backward" role="hint"
r"""
From which four places of the input does entry (i, j) of the output come? For which of them does a small change change the output?
"""

# %% [markdown] tags=["ko"] task="max_pool_backward" role="hint"
r"""
창은 `image[2 * i:2 * i + 2, 2 * j:2 * j + 2]`입니다. `argmax()`는 창을 한 줄로 펼쳤을 때 **첫 번째** 최댓값의 번호를 0부터 3까지로 알려 줍니다. 이 번호에서 행과 열을 어떻게 얻나요?
"""

# %% [markdown] tags=["en"] task="max_pool_backward" role="hint"
r"""
The window is `image[2 * i:2 * i + 2, 2 * j:2 * j + 2]`. `argmax()` gives the number of the **first** maximum, from 0 to 3, as if the window were flattened. How do you get a row and a column from that number?
"""

# %% [markdown] tags=["ko"] task="max_pool_backward" role="hint"
r"""
`result = np.zeros(image.shape)`에서 시작하세요. `row, column = divmod(window.argmax(), 2)`이면 `result[2 * i + row, 2 * j + column] = gradient[i, j]`입니다. 홀수인 마지막 행과 열은 0으로 남습니다.
"""

# %% [markdown] tags=["en"] task="max_pool_backward" role="hint"
r"""
Start from `result = np.zeros(image.shape)`. With `row, column = divmod(window.argmax(), 2)` it is `result[2 * i + row, 2 * j + column] = gradient[i, j]`. An odd last row or column just stays 0.
"""

# %% task="max_pool_backward" role="solution"
def max_pool_backward(image, gradient):
    ### BEGIN SOLUTION
    result = np.zeros(image.shape)
    for i, j in np.ndindex(*gradient.shape):
        window = image[2 * i:2 * i + 2, 2 * j:2 * j + 2]
        row, column = np.unravel_index(window.argmax(), (2, 2))  # argmax gives the first maximum
        result[2 * i + row, 2 * j + column] = gradient[i, j]
    return result
    ### END SOLUTION


# %% task="max_pool_backward" role="check"
given, upstream = image.copy(), np.array([[0.5, 2.0], [3.0, -4.0]])
check("every window has one maximum", max_pool_backward(given, upstream),
      np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 2.0, 0.0], [3.0, 0.0, -4.0, 0.0], [0.0, 0.0, 0.0, 0.0]]),
      causes={"The gradient went to all four places of each window":
              np.array([[0.5, 0.5, 2, 2], [0.5, 0.5, 2, 2], [3, 3, -4, -4], [3, 3, -4, -4]]),
              "This is average pooling backwards":
              np.array([[0.5, 0.5, 2, 2], [0.5, 0.5, 2, 2], [3, 3, -4, -4], [3, 3, -4, -4]]) / 4,
              "The maximum itself stands there, not its gradient":
              np.array([[0, 0, 0, 0], [0, 6, 5, 0], [7, 0, 9, 0], [0, 0, 0, 0]]),
              "The gradient was multiplied by the maximum; the derivative of a maximum is 1":
              np.array([[0, 0, 0, 0], [0, 3, 10, 0], [21, 0, -36, 0], [0, 0, 0, 0]]),
              "The fractions of the gradient were cut off: is the result an array of integers?":
              np.array([[0, 0, 0, 0], [0, 0, 2, 0], [3, 0, -4, 0], [0, 0, 0, 0]]),
              "Row and column within the window are exchanged":
              np.array([[0, 0, 0, 2], [0, 0.5, 0, 0], [3, 0, -4, 0], [0, 0, 0, 0]])})
check("the image and the gradient are unchanged", (given, upstream), (image, np.array([[0.5, 2.0], [3.0, -4.0]])))
check("two equal maxima", max_pool_backward(np.array([[1, 3], [3, 2]]), np.array([[0.5]])),
      np.array([[0.0, 0.5], [0.0, 0.0]]),
      causes={"Both maxima received the gradient": np.array([[0, 0.5], [0.5, 0]]),
              "The maxima share the gradient": np.array([[0, 0.25], [0.25, 0]]),
              "The last maximum received the gradient, or the order was column by column":
              np.array([[0, 0], [0.5, 0]])})
check("an image of fractions, none positive, 3x5, a gradient of integers",
      max_pool_backward(np.array([[-1, -2, -4, -3, 9], [-3, -4, -1, -2, 9], [9, 9, 9, 9, 9]]) / 4 - 3,
                        np.array([[1, 2]])),
      np.array([[1.0, 0, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 0, 0]]),
      causes={"The last row or column is in no window; the result still has the shape of the image":
              np.array([[1.0, 0, 0, 0], [0, 0, 2, 0]]),
              "The value of largest magnitude is not the largest value":
              np.array([[0, 0, 2, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]])})

# %% task="max_pool_backward" role="test" points=9
random = np.random.default_rng()
for turn in range(40):
    h, w = (int(v) for v in random.integers(2, 11, 2))
    picture = random.integers(-3, 0, (h, w)) if turn % 2 else random.normal(size=(h, w))  # few different integers: many ties
    upstream = random.normal(size=(h // 2, w // 2)) if turn % 4 < 2 else random.integers(-9, 10, (h // 2, w // 2))
    blocks = picture[:h // 2 * 2, :w // 2 * 2].reshape(h // 2, 2, w // 2, 2).swapaxes(1, 2).reshape(h // 2, w // 2, 4)
    chosen = np.eye(4)[blocks.argmax(axis=2)] * upstream[:, :, None]
    expected = np.zeros((h, w))
    expected[:h // 2 * 2, :w // 2 * 2] = chosen.reshape(h // 2, w // 2, 2, 2).swapaxes(1, 2).reshape(h // 2 * 2, w // 2 * 2)
    given, slopes = picture.copy(), upstream.copy()
    require(f"a {h}x{w} image of {picture.dtype}", max_pool_backward(given, slopes), expected)
    require("the image is unchanged", given, picture)
    require("the gradient is unchanged", slopes, upstream)

# %% task="max_pool_backward" role="test" part="equal" points=3
random = np.random.default_rng()
for _ in range(10):  # one maximum, or several
    window, slope = random.integers(0, 2, (2, 2)), float(random.normal())
    place = np.eye(4)[int(np.flatnonzero(window.ravel() == window.max())[0])].reshape(2, 2)
    require(f"the window {window.tolist()}", max_pool_backward(window / 2, np.array([[slope]])), slope * place)
flat = np.zeros((6, 6))
flat[::2, ::2] = 1
require("a constant 7x7 image", max_pool_backward(np.full((7, 7), -2), np.ones((3, 3))), np.pad(flat, ((0, 1), (0, 1))))

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 흐리게 한 다음 줄이기 (10점)

두 칸에 하나씩만 남겨 크기를 줄이면, 입력이 한 칸만 밀려도 결과가 크게 달라질 수 있습니다. 먼저 흐리게(blur) 하면 차이가 줄어듭니다(Zhang, 2019).
`blur_pool(image)`는 형상이 `(height, width)`인 그림을 세로로도 가로로도 $\frac{1}{4}(1, 2, 1)$로 흐리게 한 다음, 0번째부터 두 칸마다 하나씩 남깁니다.
그림의 바깥은 가장자리의 값이 이어진다고 봅니다. 그래서 흐리게 한 그림은 크기가 그대로이고, 결과는 $\lceil H/2 \rceil \times \lceil W/2 \rceil$ 실수 배열입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. Blur, then shrink (10 points)

If an image is shrunk by keeping every second pixel, a shift of the input by one pixel can change the result a lot. Blurring first makes the difference smaller (Zhang, 2019).
`blur_pool(image)` blurs an image of shape `(height, width)` with $\frac{1}{4}(1, 2, 1)$, both down and across, and then keeps every second row and column, beginning with number 0.
Outside the image, the values at the edge continue. So the blurred image has the same size, and the result is an array of $\lceil H/2 \rceil \times \lceil W/2 \rceil$ floating-point numbers.
"""

# %% [markdown] tags=["ko"] task="blur_pool" role="hint"
r"""
한 줄 $0, 0, 4, 0, 0$을 손으로 흐리게 해 보세요. 첫 칸을 계산할 때 왼쪽 바깥에는 어떤 값이 있다고 보나요?
"""

# %% [markdown] tags=["en"] task="blur_pool" role="hint"
r"""
Blur the row $0, 0, 4, 0, 0$ by hand. When you compute its first place, which value is taken to lie outside on the left?
"""

# %% [markdown] tags=["ko"] task="blur_pool" role="hint"
r"""
`np.pad`의 `mode="edge"`로 둘레를 한 칸 두르세요. 세로로 먼저 흐리게 하고 그 결과를 가로로 흐리게 하면 됩니다. 줄이는 것은 맨 마지막입니다.
"""

# %% [markdown] tags=["en"] task="blur_pool" role="hint"
r"""
Put a frame of one place around it by `np.pad` with `mode="edge"`. Blur down first, then blur the result across. Shrinking comes last.
"""

# %% [markdown] tags=["ko"] task="blur_pool" role="hint"
r"""
세로로는 `(padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4`입니다. 가로로는 같은 일을 두 번째 축에서 하고, `[::2, ::2]`로 남기세요.
"""

# %% [markdown] tags=["en"] task="blur_pool" role="hint"
r"""
Down it is `(padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4`. Do the same along the second axis, and keep `[::2, ::2]`.
"""

# %% task="blur_pool" role="solution"
def blur_pool(image):
    ### BEGIN SOLUTION
    padded = np.pad(image.astype(float), 1, mode="edge")
    tall = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    blurred = (tall[:, :-2] + 2 * tall[:, 1:-1] + tall[:, 2:]) / 4
    return blurred[::2, ::2]
    ### END SOLUTION


# %% task="blur_pool" role="check"
dot, corner = np.zeros((4, 4)), np.zeros((4, 4))
dot[2, 1], corner[0, 0] = 16, 16
given = dot.copy()
check("one bright pixel inside", blur_pool(given), np.array([[0.0, 0.0], [2.0, 2.0]]),
      causes={"Rows and columns were dropped before the blur, or there was no blur across": np.zeros((2, 2)),
              "There was no blur down": np.array([[0, 0], [4, 4]]),
              "The image was blurred, but not shrunk":
              np.array([[0, 0, 0, 0], [1, 2, 1, 0], [2, 4, 2, 0], [1, 2, 1, 0]]),
              "The first row and column to be kept have the number 0, not 1": np.array([[2, 0], [2, 0]]),
              "The sum of the weights is not 1: divide by 4 in each direction": np.array([[0, 0], [8, 8]]),
              "All nine weights are the same": np.array([[0, 0], [16, 16]]) / 9,
              "The edge is mirrored; its values should continue": np.array([[0, 0], [4, 2]]),
              "This is average pooling": np.array([[0, 0], [4, 0]])})
check("the image that was passed in is unchanged", given, dot)
check("one bright pixel in the corner", blur_pool(corner), np.array([[9.0, 0.0], [0.0, 0.0]]),
      causes={"Outside, the values at the edge must continue; these are zeros": np.array([[4, 0], [0, 0]]),
              "The weights are 1, 2, 1 down and across; the corners of the nine count, too":
              np.array([[12, 0], [0, 0]])})
check("brightness 3 stays 3, 5x7 becomes 3x4", blur_pool(np.full((5, 7), 3)), np.full((3, 4), 3.0))
stripes = np.array([[1, 0, 1, 0, 1, 0]])
check("stripes of integers", blur_pool(stripes), np.array([[0.75, 0.5, 0.5]]),
      causes={"The fractions were cut off": np.array([[0, 0, 0]]),
              "There was no blur across": np.array([[1, 1, 1]])})
check("stripes, moved by one pixel", blur_pool(1 - stripes), np.array([[0.25, 0.5, 0.5]]))

# %% task="blur_pool" role="test" points=10
random = np.random.default_rng()
for turn in range(30):
    h, w = (int(v) for v in random.integers(2, 11, 2))
    picture = random.normal(size=(h, w)) if turn % 2 else random.integers(0, 256, (h, w))
    expected = np.zeros((-(-h // 2), -(-w // 2)))
    for i, j in np.ndindex(*expected.shape):
        for a, b in np.ndindex(3, 3):
            row, column = min(max(2 * i + a - 1, 0), h - 1), min(max(2 * j + b - 1, 0), w - 1)
            expected[i, j] += (2 - abs(a - 1)) * (2 - abs(b - 1)) * picture[row, column] / 16
    given = picture.copy()
    require(f"a {h}x{w} image of {picture.dtype}", blur_pool(given), expected)
    require("the image is unchanged", given, picture)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 전역 풀링 (5점)

`global_pool(maps, kind)`를 완성하세요. `maps`의 형상은 `(batch, height, width, channels)`이고, 특징 맵마다 수 하나만 남겨 `(batch, channels)`를 반환합니다.
`kind`가 `"average"`이면 전역 평균 풀링(global average pooling), `"max"`이면 전역 최댓값 풀링(global max pooling)입니다. 그 밖에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Global pooling (5 points)

Complete `global_pool(maps, kind)`. The shape of `maps` is `(batch, height, width, channels)`; one number is left of each feature map, and the result is `(batch, channels)`.
With `kind` equal to `"average"` this is global average pooling, with `"max"` it is global max pooling. Raise `ValueError` for anything else.
"""

# %% [markdown] tags=["ko"] task="global_pool" role="hint"
r"""
네 축 가운데 결과에 남는 축은 무엇이고 사라지는 축은 무엇인가요?
"""

# %% [markdown] tags=["en"] task="global_pool" role="hint"
r"""
Which of the four axes are left in the result, and which disappear?
"""

# %% [markdown] tags=["ko"] task="global_pool" role="hint"
r"""
NumPy의 `mean`과 `max`는 `axis`에 튜플을 받아 여러 축을 한꺼번에 줄입니다. 높이는 1번, 너비는 2번 축입니다.
"""

# %% [markdown] tags=["en"] task="global_pool" role="hint"
r"""
NumPy's `mean` and `max` take a tuple as `axis` and reduce several axes at once. Height is axis 1, width is axis 2.
"""

# %% [markdown] tags=["ko"] task="global_pool" role="hint"
r"""
`kind`를 확인한 다음 `maps.mean(axis=(1, 2))`이나 `maps.max(axis=(1, 2))`를 반환하세요.
"""

# %% [markdown] tags=["en"] task="global_pool" role="hint"
r"""
Look at `kind` first, then return `maps.mean(axis=(1, 2))` or `maps.max(axis=(1, 2))`.
"""

# %% task="global_pool" role="solution"
def global_pool(maps, kind):
    ### BEGIN SOLUTION
    if kind not in ("average", "max"):
        raise ValueError(f'"average" or "max" expected, found {kind!r}')
    return maps.mean(axis=(1, 2)) if kind == "average" else maps.max(axis=(1, 2))
    ### END SOLUTION


# %% task="global_pool" role="check"
first = np.array([[1.0, 2.0], [3.0, 6.0]])
maps = np.stack([first, -first, 0 * first], axis=-1)[np.newaxis]  # (1, 2, 2, 3): one image, three feature maps
given = maps.copy()
two = np.array([[[[1], [2]]], [[[4], [9]]]])  # (2, 1, 2, 1): two images, one feature map
check("integers, two images, one map", global_pool(two, "average"), np.array([[1.5], [6.5]]),
      causes={"The fractions were cut off": np.array([[1], [6]]), "The batch was averaged, too": np.array([4.0]),
              "This is the largest value of each map": np.array([[2], [9]]),
              "The numbers were added up, but not divided": np.array([[3], [13]]),
              "Batch and height were averaged; height and width are the axes 1 and 2": np.array([[2.5], [5.5]]),
              "The channels were averaged; height and width are the axes 1 and 2": two[..., 0]})
check("average, one image, three maps", global_pool(given, "average"), np.array([[3.0, -3.0, 0.0]]),
      causes={"Width and channels were averaged; height and width are the axes 1 and 2": np.zeros((1, 2))})
check("max, one image, three maps", global_pool(given, "max"), np.array([[6.0, -1.0, 0.0]]),
      causes={"This is the mean of each map": np.array([[3, -3, 0]]),
              "A map may be negative everywhere: its maximum is then negative, too": np.array([[6, 0, 0]])})
check("the maps that were passed in are unchanged", given, maps)
check_raises(ValueError, global_pool, maps, "median")

# %% task="global_pool" role="test" points=4
random = np.random.default_rng()
for turn in range(20):
    n, h, w, c = (int(v) for v in random.integers((1, 2, 2, 1), (5, 7, 7, 6)))
    stack = random.normal(-1, 2, size=(n, h, w, c)) if turn % 2 else random.integers(-20, 9, (n, h, w, c))
    one_by_one = [[[float(v) for v in stack[i, :, :, k].ravel()] for k in range(c)] for i in range(n)]
    given = stack.copy()
    require(f"average of {n}x{h}x{w}x{c}", global_pool(given, "average"), np.array([[sum(values) / len(values) for values in row] for row in one_by_one]))
    require(f"max of {n}x{h}x{w}x{c}", global_pool(given, "max"), np.array([[max(values) for values in row] for row in one_by_one]))
    require("the maps are unchanged", given, stack)
require("max of negative maps", global_pool(np.full((2, 3, 4, 2), -5.0), "max"), np.full((2, 2), -5.0))

# %% task="global_pool" role="test" part="errors" points=1
for kind in ("sum", "min", "mean", "Max", ""):
    require_raises(ValueError, global_pool, np.ones((1, 2, 2, 1)), kind)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 출력부의 파라미터 (8점)

마지막 특징 맵의 형상 `map_shape`는 `(height, width, channels)`입니다. `kind`가 `"flatten"`이면 이것을 한 줄로 펼치고, `"average"`이면 전역 평균 풀링을 합니다. 그 뒤에
완전 연결층(fully connected layer)이 이어집니다. 은닉층의 유닛 수는 리스트 `hidden`에 차례로 들어 있고(빈 리스트일 수도 있습니다), 마지막 출력층의 유닛은 `classes`개입니다.
`head_parameters(map_shape, hidden, classes, kind)`는 출력부의 파라미터 수를 정수로 반환합니다. 모든 완전 연결층에는 편향(bias)이 있습니다. 그 밖의 `kind`에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. The parameters of a head (8 points)

The shape of the last feature maps, `map_shape`, is `(height, width, channels)`. With `kind` equal to `"flatten"` they are flattened to one row, with `"average"` they go through global average pooling. Then
fully connected layers follow. The list `hidden` has the number of units of each hidden layer, in order (it may be empty); the output layer at the end has `classes` units.
`head_parameters(map_shape, hidden, classes, kind)` returns the number of parameters of the head as an integer. All fully connected layers have biases. Raise `ValueError` for any other `kind`.
"""

# %% [markdown] tags=["ko"] task="head_parameters" role="hint"
r"""
입력이 3개이고 유닛이 2개인 완전 연결층을 그려 보세요. 선은 몇 개이고 편향은 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="head_parameters" role="hint"
r"""
Draw a fully connected layer with 3 inputs and 2 units. How many lines are there, and how many biases?
"""

# %% [markdown] tags=["ko"] task="head_parameters" role="hint"
r"""
첫 층의 입력은 펼치면 높이 × 너비 × 채널이고, 전역 평균 풀링을 하면 채널의 수입니다. 그다음 층의 입력은 바로 앞 층의 유닛 수입니다.
"""

# %% [markdown] tags=["en"] task="head_parameters" role="hint"
r"""
The first layer has height × width × channels inputs after flattening, and as many as channels after global average pooling. Each further layer has as many inputs as the layer before it has units.
"""

# %% [markdown] tags=["ko"] task="head_parameters" role="hint"
r"""
`for outputs in [*hidden, classes]:` 안에서 `(inputs + 1) * outputs`를 더하고 `inputs = outputs`로 넘기세요. `[*hidden, classes]`는 새 리스트이므로 `hidden`은 그대로입니다.
"""

# %% [markdown] tags=["en"] task="head_parameters" role="hint"
r"""
Within `for outputs in [*hidden, classes]:` add `(inputs + 1) * outputs`, then pass on by `inputs = outputs`. `[*hidden, classes]` is a new list, so `hidden` stays as it is.
"""

# %% task="head_parameters" role="solution"
def head_parameters(map_shape, hidden, classes, kind):
    ### BEGIN SOLUTION
    height, width, channels = map_shape
    if kind not in ("flatten", "average"):
        raise ValueError(f'"flatten" or "average" expected, found {kind!r}')
    inputs = height * width * channels if kind == "flatten" else channels
    total = 0
    for outputs in [*hidden, classes]:
        total += (inputs + 1) * outputs
        inputs = outputs
    return total
    ### END SOLUTION


# %% task="head_parameters" role="check"
check("2x3x4 flattened, 10 classes", head_parameters((2, 3, 4), [], 10, "flatten"), 250, integers=True,
      causes={"The biases are missing: one for each unit": 240,
              "There is one bias for each unit, not one for each layer": 241,
              "There is one bias for each unit, not one for each input": 264,
              "Height and width may differ": 170, "The output layer is missing": 0,
              "Flattening keeps every number: height times width times channels": 50})
check("2x3x4 averaged, 10 classes", head_parameters((2, 3, 4), [], 10, "average"), 50, integers=True,
      causes={"This is the head after flattening": 250, "One number is left of each map, not one of all": 20,
              "One number is left of each map, not one of each place": 70, "The biases are missing": 40})
check("2x3x4 flattened, 5 hidden units, 10 classes", head_parameters((2, 3, 4), [5], 10, "flatten"), 185,
      integers=True,
      causes={"The output layer is missing": 125, "The hidden layer is missing": 250,
              "The biases are missing": 170, "Only the output layer was counted": 60,
              "The inputs of the output layer are the units of the hidden layer before it": 375})
hidden = [4096, 4096]
check("the head of VGG-16", head_parameters((7, 7, 512), hidden, 1000, "flatten"), 123642856, integers=True)
check("the list is unchanged", hidden, [4096, 4096])
check("the head of ResNet-50", head_parameters((7, 7, 2048), [], 1000, "average"), 2049000, integers=True)
check_raises(ValueError, head_parameters, (2, 3, 4), [], 10, "max")

# %% task="head_parameters" role="test" points=7
random = np.random.default_rng()
for _ in range(40):
    map_shape = tuple(int(v) for v in random.integers((2, 2, 1), (9, 9, 30)))
    hidden = [int(v) for v in random.integers(1, 60, random.integers(0, 4))]
    classes = int(random.integers(2, 50))
    for kind, features in (("flatten", np.ones(map_shape).ravel()), ("average", np.ones(map_shape).mean(axis=(0, 1)))):
        count = 0
        for units in hidden + [classes]:
            weights, bias = np.ones((features.size, units)), np.ones(units)
            features = features @ weights + bias
            count += weights.size + bias.size
        require(f"head_parameters({map_shape}, {hidden}, {classes}, {kind!r})", head_parameters(map_shape, list(hidden), classes, kind), count, integers=True)

# %% task="head_parameters" role="test" part="errors" points=1
for kind in ("global", "max", "mean", "Flatten", ""):
    require_raises(ValueError, head_parameters, (3, 3, 4), [8], 5, kind)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 출력층 고르기 (8점)

`output_layer(problem)`은 풀려는 문제의 설명을 받아 출력층과 손실 함수(loss)를 고릅니다. 본문의 8절에 있는 표처럼 출력층은 활성화 함수가 없는(linear) 완전 연결층입니다. 분류라면 로짓(logits)을 냅니다.
키(key)가 다음 네 가지인 딕셔너리(dict)를 반환하세요.
- `"units"`: 출력층의 유닛 수(정수)
- `"loss_function"`: `"mean_squared_error"`, `"binary_crossentropy"`, `"sparse_categorical_crossentropy"` 가운데 하나. sparse는 정답이 클래스의 번호라는 뜻입니다.
- `"from_logits"`: 손실 함수가 로짓을 받으면 `True`, 로짓이라는 것이 없는 평균 제곱 오차에서는 `False`
- `"afterwards"`: 학습이 끝난 뒤 출력을 확률로 바꾸는 함수. `"softmax"`나 `"sigmoid"`이며, 출력이 그대로 답이면 `"nothing"`

문제의 종류는 다음과 같습니다.
- `{"kind": "classes", "count": 10}`: 클래스(class) `count`개 가운데 꼭 하나가 답입니다. 정답은 클래스의 번호(정수)로 주어집니다. 클래스마다 유닛을 하나씩 두며, 클래스가 2개일 때도 마찬가지입니다.
- `{"kind": "yes or no"}`: 답은 예 아니면 아니요입니다. 신경망은 수 하나만 내고, 이 수에서 '예'일 확률을 구합니다. 정답은 1 또는 0입니다.
- `{"kind": "labels", "count": 5}`: 사진에 레이블(label) `count`가지 중에서 맞는 것을 모두 붙입니다. 여러 개가 맞을 수도, 하나도 맞지 않을 수도 있습니다. 정답은 레이블마다 1 또는 0입니다.
- `{"kind": "numbers", "count": 4}`: 실수 `count`개를 예측합니다. 음수일 수도, 아주 클 수도 있습니다.
- `{"kind": "direction"}`: 나침반의 방향 $\theta$를 예측합니다. 359°와 1°는 거의 같은 방향이므로, 각도 하나가 아니라 단위원 위의 점 $(\cos\theta, \sin\theta)$를 정답으로 줍니다.

그 밖의 `"kind"`에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Choose the output layer (8 points)

`output_layer(problem)` is given the description of a problem and chooses the output layer and the loss. As in the table of section 8 of the lesson, the output layer is a fully connected layer without an activation (linear); for a classification it gives logits.
Return a dict with these four keys.
- `"units"`: how many units the output layer has (an integer)
- `"loss_function"`: one of `"mean_squared_error"`, `"binary_crossentropy"`, `"sparse_categorical_crossentropy"`. "Sparse" means that the truth is the number of the class.
- `"from_logits"`: `True` if the loss is given logits, `False` for the mean squared error, which knows no logits
- `"afterwards"`: the function that turns the outputs into probabilities when training is over: `"softmax"` or `"sigmoid"`, or `"nothing"` where the outputs themselves are the answer

These are the kinds of problems.
- `{"kind": "classes", "count": 10}`: exactly one of `count` classes is the answer. The truth is given as the number of the class (an integer). Each class has a unit of its own; this holds for 2 classes, too.
- `{"kind": "yes or no"}`: the answer is yes or no. The network gives one number only, from which the probability of yes is computed. The truth is 1 or 0.
- `{"kind": "labels", "count": 5}`: a photo gets all labels that fit, out of `count`. Several may fit, or none. The truth is 1 or 0 for each label.
- `{"kind": "numbers", "count": 4}`: `count` real numbers are predicted. They may be negative, or very large.
- `{"kind": "direction"}`: a compass direction $\theta$ is predicted. 359° and 1° are almost the same direction, so the truth is given not as one angle but as a point on the unit circle, $(\cos\theta, \sin\theta)$.

Raise `ValueError` for any other `"kind"`.
"""

# %% [markdown] tags=["ko"] task="output_layer" role="hint"
r"""
종류마다 정답의 예를 하나씩 적어 보세요. 번호 하나인가요, 1과 0의 목록인가요, 아무 실수나 되나요?
"""

# %% [markdown] tags=["en"] task="output_layer" role="hint"
r"""
Write down one truth for each kind. Is it the number of a class, a list of 1 and 0, or any real numbers?
"""

# %% [markdown] tags=["ko"] task="output_layer" role="hint"
r"""
확률의 합이 1이어야 하면 소프트맥스, 질문마다 따로 확률을 내면 시그모이드입니다. 출력층이 로짓을 내므로 교차 엔트로피에는 언제나 `from_logits=True`가 필요합니다.
"""

# %% [markdown] tags=["en"] task="output_layer" role="hint"
r"""
Where the probabilities must sum to 1 it is softmax; where each question has its own, sigmoid. As the output layer gives logits, a cross-entropy always needs `from_logits=True`.
"""

# %% [markdown] tags=["ko"] task="output_layer" role="hint"
r"""
`"yes or no"`는 레이블이 하나인 `"labels"`와 같고, `"direction"`은 수가 두 개인 `"numbers"`와 같습니다. `if`로 나누고, 마지막 줄에서 `ValueError`를 내세요.
"""

# %% [markdown] tags=["en"] task="output_layer" role="hint"
r"""
`"yes or no"` is `"labels"` with one label, and `"direction"` is `"numbers"` with two. Tell them apart by `if`, and raise `ValueError` in the last line.
"""

# %% task="output_layer" role="solution"
def output_layer(problem):
    ### BEGIN SOLUTION
    kind, count = problem["kind"], problem.get("count")
    if kind == "classes":  # exactly one is right: the probabilities sum to 1
        return {"units": count, "loss_function": "sparse_categorical_crossentropy",
                "from_logits": True, "afterwards": "softmax"}
    if kind in ("yes or no", "labels"):  # independent questions, a probability for each
        units = count if kind == "labels" else 1
        return {"units": units, "loss_function": "binary_crossentropy",
                "from_logits": True, "afterwards": "sigmoid"}
    if kind in ("numbers", "direction"):  # a cosine may be negative, as other numbers may
        units = count if kind == "numbers" else 2
        return {"units": units, "loss_function": "mean_squared_error",
                "from_logits": False, "afterwards": "nothing"}
    raise ValueError(f"unknown kind of problem: {kind!r}")
    ### END SOLUTION


# %% task="output_layer" role="check"
given = {"kind": "classes", "count": 10}
ten = {"units": 10, "loss_function": "sparse_categorical_crossentropy",
       "from_logits": True, "afterwards": "softmax"}
check("10 classes", output_layer(given), ten, integers=True,
      causes={"The output layer is linear, so a cross-entropy must be told that it gets logits":
              {**ten, "from_logits": False},
              "Exactly one class is right, so the probabilities must sum to 1": {**ten, "afterwards": "sigmoid"}})
check("the problem that was passed in is unchanged", given, {"kind": "classes", "count": 10})


def loss_for(truth):
    """Which loss takes a truth of this form."""
    if isinstance(truth, int):  # the number of the class
        return "sparse_categorical_crossentropy"
    return "binary_crossentropy" if set(truth) <= {0, 1} else "mean_squared_error"


truths = {"classes": 1, "yes or no": [1], "labels": [1, 1, 0], "numbers": [-3.5, 0.0, 70.0, 1.0],
          "direction": [-0.6, 0.8]}
for kind, truth in truths.items():
    units = 2 if kind == "classes" else len(truth)
    problem = {"kind": kind} if kind in ("yes or no", "direction") else {"kind": kind, "count": units}
    answer = output_layer(problem)
    check(f"{kind}: a dict", answer if answer is None else isinstance(answer, dict), True)
    check(f"{kind}: the keys", sorted(answer), ["afterwards", "from_logits", "loss_function", "units"])
    check(f"{kind}: the units", answer["units"], units, integers=True,
          causes={"direction": {"An angle jumps from 359 to 0; the point on the circle has two numbers": 1},
                  "classes": {"Each class has a unit of its own, even if there are two": 1},
                  "yes or no": {"One number is enough for a yes or no": 2}}.get(kind))
    check(f"{kind}: the loss for truths such as {truth}", answer["loss_function"], loss_for(truth))
    check(f"{kind}: whether the loss is given logits", answer["from_logits"], "crossentropy" in loss_for(truth),
          causes={"The output layer is linear, so a cross-entropy must be told that it gets logits": False,
                  "The mean squared error knows no logits": True})
    outputs = "softmax" if kind == "classes" else "sigmoid" if set(np.ravel(truth)) <= {0, 1} else "nothing"
    check(f"{kind}: what follows when training is over", str(answer["afterwards"]), outputs,
          causes={"Softmax gives numbers between 0 and 1 that sum to 1": "softmax",
                  "Sigmoid gives numbers between 0 and 1, each by itself": "sigmoid"})
check_raises(ValueError, output_layer, {"kind": "poem"})

# %% task="output_layer" role="test" points=7
random = np.random.default_rng()
sparse, binary, squared = "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error"
for count in (2, *(int(v) for v in random.integers(3, 500, 10))):
    for kind, loss, afterwards in (("classes", sparse, "softmax"), ("labels", binary, "sigmoid"), ("numbers", squared, "nothing")):
        given = {"kind": kind, "count": count}
        require(f"{count} {kind}", output_layer(given), dict(units=count, loss_function=loss, from_logits=loss != squared, afterwards=afterwards), integers=True)
        require("the problem is unchanged", given, {"kind": kind, "count": count})
require("one number", output_layer({"kind": "numbers", "count": 1}), dict(units=1, loss_function=squared, from_logits=False, afterwards="nothing"), integers=True)
require("yes or no", output_layer({"kind": "yes or no"}), dict(units=1, loss_function=binary, from_logits=True, afterwards="sigmoid"), integers=True)
require("direction", output_layer({"kind": "direction"}), dict(units=2, loss_function=squared, from_logits=False, afterwards="nothing"), integers=True)

# %% task="output_layer" role="test" part="errors" points=1
require_raises(ValueError, output_layer, {"kind": "song", "count": 3})
require_raises(ValueError, output_layer, {"kind": "number", "count": 3})

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 안정적인 소프트맥스 (10점)

`softmax(logits)`는 로짓(logits)의 **마지막 축**에 소프트맥스(softmax)를 적용하여 형상이 같은 배열을 반환합니다. 축은 1개 이상이면 몇 개든 됩니다.

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

로짓이 1000이나 −1000이어도 오버플로(overflow)나 NaN이 없어야 하고, NumPy의 경고도 나오지 않아야 합니다. 모든 로짓에서 같은 수를 빼도 확률은 변하지 않는다는 점을 이용하세요.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. A stable softmax (10 points)

`softmax(logits)` applies softmax over the **last axis** of the logits and returns an array of the same shape. There may be any number of axes, from 1 upwards.

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

Even for logits such as 1000 and −1000 there must be no overflow, no NaN and no warning by NumPy. Use the fact that the probabilities stay the same if one number is subtracted from all logits.
"""

# %% [markdown] tags=["ko"] task="softmax" role="hint"
r"""
로짓이 $1000, 1001, 1002$인 확률과 $0, 1, 2$인 확률은 어떻게 다른가요? 어느 쪽이 컴퓨터에서 안전한가요?
"""

# %% [markdown] tags=["en"] task="softmax" role="hint"
r"""
How do the probabilities for the logits $1000, 1001, 1002$ differ from those for $0, 1, 2$? Which are safe on a computer?
"""

# %% [markdown] tags=["ko"] task="softmax" role="hint"
r"""
마지막 축의 최댓값을 빼면 가장 큰 지수가 0이 되어 오버플로가 일어나지 않습니다. 최댓값은 행마다 따로 구해야 합니다.
"""

# %% [markdown] tags=["en"] task="softmax" role="hint"
r"""
With the maximum over the last axis subtracted, the largest exponent is 0 and nothing overflows. Each row needs a maximum of its own.
"""

# %% [markdown] tags=["ko"] task="softmax" role="hint"
r"""
`logits.max(axis=-1, keepdims=True)`는 축을 남기므로 그대로 뺄 수 있습니다. `np.exp`를 취하고, 같은 방법으로 구한 합으로 나누세요. `-=`로 빼면 입력이 바뀝니다.
"""

# %% [markdown] tags=["en"] task="softmax" role="hint"
r"""
`logits.max(axis=-1, keepdims=True)` keeps the axis, so it can be subtracted at once. Take `np.exp` and divide by the sum, found in the same way. Subtracting by `-=` would change the input.
"""

# %% task="softmax" role="solution"
def softmax(logits):
    ### BEGIN SOLUTION
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))  # the largest exponent is 0
    return exponents / exponents.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% task="softmax" role="check"
check("logits (0, ln 3)", softmax(np.array([0.0, np.log(3)])), np.array([0.25, 0.75]),
      causes={"The exponential is missing": np.array([0.0, 1.0]),
              "This is the sigmoid of each logit; softmax divides by the sum": np.array([0.5, 0.75]),
              "The exponentials were not divided by their sum": np.array([1.0, 3.0])})
pair = np.array([[0.0, np.log(3)], [5.0, 5.0]])
check("a batch of two", softmax(pair), np.array([[0.25, 0.75], [0.5, 0.5]]),
      causes={"The sum was taken over the whole batch": np.exp(pair) / np.exp(pair).sum(),
              "The sum was taken over the whole batch, not over each row": np.array([[0.1, 0.3], [0.3, 0.3]]),
              "The sum was taken over the first axis": np.exp(pair) / np.exp(pair).sum(axis=0)})
check("three axes", softmax(np.zeros((2, 3, 4))), np.full((2, 3, 4), 0.25),
      causes={"The sum was taken over axis 1, not over the last one": np.full((2, 3, 4), 1 / 3),
              "The sum was taken over all numbers": np.full((2, 3, 4), 1 / 24)})
large = np.array([[1000.0, 1000 + np.log(3)], [-1000.0, -1000.0]])
before = large.copy()
check("large and small logits", softmax(large), np.array([[0.25, 0.75], [0.5, 0.5]]),
      causes={"The exponentials overflow: subtract the largest logit first": np.full((2, 2), np.nan),
              "Each row needs a maximum of its own": np.array([[0.25, 0.75], [np.nan, np.nan]]),
              "Logits that are cut off lose their differences": np.full((2, 2), 0.5)})
check("the logits are unchanged", large, before)
with np.errstate(over="raise", invalid="raise", divide="raise"):  # a warning of NumPy becomes an error
    check("no warning, integer logits", softmax(np.array([1000, 0, -1000])), np.array([1.0, 0.0, 0.0]))

# %% task="softmax" role="test" points=6
random = np.random.default_rng()
for turn in range(30):
    shape = tuple(int(v) for v in random.integers(2, 6, random.integers(1, 5)))
    logits = random.normal(0, 2, size=shape) if turn % 2 else random.integers(-5, 6, shape)
    given, expected = logits.copy(), 1 / np.exp(logits[..., None, :] - logits[..., :, None]).sum(axis=-1)
    require(f"shape {shape}", softmax(given), expected)
    require("the logits are unchanged", given, logits)

# %% task="softmax" role="test" part="large" points=4
random = np.random.default_rng()
for _ in range(20):
    shape = tuple(int(v) for v in random.integers(2, 6, random.integers(1, 5)))
    logits = random.normal(0, 3000, size=shape)
    expected = 1 / np.exp(np.minimum(logits[..., None, :] - logits[..., :, None], 700)).sum(axis=-1)
    given = logits.copy()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = softmax(given)
    require(f"shape {shape}, logits of about 3000", found, expected)
    require("the logits are unchanged", given, logits)
levels = random.uniform(2000, 9000, 3)[:, None] * np.array([[1], [-1], [0]])
with np.errstate(over="raise", invalid="raise", divide="raise"):
    require("rows at very different heights", softmax(levels + np.log([1.0, 2.0, 5.0])), np.array([[0.125, 0.25, 0.625]] * 3))
    require("integer logits", softmax(np.array([[4000, 4000, -4000], [0, 0, 0]])), np.array([[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 로짓에서 바로 구하는 교차 엔트로피 (12점)

`cross_entropy(logits, labels)`는 교차 엔트로피(cross-entropy)의 배치 평균을 실수 하나로 반환합니다. `logits`는 `(batch, classes)`, `labels`는 정답 클래스의 번호이며 형상이 `(batch,)`인 정수 배열입니다.
로그는 자연로그입니다. 로짓이 $z$이고 정답이 $t$인 샘플(sample)의 손실은 다음과 같습니다.

$$-\ln p_t = \ln \sum_j e^{z_j} - z_t$$

소프트맥스를 구한 다음 로그를 취하면 $p_t$가 0이 될 때 무한대가 나옵니다. 오른쪽 식을 안정적으로 계산하세요. $m = \max_j z_j$일 때 $\ln \sum_j e^{z_j} = m + \ln \sum_j e^{z_j - m}$입니다.
이번에도 오버플로, NaN, 경고가 없어야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Cross-entropy straight from the logits (12 points)

`cross_entropy(logits, labels)` returns the cross-entropy, averaged over the batch, as one floating-point number. `logits` is `(batch, classes)`; `labels` has the numbers of the right classes, an integer array of shape `(batch,)`.
The logarithm is the natural one. An example with logits $z$ and right class $t$ has the loss

$$-\ln p_t = \ln \sum_j e^{z_j} - z_t$$

If you take softmax first and then the logarithm, the loss is infinite where $p_t$ becomes 0. Compute the right-hand side in a stable way: with $m = \max_j z_j$ we have $\ln \sum_j e^{z_j} = m + \ln \sum_j e^{z_j - m}$.
Again there must be no overflow, no NaN and no warning.
"""

# %% [markdown] tags=["ko"] task="cross_entropy" role="hint"
r"""
샘플이 하나뿐이라면 $\ln \sum_j e^{z_j} - z_t$를 어떻게 계산하나요? $z$에서 최댓값을 빼도 이 값은 왜 그대로일까요?
"""

# %% [markdown] tags=["en"] task="cross_entropy" role="hint"
r"""
How would you compute $\ln \sum_j e^{z_j} - z_t$ for a single example? Why does it stay the same if the maximum is subtracted from all of $z$?
"""

# %% [markdown] tags=["ko"] task="cross_entropy" role="hint"
r"""
행마다 최댓값을 뺀 `shifted`로 두 항을 모두 계산하면 $m$을 다시 더하지 않아도 됩니다. 각 행에서 정답의 로짓 하나씩을 어떻게 꺼내나요?
"""

# %% [markdown] tags=["en"] task="cross_entropy" role="hint"
r"""
If both terms are computed from `shifted`, the logits minus the maximum of their row, there is no need to add $m$ back. How do you pick one logit from each row, that of the right class?
"""

# %% [markdown] tags=["ko"] task="cross_entropy" role="hint"
r"""
`shifted[np.arange(len(labels)), labels]`가 행마다 하나씩 꺼냅니다. `np.log(np.exp(shifted).sum(axis=1))`에서 이것을 빼고 평균을 내세요.
"""

# %% [markdown] tags=["en"] task="cross_entropy" role="hint"
r"""
`shifted[np.arange(len(labels)), labels]` picks one from each row. Subtract it from `np.log(np.exp(shifted).sum(axis=1))` and take the mean.
"""

# %% task="cross_entropy" role="solution"
def cross_entropy(logits, labels):
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sums - shifted[np.arange(len(labels)), labels]).mean())
    ### END SOLUTION


# %% task="cross_entropy" role="check"
check("two equal logits", cross_entropy(np.array([[0.0, 0.0]]), np.array([0])), float(np.log(2)),
      causes={"The sign is wrong: a loss is positive": -float(np.log(2)),
              "The logarithm has the base 2; it should be the natural one": 1.0,
              "This is minus the probability; its logarithm is missing": -0.5,
              "The exponentials must be added up, not averaged": 0.0,
              "It was divided by the number of classes as well": float(np.log(2) / 2)})
pair = np.array([[0.0, np.log(3)], [5.0, 5.0]])  # probabilities (1/4, 3/4) and (1/2, 1/2)
check("probability 1/4", cross_entropy(pair[:1], np.array([0])), float(np.log(4)),
      causes={"This is the loss of the other class": float(np.log(4 / 3))})
check("a batch of two: the mean of ln 4 and ln 2", cross_entropy(pair, np.array([0, 1])), float(np.log(8) / 2),
      causes={"This is the sum over the batch, not the mean": float(np.log(8)),
              "A loss for each example came back, not their mean": np.log([4.0, 2.0]),
              "`[:, labels]` takes every label for every example; one is wanted for each":
              float(np.log(4) + np.log(4 / 3) + 2 * np.log(2)) / 4})
sure = np.array([[1000.0, 0.0], [0.0, 1000.0]])
check("both sure, one wrong and one right", cross_entropy(sure, np.array([1, 1])), 500.0,
      causes={"A probability became 0, or an exponential overflowed: take the largest logit out first":
              float("inf"),
              "The exponentials overflow: take the largest logit out first": float("nan"),
              "A probability that is cut off cuts off the loss": float(-np.log(1e-7) / 2)})
large = np.array([[1000.0, 1000.0], [-1000.0, -1000.0]])
check("large and small logits", cross_entropy(large, np.array([0, 1])), float(np.log(2)),
      causes={"Each row needs a maximum of its own": float("-inf")})
check("the logits are unchanged", large, np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]))
labels = np.array([0])
with np.errstate(over="raise", invalid="raise", divide="raise"):  # a warning of NumPy becomes an error
    check("no warning, integer logits", cross_entropy(np.array([[-1000, 1000]]), labels), 2000.0)
check("the labels are unchanged", labels, np.array([0]))

# %% task="cross_entropy" role="test" points=7
random = np.random.default_rng()
for turn in range(30):
    batch, classes = (int(v) for v in random.integers((2, 2), (9, 8)))
    labels = random.integers(0, classes, batch)
    logits = random.normal(0, 2, size=(batch, classes)) if turn % 2 else random.integers(-5, 6, (batch, classes))
    expected = sum(float(np.logaddexp.reduce(row) - row[label]) for row, label in zip(logits, labels)) / batch
    given, truth = logits.copy(), labels.copy()
    require(f"{batch} examples, {classes} classes", cross_entropy(given, truth), expected)
    require("the logits are unchanged", given, logits)
    require("the labels are unchanged", truth, labels)

# %% task="cross_entropy" role="test" part="large" points=5
random = np.random.default_rng()
for turn in range(20):
    batch, classes = (int(v) for v in random.integers((2, 2), (9, 8)))
    labels = random.integers(0, classes, batch)
    logits = random.normal(0, 3000, size=(batch, classes)) + random.normal(0, 3000, size=(batch, 1))
    expected = sum(float(np.logaddexp.reduce(row) - row[label]) for row, label in zip(logits, labels)) / batch
    given = logits.copy()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = cross_entropy(given, labels)
    require(f"{batch} examples, {classes} classes, logits of about 3000", found, expected)
    require("the logits are unchanged", given, logits)
require("all sure and wrong", cross_entropy(np.array([[5000.0, 0.0, 0.0]] * 4), np.array([1, 2, 1, 2])), 5000.0)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 오류 찾기 (8점)

친구가 출력층을 경사 하강법으로 한 단계 학습시키는 함수를 작성했습니다. 로짓은 $z = xW + b$이고, 손실은 교차 엔트로피의 **배치 평균**입니다. 샘플 하나의 손실을 $L$이라고 하면
$\partial L / \partial z_k = p_k - 1$($k$가 정답일 때) 또는 $p_k$(정답이 아닐 때)입니다. `features`는 `(batch, inputs)`, `labels`는 `(batch,)`, `weights`는 `(inputs, classes)`, `bias`는 `(classes,)`이고(뒤의 둘은 언제나 실수 배열입니다), 새 `weights`와 새 `bias`를 튜플로 반환합니다.

샘플을 하나씩 주면 잘 배웁니다. 그런데 여러 개를 한 배치로 주면 손실이 줄지 않고, 배치가 클수록 한 번에 가중치가 바뀌는 폭이 커지며, 로짓이 큰 샘플과 작은 샘플을 함께 주면 작은 쪽 샘플의 확률이 모두 0이 된다고 합니다.
오류는 모두 네 가지이고, 모두 배치에 샘플이 둘 이상일 때만 드러납니다. 찾아서 고치세요.

```python
def train_step(features, labels, weights, bias, rate):
    logits = features @ weights + bias
    exponents = np.exp(logits - logits.max())
    error = exponents / exponents.sum()
    error[:, labels] -= 1
    weights = weights - rate * features.T @ error
    bias = bias - rate * error.sum(axis=0)
    return weights, bias
```
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Find the bugs (8 points)

A friend has written a function that trains an output layer for one step of gradient descent. The logits are $z = xW + b$, and the loss is the **mean over the batch** of the cross-entropy. For the loss $L$ of one example,
$\partial L / \partial z_k = p_k - 1$ (where $k$ is the right class) or $p_k$ (where it is not). `features` is `(batch, inputs)`, `labels` is `(batch,)`, `weights` is `(inputs, classes)`, `bias` is `(classes,)` (the last two are always arrays of floats); the function returns the new `weights` and the new `bias` as a tuple.

Given one example at a time, it learns well. But given several as a batch, the loss does not fall; the larger the batch, the larger the steps; and if examples with large logits and with small logits come together, all probabilities of the latter become 0.
There are four bugs, and each shows only if a batch has two or more examples. Find and fix them.

```python
def train_step(features, labels, weights, bias, rate):
    logits = features @ weights + bias
    exponents = np.exp(logits - logits.max())
    error = exponents / exponents.sum()
    error[:, labels] -= 1
    weights = weights - rate * features.T @ error
    bias = bias - rate * error.sum(axis=0)
    return weights, bias
```
"""

# %% [markdown] tags=["ko"] task="train_step" role="hint"
r"""
샘플이 둘일 때 `logits.max()`와 `exponents.sum()`은 수 몇 개인가요? 몇 개여야 하나요?
"""

# %% [markdown] tags=["en"] task="train_step" role="hint"
r"""
With two examples, how many numbers are `logits.max()` and `exponents.sum()`? How many should they be?
"""

# %% [markdown] tags=["ko"] task="train_step" role="hint"
r"""
`error[:, labels]`는 **모든** 행에서 `labels`의 모든 열을 고릅니다. 행마다 열 하나만 골라야 합니다. 네 번째 오류는 배치가 클수록 커지는 걸음에서 드러납니다. 손실은 합인가요, 평균인가요?
"""

# %% [markdown] tags=["en"] task="train_step" role="hint"
r"""
`error[:, labels]` picks all columns of `labels` in **every** row; it should be one column per row. The fourth bug shows in steps that grow with the batch: is the loss a sum or a mean?
"""

# %% [markdown] tags=["ko"] task="train_step" role="hint"
r"""
최댓값과 합에 `axis=1, keepdims=True`를 주고, `error[np.arange(len(labels)), labels] -= 1`로 고친 다음, `error`를 `len(labels)`로 나누세요.
"""

# %% [markdown] tags=["en"] task="train_step" role="hint"
r"""
Give the maximum and the sum `axis=1, keepdims=True`, write `error[np.arange(len(labels)), labels] -= 1`, and divide `error` by `len(labels)`.
"""

# %% task="train_step" role="solution"
def train_step(features, labels, weights, bias, rate):
    ### BEGIN SOLUTION
    logits = features @ weights + bias
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))  # each example has its own maximum
    error = exponents / exponents.sum(axis=1, keepdims=True)  # and its own probabilities
    error[np.arange(len(labels)), labels] -= 1  # one class for each example
    error /= len(labels)  # the loss is a mean
    weights = weights - rate * features.T @ error
    bias = bias - rate * error.sum(axis=0)
    return weights, bias
    ### END SOLUTION


# %% task="train_step" role="check"
features, labels = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0, 1])
weights, bias = np.zeros((2, 2)), np.array([0.0, np.log(3)])  # both examples: probabilities (1/4, 3/4)
check("one example", train_step(features[:1], labels[:1], weights, bias, 1.0),
      (np.array([[0.75, -0.75], [0.0, 0.0]]), np.array([0.75, np.log(3) - 0.75])),
      causes={"The step went uphill: subtract the gradient":
              (np.array([[-0.75, 0.75], [0.0, 0.0]]), np.array([-0.75, np.log(3) + 0.75])),
              "The probabilities must sum to 1 over the classes, not over the batch":
              (np.array([[0.0, -1.0], [0.0, 0.0]]), np.array([0.0, np.log(3) - 1])),
              "The new weights were computed, but the old ones returned":
              (np.zeros((2, 2)), np.array([0.75, np.log(3) - 0.75]))})
check("the weights given are unchanged", weights, np.zeros((2, 2)))
check("the bias given is unchanged", bias, np.array([0.0, np.log(3)]))
check("a batch of two", train_step(features, labels, weights, bias, 1.0),
      (np.array([[0.375, -0.375], [-0.25, 0.25]]), np.array([0.25, np.log(3) - 0.25])),
      causes={"The loss is the mean over the batch, this is the sum":
              (np.array([[0.75, -0.75], [-0.5, 0.5]]), np.array([0.5, np.log(3) - 0.5])),
              "This is what the friend's function gives":
              (np.array([[0.875, 0.625], [1.75, 1.25]]), np.array([1.75, np.log(3) + 1.25])),
              "The gradient of the bias was not divided by the size of the batch":
              (np.array([[0.375, -0.375], [-0.25, 0.25]]), np.array([0.5, np.log(3) - 0.5])),
              "The gradient of the bias was divided by the size of the batch twice":
              (np.array([[0.375, -0.375], [-0.25, 0.25]]), np.array([0.125, np.log(3) - 0.125])),
              "1 was subtracted at every label for every example":
              (np.array([[0.375, 0.125], [0.75, 0.25]]), np.array([0.75, np.log(3) + 0.25])),
              "The probabilities of each example sum to 1, not those of the batch":
              (np.array([[0.4375, -0.1875], [-0.125, 0.625]]), np.array([0.375, np.log(3) + 0.125]))})
check("the features and the labels are unchanged", (features, labels),
      (np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0, 1])))
check("features of integers", train_step(np.array([[2], [0]]), labels, np.ones((1, 2)), np.zeros(2), 1),
      (np.array([[1.5, 0.5]]), np.array([0.0, 0.0])))
far_apart = np.array([[1000.0], [-1000.0]])  # logits (1000, 1000) and (-1000, -1000)
check("large and small logits", train_step(far_apart, labels, np.ones((1, 2)), np.zeros(2), 1.0),
      (np.array([[501.0, -499.0]]), np.array([0.0, 0.0])),
      causes={"Each example needs a maximum of its own":
              (np.array([[np.nan, np.nan]]), np.array([np.nan, np.nan]))})

# %% task="train_step" role="test" points=5
random = np.random.default_rng()
for turn in range(30):
    n, inputs, classes = (int(v) for v in random.integers((1, 1, 2), (9, 6, 6)))
    x, y = random.normal(size=(n, inputs)) if turn % 2 else random.integers(-3, 4, (n, inputs)), random.integers(0, classes, n)
    w, b, rate = random.normal(size=(inputs, classes)), random.normal(size=classes), float(random.uniform(0.1, 2))
    new_w, new_b = w.copy(), b.copy()
    for example, label in zip(x, y):
        z = example @ w + b
        slope = np.exp(z - np.logaddexp.reduce(z)) - np.eye(classes)[label]
        new_w -= rate / n * np.outer(example, slope)
        new_b -= rate / n * slope
    given = [x.copy(), y.copy(), w.copy(), b.copy()]
    require(f"batch {n}, inputs {inputs}, classes {classes}", train_step(*given, rate), (new_w, new_b))
    for name, before, after in zip(("features", "labels", "weights", "bias"), (x, y, w, b), given):
        require(f"the {name} given are unchanged", after, before)

# %% task="train_step" role="test" part="large" points=3
random = np.random.default_rng()
for turn in range(15):
    n, inputs, classes = (int(v) for v in random.integers((2, 1, 2), (9, 6, 6)))
    x, y = random.normal(size=(n, inputs)) * random.choice([1.0, 1000.0], size=(n, 1)), random.integers(0, classes, n)
    w, b, rate = random.normal(size=(inputs, classes)), random.normal(size=classes), float(random.uniform(0.1, 2))
    new_w, new_b = w.copy(), b.copy()
    for example, label in zip(x, y):
        z = example @ w + b
        slope = np.exp(z - np.logaddexp.reduce(z)) - np.eye(classes)[label]
        new_w -= rate / n * np.outer(example, slope)
        new_b -= rate / n * slope
    require(f"batch {n}, inputs {inputs}, classes {classes}", train_step(x, y, w, b, rate), (new_w, new_b))
apart = np.array([[3000.0], [-3000.0], [0.0]])
require("three examples whose logits are far apart", train_step(apart, np.array([0, 0, 1]), np.ones((1, 2)), np.zeros(2), 0.3), (np.array([[1.0, 1.0]]), np.array([0.05, -0.05])))

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 클래스마다 활성화 맵 한 장 (7점)

전역 평균 풀링으로 끝나는 신경망은 클래스 활성화 맵(class activation map)을 클래스마다 한 장씩 그려 줄 수 있습니다(본문의 6절). `class_maps(network)`는 그런 맵을 내는 Keras 모델(`keras.Model`)을 반환합니다.
`network`는 특징 맵을 만드는 층들, `GlobalAveragePooling2D`, 그리고 활성화 함수가 없고 편향이 있는 `Dense` 출력층이 차례로 이어진 함수형(functional) 모델입니다.
반환하는 모델은 `network`와 같은 입력을 받아 형상이 `(batch, height, width, classes)`인 배열을 냅니다. `height`와 `width`는 풀링에 들어가는 특징 맵의 크기입니다.
- 맵을 높이와 너비에 걸쳐 **평균**하면 `network`의 로짓이 나와야 합니다. 그래서 편향도 맵의 자리마다 들어갑니다.
- 한 자리의 값은 그 자리의 특징에서만 나옵니다. 학습은 하지 않습니다. 가중치는 `network`의 것을 씁니다.
- `network` 자체는 그대로 두세요.

아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. An activation map for each class (7 points)

A network that ends in global average pooling can draw a class activation map for each class (section 6 of the lesson). `class_maps(network)` returns a Keras model (`keras.Model`) that gives such maps.
The `network` is a functional model of layers that make feature maps, followed by `GlobalAveragePooling2D` and by an output layer, `Dense` without an activation and with biases.
The model that you return takes the same input as `network` and gives an array of shape `(batch, height, width, classes)`, where `height` and `width` are those of the feature maps that enter the pooling.
- The **mean** of the maps over height and width must be the logits of `network`. So the bias is part of every place of the maps.
- The value at a place comes from the features at that place only. Nothing is trained: use the weights of `network`.
- Leave `network` itself as it is.

The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras


def network_of(side, channels, classes, name, random):
    """A small network for pictures of side x side with random weights, whose last maps have half that side."""
    pictures = keras.Input((side, side, 1))
    maps = keras.layers.Conv2D(channels, 3, padding="same", activation="relu")(pictures)
    means = keras.layers.GlobalAveragePooling2D()(keras.layers.MaxPooling2D(2)(maps))
    network = keras.Model(pictures, keras.layers.Dense(classes)(means), name=name)
    network.set_weights([random.normal(size=w.shape).astype("float32") for w in network.get_weights()])
    return network

# %% [markdown] tags=["ko"] task="class_maps" role="hint"
r"""
출력층은 채널의 평균 `c`개에 가중치를 곱해 더합니다. 평균을 내기 **전에**, 자리마다 있는 채널 `c`개에 같은 일을 하면 무엇이 나오나요?
"""

# %% [markdown] tags=["en"] task="class_maps" role="hint"
r"""
The output layer multiplies the `c` means of the channels by weights and adds up. What comes out if the same is done **before** the means are taken, to the `c` channels of each place?
"""

# %% [markdown] tags=["ko"] task="class_maps" role="hint"
r"""
`network.layers`의 마지막은 출력층, 그 앞은 전역 평균 풀링입니다. 풀링에 들어가는 특징 맵은 `network.layers[-2].input`입니다. Keras의 `Dense`는 축이 네 개인 입력에서 마지막 축에만 적용됩니다.
"""

# %% [markdown] tags=["en"] task="class_maps" role="hint"
r"""
The last of `network.layers` is the output layer, before it stands the global average pooling. The feature maps that enter the pooling are `network.layers[-2].input`. On an input with four axes, `Dense` of Keras works on the last axis only.
"""

# %% [markdown] tags=["ko"] task="class_maps" role="hint"
r"""
학습된 층을 그대로 다시 불러 쓰면 가중치도 함께 옵니다. `head = network.layers[-1]`이면 `maps = head(network.layers[-2].input)`입니다. 이것으로 `keras.Model(network.input, maps)`를 만드세요.
"""

# %% [markdown] tags=["en"] task="class_maps" role="hint"
r"""
Call the trained layer itself once more and its weights come along. With `head = network.layers[-1]` it is `maps = head(network.layers[-2].input)`. From it, make `keras.Model(network.input, maps)`.
"""

# %% task="class_maps" role="solution"
def class_maps(network):
    ### BEGIN SOLUTION
    # Dense works on the last axis, so the trained layer gives at each place what it would give for the mean
    return keras.Model(network.input, network.layers[-1](network.layers[-2].input))
    ### END SOLUTION


# %% task="class_maps" role="check"
for side, channels, classes, kind in ((8, 4, 3, "float32"), (6, 2, 5, "int32")):
    random = np.random.default_rng(side)
    network = network_of(side, channels, classes, f"network_{side}", random)
    pictures = random.integers(-4, 5, (3, side, side, 1)).astype(kind)
    logits, count, original = np.array(network(pictures)), len(network.layers), network.get_weights()
    features = keras.Model(network.input, network.layers[-2].input)
    kernel, biases = original[-2:]
    model = class_maps(network)
    check("class_maps returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
    check("the network still has its layers and its weights", (len(network.layers), network.get_weights()),
          (count, original))
    found, seen = np.array(model(pictures)), np.array(features(pictures))
    check("the shape of the maps", found.shape, (3, side // 2, side // 2, classes),
          causes={"These are the logits: the maps were averaged before the output layer": (3, classes),
                  "These are the feature maps: the output layer is missing": (3, side // 2, side // 2, channels),
                  "The maps are to be those that enter the global pooling": (3, side, side, classes),
                  "The classes must be the last axis": (3, classes, side // 2, side // 2)})
    wanted = seen @ kernel + biases
    odds = np.exp(wanted - wanted.max(axis=-1, keepdims=True))
    check("the mean over all places gives the logits", found.mean(axis=(1, 2)), logits, rtol=1e-3, atol=1e-3,
          causes={"The biases are missing": logits - biases,
                  "The maps went through ReLU; they are logits": np.maximum(wanted, 0).mean(axis=(1, 2)),
                  "The maps went through softmax; they are logits":
                  (odds / odds.sum(axis=-1, keepdims=True)).mean(axis=(1, 2)),
                  "The sum gives the logits, the mean should": logits / (side // 2)**2})
    check("each place by itself", found, wanted, rtol=1e-3, atol=1e-3,
          causes={"All places have the same value: the mean was taken before the output layer":
                  np.broadcast_to(logits[:, None, None], found.shape)})

# %% task="class_maps" role="test" points=7
random = np.random.default_rng()
for turn in range(4):
    side, channels, classes = 2 * int(random.integers(2, 6)), int(random.integers(2, 6)), int(random.integers(2, 7))
    network = network_of(side, channels, classes, f"drawn_{turn}", random)
    pictures = random.normal(size=(2, side, side, 1)).astype("float32") if turn < 2 else random.integers(-9, 10, (2, side, side, 1)).astype("float32")
    original, count = [w.copy() for w in network.get_weights()], len(network.layers)
    model = class_maps(network)
    case = f"pictures of {side}x{side}, {channels} channels, {classes} classes"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: the network has its layers and weights", (len(network.layers), network.get_weights()), (count, original))
    seen = np.array(keras.Model(network.input, network.layers[-2].input)(pictures))
    found = np.array(model(pictures))
    require(f"{case}: the maps", found, np.einsum("nhwc,ck->nhwk", seen, original[-2]) + original[-1], rtol=1e-3, atol=1e-3)
    require(f"{case}: their mean", found.mean(axis=(1, 2)), np.array(network(pictures)), rtol=1e-3, atol=1e-3)

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 실험: 멀리 밀수록 더 달라질까 (5점)

본문에서는 그림을 3픽셀 밀었습니다. 더 멀리 밀면 특징은 더 많이 달라질까요?
아래 셀의 `distance(shift)`는 그림 40장을 오른쪽으로 `shift`픽셀 밀었을 때 특징이 움직인 거리를 원래 길이로 나눈 값입니다(40장의 평균).
특징은 무작위 커널의 합성곱, ReLU, $2 \times 2$ 최댓값 풀링 **두 번**, 전역 평균 풀링을 거쳐 나옵니다. 캔버스가 넓어서 잘리는 곳은 없습니다.
`shift`가 커질수록 이 값은 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 1에서 12까지의 정수에서 4, 5, 8을 포함하여 여섯 가지 이상을 골라 측정하세요.
`farther()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 이동의 리스트
- `"predicted"`: 이동마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 이동마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"`, `"neither"` 가운데 하나

결과가 예측과 달랐다면 왜 그런지 생각해 보세요. 값이 가장 작은 이동은 무엇이 특별한가요? 풀링을 한 번만 하면, 또는 풀링하기 전에 흐리게 하면 어떻게 될까요?
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. Experiment: does a longer way change more (5 points)

In the lesson, pictures were moved by 3 pixels. If they move further, do the features change more?
In the cell below, `distance(shift)` moves 40 pictures by `shift` pixels to the right; it is the distance by which the features have moved, divided by their original length (mean of the 40).
The features come out of a convolution with random kernels, a ReLU, $2 \times 2$ max pooling **twice**, and global average pooling. The canvas is wide, so nothing is cut.
As `shift` grows, will this number grow, fall or stay? Write down your prediction **before you measure**; then choose at least six whole numbers from 1 to 12, with 4, 5 and 8 among them, and measure.
`farther()` returns the record of the experiment as a dict.
- `"settings"`: the list of shifts that were tried
- `"predicted"`: a list with a prediction for each shift, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each shift
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, `"neither"`

If the result was not what you predicted, think about why. What is special about the shifts for which the number is smallest? What would happen with one pooling only, or with a blur before it?
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment

random = np.random.default_rng(2)
drawn, kernels = random.integers(0, 2, (40, 8, 8)).astype(float), random.normal(size=(3, 3, 6))


def features_of(pictures):
    """(n, height, width) -> (n, 6): a random convolution, ReLU, max pooling twice, global average pooling."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    maps = np.maximum(np.einsum("nhwab,abk->nhwk", windows, kernels), 0)
    for _ in range(2):
        n, height, width, channels = maps.shape
        maps = maps.reshape(n, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))
    return maps.mean(axis=(1, 2))


def distance(shift):
    """How far the features move, as a part of their length, if 40 pictures move `shift` pixels to the right."""
    start, moved = (features_of(np.pad(drawn, ((0, 0), (4, 4), (4 + by, 20 - by)))) for by in (0, int(shift)))
    return float((np.linalg.norm(moved - start, axis=1) / np.linalg.norm(start, axis=1)).mean())

# %% [markdown] tags=["ko"] task="farther" role="hint"
r"""
맵을 두 번 반으로 줄이면 맵의 한 칸은 입력의 몇 픽셀에 해당하나요? 그만큼 밀면 맵은 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="farther" role="hint"
r"""
When a map has been halved twice, to how many pixels of the input does one place of it correspond? What happens to the map if the picture moves by just that much?
"""

# %% [markdown] tags=["ko"] task="farther" role="hint"
r"""
`shifts = [1, 2, 4, 5, 6, 8]`처럼 고르고, 예측을 먼저 적은 다음 `[distance(shift) for shift in shifts]`로 측정하세요. 결론은 작은 이동에서 큰 이동으로 읽습니다.
"""

# %% [markdown] tags=["en"] task="farther" role="hint"
r"""
Choose shifts such as `shifts = [1, 2, 4, 5, 6, 8]`, write the prediction first, then measure with `[distance(shift) for shift in shifts]`. The conclusion is read from small shifts to large ones.
"""

# %% [markdown] tags=["ko"] task="farther" role="hint"
r"""
측정값을 한 줄로 출력하고 왼쪽에서 오른쪽으로 읽어 보세요. 4에서 5로 갈 때와 5에서 8로 갈 때 값은 커지나요, 작아지나요? 두 방향이 섞여 있으면 커진다고도 작아진다고도 할 수 없으므로, 네 낱말 가운데 하나가 남습니다.
"""

# %% [markdown] tags=["en"] task="farther" role="hint"
r"""
Print the measurements in one line and read them from left to right. Do they rise or fall from 4 to 5, and from 5 to 8? If both directions occur, they neither grow nor fall as a whole, and one of the four words is left.
"""

# %% task="farther" role="solution"
def farther():
    ### BEGIN SOLUTION
    shifts = [1, 2, 3, 4, 5, 6, 7, 8]
    return {
        "settings": shifts,
        "predicted": "grows",  # before measuring
        "measured": [distance(shift) for shift in shifts],
        "conclusion": "neither",  # 0 wherever the shift is a multiple of the two strides together, 2 * 2
    }
    ### END SOLUTION


# %% task="farther" role="check"
from_1_to_12 = lambda shift: shift in range(1, 13)
found = farther()
check_experiment("the experiment", found, measure=distance, settings=from_1_to_12, at_least_runs=6, tolerance=0.01)
for shift in (4, 5, 8):
    check(f"{shift} is among the shifts", shift in list(found["settings"]), True)

# %% task="farther" role="test" points=5
found = farther()
require_experiment("the experiment", found, measure=distance, settings=lambda shift: shift in range(1, 13), at_least_runs=6, tolerance=0.01)
for shift in (4, 5, 8):
    require(f"{shift} is among the shifts", shift in list(found["settings"]), True)
