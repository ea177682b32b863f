# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: From AlexNet to SENet, ko: AlexNet에서 SENet까지}
#     minutes: 51
#     after: ["01", "02"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 3장. AlexNet에서 SENet까지

> **이 장을 마치면** 다음을 할 수 있습니다.
> - ILSVRC가 무엇이며 2010년부터 2017년까지 오류율이 어떻게 줄었는지 말하기
> - AlexNet, VGG, ResNet, SENet을 논문대로 만들고 파라미터 수를 널리 쓰이는 구현과 마지막 자리까지 맞추기
> - 파라미터가 많은 곳과 계산이 많은 곳이 왜 다른지 그림으로 설명하기
> - 깊은 신경망이 왜 더 나쁘게 학습되었는지, 잔차 연결이 무엇을 바꾸었는지 실험으로 보이기
> - 논문의 주장을 작은 규모로 다시 실험하고, 재현되지 않는 것은 재현되지 않는다고 말하기
>
> **읽기** 약 51분, **실행** 약 70초(코어 2개), 먼저 볼 장은 1장과 2장입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 3. From AlexNet to SENet

> **After this chapter** you can
> - say what ILSVRC is and how its error fell from 2010 to 2017;
> - build AlexNet, VGG, ResNet and SENet as their papers describe them, with parameter counts that match common implementations to the last digit;
> - show in a picture why most parameters and most computation are in different places;
> - show by experiment why deep networks trained worse, and what residual connections changed;
> - repeat the claims of a paper on a small scale, and say so when one does not repeat.
>
> **Reading** takes about 51 minutes, **running** about 70 seconds on 2 cores; chapters 1 and 2 come first.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko", "covers-E1", "covers-E3"]
r"""
## 1. ILSVRC: 한 시대를 만든 대회

**ImageNet**은 사진에 개념의 이름을 붙인 데이터베이스로(Deng et al., 2009), 지금은 사진 천사백만여 장, 개념 이만여 가지에 이릅니다. 그 일부, 곧 클래스 1,000개와 학습 사진 약 $1.2 \times 10^6$장으로 해마다 연 대회가
**ILSVRC**(ImageNet Large Scale Visual Recognition Challenge)입니다(Russakovsky et al., 2015). 모델이 답을 다섯 개 내고 그 안에 정답이 없으면 틀린 것으로 셉니다. 이 비율이 **top-5 오류율**입니다.
마지막 해인 2017년에는 SENet을 모은 앙상블(ensemble)이 약 2.3 %로 우승했습니다(Hu et al., 2018). 그 가운데 하나를 7절에서 만듭니다. 2010년과 2011년의 우승자는 신경망이 아니라 사람이 설계한 특징과 분류기를 썼고, 2012년부터의 우승 기록은 대부분 신경망 여러 개의 답을 평균한 값입니다.

몇 퍼센트포인트 줄었는지로 볼 때, 오류율이 가장 크게 줄어든 해는 언제일까요? 사람보다 나아진 것은 언제일까요?
"""

# %% [markdown] tags=["en", "covers-E1", "covers-E3"]
r"""
## 1. ILSVRC: the contest that made an era

**ImageNet** is a database of photographs labelled with concepts (Deng et al., 2009), which grew to over fourteen million photographs and more than twenty thousand concepts. A part of it, 1,000 classes and about $1.2 \times 10^6$ training photographs, was used in a yearly contest,
**ILSVRC**, the ImageNet Large Scale Visual Recognition Challenge (Russakovsky et al., 2015). A model gives five answers; if the right one is not among them, that counts as an error. The share is the **top-5 error**.
In 2017, the last year, an ensemble of SENets won with about 2.3 % (Hu et al., 2018); you build one of its networks in section 7. The winners of 2010 and 2011 used hand-designed features and a classifier, not neural networks; from 2012 on, most winning results average the answers of several networks.

In which year did the error fall by most percentage points? When did it fall below human error?
"""

# %%
from course_lib import claim, data, identity, plot, predict, reveal

# %%
predict("below_people", "In which year did the winner's top-5 error first lie below that of a person, 5.1 %?",
        choices=[str(year) for year in range(2012, 2018)])

# %% tags=["covers-E2", "reveal"]
winners = {  # top-5 error in percent on the test set; the papers are named in the references
    "2010\nNEC-UIUC": 28.2, "2011\nXRCE": 25.8, "2012\nAlexNet": 15.3, "2013\nClarifai": 11.2,
    "2014\nGoogLeNet": 6.7, "2015\nResNet": 3.57, "2016\nTrimps-Soushen": 2.99, "2017\nSENet": 2.25}
human = 5.1
plot.bars(winners, baseline=(human, "a person, about 5.1 %"), ylabel="top-5 error (%)",
          title="The error fell to a twelfth in seven years",
          alt="Bars of the top-5 error from 28.2 % in 2010 to 2.25 % in 2017; it falls most in 2012, and "
              "from 2015 on lies below the dotted line of human level.")

# %% tags=["covers-E2", "reveal"]
years, errors = range(2010, 2018), list(winners.values())
falls = {year: round(before - after, 2) for year, before, after in zip(years[1:], errors, errors[1:])}
print("points by which the error fell:", falls)
without_extra = 16.4  # AlexNet's error where only the contest's own photographs trained it
print(f"2012, without other data: {errors[1] - without_extra:.1f}")
reveal("below_people", str(next(year for year, error in zip(years, errors) if error < human)))

# %% [markdown] tags=["ko"]
r"""
2012년 AlexNet이 오류율을 10퍼센트포인트 넘게 줄였고, 2015년 ResNet이 사람의 오류율 아래로 내려갔습니다. 2012년과 2013년의 값은 다른 데이터를 더 써서 학습한 결과입니다. 대회의 데이터만 쓴 AlexNet으로 따지면 줄어든 폭은 9.4포인트이고, 그래도 다른 어느 해보다 큽니다. (사람의 값은 연습을 거친 한 사람의 결과이므로 대략적인 기준입니다.)

## 2. AlexNet(2012)

AlexNet은 합성곱층 5개와 완전 연결층(그림에서는 dense) 3개로 이루어집니다. `course_lib/models/alexnet.py`를 열어 보세요. 한 쪽 분량이며 위에서 아래로 읽을 수 있습니다. 논문은 파라미터가 '60 million'이라고만 적으므로, 마지막 자리는 널리 쓰이는 구현의 값과 비교합니다. `blueprint`는 가중치의 값 없이 형상만 갖춘 모델을 만들어 메모리를 아낍니다. 논문은 합성곱층 몇 개를 두 **그룹**으로 나누었습니다. 나눈 것(`two_groups`)과 나누지 않은 것(`one_group`)을 함께 세고, 그 뜻은 바로 뒤에서 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
In 2012 AlexNet cut the error by more than 10 percentage points; in 2015 ResNet went below the human level. The values of 2012 and 2013 are of networks trained with extra data. AlexNet with the contest's own data alone cut it by 9.4 points, which is still more than in any other year. (The human level was found with one trained person, so it is a rough mark.)

## 2. AlexNet (2012)

AlexNet has 5 convolutions and 3 fully connected (dense) layers. Open `course_lib/models/alexnet.py`: it is one page, to be read from top to bottom. The paper says only '60 million' parameters, so the last digits are compared with widely used implementations.
`blueprint` makes a model whose weights have shapes but no values, which saves memory. The paper divides some of the convolutions into two **groups**. Both are counted, with (`two_groups`) and without (`one_group`); what groups are comes right after.
"""

# %%
predict("most_parameters", "Where are most of AlexNet's parameters?",
        choices=["in the first convolution", "in the last convolution", "in the first dense layer"])

# %% tags=["covers-E4", "reveal"]
from course_lib.models.alexnet import alexnet
from course_lib.models.summary import blueprint, measure, multiply_adds

two_groups, one_group = blueprint(alexnet), blueprint(alexnet, groups=1)
for layer in two_groups.layers:
    if layer.weights:
        print(f"{layer.name:6} {str(layer.output.shape[1:]):14} {layer.count_params():11,} parameters"
              f" {multiply_adds(layer) / 1e6:6.1f} million multiply-adds")
places = {"conv1": "in the first convolution", "conv5": "in the last convolution",
          "fc6": "in the first dense layer"}
reveal("most_parameters", places[max(places, key=lambda name: two_groups.get_layer(name).count_params())])
claim("AlexNet with the paper's two groups has as many parameters as known implementations",
      two_groups.count_params(), equals=60_965_224)
claim("Without groups it has more", one_group.count_params(), equals=62_378_344)

# %%
plot.architecture(two_groups, title="AlexNet: computation in the convolutions, parameters in the dense layers",
                  alt="Boxes of shrinking maps from 55 by 55 to the dense layers; 96 % of the parameters are "
                      "dense, 92 % of the multiply-adds in the convolutions.")

# %% [markdown] tags=["ko"]
r"""
파라미터의 96 %는 완전 연결층에, 곱셈-덧셈의 92 %는 합성곱층에 있습니다. 커널은 몇 개의 가중치를 모든 자리에서 되풀이해 쓰기 때문입니다.

**그룹 합성곱**(grouped convolution). 저자들이 쓴 GPU는 메모리가 3 GB뿐이어서 신경망을 둘로 나누어 두 GPU에서 학습했습니다. conv2, conv4, conv5의 커널은 자기 GPU에 있는 절반의 채널만 봅니다. 아래 그림에서 파란 상자는 학습하는 가중치가 있는 층이고, 그 안의 수는 GPU 하나가 맡는 채널이나 유닛의 수입니다(`fc8`만 전체의 수입니다). 풀링처럼 가중치가 없는 층은 생략했습니다. 그룹이 둘인 합성곱은 채널을 절반씩 나누어 따로 계산한 합성곱 두 개와 정말 같을까요?
"""

# %% [markdown] tags=["en"]
r"""
96 % of the parameters are in the dense layers, 92 % of the multiply-adds in the convolutions: a kernel uses its few weights over again at every place.

**Grouped convolution.** The authors' GPUs had only 3 GB of memory each, so the network was cut in two and trained on two GPUs. The kernels of conv2, conv4 and conv5 see only the half of the channels on their own GPU. In the drawing below, blue boxes are layers with weights to be learned, and the number in each is that of the channels or units on one GPU (in `fc8` it is that of all units). Layers without weights, such as pooling, are left out. Is a convolution with two groups really two convolutions of half the channels?
"""

# %% tags=["covers-E4"]
def tower(name):
    """A box for each GPU, with half the channels or units of a layer."""
    return (f"*{name}\n{two_groups.get_layer(name).output.shape[-1] // 2}",) * 2


