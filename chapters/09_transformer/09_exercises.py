# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 9장 연습 문제. 트랜스포머

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 배열과 리스트는 바꾸지 마세요. 배열의 값은 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 모두 14문제, 100점, 약 2시간 30분입니다. 문제 13만 Keras를 쓰고, 문제 14는 스스로 하는 실험입니다.

토큰 번호 가운데 셋은 쓰임이 정해져 있습니다. `PAD`는 짧은 문장의 뒤를 채우고, `START`는 디코더 입력의 맨 앞에, `END`는 문장의 끝에 옵니다. 낱말의 번호는 3부터입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 9 exercises. The Transformer

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the arrays and lists that a function is given. Arrays may hold integers or floating-point numbers; for the result, either will do that keeps the values.
- There are 14 tasks with 100 points, for about 2 hours and 30 minutes. Only task 13 uses Keras, and task 14 is an experiment of your own.

Three numbers of tokens are reserved: `PAD` fills up short sentences at the end, `START` stands in front of what the decoder is given, and `END` behind a sentence. The numbers of words begin with 3.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

PAD, START, END = 0, 1, 2

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 마스크가 있는 어텐션 (9점)

모든 질의가 모든 키를 볼 수 있는 것은 아닙니다. `masked_attention(queries, keys, values, allowed)`에서 `queries`의 형상은 `(n, d)`, `keys`는 `(m, d)`, `values`는 `(m, c)`이고,
`allowed`는 형상 `(n, m)`의 불(bool) 배열로 질의가 그 키를 보아도 되는 곳이 `True`입니다. 결과는 형상이 `(n, c)`인 배열입니다.
$$\mathrm{attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$
소프트맥스는 질의마다, 보아도 되는 키에 대해서만 계산합니다. 가려진 키의 어텐션 가중치는 정확히 0이고, 나머지를 더하면 1입니다.
어느 키도 볼 수 없는 질의의 결과는 모두 0입니다. 점수는 수백만에 이를 수도 있습니다. 그래도 오버플로가 없어야 하고, 가려진 점수는 아무리 커도 결과에 영향을 주지 않아야 합니다. 이 문단의 경우에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. Attention with a mask (9 points)

Not every query may look at every key. In `masked_attention(queries, keys, values, allowed)` the shape of `queries` is `(n, d)`, that of `keys` `(m, d)`, of `values` `(m, c)`;
`allowed` is an array of bools of shape `(n, m)`, `True` where the query may look at the key. The result is an array of shape `(n, c)`.
$$\mathrm{attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$
Softmax goes over the keys that a query may look at, for each query by itself. The share of a forbidden key is exactly 0, and the others sum to 1.
A query that may look nowhere gets a row that is all 0. Scores may reach millions; still nothing may overflow, and a forbidden score must not count, however large it is. The cases of this paragraph are worth 3 points.
"""

# %% [markdown] tags=["ko"] task="masked_attention" role="hint"
r"""
점수를 가리는 것은 소프트맥스의 앞이어야 하나요, 뒤여야 하나요? 뒤에서 가리면 어텐션 가중치의 합은 얼마가 되나요?
"""

# %% [markdown] tags=["en"] task="masked_attention" role="hint"
r"""
Must the scores be masked in front of softmax or behind it? What would the shares sum to if they were masked behind it?
"""

# %% [markdown] tags=["ko"] task="masked_attention" role="hint"
r"""
`np.where(allowed, scores, -np.inf)`는 가려진 점수를 음의 무한대로 바꿉니다. `np.exp(-np.inf)`는 0입니다. `np.exp`를 취하기 전에 질의마다 **보아도 되는** 점수의 최댓값을 빼세요.
"""

# %% [markdown] tags=["en"] task="masked_attention" role="hint"
r"""
`np.where(allowed, scores, -np.inf)` makes the forbidden scores minus infinity, and `np.exp(-np.inf)` is 0. Before `np.exp`, subtract from each query's scores the largest **allowed** one.
"""

# %% [markdown] tags=["ko"] task="masked_attention" role="hint"
r"""
어느 키도 볼 수 없는 질의에서는 최댓값이 `-np.inf`이고 합이 0입니다. 최댓값이 유한하지 않으면 0을 빼고(`np.isfinite`), 합이 0이면 1로 나누세요(`np.where`).
"""

# %% [markdown] tags=["en"] task="masked_attention" role="hint"
r"""
For a query that may look nowhere the largest is `-np.inf` and the sum is 0. Subtract 0 where the largest is not finite (`np.isfinite`), and divide by 1 where the sum is 0 (`np.where`).
"""

# %% task="masked_attention" role="solution"
def masked_attention(queries, keys, values, allowed):
    ### BEGIN SOLUTION
    scores = np.where(allowed, queries @ keys.T / np.sqrt(queries.shape[-1]), -np.inf)
    largest = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - np.where(np.isfinite(largest), largest, 0))  # 0 where it must not look
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total > 0, total, 1) @ values
    ### END SOLUTION


# %% task="masked_attention" role="check"
log2, log3 = np.log(2), np.log(3)
queries = np.array([[0, 0, 0, 0], [2, 0, 0, 0]])
keys = np.array([[log3, 0, 0, 0], [0, 0, 0, 0], [log2, 1, 2, 3]])
values = np.array([[4, 0], [0, 8], [100, 100]])
allowed = np.array([[True, False, False], [True, True, False]])
given = [value.copy() for value in (queries, keys, values, allowed)]
check(
    "2 queries, 3 keys; the last key is hidden",
    masked_attention(queries, keys, values, allowed),
    np.array([[4.0, 0], [3, 2]]),
    causes={
        "The mask has no effect": np.array([[104 / 3, 36], [106 / 3, 104 / 3]]),
        "The mask is inverted: `True` is where a query may look": np.array([[50.0, 54], [100, 100]]),
        "The mask came after softmax: the shares that are left do not sum to 1": np.array(
            [[4 / 3, 0], [2, 4 / 3]]
        ),
        "The scores were multiplied by the mask: a score of 0 is no share of 0": np.array(
            [[104 / 3, 36], [22.4, 21.6]]
        ),
        "The division by the square root of d was forgotten": np.array([[4.0, 0], [3.6, 0.8]]),
        "The scores were divided by d: it is the square root of d": np.array([[4.0, 0], [2.53589838, 2.92820323]]),
        "Softmax went over the queries: for each query, it must go over the keys": np.array(
            [[51.0, 50], [53, 58]]
        ),
        "Softmax must go over the keys, here it goes over the queries": np.array([[1.0, 0], [3, 8]]),
        "These are the shares: they must be multiplied by the values": np.array([[1.0, 0, 0], [0.75, 0.25, 0]]),
    },
)
check("the arrays that were passed in are unchanged", [queries, keys, values, allowed], given)
check(
    "a query that may look nowhere",
    masked_attention(np.array([[1, 0], [0, 1]]), np.eye(2), np.array([[6, 2], [4, 8]]), np.eye(2, k=-1) == 1),
    np.array([[0, 0], [6, 2]]),
    causes={
        "Where all is forbidden, softmax makes equal shares of it": np.array([[5, 5], [6, 2]]),
        "The shares of a query that may look nowhere are 0 / 0": np.array([[np.nan, np.nan], [6, 2]]),
        "A large number was subtracted: where all is forbidden, shares are left of it": np.array(
            [[5.33952312, 3.98143064], [6, 2]]
        ),
    },
)
check(
    "a hidden score of 2 million, whole numbers",
    masked_attention(np.array([[2]]), np.array([[3], [1000000]]), np.array([[7], [1]]), np.array([[True, False]])),
    np.array([[7]]),
    causes={
        "The hidden score counts: it must be hidden however large it is": np.array([[1]]),
        "`np.exp` of the allowed scores has become 0: subtract the largest allowed score": np.array([[0]]),
        "`np.exp` has overflowed, or 0 was divided by 0": np.array([[np.nan]]),
    },
)
check(
    "scores of 3000",
    masked_attention(np.array([[3000.0]]), np.ones((2, 1)), np.array([[2.0], [4]]), np.array([[True, True]])),
    np.array([[3.0]]),
    causes={"`np.exp` has overflowed: subtract the largest score of each query first": np.array([[np.nan]])},
)

# %% task="masked_attention" role="test" points=6
random = np.random.default_rng()
for number in range(12):
    n, m, d, c = (int(v) for v in random.integers(1, 6, 4))
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    arrays = [draw(n, d), draw(m, d), draw(m, c), random.random((n, m)) < 0.5]
    arrays[3][np.arange(n), random.integers(0, m, n)] = True
    given = [array.copy() for array in arrays]
    found = masked_attention(*given)
    expected = np.zeros((n, c))
    for i in range(n):
        places = [j for j in range(m) if arrays[3][i, j]]
        weights = [np.exp(float(sum(arrays[0][i] * arrays[1][j])) / d**0.5) for j in places]
        expected[i] = sum(weight * arrays[2][j] for weight, j in zip(weights, places)) / sum(weights)
    require(f"{n} queries, {m} keys of {d} numbers", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="masked_attention" role="test" part="edges" points=3
random = np.random.default_rng()
for number in range(10):
    n, m, d = (int(v) for v in random.integers(2, 6, 3))
    q, k = random.integers(-1000, 1001, (n, d)), random.integers(-1000, 1001, (m, d))
    v, allowed = random.normal(size=(m, 2)), random.random((n, m)) < 0.5
    allowed[random.integers(n)] = False
    if number % 2:
        q, k = q / 1000, k.astype(float)
    expected = np.zeros((n, 2))
    for i in range(n):
        places = [j for j in range(m) if allowed[i, j]]
        scores = [float(sum(q[i] * k[j])) / d**0.5 for j in places]
        weights = [np.exp(score - max(scores)) for score in scores]
        expected[i] = sum(weight * v[j] for weight, j in zip(weights, places)) / sum(weights) if places else 0
    require(f"{n} queries, one of which may look nowhere, and large scores", masked_attention(q, k, v, allowed), expected)
for _ in range(5):
    large, v = float(random.integers(2000, 6000)), random.normal(size=(3, 2))
    allowed = np.array([[True, False, True], [False, False, True]])
    found = masked_attention(np.array([[1000.0], [1000]]), np.array([[1.0], [large], [1]]), v, allowed)
    require(f"a hidden score of {1000 * large:.0f}", found, np.stack([(v[0] + v[2]) / 2, v[2]]))
require("all is forbidden", masked_attention(np.ones((2, 3)), np.ones((1, 3)), np.ones((1, 1)), np.zeros((2, 1), bool)), np.zeros((2, 1)))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 길이에서 마스크로 (7점)

번역에 쓰는 배치에는 길이가 다른 문장이 함께 있고, 짧은 문장의 뒤는 `PAD`로 채워져 있습니다. `masks(source_lengths, target_lengths)`는 문장마다의 길이를 담은 정수 배열 둘을 받습니다. 형상은 모두 `(batch,)`입니다.
배치의 너비는 가장 긴 문장의 길이입니다. 이것을 원본에서는 $S$, 번역문에서는 $T$라고 합시다. 함수는 불(bool) 배열 둘 `(within, across)`를 반환합니다. 질의가 키를 보아도 되는 곳이 `True`입니다.
- `within`은 디코더의 자기 어텐션에 쓰며 형상은 `(batch, T, T)`입니다. `within[b, t, s]`는 번역문의 `t`번째 토큰이 `s`번째 토큰을 보아도 되는지입니다. 자신과 앞의 토큰만 볼 수 있고(인과 마스크, causal mask), `PAD`는 볼 수 없습니다.
- `across`는 교차 어텐션(cross-attention)에 쓰며 형상은 `(batch, T, S)`입니다. 번역문의 모든 토큰은 원본의 토큰을 모두 볼 수 있지만 `PAD`는 볼 수 없습니다.

질의가 `PAD`이면 그 결과는 아무도 쓰지 않으므로, 질의의 쪽은 가리지 마세요. 두 배열의 길이가 서로 다르거나 1보다 작은 길이가 있으면 `ValueError`를 발생시키세요(raise). `within`에 3점, `across`에 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. From lengths to masks (7 points)

A batch for translation has sentences of different lengths, and short ones are filled up with `PAD`. `masks(source_lengths, target_lengths)` is given two arrays of integers with the length of each sentence, both of shape `(batch,)`.
The batch is as wide as its longest sentence; let this be $S$ for the sources and $T$ for the targets. The function returns two arrays of bools, `(within, across)`, `True` where a query may look at a key.
- `within` is for the self-attention of the decoder; its shape is `(batch, T, T)`. `within[b, t, s]` says whether token `t` of the target may look at its token `s`. It may look at itself and at those before it (a causal mask), but not at `PAD`.
- `across` is for the cross-attention; its shape is `(batch, T, S)`. Every token of the target may look at all tokens of the source, but not at `PAD`.

Nobody uses the result of a query that is `PAD`, so hide nothing on the side of the queries. Raise `ValueError` if the two arrays are not equally long, or a length is below 1. `within` is worth 3 points, `across` 2, the error cases 2.
"""

# %% [markdown] tags=["ko"] task="masks" role="hint"
r"""
길이가 2인 문장이 너비 4의 배치에 있으면 어느 자리가 `PAD`인가요? 자리 번호와 길이를 비교하는 식으로 써 보세요.
"""

# %% [markdown] tags=["en"] task="masks" role="hint"
r"""
If a sentence of length 2 stands in a batch of width 4, which places are `PAD`? Write it as a comparison of the place's number with the length.
"""

# %% [markdown] tags=["ko"] task="masks" role="hint"
r"""
`np.arange(T) < target_lengths[:, None]`의 형상은 `(batch, T)`이고 낱말이 있는 자리가 `True`입니다. `t[:, None] >= t`는 형상이 `(T, T)`인 인과 마스크입니다. 키는 마지막 축에 있습니다.
"""

# %% [markdown] tags=["en"] task="masks" role="hint"
r"""
`np.arange(T) < target_lengths[:, None]` has the shape `(batch, T)` and is `True` where there is a word. `t[:, None] >= t` is the causal mask, of shape `(T, T)`. The keys are on the last axis.
"""

# %% [markdown] tags=["ko"] task="masks" role="hint"
r"""
둘을 `&`로 묶기 전에 `real[:, None, :]`처럼 질의의 축을 끼워 넣으세요. `across`는 `np.repeat(real[:, None, :], T, axis=1)`로 질의마다 되풀이하면 됩니다.
"""

# %% [markdown] tags=["en"] task="masks" role="hint"
r"""
Put in an axis for the queries, `real[:, None, :]`, before you join the two by `&`. For `across`, repeat it for each query: `np.repeat(real[:, None, :], T, axis=1)`.
"""

# %% task="masks" role="solution"
def masks(source_lengths, target_lengths):
    ### BEGIN SOLUTION
    if len(source_lengths) != len(target_lengths) or min(*source_lengths, *target_lengths) < 1:
        raise ValueError("each source needs a target, and each of them a token")
    s, t = np.arange(max(source_lengths)), np.arange(max(target_lengths))
    source, target = s < source_lengths[:, None], t < target_lengths[:, None]  # where words are
    within = (t[:, None] >= t) & target[:, None, :]
    across = np.repeat(source[:, None, :], len(t), axis=1)
    return within, across
    ### END SOLUTION


# %% task="masks" role="check"
sources, targets = np.array([2, 1]), np.array([1, 3])
given = [sources.copy(), targets.copy()]
within, across = masks(sources, targets)
first, ones, lower = np.array([[True, False, False]] * 3), np.ones((3, 3), bool), np.tri(3) == 1
check(
    "within targets of 1 and 3 tokens",
    within,
    np.stack([first, lower]),
    causes={
        "`PAD` is not hidden": np.stack([lower, lower]),
        "The mask is not causal: what comes later must be hidden": np.stack([first, ones]),
        "It looks ahead instead of back: rows are queries, columns keys": np.stack([first & lower.T, lower.T]),
        "A token may look at itself, too": np.stack([first & (np.tri(3, k=-1) == 1), np.tri(3, k=-1) == 1]),
        "It is inverted: `True` is where a query may look": ~np.stack([first, lower]),
        "`PAD` is hidden as a query: it must be hidden as a key": np.stack([first & first.T, lower]),
        "One place too many can be seen: the places count from 0": np.stack([lower & [True, True, False], lower]),
    },
)
check(
    "across to sources of 2 and 1 tokens",
    across,
    np.array([[[True, True]] * 3, [[True, False]] * 3]),
    causes={
        "It is inverted: `True` is where a query may look": np.array([[[False, False]] * 3, [[False, True]] * 3]),
        "`PAD` is not hidden": np.ones((2, 3, 2), bool),
        "Cross-attention is not causal: the whole source is there from the start": np.array(
            [[[True, False], [True, True], [True, True]], [[True, False]] * 3]
        ),
        "Rows are the tokens of the target, columns those of the source": np.array(
            [[[True] * 3] * 2, [[True] * 3, [False] * 3]]
        ),
        "The query's side must not be hidden": np.array(
            [[[True, True], [False, False], [False, False]], [[True, False]] * 3]
        ),
    },
)
check("the lengths that were passed in are unchanged", [sources, targets], given)
check(
    "one sentence, no padding",
    masks(np.array([3]), np.array([2]))[0],
    np.array([[[True, False], [True, True]]]),
)
check_raises(ValueError, masks, np.array([2, 1]), np.array([3]))
check_raises(ValueError, masks, np.array([2, 0]), np.array([1, 1]))
check_raises(ValueError, masks, np.array([2, 2]), np.array([1, 0]))

# %% task="masks" role="test" part="within" points=3
random = np.random.default_rng()
for _ in range(10):
    batch = int(random.integers(1, 5))
    lengths = [random.integers(1, 7, batch) for _ in range(2)]
    given = [array.copy() for array in lengths]
    found, _ = masks(*given)
    width = max(lengths[1].tolist())
    expected = [[[s <= t and s < length for s in range(width)] for t in range(width)] for length in lengths[1].tolist()]
    require(f"within targets of {lengths[1].tolist()} tokens", found, np.array(expected))
    require("the lengths are unchanged", given, lengths)

# %% task="masks" role="test" part="across" points=2
random = np.random.default_rng()
for _ in range(10):
    batch = int(random.integers(1, 5))
    lengths = [random.integers(1, 7, batch) for _ in range(2)]
    given = [array.copy() for array in lengths]
    _, found = masks(*given)
    width, rows = max(lengths[0].tolist()), max(lengths[1].tolist())
    expected = [[[s < length for s in range(width)] for _ in range(rows)] for length in lengths[0].tolist()]
    require(f"across to sources of {lengths[0].tolist()} tokens", found, np.array(expected))
    require("the lengths are unchanged", given, lengths)

# %% task="masks" role="test" part="errors" points=2
for source, target in (([1, 2, 3], [1, 2]), ([4], [1, 1]), ([0], [2]), ([3, 5, 0], [1, 1, 1]), ([3, 5], [1, 0]), ([2, -1], [2, 2])):
    require_raises(ValueError, masks, np.array(source), np.array(target))

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 헤드를 나누고 합치기, 그리고 끄기 (8점)

학습이 끝난 모델에서 헤드를 몇 개 끄면 번역이 얼마나 나빠지는지로 헤드의 쓸모를 잴 수 있습니다(Michel et al., 2019). `mix_heads(shares, values, kernel, bias, off)`는 여러 헤드의 어텐션에서 뒤의 절반을 계산합니다.
`shares`는 이미 계산한 어텐션 가중치로 형상은 `(batch, heads, n, m)`, `values`는 아직 헤드로 나누지 않은 값으로 형상은 `(batch, m, width)`입니다. 출력층의 가중치 `kernel`의 형상은 `(width, width)`, `bias`는 `(width,)`입니다.

1. 값의 마지막 축을 `heads`개의 이어진 조각으로 똑같이 나눕니다. 첫 조각은 첫 헤드의 것입니다.
2. 헤드마다 자기 어텐션 가중치로 자기 조각을 섞습니다. 번호가 리스트 `off`에 있는 헤드의 결과는 0으로 합니다. 나머지 헤드는 그대로 둡니다.
3. 헤드들의 결과를 헤드의 순서대로 마지막 축에 나란히 놓고, `kernel`을 곱하고 `bias`를 더합니다. 결과의 형상은 `(batch, n, width)`입니다.

`width`가 `heads`로 나누어떨어지지 않거나 `off`에 0부터 `heads - 1`까지가 아닌 번호가 있으면 `ValueError`를 발생시키세요(raise). 계산에 4점, 헤드를 끄는 데 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. Split heads, merge them, and switch some off (8 points)

How useful a head is can be measured by switching it off in a trained model and looking at how much worse the translations get (Michel et al., 2019). `mix_heads(shares, values, kernel, bias, off)` computes the second half of an attention with several heads.
`shares` are the attention weights, computed already, of shape `(batch, heads, n, m)`; `values` have not been split into heads yet and have the shape `(batch, m, width)`. The output layer has the weights `kernel`, of shape `(width, width)`, and `bias`, `(width,)`.

1. The last axis of the values is split into `heads` consecutive parts of the same size; the first part belongs to the first head.
2. Each head mixes its part by its own shares. The results of the heads whose numbers are in the list `off` are 0; the other heads stay as they are.
3. The results of the heads stand side by side on the last axis, in the order of the heads; they are multiplied by `kernel`, and `bias` is added. The shape of the result is `(batch, n, width)`.

Raise `ValueError` if `heads` does not divide `width`, or if `off` has a number that is not from 0 to `heads - 1`. The computation is worth 4 points, switching off 2, the error cases 2.
"""

# %% [markdown] tags=["ko"] task="mix_heads" role="hint"
r"""
`width`가 6이고 헤드가 3개이면 두 번째 헤드는 어느 열을 섞나요? 그 결과는 마지막에 어느 열에 놓이나요?
"""

# %% [markdown] tags=["en"] task="mix_heads" role="hint"
r"""
With `width` 6 and 3 heads, which columns does the second head mix? In which columns does its result stand at the end?
"""

# %% [markdown] tags=["ko"] task="mix_heads" role="hint"
r"""
헤드를 도는 반복문이면 충분합니다. 헤드마다 `values[:, :, start:start + size]`를 자르고 `shares[:, head] @ part`를 리스트에 모은 다음 `np.concatenate(..., axis=-1)`로 이으세요. 끈 헤드는 0을 곱한 것을 넣습니다.
"""

# %% [markdown] tags=["en"] task="mix_heads" role="hint"
r"""
A loop over the heads will do: cut `values[:, :, start:start + size]`, collect `shares[:, head] @ part` in a list, and join it with `np.concatenate(..., axis=-1)`. For a head that is off, put in 0 times that.
"""

# %% [markdown] tags=["ko"] task="mix_heads" role="hint"
r"""
반복문 없이 하려면 `values.reshape(batch, m, heads, size).transpose(0, 2, 1, 3)`으로 헤드의 축을 앞으로 옮기고, 곱한 다음 `transpose(0, 2, 1, 3)`을 **한 번 더** 하고 나서 `reshape(batch, n, width)`로 합칩니다.
"""

# %% [markdown] tags=["en"] task="mix_heads" role="hint"
r"""
Without a loop: `values.reshape(batch, m, heads, size).transpose(0, 2, 1, 3)` moves the axis of the heads forward; after the product, `transpose(0, 2, 1, 3)` **once more**, and only then `reshape(batch, n, width)`.
"""

# %% task="mix_heads" role="solution"
def mix_heads(shares, values, kernel, bias, off):
    ### BEGIN SOLUTION
    batch, heads, n, m = shares.shape
    width = values.shape[-1]
    if width % heads or any(not 0 <= head < heads for head in off):
        raise ValueError(f"{heads} heads, a width of {width}, heads {off} off")
    parts = values.reshape(batch, m, heads, width // heads).transpose(0, 2, 1, 3)
    on = np.array([head not in off for head in range(heads)])
    mixed = shares @ parts * on[:, None, None]  # (batch, heads, n, width // heads)
    return mixed.transpose(0, 2, 1, 3).reshape(batch, n, width) @ kernel + bias
    ### END SOLUTION


# %% task="mix_heads" role="check"
shares = np.array([[[[1, 0], [0.5, 0.5]], [[0, 1], [0.25, 0.75]]]])
values = np.array([[[4, 8, 12, 16], [0, 4, 8, 0]]])
kernel = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
bias = np.array([10, 0, 0, 1])
given = [value.copy() for value in (shares, values, kernel, bias)]
check(
    "2 heads, width 4, none is off",
    mix_heads(shares, values, kernel, bias, []),
    np.array([[[14.0, 8, 8, 9], [12, 6, 9, 14]]]),
    causes={
        "The heads were merged without moving their axis back behind the tokens": np.array(
            [[[14.0, 8, 2, 9], [18, 0, 9, 14]]]
        ),
        "`reshape` alone mixes the tokens: the heads split the last axis": np.array(
            [[[14.0, 8, 8, 9], [18, 12, 6, 8]]]
        ),
        "Heads were split and merged by `reshape` alone, which mixes the tokens": np.array(
            [[[14.0, 8, 8, 21], [18, 0, 6, 8]]]
        ),
        "The parts must be consecutive: here each head takes every second column": np.array(
            [[[14.0, 12, 4, 5], [12, 10, 5, 10]]]
        ),
        "The bias was forgotten": np.array([[[4.0, 8, 8, 8], [2, 6, 9, 13]]]),
        "`kernel` was transposed": np.array([[[14.0, 8, 8, 1], [12, 6, 13, 5]]]),
        "The shares were transposed: rows are the queries": np.array([[[14.0, 10, 2, 3], [10, 2, 18, 35]]]),
        "The output layer is missing": np.array([[[4.0, 8, 8, 0], [2, 6, 9, 4]]]),
    },
)
off = [1]
check(
    "the second head is off",
    mix_heads(shares, values, kernel, bias, off),
    np.array([[[14.0, 8, 0, 1], [12, 6, 0, 1]]]),
    causes={
        "No head was switched off": np.array([[[14.0, 8, 8, 9], [12, 6, 9, 14]]]),
        "The wrong head is off: `off` names those that are off, and numbers begin with 0": np.array(
            [[[10.0, 0, 8, 9], [10, 0, 9, 14]]]
        ),
        "The other heads must stay as they are: do not make them larger": np.array(
            [[[18.0, 16, 0, 1], [14, 12, 0, 1]]]
        ),
        "It was switched off behind the output layer: what the head gives must be 0 before `kernel`": np.array(
            [[[14.0, 8, 0, 0], [12, 6, 0, 0]]]
        ),
    },
)
check("the arrays that were passed in are unchanged", [shares, values, kernel, bias, off], [*given, [1]])
check(
    "3 heads, 1 query, 2 sentences, whole numbers",
    mix_heads(
        np.ones((2, 3, 1, 2), int), np.arange(12).reshape(2, 2, 3), np.eye(3, dtype=int), np.zeros(3, int), [0]
    ),
    np.array([[[0, 5, 7]], [[0, 17, 19]]]),
)
check("all heads are off", mix_heads(shares, values, kernel, bias, [1, 0]), np.array([[[10, 0, 0, 1]] * 2]))
check_raises(ValueError, mix_heads, np.ones((1, 3, 2, 2)), values, kernel, bias, [])
check_raises(ValueError, mix_heads, shares, values, kernel, bias, [2])

# %% task="mix_heads" role="test" part="mix" points=4
random = np.random.default_rng()
for number in range(10):
    batch, heads, n, m, size = (int(v) for v in random.integers(1, 5, 5))
    width = heads * size
    draw = (lambda *shape: random.integers(-2, 3, shape)) if number % 3 == 0 else (lambda *shape: random.normal(size=shape))
    arrays = [draw(batch, heads, n, m), draw(batch, m, width), draw(width, width), draw(width)]
    given = [array.copy() for array in arrays]
    found = mix_heads(*given, [])
    mixed = np.zeros((batch, n, width))
    for b, i, column in np.ndindex(batch, n, width):
        mixed[b, i, column] = sum(arrays[0][b, column // size, i, j] * arrays[1][b, j, column] for j in range(m))
    require(f"{heads} heads, width {width}, {n} queries, {m} keys", found, mixed.dot(arrays[2]) + arrays[3])
    require("the arrays are unchanged", given, arrays)

# %% task="mix_heads" role="test" part="off" points=2
random = np.random.default_rng()
for number in range(8):
    heads, n, m, size = (int(v) for v in random.integers(2, 5, 4))
    width = heads * size
    off = [int(head) for head in random.permutation(heads)[: random.integers(1, heads + 1)]]
    s, v, kernel, bias = random.random((2, heads, n, m)), random.normal(size=(2, m, width)), random.normal(size=(width, width)), random.normal(size=width)
    given = list(off)
    found = mix_heads(s.copy(), v.copy(), kernel.copy(), bias.copy(), given)
    expected = np.zeros((2, n, width)) + bias
    for head in set(range(heads)) - set(off):
        part = slice(head * size, (head + 1) * size)
        expected += np.einsum("bnm,bms,sw->bnw", s[:, head], v[:, :, part], kernel[part])
    require(f"{heads} heads, {off} are off", found, expected)
    require("the list is unchanged", given, off)

# %% task="mix_heads" role="test" part="errors" points=2
for heads, width, off in ((3, 4, []), (4, 6, []), (2, 4, [2]), (2, 4, [0, 5]), (3, 6, [-1])):
    require_raises(ValueError, mix_heads, np.ones((1, heads, 2, 3)), np.ones((1, 3, width)), np.eye(width), np.ones(width), off)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. 자리를 모르고 옮기기 (8점)

자리 $p$의 위치 인코딩(positional encoding)인 사인파 벡터에는 사인과 코사인이 번갈아 있습니다. `width`는 짝수이고 $i$는 0부터 $\mathrm{width}/2 - 1$까지입니다.
$$v_{2i} = \sin(p\,\omega_i), \quad v_{2i+1} = \cos(p\,\omega_i), \quad \omega_i = (10^4)^{-2i/\mathrm{width}}$$
논문이 이 벡터를 고른 까닭 가운데 하나는, $k$걸음 나아간 자리의 벡터가 자리 $p$와 상관없이 늘 같은 방법으로 지금의 벡터에서 나온다는 것입니다. `move_on(vectors, steps)`를 완성하세요.
`vectors`는 형상 `(count, width)`이며 줄마다 어느 자리의 사인파 벡터이지만 어느 자리인지는 주어지지 않습니다. 결과는 같은 형상으로, 줄마다 `steps`걸음 나아간 자리의 벡터입니다. `steps`는 음수나 분수일 수도 있습니다.
다음 식이 도움이 됩니다. $\sin(a + b) = \sin a \cos b + \cos a \sin b$, $\cos(a + b) = \cos a \cos b - \sin a \sin b$.
`width`가 홀수이면 `ValueError`를 발생시키세요(raise). 계산에 6점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. Move on without knowing the position (8 points)

In the sinusoidal vector of position $p$, its positional encoding, sines and cosines stand in turn; `width` is even, and $i$ goes from 0 to $\mathrm{width}/2 - 1$.
$$v_{2i} = \sin(p\,\omega_i), \quad v_{2i+1} = \cos(p\,\omega_i), \quad \omega_i = (10^4)^{-2i/\mathrm{width}}$$
One reason for which the paper chose these vectors is that the vector $k$ steps further on follows from this one in the same way at every position $p$. Complete `move_on(vectors, steps)`.
`vectors` has the shape `(count, width)`; each row is the sinusoidal vector of a position, but you are not told of which. The result has the same shape: for each row, the vector of the position `steps` further on. `steps` may be negative or a fraction.
These formulas help: $\sin(a + b) = \sin a \cos b + \cos a \sin b$, $\cos(a + b) = \cos a \cos b - \sin a \sin b$.
Raise `ValueError` if `width` is odd. The computation is worth 6 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="move_on" role="hint"
r"""
주어진 식에서 $a$를 지금의 각도 $p\,\omega_i$라고 하면 $b$는 무엇인가요? $\sin a$와 $\cos a$는 어디에 있나요?
"""

# %% [markdown] tags=["en"] task="move_on" role="hint"
r"""
If $a$ in the formulas is the angle now, $p\,\omega_i$, what is $b$? Where do $\sin a$ and $\cos a$ stand?
"""

# %% [markdown] tags=["ko"] task="move_on" role="hint"
r"""
사인은 `vectors[:, 0::2]`, 코사인은 `vectors[:, 1::2]`입니다. 더해지는 각도는 `steps * 10000.0 ** (-np.arange(0, width, 2) / width)`이며 모든 줄에서 같습니다.
"""

# %% [markdown] tags=["en"] task="move_on" role="hint"
r"""
The sines are `vectors[:, 0::2]`, the cosines `vectors[:, 1::2]`. The angles that are added, `steps * 10000.0 ** (-np.arange(0, width, 2) / width)`, are the same in all rows.
"""

# %% [markdown] tags=["ko"] task="move_on" role="hint"
r"""
`result = np.empty(vectors.shape)`를 만들고 `result[:, 0::2]`와 `result[:, 1::2]`에 두 식의 값을 넣으세요. 정수 배열과 같은 형으로 만들면 소수가 잘립니다.
"""

# %% [markdown] tags=["en"] task="move_on" role="hint"
r"""
Make `result = np.empty(vectors.shape)` and put the two formulas into `result[:, 0::2]` and `result[:, 1::2]`. An array of the kind of the integers would cut off the decimals.
"""

# %% task="move_on" role="solution"
def move_on(vectors, steps):
    ### BEGIN SOLUTION
    width = vectors.shape[1]
    if width % 2:
        raise ValueError(f"a width of {width} is odd")
    turn = steps * 10000.0 ** (-np.arange(0, width, 2) / width)
    sines, cosines = vectors[:, 0::2], vectors[:, 1::2]
    result = np.empty(vectors.shape)
    result[:, 0::2] = sines * np.cos(turn) + cosines * np.sin(turn)
    result[:, 1::2] = cosines * np.cos(turn) - sines * np.sin(turn)
    return result
    ### END SOLUTION


# %% task="move_on" role="check"
def pairs(first, second):
    """Vectors of width 4 from the angles of their two pairs."""
    return np.stack([np.sin(first), np.cos(first), np.sin(second), np.cos(second)], axis=1)


p = np.array([0.0, 1, 50])
vectors = pairs(p, p / 100)  # of width 4, so the second pair turns 100 times as slowly
given = vectors.copy()
check(
    "positions 0, 1 and 50, 3 steps on",
    move_on(vectors, 3),
    pairs(p + 3, p / 100 + 0.03),
    causes={
        "This is 3 steps back: look at the signs": pairs(p - 3, p / 100 - 0.03),
        "All pairs turned equally fast: the frequency is missing": pairs(p + 3, p / 100 + 3),
        "The exponent of the frequency is -2i / width, with i the number of the pair": pairs(p + 3, p / 100 + 0.3),
        "The frequencies grow: the exponent must be negative": pairs(p + 3, p / 100 + 300),
        "One of the two signs is wrong: look at the cosines": np.stack(
            [np.sin(p + 3), np.cos(p - 3), np.sin(p / 100 + 0.03), np.cos(p / 100 - 0.03)], axis=1
        ),
        "One of the two signs is wrong: look at the sines": np.stack(
            [np.sin(p - 3), np.cos(p + 3), np.sin(p / 100 - 0.03), np.cos(p / 100 + 0.03)], axis=1
        ),
        "Nothing has moved": given,
        "The vector of position 3 was added: angles are added, not vectors": given + pairs([3], [0.03]),
        "Sines and cosines stand in turn, and not one half after the other": np.array(
            [
                [0, 1.02954553, 0, 0.96955453],
                [-0.83163878, 0.57005319, -0.12864815, 0.98329342],
                [0.32740567, 0.99085535, -0.43760134, 0.84824304],
            ]
        ),
        "Cosines stand behind their sines: here the two were confused": np.array(
            [
                [-0.9899925, -0.14112001, 0.99955003, -0.0299955],
                [-0.41614684, -0.90929743, 0.99980001, -0.01999867],
                [-0.99233547, 0.12357312, 0.89156829, 0.45288629],
            ]
        ),
        "The sines are already new where the cosines are computed: use the old ones": np.array(
            [
                [0.14112001, -1.00990735, 0.0299955, 0.9986503],
                [-0.7568025, -0.42809525, 0.03998933, 0.99830056],
                [0.39592515, -1.01118209, 0.50553334, 0.86202395],
            ]
        ),
        "Sines and cosines must stand in turn in the result, too": pairs(p + 3, p / 100 + 0.03)[:, [0, 2, 1, 3]],
    },
)
check("the vectors that were passed in are unchanged", vectors, given)
check("position 0 in whole numbers, 100 steps on", move_on(np.array([[0, 1, 0, 1]]), 100), pairs([100], [1]))
check(
    "half a step back",
    move_on(vectors, -0.5),
    pairs(p - 0.5, p / 100 - 0.005),
    causes={"Steps may be fractions: they must not be rounded": vectors},
)
check("width 2", move_on(np.array([[0.0, 1]]), np.pi / 2), np.array([[1.0, 0]]))
check_raises(ValueError, move_on, np.array([[0, 1, 0]]), 1)

# %% task="move_on" role="test" points=6
random = np.random.default_rng()
for number in range(12):
    count, width = int(random.integers(1, 6)), 2 * int(random.integers(1, 8))
    steps = [int(random.integers(-20, 21)), float(random.normal(scale=10))][number % 2]
    positions = random.integers(0, 200, count) if number % 3 else np.zeros(count)
    vectors_at = lambda places: np.array([[(np.cos if column % 2 else np.sin)(place / 10000 ** ((column - column % 2) / width)) for column in range(width)] for place in places])
    vectors = vectors_at(positions)
    if number % 3 == 0:
        vectors = vectors.astype(int)  # position 0
    given = vectors.copy()
    require(f"{count} positions, width {width}, {steps} steps", move_on(given, steps), vectors_at(positions + steps), atol=1e-6)
    require("the vectors are unchanged", given, vectors)

# %% task="move_on" role="test" part="errors" points=2
for width in (1, 3, 7):
    require_raises(ValueError, move_on, np.ones((2, width)), 2)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. 교사 강요를 위한 배치 (8점)

번역의 디코더는 매 시점에 **다음** 토큰을 맞히며, 학습할 때는 정답의 앞부분을 입력으로 받습니다(교사 강요). `teacher_batch(sentences, length)`는 길이가 다른 문장들로 이런 배치를 만듭니다.
`sentences`는 문장의 리스트이고, 문장은 3 이상인 토큰 번호가 하나 이상 든 리스트입니다. 형상이 모두 `(batch, length)`인 배열 셋 `(inputs, targets, weights)`를 반환하세요.
- `inputs`: `START` 다음에 문장의 토큰이 오고, 나머지는 `PAD`입니다.
- `targets`: `inputs`의 시점마다 다음에 올 토큰입니다. 문장의 토큰 다음에 `END`가 오고, 나머지는 `PAD`입니다.
- `weights`: 손실에 넣을 시점은 1, 넣지 않을 시점은 0입니다(불이 아니라 수). `END`를 맞히는 것도 배워야 하므로 넣고, `PAD`를 맞히는 시점은 넣지 않습니다.

들어가지 않는 문장, 곧 토큰이 `length - 1`개보다 많은 문장이 있으면 `ValueError`를 발생시키세요(raise). 배치에 6점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. A batch for teacher forcing (8 points)

At each step the decoder of a translation model predicts the **next** token; in training it is given the beginning of the right answer (teacher forcing). `teacher_batch(sentences, length)` makes such a batch of sentences that differ in length.
`sentences` is a list of sentences, and a sentence is a list of one or more numbers of tokens, 3 or larger. Return three arrays `(inputs, targets, weights)`, all of shape `(batch, length)`.
- `inputs`: `START`, then the tokens of the sentence; the rest is `PAD`.
- `targets`: for each step of `inputs`, the token that comes next: the tokens of the sentence, then `END`; the rest is `PAD`.
- `weights`: 1 for the steps that go into the loss, 0 for the others (numbers, not bools). To predict `END` must be learned, so it goes in; steps at which `PAD` would be predicted do not.

Raise `ValueError` if a sentence does not fit, that is, has more than `length - 1` tokens. The batch is worth 6 points, the error case 2.
"""

# %% [markdown] tags=["ko"] task="teacher_batch" role="hint"
r"""
토큰이 3개인 문장에서 모델은 토큰을 몇 번 맞히나요? 맨 처음 맞힐 때와 맨 나중에 맞힐 때 입력은 무엇인가요?
"""

# %% [markdown] tags=["en"] task="teacher_batch" role="hint"
r"""
How often does the model predict a token for a sentence of 3 tokens? What is its input the first time, and the last time?
"""

# %% [markdown] tags=["ko"] task="teacher_batch" role="hint"
r"""
`np.full((batch, length), PAD)`로 시작하여 줄마다 앞에서부터 채우세요. `inputs[row, :count + 1] = [START, *sentence]`처럼 쓸 수 있습니다.
"""

# %% [markdown] tags=["en"] task="teacher_batch" role="hint"
r"""
Begin with `np.full((batch, length), PAD)` and fill each row from the front, for example by `inputs[row, :count + 1] = [START, *sentence]`.
"""

# %% [markdown] tags=["ko"] task="teacher_batch" role="hint"
r"""
목표는 같은 자리에 `[*sentence, END]`를 넣습니다. 가중치는 목표가 `PAD`가 아닌 곳에서 1이므로 `(targets != PAD).astype(int)`입니다.
"""

# %% [markdown] tags=["en"] task="teacher_batch" role="hint"
r"""
For the targets, put `[*sentence, END]` into the same places. The weights are 1 where the target is not `PAD`: `(targets != PAD).astype(int)`.
"""

# %% task="teacher_batch" role="solution"
def teacher_batch(sentences, length):
    ### BEGIN SOLUTION
    inputs, targets = np.full((2, len(sentences), length), PAD)
    for row, sentence in enumerate(sentences):
        count = len(sentence) + 1
        if count > length:
            raise ValueError(f"{len(sentence)} tokens do not fit into {length}")
        inputs[row, :count] = [START, *sentence]
        targets[row, :count] = [*sentence, END]
    return inputs, targets, (targets != PAD).astype(int)
    ### END SOLUTION


# %% task="teacher_batch" role="check"
sentences = [[5, 6, 7], [8]]
inputs, targets, weights = teacher_batch(sentences, 5)
check(
    "the inputs",
    inputs,
    np.array([[1, 5, 6, 7, 0], [1, 8, 0, 0, 0]]),
    causes={
        "Behind `END` nothing is to be predicted, so it is no input": np.array([[1, 5, 6, 7, 2], [1, 8, 2, 0, 0]]),
        "`START` is missing: what would the first token be predicted from?": np.array(
            [[5, 6, 7, 0, 0], [8, 0, 0, 0, 0]]
        ),
        "`PAD` must stand behind the sentence, not in front": np.array([[0, 1, 5, 6, 7], [0, 0, 0, 1, 8]]),
        "The last token of each sentence is missing": np.array([[1, 5, 6, 0, 0], [1, 0, 0, 0, 0]]),
        "These are the targets: it is `(inputs, targets, weights)`": np.array([[5, 6, 7, 2, 0], [8, 2, 0, 0, 0]]),
    },
)
check(
    "the targets",
    targets,
    np.array([[5, 6, 7, 2, 0], [8, 2, 0, 0, 0]]),
    causes={
        "The targets are not shifted: the model could copy its input": np.array(
            [[1, 5, 6, 7, 2], [1, 8, 2, 0, 0]]
        ),
        "The targets are the inputs: the model could copy": np.array([[1, 5, 6, 7, 0], [1, 8, 0, 0, 0]]),
        "`END` is missing: the model would never learn to stop": np.array([[5, 6, 7, 0, 0], [8, 0, 0, 0, 0]]),
        "`END` stands right behind the sentence, not at the end of the row": np.array(
            [[5, 6, 7, 0, 2], [8, 0, 0, 0, 2]]
        ),
        "The rest is `PAD`, not `END`": np.array([[5, 6, 7, 2, 2], [8, 2, 2, 2, 2]]),
        "They are shifted once too often": np.array([[6, 7, 2, 0, 0], [2, 0, 0, 0, 0]]),
    },
)
check(
    "the weights",
    weights,
    np.array([[1, 1, 1, 1, 0], [1, 1, 0, 0, 0]]),
    causes={
        "`END` must be learned, too: its weight is 1": np.array([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]),
        "Steps at which `PAD` would be predicted do not go into the loss": np.ones((2, 5)),
        "They are inverted: 1 is for the steps that count": np.array([[0, 0, 0, 0, 1], [0, 0, 1, 1, 1]]),
        "The first step counts, too: it predicts the first token": np.array([[0, 1, 1, 1, 0], [0, 1, 0, 0, 0]]),
    },
)
check("the sentences that were passed in are unchanged", sentences, [[5, 6, 7], [8]])
check("a sentence that just fits", teacher_batch([[4, 9]], 3)[1], np.array([[4, 9, 2]]))
check_raises(ValueError, teacher_batch, [[4], [4, 9, 3]], 3)

# %% task="teacher_batch" role="test" points=6
random = np.random.default_rng()
for _ in range(10):
    counts = [int(v) for v in random.integers(1, 8, random.integers(1, 6))]
    length = max(counts) + 1 + int(random.integers(0, 3))
    sentences = [random.integers(3, 50, count).tolist() for count in counts]
    given = [list(sentence) for sentence in sentences]
    found = teacher_batch(given, length)
    rows = [[1, *sentence, 2] for sentence in sentences]
    filled = lambda entries: np.array([entry + [0] * (length - len(entry)) for entry in entries])
    case = f"sentences of {counts} tokens in rows of {length}"
    require(f"{case}: inputs", found[0], filled([row[:-1] for row in rows]))
    require(f"{case}: targets", found[1], filled([row[1:] for row in rows]))
    require(f"{case}: weights", found[2], filled([[1] * (len(row) - 1) for row in rows]))
    require("the sentences are unchanged", given, sentences)

# %% task="teacher_batch" role="test" part="errors" points=2
require_raises(ValueError, teacher_batch, [[4, 5, 6]], 3)
require_raises(ValueError, teacher_batch, [[4], [9] * 6, [5]], 4)
require("as long as can be", teacher_batch([[4, 5, 6]], 4)[0], np.array([[1, 4, 5, 6]]))

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 레이블 스무딩 (8점)

정답의 확률을 1까지 끌어올리려 하면 로짓은 끝없이 커집니다. 논문은 목표를 조금 흐리게 하는 레이블 스무딩(label smoothing)을 씁니다. 정답에 $1 - \epsilon$을 주고, $\epsilon$은 어휘의 $V$개 토큰 **모두**에(정답에도) 똑같이 나누어 줍니다. 시점 하나의 손실은
$$-(1 - \epsilon) \log p_y - \frac{\epsilon}{V} \sum_{k=1}^{V} \log p_k, \quad p = \mathrm{softmax}(\mathrm{logits})$$
입니다. $y$는 그 시점의 정답입니다. `smoothed_loss(logits, targets, epsilon)`에서 `logits`의 형상은 `(batch, time, V)`, `targets`는 토큰 번호로 형상은 `(batch, time)`입니다.
목표가 `PAD`인 시점은 세지 않습니다. 나머지 **모든** 시점의 평균을 수 하나로 반환하세요. 그런 시점은 적어도 하나 있습니다. 로짓은 1000처럼 클 수도 있습니다. 그래도 결과는 유한해야 합니다. 손실에 4점, `PAD`를 빼는 데 2점, 큰 로짓에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. Label smoothing (8 points)

Whoever tries to raise the probability of the right answer to 1 makes the logits grow without end. The paper blurs the targets a little, which is called label smoothing: the right token gets $1 - \epsilon$, and $\epsilon$ is shared out equally among **all** $V$ tokens of the vocabulary, the right one included. The loss of one step is
$$-(1 - \epsilon) \log p_y - \frac{\epsilon}{V} \sum_{k=1}^{V} \log p_k, \quad p = \mathrm{softmax}(\mathrm{logits})$$
where $y$ is the right token of that step. In `smoothed_loss(logits, targets, epsilon)` the shape of `logits` is `(batch, time, V)`, and `targets` are numbers of tokens, of shape `(batch, time)`.
Steps whose target is `PAD` do not count. Return the mean over **all** other steps as a single number; there is at least one. Logits may be as large as 1000, and the result must still be finite. The loss is worth 4 points, leaving out `PAD` 2, large logits 2.
"""

# %% [markdown] tags=["ko"] task="smoothed_loss" role="hint"
r"""
$\epsilon$이 0이면 무엇이 남나요? 1이면요? 모든 $\log p_k$가 필요하다면 무엇부터 계산해야 하나요?
"""

# %% [markdown] tags=["en"] task="smoothed_loss" role="hint"
r"""
What is left if $\epsilon$ is 0? And if it is 1? If all $\log p_k$ are needed, what should be computed first?
"""

# %% [markdown] tags=["ko"] task="smoothed_loss" role="hint"
r"""
마지막 축의 최댓값을 뺀 `shifted`에서 로그 확률은 `shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))`입니다. 확률을 구한 다음 로그를 취하면 작은 확률이 0이 되어 로그가 무한대가 됩니다.
"""

# %% [markdown] tags=["en"] task="smoothed_loss" role="hint"
r"""
If `shifted` are the logits with the largest of the last axis subtracted, the log probabilities are `shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))`. If you compute probabilities first, a small one becomes 0 and its logarithm infinite.
"""

# %% [markdown] tags=["ko"] task="smoothed_loss" role="hint"
r"""
정답의 로그 확률은 `np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]`, 둘째 항은 `epsilon * log_p.mean(axis=-1)`입니다. 마지막으로 `losses[targets != PAD].mean()`을 구하세요.
"""

# %% [markdown] tags=["en"] task="smoothed_loss" role="hint"
r"""
The log probabilities of the right tokens are `np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]`, the second term is `epsilon * log_p.mean(axis=-1)`. At the end, take `losses[targets != PAD].mean()`.
"""

# %% task="smoothed_loss" role="solution"
def smoothed_loss(logits, targets, epsilon):
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    right = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    losses = -(1 - epsilon) * right - epsilon * log_p.mean(axis=-1)
    return float(losses[targets != PAD].mean())
    ### END SOLUTION


# %% task="smoothed_loss" role="check"
log2 = float(np.log(2))
row = log2 * np.array([-1.0, -2, -3, -3])  # logits of the probabilities 1/2, 1/4, 1/8, 1/8
logits, targets = np.array([[row, row]]), np.array([[1, 3]])
given = [logits.copy(), targets.copy()]
check(
    "probabilities of 1/4 and 1/8, epsilon 0.4",
    smoothed_loss(logits, targets, 0.4),
    2.4 * log2,
    causes={
        "This is the loss without smoothing": 2.5 * log2,
        "Epsilon was shared out among the V - 1 other tokens: the right one gets its part, too": 7.1 / 3 * log2,
        "The right token got epsilon, and the rest was shared out": 2.35 * log2,
        "Epsilon was not divided by V": 5.1 * log2,
        "The right token must get 1 - epsilon only": 3.4 * log2,
        "This is the sum, not the mean": 4.8 * log2,
        "The targets are blurred, not the probabilities of the model": -np.log(0.25 * 0.175) / 2,
        "The logarithm has the base 2: it is the natural one": 2.4,
        "The part of all tokens is missing": 1.5 * log2,
    },
)
check("epsilon 0", smoothed_loss(logits, targets, 0), 2.5 * log2)
longer = np.array([[row, row, -row], [row, 3 * row, row]])
check(
    "two sentences of 2 tokens and 1, the rest is padding",
    smoothed_loss(longer, np.array([[1, 3, 0], [1, 0, 0]]), 0.4),
    2.3 * log2,
    causes={
        "The steps with `PAD` were counted": 1.50977680,
        "The steps with `PAD` are 0, but the mean was still taken over all steps": 1.15 * log2,
        "This is the mean of the sentences' means: each token counts the same": 2.25 * log2,
        "This is the sum, not the mean": 6.9 * log2,
    },
)
check(
    "logits of 1000, whole numbers",
    smoothed_loss(np.array([[[1000, 1000, 0, 0]]]), np.array([[1]]), 0.4),
    200 + log2,
    causes={
        "`np.exp` has overflowed: subtract the largest logit of each step first": np.nan,
        "A probability has become 0, and its logarithm infinite: compute log p without p": np.inf,
    },
)
check("the arrays that were passed in are unchanged", [logits, targets], given)

# %% task="smoothed_loss" role="test" points=4
random = np.random.default_rng()
for number in range(10):
    batch, time, V = (int(v) for v in random.integers(2, 6, 3))
    logits = random.normal(scale=2, size=(batch, time, V)) if number % 2 else random.integers(-3, 4, (batch, time, V))
    targets, epsilon = random.integers(1, V, (batch, time)), float(random.uniform(0, 0.6))
    given = [logits.copy(), targets.copy()]
    total = 0.0
    for b, t in np.ndindex(batch, time):
        p = np.exp(logits[b, t]) / np.exp(logits[b, t]).sum()
        wanted = [epsilon / V + (1 - epsilon) * (k == targets[b, t]) for k in range(V)]
        total -= sum(w * np.log(q) for w, q in zip(wanted, p))
    require(f"{batch} sentences of {time} tokens, epsilon {epsilon:.2f}", smoothed_loss(*given, epsilon), float(total) / (batch * time))
    require("the arrays are unchanged", given, [logits, targets])

# %% task="smoothed_loss" role="test" part="padding" points=2
random = np.random.default_rng()
for _ in range(8):
    batch, time, V = (int(v) for v in random.integers(3, 7, 3))
    logits, targets, epsilon = random.normal(scale=2, size=(batch, time, V)), random.integers(1, V, (batch, time)), float(random.uniform(0, 0.6))
    for row in targets[1:]:
        row[int(random.integers(1, time)):] = 0
    losses = []
    for b, t in np.ndindex(batch, time):
        p = np.exp(logits[b, t]) / np.exp(logits[b, t]).sum()
        if targets[b, t]:
            losses.append(-(1 - epsilon) * np.log(p[targets[b, t]]) - epsilon * sum(np.log(p)) / V)
    require(f"{len(losses)} of {batch * time} steps count", smoothed_loss(logits, targets, epsilon), float(sum(losses)) / len(losses))

# %% task="smoothed_loss" role="test" part="large" points=2
random = np.random.default_rng()
for size in (800, -800, 5000):
    logits, targets = random.normal(size=(2, 3, 5)), random.integers(1, 5, (2, 3))
    log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    expected = np.mean([-0.9 * log_p[b, t, targets[b, t]] - 0.1 * log_p[b, t].mean() for b, t in np.ndindex(2, 3)])
    require(f"logits around {size}", smoothed_loss(logits + size, targets, 0.1), float(expected), rtol=1e-4)
require("logits far apart", smoothed_loss(np.array([[[0, 2000, 0, -2000]]]), np.array([[2]]), 0.2), 0.8 * 2000 + 0.05 * 8000)

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 논문의 학습률 (5점)

논문의 학습률은 처음 $w$걸음 동안 일정하게 커지고(워밍업), 그다음에는 걸음 수의 제곱근에 반비례하여 줄어듭니다. 걸음 $s$는 1부터 세고, $d$는 모델의 너비입니다.
$$d^{-1/2} \cdot \min\left(s^{-1/2},\; s \cdot w^{-3/2}\right)$$
`learning_rates(updates, width, warmup)`는 갱신 번호마다의 학습률을 배열로 반환합니다. `updates`는 형상 `(count,)`의 배열이며, Keras의 최적화기처럼 **0부터** 셉니다. 곧 첫 갱신의 번호는 0이고, 그때 $s$는 1입니다.
`warmup`($w$)이 1보다 작으면 `ValueError`를 발생시키세요(raise). 계산에 4점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. The learning rate of the paper (5 points)

The paper's learning rate grows evenly over the first $w$ steps (warm-up); then it falls in inverse proportion to the square root of the step. Steps $s$ are counted from 1, and $d$ is the width of the model.
$$d^{-1/2} \cdot \min\left(s^{-1/2},\; s \cdot w^{-3/2}\right)$$
`learning_rates(updates, width, warmup)` returns an array with the learning rate for each number of an update. `updates` is an array of shape `(count,)`, counted **from 0** as the optimizers of Keras do: the first update has the number 0, and $s$ is 1 then.
Raise `ValueError` if `warmup` ($w$) is below 1. The computation is worth 4 points, the error case 1.
"""

# %% [markdown] tags=["ko"] task="learning_rates" role="hint"
r"""
두 곡선 가운데 어느 것이 처음에 더 작나요? 두 곡선은 어느 걸음에서 만나나요?
"""

# %% [markdown] tags=["en"] task="learning_rates" role="hint"
r"""
Which of the two curves is the smaller one at the beginning? At which step do they meet?
"""

# %% [markdown] tags=["ko"] task="learning_rates" role="hint"
r"""
`min`은 수 하나를, `np.minimum`은 배열의 원소마다 작은 쪽을 고릅니다. 갱신 번호에서 걸음으로 바꾸는 것을 잊지 마세요.
"""

# %% [markdown] tags=["en"] task="learning_rates" role="hint"
r"""
`min` gives one number; `np.minimum` takes the smaller one for each entry of an array. Do not forget to turn the number of the update into the step.
"""

# %% [markdown] tags=["ko"] task="learning_rates" role="hint"
r"""
`steps = updates + 1`로 두면 `np.minimum(steps**-0.5, steps * warmup**-1.5)`에 `width**-0.5`를 곱한 것입니다.
"""

# %% [markdown] tags=["en"] task="learning_rates" role="hint"
r"""
With `steps = updates + 1` it is `np.minimum(steps**-0.5, steps * warmup**-1.5)`, times `width**-0.5`.
"""

# %% task="learning_rates" role="solution"
def learning_rates(updates, width, warmup):
    ### BEGIN SOLUTION
    if warmup < 1:
        raise ValueError(f"a warm-up of {warmup} steps")
    steps = updates + 1
    return width**-0.5 * np.minimum(steps**-0.5, steps * warmup**-1.5)
    ### END SOLUTION


# %% task="learning_rates" role="check"
updates = np.array([0, 1, 3, 8, 15])
given = updates.copy()
check(
    "width 4, 4 steps of warm-up",
    learning_rates(updates, 4, 4),
    np.array([1 / 16, 1 / 8, 1 / 4, 1 / 6, 1 / 8]),
    causes={
        "Updates are counted from 0, steps from 1": np.array([0, 0.0625, 0.1875, 0.1767767, 0.12909944]),
        "The smaller one of the two is needed, not the larger": np.array([0.5, 0.35355339, 0.25, 0.5625, 1]),
        "The factor of the width is missing": np.array([1 / 8, 1 / 4, 1 / 2, 1 / 3, 1 / 4]),
        "The power of the width is -1/2: wide models get a smaller rate": np.array(
            [1 / 4, 1 / 2, 1, 2 / 3, 1 / 2]
        ),
        "It never falls: the first part of the minimum is missing": np.array([1 / 16, 1 / 8, 1 / 4, 9 / 16, 1]),
        "There is no warm-up: the second part of the minimum is missing": np.array(
            [0.5, 0.35355339, 0.25, 1 / 6, 1 / 8]
        ),
        "The power of the warm-up is -3/2": np.array([0.25, 0.35355339, 0.25, 1 / 6, 1 / 8]),
        "It stays at its peak: it must fall behind the warm-up": np.array([1 / 16, 1 / 8, 1 / 4, 1 / 4, 1 / 4]),
        "Only the smallest rate of all came back: `np.minimum` compares entry by entry": np.full(5, 1 / 16),
    },
)
check("the peak of the paper", learning_rates(np.array([3999.0]), 512, 4000), np.array([1 / np.sqrt(512 * 4000)]))
check("the updates that were passed in are unchanged", updates, given)
check("a warm-up of 1 step", learning_rates(np.array([0, 3]), 1, 1), np.array([1.0, 0.5]))
check_raises(ValueError, learning_rates, updates, 4, 0)

# %% task="learning_rates" role="test" points=4
random = np.random.default_rng()
for number in range(10):
    width, warmup = int(random.integers(1, 1000)), int(random.integers(1, 500))
    updates = random.integers(0, 2000, random.integers(1, 8))
    if number % 3 == 0:
        updates = updates.astype(float)
    given = updates.copy()
    expected = [min((u + 1) / warmup**1.5, 1 / (u + 1) ** 0.5) / width**0.5 for u in updates.tolist()]
    require(f"width {width}, {warmup} steps of warm-up", learning_rates(given, width, warmup), np.array(expected))
    require("the updates are unchanged", given, updates)

# %% task="learning_rates" role="test" part="errors" points=1
require_raises(ValueError, learning_rates, np.arange(3), 8, 0)
require_raises(ValueError, learning_rates, np.arange(3), 8, -5)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 탐욕 탐색과 빔 탐색 (11점)

매 시점에 확률이 가장 높은 토큰을 고르는 **탐욕 탐색**(greedy search)은 전체로 가장 좋은 문장을 놓칠 수 있습니다. **빔 탐색**(beam search)은 가설을 여러 개 남겨 둡니다.
여기서는 모델 대신 확률의 표를 씁니다. `table[a, b]`는 토큰 `a` 다음에 토큰 `b`가 올 확률입니다. `beam_search(table, beam, longest, alpha)`는 다음과 같이 찾은 토큰 번호의 리스트를 반환합니다.

1. 처음에는 `START`만 있는 가설 하나로 시작합니다.
2. 라운드마다 모든 가설을, 확률이 0보다 큰 모든 토큰으로 이어 봅니다. 이렇게 이은 것을 **모두 함께** 견주어 확률(토큰마다의 확률의 곱)이 가장 큰 `beam`개만 남깁니다. 그보다 적으면 모두 남깁니다.
3. 남은 것 가운데 `END`로 끝난 것은 완성되었으므로 따로 떼어 둡니다. 다음 라운드는 나머지만 잇습니다.
4. `longest`번의 라운드가 끝나거나 이을 것이 없으면 멈추고, 그때까지 끝나지 않은 것도 떼어 둔 것에 넣습니다.
5. 떼어 둔 것 가운데 $\log P / n^{\alpha}$가 가장 큰 것을 반환합니다. $P$는 그 확률, $n$은 `START` 다음의 토큰 수(`END`도 셉니다)이고, $\alpha$는 길이 벌점의 세기입니다. 로그는 음수이므로 $\alpha$가 클수록 긴 문장이 유리합니다.

결과에 `START`는 넣지 않고, `END`는 있으면 넣습니다. `PAD`와 `START`가 다음에 올 확률은 0이고, 가설이나 점수가 똑같은 경우는 없다고 보아도 됩니다.
탐욕 탐색인 `beam` 1에 3점, 더 넓은 빔에 5점($\alpha$는 0), 길이 벌점에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Greedy search and beam search (11 points)

**Greedy search** takes the most probable token at each step, and may miss the sentence that is best as a whole. **Beam search** keeps several hypotheses.
Instead of a model, a table of probabilities is given: `table[a, b]` is the probability that token `b` comes after token `a`. `beam_search(table, beam, longest, alpha)` returns a list of numbers of tokens, which it finds like this.

1. It begins with a single hypothesis, which is `START` alone.
2. In each round, every hypothesis is continued by every token whose probability is above 0. Of **all** these continuations **together**, the `beam` most probable ones are kept (by the product of the probabilities of their tokens), or all if there are fewer.
3. Those among them that end with `END` are complete and are set aside. The next round continues only the others.
4. The search stops after `longest` rounds, or when there is nothing left to be continued. What is not complete by then is set aside as well.
5. Of all that was set aside, the one with the largest $\log P / n^{\alpha}$ is returned. $P$ is its probability, $n$ the number of tokens behind `START` (`END` counts), and $\alpha$ the strength of the length penalty. Logarithms are negative, so the larger $\alpha$ is, the better for long sentences.

The result is without `START`, and with `END` if it has come to that. The probability that `PAD` or `START` comes next is 0, and you may take it that no two hypotheses are equally good.
`beam` 1, which is greedy search, is worth 3 points, wider beams 5 (with $\alpha$ of 0), the length penalty 3.
"""

# %% [markdown] tags=["ko"] task="beam_search" role="hint"
r"""
종이에 그려 보세요. 가설이 2개이고 이을 수 있는 토큰이 3개씩이면 이은 것은 몇 개인가요? `beam`이 2이면 그 가운데 몇 개가 남나요?
"""

# %% [markdown] tags=["en"] task="beam_search" role="hint"
r"""
Draw it on paper. With 2 hypotheses and 3 tokens that can follow each, how many continuations are there? How many of them stay with a `beam` of 2?
"""

# %% [markdown] tags=["ko"] task="beam_search" role="hint"
r"""
가설을 로그 확률과 토큰의 리스트의 쌍(튜플)으로 나타내면 `sorted(..., reverse=True)[:beam]`으로 좋은 것만 남길 수 있습니다. 리스트 둘을 두세요. 하나는 더 이을 가설, 하나는 떼어 둔 가설입니다.
"""

# %% [markdown] tags=["en"] task="beam_search" role="hint"
r"""
Let a hypothesis be a pair (a tuple) of the log probability and the list of tokens; then `sorted(..., reverse=True)[:beam]` keeps the good ones. Have two lists: one of hypotheses to be continued, one of those set aside.
"""

# %% [markdown] tags=["ko"] task="beam_search" role="hint"
r"""
이은 것은 `(score + np.log(p), [*tokens, token])`입니다. 마지막은 `max(aside + alive, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)`이며, 1을 빼는 것은 `START` 때문입니다.
"""

# %% [markdown] tags=["en"] task="beam_search" role="hint"
r"""
A continuation is `(score + np.log(p), [*tokens, token])`. The last step is `max(aside + alive, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)`, where 1 is subtracted because of `START`.
"""

# %% task="beam_search" role="solution"
def beam_search(table, beam, longest, alpha):
    ### BEGIN SOLUTION
    alive, aside = [(0.0, [START])], []
    for _ in range(longest):
        longer = [
            (score + np.log(p), [*tokens, token])
            for score, tokens in alive
            for token, p in enumerate(table[tokens[-1]])
            if p > 0
        ]
        best = sorted(longer, reverse=True)[:beam]
        aside += [one for one in best if one[1][-1] == END]
        alive = [one for one in best if one[1][-1] != END]
    _, tokens = max(aside + alive, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)
    return tokens[1:]
    ### END SOLUTION


# %% task="beam_search" role="check"
table = np.zeros((6, 6))
table[START] = [0, 0, 0, 0.6, 0.4, 0]  # what comes next, 0 to 5; 0 and 1 never do
table[3] = [0, 0, 0.28, 0, 0.32, 0.4]
table[4] = [0, 0, 0.9, 0, 0, 0.1]
table[5] = [0, 0, 0.95, 0.05, 0, 0]
given = table.copy()
check(
    "a beam of 1 is greedy",
    beam_search(table, 1, 5, 0),
    [3, 5, END],
    causes={
        "`START` is no part of the result": [START, 3, 5, END],
        "`END` is part of the result": [3, 5],
        "This is not the most probable token at each step": [4, END],
    },
)
check("2 rounds are too few: it is not complete", beam_search(table, 1, 2, 0), [3, 5])
check(
    "a beam of 2: a better one is found",
    beam_search(table, 2, 5, 0),
    [4, END],
    causes={
        "This is the greedy answer: keep `beam` hypotheses": [3, 5, END],
        "`START` is no part of the result": [START, 4, END],
        "`END` is part of the result": [4],
    },
)
check(
    "a beam of 2, with a length penalty of 2",
    beam_search(table, 2, 5, 2),
    [3, 5, END],
    causes={
        "The penalty is missing, or is multiplied by instead of divided by, "
        "or the search stops with the first `END`": [4, END]
    },
)
check(
    "a length penalty of 1",
    beam_search(table, 2, 5, 1),
    [3, 5, END],
    causes={"`START` does not count in the length, and it is the logarithm that is divided": [4, END]},
)
other = np.zeros((6, 6))
other[START] = [0, 0, 0.5, 0.3, 0.2, 0]
other[3] = [0, 0, 0, 0, 0.45, 0.55]
other[4, END] = 1
other[5] = [0, 0, 0.2, 0.8, 0, 0]
check(
    "complete ones are set aside, and make room in the next round",
    beam_search(other, 2, 3, 2),
    [3, 4, END],
    causes={
        "What is complete takes no place of the beam in the next round": [3, 5, 3],
        "The penalty is missing, or is multiplied by instead of divided by, "
        "or only one hypothesis was kept": [END],
    },
)
early = np.zeros((5, 5))
early[START] = [0, 0, 0.4, 0.6, 0]
early[3], early[4, END] = [0, 0, 0.55, 0, 0.45], 1
check(
    "greedy: `END` takes part in the contest",
    beam_search(early, 1, 3, 0),
    [3, END],
    causes={"`END` was set aside though it was not among the `beam` best": [END]},
)
wide = np.zeros((8, 8))
wide[START, [3, 4]], wide[3, [5, 6, 7]], wide[4, [7, 5, 6]] = [0.55, 0.45], [0.4, 0.35, 0.25], [0.4, 0.3, 0.3]
wide[5, [END, 6]], wide[6, [END, 5]], wide[7, END] = [0.6, 0.4], [0.6, 0.4], 1
check(
    "a beam of 2: the continuations of both compete",
    beam_search(wide, 2, 3, 0),
    [3, 5, END],
    causes={
        "Of all continuations together, `beam` are kept: not `beam` of each hypothesis, and not all": [4, 7, END]
    },
)
check("the table that was passed in is unchanged", table, given)
sure = np.zeros((6, 6), int)
sure[[START, 3, 4, 5], [3, 4, 5, END]] = 1
check("probabilities of 0 and 1, whole numbers", beam_search(sure, 3, 9, 1), [3, 4, 5, END])

# %% task="beam_search" role="test" part="greedy" points=3
random = np.random.default_rng()
for number in range(12):
    size, longest = int(random.integers(4, 9)), int(random.integers(1, 8))
    table = random.random((size, size)) ** 3
    table[:, :2], table[[0, 2]] = 0, 0
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-9)
    expected, last = [], 1
    while last != 2 and len(expected) < longest:
        last = table[last].tolist().index(max(table[last]))
        expected.append(last)
    given = table.copy()
    require(f"{size} tokens, at most {longest} rounds", beam_search(given, 1, longest, 0), expected)
    require("the table is unchanged", given, table)

# %% task="beam_search" role="test" part="beam" points=5
def searched(table, beam, longest):
    alive, aside = {(1,): 1.0}, {}
    for _ in range(longest):
        longer = {(*t, b): p * table[t[-1], b] for t, p in alive.items() for b in range(len(table)) if table[t[-1], b] > 0}
        kept = sorted(longer, key=longer.get)[::-1][:beam]
        alive = {t: longer[t] for t in kept if t[-1] != 2}
        aside.update({t: longer[t] for t in kept if t[-1] == 2})
    aside.update(alive)
    return list(max(aside, key=aside.get)[1:])


random = np.random.default_rng()
for number in range(16):
    size, longest, beam = int(random.integers(5, 9)), int(random.integers(2, 6)), int(random.integers(2, 5))
    # tokens only rise: two sentences of the same steps in another order would be equally probable
    table = np.triu(random.random((size, size)) ** 2 * (random.random((size, size)) < 0.8), 1)
    table[:, :2], table[[0, 2]], table[1, 2], table[3:, 2] = 0, 0, 0, random.random(size - 3)
    table[1, 3:] += random.uniform(0.03, 0.07, size - 3)
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-9)
    require(f"{size} tokens, a beam of {beam}, {longest} rounds", beam_search(table.copy(), beam, longest, 0), searched(table, beam, longest))
for _ in range(4):
    a, b, c, d, e = (int(v) for v in random.permutation(5) + 3)
    table = np.zeros((8, 8))
    table[1, [a, b]], table[a, [c, d, e]], table[b, [e, c, d]] = [0.55, 0.45], [0.4, 0.35, 0.25], [0.4, 0.3, 0.3]
    table[c, [2, d]], table[d, [2, c]], table[e, 2] = [0.6, 0.4], [0.6, 0.4], 1
    require("the continuations of both compete", beam_search(table, 2, 3, 0), [a, c, 2])

# %% task="beam_search" role="test" part="length" points=3
import itertools

random = np.random.default_rng()
for number in range(10):
    size, longest, alpha = int(random.integers(5, 7)), int(random.integers(2, 5)), float(random.uniform(0.5, 2.5))
    table = np.triu(random.random((size, size)), 1)  # tokens only rise, as above
    table[:, :2], table[[0, 2]], table[3:, 2] = 0, 0, random.random(size - 3)
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-9)
    scores = {}  # of all sentences
    for n in range(1, longest + 1):
        for tokens in itertools.product(range(2, size), repeat=n):
            if 2 not in tokens[:-1] and (tokens[-1] == 2 or n == longest):
                chances = [table[a, b] for a, b in zip((1, *tokens), tokens)]
                if all(chances):
                    scores[tokens] = sum(np.log(chances)) / n**alpha
    require(f"{size} tokens, {longest} rounds, a penalty of {alpha:.1f}, a beam for all", beam_search(table, 5000, longest, alpha), list(max(scores, key=scores.get)))
for x, y, z in itertools.permutations((3, 4, 5)):
    table = np.zeros((6, 6))
    table[1, [2, x, y]], table[x, [y, z]], table[y, 2], table[z, [2, x]] = [0.5, 0.3, 0.2], [0.45, 0.55], 1, [0.2, 0.8]
    require("complete ones take no place of the beam", beam_search(table, 2, 3, 2.0), [x, y, 2])

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 정확히 맞은 번역 (5점)

정답이 하나뿐인 번역에서는 문장 전체가 맞은 비율을 잽니다. 모델이 낸 토큰 `found`의 형상은 `(batch, n)`, 정답 `expected`는 `(batch, m)`이며 너비는 서로 다를 수 있습니다.
정답의 줄에는 `END`가 한 번 있고 그 뒤는 `PAD`입니다. 모델은 배치의 다른 문장이 끝날 때까지 계속 토큰을 내므로, `found`에서는 첫 `END` 뒤에 무엇이 있든 상관없습니다. 줄에 `END`가 없으면 문장이 끝나지 않은 것이므로 틀린 것입니다.
`exact_match(found, expected)`는 첫 `END`까지의 토큰이 모두 맞은 문장의 비율을 0에서 1 사이의 수로 반환합니다. 줄의 수가 서로 다르면 `ValueError`를 발생시키세요(raise). 비율에 4점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Translations that are exactly right (5 points)

Where there is only one right translation, one measures the share of sentences that are right as a whole. The tokens that the model has written are `found`, of shape `(batch, n)`, the right ones `expected`, of shape `(batch, m)`; the widths may differ.
A row of the right ones has `END` once, and `PAD` behind it. The model goes on writing until the other sentences of the batch are done, so whatever stands behind the first `END` in `found` does not matter. If a row has no `END`, its sentence has not come to an end and is wrong.
`exact_match(found, expected)` returns the share of sentences in which all tokens up to the first `END` are right, a number from 0 to 1. Raise `ValueError` if the numbers of rows differ. The share is worth 4 points, the error case 1.
"""

# %% [markdown] tags=["ko"] task="exact_match" role="hint"
r"""
한 줄에서 문장은 어디에서 끝나나요? 줄을 리스트로 바꾸면 `index`가 처음 나오는 자리를 알려 줍니다.
"""

# %% [markdown] tags=["en"] task="exact_match" role="hint"
r"""
Where in a row does the sentence end? `index` of a list gives the first place of a value.
"""

# %% [markdown] tags=["ko"] task="exact_match" role="hint"
r"""
두 줄을 저마다 첫 `END`까지(그것도 넣어) 자른 다음 리스트끼리 견주세요. `END`가 없는 줄은 먼저 걸러 냅니다.
"""

# %% [markdown] tags=["en"] task="exact_match" role="hint"
r"""
Cut each of the two rows behind its first `END`, so that it is still there, and compare the lists. Sort out rows without `END` first.
"""

# %% [markdown] tags=["ko"] task="exact_match" role="hint"
r"""
`row = row.tolist()` 다음에 `row[:row.index(END) + 1]`입니다. 맞은 줄의 수를 `len(expected)`로 나누세요.
"""

# %% [markdown] tags=["en"] task="exact_match" role="hint"
r"""
After `row = row.tolist()` it is `row[:row.index(END) + 1]`. Divide the number of right rows by `len(expected)`.
"""

# %% task="exact_match" role="solution"
def exact_match(found, expected):
    ### BEGIN SOLUTION
    if len(found) != len(expected):
        raise ValueError(f"{len(found)} sentences for {len(expected)}")
    right = 0
    for one, other in zip(found.tolist(), expected.tolist()):
        right += END in one and one[: one.index(END)] == other[: other.index(END)]
    return right / len(expected)
    ### END SOLUTION


# %% task="exact_match" role="check"
expected = np.array([[5, 6, 2, 0], [7, 2, 0, 0], [8, 9, 3, 2], [4, 2, 0, 0]])
found = np.array([[5, 6, 2, 9, 2], [7, 2, 0, 0, 0], [8, 4, 4, 2, 0], [4, 4, 2, 0, 0]])
given = [found.copy(), expected.copy()]
check(
    "2 of 4 are right",
    exact_match(found, expected),
    0.5,
    causes={
        "What stands behind `END` was compared, too": 0.25,
        "This is the share of right tokens: a sentence is right as a whole": 11 / 16,
        "This is the share of right tokens, without padding: a sentence is right as a whole": 8 / 11,
        "A sentence that goes on is wrong: `END` must stand at the right place": 0.75,
        "This is their number, not their share": 2,
    },
)
check("the arrays that were passed in are unchanged", [found, expected], given)
check(
    "the right tokens, but no `END`",
    exact_match(np.array([[3, 4, 5], [3, 4, 2]]), np.array([[3, 4, 2], [3, 4, 2]])),
    0.5,
    causes={"A sentence without `END` has not come to its end, and is wrong": 1},
)
check("too short to be right", exact_match(np.array([[3, 4]]), np.array([[3, 4, 2]])), 0.0)
check("an empty sentence", exact_match(np.array([[2, 7]]), np.array([[2]])), 1.0)
check_raises(ValueError, exact_match, found, expected[:3])

# %% task="exact_match" role="test" points=4
random = np.random.default_rng()
for _ in range(15):
    batch = int(random.integers(1, 9))
    sentences = [[*random.integers(3, 6, random.integers(0, 4)).tolist(), 2] for _ in range(batch)]
    tries = [sentence if random.random() < 0.5 else [*random.integers(3, 6, random.integers(0, 4)).tolist(), 2] for sentence in sentences]
    rest = lambda row, width: row + random.integers(0, 6, width - len(row)).tolist()
    found = np.array([rest(row, 7) for row in tries])
    expected = np.array([row + [0] * (5 - len(row)) for row in sentences])
    for row in found:
        if random.random() < 0.2:  # it never ends
            row[row == 2] = 4
    given = [found.copy(), expected.copy()]
    ends = [next((place for place, token in enumerate(row) if token == 2), None) for row in found.tolist()]
    right = np.mean([end is not None and row[: end + 1] == sentence for row, end, sentence in zip(found.tolist(), ends, sentences)])
    require(f"{batch} sentences", exact_match(*given), float(right))
    require("the arrays are unchanged", given, [found, expected])

# %% task="exact_match" role="test" part="errors" points=1
require_raises(ValueError, exact_match, np.array([[2]]), np.array([[2], [2]]))
require_raises(ValueError, exact_match, np.full((3, 4), 2), np.full((2, 4), 2))

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 글자로 재는 번역의 질 (7점)

사람이 쓴 문장의 번역은 하나가 아니므로, 얼마나 비슷한지를 잽니다. chrF(Popović, 2015)는 글자의 n-그램, 곧 이어진 글자 $n$개를 견줍니다. `character_scores(found, expected, order)`는 문자열 둘로 `(precision, recall, f)`를 반환합니다. 모두 0에서 1 사이의 수입니다.

1. 두 문자열에서 빈칸을 모두 뺍니다. 남은 것에는 적어도 한 글자가 있습니다.
2. $n = 1, \ldots,$ `order`에 대하여 두 문자열의 n-그램을 셉니다. 양쪽에 모두 있는 n-그램은 **적은 쪽의 횟수만큼** 맞은 것입니다. 정밀도 $P_n$은 맞은 수를 `found`의 n-그램 수로, 재현율 $R_n$은 `expected`의 n-그램 수로 나눈 것입니다.
3. 둘 가운데 한쪽이라도 $n$글자보다 짧으면 그 $n$은 뺍니다. `precision`과 `recall`은 남은 것들의 평균 $P$와 $R$입니다.
4. `f`는 재현율을 $\beta = 2$배 중요하게 보는 F-점수 $(1 + \beta^2)\,P R / (\beta^2 P + R)$이며, $P$와 $R$이 모두 0이면 0입니다.

긴 문자열에 4점, 짧거나 맞은 것이 없는 문자열에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. How good is a translation, by its characters (7 points)

A sentence that somebody wrote has more than one translation, so one measures how similar they are. chrF (Popović, 2015) compares the n-grams of characters, which are $n$ characters in a row. From two strings, `character_scores(found, expected, order)` returns `(precision, recall, f)`, all of them from 0 to 1.

1. All spaces are taken out of both strings. There is at least one character left in each.
2. For $n = 1, \ldots,$ `order`, the n-grams of both strings are counted. An n-gram that both have is right **as often as the string with fewer of it has it**. The precision $P_n$ is the number of right ones divided by the number of n-grams of `found`, the recall $R_n$ that divided by the number of n-grams of `expected`.
3. An $n$ for which either of the two is shorter than $n$ characters is left out. `precision` and `recall` are the means $P$ and $R$ over the others.
4. `f` is the F-score that holds recall to be $\beta = 2$ times as important, $(1 + \beta^2)\,P R / (\beta^2 P + R)$, or 0 if $P$ and $R$ are both 0.

Long strings are worth 4 points, short ones and those without anything right 3.
"""

# %% [markdown] tags=["ko"] task="character_scores" role="hint"
r"""
`"abab"`의 2-그램을 모두 적어 보세요. `"ab"`는 몇 번 나오나요? 정답에 `"ab"`가 한 번뿐이면 몇 번 맞은 것인가요?
"""

# %% [markdown] tags=["en"] task="character_scores" role="hint"
r"""
Write down all 2-grams of `"abab"`. How often does `"ab"` come? If the right string has `"ab"` once only, how often is it right?
"""

# %% [markdown] tags=["ko"] task="character_scores" role="hint"
r"""
`collections.Counter(text[i:i + n] for i in range(len(text) - n + 1))`가 n-그램을 셉니다. 두 `Counter`의 `one & other`는 적은 쪽의 횟수이고, `sum(counter.values())`는 전체 수입니다.
"""

# %% [markdown] tags=["en"] task="character_scores" role="hint"
r"""
`collections.Counter(text[i:i + n] for i in range(len(text) - n + 1))` counts n-grams. `one & other` of two `Counter`s has the smaller counts, and `sum(counter.values())` is how many there are.
"""

# %% [markdown] tags=["ko"] task="character_scores" role="hint"
r"""
정밀도의 리스트와 재현율의 리스트에 $n$마다의 값을 모으고, 둘 다 n-그램이 있을 때만 넣으세요. F-점수는 두 **평균**에서 한 번 계산합니다.
"""

# %% [markdown] tags=["en"] task="character_scores" role="hint"
r"""
Collect the values for each $n$ in a list of precisions and one of recalls, and only where both strings have n-grams. The F-score is computed once, from the two **means**.
"""

# %% task="character_scores" role="solution"
def character_scores(found, expected, order):
    ### BEGIN SOLUTION
    from collections import Counter

    found, expected = found.replace(" ", ""), expected.replace(" ", "")
    precisions, recalls = [], []
    for n in range(1, min(order, len(found), len(expected)) + 1):
        ours, theirs = (Counter(text[i:i + n] for i in range(len(text) - n + 1)) for text in (found, expected))
        right = sum((ours & theirs).values())
        precisions.append(right / sum(ours.values()))
        recalls.append(right / sum(theirs.values()))
    precision, recall = np.mean(precisions), np.mean(recalls)
    if not precision:
        return 0.0, 0.0, 0.0
    return precision, recall, 5 * precision * recall / (4 * precision + recall)
    ### END SOLUTION


# %% task="character_scores" role="check"
precision, recall, f = character_scores("ababb", "abc", 2)
check(
    "precision of ababb for abc, 1-grams and 2-grams",
    precision,
    13 / 40,
    causes={
        "An n-gram is right only as often as the other string has it": 3 / 4,
        "Each n-gram was counted once only": 2 / 3,
        "These are the 2-grams alone: take the mean over all n": 1 / 4,
        "Precision and recall were confused": 7 / 12,
        "All n-grams were counted together: take the mean of the precisions": 1 / 3,
        "The last n-gram of each string is missing": 5 / 12,
        "It is from 0 to 1, not in percent": 32.5,
    },
)
check(
    "its recall",
    recall,
    7 / 12,
    causes={
        "Precision and recall were confused": 13 / 40,
        "All n-grams were counted together: take the mean of the recalls": 3 / 5,
        "These are the 2-grams alone: take the mean over all n": 1 / 2,
        "It is from 0 to 1, not in percent": 700 / 12,
    },
)
check(
    "its F-score",
    f,
    455 / 904,
    causes={
        "Precision and recall count the same here: recall must count more": 91 / 218,
        "Precision counts more here: recall must count more": 455 / 1276,
        "Beta must be squared": 273 / 592,
        "The F-scores were averaged: compute one from the mean precision and recall": 205 / 408,
        "It is from 0 to 1, not in percent": 45500 / 904,
    },
)
check(
    "spaces do not count",
    character_scores("a b", "ab", 2),
    (1, 1, 1),
    causes={"Spaces must be taken out first": (1 / 3, 0.5, 5 / 11)},
)
check(
    "a string of one character, up to 6-grams",
    character_scores("a", "abc", 6),
    (1.0, 1 / 3, 5 / 13),
    causes={
        "An n for which a string is too short is left out, it does not count as 0": (1 / 6, 1 / 18, 5 / 78),
        "An n for which either of the two is too short is left out": (1, 1 / 9, 5 / 37),
    },
)
check(
    "nothing is right",
    character_scores("xyz", "abc", 2),
    (0, 0, 0),
    causes={"0 was divided by 0": (0, 0, np.nan)},
)

# %% task="character_scores" role="test" points=4
random = np.random.default_rng()
for _ in range(15):
    order = int(random.integers(1, 7))
    texts = ["".join(random.choice(list("abc "), int(random.integers(20, 40)))) + "abcabc" for _ in range(2)]
    precisions, recalls, (one, other) = [], [], (text.replace(" ", "") for text in texts)
    for n in range(1, order + 1):
        ours, theirs = ([text[i:i + n] for i in range(len(text) - n + 1)] for text in (one, other))
        right = sum(min(ours.count(gram), theirs.count(gram)) for gram in set(ours))
        precisions.append(right / len(ours))
        recalls.append(right / len(theirs))
    p, r = sum(precisions) / order, sum(recalls) / order
    require(f"{texts[0]} for {texts[1]}, up to {order}", character_scores(*texts, order), (p, r, 5 / (4 / r + 1 / p)))

# %% task="character_scores" role="test" part="short" points=3
for found, expected, order, p, r in (("ab", "abcd", 6, 1, (2 / 4 + 1 / 3) / 2), ("abcd", "ab", 6, (2 / 4 + 1 / 3) / 2, 1), ("a", "a", 3, 1, 1), ("a  b", " a b", 6, 1, 1), ("x", "xy", 2, 1, 1 / 2), ("aaa", "a", 4, 1 / 3, 1)):
    require(f"{found} for {expected}, up to {order}", character_scores(found, expected, order), (p, r, 5 * p * r / (4 * p + r)))
for found, expected in (("a", "b"), ("q q q", "rrr"), ("xy", "abcdef")):
    require(f"{found} for {expected}", character_scores(found, expected, 6), (0, 0, 0))

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 블록의 파라미터 (5점)

`block_parameters(width, hidden, kind)`는 트랜스포머 블록 하나의 파라미터 수를 정수로 반환합니다. `kind`는 `"encoder"` 또는 `"decoder"`이며, 다른 것이면 `ValueError`를 발생시키세요(raise).
- 어텐션: `width`에서 `width`로 가는 완전 연결층 4개(질의, 키, 값, 출력). 인코더 블록에는 어텐션이 하나, 디코더 블록에는 교차 어텐션까지 둘입니다. 헤드의 수는 파라미터 수를 바꾸지 않습니다.
- 피드포워드: `width`에서 `hidden`으로, 다시 `width`로 가는 완전 연결층 둘.
- 층 정규화: 어텐션마다, 그리고 피드포워드에 하나씩. 저마다 `width`개의 수를 두 벌($\gamma$와 $\beta$) 배웁니다.

완전 연결층에는 모두 편향이 있습니다. 계산에 4점, 오류 처리에 1점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. The parameters of a block (5 points)

`block_parameters(width, hidden, kind)` returns the number of parameters of one block of a Transformer, an integer. `kind` is `"encoder"` or `"decoder"`; raise `ValueError` for anything else.
- Attention: 4 fully connected layers from `width` to `width` (query, key, value, output). An encoder block has one attention, a decoder block two, with the cross-attention. The number of heads does not change the number of parameters.
- Feed-forward: two fully connected layers, from `width` to `hidden` and back to `width`.
- Layer normalization: one for each attention, and one for the feed-forward. Each learns two sets of `width` numbers ($\gamma$ and $\beta$).

All fully connected layers have a bias. The computation is worth 4 points, the error case 1.
"""

# %% [markdown] tags=["ko"] task="block_parameters" role="hint"
r"""
`a`개의 수에서 `b`개의 수로 가는, 편향이 있는 완전 연결층의 파라미터는 몇 개인가요?
"""

# %% [markdown] tags=["en"] task="block_parameters" role="hint"
r"""
How many parameters has a fully connected layer with a bias that goes from `a` numbers to `b`?
"""

# %% [markdown] tags=["ko"] task="block_parameters" role="hint"
r"""
어텐션 하나는 `4 * (width + 1) * width`, 층 정규화 하나는 `2 * width`입니다. 피드포워드의 두 층에는 편향이 각각 `hidden`개와 `width`개 있습니다.
"""

# %% [markdown] tags=["en"] task="block_parameters" role="hint"
r"""
One attention has `4 * (width + 1) * width`, one layer normalization `2 * width`. The biases of the two layers of the feed-forward are `hidden` and `width` numbers.
"""

# %% [markdown] tags=["ko"] task="block_parameters" role="hint"
r"""
`attentions = {"encoder": 1, "decoder": 2}[kind]`이면 층 정규화는 `attentions + 1`개입니다. 없는 종류는 먼저 `if kind not in (...)`로 거르세요.
"""

# %% [markdown] tags=["en"] task="block_parameters" role="hint"
r"""
With `attentions = {"encoder": 1, "decoder": 2}[kind]` there are `attentions + 1` layer normalizations. Sort out unknown kinds first, by `if kind not in (...)`.
"""

# %% task="block_parameters" role="solution"
def block_parameters(width, hidden, kind):
    ### BEGIN SOLUTION
    if kind not in ("encoder", "decoder"):
        raise ValueError(f"no such block: {kind}")
    attentions = 1 if kind == "encoder" else 2
    feed_forward = (width + 1) * hidden + (hidden + 1) * width
    return attentions * 4 * (width + 1) * width + feed_forward + (attentions + 1) * 2 * width
    ### END SOLUTION


# %% task="block_parameters" role="check"
check(
    "an encoder block, width 4, hidden 6",
    block_parameters(4, 6, "encoder"),
    154,
    integers=True,
    causes={
        "All biases and norms are missing": 112,
        "All biases are missing": 128,
        "The norms, or the biases of the attention, are missing": 138,
        "The output layer of the attention is missing": 134,
        "The biases of the feed-forward are missing": 144,
        "There are two norms with two sets of numbers each": 146,
        "The feed-forward goes back to `width`: its second layer is missing": 126,
        "The feed-forward is missing": 96,
        "This is a decoder block": 242,
    },
)
check(
    "a decoder block, width 4, hidden 6",
    block_parameters(4, 6, "decoder"),
    242,
    integers=True,
    causes={
        "The cross-attention is missing": 162,
        "The cross-attention and its norm are missing": 154,
        "The third norm is missing": 234,
        "The feed-forward is there once only": 308,
        "All biases are missing": 200,
        "The norms are missing": 218,
        "There are three norms with two sets of numbers each": 230,
        "The output layers of the attentions are missing": 202,
        "The biases of the attentions are missing": 210,
    },
)
check("the base size of the paper: encoder block", block_parameters(512, 2048, "encoder"), 3152384, integers=True)
check("the base size of the paper: decoder block", block_parameters(512, 2048, "decoder"), 4204032, integers=True)
check_raises(ValueError, block_parameters, 4, 6, "coder")

# %% task="block_parameters" role="test" points=4
random = np.random.default_rng()
for _ in range(20):
    width, hidden = (int(v) for v in random.integers(1, 2000, 2))
    dense = lambda a, b: a * b + b
    encoder = sum(dense(width, width) for _ in "qkvo") + dense(width, hidden) + dense(hidden, width) + 4 * width
    require(f"an encoder block, width {width}, hidden {hidden}", block_parameters(width, hidden, "encoder"), encoder, integers=True)
    decoder = encoder + sum(dense(width, width) for _ in "qkvo") + 2 * width
    require(f"a decoder block, width {width}, hidden {hidden}", block_parameters(width, hidden, "decoder"), decoder, integers=True)

# %% task="block_parameters" role="test" part="errors" points=1
for kind in ("", "Encoder", "decoders", "both"):
    require_raises(ValueError, block_parameters, 8, 16, kind)

# %% [markdown] tags=["ko"]
r"""
### 문제 12. 디코더 어텐션의 오류 찾기 (7점)

친구가 디코더의 인과 자기 어텐션을 헤드 여러 개와 잔차 연결까지 NumPy로 작성했습니다. `x`의 형상은 `(time, width)`, `wq`, `wk`, `wv`, `wo`는 모두 `(width, width)`입니다. 헤드는 `width`를 이어진 조각으로 똑같이 나누어 가지며, 나머지가 없다고 보아도 됩니다.
그런데 결과가 이상합니다. 자기밖에 볼 수 없는 첫 토큰의 어텐션 가중치를 더해도 1이 아닙니다. 미래의 토큰을 바꾸면 결과도 바뀝니다. 헤드가 여럿이면 결과가 더 크게 어긋나고, 어텐션 가중치가 너무 고르게 퍼집니다.

```python
def decoder_attention(x, wq, wk, wv, wo, heads):
    time, width = x.shape

    def split(t):  # (heads, time, width // heads)
        return t.reshape(heads, time, width // heads)

    q, k, v = split(x @ wq), split(x @ wk), split(x @ wv)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(width)
    shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    shares = shares * np.tri(time)
    mixed = shares @ v
    return x + mixed.transpose(1, 0, 2).reshape(time, width) @ wo
```

오류는 세 개입니다. 모두 찾아 고치세요. 점수는 크지 않다고 보아도 됩니다. 헤드가 하나일 때의 계산에 3점, 여럿일 때의 계산에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 12. Find the bugs in a decoder's attention (7 points)

A friend has written the causal self-attention of a decoder in NumPy, with several heads and the residual connection. The shape of `x` is `(time, width)`, that of `wq`, `wk`, `wv` and `wo` is `(width, width)`. The heads share `width` in consecutive parts of the same size, and you may take it that there is no remainder.
But the results are odd. The first token can look only at itself, and yet its shares do not sum to 1. Tokens of the future change the result. With several heads the results are further off, and the shares are too even.

```python
def decoder_attention(x, wq, wk, wv, wo, heads):
    time, width = x.shape

    def split(t):  # (heads, time, width // heads)
        return t.reshape(heads, time, width // heads)

    q, k, v = split(x @ wq), split(x @ wk), split(x @ wv)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(width)
    shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    shares = shares * np.tri(time)
    mixed = shares @ v
    return x + mixed.transpose(1, 0, 2).reshape(time, width) @ wo
```

There are three bugs. Find and fix them all. You may take it that scores are not large. The computation with one head is worth 3 points, that with several 4.
"""

# %% [markdown] tags=["ko"] task="decoder_attention" role="hint"
r"""
토큰 3개, 너비 4, 헤드 2개인 `x`를 `reshape(2, 3, 2)`로 바꾸면 첫 헤드에는 어느 토큰의 어느 수가 들어가나요?
"""

# %% [markdown] tags=["en"] task="decoder_attention" role="hint"
r"""
If `x` has 3 tokens, width 4 and 2 heads, which numbers of which tokens does the first head get by `reshape(2, 3, 2)`?
"""

# %% [markdown] tags=["ko"] task="decoder_attention" role="hint"
r"""
먼저 `(time, heads, size)`로 나누고 그다음에 축을 옮겨야 합니다. 또 질의 하나의 점수는 `size`개의 수를 곱하여 더한 것입니다. `width`개가 아닙니다.
"""

# %% [markdown] tags=["en"] task="decoder_attention" role="hint"
r"""
Split into `(time, heads, size)` first, then move the axes. And a score is a sum of `size` products, not of `width`.
"""

# %% [markdown] tags=["ko"] task="decoder_attention" role="hint"
r"""
마스크는 합으로 나누기 **전에** 곱해야 합니다. `weights = np.exp(scores) * np.tri(time)` 다음에 `weights / weights.sum(axis=-1, keepdims=True)`입니다.
"""

# %% [markdown] tags=["en"] task="decoder_attention" role="hint"
r"""
The mask must be applied **before** dividing by the sum: `weights = np.exp(scores) * np.tri(time)`, then `weights / weights.sum(axis=-1, keepdims=True)`.
"""

# %% task="decoder_attention" role="solution"
def decoder_attention(x, wq, wk, wv, wo, heads):
    ### BEGIN SOLUTION
    time, width = x.shape
    size = width // heads

    def split(t):  # (heads, time, size)
        return t.reshape(time, heads, size).transpose(1, 0, 2)

    q, k, v = split(x @ wq), split(x @ wk), split(x @ wv)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(size)  # of a head's width
    weights = np.exp(scores) * np.tri(time)  # masked before they are divided by their sum
    mixed = weights / weights.sum(axis=-1, keepdims=True) @ v
    return x + mixed.transpose(1, 0, 2).reshape(time, width) @ wo
    ### END SOLUTION


# %% task="decoder_attention" role="check"
root2, log3 = np.sqrt(2), np.log(3)
x = np.array([[1, 0, 0, 0], [0, 1, 0, 0]])
wq = np.array([[0, 0, 0, 0], [root2, 0, root2, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
wk = np.array([[log3, 0, 0, 0], [0, 0, log3, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
wv = np.array([[4, 8, 12, 16], [0, 4, 8, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
wo = np.diag([1, 1, 1, 2])
given = [value.copy() for value in (x, wq, wk, wv, wo)]
check(
    "one head",
    decoder_attention(x, wq, wk, wv, wo, 1),
    np.array([[5.0, 8, 12, 32], [2, 7, 10, 16]]),
    causes={
        "The first token looks only at itself, but its shares do not sum to 1": np.array(
            [[3.0, 4, 6, 16], [2, 7, 10, 16]]
        ),
        "The first token sees the second, which is still to come": np.array([[3.0, 6, 10, 16], [2, 7, 10, 16]]),
        "The residual connection is missing": np.array([[4.0, 8, 12, 32], [2, 6, 10, 16]]),
        "A token may look at itself, too: the mask hides the diagonal": np.array([[1.0, 0, 0, 0], [4, 9, 12, 32]]),
    },
)
check(
    "two heads",
    decoder_attention(x, wq, wk, wv, wo, 2),
    np.array([[5.0, 8, 12, 32], [3, 8, 9, 8]]),
    causes={
        "All three bugs are still there": np.array([[3, 4, 0, 2.52001726], [8, 13, 5.47998274, 2.52001726]]),
        "The mask is applied after softmax": np.array([[3.0, 4, 6, 16], [3, 8, 9, 8]]),
        "The scores are divided by the root of the model's width, not of the head's": np.array(
            [[5, 8, 12, 32], [2.73999137, 7.73999137, 9.26000863, 10.08006905]]
        ),
        "`reshape` alone mixes the tokens: split the last axis, then move the axes": np.array(
            [[5.0, 8, 0, 8], [8, 13, 6, 2]]
        ),
        "The first token sees the second, which is still to come": np.array([[3.0, 6, 10, 16], [3, 8, 9, 8]]),
        "The parts must be consecutive: here each head takes every second column": np.array(
            [[5.0, 12, 8, 32], [2, 11, 6, 16]]
        ),
        "This is the result of one head: are the columns split, and into consecutive parts?": np.array(
            [[5.0, 8, 12, 32], [2, 7, 10, 16]]
        ),
        "The heads were merged without moving their axis back behind the tokens": np.array(
            [[5.0, 8, 3, 14], [12, 17, 9, 8]]
        ),
        "The scores are not divided at all": np.array(
            [[5, 8, 12, 32], [3.30177403, 8.30177403, 8.69822597, 5.58580776]]
        ),
    },
)
check("the arrays that were passed in are unchanged", [x, wq, wk, wv, wo], given)
zeros, ones = np.zeros((2, 2), int), np.eye(2, dtype=int)
check(
    "equal scores, whole numbers",
    decoder_attention(np.array([[2, 0], [4, 8]]), zeros, zeros, ones, ones, 2),
    np.array([[4.0, 0], [7, 12]]),
)

# %% task="decoder_attention" role="test" part="one" points=3
random = np.random.default_rng()
for number in range(8):
    time, width = (int(v) for v in random.integers(1, 6, 2))
    draw = (lambda *shape: random.integers(-1, 2, shape)) if number % 3 == 0 else (lambda *shape: random.normal(scale=0.7, size=shape))
    arrays = [draw(time, width), *(draw(width, width) for _ in range(4))]
    x, wq, wk, wv, wo = given = [array.copy() for array in arrays]
    found = decoder_attention(*given, 1)
    expected = np.zeros((time, width))
    for t in range(time):
        weights = np.exp(x[: t + 1].dot(wk).dot(x[t].dot(wq)) / width**0.5)
        expected[t] = x[t] + (weights / weights.sum()).dot(x[: t + 1].dot(wv)).dot(wo)
    require(f"{time} tokens, width {width}, one head", found, expected)
    require("the arrays are unchanged", given, arrays)

# %% task="decoder_attention" role="test" part="several" points=4
random = np.random.default_rng()
for number in range(8):
    time, heads, size = (int(v) for v in random.integers(2, 5, 3))
    width = heads * size
    draw = (lambda *shape: random.integers(-1, 2, shape)) if number % 3 == 0 else (lambda *shape: random.normal(scale=0.5, size=shape))
    x, wq, wk, wv, wo = given = [draw(time, width), *(draw(width, width) for _ in range(4))]
    found = decoder_attention(*(array.copy() for array in given), heads)
    mixed = np.zeros((time, width))
    for t, head in np.ndindex(time, heads):
        part = slice(head * size, (head + 1) * size)
        weights = np.exp(x[: t + 1].dot(wk[:, part]).dot(x[t].dot(wq[:, part])) / size**0.5)
        mixed[t, part] = (weights / weights.sum()).dot(x[: t + 1].dot(wv[:, part]))
    require(f"{time} tokens, width {width}, {heads} heads", found, x + mixed.dot(wo))

# %% [markdown] tags=["ko"]
r"""
### 문제 13. Keras로 만드는 디코더 블록 (7점)

`decoder_layer(width, heads, hidden)`는 논문의 디코더 블록 하나로 된 Keras 모델(`keras.Model`)을 반환합니다. 입력은 둘이고 `[x, memory]`의 차례로 줍니다. `x`는 지금까지의 번역, `memory`는 인코더가 읽은 것이며 형상은 저마다 `(batch, length, width)`입니다. 두 길이는 정해져 있지 않으므로 입력은 `keras.Input((None, width))`입니다. 결과의 형상은 `x`와 같습니다.

1. **인과** 자기 어텐션: `x`의 토큰은 자신과 앞의 토큰만 봅니다.
2. 교차 어텐션: 질의는 번역에서, 키와 값은 `memory`에서 오며, 그 토큰은 처음부터 모두 볼 수 있습니다.
3. 피드포워드: `Dense(hidden, activation="relu")`와 `Dense(width)`.

셋 모두에 잔차 연결이 있고, 더한 **다음** 층 정규화를 합니다. `keras.layers.MultiHeadAttention(heads, width // heads)`, `LayerNormalization()`, `Dense`를 쓰고 나머지 설정은 기본값으로 두세요. 드롭아웃은 없습니다. 학습은 하지 않습니다.
채점은 가중치를 다른 것으로 바꾸어 봅니다. 미래의 토큰에 대한 기울기가 0인지, 곧 미래의 토큰을 바꾸어도 결과가 그대로인지에 4점, 계산이 모두 맞는지에 3점입니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 13. A decoder block in Keras (7 points)

`decoder_layer(width, heads, hidden)` returns a Keras model (`keras.Model`) that is one decoder block of the paper. It has two inputs, given in the order `[x, memory]`: `x` is the translation so far, `memory` what the encoder has read; the shape of each is `(batch, length, width)`. Neither length is fixed, so the inputs are `keras.Input((None, width))`. The result has the shape of `x`.

1. **Causal** self-attention: a token of `x` looks at itself and at those before it only.
2. Cross-attention: the queries come from the translation, keys and values from `memory`, all of which can be seen from the start.
3. Feed-forward: `Dense(hidden, activation="relu")` and `Dense(width)`.

All three have a residual connection, and layer normalization comes **behind** the addition. Use `keras.layers.MultiHeadAttention(heads, width // heads)`, `LayerNormalization()` and `Dense`, with all other settings at their defaults. There is no dropout, and nothing is trained.
Grading replaces the weights by others. Whether the gradient with respect to tokens of the future is 0, that is, whether they can be changed without any change of the result, is worth 4 points; whether the whole computation is right 3. The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"] task="decoder_layer" role="hint"
r"""
`MultiHeadAttention`의 층은 `attention(query, value)`처럼 부릅니다. 자기 어텐션에서는 무엇이 무엇에 들어가나요? 교차 어텐션에서는요?
"""

# %% [markdown] tags=["en"] task="decoder_layer" role="hint"
r"""
A layer of `MultiHeadAttention` is called like `attention(query, value)`. What goes where in self-attention? And in cross-attention?
"""

# %% [markdown] tags=["ko"] task="decoder_layer" role="hint"
r"""
인과 마스크는 부를 때 `use_causal_mask=True`로 켭니다. 교차 어텐션에는 켜지 않습니다. 각 단계는 `h = layers.LayerNormalization()(layers.Add()([h, y]))`로 끝납니다.
"""

# %% [markdown] tags=["en"] task="decoder_layer" role="hint"
r"""
The causal mask is switched on in the call, by `use_causal_mask=True`; for the cross-attention it is not. Each step ends with `h = layers.LayerNormalization()(layers.Add()([h, y]))`.
"""

# %% [markdown] tags=["ko"] task="decoder_layer" role="hint"
r"""
처음은 `x = keras.Input((None, width))`와 `memory = keras.Input((None, width))`, 끝은 `keras.Model([x, memory], h)`입니다. 교차 어텐션은 `layers.MultiHeadAttention(heads, width // heads)(h, memory)`입니다.
"""

# %% [markdown] tags=["en"] task="decoder_layer" role="hint"
r"""
It begins with `x = keras.Input((None, width))` and `memory = keras.Input((None, width))`, and ends with `keras.Model([x, memory], h)`. The cross-attention is `layers.MultiHeadAttention(heads, width // heads)(h, memory)`.
"""

# %% task="decoder_layer" role="solution"
def decoder_layer(width, heads, hidden):
    ### BEGIN SOLUTION
    x, memory = keras.Input((None, width)), keras.Input((None, width))
    y = layers.MultiHeadAttention(heads, width // heads)(x, x, use_causal_mask=True)
    h = layers.LayerNormalization()(layers.Add()([x, y]))
    y = layers.MultiHeadAttention(heads, width // heads)(h, memory)
    h = layers.LayerNormalization()(layers.Add()([h, y]))
    y = layers.Dense(width)(layers.Dense(hidden, activation="relu")(h))
    h = layers.LayerNormalization()(layers.Add()([h, y]))
    return keras.Model([x, memory], h)
    ### END SOLUTION


# %% task="decoder_layer" role="check"
model = decoder_layer(4, 2, 6)
check("decoder_layer returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
random = np.random.default_rng(0)
x, memory = (random.normal(size=(2, length, 4)).astype("float32") for length in (5, 3))
try:
    shape = tuple(model([x, memory]).shape)
except Exception as error:  # with the memory as queries, a residual connection adds two lengths
    if not all(part in str(error) for part in ("[2,5,4]", "[2,3,4]")):
        raise
    shape = 2, 3, 4
check(
    "shape for 5 tokens and 3 in the memory",
    shape,
    (2, 5, 4),
    causes={"The queries of the cross-attention must come from the translation": (2, 3, 4)},
)
check(
    "its parameters",
    model.count_params(),
    242,
    causes={
        "The cross-attention is missing": 162,
        "The cross-attention and its normalization are missing": 154,
        "The feed-forward is missing": 184,
        "The feed-forward and its normalization are missing": 176,
        "There must be three normalizations, one is missing": 234,
        "The normalizations are missing": 218,
        "The second argument of `MultiHeadAttention` is the width of one head": 394,
        "Each step needs a normalization of its own": 226,
    },
)
model.set_weights([random.normal(size=w.shape) if w.ndim > 1 else w for w in model.get_weights()])


def moved(part, token):
    """By how much each token of the result changes when one token of x or of the memory does."""
    changed = {"x": x.copy(), "memory": memory.copy()}
    changed[part][:, token] *= -1
    before, after = np.array(model([x, memory])), np.array(model([changed["x"], changed["memory"]]))
    return np.abs(after - before).max(axis=(0, 2))


check(
    "token 3 changes only itself and what comes after it",
    moved("x", 3) > 1e-6,
    np.array([False, False, False, True, True]),
    causes={
        "Each token sees the future: the self-attention is not causal": np.full(5, True),
        "The mask is the wrong way round": np.array([True, True, True, True, False]),
        "Each token sees only itself": np.array([False, False, False, True, False]),
    },
)
check("token 0 changes all", moved("x", 0) > 1e-6, np.full(5, True))
check(
    "the last token of the memory changes all",
    moved("memory", 2) > 1e-6,
    np.full(5, True),
    causes={
        "The cross-attention must not be causal: all of the memory is there from the start": np.array(
            [False, False, True, True, True]
        ),
        "The memory is not used": np.full(5, False),
    },
)


def normed(t):
    """Layer normalization without what it learns."""
    return (t - t.mean(axis=-1, keepdims=True)) / np.sqrt(t.var(axis=-1, keepdims=True) + 0.001)


model.set_weights([0 * w if w.ndim > 1 else w for w in model.get_weights()])
check(
    "with all matrices 0, x is left, normalized",
    np.array(model([x, memory])),
    normed(normed(normed(x))),
    rtol=1e-3,
    atol=1e-3,
    causes={
        "A residual connection is missing": np.zeros((2, 5, 4)),
        "The normalization must come behind the addition, not in front of the layer": x,
    },
)
model.set_weights([np.eye(*w.shape) if w.shape in ((4, 6), (6, 4)) else w for w in model.get_weights()])
h = normed(normed(x))
check(
    "with a feed-forward whose matrices pass everything on",
    np.array(model([x, memory])),
    normed(h + np.maximum(h, 0)),
    rtol=1e-3,
    atol=1e-3,
    causes={"The activation of the feed-forward is missing": normed(2 * h)},
)

# %% task="decoder_layer" role="test" part="causal" points=4
random = np.random.default_rng()
for width, heads, hidden in ((6, 2, 5), (8, 4, 3)):
    model = decoder_layer(width, heads, hidden)
    case = f"decoder_layer({width}, {heads}, {hidden})"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    length, read = int(random.integers(4, 8)), int(random.integers(2, 6))
    x, memory = (random.normal(size=(2, n, width)).astype("float32") for n in (length, read))
    require(f"{case}: shape", tuple(model([x, memory]).shape), (2, length, width))
    model.set_weights([random.normal(scale=0.5, size=w.shape).astype("float32") for w in model.get_weights()])
    before = np.asarray(model([x, memory]))
    for token in (1, length - 1):
        later = x.copy()
        later[:, token:] = random.normal(size=later[:, token:].shape)
        after = np.asarray(model([later, memory]))
        require(f"{case}: tokens from {token} on change nothing before them", after[:, :token], before[:, :token], atol=1e-5)
        require(f"{case}: they change themselves", bool((np.abs(after - before)[:, token:].max(axis=-1) > 1e-5).all()), True)
    first = x.copy()
    first[:, 0] = random.normal(size=(2, width))
    require(f"{case}: the first token changes the last", bool(np.abs(np.asarray(model([first, memory])) - before)[:, -1].max() > 1e-5), True)
    other = memory.copy()
    other[:, -1] = random.normal(size=(2, width))
    require(f"{case}: the end of the memory changes the first token", bool(np.abs(np.asarray(model([x, other])) - before)[:, 0].max() > 1e-5), True)

# %% task="decoder_layer" role="test" part="numbers" points=3
random = np.random.default_rng()
for width, heads, hidden in ((6, 2, 5), (8, 4, 3)):
    size, case = width // heads, f"decoder_layer({width}, {heads}, {hidden})"
    model = decoder_layer(width, heads, hidden)
    x, memory = (random.normal(size=(2, n, width)).astype("float32") for n in (4, 3))
    model([x, memory])
    shapes = [(width, heads, size), (heads, size), (heads, size, width), (width,), (width, hidden), (hidden,), (hidden, width)]
    drawn = {shape: random.normal(scale=0.6, size=shape).astype("float32") for shape in shapes}
    counts = dict(zip(shapes, (6, 6, 2, 9, 1, 1, 1)))
    found = [tuple(w.shape) for w in model.get_weights()]
    require(f"{case}: sizes of the weights", sorted(found), sorted(shape for shape in shapes for _ in range(counts[shape])))
    model.set_weights([drawn[shape] for shape in found])
    kernel, bias, out, vector, w1, b1, w2 = (drawn[shape].astype(float) for shape in shapes)
    to_heads = lambda t: np.einsum("btw,whs->bhts", t, kernel) + bias[:, None]

    def attended(queries, seen, causal):
        scores = np.einsum("bhts,bhms->bhtm", to_heads(queries), to_heads(seen)) / size**0.5
        weights = np.exp(scores) * (np.tri(*scores.shape[-2:]) if causal else 1)
        return np.einsum("bhtm,bhms,hsw->btw", weights / weights.sum(axis=-1, keepdims=True), to_heads(seen), out) + vector

    def normed(t):
        return (t - t.mean(axis=-1, keepdims=True)) / np.sqrt(t.var(axis=-1, keepdims=True) + 0.001) * vector + vector

    h = normed(x + attended(x, x, True))
    h = normed(h + attended(h, memory, False))
    expected = normed(h + np.maximum(h @ w1 + b1, 0) @ w2 + vector)
    require(f"{case}: what comes out", np.asarray(model([x, memory])), expected, rtol=1e-3, atol=1e-3)

# %% [markdown] tags=["ko"]
r"""
### 문제 14. 실험: 점수가 얼마나 커야 배울까 (5점)

어텐션은 점수를 $\sqrt{d}$로 나눕니다. 나누지 않으면 소프트맥스의 기울기가 아주 작아진다고 논문은 추측합니다. 그렇다면 점수는 작을수록 좋을까요?
아래 셀의 `slope(factor)`는 키 64개에 대한 점수를 표준 정규 분포에서 뽑아 `factor`를 곱하고, 소프트맥스의 도함수 $\partial p_i / \partial s_j$를 모두 모은 행렬의 크기(프로베니우스 노름)를 측정합니다(질의 300개의 평균). 점수를 조금 바꾸면 어텐션 가중치가 얼마나 바뀌는지를 뜻합니다.
성분이 평균 0, 분산 1인 질의와 키라면 나눈 점수는 `factor` 1에, 너비 64의 헤드에서 나누지 않은 점수는 8에 해당합니다.
`factor`를 0.1에서 100까지 키우면 이 값은 계속 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 다섯 가지 이상의 값을 골라 측정하세요. 0.3 이하, 2와 8 사이, 50 이상이 하나씩은 있어야 합니다.
`larger_scores()`는 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 `factor`의 리스트
- `"predicted"`: 값마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 값마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`
"""

# %% [markdown] tags=["en"]
r"""
### Task 14. Experiment: how large should scores be for learning (5 points)

Attention divides its scores by $\sqrt{d}$. Without that, the paper suspects, the gradient of softmax becomes very small. So are scores the better the smaller they are?
In the cell below, `slope(factor)` draws scores for 64 keys from the standard normal distribution, multiplies them by `factor`, and measures the size (Frobenius norm) of the matrix of all derivatives of softmax, $\partial p_i / \partial s_j$ (mean of 300 queries): by how much the shares change if the scores change a little.
For queries and keys whose entries have mean 0 and variance 1, a `factor` of 1 stands for scores that were divided, and 8 for those of heads of width 64 that were not.
As `factor` goes from 0.1 to 100, will this value grow all the time, fall, or stay? Write down your prediction **before you measure**; then choose at least five values and measure, at least one of 0.3 or less, one between 2 and 8, and one of 50 or more.
`larger_scores()` returns the record of the experiment as a dict.
- `"settings"`: the list of values of `factor` that were tried
- `"predicted"`: a list with a prediction for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def slope(factor):
    """Size of the matrix of softmax's derivatives for 64 scores of this size; mean of 300 queries."""
    scores = factor * np.random.default_rng(0).normal(size=(300, 64))
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    matrices = p[:, :, None] * (np.eye(64) - p[:, None, :])  # p_i (1 - p_i) on the diagonal, else -p_i p_j
    return float(np.sqrt((matrices**2).sum(axis=(1, 2))).mean())

# %% [markdown] tags=["ko"] task="larger_scores" role="hint"
r"""
모든 점수가 0에 가까우면 키 하나의 어텐션 가중치는 얼마인가요? 점수 하나가 다른 것보다 훨씬 크면요? 두 경우에 점수를 조금 바꾸면 무엇이 바뀌나요?
"""

# %% [markdown] tags=["en"] task="larger_scores" role="hint"
r"""
What is the share of one key if all scores are close to 0? And if one score is far larger than the others? What changes in these two cases if the scores change a little?
"""

# %% [markdown] tags=["ko"] task="larger_scores" role="hint"
r"""
`factors = [0.1, 1, 4, 20, 100]`처럼 값을 고르고, 예측을 먼저 적은 다음 `[slope(factor) for factor in factors]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="larger_scores" role="hint"
r"""
Choose values such as `factors = [0.1, 1, 4, 20, 100]`, write the prediction first, then measure with `[slope(factor) for factor in factors]`.
"""

# %% [markdown] tags=["ko"] task="larger_scores" role="hint"
r"""
결론은 예측이 아니라 측정값에서 나옵니다. 작은 `factor`부터 차례로 보면 처음부터 끝까지 한쪽으로만 가나요?
"""

# %% [markdown] tags=["en"] task="larger_scores" role="hint"
r"""
The conclusion follows from the measured values, not from the prediction. From small to large `factor`, do they go in one direction all the way?
"""

# %% task="larger_scores" role="solution"
def larger_scores():
    ### BEGIN SOLUTION
    factors = [0.1, 1, 4, 20, 100]
    return {
        "settings": factors,
        "predicted": "falls",  # before measuring
        "measured": [slope(factor) for factor in factors],
        "conclusion": "neither",
    }
    ### END SOLUTION


# %% task="larger_scores" role="check"
found = larger_scores()
check_experiment(
    "the experiment",
    found,
    measure=slope,
    settings=lambda factor: 0.1 <= factor <= 100,
    at_least_runs=5,
    tolerance=0.01,
)
small, large = min(found["settings"]), max(found["settings"])
between = any(2 <= factor <= 8 for factor in found["settings"])
check(
    "one value is 0.3 or less, one between 2 and 8, one 50 or more",
    small <= 0.3 and between and large >= 50,
    True,
)

# %% task="larger_scores" role="test" points=5
found = larger_scores()
require_experiment("the experiment", found, measure=slope, settings=lambda factor: 0.1 <= factor <= 100, at_least_runs=5, tolerance=0.01)
small, large = min(found["settings"]), max(found["settings"])
between = any(2 <= factor <= 8 for factor in found["settings"])
require("one value is 0.3 or less, one between 2 and 8, one 50 or more", bool(small <= 0.3 and between and large >= 50), True)
