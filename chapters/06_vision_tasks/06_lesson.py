# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: What a Vision Network Can Be Asked, ko: 시각 신경망에 던지는 네 가지 질문}
#     minutes: 56
#     after: ["01", "02", "04"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 6장. 시각 신경망에 던지는 네 가지 질문

> **이 장을 마치면** 다음을 할 수 있습니다.
> - 같은 그림에 분류, 위치 찾기, 물체 검출, 분할의 네 가지를 묻고, 각 답에 드는 정답 데이터와 계산을 비교하기
> - IoU와 GIoU, 정밀도와 재현율, 평균 정밀도(AP), mIoU, Dice를 손으로 계산하기
> - 경계 상자를 내는 출력부를 설계하고, 어떤 설계가 왜 나은지 실험으로 보이기
> - 히트맵에서 봉우리를 골라 상자로 바꾸고, 비최대 억제와 비교하기
> - 검출기가 언제 실패하는지 원인별로 측정하기
>
> **읽기** 약 56분, **실행** 약 80초(코어 2개), 먼저 볼 장은 1장, 2장, 4장입니다.

❓가 보이면 코드를 실행하기 전에 **예측을 적어 보세요**.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 6. What a Vision Network Can Be Asked

> **After this chapter** you can
> - ask four questions about one picture (classification, localization, detection, segmentation) and compare what each answer costs in labels and in computation;
> - compute IoU and GIoU, precision and recall, average precision (AP), mIoU and Dice by hand;
> - design a head that gives a bounding box, and show by experiment which design is better and why;
> - pick peaks from a heat map, turn them into boxes, and compare that with non-maximum suppression;
> - measure by cause when a detector fails.
>
> **Reading** takes about 56 minutes, **running** about 80 seconds on 2 cores; chapters 1, 2 and 4 come first.

Where you see ❓, **write down a prediction** before you run the code.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko"]
r"""
## 1. 그림 하나, 질문 넷

이 장의 그림은 **장면**(scene)입니다. 4장의 이모지를 윤곽대로 오려 사진 조각이나 두 색의 그러데이션 위에 붙입니다. 어느 픽셀이 어느 물체인지 정확히 알므로, 사람이 표시하지 않아도 모든 정답이 나옵니다. 다른 물체에 가려진 부분은 상자와 마스크(mask)에서 뺍니다.
클래스는 식물(과일과 채소 포함)과 탈것 두 가지입니다. 4장에서 보았듯 여덟 클래스는 작은 CNN에 어렵습니다. 여기서는 '무엇인가'보다 '어디인가'가 궁금하므로 서로 잘 구별되는 둘만 씁니다.

학습에는 google과 twitter 그림체(style)의 학습용 **개념**(concept, 예를 들어 튤립이나 버스)만 씁니다. 배우지 않은 개념(그림과 표에는 새 개념이라고 적습니다)과 배우지 않은 그림체 fluent는 테스트용으로 남겨 둡니다. 새 그림체의 개념은 배운 것들입니다. 배운 개념도 새로 만든 장면으로 테스트합니다. 무언가를 고를 때에는 검증 개념만 봅니다. 배경에 쓰는 사진 두 장은 학습과 테스트에서 같습니다.
"""

# %% [markdown] tags=["en"]
r"""
## 1. One picture, four questions

The pictures of this chapter are **scenes**: emoji of chapter 4, cut out along their outline and laid on pieces of photographs or on gradients between two colours. It is known exactly which pixel belongs to which object, so all the right answers come for free; nobody has to mark them. What is hidden behind another object belongs to neither box nor mask.
The classes are two, plants (fruit and vegetables included) and vehicles. As chapter 4 showed, eight classes are hard for a small CNN. Here we want to know 'where' rather than 'what', so we take two that can be told apart well.

Training uses **concepts** (a tulip, a bus) of the training part only, in the styles google and twitter. Concepts that were never learned and the style fluent, never learned either, are kept for testing; in that style, the concepts are those learned. Seen concepts are tested on new scenes. Whatever is chosen is chosen on the concepts for validation. The two photographs behind are the same for all.
"""

# %%
import numpy as np

from course_lib import claim, data, identity, metrics, plot, predict, reveal

things = {"seen concepts": data.stickers("train"), "for validation": data.stickers("validation"),
          "unseen concepts": data.stickers("test"), "unseen style": data.stickers("train", styles="fluent")}
known = things["seen concepts"]
CLASSES = "plant", "vehicle"  # classes 0 and 1
PLANT, VEHICLE = range(len(CLASSES))
MASK_CLASSES = 1 + len(CLASSES)  # in a mask, the background is class 0
for name, stickers in things.items():
    print(f"{name}: {len(stickers)} emoji of {len(set(stickers.names))} concepts")

# %%
alone = data.compose(things["seen concepts"], 1, objects=(1, 1), sizes=(36, 36), seed=4)
crowd = data.compose(things["seen concepts"], 1, objects=(3, 3), sizes=(20, 28), seed=50)
pictures, answers, below = [], [], []
nothing = np.zeros((0, 4)), None, []
for scene in (alone, crowd):
    boxes, kinds = scene.truth[0]
    pictures += [scene.images[0]] * 3 + [plot.painted(scene.images[0], scene.masks[0])]
    answers += [nothing, (boxes[:1], None, kinds[:1]), (boxes, None, kinds), nothing]
    below += ["what is it?", "what, and where?", "what, and where, all of them?", "which pixels?"]
plot.boxed_images(pictures, answers, CLASSES, titles=below, columns=4,
                  title="Classification, one box, detection, segmentation",
                  alt="Two scenes, one with one object and one with three, each four times: plain, with one box, "
                      "with a box for each object, and with its pixels coloured by class.")

# %% [markdown] tags=["ko"]
r"""
- **분류**(classification): 그림 전체에 클래스 하나.
- **위치 찾기**(localization): 클래스 하나와 **경계 상자**(bounding box) 하나. 상자는 왼쪽, 위, 오른쪽, 아래 변의 위치 $(x_0, y_0, x_1, y_1)$이며 단위는 픽셀입니다. $y$는 아래로 갈수록 커집니다.
- **물체 검출**(object detection): 물체마다 클래스와 상자. 몇 개인지도 모릅니다.
- **의미 분할**(semantic segmentation): 픽셀마다 클래스. 배경도 한 클래스입니다.

분할은 같은 클래스의 두 물체를 구별하지 않습니다. 구별하면 인스턴스 분할(instance segmentation)입니다.

물체가 여럿이면 처음 두 질문은 답이 하나로 정해지지 않습니다. 질문마다 정답 하나를 적으려면 수가 몇 개 필요할까요?
"""

# %% [markdown] tags=["en"]
r"""
- **Classification**: one class for the whole picture.
- **Localization**: one class and one **bounding box**. A box is the position of its left, upper, right and lower side, $(x_0, y_0, x_1, y_1)$, in pixels; $y$ grows downwards.
- **Object detection**: a class and a box for each object, and nobody says how many there are.
- **Semantic segmentation**: a class for each pixel; the background is a class, too.

Segmentation does not tell two objects of a class apart; what does is called instance segmentation.

With several objects the first two questions have no single answer. How many numbers does it take to write down one right answer to each question?
"""

# %%
predict("labels", "Segmentation of a picture of 64×64 takes how many times as many numbers as detection of 3 "
                  "objects, with 5 numbers each? (Within 20 counts as right.)", unit="times")

# %%
objects = len(crowd.truth[0][0])
sizes_of = {"classification": 1, "one box": 1 + 4, f"detection of {objects}": objects * (1 + 4),
            "segmentation": crowd.masks[0].size}
for question, numbers in sizes_of.items():
    print(f"{question}: {numbers}")
reveal("labels", round(sizes_of["segmentation"] / (objects * (1 + 4))), tolerance=20)

# %% [markdown] tags=["ko"]
r"""
사람이 표시할 때에는 시간이 더 큰 문제입니다. COCO 데이터셋에서는 물체 1,000개의 윤곽을 그리는 데 22시간이 넘게 들었다고 합니다(Lin et al., 2014).

## 2. 무엇인가: 분류

신경망은 합성곱으로 그림의 가로와 세로를 네 번에 걸쳐 절반씩 줄이는 **인코더**(encoder)와, 답을 내는 **출력부**(head)로 이루어집니다. 인코더는 네 질문에 모두 쓰고, 그 뒤에 오는 것만 바꿉니다. 분류의 출력부는 자리마다의 특징을 평균 내어(2장) 클래스마다 로짓 하나를 냅니다. 전체 그림은 5절에 있습니다.
최적화에는 Adam을 씁니다. 기울기의 이동 평균을 그 크기로 나누어, 가중치마다 걸음의 폭을 맞추는 방법입니다(Kingma and Ba, 2015). 학습률 0.004로 3에포크 학습시킵니다. Adam의 다른 학습률은 시험하지 않았고, 학습률이 0.05, 0.1, 0.2인 SGD보다 검증 개념에서 못하지 않았습니다. 이 장의 설정은 모두 시드 하나로 골랐고, 일부는 장면, 에포크, 채널의 수가 지금과 다를 때 시험한 것입니다. 모델은 모두 `course_lib/models/detector.py`에 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
When people mark the pictures, time matters more. For the data set COCO, outlining 1,000 objects took over 22 hours, its authors report (Lin et al., 2014).

## 2. What is it? Classification

The network has an **encoder**, which halves height and width of the picture four times by convolutions, and a **head**, which gives the answer. The encoder serves all four questions; only what comes behind it changes. The head for classification takes the mean of the features over all places (chapter 2) and gives one logit per class. Section 5 has a drawing of it all.
The optimizer is Adam, which takes the moving average of the gradients and divides it by their size, weight by weight (Kingma and Ba, 2015), at a rate of 0.004 for 3 epochs. Other rates of Adam were not tried; on the concepts for validation it did no worse than SGD at 0.05, 0.1 and 0.2. All settings of this chapter were chosen with a single seed, and some were tried with other numbers of scenes, epochs and channels than now. All models stand in `course_lib/models/detector.py`.
"""

# %% tags=["covers-F1"]
import keras
from keras import layers, ops

from course_lib import training
from course_lib.models import detector as models

ONE = dict(objects=(1, 1), sizes=(24, 48))  # sizes: of the longer side, in pixels
scenes = data.compose(things["seen concepts"], 5000, seed=1, **ONE)
tests = {name: data.compose(things[name], 600, seed=2, **ONE) for name in things}


