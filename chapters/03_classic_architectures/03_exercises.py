# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 3장 연습 문제. AlexNet에서 SENet까지

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열과 리스트는 바꾸지 마세요.
- 모두 11문제, 100점, 약 130분입니다. 문제 1부터 7까지와 문제 11은 NumPy만 있으면 되고, 8부터 10까지는 Keras를 씁니다. 문제 11은 여러분이 직접 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 3 exercises. From AlexNet to SENet

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays and lists that a function is given.
- There are 11 tasks with 100 points, for about 130 minutes. Tasks 1 to 7 and task 11 need NumPy alone, 8 to 10 use Keras. Task 11 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 왜 227인가 (5점)

AlexNet 논문에는 입력의 한 변이 224라고 적혀 있지만, 첫 층(커널 11, 스트라이드 4)은 224에서 나머지 없이 맞아떨어지지 않습니다.
`input_sizes(low, high, size, stride, padding)`는 `low`와 `high` 사이(두 끝을 모두 포함)의 입력 크기 가운데, 마지막 커널이 패딩한 입력의
오른쪽 끝에 **정확히** 닿는 크기를 작은 것부터 차례로 담은 리스트를 돌려줍니다. `padding`은 양쪽에 각각 두르는 칸 수입니다.
커널이 한 번도 들어가지 않는 크기는 뺍니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Why 227 (5 points)

The AlexNet paper prints 224 as the side of the input, but the first layer (kernel 11, stride 4) does not fit into 224 without a remainder.
`input_sizes(low, high, size, stride, padding)` returns a list, in ascending order, of the input sizes from `low` to `high` (both included) where the last kernel ends
**exactly** at the right edge of the padded input. `padding` is the width of the frame on each of the two sides.
Leave out sizes into which the kernel does not fit even once.
"""

# %% [markdown] tags=["ko"] task="input_sizes" role="hint"
r"""
너비 9인 줄에 크기 5, 스트라이드 2인 커널을 놓고, 커널의 오른쪽 끝이 닿는 칸을 차례로 표시해 보세요. 마지막 커널이 줄의 끝에 닿나요? 너비가 10이면 어떤가요?
"""

# %% [markdown] tags=["en"] task="input_sizes" role="hint"
r"""
Lay a kernel of size 5 on a line of width 9, move it with stride 2, and mark each square that its right end reaches. Does the last kernel reach the end of the line? And if the width is 10?
"""

# %% [markdown] tags=["ko"] task="input_sizes" role="hint"
r"""
첫 커널을 놓으면 패딩한 입력에서 커널의 크기만큼을 뺀 길이가 남습니다. 이 길이는 어떤 수의 배수여야 하나요? 패딩은 양쪽에 두르므로 두 번 더합니다. 음수도 배수일 수 있으니, 커널이 한 번도 들어가지 않는 크기는 따로 걸러 내세요.
"""

# %% [markdown] tags=["en"] task="input_sizes" role="hint"
r"""
When the first kernel lies in place, what remains is the length of the padded input less that of the kernel. Of which number must it be a multiple? The padding is on both sides, so it is added twice. A negative number can be a multiple as well: rule out separately the sizes into which the kernel does not fit even once.
"""

# %% [markdown] tags=["ko"] task="input_sizes" role="hint"
r"""
`range(low, high + 1)`의 크기 `side`마다 `rest = side + 2 * padding - size`를 구하고, `rest >= 0`이면서 `rest % stride == 0`인 크기만 리스트에 담으세요. 끝의 크기 `high`도 포함해야 하므로 1을 더합니다.
"""

# %% [markdown] tags=["en"] task="input_sizes" role="hint"
r"""
For each `side` in `range(low, high + 1)`, compute `rest = side + 2 * padding - size`, and put into the list only the sizes with `rest >= 0` and `rest % stride == 0`. The 1 is added so that `high` itself is included.
"""

# %% task="input_sizes" role="solution"
def input_sizes(low, high, size, stride, padding):
    ### BEGIN SOLUTION
    rest = size - 2 * padding  # what the first kernel takes of the input
    return [side for side in range(low, high + 1) if side >= rest and (side - rest) % stride == 0]
    ### END SOLUTION


# %% task="input_sizes" role="check"
check("AlexNet's first layer, 220 to 227", input_sizes(220, 227, 11, 4, 0), [223, 227],
      causes={"The last size, `high`, belongs to them as well": [223],
              "What remains beside the first kernel must divide, not the whole input": [220, 224],
              "What remains beside the first kernel must divide, without the 1 of the formula": [222, 226],
              "These are sizes of the output; those of the input are asked for": [54, 55]})
check("the same with padding 1", input_sizes(220, 230, 11, 4, 1), [221, 225, 229],
      causes={"The padding is on both sides, so it counts twice": [222, 226, 230],
              "The padding was forgotten": [223, 227]})
check("a kernel that is too large at first", input_sizes(1, 9, 5, 2, 0), [5, 7, 9],
      causes={"The kernel does not fit even once into the smallest of these sizes": [1, 3, 5, 7, 9]})
check("a kernel larger than the input, in a wide frame", input_sizes(1, 8, 5, 2, 2), [1, 3, 5, 7],
      causes={"The kernel must fit into the input with its padding, not into the input alone": [5, 7]})
found = [224 in input_sizes(200, 240, 11, 4, padding) for padding in range(6)]
check("224 fits with no padding from 0 to 5: 224 - 11 is odd", found, [False] * 6)

# %% task="input_sizes" role="test" points=5
random = np.random.default_rng()
for _ in range(100):
    low, more, size, stride, padding = (int(v) for v in random.integers((1, 0, 1, 1, 0), (60, 50, 16, 7, 5)))
    expected = []
    for side in range(low, low + more + 1):
        end = size  # walk the kernel to the right until it reaches or passes the edge
        while end < side + 2 * padding:
            end += stride
        if end == side + 2 * padding:
            expected.append(side)
    require(f"input_sizes({low}, {low + more}, {size}, {stride}, {padding})", input_sizes(low, low + more, size, stride, padding), expected)
require("input_sizes(1, 12, 11, 4, 1)", input_sizes(1, 12, 11, 4, 1), [9])

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 그룹 합성곱의 파라미터 (5점)

AlexNet은 GPU 두 개에 나누어 실리느라 몇몇 층의 채널을 두 그룹으로 나누었습니다. 이런 층을 그룹 합성곱(grouped convolution)이라고 합니다.
입력 채널 `channels`개와 필터 `filters`개를 각각 똑같이 `groups`개의 그룹으로 나누고, 필터는 같은 번호의 그룹에 있는 입력 채널만 봅니다.
커널은 한 변이 `size`인 정사각형이고 필터마다 편향이 하나씩 있습니다. 파라미터의 수를 정수(`int`)로 돌려주는
`grouped_parameters(size, channels, filters, groups)`를 완성하세요. `channels`나 `filters`가 `groups`로 나누어떨어지지 않으면
`ValueError`를 발생시키세요(raise). 파라미터의 수에 3점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. Parameters of a grouped convolution (5 points)

To spread AlexNet over two GPUs, its authors divided the channels of some layers into two groups. Such a layer is a grouped convolution:
the input's `channels` and the `filters` are each divided into `groups` groups of the same size, and a filter sees only the input channels of the group with its own number.
The kernel is a square of side `size`, and each filter has a bias. Complete
`grouped_parameters(size, channels, filters, groups)`, which returns the number of parameters as an integer (`int`). Raise `ValueError` if `groups` does not divide `channels` or does not divide
`filters`. The number of parameters is worth 3 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="grouped_parameters" role="hint"
r"""
채널 4개와 필터 6개가 그룹 2개로 나뉜 층을 그려 보세요. 필터 하나는 채널을 몇 개 보나요? 그 필터의 가중치는 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="grouped_parameters" role="hint"
r"""
Draw a layer whose 4 channels and 6 filters are divided into 2 groups. How many channels does one filter see? How many weights does this filter have?
"""

# %% [markdown] tags=["ko"] task="grouped_parameters" role="hint"
r"""
그룹으로 나누면 필터 하나가 보는 채널이 줄어들 뿐, 필터의 수는 그대로입니다. 그러니 `groups`로 두 번 나누지 마세요. 편향은 그룹이 몇 개이든 필터마다 하나입니다.
"""

# %% [markdown] tags=["en"] task="grouped_parameters" role="hint"
r"""
Groups reduce the channels that a filter sees; the number of filters stays the same. So do not divide by `groups` twice. There is one bias for each filter, however many groups there are.
"""

# %% [markdown] tags=["ko"] task="grouped_parameters" role="hint"
r"""
필터 하나의 파라미터는 `size * size * (channels // groups) + 1`개이고, 이런 필터가 `filters`개 있습니다. 정수가 나와야 하므로 `/`가 아니라 `//`로 나눕니다. 계산하기 전에 `channels % groups`나 `filters % groups`가 0이 아니면 `ValueError`를 발생시키세요.
"""

# %% [markdown] tags=["en"] task="grouped_parameters" role="hint"
r"""
One filter has `size * size * (channels // groups) + 1` parameters, and there are `filters` of them. The result must be an integer, so divide with `//`, not with `/`. Before you compute, raise `ValueError` if `channels % groups` or `filters % groups` is not 0.
"""

