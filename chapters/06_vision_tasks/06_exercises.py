# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 6장 연습 문제. 상자와 마스크

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 경계 상자(bounding box)는 언제나 `x0, y0, x1, y1`입니다. `x`는 오른쪽으로, `y`는 아래로 커지며, 너비는 `x1 - x0`입니다.
- 모두 10문제, 100점, 약 2시간입니다. 문제 9만 Keras를 쓰고, 문제 10은 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 6 exercises. Boxes and masks

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- A bounding box is always `x0, y0, x1, y1`. `x` grows to the right and `y` downwards; the width is `x1 - x0`.
- There are 10 tasks with 100 points, for about 2 hours. Only task 9 uses Keras, and task 10 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 마스크에서 상자로 (5점)

마스크(mask)를 그려 두었다면 상자는 따로 표시할 필요가 없습니다. `mask_to_box(mask)`는 물체를 빠짐없이 담는 가장 작은 상자를 `(x0, y0, x1, y1)`로 반환합니다.
`mask`의 형상은 `(height, width)`이고, 값이 0보다 큰 픽셀이 물체입니다. 물체는 여러 조각일 수도 있습니다.
`x0`, `y0`은 물체가 있는 첫 열과 첫 행의 번호이고, `x1`, `y1`은 마지막 열과 마지막 행의 **다음** 번호입니다. 그래야 `x1 - x0`이 너비가 됩니다.
물체가 하나도 없으면 `ValueError`를 발생시키세요(raise). 상자에 4점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. From a mask to a box (5 points)

Whoever has drawn a mask need not draw the box as well. `mask_to_box(mask)` returns the smallest box that holds all of the object, as `(x0, y0, x1, y1)`.
The shape of `mask` is `(height, width)`; the pixels above 0 are the object, which may be in several pieces.
`x0` and `y0` are the numbers of the first column and the first row with a pixel of the object, `x1` and `y1` the numbers **behind** the last column and the last row, so that `x1 - x0` is the width.
Raise `ValueError` if there is no object. The box is worth 4 points, the error case 1.
"""

# %% [markdown] tags=["ko"] task="mask_to_box" role="hint"
r"""
`x`는 열의 번호인가요, 행의 번호인가요? 배열에서 `mask[3]`은 행과 열 가운데 무엇을 꺼내나요?
"""

# %% [markdown] tags=["en"] task="mask_to_box" role="hint"
r"""
Is `x` the number of a column or of a row? And which of the two does `mask[3]` take out?
"""

# %% [markdown] tags=["ko"] task="mask_to_box" role="hint"
r"""
`rows, columns = np.nonzero(mask > 0)`은 물체의 모든 픽셀의 행 번호와 열 번호를 줍니다. 가장 작은 것과 가장 큰 것을 찾으세요.
"""

# %% [markdown] tags=["en"] task="mask_to_box" role="hint"
r"""
`rows, columns = np.nonzero(mask > 0)` gives the row and the column of each pixel of the object. Look for the smallest and the largest.
"""

# %% [markdown] tags=["ko"] task="mask_to_box" role="hint"
r"""
먼저 `rows`의 길이가 0이면 `ValueError`를 내고, 아니면 `columns.min()`, `rows.min()`, `columns.max() + 1`, `rows.max() + 1`을 이 순서로 반환하세요.
"""

# %% [markdown] tags=["en"] task="mask_to_box" role="hint"
r"""
First raise `ValueError` if the length of `rows` is 0; else return `columns.min()`, `rows.min()`, `columns.max() + 1`, `rows.max() + 1` in this order.
"""

# %% task="mask_to_box" role="solution"
def mask_to_box(mask):
    ### BEGIN SOLUTION
    rows, columns = np.nonzero(mask > 0)
    if len(rows) == 0:
        raise ValueError("there is no object in the mask")
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    ### END SOLUTION


# %% task="mask_to_box" role="check"
mask = np.array([[0, 0, 0, 0, 0, 0],
                 [0, 0, 0, 1, 0, 0],
                 [0, 0, 0, 1, 1, 0],
                 [0, 0, 0, 0, 1, 0],
                 [0, 0, 0, 0, 0, 0]])
given = mask.copy()
check("an object in columns 3 and 4, rows 1 to 3", mask_to_box(given), (3, 1, 5, 4),
      causes={"Here x and y are exchanged: x counts the columns": (1, 3, 4, 5),
              "The last column and row themselves are not yet x1 and y1: these lie one behind": (3, 1, 4, 3),
              "These are a corner and the size, not two corners": (3, 1, 2, 3)})
check("the mask is unchanged", given, mask)
check("two pieces at the edges", mask_to_box(np.array([[0, 0, 0, 255], [255, 0, 0, 0]])), (0, 0, 4, 2))
check("fractions above 0 count, however small", mask_to_box(mask[1:4] * 0.25), (3, 0, 5, 3))
check("a hole in the middle", mask_to_box(np.array([[0, 2, 2, 2], [0, 2, 0, 2], [0, 2, 2, 2]])), (1, 0, 4, 3))
check_raises(ValueError, mask_to_box, np.zeros((3, 4)))

# %% task="mask_to_box" role="test" points=4
random = np.random.default_rng()
for number in range(30):
    height, width = (int(v) for v in random.integers(2, 12, 2))
    pixels = random.random((height, width)) < random.choice([0.03, 0.1, 0.3])
    pixels[random.integers(height), random.integers(width)] = True
    drawn = pixels * (random.uniform(0.01, 1, (height, width)) if number % 2 else random.integers(1, 256, (height, width)))
    places = [(column, row) for row in range(height) for column in range(width) if pixels[row, column]]
    low, high = np.min(places, axis=0), np.max(places, axis=0) + 1
    require(f"a mask of {height}x{width}", mask_to_box(drawn.copy()), (int(low[0]), int(low[1]), int(high[0]), int(high[1])))

# %% task="mask_to_box" role="test" part="errors" points=1
require_raises(ValueError, mask_to_box, np.zeros((5, 2)))
require_raises(ValueError, mask_to_box, np.zeros((1, 7), dtype=int))
require("one pixel is an object", mask_to_box(np.array([[0, 1, 0]])), (1, 0, 2, 1))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 칸을 기준으로 한 상자 (10점)

상자의 모서리를 그대로 예측하지 않는 검출기가 많습니다. 그림을 한 변이 `stride`픽셀인 정사각형 칸으로 나누고, 상자의 **중심**(한가운데 점)이 있는 칸이 그 상자를 맡습니다.
`encode(boxes, stride)`는 형상이 `(N, 4)`인 `boxes`를 형상이 `(N, 6)`인 배열로 바꿉니다. 상자마다 다음 여섯 수가 차례로 있습니다.
- 중심이 있는 칸의 행과 열. 중심이 칸의 경계선에 있으면 그 오른쪽 칸, 아래쪽 칸이 맡습니다.
- 그 칸 안에서 중심의 위치 `dx`, `dy`. 칸의 왼쪽 위 모서리가 0이고 칸의 한 변이 1입니다.
- 너비와 높이의 로그. 칸의 한 변을 1로 하여 잰 너비와 높이에 자연로그를 취합니다.

상자가 그림 밖으로 나가 중심의 좌표가 음수일 수도 있습니다. 왼쪽과 위쪽의 바깥 칸은 −1번, −2번, ...입니다.

너비나 높이가 0이거나 음수인 상자가 하나라도 있으면 `ValueError`를 발생시키세요(raise). 변환에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. A box as its cell sees it (10 points)

Many detectors do not predict the corners of a box as they are. The picture is divided into square cells with a side of `stride` pixels, and the cell in which the **centre** of a box (its middle) lies is in charge of it.
`encode(boxes, stride)` turns `boxes` of shape `(N, 4)` into an array of shape `(N, 6)`, with these six numbers for each box:
- row and column of the cell in which the centre lies; a centre on a border belongs to the cell to the right, or below;
- the place `dx`, `dy` of the centre within this cell: 0 at its upper left corner, and the side of a cell is 1;
- the logarithms of width and height: these are measured with the side of a cell as 1, then the natural logarithm is taken.

A box may reach out of the picture, so that its centre has negative coordinates. The cells beyond the left and the top have the numbers −1, −2, ...

Raise `ValueError` if any box has a width or a height of 0 or below. The numbers are worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="encode" role="hint"
r"""
`stride`가 4일 때 중심이 $x = 6$, $y = 13$에 있다면 어느 열, 어느 행의 칸인가요? 그 칸은 어디에서 시작하나요?
"""

# %% [markdown] tags=["en"] task="encode" role="hint"
r"""
With a `stride` of 4 and a centre at $x = 6$, $y = 13$: which column and which row is the cell in? Where does this cell begin?
"""

# %% [markdown] tags=["ko"] task="encode" role="hint"
r"""
모든 길이를 먼저 `stride`로 나누면 단위가 칸이 됩니다. 그러면 중심의 정수 부분(`np.floor`)이 칸의 번호이고 나머지가 `dx`, `dy`입니다.
"""

# %% [markdown] tags=["en"] task="encode" role="hint"
r"""
Divide all lengths by `stride` first, so that the unit is a cell. Then the whole part of the centre (`np.floor`) is the number of the cell, and the rest is `dx`, `dy`.
"""

# %% [markdown] tags=["ko"] task="encode" role="hint"
r"""
`centre = (boxes[:, :2] + boxes[:, 2:]) / 2 / stride`의 열은 x, y의 순서이지만, 칸은 행, 열의 순서이므로 `np.floor(centre)[:, ::-1]`로 뒤집습니다. 세 조각을 `np.concatenate([...], axis=1)`로 이으세요.
"""

# %% [markdown] tags=["en"] task="encode" role="hint"
r"""
The columns of `centre = (boxes[:, :2] + boxes[:, 2:]) / 2 / stride` are x, y, but a cell is row, column: `np.floor(centre)[:, ::-1]` turns them round. Join the three pieces with `np.concatenate([...], axis=1)`.
"""

# %% task="encode" role="solution"
def encode(boxes, stride):
    ### BEGIN SOLUTION
    size = (boxes[:, 2:] - boxes[:, :2]) / stride
    if (size <= 0).any():
        raise ValueError("a box has no width or no height")
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2 / stride
    cell = np.floor(centre)
    return np.concatenate([cell[:, ::-1], centre - cell, np.log(size)], axis=1)
    ### END SOLUTION


# %% task="encode" role="check"
boxes = np.array([[2, 12, 11, 14],
                  [16, 0, 24, 8]])
given = boxes.copy()
found = encode(given, 4)
check("shape", np.shape(found), (2, 6))
check("the cells: row and column", found[:, :2], np.array([[3.0, 1.0], [1.0, 5.0]]),
      causes={"This is column and row: the row comes first": np.array([[1.0, 3.0], [5.0, 1.0]]),
              "This is the cell of the corner, not of the centre": np.array([[3.0, 0.0], [0.0, 4.0]]),
              "It was rounded to the nearest cell: `np.floor` gives the one in which the centre lies":
              np.array([[3.0, 2.0], [1.0, 5.0]]),
              "The number of a cell is whole: what is behind the point belongs to dx and dy":
              np.array([[3.25, 1.625], [1.0, 5.0]]),
              "The cells were counted in pixels": np.array([[13.0, 6.5], [4.0, 20.0]])})
check("dx and dy", found[:, 2:4], np.array([[0.625, 0.25], [0.0, 0.0]]),
      causes={"This is dy and dx: dx comes first": np.array([[0.25, 0.625], [0.0, 0.0]]),
              "These are pixels: measure them in cells": np.array([[2.5, 1.0], [0.0, 0.0]]),
              "A half was lost: `//` drops the fraction of the centre": np.array([[0.5, 0.25], [0.0, 0.0]]),
              "This is the way from the middle of the cell": np.array([[0.125, -0.25], [-0.5, -0.5]])})
check("the logarithms of width and height", found[:, 4:], np.log([[2.25, 0.5], [2.0, 2.0]]),
      causes={"The logarithm was forgotten": np.array([[2.25, 0.5], [2.0, 2.0]]),
              "These are the logarithms of pixels: measure in cells first": np.log([[9.0, 2.0], [8.0, 8.0]]),
              "This is the logarithm with base 2": np.log2([[2.25, 0.5], [2.0, 2.0]])})
check("the boxes are unchanged", given, boxes)
check("fractions, stride 8", encode(np.array([[1.5, 7.0, 9.5, 15.0]]), 8),
      np.array([[1.0, 0.0, 0.6875, 0.375, 0.0, 0.0]]))
check("a centre left of the picture", encode(np.array([[-6, 0, 0, 4]]), 4)[:, :4],
      np.array([[0.0, -1.0, 0.25, 0.5]]),
      causes={"`int(...)` rounds towards 0: below 0, use `np.floor`": np.array([[0.0, 0.0, -0.75, 0.5]])})
check_raises(ValueError, encode, np.array([[0, 0, 4, 4], [3, 1, 3, 5]]), 4)
check_raises(ValueError, encode, np.array([[0, 6, 4, 2]]), 4)

# %% task="encode" role="test" points=8
random = np.random.default_rng()
for number in range(20):
    count, stride = int(random.integers(1, 7)), int(random.choice([2, 4, 8, 16]))
    corner, size = random.uniform(-20, 90, (count, 2)), random.uniform(0.5, 60, (count, 2))
    if number % 2:
        corner, size = np.floor(corner).astype(int), np.ceil(size).astype(int)
    given = np.concatenate([corner, corner + size], axis=1)
    rows = []
    for x0, y0, x1, y1 in given.tolist():
        (column, dx), (row, dy) = divmod((x0 + x1) / 2, stride), divmod((y0 + y1) / 2, stride)
        rows.append([row, column, dx / stride, dy / stride, float(np.log(x1 - x0) - np.log(stride)), float(np.log(y1 - y0) - np.log(stride))])
    require(f"{count} boxes, stride {stride}", encode(given.copy(), stride), np.array(rows))

# %% task="encode" role="test" part="errors" points=2
for box in ([5, 0, 5, 9], [0, 5, 9, 5], [9, 0, 5, 9], [0, 9, 9, 5], [9, 9, 5, 5]):
    for place in (0, 2):
        rows = [[0, 0, 8, 8], [1, 2, 3, 4]]
        rows.insert(place, box)
        require_raises(ValueError, encode, np.array(rows, dtype=float), 8)
        require_raises(ValueError, encode, np.array(rows), 8)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 오류 찾기: 상자의 IoU (10점)

친구가 상자 하나와 여러 상자의 IoU(intersection over union)를 구하는 `overlap(box, boxes)`를 작성했습니다. `box`의 형상은 `(4,)`, `boxes`의 형상은 `(N, 4)`이고 결과의 형상은 `(N,)`입니다.
같은 상자인데 1이 나오지 않고, 서로 멀리 떨어진 상자인데 0이 아니며, 두 번 실행하면 결과까지 달라집니다. 오류를 모두 찾아 고치세요. 상자의 너비와 높이는 모두 0보다 큽니다.

```python
def overlap(box, boxes):
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    common = np.prod(high - low, axis=1)
    boxes[:, 2:] -= boxes[:, :2]
    areas = boxes[:, 2] * boxes[:, 3]
    area = (box[2] - box[0]) * (box[3] - box[1])
    return common / (area + areas)
```
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. Find the bugs: IoU of boxes (10 points)

A friend has written `overlap(box, boxes)`, the IoU (intersection over union) of one box with each of several. The shape of `box` is `(4,)`, that of `boxes` is `(N, 4)`, and that of the result `(N,)`.
But for the same box it does not give 1, for boxes far apart it does not give 0, and when it is run twice, the results differ. Find and fix all bugs. All boxes have a width and a height above 0.

```python
def overlap(box, boxes):
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    common = np.prod(high - low, axis=1)
    boxes[:, 2:] -= boxes[:, :2]
    areas = boxes[:, 2] * boxes[:, 3]
    area = (box[2] - box[0]) * (box[3] - box[1])
    return common / (area + areas)
```
"""

