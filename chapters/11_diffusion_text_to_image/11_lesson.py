# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: "Diffusion, Flow, Tokens: Pictures from Text", ko: "확산, 흐름, 토큰: 글에서 그림으로"}
#     minutes: 76
#     after: ["09", "10"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 11장. 확산, 흐름, 토큰: 글에서 그림으로

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 확산 모델의 잡음 일정, 손실, 되돌리는 걸음을 손으로 계산하고, 평면의 점으로 끝까지 따라가기
> - 흐름 맞추기(flow matching)와 확산이 걸음을 몇 번 쓰면 되는지 재어 보이기
> - 픽셀 대신 코드 48개를 만들고, 안내(guidance)로 다양함을 내주고 충실함을 얻기
> - 그림을 토큰으로 바꾸어 트랜스포머로 만들고, 모든 생성 모델을 심판 하나로 비교하기
> - 글에서 그림을 만들고, 어느 낱말이 무엇을 그렸는지 보이기
>
> **읽기** 약 76분, **실행** 약 105초(코어 2개), 먼저 볼 장은 9장과 10장입니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 11. Diffusion, Flow, Tokens: Pictures from Text

> **After this chapter** you can
> - compute the noise schedule, the loss and a step back of a diffusion model by hand, and follow it to the end with points in the plane;
> - measure how many steps flow matching and diffusion need;
> - generate 48 numbers instead of pixels, and trade variety for fidelity by guidance;
> - turn pictures into tokens, generate these with a Transformer, and compare all generators by one judge;
> - make pictures from text, and show which word has painted what.
>
> **Reading** takes about 76 minutes, **running** about 105 seconds on 2 cores; chapters 9 and 10 come first.

Where you see ❓, **write down a prediction** before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0, precision="float32")  # formulas and simulations are compared closely

# %%
import numpy as np

from course_lib import claim, data, identity, plot, predict, reveal
from course_lib.models import denoiser, diffusion, flow

# %% [markdown] tags=["ko"]
r"""
## 1. 잡음에서 점으로: 확산과 흐름

10장의 생성기는 잡음을 **한 번에** 그림으로 바꾸어야 했습니다. **확산 모델**(diffusion model)은 이 어려운 일을 쉬운 걸음 여럿으로 나눕니다(Sohl-Dickstein et al., 2015; Ho, Jain, Abbeel, 2020, 줄여서 DDPM). 먼저 데이터에 잡음을 조금씩 섞어 완전한 잡음으로 만들고, 신경망은 그 길을 **되돌리는** 법을 배웁니다.

걸음 $t = 1, \ldots, T$마다 분산의 $\beta_t$만큼을 새 잡음 $\epsilon_t$(평균 0, 분산 1)으로 바꿉니다. $x_0$이 데이터입니다.

$$x_t = \sqrt{1 - \beta_t}\, x_{t-1} + \sqrt{\beta_t}\, \epsilon_t$$

정규 분포의 합은 정규 분포이므로, $t$걸음을 **한 번에** 갈 수 있습니다. $\bar\alpha_t$는 데이터의 분산 가운데 남은 몫입니다.

$$x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon, \qquad \bar\alpha_t = \prod_{s=1}^{t} (1 - \beta_s)$$

가장 작은 예는 수 하나, 걸음 둘입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. From noise to points: diffusion and flow

The generators of chapter 10 had to turn noise into a picture **at once**. A **diffusion model** splits this hard task into many easy steps (Sohl-Dickstein et al., 2015; Ho, Jain, Abbeel, 2020, DDPM for short). Noise is mixed into the data, little by little, until nothing else is left, and a network learns to go this way **back**.

Each step $t = 1, \ldots, T$ replaces a share $\beta_t$ of the variance by new noise $\epsilon_t$ of mean 0 and variance 1; $x_0$ is the data.

$$x_t = \sqrt{1 - \beta_t}\, x_{t-1} + \sqrt{\beta_t}\, \epsilon_t$$

Sums of Gaussians are Gaussians, so $t$ steps can be taken **in one go**. $\bar\alpha_t$ is the share of the data's variance that is left.

$$x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon, \qquad \bar\alpha_t = \prod_{s=1}^{t} (1 - \beta_s)$$

The smallest example is one number and two steps.
"""

# %%
predict("two_steps", "x_0 is 2, and each of two steps has a beta of 0.5. What is the mean of x_2?")

# %% tags=["covers-H5", "reveal"]
draws = np.random.default_rng(0)
x = np.full(100_000, 2.0)
for beta in (0.5, 0.5):  # one number, followed 100,000 times
    x = (1 - beta) ** 0.5 * x + beta**0.5 * draws.normal(size=x.shape)
left = diffusion.kept([0.5, 0.5])
print("share of the variance that is left after each step:", left)
at_once = diffusion.noised(2.0, left[-1], draws.normal(size=x.shape))

# %% tags=["covers-H5", "reveal"]
reveal("two_steps", float(left[-1] ** 0.5 * 2), tolerance=0.01)
identity("Mean of 100,000 walks, step by step and in one go", x.mean(), at_once.mean(), tolerance=0.03)
identity("Their variance, step by step and in one go", x.var(), at_once.var(), tolerance=0.03)

# %% [markdown] tags=["ko"]
r"""
### 잡음 일정

$\beta_1, \ldots, \beta_T$를 **잡음 일정**(noise schedule)이라고 합니다. DDPM은 $\beta$를 직선으로 키웠고, Nichol and Dhariwal(2021)은 $\bar\alpha_t$가 코사인의 제곱처럼 줄게 했습니다. 어느 쪽이든 끝에는 거의 아무것도 남지 않아야 합니다. 그래야 순수한 잡음에서 시작할 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
### The noise schedule

$\beta_1, \ldots, \beta_T$ are the **noise schedule**. In DDPM, $\beta$ grows on a line; Nichol and Dhariwal (2021) let $\bar\alpha_t$ fall like the square of a cosine. Either way hardly anything may be left at the end, so that one can start from pure noise.
"""

# %%
STEPS = 200
betas = {"linear": diffusion.linear_schedule(STEPS), "cosine": diffusion.cosine_schedule(STEPS)}
shown = np.arange(0, STEPS, 10)
plot.curves({name: diffusion.kept(one)[shown] for name, one in betas.items()}, x=shown + 1,
            ticks=[1, 50, 100, 150, 200], xlabel="step t of 200", ylabel="share of the variance that is left",
            title="The cosine schedule keeps more for longer",
            alt="Two falling curves over 200 steps from 1 to 0: the linear schedule has lost most after half "
                "of the steps, the cosine schedule falls later.")
claim("Cosine schedule: what is left at the end", float(diffusion.kept(betas["cosine"])[-1]), at_most=0.001)
claim("Half-way: what the linear schedule has left over what the cosine has",
      float(np.divide(*(diffusion.kept(one)[99] for one in betas.values()))), at_most=0.5)

# %% [markdown] tags=["ko"]
r"""
### 신경망이 예측하는 것

데이터는 평면의 나선 위에 있는 점들입니다. 좌표마다 분산이 1이 되게 맞춥니다. 잡음이 섞이면 나선은 둥근 구름이 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
### What the network predicts

The data are points on a spiral in the plane, scaled to a variance of 1 for each coordinate. Mixed with noise, the spiral becomes a round cloud.
"""

# %%
def spiral(count, seed):
    """Points on a spiral with a little noise: (count, 2), float32, each coordinate with a variance near 1."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0.5, 3.5 * np.pi, count)
    points = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 4.4
    return (points + random.normal(scale=0.06, size=(count, 2))).astype("float32")


points, other_points = spiral(20_000, seed=0), spiral(1000, seed=1)
left = diffusion.kept(betas["cosine"])
cloud = draws.normal(size=(1500, 2))
stages = {f"t = {t}": diffusion.noised(points[:1500], left[t - 1], cloud).T for t in (1, 60, 120, 200)}
plot.scatter(stages, xlabel="first coordinate", ylabel="second coordinate",
             title="Forwards: a spiral drowns in noise",
             alt="Four panels of points: a spiral at step 1, a cloud with hardly any shape left at step 60, and "
                 "round clouds at steps 120 and 200.")

# %% [markdown] tags=["ko"]
r"""
파라미터가 $\theta$인 신경망 $\epsilon_\theta$는 $x_t$와 $t$를 받아 **섞인 잡음 $\epsilon$**을 알아맞힙니다. $t$, $x_0$, $\epsilon$은 매번 새로 뽑습니다. 신경망은 작은 잔차 신경망입니다(`course_lib/models/denoiser.py`). 시각 $t$는 9장의 자리처럼 사인과 코사인 여럿으로 바꾸어, 입력에 붙이는 대신 블록마다 층 정규화의 배율과 이동, 그리고 블록이 더하는 것에 곱할 문을 정하게 합니다. 2절에서는 종류도 같은 길로 들어갑니다.

$$L = \mathbb{E}_{t,\, x_0,\, \epsilon} \left\lVert \epsilon_\theta\big(\sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon,\; t\big) - \epsilon \right\rVert^2$$

되돌아갈 때에는 예측한 잡음에서 그것이 뜻하는 데이터 $\hat x_0 = (x_t - \sqrt{1 - \bar\alpha_t}\, \epsilon_\theta) / \sqrt{\bar\alpha_t}$를 얻고, 이것으로 앞선 시각 $s < t$의 점을 만듭니다.

$$x_s = \sqrt{\bar\alpha_s}\, \hat x_0 + \sqrt{1 - \bar\alpha_s - \sigma^2}\; \epsilon_\theta + \sigma z, \qquad \sigma = \eta \sqrt{\frac{1 - \bar\alpha_s}{1 - \bar\alpha_t} \Big(1 - \frac{\bar\alpha_t}{\bar\alpha_s}\Big)}$$

$z$는 새 잡음이고, 시각 0에는 섞인 것이 없으므로 $\bar\alpha_0 = 1$입니다. $\eta = 1$이면 DDPM의 **조상 표집**(ancestral sampling), $\eta = 0$이면 우연이 없는 **DDIM**입니다(Song, Meng, Ermon, 2021). $\bar\alpha_t$가 아주 작을 때에는 작은 오차가 $\hat x_0$을 멀리 던지므로, 데이터가 있는 범위(여기서는 $\pm 3$)로 자릅니다.
"""

# %% [markdown] tags=["en"]
r"""
The network $\epsilon_\theta$, with parameters $\theta$, is given $x_t$ and $t$ and guesses **the noise $\epsilon$** that was mixed in. $t$, $x_0$ and $\epsilon$ are drawn anew each time. The network is a small residual one (`course_lib/models/denoiser.py`). Time $t$ becomes a number of sines and cosines, as places do in chapter 9; these do not join the input, but set the scale and the shift of each block's layer normalization, and a gate by which what the block adds is multiplied. In section 2 the class enters the same way.

$$L = \mathbb{E}_{t,\, x_0,\, \epsilon} \left\lVert \epsilon_\theta\big(\sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon,\; t\big) - \epsilon \right\rVert^2$$

On the way back, the predicted noise implies the data $\hat x_0 = (x_t - \sqrt{1 - \bar\alpha_t}\, \epsilon_\theta) / \sqrt{\bar\alpha_t}$, and from these comes the point at an earlier time $s < t$.

$$x_s = \sqrt{\bar\alpha_s}\, \hat x_0 + \sqrt{1 - \bar\alpha_s - \sigma^2}\; \epsilon_\theta + \sigma z, \qquad \sigma = \eta \sqrt{\frac{1 - \bar\alpha_s}{1 - \bar\alpha_t} \Big(1 - \frac{\bar\alpha_t}{\bar\alpha_s}\Big)}$$

$z$ is new noise, and $\bar\alpha_0 = 1$, as nothing is mixed in at time 0. $\eta = 1$ is the **ancestral sampling** of DDPM, $\eta = 0$ is **DDIM**, in which nothing is random (Song, Meng, Ermon, 2021). Where $\bar\alpha_t$ is very small, a small error throws $\hat x_0$ far away; so it is cut off where data lie, here at $\pm 3$.
"""

# %%
import keras


def learned(model, given, rate, batch, epochs):
    """Train it; the rate of Adam falls to 0."""
    falling = keras.optimizers.schedules.CosineDecay(rate, epochs * (len(given["x"]) // batch))
    model.compile(keras.optimizers.Adam(falling))
    model.fit(given, batch_size=batch, epochs=epochs, verbose=0, callbacks=[course_lib.Progress(model.name)])
    return model


course_lib.set_seed(0)
denoising = diffusion.Diffusion(denoiser.denoiser(2, width=64, blocks=2), betas["cosine"], name="diffusion")
learned(denoising, {"x": points}, rate=0.004, batch=500, epochs=16)
identity("One step back with the true noise leads to the point on the way from the same noise",
         diffusion.step_back(diffusion.noised(points[:9], left[99], cloud[:9]), cloud[:9], left[99], left[49], 0),
         diffusion.noised(points[:9], left[49], cloud[:9]), tolerance=1e-5)

# %% [markdown] tags=["ko"]
r"""
### 흐름 맞추기: 곧은 길

**흐름 맞추기**(flow matching; Lipman et al., 2023; Liu et al., 2023; Albergo and Vanden-Eijnden, 2023)는 더 단순합니다. 잡음 $\epsilon$에서 데이터 $x_1$까지 **곧은 선**을 긋고, 신경망은 그 위에서의 **속도**를 배웁니다. 여기서 시각 $t$는 0(잡음)에서 1(데이터)로 갑니다. 확산과 방향이 반대입니다.

$$x_t = (1 - t)\, \epsilon + t\, x_1, \qquad L = \mathbb{E}_{t,\, x_1,\, \epsilon} \left\lVert v_\theta(x_t, t) - (x_1 - \epsilon) \right\rVert^2$$

한 점을 여러 선이 지나가므로 신경망이 배우는 것은 속도의 **평균**입니다. 만들 때에는 잡음에서 출발해 이 속도를 따라갑니다. **오일러 방법**(Euler method)은 길이 $h = 1/K$인 걸음 $K$번입니다.

$$x_{t+h} = x_t + h\, v_\theta(x_t, t)$$
"""

# %% [markdown] tags=["en"]
r"""
### Flow matching: straight paths

**Flow matching** (Lipman et al., 2023; Liu et al., 2023; Albergo and Vanden-Eijnden, 2023) is simpler. Draw a **straight line** from noise $\epsilon$ to data $x_1$; the network learns the **velocity** on it. Time $t$ runs from 0 (noise) to 1 (data) here, the other way round than in diffusion.

$$x_t = (1 - t)\, \epsilon + t\, x_1, \qquad L = \mathbb{E}_{t,\, x_1,\, \epsilon} \left\lVert v_\theta(x_t, t) - (x_1 - \epsilon) \right\rVert^2$$

Many lines pass through one point, so what the network learns is the **mean** of their velocities. To generate, start from noise and follow it. **Euler's method** takes $K$ steps of length $h = 1/K$.

$$x_{t+h} = x_t + h\, v_\theta(x_t, t)$$
"""

# %%
course_lib.set_seed(0)
flowing = flow.Flow(denoiser.denoiser(2, width=64, blocks=2), name="flow")
learned(flowing, {"x": points}, rate=0.004, batch=500, epochs=16)
half, velocity = flow.on_the_way(points[:9], cloud[:9], 0.5)
identity("From half-way, half of the velocity leads to the data", half + velocity / 2, points[:9], tolerance=1e-5)
print(f"both networks: {flowing.count_params():,} parameters, 640 steps of 500 points")

# %%
def picture(cloud, pixels=64, reach=3.0):
    """How many points lie in each square of the plane, as a grey picture (pixels, pixels, 1)."""
    counts, _, _ = np.histogram2d(-cloud[:, 1], cloud[:, 0], pixels, [[-reach, reach]] * 2)
    return np.minimum(counts / 4, 1)[..., np.newaxis].astype("float32")


BEGIN = 195  # of 200: where pure noise is taken for x_t
paths = {"diffusion, ancestral": denoising.generate(3000, 20, path=True, seed=1, begin=BEGIN),
         "diffusion, DDIM": denoising.generate(3000, 20, eta=0, path=True, seed=1, begin=BEGIN),
         "flow, Euler": flow.euler(flowing.velocity(), draws.normal(size=(3000, 2)).astype("float32"), 20)}
plot.play_films({name: np.array([picture(stage) for stage in path]) for name, path in paths.items()},
                scale=3, seconds=0.2, title="From a round cloud to a spiral in 20 steps",
                alt="Three clouds of bright points on black, half-way from noise to data, by ancestral sampling, "
                    "by DDIM and by the flow. Played, all start as a round cloud and end as a spiral.")

# %% [markdown] tags=["ko"]
r"""
재생하거나 한 걸음씩 넘겨 보세요. 셋 다 둥근 구름에서 나선으로 갑니다. 확산은 $t = 195$에서 시작했습니다. 200에서 시작하지 않은 까닭은 곧 봅니다.

### 걸음은 몇 번이면 될까

두 구름이 얼마나 다른지는 **에너지 거리**(energy distance; Székely and Rizzo, 2013)로 잽니다. $X, X'$는 한 구름, $Y, Y'$는 다른 구름에서 뽑은 점이고, 두 분포가 같을 때에만 0입니다.

$$D = 2\, \mathbb{E}\lVert X - Y \rVert - \mathbb{E}\lVert X - X' \rVert - \mathbb{E}\lVert Y - Y' \rVert$$

**공정한 비교.** 신경망의 모양, 파라미터, 학습 걸음, 학습률이 같고, 걸음 한 번에 신경망을 한 번 부릅니다. 학습률은 어느 쪽을 위해서도 따로 고르지 않았습니다. 대조는 나선에서 새로 뽑은 점(바닥)입니다.

확산에는 고를 것이 하나 더 있습니다. 표집은 순수한 잡음을 $x_t$로 삼아 시작하는데, **어느 $t$에서** 시작할까요? 끝인 $t = 200$에는 데이터가 거의 남지 않아서 식의 $\hat x_0$이 아주 작은 $\sqrt{\bar\alpha_t}$로 나누어집니다. DDIM을 $t = 200$과 $t = 195$의 두 곳에서 시작해 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Play it, or go step by step. All three go from a round cloud to a spiral. The diffusions started at $t = 195$, not at 200; why, comes next.

### How many steps are enough?

How much two clouds differ is measured by their **energy distance** (Székely and Rizzo, 2013). $X, X'$ are points of one cloud, $Y, Y'$ of the other; it is 0 only for equal distributions.

$$D = 2\, \mathbb{E}\lVert X - Y \rVert - \mathbb{E}\lVert X - X' \rVert - \mathbb{E}\lVert Y - Y' \rVert$$