conv1, conv2, conv3, conv4, conv5, fc6, fc7 = (
    tower(name) for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7"))
plot.block_diagram(
    {"": ["227×227×3", conv1, conv2, "><", conv3, conv4, conv5, "><", fc6, "><", fc7, "*fc8\n1000"]},
    title="AlexNet on two GPUs: only conv3 and the dense layers read both halves",
    alt="Two rows of boxes, conv1 to fc7, one for each GPU; arrows cross between the rows before conv3, fc6 and "
        "fc7, and both rows end in fc8.")

# %% tags=["covers-E4"]
import numpy as np
from keras import layers, ops

eight_maps = np.random.default_rng(0).normal(size=(1, 13, 13, 8)).astype("float32")
grouped = layers.Conv2D(6, 3, groups=2, dtype="float32")
grouped.build(eight_maps.shape)
kernel, _ = grouped.get_weights()  # (3, 3, 4, 6): each kernel has a slice for 4 of the 8 channels
halves = [ops.conv(eight_maps[..., :4], kernel[..., :3]), ops.conv(eight_maps[..., 4:], kernel[..., 3:])]

identity("A grouped convolution is two convolutions side by side",
         grouped(eight_maps), ops.concatenate(halves, axis=-1), tolerance=1e-4)
print(f"weights: {kernel.size} in two groups, {3 * 3 * 8 * 6} in one")

# %% [markdown] tags=["ko"]
r"""
**입력 크기의 수수께끼.** 논문은 입력이 $224 \times 224$라고 썼습니다. 첫 층은 커널 $11$, 스트라이드 $4$이고 논문에 따르면 출력은 $55 \times 55$입니다. 출력 크기의 공식(1장 8절)에 넣어 보세요. 패딩을 양쪽에 똑같이 준다면 어떤 패딩에서 나누어떨어질까요?
"""

# %% [markdown] tags=["en"]
r"""
**The puzzle of the input size.** The paper prints an input of $224 \times 224$. The first layer has kernel $11$ and stride $4$, and its output is $55 \times 55$, the paper says. Put that into the formula for the output size (section 8 of chapter 1). With the same padding on both sides, which padding would divide evenly?
"""

# %%
print("224:", (224 - 11) / 4 + 1, "   227:", (227 - 11) / 4 + 1)
even = [padding for padding in range(12) if (224 + 2 * padding - 11) % 4 == 0]
print("paddings up to 11 with which 224 divides evenly:", even)
sides = [two_groups.get_layer(name).output.shape[1] for name in ("conv1", "pool1", "pool2", "pool5")]
claim("Sizes of AlexNet's maps from an input of 227", sides, equals=[55, 27, 13, 6])

# %% [markdown] tags=["ko"]
r"""
$224 - 11$은 홀수, 패딩의 두 배는 짝수여서 둘의 합은 언제나 홀수이므로 4로 나누어떨어질 수 없습니다. $227$이면 $55$가 됩니다. 널리 쓰이는 구현은 $227$을 넣거나, $224$에 패딩을 하고 나머지를 버립니다. 풀링은 $3 \times 3$ 창을 $2$칸씩 움직이므로 창이 겹칩니다($55 \to 27 \to 13 \to 6$).

## 3. AlexNet이 보여 준 것을 작게 다시 보기

논문이 강조한 것 가운데 세 가지를 봅시다. ReLU는 tanh보다 훨씬 빨리 학습되고, 드롭아웃(dropout)과 데이터 증강(data augmentation)은 과적합을 막는다는 것입니다. $14 \times 14$로 줄인 Fashion-MNIST로 다시 실험해 봅시다.
먼저 활성화 함수를 작은 8층 AlexNet에서 비교합니다. **초기화**(initialization, 가중치의 첫 값을 정하는 방법)는 ReLU에는 He(He et al., 2015), tanh에는 Glorot(Glorot and Bengio, 2010)를 씁니다. 시그모이드에도 Glorot를 쓰지만, 이것은 $0$에서 미분이 $1$인 함수를 위한 방법이어서 시그모이드에는 불리합니다. ReLU와 tanh의 학습률은 저마다 0.005에서 0.04까지 미리 시험해 본 값 가운데 가장 좋은 것입니다(아래의 `settings`). 마지막 학습 손실의 차이가 0.1 이하이면 비슷한 것으로 봅니다. 어느 쪽이 빠를까요?
"""

# %% [markdown] tags=["en"]
r"""
$224 - 11$ is odd and twice a padding is even, so 4 can never divide their sum. From $227$ comes $55$. Common implementations take $227$, or pad $224$ and drop the remainder. Pooling windows of $3 \times 3$ move by $2$ and overlap ($55 \to 27 \to 13 \to 6$).

## 3. What AlexNet showed, repeated on a small scale

Take three of the things that the paper stressed: ReLU trains much faster than tanh, and dropout and data augmentation reduce overfitting. Repeat them with Fashion-MNIST reduced to $14 \times 14$.
First the activation, in a small AlexNet of 8 layers. The **initialization**, which sets the first values of the weights, is He for ReLU (He et al., 2015) and Glorot for tanh (Glorot and Bengio, 2010). Sigmoid gets Glorot, too. That is made for functions with a derivative of $1$ at $0$, so sigmoid is at a disadvantage. The learning rates of ReLU and tanh are, for each, the best of those tried beforehand, from 0.005 to 0.04 (`settings` below). Final training losses that differ by at most 0.1 count as alike. Which will be faster?
"""

# %%
predict("fastest", "Which will have the lowest training loss after 4 epochs?",
        choices=["ReLU, clearly", "tanh, clearly", "ReLU and tanh alike", "sigmoid, clearly"])

# %% tags=["covers-E4"]
import keras


def shrink(images):
    """(n, height, width, 1) -> half the height and width, by the means of 2x2 pixels."""
    n, height, width, _ = images.shape
    return images.reshape(n, height // 2, 2, width // 2, 2, 1).mean(axis=(2, 4))


(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
x_train, x_test = shrink(x_train), shrink(x_test)  # 14x14

# %% tags=["covers-E4"]
def small_alexnet(activation, initializer, filters=(16, 32, 48, 48, 32)):
    options = dict(padding="same", activation=activation, kernel_initializer=initializer)
    images = keras.Input((14, 14, 1))
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(filters[0], 5, **options)(images))  # 6x6
    for count in filters[1:]:
        x = layers.Conv2D(count, 3, **options)(x)
    x = layers.Flatten()(layers.MaxPooling2D(3, 2)(x))  # 2x2
    for _ in range(2):
        x = layers.Dense(128, activation=activation, kernel_initializer=initializer)(x)
    return keras.Model(images, layers.Dense(10, dtype="float32")(x), name=activation)


# %% tags=["covers-E4"]
from course_lib import training

settings = {"relu": ("he_normal", 0.01), "tanh": ("glorot_uniform", 0.02), "sigmoid": ("glorot_uniform", 0.05)}
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
losses = {}
for activation, (initializer, rate) in settings.items():
    network = small_alexnet(activation, initializer)
    network.compile(keras.optimizers.SGD(rate, momentum=0.9), cross_entropy)
    losses[activation] = [
        training.train(network, x_train[:2000], y_train[:2000], epochs=4, seed=seed, batch_size=40)
        for seed in (0, 1)]

# %% tags=["covers-E4", "reveal"]
plot.curves(losses, xlabel="epoch", ylabel="training loss",
            title="Here tanh keeps up with ReLU; sigmoid has not started yet",
            alt="Training loss over 4 epochs: ReLU and tanh fall together, sigmoid stays above 2.3.")
at_end = {name: np.mean([run[-1] for run in runs]) for name, runs in losses.items()}
best = min(at_end, key=at_end.get)
alike = best != "sigmoid" and abs(at_end["relu"] - at_end["tanh"]) <= 0.1
clearly = {"relu": "ReLU, clearly", "tanh": "tanh, clearly", "sigmoid": "sigmoid, clearly"}
reveal("fastest", "ReLU and tanh alike" if alike else clearly[best])
claim("ReLU and tanh end at about the same loss (difference of the means of two seeds)",
      abs(at_end["relu"] - at_end["tanh"]), at_most=0.1)
claim("Sigmoid has learned nothing yet (its loss; guessing gives 2.3)", at_end["sigmoid"], at_least=2.0)

# %% [markdown] tags=["ko"]
r"""
뜻밖입니다! 논문의 그림 1에서는 CIFAR-10을 배우는 4층 신경망에서 ReLU가 tanh보다 여섯 배 빨랐지만 여기서는 비슷합니다. 데이터와 신경망이 작기 때문일 수도 있고, 가중치를 표준편차 $0.01$로 초기화한 AlexNet과 달리 tanh에 알맞은 초기화를 쓴 까닭일 수도 있습니다. 반면 논문이 함께 언급한 시그모이드는 이렇게 짧은 학습으로는 출발조차 하지 못합니다. 이 장과 따로 시험해 보니 더 큰 학습률 0.2와 1로도, 30에포크를 학습해도 마찬가지였습니다.
왜일까요? 학습 전에 첫 층과 마지막 층의 기울기를 재어 봅니다. 한 층의 기울기에는 가중치마다 수가 하나씩 있으므로, 그 수들을 제곱해 더한 것의 제곱근, 곧 **노름**(norm)을 그 크기로 삼습니다. 시그모이드의 미분은 최대 $\frac{1}{4}$인데 Glorot 초기화는 이것을 메워 주지 않습니다. 신경망의 기울기는 **역전파**(back-propagation)로 구합니다. 손실에서 시작해 마지막 층에서 첫 층까지 거꾸로 가며, 층마다 그 층의 미분을 곱합니다(연쇄 법칙). 그래서 시그모이드 일곱 개를 거치면 이런 값이 일곱 번 곱해집니다.
"""

# %% [markdown] tags=["en"]
r"""
A surprise! In Figure 1 of the paper, with a network of 4 layers on CIFAR-10, ReLU is six times as fast as tanh; here they are alike. Perhaps because data and network are small, perhaps because of an initialization that suits tanh, whereas AlexNet started from weights with a standard deviation of $0.01$. The sigmoid, however, which the paper names as well, does not even get off the ground in so short a training. Tried apart from this lesson, neither larger rates, 0.2 and 1, nor 30 epochs changed that.
Why? Measure the gradients of the first and the last layer before training. A layer's gradient has a number for each weight; its size is taken to be the **norm**, the square root of the sum of their squares. The derivative of the sigmoid is at most $\frac{1}{4}$, and Glorot's initialization does not make up for it. The gradients of a network are found by **back-propagation**: from the loss back through the layers, from the last to the first, multiplying by the derivative of each (the chain rule). So on the way back through seven sigmoids, seven such factors are multiplied.
"""

# %% tags=["covers-E4"]
import tensorflow as tf  # for its gradients


def kernel_gradients(network, images, labels):
    """Norm of the loss's gradient by each kernel or matrix, from the first layer to the last."""
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, network(images, training=True))
    kernels = [weight.value for weight in network.trainable_variables if len(weight.shape) > 1]
    return np.array([float(tf.norm(gradient)) for gradient in tape.gradient(loss, kernels)])


for activation, (initializer, _) in settings.items():
    course_lib.set_seed(0)
    norms = kernel_gradients(small_alexnet(activation, initializer), x_train[:256], y_train[:256])
    exponent = round(np.log10(norms[0] / norms[-1]))
    print(f"{activation:8} gradient of the first layer, divided by that of the last: about 10^{exponent}")
    if activation == "sigmoid":
        claim("With sigmoid, the first layer's gradient is less than a thousandth of the last layer's",
              norms[0] / norms[-1], at_most=1e-3)

# %% [markdown] tags=["ko"]
r"""
시그모이드에서는 앞쪽 층에 닿는 기울기가 거의 없습니다. 이것이 **기울기 소실**(vanishing gradient)입니다. ReLU의 미분은 양수 쪽에서 1이고 tanh의 미분도 0 근처에서는 1에 가까우므로, 활성화 함수 때문에 기울기가 거듭 작아지는 일이 훨씬 적습니다.

다음은 **드롭아웃**과 **데이터 증강**입니다. 드롭아웃은 학습 단계마다 완전 연결층 유닛의 절반을 무작위로 끕니다. 논문은 추론할 때 모두 켜고 출력을 절반으로 줄였고, Keras는 그 대신 학습할 때 남은 출력을 두 배로 키웁니다. 어느 쪽이든 다음 층이 받는 값은 평균적으로 같습니다. 증강은 이미지를 조금씩 옮기고 좌우로 뒤집어 보여 줍니다. 신경망은 더 작은 것으로, 합성곱 두 층과 완전 연결층 두 층입니다. 학습 이미지를 300장만 주면 무엇이 좋아질까요? 원래 테스트 이미지와, 옮기고 뒤집은 테스트 이미지에서 따로 봅시다. 그림의 점은 시드 하나, 굵은 선은 그 평균입니다.
"""

# %% [markdown] tags=["en"]
r"""
With sigmoid, hardly any gradient reaches the first layers: the **vanishing gradient**. The derivative of ReLU is 1 on its positive side, and that of tanh is close to 1 around 0, so the activation shrinks the gradient far less.

Next, **dropout** and **data augmentation**. Dropout switches off a random half of the dense layer's units in each training step. The paper switched all on for inference and halved their outputs; Keras doubles the outputs of the others in training instead. Either way, the next layer gets the same on average. Augmentation shows the images a little shifted and mirrored. The network is a smaller one, of two convolutions and two dense layers. With only 300 training images, what will get better? Look at the usual test images, and at shifted and mirrored ones. In the figure, a dot is a seed and the thick line is their mean.
"""

# %%
predict("augmentation", "What will augmentation change in accuracy on the usual test images, mean of three seeds?",
        choices=["over 1 point worse", "less than 1 point", "over 1 point better"])

# %% tags=["covers-E4"]
def move(images, random):
    """Shift each image by up to 2 pixels in both directions and mirror half of them."""
    images = np.where(random.random((len(images), 1, 1, 1)) < 0.5, images, images[:, :, ::-1])
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    corners = random.integers(0, 5, (len(images), 2))
    return np.stack([one[i:i + 14, j:j + 14] for one, (i, j) in zip(padded, corners)])


def two_dense(dropout):
    options = dict(padding="same", activation="relu", kernel_initializer="he_normal")
    images = keras.Input((14, 14, 1))
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(16, 5, **options)(images))
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(32, 3, **options)(x))
    x = layers.Dense(512, activation="relu", kernel_initializer="he_normal")(layers.Flatten()(x))
    return keras.Model(images, layers.Dense(10, dtype="float32")(layers.Dropout(dropout)(x)))


