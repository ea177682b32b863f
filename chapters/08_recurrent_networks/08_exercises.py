# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 8장 연습 문제. 순환 신경망

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열은 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 모두 12문제, 100점, 약 2시간입니다. 문제 11만 Keras를 쓰고, 문제 12는 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 8 exercises. Recurrent networks

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays that a function is given. They may hold integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- There are 12 tasks with 100 points, for about 2 hours. Only task 11 uses Keras, and task 12 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution


def sigmoid(x):
    """From 0 to 1: a gate that is shut or open."""
    return 1 / (1 + np.exp(-x))

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 길이가 다른 시퀀스의 마지막 상태 (10점)

`last_states(x, lengths, kernel, recurrent, bias)`는 시퀀스 여러 개를 한꺼번에 읽고, 시퀀스마다 마지막 은닉 상태를 형상 `(batch, units)`의 배열로 반환합니다.
`x`의 형상은 `(batch, time, inputs)`이지만 시퀀스의 길이는 저마다 다릅니다. 길이는 형상이 `(batch,)`인 배열 `lengths`에 1 이상 `time` 이하의 정수로 들어 있습니다. 시퀀스가 끝난 뒤의 자리는 아무 수나 들어 있는 **패딩**(padding)이므로 읽지 않습니다. 끝난 시퀀스의 상태는 더 바뀌지 않습니다.
상태는 0에서 시작하고, 한 시점마다 $h_t = \tanh(x_t W + h_{t-1} U + b)$입니다. `kernel`($W$)의 형상은 `(inputs, units)`, `recurrent`($U$)는 `(units, units)`, `bias`($b$)는 `(units,)`입니다. 길이가 모두 `time`일 때에 4점, 길이가 다를 때에 6점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. The last states of sequences of different lengths (10 points)

`last_states(x, lengths, kernel, recurrent, bias)` reads several sequences at once and returns the last hidden state of each, an array of shape `(batch, units)`.
The shape of `x` is `(batch, time, inputs)`, but each sequence has a length of its own: `lengths`, of shape `(batch,)`, holds it as an integer from 1 to `time`. The places behind the end of a sequence are **padding** with any numbers in it, which is not read: once a sequence has ended, its state does not change any more.
The state starts at 0, and at each step $h_t = \tanh(x_t W + h_{t-1} U + b)$. The shape of `kernel` ($W$) is `(inputs, units)`, that of `recurrent` ($U$) `(units, units)`, of `bias` ($b$) `(units,)`. Lengths that are all equal to `time` are worth 4 points, different ones 6.
"""

# %% [markdown] tags=["ko"] task="last_states" role="hint"
r"""
길이가 모두 같다면 어떻게 할까요? 그다음, 시점 `t`에서 어느 시퀀스가 아직 끝나지 않았는지 `lengths`로 알아내 보세요.
"""

# %% [markdown] tags=["en"] task="last_states" role="hint"
r"""
What would you do if all lengths were equal? Then find out from `lengths` which sequences have not ended yet at step `t`.
"""

# %% [markdown] tags=["ko"] task="last_states" role="hint"
r"""
`np.zeros((len(x), len(recurrent)))`에서 시작하여 `for t in range(x.shape[1])`로 `x[:, t]`를 읽습니다. 새 상태는 `t < lengths`인 시퀀스에만 씁니다.
"""

# %% [markdown] tags=["en"] task="last_states" role="hint"
r"""
Begin with `np.zeros((len(x), len(recurrent)))` and read `x[:, t]` with `for t in range(x.shape[1])`. Only the sequences with `t < lengths` get the new state.
"""

# %% [markdown] tags=["ko"] task="last_states" role="hint"
r"""
`np.where(running[:, np.newaxis], new, hidden)`은 `running`이 참인 행에서는 `new`, 나머지 행에서는 `hidden`을 줍니다. `running`은 `t < lengths`입니다.
"""

# %% [markdown] tags=["en"] task="last_states" role="hint"
r"""
`np.where(running[:, np.newaxis], new, hidden)` takes `new` in the rows where `running` is true, and `hidden` in the others. `running` is `t < lengths`.
"""

# %% task="last_states" role="solution"
def last_states(x, lengths, kernel, recurrent, bias):
    ### BEGIN SOLUTION
    hidden = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ kernel + hidden @ recurrent + bias)
        hidden = np.where((t < lengths)[:, np.newaxis], new, hidden)
    return hidden
    ### END SOLUTION


# %% task="last_states" role="check"
x = np.array([[[1, 0], [0, 2], [-1, 1], [4, 4]], [[2, 1], [1, -1], [5, -5], [-3, 2]]], float)
lengths, b = np.array([3, 2]), np.array([0.1, -0.2])
W, U = np.array([[0.5, 0], [0, 0.25]]), np.array([[0.5, 1.0], [-1, 0]])
given = [value.copy() for value in (x, lengths, W, U, b)]
check(
    "sequences of 3 and 2 steps",
    last_states(x, lengths, W, U, b),
    np.array([[-0.67943950, 0.50971299], [0.73991483, 0.33681803]]),
    causes={
        "The padding was read as well: a sequence that has ended keeps its state": (
            np.array([[0.84844263, 0.11997976], [-0.28618506, 0.85905514]])
        ),
        "Each sequence was stopped one step early": (
            np.array([[0.51234194, 0.68424315], [0.80049902, 0.04995837]])
        ),
        "One step too many was read": np.array([[0.84844263, 0.11997976], [0.98972746, -0.61073024]]),
        "The padding was set to 0, but the state went on": (
            np.array([[-0.63481041, -0.70613842], [-0.31559242, -0.06753878]])
        ),
        "The state was set to 0 where a sequence had ended; it must stay": np.zeros((2, 2)),
        "The state was not handed on: each step began at 0": (
            np.array([[-0.37994896, 0.04995837], [0.53704957, -0.42189901]])
        ),
        "All sequences were stopped where the shortest one ends": (
            np.array([[0.51234194, 0.68424315], [0.73991483, 0.33681803]])
        ),
        "All sequences were read as far as the longest one": (
            np.array([[-0.67943950, 0.50971299], [0.98972746, -0.61073024]])
        ),
        "One sequence began where the other had ended: each begins at 0": (
            np.array([[-0.67943950, 0.50971299], [0.85658934, -0.20174236]])
        ),
        "The sequences were read backwards": np.array([[0.54431414, -0.32660811], [0.94580527, 0.52777031]]),
        "All states came back: return the last one of each sequence only": (
            np.array(
                [
                    [[0.53704957, -0.19737532], [0.51234194, 0.68424315]] + [[-0.67943950, 0.50971299]] * 2,
                    [[0.80049902, 0.04995837]] + [[0.73991483, 0.33681803]] * 3,
                ]
            )
        ),
        "The bias was forgotten": np.array([[-0.81160146, 0.44386398], [0.56208668, 0.47118636]]),
        "`recurrent` was transposed": np.array([[-0.49898833, -0.11893214], [0.78188717, -0.84842351]]),
        "The hyperbolic tangent is missing": np.array([[-1.00000000, 0.65000000], [1.10000000, 0.65000000]]),
    },
)
check("the arrays that were passed in are unchanged", [x, lengths, W, U, b], given)
check(
    "whole numbers, both as long as the array",
    last_states(
        np.array([[[1], [0]], [[0], [2]]]), np.array([2, 2]), np.array([[1]]), np.array([[-1]]), np.array([1])
    ),
    np.array([[0.03595691], [0.97751642]]),
)

# %% task="last_states" role="test" part="whole" points=4
random = np.random.default_rng()
for number in range(6):
    batch, time, inputs, units = (int(v) for v in random.integers(1, 6, 4))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    arrays = [draw(batch, time, inputs), np.full(batch, time), draw(inputs, units), draw(units, units), draw(units)]
    given = [array.copy() for array in arrays]
    found = last_states(*given)
    x, _, W, U, b = arrays
    expected = np.zeros((batch, units))
    for s in range(batch):
        for t in range(time):
            expected[s] = [np.tanh(x[s, t].dot(W[:, k]) + expected[s].dot(U[:, k]) + b[k]) for k in range(units)]
    require(f"{batch} sequences of {time} steps, {units} units", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="last_states" role="test" part="padding" points=6
random = np.random.default_rng()
for number in range(8):
    batch, time, inputs, units = (int(v) for v in random.integers((2, 3, 1, 1), 7, 4))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    lengths = random.permutation([1, time, *random.integers(1, time + 1, batch - 2)])
    arrays = [draw(batch, time, inputs), lengths, draw(inputs, units), draw(units, units), draw(units)]
    given = [array.copy() for array in arrays]
    found = last_states(*given)
    x, _, W, U, b = arrays
    expected = np.zeros((batch, units))
    for s in range(batch):
        for t in range(lengths[s]):
            expected[s] = [np.tanh(x[s, t].dot(W[:, k]) + expected[s].dot(U[:, k]) + b[k]) for k in range(units)]
    require(f"sequences of {lengths.tolist()} steps, {units} units", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 글자를 세는 LSTM (15점)

게이트가 무엇을 할 수 있는지는 가중치를 손으로 정해 보면 알 수 있습니다. 유닛이 하나인 LSTM이 글자를 하나씩 읽습니다. 글자는 0부터 `inputs - 1`까지의 번호이며, 그 번호의 자리만 1이고 나머지는 0인 벡터로 들어옵니다.
`counting_weights(inputs, mark, reset, ask)`는 다음과 같이 되는 가중치 `(kernel, recurrent, bias)`를 반환합니다. `mark`, `reset`, `ask`는 서로 다른 글자의 번호입니다.
- 셀의 값은 마지막 `reset` 뒤에(없었으면 처음부터) 글자 `mark`가 나온 횟수입니다. `mark`를 읽으면 1이 늘고, `reset`을 읽으면 0이 되며, 다른 글자에서는 그대로입니다(6점, `reset`에 5점).
- 은닉 상태는 글자 `ask`를 읽은 시점에만 셀의 값에 $\tanh$를 적용한 것이고, 다른 시점에는 0입니다(4점).

글자 40개까지의 글에서 셀의 값은 0.1 이내로, 은닉 상태는 0.05 이내로 맞으면 됩니다.
`kernel`의 형상은 `(inputs, 4)`, `recurrent`는 `(1, 4)`, `bias`는 `(4,)`이고, 네 열은 Keras와 같이 입력 게이트 $i$, 망각 게이트 $f$, 후보 $g$, 출력 게이트 $o$입니다. 아래 셀의 `lstm_over_time`으로 시험해 볼 수 있습니다. 예: `lstm_over_time([1, 0, 1], *counting_weights(5, 1, 2, 3))`
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. An LSTM that counts (15 points)

What gates can do shows when you choose the weights by hand. An LSTM of one unit reads one character after the other. Characters are numbers from 0 to `inputs - 1`; each comes in as a vector with a 1 at the place of its number, and 0 elsewhere.
`counting_weights(inputs, mark, reset, ask)` returns the weights `(kernel, recurrent, bias)` with which the following holds. `mark`, `reset` and `ask` are the numbers of three different characters.
- The cell is how often the character `mark` came since the last `reset` (or since the beginning, if there was none). `mark` adds 1, `reset` makes it 0, and other characters leave it as it is (6 points, and 5 for `reset`).
- The hidden state is the $\tanh$ of the cell at the steps that read the character `ask`, and 0 at all others (4 points).

For texts of up to 40 characters, the cell must be right within 0.1 and the hidden state within 0.05.
The shape of `kernel` is `(inputs, 4)`, that of `recurrent` `(1, 4)`, of `bias` `(4,)`; the four columns are, as in Keras, input gate $i$, forget gate $f$, candidate $g$, output gate $o$. Try them out with `lstm_over_time` from the cell below, for example `lstm_over_time([1, 0, 1], *counting_weights(5, 1, 2, 3))`
"""

