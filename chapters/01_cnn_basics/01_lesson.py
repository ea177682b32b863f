# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: From the MLP to the CNN, ko: MLP에서 CNN으로}
#     minutes: 55
#     after: []
# ---

# %% [markdown] tags=["ko"]
r"""
# 1장. MLP에서 CNN으로

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 합성곱(convolution)을 손으로, 반복문으로, Keras로 계산하고 세 결과가 같음을 보이기
> - 완전 연결층에 두 가지 가정을 더하면 합성곱이 됨을 설명하기
> - 패딩, 스트라이드, 채널이 있을 때 특징 맵의 크기와 파라미터 수를 미리 맞히기
> - MLP와 CNN을 공정하게 비교하고, 두 신경망이 같은 그림을 어떻게 다르게 보는지 실험으로 설명하기
> - 수용 영역을 공식으로 구하고, 기울기(gradient)로 측정해 확인하기
> - LeNet-5의 파라미터를 논문과 맞춰 보고, 오늘날 쓰는 형태를 학습시키기
>
> **읽기** 약 55분, **실행** 약 90초(코어 2개), 먼저 볼 장은 없습니다. Python과 NumPy, 벡터와 행렬의 곱, 편미분을 안다고 가정합니다. 한 번에 다 읽지 않아도 됩니다. 쉬어 가기 좋은 곳을 표시해 두었습니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**. 예측은 저장해 두었다가 답이 나오면 비교하고, 장의 끝에서 몇 개가 맞았는지 알려 줍니다. 예측이 빗나간 곳에서 가장 많이 배웁니다.
답이 미리 보이지 않도록 접어 둔 셀도 있습니다. 접힌 셀도 그대로 실행하면 되고, 코드는 나중에 펼쳐 볼 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 1. From the MLP to the CNN

> **After this chapter** you can
> - compute a convolution by hand, with loops and with Keras, and show that the three agree;
> - explain how two assumptions turn a fully connected layer into a convolution;
> - predict the size of a feature map and the number of parameters, with padding, stride and channels;
> - compare an MLP and a CNN fairly, and show by experiment how differently they see the same picture;
> - find a receptive field by formula and confirm it by measuring gradients;
> - check the parameters of LeNet-5 against its paper, and train the form of it that is common today.
>
> **Reading** takes about 55 minutes, **running** about 90 seconds on 2 cores; no earlier chapter is needed. Python and NumPy, products of vectors and matrices and partial derivatives are taken as known. You need not read it all at once: good places to stop are marked.

Where you see ❓, **write down a prediction** before you run the code. It is kept, compared as soon as the answer is there, and at the end of the chapter you see how many were right. Where a prediction fails, you learn most.
Some cells are folded so that they do not give an answer away. Run them like the others; you can unfold their code later.
"""

# %% [markdown] tags=["ko"]
r"""
첫 셀은 Keras를 준비합니다. `seed=0`은 난수의 시작점(시드, seed)을 정해, 다시 실행해도 같은 난수가 나오게 합니다. GPU처럼 16비트 계산이 더 빠른 장치에서는 그 방식을 쓰고, 가중치는 언제나 32비트로 둡니다.
"""

# %% [markdown] tags=["en"]
r"""
The first cell gets Keras ready. `seed=0` fixes where the random numbers start, so that running again gives the same ones. Where 16-bit arithmetic is faster, as on a GPU, it is used; weights always keep 32 bits.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. 그림을 벡터로 펼치면 무엇을 잃을까

Fashion-MNIST는 옷, 신발, 가방을 찍은 $28 \times 28$ 회색조(grayscale) 이미지로 이루어진 데이터셋입니다(Xiao et al., 2017). 여기서는 그중 학습용 15,000장과
테스트용 5,000장을 씁니다. 클래스(class)는 10가지입니다. 픽셀은 0(검정)에서 1(흰색) 사이의 수입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. What is lost when a picture becomes a vector

Fashion-MNIST is a data set of greyscale $28 \times 28$ images of clothes, shoes and bags (Xiao et al., 2017). Here we use 15,000 of them for training and
5,000 for testing. There are 10 classes. A pixel is a number from 0 (black) to 1 (white).
"""

# %%
import numpy as np

from course_lib import claim, data, identity, plot, predict, reveal

(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
class_names = data.FASHION_MNIST_CLASSES
print(f"training images: {len(x_train):,}, test images: {len(x_test):,}, shape {x_train.shape[1:]}")

examples = [np.flatnonzero(y_train == label)[0] for label in range(10)]
plot.image_grid(x_train[examples], class_names, columns=5, title="One image of each class",
                alt="Ten grey photographs, one of each class from T-shirt to ankle boot.")

# %% [markdown] tags=["ko"]
r"""
다층 퍼셉트론(multilayer perceptron, **MLP**)은 벡터만 입력으로 받으므로, 먼저 그림의 행을 이어 붙여 $784$개의 수로 **펼칩니다**(flatten).
좌우로 맞닿은 두 픽셀은 펼친 벡터에서도 바로 옆에 있습니다. 위아래로 맞닿은 두 픽셀은 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
A multilayer perceptron (**MLP**) takes vectors only, so the rows of a picture are first joined to one line of $784$ numbers: it is **flattened**.
Two pixels that touch side by side are next to each other in the vector, too. And two that touch one above the other?
"""

# %%
predict("apart", "How many places apart in the flattened vector are the pixels (14, 14) and (15, 14)?",
        unit="places")

# %% tags=["covers-A1"]
height, width = x_train.shape[1:3]
position = np.arange(height * width).reshape(height, width)  # where each pixel goes
reveal("apart", position[15, 14] - position[14, 14])

# %% [markdown] tags=["ko"]
r"""
펼친 벡터에는 '위아래 이웃'이라는 정보가 남아 있지 않습니다. 그것이 얼마나 중요할까요? 모든 그림의 픽셀을 **똑같은 규칙으로 뒤섞어** 보겠습니다.
사람은 아래 그림을 알아볼 수 없습니다. 신경망은 어떨까요? 이 장의 끝부분(15절)에서 실험으로 답합니다.
"""

# %% [markdown] tags=["en"]
r"""
The vector no longer knows who was above whom. How much does that matter? Shuffle the pixels of all images **in one and the same way**:
nobody can recognise the pictures below. Can a network? An experiment near the end of this chapter (section 15) has the answer.
"""

# %%
pixel_order = np.random.default_rng(7).permutation(height * width)


def shuffle_pixels(images):
    """(n, 28, 28, 1) -> the same, every image's pixels in the same new order."""
    return images.reshape(len(images), -1)[:, pixel_order].reshape(images.shape)


five = x_train[examples[5:]]
plot.image_grid([*five, *shuffle_pixels(five)], columns=5, row_titles=["original", "shuffled"],
                title="Five images before and after one fixed shuffle",
                alt="Top row: a sandal, a shirt, a sneaker, a bag and an ankle boot. Bottom row: with shuffled "
                    "pixels they look like noise.")

# %% [markdown] tags=["ko"]
r"""
## 2. 완전 연결층: 모든 입력에 가중치 하나씩

MLP는 **완전 연결층**(fully connected layer, Keras의 `Dense`)을 쌓은 것입니다. 입력이 $x_0, \dots, x_{D-1}$이고 유닛(unit)이 $U$개이면, 유닛 $u$의 출력은

$$y_u = b_u + \sum_{d=0}^{D-1} W_{du}\, x_d, \qquad u = 0, \dots, U-1$$

입니다. **가중치**(weight) $W_{du}$는 입력과 유닛의 짝마다 하나씩이고, **편향**(bias) $b_u$는 유닛마다 더하는 수입니다. 이 둘을 **파라미터**(parameter)라고 하며, 데이터에서 배웁니다.
입력과 출력 사이의 층을 은닉층(hidden layer)이라 하고, 그 뒤에는 **활성화 함수**(activation function)를 둡니다. 여기서 쓰는 ReLU는 음수를 0으로 바꿉니다. 활성화 함수가 없으면 층을 여러 개 쌓아도 층 하나와 같습니다.

이 워크북의 함수 `identity`는 두 계산이 수학대로 같은지 확인하고 `=` 표시를 붙입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 2. The fully connected layer: a weight for every input

An MLP is a stack of **fully connected layers** (`Dense` in Keras). With inputs $x_0, \dots, x_{D-1}$ and $U$ units, unit $u$ gives

$$y_u = b_u + \sum_{d=0}^{D-1} W_{du}\, x_d, \qquad u = 0, \dots, U-1$$

There is one **weight** $W_{du}$ for each pair of an input and a unit, and one **bias** $b_u$, a number that is added, for each unit. Together they are the **parameters**, which are learned from data.
A layer between input and output is called hidden, and an **activation function** follows it. The one used here, ReLU, turns negative numbers into 0. Without an activation function, many layers would do no more than one.

This workbook's function `identity` checks that two computations agree as mathematics says they must, and marks it with `=`.
"""

# %%
small_input = np.array([1, 2, 3])
W = np.array([[1, 0],
              [0, -1],
              [2, 1]])  # 3 inputs, 2 units
b = np.array([1, -4])

by_the_formula = np.array([b[u] + sum(W[d, u] * small_input[d] for d in range(3)) for u in range(2)])
print("outputs:", by_the_formula, "after ReLU:", np.maximum(by_the_formula, 0))
identity("The formula is a product of vector and matrix, plus the bias", small_input @ W + b, by_the_formula)

# %% [markdown] tags=["ko"]
r"""
우리 그림에 쓸 첫 은닉층은 $784$개의 입력과 256개의 유닛을 잇습니다.
"""

# %% [markdown] tags=["en"]
r"""
The first hidden layer for our pictures will connect $784$ inputs with 256 units.
"""

# %%
predict("dense", "How many parameters does a dense layer from 784 inputs to 256 units have, biases included?")

# %%
import keras
from keras import layers, ops

first_hidden = layers.Dense(256)
first_hidden.build((None, height * width))  # the first entry is open: any number of images
reveal("dense", first_hidden.count_params())

# %% [markdown] tags=["ko"]
r"""
$D$개의 입력과 $U$개의 유닛이 있으면 $(D + 1)\, U$개입니다. 작은 그림 한 장을 보는 층 하나에 이렇게 많은 파라미터가 듭니다.

## 3. 신경망은 어떻게 배울까

마지막 층은 클래스마다 점수 하나를 냅니다. 이 점수를 **로짓**(logit)이라 하고 $z_0, \dots, z_9$로 씁니다. **소프트맥스**(softmax)는 로짓을 확률로 바꾸고, **손실**(loss)은 정답 클래스 $t$의 확률이 낮을수록 커지는 수입니다. 분류에는 교차 엔트로피(cross-entropy)를 씁니다.

$$p_k = \frac{e^{z_k}}{\sum_{j=0}^{9} e^{z_j}}, \qquad L = -\ln p_t$$

정답의 확률이 1이면 손실은 0입니다. 아직 아무것도 모르는 신경망의 손실은 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
With $D$ inputs and $U$ units there are $(D + 1)\, U$: that many parameters for one layer that looks at one small picture.

## 3. How a network learns

The last layer gives one score per class. These scores are called **logits**, $z_0, \dots, z_9$. **Softmax** turns logits into probabilities, and the **loss** is a number that grows as the probability of the true class $t$ falls. For classification it is the cross-entropy.

$$p_k = \frac{e^{z_k}}{\sum_{j=0}^{9} e^{z_j}}, \qquad L = -\ln p_t$$

If the true class has probability 1, the loss is 0. What is the loss of a network that knows nothing yet?
"""

# %%
predict("loss", "All ten logits are 0. What is the loss? (Within a tenth counts as right.)")

# %%
logits = np.zeros(10)
chances = np.exp(logits) / np.exp(logits).sum()
reveal("loss", -np.log(chances[4]), tolerance=0.1)

# %% [markdown] tags=["ko"]
r"""
확률이 모두 $1/10$이므로 손실은 $\ln 10$입니다. 학습은 이 손실을 줄이는 일입니다. 모든 파라미터 $w$를 손실의 **기울기**(gradient)와 반대 방향으로 조금씩 옮깁니다.

$$w \leftarrow w - \eta\, \frac{\partial L}{\partial w}$$

$\eta$는 **학습률**(learning rate)입니다. 기울기는 이미지 전체가 아니라 무작위로 고른 한 묶음(**배치**, batch)의 평균 손실에서 구합니다. 그래서 **확률적 경사 하강법**(stochastic gradient descent, SGD)이라고 합니다. 학습 데이터를 한 번 다 쓰면 한 **에포크**(epoch)가 지납니다.

Keras의 손실은 로짓을 그대로 받아 소프트맥스까지 한꺼번에 계산하게 할 수 있고(`from_logits=True`), 그 편이 수치적으로 안전합니다. 그래서 이 워크북의 분류기는 마지막 층에 활성화 함수를 두지 않습니다. 이름의 `Sparse`는 정답을 클래스의 번호로 준다는 뜻입니다.
"""

# %% [markdown] tags=["en"]
r"""
All probabilities are $1/10$, so the loss is $\ln 10$. Learning means making this loss smaller: every parameter $w$ is moved a little against the **gradient** of the loss.

$$w \leftarrow w - \eta\, \frac{\partial L}{\partial w}$$

$\eta$ is the **learning rate**. The gradient is not that of all images but of the mean loss of a few drawn at random, a **batch**; hence **stochastic gradient descent** (SGD). When all training data have been used once, one **epoch** has passed.

Keras's loss can take the logits as they are and do the softmax itself (`from_logits=True`), which is numerically safer; so the classifiers of this workbook have no activation function in their last layer. `Sparse` in its name says that the true class is given as a number.
"""

# %%
scores = np.array([[2.0, 1.0, -1.0]])  # one image, three classes, of which class 0 is the true one
keras_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([0]), scores)
identity("Keras's loss is the formula", keras_loss, -np.log(np.exp(2) / np.exp(scores).sum()), tolerance=1e-5)

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 여기까지는 MLP였고, 다음 절부터 CNN을 만듭니다.