def learn(model, inputs, targets, loss, rate, epochs, batch=64, watched=None, **options):
    """Train with Adam; the learning rate rises over the first quarter of the steps, then falls to zero."""
    steps = epochs * -(-len(inputs) // batch)  # batches of an epoch, rounded up
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20, decay_steps=steps - steps // 4, warmup_target=rate, warmup_steps=steps // 4)
    model.compile(keras.optimizers.Adam(schedule), loss, **options)
    batches = training.Batches(inputs, targets, batch)  # drawn anew in each epoch
    return model.fit(batches, epochs=epochs, verbose=0, validation_data=watched, validation_batch_size=600,
                     callbacks=[course_lib.Progress(model.name)]).history

# %%
predict("unseen", "Accuracy on seen concepts minus accuracy on concepts never learned:",
        choices=["under 5 points", "5 to 15 points", "more than 15 points"])

# %% tags=["covers-F1"]
classifier = models.classifier()
for stride in (2, 4, 8, 16):
    print(f"down{stride}: maps of {classifier.get_layer(f'down{stride}').output.shape[1:]}")

cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
learn(classifier, scenes.images, scenes.labels[:, 0], cross_entropy, rate=0.004, epochs=3)


def accuracy(logits, labels):
    return 100 * float((logits.argmax(axis=1) == labels).mean())


recognised = {name: accuracy(classifier.predict(test.images, verbose=0), test.labels[:, 0])
              for name, test in tests.items()}

# %% tags=["covers-F1", "reveal"]
reveal("unseen", recognised["seen concepts"] - recognised["unseen concepts"], limits=[5, 15])
claim("Accuracy on seen concepts", recognised["seen concepts"], at_least=95, unit="%")
claim("Accuracy on unseen concepts", recognised["unseen concepts"], at_least=96, unit="%")
claim("Accuracy on the unseen style", recognised["unseen style"], at_least=90.5, unit="%")
claim("The concepts for validation are harder than those for testing (difference)",
      recognised["unseen concepts"] - recognised["for validation"], at_least=0, unit="points")

# %% [markdown] tags=["ko"]
r"""
배운 개념에서는 거의 틀리지 않습니다(아무렇게나 답해도 절반쯤은 맞습니다). 새 개념에서도 비슷하지만, 검증 개념에서는 더 자주 틀립니다. 어떤 개념을 남겨 두었는지에 따라 결과가 달라지므로, 1절에 출력한 만큼 적은 개념으로는 새 개념의 정확도를 대강만 알 수 있습니다. 그리고 이 답은 물체가 **어디에** 있는지 말하지 않습니다.

## 3. 얼마나 맞았는가: IoU

상자가 맞았는지는 '예, 아니요'로 답하기 어렵습니다. 그래서 두 상자 $A$, $B$가 **겹치는 넓이**(교집합)를 두 상자가 **함께 덮는 넓이**(합집합)로 나눕니다(intersection over union, **IoU**).

$$\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}, \qquad |A \cup B| = |A| + |B| - |A \cap B|$$

같은 상자이면 $1$, 떨어져 있으면 $0$입니다.
"""

# %% [markdown] tags=["en"]
r"""
On seen concepts it is hardly ever wrong (guessing is right about half the time). On unseen ones it does as well, but on the concepts for validation it does worse: it depends on which concepts were kept, and as few as section 1 printed tell only roughly how well it does on new ones. And the answer does not say **where** the object is.

## 3. How right is it? IoU

Whether a box is right is no matter of yes or no. So **divide the area that two boxes $A$ and $B$ share by the area that they cover together** (intersection over union, **IoU**).

$$\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}, \qquad |A \cup B| = |A| + |B| - |A \cap B|$$

It is $1$ for equal boxes and $0$ for boxes apart.
"""

# %%
predict("half", "Two boxes of 4×4 pixels, one moved right by 2: what is their IoU? (Within 0.02 counts as right.)")

# %% tags=["covers-F5"]
def area(box):
    x0, y0, x1, y1 = box
    return max(x1 - x0, 0) * max(y1 - y0, 0)


def iou_by_hand(a, b):
    shared = area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
    return shared / (area(a) + area(b) - shared)


square, moved = (0, 0, 4, 4), (2, 0, 6, 4)
reveal("half", iou_by_hand(square, moved), tolerance=0.02)
identity("The library computes the same", metrics.iou(np.array([square]), np.array([moved]))[0, 0],
         iou_by_hand(square, moved), tolerance=1e-9)

# %% [markdown] tags=["ko"]
r"""
절반이 겹쳐도 $8 / 24$입니다. 검출에서는 보통 IoU가 $0.5$ 이상이면 맞았다고 봅니다.

떨어져 있는 상자는 얼마나 멀든 IoU가 $0$이므로, IoU만으로는 어느 쪽으로 움직여야 할지 배울 수 없습니다. **GIoU**(Rezatofighi et al., 2019)는 둘을 모두 감싸는 가장 작은 상자 $C$에서 비어 있는 부분의 **비율**을 뺍니다.

$$\mathrm{GIoU}(A, B) = \mathrm{IoU}(A, B) - \frac{|C| - |A \cup B|}{|C|}$$

$-1$보다 크고 $1$ 이하입니다. 더 간단한 척도는 네 변의 위치 차이의 평균 $L_1 = \frac{1}{4} \sum_{s=1}^{4} |a_s - b_s|$이며, $a_s$는 $(x_0, y_0, x_1, y_1)$의 $s$번째 수입니다. 아래 세 쌍의 $L_1$은 모두 같습니다. IoU는 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
Half of it overlaps, and still it is $8 / 24$. In detection, a box usually counts as right from an IoU of $0.5$ on.

Boxes apart have an IoU of $0$ however far apart they are, so IoU alone cannot teach which way to move. **GIoU** (Rezatofighi et al., 2019) subtracts the **share** of the smallest box $C$ around both that is empty.

$$\mathrm{GIoU}(A, B) = \mathrm{IoU}(A, B) - \frac{|C| - |A \cup B|}{|C|}$$

It is above $-1$ and at most $1$. A simpler measure is the mean distance of the four sides, $L_1 = \frac{1}{4} \sum_{s=1}^{4} |a_s - b_s|$, where $a_s$ is the $s$-th number of $(x_0, y_0, x_1, y_1)$. The three pairs below all have the same $L_1$. And their IoU?
"""

# %%
pairs = [((0, 0, 8, 8), (2, 2, 10, 10)), ((0, 0, 8, 8), (-2, -2, 10, 10)), ((0, 0, 2, 2), (2, 2, 4, 4))]

# %%
predict("pairs", "Which of these three pairs of boxes has the highest IoU?",
        choices=["the first pair", "the second pair", "the third pair"])

# %% tags=["covers-F5", "reveal"]
words, by_iou = [], {}
for place, (one, other) in zip(("the first pair", "the second pair", "the third pair"), pairs):
    pair = np.array([one], float), np.array([other], float)
    distance = np.abs(pair[0] - pair[1]).mean()
    by_iou[place] = metrics.iou(*pair)[0, 0]
    words.append(f"L1 {distance:g}\nIoU {metrics.iou(*pair)[0, 0]:.2f}, GIoU {metrics.giou(*pair)[0, 0]:.2f}")
plot.two_boxes(pairs, titles=words, title="The same distance of the sides, different overlaps",
               alt="Three pairs of boxes: two that overlap partly, one inside the other, and two small ones that "
                   "touch at a corner only. The mean distance of the sides is 2 in all.")
reveal("pairs", max(by_iou, key=by_iou.get))

# %% [markdown] tags=["ko"]
r"""
$L_1$은 상자의 크기를 모르므로, 같은 2픽셀의 차이를 큰 상자에서나 작은 상자에서나 똑같이 셉니다. 직접 끌어 보세요. 두 상자를 떼어 놓으면 IoU는 $0$에 머물지만 GIoU는 계속 변합니다.
"""

# %% [markdown] tags=["en"]
r"""
$L_1$ does not know the size of a box, so the same 2 pixels count as much on a large box as on a small one. Try it: pull the boxes apart, and IoU stays at $0$ while GIoU keeps changing.
"""

# %%
plot.explore_boxes((10, 12, 34, 40), (24, 22, 52, 46),
                   alt="Two boxes that overlap at a corner, with their IoU and GIoU written above.")

# %% [markdown] tags=["ko"]
r"""
## 4. 무엇이 어디에: 상자 하나

인코더의 `down8`은 $8 \times 8$칸에 64채널인 특징 맵입니다. 여기서 수 네 개를 어떻게 얻을까요?

### 세 가지 출력부

출력부 셋을 비교합니다. 상자의 좌표는 그림 한 변의 길이를 1로 하여 나타냅니다.

- **평균**: 모든 칸을 평균 낸 뒤 `Dense(4)`. 자리 정보를 버리므로 **대조 실험**(control)으로 씁니다.
- **펼치기**: $8 \cdot 8 \cdot 64$개의 수를 펼친 뒤 `Dense(4)`.
- **어텐션**(soft attention): 칸마다 점수 $s_{ij}$와 네 변까지의 거리를 냅니다. 점수에 소프트맥스를 적용해 $\alpha_{ij} = e^{s_{ij}} / \sum_{k,l} e^{s_{kl}}$를 얻고, 칸마다 제안한 상자 $b_{ij}$를 이 비율로 평균 냅니다.

$$b = \sum_{i=0}^{7} \sum_{j=0}^{7} \alpha_{ij}\, b_{ij}, \qquad b_{ij} = (x_j - l_{ij},\ y_i - t_{ij},\ x_j + r_{ij},\ y_i + d_{ij})$$

$(x_j, y_i)$는 칸의 한가운데이고 $l, t, r, d$는 왼쪽, 위, 오른쪽, 아래 변까지의 거리입니다. 거리는 음수가 되지 않도록 소프트플러스(softplus) $\ln(1 + e^z)$를 지납니다. 두 칸이면 손으로도 계산할 수 있습니다. 점수가 $0$과 $\ln 3$이면 $e^0 = 1$, $e^{\ln 3} = 3$이므로 비율은 $1/4$과 $3/4$입니다. 두 칸이 상자 $(0, 0, 4, 4)$와 $(4, 0, 8, 4)$를 제안하면

$$\left(\tfrac{1}{4} \cdot 0 + \tfrac{3}{4} \cdot 4,\ 0,\ \tfrac{1}{4} \cdot 4 + \tfrac{3}{4} \cdot 8,\ 4\right) = (3, 0, 7, 4)$$

입니다. 상자 한가운데의 $x$는 $\tfrac{1}{4} \cdot 2 + \tfrac{3}{4} \cdot 6 = 5$로, 점수가 높은 둘째 칸 쪽에 가깝습니다. 이 비율로 구한 기댓값입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 4. What and where: one box

The encoder's `down8` is a feature map of $8 \times 8$ cells with 64 channels. How does it become four numbers?

### Three heads

Compare three heads. Boxes are measured with the picture's side as 1.

- **Mean**: the mean over all cells, then `Dense(4)`. It throws places away, so it is the **control**.
- **Flatten**: the $8 \cdot 8 \cdot 64$ numbers in a line, then `Dense(4)`.
- **Soft attention**: each cell gives a score $s_{ij}$ and distances to the four sides. Softmax turns the scores into $\alpha_{ij} = e^{s_{ij}} / \sum_{k,l} e^{s_{kl}}$, and the boxes $b_{ij}$ that the cells propose are averaged with these shares.

$$b = \sum_{i=0}^{7} \sum_{j=0}^{7} \alpha_{ij}\, b_{ij}, \qquad b_{ij} = (x_j - l_{ij},\ y_i - t_{ij},\ x_j + r_{ij},\ y_i + d_{ij})$$

$(x_j, y_i)$ is the middle of the cell, and $l, t, r, d$ are the distances to the left, upper, right and lower side. They pass through softplus, $\ln(1 + e^z)$, so that none is negative. With two cells it can be done by hand: scores of $0$ and $\ln 3$ make shares of $1/4$ and $3/4$, as $e^0 = 1$ and $e^{\ln 3} = 3$. If the two propose the boxes $(0, 0, 4, 4)$ and $(4, 0, 8, 4)$, the answer is

$$\left(\tfrac{1}{4} \cdot 0 + \tfrac{3}{4} \cdot 4,\ 0,\ \tfrac{1}{4} \cdot 4 + \tfrac{3}{4} \cdot 8,\ 4\right) = (3, 0, 7, 4)$$

The $x$ of its middle is $\tfrac{1}{4} \cdot 2 + \tfrac{3}{4} \cdot 6 = 5$, the position expected with these shares, nearer to the second cell, whose score is higher.
"""

# %%
two_scores, proposed = np.log([1, 3]), np.array([[0, 0, 4, 4], [4, 0, 8, 4]])
alpha = np.exp(two_scores) / np.exp(two_scores).sum()
identity("A quarter of one box and three quarters of the other", alpha @ proposed, [3, 0, 7, 4], tolerance=1e-9)

# %% tags=["covers-F2"]
middles = (np.arange(8, dtype="float32") + 0.5) / 8
x, y = np.meshgrid(middles, middles)
places = np.stack([x, y, x, y], axis=-1)  # (8, 8, 4)
signs = np.array([-1, -1, 1, 1], "float32")


def box_head(cells, kind):
    """(batch, 8, 8, channels) -> boxes (batch, 4)."""
    if kind == "attention":
        share = layers.Softmax(axis=(1, 2), name="share")(layers.Conv2D(1, 1)(cells))  # (batch, 8, 8, 1)
        near = keras.initializers.Constant(-1.5)  # about a fifth of the picture to each side
        sides = layers.Conv2D(4, 1, activation="softplus", bias_initializer=near)(cells)
        return ops.sum(share * (sides * signs + places), axis=(1, 2))
    x = layers.GlobalAveragePooling2D()(cells) if kind == "mean of cells" else layers.Flatten()(cells)
    middle = keras.initializers.Constant([0.25, 0.25, 0.75, 0.75])
    return layers.Dense(4, kernel_initializer="zeros", bias_initializer=middle)(x)


def head_alone(kind, seed=0):
    """The mean of cells is always the same, so its head gets it ready made, as a single cell."""
    course_lib.set_seed(seed)
    cells = keras.Input((1, 1, 64) if kind == "mean of cells" else (8, 8, 64))
    return keras.Model(cells, box_head(cells, kind), name="box_head")


for kind in ("mean of cells", "flattened cells", "attention"):
    print(f"{kind}: {head_alone(kind).count_params():,} parameters")

# %% [markdown] tags=["ko"]
r"""
**공정한 비교.** 2절에서 분류를 배운 인코더를 동결하고, 셋 모두 같은 5,000장의 특징으로 6에포크 동안 $L_1$로 학습시킵니다. 평균은 6에포크 뒤에도 손실이 줄고 있었으므로 24에포크입니다. 펼치기와 평균은 그림 한가운데의 상자에서, 어텐션은 칸마다 크기가 같은 상자에서 시작합니다. 학습률은 저마다 미리 시험해 검증 개념에서 가장 좋은 것을 골랐습니다. 평균은 0.03, 0.1, 0.3 중 0.1(24에포크로 늘리기 전에 고른 값), 펼치기는 0.0001, 0.0003, 0.001 중 0.0003, 어텐션은 0.02, 0.04, 0.08 중 0.04입니다.
"""

# %% [markdown] tags=["en"]
r"""
**A fair comparison.** All three learn from the same 5,000 feature maps of the frozen encoder that learned classification in section 2, for 6 epochs, with $L_1$; mean learns for 24, since after 6 its loss was still falling. Flatten and mean start from a box in the middle of the picture, attention from one box in each cell, all of the same size. Learning rates were tried beforehand and chosen on the concepts for validation: 0.1 of 0.03, 0.1, 0.3 for mean (before its training was made longer, 24 epochs), 0.0003 of 0.0001, 0.0003, 0.001 for flatten, 0.04 of 0.02, 0.04, 0.08 for attention.
"""

# %%
predict("head", "Attention has 1/50 of the parameters of flatten. Its IoU on unseen concepts is",
        choices=["lower by more than 0.05", "within 0.05 of it", "higher by more than 0.05"])

# %%
rates = {"mean of cells": 0.1, "flattened cells": 0.0003, "attention": 0.04}
epochs = {"mean of cells": 24, "flattened cells": 6, "attention": 6}
trunk = keras.Model(classifier.input, classifier.get_layer("down8").output)
features = np.concatenate([trunk.predict_on_batch(part) for part in np.split(scenes.images, 20)])
test_features = {name: trunk.predict(test.images, batch_size=250, verbose=0) for name, test in tests.items()}
unit_boxes = scenes.boxes[:, 0] / 64
EIGHT = dict(steps_per_execution=8)  # eight steps in one call: faster where the network is tiny


def l1(boxes, found):
    return ops.mean(ops.abs(boxes - found), axis=-1)


def mean_overlap(found, boxes):
    """Mean IoU of boxes with their truth; sides in the wrong order are swapped."""
    low, high = np.minimum(found[:, :2], found[:, 2:]), np.maximum(found[:, :2], found[:, 2:])
    pairs = zip(np.concatenate([low, high], axis=1), boxes)
    return float(np.mean([metrics.iou(one[np.newaxis], other[np.newaxis]) for one, other in pairs]))

# %% tags=["covers-F2"]
def seen_by(kind, maps):
    """What a head is given: all cells, or their mean."""
    return maps.mean(axis=(1, 2), keepdims=True) if kind == "mean of cells" else maps


def boxes_by(head, maps):
    """Boxes in pixels, (batch, 4)."""
    return 64 * ops.convert_to_numpy(head(maps))


heads = {kind: head_alone(kind) for kind in rates}
overlaps, courses = {}, {}
for kind, head in heads.items():
    watched = seen_by(kind, test_features["for validation"]), tests["for validation"].boxes[:, 0] / 64
    history = learn(head, seen_by(kind, features), unit_boxes, l1, rates[kind], epochs[kind], watched=watched,
                    **EIGHT)
    courses[kind] = {"train": history["loss"], "validation": history["val_loss"]}
    guesses = boxes_by(head, seen_by(kind, test_features["unseen concepts"]))
    overlaps[kind] = mean_overlap(guesses, tests["unseen concepts"].boxes[:, 0])

# %% tags=["covers-F2", "reveal"]
plot.learning_curves(courses, ylabel="L1 (sides of the picture)",
                     title="Training and validation loss of the three heads",
                     alt="Three panels of training and validation loss over the epochs, for mean, flatten and "
                         "attention.")
lead = overlaps["attention"] - overlaps["flattened cells"]
reveal("head", lead, limits=[-0.05, 0.05])
claim("On frozen features, attention's IoU on unseen concepts minus flatten's", lead, between=(-0.06, 0.02))
claim("Without places (mean) IoU is clearly lower than with attention (difference)",
      overlaps["attention"] - overlaps["mean of cells"], at_least=0.04)

same_box = np.tile(scenes.boxes[:, 0].mean(axis=0), (len(tests["unseen concepts"]), 1))
print(f"the mean box for every picture: IoU {mean_overlap(same_box, tests['unseen concepts'].boxes[:, 0]):.2f}")

# %% [markdown] tags=["ko"]
r"""
평균의 손실은 학습률이 가장 큰 값까지 오르는 처음 1/4 동안 도리어 커졌다가, 학습률이 줄면서 내려와 끝에서는 거의 평평합니다. 자리 정보를 버린 평균은 네 배 오래 학습해도 어텐션에 뚜렷이 뒤집니다. 나머지 둘 가운데에서는 어텐션이 펼치기와 비슷하거나 조금 뒤집니다. 언제나 평균 상자라고 답할 때의 IoU도 함께 출력했습니다.

### 왼쪽에서만 배우면

그렇다면 다른 것은 파라미터의 수뿐일까요? 물체의 한가운데가 **왼쪽 절반**에 있는 장면만으로 학습시키고, 오른쪽 절반에 있는 장면으로 테스트하면 어떻게 될까요? 학습률은 그대로 둡니다. 대조 실험은 양쪽을 다 보고 배운 위의 두 출력부입니다.
"""

# %% [markdown] tags=["en"]
r"""
The loss of mean even grows over the first 1/4 of the steps, while its learning rate rises to its largest value; as the rate falls, so does the loss, which is nearly level at the end. This control that throws places away is clearly behind attention, although it learned four times as long. Of the other two, attention is level with flatten or a little behind. What the mean box for every picture would reach is printed, too.

### Learning at the left only

So is it only the number of parameters that differs? Train only on scenes with the middle of the object in the **left half**, at the same rates, and test on scenes where it is in the right half. The controls are the two heads above, which learned from both sides.
"""

# %%
predict("left", "Trained on objects at the left, which head loses more IoU on objects at the right?",
        choices=["flatten, by more than 0.03", "attention, by more than 0.03", "both within 0.03"])

# %% tags=["covers-F2"]
def at_left(some):
    return some.boxes[:, 0, [0, 2]].mean(axis=1) < 32


def side_by_side(head):
    """Mean IoU on scenes with the object at the left, and at the right."""
    test, maps = tests["seen concepts"], test_features["seen concepts"]
    boxes = boxes_by(head, maps)
    return {side: mean_overlap(boxes[chosen], test.boxes[chosen, 0])
            for side, chosen in (("at the left", at_left(test)), ("at the right", ~at_left(test)))}


left_only, by_side = at_left(scenes), {}
for kind in ("flattened cells", "attention"):
    half = head_alone(kind)
    learn(half, features[left_only], unit_boxes[left_only], l1, rates[kind], epochs=12, **EIGHT)  # steps as above
    by_side[kind] = side_by_side(half)
both_sides = {kind: side_by_side(heads[kind]) for kind in by_side}

# %% tags=["covers-F2", "reveal"]
plot.bars({f"{kind}, {side}": round(value, 2) for kind, found in by_side.items() for side, value in found.items()},
          ylabel="mean IoU", title="Where weights are shared, less is lost at places where nothing was learned",
          alt="Four bars of mean IoU: from left to right flatten falls much, attention clearly less.")
loss_of = {kind: sides["at the left"] - sides["at the right"] for kind, sides in by_side.items()}
difference = loss_of["flattened cells"] - loss_of["attention"]
reveal("left", "flatten, by more than 0.03" if difference > 0.03 else "both within 0.03" if difference > -0.03
       else "attention, by more than 0.03")
claim("Control: heads that learned from both sides differ little between left and right (the larger difference)",
      max(abs(sides["at the left"] - sides["at the right"]) for sides in both_sides.values()), at_most=0.036)
claim("From left to right, flatten loses more IoU than attention (difference)", difference, at_least=0.04)

# %% [markdown] tags=["ko"]
r"""
`Dense`는 칸마다 따로 가중치를 가지므로, 왼쪽 위에서 배운 것을 오른쪽 아래에서는 쓰지 못합니다. 어텐션 출력부는 모든 칸에서 같은 가중치를 쓰고, 자리는 좌표로 더합니다(1장의 가중치 공유). 그래도 잃는 것이 있다면, 인코더의 특징도 가장자리에 따라 조금씩 다르기 때문일 수 있습니다. 이것은 시험하지 않았습니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 손실과, 인코더까지 학습시키는 실험입니다.

### 손실: GIoU와 L1

**GIoU인가 $L_1$인가?** 손실 $1 - \mathrm{GIoU}$는 우리가 재는 것에 더 가깝습니다. 어텐션 출력부를 두 손실로 각각 학습시킵니다. 학습률은 손실마다 0.02, 0.04, 0.08을 시험해 검증 개념에서 골랐습니다.
"""

# %% [markdown] tags=["en"]
r"""
`Dense` has weights of its own for each cell: what it learned at the upper left is of no use at the lower right. The head with attention has the same weights in all cells, and places come in as coordinates (weight sharing, chapter 1). What it loses all the same may come from the encoder's features, which differ a little near the borders; that was not tested.

> **A good place to stop.** Next come the loss, and training the encoder, too.

### The loss: GIoU and L1

**GIoU or $L_1$?** The loss $1 - \mathrm{GIoU}$ is closer to what we measure. Train the head with attention with both losses; for each, rates of 0.02, 0.04 and 0.08 were tried and chosen on the concepts for validation.
"""

# %%
predict("giou", "The loss 1 − GIoU in place of L1 changes the mean IoU on unseen concepts by",
        choices=["more than 0.03 down", "at most 0.03", "more than 0.03 up"])

# %% tags=["covers-F5"]
def giou_loss(boxes, found):
    def size(low, high):
        return ops.prod(ops.maximum(high - low, 0), axis=-1)
    shared = size(ops.maximum(boxes[:, :2], found[:, :2]), ops.minimum(boxes[:, 2:], found[:, 2:]))
    union = size(boxes[:, :2], boxes[:, 2:]) + size(found[:, :2], found[:, 2:]) - shared
    around = size(ops.minimum(boxes[:, :2], found[:, :2]), ops.maximum(boxes[:, 2:], found[:, 2:]))
    return 1 - shared / union + (around - union) / around


some, others = unit_boxes[:50], unit_boxes[50:100]
identity("The loss is 1 - GIoU", giou_loss(some, others), 1 - np.diag(metrics.giou(some, others)), tolerance=1e-5)

# %%
by_giou = head_alone("attention")
learn(by_giou, features, unit_boxes, giou_loss, rate=0.04, epochs=6, **EIGHT)
with_giou = mean_overlap(boxes_by(by_giou, test_features["unseen concepts"]), tests["unseen concepts"].boxes[:, 0])

# %% tags=["covers-F5", "reveal"]
gain = with_giou - overlaps["attention"]
reveal("giou", gain, limits=[-0.03, 0.03])
claim("GIoU in place of L1 as the loss: change of IoU on unseen concepts", gain, between=(-0.018, 0.018))

# %% [markdown] tags=["ko"]
r"""
이 데이터에서는 차이가 작습니다. 물체의 긴 변이 24~48픽셀로 비슷해서, 픽셀로 잰 오차와 비율로 잰 오차가 크게 다르지 않기 때문일 수 있습니다. 시험해 보지는 않았습니다.

### 인코더까지

이제 **인코더까지 함께** 학습시킵니다. 인코더는 분류를 배운 가중치에서, 출력부는 위에서 배운 가중치에서 시작해, 클래스와 상자를 동시에 답합니다. 두 손실을 더하며, 상자의 $L_1$은 값이 작으므로 열 배로 셉니다. 같은 장면으로 3에포크씩 학습시키고, 학습률은 검증 개념에서 골랐습니다. 펼치기는 0.003, 0.006, 0.012 중 0.006, 어텐션은 0.006, 0.012, 0.024 중 0.012입니다.
여기서는 어텐션만 학습시킵니다. 분류부터 모두 다시, 시드 셋으로 두 출력부를 학습시킨 결과는 `data/makers/one_box.py`가 **기록해** 두었습니다. 두 출력부의 비교는 이 기록으로 합니다.
"""

# %% [markdown] tags=["en"]
r"""
On these data the difference is small. Perhaps because the longer sides of the objects are much alike, 24 to 48 pixels, so that an error in pixels and one in shares differ little; that was not tested.

### The encoder, too

Now **train the encoder, too**. The encoder starts from the weights that learned classification, the heads from those learned above, and class and box are answered at once. The two losses are added; the $L_1$ of the box is small and counts ten times. Both learn from the same scenes for 3 epochs, at rates chosen on the concepts for validation: for flatten 0.006 of 0.003, 0.006, 0.012, for attention 0.012 of 0.006, 0.012, 0.024.
Here only attention is trained. `data/makers/one_box.py` **recorded** both heads from three seeds, with all that comes before, classification included; the two are compared by this record.
"""

# %%
predict("whole", "With the encoder trained, too, which head gives the better boxes on unseen concepts?",
        choices=["flatten, by more than 0.01", "attention, by more than 0.01", "both within 0.01"])

# %% tags=["covers-F2"]
def localizer(kind):
    """From a picture to its class and one box; the encoder and head start from what they have learned."""
    start, head = models.classifier(name="localizer"), head_alone(kind)
    start.set_weights(classifier.get_weights())
    head.set_weights(heads[kind].get_weights())
    box = head(start.get_layer("down8").output)
    return keras.Model(start.input, {"label": start.output, "box": box}, name=start.name)


def learn_class_and_box(network, rate):
    learn(network, scenes.images, {"label": scenes.labels[:, 0], "box": unit_boxes},
          {"label": cross_entropy, "box": l1}, rate, epochs=3, loss_weights={"label": 1.0, "box": 10.0})


whole_rates = {"flattened cells": 0.006, "attention": 0.012}
course_lib.set_seed(0)
one_box_network = localizer("attention")
learn_class_and_box(one_box_network, whole_rates["attention"])
located = {name: one_box_network.predict(tests[name].images, verbose=0)
           for name in ("seen concepts", "unseen concepts")}
located_overlap = {name: mean_overlap(64 * output["box"], tests[name].boxes[:, 0])
                   for name, output in located.items()}

# %% tags=["covers-F2", "reveal"]
import json

unseen, best = tests["unseen concepts"], located["unseen concepts"]
one_box = [(64 * box[np.newaxis], None, [kind.argmax()]) for box, kind in zip(best["box"][:8], best["label"][:8])]
plot.boxed_images(unseen.images[:8], one_box, CLASSES, truth=unseen.truth[:8],
                  title="One class and one box, on concepts never learned",
                  alt="Eight scenes with one object each; the box found lies close to the dashed true one in "
                      "most.")
of_both = json.loads(data.file("one_box.json").read_text(encoding="utf-8"))["runs"]
by_flatten, by_attention = (np.array([run[head]["unseen"] for run in of_both])
                            for head in ("of_flatten", "of_attention"))
print("recorded, IoU on unseen concepts, from three seeds:")
for kind, values in {"flatten": by_flatten, "attention": by_attention}.items():
    print(f"{kind:10}", ", ".join(f"{value:.3f}" for value in values))
lead_trained = (by_attention - by_flatten).mean()
reveal("whole", "attention, by more than 0.01" if lead_trained > 0.01 else "both within 0.01"
       if lead_trained > -0.01 else "flatten, by more than 0.01")
claim("Recorded: with the encoder trained, too, attention's IoU on unseen concepts minus flatten's (mean)",
      lead_trained, at_least=0.03)
claim("One box, mean IoU on seen concepts", located_overlap["seen concepts"], at_least=0.766)
claim("One box, mean IoU on unseen concepts", located_overlap["unseen concepts"], at_least=0.725)
claim("The same network's accuracy on unseen concepts",
      accuracy(best["label"], unseen.labels[:, 0]), at_least=96, unit="%")

# %%
head = one_box_network.get_layer("box_head")
cells = keras.Model(one_box_network.input, one_box_network.get_layer("down8").output)
shares = keras.Model(head.input, head.get_layer("share").output)(cells(unseen.images[:6]))
looked = [plot.overlay(image.mean(axis=2), ops.convert_to_numpy(share)[..., 0])
          for image, share in zip(unseen.images[:6], shares)]
plot.image_grid([*unseen.images[:6], *looked], columns=6, row_titles=["scene", "attention"], size=1.3,
                title="Which cells speak for the box",
                alt="Six scenes and below them the same in grey, with orange where the attention is.")

# %% [markdown] tags=["ko"]
r"""
인코더도 배울 때에는 어텐션이 앞섭니다. 그림에서 주황색인 칸이 상자를 정합니다. 상자를 칸마다 제안하게 하면 한 장면에서 배운 것이 모든 자리에 쓰이기 때문이라는 설명과 맞습니다. 그러나 다른 설명도 있습니다. 여기서는 인코더와 출력부가 학습률 하나를 함께 쓰는데, 동결했을 때 펼치기에 좋았던 학습률은 훨씬 작았습니다. 이 실험만으로는 어느 쪽인지 알 수 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
When the encoder learns, too, attention is ahead. In the picture, the orange cells decide about the box. That fits the explanation that with a proposal from each cell, what one scene teaches serves all places. But there is another one: encoder and head share one learning rate here, and the rate that was good for flatten on frozen features was far smaller. This experiment cannot tell the two apart.
"""

# %% [markdown] tags=["ko"]
r"""
> **쉬어 가기 좋은 곳입니다.** 지금까지는 물체가 하나였습니다. 다음은 여럿입니다.

## 5. 여러 물체: 히트맵과 봉우리

물체가 몇 개인지 모르면 출력의 크기를 정할 수 없습니다. R-CNN(Girshick et al., 2014)은 물체가 있을 만한 영역을 먼저 제안받아 하나씩 분류했고, Faster R-CNN(Ren et al., 2015)은 제안까지 신경망이 하게 했으며, YOLO(Redmon et al., 2016)는 격자의 칸마다 상자를 한 번에 냈습니다.
여기서는 **CenterNet**(Zhou et al., 2019)의 방식을 씁니다. 물체를 그 **한가운데의 점**으로 봅니다. 논문과 두 가지가 다릅니다. 논문은 한가운데 칸에서만 상자의 크기와 칸 안의 위치를 배우지만, 여기서는 그 둘레의 칸도 네 변까지의 거리를 배웁니다. 손실을 더하는 비율도 다릅니다. 신경망은 클래스마다 **히트맵**(heat map)을 한 장씩 그립니다. 칸의 값은 여기가 물체의 한가운데일 확률이며, 이것이 상자의 **점수**(score)가 됩니다. 이웃 여덟 칸 가운데 더 뜨거운 칸이 없는 칸이 **봉우리**(peak)이고, 봉우리 하나가 물체 하나입니다.
"""

# %% [markdown] tags=["en"]
r"""
> **A good place to stop.** So far there was one object. Next come many.

## 5. Many objects: heat maps and peaks

Where nobody knows how many objects there are, the output has no fixed size. R-CNN (Girshick et al., 2014) took regions proposed beforehand and classified them one by one; Faster R-CNN (Ren et al., 2015) let a network propose them, too; YOLO (Redmon et al., 2016) gave boxes for all cells of a grid at once.
Here we follow **CenterNet** (Zhou et al., 2019), which takes an object as a **point, its middle**. Two things differ from the paper: there only the cell in the middle learns, namely the size of the box and the place within the cell; here cells around it learn, too, namely the distances to the four sides. And the losses are added with other weights. For each class the network draws a **heat map**: the value of a cell is the probability that the middle of an object is here, and it becomes the **score** of the box. A cell of which none of the eight neighbours is hotter is a **peak**, and a peak is an object.
"""

# %%
small_heat = np.array([[0.1, 0.3, 0.1, 0.0, 0.0],
                       [0.3, 0.9, 0.6, 0.1, 0.1],
                       [0.1, 0.5, 0.2, 0.5, 0.7],
                       [0.0, 0.1, 0.1, 0.6, 0.5]])

# %% tags=["covers-F3"]
def peaks_by_hand(heat, threshold):
    """(row, column) of each cell that is hot enough and has no hotter neighbour."""
    found = []
    for i, j in np.argwhere(heat >= threshold):
        around = heat[max(i - 1, 0):i + 2, max(j - 1, 0):j + 2]
        if heat[i, j] == around.max():
            found.append((int(i), int(j)))
    return found

# %%
predict("peaks", "How many peaks of at least 0.5 does this heat map have?")

# %% tags=["covers-F3"]
print("cells of at least 0.5:", int((small_heat >= 0.5).sum()), " peaks:", peaks_by_hand(small_heat, 0.5))
reveal("peaks", len(peaks_by_hand(small_heat, 0.5)))

# %% [markdown] tags=["ko"]
r"""
0.9와 0.7입니다. 0.6과 0.5인 칸에는 더 뜨거운 이웃이 있습니다. 다른 방법은 문턱(threshold)을 넘는 칸을 **모두** 상자로 바꾼 뒤 겹치는 것을 지우는 것입니다. **비최대 억제**(non-maximum suppression, NMS)는 점수가 가장 높은 상자를 남기고, 그것과 IoU가 $0.5$를 넘는 상자를 지우고, 남은 것에서 되풀이합니다.
"""

# %% [markdown] tags=["en"]
r"""
They are 0.9 and 0.7; cells of 0.6 and 0.5 have a hotter neighbour. The other way is to turn **all** cells above a threshold into boxes, and to delete what overlaps. **Non-maximum suppression** (NMS) keeps the box with the highest score, deletes those whose IoU with it is above $0.5$, and goes on with the rest.
"""

# %%
three = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [8, 8, 18, 18]], float)
confidence = np.array([0.9, 0.8, 0.7])