# %%
def lstm_over_time(text, kernel, recurrent, bias):
    """Hidden states and cells, (time,) each, of an LSTM of one unit that reads a text of numbers of characters."""
    hidden, cell, found = np.zeros(1), np.zeros(1), []
    for x in np.eye(len(kernel))[text]:
        i, f, g, o = x @ kernel + hidden @ recurrent + bias
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(cell)
        found.append((hidden[0], cell[0]))
    return np.array(found).T

# %% [markdown] tags=["ko"] task="counting_weights" role="hint"
r"""
$c' = f \odot c + i \odot g$에서, 글자 `mark`를 읽을 때 $i$, $f$, $g$는 얼마여야 하나요? `reset`을 읽을 때는요? 다른 글자를 읽을 때는요?
"""

# %% [markdown] tags=["en"] task="counting_weights" role="hint"
r"""
In $c' = f \odot c + i \odot g$, what must $i$, $f$ and $g$ be when the character `mark` is read? And with `reset`? And with any other character?
"""

# %% [markdown] tags=["ko"] task="counting_weights" role="hint"
r"""
글자 `k`를 읽을 때 네 부분의 값은 `kernel[k] + bias`입니다(`recurrent`가 0일 때). `sigmoid(20)`은 거의 1, `sigmoid(-20)`은 거의 0, `np.tanh(20)`은 거의 1입니다. 편향으로 보통 글자의 게이트를 정하고, 예외인 글자만 `kernel`의 행으로 뒤집으세요.
"""

# %% [markdown] tags=["en"] task="counting_weights" role="hint"
r"""
When the character `k` is read, the four parts are `kernel[k] + bias` (with a `recurrent` of 0). `sigmoid(20)` is almost 1, `sigmoid(-20)` almost 0, and `np.tanh(20)` almost 1. Let the bias decide about the gates for ordinary characters, and turn them over for the exceptions by their rows of `kernel`.
"""

# %% [markdown] tags=["ko"] task="counting_weights" role="hint"
r"""
편향은 `[-20, 20, 20, -20]`입니다. 입력 게이트는 보통 닫혀 있으므로 `kernel[mark, 0] = 40`으로 엽니다. 망각 게이트를 닫을 글자와 출력 게이트를 열 글자에도 똑같이 하세요.
"""

# %% [markdown] tags=["en"] task="counting_weights" role="hint"
r"""
The bias is `[-20, 20, 20, -20]`. The input gate is shut as a rule, so `kernel[mark, 0] = 40` opens it. Do the same for the character that shuts the forget gate, and for the one that opens the output gate.
"""

# %% task="counting_weights" role="solution"
def counting_weights(inputs, mark, reset, ask):
    ### BEGIN SOLUTION
    kernel, recurrent = np.zeros((inputs, 4)), np.zeros((1, 4))
    bias = np.array([-20.0, 20, 20, -20])  # nothing comes in, all is kept, the candidate is 1, nothing shows
    kernel[mark, 0] = 40
    kernel[reset, 1] = -40
    kernel[ask, 3] = 40
    return kernel, recurrent, bias
    ### END SOLUTION


# %% task="counting_weights" role="check"
weights = counting_weights(5, 1, 2, 3)
check(
    "the shapes of kernel, recurrent and bias",
    [np.shape(one) for one in weights],
    [(5, 4), (1, 4), (4,)],
    causes={
        "`kernel` is transposed: a row for each character, a column for each part": [(4, 5), (1, 4), (4,)],
        "`recurrent` needs two axes: one row for the one unit": [(5, 4), (4,), (4,)],
    },
)
check(
    "the cell counts the marks of 1, 0, 1, 1, 0, 0",
    lstm_over_time([1, 0, 1, 1, 0, 0], *weights)[1],
    np.array([1.0, 1, 2, 3, 3, 3]),
    atol=0.1,
    causes={
        "Half of the cell is lost at each step: the forget gate is only half open": np.array(
            [1, 0.5, 1.25, 1.625, 0.8125, 0.40625]
        ),
        "The cell fades: with a bias of 1, as in Keras, the forget gate is not open far enough": (
            np.array([1.00000000, 0.73105858, 1.53444665, 2.12177038, 1.55113844, 1.13397306])
        ),
        "Nothing is kept: the forget gate is shut": np.array([1.0, 0, 1, 1, 0, 0]),
        "Every character is counted: the input gate must be shut unless `mark` is read": (
            np.array([1.0, 2, 3, 4, 5, 6])
        ),
        "Where `mark` is not read, the input gate is still half open": np.array([1, 1.5, 2.5, 3.5, 4, 4.5]),
        "`mark` adds less than 1: the candidate is not large enough before its hyperbolic tangent": (
            np.array([0.76159416, 0.76159416, 1.52318831, 2.28478247, 2.28478247, 2.28478247])
        ),
        "It counts downwards: is the candidate negative, or are the columns in another order than i, f, g, o?": (
            np.array([-1.0, -1, -2, -3, -3, -3])
        ),
        "Nothing is added: the input gate is shut, or the candidate is 0": np.zeros(6),
    },
)
check(
    "a reset makes it 0: 1, 1, 1, 2, 1, 2",
    lstm_over_time([1, 1, 1, 2, 1, 2], *weights)[1],
    np.array([1.0, 2, 3, 0, 1, 0]),
    atol=0.1,
    causes={
        "`reset` does nothing: the forget gate must shut there": np.array([1.0, 2, 3, 3, 4, 4]),
        "`reset` keeps half: its weight only cancels the bias of the forget gate": (
            np.array([1, 2, 3, 1.5, 2.5, 1.25])
        ),
        "`reset` is counted like `mark`": np.array([1.0, 2, 3, 1, 2, 1]),
    },
)
check(
    "the hidden state shows the count only when asked: 1, 3, 1, 0, 3",
    lstm_over_time([1, 3, 1, 0, 3], *weights)[0],
    np.tanh([0.0, 1, 0, 0, 2]),
    atol=0.05,
    causes={
        "It shows at every step: the output gate must be shut but for the character `ask`": (
            np.tanh([1.0, 1, 2, 2, 2])
        ),
        "It shows at every step but when asked: the output gate is the wrong way round": (
            np.tanh([1.0, 0, 2, 2, 0])
        ),
        "The output gate is half open at other characters": (
            np.tanh([1.0, 1, 2, 2, 2]) * np.array([0.5, 1, 0.5, 0.5, 1])
        ),
        "It never shows: the output gate is always shut": np.zeros(5),
    },
)
check(
    "30 of 6 characters, and other numbers for mark, reset and ask",
    lstm_over_time([5, 1] * 15, *counting_weights(6, 5, 0, 2))[1],
    np.repeat(np.arange(1.0, 16), 2),
    atol=0.1,
)

