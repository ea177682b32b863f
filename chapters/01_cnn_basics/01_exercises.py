# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 1장 연습 문제. MLP에서 CNN으로

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 모두 12문제, 100점, 약 2시간입니다. 문제 11만 Keras를 쓰고, 문제 12는 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 1 exercises. From the MLP to the CNN

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- There are 12 tasks with 100 points, for about 2 hours. Only task 11 uses Keras, and task 12 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %%
image = np.array([[1, 2, 3, 0, 1],
                  [0, 1, 2, 3, 0],
                  [1, 2, 3, 1, 1],
                  [2, 3, 0, 0, 1],
                  [0, 1, 1, 2, 3]])
kernel = np.array([[1, 0, 1],
                   [0, 1, 0],
                   [1, 0, 1]])
lopsided = np.array([[0, 1],
                     [2, 3]])

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 출력의 크기 (5점)

`output_size(width, size, padding, stride)`를 완성하세요. 입력의 너비, 커널의 크기, 패딩, 스트라이드는 모두 정수이고 결과도 정수(`int`)입니다.
커널이 패딩한 입력보다 크면 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. The size of the output (5 points)

Complete `output_size(width, size, padding, stride)`. The input's width, the kernel's size, the padding and the stride are integers, and so is the result (`int`).
Raise `ValueError` if the kernel is larger than the padded input.
"""

# %% [markdown] tags=["ko"] task="output_size" role="hint"
r"""
너비 5인 줄 위에 크기 3인 커널을 놓아 보세요. 왼쪽 끝이 놓일 수 있는 칸은 어디부터 어디까지인가요? 두 칸씩 움직이면 그중 어디가 남나요?
"""

# %% [markdown] tags=["en"] task="output_size" role="hint"
r"""
Lay a kernel of size 3 on a line of width 5. From which square to which can its left end lie? If it moves two squares at a time, which of these remain?
"""

# %% [markdown] tags=["ko"] task="output_size" role="hint"
r"""
패딩은 왼쪽과 오른쪽에 하나씩, 모두 두 번 들어갑니다. 왼쪽 끝은 0부터 (패딩한 너비 - 커널의 크기)까지 놓일 수 있습니다.
"""

# %% [markdown] tags=["en"] task="output_size" role="hint"
r"""
The padding counts twice, once on the left and once on the right. The left end can lie from 0 to (padded width - kernel size).
"""

# %% [markdown] tags=["ko"] task="output_size" role="hint"
r"""
그 사이를 `stride`칸씩 가며 세면 됩니다. 나누어떨어지지 않을 때 버림을 하는 정수 나눗셈 `//`을 쓰고, 처음 자리 0을 위해 1을 더하세요. 나누기 전에 `ValueError`부터 확인합니다.
"""

# %% [markdown] tags=["en"] task="output_size" role="hint"
r"""
Count from there in steps of `stride`: the whole-number division `//` drops the fraction, and 1 is added for the first place, 0. Look for the `ValueError` before you divide.
"""

# %% task="output_size" role="solution"
def output_size(width, size, padding, stride):
    ### BEGIN SOLUTION
    if size > width + 2 * padding:
        raise ValueError(f"a kernel of {size} does not fit into {width} + 2 * {padding}")
    return (width - size + 2 * padding) // stride + 1
    ### END SOLUTION


# %% task="output_size" role="check"
check("width 28, size 3, padding 0, stride 1", output_size(28, 3, 0, 1), 26, integers=True,
      causes={"The last 1 is missing: the first place counts, too": 25})
check("width 32, size 5, padding 2, stride 1", output_size(32, 5, 2, 1), 32,
      causes={"The padding was counted on one side only": 30, "The padding was forgotten": 28})
check("width 32, size 5, padding 0, stride 2", output_size(32, 5, 0, 2), 14,
      causes={"A fraction was rounded to the nearest or up: it must be dropped": 15})
check("width 34, size 5, padding 0, stride 2", output_size(34, 5, 0, 2), 15,
      causes={"A fraction was rounded to the nearest or up: it must be dropped": 16})
check("width 3, size 5, padding 1, stride 2", output_size(3, 5, 1, 2), 1)
check_raises(ValueError, output_size, 2, 5, 1, 1)

# %% task="output_size" role="test" points=4
random = np.random.default_rng()
for _ in range(100):
    width, size, padding, stride = (int(v) for v in random.integers((12, 1, 0, 1), (300, 12, 6, 6)))
    places = len(range(0, width + 2 * padding - size + 1, stride))
    require(f"output_size({width}, {size}, {padding}, {stride})", output_size(width, size, padding, stride), places, integers=True)
require("output_size(5, 7, 1, 3)", output_size(5, 7, 1, 3), 1)

# %% task="output_size" role="test" part="errors" points=1
require_raises(ValueError, output_size, 3, 7, 1, 1)
require_raises(ValueError, output_size, 10, 12, 0, 3)
require("a kernel as large as the padded input fits", output_size(3, 7, 2, 1), 1)

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 합성곱 (10점)

`convolve(image, kernel)`을 완성하세요. 딥러닝의 합성곱, 곧 교차 상관입니다. 패딩은 없고 스트라이드는 1입니다.
`image`의 형상은 `(height, width)`, `kernel`의 형상은 `(kernel_height, kernel_width)`이며 정사각형이 아닐 수도 있습니다. 정수 이미지에 실수 커널을 적용할 수도 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. Convolution (10 points)

Complete `convolve(image, kernel)`: the convolution of deep learning, which is cross-correlation, without padding and with stride 1.
The shape of `image` is `(height, width)`, that of `kernel` is `(kernel_height, kernel_width)`; neither need be square. An image of integers may meet a kernel of floating-point numbers.
"""

# %% [markdown] tags=["ko"] task="convolve" role="hint"
r"""
결과의 왼쪽 위 칸 하나만 먼저 계산해 보세요. `image`의 어느 부분을 잘라 `kernel`과 곱해야 하나요?
"""

# %% [markdown] tags=["en"] task="convolve" role="hint"
r"""
Compute only the upper left entry of the result first. Which part of `image` must be cut out and multiplied by `kernel`?
"""

# %% [markdown] tags=["ko"] task="convolve" role="hint"
r"""
자리 (i, j)에서는 `image[i:i + kernel_height, j:j + kernel_width]`를 씁니다. i와 j는 각각 몇까지 갈 수 있나요? 문제 1의 공식을 높이와 너비에 따로 쓰세요.
"""

# %% [markdown] tags=["en"] task="convolve" role="hint"
r"""
At place (i, j) it is `image[i:i + kernel_height, j:j + kernel_width]`. How far can i and j go? Use the formula of task 1 for height and width separately.
"""

# %% [markdown] tags=["ko"] task="convolve" role="hint"
r"""
`np.zeros((rows, columns))`로 결과를 만들고, 두 겹의 `for`문 안에서 `result[i, j] = (window * kernel).sum()`으로 채운 다음 반환하세요. `np.zeros`는 실수 배열을 만들므로 실수 커널의 소수점 아래도 잃지 않습니다.
"""

# %% [markdown] tags=["en"] task="convolve" role="hint"
r"""
Make the result with `np.zeros((rows, columns))`, fill it in two nested `for` loops by `result[i, j] = (window * kernel).sum()`, and return it. `np.zeros` makes an array of floats, so nothing behind the decimal point is lost.
"""

# %% task="convolve" role="solution"
def convolve(image, kernel):
    ### BEGIN SOLUTION
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    result = [[(image[i:i + height, j:j + width] * kernel).sum() for j in range(columns)] for i in range(rows)]
    return np.array(result)
    ### END SOLUTION


