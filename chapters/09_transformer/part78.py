# %% [markdown] tags=["ko"]
r"""
## 7. 사람이 쓴 문장

5절의 문장은 규칙으로 만들었습니다. 이제 사람이 번역한 글을 다룹니다. 오피스 프로그램 LibreOffice의 도움말에서 뽑은 한국어와 영어 문단의 짝이며, 라이선스는 MPL-2.0입니다. 도움말에는 거의 같은 문장이 되풀이됩니다. 그런 문장이 학습과 시험에 나뉘어 들어가면 번역이 아니라 암기를 재게 됩니다. 그래서 학습이나 검증 부분에 **거의 같은** 짝이 있으면 시험에서 뺍니다. 두 문장이 함께 가진 세 글자 토막의 수를 두 배 하여 각 문장의 토막 수의 합으로 나눈 값을 **유사도**(likeness)라고 하겠습니다(Dice, 1945). $0$에서 $1$ 사이이며, 어느 한 언어에서라도 0.7 이상이면 뺍니다.
"""

# %% [markdown] tags=["en"]
r"""
## 7. Sentences that people wrote

The sentences of section 5 were made by rules. Now take text that people translated: pairs of Korean and English paragraphs from the help of the office suite LibreOffice, under the licence MPL-2.0. Help texts say nearly the same again and again. If such sentences stand in training and in test, memory is measured, not translation. So a pair of the test is left out if one **nearly the same** stands in the parts for training or validation. Call twice the number of runs of three letters that two sentences share, divided by the sum of how many each has, their **likeness** (Dice, 1945). It lies between $0$ and $1$; with 0.7 or more in either language a pair is left out.
"""

# %%
import json
import time
import unicodedata
from collections import Counter

import keras
import numpy as np
from keras import layers, ops

from course_lib import claim, data, identity, plot, predict, reveal, translations, weights
from course_lib.models import search, transformer
from course_lib.models.summary import measure
from course_lib.translation_memory import Memory, closeness

help_train, help_validation, help_test = (data.help_pairs(part) for part in ("train", "validation", "test"))
known_before = closeness(help_test, help_train + help_validation)
unseen = [pair for pair, near in zip(help_test, known_before) if near < 0.7]
print(f"{len(help_train):,} pairs to learn from; {len(unseen):,} of {len(help_test):,} for the test are kept")
print(f"left out, for example: {help_test[known_before.argmax()].en}")

# %% [markdown] tags=["ko"]
r"""
### 단어보다 작고 글자보다 큰 토큰

사람이 쓴 글의 단어는 끝이 없습니다. 단어마다 토큰을 두면 모르는 단어가 남고, 글자마다 두면 문장이 길어집니다. **바이트 쌍 부호화**(byte-pair encoding, BPE; Sennrich et al., 2016)는 그 사이에 있습니다. 단어를 글자로 나눈 다음, 가장 자주 이웃하는 두 조각을 하나로 합치기를 되풀이합니다. 작은 예로 `low`가 5번, `lowest`가 2번, `newest`가 6번, `widest`가 3번 나오는 글을 봅시다.
"""

# %% [markdown] tags=["en"]
r"""
### Tokens smaller than words and larger than letters

The words that people write have no end. With a token for each word some stay unknown; with one for each letter sentences get long. **Byte-pair encoding** (BPE; Sennrich et al., 2016) lies between: words are taken apart into letters, and the two pieces that are neighbours most often become one, again and again. As a small example take a text with 5 times `low`, 2 times `lowest`, 6 times `newest` and 3 times `widest`.
"""

# %%
predict("neighbours", "How often does the most frequent pair of neighbouring letters stand in that text?")

# %%
often = {"low": 5, "lowest": 2, "newest": 6, "widest": 3}
spelled, merges = {word: list(word) for word in often}, []
for _ in range(4):
    neighbours = Counter()
    for word, pieces in spelled.items():
        for pair in zip(pieces, pieces[1:]):
            neighbours[pair] += often[word]
    merges += neighbours.most_common(1)
    first, second = merges[-1][0]
    for pieces in spelled.values():
        for place in range(len(pieces) - 1, 0, -1):
            if pieces[place - 1 : place + 1] == [first, second]:
                pieces[place - 1 : place + 1] = [first + second]