# %% [markdown] tags=["ko"] task="overlap" role="hint"
r"""
왼쪽 위와 오른쪽 아래에 멀리 떨어진 두 상자를 그리고 `high - low`를 손으로 계산해 보세요. 음수끼리 곱하면 무엇이 되나요?
"""

# %% [markdown] tags=["en"] task="overlap" role="hint"
r"""
Draw two boxes far apart, one at the upper left and one at the lower right, and compute `high - low` by hand. What is the product of two negative numbers?
"""

# %% [markdown] tags=["ko"] task="overlap" role="hint"
r"""
두 넓이를 더하면 겹친 부분을 몇 번 세나요? 그리고 `-=`는 새 배열을 만드나요, 아니면 받은 배열을 바꾸나요?
"""

# %% [markdown] tags=["en"] task="overlap" role="hint"
r"""
How often does the sum of the two areas count the part in common? And does `-=` make a new array, or change the one that came in?
"""

# %% [markdown] tags=["ko"] task="overlap" role="hint"
r"""
곱하기 **전에** `np.maximum(high - low, 0)`으로 음수를 0으로 바꾸고, `sizes = boxes[:, 2:] - boxes[:, :2]`로 새 배열을 만들고, `area + areas - common`으로 나누세요.
"""

# %% [markdown] tags=["en"] task="overlap" role="hint"
r"""
**Before** the product, turn negative numbers into 0 with `np.maximum(high - low, 0)`; make a new array with `sizes = boxes[:, 2:] - boxes[:, :2]`; divide by `area + areas - common`.
"""

# %% task="overlap" role="solution"
def overlap(box, boxes):
    ### BEGIN SOLUTION
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    common = np.prod(np.maximum(high - low, 0), axis=1)  # two negative sides would make a positive area
    sizes = boxes[:, 2:] - boxes[:, :2]  # a new array
    area = (box[2] - box[0]) * (box[3] - box[1])
    return common / (area + np.prod(sizes, axis=1) - common)
    ### END SOLUTION


# %% task="overlap" role="check"
box = np.array([1, 1, 5, 4])  # 4 wide, 3 high
near = np.array([[1, 1, 5, 4], [3, 1, 7, 4], [2, 2, 4, 3]])
given = near.copy()
check("the same box, one half beside it, one within it", overlap(box, given), np.array([1, 6 / 18, 2 / 12]),
      causes={"The part in common was counted twice: take it off the sum of the areas":
              np.array([0.5, 0.25, 1 / 7]),
              "This is the intersection over the area of the one box": np.array([1, 0.5, 1 / 6])})
check("the boxes are unchanged", given, near)
check("box is unchanged", box, np.array([1, 1, 5, 4]))
check("boxes apart: beside, below, and both", overlap(box, np.array([[7, 1, 9, 4], [1, 6, 5, 8], [8, 9, 10, 12]])),
      np.array([0.0, 0.0, 0.0]),
      causes={"A side below 0 means that nothing is in common: turn it into 0":
              np.array([-6 / 24, -8 / 28, 15 / 3]),
              "Turn each side below 0 into 0, not their product: two negative ones make it positive":
              np.array([0, 0, 15 / 3])})
check("boxes that touch", overlap(box, np.array([[5, 1, 6, 4], [1, 4, 5, 9]])), np.array([0.0, 0.0]))
check("fractions", overlap(np.array([0, 0, 1, 0.5]), np.array([[0.5, 0.25, 1.5, 0.75], [0.25, -1, 0.5, 2]])),
      np.array([0.125 / 0.875, 0.125 / 1.125]))

