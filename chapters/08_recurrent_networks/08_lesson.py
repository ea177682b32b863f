# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: "Recurrent Networks: a State that Is Carried On", ko: "순환 신경망: 다음 시점으로 넘기는 상태"}
#     minutes: 64
#     after: ["01", "02"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 8장. 순환 신경망: 다음 시점으로 넘기는 상태

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 순환 신경망의 한 걸음을 손으로 계산하고, LSTM과 GRU를 식에서 구현하기
> - 기울기가 시간을 거슬러 가며 왜 사라지거나 폭발하는지 측정하고, 게이트가 언제 도움이 되는지 실험으로 보이기
> - 시계열을 미래를 엿보지 않고 예측하고, 간단한 방법과 공정하게 비교하기
> - 글자 단위 언어 모델을 학습시켜 퍼플렉시티를 재고, 온도를 정해 글을 뽑기
> - 한 글자씩 읽어도 결과가 같음을 확인하고, 한 걸음에 드는 계산을 세기
>
> **읽기** 약 64분, **실행** 약 90초(코어 2개), 먼저 볼 장은 1장과 2장입니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 8. Recurrent Networks: a State that Is Carried On

> **After this chapter** you can
> - compute one step of a recurrent network by hand, and write an LSTM and a GRU from their equations;
> - measure why gradients vanish or explode on their way back in time, and show by experiment when gates help;
> - forecast a time series without a look into the future, and compare fairly with simple methods;
> - train a language model of characters, measure its perplexity, and sample text at a temperature;
> - check that reading one character at a time gives the same, and count what a step costs.
>
> **Reading** takes about 64 minutes, **running** about 90 seconds on 2 cores; chapters 1 and 2 come first.

Where you see ❓, **write down a prediction** before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")  # two ways to compute the same are compared closely

# %% [markdown] tags=["ko"]
r"""
## 1. 시간에 따라 바뀌는 입력

지금까지 신경망은 입력 하나를 통째로 받았습니다. 그러나 측정값은 해마다 하나씩 오고, 글은 한 글자씩 이어지며, **순서**가 뜻을 정합니다. 이렇게 시점 $t = 1, 2, \dots, T$마다 벡터 $x_t$가 하나씩 오는 입력을 **시퀀스**(sequence)라고 합니다. 길이 $T$는 시퀀스마다 다를 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. Input that changes over time

So far a network got its input all at once. But measurements come one a year, text comes one character after the other, and **order** decides what they mean. An input that brings a vector $x_t$ at each time $t = 1, 2, \dots, T$ is a **sequence**. Its length $T$ is not always the same.
"""

# %% tags=["covers-I1"]
import numpy as np

from course_lib import claim, data, identity, plot, predict, reveal

sunspots = data.series("sunspots")
plot.timeline({"yearly sunspots": (sunspots.time, sunspots.values)}, ylabel="sunspot number (mean of the year)",
              title="One measurement a year: sunspots",
              alt="The yearly mean of the sunspot number from 1700 to 2008 rises and falls in waves of about "
                  "eleven years with different heights.")
text = data.help_sentences("ko")[0] + "\n" + data.help_sentences("en")[0]
print(f"{len(sunspots)} years, and {len(text)} characters:\n{text}")

# %% [markdown] tags=["ko"]
r"""
1장의 `Dense`로 이런 입력을 읽으려면 길이를 정해야 하고, 시점마다 가중치가 따로 있어야 합니다. **순환 신경망**(recurrent neural network, RNN)은 대신 **상태**(state) $h_t$를 둡니다. 지금까지 읽은 것을 요약한 벡터이며, **은닉 상태**(hidden state)라고도 합니다. 시점마다 같은 가중치로 상태를 고쳐 씁니다(Elman, 1990).

$$h_t = \tanh(x_t W + h_{t-1} U + b), \qquad h_0 = 0, \quad t = 1, \dots, T$$

$x_t$에는 수가 $n$개, $h_t$에는 $m$개 있습니다. 상태의 수 하나를 **유닛**(unit)이라고 합니다. $W$는 $n \times m$, $U$는 $m \times m$ 행렬이고 $b$에는 수가 $m$개 있습니다. 하이퍼볼릭 탄젠트 $\tanh$는 상태를 $-1$과 $1$ 사이에 둡니다. $W$, $U$, $b$에는 $t$가 붙지 않습니다. 어느 시점에서 배운 것이든 다음 시점에서 쓰이고, 길이가 얼마여도 됩니다.
같은 사슬을 여러 가지로 쓸 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
To read such an input with the `Dense` of chapter 1, the length must be fixed, and each time has weights of its own. A **recurrent neural network** (RNN) has a **state** $h_t$ instead, a vector that sums up what was read so far, also called the **hidden state**. At each time the state is rewritten with the same weights (Elman, 1990).

$$h_t = \tanh(x_t W + h_{t-1} U + b), \qquad h_0 = 0, \quad t = 1, \dots, T$$

$x_t$ has $n$ numbers, $h_t$ has $m$; a number of the state is a **unit**. $W$ is a matrix of $n \times m$, $U$ one of $m \times m$, and $b$ has $m$ numbers. The hyperbolic tangent $\tanh$ keeps the state between $-1$ and $1$. There is no $t$ at $W$, $U$, $b$: what is learned at one time serves at the next, and the length may be any.
The same chain can be used in several ways.
"""

# %%
plot.recurrent_forms(title="One state, many uses",
                     alt="Four chains of states with inputs below and outputs above: one output at the end; one "
                         "at each step; first three inputs, then three outputs of another layer, each of which "
                         "comes in at the next step; and two layers, one that reads forwards and one backwards.")

# %% [markdown] tags=["ko"]
r"""
- **다대일**(many to one): 다 읽은 뒤 답 하나. 9절에서 그림을 이렇게 분류합니다.
- **다대다**(many to many): 시점마다 답 하나. 7절에서 다음 글자를 예측합니다.
- **인코더-디코더**(encoder-decoder): 한 층이 읽고, 그 상태에서 시작한 다른 층이 답을 하나씩 씁니다. 쓴 것은 다음 시점의 입력이 됩니다(점선). 번역처럼 답의 길이가 다를 때 씁니다(Cho et al., 2014).
- **양방향**(bidirectional; Schuster and Paliwal, 1997): 한 층은 앞에서, 다른 층은 뒤에서 읽습니다. 끝까지 읽은 뒤에만 쓸 수 있습니다.

## 2. 상태를 손으로 계산하기

가장 작은 예는 수가 하나인 입력과 수가 하나인 상태입니다. $\tanh$를 빼고 $W = 1$, $U = 0.5$, $b = 0$이라고 합시다.
"""

# %% [markdown] tags=["en"]
r"""
- **Many to one**: one answer when all has been read. Section 9 classifies pictures in this way.
- **Many to many**: an answer at each time. Section 7 predicts the next character.
- **Encoder-decoder**: one layer reads; another one starts from its state and writes one answer after the other. What it wrote comes in at the next step (dashed). For answers of another length, as in translation (Cho et al., 2014).
- **Bidirectional** (Schuster and Paliwal, 1997): one layer reads from the front, one from the back. It works only when all has been read.

## 2. A state by hand

The smallest example has one number as input and one as state. Leave out $\tanh$ and let $W = 1$, $U = 0.5$, $b = 0$.
"""

# %%
predict("carried", "The inputs are 4, 0, 2. What is the state after the third?")

# %% tags=["covers-I2", "covers-I3"]
state = 0
for now in (4, 0, 2):
    state = 1 * now + 0.5 * state
    print(f"input {now}, state {state:g}")
reveal("carried", state)

# %% [markdown] tags=["ko"]
r"""
마지막 상태에는 첫 입력이 $4 \cdot 0.5^2 = 1$만큼 남아 있습니다. 한 시점에서 얻은 것이 다음 시점으로 넘어갑니다. 이제 벡터와 $\tanh$로 같은 일을 하고, Keras의 층 `SimpleRNN`과 비교합니다.
"""

# %% [markdown] tags=["en"]
r"""
Of the first input $4 \cdot 0.5^2 = 1$ is left in the last state: what one step stores passes to the next. Now do the same with vectors and with $\tanh$, and compare with Keras's layer `SimpleRNN`.
"""

# %% tags=["covers-I2", "covers-I3"]
import keras
from keras import layers, ops

random = np.random.default_rng(0)
x = random.normal(size=(6, 3)).astype("float32")  # 6 steps of 3 numbers


def states_by_hand(x, W, U, b):
    """All states of one sequence x (time, inputs): (time, units). Both products are taken at once."""
    states = [np.zeros(len(U))]
    for now in x:
        states.append(np.tanh(np.concatenate([now, states[-1]]) @ np.vstack([W, U]) + b))
    return np.array(states[1:])


layer = layers.SimpleRNN(4, return_sequences=True)
theirs = ops.convert_to_numpy(layer(x[np.newaxis]))[0]  # Keras wants (batch, time, inputs)
identity("A loop of one line equals SimpleRNN", states_by_hand(x, *layer.get_weights()), theirs, tolerance=1e-6)

# %%
predict("parameters", "How many parameters does SimpleRNN have with 3 inputs and 4 units?")

# %%
sizes = [weight.shape for weight in layer.get_weights()]
print("W, U, b:", sizes)
reveal("parameters", layer.count_params())

# %% [markdown] tags=["ko"]
r"""
$m(n + m + 1)$개이며, 길이와는 상관이 없습니다. 상태는 순서에 따라 달라질까요? 같은 입력 여섯 개를 거꾸로 읽혀 봅니다. 평균을 낸다면 순서는 아무 차이도 없습니다. 대조로 $U = 0$인 층도 봅니다. 상태를 넘기지 않는 층입니다.
"""

# %% [markdown] tags=["en"]
r"""
There are $m(n + m + 1)$, whatever the length. Does the state depend on the order? Let it read the same six inputs backwards. To their mean the order makes no difference. As a control, take a layer with $U = 0$, which hands on no state.
"""

# %% tags=["covers-I2"]
W, U, b = layer.get_weights()
forwards, backwards = (states_by_hand(order, W, U, b)[-1] for order in (x, x[::-1]))
print("last state, forwards: ", forwards.round(1), "\nlast state, backwards:", backwards.round(1))
identity("The mean of the inputs does not depend on their order", x.mean(0), x[::-1].mean(0), tolerance=1e-6)
claim("The last state depends on the order (largest difference of a unit)",
      float(np.abs(forwards - backwards).max()), at_least=0.1)
changed = np.concatenate([x[:-1][::-1], x[-1:]])  # another order, the same last input
identity("Control: with U = 0 only the last input counts", states_by_hand(changed, W, 0 * U, b)[-1],
         states_by_hand(x, W, 0 * U, b)[-1], tolerance=1e-6)

# %% [markdown] tags=["ko"]
r"""
## 3. 기울기는 시간을 얼마나 거슬러 갈까

끝에 있는 손실 $L$이 첫 입력에서 무언가를 배우려면, 그 기울기가 상태를 하나하나 거슬러 올라가야 합니다. 이것을 **시간 역전파**(back-propagation through time; Werbos, 1990)라고 합니다. $\tanh$의 도함수는 $1 - h_t^2$이므로, 한 걸음마다 다음과 같이 거슬러 갑니다. 유닛이 하나이면 $U$와 $1 - h_t^2$을 걸음마다 곱하는 것입니다.

$$\frac{\partial L}{\partial h_{t-1}} = \left(\frac{\partial L}{\partial h_t} \odot (1 - h_t^2)\right) U^\top, \qquad m = 1: \quad \frac{\partial h_T}{\partial h_1} = \prod_{t=2}^{T} U\, (1 - h_t^2)$$

$\odot$는 성분끼리의 곱입니다. 아래에서 가중치와 걸음 수를 바꾸어 보세요. 위는 상태, 아래는 각 시점에 남은 기울기이며, 세로축의 한 눈금은 백만 배입니다. 활성화 함수를 빼면 어떻게 될까요?
"""

# %% [markdown] tags=["en"]
r"""
## 3. How far back does the gradient go?

If the loss $L$ at the end is to learn anything from the first input, its gradient must go back through the states, one by one. This is **back-propagation through time** (Werbos, 1990). The slope of $\tanh$ is $1 - h_t^2$, so each step back is as follows; with one unit it multiplies by $U$ and $1 - h_t^2$.

$$\frac{\partial L}{\partial h_{t-1}} = \left(\frac{\partial L}{\partial h_t} \odot (1 - h_t^2)\right) U^\top, \qquad m = 1: \quad \frac{\partial h_T}{\partial h_1} = \prod_{t=2}^{T} U\, (1 - h_t^2)$$

$\odot$ multiplies entry by entry. Change the weight and the number of steps. Above are the states, below what is left of the gradient at each time; a mark on the vertical axis is a factor of a million. What happens without the activation function?
"""

# %%
plot.explore_gradient([0.9, -0.4, 0.2, -0.8, 0.5], weight=0.9, steps=30,
                      alt="Thirty states of one unit as bars, and below them the gradient of the last state, "
                          "which falls from the last step to the first by powers of ten.")

# %% [markdown] tags=["ko"]
r"""
활성화 함수가 없으면 가중치의 크기가 $1$보다 작을 때 기울기가 **사라지고**(vanishing gradient; Bengio et al., 1994), 클 때 **폭발합니다**(exploding gradient).

진짜 층에서는 $U$가 행렬입니다. Keras는 이 행렬을 벡터의 길이를 바꾸지 않는 **직교 행렬**(orthogonal matrix)로 시작합니다. 학습하지 않은 층에 무작위 시퀀스를 읽히고, 마지막 상태의 기울기가 시점마다 얼마나 큰지 재 봅니다. $U$에 다른 수를 곱한 것과도 비교합니다. `course_lib/models/rnn.py`에는 이 장의 층이 모두 식 그대로 적혀 있어, 한 걸음(`step`)씩 갈 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
Without an activation, the gradient **vanishes** (Bengio et al., 1994) for a weight whose size is below $1$ and **explodes** above it.

In a real layer $U$ is a matrix. Keras starts it as an **orthogonal matrix**, which keeps the length of a vector. Let an untrained layer read random sequences, and measure how large the gradient of the last state is at each time; also with $U$ made larger or smaller. `course_lib/models/rnn.py` has all layers of this chapter written out as their equations, so that one can go step by step (`step`).
"""

# %%
predict("orthogonal", "U keeps lengths. How much of the gradient is left 99 steps back?",
        choices=["all of it", "between a thousandth and all", "less than a thousandth"])

