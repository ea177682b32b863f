# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: From the MLP to the CNN, ko: MLP에서 CNN으로}
#     minutes: 70
#     after: []
# ---

# %% [markdown] tags=["ko"]
r"""
# 1장. MLP에서 CNN으로

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 합성곱(convolution)을 손으로, 반복문으로, Keras로 계산하고 세 결과가 같음을 보이기
> - 패딩, 스트라이드, 채널이 있을 때 특징 맵의 크기와 파라미터 수를 미리 맞히기
> - MLP와 CNN이 같은 그림을 어떻게 다르게 보는지 실험으로 설명하기
> - 수용 영역을 공식으로 구하고, 기울기(gradient)로 측정해 확인하기
> - LeNet-5의 파라미터를 논문과 맞춰 보고, 오늘날 쓰는 형태를 학습시키기
>
> **읽기** 약 70분, **실행** 약 1분(코어 2개), 먼저 볼 장은 없습니다. 코드를 실행하기 전에 결과를 예측해 보세요. 예측이 빗나간 곳에서 가장 많이 배웁니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 1. From the MLP to the CNN

> **After this chapter** you can
> - compute a convolution by hand, with loops and with Keras, and show that the three agree;
> - tell the size of a feature map and the number of parameters in advance, with padding, stride and channels;
> - show by experiment how differently an MLP and a CNN see the same picture;
> - find a receptive field by formula and confirm it by measuring gradients;
> - check the parameters of LeNet-5 against its paper, and train its common form of today.
>
> **Reading** takes about 70 minutes, **running** about 1 minute on 2 cores; no earlier chapter is needed. Predict each result before you run the code: where a prediction fails, you learn most.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. 그림을 벡터로 펼치면 무엇을 잃을까

Fashion-MNIST는 옷, 신발, 가방을 담은 $28 \times 28$ 회색조(grayscale) 이미지입니다. 여기서는 그중 학습용 15,000장과
테스트용 5,000장을 씁니다. 다층 퍼셉트론(multilayer perceptron, **MLP**)은 벡터만
입력으로 받으므로, 먼저 그림의 행을 이어 붙여 $784$개의 수로 **펼칩니다**(flatten).
"""

# %% [markdown] tags=["en"]
r"""
## 1. What is lost when a picture becomes a vector

Fashion-MNIST holds greyscale $28 \times 28$ images of clothes, shoes and bags. Here we use 15,000 of them for training and
5,000 for testing. A multilayer perceptron (**MLP**) takes
vectors only, so the rows of a picture are first joined to one line of $784$ numbers: it is **flattened**.
"""

# %%
import numpy as np

from course_lib import claim, data, plot

(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
names = data.FASHION_MNIST_CLASSES
print(f"training images: {len(x_train):,}, test images: {len(x_test):,}, shape {x_train.shape[1:]}")
print("flattened:      ", x_train.reshape(len(x_train), -1).shape)

first = [np.flatnonzero(y_train == k)[0] for k in range(10)]
plot.image_grid(x_train[first], names, columns=5, title="One image of each class",
                alt="Ten grey photographs, one of each class from T-shirt to ankle boot.")

# %% [markdown] tags=["ko"]
r"""
위아래로 맞닿은 두 픽셀 $(14, 14)$와 $(15, 14)$는 펼친 벡터에서 얼마나 떨어져 있을까요? 좌우로 맞닿은 두 픽셀은 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
Pixels $(14, 14)$ and $(15, 14)$ touch, one above the other. How far apart are they in the vector? And two that touch side by side?
"""

# %% tags=["covers-A1"]
position = np.arange(28 * 28).reshape(28, 28)
print("above and below:", position[15, 14] - position[14, 14], "places apart")
print("side by side:   ", position[14, 15] - position[14, 14], "place apart")

# %% [markdown] tags=["ko"]
r"""
펼친 벡터는 '위아래 이웃'이라는 사실을 담고 있지 않습니다. MLP의 첫 층은 모든 입력에 따로 가중치를 두므로, 픽셀의 순서를
바꾸어도 가중치를 같은 순서로 바꾸면 그만입니다. 모든 그림의 픽셀을 **똑같은 규칙으로 뒤섞어** 보겠습니다. 여러분은 아래
그림을 알아볼 수 있나요? MLP는 알아볼까요? 예측을 적어 두고 11절에서 확인합시다.
"""

# %% [markdown] tags=["en"]
r"""
The vector does not know who was above whom. The first layer of an MLP has a weight of its own for each input; if the pixels
change places, the weights need only change places with them. So shuffle the pixels of all images **in one and the same way**.
Can you still recognise anything? Can an MLP? Write your guess down; section 11 has the answer.
"""

# %%
order = np.random.default_rng(7).permutation(28 * 28)


def shuffle_pixels(images):
    """(n, 28, 28, 1) -> the same, every image's pixels in the same new order."""
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)


five = x_train[first[5:]]
plot.image_grid([*five, *shuffle_pixels(five)], columns=5, title="Five images before and after one fixed shuffle",
                alt="Top row: five recognisable garments. Bottom row: with shuffled pixels they look like noise.")

# %% [markdown] tags=["ko"]
r"""
## 2. 합성곱: 밀고, 곱하고, 더한다

합성곱 신경망(convolutional neural network, **CNN**)은 그림을 펼치지 않습니다. 작은 가중치 행렬인 **커널**(kernel)을 그림 위에
올려놓고, 겹친 수끼리 곱해 모두 더합니다. 그 합이 **특징 맵**(feature map)의 한 칸이 됩니다. 커널을 한 칸 밀고 되풀이합니다.

아래 $5 \times 5$ 입력의 왼쪽 위 모서리에 $3 \times 3$ 커널을 놓으면 얼마가 나올까요? 종이에 먼저 계산해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
## 2. Convolution: slide, multiply, add

A convolutional neural network (**CNN**) does not flatten the picture. It lays a small grid of weights, the **kernel**, on it,
multiplies the numbers that overlap and adds up the products. The sum is one entry of the **feature map**. Then the kernel slides on by one.

What comes out when the $3 \times 3$ kernel lies on the upper left corner of this $5 \times 5$ input? Work it out on paper first.
"""

# %% tags=["covers-B1"]
image = np.array([[1, 2, 3, 0, 1],
                  [0, 1, 2, 3, 0],
                  [1, 2, 3, 1, 1],
                  [2, 3, 0, 0, 1],
                  [0, 1, 1, 2, 3]])
kernel = np.array([[1, 0, 1],
                   [0, 1, 0],
                   [1, 0, 1]])

corner = image[0:3, 0:3]
print(corner * kernel)
print("sum:", (corner * kernel).sum())

# %% [markdown] tags=["ko"]
r"""
$1 + 3 + 1 + 1 + 3 = 9$입니다. 커널이 놓일 수 있는 모든 자리에서 똑같이 하면 됩니다. `for i`는 커널을 아래로, `for j`는 오른쪽으로
옮깁니다. `stride`는 4절에서 쓰니 지금은 1로 둡니다.
"""

