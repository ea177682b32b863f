# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: "Making Pictures: Autoencoder, VAE, GAN", ko: "그림을 만드는 신경망: 오토인코더, VAE, GAN"}
#     minutes: 71
#     after: ["01", "02"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 10장. 그림을 만드는 신경망: 오토인코더, VAE, GAN

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 오토인코더로 그림을 수 몇 개로 줄이고, 선형일 때 주성분 분석과 같은 공간을 찾는다는 것을 각도로 보이기
> - 증거 하한(ELBO)을 손으로 계산하고, 재매개변수화가 왜 필요한지 기울기를 재어 설명하기
> - VAE의 잠재 공간에서 그림을 뽑고 잇고, 사후 붕괴를 일으키고 고치기
> - GAN의 게임을 일차원에서 한 수씩 따라가고, 모드 붕괴를 알아내기
> - 만든 그림을 심판 하나로 재기: 맞는 종류의 비율, 프레셰 거리, 정밀도와 재현율, 베꼈는지
>
> **읽기** 약 71분, **실행** 약 95초(코어 2개), 먼저 볼 장은 1장과 2장입니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 10. Making Pictures: Autoencoder, VAE, GAN

> **After this chapter** you can
> - squeeze pictures into a few numbers with an autoencoder, and show by angles that a linear one finds the space of principal component analysis;
> - compute the evidence lower bound (ELBO) by hand, and explain by measured gradients what reparameterization is for;
> - draw and join pictures in the latent space of a VAE, and provoke and mend posterior collapse;
> - follow the game of a GAN move by move in one dimension, and detect mode collapse;
> - measure the pictures that were made with one judge for all: share of the wanted class, Fréchet distance, precision and recall, and whether they are copies.
>
> **Reading** takes about 71 minutes, **running** about 95 seconds on 2 cores; chapters 1 and 2 come first.

Where you see ❓, **write down a prediction** before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")  # two ways to compute the same are compared closely

# %% [markdown] tags=["ko"]
r"""
## 1. 그림을 수 몇 개로: 오토인코더

지금까지 신경망은 그림을 **알아보았습니다**. 이제 그림을 **만듭니다**. 이 장과 다음 장의 모든 신경망은 같은 것, 곧 1장의 옷 그림(Fashion-MNIST)을 만듭니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. A picture in a few numbers: the autoencoder

So far networks **recognized** pictures. Now they **make** them. All networks of this chapter and the next one make the same thing: pictures of clothing, the Fashion-MNIST of chapter 1.
"""

# %%
import numpy as np

from course_lib import claim, data, identity, plot, predict, reveal