for (first, second), count in merges:
    print(f"{first} + {second}, {count} times")
print(*("|".join(pieces) for pieces in spelled.values()))
reveal("neighbours", merges[0][1])

# %% [markdown] tags=["ko"]
r"""
`est`처럼 여러 단어에 나오는 조각이 생깁니다. 도움말의 학습 부분에서 두 언어를 함께 써서 같은 방법으로 토큰을 배워 두었습니다. 한글은 음절이 많으므로 먼저 ㄱ, ㅏ 같은 낱자로 풉니다. 그러면 처음 보는 음절도 모르는 토큰이 되지 않습니다.
"""

# %% [markdown] tags=["en"]
r"""
Pieces appear that many words share, such as `est`. In the same way tokens were learned from the training part of the help, from both languages together. Hangul has many syllables, so they are first taken apart into their letters: no new syllable is an unknown token.
"""

# %%
byte_pairs = data.office_tokens()
for text in (unseen[0].en, unseen[0].ko, chr(0xBDC1)):  # the last is a syllable that no sentence has
    print(*(unicodedata.normalize("NFC", piece).strip() for piece in byte_pairs.split(text)), sep=" | ")
whole = sum(byte_pairs.decode(byte_pairs.encode(text)) == text for pair in unseen for text in pair)
claim(f"With {len(byte_pairs):,} tokens all texts of the test can be written: share", whole / len(unseen) / 2,
      equals=1)

# %% [markdown] tags=["ko"]
r"""
### 공정한 상대: 번역 메모리

번역가는 **번역 메모리**(translation memory)를 씁니다. 옮길 문장과 가장 비슷한 영어 문장을 학습 부분에서 찾아, 그 한국어를 그대로 내놓는 것입니다. 틀린 말은 해도 어색한 말은 하지 않습니다. 검증 부분에서는 유사도로 찾은 것과, 유사도가 높은 20개 가운데 chrF로 고른 것을 견주어 나은 쪽을 택했습니다. **chrF**는 글자 1개에서 6개까지의 토막이 얼마나 겹치는지를 0에서 100까지로 나타낸 점수이며, 기계 번역의 흔한 척도입니다(Popović, 2015).
"""

# %% [markdown] tags=["en"]
r"""
### The fair opponent: a translation memory

Translators work with a **translation memory**: it looks up the English sentence of the training part that is most like the one to be translated, and gives its Korean as it is. It may say something wrong, but nothing awkward. On the validation part the one found by likeness was compared with the one that has the highest chrF among the 20 most alike, and the better way was taken. **chrF** says from 0 to 100 how much of the runs of 1 to 6 letters two texts share, a usual measure for machine translation (Popović, 2015).
"""

# %%
memory = Memory([pair.en for pair in help_train], [pair.ko for pair in help_train], among=20)
asked = unseen[3]
place, alike = memory.nearest(asked.en)
print(f"to be translated: {asked.en}\nnearest, likeness {alike:.2f}: {memory.sentences[place]}")
print(f"its Korean:       {memory.answers[place]}\nwanted:           {asked.ko}")

# %% [markdown] tags=["ko"]
r"""
상대는 Transformer입니다. 블록이 2개씩이고 폭이 192이며, `data/makers/office_translator.py`가 같은 짝으로 미리 학습시켜 두었습니다. 드롭아웃과, 정답에 확률을 다 주지 않는 **레이블 스무딩**(label smoothing)을 썼고, 학습률은 처음에 서서히 올렸습니다. 설정은 흔한 값을 썼고, 더 나은 것을 찾지는 않았습니다.
"""

# %% [markdown] tags=["en"]
r"""
Its rival is a Transformer with 2 blocks in each stack and a width of 192, trained on the same pairs beforehand by `data/makers/office_translator.py`: with dropout, with **label smoothing**, which does not give all probability to the right token, and with a learning rate that rises at first. Its settings are usual ones; better ones were not searched for.
"""