# %%
import tensorflow as tf

from course_lib.models import rnn

UNITS = 32
noise, random_weights = (np.random.default_rng(seed).normal(size=shape).astype("float32")
                         for seed, shape in ((1, (16, 100, 4)), (2, (16, UNITS))))  # 16 sequences of 100 steps


def gradient_left(layer, x):
    """Decimal logarithm of the gradient's length (all states together) at each step, over that at the last."""
    if not layer.built:
        layer.build((None, None, x.shape[-1]))
    state, states = layer.get_initial_state(len(x)), []
    with tf.GradientTape() as tape:
        for t in range(x.shape[1]):
            state = layer.step(x[:, t], state)
            tape.watch(state)
            states.append(state)
        weighed = ops.sum(state[0] * random_weights)
    gradients = tape.gradient(weighed, states, unconnected_gradients="zero")
    joined = [np.concatenate([ops.convert_to_numpy(part) for part in parts], axis=1) for parts in gradients]
    lengths = np.linalg.norm(np.array(joined, "float64"), axis=2)  # (steps, sequences)
    logarithms = np.log10(np.maximum(lengths, 1e-30)).mean(axis=1)  # mean over the sequences
    return logarithms - logarithms[-1]


def simple(scale):
    """An untrained SimpleRNN, its orthogonal U multiplied by scale."""
    course_lib.set_seed(0)
    layer = rnn.SimpleRNN(UNITS)
    layer.build((None, None, 4))
    W, U, b = layer.get_weights()
    layer.set_weights([W, scale * U, b])
    return layer


by_scale = {f"U × {scale}": gradient_left(simple(scale), noise) for scale in (0.7, 1, 4)}

# %% tags=["reveal"]
back = np.arange(99, -1, -1)
plot.curves({name: left[::11] for name, left in by_scale.items()}, x=back[::11],
            xlabel="steps before the last", ylabel="decimal logarithm of the gradient's length", ticks=back[::11],
            title="Before training, the gradient of SimpleRNN vanishes or explodes",
            alt="Three lines of the gradient's logarithm by steps back: with less of U it falls steeply, with "
                "U it falls, with four times U it rises.")
orthogonal = by_scale["U × 1"][0]
reveal("orthogonal", "all of it" if orthogonal >= 0 else "between a thousandth and all" if orthogonal > -3
       else "less than a thousandth")
claim("SimpleRNN, orthogonal U: decimal logarithm of the gradient left 99 steps back", orthogonal, at_most=-9.6)
claim("SimpleRNN, four times this U: the same logarithm", by_scale["U × 4"][0], at_least=13.5)
U_power = np.linalg.matrix_power(simple(1).get_weights()[1].astype("float64"), 99)
identity("Control: without tanh, 99 times the orthogonal U changes no length", np.linalg.norm(U_power, ord=2), 1,
         tolerance=1e-4)

# %% [markdown] tags=["ko"]
r"""
한 걸음마다 무엇을 곱하는지가 기울기의 크기를 정합니다. $U$만으로는 길이가 그대로이므로, 사라지는 것은 $\tanh$ 때문입니다. 상태가 클수록 $1 - h_t^2$이 작습니다. 기울기 폭발에는 간단한 처방이 있습니다. 모든 기울기를 이은 벡터 $v$의 길이가 $c$를 넘으면 $c$로 줄이는 **기울기 자르기**(gradient clipping)입니다(Pascanu et al., 2013).

$$v \leftarrow v \cdot \min\left(1, \frac{c}{\lVert v \rVert}\right)$$

Keras에서는 최적화 방법에 `global_clipnorm=c`를 줍니다. 짧은 기울기는 그대로 두므로, 사라진 기울기를 되살리지는 못합니다.
"""

# %% [markdown] tags=["en"]
r"""
What each step multiplies by decides how large the gradient is. $U$ alone keeps lengths, so it is $\tanh$ that makes it vanish: the larger a state, the smaller is $1 - h_t^2$. Against explosion there is a simple remedy, **gradient clipping** (Pascanu et al., 2013): if the vector $v$ of all gradients is longer than $c$, shorten it to $c$.

$$v \leftarrow v \cdot \min\left(1, \frac{c}{\lVert v \rVert}\right)$$

In Keras the optimizer gets `global_clipnorm=c`. Short gradients are left as they are, so what has vanished does not come back.
"""

# %%
gradient = np.array([3.0, 4.0])  # of length 5
weight = keras.Variable(np.zeros(2))
keras.optimizers.SGD(1.0, global_clipnorm=1.0).apply([ops.convert_to_tensor(gradient, "float32")], [weight])
identity("Clipped to length 1, the step has the same direction", ops.convert_to_numpy(weight),
         -gradient * min(1, 1 / np.linalg.norm(gradient)), tolerance=1e-6)

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 기울기 소실의 처방, 게이트입니다.

## 4. 게이트: LSTM과 GRU

위에서 기울기가 사라진 것은 상태를 시점마다 $\tanh$를 거쳐 통째로 다시 쓰기 때문입니다. **LSTM**(long short-term memory; Hochreiter and Schmidhuber, 1997)은 상태 옆에 **셀**(cell) $c_t$를 하나 더 둡니다. 셀은 행렬도 $\tanh$도 거치지 않습니다. 남길 만큼 곱하고 새것을 **더하기만** 합니다. 얼마나 남기고 얼마나 더할지는 0과 1 사이의 수인 **게이트**(gate)가 정합니다. 시그모이드 $\sigma(z) = 1 / (1 + e^{-z})$가 게이트를 냅니다.

$$i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i), \quad f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f), \quad o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o)$$

$$g_t = \tanh(x_t W_g + h_{t-1} U_g + b_g), \qquad c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)$$

$i$는 **입력 게이트**(input gate), $f$는 **망각 게이트**(forget gate), $o$는 **출력 게이트**(output gate)이고, $g$는 셀에 더할 **후보**(candidate)입니다. 망각 게이트는 Gers et al.(2000)이 더했습니다. 그림의 굵은 선이 셀입니다. 그림에서 왼쪽의 셀 $c$와 상태 $h$는 $c_{t-1}$과 $h_{t-1}$, 오른쪽의 $c'$과 $h'$은 $c_t$와 $h_t$입니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next comes what helps against vanishing: gates.

## 4. Gates: LSTM and GRU

Gradients vanished above because at each time the state is rewritten as a whole, through $\tanh$. The **LSTM** (long short-term memory; Hochreiter and Schmidhuber, 1997) has a **cell** $c_t$ beside its state, which passes through no matrix and no $\tanh$: it is scaled by how much is kept, and something is **added**. How much is kept and how much is added is decided by **gates**, numbers between 0 and 1, which the sigmoid $\sigma(z) = 1 / (1 + e^{-z})$ gives.

$$i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i), \quad f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f), \quad o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o)$$

$$g_t = \tanh(x_t W_g + h_{t-1} U_g + b_g), \qquad c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)$$

$i$ is the **input gate**, $f$ the **forget gate**, $o$ the **output gate**, and $g$ the **candidate** that is added to the cell. The forget gate was added by Gers et al. (2000). The thick line in the drawing is the cell. In it, $c$ and $h$ on the left are $c_{t-1}$ and $h_{t-1}$, $c'$ and $h'$ on the right are $c_t$ and $h_t$.
"""

# %% tags=["covers-I3"]
plot.lstm_cell(title="The cell goes straight through",
               alt="A thick line for the cell is multiplied by the forget gate, then the candidate times the "
                   "input gate is added; the new state is the cell's tanh times the output gate.")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_by_hand(x, W, U, b):
    """All states of one sequence x (time, inputs); the rows of z are the four parts of Keras's matrices."""
    h, c, states = np.zeros(len(U)), np.zeros(len(U)), []
    for now in x:
        z = (np.concatenate([now, h]) @ np.vstack([W, U]) + b).reshape(4, -1)
        (keep_new, keep_old, read_out), new = sigmoid(z[[0, 1, 3]]), np.tanh(z[2])  # i, f, o and g
        c = keep_old * c + keep_new * new
        h = read_out * np.tanh(c)
        states.append(h)
    return np.array(states)


lstm = layers.LSTM(4, return_sequences=True)
identity("The equations of the LSTM equal Keras's layer", ops.convert_to_numpy(lstm(x[np.newaxis]))[0],
         lstm_by_hand(x, *lstm.get_weights()), tolerance=1e-6)

# %% [markdown] tags=["ko"]
r"""
**GRU**(gated recurrent unit; Cho et al., 2014)는 셀 없이 상태 하나만 둡니다. **갱신 게이트**(update gate) $z_t$가 옛 상태와 후보를 섞고, **리셋 게이트**(reset gate) $r_t$는 후보를 만들 때 옛 상태를 얼마나 볼지 정합니다. 아래는 Keras의 형태이며, 논문과 달리 리셋 게이트를 행렬 곱 뒤에 곱합니다. 그래서 편향이 입력 쪽($b$)과 상태 쪽($d$)에 하나씩 있습니다.

$$z_t = \sigma(x_t W_z + b_z + h_{t-1} U_z + d_z), \qquad r_t = \sigma(x_t W_r + b_r + h_{t-1} U_r + d_r)$$

$$\tilde h_t = \tanh\big(x_t W_h + b_h + r_t \odot (h_{t-1} U_h + d_h)\big), \qquad h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$$
"""

# %% [markdown] tags=["en"]
r"""
The **GRU** (gated recurrent unit; Cho et al., 2014) has one state and no cell. The **update gate** $z_t$ mixes the old state and a candidate, and the **reset gate** $r_t$ decides how much of the old state the candidate sees. Below is Keras's form, in which, unlike in the paper, the reset gate acts after the product with the matrix; so there is a bias for the input ($b$) and one for the state ($d$).

$$z_t = \sigma(x_t W_z + b_z + h_{t-1} U_z + d_z), \qquad r_t = \sigma(x_t W_r + b_r + h_{t-1} U_r + d_r)$$

$$\tilde h_t = \tanh\big(x_t W_h + b_h + r_t \odot (h_{t-1} U_h + d_h)\big), \qquad h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$$
"""

# %% tags=["covers-I3"]
def gru_by_hand(x, W, U, biases):
    """All states of one sequence; biases (2, 3 × units)."""
    h, states = np.zeros(len(U)), []
    for now in x:
        from_input, from_state = now @ W + biases[0], h @ U + biases[1]
        (zx, rx, cx), (zh, rh, ch) = (side.reshape(3, -1) for side in (from_input, from_state))
        keep = sigmoid(zx + zh)
        h = keep * h + (1 - keep) * np.tanh(cx + sigmoid(rx + rh) * ch)
        states.append(h)
    return np.array(states)


gru = layers.GRU(4, return_sequences=True)
identity("The equations of the GRU equal Keras's layer", ops.convert_to_numpy(gru(x[np.newaxis]))[0],
         gru_by_hand(x, *gru.get_weights()), tolerance=1e-6)
for kind in (layer, lstm, gru):
    print(f"{type(kind).__name__}: {kind.count_params()} parameters with 3 inputs and 4 units")

# %% [markdown] tags=["ko"]
r"""
셀에서 셀로 가는 길만 보면 한 걸음의 기울기는 $f_t$입니다. 게이트가 $1$이면 그대로이고, $0.5$이면 절반이 됩니다. 그렇다면 게이트가 **처음에 얼마나 열려 있는가**가 중요할 것입니다. Keras의 LSTM은 망각 게이트의 편향을 $1$로 시작하므로 $\sigma(1)$쯤이고, GRU의 갱신 게이트는 편향 $0$, 곧 $\sigma(0) = 0.5$쯤에서 시작합니다. 둘을 $5$로 시작한 층과 비교합니다. 망각 게이트의 편향을 $1$로 시작하면 좋다는 것은 Jozefowicz et al.(2015)이 보였습니다.
"""

# %% [markdown] tags=["en"]
r"""
On the way from cell to cell alone, the gradient of one step is $f_t$: a gate of $1$ keeps it, one of $0.5$ halves it. So it should matter **how far open gates are at the start**. Keras's LSTM starts the bias of its forget gate at $1$, so the gate is about $\sigma(1)$; the update gate of a GRU starts with a bias of $0$, so at about $\sigma(0) = 0.5$. Compare both with layers that start at $5$. That a bias of $1$ helps was shown by Jozefowicz et al. (2015).
"""

# %%
for bias in (0, 1, 5):
    gate = sigmoid(bias)
    print(f"bias {bias}: gate {gate:.3f}, after 99 steps {gate**99:.0e} of the gradient")

# %%
predict("default", "Untrained, 99 steps back: which has the largest gradient left?",
        choices=["SimpleRNN", "LSTM as Keras starts it", "GRU as Keras starts it"])

# %%
def opened(layer, inputs, bias=5.0):
    """Start the gates that keep the past (forget or update) with this bias."""
    layer.build((None, None, inputs))
    weights = layer.get_weights()
    if "LSTM" in type(layer).__name__:
        weights[2][layer.units:2 * layer.units] = bias  # input, forget, candidate, output
    else:
        weights[2][0, :layer.units] = bias  # update, reset, candidate
    layer.set_weights(weights)
    return layer


course_lib.set_seed(0)
by_cell = {"SimpleRNN": by_scale["U × 1"], "LSTM": gradient_left(rnn.LSTM(UNITS), noise),
           "GRU": gradient_left(rnn.GRU(UNITS), noise),
           "LSTM, gates open": gradient_left(opened(rnn.LSTM(UNITS), 4), noise),
           "GRU, gates open": gradient_left(opened(rnn.GRU(UNITS), 4), noise)}

# %% tags=["reveal"]
plot.curves({name: left[::11] for name, left in by_cell.items()}, x=back[::11], ticks=back[::11],
            xlabel="steps before the last", ylabel="decimal logarithm of the gradient's length",
            title="Gates keep the gradient if they start open",
            alt="Five lines of the gradient's logarithm by steps back: SimpleRNN, LSTM and GRU fall, those with "
                "open gates stay near zero.")
defaults = {"SimpleRNN": by_cell["SimpleRNN"][0], "LSTM as Keras starts it": by_cell["LSTM"][0],
            "GRU as Keras starts it": by_cell["GRU"][0]}
reveal("default", max(defaults, key=defaults.get))
claim("LSTM as Keras starts it: decimal logarithm of the gradient left 99 steps back", by_cell["LSTM"][0],
      between=(-9.6, -6.7))
