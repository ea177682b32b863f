# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
# ---

# %% [markdown] tags=["ko"]
r"""
# 12장 연습 문제. 텍스트 생성

문제마다 함수 하나를 완성합니다. `raise NotImplementedError`를 지우고 코드를 쓴 다음, 그 셀을 실행하고 바로 아래의 점검 셀을 실행하세요.
무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 막히면 새 셀에서 `hint()`를 실행하세요. 힌트를 한 단계씩, 세 단계까지 보여 줍니다. 여러 번 시도한 뒤에는 `solution()`으로 풀이도 볼 수 있습니다.
- 채점에서는 점검에 없는 다른 입력으로도 시험하므로, 보이는 예만 맞히는 답으로는 점수를 받을 수 없습니다.
- 입력으로 받은 리스트와 배열은 바꾸지 마세요. 토큰 번호는 언제나 정수이고, 다른 수는 정수일 수도 있고 실수일 수도 있습니다. 결과의 자료형(dtype)은 값만 맞으면 어느 쪽이든 좋습니다.
- 로그는 따로 말하지 않으면 모두 자연로그입니다.
- 모두 13문제, 100점, 약 2시간 30분입니다. 문제 12만 Keras를 쓰고, 문제 13은 스스로 하는 실험입니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 12 exercises. Text generation

In each task you complete one function. Replace `raise NotImplementedError`, run the cell, then run the check right below:
it says what is right and what is not. If you are stuck, run `hint()` in a new cell: it shows a hint, one step at a time, up to three. After some honest tries `solution()` shows a solution.
- Grading uses other inputs as well, so an answer that fits only the visible examples earns nothing.
- Do not change the lists and arrays that a function is given. Tokens are always integers, other numbers may be integers or floating-point numbers; for the result, any dtype will do that keeps the values.
- Logarithms are natural where nothing else is said.
- There are 13 tasks with 100 points, for about 2 hours and 30 minutes. Only task 12 uses Keras, and task 13 is an experiment of your own.
"""

# %%
import numpy as np

from course_lib.checks import require, require_raises
from course_lib.exercises import check, check_raises, hint, solution

# %% [markdown] tags=["ko"]
r"""
### 문제 1. 바이트 쌍 부호화의 병합 한 번 (9점)

바이트 쌍 부호화(byte-pair encoding, BPE)는 가장 자주 이웃하는 두 기호를 하나로 합치는 일을 되풀이하여 어휘를 배웁니다. `merge_step(words, counts)`는 이 일을 한 번 합니다.
`words`는 단어의 리스트이며 단어는 기호(문자열)의 리스트입니다. `counts[i]`는 `words[i]`가 텍스트에 나오는 횟수입니다. 둘 `(pair, merged)`를 반환하세요.
- `pair`: 텍스트 전체에서 가장 자주 이웃하는 두 기호의 튜플. 같은 단어 안의 이웃만 셉니다. 횟수가 같으면 사전 순서로 앞서는 쌍(첫 기호를 먼저, 같으면 둘째 기호를 비교)입니다.
- `merged`: 그 쌍을 어디에서나 하나의 기호로 합친 단어들의 리스트. 단어마다 왼쪽부터 합치며, 한 번 합친 기호는 다시 쓰지 않습니다. 그래서 `a` `a` `a`는 `aa` `a`가 됩니다.

셀 때는 겹쳐도 됩니다. `a` `a` `a`에는 `a` `a`가 두 번 있습니다. 이웃하는 기호가 하나도 없으면 `ValueError`를 발생시키세요(raise). 쌍에 4점, 병합에 3점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 1. One merge of byte-pair encoding (9 points)

Byte-pair encoding (BPE) learns a vocabulary by joining, again and again, the two symbols that stand side by side most often. `merge_step(words, counts)` does this once.
`words` is a list of words, and a word is a list of symbols (strings). `counts[i]` says how often `words[i]` comes in the text. Return two things, `(pair, merged)`.
- `pair`: a tuple of the two symbols that stand side by side most often in the whole text. Only neighbours within a word count. If several pairs are as frequent, it is the first of them in alphabetical order (compare the first symbols, then the second).
- `merged`: the list of words in which this pair has become one symbol everywhere. In each word, join from the left, and use no symbol twice: `a` `a` `a` becomes `aa` `a`.

Pairs are counted even where they overlap: `a` `a` `a` has `a` `a` twice. Raise `ValueError` if there are no neighbours at all. The pair is worth 4 points, the merging 3, the error case 2.
"""

# %% [markdown] tags=["ko"] task="merge_step" role="hint"
r"""
단어 `["t", "h", "e"]`가 텍스트에 4번 나오면 쌍 `("t", "h")`는 이 단어에서 몇 번 세어야 하나요? `zip(word, word[1:])`는 무엇을 주나요?
"""

# %% [markdown] tags=["en"] task="merge_step" role="hint"
r"""
If the word `["t", "h", "e"]` comes 4 times in the text, how often does the pair `("t", "h")` count for it? What does `zip(word, word[1:])` give?
"""

# %% [markdown] tags=["ko"] task="merge_step" role="hint"
r"""
쌍에서 횟수로 가는 딕셔너리 `found`를 만드세요. 가장 자주 나오며 사전 순서로 앞서는 쌍은 `min(found, key=lambda pair: (-found[pair], pair))`입니다.
"""

# %% [markdown] tags=["en"] task="merge_step" role="hint"
r"""
Make a dict `found` from pairs to counts. The most frequent pair, and of several the alphabetically first one, is `min(found, key=lambda pair: (-found[pair], pair))`.
"""

# %% [markdown] tags=["ko"] task="merge_step" role="hint"
r"""
합칠 때는 단어마다 `while place < len(word):`로 걸어가세요. `tuple(word[place : place + 2]) == pair`이면 합친 기호를 넣고 2칸, 아니면 기호를 그대로 넣고 1칸 나아갑니다.
"""

# %% [markdown] tags=["en"] task="merge_step" role="hint"
r"""
To merge, walk through each word with `while place < len(word):`. If `tuple(word[place : place + 2]) == pair`, put the joined symbol and go on by 2, else put the symbol as it is and go on by 1.
"""

# %% task="merge_step" role="solution"
def merge_step(words, counts):
    ### BEGIN SOLUTION
    found = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            found[pair] = found.get(pair, 0) + count
    if not found:
        raise ValueError("no word has two symbols: there is nothing to merge")
    best = min(found, key=lambda pair: (-found[pair], pair))
    merged = []
    for word in words:
        new, place = [], 0
        while place < len(word):
            hit = tuple(word[place : place + 2]) == best
            new.append("".join(best) if hit else word[place])
            place += 2 if hit else 1
        merged.append(new)
    return best, merged
    ### END SOLUTION


# %% task="merge_step" role="check"
words, counts = [["t", "h", "e"], ["t", "h", "i", "s"], ["t", "h", "a", "t"], ["i", "s"]], [4, 3, 1, 6]
pair, merged = merge_step(words, counts)
check(
    "the most frequent pair",
    pair,
    ("i", "s"),
    causes={
        "Each word was counted once: it counts as often as it comes in the text": ("t", "h"),
        "This is the rarest pair": ("a", "t"),
    },
)
check(
    "the words after the merge",
    merged,
    [["t", "h", "e"], ["t", "h", "is"], ["t", "h", "a", "t"], ["is"]],
    causes={
        "The pair was found, but not merged": [
            ["t", "h", "e"],
            ["t", "h", "i", "s"],
            ["t", "h", "a", "t"],
            ["i", "s"],
        ]
    },
)
same = [["t", "h", "e"], ["t", "h", "i", "s"], ["t", "h", "a", "t"], ["i", "s"]], [4, 3, 1, 6]
check("the lists that were passed in are unchanged", (words, counts), same)
check(
    "two pairs as frequent",
    merge_step([["b", "c"], ["a", "b"]], [3, 3])[0],
    ("a", "b"),
    causes={"Of pairs that are as frequent, the alphabetically first one is asked for": ("b", "c")},
)
check(
    "`a` `a` twice in `a` `a` `a`",
    merge_step([["a", "a", "a"], ["b", "c"]], [2, 3])[0],
    ("a", "a"),
    causes={"Pairs are counted even where they overlap": ("b", "c")},
)
check(
    "`a` three times, and four times behind `b`",
    merge_step([["a", "a", "a"], ["b", "a", "a", "a", "a"]], [1, 1])[1],
    [["aa", "a"], ["b", "aa", "aa"]],
    causes={
        "Only the first place in each word was merged": [["aa", "a"], ["b", "aa", "a", "a"]],
        "A symbol was used twice: after a merge, go on by two": [["aa", "aa", "a"], ["b", "aa", "aa", "aa", "a"]],
        "The words were merged from the right": [["a", "aa"], ["b", "aa", "aa"]],
    },
)
check(
    "words of one symbol have no neighbours",
    merge_step([["b"], ["a"], ["c", "d"]], [2, 2, 2])[0],
    ("c", "d"),
    causes={"A pair goes from the end of a word to the beginning of the next one": ("a", "c")},
)
check(
    "symbols of several letters",
    merge_step([["th", "e"], ["t", "he"]], [1, 2.5]),
    (("t", "he"), [["th", "e"], ["the"]]),
    causes={"Symbols are no letters: `th` `e` is another pair than `t` `he`": (("t", "he"), [["the"], ["the"]])},
)
check_raises(ValueError, merge_step, [["a"], ["b"]], [2, 1])

# %% task="merge_step" role="test" part="pair" points=4
random = np.random.default_rng()
for number in range(20):
    words = [list("".join(random.choice(list("abc"), random.integers(1, 7)))) for _ in range(random.integers(1, 6))]
    words = [["b", "a", "c"], *words]
    counts = [int(v) for v in random.integers(1, 5, len(words))]
    given = [[*word] for word in words], [*counts]
    found = merge_step(*given)[0]
    spread = [pair for word, count in zip(words, counts) for pair in zip(word, word[1:]) for _ in range(count)]
    expected = sorted(set(spread), key=lambda pair: (-spread.count(pair), pair))[0]
    require(f"{len(words)} words: the pair", found, expected)
    require("the lists are unchanged", given, (words, counts))

# %% task="merge_step" role="test" part="merged" points=3
random = np.random.default_rng()
for number in range(20):
    symbols = ["a", "b", "ab", "ba"][: 2 + 2 * (number % 2)]
    words = [["xy", *random.choice(symbols, random.integers(1, 9)).tolist()] for _ in range(random.integers(1, 6))]
    counts = [int(v) for v in random.integers(1, 5, len(words))]
    (one, other), found = merge_step([[*word] for word in words], [*counts])
    expected = []
    for word in words:
        new = []
        for symbol in word:
            if new and new[-1] == (one, 0) and symbol == other:
                new[-1] = (one + other, 1)
            else:
                new.append((symbol, 0))
        expected.append([symbol for symbol, _ in new])
    require(f"{len(words)} words: after the merge", found, expected)
for one, other, third in ("abc", "xyz", "ngs"):
    words = [[one + other, third], [one, other + third], [one + other, third, one]]
    expected = [[one + other + third], [one, other + third], [one + other + third, one]]
    require("symbols of several letters", merge_step(words, [1, 2, 2])[1], expected)

# %% task="merge_step" role="test" part="errors" points=2
for words in ([["a"]], [["ab"], ["ab"], ["c"]], [["e"], ["e"], ["e"], ["e"]]):
    require_raises(ValueError, merge_step, words, [3] * len(words))

# %% [markdown] tags=["ko"]
r"""
### 문제 2. 배운 병합으로 토큰 나누기 (7점)

병합을 배운 토크나이저(tokenizer)는 새 단어도 나눌 수 있습니다. `encode(word, merges)`는 문자열 `word`를 토큰(문자열)의 리스트로 나눕니다. `merges`는 배운 차례대로 늘어선 쌍의 리스트입니다.
처음에는 글자 하나하나가 기호입니다. 단어 안에서 이웃하는 쌍 가운데 **가장 먼저 배운** 쌍을 골라, 왼쪽부터 어디에서나 합칩니다. 배운 쌍이 단어 안에 더는 없을 때까지 되풀이합니다.
글자가 없는 단어의 토큰은 빈 리스트입니다. 배운 차례에 4점, 겹치고 되풀이되는 병합에 3점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 2. Split into tokens by the merges that were learned (7 points)

A tokenizer that has learned merges can split new words, too. `encode(word, merges)` splits the string `word` into a list of tokens (strings). `merges` is a list of pairs in the order in which they were learned.
At first each letter is a symbol. Of the pairs that stand side by side in the word, take the one that was **learned first**, and join it everywhere, from the left. Repeat this until the word has no more pair that was learned.
The tokens of a word without letters are an empty list. The order of learning is worth 4 points, merges that overlap and repeat 3.
"""

# %% [markdown] tags=["ko"] task="encode" role="hint"
r"""
`merges`가 `("b", "c")`, `("a", "b")`의 차례이면 `abc`의 어느 두 글자를 먼저 합쳐야 하나요? 왼쪽의 쌍인가요, 먼저 배운 쌍인가요?
"""

# %% [markdown] tags=["en"] task="encode" role="hint"
r"""
If `merges` has `("b", "c")` before `("a", "b")`, which two letters of `abc` are to be joined first: the pair on the left, or the pair that was learned first?
"""

# %% [markdown] tags=["ko"] task="encode" role="hint"
r"""
`symbols = list(word)`에서 시작하여 `merges`를 차례대로 돌면서, 쌍 하나를 `symbols`의 어디에서나 합치세요. 합치는 방법은 문제 1과 같습니다.
"""

# %% [markdown] tags=["en"] task="encode" role="hint"
r"""
Begin with `symbols = list(word)`, go through `merges` in order, and join each pair everywhere in `symbols`, in the way of task 1.
"""

# %% [markdown] tags=["ko"] task="encode" role="hint"
r"""
합친 기호가 든 쌍은 그 기호보다 나중에 배웁니다. 그래서 `for pair in merges:` 한 번이면 되고, 그 안에서 `while place < len(symbols):`로 걸어가며 새 리스트를 만듭니다.
"""