# %%
predict("better", "Which of the two has the higher chrF on sentences of the test?",
        choices=["the memory by over 3 points", "less than 3 points apart", "the network by over 3 points"])

# %%
office_model = weights.load(transformer.transformer(len(byte_pairs), (2, 192, 4, 768), "pre"), "office_translator")
with_cache = search.translator(office_model, longest=64)


def to_korean(sentences):
    """What the network writes, token by token, for English sentences."""
    answers = with_cache.predict(byte_pairs.sources(sentences, "ko", 112), batch_size=100, verbose=0)
    return [byte_pairs.decode(answer) for answer in answers]


nearly_known = [pair for pair, near in zip(help_test, known_before) if near >= 0.7]
tried = unseen[:400] + nearly_known
help_english, help_korean = [pair.en for pair in tried], [pair.ko for pair in tried]
nearest = [memory.nearest(sentence) for sentence in help_english]
translated = {"network": to_korean(help_english), "memory": [memory.answers[place] for place, _ in nearest]}
print(f"{office_model.count_params():,} parameters; {len(tried)} sentences translated by both, "
      f"of which {len(nearly_known)} are those that had been left out")

# %% tags=["reveal"]
likeness = np.array([alike for _, alike in nearest])
quarters = np.array_split(np.argsort(likeness[:400], kind="stable"), 4)  # from the least to the most alike
groups = [np.arange(400), *quarters, np.arange(400, len(tried))]
chrf = {name: [translations.chrf([texts[i] for i in some], [help_korean[i] for i in some]) for some in groups]
        for name, texts in translated.items()}
lead = np.subtract(*chrf.values())
reveal("better", lead[0], limits=[-3, 3])
plot.curves({name: scores[1:] for name, scores in chrf.items()}, x=[likeness[some].mean() for some in groups[1:]],
            xlabel="likeness of the nearest English sentence", ylabel="chrF (0 to 100)",
            ticks=[0.3, 0.4, 0.5, 0.6, 0.7], title="The network is ahead, but for what is nearly known",
            alt="Chart of chrF over likeness: the network's line lies above the memory's for four quarters of the "
                "test, and below it for the pairs left out.")
claim("On the test the network is ahead of the memory: chrF", lead[0], at_least=5, unit="points")
claim("On pairs that were left out the memory is ahead of the network: chrF", -lead[-1], at_least=4, unit="points")

# %% [markdown] tags=["ko"]
r"""
앞의 네 점은 시험 부분을 유사도가 낮은 것부터 넷으로 나눈 것이고, 마지막 점은 뺐던 짝입니다. 뺀 짝에서는 외운 문장을 꺼내는 쪽이 이깁니다. 시험을 어떻게 나누는지가 **누가 이기는지를 정합니다**. 배운 문장과 비슷하지 않을수록 조각을 새로 엮는 신경망이 더 앞섭니다.

아래는 학습시킬 때 **기록해 둔** 곡선과, 시험 부분 전체의 점수입니다.
"""

# %% [markdown] tags=["en"]
r"""
The first four points are quarters of the test, from the least to the most alike; the last one is the pairs that had been left out. There, whoever takes out what was learned by heart wins. How the test is split **decides who wins**. The less a sentence is like those learned, the further ahead is the network, which puts pieces together anew.

Below are the curve that was **recorded** in training, and the scores on all of the test.
"""

# %%
recorded = json.loads(data.file("office_translation.json").read_text(encoding="utf-8"))
course = {part: [point[part] for point in recorded["curve"]] for part in ("train", "validation")}
plot.learning_curves({"translator": course}, x=[point["step"] for point in recorded["curve"]],
                     xlabel="step of training", ylabel="loss of a token (nats)",
                     title="Validation falls more slowly than training",
                     alt="Loss over the steps of training: both fall to the end, that of training faster.")