# %% tags=["covers-E4"]
few, epochs = 300, 36
random = np.random.default_rng(0)
x_moved = move(x_test, random)
train_score, test_score, moved_score, test_loss = {}, {}, {}, {}  # name -> a number for each seed
for name, dropout, change in (("neither", 0, None), ("dropout", 0.5, None), ("augmented", 0, move)):
    # 36 epochs as a single one over 36 copies, because every copy is moved in its own way
    copies = np.concatenate([change(x_train[:few], random) if change else x_train[:few] for _ in range(epochs)])
    network = training.one_cycle(two_dense(dropout), copies, epochs=1, rate=0.05, batch_size=50)
    train_score[name], test_score[name], moved_score[name], test_loss[name] = [], [], [], []
    for seed in (0, 1, 2):
        training.train(network, copies, np.tile(y_train[:few], epochs), epochs=1, seed=seed, batch_size=50)
        train_score[name].append(training.accuracy(network, x_train[:few], y_train[:few]))
        test_score[name].append(training.accuracy(network, x_test, y_test))
        moved_score[name].append(training.accuracy(network, x_moved, y_test))
        test_loss[name].append(float(cross_entropy(y_test, network.predict(x_test, batch_size=500, verbose=0))))

# %% tags=["covers-E4", "reveal"]
both_tests = dict(test_score)
for name, scores in moved_score.items():
    both_tests[f"{name},\nmoved"] = scores
plot.dots(both_tests, ylabel="test accuracy (%)",
          title="Augmentation helps on shifted and mirrored images, not on centred ones",
          alt="Dots for three seeds: on usual test images the augmented network is a few points lower; "
              "on moved ones it is far ahead.")

# %% tags=["covers-E4", "reveal"]
def gain(numbers, name):
    """By how much the mean over the seeds is higher than with neither of the two."""
    return np.mean(numbers[name]) - np.mean(numbers["neither"])


reveal("augmentation", gain(test_score, "augmented"), limits=[-1, 1])
claim("Dropout lowers the test loss, mean of three seeds", -gain(test_loss, "dropout"), at_least=0.04)
claim("It leaves the test accuracy about as it was (difference)",
      abs(gain(test_score, "dropout")), at_most=1, unit="points")
claim("On moved images, augmentation gains accuracy, mean of three seeds",
      gain(moved_score, "augmented"), at_least=15, unit="points")
claim("On the usual, centred images it does not gain", gain(test_score, "augmented"), at_most=1, unit="points")
claim("Augmentation makes the gap between training and test accuracy smaller",
      gain(train_score, "augmented") - gain(test_score, "augmented"), at_most=-4, unit="points")

# %% [markdown] tags=["ko"]
r"""
드롭아웃은 테스트 손실을 낮추지만, 정확도는 이 규모에서 거의 그대로입니다. 맞히는 수가 같은데 손실이 낮다면, 틀린 답을 덜 확신한다는 뜻으로 볼 수 있습니다. 증강은 **보여 준 변화에** 강해지게 합니다. 원래 테스트 이미지에서는 오히려 몇 포인트 낮아졌지만 옮기고 뒤집은 이미지에서는 크게 앞섭니다. Fashion-MNIST의 이미지는 모두 한가운데에 똑바로 놓여 있어 원래 테스트 이미지에는 그런 변화가 없고, 학습 단계의 수는 같기 때문으로 보입니다. 이 장과 따로 학습 단계를 네 배, 열한 배로 늘려 보았지만 그래도 앞서지는 못했습니다. 학습 정확도와 테스트 정확도의 차이는 줄었으나, 이렇게 짧은 학습에서는 덜 배운 탓도 있을 수 있습니다.
ImageNet에서는 달랐습니다. AlexNet의 저자들은 증강이 없으면 과적합이 심해 훨씬 작은 신경망을 써야 했을 것이라고 썼습니다.

## 4. VGG(2014): 작은 커널을 여러 층

VGG의 아이디어는 단순합니다. 큰 커널 하나 대신 $3 \times 3$을 여러 층 쌓습니다. 두 층이면 $5 \times 5$, 세 층이면 $7 \times 7$만큼 봅니다(수용 영역, 1장 12절). 입력과 출력이 모두 $C$채널일 때 가중치는 각각 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
Dropout lowers the test loss, but at this scale the accuracy hardly changes. If as many are right and yet the loss is lower, the network is probably less sure of its wrong answers. Augmentation makes it robust **to what it shows**. On the usual test images it loses some points; on moved ones it is far ahead. The reason seems to be that images of Fashion-MNIST all stand upright in the middle, so the usual test has no such changes, while the number of training steps is the same. Tried apart from this lesson, four and eleven times as many steps did not put it ahead either. The gap between training and test accuracy is smaller, but in so short a training one reason may be that less was learned.
ImageNet was different: the authors of AlexNet wrote that without augmentation overfitting would have forced them to use a much smaller network.

## 4. VGG (2014): many layers of small kernels

The idea of VGG is simple: instead of one large kernel, several layers of $3 \times 3$. Two layers see as far as $5 \times 5$, three as far as $7 \times 7$ (receptive field, section 12 of chapter 1). With $C$ channels in and out, how many weights has each?
"""

# %%
channels = 64
for count, size in ((2, 5), (3, 7)):
    small, large = count * 3 * 3 * channels**2, size * size * channels**2
    print(f"{count} layers of 3x3: {small:,} weights, one {size}x{size}: {large:,}")
    print(f"   a share of {100 * small / large:.0f} %")

# %% [markdown] tags=["ko"]
r"""
$18 C^2$ 대 $25 C^2$, $27 C^2$ 대 $49 C^2$입니다. 가중치는 더 적고 ReLU는 더 여러 번 거칩니다. 논문의 표 1은 주로 깊이가 다른 신경망 여섯 개를 비교합니다. D와 E를 흔히 VGG16과 VGG19라고 부릅니다. C에 있는 **$1 \times 1$ 합성곱**(표의 `conv1`)은 이웃 픽셀을 보지 않고, 같은 자리의 채널들을 섞을 뿐입니다. LRN은 AlexNet도 쓴 **지역 응답 정규화**(local response normalization)로, 채널 $i$의 값 $a_i$를 같은 자리에 있는 이웃 채널 $j$의 값들로 나눕니다. 곧 $b_i = a_i / (k + \alpha \sum_j a_j^2)^{\beta}$이고, $j$는 $i$를 가운데에 둔 채널 다섯 개, $k$와 $\alpha$와 $\beta$는 고정된 상수입니다. 그러면 크게 반응한 채널이 이웃을 누르게 됩니다. VGG의 실험에서는 A-LRN이 A보다 낫지 않았고, 오늘날에는 배치 정규화를 씁니다. `course_lib/models/vgg.py`는 표 1을 글자 그대로 읽어 여섯 신경망을 만듭니다. 거꾸로, 만들어진 모델에서 표를 다시 써 봅시다.
"""

# %% [markdown] tags=["en"]
r"""
That is $18 C^2$ against $25 C^2$, and $27 C^2$ against $49 C^2$: fewer weights, and more ReLUs on the way. Table 1 of the paper compares six networks that differ mainly in depth. D and E are usually called VGG16 and VGG19. The **$1 \times 1$ convolution** in C (`conv1` in the table) looks at no neighbours: it only mixes the channels at one place. LRN is **local response normalization**, which AlexNet used as well. It divides the value $a_i$ of channel $i$ by those of the neighbouring channels $j$ at the same place, $b_i = a_i / (k + \alpha \sum_j a_j^2)^{\beta}$, where $j$ runs over the five channels around $i$, and $k$, $\alpha$ and $\beta$ are constants. So a channel that responds strongly suppresses its neighbours. In VGG's experiments A-LRN was no better than A, and today batch normalization is used. `course_lib/models/vgg.py` builds the six networks from Table 1 as it is printed. Now go the other way and write the table from the built models.
"""

# %% tags=["covers-E5"]
from itertools import zip_longest

from course_lib.models.vgg import CONFIGURATIONS, vgg


def rows(model):
    """A built model as the words of Table 1, a list for each block."""
    blocks = [[]]
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "Conv2D":
            blocks[-1].append(f"conv{layer.kernel_size[0]}-{layer.filters}")
        elif kind == "LocalResponseNormalization":
            blocks[-1].append("LRN")
        elif kind == "MaxPooling2D":
            blocks.append([])
        elif kind == "Dense":
            blocks[-1].append(f"FC-{layer.units}")
    return blocks


# %% tags=["covers-E5"]
built = {name: blueprint(vgg, name) for name in CONFIGURATIONS}
words = {name: rows(model) for name, model in built.items()}
print("".join(f"{name:11}" for name in words).rstrip())
for number in range(6):
    print("-" * 64)
    for line in zip_longest(*(table[number] for table in words.values()), fillvalue=""):
        print("".join(f"{word:11}" for word in line).rstrip())

# %% tags=["covers-E5"]
sizes = {name: measure(model) for name, model in built.items()}
printed = {"A": (11, 133), "A-LRN": (11, 133), "B": (13, 133), "C": (16, 134), "D": (16, 138), "E": (19, 144)}
for name, size in sizes.items():
    claim(f"VGG {name}: layers with weights, and millions of parameters as in the paper's Table 2",
          (size["depth"], round(size["parameters"] / 1e6)), equals=printed[name])
# implementations that are in use give the last digits; of A-LRN and C none is known
in_use = {"A": 132_863_336, "B": 133_047_848, "D": 138_357_544, "E": 143_667_240}
for name, count in in_use.items():
    claim(f"VGG {name}: parameters to the last digit", sizes[name]["parameters"], equals=count)

# %%
plot.architecture(built["D"], title="VGG16: nine tenths of the parameters are in the dense layers",
                  alt="Boxes from 224 by 224 maps down to the dense layers, which hold 89 % of the parameters "
                      "and 1 % of the multiply-adds.")

