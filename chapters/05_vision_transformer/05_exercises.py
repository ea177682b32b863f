# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 5장 연습 문제. 비전 트랜스포머(Vision Transformer)

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 모두 10문제, 100점, 약 2시간입니다. 문제 9만 Keras를 쓰고, 문제 10은 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 5 exercises. The Vision Transformer

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- There are 10 tasks with 100 points, for about 2 hours. Only task 9 uses Keras, and task 10 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 이미지를 패치로 (5점)

`patchify(images, patch)`는 이미지를 한 변이 `patch`픽셀인 정사각형 패치(patch)로 겹치지 않게 자르고, 패치마다 벡터 하나, 곧 토큰(token)으로 폅니다.
`images`의 형상은 `(batch, height, width, channels)`이고 결과의 형상은 `(batch, tokens, patch * patch * channels)`입니다.
- 패치는 글을 읽는 순서로 놓입니다. 맨 윗줄을 왼쪽에서 오른쪽으로 다 읽은 다음 그 아랫줄로 갑니다.
- 패치 안에서도 픽셀은 같은 순서로 놓이고, 한 픽셀의 채널들은 나란히 놓입니다.

높이나 너비가 `patch`로 나누어떨어지지 않으면 `ValueError`를 발생시키세요(raise). 자르기에 3점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. From the image to patches (5 points)

`patchify(images, patch)` cuts images into square patches of `patch` pixels a side, without overlap, and lays out each patch as one vector (a token).
The shape of `images` is `(batch, height, width, channels)`, that of the result is `(batch, tokens, patch * patch * channels)`.
- The patches stand in the order of reading: the top row from left to right, then the next row.
- Within a patch, pixels stand in the same order, and the channels of one pixel stand side by side.

Raise `ValueError` if `patch` does not divide the height or does not divide the width. The cutting is worth 3 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="patchify" role="hint"
r"""
$4 \times 6$ 이미지를 종이에 그리고 픽셀에 번호를 매겨 보세요. 한 변이 2인 첫 패치에는 몇 번 픽셀들이 들어가나요? 그 번호들은 서로 이어져 있나요?
"""

# %% [markdown] tags=["en"] task="patchify" role="hint"
r"""
Draw an image of $4 \times 6$ on paper and number its pixels. Which numbers are in the first patch of side 2? Do they follow each other?
"""

# %% [markdown] tags=["ko"] task="patchify" role="hint"
r"""
축을 쪼개세요. 높이는 (패치의 행, 패치 안의 행), 너비는 (패치의 열, 패치 안의 열)로 나뉩니다. `reshape`로 축을 여섯 개 만든 다음, 어떤 두 축의 자리를 바꾸어야 패치 하나의 픽셀이 한데 모이나요? 축의 자리는 `transpose`로 바꿉니다.
"""

# %% [markdown] tags=["en"] task="patchify" role="hint"
r"""
Split the axes: the height into (row of patches, row in the patch), the width into (column of patches, column in the patch). `reshape` makes six axes of them. Which two must change places so that the pixels of one patch come together? `transpose` moves axes.
"""

# %% [markdown] tags=["ko"] task="patchify" role="hint"
r"""
`images.reshape(batch, rows, patch, columns, patch, channels)` 다음에 `.transpose(0, 1, 3, 2, 4, 5)`로 패치의 행과 열을 앞으로 모으고, 마지막 `reshape`로 폅니다. 높이와 너비를 `patch`로 나눈 나머지(`%`)는 그 전에 확인하세요.
"""

# %% [markdown] tags=["en"] task="patchify" role="hint"
r"""
After `images.reshape(batch, rows, patch, columns, patch, channels)`, `.transpose(0, 1, 3, 2, 4, 5)` brings rows and columns of patches to the front, and a last `reshape` lays them out. Before that, look at the remainders (`%`) of height and width divided by `patch`.
"""

# %% task="patchify" role="solution"
def patchify(images, patch):
    ### BEGIN SOLUTION
    batch, height, width, channels = images.shape
    if height % patch or width % patch:
        raise ValueError(f"patches of {patch} pixels do not fill {height}x{width}")
    rows, columns = height // patch, width // patch
    parts = images.reshape(batch, rows, patch, columns, patch, channels)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(batch, rows * columns, patch * patch * channels)
    ### END SOLUTION


# %% task="patchify" role="check"
numbered = np.arange(24).reshape(1, 4, 6, 1)  # pixels numbered in the order of reading
check("4x6 pixels, patches of 2", patchify(numbered, 2),
      np.array([[[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11],
                 [12, 13, 18, 19], [14, 15, 20, 21], [16, 17, 22, 23]]]),
      causes={"These are pixels in a row: a patch takes 2 of one row and 2 of the row below":
              np.arange(24).reshape(1, 6, 4),
              "The patches go down the columns: they must go along the rows":
              np.array([[[0, 1, 6, 7], [12, 13, 18, 19], [2, 3, 8, 9],
                         [14, 15, 20, 21], [4, 5, 10, 11], [16, 17, 22, 23]]]),
              "Within a patch, the pixels go down the columns: they must go along the rows":
              np.array([[[0, 6, 1, 7], [2, 8, 3, 9], [4, 10, 5, 11],
                         [12, 18, 13, 19], [14, 20, 15, 21], [16, 22, 17, 23]]]),
              "The patches stand in a grid: they must stand in one line":
              np.array([[[[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]],
                         [[12, 13, 18, 19], [14, 15, 20, 21], [16, 17, 22, 23]]]])})
coloured = np.stack([numbered[..., 0], numbered[..., 0] + 0.5], axis=-1)[:, :2, :4]  # two channels: n and n + 0.5
check("two channels, fractions", patchify(coloured, 2),
      np.array([[[0, 0.5, 1, 1.5, 6, 6.5, 7, 7.5], [2, 2.5, 3, 3.5, 8, 8.5, 9, 9.5]]]),
      causes={"The channels of one pixel must stand side by side":
              np.array([[[0, 1, 6, 7, 0.5, 1.5, 6.5, 7.5], [2, 3, 8, 9, 2.5, 3.5, 8.5, 9.5]]])})
check("shape of 2 images of 6x9x3, patches of 3", np.shape(patchify(np.ones((2, 6, 9, 3)), 3)), (2, 6, 27))
check("one patch is the whole image", patchify(numbered[:, :2, :2], 2), np.array([[[0, 1, 6, 7]]]))
check_raises(ValueError, patchify, np.ones((1, 4, 6, 1)), 4)
check_raises(ValueError, patchify, np.ones((1, 6, 4, 1)), 3)
check_raises(ValueError, patchify, np.ones((1, 9, 8, 1)), 6)

# %% task="patchify" role="test" points=3
random = np.random.default_rng()
for number in range(12):
    batch, rows, columns, patch, channels = (int(v) for v in random.integers(1, 5, 5))
    images = random.normal(size=(batch, rows * patch, columns * patch, channels))
    if number % 2:
        images = random.integers(0, 256, images.shape)
    expected = np.empty((batch, rows * columns, patch * patch * channels), images.dtype)
    for b, i, j in np.ndindex(batch, rows, columns):
        expected[b, i * columns + j] = images[b, i * patch:(i + 1) * patch, j * patch:(j + 1) * patch].ravel()
    require(f"images {images.shape}, patches of {patch}", patchify(images.copy(), patch), expected)

# %% task="patchify" role="test" part="errors" points=2
for height, width, patch in ((6, 8, 4), (8, 6, 4), (7, 7, 2), (5, 10, 10), (10, 5, 10), (9, 8, 6), (4, 9, 6)):
    require_raises(ValueError, patchify, np.ones((2, height, width, 3)), patch)

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 패치를 다시 이미지로 (10점)

`unpatchify(tokens, patch, columns)`는 문제 1을 거꾸로 합니다. `tokens`의 형상은 `(batch, count, length)`이고, 패치는 가로로 `columns`개씩 놓입니다.
픽셀의 순서는 문제 1과 같습니다. 세로로 몇 개인지와 채널이 몇 개인지는 `tokens`의 형상에서 알 수 있습니다. 결과의 형상은 `(batch, height, width, channels)`입니다.
`count`가 `columns`로 나누어떨어지지 않거나 `length`가 `patch * patch`로 나누어떨어지지 않으면 `ValueError`를 발생시키세요(raise). 되돌리기에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. From patches back to the image (10 points)

`unpatchify(tokens, patch, columns)` undoes task 1. The shape of `tokens` is `(batch, count, length)`, and `columns` patches stand side by side.
The order of pixels is that of task 1. How many rows of patches there are, and how many channels, follows from the shape of `tokens`. The shape of the result is `(batch, height, width, channels)`.
Raise `ValueError` if `count` is not a multiple of `columns`, or `length` is not a multiple of `patch * patch`. The way back is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="unpatchify" role="hint"
r"""
문제 1에서는 축을 여섯 개로 쪼갰습니다. 되돌릴 때는 토큰의 번호(`count`)와 길이(`length`)라는 두 축에서 시작합니다. 두 축은 각각 여섯 축 가운데 어느 것들로 나뉘나요?
"""

# %% [markdown] tags=["en"] task="unpatchify" role="hint"
r"""
Task 1 split the axes into six. The way back starts from two: the number of the token (`count`) and its length (`length`). Into which of the six does each of them split?
"""

# %% [markdown] tags=["ko"] task="unpatchify" role="hint"
r"""
`rows = count // columns`, `channels = length // patch ** 2`입니다. 토큰의 번호는 (패치의 행, 패치의 열)로, 토큰의 길이는 (패치 안의 행, 패치 안의 열, 채널)로 나뉩니다.
"""

# %% [markdown] tags=["en"] task="unpatchify" role="hint"
r"""
`rows = count // columns` and `channels = length // patch ** 2`. The number of a token splits into (row of patches, column of patches), its length into (row in the patch, column in the patch, channel).
"""

# %% [markdown] tags=["ko"] task="unpatchify" role="hint"
r"""
`(batch, rows, columns, patch, patch, channels)`로 `reshape`한 다음, 패치의 행 바로 뒤에 패치 안의 행이 오도록 가운데의 두 축을 맞바꾸고 `(batch, rows * patch, columns * patch, channels)`로 폅니다. 두 축을 맞바꾸는 일은 한 번 더 하면 되돌아가므로 문제 1과 같은 `transpose`입니다.
"""

# %% [markdown] tags=["en"] task="unpatchify" role="hint"
r"""
`reshape` to `(batch, rows, columns, patch, patch, channels)`, swap the two axes in the middle so that the row in the patch follows the row of patches, and lay out as `(batch, rows * patch, columns * patch, channels)`. Swapping twice changes nothing, so it is the same `transpose` as in task 1.
"""

# %% task="unpatchify" role="solution"
def unpatchify(tokens, patch, columns):
    ### BEGIN SOLUTION
    batch, count, length = tokens.shape
    if count % columns or length % patch**2:
        raise ValueError(f"{count} tokens of {length} do not make patches of {patch} pixels in {columns} columns")
    rows, channels = count // columns, length // patch**2
    parts = tokens.reshape(batch, rows, columns, patch, patch, channels)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(batch, rows * patch, columns * patch, channels)
    ### END SOLUTION