claim("GRU as Keras starts it: the same logarithm", by_cell["GRU"][0], at_most=-18.5)
claim("LSTM with open gates: the same logarithm", by_cell["LSTM, gates open"][0], between=(-0.1, 1))
claim("GRU with open gates: the same logarithm", by_cell["GRU, gates open"][0], between=(-0.5, 0))

# %% [markdown] tags=["ko"]
r"""
게이트가 있다고 저절로 기울기가 남는 것은 아닙니다. 열려 있어야 남습니다. Keras의 기본값으로 시작한 LSTM은 셀을 따라가는 길만 있다면 위에 출력한 만큼만 남겨야 하는데, 훨씬 많이 남겼습니다. 나머지는 $h$를 거쳐 가는 길에서 옵니다. 이것은 학습하기 **전**의 값입니다. 학습에도 정말 중요할까요?

## 5. 첫 글자를 기억하기

시험 과제는 단순합니다. 네 글자 가운데 하나를 표시와 함께 보여 주고, 그 뒤로 무작위 글자를 늘어놓은 다음, 끝에서 **첫 글자**를 묻습니다. 표시가 붙은 글자를 담고 나머지는 무시해야 합니다. 아무렇게나 답하면 $25$ %쯤 맞습니다.

**공정한 비교.** 유닛은 모두 32개입니다. 파라미터의 수와 한 걸음의 곱셈-덧셈은 다르므로 아래에 출력합니다. 같은 시퀀스를 64개씩, 300단계 동안 한 번씩만 보여 줍니다. 최적화는 Adam(기울기의 이동 평균을 그 크기로 나누는 방법; Kingma and Ba, 2015)이고, 학습률은 종류마다 적어도 0.003, 0.01, 0.03(SimpleRNN과 LSTM은 0.001도, GRU와 기본값으로 시작한 LSTM은 0.1도)을 시험해 검증 시퀀스에서 가장 좋은 것을 골랐습니다. LSTM과 GRU는 Keras의 기본값으로 시작한 것과 게이트를 연 것(편향 $5$)을, SimpleRNN은 그대로와 기울기를 길이 $1$로 자른 것을 시험합니다. 이 여섯 가지 가운데 넷은 여기서 학습시키고, 나머지 둘은 기록해 둔 결과에 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
Gates do not keep the gradient by themselves; they must be open. In the LSTM as Keras starts it, along the cell alone as little as printed above would be left. Much more is: the rest comes by way of $h$. And this is **before** training. Does it matter for learning?

## 5. Remember the first character

The test is simple: one of four characters is shown with a mark; then come random ones; at the end, the question is **which was the first**. The network must store the marked one and ignore the rest. Guessing is right $25$ % of the time.

**A fair comparison.** All have 32 units; their parameters and the multiply-adds of a step differ and are printed below. All see the same sequences, 64 at a time, for 300 steps, each once. The optimizer is Adam (which divides the moving average of the gradients by their size; Kingma and Ba, 2015), with the learning rate that was best on sequences for validation, of at least 0.003, 0.01 and 0.03 (for SimpleRNN and LSTM also 0.001, for the GRU and the LSTM as Keras starts it also 0.1). LSTM and GRU are tried as Keras starts them and with open gates (a bias of $5$), SimpleRNN as it is and with gradients clipped to a length of $1$. Four of these six learn here; the other two stand in the recorded results.
"""

# %%
CHARACTERS, STEPS, BATCH = 4, 300, 64


def first_of(length, count, seed):
    """Sequences (count, length, 5) of characters, the last number marks the first one; and which that was."""
    characters = np.random.default_rng(seed).integers(0, CHARACTERS, (count, length))
    x = np.zeros((count, length, CHARACTERS + 1), "float32")
    x[..., :CHARACTERS] = np.eye(CHARACTERS)[characters]
    x[:, 0, CHARACTERS] = 1
    return x, characters[:, 0]


shown, first = first_of(6, 1, seed=0)
print("characters:", shown[0, :, :CHARACTERS].argmax(1), " mark:", shown[0, :, CHARACTERS].astype(int),
      " asked for:", first[0])

# %%
predict("recall", "An LSTM and a GRU as Keras starts them, each at its best learning rate: which learns to "
                  "remember the first of 80 characters?",
        choices=["both", "the LSTM only", "the GRU only", "neither"])

# %%
KINDS = {  # layer, bias of its gates, clipping, the best rate for each length
    "SimpleRNN": (layers.SimpleRNN, None, None, {20: 0.01, 80: 0.003}),
    "LSTM": (layers.LSTM, None, None, {80: 0.003}),
    "LSTM, gates open": (layers.LSTM, 5.0, None, {20: 0.01, 80: 0.001}),
    "GRU": (layers.GRU, None, None, {80: 0.1}),
    "SimpleRNN, clipped": (layers.SimpleRNN, None, 1.0, {80: 0.003}),
    "GRU, gates open": (layers.GRU, 5.0, None, {80: 0.03})}
LIVE = list(KINDS)[:4]  # what is trained here; the last two are recorded


def reader(layer, bias, seed=0):
    """A network that reads a sequence and answers at its end."""
    course_lib.set_seed(seed)
    recurrent = layer(32, name="recurrent")
    recurrent = opened(recurrent, CHARACTERS + 1, bias) if bias else recurrent
    sequence = keras.Input((None, CHARACTERS + 1))
    return keras.Model(sequence, layers.Dense(CHARACTERS)(recurrent(sequence)), name=layer.__name__.lower())


cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def remember(model, length, rate, clip=None, seeds=(1, 2)):
    """Percent right after training on sequences of this length; seeds: of those to learn from, of those asked."""
    model.compile(keras.optimizers.Adam(rate, global_clipnorm=clip), cross_entropy)
    shown, which = first_of(length, BATCH * STEPS, seeds[0])
    model.fit(shown, which, BATCH, epochs=10, steps_per_epoch=STEPS // 10, verbose=0,
              callbacks=[course_lib.Progress(model.name)])  # in ten parts: the loss of each is kept
    asked, answers = first_of(length, 1000, seeds[1])
    return 100 * float((ops.convert_to_numpy(model(asked)).argmax(1) == answers).mean())


def step_cost(layer):
    """Multiply-adds of a step: every entry of W and U is used once; of each three weights, the third only adds."""
    return sum(array.size for number, array in enumerate(layer.get_weights()) if number % 3 < 2)


# %%
import time

right, networks, seconds = {}, {}, {}
for kind in LIVE:
    cell, bias, clip, rates = KINDS[kind]
    for length, rate in rates.items():
        start, model = time.perf_counter(), reader(cell, bias)
        networks[kind, length], right[kind, length] = model, remember(model, length, rate, clip)
        seconds[kind, length] = time.perf_counter() - start
    print(f"{kind}: {model.count_params():,} parameters, "
          f"{step_cost(model.get_layer('recurrent')):,} multiply-adds a step")

# %% tags=["reveal"]
plot.bars({f"{kind}, {length}": round(value) for (kind, length), value in right.items() if length == 80},
          ylabel="right (%)", baseline=(25, "guessing"),
          title="80 characters back, the LSTM learned in 300 steps only with open gates",
          alt="Bars of the share that is right for the kinds of layers on sequences of 80 characters.")
claim("SimpleRNN, 20 characters", right["SimpleRNN", 20], at_least=95, unit="%")
claim("SimpleRNN, 80 characters", right["SimpleRNN", 80], at_most=95, unit="%")
claim("LSTM as Keras starts it, 80 characters", right["LSTM", 80], at_most=40, unit="%")
claim("GRU as Keras starts it, 80 characters", right["GRU", 80], at_least=85, unit="%")
claim("LSTM with open gates, 80 characters", right["LSTM, gates open", 80], at_least=75, unit="%")
of_both = tuple(right[kind, 80] > 70 for kind in ("LSTM", "GRU"))
reveal("recall", {(True, True): "both", (True, False): "the LSTM only", (False, True): "the GRU only"}.get(
    of_both, "neither"))

# %%
on_the_way = {f"{kind}, {length}": model.history.history["loss"]
              for (kind, length), model in networks.items()}