# %% [markdown] tags=["ko"]
r"""
E(VGG19)에는 3~5번째 블록마다 $3 \times 3$ 합성곱이 네 개씩 있어 가중치가 있는 층이 모두 19개입니다. 완전 연결층 하나, 곧 $7 \times 7 \times 512$개의 수를 유닛 4,096개에 잇는 층이 전체 파라미터의 대부분을 차지합니다.

VGG는 2014년 대회의 분류 부문에서 2위, 위치 찾기(localization) 부문에서 1위였습니다. 분류의 1위는 **GoogLeNet**입니다(Szegedy et al., 2015). 크기가 다른 합성곱과 풀링을 나란히 계산하여 채널 방향으로 이어 붙이고(Inception 모듈), 비싼 합성곱 앞에서 $1 \times 1$ 합성곱으로 채널을 줄이며, 끝에는 전역 평균 풀링을 둡니다. 뒤의 두 가지는 6절의 ResNet에도 나옵니다.

## 5. 더 깊게 쌓으면 왜 나빠질까

층을 쌓을수록 좋아진다면 계속 쌓으면 됩니다. 그런데 He et al.(2016)은 이상한 일을 보고했습니다. 더 깊은 신경망이 테스트뿐 아니라 **학습 데이터에서도** 더 나빴습니다. 과적합이라면 학습 오류는 낮아야 합니다. 게다가 깊은 쪽은 적어도 얕은 쪽만큼은 할 수 있어야 합니다. 덧붙인 층이 입력을 그대로 내보내기만 하면 얕은 신경망과 같은 답이 나오기 때문입니다. 그런데도 더 나빠지는 이 현상을 **성능 저하 문제**(degradation problem)라고 합니다.

직접 해 봅시다. `resnet_small`은 논문 4.2절의 작은 신경망이며, 여기서는 필터를 논문의 절반만 씁니다. `residual=False`는 똑같은 층을 그냥 쌓고, `residual=True`는 두 층마다 입력을 출력에 더합니다. 이것이 **잔차 연결**(residual connection, skip connection)입니다. 맵이 작아지고 채널이 늘어나는 자리에서는 입력을 한 칸씩 건너뛰어 읽고, 모자라는 채널을 $0$으로 채워 더합니다. 더하기에는 파라미터가 없으므로 둘의 파라미터 수가 같습니다.
$7 \times 7$로 줄인 Fashion-MNIST 4,000장으로 8층과 20층을 짧게 학습시킵니다. 그냥 쌓은 쪽을 일반(plain) 신경망, 더하는 쪽을 잔차(residual) 신경망이라고 부릅니다. **학습 오류**(training error), 곧 학습 이미지 가운데 틀린 것의 비율이 가장 높은 것은 무엇일까요?
"""

# %% [markdown] tags=["en"]
r"""
E (VGG19) has four $3 \times 3$ convolutions in each of blocks 3 to 5, which makes 19 layers with weights. One dense layer, from $7 \times 7 \times 512$ numbers to 4,096 units, holds most of all parameters.

In the contest of 2014, VGG came 2nd in classification and 1st in localization. The 1st in classification was **GoogLeNet** (Szegedy et al., 2015): convolutions of several sizes and a pooling side by side, joined along the channels (an Inception module); $1 \times 1$ convolutions that narrow the channels before the costly ones; and global average pooling at the end. The last two return with ResNet in section 6.

## 5. Why deeper became worse

If more layers are better, why not go on? He et al. (2016) reported something strange: a deeper network was worse not only on test data but **on its training data**. Were it overfitting, the training error would be low. And the deeper one should be able to do at least as well: if its extra layers only passed on what they get, it would give the answers of the shallower one. That it is worse all the same is called the **degradation problem**.

See for yourself. `resnet_small` is the small network of the paper's section 4.2, here with half the paper's filters. With `residual=False` the layers are simply stacked; with `residual=True` every two layers add their input to their output: a **residual connection**, also called skip connection. Where the map shrinks and the channels grow, every second row and column of the input is taken, and missing channels are filled with $0$. Adding has no parameters, so both have equally many.
Train 8 and 20 layers briefly on 4,000 images of Fashion-MNIST reduced to $7 \times 7$. Networks that are simply stacked are called plain, those that add are called residual. Which will have the highest **training error**, the share of training images that it gets wrong?
"""

# %% tags=["covers-E6"]
two_layers = ["x", "*3×3 conv", "*batch norm", "ReLU", "*3×3 conv", "*batch norm"]
plot.block_diagram({"plain block": [*two_layers, "ReLU", "y"], "residual block": [*two_layers, "+", "ReLU", "y"]},
                   around={"residual block": ("x", "+", "x, unchanged")},
                   title="The same layers; in the residual block the input is added before the last ReLU",
                   alt="Two rows of the same boxes, convolution, batch normalization, ReLU, and once more; in the "
                       "second row a line leads from x around them to a plus before the last ReLU.")

# %%
predict("worst", "Which network will have the highest training error?",
        choices=["plain, 8 layers", "plain, 20 layers", "residual, 8 layers", "residual, 20 layers"])

# %% tags=["covers-E6"]
from course_lib.models.resnet import resnet_small

x_tiny, y_tiny = shrink(x_train[:4000]), y_train[:4000]
kinds = {"plain": False, "residual": True}
live, trained = {}, {}
for depth in (8, 20):
    for kind, residual in kinds.items():
        network = resnet_small(depth, (7, 7, 1), width=8, residual=residual)
        training.one_cycle(network, x_tiny, epochs=4, rate=0.1)
        live[f"{kind}, {depth} layers"] = training.train(network, x_tiny, y_tiny, epochs=4, seed=0)
        trained[kind, depth] = 100 - training.accuracy(network, x_tiny, y_tiny)

# %% tags=["covers-E6", "reveal"]
kind_of_worst, depth_of_worst = max(trained, key=trained.get)
reveal("worst", f"{kind_of_worst}, {depth_of_worst} layers")
pair = [resnet_small(20, (7, 7, 1), width=8, residual=residual).count_params() for residual in (False, True)]
claim("Extra parameters of the residual network over its plain twin", pair[1] - pair[0], equals=0)
plot.curves(live, xlabel="epoch", ylabel="training loss", title="Live: the deeper plain network trains worse",
            alt="Training loss over 4 epochs: the plain network of 20 layers stays above the other three.")
claim("The deeper plain network has the higher training error (difference to 8 layers)",
      trained["plain", 20] - trained["plain", 8], at_least=2, unit="points")
claim("Its residual twin is better, with the same layers and parameters",
      trained["plain", 20] - trained["residual", 20], at_least=1, unit="points")
growth = {kind: trained[kind, 20] - trained[kind, 8] for kind in kinds}
claim("From 8 to 20 layers, the training error of the residual network grows less than that of the plain one",
      growth["plain"] - growth["residual"], at_least=0, unit="points")

# %% [markdown] tags=["ko"]
r"""
위는 방금 여러분의 컴퓨터에서 시드 하나로 짧게 학습한 결과입니다. 20층 잔차 신경망은 20층 일반 신경망보다 낫지만, 이렇게 짧게 학습해서는 8층 잔차 신경망보다도 나은지는 알 수 없습니다. 아래는 **미리 기록해 둔** 결과로, `data/makers/degradation.py`가 같은 실험을 네 가지 깊이, 시드 세 개, 15에포크로 한 것입니다. 학습률은 모두 같고 480단계뿐이므로, 여기서 견주는 것은 같은 예산에서 얼마나 배웠는가입니다. 논문은 $64 \times 10^3$단계를 학습하고도 같은 현상을 보았습니다. 44층에서는 어떻게 될까요?
"""

# %% [markdown] tags=["en"]
r"""
That was trained on your computer just now, briefly and with one seed. The residual network of 20 layers is better than the plain one of 20; whether it is ahead of the residual one of 8 cannot be said after so short a training. Below are **recorded** results: `data/makers/degradation.py` ran the same experiment with four depths, three seeds and 15 epochs. All have the same learning rate and only 480 steps, so this compares how much is learned in the same budget; the paper saw the same after $64 \times 10^3$ steps. What happens at 44 layers?
"""

# %%
predict("at_44_layers", "Of these four, which will have the lowest training error after 15 epochs?",
        choices=["plain, 8 layers", "plain, 44 layers", "residual, 8 layers", "residual, 44 layers"])

# %% tags=["covers-E6", "reveal"]
import json
from types import SimpleNamespace

text = data.file("degradation.json").read_text(encoding="utf-8")
recorded = json.loads(text, object_hook=lambda facts: SimpleNamespace(**facts)).runs
depths = sorted({run.depth for run in recorded})


def errors_of(residual):
    """Training errors (seeds, depths) of the recorded runs."""
    return np.array([[run.training_error for run in recorded
                      if (run.depth, run.residual, run.rate) == (depth, residual, 0.1)] for depth in depths]).T


error = {kind: errors_of(residual) for kind, residual in kinds.items()}
plot.curves(error, x=depths, xlabel="layers", ylabel="training error (%)",
            title="Recorded: plain networks get worse with depth, residual ones do not",
            alt="Training error by depth: plain rises steeply from 8 to 44 layers, residual stays low.")

# %% tags=["covers-E6", "reveal"]
mean = {kind: dict(zip(depths, runs.mean(axis=0))) for kind, runs in error.items()}
print({kind: {depth: f"{value:.1f} %" for depth, value in by_depth.items()} for kind, by_depth in mean.items()})
lowest = min(((kind, depth) for kind in kinds for depth in (8, 44)), key=lambda run: mean[run[0]][run[1]])
reveal("at_44_layers", f"{lowest[0]}, {lowest[1]} layers")
claim("Recorded: each deeper plain network has the higher training error",
      all(mean["plain"][a] < mean["plain"][b] for a, b in zip(depths, depths[1:])), equals=True)
claim("Recorded: no deeper residual network is worse than that of 8 layers",
      all(mean["residual"][depth] <= mean["residual"][8] for depth in depths), equals=True)

# %% [markdown] tags=["ko"]
r"""
44층이 나쁜 것은 학습률 $0.1$이 맞지 않아서일 뿐일까요? 8층과 44층을 더 작은 학습률로도 학습시켜 기록해 두었습니다. 학습률은 학습하는 동안 올랐다가 내려가므로(`one_cycle`), 여기에 적은 것은 그 가장 높은 값입니다.
"""

# %% [markdown] tags=["en"]
r"""
Is it only that a rate of $0.1$ does not suit 44 layers? Recorded, too, are 8 and 44 layers at smaller rates. During a training the rate rises and falls (`one_cycle`); what is given here is its highest value.
"""

# %% tags=["covers-E6", "reveal"]
def by_rate(depth, residual):
    """Learning rate -> training errors (seeds,) of the recorded runs of one network."""
    of = [run for run in recorded if (run.depth, run.residual) == (depth, residual)]
    return {step: np.array([run.training_error for run in of if run.rate == step])
            for step in sorted({run.rate for run in of})}


shallow, deep, deep_residual = by_rate(8, False), by_rate(44, False), by_rate(44, True)
for name, errors_at in (("plain, 8 layers", shallow), ("plain, 44 layers", deep),
                        ("residual, 44 layers", deep_residual)):
    print(f"{name:20}", ", ".join(f"{found.mean():.1f} % at {step}" for step, found in errors_at.items()))
plot.curves({"plain, 8 layers": np.transpose(list(shallow.values())),
             "plain, 44 layers": np.transpose(list(deep.values()))}, x=list(shallow), log=True,
            xlabel="learning rate", ylabel="training error (%)",
            title="Recorded: 44 plain layers are worse than 8 at each of these rates",
            alt="Training error by learning rate: that of 44 plain layers rises from about 20 to about 30 "
                "percent, that of 8 falls from about 11 to about 5 percent; the two lines stay far apart.")

# %% tags=["covers-E6", "reveal"]
claim("Recorded: at each of four rates, 44 plain layers have a higher training error than 8 "
      "(smallest difference)",
      min(deep[step].mean() - shallow[step].mean() for step in shallow), at_least=5, unit="points")
claim("Recorded: also if each depth has the best of these rates (difference)",
      min(found.mean() for found in deep.values()) - min(found.mean() for found in shallow.values()),
      at_least=10, unit="points")