# %% [markdown] tags=["en"] task="encode" role="hint"
r"""
A pair with a joined symbol was learned later than that symbol. So one loop `for pair in merges:` is enough; inside, walk with `while place < len(symbols):` and make a new list.
"""

# %% task="encode" role="solution"
def encode(word, merges):
    ### BEGIN SOLUTION
    symbols = list(word)
    for pair in merges:
        new, place = [], 0
        while place < len(symbols):
            hit = tuple(symbols[place : place + 2]) == tuple(pair)
            new.append("".join(pair) if hit else symbols[place])
            place += 2 if hit else 1
        symbols = new
    return symbols
    ### END SOLUTION


# %% task="encode" role="check"
merges = [("e", "r"), ("l", "o"), ("lo", "w"), ("n", "e"), ("low", "er")]
check(
    "lower",
    encode("lower", merges),
    ["lower"],
    causes={
        "These are single letters: nothing was merged": ["l", "o", "w", "e", "r"],
        "Only one pair was merged: go on until there is none that was learned": ["l", "o", "w", "er"],
    },
)
check(
    "newer",
    encode("newer", merges),
    ["ne", "w", "er"],
    causes={"The tokens are right, but from the last to the first": ["er", "w", "ne"]},
)
same = [("e", "r"), ("l", "o"), ("lo", "w"), ("n", "e"), ("low", "er")]
check("the list that was passed in is unchanged", merges, same)
check(
    "b and c were learned before a and b",
    encode("abcab", [("b", "c"), ("a", "b")]),
    ["a", "bc", "ab"],
    causes={
        "What was learned first goes first: not the pair on the left, nor the longest token": ["ab", "c", "ab"],
        "`replace` hits parts of longer symbols, too": ["abc", "ab"],
    },
)
check(
    "seven times the same letter",
    encode("aaaaaaa", [("a", "a"), ("aa", "aa")]),
    ["aaaa", "aa", "a"],
    causes={
        "The pair was merged at its first place only": ["aa", "a", "a", "a", "a", "a"],
        "Merges go from the left": ["a", "aa", "aaaa"],
    },
)
check("nothing that was learned", encode("xyz", merges), ["x", "y", "z"])
check("no letters", encode("", merges), [])
check("Greek letters", encode("αβγαβ", [("α", "β")]), ["αβ", "γ", "αβ"])

# %% task="encode" role="test" part="order" points=4
random = np.random.default_rng()
for number in range(20):
    merges, known = [], list("abcd")
    while len(merges) < 6:
        pair = tuple(str(v) for v in random.choice(known, 2))
        if "".join(pair) not in known:
            merges.append(pair)
            known.append("".join(pair))
    word = "".join(random.choice(list("abcd"), 10))
    given = [*merges]
    found = encode(word, given)
    expected = list(word)
    while ranks := [merges.index(pair) for pair in zip(expected, expected[1:]) if pair in merges]:
        one, other = merges[min(ranks)]
        for place in range(len(expected)):
            if expected[place : place + 2] == [one, other]:
                expected[place : place + 2] = [one + other]
    require(f"{word}, 6 merges", found, expected)
    require("the list is unchanged", given, merges)

# %% task="encode" role="test" part="repeated" points=3
for one, other in ("ab", "xy", "αβ"):
    merges = [(one, one), (one + one, one + one), (other, one)]
    for number in range(1, 13):
        rest = [one * 4] * (number // 4) + [one * 2] * (number % 4 // 2) + [one] * (number % 2)
        require(f"{number} times the same letter", encode(one * number, merges), rest)
        tokens = rest + [other, other + one] if number % 2 else [*rest, other, other + one]
        require(f"{number} times, and three letters", encode(one * number + other + other + one, merges), tokens)
    require("no letters", encode("", merges), [])

# %% [markdown] tags=["ko"]
r"""
### 문제 3. 세어서 만든 바이그램 언어 모델 (8점)

가장 단순한 언어 모델은 셉니다. 토큰 $a$ 바로 뒤에 $b$가 온 횟수를 $N(a, b)$라고 하면, 모든 횟수에 $k$를 더하는 평활화(add-k smoothing)는 다음 토큰의 확률을
$$P(b \mid a) = \frac{N(a, b) + k}{\sum_{c} N(a, c) + kV}$$
로 추정합니다. $V$는 어휘의 크기입니다. `bigrams(texts, size, k)`는 형상이 `(size, size)`이고 `[a, b]`에 $P(b \mid a)$가 든 배열을 반환합니다. `texts`는 토큰 리스트의 리스트이고 `size`는 $V$입니다.
- 토큰 0은 텍스트의 경계입니다. 텍스트마다 맨 앞과 맨 뒤에 0을 하나씩 붙인 다음 세세요. 텍스트 안의 토큰은 1부터 `size - 1`까지입니다.
- `k`가 0이고 $a$ 뒤에 아무것도 온 적이 없으면 그 줄의 확률은 모두 $1 / V$입니다.

`k`가 음수이거나 텍스트에 1부터 `size - 1`까지가 아닌 토큰이 있으면 `ValueError`를 발생시키세요. 세기와 평활에 4점, `k`가 0일 때에 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 3. A bigram language model by counting (8 points)

The simplest language model counts. If $N(a, b)$ is how often $b$ came right behind the token $a$, then add-k smoothing, which adds $k$ to all counts, estimates the probability of the next token as
$$P(b \mid a) = \frac{N(a, b) + k}{\sum_{c} N(a, c) + kV}$$
where $V$ is the size of the vocabulary. `bigrams(texts, size, k)` returns an array of shape `(size, size)` with $P(b \mid a)$ at `[a, b]`. `texts` is a list of lists of tokens, and `size` is $V$.
- Token 0 is the border of a text: put one 0 in front of each text and one behind it, then count. The tokens in a text go from 1 to `size - 1`.
- If `k` is 0 and nothing ever came behind $a$, all probabilities of that row are $1 / V$.

Raise `ValueError` if `k` is negative, or a text has a token that is not from 1 to `size - 1`. Counting and smoothing are worth 4 points, `k` of 0 is worth 2, the error cases 2.
"""

# %% [markdown] tags=["ko"] task="bigrams" role="hint"
r"""
텍스트 `[1, 2, 2]`에 경계를 붙이면 `[0, 1, 2, 2, 0]`입니다. 쌍은 몇 개인가요? 텍스트가 둘이면 첫 텍스트의 끝과 둘째 텍스트의 처음도 쌍일까요?
"""

# %% [markdown] tags=["en"] task="bigrams" role="hint"
r"""
With its borders the text `[1, 2, 2]` is `[0, 1, 2, 2, 0]`. How many pairs are there? If there are two texts, do the end of the first and the beginning of the second make a pair?
"""

# %% [markdown] tags=["ko"] task="bigrams" role="hint"
r"""
`counts = np.zeros((size, size))`에 쌍마다 `counts[a, b] += 1`을 하고, `counts + k`의 줄마다 그 줄의 합으로 나누세요. 그 합이 바로 식의 분모입니다.
"""

# %% [markdown] tags=["en"] task="bigrams" role="hint"
r"""
Do `counts[a, b] += 1` for each pair in `counts = np.zeros((size, size))`, and divide each row of `counts + k` by its sum. That sum is the denominator of the formula.
"""

# %% [markdown] tags=["ko"] task="bigrams" role="hint"
r"""
합이 0인 줄은 나누기 전에 `counts[counts.sum(axis=1) == 0] = 1`처럼 고르게 채우세요. NumPy는 `counts[-1]`도 받아들이므로 토큰의 범위는 스스로 확인해야 합니다.
"""

# %% [markdown] tags=["en"] task="bigrams" role="hint"
r"""
Before dividing, fill rows whose sum is 0 evenly, as by `counts[counts.sum(axis=1) == 0] = 1`. NumPy accepts `counts[-1]`, too, so check yourself that tokens are in range.
"""

# %% task="bigrams" role="solution"
def bigrams(texts, size, k):
    ### BEGIN SOLUTION
    if k < 0 or any(not 1 <= token < size for text in texts for token in text):
        raise ValueError(f"k must not be negative, and tokens go from 1 to {size - 1}")
    counts = np.full((size, size), float(k))
    for text in texts:
        framed = [0, *text, 0]
        for a, b in zip(framed, framed[1:]):
            counts[a, b] += 1
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% task="bigrams" role="check"
texts = [[1, 2, 2], [2]]
check(
    "k = 1",
    bigrams(texts, 3, 1),
    np.array([[1 / 5, 2 / 5, 2 / 5], [1 / 4, 1 / 4, 2 / 4], [3 / 6, 1 / 6, 2 / 6]]),
    causes={
        "The rows are the tokens before, the columns those that follow: this is transposed": np.array(
            [[0.2, 0.25, 0.5], [0.4, 0.25, 0.166666667], [0.4, 0.5, 0.333333333]]
        ),
        "The denominator must have k times V: this has no k": np.array(
            [[0.5, 1.0, 1.0], [1.0, 1.0, 2.0], [1.0, 0.333333333, 0.666666667]]
        ),
        "The denominator must have k times V: this has k once": np.array(
            [[0.333333333, 0.666666667, 0.666666667], [0.5, 0.5, 1.0], [0.75, 0.25, 0.5]]
        ),
        "There is no border in front of the texts": np.array(
            [[0.333333333, 0.333333333, 0.333333333], [0.25, 0.25, 0.5], [0.5, 0.166666667, 0.333333333]]
        ),
        "There is no border at all: the texts begin and end with 0": np.array(
            [[1 / 3, 1 / 3, 1 / 3], [0.25, 0.25, 0.5], [0.25, 0.25, 0.5]]
        ),
        "There is no border behind the texts": np.array([[0.2, 0.4, 0.4], [0.25, 0.25, 0.5], [0.25, 0.25, 0.5]]),
        "These are the probabilities of pairs: each row must sum to 1": np.array(
            [
                [0.066666667, 0.133333333, 0.133333333],
                [0.066666667, 0.066666667, 0.133333333],
                [0.2, 0.066666667, 0.133333333],
            ]
        ),
        "The texts were joined: a pair goes from one text to the next": np.array(
            [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5], [0.333333333, 0.166666667, 0.5]]
        ),
        "These are columns that sum to 1: the rows must": np.array(
            [[0.2, 0.5, 0.333333333], [0.2, 0.25, 0.333333333], [0.6, 0.25, 0.333333333]]
        ),
        "k was not added": np.array([[0.0, 0.5, 0.5], [0.0, 0.0, 1.0], [0.666666667, 0.0, 0.333333333]]),
        "k was added only where something was counted": np.array(
            [[0.0, 0.4, 0.4], [0.0, 0.0, 0.5], [0.5, 0.0, 0.333333333]]
        ),
    },
)
check("the lists that were passed in are unchanged", texts, [[1, 2, 2], [2]])
check(
    "k = 0.5",
    bigrams([[2, 1], [2, 1], [1]], 3, 0.5),
    np.array([[0.5, 1.5, 2.5], [3.5, 0.5, 0.5], [0.5, 2.5, 0.5]]) / np.array([[4.5], [4.5], [3.5]]),
    causes={"1 was added, and not k": np.array([[1 / 6, 1 / 3, 1 / 2], [2 / 3, 1 / 6, 1 / 6], [0.2, 0.6, 0.2]])},
)
check(
    "k = 0, and token 1 never came",
    bigrams([[2, 2]], 3, 0),
    np.array([[0, 0, 1], [1 / 3, 1 / 3, 1 / 3], [1 / 2, 0, 1 / 2]]),
    causes={
        "A row without counts holds 1 / V: this row has no probabilities": np.array(
            [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.5, 0.0, 0.5]]
        ),
        "0 was divided by 0: a row without counts holds 1 / V": np.array(
            [[0.0, 0.0, 1.0], [np.nan, np.nan, np.nan], [0.5, 0.0, 0.5]]
        ),
    },
)
check_raises(ValueError, bigrams, [[1]], 3, -0.5)
check_raises(ValueError, bigrams, [[1, 3]], 3, 1)
check_raises(ValueError, bigrams, [[1], [2, -1]], 3, 1)
check_raises(ValueError, bigrams, [[1, 0, 2]], 3, 1)

# %% task="bigrams" role="test" part="smoothed" points=4
random = np.random.default_rng()
for number in range(12):
    size, k = int(random.integers(2, 7)), int(random.integers(1, 4)) if number % 2 else float(random.uniform(0.01, 3))
    texts = [[int(v) for v in random.integers(1, size, random.integers(1, 8))] for _ in range(random.integers(1, 6))]
    given = [[*text] for text in texts]
    found = bigrams(given, size, k)
    pairs = [pair for text in texts for pair in zip([0] + text, text + [0])]
    expected = np.zeros((size, size))
    for a, b in np.ndindex(size, size):
        expected[a, b] = (pairs.count((a, b)) + k) / (sum(pair[0] == a for pair in pairs) + k * size)
    require(f"{len(texts)} texts, {size} tokens, k = {k}", found, expected)
    require("the lists are unchanged", given, texts)

# %% task="bigrams" role="test" part="zero" points=2
random = np.random.default_rng()
for number in range(8):
    size = int(random.integers(3, 7))
    missing = int(random.integers(1, size))
    texts = [[token for token in random.permutation(np.arange(1, size)).tolist() * 2 if token != missing] for _ in range(2)]
    found = bigrams(texts, size, 0)
    pairs = [pair for text in texts for pair in zip([0] + text, text + [0])]
    expected = np.full((size, size), 1 / size)
    for a, b in np.ndindex(size, size):
        if a != missing:
            expected[a, b] = pairs.count((a, b)) / sum(pair[0] == a for pair in pairs)
    require(f"{size} tokens, k = 0", found, expected)

# %% task="bigrams" role="test" part="errors" points=2
for texts, size, k in (([[1]], 2, -1), ([[2]], 2, 1), ([[1, 1], [1, 5]], 5, 0), ([[-2]], 4, 1), ([[1], [0]], 4, 0.5)):
    require_raises(ValueError, bigrams, texts, size, k)