**A fair comparison.** The networks have the same form, parameters, training steps and rate, and each step calls the network once. The rate was not chosen for either. The control is points newly drawn from the spiral (the floor).

Diffusion has one thing more to choose. Sampling starts with pure noise in the place of $x_t$, but **at which $t$**? At the end, $t = 200$, hardly any data are left, and $\hat x_0$ of the formula is divided by a very small $\sqrt{\bar\alpha_t}$. DDIM is started at two places, $t = 200$ and $t = 195$.
"""

# %%
predict("begin", "DDIM with 8 steps: how large is its distance when it starts at t = 200 over that from t = 195?",
        choices=["less than 0.7", "0.7 to 1.5", "more than 1.5"])

# %% tags=["covers-H5"]
def energy_distance(a, b):
    """Of two clouds (n, 2) and (m, 2)."""
    apart = lambda p, q: np.hypot(*(p[:, np.newaxis] - q).T).mean()
    return float(2 * apart(a, b) - apart(a, a) - apart(b, b))


COUNTS = (2, 4, 8, 16, 32)
ways = {"diffusion, ancestral": lambda steps: denoising.generate(1000, steps, seed=1, begin=BEGIN),
        "diffusion, DDIM": lambda steps: denoising.generate(1000, steps, eta=0, seed=1, begin=BEGIN),
        "DDIM, started at the end": lambda steps: denoising.generate(1000, steps, eta=0, seed=1),
        "flow, Euler": lambda steps: flowing.generate(1000, steps, seed=1)}
by_steps = {name: [energy_distance(other_points, way(steps)) for steps in COUNTS] for name, way in ways.items()}
floor = energy_distance(other_points, points[:1000])
all_steps = energy_distance(other_points, denoising.generate(1000, seed=1, begin=BEGIN))


def share_outside(t, limit=3):
    """Of the coordinates of x_0 that the noise predicted at t implies: the share beyond the limit."""
    given = np.random.default_rng(1).normal(size=(1000, 2)).astype("float32")
    noise = denoising.network.predict_on_batch({"x": given, "time": np.full(1000, t / STEPS, "float32")})
    return float(np.mean(np.abs(given - (1 - left[t - 1]) ** 0.5 * noise) / left[t - 1] ** 0.5 > limit))

# %% tags=["covers-H5", "reveal"]
plot.curves({name: np.log10(found) for name, found in by_steps.items()}, x=COUNTS, log=True,
            xlabel="number of steps", ylabel="energy distance, power of ten",
            baseline=(np.log10(floor), "new points"),
            title="Started where something is left, DDIM is about level with the flow",
            alt="Four falling curves of the distance over the number of steps: that of DDIM started at the end "
                "lies highest; from 8 steps on those of DDIM and the flow lie lowest, ancestral sampling between.")
print(f"left of the variance at t = {STEPS}: {left[-1]:.0e}, at t = {BEGIN}: {left[BEGIN - 1]:.4f}")
with_8 = {name: found[COUNTS.index(8)] for name, found in by_steps.items()}
reveal("begin", with_8["DDIM, started at the end"] / with_8["diffusion, DDIM"], limits=[0.7, 1.5])
claim(f"t = {STEPS}: share of the predicted x_0 beyond 3", share_outside(STEPS), at_least=0.9)
claim(f"t = {BEGIN}: the same", share_outside(BEGIN), at_most=0.05)
claim(f"8 steps: distance of DDIM from the end over that of DDIM from t = {BEGIN}",
      with_8["DDIM, started at the end"] / with_8["diffusion, DDIM"], at_least=2)
claim("8 steps: DDIM's distance over the flow's", with_8["diffusion, DDIM"] / with_8["flow, Euler"], at_most=0.95)
claim("8 steps: ancestral sampling's distance over DDIM's",
      with_8["diffusion, ancestral"] / with_8["diffusion, DDIM"], at_least=1.3)
claim(f"All {BEGIN} steps of ancestral sampling: distance over that with 8",
      all_steps / with_8["diffusion, ancestral"], at_most=0.4)

# %% [markdown] tags=["ko"]
r"""
여기서는 어느 방법인지보다 **어디에서 시작하는지**가 더 크게 작용합니다. $t = 200$에는 분산이 거의 남지 않아서(위의 출력), 예측한 잡음이 뜻하는 $\hat x_0$이 거의 모두 데이터의 범위를 벗어나 잘립니다. DDIM은 새 잡음을 쓰지 않으므로 이 잘못을 끝까지 가지고 갑니다. 조금이라도 남은 $t = 195$에서 시작하면 DDIM은 8걸음으로 흐름보다도, 새 잡음을 쓰는 조상 표집보다도 가까이 갑니다. DDIM이 조상 표집보다 적은 걸음으로 되는 것은 논문이 그림에서 잰 것과 같습니다. 시드 넷으로 따로 학습시켜 보니 8걸음에서는 늘 DDIM이 흐름보다 앞섰고, 둘 다 바닥에 닿은 32걸음에서는 늘 흐름이 앞섰습니다. 따라서 **어느 쪽이 더 적은 걸음으로 된다고 할 수는 없습니다.** 걸음을 많이 쓰면 모두 새로 뽑은 점만큼 가까워집니다. 점선 아래로 조금 내려가는 것은 우연입니다. 점선도 점 1,000개로 잰 값이기 때문입니다. DDPM은 처음에 1,000걸음을 썼습니다. 예는 하나이고, 일정과 걸음을 나누는 방법에 따라 차이는 달라집니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 같은 생각으로 옷을 만듭니다.

## 2. 픽셀 대신 코드: 잠재 흐름

이제 옷을 만듭니다. 픽셀은 784개입니다. 픽셀에서 바로 흐름을 배우는 작은 합성곱 신경망과, 코드 48개에서 배우는 신경망의 **값**을 먼저 비교합니다. 둘 다 학습하지 않은 채로 한 걸음의 곱셈과 시간만 잽니다.
"""

# %% [markdown] tags=["en"]
r"""
**Where a diffusion starts** matters more here than which method it is. At $t = 200$ hardly any variance is left (see the output above), so nearly all $\hat x_0$ that the predicted noise implies lie outside the range of the data and are cut off. DDIM draws no new noise and carries this fault to the end. Started at $t = 195$, where a little is left, DDIM gets nearer with 8 steps than the flow, and nearer than ancestral sampling, which draws new noise. That DDIM needs fewer steps than ancestral sampling is what its paper measured on pictures. In trainings with four seeds, tried apart, DDIM was ahead of the flow with 8 steps each time; with 32, where both have reached the floor, the flow was. So **neither can be said to need fewer steps.** With many steps all get about as near as points newly drawn. To lie a little below the dotted line is chance, as the line, too, was measured with 1,000 points. DDPM took 1,000 steps at first. It is one example, and the differences depend on the schedule and on how steps are spaced.

> **A good place to stop.** Next, the same idea makes clothing.

## 2. Codes instead of pixels: the latent flow

Now for clothing. A picture has 784 pixels. First compare **costs**: a small convolutional network that would learn the flow of pixels, and one for codes of 48 numbers. Neither is trained here; what is measured are the multiplications and the time of one step.
"""

# %%
predict("pixels", "Multiply-adds of one call: how many times as many has the network for pixels?",
        choices=["less than 3 times", "3 to 10 times", "more than 10 times"])

# %% tags=["reveal"]
from keras import layers

from course_lib.models import latent, summary


def for_pixels(width=32):
    """A small network of velocities for pictures of 28x28, given as rows of 784."""
    given = {"x": keras.Input((784,), name="x"), "time": keras.Input((), name="time")}
    x = layers.Reshape((28, 28, 1))(given["x"])
    thin = layers.Conv2D(width, 3, padding="same", activation="silu")(x)  # 28x28
    x = layers.Conv2D(2 * width, 3, strides=2, padding="same", activation="silu")(thin)  # 14x14
    x = x + layers.Dense(2 * width)(denoiser.Waves()(given["time"]))[:, None, None]
    x = layers.Conv2D(2 * width, 3, padding="same", activation="silu")(x)
    x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", activation="silu")(x) + thin  # 28x28
    return keras.Model(given, layers.Flatten()(layers.Conv2D(1, 3, padding="same")(x)))


networks = {"pixels": for_pixels(), "codes": denoiser.denoiser(48, classes=10)}
costs = {name: summary.multiply_adds(network) for name, network in networks.items()}
for name, network in networks.items():
    print(f"{name}: {network.count_params():,} parameters, {costs[name]:,} multiply-adds")
reveal("pixels", costs["pixels"] / costs["codes"], limits=[3, 10])
claim("Multiply-adds of a call: pixels over codes", costs["pixels"] / costs["codes"], at_least=10)

# %% tags=["nbval-ignore-output"]
import time


def seconds_of_a_step(model, given, steps=4):
    """The shortest of a few training steps; the first one is left out, in which the graph is made."""
    model.compile("adam")
    model.optimizer.build(model.trainable_variables)
    taken = []
    for _ in range(steps + 1):
        begun = time.perf_counter()
        model.train_on_batch(given)
        taken.append(time.perf_counter() - begun)
    return min(taken[1:])


(x_train, y_train), (x_test, y_test) = data.fashion_mnist()
batch = {"x": x_train[:50].reshape(50, 784)}
in_pixels = seconds_of_a_step(flow.Flow(networks["pixels"]), batch)
in_codes = seconds_of_a_step(flow.Flow(networks["codes"], 10), {"x": batch["x"][:, :48], "labels": y_train[:50]})
print(f"time of a training step on this machine: pixels over codes {in_pixels / in_codes:.0f}")

# %% [markdown] tags=["ko"]
r"""
파라미터는 적은데 훨씬 비쌉니다. 합성곱은 같은 가중치를 모든 자리에서 곱하기 때문입니다. 여기서 **잠재 확산**(latent diffusion; Rombach et al., 2022)의 생각이 나옵니다. 먼저 오토인코더를 **한 번** 학습시키고, 그 코드만 만듭니다. 디코더는 맨 끝에 한 번만 부릅니다(위의 비교에는 오토인코더의 값이 들어 있지 않고, 같은 시간에 어느 쪽이 더 나은 그림을 배우는지도 재지 않았습니다). 이렇게 쓰는 오토인코더를 **코덱**(codec)이라고 하겠습니다. 오토인코더는 데이터와 함께 들어 있습니다(`data/makers/fashion_codec.py`가 같은 학습 그림으로 만들었습니다). 10장의 오토인코더와 다른 점은 넷입니다. 합성곱을 쓰고, 코드의 수마다 평균 0, 분산 1이 되게 하며, 학습할 때 코드에 잡음을 조금 더해 가까운 코드는 비슷하게 그리도록 합니다. 그리고 손실이 픽셀의 제곱 오차만이 아닙니다. 옷의 종류를 맞히도록 학습한 작은 신경망의 특징 맵에서 잰 차이를 더하고(**지각 손실**, perceptual loss; Johnson et al., 2016), 끝에는 10장의 GAN처럼 판별자를 곁에 두어 디코더가 진짜처럼 보이게 그리도록 합니다. Rombach et al.도 그렇게 합니다. 그 작은 신경망은 심판이 아닙니다.
"""

# %% [markdown] tags=["en"]
r"""
It has few parameters but is far dearer, since a convolution multiplies by the same weights at each place. From this comes the idea of **latent diffusion** (Rombach et al., 2022): train an autoencoder **once**, then generate nothing but its codes. The decoder is called only once, at the very end (the cost of the autoencoder is not part of the comparison above, and which of both learns better pictures in the same time was not measured). An autoencoder in this use is called a **codec** here. Ours comes with the data (`data/makers/fashion_codec.py` made it from the same training pictures). It differs from the one of chapter 10 in four things: it is convolutional, each number of its code has mean 0 and variance 1, and a little noise on the codes in training makes it draw near codes alike. And its loss is not the squared error of pixels alone. What is added is the difference between feature maps of a small network that has learned to name the class of clothing (a **perceptual loss**; Johnson et al., 2016); and in the end a discriminator beside the decoder, as in the GAN of chapter 10, makes it draw what looks real. Rombach et al. do so, too. That small network is not the judge.
"""

# %%
from course_lib import generation

encoder, decoder = latent.shipped()
judge = generation.Judge()


def drawn(codes):
    """Pictures (n, 28, 28, 1) from 0 to 1 of codes (n, 48)."""
    return np.clip(decoder.predict(codes, batch_size=500, verbose=0), 0, 1)


def measured(looks, wanted):
    """Share of the wanted class, and distance to the test pictures, by the judge of chapter 10."""
    features, classes = looks
    return float(np.mean(classes == wanted)), generation.frechet_distance(judge.real_features, features)


codes = encoder.predict(x_train, batch_size=500, verbose=0)
again = drawn(encoder.predict(x_test, batch_size=500, verbose=0))
few = np.flatnonzero(np.arange(len(x_test)) % 500 == 7)  # ten of them
plot.image_grid(np.concatenate([x_test[few], again[few]]), columns=10, limits=(0, 1), size=0.75,
                row_titles=["test picture", "from its code"], title="48 numbers keep the form, not the pattern",
                alt="Two rows of ten garments: test pictures, and below what the decoder draws from their codes, "
                    "with the same form and a texture of its own.")
best_class, best_distance = measured(judge.look(again), y_test)
claim("Test pictures from their codes: share of the right class", best_class, at_least=0.8)
claim("Test pictures from their codes: distance", best_distance, between=(1, 2.5))

# %% [markdown] tags=["ko"]
r"""
모양은 남지만 무늬는 남지 않습니다. 디코더는 무늬 대신 진짜처럼 보이는 질감을 지어냅니다. 테스트 그림을 코드로 줄였다 다시 그려도 거리는 0이 아닙니다. 이 코드로 만드는 것은 이보다 훨씬 가까이 가기 어렵습니다. 이제 흐름을 코드에서 배웁니다. 종류를 함께 알려 주되, 열에 하나는 '아무 종류'라고 바꿉니다. 그래서 한 신경망이 종류를 아는 속도와 모르는 속도를 함께 배웁니다.
"""

# %% [markdown] tags=["en"]
r"""
The form is kept, the pattern is not: in its place the decoder makes up a texture that looks real. Even test pictures that only pass through their codes have a distance above 0; what is made with these codes can hardly get much nearer. Now learn the flow of codes. The class is told, but one time in ten it is replaced by "any class"; so one network learns the velocity with the class and the one without.
"""

# %%
course_lib.set_seed(0)
garments = flow.Flow(denoiser.denoiser(48, classes=10), classes=10, name="latent_flow")
begun = time.perf_counter()
learned(garments, {"x": codes, "labels": y_train}, rate=0.002, batch=250, epochs=16)
training_seconds = time.perf_counter() - begun

# %% [markdown] tags=["ko"]
r"""
### 안내: 다양함을 내주고 충실함을 얻기

**분류기 없는 안내**(classifier-free guidance; Ho and Salimans, 2022)는 만들 때 두 속도의 차이를 $w$배로 키웁니다. $c$는 종류, $\varnothing$는 '아무 종류'입니다.

$$v = v_\theta(x, t, \varnothing) + w\, \big(v_\theta(x, t, c) - v_\theta(x, t, \varnothing)\big)$$

$w = 0$이면 종류를 모르고, $w = 1$이면 그냥 종류를 알며, $w > 1$이면 '그 종류다움'을 부풀립니다. 신경망을 두 번 부르므로 값도 두 배입니다.
"""

# %% [markdown] tags=["en"]
r"""
### Guidance: fidelity for variety

**Classifier-free guidance** (Ho and Salimans, 2022) multiplies the difference of the two velocities by $w$ when it generates; $c$ is the class, $\varnothing$ is "any class".

$$v = v_\theta(x, t, \varnothing) + w\, \big(v_\theta(x, t, c) - v_\theta(x, t, \varnothing)\big)$$

$w = 0$ does not know the class, $w = 1$ simply knows it, and $w > 1$ exaggerates what is typical of it. It calls the network twice, so it costs twice as much.
"""

# %%
predict("guidance", "Of w = 1, 1.5, 2 and 4: with which is the Fréchet distance to test pictures smallest?",
        choices=["w = 1", "1.5 or 2", "w = 4"])

# %%
garment_kinds = np.arange(2000) % 10
WEIGHTS = (0, 1, 1.5, 2, 3, 4)
guided = {w: drawn(garments.generate(garment_kinds, steps=12, guidance=w, seed=1)) for w in WEIGHTS}
looks = [judge.look(pictures) for pictures in guided.values()]
shares, distances = np.transpose([measured(one, garment_kinds) for one in looks])
some_real = judge.real_features[::3]  # as many of both
balls = [generation.precision_recall(some_real, one[: len(some_real)]) for one, _ in looks]
precisions, recalls = np.transpose(balls)

# %% tags=["covers-H5", "reveal"]
plot.curves({"share of the wanted class": shares, "precision: how much looks real": precisions,
             "recall: how much of what is real": recalls, "Fréchet distance / 10": distances / 10},
            x=WEIGHTS, ticks=WEIGHTS, xlabel="guidance w", ylabel="measure",
            title="Guidance: more of the wanted class, in the end less variety",
            alt="Four curves over the guidance from 0 to 4: the share of the wanted class rises, precision "
                "rises and then falls a little, recall falls at the end, and the Fréchet distance falls first "
                "and then grows.")
by_weight = {w: dict(zip(("share", "distance", "recall"), found))
             for w, *found in zip(WEIGHTS, shares, distances, recalls)}
best = min((1, 1.5, 2, 4), key=lambda w: by_weight[w]["distance"])
reveal("guidance", f"w = {best}" if best in (1, 4) else "1.5 or 2")
claim("Guidance of 0, any class: share of the wanted one", by_weight[0]["share"], at_most=0.15)
claim("Guidance of 2: share of the wanted class", by_weight[2]["share"], at_least=0.95)
claim("Fréchet distance: guidance of 2 over none (w = 1)", by_weight[2]["distance"] / by_weight[1]["distance"],
      at_most=0.75)
claim("Fréchet distance: guidance of 4 over that of 2", by_weight[4]["distance"] / by_weight[2]["distance"],
      at_least=1.1)
claim("Recall: guidance of 2 over none", by_weight[2]["recall"] / by_weight[1]["recall"], between=(0.8, 1.1))
claim("Recall: guidance of 4 over none", by_weight[4]["recall"] / by_weight[1]["recall"], at_most=0.9)
claim("Guidance of 2: distance over that of test pictures from their codes",
      by_weight[2]["distance"] / best_distance, between=(1.1, 2))

# %% tags=["covers-H1"]
rows = [drawn(garments.generate(np.arange(10), steps=16, guidance=w, seed=3)) for w in (1, 2, 4)]
plot.image_grid(np.concatenate(rows), list(data.FASHION_MNIST_CLASSES) + [""] * 20, columns=10,
                limits=(0, 1), size=0.75, row_titles=["w = 1", "w = 2", "w = 4"],
                title="The same noise, brighter and plainer with more guidance",
                alt="Three rows of ten garments, one of each class, made from the same noise with a guidance of "
                    "1, 2 and 4; lower rows are plainer.")

# %% [markdown] tags=["ko"]
r"""
같은 잡음에서 만든 옷은 안내를 키울수록 밝고 밋밋해집니다. 샌들은 어느 $w$에서도 조각나 있습니다. 수로 보면, $w = 0$은 종류를 모르는 것과 같고, 안내를 키울수록 원하는 종류는 늘어납니다. 정밀도는 $w = 1.5$쯤까지 오르다가 조금 내려갑니다. 재현율은 $w = 2$까지는 비슷하다가 $w = 4$에서 줄어듭니다. 거리는 **먼저 줄고 나중에 커집니다.** $w = 1$에서는 아직 덜 배운 신경망이 종류 사이의 모호한 옷을 만들고, $w$가 너무 크면 전형적인 옷만 남기 때문일 것입니다. $w = 2$의 거리도 코드에서 다시 그린 테스트 그림보다는 큽니다(앞의 것은 2,000장, 뒤의 것은 5,000장에서 재었으므로 앞의 것이 조금 손해입니다). 다시 그린 것의 거리는 코덱에서, 나머지는 흐름에서 온다고 볼 수 있으니, 더 가까이 가려면 **둘 다** 나아져야 할 것입니다. 실제로 픽셀의 제곱 오차만 줄인 코덱으로는 두 거리가 모두 더 컸습니다. $w$를 고른 그림이 잰 그림과 같으므로 조금 유리하게 잰 것입니다.