# %% task="convolve" role="check"
check("the lesson's example", convolve(image, kernel), np.array([[9, 7, 11], [6, 10, 4], [8, 6, 8]]),
      causes={"`@` is the product of matrices; here `*` multiplies number by number":
              np.array([[25, 26, 24], [22, 25, 18], [20, 22, 21]]),
              "Only the first row is filled: does `return` stand inside the loop?":
              np.array([[9, 7, 11], [0, 0, 0], [0, 0, 0]]),
              "Only the first number is filled: does `return` stand inside the loop?":
              np.array([[9, 0, 0], [0, 0, 0], [0, 0, 0]])})
check("a kernel that is not symmetric", convolve(image, lopsided),
      np.array([[5, 11, 13, 7], [9, 15, 12, 5], [15, 9, 1, 4], [6, 5, 8, 14]]),
      causes={"This is the result of the flipped kernel, the convolution of mathematics":
              np.array([[7, 13, 11, 5], [3, 9, 15, 10], [9, 15, 11, 5], [12, 10, 1, 4]]),
              "This is the result of the kernel with rows and columns swapped":
              np.array([[7, 13, 11, 5], [9, 15, 12, 4], [15, 9, 2, 5], [9, 4, 7, 13]])})
check("a kernel of 1 row and 3 columns", convolve(image[:2], np.array([[1, 0, -1]])),
      np.array([[-2, 2, 2], [-2, -2, 2]]))
check("an image of integers, a kernel of fractions", convolve(image[:3, :4], np.array([[1.5, 0], [0, -0.25]])),
      np.array([[1.25, 2.5, 3.75], [-0.5, 0.75, 2.75]]))
check("an image of fractions, a kernel of integers", convolve(image[:2, :3] / 4, np.array([[1], [2]])),
      np.array([[0.25, 1.0, 1.75]]))

# %% task="convolve" role="test" points=8
random = np.random.default_rng()
for _ in range(20):
    (h, w), (a, b) = random.integers(6, 12, 2), random.integers(1, 6, 2)
    picture, weights = random.normal(size=(h, w)), random.normal(size=(a, b))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (a, b))
    require(f"image {h}x{w}, kernel {a}x{b}", convolve(picture.copy(), weights.copy()), (windows * weights).sum(axis=(2, 3)))

# %% task="convolve" role="test" part="numbers" points=2
random = np.random.default_rng()
numbers = {"integers": lambda *shape: random.integers(-50, 50, shape), "fractions": lambda *shape: random.uniform(-50, 50, shape)}
for one, other in (("integers", "integers"), ("integers", "fractions"), ("fractions", "integers")):
    picture, weights = numbers[one](7, 8), numbers[other](3, 2)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 2))
    require(f"an image of {one}, a kernel of {other}", convolve(picture.copy(), weights.copy()), (windows * weights).sum(axis=(2, 3)))

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 커널 뒤집기 (5점)

`true_convolution(image, kernel)`은 수학에서 말하는 합성곱입니다. 커널을 위아래로도 좌우로도 뒤집은 다음 밉니다.
앞에서 만든 `convolve`를 불러 써도 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. Flip the kernel (5 points)

`true_convolution(image, kernel)` is the convolution of mathematics: the kernel is flipped upside down and left to right before it slides.
You may call the `convolve` that you have written.
"""

# %% [markdown] tags=["ko"] task="true_convolution" role="hint"
r"""
`kernel[::-1]`은 무엇을 뒤집나요? 작은 배열로 실행해 보세요.
"""

# %% [markdown] tags=["en"] task="true_convolution" role="hint"
r"""
What does `kernel[::-1]` flip? Try it with a small array.
"""

# %% [markdown] tags=["ko"] task="true_convolution" role="hint"
r"""
`[::-1]`은 한 축만 뒤집습니다. 두 축에 모두 쓰세요. 뒤집은 것을 새 이름에 담고 `kernel` 자체는 그대로 두세요.
"""

# %% [markdown] tags=["en"] task="true_convolution" role="hint"
r"""
`[::-1]` flips one axis. Use it on both. Give the flipped array a new name and leave `kernel` itself as it is.
"""

# %% task="true_convolution" role="solution"
def true_convolution(image, kernel):
    ### BEGIN SOLUTION
    return convolve(image, kernel[::-1, ::-1])
    ### END SOLUTION


# %% task="true_convolution" role="check"
flip_me = lopsided.copy()
check("a kernel that is not symmetric", true_convolution(image, flip_me),
      np.array([[7, 13, 11, 5], [3, 9, 15, 10], [9, 15, 11, 5], [12, 10, 1, 4]]),
      causes={"The kernel was not flipped":
              np.array([[5, 11, 13, 7], [9, 15, 12, 5], [15, 9, 1, 4], [6, 5, 8, 14]]),
              "The kernel was flipped upside down only":
              np.array([[9, 15, 9, 3], [5, 11, 14, 7], [11, 13, 9, 6], [14, 7, 2, 6]]),
              "The kernel was flipped left to right only":
              np.array([[3, 9, 15, 9], [7, 13, 13, 8], [13, 11, 3, 3], [4, 8, 7, 12]]),
              "The rows and columns of the kernel were swapped; it was not flipped":
              np.array([[7, 13, 11, 5], [9, 15, 12, 4], [15, 9, 2, 5], [9, 4, 7, 13]]),
              "The result was flipped, not the kernel":
              np.array([[14, 8, 5, 6], [4, 1, 9, 15], [5, 12, 15, 9], [7, 13, 11, 5]])})
check("the kernel that was passed in is unchanged", flip_me, lopsided)
check("fractions, and a kernel of 1 row", true_convolution(image[:3, :3] / 2, np.array([[1, 2, 4]])),
      np.array([[5.5], [2.0], [5.5]]))

# %% task="true_convolution" role="test" points=5
random = np.random.default_rng()
for number in range(10):
    picture, weights = random.normal(size=(7, 8)), random.normal(size=(3, 2))
    if number % 2:
        picture, weights = random.integers(-9, 9, (7, 8)), random.integers(-9, 9, (3, 2))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 2))
    expected = np.array([[sum(window[m, n] * weights[2 - m, 1 - n] for m in range(3) for n in range(2)) for window in row] for row in windows])
    require("image 7x8, kernel 3x2", true_convolution(picture.copy(), weights.copy()), expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 세 가지 패딩 (10점)

`pad_same(image, size, mode)`는 홀수인 커널 크기 `size`에 대하여, 스트라이드가 1인 합성곱을 해도 크기가 그대로이도록 `image`를 사방으로 패딩합니다.
- `"zeros"`는 테두리를 0으로 채웁니다.
- `"edge"`는 가장자리의 값을 바깥으로 이어 갑니다.
- `"reflect"`는 가장자리를 거울처럼 비춥니다. 가장자리 픽셀 자신은 되풀이하지 않습니다.

테두리의 너비는 이미지의 변보다 작다고 보아도 됩니다. 그 밖의 `mode`이거나 `size`가 짝수이면 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Three kinds of padding (10 points)

For an odd kernel size `size`, `pad_same(image, size, mode)` pads `image` on all sides so that a convolution with stride 1 keeps the size.
- `"zeros"` fills the frame with 0.
- `"edge"` continues the values at the edge outwards.
- `"reflect"` mirrors at the edge; the pixel at the edge itself is not repeated.

You may take it that the frame is narrower than the sides of the image. Raise `ValueError` for any other `mode`, and for an even `size`.
"""