## 4. 완전 연결층에서 합성곱으로

그림을 펼치지 않고 완전 연결층을 다시 쓰면, 출력도 바둑판 모양으로 놓을 수 있습니다. 출력의 자리가 $(i, j)$, 입력의 픽셀이 $(a, b)$이면 가중치의 번호는 네 개입니다(편향은 잠시 뺍니다). 합은 모든 픽셀에 걸쳐 구합니다.

$$O(i, j) = \sum_{a} \sum_{b} W(i, j, a, b)\, I(a, b)$$

$5 \times 5$ 입력에서 $3 \times 3$ 출력을 만들면 가중치는 $9 \cdot 25 = 225$개입니다. 여기에 그림의 성질에 관한 **가정** 두 가지를 더합니다.

1. **국소성**(locality). 무엇이 보이는지는 가까운 픽셀만 보아도 알 수 있습니다. 출력 $(i, j)$는 $(i, j)$에서 시작하는 $F \times F$ 창(window) 안의 픽셀만 보고, 다른 가중치는 모두 0입니다.
2. **정상성**(stationarity). 한 곳에서 쓸모 있는 무늬는 다른 곳에서도 쓸모 있습니다. 그래서 가중치를 모든 자리에서 **공유**합니다. 즉 $W(i, j, i + m, j + n) = K(m, n)$입니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** So far it was the MLP; from the next section on you build the CNN.

## 4. From the fully connected layer to the convolution

Write the fully connected layer again without flattening, and let its outputs lie in a grid, too. With an output at place $(i, j)$ and an input pixel at $(a, b)$ a weight has four indices (leave the bias out for a moment). The sums run over all pixels.

$$O(i, j) = \sum_{a} \sum_{b} W(i, j, a, b)\, I(a, b)$$

From a $5 \times 5$ input to a $3 \times 3$ output that makes $9 \cdot 25 = 225$ weights. Now add two **assumptions** about pictures.

1. **Locality**. Near pixels are enough to tell what is there. The output $(i, j)$ sees only the $F \times F$ window of pixels that begins at $(i, j)$; all other weights are 0.
2. **Stationarity**. A pattern that is useful in one place is useful in others. So the weights are **shared** by all places: $W(i, j, i + m, j + n) = K(m, n)$.
"""

# %%
predict("local", "The window is 3×3. How many of the 225 weights remain with the first assumption alone?",
        unit="weights")

# %% tags=["reveal"]
plot.dense_to_convolution((5, 5), 3, title="Two assumptions turn a dense layer into a convolution",
                          alt="Three weight matrices with 9 rows and 25 columns: 225 different weights; 81 near "
                              "the diagonal, the others empty; the same 9 weights in every row, each row shifted.")
reveal("local", 9 * 3 * 3)

# %% [markdown] tags=["ko"]
r"""
각 행은 출력 한 칸, 각 열은 입력 픽셀 하나입니다(2절의 행렬과는 행과 열이 반대입니다). 색칠한 칸은 가중치이고, 흰 칸의 가중치는 0입니다. 셋째 행렬에서 번호가 같은 칸은 같은 가중치입니다. 두 가정을 모두 넣으면 가중치는 9개만 남고, 식은

$$O(i, j) = b + \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} I(i + m,\ j + n)\, K(m, n)$$

이 됩니다. 이것이 **합성곱**입니다. $I$는 입력, $K$는 **커널**(kernel), $F$는 커널의 한 변, $O$는 **특징 맵**(feature map), $b$는 역시 모든 자리에서 공유하는 편향이며, 번호는 0부터 셉니다. 이런 층으로 만든 신경망이 **합성곱 신경망**(convolutional neural network, **CNN**)입니다.
두 가정은 데이터에 관한 것이므로 틀릴 수도 있습니다. 15절에서 두 가정을 일부러 깨뜨립니다.

## 5. 합성곱: 밀고, 곱하고, 더한다

합성곱은 손으로도 할 수 있습니다. 커널을 그림 위에 올려놓고, 겹친 수끼리 곱해 모두 더합니다. 그 합이 특징 맵의 한 칸입니다. 커널을 한 칸 밀고 되풀이합니다.
"""

# %% [markdown] tags=["en"]
r"""
Each row is one output, each column one input pixel (in section 2 it was the other way round). A coloured square is a weight, a white one a weight of 0; in the third matrix, squares with one number are one and the same weight. With both assumptions only 9 weights are left, and the formula becomes

$$O(i, j) = b + \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} I(i + m,\ j + n)\, K(m, n)$$

This is the **convolution**. $I$ is the input, $K$ the **kernel**, $F$ its side, $O$ the **feature map**, $b$ the bias, which is shared, too; indices start at 0. A network of such layers is a **convolutional neural network** (**CNN**).
Both assumptions are about the data, so they can be wrong. Section 15 breaks them on purpose.

## 5. Convolution: slide, multiply, add

A convolution can be done by hand. Lay the kernel on the picture, multiply the numbers that overlap and add up the products. The sum is one entry of the feature map. Then slide the kernel on by one and do it again.
"""

# %%
image = np.array([[1, 2, 3, 0, 1],
                  [0, 1, 2, 3, 0],
                  [1, 2, 3, 1, 1],
                  [2, 3, 0, 0, 1],
                  [0, 1, 1, 2, 3]])
kernel = np.array([[1, 0, 1],
                   [0, 1, 0],
                   [1, 0, 1]])

# %%
predict("corner", "The kernel lies on the upper left corner of the image. What is the sum?")

# %% tags=["covers-B1"]
window = image[0:3, 0:3]
print(window * kernel)
reveal("corner", (window * kernel).sum())

# %% [markdown] tags=["ko"]
r"""
$1 + 3 + 1 + 1 + 3 = 9$입니다. 커널이 놓일 수 있는 모든 자리에서 똑같이 하면 됩니다. `for i`는 커널을 아래로, `for j`는 오른쪽으로
옮깁니다. `stride`는 7절에서 쓰니 지금은 1로 둡니다.
"""

# %% [markdown] tags=["en"]
r"""
It is $1 + 3 + 1 + 1 + 3 = 9$. The same happens at every place where the kernel fits: `for i` moves the kernel down, `for j` to the right.
`stride` is for section 7; for now it is 1.
"""

# %% tags=["covers-B1"]
def slide(image, kernel, stride=1):
    """Lay (size, size) on every place of (height, width), without padding. Returns (out_height, out_width)."""
    size = len(kernel)
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    return np.array([[(image[i:i + size, j:j + size] * kernel).sum() for j in columns] for i in rows])


feature_map = slide(image, kernel)
print(feature_map)

# %%
plot.sliding_kernel(image, kernel, alt="A 3 by 3 kernel lies on a 5 by 5 input at several places; below each, the "
                                       "products, their sum, and the feature map as far as it is filled.")

# %% [markdown] tags=["ko"]
r"""
커널의 가중치는 놓인 칸 안에 작게 적혀 있고, 아래의 식은 그 위치에서 하는 곱셈과 덧셈입니다(가중치가 0인 칸은 뺐습니다).

이제 같은 계산을 네 가지 방법으로 더 해 봅니다. 4절의 식을 글자 그대로 옮긴 코드, 가중치를 공유하는 행렬의 곱, `keras.ops.conv`, `Conv2D` 층입니다. Keras의 텐서(tensor)는 `(batch, height, width, channels)`,
커널은 `(height, width, in_channels, out_channels)` 순서이므로 크기가 1인 축을 덧붙입니다.
"""

# %% [markdown] tags=["en"]
r"""
The kernel's weights stand small in the squares on which it lies, and the line below is the arithmetic of that place, without the weights of 0.

Now compute the same in four more ways: the formula of section 4 taken literally, a product with a matrix of shared weights, `keras.ops.conv`, and the layer `Conv2D`. Keras orders a tensor as `(batch, height, width, channels)`
and a kernel as `(height, width, in_channels, out_channels)`, so axes of size 1 are added.
"""

# %% tags=["covers-B2"]
def output(i, j):
    return sum(image[i + m, j + n] * kernel[m, n] for m in range(3) for n in range(3))


by_formula = np.array([[output(i, j) for j in range(3)] for i in range(3)])

matrix = np.zeros((3, 3, 5, 5))  # output row and column, input row and column
for i in range(3):
    for j in range(3):
        matrix[i, j, i:i + 3, j:j + 3] = kernel
by_matrix = (matrix.reshape(9, 25) @ image.reshape(25)).reshape(3, 3)

# %% tags=["covers-B2"]
def first_map(tensor):
    """(1, height, width, channels) -> its first channel as a NumPy array (height, width)."""
    return ops.convert_to_numpy(ops.cast(tensor, "float32"))[0, :, :, 0]


image_tensor = image.reshape(1, 5, 5, 1).astype("float32")
kernel_tensor = kernel.reshape(3, 3, 1, 1).astype("float32")
by_ops = first_map(ops.conv(image_tensor, kernel_tensor, padding="valid"))

one_filter = layers.Conv2D(filters=1, kernel_size=3, use_bias=False)
one_filter.build(image_tensor.shape)
one_filter.set_weights([kernel_tensor])
by_layer = first_map(one_filter(image_tensor))

# %% tags=["covers-B2"]
worked_out = [[9, 7, 11], [6, 10, 4], [8, 6, 8]]  # on paper
ways = {"loops": feature_map, "the formula": by_formula, "a matrix": by_matrix,
        "keras.ops.conv": by_ops, "Conv2D": by_layer}
for way, result in ways.items():
    identity(f"By {way}: the nine numbers worked out on paper", result, worked_out)

# %% [markdown] tags=["ko"]
r"""
수학에서 말하는 합성곱은 커널을 위아래, 좌우로 **뒤집은 뒤** 미는 연산입니다. 뒤집지 않고 미는 연산은 **교차 상관**(cross-correlation)이고,
오늘날의 딥러닝 라이브러리에서 '합성곱'은 이것입니다. 위의 커널은 뒤집어도 같은 모양이라 차이가 드러나지 않았습니다. 다음 커널은 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
In mathematics, convolution **flips** the kernel upside down and left to right before it slides. Without the flip it is called
**cross-correlation**, and that is what today's deep-learning libraries mean by "convolution". Our kernel looks the same when flipped, so nothing showed. And the next one?
"""

# %%
edge = np.array([[-1, 0, 1],
                 [-2, 0, 2],
                 [-1, 0, 1]])

# %%
predict("flip", "What changes in the feature map if this kernel is flipped both ways?",
        choices=["nothing", "the sign of every number", "the order of the numbers"])

# %% tags=["reveal"]
not_flipped, flipped = slide(image, edge), slide(image, edge[::-1, ::-1])
print("cross-correlation:\n", not_flipped)
print("convolution of mathematics:\n", flipped)
reveal("flip", "the sign of every number" if (flipped == -not_flipped).all() else "the order of the numbers")

# %%
signal = [1, 2, 4, 7]  # in one dimension, NumPy has both
identity("np.convolve is np.correlate with the kernel reversed",
         np.convolve(signal, [1, 0, 3], "valid"), np.correlate(signal, [3, 0, 1], "valid"))

# %% [markdown] tags=["ko"]
r"""
이 커널은 뒤집으면 모든 가중치의 부호가 바뀌므로 결과의 부호도 바뀝니다. 학습에서는 어느 쪽이든 상관없습니다. 커널의 값을 데이터에서 배우므로, 뒤집힌 채로 배우면 그만이기 때문입니다.

## 6. 패딩: 크기를 유지하는 테두리

$5 \times 5$가 $3 \times 3$으로 줄었습니다. 모서리의 픽셀은 한 번만 쓰이고, 층을 쌓을수록 그림이 작아집니다. 둘레에 $0$을 한 줄
두르는 **제로 패딩**(zero padding)을 하면 크기가 그대로입니다.
"""

# %% [markdown] tags=["en"]
r"""
Flipping this kernel changes the sign of all its weights, and so the sign of the result. For learning it makes no difference: the kernel's values come from data, so a network simply learns them flipped.

## 6. Padding: a frame that keeps the size