### 걸음: 오일러와 호인

**호인 방법**(Heun's method)은 걸음의 양 끝에서 속도를 재어 평균합니다. 그래서 걸음마다 신경망을 두 번 부릅니다. **공정한 비교**는 걸음 수가 아니라 **부른 횟수**를 같게 하는 것입니다. 같은 잡음에서 출발해, 아주 잘게 나눈 걸음(호인 64걸음)이 이르는 코드와 얼마나 다른지 잽니다. $w = 1$입니다.
"""

# %% [markdown] tags=["en"]
r"""
Made from the same noise, garments get brighter and plainer with more guidance; the sandal is in pieces with each $w$. By the numbers, $w = 0$ is the same as not knowing the class, and with more guidance there is more of the wanted class. Precision rises up to about $w = 1.5$ and then falls a little. Recall stays about the same up to $w = 2$ and is lower at $w = 4$. The distance **falls first and then grows**, presumably since at $w = 1$ a network that has not learned enough makes doubtful garments between classes, and with too large a $w$ nothing but typical ones is left. Even at $w = 2$ the distance is larger than that of test pictures that only pass through their codes (measured with 2,000 pictures and 5,000, which is slightly unfair to the former). What these have may be put down to the codec, and the rest to the flow, so to get nearer **both** have to become better. Indeed, with a codec that lowered nothing but the squared error of pixels, both distances were larger. As $w$ is chosen by the same pictures that measure it, this looks slightly too good.

### Steps: Euler and Heun

**Heun's method** takes the mean of the velocities at both ends of a step, so each step calls the network twice. A **fair comparison** has equal numbers not of steps but of **calls**. Starting from the same noise, measure how far the codes are from those that very fine steps (64 of Heun's) lead to, with $w = 1$.
"""

# %%
predict("solver", "With 4 calls of the network, and with 16: whose codes are nearer to the exact ones?",
        choices=["Euler's both times", "Heun's both times", "Euler's with 4, Heun's with 16"])

# %%
CALLS = (2, 4, 8, 16, 32)
some = garment_kinds[:250]
exact = garments.generate(some, 64, solver=flow.heun, seed=2)
off = lambda made: float(np.sqrt(np.mean((made - exact) ** 2)))
made = {"Euler": {calls: garments.generate(some, calls, seed=2) for calls in CALLS},
        "Heun": {calls: garments.generate(some, calls // 2, solver=flow.heun, seed=2) for calls in CALLS}}
errors = {name: {calls: off(found) for calls, found in one.items()} for name, one in made.items()}

# %% tags=["reveal"]
plot.curves({name: np.log10(list(found.values())) for name, found in errors.items()}, x=CALLS, log=True,
            xlabel="calls of the network",
            ylabel="error of the codes, power of ten", title="For the same calls, the second order pays",
            alt="Two falling curves of the error over the number of calls; that of Heun's method falls more "
                "steeply.")
nearer = {calls: min(errors, key=lambda name: errors[name][calls]) for calls in (4, 16)}
answers = {("Euler", "Euler"): "Euler's both times", ("Heun", "Heun"): "Heun's both times"}
reveal("solver", answers.get((nearer[4], nearer[16]), "Euler's with 4, Heun's with 16"))
claim("4 calls: error of Heun's method over Euler's", errors["Heun"][4] / errors["Euler"][4], at_most=0.9)
claim("32 calls: error of Heun's method over Euler's", errors["Heun"][32] / errors["Euler"][32], at_most=0.25)
claim("Euler: error with 32 calls over that with 8", errors["Euler"][32] / errors["Euler"][8], between=(0.2, 0.35))

# %% [markdown] tags=["ko"]
r"""
부른 횟수를 4에서 32로 늘리면 오일러의 오차는 1/8쯤으로, 호인의 오차는 1/20보다 작게 줄어듭니다. 호인의 오차는 고르게 줄지는 않습니다. 오차가 걸음의 길이에 비례하는 방법을 **1차**, 그 제곱에 비례하는 방법을 **2차**라고 합니다. 걸음을 8배로 늘리면 1차는 1/8, 2차는 1/64이 됩니다. 넷만 불러도 이미 호인이 낫습니다. 곧은 길을 배웠지만 여러 길의 평균은 굽어 있기 때문입니다. 이것은 **방정식을 푸는 오차**일 뿐입니다. 그림의 질은 신경망이 배운 속도에도 달려 있습니다. 그러니 그림에서도 재어 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
From 4 calls to 32, Euler's error falls to about 1/8, and Heun's to less than 1/20. Heun's does not fall evenly. A method whose error goes with the length of the step is said to be of order **1**, and with its square of order **2** (second order). With 8 times as many steps, order 1 gives 1/8, and order 2 gives 1/64. Even with four calls Heun's is better already: straight lines were learned from, but their mean bends. This is only the error of **solving the equation**; how good pictures are depends on the velocity that was learned, too. So measure pictures as well.
"""

# %%
predict("few_steps", "Garments with w = 2, Euler's method: with how many steps is the share of the wanted class "
        "largest, and with how many is the Fréchet distance smallest?",
        choices=["both with 1 step", "both with 16 steps", "the share with 1, the distance with 16"])

# %% tags=["reveal"]
STEP_COUNTS = (1, 2, 4, 8, 16)
thousand = garment_kinds[:1000]
in_steps = {steps: drawn(garments.generate(thousand, steps, guidance=2, seed=1)) for steps in STEP_COUNTS}
share_by_steps, distance_by_steps = np.transpose(
    [measured(judge.look(in_steps[steps]), thousand) for steps in STEP_COUNTS])
plot.curves({"share of the wanted class": share_by_steps, "Fréchet distance / 10": distance_by_steps / 10},
            x=STEP_COUNTS, log=True, xlabel="number of steps", ylabel="measure",
            title="One step finds the class, at a large distance",
            alt="Two curves over the number of steps: the share of the wanted class is high from the first step "
                "on, and the Fréchet distance falls, steeply at first.")
most_share, least_distance = int(np.argmax(share_by_steps)), int(np.argmin(distance_by_steps))
reveal("few_steps", "both with 1 step" if most_share == least_distance == 0 else "both with 16 steps"
       if most_share == least_distance == 4 else "the share with 1, the distance with 16")
claim("One step: share of the wanted class", share_by_steps[0], at_least=0.97)
claim("Fréchet distance: 1 step over 16", distance_by_steps[0] / distance_by_steps[4], at_least=3.5)
claim("Fréchet distance: 8 steps over 16", distance_by_steps[3] / distance_by_steps[4], between=(1, 1.25))

# %% [markdown] tags=["ko"]
r"""
한 걸음이면 모든 길이 출발점에서의 평균 속도를 그대로 따라갑니다. 시각 0의 잡음 $\epsilon$은 데이터에 대해 아무것도 말해 주지 않으므로, 이 속도는 데이터의 평균에서 $\epsilon$을 뺀 것입니다. 그래서 어느 잡음에서든 종류마다 거의 같은 그림 하나, 안내로 부풀린 **평균**에 이릅니다. 심판은 그 종류를 잘 알아보지만 다양함이 없어서 거리는 몇 배입니다. 여덟 걸음쯤이면 더 늘려도 별로 나아지지 않습니다. 어느 한 수만 보면 잘못 고르게 됩니다.

### 그림에서 그림으로: 잡음을 반쯤 섞고 다른 종류로

흐름이 꼭 순수한 잡음에서 출발할 필요는 없습니다. 주어진 그림의 코드 $x_1$에 잡음을 섞은 $x_t = (1 - t)\, \epsilon + t\, x_1$에서 출발해, **다른 종류**를 알려 주고 끝까지 따라갑니다(SDEdit; Meng et al., 2022). $t$가 클수록 주어진 그림이 많이 남고, 남은 길이 짧아 종류를 바꿀 기회는 줄어듭니다. 테스트 그림의 운동화(스니커즈)로 발목 부츠(앵클부츠)를 만듭니다. 닮은 정도는 픽셀의 상관이고, 대조는 **다른** 운동화와의 상관입니다.
"""

# %% [markdown] tags=["en"]
r"""
With one step, every path just follows the mean velocity at its start. The noise $\epsilon$ of time 0 says nothing about the data, so this velocity is the mean of the data minus $\epsilon$. From any noise, then, the path ends at nearly the same picture of a class: its **mean**, exaggerated by guidance. The judge knows its class well, but there is no variety, and the distance is several times as large. From about eight steps on, more of them gain little. Whoever looks at a single number chooses wrongly.

### From a picture to a picture: half noise, and another class

A flow need not start from pure noise. Start from $x_t = (1 - t)\, \epsilon + t\, x_1$, the code $x_1$ of a given picture with noise mixed in, tell **another class**, and follow the flow to the end (SDEdit; Meng et al., 2022). The larger $t$ is, the more of the given picture is left, and the less of the way is left to change the class. Make ankle boots of the sneakers among the test pictures. Likeness is the correlation of pixels, and the control is the correlation with **another** sneaker.
"""

# %%
predict("turned", "Started at t = 0.75, with little noise: how many of the sneakers become ankle boots?",
        choices=["less than a third", "about a half", "more than two thirds"])

# %% tags=["covers-H1", "reveal"]
sneakers = x_test[y_test == 7][:200]
BEGINS = (0, 0.25, 0.5, 0.75)
of_sneakers, boots = encoder.predict(sneakers, verbose=0), np.full(200, 9)
as_boots = {begin: drawn(garments.generate(boots, 12, guidance=2, seed=1, given=of_sneakers, begin=begin))
          for begin in BEGINS}


def likeness(a, b):
    """Mean correlation of the pixels of pairs of pictures."""
    a, b = ((some - some.mean(axis=(1, 2, 3), keepdims=True)).reshape(len(some), -1) for some in (a, b))
    return float(((a * b).sum(1) / np.sqrt((a**2).sum(1) * (b**2).sum(1) + 1e-9)).mean())


become = np.array([(judge.look(as_boots[begin])[1] == boots).mean() for begin in BEGINS])
own = np.array([likeness(as_boots[begin], sneakers) for begin in BEGINS])
another = np.array([likeness(as_boots[begin], np.roll(sneakers, 1, axis=0)) for begin in BEGINS])
plot.curves({"share of ankle boots": become, "likeness to the sneaker given": own, "to another one": another},
            x=BEGINS, ticks=BEGINS, xlabel="time t at which the flow starts", ylabel="measure",
            title="The more is kept, the less is changed",
            alt="Three curves over the time of the start from 0 to 0.75: the share of ankle boots falls late, "
                "the likeness to the sneaker given rises, and more than that to another sneaker.")
reveal("turned", "less than a third" if become[3] < 0.34 else
       "about a half" if become[3] < 0.67 else "more than two thirds")
claim("Started at 0.25: share of ankle boots", become[1], at_least=0.9)
claim("Started at 0.75: share of ankle boots", become[3], at_most=0.3)
claim("Started at 0.5: share of ankle boots", become[2], between=(0.65, 0.95))
claim("Started at 0.5: likeness to the own sneaker less that to another", own[2] - another[2], at_least=0.06)
claim("Control, started at 0: the same difference", own[0] - another[0], between=(-0.03, 0.03))

# %% tags=["covers-H1"]
plot.image_grid(np.concatenate([sneakers[:8], *(as_boots[begin][:8] for begin in (0.75, 0.5, 0.25))]), columns=8,
                limits=(0, 1), size=0.8, row_titles=["given", "t = 0.75", "t = 0.5", "t = 0.25"],
                title="In the middle the shoe stays itself and becomes a boot",
                alt="Four rows of eight shoes: sneakers; below, nearly the same ones; then higher shoes that "
                    "still look like them; and in the last row ankle boots with little in common with the "
                    "first row.")

# %% [markdown] tags=["ko"]
r"""
가운데, $t = 0.5$쯤에서 둘 다 얻습니다. 대부분이 부츠가 되면서도 제 운동화를 다른 운동화보다 더 닮았습니다. $t$ 하나로 '얼마나 바꿀까'를 정하는 것이고, 안내와 마찬가지로 하나를 내주고 다른 하나를 얻습니다. 3절은 같은 옷을 토큰으로 만들고, 4절은 모두를 한 표에 놓습니다.
"""

# %% [markdown] tags=["en"]
r"""
In the middle, near $t = 0.5$, both can be had: most become boots, and yet they look more like their own sneaker than like another one. A single number, $t$, says how much is to be changed, and as with guidance one thing is given away for another. Section 3 makes the same garments from tokens, and section 4 puts all into one table.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 그림을 토큰으로 쓰는 트랜스포머입니다.

## 3. 토큰으로 만드는 그림: 트랜스포머

9장의 트랜스포머는 문장을 한 토큰씩 썼습니다. 그림도 그렇게 쓸 수 있을까요? 먼저 그림을 **토큰**(token)으로 바꾸어야 합니다. **벡터 양자화**(vector quantization; VQ-VAE, van den Oord et al., 2017)는 인코더가 낸 벡터 $v$를 **코드북**(codebook) $c_1, \ldots, c_K$ 가운데 가장 가까운 것으로 바꿉니다. 토큰은 그 번호입니다.

$$k(v) = \arg\min_{j = 1, \ldots, K} \lVert v - c_j \rVert^2$$

가장 작은 예는 수 둘인 벡터 하나와 코드 세 개입니다. 번호는 0부터 셉니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next, a Transformer writes pictures as tokens.

## 3. Pictures made of tokens: a Transformer

The Transformer of chapter 9 wrote a sentence token by token. Can a picture be written like that? First it has to become **tokens**. **Vector quantization** (VQ-VAE, van den Oord et al., 2017) replaces a vector $v$ of the encoder by the nearest one of a **codebook** $c_1, \ldots, c_K$. The token is its number.

$$k(v) = \arg\min_{j = 1, \ldots, K} \lVert v - c_j \rVert^2$$

The smallest example is one vector of two numbers and three codes, counted from 0.
"""

# %% tags=["covers-H6"]
import json

import tensorflow as tf

from course_lib.models import token_model, vq

codebook = np.array([[0.0, 0.0], [2.0, 1.0], [1.0, 3.0]], "float32")
vector = np.array([1.2, 1.4], "float32")

# %%
predict("code_of", "Which code is nearest to the vector (1.2, 1.4): "
        "the one at (0, 0), (2, 1) or (1, 3)? Its number")

# %% tags=["covers-H6", "reveal"]
squared = ((vector - codebook) ** 2).sum(axis=1)
print("squared distances:", squared.round(2))
reveal("code_of", int(squared.argmin()))
identity("The library's quantizer takes the same code", int(vq.nearest(vector[np.newaxis], codebook)[0]),
         squared.argmin())

# %% [markdown] tags=["ko"]
r"""
### 기울기는 어떻게 지나가나

번호를 고르는 일은 계단입니다. 벡터를 조금 옮겨도 고른 코드는 그대로이므로 기울기는 0이고, 인코더는 아무것도 배우지 못합니다. **직통 추정**(straight-through; Bengio, Léonard, Courville, 2013)은 앞으로 갈 때는 코드 $c$를 쓰고, 뒤로 갈 때는 아무것도 없었던 것처럼 기울기를 벡터에 넘깁니다. $\mathrm{sg}$는 기울기를 막는 함수입니다.

$$q(v) = v + \mathrm{sg}(c - v)$$
"""

# %% [markdown] tags=["en"]
r"""
### How a gradient gets through

Choosing a number is a staircase. Move the vector a little, and the code chosen stays the same: the gradient is 0, and the encoder learns nothing. **Straight-through** (Bengio, Léonard, Courville, 2013) uses the code $c$ on the way forward, and on the way back hands the gradient to the vector as if nothing had been between. $\mathrm{sg}$ stops gradients.

$$q(v) = v + \mathrm{sg}(c - v)$$
"""

# %% tags=["covers-H6"]
aim = tf.constant([1.0, 1.0])
v, chosen = tf.Variable(vector), tf.constant(codebook[1])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum((vq.straight_through(v, chosen) - aim) ** 2)
gradient = tape.gradient(loss, v).numpy()
identity("Straight-through hands on the gradient at the code, 2 (c - aim)", gradient,
         2 * (codebook[1] - aim.numpy()), tolerance=1e-6)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum((tf.gather(codebook, vq.nearest(v, codebook)) - aim) ** 2)
print("gradient without it:", tape.gradient(loss, v))

# %% [markdown] tags=["ko"]
r"""
`None`은 벡터에서 손실까지 이어진 길이 없다는 뜻입니다. 두 손실이 더 있습니다. 하나는 코드를 벡터 쪽으로, 다른 하나는 벡터를 코드 쪽으로 당깁니다. 뒤의 것에는 논문을 따라 0.25를 곱합니다.

$$\lVert \mathrm{sg}(v) - c \rVert^2 + 0.25\, \lVert v - \mathrm{sg}(c) \rVert^2$$

### 죽은 코드