# %% [markdown] tags=["ko"] task="pad_same" role="hint"
r"""
크기 3인 커널은 크기를 얼마나 줄이나요? 5이면? 그것을 양쪽에 똑같이 나누어 채우려면 테두리의 너비는 얼마여야 하나요?
"""

# %% [markdown] tags=["en"] task="pad_same" role="hint"
r"""
By how much does a kernel of size 3 shrink a picture? One of size 5? How wide must the frame be to make up for it equally on both sides?
"""

# %% [markdown] tags=["ko"] task="pad_same" role="hint"
r"""
테두리의 너비는 `size // 2`입니다. NumPy의 `np.pad`에는 `mode` 인자가 있습니다. `help(np.pad)`에서 세 가지 패딩에 맞는 이름을 찾아보세요.
"""

# %% [markdown] tags=["en"] task="pad_same" role="hint"
r"""
The frame is `size // 2` wide. NumPy's `np.pad` has an argument `mode`: look in `help(np.pad)` for the names that fit the three kinds.
"""

# %% [markdown] tags=["ko"] task="pad_same" role="hint"
r"""
`"zeros"`는 `np.pad`의 `"constant"`이고 나머지 둘은 이름이 같습니다. 거울의 `"symmetric"`은 가장자리 픽셀을 되풀이하므로 여기서 말하는 것이 아닙니다. 딕셔너리로 이름을 바꾸고, 딕셔너리에 없는 `mode`에서 `ValueError`를 내세요.
"""

# %% [markdown] tags=["en"] task="pad_same" role="hint"
r"""
`"zeros"` is `"constant"` in `np.pad`; the other two have the same names. The mirror called `"symmetric"` repeats the edge pixel and is not meant here. Translate the names with a dict, and raise `ValueError` for a `mode` that is not in it.
"""

