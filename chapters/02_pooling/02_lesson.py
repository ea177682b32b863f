# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: Pooling and the Head, ko: 풀링과 출력부}
#     minutes: 80
#     after: ["01"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 2장. 풀링과 출력부

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 최댓값 풀링과 평균 풀링을 손으로, 반복문으로, Keras로 계산하기
> - 두 풀링이 무엇을 남기고 무엇을 버리는지 그림과 숫자로 설명하기
> - 그림이 밀릴 때 신경망의 답이 얼마나 흔들리는지 측정하고, 줄이는 방법 찾기
> - 펼치기와 전역 평균 풀링 가운데 무엇을 쓸지 판단하고, 신경망이 본 곳을 그리기
> - 문제에 맞는 출력층과 손실 함수를 고르고, 잘못 고르면 어떻게 되는지 보이기
>
> **읽기** 약 80분, **실행** 약 1분(코어 2개), 먼저 볼 장은 1장입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 2. Pooling and the Head

> **After this chapter** you can
> - compute max pooling and average pooling by hand, with loops and with Keras;
> - say with pictures and numbers what each of them keeps and what it throws away;
> - measure how much a network's answer wavers when the picture moves, and find what helps;
> - choose between flattening and global average pooling, and draw where a network looked;
> - choose the output layer and the loss that fit a problem, and show what goes wrong with others.
>
> **Reading** takes about 80 minutes, **running** about 1 minute on 2 cores; chapter 1 comes first.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. 풀링: 이웃을 수 하나로

합성곱층이 만든 특징 맵에는 이웃끼리 비슷한 값이 많습니다. **풀링**(pooling)은 특징 맵을 작은 창으로 나누고, 창마다 수 하나만 남깁니다.
가장 큰 값을 남기면 **최댓값 풀링**(max pooling), 평균을 남기면 **평균 풀링**(average pooling)입니다.

아래 $4 \times 4$ 특징 맵을 $2 \times 2$ 창 네 개로 나눕니다. 두 풀링의 결과를 먼저 종이에 써 보세요.
"""

# %% [markdown] tags=["en"]
r"""
## 1. Pooling: one number for a neighbourhood

In the feature maps of a convolution, neighbours often have similar values. **Pooling** cuts a feature map into small windows and keeps one number from each.
Keeping the largest is **max pooling**, keeping the mean is **average pooling**.