고르지 않은 코드에는 기울기가 없습니다. 한 번도 고르지 않은 코드는 그 자리에 남아 계속 고르지 않습니다. 이것이 **죽은 코드**(dead code)입니다. 평면에서 일부러 일으켜 봅니다. 점은 무리 여덟 개이고, 코드 열여섯 개는 모두 한구석에서 시작합니다. 쓰인 코드가 자기 점들의 평균으로 가는 일을 되풀이합니다. 얼마나 고르게 쓰이는지는 **퍼플렉시티**(perplexity), 곧 쓰인 비율 $p_j$의 엔트로피를 지수로 올린 것으로 잽니다. 하나만 쓰면 1, 열여섯을 똑같이 쓰면 16입니다.

$$\exp\Big(-\sum_{j=1}^{K} p_j \log p_j\Big)$$
"""

# %% [markdown] tags=["en"]
r"""
`None` says that no way leads from the vector to the loss. There are two losses more. One pulls the code to the vector, the other the vector to the code; the latter is multiplied by 0.25 as in the paper.

$$\lVert \mathrm{sg}(v) - c \rVert^2 + 0.25\, \lVert v - \mathrm{sg}(c) \rVert^2$$

### Dead codes

A code that is not chosen has no gradient. One that is never chosen stays where it is, and goes on not being chosen: a **dead code**. Provoke it in the plane. The points are eight clusters, and sixteen codes all start in one corner. Again and again each code in use goes to the mean of its points. How evenly they are used is measured by **perplexity**, the exponential of the entropy of the shares $p_j$ of their use: 1 if one is used, 16 if sixteen are used alike.

$$\exp\Big(-\sum_{j=1}^{K} p_j \log p_j\Big)$$
"""

# %% tags=["covers-H6"]
random = np.random.default_rng(0)
angles = random.integers(8, size=800) * np.pi / 4
points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 3 + random.normal(scale=0.3, size=(800, 2))


def settle(codes, rounds=30, revived=False):
    """Codes in use go to the mean of their points; with `revived` the others go where a point is."""
    codes = codes.copy()
    for _ in range(rounds):
        tokens = np.array(vq.nearest(points, codes))
        for j in range(len(codes)):
            if (tokens == j).any():
                codes[j] = points[tokens == j].mean(axis=0)
            elif revived:
                codes[j] = points[random.integers(len(points))]
    return codes, np.array(vq.nearest(points, codes))


# %%
predict("dead", "Sixteen codes start in one corner. How many are in use after thirty rounds, without revival?",
        choices=["1 to 4", "5 to 10", "11 to 16"])

# %% tags=["covers-H6", "reveal"]
corner = random.normal(scale=0.1, size=(16, 2)) + 6.0
settled = {"as they fall": settle(corner), "revived": settle(corner, revived=True)}
plot.scatter({name: (codes[:, 0], codes[:, 1]) for name, (codes, _) in {
    "points": (points, None), **settled}.items()}, xlabel="first number", ylabel="second number",
    title="Without revival most codes stay in their corner",
    alt="Three panels: points in eight clusters on a ring; codes of which nearly all lie in the upper right "
        "corner, far from the ring; and codes spread over the ring, after revival.")
in_use = {name: len(np.unique(tokens)) for name, (_, tokens) in settled.items()}
even = {name: vq.perplexity(tokens, 16) for name, (_, tokens) in settled.items()}
reveal("dead", in_use["as they fall"], limits=[4.5, 10.5])
claim("Codes in use without revival", in_use["as they fall"], at_most=4)
claim("Codes in use with revival", in_use["revived"], at_least=15)
claim("Perplexity with revival over that without", even["revived"] / even["as they fall"], at_least=3.5)

# %% [markdown] tags=["ko"]
r"""
**살려 내기**(revival)는 단순합니다. 아무도 고르지 않은 코드를 점이 있는 곳으로 옮깁니다. 우리 코드북도 학습 초반의 에포크마다 이렇게 했습니다.

### 그림이 토큰 49개로

함께 온 양자화기는 그림을 벡터 $7 \times 7$개로 바꾸고, 벡터마다 코드 256개 가운데 하나를 고릅니다. 그림 한 장은 토큰 49개, 곧 $49 \times 8 = 392$비트입니다. 픽셀은 $784 \times 8 = 6272$비트였습니다. `data/makers/fashion_vq.py`가 1장의 학습 그림으로 미리 학습시켰습니다. 손실은 2절의 코덱과 같습니다. 위의 두 손실에 픽셀과 특징 맵의 제곱 오차를 더하고, 끝에는 코드북을 그대로 둔 채 디코더만 판별자를 곁에 두고 더 배웁니다.
"""

# %% [markdown] tags=["en"]
r"""
**Revival** is simple: a code that nobody chooses is moved to where a point is. In the training of our codebook this was done at each of the first epochs, too.

### A picture in 49 tokens

The quantizer that comes with the course turns a picture into $7 \times 7$ vectors and chooses for each one of 256 codes. A picture is 49 tokens, which are $49 \times 8 = 392$ bits; its pixels were $784 \times 8 = 6272$. `data/makers/fashion_vq.py` trained it beforehand on the training pictures of chapter 1, by the losses of the codec of section 2: the squared errors of pixels and of feature maps are added to the two losses above, and in the end the codebook stays as it is, and only the decoder learns on, with a discriminator beside it.
"""

# %% tags=["covers-H6"]
(_, _), (x_test, y_test) = data.fashion_mnist()
order = np.random.default_rng(0).permutation(len(x_test))[:1000]
real, real_classes = x_test[order], y_test[order]
quantizer = vq.VQ()
quantizer(real[:1])  # which makes its weights
vq.load(quantizer, "vq")
real_tokens = quantizer.encode(real)  # (1000, 7, 7)
redrawn = quantizer.decode(real_tokens)
plot.image_grid(np.concatenate([real[:10], redrawn[:10]]), columns=10, limits=(0, 1), size=0.8,
                row_titles=["picture", "redrawn"],
                title="Forty-nine tokens keep the garment, not its finest marks",
                alt="Two rows of ten garments: test pictures, and the same drawn again from 49 tokens each, "
                    "their patterns turned into faint specks.")
print("49 x 8 =", 49 * 8, "bits instead of 784 x 8 =", 784 * 8)

# %% tags=["covers-H6"]
scores = {}
scores["quantized test pictures"] = judge.score(redrawn, real_classes)
claim("Codes in use, of 256", len(np.unique(real_tokens)), at_least=250)
claim("Test pictures redrawn from tokens: share the judge gives their class",
      scores["quantized test pictures"]["wanted class"], at_least=0.83)
claim("Test pictures redrawn from tokens: Fréchet distance", scores["quantized test pictures"]["distance"],
      between=(1.3, 1.6))

# %% [markdown] tags=["ko"]
r"""
### 인과 트랜스포머

토큰을 줄 따라 왼쪽 위에서 오른쪽 아래로 읽으면 낱말 49개의 문장입니다(Parmar et al., 2018; Esser, Rombach, Ommer, 2021). 맨 앞에 종류 $y$를 둡니다. **인과 트랜스포머**(causal Transformer)는 종류와 앞의 토큰만 보고 다음 토큰의 확률을 냅니다. 9장의 블록 그대로이고, 앞을 내다보지 못하게 가립니다.

$$p(k_1, \ldots, k_{49} \mid y) = \prod_{i=1}^{49} p(k_i \mid y, k_1, \ldots, k_{i-1})$$

가림이 제대로인지 시험합니다. 31번째 토큰을 바꾸면 그때까지의 예측 31개는 그대로여야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### A causal Transformer

Read line by line, from top left to bottom right, the tokens are a sentence of 49 words (Parmar et al., 2018; Esser, Rombach, Ommer, 2021). The class $y$ stands in front. The **causal Transformer** sees the class and the tokens so far, and gives the probabilities of the next. Its blocks are those of chapter 9, with a mask so that it cannot look ahead.

$$p(k_1, \ldots, k_{49} \mid y) = \prod_{i=1}^{49} p(k_i \mid y, k_1, \ldots, k_{i-1})$$

Test the mask: if token 31 is changed, the 31 predictions up to there must stay as they are.
"""

# %% tags=["covers-H6"]
writer = vq.load(token_model.token_model(), "tokens")
sentence = {"labels": real_classes[:1, np.newaxis], "tokens": real_tokens[:1].reshape(1, 49)}
before = writer.predict(sentence, verbose=0)
changed = sentence["tokens"].copy()
changed[0, 30] = (changed[0, 30] + 1) % 256
after = writer.predict({**sentence, "tokens": changed}, verbose=0)
identity("Predictions up to the changed token stay", after[:, :31], before[:, :31], tolerance=1e-4)
claim("Predictions behind it: largest change of a logit", float(np.abs(after - before)[:, 31:].max()),
      at_least=0.1)
print(f"{quantizer.count_params():,} parameters to quantize and draw, {writer.count_params():,} to write tokens")

# %% [markdown] tags=["ko"]
r"""
### 뽑기와 온도

토큰을 하나씩 뽑고, 뽑은 것을 다시 넣습니다. 로짓을 **온도**(temperature) $\tau$로 나누면 $\tau < 1$일 때 그럴듯한 것이 더 자주 나옵니다. 대조가 하나 있습니다. 트랜스포머 없이 토큰을 **따로따로** 뽑습니다. 자리와 종류마다 테스트 그림에서 센 비율대로입니다. 낱낱의 토큰은 옳지만 이웃과 맞추지 않습니다. 센 그림을 심판도 보므로, 대조 쪽이 오히려 유리합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Drawing, and temperature

Draw token after token, and give back what was drawn. Logits are divided by the **temperature** $\tau$; with $\tau < 1$ the likely comes more often. There is a control: draw each token **on its own**, without a Transformer, as often as it was counted for its place and class in test pictures. Each token is right by itself, but none fits its neighbours. As the judge sees the pictures that were counted, the control even has an advantage.
"""

# %%
predict("alone", "Tokens drawn on their own: how many times the Transformer's is their Fréchet distance?",
        choices=["less than 1.5 times", "1.5 to 3 times", "more than 3 times"])

# %% tags=["covers-H1", "covers-H6", "reveal"]
wanted_classes = np.arange(1000) % 10
from_tokens = {}
for heat in (0.6, 1.0):
    begun = time.perf_counter()
    from_tokens[f"tokens, temperature {heat}"] = quantizer.decode(token_model.sample(writer, wanted_classes, heat))
    seconds_of_tokens = time.perf_counter() - begun  # the first time holds the making of the graph
random = np.random.default_rng(0)
flat = real_tokens.reshape(-1, 49)
alone = np.array([[random.choice(flat[real_classes == kind, place]) for place in range(49)]
                  for kind in wanted_classes])
from_tokens["tokens on their own"] = quantizer.decode(alone)
for name, pictures in from_tokens.items():
    scores[name] = judge.score(pictures, wanted_classes)
plot.image_grid(np.concatenate([pictures[:10] for pictures in from_tokens.values()]), columns=10, limits=(0, 1),
                size=0.8, row_titles=list(from_tokens), title="A Transformer makes tokens fit together",
                alt="Three rows of ten pictures, one of each class: garments from the Transformer at two "
                    "temperatures, some blotchy at 1, and, in the last row, ragged blots of tokens "
                    "drawn on their own.")
control = scores["tokens on their own"]
reveal("alone", control["distance"] / scores["tokens, temperature 1.0"]["distance"], limits=[1.5, 3])

# %% tags=["covers-H6"]
warm, cool = scores["tokens, temperature 1.0"], scores["tokens, temperature 0.6"]
claim("Transformer at temperature 1: share of the wanted class", warm["wanted class"], at_least=0.74)
claim("Tokens on their own: Fréchet distance over the Transformer's", control["distance"] / warm["distance"],
      at_least=4.5)
claim("Transformer's precision less that of tokens on their own", warm["precision"] - control["precision"],
      at_least=0.5)
claim("Transformer's share of the wanted class less that of tokens on their own",
      warm["wanted class"] - control["wanted class"], between=(0.005, 0.115))
claim("Transformer's recall less that of tokens on their own", warm["recall"] - control["recall"],
      between=(0.05, 0.15))
claim("Temperature 0.6 against 1: precision, difference", cool["precision"] - warm["precision"], at_least=0.075)
claim("Temperature 0.6 against 1: recall, difference", cool["recall"] - warm["recall"], at_most=-0.17)
claim("Temperature 0.6 against 1: Fréchet distance, ratio", cool["distance"] / warm["distance"], at_least=1.45)

# %% [markdown] tags=["ko"]
r"""
맞추는 일은 **거리와 정밀도**에 뚜렷이 나타납니다. 따로따로 뽑은 그림은 몇 배나 멀고, 진짜처럼 보이는 일이 훨씬 적습니다. 그런데 심판이 원하는 종류로 보는 비율과 재현율은 조금 낮을 뿐입니다(4절의 표). 자리마다의 비율은 그 종류의 것이고, 심판은 얼룩에서도 종류를 알아보기 때문일 것입니다. 재현율은 만든 것들을 둘러싼 공 안에 진짜가 들어오는지를 묻는데, 흩어진 얼룩을 둘러싼 공은 넓기 때문일 것입니다. 그래서 어느 수 하나로는 모자라고 그림도 보아야 합니다.

낮은 온도는 정밀도를 높이지만 재현율, 곧 다양함을 잃고, 여기서는 거리도 커집니다.

### 순서

순서가 있으므로 **이어 그리기**를 바로 할 수 있습니다. 테스트 그림의 토큰 위 네 줄, 곧 28개를 주고 나머지를 뽑습니다. 그림에서 그림을 만드는 또 하나의 길입니다. 아래에서 위로는 이 신경망으로 할 수 없습니다. 순서는 곱을 나눈 방법일 뿐이지만 한번 정하면 바꿀 수 없습니다. 아래에서 다른 길을 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
That tokens fit shows clearly in **distance and precision**: pictures of tokens drawn on their own are several times as far away, and look real far less often. Yet the share in which the judge sees the wanted class is only a little lower, and so is recall (see the table of section 4). The shares of each place are those of the class, and the judge probably recognizes it even in blots. Recall asks whether real pictures lie in balls around those made, and around scattered blots the balls are presumably wide. So no single number is enough, and one has to look at the pictures, too.

A low temperature raises precision but loses recall, which is variety, and here the distance grows, too.

### Order

As there is an order, a picture can be **continued** at once. Give the upper four rows of tokens of a test picture, 28 of them, and draw the rest: another way to make a picture from a picture. From bottom to top is not possible with this network. The order is just one way to split the product, but once chosen it is fixed. Another way comes below.
"""

# %% tags=["covers-H1", "covers-H6"]
twice = np.tile(flat[:10, :28], (2, 1))
continued = quantizer.decode(token_model.sample(writer, np.tile(real_classes[:10], 2), 0.8, seed=1, given=twice))
upper = redrawn[:10].copy()
upper[:, 16:] = 0
plot.image_grid(np.concatenate([upper, continued, real[:10]]), columns=10, limits=(0, 1), size=0.8,
                row_titles=["given", "continued", "again", "picture"],
                title="The same upper part, continued in two ways",
                alt="Four rows of ten garments: only their upper parts, two continuations of each, and the "
                    "pictures they are from.")

# %% [markdown] tags=["ko"]
r"""
### 여럿을 한꺼번에

MaskGIT(Chang et al., 2022)은 토큰을 모두 가린 데서 시작해, 걸음마다 가린 토큰을 **한꺼번에** 예측하고 그 가운데 몇 개를 확정합니다. 그래서 토큰 수보다 훨씬 적은 걸음으로 되고, 어디든 채울 수 있습니다. 값은 무엇일까요? 한 걸음에 함께 뽑은 토큰들은 **서로를 모릅니다**. 신경망의 잘못과 섞이지 않도록, 확률을 정확히 아는 세계에서 재어 봅니다. 토큰 49개의 줄에서 각 토큰은 앞의 것과 0.9의 확률로 같고, 0.1의 확률로 다릅니다(0 아니면 1). 그러면 이웃한 토큰이 다른 곳은 평균 $48 \times 0.1 = 4.8$군데입니다. 가린 토큰의 확률은 양쪽에서 가장 가까운 확정된 토큰으로 정확히 계산됩니다. 걸음마다 같은 수의 자리를 무작위로 골라 확정합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Many at once

MaskGIT (Chang et al., 2022) starts with all tokens covered. In each step it predicts all that are covered **at once**, and keeps some of them; so it takes far fewer steps than there are tokens, and can fill any place. What is the price? Tokens that are drawn in the same step **do not know of each other**. To keep a network's own faults out of this, measure it in a world whose chances are known exactly. In a line of 49 tokens, each is 0 or 1, the same as the one before with a chance of 0.9 and the other with 0.1. So neighbours differ at $48 \times 0.1 = 4.8$ places on average. The chance of a covered token follows exactly from the nearest tokens on both sides that are kept. In each step equally many places, chosen at random, are kept.
"""

# %%
predict("at_once", "The right number of differing neighbours is 4.8. All 49 tokens in one step: how many differ?",
        unit="places")

# %% tags=["covers-H6", "reveal"]
def same(distance):
    """Chance that two tokens so far apart are equal."""
    return (1 + 0.8**distance) / 2


def line_in(steps, random, length=49):
    """A line of tokens, of which an equal share is drawn in each step, knowing those of earlier steps only."""
    tokens, known = np.zeros(length, int), np.array([], int)
    for places in np.array_split(random.permutation(length), steps):
        new = []
        for place in places:
            beside = [*known[known < place][-1:], *known[known > place][:1]]  # the nearest that are kept
            zero, one = (np.prod([same(abs(k - place)) if tokens[k] == value else 1 - same(abs(k - place))
                                  for k in beside]) for value in (0, 1))
            new.append(random.random() < one / (zero + one))
        tokens[places], known = new, np.sort(np.append(known, places))
    return tokens


TAKEN = (1, 2, 4, 8, 16, 49)
random = np.random.default_rng(0)
differ = [np.mean([(np.diff(line_in(steps, random)) != 0).sum() for _ in range(100)]) for steps in TAKEN]
plot.curves({"tokens drawn at once": differ}, x=TAKEN, log=True, xlabel="number of steps",
            ylabel="places at which neighbours differ", baseline=(48 * (1 - same(1)), "exact value"),
            title="Drawn at once, tokens do not fit together",
            alt="A falling curve of the number of differing neighbours over the number of steps, from half of all "
                "places with one step down to the line of what is right with one token a step.")
reveal("at_once", float(differ[0]), tolerance=3)
claim("One token a step: differing neighbours", float(differ[5]), between=(4.1, 5.5))
claim("All in one step: differing neighbours", float(differ[0]), between=(22.8, 25.2))
claim("Differing neighbours: 8 steps over one token a step", float(differ[3] / differ[5]), between=(1.2, 1.75))

# %% [markdown] tags=["ko"]
r"""
한 걸음이면 동전 49개를 따로 던진 것과 같아서, 평균으로 $48 \times 0.5 = 24$군데가 다릅니다. 토큰마다의 확률은 정확한데도 그렇습니다. 여덟 걸음이면 벌써 훨씬 낫습니다. 나중 걸음의 토큰은 앞서 확정된 이웃을 보기 때문입니다. MaskGIT은 여기에 더해 **가장 확신하는** 자리부터, 처음에는 조금씩 확정합니다. 이 수업의 옷에서는 이런 신경망을 학습시키지 않았습니다.
"""

# %% [markdown] tags=["en"]
r"""
With one step it is like tossing 49 coins one by one, of which neighbours differ at $48 \times 0.5 = 24$ places on average, although the chance of each token is exact. With eight it is far better already, since tokens of later steps see the neighbours that were kept before. On top of this, MaskGIT keeps the places it is **surest** of first, and only a few in the beginning. No such network was trained on the garments of this lesson.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 두 장의 생성 모델을 한 표에 모읍니다.

