# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 1장 연습 문제. MLP에서 CNN으로

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 틀렸는지 알려 줍니다. 채점할 때는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
NumPy만 있으면 되고, 함수는 입력으로 받은 배열을 바꾸지 않아야 합니다. 모두 10문제, 100점, 약 90분입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 1 exercises. From the MLP to the CNN

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is wrong. Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
NumPy is all you need, and a function must not change the arrays that it is given. There are 10 tasks with 100 points, for about 90 minutes.
"""

# %%
import numpy as np

from course_lib.checks import check, check_raises, require, require_raises

image = np.array([[1, 2, 3, 0, 1],
                  [0, 1, 2, 3, 0],
                  [1, 2, 3, 1, 1],
                  [2, 3, 0, 0, 1],
                  [0, 1, 1, 2, 3]])
kernel = np.array([[1, 0, 1],
                   [0, 1, 0],
                   [1, 0, 1]])

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

# %% task="output_size" role="solution"
def output_size(width, size, padding, stride):
    ### BEGIN SOLUTION
    if size > width + 2 * padding:
        raise ValueError(f"a kernel of {size} does not fit into {width} + 2 * {padding}")
    return (width - size + 2 * padding) // stride + 1
    ### END SOLUTION


# %% task="output_size" role="check"
check("output_size(28, 3, 0, 1)", output_size(28, 3, 0, 1), 26)
check("output_size(28, 3, 0, 2)", output_size(28, 3, 0, 2), 13)
check("output_size(32, 5, 2, 1)", output_size(32, 5, 2, 1), 32)
check_raises(ValueError, output_size, 2, 5, 1, 1)

# %% task="output_size" role="test" points=5
random = np.random.default_rng()
for _ in range(100):
    width, size, padding, stride = (int(v) for v in random.integers((12, 1, 0, 1), (300, 12, 6, 6)))
    places = len(range(0, width + 2 * padding - size + 1, stride))
    require(f"output_size({width}, {size}, {padding}, {stride})", output_size(width, size, padding, stride), places)
require("output_size(5, 7, 1, 3)", output_size(5, 7, 1, 3), 1)
require_raises(ValueError, output_size, 3, 7, 1, 1)

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 합성곱 (15점)

`convolve(image, kernel)`을 완성하세요. 딥러닝의 합성곱, 곧 교차 상관입니다. 패딩은 없고 스트라이드는 1입니다.
`image`의 형상은 `(height, width)`, `kernel`의 형상은 `(kernel_height, kernel_width)`이며 정사각형이 아닐 수도 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. Convolution (15 points)

Complete `convolve(image, kernel)`: the convolution of deep learning, which is cross-correlation, without padding and with stride 1.
The shape of `image` is `(height, width)`, that of `kernel` is `(kernel_height, kernel_width)`; neither need be square.
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
check("convolve(image, kernel)", convolve(image, kernel), np.array([[9, 7, 11], [6, 10, 4], [8, 6, 8]]))
check("a kernel that is not symmetric", convolve(image, np.array([[0, 1], [2, 0]])),
      np.array([[2, 5, 4, 7], [3, 6, 9, 2], [6, 9, 1, 1], [3, 2, 2, 5]]))
check("a 1x3 kernel", convolve(image[:2], np.array([[1, 0, -1]])), np.array([[-2, 2, 2], [-2, -2, 2]]))

# %% task="convolve" role="test" points=15
random = np.random.default_rng()
for _ in range(20):
    (h, w), (a, b) = random.integers(6, 12, 2), random.integers(1, 6, 2)
    picture, weights = random.normal(size=(h, w)), random.normal(size=(a, b))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (a, b))
    require(f"image {h}x{w}, kernel {a}x{b}", convolve(picture.copy(), weights.copy()), (windows * weights).sum(axis=(2, 3)))

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

# %% task="true_convolution" role="solution"
def true_convolution(image, kernel):
    ### BEGIN SOLUTION
    return convolve(image, kernel[::-1, ::-1])
    ### END SOLUTION


# %% task="true_convolution" role="check"
check("true_convolution", true_convolution(image, np.array([[0, 1], [2, 3]])),
      np.array([[7, 13, 11, 5], [3, 9, 15, 10], [9, 15, 11, 5], [12, 10, 1, 4]]))

# %% task="true_convolution" role="test" points=5
random = np.random.default_rng()
for _ in range(10):
    picture, weights = random.normal(size=(7, 8)), random.normal(size=(3, 2))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 2))
    expected = np.array([[sum(window[m, n] * weights[2 - m, 1 - n] for m in range(3) for n in range(2)) for window in row] for row in windows])
    require("image 7x8, kernel 3x2", true_convolution(picture.copy(), weights.copy()), expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 세 가지 패딩 (10점)

`pad_same(image, size, mode)`는 홀수인 커널 크기 `size`에 대하여, 스트라이드 1의 합성곱 뒤에도 크기가 그대로이도록 `image`를 사방으로 패딩합니다.
- `"zeros"`는 테두리를 0으로 채웁니다.
- `"edge"`는 가장자리의 값을 바깥으로 이어 갑니다.
- `"reflect"`는 가장자리를 거울처럼 비춥니다. 가장자리 픽셀 자신은 되풀이하지 않습니다.

그 밖의 `mode`이거나 `size`가 짝수이면 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Three kinds of padding (10 points)

For an odd kernel size `size`, `pad_same(image, size, mode)` pads `image` on all sides so that a convolution with stride 1 keeps the size.
- `"zeros"` fills the frame with 0.
- `"edge"` continues the values at the edge outwards.
- `"reflect"` mirrors at the edge; the pixel at the edge itself is not repeated.

Raise `ValueError` for any other `mode`, and for an even `size`.
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
check('pad_same(image, 3, "zeros")', pad_same(image, 3, "zeros")[0], np.array([0, 0, 0, 0, 0, 0, 0]))
check('pad_same(image, 3, "edge")', pad_same(image, 3, "edge")[0], np.array([1, 1, 2, 3, 0, 1, 1]))
check('pad_same(image, 3, "reflect")', pad_same(image, 3, "reflect")[0], np.array([1, 0, 1, 2, 3, 0, 3]))
check_raises(ValueError, pad_same, image, 4, "zeros")
check_raises(ValueError, pad_same, image, 3, "mirror")

# %% task="pad_same" role="test" points=10
random = np.random.default_rng()
for size in (1, 3, 5, 7):
    picture = random.integers(1, 100, tuple(random.integers(5, 9, 2)))
    half = size // 2
    inside = lambda i, n: {"edge": min(max(i, 0), n - 1), "reflect": n - 1 - abs(n - 1 - abs(i))}
    for mode in ("zeros", "edge", "reflect"):
        expected = np.zeros((picture.shape[0] + 2 * half, picture.shape[1] + 2 * half), int)
        for i, j in np.ndindex(*expected.shape):
            row, column = i - half, j - half
            if mode != "zeros":
                expected[i, j] = picture[inside(row, picture.shape[0])[mode], inside(column, picture.shape[1])[mode]]
            elif 0 <= row < picture.shape[0] and 0 <= column < picture.shape[1]:
                expected[i, j] = picture[row, column]
        require(f"size {size}, {mode}", pad_same(picture.copy(), size, mode), expected)
require_raises(ValueError, pad_same, np.ones((5, 5)), 2, "edge")
require_raises(ValueError, pad_same, np.ones((5, 5)), 3, "wrap")

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 패딩과 스트라이드 (15점)

`convolve_strided(image, kernel, stride, padding)`을 완성하세요. 둘레에 0을 `padding`줄 두르고, 가로세로 모두 `stride`칸씩 움직입니다.
`kernel`은 정사각형입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Padding and stride (15 points)

Complete `convolve_strided(image, kernel, stride, padding)`: a frame of 0 that is `padding` wide, and moves of `stride` both down and to the right.
The `kernel` is square.
"""