# %% task="unpatchify" role="check"
six = np.array([[[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11],
                 [12, 13, 18, 19], [14, 15, 20, 21], [16, 17, 22, 23]]])
found = unpatchify(six, 2, 3)
check("shape of 6 tokens of 4 numbers, patches of 2, 3 columns", np.shape(found), (1, 4, 6, 1),
      causes={"Rows and columns of patches were swapped: `columns` says how many stand side by side": (1, 6, 4, 1),
              "The axis of the channels is missing": (1, 4, 6), "The axis of the batch is missing": (4, 6, 1)})
check("its pixels", np.reshape(found, (4, 6)), np.arange(24).reshape(4, 6),
      causes={"The tokens were laid out one after the other: their rows must go below each other":
              six.reshape(4, 6),
              "Within each patch, rows and columns were swapped":
              np.array([[0, 6, 2, 8, 4, 10], [1, 7, 3, 9, 5, 11],
                        [12, 18, 14, 20, 16, 22], [13, 19, 15, 21, 17, 23]])})
found = unpatchify(six / 4, 2, 2)
check("the same tokens, fractions, 2 columns: shape", np.shape(found), (1, 6, 4, 1))
check("its pixels, fractions", np.reshape(found, (6, 4)),
      np.array([[0, 1, 2, 3], [6, 7, 8, 9], [4, 5, 12, 13],
                [10, 11, 18, 19], [14, 15, 16, 17], [20, 21, 22, 23]]) / 4)
pair = np.arange(16).reshape(2, 1, 8)  # two images of one patch with two channels
check("2 images of one patch, 2 channels", unpatchify(pair, 2, 1), pair.reshape(2, 2, 2, 2),
      causes={"The channels of one pixel stand side by side in a token":
              pair.reshape(2, 2, 2, 2).transpose(0, 2, 3, 1)})
check_raises(ValueError, unpatchify, np.ones((1, 6, 4)), 2, 4)
check_raises(ValueError, unpatchify, np.ones((1, 6, 10)), 2, 3)

# %% task="unpatchify" role="test" points=8
random = np.random.default_rng()
for number in range(12):
    batch, rows, columns, patch, channels = (int(v) for v in random.integers(1, 5, 5))
    tokens = random.normal(size=(batch, rows * columns, patch * patch * channels))
    if number % 2:
        tokens = random.integers(0, 256, tokens.shape)
    expected = np.empty((batch, rows * patch, columns * patch, channels), tokens.dtype)
    for b, i, j in np.ndindex(batch, rows, columns):
        piece = tokens[b, i * columns + j].reshape(patch, patch, channels)
        expected[b, i * patch:(i + 1) * patch, j * patch:(j + 1) * patch] = piece
    require(f"tokens {tokens.shape}, patches of {patch}, {columns} columns", unpatchify(tokens.copy(), patch, columns), expected)

# %% task="unpatchify" role="test" part="errors" points=2
for count, length, patch, columns in ((7, 9, 3, 2), (4, 9, 3, 8), (6, 12, 3, 2), (6, 8, 4, 3)):
    require_raises(ValueError, unpatchify, np.ones((2, count, length)), patch, columns)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 비전 트랜스포머의 크기 (15점)

`vit_costs(image_size, patch, width, depth, heads, classes)`는 한 변이 `image_size`인 정사각형 RGB 이미지를 받는 비전 트랜스포머의 크기를 정수 세 개 `(tokens, parameters, multiply_adds)`로 반환합니다.

1. 패치 임베딩(patch embedding): 커널과 스트라이드가 `patch`인 합성곱. 수 `width`개로 된 토큰을 만듭니다.
2. 학습되는 클래스 토큰(class token) 하나를 맨 앞에 놓고, 클래스 토큰을 포함한 모든 토큰에 학습되는 위치 임베딩(position embedding)을 더합니다. 위치 임베딩은 자리마다 하나씩 있습니다.
3. 블록 `depth`개. 블록마다 층 정규화(layer normalization), 어텐션(attention), 층 정규화, MLP가 차례로 있습니다. 어텐션에는 `width`에서 `width`로 가는 완전 연결층이 넷(질의, 키, 값, 출력) 있고, `heads`개의 헤드가 이 `width`를 나누어 씁니다.
   MLP는 `width`에서 `4 * width`로, 다시 `width`로 가는 완전 연결층 둘입니다. 층 정규화의 파라미터는 채널마다, 곧 토큰을 이루는 수마다 둘입니다.
4. 층 정규화, 그리고 **클래스 토큰 하나만** 받아 `classes`개의 로짓을 내는 완전 연결층.

합성곱과 완전 연결층에는 모두 편향이 있습니다. `tokens`를 셀 때는 클래스 토큰도 넣습니다. 곱셈-덧셈은 합성곱과 완전 연결층, 그리고 어텐션의 두 행렬 곱(질의와 키의 곱, 어텐션 가중치와 값의 곱)만 셉니다. 편향, 정규화, 소프트맥스, 위치 임베딩을 더하는 일은 세지 않습니다.
`image_size`는 `patch`로, `width`는 `heads`로 나누어떨어집니다. 토큰과 파라미터의 수에 9점, 곱셈-덧셈의 수에 6점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. The size of a Vision Transformer (15 points)

`vit_costs(image_size, patch, width, depth, heads, classes)` returns three integers, `(tokens, parameters, multiply_adds)`: the size of a Vision Transformer for square RGB images whose side is `image_size`.

1. Patch embedding: a convolution whose kernel and stride are `patch`. It makes tokens of `width` numbers.
2. One learned class token is put in front, and to each token, the class token included, the learned position embedding of its place is added.
3. `depth` blocks, each with layer normalization, attention, layer normalization and an MLP in turn. Attention has four fully connected layers from `width` to `width` (query, key, value, output), and `heads` heads share this `width`.
   The MLP has two fully connected layers, from `width` to `4 * width` and back to `width`. Layer normalization has two parameters for each channel, that is for each number in a token.
4. Layer normalization, then a fully connected layer that makes `classes` logits of **the class token alone**.

The convolution and all fully connected layers have biases. `tokens` counts the class token, too. As multiply-adds, count the convolution, the fully connected layers, and the two products of matrices in attention (queries with keys, attention weights with values); do not count biases, normalization, softmax, or adding the position embeddings.
`patch` divides `image_size`, and `heads` divides `width`. The numbers of tokens and parameters are worth 9 points, that of multiply-adds 6.
"""

# %% [markdown] tags=["ko"] task="vit_costs" role="hint"
r"""
표를 하나 만드세요. 행은 모델의 부분(패치 임베딩, 클래스 토큰, 위치 임베딩, 블록, 마지막), 열은 파라미터와 곱셈-덧셈입니다. 어느 칸이 0인가요?
"""

# %% [markdown] tags=["en"] task="vit_costs" role="hint"
r"""
Make a table. Its rows are the parts of the model (patch embedding, class token, position embedding, block, end), its columns are parameters and multiply-adds. Which fields are 0?
"""

# %% [markdown] tags=["ko"] task="vit_costs" role="hint"
r"""
완전 연결층의 파라미터는 토큰이 몇 개이든 같지만, 곱셈-덧셈은 토큰마다 되풀이됩니다. 질의와 키의 곱은 토큰의 쌍마다 `width`번입니다. 헤드가 여럿이면 헤드마다 `width // heads`번이므로 합은 그대로입니다.
"""

# %% [markdown] tags=["en"] task="vit_costs" role="hint"
r"""
A fully connected layer has as many parameters for one token as for many, but its multiply-adds are repeated for each token. Queries with keys take `width` multiply-adds for each pair of tokens; with several heads it is `width // heads` for each head, so the sum stays.
"""

# %% [markdown] tags=["ko"] task="vit_costs" role="hint"
r"""
블록 하나의 파라미터는 층 정규화 `4 * width`, 어텐션 `4 * (width + 1) * width`, MLP `(width + 1) * 4 * width + (4 * width + 1) * width`입니다. 블록 하나의 곱셈-덧셈은 `12 * tokens * width ** 2 + 2 * tokens ** 2 * width`입니다. 패치 임베딩은 클래스 토큰을 뺀 토큰에, 마지막 층은 토큰 하나에만 쓰입니다.
"""

# %% [markdown] tags=["en"] task="vit_costs" role="hint"
r"""
One block has `4 * width` parameters in layer normalization, `4 * (width + 1) * width` in attention, and `(width + 1) * 4 * width + (4 * width + 1) * width` in the MLP. It takes `12 * tokens * width ** 2 + 2 * tokens ** 2 * width` multiply-adds. The patch embedding works on all tokens but the class token, the last layer on one token only.
"""

# %% task="vit_costs" role="solution"
def vit_costs(image_size, patch, width, depth, heads, classes):
    ### BEGIN SOLUTION
    patches, inputs = (image_size // patch) ** 2, 3 * patch**2
    tokens = patches + 1
    dense = lambda inputs, outputs: (inputs + 1) * outputs
    norm = 2 * width
    block = 2 * norm + 4 * dense(width, width) + dense(width, 4 * width) + dense(4 * width, width)
    parameters = dense(inputs, width) + width + tokens * width + depth * block + norm + dense(width, classes)
    per_block = tokens * (4 * width**2 + 8 * width**2) + 2 * tokens**2 * width  # the heads share the width
    return tokens, parameters, patches * inputs * width + depth * per_block + width * classes
    ### END SOLUTION


# %% task="vit_costs" role="check"
found = vit_costs(8, 4, 6, 2, 2, 3)
check("vit_costs gives three numbers", len(found), 3)
check("image 8, patch 4, width 6, 2 blocks, 2 heads, 3 classes: tokens", found[0], 5, integers=True,
      causes={"The class token was forgotten": 4,
              "The patches of one row were counted: there are as many rows": 3})
check("its parameters", found[1], 1383, integers=True,
      causes={"The biases were forgotten": 1266, "Layer normalization was forgotten": 1323,
              "The layer normalization at the end, or the class token and its position, were forgotten": 1371,
              "Either the class token or its position was forgotten": 1377,
              "The position embedding was forgotten": 1353, "The output layer of attention was forgotten": 1299,
              "The heads share the width: several heads have no more parameters than one": 1635,
              "The image has three channels": 1191, "Only one block was counted": 873})
check("its multiply-adds", found[2], 6090, integers=True,
      causes={"The two products of attention were forgotten": 5490,
              "Attention has two products: queries with keys, and attention weights with values": 5790,
              "The heads share the width: several heads take no more than one": 6690,
              "The last layer works on the class token alone": 6162,
              "The blocks work on the class token, too": 5010,
              "The convolution does not see the class token": 6378,
              "A multiply-add is one, not two": 12180, "Only one block was counted": 3630})
check("one block", tuple(vit_costs(8, 4, 6, 1, 2, 3)), (5, 873, 3630), integers=True)
check("image 28, patch 7, width 32, 2 blocks, 4 heads, 10 classes", tuple(vit_costs(28, 7, 32, 2, 4, 10)),
      (17, 31114, 530368), integers=True)

# %% task="vit_costs" role="test" points=9
random = np.random.default_rng()
cases = [(224, 16, 768, 12, 12, 1000), (224, 14, 384, 12, 6, 10)]
for _ in range(20):
    side, patch, heads, share, depth, classes = (int(v) for v in random.integers((1, 1, 1, 1, 1, 2), (9, 17, 7, 33, 7, 30)))
    cases.append((side * patch, patch, heads * share, depth, heads, classes))
for case in cases:
    image_size, patch, width, depth, heads, classes = case
    places = 1 + sum(1 for _ in range(0, image_size, patch) for _ in range(0, image_size, patch))
    shapes = [(patch, patch, 3, width), (width,), (width,), (places, width)]  # of all weights
    for _ in range(depth):
        shapes += [(2, width)] * 2 + [(heads, width, width // heads), (width,)] * 4 + [(width, 4 * width), (4 * width,), (4 * width, width), (width,)]
    shapes += [(2, width), (width, classes), (classes,)]
    found = vit_costs(*case)
    require(f"vit_costs{case}: three numbers", isinstance(found, (tuple, list, np.ndarray)) and len(found) == 3, True)
    require(f"vit_costs{case}: tokens", found[0], places, integers=True)
    require(f"vit_costs{case}: parameters", found[1], sum(int(np.prod(shape)) for shape in shapes), integers=True)

# %% task="vit_costs" role="test" part="multiply_adds" points=6
random = np.random.default_rng()
cases = [(224, 16, 768, 12, 12, 1000), (224, 14, 384, 12, 6, 10)]
for _ in range(20):
    side, patch, heads, share, depth, classes = (int(v) for v in random.integers((1, 1, 1, 1, 1, 2), (9, 17, 7, 33, 7, 30)))
    cases.append((side * patch, patch, heads * share, depth, heads, classes))
for case in cases:
    image_size, patch, width, depth, heads, classes = case
    patches = (image_size // patch) ** 2
    products = [(patches, patch * patch * 3, width)]  # each multiplies (a, b) by (b, c)
    for _ in range(depth):
        products += [(patches + 1, width, width)] * 4 + [(patches + 1, width // heads, patches + 1), (patches + 1, patches + 1, width // heads)] * heads
        products += [(patches + 1, width, 4 * width), (patches + 1, 4 * width, width)]
    products.append((1, width, classes))
    found = vit_costs(*case)
    require(f"vit_costs{case}: three numbers", isinstance(found, (tuple, list, np.ndarray)) and len(found) == 3, True)
    require(f"vit_costs{case}: multiply-adds", found[2], sum(a * b * c for a, b, c in products), integers=True)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 어텐션 (15점)

`attention(queries, keys, values)`를 완성하세요. `queries`의 형상은 `(..., n, d)`, `keys`는 `(..., m, d)`, `values`는 `(..., m, c)`이고 결과는 `(..., n, c)`입니다.
점 세 개는 배치나 헤드처럼 앞에 놓이는 축입니다. 세 배열에서 서로 같으며 없을 수도 있습니다. 어텐션은 이 축들의 번호마다 따로 계산합니다.

$$\mathrm{attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$

소프트맥스는 질의마다 모든 키에 대하여 계산합니다. 그 결과가 **어텐션 가중치**(attention weight)입니다. 질의 하나의 어텐션 가중치를 모두 더하면 1입니다. 이 계산에 10점입니다.
어텐션의 점수($QK^{\top}/\sqrt{d}$)가 수천, 수만이어도 오버플로(overflow), NaN, NumPy의 경고가 없어야 합니다. 여기에 나머지 5점이 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Attention (15 points)

Complete `attention(queries, keys, values)`. The shape of `queries` is `(..., n, d)`, that of `keys` is `(..., m, d)`, that of `values` is `(..., m, c)`, and the result is `(..., n, c)`.
The three dots stand for axes in front, such as batch and heads; they are the same in the three arrays, and there may be none. Attention is computed separately for each index along them.

$$\mathrm{attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$

Softmax goes over all keys, for each query by itself. Its results, the attention weights, are called **shares** here; those of one query sum to 1. This is worth 10 points.
The other 5 points are for scores ($QK^{\top}/\sqrt{d}$) of thousands and tens of thousands: no overflow, no NaN, no warning by NumPy.
"""