## 4. 한 표로

모두 같은 심판이 1,000장씩 보았습니다. VAE와 GAN의 값은 10장의 기록이고, 프로세서 시간 16초씩 학습한 시드 3개의 평균입니다. 토큰 쪽은 프로세서 하나로 몇 분 동안 미리 학습했고, 잠재 흐름의 파라미터와 시간에는 미리 학습한 코덱이 들어 있지 않으므로, **같은 비용의 비교가 아닙니다.** 양자화한 테스트 그림은 새로 만든 것이 아니라 베낀 것이지만, 토큰과 디코더가 무엇을 잃는지 보여 줍니다. 이 수업을 만들 때의 목표는 맞는 종류 0.95와 거리 1.3을 한 설정에서 함께 이루는 것이었습니다. 종류의 비율에는 이르렀지만 거리에는 이르지 못했습니다. 토큰이나 코드를 거쳐 베낀 것조차 그보다 멉니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next all generators of both chapters stand in one table.

## 4. In one table

The same judge has looked at 1,000 pictures of each. Values of the VAE and the GANs are those recorded for chapter 10, means of 3 seeds that were trained for 16 seconds of a processor each. The networks for tokens were trained beforehand for a few minutes of a processor, and parameters and seconds of the latent flow leave out its codec, which was trained beforehand, too; so this is **no comparison at equal cost**. Quantized test pictures are not made but copied; they show what tokens and decoder lose. The aim in making this lesson was a share of 0.95 of the wanted class and a distance of 1.3 at one setting. The share was reached, the distance was not: even copies by way of tokens or codes are farther away.
"""

# %% tags=["nbval-ignore-output", "covers-H6"]
race = json.loads(data.file("generator_race.json").read_text(encoding="utf-8"))
kinds = {"VAE (recorded)": "vae", "GAN (recorded)": "gan", "GAN, saturating (recorded)": "gan_saturating",
         "GAN, both remedies (recorded)": "gan_both"}
for name, kind in kinds.items():
    runs = [run["score"] for run in race["runs"] if run["name"] == kind]
    scores[name] = {measure: float(np.mean([run[measure] for run in runs])) for measure in runs[0]}
    scores[name]["seconds"] = race["settings"]["seconds"][-1]  # of a processor, each
warm["parameters"], warm["pictures a second"] = writer.count_params(), len(wanted_classes) / seconds_of_tokens
begun = time.perf_counter()
drawn(garments.generate(wanted_classes, steps=12, guidance=2, seed=1))
seconds_of_flow = time.perf_counter() - begun
by_flow = judge.score(guided[2][:1000], garment_kinds[:1000])
by_flow["parameters"], by_flow["seconds"] = garments.count_params(), training_seconds
by_flow["pictures a second"] = len(wanted_classes) / seconds_of_flow
scores["latent flow, guidance 2"] = by_flow
plot.score_table(scores)

# %% tags=["covers-H6"]
claim("Tokens at temperature 1: Fréchet distance over that of the recorded VAE",
      warm["distance"] / scores["VAE (recorded)"]["distance"], at_most=0.21)

# %% [markdown] tags=["ko"]
r"""
새로 만든 것 가운데 잠재 흐름이 종류의 비율, 거리, 정밀도에서 가장 앞섭니다. 재현율은 토큰을 온도 1에서 쓴 트랜스포머가 가장 높고, 거리에서도 그다음입니다. VAE는 정밀도가 높지만 재현율이 가장 낮습니다. 한 줄로 세울 수 없습니다. 게다가 비용이 서로 다르고, 잠재 흐름의 $w$는 이 심판의 수를 보고 골랐습니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 말로 하는 주문입니다.

## 5. 글에서 그림으로

이제 그림을 **말로 주문합니다**. 가장 작은 세계면 충분합니다. 색깔 있는 도형 두 개가 어떤 관계로 놓여 있고, 설명(caption)은 한국어나 영어로 적혀 있습니다. 그림은 $6 \times 6$개의 **타일**(tile)이고, 타일 하나는 $4 \times 4$픽셀입니다. 그림도 설명도 시드에서 그때그때 새로 그리므로 외울 수 있는 목록이 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
Of what was made anew, the latent flow is ahead by the share of the wanted class, by distance and by precision. By recall the Transformer that writes tokens at temperature 1 is ahead of all, and by distance it comes next. The VAE has a high precision, and the lowest recall. There is no single ranking. Besides, costs differ, and the $w$ of the latent flow was chosen by the numbers of this judge.

> **A good place to stop.** Next, pictures are ordered in words.

## 5. From words to a picture

Now pictures are **ordered in words**. The smallest world will do: two coloured shapes in some relation, and a caption in Korean or English. A picture is a board of $6 \times 6$ **tiles** of $4 \times 4$ pixels each. Pictures and captions are drawn anew from a seed, so there is no list to learn by heart.
"""

# %%
from course_lib import weights
from course_lib.data import coloured_shapes as shapes
from course_lib.models import clip, text_to_image

scenes = shapes.coloured_shapes(300, seed=11)
captions = scenes.captions(seed=11)
for text in captions[:4]:
    print(text)

# %%
plot.image_grid(scenes.pictures[:8], columns=8, limits=(0, 1), size=0.95,
                title="Two coloured shapes in relation: eight scenes",
                alt="Eight small dark pictures, each with two shapes of eight pixels in bright colours: squares, "
                    "circles, triangles, hearts, crosses and stars, beside or above each other.")

# %% [markdown] tags=["ko"]
r"""
**외워서는 풀 수 없는 시험.** 색은 6가지, 도형도 6가지이므로 짝은 36가지입니다. 그중 6가지 짝은 학습에서 **한 번도 함께 나오지 않습니다**. 빨간 하트가 그중 하나입니다. 빨간 네모와 파란 하트는 나옵니다. 사람이라면 본 적 없는 빨간 하트도 그릴 수 있습니다. 신경망은 어떨까요?

**심판.** 10장의 심판은 신경망이었습니다. 여기서는 평범한 코드로 그림을 다시 읽을 수 있습니다. 픽셀마다 가장 가까운 색을 찾고, 도형의 윤곽과 꼭 맞는 곳을 찾습니다. 온전한 도형이 꼭 둘이고, 색과 관계까지 설명과 같아야 "맞음"입니다. 심판부터 시험합니다. 진짜 그림에서는 모두 맞다고 해야 하고, 다른 그림의 설명으로 물으면 거의 모두 틀렸다고 해야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
**A test that cannot be learned by heart.** There are 6 colours and 6 shapes, so 36 pairs. Of these, 6 **never stand together** in what is learned from; a red heart is one of them. Red squares and blue hearts do occur. A person can draw a red heart without ever having seen one. Can a network?

**The judge.** In chapter 10 the judge was a network. Here plain code can read a picture back: it finds the nearest colour of each pixel, and the places where the outline of a shape fits exactly. A picture is "right" if there are exactly two whole shapes, and colours and relation are those of the caption. The judge is tested first: it must call all true pictures right, and, asked with the captions of other pictures, nearly all wrong.
"""

# %%
never = ", ".join(f"{shapes.COLOURS[colour]} {shapes.SHAPES[shape]} "
                  f"({shapes.COLOURS_KO[colour]} {shapes.SHAPES_KO[shape]})" for colour, shape in shapes.HELD_OUT)
print(f"never together: {never}")
unseen = shapes.coloured_shapes(300, seed=12, pairs="unseen")
true_ones = [shapes.judge(some.pictures, some.facts)["right"].mean() for some in (scenes, unseen)]
others = shapes.judge(scenes.pictures, np.roll(scenes.facts, 1, axis=0))["right"].mean()
identity("The judge calls true pictures right, of pairs seen and never seen", true_ones, [1, 1])
claim("Control: share called right with the caption of another picture", float(others), at_most=0.01)

# %% [markdown] tags=["ko"]
r"""
### 토큰이 무엇인가

트랜스포머는 그림을 토큰으로 읽고 씁니다. 3절에서는 토큰을 배웠습니다. 여기서는 타일에서 바로 읽어 낼 수 있어서, 물음 하나만 남습니다. **타일 하나를 코드 하나로 적을까요, 둘로 적을까요?**

- **합친 토큰**(fused token): 무늬와 색을 합쳐 코드 하나. "하트의 왼쪽 위, 빨강"이 한 낱말입니다.
- **나눈 토큰**(factorised token): 무늬 코드와 색 코드. 무늬를 먼저 고르고, 그 무늬를 알고 색을 고릅니다.

$$p(\text{tile}) = p(\text{pattern}) \, p(\text{colour} \mid \text{pattern})$$

두 방식은 똑같은 그림을 나타냅니다. 하나에서 다른 하나를 되찾을 수 있기 때문입니다.
"""

# %% [markdown] tags=["en"]
r"""
### What a token is

A Transformer reads and writes a picture as tokens. In section 3 they were learned. Here they can be read off the tiles, and only one question is left: **is a tile one code or two?**

- **Fused tokens**: pattern and colour are one code. "Upper left of a heart, red" is a single word.
- **Factorised tokens**: a code for the pattern and a code for the colour. The pattern is chosen first, and the colour once the pattern is known.

$$p(\text{tile}) = p(\text{pattern}) \, p(\text{colour} \mid \text{pattern})$$

Both describe the same pictures, since either can be had from the other.
"""

# %%
tokens = scenes.tokens  # (pictures, tiles, 2)
fused = shapes.fuse(tokens)  # (pictures, tiles, 1)
patterns, colours = shapes.FACTORS
print(f"factorised: {patterns} and {colours} codes; fused: {shapes.FUSED[0]} codes")
print("pattern codes of the first picture:")
print(tokens[0, :, 0].reshape(6, 6))
identity("Fused and taken apart again, tokens differ in so many places",
         int((shapes.unfuse(fused) != tokens).sum()), 0)

# %% [markdown] tags=["ko"]
r"""
차이는 **본 적 없는 짝**에서 나타납니다. 빨간 하트는 타일 네 개입니다. 학습에 쓰는 것과 같은 장면 수천 개에서, 그 네 타일의 코드가 몇 번 정답이 되는지 세어 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
The difference shows with **pairs that were never seen**. A red heart is four tiles. Count in some thousand scenes, drawn as those to learn from, how often the codes of these four tiles are the right answer.
"""

# %%
predict("codes", "Of the 4 fused codes of a red heart, how many occur in thousands of scenes to learn from?")

# %% tags=["covers-H1", "reveal"]
many = shapes.coloured_shapes(5000, seed=1).tokens
parts = shapes.MADE_OF[3].ravel()  # the patterns of the four tiles of a heart
often = [int((shapes.fuse(many) == shapes.fuse([[[part, 1]]])).sum()) for part in parts]  # colour code 1 is red
apart = [int((many[..., 0] == part).sum()) for part in parts] + [int((many[..., 1] == 1).sum())]
reveal("codes", sum(count > 0 for count in often))
identity("How often the fused codes of a red heart occur", often, [0, 0, 0, 0])
claim("The rarest of its patterns and its colour: how often it occurs", min(apart), at_least=500)

# %% [markdown] tags=["ko"]
r"""
합친 토큰에서는 "하트의 왼쪽 위, 빨강"이라는 코드가 학습에서 **한 번도 정답이 아니므로**, 교차 엔트로피는 그 확률을 낮추기만 합니다. 신경망이 아무리 커도 마찬가지입니다. 나눈 토큰에서는 하트의 왼쪽 위라는 무늬도, 빨강이라는 색도 여러 번 정답입니다. 새로운 것은 그 만남뿐입니다. **무엇이 토큰인가가 무엇을 새로 조합할 수 있는가를 정합니다.** 그래서 여기서는 나눈 토큰을 씁니다. 나눈 토큰이 새 조합을 **보장하지는** 않습니다. 그것은 아래에서 잽니다. 무늬와 색을 나눌 수 있는 것은 우리가 그렇게 적어 주었기 때문이고, 사진에서는 무엇을 어떻게 나눌지 정해져 있지 않습니다.

### 한 칸씩 칠하기

화가는 9장의 번역기처럼 **한 칸씩** 씁니다. DALL-E(Ramesh et al., 2021)와 Parti(Yu et al., 2022)도 이렇게 합니다. 설명 $w$를 인코더가 읽고, 타일 $i$는 앞의 타일들과 낱말들을 봅니다(교차 어텐션). 이웃을 찾는 수고를 덜도록, 바로 앞 타일과 바로 위 타일의 **무늬**를 입력으로 넣어 줍니다. 색은 넣지 않습니다. 타일 $i$의 $k$번째 코드가 $c_{ik}$이면 손실은 코드마다의 교차 엔트로피입니다. $c_{i,<k}$는 같은 타일의 앞선 코드, $c_{<i,1}$은 앞선 타일들의 무늬입니다. $A_k$는 $k$번째 코드를 묻는 타일이고, 빈 타일에는 색을 묻지 않습니다.

$$L = -\sum_{k} \frac{1}{|A_k|} \sum_{i \in A_k} \log p(c_{ik} \mid c_{i,<k}, c_{<i,1}, w)$$

무늬 $c_{i1}$은 앞의 무늬들과 낱말에서 나옵니다. 색 $c_{i2}$는 **낱말에서만** 나옵니다. 자리와 무늬는 어느 낱말을 볼지 정할 뿐이고(질의), 거기서 본 것(값)만이 색을 정합니다. 앞서 칠한 색까지 입력으로 넣어 주면, 빨간 하트를 칠하다가 옆에서 '하트의 왼쪽 위, 빨강'을 만납니다. 학습에서 한 번도 본 적 없는 입력입니다. 그래서 여기서는 토큰뿐 아니라 **무엇을 함께 보여 주는가**도 나누었습니다. 색도 보여 주면 실제로 얼마나 잃는지는 재지 않았습니다. 값도 있습니다. 설명이 없으면 색을 정할 것이 없어서, 타일마다 색이 따로 나옵니다. 합친 토큰의 화가와는 아래에서 견줍니다.

손으로 해 봅니다. 타일 4개 가운데 2개를 묻고 코드는 3가지입니다.
"""

# %% [markdown] tags=["en"]
r"""
Among fused tokens the code for "upper left of a heart, red" is **never the right answer** in training, so cross-entropy only ever lowers its chance, however large the network. Among factorised ones both the pattern, upper left of a heart, and the colour, red, are right many times. Only their meeting is new. **What a token is decides what can be recombined.** So here tokens are factorised. That does not **promise** that new pairs succeed; this is measured below. Pattern and colour can be taken apart because we wrote them down so; in photographs nobody says what should be taken apart, or how.

### Painting tile by tile

The painter writes **one tile after the other**, as the translator of chapter 9 does; so do DALL-E (Ramesh et al., 2021) and Parti (Yu et al., 2022). An encoder reads the caption $w$, and tile $i$ looks at the tiles before it and at the words (cross-attention). To save it the search for its neighbours, the **patterns** of the tile before and of the tile above are its input; their colours are not. With $c_{ik}$ the code number $k$ of tile $i$, the loss is the cross-entropy of each code. $c_{i,<k}$ are the codes before it of the same tile, $c_{<i,1}$ the patterns of the tiles before. $A_k$ are the tiles of which code $k$ is asked; of an empty tile no colour is asked.

$$L = -\sum_{k} \frac{1}{|A_k|} \sum_{i \in A_k} \log p(c_{ik} \mid c_{i,<k}, c_{<i,1}, w)$$

The pattern $c_{i1}$ comes from the patterns so far and from the words. The colour $c_{i2}$ comes **from the words alone**: place and pattern only decide which words to look at (the query), and nothing but what is seen there (the values) decides the colour. If the colours painted before were its input, too, then while it paints a red heart it would meet "upper left of a heart, red" beside a tile, an input that never came in training. So not only tokens are taken apart here, but also **what is shown together**. How much is really lost where colours are shown was not measured. There is a price: without a caption nothing decides the colour, and each tile gets one of its own. A painter of fused tokens is compared below.

By hand: of 4 tiles 2 are asked, and there are 3 codes.
"""

# %%
logits = np.array([[2.0, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 3]])  # (tiles, codes)
labels = np.array([0, -1, 2, -1])  # -1: not asked
chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
by_hand = -np.mean([np.log(chances[0, 0]), np.log(chances[2, 2])])
print(f"loss of the two tiles: {by_hand:.3f}")
from_library = float(text_to_image.painting_loss(labels[None], logits[None].astype("float32")))
identity("The loss by hand and by the library", from_library, by_hand, tolerance=1e-5)

# %% [markdown] tags=["ko"]
r"""
### 짧게 배워 보기

화가를 여기서 처음부터 잠깐 가르칩니다. 무늬와 색의 손실이 얼마나 빨리 줄어드는지 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
### A short lesson

Teach a painter here from the start, for some seconds, and see how fast the losses of pattern and colour fall.
"""

# %% tags=["covers-H1"]
NOTHING = shapes.words([None])[0]  # the caption that is left out
course_lib.set_seed(0)
pupil = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS), name="pupil")
lessons = text_to_image.Lessons(shapes.examples, NOTHING, batches=10)
history = text_to_image.teach(pupil, lessons, rate=0.004, epochs=4, callbacks=[course_lib.Progress("pupil")])
print(f"{pupil.count_params():,} parameters")

# %%
losses = {"pattern": history["logits0_loss"], "colour, once the pattern is known": history["logits1_loss"]}
plot.curves(losses, x=range(1, 5), xlabel="10 batches of 64 scenes each", ylabel="loss (nats)",
            title="Some seconds of lessons",
            alt="Two falling curves of the loss over four rounds of training, of the pattern and of the colour.")

# %% [markdown] tags=["ko"]
r"""
무늬와 색의 손실은 나란히 줄어듭니다. 색의 손실은 처음에 거의 $\log 6$이었습니다. 색 6가지 가운데 아무것이나 고를 때의 값입니다. 몇 초 만에도 절반보다 작아졌지만, 어디까지 줄 수 있을까요? 같은 것을 더 오래 배운 화가를 불러와(`data/makers/painter.py`), 같은 장면에서 색의 손실을 견줍니다.
"""

# %% [markdown] tags=["en"]
r"""
The losses of pattern and colour fall side by side. That of the colour was nearly $\log 6$ at first, which is the loss of choosing any of the 6 colours. Within seconds it is less than half of that, but how far can it fall? Load the same network after longer training (`data/makers/painter.py`), and compare the loss of the colour on the same scenes.
"""

# %%
network = weights.load(text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS)), "painter")
painter = text_to_image.Painter(network, shapes.FACTORS, NOTHING)
given = {"words": shapes.words(captions), "board": tokens}
asked = np.where(tokens[..., 0] > 0, tokens[..., 1], -1)
of_pupil, of_painter = (float(text_to_image.painting_loss(asked, model(given)[1])) for model in (pupil, network))
claim("Loss of the colour after longer training over that after seconds", of_painter / of_pupil, at_most=0.05)

# %% [markdown] tags=["ko"]
r"""
### 주문대로 칠하나

