# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: Pooling and the Head, ko: 풀링과 출력부}
#     minutes: 42
#     after: ["01"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 2장. 풀링과 출력부

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 최댓값 풀링과 평균 풀링을 손으로, 반복문으로, Keras로 계산하기
> - 두 풀링이 무엇을 남기고 무엇을 버리는지 그림과 숫자로 설명하기
> - 그림이 밀릴 때 신경망의 답이 얼마나 흔들리는지 측정하고, 줄이는 방법 찾기
> - 펼치기와 전역 평균 풀링 가운데 무엇을 쓸지 판단하고, 신경망의 표가 그림의 어디에 놓이는지 그리기
> - 문제에 맞는 출력층과 손실 함수를 고르고, 잘못 고르면 어떻게 되는지 보이기
>
> **읽기** 약 42분, **실행** 약 2분(코어 2개), 먼저 볼 장은 1장입니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 2. Pooling and the Head

> **After this chapter** you can
> - compute max pooling and average pooling by hand, with loops and with Keras;
> - say with pictures and numbers what each of them keeps and what it throws away;
> - measure how much a network's answer wavers when the picture moves, and find what helps;
> - choose between flattening and global average pooling, and draw where in a picture the votes of a network lie;
> - choose the output layer and the loss that fit a problem, and show what goes wrong with others.
>
> **Reading** takes about 42 minutes, **running** about 2 minutes on 2 cores; chapter 1 comes first.

Where you see ❓, **write down a prediction** before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. 풀링: 이웃을 수 하나로

합성곱층이 만든 특징 맵에는 이웃끼리 비슷한 값이 많습니다. **풀링**(pooling)은 특징 맵을 작은 창으로 나누고, 창마다 수 하나만 남깁니다.
가장 큰 값을 남기면 **최댓값 풀링**(max pooling), 평균을 남기면 **평균 풀링**(average pooling)입니다.

아래에서는 $4 \times 4$ 특징 맵을 $2 \times 2$ 창 네 개로 나눕니다. 왼쪽 위 창에 $1, 3, 5, 7$이 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. Pooling: one number for a neighbourhood

In the feature maps of a convolution, neighbours often have similar values. **Pooling** cuts a feature map into small windows and keeps one number from each.
Keeping the largest is **max pooling**, keeping the mean is **average pooling**.