# %% [markdown] tags=["ko"]
r"""
### 문제 4. BERT의 마스크 (9점)

BERT는 가려진 토큰을 맞히면서 배웁니다. 논문(Devlin et al., 2019)을 따라 토큰의 15 %를 고르고, 고른 토큰의 80 %는 마스크 토큰으로, 10 %는 아무 토큰으로 바꾸며, 나머지 10 %는 그대로 둡니다.
`masked_batch(tokens, special, draws, kinds, others, mask_token)`에서 다섯 배열의 형상은 모두 `(batch, time)`입니다. 우연은 밖에서 주어지므로 결과는 하나로 정해집니다.
- `tokens`: 토큰 번호. `special`: 문장의 경계나 패딩처럼 절대로 고르지 않는 자리에서 참인 불 배열
- `draws`: 0 이상 1 미만의 수. `special`이 아니고 이 수가 0.15보다 작은 자리를 고릅니다.
- `kinds`: 0 이상 1 미만의 수. 고른 자리에서 이 수가 0.8보다 작으면 `mask_token`으로, 0.8 이상 0.9 미만이면 `others`에서 같은 자리의 토큰으로 바꾸고, 0.9 이상이면 그대로 둡니다.

형상이 같은 배열 둘 `(inputs, labels)`를 반환하세요. `inputs`는 모델이 읽을 토큰이고, `labels`는 고른 자리에서는 **원래** 토큰, 다른 자리에서는 손실에 넣지 않는다는 표시인 -100입니다. 입력에 5점, 레이블에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 4. The masks of BERT (9 points)

BERT learns by guessing tokens that were covered. As in the paper (Devlin et al., 2019), 15 % of the tokens are chosen; of those, 80 % become the mask token, 10 % become any token, and the other 10 % stay.
In `masked_batch(tokens, special, draws, kinds, others, mask_token)`, all five arrays have the shape `(batch, time)`. Chance is given from outside, so there is one right result.
- `tokens`: the tokens. `special`: booleans, true where a token is never chosen, such as borders of sentences and padding
- `draws`: numbers from 0 to below 1. A place is chosen if it is not `special` and this number is below 0.15.
- `kinds`: numbers from 0 to below 1. At a place that was chosen, the token becomes `mask_token` if this number is below 0.8; it becomes the token of `others` at the same place if it is at least 0.8 and below 0.9; from 0.9 on it stays.

Return two arrays of the same shape, `(inputs, labels)`. `inputs` are the tokens that the model reads; `labels` are the **original** tokens at the places that were chosen, and elsewhere -100, which says that a place is not in the loss. The inputs are worth 5 points, the labels 4.
"""

# %% [markdown] tags=["ko"] task="masked_batch" role="hint"
r"""
그대로 둔 10 %의 토큰에도 레이블이 있나요? 모델은 고른 자리가 어디인지를 입력에서 알아볼 수 있을까요?
"""

# %% [markdown] tags=["en"] task="masked_batch" role="hint"
r"""
Do the 10 % of tokens that stay have labels, too? Can the model see from its input which places were chosen?
"""

# %% [markdown] tags=["ko"] task="masked_batch" role="hint"
r"""
먼저 `chosen = ~special & (draws < 0.15)`을 만드세요. 레이블은 `np.where(chosen, tokens, -100)`입니다.
"""

# %% [markdown] tags=["en"] task="masked_batch" role="hint"
r"""
Make `chosen = ~special & (draws < 0.15)` first. The labels are `np.where(chosen, tokens, -100)`.
"""

# %% [markdown] tags=["ko"] task="masked_batch" role="hint"
r"""
입력은 `np.where`를 겹쳐 씁니다. 먼저 `replaced = np.where(kinds < 0.8, mask_token, np.where(kinds < 0.9, others, tokens))`, 그다음에 고른 자리에서만 `replaced`를 쓰세요.
"""

# %% [markdown] tags=["en"] task="masked_batch" role="hint"
r"""
For the inputs, put one `np.where` into another: first `replaced = np.where(kinds < 0.8, mask_token, np.where(kinds < 0.9, others, tokens))`, then use `replaced` only at the places that were chosen.
"""

# %% task="masked_batch" role="solution"
def masked_batch(tokens, special, draws, kinds, others, mask_token):
    ### BEGIN SOLUTION
    chosen = ~special & (draws < 0.15)
    replaced = np.where(kinds < 0.8, mask_token, np.where(kinds < 0.9, others, tokens))
    return np.where(chosen, replaced, tokens), np.where(chosen, tokens, -100)
    ### END SOLUTION


# %% task="masked_batch" role="check"
tokens = np.array([[2, 11, 12, 13, 3], [2, 14, 15, 16, 17]])
special = tokens < 4
draws = np.array([[0.1, 0.1, 0.5, 0.14, 0], [0.9, 0.05, 0.15, 0.12, 0.01]])
kinds = np.array([[0.1, 0.79, 0.1, 0.85, 0.9], [0.2, 0.95, 0.3, 0.9, 0.8]])
others = np.arange(30, 40).reshape(2, 5)
given = [array.copy() for array in (tokens, special, draws, kinds, others)]
inputs, labels = masked_batch(tokens, special, draws, kinds, others, 4)
check(
    "the inputs",
    inputs,
    np.array([[2, 4, 12, 33, 3], [2, 14, 15, 16, 39]]),
    causes={
        "Special tokens were covered, too": np.array([[4, 4, 12, 33, 3], [2, 14, 15, 16, 39]]),
        "All tokens that were chosen became the mask token": np.array([[2, 4, 12, 4, 3], [2, 4, 15, 4, 4]]),
        "Tokens that were not chosen were changed, too": np.array([[4, 4, 4, 33, 3], [4, 14, 4, 16, 39]]),
        "From 0.9 on a token stays: here it became another one": np.array(
            [[2, 4, 12, 33, 3], [2, 36, 15, 38, 39]]
        ),
        "The two kinds are mixed up: below 0.8 it is the mask token": np.array(
            [[2, 31, 12, 4, 3], [2, 14, 15, 16, 4]]
        ),
        "Exactly 0.15 is not below 0.15": np.array([[2, 4, 12, 33, 3], [2, 14, 4, 16, 39]]),
        "Exactly 0.9 stays, and exactly 0.8 becomes another token": np.array(
            [[2, 4, 12, 33, 3], [2, 14, 15, 38, 4]]
        ),
    },
)
check(
    "the labels",
    labels,
    np.array([[-100, 11, -100, 13, -100], [-100, 14, -100, 16, 17]]),
    causes={
        "These are the tokens after they were changed: labels are the original ones": np.array(
            [[-100, 4, -100, 33, -100], [-100, 14, -100, 16, 39]]
        ),
        "The tokens that stay are in the loss, too: they were chosen": np.array(
            [[-100, 11, -100, 13, -100], [-100, -100, -100, -100, 17]]
        ),
        "All places have labels: elsewhere it is -100": np.array([[2, 11, 12, 13, 3], [2, 14, 15, 16, 17]]),
        "The labels are at the places that were not chosen": np.array(
            [[2, -100, 12, -100, 3], [2, -100, 15, -100, -100]]
        ),
        "Special tokens are never in the loss": np.array([[2, 11, -100, 13, 3], [-100, 14, -100, 16, 17]]),
        "Elsewhere the label is -100, and not 0": np.array([[0, 11, 0, 13, 0], [0, 14, 0, 16, 17]]),
    },
)
same = [tokens, special, draws, kinds, others]
check("the arrays that were passed in are unchanged", same, given)
zeros, second = np.array([[0, 0]]), np.array([[False, True]])
check(
    "whole numbers as draws",
    masked_batch(np.array([[5, 6]]), second, zeros, zeros, np.array([[9, 9]]), 1),
    (np.array([[1, 6]]), np.array([[5, -100]])),
)

# %% task="masked_batch" role="test" part="inputs" points=5
random = np.random.default_rng()
for number in range(10):
    batch, time = int(random.integers(1, 5)), int(random.integers(5, 15))
    tokens, others = random.integers(5, 60, (batch, time)), random.integers(60, 99, (batch, time))
    special, draws, kinds = random.random((batch, time)) < 0.2, random.random((batch, time)) / 3, random.random((batch, time))
    kinds[0, :3], draws[0, :4] = (0.8, 0.9, 0.5), (0.1, 0.1, 0.15, 0)
    given = [array.copy() for array in (tokens, special, draws, kinds, others)]
    found = masked_batch(*given, number)[0]
    expected = tokens.copy()
    for place in np.ndindex(batch, time):
        if draws[place] < 0.15 and not special[place] and kinds[place] < 0.9:
            expected[place] = number if kinds[place] < 0.8 else others[place]
    require(f"inputs of {batch} texts, {time} tokens", found, expected)
    require("the arrays are unchanged", given, [tokens, special, draws, kinds, others])