# %% task="convolve_strided" role="solution"
def convolve_strided(image, kernel, stride, padding):
    ### BEGIN SOLUTION
    return convolve(np.pad(image, padding), kernel)[::stride, ::stride]
    ### END SOLUTION


# %% task="convolve_strided" role="check"
check("stride 2, padding 0", convolve_strided(image, kernel, 2, 0), np.array([[9, 11], [8, 8]]))
check("stride 1, padding 1", convolve_strided(image, kernel, 1, 1)[0], np.array([2, 4, 7, 2, 4]))
check("stride 2, padding 1", convolve_strided(image, kernel, 2, 1), np.array([[2, 7, 4], [5, 10, 4], [3, 4, 3]]))

# %% task="convolve_strided" role="test" points=15
random = np.random.default_rng()
for _ in range(30):
    h, w, size, stride, padding = (int(v) for v in random.integers((7, 7, 1, 1, 0), (13, 13, 6, 5, 4)))
    picture, weights = random.normal(size=(h, w)), random.normal(size=(size, size))
    frame = np.zeros((h + 2 * padding, w + 2 * padding))
    frame[padding:padding + h, padding:padding + w] = picture
    expected = np.array([[(frame[i:i + size, j:j + size] * weights).sum() for j in range(0, frame.shape[1] - size + 1, stride)] for i in range(0, frame.shape[0] - size + 1, stride)])
    require(f"image {h}x{w}, kernel {size}, stride {stride}, padding {padding}", convolve_strided(picture.copy(), weights.copy(), stride, padding), expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 여러 채널 (15점)

`convolve_channels(image, kernels)`를 완성하세요. `image`는 `(height, width, channels)`, `kernels`는
`(size, size, channels, filters)`이고 결과는 `(out_height, out_width, filters)`입니다. 패딩은 없고 스트라이드는 1입니다.
채널의 수가 서로 다르면 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Several channels (15 points)

Complete `convolve_channels(image, kernels)`. `image` is `(height, width, channels)`, `kernels` is
`(size, size, channels, filters)`, and the result is `(out_height, out_width, filters)`. No padding, stride 1.
Raise `ValueError` if the numbers of channels differ.
"""

# %% task="convolve_channels" role="solution"
def convolve_channels(image, kernels):
    ### BEGIN SOLUTION
    if image.shape[2] != kernels.shape[2]:
        raise ValueError(f"the image has {image.shape[2]} channels, the kernels have {kernels.shape[2]}")
    channels, filters = kernels.shape[2:]
    maps = [sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(channels)) for f in range(filters)]
    return np.stack(maps, axis=-1)
    ### END SOLUTION


# %% task="convolve_channels" role="check"
coloured = np.stack([image, 2 * image, image.T], axis=-1)
one = np.stack([kernel, 0 * kernel, 0 * kernel], axis=-1)  # looks at the first channel only
other = np.stack([kernel, kernel, -kernel], axis=-1)
two_kernels = np.stack([one, other], axis=-1)  # (3, 3, 3, 2)

found = convolve_channels(coloured, two_kernels)
check("shape", found.shape, (3, 3, 2))
check("first map", found[:, :, 0], np.array([[9, 7, 11], [6, 10, 4], [8, 6, 8]]))
check("second map", found[:, :, 1], np.array([[18, 15, 25], [11, 20, 6], [13, 14, 16]]))
check_raises(ValueError, convolve_channels, coloured[:, :, :2], two_kernels)

# %% task="convolve_channels" role="test" points=15
random = np.random.default_rng()
for _ in range(10):
    h, w, size, channels, filters = (int(v) for v in random.integers((6, 6, 1, 1, 1), (10, 10, 5, 5, 5)))
    picture, weights = random.normal(size=(h, w, channels)), random.normal(size=(size, size, channels, filters))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size), axis=(0, 1))  # (rows, columns, channels, size, size)
    require(f"image {h}x{w}x{channels}, {filters} kernels of {size}x{size}", convolve_channels(picture.copy(), weights.copy()), np.einsum("ijcmn,mncf->ijf", windows, weights))
require_raises(ValueError, convolve_channels, np.ones((5, 5, 2)), np.ones((3, 3, 3, 1)))

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 파라미터 세기 (10점)

신경망이 층의 리스트로 주어집니다. 합성곱층은 `("conv", size, channels, filters)`, 완전 연결층은 `("dense", inputs, outputs)`,
풀링층은 `("pool", size)`입니다. 합성곱층과 완전 연결층에는 편향이 있습니다. `count_parameters(network)`는 파라미터의 총수를 돌려줍니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Count parameters (10 points)

A network is given as a list of layers: `("conv", size, channels, filters)` for a convolution, `("dense", inputs, outputs)` for a fully connected layer,
`("pool", size)` for pooling. Convolutions and fully connected layers have biases. `count_parameters(network)` returns the number of all parameters.
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
    return total
    ### END SOLUTION


# %% task="count_parameters" role="check"
check("one convolution", count_parameters([("conv", 3, 3, 4)]), 112)
check("one dense layer", count_parameters([("dense", 784, 10)]), 7850)
lenet5 = [("conv", 5, 1, 6), ("pool", 2), ("conv", 5, 6, 16), ("pool", 2),
          ("dense", 400, 120), ("dense", 120, 84), ("dense", 84, 10)]
check("LeNet-5", count_parameters(lenet5), 61706)

# %% task="count_parameters" role="test" points=10
random = np.random.default_rng()
for _ in range(30):
    network, total = [], 0
    for kind in random.choice(["conv", "dense", "pool"], 6):
        if kind == "conv":
            size, channels, filters = (int(v) for v in random.integers(1, 20, 3))
            network.append(("conv", size, channels, filters))
            total += np.ones((size, size, channels, filters)).size + filters
        elif kind == "dense":
            inputs, outputs = (int(v) for v in random.integers(1, 200, 2))
            network.append(("dense", inputs, outputs))
            total += np.ones((inputs, outputs)).size + outputs
        else:
            network.append(("pool", 2))
    require(str(network), count_parameters(network), total)
require("no layers", count_parameters([]), 0)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 수용 영역 (10점)

층이 `(size, stride)`의 리스트로 주어질 때 마지막 층의 한 칸이 보는 정사각형 입력 영역의 한 변의 길이(픽셀)를 구하는 `receptive_field(layers)`를 완성하세요.
풀링층도 크기와 스트라이드를 가진 층입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. The receptive field (10 points)

Layers are given as a list of `(size, stride)`. Complete `receptive_field(layers)`: the side, in pixels, of the square of the input that one unit of the last layer sees.
Pooling is a layer with a size and a stride like any other.
"""

# %% task="receptive_field" role="solution"
def receptive_field(layers):
    ### BEGIN SOLUTION
    reach, jump = 1, 1
    for size, stride in layers:
        reach += (size - 1) * jump
        jump *= stride
    return reach
    ### END SOLUTION


# %% task="receptive_field" role="check"
check("one 5x5", receptive_field([(5, 1)]), 5)
check("two 3x3", receptive_field([(3, 1), (3, 1)]), 5)
check("5x5 with stride 2, then 3x3", receptive_field([(5, 2), (3, 1)]), 9)

# %% task="receptive_field" role="test" points=10
random = np.random.default_rng()
for _ in range(50):
    layers = [(int(size), int(stride)) for size, stride in zip(random.integers(1, 8, 5), random.integers(1, 4, 5))][:random.integers(0, 6)]
    side = 1  # backwards: a stretch of n units needs (n - 1) * stride + size units of the layer before
    for size, stride in reversed(layers):
        side = (side - 1) * stride + size
    require(f"receptive_field({layers})", receptive_field(layers), side)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 커널 설계 (5점)

왼쪽에서 오른쪽으로 갈수록 **어두워지는** 곳에서 양수를, 밝아지는 곳에서 음수를 내는 $3 \times 3$ 커널을 `darker_to_the_right()`가 돌려주게 하세요.
밝기가 일정한 곳과 위아래로만 변하는 곳에서는 0이어야 합니다. 조건에 맞는 커널은 여러 가지이며, 어느 것이든 좋습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Design a kernel (5 points)

Let `darker_to_the_right()` return a $3 \times 3$ kernel that responds positively where the picture gets **darker** from left to right, and negatively where it gets brighter.
It must respond with 0 where brightness is constant, and where it changes only up and down. Several kernels do this; any of them will do.
"""

# %% task="darker_to_the_right" role="solution"
def darker_to_the_right():
    ### BEGIN SOLUTION
    return np.array([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
    ### END SOLUTION


# %% task="darker_to_the_right" role="check"
mine = np.asarray(darker_to_the_right(), float)
check("shape", mine.shape, (3, 3))
check("constant brightness gives 0", float((mine * 7).sum()), 0.0)
check("darker to the right is positive", bool((mine * [[9, 5, 1]] * 3).sum() > 0), True)

# %% task="darker_to_the_right" role="test" points=5
random = np.random.default_rng()
weights = darker_to_the_right()
require("shape", np.shape(weights), (3, 3))
weights = np.asarray(weights, float)
for _ in range(30):
    level, steps = random.uniform(0, 9), np.sort(random.uniform(0, 9, 3))[::-1]
    require("constant brightness", float((weights * level).sum()), 0.0, atol=1e-6)
    require("brightness that changes only up and down", float((weights * random.uniform(0, 9, (3, 1))).sum()), 0.0, atol=1e-6)
    require("darker to the right is positive", bool((weights * steps).sum() > 1e-9), True)
    require("brighter to the right is negative", bool((weights * steps[::-1]).sum() < -1e-9), True)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 오류 찾기 (10점)

친구가 이미지를 흐리게 하는(blur) 함수를 작성했습니다. 안쪽 픽셀은 $3 \times 3$ 이웃의 평균으로 바꾸고 가장자리는 그대로 두려고 했습니다. 그런데 결과가
이상하고, 원래 그림까지 바뀌었다고 합니다. 정수 그림에서는 더 이상합니다. 오류를 모두 찾아 고치세요. 결과는 실수 배열입니다.

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
### Task 10. Find the bugs (10 points)

A friend has written a function that blurs an image. It is to replace each inner pixel by the mean of its $3 \times 3$ neighbourhood and to leave the edge as it is. But the result
looks odd, and the friend's original picture has changed, too. With integer pictures it is odder still. Find and fix all bugs. The result is an array of floating-point numbers.

```python
def blur(image):
    result = image
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
```
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
picture = np.array([[0.0, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0], [0, 0, 0, 0]])
before = picture.copy()
check("a small picture", blur(picture), np.array([[0.0, 0, 0, 0], [0, 2, 2, 0], [0, 2, 2, 0], [0, 0, 0, 0]]))
check("the picture is unchanged", picture, before)

# %% task="blur" role="test" points=10
random = np.random.default_rng()
for kind in (float, int, float, int):
    picture = random.uniform(0, 255, tuple(random.integers(4, 9, 2))).astype(kind)
    given = picture.copy()
    expected = picture.astype(float)
    expected[1:-1, 1:-1] = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).mean(axis=(2, 3))
    require(f"a picture of {kind.__name__}", blur(given), expected)
    require("the picture is unchanged", given, picture)