$5 \times 5$ shrank to $3 \times 3$. A corner pixel is used only once, and layer after layer the picture shrinks. A frame of $0$ around it,
**zero padding**, keeps the size.
"""

# %%
predict("padded", "With one row of zeros around the 5×5 image: what is the upper left entry of the map?")

# %% tags=["covers-B4"]
padded = np.pad(image, 1)
padded_map = slide(padded, kernel)
print(padded_map)
reveal("padded", padded_map[0, 0])

# %% tags=["covers-B4"]
framed = [[2, 4, 7, 2, 4], [4, 9, 7, 11, 1], [5, 6, 10, 4, 4], [5, 8, 6, 8, 4], [3, 3, 4, 3, 3]]
identity("Padding by hand: the map worked out on paper", padded_map, framed)
identity('Keras with padding="same"', first_map(ops.conv(image_tensor, kernel_tensor, padding="same")), framed)

# %% [markdown] tags=["ko"]
r"""
안쪽 $3 \times 3$은 앞의 결과 그대로이고, 테두리에서는 커널의 일부가 $0$ 위에 놓입니다. Keras에서 `padding="valid"`는 패딩이 없다는 뜻이고, `padding="same"`은 스트라이드가 1일 때 크기를 유지하는 패딩입니다.

## 7. 스트라이드: 몇 칸씩 움직일까

커널이 한 번에 움직이는 거리를 **스트라이드**(stride)라고 합니다. 기본값은 1입니다. 스트라이드가 $S$이면

$$O(i, j) = b + \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} I(iS + m,\ jS + n)\, K(m, n)$$

입니다.
"""

# %% [markdown] tags=["en"]
r"""
The inner $3 \times 3$ is what we had; at the frame, part of the kernel lies on $0$. In Keras `padding="valid"` means no padding, and `padding="same"` the padding that keeps the size when the stride is 1.

## 7. Stride: how far the kernel moves

The distance of one move is called the **stride**; by default it is 1. With stride $S$

$$O(i, j) = b + \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} I(iS + m,\ jS + n)\, K(m, n)$$
"""

# %%
predict("strided", "Stride 2, no padding, the 5×5 image and the 3×3 kernel: how many numbers has the feature map?")

# %% tags=["covers-B5"]
strided_map = slide(image, kernel, stride=2)
print("stride 1:\n", feature_map)
print("stride 2:\n", strided_map)
reveal("strided", strided_map.size)

# %% tags=["covers-B5"]
identity("By hand: the corners of the map with stride 1", strided_map, [[9, 11], [8, 8]])
identity("Keras with strides=2", first_map(ops.conv(image_tensor, kernel_tensor, strides=2)), strided_map)

# %% [markdown] tags=["ko"]
r"""
커널은 위치 $0, 1, 2$ 중 $0$과 $2$에만 놓이므로 네 모서리의 값만 남습니다. 스트라이드가 커질수록 특징 맵은 작아지고 계산도 줄어듭니다.

## 8. 출력의 크기를 미리 알기

너비 $W$, 커널 $F$, 양쪽에 각각 두른 패딩 $P$, 스트라이드 $S$일 때 출력의 크기는

$$O = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$

입니다. 여기서 $W$는 가중치가 아니라 너비이고, $O$는 출력의 너비입니다. 나누어떨어지지 않으면 소수점 아래를 버립니다. 남은 가장자리에는 커널이 들어갈 자리가 없기 때문입니다.
"""

# %% [markdown] tags=["en"]
r"""
Of the places $0, 1, 2$ the kernel stops only at $0$ and $2$, so the four corners remain. A larger stride gives a smaller map and less work.

## 8. Knowing the output size in advance

For width $W$, kernel $F$, padding $P$ on each side and stride $S$ the output size is

$$O = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$

Here $W$ is the width, not a weight, and $O$ the width of the output. Where it does not divide, the fraction is dropped: the kernel does not fit into the edge that remains.
"""

# %%
predict("size", "A picture 28 wide, a kernel of 3, no padding, stride 1: how wide is the map?", unit="pixels")

# %% tags=["covers-B7"]
def output_size(width, size, padding, stride):
    return (width - size + 2 * padding) // stride + 1


reveal("size", output_size(28, 3, 0, 1))
print("with stride 2:", output_size(28, 3, 0, 2))

# %% [markdown] tags=["ko"]
r"""
스트라이드가 2이면 커널은 남은 25픽셀을 두 칸씩 12번 갈 수 있고, 마지막 한 픽셀이 남습니다. 그래서 자리는 처음 자리까지 13개입니다. 공식이 Keras와 정말 같은지 여러 조합에서 확인합니다. `itertools.product`는 모든 조합을 차례로 냅니다.

실험을 해 봐야 알 수 있는 것은 `claim`으로 확인합니다. 측정한 값이 기대한 범위에 있으면 ✓와 그 범위가 출력되고, 측정값은 장 끝의 표에 모읍니다.
"""

# %% [markdown] tags=["en"]
r"""
With a stride of 2 the kernel can take 12 steps in the 25 pixels that are left, and one pixel remains. With the first place that makes 13. Does the formula really agree with Keras? Try many combinations; `itertools.product` gives them one after the other.

What only an experiment can tell is checked by `claim`: it prints ✓ and the expected band if the measured value lies in it. A table at the end of the chapter holds the measured values.
"""

# %% tags=["covers-B7"]
import itertools


def made_by_keras(width, size, padding, stride):
    frame = np.zeros((1, width + 2 * padding, width + 2 * padding, 1), "float32")
    return ops.conv(frame, np.zeros((size, size, 1, 1), "float32"), strides=stride, padding="valid").shape[1]


settings = list(itertools.product((7, 8, 27, 28), (1, 3, 5, 7), (0, 1, 2), (1, 2, 3)))
disagree = [one for one in settings if made_by_keras(*one) != output_size(*one)]
claim(f"Of {len(settings)} combinations, those in which the formula and Keras disagree", len(disagree), equals=0)

# %% [markdown] tags=["ko"]
r"""
`padding="same"`에서는 크기를 먼저 정하고 패딩을 거기에 맞춥니다. 스트라이드가 $S$이면 출력의 크기는 $O = \lceil W / S \rceil$이고, 제로 패딩에 필요한 줄 수는 양쪽을 합해

$$P_{\text{total}} = \max\bigl((O - 1)\, S + F - W,\ 0\bigr)$$

입니다. 이 수가 홀수이면 오른쪽과 아래에 한 줄을 더 둡니다. 그래서 테두리가 한쪽으로 치우칠 수 있고, 이때는 양쪽의 패딩이 같다고 보는 위의 공식에 넣을 $P$가 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
With `padding="same"` the size comes first, and the padding follows. With stride $S$ the output size is $O = \lceil W / S \rceil$, and the zeros that this takes are, on both sides together,

$$P_{\text{total}} = \max\bigl((O - 1)\, S + F - W,\ 0\bigr)$$

rows. If the number is odd, the right and the bottom get the extra row. So the frame may be one-sided, and then there is no $P$ for the formula above, which takes both sides to be equal.
"""

# %%
predict("same", 'Width 28, kernel 5, stride 2, padding="same": how many columns of zeros in all?')

# %%
def same_frame(width, size, stride):
    """Rows of zeros (before, after) that padding="same" adds."""
    out = (width + stride - 1) // stride  # rounded up
    total = max((out - 1) * stride + size - width, 0)
    return total // 2, total - total // 2


before, after = same_frame(28, 5, 2)
reveal("same", before + after)
print("left and top:", before, " right and bottom:", after)

# %%
generator = np.random.default_rng(0)
gaps = []
for width_in, size, stride in itertools.product((7, 28), (3, 5), (1, 2, 3)):
    noise = generator.normal(size=(1, width_in, width_in, 1)).astype("float32")
    weights_in = generator.normal(size=(size, size, 1, 1)).astype("float32")
    frame = same_frame(width_in, size, stride)
    by_frame = ops.conv(np.pad(noise, ((0, 0), frame, frame, (0, 0))), weights_in, strides=stride, padding="valid")
    gaps.append(float(ops.max(ops.abs(by_frame - ops.conv(noise, weights_in, strides=stride, padding="same")))))

identity(f'padding="same" is this frame followed by padding="valid", in {len(gaps)} combinations',
         max(gaps), 0, tolerance=1e-4)

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 커널 하나로 하는 계산은 여기까지입니다. 다음은 채널과 필터 여러 개입니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** That was all there is to one kernel. Next come channels and many filters.
"""

# %% [markdown] tags=["ko"]
r"""
## 9. 채널: 여러 장을 겹쳐 보기

컬러 사진은 빨강, 초록, 파랑의 세 **채널**(channel)로 되어 있습니다. 커널도 채널마다 한 장씩 있습니다. 장마다 자기 채널에서 따로
계산한 뒤 **더해서** 특징 맵 하나를 만듭니다. 이런 커널을 **필터**(filter)라고도 하며, Keras의 `filters`는 그 개수입니다. 필터 $k$마다 특징 맵 한 장과 편향 $b_k$ 하나가 있습니다.

$$O(i, j, k) = b_k + \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} \sum_{c=0}^{C-1} I(iS + m,\ jS + n,\ c)\, K(m, n, c, k)$$

$c$는 채널의 번호, $C$는 채널의 수입니다. 아래 그림의 ∗는 합성곱입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 9. Channels: looking at several sheets at once

A colour photograph has three **channels**: red, green and blue. A kernel has one slice per channel. Each slice
works on its own channel, and the results are **added** to one feature map. Such a kernel is also called a **filter**; `filters` in Keras is their number. Each filter $k$ has one feature map and one bias $b_k$.

$$O(i, j, k) = b_k + \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} \sum_{c=0}^{C-1} I(iS + m,\ jS + n,\ c)\, K(m, n, c, k)$$

$c$ is the number of a channel, $C$ how many there are. In the figure, ∗ is the convolution.
"""

# %% tags=["covers-B6"]
channel_values = np.random.default_rng(3)
colours = channel_values.integers(0, 4, (5, 5, 3))  # (height, width, channels)
slices = channel_values.integers(-1, 2, (3, 3, 3))  # (height, width, channels)
plot.channels(colours, slices, names=["red", "green", "blue"], title="Each slice on its own channel, then the sum",
              alt="Three rows, one per channel: a 5 by 5 channel, a 3 by 3 slice and a 3 by 3 result. "
                  "At the right, the sum of the three results: one feature map.")

# %%
predict("filters", "How many weights do four 3×3 kernels for a colour photograph have, without biases?")

# %% tags=["covers-B6"]
photo = data.photograph("coffee")  # (height, width, channels)
four_kernels = np.random.default_rng(0).integers(-2, 3, (3, 3, photo.shape[2], 4)).astype("float32")
four_maps = ops.convert_to_numpy(ops.conv(photo[np.newaxis], four_kernels))[0]  # a batch of one photograph
print("photograph", photo.shape, "-> feature maps", four_maps.shape)
reveal("filters", four_kernels.size)

# %% tags=["covers-B6"]
piece = photo[:40, :60]
added = sum(slide(piece[:, :, c], four_kernels[:, :, c, 0]) for c in range(3))
identity("One feature map is the sum over the channels", four_maps[:38, :58, 0], added, tolerance=1e-4)

biased = layers.Conv2D(filters=4, kernel_size=3)
biased.build((None, None, None, 3))
print("with biases:", biased.count_params(), "parameters")

# %% [markdown] tags=["ko"]
r"""
입력 채널이 $C$개, 필터가 $M$개이면 파라미터는 $(F \cdot F \cdot C + 1)\, M$개입니다. 편향은 출력 채널마다 하나이고, 그림의 크기는 들어가지 않습니다.

## 10. 커널이 보는 것: 선, 경계, 방향

손으로 만든 커널을 사진에 적용합니다. 5절의 커널 `edge`는 소벨(Sobel) 커널이라고 하며, 오른쪽이 왼쪽보다 밝은 곳, 곧 세로 **경계**(에지, edge)에서 큰 값을 냅니다.
행과 열을 바꾸면(`.T`) 가로 경계를 찾습니다. 평균을 내는 커널은 사진을 흐리게 하고(box blur), 가운데를 키우고 둘레를 빼는 커널은 선명하게 합니다. 선명하게 하는 커널은 사진에서 라플라시안(Laplacian)을 뺍니다. 라플라시안은 상하좌우 네 이웃의 합에서 가운데 값의 네 배를 뺀 것입니다.
"""

# %% [markdown] tags=["en"]
r"""
With $C$ input channels and $M$ filters there are $(F \cdot F \cdot C + 1)\, M$ parameters: one bias per output channel, and the size of the picture is not in it.

## 10. What kernels see: lines, edges, directions

Hand-made kernels go over the photograph. The kernel `edge` of section 5 is called the Sobel kernel; it is large where the right is brighter than the left, that is, at a vertical **edge**.
With rows and columns swapped (`.T`) it finds horizontal ones. A kernel that averages makes the picture soft (box blur); one that raises the middle and subtracts the neighbours makes it crisp: it is the picture minus its Laplacian, the sum of the four neighbours less four times the middle.
"""

# %%
predict("flat", "What does the Sobel kernel give where all pixels are equal, however bright?")

