# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: "Text In, Text Out: From Byte Pairs to GPT and BERT", ko: "글을 넣으면 글이 나온다: 바이트 쌍에서 GPT와 BERT까지"}
#     minutes: 42
#     after: ["08", "09"]
#     needs: ["e5_small", "minilm"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 12장. 글을 넣으면 글이 나온다: 바이트 쌍에서 GPT와 BERT까지

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 바이트 쌍을 손으로 학습시키고, 영어 어휘에서 한국어 단어가 왜 여러 토큰이 되는지 재기
> - 세어서 만든 n-그램과 신경망을 같은 글에서 글자당 비트로 비교하기
> - 작은 GPT를 학습시키고, 캐시가 답을 바꾸지 않음을 보이기
> - 다음 토큰을 고르는 방법을 바꾸고 글이 어떻게 달라지는지 보기
> - 작은 BERT로 빈칸을 채우고, 문장 벡터로 뜻이 가까운 글 찾기
> - 모델을 허깅 페이스의 형식으로 저장하고 읽기
>
> **읽기** 약 42분, **실행** 약 75초(코어 2개), 먼저 볼 장은 8장과 9장입니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 12. Text In, Text Out: From Byte Pairs to GPT and BERT

> **After this chapter** you can
> - learn byte pairs by hand, and measure why a Korean word becomes many tokens in an English vocabulary;
> - compare n-grams, which count, with networks on the same text, in bits per character;
> - train a small GPT, and show that a cache does not change its answers;
> - change how the next token is chosen, and see what becomes of the text;
> - fill in blanks with a small BERT, and find texts of like meaning by sentence vectors;
> - save and load a model in the form of Hugging Face.
>
> **Reading** takes about 42 minutes, **running** about 75 seconds on 2 cores; chapters 8 and 9 come first.

Where you see ❓, **write down a prediction** before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")  # two ways to compute the same are compared closely

# %% [markdown] tags=["ko"]
r"""
## 1. 글자에서 토큰으로

이 장의 모델은 **글을 받습니다**. 글을 이어 쓰거나, 빈칸을 채우거나, 글의 뜻을 벡터로 냅니다. 글은 9장의 것, 곧 LibreOffice 도움말의 한국어와 영어(MPL-2.0)입니다. 신경망은 수만 다루므로, 먼저 글을 **토큰**(token)이라는 조각으로 나눕니다. 9장에서 본 **바이트 쌍 부호화**(byte-pair encoding, BPE)를 이번에는 손으로 학습시킵니다. 단어를 글자로 나누고, 가장 자주 이웃하는 두 조각을 하나로 합치기를 되풀이합니다. 이름은 바이트를 합치던 압축 방법에서 왔지만, 여기서는 글자에서 시작합니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. From characters to tokens

The models of this chapter take **text in**: they write on, fill in a blank, or make a vector of what the text means. The text is that of chapter 9: the help of LibreOffice in Korean and English (MPL-2.0). Networks deal with numbers only, so text is first cut into pieces, **tokens**. This time learn the **byte-pair encoding** (BPE) of chapter 9 by hand: split words into letters, and again and again make one piece of the two that are neighbours most often. The name comes from a way to compress data, which merged bytes; here it begins with letters.
"""

# %%
from collections import Counter
from itertools import pairwise

import numpy as np

from course_lib import claim, data, identity, plot, predict, reveal

WORDS = {"번역합니다": 3, "정렬합니다": 4, "셀입니다": 2, "sorting": 3, "printing": 4, "sort": 2}
print(*(f"{word} x {times}" for word, times in WORDS.items()), sep=", ")

# %%
predict("first", "Which two neighbours are merged first?", choices=["니 and 다", "i and n", "s and o"])

# %% tags=["covers-K1", "reveal"]
def merge(pieces, pair):
    """A word, a list of pieces, in which a pair has become one piece, from the left."""
    found = []
    for piece in pieces:
        if found and (found[-1], piece) == pair:
            found[-1] += piece
        else:
            found.append(piece)
    return found


def learn(times, count):
    """The merges learned from words and how often each comes; of equally frequent pairs, the older pieces."""
    split, known, merges = {word: list(word) for word in times}, sorted(set("".join(times))), []
    while len(merges) < count:
        pairs = Counter()
        for word, pieces in split.items():
            for pair in pairwise(pieces):
                pairs[pair] += times[word]
        if not pairs:
            break
        age = {piece: place for place, piece in enumerate(known)}
        best = max(pairs, key=lambda pair: (pairs[pair], -age[pair[0]], -age[pair[1]]))
        merges.append(best)
        known += ["".join(best)] if "".join(best) not in age else []
        split = {word: merge(pieces, best) for word, pieces in split.items()}
    return merges


toy_merges = learn(WORDS, 12)
reveal("first", " and ".join(toy_merges[0]))
print("merges:", *("+".join(pair) for pair in toy_merges))

# %% [markdown] tags=["ko"]
r"""
`printing`에는 `in`이 두 번 들어 있으므로 두 번 셉니다. 이제 합치기를 한 걸음씩 따라가 보세요. 언어가 달라도 규칙은 하나입니다. 자주 나오는 어미는 일찍 한 조각이 됩니다. 영어에서는 `ing`가 아니라 `ting`입니다. 여기 나오는 `ing` 앞에는 언제나 `t`가 있기 때문입니다.
"""

# %% [markdown] tags=["en"]
r"""
`printing` holds `in` twice, which counts twice. Now follow the merges step by step. The rule is the same in every language: frequent endings become one piece early. In English that is `ting`, not `ing`, because here each `ing` stands behind a `t`.
"""

# %% tags=["covers-K1"]
plot.explore_merges(WORDS, toy_merges, title="Frequent endings grow together first",
                    alt="Three lists of the same six words: all letters apart, then endings in one piece, then "
                        "nearly whole words.")

# %% [markdown] tags=["ko"]
r"""
같은 일을 하는 라이브러리가 허깅 페이스의 `tokenizers`입니다. 도움말 짝 250개에서 둘 다 100번 합치게 합니다. 합친 순서와, 처음 보는 글을 나눈 결과가 같아야 합니다. 한글 음절은 먼저 자모로 풀어 둡니다(`byte_pairs.apart`). 그러면 모르는 음절이 없습니다. `byte_pairs.words`는 그렇게 푼 단어를 셉니다.
"""

# %% [markdown] tags=["en"]
r"""
A library that does the same is Hugging Face's `tokenizers`. Let both learn 100 merges from 250 pairs of the help. The order of merges must be equal, and so must be the pieces of texts that were not learned from. Syllables of Hangul are first taken apart into their letters (`byte_pairs.apart`), so that none is unknown; `byte_pairs.words` counts the words in that form.
"""

# %%
import json

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from course_lib.data import byte_pairs

help_train, help_validation, help_test = (data.help_pairs(part) for part in ("train", "validation", "test"))
some_texts = [text for pair in help_train[:250] for text in pair]
by_hand = learn(byte_pairs.words(some_texts), 100)

# %%
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(byte_pairs.WORD), "isolated")
letters = set("".join(byte_pairs.words(some_texts)))
tokenizer.train_from_iterator(map(byte_pairs.apart, some_texts), trainers.BpeTrainer(
    vocab_size=len(letters) + 100, show_progress=False))