# %%
predict("kept", "Boxes (0, 0, 10, 10), (1, 1, 11, 11), (8, 8, 18, 18), by falling score: how many does NMS keep?")

# %% tags=["covers-F3"]
def suppress_by_hand(boxes, scores, overlap=0.5):
    left, kept = list(np.argsort(-scores)), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [other for other in left if iou_by_hand(boxes[best], boxes[other]) <= overlap]
    return kept


reveal("kept", len(suppress_by_hand(three, confidence)))
identity("The library keeps the same", metrics.suppress(three, confidence), suppress_by_hand(three, confidence))

# %% [markdown] tags=["ko"]
r"""
둘째 상자는 첫째와 IoU가 $81 / 119$이므로 지워지고, 셋째는 $4 / 196$이므로 남습니다.

**신경망.** 인코더의 마지막 $4 \times 4$ 맵을 **디코더**(decoder)가 다시 키우며, 단계마다 인코더의 같은 크기의 맵을 옆에 붙입니다. U-Net(Ronneberger et al., 2015)의 방식입니다. 깊은 맵은 무엇인지를, 얕은 맵은 어디인지를 압니다. 출력은 셋입니다.

- `heat`: $16 \times 16$칸, 클래스마다 한 장. 한 칸은 4픽셀입니다.
- `box`: 같은 칸에서 네 변까지의 거리.
- `mask`: $64 \times 64$픽셀, 배경과 클래스마다 로짓(7절).

정답 히트맵 $Y$는 물체의 한가운데 칸에서 $1$이고, 둘레로는 종 모양(가우스 함수)으로 줄어듭니다. 클래스 $k$의 물체 $m$의 한가운데가 행 $r_m$, 열 $c_m$의 칸에 있으면

$$Y_{ijk} = \max_m\ \exp\left(-\frac{(j - c_m)^2}{2 \sigma_{x,m}^2} - \frac{(i - r_m)^2}{2 \sigma_{y,m}^2}\right)$$

이고(그런 물체가 없으면 $0$), $\sigma_{x,m}$과 $\sigma_{y,m}$은 칸으로 잰 너비와 높이의 $1/6$, 적어도 $1/6$칸입니다. 칸은 대부분 비어 있으므로, 이미 잘 맞힌 칸은 거의 반영하지 않는 **초점 손실**(focal loss; Lin et al., 2017)을 Law and Deng(2018)의 형태로 씁니다. 그림마다, 예측한 확률(로짓의 시그모이드)이 $P$, 물체의 수가 $N$일 때

$$L_{\text{heat}} = -\frac{1}{N} \sum_{i,j,k} \begin{cases} (1 - P_{ijk})^2 \ln P_{ijk} & Y_{ijk} = 1 \\ (1 - Y_{ijk})^4\, P_{ijk}^2 \ln(1 - P_{ijk}) & Y_{ijk} < 1 \end{cases}$$

입니다. 한가운데에 가까울수록 $(1 - Y)^4$가 작아져, 틀려도 손실이 작습니다. 상자에는 $Y$를 가중치로 한 $L_1$(단위는 칸)을, 마스크에는 픽셀마다 교차 엔트로피를 쓰고, 셋을 그대로 더합니다.
"""