# %% [markdown] tags=["en"]
r"""
It is $1 + 3 + 1 + 1 + 3 = 9$. The same happens at every place where the kernel fits: `for i` moves the kernel down, `for j` to the right.
`stride` is for section 4; for now it is 1.
"""

# %% tags=["covers-B1"]
def slide(image, kernel, stride=1):
    """Cross-correlate (height, width) with (size, size), without padding. Returns (out_height, out_width)."""
    size = len(kernel)
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    return np.array([[(image[i:i + size, j:j + size] * kernel).sum() for j in columns] for i in rows])


feature_map = slide(image, kernel)
print(feature_map)

# %%
plot.sliding_kernel(image, kernel, alt="Animation: a 3 by 3 kernel slides over a 5 by 5 input in nine steps; "
                                       "each shows its products and fills one square of the feature map.")

# %% [markdown] tags=["ko"]
r"""
움직이는 그림에서 아래 줄은 그 자리의 곱셈과 덧셈입니다. 이것을 식으로 쓰면

$$O(i, j) = \sum_{m} \sum_{n} I(i + m,\ j + n)\, K(m, n)$$

입니다. $I$는 입력, $K$는 커널, $O$는 특징 맵이며 번호는 0부터 셉니다. 식을 글자 그대로 옮긴 코드, `keras.ops.conv`, `Conv2D` 층을 같은
입력에 적용합니다. Keras의 텐서(tensor)는 `(batch, height, width, channels)`, 커널은 `(height, width, in_channels, out_channels)`
순서이므로 크기가 1인 축을 덧붙입니다. 결과가 마지막 자리까지 같을까요?
"""

# %% [markdown] tags=["en"]
r"""
The line below the moving picture is the arithmetic of that place. As a formula:

$$O(i, j) = \sum_{m} \sum_{n} I(i + m,\ j + n)\, K(m, n)$$

$I$ is the input, $K$ the kernel, $O$ the feature map; indices start at 0. Now apply to the same input: the formula taken literally, `keras.ops.conv`,
and the layer `Conv2D`. Keras orders a tensor as `(batch, height, width, channels)` and a kernel as `(height, width, in_channels, out_channels)`,
so axes of size 1 are added. Will the results agree to the last digit?
"""

# %% tags=["covers-B2"]
import keras
from keras import layers, ops

def output(i, j):
    return sum(image[i + m, j + n] * kernel[m, n] for m in range(3) for n in range(3))


def first_map(tensor):
    """(1, height, width, channels) of any precision -> its first channel as a (height, width) array."""
    return ops.convert_to_numpy(ops.cast(tensor, "float32"))[0, :, :, 0]


by_formula = np.array([[output(i, j) for j in range(3)] for i in range(3)])

x = image.reshape(1, 5, 5, 1).astype("float32")
k = kernel.reshape(3, 3, 1, 1).astype("float32")
by_ops = first_map(ops.conv(x, k, padding="valid"))

layer = layers.Conv2D(filters=1, kernel_size=3, use_bias=False)
layer.build(x.shape)
layer.set_weights([k])
by_layer = first_map(layer(x))


# %% [markdown] tags=["ko"]
r"""
네 결과를 강의에서 제시한 값과 비교합니다. 이 워크북의 함수 `claim`은 값이 기대한 범위에 있는지 확인하고 ✓와 그 범위를 출력합니다.
측정한 값은 장 끝의 표에 모아 둡니다.
"""

# %% [markdown] tags=["en"]
r"""
Compare the four with the numbers of the lecture. This workbook's function `claim` checks that a value lies in the expected band and prints ✓ with the band.
The measured values are collected in a table at the end of the chapter.
"""

# %% tags=["covers-B2"]
lecture = [[9, 7, 11], [6, 10, 4], [8, 6, 8]]
ways = {"loops": feature_map, "the formula": by_formula, "keras.ops.conv": by_ops, "Conv2D": by_layer}
for way, result in ways.items():
    claim(f"The worked example by {way} gives the lecture's numbers", result.tolist(), equals=lecture)

# %% [markdown] tags=["ko"]
r"""
수학에서 말하는 합성곱은 커널을 위아래, 좌우로 **뒤집은 뒤** 미는 연산입니다. 뒤집지 않고 미는 연산은 교차 상관(cross-correlation)이고,
딥러닝 라이브러리의 '합성곱'은 모두 이것입니다. 위의 커널은 뒤집어도 같은 모양이라 차이가 드러나지 않았습니다. 비대칭인 커널에서는 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
In mathematics, convolution **flips** the kernel upside down and left to right before it slides. Without the flip it is called
cross-correlation, and that is what every deep-learning library means by "convolution". Our kernel looks the same when flipped, so nothing showed. And one that does not?
"""

# %%
edge = np.array([[-1, 0, 1],
                 [-2, 0, 2],
                 [-1, 0, 1]])
print("Keras (no flip):\n", first_map(ops.conv(x, edge.reshape(3, 3, 1, 1).astype("float32"))))
print("mathematics (flipped):\n", slide(image, edge[::-1, ::-1]))

signal = [1, 2, 4, 7]  # in one dimension, NumPy has both
claim("np.convolve equals np.correlate with the kernel reversed",
      np.convolve(signal, [1, 0, 3], "valid").tolist(), equals=np.correlate(signal, [3, 0, 1], "valid").tolist())

# %% [markdown] tags=["ko"]
r"""
이 커널은 뒤집으면 부호만 바뀌므로 결과도 부호만 바뀌었습니다. 학습에서는 어느 쪽이든 상관없습니다. 커널의 값을 데이터에서 배우므로, 뒤집힌 채로 배우면 그만이기 때문입니다.

## 3. 패딩: 크기를 지키는 테두리

$5 \times 5$가 $3 \times 3$으로 줄었습니다. 모서리의 픽셀은 한 번만 쓰이고, 층을 쌓을수록 그림이 사라집니다. 둘레에 $0$을 한 줄
두르는 **제로 패딩**(zero padding)을 하면 크기가 그대로입니다. 왼쪽 위 칸의 값을 먼저 예측해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
This kernel only changes its sign when flipped, and so did the result. For learning it makes no difference: the kernel's values come from data, so a network simply learns them flipped.

## 3. Padding: a frame that keeps the size

$5 \times 5$ shrank to $3 \times 3$. A corner pixel is used only once, and layer after layer the picture fades away. A frame of $0$ around it,
**zero padding**, keeps the size. Predict the upper left value first.
"""

# %% tags=["covers-B4"]
padded = np.pad(image, 1)
same = slide(padded, kernel)
print(same)

lecture = [[2, 4, 7, 2, 4], [4, 9, 7, 11, 1], [5, 6, 10, 4, 4], [5, 8, 6, 8, 4], [3, 3, 4, 3, 3]]
claim("Padding by hand gives the lecture's 5x5 map", same.tolist(), equals=lecture)
claim('padding="same" gives it, too', first_map(ops.conv(x, k, padding="same")).tolist(), equals=lecture)