# %% task="grouped_parameters" role="solution"
def grouped_parameters(size, channels, filters, groups):
    ### BEGIN SOLUTION
    if channels % groups or filters % groups:
        raise ValueError(f"{channels} channels and {filters} filters cannot both be divided into {groups} groups")
    return (size * size * (channels // groups) + 1) * filters
    ### END SOLUTION


# %% task="grouped_parameters" role="check"
check("AlexNet's second layer, two groups", grouped_parameters(5, 96, 256, 2), 307456, integers=True,
      causes={"A filter sees only the channels of its own group": 614656,
              "Divided by the groups twice: the filters do not become fewer": 153856,
              "The biases are missing: one for each filter": 307200,
              "The biases are not divided by the groups: there is one for each filter": 307328,
              "There is one bias for each filter, not one for each filter and group": 307712})
check("the same layer undivided", grouped_parameters(5, 96, 256, 1), 614656, integers=True)
check("a group for each channel", grouped_parameters(3, 32, 32, 32), 320, integers=True)
check_raises(ValueError, grouped_parameters, 3, 10, 8, 4)
check_raises(ValueError, grouped_parameters, 3, 8, 10, 4)

# %% task="grouped_parameters" role="test" points=3
random = np.random.default_rng()
for _ in range(50):
    size, groups, a, b = (int(v) for v in random.integers((1, 1, 1, 1), (8, 7, 9, 9)))
    channels, filters = groups * a, groups * b
    pairs = sum(c // a == f // b for c in range(channels) for f in range(filters))  # a filter and a channel that it sees
    require(f"grouped_parameters({size}, {channels}, {filters}, {groups})", grouped_parameters(size, channels, filters, groups), np.ones((size, size)).size * pairs + filters, integers=True)

# %% task="grouped_parameters" role="test" part="errors" points=2
for size, channels, filters, groups in ((3, 12, 10, 4), (3, 9, 6, 2), (5, 6, 12, 12), (1, 12, 6, 12), (3, 7, 9, 4)):
    require_raises(ValueError, grouped_parameters, size, channels, filters, groups)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 곱셈-덧셈의 수 (15점)

신경망을 계산하는 데 드는 비용은 보통 곱셈-덧셈(multiply-add)의 수로 나타냅니다. 수 두 개를 곱해 합에 더하는 일을 하나로 셉니다.
`multiply_adds(network, shape)`는 형상이 `shape`, 곧 `(height, width, channels)`인 이미지 한 장에 대하여 **층마다** 곱셈-덧셈의 수를 세어
정수의 리스트로 돌려줍니다. 신경망은 층의 리스트입니다.
- `("conv", size, filters, stride, padding, groups)`는 `size` × `size` 합성곱입니다. 둘레에 0을 `padding`줄 두르며, 채널과 필터의 수는 `groups`로 나누어떨어집니다.
- `("pool", size, stride)`는 패딩이 없는 풀링입니다.
- `("dense", units)`는 완전 연결층입니다. 특징 맵이 들어오면 벡터로 펼쳐서 받습니다.

출력의 크기가 나누어떨어지지 않으면 소수점 아래를 버립니다. 둘레에 두른 0과의 곱도 셉니다. 편향과 활성화 함수는 세지 않고, 풀링층은 0으로 셉니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. Multiply-adds (15 points)

What a network costs to compute is usually stated in multiply-adds: multiplying two numbers and adding the product to a sum counts as one.
For one image of shape `shape`, which is `(height, width, channels)`, `multiply_adds(network, shape)` counts the multiply-adds of **each layer** and
returns them as a list of integers. A network is a list of layers:
- `("conv", size, filters, stride, padding, groups)` is a convolution of `size` × `size`. A frame of 0 that is `padding` wide goes around the input; `groups` divides the channels and the filters.
- `("pool", size, stride)` is pooling without padding.
- `("dense", units)` is a fully connected layer. Feature maps that reach it are flattened to a vector.

Where an output size does not divide, the fraction is dropped. Products with the 0 of the frame count as well. Biases and activation functions are not counted, and a pooling layer counts as 0.
"""

# %% [markdown] tags=["ko"] task="multiply_adds" role="hint"
r"""
채널이 하나인 입력에서 $3 \times 3$ 커널이 출력값 하나를 계산할 때 곱셈을 몇 번 하나요? 입력의 채널이 2개이면요? 그런 출력값은 한 층에 모두 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="multiply_adds" role="hint"
r"""
How many multiplications does a $3 \times 3$ kernel need for one value of the output if the input has a single channel? And if it has 2? How many such values does the output of a layer hold?
"""

# %% [markdown] tags=["ko"] task="multiply_adds" role="hint"
r"""
층을 하나씩 지날 때마다 `height`, `width`, `channels`를 새 값으로 바꾸세요. 합성곱의 비용은 입력이 아니라 **출력**의 크기로 셉니다. 풀링은 0으로 세지만 크기를 바꾸고, 그룹 합성곱의 필터는 입력 채널의 일부만 봅니다. 높이와 너비는 서로 다를 수 있습니다.
"""

# %% [markdown] tags=["en"] task="multiply_adds" role="hint"
r"""
Give `height`, `width` and `channels` their new values after each layer. What a convolution costs depends on the size of its **output**, not of its input. Pooling counts as 0 but changes the size, and a filter of a grouped convolution sees only some of the input channels. Height and width may differ.
"""

# %% [markdown] tags=["ko"] task="multiply_adds" role="hint"
r"""
`kind, *numbers = layer`로 층의 종류와 나머지 수를 나눕니다. 출력의 한 변은 `(side + 2 * padding - size) // stride + 1`입니다. 새 `height`와 `width`로 합성곱은 `height * width * filters * size * size * (channels // groups)`이고, 완전 연결층은 `height * width * channels * units`입니다. 완전 연결층을 지나면 세 값을 `1, 1, units`로 바꾸세요. 그러면 그다음 완전 연결층도 같은 식으로 셀 수 있습니다.
"""

# %% [markdown] tags=["en"] task="multiply_adds" role="hint"
r"""
`kind, *numbers = layer` separates the kind of a layer from its numbers. A side of the output is `(side + 2 * padding - size) // stride + 1`. With the new `height` and `width`, a convolution counts `height * width * filters * size * size * (channels // groups)`; a fully connected layer counts `height * width * channels * units`. After a fully connected layer, set the three values to `1, 1, units`: then the next one can be counted by the same formula.
"""

# %% task="multiply_adds" role="solution"
def multiply_adds(network, shape):
    ### BEGIN SOLUTION
    height, width, channels = shape
    counts = []
    for kind, *numbers in network:
        if kind == "dense":
            (units,) = numbers
            counts.append(height * width * channels * units)
            height, width, channels = 1, 1, units
            continue
        size, stride = (numbers[0], numbers[2]) if kind == "conv" else numbers
        padding = numbers[3] if kind == "conv" else 0
        height, width = ((side + 2 * padding - size) // stride + 1 for side in (height, width))
        if kind == "conv":
            filters, groups = numbers[1], numbers[4]
            counts.append(height * width * filters * size * size * (channels // groups))
            channels = filters
        else:
            counts.append(0)
    return counts
    ### END SOLUTION


# %% task="multiply_adds" role="check"
check("one 3x3 kernel on 5x5", multiply_adds([("conv", 3, 1, 1, 0, 1)], (5, 5, 1)), [81], integers=True,
      causes={"The kernel is counted at each place of the output, not of the input": [225],
              "A multiplication and the addition that follows count as one": [162],
              "Biases are not counted": [90], "A kernel of size 3 has 3 times 3 weights": [27]})
check("conv, pool, dense", multiply_adds([("conv", 3, 4, 1, 1, 1), ("pool", 2, 2), ("dense", 10)], (6, 9, 2)),
      [3888, 0, 480], integers=True,
      causes={"The padding was forgotten": [2016, 0, 240], "Pooling makes the map smaller": [3888, 0, 2160],
              "Pooling counts as 0": [3888, 192, 480],
              "Each layer has its number; that of pooling is 0": [3888, 480],
              "The dense layer gets all numbers of the maps: height times width times channels": [3888, 0, 40],
              "Height and width may differ": [2592, 0, 360],
              "After a convolution there are as many channels as filters": [3888, 0, 240],
              "A number for each layer is asked for, not their sum": 4368})
check("strides that leave a rest",
      multiply_adds([("conv", 3, 1, 2, 0, 1), ("pool", 3, 2), ("dense", 2)], (18, 18, 1)),
      [576, 0, 18], integers=True,
      causes={"Where a size does not divide, the fraction is dropped": [648, 0, 32]})
check("a convolution of two groups", multiply_adds([("conv", 3, 4, 1, 1, 2)], (4, 5, 6)), [2160], integers=True,
      causes={"A filter sees only the channels of its own group": [4320]})
check("one dense layer after another", multiply_adds([("dense", 3), ("dense", 2)], (2, 2, 1)), [12, 6],
      integers=True, causes={"After a dense layer there is a vector, and no map any more": [12, 24]})
alexnet = [("conv", 11, 96, 4, 0, 1), ("pool", 3, 2), ("conv", 5, 256, 1, 2, 2), ("pool", 3, 2),
           ("conv", 3, 384, 1, 1, 1), ("conv", 3, 384, 1, 1, 2), ("conv", 3, 256, 1, 1, 2), ("pool", 3, 2),
           ("dense", 4096), ("dense", 4096), ("dense", 1000)]
expected = [105415200, 0, 223948800, 0, 149520384, 112140288, 74760192, 0, 37748736, 16777216, 4096000]
check("AlexNet, layer by layer", multiply_adds(alexnet, (227, 227, 3)), expected, integers=True)
check("the list of layers is unchanged", (len(alexnet), alexnet[-1]), (11, ("dense", 1000)))

# %% task="multiply_adds" role="test" points=15
random = np.random.default_rng()
for _ in range(25):
    shape = tuple(int(v) for v in random.integers((9, 9, 1), (24, 24, 5)))
    network, expected, maps = [], [], np.zeros(shape, "int8")
    for kind in random.choice(["conv", "pool"], random.integers(1, 6)):
        size, stride = int(random.integers(1, 6)), int(random.integers(1, 4))
        if kind == "conv":
            groups = int(random.choice([g for g in (1, 2, 3, 4) if maps.shape[2] % g == 0]))
            filters, padding = groups * int(random.integers(1, 5)), int(random.integers(0, 3))
            layer = ("conv", size, filters, stride, padding, groups)
            frame = np.pad(maps, ((padding, padding), (padding, padding), (0, 0)))
        else:
            layer, frame = ("pool", size, stride), maps
        if min(frame.shape[:2]) < size:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(frame, (size, size), axis=(0, 1))[::stride, ::stride]
        network.append(layer)
        expected.append(windows.size * filters // groups if kind == "conv" else 0)
        maps = np.zeros(windows.shape[:2] + ((filters,) if kind == "conv" else maps.shape[2:]), "int8")
    vector = maps.ravel()
    for units in random.integers(1, 30, random.integers(0, 3)):
        network.append(("dense", int(units)))
        expected.append(np.zeros((vector.size, units), "int8").size)
        vector = np.zeros(units)
    given = list(network)
    require(f"multiply_adds({network}, {shape})", multiply_adds(given, shape), expected, integers=True)
    require("the list of layers is unchanged", given, network)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. VGG의 아이디어: 작은 커널을 여러 층으로 (5점)

VGG는 큰 커널 하나 대신 $3 \times 3$ 커널을 여러 층 쌓습니다. 스트라이드가 모두 1일 때 `stack_of_3x3(size, channels)`는 한 변이 `size`인 커널 하나와
수용 영역(receptive field)이 같아지려면 $3 \times 3$ 층이 몇 개 필요한지 구하고, 정수 세 개의 튜플 `(count, large, stack)`을 돌려줍니다.
`count`는 $3 \times 3$ 층의 수, `large`는 큰 커널을 쓰는 한 층의 가중치 수, `stack`은 $3 \times 3$ 층을 모두 합한 가중치 수입니다.
어느 층이나 입력 채널과 출력 채널이 `channels`개씩이며 편향은 없습니다. `size`가 짝수이거나 3보다 작으면 `ValueError`를 발생시키세요(raise).
세 수를 구하는 데 3점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. The idea of VGG: small kernels, several layers (5 points)

Instead of one large kernel, VGG stacks several layers of $3 \times 3$ kernels. All strides are 1. `stack_of_3x3(size, channels)` finds how many $3 \times 3$ layers
have the same receptive field as one kernel of side `size`, and returns a tuple of three integers, `(count, large, stack)`:
`count` is the number of $3 \times 3$ layers, `large` the number of weights of the one layer with the large kernel, `stack` that of all the $3 \times 3$ layers together.
Each layer has `channels` channels at its input and as many at its output, and no bias. Raise `ValueError` if `size` is even or smaller than 3.
The three numbers are worth 3 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="stack_of_3x3" role="hint"
r"""
출력의 픽셀 하나에서 출발해 입력 쪽으로 거슬러 올라가 보세요. $3 \times 3$ 층 하나를 지나면 가로로 몇 픽셀을 보나요? 층을 하나 더 쌓으면 양옆으로 몇 픽셀씩 넓어지나요?
"""

# %% [markdown] tags=["en"] task="stack_of_3x3" role="hint"
r"""
Start at one pixel of the output and go back towards the input. How many pixels in a row does one $3 \times 3$ layer see? If there is one more layer, by how many pixels does this widen on each side?
"""

# %% [markdown] tags=["ko"] task="stack_of_3x3" role="hint"
r"""
수용 영역의 한 변은 1에서 시작하여 층마다 2씩 커집니다. 그러므로 `size`를 3으로 나누어서는 층의 수가 나오지 않습니다. 가중치를 셀 때는 입력 채널의 수와 출력 채널의 수를 둘 다 곱하세요.
"""

# %% [markdown] tags=["en"] task="stack_of_3x3" role="hint"
r"""
The side of the receptive field starts at 1 and grows by 2 with each layer, so dividing `size` by 3 does not give the number of layers. When you count weights, multiply by the number of input channels and by that of output channels.
"""

# %% [markdown] tags=["ko"] task="stack_of_3x3" role="hint"
r"""
층의 수는 `count = (size - 1) // 2`입니다. 커널의 한 변이 `k`인 층 하나의 가중치는 `k * k * channels * channels`개이고, `stack`은 `k`가 3인 층 `count`개의 합입니다. 함수의 맨 앞에서 `size % 2 == 0 or size < 3`이면 `ValueError`를 발생시키세요.
"""

# %% [markdown] tags=["en"] task="stack_of_3x3" role="hint"
r"""
The number of layers is `count = (size - 1) // 2`. One layer whose kernel has side `k` holds `k * k * channels * channels` weights, and `stack` is the sum of `count` layers whose `k` is 3. First of all, raise `ValueError` if `size % 2 == 0 or size < 3`.
"""

# %% task="stack_of_3x3" role="solution"
def stack_of_3x3(size, channels):
    ### BEGIN SOLUTION
    if size % 2 == 0 or size < 3:
        raise ValueError(f"an odd size of at least 3 expected, found {size}")
    count = (size - 1) // 2  # each layer adds 2 to the receptive field, which starts at 1
    return count, size * size * channels * channels, count * 9 * channels * channels
    ### END SOLUTION


# %% task="stack_of_3x3" role="check"
check("5x5 with 64 channels", stack_of_3x3(5, 64), (2, 102400, 73728), integers=True,
      causes={"One layer sees only 3x3; each further one adds 2": (1, 102400, 36864),
              "Two layers already see 5x5": (3, 102400, 110592),
              "A filter has weights for each channel of its input, and there are as many filters": (2, 1600, 1152),
              "Biases are not counted": (2, 102464, 73856),
              "The weights of the stack are those of all its layers": (2, 102400, 36864)})
check("7x7 with 256 channels", stack_of_3x3(7, 256), (3, 3211264, 1769472), integers=True,
      causes={"It is the side that grows by 2 with each layer; the area does not matter": (6, 3211264, 3538944)})
check_raises(ValueError, stack_of_3x3, 4, 8)
check_raises(ValueError, stack_of_3x3, 1, 8)

# %% task="stack_of_3x3" role="test" points=3
random = np.random.default_rng()
for size in (3, 5, 7, 9, 11, 13, 15):
    channels, field, count = int(random.integers(1, 40)), 1, 0
    while field < size:
        field, count = field + 2, count + 1
    large, small = np.ones((size, size, channels, channels)), [np.ones((3, 3, channels, channels))] * count
    require(f"stack_of_3x3({size}, {channels})", stack_of_3x3(size, channels), (count, large.size, sum(kernel.size for kernel in small)), integers=True)

# %% task="stack_of_3x3" role="test" part="errors" points=2
for size in (1, 2, 6, -3):
    require_raises(ValueError, stack_of_3x3, size, 16)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 병목 블록의 형상과 가중치 (10점)

ResNet의 병목 블록(bottleneck block)은 다음과 같은 합성곱 세 층으로 이루어집니다.

1. $1 \times 1$, 필터 `filters`개, 스트라이드 1
2. $3 \times 3$, 필터 `filters`개, 스트라이드 `stride`, 패딩 1
3. $1 \times 1$, 필터 `filters`의 $4$배, 스트라이드 1

합성곱에는 편향이 없고, 모든 합성곱 바로 뒤에 배치 정규화(batch normalization)가 있습니다. 배치 정규화는 채널마다 학습하는 값이 2개씩 있습니다.
`stride`가 1이 아니거나 입력의 채널 수가 출력과 다르면 잔차 연결에도 스트라이드가 `stride`인 $1 \times 1$ 합성곱과 배치 정규화를 둡니다(투영, projection).
그 밖에는 잔차 연결에 가중치가 없습니다.

`bottleneck(shape, filters, stride)`는 입력의 형상 `shape`, 곧 `(height, width, channels)`를 받아 `(output_shape, weights)`를 돌려줍니다.
`output_shape`는 출력의 형상으로 정수 세 개의 튜플이고, `weights`는 투영까지 포함하여 블록 전체가 학습하는 값의 수입니다.
출력의 크기가 나누어떨어지지 않으면 소수점 아래를 버립니다(`(side + 2 * padding - size) // stride + 1`, 1장 8절).
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Shape and weights of a bottleneck (10 points)

The bottleneck block of ResNet consists of three convolutions:

1. $1 \times 1$, `filters` filters, stride 1
2. $3 \times 3$, `filters` filters, stride `stride`, padding 1
3. $1 \times 1$, $4$ times `filters` filters, stride 1

Convolutions have no bias, and each is followed by batch normalization, which learns 2 values for each channel.
If `stride` is not 1, or if the input has another number of channels than the output, the residual connection has a $1 \times 1$ convolution of stride `stride` and batch normalization, too (a projection).
Otherwise the residual connection has no weights.

`bottleneck(shape, filters, stride)` takes the input's `shape`, which is `(height, width, channels)`, and returns `(output_shape, weights)`:
`output_shape` is the output's shape, a tuple of three integers, and `weights` is the number of all values that the block learns, those of a projection included.
Where an output size does not divide, the fraction is dropped (`(side + 2 * padding - size) // stride + 1`, section 8 of chapter 1).
"""

# %% [markdown] tags=["ko"] task="bottleneck" role="hint"
r"""
입력의 채널이 64개이고 `filters`가 64일 때(ResNet-50의 첫 블록), 세 합성곱의 커널이 어떤 형상인지 적어 보세요. 그 뒤의 배치 정규화는 각각 채널 몇 개를 다루나요?
"""

# %% [markdown] tags=["en"] task="bottleneck" role="hint"
r"""
Let the input have 64 channels, and `filters` be 64 (the first block of ResNet-50). Write down the shapes of the three kernels. How many channels does the batch normalization behind each of them handle?
"""

# %% [markdown] tags=["ko"] task="bottleneck" role="hint"
r"""
출력의 채널은 `filters`개가 아니라 `4 * filters`개입니다. 입력의 채널 수가 이것과 다르거나 `stride`가 1이 아니면, 둘 중 하나만 해당해도 투영이 필요합니다. 투영에도 배치 정규화가 있습니다.
"""

# %% [markdown] tags=["en"] task="bottleneck" role="hint"
r"""
The output has `4 * filters` channels, not `filters`. If the input has another number of channels, or `stride` is not 1, a projection is needed: one of the two is enough. The projection has batch normalization, too.
"""

# %% [markdown] tags=["ko"] task="bottleneck" role="hint"
r"""
합성곱 세 층의 가중치는 `channels * filters + 9 * filters * filters + filters * 4 * filters`개, 배치 정규화가 학습하는 값은 `2 * (filters + filters + 4 * filters)`개입니다. 투영이 있으면 `channels * 4 * filters + 2 * 4 * filters`를 더하세요. 높이와 너비는 패딩이 1인 $3 \times 3$ 층에서만 바뀌므로 각각 `(side + 2 - 3) // stride + 1`이 됩니다.
"""

# %% [markdown] tags=["en"] task="bottleneck" role="hint"
r"""
The three convolutions have `channels * filters + 9 * filters * filters + filters * 4 * filters` weights, and their batch normalization learns `2 * (filters + filters + 4 * filters)` values. If there is a projection, add `channels * 4 * filters + 2 * 4 * filters`. Height and width change only in the $3 \times 3$ layer, whose padding is 1, so each becomes `(side + 2 - 3) // stride + 1`.
"""

# %% task="bottleneck" role="solution"
def bottleneck(shape, filters, stride):
    ### BEGIN SOLUTION
    height, width, channels = shape
    wide = 4 * filters
    weights = channels * filters + 9 * filters * filters + filters * wide
    weights += 2 * (filters + filters + wide)
    if stride != 1 or channels != wide:
        weights += channels * wide + 2 * wide
    return ((height - 1) // stride + 1, (width - 1) // stride + 1, wide), weights
    ### END SOLUTION


# %% task="bottleneck" role="check"
check("ResNet-50, first block: more channels need a projection",
      bottleneck((56, 56, 64), 64, 1), ((56, 56, 256), 75008), integers=True,
      causes={"The projection is missing: the input has 64 channels, the output 256": ((56, 56, 256), 58112),
              "The batch normalization of the projection is missing": ((56, 56, 256), 74496),
              "Moving means and variances are not trained, so they do not count": ((56, 56, 256), 76288),
              "Each convolution has a batch normalization behind it": ((56, 56, 256), 73728),
              "These convolutions have no biases": ((56, 56, 256), 75392),
              "The last 1x1 widens the channels fourfold": ((56, 56, 64), 45440),
              "The frame of the 3x3 keeps the size of the map": ((54, 54, 256), 75008),
              "The shape is a tuple of its own within the pair": (56, 56, 256, 75008)})
check("ResNet-50, second block: no projection",
      bottleneck((56, 56, 256), 64, 1), ((56, 56, 256), 70400), integers=True,
      causes={"A projection was counted, although the shape stays as it is": ((56, 56, 256), 136448)})
check("ResNet-50, fourth block: stride 2 and more channels",
      bottleneck((56, 56, 256), 128, 2), ((28, 28, 512), 379392), integers=True,
      causes={"The stride makes the map smaller": ((56, 56, 512), 379392)})
check("stride 2, as many channels as the output", bottleneck((10, 9, 32), 8, 2), ((5, 5, 32), 2272), integers=True,
      causes={"The projection is missing: the map becomes smaller": ((5, 5, 32), 1184),
              "A side of 9 becomes 5: the frame of the 3x3 counts before the division": ((5, 4, 32), 2272)})
check("stride 3, as many channels as the output", bottleneck((10, 9, 32), 8, 3), ((4, 3, 32), 2272), integers=True,
      causes={"The projection is missing: a stride of 3 makes the map smaller, too": ((4, 3, 32), 1184)})

# %% task="bottleneck" role="test" points=10
random = np.random.default_rng()
for stride in (1, 2, 3):
    for same in (True, False) * 3:
        h, w, filters = (int(v) for v in random.integers((6, 6, 1), (40, 40, 12)))
        channels = 4 * filters if same else int(random.choice([c for c in (1, 3, 5, 16, 24) if c != 4 * filters]))
        kernels = [(1, 1, channels, filters), (3, 3, filters, filters), (1, 1, filters, 4 * filters)]
        if (stride, channels) != (1, 4 * filters):
            kernels.append((1, 1, channels, 4 * filters))
        count = sum(np.zeros(kernel).size + np.zeros((2, kernel[3])).size for kernel in kernels)
        places = lambda side: len(range(0, side + 2 - 3 + 1, stride))
        require(f"bottleneck({(h, w, channels)}, {filters}, {stride})", bottleneck((h, w, channels), filters, stride), ((places(h), places(w), 4 * filters), count), integers=True)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 스퀴즈-익사이테이션 (10점)

SENet의 스퀴즈-익사이테이션(squeeze-and-excitation)은 채널마다 0과 1 사이의 수, 곧 게이트(gate)를 구하여 특징 맵에 곱합니다.

1. 스퀴즈: 이미지마다, 채널마다 특징 맵의 평균을 구합니다. 형상은 `(batch, channels)`입니다.
2. 익사이테이션: 완전 연결층 `w1`, `b1`과 ReLU, 이어서 완전 연결층 `w2`, `b2`와 시그모이드 $1 / (1 + e^{-z})$를 거칩니다.
3. 각 특징 맵에 그 이미지, 그 채널의 게이트를 곱합니다.

`squeeze_excite(maps, w1, b1, w2, b2)`를 완성하세요. `maps`는 `(batch, height, width, channels)`, `w1`은 `(channels, hidden)`, `b1`은 `(hidden,)`,
`w2`는 `(hidden, channels)`, `b2`는 `(channels,)`이고 모두 실수 배열입니다. 결과의 형상은 `maps`와 같으며, `maps` 자체는 바뀌지 않아야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Squeeze-and-excitation (10 points)

The squeeze-and-excitation of SENet computes for each channel a number between 0 and 1, the gate, and multiplies the feature map by it.

1. Squeeze: the mean of the feature map, for each image and each channel. The shape is `(batch, channels)`.
2. Excitation: a fully connected layer `w1`, `b1` and ReLU, then a fully connected layer `w2`, `b2` and the sigmoid $1 / (1 + e^{-z})$.
3. Each feature map is multiplied by the gate of its image and its channel.

Complete `squeeze_excite(maps, w1, b1, w2, b2)`. `maps` is `(batch, height, width, channels)`, `w1` is `(channels, hidden)`, `b1` is `(hidden,)`,
`w2` is `(hidden, channels)`, `b2` is `(channels,)`; all are floating-point arrays. The result has the shape of `maps`, and `maps` itself must not change.
"""

# %% [markdown] tags=["ko"] task="squeeze_excite" role="hint"
r"""
이미지마다, 채널마다 수 하나가 남으려면 `maps`의 네 축 가운데 어느 두 축을 따라 평균해야 하나요? 그 결과의 형상은 무엇인가요?
"""

# %% [markdown] tags=["en"] task="squeeze_excite" role="hint"
r"""
One number is to remain for each image and each channel. Along which two of the four axes of `maps` must the mean be taken? What is the shape of the result?
"""

# %% [markdown] tags=["ko"] task="squeeze_excite" role="hint"
r"""
평균의 형상은 `(batch, channels)`이므로 완전 연결층은 행렬 곱 `@`로 계산할 수 있습니다. 게이트의 형상도 같은데, 브로드캐스팅(broadcasting)은 뒤쪽 축부터 맞추므로 `maps`와 바로 곱하면 배치의 축이 너비의 축과 맞물립니다. 길이가 1인 축을 어디에 넣어야 하나요?
"""

# %% [markdown] tags=["en"] task="squeeze_excite" role="hint"
r"""
The means have shape `(batch, channels)`, so the product of matrices, `@`, computes a fully connected layer. The gates have the same shape. But broadcasting aligns axes from the back: multiplied with `maps` as they are, the axis of their batch would meet that of the width. Where do axes of length 1 belong?
"""

# %% [markdown] tags=["ko"] task="squeeze_excite" role="hint"
r"""
`squeezed = maps.mean(axis=(1, 2))`, `hidden = np.maximum(squeezed @ w1 + b1, 0)`, `gates = 1 / (1 + np.exp(-(hidden @ w2 + b2)))`를 차례로 구하고 `maps * gates[:, None, None, :]`를 돌려주세요. `maps *= ...`로 쓰면 입력이 바뀝니다.
"""

# %% [markdown] tags=["en"] task="squeeze_excite" role="hint"
r"""
Compute in turn `squeezed = maps.mean(axis=(1, 2))`, `hidden = np.maximum(squeezed @ w1 + b1, 0)` and `gates = 1 / (1 + np.exp(-(hidden @ w2 + b2)))`, then return `maps * gates[:, None, None, :]`. Written as `maps *= ...`, it would change the input.
"""

# %% task="squeeze_excite" role="solution"
def squeeze_excite(maps, w1, b1, w2, b2):
    ### BEGIN SOLUTION
    squeezed = maps.mean(axis=(1, 2))  # (batch, channels)
    hidden = np.maximum(squeezed @ w1 + b1, 0)
    gates = 1 / (1 + np.exp(-(hidden @ w2 + b2)))  # (batch, channels)
    return maps * gates[:, None, None, :]
    ### END SOLUTION


# %% task="squeeze_excite" role="check"
maps = np.stack([[[1.0, 3.0], [5.0, 7.0]], [[2.0, 2.0], [2.0, 2.0]]], axis=-1)[None]  # (1, 2, 2, 2), means 4 and 2
w1, b1 = np.array([[1.0], [-1.0]]), np.array([0.0])  # one hidden unit: 4 - 2
w2, b2 = np.array([[0.0, 1.0]]), np.array([0.0, np.log(3.0) - 2.0])  # gates: sigmoid(0) and sigmoid(log 3)
before = maps.copy()
found = squeeze_excite(maps, w1, b1, w2, b2)
check("shape", np.shape(found), (1, 2, 2, 2),
      causes={"These are the gates; the maps are still to be multiplied by them": (1, 2)})
check("first map, times 0.5", found[0, :, :, 0], np.array([[0.5, 1.5], [2.5, 3.5]]),
      causes={"Softmax makes the gates add up to 1; a sigmoid opens each by itself":
              np.array([[0.25, 0.75], [1.25, 1.75]]),
              "The gates were added to the maps": np.array([[1.5, 3.5], [5.5, 7.5]])})
check("second map, times 0.75", found[0, :, :, 1], np.full((2, 2), 1.5),
      causes={"Squeezing takes the mean of each map, not its largest value":
              np.full((2, 2), 2 / (1 + np.exp(-3.0) / 3)),
              "The sigmoid is missing": np.full((2, 2), 2 * np.log(3.0)),
              "The biases are missing": np.full((2, 2), 2 / (1 + np.exp(-2.0))),
              "The exponent of a sigmoid has a minus sign": np.full((2, 2), 0.5)})
check("maps are unchanged", maps, before)
check("a negative hidden unit", squeeze_excite(-before, w1, b1, w2, b2), -before * [0.5, 3 / (3 + np.exp(2.0))],
      causes={"The ReLU between the two layers is missing": -before * [0.5, 3 / (3 + np.exp(4.0))]})
check("gates that are nearly closed", squeeze_excite(before.copy(), w1, b1, w2, b2 - 2),
      before * [1 / (1 + np.exp(2.0)), 3 / (3 + np.exp(2.0))],
      causes={"There is no ReLU between the second layer and the sigmoid": before * 0.5})
two = squeeze_excite(np.concatenate([0 * before, before]), w1, b1, w2, b2)
of_the_first = [0.5, 3 / (3 + np.exp(2.0))]
check("an image does not depend on the others of its batch", two[1], before[0] * [0.5, 0.75],
      causes={"The mean was taken over the batch, too": before[0] * [0.5, 3 / (3 + np.exp(1.0))],
              "All images got the gates of the first": before[0] * of_the_first,
              "The gates stand along the wrong axis: a gate belongs to an image and a channel":
              before[0] * np.array([of_the_first, [0.5, 0.75]])})

# %% task="squeeze_excite" role="test" points=10
random = np.random.default_rng()
for _ in range(20):
    batch, h, w, channels, hidden = (int(v) for v in random.integers((1, 1, 1, 1, 1), (5, 6, 6, 7, 5)))
    maps = random.normal(0.5, 2, (batch, h, w, channels))
    w1, b1, w2, b2 = random.normal(size=(channels, hidden)), random.normal(size=hidden), random.normal(size=(hidden, channels)), random.normal(size=channels)
    expected = np.empty(maps.shape)
    for b, c in np.ndindex(batch, channels):
        means = [maps[b, :, :, k].sum() / (h * w) for k in range(channels)]
        units = [max(0.0, b1[u] + sum(means[k] * w1[k, u] for k in range(channels))) for u in range(hidden)]
        z = b2[c] + sum(units[u] * w2[u, c] for u in range(hidden))
        expected[b, :, :, c] = maps[b, :, :, c] * (1 + np.tanh(z / 2)) / 2
    given = maps.copy()
    require(f"maps {maps.shape}, {hidden} hidden units", squeeze_excite(given, w1.copy(), b1.copy(), w2.copy(), b2.copy()), expected)
    require("maps are unchanged", given, maps)

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 잔차 블록의 오류 찾기 (10점)

친구가 $1 \times 1$ 합성곱 두 층으로 된 작은 잔차 블록을 NumPy로 작성했습니다. $1 \times 1$ 합성곱은 픽셀마다 채널에 행렬을 곱하는 것이므로 `x @ w`로 계산됩니다.
계산하려는 것은

$$y = \mathrm{ReLU}(F(x) + s(x)), \qquad F(x) = \mathrm{ReLU}(x W_1)\, W_2$$

입니다. `projection`이 `None`이면 $s(x) = x$이고, 행렬이면 $s(x) = x W_s$입니다(`projection`이 $W_s$입니다). `x`는 `(height, width, channels)`, `w1`은 `(channels, hidden)`,
`w2`는 `(hidden, filters)`, `projection`은 `None`이거나 `(channels, filters)`입니다.

그런데 결과에 음수가 섞여 있고, 블록을 거쳐도 값이 줄어드는 일이 없습니다. 채널 수가 늘어날 때는 결과의 형상도 틀립니다. 게다가 입력했던 특징 맵까지 바뀌었습니다.
오류를 모두 찾아 고치세요.

```python
def residual(x, w1, w2, projection):
    shortcut = x
    f = np.maximum(x @ w1, 0)
    f = np.maximum(f @ w2, 0)
    if f.shape != shortcut.shape:
        channels = min(f.shape[2], shortcut.shape[2])
        f, shortcut = f[:, :, :channels], shortcut[:, :, :channels]
    shortcut += f
    return shortcut
```
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Find the bugs in a residual block (10 points)

A friend has written a small residual block of two $1 \times 1$ convolutions in NumPy. A $1 \times 1$ convolution multiplies the channels of each pixel by a matrix, so `x @ w` computes it.
The block is to compute

$$y = \mathrm{ReLU}(F(x) + s(x)), \qquad F(x) = \mathrm{ReLU}(x W_1)\, W_2$$

If `projection` is `None`, $s(x) = x$; if it is a matrix, $s(x) = x W_s$ (`projection` is $W_s$). `x` is `(height, width, channels)`, `w1` is `(channels, hidden)`,
`w2` is `(hidden, filters)`, `projection` is `None` or `(channels, filters)`.

But there are negative numbers in the result, and yet no value ever gets smaller on its way through the block. Where the number of channels grows, the result's shape is wrong as well. And the feature maps
that went in have changed, too. Find and fix all bugs.

```python
def residual(x, w1, w2, projection):
    shortcut = x
    f = np.maximum(x @ w1, 0)
    f = np.maximum(f @ w2, 0)
    if f.shape != shortcut.shape:
        channels = min(f.shape[2], shortcut.shape[2])
        f, shortcut = f[:, :, :channels], shortcut[:, :, :channels]
    shortcut += f
    return shortcut
```
"""

# %% [markdown] tags=["ko"] task="residual" role="hint"
r"""
친구의 코드를 한 줄씩 식과 견주어 보세요. ReLU는 식의 어디에 있고 코드의 어디에 있나요? 코드에서 `projection`을 쓰는 곳은 어디인가요?
"""

# %% [markdown] tags=["en"] task="residual" role="hint"
r"""
Compare the friend's code with the formula line by line. Where does ReLU stand in the formula, and where in the code? Where does the code use `projection`?
"""

# %% [markdown] tags=["ko"] task="residual" role="hint"
r"""
증상마다 원인을 하나씩 찾으세요. 음수가 나온다면 마지막에 무엇이 빠졌나요? 값이 줄지 않는 것은 $F(x)$가 음수가 되지 못하기 때문입니다. 형상은 채널을 잘라서가 아니라 `projection`을 곱해서 맞춥니다. `shortcut = x`는 복사하는 것이 아니라 같은 배열에 이름을 하나 더 붙이는 것이므로, `+=`를 쓰면 `x`까지 바뀝니다.
"""

# %% [markdown] tags=["en"] task="residual" role="hint"
r"""
Find a cause for each symptom. If negative numbers come out, what is missing at the end? If no value gets smaller, it is because $F(x)$ cannot be negative. Shapes are made to match by multiplying with `projection`, not by cutting channels off. `shortcut = x` copies nothing; it only gives the same array a second name, so `+=` changes `x`, too.
"""

# %% [markdown] tags=["ko"] task="residual" role="hint"
r"""
`shortcut = x if projection is None else x @ projection`으로 시작하세요. 채널 수가 같더라도 `projection`이 주어지면 씁니다. 그다음 `f = np.maximum(x @ w1, 0) @ w2`를 계산하고 `np.maximum(f + shortcut, 0)`을 돌려줍니다. `f + shortcut`은 새 배열이므로 `x`는 그대로 남습니다.
"""

# %% [markdown] tags=["en"] task="residual" role="hint"
r"""
Begin with `shortcut = x if projection is None else x @ projection`: a `projection` that is given is used even if the number of channels is the same. Then compute `f = np.maximum(x @ w1, 0) @ w2` and return `np.maximum(f + shortcut, 0)`. Because `f + shortcut` is a new array, `x` stays as it is.
"""

# %% task="residual" role="solution"
def residual(x, w1, w2, projection):
    ### BEGIN SOLUTION
    shortcut = x if projection is None else x @ projection
    f = np.maximum(x @ w1, 0) @ w2  # no ReLU here, so that a block can also subtract
    return np.maximum(f + shortcut, 0)  # a new array: the caller's x stays as it is
    ### END SOLUTION


# %% task="residual" role="check"
x = np.array([[[1.0, -4.0], [2.0, 3.0]]])  # (1, 2, 2)
before, w1, w2 = x.copy(), np.eye(2), np.array([[1.0, 0.0], [0.0, -2.0]])
check("the branch can subtract: no ReLU before the addition",
      residual(np.array([[[2.0, 4.0]]]), w1, np.diag([1.0, -0.5]), None), np.array([[[4.0, 2.0]]]),
      causes={"Nothing was added to the branch": np.array([[[2.0, 0.0]]])})
check("the inner ReLU stops what is negative",
      residual(np.array([[[3.0, 4.0]]]), -w1, np.eye(2), None), np.array([[[3.0, 4.0]]]))
check("the last ReLU stops what is negative",
      residual(np.array([[[1.0, -4.0]]]), w1, np.eye(2), None), np.array([[[2.0, 0.0]]]))
check("without a projection", residual(x, w1, w2, None), np.array([[[2.0, 0.0], [4.0, 0.0]]]))
check("x is unchanged", x, before)
wider = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
check("from 2 to 3 channels", residual(before.copy(), w1, w2 @ wider, wider),
      np.array([[[2.0, 0.0, 0.0], [4.0, 0.0, 0.0]]]),
      causes={"The branch was cut to the channels of x; the projection gives x those of the branch":
              np.array([[[2.0, 0.0], [4.0, 0.0]]]),
              "x was filled up with zeros; the projection gives it the channels of the branch":
              np.array([[[2.0, 0.0, 0.0], [4.0, 3.0, 0.0]]])})
check("a projection between as many channels", residual(before.copy(), w1, w2, np.array([[0.0, 1.0], [1.0, 0.0]])),
      np.array([[[0.0, 1.0], [5.0, 0.0]]]),
      causes={"Where a projection is given, x goes through it, even if the channels are as many":
              np.array([[[2.0, 0.0], [4.0, 0.0]]])})

# %% task="residual" role="test" points=10
random = np.random.default_rng()
for i in range(30):
    h, w, channels, hidden, filters = (int(v) for v in random.integers(1, 6, 5))
    filters = filters if i % 3 == 2 else channels  # none, a projection between equal channels, any projection
    x, w1, w2 = random.normal(size=(h, w, channels)), random.normal(size=(channels, hidden)), random.normal(size=(hidden, filters))
    projection = None if i % 3 == 0 else random.normal(size=(channels, filters))
    expected = np.empty((h, w, filters))
    for a, b, c in np.ndindex(h, w, filters):
        units = [max(0.0, sum(x[a, b, k] * w1[k, u] for k in range(channels))) for u in range(hidden)]
        skipped = x[a, b, c] if projection is None else sum(x[a, b, k] * projection[k, c] for k in range(channels))
        expected[a, b, c] = max(0.0, skipped + sum(units[u] * w2[u, c] for u in range(hidden)))
    given, kept = x.copy(), None if projection is None else projection.copy()
    require(f"x {x.shape}, {filters} filters, {'no projection' if projection is None else 'a projection'}", residual(given, w1.copy(), w2.copy(), kept), expected)
    require("x is unchanged", given, x)

# %% [markdown] tags=["ko"]
r"""
## Keras로 만들기

다음 세 문제의 함수는 모델(`keras.Model`)을 돌려줍니다. 채점에서는 모델의 형상과 가중치의 수를 살피고, 가중치를 다른 값으로 바꾼 다음 출력을 비교합니다. 학습은 하지 않습니다.
아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
## Building with Keras

In the next three tasks, a function returns a model (`keras.Model`). Grading looks at the model's shapes and number of weights, replaces the weights by others and compares the outputs. Nothing is trained.
The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 구성 리스트로 만드는 VGG (10점)

VGG 논문의 표는 신경망을 층의 목록으로 적습니다. `vgg(configuration, input_shape, classes)`는 `[8, 8, "M", 16, "M"]` 같은 리스트로 모델을 만듭니다.
- 정수는 그만큼의 필터를 가진 $3 \times 3$ 합성곱입니다. `padding="same"`이고 편향이 있으며 ReLU가 이어집니다.
- `"M"`은 스트라이드가 2인 $2 \times 2$ 최댓값 풀링(max pooling)입니다. 패딩은 없습니다.

이어서 특징 맵을 벡터로 펼치고(flatten), 유닛이 32개인 완전 연결층과 ReLU, 유닛이 `classes`개인 완전 연결층을 차례로 둡니다. 출력은 소프트맥스를 거치지 않은
로짓(logits)입니다. `input_shape`는 `(height, width, channels)`입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. A VGG from a configuration list (10 points)

The table in the VGG paper writes a network down as a list of layers. `vgg(configuration, input_shape, classes)` builds a model from a list such as `[8, 8, "M", 16, "M"]`.
- An integer is a $3 \times 3$ convolution with that many filters, with `padding="same"`, biases and ReLU.
- `"M"` is $2 \times 2$ max pooling with stride 2, without padding.

Then the feature maps are flattened, and a fully connected layer of 32 units with ReLU and a fully connected layer of `classes` units follow. The output is the
logits, without a softmax. `input_shape` is `(height, width, channels)`.
"""

# %% [markdown] tags=["ko"] task="vgg" role="hint"
r"""
`[8, 8, "M", 16, "M"]`을 층의 목록으로 풀어서 적어 보세요. 정수는 Keras의 어느 층이 되고 `"M"`은 어느 층이 되나요? 목록이 끝난 다음에는 어떤 층이 이어지나요?
"""

# %% [markdown] tags=["en"] task="vgg" role="hint"
r"""
Spell out `[8, 8, "M", 16, "M"]` as a list of layers. Which layer of Keras does an integer become, and which does `"M"`? Which layers follow after the end of the list?
"""

# %% [markdown] tags=["ko"] task="vgg" role="hint"
r"""
`x = layers.Conv2D(...)(x)`처럼 층의 출력을 다시 `x`에 담으면 `for`문이 층을 차례로 이어 줍니다. `images`는 따로 간직해 두었다가 모델을 만들 때 쓰세요. 마지막 완전 연결층에는 소프트맥스도 ReLU도 없어야 출력이 로짓입니다.
"""

# %% [markdown] tags=["en"] task="vgg" role="hint"
r"""
If the output of a layer goes back into `x`, as in `x = layers.Conv2D(...)(x)`, a `for` loop connects the layers one after the other. Keep `images` for the end, where the model is made. The output is logits only if the last fully connected layer has neither softmax nor ReLU.
"""

# %% [markdown] tags=["ko"] task="vgg" role="hint"
r"""
`x = images = keras.Input(input_shape)`로 시작합니다. `"M"`이면 `layers.MaxPooling2D(2)`, 정수 `entry`이면 `layers.Conv2D(entry, 3, padding="same", activation="relu")`를 거칩니다. 반복문을 마치면 `layers.Flatten()`, `layers.Dense(32, activation="relu")`, `layers.Dense(classes)`를 차례로 거쳐 `keras.Model(images, x)`를 돌려주세요.
"""

# %% [markdown] tags=["en"] task="vgg" role="hint"
r"""
Begin with `x = images = keras.Input(input_shape)`. For `"M"` it goes through `layers.MaxPooling2D(2)`, for an integer `entry` through `layers.Conv2D(entry, 3, padding="same", activation="relu")`. After the loop come `layers.Flatten()`, `layers.Dense(32, activation="relu")` and `layers.Dense(classes)`; then return `keras.Model(images, x)`.
"""

# %% task="vgg" role="solution"
def vgg(configuration, input_shape, classes):
    ### BEGIN SOLUTION
    x = images = keras.Input(input_shape)
    for entry in configuration:
        if entry == "M":
            x = layers.MaxPooling2D(2)(x)
        else:
            x = layers.Conv2D(entry, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(32, activation="relu")(x)
    return keras.Model(images, layers.Dense(classes)(x))
    ### END SOLUTION


# %% task="vgg" role="check"
given = [8, 8, "M", 16, "M"]
model = vgg(given, (17, 16, 3), 10)
check("vgg returns a keras.Model", isinstance(model, keras.Model), True)
check("the list of layers is unchanged", given, [8, 8, "M", 16, "M"])
images = np.linspace(-1, 1, 17 * 16 * 3).reshape(1, 17, 16, 3).astype("float32")
found = np.asarray(model(images))
check("output shape for one image", found.shape, (1, 10))
conv, biases, dense = [(3, 3, 3, 8), (3, 3, 8, 8), (3, 3, 8, 16)], [(8,), (8,), (16,)], [(32,), (32, 10), (10,)]
check("shapes of the weights, sorted", sorted(tuple(w.shape) for w in model.weights),
      sorted([*conv, *biases, (256, 32), *dense]),
      causes={'The maps became smaller in the convolutions: `padding="same"` keeps their size':
              sorted([*conv, *biases, (64, 32), *dense]),
              "Pooling leaves out a row for which there is no whole window":
              sorted([*conv, *biases, (320, 32), *dense]),
              "The window of pooling moves by 2": sorted([*conv, *biases, (3360, 32), *dense]),
              "The maps are flattened, not averaged": sorted([*conv, *biases, (16, 32), *dense]),
              "The dense layer of 32 units is missing": sorted([*conv, *biases, (256, 10), (10,)]),
              "The biases of the convolutions are missing": sorted([*conv, (256, 32), *dense]),
              "Each layer must get what the one before it gives":
              sorted([(3, 3, 3, 16), (16,), (1024, 32), *dense])})
check("in training it computes the same as otherwise: no dropout", np.asarray(model(images, training=True)), found)
model.set_weights([np.arange(10.0) if w.shape == (10,) else 0 * w for w in model.get_weights()])
found = np.asarray(model(np.ones((1, 17, 16, 3), "float32")))
check("with all weights 0 the output is the last bias", found, np.arange(10.0)[None],
      causes={"The logits went through a softmax": np.exp(np.arange(10.0)[None]) / np.exp(np.arange(10.0)).sum()})
model.set_weights([np.full(w.shape, -1.0) for w in model.get_weights()])
found = np.asarray(model(np.zeros((1, 17, 16, 3), "float32")))
check("a black image, all weights -1: each ReLU gives 0, the logits are -1", found, np.full((1, 10), -1.0),
      causes={"The dense layer of 32 units has no ReLU": np.full((1, 10), 31.0),
              "The convolutions have no ReLU": np.full((1, 10), -29089772.0),
              "The last layer has a ReLU; logits may be negative": np.zeros((1, 10))})
small = vgg(["M"], (2, 2, 1), 1)  # pooling alone, then a mean of 32 equal units
four = np.array([[[[1.0], [2.0]], [[3.0], [6.0]]]], "float32")
small(four)  # a model that makes its weights when it is first called has them now
values = {(1, 32): 1.0, (32,): 0.0, (32, 1): 1 / 32, (1,): 0.0}
small.set_weights([np.full(w.shape, values.get(w.shape, 1.0)) for w in small.get_weights()])
check("pooling takes the largest value", np.asarray(small(four)), np.array([[6.0]]),
      causes={"This is the mean of each window": np.array([[3.0]])})

# %% task="vgg" role="test" points=10
random = np.random.default_rng()
for pools in (1, 2, 0):
    *configuration, classes = (int(v) for v in random.permutation(np.arange(2, 9))[:4])  # all differ: so do all shapes
    for _ in range(pools):
        configuration.insert(int(random.integers(0, len(configuration) + 1)), "M")
    shape = tuple(int(v) for v in random.integers((3, 3, 1), (6, 6, 4)) * (2, 2, 1) + (1, 1, 0))
    case = f"vgg({configuration}, {shape}, {classes})"
    given = list(configuration)
    model = vgg(given, shape, classes)
    require(f"{case}: the list of layers is unchanged", given, configuration)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    images = random.normal(size=(3, *shape)).astype("float32")
    require(f"{case}: output shape", tuple(model(images.copy()).shape), (3, classes))
    h, w, channels = shape
    sizes = []
    for entry in configuration:
        if entry == "M":
            h, w = h // 2, w // 2
        else:
            sizes, channels = [*sizes, (3, 3, channels, entry), (entry,)], entry
    sizes += [(h * w * channels, 32), (32,), (32, classes), (classes,)]
    found_sizes = [tuple(value.shape) for value in model.get_weights()]
    require(f"{case}: weights", sorted(found_sizes), sorted(sizes))
    weights = [random.normal(0, (2 / np.prod(size[:-1])) ** 0.5, size).astype("float32") if len(size) > 1 else random.normal(0, 0.5, size).astype("float32") for size in sizes]
    weights[-1] = np.linspace(-9, 9, classes).astype("float32")  # logits of both signs
    model.set_weights([weights[sizes.index(size)] for size in found_sizes])
    found = np.asarray(model(images.copy()))
    x, rest = images.astype(float), iter(weights)
    for entry in configuration:
        if entry == "M":
            rows, columns = x.shape[1] // 2, x.shape[2] // 2
            x = x[:, :2 * rows, :2 * columns].reshape(3, rows, 2, columns, 2, -1).max(axis=(2, 4))
        else:
            windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), (3, 3), axis=(1, 2))
            x = np.maximum(np.einsum("bijcmn,mncf->bijf", windows, next(rest)) + next(rest), 0)
    x = np.maximum(x.reshape(3, -1) @ next(rest) + next(rest), 0)
    require(f"{case}: logits", found, x @ next(rest) + next(rest), rtol=1e-3, atol=1e-4)
    require(f"{case}: the same in training", np.asarray(model(images, training=True)), found, rtol=1e-3, atol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 잔차 블록 (15점)

`residual_block(input_shape, filters, stride)`는 ResNet의 기본 블록 하나로 된 모델을 만듭니다. `input_shape`는 `(height, width, channels)`입니다.

1. $3 \times 3$ 합성곱(스트라이드 `stride`), 배치 정규화, ReLU
2. $3 \times 3$ 합성곱(스트라이드 1), 배치 정규화
3. 잔차 연결을 **더한 다음** ReLU

필터는 모두 `filters`개이고 합성곱은 모두 Keras의 `padding="same"`을 쓰며 편향이 없습니다. 그 밖의 설정은 Keras의 기본값을 그대로 둡니다.
변의 길이가 짝수이고 `stride`가 2이면 `padding="same"`은 오른쪽과 아래에만 패딩을 합니다. 본문의 ResNet은 `ZeroPadding2D`로 사방에 똑같이 패딩을 하지만, 여기서는 쓰지 마세요.
`stride`가 1이고 채널 수가 `filters`와 같으면 잔차 연결은 입력 그대로이며, 그렇지 않으면 스트라이드가 `stride`인 $1 \times 1$ 합성곱과 배치 정규화를 거칩니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. A residual block (15 points)

`residual_block(input_shape, filters, stride)` builds a model that is one basic block of ResNet. `input_shape` is `(height, width, channels)`.

1. a $3 \times 3$ convolution (stride `stride`), batch normalization, ReLU
2. a $3 \times 3$ convolution (stride 1), batch normalization
3. the residual connection is **added, then** comes ReLU

All convolutions have `filters` filters, the `padding="same"` of Keras and no bias. Leave all other settings at the defaults of Keras.
Where a side is even and `stride` is 2, `padding="same"` pads on the right and below only. The lesson's ResNet pads all sides alike with `ZeroPadding2D`; do not use that here.
If `stride` is 1 and the input has as many channels as `filters`, the residual connection is the input itself; otherwise it goes through a $1 \times 1$ convolution of stride `stride` and batch normalization.
"""

# %% [markdown] tags=["ko"] task="residual_block" role="hint"
r"""
입력은 두 갈래로 나뉘어, 하나는 합성곱 두 층을 지나고 하나는 잔차 연결을 지납니다. 두 갈래를 그리고 층마다 출력의 형상을 적어 보세요. 더하는 자리에서 두 형상이 언제 달라지나요?
"""

# %% [markdown] tags=["en"] task="residual_block" role="hint"
r"""
The input takes two ways: one through the two convolutions, one through the residual connection. Draw both and write the shape of the output at each layer. When do the two shapes differ where they are added?
"""

# %% [markdown] tags=["ko"] task="residual_block" role="hint"
r"""
`stride`가 1이 아니면 높이와 너비가, 채널 수가 `filters`와 다르면 채널이 어긋나 더할 수 없습니다. 둘 중 하나만 해당해도 잔차 연결에 $1 \times 1$ 합성곱과 배치 정규화를 둡니다. 둘째 배치 정규화와 더하기 사이에는 ReLU가 없습니다. 층 하나를 두 번 부르면 가중치를 함께 쓰게 되므로, 자리마다 새 층을 만드세요.
"""

# %% [markdown] tags=["en"] task="residual_block" role="hint"
r"""
If `stride` is not 1, height and width do not match; if the number of channels is not `filters`, the channels do not. Either of the two is enough to give the residual connection a $1 \times 1$ convolution and batch normalization. There is no ReLU between the second batch normalization and the addition. A layer that is called twice shares its weights, so make a new layer for each place.
"""

# %% [markdown] tags=["ko"] task="residual_block" role="hint"
r"""
`x = images = keras.Input(input_shape)`로 시작합니다. 합성곱이 있는 갈래는 `f = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)`에서 시작하여 `layers.BatchNormalization()`, `layers.ReLU()`, `strides`를 뺀 같은 합성곱, 다시 `layers.BatchNormalization()` 순으로 이어집니다. `stride != 1 or input_shape[-1] != filters`이면 `x`도 `layers.Conv2D(filters, 1, strides=stride, use_bias=False)`와 배치 정규화를 거칩니다. 출력은 `layers.ReLU()(layers.Add()([f, x]))`입니다.
"""

# %% [markdown] tags=["en"] task="residual_block" role="hint"
r"""
Begin with `x = images = keras.Input(input_shape)`. The way with the convolutions starts as `f = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)`; then come `layers.BatchNormalization()`, `layers.ReLU()`, the same convolution without `strides`, and `layers.BatchNormalization()` again. If `stride != 1 or input_shape[-1] != filters`, `x` goes through `layers.Conv2D(filters, 1, strides=stride, use_bias=False)` and batch normalization as well. The output is `layers.ReLU()(layers.Add()([f, x]))`.
"""

# %% task="residual_block" role="solution"
def residual_block(input_shape, filters, stride):
    ### BEGIN SOLUTION
    x = images = keras.Input(input_shape)
    f = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    f = layers.BatchNormalization()(f)
    f = layers.ReLU()(f)
    f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)
    f = layers.BatchNormalization()(f)
    if stride != 1 or input_shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
    return keras.Model(images, layers.ReLU()(layers.Add()([f, x])))
    ### END SOLUTION


# %% task="residual_block" role="check"
model = residual_block((6, 6, 4), 4, 1)
check("residual_block returns a keras.Model", isinstance(model, keras.Model), True)
x = np.linspace(-1, 1, 6 * 6 * 4).reshape(1, 6, 6, 4).astype("float32")
check("output shape for one image", tuple(model(x).shape), (1, 6, 6, 4),
      causes={"Branch and x were joined side by side, not added": (1, 6, 6, 8)})
check("parameters", model.count_params(), 2 * 9 * 4 * 4 + 2 * 4 * 4,
      causes={"The convolutions have no biases": 328, "The shape stays as it is, so no projection is needed": 352,
              "Each convolution has a batch normalization of its own": 304})
model.set_weights([0 * w if w.ndim == 4 else w for w in model.get_weights()])
check("with all kernels 0 the output is ReLU(x)", np.asarray(model(x)), np.maximum(x, 0),
      causes={"There is no ReLU after the addition": x, "The input does not reach the addition unchanged": 0 * x})
ones = np.ones((1, 6, 6, 4), "float32")
for label, signs, expected in (("the inner ReLU stops what is negative", (-1, 1), ones),
                               ("the branch can subtract: no ReLU before the addition", (1, -1), 0 * ones)):
    values = iter(signs)  # all weights of the first kernel, all of the second
    model.set_weights([np.full(w.shape, next(values)) if w.ndim == 4 else w for w in model.get_weights()])
    check(label, np.asarray(model(ones)), expected)
narrow = residual_block((7, 6, 4), 8, 2)
check("output shape with stride 2", tuple(narrow(np.ones((1, 7, 6, 4), "float32")).shape), (1, 4, 3, 8))
check("parameters with stride 2", narrow.count_params(), 9 * 4 * 8 + 9 * 8 * 8 + 4 * 8 + 3 * 4 * 8,
      causes={"One of the three convolutions has no batch normalization of its own": 960,
              "The projection is a 1x1 convolution": 1248, "The convolutions have no biases": 1016})
check("with more channels x needs a projection, also with stride 1",
      tuple(residual_block((6, 6, 4), 8, 1)(ones).shape), (1, 6, 6, 8))
wider = residual_block((6, 6, 4), 8, 1)
wider(ones)
check("parameters with more channels, stride 1", wider.count_params(), 9 * 4 * 8 + 9 * 8 * 8 + 4 * 8 + 3 * 4 * 8)
images = np.zeros((1, 7, 7, 4), "float32")
images[:, 3, 3] = 1
check("with stride 2 x needs a projection, also with as many channels",
      tuple(residual_block((7, 7, 4), 4, 2)(images).shape), (1, 4, 4, 4))
strided = residual_block((7, 7, 4), 4, 2)
strided(images)
check("parameters with as many channels, stride 2", strided.count_params(), 2 * 9 * 4 * 4 + 4 * 4 + 3 * 4 * 4)


def with_weights(model, large, small):
    """Set all entries of the 3x3 kernels to one value, and those of 1x1 kernels to another."""
    model.set_weights([np.full(w.shape, {3: large, 1: small}[w.shape[0]]) if w.ndim == 4 else w
                       for w in model.get_weights()])
    return model


found = np.asarray(with_weights(strided, 1.0, 0.0)(images))
check("the first convolution strides: the middle of the image reaches all of the output",
      bool((found > 0).all()), True)
images = np.zeros((1, 7, 6, 4), "float32")
images[:, 3, 4] = 1
found = np.asarray(with_weights(narrow, 1.0, 0.0)(images))
check('padding="same", stride 2 on 6 columns: zeros on the right only, not on both sides',
      bool((found > 0).all()), True)
images = np.ones((1, 7, 7, 4), "float32")
positive, less = (np.asarray(with_weights(strided, 0.1, small)(images)) for small in (0.0, -0.1))
check("the projection can subtract: no ReLU in it", bool((less < positive).all()), True)
images[:, ::2, ::2] = 0
check("the projection is a convolution of stride 2: it sees every second pixel only",
      np.asarray(with_weights(strided, 0.0, 1.0)(images)), np.zeros((1, 4, 4, 4)))
lowered = residual_block((6, 6, 3), 3, 1)
lowered(ones[..., :3])
values = iter((0.0, -1.0))  # of the first kernel and of the second; each batch normalization subtracts 0.5
lowered.set_weights([np.full(w.shape, next(values)) if w.ndim == 4
                     else 0 * w - 0.5 if v.path.endswith("beta") else w
                     for v, w in zip(lowered.weights, lowered.get_weights())])
check("batch normalization comes before the inner ReLU", np.asarray(lowered(ones[..., :3])),
      0.5 * ones[..., :3])

# %% task="residual_block" role="test" points=15
import itertools

random = np.random.default_rng()


def convolve(x, kernel, stride):  # padding "same": what is odd goes to the right and below
    frame = [(0, 0), (0, 0)]
    for side in x.shape[2:0:-1]:
        total = max((-(-side // stride) - 1) * stride + kernel.shape[0] - side, 0)
        frame.insert(1, (total // 2, total - total // 2))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, frame), kernel.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bijcmn,mncf->bijf", windows, kernel)


def normalise(x, values):
    gamma, beta, mean, variance = values
    return (x - mean) / np.sqrt(variance + 0.001) * gamma + beta


for equal, stride in ((True, 1), (False, 1), (True, 2), (False, 2), (False, 3)):
    h, w, channels = (int(v) for v in random.integers((5, 5, 1), (10, 10, 5)))
    filters = channels if equal else channels + int(random.integers(1, 4))
    projected = not equal or stride > 1
    case = f"residual_block({(h, w, channels)}, {filters}, {stride})"
    model = residual_block((h, w, channels), filters, stride)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    images = random.normal(size=(2, h, w, channels)).astype("float32")
    require(f"{case}: output shape", tuple(model(images.copy()).shape), (2, -(-h // stride), -(-w // stride), filters))
    sizes = [tuple(value.shape) for value in model.get_weights()]
    expected = [(3, 3, channels, filters), (3, 3, filters, filters)] + [(1, 1, channels, filters)] * projected + [(filters,)] * (12 if projected else 8)
    require(f"{case}: weights", sorted(sizes), sorted(expected))
    kernels = [random.normal(0, (2 / np.prod(size[:3])) ** 0.5, size).astype("float32") for size in sizes if len(size) == 4]
    vectors = [np.stack([random.uniform(0.5, 2, filters), *random.normal(0, 0.5, (2, filters)), random.uniform(0.5, 2, filters)]).astype("float32") for _ in range(3 if projected else 2)]
    kernel, vector = iter(kernels), iter(np.concatenate(vectors))
    model.set_weights([next(kernel) if len(size) == 4 else next(vector) for size in sizes])
    found = np.asarray(model(images.copy()))
    best = None  # the layers may stand in any order: take the one that fits best
    for order, norms in itertools.product(itertools.permutations(kernels), itertools.permutations(vectors)):
        if [value.shape for value in order] != expected[:len(order)]:
            continue
        f = convolve(np.maximum(normalise(convolve(images, order[0], stride), norms[0]), 0), order[1], 1)
        f = normalise(f, norms[1]) + (normalise(convolve(images, order[2], stride), norms[2]) if projected else images)
        output = np.maximum(f, 0)
        if best is None or np.abs(found - output).max() < np.abs(found - best).max():
            best = output
    require(f"{case}: output", found, best.astype("float32"), rtol=1e-3, atol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 그룹 합성곱 조립하기 (10점)

`grouped(input_shape, filters, groups)`는 그룹 합성곱을 보통의 합성곱으로 조립한 모델을 만듭니다. 입력을 채널 방향으로 `groups`개의 이어진 조각으로 똑같이 나누고, 조각마다
따로 $3 \times 3$ `Conv2D`(`padding="same"`, 편향 있음, 활성화 함수 없음)를 적용한 다음, 결과를 순서대로 채널 방향으로 이어 붙입니다. 출력의 채널은 모두 `filters`개입니다.
`Conv2D`의 인수 `groups`는 쓰지 마세요. `input_shape`는 `(height, width, channels)`이고, `groups`는 1일 수도 있습니다.
`channels`나 `filters`가 `groups`로 나누어떨어지지 않으면 `ValueError`를 발생시키세요(raise). 모델에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Assemble a grouped convolution (10 points)

`grouped(input_shape, filters, groups)` builds a model that assembles a grouped convolution from ordinary ones. The input is split along the channels into `groups` consecutive parts of the same size, each part
gets a $3 \times 3$ `Conv2D` of its own (`padding="same"`, with bias, no activation), and the results are joined along the channels in their order. The output has `filters` channels in all.
Do not use the argument `groups` of `Conv2D`. `input_shape` is `(height, width, channels)`, and `groups` may be 1.
Raise `ValueError` if `groups` does not divide `channels` or does not divide `filters`. The model is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="grouped" role="hint"
r"""
채널 4개, 필터 6개, 그룹 2개라고 해 봅시다. 그룹 하나에는 채널이 몇 개 들어오고 특징 맵이 몇 개 나가나요? `Conv2D`는 모두 몇 개 필요한가요?
"""

# %% [markdown] tags=["en"] task="grouped" role="hint"
r"""
Say there are 4 channels, 6 filters and 2 groups. How many channels go into one group, and how many feature maps come out? How many `Conv2D` layers are needed in all?
"""

# %% [markdown] tags=["ko"] task="grouped" role="hint"
r"""
`ops.split`으로 나누고 `ops.concatenate`로 잇습니다. 둘 다 마지막 축, 곧 채널의 축을 따라야 합니다. 조각마다 가중치가 따로 있어야 하므로 `Conv2D`를 조각마다 새로 만드세요. 한 번 만든 층을 여러 번 부르면 가중치를 함께 쓰게 됩니다.
"""

# %% [markdown] tags=["en"] task="grouped" role="hint"
r"""
`ops.split` takes the input apart, `ops.concatenate` joins the results, and both must do it along the last axis, that of the channels. Each part needs weights of its own, so make a new `Conv2D` for each; one layer that is called several times would share its weights.
"""

# %% [markdown] tags=["ko"] task="grouped" role="hint"
r"""
`images = keras.Input(input_shape)`를 `ops.split(images, groups, axis=-1)`로 나누고, 조각 `part`마다 `layers.Conv2D(filters // groups, 3, padding="same")(part)`를 구해 리스트 `maps`에 담으세요. `keras.Model(images, ops.concatenate(maps, axis=-1))`을 돌려주면 됩니다. 그 전에, 나머지 `input_shape[-1] % groups`나 `filters % groups`가 0이 아니면 `ValueError`를 발생시키세요.
"""

# %% [markdown] tags=["en"] task="grouped" role="hint"
r"""
Split `images = keras.Input(input_shape)` with `ops.split(images, groups, axis=-1)`, compute `layers.Conv2D(filters // groups, 3, padding="same")(part)` for each `part`, and put the results into a list, `maps`. Then return `keras.Model(images, ops.concatenate(maps, axis=-1))`. Before that, raise `ValueError` if one of the remainders `input_shape[-1] % groups` and `filters % groups` is not 0.
"""

# %% task="grouped" role="solution"
def grouped(input_shape, filters, groups):
    ### BEGIN SOLUTION
    if input_shape[-1] % groups or filters % groups:
        raise ValueError(f"{input_shape[-1]} channels and {filters} filters do not divide into {groups} groups")
    images = keras.Input(input_shape)
    parts = ops.split(images, groups, axis=-1)
    maps = [layers.Conv2D(filters // groups, 3, padding="same")(part) for part in parts]
    return keras.Model(images, ops.concatenate(maps, axis=-1))
    ### END SOLUTION


# %% task="grouped" role="check"
check("the channels, the last axis, are divided, and a keras.Model comes back",
      isinstance(grouped((5, 6, 4), 6, 2), keras.Model), True)
model = grouped((5, 6, 4), 6, 2)
maps = np.ones((1, 5, 6, 4), "float32")
check("output shape for one image", tuple(model(maps).shape), (1, 5, 6, 6),
      causes={"The filters are divided among the groups": (1, 5, 6, 12),
              "The results of the groups are joined, not added": (1, 5, 6, 3),
              '`padding="same"` keeps height and width': (1, 3, 4, 6)})
check("shapes of the weights, sorted",
      sorted(tuple(w.shape) for w in model.weights), [(3,)] * 2 + [(3, 3, 2, 3)] * 2,
      causes={"One layer is called for all parts; each needs a layer with weights of its own":
              [(3,), (3, 3, 2, 3)],
              "Each convolution gets only the part of its group": [(3,)] * 2 + [(3, 3, 4, 3)] * 2,
              "The biases are missing": [(3, 3, 2, 3)] * 2,
              "This is one convolution without groups": [(3, 3, 4, 6), (6,)],
              "Put it together from ordinary convolutions, without their argument `groups`": [(3, 3, 2, 6), (6,)]})
keras_own = keras.Sequential([keras.Input((5, 6, 4)), layers.Conv2D(6, 3, padding="same", groups=2)])
check("as many parameters as Conv2D(groups=2)", model.count_params(), keras_own.count_params())
difference = np.asarray(model(maps * np.array([1, 1, 9, 1], "float32"))) - np.asarray(model(maps))
check("the third of 4 channels reaches the second group alone", np.abs(difference).max(axis=(0, 1, 2)) > 1e-6,
      np.array([False] * 3 + [True] * 3),
      causes={"It reaches the first group: are the parts consecutive channels, and joined in their order?":
              np.array([True] * 3 + [False] * 3),
              "The results must be joined group by group": np.array([False, True] * 3)})
check_raises(ValueError, grouped, (5, 6, 4), 6, 4)
check_raises(ValueError, grouped, (5, 6, 5), 6, 2)
plain = grouped((5, 6, 4), 4, 2)
plain(maps)
plain.set_weights([np.full(w.shape, 0.0 if w.ndim == 4 else -1.0) for w in plain.get_weights()])
check("all kernels 0, all biases -1: no activation", np.asarray(plain(maps)), np.full((1, 5, 6, 4), -1.0))

# %% task="grouped" role="test" points=8
import itertools

random = np.random.default_rng()
for groups in (2, 3, 1, 4):
    h, w, a, b = (int(v) for v in random.integers((4, 4, 2, 2), (8, 8, 4, 4)))
    case = f"grouped({(h, w, groups * a)}, {groups * b}, {groups})"
    model = grouped((h, w, groups * a), groups * b, groups)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    images = random.normal(size=(2, h, w, groups * a)).astype("float32")
    require(f"{case}: output shape", tuple(model(images.copy()).shape), (2, h, w, groups * b))
    sizes = [tuple(value.shape) for value in model.get_weights()]
    require(f"{case}: weights", sorted(sizes), sorted([(3, 3, a, b), (b,)] * groups))
    pairs = [(random.normal(size=(3, 3, a, b)).astype("float32"), random.normal(size=b).astype("float32")) for _ in range(groups)]
    kernels, biases = (iter(values) for values in zip(*pairs))
    model.set_weights([next(kernels if len(size) == 4 else biases) for size in sizes])
    found = np.asarray(model(images.copy()))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0))), (3, 3), axis=(1, 2))
    best = None  # the branches may stand in any order: take the one that fits best
    for order in itertools.permutations(pairs):
        maps = [np.einsum("bijcmn,mncf->bijf", windows[:, :, :, k * a:k * a + a], order[k][0]) + order[k][1] for k in range(groups)]
        output = np.concatenate(maps, axis=-1)
        if best is None or np.abs(found - output).max() < np.abs(found - best).max():
            best = output
    require(f"{case}: output", found, best, rtol=1e-3, atol=1e-4)

# %% task="grouped" role="test" part="errors" points=2
for channels, filters, groups in ((6, 9, 2), (9, 6, 2), (4, 8, 3)):
    require_raises(ValueError, grouped, (6, 6, channels), filters, groups)

# %% [markdown] tags=["ko"]
r"""
## 실험

### 문제 11. 실험: 잔차 연결이 있으면 다른 입력은 끝까지 다를까 (5점)

잔차 연결이 있으면 입력이 그대로 지나가고 기울기도 남습니다. 그렇다면 서로 다른 두 입력은 블록을 많이 지난 뒤에도 서로 다를까요?
아래 셀의 `likeness(depth)`는 직각을 이루는 두 입력을, 아직 아무것도 배우지 않은(가중치가 무작위인) 잔차 블록 $y = x + \mathrm{ReLU}(x W_1)\, W_2$를 `depth`개 지나게 하고,
나온 두 벡터 사이의 각의 코사인을 돌려줍니다(무작위 블록 네 벌의 평균). 코사인은 직각이면 0, 방향이 똑같으면 1입니다.
블록이 많아지면 이 값은 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적으세요. 그런 다음 1부터 64까지의 정수를 다섯 가지 이상 골라 측정합니다. 4 이하인 것과 32 이상인 것을 하나 이상씩 넣으세요.
`many_blocks()`는 실험의 기록을 딕셔너리로 돌려줍니다.
- `"settings"`: 시험한 블록 수의 리스트
- `"predicted"`: 블록 수마다 예측을 적은 리스트, 또는 `"grows"`, `"falls"`, `"stays"`, `"neither"` 가운데 하나. 예측이 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 블록 수마다 측정한 값
- `"conclusion"`: 측정한 값에서 나오는 결론. `"grows"`, `"falls"`, `"stays"`, `"neither"` 가운데 하나

예측과 다르다면 까닭을 생각해 보세요. `likeness(depth, shortcut=False)`는 잔차 연결이 없는 블록을 지나게 합니다. 잔차 연결이 있는 블록 몇 개가 없는 블록 하나와 비슷한가요?
`scale=0.1`처럼 가지에 작은 수를 곱하면 어떻게 되나요? 학습을 시작할 때 가지의 마지막 배치 정규화를 $\gamma = 0$으로 두는 구현이 있습니다(Goyal et al., *Accurate, Large Minibatch SGD*, 2017).
"""

# %% [markdown] tags=["en"]
r"""
## An experiment

### Task 11. Experiment: do different inputs stay different, with residual connections (5 points)

With residual connections the input passes through and the gradient is kept. Then are two different inputs still different after many blocks?
In the cell below, `likeness(depth)` sends two inputs at a right angle through `depth` residual blocks $y = x + \mathrm{ReLU}(x W_1)\, W_2$ that have learned nothing yet (their weights are random),
and returns the cosine of the angle between the two vectors that come out (mean of four sets of random blocks). The cosine is 0 for a right angle and 1 for the same direction.
With more blocks, will it grow, fall or stay? Write down your prediction **before you measure**; then choose at least five whole numbers from 1 to 64, with one of 4 or less and one of 32 or more among them, and measure.
`many_blocks()` returns the record of the experiment as a dict.
- `"settings"`: the list of numbers of blocks that were tried
- `"predicted"`: a list with a prediction for each of them, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, `"neither"`

If the result was not what you predicted, think about why. `likeness(depth, shortcut=False)` goes through blocks without a residual connection: how many blocks with one are like a single block without?
What if the branch is multiplied by a small number, as with `scale=0.1`? Some implementations start the training with $\gamma = 0$ in the last batch normalization of each branch (Goyal et al., *Accurate, Large Minibatch SGD*, 2017).
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def through_blocks(vectors, depth, random, shortcut, scale):
    """(n, 128) -> (n, 128): blocks of random weights; every vector comes out with length 1."""
    for _ in range(depth):
        w1 = random.normal(0, (2 / 128) ** 0.5, (128, 128))
        w2 = random.normal(0, (1 / 128) ** 0.5, (128, 128))
        vectors = shortcut * vectors + scale * (np.maximum(vectors @ w1, 0) @ w2)
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def likeness(depth, shortcut=True, scale=1.0):
    """Cosine of the angle between what becomes of two inputs at a right angle; mean of 4 sets of random blocks."""
    cosines = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        inputs = np.linalg.qr(random.normal(size=(128, 2)))[0].T  # two vectors of length 1, at a right angle
        first, second = through_blocks(inputs, int(depth), random, shortcut, scale)
        cosines.append(first @ second)
    return float(np.mean(cosines))

# %% [markdown] tags=["ko"] task="many_blocks" role="hint"
r"""
직각인 두 벡터에 ReLU를 적용하면 음수가 모두 0이 됩니다. 그 뒤에도 두 벡터는 직각일까요? 그것을 원래 벡터에 더하면 각은 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="many_blocks" role="hint"
r"""
ReLU turns all that is negative in two vectors at a right angle into 0. Are they still at a right angle then? What becomes of the angle when this is added to the vectors as they were?
"""

# %% [markdown] tags=["ko"] task="many_blocks" role="hint"
r"""
`blocks = [1, 4, 8, 16, 32]`처럼 블록 수를 고르고, 예측을 먼저 적은 다음 `[likeness(depth) for depth in blocks]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="many_blocks" role="hint"
r"""
Choose numbers of blocks such as `blocks = [1, 4, 8, 16, 32]`, write the prediction first, then measure with `[likeness(depth) for depth in blocks]`.
"""

# %% [markdown] tags=["ko"] task="many_blocks" role="hint"
r"""
`return {"settings": blocks, "predicted": ..., "measured": [likeness(depth) for depth in blocks], "conclusion": ...}`에서 `...` 두 곳을 채우세요. 결론은 적은 블록 수에서 많은 블록 수의 순서로 읽으며, 예측이 아니라 측정한 값을 따릅니다.
"""

# %% [markdown] tags=["en"] task="many_blocks" role="hint"
r"""
Fill the two places `...` in `return {"settings": blocks, "predicted": ..., "measured": [likeness(depth) for depth in blocks], "conclusion": ...}`. The conclusion is read from few blocks to many, and follows what was measured, not the prediction.
"""

# %% task="many_blocks" role="solution"
def many_blocks():
    ### BEGIN SOLUTION
    blocks = [1, 4, 8, 16, 32]
    return {
        "settings": blocks,
        "predicted": "stays",  # before measuring
        "measured": [likeness(depth) for depth in blocks],
        "conclusion": "grows",
    }
    ### END SOLUTION


# %% task="many_blocks" role="check"
from_1_to_64 = lambda depth: depth in range(1, 65)
found = many_blocks()
likeness_without = lambda depth: likeness(depth, shortcut=False)
likeness_of_a_tenth = lambda depth: likeness(depth, scale=0.1)
angle = lambda depth: np.arccos(likeness(depth))
check_experiment("the experiment", found, measure=likeness, settings=from_1_to_64, at_least_runs=5,
                 tolerance=0.01,
                 causes={"These are the values without the residual connection": likeness_without,
                         "These are the values of branches that were multiplied by 0.1": likeness_of_a_tenth,
                         "These are the angles; their cosines are asked for": angle})
check("one number of blocks is 4 or less", min(found["settings"]) <= 4, True)
check("one number of blocks is 32 or more", max(found["settings"]) >= 32, True)

# %% task="many_blocks" role="test" points=5
found = many_blocks()
require_experiment("the experiment", found, measure=likeness, settings=lambda depth: depth in range(1, 65), at_least_runs=5, tolerance=0.01)
require("one number of blocks is 4 or less", bool(min(found["settings"]) <= 4), True)
require("one number of blocks is 32 or more", bool(max(found["settings"]) >= 32), True)