# %% task="masked_batch" role="test" part="labels" points=4
random = np.random.default_rng()
for number in range(10):
    batch, time = int(random.integers(1, 5)), int(random.integers(5, 15))
    tokens, others = random.integers(5, 60, (batch, time)), random.integers(60, 99, (batch, time))
    special, draws, kinds = random.random((batch, time)) < 0.2, random.random((batch, time)) / 3, random.random((batch, time))
    kinds[0, :3], draws[0, :4] = (0.8, 0.9, 0.5), (0.1, 0.1, 0.15, 0)
    found = masked_batch(*(array.copy() for array in (tokens, special, draws, kinds, others)), 3)[1]
    expected = np.array([[t if d < 0.15 and not s else -100 for t, s, d in zip(*rows)] for rows in zip(tokens, special, draws)])
    require(f"labels of {batch} texts, {time} tokens", found, expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 5. GPT의 배치: 문서를 이어 붙여 자르기 (7점)

GPT를 학습할 때는 문서마다 뒤에 끝 토큰을 붙이고 모두 이어 하나의 긴 토큰열로 만든 다음, 같은 길이로 자릅니다. 그러면 패딩이 필요 없습니다. `packed(documents, end, length)`는 이렇게 만든 배열 둘 `(inputs, targets)`를 반환합니다.
- `documents`는 토큰 리스트의 리스트, `end`는 끝 토큰입니다. 끝 토큰은 **마지막 문서 뒤에도** 붙습니다.
- `inputs`의 형상은 `(rows, length)`입니다. 토큰열을 앞에서부터 겹치지 않게, 빈 곳 없이 `length`개씩 자른 것입니다.
- `targets`의 형상도 같습니다. 자리마다 토큰열에서 바로 다음에 오는 토큰이며, 줄의 끝에서는 다음 줄의 첫 토큰입니다.

목표가 모자라는 마지막 토막은 버립니다. 한 줄도 만들 수 없으면 `ValueError`를 발생시키세요. 입력에 3점, 목표에 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 5. A batch for GPT: join the documents, and cut (7 points)

To train a GPT, an end token is put behind each document, all are joined to one long stream of tokens, and the stream is cut into pieces of one length. So no padding is needed. `packed(documents, end, length)` returns two arrays made that way, `(inputs, targets)`.
- `documents` is a list of lists of tokens, `end` is the end token. It comes **behind the last document, too**.
- `inputs` has the shape `(rows, length)`: the stream, cut from its beginning into pieces of `length`, without overlaps and without gaps.
- `targets` has the same shape: for each place, the token that comes next in the stream; at the end of a row, this is the first token of the next one.

A last piece that has not enough targets is dropped. Raise `ValueError` if there is not even one row. The inputs are worth 3 points, the targets 2, the error case 2.
"""

# %% [markdown] tags=["ko"] task="packed" role="hint"
r"""
토큰이 9개인 토큰열을 3개씩 자르면 몇 줄인가요? 마지막 줄의 마지막 토큰에는 목표가 있나요?
"""

# %% [markdown] tags=["en"] task="packed" role="hint"
r"""
How many rows are there if a stream of 9 tokens is cut by 3? Does the last token of the last row have a target?
"""

# %% [markdown] tags=["ko"] task="packed" role="hint"
r"""
먼저 `stream = [token for document in documents for token in [*document, end]]`를 만드세요. 줄의 수는 `(len(stream) - 1) // length`입니다.
"""

# %% [markdown] tags=["en"] task="packed" role="hint"
r"""
Make `stream = [token for document in documents for token in [*document, end]]` first. There are `(len(stream) - 1) // length` rows.
"""

# %% [markdown] tags=["ko"] task="packed" role="hint"
r"""
`size = rows * length`이면 입력은 `stream[:size]`, 목표는 `stream[1 : size + 1]`이고, 둘 다 `np.array(...).reshape(rows, length)`로 바꿉니다.
"""

# %% [markdown] tags=["en"] task="packed" role="hint"
r"""
With `size = rows * length`, the inputs are `stream[:size]`, the targets `stream[1 : size + 1]`; make arrays of both by `np.array(...).reshape(rows, length)`.
"""

# %% task="packed" role="solution"
def packed(documents, end, length):
    ### BEGIN SOLUTION
    stream = np.array([token for document in documents for token in [*document, end]])
    rows = (len(stream) - 1) // length
    if rows < 1:
        raise ValueError(f"{len(stream)} tokens are too few for one row of {length} and its targets")
    size = rows * length
    return stream[:size].reshape(rows, length), stream[1 : size + 1].reshape(rows, length)
    ### END SOLUTION


# %% task="packed" role="check"
documents = [[5, 6], [7], [8, 9, 10]]
inputs, targets = packed(documents, 1, 2)
check(
    "the inputs, rows of 2",
    inputs,
    np.array([[5, 6], [1, 7], [1, 8], [9, 10]]),
    causes={
        "The end tokens are missing": np.array([[5, 6], [7, 8]]),
        "The end token belongs behind each document, not in front of it": np.array(
            [[1, 5], [6, 1], [7, 1], [8, 9]]
        ),
        "There is no end token behind the last document": np.array([[5, 6], [1, 7], [1, 8]]),
        "A token was left out between the rows: they follow each other without gaps": np.array(
            [[5, 6], [7, 1], [9, 10]]
        ),
        "The rows overlap": np.array([[5, 6], [6, 1], [1, 7], [7, 1], [1, 8], [8, 9], [9, 10]]),
    },
)
check(
    "the targets, rows of 2",
    targets,
    np.array([[6, 1], [7, 1], [8, 9], [10, 1]]),
    causes={
        "These are the inputs: the targets are one token further on": np.array([[5, 6], [1, 7], [1, 8], [9, 10]]),
        "At the end of a row, the target is the next token of the stream, not the first of the row": np.array(
            [[6, 5], [7, 1], [8, 1], [10, 9]]
        ),
        "At the end of a row, the target is the first token of the next row, not the end token": np.array(
            [[6, 1], [7, 1], [8, 1], [10, 1]]
        ),
        "The targets are one token too early": np.array([[1, 5], [6, 1], [7, 1], [8, 9]]),
        "The targets are two tokens further on: one is enough": np.array([[1, 7], [1, 8], [9, 10], [1, 1]]),
    },
)
check("the lists that were passed in are unchanged", documents, [[5, 6], [7], [8, 9, 10]])
check(
    "9 tokens in rows of 3: the third would lack a target",
    packed(documents, 1, 3),
    (np.array([[5, 6, 1], [7, 1, 8]]), np.array([[6, 1, 7], [1, 8, 9]])),
)
check("one long row", packed([[4, 2, 3]], 0, 3), (np.array([[4, 2, 3]]), np.array([[2, 3, 0]])))
check_raises(ValueError, packed, documents, 1, 9)
check_raises(ValueError, packed, [[4, 2]], 0, 3)

# %% task="packed" role="test" part="inputs" points=3
random = np.random.default_rng()
for number in range(15):
    documents = [[int(v) for v in random.integers(2, 50, random.integers(1, 8))] for _ in range(random.integers(2, 6))]
    length, given = 1 + number % 4, [[*document] for document in documents]
    if sum(map(len, documents)) + len(documents) <= length:
        continue
    found = packed(given, 1, length)[0]
    stream = []
    for document in documents:
        stream += document + [1]
    expected = [stream[i : i + length] for i in range(0, len(stream), length) if i + length < len(stream)]
    require(f"{len(documents)} documents, rows of {length}: the inputs", found, np.array(expected))
    require("the lists are unchanged", given, documents)

# %% task="packed" role="test" part="targets" points=2
random = np.random.default_rng()
for number in range(15):
    documents = [[int(v) for v in random.integers(2, 50, random.integers(2, 8))] for _ in range(random.integers(2, 6))]
    length = 1 + number % 4
    found = packed([[*document] for document in documents], 0, length)[1]
    stream = []
    for document in documents:
        stream += document + [0]
    expected = [stream[i + 1 : i + length + 1] for i in range(0, len(stream), length) if i + length < len(stream)]
    require(f"{len(documents)} documents, rows of {length}: the targets", found, np.array(expected))

# %% task="packed" role="test" part="errors" points=2
for documents, length in (([[1, 2, 3]], 4), ([[1], [2]], 4), ([[5, 6], [7, 8]], 7), ([[3]], 2)):
    require_raises(ValueError, packed, documents, 0, length)

# %% [markdown] tags=["ko"]
r"""
### 문제 6. 다음 토큰의 손실 (9점)

언어 모델은 자리마다 다음 토큰의 로짓을 답합니다. `causal_loss(logits, tokens, padding)`에서 `tokens`의 형상은 `(batch, time)`, `logits`의 형상은 `(batch, time, vocabulary)`입니다. `logits[i, t]`는 `tokens[i, t]`까지 읽은 모델의 답이므로 **다음** 토큰 `tokens[i, t + 1]`에 대한 것입니다.
맞혀야 하는 토큰의 교차 엔트로피를 모두 모아 평균하여, 수 하나를 반환하세요.
- 텍스트의 첫 토큰은 맞히지 않으며, 마지막 자리의 로짓은 쓰지 않습니다.
- 맞혀야 하는 토큰이 `padding`이면 손실에 넣지 않습니다. 맞혀야 하는 토큰이 적어도 하나는 있습니다.
- 로짓은 수천에 이를 수도 있으며, 그래도 값이 정확해야 합니다.

교차 엔트로피는 $-\log p$이고, $p$는 로짓의 소프트맥스에서 맞혀야 하는 토큰의 확률입니다. 자리를 맞추는 데에 4점, 패딩에 3점, 큰 로짓에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 6. The loss of the next token (9 points)

At each place, a language model answers with logits of the next token. In `causal_loss(logits, tokens, padding)`, `tokens` has the shape `(batch, time)` and `logits` has `(batch, time, vocabulary)`. `logits[i, t]` is the answer of a model that has read up to `tokens[i, t]`, so it is about the **next** token, `tokens[i, t + 1]`.
Return one number: the mean cross-entropy of all tokens that are to be guessed.
- The first token of a text is not guessed, and the logits of the last place are not used.
- If the token to be guessed is `padding`, it is not in the loss. There is at least one token to be guessed.
- Logits may reach thousands, and the value must be exact even then.

Cross-entropy is $-\log p$, where $p$ is the probability of the token to be guessed by the softmax of the logits. The right places are worth 4 points, padding 3, large logits 2.
"""

# %% [markdown] tags=["ko"] task="causal_loss" role="hint"
r"""
토큰이 3개인 텍스트에서 맞혀야 하는 토큰은 몇 개인가요? 둘째 토큰은 어느 자리의 로짓으로 맞히나요?
"""

# %% [markdown] tags=["en"] task="causal_loss" role="hint"
r"""
In a text of 3 tokens, how many are to be guessed? The logits of which place guess the second one?
"""

# %% [markdown] tags=["ko"] task="causal_loss" role="hint"
r"""
`logits[:, :-1]`과 `tokens[:, 1:]`을 짝지으세요. 로그 소프트맥스는 `x - np.log(np.exp(x).sum(axis=-1, keepdims=True))`이며, 먼저 마지막 축의 최댓값을 빼면 큰 로짓에서도 정확합니다.
"""

# %% [markdown] tags=["en"] task="causal_loss" role="hint"
r"""
Pair `logits[:, :-1]` with `tokens[:, 1:]`. The log softmax is `x - np.log(np.exp(x).sum(axis=-1, keepdims=True))`; it is exact for large logits if the maximum along the last axis is subtracted first.
"""

# %% [markdown] tags=["ko"] task="causal_loss" role="hint"
r"""
`np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]`이 맞혀야 하는 토큰의 로그 확률입니다. 그 가운데 `targets != padding`인 것만 골라 평균하고 부호를 바꾸세요.
"""

# %% [markdown] tags=["en"] task="causal_loss" role="hint"
r"""
`np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]` are the log probabilities of the tokens to be guessed. Take the mean of those with `targets != padding`, and change its sign.
"""

# %% task="causal_loss" role="solution"
def causal_loss(logits, tokens, padding):
    ### BEGIN SOLUTION
    x, targets = logits[:, :-1], tokens[:, 1:]
    x = x - x.max(axis=-1, keepdims=True)  # no power overflows
    log_p = x - np.log(np.exp(x).sum(axis=-1, keepdims=True))
    of_targets = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    return -of_targets[targets != padding].mean()
    ### END SOLUTION


# %% task="causal_loss" role="check"
tokens = np.array([[1, 2, 0], [2, 1, 1]])
probabilities = np.array([[[2, 2, 4], [1, 4, 3], [1, 5, 2]], [[4, 2, 2], [2, 1, 5], [1, 1, 6]]]) / 8
logits = np.log(probabilities) + 3
given = logits.copy(), tokens.copy()
check(
    "two texts, three places, 0 is padding",
    causal_loss(logits, tokens, 0),
    2 * np.log(2),
    causes={
        "The logits of a place are about the next token, not about this one": 1.58246021,
        "The logits are moved the wrong way: place t guesses token t + 1": 1.15722168,
        "Padding is not in the loss": 1.55958116,
        "The mean goes over all tokens at once, not over the means of the texts": 1.21300757,
        "The padding has no loss, but was counted in the mean": 1.03972077,
        "This is the sum: the mean is asked for": 4.15888308,
        "The sign is wrong: a loss is not negative": -1.38629436,
        "These are bits: the natural logarithm is asked for": 2.0,
        "This is the mean of 1 - p: take the logarithm": 0.708333333,
    },
)
check("the arrays that were passed in are unchanged", (logits, tokens), given)
check("no padding", causal_loss(logits[1:], tokens[1:], 2), 2.5 * np.log(2))
check(
    "large logits, whole numbers",
    causal_loss(np.array([[[2000, 0], [-3000, 1000], [0, 0]]]), np.array([[1, 1, 1]]), 0),
    1000.0,
    causes={
        "Logits were cut off, or a small number was added: they must count in full": 13.8155106,
        "`np.exp` has overflowed: subtract the largest logit of each place first": np.nan,
        "0 became the argument of a logarithm: compute log p without p": np.inf,
    },
)

# %% task="causal_loss" role="test" part="shift" points=4
random = np.random.default_rng()
for number in range(10):
    batch, time, size = (int(v) for v in random.integers([1, 2, 3], [5, 7, 8]))
    logits = random.integers(-3, 4, (batch, time, size)) if number % 3 == 0 else random.normal(size=(batch, time, size))
    tokens = random.integers(1, size, (batch, time))
    given = logits.copy(), tokens.copy()
    found = causal_loss(*given, 0)
    losses = []
    for i, t in np.ndindex(batch, time - 1):
        powers = [float(np.exp(one)) for one in logits[i, t]]
        losses.append(-np.log(powers[tokens[i, t + 1]] / sum(powers)))
    require(f"{batch} texts, {time} tokens, no padding", found, float(np.mean(losses)))
    require("the arrays are unchanged", given, (logits, tokens))

# %% task="causal_loss" role="test" part="padding" points=3
random = np.random.default_rng()
for number in range(10):
    batch, time, size = (int(v) for v in random.integers([2, 4, 3], [5, 8, 8]))
    logits, padding = random.normal(size=(batch, time, size)), int(random.integers(0, size))
    tokens = (padding + random.integers(1, size, (batch, time))) % size
    for row in tokens[1:]:
        row[random.integers(2, time) :] = padding
    found = causal_loss(logits.copy(), tokens.copy(), padding)
    losses = []
    for i, t in np.ndindex(batch, time - 1):
        if tokens[i, t + 1] != padding:
            powers = [float(np.exp(one)) for one in logits[i, t]]
            losses.append(-np.log(powers[tokens[i, t + 1]] / sum(powers)))
    require(f"{batch} texts, {time} tokens, token {padding} is padding", found, float(np.mean(losses)))

# %% task="causal_loss" role="test" part="large" points=2
random = np.random.default_rng()
for number in range(6):
    size, large = int(random.integers(2, 6)), int(random.integers(800, 5000))
    logits, tokens = np.zeros((1, 3, size)), np.zeros((1, 3), int)
    logits[0, 0, 1], logits[0, 1, 0] = large, -large
    require(f"logits of {large} and -{large}", causal_loss(logits, tokens, 1), large + float(np.log(size - 1)) / 2)

# %% [markdown] tags=["ko"]
r"""
### 문제 7. 온도, top-k, top-p (10점)

모델의 로짓에서 다음 토큰을 뽑기 전에 확률을 다듬습니다. `next_probabilities(logits, temperature, k, p)`는 형상이 `(vocabulary,)`인 로짓에서 다음 토큰의 확률을 계산하여 형상이 같은 배열로 반환합니다. 차례는 다음과 같습니다.
1. 온도: 로짓을 `temperature`로 나눕니다. 온도가 0이면 로짓이 가장 큰 토큰의 확률이 1이고, 뒤의 단계는 필요 없습니다.
2. top-k: 확률이 높은 `k`개만 남기고 다른 토큰의 확률을 0으로 한 다음, 합이 1이 되도록 다시 나눕니다. `k`가 `None`이면 이 단계를 건너뜁니다. `k`는 어휘의 크기보다 클 수도 있으며, 그러면 모두 남습니다.
3. top-p: 확률이 높은 것부터 더하여 합이 `p` 이상이 되는 **가장 적은** 토큰만 남기고 다시 나눕니다. `p`를 넘게 하는 토큰은 남습니다. `p`가 `None`이면 건너뜁니다.

로짓은 모두 서로 다르며, 수천에 이를 수도 있습니다. 온도에 3점, top-k에 3점, top-p에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 7. Temperature, top-k, top-p (10 points)

Before the next token is drawn from a model's logits, its probabilities are trimmed. `next_probabilities(logits, temperature, k, p)` computes the probabilities of the next token from logits of shape `(vocabulary,)`, and returns an array of the same shape. The steps are these, in this order.
1. Temperature: the logits are divided by `temperature`. At a temperature of 0, the token with the largest logit has probability 1, and the other steps are not needed.
2. Top-k: only the `k` most likely tokens stay, all others have probability 0, and what stays is divided so that it sums to 1 again. If `k` is `None`, this step is left out. `k` may be larger than the vocabulary; then all stay.
3. Top-p: going from the most likely token down, only the **fewest** tokens stay whose probabilities sum to at least `p`, and are divided again. The token that passes `p` stays. If `p` is `None`, this step is left out.

All logits are different, and they may reach thousands. Temperature is worth 3 points, top-k 3, top-p 4.
"""

# %% [markdown] tags=["ko"] task="next_probabilities" role="hint"
r"""
확률이 0.5, 0.25, 0.15, 0.1이고 `p`가 0.7이면 토큰 몇 개가 남나요? 온도를 낮추면 그 수는 어떻게 바뀌나요?
"""

# %% [markdown] tags=["en"] task="next_probabilities" role="hint"
r"""
With probabilities of 0.5, 0.25, 0.15 and 0.1 and a `p` of 0.7, how many tokens stay? How does that change at a lower temperature?
"""

# %% [markdown] tags=["ko"] task="next_probabilities" role="hint"
r"""
소프트맥스 전에 최댓값을 빼세요. `order = np.argsort(-logits)`는 토큰을 확률이 높은 차례로 늘어놓습니다. `order[k:]`의 확률을 0으로 하고 합으로 나누면 top-k입니다.
"""

# %% [markdown] tags=["en"] task="next_probabilities" role="hint"
r"""
Subtract the maximum before softmax. `order = np.argsort(-logits)` sorts the tokens from the most likely one down. For top-k, set the probabilities of `order[k:]` to 0 and divide by the sum.
"""

# %% [markdown] tags=["ko"] task="next_probabilities" role="hint"
r"""
top-p에서는 `before = np.cumsum(probabilities[order]) - probabilities[order]`가 각 토큰보다 앞선 토큰들의 합입니다. `before >= p`인 토큰을 버리세요.
"""

# %% [markdown] tags=["en"] task="next_probabilities" role="hint"
r"""
For top-p, `before = np.cumsum(probabilities[order]) - probabilities[order]` is the sum of the tokens that come before each. Drop the tokens with `before >= p`.
"""

# %% task="next_probabilities" role="solution"
def next_probabilities(logits, temperature, k, p):
    ### BEGIN SOLUTION
    order = np.argsort(-logits)
    if temperature == 0:
        return (np.arange(len(logits)) == order[0]).astype(float)
    powers = np.exp((logits - logits.max()) / temperature)
    if k is not None:
        powers[order[k:]] = 0
    probabilities = powers / powers.sum()
    if p is not None:
        before = np.cumsum(probabilities[order]) - probabilities[order]
        probabilities[order[before >= p]] = 0
    return probabilities / probabilities.sum()
    ### END SOLUTION


# %% task="next_probabilities" role="check"
logits = np.log([3, 8, 1, 4])
given = logits.copy()
check(
    "temperature 1, all tokens",
    next_probabilities(logits, 1, None, None),
    np.array([3, 8, 1, 4]) / 16,
    causes={"These are no probabilities yet: they must sum to 1": np.array([3, 8, 1, 4])},
)
check(
    "temperature 0.5",
    next_probabilities(logits, 0.5, None, None),
    np.array([9, 64, 1, 16]) / 90,
    causes={
        "The logits were multiplied by the temperature: divide by it": np.array(
            [0.229092767, 0.374106922, 0.132266771, 0.264533541]
        ),
        "The temperature was not used": np.array([0.1875, 0.5, 0.0625, 0.25]),
        "The probabilities were divided by the temperature: the logits must be": np.array(
            [0.375, 1.0, 0.125, 0.5]
        ),
    },
)
check("temperature 0", next_probabilities(logits, 0, None, None), np.array([0.0, 1, 0, 0]))
check(
    "k = 2",
    next_probabilities(logits, 1, 2, None),
    np.array([0, 8, 0, 4]) / 12,
    causes={
        "The tokens that stay must sum to 1 again": np.array([0.0, 0.5, 0.0, 0.25]),
        "These are the k least likely tokens": np.array([0.75, 0.0, 0.25, 0.0]),
        "One token too many stays": np.array([0.2, 0.533333333, 0.0, 0.266666667]),
        "The logits of the others were set to 0: a logit of 0 is a probability, too": np.array(
            [0.071428571, 0.571428571, 0.071428571, 0.285714286]
        ),
    },
)
check(
    "p = 0.7",
    next_probabilities(logits, 1, None, 0.7),
    np.array([0, 8, 0, 4]) / 12,
    causes={
        "The token that passes p stays: 0.5 is not yet 0.7": np.array([0.0, 1.0, 0.0, 0.0]),
        "One token too many stays": np.array([0.2, 0.533333333, 0.0, 0.266666667]),
        "The tokens were added in the order of the vocabulary: sort them first": np.array(
            [0.25, 0.666666667, 0.083333333, 0.0]
        ),
        "The tokens that stay must sum to 1 again": np.array([0.0, 0.5, 0.0, 0.25]),
        "All tokens stay: sum from the most likely token down, and stop at p": np.array(
            [0.1875, 0.5, 0.0625, 0.25]
        ),
    },
)
check("p = 0.3: one token always stays", next_probabilities(logits, 1, None, 0.3), np.array([0.0, 1, 0, 0]))
check(
    "k = 2 and p = 0.6",
    next_probabilities(logits, 1, 2, 0.6),
    np.array([0.0, 1, 0, 0]),
    causes={
        "Top-p comes after top-k: divide what top-k leaves before you sum it": np.array(
            [0.0, 0.666666667, 0.0, 0.333333333]
        )
    },
)
check(
    "temperature 0.5 and p = 0.7",
    next_probabilities(logits, 0.5, None, 0.7),
    np.array([0.0, 1, 0, 0]),
    causes={"The temperature comes first": np.array([0.0, 0.8, 0.0, 0.2])},
)
check(
    "large logits, whole numbers, k larger than the vocabulary",
    next_probabilities(np.array([-1000, 3000, 2999]), 1, 5, 1),
    np.array([0, np.e, 1]) / (np.e + 1),
)
check("the array that was passed in is unchanged", logits, given)

# %% task="next_probabilities" role="test" part="temperature" points=3
random = np.random.default_rng()
for number in range(9):
    size = int(random.integers(2, 9))
    logits = random.permutation(np.arange(-size, size))[:size] if number % 3 == 0 else random.normal(size=size) * 10 ** (number % 4)
    for temperature in (0, 0.25, 1, 2, 5.5):
        given = logits.copy()
        found = next_probabilities(given, temperature, None, None)
        if temperature:
            powers = np.exp((logits - max(logits)) / temperature)
            expected = powers / sum(powers)
        else:
            expected = np.eye(size)[max(range(size), key=lambda i: logits[i])]
        require(f"{size} tokens, temperature {temperature}", found, expected)
        require("the array is unchanged", given, logits)

# %% task="next_probabilities" role="test" part="top_k" points=3
random = np.random.default_rng()
for number in range(10):
    size, temperature = int(random.integers(3, 9)), (0.5, 1, 2)[number % 3]
    logits = random.normal(size=size)
    for k in (1, 2, size - 1, size, size + 2):
        found = next_probabilities(logits.copy(), temperature, k, None)
        least = sorted(logits.tolist(), reverse=True)[min(k, size) - 1]
        powers = np.exp(logits / temperature) * (logits >= least)
        require(f"{size} tokens, k = {k}, temperature {temperature}", found, powers / powers.sum())

# %% task="next_probabilities" role="test" part="top_p" points=4
random = np.random.default_rng()
for number in range(16):
    size, temperature = int(random.integers(5, 11)), (0.5, 1, 2)[number % 3]
    logits, k = random.normal(size=size), None if number % 2 else int(random.integers(2, 6))
    for p in random.uniform(0.05, 0.98, 4).round(3).tolist():
        found = next_probabilities(logits.copy(), temperature, k, p)
        ranked = sorted(range(size), key=lambda i: -logits[i])[:k]
        total, kept = sum(np.exp(logits[i] / temperature) for i in ranked), []
        while not kept or sum(np.exp(logits[i] / temperature) for i in kept) < p * total:
            kept.append(ranked[len(kept)])
        expected = np.zeros(size)
        for i in kept:
            expected[i] = np.exp(logits[i] / temperature) / sum(np.exp(logits[j] / temperature) for j in kept)
        require(f"{size} tokens, k = {k}, p = {p}, temperature {temperature}", found, expected)

# %% [markdown] tags=["ko"]
r"""
### 문제 8. 되풀이를 줄이기 (8점)

언어 모델은 같은 말을 되풀이하기 쉽습니다. `discouraged(logits, written, penalty, n)`은 형상이 `(vocabulary,)`인 로짓을 두 가지 방법으로 바꾸어 새 배열로 반환합니다. `written`은 지금까지 쓴 토큰의 리스트입니다.
- 반복 벌점(Keskar et al., 2019): `written`에 있는 토큰의 로짓이 양수이면 `penalty`로 나누고, 음수이면 `penalty`를 곱합니다. 여러 번 쓴 토큰도 한 번만 바꿉니다. `penalty`가 1이면 아무것도 바뀌지 않습니다.
- 되풀이되는 n-그램 막기: 다음 토큰으로 골랐을 때, 이어진 토큰 `n`개가 `written`에 이미 있는 것과 똑같아지는 토큰의 로짓을 `-np.inf`로 합니다. `n`이 `None`이면 막지 않습니다.

예를 들어 `written`이 `[7, 8, 9, 7]`이고 `n`이 2이면, 7 뒤에는 이미 8이 온 적이 있으므로 8을 막습니다. `n`이 1이면 쓴 토큰을 모두 막습니다. 벌점에 4점, n-그램에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 8. Less repetition (8 points)

Language models easily repeat themselves. `discouraged(logits, written, penalty, n)` changes logits of shape `(vocabulary,)` in two ways, and returns a new array. `written` is the list of tokens that were written so far.
- Repetition penalty (Keskar et al., 2019): the logit of a token of `written` is divided by `penalty` if it is positive, and multiplied by `penalty` if it is negative. A token that was written several times is changed only once. A `penalty` of 1 changes nothing.
- No n-gram twice: if choosing a token as the next one would give `n` tokens in a row that stand in `written` already, its logit becomes `-np.inf`. If `n` is `None`, nothing is blocked.

For example, if `written` is `[7, 8, 9, 7]` and `n` is 2, then 8 is blocked, since 8 came behind 7 before. If `n` is 1, all tokens that were written are blocked. The penalty is worth 4 points, the n-grams 4.
"""

# %% [markdown] tags=["ko"] task="discouraged" role="hint"
r"""
로짓이 -3인 토큰을 2로 나누면 확률은 커지나요, 작아지나요? 정수 배열에 1.5나 `-np.inf`를 넣으면 어떻게 되나요?
"""

# %% [markdown] tags=["en"] task="discouraged" role="hint"
r"""
If a logit of -3 is divided by 2, does its probability grow or fall? What happens when 1.5 or `-np.inf` is put into an array of integers?
"""

# %% [markdown] tags=["ko"] task="discouraged" role="hint"
r"""
`found = logits.astype(float)`은 실수로 된 복사본을 만듭니다. `set(written)`을 돌면 토큰마다 한 번입니다.
"""

# %% [markdown] tags=["en"] task="discouraged" role="hint"
r"""
`found = logits.astype(float)` makes a copy of floating-point numbers. Looping over `set(written)` meets each token once.
"""

# %% [markdown] tags=["ko"] task="discouraged" role="hint"
r"""
마지막 `n - 1`개의 토큰은 `written[len(written) - n + 1 :]`입니다. 모든 `i`에서 `written[i : i + n - 1]`이 이것과 같은지 보고, 같으면 `written[i + n - 1]`을 막으세요. `range(len(written) - n + 1)`이면 그 토큰이 언제나 있습니다.
"""

# %% [markdown] tags=["en"] task="discouraged" role="hint"
r"""
The last `n - 1` tokens are `written[len(written) - n + 1 :]`. For each `i`, see whether `written[i : i + n - 1]` is the same, and if so, block `written[i + n - 1]`. With `range(len(written) - n + 1)` that token always exists.
"""

# %% task="discouraged" role="solution"
def discouraged(logits, written, penalty, n):
    ### BEGIN SOLUTION
    found = logits.astype(float)
    for token in set(written):
        found[token] *= penalty if found[token] < 0 else 1 / penalty
    if n is not None:
        last = written[len(written) - n + 1 :]
        for i in range(len(written) - n + 1):
            if written[i : i + n - 1] == last:
                found[written[i + n - 1]] = -np.inf
    return found
    ### END SOLUTION


# %% task="discouraged" role="check"
logits, written = np.array([3, -1, 4, 5]), [0, 1, 0]
given = logits.copy(), [0, 1, 0]
check(
    "penalty 2, whole numbers",
    discouraged(logits, written, 2, None),
    np.array([1.5, -2, 4, 5]),
    causes={
        "A negative logit was divided: that makes the token more likely": np.array([1.5, -0.5, 4.0, 5.0]),
        "A token that was written twice is changed only once": np.array([0.75, -2.0, 4.0, 5.0]),
        "The fraction was cut off: the logits were integers": np.array([1, -2, 4, 5]),
        "The penalty was subtracted: divide by it, or multiply": np.array([1.0, -3.0, 4.0, 5.0]),
        "The tokens that were not written were changed": np.array([3.0, -1.0, 2.0, 2.5]),
        "Positive logits are divided and negative ones multiplied, not the other way round": np.array(
            [6.0, -0.5, 4.0, 5.0]
        ),
    },
)
check("the inputs are unchanged", (logits, written), given)
check("penalty 1 changes nothing", discouraged(logits, written, 1, None), np.array([3, -1, 4, 5]))
logits = np.array([0.5, 1, -2, 2.5])
check(
    "n = 2: 1 came behind 0",
    discouraged(logits, [0, 1, 2, 0], 1, 2),
    np.array([0.5, -np.inf, -2, 2.5]),
    causes={
        "All tokens that were written are blocked: only what would repeat two in a row": np.array(
            [-np.inf, -np.inf, -np.inf, 2.5]
        ),
        "The last token itself was blocked: block what came behind it before": np.array([-np.inf, 1.0, -2.0, 2.5]),
        "One token too many is compared: n counts the new token, too": np.array([0.5, 1.0, -2.0, 2.5]),
    },
)
check(
    "n = 3: 2 came behind 0, 1, and 3 behind 1 alone",
    discouraged(logits, [0, 1, 2, 1, 3, 0, 1], 1, 3),
    np.array([0.5, 1, -np.inf, 2.5]),
    causes={
        "Only the last token was compared: for n = 3 it is the last two": np.array([0.5, 1.0, -np.inf, -np.inf])
    },
)
check(
    "n = 1: what was written is blocked",
    discouraged(logits, [3, 1, 3], 1, 1),
    np.array([0.5, -np.inf, -2, -np.inf]),
    causes={"Is it `written[-0:]`? That is the whole list, and not none of it": np.array([0.5, 1, -2, 2.5])},
)
check("too few tokens for n = 3", discouraged(logits, [2], 1, 3), np.array([0.5, 1, -2, 2.5]))
check(
    "both: 2 came behind 3 before, and again",
    discouraged(logits, [3, 2, 3, 2, 3], 2, 2),
    np.array([0.5, 1, -np.inf, 1.25]),
)

# %% task="discouraged" role="test" part="penalty" points=4
random = np.random.default_rng()
for number in range(12):
    size = int(random.integers(3, 9))
    logits = random.integers(-5, 6, size) if number % 2 else random.normal(size=size)
    written, penalty = [int(v) for v in random.integers(0, size, number)], (1.2, 2, 3, 1)[number % 4]
    given = logits.copy(), [*written]
    found = discouraged(*given, penalty, None)
    expected = np.array([float(one) if i not in written else one / penalty if one > 0 else one * penalty for i, one in enumerate(logits)])
    require(f"{size} tokens, {number} written, penalty {penalty}", found, expected)
    require("the inputs are unchanged", given, (logits, written))

# %% task="discouraged" role="test" part="blocked" points=4
random = np.random.default_rng()
for number in range(20):
    size, n = int(random.integers(3, 6)), 1 + number % 4
    logits = random.integers(-5, 6, size) if number % 2 else random.normal(size=size)
    written = [int(v) for v in random.integers(0, size, random.integers(0, 25))]
    given = logits.copy(), [*written]
    found = discouraged(*given, 1, n)
    grams = {tuple(written[i : i + n]) for i in range(len(written)) if i + n <= len(written)}
    expected = logits.astype(float)
    for token in range(size):
        if tuple([*written, token][-n:]) in grams:
            expected[token] = -np.inf
    require(f"{len(written)} written, n = {n}", found, expected)
    require("the inputs are unchanged", given, (logits, written))

# %% [markdown] tags=["ko"]
r"""
### 문제 9. 코사인 유사도로 찾기 (7점)

의미로 찾기는 질문의 벡터와 방향이 가장 비슷한 문서를 찾는 일입니다. `nearest(query, documents, k)`에서 `query`의 형상은 `(width,)`, `documents`의 형상은 `(count, width)`입니다. 둘 `(places, cosines)`를 반환하세요.
- `places`: 질문과의 코사인 유사도가 가장 큰 문서 `k`개의 번호. 큰 것부터 늘어놓은 정수 배열입니다.
- `cosines`: 그 문서들의 코사인 유사도. 같은 차례의 배열입니다.

코사인 유사도는 내적을 두 벡터의 길이의 곱으로 나눈 것입니다. 모두 0인 벡터의 문서도 있을 수 있는데(글이 없는 문서), 그 유사도는 0으로 합니다. 질문의 벡터에는 0이 아닌 수가 있고, 유사도가 같은 문서는 없습니다.
`k`가 1보다 작거나 문서의 수보다 크면 `ValueError`를 발생시키세요. 번호에 3점, 유사도에 2점, 오류 처리에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 9. Search by cosine similarity (7 points)

To search by meaning is to find the documents whose vectors have most nearly the direction of the question's. In `nearest(query, documents, k)`, `query` has the shape `(width,)` and `documents` has `(count, width)`. Return two things, `(places, cosines)`.
- `places`: the numbers of the `k` documents that have the largest cosine similarity with the question, an array of integers, largest first.
- `cosines`: the cosine similarities of those documents, an array in the same order.

Cosine similarity is the inner product divided by the product of both lengths. There may be a document whose vector is all 0 (it has no text); its similarity is 0. The question is not all 0, and no two documents are equally similar.
Raise `ValueError` if `k` is below 1 or larger than the number of documents. The numbers are worth 3 points, the similarities 2, the error cases 2.
"""

# %% [markdown] tags=["ko"] task="nearest" role="hint"
r"""
긴 벡터는 방향이 조금 달라도 내적이 큽니다. 길이의 영향을 없애려면 무엇으로 나누어야 하나요? 길이가 0이면요?
"""

# %% [markdown] tags=["en"] task="nearest" role="hint"
r"""
A long vector has a large inner product even if its direction is a bit off. By what must you divide so that length does not count? What if a length is 0?
"""

# %% [markdown] tags=["ko"] task="nearest" role="hint"
r"""
`lengths = np.linalg.norm(documents, axis=1) * np.linalg.norm(query)`이고, 내적은 `documents @ query`입니다. 길이가 0인 곳은 1로 나누어도 결과가 0입니다.
"""

# %% [markdown] tags=["en"] task="nearest" role="hint"
r"""
`lengths = np.linalg.norm(documents, axis=1) * np.linalg.norm(query)`, and the inner products are `documents @ query`. Where a length is 0, dividing by 1 gives 0.
"""

# %% [markdown] tags=["ko"] task="nearest" role="hint"
r"""
`cosines = documents @ query / np.where(lengths == 0, 1, lengths)`에서 `places = np.argsort(-cosines)[:k]`를 얻고, `places, cosines[places]`를 반환하세요.
"""

# %% [markdown] tags=["en"] task="nearest" role="hint"
r"""
From `cosines = documents @ query / np.where(lengths == 0, 1, lengths)`, get `places = np.argsort(-cosines)[:k]`, and return `places, cosines[places]`.
"""

# %% task="nearest" role="solution"
def nearest(query, documents, k):
    ### BEGIN SOLUTION
    if not 1 <= k <= len(documents):
        raise ValueError(f"k is {k}, but there are {len(documents)} documents")
    lengths = np.linalg.norm(documents, axis=1) * np.linalg.norm(query)
    cosines = documents @ query / np.where(lengths == 0, 1, lengths)
    places = np.argsort(-cosines)[:k]
    return places, cosines[places]
    ### END SOLUTION


# %% task="nearest" role="check"
query, documents = np.array([2, 0]), np.array([[3, 4], [10, 0], [0, 0], [-1, 0], [4, 3]])
given = query.copy(), documents.copy()
places, cosines = nearest(query, documents, 3)
check(
    "the best 3 of 5 documents",
    places,
    np.array([1, 4, 0]),
    causes={
        "The numbers are right, but the largest similarity comes first": np.array([0, 4, 1]),
        "These are the least similar documents": np.array([3, 2, 0]),
        "Sorted by distance: a long vector may point in the same direction": np.array([2, 3, 4]),
        "A document without text came first: its similarity is 0": np.array([2, 1, 4]),
    },
)
check(
    "their similarities",
    cosines,
    np.array([1, 0.8, 0.6]),
    causes={
        "These are inner products: divide by both lengths": np.array([20.0, 8.0, 6.0]),
        "The length of the question was forgotten": np.array([2.0, 1.6, 1.2]),
        "The length of the documents was forgotten": np.array([10.0, 4.0, 3.0]),
        "The lengths were squared: take the root": np.array([0.05, 0.08, 0.06]),
        "These are the similarities of the first documents: take those of the places": np.array([0.6, 1.0, 0.0]),
        "These are distances (1 minus the cosine)": np.array([0.0, 0.2, 0.4]),
    },
)
check("the arrays that were passed in are unchanged", (query, documents), given)
check(
    "all 5: a document without text is at 0",
    nearest(query, documents, 5),
    (np.array([1, 4, 0, 2, 3]), np.array([1, 0.8, 0.6, 0, -1])),
    causes={
        "0 was divided by 0: a vector of zeros has the similarity 0": (
            np.array([1, 4, 0, 3, 2]),
            np.array([1, 0.8, 0.6, -1, np.nan]),
        )
    },
)
check(
    "a long vector is not more similar",
    nearest(np.array([1.0, 0.0]), np.array([[30.0, 40.0], [0.5, 0.0]]), 1),
    (np.array([1]), np.array([1.0])),
)
check_raises(ValueError, nearest, query, documents, 6)
check_raises(ValueError, nearest, query, documents, 0)

# %% task="nearest" role="test" part="places" points=3
random = np.random.default_rng()
for number in range(12):
    count, width = int(random.integers(3, 9)), int(random.integers(2, 6))
    query = random.integers(1, 4, width) if number % 3 == 0 else random.normal(size=width)
    documents = random.normal(size=(count, width)) * 10.0 ** random.integers(-2, 3, (count, 1))
    documents[0] *= number % 2
    given = query.copy(), documents.copy()
    k = int(random.integers(1, count + 1))
    found, _ = nearest(*given, k)
    cosine = lambda row: sum(a * b for a, b in zip(row, query)) / max(sum(a * a for a in row) ** 0.5, 1e-300)
    expected = sorted(range(count), key=lambda i: -cosine(documents[i]))[:k]
    require(f"the best {k} of {count}", found, np.array(expected))
    require("the arrays are unchanged", given, (query, documents))

# %% task="nearest" role="test" part="cosines" points=2
random = np.random.default_rng()
for number in range(12):
    count, width = int(random.integers(3, 9)), int(random.integers(2, 6))
    query = random.integers(1, 4, width) if number % 3 == 0 else random.normal(size=width)
    documents = random.normal(size=(count, width)) * 10.0 ** random.integers(-2, 3, (count, 1))
    documents[0] *= number % 2
    k = int(random.integers(1, count + 1))
    _, found = nearest(query.copy(), documents.copy(), k)
    size = float(query @ query) ** 0.5
    each = [sum(a * b for a, b in zip(row, query)) / max(sum(a * a for a in row) ** 0.5, 1e-300) / size for row in documents]
    require(f"similarities of the best {k} of {count}", found, np.array(sorted(each, reverse=True)[:k]))

# %% task="nearest" role="test" part="errors" points=2
for count, k in ((3, 4), (3, 0), (2, -1), (1, 7)):
    require_raises(ValueError, nearest, np.ones(2), np.eye(3, 2)[:count] + 1, k)

# %% [markdown] tags=["ko"]
r"""
### 문제 10. 검색의 점수 (5점)

검색이 얼마나 잘 되는지는 답을 아는 질문들로 잽니다. `search_scores(rankings, relevant, k)`에서 `rankings[i]`는 질문 `i`에 검색이 내놓은 문서 번호의 리스트(좋은 것부터)이고, `relevant[i]`는 질문 `i`에 답이 되는 문서 번호의 리스트입니다. 답이 되는 문서는 질문마다 적어도 하나 있지만, 검색이 찾지 못할 수도 있습니다. 수 둘 `(recall, mrr)`을 반환하세요.
- `recall`: 재현율 recall@k. 질문마다 답이 되는 문서 가운데 처음 `k`개 안에 든 것의 비율을 구하고, 질문들에 대해 평균합니다.
- `mrr`: 평균 역순위(mean reciprocal rank). 질문마다 답이 되는 **첫** 문서의 순위(1부터)의 역수를 구하고 평균합니다. 순위는 리스트 전체에서 찾으며, 하나도 없으면 0입니다.

재현율에 3점, 평균 역순위에 2점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 10. Scores of a search (5 points)

How well a search works is measured with questions whose answers are known. In `search_scores(rankings, relevant, k)`, `rankings[i]` is the list of the documents' numbers that the search gives for question `i` (best first), and `relevant[i]` is the list of the documents that answer question `i`. Each question has at least one document that answers it, but the search may not find it. Return two numbers, `(recall, mrr)`.
- `recall`: recall@k. For each question, the share of the documents that answer it which are among the first `k`; then the mean over the questions.
- `mrr`: the mean reciprocal rank. For each question, one divided by the rank (from 1) of the **first** document that answers it; then the mean. Ranks are taken from the whole list; if there is none, it is 0.

Recall is worth 3 points, the mean reciprocal rank 2.
"""

# %% [markdown] tags=["ko"] task="search_scores" role="hint"
r"""
답이 되는 문서가 2개이고 그 가운데 하나만 처음 `k`개 안에 있으면 그 질문의 재현율은 얼마인가요? `k`로 나누나요?
"""

# %% [markdown] tags=["en"] task="search_scores" role="hint"
r"""
If 2 documents answer a question and only one of them is among the first `k`, what is the recall of that question? Is it divided by `k`?
"""

# %% [markdown] tags=["ko"] task="search_scores" role="hint"
r"""
재현율은 `len(set(ranking[:k]) & set(right)) / len(right)`입니다. 순위의 역수는 `enumerate(ranking, 1)`로 첫 문서를 찾아 구하세요.
"""

# %% [markdown] tags=["en"] task="search_scores" role="hint"
r"""
The recall of one question is `len(set(ranking[:k]) & set(right)) / len(right)`. For the reciprocal rank, find the first document with `enumerate(ranking, 1)`.
"""

# %% [markdown] tags=["ko"] task="search_scores" role="hint"
r"""
`next((1 / rank for rank, one in enumerate(ranking, 1) if one in right), 0)`은 첫 문서의 순위의 역수이며, 하나도 없으면 0입니다.
"""

# %% [markdown] tags=["en"] task="search_scores" role="hint"
r"""
`next((1 / rank for rank, one in enumerate(ranking, 1) if one in right), 0)` is the reciprocal rank of the first document, and 0 if there is none.
"""

# %% task="search_scores" role="solution"
def search_scores(rankings, relevant, k):
    ### BEGIN SOLUTION
    recalls, inverses = [], []
    for ranking, right in zip(rankings, relevant):
        recalls.append(len(set(ranking[:k]) & set(right)) / len(right))
        inverses.append(next((1 / rank for rank, one in enumerate(ranking, 1) if one in right), 0))
    return sum(recalls) / len(recalls), sum(inverses) / len(inverses)
    ### END SOLUTION


# %% task="search_scores" role="check"
rankings, relevant = [[3, 2, 1, 0, 7], [0, 2, 1, 3]], [[0, 1, 9, 7], [3]]
recall, mrr = search_scores(rankings, relevant, 3)
check(
    "recall@3 of two questions",
    recall,
    1 / 8,
    causes={
        "This is the precision: divide by the number of documents that answer, not by k": 0.166666667,
        "This is the share of questions with a hit: each document that answers counts": 0.5,
        "The documents of all questions were put together: take the mean over the questions": 0.2,
        "k was not used": 0.875,
        "One document too many was looked at": 0.75,
        "One document too few was looked at": 0.0,
    },
)
check(
    "the mean reciprocal rank",
    mrr,
    7 / 24,
    causes={
        "Ranks begin with 1": 0.416666667,
        "The rank is taken from the whole list, not only from the first k": 0.166666667,
        "This is the mean of the ranks: take the mean of their reciprocals": 3.5,
        "This is the reciprocal of the mean rank: take the mean of the reciprocals": 0.285714286,
        "Only the first document that answers counts": 0.255555556,
    },
)
same = [[3, 2, 1, 0, 7], [0, 2, 1, 3]], [[0, 1, 9, 7], [3]]
check("the lists that were passed in are unchanged", (rankings, relevant), same)
check("nothing was found for one of two", search_scores([[4, 5], [6]], [[9], [6]], 2), (0.5, 0.5))
check("k larger than the lists", search_scores([[1, 2, 3]], [[2, 3, 8, 9]], 10), (0.5, 0.5))

# %% task="search_scores" role="test" part="recall" points=3
random = np.random.default_rng()
for number in range(15):
    count, k = int(random.integers(1, 6)), int(random.integers(1, 6))
    rankings = [[int(v) for v in random.permutation(12)[: random.integers(3, 9)]] for _ in range(count)]
    relevant = [[int(v) for v in random.permutation(12)[: random.integers(1, 6)]] for _ in range(count)]
    given = [[*row] for row in rankings], [[*row] for row in relevant]
    found = search_scores(*given, k)[0]
    expected = np.mean([np.mean([any(one == other for other in ranking[:k]) for one in right]) for ranking, right in zip(rankings, relevant)])
    require(f"{count} questions, recall@{k}", found, float(expected))
    require("the lists are unchanged", given, (rankings, relevant))

# %% task="search_scores" role="test" part="mrr" points=2
random = np.random.default_rng()
for number in range(15):
    count, k = int(random.integers(1, 6)), int(random.integers(1, 4))
    rankings = [[int(v) for v in random.permutation(12)[: random.integers(3, 9)]] for _ in range(count)]
    relevant = [[int(v) for v in random.permutation(12)[: random.integers(1, 4)]] for _ in range(count)]
    found = search_scores([[*row] for row in rankings], [[*row] for row in relevant], k)[1]
    total = 0.0
    for ranking, right in zip(rankings, relevant):
        places = [ranking.index(one) for one in right if one in ranking]
        total += 1 / (min(places) + 1) if places else 0
    require(f"{count} questions, mean reciprocal rank", found, total / count)

# %% [markdown] tags=["ko"]
r"""
### 문제 11. 글자당 비트의 오류 찾기 (8점)

토크나이저가 다르면 퍼플렉시티(perplexity)를 서로 비교할 수 없습니다. 토큰이 길수록 맞히기 어렵기 때문입니다. 글자당 비트(bits per character)는 비교할 수 있습니다. 텍스트 **전체**의 음의 로그 확률을 밑이 2인 로그로 나타내어 텍스트 **전체**의 글자 수로 나눈 것입니다.
친구가 이것을 작성했습니다. `log_probabilities`의 형상은 `(batch, time)`이며 토큰의 로그 확률(자연로그)이 들어 있습니다. 줄마다 앞의 `lengths[i]`개만 텍스트의 토큰이고, 뒤는 패딩이라 아무 수나 들어 있습니다. `texts`는 같은 텍스트들의 문자열 리스트입니다. 글자 하나는 한글이든 로마자든 하나로 셉니다.

```python
def bits_per_character(log_probabilities, lengths, texts):
    losses = -log_probabilities.mean(axis=1) * lengths
    bits = losses * np.log(2)
    characters = np.array([len(text.encode()) for text in texts])
    return (bits / characters).mean()
```

그런데 한국어 텍스트의 값이 영어보다 늘 훨씬 작고, 패딩을 늘리면 값이 바뀌며, 짧은 텍스트 하나가 결과를 크게 바꿉니다. 확률이 모두 0.5이고 토큰이 글자 하나씩이면 1이어야 하는데 그렇지도 않습니다.
오류는 네 개입니다. 모두 찾아 고치세요. 패딩이 없는 텍스트 하나의 계산에 4점, 패딩이 있는 여러 텍스트의 계산에 4점입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 11. Find the bugs in bits per character (8 points)

With different tokenizers, perplexities cannot be compared: long tokens are harder to guess. Bits per character can be: the negative log probability of the **whole** text, with logarithms to base 2, divided by the number of characters of the **whole** text.
A friend has written this. `log_probabilities` has the shape `(batch, time)` and holds the log probabilities of tokens (natural logarithms). In each row only the first `lengths[i]` are tokens of the text; behind them is padding, which may hold any numbers. `texts` is the list of the same texts as strings. Each character counts as one, be it Korean or Latin.

```python
def bits_per_character(log_probabilities, lengths, texts):
    losses = -log_probabilities.mean(axis=1) * lengths
    bits = losses * np.log(2)
    characters = np.array([len(text.encode()) for text in texts])
    return (bits / characters).mean()
```

But Korean texts always get far smaller values than English ones, more padding changes the value, and one short text changes the result a lot. And if all probabilities are 0.5 and each token is one character, the value should be 1, but is not.
There are four bugs. Find and fix them all. The computation for one text without padding is worth 4 points, that for several texts with padding 4.
"""

# %% [markdown] tags=["ko"] task="bits_per_character" role="hint"
r"""
`log_probabilities.mean(axis=1)`은 무엇의 평균인가요? 한글 한 글자에 `encode()`를 쓰면 몇 바이트가 되나요?
"""

# %% [markdown] tags=["en"] task="bits_per_character" role="hint"
r"""
What is `log_probabilities.mean(axis=1)` the mean of? How many bytes does `encode()` make of one Korean letter?
"""

# %% [markdown] tags=["ko"] task="bits_per_character" role="hint"
r"""
$\log_2 x = \log x / \log 2$입니다. 패딩이 아닌 자리는 `np.arange(time) < lengths[:, None]`에서 참입니다.
"""

# %% [markdown] tags=["en"] task="bits_per_character" role="hint"
r"""
$\log_2 x = \log x / \log 2$. The places that are no padding are true in `np.arange(time) < lengths[:, None]`.
"""

# %% [markdown] tags=["ko"] task="bits_per_character" role="hint"
r"""
텍스트마다의 비율을 평균하지 말고, 합을 합으로 나누세요. 분모는 `sum(len(text) for text in texts)`입니다.
"""

# %% [markdown] tags=["en"] task="bits_per_character" role="hint"
r"""
Do not take the mean of the texts' ratios: divide the sum by the sum. The denominator is `sum(len(text) for text in texts)`.
"""

# %% task="bits_per_character" role="solution"
def bits_per_character(log_probabilities, lengths, texts):
    ### BEGIN SOLUTION
    real = np.arange(log_probabilities.shape[1]) < lengths[:, None]  # no padding
    bits = -log_probabilities[real].sum() / np.log(2)
    return bits / sum(len(text) for text in texts)
    ### END SOLUTION


# %% task="bits_per_character" role="check"
half = np.log(1 / 2)
check(
    "one text, 4 tokens of one letter, each with probability 1/2",
    bits_per_character(np.array([[half, half, half, half]]), np.array([4]), ["abcd"]),
    1.0,
    causes={
        "These are nats: divide by the logarithm of 2": 0.693147181,
        "Nats become bits by dividing by the logarithm of 2, not by multiplying": 0.480453014,
        "The sign is wrong": -1.0,
        "This is the perplexity: bits are not put into a power": 2.0,
    },
)
sky = "\ud558\ub298"  # two Korean letters
check(
    "one Korean text: 2 letters in 3 tokens",
    bits_per_character(np.array([[half, half, 2 * half]]), np.array([3]), [sky]),
    2.0,
    causes={
        "A Korean letter has 3 bytes: count characters, not bytes": 0.666666667,
        "These are bits per token: divide by the number of characters": 1.33333333,
    },
)
log_probabilities = np.array([[half, half, half, half, half], [4 * half, 4 * half, 0, -9, 5]])
lengths, texts = np.array([5, 2]), ["abcdefgh", "xy"]
given = log_probabilities.copy(), lengths.copy(), ["abcdefgh", "xy"]
check(
    "two texts, the second with padding",
    bits_per_character(log_probabilities, lengths, texts),
    1.3,
    causes={
        "All four bugs are still there": 0.81176285,
        "Padding counts": 1.87707802,
        "The mean of each row goes over the padding, too": 1.05083121,
        "This is the mean of the texts' values: divide the sum by the sum": 2.3125,
        "The values of the texts were summed: divide the sum by the sum": 4.625,
    },
)
check("the inputs are unchanged", (log_probabilities, lengths, texts), given)
check("whole numbers", bits_per_character(np.array([[-1, -2, 7]]), np.array([2]), ["abc"]), 1 / np.log(2))

# %% task="bits_per_character" role="test" part="one" points=4
random = np.random.default_rng()
letters = list("abcdefg") + list("\uac00\ub098\ub2e4\ub77c\ub9c8\ubc14\uc0ac")
for number in range(12):
    time = int(random.integers(1, 9))
    log_probabilities = -random.integers(0, 4, (1, time)) if number % 3 == 0 else np.log(random.uniform(0.01, 1, (1, time)))
    text = "".join(random.choice(letters, random.integers(1, 20)))
    found = bits_per_character(log_probabilities.copy(), np.array([time]), [text])
    expected = sum(-float(one) for one in log_probabilities[0]) / len(text) / float(np.log(2))
    require(f"{time} tokens, {len(text)} characters", found, expected)

# %% task="bits_per_character" role="test" part="several" points=4
random = np.random.default_rng()
letters = list("abcdefg") + list("\uac00\ub098\ub2e4\ub77c\ub9c8\ubc14\uc0ac")
for number in range(12):
    batch, time = int(random.integers(2, 6)), int(random.integers(3, 9))
    log_probabilities = np.log(random.uniform(0.01, 1, (batch, time)))
    lengths = random.integers(1, time, batch)
    for row, length in zip(log_probabilities, lengths):
        row[length:] = random.choice([0.0, -30, 12])
    texts = ["".join(random.choice(letters, random.integers(1, 20))) for _ in range(batch)]
    given = log_probabilities.copy(), lengths.copy(), [*texts]
    found = bits_per_character(*given)
    total = sum(-float(row[t]) for row, length in zip(log_probabilities, lengths) for t in range(length))
    require(f"{batch} texts of up to {time} tokens", found, total / float(np.log(2)) / len("".join(texts)))
    require("the inputs are unchanged", given, (log_probabilities, lengths, texts))

# %% [markdown] tags=["ko"]
r"""
### 문제 12. Keras로 만드는 작은 GPT (8점)

`small_gpt(vocabulary, context, width, heads)`는 형상이 `(batch, context)`인 토큰을 받아 형상이 `(batch, context, vocabulary)`인 로짓을 내는 Keras 모델(`keras.Model`)을 반환합니다. 블록은 어텐션 하나뿐이고 MLP는 없습니다.
- 입력: $x = E_{\text{token}} + P_{\text{place}}$. 임베딩 $E$의 형상은 `(vocabulary, width)`, 자리의 벡터 $P$의 형상은 `(context, width)`이며 둘 다 학습합니다.
- 블록: $x + \mathrm{attention}(\mathrm{norm}(x))$. 어텐션은 헤드가 `heads`개이고 헤드의 너비가 `width // heads`인 `layers.MultiHeadAttention`이며, 뒤의 토큰을 보지 못합니다. 층 정규화는 `layers.LayerNormalization`입니다.
- 출력: 한 번 더 정규화한 다음 로짓은 $\mathrm{norm}(x) E^{\top}$입니다. **같은** $E$를 쓰며 편향은 없습니다.

학습은 하지 않습니다. 채점은 가중치를 다른 것으로 바꾸어 봅니다. 그러므로 모델은 만들어질 때의 가중치가 아니라 지금의 가중치를 써야 합니다. 가중치의 수에 2점, 뒤를 보지 않고 자리를 아는지에 3점, 출력이 임베딩과 묶였는지에 3점입니다. 아래 셀은 Keras를 불러오므로 몇 초 걸립니다.
"""

# %% [markdown] tags=["en"]
r"""
### Task 12. A small GPT in Keras (8 points)

`small_gpt(vocabulary, context, width, heads)` returns a Keras model (`keras.Model`) from tokens of shape `(batch, context)` to logits of shape `(batch, context, vocabulary)`. Its one block has attention only, and no MLP.
- Input: $x = E_{\text{token}} + P_{\text{place}}$. The embedding $E$ has the shape `(vocabulary, width)`, the vectors of the places $P$ have the shape `(context, width)`; both are trained.
- Block: $x + \mathrm{attention}(\mathrm{norm}(x))$. The attention is a `layers.MultiHeadAttention` with `heads` heads of width `width // heads`, which cannot look at later tokens. The norm is a `layers.LayerNormalization`.
- Output: after one more norm, the logits are $\mathrm{norm}(x) E^{\top}$, with **the same** $E$ and no bias.

Nothing is trained here. Grading replaces the weights by others, so the model must use the weights of now, not those that it was made with. The number of weights is worth 2 points; that it does not look ahead and knows the places, 3; that the output is tied to the embedding, 3. The cell below loads Keras, which takes some seconds.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")

import keras
from keras import layers, ops

# %% [markdown] tags=["ko"] task="small_gpt" role="hint"
r"""
`Embedding`과 `Dense` 출력을 쓰면 그 행렬은 몇 개인가요? 임베딩을 양쪽으로 읽는 층은 무엇일까요?
"""

# %% [markdown] tags=["en"] task="small_gpt" role="hint"
r"""
How many matrices has a model with an `Embedding` and a `Dense` head? Which layer reads an embedding in both directions?
"""

# %% [markdown] tags=["ko"] task="small_gpt" role="hint"
r"""
`keras.Input((context,), dtype="int32")`에서 시작하세요. 임베딩을 두 번, 한 번은 거꾸로 쓰는 층은 `layers.ReversibleEmbedding`입니다.
자리의 벡터는 층 하나로 만드세요. `build`에서 `self.table = self.add_weight((context, width), "uniform")`, `call`에서 `x + self.table`입니다. 층 밖에서 더하면 그때의 값이 상수로 굳어 버립니다.
"""

# %% [markdown] tags=["en"] task="small_gpt" role="hint"
r"""
Begin with `keras.Input((context,), dtype="int32")`. The layer that uses an embedding twice, once backwards, is `layers.ReversibleEmbedding`.
Make a layer for the vectors of the places: `self.table = self.add_weight((context, width), "uniform")` in `build`, and `x + self.table` in `call`. Added outside of a layer, they would be frozen as they were then.
"""

# %% [markdown] tags=["ko"] task="small_gpt" role="hint"
r"""
`y = layers.LayerNormalization()(x)` 다음에 `x = x + attention(y, y, use_causal_mask=True)`입니다. 끝에서는 다른 `LayerNormalization`을 거쳐 `embedding(x, reverse=True)`를 부르세요.
"""

# %% [markdown] tags=["en"] task="small_gpt" role="hint"
r"""
After `y = layers.LayerNormalization()(x)` comes `x = x + attention(y, y, use_causal_mask=True)`. At the end, go through another `LayerNormalization` and call `embedding(x, reverse=True)`.
"""

# %% task="small_gpt" role="solution"
def small_gpt(vocabulary, context, width, heads):
    ### BEGIN SOLUTION
    class Places(layers.Layer):
        """Adds a learned vector to each place."""

        def build(self, shape):
            self.table = self.add_weight((context, width), "uniform", name="table")

        def call(self, x):
            return x + self.table

    tokens = keras.Input((context,), dtype="int32")
    embedding = layers.ReversibleEmbedding(vocabulary, width)
    x = Places()(embedding(tokens))
    y = layers.LayerNormalization()(x)
    x = x + layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=True)
    return keras.Model(tokens, embedding(layers.LayerNormalization()(x), reverse=True))
    ### END SOLUTION