# %% [markdown] tags=["ko"]
r"""
안쪽 $3 \times 3$은 앞의 결과 그대로이고, 테두리에서는 커널의 일부가 $0$ 위에 놓입니다. `padding="valid"`는 패딩 없음을, `padding="same"`은
스트라이드가 1일 때 크기를 지키는 패딩을 뜻합니다.

## 4. 스트라이드: 몇 칸씩 움직일까

커널이 한 번에 움직이는 거리를 **스트라이드**(stride)라고 합니다. 기본값은 1입니다. 2로 하면 몇 칸이 남고, 어떤 값이 남을까요?

$$O(i, j) = \sum_{m} \sum_{n} I(iS + m,\ jS + n)\, K(m, n)$$
"""

# %% [markdown] tags=["en"]
r"""
The inner $3 \times 3$ is what we had; at the frame, part of the kernel lies on $0$. `padding="valid"` means no padding, `padding="same"` the padding that keeps the size
at stride 1.

## 4. Stride: how far the kernel moves

The distance of one move is called the **stride**; by default it is 1. With 2, how many places remain, and which values?

$$O(i, j) = \sum_{m} \sum_{n} I(iS + m,\ jS + n)\, K(m, n)$$
"""

# %% tags=["covers-B5"]
print("stride 1:\n", slide(image, kernel, stride=1))
print("stride 2:\n", slide(image, kernel, stride=2))

lecture = [[9, 11], [8, 8]]
claim("Stride 2 gives the lecture's four numbers", slide(image, kernel, stride=2).tolist(), equals=lecture)
claim("Keras with strides=2 gives them, too", first_map(ops.conv(x, k, strides=2)).tolist(), equals=lecture)

# %% [markdown] tags=["ko"]
r"""
커널은 $0, 1, 2$의 자리 가운데 $0$과 $2$에만 놓이므로 네 모서리의 값만 남습니다. 스트라이드가 커질수록 특징 맵은 작아지고 계산도 줄어듭니다.

## 5. 출력의 크기를 미리 알기

너비 $W$, 커널 $F$, 패딩 $P$, 스트라이드 $S$일 때 출력의 크기는

$$O = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$

입니다. 나누어떨어지지 않으면 소수점 아래를 버립니다. 남은 가장자리에는 커널이 들어갈 자리가 없기 때문입니다.
$W = 28$, $F = 3$, $P = 0$, $S = 1$이면 얼마일까요? 계산한 다음, 공식이 Keras와 늘 같은지 여러 조합으로 확인합니다.
"""

# %% [markdown] tags=["en"]
r"""
Of the places $0, 1, 2$ the kernel stops only at $0$ and $2$, so the four corners remain. A larger stride gives a smaller map and less work.

## 5. Knowing the output size in advance

For width $W$, kernel $F$, padding $P$ and stride $S$ the output size is

$$O = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$

Where it does not divide, the fraction is dropped: the kernel does not fit into the edge that remains.
What is it for $W = 28$, $F = 3$, $P = 0$, $S = 1$? Then see in many combinations whether the formula always agrees with Keras.
"""

# %% tags=["covers-B7"]
import itertools


def output_size(width, size, padding, stride):
    return (width - size + 2 * padding) // stride + 1


print("28, 3, 0, 2:", output_size(28, 3, 0, 2), "because", (28 - 3) / 2 + 1, "is no whole number of places")
claim("28, 3, 0, 1 gives the lecture's size", output_size(28, 3, 0, 1), equals=26)


# %% tags=["covers-B7"]
agree = total = 0
for width, size, padding, stride in itertools.product((7, 8, 27, 28), (1, 3, 5, 7), (0, 1, 2), (1, 2, 3)):
    frame = np.zeros((1, width + 2 * padding, width + 2 * padding, 1), "float32")
    made = ops.conv(frame, np.zeros((size, size, 1, 1), "float32"), strides=stride, padding="valid")
    agree += made.shape[1] == output_size(width, size, padding, stride)
    total += 1

claim("The size formula agrees with Keras in every combination", agree, equals=total)

# %% [markdown] tags=["ko"]
r"""
## 6. 채널: 여러 장을 겹쳐 보기

색 사진은 빨강, 초록, 파랑의 세 **채널**(channel)로 되어 있습니다. 커널도 채널마다 한 장씩, 모두 세 장을 가집니다. 장마다 따로
계산한 뒤 **더해서** 특징 맵 하나를 만듭니다. 이런 커널을 **필터**(filter)라고도 하며, Keras의 `filters`는 그 개수입니다. 필터가 네 개면 특징 맵도 네 장입니다. 그러면 $3 \times 3$ 커널 네 개의 가중치는 모두 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
## 6. Channels: looking at several sheets at once

A colour photograph has three **channels**: red, green and blue. A kernel has one slice for each of them, three in all. Each slice
works on its own channel, and the results are **added** to one feature map. Such a kernel is also called a **filter**; `filters` in Keras is their number. Four filters make four maps. How many weights do four $3 \times 3$ kernels have, then?
"""

# %% tags=["covers-B6"]
random = np.random.default_rng(0)
photo = data.photograph("coffee")  # (200, 300, 3)
kernels = random.integers(-2, 3, (3, 3, 3, 4)).astype("float32")  # (height, width, channels in, channels out)

maps = ops.convert_to_numpy(ops.conv(photo[np.newaxis], kernels))[0]
corner = photo[:40, :60]
by_hand = sum(slide(corner[:, :, c], kernels[:, :, c, 0]) for c in range(3))

print("photograph", photo.shape, "-> feature maps", maps.shape)
print("weights:", kernels.size, "= 3 * 3 * 3 * 4")
claim("One feature map is the sum over the channels' slices (largest difference)",
      np.abs(maps[:38, :58, 0] - by_hand).max(), at_most=1e-4)

# %% [markdown] tags=["ko"]
r"""
## 7. 커널이 보는 것: 선, 경계, 방향

이제 손으로 만든 커널을 사진에 적용합니다. 세로 경계를 찾는 커널은 오른쪽이 왼쪽보다 밝을 때 큰 값을 냅니다. 행과 열을 바꾸면(`.T`)
가로 경계를 찾습니다. 어두워지는 경계도 보이도록 먼저 절댓값을 그립니다. 커널들은 서로 **나란히** 일하며, 저마다 특징 맵을 하나씩 만듭니다. 어느 커널이 컵의 어느 쪽에서 크게 반응할까요?
"""

# %% [markdown] tags=["en"]
r"""
## 7. What kernels see: lines, edges, directions

Now hand-made kernels go over the photograph. A kernel for vertical edges responds strongly where the right is brighter than the left;
with rows and columns swapped (`.T`) it finds horizontal ones. So that edges towards dark show as well, absolute values are drawn first.
The kernels work **side by side**, each making a map of its own. Which one responds at which side of the cup?
"""