# %% [markdown] tags=["en"]
r"""
The second box has an IoU of $81 / 119$ with the first and goes; the third has $4 / 196$ and stays.

**The network.** A **decoder** enlarges the encoder's last map of $4 \times 4$ again, and at each step joins the encoder's map of the same size to it, as U-Net does (Ronneberger et al., 2015). Deep maps know what, shallow ones know where. There are three outputs.

- `heat`: $16 \times 16$ cells of 4 pixels each, one map per class.
- `box`: from the same cells, the distances to the four sides.
- `mask`: $64 \times 64$ pixels, a logit for the background and for each class (section 7).

The true heat map $Y$ is $1$ in the cell of an object's middle and falls like a bell (a Gaussian) around it. If the middle of object $m$ of class $k$ lies in the cell of row $r_m$, column $c_m$,

$$Y_{ijk} = \max_m\ \exp\left(-\frac{(j - c_m)^2}{2 \sigma_{x,m}^2} - \frac{(i - r_m)^2}{2 \sigma_{y,m}^2}\right)$$

and $0$ where there is no such object; $\sigma_{x,m}$ and $\sigma_{y,m}$ are $1/6$ of its width and height in cells, and at least $1/6$ of a cell. Most cells are empty, so we take the **focal loss** (Lin et al., 2017) in the form of Law and Deng (2018), which hardly counts cells that are right already. With the predicted probability $P$, the sigmoid of the logit, and $N$ objects it is, for each picture,

$$L_{\text{heat}} = -\frac{1}{N} \sum_{i,j,k} \begin{cases} (1 - P_{ijk})^2 \ln P_{ijk} & Y_{ijk} = 1 \\ (1 - Y_{ijk})^4\, P_{ijk}^2 \ln(1 - P_{ijk}) & Y_{ijk} < 1 \end{cases}$$

Near a middle, $(1 - Y)^4$ is small, and an error is forgiven. Boxes get $L_1$ in cells, weighted by $Y$, masks get the cross-entropy of each pixel, and the three are simply added.
"""

# %% tags=["covers-F3", "covers-F4"]
detector = models.detector()
plot.encoder_decoder(detector, title="One encoder, four questions",
                     alt="A U of boxes: the encoder's maps down to 4×4 with heads for a class and for one box at "
                         "its left, the decoder's maps up again, and from these heat, box and mask.")

# %% tags=["covers-F3"]
FAINT, SURE = 0.02, 0.3  # the least score in a ranking, and in a picture
MANY = dict(objects=(1, 3), sizes=(16, 32))
crowded = data.compose(things["seen concepts"], 4800, seed=11, **MANY)
crowded_tests = {name: data.compose(things[name], 500, seed=12, **MANY)
                 for name in ("seen concepts", "unseen concepts", "unseen style")}