# %% task="pad_same" role="solution"
def pad_same(image, size, mode):
    ### BEGIN SOLUTION
    modes = {"zeros": "constant", "edge": "edge", "reflect": "reflect"}
    if mode not in modes or size % 2 == 0:
        raise ValueError(f"an odd size and one of {', '.join(modes)} expected, found {size} and {mode!r}")
    return np.pad(image, size // 2, mode=modes[mode])
    ### END SOLUTION


# %% task="pad_same" role="check"
square = np.array([[1, 2, 3],
                   [4, 5, 6],
                   [7, 8, 9]])
check('"zeros", size 3', pad_same(square, 3, "zeros"),
      np.array([[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 7, 8, 9, 0], [0, 0, 0, 0, 0]]))
check('"edge", size 3', pad_same(square, 3, "edge"),
      np.array([[1, 1, 2, 3, 3], [1, 1, 2, 3, 3], [4, 4, 5, 6, 6], [7, 7, 8, 9, 9], [7, 7, 8, 9, 9]]))
check('"reflect", size 3', pad_same(square, 3, "reflect"),
      np.array([[5, 4, 5, 6, 5], [2, 1, 2, 3, 2], [5, 4, 5, 6, 5], [8, 7, 8, 9, 8], [5, 4, 5, 6, 5]]),
      causes={"The pixels at the edge themselves are repeated":
              np.array([[1, 1, 2, 3, 3], [1, 1, 2, 3, 3], [4, 4, 5, 6, 6], [7, 7, 8, 9, 9], [7, 7, 8, 9, 9]])})
check("fractions, size 5: the shape", pad_same(square / 2, 5, "zeros").shape, (7, 7))
check("fractions, size 5: the second row", pad_same(square / 2, 5, "reflect")[1],
      np.array([3.0, 2.5, 2.0, 2.5, 3.0, 2.5, 2.0]))
check_raises(ValueError, pad_same, square, 4, "zeros")
check_raises(ValueError, pad_same, square, 3, "wrap")

# %% task="pad_same" role="test" points=7
random = np.random.default_rng()
for size in (1, 3, 5, 7):
    half = size // 2
    inside = lambda i, n: {"edge": min(max(i, 0), n - 1), "reflect": n - 1 - abs(n - 1 - abs(i))}
    for kind, numbers in (("integers", lambda *shape: random.integers(-99, 100, shape)), ("fractions", lambda *shape: random.uniform(-99, 100, shape))):
        picture = numbers(*random.integers(5, 9, 2))
        for mode in ("zeros", "edge", "reflect"):
            expected = np.zeros((picture.shape[0] + 2 * half, picture.shape[1] + 2 * half))
            for i, j in np.ndindex(*expected.shape):
                row, column = i - half, j - half
                if mode != "zeros":
                    expected[i, j] = picture[inside(row, picture.shape[0])[mode], inside(column, picture.shape[1])[mode]]
                elif 0 <= row < picture.shape[0] and 0 <= column < picture.shape[1]:
                    expected[i, j] = picture[row, column]
            require(f"size {size}, {mode}, {kind}", pad_same(picture.copy(), size, mode), expected)

# %% task="pad_same" role="test" part="errors" points=3
for size in (2, 4, 6):
    require_raises(ValueError, pad_same, np.ones((7, 7)), size, "edge")
for mode in ("mirror", "maximum", "constant", "symmetric", "zero", "Edge", "mean", ""):
    require_raises(ValueError, pad_same, np.ones((5, 5)), 3, mode)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 패딩과 두 가지 스트라이드 (10점)

`convolve_strided(image, kernel, strides, padding)`을 완성하세요. 둘레에 0을 `padding`줄 두르고, `strides = (down, right)`에 따라 아래로는 `down`칸씩, 오른쪽으로는 `right`칸씩 움직입니다.
`kernel`은 정사각형이 아닐 수도 있습니다. 커널이 패딩한 이미지보다 높거나 넓으면 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Padding, and two strides (10 points)

Complete `convolve_strided(image, kernel, strides, padding)`: a frame of 0 that is `padding` wide, and moves by `strides = (down, right)`: `down` places downwards, `right` places to the right.
The `kernel` need not be square. Raise `ValueError` if it is higher or wider than the padded image.
"""

# %% [markdown] tags=["ko"] task="convolve_strided" role="hint"
r"""
스트라이드가 1인 결과에서 어떤 행과 어떤 열이 남는지 종이에 그려 보세요.
"""

# %% [markdown] tags=["en"] task="convolve_strided" role="hint"
r"""
Draw on paper which rows and which columns of the result for stride 1 remain.
"""

# %% [markdown] tags=["ko"] task="convolve_strided" role="hint"
r"""
스트라이드 1로 계산한 다음 `[::down, ::right]`로 골라내도 되고, 처음부터 `range(0, ..., down)`으로 건너뛰어도 됩니다. 테두리는 `np.pad(image, padding)`으로 두릅니다.
"""

# %% [markdown] tags=["en"] task="convolve_strided" role="hint"
r"""
You may compute with stride 1 and then pick by `[::down, ::right]`, or skip from the start with `range(0, ..., down)`. `np.pad(image, padding)` makes the frame.
"""

# %% [markdown] tags=["ko"] task="convolve_strided" role="hint"
r"""
순서에 주의하세요. 패딩, 크기 확인(`ValueError`), 합성곱, 골라내기의 차례입니다. 이미지를 먼저 골라내면 커널이 엉뚱한 픽셀을 봅니다.
"""

# %% [markdown] tags=["en"] task="convolve_strided" role="hint"
r"""
Mind the order: pad, compare the sizes (`ValueError`), convolve, pick. If the image is thinned out first, the kernel sees the wrong pixels.
"""

# %% task="convolve_strided" role="solution"
def convolve_strided(image, kernel, strides, padding):
    ### BEGIN SOLUTION
    down, right = strides
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]:
        raise ValueError(f"a kernel of {kernel.shape} does not fit into {padded.shape}")
    return convolve(padded, kernel)[::down, ::right]
    ### END SOLUTION


# %% task="convolve_strided" role="check"
check("strides (2, 2), padding 0", convolve_strided(image, kernel, (2, 2), 0), np.array([[9, 11], [8, 8]]),
      causes={"The stride was forgotten": np.array([[9, 7, 11], [6, 10, 4], [8, 6, 8]]),
              "The image was thinned out before the convolution, so the kernel saw other pixels": np.array([[8]])})
check("strides (1, 1), padding 1", convolve_strided(image, kernel, (1, 1), 1),
      np.array([[2, 4, 7, 2, 4], [4, 9, 7, 11, 1], [5, 6, 10, 4, 4], [5, 8, 6, 8, 4], [3, 3, 4, 3, 3]]),
      causes={"The padding was forgotten": np.array([[9, 7, 11], [6, 10, 4], [8, 6, 8]]),
              "The frame repeats the edge: it must be 0":
              np.array([[5, 8, 9, 6, 5], [6, 9, 7, 11, 3], [7, 6, 10, 4, 5], [6, 8, 6, 8, 8], [6, 4, 7, 7, 9]])})
check("strides (3, 2), padding 1", convolve_strided(image, kernel, (3, 2), 1), np.array([[2, 7, 4], [5, 6, 4]]),
      causes={"The two strides were swapped": np.array([[2, 2], [5, 4], [3, 3]]),
              "The stride downwards was used to the right, too": np.array([[2, 2], [5, 8]]),
              "The stride to the right was not used": np.array([[2, 4, 7, 2, 4], [5, 8, 6, 8, 4]]),
              "The padding was forgotten": np.array([[9, 11]])})
check("fractions, strides (1, 2), padding 1", convolve_strided(image[:3, :3] / 2, lopsided, (1, 2), 1),
      np.array([[1.5, 6.5], [0.5, 5.5], [1.5, 7.5], [0.5, 1.5]]))
check_raises(ValueError, convolve_strided, image, np.ones((6, 2)), (1, 1), 0)
check_raises(ValueError, convolve_strided, image, np.ones((2, 8)), (1, 1), 1)

# %% task="convolve_strided" role="test" points=8
random = np.random.default_rng()
for number in range(30):
    h, w, a, b, down, right, padding = (int(v) for v in random.integers((7, 7, 1, 1, 1, 1, 0), (13, 13, 6, 6, 5, 5, 4)))
    picture, weights = random.normal(size=(h, w)), random.normal(size=(a, b))
    if number % 3 == 0:
        picture = random.integers(-9, 9, (h, w))
    frame = np.zeros((h + 2 * padding, w + 2 * padding))
    frame[padding:padding + h, padding:padding + w] = picture
    expected = np.array([[(frame[i:i + a, j:j + b] * weights).sum() for j in range(0, frame.shape[1] - b + 1, right)] for i in range(0, frame.shape[0] - a + 1, down)])
    require(f"image {h}x{w}, kernel {a}x{b}, strides ({down}, {right}), padding {padding}", convolve_strided(picture.copy(), weights.copy(), (down, right), padding), expected)

# %% task="convolve_strided" role="test" part="errors" points=2
require_raises(ValueError, convolve_strided, np.ones((4, 9)), np.ones((5, 2)), (1, 1), 0)
require_raises(ValueError, convolve_strided, np.ones((9, 4)), np.ones((2, 5)), (2, 3), 0)
require("a kernel as large as the padded image fits", convolve_strided(np.ones((2, 3)), np.ones((4, 5)), (2, 2), 1), np.array([[6]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 여러 채널과 편향 (10점)

`convolve_channels(image, kernels, bias)`를 완성하세요. `image`는 `(height, width, channels)`, `kernels`는 `(size, size, channels, filters)`, `bias`는 `(filters,)`이고
결과는 `(out_height, out_width, filters)`입니다. 패딩은 없고 스트라이드는 1입니다. 이미지와 커널의 채널 수가 서로 다르면 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Several channels, and a bias (10 points)

Complete `convolve_channels(image, kernels, bias)`. `image` is `(height, width, channels)`, `kernels` is `(size, size, channels, filters)`, `bias` is `(filters,)`,
and the result is `(out_height, out_width, filters)`. No padding, stride 1. Raise `ValueError` if image and kernels differ in their number of channels.
"""

# %% [markdown] tags=["ko"] task="convolve_channels" role="hint"
r"""
특징 맵 한 장만 먼저 만들어 보세요. 필터 0은 채널마다 한 장씩의 커널을 가지고 있습니다. 그 결과들을 어떻게 합치나요?
"""

# %% [markdown] tags=["en"] task="convolve_channels" role="hint"
r"""
Make one feature map first. Filter 0 has one slice for each channel. How are their results put together?
"""

# %% [markdown] tags=["ko"] task="convolve_channels" role="hint"
r"""
필터 f의 특징 맵은 `convolve(image[:, :, c], kernels[:, :, c, f])`를 모든 채널 c에 대하여 더하고, 마지막에 `bias[f]`를 **한 번** 더한 것입니다.
"""

# %% [markdown] tags=["en"] task="convolve_channels" role="hint"
r"""
The map of filter f is the sum of `convolve(image[:, :, c], kernels[:, :, c, f])` over all channels c, with `bias[f]` added **once** at the end.
"""

# %% [markdown] tags=["ko"] task="convolve_channels" role="hint"
r"""
특징 맵들을 리스트에 모아 `np.stack(maps, axis=-1)`로 쌓으면 필터가 마지막 축이 됩니다. 채널 수의 비교는 `!=`로 하세요. 이미지의 채널이 더 많을 때도 더 적을 때도 오류입니다.
"""

# %% [markdown] tags=["en"] task="convolve_channels" role="hint"
r"""
Collect the maps in a list; `np.stack(maps, axis=-1)` makes the filters the last axis. Compare the numbers of channels with `!=`: too many are as wrong as too few.
"""

# %% task="convolve_channels" role="solution"
def convolve_channels(image, kernels, bias):
    ### BEGIN SOLUTION
    if image.shape[2] != kernels.shape[2]:
        raise ValueError(f"the image has {image.shape[2]} channels, the kernels have {kernels.shape[2]}")
    channels, filters = kernels.shape[2:]
    maps = []
    for f in range(filters):
        maps.append(sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(channels)) + bias[f])
    return np.stack(maps, axis=-1)
    ### END SOLUTION


# %% task="convolve_channels" role="check"
coloured = np.stack([image, 2 * image, image.T], axis=-1)
one = np.stack([kernel, 0 * kernel, 0 * kernel], axis=-1)  # looks at the first channel only
other = np.stack([kernel, kernel, -kernel], axis=-1)
two_kernels = np.stack([one, other], axis=-1)  # (3, 3, 3, 2)
first, second = np.array([[9, 7, 11], [6, 10, 4], [8, 6, 8]]), np.array([[18, 15, 25], [11, 20, 6], [13, 14, 16]])

found = convolve_channels(coloured, two_kernels, np.array([0, 0]))
check("shape", np.shape(found), (3, 3, 2), causes={"The filters must be the last axis": (2, 3, 3)})
check("first map, bias 0", found[:, :, 0], first)
check("second map, bias 0", found[:, :, 1], second,
      causes={"The sum over the channels became a mean": second / 3, "Only the first channel was used": first})