claim("Recorded: the residual network of 44 layers trains well at each of its three rates "
      "(highest training error)",
      max(found.mean() for found in deep_residual.values()), at_most=5, unit="%")

# %% [markdown] tags=["ko"]
r"""
학습률이 작을수록 44층의 오류는 줄고 8층의 오류는 늘지만, 어느 학습률에서나 44층이 더 나쁩니다. 저마다 가장 좋은 학습률끼리 견주어도 그렇습니다. 다만 44층에는 시험한 것 가운데 가장 작은 학습률이 가장 좋았으므로, 더 작은 학습률에서는 차이가 더 줄어들 수도 있습니다. 잔차 연결이 있는 44층의 오류는 시험한 세 학습률에서 거의 같습니다.
"""

# %% [markdown] tags=["en"]
r"""
The smaller the rate, the lower the error of 44 layers and the higher that of 8, but at each rate 44 layers are worse. They are so, too, if each depth gets its best rate. For 44 layers, though, the best was the smallest rate that was tried, so with still smaller ones the difference may shrink further. With residual connections, the error of 44 layers is nearly the same at the three rates that were tried.
"""

# %% [markdown] tags=["ko"]
r"""
왜 그럴까요? 학습을 시작하기 전에 층마다 기울기의 크기를 재어 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Why? Before any training, measure the gradient of each layer.
"""

# %% tags=["covers-E6"]
at_start = {kind: [] for kind in kinds}
for kind, residual in kinds.items():
    for seed in (0, 1, 2):
        course_lib.set_seed(seed)
        network = resnet_small(44, (7, 7, 1), width=8, residual=residual)
        at_start[kind].append(np.log10(kernel_gradients(network, x_tiny[:128], y_tiny[:128])[:-1]))

# %% tags=["covers-E6"]
plot.curves(at_start, xlabel="layer of a network of 44 layers", ylabel="log10 of the gradient's norm",
            ticks=range(3, 44, 5), title="In the plain network, gradients grow on the way back",
            alt="Norm of the gradient by layer: in the plain network it is many times larger in the "
                "first layers than in the last, in the residual one nearly level.")
ratio = {kind: 10 ** np.mean([run[1] - run[-1] for run in runs]) for kind, runs in at_start.items()}
claim("Plain: the gradient of the second layer is many times that of the last, mean of three seeds",
      ratio["plain"], at_least=5)
claim("Residual: the two are of the same order", ratio["residual"], between=(0.1, 10))

# %% [markdown] tags=["ko"]
r"""
배치 정규화를 넣고 그냥 쌓은 신경망에서는 학습 전의 기울기가 거꾸로 갈수록 커집니다. Yang et al.(2019)은 완전 연결 신경망에서 배치 정규화 자체가 그 원인임을 보였습니다. 그렇다면 모든 층에 맞는 학습률을 찾기 어려울 수 있습니다. 다만 배치 정규화가 뒤따르는 커널은 크기를 바꾸어도 출력이 같아서, 기울기의 크기만으로 실제 보폭을 알 수는 없습니다. 그림의 점이 43개인 것은 완전 연결층을 뺐기 때문입니다. 잔차 연결은 기울기가 곧장 지나가는 길을 만들어 층 사이의 차이를 줄입니다.
그러나 이것은 그럴듯한 설명 가운데 하나일 뿐입니다. 우리는 학습 전에만 재었습니다. He et al.은 학습 중의 기울기가 정상임을 확인하고, 기울기 소실 때문은 아닐 것이라며 원인을 열어 두었습니다. 다른 설명도 있습니다(예: Balduzzi et al., 2017).

## 6. ResNet(2015): 더할 것만 배운다

잔차 블록(residual block)은 $y = \mathrm{ReLU}(F(x) + x)$를 계산합니다. 층이 할 일이 없으면 $F(x) = 0$을 배우면 그만이고, 입력은 앞 블록의 ReLU를 이미 거쳐 음수가 없으므로 그대로 지나갑니다. 그냥 쌓은 층이라면 입력을 그대로 내보내는 법까지 배워야 합니다. 커널을 모두 $0$으로 두고 확인합니다.
"""

# %% [markdown] tags=["en"]
r"""
In a plain network with batch normalization, the gradients before training grow on their way back. Yang et al. (2019) showed for fully connected networks that batch normalization itself is the cause. Then it may be hard to find one learning rate that suits all layers. But a kernel before batch normalization can be scaled without changing any output, so the size of the gradient alone does not tell how long a step really is. (There are 43 points in the figure because the dense layer is left out.) Residual connections give the gradient a straight way through and make the layers less different.
But this is only one plausible explanation. We measured only before training; He et al. found gradients of healthy size in training, argued that vanishing gradients were unlikely to be the reason, and left the cause open. There are other explanations (such as Balduzzi et al., 2017).

## 6. ResNet (2015): learn only what to add

A residual block computes $y = \mathrm{ReLU}(F(x) + x)$. If the layers have nothing to do, they need only learn $F(x) = 0$, and the input, which has no negative values after the ReLU of the block before, passes unchanged. Plain layers would have to learn how to reproduce it. Set all kernels to $0$ and see.
"""

# %% tags=["covers-E6"]
def basic_block(x, residual):
    """Two 3x3 convolutions, by hand; with `residual`, the input is added before the last ReLU."""
    options = dict(padding="same", use_bias=False, kernel_initializer="zeros", dtype="float32")
    branch = layers.Conv2D(x.shape[-1], 3, **options)(x)
    branch = layers.ReLU()(layers.BatchNormalization(dtype="float32")(branch))
    branch = layers.Conv2D(x.shape[-1], 3, **options)(branch)
    branch = layers.BatchNormalization(dtype="float32")(branch)
    return layers.ReLU()(layers.Add()([branch, x]) if residual else branch)


# %% tags=["covers-E6"]
positive = np.random.default_rng(0).uniform(size=(1, 4, 4, 8)).astype("float32")
difference = {}
for kind, residual in kinds.items():
    images = keras.Input((4, 4, 8), dtype="float32")
    one_block = keras.Model(images, basic_block(images, residual))
    difference[kind] = float(ops.max(ops.abs(one_block(positive) - positive)))
identity("With kernels of zero, the residual block passes its input on",
         difference["residual"], 0)
print(f"plain block, largest difference: {difference['plain']:.1f}")

# %% [markdown] tags=["ko"]
r"""
**쌓아 놓고 만져 보기.** 블록을 수 하나만 다루도록 줄여 봅시다. 가지(branch)는 $F(x) = w \tanh(x)$이고, 블록은 그냥 쌓으면 $y = F(x)$, 잔차 연결이 있으면 $y = F(x) + x$입니다. 역전파할 때는 블록을 하나 지날 때마다 기울기에 그 블록의 미분, 곧 $F'(x)$나 $F'(x) + 1$이 곱해집니다. $w = 0.5$인 블록 20개에 $1$을 넣으면 입력에는 기울기가 얼마나 남을까요?
"""

# %% [markdown] tags=["en"]
r"""
**A stack to play with.** Let a block handle a single number. Its branch is $F(x) = w \tanh(x)$; the block is $y = F(x)$ if it is plain, and $y = F(x) + x$ with a residual connection. In back-propagation, each block multiplies the gradient by its derivative, $F'(x)$ or $F'(x) + 1$. Put $1$ into 20 blocks with $w = 0.5$: how much of the gradient is left at the input?
"""

# %%
predict("left", "Without residual connections, what part of the gradient is left at the input?",
        choices=["less than 0.0001", "0.0001 to 0.1", "over 0.1"])

# %% tags=["covers-E6", "reveal"]
def stacked(weight, count, x, residual):
    """What comes out of so many blocks, and its derivative by x."""
    slope = 1.0
    for _ in range(count):
        slope *= weight * (1 - np.tanh(x) ** 2) + residual
        x = weight * np.tanh(x) + residual * x
    return x, slope


for kind, residual in kinds.items():
    out, slope = stacked(0.5, 20, 1.0, residual)
    print(f"{kind:8} {out:7.2g} comes out, {slope:7.2g} of the gradient is left")
reveal("left", stacked(0.5, 20, 1.0, residual=False)[1], limits=[1e-4, 0.1])

# %% [markdown] tags=["ko"]
r"""
이제 직접 움직여 보세요. 왼쪽은 쌓은 블록 전체의 출력, 오른쪽은 블록마다 남은 기울기입니다.
1. 가중치를 $0$으로 하면 잔차 연결이 있을 때와 없을 때 각각 무엇이 남나요?
2. 잔차 연결이 없고 블록이 20개일 때, 입력 $1$에서 기울기가 $\frac{1}{10}$ 넘게 남는 가중치가 있나요?
3. 잔차 연결이 있는데도 기울기가 사라지는 가중치를 찾아보세요.
"""

# %% [markdown] tags=["en"]
r"""
Now move it yourself. On the left is what comes out of the whole stack, on the right what is left of the gradient at each block.
1. With the weight $0$, what is left with residual connections, and what without?
2. Without residual connections, with 20 blocks and the input $1$: is there a weight that leaves more than $\frac{1}{10}$ of the gradient?
3. Find a weight for which the gradient vanishes although there are residual connections.
"""

# %% tags=["covers-E6"]
plot.explore_residual(weight=0.5, depth=20, start=1.0,
                      alt="Left, the output of 20 blocks by the input: a flat line at 0 without residual "
                          "connections, a steep step with them. Right, the gradient by block: without them it "
                          "falls below a millionth on the way to the input, with them it stays near 1.")

# %% [markdown] tags=["ko"]
r"""
가중치가 $0$이면 그냥 쌓은 쪽은 입력도 기울기도 모두 잃고, 잔차 쪽은 둘 다 그대로 지킵니다. 그냥 쌓은 쪽에는 둘째 질문에 맞는 가중치가 없습니다. 작은 가중치는 값을 줄이고, 큰 가중치는 값을 tanh의 평평한 곳으로 밀어내기 때문입니다. 잔차 연결도 만능은 아닙니다. $w$가 $-2$와 $0$ 사이이면 $0$ 근처에서 $|F'(x) + 1|$이 $1$보다 작아 블록마다 기울기가 줄어듭니다. $w = -1$이면 $F'(x) + 1$이 $0$에 가까워지므로, 가지가 잔차 연결을 거의 상쇄해 버립니다. 실제 신경망은 수 하나가 아니라 벡터이고 배치 정규화도 있으므로, 이것은 원리를 보는 모형일 뿐입니다.
"""

# %% [markdown] tags=["en"]
r"""
With the weight $0$ the plain stack loses both the input and the gradient, and the residual one keeps both. For the second question there is no such weight: a small one shrinks the values, and a large one pushes them to where tanh is flat. Residual connections do not help in every case either. With $w$ between $-2$ and $0$, $|F'(x) + 1|$ is less than $1$ around $0$, so each block shrinks the gradient. With $w = -1$, $F'(x) + 1$ is close to $0$ there: the branch nearly cancels the residual connection. Real networks have vectors instead of a number, and batch normalization, so this is only a model that shows the principle.
"""

# %% [markdown] tags=["ko"]
r"""
논문의 표 1에는 18, 34, 50, 101, 152층이 있습니다. 50층부터는 $1 \times 1$로 채널을 줄이고, $3 \times 3$을 계산하고, $1 \times 1$로 네 배로 늘리는 **병목 블록**(bottleneck block)을 씁니다. `stride_in="1x1"`은 논문처럼 맵을 줄이는 스트라이드를 첫 $1 \times 1$에 둡니다. 오늘날의 구현은 보통 $3 \times 3$에 두며(기본값), 파라미터는 같지만 곱셈-덧셈은 8절의 표처럼 늘어납니다. 형상이 달라지는 자리에서는 입력을 $1 \times 1$ 합성곱에 통과시켜(**투영**, projection) 더하므로, 여기에는 파라미터가 있습니다. $1 \times 1$ 합성곱은 같은 자리의 채널들을 섞기만 하므로(4절) 채널 수를 바꾸는 데 알맞습니다. 아래 그림에서 상자의 둘째 수는 채널이고, 합성곱 뒤의 배치 정규화와 가지 안의 ReLU는 생략했습니다.
"""