# %% [markdown] tags=["ko"] task="attention" role="hint"
r"""
앞의 축이 없다고 생각하고 시작하세요. 질의 3개와 키 5개이면 점수의 형상은 무엇인가요? 어텐션 가중치는 그 가운데 어느 축을 따라 더했을 때 1이어야 하나요?
"""

# %% [markdown] tags=["en"] task="attention" role="hint"
r"""
Begin without axes in front. With 3 queries and 5 keys, what is the shape of the scores? Along which of its axes must the shares sum to 1?
"""

# %% [markdown] tags=["ko"] task="attention" role="hint"
r"""
`@`는 마지막 두 축만 곱하고 앞의 축은 그대로 둡니다. 그런데 `.T`는 **모든** 축을 뒤집습니다. 마지막 두 축만 맞바꾸려면 `np.swapaxes(keys, -1, -2)`를 쓰세요. $d$는 `queries.shape[-1]`입니다.
"""

# %% [markdown] tags=["en"] task="attention" role="hint"
r"""
`@` multiplies along the last two axes and leaves those in front alone. But `.T` turns **all** axes round; `np.swapaxes(keys, -1, -2)` swaps the last two only. $d$ is `queries.shape[-1]`.
"""

# %% [markdown] tags=["ko"] task="attention" role="hint"
r"""
점수에서 질의마다의 최댓값 `scores.max(axis=-1, keepdims=True)`를 뺀 다음 `np.exp`를 취하면 지수가 0을 넘지 않아 오버플로가 없고, 소프트맥스의 값은 그대로입니다. `axis=-1`의 합으로 나눈 다음 `@ values`로 값을 곱하세요.
"""

# %% [markdown] tags=["en"] task="attention" role="hint"
r"""
Subtract each query's largest score, `scores.max(axis=-1, keepdims=True)`, before `np.exp`: no exponent is then above 0, nothing overflows, and softmax stays the same. Divide by the sum along `axis=-1`, then `@ values`.
"""

# %% task="attention" role="solution"
def attention(queries, keys, values):
    ### BEGIN SOLUTION
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))  # the largest exponent is 0
    return exponents / exponents.sum(axis=-1, keepdims=True) @ values
    ### END SOLUTION


# %% task="attention" role="check"
log3 = np.log(3)
queries = np.array([[0, 0, 0, 0], [2, 0, 0, 0]])
keys = np.array([[log3, 0, 0, 0], [0, 0, 0, 0], [0, 1, 2, 3]])
values = np.array([[5, 0], [0, 10], [0, 0]])
found = attention(queries, keys, values)
check("shape of 2 queries, 3 keys, 3 values of 2 numbers", np.shape(found), (2, 2))
check("a query of 0 takes the mean of all values", found[0], np.array([5 / 3, 10 / 3]),
      causes={"Softmax went over the queries: for each query, it must go over the keys": np.array([1.25, 5]),
              "These are the shares: they must be multiplied by the values": np.array([1 / 3, 1 / 3, 1 / 3]),
              "A score of 0 is no share of 0: is softmax missing?": np.zeros(2)})
check("shares 3/5, 1/5 and 1/5", found[1], np.array([3.0, 2.0]),
      causes={"The division by the square root of d was forgotten": np.array([45 / 11, 10 / 11]),
              "The scores were divided by d: it is the square root of d": np.array([2.32050808, 2.67949192]),
              "The root is that of d, the length of a query, and not of the number of keys":
              np.array([3.20006552, 1.79993448]),
              "The root is that of d, the length of a query, and not of the length of a value":
              np.array([3.51385188, 1.48614812])})
batch = attention(np.stack([queries, 0 * queries]), np.stack([keys, keys]), np.stack([values, values + 3]))
check("a batch of two", batch, np.array([[[5 / 3, 10 / 3], [3, 2]], [[14 / 3, 19 / 3], [14 / 3, 19 / 3]]]))
check("integers", attention(np.zeros((1, 2), int), np.array([[1, 2], [3, 4]]), np.array([[2], [5]])),
      np.array([[3.5]]))
check("shape with two axes in front", np.shape(attention(np.ones((2, 3, 4, 5)), np.ones((2, 3, 6, 5)),
                                                         np.ones((2, 3, 6, 7)))), (2, 3, 4, 7))
with np.errstate(over="raise", invalid="raise", divide="raise"):  # a warning of NumPy becomes an error
    large = np.array([[3000.0], [-3000.0], [0.0]])
    check("scores of 3000 and -3000", attention(large, np.array([[1.0], [-1.0]]), np.array([[8.0], [4.0]])),
          np.array([[8.0], [4.0], [6.0]]))

# %% task="attention" role="test" points=10
random = np.random.default_rng()
for number in range(20):
    front = tuple(int(v) for v in random.integers(1, 4, number % 4))
    n, m, d, c = (int(v) for v in random.integers(1, 7, 4))
    q, k, v = (random.normal(size=front + shape) for shape in ((n, d), (m, d), (m, c)))
    if number % 5 == 4:
        q, k, v = (np.round(2 * array).astype(int) for array in (q, k, v))
    expected = np.empty(front + (n, c))
    for place in np.ndindex(*front, n):
        scores = [float(sum(a * b for a, b in zip(q[place], key))) / d**0.5 for key in k[place[:-1]]]
        shares = [1 / sum(np.exp(other - score) for other in scores) for score in scores]
        expected[place] = sum(share * value for share, value in zip(shares, v[place[:-1]]))
    require(f"queries {q.shape}, keys {k.shape}, values {v.shape}", attention(q.copy(), k.copy(), v.copy()), expected)

# %% task="attention" role="test" part="numbers" points=5
random = np.random.default_rng()
for number in range(10):
    n, m, d, c = (int(v) for v in random.integers(2, 7, 4))
    q, k, v = random.normal(0, 100, (n, d)), random.normal(0, 100, (m, d)), random.normal(size=(m, c))
    if number % 2:
        q, k = np.round(q).astype(int), np.round(k).astype(int)
    scores = [[float(sum(a * b for a, b in zip(query, key))) / d**0.5 for key in k] for query in q]
    shares = np.array([[1 / sum(np.exp(min(other - score, 700)) for other in row) for score in row] for row in scores])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = attention(q.copy(), k.copy(), v.copy())
    require(f"scores up to {np.abs(scores).max():.0f}", found, shares @ v, atol=1e-6)