rivals = ("the network", "the memory, by likeness", "the memory, by chrF among 20")
for rival, score in zip(rivals, recorded["chrf"].values()):
    print(f"{rival}: chrF {score['validation']:.1f} in validation, {score['test']:.1f} in test")
minutes = recorded["curve"][-1]["seconds"] / 60
print(f"{minutes:.0f} minutes of one processor core")

# %% [markdown] tags=["ko"]
r"""
둘 다 끝까지 내려가지만 검증 손실이 더 느립니다. 드롭아웃을 켠 채 잰 학습 손실이 더 낮으니, 같은 짝을 되풀이해 보며 외우기 시작한 것입니다. 더 오래 배우는 것만으로는 모자라고 문장이 더 필요하다는 뜻으로 읽을 수 있지만, 여기서 재지는 않았습니다. Vaswani et al. (2017)의 영어-독일어 번역은 약 $4.5 \cdot 10^6$개의 짝으로 배웠습니다.

문장을 직접 읽어 보세요. 신경망은 설명서의 말투를 배웠지만, 수를 틀리고 같은 말을 되풀이하며 대상을 바꿔 쓰기도 합니다. 맨 앞은 유사도이고, 마지막 영어 문장은 바꾸어 넣어도 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
Both fall to the end, that of validation more slowly. Training's is lower although dropout was on when it was measured: having seen the same pairs again and again, the network begins to learn them by heart. One may take it that more time alone would not do and that it needs more sentences, but that was not measured here. The English-German translation of Vaswani et al. (2017) was learned from about $4.5 \cdot 10^6$ pairs.

Read some sentences yourself. The network has learned how manuals speak, but it gets numbers wrong, repeats itself and confuses what is meant. The likeness stands in front, and the last English sentence may be any other.
"""

# %% tags=["nbval-ignore-output"]
own = "Deletes the selected chart from the current sheet."
for i in np.argsort(likeness)[40::90]:
    print(f"{likeness[i]:.2f}  {help_english[i]}\n      wanted:  {help_korean[i]}")
    print(f"      network: {translated['network'][i]}\n      memory:  {translated['memory'][i]}")
print(f"\n{own}\n      network: {to_korean([own])[0]}\n      memory:  {memory.translate([own])[0]}")

# %% [markdown] tags=["ko"]
r"""
### 캐시: 쓴 것을 다시 계산하지 않기

디코더는 토큰을 하나씩 씁니다. 그때마다 지금까지 쓴 토큰을 모두 다시 계산할 필요는 없습니다. 앞의 토큰은 뒤를 보지 않으므로 그 키와 값은 바뀌지 않습니다. 그래서 **캐시**(cache)에 담아 둡니다. 새 토큰은 자신의 쿼리로 캐시를 볼 뿐입니다.
"""

# %% [markdown] tags=["en"]
r"""
### The cache: do not compute again what was written

The decoder writes token by token. It need not go through all tokens so far again for each: those before do not look ahead, so their keys and values do not change. They are kept in a **cache**, and a new token only looks at the cache with its query.
"""

# %%
predict("cached", "Answers of up to 64 tokens: how many times as fast is writing with a cache?",
        choices=["less than 2 times", "2 to 4 times", "more than 4 times"])

# %% tags=["reveal"]
rows = byte_pairs.sources([sentence for sentence in help_english if len(sentence) < 120][:8], "ko", 64)
ways = {"with": with_cache, "without": search.translator(office_model, longest=64, cached=False)}
written, spent = {}, {}
for name, way in ways.items():
    way.predict_on_batch(rows)  # the first call prepares the computation
    started = time.perf_counter()
    written[name] = way.predict_on_batch(rows)
    spent[name] = time.perf_counter() - started
same = (written["with"] == written["without"]).all(axis=1).mean()
claim("With and without a cache the same is written: share of the sentences", 100 * same, at_least=85, unit="%")
claim("With a cache writing is faster", spent["without"] / spent["with"], at_least=2, unit="times")
reveal("cached", spent["without"] / spent["with"], limits=[2, 4])