(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
order = np.random.default_rng(0).permutation(len(x_test))
x_test, y_test = x_test[order], y_test[order]  # so that the first few are a fair choice
print(f"{len(x_train):,} pictures to learn from, {len(x_test):,} for testing, {x_train[0].size} numbers each")

# %% [markdown] tags=["ko"]
r"""
**오토인코더**(autoencoder)는 두 부분입니다. **인코더**(encoder) $e$는 픽셀이 $P$개인 그림 $x$를 수 $k$개의 **코드**(code) $z = e(x)$로 줄이고, **디코더**(decoder) $g$는 코드만 보고 그림을 다시 그립니다. 코드가 있는 공간을 **잠재 공간**(latent space)이라고 합니다. 정답은 들어온 그림 자신입니다. 그림 $N$장에서 줄이는 손실은 평균 제곱 오차입니다.

$$L = \frac{1}{N P} \sum_{n=1}^{N} \sum_{p=1}^{P} \big(g(e(x_n))_p - x_{np}\big)^2, \qquad k \ll P$$

$k$가 작은 것이 핵심입니다. 모두 지나갈 수는 없으므로 무엇을 남길지 배워야 합니다. 이 좁은 곳을 **병목**(bottleneck)이라고 합니다.

가장 작은 예는 수 두 개를 하나로 줄이는 것입니다. 점 $(3, 1)$을 방향 $u = (0.6, 0.8)$ 위의 한 수로 나타냅니다. $z = x \cdot u$이고, 다시 그린 것은 $z u$입니다.
"""

# %% [markdown] tags=["en"]
r"""
An **autoencoder** has two parts. The **encoder** $e$ squeezes a picture $x$ of $P$ pixels into a **code** $z = e(x)$ of $k$ numbers, and the **decoder** $g$ draws the picture again from its code alone. The space of codes is the **latent space**. The right answer is the picture itself. The loss is the mean squared error over $N$ pictures.

$$L = \frac{1}{N P} \sum_{n=1}^{N} \sum_{p=1}^{P} \big(g(e(x_n))_p - x_{np}\big)^2, \qquad k \ll P$$

The point is that $k$ is small. Not everything gets through, so it must learn what to keep. This narrow place is the **bottleneck**.

The smallest example squeezes two numbers into one. The point $(3, 1)$ becomes one number along the direction $u = (0.6, 0.8)$: $z = x \cdot u$, and what is drawn again is $z u$.
"""

# %%
predict("code", "What is the code of the point (3, 1)?")

# %% tags=["covers-H2"]
point, direction = np.array([3.0, 1.0]), np.array([0.6, 0.8])
code = point @ direction
redrawn = code * direction
print("drawn again:", redrawn.round(2), " squared error:", round(float(np.mean((redrawn - point) ** 2)), 2))
reveal("code", round(float(code), 3))
identity("What was lost is at right angles to the direction", (point - redrawn) @ direction, 0, tolerance=1e-9)

# %% [markdown] tags=["ko"]
r"""
### 선형 오토인코더와 주성분 분석

활성화 함수가 없으면 $z = (x - \bar x) W$, 다시 그린 것은 $\bar x + z V$입니다($\bar x$는 평균 그림, $W$는 $P \times k$, $V$는 $k \times P$ 행렬). 제곱 오차가 가장 작은 평평한 공간은 오래전부터 알려져 있습니다. 그림이 가장 크게 퍼진 방향 $k$개, 곧 **주성분**(principal component)이 펼치는 공간입니다(주성분 분석, principal component analysis, PCA). 주성분은 공분산 행렬의 고유 벡터이고, 이런 오토인코더가 같은 공간에 이른다는 것은 Bourlard and Kamp(1988), Baldi and Hornik(1989)이 보였습니다.

두 공간이 같은지는 **주각**(principal angle)으로 잽니다. 첫째 각은 두 공간에서 하나씩 고른 벡터 사이의 가장 작은 각, 다음 각은 앞의 것들과 직교하는 벡터 가운데 가장 작은 각입니다. 모두 0도이면 같은 공간입니다. 경사 하강법은 주성분을 **하나씩** 찾을까요?
"""

# %% [markdown] tags=["en"]
r"""
### A linear autoencoder and principal component analysis

Without activations, $z = (x - \bar x) W$, and what is drawn again is $\bar x + z V$ ($\bar x$ is the mean picture, $W$ a matrix of $P \times k$, $V$ one of $k \times P$). Which flat space has the smallest squared error has been known for long: the one that is spanned by the $k$ directions in which pictures vary most, the **principal components** (principal component analysis, PCA). These are eigenvectors of the covariance matrix. That such an autoencoder ends in the same space was shown by Bourlard and Kamp (1988) and Baldi and Hornik (1989).

Whether two spaces are the same is measured by **principal angles**. The first is the smallest angle between a vector of one and a vector of the other, the next one the smallest among vectors at right angles to these, and so on. If all are 0 degrees, the spaces are the same. Does gradient descent find the components **one by one**?
"""

# %%
predict("subspace", "A linear autoencoder with a code of 6 numbers learns by gradient steps. Its 6 directions are",
        choices=["the first 6 principal components", "others that span the same space", "others of another space"])

# %% tags=["covers-H2"]
import keras
from keras import ops

from course_lib.models import autoencoder

pca_mean, components = autoencoder.principal_components(x_train, 32)  # (pixels,), (32, pixels)
mean_picture = pca_mean.reshape(28, 28, 1).astype("float32")
linear = autoencoder.autoencoder(6, hidden=(), name="linear")
angles_before = autoencoder.principal_angles(autoencoder.directions(linear), components[:6])
falling = keras.optimizers.schedules.CosineDecay(0.01, 12 * len(x_train) // 250)
linear.compile(keras.optimizers.Adam(falling), "mse")
linear.fit(x_train - mean_picture, x_train - mean_picture, 250, 12, verbose=0,
           callbacks=[course_lib.Progress("linear autoencoder")])
directions = autoencoder.directions(linear)  # (6, pixels)
angles = autoencoder.principal_angles(directions, components[:6])

# %% tags=["covers-H2", "reveal"]
def by_components(pictures, count):
    """Pictures drawn again from their first principal components alone."""
    flat = pictures.reshape(len(pictures), -1) - pca_mean
    return (flat @ components[:count].T @ components[:count] + pca_mean).reshape(pictures.shape)


lengths = np.linalg.norm(directions, axis=1, keepdims=True)
cosines = np.abs(directions / lengths @ components[:6].T)  # (directions, components)
plot.matrices({"rows: directions found, columns: components": cosines.round(1)},
              title="The same space, but other directions",
              alt="A matrix of six by six cosines between the directions found and the principal components: no "
                  "row has a single one and zeros otherwise.")
reveal("subspace", "others of another space" if angles[-1] > 20 else "the first 6 principal components"
       if cosines.max(axis=1).min() > 0.95 else "others that span the same space")
claim("Largest angle to the space of the components, in degrees", angles[-1], at_most=2)
claim("Control: the same before training", angles_before[-1], at_least=80)
best = float(np.mean((by_components(x_test, 6) - x_test) ** 2))
linear_error = float(autoencoder.errors(linear, x_test - mean_picture).mean())
claim("Error on test pictures over that of PCA", linear_error / best, between=(0.99, 1.01))

# %% [markdown] tags=["ko"]
r"""
공간은 같지만 방향은 다릅니다. 코드에 가역 행렬을 곱하고 디코더에서 되돌리면 손실이 같으므로, 어느 방향을 쓸지는 정해지지 않습니다. 코드의 수 하나하나에 뜻이 없다는 것은 깊은 오토인코더에서도 마찬가지입니다.

## 2. 휘어진 면: 깊은 오토인코더

옷 그림은 평평한 공간에 놓여 있지 않습니다. 소매가 짧은 셔츠와 긴 셔츠를 섞으면 어느 쪽도 아닙니다. 양쪽에 은닉층을 두면 디코더가 그릴 수 있는 것이 **휘어진 면**이 됩니다(Hinton and Salakhutdinov, 2006).
"""

# %% [markdown] tags=["en"]
r"""
The space is the same, the directions are not. Codes may be multiplied by any invertible matrix which the decoder undoes, at the same loss; so nothing decides which directions are used. That single numbers of a code mean nothing by themselves holds for deep autoencoders as well.

## 2. A curved surface: the deep autoencoder

Pictures of clothing do not lie in a flat space: mix a shirt with short sleeves and one with long sleeves, and it is neither. With hidden layers on both sides, what the decoder can draw is a **curved surface** (Hinton and Salakhutdinov, 2006).
"""

# %%
plot.network({"the encoder": autoencoder.encoder(8), "the decoder": autoencoder.decoder(8)},
             title="The encoder narrows down to 8 numbers, the decoder widens again",
             alt="Two rows of layers: a picture of 28 by 28 pixels becomes 256, 128 and 8 numbers, and 8 "
                 "numbers become 128, 256 and a picture of 28 by 28 pixels.")

# %% [markdown] tags=["ko"]
r"""
### 병목의 너비

코드의 수를 2, 8, 32개로 바꾸어 학습시킵니다. **공정한 비교.** 주성분 분석에는 같은 수의 주성분을 쓰고, 둘 다 같은 그림에서 배우고 같은 테스트 그림에서 잽니다. 파라미터와 곱셈은 다르므로 출력합니다. 깊은 쪽은 50장씩 4에포크를 배우고, Adam의 학습률은 0.002에서 0으로 줄입니다. 세 너비에 같은 설정을 쓰고, 너비마다 따로 고르지는 않았습니다. 층이 많아서가 아니라 **휘어서** 나은 것일까요? 활성화 함수를 빼면 층이 몇 개이든 행렬의 곱일 뿐이므로, 학습한 그림에서 주성분 분석보다 나을 수 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
### How wide the bottleneck is

Train with codes of 2, 8 and 32 numbers. **A fair comparison.** PCA gets as many components; both learn from the same pictures and are measured on the same test pictures. Parameters and multiplications differ and are printed. The deep ones have 4 epochs of batches of 50; the rate of Adam falls from 0.002 to 0. The three have the same settings, which were not chosen for each width. Is it the **curve** that helps, and not the number of layers? Without activations any number of layers is a product of matrices, which cannot be better than PCA on the pictures they learned from.
"""

# %%
predict("width", "A code of 8 numbers: what is the deep autoencoder's error over that of PCA, on test pictures?",
        choices=["less than 0.6", "0.6 to 0.9", "0.9 to 1.1", "more than 1.1"])

# %% tags=["covers-H2"]
def learned(model, given, wanted, epochs=4):
    """Train it to draw `wanted` from `given`; the rate falls to 0."""
    rate = keras.optimizers.schedules.CosineDecay(0.002, epochs * len(given) // 50)
    model.compile(keras.optimizers.Adam(rate), "mse",
                  steps_per_execution=10)  # ten steps in one call: the same numbers, a little sooner
    model.fit(given, wanted, 50, epochs, verbose=0, callbacks=[course_lib.Progress(model.name)])
    return model


def through(network, given):
    """What a network makes of all that is given, at once."""
    return ops.convert_to_numpy(network(given))


WIDTHS = (2, 8, 32)
course_lib.set_seed(0)
deep = {width: learned(autoencoder.autoencoder(width, name=f"deep{width}"), x_train, x_train) for width in WIDTHS}
for width, model in deep.items():
    print(f"code of {width}: deep {model.count_params():,} parameters and about as many multiplications, "
          f"PCA {784 * (2 * width + 1):,} and {784 * 2 * width:,}")

# %% tags=["covers-H2", "reveal"]
def squared_errors(drawn, truth):
    """Mean squared error of each picture."""
    return ((drawn - truth) ** 2).mean(axis=(1, 2, 3))


some = np.random.default_rng(1).permutation(len(x_train))[:5000]  # as many as there are test pictures
x_some, y_some = x_train[some], y_train[some]
by_width = {"PCA, test": [squared_errors(by_components(x_test, width), x_test).mean() for width in WIDTHS],
            "deep, test": [autoencoder.errors(model, x_test).mean() for model in deep.values()],
            "deep, training": [autoencoder.errors(model, x_some).mean() for model in deep.values()]}
plot.curves(by_width, x=WIDTHS, log=True, xlabel="numbers of the code",
            ylabel="mean squared error", title="The narrower the code, the more a curved surface helps",
            alt="Three falling lines of the error over the width of the code: with 2 and 8 numbers PCA is "
                "highest, and the deep autoencoders on test and training pictures lie well below; with 32 all are "
                "alike.")
ratios = dict(zip(WIDTHS, np.divide(by_width["deep, test"], by_width["PCA, test"])))
reveal("width", float(ratios[8]), limits=[0.6, 0.9, 1.1])
claim("Code of 2: the deep autoencoder's error over PCA's", float(ratios[2]), at_most=0.7)
claim("Code of 8: the same", float(ratios[8]), at_most=0.75)
claim("Code of 32: the same", float(ratios[32]), between=(0.9, 1.1))
over = by_width["deep, test"][-1] / by_width["deep, training"][-1]
claim("Code of 32: error on test over that on training", float(over), at_most=1.1)

# %%
drawn_again = {width: through(model, x_test[:8]) for width, model in deep.items()}
rows = [x_test[:8], by_components(x_test[:8], 8), *drawn_again.values()]
plot.image_grid(np.concatenate(rows), columns=8, limits=(0, 1), size=0.8,
                row_titles=["test picture", "PCA, 8", *(f"deep, {width}" for width in WIDTHS)],
                title="More numbers bring the form nearer",
                alt="Five rows of eight garments: the test pictures, PCA with shadows around them, and deep "
                    "autoencoders with codes of 2, 8 and 32 numbers, more and more like the first row.")

# %% [markdown] tags=["ko"]
r"""
코드가 좁을수록 휘어진 면의 이득이 큽니다. 코드가 32개이면 평평한 공간에도 옷의 대부분이 들어가므로, 이만큼 학습한 깊은 쪽은 주성분 분석과 비슷합니다. 더 오래 학습하면 앞설 수 있는지는 재지 않았습니다. 테스트와 학습의 오차가 거의 같으므로 외운 것도 아닙니다. 그림을 보면 수 둘로도 대개 옷의 종류가 보이지만, 샌들은 운동화처럼 나옵니다. 8개나 32개이면 소매와 샌들의 모양이 나아지고, 셔츠의 무늬 같은 세부는 32개로도 나오지 않습니다.

### 잡음 지우기

들어가는 그림과 그려야 할 그림이 달라도 됩니다. **잡음 제거 오토인코더**(denoising autoencoder; Vincent et al., 2008)는 잡음이 섞인 그림을 받아 깨끗한 그림을 그리도록 배웁니다. 그림에서 그림을 만드는 첫 예입니다. 픽셀마다 표준 편차 0.5인 잡음을 더합니다. 대조가 셋입니다. 잡음 섞인 그림 그대로, 주성분 32개, 그리고 잡음을 본 적 없는 위의 오토인코더(코드 32개)입니다.
"""

# %% [markdown] tags=["en"]
r"""
The narrower the code, the more the curve helps. With 32 numbers most of a garment fits into a flat space, too, and the deep one, trained for so long, is about as good as PCA; whether it gets ahead with longer training was not measured. The errors on test and training pictures are nearly the same, so nothing was learned by heart. In the pictures, two numbers mostly show the kind of garment, but the sandal comes out like a sneaker. With 8 or 32 the forms of sleeves and of the sandal come nearer; details such as the pattern of a shirt are missing even with 32.

### Taking noise away

What goes in and what shall be drawn need not be the same. A **denoising autoencoder** (Vincent et al., 2008) is given pictures with noise and learns to draw the clean ones: a first case of a picture made from a picture. Add noise with a standard deviation of 0.5 to each pixel. There are three controls: the noisy picture as it is, 32 principal components, and the autoencoder from above (code of 32), which has never seen noise.
"""

# %%
predict("noise", "The ordinary autoencoder is given noisy pictures: its error, over that of these as they are",
        choices=["less than a fifth", "a fifth to a half", "a half to one", "more than one"])

# %% tags=["covers-H1", "covers-H2"]
noisy_train, noisy_test = (autoencoder.noisy(pictures, 0.5, seed=seed)
                           for seed, pictures in ((1, x_train), (2, x_test)))
course_lib.set_seed(0)
denoising = learned(autoencoder.autoencoder(32, name="denoising"), noisy_train, x_train)
cleaned = {"noisy": noisy_test, "PCA, 32": by_components(noisy_test, 32),
           "ordinary": through(deep[32], noisy_test),
           "denoising": through(denoising, noisy_test)}

# %% tags=["covers-H1", "covers-H2", "reveal"]
left = {name: float(squared_errors(pictures, x_test).mean()) for name, pictures in cleaned.items()}
plot.image_grid(np.concatenate([x_test[:8], *(pictures[:8] for pictures in cleaned.values())]), columns=8,
                limits=(0, 1), size=0.8, row_titles=["clean", *cleaned],
                title="A bottleneck takes noise away; who has seen noise does it better",
                alt="Five rows of eight garments: clean, with noise, and drawn again by PCA, the ordinary and "
                    "the denoising autoencoder, the last being closest to the first row.")
reveal("noise", left["ordinary"] / left["noisy"], limits=[0.2, 0.5, 1])
claim("Denoising autoencoder: error over that of the noisy picture", left["denoising"] / left["noisy"],
      at_most=0.1)
claim("Denoising autoencoder: error over that of PCA", left["denoising"] / left["PCA, 32"], at_most=0.9)
claim("Ordinary autoencoder: error over that of the denoising one", left["ordinary"] / left["denoising"],
      at_least=1.1)

# %% [markdown] tags=["ko"]
r"""
주성분만으로도 잡음은 크게 줄어듭니다. 픽셀 784개의 잡음 가운데 공간 안에 놓인 32개만큼만 남기 때문입니다. 잡음을 본 적 없는 오토인코더도 마찬가지로 병목 덕에 잡음의 대부분을 지웁니다. 잡음을 보며 배운 것은 그보다 더 잘합니다.

### 어울리지 않는 것 찾기

오토인코더는 배운 것과 비슷한 그림만 잘 그립니다. 그렇다면 **복원 오차**(reconstruction error)가 큰 그림은 배운 것에 어울리지 않는 것일까요? 위아래를 뒤집은 옷, 이모지, 픽셀을 뒤섞은 옷, 그리고 검은 그림으로 시험합니다. 하나씩 골랐을 때 낯선 쪽의 오차가 옷보다 클 확률을 잽니다. 0.5이면 아무것도 가리지 못하고, 1이면 언제나 가립니다. 간단한 방법으로 주성분 32개도 시험합니다.
"""

# %% [markdown] tags=["en"]
r"""
Principal components alone take most of the noise away: of the noise of 784 pixels only as much is left as lies in a space of 32 directions. The autoencoder that has never seen noise takes most of it away as well, thanks to its bottleneck. The one that learned with noise does better still.

### Finding what does not belong

An autoencoder draws well only what is like the pictures it learned. So is a picture with a large **reconstruction error** one that does not belong? Try garments upside down, emoji, garments with shuffled pixels, and a black picture. Measure how likely it is that the stranger of a random pair has the larger error: at 0.5 nothing is told apart, at 1 it always is. As a simple method, try 32 principal components, too.
"""

# %%
predict("empty", "A black picture is no garment. How many test garments have a smaller error than it has?",
        choices=["less than 5 %", "5 to 95 %", "more than 95 %"])

# %% tags=["covers-H2", "reveal"]
emoji = data.emoji("test", background=0.0).images.mean(axis=3)  # (count, 64, 64), grey on black
emoji = emoji.reshape(-1, 32, 2, 32, 2).mean(axis=(2, 4))[:, 2:30, 2:30, np.newaxis].astype("float32")
mixed = np.random.default_rng(0).permutation(784)
strangers = {"upside down": x_test[:1000, ::-1], "emoji": emoji[:1000],
             "shuffled pixels": x_test[:1000].reshape(-1, 784)[:, mixed].reshape(-1, 28, 28, 1),
             "black": np.zeros((1, 28, 28, 1), "float32")}
ways = {"deep": lambda pictures: autoencoder.errors(deep[32], pictures),
        "PCA": lambda pictures: squared_errors(by_components(pictures, 32), pictures)}
own = {way: error(x_test) for way, error in ways.items()}  # the errors of garments
larger = {f"{name}, {way}": float((error(pictures)[:, np.newaxis] > own[way]).mean())
          for name, pictures in strangers.items() for way, error in ways.items()}
plot.bars({name: round(share, 2) for name, share in larger.items()}, baseline=(0.5, "no telling apart"),
          ylabel="error larger than a garment's (share)",
          title="Strangers are noticed, if they are not too simple",
          alt="Eight bars: for garments upside down, emoji, shuffled pixels and a black picture, the share of "
              "pairs in which the stranger has the larger error, by the deep autoencoder and by PCA.")
reveal("empty", 100 * larger["black, deep"], limits=[5, 95])
claim("Emoji have the larger error (share of pairs)", larger["emoji, deep"], at_least=0.75)
claim("Garments upside down have the larger error (share of pairs)", larger["upside down, deep"],
      at_least=0.7)
claim("Shuffled pixels have the larger error (share of pairs)", larger["shuffled pixels, deep"], at_least=0.95)
claim("The black picture has the larger error (share of pairs)", larger["black, deep"], at_most=0.02)

# %% [markdown] tags=["ko"]
r"""
깊은 오토인코더와 주성분 분석이 거의 같은 만큼 가려냅니다. 뒤섞은 픽셀은 거의 언제나 들키지만, 검은 그림의 오차는 어느 옷보다도 작습니다. 오차는 **얼마나 복잡한가**도 함께 잽니다. 단순한 그림은 배운 적이 없어도 잘 그려지므로, 오차가 작다고 해서 배운 것에 속하는 것은 아닙니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 새 그림을 만드는 시도입니다.

## 3. 잠재 공간에서 뽑으면

디코더는 코드에서 그림을 그립니다. 그렇다면 코드를 **아무것이나 뽑으면** 새 옷이 나올까요? 먼저 코드가 둘인 오토인코더의 잠재 공간을 봅니다. 왼쪽은 테스트 그림의 코드, 오른쪽은 같은 곳의 코드를 디코더에 넣은 것입니다.
"""

# %% [markdown] tags=["en"]
r"""
The deep autoencoder and PCA notice strangers about equally well. Shuffled pixels are nearly always found out, but the black picture has a smaller error than any garment. The error also measures **how complicated** a picture is. Simple ones are drawn well without having been learned, so a small error does not mean that a picture belongs.

> **A good place to stop.** Next comes an attempt to make new pictures.

## 3. Drawing from the latent space

The decoder draws a picture from a code. So does it draw a new garment from **any code**? Look first at the latent space of the autoencoder with a code of two numbers. On the left are the codes of test pictures, on the right what the decoder draws at the same places.
"""

# %% tags=["covers-H2"]
codes = {width: through(model.get_layer("encoder"), x_test) for width, model in deep.items()}
low, high = np.percentile(codes[2], 1), np.percentile(codes[2], 99)
places = np.linspace(low, high, 10)
grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2).astype("float32")  # rows from low to high
drawn_grid = through(deep[2].get_layer("decoder"), grid).reshape(10, 10, 28, 28)
plot.code_map(codes[2][:700], y_test[:700], data.FASHION_MNIST_CLASSES, drawn_grid, (low, high),
              title="The codes of an autoencoder leave holes",
              alt="Left: seven hundred points in ten kinds of marks, in clusters with empty regions between and "
                  "at the edges. Right: the pictures that the decoder draws across the plane; in the gap in the "
                  "middle they are dark mixtures.")

# %% [markdown] tags=["ko"]
r"""
코드는 떼를 이루고 사이는 비어 있습니다. 빈 곳에서 디코더는 아무것도 배우지 않았습니다. 손실은 코드가 **어디에** 놓여야 하는지 말하지 않기 때문입니다. 코드가 32개일 때 두 가지로 뽑아 봅니다. 표준 정규 분포에서, 그리고 학습 그림의 코드와 평균, 공분산이 같은 정규 분포에서 뽑습니다. 뽑은 코드가 가장 가까운 학습 코드에서 얼마나 떨어져 있는지도 재고, 테스트 그림의 코드와 비교합니다.
"""

# %% [markdown] tags=["en"]
r"""
The codes come in clusters with empty space between, where the decoder has learned nothing: the loss does not say **where** codes should lie. With a code of 32, draw codes in two ways: from the standard Gaussian, and from a Gaussian with the mean and covariance of the codes of training pictures. Measure also how far they are from the nearest code of a training picture, compared with the codes of test pictures.
"""

# %%
predict("holes", "Codes from the fitted Gaussian: how far from the nearest training code, over test codes?",
        choices=["about as far (0.9 to 1.1 times)", "1.1 to 1.5 times", "more than 1.5 times"])

# %% tags=["covers-H2", "reveal"]
from course_lib import generation

COUNT = 1000  # pictures of each generator that are looked at in this chapter
known_codes = through(deep[32].get_layer("encoder"), x_train)
random = np.random.default_rng(0)
fitted_codes = random.multivariate_normal(known_codes.mean(axis=0), np.cov(known_codes, rowvar=False), COUNT)
drawn_codes = {"standard Gaussian": random.normal(size=(COUNT, 32)), "fitted Gaussian": fitted_codes}
by_autoencoder = {name: np.clip(through(deep[32].get_layer("decoder"), some.astype("float32")), 0, 1)
                  for name, some in drawn_codes.items()}


def to_nearest(some, known):
    """Mean distance of codes to the nearest of those known."""
    return float(generation.nearest(some, known)[1].mean())


far = to_nearest(drawn_codes["fitted Gaussian"], known_codes) / to_nearest(codes[32][:COUNT], known_codes)
plot.image_grid(np.concatenate([drawn_again[32], *(pictures[:8] for pictures in by_autoencoder.values())]),
                columns=8, limits=(0, 1), size=0.8, row_titles=["redrawn", *by_autoencoder],
                title="Codes that nobody encoded give pictures that nobody wears",
                alt="Three rows of eight pictures: test garments drawn again, pictures of codes from a standard "
                    "Gaussian, and of codes from a fitted Gaussian; the last two are mostly blurred mixtures.")
reveal("holes", far, limits=[1.1, 1.5])
claim("Codes of the fitted Gaussian: distance to the nearest training code, over that of test codes", far,
      at_least=1.8)

# %% [markdown] tags=["ko"]
r"""
눈으로 보기에 나쁘다는 것만으로는 비교할 수 없습니다. 얼마나 나쁜지 재는 **심판**이 필요합니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 만든 그림을 재는 법입니다.

## 4. 심판 하나로 재기

만든 그림에는 정답이 없습니다. 그래서 다른 신경망이 봅니다. 심판은 1장과 같은 CNN으로, 이 장에서 쓰지 않는 Fashion-MNIST 그림 45,000장에서 배웠습니다. 그림마다 종류를 답하고, 그 앞 층의 수 64개, 곧 **특징**(feature)으로 그림을 나타냅니다. 심판부터 시험합시다.
"""

# %% [markdown] tags=["en"]
r"""
That they look bad is not enough to compare. To measure how bad, there must be a **judge**.

> **A good place to stop.** Next: how to measure pictures that were made.

## 4. One judge for all

There is no right answer for a picture that was made, so another network looks at it. The judge is a CNN as in chapter 1, which learned from 45,000 pictures of Fashion-MNIST that this chapter does not use. It names the kind of each picture, and describes it by the 64 numbers of the layer before, its **features**. Test the judge first.
"""

# %%
predict("judge", "What percentage of the real test pictures does the judge name rightly?",
        choices=["less than 80 %", "80 to 88 %", "88 to 94 %", "more than 94 %"])

# %% tags=["reveal"]
judge = generation.Judge(real=x_test)
_, named = judge.look(x_test)
judged_right = 100 * float((named == y_test).mean())
print(f"{45_000:,} pictures learned from, {judge.network.count_params():,} parameters")
reveal("judge", judged_right, limits=[80, 88, 94])
claim("Real test pictures: named rightly by the judge", judged_right, between=(90, 91), unit="%")

# %% [markdown] tags=["ko"]
r"""
앞으로 심판이 **원하는 종류**, 곧 주문한 종류라고 답한 그림의 비율을 잽니다. 이 비율은 진짜 그림에서도 1이 아닙니다. 진짜 그림의 값이 잣대입니다.

### 프레셰 거리

진짜 그림의 특징과 만든 그림의 특징을 각각 정규 분포로 나타내고, 두 분포 사이의 **프레셰 거리**(Fréchet distance)를 잽니다. 사진에서는 Inception이라는 신경망의 특징을 써서 FID라고 합니다(Heusel et al., 2017). 흔히 그러듯 아래의 $d^2$을 제곱근 없이 그대로 거리로 씁니다. 평균이 $\mu, \mu'$, 공분산이 $\Sigma, \Sigma'$일 때

$$d^2 = \lVert \mu - \mu' \rVert^2 + \mathrm{tr}\big(\Sigma + \Sigma' - 2 (\Sigma \Sigma')^{1/2}\big)$$

$\mathrm{tr}$은 대각선의 합, $(\cdot)^{1/2}$은 제곱하면 그 행렬이 되는 행렬입니다. 수가 하나이면 $(\mu - \mu')^2 + (\sigma - \sigma')^2$입니다. 평균과 표준 편차가 $0, 1$인 것과 $3, 2$인 것 사이의 거리는 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
A first measure is the share of pictures that the judge names as the **wanted class**, the one that was ordered. Not even real pictures have a share of 1; theirs is what others are measured by.

### The Fréchet distance

Describe the features of real pictures by one Gaussian and those of made ones by another, and take the **Fréchet distance** of the two. With the features of a network called Inception, as is usual for photographs, it is named FID (Heusel et al., 2017). As is usual, too, $d^2$ itself is taken as the distance, without the root. With means $\mu, \mu'$ and covariances $\Sigma, \Sigma'$,

$$d^2 = \lVert \mu - \mu' \rVert^2 + \mathrm{tr}\big(\Sigma + \Sigma' - 2 (\Sigma \Sigma')^{1/2}\big)$$

$\mathrm{tr}$ is the sum of the diagonal, and $(\cdot)^{1/2}$ is the matrix whose square it is. For one number it is $(\mu - \mu')^2 + (\sigma - \sigma')^2$. Take means and standard deviations of $0, 1$ and of $3, 2$: how far apart are the two?
"""

# %%
predict("frechet", "What is the squared distance of the two?")

# %% tags=["reveal"]
reveal("frechet", generation.frechet_of_gaussians(np.zeros(1), np.eye(1), np.full(1, 3.0), 4 * np.eye(1)))
mean_a, A = generation.gaussian(judge.real_features[::2])  # two halves of the real pictures
mean_b, B = generation.gaussian(judge.real_features[1::2])
roots = np.sqrt(np.linalg.eigvals(A @ B).astype(complex)).real  # their sum is the trace of the root
identity("64 numbers: by the eigenvalues of the product instead of symmetric roots",
         generation.frechet_of_gaussians(mean_a, A, mean_b, B),
         np.sum((mean_a - mean_b) ** 2) + np.trace(A + B) - 2 * roots.sum(), tolerance=1e-5)

# %% [markdown] tags=["ko"]
r"""
심판의 특징은 학습 그림에서 분산을 모두 합하면 100이 되도록 맞추어 두었습니다. 그러니 거리 1은 그 1 %입니다. 이 거리는 **그림이 적을수록 커집니다**(Chong and Forsyth, 2020). 같은 학습 그림에서 몇 장만 뽑아 진짜 테스트 그림과 비교해 봅니다. 진짜와 진짜이므로 0이어야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
The judge's features are scaled so that their variances over the training pictures add up to 100; a distance of 1 is 1 % of that. The distance **grows as pictures get fewer** (Chong and Forsyth, 2020). Take only some of the training pictures and compare them with real test pictures: real against real, it should be 0.
"""

# %%
predict("few", "With 125 pictures instead of 4,000, how many times as large is the distance of real from real?",
        choices=["less than 2 times", "2 to 5 times", "more than 5 times"])

# %% tags=["reveal"]
known_features, _ = judge.look(x_some)
COUNTS = (125, 250, 500, 1000, 2000, 4000)
by_count = generation.frechet_by_count(judge.real_features, known_features, COUNTS)  # (counts, repeats)
plot.curves({"real against real": by_count.T}, x=COUNTS, log=True, xlabel="number of pictures",
            ylabel="Fréchet distance", title="Few pictures look far away, even real ones",
            alt="A line that falls steeply: the Fréchet distance of real from real pictures, by their number.")
grown = float(by_count[0].mean() / by_count[-1].mean())
reveal("few", grown, limits=[2, 5])
claim("Real against real: the distance with 125 pictures over that with 4,000", grown, at_least=10)
claim("Real against real: the distance with 4,000 pictures", float(by_count[-1].mean()), at_most=0.3)

# %% [markdown] tags=["ko"]
r"""
그래서 이 장에서는 언제나 1,000장으로 비교합니다.

### 정밀도와 재현율

거리 하나로는 **왜** 먼지 알 수 없습니다. 그림이 나쁜 것일까요, 종류가 모자란 것일까요? Kynkäänniemi et al.(2019)은 둘로 나누었습니다. 특징마다 같은 무리의 $k$번째 이웃까지 닿는 **공**을 그립니다. 심판은 논문처럼 $k = 3$을 씁니다.

- **정밀도**(precision): 만든 것 가운데 진짜의 공 안에 있는 비율. 그림의 **질**을 잽니다.
- **재현율**(recall): 진짜 가운데 만든 것의 공 안에 있는 비율. **다양함**을 잽니다.
"""

# %% [markdown] tags=["en"]
r"""
So this chapter always compares 1,000 pictures.

### Precision and recall

One distance does not say **why** it is large: are the pictures bad, or are kinds missing? Kynkäänniemi et al. (2019) split it in two. Around each feature lies a **ball** that reaches to its $k$-th neighbour of the same set. The judge takes $k = 3$, as the paper does.

- **Precision**: the share of made ones that lie in a ball of a real one. It measures **quality**.
- **Recall**: the share of real ones that lie in a ball of a made one. It measures **variety**.
"""

# %%
two_clusters = np.random.default_rng(3).normal(size=(24, 2)) * 0.5 + np.repeat([[-2, 0], [2, 0]], 12, axis=0)
one_cluster = np.random.default_rng(4).normal(size=(24, 2)) * 0.4 + [-2, 0]
plot.covered(two_clusters, one_cluster, k=3, title="All that is made is good, but half is missing",
             alt="Left: balls around two clusters of real points; all made points lie in those of the left one. "
                 "Right: balls around the made points cover the left cluster of real points only.")

# %% [markdown] tags=["ko"]
r"""
손으로 계산해 봅시다. 진짜는 $0, 1, 2, 5$, 만든 것은 $1.25, 1.75, 9$이고 $k = 1$입니다. 재현율은 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
Try it by hand: real ones are $0, 1, 2, 5$, made ones are $1.25, 1.75, 9$, and $k = 1$. What is the recall?
"""

# %%
predict("recall", "What is the recall? (Within 0.01 counts as right.)")

# %% tags=["reveal"]
precision_of_three, recall_of_three = generation.precision_recall(
    np.array([[0.0], [1.0], [2.0], [5.0]]), np.array([[1.25], [1.75], [9.0]]), k=1)
reveal("recall", recall_of_three, tolerance=0.01)
print(f"precision: {precision_of_three:.2f}")

# %% [markdown] tags=["ko"]
r"""
5는 외딴 9의 **큰 공** 덕에 들어갔습니다. 외딴 점은 재현율을 부풀립니다. 그러니 세 수를 함께 봅니다. 이제 심판이 무엇을 알아채는지, 답을 아는 것으로 시험합니다. 진짜 그림, 진짜 바지만, 종류마다 진짜 그림 2장만 되풀이한 것(**외운** 생성기), 테스트 그림을 코드 8개로 흐리게 다시 그린 것, 3절에서 뽑은 두 가지입니다.
"""

# %% [markdown] tags=["en"]
r"""
The 5 is in because the lonely 9 has a **wide ball**: lonely points make recall too large. So look at the three numbers together. Now test what the judge notices on things whose answer is known: real pictures; real trousers only; 2 real pictures of each kind over and over (a generator that **learned by heart**); test pictures, drawn again from codes of 8 and so blurred; and the two draws of section 3.
"""

# %%
predict("heart", "2 real pictures of each kind, over and over: which measure says that something is wrong?",
        choices=["the share of the wanted class", "the precision", "the recall"])

# %%
wanted = np.arange(COUNT) % 10  # as many of each class
of_class = [np.flatnonzero(y_train == kind) for kind in range(10)]
first_two = np.array([of_class[kind][number // 10 % 2] for number, kind in enumerate(wanted)])
real_again = np.array([of_class[kind][number // 10] for number, kind in enumerate(wanted)])
scores = {"real": judge.score(x_train[real_again], wanted),
          "trousers": judge.score(x_train[of_class[1][:COUNT]], np.ones(COUNT)),
          "two of each": judge.score(x_train[first_two], wanted),
          "redrawn, 8": judge.score(np.clip(through(deep[8], x_test[:COUNT]), 0, 1), y_test[:COUNT]),
          **{f"autoencoder, {name}": judge.score(pictures) for name, pictures in by_autoencoder.items()}}

# %% tags=["nbval-ignore-output", "reveal"]
plot.score_table(scores)

# %% tags=["reveal"]
plot.precision_against_recall(scores, title="What is real is in the corner; all else lacks variety",
                              alt="Six points, recall over precision: real pictures at the upper right; "
                                  "trousers, two of each kind and redrawn pictures at the lower right; draws "
                                  "from an autoencoder at the bottom, farther to the left.")
by_heart = {"the share of the wanted class": scores["two of each"]["wanted class"] < 0.8,
            "the precision": scores["two of each"]["precision"] < 0.5,
            "the recall": scores["two of each"]["recall"] < 0.5}
reveal("heart", next((name for name, wrong in by_heart.items() if wrong), "the recall"))
claim("Real pictures: the share of the wanted class", scores["real"]["wanted class"], at_least=0.9)
claim("Real pictures: precision", scores["real"]["precision"], at_least=0.8)
claim("Real pictures: recall", scores["real"]["recall"], at_least=0.8)
claim("Two of each: recall", scores["two of each"]["recall"], at_most=0.05)
claim("Trousers only: recall", scores["trousers"]["recall"], at_most=0.3)
claim("Redrawn from codes of 8: precision", scores["redrawn, 8"]["precision"], at_least=0.8)
claim("Redrawn from codes of 8: recall", scores["redrawn, 8"]["recall"], at_most=0.1)
claim("Autoencoder, fitted Gaussian: the distance over that of redrawn pictures",
      scores["autoencoder, fitted Gaussian"]["distance"] / scores["redrawn, 8"]["distance"],
      at_least=1.2)

# %% [markdown] tags=["ko"]
r"""
외운 생성기는 종류의 비율과 정밀도가 진짜와 비슷하고, 재현율은 0입니다. 거리도 크지만, 무엇이 잘못되었는지는 말해 주지 않습니다. 다시 그린 흐린 그림의 거리도 그만큼입니다. 바지만 있는 것은 재현율이 낮습니다. 흐린 그림은 뜻밖에도 정밀도가 높습니다. 흐린 그림의 특징은 가운데에 몰리고, 거기에는 진짜의 공이 많기 때문으로 보입니다. 그 대신 재현율과 거리가 나쁩니다. 그러니 한 수만 보아서는 안 됩니다. 마지막으로 **베낀 것**을 알아냅니다. 가장 가까운 학습 그림이 다음 이웃들보다 훨씬 가까우면(평균 거리의 절반보다 가까우면) 베낀 것으로 봅니다(Carlini et al., 2023의 방법을 따름). 학습 그림 자신은 모두, 테스트 그림은 거의 하나도 그렇지 않아야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
The generator that learned by heart has about the share and the precision of real pictures, and a recall of 0. Its distance is large, too, but does not say what is wrong: that of the blurred pictures is about as large. Trousers alone have a low recall. Blurred pictures have, surprisingly, a high precision: presumably since their features crowd in the middle, where balls of real ones are many. What is bad is their recall and their distance. So no single number will do. Last, find **copies**: if the nearest training picture is much nearer than the next ones (nearer than half of their mean distance), take it for a copy (after Carlini et al., 2023). All training pictures should be taken for copies, and hardly any test picture.
"""

# %%
_, _, ratios_of_test = generation.nearest(x_test[:COUNT], x_train)
claim("Training pictures themselves: share of copies", scores["real"]["copies"], at_least=0.99)
claim("Control: test pictures, share of copies", float(np.mean(ratios_of_test < generation.COPY)), at_most=0.03)

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 구멍을 메우는 VAE입니다.

## 5. VAE의 식을 손으로

오토인코더의 손실은 코드가 어디에 놓일지 말하지 않았습니다. **변분 오토인코더**(variational autoencoder, VAE; Kingma and Welling, 2014; Rezende et al., 2014)는 두 가지를 바꿉니다. 인코더는 코드 하나가 아니라 코드의 **구름**, 곧 정규 분포 $q(z \mid x)$의 평균과 분산을 냅니다. 그리고 구름이 모두 모이면 표준 정규 분포 $p(z)$처럼 놓이게 합니다. 그러면 거기서 뽑은 코드는 구멍에 빠지지 않아야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next comes the VAE, which fills the holes.

## 5. The formulas of the VAE by hand

The loss of the autoencoder did not say where codes should lie. The **variational autoencoder** (VAE; Kingma and Welling, 2014; Rezende et al., 2014) changes two things. The encoder gives not one code but a **cloud** of codes, the mean and the variance of a Gaussian $q(z \mid x)$. And all clouds together are made to lie like the standard Gaussian $p(z)$. A code that is drawn from that should then meet no hole.
"""

# %% tags=["covers-H3"]
plot.generator_forms(("AE", "VAE"), title="One code, or a cloud of codes",
                     alt="Two rows of boxes. Autoencoder: picture, encoder, code, decoder, picture. VAE: picture, "
                         "encoder, mean and spread, which with noise give a code, then decoder and picture.")

# %% [markdown] tags=["ko"]
r"""
### 증거 하한

그림을 만드는 과정을 이렇게 봅니다. 코드 $z$를 $p(z)$에서 뽑고, 디코더가 내는 분포 $p(x \mid z)$에서 그림 $x$를 뽑습니다. 좋은 디코더라면 진짜 그림의 확률이 커야 합니다.

$$p(x) = \int p(x \mid z)\, p(z)\, dz$$

$\log p(x)$를 **증거**(evidence)라고 합니다. 적분은 코드가 길면 계산할 수 없습니다. 그러나 어떤 $q$에 대해서든

$$\log p(x) = \underbrace{\mathbb{E}_{q}[\log p(x \mid z)] - \mathrm{KL}(q \,\Vert\, p(z))}_{\text{ELBO}} + \mathrm{KL}\big(q \,\Vert\, p(z \mid x)\big), \qquad \mathrm{KL}(q \,\Vert\, p) = \mathbb{E}_q\!\left[\log \frac{q(z)}{p(z)}\right]$$

가 성립합니다. $\mathbb{E}_q$는 $q$에서 뽑은 $z$에 대한 평균이고, $q(z)$와 $q$는 $q(z \mid x)$를 줄여 쓴 것입니다. 그림을 보기 전의 코드의 분포 $p(z)$를 **사전 분포**(prior), 그림을 본 뒤의 분포 $p(z \mid x)$를 **사후 분포**(posterior)라고 합니다. 베이즈 정리 $p(z \mid x) = p(x \mid z)\, p(z) / p(x)$를 마지막 항에 넣으면 확인할 수 있습니다. 쿨백-라이블러 발산(Kullback-Leibler divergence, **KL**)은 두 분포가 얼마나 다른지이고, 음수가 아닙니다. 앞의 두 항을 함께 **ELBO**(evidence lower bound, **증거 하한**)라고 합니다.

코드가 수 하나이고 그림이 픽셀 하나이면 적분을 촘촘한 격자에서 할 수 있습니다. 디코더는 흰 픽셀의 확률을 $\sigma(3z - 1)$이라고 하고(시그모이드 $\sigma(t) = 1 / (1 + e^{-t})$), 픽셀은 흽니다.
"""

# %% [markdown] tags=["en"]
r"""
### The evidence lower bound

Think of how a picture comes about: a code $z$ is drawn from $p(z)$, and a picture $x$ from the distribution $p(x \mid z)$ that the decoder gives. With a good decoder, real pictures are likely.

$$p(x) = \int p(x \mid z)\, p(z)\, dz$$

$\log p(x)$ is the **evidence**. For long codes the integral cannot be computed. But for any $q$

$$\log p(x) = \underbrace{\mathbb{E}_{q}[\log p(x \mid z)] - \mathrm{KL}(q \,\Vert\, p(z))}_{\text{ELBO}} + \mathrm{KL}\big(q \,\Vert\, p(z \mid x)\big), \qquad \mathrm{KL}(q \,\Vert\, p) = \mathbb{E}_q\!\left[\log \frac{q(z)}{p(z)}\right]$$

holds. $\mathbb{E}_q$ is the mean over codes $z$ drawn from $q$, and $q(z)$ and $q$ are short for $q(z \mid x)$. The distribution of codes before a picture is seen, $p(z)$, is the **prior**, and the one after it, $p(z \mid x)$, the **posterior**. The equation is seen by putting Bayes' rule $p(z \mid x) = p(x \mid z)\, p(z) / p(x)$ into the last term. The Kullback-Leibler divergence (**KL**) says how much two distributions differ, and is never negative. The first two terms together are called **ELBO** (**evidence lower bound**).

With one number as code and one pixel as picture, the integral can be done on a fine grid. Let the decoder say that the pixel is white with probability $\sigma(3z - 1)$, with the sigmoid $\sigma(t) = 1 / (1 + e^{-t})$, and let it be white.
"""

# %%
predict("above", "Can the ELBO of a badly chosen q lie above the evidence?",
        choices=["yes, for a narrow q", "yes, for a wide q", "no, for no q"])

# %% tags=["covers-H3", "reveal"]
line = np.linspace(-8, 8, 3201)
gap = line[1] - line[0]


def log_density(z, mean, spread):
    """Logarithm of a Gaussian's density."""
    return -(((z - mean) / spread) ** 2) / 2 - np.log(spread) - np.log(2 * np.pi) / 2


log_white = -np.log1p(np.exp(1 - 3 * line))  # log p(x|z) of a white pixel
log_prior = log_density(line, 0, 1)
evidence = np.log(np.sum(np.exp(log_white + log_prior)) * gap)
log_posterior = log_white + log_prior - evidence


def parts_of_bound(mean, spread):
    """Expected log p(x|z), KL to the prior, and KL to the true posterior, of one cloud."""
    log_q = log_density(line, mean, spread)
    q = np.exp(log_q) * gap
    return np.sum(q * log_white), np.sum(q * (log_q - log_prior)), np.sum(q * (log_q - log_posterior))


middles = np.linspace(-1.5, 2.5, 17)
bounds = {f"spread {spread}": [np.subtract(*parts_of_bound(mean, spread)[:2]) for mean in middles]
          for spread in (0.3, 0.8, 1.5)}
plot.curves(bounds, x=middles, ticks=[-1, 0, 1, 2], xlabel="mean of q", ylabel="ELBO (nats)",
            baseline=(evidence, "evidence"), title="However q is chosen, its bound stays below the evidence",
            alt="Three hills, the ELBO over the mean of q for three spreads, below a dotted line; the one of the "
                "middle spread nearly touches it.")
reveal("above", "no, for no q" if max(map(max, bounds.values())) <= evidence else "yes, for a narrow q")
for mean, spread in ((0.0, 1.0), (0.7, 0.8), (2.0, 0.3)):
    explained_part, to_prior, to_posterior = parts_of_bound(mean, spread)
    identity(f"Mean {mean}, spread {spread}: evidence minus ELBO is the KL to the true posterior",
             evidence - (explained_part - to_prior), to_posterior, tolerance=1e-6)

# %% [markdown] tags=["ko"]
r"""
KL이 음수가 아니므로, $q$를 어떻게 고르든 ELBO는 증거보다 클 수 없습니다. $\log$의 밑이 $e$이므로 단위는 **냇**(nat)입니다. ELBO를 높이면 두 가지 일이 함께 일어납니다. 디코더가 그림을 더 잘 설명하고, $q$는 참된 사후 분포 $p(z \mid x)$에 가까워집니다. 아래에서 $q$의 평균과 퍼짐을 끌어 ELBO를 증거까지 올려 보세요. 남는 틈은 무엇일까요?
"""

# %% [markdown] tags=["en"]
r"""
As a KL is never negative, no $q$ can lift the ELBO above the evidence. As $\log$ has the base $e$, the unit is the **nat**. Raising the ELBO does two things at once: the decoder explains the picture better, and $q$ comes closer to the true posterior $p(z \mid x)$. Change mean and spread of $q$ and raise the ELBO up to the evidence. What is the gap that stays?
"""

# %%
plot.explore_elbo(slope=3.0, shift=-1.0, mean=0.0, spread=1.0,
                  alt="Three curves over the code: the prior, the true posterior to its right, and the cloud q on "
                      "the prior; beside them bars of what the cloud explains, its KL, the ELBO and the evidence.")

# %% [markdown] tags=["ko"]
r"""
### KL을 식으로

코드의 수마다 평균 $\mu$, 분산 $\sigma^2$인 정규 분포와 표준 정규 분포 사이의 KL은 적분이 풀립니다.

$$\mathrm{KL} = \frac{1}{2} \sum_{i=1}^{k} \left( \mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2 \right)$$

코드가 수 하나일 때, 분산은 표준 정규 분포와 같고 평균만 1만큼 옮긴 구름의 KL은 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
### The KL by its formula

For each number of the code, the KL of a Gaussian with mean $\mu$ and variance $\sigma^2$ from the standard one can be integrated.

$$\mathrm{KL} = \frac{1}{2} \sum_{i=1}^{k} \left( \mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2 \right)$$

With one number as code, what is the KL of a cloud whose variance is that of the standard Gaussian, and whose mean is moved by 1?
"""

# %%
predict("kl", "What is its KL in nats? (Within 0.01 counts as right.)")

# %% tags=["covers-H3", "reveal"]
from course_lib.models import vae

reveal("kl", float(vae.kl_of_each(np.float32(1), np.float32(0))), tolerance=0.01)
moved, narrowed = 1.2, 0.5  # mean and spread of a cloud
formula = float(vae.kl_of_each(np.float32(moved), 2 * np.log(np.float32(narrowed))))
identity("The formula equals the integral on the grid", formula, parts_of_bound(moved, narrowed)[1],
         tolerance=1e-5)
for number in (100, 10_000, 1_000_000):
    draws = np.random.default_rng(0).normal(moved, narrowed, number)
    terms = log_density(draws, moved, narrowed) - log_density(draws, 0, 1)
    error = terms.std() / np.sqrt(number)
    print(f"Monte Carlo from {number:9,} codes: {terms.mean():.3f}, standard error {error:.3f}")
claim("A million codes: distance of Monte Carlo from the formula, in standard errors",
      float(abs(terms.mean() - formula) / error), at_most=4)

# %% [markdown] tags=["ko"]
r"""
### 재매개변수화: 우연을 지나는 기울기

ELBO의 첫 항은 $q$에서 **뽑은** 코드에 대한 기댓값입니다. 뽑는다는 것에는 도함수가 없습니다. 그런데 뽑는 확률이 $\mu$와 $\sigma$에 달려 있으므로, 인코더로 가는 기울기가 필요합니다. **재매개변수화**(reparameterization)는 우연을 밖으로 옮깁니다.

$$z = \mu + \sigma \odot \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, 1) \quad\Rightarrow\quad \frac{\partial}{\partial \mu}\, \mathbb{E}[f(z)] = \mathbb{E}[f'(\mu + \sigma \odot \varepsilon)]$$

$\odot$는 성분끼리의 곱이고, $\varepsilon$의 성분은 표준 정규 분포 $\mathcal{N}(0, 1)$에서 뽑은 수입니다. 이제 $z$는 $\mu$와 $\sigma$의 평범한 함수입니다. 이 방법 없이도 옳은 기울기를 얻을 수는 있습니다. $\mathbb{E}[f(z)\, (z - \mu) / \sigma^2]$이고, 우도비(likelihood ratio) 방법이라고 합니다(REINFORCE; Williams, 1992). 둘 다 평균은 참값입니다. 그렇다면 무엇이 다를까요? $f(z) = \sum_i z_i^2$, $\mu_i = 1$, $\sigma_i = 1$에서 참된 기울기는 2입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Reparameterization: a gradient that passes through chance

The first term of the ELBO is an expectation over codes that are **drawn** from $q$, and drawing has no derivative. But the probabilities depend on $\mu$ and $\sigma$, so gradients must reach the encoder. **Reparameterization** moves the chance outside.

$$z = \mu + \sigma \odot \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, 1) \quad\Rightarrow\quad \frac{\partial}{\partial \mu}\, \mathbb{E}[f(z)] = \mathbb{E}[f'(\mu + \sigma \odot \varepsilon)]$$

$\odot$ multiplies entry by entry, and the entries of $\varepsilon$ are drawn from the standard Gaussian $\mathcal{N}(0, 1)$. Now $z$ is an ordinary function of $\mu$ and $\sigma$. A right gradient can be had without this, too: it is $\mathbb{E}[f(z)\, (z - \mu) / \sigma^2]$, the likelihood ratio method (REINFORCE; Williams, 1992). Both have the true value as their mean. So what is the difference? With $f(z) = \sum_i z_i^2$, $\mu_i = 1$ and $\sigma_i = 1$ the true gradient is 2.
"""

# %% tags=["covers-H3"]
import tensorflow as tf

mu, log_variance = tf.Variable([[1.0]]), tf.Variable([[0.0]])
noise = np.random.default_rng(0).normal(size=(10_000, 1)).astype("float32")
with tf.GradientTape(persistent=True) as tape:
    z = vae.reparameterize(mu, log_variance, noise)
    passed, stopped = ops.mean(z**2), ops.mean(ops.stop_gradient(z) ** 2)
identity("With reparameterization: the gradient is twice the mean of the codes", tape.gradient(passed, mu)[0, 0],
         2 * float(ops.mean(z)), tolerance=1e-3)
print("codes taken as drawn, gradient of the mean:", tape.gradient(stopped, mu))

# %%
predict("spread", "A code of 64 numbers: how many times as widely do single gradients scatter without it?",
        choices=["less than 2 times", "2 to 30 times", "more than 30 times"])

# %% tags=["covers-H3", "reveal"]
LONGS = (1, 4, 16, 64)  # numbers of the code
passed_through, weighed_by = [], []  # estimates of the gradient of the first mean, 20,000 draws each
for long in LONGS:
    z_long = 1 + np.random.default_rng(long).normal(size=(20_000, long))
    passed_through.append(2 * z_long[:, 0])
    weighed_by.append((z_long**2).sum(axis=1) * (z_long[:, 0] - 1))
scatter_with, scatter_without = ([float(found.std()) for found in lists] for lists in (passed_through, weighed_by))
plot.curves({"with reparameterization": np.log10(scatter_with), "without": np.log10(scatter_without)},
            x=LONGS, log=True, xlabel="numbers of the code",
            ylabel="decimal logarithm of the scatter",
            title="Without reparameterization the gradient drowns in noise",
            alt="Two lines: the scatter of the gradient is level with reparameterization, and grows steeply "
                "without it.")
reveal("spread", scatter_without[-1] / scatter_with[-1], limits=[2, 30])
claim("With, 64 numbers: the mean of the estimates", float(passed_through[-1].mean()), between=(1.95, 2.05))
claim("Without, 64 numbers: the mean of the estimates", float(weighed_by[-1].mean()), between=(-1, 5))
claim("Without over with, 64 numbers: scatter", scatter_without[-1] / scatter_with[-1],
      between=(60, 72))

# %% [markdown] tags=["ko"]
r"""
둘 다 참값 둘레에 흩어지지만, 폭이 다릅니다. 우도비는 $f$ 전체의 크기를 곱하므로 수가 많아질수록 흩어집니다. 재매개변수화는 그 수의 기울기만 봅니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 VAE로 옷을 그립니다.

## 6. VAE로 옷 그리기

그림에서 $-\log p(x \mid z)$는 픽셀마다의 교차 엔트로피를 더한 것입니다(회색 $x_p$를 흰 픽셀의 확률로 봅니다. 엄밀히는 회색의 밀도가 아닙니다; Loaiza-Ganem and Cunningham, 2019). 디코더의 로짓이 $a_p$일 때 줄이는 손실은 $-\mathrm{ELBO}$입니다.

$$L = \sum_{p=1}^{P} \big( \log(1 + e^{a_p}) - x_p a_p \big) + \frac{\beta}{2} \sum_{i=1}^{k} \left( \mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2 \right)$$

우선 $\beta = 1$입니다. 코드가 둘인 VAE를 코드가 둘인 오토인코더와 견줍니다. 은닉층, 에포크, 배치의 크기, 학습률은 같습니다.
"""

# %% [markdown] tags=["en"]
r"""
Both scatter around the true value, but not as widely. The likelihood ratio multiplies by the size of all of $f$, so it scatters more the more numbers there are; reparameterization looks at the slope for this number alone.

> **A good place to stop.** Next the VAE makes garments.

## 6. Garments from a VAE

For pictures, $-\log p(x \mid z)$ is the cross-entropy of each pixel, added up (a grey $x_p$ is taken as the probability of a white pixel; strictly that is no density of grey values, see Loaiza-Ganem and Cunningham, 2019). With the decoder's logits $a_p$ the loss is $-\mathrm{ELBO}$.

$$L = \sum_{p=1}^{P} \big( \log(1 + e^{a_p}) - x_p a_p \big) + \frac{\beta}{2} \sum_{i=1}^{k} \left( \mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2 \right)$$

At first $\beta = 1$. Compare a VAE with a code of two numbers with the autoencoder with a code of two. Their hidden layers, epochs, batch sizes and rates are the same.
"""

# %% tags=["covers-H3"]
def taught(model, given, epochs, batch, rate):
    """Train a VAE from a dict of arrays; the rate of Adam falls to 0."""
    falling = keras.optimizers.schedules.CosineDecay(rate, epochs * len(given["images"]) // batch)
    model.compile(keras.optimizers.Adam(falling), steps_per_execution=10)
    model.fit(given, batch_size=batch, epochs=epochs, verbose=0, callbacks=[course_lib.Progress(model.name)])
    return model


course_lib.set_seed(0)
flat_vae = taught(vae.VAE(2, hidden=(256, 128), name="flat_vae"), {"images": x_train},
                  epochs=4, batch=50, rate=0.002)
cloud_means, _ = (ops.convert_to_numpy(part) for part in flat_vae.encoder({"images": x_test}))
pictures_seen = flat_vae({"images": x_test[:500]})
bound_of_500 = vae.elbo(x_test[:500], **pictures_seen)
loss_of_500 = float(flat_vae.compute_loss({"images": x_test[:500]}, None, pictures_seen))
identity("The loss of a batch is minus the mean of its ELBO", loss_of_500, -float(ops.mean(bound_of_500)),
         tolerance=0.01)

# %%
plane = np.linspace(-2.6, 2.6, 10)
plane_codes = np.stack(np.meshgrid(plane, plane), axis=-1).reshape(-1, 2).astype("float32")
plot.code_map(cloud_means[:700], y_test[:700], data.FASHION_MNIST_CLASSES,
              flat_vae.draw(plane_codes).reshape(10, 10, 28, 28), (-2.6, 2.6),
              title="The codes of a VAE gather around the origin",
              alt="Left: seven hundred points in ten kinds of marks, around the origin, with a gap between shoes "
                  "and other garments. Right: the pictures that the decoder draws across the same plane, which "
                  "change from one kind to another, with dark mixtures in the gap.")

# %% [markdown] tags=["ko"]
r"""
VAE의 코드는 원점 둘레에 모였습니다. 그래도 신발과 다른 옷 사이에는 빈 곳이 남았고, 거기서 그린 것은 어둡게 섞였습니다.

직접 해 보세요. 왼쪽 판 위에서 점을 끌면 그곳의 그림을 디코더가 바로 그립니다(브라우저 안에서 계산합니다). 위에서 신경망을 바꾸어, 두 공간의 빈 곳과 경계를 비교해 보세요. VAE에서 신발은 어디에 모여 있나요?
"""

# %% [markdown] tags=["en"]
r"""
The codes of the VAE have gathered around the origin. Still, there is an empty place between shoes and other garments, and what is drawn there is a dark mixture.

Try it. Drag the point on the pad, and the decoder draws the picture of that place at once (it is computed in your browser). Choose the other network above, and compare the empty places and the borders of the two. Where in the VAE are the shoes?
"""

# %% tags=["covers-H2", "covers-H3"]
from course_lib.widgets.codes import Space


def dense_layers(model):
    """Matrix and bias of each dense layer, from the code to the pixels."""
    return [one.get_weights() for one in model.layers if one.weights]


spaces = {"VAE": Space(dense_layers(flat_vae.decoder), cloud_means[:500], reach=3.0, last="sigmoid"),
          "autoencoder": Space(dense_layers(deep[2].get_layer("decoder")), codes[2][:500],
                               reach=float(np.abs(codes[2][:500]).max()), last="clip")}
plot.explore_codes(
    spaces, labels=y_test[:500], names=data.FASHION_MNIST_CLASSES, code=(1.0, 1.0),
    alt="A pad with the codes of five hundred test pictures in ten kinds of marks and a point above the middle, "
        "and beside it the garment that the decoder draws from this point.")

# %% [markdown] tags=["ko"]
r"""
구멍이 정말 메워졌을까요? 두 신경망에서 1,000장씩 뽑습니다. 오토인코더는 자기 코드에 맞춘 정규 분포에서, VAE는 표준 정규 분포에서 뽑습니다. 구멍은 3절처럼, 뽑은 코드에서 가장 가까운 학습 코드까지의 거리가 테스트 코드의 몇 배인지로 잽니다. VAE에서는 그림마다 구름에서 뽑은 코드 하나를 그 그림의 코드로 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Are the holes really filled? Draw 1,000 pictures from each of the two: for the autoencoder from a Gaussian fitted to its codes, for the VAE from the standard Gaussian. Holes are measured as in section 3: how far is a code that is drawn from the nearest training code, over what it is for test codes? For the VAE, the code of a picture is one drawn from its cloud.
"""

# %%
predict("filled", "Codes of two numbers: what is the VAE's Fréchet distance over the autoencoder's?",
        choices=["less than 0.5", "0.5 to 1", "more than 1"])

# %% tags=["covers-H3", "reveal"]
codes_of_two = through(deep[2].get_layer("encoder"), x_train)
fitted_of_two = random.multivariate_normal(codes_of_two.mean(axis=0), np.cov(codes_of_two, rowvar=False), COUNT)
drawn_of_two = through(deep[2].get_layer("decoder"), fitted_of_two.astype("float32"))
from_flat = {"autoencoder of 2": np.clip(drawn_of_two, 0, 1), "VAE of 2": flat_vae.generate(COUNT)}
scores.update({name: judge.score(pictures) for name, pictures in from_flat.items()})
filled = scores["VAE of 2"]["distance"] / scores["autoencoder of 2"]["distance"]


def from_clouds(pictures):
    """A code from the cloud of each picture."""
    mean, log_variances = flat_vae.encoder({"images": pictures})
    noise_of_each = random.normal(size=tuple(mean.shape)).astype("float32")
    return ops.convert_to_numpy(vae.reparameterize(mean, log_variances, noise_of_each))


known_clouds, prior_codes = from_clouds(x_train), random.normal(size=(COUNT, 2))
far_of_two = {
    "VAE": to_nearest(prior_codes, known_clouds) / to_nearest(from_clouds(x_test[:COUNT]), known_clouds),
    "autoencoder": to_nearest(fitted_of_two, codes_of_two) / to_nearest(codes[2][:COUNT], codes_of_two)}
reveal("filled", filled, limits=[0.5, 1])
claim("Codes of two: the VAE's Fréchet distance over the autoencoder's", filled, between=(1.05, 1.6))
claim("VAE: codes drawn, distance to the nearest training code over that of test codes", far_of_two["VAE"],
      at_most=3)
claim("The same of the autoencoder, over the VAE's", far_of_two["autoencoder"] / far_of_two["VAE"], at_least=1.3)

# %% [markdown] tags=["ko"]
r"""
구멍은 작아졌습니다. 다 메워진 것은 아니어서, 뽑은 코드는 여전히 테스트 코드보다 멉니다. 그런데 프레셰 거리는 오토인코더보다 오히려 **큽니다**. VAE의 그림이 **흐리기** 때문으로 보입니다. 한 코드에 맞는 그림이 여럿이면 교차 엔트로피가 가장 작은 것은 그 평균인데(7장에서 평균 제곱 오차가 그랬습니다), 구름 때문에 한 코드에 맞는 그림이 더 많아집니다. 코드가 어디에 놓이는지와 그림이 얼마나 또렷한지는 다른 문제입니다. 거리 하나만 보았다면 구멍이 작아진 것을 몰랐을 것입니다.

### 베타와 사후 붕괴

코드에 냇 하나를 담으면 KL로 $\beta$냇을 치릅니다. 그만큼 복원에서 벌지 못하면, 담지 않는 쪽이 낫습니다. $\beta$를 키우면 수들이 하나씩 버려지고(**베타-VAE**; Higgins et al., 2017), 마침내 모든 구름이 표준 정규 분포가 됩니다. 디코더는 코드를 무시합니다. 이것이 **사후 붕괴**(posterior collapse; Bowman et al., 2016)입니다. 수 8개짜리 VAE를 $\beta$ 0.1, 1, 10, 100으로, 학습 그림 6,000장에서 3에포크씩만 학습시킵니다. 고치는 방법으로, 수마다 0.5냇은 **공짜**로 주는 것(free nats; Kingma et al., 2016)을 $\beta$ 100에서 시험합니다. 배치에서 평균한 KL이 0.5냇보다 작은 수는 손실에 0.5냇으로 넣습니다.
"""

# %% [markdown] tags=["en"]
r"""
The holes are smaller, though not filled: codes that are drawn are still farther away than those of test pictures. And yet the Fréchet distance is **larger** than the autoencoder's, presumably since the pictures of a VAE are **blurred**. Where several pictures fit one code, the cross-entropy is smallest for their mean (as the mean squared error was in chapter 7), and clouds make more pictures fit one code. Where codes lie and how sharp pictures are is not the same question; the distance alone would have hidden that the holes got smaller.

### Beta and posterior collapse

A nat that is put into the code costs $\beta$ nats of KL. If it does not save as much in the reconstruction, it is better not to put it there. With a larger $\beta$ one number after the other is given up (**beta-VAE**; Higgins et al., 2017), and in the end all clouds are the standard Gaussian. The decoder ignores the code: **posterior collapse** (Bowman et al., 2016). Train VAEs of 8 numbers with a $\beta$ of 0.1, 1, 10 and 100, each for only 3 epochs of 6,000 training pictures. As a remedy, let 0.5 nats of each number be **free** (free nats; Kingma et al., 2016), with a $\beta$ of 100: a number whose KL, as a mean over the batch, is below 0.5 nats counts as 0.5 nats in the loss.
"""

# %%
predict("collapsed", "With a beta of 100, what does the decoder draw from 1,000 random codes?",
        choices=["noise", "nearly the same blurred picture", "garments as varied as with a beta of 1"])

# %% tags=["covers-H3"]
few = x_train[np.random.default_rng(2).permutation(len(x_train))[:6000]]
SETTINGS = {"β = 0.1": (0.1, 0), "β = 1": (1, 0), "β = 10": (10, 0),
            "β = 100": (100, 0), "β = 100, free nats": (100, 0.5)}
beta, free = tf.Variable(1.0, trainable=False), tf.Variable(0.0, trainable=False)  # read anew in each step
weighed = vae.VAE(8, hidden=(256, 128), beta=beta, free=free, name="weighed")
falling = keras.optimizers.schedules.CosineDecay(0.003, 3 * len(few) // 60)
weighed.compile(keras.optimizers.Adam(falling), steps_per_execution=10)
weighed.optimizer.build(weighed.trainable_variables)
changing = [*weighed.weights, *weighed.optimizer.variables, weighed.random.state]
at_first, trained = [variable.numpy() for variable in changing], {}
for name, setting in SETTINGS.items():  # one network, put back each time: its graph is built once
    for variable, value in zip([*changing, beta, free], [*at_first, *setting]):
        variable.assign(value)
    course_lib.set_seed(0)
    weighed.fit({"images": few}, batch_size=60, epochs=3, verbose=0, callbacks=[course_lib.Progress(name)])
    trained[name] = weighed.get_weights()

# %% tags=["covers-H3", "reveal"]
def weighed_with(name):
    """The VAE as it was trained with this setting."""
    weighed.set_weights(trained[name])
    return weighed


nats = {name: vae.nats_of_each(weighed_with(name), x_test[:1000]) for name in SETTINGS}
varied = {name: float(weighed_with(name).generate(500).std(axis=0).mean()) for name in SETTINGS}
told_apart = {name: {"numbers used": int((found > 0.1).sum()), "nats": float(found.sum())}
              for name, found in nats.items()}
plot.heatmap(np.array([np.sort(found)[::-1] for found in nats.values()]), list(nats),
             xlabel="numbers of the code, sorted by what they carry", unit="nats",
             title="The dearer a nat, the fewer numbers carry any",
             alt="Five rows of eight colours, the nats that each number of the code carries: many for a small "
                 "beta, few or none for a large one, and some for each number with free nats.")
plot.image_grid(np.concatenate([weighed_with(name).generate(8, seed=1) for name in SETTINGS]), columns=8,
                limits=(0, 1), size=0.8, row_titles=list(SETTINGS), title="Drawn from the standard Gaussian",
                alt="Five rows of eight pictures, by beta: dark mixtures, garments and mixtures, blurred "
                    "garments, nearly the same picture eight times, and blurred garments again with free nats.")
reveal("collapsed", "nearly the same blurred picture" if varied["β = 100"] < 0.3 * varied["β = 1"]
       else "garments as varied as with a beta of 1")
claim("β = 100: nats that the code carries", told_apart["β = 100"]["nats"], at_most=0.05)
claim("β = 100: variety of the pixels over that with β = 1", varied["β = 100"] / varied["β = 1"],
      at_most=0.25)
claim("β = 10: numbers that carry more than 0.1 nats", told_apart["β = 10"]["numbers used"],
      between=(1, 5))
claim("β = 1: numbers that carry more than 0.1 nats", told_apart["β = 1"]["numbers used"],
      between=(7, 8))
claim("β = 100 with free nats: nats that the code carries", told_apart["β = 100, free nats"]["nats"],
      at_least=3)

# %% [markdown] tags=["ko"]
r"""
$\beta$가 작으면 코드에 많이 담기지만, 뽑은 그림은 어둡게 뒤섞였습니다(첫 행). 구름이 서로 떨어져, 뽑은 코드가 다시 구멍에 빠지기 때문일 것입니다(여기서는 재지 않았습니다). 크면 구멍은 없지만 담은 것이 없습니다. 공짜 냇은 코드를 되살렸습니다. 다만 공짜인 것보다 더 담기지는 않았습니다. Bowman et al.(2016)은 KL의 무게를 0에서 천천히 올려 붕괴를 피했습니다. 여기서는 시험하지 않았습니다.

### 사이 잇기

두 그림 사이를 잇는 방법은 둘입니다. **픽셀**을 섞거나, **코드**를 섞어 디코더에 넣습니다. 한가운데의 그림이 옷처럼 보이는지를 심판이 잽니다. 앞에서 $\beta = 1$로 학습시킨 VAE를 씁니다. **공정한 비교.** VAE는 그림을 흐리게 그리므로, 픽셀을 섞는 쪽도 VAE가 다시 그린 두 그림을 섞습니다.
"""

# %% [markdown] tags=["en"]
r"""
With a small $\beta$ the code carries much, but what is drawn are dark mixtures (the first row), presumably since clouds lie apart, so that codes fall into holes again (not measured here). With a large one there are no holes, and nothing is stored. Free nats revived the code, though it carries no more than what is free. Bowman et al. (2016) avoided the collapse by raising the weight of the KL slowly from 0, which was not tried here.

### From one picture to another

There are two ways from one picture to another: mix the **pixels**, or mix the **codes** and let the decoder draw. Whether the picture half-way looks like a garment is measured by the judge. The VAE is the one from above with $\beta = 1$. **A fair comparison.** The VAE blurs what it draws, so the pixels that are mixed are also those of two pictures that it has drawn again.
"""

# %%
predict("between", "Half-way between two garments: Fréchet distance of mixed codes over that of mixed pixels",
        choices=["less than 0.5", "0.5 to 1", "more than 1"])

# %% tags=["covers-H1", "covers-H3", "reveal"]
joined = weighed_with("β = 1")
ends = ops.convert_to_numpy(joined.encoder({"images": x_test[:2 * COUNT]})[0])  # means
drawn_ends = joined.draw(ends)
halfway = {"mixed codes": joined.draw((ends[:COUNT] + ends[COUNT:]) / 2),
           "mixed pixels": (drawn_ends[:COUNT] + drawn_ends[COUNT:]) / 2, "ends": drawn_ends[:COUNT],
           "mixed pixels of real ones": (x_test[:COUNT] + x_test[COUNT:2 * COUNT]) / 2}
distances = {name: generation.frechet_distance(judge.real_features, judge.look(pictures)[0])
             for name, pictures in halfway.items()}
way = np.linspace(0, 1, 9)[:, np.newaxis]
first, last = int(np.flatnonzero(y_test == 1)[0]), int(np.flatnonzero(y_test == 9)[0])  # trousers and a boot
along = joined.draw(((1 - way) * ends[first] + way * ends[last]).astype("float32"))
mixed_pixels = (1 - way[..., None, None]) * drawn_ends[first] + way[..., None, None] * drawn_ends[last]
plot.image_grid(np.concatenate([mixed_pixels, along]), columns=9, limits=(0, 1), size=0.8,
                row_titles=["mixed pixels", "mixed codes"],
                title="Half-way by pixels lie two garments, by codes one",
                alt="Two rows of nine pictures from trousers to an ankle boot: by mixed pixels both are seen "
                    "through each other, by mixed codes one changes into the other.")
reveal("between", distances["mixed codes"] / distances["mixed pixels"], limits=[0.5, 1])
claim("Half-way: distance of mixed codes over that of mixed pixels",
      distances["mixed codes"] / distances["mixed pixels"], at_most=1)
claim("Control: half-way over the ends, both drawn from codes", distances["mixed codes"] / distances["ends"],
      at_least=1.1)
claim("Control: mixed pixels of real ones over mixed codes, distance",
      distances["mixed pixels of real ones"] / distances["mixed codes"], at_most=0.8)
near = {name: float(generation.nearest(pictures[:300], x_train)[1].mean()) for name, pictures in halfway.items()}
claim("To the nearest training picture, in pixels: mixed codes over mixed pixels",
      near["mixed codes"] / near["mixed pixels"], at_most=0.9)
claim("The same over mixed pixels of real ones", near["mixed codes"] / near["mixed pixels of real ones"],
      at_most=0.8)

# %% [markdown] tags=["ko"]
r"""
심판의 거리로는 섞은 코드가 조금 낫습니다. 그런데 **진짜** 그림의 픽셀을 섞은 것은 거리가 가장 작습니다. 두 옷이 겹쳐 비치는데도 그렇습니다. 이 심판은 비치는 것보다 흐린 것을 더 싫어합니다. 다른 잣대로, 픽셀에서 가장 가까운 학습 그림까지의 거리를 재면 섞은 코드가 둘보다 옷에 가깝습니다. 다만 픽셀의 거리는 거꾸로 흐린 그림에 후합니다. 잣대 하나로는 모자랍니다.

### 말로 주문하기

지금까지는 무엇이 나올지 고를 수 없었습니다. 인코더와 디코더에 **종류**를 함께 알려 주면(조건부 VAE; Sohn et al., 2015) 낱말로 옷을 주문할 수 있습니다. 종류마다 학습되는 벡터를 코드 뒤에 붙입니다. 코드에는 종류를 뺀 나머지, 곧 모양만 남으면 됩니다. 글에서 그림을 만드는 첫걸음이고, 11장에서는 문장이 됩니다. 코드의 수는 5개, 은닉층의 너비는 256과 128이고, 학습률 0.008에서 100장씩 6에포크를 배웁니다. 코드가 이렇게 짧은 것은, 몇 번의 짧은 시험에서 코드가 길수록 뽑은 그림이 나빴기 때문입니다.
"""

# %% [markdown] tags=["en"]
r"""
By the judge's distance mixed codes do a little better. But pixels of **real** pictures, mixed, have the smallest distance, though one garment shines through the other: this judge minds blur more than ghosts. By another measure, the distance in pixels to the nearest training picture, mixed codes are nearer to a garment than both; but distances in pixels are kind to blur in turn. One measure is not enough.

### Ordering by a word

So far nobody could choose what comes out. If encoder and decoder are told the **class** as well (a conditional VAE; Sohn et al., 2015), a garment can be ordered by a word. A learned vector of the class is put behind the code. All that the code has to hold then is the rest: the form. It is a first step from text to pictures; in chapter 11 the words become sentences. The code has 5 numbers, the hidden layers have widths of 256 and 128, and training takes 6 epochs of batches of 100 at a rate of 0.008. The code is so short since in a few short trials, pictures drawn with longer codes were worse.
"""

# %% tags=["covers-H1", "covers-H3"]
import time

course_lib.set_seed(0)
begun = time.perf_counter()
by_class = taught(vae.VAE(5, classes=10, hidden=(256, 128), name="by_class"),
                  {"images": x_train, "labels": y_train}, epochs=6, batch=100, rate=0.008)
seconds = {"VAE": time.perf_counter() - begun}
class_of = {word: number for number, word in enumerate(data.FASHION_MNIST_CLASSES)}
ordered = [data.FASHION_MNIST_CLASSES[number] for number in (8, 1, 9)]
plot.image_grid(np.concatenate([by_class.generate(np.full(8, class_of[word]), seed=3) for word in ordered]),
                columns=8, limits=(0, 1), size=0.8, row_titles=ordered,
                title="A word, and eight garments; a column has one code",
                alt="Three rows of eight garments, ordered by a word: bags, trousers and ankle boots.")

# %% tags=["covers-H1", "covers-H3"]
scores["VAE by class"] = judge.score(by_class.generate(wanted), wanted)
claim("VAE by class: share of the wanted class", scores["VAE by class"]["wanted class"], at_least=0.55)
bounds_of = {part: by_class.evaluate({"images": pictures, "labels": kinds}, batch_size=500, verbose=0,
                                     return_dict=True)["loss"]
             for part, pictures, kinds in (("training", x_some, y_some), ("test", x_test, y_test))}
claim("VAE by class: minus the ELBO on test pictures over that on training pictures",
      bounds_of["test"] / bounds_of["training"], at_most=1.03)
claim("Control: judged as the next class in the list, which was not asked for",
      float(np.mean(judge.look(by_class.generate(wanted))[1] == (wanted + 1) % 10)), at_most=0.05)

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 두 신경망의 게임, GAN입니다.

## 7. GAN: 두 신경망의 게임

VAE는 주문을 자주 놓쳤습니다. 위 그림의 가방 가운데에도 풀오버 같은 것이 여럿 있습니다. 그리고 그림이 흐립니다. 흐린 것은 픽셀마다 정답과 비교하기 때문입니다. **생성적 적대 신경망**(generative adversarial network, GAN; Goodfellow et al., 2014)에는 정답 그림이 없습니다. **생성자**(generator) $g$는 잡음 $z$에서 그림을 만들고, **판별자**(discriminator)는 그림이 진짜인지 로짓 $d(x)$로 답합니다(양수이면 진짜). 생성자는 진짜 그림을 한 번도 보지 못하고, 판별자의 기울기로만 배웁니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next comes a game of two networks, the GAN.

## 7. GAN: a game of two networks

The VAE often misses an order: among the bags above, several look like pullovers. And its pictures are blurred, since each pixel is compared with a right answer. In a **generative adversarial network** (GAN; Goodfellow et al., 2014) there is no right picture. The **generator** $g$ makes a picture from noise $z$, and the **discriminator** says by a logit $d(x)$ whether a picture is real (positive for real). The generator never sees a real picture; it learns from the gradient of the discriminator only.
"""

# %% tags=["covers-H4"]
plot.generator_forms(("GAN",), title="One makes, the other tells apart",
                     alt="Boxes: noise, generator, picture made; a real picture below it; both go into the "
                         "discriminator, which answers real or made, and a dashed arrow, the gradient, goes back "
                         "to the generator.")

# %% [markdown] tags=["ko"]
r"""
$\sigma(d)$는 판별자가 진짜라고 보는 확률입니다. 판별자는 두 교차 엔트로피의 합을 줄입니다. 그림이 진짜 $N$장, 만든 것 $N$장일 때

$$L_d = -\frac{1}{N} \sum_{n=1}^{N} \log \sigma(d(x_n)) - \frac{1}{N} \sum_{n=1}^{N} \log\big(1 - \sigma(d(g(z_n)))\big)$$

생성자는 판별자가 틀리기를 바랍니다. 두 가지 형태가 있습니다.

$$\text{saturating:} \quad L_g = \frac{1}{N} \sum_{n=1}^{N} \log\big(1 - \sigma(d(g(z_n)))\big), \qquad \text{non-saturating:} \quad L_g = -\frac{1}{N} \sum_{n=1}^{N} \log \sigma(d(g(z_n)))$$

앞의 것은 **포화**(saturating) 손실로, 판별자의 손실을 그대로 뒤집은 제로섬 게임입니다. 뒤의 것이 **비포화**(non-saturating) 손실입니다. 로짓에 대한 기울기는 각각 $-\sigma(d)$와 $-(1 - \sigma(d))$입니다. 판별자가 만든 그림을 자신 있게 알아내 $d = -6$이면 어느 쪽이 더 배울까요?
"""

# %% [markdown] tags=["en"]
r"""
$\sigma(d)$ is the probability of "real" that the discriminator gives. It lowers the sum of two cross-entropies. With $N$ real pictures and $N$ that were made,

$$L_d = -\frac{1}{N} \sum_{n=1}^{N} \log \sigma(d(x_n)) - \frac{1}{N} \sum_{n=1}^{N} \log\big(1 - \sigma(d(g(z_n)))\big)$$

The generator wants it to err. There are two forms.

$$\text{saturating:} \quad L_g = \frac{1}{N} \sum_{n=1}^{N} \log\big(1 - \sigma(d(g(z_n)))\big), \qquad \text{non-saturating:} \quad L_g = -\frac{1}{N} \sum_{n=1}^{N} \log \sigma(d(g(z_n)))$$

The **saturating** loss is the other side of the same game, with a sum of zero. The other one is the **non-saturating** loss. Their slopes by the logit are $-\sigma(d)$ and $-(1 - \sigma(d))$. Where the discriminator is sure of a made picture, with $d = -6$, which one learns more?
"""

# %%
predict("steeper", "At d = -6, how many times as steep is the non-saturating loss?",
        choices=["about as steep", "some tens of times", "some hundreds of times"])

# %% tags=["covers-H4", "reveal"]
from course_lib.models import gan

slopes = {}
for saturating in (True, False):
    logit = tf.Variable([[-6.0]])
    with tf.GradientTape() as tape:
        generators_loss = gan.generator_loss(logit, saturating)
    slopes[saturating] = float(tape.gradient(generators_loss, logit)[0, 0])
at_six = 1 / (1 + np.exp(6))  # the probability of "real" at a logit of -6
identity("Saturating: the size of the slope is the probability of real", slopes[True], -at_six, tolerance=1e-6)
identity("Non-saturating: the size of the slope is one minus this", slopes[False], at_six - 1, tolerance=1e-6)
reveal("steeper", slopes[False] / slopes[True], limits=[3, 100])

# %% [markdown] tags=["ko"]
r"""
판별자가 앞설수록 포화 손실은 평평합니다. 생성자가 가장 배워야 할 때 배울 것이 없습니다.

### 게임은 멈추는가

두 손실을 함께 줄이는 것은 손실 하나를 줄이는 것과 다릅니다. 가장 작은 게임에서 봅시다. 진짜는 언제나 수 $0$, 만든 것은 수 하나 $\theta$, 판별자는 $d(x) = w x$입니다(Dirac-GAN; Mescheder et al., 2018). 포화 손실에서 두 쪽의 경사 하강은 다음과 같고, 균형은 $\theta = w = 0$입니다.

$$\theta \leftarrow \theta + r\, \sigma(w \theta)\, w, \qquad w \leftarrow w - r\, \sigma(w \theta)\, \theta$$

$\theta = 1, w = 0$에서 시작하고 학습률 $r$은 0.1입니다.
"""

# %% [markdown] tags=["en"]
r"""
The farther ahead the discriminator is, the flatter is the saturating loss: when the generator has most to learn, it learns nothing.

### Does the game come to rest?

Lowering two losses at once is not like lowering one. Look at the smallest game: what is real is always the number $0$, what is made is one number $\theta$, and the discriminator is $d(x) = w x$ (the Dirac-GAN; Mescheder et al., 2018). With the saturating loss, gradient descent of both is as follows, with equilibrium at $\theta = w = 0$.

$$\theta \leftarrow \theta + r\, \sigma(w \theta)\, w, \qquad w \leftarrow w - r\, \sigma(w \theta)\, \theta$$

Start at $\theta = 1, w = 0$ with a rate $r$ of 0.1.
"""

# %%
predict("rest", "Where are the two after 600 steps?",
        choices=["at rest at 0", "on the same circle", "farther from 0 than they began"])

# %% tags=["covers-H4"]
def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def smallest_game(steps, decay=0.0, rate=0.1):
    """What is made and the weight of the discriminator, (steps, 2); `decay` pulls the weight to 0."""
    made, weight, course = 1.0, 0.0, []
    for _ in range(steps):
        push = rate * sigmoid(weight * made)
        made, weight = made + push * weight, weight - push * made - rate * decay * weight
        course.append((made, weight))
    return np.array(course)


courses = {"as it is": smallest_game(600), "weight pulled to 0": smallest_game(600, decay=0.3)}
distance_left = {name: float(np.hypot(*course[-1])) for name, course in courses.items()}

# %% tags=["covers-H4", "reveal"]
plot.curves({name: course[::10, 0] for name, course in courses.items()}, x=np.arange(0, 600, 10),
            ticks=[0, 150, 300, 450, 600], xlabel="step", ylabel="what is made (real: 0)",
            baseline=(0, "real"), title="The game turns round what is real, until it is damped",
            alt="Two lines over 600 steps: one swings round zero, wider and wider; the other dies down to zero.")
reveal("rest", distance_left["as it is"], limits=[0.2, 1.05])
claim("As it is: distance from the equilibrium after 600 steps (1 at the start)", distance_left["as it is"],
      at_least=1.5)
claim("With the weight pulled to 0: the same", distance_left["weight pulled to 0"], at_most=0.05)

# %% [markdown] tags=["ko"]
r"""
한 걸음마다 균형까지의 거리의 제곱에 $1 + r^2 \sigma(w\theta)^2$이 곱해지므로, 학습률이 얼마든 멀어집니다. 판별자의 가중치를 0으로 당기면 가라앉습니다. 판별자의 답이 그림에 따라 **천천히 변하게** 붙드는 것은 GAN을 안정시키는 여러 방법의 공통점이고, 뒤의 스펙트럼 정규화도 그렇습니다.

### 일차원의 두 곡선

이제 진짜는 표준 정규 분포이고, 생성자는 $g(z) = b + a z$입니다. 판별자는 $d(x) = w_0 + w_1 x + w_2 x^2$입니다. 두 정규 분포의 밀도의 비에 로그를 취하면 이차식이므로, 이 판별자는 **가장 좋은 답**을 낼 수 있습니다. 진짜의 밀도가 $p$, 만든 것의 밀도가 $q$일 때 가장 좋은 답은 다음과 같습니다(Goodfellow et al., 2014).

$$d^*(x) = \log \frac{p(x)}{q(x)}, \qquad \sigma(d^*(x)) = \frac{p(x)}{p(x) + q(x)}$$

둘이 같아지면 어디서나 $1/2$이라고 답합니다. 그때 판별자의 손실은 얼마일까요?
"""

# %% [markdown] tags=["en"]
r"""
Each step multiplies the square of the distance by $1 + r^2 \sigma(w\theta)^2$, so whatever the rate, it grows. Pulling the discriminator's weight to 0 damps the game. To keep the discriminator's answer from **changing fast** from picture to picture is what many remedies for GANs have in common, and so does spectral normalization below.

### Two curves in one dimension

Now what is real is the standard Gaussian, the generator is $g(z) = b + a z$, and the discriminator is $d(x) = w_0 + w_1 x + w_2 x^2$. The logarithm of the ratio of two Gaussian densities is a quadratic, so this discriminator can give the **best answer**. With $p$ as the density of what is real and $q$ that of what is made, it is as follows (Goodfellow et al., 2014).

$$d^*(x) = \log \frac{p(x)}{q(x)}, \qquad \sigma(d^*(x)) = \frac{p(x)}{p(x) + q(x)}$$

When the two are the same, it answers $1/2$ everywhere. What is the discriminator's loss then?
"""

# %%
predict("even", "What is the discriminator's loss when it answers 1/2 everywhere? (Within 0.02 counts as right.)")

# %% tags=["covers-H4", "reveal"]
reveal("even", float(gan.discriminator_loss(np.zeros((1, 1)), np.zeros((1, 1)))), tolerance=0.02)
b, a = 1.0, 0.5  # a generator that is not there yet
log_real, log_made = log_density(line, 0, 1), log_density(line, b, a)
powers_of_line = np.stack([line**0, line, line**2])  # (3, places)
answer_here = sigmoid(log_real - log_made)
slope_of_loss = powers_of_line @ (np.exp(log_made) * answer_here - np.exp(log_real) * (1 - answer_here)) * gap
identity("At the logarithm of the ratio, no slope of the discriminator's loss is left", slope_of_loss, np.zeros(3),
         tolerance=1e-6)
best_w = [np.log(a) + b**2 / (2 * a**2), -b / a**2, 1 / (2 * a**2) - 1 / 2]
identity("For two Gaussians it is a quadratic", best_w @ powers_of_line, log_real - log_made, tolerance=1e-6)

# %% [markdown] tags=["ko"]
r"""
모든 기울기를 손으로 쓸 수 있습니다. $d$의 기울기는 $x$에 대해 $w_1 + 2 w_2 x$이고, $x = b + a z$이므로 $b$에 대해서는 1배, $a$에 대해서는 $z$배입니다. 생성자가 $b = -3, a = 0.5$에서 시작합니다. 두 쪽이 번갈아 움직이지 않고, 같은 수에서 **동시에** 한 걸음씩 갑니다(`course_lib/models/gan.py`도 그렇습니다).
"""

# %% [markdown] tags=["en"]
r"""
All gradients can be written down. The slope of $d$ by $x$ is $w_1 + 2 w_2 x$; since $x = b + a z$, it is 1 times that for $b$ and $z$ times that for $a$. The generator starts at $b = -3, a = 0.5$. Both take a step **at the same time**, on the same numbers (so does `course_lib/models/gan.py`).
"""

# %% tags=["covers-H4"]
def play(steps, saturating=False, head_start=0, seed=0, rates=(0.05, 0.02)):
    """The course of the game, (steps, 6): b, a, the three weights, and the share of verdicts that are right.

    The discriminator takes `head_start` steps alone before; `rates` are its own and the generator's.
    """
    random, b, a, w, course = np.random.default_rng(seed), -3.0, 0.5, np.zeros(3), []
    for step in range(-head_start, steps):
        real, z = random.normal(size=(2, 256))
        made = b + a * z
        phi_real, phi_made = (np.stack([x**0, x, x**2]) for x in (real, made))  # (3, 256)
        d_real, d_made = w @ phi_real, w @ phi_made
        if step >= 0:
            course.append((b, a, *w, ((d_real > 0).mean() + (d_made < 0).mean()) / 2))
            slope = -sigmoid(d_made) if saturating else -sigmoid(-d_made)
            by_made = slope * (w[1] + 2 * w[2] * made)
            b, a = b - rates[1] * by_made.mean(), a - rates[1] * (by_made * z).mean()
        w = w - rates[0] * (phi_made @ sigmoid(d_made) - phi_real @ sigmoid(-d_real)) / 256
    return np.array(course)


game = play(600)

# %%
shown_steps = np.arange(0, 600, 10)
axis = np.linspace(-5, 5, 121)
films = {"real": np.tile(np.exp(log_density(axis, 0, 1)), (len(shown_steps), 1)),
         "made": np.exp([log_density(axis, at, abs(wide)) for at, wide in game[shown_steps, :2]]),
         "discriminator: real?": sigmoid(game[shown_steps, 2:5] @ np.stack([axis**0, axis, axis**2]))}
plot.play_curves(films, axis, steps=shown_steps, first=3, ylim=(0, 1.4), xlabel="x",
                 ylabel="density, and probability of real",
                 title="The generator climbs where the discriminator says real",
                 alt="Three curves over x at an early step: the density of what is real around zero, that of "
                     "what is made at its left, and the discriminator's answer, high near zero and low "
                     "at the left.")

# %% [markdown] tags=["ko"]
r"""
재생하거나 한 걸음씩 넘겨 보세요. 만든 것의 언덕은 판별자의 곡선을 **오르는 쪽**으로 옮겨 갑니다. 처음에 모두 가운데로 몰리면서 언덕이 좁아지는 것이 보이나요? 판별자가 그것을 알아채고, 너무 좁은 가운데를 가짜라고 답하면 다시 넓어집니다. 마지막에 판별자는 진짜와 만든 것이 있는 곳에서는 거의 반반이라고 답합니다. 판별자가 맞힌 비율은 어떻게 변할까요?
"""

# %% [markdown] tags=["en"]
r"""
Play it, or go step by step. The hill of what is made moves **up** the discriminator's curve. Do you see how it gets narrow at first, as everything moves to the middle? The discriminator notices, calls the crowded middle made, and the hill widens again. In the end the discriminator says nearly half and half wherever the two lie. What becomes of the share that it gets right?
"""

# %% tags=["covers-H4"]
plot.curves({"told apart rightly": game[::12, 5], "b (place)": game[::12, 0], "a (spread)": game[::12, 1]},
            x=np.arange(0, 600, 12), ticks=[0, 150, 300, 450, 600], xlabel="step", ylabel="value",
            baseline=(0.5, "guessing"), title="When both are equal, telling apart is guessing",
            alt="Three lines over 600 steps: the share told apart rises to nearly one, falls below a half, swings "
                "and settles there; the place rises from minus three beyond zero and comes back; the spread "
                "falls, rises and settles at one.")
claim("At the end: distance of the place from 0", float(abs(game[-50:, 0].mean())), at_most=0.3)
claim("At the end: spread", float(abs(game[-50:, 1].mean())), between=(0.9, 1.1))
claim("At the end: share told apart", float(game[-50:, 5].mean()), at_most=0.56)
claim("On the way: the smallest spread (real: 1)", float(np.abs(game[:, 1]).min()), at_most=0.2)

# %% [markdown] tags=["ko"]
r"""
맞힌 비율의 맨 처음은 0입니다. 아직 배우지 않은 판별자의 로짓은 모두 0이어서, 어느 쪽도 맞힌 것으로 세지 않습니다. 그다음에는 열에 아홉쯤 가려내다가, 만든 것이 진짜에 다가가 지나치는 동안 반 아래로도 내려갑니다. 판별자가 한발 늦기 때문입니다.

이제 두 손실을 견줍니다. 판별자가 200걸음 먼저 배운 뒤에 생성자가 시작합니다.
"""

# %% [markdown] tags=["en"]
r"""
The share told apart begins at 0: all logits of a discriminator that has learned nothing are 0, which counts as right for neither side. Then about nine in ten are told apart, and while what is made comes near and passes what is real, the share falls below a half: the discriminator lags behind.

Now compare the two losses. The discriminator learns for 200 steps before the generator starts.
"""

# %%
predict("stuck", "With a head start of 200 steps: how far does the saturating generator get from -3 in 60 steps?",
        choices=["as far as the other (more than 2)", "about half as far", "less than 0.5"])

# %% tags=["covers-H4", "reveal"]
behind = {name: np.array([play(600, saturating, head_start=200, seed=seed)[:, 0] for seed in range(5)])
          for name, saturating in (("non-saturating", False), ("saturating", True))}
plot.curves({name: places[:, ::12] for name, places in behind.items()}, x=np.arange(0, 600, 12),
            ticks=[0, 60, 150, 300, 450, 600], xlabel="step", ylabel="place of what is made (real: 0)",
            title="Far behind, the saturating loss hardly moves at first",
            alt="Two lines over 600 steps, five runs each: from minus three the non-saturating one rises at once, "
                "beyond zero and back again; the saturating one rises slowly and settles at zero.")
ways = {name: np.abs(places[:, 60] + 3) for name, places in behind.items()}  # of five runs
reveal("stuck", "less than 0.5" if ways["saturating"].max() < 0.5 else
       "about half as far" if ways["saturating"].mean() < 2 else "as far as the other (more than 2)")
claim("Non-saturating: shortest way in 60 steps of five runs", float(ways["non-saturating"].min()), at_least=2)
claim("Saturating: longest way in 60 steps of five runs", float(ways["saturating"].max()), at_most=0.4)
claim("Saturating, after 600 steps: largest distance from 0 of five runs",
      float(np.abs(behind["saturating"][:, -1]).max()), at_most=0.1)

# %% [markdown] tags=["ko"]
r"""
포화 손실은 처음 60걸음 동안 거의 움직이지 않습니다. 그래도 이 작은 게임에서는 판별자가 따라 변하므로 마침내 0에 이르고, 오히려 지나치지 않습니다. 비포화 손실은 곧바로 다가가지만 0을 지나쳐 흔들립니다. 그러니 비포화 손실이 **언제나** 낫다고는 할 수 없습니다. 그림에서는 어느 쪽이 나은지 10절에서 기록을 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
The saturating loss hardly moves in the first 60 steps. Yet in this small game the discriminator changes as well, so it gets to 0 in the end, and does not overshoot. The non-saturating loss comes near at once, but passes 0 and swings. So it cannot be said that non-saturating is **always** better; which is better for pictures is seen in the records of section 10.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 같은 게임을 옷 그림으로 합니다.

## 8. GAN으로 옷 그리기

생성자와 판별자는 스트라이드가 2인 합성곱입니다(DCGAN; Radford et al., 2016). 생성자는 수 64개에서 $7 \times 7$ 특징 맵을 만들고 **전치 합성곱**(transposed convolution, 스트라이드만큼 키우는 합성곱)으로 $28 \times 28$까지 키웁니다. 6절처럼 종류를 알려 줍니다(조건부 GAN; Mirza and Osindero, 2014). 판별자에서는 그림의 특징과 종류의 벡터를 내적하여 로짓에 더합니다(Miyato and Koyama, 2018). 설정은 스무 번쯤의 짧은 시험에서 골랐습니다. 배치는 32장이고, 두 쪽 모두 Adam의 학습률은 0.006에서 0.0012로 줄이고, 기울기의 이동 평균($\beta_1$)은 끕니다. 판별자에는 9절에서 볼 두 처방을 넣습니다. 그림은 가중치 $\theta$ 대신 그 **이동 평균**(moving average) $\bar\theta \leftarrow 0.99\, \bar\theta + 0.01\, \theta$로 만듭니다. 그러면 게임이 돌며 흔들리던 것이 고르게 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next, the same game with pictures of clothing.

## 8. Garments from a GAN

Generator and discriminator are convolutions with a stride of 2 (DCGAN; Radford et al., 2016). The generator makes a $7 \times 7$ map from 64 numbers, and enlarges it to $28 \times 28$ by **transposed convolutions**, which enlarge by their stride. As in section 6 they are told the class (a conditional GAN; Mirza and Osindero, 2014). For the discriminator, the dot product of the picture's features and a vector of the class is added to the logit (Miyato and Koyama, 2018). The settings were chosen in some twenty short trials: a batch of 32, Adam with a rate that falls from 0.006 to 0.0012 for both, without its moving average of gradients ($\beta_1$). The discriminator has the two remedies of section 9. Pictures are made not with the weights $\theta$ but with their **moving average** $\bar\theta \leftarrow 0.99\, \bar\theta + 0.01\, \theta$, which evens out the turns of the game.
"""

# %%
predict("accuracy", "While its pictures get better, the share that the discriminator tells apart rightly",
        choices=["falls to about 0.5, as above", "stays well above 0.5", "rises to 1"])

# %% tags=["covers-H1", "covers-H4"]
EPOCHS, QUARTER = 2, -(-len(x_train) // 32) // 4  # of an epoch, in steps
course_lib.set_seed(0)
adversarial = gan.GAN(gan.generator(classes=10),
                      gan.discriminator(classes=10, spectral=True, statistics=True), name="adversarial")
falling = keras.optimizers.schedules.CosineDecay(0.006, EPOCHS * len(x_train) // 32, alpha=0.2)
adversarial.compile(keras.optimizers.Adam(falling, beta_1=0.0, use_ema=True, ema_momentum=0.99))
told_by_half, distance_by_half, filmed, looking = [], [], [], [0.0]


def look(logs=None):
    """Make pictures with the averaged weights and put those of the training back; measure if there are logs."""
    begun, kept = time.perf_counter(), adversarial.get_weights()
    adversarial.optimizer.finalize_variable_values(adversarial.trainable_variables)
    filmed.append(adversarial.generate(np.arange(10), seed=1))
    if logs:
        told_by_half.append(logs["told_apart"])  # since the last time
        adversarial.reset_metrics()
        features, _ = judge.look(adversarial.generate(wanted))
        distance_by_half.append(generation.frechet_distance(judge.real_features, features))
    adversarial.set_weights(kept)
    looking[0] += time.perf_counter() - begun

# %% tags=["covers-H1", "covers-H4"]
def after_step(step, logs):
    """Look at each quarter of an epoch, and measure at each half."""
    if step % QUARTER == 0:
        look(logs if step and step % (2 * QUARTER) == 0 else None)


watch = keras.callbacks.LambdaCallback(on_train_batch_end=after_step)
begun = time.perf_counter()
adversarial.fit({"images": x_train, "labels": y_train}, batch_size=32, epochs=EPOCHS, verbose=0,
                callbacks=[course_lib.Progress("GAN"), watch])
seconds["GAN"] = time.perf_counter() - begun - looking[0]  # of training alone
print(f"generator {adversarial.generator.count_params():,} and discriminator "
      f"{adversarial.discriminator.count_params():,} parameters, {EPOCHS * -(-len(x_train) // 32):,} steps")

# %% tags=["covers-H4", "reveal"]
halves = np.arange(1, 2 * EPOCHS + 1) / 2
plot.curves({"told apart rightly": told_by_half,
             "distance over that after half an epoch": np.divide(distance_by_half, distance_by_half[0])},
            x=halves, ticks=halves, xlabel="epoch", ylabel="share",
            baseline=(0.5, "guessing"), title="The pictures get better, and are still told apart",
            alt="Two lines over the epochs of the training: the share told apart stays high, the Fréchet distance "
                "falls.")
told_last, nearer = told_by_half[-1], distance_by_half[-1] / distance_by_half[0]
reveal("accuracy", told_last, limits=[0.6, 0.97])
claim("The distance at the end over that after half an epoch", nearer, at_most=0.45)
claim("Told apart in the last half of an epoch", told_last, between=(0.65, 0.8))
claim("The same over that in the first half", told_last / told_by_half[0], between=(1.03, 1.25))
untrained, made = gan.discriminator(classes=10), adversarial.generate(wanted)
verdict = lambda some, kinds: ops.convert_to_numpy(untrained({"images": some[:500], "labels": kinds[:500]})) > 0
calls_real = {"real": float(verdict(x_test, y_test).mean()), "made": float(verdict(made, wanted).mean())}
claim("Control: a discriminator that has learned nothing, told apart on the same pictures",
      (calls_real["real"] + 1 - calls_real["made"]) / 2, between=(0.35, 0.65))

# %% [markdown] tags=["ko"]
r"""
거리는 크게 줄었는데, 가려낸 비율은 줄지 않고 오히려 조금 늘었습니다. 일차원에서 맞힌 비율이 반으로 떨어진 것은 생성자가 진짜와 **똑같이** 만들 수 있었기 때문입니다. 그림에서는 거기까지 가지 못했습니다. 판별자의 정확도는 두 쪽의 힘을 견준 것이지 그림의 질이 아닙니다. 대조에서 보듯, 아무것도 배우지 않은 판별자도 반쯤 맞힙니다. 그래서 게임 밖의 심판이 필요합니다. 아래에서 같은 잡음의 그림이 배우는 동안 어떻게 변하는지 보세요.
"""

# %% [markdown] tags=["en"]
r"""
The distance fell far, but the share told apart did not fall; it even rose a little. In one dimension it fell to a half, since the generator could make **exactly** what is real. With pictures it does not get that far. The discriminator's accuracy compares the strength of the two, and says nothing of the quality: as the control shows, one that has learned nothing is right about half of the time, too. So a judge from outside the game is needed. Below, see how the pictures of the same noise change during training.
"""

# %%
plot.play_films({"the same noise, ten classes": np.array([
    some.reshape(2, 5, 28, 28).transpose(0, 2, 1, 3).reshape(56, 140, 1) for some in filmed])},
    scale=3, seconds=0.6,
    title="The same noise in the middle of the training",
    alt="Ten pictures of clothing, one of each class, in two rows, in the middle of the training.")
plot.image_grid(adversarial.generate(np.arange(10).repeat(2), seed=4), columns=10, limits=(0, 1), size=0.8,
                titles=[data.FASHION_MNIST_CLASSES[kind] for kind in np.arange(10).repeat(2)],
                title="Ordered by class, two of each",
                alt="Twenty pictures of clothing, two of each of ten classes, with sharper edges than the VAE's.")

# %% tags=["covers-H1", "covers-H4"]
scores["GAN by class"] = judge.score(made, wanted)
claim("GAN by class: share of the wanted class", scores["GAN by class"]["wanted class"], at_least=0.8)


def sharpness(pictures):
    """Mean square of the differences of neighbouring pixels, across and down."""
    return float(np.mean(np.diff(pictures, axis=1) ** 2) + np.mean(np.diff(pictures, axis=2) ** 2))


sharp = {"real": sharpness(x_test), "VAE": sharpness(by_class.generate(wanted)), "GAN": sharpness(made)}
claim("The VAE's pictures: sharpness over that of real ones", sharp["VAE"] / sharp["real"],
      at_most=0.4)
claim("The GAN's pictures: the same", sharp["GAN"] / sharp["real"], between=(0.6, 1))

# %% [markdown] tags=["ko"]
r"""
이웃한 픽셀의 차이로 재면 GAN의 그림은 VAE의 그림보다 훨씬 **또렷합니다**. 다만 이 잣대는 격자무늬 같은 흠도 또렷함으로 셉니다. 베낀 것은 아닐까요? 만든 그림 아래에 가장 가까운 학습 그림을 놓습니다.
"""

# %% [markdown] tags=["en"]
r"""
By the differences of neighbouring pixels, pictures of the GAN are far **sharper** than those of the VAE; but flaws such as a grid pattern count as sharpness here, too. Are they copies? Below each picture that was made is the nearest training picture.
"""

# %% tags=["covers-H4"]
nearest_ones, _, _ = generation.nearest(made[:10], x_train)
plot.image_grid(np.concatenate([made[:10], x_train[nearest_ones]]), columns=10, limits=(0, 1), size=0.8,
                row_titles=["made", "nearest"], title="Like the training pictures, but none of them",
                alt="Two rows of ten garments: pictures of the GAN, and below each the nearest of the training, "
                    "of the same kind but with other details.")
claim("GAN: share of copies", scores["GAN by class"]["copies"], at_most=0.01)

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 GAN이 실패하는 모습입니다.

## 9. 모드 붕괴

손실 어디에도 **모두** 만들라는 말은 없습니다. 판별자를 속이는 몇 가지만 되풀이해도 됩니다. 이것이 **모드 붕괴**(mode collapse)입니다(모드는 분포의 봉우리). 일차원에서 언덕이 좁아졌던 것도 그 한 예입니다.

일부러 일으켜 봅니다. 생성자는 잡음과 종류의 벡터를 나란히 받습니다. 잡음의 크기는 1인데, 종류의 벡터는 지금까지 0.05로 시작했습니다. 이것을 1로 **크게** 시작하면 종류가 잡음보다 먼저 들립니다. 그리고 두 가지 처방을 함께 시험합니다. 8절의 GAN은 이 처방을 이미 썼습니다.

- **배치 통계**(minibatch statistics; Salimans et al., 2016; Karras et al., 2018): 판별자에게 한 배치의 그림이 서로 얼마나 다른지를 채널 하나로 알려 줍니다. 판별자의 특징 맵 $x$의, 배치의 그림 $n = 1, \dots, B$와 자리와 채널 $j = 1, \dots, J$에서 $\frac{1}{J} \sum_{j} \sqrt{\mathrm{Var}_n[x_{nj}]}$입니다. 똑같은 그림만 만들면 들킵니다.
- **스펙트럼 정규화**(spectral normalization; Miyato et al., 2018): 판별자의 행렬 $W$마다 가장 큰 특잇값 $\sigma_1(W)$, 곧 벡터의 길이를 늘이는 가장 큰 배율로 나눕니다. 그러면 행렬이 어떤 벡터도 더 길게 만들지 못하므로 판별자의 답이 천천히 변합니다. 합성곱에서는 커널을 필터마다 열 하나인 행렬로 적고 나누므로, 합성곱 자체에는 어림입니다.

특잇값은 **거듭제곱법**(power iteration)으로 구합니다. $u \leftarrow W^\top W u / \lVert W^\top W u \rVert$를 되풀이하면 $\lVert W u \rVert$가 $\sigma_1(W)$에 이릅니다. 학습에서는 걸음마다 한 번이면 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next, see a GAN fail.

## 9. Mode collapse

Nothing in the loss asks for **everything**: a few pictures that deceive the discriminator, over and over, will do. That is **mode collapse** (a mode is a peak of a distribution). The hill that got narrow in one dimension was a case of it.

Provoke it. The generator is given noise and the vector of the class, side by side. The noise has a size of 1, the vector of the class has begun at 0.05 so far. Let it begin at 1, **loud** enough to be heard before the noise. And try two remedies together, which the GAN of section 8 already had.

- **Minibatch statistics** (Salimans et al., 2016; Karras et al., 2018): one more channel tells the discriminator how much the pictures of a batch differ. For the discriminator's feature map $x$, with the pictures $n = 1, \dots, B$ of a batch and places and channels $j = 1, \dots, J$, it is $\frac{1}{J} \sum_{j} \sqrt{\mathrm{Var}_n[x_{nj}]}$. Who makes the same picture only is found out.
- **Spectral normalization** (Miyato et al., 2018): each matrix $W$ of the discriminator is divided by its largest singular value $\sigma_1(W)$, which is the most by which it lengthens a vector. It then makes no vector longer, so the discriminator's answer changes slowly. A convolution's kernel is written as a matrix with a column for each filter, so for the convolution itself this is approximate.

The singular value is found by **power iteration**: repeat $u \leftarrow W^\top W u / \lVert W^\top W u \rVert$, and $\lVert W u \rVert$ comes to $\sigma_1(W)$. In training, one such step for each update is enough.
"""

# %% tags=["covers-H4"]
W = np.random.default_rng(0).normal(size=(40, 12))
u = np.ones(12) / np.sqrt(12)
found_values = []
for _ in range(300):
    u = W.T @ (W @ u)
    u = u / np.linalg.norm(u)
    found_values.append(float(np.linalg.norm(W @ u)))
print("after 1, 5 and 60 steps:", [round(found_values[step - 1], 2) for step in (1, 5, 60)])
identity("Power iteration finds the largest singular value", found_values[-1],
         np.linalg.svd(W, compute_uv=False)[0], tolerance=1e-3)
same_batch, varied_batch = (np.float32(pictures)[..., np.newaxis] for pictures in (
    np.repeat(np.eye(4)[np.newaxis], 8, axis=0), np.random.default_rng(0).normal(size=(8, 4, 4))))
for name, batch in (("the same picture eight times", same_batch), ("eight different ones", varied_batch)):
    print(f"{name}: the channel says {float(ops.max(gan.BatchStatistics()(batch)[..., 1])):.2f}")

# %% [markdown] tags=["ko"]
r"""
학습은 오래 걸리므로 **미리 기록해 둔** 결과입니다. `data/makers/generator_race.py`가 시드 3개로, 프로세서 시간을 16초씩 똑같이 주고 쟀습니다. 종류의 벡터가 작을 때와 클 때, 처방이 없을 때와 있을 때의 네 가지입니다. 학습률은 작은 쪽에서 고른 것을 큰 쪽에도 그대로 씁니다. 그러니 벡터의 크기만 다릅니다.
"""

# %% [markdown] tags=["en"]
r"""
As this takes long, the results are **recorded**: `data/makers/generator_race.py` measured them with 3 seeds, with the same 16 seconds of a processor for each. There are four cases: the vector of the class quiet or loud, and with or without the remedies. The loud ones have the rate that was chosen for the quiet ones, so only the size of the vector differs.
"""

# %% tags=["covers-H4"]
import base64
import json

recorded = json.loads(data.file("generator_race.json").read_text(encoding="utf-8"))


def runs_of(name):
    """The recorded runs of one generator, a seed each."""
    return [run for run in recorded["runs"] if run["name"] == name]


def measured(name, measure):
    """What was measured of it at the end, by seed."""
    return [run["score"][measure] for run in runs_of(name)]


CASES = {"gan": "quiet, no remedies", "gan_both": "quiet, both remedies",
         "gan_loud": "loud, no remedies", "gan_both_loud": "loud, both remedies"}

# %%
predict("loud", "A loud vector of the class, no remedies: which measure says that something is wrong?",
        choices=["the share of the wanted class", "the precision", "the recall"])

# %% tags=["covers-H4", "reveal"]
mean_of = {case: {measure: float(np.mean(measured(name, measure)))
                  for measure in ("wanted class", "precision", "recall")} for name, case in CASES.items()}
plot.precision_against_recall(mean_of, title="Recorded: recall notices the collapse",
                              alt="Four points, recall over precision, means of three seeds: all lie far at the "
                                  "right; the two with a loud vector of the class have a recall of 0.")
for case, found in mean_of.items():
    print(f"{case}: share of the wanted class {found['wanted class']:.2f}, precision {found['precision']:.2f}, "
          f"recall {found['recall']:.2f}")
kept = [np.frombuffer(base64.b64decode(runs_of(name)[0]["pictures"]), "uint8") for name in CASES]
plot.image_grid(np.concatenate(kept).reshape(-1, 28, 28) / 255, columns=20, limits=(0, 1), size=0.5,
                row_titles=list(CASES.values()), title="Recorded: ten classes, and the same ten again",
                alt="Four rows of twenty pictures, ten classes twice, from the first seed: with a loud vector "
                    "both pictures of a class are alike, with a quiet one they differ.")
quiet, both, loud, loud_both = mean_of.values()
lost = {"the share of the wanted class": loud["wanted class"] / quiet["wanted class"],
        "the precision": loud["precision"] / quiet["precision"], "the recall": loud["recall"] / quiet["recall"]}
reveal("loud", min(lost, key=lost.get))
claim("Recorded, loud: largest recall of the seeds", max(measured("gan_loud", "recall")), at_most=0.02)
claim("Recorded, loud with both remedies: largest recall", max(measured("gan_both_loud", "recall")),
      at_most=0.02)
claim("Recorded, loud: precision over that of the quiet one", lost["the precision"], at_least=0.95)
claim("Recorded, quiet: recall with both remedies over that without", both["recall"] / quiet["recall"],
      at_least=1.1)

# %% [markdown] tags=["ko"]
r"""
벡터가 크면 생성자는 잡음을 듣지 않고 종류마다 거의 같은 그림 한 장만 만듭니다. 원하는 종류의 비율은 작은 쪽과 비슷하고 정밀도는 멀쩡하지만, 재현율은 시드마다 0입니다. 4절에서 외운 생성기를 알아챈 것도 재현율이었습니다. 기록에서는 거리도 두 배 넘게 큽니다. 다만 거리는 모자란 것이 질인지 다양함인지 말해 주지 않습니다. 두 처방도 붕괴를 고치지 못했습니다. 고친 것은 **원인을 없애는 것**, 곧 벡터를 작게 시작하는 것입니다. 작은 쪽에서는 두 처방이 시드 3개의 평균으로 재현율을 더 높였고, 정밀도는 0.93에서 0.90으로 조금 낮아졌습니다(학습률은 저마다 가장 좋은 것이어서 서로 다릅니다). 처방 하나씩의 몫과, 너무 큰 학습률처럼 다른 원인은 시험하지 않았습니다.

## 10. 한 표로

지금까지의 생성기를 심판 하나로 비교합니다. 파라미터는 그림을 만드는 쪽, 곧 디코더와 생성자의 것입니다. 시간은 이 컴퓨터에서 잰 것이라 그때그때 다릅니다.
"""

# %% [markdown] tags=["en"]
r"""
With a loud vector the generator does not listen to the noise, and makes nearly the same picture of each class over and over. The share of the wanted class is about as with a quiet one, and the precision looks fine, but the recall is 0 with every seed. It was recall, too, that noticed the generator of section 4 that had learned by heart. In the record the distance is more than twice as large, too; but it does not say whether quality or variety is missing. The two remedies did not mend the collapse, either. What did is to **remove the cause**: to let the vector begin quietly. With a quiet one, both remedies raised the recall further, in the mean of 3 seeds, while precision fell a little, from 0.93 to 0.90 (each has its own best rate, so the rates differ). How much each of them does, and other causes, such as too large a rate, were not tried.

## 10. In one table

Compare the generators so far by one judge. Parameters are those of the part that makes the picture, the decoder or the generator. The times are those of this computer and differ from run to run.
"""

# %%
predict("table", "Trained here for some seconds, which has the higher recall, the VAE or the GAN by class?",
        choices=["the VAE", "the GAN", "they differ by less than 0.05"])

# %% tags=["nbval-ignore-output"]
makers = {"VAE by class": (by_class, by_class.decoder, "VAE"),
          "GAN by class": (adversarial, adversarial.generator, "GAN")}
for name, (model, half, timed) in makers.items():
    begun = time.perf_counter()
    model.generate(wanted)
    scores[name]["pictures a second"] = COUNT / (time.perf_counter() - begun)
    scores[name]["seconds"], scores[name]["parameters"] = seconds[timed], half.count_params()
plot.score_table(scores)

# %% tags=["reveal"]
recalls = {kind: scores[f"{kind} by class"]["recall"] for kind in ("VAE", "GAN")}
apart = recalls["GAN"] - recalls["VAE"]
reveal("table", "they differ by less than 0.05" if abs(apart) < 0.05 else "the GAN" if apart > 0 else "the VAE")
claim("VAE by class: distance over that of the fitted autoencoder",
      scores["VAE by class"]["distance"] / scores["autoencoder, fitted Gaussian"]["distance"], at_most=0.85)
claim("GAN by class: distance over the VAE's",
      scores["GAN by class"]["distance"] / scores["VAE by class"]["distance"], at_most=0.75)
claim("VAE by class: share of copies", scores["VAE by class"]["copies"], at_most=0.01)

# %% [markdown] tags=["ko"]
r"""
이 표는 **공정하지 않습니다**. 학습에 든 시간이 다르기 때문입니다. 프로세서 시간을 16초씩 똑같이 주고 기록해 둔 것과 비교합니다. 학습률은 셋 가운데 학습 그림에 대한 거리가 가장 작은 것이고(포화 손실은 비포화 손실과 같은 것), 그림은 모두 가중치의 이동 평균으로 만들었습니다. VAE의 배치는 64장, GAN의 배치는 32장입니다. 기록한 VAE의 은닉층은 위의 것보다 넓어서 512와 256이고, GAN의 생성자는 같은 것입니다. 8절의 GAN처럼 두 처방을 쓴 것은 따로 적었습니다.
"""

# %% [markdown] tags=["en"]
r"""
This table is **not fair**, as the times of training differ. Compare with what was recorded with the same 16 seconds of a processor for each. The rate is the best of three by the distance to training pictures (the saturating loss has that of the other), and all pictures are made with the moving average of the weights. The VAE's batches hold 64 pictures, the GAN's 32. The recorded VAE has wider hidden layers than the one above, 512 and 256; the GAN's generator is the same. The GAN with both remedies, as in section 8, has a line of its own.
"""

# %%
RACERS = {"vae": "VAE", "gan": "GAN", "gan_saturating": "GAN, saturating", "gan_both": "GAN, both remedies"}
marks, tried = recorded["settings"]["seconds"], recorded["settings"]["rates"]
race = {label: np.array([run["distances"] for run in runs_of(name)]) for name, label in RACERS.items()}
plot.curves(race, x=marks, log=True,  # each is (seeds, marks)
            xlabel="seconds of the processor", ylabel="Fréchet distance",
            title="Recorded: the VAE is ahead at first, then all GANs pass it",
            alt="Lines of the Fréchet distance over the seconds of training, with bands over seeds, for a VAE, a "
                "GAN, one with the saturating loss and one with both remedies.")
at_end = {label: float(found[:, -1].mean()) for label, found in race.items()}
for name, label in RACERS.items():
    rate, steps = runs_of(name)[0]["rate"], np.mean([run["steps"] for run in runs_of(name)])
    print(f"{label}: rate {rate} of {tried.get(name, tried['gan'])}, {steps:,.0f} steps, "
          f"distance at the end {at_end[label]:.1f}")
claim("Recorded, at the end: the GAN's distance over the VAE's", at_end["GAN"] / at_end["VAE"], at_most=0.8)
claim("Recorded, at the end: the distance with both remedies over that without",
      at_end["GAN, both remedies"] / at_end["GAN"], between=(0.8, 1.2))
claim("Recorded, at the end: the saturating GAN's distance over the other's",
      at_end["GAN, saturating"] / at_end["GAN"], at_most=0.8)
claim("Recorded, after 4 seconds: the VAE's distance over the nearest GAN's",
      float(race["VAE"][:, 0].mean() / min(race[label][:, 0].mean() for label in race if label != "VAE")),
      at_most=1)

# %% [markdown] tags=["ko"]
r"""
같은 시간이면 처음에는 VAE가 앞서다가 GAN이 모두 앞지릅니다. 두 처방을 쓰면 한 걸음이 오래 걸려 걸음 수가 적고, 이 짧은 시간의 끝에는 처방이 없는 GAN과 거리가 거의 같습니다. 뜻밖에도 **포화 손실이 뒤지지 않고 오히려 나았습니다.** 7절의 걱정은 판별자가 훨씬 앞설 때의 것입니다. 여기서는 두 쪽이 처음부터 함께 배우므로, 평평한 곳에 갇히지 않았을 것입니다(판별자가 얼마나 앞섰는지는 기록하지 않았습니다). 다만 학습률은 비포화 손실에서 고른 것이고, 시드는 3개이며, 더 오래 학습한 것은 재지 않았습니다.

**이어서 읽기.** StyleGAN(Karras et al., 2019)은 GAN으로 사람 얼굴을 사진처럼 만들었습니다. VAE는 요즘 그림을 줄이는 데에 흔히 쓰입니다. 11장에서는 픽셀 대신 오토인코더의 코드를 만듭니다. 그 본보기인 잠재 확산(Rombach et al., 2022)의 오토인코더에는 이 장의 두 생각, 좋은 잠재 공간과 또렷하게 그리는 적대적 손실이 함께 남아 있습니다. 진짜 같은 그림을 만드는 기술은 속이는 데에도 쓰입니다. 출처를 밝히는 방법은 11장에서 봅니다.

## 이 장에서 보인 것

범위는 시드 3개로 측정한 값에 여유를 둔 것입니다. 다만 7절의 작은 게임과 '기록'은 시드를 바꾸어도 다시 계산하지 않습니다. 설정은 대부분 시드 하나로, 같은 테스트 그림에서 골랐으므로 조금 유리하게 재었을 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
In the same time the VAE is ahead at first, and then all GANs pass it. With the two remedies a step takes longer, so there are fewer of them, and at the end of this short time the distance is about that of the GAN without. Surprisingly, **the saturating loss was no worse, but better.** The worry of section 7 is about a discriminator that is far ahead; here both learn together from the start, so probably nobody was stuck where it is flat (how far ahead the discriminator was is not recorded). But the rate was chosen for the non-saturating loss, there are 3 seeds, and longer training was not measured.

**Reading on.** StyleGAN (Karras et al., 2019) made faces like photographs with a GAN. VAEs now often serve to make pictures small: chapter 11 generates codes of an autoencoder in place of pixels. In the autoencoder of latent diffusion (Rombach et al., 2022), the model for this, both ideas of this chapter, a good latent space and an adversarial loss that draws sharply, live on together. What makes pictures that look real also serves to deceive; how to tell where a picture comes from is told in chapter 11.

## What this chapter has shown

The bands are values of 3 seeds, with a margin. The small games of section 7 and what is 'recorded' are not computed anew with another seed. Most settings were chosen with one seed and on the same test pictures, so they may look slightly too good.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

claims.table()

# %%
predictions.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 오토인코더는 그림을 병목에 통과시켜 줄입니다. 선형이면 주성분과 같은 공간을 찾고, 깊으면 휘어진 면을 찾습니다. 잡음을 지우고 낯선 것을 찾을 수 있지만, 코드를 아무것이나 뽑으면 구멍에 빠집니다.
2. 만든 그림은 심판 하나로, 같은 수로, 여러 수를 함께 재서 비교합니다. 거리는 그림이 적으면 커지고, 정밀도는 질을, 재현율은 다양함을 말합니다.
3. VAE는 코드 대신 구름을 내고, ELBO로 복원과 KL을 함께 다룹니다. 재매개변수화 덕분에 기울기가 우연을 지납니다. $\beta$가 크면 코드가 버려집니다.
4. GAN은 정답 그림 대신 판별자에게서 배웁니다. 게임은 저절로 멈추지 않고, 판별자의 정확도는 그림의 질이 아닙니다.
5. 모드 붕괴는 종류의 비율에도 정밀도에도 나타나지 않을 수 있습니다. 재현율이 알려 줍니다.

## 더 해 보기

1. 오토인코더의 잠재 공간에서 정규 분포 하나 대신 종류마다 하나씩 맞추어 뽑으면, 거리는 얼마나 줄까요?
2. 조건부 VAE의 $\beta$를 0.3과 3으로 바꾸면 정밀도와 재현율은 어느 쪽으로 움직일까요? 먼저 예측해 보세요.
3. GAN의 판별자에서 `spectral=True`와 `statistics=True`를 빼고 학습시키면, 판별자의 정확도와 거리는 어떻게 될까요?

## 용어

| 한국어 | English |
|---|---|
| 오토인코더, 인코더, 디코더 | autoencoder, encoder, decoder |
| 코드, 잠재 공간, 병목 | code, latent space, bottleneck |
| 주성분, 주성분 분석, 주각 | principal component, principal component analysis (PCA), principal angle |
| 잡음 제거 오토인코더, 복원 오차 | denoising autoencoder, reconstruction error |
| 특징, 프레셰 거리 | feature, Fréchet distance |
| 정밀도, 재현율 | precision, recall |
| 변분 오토인코더 | variational autoencoder (VAE) |
| 증거, 증거 하한, 냇 | evidence, evidence lower bound (ELBO), nat |
| 사전 분포, 사후 분포 | prior, posterior |
| 쿨백-라이블러 발산 | Kullback-Leibler divergence (KL) |
| 재매개변수화, 우도비 | reparameterization, likelihood ratio |
| 베타-VAE, 사후 붕괴 | beta-VAE, posterior collapse |
| 생성적 적대 신경망, 생성자, 판별자 | generative adversarial network (GAN), generator, discriminator |
| 포화 손실, 비포화 손실 | saturating loss, non-saturating loss |
| 전치 합성곱 | transposed convolution |
| 모드 붕괴 | mode collapse |
| 배치 통계, 스펙트럼 정규화, 거듭제곱법 | minibatch statistics, spectral normalization, power iteration |

## 참고 문헌

- Bourlard, Kamp, *Auto-Association by Multilayer Perceptrons and Singular Value Decomposition*, Biological Cybernetics, 1988.
- Baldi, Hornik, *Neural Networks and Principal Component Analysis: Learning from Examples without Local Minima*, Neural Networks, 1989.
- Hinton, Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, Science, 2006.
- Vincent et al., *Extracting and Composing Robust Features with Denoising Autoencoders*, ICML 2008.
- Heusel et al., *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium*, NeurIPS 2017.
- Chong, Forsyth, *Effectively Unbiased FID and Inception Score and Where to Find Them*, CVPR 2020.
- Kynkäänniemi et al., *Improved Precision and Recall Metric for Assessing Generative Models*, NeurIPS 2019.
- Carlini et al., *Extracting Training Data from Diffusion Models*, USENIX Security 2023.
- Kingma, Welling, *Auto-Encoding Variational Bayes*, ICLR 2014.
- Rezende, Mohamed, Wierstra, *Stochastic Backpropagation and Approximate Inference in Deep Generative Models*, ICML 2014.
- Williams, *Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning*, Machine Learning, 1992.
- Loaiza-Ganem, Cunningham, *The Continuous Bernoulli: Fixing a Pervasive Error in Variational Autoencoders*, NeurIPS 2019.
- Higgins et al., *beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework*, ICLR 2017.
- Bowman et al., *Generating Sentences from a Continuous Space*, CoNLL 2016.
- Kingma et al., *Improving Variational Inference with Inverse Autoregressive Flow*, NeurIPS 2016.
- Sohn, Lee, Yan, *Learning Structured Output Representation using Deep Conditional Generative Models*, NeurIPS 2015.
- Goodfellow et al., *Generative Adversarial Nets*, NeurIPS 2014.
- Mirza, Osindero, *Conditional Generative Adversarial Nets*, arXiv:1411.1784, 2014.
- Radford, Metz, Chintala, *Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks*, ICLR 2016.
- Salimans et al., *Improved Techniques for Training GANs*, NeurIPS 2016.
- Mescheder, Geiger, Nowozin, *Which Training Methods for GANs do actually Converge?*, ICML 2018.
- Miyato et al., *Spectral Normalization for Generative Adversarial Networks*, ICLR 2018.
- Miyato, Koyama, *cGANs with Projection Discriminator*, ICLR 2018.
- Karras et al., *Progressive Growing of GANs for Improved Quality, Stability, and Variation*, ICLR 2018.
- Karras, Laine, Aila, *A Style-Based Generator Architecture for Generative Adversarial Networks*, CVPR 2019.
- Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, CVPR 2022.

**이제 연습 문제를 풀어 보세요**: [10_exercises.ipynb](10_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. An autoencoder squeezes pictures through a bottleneck. A linear one finds the space of the principal components, a deep one a curved surface. It takes noise away and finds strangers; but codes drawn anywhere fall into holes.
2. Pictures that were made are compared by one judge, at equal numbers, by several measures together. The distance grows with fewer pictures; precision speaks of quality, recall of variety.
3. A VAE gives a cloud instead of a code, and the ELBO weighs reconstruction and KL. Thanks to reparameterization gradients pass through chance. With a large $\beta$ the code is given up.
4. A GAN learns from a discriminator instead of a right picture. The game does not come to rest by itself, and the discriminator's accuracy is not the quality of the pictures.
5. Mode collapse need not show in the share of the wanted class, nor in precision. Recall tells.

## Try it yourself

1. Fit a Gaussian for each class to the latent space of the autoencoder, instead of one for all: how much smaller is the distance?
2. With a $\beta$ of 0.3 and 3 for the conditional VAE, which way do precision and recall move? Predict first.
3. Take `spectral=True` and `statistics=True` out of the GAN's discriminator: what becomes of its accuracy, and of the distance?

## Terms

| 한국어 | English |
|---|---|
| 오토인코더, 인코더, 디코더 | autoencoder, encoder, decoder |
| 코드, 잠재 공간, 병목 | code, latent space, bottleneck |
| 주성분, 주성분 분석, 주각 | principal component, principal component analysis (PCA), principal angle |
| 잡음 제거 오토인코더, 복원 오차 | denoising autoencoder, reconstruction error |
| 특징, 프레셰 거리 | feature, Fréchet distance |
| 정밀도, 재현율 | precision, recall |
| 변분 오토인코더 | variational autoencoder (VAE) |
| 증거, 증거 하한, 냇 | evidence, evidence lower bound (ELBO), nat |
| 사전 분포, 사후 분포 | prior, posterior |
| 쿨백-라이블러 발산 | Kullback-Leibler divergence (KL) |
| 재매개변수화, 우도비 | reparameterization, likelihood ratio |
| 베타-VAE, 사후 붕괴 | beta-VAE, posterior collapse |
| 생성적 적대 신경망, 생성자, 판별자 | generative adversarial network (GAN), generator, discriminator |
| 포화 손실, 비포화 손실 | saturating loss, non-saturating loss |
| 전치 합성곱 | transposed convolution |
| 모드 붕괴 | mode collapse |
| 배치 통계, 스펙트럼 정규화, 거듭제곱법 | minibatch statistics, spectral normalization, power iteration |

## References

- Bourlard, Kamp, *Auto-Association by Multilayer Perceptrons and Singular Value Decomposition*, Biological Cybernetics, 1988.
- Baldi, Hornik, *Neural Networks and Principal Component Analysis: Learning from Examples without Local Minima*, Neural Networks, 1989.
- Hinton, Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, Science, 2006.
- Vincent et al., *Extracting and Composing Robust Features with Denoising Autoencoders*, ICML 2008.
- Heusel et al., *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium*, NeurIPS 2017.
- Chong, Forsyth, *Effectively Unbiased FID and Inception Score and Where to Find Them*, CVPR 2020.
- Kynkäänniemi et al., *Improved Precision and Recall Metric for Assessing Generative Models*, NeurIPS 2019.
- Carlini et al., *Extracting Training Data from Diffusion Models*, USENIX Security 2023.
- Kingma, Welling, *Auto-Encoding Variational Bayes*, ICLR 2014.
- Rezende, Mohamed, Wierstra, *Stochastic Backpropagation and Approximate Inference in Deep Generative Models*, ICML 2014.
- Williams, *Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning*, Machine Learning, 1992.
- Loaiza-Ganem, Cunningham, *The Continuous Bernoulli: Fixing a Pervasive Error in Variational Autoencoders*, NeurIPS 2019.
- Higgins et al., *beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework*, ICLR 2017.
- Bowman et al., *Generating Sentences from a Continuous Space*, CoNLL 2016.
- Kingma et al., *Improving Variational Inference with Inverse Autoregressive Flow*, NeurIPS 2016.
- Sohn, Lee, Yan, *Learning Structured Output Representation using Deep Conditional Generative Models*, NeurIPS 2015.
- Goodfellow et al., *Generative Adversarial Nets*, NeurIPS 2014.
- Mirza, Osindero, *Conditional Generative Adversarial Nets*, arXiv:1411.1784, 2014.
- Radford, Metz, Chintala, *Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks*, ICLR 2016.
- Salimans et al., *Improved Techniques for Training GANs*, NeurIPS 2016.
- Mescheder, Geiger, Nowozin, *Which Training Methods for GANs do actually Converge?*, ICML 2018.
- Miyato et al., *Spectral Normalization for Generative Adversarial Networks*, ICLR 2018.
- Miyato, Koyama, *cGANs with Projection Discriminator*, ICLR 2018.
- Karras et al., *Progressive Growing of GANs for Improved Quality, Stability, and Variation*, ICLR 2018.
- Karras, Laine, Aila, *A Style-Based Generator Architecture for Generative Adversarial Networks*, CVPR 2019.
- Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, CVPR 2022.

**Now do the exercises**: [10_exercises.ipynb](10_exercises.ipynb)
"""