check("fractions, biases 0.5 and -1", convolve_channels(coloured / 2, two_kernels, np.array([0.5, -1])),
      np.stack([first / 2 + 0.5, second / 2 - 1], axis=-1),
      causes={"The bias was forgotten": np.stack([first / 2, second / 2], axis=-1),
              "The bias was added once for each channel": np.stack([first / 2 + 1.5, second / 2 - 3], axis=-1)})
check_raises(ValueError, convolve_channels, coloured[:, :, :2], two_kernels, np.zeros(2))
check_raises(ValueError, convolve_channels, coloured, two_kernels[:, :, :2], np.zeros(2))

# %% task="convolve_channels" role="test" points=7
random = np.random.default_rng()
for number in range(10):
    h, w, size, channels, filters = (int(v) for v in random.integers((6, 6, 1, 1, 1), (10, 10, 5, 5, 5)))
    picture, weights, bias = random.normal(size=(h, w, channels)), random.normal(size=(size, size, channels, filters)), random.normal(size=filters)
    if number % 3 == 0:
        picture = random.integers(-9, 9, (h, w, channels))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size), axis=(0, 1))  # (rows, columns, channels, size, size)
    require(f"image {h}x{w}x{channels}, {filters} kernels of {size}x{size}", convolve_channels(picture.copy(), weights.copy(), bias.copy()), np.einsum("ijcmn,mncf->ijf", windows, weights) + bias)

# %% task="convolve_channels" role="test" part="errors" points=3
for channels, expected in ((2, 3), (4, 3), (1, 5), (5, 1)):
    require_raises(ValueError, convolve_channels, np.ones((5, 5, channels)), np.ones((3, 3, expected, 1)), np.zeros(1))

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 파라미터 세기 (10점)

신경망이 층의 리스트로 주어집니다. 합성곱층은 `("conv", size, channels, filters)`, 완전 연결층은 `("dense", inputs, outputs)`, 풀링층은 `("pool", size)`,
배치 정규화는 `("batch_norm", channels)`입니다. 합성곱층과 완전 연결층에는 편향이 있습니다. `count_parameters(network)`는 파라미터의 총수를 정수로 반환합니다.
배치 정규화는 평균과 분산의 기록까지 모두 셉니다. 층이 하나도 없으면 0입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Count parameters (10 points)

A network is given as a list of layers: `("conv", size, channels, filters)` for a convolution, `("dense", inputs, outputs)` for a fully connected layer, `("pool", size)` for pooling,
`("batch_norm", channels)` for batch normalization. Convolutions and fully connected layers have biases. `count_parameters(network)` returns the number of all parameters, an integer.
Of batch normalization, count everything, its records of mean and variance included. Without any layer, the number is 0.
"""

# %% [markdown] tags=["ko"] task="count_parameters" role="hint"
r"""
필터 하나는 가중치가 몇 개인가요? 크기 3, 입력 채널 3인 필터를 그려 보세요. 편향은 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="count_parameters" role="hint"
r"""
How many weights has one filter? Draw one of size 3 that sees 3 channels. And how many biases?
"""

# %% [markdown] tags=["ko"] task="count_parameters" role="hint"
r"""
합성곱은 필터마다 size·size·channels개의 가중치와 편향 1개, 완전 연결층은 출력마다 inputs개의 가중치와 편향 1개입니다. 풀링층에는 파라미터가 없고, 배치 정규화는 채널마다 4개입니다.
"""

# %% [markdown] tags=["en"] task="count_parameters" role="hint"
r"""
A convolution has size·size·channels weights and 1 bias for each filter, a dense layer inputs weights and 1 bias for each output. Pooling has none, batch normalization 4 for each channel.
"""

# %% [markdown] tags=["ko"] task="count_parameters" role="hint"
r"""
`for kind, *numbers in network:`으로 이름과 수를 나누고, `kind`에 따라 `total`에 더한 다음 반복문이 **끝난 뒤에** 반환하세요.
"""

# %% [markdown] tags=["en"] task="count_parameters" role="hint"
r"""
Split name and numbers with `for kind, *numbers in network:`, add to `total` by `kind`, and return **after** the loop.
"""

# %% task="count_parameters" role="solution"
def count_parameters(network):
    ### BEGIN SOLUTION
    total = 0
    for kind, *numbers in network:
        if kind == "conv":
            size, channels, filters = numbers
            total += (size * size * channels + 1) * filters
        elif kind == "dense":
            inputs, outputs = numbers
            total += (inputs + 1) * outputs
        elif kind == "batch_norm":
            total += 4 * numbers[0]
    return total
    ### END SOLUTION


# %% task="count_parameters" role="check"
check("one convolution", count_parameters([("conv", 3, 5, 4)]), 184, integers=True,
      causes={"The biases were forgotten": 180, "The channels were forgotten": 40,
              "There is one bias for each filter, not for each channel": 185,
              "A kernel has size * size weights for each channel": 64})
check("one dense layer", count_parameters([("dense", 784, 10)]), 7850, causes={"The biases were forgotten": 7840})
check("batch normalization", count_parameters([("batch_norm", 16)]), 64,
      causes={"The records of mean and variance were not counted": 32})
lenet5 = [("conv", 5, 1, 6), ("pool", 2), ("conv", 5, 6, 16), ("pool", 2),
          ("dense", 400, 120), ("dense", 120, 84), ("dense", 84, 10)]
check("LeNet-5", count_parameters(lenet5), 61706, causes={"Only the first layer was counted": 156})
check("no layers", count_parameters([]), 0)

# %% task="count_parameters" role="test" points=10
random = np.random.default_rng()
for _ in range(30):
    network, total = [], 0
    for kind in random.choice(["conv", "dense", "pool", "batch_norm"], 6):
        if kind == "conv":
            size, channels, filters = (int(v) for v in random.integers(1, 20, 3))
            network.append(("conv", size, channels, filters))
            total += np.ones((size, size, channels, filters)).size + filters
        elif kind == "dense":
            inputs, outputs = (int(v) for v in random.integers(1, 200, 2))
            network.append(("dense", inputs, outputs))
            total += np.ones((inputs, outputs)).size + outputs
        elif kind == "batch_norm":
            network.append(("batch_norm", int(random.integers(1, 99))))
            total += 4 * network[-1][1]
        else:
            network.append(("pool", int(random.integers(2, 5))))
    require(str(network), count_parameters(network), total, integers=True)
require("no layers", count_parameters([]), 0)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 어느 픽셀을 볼까 (10점)

본문에서는 수용 영역의 크기를 구했습니다. 이번에는 **위치**입니다. 한 줄짜리 입력에 층을 차례로 적용합니다. 층은 `(size, stride, padding)`을 모은 리스트로 주어집니다.
`seen_by(layers, unit)`은 마지막 층의 `unit`번째 칸(0부터 셉니다)이 보는 입력 픽셀의 첫 번호와 끝 번호를 `(first, last)`로 반환합니다. 패딩 때문에 첫 번호가 음수이거나
끝 번호가 입력을 벗어날 수도 있는데, 그대로 두세요. 층이 없으면 `(unit, unit)`입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Which pixels does it see (10 points)