The $4 \times 4$ feature map below falls into four windows of $2 \times 2$. The upper left one holds $1, 3, 5, 7$.
"""

# %% tags=["covers-C1", "covers-C5"]
import numpy as np

from course_lib import claim, data, identity, plot, predict, reveal


feature_map = np.array([[1, 3, 2, 1],
                        [5, 7, 0, 1],
                        [4, 2, 8, 6],
                        [2, 0, 4, 2]])


def pool(image, size, stride, summarize):
    """(height, width) -> one number per window of size x size; the window moves by `stride`."""
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    return np.array([[summarize(image[i:i + size, j:j + size]) for j in columns] for i in rows])


# %%
predict("average", "What does average pooling make of the window 1, 3, 5, 7?")

# %% tags=["covers-C1", "covers-C5", "reveal"]
largest = pool(feature_map, 2, 2, np.max)
mean = pool(feature_map, 2, 2, np.mean)
plot.matrices({"feature map": feature_map, "max pooling": largest, "average pooling": mean}, window=2,
              alt="A 4 by 4 grid in four windows; max pooling gives 7, 2, 4, 8, average pooling 4, 1, 2, 5.")
reveal("average", mean[0, 0])

# %% [markdown] tags=["ko"]
r"""
왼쪽 위 창에서 최댓값은 $7$, 평균은 $4$입니다. 높이와 너비가 절반이 되고 값의 수는 $16$개에서 $4$개로 줄었습니다.
Keras의 풀링층도 같은 값을 낼까요? 풀링층이 학습하는 파라미터는 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
In the upper left window the largest is $7$ and the mean is $4$. Height and width are halved; of $16$ values $4$ remain.
Do the layers of Keras give the same? And how many parameters does a pooling layer learn?
"""

# %% tags=["covers-C1", "covers-C5"]
import keras
from keras import layers, ops


def apply(layer, image):
    """A Keras layer on one (height, width) picture; returns (height', width')."""
    return ops.convert_to_numpy(layer(np.asarray(image, "float32")[np.newaxis, :, :, np.newaxis]))[0, :, :, 0]


# %%
predict("learned", "How many parameters does a pooling layer learn?")

# %% tags=["covers-C1", "covers-C5"]
identity("MaxPooling2D gives the values found by hand", apply(layers.MaxPooling2D(2), feature_map), largest)
identity("AveragePooling2D gives the values found by hand", apply(layers.AveragePooling2D(2), feature_map), mean)
reveal("learned", layers.MaxPooling2D(2).count_params())

# %% [markdown] tags=["ko"]
r"""
풀링에도 창의 크기 $F$와 스트라이드 $S$가 있고, 패딩이 없으면 크기가 $W$인 입력에서 나오는 출력의 크기는 합성곱과 같은 공식 $\lfloor (W - F) / S \rfloor + 1$을 따릅니다. Keras에서 스트라이드를 적지 않으면 창의 크기와 같습니다. 창이 스트라이드보다 크면 창끼리
겹칩니다. 다른 점도 있습니다. 합성곱은 채널을 모두 더하지만, 풀링은 **채널마다 따로** 계산하므로 채널의 수가 그대로입니다.
"""

# %% [markdown] tags=["en"]
r"""
Pooling has a window size $F$ and a stride $S$, too, and without padding the output size for an input of size $W$ follows the formula of convolution, $\lfloor (W - F) / S \rfloor + 1$. In Keras the stride equals the window size unless given. Windows larger than
the stride overlap. One thing differs: a convolution adds up all channels, but pooling works on **each channel by itself**, so their number stays.
"""

# %% tags=["covers-C1"]
made, formula = [], []
for width in (7, 8, 13, 55):
    for size in (2, 3):
        for stride in (1, 2, 3):
            made.append(layers.MaxPooling2D(size, stride)(np.zeros((1, width, width, 16), "float32")).shape)
            side = (width - size) // stride + 1
            formula.append((1, side, side, 16))
identity(f"The size formula holds, and the number of channels stays, in {len(made)} combinations", made, formula)

# %% [markdown] tags=["ko"]
r"""
결과를 눌러 어느 창에서 왔는지 보세요. 창의 크기와 스트라이드를 바꾸고, 그림을 한 칸씩 밀어 보세요. 결과도 한 칸 밀릴까요, 아니면 다른 수가 나올까요?
"""

# %% [markdown] tags=["en"]
r"""
Click a result to see which window it comes from. Change window and stride, and move the picture by one pixel at a time: do the results just move along, or do other numbers appear?
"""

# %% tags=["covers-C1"]
plot.explore_pooling(np.random.default_rng(3).integers(0, 10, (6, 9)),
                     alt="A picture of 6 by 9 digits, with what max pooling and average pooling make of it.")

# %% [markdown] tags=["ko"]
r"""
학습할 때는 기울기(gradient)가 풀링층을 거꾸로 지나갑니다. 결과 네 개의 합을 입력으로 미분해 봅시다. 최댓값 풀링에서는 몇 칸이 기울기를 받을까요?
"""

# %% [markdown] tags=["en"]
r"""
In training, gradients pass through the layer backwards. Differentiate the sum of the four results with respect to the input: in max pooling, how many entries receive a gradient?
"""

# %%
predict("winners", "Of the 16 entries, how many get a gradient through max pooling?", unit="entries")

# %% tags=["covers-C3", "covers-C4"]
import tensorflow as tf  # for its gradients


def gradient(layer, image):
    """Derivative of the sum of a layer's outputs with respect to each input; (height, width)."""
    x = tf.constant(np.asarray(image, "float32")[np.newaxis, :, :, np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = ops.sum(layer(x))
    return tape.gradient(total, x).numpy()[0, :, :, 0]


slopes_max = gradient(layers.MaxPooling2D(2), feature_map)
slopes_mean = gradient(layers.AveragePooling2D(2), feature_map)

# %% tags=["covers-C3", "covers-C4", "reveal"]
plot.matrices({"feature map": feature_map, "gradient, max pooling": slopes_max,
               "gradient, average pooling": slopes_mean}, window=2,
              alt="The feature map in four windows, and two grids of gradients: through max pooling there is a 1 "
                  "at the largest value of each window and 0 elsewhere, through average pooling 0.25 everywhere.")
reveal("winners", int((slopes_max != 0).sum()))

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링은 최댓값이 있던 칸에만 기울기 $1$을 주고, 평균 풀링은 모두에게 $\frac{1}{4}$씩 나누어 줍니다. 그래서 최댓값 풀링을 쓰면 창마다 가장 크게 반응한 자리만
학습에 참여합니다.

## 2. 무엇을 남기고 무엇을 버리나

두 풀링은 서로 다른 정보를 버립니다. 창에서 가장 큰 값은 그대로이고 다른 값들만 달라지면 결과도 달라질까요? 각 창에서 최댓값이 아닌 값들에 0과 1 사이의 수를 곱해 줄이기를 1,000번 되풀이하겠습니다.
"""

# %% [markdown] tags=["en"]
r"""
Max pooling gives a gradient of $1$ to the winner only; average pooling gives $\frac{1}{4}$ to each. So with max pooling, only the place of each window that responded most strongly
takes part in learning.

## 2. What is kept, what is thrown away

The two throw away different things. If the largest value of a window stays and the others change, does the result change? In each window, shrink all values but the largest by random factors between 0 and 1, 1,000 times.
"""

# %% tags=["covers-C3", "covers-C4"]
random = np.random.default_rng(0)
is_largest = np.kron(largest, np.ones((2, 2))) == feature_map  # each maximum, repeated over its window
moved = {"max": 0, "average": 0}
for _ in range(1000):
    changed = np.where(is_largest, feature_map, feature_map * random.uniform(0, 1, (4, 4)))
    moved["max"] += (pool(changed, 2, 2, np.max) != largest).any()
    moved["average"] += (pool(changed, 2, 2, np.mean) != mean).any()
print(f"of 1,000 such changes, {moved['max']} move the result of max pooling, "
      f"{moved['average']:,} that of the average")

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링은 **가장 강한 반응**만 전하므로, 나머지 값들이 최댓값을 넘지 않는 한 그 변화를 무시합니다. 평균 풀링은 **전체 수준**을 전합니다. 어느 쪽이 나은지는 그림에 달려 있습니다. 네 가지 그림을 $4 \times 4$ 창으로 줄입니다.
밝은 가는 선, 어두운 가는 선, 부드럽게 변하는 밝기, 잡음이 섞인 회색입니다.
"""

# %% [markdown] tags=["en"]
r"""
Max pooling passes on the **strongest response** and ignores changes of the others as long as they stay below it; average pooling passes on the **overall level**. Which is better depends on the picture. Reduce four pictures by windows
of $4 \times 4$: thin bright lines, thin dark lines, brightness that changes smoothly, and grey with noise.
"""

# %% tags=["covers-C3", "covers-C4"]
size = 48
row, column = np.mgrid[:size, :size]
lines = ((row - column) % 12 == 0).astype(float)
pictures = {
    "bright lines": lines,
    "dark lines": 1 - lines,
    "smooth": (row + column) / (2 * size - 2),
    "noise": np.clip(0.5 + 0.15 * np.random.default_rng(1).normal(size=(size, size)), 0, 1),
}
by_max = {name: pool(picture, 4, 4, np.max) for name, picture in pictures.items()}
by_mean = {name: pool(picture, 4, 4, np.mean) for name, picture in pictures.items()}

# %%
predict("blind", "Which picture does max pooling wipe out entirely?",
        choices=["bright lines", "dark lines", "smooth", "noise"])

# %% tags=["covers-C3", "covers-C4", "reveal"]
reveal("blind", min(by_max, key=lambda name: np.ptp(by_max[name])))
labels = [f"{kind}{name}" for kind in ("", "max: ", "average: ") for name in pictures]
plot.image_grid([*pictures.values(), *by_max.values(), *by_mean.values()], labels, columns=4, size=1.6,
                limits=(0, 1), framed=True,
                title="Max pooling wipes out dark lines, average pooling makes all lines pale",
                alt="Four pictures and their poolings: max keeps bright lines and loses dark ones entirely; "
                    "average keeps both, but pale; on noise max is far too bright.")

# %% [markdown] tags=["ko"]
r"""
눈으로 본 것을 숫자로 확인합니다. **대비**(contrast)는 가장 밝은 값과 가장 어두운 값의 차이, **밝기 변화**(brightness change)는 풀링한 뒤의 평균 밝기에서 원래 평균 밝기를 뺀 값입니다.
"""

# %% [markdown] tags=["en"]
r"""
Now in numbers. **Contrast** is the brightest value minus the darkest; **brightness change** is the mean brightness after pooling minus that before.
"""

# %% tags=["covers-C3", "covers-C4"]
change = lambda pooled, name: float(pooled[name].mean() - pictures[name].mean())
print(f"{'':13}  contrast after max, after average   change by max, by average")
for name in pictures:
    print(f"{name:13} {np.ptp(by_max[name]):10.2f} {np.ptp(by_mean[name]):13.2f}"
          f" {change(by_max, name):16.2f} {change(by_mean, name):z12.2f}")  # z: no minus before 0.00

# %% tags=["covers-C3", "covers-C4"]
identity("Average pooling keeps the mean brightness of every picture, since windows of one size cover it",
         [by_mean[name].mean() for name in pictures], [picture.mean() for picture in pictures.values()],
         tolerance=1e-9)

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링은 밝은 선의 대비를 그대로 지키지만 선을 굵게 만들고, 어두운 선은 지워 버립니다. 잡음에서는 우연히 튄 값만 모으므로 너무 밝아집니다. 평균 풀링은 밝기를 정확히 지키는 대신 가는 선을 흐리게 만듭니다.
ReLU 다음의 특징 맵에서는 '밝다'가 '특징이 있다'는 뜻이므로, 가장 강한 반응을 남기는 쪽이 자연스럽습니다. Scherer et al.(2010)의 실험에서도 최댓값 풀링이 평균을 내는 방식보다 나았습니다. 아래 실험에서는 어떤지 보겠습니다.

## 3. 그림이 밀리면

1장에서는 풀링층이 두 개 있는 CNN도 그림이 밀리면 정확도를 많이 잃었습니다. 그러면 풀링은 전혀 도움이 되지 않을까요? 같은 신경망에서 맵을 줄이는 방법만 바꾸어 비교합니다.
먼저 한 줄짜리 신호로 연습합니다. $0, 0, 1, 1$이 되풀이되는 신호에 크기 $2$, 스트라이드 $2$인 최댓값 풀링을 적용하고, 한 칸 민 신호에도 똑같이 합니다.
오른쪽 열은 흐리게 한 결과이며, 곧 설명합니다.
"""

# %% [markdown] tags=["en"]
r"""
Max pooling keeps the full contrast of bright lines, though it thickens them, and wipes out dark ones; on noise it collects the values that happen to stick out and becomes too bright. Average pooling keeps the brightness exactly and makes thin
lines pale. After a ReLU, "bright" means "the feature is here", so keeping the strongest response is natural; in the experiments of Scherer et al. (2010), too, max pooling did better than averaging. How it does here, the experiment below shows.

## 3. When the picture moves

In chapter 1 a CNN with two pooling layers still lost much accuracy when the picture moved. So does pooling not help at all? We compare one network with several ways to reduce its maps.
First practise on a signal of one row: $0, 0, 1, 1$ repeated, max pooled with size $2$ and stride $2$; then the same signal moved by one.
The right column is blurred; the reason follows.
"""

# %% tags=["covers-C2"]
def blurred(signal):
    """Means with the weights 1, 2, 1 of a signal that goes round in a circle."""
    return (np.roll(signal, 1) + 2 * signal + np.roll(signal, -1)) / 4


# %%
predict("alias", "0, 0, 1, 1, 0, 0, 1, 1 … is moved by one. What becomes of the max pooled signal 0, 1, 0, 1 …?",
        choices=["it stays", "it becomes 1, 0, 1, 0 …", "it becomes 1, 1, 1, 1 …"])

# %% tags=["covers-C2", "reveal"]
signal = np.tile([0, 0, 1, 1], 3)
for name, start in (("as it is", signal), ("moved by one", np.roll(signal, 1))):
    everywhere = np.maximum(start, np.roll(start, -1))  # max pooling with size 2 and stride 1
    print(f"{name:13} max pooling {everywhere[::2]}   max pooling, blurred {blurred(everywhere)[::2]}")
reveal("alias", "it becomes 1, 1, 1, 1 …" if everywhere[::2].all() else "it stays")

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링의 결과는 $0, 1, 0, 1, \dots$과 $1, 1, 1, 1, \dots$로 완전히 다릅니다! 이렇게 촘촘한 무늬가 성긴 표본에서 다른 무늬로 나타나는 현상을
**에일리어싱**(aliasing)이라고 합니다. 신호 처리에서는 값을 솎아 내기(다운샘플링, downsampling) 전에 먼저 흐리게 만듭니다. 최댓값 풀링을 스트라이드 1로 한 다음 가중치 $\frac{1}{4}(1, 2, 1)$로 흐리게 한 뒤
솎아 내면(blur-pool, Zhang, 2019) 두 결과가 $0.5, 1, \dots$과 $0.75, 0.75, \dots$로 훨씬 가까워집니다.

이제 진짜 신경망으로 실험합니다. 높이 28, 너비 34인 캔버스에 그림을 놓으면 좌우를 합해 6픽셀이 남으므로, 잘리는 곳 없이 밀 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
Max pooling gives $0, 1, 0, 1, \dots$ for one and $1, 1, 1, 1, \dots$ for the other! That a fine pattern, sampled too sparsely, appears as another pattern is
called **aliasing**. In signal processing one blurs before downsampling, that is, before values are dropped. Max pooling with stride 1, then a blur with the weights $\frac{1}{4}(1, 2, 1)$, and only then
downsampling (blur-pool, Zhang, 2019) brings the two results much closer: $0.5, 1, \dots$ and $0.75, 0.75, \dots$

Now with real networks. On a canvas 28 high and 34 wide, 6 pixels of the width are left over, so an image can move without being cut.
"""

# %%
(x_train, y_train), (x_test, y_test) = data.fashion_mnist()


def place(images, left):
    """Put (n, 28, 28, 1) images on a black canvas (n, 28, 34, 1), `left` pixels from its left edge."""
    return np.pad(images, ((0, 0), (0, 0), (left, 6 - left), (0, 0)))


spots = (0, 2, 4, 6)
at_spots = np.concatenate([place(x_test[3:4], left) for left in spots])
at_spots[:, :, 16:18] = 0.5  # a grey line
plot.image_grid(at_spots, [f"left = {left}" for left in spots], size=1.6, framed=True,
                title="The same image at four places; the grey line is the middle of the canvas",
                alt="A pair of trousers on a wide black canvas with a grey line in its middle, further to the "
                    "right in each picture.")

# %% [markdown] tags=["ko"]
r"""
합성곱층이 세 개인 신경망에서 특징 맵을 줄이는 방법만 다섯 가지로 바꿉니다.

| 이름 | 합성곱 뒤에서 | 필터 | 학습률 |
|---|---|---|---|
| 줄이지 않음 | 그대로 둠 | $8, 8, 8$ | 0.01 |
| 스트라이드 2 | 풀링 없이, 합성곱의 스트라이드가 2 | $8, 16, 32$ | 0.05 |
| 최댓값 풀링 | 창마다 최댓값을 남김 | $8, 16, 32$ | 0.05 |
| 평균 풀링 | 창마다 평균을 남김 | $8, 16, 32$ | 0.05 |
| 최댓값, 흐리게 | 스트라이드 1로 최댓값을 구하고, 흐리게 한 뒤 솎아 냄 | $8, 16, 32$ | 0.05 |

마지막 맵은 벡터로 펼쳐(`Flatten`) 완전 연결층에 넣습니다. 특징 맵을 답으로 바꾸는 이 끝부분이 신경망의 **출력부**(헤드, head)이며, 5절과 6절에서 자세히 다룹니다.

줄이는 네 신경망은 `padding="same"`으로 홀수 크기를 올림하므로 마지막 맵이 모두 $4 \times 5$입니다. 다만 줄이지 않는 신경망은 계산이 너무 많아 필터도 적습니다. 학습률은 학습에도 테스트에도 쓰지 않는 이미지(**검증 데이터**, validation data)로 저마다 세 가지(0.02, 0.05, 0.1, 줄이지 않으면 0.005, 0.01, 0.02)를 더 짧은 학습에서 미리 시험했는데, 어느 것을 써도 정확도가 2퍼센트포인트쯤밖에 달라지지 않았습니다. 배치 정규화는 계산을 아끼려고 1장과 달리 줄인 다음에 둡니다. 모두 그림을 한가운데에 둔 1,000장으로 8에포크 동안 학습시킵니다.

일찍 멈추면 늦게 배우는 쪽이 불리합니다. 그래서 두 에포크마다 학습 이미지와 새 이미지의 정확도를 재어, 더 배울 것이 남았는지 확인합니다.
"""

# %% [markdown] tags=["en"]
r"""
Five networks of three convolutions differ only in how they reduce their maps.

| name | after each convolution | filters | rate |
|---|---|---|---|
| no reduction | the map stays as it is | $8, 8, 8$ | 0.01 |
| stride 2 | no pooling; the convolution itself has stride 2 | $8, 16, 32$ | 0.05 |
| max pooling | the largest value of each window | $8, 16, 32$ | 0.05 |
| average pooling | the mean of each window | $8, 16, 32$ | 0.05 |
| max, blurred | the maximum with stride 1, blurred, then every second place | $8, 16, 32$ | 0.05 |

The last map is flattened to a vector (`Flatten`) and given to a fully connected layer. This end of a network, which turns maps into an answer, is its **head**; sections 5 and 6 are about it.

All four that reduce round odd sizes up, by `padding="same"`, so their last map is $4 \times 5$. There is one exception: the network without reduction would compute too much and has fewer filters, too. For each network three rates (0.02, 0.05, 0.1; without reduction 0.005, 0.01, 0.02) were tried beforehand, in a shorter training, on images used neither for training nor for testing (**validation data**): whichever is used, the accuracy changes by about 2 points only. To save computation, batch normalization comes after the reduction, unlike in chapter 1. All learn for 8 epochs from 1,000 images placed in the middle.

Stopped early, a slower learner is at a disadvantage. So after every second epoch the accuracy on training images and on new ones is measured, to see whether there is more to learn.
"""

# %% tags=["covers-C2"]
def convolve(x, filters, strides=1):
    return layers.Conv2D(filters, 3, strides, padding="same", activation="relu", use_bias=False)(x)


def blur(x):
    """Downsample to every second place after a blur with the weights 1, 2, 1 in both directions."""
    weights = np.outer([1, 2, 1], [1, 2, 1]) / 16
    kernel = np.tile(weights[:, :, np.newaxis, np.newaxis], (1, 1, x.shape[-1], 1))
    # "depthwise" is a convolution of each channel with a kernel of its own, and no sum over channels
    return ops.depthwise_conv(x, ops.cast(kernel, x.dtype), strides=2, padding="same")


# %% tags=["covers-C2"]
reductions = {
    "no reduction": convolve,
    "stride 2": lambda x, filters: convolve(x, filters, strides=2),
    "max pooling": lambda x, filters: layers.MaxPooling2D(2, padding="same")(convolve(x, filters)),
    "average pooling": lambda x, filters: layers.AveragePooling2D(2, padding="same")(convolve(x, filters)),
    "max, blurred": lambda x, filters: blur(layers.MaxPooling2D(2, 1, padding="same")(convolve(x, filters))),
}


def build(reduction, head, shape=(28, 34, 1), filters=(8, 16, 32), outputs=10):
    """Three convolutions, each with its reduction; `head` makes a vector of the last map for the last layer."""
    x = images = keras.Input(shape)
    for count in filters:
        x = layers.BatchNormalization(momentum=0.9)(reductions[reduction](x, count))
    return keras.Model(images, layers.Dense(outputs, dtype="float32")(head(x)))


# %%
from course_lib import training


class Course(keras.callbacks.Callback):
    """Accuracy (%) after every second epoch on several sets; each has a name, images and labels."""

    def __init__(self, sets):
        super().__init__()
        self.images = np.concatenate([images for images, _ in sets.values()])  # one prediction for all is quicker
        self.labels = {name: labels for name, (_, labels) in sets.items()}
        self.found = {name: [] for name in sets}

    def on_epoch_end(self, epoch, logs=None):
        if epoch % 2 == 0:  # epochs are counted from 0
            return
        said, begin = self.model.predict(self.images, batch_size=500, verbose=0).argmax(axis=1), 0
        for name, labels in self.labels.items():
            self.found[name].append(100 * (said[begin:begin + len(labels)] == labels).mean())
            begin += len(labels)


# %%
seeds = (0, 1)


def follow(model, images, labels, epochs, batch_size, sets):
    """Train anew from each seed; returns accuracies, name of a set -> (seeds, measurements), and the weights."""
    courses, ends = [], []
    for seed in seeds:
        training.restart(model, seed)
        courses.append(Course(sets))
        model.fit(images, labels, batch_size=batch_size, epochs=epochs, verbose=0,
                  callbacks=[courses[-1], training.Progress(f"{model.name}, seed {seed}")])
        ends.append(model.get_weights())
    return {name: np.array([course.found[name] for course in courses]) for name in sets}, ends


# %%
few = 1000
centred = place(x_train[:few], 3)
watched = {"training images": (centred[:250], y_train[:250]), "new images": (place(x_test[:500], 3), y_test[:500])}
networks, weights, by_epoch = {}, {}, {part: {} for part in watched}
for name in reductions:
    filters, rate = ((8, 8, 8), 0.01) if name == "no reduction" else ((8, 16, 32), 0.05)
    network = build(name, layers.Flatten(), filters=filters)
    networks[name] = training.one_cycle(network, centred, epochs=8, rate=rate, batch_size=64)
    found, weights[name] = follow(network, centred, y_train[:few], 8, 64, watched)
    for part, runs in found.items():
        by_epoch[part][name] = runs

# %% tags=["covers-C2"]
plot.learning_curves(by_epoch, x=range(2, 9, 2), ylabel="accuracy (%)",
                     title="In the middle, all five level off and end close together on new images",
                     alt="Two panels over 8 epochs, five curves each: on training images all end above 90 %, "
                         "three of them at 100 %; on new ones all level off near 80 %, within a few points of "
                         "each other.")
claim("In the end, training accuracy, the lowest mean of two seeds",
      min(runs[:, -1].mean() for runs in by_epoch["training images"].values()), at_least=90, unit="%")
claim("From the sixth epoch to the eighth, accuracy on new images hardly changes (largest change, means of two "
      "seeds)",
      max(abs(np.diff(runs.mean(axis=0))[-1]) for runs in by_epoch["new images"].values()),
      at_most=3, unit="points")

# %% tags=["covers-C2"]
from course_lib.models.summary import measure, multiply_adds

for name, network in networks.items():
    count = measure(network)
    print(f"{name:16} {count['parameters']:>7,} parameters  {count['multiply_adds']:>9,} multiply-adds")

# %% [markdown] tags=["ko"]
r"""
마지막 두 에포크 동안 새 이미지의 정확도는 거의 그대로입니다. 다만 이것만으로 다 배웠다고 할 수는 없습니다. 학습률이 끝에서 0으로 줄어들면 어느 곡선이나 평평해지기 때문입니다. 흐리게 한 신경망과 평균 풀링은 학습 이미지를 아직 모두 맞히지 못하므로 더 배울 것이 남았습니다. 그래도 새 이미지에서는 뒤지지 않으니, 아래에서 볼 훨씬 큰 차이는 누가 덜 배워서 생긴 것으로 보이지 않습니다.

파라미터와 계산은 같지 않습니다. 스트라이드 2는 필요 없는 자리를 아예 계산하지 않으므로, 곱셈-덧셈이 최댓값 풀링의 1/3도 되지 않습니다. 학습은 `course_lib.training`의 함수가 1장과 같은 방법으로 합니다. 이제 테스트 이미지를 0~6의 자리에 놓습니다. 먼저 위의 바지 한 장을 옮기며, 줄이지 않는 신경망이 자리마다 무엇이라고 답하는지 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
In the last two epochs the accuracy on new images hardly changes. That alone does not prove that there is nothing left to learn: as the learning rate falls to 0 at the end, any curve levels off. The networks with blurring and with average pooling do not get all training images right yet, so they could learn more. But on new ones they are not behind; so the differences below, which are far larger, hardly come from one having learned less.

Parameters and computation are not the same: stride 2 never computes the places that it skips, so it has less than 1/3 of the multiply-adds of max pooling. Training is done by functions of `course_lib.training`, as in chapter 1. Now put test images at the places 0 to 6. First move only the trousers from above, and see what the network without reduction answers at each place.
"""

# %% tags=["covers-C2"]
shifted = np.concatenate([place(x_test[:500], left) for left in range(7)])  # place 0, then place 1, ...
# what enters the last layer, and what leaves it
inside = {name: keras.Model(network.input, [network.layers[-1].input, network.output])
          for name, network in networks.items()}


def answers(name, model_weights):
    """Features (7, 500, any) before the last layer, and classes (7, 500), with the images at each of 7 places."""
    networks[name].set_weights(model_weights)
    features, logits = inside[name].predict(shifted, batch_size=500, verbose=0)
    return features.reshape(7, 500, -1), logits.argmax(axis=1).reshape(7, 500)


# %% tags=["nbval-ignore-output"]
networks["no reduction"].set_weights(weights["no reduction"][0])
said = networks["no reduction"](shifted[3::500]).numpy().argmax(axis=1)  # image 3 at each place
print("trousers at the places 0 to 6:", ", ".join(data.FASHION_MNIST_CLASSES[label] for label in said))

# %% [markdown] tags=["ko"]
r"""
이것을 500장에 대해 하고, 한가운데(3)에 놓았을 때와 **같은 답**을 내는 비율을 구합니다. 마지막 층에 들어가는 특징이 얼마나 달라졌는지도 잽니다. 특징 벡터가 움직인 거리를 원래 길이로 나눈 값입니다.
"""

# %% [markdown] tags=["en"]
r"""
Do this with 500 images, and find how often the answer is **the same** as in the middle (3). Measure, too, how far the features that enter the last layer have moved: the distance between the two feature vectors, divided by the length of the original.
"""

# %%
predict("steady", "Moved by 3 pixels, which network keeps its answer most often?", choices=list(reductions))

# %% tags=["covers-C2"]
same, distance = {}, {}
for name in reductions:
    runs = [answers(name, w) for w in weights[name]]
    same[name] = [100 * (classes == classes[3]).mean(axis=1) for _, classes in runs]
    lengths = [np.linalg.norm(features[3], axis=-1) for features, _ in runs]
    distance[name] = [(np.linalg.norm(features - features[3], axis=-1) / length).mean(axis=1)
                      for (features, _), length in zip(runs, lengths)]

# %% tags=["covers-C2", "reveal"]
plot.curves(same, x=range(-3, 4), title="Pooling steadies the answer, and blurring more so",
            xlabel="shift (pixels)", ylabel="same answer as unshifted (%)",
            alt="Five peaked curves over shifts of -3 to 3 pixels: without pooling they fall steeply to both "
                "sides, with max or average pooling less, with blurred max pooling least.")

# %% tags=["covers-C2", "reveal"]
plot.curves(distance, x=range(-3, 4), title="Features move least with blurring", xlabel="shift (pixels)",
            ylabel="relative distance of features",
            alt="Five V-shaped curves: the features of the network without any reduction move furthest, "
                "those of blurred max pooling least.")

# %% tags=["covers-C2", "reveal"]
at_three = {name: np.mean([(run[0] + run[6]) / 2 for run in runs]) for name, runs in same.items()}
far = {name: np.mean([(run[0] + run[6]) / 2 for run in runs]) for name, runs in distance.items()}
reveal("steady", max(at_three, key=at_three.get))
claim("Blurring moves the features less than any other way, mean of two seeds (lead over the next)",
      min(value for name, value in far.items() if name != "max, blurred") - far["max, blurred"], at_least=0.2)
claim("Shifted by 3 pixels, max pooling keeps more answers than convolution with stride 2, mean of two seeds",
      at_three["max pooling"] - at_three["stride 2"], at_least=20, unit="points")
claim("So does average pooling", at_three["average pooling"] - at_three["stride 2"], at_least=16, unit="points")
claim("Blurred max pooling keeps more answers than plain max pooling, mean of two seeds",
      at_three["max, blurred"] - at_three["max pooling"], at_least=10, unit="points")
claim("Max pooling keeps far more answers than no reduction at all, mean of two seeds",
      at_three["max pooling"] - at_three["no reduction"], at_least=16, unit="points")
claim("Unshifted, the accuracies differ little (largest difference of the means of two seeds)",
      np.ptp([runs[:, -1].mean() for runs in by_epoch["new images"].values()]), at_most=6, unit="points")

# %% [markdown] tags=["ko"]
r"""
가운데에서는 정확도의 차이가 몇 퍼센트포인트뿐인데, 그림이 밀리면 답이 그대로인 비율은 수십 퍼센트포인트까지 벌어집니다. 풀링은 신경망을 작은 이동에 더 강하게 만들지만 완전하지는 않습니다. 최댓값과 평균 가운데 어느 쪽이 나은지는 여기서 가려지지 않습니다. 둘 다 스트라이드 2보다 답을 훨씬 잘 유지하고, 가운데에서는 비슷하게 정확합니다. 필터 수가 같은 스트라이드 2도 풀링에 크게 뒤지므로, 줄이지 않은 신경망이 뒤진 것을 적은 필터만으로 설명할 수는 없습니다. 흐리게 하면 잃은 것의 일부를 되찾으므로 에일리어싱이 한 원인으로 보입니다. 자리에 민감한 마지막 완전 연결층도 원인입니다(6절).

둘째 그림에서 줄이지 않은 신경망의 특징은 없어진 것이 아니라 그림과 함께 자리를 옮긴 것입니다. 펼친 벡터에서는 그것이 큰 거리로 나타나고, 마지막 층은 그 자리의 특징을 배운 적이 없습니다.

## 4. 계산, 메모리, 과적합

풀링은 계산도 줄입니다. 같은 필터 수 $8, 16, 32$로 풀링이 있을 때와 없을 때, 층마다 곱셈-덧셈(multiply-add)의 수와, 학습할 때 그림 한 장마다 기억해야 하는 중간 결과의 크기(바이트)를 계산합니다.
"""

# %% [markdown] tags=["en"]
r"""
In the middle their accuracies lie within a few percentage points of each other; on shifted images, the shares of unchanged answers are tens of points apart. Pooling makes a network more robust to small shifts, but not entirely. Which is better, the maximum or the mean, is not decided here: both keep far more answers than stride 2, and in the middle both are about as accurate. Stride 2, with as many filters, is far behind pooling as well, so fewer filters alone do not explain why the network without reduction is. Blurring regains a part of what was lost, so aliasing seems to be one cause. Another cause is the last, fully connected layer, which depends on position (section 6).

In the second figure, the features of the network without reduction are not lost: they have moved along with the image. In the flattened vector that is a large distance, and the last layer never learned to find them there.

## 4. Computation, memory, overfitting

Pooling saves computation, too. With the same filters $8, 16, 32$, count the multiply-adds of each layer, with and without pooling, and the bytes of intermediate results that training must keep for each image.
"""

# %%
predict("third", "How many times as much does the third convolution compute without pooling?", unit="times")

# %% tags=["covers-C2"]
with_pooling, without = (build(kind, layers.Flatten(), (28, 28, 1)) for kind in ("max pooling", "no reduction"))
print("multiply-adds of the three convolutions and the last layer:")
for name, network in (("with pooling", with_pooling), ("without", without)):
    counts = [multiply_adds(layer) for layer in network.layers if multiply_adds(layer)]
    print(f"{name:13}", " ".join(f"{count:10,}" for count in counts), "  together", f"{sum(counts):10,}")

less, more = measure(with_pooling), measure(without)
for told, what in (("multiply-adds, all layers", "multiply_adds"),
                   ("bytes of intermediate results", "activation_bytes"),
                   ("parameters, all layers", "parameters")):
    print(f"{told}: {less[what]:,} with pooling, {more[what]:,} without, {more[what] / less[what]:.1f} times")
third_less, third_more = ([layer for layer in network.layers if isinstance(layer, layers.Conv2D)][2]
                          for network in (with_pooling, without))
reveal("third", multiply_adds(third_more) / multiply_adds(third_less))

# %% [markdown] tags=["ko"]
r"""
풀링 한 번에 맵의 넓이가 $\frac{1}{4}$이 되므로, 두 번 지나면 $\frac{1}{16}$입니다. 마지막 완전 연결층의 파라미터도 크게 줄었습니다. 파라미터가 많으면 적은 데이터를 외우기 쉽습니다. 학습 데이터에는 잘 맞지만 새 데이터에는 그만큼 맞지 않는 것을 **과적합**(overfitting)이라고 합니다. 학습 데이터가 500장뿐일 때 어느 신경망이 더 과적합할까요?
옷이 모두 한가운데에 놓인 경우와, 그림마다 0~6의 아무 자리에나 놓인 경우를 비교합니다. 풀링 때문인지 출력부가 작아졌기 때문인지 가리려고 **대조군**(control)도 둡니다. 스트라이드가 2인 신경망은 출력부의 크기가 풀링이 있는 신경망과 같습니다. 필터 수는 모두 8개씩이고, 학습률은 저마다 검증 데이터에서 가장 정확했던 것(줄이지 않으면 0.01, 스트라이드로 줄이면 0.1, 풀링이 있으면 0.1)입니다.
"""

# %% [markdown] tags=["en"]
r"""
Each pooling leaves $\frac{1}{4}$ of the map's area, two of them $\frac{1}{16}$. The last, fully connected layer has become much smaller as well. Many parameters make it easy to memorize a few examples. To fit the training data well but new data much less is called **overfitting**. With only 500 training images, which network overfits more?
Compare two cases: all garments in the middle, and each at any of the places 0 to 6. A **control** tells whether it is pooling or the smaller head: the one with stride 2 has a head of the same size as the network with pooling. All have 8 filters in each layer, and each learns at the rate that, of those tried beforehand, was most accurate on validation data: 0.01 without reduction, 0.1 with strides, 0.1 with pooling.
"""

# %%
predict("helps", "Where does pooling raise the accuracy on new images more?",
        choices=["with all garments in the middle", "with garments anywhere", "equally in both"])

# %% tags=["covers-C2"]
def anywhere(images, scatter):
    """Place (n, 28, 28, 1) images on the wide canvas, each at a place of its own from 0 to 6."""
    places = scatter.integers(0, 7, len(images))
    return np.concatenate([place(images[i:i + 1], left) for i, left in enumerate(places)])


# %% tags=["covers-C2"]
tiny, scatter = 500, np.random.default_rng(5)
placed = {"middle": [place(x, 3) for x in (x_train[:tiny], x_test[:1000])],
          "anywhere": [anywhere(x, scatter) for x in (x_train[:tiny], x_test[:1000])]}
rivals = {"no reduction": 0.01, "stride 2": 0.1, "max pooling": 0.1}
at_places = {where: {part: {} for part in watched} for where in placed}
for name, rate in rivals.items():
    network = build(name, layers.Flatten(), filters=(8, 8, 8))
    training.one_cycle(network, placed["middle"][0], epochs=10, rate=rate, batch_size=50)
    for where, (seen, unseen) in placed.items():
        asked = {"training images": (seen[:250], y_train[:250]), "new images": (unseen, y_test[:1000])}
        found, _ = follow(network, seen, y_train[:tiny], 10, 50, asked)
        for part, runs in found.items():
            at_places[where][part][name] = runs

# %% tags=["covers-C2", "reveal"]
plot.learning_curves(at_places["anywhere"], x=range(2, 11, 2), ylabel="accuracy (%)",
                     title="Garments anywhere: all fit the training images, pooling does best on new ones",
                     alt="Two panels over 10 epochs, three curves each: on training images all end near 100 %; on "
                         "new ones max pooling ends highest, no reduction and stride 2 lower and close together.")
plot.learning_curves(at_places["middle"], x=range(2, 11, 2), ylabel="accuracy (%)",
                     title="Garments in the middle: pooling is less far ahead of no reduction",
                     alt="The same for garments in the middle: all end near 100 % on training images; on new ones "
                         "max pooling ends a little above no reduction, and stride 2 lowest.")
means = {(name, where): of["new images"][name][:, -1].mean() for where, of in at_places.items() for name in rivals}
lead = {where: means["max pooling", where] - means["no reduction", where] for where in placed}
reveal("helps", "with garments anywhere" if lead["anywhere"] > lead["middle"]
       else "with all garments in the middle")
claim("With 500 images, training accuracy in the end, the lowest mean of two seeds",
      min(runs[:, -1].mean() for of in at_places.values() for runs in of["training images"].values()), at_least=97,
      unit="%")
claim("With garments anywhere, pooling is ahead of no reduction on new images, mean of two seeds",
      lead["anywhere"], at_least=1.5, unit="points")
claim("There it is further ahead than with all of them in the middle, mean of two seeds",
      lead["anywhere"] - lead["middle"], at_least=0, unit="points")
claim("With garments anywhere, the control, as small a head without pooling, is behind pooling, "
      "mean of two seeds",
      means["max pooling", "anywhere"] - means["stride 2", "anywhere"], at_least=3, unit="points")
claim("It is no further ahead of no reduction than this, mean of two seeds",
      means["stride 2", "anywhere"] - means["no reduction", "anywhere"], at_most=1, unit="points")

# %% [markdown] tags=["ko"]
r"""
왼쪽은 학습 이미지, 오른쪽은 새 이미지의 정확도입니다. 학습 이미지는 셋 다 결국 거의 모두 맞히고, 새 이미지의 정확도도 마지막에는 더 오르지 않습니다. 그러므로 오른쪽 끝의 차이는 일찍 멈춘 탓이 아니라 과적합의 차이입니다. 옷이 아무 자리에나 놓이면 풀링이 있는 신경망이 새 이미지를 가장 잘 맞힙니다. 풀링이 없는 신경망은 같은 옷도 자리마다 따로 외워야 하기 때문으로 보입니다.
출력부만 작은 대조군은 줄이지 않은 신경망보다 나을 것이 없었으므로, 출력부가 작다는 것만으로는 설명할 수 없습니다. 풀링 자체가 도운 것으로 보입니다. 옷이 모두 한가운데에 있으면 외울 자리가 하나뿐이고, 줄이지 않은 신경망에 대한 풀링의 우위가 더 작습니다. 이 데이터에서 풀링은 물체의 자리가 달라질 때 더 많이 도왔습니다. 언제나 그만큼 돕는 것은 아닙니다.

## 5. 펼치기와 완전 연결층

합성곱과 풀링이 특징을 찾으면, 신경망의 출력부가 그 특징을 모아 답을 정합니다. 지금까지 쓴 고전적인 방법은 특징 맵을 벡터로 **펼쳐**(flatten) **완전 연결층**(fully connected layer)에 넣는 것입니다.
$2 \times 2$ 맵 두 장을 펼치면 어떤 순서가 될까요?
"""

# %% [markdown] tags=["en"]
r"""
On the left is the accuracy on training images, on the right that on new ones. In the end all three get nearly all training images right, and on new images they no longer rise. So the differences at the right end come from overfitting, not from stopping early. With garments anywhere, the network with pooling does best on new images: probably because one without it must memorize the same garment separately for each place.
The control, whose head is just as small, is no better than no reduction at all, so the small head alone does not explain it: it seems to be pooling itself that helps. With all garments in the middle there is only one place to learn, and pooling's lead over no reduction is smaller. On this data pooling helped more where positions vary; it does not always help as much.

## 5. Flattening and the fully connected layer

Convolution and pooling find features; the head of a network combines them into an answer. The classic way, used so far, is to **flatten** the feature maps into a vector and to feed it to a **fully connected layer**.
In what order do two maps of $2 \times 2$ come out?
"""

# %% tags=["covers-C7"]
maps = np.stack([[[1, 2], [3, 4]], [[10, 20], [30, 40]]], axis=-1).astype("float32")  # (2, 2, 2): two channels
flat = ops.convert_to_numpy(layers.Flatten(dtype="float32")(maps[np.newaxis]))[0]
print(flat)
identity("Flatten lists the channels of one place together, place after place, as NumPy's ravel does",
         flat, maps.ravel())

# %% [markdown] tags=["ko"]
r"""
두 맵이 차례로 이어지지 않고, 같은 자리의 두 채널 값이 나란히 놓입니다. 자리는 왼쪽에서 오른쪽으로, 위에서 아래로 나아갑니다.

완전 연결층의 출력은 하나하나가 **모든** 입력의 가중합 $y_k = \sum_i x_i W_{ik} + b_k$입니다. $x_i$는 입력, $W_{ik}$는 입력 $i$에서 출력 $k$로 가는 가중치, $b_k$는 편향입니다. 정말 모든 입력이 모든 출력에 닿는지 미분으로 확인합니다. 출력을 입력으로 미분한 행렬에 0이 있을까요?
"""

# %% [markdown] tags=["en"]
r"""
The maps do not follow one after the other: the two channels of one place stand side by side, and the places go from left to right, then down.

Each output of a fully connected layer is a weighted sum of **all** inputs, $y_k = \sum_i x_i W_{ik} + b_k$, with the inputs $x_i$, the weight $W_{ik}$ from input $i$ to output $k$, and the bias $b_k$. Does every input really reach every output? Differentiate to see. Will the matrix of derivatives contain a 0?
"""

# %% tags=["covers-C6"]
dense = layers.Dense(3, dtype="float32")
x = tf.constant(flat[np.newaxis])
with tf.GradientTape() as tape:
    tape.watch(x)
    y = dense(x)
derivatives = tape.jacobian(y, x).numpy()[0, :, 0, :]  # each output by each input: (3 outputs, 8 inputs)

dense_weights, dense_bias = dense.get_weights()
identity("The output is the matrix product plus the bias", y.numpy()[0], flat @ dense_weights + dense_bias,
         tolerance=1e-4)
identity("The derivatives are the weights themselves", derivatives, dense_weights.T, tolerance=1e-6)
print(f"{(derivatives != 0).sum()} of {derivatives.size} pairs of input and output are connected")

# %% [markdown] tags=["ko"]
r"""
모든 쌍이 이어져 있으므로 가중치는 입력 수와 출력 수의 곱만큼 필요합니다. 이미지가 크면 이 층이 신경망에서 파라미터가 가장 많은 부분이 됩니다(3장의 AlexNet과 VGG에서 확인합니다). 게다가 입력 이미지의 크기를 바꿀 수 없게 됩니다.

## 6. 전역 평균 풀링과 클래스 활성화 맵

다른 방법이 있습니다. 채널마다 맵 전체의 평균 하나만 남기는 **전역 평균 풀링**(global average pooling, GAP)입니다(Lin et al., 2014). 3절의 최댓값 풀링 신경망에서 펼치기만 GAP로 바꿉니다. 마지막 맵은 $4 \times 5$이고 채널이 32개, 클래스는 10개입니다.
"""

# %% [markdown] tags=["en"]
r"""
Every pair is connected, so as many weights are needed as inputs times outputs. For large images this layer holds most of a network's parameters (chapter 3 shows it in AlexNet and VGG). And the size of the input image is then fixed.

## 6. Global average pooling and class activation maps

There is another way: **global average pooling** (GAP), which keeps only the mean of each channel's whole map (Lin et al., 2014). Take the network with max pooling of section 3 and replace the flattening by GAP. The last map is $4 \times 5$ with 32 channels, and there are 10 classes.
"""

# %%
gap_network = build("max pooling", layers.GlobalAveragePooling2D())
plot.network({"flattening": networks["max pooling"], "GAP": gap_network}, title="Two heads behind the same maps",
             alt="Two rows of layers with the shapes of their outputs: the maps shrink from 28 by 34 to 4 by 5; "
                 "in the first row they are flattened, in the second row one number is left of each map, and both "
                 "end in a layer of ten.")

# %%
predict("last", "With GAP, how many parameters has the last layer, biases included?")

# %%
for name, network in (("flattening", networks["max pooling"]), ("GAP", gap_network)):
    last = network.layers[-1]
    print(f"{name:10} features {last.input.shape[1]:4}, last layer {last.count_params():5,} parameters,"
          f" all {network.count_params():6,}")

reveal("last", gap_network.layers[-1].count_params())

# %% [markdown] tags=["ko"]
r"""
두 출력부를 **같은 기간**, 이미지 1,500장으로 12에포크 동안 학습시킵니다. 짧게 끝내면 늦게 배우는 쪽이 불리합니다. 학습률은 검증 이미지에서 가장 정확했던 것(펼치기 0.05, GAP 0.2)입니다. 두 에포크마다 학습 이미지, 한가운데에 놓은 새 이미지, 왼쪽으로 3픽셀 민 새 이미지의 정확도를 잽니다.
"""

# %% [markdown] tags=["en"]
r"""
Train both heads **equally long**, for 12 epochs with 1,500 images: stopped early, the slower learner would be at a disadvantage. The rates are those most accurate on validation images (0.05 for flattening, 0.2 for GAP). After every second epoch, measure the accuracy on training images, on new ones in the middle, and on new ones moved to the left by 3 pixels.
"""

# %%
predict("heads", "After 12 epochs, on new images in the middle: how far apart are the two heads?",
        choices=["GAP at least 3 points behind", "less than 3 points apart", "GAP at least 3 points ahead"])

# %%
epochs = 12
known, known_labels = place(x_train[:1500], 3), y_train[:1500]
head_sets = {"train": (known[:300], known_labels[:300]), "new": (place(x_test[:500], 3), y_test[:500]),
             "new, moved": (place(x_test[:500], 0), y_test[:500])}
head_runs, head_weights = {}, {}
for name, model, rate in (("flattening", build("max pooling", layers.Flatten()), 0.05), ("GAP", gap_network, 0.2)):
    training.one_cycle(model, known, epochs=epochs, rate=rate, batch_size=64)
    head_runs[name], head_weights[name] = follow(model, known, known_labels, epochs, 64, head_sets)

# %% tags=["reveal"]
plot.learning_curves(head_runs, x=range(2, epochs + 1, 2), ylabel="accuracy (%)",
                     title="GAP learns more slowly, ends nearly as high, and bears shifts better",
                     alt="Two panels over 12 epochs. Flattening fits the training images after about 8 epochs, "
                         "GAP later; on new images in the middle both end near 85 %, on moved ones GAP ends "
                         "higher.")
end = {name: {part: runs[:, -1].mean() for part, runs in parts.items()} for name, parts in head_runs.items()}
behind = end["flattening"]["new"] - end["GAP"]["new"]
reveal("heads", behind, limits=[-3, 3])
claim("After 12 epochs, on new images in the middle, GAP is behind by no more than this, mean of two seeds",
      behind, at_most=5, unit="points")
claim("Moved to the left by 3 pixels, GAP is ahead, mean of two seeds",
      end["GAP"]["new, moved"] - end["flattening"]["new, moved"], at_least=9, unit="points")
first_half = slice(epochs // 4)  # of the measurements, one in two epochs
claim("In the first half of the epochs GAP is behind on new images, mean of its measurements with two seeds",
      (head_runs["flattening"]["new"] - head_runs["GAP"]["new"])[:, first_half].mean(), at_least=2.5,
      unit="points")

# %% [markdown] tags=["ko"]
r"""
한가운데에 놓인 그림에서 GAP는 더 천천히 배우지만 12에포크 뒤에는 거의 같고, 밀린 그림에서는 크게 앞섭니다. 4에포크에서 멈추었다면 GAP가 나쁘다고 결론지었을 것입니다. **학습을 멈춘 때와 구조의 성질을 헷갈리지 마세요.** 여기서는 옷의 자리가 달라질 때 GAP가 나았고, GAP는 입력의 크기가 달라져도 쓸 수 있습니다.

GAP에는 좋은 점이 하나 더 있습니다. 클래스 $k$의 로짓(logit)은 특징 맵 $A_c$의 평균에 가중치를 곱해 더한 것인데, 순서를 바꾸면 **맵의 가중합의 평균**이 됩니다.

$$z_k = \sum_c w_{ck} \frac{1}{HW} \sum_{i,j} A_c(i, j) + b_k = \frac{1}{HW} \sum_{i,j} M_k(i, j) + b_k, \qquad M_k = \sum_c w_{ck} A_c$$

여기서 $H$와 $W$는 맵의 높이와 너비, $w_{ck}$는 채널 $c$에서 클래스 $k$로 가는 가중치, $b_k$는 편향입니다. $M_k$는 그림의 어느 곳이 클래스 $k$에 표를 던졌는지 보여 주는 **클래스 활성화 맵**(class activation map, CAM)입니다(Zhou et al., 2016). GAP 신경망은 입력의 크기에 매이지 않으므로, 옷 두 벌을 나란히 놓은 그림을 넣어 봅니다. 왼쪽과 오른쪽에서 받은 표를 비교해, 두 클래스 모두 자기 옷이 있는 쪽에서 더 많이 받은 그림의 비율을 구합니다.
"""

# %% [markdown] tags=["en"]
r"""
On images in the middle GAP learns more slowly but after 12 epochs is nearly as good, and on moved ones it is far ahead. Had we stopped after 4 epochs, we should have called GAP worse: **do not take the moment at which training stopped for a property of the architecture.** Here GAP was better where positions varied, and it can be used where input sizes vary.

GAP has one more advantage. The logit of class $k$ is a weighted sum of the means of the feature maps $A_c$. Change the order, and it is the **mean of a weighted sum of maps**:

$$z_k = \sum_c w_{ck} \frac{1}{HW} \sum_{i,j} A_c(i, j) + b_k = \frac{1}{HW} \sum_{i,j} M_k(i, j) + b_k, \qquad M_k = \sum_c w_{ck} A_c$$

Here $H$ and $W$ are the height and width of the maps, $w_{ck}$ is the weight from channel $c$ to class $k$, and $b_k$ the bias. $M_k$ shows which places of the picture voted for class $k$: the **class activation map**, CAM (Zhou et al., 2016). A network with GAP is not tied to one input size, so show it two garments side by side, and find the share of pictures in which both classes get more votes on their own side.
"""

# %%
predict("own", "In what percentage of the pictures do both classes get more votes on their own side? "
               "(By chance 25 %; within 10 counts as right.)", unit="%")

# %%
wide = build("max pooling", layers.GlobalAveragePooling2D(), shape=(28, 56, 1))
wide.set_weights(head_weights["GAP"][0])  # the same network; only the canvas is wider
[pooling] = [layer for layer in wide.layers if isinstance(layer, layers.GlobalAveragePooling2D)]
before_gap = keras.Model(wide.input, [pooling.input, wide.output])

left, right = np.random.default_rng(1).permutation(2000).reshape(2, 1000)
differ = y_test[left] != y_test[right]
left, right = left[differ], right[differ]
pairs = np.concatenate([x_test[left], x_test[right]], axis=2)  # (n, 28, 56, 1)
activations, logits = before_gap.predict(pairs, batch_size=500, verbose=0)  # (n, 4, 7, 32), (n, 10)
class_weights, class_bias = wide.layers[-1].get_weights()
votes = activations @ class_weights  # class activation maps (n, 4, 7, 10): a sum over the channels at each place

identity("The mean of a class activation map plus the bias is the logit",
         votes.mean(axis=(1, 2)) + class_bias, logits, tolerance=0.05)

# %% tags=["reveal"]
number = np.arange(len(pairs))
left_side, right_side = votes[:, :, :3].mean(axis=(1, 2)), votes[:, :, 4:].mean(axis=(1, 2))  # column 3 is between
more_left = left_side - right_side  # (n, 10): positive where a class has more votes on the left
own = (more_left[number, y_test[left]] > 0) & (more_left[number, y_test[right]] < 0)
reveal("own", 5 * round(20 * own.mean()), tolerance=10)  # to the nearest 5
claim("Pairs in which both classes get more votes on their own side (by chance 25 %)",
      100 * own.mean(), at_least=80, unit="%")

# %%
first = [(i, k) for i in range(3) for k in (y_test[left[i]], y_test[right[i]])]
shown = [plot.overlay(pairs[i], np.kron(votes[i, :, :, k], np.ones((7, 8)))) for i, k in first]
titles = [f"votes for {data.FASHION_MNIST_CLASSES[k]}" for _, k in first]
plot.image_grid(shown, titles, columns=2, size=3.2, title="The votes for each class, place by place",
                alt="Three pairs of garments, each shown twice with orange squares of 7 by 8 pixels: most votes "
                    "lie in the half of the garment of the named class, on it and beside it.")

# %% [markdown] tags=["ko"]
r"""
주황이 진할수록 표가 많습니다. 맵의 칸 하나를 그림의 $7 \times 8$픽셀 위에 그렸고, 그림마다 가장 큰 값에 밝기를 맞추었으며, 음수는 그리지 않았습니다. 신경망이 옷의 **자리**까지 알까요? 같은 쪽 안에서, 밝은 픽셀이 거의 없는 빈칸이 넓이의 얼마를 차지하고 양수인 표의 얼마를 받는지 비교합니다. 옷 위에만 표를 던진다면 빈칸이 받는 표는 거의 없어야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
The stronger the orange, the more votes. Each place of the map is drawn on $7 \times 8$ pixels of the picture; each picture is scaled to its own largest value, and negative votes are not drawn. Does the network know the garment's very **place**? Within its own half, compare which part of the area is empty, with hardly a lit pixel, and which part of the positive votes the empty places get. If votes fell on the garment alone, they would get next to none.
"""

# %%
# (n, 4, 7): share of lit pixels
lit = (pairs[:, :, :, 0] > 0.05).reshape(len(pairs), 4, 7, 7, 8).mean(axis=(2, 4))
empty = lit < 0.05
area, taken, all_votes = [], 0, 0
for columns, labels in ((slice(0, 3), y_test[left]), (slice(4, 7), y_test[right])):
    positive = np.maximum(votes[number, :, columns, labels], 0)  # (n, 4, 3): the votes for its own class
    area.append(empty[:, :, columns].mean())
    taken += (positive * empty[:, :, columns]).sum()
    all_votes += positive.sum()
print(f"empty places: {100 * np.mean(area):.0f} % of the area, "
      f"about {5 * round(20 * taken / all_votes)} % of the votes")
claim("Within its half, the votes do not keep to the garment: empty places get almost as large a share of the "
      "votes as of the area (ratio)", taken / all_votes / np.mean(area), at_least=0.7)

# %% [markdown] tags=["ko"]
r"""
클래스 이름만 가르쳤는데도 신경망은 물체가 그림의 **어느 쪽**에 있는지 알고 있습니다. 그러나 그 안에서는 옷과 배경을 가리지 못합니다. 맵이 $4 \times 7$칸뿐이고, 칸마다 제자리보다 훨씬 넓은 $22 \times 22$픽셀을 보기 때문으로 보입니다. 무엇인지와 함께 어디인지를 맞히는 일이 6장의 물체 검출(object detection)입니다.

## 7. 소프트맥스, 교차 엔트로피, 안정된 계산

1장에서 본 대로, 분류에서는 **소프트맥스**(softmax) 함수로 로짓 $z_k$를 확률로 바꿉니다. 손실은 정답 클래스 $t$의 확률에 로그를 취하고 부호를 바꾼 **교차 엔트로피**(cross-entropy)입니다. 여기서는 이 계산이 언제 잘못되는지 봅니다.

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_t$$

로짓을 움직이고 정답 클래스를 바꾸어 보세요. 왼쪽은 확률, 오른쪽은 손실을 로짓으로 미분한 기울기입니다. 기울기는 언제 0에 가까워지고, 언제 가장 클까요?
"""

# %% [markdown] tags=["en"]
r"""
We taught it nothing but names of classes, and yet the network knows **in which half** things are. Within that half it does not tell garment from background, probably because the map has only $4 \times 7$ places and each sees $22 \times 22$ pixels, far more than its own. To find where as well as what is object detection, in chapter 6.

## 7. Softmax, cross-entropy, and stable arithmetic

As chapter 1 showed, in classification **softmax** turns the logits $z_k$ into probabilities. The loss is the **cross-entropy**, the negative logarithm of the probability of the right class $t$. Here we ask when this computation goes wrong.

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_t$$

Move the logits, and choose another true class. On the left are the probabilities, on the right the gradient of the loss with respect to the logits. When does the gradient come near 0, and when is it largest?
"""

# %% tags=["covers-C8"]
plot.explore_logits([1.0, 2.0, 3.0], ["coat", "shirt", "dress"],
                    alt="Bars of the probabilities of three classes and of the gradient of the loss, which is "
                        "negative for the true class only.")

# %% [markdown] tags=["ko"]
r"""
식을 그대로 옮긴 코드에 로짓 $1, 2, 3$을 넣고, 다음으로 $1000, 1001, 1002$를 넣습니다. 수학적으로는 같은 확률이어야 합니다. 컴퓨터에서는 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
Give the logits $1, 2, 3$ to code that takes the formula literally, then $1000, 1001, 1002$. In mathematics the probabilities are the same. And on a computer?
"""

# %% tags=["covers-C8"]
def literal_softmax(z):
    return np.exp(z) / np.exp(z).sum()


def stable_softmax(z):
    return literal_softmax(z - z.max())


small, large = np.array([1.0, 2, 3]), np.array([1000.0, 1001, 1002])
with np.errstate(all="ignore"):
    print("taken literally:", literal_softmax(small).round(3), literal_softmax(large))
print("stable:         ", stable_softmax(small).round(3), stable_softmax(large).round(3))
identity("Keras's softmax is the stable form", ops.convert_to_numpy(ops.softmax(large)), stable_softmax(large),
         tolerance=1e-6)

# %% [markdown] tags=["ko"]
r"""
$e^{1000}$은 `float64`로 나타낼 수 있는 가장 큰 수(약 $1.8 \times 10^{308}$)를 넘어 무한대가 되고(오버플로, overflow), 무한대를 무한대로 나누면 `nan`이 됩니다. 모든 로짓에서 같은 수를 빼도 확률은 변하지 않으므로, 가장 큰 로짓을 먼저 뺍니다.
손실도 마찬가지입니다. 확률을 구한 뒤 로그를 취하지 말고 $L = \log \sum_j e^{z_j} - z_t$로 로짓에서 바로 구합니다. 여기서도 가장 큰 로짓 $m$을 먼저 뺍니다. $\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}$이기 때문입니다. Keras에서는 출력층에 활성화 함수를 두지 않고(선형) `from_logits=True`를 씁니다. 로짓이 $0, 200$이고 정답이 첫째 클래스인 경우를 두 가지로 계산해 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
$e^{1000}$ is beyond the largest number of `float64` (about $1.8 \times 10^{308}$) and becomes infinite (overflow), and infinity divided by infinity is `nan`. Subtracting one number from all logits does not change the probabilities, so subtract the largest first.
The same goes for the loss: do not take the logarithm of a probability, but compute $L = \log \sum_j e^{z_j} - z_t$ from the logits at once. Here, too, the largest logit $m$ is taken out first: $\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}$. In Keras that means an output layer without activation (a linear one) and `from_logits=True`. Compute it both ways for the logits $0, 200$ where the first class is right.
"""

# %%
predict("surprise", "Logits 0 and 200, the first class is right: what is the loss?", unit="")

# %% tags=["covers-C8", "reveal"]
z, right_class = np.array([[0.0, 200.0]], "float32"), np.array([0])
from_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(right_class, z)
probabilities = stable_softmax(z.astype("float64")).astype("float32")
from_probabilities = keras.losses.SparseCategoricalCrossentropy()(right_class, probabilities)
print(f"from logits {float(from_logits):.1f}, from probabilities {float(from_probabilities):.1f}")
reveal("surprise", float(from_logits), tolerance=0.5)

# %% tags=["covers-C8"]
distances = np.arange(0, 41, 2)  # by how much the wrong logit is larger
losses = {"from logits": [], "from probabilities": []}
for distance_between in distances:
    both = np.array([[0.0, distance_between]], "float32")
    chances = stable_softmax(both.astype("float64")).astype("float32")
    for name, given in (("from logits", both), ("from probabilities", chances)):
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=name == "from logits")
        losses[name].append(float(loss(right_class, given)))
plot.curves(losses, x=distances, ticks=range(0, 41, 10), xlabel="wrong logit minus right logit", ylabel="loss",
            title="Given only probabilities, the loss stops growing, and so does not teach",
            alt="Two lines of the loss: from logits it rises in a straight line up to 40; from probabilities it "
                "follows up to about 16 and stays there.")
identity("From probabilities the loss stops where Keras cuts them off, at the negative logarithm of its epsilon",
         max(losses["from probabilities"]), -np.log(keras.config.epsilon()), tolerance=0.01)

# %% [markdown] tags=["ko"]
r"""
확률 $e^{-200}$은 `float32`로는 $0$이고, Keras는 로그를 취하려고 그것을 아주 작은 수(엡실론, epsilon) $10^{-7}$으로 바꿉니다. 그래서 손실이 잘리고, 잘린 곳에서는 기울기도 사라집니다. 로짓에서 바로 구한 손실의 기울기는 간단합니다. 정답 자리만 1이고 나머지는 0인 원-핫(one-hot) 벡터를 $y$라고 하면 $\partial L / \partial z_k = p_k - y_k$입니다. 확인해 봅시다.
"""

# %% [markdown] tags=["en"]
r"""
The probability $e^{-200}$ is $0$ in `float32`, and Keras replaces it by a tiny number, its epsilon of $10^{-7}$, before it takes the logarithm. So the loss is cut off, and where it is cut off there is no gradient. From logits, the gradient is simple: with $y$ the one-hot vector (1 at the right class, 0 elsewhere) it is $\partial L / \partial z_k = p_k - y_k$. Check it.
"""

# %% tags=["covers-C8"]
slopes = {}
for name, start in {"mild": [1.0, 2.0, 3.0], "badly wrong": [0.0, 0.0, 200.0]}.items():
    z = tf.constant([start])
    with tf.GradientTape(persistent=True) as tape:  # persistent: it is asked twice
        tape.watch(z)
        direct = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(right_class, z)
        detour = keras.losses.SparseCategoricalCrossentropy()(right_class, tf.nn.softmax(z))
    slopes[name] = tape.gradient(direct, z).numpy()[0], tape.gradient(detour, z).numpy()[0]

expected = stable_softmax(small) - [1, 0, 0]
identity("The gradient is probabilities minus one-hot", slopes["mild"][0], expected, tolerance=1e-6)
for name, (direct, detour) in slopes.items():
    print(f"{name:12} largest gradient from logits {np.abs(direct).max():.2f}, from probabilities "
          f"{np.abs(detour).max():.2f}")

# %% [markdown] tags=["ko"]
r"""
그래서 정답의 확률이 1에 가까우면 기울기는 모두 0에 가깝고, 정답의 확률이 0에 가까우면 정답 자리의 기울기가 $-1$에 가까워 가장 큽니다. 위에서 로짓을 움직여 본 것과 같습니다.

크게 틀렸을 때야말로 배워야 하는데, 확률만 넘겨받은 손실에서는 기울기가 사라집니다. TensorFlow 위에서 도는 Keras는 소프트맥스 출력층을 알아보면 그 앞의 로짓을 찾아 써서 이 문제를 피하지만, 늘 그럴 수 있는 것은 아닙니다(위에서는 `tf.nn.softmax`를 따로 불렀습니다). 그래서 이 워크북의 분류기는 모두 로짓을 출력합니다.

## 8. 회귀: 각도를 맞히는 신경망

답이 클래스가 아니라 수이면 **회귀**(regression)이고, 출력층은 활성화 함수가 없는 **선형**(linear) 유닛입니다. 바지와 앵클부츠를 $-45°$에서 $45°$ 사이의 무작위 각도로 돌리고(양수는 시계 반대 방향), 그 각도를 맞히게 합니다. 손실은 평균 제곱 오차(mean squared error) $\frac{1}{n} \sum_i (\hat y_i - y_i)^2$입니다.
"""

# %% [markdown] tags=["en"]
r"""
So the gradient is near 0 everywhere if the probability of the right class is near 1, and largest, near $-1$ at the right class, if that probability is near 0: as you saw when you moved the logits.

When an answer is badly wrong, learning matters most; yet a loss that is given only probabilities has no gradient left. Keras on TensorFlow avoids this where it recognises a softmax output layer and can use the logits before it, but that is not always possible (above, `tf.nn.softmax` was called separately). That is why all classifiers of this workbook give logits.

## 8. Regression: a network that estimates an angle

If the answer is not a class but a number, the task is **regression**, and the output layer is a **linear** unit, without activation. Rotate trousers and ankle boots by random angles from $-45°$ to $45°$ (positive is counterclockwise) and let a network estimate the angle. The loss is the mean squared error, $\frac{1}{n} \sum_i (\hat y_i - y_i)^2$.
"""

# %% tags=["covers-C8"]
from PIL import Image


def turn(images, degrees):
    """Rotate each of (n, 28, 28, 1) about its middle by its own angle, counterclockwise."""
    return np.stack([Image.fromarray(image[:, :, 0]).rotate(angle, Image.Resampling.BILINEAR)
                     for image, angle in zip(images, degrees)])[..., np.newaxis]


# %% tags=["covers-C8"]
upright = {name: images[np.isin(labels, (1, 9))][:count]
           for name, images, labels, count in (("train", x_train, y_train, 2000), ("test", x_test, y_test, 400))}
turns = np.random.default_rng(6)
angles = {name: turns.uniform(-45, 45, len(images)) for name, images in upright.items()}
turned = {name: turn(images, angles[name]) for name, images in upright.items()}
plot.image_grid(turned["test"][:8], [f"{angle:.0f}°" for angle in angles["test"][:8]], size=1.1,
                title="By how many degrees was it turned?",
                alt="Eight trousers and boots turned by various angles.")

# %% [markdown] tags=["ko"]
r"""
같은 신경망에서 출력층의 활성화 함수만 바꿉니다. 목표는 각도를 45로 나눈 값이므로 $-1$에서 $1$까지입니다. **시그모이드**(sigmoid) $\sigma(z) = 1 / (1 + e^{-z})$는 어떤 수든 0과 1 사이로 옮깁니다. 출력층에 선형, 소프트맥스, 시그모이드, ReLU를 쓴 신경망을 비교합니다. 데이터와 학습률은 모두 같습니다. 어떤 값을 낼 수 있는지는 학습률과 상관이 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
Change only the activation of the output layer. The target is the angle divided by 45, so it lies between $-1$ and $1$. The **sigmoid** $\sigma(z) = 1 / (1 + e^{-z})$ maps any number to one between 0 and 1. Compare networks with a linear output, with softmax, with sigmoid and with ReLU. All have the same data and the same rate; which values they can give does not depend on the rate.
"""

# %%
predict("angles", "How many of the four outputs can give the angle −30°?",
        choices=["one", "two", "three", "all four"])

# %% tags=["covers-C8"]
import warnings

warnings.filterwarnings("ignore", message="You are using a softmax")  # Keras warns: see below
guesses = {}
for activation in ("linear", "sigmoid", "relu", "softmax"):
    plain = build("max pooling", layers.Flatten(), (28, 28, 1), outputs=1)
    answer = layers.Activation(activation, dtype="float32")(plain.output)
    network = keras.Model(plain.input, answer, name=activation)
    training.one_cycle(network, turned["train"], epochs=4, rate=0.003, loss="mse")
    guesses[activation] = []
    for seed in seeds if activation == "linear" else seeds[:1]:
        training.train(network, turned["train"], angles["train"] / 45, epochs=4, seed=seed)
        guesses[activation].append(45 * network.predict(turned["test"], batch_size=500, verbose=0)[:, 0])

off = {name: [np.abs(run - angles["test"]).mean() for run in runs] for name, runs in guesses.items()}
negative = angles["test"] < 0
always_zero = np.abs(angles["test"][negative]).mean()  # the error of answering 0 to negative angles

# %% tags=["covers-C8", "reveal"]
plot.scatter({name: (angles["test"], runs[0]) for name, runs in guesses.items()}, diagonal=True,
             xlabel="true angle (°)", ylabel="answer (°)",
             title="Of these four, only a linear output can give every angle",
             alt="Four scatter plots: linear answers scatter around the diagonal, sigmoid and ReLU are flat at 0 "
                 "for negative angles, softmax always says 45.")

# %% tags=["covers-C8", "reveal"]
lowest = {name: min(run.min() for run in runs) for name, runs in guesses.items()}
for name, answer in lowest.items():
    print(f"{name}:", "answers below −30°, too" if answer < -30 else "no negative answer")
reveal("angles", ["one", "two", "three", "all four"][sum(answer <= -30 for answer in lowest.values()) - 1])
identity("Softmax over a single unit is 1 whatever the picture, that is 45 degrees", guesses["softmax"][0],
         np.full(len(angles["test"]), 45), tolerance=0.01)
claim("With a linear output the mean error is less than half the 22.5° of always answering 0°, "
      "mean of two seeds",
      np.mean(off["linear"]), at_most=10.5, unit="°")
linear_error = np.mean([np.abs(run - angles["test"])[negative].mean() for run in guesses["linear"]])
claim("On negative angles, too, a linear output is clearly better than always answering 0° "
      "(share of that error)",
      linear_error / always_zero, at_most=0.6)

# %% [markdown] tags=["ko"]
r"""
선형 출력만 음의 각도를 낼 수 있습니다. 각도는 고르게 퍼져 있으므로 언제나 $0°$라고 답하면 오차가 평균 $22.5°$인데, 선형 출력의 오차는 그 절반도 되지 않습니다. 소프트맥스는 모든 유닛의 값을 더해 1이 되게 하므로, 유닛이 하나뿐이면 값은 언제나 1, 곧 $45°$이고 학습도 되지 않습니다(Keras도 경고하는데, 위에서는 감추었습니다). 시그모이드는 0과 1 사이, ReLU는 0 이상의 값만 낼 수 있어 음의 각도를 나타내지 못합니다. 게다가 ReLU 출력이 모두 0이 되면 기울기가 사라져 더 배우지 못합니다.

| 문제 | 출력층 | 손실 |
|---|---|---|
| 클래스 하나 고르기 | 클래스마다 유닛 1개, 선형(로짓). 확률은 소프트맥스로 | 교차 엔트로피, `from_logits=True` |
| 예/아니요 | 유닛 1개, 선형(로짓). 확률은 시그모이드로 | 이진 교차 엔트로피, `from_logits=True` |
| 레이블 여러 개 | 레이블마다 유닛 1개, 선형(로짓). 확률은 시그모이드로 | 이진 교차 엔트로피, `from_logits=True` |
| 수 | 수마다 유닛 1개, 선형 | 평균 제곱 오차 |

**이진 교차 엔트로피**(binary cross-entropy)는 정답 $y$가 0 또는 1이고 예측한 확률이 $p$일 때 $-y \log p - (1 - y) \log (1 - p)$입니다.
"""

# %% [markdown] tags=["en"]
r"""
Only the linear output can give a negative angle. As the angles are spread evenly, always answering $0°$ would be wrong by $22.5°$ on average; the error of the linear output is less than half of that. Softmax makes the values of all units add up to 1; a single unit is always 1, that is $45°$, and cannot learn (Keras warns about it; the warning was hidden above). Sigmoid gives only values between 0 and 1, ReLU only 0 or more, so neither can give a negative angle. Moreover, once all answers of a ReLU output are 0, its gradient is gone and it learns no more.

| problem | output layer | loss |
|---|---|---|
| choose one class | 1 unit per class, linear (logits); softmax gives the probabilities | cross-entropy, `from_logits=True` |
| yes or no | 1 unit, linear (logit); sigmoid gives the probability | binary cross-entropy, `from_logits=True` |
| several labels | 1 unit per label, linear (logits); sigmoid gives the probabilities | binary cross-entropy, `from_logits=True` |
| a number | 1 unit per number, linear | mean squared error |

**Binary cross-entropy** is $-y \log p - (1 - y) \log (1 - p)$ for a true label $y$ of 0 or 1 and a predicted probability $p$.
"""

# %% [markdown] tags=["ko"]
r"""
## 이 장에서 보인 것
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

predictions.table()
claims.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 풀링은 이웃한 값을 하나로 줄입니다. 파라미터가 없고 채널마다 따로 계산합니다.
2. 최댓값 풀링은 가장 강한 반응을, 평균 풀링은 전체 수준을 남깁니다.
3. 풀링은 계산과 메모리를 줄이고 신경망을 작은 이동에 더 강하게 만듭니다. 이 데이터에서는 물체의 자리가 달라질 때 과적합도 줄였습니다. 다운샘플링 전에 흐리게 하면 더 강해집니다.
4. 전역 평균 풀링은 출력부의 파라미터를 크게 줄이고 펼치기보다 이동에 강하며, 더 천천히 배웁니다. 클래스 활성화 맵은 신경망이 어느 쪽을 보았는지 알려 줍니다.
5. 분류에는 로짓과 교차 엔트로피, 회귀에는 선형 출력과 평균 제곱 오차를 씁니다.

## 더 해 보기

코드를 바꾸기 전에 결과를 먼저 예측하세요. 바꾼 실험에서 어떤 주장이 깨졌다면, 그것도 결과입니다.

1. 3절에서 학습 이미지를 한가운데가 아니라 4절의 `anywhere`로 아무 자리에나 놓으면, 다섯 신경망의 차이는 얼마나 남을까요?
2. 스트라이드 2인 합성곱 대신, 스트라이드 1인 합성곱을 `blur`로 줄이면 답이 덜 흔들릴까요?
3. 6절에서 전역 평균 풀링을 전역 최댓값 풀링(`GlobalMaxPooling2D`)으로 바꾸면 밀린 그림의 정확도는 어떻게 될까요?

## 용어

| 한국어 | English |
|---|---|
| 최댓값 풀링, 평균 풀링 | max pooling, average pooling |
| 전역 평균 풀링 | global average pooling (GAP) |
| 다운샘플링, 에일리어싱 | downsampling, aliasing |
| 깊이별 합성곱 | depthwise convolution |
| 과적합 | overfitting |
| 검증 데이터, 대조군 | validation data, control |
| 출력부(헤드) | head |
| 펼치기 | flattening |
| 클래스 활성화 맵 | class activation map (CAM) |
| 로짓, 소프트맥스 | logit, softmax |
| 오버플로 | overflow |
| 교차 엔트로피, 이진 교차 엔트로피 | cross-entropy, binary cross-entropy |
| 시그모이드 | sigmoid |
| 원-핫 | one-hot |
| 회귀 | regression |
| 평균 제곱 오차 | mean squared error |
| 곱셈-덧셈 | multiply-add |

## 참고 문헌

- Lin, Chen, Yan, *Network In Network*, ICLR 2014.
- Scherer, Müller, Behnke, *Evaluation of Pooling Operations in Convolutional Architectures for Object Recognition*, ICANN 2010.
- Zhou, Khosla, Lapedriza, Oliva, Torralba, *Learning Deep Features for Discriminative Localization*, CVPR 2016.
- Zhang, *Making Convolutional Networks Shift-Invariant Again*, ICML 2019.
- Goodfellow, Bengio, Courville, *Deep Learning*, MIT Press, 2016, chapters 6 and 9.

**이제 연습 문제를 풀어 보세요**: [02_exercises.ipynb](02_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. Pooling reduces neighbours to one value. It has no parameters and works on each channel by itself.
2. Max pooling keeps the strongest response, average pooling the overall level.
3. Pooling cuts computation and memory and makes a network more robust to small shifts; on this data it reduced overfitting, too, where positions varied; a blur before downsampling makes it more robust to shifts.
4. Global average pooling shrinks the head and bears shifts better than flattening, but learns more slowly; class activation maps show on which side a network looked.
5. For classes use logits and cross-entropy, for numbers a linear output and mean squared error.

## Try it yourself

Predict the result before you change the code. If a claim breaks in your experiment, that is a result, too.

1. In section 3, place the training images anywhere, by `anywhere` of section 4, instead of in the middle: how much is left of the differences between the five networks?
2. Instead of a convolution with stride 2, reduce a convolution with stride 1 by `blur`: do the answers waver less?
3. In section 6, put global max pooling (`GlobalMaxPooling2D`) in place of global average pooling: what becomes of the accuracy on moved images?

## Terms

| 한국어 | English |
|---|---|
| 최댓값 풀링, 평균 풀링 | max pooling, average pooling |
| 전역 평균 풀링 | global average pooling (GAP) |
| 다운샘플링, 에일리어싱 | downsampling, aliasing |
| 깊이별 합성곱 | depthwise convolution |
| 과적합 | overfitting |
| 검증 데이터, 대조군 | validation data, control |
| 출력부(헤드) | head |
| 펼치기 | flattening |
| 클래스 활성화 맵 | class activation map (CAM) |
| 로짓, 소프트맥스 | logit, softmax |
| 오버플로 | overflow |
| 교차 엔트로피, 이진 교차 엔트로피 | cross-entropy, binary cross-entropy |
| 시그모이드 | sigmoid |
| 원-핫 | one-hot |
| 회귀 | regression |
| 평균 제곱 오차 | mean squared error |
| 곱셈-덧셈 | multiply-add |

## References

- Lin, Chen, Yan, *Network In Network*, ICLR 2014.
- Scherer, Müller, Behnke, *Evaluation of Pooling Operations in Convolutional Architectures for Object Recognition*, ICANN 2010.
- Zhou, Khosla, Lapedriza, Oliva, Torralba, *Learning Deep Features for Discriminative Localization*, CVPR 2016.
- Zhang, *Making Convolutional Networks Shift-Invariant Again*, ICML 2019.
- Goodfellow, Bengio, Courville, *Deep Learning*, MIT Press, 2016, chapters 6 and 9.

**Now do the exercises**: [02_exercises.ipynb](02_exercises.ipynb)
"""