# %% [markdown] tags=["ko"]
r"""
두 방법은 같은 수를 다른 순서로 더하므로 반올림만 다릅니다. 점수가 거의 같은 두 토큰이 있을 때만 다른 것을 쓸 수 있습니다. 아낀 몫은 답이 길수록 커집니다.

## 8. 길이에 따른 비용

폭 $d$인 토큰 $n$개를 읽는다고 합시다. 어텐션 하나는 쿼리, 키, 값, 출력에 곱셈-덧셈이 $4nd^2$번, 점수와 가중합에 $2n^2d$번 듭니다. LSTM 하나는 게이트 네 개에 $8nd^2$번입니다. 짧으면 어텐션이, 길면 LSTM이 덜 곱합니다.
"""

# %% [markdown] tags=["en"]
r"""
Both ways add the same numbers in another order, so they differ by rounding only; they may write different tokens where two have nearly the same score. The longer the answer, the more is saved.

## 8. What length costs

Let $n$ tokens of width $d$ be read. An attention takes $4nd^2$ multiply-adds for queries, keys, values and output, and $2n^2d$ for scores and mixtures. An LSTM takes $8nd^2$ for its four gates. So attention multiplies less when the input is short, and the LSTM when it is long.
"""

# %%
predict("crossing", "With a width of 128, at what length do both multiply equally often?", unit="tokens")

# %% tags=["reveal"]
d, heads = 128, 4
lengths = 2 ** np.arange(5, 12)


def readers(n):
    """One layer that reads n tokens, of each kind."""
    tokens = keras.Input((n, d))
    made = {"attention": transformer.Attention(heads)(tokens, tokens)[0],
            "LSTM": layers.LSTM(d, return_sequences=True)(tokens)}
    return {name: keras.Model(tokens, out) for name, out in made.items()}


counts = {"attention": [], "LSTM": []}
for n in lengths:
    for name, reader in readers(int(n)).items():
        counts[name].append(measure(reader)["multiply_adds"])
identity("The counts are those of the formulas", list(counts.values()),
         [4 * lengths * d**2 + 2 * lengths**2 * d, 8 * lengths * d**2])
reveal("crossing", lengths[np.equal(*counts.values())].item())

# %% [markdown] tags=["ko"]
r"""
$4nd^2 + 2n^2d = 8nd^2$이면 $n = 2d$입니다. 그런데 **시간**은 곱셈의 수만으로 정해지지 않습니다. 어텐션은 모든 토큰을 한꺼번에 계산하고, LSTM은 앞 시점이 끝나기를 기다립니다. 한 시퀀스로 한 단계 학습하는 시간을 여러분의 컴퓨터에서 잽니다.
"""

# %% [markdown] tags=["en"]
r"""
$4nd^2 + 2n^2d = 8nd^2$ means $n = 2d$. But **time** does not follow from the number of products alone. Attention computes all tokens at once; an LSTM waits for the time before. Measure on your computer how long one training step with one sequence takes.
"""

# %%
predict("faster", "One training step with 256 tokens, where both multiply equally often: which is faster?",
        choices=["attention is faster", "the LSTM is faster", "about the same"])

# %% tags=["nbval-ignore-output"]
step_seconds = {name: [] for name in counts}
timed = [256, 512, 1024, 2048]
for n in timed:
    sequence = np.random.default_rng(0).normal(size=(1, n, d)).astype("float32")
    for name, reader in readers(n).items():
        reader.compile("sgd", "mse")
        times = []
        for _ in range(6):
            started = time.perf_counter()
            reader.train_on_batch(sequence, sequence)
            times.append(time.perf_counter() - started)
        step_seconds[name].append(min(times[1:]))  # the first one prepares the computation
    print(f"{n:5} tokens: attention {1000 * step_seconds['attention'][-1]:6.1f} ms, "
          f"LSTM {1000 * step_seconds['LSTM'][-1]:6.1f} ms")

# %% tags=["reveal"]
ratio = {n: lstm / attention for n, attention, lstm in zip(timed, *step_seconds.values())}
reveal("faster", "attention is faster" if ratio[256] > 1.2 else
       "the LSTM is faster" if ratio[256] < 0.8 else "about the same")