q = np.array([[5000.0, 0.0], [-5000.0, 0.0]])
require("queries at very different heights", attention(q, np.array([[1.0, 2.0], [1.0, 5.0]]), np.array([[2.0], [6.0]])), np.array([[4.0], [4.0]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 여러 헤드로 나누고 합치기 (15점)

`multi_head(queries, keys, values, heads)`를 완성하세요. `queries`는 `(batch, n, width)`, `keys`와 `values`는 `(batch, m, width)`이고 결과는 `(batch, n, width)`입니다.
세 배열의 마지막 축을 `heads`개의 이어진 조각으로 똑같이 나눕니다. 첫 조각은 첫 헤드가 맡습니다. 헤드마다 자기 조각으로 **따로** 어텐션을 계산하고, 그 결과를 헤드의 순서대로 마지막 축에 나란히 놓습니다.
질의, 키, 값을 만드는 층과 출력층은 여기에 없습니다. 앞에서 만든 `attention`을 불러 써도 됩니다.
`width`가 `heads`로 나누어떨어지지 않으면 `ValueError`를 발생시키세요(raise). 계산에 12점, 오류 처리에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Split into heads, and merge (15 points)

Complete `multi_head(queries, keys, values, heads)`. `queries` is `(batch, n, width)`, `keys` and `values` are `(batch, m, width)`, and the result is `(batch, n, width)`.
The last axis of each array is split into `heads` consecutive parts of the same size; the first part belongs to the first head. Each head computes attention with its parts **by itself**, and the results stand side by side on the last axis, in the order of the heads.
The layers that make queries, keys and values, and the output layer, are not part of this. You may call the `attention` that you have written.
Raise `ValueError` if `heads` does not divide `width`. The computation is worth 12 points, the error case 3.
"""

# %% [markdown] tags=["ko"] task="multi_head" role="hint"
r"""
`width`가 8이고 헤드가 2개이면 두 번째 헤드는 몇 번 열부터 몇 번 열까지 보나요? 그 헤드의 $d$는 얼마인가요?
"""

# %% [markdown] tags=["en"] task="multi_head" role="hint"
r"""
With `width` 8 and 2 heads, from which column to which does the second head see? What is its $d$?
"""

# %% [markdown] tags=["ko"] task="multi_head" role="hint"
r"""
가장 쉬운 길은 반복문입니다. 헤드마다 `[..., start:start + size]`로 세 배열을 잘라 `attention`을 부르고, 결과를 리스트에 모으세요. 반복문 없이 하려면 헤드의 축을 토큰의 축 **앞**으로 옮겨야 합니다.
"""

# %% [markdown] tags=["en"] task="multi_head" role="hint"
r"""
The easiest way is a loop: cut the three arrays with `[..., start:start + size]` for each head, call `attention`, and collect the results in a list. Without a loop, the axis of the heads must be moved **in front of** that of the tokens.
"""

# %% [markdown] tags=["ko"] task="multi_head" role="hint"
r"""
`size = width // heads`이고 `start`는 0, `size`, `2 * size`, ...입니다. 모은 리스트를 `np.concatenate(..., axis=-1)`로 이어 붙이면 됩니다. 그 전에 `width % heads`를 확인하세요.
"""

# %% [markdown] tags=["en"] task="multi_head" role="hint"
r"""
`size = width // heads`, and `start` is 0, `size`, `2 * size`, ... Join the list with `np.concatenate(..., axis=-1)`. Look at `width % heads` before that.
"""

# %% task="multi_head" role="solution"
def multi_head(queries, keys, values, heads):
    ### BEGIN SOLUTION
    width = queries.shape[-1]
    if width % heads:
        raise ValueError(f"{heads} heads cannot share a width of {width}")

    def split(tokens):  # (batch, count, width) -> (batch, heads, count, width // heads)
        return tokens.reshape(*tokens.shape[:2], heads, width // heads).transpose(0, 2, 1, 3)

    found = attention(split(queries), split(keys), split(values))
    return found.transpose(0, 2, 1, 3).reshape(queries.shape)
    ### END SOLUTION


# %% task="multi_head" role="check"
queries = np.sqrt(2) * np.array([[[1, 0, 0, 0], [0, 0, 1, 0]]])
keys = np.log(3) * np.array([[[1, 0, 0, 0], [0, 0, 1, 0]]])
values = np.array([[[4, 8, 12, 16], [0, 0, 0, 0]]])
check("2 tokens, width 4, 2 heads", multi_head(queries, keys, values, 2),
      np.array([[[3.0, 6, 6, 8], [2, 4, 3, 4]]]),
      causes={"There was one head only: it sees the whole width":
              np.array([[[2.73999137, 5.47998274, 8.21997411, 10.95996548],
                         [1.26000863, 2.52001726, 3.78002589, 5.04003452]]]),
              "`reshape` alone mixes the tokens: the heads split the last axis":
              np.array([[[6.0, 10, 8, 12], [0, 0, 0, 0]]]),
              "The heads were split by `reshape` alone, which mixes the tokens":
              np.array([[[6.0, 10, 0, 0], [8, 12, 0, 0]]]),
              "The heads were merged without moving their axis back behind the tokens":
              np.array([[[3.0, 6, 2, 4], [6, 8, 3, 4]]]),
              "The parts must be consecutive: here each head takes every second column":
              np.array([[[3.0, 4, 9, 8], [1, 4, 3, 8]]]),
              "Each head must take consecutive columns, not every second one":
              np.array([[[3.0, 9, 4, 8], [1, 3, 4, 8]]]),
              "Each head must divide by the square root of its own width":
              np.array([[[2.73999137, 5.47998274, 6, 8], [2, 4, 3.78002589, 5.04003452]]]),
              "The heads stand side by side: do not add them up or average them":
              np.array([[[4.5, 7], [2.5, 4]]])})
found = multi_head(np.zeros((2, 1, 6), int), np.ones((2, 3, 6), int), np.arange(36).reshape(2, 3, 6), 3)
check("integers, a batch of 2, 1 query, 3 keys, 3 heads", found,
      np.array([[[6, 7, 8, 9, 10, 11]], [[24, 25, 26, 27, 28, 29]]]))
check("one head is attention", multi_head(queries, keys, values, 1),
      np.array([[[2.73999137, 5.47998274, 8.21997411, 10.95996548],
                 [1.26000863, 2.52001726, 3.78002589, 5.04003452]]]))
check_raises(ValueError, multi_head, queries, keys, values, 3)

# %% task="multi_head" role="test" points=12
random = np.random.default_rng()
for number in range(16):
    batch, n, m, heads, size = (int(v) for v in random.integers(1, 6, 5))
    q, k, v = (random.normal(size=(batch, count, heads * size)) for count in (n, m, m))
    if number % 4 == 3:
        q, k, v = (np.round(2 * array).astype(int) for array in (q, k, v))
    expected = np.empty(q.shape)
    for b, h in np.ndindex(batch, heads):
        part = slice(h * size, (h + 1) * size)
        scores = np.einsum("nd,md->nm", q[b, :, part], k[b, :, part]) / size**0.5
        shares = 1 / np.exp(scores[:, None, :] - scores[:, :, None]).sum(axis=-1)
        expected[b, :, part] = shares @ v[b, :, part]
    require(f"queries {q.shape}, {m} keys, {heads} heads", multi_head(q.copy(), k.copy(), v.copy(), heads), expected)

# %% task="multi_head" role="test" part="errors" points=3
for width, heads in ((6, 4), (8, 3), (5, 2), (4, 8), (7, 6)):
    require_raises(ValueError, multi_head, np.ones((1, 2, width)), np.ones((1, 3, width)), np.ones((1, 3, width)), heads)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 위치 임베딩을 다른 크기의 이미지에 맞추기 (10점)

작은 이미지로 학습한 비전 트랜스포머를 더 큰 이미지에서 미세 조정하면 패치가 늘어나므로 위치 임베딩도 늘려야 합니다. 패치의 자리는 격자를 이루므로 그림처럼 보간(interpolation)하면 됩니다.

`resize_positions(table, old, new)`를 완성하세요. `table`의 형상은 `(1 + rows * columns, width)`입니다. 0번 행은 클래스 토큰의 위치 임베딩이므로 **그대로** 두고, 나머지는 `old = (rows, columns)`인 격자를 윗줄부터 차례로 늘어놓은 것입니다.
`new = (new_rows, new_columns)`의 격자로 바꾸어 `(1 + new_rows * new_columns, width)`인 배열을 반환하세요. 격자는 세로 방향과 가로 방향으로 각각 선형 보간합니다.

한 방향으로 칸이 $a$개에서 $b$개로 바뀔 때, 새 칸 $i$(번호는 0부터)의 중심은 옛 격자의 위치 $\left(i + \tfrac{1}{2}\right)\tfrac{a}{b} - \tfrac{1}{2}$에 놓입니다.
옛 칸 $j$의 중심은 위치 $j$에 있습니다. 새 칸의 값은 양옆에 있는 두 옛 칸의 값을 거리에 따라(가까운 쪽을 더 많이) 섞은 것입니다. 첫 칸보다 앞이거나 마지막 칸보다 뒤이면 그 가장자리 칸의 값을 그대로 씁니다. 격자를 줄일 때도 같은 식을 씁니다.

`table`의 행의 수가 `1 + rows * columns`가 아니면 `ValueError`를 발생시키세요(raise). 보간에 8점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Fit position embeddings to another image size (10 points)

When a Vision Transformer that was trained on small images is fine-tuned on larger ones, there are more patches, so there must be more position embeddings. The places of patches form a grid, which can be interpolated like a picture.

Complete `resize_positions(table, old, new)`. The shape of `table` is `(1 + rows * columns, width)`. Row 0 is the position embedding of the class token and **stays as it is**; the others are the grid `old = (rows, columns)`, one row after the other.
Turn it into the grid `new = (new_rows, new_columns)` and return an array of shape `(1 + new_rows * new_columns, width)`. The grid is interpolated linearly, downwards and across.

Where $a$ places become $b$ in one direction, the centre of the new place $i$ (counted from 0) lies at $\left(i + \tfrac{1}{2}\right)\tfrac{a}{b} - \tfrac{1}{2}$ of the old grid, where the centre of the old place $j$ lies at $j$.
Its value is mixed from the old places on both sides, by distance (more of the nearer one); before the first place or behind the last one, it is the value of that place at the edge. The same formula holds where the grid shrinks.

Raise `ValueError` if `table` does not have `1 + rows * columns` rows. The interpolation is worth 8 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="resize_positions" role="hint"
r"""
한 줄에 값이 0과 4인 두 칸이 있습니다. 이것을 네 칸으로 늘리면 새 칸들의 중심은 어디인가요? 식에 넣어 보면 −0.25, 0.25, 0.75, 1.25입니다. 값은 각각 얼마인가요?
"""

# %% [markdown] tags=["en"] task="resize_positions" role="hint"
r"""
A line has two places with the values 0 and 4. If it is to have four, where are their centres? The formula says −0.25, 0.25, 0.75, 1.25. What are the values?
"""

# %% [markdown] tags=["ko"] task="resize_positions" role="hint"
r"""
`np.interp(places, np.arange(a), line)`은 한 줄을 선형 보간하며, 바깥에서는 가장자리의 값을 줍니다. 격자는 먼저 한 방향으로 보간하고, 그 결과를 다른 방향으로 보간합니다. 먼저 `table[1:].reshape(rows, columns, width)`로 격자를 만드세요.
"""

# %% [markdown] tags=["en"] task="resize_positions" role="hint"
r"""
`np.interp(places, np.arange(a), line)` interpolates one line linearly and gives the value at the edge outside. For a grid, go in one direction first, then with its result in the other. Make the grid with `table[1:].reshape(rows, columns, width)`.
"""

# %% [markdown] tags=["ko"] task="resize_positions" role="hint"
r"""
`places = (np.arange(b) + 0.5) * a / b - 0.5`입니다. `np.apply_along_axis(lambda line: np.interp(places, np.arange(a), line), axis, grid)`는 `axis` 방향의 모든 줄을 보간합니다. 축 0과 축 1에 차례로 쓰고, `reshape(-1, width)`로 편 다음 `np.concatenate([table[:1], ...])`로 클래스 토큰의 행을 앞에 붙이세요.
"""

# %% [markdown] tags=["en"] task="resize_positions" role="hint"
r"""
`places = (np.arange(b) + 0.5) * a / b - 0.5`. `np.apply_along_axis(lambda line: np.interp(places, np.arange(a), line), axis, grid)` interpolates all lines along `axis`. Use it on axis 0, then on axis 1, lay out with `reshape(-1, width)`, and put the class token's row in front with `np.concatenate([table[:1], ...])`.
"""

# %% task="resize_positions" role="solution"
def resize_positions(table, old, new):
    ### BEGIN SOLUTION
    if len(table) != 1 + old[0] * old[1]:
        raise ValueError(f"{len(table)} rows are no class token and a grid of {old[0]} x {old[1]}")
    grid = table[1:].reshape(*old, -1)  # (rows, columns, width)
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        resize = lambda line: np.interp(places, np.arange(old[axis]), line)
        grid = np.apply_along_axis(resize, axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
    ### END SOLUTION


# %% task="resize_positions" role="check"
def sums(rows, columns):
    """A table of width 1: 9 for the class token, then sums of a number for the row and one for the column."""
    return np.concatenate([[9], np.add.outer(rows, columns).ravel()])[:, None]


small = sums([0, 8], [0, 4])
check("2x2 becomes 4x4", resize_positions(small, (2, 2), (4, 4)), sums([0, 2, 6, 8], [0, 1, 3, 4]),
      causes={"The corners of both grids were laid on each other: use the centres of the formula":
              sums(np.linspace(0, 8, 4), np.linspace(0, 4, 4)),
              "Each new place took the nearest old one: mix the two on both sides":
              sums([0, 0, 8, 8], [0, 0, 4, 4]),
              "The half is missing: the formula is about the centres of the places":
              sums([0, 4, 8, 8], [0, 2, 4, 4]),
              "The grid has rows and columns: it was interpolated as one line":
              np.concatenate([[9], np.clip(np.arange(16) - 1.5, 0, 12)])[:, None],
              "The values go on beyond the edge: there, the value at the edge must stand":
              sums([-2, 2, 6, 10], [-1, 1, 3, 5]),
              "The class token's row is missing": sums([0, 2, 6, 8], [0, 1, 3, 4])[1:],
              "The class token's row stands at the end: it must stand in front":
              np.roll(sums([0, 2, 6, 8], [0, 1, 3, 4]), -1, axis=0)})
check("2x3 becomes 1x6", resize_positions(sums([0, 8], [0, 6, 12]), (2, 3), (1, 6)),
      sums([4], [0, 1.5, 4.5, 7.5, 10.5, 12]),
      causes={"Rows and columns of the old grid were swapped":
              np.array([[9, 3, 4.75, 8.25, 11.75, 15.25, 17]]).T})
wide = np.concatenate([sums([0, 8], [0, 6, 12]), -sums([0, 8], [0, 6, 12])], axis=1) / 4
check("fractions, width 2, 2x3 becomes 3x2", resize_positions(wide, (2, 3), (3, 2)),
      np.concatenate([sums([0, 4, 8], [1.5, 10.5]), -sums([0, 4, 8], [1.5, 10.5])], axis=1) / 4)
check("the same size", resize_positions(small, (2, 2), (2, 2)), small)
check_raises(ValueError, resize_positions, small[1:], (2, 2), (4, 4))
check_raises(ValueError, resize_positions, small, (2, 3), (4, 6))

# %% task="resize_positions" role="test" points=8
random = np.random.default_rng()
for number in range(16):
    rows, columns, new_rows, new_columns, width = (int(v) for v in random.integers(1, 8, 5))
    table = random.normal(size=(1 + rows * columns, width))
    if number % 3 == 2:
        table = np.round(9 * table).astype(int)
    shares = []
    for a, b in ((rows, new_rows), (columns, new_columns)):
        matrix = np.zeros((b, a))
        for i in range(b):
            place = min(max((i + 0.5) * a / b - 0.5, 0), a - 1)
            for j in range(a):
                matrix[i, j] = max(0.0, 1 - abs(place - j))
        shares.append(matrix)
    expected = np.concatenate([table[:1], np.kron(*shares) @ table[1:]])
    case = f"{rows}x{columns} becomes {new_rows}x{new_columns}, width {width}"
    require(case, resize_positions(table.copy(), (rows, columns), (new_rows, new_columns)), expected, atol=1e-6)

# %% task="resize_positions" role="test" part="errors" points=2
for length, old in ((16, (4, 4)), (18, (4, 4)), (7, (3, 4)), (12, (3, 4)), (2, (1, 2))):
    require_raises(ValueError, resize_positions, np.ones((length, 3)), old, (5, 5))

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 평균 어텐션 거리 (5점)

헤드는 얼마나 멀리 보나요? `attention_distance(shares, columns, patch)`는 헤드마다 평균 어텐션 거리를 **픽셀** 단위로 구하여 형상이 `(heads,)`인 배열로 반환합니다.
`shares`의 형상은 `(heads, 1 + count, 1 + count)`이고, `shares[h, i, j]`는 헤드 h에서 토큰 i가 토큰 j에 주는 어텐션 가중치입니다. 행마다 어텐션 가중치의 합은 1입니다.
0번 토큰은 클래스 토큰이고, 나머지 `count`개는 가로로 `columns`개씩 놓인 패치를 윗줄부터 차례로 늘어놓은 것입니다. 패치의 한 변은 `patch`픽셀입니다.

- 클래스 토큰은 자리가 없으므로 뺍니다. 패치에서 패치로 가는 가중치만 남기고, 행마다 합이 다시 1이 되도록 나눕니다. 패치로 가는 가중치의 합은 어느 행에서나 0보다 큽니다.
- 두 패치 사이의 거리는 중심과 중심을 잇는 직선의 길이입니다.
- 패치 i의 거리는 모든 패치까지의 거리(자기 자신까지는 0)를 이 가중치로 가중 평균한 것이고, 헤드의 거리는 모든 패치 i의 거리를 평균한 것입니다.

거리 계산에 3점, 클래스 토큰에도 가중치가 갈 때의 계산에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Mean attention distance (5 points)

How far does a head look? `attention_distance(shares, columns, patch)` computes the mean attention distance of each head in **pixels** and returns an array of shape `(heads,)`.
The shape of `shares` is `(heads, 1 + count, 1 + count)`; `shares[h, i, j]` is the share (attention weight) that token i gives to token j in head h. Each row sums to 1.
Token 0 is the class token. The other `count` are patches, `columns` side by side, one row after the other; `patch` is a patch's side in pixels.

- The class token has no place, so it is left out: keep only shares from patch to patch, and divide them so that each row sums to 1 again. In each row, the shares of the patches have a sum above 0.
- The distance of two patches is the length of the straight line from centre to centre.
- The distance of patch i is the mean of the distances to all patches (to itself it is 0), weighted by these shares, and the distance of a head is the mean over all patches i.

The distance is worth 3 points; another 2 are for shares that go to the class token.
"""

# %% [markdown] tags=["ko"] task="attention_distance" role="hint"
r"""
패치가 가로로 3개씩 놓여 있다면 5번 패치(번호는 0부터)는 몇 번 행, 몇 번 열에 있나요? 번호에서 행과 열을 구하는 두 연산은 무엇인가요?
"""

# %% [markdown] tags=["en"] task="attention_distance" role="hint"
r"""
With 3 patches side by side, in which row and which column is patch number 5 (counted from 0)? Which two operations give row and column of a number?
"""

# %% [markdown] tags=["ko"] task="attention_distance" role="hint"
r"""
행은 `number // columns`, 열은 `number % columns`입니다. 모든 쌍의 거리 행렬 `(count, count)`를 먼저 만드세요. `rows[:, None] - rows[None, :]`은 모든 쌍의 차이입니다. 제곱하여 더하고 제곱근을 구한 다음 `patch`를 곱합니다.
"""

# %% [markdown] tags=["en"] task="attention_distance" role="hint"
r"""
The row is `number // columns`, the column `number % columns`. First make the matrix of all distances, `(count, count)`: `rows[:, None] - rows[None, :]` is the difference of all pairs. Square, add, take the square root, and multiply by `patch`.
"""

# %% [markdown] tags=["ko"] task="attention_distance" role="hint"
r"""
`among = shares[:, 1:, 1:]`을 `among.sum(axis=-1, keepdims=True)`로 나눕니다. 여기에 거리 행렬을 곱하고(`*`) 마지막 축을 따라 더하면 헤드마다, 패치마다 거리가 나옵니다. 이것을 패치의 축을 따라 평균하면 됩니다.
"""

# %% [markdown] tags=["en"] task="attention_distance" role="hint"
r"""
Divide `among = shares[:, 1:, 1:]` by `among.sum(axis=-1, keepdims=True)`. Multiply by the matrix of distances (`*`) and sum along the last axis: that is the distance for each head and patch. Then average along the axis of patches.
"""

# %% task="attention_distance" role="solution"
def attention_distance(shares, columns, patch):
    ### BEGIN SOLUTION
    among = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    rows, places = np.divmod(np.arange(among.shape[-1]), columns)
    distances = patch * np.hypot(rows[:, None] - rows, places[:, None] - places)  # (count, count)
    return (among * distances).sum(axis=-1).mean(axis=-1)
    ### END SOLUTION


# %% task="attention_distance" role="check"
def heads_of(*matrices, of_class=0.0):
    """Shares among patches as heads; in front of them the class token, which gets `of_class` of each row."""
    shares = np.pad((1 - of_class) * np.array(matrices, float), ((0, 0), (1, 0), (1, 0)))
    shares[:, 1:, 0], shares[:, 0, 0] = of_class, 1
    return shares


itself, everywhere = np.eye(6), np.full((6, 6), 1 / 6)
one_down = np.roll(np.eye(6), 3, axis=1)  # of 2 rows and 3 columns: each looks at the other row
found = attention_distance(heads_of(itself, one_down), 3, 16)
check("2 rows and 3 columns of patches of 16: a head looks at itself, one at the other row", found,
      np.array([0.0, 16.0]),
      causes={"The unit is the pixel, not the patch": np.array([0.0, 1.0]),
              "The class token must be left out: it has no place": np.array([0, 96 / 7]),
              "The distances are added up, weighted by the shares; an average divides once too often":
              np.array([0, 16 / 6]),
              "This is the distance of each patch: average it over the patches":
              np.array([[0.0] * 6, [16.0] * 6]),
              "Each head has a distance of its own": 8.0,
              "`columns` is how many patches stand side by side, not below each other":
              np.array([0, 16 * (2 * np.sqrt(2) + np.sqrt(5)) / 3])})
check("3 patches in a row, of 10 pixels: shares 1/2, 1/4 and 1/4 for all",
      attention_distance(heads_of(np.tile([0.5, 0.25, 0.25], (3, 1))), 3, 10), np.array([55 / 6]),
      causes={"A patch counts itself, too, with the distance 0": np.array([125 / 9]),
              "The shares of one row must sum to 1, not those of one column": np.array([80 / 9]),
              "These are squares of distances: the root is missing": np.array([85 / 6])})
square = np.full((4, 4), 0.25)
check("2x2 patches of 8", attention_distance(heads_of(square), 2, 8), np.array([4 + np.sqrt(8)]),
      causes={"Patches that touch at a corner are the square root of 2 apart, not 2: take the straight line":
              np.array([8.0])})
check("integers: two patches below each other look at the upper one",
      attention_distance(np.array([[[1, 0, 0], [0, 1, 0], [0, 1, 0]]]), 1, 4), np.array([2]))
check("the class token gets three fifths", attention_distance(heads_of(square, of_class=0.6), 2, 8),
      np.array([4 + np.sqrt(8)]),
      causes={"What the class token gets must be left out, and the rest divided to sum to 1":
              np.array([1.6 + 0.4 * np.sqrt(8)])})

# %% task="attention_distance" role="test" points=3
random = np.random.default_rng()
for number in range(12):
    heads, rows, columns, patch = (int(v) for v in random.integers(1, (4, 6, 6, 20)))
    count = rows * columns
    among = random.dirichlet(np.full(count, 0.5), (heads, count))
    shares = np.zeros((heads, 1 + count, 1 + count))
    shares[:, 1:, 1:], shares[:, 0] = among, random.dirichlet(np.ones(1 + count), heads)
    if number % 4 == 3:
        shares = np.concatenate([np.eye(1 + count, dtype=int)[None]] * heads)
        shares[0, 1:, 1:] = np.eye(count, dtype=int)[random.permutation(count)]
        among = shares[:, 1:, 1:]
    expected = np.zeros(heads)
    for h, i, j in np.ndindex(heads, count, count):
        down, right = i // columns - j // columns, i % columns - j % columns
        expected[h] += among[h, i, j] * patch * (down**2 + right**2) ** 0.5 / count
    require(f"{heads} heads, {rows}x{columns} patches of {patch}", attention_distance(shares.copy(), columns, patch), expected)

# %% task="attention_distance" role="test" part="class_token" points=2
random = np.random.default_rng()
for _ in range(12):
    heads, rows, columns, patch = (int(v) for v in random.integers((1, 1, 2, 1), (4, 6, 6, 20)))
    count = rows * columns
    shares = random.dirichlet(np.full(1 + count, 0.5), (heads, 1 + count))
    expected = np.zeros(heads)
    for h, i in np.ndindex(heads, count):
        weights = shares[h, i + 1, 1:]
        lines = [patch * abs(complex(i % columns - j % columns, i // columns - j // columns)) for j in range(count)]
        expected[h] += np.average(lines, weights=weights) / count
    require(f"{heads} heads, {rows}x{columns} patches of {patch}, with shares for the class token", attention_distance(shares.copy(), columns, patch), expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 인코더 블록의 오류 찾기 (10점)

친구가 NumPy로 인코더 블록(헤드 하나)을 작성했습니다. 계산하려는 것은 다음과 같습니다. $n$은 학습하는 두 수($\gamma$, $\beta$)를 뺀 층 정규화로, **토큰마다** 자기 수들의 평균을 빼고 표준 편차로 나눕니다.
$A$는 문제 4의 어텐션(소프트맥스와 $\sqrt{d}$까지)입니다.

$$h = x + A\big(n(x) W_q,\; n(x) W_k,\; n(x) W_v\big)\, W_o, \qquad y = h + \mathrm{ReLU}\big(n(h) W_1\big)\, W_2$$

형상은 `x`가 `(tokens, width)`, `wq`와 `wk`가 `(width, d)`, `wv`가 `(width, c)`, `wo`가 `(c, width)`, `w1`이 `(width, hidden)`, `w2`가 `(hidden, width)`입니다. 함수는 $y$를 반환합니다.
그런데 결과가 이상합니다. 토큰 하나의 결과가 다른 토큰들의 평균에 따라 통째로 움직이고, 토큰이 하나뿐이면 무엇을 넣어도 결과가 같습니다. 질의 하나의 어텐션 가중치를 모두 더해도 1이 아니고, `d`가 클수록 가중치가 한 토큰에 쏠립니다.
오류는 네 개입니다. 모두 찾아 고치세요. 분산에 더한 `1e-6`은 오류가 아니며, 점수는 크지 않다고 보아도 됩니다. 여러 토큰에서의 계산에 6점, 토큰이 하나일 때의 계산에 4점입니다.

```python
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    def norm(t):
        return (t - t.mean(axis=0)) / np.sqrt(t.var(axis=0) + 1e-6)

    x = norm(x)
    scores = (x @ wq) @ (x @ wk).T
    shares = np.exp(scores) / np.exp(scores).sum(axis=0)
    h = x + shares @ (x @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
```
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Find the bugs in an encoder block (10 points)

A friend has written an encoder block with one head in NumPy. It is to compute the following. $n$ is layer normalization without its two learned numbers ($\gamma$, $\beta$): **for each token**, the mean of its own numbers is subtracted and the result divided by their standard deviation.
$A$ is the attention of task 4 (with softmax and $\sqrt{d}$).

$$h = x + A\big(n(x) W_q,\; n(x) W_k,\; n(x) W_v\big)\, W_o, \qquad y = h + \mathrm{ReLU}\big(n(h) W_1\big)\, W_2$$

`x` is `(tokens, width)`, `wq` and `wk` are `(width, d)`, `wv` is `(width, c)`, `wo` is `(c, width)`, `w1` is `(width, hidden)`, `w2` is `(hidden, width)`, and $y$ is returned.
But the results are odd. The whole result of one token shifts with the mean of the other tokens, and if there is a single token, the result is the same whatever goes in. The shares of one query do not sum to 1, and the larger `d` is, the more they go to one token.
There are four bugs. Find and fix them all. The `1e-6` that is added to the variance is none, and you may take it that scores are not large. The computation for several tokens is worth 6 points, that for a single token 4.

```python
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    def norm(t):
        return (t - t.mean(axis=0)) / np.sqrt(t.var(axis=0) + 1e-6)

    x = norm(x)
    scores = (x @ wq) @ (x @ wk).T
    shares = np.exp(scores) / np.exp(scores).sum(axis=0)
    h = x + shares @ (x @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
```
"""

# %% [markdown] tags=["ko"] task="encoder_block" role="hint"
r"""
`x`의 축 0은 토큰이고 축 1은 한 토큰의 수들입니다. `norm`과 `shares`에서 `axis=0`은 무엇을 따라 평균과 합을 구하나요?
"""

# %% [markdown] tags=["en"] task="encoder_block" role="hint"
r"""
Axis 0 of `x` is the tokens, axis 1 the numbers of one token. Along what do mean and sum go with `axis=0` in `norm` and in `shares`?
"""

# %% [markdown] tags=["ko"] task="encoder_block" role="hint"
r"""
`norm`은 토큰마다, 소프트맥스는 질의마다 계산해야 하므로 둘 다 `axis=1`입니다. 나눗셈의 형상이 맞으려면 `keepdims=True`도 필요합니다. 그다음 식을 보세요. $h$에 더하는 것은 $x$인가요, $n(x)$인가요?
"""

# %% [markdown] tags=["en"] task="encoder_block" role="hint"
r"""
`norm` must work for each token and softmax for each query, so both need `axis=1`, and `keepdims=True` for the shapes to fit. Then look at the formula: is it $x$ or $n(x)$ that is added in $h$?
"""

# %% [markdown] tags=["ko"] task="encoder_block" role="hint"
r"""
정규화한 것에 `normed = norm(x)`처럼 다른 이름을 주면 `x`가 남아 `h = x + ...`에 쓸 수 있습니다. 마지막 오류는 점수입니다. `np.sqrt(wq.shape[1])`로 나누지 않았습니다.
"""

# %% [markdown] tags=["en"] task="encoder_block" role="hint"
r"""
Give the normalized tokens another name, `normed = norm(x)`; then `x` is still there for `h = x + ...`. The last bug is in the scores: they are not divided by `np.sqrt(wq.shape[1])`.
"""

# %% task="encoder_block" role="solution"
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    ### BEGIN SOLUTION
    def norm(t):  # each token by itself
        return (t - t.mean(axis=1, keepdims=True)) / np.sqrt(t.var(axis=1, keepdims=True) + 1e-6)

    normed = norm(x)
    scores = (normed @ wq) @ (normed @ wk).T / np.sqrt(wq.shape[1])
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)  # those of one query sum to 1
    h = x + shares @ (normed @ wv) @ wo  # the skip connection carries x as it came
    return h + np.maximum(norm(h) @ w1, 0) @ w2
    ### END SOLUTION


# %% task="encoder_block" role="check"
wq, wk = np.array([[1, 0, 0, 0], [0, 1, 0, 0]]), np.array([[1, 0, 0, 0], [0, 0.5, 0, 0]])
wv, wo = np.array([[1, 0], [0, 2]]), np.array([[2, 0], [0, 1]])
w1, w2 = np.array([[1, -1, 0], [0, 1, 1]]), np.array([[1, 0], [0, 1], [1, -1]])
weights = wq, wk, wv, wo, w1, w2
check("a single token", encoder_block(np.array([[1.0, 3.0]]), *weights), np.array([[0.0, 6.0]]),
      atol=1e-4,
      causes={"A token must be normalized along its own numbers, not along the tokens": np.array([[1.0, 3.0]]),
              "The skip connection must carry x as it came, not normalized": np.array([[-2.0, 4.0]]),
              "Queries, keys and values are made of the normalized x": np.array([[4.0, 10.0]]),
              "The second skip connection must carry h, not x": np.array([[2.0, 4.0]]),
              "The second skip connection must carry h, not normalized": np.array([[0.0, 2.0]]),
              "This is still the friend's result: 0, whatever goes in": np.array([[0.0, 0.0]])})
three = np.array([[1, 3], [8, 2], [0, 4]])
check("three tokens, integers", encoder_block(three, *weights),
      np.array([[0.40147111, 5.59852875], [9.76575359, 1.23424637], [-0.59852906, 6.59852898]]), atol=1e-4,
      causes={"A token must be normalized along its own numbers, not along the tokens":
              np.array([[0.75680744, 4.00996247], [11.33264913, 0.25916963], [0.03982035, 5.97490772]]),
              "The skip connection must carry x as it came, not normalized":
              np.array([[-1.59852839, 3.59852825], [2.76575341, -1.76575357], [-1.59852897, 3.59852882]]),
              "The division by the square root of d is missing":
              np.array([[0.09715633, 5.90284355], [10.63777169, 0.36222829], [-0.90284375, 6.90284368]]),
              "The shares of one query must sum to 1":
              np.array([[0.50929765, 5.49070219], [9.98140624, 1.01859372], [-0.49070291, 6.49070282]]),
              "The root is that of d, the number of columns of `wq`, and not of the width of x":
              np.array([[0.22619029, 5.77380958], [10.22646574, 0.77353423], [-0.77380984, 6.77380977]]),
              "This is still the friend's result":
              np.array([[-1.16069106, 1.06885078], [5.31331625, -3.52319554], [-1.4401404, 3.84819476]])})
none = [0 * w for w in weights]
check("with all weights 0, x comes out", encoder_block(three / 2, *none), three / 2)
check("the other tokens' order does not matter", encoder_block(three[[0, 2, 1]] / 2, *weights)[0],
      np.array([-0.09852793, 4.09852773]), atol=1e-4)

# %% task="encoder_block" role="test" points=6
random = np.random.default_rng()
for number in range(12):
    tokens, width, d, c, hidden = (int(v) for v in random.integers((2, 3, 2, 1, 1), (7, 8, 7, 5, 9)))
    x = random.normal(size=(tokens, width)) * random.uniform(1, 5) + random.normal(0, 3, (tokens, 1))
    if number % 3 == 2:
        x = np.round(3 * x).astype(int)
    shapes = (width, d), (width, d), (width, c), (c, width), (width, hidden), (hidden, width)
    wq, wk, wv, wo, w1, w2 = weights = [random.normal(0, 0.7, shape) for shape in shapes]
    normal = lambda row: [(value - np.mean(row)) / (np.mean((row - np.mean(row)) ** 2) + 1e-6) ** 0.5 for value in row]
    normed = np.array([normal(row) for row in x])
    h = np.empty((tokens, width))
    for i in range(tokens):
        scores = [(normed[i] @ wq) @ (normed[j] @ wk) / d**0.5 for j in range(tokens)]
        h[i] = x[i] + sum(normed[j] @ wv @ wo / sum(np.exp(other - scores[j]) for other in scores) for j in range(tokens))
    inner = np.array([normal(row) for row in h]) @ w1
    expected = h + np.where(inner > 0, inner, 0) @ w2
    require(f"{tokens} tokens, width {width}, d {d}", encoder_block(x.copy(), *(w.copy() for w in weights)), expected, atol=1e-4)

# %% task="encoder_block" role="test" part="one_token" points=4
random = np.random.default_rng()
for _ in range(8):
    width, d, c, hidden = (int(v) for v in random.integers((3, 1, 1, 1), (8, 7, 5, 9)))
    x = random.normal(0, 3, (1, width))
    shapes = (width, d), (width, d), (width, c), (c, width), (width, hidden), (hidden, width)
    _, _, wv, wo, w1, w2 = weights = [random.normal(size=shape) for shape in shapes]
    normal = lambda t: (t - np.average(t)) / np.sqrt(np.average((t - np.average(t)) ** 2) + 1e-6)
    h = x + normal(x) @ wv @ wo  # its only share is 1
    require(f"one token, width {width}", encoder_block(x.copy(), *(w.copy() for w in weights)), h + (normal(h) @ w1).clip(min=0) @ w2, atol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. Keras로 만드는 토큰: 클래스 토큰과 레지스터 (10점)

학습이 끝난 큰 비전 트랜스포머는 배경처럼 볼 것이 없는 패치를 메모장으로 쓰기도 합니다. 이런 일에 쓸 학습되는 토큰 몇 개, 곧 **레지스터**(register)를 따로 주면 그런 일이 없어집니다(Darcet et al., ICLR 2024).
`vit_input(input_shape, patch, width, registers)`는 이미지에서 첫 블록에 들어갈 토큰을 만드는 Keras 모델(`keras.Model`)을 반환합니다. `input_shape`는 이미지의 높이, 너비, 채널 수이고, `width`는 토큰의 너비입니다. 패치는 모두 `count`개라고 합시다.

1. 패치 임베딩: 커널과 스트라이드가 `patch`이고 편향이 있으며 활성화 함수가 없는 합성곱. 결과를 너비가 `width`인 토큰 `count`개로 펴서 윗줄부터 차례로 놓습니다.
2. 맨 앞에 학습되는 클래스 토큰 하나를 놓습니다. 모든 이미지에서 같은 벡터입니다.
3. 이 `1 + count`개의 토큰에, 자리마다 하나씩 있는 학습되는 위치 임베딩을 더합니다.
4. 맨 뒤에 학습되는 레지스터를 `registers`개(1개 이상) 놓습니다. 모든 이미지에서 같으며, 위치 임베딩은 **없습니다**.

출력의 형상은 `(batch, 1 + count + registers, width)`입니다. 가중치는 모두 다섯 벌입니다(합성곱의 커널과 편향, 클래스 토큰, 위치 임베딩, 레지스터). 어떤 층이나 클래스로 만들어도 좋고 `course_lib/models/vit.py`의 층을 불러 써도 됩니다. 학습은 하지 않습니다. 채점에서는 가중치를 다른 값으로 바꾼 다음 출력을 비교합니다.
이미지의 높이나 너비가 `patch`로 나누어떨어지지 않으면 `ValueError`를 발생시키세요(raise). 토큰에 8점, 오류 처리에 2점입니다.

아래 셀은 Keras를 불러오므로 몇 초 걸립니다. 이 셀의 `Vectors(count)`는 학습되는 벡터 `count`개를 배치의 이미지마다 한 벌씩 주는 층입니다. `Vectors(3)(tokens)`의 형상은 `(batch, 3, width)`이며, `tokens`의 값은 쓰지 않습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Tokens in Keras: class token and registers (10 points)

A large trained Vision Transformer may use patches that show nothing of interest, such as background, as scratch paper. That stops when a few learned tokens, called **registers**, are added for this purpose (Darcet et al., ICLR 2024).
`vit_input(input_shape, patch, width, registers)` returns a Keras model (`keras.Model`) that turns images into the tokens for the first block. `input_shape` is the height and width of the images and their number of channels; `width` is that of the tokens. Let `count` be the number of patches.

1. Patch embedding: a convolution whose kernel and stride are `patch`, with bias and without activation. It is laid out as `count` tokens of `width` numbers, one row after the other.
2. One learned class token is put in front. It is the same vector for all images.
3. To these `1 + count` tokens, learned position embeddings are added, one for each place.
4. Behind them come `registers` learned registers (1 or more). They are the same for all images and have **no** position embeddings.

The shape of the output is `(batch, 1 + count + registers, width)`. There are five sets of weights (kernel and bias of the convolution, class token, position embeddings, registers). Use any layers or classes, those of `course_lib/models/vit.py` as well if you like; nothing is trained. Grading replaces the weights by others and compares the outputs.
Raise `ValueError` if `patch` does not divide the height or the width of the images. The tokens are worth 8 points, the error case 2.

The cell below loads Keras, which takes some seconds. Its `Vectors(count)` is a layer that gives `count` learned vectors, one set for each image of the batch. The shape of `Vectors(3)(tokens)` is `(batch, 3, width)`; the values of `tokens` are not used.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops


class Vectors(layers.Layer):
    """Learned vectors, the same for each image: tokens (batch, any number, width) -> (batch, count, width)."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def build(self, shape):
        self.table = self.add_weight(shape=(self.count, shape[-1]), initializer="random_normal")

    def call(self, tokens):
        return ops.zeros_like(tokens[:, :1]) + self.table  # (batch, 1, width) + (count, width)

# %% [markdown] tags=["ko"] task="vit_input" role="hint"
r"""
`Conv2D`의 출력은 `(batch, rows, columns, width)`입니다. 이것을 펴서 토큰을 한 줄로 늘어놓는 층은 무엇인가요? 토큰들을 앞뒤로 잇는 층은요?
"""

# %% [markdown] tags=["en"] task="vit_input" role="hint"
r"""
The output of `Conv2D` is `(batch, rows, columns, width)`. Which layer lays it out as a line of tokens? Which layer joins tokens end to end?
"""

# %% [markdown] tags=["ko"] task="vit_input" role="hint"
r"""
`layers.Reshape((-1, width))`와 `layers.Concatenate(axis=1)`입니다. `Vectors`를 세 번 씁니다. 클래스 토큰으로 한 번, 위치 임베딩으로 한 번, 레지스터로 한 번입니다. 위치를 더하는 일과 레지스터를 붙이는 일 가운데 무엇이 먼저인가요?
"""

# %% [markdown] tags=["en"] task="vit_input" role="hint"
r"""
`layers.Reshape((-1, width))` and `layers.Concatenate(axis=1)`. `Vectors` is used three times: for the class token, for the positions, for the registers. What comes first, adding the positions or joining the registers?
"""

# %% [markdown] tags=["ko"] task="vit_input" role="hint"
r"""
`x = layers.Concatenate(axis=1)([Vectors(1)(x), x])`, 그다음 `x = layers.Add()([x, Vectors(1 + count)(x)])`, 마지막으로 `Vectors(registers)(x)`를 뒤에 잇습니다. 처음은 `images = keras.Input(input_shape)`, 끝은 `keras.Model(images, x)`입니다. 함수의 맨 앞에서 나머지(`%`)를 확인하세요.
"""

# %% [markdown] tags=["en"] task="vit_input" role="hint"
r"""
`x = layers.Concatenate(axis=1)([Vectors(1)(x), x])`, then `x = layers.Add()([x, Vectors(1 + count)(x)])`, and at last join `Vectors(registers)(x)` behind. It begins with `images = keras.Input(input_shape)` and ends with `keras.Model(images, x)`. First of all, look at the remainders (`%`).
"""

# %% task="vit_input" role="solution"
def vit_input(input_shape, patch, width, registers):
    ### BEGIN SOLUTION
    height, wide, _ = input_shape
    if height % patch or wide % patch:
        raise ValueError(f"patches of {patch} pixels do not fill {height}x{wide}")
    images = keras.Input(input_shape)
    x = layers.Conv2D(width, patch, strides=patch)(images)
    x = layers.Reshape((-1, width))(x)
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    x = layers.Concatenate(axis=1)([x, Vectors(registers)(x)])
    return keras.Model(images, x)
    ### END SOLUTION


# %% task="vit_input" role="check"
model = vit_input((4, 6, 2), 2, 5, 3)  # 6 patches of 2 * 2 * 2 numbers
check("vit_input returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
images = np.arange(96, dtype="float32").reshape(2, 4, 6, 2)
check("shape of the tokens of 2 images: 1 class token, 6 patches, 3 registers, of width 5",
      tuple(model(images).shape), (2, 10, 5),
      causes={"The registers are missing": (2, 7, 5), "The class token is missing": (2, 9, 5),
              "The class token and the registers are missing": (2, 6, 5),
              "The stride of the convolution was forgotten": (2, 19, 5)})
check("sizes of the sets of weights", sorted(int(np.size(w)) for w in model.get_weights()), [5, 5, 15, 35, 40],
      causes={"The registers must not have position embeddings": [5, 5, 15, 40, 50],
              "The class token must have a position embedding, too": [5, 5, 15, 30, 40],
              "The bias of the convolution, or the class token, is missing or not learned": [5, 15, 35, 40],
              "The position embeddings are missing or not learned": [5, 5, 15, 40],
              "The registers are missing or not learned": [5, 5, 35, 40],
              "Each register must have a vector of its own": [5, 5, 5, 35, 40],
              "Each place must have a position embedding of `width` numbers": [5, 5, 7, 15, 40]})


def tokens_with(values):
    """The tokens when each set of weights is set by its size, {size: values}, and all others are 0."""
    new = [np.broadcast_to(values.get(w.size, 0), w.size).reshape(w.shape) for w in model.get_weights()]
    model.set_weights([w.astype("float32") for w in new])
    return np.asarray(model(images))


zeros, places = np.zeros((2, 3, 5)), np.arange(1, 36).reshape(1, 7, 5) + np.zeros((2, 1, 1))
check("position embeddings alone", tokens_with({35: np.arange(1, 36)}), np.concatenate([places, zeros], axis=1),
      causes={"The registers must stand behind the patches, not between class token and patches":
              np.concatenate([places[:, :1], zeros, places[:, 1:]], axis=1),
              "The registers must stand behind the patches, not in front":
              np.concatenate([zeros, places], axis=1)})
registers = np.arange(1, 16).reshape(1, 3, 5) + np.zeros((2, 1, 1))
check("registers alone", tokens_with({15: np.arange(1, 16)}),
      np.concatenate([np.zeros((2, 7, 5)), registers], axis=1),
      causes={"The registers must stand behind the patches, not in front":
              np.concatenate([registers, np.zeros((2, 7, 5))], axis=1)})
means = images.reshape(2, 2, 2, 3, 2, 2).mean(axis=(2, 4, 5))  # (2, rows, columns)
down, means = (np.reshape(m, (2, 6, 1)) + np.zeros(5) for m in (means.swapaxes(1, 2), means))
check("a kernel that takes the mean of each patch", tokens_with({40: 1 / 8}),
      np.concatenate([np.zeros((2, 1, 5)), means, zeros], axis=1),
      causes={"The class token must stand in front": np.concatenate([means, np.zeros((2, 4, 5))], axis=1),
              "The patches go down the columns: they must go along the rows":
              np.concatenate([np.zeros((2, 1, 5)), down, zeros], axis=1),
              "Position embeddings are added: here they are 0 and must change nothing": np.zeros((2, 10, 5))})
check("a kernel that takes minus the mean, bias and class token of 1", tokens_with({40: -1 / 8, 5: 1}),
      np.concatenate([np.ones((2, 1, 5)), 1 - means, zeros], axis=1),
      causes={"There must be no activation: ReLU makes 0 of what is negative":
              np.concatenate([np.ones((2, 1, 5)), np.maximum(1 - means, 0), zeros], axis=1)})
check("bias and class token of 1", tokens_with({5: 1}), np.concatenate([np.ones((2, 7, 5)), zeros], axis=1),
      causes={"The class token is missing or has no weights of its own":
              np.concatenate([np.zeros((2, 1, 5)), np.ones((2, 6, 5)), zeros], axis=1),
              "The bias must reach the patches alone":
              np.concatenate([np.full((2, 1, 5), 2), np.ones((2, 6, 5)), zeros], axis=1)})
check_raises(ValueError, vit_input, (4, 6, 2), 4, 5, 3)
check_raises(ValueError, vit_input, (6, 4, 2), 4, 5, 3)

# %% task="vit_input" role="test" points=8
import itertools

random = np.random.default_rng()
for patch, rows, columns, channels, width, registers in ((2, 2, 3, 3, 5, 4), (3, 3, 2, 1, 4, 2), (4, 1, 4, 2, 6, 1), (1, 3, 3, 2, 7, 3)):
    count = rows * columns
    case = f"vit_input({(rows * patch, columns * patch, channels)}, {patch}, {width}, {registers})"
    model = vit_input((rows * patch, columns * patch, channels), patch, width, registers)
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    images = random.normal(size=(3, rows * patch, columns * patch, channels)).astype("float32")
    require(f"{case}: shape", tuple(model(images.copy()).shape), (3, 1 + count + registers, width))
    sizes = [(patch * patch * channels, width), (1, width), (1, width), (1 + count, width), (registers, width)]
    shapes = [tuple(value.shape) for value in model.get_weights()]
    require(f"{case}: sizes of the weights", sorted(int(np.prod(shape)) for shape in shapes), sorted(a * b for a, b in sizes))
    drawn = [random.normal(size=size).astype("float32") for size in sizes]
    by_size = {}
    for value in drawn:
        by_size.setdefault(value.size, []).append(value)
    model.set_weights([by_size[int(np.prod(shape))].pop(0).reshape(shape) for shape in shapes])
    found = np.asarray(model(images.copy()))
    patches = np.stack([images[:, i * patch:(i + 1) * patch, j * patch:(j + 1) * patch].reshape(3, -1) for i in range(rows) for j in range(columns)], axis=1)
    best = None  # those of one size may stand in any order: take the one that fits best
    for order in itertools.permutations(drawn):
        if [value.shape for value in order] != [value.shape for value in drawn]:
            continue
        kernel, bias, first, table, last = order
        expected = np.concatenate([np.stack([first] * 3), patches @ kernel + bias], axis=1) + table
        expected = np.concatenate([expected, np.stack([last] * 3)], axis=1)
        if best is None or np.abs(found - expected).max() < np.abs(found - best).max():
            best = expected
    require(f"{case}: tokens", found, best, rtol=1e-3, atol=1e-4)
    require(f"{case}: the same in training", np.asarray(model(images.copy(), training=True)), best, rtol=1e-3, atol=1e-4)

# %% task="vit_input" role="test" part="errors" points=2
for height, width, patch in ((8, 12, 8), (12, 8, 8), (9, 9, 2), (4, 8, 16)):
    require_raises(ValueError, vit_input, (height, width, 3), patch, 4, 2)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 실험: 위치는 얼마나 중요할까 (5점)

위치 임베딩이 없으면 토큰의 순서를 알 길이 없으므로 이미지는 순서 없는 **패치 묶음**(bag of patches)이 됩니다. 이때 얼마나 많은 것을 잃을까요? 잃는 정도는 패치의 크기에 따라 달라질까요?
아래 셀의 `worth_of_positions(patch)`는 아주 작은 신경망으로 이것을 측정합니다. 토큰마다 가중치가 무작위인 층(ReLU) 하나를 거친 다음 모든 토큰을 평균하고, 출력층만 Fashion-MNIST 이미지 1,000장에서 릿지 회귀(ridge regression; 큰 가중치에 벌을 조금 주는 최소제곱법)로 구합니다. 위치 임베딩을 더할 때와 더하지 않을 때, 다른 이미지 1,000장에서의 정확도를 각각 구하여 그 **차이**를 반환합니다(무작위 가중치 두 벌의 평균).
패치가 커지면 이 차이는 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 패치의 한 변을 2, 4, 7, 14, 28 가운데 네 가지 이상 골라 측정하세요. 2와 4 가운데 하나, 14와 28 가운데 하나는 꼭 넣으세요.
`larger_patches()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 패치의 한 변의 리스트
- `"predicted"`: 패치마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 패치마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`

여유가 있으면 `accuracy(patch, positions)`로 두 정확도를 따로 살펴보세요. 어느 쪽이 변하나요? 한 변이 28이면 왜 그런 값이 나오나요?
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Experiment: how much are positions worth (5 points)

Without position embeddings there is no way to know the order of the tokens: the image becomes a **bag of patches**. How much is lost then? Does it depend on the size of the patches?
In the cell below, `worth_of_positions(patch)` measures this with a tiny network. Each token goes through one layer of random weights (ReLU), the tokens are averaged, and only the output layer is fitted, by ridge regression (least squares with a small penalty on large weights), to 1,000 images of Fashion-MNIST. It takes the accuracy on 1,000 other images with position embeddings and without them, and returns the **difference** (mean of two sets of random weights).
As patches get larger, will it grow, fall or stay? Write down your prediction **before you measure**; then choose at least four sides from 2, 4, 7, 14 and 28, among them 2 or 4, and 14 or 28, and measure.
`larger_patches()` returns the record of the experiment as a dict.
- `"settings"`: the list of sides that were tried
- `"predicted"`: a list with a prediction for each side, or one of `"grows"`, `"falls"`, `"stays"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each side
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these

If you have time, look at the two accuracies separately with `accuracy(patch, positions)`. Which of them changes? Why does it come out as it does for a side of 28?
"""

# %%
from course_lib import data
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment

(x_train, y_train), (x_test, y_test) = (tuple(part[:1000] for part in pair) for pair in data.fashion_mnist())


def features(images, patch, positions, seed, width=128):
    """The mean of all tokens of each image after one random layer, with or without position embeddings."""
    random, side = np.random.default_rng(seed), 28 // patch
    kernel, bias = random.normal(0, 1 / patch, (patch * patch, width)), random.normal(0, 0.5, width)
    table = random.normal(size=(side * side, width)).astype("float32") * positions
    parts = images.reshape(-1, side, patch, side, patch).swapaxes(2, 3).reshape(len(images), side * side, -1)
    layer = lambda tokens: np.maximum(tokens @ kernel.astype("float32") + bias.astype("float32") + table, 0)
    return np.concatenate([layer(some).mean(axis=1) for some in np.split(parts, 10)])


def accuracy(patch, positions, seed=0):
    """Accuracy on 1,000 test images of the best linear output layer for 1,000 training images."""
    train, test = (features(images, int(patch), positions, seed) for images in (x_train, x_test))
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-6
    train, test = ((part - mean).astype(float) / spread for part in (train, test))
    weights = np.linalg.solve(train.T @ train + 10 * np.eye(train.shape[1]), train.T @ (np.eye(10)[y_train] - 0.1))
    return float(((test @ weights).argmax(axis=1) == y_test).mean())


def worth_of_positions(patch):
    """What position embeddings add to the accuracy; mean of two seeds."""
    return sum(accuracy(patch, True, seed) - accuracy(patch, False, seed) for seed in (0, 1)) / 2

# %% [markdown] tags=["ko"] task="larger_patches" role="hint"
r"""
옷 사진을 한 변이 2픽셀인 조각으로 잘라 봉투에 넣고 흔들면 무엇이 남나요? 한 변이 14픽셀인 조각 넷이면요? 28픽셀이면 조각은 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="larger_patches" role="hint"
r"""
If you cut a picture of clothing into pieces of 2 pixels a side, put them into a bag and shake it, what is left? And with four pieces of 14 pixels? With 28 pixels, how many pieces are there?
"""

# %% [markdown] tags=["ko"] task="larger_patches" role="hint"
r"""
`sides = [2, 4, 7, 14, 28]`처럼 패치의 한 변을 고르고, 예측을 먼저 적은 다음 `[worth_of_positions(side) for side in sides]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="larger_patches" role="hint"
r"""
Choose sides such as `sides = [2, 4, 7, 14, 28]`, write the prediction first, then measure with `[worth_of_positions(side) for side in sides]`.
"""

# %% task="larger_patches" role="solution"
def larger_patches():
    ### BEGIN SOLUTION
    sides = [2, 4, 7, 14, 28]
    return {
        "settings": sides,
        "predicted": "stays",  # before measuring
        "measured": [worth_of_positions(side) for side in sides],
        "conclusion": "falls",
    }
    ### END SOLUTION


# %% task="larger_patches" role="check"
found = larger_patches()
divides = lambda side: side in (2, 4, 7, 14, 28)
check_experiment("the experiment", found, measure=worth_of_positions, settings=divides, at_least_runs=4,
                 tolerance=0.1)
check("one side is 2 or 4", bool(min(found["settings"]) <= 4), True)
check("one side is 14 or 28", bool(max(found["settings"]) >= 14), True)

# %% task="larger_patches" role="test" points=5
found = larger_patches()
require_experiment("the experiment", found, measure=worth_of_positions, settings=lambda side: side in (2, 4, 7, 14, 28), at_least_runs=4, tolerance=0.1)
require("one side is 2 or 4", bool(min(found["settings"]) <= 4), True)
require("one side is 14 or 28", bool(max(found["settings"]) >= 14), True)