칠할 때에는 타일마다 코드를 확률대로 하나 뽑고, 뽑은 것을 다음 타일의 입력으로 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
### Does it paint what was ordered?

To paint, a code is drawn for each tile by its chances, and what was drawn is input for the tiles that follow.
"""

# %%
order = [shapes.caption((0, 1, 0, 4, 0), "en"), shapes.caption((2, 1, 2, 3, 5), "ko")]
strokes = [shapes.draw(board) for board in painter.strokes(shapes.words(order), seed=4)]
plot.image_grid(np.concatenate([[strokes[tile][row] for tile in (5, 11, 17, 23, 29, 35)] for row in range(2)]),
                columns=6, limits=(0, 1), size=1.2, row_titles=["English", "Korean"],
                title="Painted row by row, from two captions",
                alt="Two rows of six boards. At first nearly all tiles are grey, still to be painted; row by row "
                    "two coloured shapes appear.")

# %%
predict("unseen", "Painted right: the share of pairs never seen together over that of pairs seen is",
        choices=["less than 0.3", "0.3 to 0.7", "more than 0.7"])

# %% tags=["covers-H1", "reveal"]
def verdicts(some, language=None, **options):
    """What the judge says of scenes that are painted from one of their captions."""
    boards = painter.paint(shapes.words(some.captions(language, seed=1)), **options)
    return {name: float(verdict.mean()) for name, verdict in shapes.judge(shapes.draw(boards), some.facts).items()}


of_seen, of_unseen = verdicts(scenes), verdicts(unseen)
plot.bars({"pairs seen": round(of_seen["right"], 2), "pairs never seen": round(of_unseen["right"], 2)},
          ylabel="share of right pictures", title="Pairs never seen are painted right as often",
          alt="Two bars of the share of pictures that are right in all, for pairs that were seen and pairs that "
              "were not; they are about as high.")
reveal("unseen", of_unseen["right"] / of_seen["right"], limits=[0.3, 0.7])
claim("Painted right, pairs seen", of_seen["right"], at_least=0.94)
claim("Painted right, never seen over seen", of_unseen["right"] / of_seen["right"], between=(0.94, 1.06))

# %% [markdown] tags=["ko"]
r"""
**대조: 합친 토큰.** 합친 토큰의 화가가 같은 종류의 장면에서 같은 걸음 수만큼 배운 것을 **기록했습니다**(`data/makers/painters.py`). 학습률은 둘 가운데 본 짝에서 나은 것이고, 파라미터 수는 거의 같습니다. 두 화가는 같은 설명을 같은 방법으로 칠했습니다.
"""

# %% [markdown] tags=["en"]
r"""
**Control: fused tokens.** A painter of fused tokens that learned from scenes of the same kind, for as many steps, was **recorded** (`data/makers/painters.py`). Its rate is the better of two on pairs seen, and it has about as many parameters. Both painters painted the same captions in the same way.
"""

# %% tags=["covers-H1"]
of_factorised, *of_fused = json.loads(data.file("painters.json").read_text(encoding="utf-8"))["runs"]
best_fused = max(of_fused, key=lambda run: run["right"]["pairs_seen"])
plot.bars({"factorised, pairs seen": round(of_factorised["right"]["pairs_seen"], 2),
           "factorised, never seen": round(of_factorised["right"]["pairs_new"], 2),
           "fused, pairs seen": round(best_fused["right"]["pairs_seen"], 2),
           "fused, never seen": round(best_fused["right"]["pairs_new"], 2)},
          ylabel="share of right pictures", title="Recorded: fused tokens fail on pairs never seen",
          alt="Four bars of the share of right pictures: of factorised tokens on pairs seen and never seen, both "
              "high; of fused tokens high on pairs seen, and near zero on pairs never seen.")
claim("Recorded, fused tokens: painted right, pairs seen", best_fused["right"]["pairs_seen"], at_least=0.93)
claim("Recorded, fused tokens: painted right, pairs never seen", best_fused["right"]["pairs_new"],
      at_most=0.05)
claim("Recorded, factorised tokens: painted right, pairs never seen",
      of_factorised["right"]["pairs_new"], at_least=0.93)

# %% [markdown] tags=["ko"]
r"""
본 짝도, **본 적 없는 짝도** 거의 다 맞습니다. 둘의 차이는 우연의 크기를 넘지 않습니다. 합친 토큰의 화가는 본 짝만 칠할 줄 압니다. 그러나 토큰을 나눈 것만으로 이렇게 되었다고는 할 수 없습니다. 여기서는 토큰도, 색이 오는 **길**도 나누었고, 하나만 나눈 화가와 견주지는 않았습니다. 그리고 이것은 무늬와 색이 정말로 따로인 세계입니다. 사진에서는 물체의 색이 모양에 대해 많은 것을 말해 주므로, 이렇게 나누면 잃는 것도 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
Pairs that were seen are nearly always right, and so are pairs **never seen**; the difference is no more than chance. The painter of fused tokens can paint the pairs that it has seen only. But it cannot be said that factorised tokens alone have done this: here both the tokens and the **way** by which the colour comes were taken apart, and no painter was compared that has only one of them. And this is a world in which pattern and colour really are independent. In photographs the colour of a thing says much about its form, and to take them apart like this would lose something.
"""

# %% [markdown] tags=["ko"]
r"""
### 안내의 세기

2절의 안내(guidance)는 여기서도 됩니다. 학습할 때 설명의 일부를 "없음"으로 바꾸었으므로 같은 신경망이 설명 없이도 칠합니다. 설명이 있을 때의 로짓 $\ell_w$, 없을 때의 로짓 $\ell_0$에서

$$\ell = \ell_0 + g \, (\ell_w - \ell_0)$$

로 뽑습니다. $g = 1$이면 배운 그대로, $g > 1$이면 설명을 과장합니다(Ho and Salimans, 2022). 클수록 좋을까요?
"""

# %% [markdown] tags=["en"]
r"""
### How strongly to guide

The guidance of section 2 works here as well. In training some captions were replaced by "nothing", so the same network can paint without one. From the logits $\ell_w$ with the caption and $\ell_0$ without it, codes are drawn by

$$\ell = \ell_0 + g \, (\ell_w - \ell_0)$$

With $g = 1$ it paints as it has learned; $g > 1$ exaggerates the caption (Ho and Salimans, 2022). Is more always better?
"""

# %%
predict("how_strongly", "Which guidance has the largest share of right pictures?", choices=["0.5", "1", "2", "4"])

# %% tags=["covers-H1", "reveal"]
GUIDANCE = (0.5, 1, 2, 4)
by_guidance = [(of_seen if g == 1 else verdicts(scenes, guidance=g))["right"] for g in GUIDANCE]
plot.curves({"pairs seen": by_guidance}, x=GUIDANCE, ticks=GUIDANCE, xlabel="guidance g",
            ylabel="share painted right", title="How strongly the caption guides",
            alt="A line of the share of right pictures over the guidance, at 0.5, 1, 2 and 4.")
reveal("how_strongly", str(GUIDANCE[int(np.argmax(by_guidance))]))
claim("Guidance 0.5: share painted right over that of guidance 1", by_guidance[0] / by_guidance[1], at_most=0.8)

# %% [markdown] tags=["ko"]
r"""
여기서는 배운 그대로인 $g = 1$이 가장 낫습니다. 다만 2와의 차이는 작아서 우연일 수도 있습니다. 약하면 설명을 덜 따르고, 2절에서 도움이 된 과장은 여기서 도움이 되지 않으며, 4에서는 대부분 틀립니다. 까닭은 재지 않았습니다.

### 어느 낱말이 무엇을 칠했나

교차 어텐션의 가중치를 그리면 어느 타일이 어느 낱말을 보았는지 보입니다. 다 그린 판을 넣고, 모든 헤드에서(블록의 것과 색을 묻는 것) 낱말을 가장 뚜렷이 가리는 헤드 하나를 골라 낱말마다 타일의 지도를 그립니다. 같은 장면의 영어 설명과 한국어 설명에 대해 각각 합니다.
"""

# %% [markdown] tags=["en"]
r"""
Here $g = 1$, just what was learned, is best, though so little ahead of 2 that it may be chance. With less, the caption is followed less; the exaggeration that helped in section 2 does not help here, and at 4 most pictures are wrong. Why was not measured.

### Which word painted what

The shares of cross-attention show which tile looked at which word. Give it the finished board, choose of all heads, those of the blocks and those that ask for the colour, the one that tells the words apart most clearly, and draw a map of the tiles for each word. This is done for an English and for a Korean caption of the same scene.
"""

# %% tags=["covers-H1"]
of_words = text_to_image.word_shares(network)


def attended(language, places):
    """The picture of a caption, a map of the tiles for its words at some places, and these words."""
    caption = shapes.caption((0, 1, 0, 4, 0), language)
    text, board = shapes.words([caption]), painter.paint(shapes.words([caption]), seed=4)
    blocks = of_words.predict({"words": text, "board": board}, verbose=0)
    shares = np.concatenate([block[0] for block in blocks])  # (all heads, tiles, words)
    spread = shares[:, board[0, :, 0] > 0].std(axis=1).sum(axis=-1)  # how differently the tiles of shapes look
    clearest, picture = shares[spread.argmax()], shapes.draw(board)[0]
    maps = [plot.overlay(picture.mean(-1), clearest[:, place].reshape(6, 6)) for place in places]
    return [picture, *maps], ["the picture", *np.take(shapes.split_words(caption), places)]


# colour, shape, relation, colour, shape; in Korean the second shape is named first
grids, written = zip(attended("en", [1, 2, 3, 6, 7]), attended("ko", [0, 1, 2, 4, 5]))
plot.image_grid(sum(grids, []), sum(written, []), columns=6,
                limits=(0, 1), size=1.2, title="Which tiles look at which word, one head for each caption",
                alt="For an English and a Korean caption: the picture that was painted, and for five words the "
                    "same picture in grey with the tiles in orange that look at this word.")

# %% [markdown] tags=["ko"]
r"""
낱말이 가리키는 도형이 아니라 그 곁의 타일이 밝은 곳도 있습니다. 이것은 설명마다 헤드 하나, 그림 하나입니다. 본 곳이 곧 이유는 아니므로(9장), 원인은 **바꾸어 보아야** 압니다. 설명에서 낱말 하나, 곧 첫 도형의 색만 바꾸어 다시 칠하고, 그림이 새 설명과 옛 설명에 얼마나 맞는지 심판이 셉니다.
"""

# %% [markdown] tags=["en"]
r"""
Some words are looked at not by the tiles of their shape but by others beside it. This is one head on one picture for each caption. Where it looks is not yet why (chapter 9); causes are found by **changing** something. Change one word of the caption, the colour of the first shape, paint again, and let the judge count how often the pictures are right by the new caption and by the old one.
"""

# %% tags=["covers-H1"]
changed = scenes.facts.copy()
changed[:, 0] = (changed[:, 0] + 2) % 6  # another first colour
allowed = np.array([tuple(fact[:2]) not in shapes.HELD_OUT for fact in changed])
asked_for = [shapes.caption(fact) for fact in changed[allowed]]
boards = painter.paint(shapes.words(asked_for), seed=1)
of_new, of_old = (shapes.judge(shapes.draw(boards), facts[allowed])["right"].mean()
                  for facts in (changed, scenes.facts))
claim("One word changed: share right by the new caption", float(of_new), at_least=0.95)
claim("Control: share right by the old caption", float(of_old), at_most=0.05)

# %% [markdown] tags=["ko"]
r"""
거의 모든 그림이 바뀐 낱말을 따랐습니다. 그러니 그 낱말이 색의 원인입니다.

### 그림에서 그림으로

같은 화가가 그림도 이어 그립니다. 위아래로 놓인 장면에서 위의 도형이 있는 줄까지는 남기고, 그 아래를 다른 설명으로 칠합니다. 따로 배운 적이 없는 일입니다. 확산 모델에서 잡음을 반쯤 섞은 그림에서 시작하는 것(Meng et al., 2022)에 해당합니다.
"""

# %% [markdown] tags=["en"]
r"""
Nearly all pictures follow the word that was changed, so this word is a cause of the colour.

### From a picture to a picture

The same painter carries on a picture as well. Of scenes with one shape above the other, keep all rows down to the end of the upper shape, and paint what follows with another caption. It was never taught this. In a diffusion model it corresponds to starting from a picture that is partly noise (Meng et al., 2022).
"""

# %% tags=["covers-H1"]
new = scenes.facts.copy()
new[:, 4] = (new[:, 4] + 1) % 6  # another second shape
above = shapes.RELATIONS.index("above")
fits = np.array([fact[2] == above and tuple(fact[3:]) not in shapes.HELD_OUT for fact in new])
facts, begun, last = new[fits], scenes.tokens[fits], scenes.places[fits, 0] + 2
keep = np.arange(36)[None] < 6 * last[:, None]  # rows down to the end of the first shape
begun = np.where(keep[..., None], begun, shapes.FACTORS)
done = painter.paint(shapes.words([shapes.caption(fact, "ko") for fact in facts]), boards=begun, seed=2)
identity("Tiles that were kept and changed all the same", int((done[keep] != begun[keep]).sum()), 0)
claim("A picture continued: share right by the new caption",
      float(shapes.judge(shapes.draw(done), facts)["right"].mean()), at_least=0.9)

# %%
rows = [scenes.pictures[fits][:6], shapes.draw(begun[:6]), shapes.draw(done[:6])]
plot.image_grid(np.concatenate(rows), columns=6, limits=(0, 1), size=1.0, row_titles=["before", "kept", "after"],
                title="The upper shape stays, the lower one becomes another one",
                alt="Three rows of six pictures: before, with all below the upper shape covered in grey, and "
                    "after, where the upper shape is the same and the lower one is another.")

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 다음은 그림과 글을 한 공간에 놓는 두 탑입니다.

## 6. 그림과 글을 한 공간에: 두 탑

인터넷에는 그림과 글의 짝이 많습니다. CLIP(Radford et al., 2021)은 그 짝에서 **두 탑**(two towers)을 배웁니다. 하나는 글을, 하나는 그림을 길이 1인 벡터로 바꿉니다. 배치 하나의 짝 $n$개에서, 글 $i$의 벡터 $t_i$와 그림 $j$의 벡터 $v_j$의 코사인에 눈금 $s$를 곱한 것이 $S_{ij} = s \, t_i \cdot v_j$입니다. 짝은 대각선에 있습니다. **대조 손실**(contrastive loss)은 글마다 제 그림을, 그림마다 제 글을 맞히는 교차 엔트로피의 평균입니다.

$$L = -\frac{1}{2n} \sum_{i=1}^{n} \left( \log \frac{e^{S_{ii}}}{\sum_{j} e^{S_{ij}}} + \log \frac{e^{S_{ii}}}{\sum_{j} e^{S_{ji}}} \right)$$

누가 무엇인지 적은 이름표는 없습니다. 배치의 다른 짝이 오답 노릇을 합니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** Next come two towers that put pictures and words into one space.

## 6. Pictures and words in one space: two towers

The web is full of pictures with words beside them. CLIP (Radford et al., 2021) learns **two towers** from such pairs: one turns words, the other pictures, into vectors of length 1. In a batch of $n$ pairs, $S_{ij} = s \, t_i \cdot v_j$ is the cosine of caption $i$ with vector $t_i$ and picture $j$ with vector $v_j$, times a scale $s$. Pairs are on the diagonal. The **contrastive loss** is the mean cross-entropy of finding the picture of each caption, and the caption of each picture.

$$L = -\frac{1}{2n} \sum_{i=1}^{n} \left( \log \frac{e^{S_{ii}}}{\sum_{j} e^{S_{ij}}} + \log \frac{e^{S_{ii}}}{\sum_{j} e^{S_{ji}}} \right)$$

There are no labels of what is what. The other pairs of the batch serve as wrong answers.
"""

# %%
predict("contrastive", "A batch of 3 pairs, all similarities equal: what is the loss, in nats?")

# %% tags=["covers-H7"]
def contrastive_by_hand(similarities):
    """Rows are captions, columns pictures, pairs on the diagonal."""
    to_picture = np.exp(similarities) / np.exp(similarities).sum(axis=1, keepdims=True)
    to_caption = np.exp(similarities) / np.exp(similarities).sum(axis=0, keepdims=True)
    return -(np.log(np.diag(to_picture)).mean() + np.log(np.diag(to_caption)).mean()) / 2


reveal("contrastive", round(float(contrastive_by_hand(np.ones((3, 3)))), 3), tolerance=0.05)
small = np.array([[4.0, 1, 0], [2, 3, 1], [0, 1, 5]])
print(f"loss of the small batch: {contrastive_by_hand(small):.3f}")
identity("The loss by hand and by the library", float(clip.contrastive(small)), contrastive_by_hand(small),
         tolerance=1e-5)

# %% [markdown] tags=["ko"]
r"""
### 말로 그림 찾기

배운 두 탑을 불러옵니다. 그림 100장에서 설명마다 가장 가까운 그림을 찾고, 찾은 그림이 정말 설명과 같은지 사실로 확인합니다. **대조군**은 설명을 배치 안에서 마구 섞어 똑같이 오래 가르친 탑이고, 그 값은 기록해 둔 것입니다. 짝이 의미를 준다면 섞은 쪽은 우연과 같아야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
### Finding pictures by words

Load two towers that have learned. For each caption find the nearest of 100 pictures, and check against the facts whether it shows what the caption says. The **control** are towers that learned as long, with the captions of each batch dealt out anew; their values are recorded. If it is the pairs that give meaning, these must be no better than chance.
"""