claim("256 tokens, as many products: the LSTM's step takes longer", ratio[256], at_least=2, unit="times")
growth = {name: np.log2(seconds[-1] / seconds[1]) / np.log2(timed[-1] / timed[1])
          for name, seconds in step_seconds.items()}  # 2: the square of the length
claim("With the length, attention's time grows faster: by how much the exponents differ",
      growth["attention"] - growth["LSTM"], at_least=0.2)

# %% [markdown] tags=["ko"]
r"""
곱셈의 수가 같아도 어텐션이 훨씬 빠릅니다. 대신 길이와 함께 더 빨리 늘어나므로, 시간에서는 훨씬 긴 시퀀스에서 만납니다. 그 전에 **기억**이 모자라기 쉽습니다. 학습하려면 헤드마다 $n \times n$개의 비율을 남겨야 합니다. 쓰는 동안에도 차이가 있습니다. 캐시는 토큰마다 키와 값을 더 담지만, LSTM은 언제나 상태만 넘깁니다.
"""

# %% [markdown] tags=["en"]
r"""
With as many products attention is much faster. In return its time grows faster with the length; in time they meet at sequences that are far longer. Before that, **memory** may run out: training keeps $n \times n$ shares for each head. Writing differs, too: a cache gets keys and values of each further token, while an LSTM only ever hands on its state.
"""

# %%
predict("kept", "How many numbers does the cache of one attention of width 128 hold after 1,000 tokens?",
        unit="numbers")

# %%
small = transformer.transformer(100, (1, d, heads, 4 * d), "pre")
cache, _ = transformer.begin(small, np.ones((1, 5), "int32"), longest=1000)
for n in (128, 1024, 8192):
    print(f"{n:5} tokens: shares {4 * heads * n**2 / 1e6:8,.1f} MB in training, "
          f"cache {4 * 2 * n * d / 1e6:4.1f} MB in writing, state of an LSTM {4 * 2 * d / 1e6:.3f} MB")
reveal("kept", sum(int(ops.size(part)) for part in cache))

# %% [markdown] tags=["ko"]
r"""
| 토큰 $n$개, 폭 $d$, 헤드 $h$개 | 어텐션 | LSTM |
|---|---|---|
| 곱셈-덧셈, 한 번에 읽기 | $4nd^2 + 2n^2d$ | $8nd^2$ |
| 차례로 기다리는 걸음 | $1$ | $n$ |
| 학습 때 남기는 비율 또는 상태 | $hn^2$ | $2nd$ |
| 한 토큰 더 쓰기, 캐시와 함께 | $4d^2 + 2nd$ | $8d^2$ |
| 한 토큰 더 쓰기, 캐시 없이 | $4nd^2 + 2n^2d$ | |
| 쓰는 동안 넘기는 수 | $2nd$ | $2d$ |

학습할 때는 기다리지 않는 것이 이득이고, 길게 쓸 때는 상태의 크기가 그대로인 것이 이득입니다. 쓸 때는 둘 다 토큰 하나에 한 걸음이며, 캐시를 쓴 어텐션도 $n = 2d$를 넘으면 LSTM보다 많이 곱합니다.
"""

# %% [markdown] tags=["en"]
r"""
| $n$ tokens, width $d$, $h$ heads | attention | LSTM |
|---|---|---|
| multiply-adds, read at once | $4nd^2 + 2n^2d$ | $8nd^2$ |
| steps that wait for each other | $1$ | $n$ |
| shares or states kept in training | $hn^2$ | $2nd$ |
| one more token, with a cache | $4d^2 + 2nd$ | $8d^2$ |
| one more token, without a cache | $4nd^2 + 2n^2d$ | |
| numbers handed on in writing | $2nd$ | $2d$ |

In training it pays not to wait; in writing at length it pays that the state keeps its size. In writing both take one step for each token, and beyond $n = 2d$ attention with a cache multiplies more than an LSTM, too.
"""
