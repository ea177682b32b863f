# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 2장 연습 문제. 풀링과 출력부

앞의 세 문제는 풀링(pooling), 나머지는 신경망의 출력부(head), 곧 특징 맵에서 답을 만드는 마지막 부분을 다룹니다. 문제마다 함수 하나를 완성합니다.
`raise NotImplementedError`를 지우고 코드를 쓴 다음, 셀을 실행하고 바로 아래의 점검 셀을 실행하세요. 무엇이 틀렸는지 알려 줍니다.
채점할 때는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
NumPy만 있으면 되고, 함수는 입력으로 받은 배열을 바꾸지 않아야 합니다. 모두 9문제, 100점, 약 90분입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 2 exercises. Pooling and the head

The first three tasks are about pooling, the others about the head of a network: the last part, which makes the answer from the feature maps. In each task you complete one function.
Replace `raise NotImplementedError`, run the cell, then run the check right below: it says what is wrong.
Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
NumPy is all you need, and a function must not change the arrays that it is given. There are 9 tasks with 100 points, for about 90 minutes.
"""

# %%
import numpy as np

from course_lib.checks import check, check_raises, require, require_raises

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

`padding`이 `size` 이상이면 패딩만 보는 창이 생길 수 있습니다. 이때와 그 밖의 `kind`에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Pooling (15 points)

Complete `pool(image, size, stride, padding, kind)`. Put a frame that is `padding` wide around `image`, whose shape is `(height, width)`. Move a square window of side `size`
in steps of `stride` down and to the right; each window gives one number. With `kind` equal to `"max"` this is max pooling, with `"average"` it is average pooling. The result is always an array of `float`.
- The size of the output follows the formula of chapter 1. The end where the window does not fit is dropped.
- The frame is not 0; it is places without a value. Max pooling fills them with $-\infty$, so they never win.
- Average pooling neither adds nor counts the places of the frame: the mean is that of the real pixels in the window. `AveragePooling2D(padding="same")` of Keras on TensorFlow does the same.

If `padding` is `size` or more, a window could see nothing but the frame. Raise `ValueError` then, and for any other `kind`.
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
check('pool(image, 2, 2, 0, "max")', pool(image, 2, 2, 0, "max"), np.array([[6.0, 5.0], [7.0, 9.0]]))
check('pool(image, 2, 2, 0, "average")', pool(image, 2, 2, 0, "average"), np.array([[3.5, 2.0], [2.5, 6.0]]))
check("size 3, stride 1", pool(image, 3, 1, 0, "max"), np.array([[9.0, 9.0], [9.0, 9.0]]))
check("size 2, stride 2, a 3x4 image", pool(image[:3], 2, 2, 0, "max"), np.array([[6.0, 5.0]]))
check("max with padding 1, no pixel positive", pool(-image, 2, 2, 1, "max"),
      np.array([[-1.0, -2.0, -1.0], [-4.0, -2.0, 0.0], [-1.0, 0.0, -4.0]]))
check("average with padding 1, four pixels in each window", pool(image, 3, 3, 1, "average"),
      np.array([[3.5, 2.0], [2.5, 6.0]]))
check_raises(ValueError, pool, image, 2, 2, 2, "max")
check_raises(ValueError, pool, image, 2, 2, 0, "median")

# %% task="pool" role="test" points=15
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
for size in (1, 2, 3):
    require_raises(ValueError, pool, np.ones((6, 6)), size, 1, size, "average")
    require_raises(ValueError, pool, np.ones((6, 6)), size, 1, size + 1, "max")
require_raises(ValueError, pool, np.ones((6, 6)), 2, 2, 0, "min")

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 최댓값 풀링의 역전파 (15점)

최댓값 풀링($2 \times 2$ 창, 스트라이드 2, 패딩 없음)에서는 창마다 최댓값 하나만 출력에 닿습니다. 그래서 역전파(backpropagation)할 때도 그 자리만 기울기(gradient)를 받고 나머지는 0입니다.
`max_pool_backward(image, gradient)`를 완성하세요. `image`는 `(height, width)`, 출력에 대한 기울기 `gradient`는 $\lfloor H/2 \rfloor \times \lfloor W/2 \rfloor$이며, 결과는 `image`와 형상이 같은 실수 배열입니다.
- 최댓값이 여럿이면 행 우선 순서(왼쪽 위, 오른쪽 위, 왼쪽 아래, 오른쪽 아래)로 **첫 번째** 자리만 받습니다.
- 높이나 너비가 홀수이면 마지막 행이나 열은 어느 창에도 들지 않으므로 기울기가 0입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. Max pooling backwards (15 points)

In max pooling ($2 \times 2$ windows, stride 2, no padding) only one value of each window, the maximum, reaches the output. So in backpropagation only that place receives the gradient; the others receive 0.
Complete `max_pool_backward(image, gradient)`. `image` is `(height, width)`; `gradient`, the gradient with respect to the output, is $\lfloor H/2 \rfloor \times \lfloor W/2 \rfloor$. The result is an array of floating-point numbers with the shape of `image`.
- If the maximum occurs more than once, only the **first** place in row-major order receives the gradient (top left, top right, bottom left, bottom right).
- If the height or the width is odd, the last row or column is in no window, and its gradient is 0.
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
check("every window has one maximum", max_pool_backward(image, np.array([[0.5, 2.0], [3.0, -4.0]])),
      np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 2.0, 0.0], [3.0, 0.0, -4.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
before = image.copy()
upstream = np.array([[1.0, 0.0], [2.0, 3.0]])
max_pool_backward(image, upstream)
check("the image and the gradient are unchanged", (image, upstream), (before, np.array([[1.0, 0.0], [2.0, 3.0]])))
check("two equal maxima", max_pool_backward(np.array([[1, 3], [3, 2]]), np.array([[0.5]])),
      np.array([[0.0, 0.5], [0.0, 0.0]]))
check("a 3x5 image", max_pool_backward(np.array([[-1, -2, -4, -3, 9], [-3, -4, -1, -2, 9], [9, 9, 9, 9, 9]]),
                                       np.array([[1.5, 2.5]])),
      np.array([[1.5, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 2.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0]]))

# %% task="max_pool_backward" role="test" points=15
random = np.random.default_rng()
for turn in range(40):
    h, w = (int(v) for v in random.integers(2, 11, 2))
    picture = random.integers(-3, 0, (h, w)) if turn % 2 else random.normal(size=(h, w))  # few different integers: many ties
    upstream = random.normal(size=(h // 2, w // 2))
    blocks = picture[:h // 2 * 2, :w // 2 * 2].reshape(h // 2, 2, w // 2, 2).swapaxes(1, 2).reshape(h // 2, w // 2, 4)
    chosen = np.eye(4)[blocks.argmax(axis=2)] * upstream[:, :, None]
    expected = np.zeros((h, w))
    expected[:h // 2 * 2, :w // 2 * 2] = chosen.reshape(h // 2, w // 2, 2, 2).swapaxes(1, 2).reshape(h // 2 * 2, w // 2 * 2)
    given, slopes = picture.copy(), upstream.copy()
    require(f"a {h}x{w} image of {picture.dtype}", max_pool_backward(given, slopes), expected)
    require("the image is unchanged", given, picture)
    require("the gradient is unchanged", slopes, upstream)
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
dot[1, 1], corner[0, 0] = 16, 16
check("one bright pixel inside", blur_pool(dot), np.array([[1.0, 1.0], [1.0, 1.0]]))
check("one bright pixel in the corner", blur_pool(corner), np.array([[9.0, 0.0], [0.0, 0.0]]))
check("brightness 3 stays 3, 5x7 becomes 3x4", blur_pool(np.full((5, 7), 3)), np.full((3, 4), 3.0))
stripes = np.array([[1, 0, 1, 0, 1, 0]])
check("stripes", blur_pool(stripes), np.array([[0.75, 0.5, 0.5]]))
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

`global_pool(maps, kind)`를 완성하세요. `maps`의 형상은 `(batch, height, width, channels)`이고, 특징 맵마다 수 하나만 남겨 `(batch, channels)`를 돌려줍니다.
`kind`가 `"average"`이면 전역 평균 풀링(global average pooling), `"max"`이면 전역 최댓값 풀링(global max pooling)입니다. 그 밖에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Global pooling (5 points)

Complete `global_pool(maps, kind)`. The shape of `maps` is `(batch, height, width, channels)`; one number is left of each feature map, and the result is `(batch, channels)`.
With `kind` equal to `"average"` this is global average pooling, with `"max"` it is global max pooling. Raise `ValueError` for anything else.
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
check("average", global_pool(maps, "average"), np.array([[3.0, -3.0, 0.0]]))
check("max", global_pool(maps, "max"), np.array([[6.0, -1.0, 0.0]]))
check_raises(ValueError, global_pool, maps, "median")

# %% task="global_pool" role="test" points=5
random = np.random.default_rng()
for _ in range(20):
    n, h, w, c = (int(v) for v in random.integers((1, 2, 2, 1), (5, 7, 7, 6)))
    stack = random.normal(-1, 2, size=(n, h, w, c))
    one_by_one = [[[float(v) for v in stack[i, :, :, k].ravel()] for k in range(c)] for i in range(n)]
    given = stack.copy()
    require(f"average of {n}x{h}x{w}x{c}", global_pool(given, "average"), np.array([[sum(values) / len(values) for values in row] for row in one_by_one]))
    require(f"max of {n}x{h}x{w}x{c}", global_pool(given, "max"), np.array([[max(values) for values in row] for row in one_by_one]))
    require("the maps are unchanged", given, stack)
require("max of negative maps", global_pool(np.full((2, 3, 4, 2), -5.0), "max"), np.full((2, 2), -5.0))
require_raises(ValueError, global_pool, np.ones((1, 2, 2, 1)), "sum")

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 출력부의 파라미터 (10점)

마지막 특징 맵의 형상 `map_shape`는 `(height, width, channels)`입니다. `kind`가 `"flatten"`이면 이것을 한 줄로 펼치고, `"average"`이면 전역 평균 풀링을 합니다. 그 뒤에
완전 연결층(fully connected layer)이 이어집니다. 은닉층의 유닛 수는 리스트 `hidden`에 차례로 들어 있고(빈 리스트일 수도 있습니다), 마지막 출력층의 유닛은 `classes`개입니다.
`head_parameters(map_shape, hidden, classes, kind)`는 출력부의 파라미터 수를 정수로 돌려줍니다. 모든 완전 연결층에는 편향(bias)이 있습니다. 그 밖의 `kind`에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. The parameters of a head (10 points)

The shape of the last feature maps, `map_shape`, is `(height, width, channels)`. With `kind` equal to `"flatten"` they are flattened to one row, with `"average"` they go through global average pooling. Then
fully connected layers follow. The list `hidden` has the number of units of each hidden layer, in order (it may be empty); the output layer at the end has `classes` units.
`head_parameters(map_shape, hidden, classes, kind)` returns the number of parameters of the head as an integer. All fully connected layers have biases. Raise `ValueError` for any other `kind`.
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
check("2x3x4 flattened, 10 classes", head_parameters((2, 3, 4), [], 10, "flatten"), 250, integers=True)
check("2x3x4 averaged, 10 classes", head_parameters((2, 3, 4), [], 10, "average"), 50, integers=True)
check("2x3x4 flattened, 5 hidden units, 10 classes", head_parameters((2, 3, 4), [5], 10, "flatten"), 185,
      integers=True)
hidden = [4096, 4096]
check("the head of VGG-16", head_parameters((7, 7, 512), hidden, 1000, "flatten"), 123642856, integers=True)
check("the list is unchanged", hidden, [4096, 4096])
check("the head of ResNet-50", head_parameters((7, 7, 2048), [], 1000, "average"), 2049000, integers=True)
check_raises(ValueError, head_parameters, (2, 3, 4), [], 10, "max")

# %% task="head_parameters" role="test" points=10
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
require_raises(ValueError, head_parameters, (3, 3, 4), [8], 5, "global")

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 출력층 고르기 (10점)

`output_layer(problem)`은 풀려는 문제의 설명을 받아 출력층과 손실 함수(loss)를 고릅니다. 키(key)가 `"units"`, `"activation"`, `"loss"`인 딕셔너리(dict)를 돌려주세요. `"units"`는 정수(`int`),
`"activation"`은 `"linear"`, `"sigmoid"`, `"softmax"` 가운데 하나, `"loss"`는 `"mean_squared_error"`, `"binary_crossentropy"`, `"sparse_categorical_crossentropy"` 가운데 하나입니다.
이 문제의 교차 엔트로피 손실은 모두 로짓이 아니라 확률을 받습니다(Keras의 기본값 `from_logits=False`). sparse는 정답이 클래스의 번호라는 뜻입니다.
- `{"kind": "classes", "count": 10}`: 클래스(class) `count`개 가운데 꼭 하나가 답입니다. 정답은 클래스의 번호(정수)로 주어집니다. 클래스마다 유닛을 하나씩 두며, 클래스가 2개일 때도 마찬가지입니다.
- `{"kind": "yes or no"}`: 답은 예 아니면 아니요입니다. 신경망은 '예'일 확률 하나만 냅니다. 정답은 1 또는 0입니다.
- `{"kind": "labels", "count": 5}`: 사진에 레이블(label) `count`가지 중에서 맞는 것을 모두 붙입니다. 여러 개가 맞을 수도, 하나도 맞지 않을 수도 있습니다. 정답은 레이블마다 1 또는 0입니다.
- `{"kind": "numbers", "count": 4}`: 실수 `count`개를 예측합니다. 음수일 수도, 아주 클 수도 있습니다.
- `{"kind": "direction"}`: 나침반의 방향 $\theta$를 예측합니다. 359°와 1°는 거의 같은 방향이므로, 각도 하나가 아니라 단위원 위의 점 $(\cos\theta, \sin\theta)$를 정답으로 줍니다.

그 밖의 `"kind"`에는 `ValueError`를 발생시키세요(raise).
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Choose the output layer (10 points)

`output_layer(problem)` is given the description of a problem and chooses the output layer and the loss. Return a dict with the keys `"units"`, `"activation"` and `"loss"`. `"units"` is an integer (`int`),
`"activation"` is one of `"linear"`, `"sigmoid"`, `"softmax"`, and `"loss"` is one of `"mean_squared_error"`, `"binary_crossentropy"`, `"sparse_categorical_crossentropy"`.
In this task the cross-entropy losses take probabilities, not logits (the default of Keras, `from_logits=False`). "Sparse" means that the truth is the number of the class.
- `{"kind": "classes", "count": 10}`: exactly one of `count` classes is the answer. The truth is given as the number of the class (an integer). Each class has a unit of its own; this holds for 2 classes, too.
- `{"kind": "yes or no"}`: the answer is yes or no. The network gives one probability only, that of yes. The truth is 1 or 0.
- `{"kind": "labels", "count": 5}`: a photo gets all labels that fit, out of `count`. Several may fit, or none. The truth is 1 or 0 for each label.
- `{"kind": "numbers", "count": 4}`: `count` real numbers are predicted. They may be negative, or very large.
- `{"kind": "direction"}`: a compass direction $\theta$ is predicted. 359° and 1° are almost the same direction, so the truth is given not as one angle but as a point on the unit circle, $(\cos\theta, \sin\theta)$.

Raise `ValueError` for any other `"kind"`.
"""