by_library = [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
identity("Merges that differ between hand and library", sum(map(tuple.__ne__, by_hand, by_library)), 0)
pieces_by_hand = byte_pairs.BytePairs(sorted(letters), by_hand)
unseen_texts = [text for pair in help_test[:100] for text in pair if letters >= set(byte_pairs.apart(text))]
different = sum(pieces_by_hand.split(text) != tokenizer.encode(byte_pairs.apart(text)).tokens
                for text in unseen_texts)
identity("Unseen texts that are cut otherwise", different, 0)

# %% [markdown] tags=["ko"]
r"""
### 한국어 단어는 왜 토큰이 더 많을까

어휘는 학습한 글을 닮습니다. 같은 도움말의 한국어와 영어를 실제로 쓰이는 어휘로 나누어, 띄어 쓴 단어 하나가 토큰 몇 개가 되는지 잽니다. `MiniLM`의 어휘는 영어 글에서 배운 **WordPiece**(Wu et al., 2016)입니다. 바이트 쌍처럼 조각을 합치며, 단어 안에서 이어지는 조각 앞에 `##`을 적습니다. `E5`의 것은 백 개 언어에서 배운 **유니그램**(unigram; Kudo, 2018)입니다. 조각마다 확률이 있어서, 조각의 확률을 곱한 값이 가장 큰 나누기를 고르며, 단어의 처음에는 `▁`을 적습니다. 이 장의 바이트 쌍은 한국어와 영어 도움말에서 배웠습니다. 바이트는 대조입니다. 학습한 것이 없고, UTF-8에서 한글 음절은 3바이트입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Why Korean words have more tokens

A vocabulary is like the text that it was learned from. Cut the Korean and the English of the same help with vocabularies that are in use, and measure how many tokens one word between spaces becomes. That of `MiniLM` is **WordPiece** (Wu et al., 2016), learned from English: it merges pieces as byte pairs do, and writes `##` in front of a piece that continues a word. That of `E5` has **unigrams** (Kudo, 2018) of a hundred languages: each piece has a probability, text is cut so that the product of these is largest, and `▁` marks where a word begins. This chapter's byte pairs were learned from the help in Korean and English. Bytes are the control: nothing was learned, and in UTF-8 a syllable of Hangul has 3 bytes.
"""

# %%
predict("korean",
        "In the English vocabulary of MiniLM, how many times as many tokens has a Korean word as an English one?",
        choices=["less than 2 times", "2 to 4 times", "more than 4 times"])

# %% tags=["covers-K1", "reveal"]
from course_lib import sentence_vectors

office = data.office_tokens()
e5, minilm = sentence_vectors.e5(), sentence_vectors.minilm()
VOCABULARIES = {"bytes": lambda text: list(text.encode("utf-8")), "MiniLM, English": minilm.tokens.split,
                "E5, 100 languages": e5.tokens.split, "byte pairs, help": office.split}


def tokens_a_word(split, texts):
    """How many tokens a word between spaces becomes, on average."""
    return sum(len(split(text)) for text in texts) / sum(len(text.split()) for text in texts)


korean_texts, english_texts = zip(*help_test[:200])
each = {name: (tokens_a_word(split, korean_texts), tokens_a_word(split, english_texts))
        for name, split in VOCABULARIES.items()}
plot.curves({"Korean": [korean for korean, _ in each.values()],
             "English": [english for _, english in each.values()]},
            ticks=dict(enumerate(each, 1)), xlabel="vocabulary", ylabel="tokens a word",
            title="An English vocabulary takes Korean apart",
            alt="Two lines of tokens a word over four vocabularies: Korean is far above English in bytes and with "
                "MiniLM, and nearer with the two others.")
for name, (korean, english) in each.items():
    print(f"{name}: Korean {korean:.1f}, English {english:.1f} tokens a word")
reveal("korean", each["MiniLM, English"][0] / each["MiniLM, English"][1], limits=[2, 4])

# %%
print(*minilm.tokens.split("정렬합니다"))
print(*office.split("정렬합니다"))
print(*e5.tokens.split("정렬합니다"))
claim("MiniLM: tokens of a Korean word over those of an English one",
      each["MiniLM, English"][0] / each["MiniLM, English"][1], at_least=4)

# %% [markdown] tags=["ko"]
r"""
`MiniLM`도 음절을 자모로 풀며, 어휘에 한글 단어가 거의 없으므로 이 단어는 자모 하나가 토큰 하나입니다. 같은 문장이 더 길어져, 계산은 늘고 문맥에 들어가는 글은 줄어듭니다. 이 장의 바이트 쌍에서도 한국어 단어는 토큰이 더 많은데, 조사와 어미가 한 단어에 붙기 때문이기도 합니다. 그러니 **토큰당** 값은 어휘가 다르면 비교할 수 없습니다. 글자당 값을 써야 합니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 단어의 확률입니다.

## 2. 단어의 확률과 문맥

**언어 모델**(language model)은 앞의 토큰들, 곧 **문맥**(context)이 주어졌을 때 다음 토큰의 확률을 냅니다. 토큰 $m$개로 된 글 $w_1 \dots w_m$의 확률은 그 곱입니다.

$$P(w_1 \dots w_m) = \prod_{t=1}^{m} P(w_t \mid w_1 \dots w_{t-1})$$

가장 단순한 방법은 세는 것입니다. **n-그램**(n-gram)은 앞의 토큰 $n-1$개만 봅니다. `a b a c a b`라는 글에서 `a` 다음에 `b`가 올 확률을, 세기만 해서 구해 보세요.
"""

# %% [markdown] tags=["en"]
r"""
`MiniLM`, too, takes syllables apart, and its vocabulary hardly has words of Hangul; so of this word every single letter is a token. The same sentence becomes longer: it costs more to compute, and less text fits into the context. With this chapter's byte pairs, too, Korean words have more tokens, partly because particles and endings belong to the word. So values **a token** cannot be compared where vocabularies differ. Take values a character.

> **A good place to stop.** Next: probabilities of words.

## 2. Probabilities of words, and context

A **language model** gives the probability of the next token, given those before it, the **context**. The probability of a text of $m$ tokens, $w_1 \dots w_m$, is their product.

$$P(w_1 \dots w_m) = \prod_{t=1}^{m} P(w_t \mid w_1 \dots w_{t-1})$$

The simplest way is to count. An **n-gram** model looks at the last $n-1$ tokens only. In the text `a b a c a b`, how likely is `b` behind `a`, by counting alone?
"""

# %%
predict("bigram", "The probability of b behind a is (within 0.01 counts as right)")

# %% tags=["covers-K2", "reveal"]
letters_of_toy = "a b a c a b".split()
after_a = Counter(second for first, second in pairwise(letters_of_toy) if first == "a")
reveal("bigram", after_a["b"] / after_a.total(), tolerance=0.01)
print("probability of a behind a:", after_a["a"] / after_a.total())

# %% [markdown] tags=["ko"]
r"""
본 적 없는 것의 확률이 0이면 글 전체의 확률도 그렇게 됩니다. 그래서 짧은 n-그램의 확률로 메웁니다. 이것이 **평활화**(smoothing)입니다. $N(s, a)$는 문맥 $s$ 뒤에 $a$가 온 횟수, $N(s)$는 $s$ 뒤에 무엇이든 온 횟수, $s'$은 맨 앞 토큰을 뺀 문맥입니다. $\lambda$는 짧은 n-그램을 얼마나 따를지를 정하는 **세기**입니다(MacKay and Peto, 1995). 문맥이 비면 그다음 $P(a \mid s')$ 자리에는 모든 토큰에 똑같은 확률을 넣습니다.

$$P(a \mid s) = \frac{N(s, a) + \lambda\, P(a \mid s')}{N(s) + \lambda}$$

모델은 **퍼플렉시티**(perplexity)로 잽니다. 매번 몇 개 중에서 고르는 것만큼 어려운지를 뜻합니다. 어휘가 달라도 되게 하려면, 글 전체의 로그 확률을 글자 수 $C$로 나눈 **글자당 비트**(bits per character, BPC)를 씁니다.

$$\mathrm{PPL} = P(w_1 \dots w_m)^{-1/m}, \qquad \mathrm{BPC} = -\frac{1}{C} \log_2 P(w_1 \dots w_m) = \frac{m}{C} \log_2 \mathrm{PPL}$$
"""

# %% [markdown] tags=["en"]
r"""
If what was never seen had a probability of 0, so would have the whole text. So it is filled up from shorter n-grams: **smoothing**. $N(s, a)$ says how often $a$ came behind the context $s$, $N(s)$ how often anything came behind $s$, and $s'$ is the context without its first token. The **strength** $\lambda$ says how much the shorter n-gram counts (MacKay and Peto, 1995). Where the context is empty, the same probability for all tokens stands in the place of $P(a \mid s')$.

$$P(a \mid s) = \frac{N(s, a) + \lambda\, P(a \mid s')}{N(s) + \lambda}$$

Models are measured by **perplexity**: among how many equally likely tokens one would have to guess, each time. Where vocabularies differ, divide the logarithm of the whole text's probability by its number of characters $C$: **bits per character** (BPC).

$$\mathrm{PPL} = P(w_1 \dots w_m)^{-1/m}, \qquad \mathrm{BPC} = -\frac{1}{C} \log_2 P(w_1 \dots w_m) = \frac{m}{C} \log_2 \mathrm{PPL}$$
"""

# %%
from course_lib.ngrams import NGrams

START, LONGEST = office.pieces.index("<start>"), 64


def rows_of(pairs, encode=office.encode):
    """Each text as tokens behind a START; those of more than 64 tokens of the help are left out."""
    texts = [text for pair in pairs for text in pair if len(office.encode(text)) < LONGEST]
    return [[START, *encode(text)] for text in texts], sum(map(len, texts))


train_rows, _ = rows_of(help_train)
validation_rows, _ = rows_of(help_validation[:150])
test_rows, characters = rows_of(help_test[:300])
print(f"{len(train_rows):,} texts to learn from, {len(test_rows):,} for testing; "
      f"{len(office):,} tokens in the vocabulary")

# %% [markdown] tags=["ko"]
r"""
문맥이 길수록 좋을까요? 1-그램부터 5-그램까지, 토큰과 글자 두 가지로 세어 봅니다. **공정한 비교.** 같은 글에서 세고, 같은 테스트 글에서 글자당 비트로 잽니다. 세기 $\lambda$는 모델마다 넷 가운데 검증 글에서 가장 좋은 것을 고릅니다.
"""

# %% [markdown] tags=["en"]
r"""
Does a longer context help? Count 1-grams to 5-grams, of tokens and of characters. **A fair comparison.** All count the same text and are measured on the same test text in bits per character. For each model the strength $\lambda$ is the best of four on validation text.
"""

# %%
predict("order", "Of tokens: which n-gram model is best on test text?",
        choices=["the 1-gram", "the 2-gram", "one of 3 to 5"])

# %% tags=["covers-K2", "reveal"]
ORDERS = (1, 2, 3, 4, 5)


def bits_by_order(rows, validation, test, vocabulary):
    """Bits a character of n-grams, each with the best of four strengths on validation text; and the counts."""
    counted, found = NGrams(rows, max(ORDERS), vocabulary), {}
    guessed = sum(len(row) - 1 for row in test)
    for counted.order in ORDERS:  # the counts of longer n-grams hold those of shorter ones
        tried = {}
        for counted.strength in (10, 30, 60, 120):
            tried[counted.strength] = counted.perplexity(validation)
        counted.strength = min(tried, key=tried.get)
        found[counted.order] = np.log2(counted.perplexity(test)) * guessed / characters
    return found, counted


places_of_characters = {letter: 2 + place for place, letter in enumerate(sorted(
    {letter for pair in help_train for text in pair for letter in text}))}  # 0 is any other one, START is 1
spell = lambda text: [places_of_characters.get(letter, 0) for letter in text]
train_letters, validation_letters, test_letters = (
    rows_of(pairs, spell)[0] for pairs in (help_train, help_validation[:150], help_test[:300]))
token_bits, counted_tokens = bits_by_order(train_rows, validation_rows, test_rows, len(office))
letter_bits, _ = bits_by_order(train_letters, validation_letters, test_letters, 2 + len(places_of_characters))
plot.curves({"of tokens": list(token_bits.values()), "of characters": list(letter_bits.values())}, x=ORDERS,
            ticks=ORDERS, xlabel="n", ylabel="bits per character",
            title="For the same n, tokens need fewer bits than characters",
            alt="Two falling lines of bits per character over n: n-grams of tokens lie below those of characters, "
                "and the lines come together as n grows.")
best_order = min(token_bits, key=token_bits.get)
reveal("order", {1: "the 1-gram", 2: "the 2-gram"}.get(best_order, "one of 3 to 5"))
claim("Tokens: bits of the 1-gram over those of the 2-gram", token_bits[1] / token_bits[2], between=(1.3, 1.7))
claim("Tokens: bits of the 3-gram over those of the 5-gram", token_bits[3] / token_bits[5], between=(0.97, 1.1))
claim("Up to n = 5: best of characters over best of tokens, bits",
      min(letter_bits.values()) / min(token_bits.values()), at_least=1.01)

# %%
probabilities = [counted_tokens.probabilities(test_rows[0][:4], token)[-1] for token in range(len(office))]
identity("All probabilities of the next token together", sum(probabilities), 1, tolerance=1e-9)

# %% [markdown] tags=["ko", "covers-K3"]
r"""
앞의 토큰 하나를 보는 것이 큰 도움이 되고, 토큰을 더 보아도 얻는 것이 적습니다. 긴 문맥은 다시 나오는 일이 드물기 때문일 것입니다. 글자의 n-그램은 같은 $n$에서 보는 글이 더 짧아, $n=5$에서야 토큰에 가까워집니다. 이 벽을 넘으려면 **비슷한** 문맥에서 배워야 합니다. 신경망은 토큰을 벡터로 나타내므로 그렇게 할 수 있습니다(Bengio et al., 2003).

> **쉬어 가기 좋은 곳입니다.** 다음은 GPT입니다.

## 3. GPT

글을 만드는 모델은 오늘날 대부분 **트랜스포머**입니다(9장, Vaswani et al., 2017). 그 가운데 **GPT**(Radford et al., 2018, 2019)는 디코더만 남긴 것입니다. 번역할 원문이 없으므로, 인과 마스크(causal mask)가 있는 자기 어텐션과 MLP를 쌓고, 자리마다 다음 토큰의 로짓을 냅니다. 정답은 한 칸 민 글 자신입니다. 벡터의 너비가 $d$, 블록이 $L$개, 어휘의 토큰이 $V$개, 문맥이 토큰 $T$개까지이면 파라미터는

$$V d + T d + L (12 d^2 + 13 d) + 2 d$$

입니다. $V d$는 토큰의 임베딩, $T d$는 자리의 임베딩입니다. 블록마다 어텐션이 $4 d^2 + 4 d$, 가운데 너비가 $4 d$인 MLP가 $8 d^2 + 5 d$, 정규화 둘이 $4 d$이고, 맨 뒤 정규화가 $2 d$입니다. 출력층은 토큰의 임베딩을 다시 쓰므로 더해지는 것이 없습니다. 논문은 가장 작은 GPT-2를 117 M이라고 적었습니다.
"""

# %% [markdown] tags=["en", "covers-K3"]
r"""
One token of context helps much, further ones little, probably because long contexts seldom come again. N-grams of characters see less text for the same $n$, and come near those of tokens only at $n=5$. To get past that, one must learn from **similar** contexts. Networks can, because they make vectors of tokens (Bengio et al., 2003).

> **A good place to stop.** Next comes GPT.

## 3. GPT

Models that write text are mostly **Transformers** today (chapter 9; Vaswani et al., 2017). Of these, **GPT** (Radford et al., 2018, 2019) keeps the decoder alone. There is nothing to translate, so it stacks self-attention with a causal mask and MLPs, and gives logits of the next token at each place. The right answer is the text itself, moved by one. With vectors of width $d$, $L$ blocks, $V$ tokens in the vocabulary and a context of up to $T$ tokens it has

$$V d + T d + L (12 d^2 + 13 d) + 2 d$$

parameters: $V d$ of the embedding of tokens and $T d$ of that of places; in each block $4 d^2 + 4 d$ of attention, $8 d^2 + 5 d$ of the MLP, which is $4 d$ wide inside, and $4 d$ of two norms; $2 d$ of the last norm. The output uses the embedding of tokens again and adds none. The paper prints 117 M for the smallest GPT-2.
"""

# %%
predict("gpt2",
        "How many million parameters has GPT-2 small by the formula: V = 50,257, T = 1,024, d = 768, L = 12?",
        choices=["110", "117", "124", "163"])

# %% tags=["covers-K5", "reveal"]
from course_lib.models import gpt
from course_lib.models.summary import blueprint


def by_formula(blocks, width, vocabulary=gpt.VOCABULARY, context=gpt.CONTEXT):
    """Parameters of a GPT-2."""
    return (vocabulary + context) * width + blocks * (12 * width**2 + 13 * width) + 2 * width


for size, (blocks, width, heads) in gpt.SIZES.items():
    counted = blueprint(gpt.gpt, size=size, length=8).count_params()
    identity(f"GPT-2 {size}: parameters of the network against the formula", counted, by_formula(blocks, width))
reveal("gpt2", str(round(by_formula(12, 768) / 1e6)))

# %% [markdown] tags=["ko"]
r"""
논문에 적힌 수보다 크지만, 공개된 가중치와는 맞습니다. 이제 작은 것을 학습시킵니다. 블록 2개, 너비 128, 헤드 4개입니다. 글 사이에 `<start>`를 두고 이어 붙인 다음 아무 데서나 64토큰을 자르고, 정답은 한 칸 밉니다.
"""

# %% [markdown] tags=["en"]
r"""
That is more than the paper prints, but it is what its released weights have. Now train a small one with 2 blocks, a width of 128 and 4 heads. The texts are put one behind the other with a `<start>` between them; windows of 64 tokens are cut anywhere, and the answers are the same, moved by one.
"""

# %%
import keras

BATCH, STAGES = 16, (10, 40, 100)  # steps of each stage
generator = np.random.default_rng(0)
stream = np.concatenate([train_rows[place] for place in generator.permutation(len(train_rows))]).astype("int32")
firsts = generator.integers(0, len(stream) - LONGEST - 1, BATCH * sum(STAGES))
windows = stream[firsts[:, None] + np.arange(LONGEST + 1)]  # (windows, 65)
x_windows, y_windows = windows[:, :-1], windows[:, 1:]
print("given: ", office.decode(x_windows[0, :12].tolist()))
print("wanted:", office.decode(y_windows[0, :12].tolist()))

# %% [markdown] tags=["ko"]
r"""
세 단계로 나누어 학습시키고, 단계마다 글을 쓰게 합니다. 마지막 줄은 **구조가 같은 신경망**을 `data/makers/office_language.py`가 같은 글로 훨씬 오래, 곧 창 32개씩 2,700번 학습시켜 둔 것입니다. 처음에는 무엇을 쓸까요?
"""

# %% [markdown] tags=["en"]
r"""
Train in three stages, and let it write after each. The last lines are by a **network of the same form**, which `data/makers/office_language.py` has trained on the same text for much longer: 2,700 steps of 32 windows. What will it write at first?
"""

# %% tags=["covers-K5", "nbval-ignore-output"]
from course_lib import weights


def show_writing(model, step, name):
    """What a model writes behind two prompts, always with the likeliest token."""
    print(name)
    for prompt in ("To insert", "이 함수는"):
        tokens = [START, *office.encode(prompt)]
        written = gpt.generate(model, tokens, 24, stop=START, step=step)
        print("   ", office.decode([token for token in tokens + written if token != START]))


course_lib.set_seed(0)
beginner = gpt.gpt(len(office), (2, 128, 4), LONGEST)
rising = keras.optimizers.schedules.CosineDecay(0.0005, sum(STAGES) - 20, 0.05,
                                                    warmup_target=0.005, warmup_steps=20)
beginner.compile(keras.optimizers.Adam(rising), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
beginner_step, done = gpt.stepper(beginner), 0
for steps in STAGES:
    part = slice(done * BATCH, (done + steps) * BATCH)
    beginner.fit(x_windows[part], y_windows[part], BATCH, verbose=0, callbacks=[course_lib.Progress("GPT")])
    done += steps
    show_writing(beginner, beginner_step, f"after {done} steps of 16:")
model = weights.load(gpt.gpt(len(office), (2, 128, 4), LONGEST), "office_gpt")
write_step = gpt.stepper(model)
show_writing(model, write_step, "after 2,700 steps of 32:")

# %% [markdown] tags=["ko"]
r"""
처음에는 마침표처럼 흔한 토큰만 되풀이하고, 다음에는 짧은 구가 나오지만 아직 문장은 아닙니다. 오래 학습한 것은 도움말처럼 들리는 문장을 쓰지만, 뜻은 맞지 않을 수 있습니다. n-그램과 견주어 봅시다. **공정한 비교.** 같은 토큰, 같은 학습 글, 같은 테스트 글입니다. n-그램은 세기를, 오래 학습한 GPT는 학습률을 셋 가운데 하나로 검증 글에서 골랐습니다. 이 장의 GPT는 학습률이 미리 정한 것 하나입니다. 그리고 GPT에 든 시간은 훨씬 깁니다.
"""

# %% [markdown] tags=["en"]
r"""
At first it only repeats a frequent token such as the full stop; then come short phrases, but no sentence yet. The one that was trained for long writes sentences that sound like the help; what they mean may be wrong. Set them against the n-grams. **A fair comparison:** the same tokens, the same text to learn from and the same test text. The n-grams had their strength chosen on validation text, and the GPT trained for long its rate, each of three; the GPT of this lesson has one rate, set beforehand. And the GPTs took far more time.
"""

# %%
predict("beats", "Whose bits per character are below those of the best n-grams?",
        choices=["of both GPTs", "of the GPT trained for long only", "of neither"])

# %% tags=["covers-K5", "covers-K2", "reveal"]
def token_bits_of(model, rows):
    """Bits of each token behind the first, for each row, by a model that gives logits."""
    found = []
    for start in range(0, len(rows), 50):
        some = rows[start : start + 50]
        padded = np.zeros((len(some), LONGEST), "int32")
        for place, row in zip(padded, some):
            place[: len(row)] = row
        logits = model.predict_on_batch(padded)
        logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        found += [-log[np.arange(len(row) - 1), row[1:]] / np.log(2) for log, row in zip(logs, some)]
    return found


gpt_bits, beginner_bits = (np.concatenate(token_bits_of(each_gpt, test_rows)).sum() / characters
                           for each_gpt in (model, beginner))
bits = {**{f"{n}-grams": round(value, 2) for n, value in token_bits.items()},
        "GPT, 150 steps": round(float(beginner_bits), 2), "GPT, 2,700 steps": round(float(gpt_bits), 2)}
plot.bars(bits, ylabel="bits per character (lower is better)",
          title="Only the GPT trained for long passes the n-grams",
          alt="Seven bars of bits per character: n-grams of one to five tokens, the GPT of this lesson, and "
              "the one that was trained for longer.")
lowest = min(token_bits.values())
reveal("beats", "of both GPTs" if beginner_bits < lowest else "of the GPT trained for long only"
       if gpt_bits < lowest else "of neither")
claim("GPT trained for long: bits per character over those of the best n-grams", float(gpt_bits / lowest),
      at_most=0.95)
claim("GPT of this lesson: bits per character over those of 1-grams", float(beginner_bits / token_bits[1]),
      at_most=0.95)
claim("GPT of this lesson: bits per character over those of the best n-grams", float(beginner_bits / lowest),
      at_least=1.15)

# %% [markdown] tags=["ko"]
r"""
오래 학습한 GPT만 가장 좋은 n-그램보다 낫습니다. 같은 GPT를 더 짧게 학습시켰을 때에는 거의 비겼습니다(`data/makers/office_language.py`에 시험한 값이 있습니다). 이 크기와 이 글에서는 세는 것이 강한 상대입니다. 이 장에서 잠깐 학습한 것은 1-그램과 2-그램 사이에 있습니다.

### 문맥이 길면

GPT는 토큰 하나를 맞힐 때 앞의 토큰을 모두 볼 수 있습니다. 정말로 얼마나 쓰는지 확인합니다. 테스트 글에서 **같은 글의** 토큰이 앞에 32개 이상 있는 토큰을 고르고, 바로 앞의 토큰을 1개, 2개, 4개, …만 주고 맞히게 합니다. 모든 점에서 맞힐 토큰은 같습니다. 대조에서는 32개 가운데 가까운 8개는 그대로 두고, 먼 24개의 순서를 섞습니다.
"""

# %% [markdown] tags=["en"]
r"""
Only the GPT trained for long is better than the best n-grams. Trained for less, the same GPT was hardly better (`data/makers/office_language.py` has the trials): at this size, on this text, counting is a strong rival. The one that was trained shortly in this lesson lies between 1-grams and 2-grams.

### When the context is longer

To guess one token, a GPT can see all those before it. Check how far it uses them: choose tokens of test text that have at least 32 tokens **of the same text** before them, and let it guess them, given only the last 1, 2, 4, … tokens before. The tokens to be guessed are the same at all points. In the control, of 32 tokens the nearest 8 stay, and the 24 farther ones are shuffled.
"""

# %% tags=["covers-K2"]
test_stream = np.concatenate(test_rows)
LENGTHS, MOST = (1, 2, 4, 8, 16, 32), 32
whole_test, _ = rows_of(help_test)
print(f"tokens of a text: {np.median([len(one) for one in whole_test]):.0f} in the median")
all_tests = np.concatenate(whole_test)
before = np.concatenate([np.arange(len(one)) for one in whole_test])  # tokens of its own text before each
ends = np.random.default_rng(1).choice(np.flatnonzero(before >= MOST), 600, replace=False)


def perplexity_with(length, shuffled=False):
    """Perplexity of the tokens at `ends` from `length` tokens before; if `shuffled`, far ones change places."""
    seen = all_tests[ends[:, None] - np.arange(length, 0, -1)]
    if shuffled:
        seen[:, :-8] = np.random.default_rng(2).permuted(seen[:, :-8], axis=1)
    logits = np.concatenate([model.predict_on_batch(some)[:, -1]  # a part at a time: it gives those of all places
                             for some in np.array_split(seen.astype("int32"), 6)])
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float(np.exp(-logs[np.arange(len(ends)), all_tests[ends]].mean()))


by_length = dict(zip(LENGTHS, map(perplexity_with, LENGTHS)))
far_shuffled = perplexity_with(MOST, shuffled=True)

# %%
plot.curves({"GPT": list(by_length.values())}, x=LENGTHS, log=True, xlabel="tokens of context",
            ylabel="perplexity", title="The nearest tokens say most",
            alt="A line of the perplexity over the length of the context, from 1 to 32 tokens, which falls "
                "steeply at first and then hardly.")
claim("Perplexity with 1 token of context over that with 8", by_length[1] / by_length[8], at_least=1.6)
claim("Perplexity with 8 tokens over that with 32", by_length[8] / by_length[MOST], between=(1, 1.12))
claim("The 24 farthest of 32 tokens in shuffled order: perplexity over that in order",
      far_shuffled / by_length[MOST], between=(0.97, 1.06))

# %% [markdown] tags=["ko"]
r"""
토큰 8개까지는 문맥이 크게 도움이 되고, 그 뒤로는 조금 더 좋아질 뿐입니다. 먼 토큰 24개는 순서를 섞어도 거의 같습니다. 이 GPT는 볼 수 있는 것을 모두 잘 쓰지는 못합니다. 이 글의 절반은 토큰이 17개 이하여서, 먼 것을 쓰는 법을 배울 기회도 적었을 것입니다.

### 캐시

글을 쓸 때 토큰마다 처음부터 다시 읽으면 $m$개를 쓰는 데 $1 + 2 + \dots + m$개를 읽습니다. 앞에서 계산한 키와 값(9장)을 **KV 캐시**(KV cache)에 두고 새 토큰 하나씩만 읽게 합니다. 그러면 답이 달라질까요?
"""

# %% [markdown] tags=["en"]
r"""
Context helps much up to 8 tokens, and only a little beyond. The 24 farther tokens may be shuffled, and hardly anything changes: this GPT does not make good use of all it can see. Half of the texts here have 17 tokens or fewer, so it probably had little chance to learn how to use what is far.

### The cache

If all is read again for each token that is written, writing $m$ tokens means to read $1 + 2 + \dots + m$. Keep the keys and values (chapter 9) that were computed before in a **KV cache**, and read only the one new token each time. Does the answer change?
"""

# %%
predict("cache", "Logits with the cache, read token by token, against those of reading all at once: they differ",
        choices=["not at all, but for rounding", "a little", "much"])

# %% tags=["covers-K5", "reveal"]
row = np.array([test_stream[:40]], "int32")
at_once = model.predict_on_batch(row)
cache, one_by_one = gpt.empty_cache(model), []
for place in range(row.shape[1]):
    logits, *cache = write_step(row[:, place : place + 1], place, cache)
    one_by_one.append(np.asarray(logits)[:, 0])
gap = float(np.abs(at_once - np.stack(one_by_one, axis=1)).max())
reveal("cache", "not at all, but for rounding" if gap < 1e-3 else "a little" if gap < 1 else "much")
identity("Largest difference of logits with and without the cache", gap, 0, tolerance=1e-3)

# %%
changed = row.copy()
changed[0, 20:] = START
identity("Change tokens from the 20th on: difference of the logits before",
         float(np.abs(model.predict_on_batch(changed) - at_once)[:, :20].max()), 0, tolerance=1e-3)
print(f"tokens read to write 40: {sum(range(1, 41))} without the cache, 40 with it")

# %% [markdown] tags=["ko"]
r"""
답은 같습니다. GPT는 뒤를 보지 않으므로, 토큰을 더해도 앞의 키와 값은 변하지 않습니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 토큰을 고르는 방법입니다.

## 4. 다음 토큰을 고르기

모델이 내는 것은 확률이고, 글은 거기서 고른 것입니다. 토큰 $a$의 로짓을 $\ell_a$, 모든 토큰의 로짓을 $\ell$이라고 하면

- **탐욕**(greedy): 언제나 가장 그럴듯한 토큰.
- **온도**(temperature) $\tau$: $\mathrm{softmax}(\ell / \tau)$에서 뽑습니다. 작을수록 안전하고 클수록 다양합니다.
- **top-k**: 그럴듯한 $k$개만 남깁니다(Fan et al., 2018). **top-p**: 그럴듯한 것부터 확률을 더하여, 합이 $p$ 이상이 되는 가장 적은 토큰만 남깁니다(Holtzman et al., 2020).
- **반복 벌점**(repetition penalty): 이미 쓴 토큰의 로짓 $\ell_a$를 낮춥니다. 양수이면 벌점으로 나누고 음수이면 곱합니다(Keskar et al., 2019).

확률이 0.5, 0.3, 0.15, 0.05인 토큰 넷에서 top-p가 0.7이면 몇 개가 남을까요?
"""

# %% [markdown] tags=["en"]
r"""
The answer is the same. A GPT does not look ahead, so one more token leaves the keys and values before it as they are.

> **A good place to stop.** Next: how tokens are chosen.

## 4. Choosing the next token

A model gives probabilities; a text is what is chosen by them. With $\ell_a$ the logit of token $a$, and $\ell$ those of all tokens:

- **Greedy**: always the likeliest token.
- **Temperature** $\tau$: draw from $\mathrm{softmax}(\ell / \tau)$. Low is safe, high is varied.
- **Top-k** keeps the $k$ likeliest (Fan et al., 2018); **top-p** goes from the likeliest down and keeps the fewest tokens whose probabilities sum to at least $p$ (Holtzman et al., 2020).
- **Repetition penalty**: lowers the logit $\ell_a$ of a token that was written before, divided by the penalty if positive, multiplied if negative (Keskar et al., 2019).

Four tokens have probabilities of 0.5, 0.3, 0.15 and 0.05. How many are left with a top-p of 0.7?
"""

# %%
predict("top_p", "How many of the four tokens are left?")

# %% tags=["covers-K1", "reveal"]
from course_lib import sampling

four = np.log([0.5, 0.3, 0.15, 0.05])
reveal("top_p", int(np.isfinite(sampling.top_p(four, 0.7)).sum()))

# %%
print("top-p 0.7:", sampling.softmax(sampling.top_p(four, 0.7)).round(3))
print("temperature 0.5:", sampling.softmax(sampling.temperature(four, 0.5)).round(3))
identity("Temperature 0.5 by hand: squares, divided by their sum", sampling.softmax(four / 0.5),
         np.exp(four) ** 2 / np.sum(np.exp(four) ** 2), tolerance=1e-12)

# %% [markdown] tags=["ko"]
r"""
오래 학습한 GPT가 `To insert a` 다음에 올 토큰에 준 로짓입니다. 슬라이더를 움직이고 토큰을 뽑아 보세요. `␣`는 띄어쓰기입니다.
"""

# %% [markdown] tags=["en"]
r"""
These are the logits that the GPT trained for long gives to the token behind `To insert a`. Move the sliders, and draw tokens. A `␣` is a space.
"""

# %% tags=["covers-K1"]
prompt_tokens = [START, *office.encode("To insert a")]
next_logits = model.predict_on_batch(np.array([prompt_tokens], "int32"))[0, -1]
plot.explore_next_token(next_logits, [piece.replace(" ", "␣") for piece in office.pieces], read=prompt_tokens,
                        title="A low temperature makes the likely likelier",
                        alt="Two bars for each of the twelve likeliest tokens: their probability, and that with a "
                            "temperature of 0.5, which is larger for the first ones.")

# %% [markdown] tags=["ko"]
r"""
이제 방법마다 글을 세 개씩 쓰게 하고, 이어진 세 토큰을 모두 모아 **서로 다른 것의 수를 전체 수로 나눕니다**. 되풀이하는 글은 이 값이 낮습니다.
"""

# %% [markdown] tags=["en"]
r"""
Now let each way write three texts, collect all runs of three tokens, and divide **the number of different ones by the number of all**. Text that repeats itself has a low share.
"""

# %%
predict("repeat", "Which way repeats itself most?", choices=["greedy", "temperature 1", "temperature 1.5"])

# %% tags=["nbval-ignore-output", "reveal"]
WAYS = {"greedy": {"heat": 0}, "greedy, penalty 1.3": {"heat": 0, "penalty": 1.3},
        "top-p 0.9": {"p": 0.9}, "temperature 1": {}, "temperature 1.5": {"heat": 1.5}}
PROMPTS = ("To insert a", "이 함수는", "The")
distinct = {}
for way, settings in WAYS.items():
    runs = []
    for prompt in PROMPTS:
        tokens = [START, *office.encode(prompt)]
        chosen_by = sampling.choice(np.random.default_rng(3), **settings)
        written = gpt.generate(model, tokens, 40, chosen_by, step=write_step)
        runs += zip(written, written[1:], written[2:])
        if prompt == PROMPTS[0]:
            print(f"{way}: {office.decode([token for token in tokens + written if token > 4])[:110]}")
    distinct[way] = len(set(runs)) / len(runs)
    print(f"   different among all runs of three tokens: {distinct[way]:.0%}")

# %% tags=["reveal"]
reveal("repeat", min(("greedy", "temperature 1", "temperature 1.5"), key=distinct.get))
claim("Greedy: share of different runs of three tokens", distinct["greedy"], at_most=0.58)
claim("Temperature 1: the same", distinct["temperature 1"], at_least=0.95)

# %% [markdown] tags=["ko"]
r"""
가장 그럴듯한 것만 고르면 같은 곳을 돕니다. 많이 뽑으면 다양하지만 틀린 것이 섞입니다. 어느 것도 모델이 아는 것을 늘리지는 않습니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 양쪽을 보는 BERT입니다.

## 5. BERT

**BERT**(Devlin et al., 2019)는 인코더만 남긴 것이며, 인과 마스크가 없습니다. 크기는 정확히 셀 수 있습니다. 논문은 110 M과 340 M이라고 적었습니다.
"""

# %% [markdown] tags=["en"]
r"""
Always the likeliest goes round in circles. Drawing more freely is varied, but lets in what is wrong. None of this adds to what the model knows.

> **A good place to stop.** Next comes BERT, which looks both ways.

## 5. BERT

**BERT** (Devlin et al., 2019) keeps the encoder alone, which has no causal mask. Its size can be counted exactly; the paper prints 110 M and 340 M.
"""

# %%
predict("sides", "Change the last token of a text. At which places do BERT's outputs change?",
        choices=["at the last place only", "at all places", "at no place"])

# %% tags=["covers-K4", "reveal"]
from course_lib.models import bert

for size in bert.SIZES:
    print(f"BERT {size}: {blueprint(bert.bert, size=size, length=8).count_params():,} parameters")
course_lib.set_seed(0)
MASK = len(office)  # one more token
untrained = bert.bert(len(office) + 1, (2, 128, 4), "words", LONGEST, pairs=False)
short = test_stream[None, 1:17].astype("int32")
other = short.copy()
other[0, -1] = office.encode("cell")[0]
moved = np.abs(untrained.predict_on_batch(other) - untrained.predict_on_batch(short)).max(axis=(0, 2))
reveal("sides", "at all places" if moved.min() > 1e-6 else "at the last place only")
print(f"places that change: {int((moved > 1e-6).sum())} of {moved.size}")

# %% [markdown] tags=["ko"]
r"""
BERT는 자리마다 **양쪽**을 모두 봅니다. 그러면 다음 토큰을 맞히는 것은 답을 보는 일이 되므로, 다른 문제를 냅니다. 토큰의 15 %를 고르고, 그 가운데 80 %는 `[MASK]`로 가리고, 10 %는 아무 토큰으로 바꾸고, 10 %는 그대로 둔 다음, 원래 토큰을 맞히게 합니다.

작은 BERT도 `data/makers/office_language.py`가 같은 글로 미리 학습시켜 두었습니다. 32토큰 창 64개씩 2,400번입니다. 손실은 고른 자리에서만 세므로, 토큰 하나에서 배우는 것이 GPT보다 적습니다. 그래서 **처음부터** 배우게 하면 1,200번의 학습으로는 흔한 토큰을 답하는 것보다 조금 나을 뿐이었습니다. 300번씩 짧게 시험해 보니, 가리는 토큰을 늘리거나 학습률을 절반으로 하거나 임베딩을 크게 뽑는 것은 별 도움이 되지 않았고, **GPT가 배운 임베딩으로 시작하는 것**이 크게 도왔습니다. 그러면 토큰의 뜻을 다시 배우지 않고 문맥부터 배우기 때문일 것입니다. 이 BERT는 그렇게 시작했습니다. 문제는 이렇게 만듭니다.
"""

# %% [markdown] tags=["en"]
r"""
At each place, BERT sees **both sides**. To guess the next token would then mean to see the answer, so another task is set: choose 15 % of the tokens; cover 80 % of these with `[MASK]`, replace 10 % by any token, leave 10 % as they are, and guess what was there.

A small BERT, too, was trained beforehand by `data/makers/office_language.py` on the same text: 2,400 steps of 64 windows of 32 tokens. Only chosen places count in the loss, so it learns less from each token than a GPT. **From scratch**, 1,200 steps made it just a little better than naming frequent tokens. In short trials of 300 steps, covering more tokens, half the rate, or an embedding drawn wider hardly helped; **to begin with the embedding that the GPT had learned** helped a lot, probably because it need not learn again what tokens are like, and can learn from context at once. So this BERT began. The task is made like this.
"""

# %% tags=["covers-K4"]
def cover(rows, generator):
    """Windows with covered tokens, and which places were chosen: BERT's 80, 10 and 10 percent."""
    chosen = (generator.random(rows.shape) < 0.15) & (rows != START)
    luck = generator.random(rows.shape)
    given = np.where(chosen & (luck < 0.8), MASK, rows)
    anything = generator.integers(5, len(office), rows.shape)
    return np.where(chosen & (luck >= 0.9), anything, given), chosen


SEEN = 32
windows_of_test = test_stream[: len(test_stream) // SEEN * SEEN].reshape(-1, SEEN)
given, chosen = cover(windows_of_test, np.random.default_rng(5))
print("chosen:", f"{chosen.mean():.0%} of the tokens; covered: "
      f"{(given == MASK).sum() / chosen.sum():.0%} of these")
print(*("[MASK]" if token == MASK else office.decode([int(token)]) for token in given[3]))

# %% tags=["covers-K4"]
reader = weights.load(bert.bert(len(office) + 1, (2, 128, 4), "words", LONGEST, pairs=False), "office_bert")

# %% [markdown] tags=["ko"]
r"""
이제 테스트 글의 창마다 토큰 하나를 가리고 맞히게 합니다. **대조**는 셋입니다. 언제나 가장 흔한 토큰을 답하는 것, 같은 자리를 **왼쪽만 보고** 맞히는 위의 GPT, 그리고 가린 자리 뒤를 **모두 가린** BERT 자신입니다. 이렇게 많이 가린 글은 BERT가 배울 때 보지 못한 것입니다. BERT는 창을 더 많이 보았고 GPT의 임베딩으로 시작했으므로, 이 비교는 구조만의 비교가 아닙니다.
"""

# %% [markdown] tags=["en"]
r"""
Now cover one token in each window of test text and guess it. There are three **controls**: to answer with the most frequent tokens always; the GPT from above, which guesses the same places by the **left side alone**; and BERT itself with **all** that follows the place covered, too, though it never saw so much covered when it learned. BERT has seen more windows, and began with the GPT's embedding, so this does not compare the forms alone.
"""

# %%
predict("blank", "Which names the covered token most often among its first five?",
        choices=["BERT", "GPT", "the most frequent tokens"])

# %% tags=["covers-K4", "reveal"]
spots = np.random.default_rng(4).integers(8, SEEN - 1, len(windows_of_test))
numbers = np.arange(len(windows_of_test))
answers = windows_of_test[numbers, spots]
asked = windows_of_test.astype("int32")
asked[numbers, spots] = MASK
left_only = np.where(np.arange(SEEN) > spots[:, None], MASK, asked)
real = answers != START


def hits(logits):
    """Share of answers among the five likeliest tokens."""
    first_five = np.argsort(-logits, axis=1)[:, :5]
    return float((first_five == answers[:, None]).any(axis=1)[real].mean())


frequency = np.bincount(stream, minlength=len(office))
shares = {"the most frequent tokens": hits(np.tile(frequency, (len(answers), 1))),
          "GPT": hits(model.predict_on_batch(windows_of_test.astype("int32"))[numbers, spots - 1]),
          "BERT, left side only": hits(reader.predict_on_batch(left_only)[numbers, spots, : len(office)]),
          "BERT": hits(reader.predict_on_batch(asked)[numbers, spots, : len(office)])}
plot.bars({name: round(share, 2) for name, share in shares.items()}, ylabel="right among the first five",
          title="Filling in the blank",
          alt="Four bars of the share of covered tokens that are among the first five answers: the most frequent "
              "tokens, GPT, BERT with all that follows covered, and BERT.")
reveal("blank", max(shares, key=shares.get))
claim("BERT: right among the first five, over the most frequent tokens",
      shares["BERT"] / shares["the most frequent tokens"], at_least=3.5)
claim("BERT: right among the first five, over GPT", shares["BERT"] / shares["GPT"], at_least=1.2)
claim("BERT, left side only, over BERT with both sides", shares["BERT, left side only"] / shares["BERT"],
      at_most=0.72)

# %% [markdown] tags=["ko"]
r"""
양쪽을 보는 BERT가 앞섭니다. 뒤를 가리면 BERT도 훨씬 덜 맞히므로, 가린 토큰 **뒤에** 오는 것이 답을 좁히는 데 쓰입니다. 다만 그렇게 가린 글은 BERT에게 낯설고 위에서 말한 대로 GPT와는 다른 것도 다르므로, GPT와의 차이가 모두 뒤를 보는 데서 온다고는 할 수 없습니다. 그 대신 BERT로는 글을 이어 쓸 수 없습니다. 논문의 BERT는 훨씬 오래, 훨씬 많은 글로 처음부터 배웠습니다(Devlin et al., 2019).

어떻게 쓰는지 봅시다. 두 언어 모두 한 토큰을 가렸습니다.
"""

# %% [markdown] tags=["en"]
r"""
BERT, which sees both sides, is ahead. With what follows covered it gets far fewer right, so it does use what comes **behind** the covered token. But text with so much covered is strange to it, and other things differ from the GPT, too, as said above; so not all of the lead over the GPT need come from looking behind. In return, a BERT cannot continue a text. The paper's BERT learned from scratch, for far longer and from far more text (Devlin et al., 2019).

See how it is used. In both languages one token is covered.
"""

# %% tags=["covers-K4", "nbval-ignore-output"]
for text in ("Click on the ___ to open the dialog.", "이 ___를 사용하여 셀을 삽입합니다."):
    left, right = text.split("___")
    tokens = [START, *office.encode(left), MASK, *office.encode(right)]
    logits = reader.predict_on_batch(np.array([tokens], "int32"))[0, tokens.index(MASK), : len(office)]
    best_pieces = [office.decode([int(token)]) for token in np.argsort(-logits)[:5]]
    print(text, "->", " / ".join(best_pieces))

# %% [markdown] tags=["ko"]
r"""
답은 대개 그 자리에 들어갈 수 있는 단어이지만, 문장의 뜻까지 늘 맞지는 않습니다.

### 문장의 뜻을 벡터로

BERT와 같은 형태의 신경망을 오래 학습시킨 다음 **뜻이 통하는 글의 짝**으로 더 학습시키면, 문장의 뜻을 담은 벡터를 냅니다. 토큰 벡터의 평균을 내어 길이를 1로 만듭니다(Reimers and Gurevych, 2019). 그러면 두 벡터의 내적이 둘 사이 각의 **코사인**이고, 뜻이 가까운 문장일수록 크도록 학습했습니다. 이번에는 **진짜 가중치**입니다. `MiniLM`(Wang et al., 2020)은 영어를, `E5`(Wang et al., 2024)는 한국어를 포함한 백 개 언어를 배웠습니다. 도움말 짝 40개에서, 한국어 문장마다 영어 문장 가운데 코사인이 가장 큰 것을 고릅니다. 아무것이나 고르면 40번에 한 번 맞습니다.
"""

# %% [markdown] tags=["en"]
r"""
Most answers are words that can stand there, but they do not always fit what the sentence means.

### The meaning of a sentence as a vector

Trained for long, and then further on **pairs of texts that belong together**, networks of BERT's form give vectors that hold what a sentence means: the mean of its tokens' vectors, made of length 1 (Reimers and Gurevych, 2019). The inner product of two such vectors is the **cosine** of the angle between them, and they were trained so that sentences of like meaning have a large one. These are **real weights**. `MiniLM` (Wang et al., 2020) learned English; `E5` (Wang et al., 2024) a hundred languages, Korean among them. Of 40 pairs of the help, choose for each Korean sentence the English one of largest cosine. By luck one is right in 40 times.
"""

# %%
predict("pairs", "Of 40 Korean sentences, for how many does MiniLM find the English twin?",
        choices=["fewer than 10", "10 to 30", "more than 30"])

# %% tags=["covers-K4", "reveal"]
forty = [pair for pair in help_test if 20 < len(pair.ko) < 60][:40]
found_twins = {}
for name, encoder in {"MiniLM": minilm, "E5": e5}.items():
    korean_vectors, english_vectors = (encoder.encode(list(texts)) for texts in zip(*forty))
    found_twins[name] = int(((korean_vectors @ english_vectors.T).argmax(axis=1) == np.arange(40)).sum())
reveal("pairs", found_twins["MiniLM"], limits=[10, 30])
claim("E5: English twins found, of 40", found_twins["E5"], at_least=28)
claim("Control, MiniLM: English twins found, of 40", found_twins["MiniLM"], at_most=9)
identity("Length of a vector", float(np.linalg.norm(korean_vectors[0])), 1, tolerance=1e-5)

# %% [markdown] tags=["ko"]
r"""
### 이 강좌에서 찾기

벡터로 이 강좌의 절을 찾을 수 있습니다. 명령 `python3 -m course_lib search "..."`가 그렇게 합니다. 대조는 BM25(Robertson and Zaragoza, 2009)입니다. 질문의 단어가 절에 얼마나 나오는지를 세며, 드문 단어일수록 크게 칩니다. E5에는 질문과 글을 구별해 주어야 하므로 질문을 `kind="query"`로 읽힙니다. 여기서는 빨리 끝나도록 8장의 절을 첫 문단만 읽습니다. 검색의 설정은 이런 질문 40개로 **골랐으므로** 그 질문에서는 조금 좋아 보일 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
### Searching this course

Vectors can find sections of this course; the command `python3 -m course_lib search "..."` does so. The control is BM25 (Robertson and Zaragoza, 2009): it counts how often the words of the question come in a section, and rare words count more. E5 must be told what is a question and what a text, so questions are read with `kind="query"`. To be quick, only the first paragraphs of the sections of chapter 8 are read here. The settings of the search were **chosen on** 40 such questions, so it may look slightly too good on these.
"""

# %%
predict("search", "A Korean question, English sections: which search can find the section?",
        choices=["by words", "by meaning", "both"])

# %% tags=["covers-K4", "reveal"]
from course_lib import retrieval

QUESTIONS = {
    "기울기가 시간을 거슬러 사라지는 이유": "How do gradients vanish back through time?",
    "LSTM의 게이트는 무엇을 하나요?": "What do the gates of an LSTM do?",
    "은닉 상태는 다음 시각에 어떻게 전달되나요?": "How is the hidden state passed to the next step?",
    "글자를 하나씩 써 나가는 언어 모델": "A language model that writes character by character",
    "첫 글자를 오래 기억하는 과제": "A task of remembering the first character for long",
    "미래를 보지 않고 예측하기": "Predicting without looking into the future",
    "그림을 줄의 차례로 읽기": "Reading pictures row by row",
    "시간에 따라 바뀌는 입력이란 무엇인가요?": "What are inputs that change over time?",
}
sections = {}
for passage in retrieval.passages("en"):
    if passage.chapter.startswith("08"):
        sections.setdefault(passage.place, passage)
sections = list(sections.values())
by_words = retrieval.WordIndex([passage.whole for passage in sections])
read_vectors = e5.encode([passage.whole[:300] for passage in sections])
agree, words_hit = 0, 0
for korean, english in QUESTIONS.items():
    asked_vectors = e5.encode([korean, english], kind="query")
    best_for = (asked_vectors @ read_vectors.T).argmax(axis=1)
    agree += int(best_for[0] == best_for[1])
    words_hit += int(by_words.scores(korean).max() > 0)
    print(f"{english} -> {sections[best_for[1]].heading}")
claim("Questions for which Korean and English find the same section by meaning, of 8", agree, at_least=4)
reveal("search", "by meaning" if words_hit < 4 else "both")
print(f"Korean questions that share any word with English sections: {words_hit} of 8")

# %% [markdown] tags=["ko"]
r"""
단어가 하나도 겹치지 않으면 단어로는 아무것도 찾지 못하지만, 뜻으로는 언제나 무언가를 찾습니다. 그렇다고 그것이 맞는 절이라는 뜻은 아닙니다. 위에서는 두 언어로 물은 답이 **같은지**만 보았고, 늘 같지도 않습니다.

이번에는 한국어로 한국어를 찾습니다. 질문마다 알맞은 절을 미리 정해 두었고, **맨 위의 답**이 그 절인지 봅니다(hit@1).
"""

# %% [markdown] tags=["en"]
r"""
Where no word is shared, a search by words finds nothing, while one by meaning always finds something. That does not make it right: so far we have only seen whether the answers to both languages are **the same**, and they are not always.

Now search Korean in Korean. For each question the right section was decided beforehand; is it the **first answer** (hit@1)?
"""

# %%
predict("hits", "Of 8 Korean questions, for how many does MiniLM, which knows English, "
                "find the right section first?", choices=["0 to 2", "3 to 5", "6 to 8"])

# %% tags=["covers-K4", "reveal"]
RIGHT = {  # which section of chapter 8 answers
    "기울기가 시간을 거슬러 사라지는 이유": 3,
    "LSTM의 게이트는 무엇을 하나요?": 4,
    "상태를 손으로 계산해 보기": 2,
    "첫 글자를 오래 기억하는 과제": 5,
    "미래를 보지 않고 예측하기": 6,
    "시간에 따라 바뀌는 입력이란 무엇인가요?": 1,
    "다음 글자를 맞히는 언어 모델": 7,
    "그림을 줄의 차례로 읽기": 9,
}
korean_sections = {}
for passage in retrieval.passages("ko"):
    if passage.chapter.startswith("08"):
        korean_sections.setdefault(passage.place, passage)
korean_texts = [passage.whole[:300] for passage in korean_sections.values()]
numbers_of_sections = [text.partition(".")[0] for text in korean_texts]
hits_at_1 = {}
for name, encoder in {"MiniLM": minilm, "E5": e5}.items():
    first = (encoder.encode(list(RIGHT), kind="query") @ encoder.encode(korean_texts).T).argmax(axis=1)
    hits_at_1[name] = sum(numbers_of_sections[place] == str(right) for place, right in zip(first, RIGHT.values()))
print(f"{len(korean_texts)} sections, of 8 questions right at the first place:", hits_at_1)
reveal("hits", hits_at_1["MiniLM"], limits=[2.5, 5.5])
claim("E5: right sections at the first place, of 8", hits_at_1["E5"], at_least=6)
claim("Control, MiniLM: right sections at the first place, of 8", hits_at_1["MiniLM"], at_most=2)

# %% [markdown] tags=["ko"]
r"""
같은 언어로 물으면 단어와 뜻을 함께 쓰는 것이 단어만 쓰는 것보다 낫습니다. 그래서 명령은 두 순위를 합칩니다(Cormack et al., 2009). 언어마다 질문 65개를 강좌 전체에서 찾으면, 단어만으로는 10번에 7번쯤, 함께 쓰면 8번 넘게 맞는 절이 처음 다섯 안에 있습니다(recall@5, `tests/unit/test_search.py`). 그 가운데 10장부터 13장까지의 25개는 설정을 고른 **뒤에** 썼습니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 모델을 나누어 쓰는 형식입니다.

## 6. 허깅 페이스 Transformers

사람들은 이런 모델을 대부분 **허깅 페이스**(Hugging Face)의 Transformers 라이브러리로 씁니다(Wolf et al., 2020). 모델은 **폴더** 하나입니다. `config.json`은 크기를, `model.safetensors`는 가중치를, `tokenizer.json`은 어휘를 담습니다. 우리 GPT를 그렇게 저장합니다.
"""

# %% [markdown] tags=["en"]
r"""
Asked in the same language, words and meaning together are better than words alone; so the command joins the two rankings (Cormack et al., 2009). When 65 questions in each language are looked for in the whole course, a right section is among the first five about 7 times in 10 by words alone, and more than 8 times by both (recall@5, `tests/unit/test_search.py`). The 25 of chapters 10 to 13 were written **after** the settings had been chosen.

> **A good place to stop.** Next: the form in which models are shared.

## 6. Hugging Face Transformers

Most people use such models through the library Transformers of **Hugging Face** (Wolf et al., 2020). A model is a **folder**: `config.json` holds its sizes, `model.safetensors` its weights, `tokenizer.json` its vocabulary. Save our GPT like that.
"""

# %% tags=["covers-K6"]
import tempfile
from pathlib import Path

from course_lib import hugging_face

folder = Path(tempfile.mkdtemp()) / "office-gpt"
hugging_face.save(model, folder, office)
print(*sorted(path.name for path in folder.iterdir()), sep="\n")
facts = json.loads((folder / "config.json").read_text(encoding="utf-8"))
print({name: facts[name] for name in ("model_type", "n_layer", "n_embd", "n_head", "n_positions", "vocab_size")})

# %% [markdown] tags=["ko"]
r"""
`safetensors` 파일은 머리와 수뿐입니다. 처음 8바이트가 머리의 길이이고, 머리는 텐서마다 자료형과 모양과 자리를 적은 JSON입니다. 실행할 것이 없으므로, 남이 만든 파일을 열어도 그 안의 코드가 실행될 걱정이 없습니다. 파이썬의 pickle은 그렇지 않습니다.
"""

# %% [markdown] tags=["en"]
r"""
A `safetensors` file is a head and numbers. Its first 8 bytes are the length of the head, which is JSON: type, shape and place of each tensor. Nothing in it can be run, so opening a file that others made runs none of their code. Python's pickle gives no such promise.
"""

# %%
predict("numbers",
        "The shapes of all tensors together hold how many numbers, compared with the model's parameters?",
        choices=["fewer", "as many", "twice as many"])

# %% tags=["covers-K6", "reveal"]
content = (folder / "model.safetensors").read_bytes()
head = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
shapes = {name: part["shape"] for name, part in head.items() if name != "__metadata__"}
stored_numbers = sum(int(np.prod(shape)) for shape in shapes.values())
reveal("numbers", "as many" if stored_numbers == model.count_params() else "fewer"
       if stored_numbers < model.count_params() else "twice as many")
print(*list(shapes.items())[:4], sep="\n")

# %% tags=["covers-K6"]
again = hugging_face.load(folder)
identity("Logits of the model that was saved and loaded",
         float(np.abs(again.predict_on_batch(row) - at_once).max()), 0, tolerance=1e-4)
their_tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
texts = [text for pair in help_test[:100] for text in pair]
identity("Texts that the saved tokenizer encodes otherwise",
         sum(their_tokenizer.encode(text).ids != office.encode(text) for text in texts), 0)

# %% [markdown] tags=["ko"]
r"""
Transformers에서는 세 줄이면 됩니다. `AutoTokenizer`와 `AutoModelForCausalLM`은 폴더를 보고 알맞은 클래스를 고르고, `pipeline`은 둘을 묶어 글을 받아 글을 냅니다. 여기에는 PyTorch가 필요합니다. 없으면 다음 셀은 그렇다고 말하고 **저장해 둔 결과**를 보여 줍니다. 이 결과는 `data/makers/pipeline.py`가 같은 가중치의 폴더를 Transformers로 읽어 쓰게 한 것입니다. 어느 쪽이든 늘 가장 그럴듯한 토큰을 고릅니다. 앞에 `<start>`를 붙이지 않으므로 3절의 글과는 다릅니다. 두 라이브러리의 로짓이 같다면(`tests/models/test_hugging_face.py`) **이 강좌의** 모델도 같은 글을 써야 합니다. 그다음 셀에서 확인합니다.
"""

# %% [markdown] tags=["en"]
r"""
With Transformers it takes three lines. `AutoTokenizer` and `AutoModelForCausalLM` look into the folder and choose the class that fits; `pipeline` puts both together: text in, text out. This needs PyTorch; where it is missing, the next cell says so and shows a **stored result**: `data/makers/pipeline.py` had Transformers read a folder with the same weights and write. Either way the likeliest token is always taken. No `<start>` is put in front, so the texts are not those of section 3. If the logits of both libraries are equal (`tests/models/test_hugging_face.py`), **this course's** model must write the same; the cell behind it checks that.
"""

# %% tags=["covers-K6", "nbval-ignore-output"]
import unicodedata
from importlib.util import find_spec

stored = json.loads(data.file("pipeline.json").read_text(encoding="utf-8"))
by_pipeline = stored["texts"]
if find_spec("transformers") and find_spec("torch"):
    from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

    theirs = AutoModelForCausalLM.from_pretrained(folder)
    writer = pipeline("text-generation", model=theirs, tokenizer=AutoTokenizer.from_pretrained(folder))
    by_pipeline = {prompt: writer(prompt, max_new_tokens=20, do_sample=False)[0]["generated_text"]
                   for prompt in by_pipeline}
else:
    print("Transformers and PyTorch are not installed here: pip install transformers torch")
    print("This is a stored result, made with", *stored["made with"])
for text in by_pipeline.values():
    print("   ", unicodedata.normalize("NFC", text))

# %% tags=["covers-K6"]
greedy, otherwise = sampling.choice(np.random.default_rng(0), heat=0), 0
for prompt, text in by_pipeline.items():
    begun = office.encode(prompt)
    by_ours = office.decode([*begun, *gpt.generate(again, begun, stored["tokens written"], greedy)])
    otherwise += by_ours != unicodedata.normalize("NFC", text)
claim("Texts of the pipeline, of three, that this course's model writes otherwise", otherwise, equals=0)

# %% [markdown] tags=["ko"]
r"""
`from_pretrained`에 폴더 대신 `gpt2` 같은 이름을 주면 인터넷에서 내려받습니다. 오프라인이면 실패합니다. 폴더가 틀려도 실패합니다. 오류는 대개 세 가지 가운데 하나를 뜻합니다. 폴더에 파일이 없다, 가중치의 모양이 설정과 맞지 않다, 이름을 내려받을 수 없다. 앞의 둘을 이 강좌의 `hugging_face.load`로 일으켜 봅니다. Transformers는 다른 말로 알리지만 까닭은 같습니다.
"""

# %% [markdown] tags=["en"]
r"""
Given a name such as `gpt2` instead of a folder, `from_pretrained` downloads it from the internet. Offline that fails, and so it does for a wrong folder. An error mostly means one of three things: a file is missing in the folder, shapes of weights do not fit the configuration, or a name cannot be downloaded. Provoke the first two with this course's `hugging_face.load`; Transformers says it in other words, for the same reasons.
"""

# %% tags=["covers-K6"]
import shutil


def problem(folder):
    """What loading a folder says, without its path."""
    try:
        hugging_face.load(folder)
    except course_lib.CourseError as error:
        return str(error).replace(str(folder), folder.name)
    return "it loads"


broken = folder.parent / "broken"
shutil.copytree(folder, broken)
(broken / "config.json").write_text(json.dumps({**facts, "n_positions": 32}), encoding="utf-8")
print(problem(broken))
(broken / "model.safetensors").unlink()
print(problem(broken))
shutil.rmtree(folder.parent)

# %% [markdown] tags=["ko"]
r"""
## 이 장이 보인 것

GPT는 한 번씩만 학습시켰고, 학습률과 단계 수는 흔한 값을 썼을 뿐 더 나은 것을 찾지는 않았습니다. 그러니 n-그램에 앞서는 폭은 이 설정의 것이며, 이 크기의 GPT가 낼 수 있는 가장 나은 값이라고는 할 수 없습니다. BERT에서는 5절의 것만 짧게 시험했습니다.
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown

Each GPT was trained once. Rates and numbers of steps are usual ones; better ones were not searched for. So its lead over the n-grams belongs to these settings; it is not said to be the best that a GPT of this size can do. Of the BERT, only what section 5 tells was tried, in short runs.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

claims.table()

# %%
predictions.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 글은 먼저 토큰이 됩니다. 바이트 쌍은 자주 이웃하는 조각을 합치며, 어휘는 학습한 글을 닮습니다. 어휘가 다르면 글자당 비트로 비교합니다.
2. 언어 모델은 다음 토큰의 확률을 냅니다. n-그램은 세고 평활화하며, 긴 문맥이 다시 나오는 일은 드뭅니다.
3. GPT는 앞만 보고 다음 토큰을 맞힙니다. 그래서 KV 캐시를 써도 답이 같습니다. 글은 확률에서 고르는 방법에 따라 달라집니다.
4. BERT는 양쪽을 보고 가려진 토큰을 맞힙니다. 그 형태의 신경망은 문장의 뜻을 벡터로 만들어 언어를 넘어 찾게 합니다.
5. 허깅 페이스의 폴더는 설정, 가중치, 어휘입니다. 우리 모델도 그렇게 저장하고 읽을 수 있습니다.

## 더 해 보기

1. GPT의 너비를 64로 줄이고 같은 시간 동안 학습시키면 글자당 비트는 어떻게 될까요?
2. 한국어 글만 주고 학습시키면 한국어의 글자당 비트가 나아질까요?
3. 제작기를 고쳐 BERT에게 토큰의 40 %를 가리고 학습시켜 보세요.

## 용어

| 한국어 | English |
|---|---|
| 토큰, 바이트 쌍 부호화 | token, byte-pair encoding (BPE) |
| 언어 모델, 문맥 | language model, context |
| n-그램, 평활화 | n-gram, smoothing |
| 퍼플렉시티, 글자당 비트 | perplexity, bits per character |
| 인과 마스크, KV 캐시 | causal mask, KV cache |
| 탐욕, 온도, 반복 벌점 | greedy, temperature, repetition penalty |
| 문장 벡터 | sentence vector |

## 참고 문헌

- MacKay, Peto, *A Hierarchical Dirichlet Language Model*, Natural Language Engineering, 1995.
- Bengio et al., *A Neural Probabilistic Language Model*, JMLR, 2003.
- Robertson, Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009.
- Cormack, Clarke, Büttcher, *Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods*, SIGIR 2009.
- Sennrich, Haddow, Birch, *Neural Machine Translation of Rare Words with Subword Units*, ACL 2016.
- Wu et al., *Google's Neural Machine Translation System*, 2016.
- Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.
- Kudo, *Subword Regularization*, ACL 2018.
- Fan, Lewis, Dauphin, *Hierarchical Neural Story Generation*, ACL 2018.
- Radford et al., *Improving Language Understanding by Generative Pre-Training*, 2018.
- Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019.
- Devlin et al., *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*, NAACL 2019.
- Reimers, Gurevych, *Sentence-BERT*, EMNLP 2019.
- Keskar et al., *CTRL: A Conditional Transformer Language Model for Controllable Generation*, 2019.
- Holtzman et al., *The Curious Case of Neural Text Degeneration*, ICLR 2020.
- Wang et al., *MiniLM*, NeurIPS 2020.
- Wolf et al., *Transformers: State-of-the-Art Natural Language Processing*, EMNLP 2020.
- Wang et al., *Multilingual E5 Text Embeddings*, 2024.

**이제 연습 문제를 풀어 보세요**: [12_exercises.ipynb](12_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. Text first becomes tokens. Byte pairs merge frequent neighbours, and a vocabulary is like the text it was learned from. Where vocabularies differ, compare bits per character.
2. A language model gives probabilities of the next token. N-grams count and smooth; long contexts seldom come again.
3. A GPT looks back only and guesses the next token; so a KV cache leaves its answers as they are. What is written depends on how one chooses among probabilities.
4. BERT looks both ways and guesses covered tokens. Networks of its form make vectors of what sentences mean, which search across languages.
5. A folder of Hugging Face is a configuration, weights and a vocabulary. Ours can be saved and loaded like that.

## Try it yourself

1. Make the GPT 64 wide and train it for the same time: what becomes of the bits per character?
2. Does training on Korean text alone improve the bits per character in Korean?
3. Change the maker so that BERT learns with 40 % of the tokens covered.

## Terms

| 한국어 | English |
|---|---|
| 토큰, 바이트 쌍 부호화 | token, byte-pair encoding (BPE) |
| 언어 모델, 문맥 | language model, context |
| n-그램, 평활화 | n-gram, smoothing |
| 퍼플렉시티, 글자당 비트 | perplexity, bits per character |
| 인과 마스크, KV 캐시 | causal mask, KV cache |
| 탐욕, 온도, 반복 벌점 | greedy, temperature, repetition penalty |
| 문장 벡터 | sentence vector |

## References

- MacKay, Peto, *A Hierarchical Dirichlet Language Model*, Natural Language Engineering, 1995.
- Bengio et al., *A Neural Probabilistic Language Model*, JMLR, 2003.
- Robertson, Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009.
- Cormack, Clarke, Büttcher, *Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods*, SIGIR 2009.
- Sennrich, Haddow, Birch, *Neural Machine Translation of Rare Words with Subword Units*, ACL 2016.
- Wu et al., *Google's Neural Machine Translation System*, 2016.
- Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.
- Kudo, *Subword Regularization*, ACL 2018.
- Fan, Lewis, Dauphin, *Hierarchical Neural Story Generation*, ACL 2018.
- Radford et al., *Improving Language Understanding by Generative Pre-Training*, 2018.
- Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019.
- Devlin et al., *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*, NAACL 2019.
- Reimers, Gurevych, *Sentence-BERT*, EMNLP 2019.
- Keskar et al., *CTRL: A Conditional Transformer Language Model for Controllable Generation*, 2019.
- Holtzman et al., *The Curious Case of Neural Text Degeneration*, ICLR 2020.
- Wang et al., *MiniLM*, NeurIPS 2020.
- Wolf et al., *Transformers: State-of-the-Art Natural Language Processing*, EMNLP 2020.
- Wang et al., *Multilingual E5 Text Embeddings*, 2024.

**Now do the exercises**: [12_exercises.ipynb](12_exercises.ipynb)
"""