answer = models.targets(crowded)

both = (crowded.labels == PLANT).any(axis=1) & (crowded.labels == VEHICLE).any(axis=1)
shown = int(np.flatnonzero(both & (crowded.labels >= 0).all(axis=1))[0])  # three objects of both classes
heats = [plot.overlay(crowded.images[shown].mean(axis=2), answer["heat"][shown, :, :, k])
         for k in (PLANT, VEHICLE)]
plot.image_grid([crowded.images[shown], *heats, plot.painted(crowded.images[shown], answer["mask"][shown])],
                ["scene", *(f"heat: {name}" for name in CLASSES), "true mask"], size=1.7,
                title="What the detector is to answer",
                alt="A scene with three objects, a heat map for each class with a bright spot in the middle of "
                    "each object, and the mask with the pixels of each class.")

# %% [markdown] tags=["ko"]
r"""
정답을 `decode`로 되돌리면 처음의 상자가 나와야 합니다. `decode`는 봉우리를 찾아 그 칸의 거리로 상자를 만듭니다. 물체가 하나이면 언제나 그렇고, 여럿이면 같은 클래스의 한가운데 둘이 같은 칸에 들 때에만 하나를 잃습니다.
"""

# %% [markdown] tags=["en"]
r"""
Turned back by `decode`, the right answer must give the boxes. `decode` finds the peaks and makes boxes of the distances there. With one object that always holds; with several, one is lost only where the middles of two of a class fall into one cell.
"""

# %% tags=["covers-F3"]
hundred = scenes.where(np.arange(100))
right_answer = models.targets(hundred)
decoded = models.decode(np.where(right_answer["heat"] == 1, 10.0, -10.0), right_answer["box"][..., :4])  # logits
identity("From the true heat maps of 100 scenes with one object, the boxes come back",
         np.concatenate([boxes for boxes, _, _ in decoded]), hundred.boxes[:, 0], tolerance=1e-3)

# %% [markdown] tags=["ko"]
r"""
인코더는 4절에서 어텐션 출력부와 함께 배운 가중치에서 시작합니다. 4,800장을 배치 16으로 한 번씩만 봅니다(Adam 0.016). 학습률은 3,500장, 배치 32, 2에포크로 0.008, 0.012, 0.016, 0.024를 시험해 검증 개념에서 골랐습니다. 새 장면을 더 많이, 한 번씩 보는 쪽이 더 적은 계산으로 거의 같은 결과를 냅니다. 다만 이것은 시드 하나로, 테스트 개념에서 견준 것입니다.
"""

# %% [markdown] tags=["en"]
r"""
The encoder starts from the weights that it learned with attention in section 4. It sees 4,800 scenes once, in batches of 16 (Adam 0.016). The rate was chosen on the concepts for validation, of 0.008, 0.012, 0.016, 0.024, with 3,500 scenes for 2 epochs in batches of 32. To see more scenes, each once, gives nearly the same with less computation. That, however, was compared with one seed, on the concepts for testing.
"""

# %% tags=["covers-F3", "covers-F4"]
for layer in one_box_network.layers:
    if layer.name.startswith("down"):  # the encoder
        detector.get_layer(layer.name).set_weights(layer.get_weights())
learn(detector, crowded.images, answer, models.LOSSES, rate=0.016, epochs=1, batch=16)
said = {name: detector.predict(test.images, verbose=0) for name, test in crowded_tests.items()}
found = {name: models.decode(output["heat"], output["box"], FAINT) for name, output in said.items()}

# %% tags=["covers-F3"]
def sure(detections, least=SURE):
    """Only what has at least this score."""
    return [(boxes[scores >= least], scores[scores >= least], kinds[scores >= least])
            for boxes, scores, kinds in detections]


new = crowded_tests["unseen concepts"]
plot.boxed_images(new.images[:8], sure(found["unseen concepts"][:8]), CLASSES, truth=new.truth[:8],
                  title="Detection on concepts never learned: boxes with a score of at least 0.3",
                  alt="Eight scenes with one to three objects; most have a coloured box with its score close to "
                      "the dashed true box, a few are missed or found twice.")

# %%
heat = 1 / (1 + np.exp(-said["unseen concepts"]["heat"][:6]))
wanted = models.targets(new.where(np.arange(6)))["heat"]
maps = [plot.overlay(image.mean(axis=2), one.max(axis=-1)) for part in (wanted, heat)
        for image, one in zip(new.images[:6], part)]
plot.image_grid([*new.images[:6], *maps], columns=6, row_titles=["scene", "true heat", "heat found"], size=1.3,
                note="the larger of the two classes in each cell; each picture's highest value is full orange",
                title="Where the network expects the middles of objects",
                alt="Six scenes, their true heat maps and those found: orange spots in the middle of the objects,"
                    " mostly at the same places in both rows.")

# %% [markdown] tags=["ko"]
r"""
봉우리만 고르는 것과, 문턱을 넘는 칸을 모두 상자로 바꾼 뒤 NMS를 하는 것은 얼마나 다를까요? 문턱은 둘 다 $0.02$로 낮은데, 6절의 순위에는 점수가 낮은 상자도 들어가기 때문입니다(그림에는 $0.3$ 이상만 그립니다). NMS의 IoU $0.5$는 따로 고르지 않았습니다. 봉우리를 고른 뒤에 NMS까지 하는 것도 시험합니다. 그래도 달라지지 않으면 NMS는 정말 필요 없는 것입니다.
"""

# %% [markdown] tags=["en"]
r"""
How different are picking peaks only, and turning all cells above the threshold into boxes with NMS afterwards? The threshold is $0.02$ for both, so low because the ranking of section 6 takes boxes of low scores, too (pictures show those of $0.3$ or more). The IoU of $0.5$ for NMS was not tuned. Try NMS after picking peaks, too: if that changes nothing, it really is not needed.
"""

# %%
predict("nms", "Peaks only against all cells with NMS: the average precision on unseen concepts differs by",
        choices=["at most 0.03", "0.03 to 0.1", "more than 0.1"])

# %% tags=["covers-F3"]
output = said["unseen concepts"]
every_cell = models.decode(output["heat"], output["box"], FAINT, most=300, peaks_only=False)


def suppressed(detections):
    """NMS within each class of each picture."""
    kept = []
    for boxes, scores, kinds in detections:
        stay = [np.flatnonzero(kinds == k)[metrics.suppress(boxes[kinds == k], scores[kinds == k])]
                for k in (PLANT, VEHICLE)]
        stay = np.concatenate(stay).astype(int)
        kept.append((boxes[stay], scores[stay], kinds[stay]))
    return kept


ways = {"all cells": every_cell, "all cells with NMS": suppressed(every_cell), "peaks": found["unseen concepts"],
        "peaks, then NMS": suppressed(found["unseen concepts"])}
boxes_each = {way: np.mean([len(boxes) for boxes, _, _ in detections]) for way, detections in ways.items()}
precise = {way: metrics.average_precision(detections, new.truth) for way, detections in ways.items()}

# %% tags=["covers-F3", "reveal"]
one = int(np.argmax((new.labels >= 0).all(axis=1)))
three_ways = list(ways)[:3]
plot.boxed_images([new.images[one]] * 3, [sure(ways[way][one:one + 1])[0] for way in three_ways],
                  CLASSES, titles=three_ways, columns=3,
                  title="Many cells see one object (score at least 0.3)",
                  alt="One scene three times: with several boxes around each object, after NMS, and with peaks "
                      "only.")
reveal("nms", abs(precise["peaks"] - precise["all cells with NMS"]), limits=[0.03, 0.1])
claim("Cells above the threshold make several times as many boxes as peaks do (ratio)",
      boxes_each["all cells"] / boxes_each["peaks"], at_least=8)
claim("Peaks only are a little behind all cells with NMS (difference of average precision)",
      precise["peaks"] - precise["all cells with NMS"], between=(-0.03, 0))
claim("NMS after picking peaks changes little (difference)", precise["peaks, then NMS"] - precise["peaks"],
      between=(-0.006, 0.009))
claim("Without either, average precision is far lower (difference)",
      precise["peaks"] - precise["all cells"], at_least=0.22)

# %% [markdown] tags=["ko"]
r"""
히트맵에 물체마다 봉우리가 하나씩 생기도록 학습시켰으므로, 봉우리를 고른 뒤의 NMS는 거의 아무것도 바꾸지 않습니다. 모든 칸에 NMS를 쓰면 조금 더 낫지만, NMS가 비교해야 할 상자가 몇 배 많습니다.

## 6. 얼마나 잘 찾았는가: 평균 정밀도

검출이 틀리는 방식은 두 가지입니다. 없는 것을 찾았다고 하거나, 있는 것을 놓칩니다. 클래스마다, 모든 그림에서 찾은 상자를 **점수가 높은 것부터** 줄 세우고 위에서부터 하나씩 봅니다. 같은 그림, 같은 클래스의 아직 짝이 없는 정답 가운데 가장 많이 겹치는 것과 IoU가 $0.5$ 이상이면 맞은 것(true positive, TP)이고, 아니면 틀린 것(false positive, FP)입니다. 끝까지 짝이 없는 정답은 놓친 것(false negative, FN)입니다. $n$개를 보았을 때 맞은 것이 $h_n$개, 정답이 모두 $M$개이면

$$\text{precision}_n = \frac{h_n}{n}, \qquad \text{recall}_n = \frac{h_n}{M}$$

입니다. **정밀도**(precision)는 찾은 것 가운데 맞은 비율, **재현율**(recall)은 있는 것 가운데 찾은 비율입니다. 물체가 4개이고, 찾은 상자 6개가 차례로 맞음, 맞음, 틀림, 맞음, 틀림, 틀림이라고 합시다.
"""

# %% [markdown] tags=["en"]
r"""
The heat map was trained to have one peak per object, so NMS after picking peaks changes hardly anything. All cells with NMS are a little better, but NMS then has several times as many boxes to compare.

## 6. How well was it found? Average precision

Detection can be wrong in two ways: it finds what is not there, or misses what is. For each class, put the boxes of all pictures in a line **by falling score** and look at them one by one. Take the object of the same picture and class that a box overlaps most, among those without a partner: the box is right (a true positive, TP) if their IoU is $0.5$ or more, and wrong (a false positive, FP) otherwise. An object that stays without a partner is missed (a false negative, FN). If $h_n$ of the first $n$ are right and there are $M$ objects,

$$\text{precision}_n = \frac{h_n}{n}, \qquad \text{recall}_n = \frac{h_n}{M}$$

**Precision** is the share of what was found that is right; **recall** is the share of what is there that was found. Take 4 objects, and 6 boxes that are in turn right, right, wrong, right, wrong, wrong.
"""

# %% tags=["covers-F5"]
right_ones = np.array([1, 1, 0, 1, 0, 0])
by_rank = np.cumsum(right_ones)
precision, recall = by_rank / np.arange(1, 7), by_rank / 4
scores = np.array([0.95, 0.9, 0.75, 0.6, 0.4, 0.2])
plot.explore_ranking(scores, right_ones, objects=4, title="From a ranked list to precision and recall",
                     alt="Left: six bars of falling score, three of them right. Right: six numbered points of "
                         "precision over recall, and a falling staircase with the area below it.")

# %% [markdown] tags=["ko"]
r"""
슬라이더로 목록을 하나씩 내려가 보세요. 아래로 내려가면 재현율은 줄어들지 않고 정밀도는 오르내립니다. **평균 정밀도**(average precision, **AP**)는 계단 아래의 넓이입니다. 계단은 각 재현율에서, 그 재현율 이상에서 얻을 수 있는 가장 높은 정밀도입니다. COCO는 재현율 $0, 0.01, \dots, 1$의 101곳에서 읽어 평균을 냅니다. 닿지 못한 재현율에서는 $0$입니다.
"""

# %% [markdown] tags=["en"]
r"""
Step down the list with the slider. Recall never falls, while precision goes up and down. **Average precision** (**AP**) is the area below the staircase, which is, at each recall, the best precision reached at that recall or a higher one. COCO reads it at 101 recalls, $0, 0.01, \dots, 1$, and takes the mean; where a recall is never reached, it is $0$.
"""

# %%
predict("ap", "What is the AP of these six boxes? (Within 0.03 counts as right.)")

# %% tags=["covers-F5"]
def average_precision_by_hand(precision, recall):
    best = []
    for level in np.linspace(0, 1, 101):
        reached = precision[recall >= level - 1e-9]
        best.append(reached.max() if len(reached) else 0)
    return np.mean(best)


reveal("ap", average_precision_by_hand(precision, recall), tolerance=0.03)

objects_there = np.array([[20 * i, 0, 20 * i + 10, 10] for i in range(4)], float)
nowhere = np.array([[0, 40, 10, 50], [0, 60, 10, 70], [40, 60, 50, 70]], float)
six = np.concatenate([objects_there[:2], nowhere[:1], objects_there[2:3], nowhere[1:]])
identity("The library computes the same from boxes",
         metrics.average_precision([(six, scores, np.zeros(6, int))], [(objects_there, np.zeros(4, int))]),
         average_precision_by_hand(precision, recall), tolerance=1e-9)