The lesson found the *size* of a receptive field. Now for its **place**. Layers are applied to an input of one line, one after the other; they are given as a list of `(size, stride, padding)`.
`seen_by(layers, unit)` returns `(first, last)`: the numbers of the first and the last input pixel that unit number `unit` of the last layer sees, counted from 0. Because of padding
the first may be negative and the last beyond the input: leave them so. Without layers it is `(unit, unit)`.
"""

# %% [markdown] tags=["ko"] task="seen_by" role="hint"
r"""
층이 하나이고 패딩이 없을 때, 칸 0은 어느 픽셀들을 보나요? 칸 1은요? 스트라이드가 2이면?
"""

# %% [markdown] tags=["en"] task="seen_by" role="hint"
r"""
With one layer and no padding, which pixels does unit 0 see? And unit 1? And with stride 2?
"""

# %% [markdown] tags=["ko"] task="seen_by" role="hint"
r"""
층 하나의 칸 u는 그 입력의 u·stride - padding번부터 시작하여 size개를 봅니다. 마지막 층에서 시작하여 **거꾸로** 한 층씩 내려오세요.
"""

# %% [markdown] tags=["en"] task="seen_by" role="hint"
r"""
Unit u of a layer sees size entries of its input, beginning with number u·stride - padding. Start at the last layer and go **backwards**, one layer at a time.
"""

# %% [markdown] tags=["ko"] task="seen_by" role="hint"
r"""
`first`와 `last`를 둘 다 `unit`에서 시작합니다. `reversed(layers)`의 각 층에서 `first = first * stride - padding`, `last = last * stride - padding + size - 1`로 바꿉니다.
"""

# %% [markdown] tags=["en"] task="seen_by" role="hint"
r"""
Start both `first` and `last` at `unit`. For each layer in `reversed(layers)`, set `first = first * stride - padding` and `last = last * stride - padding + size - 1`.
"""

# %% task="seen_by" role="solution"
def seen_by(layers, unit):
    ### BEGIN SOLUTION
    first = last = unit
    for size, stride, padding in reversed(layers):
        first = first * stride - padding
        last = last * stride - padding + size - 1
    return first, last
    ### END SOLUTION


# %% task="seen_by" role="check"
check("one layer of size 5, unit 0", seen_by([(5, 1, 0)], 0), (0, 4),
      causes={"The last pixel is one too far": (0, 5)})
check("size 3, stride 2, unit 3", seen_by([(3, 2, 0)], 3), (6, 8), causes={"The stride was forgotten": (3, 5)})
check("size 3, padding 1, unit 0", seen_by([(3, 1, 1)], 0), (-1, 1),
      causes={"The padding was forgotten": (0, 2), "A first number below 0 must be left as it is": (0, 1)})
two = [(5, 2, 2), (3, 1, 0)]
check("5 with stride 2 and padding 2, then 3, unit 4", seen_by(two, 4), (6, 14),
      causes={"The layers were gone through from the first to the last": (6, 12)})
check("the list of layers is unchanged", two, [(5, 2, 2), (3, 1, 0)])
check("no layers", seen_by([], 7), (7, 7))

# %% task="seen_by" role="test" points=10
random = np.random.default_rng()
for _ in range(50):
    layers = [tuple(int(v) for v in random.integers((1, 1, 0), (8, 4, 4))) for _ in range(random.integers(0, 6))]
    given = list(layers)
    unit = int(random.integers(0, 20))
    seen = {unit}  # one layer after the other, as a set
    for size, stride, padding in layers[::-1]:
        seen = {u * stride - padding + k for u in seen for k in (0, size - 1)}
    require(f"seen_by({layers}, {unit})", seen_by(given, unit), (min(seen), max(seen)))
    require("the list of layers is unchanged", given, layers)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 커널 설계 (5점)

모든 행이 왼쪽에서 오른쪽으로 갈수록 **어두워지는** 곳에서 양수를, 밝아지는 곳에서 음수를 내는 $3 \times 3$ 커널을 `darker_to_the_right()`가 반환하게 하세요.
어두워지는 정도는 행마다 달라도 됩니다. 밝기가 일정한 곳과 위아래로만 변하는 곳에서는 0이어야 합니다. 조건에 맞는 커널은 여러 가지이며, 어느 것이든 좋습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Design a kernel (5 points)

Let `darker_to_the_right()` return a $3 \times 3$ kernel that responds positively where every row of the picture gets **darker** from left to right, and negatively where it gets brighter.
The rows need not darken equally. The kernel must respond with 0 where brightness is constant, and where it changes only up and down. Several kernels do this; any of them will do.
"""

# %% [markdown] tags=["ko"] task="darker_to_the_right" role="hint"
r"""
밝은 픽셀은 큰 수입니다. 왼쪽이 크고 오른쪽이 작을 때 합이 양수가 되려면 왼쪽 열의 가중치는 어떤 부호여야 하나요?
"""

# %% [markdown] tags=["en"] task="darker_to_the_right" role="hint"
r"""
Bright pixels are large numbers. If the left is large and the right small, what sign must the weights of the left column have for a positive sum?
"""

# %% [markdown] tags=["ko"] task="darker_to_the_right" role="hint"
r"""
위아래로만 변할 때 0이 되려면 **각 행**의 가중치의 합이 0이어야 합니다. 본문의 경계 커널과 비교해 보세요.
"""

# %% [markdown] tags=["en"] task="darker_to_the_right" role="hint"
r"""
For 0 where brightness changes only up and down, the weights of **each row** must sum to 0. Compare with the edge kernel of the lesson.
"""