# %% task="output_layer" role="solution"
def output_layer(problem):
    ### BEGIN SOLUTION
    kind = problem["kind"]
    if kind == "classes":
        return {"units": problem["count"], "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    if kind in ("yes or no", "labels"):  # independent questions, a probability for each
        units = problem["count"] if kind == "labels" else 1
        return {"units": units, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if kind in ("numbers", "direction"):  # a cosine may be negative, as other numbers may
        units = problem["count"] if kind == "numbers" else 2
        return {"units": units, "activation": "linear", "loss": "mean_squared_error"}
    raise ValueError(f"unknown kind of problem: {kind!r}")
    ### END SOLUTION


# %% task="output_layer" role="check"
check("10 classes", output_layer({"kind": "classes", "count": 10}),
      {"units": 10, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}, integers=True)
check("one number", output_layer({"kind": "numbers", "count": 1}),
      {"units": 1, "activation": "linear", "loss": "mean_squared_error"})

def reaches(answer, truth):
    """Whether an output layer can come as close to this truth as one likes."""
    within = min(truth) >= 0 and max(truth) <= 1
    return {"linear": True, "sigmoid": within, "softmax": within and sum(truth) == 1}[answer["activation"]]


for problem, truths in (({"kind": "classes", "count": 2}, ([1, 0], [0, 1])), ({"kind": "yes or no"}, ([1], [0])),
                        ({"kind": "labels", "count": 3}, ([1, 1, 0], [0, 0, 0])),
                        ({"kind": "numbers", "count": 4}, ([-3, 0, 70, 1],)),
                        ({"kind": "direction"}, ([-1, 0], [0, 1]))):
    answer = output_layer(problem)
    types = {key: type(value).__name__ for key, value in answer.items()} if isinstance(answer, dict) else answer
    check(f"{problem['kind']}: types in the answer", types, {"units": "int", "activation": "str", "loss": "str"})
    check(f"{problem['kind']}: an activation of the list",
          answer["activation"] in ("linear", "sigmoid", "softmax"), True)
    check(f"{problem['kind']}: a loss of the list", answer["loss"] in (
        "mean_squared_error", "binary_crossentropy", "sparse_categorical_crossentropy"), True)
    check(f"{problem['kind']}: as many units as outputs are needed", answer["units"], len(truths[0]))
    check(f"{problem['kind']}: outputs such as {truths[0]} can be reached",
          [reaches(answer, truth) for truth in truths], [True] * len(truths))
check_raises(ValueError, output_layer, {"kind": "poem"})

# %% task="output_layer" role="test" points=10
random = np.random.default_rng()
for count in (2, *(int(v) for v in random.integers(3, 500, 10))):
    require(f"{count} classes", output_layer({"kind": "classes", "count": count}), dict(units=count, activation="softmax", loss="sparse_categorical_crossentropy"), integers=True)
    require(f"{count} labels", output_layer({"kind": "labels", "count": count}), dict(units=count, activation="sigmoid", loss="binary_crossentropy"), integers=True)
    require(f"{count} numbers", output_layer({"kind": "numbers", "count": count}), dict(units=count, activation="linear", loss="mean_squared_error"), integers=True)
require("yes or no", output_layer({"kind": "yes or no"}), dict(units=1, activation="sigmoid", loss="binary_crossentropy"), integers=True)
require("direction", output_layer({"kind": "direction"}), dict(units=2, activation="linear", loss="mean_squared_error"), integers=True)
require_raises(ValueError, output_layer, {"kind": "song", "count": 3})

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 안정적인 소프트맥스 (10점)

`softmax(logits)`는 로짓(logits)의 **마지막 축**에 소프트맥스(softmax)를 적용하여 형상이 같은 배열을 돌려줍니다. 축은 1개 이상이면 몇 개든 됩니다.

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

# %% task="softmax" role="solution"
def softmax(logits):
    ### BEGIN SOLUTION
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))  # the largest exponent is 0
    return exponents / exponents.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% task="softmax" role="check"