# %% task="counting_weights" role="test" part="count" points=6
random = np.random.default_rng()
for _ in range(5):
    inputs = int(random.integers(4, 9))
    mark, reset, ask = (int(v) for v in random.permutation(inputs)[:3])
    weights = counting_weights(inputs, mark, reset, ask)
    require("the shapes of kernel, recurrent and bias", [np.shape(one) for one in weights], [(inputs, 4), (1, 4), (4,)])
    W, U, b = (np.array(one, float) for one in weights)
    others = [v for v in range(inputs) if v not in (mark, reset, ask)]
    text = [mark if random.uniform() < 0.5 else int(random.choice(others)) for _ in range(40)]
    h, c, cells = 0.0, 0.0, []
    for v in text:
        z = W[v] + h * U[0] + b
        i, f, o = (0.5 + 0.5 * np.tanh(z[k] / 2) for k in (0, 1, 3))
        c = f * c + i * np.tanh(z[2])
        h = o * np.tanh(c)
        cells.append(c)
    counts = [float(text[:t].count(mark)) for t in range(1, 41)]
    require(f"marks among {inputs} characters", np.array(cells), np.array(counts), atol=0.1)

# %% task="counting_weights" role="test" part="reset" points=5
random = np.random.default_rng()
for _ in range(5):
    inputs = int(random.integers(4, 9))
    mark, reset, ask = (int(v) for v in random.permutation(inputs)[:3])
    W, U, b = (np.array(one, float) for one in counting_weights(inputs, mark, reset, ask))
    text = [mark, mark, mark, reset, mark] + [mark if random.uniform() < 0.5 else int(v) for v in random.integers(0, inputs, 34)] + [reset]
    h, c, count, cells, counts = 0.0, 0.0, 0, [], []
    for v in text:
        z = W[v] + h * U[0] + b
        i, f, o = (0.5 + 0.5 * np.tanh(z[k] / 2) for k in (0, 1, 3))
        c = f * c + i * np.tanh(z[2])
        h = o * np.tanh(c)
        count = 0 if v == reset else count + (v == mark)
        cells.append(c)
        counts.append(float(count))
    require(f"marks since the last reset, {inputs} characters", np.array(cells), np.array(counts), atol=0.1)

# %% task="counting_weights" role="test" part="ask" points=4
random = np.random.default_rng()
for _ in range(5):
    inputs = int(random.integers(4, 9))
    mark, reset, ask = (int(v) for v in random.permutation(inputs)[:3])
    W, U, b = (np.array(one, float) for one in counting_weights(inputs, mark, reset, ask))
    text = [mark, ask] + random.integers(0, inputs, 36).tolist() + [mark, ask]
    h, c, count, shown, expected = 0.0, 0.0, 0, [], []
    for v in text:
        z = W[v] + h * U[0] + b
        i, f, o = (0.5 + 0.5 * np.tanh(z[k] / 2) for k in (0, 1, 3))
        c = f * c + i * np.tanh(z[2])
        h = o * np.tanh(c)
        count = 0 if v == reset else count + (v == mark)
        shown.append(h)
        expected.append(np.tanh(count) if v == ask else 0.0)
    require(f"the hidden state, {inputs} characters", np.array(shown), np.array(expected), atol=0.05)

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 논문의 GRU (10점)

본문에서 본 Keras의 GRU는 리셋 게이트를 행렬 곱 **뒤**에 썼습니다. 논문(Cho et al., 2014)에서는 리셋 게이트가 **곱하기 전의 상태**에 작용하고, 편향을 둔다면 하나면 됩니다. `paper_gru_step(x, hidden, kernel, recurrent, bias)`는 논문의 방식으로 다음 상태를 반환합니다.
$$z, r = \sigma\big(xW + hU + b\big), \quad \tilde h = \tanh\big(xW + (r \odot h)U + b\big), \quad h' = z \odot h + (1 - z) \odot \tilde h$$
세 부분은 갱신 게이트 $z$, 리셋 게이트 $r$, 후보 $\tilde h$의 순서로 옆으로 나란히 있고, 식마다 자기 부분의 열만 씁니다. `x`의 형상은 `(batch, inputs)`, `hidden`은 `(batch, units)`, `kernel`은 `(inputs, 3 * units)`, `recurrent`는 `(units, 3 * units)`, `bias`는 `(3 * units,)`입니다. 유닛이 하나일 때에 3점, 여럿일 때에 7점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. The GRU of the paper (10 points)

Keras's GRU, shown in the lesson, uses the reset gate **after** the product with the matrix. In the paper (Cho et al., 2014) the reset gate acts on the **state before the product**, and if there is to be a bias, one will do. `paper_gru_step(x, hidden, kernel, recurrent, bias)` returns the next state in the way of the paper.
$$z, r = \sigma\big(xW + hU + b\big), \quad \tilde h = \tanh\big(xW + (r \odot h)U + b\big), \quad h' = z \odot h + (1 - z) \odot \tilde h$$
Three parts stand side by side, in the order of update gate $z$, reset gate $r$, candidate $\tilde h$, and each formula uses the columns of its part only. The shape of `x` is `(batch, inputs)`, that of `hidden` `(batch, units)`, of `kernel` `(inputs, 3 * units)`, of `recurrent` `(units, 3 * units)`, of `bias` `(3 * units,)`. One unit is worth 3 points, several 7.
"""

# %% [markdown] tags=["ko"] task="paper_gru_step" role="hint"
r"""
본문의 코드는 `h @ U`를 한 번에 세 부분 모두 계산했습니다. 여기서는 왜 그럴 수 없나요? 무엇을 먼저 알아야 하나요?
"""

# %% [markdown] tags=["en"] task="paper_gru_step" role="hint"
r"""
The code of the lesson computed `h @ U` for all three parts at once. Why is that not possible here? What must be known first?
"""

# %% [markdown] tags=["ko"] task="paper_gru_step" role="hint"
r"""
`kernel`, `recurrent`, `bias`를 각각 `np.split(..., 3, axis=-1)`로 세 부분으로 자르세요. 먼저 두 게이트를 `sigmoid`로 구합니다.
"""

# %% [markdown] tags=["en"] task="paper_gru_step" role="hint"
r"""
Cut `kernel`, `recurrent` and `bias` into three parts each by `np.split(..., 3, axis=-1)`. Compute the two gates first, with `sigmoid`.
"""

# %% [markdown] tags=["ko"] task="paper_gru_step" role="hint"
r"""
후보는 `np.tanh(x @ w + (reset * hidden) @ u + b)`이고, 여기서 `w`, `u`, `b`는 셋째 부분입니다. 갱신 게이트가 1이면 상태는 그대로 남습니다.
"""

# %% [markdown] tags=["en"] task="paper_gru_step" role="hint"
r"""
The candidate is `np.tanh(x @ w + (reset * hidden) @ u + b)` with the third parts as `w`, `u` and `b`. An update gate of 1 keeps the state.
"""

# %% task="paper_gru_step" role="solution"
def paper_gru_step(x, hidden, kernel, recurrent, bias):
    ### BEGIN SOLUTION
    (wz, wr, wh), (uz, ur, uh), (bz, br, bh) = (np.split(v, 3, axis=-1) for v in (kernel, recurrent, bias))
    update = sigmoid(x @ wz + hidden @ uz + bz)
    reset = sigmoid(x @ wr + hidden @ ur + br)
    candidate = np.tanh(x @ wh + (reset * hidden) @ uh + bh)
    return update * hidden + (1 - update) * candidate
    ### END SOLUTION


# %% task="paper_gru_step" role="check"
x, h = np.array([[1.0]]), np.array([[0.5, -1]])
W = np.array([[1, 0, 2, -1, 0.5, -0.5]])
U = np.array([[0, 1, 0.5, 0, 1, -0.5], [1, 0, 0, 1, 0.5, 2]])
b = np.array([0.5, 0.5, -1, 1, -0.5, 1.5])
given = [value.copy() for value in (x, h, W, U, b)]
check(
    "one sequence",
    paper_gru_step(x, h, W, U, b),
    np.array([[0.40517808, -0.66071177]]),
    causes={
        "The reset gate acts after the product, as in Keras; in the paper it multiplies the state before": (
            np.array([[0.31122967, -0.63005463]])
        ),
        "The update gate weighs the wrong one: 1 keeps the old state": np.array([[0.34366508, -0.07771896]]),
        "Update gate and reset gate were confused": np.array([[0.37656927, -0.67069242]]),
        "The reset gate was left out": np.array([[0.31122967, -0.95919719]]),
        "Every third column was taken: the columns of a part stand side by side": (
            np.array([[0.62395467, -0.40108502]])
        ),
        "The reset gate acts on the input's side as well": np.array([[0.31122967, -0.81821171]]),
        "The state was reset for the update gate as well": np.array([[0.44323951, -0.63239321]]),
        "The bias was forgotten": np.array([[0.60636823, -0.90422085]]),
        "This is the candidate alone: the old state must be mixed in": np.array([[0.24884315, 0.26156927]]),
        "The candidate needs the hyperbolic tangent": np.array([[0.52386241, -0.57868960]]),
    },
)
check("the arrays that were passed in are unchanged", [x, h, W, U, b], given)
check(
    "whole numbers; an update gate of 1 keeps the states",
    paper_gru_step(
        np.array([[3], [1]]), np.array([[2, -1], [0, 1]]), 0 * W, 0 * U, np.array([60, 60, 0, 0, 0, 0])
    ),
    np.array([[2.0, -1], [0, 1]]),
)

# %% task="paper_gru_step" role="test" part="one_unit" points=3
random = np.random.default_rng()
for number in range(6):
    batch, inputs = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    arrays = [draw(batch, inputs), draw(batch, 1), draw(inputs, 3), draw(1, 3), draw(3)]
    given = [array.copy() for array in arrays]
    found = paper_gru_step(*given)
    x, h, W, U, b = arrays
    of_x = x.dot(W) + b
    z, r = (0.5 + 0.5 * np.tanh((of_x[:, [k]] + h * U[0, k]) / 2) for k in (0, 1))
    new = np.tanh(of_x[:, [2]] + r * h * U[0, 2])
    require(f"{batch} sequences, {inputs} inputs, one unit", found, new + z * (h - new))
    require("the arrays are unchanged", given, arrays)

# %% task="paper_gru_step" role="test" part="units" points=7
random = np.random.default_rng()
for number in range(10):
    batch, inputs, units = (int(v) for v in random.integers((1, 1, 2), 6, 3))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    arrays = [draw(batch, inputs), draw(batch, units), draw(inputs, 3 * units), draw(units, 3 * units), draw(3 * units)]
    given = [array.copy() for array in arrays]
    found = paper_gru_step(*given)
    x, h, W, U, b = arrays
    expected = np.zeros((batch, units))
    for s in range(batch):
        gates = 0.5 + 0.5 * np.tanh((x[s].dot(W) + h[s].dot(U) + b) / 2)
        z, r = gates[:units], gates[units:2 * units]
        new = np.tanh(x[s].dot(W[:, 2 * units:]) + (r * h[s]).dot(U[:, 2 * units:]) + b[2 * units:])
        expected[s] = new + z * (h[s] - new)
    require(f"{batch} sequences, {inputs} inputs, {units} units", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 시간을 거슬러 가는 기울기 (10점)

문제 1의 순환 신경망을 한 시퀀스에 적용하여 은닉 상태 `hidden`을 얻었습니다. 형상은 `(time, units)`입니다. 마지막 상태에 대한 손실의 기울기 `last`(형상 `(units,)`)가 주어졌을 때
`gradient_norms(hidden, recurrent, last)`는 각 시점의 상태에 대한 기울기의 크기(유클리드 노름)를 형상 `(time,)`의 배열로 반환합니다. 손실은 마지막 상태에만 달려 있습니다.
$h_t = \tanh(\ldots + h_{t-1}U)$이므로 바로 앞 시점의 기울기는 $\delta_{t-1} = (\delta_t \odot (1 - h_t^2))\,U^\top$입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. The gradient back through time (10 points)

The recurrent network of task 1 has read a sequence, which gave the hidden states `hidden` with shape `(time, units)`. Given the gradient `last` of the loss with respect to the last state, with shape `(units,)`,
`gradient_norms(hidden, recurrent, last)` returns the size (Euclidean norm) of the gradient with respect to the state of each step, an array of shape `(time,)`. The loss depends on the last state only.
Since $h_t = \tanh(\ldots + h_{t-1}U)$, the gradient one step earlier is $\delta_{t-1} = (\delta_t \odot (1 - h_t^2))\,U^\top$.
"""