# %%
even = np.full((3, 3), 7)
reveal("flat", slide(even, edge).item())

# %% [markdown] tags=["ko"]
r"""
가중치를 모두 더하면 $0$이기 때문입니다. 그래서 이런 커널은 밝기가 아니라 밝기의 **변화**를 봅니다. 어두워지는 경계에서는 음수가 나오므로, 경계와 선을 찾는 커널은 절댓값을 그립니다.
흐린 사진과 선명한 사진은 그대로 그립니다. 커널들은 서로 독립적으로 계산되며, 저마다 특징 맵을 하나씩 만듭니다.
"""

# %% [markdown] tags=["en"]
r"""
Its weights add up to $0$. So it sees not brightness but its **change**. Where it gets darker the result is negative; for the kernels that look for edges and lines, absolute values are drawn.
The blurred and the sharpened picture are drawn as they are. The kernels work independently of each other, each making a map of its own.
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

# %% tags=["covers-B3"]
drawn = [grey]
for name, one_kernel in hand_made.items():
    response = slide(grey, one_kernel)
    if one_kernel.sum() == 0:  # it looks for edges or lines
        response = np.abs(response) / np.percentile(np.abs(response), 99)  # the strongest 1 % become white
    drawn.append(np.clip(response, 0, 1))

plot.image_grid(drawn, ["photograph", *hand_made], columns=4, size=1.9, limits=(0, 1),
                title="Each kernel responds to something different",
                alt="A photograph of a cup and six responses: vertical, horizontal and diagonal edges and "
                    "thin lines are bright on black; then a blurred and a sharpened picture.")

# %% [markdown] tags=["ko"]
r"""
세로 경계 커널은 컵의 왼쪽과 오른쪽 벽에서, 가로 경계 커널은 컵과 접시의 위아래 테두리에서 밝습니다. 아래에서 커널, 스트라이드, 패딩을
직접 고르고 커널의 수도 바꾸어 보세요. 노트북을 실행하지 않고 읽는다면 정지된 그림이 보입니다.
"""

# %% [markdown] tags=["en"]
r"""
The vertical kernel is bright along the left and right walls of the cup, the horizontal one along the upper and lower rims of cup and saucer. Choose
kernel, stride and padding yourself below, and change the numbers of the kernel. Where the notebook is read without being run, you see a still picture.
"""

# %% tags=["covers-B1", "covers-B3"]
blurs = {f"blur {size}×{size}": np.ones((size, size)) / size**2 for size in (1, 3, 5, 7)}
plot.explore_convolution(grey, {**hand_made, **blurs},
                         alt="Photograph, vertical edge kernel and its feature map; titles give the sizes.")

# %% [markdown] tags=["ko"]
r"""
## 11. 커널은 배울 수 있다

커널을 사람이 만들 필요는 없습니다. 입력과 출력만 주고, 3절의 경사 하강법으로 커널을 찾게 합시다. 입력은 무작위 픽셀이고, 출력은 세로 경계 커널이 만든 특징 맵입니다.
커널은 $0$에서 시작합니다. 손실은 오차를 제곱한 값의 평균이고, 식을 $K(m, n)$으로 미분하면 기울기는 오차와 입력을 곱한 값의 평균의 $2$배입니다.

$$L = \frac{1}{N} \sum_{i, j} \bigl(O(i, j) - T(i, j)\bigr)^2, \qquad \frac{\partial L}{\partial K(m, n)} = \frac{2}{N} \sum_{i, j} \bigl(O(i, j) - T(i, j)\bigr)\, I(i + m,\ j + n)$$

$T$는 목표 출력, $N$은 출력의 칸 수, $O$는 지금의 커널이 내는 출력입니다(편향은 없습니다). 학습률은 0.2입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 11. A kernel can be learned

Nobody has to make the kernel. Give only input and output, and let the gradient descent of section 3 find it. The input is random pixels, the output is the feature map that the vertical edge kernel makes of them.
The kernel starts at $0$. The loss is the mean of the squared errors; its derivative by $K(m, n)$ is $2$ times the mean of error times input.

$$L = \frac{1}{N} \sum_{i, j} \bigl(O(i, j) - T(i, j)\bigr)^2, \qquad \frac{\partial L}{\partial K(m, n)} = \frac{2}{N} \sum_{i, j} \bigl(O(i, j) - T(i, j)\bigr)\, I(i + m,\ j + n)$$

$T$ is the output that is wanted, $N$ the number of its entries, and $O$ what the present kernel gives (without a bias). The learning rate is 0.2.
"""

# %%
pixels = np.random.default_rng(1).normal(size=(30, 30))
target = slide(pixels, edge)

predicted_kernel = np.zeros((3, 3))
losses = []
for step in range(20):
    error = slide(pixels, predicted_kernel) - target
    losses.append((error ** 2).mean())
    gradient = slide(pixels, error) * 2 / error.size  # error times input, for each of the 9 places
    predicted_kernel = predicted_kernel - 0.2 * gradient

# %% [markdown] tags=["ko"]
r"""
기울기를 구하는 줄에도 `slide`가 나옵니다. 오차를 커널로 삼아 입력 위에 놓으면, 놓일 수 있는 자리가 바로 $3 \times 3$개이기 때문입니다. 합성곱의 기울기는 다시 합성곱입니다.
"""

# %% [markdown] tags=["en"]
r"""
`slide` appears in the line of the gradient, too: laid on the input as if it were a kernel, the error has just $3 \times 3$ places. The gradient of a convolution is again a convolution.
"""

# %%
predict("learned", "Which kernel has been learned after 20 steps, rounded to whole numbers?",
        choices=["the edge kernel itself", "the edge kernel, flipped", "another kernel with the same output"])

# %% tags=["reveal"]
plot.kernel_gallery(np.stack([edge, predicted_kernel], axis=2), ["behind the data", "learned"],
                    columns=2, size=1.6, title="Gradient descent finds the kernel behind the data",
                    alt="Two 3 by 3 kernels that look the same: blue at the left, orange at the right.")
print(np.round(predicted_kernel, 2) + 0.0)  # + 0.0 turns -0.0 into 0.0
found = (np.round(predicted_kernel) == edge).all()
reveal("learned", "the edge kernel itself" if found else "another kernel with the same output")
claim("The learned kernel is the edge kernel (largest difference)",
      np.abs(predicted_kernel - edge).max(), at_most=0.001)

# %% [markdown] tags=["ko"]
r"""
무작위 픽셀에서는 서로 다른 커널이 서로 다른 출력을 내므로, 답이 하나뿐입니다. 사진에서는 이웃한 픽셀이 거의 같아서 서로 다른 커널의 출력도 비슷하므로, 더 느리게 배웁니다. 사진의 한 조각에서 확인해 봅시다. 조각은 무작위 픽셀처럼 평균이 0, 표준 편차가 1이 되도록 바꿉니다. 학습률 0.2는 사진에 너무 크므로 둘 다 0.1로 배웁니다.
"""

# %% [markdown] tags=["en"]
r"""
On random pixels different kernels give different outputs, so there is only one answer. On a photograph neighbouring pixels are nearly equal, so different kernels give outputs that are much alike, and learning is slower. Check this on a piece of the photograph, with mean 0 and standard deviation 1, as the random pixels have. A rate of 0.2 is too high for the photograph, so both learn at 0.1.
"""

# %%
def still_wrong(picture):
    """Learn from a picture in this way, 20 steps at a rate of 0.1. Returns the largest error of a weight."""
    guess = np.zeros((3, 3))
    for _ in range(20):
        miss = slide(picture, guess) - slide(picture, edge)
        guess = guess - 0.1 * slide(picture, miss) * 2 / miss.size
    return np.abs(guess - edge).max()


detail = grey[30:60, 50:80]
detail = (detail - detail.mean()) / detail.std()
claim("On random pixels, 20 such steps bring the kernel close to the edge kernel (largest difference)",
      still_wrong(pixels), at_most=0.06)
claim("On a piece of the photograph, it is still far from the edge kernel (largest difference)",
      still_wrong(detail), at_least=1)

# %% [markdown] tags=["ko"]
r"""
신경망의 커널도 이렇게 배웁니다. 다만 출력이 미리 주어지지 않고, 뒤에 있는 층을 거쳐 온 기울기가 그 자리를 대신합니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 층을 쌓으면 생기는 일입니다.

## 12. 수용 영역: 한 칸은 얼마나 넓게 볼까

많이 쓰는 커널의 크기는 $1, 3, 5, 7$입니다. 홀수라서 가운데 칸이 있고, 크기를 유지하는 패딩이 양쪽에 똑같이 들어갑니다. 그런데 2015년 무렵부터 많은 CNN이 주로 $3 \times 3$을 씁니다. 까닭을 알려면 '얼마나 넓게 보는가'를 측정해야 합니다.

특징 맵의 한 칸에 영향을 주는 입력의 범위를 **수용 영역**(receptive field)이라고 합니다. 층 $l$의 커널이 $F_l$, 스트라이드가 $S_l$이면 $L$층 뒤에서 한 변은

$$R = 1 + \sum_{l=1}^{L} (F_l - 1) \prod_{i=1}^{l-1} S_i$$

입니다($l = 1$이면 곱은 1입니다). 여기서 $L$은 손실이 아니라 층의 수입니다.
"""

# %% [markdown] tags=["en"]
r"""
The kernels of a network are learned in this way, too; only that no output is given for them, and the gradient that comes back through the later layers takes its place.

> **A good place to stop.** Next comes what happens when layers are stacked.

## 12. The receptive field: how far one unit sees

The usual kernel sizes are $1, 3, 5, 7$: odd, so that there is a middle, and the padding that keeps the size is the same on both sides. Yet since about 2015 many CNNs have used mostly $3 \times 3$. To see why, we must measure how far a unit sees.

The part of the input that influences one entry of a feature map is its **receptive field**. If layer $l$ has kernel $F_l$ and stride $S_l$, its side behind $L$ layers is

$$R = 1 + \sum_{l=1}^{L} (F_l - 1) \prod_{i=1}^{l-1} S_i$$