# %% task="overlap" role="test" points=10
random = np.random.default_rng()
for number in range(30):
    count = int(random.integers(1, 9))
    corners, sizes = random.integers(0, 9, (count + 1, 2)), random.integers(1, 7, (count + 1, 2))
    every = np.concatenate([corners, corners + sizes], axis=1)
    drawn = [{(x, y) for x in range(x0, x1) for y in range(y0, y1)} for x0, y0, x1, y1 in every.tolist()]
    expected = np.array([len(drawn[0] & one) / len(drawn[0] | one) for one in drawn[1:]])
    every = every / 4 if number % 2 else every  # IoU knows no unit
    require(f"one box with {count}", overlap(every[0].copy(), every[1:].copy()), expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 히트맵의 정답 (10점)

CenterNet과 같은 검출기는 클래스마다 히트맵(heat map) 한 장을 배웁니다. 물체의 중심에서 1이고, 멀어질수록 가우스 함수를 따라 작아지는 그림입니다.
`heat_target(shape, centres, classes, sigmas)`는 형상이 `shape = (rows, columns, count)`인 배열을 반환합니다. `count`는 클래스의 수입니다.
물체가 $K$개이면 `centres`의 형상은 `(K, 2)`, `classes`와 `sigmas`의 형상은 `(K,)`입니다. 물체 $k$의 중심 `centres[k]`는 칸의 번호 `(x, y)`(정수 값), 클래스는 `classes[k]`, 폭 $\sigma$는 `sigmas[k]`입니다. 폭은 가로와 세로에서 같습니다. 그 클래스의 히트맵에서 행 $i$, 열 $j$의 값은
$$\exp\left(-\frac{(j - x)^2 + (i - y)^2}{2\sigma^2}\right)$$
입니다. 같은 클래스의 물체가 여럿이면 칸마다 **가장 큰** 값을 씁니다. 물체가 없는 클래스의 히트맵은 모두 0입니다. 물체가 하나도 없을 수도 있습니다.
`classes`에 0부터 `count - 1`까지를 벗어난 수가 있으면 `ValueError`를 발생시키세요(raise). 히트맵에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. What a heat map should look like (10 points)

A detector such as CenterNet learns one heat map for each class: 1 at the centre of an object, and falling off around it like a Gaussian.
`heat_target(shape, centres, classes, sigmas)` returns an array of the shape `shape = (rows, columns, count)`, where `count` is the number of classes.
For $K$ objects, `centres` has the shape `(K, 2)`, `classes` and `sigmas` have `(K,)`. Object $k$ has its centre `centres[k]` at the cell `(x, y)` (whole numbers), its class `classes[k]`, and the spread $\sigma$ = `sigmas[k]`, the same across and down. In the heat map of its class, the value in row $i$ and column $j$ is
$$\exp\left(-\frac{(j - x)^2 + (i - y)^2}{2\sigma^2}\right)$$
Where there are several objects of a class, each cell takes the **largest** of their values. The heat map of a class without objects is 0 everywhere. There may be no object at all.
Raise `ValueError` if a number in `classes` is not one of 0 to `count - 1`. The heat maps are worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="heat_target" role="hint"
r"""
물체가 하나, 클래스도 하나일 때부터 시작하세요. 두 겹의 `for`문으로 칸 하나씩 채운다면 $i$와 $j$는 각각 어디까지 가나요?
"""

# %% [markdown] tags=["en"] task="heat_target" role="hint"
r"""
Start with one object and one class. If two nested `for` loops fill one cell after the other, how far do $i$ and $j$ go?
"""

# %% [markdown] tags=["ko"] task="heat_target" role="hint"
r"""
`i, j = np.mgrid[:rows, :columns]`은 모든 칸의 행 번호와 열 번호를 담은 두 배열입니다. 이것으로 공식을 모든 칸에서 한 번에 계산할 수 있습니다. 두 물체가 만나는 곳에서는 더하지 말고 `np.maximum`을 쓰세요.
"""

# %% [markdown] tags=["en"] task="heat_target" role="hint"
r"""
`i, j = np.mgrid[:rows, :columns]` are two arrays with the row and the column of every cell, so the formula can be computed for all cells at once. Where two objects meet, use `np.maximum` and do not add.
"""

# %% [markdown] tags=["ko"] task="heat_target" role="hint"
r"""
`heat = np.zeros(shape)`에서 시작하여 `for (x, y), cls, sigma in zip(centres, classes, sigmas):` 안에서 클래스를 확인하고(`ValueError`) `heat[:, :, cls] = np.maximum(heat[:, :, cls], ...)`로 채우세요.
"""

# %% [markdown] tags=["en"] task="heat_target" role="hint"
r"""
Start from `heat = np.zeros(shape)`. Within `for (x, y), cls, sigma in zip(centres, classes, sigmas):`, look at the class (`ValueError`), then fill in `heat[:, :, cls] = np.maximum(heat[:, :, cls], ...)`.
"""

# %% task="heat_target" role="solution"
def heat_target(shape, centres, classes, sigmas):
    ### BEGIN SOLUTION
    rows, columns, count = shape
    heat, (i, j) = np.zeros(shape), np.mgrid[:rows, :columns]
    for (x, y), cls, sigma in zip(centres, classes, sigmas):
        if not 0 <= cls < count:
            raise ValueError(f"class {cls} is none of 0 to {count - 1}")
        bump = np.exp(-((j - x) ** 2 + (i - y) ** 2) / (2 * sigma**2))
        heat[:, :, cls] = np.maximum(heat[:, :, cls], bump)
    return heat
    ### END SOLUTION


# %% task="heat_target" role="check"
one_object = np.array([[3, 1]]), np.array([0]), np.array([3])
given = tuple(part.copy() for part in one_object)
found = heat_target((4, 5, 1), *given)
check("shape", np.shape(found), (4, 5, 1))
squares = np.array([[10, 5, 2, 1, 2], [9, 4, 1, 0, 1], [10, 5, 2, 1, 2], [13, 8, 5, 4, 5]])
check("one object at x = 3, y = 1, sigma 3", found[:, :, 0], np.exp(-squares / 18),
      causes={"Here x and y are exchanged: x counts the columns":
              np.exp(-np.array([[10, 9, 10, 13, 18], [5, 4, 5, 8, 13], [2, 1, 2, 5, 10], [1, 0, 1, 4, 9]]) / 18),
              "The 2 below the line is missing": np.exp(-squares / 9),
              "Sigma is not squared": np.exp(-squares / 6),
              "The distance is not squared": np.exp(-np.sqrt(squares) / 18),
              "The minus sign is missing": np.exp(squares / 18),
              "It is divided by its sum: the centre must be 1":
              np.exp(-squares / 18) / np.exp(-squares / 18).sum()})
check("what was passed in is unchanged", list(given), list(one_object))
pair = heat_target((1, 5, 2), np.array([[1, 0], [3, 0]]), np.array([1, 1]), np.array([1.0, 0.5]))
check("two objects of class 1: the map of class 0", pair[0, :, 0], np.zeros(5),
      causes={"The class was not looked at: every map has all objects": pair[0, :, 1]})
low, high = np.exp(-np.array([1, 0, 1, 4, 9]) / 2), np.exp(-np.array([9, 4, 1, 0, 1]) * 2.0)
check("two objects of class 1: the map of class 1", pair[0, :, 1], np.maximum(low, high),
      causes={"Where they meet, the values were added: take the larger": low + high,
              "The second object has wiped out the first": high,
              "Both have the sigma of the first object":
              np.maximum(low, np.exp(-np.array([9, 4, 1, 0, 1]) / 2))})
check("no objects", heat_target((2, 3, 1), np.zeros((0, 2)), np.zeros(0, int), np.zeros(0)), np.zeros((2, 3, 1)))
check_raises(ValueError, heat_target, (4, 5, 2), np.array([[3, 1]]), np.array([2]), np.array([1.5]))
check_raises(ValueError, heat_target, (4, 5, 2), np.array([[3, 1]]), np.array([-1]), np.array([1.5]))

# %% task="heat_target" role="test" points=8
random = np.random.default_rng()
for number in range(15):
    rows, columns, count, objects = (int(v) for v in random.integers((3, 3, 1, 0), (9, 9, 4, 6)))
    centres = np.stack([random.integers(0, columns, objects), random.integers(0, rows, objects)], axis=1)
    classes, sigmas = random.integers(0, count, objects), random.uniform(0.5, 3, objects)
    if number % 2:
        centres = centres.astype(float)
    if number % 3 == 0:
        sigmas = random.integers(1, 4, objects)
    expected = np.zeros((rows, columns, count))
    for i, j, cls in np.ndindex(rows, columns, count):
        values = [np.exp(-np.hypot(j - x, i - y) ** 2 / 2 / sigma**2) for (x, y), kind, sigma in zip(centres, classes, sigmas) if kind == cls]
        expected[i, j, cls] = max(values, default=0.0)
    require(f"{objects} objects on {rows}x{columns} cells, {count} classes", heat_target((rows, columns, count), centres.copy(), classes.copy(), sigmas.copy()), expected)

# %% task="heat_target" role="test" part="errors" points=2
for count, wrong in ((1, 1), (1, -1), (3, 3), (3, 7), (3, -1), (3, -3)):
    require_raises(ValueError, heat_target, (4, 6, count), np.array([[1, 1], [2, 3]]), np.array([0, wrong]), np.array([1.0, 2.0]))
require("the last class is allowed", heat_target((1, 1, 3), np.array([[0, 0]]), np.array([2]), np.array([1])), np.array([[[0, 0, 1.0]]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 봉우리 찾기 (10점)

이번에는 거꾸로, 히트맵에서 물체를 찾습니다. 값이 `least` 이상이고, 이웃한 칸 여덟 개(가장자리에서는 더 적습니다) 가운데 값이 더 큰 칸이 하나도 없으면 그 칸을 **봉우리**(peak)라고 합니다. 나란히 있는 두 칸의 값이 같으면 둘 다 봉우리일 수 있습니다.
`peaks(heat, least)`는 형상이 `(rows, columns)`인 `heat`에서 봉우리마다 행, 열, 값을 담은 배열을 반환합니다. 형상은 `(K, 3)`이고, 값이 큰 봉우리가 먼저입니다.
값이 같으면 위에 있는 것이, 같은 행에서는 왼쪽에 있는 것이 먼저입니다. 봉우리가 없으면 형상은 `(0, 3)`입니다. `heat`의 값은 **음수일 수도 있습니다**. 시그모이드를 취하기 전의 점수(로짓)도 받기 때문입니다.
0 이상인 히트맵에 7점, 음수가 있는 히트맵에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Find the peaks (10 points)

Now the other way round: find the objects in a heat map. A cell is a **peak** if its value is at least `least` and none of the eight cells around it (fewer at the edge) has a larger one.
Two cells side by side with the same value may both be peaks. `peaks(heat, least)` returns an array with row, column and value of each peak in `heat`, whose shape is `(rows, columns)`. The result has the shape `(K, 3)`, the largest value first.
Of equal values the upper one comes first, and in one row the left one. If there is no peak, the shape is `(0, 3)`. The values of `heat` **may be negative**, because scores before the sigmoid (logits) are allowed as well.
Heat maps from 0 upwards are worth 7 points, those with negative values 3.
"""

# %% [markdown] tags=["ko"] task="peaks" role="hint"
r"""
한 칸 (i, j)의 $3 \times 3$ 이웃은 어느 조각인가요? 왼쪽 위의 칸 (0, 0)에서는 `i - 1`이 얼마가 되나요?
"""

# %% [markdown] tags=["en"] task="peaks" role="hint"
r"""
Which piece of the array is the $3 \times 3$ neighbourhood of a cell (i, j)? And for the upper left cell (0, 0), what is `i - 1`?
"""

# %% [markdown] tags=["ko"] task="peaks" role="hint"
r"""
`heat[max(i - 1, 0):i + 2, max(j - 1, 0):j + 2].max()`와 그 칸의 값을 비교하세요. 둘레에 0을 두르면 가장자리에 있는 음수 봉우리를 놓치므로, 테두리를 두른다면 `-np.inf`로 채워야 합니다.
"""

# %% [markdown] tags=["en"] task="peaks" role="hint"
r"""
Compare the cell with `heat[max(i - 1, 0):i + 2, max(j - 1, 0):j + 2].max()`. A frame of 0 would lose negative cells at the edge: if you use a frame, fill it with `-np.inf`.
"""

# %% [markdown] tags=["ko"] task="peaks" role="hint"
r"""
한 행씩 차례로 `found.append((i, j, heat[i, j]))`로 모은 다음, `sorted(found, key=lambda peak: -peak[2])`로 정렬하세요. 파이썬의 정렬은 값이 같은 것들의 순서를 지킵니다. `np.array(found).reshape(-1, 3)`은 빈 리스트에서도 형상을 맞춥니다.
"""

# %% [markdown] tags=["en"] task="peaks" role="hint"
r"""
Collect them row by row with `found.append((i, j, heat[i, j]))`, then sort with `sorted(found, key=lambda peak: -peak[2])`: Python's sorting keeps the order of equal ones. `np.array(found).reshape(-1, 3)` gives an empty list the right shape, too.
"""

# %% task="peaks" role="solution"
def peaks(heat, least):
    ### BEGIN SOLUTION
    found = []
    for i, j in np.ndindex(*heat.shape):
        around = heat[max(i - 1, 0):i + 2, max(j - 1, 0):j + 2]
        if heat[i, j] >= least and heat[i, j] == around.max():
            found.append((i, j, heat[i, j]))
    found.sort(key=lambda peak: -peak[2])
    return np.array(found).reshape(-1, 3)
    ### END SOLUTION


# %% task="peaks" role="check"
heat = np.array([[1, 0, 0, 0, 6],
                 [2, 3, 0, 0, 0],
                 [0, 0, 2, 0, 4],
                 [0, 0, 0, 0, 4]])
given = heat.copy()
check("peaks of at least 2", peaks(given, 2), np.array([[0, 4, 6], [2, 4, 4], [3, 4, 4], [1, 1, 3]]),
      causes={"The order is that of the rows: the largest value comes first":
              np.array([[0, 4, 6], [1, 1, 3], [2, 4, 4], [3, 4, 4]]),
              "This is column, row, value: the row comes first":
              np.array([[4, 0, 6], [4, 2, 4], [4, 3, 4], [1, 1, 3]]),
              "Neighbours across the corner count, too":
              np.array([[0, 4, 6], [2, 4, 4], [3, 4, 4], [1, 1, 3], [2, 2, 2]]),
              "Of two equal neighbours, both are peaks: none must be larger": np.array([[0, 4, 6], [1, 1, 3]]),
              "The edges were left out": np.array([[1, 1, 3]]),
              "Negative indices count from the end: at the edges, let the neighbourhood begin at 0":
              np.array([[0, 4, 6], [2, 4, 4], [3, 4, 4], [1, 1, 3], [1, 0, 2]]),
              "The smallest value comes first: it must be the largest":
              np.array([[1, 1, 3], [2, 4, 4], [3, 4, 4], [0, 4, 6]]),
              "These are all cells of at least `least`, not only the peaks":
              np.array([[0, 4, 6], [2, 4, 4], [3, 4, 4], [1, 1, 3], [1, 0, 2], [2, 2, 2]])})
check("the heat map is unchanged", given, heat)
check("fractions, at least 0.75", peaks(heat / 4, 0.75),
      np.array([[0, 4, 1.5], [2, 4, 1], [3, 4, 1], [1, 1, 0.75]]),
      causes={"A value equal to `least` counts, too": np.array([[0, 4, 1.5], [2, 4, 1], [3, 4, 1]])})
check("no peak is high enough", peaks(heat, 7), np.zeros((0, 3)))
check("scores below 0 at the edge", peaks(np.array([[2, -5, -1], [-6, -7, -3]]), -2),
      np.array([[0, 0, 2], [0, 2, -1]]),
      causes={"A frame of 0 is larger than negative scores: compare only with cells that there are":
              np.array([[0, 0, 2]])})
check("fractions below 0", peaks(np.array([[-1.5, -3, -2.5], [-4, -5, -4.5]]), -2), np.array([[0, 0, -1.5]]))

# %% task="peaks" role="test" points=7
random = np.random.default_rng()


def high_ones(heat, least):
    cells = [(i, j) for i in range(heat.shape[0]) for j in range(heat.shape[1])]
    beside = lambda one, other: max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 1
    chosen = [cell for cell in cells if heat[cell] >= least and all(heat[cell] >= heat[other] for other in cells if beside(cell, other))]
    return np.array([[*cell, heat[cell]] for cell in sorted(chosen, key=lambda cell: (-heat[cell], cell))], dtype=float).reshape(-1, 3)


for number in range(15):
    rows, columns = (int(v) for v in random.integers(1, 9, 2))
    heat = random.random((rows, columns)) if number % 2 else random.integers(0, 7, (rows, columns))
    least = float(random.uniform(0, 0.9)) if number % 2 else int(random.integers(1, 6))
    require(f"a heat map of {rows}x{columns}", peaks(heat.copy(), least), high_ones(heat, least))
require("no peaks", peaks(np.zeros((3, 4)), 0.5), np.zeros((0, 3)))

# %% task="peaks" role="test" part="numbers" points=3
random = np.random.default_rng()


def high_ones(heat, least):
    cells = [(i, j) for i in range(heat.shape[0]) for j in range(heat.shape[1])]
    beside = lambda one, other: max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 1
    chosen = [cell for cell in cells if heat[cell] >= least and all(heat[cell] >= heat[other] for other in cells if beside(cell, other))]
    return np.array([[*cell, heat[cell]] for cell in sorted(chosen, key=lambda cell: (-heat[cell], cell))], dtype=float).reshape(-1, 3)


for number in range(12):
    rows, columns = (int(v) for v in random.integers(2, 7, 2))
    heat = random.uniform(-9, -1, (rows, columns)) if number % 2 else random.integers(-9, 3, (rows, columns))
    require("a heat map with negative values", peaks(heat.copy(), -7), high_ones(heat, -7))

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 부드러운 억제: Soft-NMS (15점)

비최대 억제(NMS)는 많이 겹치는 상자를 아예 버립니다. 그래서 나란히 있는 두 물체 가운데 하나를 잃기도 합니다. Soft-NMS(Bodla et al., ICCV 2017)는 버리는 대신 점수를 **깎습니다**.
`soft_suppress(overlaps, scores, limit, least)`에서 `overlaps`는 상자끼리의 IoU로 형상이 `(N, N)`이고, `scores`의 형상은 `(N,)`입니다. 다음을 되풀이합니다.
- 남은 상자 가운데 지금의 점수가 가장 높은 것을 고릅니다(같으면 번호가 작은 것). 그 점수가 `least`보다 낮거나 남은 상자가 없으면 끝냅니다.
- 고른 상자의 번호와 지금의 점수를 `(index, score)`로 결과에 적고, 남은 상자에서 뺍니다.
- 고른 상자와의 IoU가 `limit`보다 **큰** 남은 상자는 모두 점수에 $1 - \text{IoU}$를 곱합니다.

결과는 고른 순서대로 `(index, score)`가 있는 리스트입니다. 점수는 0 이상이며 백분율처럼 정수일 수도 있습니다. 그때도 깎인 점수의 소수점 아래를 버리면 안 됩니다.
계산에 10점, 정수 점수에 2점, 입력을 바꾸지 않는 것에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Gentle suppression: Soft-NMS (15 points)

Non-maximum suppression (NMS) throws away boxes that overlap much, and with them, at times, one of two objects that stand side by side. Soft-NMS (Bodla et al., ICCV 2017) **lowers their scores** instead.
In `soft_suppress(overlaps, scores, limit, least)`, `overlaps` holds the IoU of each box with each, with shape `(N, N)`; the shape of `scores` is `(N,)`. Repeat:
- Of the boxes that are left, choose the one whose present score is highest (of equal ones, that with the smaller number). If this score is lower than `least`, or no box is left, stop.
- Put its number and its present score into the result, as `(index, score)`; the box is no longer left.
- Multiply the score of every box that is left and whose IoU with the chosen one is **larger** than `limit` by $1 - \text{IoU}$.

The result is a list of `(index, score)` in the order of choice. Scores are 0 or above; they may be integers, such as percentages, but lowered scores must keep their fractions.
The algorithm is worth 10 points, scores of integers 2, and leaving the inputs unchanged 3.
"""

# %% [markdown] tags=["ko"] task="soft_suppress" role="hint"
r"""
상자 세 개로 손으로 해 보세요. 두 번째 상자를 고를 때 비교하는 점수는 처음의 점수인가요, 지금의 점수인가요?
"""

# %% [markdown] tags=["en"] task="soft_suppress" role="hint"
r"""
Do it by hand for three boxes. When the second one is chosen, which scores are compared: those of the beginning, or the present ones?
"""

# %% [markdown] tags=["ko"] task="soft_suppress" role="hint"
r"""
점수를 깎아야 하므로 `scores.astype(float)`로 새 실수 배열을 만드세요. 점수가 깎이면 순서가 바뀌므로 처음에 한 번 정렬해 두는 것으로는 안 됩니다. 남은 상자의 번호를 리스트에 담아 두고, 되풀이할 때마다 점수가 가장 높은 것을 찾으세요.
"""

# %% [markdown] tags=["en"] task="soft_suppress" role="hint"
r"""
Scores will be lowered, so make a new array of floats with `scores.astype(float)`. Sorting once at the beginning will not do: the order changes when scores fall. Keep a list of the numbers that are left, and look for the highest in each round.
"""

# %% [markdown] tags=["ko"] task="soft_suppress" role="hint"
r"""
`left = list(range(len(scores)))`로 시작하여, `best = max(left, key=lambda k: now[k])`로 고르고(`max`는 같으면 앞의 것을 줍니다), `left.remove(best)`로 뺀 다음, `for k in left:` 안에서 `overlaps[best, k] > limit`이면 `now[k] *= 1 - overlaps[best, k]`로 깎으세요.
"""

# %% [markdown] tags=["en"] task="soft_suppress" role="hint"
r"""
Start with `left = list(range(len(scores)))`; choose with `best = max(left, key=lambda k: now[k])` (of equal ones `max` gives the first), take it out with `left.remove(best)`, then lower by `now[k] *= 1 - overlaps[best, k]` within `for k in left:` where `overlaps[best, k] > limit`.
"""

# %% task="soft_suppress" role="solution"
def soft_suppress(overlaps, scores, limit, least):
    ### BEGIN SOLUTION
    now, left, result = scores.astype(float), list(range(len(scores))), []
    while left:
        best = max(left, key=lambda k: now[k])
        if now[best] < least:
            break
        result.append((best, float(now[best])))
        left.remove(best)
        for k in left:
            if overlaps[best, k] > limit:
                now[k] *= 1 - overlaps[best, k]
    return result
    ### END SOLUTION


# %% task="soft_suppress" role="check"
overlaps = np.array([[1.0, 0.75, 0.5, 0.0],
                     [0.75, 1.0, 0.5, 0.0],
                     [0.5, 0.5, 1.0, 0.25],
                     [0.0, 0.0, 0.25, 1.0]])
scores = np.array([0.8, 0.72, 0.6, 0.4])
given = overlaps.copy(), scores.copy()
check("limit 0.4, least 0.05", soft_suppress(*given, 0.4, 0.05), [(0, 0.8), (3, 0.4), (2, 0.3), (1, 0.09)],
      causes={"No score has fallen": [(0, 0.8), (1, 0.72), (2, 0.6), (3, 0.4)],
              "These are the scores of the beginning: give the present ones":
              [(0, 0.8), (3, 0.4), (2, 0.6), (1, 0.72)],
              "Boxes that overlap were thrown away: here only their scores fall": [(0, 0.8), (3, 0.4)],
              "They were taken in the order of the first scores: look for the highest present score each time":
              [(0, 0.8), (1, 0.18), (2, 0.15), (3, 0.4)],
              "The score was multiplied by the IoU: it must be by 1 - IoU":
              [(0, 0.8), (1, 0.54), (3, 0.4), (2, 0.15)],
              "The IoU was taken off: multiply by 1 - IoU": [(0, 0.8), (3, 0.4), (2, 0.1)],
              "`limit` was not looked at: scores fall only where the IoU is larger":
              [(0, 0.8), (3, 0.4), (2, 0.225), (1, 0.09)],
              "The scores were lowered once, by the IoU with the first box: each chosen box lowers them again":
              [(0, 0.8), (3, 0.4), (2, 0.3), (1, 0.18)]})
check("what was passed in is unchanged", list(given), [overlaps, scores])
check("an IoU equal to the limit is not larger", soft_suppress(overlaps, scores, 0.5, 0.19),
      [(0, 0.8), (2, 0.6), (3, 0.4)],
      causes={"Where the IoU equals `limit`, the score stays as it is": [(0, 0.8), (3, 0.4), (2, 0.3)],
              "`least` was not looked at": [(0, 0.8), (2, 0.6), (3, 0.4), (1, 0.18)]})
check("a score equal to `least` is high enough", soft_suppress(overlaps, scores, 0.5, 0.4),
      [(0, 0.8), (2, 0.6), (3, 0.4)],
      causes={"Stop only where the highest score is lower than `least`": [(0, 0.8), (2, 0.6)]})
check("equal scores: the smaller number first", soft_suppress(overlaps, np.array([0.5, 0.5, 0.125, 0.5]),
                                                              0.6, 0.25), [(0, 0.5), (3, 0.5)])
check("scores in percent, as integers", soft_suppress(overlaps, np.array([90, 50, 47, 10]), 0.4, 5),
      [(0, 90.0), (2, 23.5), (3, 10.0), (1, 6.25)],
      causes={"The decimals were cut off: an array of integers does that": [(0, 90), (2, 23), (3, 10), (1, 6)]})
check("none is high enough", soft_suppress(overlaps, scores, 0.4, 0.9), [])

# %% task="soft_suppress" role="test" points=10
random = np.random.default_rng()
for number in range(40):
    count, limit, least = int(random.integers(1, 10)), float(random.uniform(0.1, 0.6)), float(random.uniform(0.02, 0.4))
    table, scores = np.triu(random.random((count, count)) ** 2, 1), random.random(count)
    if number % 2:  # equal scores, and IoUs that equal the limit, without any rounding
        limit, least, table, scores = 0.5, 0.25, np.triu(random.integers(0, 8, (count, count)) / 8, 1), random.integers(1, 9, count) / 8
    table = table + table.T + np.eye(count)
    now, expected = dict(enumerate(scores.tolist())), []
    while now and max(now.values()) >= least:
        value, best = max((value, -number) for number, value in now.items())
        del now[-best]
        expected.append((-best, value))
        now = {number: value * (1 - table[-best, number] * (table[-best, number] > limit)) for number, value in now.items()}
    require(f"{count} boxes, limit {limit:.2f}, least {least:.2f}", soft_suppress(table.copy(), scores.copy(), limit, least), expected)

# %% task="soft_suppress" role="test" part="numbers" points=2
random = np.random.default_rng()
for _ in range(10):
    count = int(random.integers(2, 8))
    table = np.triu(random.integers(1, 8, (count, count)) / 8, 1)
    table = table + table.T + np.eye(count)
    scores = random.permutation(100)[:count]
    now, expected = dict(enumerate(scores.tolist())), []
    while now and max(now.values()) >= 3:
        value, best = max((value, -number) for number, value in now.items())
        del now[-best]
        expected.append((-best, float(value)))
        now = {number: value * (1 - table[-best, number] * (table[-best, number] > 0.3)) for number, value in now.items()}
    require(f"{count} boxes, scores in percent", soft_suppress(table.copy(), scores.copy(), 0.3, 3), expected)

# %% task="soft_suppress" role="test" part="inputs" points=3
random = np.random.default_rng()
for dtype in (float, int):
    table, scores = np.full((4, 4), 0.5), (100 * random.random(4)).astype(dtype)
    given = table.copy(), scores.copy()
    found = soft_suppress(*given, 0.3, 1)
    require("the number of the first box", None if found is None else int(found[0][0]), int(np.argmax(scores)))
    require("overlaps is unchanged", given[0], table)
    require("scores is unchanged", given[1], scores)

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 순위 목록에서 평균 정밀도로 (15점)

검출 결과를 점수가 높은 것부터 늘어놓고, 앞에서 $n$개까지만 보았을 때의 정밀도(precision)와 재현율(recall)을 구합니다. 그 가운데 맞은 것이 $h_n$개, 찾아야 할 물체가 모두 $M$개이면
$$p_n = \frac{h_n}{n}, \qquad r_n = \frac{h_n}{M}$$
입니다. 평균 정밀도(average precision, AP)는 이 톱니 모양의 곡선을 계단 모양으로 다듬은 다음 그 아래의 넓이를 잰 것입니다. 다듬을 때는 자리마다 그 자리와 **그 뒤**에서 가장 높은 정밀도를 씁니다. 검출한 것이 모두 $K$개이면
$$\hat{p}_n = \max_{n \le m \le K} p_m, \qquad \text{AP} = \sum_{n=1}^{K} (r_n - r_{n-1})\, \hat{p}_n, \qquad r_0 = 0$$
입니다.

`average_precision(scores, hits, count)`를 완성하세요. `scores`와 `hits`의 형상은 `(K,)`이고 **정렬되어 있지 않습니다**. `hits`는 맞은 것이면 1, 아니면 0이고, `count`가 $M$입니다. 점수는 모두 다릅니다.
COCO처럼 101곳에서 읽지 말고 넓이를 그대로 계산하세요. 검출한 것이 하나도 없으면 0입니다. 그러나 `count`가 0이면 검출한 것이 있든 없든 재현율이 정해지지 않으므로 `ValueError`를 발생시키세요(raise).
계산에 12점, 이 두 가지 예외에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. From a ranked list to average precision (15 points)

Put what was detected in a row, the highest score first, and look at the first $n$ entries only: what are precision and recall? With $h_n$ hits among them and $M$ objects to be found,
$$p_n = \frac{h_n}{n}, \qquad r_n = \frac{h_n}{M}$$
Average precision (AP) smooths this saw-toothed curve into a staircase and measures the area below it: each place takes the highest precision that is reached there or **behind** it. With $K$ detections,
$$\hat{p}_n = \max_{n \le m \le K} p_m, \qquad \text{AP} = \sum_{n=1}^{K} (r_n - r_{n-1})\, \hat{p}_n, \qquad r_0 = 0$$

Complete `average_precision(scores, hits, count)`. `scores` and `hits` have the shape `(K,)` and are **not sorted**. `hits` is 1 for a hit (a detection that is right) and else 0, and `count` is $M$. All scores differ.
Compute the area itself; do not read it off at 101 places as COCO does. If nothing was detected, it is 0. But if `count` is 0 there is no recall, whatever was detected: raise `ValueError`.
The area is worth 12 points, these two exceptions 3.
"""

# %% [markdown] tags=["ko"] task="average_precision" role="hint"
r"""
맞음, 틀림, 맞음의 순서이고 찾아야 할 물체가 모두 4개라면, 정밀도와 재현율은 자리마다 얼마인가요? 재현율은 언제 커지나요?
"""

# %% [markdown] tags=["en"] task="average_precision" role="hint"
r"""
A hit, a miss, a hit, and 4 objects to be found in all: what are the three precisions and recalls? When does recall grow?
"""

# %% [markdown] tags=["ko"] task="average_precision" role="hint"
r"""
`np.argsort(-scores)`는 점수가 높은 것부터의 순서이고 `np.cumsum`은 앞에서부터 더해 갑니다. 그 자리와 그 뒤의 최댓값은 배열을 뒤집어 `np.maximum.accumulate`로 구한 다음 다시 뒤집으면 됩니다.
"""

# %% [markdown] tags=["en"] task="average_precision" role="hint"
r"""
`np.argsort(-scores)` is the order from the highest score on, and `np.cumsum` adds up the hits. For the maximum of a place and all that is behind it, turn the array round, use `np.maximum.accumulate`, and turn it round again.
"""

# %% [markdown] tags=["ko"] task="average_precision" role="hint"
r"""
재현율은 맞은 것이 나올 때만 $1/M$씩 커지므로, 정렬한 `hits`가 1인 곳의 다듬은 정밀도를 모두 더하여 `count`로 나누면 됩니다. 그 전에 `count == 0`이면 `ValueError`를 내고 `len(scores) == 0`이면 0을 반환하세요.
"""

# %% [markdown] tags=["en"] task="average_precision" role="hint"
r"""
Recall grows by $1/M$ with each hit, and only there: so add up the smoothed precision where the sorted `hits` is 1, and divide by `count`. Before that, raise `ValueError` if `count == 0`, and return 0 if `len(scores) == 0`.
"""

# %% task="average_precision" role="solution"
def average_precision(scores, hits, count):
    ### BEGIN SOLUTION
    if count == 0:
        raise ValueError("there is nothing to be found")
    hits = hits[np.argsort(-scores)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    smooth = np.maximum.accumulate(precision[::-1])[::-1]
    return float((smooth * hits).sum() / count)
    ### END SOLUTION


# %% task="average_precision" role="check"
scores = np.array([0.2, 0.5, 0.9, 0.7, 0.4])
hits = np.array([1, 1, 0, 1, 0])  # by falling score: 0, 1, 1, 0, 1
given = scores.copy(), hits.copy()
check("five detections, 4 objects", average_precision(*given, 4), (2 / 3 + 2 / 3 + 3 / 5) / 4,
      causes={"The list was not sorted by falling score": (1 + 1 + 3 / 4) / 4,
              "It was sorted by rising score: the highest must come first": (1 + 3 / 4 + 3 / 4) / 4,
              "The curve was not smoothed": (1 / 2 + 2 / 3 + 3 / 5) / 4,
              "It was smoothed from the wrong side: what counts is what lies behind": (1 / 2 + 2 / 3 + 2 / 3) / 4,
              "It was divided by the number of hits: recall is a part of all objects": (2 / 3 + 2 / 3 + 3 / 5) / 3,
              "It was divided by the number of detections: recall is a part of all objects":
              (2 / 3 + 2 / 3 + 3 / 5) / 5,
              "This is the mean of the precisions: recall does not grow where there is no hit":
              (0 + 1 / 2 + 2 / 3 + 1 / 2 + 3 / 5) / 5,
              "The curve was read off at 101 places: compute the area": (51 * 2 / 3 + 25 * 3 / 5) / 101})
check("what was passed in is unchanged", list(given), [scores, hits])
check("scores as integers, all found", average_precision(np.array([10, 30, 20]), np.array([0.0, 1, 1]), 2), 1.0)
check("all wrong", average_precision(np.array([0.5, 0.75]), np.array([0, 0]), 3), 0.0)
check("the first is a miss", average_precision(np.array([-1.5, 2.5]), np.array([1, 0]), 1), 0.5)
check("nothing was detected", average_precision(np.zeros(0), np.zeros(0, int), 3), 0.0)
check_raises(ValueError, average_precision, np.array([0.5]), np.array([0]), 0)
check_raises(ValueError, average_precision, np.zeros(0), np.zeros(0, int), 0)

# %% task="average_precision" role="test" points=12
random = np.random.default_rng()
for number in range(40):
    size = int(random.integers(1, 15))
    scores = random.permutation(90)[:size] if number % 2 else random.normal(size=size)
    hits = (random.random(size) < 0.6).astype([int, float][number // 2 % 2])
    count = int(hits.sum()) + int(random.integers(0, 4)) + (not hits.any())
    ranked = [hit for _, hit in sorted(zip(-scores, hits))]
    curve, area = [(sum(ranked[:k]) / count, sum(ranked[:k]) / k) for k in range(1, size + 1)], 0.0
    for k, (recall, _) in enumerate(curve):
        area += (recall - (curve[k - 1][0] if k else 0.0)) * max(precision for _, precision in curve[k:])
    require(f"{size} detections, {count} objects", average_precision(scores.copy(), hits.copy(), count), float(area))

# %% task="average_precision" role="test" part="errors" points=3
require_raises(ValueError, average_precision, np.array([0.5, 0.25]), np.array([0, 0]), 0)
require_raises(ValueError, average_precision, np.zeros(0), np.zeros(0, int), 0)
for count in (1, 7):
    require("nothing was detected", average_precision(np.zeros(0), np.zeros(0, int), count), 0.0)
    require("one hit", average_precision(np.array([0.5]), np.array([1]), count), 1 / count)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 놓친 픽셀과 잘못 칠한 픽셀 (10점)

작은 물체의 마스크를 배울 때 Dice 손실을 쓰면, 배경 픽셀이 아무리 많아도 물체의 몫이 그 속에 묻히지 않습니다. Tversky 손실(Salehi et al., MLMI 2017)은 한 걸음 더 나아가, 물체가 아닌 곳을 칠한 것과 물체를 놓친 것에 서로 다른 벌을 줍니다.
`tversky_loss(logits, targets, alpha)`에서 두 배열의 형상은 `(batch, height, width)`이고 `targets`는 0과 1이며, `alpha`(식의 $\alpha$)는 0부터 1까지의 수입니다. 픽셀이 물체일 확률은 로짓 $z$에 시그모이드를 취하여 $q = 1 / (1 + e^{-z})$로 구합니다.
그림 **한 장마다** 정답 $y$로 다음을 구합니다. 합은 그 그림의 모든 픽셀에 대한 것입니다.
$$t = \sum q\, y, \qquad f = \sum q\,(1 - y), \qquad m = \sum (1 - q)\, y, \qquad \text{loss} = 1 - \frac{t + 1}{t + \alpha f + (1 - \alpha)\, m + 1}$$
그림들의 손실의 평균을 수 하나로 반환하세요. 두 곳의 1은 빈 마스크에서 0으로 나누지 않게 합니다.
`logits`가 아무리 크거나 작아도(예: 1000, −1000) 결과는 NaN이 아니라 올바른 손실이어야 합니다. NumPy의 오버플로(overflow) 경고는 나와도 괜찮습니다. 식에 7점, 크고 작은 `logits`에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Missed pixels and painted ones (10 points)

For the masks of small objects, the Dice loss does not let the object drown in the pixels of the background, however many there are. The Tversky loss (Salehi et al., MLMI 2017) goes one step further: painting what is no object and missing what is one are punished differently.
In `tversky_loss(logits, targets, alpha)` both arrays have the shape `(batch, height, width)`, `targets` holds 0 and 1, and `alpha` ($\alpha$ in the formula) is a number from 0 to 1. The sigmoid of a logit $z$ is the probability that a pixel belongs to the object, $q = 1 / (1 + e^{-z})$.
For **each picture**, with its target $y$, compute what follows. The sums go over all pixels of this picture.
$$t = \sum q\, y, \qquad f = \sum q\,(1 - y), \qquad m = \sum (1 - q)\, y, \qquad \text{loss} = 1 - \frac{t + 1}{t + \alpha f + (1 - \alpha)\, m + 1}$$
Return the mean of the pictures' losses, one number. The 1 in both places avoids a division by 0 for empty masks.
However large or small `logits` are (1000 or −1000, say), the result must be the right loss and not NaN; a warning of NumPy about an overflow does not matter. The formula is worth 7 points, large and small `logits` 3.
"""

# %% [markdown] tags=["ko"] task="tversky_loss" role="hint"
r"""
그림 두 장에서 형상 `(2, 4, 4)`인 배열의 합을 장마다 따로 구하려면 어느 축을 따라 더해야 하나요?
"""

# %% [markdown] tags=["en"] task="tversky_loss" role="hint"
r"""
For two pictures in an array of shape `(2, 4, 4)`: along which axes must you add to get one sum for each picture?
"""

# %% [markdown] tags=["ko"] task="tversky_loss" role="hint"
r"""
`(q * targets).sum(axis=(1, 2))`는 장마다의 $t$입니다. 확률을 $e^z / (1 + e^z)$로 쓰면 $z = 1000$에서 무한대를 무한대로 나누게 됩니다. 어떤 모양의 식이 안전한가요?
"""

# %% [markdown] tags=["en"] task="tversky_loss" role="hint"
r"""
`(q * targets).sum(axis=(1, 2))` is $t$ for each picture. With $e^z / (1 + e^z)$ for the probabilities, infinity is divided by infinity at $z = 1000$. Which form of the formula is safe?
"""

# %% [markdown] tags=["ko"] task="tversky_loss" role="hint"
r"""
`q = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))`은 경고도 NaN도 없습니다. `q * (1 - targets)`와 `(1 - q) * targets`도 같은 축을 따라 더하고, 장마다의 손실을 배열로 구한 다음 마지막에 `.mean()`을 쓰세요.
"""

# %% [markdown] tags=["en"] task="tversky_loss" role="hint"
r"""
`q = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))` gives neither a warning nor NaN. Add up `q * (1 - targets)` and `(1 - q) * targets` along the same axes, compute the losses of the pictures as an array, and take `.mean()` last.
"""

# %% task="tversky_loss" role="solution"
def tversky_loss(logits, targets, alpha):
    ### BEGIN SOLUTION
    q = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    t, f, m = (pixels.sum(axis=(1, 2)) for pixels in (q * targets, q * (1 - targets), (1 - q) * targets))
    losses = 1 - (t + 1) / (t + alpha * f + (1 - alpha) * m + 1)
    return float(losses.mean())
    ### END SOLUTION


# %% task="tversky_loss" role="check"
logits = np.zeros((2, 2, 2))  # a probability of 0.5 everywhere
targets = np.array([[[1, 1], [1, 1]], [[1, 0], [0, 0]]])
given = logits.copy(), targets.copy()
check("a probability of 0.5 everywhere, alpha 0.3", tversky_loss(*given, 0.3), (1.4 / 4.4 + 0.8 / 2.3) / 2,
      causes={"All pictures were put together: compute the loss of each, then the mean": 1 - 3.5 / 5.7,
              "1 minus this would be the loss": (3 / 4.4 + 1.5 / 2.3) / 2,
              "`alpha` belongs to f, what was painted wrongly; 1 - `alpha` to m": (0.6 / 3.6 + 1.2 / 2.7) / 2,
              "The missed m is multiplied by 1 - `alpha`, not by `alpha`": (0.6 / 3.6 + 0.6 / 2.1) / 2,
              "In front of m, 1 - `alpha` is missing": (2 / 5 + 0.95 / 2.45) / 2,
              "`alpha` was not used": (1 / 4 + 1 / 2.5) / 2,
              "This is the Dice loss": (2 / 7 + 2 / 4) / 2,
              "The sigmoid is missing": (2.8 / 3.8 + 0.7 / 1.7) / 2,
              "The 1 in both places is missing": (1.4 / 3.4 + 0.8 / 1.3) / 2,
              "The 1 above the line is missing": (2.4 / 4.4 + 1.8 / 2.3) / 2,
              "Below the line, t is missing": (-0.6 / 2.4 + 0.3 / 1.8) / 2,
              "A softmax over the pixels was taken: each pixel is decided by itself, by the sigmoid":
              (2.1 / 4.1 + 0.75 / 2) / 2,
              "These are two losses added up, not their mean": 1.4 / 4.4 + 0.8 / 2.3})
check("what was passed in is unchanged", list(given), [logits, targets])
sure, unsure = 1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))
check("pictures that are not square, logits as integers, alpha 1",
      tversky_loss(np.array([[[2, 0, -2]], [[0, 0, 0]]]), np.array([[[1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]]]), 1),
      1 - (sure + 1 + 1) / 2.5 / 2,
      causes={"The minus sign in the sigmoid is missing": 1 - (unsure + 1 + 1) / 2.5 / 2})
check("very sure and right, very sure and wrong",
      tversky_loss(np.array([[[1000, -1000]], [[-1000, 1000]]]), np.array([[[1, 0]], [[1, 0]]]), 0.5),
      (0 + 1 / 2) / 2,
      causes={"Infinity was divided by infinity: write the sigmoid as 1 / (1 + exp(-z))": np.nan})

# %% task="tversky_loss" role="test" points=7
random = np.random.default_rng()
for number in range(20):
    batch, height, width = (int(v) for v in random.integers(1, 6, 3))
    logits, alpha = random.normal(0, 3, (batch, height, width)), float(random.random())
    targets = (random.random((batch, height, width)) < random.choice([0.1, 0.5])).astype([int, float][number % 2])
    if number % 3 == 0:
        logits, alpha = random.integers(-5, 6, (batch, height, width)), int(random.integers(0, 2))
    losses = []
    for z, y in zip(logits, targets):
        pairs = [(1 / (1 + float(np.exp(-a))), bool(b)) for a, b in zip(z.ravel(), y.ravel())]
        hit, painted, missed = sum(q for q, one in pairs if one), sum(q for q, one in pairs if not one), sum(1 - q for q, one in pairs if one)
        losses.append(1 - (hit + 1) / (hit + alpha * painted + (1 - alpha) * missed + 1))
    require(f"{batch} pictures of {height}x{width}, alpha {alpha:.2f}", tversky_loss(logits.copy(), targets.copy(), alpha), float(np.mean(losses)))

# %% task="tversky_loss" role="test" part="numbers" points=3
random = np.random.default_rng()
for dtype in (float, int):
    for size in (1000, 5000):
        logits = (size * random.choice([-1, 1], (3, 4, 5))).astype(dtype)
        targets = random.integers(0, 2, (3, 4, 5))
        sure = logits > 0
        losses = [1 - ((a & b).sum() + 1) / ((a & b).sum() + 0.25 * (a & ~b).sum() + 0.75 * (b & ~a).sum() + 1) for a, b in zip(sure, targets == 1)]
        require("large and small logits", tversky_loss(logits.copy(), targets.copy(), 0.25), float(np.mean(losses)))

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 디코더의 한 단계 (10점)

분할(segmentation)을 하는 U-Net은 깊은 특징 맵을 키우고, 인코더가 남겨 둔 같은 크기의 얕은 특징 맵과 이어 붙인 다음 합성곱을 적용합니다. `decoder_step(deep_shape, skip_shape, filters)`는 이 한 단계의 Keras 모델(`keras.Model`)을 반환합니다.
- 입력은 특징 맵 두 개의 리스트 `[deep, skip]`입니다. 형상은 `deep_shape`와 `skip_shape`로, 각각 `(height, width, channels)`입니다.
- `deep`의 높이와 너비를 2배로 키웁니다. 픽셀 하나가 같은 값의 $2 \times 2$ 픽셀이 됩니다.
- 채널 방향으로 이어 붙입니다. 키운 `deep`이 앞, `skip`이 뒤입니다.
- 커널이 $3 \times 3$이고 필터가 `filters`개인 `Conv2D`(`padding="same"`, 편향 있음) 다음에 ReLU를 적용합니다.

`skip`의 높이와 너비가 `deep`의 꼭 2배가 아니면 `ValueError`를 발생시키세요(raise). 학습은 하지 않습니다. 모델에 8점, 오류 처리에 2점입니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. One step of a decoder (10 points)

For segmentation, a U-Net enlarges deep feature maps, joins them to the shallow ones of the same size that its encoder has kept, and convolves. `decoder_step(deep_shape, skip_shape, filters)` returns a Keras model (`keras.Model`) of one such step.
- The input is a list of two feature maps, `[deep, skip]`, with the shapes `deep_shape` and `skip_shape`, each `(height, width, channels)`.
- The height and width of `deep` are enlarged by 2: one pixel becomes $2 \times 2$ pixels with the same value.
- Both are joined along the channels: first the enlarged `deep`, then `skip`.
- Then a `Conv2D` with a $3 \times 3$ kernel and `filters` filters (`padding="same"`, with bias), followed by ReLU.

Raise `ValueError` if the height and width of `skip` are not exactly 2 times those of `deep`. Nothing is trained. The model is worth 8 points, the error case 2. The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"] task="decoder_step" role="hint"
r"""
입력이 둘인 모델은 `keras.Input` 두 개로 만듭니다. 특징 맵을 키우는 층과 이어 붙이는 층의 이름은 무엇인가요?
"""

# %% [markdown] tags=["en"] task="decoder_step" role="hint"
r"""
A model with two inputs has two `keras.Input`. What are the names of the layers that enlarge feature maps, and that join them?
"""

# %% [markdown] tags=["ko"] task="decoder_step" role="hint"
r"""
`layers.UpSampling2D(2)`는 기본값으로 픽셀을 되풀이하고, `layers.Concatenate()`는 마지막 축, 곧 채널을 따라 잇습니다.
"""

# %% [markdown] tags=["en"] task="decoder_step" role="hint"
r"""
`layers.UpSampling2D(2)` repeats pixels by default, and `layers.Concatenate()` joins along the last axis, which is the channels.
"""

# %% [markdown] tags=["ko"] task="decoder_step" role="hint"
r"""
`x = layers.Concatenate()([layers.UpSampling2D(2)(deep), skip])` 다음에 `layers.Conv2D(filters, 3, padding="same", activation="relu")(x)`를 적용하고 `keras.Model([deep, skip], x)`를 반환하세요. 함수의 맨 앞에서 `skip_shape[:2]`를 `deep_shape[:2]`의 두 배와 비교하세요.
"""

# %% [markdown] tags=["en"] task="decoder_step" role="hint"
r"""
After `x = layers.Concatenate()([layers.UpSampling2D(2)(deep), skip])` apply `layers.Conv2D(filters, 3, padding="same", activation="relu")(x)` and return `keras.Model([deep, skip], x)`. First of all, compare `skip_shape[:2]` with twice `deep_shape[:2]`.
"""

# %% task="decoder_step" role="solution"
def decoder_step(deep_shape, skip_shape, filters):
    ### BEGIN SOLUTION
    if tuple(skip_shape[:2]) != (2 * deep_shape[0], 2 * deep_shape[1]):
        raise ValueError(f"{skip_shape} is not twice as high and wide as {deep_shape}")
    deep, skip = keras.Input(deep_shape), keras.Input(skip_shape)
    x = layers.Concatenate()([layers.UpSampling2D(2)(deep), skip])
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return keras.Model([deep, skip], x)
    ### END SOLUTION


# %% task="decoder_step" role="check"
model = decoder_step((2, 3, 2), (4, 6, 1), 3)
check("decoder_step returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
deep, skip = np.arange(1, 13, dtype="float32").reshape(1, 2, 3, 2), np.full((1, 4, 6, 1), 100, "float32")
check("output shape", tuple(model([deep, skip]).shape), (1, 4, 6, 3),
      causes={"It was not enlarged, or `skip` was made smaller": (1, 2, 3, 3),
              'The convolution lacks `padding="same"`': (1, 2, 4, 3)})
check("parameters", model.count_params(), 3 * 3 * (2 + 1) * 3 + 3,
      causes={"The bias is missing": 3 * 3 * (2 + 1) * 3, "The kernel is 1x1": 1 * 1 * (2 + 1) * 3 + 3,
              "The maps were added, not joined: the channels of both must arrive": 3 * 3 * 2 * 3 + 3})


def passed_on(channel, centre=(1, 1), sign=1.0, bias=0.0):
    """What comes out when the kernel's only number other than 0 looks at one channel of the joined maps."""
    kernel = np.zeros((3, 3, 3, 3), "float32")
    kernel[(*centre, channel, 0)] = sign
    model.set_weights([kernel if w.ndim == 4 else np.full(w.shape, bias, "float32") for w in model.get_weights()])
    return np.asarray(model([deep, skip]))[0, :, :, 0]


enlarged = deep[0].repeat(2, axis=0).repeat(2, axis=1)
check("the first channel of the joined maps", passed_on(0), enlarged[:, :, 0],
      causes={"Here `skip` comes first: the enlarged `deep` must come first": skip[0, :, :, 0],
              "Between the pixels it was interpolated: repeat them":
              lambda: np.asarray(layers.UpSampling2D(2, interpolation="bilinear")(deep))[0, :, :, 0]})
check("the second channel", passed_on(1), enlarged[:, :, 1])
check("the third channel", passed_on(2), skip[0, :, :, 0])
check('padding="same" fills with 0', passed_on(2, centre=(0, 0))[:2, :3], np.array([[0, 0, 0], [0, 100, 100]]))
check("negative sums become 0", passed_on(0, sign=-1.0), 0 * enlarged[:, :, 0],
      causes={"There is no ReLU behind the convolution": -enlarged[:, :, 0]})
check("the bias is added before the ReLU", passed_on(0, sign=-1.0, bias=4.0), np.maximum(4 - enlarged[:, :, 0], 0))
check_raises(ValueError, decoder_step, (2, 3, 2), (4, 5, 1), 3)
check_raises(ValueError, decoder_step, (2, 3, 2), (2, 3, 1), 3)

# %% task="decoder_step" role="test" points=8
random = np.random.default_rng()
for _ in range(5):
    height, width, deeper, shallow, filters, batch = (int(v) for v in random.integers((1, 1, 1, 1, 1, 1), (5, 5, 5, 5, 5, 4)))
    case = f"decoder_step({(height, width, deeper)}, {(2 * height, 2 * width, shallow)}, {filters})"
    model = decoder_step((height, width, deeper), (2 * height, 2 * width, shallow), filters)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    deep = random.normal(size=(batch, height, width, deeper)).astype("float32")
    skip = random.normal(size=(batch, 2 * height, 2 * width, shallow)).astype("float32")
    require(f"{case}: output shape", tuple(model([deep.copy(), skip.copy()]).shape), (batch, 2 * height, 2 * width, filters))
    shapes = [tuple(w.shape) for w in model.get_weights()]
    kernel, bias = random.normal(size=(3, 3, deeper + shallow, filters)).astype("float32"), random.normal(size=filters).astype("float32")
    require(f"{case}: weights", sorted(shapes, key=len), [bias.shape, kernel.shape])
    model.set_weights([kernel if len(shape) == 4 else bias for shape in shapes])
    joined = np.zeros((batch, 2 * height + 2, 2 * width + 2, deeper + shallow), "float32")
    for i, j in np.ndindex(2 * height, 2 * width):
        joined[:, i + 1, j + 1, :deeper] = deep[:, i // 2, j // 2]
        joined[:, i + 1, j + 1, deeper:] = skip[:, i, j]
    windows = np.lib.stride_tricks.sliding_window_view(joined, (3, 3), axis=(1, 2))
    expected = np.maximum(np.einsum("bijcmn,mncf->bijf", windows, kernel) + bias, 0)
    require(f"{case}: output", np.asarray(model([deep.copy(), skip.copy()])), expected, rtol=1e-3, atol=1e-4)

# %% task="decoder_step" role="test" part="errors" points=2
for deep_shape, skip_shape in (((4, 4, 2), (8, 7, 2)), ((4, 4, 2), (9, 8, 2)), ((4, 4, 2), (4, 4, 2)), ((3, 5, 1), (10, 6, 1)), ((4, 4, 1), (16, 16, 1))):
    require_raises(ValueError, decoder_step, deep_shape, skip_shape, 3)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 실험: 얼마나 억제해야 할까 (5점)

비최대 억제(NMS)에는 미리 정해야 하는 문턱(threshold)이 있습니다. 점수가 가장 높은 상자를 남기고, 그 상자와의 IoU가 문턱보다 큰 상자를 버립니다. 문턱이 낮으면 많이 버리고, 높으면 조금 버립니다.
아래 셀의 `quality(limit)`은 물체가 둘씩 바짝 붙어 있는 장면 20개에서, 물체마다 네 번씩 찾은 상자들을 문턱 `limit`으로 억제한 다음 평균 정밀도(AP)를 잽니다. 물체와의 IoU가 0.5 이상이면 맞은 것으로 봅니다.
문턱을 높이면 AP는 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 0.05에서 0.95까지의 문턱을 고르게 다섯 가지 이상 골라 측정하세요. 0.2 이하인 것과 0.8 이상인 것이 하나씩은 있어야 합니다.
`crowds()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 문턱의 리스트
- `"predicted"`: 문턱마다 예측한 AP의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 문턱마다 측정한 AP의 리스트
- `"conclusion"`: 측정값을 보고 내린 결론. 위의 네 낱말 가운데 하나

결과가 예측과 달랐다면, 문턱이 아주 낮을 때와 아주 높을 때 각각 무엇을 잃는지 생각해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Experiment: how much to suppress (5 points)

Non-maximum suppression (NMS) has a threshold to be chosen: the box with the highest score stays, and boxes whose IoU with it is larger than the threshold are thrown away. A low threshold throws much away, a high one little.
In the cell below, `quality(limit)` takes 20 scenes whose objects stand close together in pairs, each of them found four times, suppresses the boxes with the threshold `limit`, and measures average precision (AP), where an IoU of 0.5 with an object is enough to be right.
When the threshold rises, will AP grow, fall or stay? Write down your prediction **before you measure**; then choose at least five thresholds spread over 0.05 to 0.95, one of them 0.2 or below and one 0.8 or above, and measure.
`crowds()` returns the record of the experiment as a dict.
- `"settings"`: the list of thresholds that were tried
- `"predicted"`: a list with the AP that you predict for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: a list with the AP that was measured for each
- `"conclusion"`: what follows from the measurements: one of the same four words

If the result was not what you predicted, think about what is lost when the threshold is very low, and what when it is very high.
"""

# %%
from course_lib import metrics
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def crowded(random):
    """A scene of four pairs: the objects' boxes (8, 4); for each, four boxes found near it, and their scores."""
    left = np.array([[20 * k, 0] for k in range(4)]) + random.uniform(0, 2, (4, 2))
    corners = np.concatenate([left, left + [5, 0]])  # the second of a pair stands a little to the right
    truth = np.concatenate([corners, corners + [10, 12]], axis=1)
    found = truth.repeat(4, axis=0) + random.normal(0, 0.6, (32, 4))
    return truth, found, random.uniform(0.3, 1, 32)


def quality(limit):
    """Average precision in 20 crowded scenes after suppression with this threshold."""
    random, found, truth = np.random.default_rng(0), [], []
    for _ in range(20):
        right, boxes, scores = crowded(random)
        kept = metrics.suppress(boxes, scores, overlap=float(limit))
        found.append((boxes[kept], scores[kept], np.zeros(len(kept))))
        truth.append((right, np.zeros(len(right))))
    return metrics.average_precision(found, truth)

# %% [markdown] tags=["ko"] task="crowds" role="hint"
r"""
`limit`이 0.05이면 바짝 붙어 있는 두 물체 가운데 하나는 어떻게 되나요? 0.95이면 같은 물체를 찾은 상자 네 개는 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="crowds" role="hint"
r"""
With a `limit` of 0.05, what becomes of one of two objects that stand close together? And with 0.95, of the four boxes that have found the same object?
"""

# %% [markdown] tags=["ko"] task="crowds" role="hint"
r"""
`limits = [0.1, 0.3, 0.5, 0.7, 0.9]`처럼 문턱을 고르고, 예측을 먼저 적은 다음 `[quality(limit) for limit in limits]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="crowds" role="hint"
r"""
Choose thresholds such as `limits = [0.1, 0.3, 0.5, 0.7, 0.9]`, write the prediction first, then measure with `[quality(limit) for limit in limits]`.
"""

# %% task="crowds" role="solution"
def crowds():
    ### BEGIN SOLUTION
    limits = [0.1, 0.3, 0.5, 0.7, 0.9]
    return {
        "settings": limits,
        "predicted": "falls",  # before measuring
        "measured": [quality(limit) for limit in limits],
        "conclusion": "neither",
    }
    ### END SOLUTION


# %% task="crowds" role="check"
found = crowds()
check_experiment("the experiment", found, measure=quality, settings=lambda limit: 0.049 < limit < 0.951,
                 at_least_runs=5, tolerance=0.01)
check("one threshold is 0.2 or below", bool(min(found["settings"]) <= 0.2), True)
check("one threshold is 0.8 or above", bool(max(found["settings"]) >= 0.8), True)

# %% task="crowds" role="test" points=5
found = crowds()
require_experiment("the experiment", found, measure=quality, settings=lambda limit: 0.049 < limit < 0.951, at_least_runs=5, tolerance=0.01)
require("one threshold is 0.2 or below", bool(min(found["settings"]) <= 0.2), True)
require("one threshold is 0.8 or above", bool(max(found["settings"]) >= 0.8), True)