# %% task="small_gpt" role="check"
model = small_gpt(7, 5, 4, 2)
check("small_gpt returns a keras.Model", None if model is None else isinstance(model, keras.Model), True)
tokens = np.array([[1, 2, 3, 4, 5], [1, 2, 3, 6, 0]])
check(
    "shape for 2 texts of 5 tokens",
    tuple(model(tokens).shape),
    (2, 5, 7),
    causes={"These are the tokens' vectors: the logits are missing": (2, 5, 4)},
)
check(
    "its parameters",
    model.count_params(),
    144,
    causes={
        "There are two embeddings: input and output are not tied": 172,
        "The output has a bias": 151,
        "The output is a `Dense` layer of its own: it must use the embedding": 179,
        "The vectors of the places are missing, or are no weights of the model": 124,
        "There is only one norm: one stands in front of the attention, one at the end": 136,
        "The width of a head is `width // heads`": 220,
    },
)
check("all of them can be trained", sum(int(np.prod(w.shape)) for w in model.trainable_weights), 144)


begun = {tuple(w.shape): np.asarray(w) for w in model.get_weights()}


def with_weights(make):
    """What the model makes of the tokens with weights by `make`, from a shape and how many of it came before."""
    shapes = [tuple(w.shape) for w in model.get_weights()]
    model.set_weights([make(shape, shapes[:i].count(shape)).astype("float32") for i, shape in enumerate(shapes)])
    return np.asarray(model(tokens))