batches = np.arange(STEPS // 20, STEPS, STEPS // 10)  # the middle of each tenth
plot.curves(on_the_way, x=batches, xlabel="batches seen", ylabel="cross-entropy",
            baseline=(float(np.log(CHARACTERS)), "guessing"),
            title="Some learn at once, some slowly, some not at all",
            alt="Six lines of the loss while training: across 20 characters both fall early; across 80 the GRU "
                "falls early, the LSTM with open gates slowly, the LSTM as Keras starts it stays at guessing, and "
                "SimpleRNN does until near the end.")

# %% tags=["nbval-ignore-output"]
for kind, length in right:
    print(f"{kind}, {length} characters: {seconds[kind, length]:.1f} s")

# %% [markdown] tags=["ko"]
r"""
위는 방금 여러분의 컴퓨터에서 두 길이로 학습한 결과입니다. 아래는 **미리 기록해 둔** 결과로, `data/makers/recall.py`가 같은 과제에서 신경망 여섯 가지를 다섯 길이로 학습시킨 것입니다. `KINDS`에 학습률이 있는 길이에서는 그것을 쓰고, 나머지 길이에서는 위에 적은 학습률을 모두 한 번씩 시험해 검증 시퀀스에서 가장 좋은 것을 골랐습니다. 똑같이 좋았던 학습률이 여럿이면 각각 시드 두 개로 더 학습시켜, 역시 검증 시퀀스에서 나은 것을 골랐습니다. 그런 다음 다른 시드 세 개를 학습시켜 쟀습니다. 선은 세 시드의 평균이고, 띠는 가장 낮은 시드에서 가장 높은 시드까지입니다.
"""

# %% [markdown] tags=["en"]
r"""
That was trained on your computer just now, at two lengths. Below are **recorded** results: `data/makers/recall.py` trained six networks on the same task at five lengths. Where `KINDS` has a learning rate for the length, it was used; for other lengths every rate named above was tried once, and the best on sequences for validation was chosen. Where several rates were equally good there, each was tried from two more seeds, on validation again. Then the network was trained from three other seeds and measured. A line is the mean of the three seeds, its band goes from the lowest seed to the highest.
"""

# %%
predict("reach", "Of the lengths 5, 10, 20, 40 and 80, which is the longest at which SimpleRNN gets at least 90 % "
                 "right (mean of the three recorded seeds)?", choices=["10", "20", "40", "80"])

# %%
import json

recorded = json.loads(data.file("recall.json").read_text(encoding="utf-8"))["runs"]
recorded = [run for run in recorded if "test" in run]  # the others were for choosing the rate
all_lengths = sorted({run["length"] for run in recorded})


def recalled(kind, length):
    """Recorded percent right of one kind of network across a length, for each seed."""
    return [run["test"] for run in recorded if (run["kind"], run["length"]) == (kind, length)]


kinds = dict.fromkeys(run["kind"] for run in recorded)  # in the order of KINDS
by_length = {label: np.array([recalled(kind, length) for length in all_lengths]).T  # (seeds, lengths)
             for label, kind in zip(KINDS, kinds)}

# %% tags=["reveal"]
plot.curves(by_length, x=all_lengths, log=True, columns=3, xlabel="characters of a sequence",
            ylabel="right (%)", baseline=(25, "guessing"),
            title="Recorded: with length, SimpleRNN and the LSTM as Keras starts it stop learning",
            alt="Six panels of the share that is right by length: all are at 100 % across 5 and 10 characters; "
                "SimpleRNN, clipped or not, and the LSTM fall to the level of guessing by 80, the GRU and both "
                "with open gates stay near 100 %.")
average = {kind: dict(zip(all_lengths, runs.mean(0))) for kind, runs in by_length.items()}
for kind, values in average.items():
    print(f"{kind}:", ", ".join(f"{length}: {value:.0f} %" for length, value in values.items()))
reveal("reach", str(max(length for length, value in average["SimpleRNN"].items() if value >= 90)))
claim("Recorded: SimpleRNN and the LSTM as Keras starts it, 80 characters (the better mean)",
      max(average["SimpleRNN"][80], average["LSTM"][80]), at_most=25, unit="%")
claim("Recorded: GRU, and LSTM and GRU with open gates, each length (the lowest mean)",
      min(min(average[kind].values()) for kind in ("GRU", "LSTM, gates open", "GRU, gates open")),
      at_least=90, unit="%")
claim("Recorded: SimpleRNN with gradients clipped, 80 characters (the mean)", average["SimpleRNN, clipped"][80],
      at_most=25, unit="%")
claim("The same, 40 characters (the worst seed)", float(by_length["SimpleRNN, clipped"][:, 3].min()), at_least=89,
      unit="%")
claim("Recorded: SimpleRNN, 40 characters, best seed minus worst", float(np.ptp(by_length["SimpleRNN"][:, 3])),
      at_least=75, unit="points")

# %% [markdown] tags=["ko"]
r"""
SimpleRNN은 20글자 전은 기억하지만, 80글자 전은 시드에 따라 거의 배우지 못하거나 일부만 배웁니다. 그 사이인 40글자에서는 기록한 시드 셋 가운데 하나만 배웠습니다. 기울기를 자르면 40글자에서는 셋 모두 배웠지만, 80글자에서는 하나도 배우지 못했습니다. Keras의 기본값으로 시작한 LSTM은 80글자에서 시험한 어느 학습률로도 배우지 못하고, 40글자에서도 그랬습니다. GRU는 시험한 학습률 가운데 가장 큰 0.1에서 배웁니다. 학습한 뒤의 게이트는 아래에서 그립니다. 게이트를 연 둘은 배웁니다. 다만 LSTM에는 작은 학습률이 필요했습니다. 따로 시험하니 0.003에서는 네 시드 가운데 하나가 배우지 못해 0.001을 골랐고, 더 작은 것은 시험하지 않았습니다. 자르기를 함께 쓰면 0.003에서도 네 시드 모두 배웠습니다.
그렇다면 게이트가 아니라 **처음에 남는 기울기**가 중요한 것일까요? SimpleRNN에서도 $U$를 1.55배로 시작하면 99걸음 전의 시점에도 기울기가 남습니다. 이것도 따로 시험해 보니, 자르기를 함께 썼을 때 네 시드 가운데 둘에서 80글자를 배웠고, 자르지 않았을 때에는 시험한 시드 하나에서 배우지 못했습니다. 그러나 처음에 남는 기울기만으로 정해지는 것도 아닙니다. 기본값으로 시작한 GRU는 4절의 다섯 층 가운데 남는 기울기가 가장 작은데도, 큰 학습률로는 배웠습니다. 여기서는 SimpleRNN의 $U$를 키우는 것보다 LSTM과 GRU의 게이트를 열고 시작하는 쪽이 더 확실했습니다. 손실 곡선을 보면 끝 무렵에야 배우기 시작하는 경우도 있으므로, 300단계보다 오래 학습시키면 결과가 달라질 수 있습니다. 이것은 시험하지 않았습니다.

20글자로 학습한, 게이트를 연 LSTM의 게이트를 시간에 따라 그려 봅시다. 80글자로 학습한 GRU의 갱신 게이트도 같은 시퀀스에서 그리고, 학습하기 전의 것도 그립니다. 유닛마다 게이트가 하나씩이므로 32개를 평균합니다.
"""

# %% [markdown] tags=["en"]
r"""
SimpleRNN remembers across 20 characters, but across 80 it learns hardly anything or only a part, depending on the seed. Between them, across 40, one of the three recorded seeds learned. With clipping, all three learned across 40, but none across 80. The LSTM as Keras starts it learns across 80 at none of the rates tried, and it was so across 40. The GRU learns at 0.1, the largest one tried; its gates after learning are drawn below. With open gates, both learn. The LSTM needed a small rate for it: tried apart, at 0.003 one of four seeds did not learn, so 0.001 was chosen, and smaller ones were not tried. With clipping, all four seeds learned at 0.003, too.
So is it not the gates that matter, but the **gradient that is left at the start**? SimpleRNN, too, has gradient left 99 steps back if its $U$ starts 1.55 times as large. Tried apart as well, with clipping it learned across 80 characters for two of four seeds; without it, for the one seed that was tried, it did not. But the gradient at the start alone does not decide it either: the GRU as Keras starts it has the least left of the five layers of section 4, and learned at a large rate. Starting LSTM and GRU with open gates was surer here than starting SimpleRNN with a larger $U$. As the curves of the loss show, learning may begin only near the end, so more than 300 steps may change the result; that was not tried.

Now draw the gates of the LSTM with open gates that learned from 20 characters, over time; on the same sequences also the update gates of the GRU that learned from 80, and those before training. There is one for each of the 32 units, so take their mean.
"""

# %% tags=["covers-I3"]
asked, answers = first_of(20, 500, seed=3)


def written(model):
    """A network's recurrent layer as that of `rnn` with the same weights, which tells what its gates were."""
    recurrent = model.get_layer("recurrent")
    layer = getattr(rnn, type(recurrent).__name__)(32)
    layer.build(asked.shape)
    layer.set_weights(recurrent.get_weights())
    return layer


def gates_of(layer):
    """The gates of all units over time, as means over the sequences: name -> (time, units)."""
    return {name: ops.convert_to_numpy(values).mean(0) for name, values in layer.gates_over_time(asked).items()}


written_out = written(networks["LSTM, gates open", 20])
of_lstm = gates_of(written_out)
at_start, of_gru = (gates_of(written(model))["update"]
                    for model in (reader(layers.GRU, None), networks["GRU", 80]))

# %% tags=["covers-I3"]
rows = {"forget gate, LSTM, gates open": of_lstm["forget"], "input gate, LSTM, gates open": of_lstm["input"],
        "output gate, LSTM, gates open": of_lstm["output"], "update gate, GRU": of_gru,
        "update gate, GRU, before training": at_start}
plot.heatmap(np.array([units.mean(1) for units in rows.values()]), list(rows), unit="mean over units",
             xlabel="step (the marked character is at 0)",
             title="After learning, the forget gate is still open, and the update gate is more open",
             alt="Five rows of colours over twenty steps: the forget gate is near one, input and output gate a "
                 "little above a half, and the update gate of the GRU, which started at a half, has risen.")
claim("GRU as Keras starts it, after learning: update gate of the most open unit", float(of_gru.mean(0).max()),
      at_least=0.9)
claim("The same before training", float(at_start.mean(0).max()), at_most=0.7)

# %% [markdown] tags=["ko"]
r"""
색을 읽을 때 조심하세요. 가장 어두운 색은 0이 아니라 절반쯤 열린 것입니다. 망각 게이트는 시작할 때처럼 줄곧 열려 있습니다. Keras의 기본값으로 시작한 GRU의 갱신 게이트는 학습하며 열렸습니다. 평균도 커졌고, 가장 열린 유닛은 거의 $1$입니다. 그런데 LSTM의 입력 게이트는 표시가 없는 글자에서도 닫히지 않습니다. 셀에는 정말 첫 글자가 들어 있을까요? 시점마다, 셀의 분산 가운데 첫 글자만 알아도 설명되는 비율을 잽니다. 첫 글자가 같은 시퀀스끼리 셀을 평균하고, 그 평균의 분산을 전체 분산으로 나눕니다. 대조로 둘째 글자와, 학습하지 않은 층에서도 그렇게 합니다. 시퀀스 $n$의 시점 $t$의 셀이 $c_{nt}$, 첫 글자가 $a_n$, 첫 글자가 $a$인 모든 시퀀스의 평균이 $\bar c_{t}(a)$, 시퀀스에 대한 분산을 유닛마다 구해 더한 것이 $\mathrm{Var}_n$일 때 $\mathrm{Var}_n[\bar c_t(a_n)] / \mathrm{Var}_n[c_{nt}]$입니다.
"""

# %% [markdown] tags=["en"]
r"""
Mind the colours: the darkest one is not 0, but about half open. The forget gates stay open, as they started. The update gates of the GRU as Keras starts it were opened by learning: their mean has risen, and the most open unit is close to $1$. But the LSTM's input gates do not close at characters without the mark. Does the cell really hold the first character? Measure at each step which share of the cell's variance the first character alone explains: take the mean of the cells of all sequences with the same first character, and divide the variance of these means by the whole variance. As controls, do the same with the second character, and with a layer that is not trained. With $c_{nt}$ as the cell of sequence $n$ at step $t$, $a_n$ as the first character of this sequence, $\bar c_{t}(a)$ as the mean of the sequences whose first character is $a$, and $\mathrm{Var}_n$ as the variance over sequences, summed over units, it is $\mathrm{Var}_n[\bar c_t(a_n)] / \mathrm{Var}_n[c_{nt}]$.
"""

# %% tags=["covers-I2", "covers-I3"]
cells = ops.convert_to_numpy(written_out.over_time(asked)[1])  # (sequences, steps, units)
untrained = opened(rnn.LSTM(32), CHARACTERS + 1)
cells_before = ops.convert_to_numpy(untrained.over_time(asked)[1])


def explained(place, cells):
    """Share of the variance of the cells that the character at this place explains, for each step."""
    characters = asked[:, place, :CHARACTERS].argmax(1)
    means = np.stack([cells[characters == character].mean(0) for character in range(CHARACTERS)])[characters]
    return means.var(0).sum(1) / cells.var(0).sum(1)


shares = {"the first character": explained(0, cells), "the second character": explained(1, cells),
          "the first, before training": explained(0, cells_before)}
plot.curves(shares, x=np.arange(20), ticks=[0, 5, 10, 15, 19], xlabel="step (the marked character is at 0)",
            ylabel="share of the cell's variance",
            title="The cell holds the first character",
            alt="Three lines over twenty steps: the share that the first character explains falls to about 0.8 "
                "at the second step and returns to near one, that of the second is small and falls, and before "
                "training that of the first falls, too.")
claim("At the end, the first character explains of the cell's variance", float(shares["the first character"][-1]),
      at_least=0.9)
claim("Control: the second character explains", float(shares["the second character"][-1]), at_most=0.1)
claim("Control: before training the first character explains",
      float(shares["the first, before training"][-1]), at_most=0.5)

# %% [markdown] tags=["ko"]
r"""
끝에서, 학습한 셀의 차이는 거의 첫 글자에서 옵니다. 입력 게이트가 닫혀서가 아닙니다. 둘째 글자의 몫이 작은 것을 보면, 표시가 없는 글자에서 더하는 값은 어느 글자인지에 별로 달려 있지 않은 듯합니다. 첫 글자의 몫이 둘째 시점에서 줄었다가 다시 커지는 것을 보면, 그 뒤에도 첫 글자에 따라 다른 값이 $h$를 거쳐 더해지는 듯합니다. 더하는 값은 따로 재지 않았습니다.

긴 시퀀스에서는 기울기를 끝까지 거슬러 보내는 것이 비쌉니다. 그래서 마지막 $k$걸음까지만 보내기도 합니다. **잘린 시간 역전파**(truncated back-propagation through time; Williams and Peng, 1990)라고 합니다. 값은 앞에서 그대로 넘겨받고, 기울기만 거기서 멈춥니다. 20글자에서 마지막 10걸음만 배우게 하면 첫 글자를 기억할까요? 표시에 붙은 가중치는 $0$에서 시작합니다.
"""

# %% [markdown] tags=["en"]
r"""
At the end, nearly all differences of the trained cell come from the first character, and not because the input gates shut. As the share of the second character is small, what is added without the mark seems to depend little on which character it is. As the share of the first falls at the second step and then rises again, something that depends on the first character seems to be added later, too, by way of $h$. What is added was not measured by itself.

For long sequences it is expensive to send gradients back to the beginning. So often they go back through the last $k$ steps only: **truncated back-propagation through time** (Williams and Peng, 1990). Values come over from before as they are; only the gradient stops there. With 20 characters, does it remember the first if it learns from the last 10 steps only? The weights of the mark start at $0$.
"""

# %%
predict("truncated", "Gradients stop 10 steps before the end. What percentage of the first characters is right?",
        choices=["about as many as by guessing, below 30 %", "30 to 90 %", "more than 90 %"])

# %%
def truncated(last, rate):
    """The LSTM with open gates, whose gradients stop so many steps before the end."""
    course_lib.set_seed(0)
    layer = opened(layers.LSTM(32, return_state=True), CHARACTERS + 1)
    sequence = keras.Input((20, CHARACTERS + 1))
    _, hidden, cell = layer(sequence[:, :-last])
    output, _, _ = layer(sequence[:, -last:], initial_state=[ops.stop_gradient(hidden), ops.stop_gradient(cell)])
    kernel, *others = layer.get_weights()
    kernel[CHARACTERS] = 0  # the weights of the mark: it is not seen until it has been learned
    layer.set_weights([kernel, *others])
    found = remember(keras.Model(sequence, layers.Dense(CHARACTERS)(output), name="truncated"), 20, rate)
    return found, layer.get_weights()[0][CHARACTERS]


cut, mark_after = truncated(last=10, rate=0.003)

# %% tags=["reveal"]
reveal("truncated", cut, limits=[30, 90])
identity("The weights of the mark are still 0", mark_after, np.zeros(4 * 32))
claim("Truncated to 10 steps, points lost on sequences of 20", right["LSTM, gates open", 20] - cut, at_least=20,
      unit="points")

# %% [markdown] tags=["ko"]
r"""
온전히 거슬러 보낸 것보다 뚜렷이 못합니다. 표시에 붙은 가중치는 여전히 $0$입니다. 표시가 있는 시점에는 기울기가 이르지 않기 때문입니다. 그래도 아무렇게나 답한 것보다 나은 것은, 열린 게이트가 배우지 않고도 첫 글자의 흔적을 셀에 남기기 때문일 수 있습니다. 따로 재어 보니, 기울기를 끝까지 보내면 $0$에서 시작해도 모두 맞혔고(시드 넷), 자르면 학습률 0.003, 0.01, 0.03 모두에서 평균 절반을 조금 넘게 맞혔습니다(시드 열 개). 가중치가 $0$에서 시작하지 않으면 결과는 시드에 따라 크게 다릅니다. 배우지 않은 가중치가 우연히 쓸 만하면 거의 잃지 않습니다.
"""

# %% [markdown] tags=["en"]
r"""
It is clearly worse than with whole gradients. The weights of the mark are still $0$, since no gradient reaches the step at which it stands. That it is still better than guessing may come from open gates, which leave a trace of the first character in the cell without learning. Measured apart, whole gradients got everything right from $0$, too (four seeds); truncated ones got a little over a half right on average at each of the rates 0.003, 0.01 and 0.03 (ten seeds). If the weights do not start at $0$, the result differs much from seed to seed: weights that were never learned may happen to be good enough, and then hardly anything is lost.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 진짜 데이터, 시계열입니다.

## 6. 시계열 예측: 미래를 엿보지 않기

데이터는 셋입니다. 페루 앞바다의 월별 수온(미국 국립기상청), 연도별 흑점 수(한 해의 평균, 미국 국립지구물리데이터센터), 마우나로아의 월별 이산화 탄소 농도(Keeling and Whorf, 2004)입니다. 값 24개를 읽고 다음 한 **주기**(season)를 예측합니다. 월별 값은 12달, 흑점은 거의 11년입니다. 읽을 값과 예측할 값을 합친 한 토막을 **창**(window)이라고 합니다. 시간 순서로 앞 70 %를 학습에, 다음 15 %를 검증에, 나머지를 테스트에 씁니다. 예측할 값이 두 부분에 걸친 창은 뺍니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next come real data, time series.

## 6. Forecasting without a look into the future

There are three series: the temperature of the sea off Peru, month by month (National Weather Service of the USA), the sunspot number of each year (its mean; National Geophysical Data Center of the USA), and carbon dioxide in the air on Mauna Loa, month by month (Keeling and Whorf, 2004). Read 24 values and forecast the next **season**: 12 months, and about 11 years for sunspots. A piece with the values to read and those to forecast is a **window**. In the order of time, the first 70 % are for training, the next 15 % for validation, the rest for testing. Windows whose forecast would lie in two parts are left out.
"""

# %% tags=["covers-I1"]
from numpy.lib.stride_tricks import sliding_window_view

LENGTH = 24
PARTS = {"for training": (0, 0.7), "for validation": (0.7, 0.85), "for testing": (0.85, 1)}


class Windows:
    """All windows of a series: what is read, what is to be forecast, and to which part each belongs."""

    def __init__(self, series):
        both = sliding_window_view(series.values, LENGTH + series.season)
        self.series, self.read, self.future = series, both[:, :LENGTH], both[:, LENGTH:]
        first = np.arange(len(both)) + LENGTH  # place of the first value to be forecast
        ends = {part: [round(share * len(series)) for share in shares] for part, shares in PARTS.items()}
        self.part = {part: np.flatnonzero((first >= start) & (first + series.season <= end))
                     for part, (start, end) in ends.items()}
        self.past = series.values[:ends["for training"][1]]  # all that may be known before validation and test
        self.time = {part: series.time[[start, end - 1]] for part, (start, end) in ends.items()}


NAMES = {"sea": "elnino", "yearly sunspots": "sunspots", "carbon dioxide": "co2"}
MEASURED_IN = {"sea": "°C", "yearly sunspots": "sunspot number (mean of the year)", "carbon dioxide": "ppm"}
all_windows = {name: Windows(data.series(stored)) for name, stored in NAMES.items()}
for name, windows in all_windows.items():
    plot.timeline({name: (windows.series.time, windows.series.values)}, parts=windows.time,
                  ylabel=MEASURED_IN[name], title=f"{name}: the future is not for training",
                  alt=f"The series {name} over time, with shaded parts for training, validation and test.")
    print(name, {part: len(places) for part, places in windows.part.items()}, "windows")

# %% [markdown] tags=["ko"]
r"""
신경망을 재기 전에 **간단한 방법**부터 잽니다. 마지막으로 읽은 값이 $x_T$, 앞으로 $j$번째 값의 예측이 $\hat y_j$, 주기가 $s$일 때

- **지속성 예측**(persistence): 마지막 값이 계속된다. $\hat y_j = x_T$
- **계절 단순 예측**(seasonal naive forecast): 한 주기 전과 같다. $\hat y_j = x_{T+j-s}$
- **자기회귀**(autoregression, AR): 최근 $p$개 값의 일차식. $\hat y_j = a_j + \sum_{k=1}^{p} w_{jk}\, x_{T+1-k}$. $j$마다 최소 제곱법으로 $a_j$와 $w_{jk}$를 구하고, $p$는 검증 부분에서 고릅니다.
- **계절 평균**(seasonal mean): 달력만 본다. 학습 부분에서 같은 달(흑점은 주기 안의 같은 자리)의 평균.

오차는 창 $N$개와 한 주기의 모든 $j$에 대한 평균 제곱근 오차(root mean squared error, RMSE)입니다.

$$\mathrm{RMSE} = \sqrt{\frac{1}{N s} \sum_{n=1}^{N} \sum_{j=1}^{s} (\hat y_{nj} - y_{nj})^2}$$
"""

# %% [markdown] tags=["en"]
r"""
Before the network, measure **simple methods**. With $x_T$ as the last value read, $\hat y_j$ as the forecast of the next value number $j$ and a season of $s$,

- **persistence**: the last value goes on, $\hat y_j = x_T$
- **seasonal naive forecast**: as one season ago, $\hat y_j = x_{T+j-s}$
- **autoregression** (AR): a linear function of the last $p$ values, $\hat y_j = a_j + \sum_{k=1}^{p} w_{jk}\, x_{T+1-k}$, with $a_j$ and $w_{jk}$ by least squares for each $j$, and $p$ chosen on the part for validation
- **seasonal mean**: look at the calendar only; the mean of the same month (for sunspots, of the same place in the season) over the part for training.

The error is the root mean squared error (RMSE) over $N$ windows and all $j$ of a season.

$$\mathrm{RMSE} = \sqrt{\frac{1}{N s} \sum_{n=1}^{N} \sum_{j=1}^{s} (\hat y_{nj} - y_{nj})^2}$$
"""

# %%
def rmse(forecast, truth):
    return float(np.sqrt(np.mean((forecast - truth) ** 2)))


def autoregression(windows, training, validation):
    """Forecasts for all windows, from as many last values as are best on validation."""
    best = np.inf, None, None
    for p in (1, 2, 3, 6, 9, 12, 18, 24):
        inputs = np.column_stack([windows.read[:, -p:], np.ones(len(windows.read))])
        forecast = inputs @ np.linalg.lstsq(inputs[training], windows.future[training], rcond=None)[0]
        error = rmse(forecast[validation], windows.future[validation])
        best = min(best, (error, p, forecast), key=lambda one: one[0])
    season, p = windows.series.season, best[1]
    print(f"autoregression from {p} values: {season * (p + 1)} coefficients, "
          f"{season * p} multiply-adds a forecast")
    return best[2]


def simple_methods(windows):
    """Forecasts (windows, season) of each simple method."""
    season, ahead = windows.series.season, np.arange(windows.series.season)
    phase = np.array([windows.past[start::season].mean() for start in range(season)])
    place = (np.arange(len(windows.read))[:, np.newaxis] + LENGTH + ahead) % season
    return {"persistence": np.repeat(windows.read[:, -1:], season, axis=1),
            "seasonal naive": windows.read[:, -season:], "seasonal mean": phase[place],
            "autoregression": autoregression(windows, windows.part["for training"],
                                             windows.part["for validation"])}


forecasts, start = {}, time.perf_counter()
for name, windows in all_windows.items():
    forecasts[name] = simple_methods(windows)
seconds["simple methods"] = time.perf_counter() - start

# %% [markdown] tags=["ko"]
r"""
신경망은 유닛 32개의 GRU로 창을 읽고, `Dense`로 다음 한 주기를 한 번에 냅니다. 자기회귀와 같은 창을 읽고 같은 것을 예측합니다. 입력과 정답은 **학습 부분의 평균과 표준 편차**로 크기를 맞춥니다. 평균 대신 창마다 **마지막으로 읽은 값을 뺄** 수도 있습니다. 그러면 신경망은 지속성 예측을 얼마나 고칠지 배웁니다.
뺄지 말지와 학습률(0.003, 0.01, 0.03, 0.1)은 시계열마다 검증 부분에서 골랐습니다. 수온은 빼지 않고 0.03, 흑점은 빼지 않고 0.01, 이산화 탄소는 빼고 0.03입니다(빼지 않을 때 흑점과 이산화 탄소에 0.1은 시험하지 않았습니다). 대조로, 빼지 않은 GRU도 학습률 0.01로 이산화 탄소에서 학습시킵니다. 많아야 40에포크이고, 검증 오차가 가장 작은 에포크의 가중치를 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
The network reads the window with a GRU of 32 units, and a `Dense` gives the next season at once: the same windows and the same question as for autoregression. Inputs and answers are scaled by **mean and standard deviation of the part for training**. Instead of the mean, **the last value read** may be **subtracted** in each window; then the network learns a correction to persistence.
Whether to subtract, and the learning rate (0.003, 0.01, 0.03, 0.1), was chosen on the part for validation for each series: no subtraction and 0.03 for the sea, no subtraction and 0.01 for sunspots, subtraction and 0.03 for carbon dioxide (without it, 0.1 was not tried for sunspots and carbon dioxide). As a control, a GRU without subtraction learns carbon dioxide, too, at a rate of 0.01. There are at most 40 epochs, and the weights are those of the epoch with the smallest error on validation.
"""

# %%
predict("beats", "In which series does the GRU do worst on the test part, compared with autoregression?",
        choices=["the temperature of the sea", "the sunspots", "carbon dioxide in the air"])

# %%
SETTINGS = {"sea": dict(rate=0.03), "yearly sunspots": dict(rate=0.01),
            "carbon dioxide": dict(rate=0.03, from_last=True)}


def learn_windows(windows, training, validation, known, rate, from_last=False):
    """Forecasts for all windows of a GRU trained on some of them, and its losses; scaled by the values known."""
    course_lib.set_seed(0)
    level = windows.read[:, -1:] if from_last else known.mean()
    read, future = ((values - level) / known.std() for values in (windows.read, windows.future))
    model = keras.Sequential([keras.Input((LENGTH, 1)), layers.GRU(32), layers.Dense(windows.series.season)])
    model.compile(keras.optimizers.Adam(rate), "mse")
    best = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
    to_learn, to_choose = (tf.data.Dataset.from_tensor_slices((read[part][..., np.newaxis], future[part]))
                           for part in (training, validation))
    losses = model.fit(to_learn.shuffle(len(training), seed=0).batch(32), epochs=40, shuffle=False, verbose=0,
                       callbacks=[best, course_lib.Progress("gru")],
                       validation_data=to_choose.batch(len(validation))).history
    forecast = ops.convert_to_numpy(model(read[..., np.newaxis])) * known.std() + level
    return forecast, {"train": losses["loss"], "validation": losses["val_loss"]}


courses = {}
for name, windows in all_windows.items():
    start, season = time.perf_counter(), windows.series.season
    forecasts[name]["GRU"], courses[name] = learn_windows(
        windows, windows.part["for training"], windows.part["for validation"], windows.past, **SETTINGS[name])
    seconds[name] = time.perf_counter() - start
    print(f"{name}: GRU with {3 * 32 * (1 + 32 + 2) + 33 * season:,} parameters, "
          f"{LENGTH * 3 * 32 * (1 + 32) + 32 * season:,} multiply-adds a forecast")
co2, spots = all_windows["carbon dioxide"], all_windows["yearly sunspots"]
plain, courses["carbon dioxide, not subtracted"] = learn_windows(
    co2, co2.part["for training"], co2.part["for validation"], co2.past, rate=0.01)

# %% tags=["reveal"]
def error_of(forecast, windows, places, steps=None):
    return rmse(forecast[places, :steps], windows.future[places, :steps])


def on_test(name, steps=None):
    """The error of each method on the test part, over the first steps ahead, as a share of persistence's."""
    windows, found = all_windows[name], forecasts[name]
    errors = {method: error_of(forecast, windows, windows.part["for testing"], steps)
              for method, forecast in found.items()}
    return {method: error / errors["persistence"] for method, error in errors.items()}


season_ahead, next_value = {name: on_test(name) for name in NAMES}, {name: on_test(name, 1) for name in NAMES}


def compare(errors, title, alt):
    """Draw the errors of each series and method over those of persistence, without bars that are far too long."""
    plot.bars({f"{name}, {method}": round(error, 2) for name, found in errors.items()
               for method, error in found.items() if method != "persistence" and error < 3},
              ylabel="error over persistence's", baseline=(1, "persistence"), title=title, alt=alt)


compare(season_ahead, title="A season ahead, over the error of persistence",
        alt="Bars: for each of three series the errors of the seasonal naive forecast, the seasonal mean (not "
            "for carbon dioxide), autoregression and the GRU, over that of persistence.")
beyond = season_ahead["carbon dioxide"]["seasonal mean"]
print(f"not drawn: carbon dioxide, seasonal mean, {beyond:.0f}")
over = {name: found["GRU"] / found["autoregression"] for name, found in season_ahead.items()}
asked_for = dict(zip(NAMES, ("the temperature of the sea", "the sunspots", "carbon dioxide in the air")))
reveal("beats", asked_for[max(over, key=over.get)])
claim("Sea, a season ahead: the GRU's error over autoregression's", over["sea"], between=(0.76, 1.12))
claim("Sea, a season ahead: the seasonal mean's error over autoregression's",
      season_ahead["sea"]["seasonal mean"] / season_ahead["sea"]["autoregression"], at_most=0.95)
claim("Sunspots, a season ahead: the GRU's error over autoregression's", over["yearly sunspots"], at_least=0.95)
claim("Carbon dioxide, a season ahead: the GRU's error over autoregression's", over["carbon dioxide"],
      at_most=1)

# %% tags=["reveal"]
compare(next_value, title="The next value only: repeating the season is worse than repeating the last value",
        alt="Bars of the errors in forecasting only the next value, over that of persistence: the seasonal naive "
            "forecast is above one for all three series, autoregression and the GRU are below one.")
print(f"not drawn: carbon dioxide, seasonal mean, {next_value['carbon dioxide']['seasonal mean']:.0f}")
claim("Next value: the seasonal naive forecast's error over persistence's (smallest of the three series)",
      min(found["seasonal naive"] for found in next_value.values()), at_least=1)
claim("In how many series is autoregression's lead over persistence smaller for the next value than for a season",
      sum(next_value[name]["autoregression"] > season_ahead[name]["autoregression"] for name in NAMES), equals=3)
at_one = {name: found["GRU"] / found["autoregression"] for name, found in next_value.items()}
claim("Sea, next value: the GRU's error over autoregression's", at_one["sea"], between=(0.86, 1.28))
claim("Carbon dioxide, next value: the GRU's error over autoregression's", at_one["carbon dioxide"], at_most=1)

# %% tags=["nbval-ignore-output"]
print(f"simple methods, all three series: {seconds['simple methods']:.2f} s")
for name in NAMES:
    print(f"{name}: {seconds[name]:.1f} s for the GRU")

# %%
persistence = error_of(forecasts["carbon dioxide"]["persistence"], co2, co2.part["for testing"])
without = error_of(plain, co2, co2.part["for testing"])
claim("Carbon dioxide, control without subtraction: the GRU's error over persistence's", without / persistence,
      at_least=1)
plot.learning_curves(courses, ylabel="mean squared error (scaled)", log=True,
                     title="For sunspots, validation stays far above training",
                     alt="Four panels of the training and validation loss by epoch, on a logarithmic axis: for "
                         "yearly sunspots, validation stays far above training; for carbon dioxide both fall far "
                         "below those of the other series.")
at = co2.part["for testing"][0]
years = co2.series.time[at:at + LENGTH + 12]
shown_lines = {"truth": (years, co2.series.values[at:at + LENGTH + 12]),
               "autoregression": (years[LENGTH:], forecasts["carbon dioxide"]["autoregression"][at]),
               "GRU": (years[LENGTH:], forecasts["carbon dioxide"]["GRU"][at]),
               "GRU, not subtracted": (years[LENGTH:], plain[at])}
plot.timeline(shown_lines, parts={"read": years[[0, LENGTH - 1]], "forecast": years[[LENGTH, -1]]}, ylabel="ppm",
              title="One window of carbon dioxide: 24 values read, 12 forecast",
              alt="Carbon dioxide over three years: the truth rises and falls; autoregression and the GRU follow "
                  "it in the last year, the GRU without subtraction stays below.")

# %% [markdown] tags=["ko"]
r"""
간단한 방법이 강합니다. 수온에서는 달력만 보는 계절 평균이 가장 낫고, GRU는 자기회귀와 비슷합니다. 흑점에서는 GRU가 자기회귀를 이기지 못했고, 여기 보인 실행에서는 한 주기 전의 값을 되풀이하는 것보다도 못했습니다. 창이 수백 개뿐이라는 점도 신경망에 불리할 것입니다.
**다음 값만 예측하면**(둘째 그림) 지속성 예측을 앞서는 폭이 더 작고, 한 주기 전의 값은 마지막 값보다도 못합니다. 수온에서는 자기회귀와 GRU가 비슷하고 계절 평균은 훨씬 뒤떨어집니다. 달력만으로는 지금의 값을 알 수 없기 때문입니다. 이산화 탄소에서는 GRU가 낫습니다. 다음 값을 따로 여덟 시드로 재어 보니, 수온과 흑점에서는 시드에 따라 GRU가 앞서기도 하고 뒤지기도 했고, 이산화 탄소에서는 여덟 번 모두 GRU가 나았습니다. 다만 GRU는 한 주기를 한꺼번에 배웠습니다. 다음 값만 배우게 하면 어떤지는 시험하지 않았습니다.
한 주기를 예측할 때 이산화 탄소에서는 GRU가 조금 낫지만, **마지막 값을 뺐을 때만** 그렇습니다. 빼지 않으면 마지막 값을 되풀이하는 것만도 못합니다. 농도는 해마다 높아져, 테스트 부분의 값이 학습할 때 본 범위를 벗어나기 때문일 것입니다. 이 대조는 40에포크를 다 썼으므로, 더 오래 학습시키면 나아질 수도 있습니다. 자기회귀의 일차식은 배운 범위 밖에서도 그대로 이어집니다. 신경망을 탓하기 전에, 무엇을 예측하게 했는지 볼 일입니다.

### 데이터 누출

미래의 정보가 학습에 섞이는 것이 **데이터 누출**(data leakage, 4장)입니다. 흔한 두 가지를 일부러 해 보고, 보고될 오차가 얼마나 좋아 보이는지 잽니다.

- **모든 값으로 크기 맞추기**: 빼지 않은 GRU의 평균과 표준 편차를 미래까지 넣어 계산합니다(이산화 탄소).
- **창을 섞어서 나누기**: 창은 서로 겹칩니다. 흑점의 테스트 창을 하나 걸러 학습에 넣고, 나머지로 테스트합니다. 테스트하는 창은 누출이 있을 때나 없을 때나 같습니다.
"""

# %% [markdown] tags=["en"]
r"""
Simple methods are strong. For the sea, the seasonal mean, which looks at the calendar only, is best, and the GRU is about as good as autoregression. For sunspots the GRU did not beat autoregression, and in the run shown here not even the value of one season ago. That there are only some hundred windows may count against networks, too.
**For the next value alone** (the second figure), the lead over persistence is smaller, and the value of one season ago is even worse than the last one. For the sea, autoregression and the GRU are about level, and the seasonal mean is far behind, as the calendar alone does not tell the present value. For carbon dioxide the GRU is better. Measured apart for the next value, with eight seeds, the GRU was ahead or behind for the sea and for sunspots, depending on the seed; for carbon dioxide it was better all eight times. But the GRU learned the whole season at once; how it does when it learns the next value alone was not tried.
For a season of carbon dioxide the GRU is a little better, but **only where the last value is subtracted**. Without that it is worse even than repeating the last value, presumably since the concentration rises from year to year, so that the test part lies outside of what was seen in training. This control used up its 40 epochs, so with more of them it might get better. The linear function of autoregression goes on beyond that. Before you blame a network, look at what it was asked to forecast.

### Data leakage

When information from the future gets into training, that is **data leakage** (chapter 4). Commit two frequent kinds on purpose, and measure how much better the reported error looks.

- **Scaling by all values**: mean and standard deviation of the GRU without subtraction are computed with the future in them (carbon dioxide).
- **Splitting shuffled windows**: windows overlap. Every other test window of the sunspots goes into training, and the rest are for testing. The windows tested are the same with the leak and without.
"""

# %%
predict("leak", "Scaled by all values, the reported error of that GRU on carbon dioxide is",
        choices=["within 10 % of the one without the leak", "10 to 25 % lower", "more than 25 % lower", "higher"])

# %%
scaled, _ = learn_windows(co2, co2.part["for training"], co2.part["for validation"], co2.series.values,
                          rate=0.01)
kept, given_away = spots.part["for testing"][::2], spots.part["for testing"][1::2]
with_neighbours = np.concatenate([spots.part["for training"], given_away])
mixed, _ = learn_windows(spots, with_neighbours, spots.part["for validation"], spots.past,
                         **SETTINGS["yearly sunspots"])
linear = autoregression(spots, with_neighbours, spots.part["for validation"])

# %% tags=["reveal"]
leaked = {"carbon dioxide, GRU, scaled by all": error_of(scaled, co2, co2.part["for testing"]) / without}
for method, forecast in {"GRU": mixed, "autoregression": linear}.items():
    leaked[f"sunspots, {method}, shuffled"] = (
        error_of(forecast, spots, kept) / error_of(forecasts["yearly sunspots"][method], spots, kept))
plot.bars({name: round(ratio, 2) for name, ratio in leaked.items()}, ylabel="error over that without the leak",
          baseline=(1, "without the leak"), title="What a leak makes of the error",
          alt="Three bars of the reported error with a leak over the one without it.")
scaled_ratio, gru_ratio, linear_ratio = leaked.values()
change = 100 * (scaled_ratio - 1)
reveal("leak", "higher" if change > 10 else "within 10 % of the one without the leak" if change > -10
       else "10 to 25 % lower" if change > -25 else "more than 25 % lower")
claim("Carbon dioxide, GRU scaled by all values: error over that without the leak", scaled_ratio, at_most=0.75)
claim("Sunspots, GRU with shuffled windows: error over that without the leak", gru_ratio, at_most=1)
claim("Sunspots, control: autoregression gains less by the leak than the GRU (difference of the ratios)",
      linear_ratio - gru_ratio, at_least=0)

# %% [markdown] tags=["ko"]
r"""
두 누출 모두 오차를 더 작아 보이게 합니다. 섞은 창에서는 파라미터가 많은 GRU가 자기회귀보다 더 이득을 봅니다. 겹치는 창을 외울 수 있기 때문일 것입니다. 테스트할 때와 가까운 해의 자료가 는 덕도 있을 수 있는데, 둘은 가리지 않았습니다.
"""

# %% [markdown] tags=["en"]
r"""
Both leaks make the error look smaller. With shuffled windows the GRU, which has many parameters, gains more than autoregression: presumably because it can learn overlapping windows by heart. Data from years near those of the test may help as well; the two were not told apart.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 글입니다.

## 7. 다음 글자: 언어 모델

**언어 모델**(language model)은 앞의 글자들을 보고 다음 글자의 확률을 냅니다. 정답은 글 자체에 있으므로 사람이 표시할 것이 없습니다. 한 신경망에 LibreOffice 도움말을 **한국어와 영어로** 함께 가르칩니다. 글자는 음절 하나, 알파벳 하나, 빈칸 하나입니다. 글은 `course_lib`의 `help_sentences`에 있으며, 앞 80 %를 학습에, 나머지를 검증과 테스트에 절반씩 씁니다.

신경망은 글자마다 수 64개로 된, 학습되는 벡터(`Embedding`), 유닛이 192개인 LSTM, 글자마다 로짓 하나를 내는 `Dense`입니다. 학습할 때에는 아무 데서나 64글자를 잘라, 신경망이 무엇을 냈든 **정답인 앞 글자**를 넣어 줍니다. 이것을 **교사 강요**(teacher forcing; Williams and Zipser, 1989)라고 합니다. 조각마다 상태는 0에서 시작하므로, 값도 기울기도 64글자를 넘어 이어지지 않습니다. 한 번 갱신할 때 두 언어에서 조각을 8개씩 읽으며, 700번 갱신합니다. 학습률은 0.03까지 올렸다가 0으로 줄입니다. 0.005, 0.01, 0.02, 0.03 가운데 검증 글에서 가장 좋았고, 더 큰 값은 시험하지 않았습니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next comes text.

## 7. The next character: a language model

A **language model** sees the characters so far and gives a probability for each next one. The right answers stand in the text itself; nobody has to mark them. One network learns the help of LibreOffice **in Korean and in English**. A character is a syllable, a letter or a space. The text is `help_sentences` of `course_lib`: the first 80 % for training, half of the rest each for validation and test.

The network is a learned vector of 64 numbers for each character (`Embedding`), an LSTM of 192 units, and a `Dense` that gives a logit for each character. In training, 64 characters are cut out anywhere, and whatever the network says, it gets the **right character** as its next input; this is called **teacher forcing** (Williams and Zipser, 1989). Each piece starts from a state of 0, so neither values nor gradients come over from before its 64 characters. Each of 700 updates reads 8 pieces of each language. The learning rate rises to 0.03 and falls to 0; of 0.005, 0.01, 0.02 and 0.03 it was the best on the text for validation, and larger ones were not tried.
"""

# %%
LANGUAGES = {"ko": "Korean", "en": "English"}
texts = {(language, part): "\n".join(data.help_sentences(language, part))
         for language in LANGUAGES for part in ("train", "validation", "test")}
alphabet = sorted(set(texts["ko", "train"] + texts["en", "train"]))
number_of = {character: number for number, character in enumerate(alphabet)}
tokens = {which: np.array([number_of[character] for character in text]) for which, text in texts.items()}
print(f"{len(alphabet)} different characters; to learn from: {len(texts['ko', 'train']):,} in Korean, "
      f"{len(texts['en', 'train']):,} in English")

# %% [markdown] tags=["ko"]
r"""
언어 모델은 **퍼플렉시티**(perplexity)로 잽니다. 글자마다 정답의 확률 $p_t$를 곱해 기하 평균을 내고, 그 역수를 취합니다.

$$\mathrm{PPL} = \exp\left(-\frac{1}{T} \sum_{t=1}^{T} \ln p_t\right)$$

모든 글자에 같은 확률을 주면 글자의 가짓수와 같고, 언제나 정답을 확신하면 $1$입니다. 확률이 $1/2$과 $1/8$이면 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
A language model is measured by its **perplexity**: the inverse of the geometric mean of the probabilities $p_t$ that the right characters got.

$$\mathrm{PPL} = \exp\left(-\frac{1}{T} \sum_{t=1}^{T} \ln p_t\right)$$

Giving all characters the same probability, it is their number; being always sure of the right one, it is $1$. What is it for probabilities of $1/2$ and $1/8$?
"""

# %%
predict("perplexity", "Two characters with probabilities of 1/2 and 1/8: what is the perplexity?")

# %%
reveal("perplexity", float(np.exp(-np.mean(np.log([1 / 2, 1 / 8])))))

# %% [markdown] tags=["ko"]
r"""
비교할 상대는 **n-그램**(n-gram), 곧 문자열이 나온 횟수를 세는 방법입니다. 앞의 $n - 1$글자 $s$ 다음에 글자 $a$가 몇 번 왔는지 $N(s, a)$를 세고, 드물게 본 것은 더 짧은 앞글자의 확률 $P(a \mid s')$로 채웁니다($s'$은 $s$에서 맨 앞 글자를 뺀 것, 맨 처음은 모두 같은 확률).

$$P(a \mid s) = \frac{N(s, a) + \lambda P(a \mid s')}{\sum_{a'} N(s, a') + \lambda}$$

이렇게 **평활화**(smoothing; MacKay and Peto, 1995)하지 않으면 처음 보는 조합의 확률이 $0$이 됩니다. $\lambda$는 짧은 쪽의 확률을 몇 번 본 것만큼 칠지 정하는 수입니다. $n$과 $\lambda$는 언어마다 검증 글에서 고릅니다. LSTM과 같이 두 언어의 글을 함께 세고, 같은 글자들에서 잽니다. 테스트 글을 500글자씩 30조각으로 나누어 조각마다 뒤의 절반입니다.
"""

# %% [markdown] tags=["en"]
r"""
What to compare with are **n-grams**, a method that counts strings. Count how often $N(s, a)$ the character $a$ came after the $n - 1$ characters $s$, and fill in what was seen rarely from the probability $P(a \mid s')$ after one character less ($s'$ is $s$ without its first; at the beginning all have the same).

$$P(a \mid s) = \frac{N(s, a) + \lambda P(a \mid s')}{\sum_{a'} N(s, a') + \lambda}$$

Without this **smoothing** (MacKay and Peto, 1995), what was never seen would have a probability of $0$. $\lambda$ says how many observations the shorter string's probability is worth. $n$ and $\lambda$ are chosen on the text for validation, for each language. As for the LSTM, the texts of both languages are counted together, and both are measured on the same characters: the second half of each of 30 pieces of 500 characters of the test text.
"""

# %%
from collections import Counter


PIECE, PIECES, start = 500, 30, time.perf_counter()
counts = [Counter() for _ in range(13)]  # by length, how often each string stands in the text
for language in LANGUAGES:
    train = texts[language, "train"]
    for length, counter in enumerate(counts):
        counter.update(train[i:i + length] for i in range(len(train) - length + 1))
print(f"{sum(map(len, counts)):,} different strings of up to 12 characters")


def perplexities(text, strength):
    """Perplexity of n-grams on the second halves of the pieces, for n from 1 on."""
    logs = []
    for i in range(PIECE * PIECES):
        if i % PIECE <= PIECE // 2:
            continue
        chance, chances = 1 / len(alphabet), []
        for n in range(1, len(counts)):
            before, now = text[i - n + 1:i], text[i - n + 1:i + 1]
            chance = (counts[n][now] + strength * chance) / (counts[n - 1][before] + strength)
            chances.append(chance)
        logs.append(np.log(chances))
    return np.exp(-np.mean(logs, axis=0))


counted = {}
for language in LANGUAGES:
    tried = {strength: perplexities(texts[language, "validation"], strength) for strength in (15, 40, 100)}
    strength = min(tried, key=lambda one: tried[one].min())
    n = int(tried[strength].argmin())
    counted[language] = perplexities(texts[language, "test"], strength)[n]
    print(f"{LANGUAGES[language]}: n = {n + 1}, λ = {strength}, {2 * (n + 1)} look-ups a character")
seconds["n-grams"] = time.perf_counter() - start

# %%
predict("counting", "After 700 updates, is the LSTM's perplexity in English below that of n-grams?",
        choices=["at least 10 % below", "within 10 %", "at least 10 % above"])

# %%
SPAN, TEXTS, UPDATES = 64, 16, 700


def cuttings(seed):
    """For each update as many pieces of Korean as of English, (updates × texts, span + 1)."""
    generator, pieces = np.random.default_rng(seed), []
    for language in LANGUAGES:
        train = tokens[language, "train"]
        starts = generator.integers(0, len(train) - SPAN, (UPDATES, TEXTS // 2, 1))
        pieces.append(train[starts + np.arange(SPAN + 1)])
    return np.concatenate(pieces, axis=1).reshape(-1, SPAN + 1)


course_lib.set_seed(0)
writer = rnn.language_model(len(alphabet), units=192, embedding=64, by_hand=False, name="writer")
schedule = keras.optimizers.schedules.CosineDecay(0.0015, UPDATES - 100, warmup_target=0.03, warmup_steps=100)
writer.compile(keras.optimizers.Adam(schedule, global_clipnorm=1.0), cross_entropy)
pieces, start = cuttings(seed=0), time.perf_counter()
PART = 50  # updates, after each of which the loss is kept
writer.fit(pieces[:, :-1], pieces[:, 1:], TEXTS, epochs=UPDATES // PART, steps_per_epoch=PART, shuffle=False,
           verbose=0, callbacks=[course_lib.Progress("language model")])
seconds["language model"] = time.perf_counter() - start
recurrent = writer.get_layer("recurrent1")
per_step = step_cost(recurrent) + recurrent.units * len(alphabet)
print(f"{writer.count_params():,} parameters, {per_step:,} multiply-adds a character, "
      f"{pieces[:, 1:].size:,} characters read in training")

# %%
cross_entropy_each = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)


def losses_of(text):
    """Cross-entropy of each character, by piece and place: (pieces, piece - 1)."""
    parts = text[:PIECE * PIECES].reshape(PIECES, PIECE)
    return ops.convert_to_numpy(cross_entropy_each(parts[:, 1:], writer.predict(parts[:, :-1], batch_size=10,
                                                                                verbose=0)))


lost = {language: losses_of(tokens[language, "test"]) for language in LANGUAGES}
learned = {language: float(np.exp(losses[:, PIECE // 2:].mean())) for language, losses in lost.items()}

# %% tags=["reveal"]
plot.bars({f"{name}, {spoken}": round(float(values[language]), 1)
           for name, values in (("n-grams", counted), ("LSTM", learned))
           for language, spoken in LANGUAGES.items()},
          ylabel="perplexity on the test text (lower is better)",
          title="n-grams are ahead in English, and level in Korean",
          alt="Four bars of perplexity, of n-grams and of the LSTM, each in Korean and in English.")
reveal("counting", 100 * (learned["en"] / counted["en"] - 1), limits=[-10, 10])
claim("English: the LSTM's perplexity over that of n-grams", learned["en"] / counted["en"], at_least=1.25)
claim("Korean: the LSTM's perplexity over that of n-grams", learned["ko"] / counted["ko"], between=(0.9, 1.1))

# %%
plot.curves({"text for training": writer.history.history["loss"]}, x=np.arange(PART // 2, UPDATES, PART),
            xlabel="updates", ylabel="cross-entropy of a character",
            title="Most is learned early, and the loss falls to the end",
            alt="The loss of the language model falls steeply in the first hundred updates, then slowly to the "
                "end.")

# %%
known = {language: {text[i:i + 10] for i in range(len(text))}
         for language, text in ((one, texts[one, "train"]) for one in LANGUAGES)}
for language, strings in known.items():
    test = texts[language, "test"]
    found = np.mean([test[i:i + 10] in strings for i in range(len(test) - 9)])
    print(f"{LANGUAGES[language]}: {found:.0%} of the strings of 10 characters in the test text stand in the "
          "training text")

# %% tags=["covers-I2"]
borders = (0, 10, 64, 250, PIECE - 1)
parts = list(zip(borders, borders[1:]))
by_place = {LANGUAGES[language]: [float(np.exp(losses[:, start:end].mean())) for start, end in parts]
            for language, losses in lost.items()}
plot.curves(by_place, ticks={number: f"{start + 1}-{end}" for number, (start, end) in enumerate(parts, 1)},
            xlabel="place in the piece", ylabel="perplexity",
            title="The first few characters are the hardest to know",
            alt="Two lines of perplexity by place in the piece: high for the first ten characters, then lower.")
for language, values in by_place.items():
    claim(f"{language}: perplexity after 250 characters, over that of the first 10", values[-1] / values[0],
          at_most=0.97)
    claim(f"{language}: after 250 characters, over that of characters 11 to 64", values[-1] / values[1],
          between=(0.85, 1.18))

# %% [markdown] tags=["ko"]
r"""
횟수만 센 n-그램이 영어에서는 LSTM보다 뚜렷이 낫고, 한국어에서는 10 % 이내로 비슷합니다. 테스트 글의 문자열 가운데 학습 글에도 있는 것이 영어에서 훨씬 많습니다. 그래서 앞의 여러 글자를 그대로 외워 둔 표가 유리했을 것입니다. $n$은 12까지, $\lambda$는 15, 40, 100을 시험했습니다. 영어의 $n$은 그 가운데 가장 큰 값이지만, 따로 재어 보니 더 길게 세어도 나아지지 않았습니다. 두 언어의 퍼플렉시티는 글자의 종류가 다르므로 서로 비교할 수 없습니다. LSTM은 처음 몇 글자에서 서툴고, 앞글을 읽은 뒤에 나아집니다. 읽은 것이 상태에 남기 때문일 것입니다. 64글자까지만 학습했지만, 250글자 뒤에서도 11~64번째 글자에 견주어 한국어는 조금 낮고 영어는 조금 높을 뿐입니다. 영어가 높은 까닭이 그렇게 길게 학습하지 않아서인지, 그 자리의 글이 어려워서인지는 시험하지 않았습니다. 더 오래 학습시키면 어떻게 되는지는 '더 해 보기'에 있습니다.

**온도.** 글을 뽑을 때에는 로짓을 **온도**(temperature) $\tau$로 나눈 뒤 소프트맥스를 적용합니다. $\tau$가 작으면 가장 그럴듯한 글자만 나오고, 크면 고르게 나옵니다. 확률이 $0.8$과 $0.2$인 두 글자의 로짓을 $\tau = 0.5$로 나누면 큰 쪽의 확률은 얼마가 될까요?
"""

# %% [markdown] tags=["en"]
r"""
Mere counting is clearly better than the LSTM in English, and within 10 % of it in Korean. In English, far more of the strings of the test text stand in the training text, too; so a table that knows many characters by heart is presumably helped by that. Tried were $n$ up to 12 and a $\lambda$ of 15, 40 and 100. The $n$ for English is the largest of these, but counting longer strings, tried apart from this, was no better. Perplexities of the two languages cannot be compared, as their characters differ. The LSTM is poor at the first few characters and better once it has read some, presumably since what was read is in the state. It was trained on 64 characters at a time, but after 250 of them its perplexity is only a little lower in Korean, and a little higher in English, than at characters 11 to 64. Whether that is because it was not trained so far, or because the text is harder there, was not tested. What longer training brings is left to 'Try it yourself'.

**Temperature.** To draw text, divide the logits by a **temperature** $\tau$ before softmax. With a small $\tau$ only the likeliest characters come, with a large one all more evenly. Two characters have probabilities of $0.8$ and $0.2$; with $\tau = 0.5$, what is the probability of the likelier one?
"""

# %%
predict("temperature", "The likelier character's probability at temperature 0.5 (within 0.03 counts as right):")

# %%
def softmax(logits):
    exps = np.exp(logits - logits.max())
    return exps / exps.sum()


reveal("temperature", float(softmax(np.log([0.8, 0.2]) / 0.5)[0]), tolerance=0.03)

# %% [markdown] tags=["ko"]
r"""
제곱의 비율, $0.64 / (0.64 + 0.04)$입니다. 이제 신경망이 중얼거리게 해 봅니다. `rnn.read_on`은 한 글자를 읽고 로짓과 상태를 돌려줍니다.
"""

# %% [markdown] tags=["en"]
r"""
It is the share of the squares, $0.64 / (0.64 + 0.04)$. Now let the network babble. `rnn.read_on` reads one character, and gives logits and the states.
"""

# %% tags=["nbval-ignore-output"]
def babble(start, temperature, count, seed=0):
    """The start, and as many characters more, each drawn and read on."""
    generator, text, states = np.random.default_rng(seed), start, None
    for character in start:
        logits, states = rnn.read_on(writer, np.array([number_of[character]]), states)
    for _ in range(count):
        drawn = generator.choice(len(alphabet), p=softmax(np.array(logits, "float64")[0] / temperature))
        text += alphabet[drawn]
        logits, states = rnn.read_on(writer, np.array([drawn]), states)
    return text


beginnings = [texts[language, "test"][:5] for language in LANGUAGES]
for start in beginnings:
    for temperature in (0.3, 0.7, 1.2):
        print(f"[{temperature}]", babble(start, temperature, 80).replace("\n", " / "))


def hangul(text):
    """Percent of the letters that are Hangul."""
    letters = [character for character in text if character.isalpha()]
    return 100 * sum("\uac00" <= character <= "\ud7a3" for character in letters) / len(letters)


mixing = [hangul(babble(start, 0.7, 150, seed=1)) for start in beginnings]
claim("Hangul after a Korean beginning minus after an English one", mixing[0] - mixing[1], at_least=40,
      unit="points")

# %% [markdown] tags=["ko"]
r"""
낮은 온도에서는 흔한 말을 되풀이하고, 높은 온도에서는 없는 낱말이 더 많이 나옵니다. 이어지는 뜻은 없지만 띄어쓰기와 마침표, 자주 쓰는 낱말이 보입니다. 아무도 두 언어를 알려 주지 않았는데, 시작한 언어로 대체로 이어 씁니다.

직접 입력해 보세요. 글자를 칠 때마다 상태(192개 가운데 앞의 32개를 보입니다)와 다음 글자의 확률이 바뀝니다. 한국어에서 영어로 넘어가면 상태는 어떻게 될까요?
"""

# %% [markdown] tags=["en"]
r"""
At a low temperature it repeats what is frequent, at a high one there are more words that do not exist. It makes no sense as a whole, but spaces, full stops and frequent words are there. Nobody told it of two languages, and mostly it goes on in the one it began with.

Type something: with each character the state changes (the first 32 of 192 entries are shown), and so do the probabilities of the next one. What becomes of the state where Korean turns into English?
"""

# %% tags=["covers-I2"]
from course_lib.widgets.reading import explore_text


def read(character, states):
    """The states after one more character, the hidden one of them, and the probabilities of the next character."""
    if character not in number_of:
        return None
    logits, states = rnn.read_on(writer, np.array([number_of[character]]), states)
    chances = softmax(ops.convert_to_numpy(logits)[0])
    return states, ops.convert_to_numpy(states[0][0])[0], dict(zip(alphabet, chances.tolist()))


explore_text(read, texts["ko", "test"][:15] + texts["en", "test"][:15],
             alt="The state after each character of a text in Korean and English, and the characters that the "
                 "network expects next.")

# %% [markdown] tags=["ko"]
r"""
## 8. 한 글자씩, 언제나 같은 비용으로

위에서는 글자마다 상태만 넘겨주었고, 앞의 글을 다시 읽지 않았습니다. 통째로 읽은 것과 정말 같을까요?
"""

# %% [markdown] tags=["en"]
r"""
## 8. One character at a time, at the same cost

Above, only the state was handed on from character to character; what came before was not read again. Is it really the same as reading all at once?
"""

# %% tags=["covers-I2", "covers-I3"]
some = tokens["en", "test"][:200]
at_once = writer.predict(some[np.newaxis], verbose=0)[0]
states, one_by_one = None, []
for token in some:
    logits, states = rnn.read_on(writer, some[:1] * 0 + token, states)
    one_by_one.append(ops.convert_to_numpy(logits)[0])
identity("200 characters one by one give the logits of all at once, up to rounding", np.array(one_by_one),
         at_once, tolerance=1e-4)
carried = sum(ops.size(array) for array in states[0])
print("numbers carried from one step to the next:", int(carried))

# %%
predict("again", "To write 1,000 characters, how many times as many steps does it take to read everything again "
                 "for each, instead of carrying the state? (Within 50 counts as right.)", unit="times")

# %%
T = 1000
reveal("again", sum(range(1, T + 1)) / T, tolerance=50)
print(f"multiply-adds of one step, whatever came before: {per_step:,}")

# %% tags=["nbval-ignore-output"]
states = None
for number in range(1, 601):
    if number % 200 == 1:
        start = time.perf_counter()
    _, states = rnn.read_on(writer, some[:1], states)
    if number % 200 == 0:
        print(f"characters {number - 199} to {number}: {1000 * (time.perf_counter() - start) / 200:.1f} ms each")
for name in ("n-grams", "language model"):
    print(f"section 7, to learn from the text, {name}: {seconds[name]:.1f} s")

# %% [markdown] tags=["ko"]
r"""
얼마나 길게 읽었든 한 걸음의 계산과 기억은 같습니다. 잰 시간은 컴퓨터의 다른 일도 섞여 그때그때 다릅니다. 대신 지금까지 읽은 것이 모두 그만큼의 수에 들어가야 합니다. 9장의 어텐션은 반대로 앞의 모든 것을 그대로 두고 다시 보므로, 한 걸음의 비용이 길이와 함께 늘어납니다. 또 순환 신경망은 앞 시점이 끝나야 다음을 계산할 수 있어, 학습할 때 여러 시점을 나란히 계산할 수 없습니다.

> **쉬어 가기 좋은 곳입니다.** 마지막으로 그림을 시퀀스로 읽습니다.

## 9. 줄의 시퀀스로 읽는 그림

1장의 Fashion-MNIST 그림을 위에서부터 한 줄씩 읽습니다. $28$시점이고, 시점마다 픽셀 $28$개입니다. 유닛이 64개인 LSTM으로 읽고 끝에서 옷의 종류를 답합니다(다대일). **양방향** LSTM은 위에서 읽는 층과 아래에서 읽는 층의 유닛이 42개씩이어서 파라미터의 수가 비슷합니다. 앞의 9,000장으로 3에포크 학습시킵니다. 학습률은 0.003, 0.01, 0.03, 0.1 가운데, 12,000장으로 학습시켰을 때 나머지 3,000장에서 가장 좋았던 0.03입니다.
"""

# %% [markdown] tags=["en"]
r"""
However much was read, a step costs the same computation and memory; the times vary, as the computer does other things, too. In return, all that was read must fit into that many numbers. Attention, in chapter 9, keeps all that came before and looks at it again, so its cost of a step grows with the length. And a recurrent network cannot compute a time before the one before it is done: in training, the steps in time cannot be computed side by side.

> **A good place to stop.** Last, a picture is read as a sequence.

## 9. A picture as a sequence of rows

Read the Fashion-MNIST pictures of chapter 1 row by row from the top: $28$ steps of $28$ pixels. An LSTM of 64 units reads them, and the kind of clothing is answered at the end (many to one). The **bidirectional** one has 42 units that read from the top and as many from the bottom, with about the same number of parameters. Both learn from the first 9,000 pictures for 3 epochs, at the rate of 0.03, which was best among 0.003, 0.01, 0.03 and 0.1 on 3,000 others when they learned from 12,000.
"""

# %%
predict("half", "The one that reads from the top, asked after 14 of 28 rows: what percentage does it get right?",
        choices=["less than 25 %", "25 to 65 %", "more than 65 %"])

# %%
(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
x_train, x_test = x_train[..., 0], x_test[..., 0]  # (pictures, rows, columns): a row is a time
TRAINED, EPOCHS = 9_000, 3


def row_reader(recurrent, rate):
    """Train a network that reads rows with this layer."""
    course_lib.set_seed(0)
    rows = keras.Input((None, 28))
    model = keras.Model(rows, layers.Dense(10, name="logits")(recurrent(rows)), name="row_reader")
    steps = EPOCHS * TRAINED // 64
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20, steps - steps // 4, warmup_target=rate, warmup_steps=steps // 4)
    model.compile(keras.optimizers.Adam(schedule), cross_entropy)
    model.fit(x_train[:TRAINED], y_train[:TRAINED], 64, EPOCHS, verbose=0, validation_batch_size=500,
              validation_data=(x_train[12_000:], y_train[12_000:]), callbacks=[course_lib.Progress("row reader")])
    return model


def percent_right(model, pictures):
    return 100 * float((ops.convert_to_numpy(model(pictures)).argmax(1) == y_test).mean())


course_lib.set_seed(0)
start = time.perf_counter()
downwards = row_reader(layers.LSTM(64, name="recurrent"), rate=0.03)
middle = time.perf_counter()
both_ways = row_reader(layers.Bidirectional(layers.LSTM(42), name="recurrent"), rate=0.03)
seconds |= {"from the top": middle - start, "both ways": time.perf_counter() - middle}
by_rows = {rows: percent_right(downwards, x_test[:, :rows]) for rows in (2, 7, 14, 21, 28)}
by_both = percent_right(both_ways, x_test)
print(f"{TRAINED:,} pictures for training, rates chosen on {len(x_train) - 12_000:,} others after {12_000:,}")
for name, model in {"from the top": downwards, "both ways": both_ways}.items():
    print(f"{name}: {model.count_params():,} parameters, "
          f"{step_cost(model.get_layer('recurrent')):,} multiply-adds a row")

# %% tags=["reveal"]
plot.curves({"from the top": list(by_rows.values())}, x=list(by_rows), xlabel="rows read", ylabel="right (%)",
            baseline=(10, "guessing"), title="What the state knows after some of the rows",
            alt="A line of the share of pictures that is classified rightly, by how many of 28 rows were read.")
reveal("half", by_rows[14], limits=[25, 65])
claim("Row by row, accuracy", by_rows[28], at_least=79, unit="%")
claim("After half of the rows, accuracy", by_rows[14], between=(30, 62), unit="%")
claim("Both ways instead of from the top only: gain of accuracy", by_both - by_rows[28], at_least=0, unit="points")

# %%
parts_of = {"train": "loss", "validation": "val_loss"}
plot.learning_curves(
    {name: {part: model.history.history[key] for part, key in parts_of.items()}
     for name, model in {"from the top": downwards, "both ways": both_ways}.items()},
    ylabel="cross-entropy", title="Training and validation loss fall together",
    alt="Two panels of the training and validation loss by epoch: both fall together in each of three epochs.")

# %% tags=["nbval-ignore-output"]
for name in ("from the top", "both ways"):
    print(f"{name}: {seconds[name]:.1f} s to learn")

# %% [markdown] tags=["ko"]
r"""
윗부분 절반만 읽으면 정답률이 훨씬 낮지만, 아무렇게나 답하는 것보다는 훨씬 높습니다. 끝에서만 답하도록 배웠는데도 그렇습니다. 양방향은 파라미터의 수가 비슷한 한 방향보다 조금 낫습니다. 그것이 방향이 둘이어서인지는 가리지 못했습니다. 따로 시드 하나로 시험해 보니, 두 층이 모두 위에서 읽는 대조의 정확도는 그 사이였습니다. 손실은 둘 다 끝까지 내려가지만, 더 오래 학습시키는 것은 시험하지 않았습니다. 1장의 CNN은 이웃한 픽셀을 가로와 세로로 함께 보지만, 줄로 읽는 것은 한 줄의 픽셀을 $W$의 서로 다른 행으로 다룹니다. 여기서는 둘을 비교하지 않았습니다.

## 이 장에서 보인 것

범위는 대부분 시드를 바꾸어 열 번 측정한 평균에서 표준 편차의 3배 넘게 떨어진 곳에 두었습니다. 어느 쪽이 큰지만 지키는 것 가운데 넷은 더 가깝지만, 열 번 모두 범위 안에 있었습니다. 설정은 거의 모두 시드 하나로 골랐습니다.
"""

# %% [markdown] tags=["en"]
r"""
With the upper half alone it gets far fewer right, but far more than by guessing, although it was taught to answer at the end only. Reading both ways is a little better than one way with about as many parameters. Whether this comes from the two directions is not settled: tried apart, with one seed, a control of two layers that both read from the top was between them. Both losses still fall at the end; longer training was not tried. The CNN of chapter 1 sees neighbouring pixels across and down; reading rows treats the pixels of a row as different rows of $W$. The two were not compared here.

## What this chapter has shown

Most bands end more than 3 standard deviations away from the mean of ten measurements with other seeds. Four of those that only guard which side is larger are nearer, but all ten measurements were within. Nearly all settings were chosen with a single seed.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

claims.table()

# %%
predictions.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 순환 신경망은 시점마다 같은 가중치로 상태를 고쳐 씁니다. 길이가 얼마여도 되고, 파라미터의 수는 길이와 상관이 없습니다.
2. 기울기에는 걸음마다 수가 곱해지므로 사라지거나 폭발합니다. 자르기는 폭발만 막고, 게이트는 **열려 있을 때** 기울기를 남깁니다.
3. 시계열에서는 먼저 간단한 방법을 재고, 시간 순서로 나눕니다. 여기서 GRU가 시험한 모든 시드에서 자기회귀보다 나았던 시계열은 셋 가운데 하나뿐이고, 그것도 마지막 값을 뺐을 때였습니다. 한 주기에서는 조금, 다음 값에서는 더 많이 나았습니다.
4. 언어 모델은 다음 글자의 확률을 배웁니다. 짧게 학습한 LSTM은 평활화한 n-그램에 영어에서는 뒤지고 한국어에서는 비슷했습니다.
5. 한 글자씩 읽어도 결과가 같고, 한 걸음의 비용은 앞의 길이와 상관이 없습니다.

## 더 해 보기

1. SimpleRNN의 $U$를 단위행렬로 시작하면 80글자 전을 기억할까요?
2. 흑점의 GRU에 값 24개 대신 48개를 읽히면 자기회귀를 따라잡을까요? 자기회귀도 함께 늘려야 공정합니다.
3. 언어 모델을 네 배 오래 학습시키면 퍼플렉시티가 n-그램보다 낮아질까요?

## 용어

| 한국어 | English |
|---|---|
| 시퀀스, 시점 | sequence, time (step) |
| 순환 신경망, 상태, 은닉 상태, 유닛 | recurrent neural network (RNN), state, hidden state, unit |
| 다대일, 다대다 | many to one, many to many |
| 인코더-디코더, 양방향 | encoder-decoder, bidirectional |
| 시간 역전파, 잘린 시간 역전파 | (truncated) back-propagation through time |
| 기울기 소실, 기울기 폭발, 기울기 자르기 | vanishing gradient, exploding gradient, gradient clipping |
| 직교 행렬 | orthogonal matrix |
| 게이트, 셀, 후보 | gate, cell, candidate |
| 입력 게이트, 망각 게이트, 출력 게이트 | input gate, forget gate, output gate |
| 갱신 게이트, 리셋 게이트 | update gate, reset gate |
| 지속성 예측, 계절 단순 예측, 계절 평균 | persistence, seasonal naive forecast, seasonal mean |
| 자기회귀, 평균 제곱근 오차 | autoregression (AR), root mean squared error (RMSE) |
| 창, 주기 | window, season |
| 데이터 누출 | data leakage |
| 언어 모델, 교사 강요 | language model, teacher forcing |
| 퍼플렉시티, n-그램, 평활화 | perplexity, n-gram, smoothing |
| 온도 | temperature |

## 참고 문헌

- Elman, *Finding Structure in Time*, Cognitive Science, 1990.
- Hochreiter, Schmidhuber, *Long Short-Term Memory*, Neural Computation, 1997.
- Gers, Schmidhuber, Cummins, *Learning to Forget: Continual Prediction with LSTM*, Neural Computation, 2000.
- Cho et al., *Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation*, EMNLP 2014.
- Williams, Zipser, *A Learning Algorithm for Continually Running Fully Recurrent Neural Networks*, Neural Computation, 1989.
- Bengio, Simard, Frasconi, *Learning Long-Term Dependencies with Gradient Descent is Difficult*, IEEE Transactions on Neural Networks, 1994.
- Werbos, *Backpropagation Through Time: What It Does and How to Do It*, Proceedings of the IEEE, 1990.
- Williams, Peng, *An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent Network Trajectories*, Neural Computation, 1990.
- Schuster, Paliwal, *Bidirectional Recurrent Neural Networks*, IEEE Transactions on Signal Processing, 1997.
- Kingma, Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
- Keeling, Whorf, *Atmospheric CO2 Concentrations Derived from Flask Air Samples at Sites in the SIO Network*, Carbon Dioxide Information Analysis Center, 2004.
- Pascanu, Mikolov, Bengio, *On the Difficulty of Training Recurrent Neural Networks*, ICML 2013.
- Jozefowicz, Zaremba, Sutskever, *An Empirical Exploration of Recurrent Network Architectures*, ICML 2015.
- MacKay, Peto, *A Hierarchical Dirichlet Language Model*, Natural Language Engineering, 1995.

**이제 연습 문제를 풀어 보세요**: [08_exercises.ipynb](08_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. A recurrent network rewrites its state with the same weights at each time. The length may be any, and the number of parameters does not depend on it.
2. At each step gradients are multiplied by something, so they vanish or explode. Clipping only prevents explosions; gates keep the gradient **while they are open**.
3. With time series, measure simple methods first, and split in the order of time. Here, the GRU was better than autoregression with every seed tried for one of three series only, and there with the last value subtracted: a little for a whole season, more for the next value.
4. A language model learns the probabilities of the next character. An LSTM trained for a short time was behind n-grams with smoothing in English and about as good in Korean.
5. Reading one character at a time gives the same, and a step costs the same whatever came before.

## Try it yourself

1. Start the $U$ of SimpleRNN as the identity matrix: does it remember across 80 characters?
2. Let the GRU for sunspots read 48 values instead of 24: does it catch up with autoregression? To be fair, autoregression must get more as well.
3. Train the language model four times as long: does its perplexity fall below that of n-grams?

## Terms

| 한국어 | English |
|---|---|
| 시퀀스, 시점 | sequence, time (step) |
| 순환 신경망, 상태, 은닉 상태, 유닛 | recurrent neural network (RNN), state, hidden state, unit |
| 다대일, 다대다 | many to one, many to many |
| 인코더-디코더, 양방향 | encoder-decoder, bidirectional |
| 시간 역전파, 잘린 시간 역전파 | (truncated) back-propagation through time |
| 기울기 소실, 기울기 폭발, 기울기 자르기 | vanishing gradient, exploding gradient, gradient clipping |
| 직교 행렬 | orthogonal matrix |
| 게이트, 셀, 후보 | gate, cell, candidate |
| 입력 게이트, 망각 게이트, 출력 게이트 | input gate, forget gate, output gate |
| 갱신 게이트, 리셋 게이트 | update gate, reset gate |
| 지속성 예측, 계절 단순 예측, 계절 평균 | persistence, seasonal naive forecast, seasonal mean |
| 자기회귀, 평균 제곱근 오차 | autoregression (AR), root mean squared error (RMSE) |
| 창, 주기 | window, season |
| 데이터 누출 | data leakage |
| 언어 모델, 교사 강요 | language model, teacher forcing |
| 퍼플렉시티, n-그램, 평활화 | perplexity, n-gram, smoothing |
| 온도 | temperature |

## References

- Elman, *Finding Structure in Time*, Cognitive Science, 1990.
- Hochreiter, Schmidhuber, *Long Short-Term Memory*, Neural Computation, 1997.
- Gers, Schmidhuber, Cummins, *Learning to Forget: Continual Prediction with LSTM*, Neural Computation, 2000.
- Cho et al., *Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation*, EMNLP 2014.
- Williams, Zipser, *A Learning Algorithm for Continually Running Fully Recurrent Neural Networks*, Neural Computation, 1989.
- Bengio, Simard, Frasconi, *Learning Long-Term Dependencies with Gradient Descent is Difficult*, IEEE Transactions on Neural Networks, 1994.
- Werbos, *Backpropagation Through Time: What It Does and How to Do It*, Proceedings of the IEEE, 1990.
- Williams, Peng, *An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent Network Trajectories*, Neural Computation, 1990.
- Schuster, Paliwal, *Bidirectional Recurrent Neural Networks*, IEEE Transactions on Signal Processing, 1997.
- Kingma, Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
- Keeling, Whorf, *Atmospheric CO2 Concentrations Derived from Flask Air Samples at Sites in the SIO Network*, Carbon Dioxide Information Analysis Center, 2004.
- Pascanu, Mikolov, Bengio, *On the Difficulty of Training Recurrent Neural Networks*, ICML 2013.
- Jozefowicz, Zaremba, Sutskever, *An Empirical Exploration of Recurrent Network Architectures*, ICML 2015.
- MacKay, Peto, *A Hierarchical Dirichlet Language Model*, Natural Language Engineering, 1995.

**Now do the exercises**: [08_exercises.ipynb](08_exercises.ipynb)
"""