# %% tags=["covers-B3"]
grey = photo.mean(axis=2).reshape(100, 2, 150, 2).mean(axis=(1, 3))  # (100, 150): half the size is enough here
hand_made = {
    "vertical edge": edge,
    "horizontal edge": edge.T,
    "diagonal edge": np.array([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]]),
    "thin line": np.array([[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]]),
    "blur": np.ones((5, 5)) / 25,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
}
answers = [np.abs(slide(grey, kernel)) for kernel in hand_made.values()]  # an edge may get brighter or darker
shown = [np.clip(answer / np.percentile(answer, 99), 0, 1) for answer in answers]
plot.image_grid([grey, *shown], ["photograph", *hand_made], columns=4, size=1.5,
                title="Each kernel responds to something different (bright = strong response)",
                alt="A photograph of a cup and six responses: vertical, horizontal and diagonal edges, "
                    "thin lines, a blurred and a sharpened picture.")

# %% [markdown] tags=["ko"]
r"""
세로 경계 커널은 컵의 왼쪽과 오른쪽 벽에서, 가로 경계 커널은 컵과 접시의 위아래 테두리에서 밝습니다. 아래에서 커널, 스트라이드, 패딩을
직접 골라 보세요. 노트북을 실행하지 않고 읽는다면 정지된 그림이 보입니다.
"""

# %% [markdown] tags=["en"]
r"""
The vertical kernel is bright along the left and right walls of the cup, the horizontal one along the upper and lower rims of cup and saucer. Choose
kernel, stride and padding yourself below. Where the notebook is read without being run, you see a still picture.
"""

# %% tags=["covers-B1", "covers-B3"]
sizes = {f"blur {size}×{size}": np.ones((size, size)) / size**2 for size in (1, 3, 5, 7)}
plot.explore_convolution(grey, {**hand_made, **sizes},
                         alt="Photograph, vertical edge kernel and its feature map; titles give the sizes.")

# %% [markdown] tags=["ko"]
r"""
많이 쓰는 커널의 크기는 $1, 3, 5, 7$입니다. 홀수라서 가운데 칸이 있고, 크기를 지키는 패딩이 양쪽에 똑같이 들어갑니다.
그런데 2015년 무렵부터 많은 CNN이 주로 $3 \times 3$을 씁니다. 까닭을 알려면 '얼마나 넓게 보는가'를 측정해야 합니다.

## 8. 수용 영역: 한 칸은 얼마나 넓게 볼까

특징 맵의 한 칸에 영향을 주는 입력의 범위를 **수용 영역**(receptive field)이라고 합니다. 층 $l$의 커널이 $F_l$, 스트라이드가 $S_l$이면 한 변은

$$R = 1 + \sum_{l} (F_l - 1) \prod_{i < l} S_i$$

입니다. 정말 그런지 실제 신경망에서 측정합니다. 가운데 한 칸의 값을 입력으로 미분합니다. 이 미분값이 기울기(gradient)이며,
`tf.GradientTape`가 계산해 줍니다. 기울기가 $0$이 아닌 픽셀이 바로 그 칸이 보는 픽셀입니다.
"""

# %% [markdown] tags=["en"]
r"""
The usual kernel sizes are $1, 3, 5, 7$: odd, so that there is a middle, and the padding that keeps the size is the same on both sides.
Yet since about 2015 many CNNs have used mostly $3 \times 3$. To see why, we must measure how far a unit sees.

## 8. The receptive field: how far one unit sees

The part of the input that influences one entry of a feature map is its **receptive field**. If layer $l$ has kernel $F_l$ and stride $S_l$, its side is

$$R = 1 + \sum_{l} (F_l - 1) \prod_{i < l} S_i$$

Measure it in a real network: differentiate one entry in the middle by the input. This derivative is the gradient; `tf.GradientTape` computes it.
The pixels where it is not $0$ are those that the entry sees.
"""

# %%
import tensorflow as tf  # for its gradients