# %% [markdown] tags=["en"]
r"""
Table 1 of the paper lists 18, 34, 50, 101 and 152 layers. From 50 on they use the **bottleneck block**: a $1 \times 1$ that narrows the channels, a $3 \times 3$, and a $1 \times 1$ that widens them fourfold. `stride_in="1x1"` puts the stride that halves the map on the first $1 \times 1$, as in the paper. Today it is usually on the $3 \times 3$ (the default): the parameters are the same, but the multiply-adds rise, as in the table of section 8. Where the shape changes, the input goes through a $1 \times 1$ convolution (a **projection**) before it is added; this one has parameters. A $1 \times 1$ convolution only mixes the channels at one place (section 4), so it is just right to change their number. In the drawing, the second number in a box is that of the channels; batch normalization after the convolutions and ReLU inside the branch are left out.
"""

# %% tags=["covers-E6"]
plot.block_diagram(
    {"basic block": ["x\n64 channels", "*3×3, 64", "*3×3, 64", "+", "ReLU", "y\n64 channels"],
     "bottleneck block": ["x\n256 channels", "*1×1, 64", "*3×3, 64", "*1×1, 256", "+", "ReLU", "y\n256 channels"],
     "bottleneck block, new shape":
         ["x\n256 channels", "*1×1, 128", "*3×3, 128", "*1×1, 512", "+", "ReLU", "y\n512 channels"]},
    around={"basic block": ("x\n64 channels", "+", "x, unchanged"),
            "bottleneck block": ("x\n256 channels", "+", "x, unchanged"),
            "bottleneck block, new shape": ("x\n256 channels", "+", "*1×1, 512")},  # a projection
    title="A bottleneck narrows the channels before its 3×3, and widens them again",
    alt="Three rows: the basic block with two 3×3 convolutions of 64 channels; the bottleneck with 1×1 to 64, "
        "3×3, and 1×1 to 256 channels, both with x added; and one whose way around has a 1×1 convolution.")

# %%
predict("bottleneck", "How many more parameters does ResNet-50 have than ResNet-34, in percent?",
        choices=["less than 10 %", "10 to 30 %", "30 to 60 %", "over 60 %"])

# %% tags=["covers-E6", "reveal"]
from course_lib.models.resnet import resnet

published = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808}
plans = {depth: blueprint(resnet, depth, stride_in="1x1") for depth in published}
family = {depth: measure(plan) for depth, plan in plans.items()}
for depth, size in family.items():
    print(f"ResNet-{depth:<3} {size['trainable']:11,} trainable,"
          f" {size['multiply_adds'] / 1e9:5.2f} billion multiply-adds")
    claim(f"ResNet-{depth}: depth and trainable parameters",
          (size["depth"], size["trainable"]), equals=(depth, published[depth]))

reveal("bottleneck", 100 * (family[50]["trainable"] / family[34]["trainable"] - 1), limits=[10, 30, 60])
with_bias = measure(blueprint(resnet, 50, use_bias=True))
claim("With biases and moving statistics, ResNet-50 has the other published number",
      with_bias["parameters"], equals=25_636_712)

# %%
plot.architecture(plans[50],
                  title="ResNet-50: no heavy dense layer, computation spread over all stages",
                  alt="Boxes from 112 by 112 to 7 by 7 maps; the dense part holds 8 % of the parameters, and the "
                      "multiply-adds are spread over the four stages.")

# %% [markdown] tags=["ko"]
r"""
ResNet-50은 ResNet-34보다 16층 더 깊은데도 파라미터는 17 % 많을 뿐입니다. 병목 블록은 비싼 $3 \times 3$을 줄인 채널에서만 계산하기 때문입니다. 전역 평균 풀링(2장) 덕분에 무거운 완전 연결층이 없어 VGG16의 $\frac{1}{5}$도 되지 않습니다. 25,557,032와 25,636,712라는 두 수가 모두 쓰입니다. 뒤의 것은 합성곱에 편향을 둔 구현이고, 학습하지 않는 배치 정규화의 이동 평균과 분산까지 센 값입니다.

## 7. SENet(2017): 채널마다 게이트를 달다

**스퀴즈-익사이테이션**(squeeze-and-excitation) 블록은 채널마다 **게이트**(gate)를 달아, 이미지 전체를 보고 얼마나 열지 정합니다. 전역 평균 풀링으로 채널마다 수 하나를 얻고(squeeze), 작은 완전 연결층 두 개와 시그모이드로 $0$에서 $1$ 사이의 게이트를 만들어(excite) 특징 맵에 곱합니다(scale).
NumPy로 쓴 식과 `squeeze_excite`가 같은지 확인합니다.
"""

# %% [markdown] tags=["en"]
r"""
ResNet-50 is 16 layers deeper than ResNet-34, and yet has only 17 % more parameters, since a bottleneck block has its costly $3 \times 3$ on few channels only. Thanks to global average pooling (chapter 2) it has no heavy dense layer, and less than $\frac{1}{5}$ of the parameters of VGG16. Two numbers are in use, 25,557,032 and 25,636,712: the second is of an implementation with biases in its convolutions, and it also counts the moving means and variances of batch normalization, which are not trained.

## 7. SENet (2017): a gate for every channel

A **squeeze-and-excitation** block puts a gate on each channel and decides from the whole image how far to open it. Global average pooling gives one number per channel (squeeze); two small dense layers and a sigmoid turn these into gates from $0$ to $1$ (excite), and the feature map is multiplied by them (scale).
Does `squeeze_excite` agree with the formula written in NumPy?
"""

# %% tags=["covers-E3"]
plot.block_diagram(
    {"": ["maps\nC channels", "mean of\neach map", "*dense\nC/16", "ReLU", "*dense\nC", "sigmoid\n0 to 1", "×",
          "maps\nC channels"]},
    around={"": ("maps\nC channels", "×", "the maps themselves")},
    title="Squeeze-and-excitation: the maps decide by how much they are multiplied",
    alt="A row of boxes from C maps over their means, a dense layer to C/16 units, ReLU, a dense layer to C units "
        "and a sigmoid to a multiplication sign; a line leads the maps around them to the sign.")

# %% tags=["covers-E3"]
from course_lib.models.senet import se_resnet, senet154, squeeze_excite

features = np.random.default_rng(0).normal(size=(2, 5, 5, 32)).astype("float32")
entry = keras.Input((5, 5, 32), dtype="float32")
keras.config.set_dtype_policy("float32")  # compare to the fourth digit, also where bfloat16 is the default
se_block = keras.Model(entry, squeeze_excite(entry, reduction=16))
w1, b1, w2, b2 = se_block.get_weights()

squeezed = features.mean(axis=(1, 2))  # (2, 32)
hidden = np.maximum(squeezed @ w1 + b1, 0)  # (2, 2)
gates = 1 / (1 + np.exp(-(hidden @ w2 + b2)))  # (2, 32)
claim("The block equals its formula (largest difference)",
      np.abs(ops.convert_to_numpy(se_block(features)) - features * gates[:, np.newaxis, np.newaxis, :]).max(),
      at_most=1e-4)

# %% tags=["covers-E3"]
course_lib.start(seed=0)
se_plan = blueprint(se_resnet, 50, stride_in="1x1")
with_gates, without = measure(se_plan), family[50]
extra = {what: with_gates[what] - without[what] for what in with_gates}
for what in ("trainable", "multiply_adds"):
    words_for = {"trainable": "trainable parameters", "multiply_adds": "multiply-adds"}
    print(f"SE-ResNet-50 has {extra[what]:,} more {words_for[what]} ({100 * extra[what] / without[what]:.2f} %)")
claim("SE-ResNet-50, trainable parameters", with_gates["trainable"], equals=28_088_024)
winner = measure(blueprint(senet154))
claim("SENet-154, one of the networks of the winning ensemble: depth and trainable parameters",
      (winner["depth"], winner["trainable"]), equals=(154, 115_088_984))

# %% [markdown] tags=["ko"]
r"""
이 블록을 넣으면 파라미터는 10 % 가까이 늘지만 곱셈-덧셈은 0.1 %도 늘지 않습니다(풀링과 게이트의 곱셈까지 세는 논문에서는 3.86에서 3.87 GFLOPs로 0.26 %입니다). SENet-154는 우승한 앙상블에 든 신경망으로, 그룹이 64개인 합성곱에 이 블록을 더한 것입니다.

게이트는 무엇을 배울까요? 작은 ResNet에 블록을 넣어 학습시키고, 첫 블록과 마지막 블록의 게이트가 클래스마다 얼마나 다른지 봅니다. 채널이 적어서 논문의 축소 비율 16으로는 게이트를 정하는 은닉 유닛이 1개, 2개, 4개만 남으므로, 여기서는 4를 씁니다. 정확도도 좋아질까요? 게이트가 있는 것과 없는 것을 똑같이(학습률 0.1, 3에포크) 학습시켜 시드 세 개로 비교합니다.
"""

# %% [markdown] tags=["en"]
r"""
The blocks add nearly 10 % to the parameters, but less than 0.1 % to the multiply-adds (the paper, which also counts operations such as pooling and scaling, says from 3.86 to 3.87 GFLOPs, 0.26 %). SENet-154 is one of the networks of the winning ensemble: convolutions with 64 groups, and this block.

What do the gates learn? Put the block into a small ResNet, train it, and see how much the gates of the first and the last block differ between classes. There are few channels here, so the reduction is 4 instead of the paper's 16, which would leave 1, 2 and 4 hidden units to decide about the gates. Will accuracy improve? Train with and without gates alike (rate 0.1, 3 epochs), and compare over three seeds.
"""

# %%
predict("gates", "What do the gates change in test accuracy, mean of three seeds?",
        choices=["over 1 point worse", "less than 1 point", "over 1 point better"])

# %% tags=["covers-E3"]
def by_four(x, name=None):
    return squeeze_excite(x, reduction=4, name=name)


x_seen = shrink(x_test)
accuracies, learned = {}, []
for name, recalibrate in (("ResNet-8", None), ("SE-ResNet-8", by_four)):
    gated = resnet_small(8, (7, 7, 1), width=16, recalibrate=recalibrate)
    training.one_cycle(gated, x_tiny, epochs=3, rate=0.1)
    accuracies[name] = []
    for seed in (0, 1, 2):
        training.train(gated, x_tiny, y_tiny, epochs=3, seed=seed)
        accuracies[name].append(training.accuracy(gated, x_seen, y_test))
        if recalibrate:
            learned.append(gated.get_weights())

# %% tags=["covers-E3", "reveal"]
plot.dots(accuracies, ylabel="test accuracy (%)", title="At this size the gates change less than one point",
          ylim=(70, 90),
          alt="Dots for three seeds each, on an axis from 70 to 90 %: with and without gates they lie close "
              "together.")
effect = np.mean(accuracies["SE-ResNet-8"]) - np.mean(accuracies["ResNet-8"])
reveal("gates", effect, limits=[-1, 1])
claim("Gain or loss by the gates at this size, mean of three seeds (absolute)", abs(effect), at_most=1,
      unit="points")

# %% tags=["covers-E3"]
names = [layer.name for layer in gated.layers if layer.name.endswith("_excite")]
first_gates, last_gates = names[0], names[-1]
averages = [layer for layer in gated.layers if isinstance(layer, layers.GlobalAveragePooling2D)]
squeezed_last = averages[-2].output  # the last of all stands before the dense layer
read = keras.Model(gated.input, [gated.get_layer(first_gates).output, gated.get_layer(last_gates).output,
                                 squeezed_last])