# %% [markdown] tags=["ko"]
r"""
AP를 모든 클래스에서 평균한 것이 **mAP**입니다(COCO는 이것도 그냥 AP라고 부릅니다). IoU의 문턱이 $0.5$이면 mAP50이라고 하고, $0.5$부터 $0.95$까지 $0.05$씩 올린 열 개의 평균은 mAP50:95라고 합니다. 우리 검출기는 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
The mean of AP over the classes is **mAP** (COCO calls this AP, too): mAP50 with an IoU of $0.5$, and mAP50:95 as the mean over ten thresholds from $0.5$ to $0.95$ in steps of $0.05$. How good is our detector?
"""

# %%
predict("drop", "mAP50 on seen concepts minus mAP50 on unseen concepts:",
        choices=["under 0.1", "0.1 to 0.2", "more than 0.2"])

# %% tags=["covers-F3", "covers-F5"]
curves, map50 = {}, {}
for name, test in crowded_tests.items():
    truth = test.truth
    curves[name] = metrics.precision_recall(found[name], truth, cls=VEHICLE)[1:]
    map50[name] = metrics.average_precision(found[name], truth)
strict = metrics.average_precision(found["seen concepts"], crowded_tests["seen concepts"].truth,
                                   overlaps=metrics.COCO)

# %% tags=["covers-F3", "covers-F5", "reveal"]
plot.precision_recall_curves(curves, title="Vehicles: precision falls earlier on what was never learned",
                             alt="Three curves of precision over recall: on seen concepts near 1 until a high "
                                 "recall, on unseen concepts and the unseen style falling earlier.")
reveal("drop", map50["seen concepts"] - map50["unseen concepts"], limits=[0.1, 0.2])
claim("mAP50 on seen concepts", map50["seen concepts"], at_least=0.92)
claim("mAP50 on unseen concepts", map50["unseen concepts"], at_least=0.87)
claim("mAP50 on the unseen style", map50["unseen style"], at_least=0.855)
claim("mAP50 is higher on seen than on unseen concepts (difference)",
      map50["seen concepts"] - map50["unseen concepts"], at_least=0)
claim("mAP50 is higher on seen concepts than in the unseen style (difference)",
      map50["seen concepts"] - map50["unseen style"], at_least=0.02)
claim("mAP50:95 on seen concepts", strict, at_least=0.45)

# %% [markdown] tags=["ko"]
r"""
배우지 않은 것에서 정밀도가 더 일찍 떨어진다는 것은, 틀린 상자가 순위의 더 위쪽에 온다는 뜻입니다. mAP50:95는 상자가 더 정확해야 맞은 것으로 보는 문턱까지 평균하므로 mAP50보다 낮습니다.

> **쉬어 가기 좋은 곳입니다.** 다음은 픽셀마다 답합니다.

## 7. 어느 픽셀인가: 분할

픽셀마다 답하면 클래스 $k$의 IoU를 픽셀로 셀 수 있습니다. 모든 그림의 픽셀을 모아 교집합의 픽셀 수를 합집합의 픽셀 수로 나누고, 배경을 포함한 클래스에 걸쳐 평균한 것이 **mIoU**입니다(Everingham et al., 2015). **Dice 계수**는 교집합의 두 배를 두 넓이의 합으로 나눈 것으로, 한 마스크에서는 $\mathrm{Dice} = 2\,\mathrm{IoU} / (1 + \mathrm{IoU})$입니다.
"""

# %% [markdown] tags=["en"]
r"""
That precision falls earlier on what was never learned means that wrong boxes stand higher in the ranking. mAP50:95 is below mAP50, since it takes thresholds into the mean that ask for more exact boxes.

> **A good place to stop.** Next, an answer for every pixel.

## 7. Which pixels? Segmentation

With an answer for each pixel, the IoU of a class $k$ is counted in pixels: over the pixels of all pictures, those shared over those covered together. The mean over the classes, background included, is **mIoU** (Everingham et al., 2015). The **Dice coefficient** is twice what two masks share over the sum of their areas; for one mask $\mathrm{Dice} = 2\,\mathrm{IoU} / (1 + \mathrm{IoU})$.
"""

# %% tags=["covers-F5"]
true_mask = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]])
guessed = np.array([[0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0]])
background = ((true_mask == 0) & (guessed == 0)).sum() / ((true_mask == 0) | (guessed == 0)).sum()
thing = ((true_mask == 1) & (guessed == 1)).sum() / ((true_mask == 1) | (guessed == 1)).sum()
print(f"IoU of the background {background:.3f}, of the object {thing:.3f}")
identity("mIoU by the library", metrics.mean_iou(guessed, true_mask, 2), (background + thing) / 2, tolerance=1e-9)
identity("Dice from IoU", metrics.dice(guessed == 1, true_mask == 1), 2 * thing / (1 + thing), tolerance=1e-9)

# %% tags=["covers-F4"]
miou = {name: metrics.mean_iou(said[name]["mask"].argmax(axis=-1), test.masks, MASK_CLASSES)
        for name, test in crowded_tests.items()}
masks = said["unseen concepts"]["mask"].argmax(axis=-1)
first_six = new.images[:6]
rows = [*first_six, *map(plot.painted, first_six, new.masks[:6]), *map(plot.painted, first_six, masks[:6])]
plot.image_grid(rows, columns=6, row_titles=["scene", "truth", "found"], size=1.3,
                title="Segmentation on concepts never learned",
                alt="Six scenes, below them their true masks and the masks found: outlines mostly agree, fine "
                    "parts are lost, and one class is sometimes taken for the other.")
empty = metrics.mean_iou(np.zeros_like(new.masks), new.masks, MASK_CLASSES)
print(f"all of it called background: mIoU {empty:.2f}")
claim("mIoU on seen concepts", miou["seen concepts"], at_least=0.764)
claim("mIoU on unseen concepts", miou["unseen concepts"], at_least=0.747)

# %% [markdown] tags=["ko"]
r"""
**하나와 여럿.** 같은 검출기에, 같은 크기의 새 개념 물체가 하나인 장면과 셋인 장면을 보여 줍니다. 물체마다 같은 클래스의 상자 가운데 가장 많이 겹치는 것의 IoU, mAP50, 픽셀의 mIoU 가운데 무엇이 나빠질까요?
"""

# %% [markdown] tags=["en"]
r"""
**One against many.** Show the same detector scenes with one object and with three, of unseen concepts and of the same sizes. What becomes worse: the IoU of each object with the box of its class that overlaps it most, mAP50, or the mIoU of the pixels?
"""

# %%
predict("many", "With three objects instead of one, mAP50 falls by",
        choices=["less than 0.02", "0.02 to 0.2", "more than 0.2"])

# %% tags=["covers-F5"]
def whole(scenes):
    """Only the scenes in which every object found a place."""
    return scenes.where((scenes.labels >= 0).all(axis=1))


def detected(scenes):
    """What the detector finds in scenes, and their masks."""
    output = detector.predict(scenes.images, verbose=0)
    return models.decode(output["heat"], output["box"], FAINT), output["mask"].argmax(axis=-1)


def best_overlap(scenes, detections):
    """The mean IoU of objects with the box of their class that overlaps them most; 0 where there is none."""
    tables = [metrics.iou(boxes, found) * (kinds[:, np.newaxis] == found_kinds)
              for (boxes, kinds), (found, _, found_kinds) in zip(scenes.truth, sure(detections))]
    return float(np.concatenate([table.max(axis=1, initial=0) for table in tables]).mean())


by_number = {}
for number in (1, 3):
    counted = whole(data.compose(things["unseen concepts"], 400, seed=20, objects=(number, number),
                                 sizes=(16, 32)))
    detections, pixels = detected(counted)
    by_number[number] = {"IoU of the best box": best_overlap(counted, detections),
                         "mAP50": metrics.average_precision(detections, counted.truth),
                         "mIoU": metrics.mean_iou(pixels, counted.masks, MASK_CLASSES)}

# %% tags=["covers-F5", "reveal"]
how_many = {1: "one object", 3: "three objects"}
plot.bars({f"{metric}, {how_many[number]}": round(by_number[number][metric], 2)
           for metric in by_number[1] for number in (1, 3)}, ylabel="from 0 to 1",
          title="With three objects all three numbers are lower",
          alt="Six bars: IoU of the best box, mAP50 and mIoU, each somewhat lower with three objects than with "
              "one.")
worse = {metric: by_number[1][metric] - by_number[3][metric] for metric in by_number[1]}
reveal("many", worse["mAP50"], limits=[0.02, 0.2])
for metric, least in {"IoU of the best box": 0.06, "mAP50": 0.05, "mIoU": 0.033}.items():
    claim(f"{metric} with one object is higher than with three (difference)", worse[metric], at_least=least)

# %% [markdown] tags=["ko"]
r"""
물체가 여럿이면 서로 가려 보이는 부분이 줄고, 상자는 보이는 부분을 감싸야 하므로 더 어려울 수 있습니다. 한가운데가 가까우면 봉우리도 섞일 수 있습니다. mIoU는 배경이 차지하는 비율에도 좌우되므로 두 값을 곧바로 견주기는 어렵습니다.
"""

# %% [markdown] tags=["en"]
r"""
Where there are several, objects hide parts of each other, and a box has to be that of what shows, which may be harder. Where their middles are close, peaks may merge, too. mIoU also depends on how much of the picture is background, so its two values are hard to compare.
"""

# %% [markdown] tags=["ko"]
r"""
**작은 물체.** 물체가 그림의 1 %쯤이면 어떨까요? 모두 배경이라고 해도 거의 다 맞습니다(정확한 비율은 아래에서 출력합니다). V-Net(Milletari et al., 2016)은 Dice를 손실로 씁니다. 여기서는 그림마다

$$L_{\text{Dice}} = 1 - \frac{2 \sum_i p_i\, y_i + 1}{\sum_i p_i + \sum_i y_i + 1}$$

로 계산합니다. $p_i$는 픽셀 $i$가 물체일 확률, $y_i$는 정답($0$ 또는 $1$)입니다. 논문의 분모는 제곱의 합이고, 여기서 더한 $1$은 $0$으로 나누지 않게 합니다.

작은 신경망 하나를 여기서는 교차 엔트로피로 2에포크 학습시킵니다. 같은 신경망을 두 손실로, 시드 셋으로 학습시킨 결과는 `data/makers/small_objects.py`가 **기록해** 두었습니다. 학습률은 손실마다 0.01, 0.03, 0.1, 0.3을 시험했고, 문턱까지 골랐을 때 둘 다 0.03이 검증 개념에서 가장 좋았습니다. 확률이 $0.5$를 넘는 픽셀을 물체로 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
**Small objects.** What if an object fills about 1 % of the picture? To call all of it background is almost all right (the exact share is printed below). V-Net (Milletari et al., 2016) takes Dice as the loss. Here, for each picture, it is

$$L_{\text{Dice}} = 1 - \frac{2 \sum_i p_i\, y_i + 1}{\sum_i p_i + \sum_i y_i + 1}$$

with $p_i$ the probability that pixel $i$ is an object and $y_i$ the truth, $0$ or $1$. The paper has sums of squares in the denominator; the $1$ added here prevents a division by $0$.

Train one small network with cross-entropy, for 2 epochs. `data/makers/small_objects.py` **recorded** the same network with both losses, from three seeds. For each loss, rates of 0.01, 0.03, 0.1 and 0.3 were tried, and 0.03 was best for both on the concepts for validation, each with its best threshold. Pixels with a probability above $0.5$ are taken as object.
"""

# %%
predict("dice", "Which loss gives the higher mean Dice on tiny objects never learned, at a threshold of 0.5?",
        choices=["cross-entropy, by over 0.03", "the Dice loss, by over 0.03", "both within 0.03"])

# %% tags=["covers-F4", "covers-F5"]
TINY = dict(objects=(1, 1), sizes=(8, 12))
tiny = {"train": data.compose(things["seen concepts"], 3000, seed=30, **TINY)}
tiny.update({name: data.compose(things[name], 300, seed=31, **TINY)
             for name in ("for validation", "unseen concepts")})
outlines = {name: (scenes.masks > 0).astype("float32") for name, scenes in tiny.items()}
print(f"pixels of an object: {100 * outlines['train'].mean():.1f} %")


def dice_loss(mask, chance):
    shared, total = ops.sum(mask * chance, axis=(1, 2)), ops.sum(mask + chance, axis=(1, 2))
    return 1 - (2 * shared + 1) / (total + 1)


def pixel_cross_entropy(mask, chance):
    return ops.mean(ops.binary_crossentropy(mask, chance), axis=(1, 2))


def tiny_network(seed=1):
    course_lib.set_seed(seed)
    images = keras.Input((64, 64, 3))
    x = models.convolve(images, 16, "first", strides=2)  # 32x32
    x = models.convolve(models.convolve(x, 16, "second"), 16, "third")
    x = layers.UpSampling2D(interpolation="bilinear")(layers.Conv2D(1, 1)(x))
    return keras.Model(images, ops.sigmoid(x)[..., 0], name="tiny_network")