# %% [markdown] tags=["ko"] task="gradient_norms" role="hint"
r"""
어느 시점의 기울기를 이미 알고 있나요? 거기서 어느 쪽으로 가야 하나요?
"""

# %% [markdown] tags=["en"] task="gradient_norms" role="hint"
r"""
For which step do you know the gradient already? In which direction do you go from there?
"""

# %% [markdown] tags=["ko"] task="gradient_norms" role="hint"
r"""
`norms[-1]`은 `last`의 노름입니다. `for t in range(time - 1, 0, -1)`로 뒤에서 앞으로 가세요.
"""

# %% [markdown] tags=["en"] task="gradient_norms" role="hint"
r"""
`norms[-1]` is the norm of `last`. Go backwards with `for t in range(time - 1, 0, -1)`.
"""

# %% [markdown] tags=["ko"] task="gradient_norms" role="hint"
r"""
`delta = (delta * (1 - hidden[t] ** 2)) @ recurrent.T` 다음에 `norms[t - 1] = np.linalg.norm(delta)`입니다.
"""

# %% [markdown] tags=["en"] task="gradient_norms" role="hint"
r"""
After `delta = (delta * (1 - hidden[t] ** 2)) @ recurrent.T` comes `norms[t - 1] = np.linalg.norm(delta)`.
"""

# %% task="gradient_norms" role="solution"
def gradient_norms(hidden, recurrent, last):
    ### BEGIN SOLUTION
    delta, norms = last, [np.linalg.norm(last)]
    for state in hidden[:0:-1]:  # from the last state to the second
        delta = (delta * (1 - state**2)) @ recurrent.T
        norms.append(np.linalg.norm(delta))
    return np.array(norms[::-1])
    ### END SOLUTION


# %% task="gradient_norms" role="check"
h, U, last = np.array([[0.9, 0.1], [0, 0.5], [0.5, -0.5]]), np.array([[0, 2.0], [1, 1]]), np.array([4.0, 0])
given = [value.copy() for value in (h, U, last)]
check(
    "three steps, two units",
    gradient_norms(h, U, last),
    np.array([5.03115295, 3.0, 4.0]),
    causes={
        "They stand in the order of computation: the last step comes last": np.array([4.0, 3.0, 5.03115295]),
        "`recurrent` must be transposed": np.array([6.36396103, 6.0, 4.0]),
        "The slope of the hyperbolic tangent, $1 - h^2$, is missing": np.array([8.94427191, 4.0, 4.0]),
        "The slope was taken at the state before": np.array([8.85482919, 4.0, 4.0]),
        "The slope belongs before the product with the matrix": np.array([6.40800281, 3.0, 4.0]),
        "It went one step too far: at the last step it is the norm of `last`": (
            np.array([5.41745616, 5.03115295, 3.0])
        ),
        "The first step is still 0: go back as far as that": np.array([0.0, 3.0, 4.0]),
        "The slope is $1 - h^2$": np.array([2.23606798, 2.0, 4.0]),
        "This is the squared norm": np.array([25.3125, 9.0, 16.0]),
        "This is the sum of the absolute values, not the Euclidean norm": np.array([6.75, 3.0, 4.0]),
    },
)
check("the arrays that were passed in are unchanged", [h, U, last], given)
check(
    "one step only, whole numbers",
    gradient_norms(np.array([[0, 0]]), np.array([[1, 0], [0, 1]]), np.array([3, -4])),
    np.array([5.0]),
)