def openings(weights):
    """Gates of the first and of the last block and what the last block saw, (5000, channels) each."""
    gated.set_weights(weights)
    return [np.squeeze(values).astype("float32") for values in read.predict(x_seen, batch_size=500, verbose=0)]


def share_between_classes(values):
    """Percent of the variance that lies between the means of the classes."""
    between = np.mean([(values[y_test == k].mean(axis=0) - values.mean(axis=0)) ** 2 for k in range(10)], axis=0)
    return 100 * between.sum() / values.var(axis=0).sum()


# %% tags=["covers-E3"]
opened = [openings(weights) for weights in learned]  # three seeds
of_last_block = opened[-1][1]
plot.heatmap(np.array([of_last_block[y_test == k].mean(axis=0) for k in range(10)]), data.FASHION_MNIST_CLASSES,
             xlabel="channel of the last block", unit="mean gate",
             title="Mean opening of the gates: it depends on the kind of garment",
             alt="Heat map of ten classes by 64 channels: rows of similar garments have similar patterns, "
                 "shoes the strongest ones.")
shares = dict(zip(("first gates", "last gates", "what the last block saw"),
                  np.mean([[share_between_classes(values) for values in run] for run in opened], axis=0)))

# %% tags=["nbval-ignore-output", "covers-E3"]
print({name: f"{share:.0f} %" for name, share in shares.items()})

# %% tags=["covers-E3"]
claim("The gates of the last block depend more on the class than those of the first (share of variance)",
      shares["last gates"] - shares["first gates"], at_least=10, unit="points")
claim("What the last block saw, its squeezed means, depends on the class about as much (absolute difference)",
      abs(shares["last gates"] - shares["what the last block saw"]), at_most=10, unit="points")

# %% [markdown] tags=["ko"]
r"""
마지막 블록의 게이트는 첫 블록의 게이트보다 옷의 종류에 따라 더 다르게 열립니다. 그렇다고 게이트가 클래스를 알아낸 것은 아닙니다. 대조로 함께 잰 것, 곧 마지막 블록이 받은 채널 평균도 그만큼 클래스에 따라 다릅니다. 깊은 층의 특징이 이미 클래스를 나타내고, 게이트는 그것을 따라갑니다. 색을 읽을 때는 게이트가 학습 전에 $0.5$ 근처에서 시작한다는 것에 주의하세요($0$의 시그모이드가 $0.5$입니다). 그러므로 모든 클래스에서 $0.5$에 머무는 게이트는 반쯤 열기로 배운 것이 아니라, 아무것도 가려내지 않는 것일 수 있습니다.
논문의 깊은 신경망에서는 뒤로 갈수록 클래스마다 달라지다가 맨 마지막 단계에서는 다시 비슷해졌습니다.
정확도는 거의 달라지지 않습니다. 논문에서는 ImageNet에서 ResNet-50의 top-5 오류율이 7.48 %에서 6.62 %로 줄었습니다(Hu et al., 2018, 표 2). 이것도 1포인트가 되지 않으므로, 시드만 바꾸어도 점이 이만큼 흩어지는 우리 실험으로는 그만한 효과가 있는지 가려낼 수 없습니다. 작은 실험에서 보이지 않는다고 없는 것은 아니고, 큰 실험에서 보였다고 어디서나 보이는 것도 아닙니다.

## 8. 한눈에 보기

아래 표의 수는 모두 모델에서 계산한 것입니다. '층 수'(layers)는 이미지에서 로짓까지 가는 길에 있는, 가중치가 있는 층만 센 것으로, 논문처럼 투영과 게이트의 층은 세지 않습니다. '활성값'(activations)은 이미지 한 장에 대한 모든 층의 출력을 float32로 저장할 때의 크기를 더한 것으로, 학습할 때 드는 메모리의 대략적인 기준입니다. 배치 정규화와 ReLU를 따로 세므로 ResNet이 더 커 보입니다. 합성곱층의 출력만 세면 어떻게 될까요?
"""

# %% [markdown] tags=["en"]
r"""
The gates of the last block depend more on the kind of garment than those of the first. That does not mean that gates find out the class. The control, the channel means that the last block gets, depends on the class just as much: features of deep layers represent the class already, and the gates follow. When you read the colours, mind that gates start near $0.5$ before training (the sigmoid of $0$ is $0.5$). So a gate that stays at $0.5$ for all classes may not have learned to open halfway: it may simply tell nothing apart.
In the paper's deep network the gates grew more class-specific with depth, but in the very last stage they were alike again.
Accuracy hardly changes. In the paper, the gates lowered the top-5 error of ResNet-50 on ImageNet from 7.48 % to 6.62 % (Hu et al., 2018, Table 2). That is less than 1 point, too, and in our experiment the dots are spread about as widely by the seed alone, so it cannot tell whether there is such an effect. What a small experiment does not show may still exist, and what a large one showed need not appear everywhere.

## 8. Everything at a glance

Every number in the table below is computed from the models. "Layers" are those with weights on the way from the image to the logits; as in the papers, those of projections and gates do not count. "Activations" is the float32 size of the outputs of all layers for one image, a rough mark of what training needs. Separate batch normalization and ReLU layers count as well, which makes ResNet look larger. What if only the outputs of convolutions are counted?
"""

# %% tags=["covers-E8"]
from course_lib.models.lenet import lenet5

classics = {"LeNet-5": (1998, lenet5, {}), "AlexNet": (2012, alexnet, {}), "VGG16": (2014, vgg, {}),
            "ResNet-50": (2015, resnet, {}), "SE-ResNet-50": (2017, se_resnet, {}),
            "SENet-154": (2017, senet154, {})}
print(f"{'':13}{'year':>5}{'layers':>8}{'parameters':>13}{'multiply-adds':>16}{'activations':>13}")
classic_plans = {name: blueprint(build, **options) for name, (_, build, options) in classics.items()}
for name, (year, *_) in classics.items():
    size = measure(classic_plans[name])
    print(f"{name:13}{year:5}{size['depth']:8}{size['trainable']:13,}{size['multiply_adds']:16,}"
          f"{size['activation_bytes'] / 1e6:10.2f} MB")

# %% tags=["covers-E8"]
def convolution_bytes(model):
    """float32 size of the outputs of the convolutions alone, for one image."""
    shapes = [layer.output.shape[1:] for layer in model.layers if isinstance(layer, layers.Conv2D)]
    return 4 * sum(int(np.prod(shape)) for shape in shapes)


only_maps = {name: convolution_bytes(classic_plans[name]) for name in ("VGG16", "ResNet-50")}
print({name: f"{size / 1e6:.1f} MB" for name, size in only_maps.items()})
claim("Counting convolutions alone, ResNet-50 has less than VGG16", only_maps["ResNet-50"] < only_maps["VGG16"],
      equals=True)

# %% [markdown] tags=["ko"]
r"""
순서가 뒤바뀌었습니다. 무엇을 세는지가 그만큼 중요합니다.

**신경망을 뜯어 보기.** ResNet-152는 ResNet-50보다 102층이 많습니다. 늘어난 층은 대부분 어떤 크기의 맵에 있을까요?
"""

# %% [markdown] tags=["en"]
r"""
The order is reversed: so much depends on what is counted.

**Networks taken apart.** ResNet-152 has 102 layers more than ResNet-50. On maps of which size are most of them?
"""

# %%
predict("added", "On maps of which size are most of the added layers?", choices=["56×56", "28×28", "14×14", "7×7"])

# %% tags=["covers-E8", "reveal"]
from course_lib.models.summary import stages

depth_of = {depth: {part["side"]: part["layers"] for part in stages(plans[depth])} for depth in (50, 152)}
added = {f"{side}×{side}": depth_of[152][side] - depth_of[50][side] for side in depth_of[50] if side > 1}
print(added)
reveal("added", max(added, key=added.get))

# %% [markdown] tags=["ko"]
r"""
아래에서 두 신경망과 양 하나를 골라 나란히 보세요. 모두 모델에서 센 수이고, ResNet은 6절처럼 스트라이드를 첫 $1 \times 1$에 둔 것입니다.
1. 곱셈-덧셈은 VGG16과 ResNet-152 가운데 어느 쪽이 많은가요? 파라미터는요?
2. VGG16에서 활성값이 많은 곳과 파라미터가 많은 곳은 왜 서로 반대쪽인가요? ResNet-152의 활성값은 왜 다르게 퍼져 있나요?
3. SE-ResNet-50의 게이트는 어느 단계에서 파라미터를 가장 많이 늘리나요?
"""

# %% [markdown] tags=["en"]
r"""
Choose two networks and a quantity, and look at them side by side. All numbers are counted from the models; the ResNets have their stride on the first $1 \times 1$, as in section 6.
1. Which has more multiply-adds, VGG16 or ResNet-152? And parameters?
2. Why are most activations of VGG16 at one end and most of its parameters at the other? Why are the activations of ResNet-152 spread otherwise?
3. In which stage do the gates of SE-ResNet-50 add most parameters?
"""

# %% tags=["covers-E8"]
apart = {"LeNet-5": classic_plans["LeNet-5"], "AlexNet": two_groups, "VGG16": built["D"]}
for depth in (18, 50, 152):
    apart[f"ResNet-{depth}"] = plans[depth]
apart["SE-ResNet-50"] = se_plan
plot.explore_networks(apart, first="VGG16", second="ResNet-152", quantity="activation_bytes",
                      alt="Bars of the activations by stage: in VGG16 they fall from the 224 by 224 maps on, in "
                          "ResNet-152 most are on maps of 14 by 14, where most of its layers are.")

# %% [markdown] tags=["ko"]
r"""
ResNet-152는 층이 훨씬 많은데도 VGG16보다 곱셈-덧셈이 적고 파라미터도 절반이 되지 않습니다. 층 하나의 활성값은 맵의 넓이에 채널 수를 곱한 것이어서 앞쪽에, 파라미터는 채널 수의 제곱을 따르므로 뒤쪽에 많습니다. ResNet-152에서는 $14 \times 14$ 단계의 층이 워낙 많아 모두 더하면 그곳의 활성값이 가장 많습니다. 게이트의 파라미터도 채널 수의 제곱을 따르므로, 채널이 가장 많은 $7 \times 7$ 단계에서 가장 많이 늘어납니다.

이제 네 신경망을 하나씩 실제로 만들어 이미지 한 장의 추론 시간과 메모리를 잽니다. AlexNet은 파라미터가 ResNet-50의 두 배가 넘습니다. 어느 쪽이 더 오래 걸릴까요?
"""

# %% [markdown] tags=["en"]
r"""
ResNet-152 has far more layers than VGG16, and yet fewer multiply-adds and less than half the parameters. The activations of a layer are the area of its maps times the channels, and there are most at the beginning; parameters follow the square of the channels, and there are most at the end. The $14 \times 14$ stage of ResNet-152 has so many layers that its activations, added up, are the most. The parameters of the gates follow the square of the channels as well, so most are added in the $7 \times 7$ stage, which has the most channels.

Now four of the networks are really built, one after another, to measure time and memory for one image. AlexNet has more than twice the parameters of ResNet-50. Which takes longer?
"""

# %% tags=["covers-E8"]
import gc
import time