check("logits (0, ln 3)", softmax(np.array([0.0, np.log(3)])), np.array([0.25, 0.75]))
check("a batch of two", softmax(np.array([[0.0, np.log(3)], [5.0, 5.0]])), np.array([[0.25, 0.75], [0.5, 0.5]]))
check("three axes", softmax(np.zeros((2, 3, 4))), np.full((2, 3, 4), 0.25))
large = np.array([[1000.0, 1000 + np.log(3)], [-1000.0, -1000.0]])
before = large.copy()
check("large and small logits", softmax(large), np.array([[0.25, 0.75], [0.5, 0.5]]))
check("the logits are unchanged", large, before)
with np.errstate(over="raise", invalid="raise", divide="raise"):  # a warning of NumPy becomes an error
    check("no warning", softmax(np.array([1000.0, 0.0, -1000.0])), np.array([1.0, 0.0, 0.0]))

# %% task="softmax" role="test" points=10
random = np.random.default_rng()
for _ in range(30):
    shape = tuple(int(v) for v in random.integers(2, 6, random.integers(1, 5)))
    for scale in (1, 3000):
        logits = random.normal(0, scale, size=shape)
        expected = 1 / np.exp(np.minimum(logits[..., None, :] - logits[..., :, None], 700)).sum(axis=-1)
        given = logits.copy()
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            found = softmax(given)
        require(f"shape {shape}, logits of about {scale}", found, expected)
        require("the logits are unchanged", given, logits)