# %% task="gradient_norms" role="test" points=10
random = np.random.default_rng()
for number in range(10):
    time, units = int(random.integers(1, 9)), int(random.integers(1, 6))
    arrays = [np.tanh(random.normal(size=(time, units))), random.normal(size=(units, units)), random.normal(size=units)]
    if number % 3 == 0:
        arrays = [random.integers(-1, 2, (time, units)), random.integers(-2, 3, (units, units)), random.integers(-3, 4, units)]
    given = [array.copy() for array in arrays]
    found = gradient_norms(*given)
    h, U, delta = arrays
    expected = np.zeros(time)
    for t in range(time - 1, -1, -1):
        expected[t] = np.sqrt((delta**2).sum())
        delta = np.array([sum(U[j, k] * (1 - h[t, k] ** 2) * delta[k] for k in range(units)) for j in range(units)])
    require(f"{time} steps, {units} units", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 교사 강요의 입력과 목표 (5점)

언어 모델은 매 시점에 **다음** 토큰을 맞힙니다. 학습할 때는 모델이 내놓은 토큰이 아니라 정답 토큰을 입력으로 줍니다(교사 강요, teacher forcing).
`teacher_forcing(tokens, start)`는 `(inputs, targets)`를 반환합니다. `tokens`는 형상이 `(batch, time)`인 정수 배열이고, 목표는 `tokens` 전체, 입력은 시작 토큰 `start` 다음에 한 칸 밀린 토큰들입니다. 두 결과의 형상은 모두 `(batch, time)`입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. Inputs and targets for teacher forcing (5 points)

At each step a language model predicts the **next** token. In training it is given the right tokens as inputs, not those that it has produced itself (teacher forcing).
`teacher_forcing(tokens, start)` returns `(inputs, targets)`. `tokens` is an array of integers of shape `(batch, time)`; the targets are all of `tokens`, the inputs are the start token `start` followed by the tokens one place later. Both results have the shape `(batch, time)`.
"""

# %% [markdown] tags=["ko"] task="teacher_forcing" role="hint"
r"""
첫 토큰을 맞혀야 할 때 모델은 무엇을 보았나요? 마지막 토큰은 언제 입력이 되나요?
"""

# %% [markdown] tags=["en"] task="teacher_forcing" role="hint"
r"""
What has the model seen when it has to predict the first token? When does the last token become an input?
"""

# %% [markdown] tags=["ko"] task="teacher_forcing" role="hint"
r"""
`np.full((batch, 1), start)`와 `tokens[:, :-1]`을 `np.concatenate([...], axis=1)`로 이으세요.
"""

# %% [markdown] tags=["en"] task="teacher_forcing" role="hint"
r"""
Join `np.full((batch, 1), start)` and `tokens[:, :-1]` by `np.concatenate([...], axis=1)`.
"""

# %% task="teacher_forcing" role="solution"
def teacher_forcing(tokens, start):
    ### BEGIN SOLUTION
    first = np.full((len(tokens), 1), start)
    return np.concatenate([first, tokens[:, :-1]], axis=1), tokens
    ### END SOLUTION


# %% task="teacher_forcing" role="check"
text = np.array([[5, 3, 8, 2], [7, 7, 1, 4]])
given = text.copy()
inputs, targets = teacher_forcing(text, 0)
check(
    "the inputs",
    inputs,
    np.array([[0, 5, 3, 8], [0, 7, 7, 1]]),
    causes={
        "The inputs are the targets: the model could copy": given,
        "Shifted to the other side: the input holds the answer": np.array([[3, 8, 2, 0], [7, 1, 4, 0]]),
        "The last token came round to the front": np.array([[2, 5, 3, 8], [4, 7, 7, 1]]),
        "The tokens were shifted from one text to the next": np.array([[0, 0, 0, 0], [5, 3, 8, 2]]),
        "The first token was replaced, and nothing was shifted": np.array([[0, 3, 8, 2], [0, 7, 1, 4]]),
        "The inputs begin with `start`, and the targets with the first token": given[:, :-1],
        "The last token is only a target, and no input": np.array([[0, 5, 3, 8, 2], [0, 7, 7, 1, 4]]),
    },
)
check("the targets", targets, given)
check("the tokens that were passed in are unchanged", text, given)
check(
    "one token each, and another start",
    teacher_forcing(np.array([[4], [6], [9]]), 2)[0],
    np.array([[2], [2], [2]]),
)

# %% task="teacher_forcing" role="test" points=5
random = np.random.default_rng()
for _ in range(10):
    batch, time, start = int(random.integers(1, 6)), int(random.integers(1, 9)), int(random.integers(0, 50))
    tokens = random.integers(0, 50, (batch, time))
    given = tokens.copy()
    inputs, targets = teacher_forcing(given, start)
    require(f"the inputs of {batch} texts, {time} tokens", inputs, np.array([[start, *row[:-1]] for row in tokens.tolist()]))
    require("the targets", targets, tokens)
    require("the tokens are unchanged", given, tokens)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 시계열을 창으로 자르기 (8점)

`windows(series, length, ahead)`는 시계열에서 예측 문제를 만듭니다. 한 예는 이어진 값 `length`개이고, 목표는 그 창의 **마지막 값에서** `ahead`걸음 뒤의 값입니다(`ahead`가 1이면 바로 다음 값).
형상 `(count, length)`의 창과 형상 `(count,)`의 목표를 시간 순서로, 가능한 만큼 모두 만들어 두 배열 `(x, y)`로 반환하세요. 하나도 만들 수 없으면 `ValueError`를 발생시키세요(raise). `length`와 `ahead`는 1 이상입니다. 오류 처리가 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Cut a series into windows (8 points)

`windows(series, length, ahead)` turns a series into a forecasting problem. An example is `length` values in a row, and its target is the value `ahead` steps **after the last value** of the window (with `ahead` 1 the very next value).
Return two arrays `(x, y)`, the windows with shape `(count, length)` and the targets with shape `(count,)`, in the order of time and as many as there can be. Raise `ValueError` if there can be none. `length` and `ahead` are at least 1. The error case is worth 2 points.
"""

# %% [markdown] tags=["ko"] task="windows" role="hint"
r"""
값이 6개이고 창이 3, `ahead`가 2이면 첫 창은 무엇이고 목표는 몇 번째 값인가요? 창은 몇 개나 만들 수 있나요?
"""

# %% [markdown] tags=["en"] task="windows" role="hint"
r"""
With 6 values, windows of 3 and `ahead` 2: what is the first window, and which value is its target? How many windows can there be?
"""

# %% [markdown] tags=["ko"] task="windows" role="hint"
r"""
창이 `start`에서 시작하면 마지막 값의 자리는 `start + length - 1`, 목표의 자리는 `start + length - 1 + ahead`입니다. 이 자리가 시계열 안에 있어야 합니다.
"""

# %% [markdown] tags=["en"] task="windows" role="hint"
r"""
If a window begins at `start`, its last value is at `start + length - 1` and its target at `start + length - 1 + ahead`. That place must lie in the series.
"""

# %% [markdown] tags=["ko"] task="windows" role="hint"
r"""
`count = len(series) - length - ahead + 1`입니다. `np.array([series[start:start + length] for start in range(count)])`와 `series[length + ahead - 1:]`을 반환하세요.
"""

# %% [markdown] tags=["en"] task="windows" role="hint"
r"""
`count = len(series) - length - ahead + 1`. Return `np.array([series[start:start + length] for start in range(count)])` and `series[length + ahead - 1:]`.
"""

# %% task="windows" role="solution"
def windows(series, length, ahead):
    ### BEGIN SOLUTION
    count = len(series) - length - ahead + 1
    if count < 1:
        raise ValueError(f"{len(series)} values are too few")
    x = np.array([series[start:start + length] for start in range(count)])
    return x, series[length + ahead - 1:]
    ### END SOLUTION


# %% task="windows" role="check"
series = np.array([1, 2, 4, 7, 11, 16])
given = series.copy()
x, y = windows(series, 3, 1)
check(
    "windows of 3, one step ahead",
    x,
    np.array([[1, 2, 4], [2, 4, 7], [4, 7, 11]]),
    causes={
        "The last window is missing": np.array([[1, 2, 4], [2, 4, 7]]),
        "One window too many: it has no target": np.array([[1, 2, 4], [2, 4, 7], [4, 7, 11], [7, 11, 16]]),
        "The windows do not overlap, so most of them are missing": np.array([[1, 2, 4]]),
    },
)
check(
    "their targets",
    y,
    np.array([7, 11, 16]),
    causes={
        "The target is the last value of the window itself: nothing is left to predict": np.array([4, 7, 11])
    },
)
x, y = windows(series, 2, 3)
check(
    "windows of 2, three steps ahead",
    x,
    np.array([[1, 2], [2, 4]]),
    causes={
        "Windows whose target would lie behind the end are among them: how many can there be with `ahead`?": (
            np.array([[1, 2], [2, 4], [4, 7], [7, 11]])
        )
    },
)
check(
    "their targets, three steps ahead",
    y,
    np.array([11, 16]),
    causes={"This is one step ahead": np.array([4, 7]), "One step too far": np.array([16])},
)
check("the series that was passed in is unchanged", series, given)
check("fractions, one window only", windows(series / 2, 5, 1)[0], np.array([[0.5, 1, 2, 3.5, 5.5]]))
check_raises(ValueError, windows, series, 4, 3)

# %% task="windows" role="test" points=6
random = np.random.default_rng()
for number in range(12):
    length, ahead, count = (int(v) for v in random.integers(1, 6, 3))
    series = random.integers(-99, 99, length + ahead + count - 1)
    if number % 2:
        series = random.normal(size=len(series))
    given = series.copy()
    x, y = windows(given, length, ahead)
    values = series.tolist()
    require(f"{len(values)} values, windows of {length}, {ahead} ahead", x, np.array([values[k:k + length] for k in range(count)]))
    require("their targets", y, np.array([values[k + length + ahead - 1] for k in range(count)]))
    require("the series is unchanged", given, series)

# %% task="windows" role="test" part="errors" points=2
require_raises(ValueError, windows, np.arange(5.0), 5, 1)
require_raises(ValueError, windows, np.arange(5.0), 3, 3)
require("as many values as needed", windows(np.arange(5.0), 3, 2)[1], np.array([4.0]))

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 데이터 누출 찾기 (10점)

친구가 시계열을 표준화하고 창으로 잘라 학습용과 테스트용으로 나누었습니다. 테스트 점수는 아주 좋지만 실제로는 잘 맞지 않습니다. 미래가 두 군데에서 새고 있습니다.

```python
def train_and_test(series, length, split):
    scaled = (series - series.mean()) / series.std()
    x, y = windows(scaled, length, 1)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:split - length], order[split - length:]
    return x[train], y[train], x[test], y[test]
```

고쳐 쓴 `train_and_test(series, length, split)`는 `(x_train, y_train, x_test, y_test)`를 반환합니다. 자리가 `split`보다 앞인 값을 맞히는 예는 학습용, `split`부터의 값을 맞히는 예는 테스트용이고, 둘 다 시간 순서로 있습니다. 테스트 창은 `split` 앞의 값을 볼 수 있습니다. 예측하는 때에는 지나간 값이기 때문입니다.
모든 값은 `split` 앞의 값만으로 구한 평균과 표준 편차로 표준화합니다. `length < split < len(series)`이고 앞부분의 표준 편차는 0이 아니라고 보아도 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Find the leak (10 points)

A friend has standardized a series, cut it into windows and divided these into training and test. The test score is excellent, but in real use the forecasts are poor. The future leaks in at two places.

```python
def train_and_test(series, length, split):
    scaled = (series - series.mean()) / series.std()
    x, y = windows(scaled, length, 1)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:split - length], order[split - length:]
    return x[train], y[train], x[test], y[test]
```

Your `train_and_test(series, length, split)` returns `(x_train, y_train, x_test, y_test)`. Examples that predict a value at a place before `split` are for training, those that predict a value from `split` on are for the test, both in the order of time. A test window may see values before `split`, since these are past when the forecast is made.
All values are standardized with the mean and the standard deviation of the values before `split` alone. You may take it that `length < split < len(series)`, and that the standard deviation of the first part is not 0.
"""

# %% [markdown] tags=["ko"] task="train_and_test" role="hint"
r"""
`series.mean()`은 어떤 값들의 평균인가요? 학습하는 때에 그 값들을 모두 알고 있나요?
"""

# %% [markdown] tags=["en"] task="train_and_test" role="hint"
r"""
Of which values is `series.mean()` the mean? Are all of them known at the time of training?
"""

# %% [markdown] tags=["ko"] task="train_and_test" role="hint"
r"""
섞은 다음에 나누면 테스트 창의 양옆이 학습용에 들어갑니다. 섞지 말고 시간의 한 점에서 나누세요.
"""

# %% [markdown] tags=["en"] task="train_and_test" role="hint"
r"""
If the examples are shuffled before they are divided, the neighbours of each test window are in the training set. Do not shuffle: divide at one point in time.
"""

# %% [markdown] tags=["ko"] task="train_and_test" role="hint"
r"""
`past = series[:split]`의 평균과 표준 편차를 쓰고, 첫 목표의 자리가 `length`이므로 `split - length`번째 예에서 나눕니다.
"""

# %% [markdown] tags=["en"] task="train_and_test" role="hint"
r"""
Use the mean and the standard deviation of `past = series[:split]`; the first target is at place `length`, so divide at example `split - length`.
"""

# %% task="train_and_test" role="solution"
def train_and_test(series, length, split):
    ### BEGIN SOLUTION
    past = series[:split]
    x, y = windows((series - past.mean()) / past.std(), length, 1)
    first = split - length  # the first example that predicts the value at `split`
    return x[:first], y[:first], x[first:], y[first:]
    ### END SOLUTION


# %% task="train_and_test" role="check"
series = np.array([1.0, 3, 1, 3, 9, 7])
given = series.copy()
x_train, y_train, x_test, y_test = train_and_test(series, 2, 4)
check(
    "windows for training",
    x_train,
    np.array([[-1.0, 1], [1, -1]]),
    causes={
        "Mean and standard deviation of the whole series were used: they know the future": np.array(
            [[-1.0, -0.33333333], [-0.33333333, -1.0]]
        ),
        "The mean is right, but the standard deviation is that of the whole series": np.array(
            [[-0.33333333, 0.33333333], [0.33333333, -0.33333333]]
        ),
        "An example that predicts the value at `split` is in the training set": np.array(
            [[-1.0, 1], [1, -1], [-1, 1]]
        ),
        "One example for training is missing": np.array([[-1.0, 1]]),
        "Window number i predicts the value at i + `length`: divide at `split` - `length`": (
            np.array([[-1.0, 1], [1, -1], [-1, 1], [1, 7]])
        ),
        "Mean and standard deviation are right, but the windows are shuffled": np.array([[-1.0, 1], [-1, 1]]),
    },
)
check(
    "targets for training",
    y_train,
    np.array([-1.0, 1]),
    causes={"The targets must be standardized as well": np.array([1.0, 3])},
)
check(
    "windows for the test",
    x_test,
    np.array([[-1.0, 1], [1, 7]]),
    causes={
        "The test windows may see the past: those that reach back are missing": np.zeros(0),
        "The values from `split` on were standardized by themselves": np.array([[-1.0, 1], [1, 1]]),
    },
)
check("targets for the test", y_test, np.array([7.0, 5]))
check("the series that was passed in is unchanged", series, given)
check("whole numbers", train_and_test(np.array([0, 2, 0, 2, 5]), 3, 4)[2], np.array([[1.0, -1, 1]]))

# %% task="train_and_test" role="test" points=10
random = np.random.default_rng()
for number in range(10):
    length = int(random.integers(1, 5))
    split = length + int(random.integers(2, 9))
    count = split + int(random.integers(1, 9))
    series = np.arange(count) * random.uniform(0.5, 2) + random.normal(size=count)
    if number % 3 == 0:
        series = random.permutation(50)[:count]
    given = series.copy()
    found = train_and_test(given, length, split)
    mean = sum(series[:split]) / split
    spread = np.sqrt(sum((value - mean) ** 2 for value in series[:split]) / split)
    scaled = [(value - mean) / spread for value in series]
    parts = {"training": range(length, split), "test": range(split, count)}
    for k, (part, places) in enumerate(parts.items()):
        require(f"windows of {length} for {part}", found[2 * k], np.array([scaled[t - length:t] for t in places]))
        require(f"targets for {part}", found[2 * k + 1], np.array([scaled[t] for t in places]))
    require("the series is unchanged", given, series)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 계절 단순 예측의 오차 (5점)

신경망이 이겨야 할 가장 간단한 예측 가운데 하나는 한 주기 전의 값을 되풀이하는 계절 단순 예측입니다. `seasonal_naive_error(series, season, start)`는 자리 `start`부터 끝까지의 모든 값을 그보다 `season`걸음 이전의 값으로 예측했을 때의 평균 절대 오차를 반환합니다.
`season`이 1이면 바로 앞의 값을 되풀이하는 지속성 예측(persistence)입니다. `1 <= season <= start < len(series)`라고 보아도 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. The error of repeating the season (5 points)

One of the simplest forecasts that a network has to beat repeats the value of one season ago. `seasonal_naive_error(series, season, start)` returns the mean absolute error when each value from place `start` to the end is predicted by the value `season` steps before it.
With `season` 1 this repeats the value just before (persistence). You may take it that `1 <= season <= start < len(series)`.
"""

# %% [markdown] tags=["ko"] task="seasonal_naive_error" role="hint"
r"""
자리 `start`의 값은 어느 자리의 값으로 예측하나요? 마지막 값은요?
"""

# %% [markdown] tags=["en"] task="seasonal_naive_error" role="hint"
r"""
By the value at which place is the one at `start` predicted? And the last one?
"""

# %% [markdown] tags=["ko"] task="seasonal_naive_error" role="hint"
r"""
`series[start:]`와 길이가 같은 `series[start - season:-season]`의 차이에서 절댓값의 평균을 구하세요.
"""

# %% [markdown] tags=["en"] task="seasonal_naive_error" role="hint"
r"""
Take the mean of the absolute differences between `series[start:]` and `series[start - season:-season]`, which is as long.
"""

# %% task="seasonal_naive_error" role="solution"
def seasonal_naive_error(series, season, start):
    ### BEGIN SOLUTION
    return float(np.abs(series[start:] - series[start - season:-season]).mean())
    ### END SOLUTION


# %% task="seasonal_naive_error" role="check"
series = np.array([10, 20, 30, 11, 22, 33, 17, 21, 30])
given = series.copy()
check("a season of 3, from place 6 on", seasonal_naive_error(series, 3, 6), 10 / 3,
      causes={"All places that can be predicted were counted, not only those from `start` on": 8 / 3,
              "This is the mean of the squares": 46 / 3,
              "This is the root of the mean of the squares": 3.91578004,
              "The errors were added up: take their mean": 10.0,
              "The value at `start` itself was not counted": 2.0,
              "The signs cancel: absolute values are missing": 2 / 3,
              "The same with the sign turned: absolute values are missing": -2 / 3,
              "The value just before was repeated, not that of one season ago": 29 / 3})
check("a season of 1, from place 1 on", seasonal_naive_error(series, 1, 1), 11.25,
      causes={"The season before `start` was repeated for all: take the value `season` steps before each": 13.0})
check("the series that was passed in is unchanged", series, given)
check("fractions, a season as long as the past", seasonal_naive_error(np.array([1, 2.5, 3, 2]), 2, 2), 1.25)

# %% task="seasonal_naive_error" role="test" points=5
random = np.random.default_rng()
for number in range(12):
    season = int(random.integers(1, 8))
    start = season + int(random.integers(0, 5))
    count = start + int(random.integers(1, 15))
    series = random.normal(size=count) if number % 2 else random.integers(-50, 50, count)
    given = series.copy()
    expected = sum(abs(float(series[t]) - float(series[t - season])) for t in range(start, count)) / (count - start)
    require(f"a season of {season}, from place {start} on", seasonal_naive_error(given, season, start), expected)
    require("the series is unchanged", given, series)

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 퍼플렉시티 (8점)

언어 모델이 매 시점에 내놓은 로짓 `logits`(형상 `(time, vocabulary)`)와 실제로 나온 토큰 `tokens`(형상 `(time,)`)가 있습니다. `perplexity(logits, tokens)`는 퍼플렉시티를 반환합니다.
$$\exp\Big(-\frac{1}{T}\sum_{t=1}^{T} \ln p_t\Big), \quad p_t = \text{softmax}(\text{logits}_t)[\text{tokens}_t]$$
로짓은 1000처럼 클 수도 있습니다. 그래도 결과는 유한해야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Perplexity (8 points)

A language model has given the logits `logits` at each step, with shape `(time, vocabulary)`, and the tokens that really came are `tokens`, with shape `(time,)`. `perplexity(logits, tokens)` returns the perplexity.
$$\exp\Big(-\frac{1}{T}\sum_{t=1}^{T} \ln p_t\Big), \quad p_t = \text{softmax}(\text{logits}_t)[\text{tokens}_t]$$
Logits may be as large as 1000, and the result must still be finite.
"""

# %% [markdown] tags=["ko"] task="perplexity" role="hint"
r"""
모든 로짓이 같으면 퍼플렉시티는 얼마여야 하나요? 어휘의 크기와 같은가요?
"""

# %% [markdown] tags=["en"] task="perplexity" role="hint"
r"""
What must the perplexity be if all logits are equal? Is it the size of the vocabulary?
"""

# %% [markdown] tags=["ko"] task="perplexity" role="hint"
r"""
소프트맥스는 로짓에서 같은 수를 빼도 변하지 않습니다. 행마다 최댓값을 먼저 빼면 `np.exp`에서 오버플로가 일어나지 않습니다.
"""

# %% [markdown] tags=["en"] task="perplexity" role="hint"
r"""
The softmax does not change if the same number is subtracted from all logits. Subtract the largest of each row first, and `np.exp` does not overflow.
"""

# %% [markdown] tags=["ko"] task="perplexity" role="hint"
r"""
로그 확률은 `shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))`입니다. 실제 토큰의 값은 `log_p[np.arange(len(tokens)), tokens]`로 고릅니다.
"""

# %% [markdown] tags=["en"] task="perplexity" role="hint"
r"""
The log probabilities are `shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))`. Pick those of the real tokens by `log_p[np.arange(len(tokens)), tokens]`.
"""

# %% task="perplexity" role="solution"
def perplexity(logits, tokens):
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return float(np.exp(-log_p[np.arange(len(tokens)), tokens].mean()))
    ### END SOLUTION


# %% task="perplexity" role="check"
logits, tokens = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])), np.array([0, 1])
given = [logits.copy(), tokens.copy()]
check("probabilities of 1/2 and 1/10", perplexity(logits, tokens), 20 ** 0.5,
      causes={"This is the mean of the negative logarithms: its exponential is missing": 1.49786614,
              "This is 2 to the power of the mean natural logarithm: use one base only": 2.82424674,
              "The logarithms were added, not averaged": 20.0,
              "This is the mean of 1 / p": 6.0,
              "This is 1 over the mean probability": 1 / 0.3,
              "The sign is wrong": 1 / 20 ** 0.5,
              "The softmax went over all steps together: it belongs to each row": 80 ** 0.5,
              "The softmax went over the steps: it belongs to each row": 4.2 ** 0.5,
              "`[:, tokens]` takes all tokens at every step: take one at each": 800 ** 0.25})
check("logits that are all equal", perplexity(np.full((3, 7), 2), np.array([6, 0, 3])), 7.0,
      causes={"The logits were not made into probabilities": 0.13533528})
check("logits of 1000", perplexity(np.array([[1000, 1000], [0, -1000]]), np.array([1, 0])), 2 ** 0.5,
      causes={"`np.exp` has overflowed: subtract the largest logit of each row first": np.nan})
check("the arrays that were passed in are unchanged", [logits, tokens], given)

# %% task="perplexity" role="test" points=6
random = np.random.default_rng()
for number in range(10):
    time, vocabulary = int(random.integers(1, 9)), int(random.integers(2, 12))
    logits = random.normal(scale=2, size=(time, vocabulary)) if number % 2 else random.integers(-4, 5, (time, vocabulary))
    tokens = random.integers(0, vocabulary, time)
    given = [logits.copy(), tokens.copy()]
    p = [np.exp(row[token]) / np.exp(row).sum() for row, token in zip(logits, tokens)]
    require(f"{time} steps, {vocabulary} tokens", perplexity(*given), float(np.prod(p) ** (-1 / time)))
    require("the arrays are unchanged", given, [logits, tokens])

# %% task="perplexity" role="test" part="large" points=2
random = np.random.default_rng()
for size in (800, -800, 5000):
    logits, tokens = random.normal(size=(5, 4)), random.integers(0, 4, 5)
    p = [np.exp(row[token]) / np.exp(row).sum() for row, token in zip(logits, tokens)]
    require(f"logits around {size}", perplexity(logits + size, tokens), float(np.prod(p) ** (-1 / 5)), rtol=1e-4)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 온도로 뽑기 (9점)

`sample(logits, temperature, draw)`는 형상 `(vocabulary,)`의 로짓에서 토큰 번호 하나를 정수로 뽑습니다. 확률은 `softmax(logits / temperature)`이고, `draw`는 0 이상 1 미만의 수로 이미 뽑혀 있습니다.
확률을 0번 토큰부터 차례로 더해 가다가 누적 확률이 처음으로 `draw`보다 **커지는** 토큰을 반환하세요. `temperature`가 0이면 로짓이 가장 큰 토큰(여럿이면 첫째), 음수이면 `ValueError`입니다. 온도 0과 음수의 경우에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Sample with a temperature (9 points)

`sample(logits, temperature, draw)` draws the number of one token, an integer, from logits of shape `(vocabulary,)`. The probabilities are `softmax(logits / temperature)`, and `draw` is a number from 0 to below 1 that has been drawn already.
Add up the probabilities from token 0 on, and return the first token at which their sum is **larger** than `draw`. With `temperature` 0 it is the token with the largest logit (the first, if there are several), and a negative one raises `ValueError`. The cases of 0 and below are worth 3 points.
"""

# %% [markdown] tags=["ko"] task="sample" role="hint"
r"""
0에서 1까지의 선을 확률의 길이대로 나누었다고 생각하세요. `draw`는 어느 조각에 떨어지나요?
"""

# %% [markdown] tags=["en"] task="sample" role="hint"
r"""
Think of the line from 0 to 1 cut into pieces as long as the probabilities. On which piece does `draw` fall?
"""

# %% [markdown] tags=["ko"] task="sample" role="hint"
r"""
로짓을 온도로 나눈 다음 최댓값을 빼고 `np.exp`를 쓰세요. `np.cumsum`은 누적 확률을 줍니다. 온도 0은 나누기 전에 따로 처리합니다.
"""

# %% [markdown] tags=["en"] task="sample" role="hint"
r"""
Divide the logits by the temperature, subtract the largest, and use `np.exp`. `np.cumsum` gives the running sums. Treat a temperature of 0 before you divide.
"""

# %% [markdown] tags=["ko"] task="sample" role="hint"
r"""
`int(np.argmax(np.cumsum(p) > draw))`는 처음으로 참이 되는 자리입니다.
"""

# %% [markdown] tags=["en"] task="sample" role="hint"
r"""
`int(np.argmax(np.cumsum(p) > draw))` is the first place at which this is true.
"""

# %% task="sample" role="solution"
def sample(logits, temperature, draw):
    ### BEGIN SOLUTION
    if temperature < 0:
        raise ValueError(f"a temperature of {temperature}")
    if temperature == 0:
        return int(np.argmax(logits))
    scaled = logits / temperature
    p = np.exp(scaled - scaled.max())
    return int(np.argmax(np.cumsum(p / p.sum()) > draw))
    ### END SOLUTION


# %% task="sample" role="check"
logits = np.log(np.array([0.2, 0.5, 0.3]))
given = logits.copy()
draws = (0.0, 0.19, 0.21, 0.6, 0.69, 0.71, 0.99)
check("temperature 1", [sample(logits, 1, draw) for draw in draws], [0, 0, 1, 1, 1, 2, 2],
      causes={"This is always the largest": [1, 1, 1, 1, 1, 1, 1],
              "The tokens were sorted by their probability": [1, 1, 1, 2, 2, 2, 0],
              "The place of the last sum that is not larger": [0, 0, 0, 0, 0, 1, 1]})
check("temperature 2: flatter", [sample(logits, 2, draw) for draw in (0.25, 0.28, 0.65, 0.72)], [0, 1, 1, 2],
      causes={"The logits were multiplied by the temperature instead of divided": [1, 1, 1, 1],
              "The temperature was left out": [1, 1, 1, 2],
              "The probabilities were divided by the temperature: divide the logits": [1, 1, 0, 0]})
check("temperature 1/2: sharper", [sample(logits, 0.5, draw) for draw in (0.1, 0.12, 0.75, 0.78)], [0, 1, 1, 2])
check("a temperature of 0 takes the largest", sample(np.array([1, 4, 4, 2]), 0, 0.99), 1, integers=True,
      causes={"Nothing can be divided by 0: take the largest before you divide": 0,
              "Of several largest, take the first": 2})
check("logits of 1000, whole numbers", sample(np.array([1000, 0, 1000]), 1, 0.6), 2,
      causes={"`np.exp` has overflowed: subtract the largest logit first": 0})
check("the logits that were passed in are unchanged", logits, given)
check_raises(ValueError, sample, logits, -1, 0.5)

# %% task="sample" role="test" points=6
random = np.random.default_rng()
for number in range(20):
    vocabulary, temperature = int(random.integers(2, 9)), float(random.uniform(0.2, 4))
    logits = random.normal(size=vocabulary) if number % 2 else random.integers(-3, 4, vocabulary)
    given = logits.copy()
    p = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
    token = int(random.integers(vocabulary))  # a draw well inside its piece
    draw = float(p[:token].sum() + p[token] * random.uniform(0.01, 0.99))
    require(f"{vocabulary} tokens, temperature {temperature:.2f}", sample(given, temperature, draw), token, integers=True)
    require("the logits are unchanged", given, logits)
require("logits of 5000", sample(np.array([5000.0, 4000, 5000]), 0.5, 0.6), 2)

# %% task="sample" role="test" part="zero" points=3
random = np.random.default_rng()
for _ in range(5):
    logits = random.permutation(9)
    require("a temperature of 0", sample(logits, 0, float(random.uniform(0, 0.99))), int(logits.tolist().index(8)), integers=True)
require("the first of several", sample(np.array([0, 3, 1, 3]), 0, 0.9), 1)
require_raises(ValueError, sample, np.array([0.0, 1]), -0.5, 0.5)

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 기억하는 Keras 층 (5점)

순환층 하나로 이동 평균을 낼 수 있습니다. `moving_average(features, decay)`는 형상 `(batch, time, features)`의 시퀀스를 읽고 같은 형상의 지수 이동 평균 $h_t = d\,h_{t-1} + (1 - d)\,x_t$($h_0 = 0$, $d$는 `decay`)을 내는 Keras 모델(`keras.Model`)을 반환합니다.
특성마다 따로 평균을 냅니다. 모델은 활성화 함수가 없는(`activation="linear"`) `SimpleRNN` 층 하나로 만들고, 편향은 쓰지 마세요. 길이가 정해지지 않은 시퀀스를 받아야 하므로 입력은 `keras.Input((None, features))`입니다. 학습은 하지 않습니다. 가중치는 여러분이 정합니다.
아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. A layer of Keras that remembers (5 points)

A single recurrent layer can compute a moving average. `moving_average(features, decay)` returns a Keras model (`keras.Model`) that reads sequences `(batch, time, features)` and gives their exponential moving average $h_t = d\,h_{t-1} + (1 - d)\,x_t$ ($h_0 = 0$, and $d$ is `decay`), of the same shape.
Each feature is averaged by itself. Build the model from one `SimpleRNN` layer without an activation (`activation="linear"`) and without a bias. It must take sequences of any length, so the input is `keras.Input((None, features))`. Nothing is trained: you choose the weights.
The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras

# %% [markdown] tags=["ko"] task="moving_average" role="hint"
r"""
$h' = xW + hU$가 되려면 $W$와 $U$는 어떤 행렬이어야 하나요? 특성이 하나일 때부터 생각하세요.
"""

# %% [markdown] tags=["en"] task="moving_average" role="hint"
r"""
Which matrices must $W$ and $U$ be in $h' = xW + hU$? Begin with a single feature.
"""

# %% [markdown] tags=["ko"] task="moving_average" role="hint"
r"""
특성이 서로 섞이지 않으려면 대각 행렬이어야 합니다. `np.eye(features)`에 알맞은 수를 곱하세요. 모든 시점의 결과를 내려면 `return_sequences=True`가 필요합니다.
"""

# %% [markdown] tags=["en"] task="moving_average" role="hint"
r"""
For the features not to mix, they must be diagonal: `np.eye(features)` times the right number. To give the result of every step, the layer needs `return_sequences=True`.
"""

# %% [markdown] tags=["ko"] task="moving_average" role="hint"
r"""
모델을 만든 다음 `layer.set_weights([(1 - decay) * identity, decay * identity])`로 넣으세요.
"""

# %% [markdown] tags=["en"] task="moving_average" role="hint"
r"""
Put them in with `layer.set_weights([(1 - decay) * identity, decay * identity])` once the model is built.
"""

# %% task="moving_average" role="solution"
def moving_average(features, decay):
    ### BEGIN SOLUTION
    layer = keras.layers.SimpleRNN(features, activation="linear", use_bias=False, return_sequences=True)
    model = keras.Sequential([keras.Input((None, features)), layer])
    identity = np.eye(features)
    layer.set_weights([(1 - decay) * identity, decay * identity])
    return model
    ### END SOLUTION


# %% task="moving_average" role="check"
model = moving_average(1, 0.5)
check("moving_average returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
check(
    "it has two matrices and no bias",
    len(model.get_weights()),
    2,
    causes={"There is a bias as well: `use_bias=False` leaves it out": 3},
)
steps = np.array([[[8.0], [8], [0], [0]]], "float32")
check(
    "decay 1/2",
    np.array(model(steps)),
    np.array([[[4.0], [6], [3], [1.5]]]),
    causes={
        "Only the last step was returned: `return_sequences=True` gives all": np.array([[1.5]]),
        "The input was not weighed by 1 - decay": np.array([[[8.0], [12], [6], [3]]]),
        'The layer still applies its hyperbolic tangent: `activation="linear"` leaves it out': (
            np.array([[[0.99932930], [0.99975305], [0.46202004], [0.22698655]]])
        ),
    },
)
check(
    "decay 3/4",
    np.array(moving_average(1, 0.75)(steps)),
    np.array([[[2.0], [3.5], [2.625], [1.96875]]]),
    causes={"`decay` and 1 - `decay` were confused": np.array([[[6.0], [7.5], [1.875], [0.46875]]])},
)
two = np.array([[[4.0, 0], [0, -8]]], "float32")
check("two features do not mix", np.array(moving_average(2, 0.5)(two)), np.array([[[2.0, 0], [1, -4]]]))

# %% task="moving_average" role="test" points=5
random = np.random.default_rng()
for _ in range(5):
    features, decay = int(random.integers(1, 5)), float(random.uniform(0.1, 0.95))
    model = moving_average(features, decay)
    case = f"{features} features, decay {decay:.2f}"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: two matrices", len(model.get_weights()), 2)
    x = random.normal(size=(3, int(random.integers(2, 9)), features)).astype("float32")
    expected, state = [], np.zeros((3, features))
    for t in range(x.shape[1]):
        state = state + (1 - decay) * (x[:, t] - state)
        expected.append(state)
    require(case, np.array(model(x)), np.stack(expected, axis=1), rtol=1e-4, atol=1e-5)
    model.set_weights([0 * weight for weight in model.get_weights()])
    require(f"{case}: with matrices of 0", np.array(model(x)), 0 * x, atol=1e-6)

# %% [markdown] tags=["ko"]
r"""
### 문제 12. 실험: 얼마나 멀리 기억할까 (5점)

은닉 상태를 잇는 행렬 $U$가 길이를 보존하는 직교 행렬의 `scale`배라고 합시다. 아래 셀의 `gradient_left(scale)`는 무작위 입력을 읽는 순환 신경망에서 마지막 상태의 기울기가 30걸음 전의 시점에 이르렀을 때 남은 크기를 상용로그로 측정합니다(다섯 벌의 평균). 0이면 그대로이고, -2이면 100분의 1입니다.
`scale`을 0.5에서 1.5까지 키우면 남는 기울기는 계속 커질까요, 작아질까요, 그대로일까요? $\tanh$의 도함수는 1을 넘지 않는다는 것을 잊지 마세요. **측정하기 전에** 예측을 적은 다음, 네 가지 이상의 값을 골라 측정하세요. 0.7 이하와 1.3 이상이 하나씩은 있어야 합니다.
`memory_of_scales()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 `scale`의 리스트
- `"predicted"`: 값마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 값마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`. 부호를 떼고 가장 큰 값의 5%보다 작은 변화는 변화로 치지 않습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 12. Experiment: how far does it remember (5 points)

Let the matrix $U$ that carries the hidden state on be `scale` times an orthogonal matrix, which keeps lengths. In the cell below, `gradient_left(scale)` measures, for a recurrent network that reads random inputs, what is left of the last state's gradient 30 steps earlier, as a decimal logarithm (mean of five sets). 0 means all of it, -2 means 1/100.
As `scale` goes from 0.5 to 1.5, will what is left grow all the time, fall, or stay? Remember that the slope of $\tanh$ is never above 1. Write down your prediction **before you measure**; then choose at least four values and measure, at least one of 0.7 or less and one of 1.3 or more.
`memory_of_scales()` returns the record of the experiment as a dict.
- `"settings"`: the list of values of `scale` that were tried
- `"predicted"`: a list with a prediction for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these. A change of less than 5% of the largest value, signs apart, counts as none.
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def gradient_left(scale):
    """Decimal logarithm of the gradient's size 30 steps back, over its size at the end; mean of 5 seeds."""
    found = []
    for seed in range(5):
        random = np.random.default_rng(seed)
        units, state, slopes = 32, np.zeros(32), []
        matrix = scale * np.linalg.qr(random.normal(size=(units, units)))[0]
        for x in random.normal(scale=0.5, size=(60, units)):
            state = np.tanh(x + state @ matrix)
            slopes.append(1 - state**2)
        delta = random.normal(size=units)
        size = np.linalg.norm(delta)
        for slope in slopes[:-31:-1]:
            delta = (delta * slope) @ matrix.T
        found.append(np.log10(np.linalg.norm(delta) / size))
    return float(np.mean(found))

# %% [markdown] tags=["ko"] task="memory_of_scales" role="hint"
r"""
한 걸음마다 기울기는 무엇과 무엇을 곱하나요? `scale`이 커지면 상태의 크기는 어떻게 되고, 그때 $\tanh$의 도함수는 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="memory_of_scales" role="hint"
r"""
By what is the gradient multiplied at each step? If `scale` grows, what becomes of the states, and then of the slope of $\tanh$?
"""

# %% [markdown] tags=["ko"] task="memory_of_scales" role="hint"
r"""
`scales = [0.5, 0.8, 1.1, 1.4]`처럼 값을 고르고, 예측을 먼저 적은 다음 `[gradient_left(scale) for scale in scales]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="memory_of_scales" role="hint"
r"""
Choose values such as `scales = [0.5, 0.8, 1.1, 1.4]`, write the prediction first, then measure with `[gradient_left(scale) for scale in scales]`.
"""

# %% task="memory_of_scales" role="solution"
def memory_of_scales():
    ### BEGIN SOLUTION
    scales = [0.5, 0.8, 1.1, 1.4]
    return {
        "settings": scales,
        "predicted": "grows",  # before measuring
        "measured": [gradient_left(scale) for scale in scales],
        "conclusion": "grows",
    }
    ### END SOLUTION


# %% task="memory_of_scales" role="check"
allowed = lambda scale: 0.5 <= scale <= 1.5
found = memory_of_scales()
check_experiment(
    "the experiment", found, measure=gradient_left, settings=allowed, at_least_runs=4, tolerance=0.01
)
check(
    "one value is 0.7 or less, one 1.3 or more",
    min(found["settings"]) <= 0.7 and max(found["settings"]) >= 1.3,
    True,
)

# %% task="memory_of_scales" role="test" points=5
found = memory_of_scales()
require_experiment("the experiment", found, measure=gradient_left, settings=lambda scale: 0.5 <= scale <= 1.5, at_least_runs=4, tolerance=0.01)
require("one value is 0.7 or less, one 1.3 or more", bool(min(found["settings"]) <= 0.7 and max(found["settings"]) >= 1.3), True)