device = (tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU"))[0].name


def peak_memory():
    """Bytes of the tensors that TensorFlow held at most since it was last asked; None where it keeps no count."""
    try:
        peak = tf.config.experimental.get_memory_info(device)["peak"]
        tf.config.experimental.reset_memory_stats(device)
        return peak
    except ValueError:
        return None

# %% tags=["nbval-ignore-output", "covers-E8"]
for name in ("VGG16", "AlexNet", "ResNet-50", "SE-ResNet-50"):  # the largest first: its memory is used again
    model = classics[name][1]()
    image = np.zeros((1, *model.input_shape[1:]), "float32")
    model.predict_on_batch(image)  # the first call prepares the computation
    peak_memory()
    started = time.perf_counter()
    for _ in range(5):
        model.predict_on_batch(image)
    milliseconds, peak = 1000 * (time.perf_counter() - started) / 5, peak_memory()
    weights = 4 * model.count_params() / 1e6
    memory = f"{peak / 1e6:.0f} MB, of which {weights:.0f} MB weights" if peak else "unknown"
    print(f"{name:13} {milliseconds:5.0f} ms per image, memory {memory}")
    del model
    gc.collect()

# %% [markdown] tags=["ko"]
r"""
AlexNet의 시간은 어디로 갈까요? 층을 하나씩 따로 실행해 CPU가 일한 시간을 재고, 층의 종류마다 시간, 가중치, 곱셈-덧셈을 얼마씩 차지하는지 나란히 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Where does AlexNet's time go? Run each layer by itself and measure how long the CPU works; then see, for each kind of layer, its share of that time beside its shares of the weights and of the multiply-adds.
"""

# %% tags=["covers-E8"]
groups_of_layers = {"conv": "convolutions", "norm": "response normalization", "fc": "dense layers"}


def shares_of_layers(model, value, runs=7):
    """Kind of layer -> its shares (percent) of CPU time, of weights and of multiply-adds for one input."""
    sums = {}
    for layer in model.layers[1:]:
        call = tf.function(lambda x, layer=layer: layer(x))
        output, took = call(value), []  # the first call prepares the computation
        for _ in range(runs):
            begun = time.process_time()
            call(value)
            took.append(time.process_time() - begun)
        group = next((group for start, group in groups_of_layers.items()
                      if layer.name.startswith(start)), "others")
        sums[group] = sums.get(group, 0) + np.array(
            [np.median(took), layer.count_params(), multiply_adds(layer)])
        value = output
    together = sum(sums.values())
    return {group: 100 * found / together for group, found in sums.items()}


# %% tags=["nbval-ignore-output", "covers-E8"]
print(f"{'':24}{'CPU time':>10}{'weights':>10}{'multiply-adds':>15}")
for group, found in shares_of_layers(alexnet(), np.zeros((1, 227, 227, 3), "float32")).items():
    print(f"{group:24}{found[0]:8.0f} %{found[1]:8.0f} %{found[2]:13.0f} %")

# %% [markdown] tags=["ko"]
r"""
| 신경망 | 강점 | 약점 |
|---|---|---|
| AlexNet | ReLU, 드롭아웃, GPU로 큰 CNN이 ImageNet에서 통함을 보임 | 큰 커널, 무거운 완전 연결층 |
| VGG | 단순하고 규칙적임, 특징을 전이 학습(transfer learning)에 많이 씀 | 파라미터와 계산이 매우 많음 |
| ResNet | 매우 깊어도 학습됨, 효율이 좋음 | 학습할 때 배치 정규화의 활성값도 보관해야 함 |
| SENet | 곱셈-덧셈을 거의 늘리지 않고 개선함 | 파라미터 약 10 % 증가, 실제 시간은 더 늘 수 있음 |

시간은 다섯 번만 재어 평균한 것이므로 다시 실행하면 달라집니다. ResNet-50과 SE-ResNet-50은 순서가 바뀌기도 하니, 큰 차이만 읽으세요. 시간은 파라미터가 아니라 주로 계산량을 따릅니다. AlexNet은 파라미터가 ResNet-50의 두 배가 넘지만 계산은 훨씬 적습니다. 다만 비례하지는 않습니다. VGG16은 AlexNet의 스무 배가 넘는 계산을 하지만 시간은 그만큼 길지 않습니다. 까닭은 AlexNet의 층을 종류별로 잰 표에 있습니다. 완전 연결층은 곱셈-덧셈의 8 %뿐인데도 가중치의 96 %를 읽느라 그 몫보다 훨씬 오래 걸립니다. 지역 응답 정규화에는 가중치도 곱셈-덧셈도 없지만 시간은 듭니다. 나머지는 대부분 합성곱의 시간입니다. 그러므로 곱셈-덧셈만으로도, 가중치만으로도 시간은 설명되지 않습니다. 이미지 한 장을 추론할 때의 메모리는 대부분 가중치이며, 파라미터 하나에 4바이트가 듭니다. 이 표에는 5장에서 ViT가 더해집니다.
"""

# %% [markdown] tags=["en"]
r"""
| network | strengths | weaknesses |
|---|---|---|
| AlexNet | showed with ReLU, dropout and GPUs that a large CNN wins on ImageNet | large kernels, heavy dense layers |
| VGG | simple and regular, its features are often used for transfer learning | very many parameters, much computation |
| ResNet | trains even when very deep, efficient | training must also keep the activations of batch normalization |
| SENet | improves with next to no extra multiply-adds | about 10 % more parameters, possibly more time |

The times are means of five runs only, and differ if the cell is run again; ResNet-50 and SE-ResNet-50 may even change places, so read large differences only. Time follows mostly the computation, not the parameters: AlexNet has more than twice the parameters of ResNet-50 but computes far less. It is not proportional, though: VGG16 computes more than twenty times as much as AlexNet but does not take so much longer. The table of AlexNet's layers shows why. Its dense layers have only 8 % of the multiply-adds, but 96 % of the weights have to be read for them, and they take far more than that share of the time. Local response normalization has neither weights nor multiply-adds and takes time all the same. Most of the rest is that of the convolutions. So neither multiply-adds nor weights alone explain the time. The memory for the inference of one image is mostly weights, at 4 bytes per parameter. Chapter 5 adds ViT to this table.
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

1. ILSVRC의 top-5 오류율은 2010년 28.2 %에서 2017년 2.25 %로 줄었고, 2012년과 2015년이 전환점이었습니다.
2. AlexNet과 VGG의 파라미터는 대부분 완전 연결층에, 계산은 대부분 합성곱층에 있습니다.
3. 우리 실험에서 그냥 쌓은 신경망은 깊어지면 학습 오류까지 높아졌고, 잔차 연결 $F(x) + x$가 있는 신경망은 그렇지 않았습니다. 더하기에는 파라미터가 없습니다.
4. 스퀴즈-익사이테이션은 채널마다 게이트를 달며, 우리 실험에서 그 게이트는 옷의 종류에 따라 다르게 열렸습니다.
5. 수는 세는 방법까지 말해야 뜻이 있고, 주장은 직접 재현해 보아야 알 수 있습니다.

## 더 해 보기

코드를 바꾸기 전에 결과를 먼저 예측하세요. 바꾼 실험에서 어떤 주장이 깨졌다면, 그것도 결과입니다.

1. 3절의 tanh 신경망에서 `kernel_initializer`를 AlexNet처럼 `keras.initializers.RandomNormal(stddev=0.01)`로 바꾸면 손실은 얼마나 빨리 줄어들까요? ReLU 신경망에서는 어떤가요?
2. 5절의 20층 일반 신경망을 4에포크가 아니라 12에포크 동안 학습시키면 8층을 따라잡을까요?
3. 7절의 `by_four`에서 축소 비율을 논문처럼 16으로 바꾸면 은닉 유닛은 1개, 2개, 4개만 남습니다. 그래도 마지막 블록의 게이트는 클래스에 따라 다르게 열릴까요?

## 용어

| 한국어 | English |
|---|---|
| top-5 오류율 | top-5 error |
| 그룹 합성곱 | grouped convolution |
| 지역 응답 정규화 | local response normalization (LRN) |
| 초기화 | initialization |
| 드롭아웃 | dropout |
| 데이터 증강 | data augmentation |
| 역전파 | back-propagation |
| 기울기 소실 | vanishing gradient |
| 성능 저하 문제 | degradation problem |
| 일반 신경망(그냥 쌓은 신경망) | plain network |
| 잔차 연결, 잔차 블록 | residual connection, residual block |
| 병목 블록 | bottleneck block |
| $1 \times 1$ 합성곱 | $1 \times 1$ convolution |
| 투영 | projection |
| 스퀴즈-익사이테이션 | squeeze-and-excitation |
| 게이트 | gate |
| 활성값 | activations |

## 참고 문헌

- Deng et al., *ImageNet: A Large-Scale Hierarchical Image Database*, CVPR 2009.
- Russakovsky et al., *ImageNet Large Scale Visual Recognition Challenge*, International Journal of Computer Vision, 2015. (2010~2014년의 오류율과 사람의 오류율)
- Krizhevsky, Sutskever, Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
- Simonyan, Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
- Szegedy et al., *Going Deeper with Convolutions*, CVPR 2015.
- He, Zhang, Ren, Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016.
- Hu, Shen, Sun, *Squeeze-and-Excitation Networks*, CVPR 2018. (2016년과 2017년의 오류율)
- He, Zhang, Ren, Sun, *Delving Deep into Rectifiers*, ICCV 2015.
- Glorot, Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, AISTATS 2010.
- Balduzzi et al., *The Shattered Gradients Problem*, ICML 2017.
- Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz, *A Mean Field Theory of Batch Normalization*, ICLR 2019.

**이제 연습 문제를 풀어 보세요**: [03_exercises.ipynb](03_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. The top-5 error of ILSVRC fell from 28.2 % in 2010 to 2.25 % in 2017; 2012 and 2015 were the turning points.
2. In AlexNet and VGG, most parameters are in the dense layers, most computation in the convolutions.
3. In our experiments plain networks, when deeper, got a higher error even in training, and those with residual connections, $F(x) + x$, did not. Adding has no parameters.
4. Squeeze-and-excitation gives each channel a gate; in our experiment the gates depended on the kind of garment.
5. A number means something only together with the way it was counted, and a claim is worth something only once it has been reproduced.

## Try it yourself

Predict the result before you change the code. If a claim breaks in your experiment, that is a result, too.

1. In section 3, give the tanh network the initialization of AlexNet, `keras.initializers.RandomNormal(stddev=0.01)` as its `kernel_initializer`: how fast does its loss fall? And that of the ReLU network?
2. In section 5, train the plain network of 20 layers for 12 epochs instead of 4: does it catch up with 8 layers?
3. In section 7, let `by_four` reduce by the 16 of the paper, which leaves 1, 2 and 4 hidden units: do the gates of the last block still depend on the class?

## Terms

| 한국어 | English |
|---|---|
| top-5 오류율 | top-5 error |
| 그룹 합성곱 | grouped convolution |
| 지역 응답 정규화 | local response normalization (LRN) |
| 초기화 | initialization |
| 드롭아웃 | dropout |
| 데이터 증강 | data augmentation |
| 역전파 | back-propagation |
| 기울기 소실 | vanishing gradient |
| 성능 저하 문제 | degradation problem |
| 일반 신경망(그냥 쌓은 신경망) | plain network |
| 잔차 연결, 잔차 블록 | residual connection, residual block |
| 병목 블록 | bottleneck block |
| $1 \times 1$ 합성곱 | $1 \times 1$ convolution |
| 투영 | projection |
| 스퀴즈-익사이테이션 | squeeze-and-excitation |
| 게이트 | gate |
| 활성값 | activations |

## References

- Deng et al., *ImageNet: A Large-Scale Hierarchical Image Database*, CVPR 2009.
- Russakovsky et al., *ImageNet Large Scale Visual Recognition Challenge*, International Journal of Computer Vision, 2015. (errors of 2010 to 2014, and of people)
- Krizhevsky, Sutskever, Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
- Simonyan, Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
- Szegedy et al., *Going Deeper with Convolutions*, CVPR 2015.
- He, Zhang, Ren, Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016.
- Hu, Shen, Sun, *Squeeze-and-Excitation Networks*, CVPR 2018. (errors of 2016 and 2017)
- He, Zhang, Ren, Sun, *Delving Deep into Rectifiers*, ICCV 2015.
- Glorot, Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, AISTATS 2010.
- Balduzzi et al., *The Shattered Gradients Problem*, ICML 2017.
- Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz, *A Mean Field Theory of Batch Normalization*, ICLR 2019.

**Now do the exercises**: [03_exercises.ipynb](03_exercises.ipynb)
"""