For $l = 1$ the product is 1. Here $L$ is the number of layers, not the loss.
"""

# %%
predict("reach", "Three 3×3 convolutions on top of each other, stride 1: how wide is the square that a unit sees?",
        unit="pixels")

# %%
def reach_by_formula(sizes, strides):
    """Side of the receptive field of a unit behind these layers."""
    side, jump = 1, 1  # jump: pixels of the input from one unit to the next
    for size, stride in zip(sizes, strides):
        side += (size - 1) * jump
        jump *= stride
    return side


triple = [3] * 3
reveal("reach", reach_by_formula(triple, strides=[1] * len(triple)))

# %% [markdown] tags=["ko"]
r"""
정말 그런지 실제 신경망에서 **측정**합니다. 마지막 맵의 가운데 자리(채널을 모두 더한 값)를 입력 픽셀로 미분하면, 그 기울기가 $0$이 아닌 픽셀이 바로 그 자리가 보는 픽셀입니다. `tf.GradientTape`는 그 안에서 한 계산을 기억했다가 미분해 줍니다. 그림 한 장에서는 ReLU가 일부 픽셀의 영향을 $0$으로 만들 수 있으므로, 무작위 그림 64장에서 구한 기울기의 크기를 평균합니다.
"""

# %% [markdown] tags=["en"]
r"""
**Measure** it in a real network: differentiate the middle place of the last map, summed over its channels, with respect to the input pixels; those whose gradient is not $0$ are the ones that this place sees. `tf.GradientTape` remembers what is computed inside it and differentiates it. In a single picture a ReLU may turn the influence of some pixels into $0$, so the sizes of the gradients are averaged over 64 random pictures.
"""

# %%
import tensorflow as tf  # for its gradients


def influence(network, size):
    """How much each input pixel moves the middle unit of the last map: (size, size), mean size of the gradient."""
    pictures = np.random.default_rng(0).normal(size=(64, size, size, network.input_shape[-1]))
    pictures = tf.constant(pictures, "float32")
    with tf.GradientTape() as tape:
        tape.watch(pictures)  # what we differentiate by
        last_maps = network(pictures)
        unit = ops.sum(last_maps[:, last_maps.shape[1] // 2, last_maps.shape[2] // 2, :])
    return np.abs(tape.gradient(unit, pictures)).mean(axis=(0, 3))  # over pictures and channels


def measured_reach(heat):
    """Side of the square of pixels with any influence."""
    rows = np.flatnonzero(heat.max(axis=1))
    return int(rows[-1] - rows[0] + 1)

# %% tags=["covers-A2", "covers-B8"]
def stack(sizes):
    """Convolutions one after the other, 8 channels in and out, with ReLU."""
    convolutions = [layers.Conv2D(8, size, padding="same", activation="relu") for size in sizes]
    return keras.Sequential([keras.Input((None, None, 8)), *convolutions])


heats = {}
for sizes in ((5,), (3, 3), (7,), (3, 3, 3)):
    label = " + ".join(f"{size}×{size}" for size in sizes)
    network = stack(sizes)
    kernel_weights = sum(layer.kernel.shape.num_elements() for layer in network.layers)
    heats[label], side = influence(network, size=11), reach_by_formula(sizes, [1] * len(sizes))
    print(f"{label}: {kernel_weights:,} weights")
    claim(f"{label}: the measured reach is the formula's {side}", measured_reach(heats[label]), equals=side)

# %% tags=["covers-B8"]
plot.image_grid([heat / heat.max() for heat in heats.values()], list(heats), size=1.7, limits=(0, 1), framed=True,
                scale="influence of a pixel, as a share of the largest",
                title="Stacked small kernels see as far as a large one, the middle more than the rim",
                alt="Four heat maps of the pixels that move a unit: a square of side 5 for 5x5 and for two 3x3, "
                    "of side 7 for 7x7 and for three 3x3. Stacked, the middle is brighter than the rim.")


def middle_share(heat):
    """Percent of the influence that lies in the middle 3x3 of an 11x11 map."""
    return 100 * heat[4:7, 4:7].sum() / heat.sum()


claim("Of the influence of three 3×3, the middle 3×3 pixels hold more than those of one 7×7",
      middle_share(heats["3×3 + 3×3 + 3×3"]) - middle_share(heats["7×7"]), at_least=11.3, unit="points")

# %% [markdown] tags=["ko"]
r"""
채널 수가 같으면 $3 \times 3$ 두 개는 $5 \times 5$ 하나만큼 넓게 보면서 가중치는 더 적고, 사이에 활성화 함수가 한 번 더 들어갑니다. 그래서 작은 커널을 여러 층
쌓는 방식이 표준이 되었습니다(Simonyan and Zisserman, 2015). 다만 수용 영역 안의 픽셀이 모두 똑같이 중요하지는 않습니다. 쌓은 커널에서는 가운데로 가는 길이 더 많아, 여기서처럼 가중치가 무작위일 때 가운데의 영향이 큽니다. 실제로 큰 영향을 주는 범위를 유효 수용 영역(effective receptive field; Luo et al., 2016)이라고 합니다. 층이 더 깊으면 어떻게 되는지는 연습 문제 12에서 잽니다.
"""

# %% [markdown] tags=["en"]
r"""
With the same number of channels, two $3 \times 3$ kernels see as far as one $5 \times 5$ with fewer weights, and with one more activation function in between. That is why
many layers of small kernels became the standard (Simonyan and Zisserman, 2015). But not all pixels of the receptive field count the same: through stacked kernels more ways lead to the middle, so with random weights, as here, its influence is larger. The part with much influence is called the effective receptive field (Luo et al., 2016); task 12 of the exercises measures what becomes of it in deeper stacks.
"""

# %% [markdown] tags=["ko"]
r"""
직접 해 보세요. 아래에서 아무 칸이나 가리키면 그 칸이 앞의 층과 입력에서 보는 칸들이 표시됩니다. 커널의 크기와 스트라이드도 바꿀 수 있습니다. 둘째 층의 스트라이드 $2$가 셋째 층의 한 걸음을 입력에서 두 걸음으로 만듭니다.
"""

# %% [markdown] tags=["en"]
r"""
Try it: point at any unit below, and the units that it sees in the layers before and in the input are marked. Kernel sizes and strides can be changed. The stride $2$ of the second layer turns one step of the third into two steps of the input.
"""

# %% tags=["covers-A2"]
plot.explore_receptive_field({"layer 1": (3, 1, 1), "layer 2": (3, 2, 1), "layer 3": (3, 1, 1)}, side=15,
                             alt="An input of 15 by 15 and the maps of three layers; the middle unit of the last "
                                 "one and the squares that it sees are framed.")

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 지금까지의 것을 모아 CNN을 만들고 MLP와 겨룹니다.

## 13. CNN의 구성 요소

CNN은 세 가지 층으로 이루어집니다. **합성곱층**은 필터 여러 개로 특징을 찾고, **풀링층**(pooling layer)은 이웃한 칸을 하나로 줄이며(여기서는 $2 \times 2$마다 가장 큰 값을 남기고 두 칸씩 움직이는 최댓값 풀링, 자세한 것은 2장),
**완전 연결층**은 찾은 특징을 모아 클래스마다 로짓 하나를 냅니다.

합성곱층과 ReLU 사이에는 **배치 정규화**(batch normalization; Ioffe and Szegedy, 2015)를 넣을 수 있습니다. 채널 $k$마다, 배치의 모든 이미지와 모든 자리에서 구한 평균 $\mu_k$와 표준 편차 $\sigma_k$로 표준화한 다음, 학습하는 두 수 $\gamma_k$와 $\beta_k$로 크기와 위치를 다시 정합니다.

$$y_k = \gamma_k\, \frac{x_k - \mu_k}{\sigma_k} + \beta_k$$

0으로 나누지 않도록 $\sigma_k^2$에 작은 수를 더합니다. 채널마다 파라미터가 4개이며, 그중 $\gamma_k$와 $\beta_k$만 기울기로 배웁니다. 나머지 2개는 $\mu_k$와 $\sigma_k^2$의 이동 평균으로, 학습이 끝난 뒤에 씁니다(`momentum=0.9`는 이동 평균에서 이전 값이 차지하는 비율입니다). $\beta_k$가 편향을 대신하므로 앞의 층에는 `use_bias=False`를 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next, all of this becomes a CNN, which then competes with an MLP.

## 13. The parts of a CNN

A CNN has three kinds of layers. **Convolution layers** find features with many filters, **pooling layers** reduce neighbours to one value (here max pooling, which keeps the largest of each $2 \times 2$ and moves two places at a time; more in chapter 2), and
**fully connected layers** combine what was found into one logit per class.

Between a convolution and its ReLU there may be **batch normalization** (Ioffe and Szegedy, 2015). In each channel $k$ it subtracts the mean $\mu_k$ and divides by the standard deviation $\sigma_k$, taken over all images of the batch and all places; then two learned numbers, $\gamma_k$ and $\beta_k$, set scale and position anew.

$$y_k = \gamma_k\, \frac{x_k - \mu_k}{\sigma_k} + \beta_k$$

A small number added to $\sigma_k^2$ prevents division by 0. There are 4 parameters per channel, of which only $\gamma_k$ and $\beta_k$ are learned by gradients. The other 2 are moving averages of $\mu_k$ and $\sigma_k^2$, used once training is over (`momentum=0.9` is the share of the old value in them). $\beta_k$ does the work of a bias, so the layer before has `use_bias=False`.
"""

# %% tags=["covers-A4", "bench"]
def convolve(x, filters, kernel_size, number, strides=1, norm=True):
    """Convolution, batch normalization if wanted, ReLU; their names end in the number."""
    x = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=not norm,
                      name=f"conv{number}")(x)
    if norm:
        x = layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
    return layers.ReLU(name=f"relu{number}")(x)


def build_cnn(norm=True, size=28):
    images = keras.Input((size, size, 1))
    x = convolve(images, 16, 5, number=1, strides=2, norm=norm)  # 14x14x16
    x = convolve(x, 32, 3, number=2, norm=norm)
    x = layers.MaxPooling2D(name="pool2")(x)  # 7x7x32
    x = convolve(x, 64, 3, number=3, norm=norm)
    x = layers.MaxPooling2D(name="pool3")(x)  # 3x3x64
    x = layers.Flatten()(x)  # 576
    logits = layers.Dense(10, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="CNN_BN" if norm else "CNN")

# %% [markdown] tags=["ko"]
r"""
Keras에서는 층을 텐서에 적용하면 다음 텐서가 나오고, `keras.Model`은 처음과 마지막 텐서를 받아 그 사이의 층을 모델로 묶습니다. 비교할 MLP는 같은 이미지를 펼쳐 은닉층 두 개를 지나게 하고, 역시 배치 정규화를 넣거나 뺄 수 있습니다. 로짓은 언제나 32비트로 계산합니다(`dtype="float32"`). 손실은 작은 차이에도 민감하기 때문입니다.
"""

# %% [markdown] tags=["en"]
r"""
In Keras a layer applied to a tensor gives the next tensor, and `keras.Model` takes the first and the last and makes a model of what lies between. The MLP to compare with flattens the same image and sends it through two hidden layers, also with or without batch normalization. The logits always have 32 bits (`dtype="float32"`), because the loss is sensitive to small differences.
"""