# %% task="darker_to_the_right" role="solution"
def darker_to_the_right():
    ### BEGIN SOLUTION
    return np.array([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
    ### END SOLUTION


# %% task="darker_to_the_right" role="check"
mine = darker_to_the_right()
check("shape", None if mine is None else np.shape(mine), (3, 3))
mine = np.array(mine, dtype=float).reshape(3, 3)
check("constant brightness 7", (mine * 7).sum(), 0.0)
check("rows of brightness 1, 5 and 3: no change from left to right", (mine * [[1], [5], [3]]).sum(), 0.0)
check("every row darkens by 9, 5, 1: the sign of the response", np.sign((mine * [9, 5, 1]).sum()), 1.0,
      causes={"This kernel looks for the opposite: brighter to the right": -1.0})
uneven = np.array([[9, 5, 1], [3, 2, 1], [9, 8, 1]])  # every row gets darker, each in its own way
check("darker to the right: the sign of the response", np.sign((mine * uneven).sum()), 1.0)
check("brighter to the right: the sign of the response", np.sign((mine * uneven[:, ::-1]).sum()), -1.0)

# %% task="darker_to_the_right" role="test" points=5
random = np.random.default_rng()
weights = darker_to_the_right()
require("shape", np.shape(weights), (3, 3))
weights = np.asarray(weights, float)
for _ in range(100):
    steps = np.sort(random.uniform(0, 9, (3, 3)) * random.choice([0.1, 1, 10], (3, 1)), axis=1)[:, ::-1]
    require("constant brightness", float((weights * random.uniform(0, 9)).sum()), 0.0, atol=1e-6)
    require("brightness that changes only up and down", float((weights * random.uniform(0, 9, (3, 1))).sum()), 0.0, atol=1e-6)
    require("darker to the right is positive", bool((weights * steps).sum() > 1e-9), True)
    require("brighter to the right is negative", bool((weights * steps[:, ::-1]).sum() < -1e-9), True)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 오류 찾기 (5점)

친구가 이미지를 흐리게 하는(blur) 함수를 작성했습니다. 안쪽 픽셀은 $3 \times 3$ 이웃의 평균으로 바꾸고 가장자리는 그대로 두려고 했습니다. 그런데 결과가
이상하고, 원래 그림까지 바뀌었다고 합니다. 정수 그림에서는 더 이상합니다. 오류를 모두 찾아 고치세요. 결과는 평균의 소수점 아래를 잃지 않아야 합니다.

```python
def blur(image):
    result = image
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
```
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Find the bugs (5 points)

A friend has written a function that blurs an image. It is to replace each inner pixel by the mean of its $3 \times 3$ neighbourhood and to leave the edge as it is. But the result
looks odd, and the friend's original picture has changed, too. With integer pictures it is odder still. Find and fix all bugs. The result must keep the fractions of the means.

```python
def blur(image):
    result = image
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
```
"""

# %% [markdown] tags=["ko"] task="blur" role="hint"
r"""
`result = image`는 새 배열을 만드나요? 그렇지 않다면 두 번째 픽셀의 평균을 낼 때 첫 번째 픽셀은 이미 어떻게 되어 있나요?
"""

# %% [markdown] tags=["en"] task="blur" role="hint"
r"""
Does `result = image` make a new array? If not, what has become of the first pixel by the time the mean of the second is taken?
"""

# %% [markdown] tags=["ko"] task="blur" role="hint"
r"""
`image.copy()`를 쓰면 원래 그림은 지켜집니다. 그러면 정수 배열에 평균 2.6을 넣으면 무엇이 남나요?
"""

# %% [markdown] tags=["en"] task="blur" role="hint"
r"""
`image.copy()` protects the original picture. And what is left of a mean of 2.6 that is put into an array of integers?
"""

# %% [markdown] tags=["ko"] task="blur" role="hint"
r"""
`image.astype(float)`는 언제나 새 실수 배열을 만듭니다. 이것을 `result`로 쓰면 두 오류가 함께 사라집니다.
"""

# %% [markdown] tags=["en"] task="blur" role="hint"
r"""
`image.astype(float)` always makes a new array, of floats. With it as `result`, both bugs are gone.
"""

# %% task="blur" role="solution"
def blur(image):
    ### BEGIN SOLUTION
    result = image.astype(float)  # a copy, because neighbours are read from the original; means are no integers
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
    ### END SOLUTION


# %% task="blur" role="check"
bright = np.array([[0, 0, 0, 0], [0, 81.0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
before = bright.copy()
check("one bright pixel", blur(bright), np.array([[0, 0, 0, 0], [0, 9, 9, 0], [0, 9, 9, 0], [0, 0, 0, 0]]),
      causes={"Later means were taken from pixels that had been changed already":
              np.array([[0, 0, 0, 0], [0, 9, 1, 0], [0, 10 / 9, 100 / 81, 0], [0, 0, 0, 0]]),
              "The neighbourhood ends one pixel too early":
              np.array([[0, 0, 0, 0], [0, 81 / 4, 81 / 4, 0], [0, 81 / 4, 81 / 4, 0], [0, 0, 0, 0]])})
check("the picture that was passed in is unchanged", bright, before)
whole = np.array([[0, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 3], [0, 0, 0, 0]])
check("a picture of integers", blur(whole.copy()),
      np.array([[0, 0, 0, 0], [0, 2, 7 / 3, 0], [0, 2, 7 / 3, 3], [0, 0, 0, 0]]),
      causes={"The fractions were cut off": np.array([[0, 0, 0, 0], [0, 2, 2, 0], [0, 2, 2, 3], [0, 0, 0, 0]]),
              "The pixels at the edge must stay as they are":
              np.array([[0, 0, 0, 0], [0, 2, 7 / 3, 0], [0, 2, 7 / 3, 0], [0, 0, 0, 0]])})

# %% task="blur" role="test" points=5
random = np.random.default_rng()
for kind in (float, int, float, int):
    picture = random.uniform(0, 255, tuple(random.integers(4, 9, 2))).astype(kind)
    given = picture.copy()
    expected = picture.astype(float)
    expected[1:-1, 1:-1] = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).mean(axis=(2, 3))
    require(f"a picture of {kind.__name__}", blur(given), expected)
    require("the picture is unchanged", given, picture)

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 그림을 옮기는 합성곱층 (10점)

합성곱층 하나로 그림을 옮길 수 있습니다. `shift_model(down, right)`은 `(batch, height, width, 1)`의 그림을 아래로 `down`칸, 오른쪽으로 `right`칸 옮기는 Keras 모델(`keras.Model`)을 반환합니다.
밀려 나간 픽셀은 사라지고, 빈 자리는 0이 됩니다. 두 수는 음수일 수도 있습니다(위로, 왼쪽으로). 모델은 `padding="same"`인 `Conv2D` 층 하나로 만들고, 편향은 쓰지 마세요.
높이와 너비가 정해지지 않은 그림을 받아야 하므로 입력은 `keras.Input((None, None, 1))`입니다. 학습은 하지 않습니다. 가중치는 여러분이 정합니다.
아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. A convolution that moves the picture (10 points)

A single convolution can move a picture. `shift_model(down, right)` returns a Keras model (`keras.Model`) that moves pictures `(batch, height, width, 1)` by `down` places downwards and `right` places to the right.
Pixels that are pushed out are lost, and the empty places become 0. Both numbers may be negative (upwards, to the left). Build the model from one `Conv2D` layer with `padding="same"` and without a bias.
It must take pictures of any height and width, so the input is `keras.Input((None, None, 1))`. Nothing is trained: you choose the weights.
The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras

# %% [markdown] tags=["ko"] task="shift_model" role="hint"
r"""
가운데가 1이고 나머지가 0인 $3 \times 3$ 커널은 그림을 어떻게 바꾸나요? 1을 한 칸 왼쪽으로 옮기면요?
"""

# %% [markdown] tags=["en"] task="shift_model" role="hint"
r"""
What does a $3 \times 3$ kernel that is 1 in the middle and 0 elsewhere do to a picture? And if the 1 moves one place to the left?
"""

# %% [markdown] tags=["ko"] task="shift_model" role="hint"
r"""
출력의 한 칸은 커널의 1이 놓인 입력 픽셀을 그대로 가져옵니다. 그림이 오른쪽으로 가려면 **왼쪽** 픽셀을 가져와야 합니다. 커널은 홀수 크기이고 가장 먼 이동까지 닿아야 합니다.
"""

# %% [markdown] tags=["en"] task="shift_model" role="hint"
r"""
Each place of the output fetches the input pixel on which the kernel's 1 lies. For the picture to move right, it must fetch from the **left**. The kernel has an odd size and must reach as far as the larger of the two moves.
"""

# %% [markdown] tags=["ko"] task="shift_model" role="hint"
r"""
`reach = max(abs(down), abs(right))`이면 크기는 `2 * reach + 1`이고, 형상이 `(size, size, 1, 1)`인 0의 배열에서 `[reach - down, reach - right]`만 1입니다. 층을 만든 뒤 `layer.set_weights([kernel])`로 넣으세요.
"""

# %% [markdown] tags=["en"] task="shift_model" role="hint"
r"""
With `reach = max(abs(down), abs(right))` the size is `2 * reach + 1`, and in an array of 0 with shape `(size, size, 1, 1)` only `[reach - down, reach - right]` is 1. Put them in with `layer.set_weights([kernel])` once the model is built.
"""

# %% task="shift_model" role="solution"
def shift_model(down, right):
    ### BEGIN SOLUTION
    reach = max(abs(down), abs(right))
    size = 2 * reach + 1
    kernel = np.zeros((size, size, 1, 1), "float32")
    kernel[reach - down, reach - right] = 1
    layer = keras.layers.Conv2D(filters=1, kernel_size=size, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel])
    return model
    ### END SOLUTION


# %% task="shift_model" role="check"
model = shift_model(1, 0)
check("shift_model returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
check("it has one set of weights, a kernel without a bias", len(model.get_weights()), 1,
      causes={"There is a bias as well: `use_bias=False` leaves it out": 2})
picture = np.arange(1, 26, dtype="float32").reshape(5, 5)


def moved(down, right):
    """The picture after the model."""
    return np.array(shift_model(down, right)(picture.reshape(1, 5, 5, 1)))[0, :, :, 0]


check("1 down", moved(1, 0), np.pad(picture, ((1, 0), (0, 0)))[:5],
      causes={"It moved up instead of down": np.pad(picture, ((0, 1), (0, 0)))[1:],
              "It moved to the right instead of down": np.pad(picture, ((0, 0), (1, 0)))[:, :5]})
check("2 to the right", moved(0, 2), np.pad(picture, ((0, 0), (2, 0)))[:, :5],
      causes={"It moved to the left": np.pad(picture, ((0, 0), (0, 2)))[:, 2:],
              "It moved down instead of to the right": np.pad(picture, ((2, 0), (0, 0)))[:5]})
check("1 up and 1 to the left", moved(-1, -1), np.pad(picture, ((0, 1), (0, 1)))[1:, 1:],
      causes={"It moved down and to the right": np.pad(picture, ((1, 0), (1, 0)))[:5, :5]})
check("not at all", moved(0, 0), picture)

# %% task="shift_model" role="test" points=10
random = np.random.default_rng()
moves = [(0, 0), (2, -1), (-3, 0), (0, 3), *(tuple(int(v) for v in random.integers(-4, 5, 2)) for _ in range(4))]
for down, right in moves:
    model = shift_model(down, right)
    case = f"shift_model({down}, {right})"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: one set of weights", len(model.get_weights()), 1)
    height, width = (int(v) for v in random.integers(6, 11, 2))
    pictures = random.normal(size=(2, height, width, 1)).astype("float32")
    expected = np.zeros_like(pictures)
    for i, j in np.ndindex(height, width):
        if 0 <= i - down < height and 0 <= j - right < width:
            expected[:, i, j] = pictures[:, i - down, j - right]
    require(f"{case}: pictures of {height}x{width}", np.array(model(pictures)), expected, atol=1e-6)
    (kernel,) = model.get_weights()
    model.set_weights([0 * kernel])
    require(f"{case}: with a kernel of 0", np.array(model(pictures)), 0 * expected, atol=1e-6)

# %% [markdown] tags=["ko"]
r"""
### 문제 12. 실험: 보이는 픽셀은 모두 똑같이 중요할까 (10점)

$3 \times 3$ 합성곱을 $n$층 쌓으면 한 칸은 한 변이 $2n + 1$인 정사각형을 봅니다. 그 안의 픽셀은 모두 똑같이 중요할까요?
아래 셀의 `used_part(depth)`는 층이 `depth`개일 때, 한 칸에 미치는 **영향의 90%를 담는** 가운데 정사각형의 한 변이 수용 영역의 한 변에서 차지하는 비율을 측정합니다(무작위 커널 다섯 벌의 평균).
층을 늘리면 이 값이 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 1층에서 32층까지의 깊이를 네 가지 이상 골라 측정하세요. 16층 이상이 하나는 있어야 합니다.
`deeper_stacks()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 깊이의 리스트
- `"predicted"`: 깊이마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 깊이마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`

결과가 예측과 달랐다면 왜 그런지 생각해 보세요. 이 현상은 유효 수용 영역(effective receptive field)이라고 합니다(Luo et al., NeurIPS 2016).
"""

# %% [markdown] tags=["en"]
r"""
### Task 12. Experiment: do all visible pixels count the same (10 points)

Above $n$ layers of $3 \times 3$ convolutions a unit sees a square of side $2n + 1$. Do all pixels in it count the same?
In the cell below, `used_part(depth)` measures for `depth` layers which fraction of the receptive field's side the central square has that holds **90% of the influence** on one unit (mean of five sets of random kernels).
With more layers, will it grow, fall or stay? Write down your prediction **before you measure**; then choose at least four depths from 1 to 32 layers, one of them 16 or more, and measure.
`deeper_stacks()` returns the record of the experiment as a dict.
- `"settings"`: the list of depths that were tried
- `"predicted"`: a list with a prediction for each depth, or one of `"grows"`, `"falls"`, `"stays"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each depth
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these

If the result was not what you predicted, think about why. This is known as the effective receptive field (Luo et al., NeurIPS 2016).
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def influence(depth, seed):
    """How much each pixel counts for one unit above `depth` random 3x3 convolutions: shares that sum to 1."""
    random = np.random.default_rng(seed)
    shares = np.ones((1, 1))
    for _ in range(depth):
        side, weights, padded = len(shares) + 2, random.uniform(0, 1, (3, 3)), np.pad(shares, 2)
        shares = sum(weights[m, n] * padded[m:m + side, n:n + side] for m in range(3) for n in range(3))
    return shares / shares.sum()


def used_part(depth):
    """Side of the central square with 90% of the influence, over that of the receptive field; mean of 5 seeds."""
    sides, depth = [], int(depth)
    for seed in range(5):
        shares, reach = influence(depth, seed), 0
        while shares[depth - reach:depth + reach + 1, depth - reach:depth + reach + 1].sum() < 0.9:
            reach += 1
        sides.append(2 * reach + 1)
    return float(np.mean(sides)) / (2 * depth + 1)

# %% [markdown] tags=["ko"] task="deeper_stacks" role="hint"
r"""
맨 가장자리의 픽셀에서 마지막 칸까지 가는 길은 몇 가지인가요? 가운데 픽셀에서는요? 두 층일 때 종이에 세어 보세요.
"""

# %% [markdown] tags=["en"] task="deeper_stacks" role="hint"
r"""
How many ways lead from a pixel at the very edge to the last unit? And from one in the middle? Count them on paper for two layers.
"""

# %% [markdown] tags=["ko"] task="deeper_stacks" role="hint"
r"""
`depths = [1, 4, 16, 32]`처럼 깊이를 고르고, 예측을 먼저 적은 다음 `[used_part(depth) for depth in depths]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="deeper_stacks" role="hint"
r"""
Choose depths such as `depths = [1, 4, 16, 32]`, write the prediction first, then measure with `[used_part(depth) for depth in depths]`.
"""

# %% task="deeper_stacks" role="solution"
def deeper_stacks():
    ### BEGIN SOLUTION
    depths = [1, 4, 16, 32]
    return {
        "settings": depths,
        "predicted": "stays",  # before measuring
        "measured": [used_part(depth) for depth in depths],
        "conclusion": "falls",
    }
    ### END SOLUTION


# %% task="deeper_stacks" role="check"
from_1_to_32 = lambda depth: depth in range(1, 33)
found = deeper_stacks()
check_experiment("the experiment", found, measure=used_part, settings=from_1_to_32, at_least_runs=4,
                 tolerance=0.01)
check("one depth is 16 or more", max(found["settings"]) >= 16, True)

# %% task="deeper_stacks" role="test" points=10
found = deeper_stacks()
require_experiment("the experiment", found, measure=used_part, settings=lambda depth: depth in range(1, 33), at_least_runs=4, tolerance=0.01)
require("one depth is 16 or more", bool(max(found["settings"]) >= 16), True)