levels = random.uniform(2000, 9000, 3)[:, None] * np.array([[1], [-1], [0]])
with np.errstate(over="raise", invalid="raise", divide="raise"):
    require("rows at very different heights", softmax(levels + np.log([1.0, 2.0, 5.0])), np.array([[0.125, 0.25, 0.625]] * 3))
    require("integer logits", softmax(np.array([[4000, 4000, -4000], [0, 0, 0]])), np.array([[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 로짓에서 바로 구하는 교차 엔트로피 (15점)

`cross_entropy(logits, labels)`는 교차 엔트로피(cross-entropy)의 배치 평균을 실수 하나로 돌려줍니다. `logits`는 `(batch, classes)`, `labels`는 정답 클래스의 번호이며 형상이 `(batch,)`인 정수 배열입니다.
로그는 자연로그입니다. 로짓이 $z$이고 정답이 $t$인 샘플(sample)의 손실은 다음과 같습니다.

$$-\ln p_t = \ln \sum_j e^{z_j} - z_t$$

소프트맥스를 구한 다음 로그를 취하면 $p_t$가 0이 될 때 무한대가 나옵니다. 오른쪽 식을 안정적으로 계산하세요. $m = \max_j z_j$일 때 $\ln \sum_j e^{z_j} = m + \ln \sum_j e^{z_j - m}$입니다.
이번에도 오버플로, NaN, 경고가 없어야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Cross-entropy straight from the logits (15 points)

`cross_entropy(logits, labels)` returns the cross-entropy, averaged over the batch, as one floating-point number. `logits` is `(batch, classes)`; `labels` has the numbers of the right classes, an integer array of shape `(batch,)`.
The logarithm is the natural one. An example with logits $z$ and right class $t$ has the loss

$$-\ln p_t = \ln \sum_j e^{z_j} - z_t$$

If you take softmax first and then the logarithm, the loss is infinite where $p_t$ becomes 0. Compute the right-hand side in a stable way: with $m = \max_j z_j$ we have $\ln \sum_j e^{z_j} = m + \ln \sum_j e^{z_j - m}$.
Again there must be no overflow, no NaN and no warning.
"""

# %% task="cross_entropy" role="solution"
def cross_entropy(logits, labels):
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sums - shifted[np.arange(len(labels)), labels]).mean())
    ### END SOLUTION


# %% task="cross_entropy" role="check"
check("two equal logits", cross_entropy(np.array([[0.0, 0.0]]), np.array([0])), float(np.log(2)))
two = np.array([[0.0, np.log(3)], [5.0, 5.0]])  # probabilities (1/4, 3/4) and (1/2, 1/2)
check("probability 1/4", cross_entropy(two[:1], np.array([0])), float(np.log(4)))
check("a batch of two: the mean of ln 4 and ln 2", cross_entropy(two, np.array([0, 1])), float(np.log(8) / 2))
sure = np.array([[1000.0, 0.0], [0.0, 1000.0]])
check("both sure, one wrong and one right", cross_entropy(sure, np.array([1, 1])), 500.0)
large = np.array([[1000.0, 1000.0], [-1000.0, -1000.0]])
check("large and small logits", cross_entropy(large, np.array([0, 1])), float(np.log(2)))
check("the logits are unchanged", large, np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]))
with np.errstate(over="raise", invalid="raise", divide="raise"):  # a warning of NumPy becomes an error
    check("no warning", cross_entropy(np.array([[-1000.0, 1000.0]]), np.array([0])), 2000.0)

# %% task="cross_entropy" role="test" points=15
random = np.random.default_rng()
for _ in range(30):
    batch, classes = (int(v) for v in random.integers((2, 2), (9, 8)))
    labels = random.integers(0, classes, batch)
    for scale in (1, 3000):
        logits = random.normal(0, scale, size=(batch, classes)) + random.normal(0, scale, size=(batch, 1))
        expected = sum(float(np.logaddexp.reduce(row) - row[label]) for row, label in zip(logits, labels)) / batch
        given, truth = logits.copy(), labels.copy()
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            found = cross_entropy(given, truth)
        require(f"{batch} examples, {classes} classes, logits of about {scale}", found, expected)
        require("the logits are unchanged", given, logits)
        require("the labels are unchanged", truth, labels)
require("all sure and wrong", cross_entropy(np.array([[5000.0, 0.0, 0.0]] * 4), np.array([1, 2, 1, 2])), 5000.0)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 오류 찾기 (10점)

친구가 출력층을 경사 하강법으로 한 단계 학습시키는 함수를 작성했습니다. 로짓은 $z = xW + b$이고, 손실은 교차 엔트로피의 **배치 평균**입니다. 샘플 하나의 손실을 $L$이라고 하면
$\partial L / \partial z_k = p_k - 1$($k$가 정답일 때) 또는 $p_k$(정답이 아닐 때)입니다. `features`는 `(batch, inputs)`, `labels`는 `(batch,)`, `weights`는 `(inputs, classes)`, `bias`는 `(classes,)`이고, 새 `weights`와 새 `bias`를 튜플로 돌려줍니다.

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
### Task 9. Find the bugs (10 points)

A friend has written a function that trains an output layer for one step of gradient descent. The logits are $z = xW + b$, and the loss is the **mean over the batch** of the cross-entropy. For the loss $L$ of one example,
$\partial L / \partial z_k = p_k - 1$ (where $k$ is the right class) or $p_k$ (where it is not). `features` is `(batch, inputs)`, `labels` is `(batch,)`, `weights` is `(inputs, classes)`, `bias` is `(classes,)`; the function returns the new `weights` and the new `bias` as a tuple.

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
      (np.array([[0.75, -0.75], [0.0, 0.0]]), np.array([0.75, np.log(3) - 0.75])))
check("the weights given are unchanged", weights, np.zeros((2, 2)))
check("the bias given is unchanged", bias, np.array([0.0, np.log(3)]))
check("a batch of two", train_step(features, labels, weights, bias, 1.0),
      (np.array([[0.375, -0.375], [-0.25, 0.25]]), np.array([0.25, np.log(3) - 0.25])))
far_apart = np.array([[1000.0], [-1000.0]])  # logits (1000, 1000) and (-1000, -1000)
check("large and small logits", train_step(far_apart, labels, np.ones((1, 2)), np.zeros(2), 1.0),
      (np.array([[501.0, -499.0]]), np.array([0.0, 0.0])))

# %% task="train_step" role="test" points=10
random = np.random.default_rng()
for turn in range(30):
    n, inputs, classes = (int(v) for v in random.integers((1, 1, 2), (9, 6, 6)))
    x, y = random.normal(size=(n, inputs)), random.integers(0, classes, n)
    x = x * random.choice([1.0, 1000.0], size=(n, 1)) if turn % 2 else x
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
apart = np.array([[3000.0], [-3000.0], [0.0]])
require("three examples whose logits are far apart", train_step(apart, np.array([0, 0, 1]), np.ones((1, 2)), np.zeros(2), 0.3), (np.array([[1.0, 1.0]]), np.array([0.05, -0.05])))