def measured_reach(network, size=61):
    """Side of the square of input pixels on which the middle unit of a network's last feature map depends."""
    pictures = np.random.default_rng(0).normal(size=(64, size, size, network.input_shape[-1])).astype("float32")
    pictures = tf.constant(pictures)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        maps = network(pictures)
        unit = ops.sum(maps[:, maps.shape[1] // 2, maps.shape[2] // 2, :])
    # over many pictures and channels, because a ReLU or a maximum hides some pixels of each
    seen = tape.gradient(unit, pictures).numpy().any(axis=(0, 3))
    rows = np.flatnonzero(seen.any(axis=1))
    return int(rows[-1] - rows[0] + 1)


def reach_by_formula(sizes, strides):
    reach, jump = 1, 1
    for size, stride in zip(sizes, strides):
        reach += (size - 1) * jump
        jump *= stride
    return reach


# %% tags=["covers-A2", "covers-B8"]
def stack(sizes):
    """Convolutions one after the other, 8 channels in and out."""
    convolutions = [layers.Conv2D(8, size, padding="same", activation="relu") for size in sizes]
    return keras.Sequential([keras.Input((None, None, 8)), *convolutions])


for sizes in ((5,), (3, 3), (7,), (3, 3, 3)):
    name = " + ".join(f"{size}x{size}" for size in sizes)
    network = stack(sizes)
    weights = sum(np.prod(layer.kernel.shape) for layer in network.layers)
    reach = reach_by_formula(sizes, strides=[1] * len(sizes))
    print(f"{name}: {weights} weights")
    claim(f"{name}: the measured reach is the formula's {reach}", measured_reach(network, size=21), equals=reach)

# %% [markdown] tags=["ko"]
r"""
$3 \times 3$ 두 개는 $5 \times 5$ 하나만큼 넓게 보면서 가중치는 더 적고, 사이에 활성화 함수(activation function, 여기서는
음수를 0으로 바꾸는 ReLU)가 한 번 더 들어갑니다. 그래서 작은 커널을 여러 층
쌓는 방식이 표준이 되었습니다(Simonyan and Zisserman, 2015).
"""

# %% [markdown] tags=["en"]
r"""
Two $3 \times 3$ kernels see as far as one $5 \times 5$ with fewer weights, and with one more activation function (here ReLU, which turns negative values into 0) in between. That is why
many layers of small kernels became the standard (Simonyan and Zisserman, 2015).
"""

# %% [markdown] tags=["ko"]
r"""
## 9. CNN의 부품

CNN은 세 가지 부품으로 이루어집니다. **합성곱층**은 커널 여러 개로 특징을 찾고, **풀링층**(pooling layer)은 이웃한 칸을 하나로 줄이며(2장),
**완전 연결층**(fully connected layer)은 찾은 특징을 모아 클래스(class)를 정합니다. 합성곱층 뒤에는 값의 범위를 고르게 하는 배치 정규화(batch normalization)와
활성화 함수 ReLU를 둡니다. 비교할 MLP는 같은 이미지를 펼쳐 두 은닉층(hidden layer)을 지나게 합니다.

파라미터를 셀 때는 **편향**(bias)도 잊지 마세요. 출력 채널이나 유닛마다 더하는 수 1개입니다. 배치 정규화는 채널마다 수가 4개이며, 그중 2개만
기울기로 배우고 2개는 평균과 분산의 기록입니다. 편향의 역할을 대신하므로 앞의 합성곱에는 `use_bias=False`를 씁니다. MLP와 CNN 가운데 어느 쪽의 파라미터가 더 많을까요?
"""

# %% [markdown] tags=["en"]
r"""
## 9. The parts of a CNN

A CNN has three kinds of parts. **Convolution layers** find features with many kernels, **pooling layers** reduce neighbours to one value (chapter 2), and
**fully connected layers** combine what was found into a decision. Behind each convolution stand batch normalization, which keeps the values in range, and the
activation ReLU. The MLP to compare with flattens the same image and has two hidden layers.

When you count parameters, remember the **bias**: 1 number that is added for each output channel or unit. Batch normalization has 4 numbers a channel, of which
only 2 are learned by gradients and 2 are records of mean and variance. It does the work of a bias, so the convolution before it has `use_bias=False`. Which has more parameters, the MLP or the CNN?
"""

# %% tags=["covers-A4", "bench"]
def build_mlp():
    images = keras.Input((28, 28, 1))
    x = layers.Flatten()(images)  # 784
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dense(128, activation="relu")(x)
    return keras.Model(images, layers.Dense(10, dtype="float32")(x), name="MLP")


def convolve(x, filters, kernel_size, strides=1):
    x = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.ReLU()(x)


def build_cnn(size=28):
    images = keras.Input((size, size, 1))
    x = convolve(images, 16, kernel_size=5, strides=2)  # 14x14x16
    x = layers.MaxPooling2D()(convolve(x, 32, kernel_size=3))  # 7x7x32
    x = layers.MaxPooling2D()(convolve(x, 64, kernel_size=3))  # 3x3x64
    x = layers.Flatten()(x)  # 576
    return keras.Model(images, layers.Dense(10, dtype="float32")(x), name="CNN")


# %% tags=["covers-A4", "covers-A5"]
for layer in build_cnn().layers:
    print(f"{type(layer).__name__:20} {str(layer.output.shape[1:]):14} {layer.count_params():7,}")

mlp_size, cnn_size = build_mlp().count_params(), build_cnn().count_params()
print(f"\nMLP {mlp_size:,} parameters, CNN {cnn_size:,}: the MLP has {mlp_size / cnn_size:.1f} times as many")

kernels_by_hand = 5*5*1*16 + 3*3*16*32 + 3*3*32*64
by_hand = kernels_by_hand + 4 * (16 + 32 + 64) + (3*3*64 + 1) * 10  # batch normalization, last layer
claim("The CNN's parameters, counted by hand", cnn_size, equals=by_hand)

# %% [markdown] tags=["ko"]
r"""
합성곱층의 가중치는 그림의 크기와 상관이 없습니다. 같은 커널을 모든 자리에서 함께 쓰기 때문이며, 이를
**가중치 공유**(weight sharing)라고 합니다. 마지막 풀링층을 지난 특징 맵의 한 칸이 얼마나 넓게 보는지도 측정합니다. 스트라이드와 풀링이 있으면 수용 영역은 훨씬 빨리 넓어집니다.
"""

# %% [markdown] tags=["en"]
r"""
The weights of a convolution do not depend on the size of the picture, because one kernel is used at all places; this is called
**weight sharing**. Measure, too, how far a unit of the feature map after the last pooling sees: with stride and pooling the receptive field grows much faster.
"""

# %% tags=["covers-A2"]
whole = build_cnn(size=61)
maps_only = keras.Model(whole.input, whole.layers[-3].output)  # up to the last pooling
predicted = reach_by_formula(sizes=(5, 3, 2, 3, 2), strides=(2, 1, 2, 1, 2))
claim(f"A unit of the CNN's last map sees a square of side {predicted}, as the formula says",
      measured_reach(maps_only), equals=predicted)

# %% [markdown] tags=["ko"]
r"""
## 10. 같은 데이터로 겨루기

둘 다 처음 5,000장만으로 학습시킵니다. MLP는 한 에포크(epoch, 학습 데이터를 한 번 다 쓰는 것)가 훨씬 빠르므로 6번, CNN은 4번 돌아
걸리는 시간의 차이를 줄입니다. 학습률(learning rate)도 서로 달라 MLP는 0.1, CNN은 0.2입니다. 아래 코드에서는 128장씩 묶어(batch) 손실의 기울기로
가중치를 고치고(확률적 경사 하강법, SGD), 학습률은 처음에 올렸다가 서서히 0으로 낮춥니다. 두 신경망에 같은 방식을 씁니다. 우연에 속지 않으려고 시드(seed)를 바꾸어 세 번씩 되풀이합니다. 몇 퍼센트포인트 차이가 날까요?
"""

# %% [markdown] tags=["en"]
r"""
## 10. A race on the same data

Both learn from the first 5,000 images only. An epoch (one pass over the training data) of the MLP is much faster, so it gets 6 and the CNN 4, which
brings the times closer. Their learning rates differ, too: 0.1 for the MLP and 0.2 for the CNN. The code below takes batches of 128 images and corrects the weights along
the gradient of the loss (stochastic gradient descent, SGD); the learning rate first rises, then falls slowly to 0. Both networks are trained in this way. So as not to be fooled by chance, each is trained three times with another seed. By how many percentage points will they differ?
"""

# %% tags=["bench"]
from course_lib import training


def compiled(model, images, epochs, rate):
    """Prepare for training: the learning rate rises over the first quarter of the steps, then falls to zero."""
    steps = epochs * len(images) // 128
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20, decay_steps=steps - steps // 4, warmup_target=rate, warmup_steps=steps // 4)
    model.compile(keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def train(model, images, epochs, seed):
    """Train from new random weights; returns the learned weights."""
    training.restart(model, seed)
    model.fit(images, y_train[:len(images)], batch_size=128, epochs=epochs, verbose=0,
              callbacks=[course_lib.Progress(f"{model.name}, seed {seed}")])
    return model.get_weights()


def accuracy(model, weights, images, labels=y_test):
    """Percent of the labels that the network gets right with these weights."""
    model.set_weights(weights)
    predicted = model.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return 100 * float(np.mean(predicted == labels))


# %%
seeds = (0, 1, 2)
small = x_train[:5000]
epochs = {"MLP": 6, "CNN": 4}
models = {
    "MLP": compiled(build_mlp(), small, epochs["MLP"], rate=0.1),
    "CNN": compiled(build_cnn(), small, epochs["CNN"], rate=0.2),
}

weights, plain = {}, {}
for name, model in models.items():
    weights[name] = [train(model, small, epochs[name], seed) for seed in seeds]
    plain[name] = [accuracy(model, w, x_test) for w in weights[name]]

# %% tags=["covers-A5"]
plot.dots(plain, ylabel="test accuracy (%)",
          title=f"The CNN is better with 1/{mlp_size / cnn_size:.0f} of the parameters",
          alt="Dots for three seeds each: the CNN's test accuracies lie above the MLP's.")

lead = np.mean(plain["CNN"]) - np.mean(plain["MLP"])
claim("The CNN beats the MLP with fewer parameters, mean of three seeds", lead, at_least=0.5, unit="points")

# %% [markdown] tags=["ko"]
r"""
CNN이 파라미터는 훨씬 적은데도 더 정확합니다. 다만 세로축이 0에서 시작하지 않아 차이가 커 보이는 점에 주의하세요.

## 11. 픽셀을 뒤섞으면

1절의 질문으로 돌아갑니다. 먼저 **학습을 마친** 신경망에 뒤섞은 테스트 이미지를 보여 줍니다. MLP에서는 첫 층의 가중치 행을
픽셀과 같은 순서로 옮깁니다. CNN에는 그렇게 옮길 곳이 없습니다. 커널 하나를 모든 자리에서 함께 쓰기 때문입니다.
"""

# %% [markdown] tags=["en"]
r"""
The CNN is more accurate with far fewer parameters. Mind that the vertical axis does not start at 0, which makes the gap look large.

## 11. When the pixels are shuffled

Back to the question of section 1. First, show shuffled test images to the **trained** networks. In the MLP, move the rows of the first layer's
weights in the same order as the pixels. In the CNN there is nothing to move: one kernel is shared by all places.
"""

# %% tags=["covers-A1"]
shuffled_test = shuffle_pixels(x_test)

first_layer, *others = weights["MLP"][0]
moved = accuracy(models["MLP"], [first_layer[order], *others], shuffled_test)
claim("The MLP with its weights moved along is as accurate on shuffled images (difference)",
      abs(moved - plain["MLP"][0]), at_most=0.1, unit="points")

collapsed = [accuracy(models["CNN"], w, shuffled_test) for w in weights["CNN"]]
claim("The CNN collapses on shuffled images, mean of three seeds", np.mean(collapsed), at_most=30, unit="%")

# %% [markdown] tags=["ko"]
r"""
MLP에는 '이웃'이라는 개념이 처음부터 없었던 것입니다. 그러면 뒤섞은 그림으로 **처음부터 학습**시키면 어떨까요?
MLP의 정확도는 그대로일까요? CNN은 얼마나 회복할까요?
"""

# %% [markdown] tags=["en"]
r"""
So the MLP never knew what a neighbour is. And if both are **trained from the start** on shuffled images?
Will the MLP stay where it was? How much will the CNN recover?
"""

# %%
shuffled_small = shuffle_pixels(small)
shuffled = {}
for name, model in models.items():
    learned = [train(model, shuffled_small, epochs[name], seed) for seed in seeds]
    shuffled[name] = [accuracy(model, w, shuffled_test) for w in learned]

# %% tags=["covers-A1"]
plot.dots({"MLP": plain["MLP"], "MLP, shuffled": shuffled["MLP"],
           "CNN": plain["CNN"], "CNN, shuffled": shuffled["CNN"]},
          ylabel="test accuracy (%)", title="Without neighbours the CNN loses its lead",
          alt="Dots for three seeds each: the MLP hardly changes; the CNN falls from above the MLP to its level.")

loss = {name: np.mean(plain[name]) - np.mean(shuffled[name]) for name in plain}
left = np.mean(shuffled["CNN"]) - np.mean(shuffled["MLP"])
claim("Trained on shuffled images the MLP is as good as before (difference, mean of three seeds)",
      abs(loss["MLP"]), at_most=1.0, unit="points")
claim("The CNN is worse than before, mean of three seeds", loss["CNN"], at_least=1.2, unit="points")
claim("Little of the CNN's lead is left, mean of three seeds", left, at_most=0.9, unit="points")

# %% [markdown] tags=["ko"]
r"""
처음부터 뒤섞은 이미지로 학습한 CNN은 우연 수준까지 떨어지지 않습니다. 마지막 완전 연결층이 그림 전체를 보고, 섞인 $5 \times 5$ 창에도 곳곳의 픽셀이 들어 있어
배울 것이 남기 때문입니다. 그러나 앞서던 차이는 거의 사라졌습니다. CNN의 장점은 '가까운 픽셀끼리 관련이 있다'는 **가정**에서
나오며, 그 가정이 깨지면 장점도 사라집니다.

## 12. 그림을 몇 칸 밀면

테스트 이미지 1,000장을 오른쪽으로 1~4픽셀 밉니다. 사람은 거의 알아채지 못합니다. 두 신경망의 정확도는 얼마나 떨어질까요?
"""

# %% [markdown] tags=["en"]
r"""
Trained on shuffled images from the start, the CNN does not fall to chance: its last, fully connected layer sees the whole picture, and even a shuffled $5 \times 5$ window holds pixels from
everywhere, so something can be learned. But next to nothing of its lead is left. What makes a CNN good is the **assumption** that near pixels belong together;
where it is broken, so is the advantage.

## 12. When the picture moves a little

Move 1,000 test images to the right by 1 to 4 pixels. People hardly notice. How much accuracy will the two networks lose?
"""

# %% tags=["covers-A2"]
def shift_right(images, pixels):
    return np.pad(images, ((0, 0), (0, 0), (pixels, 0), (0, 0)))[:, :, :28]


def by_shift(name):
    """Accuracy on the first 1,000 test images: a row for each seed, a column for each shift."""
    shifted = [shift_right(x_test[:1000], pixels) for pixels in range(5)]
    return np.array([[accuracy(models[name], w, x, y_test[:1000]) for x in shifted] for w in weights[name]])


moved_by = {name: by_shift(name) for name in models}
plot.curves(moved_by, x=range(5), title="The CNN bears small shifts better",
            xlabel="shift to the right (pixels)", ylabel="test accuracy (%)",
            alt="Two falling curves over shifts of 0 to 4 pixels: the MLP falls much faster than the CNN.")

lead_shifted = (moved_by["CNN"] - moved_by["MLP"]).mean(axis=0)
for pixels in (2, 4):
    claim(f"Shifted by {pixels} pixels, the CNN's lead is large, mean of three seeds",
          lead_shifted[pixels], at_least=10, unit="points")

# %% [markdown] tags=["ko"]
r"""
커널이 모든 자리에서 같으므로, 스트라이드가 1이면 그림이 밀린 만큼 가장자리를 빼고는 특징 맵도 밀립니다(이동 등변성,
translation equivariance). 스트라이드가 더 크거나 풀링이 있으면 대략만 그렇습니다. 그래도 CNN 역시 많이 잃었습니다.
끝의 완전 연결층은 특징이 '어디에' 있는지에 민감하기 때문입니다. 이것을 줄이는 방법이 2장의 주제입니다.

## 13. 신경망이 배운 커널

7절의 커널은 사람이 만들었습니다. 학습한 CNN의 첫 층에는 무엇이 들어 있을까요? 주황은 양수, 파랑은 음수입니다.
"""

# %% [markdown] tags=["en"]
r"""
The kernel is the same everywhere, so at stride 1 the feature map moves as far as the picture, except at the border (translation equivariance).
With larger strides and pooling this holds only roughly. Yet the CNN lost much, too:
the fully connected layer at its end does care *where* a feature is. What helps against that is the subject of chapter 2.

## 13. The kernels that a network learned

The kernels of section 7 were made by people. What is in the first layer of the trained CNN? Orange is positive, blue is negative.
"""

# %% tags=["covers-B3"]
cnn = models["CNN"]
cnn.set_weights(weights["CNN"][0])
learned = weights["CNN"][0][0]  # (5, 5, 1, 16)
plot.kernel_gallery(learned, title="The 16 kernels of the first layer, learned from data",
                    alt="Sixteen 5 by 5 kernels; several are orange on one side and blue on the other.")

first_maps = keras.Model(cnn.input, cnn.layers[3].output)
boot = x_test[np.flatnonzero(y_test == 9)[:1]]
plot.feature_maps(first_maps.predict(boot, verbose=0), title="What each of them sees in an ankle boot",
                  alt="Sixteen feature maps of a boot: some show its upper edge, some its sole, some its area.")

# %% [markdown] tags=["ko"]
r"""
한쪽은 주황, 다른 쪽은 파랑인 커널이 여럿 보입니다. 밝기가 한 방향으로 변하는 곳, 곧 **경계**에 반응하는 커널입니다. 아무도 시키지
않았는데도 그렇게 배웠습니다. 눈으로만 판단하지 않도록 측정해 봅시다. 커널마다 가장 잘 맞는 기울어진 평면을 구하고, 그것이 커널의 몇 %를 설명하는지 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Several kernels are orange on one side and blue on the other: they respond where brightness changes in one direction, that is, to **edges**. Nobody told them
to. So as not to trust the eye alone, measure it: fit the best tilted plane to each kernel and see what % of the kernel it explains.
"""

# %% tags=["covers-B3"]
def edge_share(kernels):
    """Mean share of the kernels' squared weights that lies along the best tilted plane (percent)."""
    row, column = (axis.ravel() - 2 for axis in np.mgrid[:5, :5])
    slopes = np.stack([row, column]) / np.sqrt(50)  # two planes, each of length 1, at right angles
    flat = kernels.reshape(25, -1)
    return 100 * float(np.mean(((slopes @ flat) ** 2).sum(axis=0) / (flat ** 2).sum(axis=0)))


by_chance = 100 * 2 / 25  # two of 25 dimensions
shares = [edge_share(group[0]) for group in weights["CNN"]]
claim(f"Edges explain more of the learned kernels than the {by_chance:.0f} % by chance, mean of three seeds",
      np.mean(shares), at_least=2 * by_chance, unit="%")

# %% [markdown] tags=["ko"]
r"""
우연보다 훨씬 크지만 전부는 아닙니다. 커널에는 단순한 경계 말고도 다른 무늬가 들어 있습니다.

## 14. LeNet-5: 실제로 쓰인 초기의 CNN

LeNet-5(LeCun et al., 1998)는 수표의 숫자를 읽던 신경망입니다. 오늘날 쓰는 형태는 합성곱 두 번, 평균 풀링 두 번, 완전 연결층 세 개입니다.
이름의 C는 합성곱, S는 풀링(subsampling), F는 완전 연결층이고, 마지막 층의 출력은 로짓(logits), 곧 클래스마다의 점수입니다. 활성화 함수는 tanh입니다.
(논문의 C5는 합성곱이지만 입력이 커널만 하므로 완전 연결층과 같습니다.) 층마다 파라미터를 손으로 세어 `course_lib/models/lenet.py`와 비교합니다. C3는 $5 \times 5$ 커널 16개가 6채널을 봅니다. 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
That is far more than chance, but not all: the kernels hold other patterns besides simple edges.

## 14. LeNet-5: an early CNN in real use

LeNet-5 (LeCun et al., 1998) read the numbers on cheques. Its common form of today has two convolutions, two average poolings and three fully connected layers.
In the names, C is a convolution, S pooling (subsampling), F fully connected; the last layer gives logits, one score a class. The activation is tanh.
(The paper's C5 is a convolution, but its input is just as large as the kernel, which makes it a fully connected layer.) Count the parameters of each layer by hand and compare with `course_lib/models/lenet.py`. C3 has 16 kernels of $5 \times 5$ that see 6 channels. How many is that?
"""

# %% tags=["covers-A6"]
from course_lib.models.lenet import lenet5

by_hand = {"C1": (5*5*1 + 1) * 6, "C3": (5*5*6 + 1) * 16, "C5": (5*5*16 + 1) * 120,
           "F6": (120 + 1) * 84, "logits": (84 + 1) * 10}
lenet = lenet5()
for name, count in by_hand.items():
    print(f"{name:7} {str(lenet.get_layer(name).output.shape[1:]):13} {count:7,}")
    assert lenet.get_layer(name).count_params() == count
claim("LeNet-5 in its common form has as many parameters as counted by hand",
      lenet.count_params(), equals=sum(by_hand.values()))

# %% [markdown] tags=["ko"]
r"""
모두 61,706개입니다. 논문의 C3는 조금 다릅니다. 특징 맵 16장 가운데 15장은 S2의 6장 중 **일부만** 봅니다(논문의 표 1). 계산을 아끼고, 커널마다
다른 것을 배우게 하려는 설계였습니다. 풀링층에도 학습하는 계수가 있었고, 출력층은 고정된 글자 그림과 비교했습니다.
"""

# %% [markdown] tags=["en"]
r"""
That makes 61,706. In the paper, C3 is a little different: 15 of its 16 maps see only **some** of the 6 maps of S2 (the paper's table 1), to save work and to
make the kernels learn different things. The pooling layers had learned coefficients, and the output layer compared with fixed pictures of the characters.
"""

# %% tags=["covers-A6"]
original = lenet5(as_in_1998=True)
count = {name: network.get_layer("C3").count_params() for name, network in (("1998", original), ("today", lenet))}
print(f"C3 has {count['1998']:,} parameters in the paper, {count['today']:,} in the common form")
claim("As in 1998, the layers before the output have exactly the paper's 60,000 trainable parameters",
      original.count_params() - original.get_layer("logits").count_params(), equals=60_000)

# %%
compiled(lenet, small, epochs=4, rate=0.1)
lenet_weights = [train(lenet, small, epochs=4, seed=seed) for seed in seeds]
lenet_accuracy = [accuracy(lenet, w, x_test) for w in lenet_weights]

predicted = lenet.predict(x_test, batch_size=500, verbose=0).argmax(axis=1)
plot.confusion_matrix(y_test, predicted, names, title="LeNet-5 has most trouble with shirts",
                      alt="Confusion matrix of ten classes in percent: a strong diagonal, weakest for shirts, "
                          "which are taken for T-shirts, pullovers and coats.")

# %% tags=["covers-A6"]
shirts = y_test == 6
on_shirts = [accuracy(lenet, w, x_test[shirts], y_test[shirts]) for w in lenet_weights]

claim("LeNet-5 in its common form learns to tell clothes apart, mean of three seeds",
      np.mean(lenet_accuracy), at_least=78, unit="%")
claim("Shirts are harder than the average class, mean of three seeds",
      np.mean(lenet_accuracy) - np.mean(on_shirts), at_least=10, unit="points")

# %% [markdown] tags=["ko", "covers-A3"]
r"""
셔츠는 티셔츠, 풀오버, 코트와 자주 혼동됩니다.

## 15. CNN은 어디에 쓰일까

- **이미지 인식**: 사진 한 장이 무엇인지 맞힙니다. AlexNet이 2012년 ILSVRC 대회에서 큰 차이로 우승한 뒤 CNN이 표준이 되었습니다(Krizhevsky et al., 2012). 3장에서 만듭니다.
- **동영상 분석**: 여러 프레임을 함께 보고 행동을 알아봅니다(Karpathy et al., 2014).
- **물체 검출**(object detection): 무엇이 어디에 있는지 경계 상자(bounding box)로 찾습니다(Ren et al., 2015; Redmon et al., 2016). 6장에서 다룹니다.
"""

# %% [markdown] tags=["en", "covers-A3"]
r"""
Shirts are often taken for T-shirts, pullovers and coats.

## 15. What CNNs are used for

- **Image recognition**: say what a picture shows. After AlexNet won the ILSVRC contest of 2012 by a wide margin, CNNs became the standard (Krizhevsky et al., 2012). You build it in chapter 3.
- **Video analysis**: recognise actions from several frames together (Karpathy et al., 2014).
- **Object detection**: find what is where, with bounding boxes (Ren et al., 2015; Redmon et al., 2016). That is chapter 6.
"""

# %% [markdown] tags=["ko"]
r"""
## 이 장에서 보인 것

아래 표에서 `measured here`는 여러분의 컴퓨터에서 방금 측정한 값이고, `expected`는 기대한 범위입니다. 프로세서가 다르면 측정값이 조금 달라지지만
범위 안에 있어야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown

In the table below, `measured here` is what your computer has just found, and `expected` is the band for it. The value differs a little from processor to processor,
but must lie in the band.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims

claims.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 합성곱은 작은 커널을 밀면서 곱하고 더하는 연산이며, 같은 커널을 모든 자리에서 함께 씁니다.
2. 출력의 크기는 $\lfloor (W - F + 2P) / S \rfloor + 1$이고, 채널이 여럿이면 채널마다 계산하여 더합니다.
3. 층을 쌓으면 수용 영역이 넓어집니다. $3 \times 3$ 두 개는 $5 \times 5$ 하나만큼 보고 가중치는 더 적습니다.
4. CNN은 이웃한 픽셀이 관련되어 있다는 가정 덕분에 적은 파라미터로 더 정확합니다. 픽셀을 섞으면 그 장점이 사라집니다.
5. LeNet-5는 합성곱, 풀링, 완전 연결층으로 만들어 실제로 쓰인 초기의 대표적 CNN입니다.

## 용어

| 한국어 | English |
|---|---|
| 다층 퍼셉트론 | multilayer perceptron (MLP) |
| 합성곱, 교차 상관 | convolution, cross-correlation |
| 커널(필터) | kernel (filter) |
| 특징 맵 | feature map |
| 패딩, 스트라이드, 채널 | padding, stride, channel |
| 수용 영역 | receptive field |
| 가중치 공유 | weight sharing |
| 완전 연결층 | fully connected layer |
| 이동 등변성 | translation equivariance |
| 풀링 | pooling |
| 편향 | bias |
| 활성화 함수 | activation function |
| 배치 정규화 | batch normalization |
| 기울기 | gradient |
| 에포크 | epoch |
| 로짓 | logits |

## 참고 문헌

- LeCun, Bottou, Bengio, Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proceedings of the IEEE, 1998.
- Krizhevsky, Sutskever, Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
- Karpathy et al., *Large-scale Video Classification with Convolutional Neural Networks*, CVPR 2014.
- Simonyan, Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
- Ren, He, Girshick, Sun, *Faster R-CNN*, NeurIPS 2015.
- Redmon, Divvala, Girshick, Farhadi, *You Only Look Once*, CVPR 2016.
- Xiao, Rasul, Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms*, arXiv:1708.07747, 2017.

**이제 연습 문제를 풀어 보세요**: [01_exercises.ipynb](01_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. A convolution slides a small kernel, multiplies and adds; one kernel is shared by all places.
2. The output size is $\lfloor (W - F + 2P) / S \rfloor + 1$; with several channels, each is computed separately and the results are added.
3. Layers on layers widen the receptive field. Two $3 \times 3$ see as far as one $5 \times 5$, with fewer weights.
4. A CNN is more accurate with fewer parameters because it assumes that neighbouring pixels belong together. Shuffle the pixels, and the advantage is gone.
5. LeNet-5, made of convolution, pooling and fully connected layers, is the classic early CNN in real use.

## Terms

| 한국어 | English |
|---|---|
| 다층 퍼셉트론 | multilayer perceptron (MLP) |
| 합성곱, 교차 상관 | convolution, cross-correlation |
| 커널(필터) | kernel (filter) |
| 특징 맵 | feature map |
| 패딩, 스트라이드, 채널 | padding, stride, channel |
| 수용 영역 | receptive field |
| 가중치 공유 | weight sharing |
| 완전 연결층 | fully connected layer |
| 이동 등변성 | translation equivariance |
| 풀링 | pooling |
| 편향 | bias |
| 활성화 함수 | activation function |
| 배치 정규화 | batch normalization |
| 기울기 | gradient |
| 에포크 | epoch |
| 로짓 | logits |

## References

- LeCun, Bottou, Bengio, Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proceedings of the IEEE, 1998.
- Krizhevsky, Sutskever, Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
- Karpathy et al., *Large-scale Video Classification with Convolutional Neural Networks*, CVPR 2014.
- Simonyan, Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
- Ren, He, Girshick, Sun, *Faster R-CNN*, NeurIPS 2015.
- Redmon, Divvala, Girshick, Farhadi, *You Only Look Once*, CVPR 2016.
- Xiao, Rasul, Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms*, arXiv:1708.07747, 2017.

**Now do the exercises**: [01_exercises.ipynb](01_exercises.ipynb)
"""