logits = with_weights(lambda shape, which: np.cos(np.arange(np.prod(shape)) ** 2 + which).reshape(shape))
changed = np.abs(logits[0] - logits[1]).max(axis=-1) > 1e-4
check(
    "two texts that differ from the fourth token on: where their logits differ",
    changed,
    np.array([False, False, False, True, True]),
    causes={
        "The model looks ahead: the causal mask is missing": np.array([True, True, True, True, True]),
    },
)
embedding = 10 * np.cos(np.arange(28) ** 2).reshape(7, 4)
places = np.zeros((5, 4))
vector = np.array([1, 2, 0.5, 1.5])  # every scale, shift and bias of the model's width


def simple(shape, which):
    """An embedding, places, the vector, and zeros: of the attention, only the bias is left."""
    return {(7, 4): embedding, (5, 4): places, (4,): vector}.get(shape, np.zeros(shape))


def normed(x):
    return (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True) * vector + vector


def expected(norms=1):
    """The sum of tokens, places and bias, the last norm, and the embedding backwards."""
    x = embedding[tokens] + places + vector
    for _ in range(norms):
        x = normed(x)
    return x @ embedding.T


def chances():
    """The softmax of what is expected."""
    powers = np.exp(expected() - expected().max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


check(
    "logits from another embedding",
    with_weights(simple),
    expected(),
    rtol=1e-2,
    atol=1e-2,
    causes={
        "The output does not use the embedding": np.zeros((2, 5, 7)),
        "The embedding was used outside of a layer: it stays as it was then": lambda: (
            normed(embedding[tokens] + places + vector) @ begun[7, 4].T
        ),
        "These are probabilities: logits are asked for, without a softmax": chances,
        "There is no norm at the end": lambda: expected(norms=0),
        "A norm stands behind the attention: it must stand in front of it": lambda: expected(norms=2),
    },
)
places = 10 * np.sin(np.arange(20) ** 2).reshape(5, 4)
check(
    "logits with other places",
    with_weights(simple),
    expected(),
    rtol=1e-2,
    atol=1e-2,
    causes={"The output does not use the embedding": np.zeros((2, 5, 7))},
)

# %% task="small_gpt" role="test" part="sizes" points=2
for vocabulary, context, width, heads in ((11, 4, 6, 3), (9, 6, 8, 2), (5, 3, 4, 1)):
    model, case = small_gpt(vocabulary, context, width, heads), f"small_gpt({vocabulary}, {context}, {width}, {heads})"
    require(f"{case}: a keras.Model", isinstance(model, keras.Model), True)
    require(f"{case}: shape", tuple(model(np.zeros((2, context), int)).shape), (2, context, vocabulary))
    total = (vocabulary + context) * width + 4 * width + 4 * width * (width + 1)
    require(f"{case}: parameters", model.count_params(), total)
    require(f"{case}: all can be trained", sum(int(np.prod(w.shape)) for w in model.trainable_weights), total)

# %% task="small_gpt" role="test" part="causal" points=3
random = np.random.default_rng()
for vocabulary, context, width, heads in ((11, 6, 8, 2), (9, 7, 6, 3)):
    model, case = small_gpt(vocabulary, context, width, heads), f"small_gpt({vocabulary}, {context}, {width}, {heads})"
    model(np.zeros((1, context), int))
    model.set_weights([random.normal(scale=0.4, size=w.shape).astype("float32") for w in model.get_weights()])
    for place in (1, context - 2):
        tokens = np.tile(random.integers(0, vocabulary, context), (2, 1))
        tokens[1, place] = (tokens[0, place] + 1) % vocabulary
        one, other = np.asarray(model(tokens))
        differs = np.abs(one - other).max(axis=-1) > 1e-4
        require(f"{case}: where token {place} changes the logits", differs, np.arange(context) >= place)
    logits = np.asarray(model(np.zeros((1, context), int)))[0]
    require(f"{case}: the same token at other places", bool((np.abs(logits[1:] - logits[0]).max(axis=-1) > 1e-4).all()), True)

# %% task="small_gpt" role="test" part="tied" points=3
random = np.random.default_rng()
for vocabulary, context, width, heads in ((11, 3, 6, 2), (7, 5, 8, 2)):
    model, case = small_gpt(vocabulary, context, width, heads), f"small_gpt({vocabulary}, {context}, {width}, {heads})"
    tokens = random.integers(0, vocabulary, (3, context))
    model(tokens)
    embedding, places = 10 * random.normal(size=(vocabulary, width)), 10 * random.normal(size=(context, width))
    vector = random.uniform(0.5, 2, width)
    known = {(vocabulary, width): embedding, (context, width): places, (width,): vector}
    shapes = [tuple(w.shape) for w in model.get_weights()]
    model.set_weights([known.get(shape, np.zeros(shape)).astype("float32") for shape in shapes])
    x = embedding[tokens] + places + vector
    x = (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True)
    expected = (x * vector + vector) @ embedding.T
    require(f"{case}: logits from other weights", np.asarray(model(tokens)), expected, rtol=1e-2, atol=0.05)

# %% [markdown] tags=["ko"]
r"""
### 문제 13. 실험: 횟수에 얼마를 더할까 (5점)

세어서 만든 언어 모델은 본 적이 없는 쌍의 확률을 0으로 둡니다. 그래서 모든 횟수에 $k$를 더합니다(문제 3). $k$는 얼마가 좋을까요?
아래 셀의 `held_out_bits(k)`는 단어가 40개인 작은 언어에서 토큰 600개로 바이그램을 세고, $k$를 더한 확률로 **다른** 토큰 4,000개를 맞힐 때 토큰마다 몇 비트가 드는지를 반환합니다. 작을수록 좋은 모델입니다.
$k$를 0.0001에서 100까지 키우면 이 값은 커질까요, 작아질까요, 그대로일까요? **측정하기 전에** 예측을 적은 다음, 다섯 가지 이상의 $k$를 골라 측정하세요. 0.001 이하, 0.02와 0.5 사이, 10 이상이 하나씩은 있어야 합니다.
`smoothing()`은 실험의 기록을 딕셔너리로 반환합니다.
- `"settings"`: 시도한 $k$의 리스트
- `"predicted"`: 값마다의 예측값의 리스트, 또는 `"grows"`(커진다), `"falls"`(작아진다), `"stays"`(그대로다), `"neither"`(어느 것도 아니다) 가운데 하나. 틀려도 점수는 깎이지 않습니다.
- `"measured"`: 값마다의 측정값
- `"conclusion"`: 측정값을 보고 내린 결론. `"grows"`, `"falls"`, `"stays"` 가운데 하나이며, 어느 것도 아니면 `"neither"`
"""

# %% [markdown] tags=["en"]
r"""
### Task 13. Experiment: how much to add to the counts (5 points)

A language model that counts gives a probability of 0 to pairs that it has never seen. So $k$ is added to all counts (task 3). How large should $k$ be?
In the cell below, `held_out_bits(k)` counts bigrams in 600 tokens of a small language of 40 words, and returns how many bits per token it takes to guess 4,000 **other** tokens with the probabilities that come from adding $k$. A smaller value is a better model.
As $k$ goes from 0.0001 to 100, will this value grow, fall, or stay? Write down your prediction **before you measure**; then choose at least five values of $k$ and measure, at least one of 0.001 or less, one between 0.02 and 0.5, and one of 10 or more.
`smoothing()` returns the record of the experiment as a dict.
- `"settings"`: the list of values of $k$ that were tried
- `"predicted"`: a list with a prediction for each, or one of `"grows"`, `"falls"`, `"stays"`, `"neither"`. A wrong prediction costs no points.
- `"measured"`: what was measured for each
- `"conclusion"`: what follows from the measurements: one of `"grows"`, `"falls"`, `"stays"`, or `"neither"` of these
"""

# %%
from course_lib.exercises import check_experiment
from course_lib.experiments import require_experiment


def held_out_bits(k):
    """How many bits per token of other text a bigram model takes, with k added to all counts."""
    random = np.random.default_rng(0)
    language = random.dirichlet(np.full(40, 0.1), 40).cumsum(axis=1)  # which word follows which
    draws, stream = random.random(4600), [0]
    for draw in draws:
        stream.append(min(int(np.searchsorted(language[stream[-1]], draw)), 39))
    before, after = np.array(stream[:-1]), np.array(stream[1:])
    counts = np.full((40, 40), float(k))
    np.add.at(counts, (before[:600], after[:600]), 1)
    chances = counts / counts.sum(axis=1, keepdims=True)
    return float(-np.log2(chances[before[600:], after[600:]]).mean())

# %% [markdown] tags=["ko"] task="smoothing" role="hint"
r"""
$k$가 거의 0이면 처음 보는 쌍 하나에 몇 비트가 드나요? $k$가 아주 크면 모든 단어의 확률은 얼마에 가까워지나요?
"""

# %% [markdown] tags=["en"] task="smoothing" role="hint"
r"""
If $k$ is almost 0, how many bits does a pair take that was never seen? If $k$ is very large, what do the probabilities of all words come close to?
"""

# %% [markdown] tags=["ko"] task="smoothing" role="hint"
r"""
`values = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100]`처럼 값을 고르고, 예측을 먼저 적은 다음 `[held_out_bits(k) for k in values]`로 측정하세요.
"""

# %% [markdown] tags=["en"] task="smoothing" role="hint"
r"""
Choose values such as `values = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100]`, write the prediction first, then measure with `[held_out_bits(k) for k in values]`.
"""

# %% [markdown] tags=["ko"] task="smoothing" role="hint"
r"""
결론은 예측이 아니라 측정값에서 나옵니다. 작은 $k$부터 차례로 보면 처음부터 끝까지 한쪽으로만 가나요?
"""

# %% [markdown] tags=["en"] task="smoothing" role="hint"
r"""
The conclusion follows from the measured values, not from the prediction. From small to large $k$, do they go in one direction all the way?
"""

# %% task="smoothing" role="solution"
def smoothing():
    ### BEGIN SOLUTION
    values = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100]
    return {
        "settings": values,
        "predicted": "falls",  # before measuring
        "measured": [held_out_bits(k) for k in values],
        "conclusion": "neither",
    }
    ### END SOLUTION


# %% task="smoothing" role="check"
found = smoothing()
check_experiment(
    "the experiment",
    found,
    measure=held_out_bits,
    settings=lambda k: 0.0001 <= k <= 100,
    at_least_runs=5,
    tolerance=0.01,
)
small, large = min(found["settings"]), max(found["settings"])
between = any(0.02 <= k <= 0.5 for k in found["settings"])
check(
    "one value is 0.001 or less, one between 0.02 and 0.5, one 10 or more",
    small <= 0.001 and between and large >= 10,
    True,
)

# %% task="smoothing" role="test" points=5
found = smoothing()
require_experiment("the experiment", found, measure=held_out_bits, settings=lambda k: 0.0001 <= k <= 100, at_least_runs=5, tolerance=0.01)
small, large = min(found["settings"]), max(found["settings"])
between = any(0.02 <= k <= 0.5 for k in found["settings"])
require("one value is 0.001 or less, one between 0.02 and 0.5, one 10 or more", bool(small <= 0.001 and between and large >= 10), True)