# %%
predict("search", "Among 100 pictures, how often does a Korean caption find its own kind first, in percent?",
        unit="%")

# %% tags=["covers-H7", "reveal"]
towers = weights.load(clip.two_towers(len(shapes.WORDS)), "two_towers")
of_caption, of_picture = clip.towers(towers)


def cosines(texts, pictures):
    """(captions, pictures)"""
    found = of_caption.predict(shapes.words(texts), verbose=0), of_picture.predict(pictures, verbose=0)
    return found[0] @ found[1].T


def hits(some, language):
    """Share of 100 captions that find a picture of what they say first."""
    nearest = cosines(some.captions(language)[:100], some.pictures[:100]).argmax(axis=1)
    return float((some.facts[nearest] == some.facts[:100]).all(axis=1).mean())


english, korean, english_new, korean_new = (hits(some, lang) for some in (scenes, unseen) for lang in ("en", "ko"))
control = max(json.loads(data.file("two_towers.json").read_text(encoding="utf-8"))["shuffled"]["seen"].values())
reveal("search", round(100 * korean), tolerance=5)
plot.bars({"English, seen": english, "Korean, seen": korean, "English, never seen": english_new,
           "Korean, never seen": korean_new, "control": control},
          ylabel="share of captions that find their picture",
          title="Both languages find pictures; with shuffled pairs hardly anything is found",
          alt="Bars of the share found first among 100 pictures: English and Korean captions, of pairs seen and "
              "never seen, and at the bottom the control.")
claim("Korean over English captions, seen", korean / english, between=(0.85, 1.18))
claim("Seen: smaller share of both languages", min(korean, english), at_least=0.8)
claim("Control, learned from shuffled captions", control, at_most=0.06)

# %% [markdown] tags=["ko"]
r"""
두 언어 모두 그림을 잘 찾습니다. 다만 본 적 없는 짝에서는 덜 찾습니다. 두 언어는 서로의 번역을 본 적이 없습니다. 같은 그림이 둘을 이어 준 것입니다. 그렇다면 그림 없이 **글끼리** 비교해도 뜻이 같은 문장을 찾을까요? 두 탑의 약점도 잽니다. 색만 서로 바꾼 설명("빨간 동그라미 왼쪽의 파란 네모"와 "파란 동그라미 왼쪽의 빨간 네모")은 낱말의 모음이 같습니다. CLIP은 이런 것을 잘 가리지 못하는 것으로 알려져 있습니다(Yuksekgonul et al., 2023).
"""

# %% [markdown] tags=["en"]
r"""
Both languages find pictures well, though less often for pairs never seen. The two never saw translations of each other; the same pictures join them. Then sentences of the same meaning should be found by **captions alone**, without pictures. And measure a weakness: captions with their two colours swapped ("a red circle left of a blue square", "a blue circle left of a red square") hold the same bag of words. CLIP is known to tell such captions apart badly (Yuksekgonul et al., 2023).
"""

# %% tags=["covers-H7"]
in_english, in_korean = (of_caption.predict(shapes.words(scenes.captions(language)[:100]), verbose=0)
                         for language in ("en", "ko"))
translated = (scenes.facts[(in_english @ in_korean.T).argmax(axis=1)] == scenes.facts[:100]).all(axis=1).mean()
claim("English captions whose nearest Korean one says the same", float(translated), at_least=0.85)
swapped = scenes.facts[:, [3, 1, 2, 0, 4]]
different = scenes.facts[:, 0] != scenes.facts[:, 3]
own, other = (np.diag(cosines([shapes.caption(fact) for fact in facts[different]], scenes.pictures[different]))
              for facts in (scenes.facts, swapped))
claim("Colours swapped: share in which the right caption is nearer", float((own > other).mean()), at_least=0.85)
turned = scenes.facts.copy()
turned[:, 2] ^= 1  # left and right, above and below
own, other = (np.diag(cosines([shapes.caption(fact) for fact in facts], scenes.pictures))
              for facts in (scenes.facts, turned))
claim("Relation turned round: the same", float((own > other).mean()), at_most=0.68)

# %% [markdown] tags=["ko"]
r"""
색을 바꾼 설명은 대개 가려냈습니다. 그러나 왼쪽과 오른쪽, 위와 아래를 **뒤집은** 설명은 동전 던지기보다 조금 나을 뿐입니다. 그런데도 찾기는 잘되었습니다. 그림 100장 가운데 같은 도형, 같은 색으로 관계만 다른 것이 거의 없어서, 관계를 몰라도 찾을 수 있었기 때문입니다. **잘 찾는다는 것은 다 알아들었다는 뜻이 아닙니다.** 무엇을 재는 시험인지 물어야 합니다.
"""

# %% [markdown] tags=["en"]
r"""
Captions with swapped colours were mostly told apart. But captions in which left and right, above and below are **turned round** are told apart hardly better than by tossing a coin. Search went well all the same: among 100 pictures there are hardly two of the same shapes and colours that differ in their relation alone, so one can find them without knowing of relations. **To find well is not to have understood all.** Ask what a test tests.
"""

# %% [markdown] tags=["ko"]
r"""
### 짝에서 배운 것이 생성을 이끈다

두 탑은 그림을 **고르는** 데에 쓸 수 있습니다. 화가가 한 설명으로 4장을 칠하고, 두 탑이 설명에 가장 가까운 것을 고릅니다(DALL-E가 이렇게 했습니다. Ramesh et al., 2021). 얼마나 도움이 될까요? 우리 화가는 거의 다 맞히므로 고를 것이 없습니다. 그래서 안내를 0.5로 약하게 하여, 설명을 덜 따르는 화가로 잽니다. 짝은 본 적 없는 짝입니다. 대조군은 **다른 설명**에 가까운 것을 고르는 것입니다. 네 장 가운데 맞는 것이 하나라도 있는 비율이 위의 한계입니다.
"""

# %% [markdown] tags=["en"]
r"""
### What was learned from pairs steers the making

Two towers can **choose** among pictures. The painter paints 4 pictures of a caption, and the towers take the one that is nearest to it (as DALL-E did, Ramesh et al., 2021). How much does that help? Our painter is nearly always right, so there is nothing to choose. It is measured with a guidance of 0.5, with which the painter follows a caption less closely, on pairs never seen. The control takes the one that is nearest to **another caption**. No choice can be better than the share of captions for which at least one of the four is right.
"""

# %%
predict("best", "With weak guidance one picture is right with some share p. "
        "The best of 4 by the towers is right with",
        choices=["p, about", "up to 1.1 p", "more than 1.1 p"])

# %% tags=["covers-H7", "reveal"]
wanted = shapes.words(unseen.captions(seed=1))
four = [painter.paint(wanted, guidance=0.5, seed=seed) for seed in range(4)]
right_of = np.stack([shapes.judge(shapes.draw(board), unseen.facts)["right"] for board in four])  # (4, captions)
vectors = of_caption.predict(wanted, verbose=0)
seen_by = np.stack([of_picture.predict(shapes.draw(board), verbose=0) for board in four])  # (4, captions, numbers)
everyone, one = np.arange(len(wanted)), float(right_of.mean())
best, control = (float(right_of[(seen_by * caption).sum(-1).argmax(axis=0), everyone].mean())
                 for caption in (vectors, np.roll(vectors, 1, axis=0)))
gain, bound = best / one, float(right_of.any(axis=0).mean())
reveal("best", "p, about" if gain < 1.03 else "up to 1.1 p" if gain <= 1.1 else "more than 1.1 p")
plot.bars({"one picture": round(one, 2), "best of 4": round(best, 2), "control": round(control, 2),
           "any of 4": round(bound, 2)}, ylabel="share of right pictures",
          title="The towers choose better pictures than chance does",
          alt="Four bars of the share of right pictures: one picture, the best of four by the towers, a control "
              "that follows another caption, and the share in which any of the four is right.")
claim("Best of 4 over one", gain, at_least=1.15)
claim("Control over one", control / one, at_most=0.95)

# %% [markdown] tags=["ko"]
r"""
그림과 글의 짝에서 배운 것이 생성을 두 가지로 이끌었습니다. 화가는 짝에서 설명을 따르는 법을 배웠고(교차 어텐션과 안내), 두 탑은 짝에서 고르는 법을 배웠습니다. 값은 4배입니다. 한 장을 위해 4장을 칠했으니까요. 대조군은 아무거나 한 장을 고르는 것보다도 못합니다. 다른 설명을 닮은 그림을 골랐기 때문입니다. 네 장 가운데 맞는 것은 거의 언제나 있었으므로, 두 탑이 놓친 것도 많습니다.

## 7. 직접 주문하기

설명을 적고, 안내의 세기를 골라 칠해 보세요. 한국어와 영어 모두 됩니다. "빨간 하트"처럼 본 적 없는 짝도 주문해 보세요. 모르는 낱말이면 아는 낱말을 알려 줍니다.
"""

# %% [markdown] tags=["en"]
r"""
What was learned from pairs of pictures and words steered the making in two ways: the painter learned from pairs to follow a caption (cross-attention and guidance), and the towers learned from pairs to choose. The price is 4 times as much, since 4 pictures are painted for one. The control does worse than any one picture, since it takes what looks like another caption. As one of the four is nearly always right, the towers still miss many.

## 7. Order one yourself

Write a caption, choose the guidance, and see it paint, in Korean or English. Order a pair that it has never seen as well, such as a red heart. If it does not know a word, it tells which ones it knows.
"""

# %%
from course_lib.widgets.painting import explore_painting


def paint(caption, guidance, seed):
    """The picture after each tile."""
    for board in painter.strokes(shapes.words([caption]), guidance=guidance, seed=seed):
        yield shapes.draw(board)[0]


explore_painting(paint, shapes.caption((0, 1, 0, 4, 5), "ko"),
                 alt="Six boards of a picture that is being painted row by row, from grey to two coloured shapes.")

# %% [markdown] tags=["ko"]
r"""
이 화가의 걸음 수는 고를 수 없습니다. 타일이 36개이므로 언제나 36걸음입니다. 2절의 흐름에서는 **안내와 걸음 수를 함께** 고를 수 있습니다. 옷 이름을 한국어나 영어로 적고, 걸음을 1에서 늘려 보세요. 안내를 0으로 하면 무엇이 나올까요?
"""

# %% [markdown] tags=["en"]
r"""
The number of steps of this painter cannot be chosen: with 36 tiles it is always 36. With the flow of section 2, **guidance and steps** can both be chosen. Type the name of a garment in Korean or English, and raise the steps from 1. What comes out with a guidance of 0?
"""

# %%
from course_lib.errors import CourseError
from course_lib.texts import say

GARMENTS = [name for names in data.FASHION_MNIST_NAMES for name in names]  # in English and in Korean