# %% tags=["covers-F4", "covers-F5"]
def mean_dice(chance, mask, threshold):
    return float(np.mean([metrics.dice(one > threshold, other > 0) for one, other in zip(chance, mask)]))


thresholds = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
network = tiny_network()
learn(network, tiny["train"].images, outlines["train"], pixel_cross_entropy, rate=0.03, epochs=2)
chance = {part: network.predict(tiny[part].images, verbose=0) for part in outlines if part != "train"}
tried = [mean_dice(chance["for validation"], outlines["for validation"], level) for level in thresholds]
chosen = thresholds[int(np.argmax(tried))]
at_half, at_best = (mean_dice(chance["unseen concepts"], outlines["unseen concepts"], level)
                    for level in (0.5, chosen))

# %% tags=["covers-F5"]
recorded = json.loads(data.file("small_objects.json").read_text(encoding="utf-8"))
lengths, first_seed = recorded["settings"]["epochs"], recorded["settings"]["seeds"][0]
losses = {"cross-entropy": pixel_cross_entropy, "Dice": dice_loss}
measures = {"threshold 0.5": "at_half", "threshold chosen": "at_chosen"}


def by_length(loss, measure):
    """Mean Dice on unseen concepts, (seeds, lengths), each length at its best rate."""
    columns = []
    for length in lengths:
        runs = [run for run in recorded["runs"] if (run["loss"], run["epochs"]) == (loss.__name__, length)]
        best = max((run for run in runs if run["seed"] == first_seed), key=lambda run: run["validation"])
        columns.append([run[measure] for run in runs if run["rate"] == best["rate"]])
    return np.array(columns).T


longer = {f"{name}, {way}": by_length(loss, measure) for way, measure in measures.items()
          for name, loss in losses.items()}
ahead = {way: (longer[f"Dice, {way}"] - longer[f"cross-entropy, {way}"]).mean(axis=0) for way in measures}

# %% tags=["covers-F4", "covers-F5", "reveal"]
here = {"cross-entropy here, threshold 0.5": at_half, "cross-entropy here, threshold chosen": at_best}
plot.bars({**{bar: round(value, 2) for bar, value in here.items()},
           **{f"{bar} (recorded)": round(float(values[:, 0].mean()), 2) for bar, values in longer.items()}},
          ylabel="mean Dice",
          title="After 2 epochs: a chosen threshold closes most of the gap",
          alt="Six bars of mean Dice, two trained here and four recorded: cross-entropy is far lower with a "
              "threshold of 0.5 than with one chosen on validation data; the Dice loss is higher, and about equal "
              "with both.")
reveal("dice", "the Dice loss, by over 0.03" if ahead["threshold 0.5"][0] > 0.03
       else "both within 0.03" if ahead["threshold 0.5"][0] > -0.03 else "cross-entropy, by over 0.03")
claim("Here: what a chosen threshold gains with cross-entropy, after 2 epochs (difference of mean Dice)",
      at_best - at_half, at_least=0.05)
claim("Recorded: lead of the Dice loss at a threshold of 0.5, after 2 epochs", ahead["threshold 0.5"][0],
      at_least=0.3)
claim("Recorded: with thresholds chosen, after 2 epochs", ahead["threshold chosen"][0], between=(0.03, 0.15))

# %% [markdown] tags=["ko"]
r"""
왼쪽의 두 막대는 여기서 학습시킨 신경망이고, 나머지 넷은 기록에 있는 시드 셋의 평균입니다. 교차 엔트로피로 2에포크 배운 확률은 물체에서도 대개 낮습니다. 그래서 $0.5$를 문턱으로 하면 물체를 많이 놓치거나 아무것도 찾지 못합니다. 잘못이라고 할 수는 없습니다. 물체의 픽셀은 실제로 드물어서, 확신이 없을 때에는 낮은 확률이 옳습니다. 기록을 보면, 문턱을 검증 데이터에서 고를 때 차이의 대부분이 사라지지만 모두 사라지지는 않습니다.

두 손실 모두 2에포크로는 학습이 끝나지 않습니다. 기록에는 같은 신경망을 16에포크까지 학습시킨 결과도 있습니다. 손실과 길이마다 네 학습률 가운데 검증 개념에서 가장 좋은 것을 골랐고, 시드는 셋입니다.
"""

# %% [markdown] tags=["en"]
r"""
The two bars at the left are the network trained here, the other four are means of the three seeds recorded. After 2 epochs of cross-entropy, probabilities are mostly low on objects, too: with a threshold of $0.5$, many are missed, or all. That is no fault: pixels of objects are rare, and while the network is unsure, a low probability is right. In the record, most of the gap goes where the threshold is chosen on validation data, but not all of it.

With 2 epochs, neither loss has finished learning. The record also holds the same networks after up to 16 epochs: for each loss and each length the best of the four rates on the concepts for validation, and three seeds.
"""

# %%
predict("longer", "After 16 epochs, at a threshold of 0.5: how far is the Dice loss ahead (mean Dice)?",
        choices=["by more than 0.2", "by 0.02 to 0.2", "both within 0.02", "cross-entropy is ahead"])

# %% tags=["covers-F5", "reveal"]
plot.curves(longer, x=lengths, log=True, xlabel="epochs of training", ylabel="mean Dice on unseen concepts",
            title="Recorded: the lead of the Dice loss shrinks with longer training, and stays",
            alt="Four lines over 2 to 16 epochs: cross-entropy begins low at a threshold of 0.5 and higher with a "
                "chosen one, the Dice loss begins higher; all come near each other, the Dice loss ahead.")
reveal("longer", "by more than 0.2" if ahead["threshold 0.5"][-1] > 0.2
       else "by 0.02 to 0.2" if ahead["threshold 0.5"][-1] > 0.02
       else "both within 0.02" if ahead["threshold 0.5"][-1] > -0.02 else "cross-entropy is ahead")
for way, values in ahead.items():
    print(f"{way}, lead of the Dice loss:",
          ", ".join(f"{length} epochs {value:.2f}" for length, value in zip(lengths, values)))
claim("Recorded: lead of the Dice loss at a threshold of 0.5, after 16 epochs", ahead["threshold 0.5"][-1],
      between=(0.02, 0.1))
claim("Recorded: with thresholds chosen, after 16 epochs", ahead["threshold chosen"][-1], between=(0.01, 0.08))

# %% [markdown] tags=["ko"]
r"""
Dice 손실은 작은 물체를 **더 빨리** 배웁니다. 오래 학습하면 앞서는 정도가 크게 줄고, 문턱을 고르지 않아도 되는 이점도 작아집니다. 그래도 시험한 길이에서는 문턱을 골라도 조금 앞섰습니다. 16에포크에서도 두 곡선이 아직 오르므로, 더 오래 학습하면 차이가 남는지는 알 수 없습니다.

## 8. 답마다 무엇이 얼마나 드는가

같은 인코더에서 네 가지 답을 얻는 데 무엇이 얼마나 들까요?
"""

# %% [markdown] tags=["en"]
r"""
The Dice loss learns small objects **faster**. With longer training its lead shrinks much, and so does the advantage that no threshold has to be chosen. Still it was a little ahead at every length that was tried, with thresholds chosen, too. Both curves still rise at 16 epochs, so whether the difference lasts is not known.

## 8. What each answer costs

What does it take to get the four answers from the same encoder?
"""

# %%
predict("cost", "How many times as many multiply-adds as classification does segmentation need?",
        choices=["under 1.5", "1.5 to 4", "over 4"])

# %% tags=["covers-F1", "covers-F2", "covers-F3", "covers-F4"]
from course_lib.models.summary import measure

answers_of = detector.output
networks = {"classification": (classifier, 1), "one box": (one_box_network, 5),
            "detection of three": (keras.Model(detector.input, [answers_of["heat"], answers_of["box"]]), 15),
            "segmentation": (keras.Model(detector.input, answers_of["mask"]), 64 * 64)}
costs = {question: measure(network) for question, (network, _) in networks.items()}
for question, (_, numbers) in networks.items():
    cost = costs[question]
    print(f"{question:18} {numbers:5,} numbers {cost['parameters']:>8,} parameters "
          f"{cost['multiply_adds']:>11,} multiply-adds")
reveal("cost", costs["segmentation"]["multiply_adds"] / costs["classification"]["multiply_adds"], limits=[1.5, 4])

# %% tags=["nbval-ignore-output"]
from time import perf_counter

five = new.images[:160]  # batches of 32
for question, (network, _) in networks.items():
    network.predict(five[:32], verbose=0)  # the first call prepares the graph
    started = perf_counter()
    network.predict(five, verbose=0)
    print(f"{question:18} {1000 * (perf_counter() - started) / len(five):5.2f} ms per picture, in batches of 32")

# %% [markdown] tags=["ko"]
r"""
상자 하나를 더 묻는 데에는 계산이 거의 더 들지 않습니다. 비싼 것은 특징 맵을 다시 키우는 디코더입니다. 정답 데이터는 물체마다 수 다섯 개에서 픽셀마다 하나로 늘어납니다.

## 9. 언제 실패하는가

평균 하나로는 무엇이 어려운지 알 수 없습니다. 학습 장면의 물체는 16~32픽셀이었습니다. 조건을 하나씩 바꾼 장면을 만들어, 점수 $0.3$ 이상의 상자가 IoU $0.5$ 이상으로 찾아낸 물체의 비율(재현율)을 잽니다. 기준은 배운 개념의 24~32픽셀 물체 둘이 겹치지 않는 장면입니다.
"""

# %% [markdown] tags=["en"]
r"""
To ask for one more box costs hardly any computation. What is expensive is the decoder, which enlarges the feature maps again. Right answers grow from five numbers for each object to one for each pixel.

## 9. When it fails

One mean does not say what is hard. Objects of the training scenes had 16 to 32 pixels. Make scenes in which one condition at a time is different, and measure the share of objects (recall) that a box with a score of at least $0.3$ finds with an IoU of at least $0.5$. As reference, take scenes with two objects of seen concepts, 24 to 32 pixels in size, that do not overlap.
"""

# %%
predict("cause", "Which of these costs most recall?",
        choices=["objects of 10 to 12 pixels", "overlapping objects", "the unseen style"])

# %%
usual = dict(objects=(2, 2), sizes=(24, 32), overlap=0.0)
conditions = {"reference": ("seen concepts", usual),
              "16 to 18 pixels": ("seen concepts", {**usual, "sizes": (16, 18)}),
              "10 to 12 pixels": ("seen concepts", {**usual, "sizes": (10, 12)}),
              "overlapping": ("seen concepts", {**usual, "overlap": 0.6}),
              "unseen concepts": ("unseen concepts", usual), "unseen style": ("unseen style", usual)}


def hit(scenes, detections):
    """For each object whether it is found: sure boxes, the best first, take the free object they overlap most."""
    hits = []
    for (boxes, kinds), (found_boxes, _, found_kinds) in zip(scenes.truth, sure(detections)):
        table = metrics.iou(found_boxes, boxes) * (found_kinds[:, np.newaxis] == kinds)
        taken = np.zeros(len(boxes), bool)
        for overlap in table:
            overlap = np.where(taken, 0, overlap)
            taken[overlap.argmax()] |= overlap.max() >= 0.5
        hits.append(taken)
    return hits


trials, recalls = {}, {}
for condition, (kind, options) in conditions.items():
    trial = whole(data.compose(things[kind], 300, seed=40, **options))
    if condition == "overlapping":  # only those that really do: an IoU above 0.1, which counts for both
        shared = [metrics.iou(boxes, boxes).sum() - len(boxes) for boxes, _ in trial.truth]
        trial = trial.where(np.array(shared) > 0.2)
    outcome = detected(trial)[0]
    trials[condition] = trial, outcome
    recalls[condition] = float(np.concatenate(hit(trial, outcome)).mean())
    print(f"{condition}: {len(trial)} scenes")

# %% tags=["reveal"]
plot.bars({condition: round(100 * value) for condition, value in recalls.items()}, ylabel="recall (%)",
          title="What costs recall",
          alt="Bars of recall for the reference and for smaller, overlapping and unseen objects; the smallest "
              "objects are found least.")
of_three = {"objects of 10 to 12 pixels": recalls["10 to 12 pixels"],
            "overlapping objects": recalls["overlapping"], "the unseen style": recalls["unseen style"]}
reveal("cause", min(of_three, key=of_three.get))
claim("Recall in the reference scenes", 100 * recalls["reference"], at_least=94, unit="%")
claim("Objects smaller than all it has learned cost recall",
      100 * (recalls["reference"] - recalls["10 to 12 pixels"]), at_least=61, unit="points")
claim("The unseen style costs little recall", 100 * (recalls["reference"] - recalls["unseen style"]), at_most=5,
      unit="points")
claim("Control: small objects of a size that was learned cost little",
      100 * (recalls["reference"] - recalls["16 to 18 pixels"]), at_most=7.8, unit="points")
claim("Overlapping costs recall", 100 * (recalls["reference"] - recalls["overlapping"]), at_least=7.5,
      unit="points")
claim("Overlapping costs more recall than the unseen style (difference)",
      100 * (recalls["unseen style"] - recalls["overlapping"]), at_least=0, unit="points")