# %% tags=["covers-A4"]
def build_mlp(norm=False):
    images = keras.Input((28, 28, 1))
    x = layers.Flatten()(images)  # 784
    for units in (256, 128):
        x = layers.Dense(units, use_bias=not norm)(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    return keras.Model(images, layers.Dense(10, dtype="float32")(x), name="MLP_BN" if norm else "MLP")


plot.network({"MLP": build_mlp(), "CNN with BN": build_cnn()},
             title="The same input and output, another way between them",
             alt="Two networks drawn layer by layer. The MLP flattens 28x28 to 784, then 256, 128 and 10. "
                 "The CNN goes through maps of 14x14x16, 7x7x32 and 3x3x64, then 576 and 10.")

# %%
predict("parameters", "Which of the two has more parameters?",
        choices=["the MLP, about 8 times as many", "about the same number", "the CNN, about 8 times as many"])

# %%
predict("work", "And which needs more multiplications for one image?",
        choices=["the MLP, about 8 times as many", "about as many", "the CNN, about 8 times as many"])

# %% [markdown] tags=["ko"]
r"""
`measure`는 모델을 보고 파라미터와 곱셈(뒤따르는 덧셈과 묶어 곱셈-덧셈, multiply-add)의 수를 셉니다. 곱셈은 합성곱층과 완전 연결층의 것만 세고, 여기서 CNN은 배치 정규화(BN)를 넣은 것입니다. 그다음 셀에서는 CNN의 파라미터를 손으로 세어 비교합니다.
"""

# %% [markdown] tags=["en"]
r"""
`measure` counts parameters and multiplications (each with the addition that follows, a multiply-add) from the model itself. Only the multiplications of convolutions and fully connected layers are counted, and the CNN here is the one with batch normalization (BN). The cell after it counts the CNN's parameters by hand and compares.
"""

# %% tags=["covers-A4", "covers-A5", "reveal"]
from course_lib.models.summary import measure

counted = {"MLP": measure(build_mlp()), "CNN with BN": measure(build_cnn())}
for name, count in counted.items():
    print(f"{name:11} {count['parameters']:>7,} parameters, {count['multiply_adds']:>9,} multiply-adds")

fewer = counted["MLP"]["parameters"] / counted["CNN with BN"]["parameters"]
more = counted["CNN with BN"]["multiply_adds"] / counted["MLP"]["multiply_adds"]
reveal("parameters", 1 / fewer, limits=[1 / 4, 4])
reveal("work", more, limits=[1 / 4, 4])

# %% tags=["covers-A4", "covers-A5"]
cnn_kernels = 5*5*1*16 + 3*3*16*32 + 3*3*32*64
cnn_by_hand = cnn_kernels + 4 * (16 + 32 + 64) + (3*3*64 + 1) * 10  # kernels, batch normalization, last layer
identity("The CNN's parameters, counted by hand", counted["CNN with BN"]["parameters"], cnn_by_hand)

# %% [markdown] tags=["ko"]
r"""
CNN은 파라미터가 $1/8$이지만 계산은 $8$배입니다. 가중치 하나를 모든 자리에서 다시 쓰기 때문입니다(**가중치 공유**, weight sharing). 파라미터의 수는 배울 것이 얼마나 되는지를 말할 뿐, 걸리는 시간을 말하지 않습니다.

마지막 풀링층을 지난 한 칸은 얼마나 넓게 볼까요? 합성곱과 풀링의 크기는 차례로 $5, 3, 2, 3, 2$이고 스트라이드는 $2, 1, 2, 1, 2$입니다.
"""

# %% [markdown] tags=["en"]
r"""
The CNN has $1/8$ of the parameters, and $8$ times the work, because one weight is used again at every place (**weight sharing**). The number of parameters says how much there is to learn, not how long it takes.

How far does a unit behind the last pooling see? Convolutions and poolings have the sizes $5, 3, 2, 3, 2$ and the strides $2, 1, 2, 1, 2$, in this order.
"""

# %%
predict("deep", "How wide is the square that a unit behind the last pooling sees?", unit="pixels")

# %% tags=["covers-A2"]
large_cnn = build_cnn(size=61)  # a larger picture, so that the square fits in
until_pool3 = keras.Model(large_cnn.input, large_cnn.get_layer("pool3").output)
deep_reach = reach_by_formula(sizes=(5, 3, 2, 3, 2), strides=(2, 1, 2, 1, 2))
reveal("deep", deep_reach)

# %% tags=["covers-A2"]
claim(f"A unit of the CNN's last map is moved by a square of side {deep_reach}, as the formula says",
      measured_reach(influence(until_pool3, size=61)), equals=deep_reach)

# %% [markdown] tags=["ko"]
r"""
$28$픽셀 가운데 대부분입니다. 스트라이드와 풀링이 있으면 수용 영역은 훨씬 빨리 넓어집니다.

## 14. 공정한 경주

같은 조건이 아니면 비교는 아무것도 말해 주지 않습니다. 그래서 이렇게 정합니다.

- **데이터**: 모두 처음 2,000장으로 학습하고, 학습에 쓰지 않은 1,000장(**검증** 데이터, validation)으로 지켜봅니다. 테스트 데이터로는 아무것도 고르지 않고 결과만 보고합니다.
- **설정**: 학습률 0.02, 0.05, 0.1, 0.2와 10, 20, 40에포크를 신경망마다 시드 네 개로 미리 시험하고, 검증 데이터 5,000장에서 정확도의 평균이 가장 높은 것을 골랐습니다. MLP는 0.1과 20에포크, CNN은 0.05와 20에포크, 배치 정규화를 넣은 MLP는 0.05와 10에포크, 배치 정규화를 넣은 CNN은 0.05와 20에포크입니다. 10에포크는 시험한 가장 작은 값이므로, 배치 정규화를 넣은 MLP에는 더 짧은 학습이 나을 수도 있습니다. 1,000장만으로 골랐을 때는 우연히 다른 설정이 뽑혔고, 배치 정규화가 MLP에도 도움이 되는 것처럼 보였습니다. 테스트 정확도를 보고 고르면 그 데이터에 맞춘 결과가 됩니다.
- **배치 정규화**(그림에는 BN으로 적습니다): 둘 다 넣은 경우와 둘 다 뺀 경우를 따로 비교합니다.
- **우연**: 초기 가중치와 배치의 순서를 바꾸어(시드 세 개) 세 번씩 학습시킵니다.

128장씩 묶어 SGD로 배웁니다. 모멘텀(momentum)은 지난 걸음의 0.9배를 이번 걸음에 더하는 것이고, `nesterov`는 그 변형입니다. 학습률은 처음 1/4 동안 올렸다가 서서히 0으로 낮춥니다(Smith, 2018). `compile`은 손실과 최적화 방법을 정하고, `fit`은 학습시킵니다.
"""

# %% [markdown] tags=["en"]
r"""
That is most of the $28$ pixels: with stride and pooling the receptive field grows much faster.

## 14. A fair race

Without equal terms a comparison says nothing. So these are the rules.

- **Data**: all learn from the first 2,000 images and are watched on 1,000 others that are not learned from (**validation** data). The test data choose nothing; they only give the results.
- **Settings**: learning rates 0.02, 0.05, 0.1, 0.2 and 10, 20, 40 epochs were tried beforehand for each network, with four seeds, and each gets those with the best mean accuracy on 5,000 validation images: the MLP 0.1 and 20 epochs, the CNN 0.05 and 20, the MLP with batch normalization 0.05 and 10, the CNN with batch normalization 0.05 and 20. As 10 epochs were the fewest that were tried, still fewer may be better for the MLP with batch normalization. Chosen by only 1,000 images, other settings came out by chance, and batch normalization seemed to help the MLP, too. Chosen by test accuracy, the result would be fitted to those data.
- **Batch normalization** (BN in the figures): compared with it in both and without it in both.
- **Chance**: each is trained three times, from other initial weights and with another order of the batches (three seeds).

SGD takes batches of 128. Momentum adds 0.9 of the last step to the present one, and `nesterov` is a variant of it. The learning rate rises over the first 1/4 of the steps, then falls slowly to 0 (Smith, 2018). `compile` sets the loss and how it is made smaller, `fit` trains.
"""

# %% tags=["bench"]
from course_lib import training


def compiled(model, images, epochs, rate):
    """Prepare for training: the learning rate rises over the first quarter of the steps, then falls to zero."""
    steps = epochs * ((len(images) + 127) // 128)  # batches, rounded up
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20, decay_steps=steps - steps // 4, warmup_target=rate, warmup_steps=steps // 4)
    model.compile(keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"],
                  steps_per_execution=16)  # 16 steps in one call: the same numbers, a little sooner
    return model

# %%
def train(model, images, labels, epochs, seed, watched=None):
    """Train from new random weights; `watched` are images and labels for validation, if wanted.

    Returns the learned weights and the history of accuracies."""
    training.restart(model, seed)
    history = model.fit(images, labels, batch_size=128, epochs=epochs, verbose=0,
                        validation_data=watched, validation_batch_size=500,
                        callbacks=[course_lib.Progress(f"{model.name}, seed {seed}")]).history
    return model.get_weights(), history


def accuracy(model, weights, images, labels):
    """Percent of the labels that the network gets right with these weights."""
    model.set_weights(weights)
    predicted = model.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return 100 * float(np.mean(predicted == labels))

# %%
predict("race", "By how much is the CNN's test accuracy ahead of the MLP's, both with batch normalization?",
        choices=["it is behind", "up to 1 percentage point", "1 to 5 points", "more than 5 points"])

# %%
from time import perf_counter

seeds = (0, 1, 2)
small, small_labels = x_train[:2000], y_train[:2000]
validation = x_train[10_000:11_000], y_train[10_000:11_000]
racers = {"MLP": build_mlp(norm=False), "MLP with BN": build_mlp(norm=True),
          "CNN": build_cnn(norm=False), "CNN with BN": build_cnn(norm=True)}
settings = {"MLP": (20, 0.1), "MLP with BN": (10, 0.05),  # epochs and learning rate, the best for each
            "CNN": (20, 0.05), "CNN with BN": (20, 0.05)}

learned, histories, seconds = {}, {}, {}
for name, model in racers.items():
    epochs, rate = settings[name]
    compiled(model, small, epochs, rate)
    started = perf_counter()
    runs = [train(model, small, small_labels, epochs, seed, watched=validation) for seed in seeds]
    seconds[name] = (perf_counter() - started) / len(seeds)
    learned[name], histories[name] = [w for w, _ in runs], [history for _, history in runs]

# %% tags=["reveal"]
courses = {name: {"train": [100 * np.array(history["accuracy"]) for history in histories[name]],
                  "validation": [100 * np.array(history["val_accuracy"]) for history in histories[name]]}
           for name in racers}
plot.learning_curves(courses, ylabel="accuracy (%)",
                     title="Training accuracy ends well above validation accuracy, which stays below 90 %",
                     alt="Four panels with training and validation accuracy over 20 epochs, for the MLP "
                         "with BN over 10. Training accuracy ends between 93 and 100 %, validation accuracy "
                         "between 80 and 90 %.")

# %% tags=["covers-A5", "reveal"]
scored = {name: [accuracy(racers[name], w, x_test, y_test) for w in learned[name]] for name in racers}
plot.dots(scored, ylabel="test accuracy (%)", title="With batch normalization the CNN is clearly ahead",
          alt="Dots for three seeds each: both MLPs and the CNN lie within about a point, "
              "the CNN with BN above them.")

mean = {name: np.mean(runs) for name, runs in scored.items()}
reveal("race", mean["CNN with BN"] - mean["MLP with BN"], limits=[0, 1, 5])

# %% tags=["covers-A5", "reveal"]
claim("With batch normalization in both, the CNN is ahead of the MLP, mean of three seeds",
      mean["CNN with BN"] - mean["MLP with BN"], between=(1.5, 2.9), unit="points")
claim("Without it in either, they are about equal: the CNN's lead, mean of three seeds",
      mean["CNN"] - mean["MLP"], between=(-0.6, 1.5), unit="points")
claim("Batch normalization helps the CNN, mean of three seeds",
      mean["CNN with BN"] - mean["CNN"], at_least=0.3, unit="points")
claim("It does not help the MLP, mean of three seeds",
      mean["MLP with BN"] - mean["MLP"], at_most=0, unit="points")

# %% [markdown] tags=["ko"]
r"""
아래 표의 시간은 여러분의 컴퓨터에서 한 번 학습하는 데 걸린 초입니다.
"""

# %% [markdown] tags=["en"]
r"""
The seconds in this table are those of one training on your computer.
"""

# %% tags=["nbval-ignore-output"]
for name, model in racers.items():
    count = measure(model)
    print(f"{name:12} {count['parameters']:>7,} parameters  {count['multiply_adds']:>9,} multiply-adds"
          f"  {seconds[name]:4.1f} s  {mean[name]:.1f} % on test images")

# %% [markdown] tags=["ko"]
r"""
같은 데이터에서 저마다 가장 좋은 설정으로 배웠을 때, 배치 정규화를 넣은 CNN이 $1/8$의 파라미터로 두 MLP보다 더 정확합니다. 대신 계산은 $8$배이고 시간도 더 걸립니다. 얼마나 앞서는지는 이 데이터와 이 크기에서만 맞는 값입니다. 배치 정규화를 모두 빼면 둘은 비슷합니다. 배치 정규화는 CNN에는 도움이 되고, 여기서 MLP에는 되지 않습니다. 설정을 미리 시험할 때, 배치 정규화 없이 10에포크만 학습한 CNN은 아직 다 배우지 못해 검증 데이터에서 MLP보다 못했습니다. 일찍 멈춰서 나온 결과는 구조의 성질이 아닙니다. 그래서 학습 곡선(learning curve)을 함께 봅니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 1절의 질문입니다.

## 15. 픽셀을 뒤섞으면

먼저 **학습을 마친** 신경망에 뒤섞은 테스트 이미지를 보여 줍니다. 각 종류에서 검증 정확도가 더 높았던 것, 곧 배치 정규화를 뺀 MLP와 넣은 CNN을 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
On the same data, and each with its best settings, the CNN with batch normalization is more accurate than both MLPs with $1/8$ of the parameters; but it does $8$ times the work and takes longer. By how much it leads holds for these data and this size only. Without batch normalization in either, the two are about equal. Batch normalization helps the CNN and, here, does not help the MLP. When the settings were tried beforehand, the CNN without batch normalization had not finished learning after 10 epochs and was worse than the MLP on validation data. What comes from stopping early is no property of an architecture. That is why we look at learning curves.

> **A good place to stop.** Next comes the question of section 1.

## 15. When the pixels are shuffled

First, show shuffled test images to the **trained** networks. Of each kind take the one with the higher validation accuracy: the MLP without batch normalization and the CNN with it.
"""

# %%
predict("trained", "How accurate is the trained MLP on the shuffled test images? (Guessing gives 10 %.)",
        choices=["under 30 %", "30 to 70 %", "over 70 %"])

# %% tags=["covers-A1", "reveal"]
mlp, cnn = racers["MLP"], racers["CNN with BN"]
shuffled_test = shuffle_pixels(x_test)
mlp_confused = np.mean([accuracy(mlp, w, shuffled_test, y_test) for w in learned["MLP"]])
cnn_confused = np.mean([accuracy(cnn, w, shuffled_test, y_test) for w in learned["CNN with BN"]])
reveal("trained", mlp_confused, limits=[30, 70])
claim("The trained MLP collapses on shuffled images, mean of three seeds", mlp_confused, at_most=14.5, unit="%")
claim("The trained CNN collapses, too, mean of three seeds", cnn_confused, at_most=17.3, unit="%")

# %% [markdown] tags=["ko"]
r"""
둘 다 무너집니다. 그러나 MLP는 **고칠 수 있습니다**. 첫 층의 가중치 행렬에는 픽셀마다 행이 하나씩 있으므로, 784개의 행을 픽셀과 같은 순서로 옮기면 됩니다. 그러면 모든 유닛이 전과 똑같은 수를 더합니다.
"""

# %% [markdown] tags=["en"]
r"""
Both collapse. But the MLP can be **repaired**. The weight matrix of its first layer has one row per pixel, so the 784 rows are moved in the same order as the pixels. Then every unit adds up just the same numbers as before.
"""

# %% tags=["covers-A1"]
first_layer, *other_weights = learned["MLP"][0]
repaired = accuracy(mlp, [first_layer[pixel_order], *other_weights], shuffled_test, y_test)
identity("The repaired MLP is as accurate on shuffled images as it was on ordered ones",
         repaired, scored["MLP"][0], tolerance=0.1)

# %% [markdown] tags=["ko"]
r"""
CNN에는 그렇게 옮길 가중치가 없습니다. 커널 하나를 모든 자리에서 함께 쓰기 때문입니다. MLP에는 '이웃'이라는 개념이 처음부터 없었던 것입니다.
그러면 두 신경망을 뒤섞은 그림으로 **처음부터 학습**시키면 어떨까요? 설정은 14절의 것 그대로입니다.
"""

# %% [markdown] tags=["en"]
r"""
In the CNN there is no weight to move: one kernel is shared by all places. The MLP never knew what a neighbour is.
And if both are **trained from the start** on shuffled images, with the settings of section 14?
"""

# %%
predict("from_start", "Trained from the start on shuffled pixels: which is as accurate as on ordered ones?",
        choices=["both", "only the MLP", "only the CNN", "neither"])

# %%
shuffled_small = shuffle_pixels(small)
relearned = {name: [train(racers[name], shuffled_small, small_labels, epochs=20, seed=seed)[0] for seed in seeds]
             for name in ("MLP", "CNN with BN")}

# %% tags=["covers-A1", "reveal"]
rescored = {name: [accuracy(racers[name], w, shuffled_test, y_test) for w in relearned[name]]
            for name in relearned}
plot.dots({"MLP": scored["MLP"], "MLP, shuffled": rescored["MLP"],
           "CNN with BN": scored["CNN with BN"], "CNN with BN, shuffled": rescored["CNN with BN"]},
          ylabel="test accuracy (%)", title="Without neighbours the CNN loses its lead",
          alt="Dots for three seeds each: the MLP hardly changes; the CNN falls from above the MLP to its level.")

lost = {name: np.mean(scored[name]) - np.mean(rescored[name]) for name in rescored}
as_before = [name for name in lost if lost[name] < 1]
reveal("from_start", "only the MLP" if as_before == ["MLP"] else "both" if len(as_before) == 2 else "neither")

# %% tags=["covers-A1", "reveal"]
claim("Trained on shuffled images the MLP is as good as before (difference, mean of three seeds)",
      abs(lost["MLP"]), at_most=0.5, unit="points")
claim("The CNN is worse than before, mean of three seeds", lost["CNN with BN"], at_least=0.7, unit="points")
claim("The CNN's lead over the MLP, both trained on shuffled images, mean of three seeds",
      np.mean(rescored["CNN with BN"]) - np.mean(rescored["MLP"]), between=(-1, 0.8), unit="points")

# %% [markdown] tags=["ko"]
r"""
뒤섞은 이미지로 처음부터 학습한 CNN은 우연 수준까지 떨어지지는 않습니다. 마지막 완전 연결층이 그림 전체를 보고, 뒤섞인 $5 \times 5$ 창에도 배울 것이 남아 있기 때문입니다. 그러나 MLP를 앞서던 차이는 사라졌습니다. MLP에는 픽셀의 순서가 아무래도 좋으므로 설정도 그대로 알맞지만, CNN의 설정은 뒤섞지 않은 그림에서 고른 것이어서 다시 고르면 조금 나을 수도 있습니다.
곧 CNN은 4절의 두 **가정**이 맞는 그림에서만 앞섰습니다. 뒤섞으면 국소성과 정상성이 한꺼번에 깨지므로, 이 실험만으로는 둘 가운데 어느 것이 얼마나 기여했는지 알 수 없습니다.

## 16. 그림을 몇 칸 밀면

테스트 이미지 1,000장을 오른쪽으로 1~4픽셀 밉니다. 사람은 밀린 그림도 쉽게 알아봅니다. 오른쪽으로 밀려난 픽셀은 사라지고, 왼쪽의 빈 자리는 0이 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
Trained on shuffled images from the start, the CNN does not fall to chance: its last, fully connected layer sees the whole picture, and even a shuffled $5 \times 5$ window holds something to learn. But its lead over the MLP is gone. To the MLP the order of pixels is all the same, so its settings fit as before; those of the CNN were chosen on ordered images, and chosen anew it might do a little better.
So the CNN was ahead only where the two **assumptions** of section 4 hold. Shuffling breaks locality and stationarity at once, so this experiment alone cannot tell how much each of them contributes.

## 16. When the picture moves a little

Move 1,000 test images to the right by 1 to 4 pixels. People still see at once what they show. What is pushed out at the right is lost, and the empty places at the left become 0.
"""

# %%
predict("shift", "Which network loses more accuracy when the pictures move by 2 pixels?",
        choices=["the MLP", "the CNN", "about the same"])

# %% tags=["covers-A2"]
def shift_right(images, pixels):
    return np.pad(images, ((0, 0), (0, 0), (pixels, 0), (0, 0)))[:, :, :28]


def by_shift(name):
    """A row for each seed, a column for each shift: accuracy on the first 1,000 test images."""
    shifted = [shift_right(x_test[:1000], pixels) for pixels in range(5)]
    return np.array([[accuracy(racers[name], w, images, y_test[:1000]) for images in shifted]
                     for w in learned[name]])


after_shift = {name: by_shift(name) for name in racers}

# %% tags=["covers-A2", "reveal"]
plot.curves(after_shift, x=range(5), title="The CNN tolerates small shifts better",
            xlabel="shift to the right (pixels)", ylabel="test accuracy (%)",
            alt="Four falling curves over shifts of 0 to 4 pixels: both MLPs fall much faster than both CNNs.")

fall = {name: (values[:, 0] - values[:, 2]).mean() for name, values in after_shift.items()}
more_lost = fall["MLP"] - fall["CNN with BN"]
reveal("shift", "the MLP" if more_lost > 3 else "the CNN" if more_lost < -3 else "about the same")
lead_shifted = (after_shift["CNN with BN"] - after_shift["MLP"]).mean(axis=0)
for moved, least in ((2, 13.7), (4, 17.8)):
    claim(f"Shifted by {moved} pixels, the CNN's lead is larger than without a shift, mean of three seeds",
          lead_shifted[moved] - lead_shifted[0], at_least=least, unit="points")
claim("Shifted by 2 pixels, the CNN is clearly ahead without batch normalization, too, mean of three seeds",
      (after_shift["CNN"] - after_shift["MLP"])[:, 2].mean(), at_least=7, unit="points")

# %% [markdown] tags=["ko"]
r"""
배치 정규화가 없어도 CNN이 앞서므로, 이 차이가 배치 정규화에서만 오는 것은 아닙니다. 배치 정규화를 넣으면 차이는 더 커집니다. 커널이 모든 자리에서 같으므로, 스트라이드가 1이면 가장자리를 빼고 특징 맵도 그림이 밀린 만큼 밀립니다(이동 등변성, translation equivariance). 스트라이드가 더 크거나 풀링이 있으면 대략적으로만 성립합니다. 그래도 CNN 역시 정확도를 많이 잃었습니다.
끝의 완전 연결층은 특징이 '어디에' 있는지에 민감하기 때문입니다. 이것을 줄이는 방법이 2장의 주제입니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 신경망의 안을 들여다봅니다.

## 17. 신경망이 배운 커널

10절의 커널은 사람이 만들었습니다. 학습한 CNN의 첫 층에는 무엇이 들어 있을까요? 주황은 양수, 파랑은 음수입니다.
"""

# %% [markdown] tags=["en"]
r"""
The CNN is ahead without batch normalization, too, so the lead does not come from normalization alone; with it, the lead is larger still. The kernel is the same everywhere, so at stride 1 the feature map moves as far as the picture, except at the border (translation equivariance). With larger strides and pooling this holds only roughly. Still, the CNN lost much accuracy as well:
the fully connected layer at its end does care *where* a feature is. What helps against that is the subject of chapter 2.

> **A good place to stop.** Next, a look inside the network.

## 17. The kernels that a network learned

The kernels of section 10 were made by people. What is in the first layer of the trained CNN? Orange is positive, blue is negative.
"""

# %% tags=["covers-B3"]
first_kernels = [weights[0] for weights in learned["CNN with BN"]]  # conv1 of each seed, (5, 5, 1, 16)
plot.kernel_gallery(first_kernels[0], title="The 16 kernels of the first layer, learned from data",
                    alt="Sixteen numbered 5 by 5 kernels; several are orange on one side and blue on the other.")

# %% tags=["covers-B3"]
cnn.set_weights(learned["CNN with BN"][0])
after_relu1 = keras.Model(cnn.input, cnn.get_layer("relu1").output)
boot = x_test[np.flatnonzero(y_test == 9)[:1]]
plot.feature_maps(after_relu1.predict(boot, verbose=0), title="What each of them sees in an ankle boot",
                  alt="Sixteen numbered feature maps of a boot: some show its upper edge, some its sole.")

# %% [markdown] tags=["ko"]
r"""
몇몇 맵에서는 빈 배경이 밝습니다. 배치 정규화가 더한 수가 $0$보다 크면, 커널이 $0$을 내는 곳에서도 ReLU를 지난 값이 양수로 남기 때문입니다.

한쪽은 주황, 다른 쪽은 파랑인 커널이 여럿 보입니다. 밝기가 한 방향으로 변하는 곳, 곧 경계에 반응하는 커널처럼 보입니다. 그러나 눈은 잡음에서도 무늬를 찾아냅니다. 그러니 **측정**합시다. 이웃한 두 가중치는 서로 얼마나 닮았을까요? 상관 계수(correlation)는 두 수가 늘 같으면 $1$이고, 아무 관계가 없으면 $0$에 가깝습니다.

이런 측정에는 **대조 실험**(control)이 있어야 합니다. 설명이 틀렸다면 어떤 값이 나올까요? 15절에서 뒤섞은 픽셀로 배운 CNN에는 진짜 이웃도, 경계도 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
In some maps the empty background is bright. Where the number that batch normalization adds is above $0$, a positive value remains after the ReLU even where the kernel gives $0$.

Several kernels are orange on one side and blue on the other. They look like kernels that respond where brightness changes in one direction, that is, to edges. But the eye finds patterns in noise, too. So **measure**: how alike are two neighbouring weights? Their correlation is $1$ if the two are always equal, and near $0$ if they have nothing to do with each other.

Such a measure needs a **control**: what would come out if the explanation were wrong? For the CNN of section 15 that learned from shuffled pixels there are no real neighbours and no edges.
"""

# %%
predict("control", "How alike are neighbouring weights if the kernels were learned from shuffled pixels?",
        choices=["no more than by chance", "about half as alike as from ordered pixels", "just as alike"])

# %% tags=["covers-B3"]
def neighbours(runs):
    """The kernels of some runs as two vectors: weights, and for each the one to its right or below it."""
    kernels = np.concatenate([weights[0] for weights in runs], axis=3)  # (5, 5, 1, 16 for each run)
    weight = [kernels[:, :-1].ravel(), kernels[:-1].ravel()]
    neighbour = [kernels[:, 1:].ravel(), kernels[1:].ravel()]
    return np.concatenate(weight), np.concatenate(neighbour)


pairs = {"ordered pixels": neighbours(learned["CNN with BN"]),
         "shuffled pixels": neighbours(relearned["CNN with BN"])}
alike = {pixels: np.corrcoef(*pair)[0, 1] for pixels, pair in pairs.items()}

# %% tags=["covers-B3", "reveal"]
plot.scatter(pairs, xlabel="a weight of the first layer", ylabel="its neighbour",
             title="Neighbouring weights are a little alike where pixels have real neighbours",
             alt="Two clouds of points. Learned from ordered pixels the cloud leans a little towards the "
                 "diagonal; learned from shuffled pixels it does not.")
reveal("control", alike["shuffled pixels"] / alike["ordered pixels"], limits=[0.35, 0.75])
claim("Learned from ordered pixels, neighbouring weights are a little alike (correlation)",
      alike["ordered pixels"], between=(0.16, 0.31))
claim("Learned from shuffled pixels, they are not (correlation)",
      alike["shuffled pixels"], between=(-0.092, 0.036))

# %% [markdown] tags=["ko"]
r"""
뒤섞은 픽셀에서 배운 커널은 이웃한 가중치끼리 닮지 않았고, 진짜 이웃에서 배운 커널은 조금 닮았습니다. 곧 배운 커널은 우연히 나올 만한 것보다 **매끄럽고**, 여기서는 이웃이 진짜 이웃일 때에만 그렇습니다. 상관 계수가 $1$에는 훨씬 못 미치므로 완전히 매끄러운 것은 아닙니다. 경계를 찾는 커널은 매끄러운 커널의 한 가지이므로, 이 측정은 그런 커널이 몇 개인지까지 말해 주지는 않습니다.

## 18. LeNet-5: 실제로 쓰인 초기의 CNN

LeNet-5(LeCun et al., 1998)는 수표의 숫자를 읽던 신경망입니다. 오늘날 쓰는 형태는 합성곱 두 번, 평균 풀링 두 번, 완전 연결층 세 개입니다.
이름의 C는 합성곱, S는 풀링(subsampling), F는 완전 연결층입니다. 활성화 함수는 $\tanh$이고, 평균 풀링은 $2 \times 2$마다 평균을 남깁니다.
논문의 C5는 합성곱이지만 입력의 크기가 커널과 같으므로 완전 연결층과 같습니다. C1은 `padding="same"`을 쓰고, 논문은 그림을 $32 \times 32$ 틀에 넣었습니다. C3에서는 $5 \times 5$ 커널 16개가 채널 6개를 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
In kernels learned from shuffled pixels neighbouring weights are not alike; in those learned from real neighbours they are a little. The learned kernels are **smoother** than chance would have them, and here only where neighbours are real neighbours; with a correlation far below $1$ they are not altogether smooth. Kernels that look for edges are one kind of smooth kernel, so this measure does not tell how many of them there are.

## 18. LeNet-5: an early CNN in real use

LeNet-5 (LeCun et al., 1998) read the numbers on cheques. The form in common use today has two convolutions, two average poolings and three fully connected layers.
In the names, C is a convolution, S pooling (subsampling), F fully connected. The activation is $\tanh$, and average pooling keeps the mean of each $2 \times 2$.
The paper's C5 is a convolution, but its input is as large as its kernel, which makes it a fully connected layer. C1 has `padding="same"`; the paper put the picture into a frame of $32 \times 32$. C3 has 16 kernels of $5 \times 5$ that see 6 channels.
"""

# %%
predict("c3", "How many parameters has C3, biases included?")

# %%
from course_lib.models.lenet import lenet5

lenet = lenet5()
reveal("c3", lenet.get_layer("C3").count_params())

# %% tags=["covers-A6"]
plot.network({"LeNet-5": lenet}, title="LeNet-5: smaller and smaller maps, then three fully connected layers",
             alt="LeNet-5 drawn layer by layer: maps of 28x28x6, 14x14x6, 10x10x16 and 5x5x16, "
                 "then 400, 120, 84 and 10 numbers.")

# %% tags=["covers-A6"]
lenet_by_hand = {"C1": (5*5*1 + 1) * 6, "C3": (5*5*6 + 1) * 16, "C5": (5*5*16 + 1) * 120,
                 "F6": (120 + 1) * 84, "logits": (84 + 1) * 10}
for name, count in lenet_by_hand.items():
    print(f"{name:7} {str(lenet.get_layer(name).output.shape[1:]):13} {count:7,}")
    assert lenet.get_layer(name).count_params() == count
identity("LeNet-5 in the form of today, counted by hand", lenet.count_params(), sum(lenet_by_hand.values()))

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
print(f"C3 has {original.get_layer('C3').count_params():,} parameters in the paper, "
      f"{lenet.get_layer('C3').count_params():,} in the form of today")
claim("As in 1998, the layers before the output have exactly the paper's 60,000 trainable parameters",
      original.count_params() - original.get_layer("logits").count_params(), equals=60_000)

# %% [markdown] tags=["ko"]
r"""
오늘날의 형태를 14절과 같은 데이터로, 학습률 0.1로 20에포크 동안 학습시킵니다. 다른 신경망과 겨루는 것이 아니므로 설정은 하나만 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
Train the form of today on the data of section 14, at a rate of 0.1 for 20 epochs. It does not compete with another network, so there is one setting only.
"""

# %%
compiled(lenet, small, epochs=20, rate=0.1)
lenet_learned = [train(lenet, small, small_labels, epochs=20, seed=seed)[0] for seed in seeds]
lenet_scored = [accuracy(lenet, w, x_test, y_test) for w in lenet_learned]

# %%
predict("hardest", "Which class does LeNet-5 get right least often?",
        choices=[class_names[label] for label in (8, 6, 7, 1)])

# %% tags=["reveal"]
lenet.set_weights(lenet_learned[0])
lenet_says = lenet.predict(x_test, batch_size=500, verbose=0).argmax(axis=1)
plot.confusion_matrix(y_test, lenet_says, class_names, title="LeNet-5 has most trouble with shirts",
                      alt="Confusion matrix of ten classes in percent: a strong diagonal, weakest for shirts, "
                          "which are taken for T-shirts, pullovers and coats.")
right = [(lenet_says[y_test == label] == label).mean() for label in range(10)]
reveal("hardest", class_names[int(np.argmin(right))])

# %% tags=["covers-A6", "reveal"]
shirts = y_test == 6
shirts_scored = [accuracy(lenet, w, x_test[shirts], y_test[shirts]) for w in lenet_learned]
claim("LeNet-5 in the form of today learns to tell clothes apart, mean of three seeds",
      np.mean(lenet_scored), at_least=82.4, unit="%")
claim("Shirts are harder than the average class, mean of three seeds",
      np.mean(lenet_scored) - np.mean(shirts_scored), at_least=21.7, unit="points")

# %% [markdown] tags=["ko", "covers-A3"]
r"""
이 신경망은 셔츠를 티셔츠, 풀오버, 코트와 자주 혼동합니다.

## 19. CNN은 어디에 쓰일까

- **이미지 인식**: 사진에 무엇이 있는지 맞힙니다. AlexNet이 2012년 ILSVRC 대회에서 큰 차이로 우승한 뒤 CNN이 표준이 되었습니다(Krizhevsky et al., 2012). 3장에서 만듭니다.
- **동영상 분석**: 여러 프레임을 함께 보고 행동을 알아봅니다(Karpathy et al., 2014).
- **물체 검출**(object detection): 무엇이 어디에 있는지 경계 상자(bounding box)로 찾습니다(Ren et al., 2015; Redmon et al., 2016).
"""

# %% [markdown] tags=["en", "covers-A3"]
r"""
This network often takes shirts for T-shirts, pullovers and coats.

## 19. What CNNs are used for

- **Image recognition**: say what a picture shows. After AlexNet won the ILSVRC contest of 2012 by a wide margin, CNNs became the standard (Krizhevsky et al., 2012). You build it in chapter 3.
- **Video analysis**: recognise actions from several frames together (Karpathy et al., 2014).
- **Object detection**: find what is where, with bounding boxes (Ren et al., 2015; Redmon et al., 2016).
"""

# %% [markdown] tags=["ko"]
r"""
## 이 장에서 보인 것

아래 표에는 기대한 범위와 여러분의 컴퓨터에서 방금 측정한 값이 나란히 있습니다. 프로세서가 다르면 측정값이 조금 달라지지만 범위 안에 있어야 합니다.
범위는 시드를 바꾸어 열 번 측정한 값에서 표준 편차의 3배만큼 떨어진 곳에 두었습니다.
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown

The table below holds the expected band and the value that your computer has just measured. The value differs a little from processor to processor, but must lie in the band.
The bands end 3 standard deviations away from what ten measurements with other seeds gave.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

claims.table()

# %% [markdown] tags=["ko"]
r"""
그리고 여러분의 예측입니다. 빗나간 질문이 있다면 그 절을 다시 읽어 보세요.
"""

# %% [markdown] tags=["en"]
r"""
And your predictions. If one failed, read its section again.
"""

# %%
predictions.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 완전 연결층에 국소성과 정상성을 가정하면 합성곱이 됩니다. 작은 커널을 밀면서 곱하고 더하며, 같은 커널을 모든 자리에서 함께 씁니다.
2. 출력의 크기는 $\lfloor (W - F + 2P) / S \rfloor + 1$이고, `padding="same"`에서는 $\lceil W / S \rceil$입니다. 채널이 여럿이면 채널마다 계산하여 더합니다.
3. 층을 쌓으면 수용 영역이 넓어집니다. 채널 수가 같으면 $3 \times 3$ 두 개는 $5 \times 5$ 하나만큼 보고 가중치는 더 적습니다.
4. 배치 정규화를 넣은 CNN은 적은 파라미터로 더 정확하지만 계산은 더 많습니다. MLP보다 앞서는 것은 두 가정이 맞을 때뿐이며, 픽셀을 섞으면 그 차이가 사라집니다.
5. 배운 커널은 우연보다 매끄럽습니다. 이웃이 진짜 이웃일 때에만 그렇습니다. LeNet-5는 실제로 쓰인 초기의 대표적 CNN입니다.

## 더 해 보기

코드를 바꾸기 전에 결과를 먼저 예측하세요. 바꾼 실험에서 어떤 주장이 깨졌다면, 그것도 결과입니다.

1. 14절에서 넷 모두 5에포크 또는 80에포크로 학습시키면 네 신경망의 순서는 어떻게 바뀔까요?
2. 픽셀을 그림 전체가 아니라 $4 \times 4$ 조각 안에서만 뒤섞으면 CNN의 장점은 얼마나 남을까요? 정상성은 어느 정도 남고, 국소성은 조각만큼만 남습니다.
3. 학습 이미지를 2,000장에서 8,000장으로 늘리면 CNN과 MLP의 차이는 커질까요, 작아질까요?

## 용어

| 한국어 | English |
|---|---|
| 다층 퍼셉트론 | multilayer perceptron (MLP) |
| 완전 연결층 | fully connected layer, dense layer |
| 유닛, 은닉층 | unit, hidden layer |
| 가중치, 편향, 파라미터 | weight, bias, parameter |
| 활성화 함수 | activation function |
| 로짓, 소프트맥스 | logit, softmax |
| 손실, 교차 엔트로피 | loss, cross-entropy |
| 기울기, 학습률 | gradient, learning rate |
| 확률적 경사 하강법 | stochastic gradient descent (SGD) |
| 배치, 에포크, 모멘텀 | batch, epoch, momentum |
| 합성곱, 교차 상관 | convolution, cross-correlation |
| 커널(필터) | kernel (filter) |
| 특징 맵 | feature map |
| 국소성, 정상성 | locality, stationarity |
| 가중치 공유 | weight sharing |
| 패딩, 스트라이드, 채널 | padding, stride, channel |
| 경계(에지) | edge |
| 수용 영역, 유효 수용 영역 | receptive field, effective receptive field |
| 풀링 | pooling |
| 배치 정규화 | batch normalization |
| 학습, 검증, 테스트 데이터 | training, validation, test data |
| 학습 곡선 | learning curve |
| 시드 | seed |
| 이동 등변성 | translation equivariance |
| 상관 계수 | correlation |
| 대조 실험 | control |

## 참고 문헌

- LeCun, Bottou, Bengio, Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proceedings of the IEEE, 1998.
- Krizhevsky, Sutskever, Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
- Karpathy et al., *Large-scale Video Classification with Convolutional Neural Networks*, CVPR 2014.
- Simonyan, Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
- Ren, He, Girshick, Sun, *Faster R-CNN*, NeurIPS 2015.
- Ioffe, Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015.
- Redmon, Divvala, Girshick, Farhadi, *You Only Look Once*, CVPR 2016.
- Luo, Li, Urtasun, Zemel, *Understanding the Effective Receptive Field in Deep Convolutional Neural Networks*, NeurIPS 2016.
- Xiao, Rasul, Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms*, arXiv:1708.07747, 2017.
- Smith, *A Disciplined Approach to Neural Network Hyper-Parameters*, arXiv:1803.09820, 2018.

**이제 연습 문제를 풀어 보세요**: [01_exercises.ipynb](01_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. Assume locality and stationarity, and a fully connected layer becomes a convolution: it slides a small kernel, multiplies and adds, and one kernel is shared by all places.
2. The output size is $\lfloor (W - F + 2P) / S \rfloor + 1$, and $\lceil W / S \rceil$ with `padding="same"`; with several channels, each is computed separately and the results are added.
3. Layers on layers widen the receptive field. With the same number of channels, two $3 \times 3$ see as far as one $5 \times 5$, with fewer weights.
4. A CNN with batch normalization is more accurate with fewer parameters, and does more work. Its lead is there only where the two assumptions hold: shuffle the pixels, and it is gone.
5. Learned kernels are smoother than chance, but only where neighbours are real neighbours. LeNet-5 is the classic early CNN in real use.

## Try it yourself

Predict the result before you change the code. If a claim breaks in your experiment, that is a result, too.

1. With 5 epochs or with 80 for all four in section 14, how does the order of the four networks change?
2. Shuffle the pixels not in the whole picture but only within pieces of $4 \times 4$: how much of the CNN's advantage is left? Some stationarity remains, and locality as far as the pieces go.
3. With 8,000 training images instead of 2,000, does the gap between CNN and MLP grow or shrink?

## Terms

| 한국어 | English |
|---|---|
| 다층 퍼셉트론 | multilayer perceptron (MLP) |
| 완전 연결층 | fully connected layer, dense layer |
| 유닛, 은닉층 | unit, hidden layer |
| 가중치, 편향, 파라미터 | weight, bias, parameter |
| 활성화 함수 | activation function |
| 로짓, 소프트맥스 | logit, softmax |
| 손실, 교차 엔트로피 | loss, cross-entropy |
| 기울기, 학습률 | gradient, learning rate |
| 확률적 경사 하강법 | stochastic gradient descent (SGD) |
| 배치, 에포크, 모멘텀 | batch, epoch, momentum |
| 합성곱, 교차 상관 | convolution, cross-correlation |
| 커널(필터) | kernel (filter) |
| 특징 맵 | feature map |
| 국소성, 정상성 | locality, stationarity |
| 가중치 공유 | weight sharing |
| 패딩, 스트라이드, 채널 | padding, stride, channel |
| 경계(에지) | edge |
| 수용 영역, 유효 수용 영역 | receptive field, effective receptive field |
| 풀링 | pooling |
| 배치 정규화 | batch normalization |
| 학습, 검증, 테스트 데이터 | training, validation, test data |
| 학습 곡선 | learning curve |
| 시드 | seed |
| 이동 등변성 | translation equivariance |
| 상관 계수 | correlation |
| 대조 실험 | control |

## References

- LeCun, Bottou, Bengio, Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proceedings of the IEEE, 1998.
- Krizhevsky, Sutskever, Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
- Karpathy et al., *Large-scale Video Classification with Convolutional Neural Networks*, CVPR 2014.
- Simonyan, Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
- Ren, He, Girshick, Sun, *Faster R-CNN*, NeurIPS 2015.
- Ioffe, Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015.
- Redmon, Divvala, Girshick, Farhadi, *You Only Look Once*, CVPR 2016.
- Luo, Li, Urtasun, Zemel, *Understanding the Effective Receptive Field in Deep Convolutional Neural Networks*, NeurIPS 2016.
- Xiao, Rasul, Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms*, arXiv:1708.07747, 2017.
- Smith, *A Disciplined Approach to Neural Network Hyper-Parameters*, arXiv:1803.09820, 2018.

**Now do the exercises**: [01_exercises.ipynb](01_exercises.ipynb)
"""