def paint_garment(text, guidance, seed, steps):
    """The picture after each step of the flow."""
    typed = text.strip().lower()
    kinds = [number // 2 for number, name in enumerate(GARMENTS) if typed in name.lower().split("/")]
    if not kinds:
        raise CourseError(say("choose one of {garments}", garments=", ".join(GARMENTS)))
    path = garments.generate(kinds[:1], steps, guidance=guidance, seed=seed, path=True)[1:, 0]
    yield from np.repeat(drawn(path), 3, axis=-1)


explore_painting(paint_garment, "sneaker", guidance=2.0, steps=12,
                 alt="Six pictures on the way from noise to a garment, from a grey blur to a sneaker.")

# %% [markdown] tags=["ko"]
r"""
## 8. 여기서 어디로

우리 화가와 오늘의 서비스는 같은 부품으로 되어 있습니다. 글을 읽는 부분, 그림의 코드, 교차 어텐션, 안내입니다. 다른 것은 크기와 자료입니다. 아래에 출력하는 수는 각 논문이 밝힌 것이고, 밝히지 않은 것은 뺐습니다.

- **DALL-E**(Ramesh et al., 2021): 글 토큰 뒤에 그림 토큰을 한 줄로 쓰는 트랜스포머, CLIP으로 고르기.
- **잠재 확산**(latent diffusion, Rombach et al., 2022): 오토인코더의 코드 공간에서 확산. **Stable Diffusion**이 여기서 나왔습니다.
- **DALL-E 2**(Ramesh et al., 2022): CLIP 벡터에서 그림으로 가는 확산.
- **Imagen**(Saharia et al., 2022): 글만 읽고 배운 큰 언어 모델이 설명을 읽고, 확산을 세 번 이어 크게 만듭니다.
- **Parti**(Yu et al., 2022): 다시 트랜스포머. 크게 만들수록 글자와 관계를 더 잘 그립니다.

그 뒤에 더해진 것은 다음과 같습니다.

- **잠재 공간의 트랜스포머**: DiT(Peebles and Xie, 2023)는 합성곱 대신 코드의 조각을 토큰으로 삼는 트랜스포머로 잡음을 걷어 냅니다. 2절의 신경망이 시각과 종류를 넣는 방법(정규화의 배율과 이동, 0에서 시작하는 문)이 여기서 왔습니다.
- **곧은 흐름**: Stable Diffusion 3(Esser et al., 2024)은 확산 대신 1절의 곧은 길을 배웁니다. 시각을 고르게 뽑지 않고 가운데를 더 자주 뽑으며, 글과 그림의 토큰이 어텐션을 함께 씁니다.
- **적은 걸음**: 일관성 모델(consistency model; Song et al., 2023)은 길 위의 어느 점에서든 끝점을 바로 예측하도록 배워, 한두 걸음으로 만듭니다. 2절에서 본, 한 걸음의 평균인 그림을 피하는 길입니다.
- **더 나은 설명**: DALL-E 3(Betker et al., 2023)은 학습 그림의 설명을 모델이 자세히 다시 쓰게 해서, 주문을 더 잘 따릅니다.
- **한 모델로 글도 그림도**: Transfusion(Zhou et al., 2024)은 트랜스포머 하나가 글은 다음 토큰으로, 그림은 확산으로 만듭니다. VAR(Tian et al., 2024)은 다시 토큰이지만 줄 순서 대신 작은 그림에서 큰 그림으로 씁니다.
"""

# %% [markdown] tags=["en"]
r"""
## 8. Where this goes

Our painter and today's services are made of the same parts: one that reads, codes of pictures, cross-attention, guidance. What differs is size and data. The numbers printed below are those that the papers tell; what they do not tell is left out.

- **DALL-E** (Ramesh et al., 2021): a Transformer that writes image tokens behind text tokens, and CLIP to choose.
- **Latent diffusion** (Rombach et al., 2022): diffusion in the code space of an autoencoder. **Stable Diffusion** came from it.
- **DALL-E 2** (Ramesh et al., 2022): diffusion from CLIP's vectors to pictures.
- **Imagen** (Saharia et al., 2022): a large language model that learned from text alone reads the caption, and three diffusions in a row make the picture large.
- **Parti** (Yu et al., 2022): a Transformer again. The larger it is, the better it draws letters and relations.

What was added since:

- **Transformers in the latent space**: DiT (Peebles and Xie, 2023) removes noise not with convolutions but with a Transformer whose tokens are patches of the code. The way in which the network of section 2 is told time and class (scale and shift of its normalization, gates that start at 0) comes from there.
- **Straight flows**: Stable Diffusion 3 (Esser et al., 2024) learns the straight paths of section 1 in place of diffusion. It draws times in the middle more often than those at the ends, and tokens of text and picture share their attention.
- **Few steps**: a consistency model (Song et al., 2023) learns to predict the end of a path from any point on it, and makes pictures in one or two steps. This avoids the mean picture of one step that section 2 showed.
- **Better captions**: for DALL-E 3 (Betker et al., 2023) a model wrote detailed new captions for the pictures to learn from, so that it follows an order better.
- **One model for text and pictures**: in Transfusion (Zhou et al., 2024) one Transformer makes text by next tokens and pictures by diffusion. VAR (Tian et al., 2024) is tokens again, written from a small picture to a large one instead of line by line.
"""

# %%
PUBLISHED = {  # parameters that make the picture, and pairs it learned from, as the papers tell
    "DALL-E": (12e9, 250e6),
    "latent diffusion": (1.45e9, 400e6),
    "DALL-E 2": (3.5e9, 650e6),
    "Imagen": (2e9, 860e6),
}
for name, (parameters, pairs) in PUBLISHED.items():
    print(f"{name}: {parameters:,.0f} parameters, {pairs:,.0f} pairs")
print("Parti: 20,000,000,000 parameters, several collections of pairs")
print(f"ours: {network.count_params():,} parameters, scenes drawn anew")

# %% [markdown] tags=["ko"]
r"""
DALL-E 2의 수는 디코더, Imagen의 수는 가장 작은 그림을 만드는 첫 단계의 것이고, 잠재 확산은 글에서 그림을 만드는 모델의 것입니다.

**한계.** 우리 세계에는 도형 두 개와 낱말 몇십 개뿐입니다. 심판이 꼭 읽을 수 있는 것도, 무늬와 색을 나눌 수 있는 것도 그 덕분입니다. 큰 모델도 개수, 위치, 누구의 색인지를 자주 틀립니다. Imagen과 Parti의 논문이 스스로 그렇게 적었습니다.

**편향.** 짝은 세상이 아니라 인터넷에서 왔습니다. 공개 모델에서 직업을 그리게 하면 성별과 피부색이 실제 통계보다 더 치우친다는 것이 측정되었습니다(Bianchi et al., 2023). LAION-400M에는 폭력적이고 혐오스러운 그림과 글이 있었습니다(Birhane et al., 2021). 안내가 전형을 과장하는 것과 같은 방향입니다.

**베끼기.** 여러 번 나온 그림은 거의 그대로 다시 나올 수 있습니다(Carlini et al., 2023). 누구의 그림으로 배웠는지, 허락을 받았는지는 기술만으로 답할 수 없습니다.

**출처와 워터마크.** 두 가지 길이 있고 서로를 보완합니다.

- **C2PA**는 파일에 출처 기록(누가, 무엇으로, 어떻게 고쳤는지)을 붙이고 서명합니다. 거짓으로 바꾸면 서명이 깨집니다. 그러나 기록을 떼어 내면 아무것도 남지 않습니다.
- **SynthID**(Gowal et al., 2025)는 보이지 않는 신호를 픽셀에 심습니다. 줄이거나 자르거나 다시 압축해도 남게 만들지만, 지우려는 공격에 완전하지 않습니다.

표시가 **없다는 것은 아무것도 증명하지 않습니다.** 진짜라는 뜻도, 만든 것이라는 뜻도 아닙니다.

픽셀에 심은 신호가 무엇을 견디는지 작은 그림에서 봅니다. 심을 때에는 무작위 무늬를 아주 약하게 더하고, 찾을 때에는 그 무늬와의 상관을 봅니다. 이것은 교과서의 가장 단순한 워터마크이지 SynthID의 방법이 아닙니다.
"""

# %% [markdown] tags=["en"]
r"""
The number of DALL-E 2 is that of its decoder, that of Imagen of its first stage, which makes the smallest picture, and that of latent diffusion of its model from text to image.

**Limits.** Our world has two shapes and some dozens of words. That is why the judge can read it for certain, and why pattern and colour can be taken apart. Large models, too, often fail at counts, places, and whose colour is whose; the papers of Imagen and Parti say so themselves.

**Bias.** The pairs come from the web, not from the world. Asked for occupations, a public model showed gender and skin colour more one-sided than statistics are (Bianchi et al., 2023). LAION-400M held violent and hateful pictures and texts (Birhane et al., 2021). To exaggerate what is typical is also what guidance does.

**Copies.** Pictures that occur many times may come out nearly as they were (Carlini et al., 2023). Whose pictures were learned from, and with whose consent, is no question that technique can answer alone.

**Provenance and watermarks.** There are two ways, and they complete each other.

- **C2PA** adds a signed record to the file: who made it, with what, and how it was changed. Whoever falsifies it breaks the signature. But once the record is taken off, nothing is left.
- **SynthID** (Gowal et al., 2025) puts an invisible signal into the pixels. It is made to outlive scaling, cutting and compression, but is not proof against everyone who wants to remove it.

That a mark is **missing proves nothing**: neither that a picture is real, nor that it was made.

See on small pictures what a signal in the pixels outlives. To mark one, add a very weak random pattern; to find the mark, look at the correlation with that pattern. This is the simplest watermark of the textbooks, and not how SynthID does it.
"""

# %%
predict("watermark",
        "A weak pattern was added to pictures. Then their right half is cut off. Is the mark still found?",
        choices=["in nearly all", "in about a half", "in none"])

# %% tags=["reveal"]
secret = np.random.default_rng(8).choice([-1.0, 1.0], (24, 24, 1))  # whoever knows it can find the mark
plain = scenes.pictures[:200]
marked = np.clip(plain + 0.04 * secret, 0, 1)


def strength(pictures, width=24):
    """Correlation of neighbouring differences with those of the secret pattern, of the first columns."""
    fine = np.diff(pictures.mean(-1), axis=2)[:, :, : width - 1]
    wanted = np.diff(secret[..., 0], axis=1)[:, : width - 1]
    fine = np.clip(fine, -0.1, 0.1)  # edges of shapes count no more than the mark
    return (fine * wanted).mean(axis=(1, 2)) / (np.sqrt((fine**2).mean(axis=(1, 2)) * (wanted**2).mean()) + 1e-9)


limit = strength(plain, 12).max()  # no plain picture is called marked
cut, inverted = (float((strength(some, 12) > limit).mean()) for some in (marked, 1 - marked))
reveal("watermark", "in nearly all" if cut > 0.9 else "in about a half" if cut > 0.1 else "in none")
claim("Cut in half: share of marks found", cut, at_least=0.9)
claim("Inverted: share of marks found by the same test", inverted, at_most=0.1)

# %% [markdown] tags=["ko"]
r"""
심은 신호는 자르기를 견딥니다. 파일의 기록은 그것을 옮겨 적지 않는 프로그램으로 저장하기만 해도 사라집니다. 그러나 색을 뒤집기만 해도 이 시험은 신호를 놓칩니다. 공격을 하나 막으면 다음 공격이 옵니다.

## 이 장에서 보인 것

아래 표에는 기대한 범위와 여러분의 컴퓨터에서 방금 측정한 값이 나란히 있습니다. 여기서 학습시킨 것은 1절과 2절의 신경망, 그리고 5절의 잠깐 배운 화가뿐입니다. 코덱, 양자화기, 토큰을 쓰는 트랜스포머, 오래 배운 화가, 두 탑은 미리 한 번씩 학습시킨 것이어서, 다시 실행해도 거의 달라지지 않습니다. 다른 시드로 학습시키면 얼마나 달라지는지는 이 표에 들어 있지 않습니다.
"""

# %% [markdown] tags=["en"]
r"""
A signal in the pixels outlives cutting. A record in the file is gone once a program saves the file without it. But if just the colours are inverted, this test misses it. When one attack is fended off, the next one comes.

## What this chapter has shown

The table has the values that are expected beside those just measured on your computer. Only the networks of sections 1 and 2 were trained here, and the painter of section 5 that had a short lesson. The codec, the quantizer, the Transformer that writes tokens, the painter that learned for longer and the two towers were trained once beforehand, so they hardly change when you run the lesson again. How much another seed would change them is not in the table.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

claims.table()

# %%
predictions.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 확산은 데이터를 잡음으로 바꾸는 길을 많은 걸음으로 나누고, 신경망은 섞인 잡음을 예측해 되돌아옵니다. 여러 걸음은 한 번에 갈 수 있습니다.
2. 흐름 맞추기는 잡음과 데이터를 잇는 곧은 선의 속도를 배웁니다. 우리 나선에서는 조상 표집보다 적은 걸음으로 되고, 알맞은 곳에서 시작한 DDIM과는 비슷합니다.
3. 픽셀 대신 오토인코더의 코드를 만들면 값이 훨씬 쌉니다. 안내는 다양함을 내주고 원하는 종류를 얻으며, 거리는 중간쯤의 안내에서 가장 작습니다. 반쯤 잡음인 그림에서 출발하면 그림을 다른 것으로 바꿉니다.
4. 벡터 양자화는 그림을 토큰으로 바꿉니다. 고르는 계단에는 기울기가 없으므로 직통으로 넘기고, 죽은 코드는 벡터가 있는 곳으로 옮겨 살립니다.
5. 인과 트랜스포머는 토큰의 문장을 씁니다. 낱낱이 옳은 토큰으로는 모자라고, 서로 맞아야 그림이 됩니다. 온도는 재현율과 정밀도를 맞바꿉니다. 여럿을 한꺼번에 뽑으면 빠르지만 서로 맞지 않습니다.
6. 설명에서 그림으로 가는 화가는 읽는 부분과 그리는 부분이 교차 어텐션으로 이어진 트랜스포머입니다. 타일을 한 칸씩 칠합니다.
7. 무엇이 토큰인가가 무엇을 새로 조합할 수 있는가를 정합니다. 무늬와 색을 합친 코드는 본 적 없는 짝에서 한 번도 정답이 아닙니다.
8. 설명을 가끔 빼고 가르치면 설명이 이끄는 세기를 칠할 때 고를 수 있습니다. 그림의 앞부분을 주면 이어 그립니다.
9. 두 탑은 그림과 글의 짝만으로 한 공간을 배웁니다. 두 언어로 그림을 찾고, 만든 그림 가운데 나은 것을 고릅니다.
10. 큰 모델은 같은 부품에 훨씬 많은 자료입니다. 자료의 편향과 베끼기가 따라오고, 출처는 서명한 기록과 보이지 않는 워터마크로 밝히며, 어느 쪽도 완전하지 않습니다.

## 더 해 보기

1. 1절의 나선 대신 점 두 무더기를 배우게 하면 흐름의 길은 어떻게 굽을까요?
2. 2절의 코드를 48개에서 16개로 줄이면 거리는 어디까지 나빠질까요? `data/makers`의 제작기를 고쳐 보세요.
3. 5절의 설명에 도형 세 개를 주문하면 화가는 무엇을 칠할까요?

## 용어

| 한국어 | English |
|---|---|
| 확산 모델, 잡음 일정 | diffusion model, noise schedule |
| 조상 표집, DDIM | ancestral sampling, DDIM |
| 흐름 맞추기, 속도 | flow matching, velocity |
| 오일러 방법, 호인 방법 | Euler's method, Heun's method |
| 에너지 거리 | energy distance |
| 잠재 확산, 잠재 흐름 | latent diffusion, latent flow |
| 분류기 없는 안내 | classifier-free guidance |
| 벡터 양자화, 코드북, 직통 추정 | vector quantization, codebook, straight-through |
| 죽은 코드, 살려 내기, 퍼플렉시티 | dead code, revival, perplexity |
| 인과 트랜스포머, 온도 | causal Transformer, temperature |
| 설명 | caption |
| 타일, 무늬 | tile, pattern |
| 합친 토큰, 나눈 토큰 | fused token, factorised token |
| 두 탑, 대조 손실 | two towers, contrastive loss |
| 출처, 워터마크 | provenance, watermark |

## 참고 문헌

- Székely, Rizzo, *Energy Statistics: A Class of Statistics Based on Distances*, Journal of Statistical Planning and Inference, 2013.
- Bengio, Léonard, Courville, *Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation*, arXiv:1308.3432, 2013.
- Sohl-Dickstein et al., *Deep Unsupervised Learning using Nonequilibrium Thermodynamics*, ICML 2015.
- Johnson, Alahi, Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and Super-Resolution*, ECCV 2016.
- van den Oord, Vinyals, Kavukcuoglu, *Neural Discrete Representation Learning*, NIPS 2017.
- Parmar et al., *Image Transformer*, ICML 2018.
- Ho, Jain, Abbeel, *Denoising Diffusion Probabilistic Models*, NeurIPS 2020.
- Nichol, Dhariwal, *Improved Denoising Diffusion Probabilistic Models*, ICML 2021.
- Song, Meng, Ermon, *Denoising Diffusion Implicit Models*, ICLR 2021.
- Esser, Rombach, Ommer, *Taming Transformers for High-Resolution Image Synthesis*, CVPR 2021.
- Ramesh et al., *Zero-Shot Text-to-Image Generation* (DALL-E), ICML 2021.
- Radford et al., *Learning Transferable Visual Models From Natural Language Supervision* (CLIP), ICML 2021.
- Birhane, Prabhu, Kahembwe, *Multimodal Datasets: Misogyny, Pornography, and Malignant Stereotypes*, arXiv:2110.01963, 2021.
- Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, CVPR 2022.
- Ho, Salimans, *Classifier-Free Diffusion Guidance*, arXiv:2207.12598, 2022.
- Chang et al., *MaskGIT: Masked Generative Image Transformer*, CVPR 2022.
- Ramesh et al., *Hierarchical Text-Conditional Image Generation with CLIP Latents* (DALL-E 2), arXiv:2204.06125, 2022.
- Saharia et al., *Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding* (Imagen), NeurIPS 2022.
- Yu et al., *Scaling Autoregressive Models for Content-Rich Text-to-Image Generation* (Parti), TMLR 2022.
- Meng et al., *SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations*, ICLR 2022.
- Lipman et al., *Flow Matching for Generative Modeling*, ICLR 2023.
- Liu, Gong, Liu, *Flow Straight and Fast: Learning to Generate and Transfer Data with Rectified Flow*, ICLR 2023.
- Albergo, Vanden-Eijnden, *Building Normalizing Flows with Stochastic Interpolants*, ICLR 2023.
- Yuksekgonul et al., *When and Why Vision-Language Models Behave like Bags-of-Words, and What to Do About It?*, ICLR 2023.
- Peebles, Xie, *Scalable Diffusion Models with Transformers* (DiT), ICCV 2023.
- Song, Dhariwal, Chen, Sutskever, *Consistency Models*, ICML 2023.
- Betker et al., *Improving Image Generation with Better Captions* (DALL-E 3), OpenAI, 2023.
- Bianchi et al., *Easily Accessible Text-to-Image Generation Amplifies Demographic Stereotypes at Large Scale*, FAccT 2023.
- Carlini et al., *Extracting Training Data from Diffusion Models*, USENIX Security 2023.
- Esser et al., *Scaling Rectified Flow Transformers for High-Resolution Image Synthesis* (Stable Diffusion 3), ICML 2024.
- Tian et al., *Visual Autoregressive Modeling: Scalable Image Generation via Next-Scale Prediction* (VAR), NeurIPS 2024.
- Zhou et al., *Transfusion: Predict the Next Token and Diffuse Images with One Multi-Modal Model*, arXiv:2408.11039, 2024.
- Gowal et al., *SynthID-Image: Image Watermarking at Internet Scale*, arXiv, 2025.
- Coalition for Content Provenance and Authenticity, *C2PA Technical Specification*, c2pa.org.

**이제 연습 문제를 풀어 보세요**: [11_exercises.ipynb](11_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. Diffusion splits the way from data to noise into many steps, and a network predicts the noise that was mixed in to go back. Many steps can be taken in one go.
2. Flow matching learns the velocity of straight lines from noise to data. On our spiral it needs fewer steps than ancestral sampling, and about as many as DDIM that starts at a good place.
3. To generate codes of an autoencoder instead of pixels is far cheaper. Guidance gives variety away for the wanted class, and the distance is smallest with a moderate one. Started from a picture that is half noise, the flow turns it into another.
4. Vector quantization turns pictures into tokens. The staircase of choosing has no gradient, so it is handed straight through; dead codes are revived by moving them to where vectors are.
5. A causal Transformer writes sentences of tokens. Tokens that are right one by one are not enough: they must fit together. Temperature trades recall for precision. Many drawn at once are faster, but do not fit together.
6. The painter that leads from a caption to a picture is a Transformer: a part that reads and a part that paints, joined by cross-attention. It paints tile by tile.
7. What a token is decides what can be recombined. A code of pattern and colour together is never the right answer for a pair that was never seen.
8. If captions are left out now and then in training, one can choose while painting how strongly a caption guides. Given the beginning of a picture, the painter carries it on.
9. Two towers learn one space from nothing but pairs of pictures and words. They find pictures by words of two languages, and choose the better of pictures that were made.
10. Large models are the same parts with far more data. Bias and copies come with the data; where a picture comes from is told by signed records and by invisible watermarks, neither of them perfect.

## Try it yourself

1. Let section 1 learn two heaps of points in place of the spiral: how do the ways of the flow bend?
2. Reduce the 48 numbers of the codes of section 2 to 16: how far does the distance rise? Change the maker in `data/makers`.
3. Order three shapes in section 5: what does the painter paint?

## Terms

| 한국어 | English |
|---|---|
| 확산 모델, 잡음 일정 | diffusion model, noise schedule |
| 조상 표집, DDIM | ancestral sampling, DDIM |
| 흐름 맞추기, 속도 | flow matching, velocity |
| 오일러 방법, 호인 방법 | Euler's method, Heun's method |
| 에너지 거리 | energy distance |
| 잠재 확산, 잠재 흐름 | latent diffusion, latent flow |
| 분류기 없는 안내 | classifier-free guidance |
| 벡터 양자화, 코드북, 직통 추정 | vector quantization, codebook, straight-through |
| 죽은 코드, 살려 내기, 퍼플렉시티 | dead code, revival, perplexity |
| 인과 트랜스포머, 온도 | causal Transformer, temperature |
| 설명 | caption |
| 타일, 무늬 | tile, pattern |
| 합친 토큰, 나눈 토큰 | fused token, factorised token |
| 두 탑, 대조 손실 | two towers, contrastive loss |
| 출처, 워터마크 | provenance, watermark |

## References

- Székely, Rizzo, *Energy Statistics: A Class of Statistics Based on Distances*, Journal of Statistical Planning and Inference, 2013.
- Bengio, Léonard, Courville, *Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation*, arXiv:1308.3432, 2013.
- Sohl-Dickstein et al., *Deep Unsupervised Learning using Nonequilibrium Thermodynamics*, ICML 2015.
- Johnson, Alahi, Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and Super-Resolution*, ECCV 2016.
- van den Oord, Vinyals, Kavukcuoglu, *Neural Discrete Representation Learning*, NIPS 2017.
- Parmar et al., *Image Transformer*, ICML 2018.
- Ho, Jain, Abbeel, *Denoising Diffusion Probabilistic Models*, NeurIPS 2020.
- Nichol, Dhariwal, *Improved Denoising Diffusion Probabilistic Models*, ICML 2021.
- Song, Meng, Ermon, *Denoising Diffusion Implicit Models*, ICLR 2021.
- Esser, Rombach, Ommer, *Taming Transformers for High-Resolution Image Synthesis*, CVPR 2021.
- Ramesh et al., *Zero-Shot Text-to-Image Generation* (DALL-E), ICML 2021.
- Radford et al., *Learning Transferable Visual Models From Natural Language Supervision* (CLIP), ICML 2021.
- Birhane, Prabhu, Kahembwe, *Multimodal Datasets: Misogyny, Pornography, and Malignant Stereotypes*, arXiv:2110.01963, 2021.
- Rombach et al., *High-Resolution Image Synthesis with Latent Diffusion Models*, CVPR 2022.
- Ho, Salimans, *Classifier-Free Diffusion Guidance*, arXiv:2207.12598, 2022.
- Chang et al., *MaskGIT: Masked Generative Image Transformer*, CVPR 2022.
- Ramesh et al., *Hierarchical Text-Conditional Image Generation with CLIP Latents* (DALL-E 2), arXiv:2204.06125, 2022.
- Saharia et al., *Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding* (Imagen), NeurIPS 2022.
- Yu et al., *Scaling Autoregressive Models for Content-Rich Text-to-Image Generation* (Parti), TMLR 2022.
- Meng et al., *SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations*, ICLR 2022.
- Lipman et al., *Flow Matching for Generative Modeling*, ICLR 2023.
- Liu, Gong, Liu, *Flow Straight and Fast: Learning to Generate and Transfer Data with Rectified Flow*, ICLR 2023.
- Albergo, Vanden-Eijnden, *Building Normalizing Flows with Stochastic Interpolants*, ICLR 2023.
- Yuksekgonul et al., *When and Why Vision-Language Models Behave like Bags-of-Words, and What to Do About It?*, ICLR 2023.
- Peebles, Xie, *Scalable Diffusion Models with Transformers* (DiT), ICCV 2023.
- Song, Dhariwal, Chen, Sutskever, *Consistency Models*, ICML 2023.
- Betker et al., *Improving Image Generation with Better Captions* (DALL-E 3), OpenAI, 2023.
- Bianchi et al., *Easily Accessible Text-to-Image Generation Amplifies Demographic Stereotypes at Large Scale*, FAccT 2023.
- Carlini et al., *Extracting Training Data from Diffusion Models*, USENIX Security 2023.
- Esser et al., *Scaling Rectified Flow Transformers for High-Resolution Image Synthesis* (Stable Diffusion 3), ICML 2024.
- Tian et al., *Visual Autoregressive Modeling: Scalable Image Generation via Next-Scale Prediction* (VAR), NeurIPS 2024.
- Zhou et al., *Transfusion: Predict the Next Token and Diffuse Images with One Multi-Modal Model*, arXiv:2408.11039, 2024.
- Gowal et al., *SynthID-Image: Image Watermarking at Internet Scale*, arXiv, 2025.
- Coalition for Content Provenance and Authenticity, *C2PA Technical Specification*, c2pa.org.

**Now do the exercises**: [11_exercises.ipynb](11_exercises.ipynb)
"""