# %%
missed, boxes_there, dashed, causes = [], [], [], []
for condition in ("10 to 12 pixels", "overlapping", "unseen style"):
    trial, outcome = trials[condition]
    some_missed = [i for i, hits in enumerate(hit(trial, outcome)) if not hits.all()][:4]
    missed += [trial.images[i] for i in some_missed]
    boxes_there += [sure(outcome)[i] for i in some_missed]
    dashed += [trial.truth[i] for i in some_missed]
    causes += [condition] * len(some_missed)
plot.boxed_images(missed, boxes_there, CLASSES, truth=dashed, titles=causes, columns=4,
                  title="Scenes with a missed object, by cause",
                  alt="Scenes in which at least one dashed true box has no coloured box of its class: tiny "
                      "objects, objects that cover each other, and objects of the style never learned.")

# %% tags=["nbval-ignore-output"]
def why_missed(scenes, detections):
    """For each missed object, what its sure boxes are like."""
    reasons = []
    for (boxes, kinds), hits, (found_boxes, _, found_kinds) in zip(
            scenes.truth, hit(scenes, detections), sure(detections)):
        for box, kind in zip(boxes[~hits], kinds[~hits]):
            table = metrics.iou(box[np.newaxis], found_boxes)[0]
            own, other = (table[same].max(initial=0) for same in (found_kinds == kind, found_kinds != kind))
            reasons.append("wrong class" if other >= 0.5 > own else "box taken by another object" if own >= 0.5
                           else "box too far off" if own >= 0.1 else "nothing there")
    return reasons


for condition in ("10 to 12 pixels", "overlapping", "unseen style"):
    reasons = why_missed(*trials[condition])
    counts = {reason: reasons.count(reason) for reason in sorted(set(reasons))}
    print(f"{condition}: {len(reasons)} missed,", ", ".join(f"{reason} {counts[reason]}" for reason in counts))

# %%
for side in (28, 11):
    overlap = iou_by_hand((2, 2, 2 + side, 2 + side), (0, 0, side + 4, side + 4))
    print(f"a square of {side} pixels and one that is larger by 2 on every side: IoU {overlap:.2f}")

# %% [markdown] tags=["ko"]
r"""
위에서는 놓친 물체를 이유별로 세고, 이어서 같은 오차가 IoU를 얼마나 깎는지 계산했습니다. 상자가 어긋난 것은 같은 클래스의 상자와 IoU가 $0.1$ 이상 $0.5$ 미만인 것입니다.

- **작은 물체**: 배운 것 가운데 작은 16~18픽셀은 잘 찾지만, 10~12픽셀은 대부분 놓칩니다. 배운 적이 없는 크기이기도 하고, 작을수록 같은 오차가 IoU를 더 크게 깎기도 합니다. 둘을 가르는 것은 '더 해 보기' 1번입니다.
- **겹친 물체**(IoU가 0.1이 넘는 것만): 둘의 한가운데가 가까우면 봉우리가 하나로 합쳐지거나, 가려진 쪽의 상자가 어긋날 수 있습니다.
- **배우지 않은 그림체**: 대개는 찾습니다. 놓친 물체의 클래스가 틀렸는지 상자가 어긋났는지는 위에서 센 수가 말해 줍니다.

## 10. 직접 만든 장면

이모지를 고르고 장면을 눌러 놓거나, 이미 놓인 것을 끌어 보세요. 놓는 즉시 검출기가 상자와 마스크를 다시 그립니다. 언제 놓치는지, 언제 둘을 하나로 보는지 찾아보세요.
"""

# %% [markdown] tags=["en"]
r"""
Above, missed objects are counted by what was found instead; below that, what the same error costs in IoU. A box is too far off if it has the right class and an IoU of at least $0.1$, but less than $0.5$.

- **Small objects**: of 16 to 18 pixels, the smallest it has learned, it finds them well; of 10 to 12 it misses most. That size was never learned; and the smaller an object, the more the same error costs in IoU. Number 1 of 'Try it yourself' tells the two apart.
- **Overlapping objects** (only those with an IoU above 0.1): where two middles are close, their peaks may merge, or the box of the one behind may be off.
- **The unseen style**: mostly found. Whether the class was wrong or the box was off where one is missed, the counts above say.

## 10. A scene of your own

Choose an emoji and press on the scene to put it there, or drag one that is there. The detector draws boxes and masks anew at once. Find out when it misses something, and when it takes two for one.
"""

# %% tags=["covers-F3", "covers-F4"]
from course_lib.widgets.scene import compose_by_hand


def asked(image):
    """Boxes and the mask of one picture (64, 64, 3)."""
    answer = detector(image[np.newaxis], training=False)
    heat, box, mask = (ops.convert_to_numpy(answer[part]) for part in ("heat", "box", "mask"))
    return sure(models.decode(heat, box))[0], mask[0].argmax(axis=-1)


compose_by_hand(asked, things["unseen concepts"], np.full((64, 64, 3), 0.8, "float32"),
                placed=[(3, 6, 8, 28), (20, 34, 30, 26)],  # number of the emoji, left, top, size
                alt="A scene with two emoji, the boxes and scores that the detector gives, and its mask.")

# %% [markdown] tags=["ko"]
r"""
## 이 장에서 보인 것

범위는 대부분 시드를 바꾸어 서너 번 측정한 값에서 표준 편차의 3~4배만큼 떨어진 곳에 두었습니다. '더 높다'고만 말한 주장의 경계는 0일 수도 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown

Most bands end 3 to 4 standard deviations away from what three or four measurements with other seeds gave; where a claim only says 'higher', its bound may be 0.
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims, predictions

claims.table()

# %%
predictions.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. 인코더 하나에 출력부를 붙여 네 가지 질문에 답합니다. 여러 물체를 검출하거나 분할할 때에는 그 사이에 디코더를 둡니다. 정답 데이터는 1개에서 수천 개의 수로, 계산은 두 배 넘게 늘어납니다.
2. IoU는 교집합의 넓이를 합집합의 넓이로 나눈 값이고, GIoU는 떨어진 상자도 구별합니다.
3. 상자를 내는 출력부는 가중치를 공유하고 자리를 좌표로 받을 때, 배우지 않은 자리에서 덜 잃습니다.
4. CenterNet은 물체를 히트맵의 봉우리로 찾으며, 여기서는 비최대 억제를 더해도 거의 달라지지 않았습니다. AP는 점수 순서로 늘어놓은 목록에서 정밀도와 재현율을 요약합니다.
5. 작은 물체의 분할에서 Dice 손실은 더 빨리 배우고, 오래 학습하면 차이가 크게 줄어듭니다. 짧게 학습한 교차 엔트로피는 문턱을 잘 고르면 훨씬 나아집니다. 검출기의 실패는 원인별로 재야 보입니다.

## 더 해 보기

1. 학습 장면의 물체 크기를 10~32픽셀로 넓히면, 작은 물체의 재현율은 얼마나 늘고 큰 물체는 얼마나 잃을까요?
2. fluent 그림체를 학습에 넣으면 나머지 두 그림체의 mAP50은 어떻게 될까요?
3. 히트맵의 종을 두 배로 넓히면(`models.SPREAD`를 6에서 3으로) 가까이 있는 두 물체는 어떻게 될까요?

## 용어

| 한국어 | English |
|---|---|
| 정답, 예측 | truth, prediction |
| 분류, 위치 찾기 | classification, localization |
| 물체 검출, 경계 상자 | object detection, bounding box |
| 의미 분할, 마스크 | semantic segmentation, mask |
| 인코더, 디코더, 출력부 | encoder, decoder, head |
| 합집합에 대한 교집합 비율 | intersection over union (IoU), generalized IoU (GIoU) |
| 어텐션, 소프트플러스 | soft attention, softplus |
| 히트맵, 봉우리 | heat map, peak |
| 비최대 억제 | non-maximum suppression (NMS) |
| 정밀도, 재현율 | precision, recall |
| 평균 정밀도, 평균 IoU | average precision (AP, mAP), mean IoU (mIoU) |
| Dice 계수 | Dice coefficient |
| 초점 손실 | focal loss |
| 문턱, 점수 | threshold, score |
| 인스턴스 분할 | instance segmentation |
| 장면, 개념, 그림체 | scene, concept, style |
| 대조 실험 | control |

## 참고 문헌

- Girshick, Donahue, Darrell, Malik, *Rich Feature Hierarchies for Accurate Object Detection and Semantic Segmentation*, CVPR 2014.
- Lin et al., *Microsoft COCO: Common Objects in Context*, ECCV 2014.
- Everingham, Eslami, Van Gool, Williams, Winn, Zisserman, *The PASCAL Visual Object Classes Challenge: A Retrospective*, IJCV 2015.
- Kingma, Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
- Ren, He, Girshick, Sun, *Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks*, NeurIPS 2015.
- Ronneberger, Fischer, Brox, *U-Net: Convolutional Networks for Biomedical Image Segmentation*, MICCAI 2015.
- Milletari, Navab, Ahmadi, *V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation*, 3DV 2016.
- Lin, Goyal, Girshick, He, Dollár, *Focal Loss for Dense Object Detection*, ICCV 2017.
- Law, Deng, *CornerNet: Detecting Objects as Paired Keypoints*, ECCV 2018.
- Redmon, Divvala, Girshick, Farhadi, *You Only Look Once: Unified, Real-Time Object Detection*, CVPR 2016.
- Rezatofighi, Tsoi, Gwak, Sadeghian, Reid, Savarese, *Generalized Intersection over Union: A Metric and a Loss for Bounding Box Regression*, CVPR 2019.
- Zhou, Wang, Krähenbühl, *Objects as Points*, arXiv:1904.07850, 2019.

**이제 연습 문제를 풀어 보세요**: [06_exercises.ipynb](06_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. One encoder, with a head for each, answers four questions; for detection of many and for segmentation, a decoder stands between. The right answer grows from 1 number to thousands, the computation to more than twice as much.
2. IoU is the shared area over the area covered together; GIoU can also tell apart boxes that do not overlap.
3. A head for boxes loses less in places where it has learned nothing if it shares its weights and gets places as coordinates.
4. CenterNet finds objects as peaks of a heat map; here, non-maximum suppression after that changed hardly anything. AP sums up precision and recall along a list ranked by score.
5. On small objects the Dice loss learns faster, and with longer training the difference shrinks much. After little training, cross-entropy gains much by a well-chosen threshold. Failures of a detector show when they are measured by cause.

## Try it yourself

1. Let the objects of the training scenes have 10 to 32 pixels: how much recall do small objects gain, and large ones lose?
2. Train with the style fluent, too: what becomes of mAP50 in the two other styles?
3. Make the bells of the heat map twice as wide (`models.SPREAD` of 3 in place of 6): what becomes of two objects close to each other?

## Terms

| 한국어 | English |
|---|---|
| 정답, 예측 | truth, prediction |
| 분류, 위치 찾기 | classification, localization |
| 물체 검출, 경계 상자 | object detection, bounding box |
| 의미 분할, 마스크 | semantic segmentation, mask |
| 인코더, 디코더, 출력부 | encoder, decoder, head |
| 합집합에 대한 교집합 비율 | intersection over union (IoU), generalized IoU (GIoU) |
| 어텐션, 소프트플러스 | soft attention, softplus |
| 히트맵, 봉우리 | heat map, peak |
| 비최대 억제 | non-maximum suppression (NMS) |
| 정밀도, 재현율 | precision, recall |
| 평균 정밀도, 평균 IoU | average precision (AP, mAP), mean IoU (mIoU) |
| Dice 계수 | Dice coefficient |
| 초점 손실 | focal loss |
| 문턱, 점수 | threshold, score |
| 인스턴스 분할 | instance segmentation |
| 장면, 개념, 그림체 | scene, concept, style |
| 대조 실험 | control |

## References

- Girshick, Donahue, Darrell, Malik, *Rich Feature Hierarchies for Accurate Object Detection and Semantic Segmentation*, CVPR 2014.
- Lin et al., *Microsoft COCO: Common Objects in Context*, ECCV 2014.
- Everingham, Eslami, Van Gool, Williams, Winn, Zisserman, *The PASCAL Visual Object Classes Challenge: A Retrospective*, IJCV 2015.
- Kingma, Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
- Ren, He, Girshick, Sun, *Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks*, NeurIPS 2015.
- Ronneberger, Fischer, Brox, *U-Net: Convolutional Networks for Biomedical Image Segmentation*, MICCAI 2015.
- Milletari, Navab, Ahmadi, *V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation*, 3DV 2016.
- Lin, Goyal, Girshick, He, Dollár, *Focal Loss for Dense Object Detection*, ICCV 2017.
- Law, Deng, *CornerNet: Detecting Objects as Paired Keypoints*, ECCV 2018.
- Redmon, Divvala, Girshick, Farhadi, *You Only Look Once: Unified, Real-Time Object Detection*, CVPR 2016.
- Rezatofighi, Tsoi, Gwak, Sadeghian, Reid, Savarese, *Generalized Intersection over Union: A Metric and a Loss for Bounding Box Regression*, CVPR 2019.
- Zhou, Wang, Krähenbühl, *Objects as Points*, arXiv:1904.07850, 2019.

**Now do the exercises**: [06_exercises.ipynb](06_exercises.ipynb)
"""