The $4 \times 4$ feature map below falls into four windows of $2 \times 2$. Write down the results of both on paper first.
"""

# %% tags=["covers-C1", "covers-C5"]
import numpy as np

from course_lib import claim, data, plot

feature_map = np.array([[1, 3, 2, 1],
                        [5, 7, 0, 1],
                        [4, 2, 8, 6],
                        [2, 0, 4, 2]])


def pool(image, size, stride, summarize):
    """(height, width) -> one number a window of size x size; the window moves by `stride`."""
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    return np.array([[summarize(image[i:i + size, j:j + size]) for j in columns] for i in rows])


# %% tags=["covers-C1", "covers-C5"]
largest = pool(feature_map, 2, 2, np.max)
mean = pool(feature_map, 2, 2, np.mean)
plot.matrices({"feature map": feature_map, "max pooling": largest, "average pooling": mean}, window=2,
              alt="A 4 by 4 grid in four windows; max pooling gives 7, 2, 4, 8, average pooling 4, 1, 2, 5.")

# %% [markdown] tags=["ko"]
r"""
왼쪽 위 창 $1, 3, 5, 7$에서 최댓값은 $7$, 평균은 $4$입니다. 높이와 너비가 절반이 되고 값의 수는 $16$개에서 $4$개로 줄었습니다.
Keras의 풀링층도 같은 값을 낼까요? 풀링층이 학습하는 파라미터는 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
In the upper left window, $1, 3, 5, 7$, the largest is $7$ and the mean is $4$. Height and width are halved; of $16$ values $4$ remain.
Do the layers of Keras give the same? And how many parameters does a pooling layer learn?
"""

# %% tags=["covers-C1", "covers-C5"]
import keras
from keras import layers, ops


def apply(layer, image):
    """A Keras layer on one (height, width) picture; returns (height', width')."""
    return ops.convert_to_numpy(layer(np.asarray(image, "float32")[np.newaxis, :, :, np.newaxis]))[0, :, :, 0]


claim("MaxPooling2D gives the values found by hand",
      apply(layers.MaxPooling2D(2), feature_map).tolist(), equals=[[7, 2], [4, 8]])
claim("AveragePooling2D gives the values found by hand",
      apply(layers.AveragePooling2D(2), feature_map).tolist(), equals=[[4, 1], [2, 5]])
claim("A pooling layer has no parameters", layers.MaxPooling2D(2).count_params(), equals=0)

# %% [markdown] tags=["ko"]
r"""
풀링에도 창의 크기 $F$와 스트라이드 $S$가 있고, 패딩이 없으면 출력의 크기는 합성곱과 같은 공식 $\lfloor (W - F) / S \rfloor + 1$을 따릅니다. Keras에서 스트라이드를 적지 않으면 창의 크기와 같습니다. 창이 스트라이드보다 크면 창끼리
겹칩니다. 다른 점도 있습니다. 합성곱은 채널을 모두 더하지만, 풀링은 **채널마다 따로** 계산하므로 채널의 수가 그대로입니다.
"""

# %% [markdown] tags=["en"]
r"""
Pooling has a window size $F$ and a stride $S$, too, and without padding the output size follows the formula of convolution, $\lfloor (W - F) / S \rfloor + 1$. In Keras the stride equals the window size unless given. Windows larger than
the stride overlap. One thing differs: a convolution adds up all channels, but pooling works on **each channel by itself**, so their number stays.
"""

# %% tags=["covers-C1"]
agree = total = 0
for width in (7, 8, 13, 55):
    for size in (2, 3):
        for stride in (1, 2, 3):
            made = layers.MaxPooling2D(size, stride)(np.zeros((1, width, width, 16), "float32"))
            agree += made.shape == (1, *[(width - size) // stride + 1] * 2, 16)
            total += 1
claim("The size formula holds, and the number of channels stays, in every combination", agree, equals=total)

# %% [markdown] tags=["ko"]
r"""
학습할 때는 기울기(gradient)가 풀링층을 거꾸로 지나갑니다. 결과 네 개의 합을 입력으로 미분해 봅시다. 최댓값 풀링에서는 어느 칸이 기울기를 받을까요?
"""

# %% [markdown] tags=["en"]
r"""
In training, gradients pass through the layer backwards. Differentiate the sum of the four results with respect to the input: in max pooling, which entries receive a gradient?
"""

# %% tags=["covers-C3", "covers-C4"]
import tensorflow as tf  # for its gradients


def gradient(layer, image):
    """Derivative of the sum of a layer's outputs with respect to each input; (height, width)."""
    x = tf.constant(np.asarray(image, "float32")[np.newaxis, :, :, np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = ops.sum(layer(x))
    return tape.gradient(total, x).numpy()[0, :, :, 0]


print("max pooling:\n", gradient(layers.MaxPooling2D(2), feature_map))
print("average pooling:\n", gradient(layers.AveragePooling2D(2), feature_map))

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링은 최댓값이 있던 칸에만 기울기 $1$을 주고, 평균 풀링은 모두에게 $\frac{1}{4}$씩 나누어 줍니다. 그래서 최댓값 풀링을 쓰면 창마다 가장 크게 반응한 자리만
학습에 참여합니다.

## 2. 무엇을 남기고 무엇을 버리나

두 풀링은 서로 다른 정보를 버립니다. 최댓값이 아닌 값이 달라지면 결과도 달라질까요? 각 창에서 최댓값이 아닌 값들에 0과 1 사이의 수를 곱해 줄이기를 1,000번 되풀이하겠습니다.
"""

# %% [markdown] tags=["en"]
r"""
Max pooling gives a gradient of $1$ to the winner only; average pooling gives $\frac{1}{4}$ to each. So with max pooling, only the place of each window that responded most strongly
takes part in learning.

## 2. What is kept, what is thrown away

The two throw away different things. Do changes of the other values matter? In each window, shrink all values but the largest by random factors between 0 and 1, 1,000 times.
"""

# %% tags=["covers-C3", "covers-C4"]
random = np.random.default_rng(0)
is_largest = np.kron(largest, np.ones((2, 2))) == feature_map
moved = {"max": 0, "average": 0}
for _ in range(1000):
    changed = np.where(is_largest, feature_map, feature_map * random.uniform(0, 1, (4, 4)))
    moved["max"] += (pool(changed, 2, 2, np.max) != largest).any()
    moved["average"] += (pool(changed, 2, 2, np.mean) != mean).any()
claim("Changes below the maximum that move the result of max pooling, out of 1,000", moved["max"], equals=0)
claim("Changes that move the result of average pooling, out of 1,000", moved["average"], equals=1000)

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링은 **가장 강한 반응**만 전하므로, 나머지 값들이 최댓값을 넘지 않는 한 그 변화를 무시합니다. 평균 풀링은 **전체 수준**을 전합니다. 어느 쪽이 나은지는 그림에 달려 있습니다. 네 가지 그림을 $4 \times 4$ 창으로 줄입니다.
밝은 가는 선, 어두운 가는 선, 부드럽게 변하는 밝기, 잡음이 섞인 회색입니다. 어느 그림에서 어느 쪽이 정보를 잃을까요?
"""

# %% [markdown] tags=["en"]
r"""
Max pooling passes on the **strongest response** and ignores changes of the others as long as they stay below it; average pooling passes on the **overall level**. Which is better depends on the picture. Reduce four pictures by windows
of $4 \times 4$: thin bright lines, thin dark lines, brightness that changes smoothly, and grey with noise. Which pooling loses the information in which picture?
"""

# %% tags=["covers-C3", "covers-C4"]
size = 48
row, column = np.mgrid[:size, :size]
lines = ((row - column) % 12 == 0).astype(float)
pictures = {
    "bright lines": lines,
    "dark lines": 1 - lines,
    "smooth": (row + column) / (2 * size - 2),
    "noise": np.clip(0.5 + 0.15 * random.normal(size=(size, size)), 0, 1),
}
by_max = {name: pool(picture, 4, 4, np.max) for name, picture in pictures.items()}
by_mean = {name: pool(picture, 4, 4, np.mean) for name, picture in pictures.items()}

# %% tags=["covers-C3", "covers-C4"]
labels = [f"{kind}{name}" for kind in ("", "max: ", "average: ") for name in pictures]
plot.image_grid([*pictures.values(), *by_max.values(), *by_mean.values()], labels, columns=4, size=1.6,
                limits=(0, 1), framed=True, title="Each pooling is blind to something",
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
          f" {change(by_max, name):16.2f} {round(change(by_mean, name), 9) + 0.0:12.2f}")

# %% tags=["covers-C3", "covers-C4"]
claim("After max pooling, dark lines have no contrast left", np.ptp(by_max["dark lines"]), equals=0)
claim("Max pooling keeps the full contrast of bright lines", np.ptp(by_max["bright lines"]), equals=1)
claim("Average pooling keeps the mean brightness of every picture (largest difference)",
      max(abs(change(by_mean, name)) for name in pictures), at_most=1e-9)
claim("On noise, max pooling is too bright", change(by_max, "noise"), at_least=0.2)

# %% [markdown] tags=["ko"]
r"""
최댓값 풀링은 밝은 선의 대비를 그대로 지키지만 선을 굵게 만들고, 어두운 선은 지워 버립니다. 잡음에서는 우연히 튄 값만 모으므로 너무 밝아집니다. 평균 풀링은 밝기를 정확히 지키는 대신 가는 선을 흐리게 만듭니다.
ReLU 다음의 특징 맵에서는 '밝다'가 '특징이 있다'는 뜻이므로 최댓값 풀링이 잘 맞을 때가 많습니다(Scherer et al., 2010).

## 3. 그림이 밀리면

1장 12절에서는 CNN도 그림이 밀리면 정확도를 많이 잃었습니다. 풀링은 도움이 될까요? 같은 신경망을 줄이는 방법만 바꾸어 비교합니다.
먼저 한 줄짜리 신호로 연습합니다. $0, 0, 1, 1$이 되풀이되는 신호에 크기 $2$, 스트라이드 $2$인 최댓값 풀링을 적용하고, 한 칸 민 신호에도 똑같이 합니다.
결과도 그저 밀리기만 할까요? 오른쪽 열은 흐리게 한 결과이며, 곧 설명합니다.
"""

# %% [markdown] tags=["en"]
r"""
Max pooling keeps the full contrast of bright lines, though it thickens them, and wipes out dark ones; on noise it collects the values that happen to stick out and becomes too bright. Average pooling keeps the brightness exactly and makes thin
lines pale. After a ReLU, "bright" means "the feature is here", which is why max pooling often fits well (Scherer et al., 2010).

## 3. When the picture moves

In section 12 of chapter 1, the CNN too lost much accuracy when the picture moved. Does pooling help? We compare one network with several ways to reduce its maps.
First practise on a signal of one row: $0, 0, 1, 1$ repeated, max pooled with size $2$ and stride $2$; then the same signal moved by one.
Is the result just moved as well? The right column is blurred; the reason follows.
"""

# %% tags=["covers-C2"]
def blurred(signal):
    """Means with the weights 1, 2, 1 of a signal that goes round in a circle."""
    return (np.roll(signal, 1) + 2 * signal + np.roll(signal, -1)) / 4


signal = np.tile([0, 0, 1, 1], 3)
for name, start in (("as it is", signal), ("moved by one", np.roll(signal, 1))):
    dense = np.maximum(start, np.roll(start, -1))  # max pooling with size 2 and stride 1
    print(f"{name:13} max pooling {dense[::2]}   max pooling, blurred {blurred(dense)[::2]}")

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
plot.image_grid([place(x_test[3:4], left) for left in spots], [f"left = {left}" for left in spots],
                size=1.6, framed=True, title="The same image at four places",
                alt="A pair of trousers on a wide black canvas, further to the right in each picture.")

# %% [markdown] tags=["ko"]
r"""
합성곱층 세 개에서 맵을 다루는 방법을 다섯 가지로 바꿉니다. `"max"`, `"average"`, `"max, blurred"`는 합성곱 뒤에서 높이와 너비를 절반으로 줄이고, `"strided"`는 풀링 없이 합성곱의 스트라이드를 2로 하며, `"none"`은 아예 줄이지 않습니다. 줄이는 네 신경망은 `padding="same"`으로 홀수 크기를 올림하므로 마지막 맵이 모두 $4 \times 5$로 같습니다. 계산을 아끼려고 배치 정규화는 1장과 달리 줄인 다음에 둡니다.
줄이지 않는 신경망은 계산이 너무 많아지므로(4절) 필터를 층마다 8개씩만 쓰고(나머지는 8, 16, 32개), 마지막 층의 입력이 훨씬 많으므로 학습률도 0.05가 아니라 0.01로 낮춥니다. 모두 그림을 한가운데에 둔 1,500장으로 4에포크 동안 학습시킵니다.
"""

# %% [markdown] tags=["en"]
r"""
There are three convolutions and five variants: `"max"`, `"average"` and `"max, blurred"` halve height and width after each convolution, `"strided"` has no pooling but convolutions with stride 2, and `"none"` does not halve at all. The four that halve round odd sizes up, by `padding="same"`, so that all end with a map of $4 \times 5$. To save computation, batch normalization comes after the reduction, unlike in chapter 1.
Without halving there is too much to compute (section 4), so that network has only 8 filters in each layer (the others 8, 16 and 32); its last layer has far more inputs, so it learns at a rate of 0.01 instead of 0.05. All learn for 4 epochs from 1,500 images placed in the middle.
"""

# %% tags=["covers-C2"]
def convolve(x, filters, strides=1):
    return layers.Conv2D(filters, 3, strides, padding="same", activation="relu", use_bias=False)(x)


def blur(x):
    """Downsample to every second place after a blur with the weights 1, 2, 1 in both directions."""
    weights = np.outer([1, 2, 1], [1, 2, 1]) / 16
    kernel = np.tile(weights[:, :, np.newaxis, np.newaxis], (1, 1, x.shape[-1], 1))
    return ops.depthwise_conv(x, ops.cast(kernel, x.dtype), strides=2, padding="same")


# %% tags=["covers-C2"]
reductions = {
    "none": convolve,
    "strided": lambda x, filters: convolve(x, filters, strides=2),
    "max": lambda x, filters: layers.MaxPooling2D(2, padding="same")(convolve(x, filters)),
    "average": lambda x, filters: layers.AveragePooling2D(2, padding="same")(convolve(x, filters)),
    "max, blurred": lambda x, filters: blur(layers.MaxPooling2D(2, 1, padding="same")(convolve(x, filters))),
}


def build(reduction, head, shape=(28, 34, 1), filters=(8, 16, 32), outputs=10):
    x = images = keras.Input(shape)
    for count in filters:
        x = layers.BatchNormalization(momentum=0.9)(reductions[reduction](x, count))
    return keras.Model(images, layers.Dense(outputs, dtype="float32")(head(x)))


# %%
from course_lib import training

seeds, few = (0, 1, 2), 1500
centred = place(x_train[:few], 3)
networks, weights = {}, {}
for name in reductions:
    filters, rate = ((8, 8, 8), 0.01) if name == "none" else ((8, 16, 32), 0.05)
    network = build(name, layers.Flatten(), filters=filters)
    networks[name] = training.one_cycle(network, centred, epochs=4, rate=rate, batch_size=64)
    weights[name] = []
    for seed in seeds:
        training.train(network, centred, y_train[:few], epochs=4, seed=seed, batch_size=64)
        weights[name].append(network.get_weights())

# %% [markdown] tags=["ko"]
r"""
학습은 `course_lib.training`의 함수가 1장과 같은 방법으로 합니다. 이제 테스트 이미지 500장을 0~6의 자리에 놓고, 한가운데(3)에 놓았을 때와 **같은 답**을 내는 비율을 셉니다. 마지막 층에 들어가는 특징이
얼마나 달라졌는지도 잽니다. 특징 벡터가 움직인 거리를 원래 길이로 나눈 값입니다.
"""

# %% [markdown] tags=["en"]
r"""
Training is done by functions of `course_lib.training`, in the way of chapter 1. Now put 500 test images at the places 0 to 6 and count how often the answer is **the same** as in the middle (3). Measure, too, how far the
features that enter the last layer have moved: the distance of the two feature vectors divided by the length of the original.
"""

# %% tags=["covers-C2"]
def answers(name, model_weights):
    """Features (7, 500, any) before the last layer, and classes (7, 500), with the images at each of 7 places."""
    networks[name].set_weights(model_weights)
    both = keras.Model(networks[name].input, [networks[name].layers[-2].output, networks[name].output])
    found = [both.predict(place(x_test[:500], left), batch_size=500, verbose=0) for left in range(7)]
    return np.array([features for features, _ in found]), np.array([logits.argmax(1) for _, logits in found])


# %% tags=["covers-C2"]
same, distance, correct = {}, {}, {}
for name in reductions:
    runs = [answers(name, w) for w in weights[name]]
    same[name] = [100 * (classes == classes[3]).mean(axis=1) for _, classes in runs]
    lengths = [np.linalg.norm(features[3], axis=-1) for features, _ in runs]
    distance[name] = [(np.linalg.norm(features - features[3], axis=-1) / length).mean(axis=1)
                      for (features, _), length in zip(runs, lengths)]
    correct[name] = [100 * (classes[3] == y_test[:500]).mean() for _, classes in runs]

# %% tags=["covers-C2"]
plot.curves(same, x=range(-3, 4), title="Pooling steadies the answer, and blurring more so",
            xlabel="shift (pixels)", ylabel="same answer as unshifted (%)",
            alt="Five peaked curves over shifts of -3 to 3 pixels: without pooling they fall steeply to both "
                "sides, with max or average pooling less, with blurred max pooling least.")
# %% tags=["covers-C2"]
plot.curves(distance, x=range(-3, 4), title="Features move least with blurring", xlabel="shift (pixels)",
            ylabel="relative distance of features",
            alt="Five V-shaped curves: the features of the network without any reduction move furthest, "
                "those of blurred max pooling least.")

# %% tags=["covers-C2"]
at_three = {name: np.mean([(run[0] + run[6]) / 2 for run in runs]) for name, runs in same.items()}
far = {name: np.mean([(run[0] + run[6]) / 2 for run in runs]) for name, runs in distance.items()}
claim("Blurring moves the features less than any other way, mean of three seeds (lead over the next)",
      min(value for name, value in far.items() if name != "max, blurred") - far["max, blurred"], at_least=0)
claim("Shifted by 3 pixels, max pooling keeps more answers than strided convolution, mean of three seeds",
      at_three["max"] - at_three["strided"], at_least=6, unit="points")
claim("So does average pooling", at_three["average"] - at_three["strided"], at_least=6, unit="points")
claim("Blurred max pooling keeps more answers than plain max pooling, mean of three seeds",
      at_three["max, blurred"] - at_three["max"], at_least=0, unit="points")
claim("Max pooling keeps far more answers than no reduction at all, mean of three seeds",
      at_three["max"] - at_three["none"], at_least=12, unit="points")
claim("Unshifted, the accuracies differ little (largest difference of the means of three seeds)",
      np.ptp([np.mean(runs) for runs in correct.values()]), at_most=6, unit="points")

# %% [markdown] tags=["ko"]
r"""
가운데에서는 정확도의 차이가 몇 퍼센트포인트뿐인데, 그림이 밀리면 답이 그대로인 비율은 수십 퍼센트포인트까지 벌어집니다. 풀링은 신경망을 작은 이동에 강하게 만들지만 완전하지는 않습니다. 흐리게 하면 잃은 것의 일부를 되찾으므로 에일리어싱이 한 원인으로 보입니다. 자리에 민감한 마지막 완전 연결층도 원인입니다(6절).

둘째 그림에서 줄이지 않은 신경망의 특징은 없어진 것이 아니라 그림과 함께 자리를 옮긴 것입니다. 펼친 벡터에서는 그것이 큰 거리로 나타나고, 마지막 층은 그 자리의 특징을 배운 적이 없습니다.

## 4. 계산, 메모리, 과적합

풀링은 계산도 줄입니다. 같은 필터 수 $8, 16, 32$로 풀링이 있을 때와 없을 때, 층마다 곱셈-덧셈(multiply-add)의 수와, 학습할 때 그림 한 장마다 기억해야 하는 중간 결과의 크기(바이트)를 셉니다. 풀링이 없으면 셋째 합성곱층의 계산은 몇 배가 될까요?
"""

# %% [markdown] tags=["en"]
r"""
In the middle their accuracies lie within a few percentage points of each other; on shifted images, the shares of unchanged answers are tens of points apart. Pooling makes a network robust to small shifts, but not entirely. Blurring regains a part of what was lost, so aliasing seems to be one cause. Another cause is the last, fully connected layer, which depends on position (section 6).

In the second figure, the features of the network without reduction are not lost: they have moved along with the image. In the flattened vector that is a large distance, and the last layer never learned to find them there.

## 4. Computation, memory, overfitting

Pooling saves computation, too. With the same filters $8, 16, 32$, count the multiply-adds of each layer, with and without pooling, and the bytes of intermediate results that training must keep for each image. How many times as much does the third convolution compute without pooling?
"""

# %% tags=["covers-C2"]
from course_lib.models.summary import measure, multiply_adds

with_pooling, without = (build(kind, layers.Flatten(), (28, 28, 1)) for kind in ("max", "none"))
print("multiply-adds of the three convolutions and the last layer:")
for name, network in (("with pooling", with_pooling), ("without", without)):
    counts = [multiply_adds(layer) for layer in network.layers if multiply_adds(layer)]
    print(f"{name:13}", " ".join(f"{count:10,}" for count in counts), "  together", f"{sum(counts):10,}")

sizes = {name: measure(network) for name, network in (("with", with_pooling), ("without", without))}
for what in ("multiply_adds", "activation_bytes", "parameters"):
    less, more = sizes["with"][what], sizes["without"][what]
    print(f"{what}: {less:,} with pooling, {more:,} without, {more / less:.1f} times")
claim("Without pooling the third convolution computes 16 times as much",
      multiply_adds(without.layers[5]) // multiply_adds(with_pooling.layers[7]), equals=16)

# %% [markdown] tags=["ko"]
r"""
풀링 한 번에 맵의 넓이가 $\frac{1}{4}$이 되므로, 두 번 지나면 $\frac{1}{16}$입니다. 마지막 완전 연결층의 파라미터도 크게 줄었습니다. 파라미터가 많으면 적은 데이터를 외우기 쉽습니다. 학습 데이터에는 잘 맞지만 새 데이터에는 그만큼 맞지 않는 것을 **과적합**(overfitting)이라고 합니다. 학습 데이터가 500장뿐일 때 둘은 얼마나 과적합할까요?
옷이 모두 한가운데에 놓인 경우와, 그림마다 0~6의 아무 자리에나 놓인 경우를 비교합니다. 필터 수는 8개씩으로 같고, 학습률은 저마다 학습에도 테스트에도 쓰지 않는 이미지(검증 데이터, validation data)로 미리 시험하여 정확도가 가장 높은 것(풀링이 있으면 0.1, 없으면 0.01)을 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
Each pooling leaves $\frac{1}{4}$ of the map's area, two of them $\frac{1}{16}$. The last, fully connected layer has become much smaller as well. Many parameters make it easy to memorize a few examples. To fit the training data well but new data much less is called **overfitting**. With only 500 training images, how much do the two overfit?
Compare two cases: all garments in the middle, and each at any of the places 0 to 6. Both networks have 8 filters in each layer, and each learns at the rate that, of those tried beforehand, gave the best accuracy on images used neither for training nor for testing (validation data): 0.1 with pooling, 0.01 without.
"""

# %% tags=["covers-C2"]
def anywhere(images):
    """Place (n, 28, 28, 1) images on the wide canvas, each at a place of its own from 0 to 6."""
    places = random.integers(0, 7, len(images))
    return np.concatenate([place(images[i:i + 1], left) for i, left in enumerate(places)])


# %% tags=["covers-C2"]
tiny, gap = 500, {}
placed = {"middle": [place(x, 3) for x in (x_train[:tiny], x_test[:2000])],
          "anywhere": [anywhere(x) for x in (x_train[:tiny], x_test[:2000])]}
for where, (seen, unseen) in placed.items():
    for name, reduction, rate in (("without pooling", "none", 0.01), ("with pooling", "max", 0.1)):
        network = build(reduction, layers.Flatten(), filters=(8, 8, 8))
        training.one_cycle(network, seen, epochs=10, rate=rate, batch_size=50)
        runs = gap[f"{name},\n{where}"] = []
        for seed in seeds:
            training.train(network, seen, y_train[:tiny], epochs=10, seed=seed, batch_size=50)
            memorized = training.accuracy(network, seen, y_train[:tiny])
            runs.append(memorized - training.accuracy(network, unseen, y_test[:2000]))

# %% tags=["covers-C2"]
plot.dots(gap, ylabel="training minus test accuracy (points)",
          title="With garments anywhere, the network with pooling overfits less",
          alt="Dots for three seeds each: with garments in the middle both networks have nearly the same gap "
              "between training and test accuracy; with garments anywhere, it is clearly larger without pooling.")
saved = {where: np.mean(gap[f"without pooling,\n{where}"]) - np.mean(gap[f"with pooling,\n{where}"])
         for where in placed}
claim("With garments anywhere, pooling makes the overfitting gap smaller, mean of three seeds",
      saved["anywhere"], at_least=0.5, unit="points")
claim("There it makes more difference than with all of them in the middle, mean of three seeds",
      saved["anywhere"] - abs(saved["middle"]), at_least=0, unit="points")

# %% [markdown] tags=["ko"]
r"""
둘 다 과적합하지만(세로축이 0에서 시작하지 않는 점에 주의하세요), 옷이 아무 자리에나 놓이면 풀링이 있는 쪽이 훨씬 덜합니다. 풀링이 없는 신경망은 같은 옷도 자리마다 따로 외워야 하기 때문으로 보입니다.
옷이 모두 한가운데에 있으면 외울 자리가 하나뿐이므로 차이가 거의 없습니다. 풀링이 언제나 과적합을 줄이는 것은 아니고, 물체의 자리가 달라질 때 줄입니다.

## 5. 펼치기와 완전 연결층

합성곱과 풀링이 특징을 찾으면, 신경망의 **출력부**(head)가 그 특징을 모아 답을 정합니다. 고전적인 방법은 특징 맵을 벡터로 **펼쳐**(flatten) **완전 연결층**(fully connected layer)에 넣는 것입니다.
$2 \times 2$ 맵 두 장을 펼치면 어떤 순서가 될까요?
"""

# %% [markdown] tags=["en"]
r"""
Both overfit (mind that the vertical axis does not start at 0), but with garments anywhere, much less so with pooling: probably because a network without it must memorize the same garment separately for each place.
With all of them in the middle there is only one place to learn, and it makes next to no difference. So pooling does not always reduce overfitting; it does where the position of things varies.

## 5. Flattening and the fully connected layer

Convolution and pooling find features; the **head** of a network combines them into an answer. The classic way is to **flatten** the feature maps into a vector and to feed it to a **fully connected layer**.
In what order do two maps of $2 \times 2$ come out?
"""

# %% tags=["covers-C7"]
maps = np.stack([[[1, 2], [3, 4]], [[10, 20], [30, 40]]], axis=-1).astype("float32")  # (2, 2, 2): two channels
flat = ops.convert_to_numpy(layers.Flatten(dtype="float32")(maps[np.newaxis]))[0]
print(flat)
claim("Flatten lists the channels of one place together, place after place, as NumPy's ravel does",
      flat.tolist(), equals=maps.ravel().tolist())

# %% [markdown] tags=["ko"]
r"""
두 맵이 차례로 이어지지 않고, 같은 자리의 두 채널 값이 나란히 놓입니다. 자리는 왼쪽에서 오른쪽으로, 위에서 아래로 나아갑니다.

완전 연결층의 출력은 하나하나가 **모든** 입력의 가중합 $y_k = \sum_i x_i W_{ik} + b_k$입니다. 정말 모든 입력이 모든 출력에 닿는지 미분으로 확인합니다. 출력을 입력으로 미분한 행렬에 0이 있을까요?
"""

# %% [markdown] tags=["en"]
r"""
The maps do not follow one after the other: the two channels of one place stand side by side, and the places go from left to right, then down.

Each output of a fully connected layer is a weighted sum of **all** inputs, $y_k = \sum_i x_i W_{ik} + b_k$. Does every input really reach every output? Differentiate to see. Will the matrix of derivatives contain a 0?
"""

# %% tags=["covers-C6"]
head = layers.Dense(3, dtype="float32")
x = tf.constant(flat[np.newaxis])
with tf.GradientTape() as tape:
    tape.watch(x)
    y = head(x)
derivatives = tape.jacobian(y, x).numpy()[0, :, 0, :]  # (3 outputs, 8 inputs)

kernel, offset = head.get_weights()
claim("The output is the matrix product plus the bias (largest difference)",
      np.abs(y.numpy()[0] - (flat @ kernel + offset)).max(), at_most=1e-4)
claim("Pairs of input and output that are connected, of 3 times 8", int((derivatives != 0).sum()), equals=24)
claim("The derivatives are the weights themselves (largest difference)",
      np.abs(derivatives - kernel.T).max(), at_most=1e-6)

# %% [markdown] tags=["ko"]
r"""
모든 쌍이 이어져 있으므로 가중치는 입력 수와 출력 수의 곱만큼 필요합니다. 이미지가 크면 이 층이 신경망에서 파라미터가 가장 많은 부분이 됩니다(3장의 AlexNet과 VGG에서 확인합니다). 게다가 입력 이미지의 크기를 바꿀 수 없게 됩니다.

## 6. 전역 평균 풀링과 클래스 활성화 맵

다른 방법이 있습니다. 채널마다 맵 전체의 평균 하나만 남기는 **전역 평균 풀링**(global average pooling, GAP)입니다(Lin et al., 2014). 3절의 `"max"` 신경망에서 펼치기만 GAP로 바꾸면 마지막 층의 파라미터는 몇 개에서 몇 개로 줄까요?
"""

# %% [markdown] tags=["en"]
r"""
Every pair is connected, so as many weights are needed as inputs times outputs. For large images this layer holds most of a network's parameters (chapter 3 shows it in AlexNet and VGG). And the size of the input image is then fixed.

## 6. Global average pooling and class activation maps

There is another way: **global average pooling** (GAP), which keeps only the mean of each channel's whole map (Lin et al., 2014). Take the `"max"` network of section 3 and replace the flattening by GAP: from how many to how many parameters does the last layer shrink?
"""

# %%
gap_network = build("max", layers.GlobalAveragePooling2D())
for name, network in (("flatten", networks["max"]), ("GAP", gap_network)):
    last = network.layers[-1]
    print(f"{name:8} features {last.input.shape[1]:4}, last layer {last.count_params():5,} parameters,"
          f" all {network.count_params():6,}")

# %%
training.one_cycle(gap_network, centred, epochs=4, rate=0.1, batch_size=64)
weights["GAP"], networks["GAP"] = [], gap_network
for seed in seeds:
    training.train(gap_network, centred, y_train[:few], epochs=4, seed=seed, batch_size=64)
    weights["GAP"].append(gap_network.get_weights())

# %%
def accuracy_at(name, left):
    """Test accuracy of each seed's network with the images at `left`."""
    found = []
    for model_weights in weights[name]:
        networks[name].set_weights(model_weights)
        found.append(training.accuracy(networks[name], place(x_test[:1000], left), y_test[:1000]))
    return found


# %%
by_head = {"flatten": accuracy_at("max", 3), "flatten, shifted": accuracy_at("max", 0),
           "GAP": accuracy_at("GAP", 3), "GAP, shifted": accuracy_at("GAP", 0)}
plot.dots(by_head, ylabel="test accuracy (%)", title="GAP has fewer parameters and copes better with shifts",
          alt="Dots for three seeds each: unshifted, flattening is a little ahead; "
              "shifted to the left by 3 pixels, GAP is ahead.")
mean_accuracy = {name: np.mean(runs) for name, runs in by_head.items()}
claim("Unshifted, GAP loses some accuracy (flatten minus GAP, mean of three seeds)",
      mean_accuracy["flatten"] - mean_accuracy["GAP"], at_least=0, unit="points")
claim("Shifted to the left by 3 pixels, GAP is ahead, mean of three seeds",
      mean_accuracy["GAP, shifted"] - mean_accuracy["flatten, shifted"], at_least=1, unit="points")

# %% [markdown] tags=["ko"]
r"""
가운데에 놓인 그림에서는 GAP가 정확도를 조금 잃고, 왼쪽으로 밀린 그림에서는 앞섭니다. 자리가 정해져 있고 맵이 작으면 펼치기가, 물체의 자리나 입력의 크기가 달라지거나 맵이 크면 GAP가 알맞습니다.

GAP에는 좋은 점이 하나 더 있습니다. 클래스 $k$의 로짓(logit)은 특징 맵 $A_c$의 평균에 가중치를 곱해 더한 것인데, 순서를 바꾸면 **맵의 가중합의 평균**이 됩니다.

$$z_k = \sum_c w_{ck} \frac{1}{HW} \sum_{i,j} A_c(i, j) + b_k = \frac{1}{HW} \sum_{i,j} M_k(i, j) + b_k, \qquad M_k = \sum_c w_{ck} A_c$$

$M_k$는 그림의 어느 곳이 클래스 $k$에 표를 던졌는지 보여 주는 **클래스 활성화 맵**(class activation map, CAM)입니다(Zhou et al., 2016). GAP 신경망은 입력의 크기에 매이지 않으므로, 옷 두 벌을 나란히 놓은 그림을 넣어 봅니다. 각 클래스는 자기 옷이 놓인 쪽에서 표를 받을까요?
"""

# %% [markdown] tags=["en"]
r"""
On centred images GAP loses a little, on images shifted to the left it is ahead. Flattening fits where positions are fixed and maps are small; GAP fits where positions or input sizes vary, or maps are large.

GAP has one more advantage. The logit of class $k$ is a weighted sum of the means of the feature maps $A_c$. Change the order, and it is the **mean of a weighted sum of maps**:

$$z_k = \sum_c w_{ck} \frac{1}{HW} \sum_{i,j} A_c(i, j) + b_k = \frac{1}{HW} \sum_{i,j} M_k(i, j) + b_k, \qquad M_k = \sum_c w_{ck} A_c$$

$M_k$ shows which places of the picture voted for class $k$: the **class activation map**, CAM (Zhou et al., 2016). A network with GAP is not tied to one input size, so show it two garments side by side. Will each class get its votes on its own side?
"""

# %%
wide = build("max", layers.GlobalAveragePooling2D(), shape=(28, 56, 1))
wide.set_weights(weights["GAP"][0])  # the same network; only the canvas is wider
before_gap = keras.Model(wide.input, [wide.layers[-3].output, wide.output])

left, right = np.random.default_rng(1).permutation(2000).reshape(2, 1000)
differ = y_test[left] != y_test[right]
left, right = left[differ], right[differ]
pairs = np.concatenate([x_test[left], x_test[right]], axis=2)  # (n, 28, 56, 1)
activations, logits = before_gap.predict(pairs, batch_size=500, verbose=0)  # (n, 4, 7, 32), (n, 10)
kernel, offset = wide.layers[-1].get_weights()
votes = np.einsum("nijc,ck->nijk", activations, kernel)  # class activation maps (n, 4, 7, 10)

claim("The mean of a class activation map plus the bias is the logit (largest difference)",
      np.abs(votes.mean(axis=(1, 2)) + offset - logits).max(), at_most=0.05)

# %%
number = np.arange(len(pairs))
left_side, right_side = votes[:, :, :3].mean(axis=(1, 2)), votes[:, :, 4:].mean(axis=(1, 2))  # column 3 is between
lead = left_side - right_side  # (n, 10): positive where a class has more votes on the left
own = (lead[number, y_test[left]] > 0) & (lead[number, y_test[right]] < 0)
claim("Pairs in which both classes get more votes on their own side (by chance 25 %)",
      100 * own.mean(), at_least=70, unit="%")

# %%
first = [(i, k) for i in range(3) for k in (y_test[left[i]], y_test[right[i]])]
shown = [plot.overlay(pairs[i], votes[i, :, :, k]) for i, k in first]
titles = [f"votes for {data.FASHION_MNIST_CLASSES[k]}" for _, k in first]
plot.image_grid(shown, titles, columns=2, size=3.2, title="Where the network sees each class",
                alt="Three pairs of garments, each shown twice: orange votes lie on and around the "
                    "garment of the named class.")

# %% [markdown] tags=["ko"]
r"""
클래스 이름만 가르쳤는데도 신경망은 물체가 **대략 어디에** 있는지 알고 있습니다. 맵이 $4 \times 7$칸뿐이고 칸마다 $22 \times 22$픽셀을 보므로 표가 둘레의 배경으로도 번집니다(그림마다 가장 큰 값에 밝기를 맞추었고 음수는 그리지 않았습니다). 무엇인지와 함께 어디인지를 맞히는 일이 6장의 물체 검출(object detection)입니다.

## 7. 소프트맥스, 교차 엔트로피, 안정된 계산

분류에서는 **소프트맥스**(softmax) 함수를 써서 로짓 $z_k$를 확률로 바꿉니다. 손실은 정답 클래스 $t$의 확률에 로그를 취하고 부호를 바꾼 **교차 엔트로피**(cross-entropy)입니다.

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_t$$

식을 그대로 옮긴 코드에 로짓 $1, 2, 3$을 넣고, 다음으로 $1000, 1001, 1002$를 넣습니다. 수학적으로는 같은 확률이어야 합니다. 컴퓨터에서는 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
We taught it nothing but names of classes, and yet the network knows **roughly where** things are. The map has only $4 \times 7$ places, and each sees $22 \times 22$ pixels, so votes spread to the background, too (each picture is scaled to its own largest value; negative votes are not drawn). To find where as well as what is object detection, in chapter 6.

## 7. Softmax, cross-entropy, and stable arithmetic

In classification, **softmax** turns the logits $z_k$ into probabilities. The loss is the **cross-entropy**, the negative logarithm of the probability of the right class $t$:

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_t$$

Give the logits $1, 2, 3$ to code that takes this literally, then $1000, 1001, 1002$. In mathematics the probabilities are the same. And on a computer?
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
claim("Keras agrees with the stable form (largest difference)",
      np.abs(ops.convert_to_numpy(ops.softmax(large)) - stable_softmax(large)).max(), at_most=1e-6)

# %% [markdown] tags=["ko"]
r"""
$e^{1000}$은 `float64`로 나타낼 수 있는 가장 큰 수(약 $1.8 \times 10^{308}$)를 넘어 무한대가 되고(오버플로, overflow), 무한대를 무한대로 나누면 `nan`이 됩니다. 모든 로짓에서 같은 수를 빼도 확률은 변하지 않으므로, 가장 큰 로짓을 먼저 뺍니다.
손실도 마찬가지입니다. 확률을 구한 뒤 로그를 취하지 말고 $L = \log \sum_j e^{z_j} - z_t$로 로짓에서 바로 구합니다. 여기서도 가장 큰 로짓 $m$을 먼저 뺍니다. $\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}$이기 때문입니다. Keras에서는 출력층에 활성화 함수를 두지 않고(선형) `from_logits=True`를 씁니다. 로짓 $0, 200$에서 정답이 첫째 클래스이면 손실은 얼마여야 할까요?
"""

# %% [markdown] tags=["en"]
r"""
$e^{1000}$ is beyond the largest number of `float64` (about $1.8 \times 10^{308}$) and becomes infinite (overflow), and infinity divided by infinity is `nan`. Subtracting one number from all logits does not change the probabilities, so subtract the largest first.
The same goes for the loss: do not take the logarithm of a probability, but compute $L = \log \sum_j e^{z_j} - z_t$ from the logits at once. Here, too, the largest logit $m$ is taken out first: $\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}$. In Keras that means an output layer without activation (a linear one) and `from_logits=True`. For the logits $0, 200$, what should the loss be if the first class is right?
"""

# %% tags=["covers-C8"]
z, right_class = np.array([[0.0, 200.0]], "float32"), np.array([0])
from_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(right_class, z)
probabilities = stable_softmax(z.astype("float64")).astype("float32")
from_probabilities = keras.losses.SparseCategoricalCrossentropy()(right_class, probabilities)
print(f"from logits {float(from_logits):.1f}, from probabilities {float(from_probabilities):.1f}")
claim("From logits, the loss is 200, as it should be", float(from_logits), equals=200.0)
claim("From probabilities it is cut off far below", float(from_probabilities), at_most=20)

# %% [markdown] tags=["ko"]
r"""
확률 $e^{-200}$은 `float32`로는 $0$이고, Keras는 로그를 취하려고 그것을 아주 작은 수로 바꿉니다. 그래서 손실이 잘리고, 잘린 곳에서는 기울기도 사라집니다. 로짓에서 바로 구한 손실의 기울기는 간단합니다. 정답 자리만 1이고 나머지는 0인 원-핫(one-hot) 벡터를 $y$라고 하면 $\partial L / \partial z_k = p_k - y_k$입니다. 확인해 봅시다.
"""

# %% [markdown] tags=["en"]
r"""
The probability $e^{-200}$ is $0$ in `float32`, and Keras replaces it by a tiny number before it takes the logarithm. So the loss is cut off, and where it is cut off there is no gradient. From logits, the gradient is simple: with $y$ the one-hot vector (1 at the right class, 0 elsewhere) it is $\partial L / \partial z_k = p_k - y_k$. Check it.
"""

# %% tags=["covers-C8"]
slopes = {}
for name, start in {"mild": [1.0, 2.0, 3.0], "badly wrong": [0.0, 0.0, 200.0]}.items():
    z = tf.constant([start])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        direct = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(right_class, z)
        detour = keras.losses.SparseCategoricalCrossentropy()(right_class, tf.nn.softmax(z))
    slopes[name] = tape.gradient(direct, z).numpy()[0], tape.gradient(detour, z).numpy()[0]

expected = stable_softmax(small) - [1, 0, 0]
claim("The gradient is probabilities minus one-hot (largest difference)",
      np.abs(slopes["mild"][0] - expected).max(), at_most=1e-6)
claim("A badly wrong answer still has a gradient from logits", np.abs(slopes["badly wrong"][0]).max(), equals=1)
claim("From probabilities it has none left", np.abs(slopes["badly wrong"][1]).max(), at_most=1e-6)

# %% [markdown] tags=["ko"]
r"""
크게 틀렸을 때야말로 배워야 하는데, 확률만 넘겨받은 손실에서는 기울기가 사라집니다. TensorFlow 위에서 도는 Keras는 소프트맥스 출력층을 알아보면 그 앞의 로짓을 찾아 써서 이 문제를 피하지만, 늘 그럴 수 있는 것은 아닙니다(위에서는 `tf.nn.softmax`를 따로 불렀습니다). 그래서 이 워크북의 분류기는 모두 로짓을 출력합니다.

## 8. 회귀: 각도를 맞히는 신경망

답이 클래스가 아니라 수이면 **회귀**(regression)이고, 출력층은 활성화 함수가 없는 **선형**(linear) 유닛입니다. 바지와 앵클부츠를 $-45°$에서 $45°$ 사이의 무작위 각도로 돌리고(양수는 시계 반대 방향), 그 각도를 맞히게 합니다. 손실은 평균 제곱 오차(mean squared error) $\frac{1}{n} \sum_i (\hat y_i - y_i)^2$입니다.
"""

# %% [markdown] tags=["en"]
r"""
When an answer is badly wrong, learning matters most; yet a loss that is given only probabilities has no gradient left. Keras on TensorFlow avoids this where it recognises a softmax output layer and can use the logits before it, but that is not always possible (above, `tf.nn.softmax` was called separately). That is why all classifiers of this workbook give logits.

## 8. Regression: a network that tells an angle

If the answer is not a class but a number, the task is **regression**, and the output layer is a **linear** unit, without activation. Rotate trousers and ankle boots by random angles from $-45°$ to $45°$ (positive is counterclockwise) and let a network tell the angle. The loss is the mean squared error, $\frac{1}{n} \sum_i (\hat y_i - y_i)^2$.
"""

# %% tags=["covers-C8"]
def turn(images, degrees):
    """Rotate each of (n, 28, 28, 1) about its middle by its own angle."""
    c, s, middle = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees)), 13.5
    zero = np.zeros_like(c)  # for each pixel of the result, its place in the original:
    back = np.stack([c, -s, middle * (1 - c + s), s, c, middle * (1 - c - s), zero, zero], axis=1)
    return ops.convert_to_numpy(ops.image.affine_transform(images, back.astype("float32")))


# %% tags=["covers-C8"]
upright = {name: images[np.isin(labels, (1, 9))][:count]
           for name, images, labels, count in (("train", x_train, y_train, 2500), ("test", x_test, y_test, 800))}
angles = {name: random.uniform(-45, 45, len(images)) for name, images in upright.items()}
turned = {name: turn(images, angles[name]) for name, images in upright.items()}
plot.image_grid(turned["test"][:8], [f"{angle:.0f}°" for angle in angles["test"][:8]], size=1.1,
                title="By how many degrees was it turned?",
                alt="Eight trousers and boots turned by various angles.")

# %% [markdown] tags=["ko"]
r"""
같은 신경망에서 출력층의 활성화 함수만 바꿉니다. 목표는 각도를 45로 나눈 값이므로 $-1$에서 $1$까지입니다. **시그모이드**(sigmoid) $\sigma(z) = 1 / (1 + e^{-z})$는 어떤 수든 0과 1 사이로 옮깁니다. 출력층에 소프트맥스, 시그모이드, ReLU를 쓴 신경망은 각각 어떤 각도를 결코 출력할 수 없을까요?
"""

# %% [markdown] tags=["en"]
r"""
Change only the activation of the output layer. The target is the angle divided by 45, so it lies between $-1$ and $1$. The **sigmoid** $\sigma(z) = 1 / (1 + e^{-z})$ maps any number to one between 0 and 1. Which angles can a network never give with softmax, with sigmoid, with ReLU?
"""

# %% tags=["covers-C8"]
import warnings

warnings.filterwarnings("ignore", message="You are using a softmax")  # Keras warns: see below
guesses = {}
for activation in ("linear", "sigmoid", "relu", "softmax"):
    plain = build("max", layers.Flatten(), (28, 28, 1), outputs=1)
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

# %% tags=["covers-C8"]
plot.scatter({name: (angles["test"], runs[0]) for name, runs in guesses.items()}, diagonal=True,
             xlabel="true angle (°)", ylabel="answer (°)",
             title="Of these four, only a linear output can give every angle",
             alt="Four scatter plots: linear answers scatter around the diagonal, sigmoid and ReLU are flat at 0 "
                 "for negative angles, softmax always says 45.")

# %% tags=["covers-C8"]
claim("With a linear output the mean error is small, mean of three seeds",
      np.mean(off["linear"]), at_most=10.5, unit="°")
claim("A single softmax unit answers 45° to every picture (largest difference from 45°)",
      float(np.abs(guesses["softmax"][0] - 45).max()), at_most=1e-3, unit="°")
claim("The smallest answer of a sigmoid is not below 0°", guesses["sigmoid"][0].min(), at_least=0, unit="°")
claim("Nor is the smallest answer of ReLU", guesses["relu"][0].min(), at_least=0, unit="°")
wrong_by = {name: np.mean([np.abs(run - angles["test"])[negative].mean() for run in runs])
            for name, runs in guesses.items()}
claim("On negative angles a linear output is far better than always answering 0° (share of that error)",
      wrong_by["linear"] / always_zero, at_most=0.6)
claim("A sigmoid is no better than that", wrong_by["sigmoid"] / always_zero, at_least=0.999)

# %% [markdown] tags=["ko"]
r"""
소프트맥스는 모든 유닛의 값을 더해 1이 되게 하므로, 유닛이 하나뿐이면 값은 언제나 1, 곧 $45°$이고 학습도 되지 않습니다(Keras도 경고하는데, 위에서는 감추었습니다). 시그모이드는 0과 1 사이, ReLU는 0 이상의 값만 낼 수 있어 음의 각도를 나타내지 못합니다. 게다가 ReLU 출력이 모두 0이 되면 기울기가 사라져 더 배우지 못합니다.

| 문제 | 출력층 | 손실 |
|---|---|---|
| 클래스 하나 고르기 | 클래스마다 유닛 1개, 선형(로짓). 확률은 소프트맥스로 | 교차 엔트로피 |
| 예/아니요 | 유닛 1개, 선형(로짓). 확률은 시그모이드로 | 이진 교차 엔트로피 |
| 레이블 여러 개 | 레이블마다 유닛 1개, 선형(로짓). 확률은 시그모이드로 | 이진 교차 엔트로피 |
| 수 | 수마다 유닛 1개, 선형 | 평균 제곱 오차 |

**이진 교차 엔트로피**(binary cross-entropy)는 정답 $y$가 0 또는 1이고 예측한 확률이 $p$일 때 $-y \log p - (1 - y) \log (1 - p)$입니다.
"""

# %% [markdown] tags=["en"]
r"""
Softmax makes the values of all units add up to 1; a single unit is always 1, that is $45°$, and cannot learn (Keras warns about it; the warning was hidden above). Sigmoid gives only values between 0 and 1, ReLU only 0 or more, so neither can give a negative angle. Moreover, once all answers of a ReLU output are 0, its gradient is gone and it learns no more.

| problem | output layer | loss |
|---|---|---|
| choose one class | 1 unit per class, linear (logits); softmax gives the probabilities | cross-entropy |
| yes or no | 1 unit, linear (logit); sigmoid gives the probability | binary cross-entropy |
| several labels | 1 unit per label, linear (logits); sigmoid gives the probabilities | binary cross-entropy |
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
from course_lib import claims

claims.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 풀링은 이웃한 값을 하나로 줄입니다. 파라미터가 없고 채널마다 따로 계산합니다.
2. 최댓값 풀링은 가장 강한 반응을, 평균 풀링은 전체 수준을 남깁니다.
3. 풀링은 계산과 메모리를 줄이고, 물체의 자리가 달라질 때는 과적합도 줄이며, 신경망을 작은 이동에 강하게 만듭니다. 다운샘플링 전에 흐리게 하면 더 강해집니다.
4. 전역 평균 풀링은 출력부의 파라미터를 크게 줄이고, 클래스 활성화 맵으로 신경망이 본 곳을 보여 줍니다.
5. 분류에는 로짓과 교차 엔트로피, 회귀에는 선형 출력과 평균 제곱 오차를 씁니다.

## 용어

| 한국어 | English |
|---|---|
| 최댓값 풀링, 평균 풀링 | max pooling, average pooling |
| 전역 평균 풀링 | global average pooling (GAP) |
| 다운샘플링, 에일리어싱 | downsampling, aliasing |
| 과적합 | overfitting |
| 출력부 | head |
| 펼치기 | flattening |
| 클래스 활성화 맵 | class activation map (CAM) |
| 소프트맥스 | softmax |
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
3. Pooling cuts computation and memory, and overfitting where positions vary, and makes a network robust to small shifts; a blur before downsampling makes it more so.
4. Global average pooling shrinks the head and, by class activation maps, shows where a network looked.
5. For classes use logits and cross-entropy, for numbers a linear output and mean squared error.

## Terms

| 한국어 | English |
|---|---|
| 최댓값 풀링, 평균 풀링 | max pooling, average pooling |
| 전역 평균 풀링 | global average pooling (GAP) |
| 다운샘플링, 에일리어싱 | downsampling, aliasing |
| 과적합 | overfitting |
| 출력부 | head |
| 펼치기 | flattening |
| 클래스 활성화 맵 | class activation map (CAM) |
| 소프트맥스 | softmax |
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
