# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: Transfer Learning and Fine-Tuning, ko: 전이 학습과 미세 조정}
#     minutes: 66
#     after: ["01", "02", "03"]
# ---

# %% [markdown] tags=["ko"]
r"""
# 4장. 전이 학습과 미세 조정

> **이 장을 마치면** 다음을 할 수 있습니다.
> - ImageNet으로 학습된 백본을 불러와 알맞게 전처리하고, 그 특징이 깊이에 따라 어떻게 달라지는지 보이기
> - 백본을 동결하고 새 출력부를 학습시키기, 이어서 합성곱 블록 일부를 미세 조정하기
> - 같은 데이터에서 처음부터 학습한 CNN과 정확도, 시간, 학습한 파라미터 수를 비교하기
> - 동결만으로 충분할 때와 미세 조정이 필요할 때, 미세 조정이 특징을 망가뜨릴 때를 구별하기
> - TensorFlow Hub의 모듈을 Keras 3에서 쓰고, 옛 `hub.KerasLayer` 코드를 고치기
>
> **읽기** 약 66분, **실행** 약 90초(코어 2개), 먼저 볼 장은 1장, 2장, 3장입니다. 네트워크는 필요 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
# Chapter 4. Transfer Learning and Fine-Tuning

> **After this chapter** you can
> - load a backbone trained on ImageNet, preprocess for it, and show how its features change with depth;
> - freeze the backbone and train a new head, then fine-tune some of the convolution blocks;
> - compare accuracy, time and trained parameters with a CNN trained from scratch on the same data;
> - tell when the frozen backbone is enough, when fine-tuning is needed, and when it ruins the features;
> - use modules of TensorFlow Hub in Keras 3, and repair old code with `hub.KerasLayer`.
>
> **Reading** takes about 66 minutes, **running** about 90 seconds on 2 cores; chapters 1, 2 and 3 come first. No network is needed.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko", "covers-D2"]
r"""
## 1. 남이 학습시킨 신경망을 빌려 쓰기

ImageNet의 사진 약 $1.2 \times 10^6$장으로 신경망을 학습시키려면 큰 컴퓨터와 여러 날이 필요합니다. 그런데 그렇게 얻은 특징은 ImageNet에만 쓸모가 있는 것이 아닙니다. 다른 문제를 위해 학습된 신경망을 새 문제에 다시 쓰는 것을 **전이 학습**(transfer learning)이라고 합니다.
다시 쓰는 합성곱 부분을 **백본**(backbone), 그 뒤에 붙여 답을 내는 층을 **출력부**(head)라고 부릅니다.

이 강좌에는 ImageNet으로 학습된 EfficientNet-Lite0이 들어 있습니다(`course_lib/models/efficientnet_lite.py`; Tan, Le, 2019). 네트워크가 있으면 `weights.backbone("VGG16")`이나 `weights.backbone("ResNet50")`처럼 3장의 신경망도 이름으로 불러올 수 있습니다.
EfficientNet-Lite0은 입력 크기를 `None`으로 두면 어떤 크기의 이미지든 받습니다. 이 신경망은 아래 사진 여섯 장을 무엇이라고 답할까요?
"""

# %% [markdown] tags=["en", "covers-D2"]
r"""
## 1. Borrow a network that others have trained

To train a network on ImageNet's roughly $1.2 \times 10^6$ photographs takes a large computer and many days. But the features gained that way are of use beyond ImageNet. To take a network trained for one problem and use it for another is **transfer learning**.
The convolutional part that is used again is called the **backbone**, and the layers behind it that give the answer are the **head**.

This course ships EfficientNet-Lite0 trained on ImageNet (`course_lib/models/efficientnet_lite.py`; Tan, Le, 2019). With a network connection you can load the networks of chapter 3 by name as well, such as `weights.backbone("VGG16")` or `weights.backbone("ResNet50")`.
With `None` as its input size, EfficientNet-Lite0 takes images of any size. What will it answer for the six photographs below?
"""

# %% tags=["covers-D1", "covers-D2"]
import numpy as np
from keras import ops

from course_lib import claim, data, plot, predict, reveal, weights


def resized(images, side):
    """(..., height, width, 3) -> (..., side, side, 3), from 0 to 1."""
    options = dict(interpolation="bicubic", antialias=True)
    return np.clip(ops.convert_to_numpy(ops.image.resize(images, (side, side), **options)), 0, 1)


def square(image):
    """The square in the middle of a photograph."""
    short = min(image.shape[:2])
    top, left = ((side - short) // 2 for side in image.shape[:2])
    return image[top:top + short, left:left + short]

# %% tags=["covers-D1", "covers-D2"]
imagenet = weights.backbone(input_shape=(None, None, 3), include_top=True)
preprocess = weights.preprocess()

names = ("coffee", "cat", "china", "flower", "rocket", "astronaut")
photographs = np.stack([resized(square(data.photograph(name)), 224) for name in names])
logits = imagenet.predict(preprocess(photographs), verbose=0)
answers = [[name for name, _ in row] for row in weights.top_classes(logits, k=3)]
plot.image_grid(photographs, ["\n".join(row) for row in answers], size=1.4,
                title="The three likeliest of 1,000 names",
                alt="Six photographs with three names each: espresso for the coffee, kinds of cat for the cat, "
                    "palace for the temple, daisy for the flower, wrong names for the rocket and the astronaut.")

# %% tags=["covers-D1"]
claim("The first answer for the coffee", answers[0][0], equals="espresso")
claim("All three answers for the cat are cats",
      set(answers[1]) <= {"Egyptian cat", "tabby", "tiger cat", "lynx", "Persian cat"}, equals=True)
claim("Names of ImageNet that contain 'astronaut'",
      [name for name in weights.imagenet_classes() if "astronaut" in name], equals=[])

# %% [markdown] tags=["ko"]
r"""
커피는 에스프레소라고, 고양이는 여러 종류의 고양이라고 답했습니다. 그러나 우주 비행사는 맞힐 수 없습니다. ImageNet의 이름 1,000개에 우주 비행사가 없기 때문입니다. 이 출력부는 자기가 아는 이름으로만 답할 수 있습니다.
그래서 우리는 출력부를 버리고 백본만 씁니다. 백본은 무엇을 보고 있을까요?

## 2. 얕은 층에서 깊은 층으로: 가장자리에서 부분으로

이 백본은 첫 합성곱(`stem`), 블록 16개, 마지막 $1 \times 1$ 합성곱(`head_conv`)으로 되어 있습니다. 블록의 이름은 단계의 번호와 차례입니다. 이를테면 `block6b`는 여섯째 단계의 두 번째 블록이고, 단계는 모두 일곱입니다.
블록은 3장의 병목(bottleneck)을 뒤집은 것입니다(inverted bottleneck; Sandler et al., 2018). $1 \times 1$ 합성곱으로 채널을 늘리고, **깊이별 합성곱**(depthwise convolution)을 거친 뒤, 다시 $1 \times 1$ 합성곱으로 채널을 줄입니다. 깊이별 합성곱은 채널마다 커널이 하나뿐이고 채널끼리 더하지 않아 가중치가 적습니다. 마지막 층 이름 `head_relu`의 head는 출력부가 아니라 백본의 끝을 가리킵니다.

먼저 단계마다 블록이 몇 개이고 채널이 몇 개인지 봅시다.
"""

# %% [markdown] tags=["en"]
r"""
It calls the coffee an espresso and the cat several kinds of cat. But the network cannot be right about the astronaut: none of ImageNet's 1,000 names is one. This head can only answer with the names that it knows.
So we throw the head away and keep the backbone. What does the backbone see?

## 2. From shallow to deep: from edges to parts

This backbone consists of a first convolution (`stem`), 16 blocks, and a last $1 \times 1$ convolution (`head_conv`). A block is called by the number of its stage and its place there: `block6b` is the second block of the sixth of seven stages.
A block is the bottleneck of chapter 3 turned inside out (inverted bottleneck; Sandler et al., 2018). A $1 \times 1$ convolution widens the channels, a **depthwise convolution** follows, and another $1 \times 1$ convolution narrows them. A depthwise convolution has one kernel for each channel and adds nothing up over channels, so it has few weights. In the name of the last layer, `head_relu`, head means the end of the backbone, not the head that gives answers.

First see how many blocks each stage has, and how many channels.
"""

# %% tags=["covers-D3"]
import keras
from keras import layers

for stage in range(1, 8):
    blocks = [layer for layer in imagenet.layers if layer.name[:-1] == "block" + str(stage)]
    print(f"{blocks[0].name} ... {blocks[-1].name}: {len(blocks)}, {blocks[-1].output.shape[-1]}")
end = imagenet.get_layer("head_relu")
print(end.name, end.output.shape[-1])

# %% [markdown] tags=["ko"]
r"""
콜론 뒤의 첫 수는 블록의 개수이고 다음 수는 채널의 개수입니다. 깊어질수록 채널이 많아지고, 백본의 끝인 `head_relu`에서 1,280개가 됩니다.

고양이 사진의 특징 맵을 깊이 순서로 봅시다. 줄마다 한 층이고, 사진 안에서 자리에 따라 값이 가장 크게 달라지는 채널 네 개를 골랐습니다. 밝기의 기준은 맵마다 다릅니다.
"""

# %% [markdown] tags=["en"]
r"""
Behind the colon is the number of blocks, then that of channels. The deeper, the more channels; at `head_relu`, the end of the backbone, there are 1,280.

Look at the feature maps of the cat in order of depth. Each row is one layer; shown are the four channels whose values differ most from place to place in the picture. Each map has a grey scale of its own.
"""

# %% tags=["covers-D3"]
four_depths = ["stem_relu", "block2b", "block4c", "block7a"]
read_four = keras.Model(imagenet.input, [imagenet.get_layer(name).output for name in four_depths])
of_cat = [values[0].astype("float32") for values in read_four.predict(preprocess(photographs[1:2]), verbose=0)]

# %% tags=["covers-D3"]
rows, labels_of_rows = [], []
for name, values in zip(four_depths, of_cat):
    channels = np.argsort(-values.std(axis=(0, 1)))[:4]
    rows += [values[..., channel] for channel in channels]
    labels_of_rows += [name, f"{values.shape[0]}×{values.shape[1]}", "", ""]
plot.image_grid(rows, labels_of_rows, columns=4, size=1.3, title="The deeper the layer, the coarser the map",
                alt="Feature maps of the cat photograph in four rows: outlines and fur in the first, coarser "
                    "patches further down, only large bright and dark squares in the last.")

# %% [markdown] tags=["ko"]
r"""
얕은 층의 맵에서는 윤곽과 털이 그대로 보이고, 깊은 층에서는 밝고 어두운 큰 칸만 남습니다. 맵이 작아지는 대신 칸마다 더 넓은 곳을 보기 때문입니다(1장 12절).
깊은 층의 칸은 무엇에 반응할까요? 채널 하나를 골라 그 채널이 **가장 강하게 반응하는 조각**을 모으면 알 수 있습니다(Zeiler, Fergus, 2014). 이 장의 데이터인 이모지에서 찾아봅시다. 조각은 보기 좋게 자른 것이며 깊은 층일수록 크게 잘랐습니다. 칸 하나가 실제로 보는 범위, 곧 수용 영역은 1장의 식으로 계산해 함께 출력합니다. 깊은 층에서는 수용 영역이 그림보다도 넓습니다. 채널 여섯 개는 무엇에 반응하는지 알아보기 쉬운 것으로 골랐습니다.
"""

# %% [markdown] tags=["en"]
r"""
In shallow layers outlines and fur can be recognised; in deep ones only coarse squares are left, bright and dark. The maps are smaller, but each of their squares sees more (section 12 of chapter 1).
What does a square in a deep map respond to? Take one channel and collect the **patches to which it responds most strongly** (Zeiler, Fergus, 2014). Search the emoji, the data of this chapter. The patches are cut to be looked at, larger for deeper layers. How far a unit really sees, its receptive field, is computed by the formula of chapter 1 and printed below; in the deep layer it is wider than the picture. The six channels were picked because it is easy to see what they respond to.
"""

# %% tags=["covers-D3"]
sets = {name: data.emoji(name) for name in ("train", "validation", "test")}
images = {name: resized(part.images, 128) for name, part in sets.items()}


def strongest_patches(maps, channel, size, count=8):
    """Cut what excites a channel most, once for each concept: count squares of `size` pixels."""
    concepts, patches = sets["test"].names, {}
    step = 128 / maps.shape[1]
    for i in np.argsort(-maps[..., channel].max(axis=(1, 2))):
        place = np.unravel_index(maps[i, ..., channel].argmax(), maps.shape[1:3])
        row, column = (int((p + 0.5) * step) for p in place)
        padded = np.pad(images["test"][i], ((size // 2, size), (size // 2, size), (0, 0)), constant_values=1.0)
        patches.setdefault(concepts[i], padded[row:row + size, column:column + size])
        if len(patches) == count:
            return list(patches.values())

# %% tags=["covers-D3"]
chosen = {"block1a": (14, (10, 5)), "block3b": (44, (6, 17)), "block6b": (100, (103, 26))}  # patch size, channels


def reach(last):
    """Side of the receptive field of a unit of this layer, in pixels."""
    side, jump = 1, 1
    for layer in imagenet.layers:
        if isinstance(layer, (layers.Conv2D, layers.DepthwiseConv2D)):
            side += (layer.kernel_size[0] - 1) * jump
            jump *= layer.strides[0]
        if layer.name == last:
            return side


for name, (size, _) in chosen.items():
    print(f"{name}: patches of {size} pixels, receptive field of {reach(name)}")

# %% tags=["covers-D3"]
depths = ["stem_relu", "block1a", "block2b", "block3b", "block4c", "block5c", "block6b", "block7a", "head_relu"]
pooled = [layers.GlobalAveragePooling2D(dtype="float32")(imagenet.get_layer(name).output) for name in depths]
read_test = keras.Model(imagenet.input, [*pooled, *(imagenet.get_layer(name).output for name in chosen)])
in_one_go = read_test.predict(preprocess(images["test"]), batch_size=16, verbose=0)  # the averages serve later
by_depth, of_test = in_one_go[:len(depths)], dict(zip(chosen, in_one_go[len(depths):]))

# %% tags=["covers-D3"]
patches, titles = [], []
for name, (size, channels) in chosen.items():
    for channel in channels:
        patches += strongest_patches(of_test[name].astype("float32"), channel, size)
        titles += [f"{name} #{channel}"] + [""] * 7
plot.image_grid(patches, titles, columns=8, size=0.8, framed=True, title="What excites a channel most",
                alt="Six rows of patches. Shallow channels: corners in any colour, green curves. Middle: dots "
                    "like eyes, right-hand edges. Deep: square fronts of trains and phones, faces of animals.")
test_maps = of_test["block6b"].astype("float32")  # for section 4
del in_one_go, of_test  # large, and no longer needed

# %% [markdown] tags=["ko"]
r"""
얕은 `block1a`는 무엇의 일부인지와 상관없이 가장자리와 색에, 가운데 `block3b`는 눈처럼 둥글고 검은 점이나 오른쪽의 곧은 테두리에, 깊은 `block6b`는 동물의 얼굴이나 탈것과 기기의 네모난 앞면처럼 더 큰 **부분**에 반응합니다. 다만 한 채널이 언제나 한 가지에만 반응하는 것은 아니고(동물의 얼굴에 반응하는 채널은 다른 것에도 반응합니다), 골라낸 채널 몇 개의 그림은 인상일 뿐이므로 수치로 확인합니다.

테스트 이모지마다 채널별 평균을 특징으로 삼고, 특징이 가장 가까운, 다른 **개념**(concept, 이를테면 고양이나 버스)의 이모지를 찾습니다. 가까움은 **코사인 유사도**(cosine similarity)로 잽니다. 채널마다 평균을 빼고 표준편차로 나눈 두 벡터 $a$와 $b$ 사이 각의 코사인 $\sum_c a_c b_c / (\lVert a \rVert \lVert b \rVert)$이며, 방향이 같으면 $1$, 직각이면 $0$입니다. 널리 알려진 설명으로는 특징이 깊이에 따라 색과 가장자리에서 형태와 부분으로 나아간다고 합니다. 그 설명이 맞다면 이웃의 **색**과 **클래스**는 깊이에 따라 어떻게 달라져야 할까요? 클래스는 여덟 가지이고, 백본은 이 클래스로 나누기를 배운 적이 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
The shallow `block1a` responds to edges and colours, whatever they belong to; `block3b` in the middle to round dark dots such as eyes, and to straight right-hand edges; the deep `block6b` to larger **parts**, such as faces of animals and square fronts of vehicles and devices. But a channel does not always respond to one thing only (the one for faces of animals responds to other things, too), and a few channels that were picked give only an impression, so measure it.

Take the mean of each channel as a feature of each test emoji, and find the emoji of another **concept** (a concept is, say, cat or bus) whose features are closest. Closeness is **cosine similarity**: take each channel's mean off and divide by its standard deviation, and of two such vectors $a$ and $b$ take the cosine of the angle between them, $\sum_c a_c b_c / (\lVert a \rVert \lVert b \rVert)$: $1$ for the same direction, $0$ for a right angle. The usual description is that with depth, features go from colours and edges to shapes and parts. If that is right, what must become of the **colour** and of the **class** of neighbours? There are eight classes, and the backbone was never taught to tell these apart.
"""

# %%
predict("by_depth", "From the stem to the last map, what happens to nearest neighbours?",
        choices=["fewer of the same class, colours more alike", "more of the same class, colours more alike",
                 "more of the same class, colours less alike"])

# %% tags=["covers-D3"]
test, concept = sets["test"], np.array(sets["test"].names)
colour = (test.images * test.masks).sum(axis=(1, 2)) / test.masks.sum(axis=(1, 2))  # mean red, green, blue
distance = np.linalg.norm(colour[:, np.newaxis] - colour, axis=-1)

# %% tags=["covers-D3"]
def cosines(features):
    """Cosine similarity of each picture to each."""
    scaled = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    scaled /= np.linalg.norm(scaled, axis=1, keepdims=True)
    return scaled @ scaled.T


def neighbours(features):
    """For each picture the other ones from near to far, without those of its own concept."""
    similarity = np.where(concept[:, np.newaxis] == concept, -2, cosines(features))
    return np.argsort(-similarity, axis=1, kind="stable")

# %% tags=["covers-D3", "reveal"]
closest = [neighbours(features)[:, 0] for features in by_depth]
same_class = [100 * (test.labels[near] == test.labels).mean() for near in closest]
other_colour = [100 * distance[range(len(test)), near].mean() / distance.mean() for near in closest]
alike = (test.labels[:, np.newaxis] == test.labels) & (concept[:, np.newaxis] != concept)
by_chance = 100 * alike.sum() / (concept[:, np.newaxis] != concept).sum()
plot.curves({"of the same class": same_class, "difference in colour, of that of any two": other_colour},
            xlabel="depth, from the stem (1) to the last map (9)", ylabel="nearest neighbours (%)",
            baseline=(by_chance, "same class by chance"),
            title="Deeper neighbours share more class and less colour",
            alt="Two rising curves over nine depths: the share of neighbours of the same class rises from a "
                "third to over two thirds, their difference in colour from 40 to almost 80 percent.")

# %% tags=["covers-D3", "reveal"]
reveal("by_depth", "fewer of the same class, colours more alike" if same_class[-1] < same_class[0] else
       "more of the same class, colours more alike" if other_colour[-1] < other_colour[0] else
       "more of the same class, colours less alike")
claim("With depth, more nearest neighbours are of the same class (last map against stem)",
      same_class[-1] - same_class[0], at_least=30, unit="points")
claim("With depth, their colours differ more", other_colour[-1] - other_colour[0], at_least=30, unit="points")

# %% [markdown] tags=["ko"]
r"""
얕은 층의 이웃은 색이 비슷하고, 깊은 층에서는 클래스가 같은 이웃이 훨씬 많아집니다. 그러나 언제나 그런 것은 아닙니다.

직접 찾아보세요. 다섯 클래스에서 여섯 개씩 고른, 개념이 서로 다른 이모지와 1절의 사진 여섯 장이 있습니다. 달리아 사진의 이웃은 무엇일까요? 픽셀로, 첫 합성곱으로, 백본의 끝으로 비교할 때를 하나씩 떠올려 본 다음 확인하세요. 꽃 그림은 언제 이웃이 되나요? 다른 그림도 눌러 보세요. 깊은 층에서도 클래스가 다른 이웃이 나오는 그림을 찾아보세요. 그 이웃은 무엇이 닮았나요?
"""

# %% [markdown] tags=["en"]
r"""
Neighbours in shallow layers are alike in colour; in deep layers many more of them share the class, but not always.

Look for yourself. Here are emoji of five classes, six of each and each of another concept, with the six photographs of section 1. Which are the neighbours of the dahlia's photograph? Imagine them first: compared by pixels, by the first convolution, by the end of the backbone. Then look. When does a drawing of flowers become a neighbour? Press other pictures, too. Find one that has neighbours of another class even by the deepest layer. In what are they alike?
"""

# %% tags=["covers-D3"]
firsts = np.unique(concept, return_index=True)[1]  # one picture of each concept
some = [i for label in (0, 1, 2, 3, 5) for i in firsts[test.labels[firsts] == label][:6]]
chosen_ones = [*some, *range(len(test), len(test) + len(photographs))]
everything = np.concatenate([images["test"], resized(photographs, 128)])
of_photographs = read_test.predict(preprocess(everything[len(test):]), verbose=0)
at = {name: np.concatenate(parts) for name, *parts in zip(depths, by_depth, of_photographs)}

# %% tags=["covers-D3"]
compared = {"pixels": resized(everything, 16).reshape(len(everything), -1),
            "the first convolution": at["stem_relu"],
            "block3b, in the middle": at["block3b"], "the end of the backbone": at["head_relu"]}
compared = {name: cosines(values)[np.ix_(chosen_ones, chosen_ones)] for name, values in compared.items()}
class_of, dahlia = np.array([*test.labels[some], 2, 0, 4, 1, 3, -1]), len(some) + 3  # -1 for a person
plot.explore_neighbours(
    resized(everything[chosen_ones], 48), compared,
    [test.names[i] for i in some] + ["cup of coffee", "a cat", "a temple", "a dahlia", "a rocket", "an astronaut"],
    [test.classes[label] for label in class_of[:-1]] + ["person"], query=dahlia,
    title="The dahlia's neighbours, from pixels to the deepest layer",
    alt="Four rows, one for pixels and three for layers of the backbone: the photograph of the dahlia on the "
        "left, then the five pictures that are most like it, with their names and cosine similarities.")

# %% tags=["covers-D3"]
itself = 3 * np.eye(len(class_of))
nearest_five = {name: np.argsort(itself - values, axis=1)[:, :5] for name, values in compared.items()}
alike_in_kind = {name: class_of[near] == class_of[:, np.newaxis] for name, near in nearest_five.items()}
claim("Of 150 neighbours of the emoji, so many more share the class by the end of the backbone than by pixels",
      (alike_in_kind["the end of the backbone"] * 1 - alike_in_kind["pixels"])[:len(some)].sum(), at_least=12)
claim("Of 30 neighbours of the photographs by block3b, so many are photographs",
      (nearest_five["block3b, in the middle"][len(some):] >= len(some)).sum(), at_least=27)
of_dahlia = [bool(near[dahlia].any()) for near in alike_in_kind.values()]
claim("Whether a drawing of plants is among the dahlia's five neighbours: by pixels, by the first convolution, by "
      "block3b, by the end of the backbone",
      of_dahlia, equals=[False, False, False, True])

# %% [markdown] tags=["ko"]
r"""
이모지끼리는 깊어질수록 같은 클래스의 이웃이 많아집니다. 그러나 사진의 이웃은 가운데 층에서도 거의 사진입니다. 특징에는 **무엇인지**뿐 아니라 **어떻게 생긴 그림인지**도 들어 있습니다. 이모지는 그린 것일 뿐 아니라 흰 바탕 위에 있으므로, 둘 가운데 어느 쪽이 더 중요한지는 이 비교만으로 알 수 없습니다. 견주어 본 네 가지 가운데 백본의 끝에서만 달리아의 이웃에 꽃 그림이 섞입니다. 데이터가 가까운지 먼지가 왜 중요한지는 6절에서 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Among emoji, more neighbours share the class the deeper one goes. But the neighbours of photographs are photographs nearly always, even in the middle. Features hold not only **what** a picture shows but also **what kind of picture** it is. Emoji are drawn, but they also stand on white; which of the two matters more, this comparison cannot tell. Of the four that were compared, only at the end of the backbone does a drawing of flowers come among the dahlia's neighbours. Section 6 shows why it matters whether data is near or far.
"""

# %% [markdown] tags=["ko"]
r"""
## 3. 새 데이터: 세 가지 그림체의 이모지

새 문제는 이모지를 여덟 클래스로 나누는 것입니다. 같은 개념을 세 디자인 팀이 그렸습니다. google과 twitter의 그림체(style)는 평평하고, fluent의 그림체에는 사진처럼 음영이 있습니다.
클래스는 동물(animal), 식물(plant), 음식(food), 탈것(vehicle), 건물과 장소(place), 옷과 장신구(clothing), 기기(device), 도구(tool)입니다. 아래 그림의 줄은 위에서부터 google, twitter, fluent입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 3. New data: emoji in three styles

The new problem is to sort emoji into eight classes. Three design teams drew the same concepts. The styles google and twitter are flat; fluent is shaded like a photograph.
The classes are animal, plant, food, vehicle, place (buildings and landscapes), clothing, device and tool. The rows of the figure below are google, twitter and fluent, from the top.
"""

# %%
train = sets["train"]
first = [train.names[int(np.flatnonzero(train.labels == label)[0])] for label in range(8)]
shown = [next(i for i, name in enumerate(train.names) if name == one and train.styles[i] == style)
         for style in ("google", "twitter", "fluent") for one in first]
plot.image_grid(train.images[shown], list(train.classes) + [""] * 16, columns=8, size=0.95,
                title="One concept of each class in three styles",
                alt="Eight concepts, one of each class, in three rows of different drawing styles.")

# %%
for name, part in sets.items():
    print(f"{name:10} {len(part):4} pictures of {len(set(part.names)):3} concepts")
claim("Concepts that are both in training and in test", set(train.names) & set(test.names), equals=set())

# %% [markdown] tags=["ko"]
r"""
나누는 방법이 중요합니다. 그림을 무작위로 나누면 같은 개념의 다른 그림체나 닮은 개념이 학습 데이터에 들어가, 정확도가 10포인트 넘게 좋아 보입니다(**데이터 누출**, data leakage). 그래서 개념별로 나누고, 버스와 미니버스처럼 닮은 개념은 같은 쪽에 두었습니다(`data/README.md`). 테스트 개념은 어떤 그림체로도 학습한 적이 없습니다.

## 4. 같은 데이터, 세 가지 길

### 처음부터 학습하기

1장의 CNN 코드에 색 채널과 드롭아웃을 더해 처음부터 학습시킵니다. 그림은 $32 \times 32$로 줄이고, 몇 픽셀씩 밀거나 좌우로 뒤집은 것으로 학습합니다(데이터 증강, data augmentation). 크기, 폭, 드롭아웃, 학습률은 검증(validation) 데이터로 골랐고, 더 크거나 넓은 신경망이 더 낫지는 않았습니다. 무작위로 답하면 약 13 %, 언제나 '동물'이라고 하면 23 %를 맞힙니다.
"""

# %% [markdown] tags=["en"]
r"""
How the data is split matters. A split of pictures at random puts other styles of the same concept, and concepts that look alike, into training, and accuracy looks over 10 points better (**data leakage**). So it is split by concept, and concepts that look alike, such as bus and minibus, stay on the same side (`data/README.md`). No test concept was ever seen in training, in any style.

## 4. The same data, three ways

### From scratch

Take the CNN of chapter 1, add colour channels and dropout, and train it from scratch. Pictures are reduced to $32 \times 32$, and shifted or mirrored for training (data augmentation). Size, width, dropout and learning rate were chosen on validation data; larger and wider networks were no better. Guessing is right for about 13 %, and always 'animal' for 23 %.
"""

# %%
predict("from_scratch", "What percentage of the test pictures will the CNN from scratch get right?",
        choices=["under 35 %", "35 to 60 %", "over 60 %"])

# %% tags=["covers-D7"]
import time

from course_lib import training


def convolve(x, filters, kernel_size, strides=1):  # as in chapter 1
    x = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.ReLU()(x)

# %% tags=["covers-D7"]
def build_cnn(size=32, channels=3, classes=8):
    images = keras.Input((size, size, channels))
    x = convolve(images, 16, kernel_size=5, strides=2)
    x = layers.MaxPooling2D()(convolve(x, 32, kernel_size=3))
    x = layers.MaxPooling2D()(convolve(x, 64, kernel_size=3))
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    return keras.Model(images, layers.Dense(classes, dtype="float32")(x), name="CNN")

# %% tags=["covers-D7"]
def move(images, random, reach=4):
    """Shift each image by up to `reach` pixels and mirror half of them."""
    images = np.where(random.random((len(images), 1, 1, 1)) < 0.5, images, images[:, :, ::-1])
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="edge")
    side, corners = images.shape[1], random.integers(0, 2 * reach + 1, (len(images), 2))
    return np.stack([one[i:i + side, j:j + side] for one, (i, j) in zip(padded, corners)])

# %% tags=["covers-D7"]
y = {name: part.labels for name, part in sets.items()}
small = {name: resized(part.images, 32) for name, part in sets.items()}
seconds, correct = {}, {}

# %% tags=["covers-D7", "reveal"]
started = time.perf_counter()
# each picture in ten versions, and each of these twice: as much as 20 epochs
varied = np.concatenate([move(small["train"], np.random.default_rng(version)) for version in range(10)])
scratch = training.one_cycle(build_cnn(), varied, epochs=2, rate=0.05, batch_size=64)
training.train(scratch, varied, np.tile(train.labels, 10), epochs=2, seed=0, batch_size=64)
seconds["from scratch"] = time.perf_counter() - started
correct["from scratch"] = training.accuracy(scratch, small["test"], y["test"])
reveal("from_scratch", correct["from scratch"], limits=[35, 60])
claim("From scratch, the CNN of chapter 1 is better than always saying 'animal'", correct["from scratch"],
      at_least=35, unit="%")

# %% [markdown] tags=["ko"]
r"""
절반쯤 맞힙니다. 그림이 1,000장도 되지 않으니 이 정도도 나쁘지 않습니다. 백본은 앞으로 그림을 $128 \times 128$로 받습니다. CNN에 원래 크기인 $64 \times 64$를 주어도, 더 오래 학습시켜도 결과는 비슷했습니다.

### 백본은 동결하고 출력부만

이제 백본을 씁니다. **동결**(freeze)한 층의 가중치는 바뀌지 않으므로 같은 그림에 대한 출력도 언제나 같습니다. 따라서 한 번만 계산해 두고 계속 쓸 수 있습니다. 나중에 뒷부분을 미세 조정할 것이므로 `block6b`에서 잘라 앞부분(`bottom`)의 특징 맵을 저장해 둡니다. 학습 그림은 좌우로 뒤집은 것도 함께 씁니다.
출력부는 전역 평균 풀링(2장)으로 얻은 값 1,280개를 받는 완전 연결층 하나입니다. 가중치는 모두 $0$에서 시작하므로 처음에는 여덟 클래스가 똑같이 그럴듯합니다. 학습에는 가중치마다 보폭을 따로 조절하는 **Adam**(Kingma, Ba, 2015)을 씁니다. 그림이 적어 과적합하기 쉬우므로 가중치 제곱의 합에 비례하는 벌점을 손실에 더합니다(**L2 정규화**, regularization). 파라미터는 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
About half are right, which is not bad for fewer than 1,000 pictures. The backbone will get them at $128 \times 128$; the CNN did about as well with the $64 \times 64$ of the files, and with longer training.

### Freeze the backbone, train only a head

Now use the backbone. The weights of **frozen** layers do not change, so their output for a picture is always the same. It need be computed only once and can be used over and over. As later blocks will be fine-tuned, cut at `block6b` and keep the feature maps of the lower part (`bottom`). Training pictures are used mirrored as well.
The head is one dense layer that takes the 1,280 values from global average pooling (chapter 2). Its weights start at $0$, so at first all eight classes are equally likely. It is trained with **Adam** (Kingma, Ba, 2015), which adapts the size of the step to each weight. With few pictures it overfits easily, so a penalty in proportion to the sum of the squared weights is added to the loss (**L2 regularization**). How many parameters is that?
"""

# %%
predict("head", "How many parameters has a dense layer from 1,280 values to 8 classes, biases included?")

# %% tags=["covers-D4"]
middle = imagenet.get_layer("block6b").output
bottom = keras.Model(imagenet.input, middle, name="bottom")
last_map = imagenet.get_layer("head_relu").output
top = keras.Model(middle, last_map, name="top")
averaged = layers.GlobalAveragePooling2D(dtype="float32")(last_map)
pool = keras.Model(middle, averaged)
as_learned = top.get_weights()

# %% [markdown] tags=["ko", "covers-D4", "covers-D5"]
r"""
앞으로 할 일을 그림으로 봅시다. **파란 상자**는 학습하는 부분이고, 회색 상자는 동결했거나 가중치가 없는 부분입니다. 미세 조정은 잠시 뒤에 합니다.
"""

# %% [markdown] tags=["en", "covers-D4", "covers-D5"]
r"""
Here is what will be done. **Blue boxes** are trained; grey ones are frozen or have no weights. Fine-tuning comes a little later.
"""

# %% tags=["covers-D4", "covers-D5", "reveal"]
upper, lower = "stem to block6b", "block6c to head_relu"
plot.block_diagram({
    "as borrowed, with ImageNet's head": ["picture", upper, lower, "average", "head for 1,000 names"],
    "frozen: only a new head is trained": ["picture", upper, lower, "average", "*new head for 8 classes"],
    "head first: that head, then the end of the backbone as well":
        ["picture", upper, "*" + lower, "average", "*trained head for 8 classes"],
    "all at once: a random head and the end of the backbone":
        ["picture", upper, "*" + lower, "average", "*random head for 8 classes"]},
    title="What is trained, and what is frozen",
    alt="Four rows of boxes from picture to head. Borrowed: nothing is blue. Frozen: only the new head is blue. "
        "Head first and all at once: the blocks from block6c on and the head are blue.")

# %% [markdown] tags=["ko"]
r"""
모델은 여러 개 만들지만 백본의 층은 한 벌뿐입니다. 다음 그림의 줄마다 모델이 하나이고, **이름이 같은 상자는 같은 층**이므로 가중치도 같습니다. `top`을 미세 조정하면 `pool`의 특징도, 7절에서 쓸 `old_network`의 답도 함께 바뀝니다. 그래서 학습하기 전의 가중치를 `as_learned`에 적어 두었다가, 새로 시작할 때마다 `top.set_weights(as_learned)`로 되돌립니다.
"""

# %% [markdown] tags=["en"]
r"""
Several models are made, but there is only one set of the backbone's layers. In the next figure each row is a model, and **boxes of the same name are the same layers**, so their weights are the same, too. When `top` is fine-tuned, the features of `pool` change with it, and so do the answers of `old_network` in section 7. That is why the weights before training are kept in `as_learned`, and `top.set_weights(as_learned)` brings them back before each new start.
"""

# %% tags=["covers-D4", "reveal"]
cut = "map of block6b"
plot.block_diagram(dict(
    bottom=["picture", upper], top=[cut, lower], pool=[cut, lower, "average"],
    tuned=[cut, "*" + lower, "average", "*head for 8 classes"],
    old_network=[cut, lower, "average", "head for 1,000 names"]),
    title="Boxes of the same name are the same layers",
    alt="Five rows of boxes, a model each. The first leads from the picture to block6b; the other four begin with "
        "the map of block6b and share the blocks from block6c to head_relu.")

# %% tags=["covers-D4"]
def lower_maps(images):
    """Images from 0 to 1 -> maps of block6b, float32."""
    parts = [bottom.predict_on_batch(preprocess(images[i:i + 18])) for i in range(0, len(images), 18)]
    return np.concatenate(parts).astype("float32")

# %% tags=["covers-D4"]
started = time.perf_counter()
maps = {name: lower_maps(images[name]) for name in ("train", "validation")}
maps["train"] = np.concatenate([maps["train"], lower_maps(images["train"][:, :, ::-1])])
maps["test"] = test_maps  # of section 2
y["train"] = np.tile(train.labels, 2)
features = {name: pool.predict(values, batch_size=256, verbose=0) for name, values in maps.items()}
seconds["features"] = time.perf_counter() - started
print("maps", maps["train"].shape, "-> features", features["train"].shape)

# %% tags=["covers-D4"]
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def falling(rate, examples, epochs, batch_size):
    """A learning rate that falls from `rate` to zero along a cosine."""
    batches = -(-examples // batch_size)  # of an epoch, rounded up
    return keras.optimizers.schedules.CosineDecay(rate, epochs * batches)

# %% tags=["covers-D4"]
def train_head(features, labels, classes=8, rate=0.01, epochs=12):
    head = keras.Sequential([keras.Input(features.shape[1:]), layers.Dense(
        classes, kernel_initializer="zeros", kernel_regularizer=keras.regularizers.L2(3e-3), dtype="float32")])
    head.compile(keras.optimizers.Adam(falling(rate, len(features), epochs, 64)), cross_entropy)
    head.fit(features, labels, batch_size=64, epochs=epochs, verbose=0, callbacks=[training.Progress("head")])
    return head

# %% tags=["covers-D4"]
started = time.perf_counter()
course_lib.set_seed(0)
head = train_head(features["train"], y["train"])
seconds["frozen"] = seconds["features"] + time.perf_counter() - started
correct["frozen"] = training.accuracy(head, features["test"], y["test"])

# %% tags=["covers-D4", "reveal"]
reveal("head", head.count_params())
claim("Frozen backbone and new head, on concepts never seen", correct["frozen"], at_least=64, unit="%")
claim("That is better than from scratch", correct["frozen"] - correct["from scratch"], at_least=12, unit="points")

# %% [markdown] tags=["ko"]
r"""
학습한 파라미터는 만 개 남짓인데 처음부터 학습한 CNN보다 훨씬 정확합니다.

### 합성곱 블록 일부를 미세 조정하기

출력부가 자리를 잡았으니 백본의 뒤쪽(`block6c`부터 끝까지)도 **작은 학습률**로 함께 학습시킵니다. 이것이 **미세 조정**(fine-tuning)입니다. 출력부의 학습률은 $10^{-2}$이었지만 이번에는 그 백분의 일인 $10^{-4}$입니다. `block6b`까지는 그대로 둡니다. 얕은 층이 보는 가장자리와 색 같은 특징은 여러 문제에 두루 쓸모가 있고(Yosinski et al., 2014), 뒤쪽만 학습하면 시간도 덜 듭니다. 배치 정규화(batch normalization)층은 모두 동결하는데, 그 이유는 7절에서 봅니다. 작은 학습률로 두 에포크만 학습하므로 출력부의 벌점은 여기서 뺐습니다. 시간을 아끼려고 뒤집은 그림도 쓰지 않습니다.
`compile`은 그때의 `trainable`을 읽습니다. `trainable`을 바꾸었으면 **다시 컴파일해야** 합니다.
"""

# %% [markdown] tags=["en"]
r"""
Little more than ten thousand parameters were trained, and it is far better than the CNN from scratch.

### Fine-tune some convolution blocks

The head has found its place, so now train the end of the backbone, too (from `block6c` on), with a **small learning rate**: **fine-tuning**. The head learned at a rate of $10^{-2}$; now it is a hundredth of that, $10^{-4}$. Everything up to `block6b` stays as it is: the features of shallow layers, such as edges and colours, are of use for many problems (Yosinski et al., 2014), and to train only the end takes less time. All batch normalization layers are frozen; section 7 shows why. With a small rate and two epochs only, the penalty on the head is left out here, and to save time so are the mirrored pictures.
`compile` reads `trainable` as it is then. After changing `trainable`, **compile again**.
"""

# %% tags=["covers-D5"]
def fine_tune(maps, labels, head, rate=1e-4, epochs=2, classes=8, watch=()):
    """Train the convolutions of `top` and a head behind it; `head` gives the first weights, None random ones."""
    top.set_weights(as_learned)
    for layer in top.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    images = keras.Input(maps.shape[1:])
    last = layers.Dense(classes, dtype="float32")
    model = keras.Model(images, last(layers.GlobalAveragePooling2D(dtype="float32")(top(images))))
    if head is not None:
        last.set_weights(head.get_weights())
    model.compile(keras.optimizers.Adam(falling(rate, len(maps), epochs, 64)), cross_entropy)
    model.fit(maps, labels, batch_size=64, epochs=epochs, verbose=0,
              callbacks=[training.Progress("fine-tuning"), *watch])
    return model

# %% tags=["covers-D5"]
started = time.perf_counter()
course_lib.set_seed(0)
not_mirrored = maps["train"][:len(train.labels)]
tuned = fine_tune(not_mirrored, train.labels, head)
seconds["fine-tuned"] = seconds["frozen"] + time.perf_counter() - started
as_tuned = top.get_weights()
answer = {"frozen": head.predict(features["test"], verbose=0).argmax(axis=1),
          "tuned": tuned.predict(maps["test"], batch_size=256, verbose=0).argmax(axis=1)}
right = {way: given == y["test"] for way, given in answer.items()}
correct["fine-tuned"] = 100 * right["tuned"].mean()

# %% tags=["covers-D5"]
def trained_parameters(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


parameters = {"from scratch": trained_parameters(scratch), "frozen": trained_parameters(head),
              "fine-tuned": trained_parameters(tuned)}
print(parameters)

# %% tags=["covers-D5"]
plot.bars({name: round(value, 1) for name, value in correct.items()}, ylabel="test accuracy (%)",
          title="With a borrowed backbone, the same pictures teach more",
          baseline=(100 * (test.labels == 0).mean(), "always 'animal'"),
          alt="Three bars of test accuracy: from scratch just under 50 percent, frozen about 66, fine-tuned a "
              "little higher.")
claim("Fine-tuned, it is far better than from scratch", correct["fine-tuned"] - correct["from scratch"],
      at_least=12, unit="points")

# %% tags=["nbval-ignore-output", "covers-D7", "bench"]
for name, value in correct.items():
    print(f"{name:13} {value:5.1f} %  {seconds[name]:5.1f} s  {parameters[name]:9,} parameters trained")

# %% [markdown] tags=["ko"]
r"""
같은 그림으로 배웠는데 정확도의 차이가 큽니다. 다만 공짜는 아닙니다. 표의 시간은 이 컴퓨터에서 걸린 것뿐이고, ImageNet으로 백본을 학습시킨 긴 시간은 들어 있지 않습니다. 백본은 더 큰 그림을 보고 계산도 더 많이 합니다.

미세 조정의 효과는 여기서 작습니다. 얼마나 작아야 우연이라고 할까요? 테스트 그림은 399장이지만 개념은 133개뿐입니다. 이 개념들에서 133개를 다시 뽑습니다. 같은 개념이 여러 번 뽑혀도 괜찮습니다. 이렇게 1,000번 뽑아 그때마다 두 모델의 차이를 재면, 시험 문제가 달랐을 때 차이가 얼마나 흔들렸을지 알 수 있습니다. 이 방법을 **부트스트랩**(bootstrap)이라고 합니다(Efron, 1979).
"""

# %% [markdown] tags=["en"]
r"""
All learned from the same pictures, and the difference in accuracy is large. It does not come for free: the seconds are those of this computer only, and the long training of the backbone on ImageNet is not among them. The backbone also sees larger pictures and computes more.

The effect of fine-tuning is small here. How small must it be to be chance? The 399 test pictures show only 133 concepts. Draw 133 anew from these concepts, so that one may be drawn several times. Do that 1,000 times and measure the difference of the two models each time: this tells how much it would have wavered if other things had been asked. The method is called the **bootstrap** (Efron, 1979).
"""

# %% tags=["covers-D5"]
kinds_of_things = np.unique(test.names)


def by_concept(values, which=slice(None)):
    """Mean of some pictures' values for each test concept, (133,)."""
    return np.array([values[which][concept[which] == kind].mean() for kind in kinds_of_things])


def drawn_anew(gains):
    """Between which means (points) 95 % of 1,000 tests lie, each of as many concepts, drawn from this one's."""
    draws = np.random.default_rng(0).integers(0, len(gains), (1000, len(gains)))
    return 100 * np.quantile(gains[draws].mean(axis=1), (0.025, 0.975))

# %% tags=["nbval-ignore-output", "covers-D5"]
low, high = drawn_anew(by_concept(right["tuned"] * 1.0 - right["frozen"]))
print(f"fine-tuned minus frozen: {correct['fine-tuned'] - correct['frozen']:.1f} points; "
      f"in 95 % of the draws from {low:.1f} to {high:.1f}")

# %% tags=["covers-D5"]
claim("Fine-tuning changes hardly more than other test concepts might (its gain, of half the range of 95 % of the "
      "draws)",
      abs(correct["fine-tuned"] - correct["frozen"]) / ((high - low) / 2), at_most=1.4)

# %% [markdown] tags=["ko"]
r"""
$0$이 범위 안이나 그 가장자리에 있으므로, 다른 개념으로 시험했다면 미세 조정한 쪽이 오히려 뒤졌을 수도 있습니다. 게다가 학습은 한 번뿐이어서, 다시 학습할 때 생기는 흔들림은 이 범위에 들어 있지도 않습니다. 6절에서는 더 가까운 데이터와 더 먼 데이터로도 시험합니다. 동결한 백본의 출력부가 무엇을 틀리는지도 보세요.
"""

# %% [markdown] tags=["en"]
r"""
$0$ lies in that range, or at its edge: asked for other things, the fine-tuned model might even have been behind. And each was trained just once, so what another training would change is not even in that range. Section 6 tests on other data, too, nearer and farther. See also what the head on the frozen backbone gets wrong.
"""

# %%
plot.confusion_matrix(y["test"], answer["frozen"], test.classes, title="Animals are easiest",
                      alt="Confusion matrix of eight classes in percent; nearly all animals are right, "
                          "of the other classes about half to two thirds.")
recall = [100 * (answer["frozen"][y["test"] == label] == label).mean() for label in range(8)]
claim("Animals are recognised better than any other class (lead over the next)", recall[0] - max(recall[1:]),
      at_least=16, unit="points")

# %% [markdown] tags=["ko"]
r"""
ImageNet의 클래스는 열에 넷쯤이 동물이고, 이모지의 학습 그림도 동물이 가장 많습니다. 나머지 클래스는 종류가 다양하고 경계도 흐립니다. 이 가운데 무엇이 까닭인지는 표만으로 알 수 없습니다.

### 보통은 이렇게 씁니다

위에서는 시간을 아끼려고 동결한 부분의 출력을 저장해 두고 썼습니다. 보통은 그림부터 답까지 한 모델로 만들고 두 번 학습시킵니다. 순서는 **동결 → 컴파일 → 학습 → 해제 → 다시 컴파일 → 학습**입니다. 구글의 그림체 318장만을 원래 크기 그대로 써서 해 보고, 에포크마다 정확도를 그립니다. 셋째 에포크까지는 출력부만, 그 뒤로는 백본의 뒤쪽도 학습합니다.
"""

# %% [markdown] tags=["en"]
r"""
About four in ten of ImageNet's classes are animals, and animals are the largest class of the emoji, too. The other classes hold more varied things, and their borders are blurred. Which of these is the reason, the table alone cannot tell.

### As it is usually written

To save time, the output of the frozen part was kept above and used over and over. Usually one model goes from the picture to the answer and is trained twice: **freeze, compile, fit, unfreeze, compile again, fit**. Do so with the 318 pictures of Google's style only, in the size of the files, and draw the accuracy after each epoch. Up to the third epoch only the head learns, then the end of the backbone as well.
"""

# %% tags=["covers-D4", "covers-D5"]
google = {name: part.where(np.array(part.styles) == "google") for name, part in sets.items()}

backbone = weights.backbone(input_shape=(64, 64, 3))  # without ImageNet's head
pictures = keras.Input((64, 64, 3))
x = layers.Rescaling(255 / 128, -127 / 128)(pictures)  # what `preprocess` does
x = layers.GlobalAveragePooling2D(dtype="float32")(backbone(x))
usual = keras.Model(pictures, layers.Dense(8, dtype="float32")(x))


def fit(rate, epochs):
    """Compile `usual`, which reads `trainable`, and train it; returns the accuracies after each epoch."""
    usual.compile(keras.optimizers.Adam(rate), cross_entropy, metrics=["accuracy"])
    return usual.fit(google["train"].images, google["train"].labels, batch_size=32, epochs=epochs, verbose=0,
                     validation_data=(google["validation"].images, google["validation"].labels),
                     callbacks=[training.Progress("usual")]).history

# %% tags=["covers-D4", "covers-D5"]
course_lib.set_seed(0)
backbone.trainable = False
stages = [fit(rate=1e-2, epochs=3)]
alone = trained_parameters(usual)

backbone.trainable = True
for layer in backbone.layers[:backbone.layers.index(backbone.get_layer("block6b")) + 1]:
    layer.trainable = False
for layer in backbone.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
stages.append(fit(rate=1e-4, epochs=3))
print(f"trained: {alone:,} parameters, then {trained_parameters(usual):,}")

# %% tags=["covers-D5"]
history = {"train": "accuracy", "validation": "val_accuracy"}
plot.learning_curves({"head, then the end of the backbone": {
    part: [100 * value for stage in stages for value in stage[name]] for part, name in history.items()}},
    ylabel="accuracy (%)", title="Three epochs for the head, three more for the end of the backbone",
    alt="Accuracy on training and validation pictures over six epochs: training climbs towards 100 percent, "
        "validation levels off far below after the first epochs.")
claim("At the end, validation accuracy is far below training accuracy (difference)",
      100 * (stages[-1]["accuracy"][-1] - stages[-1]["val_accuracy"][-1]), at_least=25, unit="points")
del usual, backbone

# %% [markdown] tags=["ko"]
r"""
학습 그림의 정확도는 계속 오르지만 검증 정확도는 훨씬 낮은 곳에서 머뭅니다. 318장은 외울 수 있을 만큼 적습니다. 첫 에포크에서 학습 정확도가 더 낮다고 놀라지 마세요. 학습 정확도는 에포크가 도는 동안의 평균이고, 검증 정확도는 에포크가 끝난 뒤의 값입니다. 이런 곡선을 보면 언제 멈추어야 할지, 데이터를 더 모아야 할지 알 수 있습니다.

**흔한 실수.** 인터넷의 예제에는 `backbone(x, training=False)`라는 호출이 자주 나옵니다. 백본을 해제한 뒤에도 배치 정규화가 추론 모드로 남게 하려는 것입니다(추론 모드에서는 배치의 평균이 아니라 저장해 둔 평균을 씁니다. 7절에서 자세히 봅니다). 그러나 이 강좌가 쓰는 Keras 3에서는 모델을 `fit`으로 학습시키면 그 안의 모델이 다시 학습 모드로 불립니다. 믿을 수 있는 것은 층의 `trainable = False`입니다. 작은 모델로 확인합니다.
"""

# %% [markdown] tags=["en"]
r"""
Accuracy on training pictures keeps rising, while on validation pictures it stays far below: 318 pictures are few enough to learn by heart. It need not surprise that training begins below validation: its accuracy is the mean while an epoch runs, that of validation is measured when the epoch is over. Such curves tell when to stop, and whether more data is what is missing.

**A common mistake.** Many examples on the web call `backbone(x, training=False)`, so that batch normalization stays in inference mode after the backbone has been unfrozen (it then uses stored means, not those of the batch; more in section 7). But in the Keras 3 of this course, `fit` calls a model inside a model in training mode all the same. What can be relied on is `trainable = False` of the layers. A small model shows it.
"""

# %% tags=["covers-D8"]
inner_input, outer_input = keras.Input((4,)), keras.Input((4,))
normalize = layers.BatchNormalization()
inner = keras.Model(inner_input, normalize(inner_input))
outer = keras.Model(outer_input, layers.Dense(1)(inner(outer_input, training=False)))


def drift():
    """How far the moving averages go in one epoch of training."""
    outer.compile("sgd", "mse")
    at_first = normalize.get_weights()[2:]
    outer.fit(3 + np.random.default_rng(0).normal(size=(64, 4)), np.zeros((64, 1)), verbose=0)
    return float(sum(np.abs(a - b).sum() for a, b in zip(normalize.get_weights()[2:], at_first)))

# %% tags=["covers-D8"]
called_only = drift()
normalize.trainable = False
claim("Called with training=False, batch normalization went on averaging all the same (change)", called_only,
      at_least=0.05)
claim("With trainable=False it did not (change)", drift(), equals=0.0)

# %% [markdown] tags=["ko"]
r"""
## 5. 데이터가 얼마나 적어도 될까

클래스마다 정답이 있는 그림이 몇 장뿐이라면 어떨까요? 먼저 클래스당 1장, 5장, 50장으로 **짧게** 학습합니다. 출력부는 배치 50개, 배울 것이 더 많은 CNN은 배치 100개입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 5. How little data is enough

What if there are only a few labelled pictures of each class? First train **briefly** on 1, 5 and 50 per class: 50 batches for the head, 100 for the CNN, which has more to learn.
"""

# %% tags=["covers-D4"]
def learner(way, steps, rate):
    """A network ready for so many batches of 32: a dense layer on features, or the CNN."""
    dense = keras.Sequential([keras.Input((1280,)), layers.Dense(8, dtype="float32")])
    model = dense if way == "on_features" else build_cnn()
    pictures_in_all = range(32 * steps)  # only their number counts
    return training.one_cycle(model, pictures_in_all, epochs=1, rate=rate, batch_size=32)


def sample(count, draw):
    """Which training pictures have a label: `count` of each class."""
    random = np.random.default_rng(draw)
    return np.concatenate([random.choice(np.flatnonzero(train.labels == label), count, replace=False)
                           for label in range(8)])

# %% tags=["covers-D4"]
def learn(model, way, few, steps, draw, split="test"):
    """Train on pictures drawn from `few`, each many times; returns the accuracy (%)."""
    random = np.random.default_rng(draw)
    rows = random.choice(few, 32 * steps)
    source = features if way == "on_features" else small
    shown = source["train"][rows] if way == "on_features" else move(source["train"][rows], random)
    training.train(model, shown, train.labels[rows], 1, seed=draw, batch_size=32)
    return training.accuracy(model, source[split], y[split])

# %% tags=["covers-D4"]
label_counts = (1, 5, 50)
quickly = {"frozen backbone": ("on_features", 50, 0.02), "from scratch": ("on_pixels", 100, 0.05)}
learned = {}
for name, (way, steps, rate) in quickly.items():
    prepared = learner(way, steps, rate)
    learned[name] = [[learn(prepared, way, sample(count, draw=0), steps, draw=0) for count in label_counts]]

# %% tags=["covers-D4"]
plot.curves(learned, label_counts, log=True, xlabel="labelled pictures of each class", ylabel="test accuracy (%)",
            title="After a short training",
            alt="Two rising curves over 1, 5 and 50 labelled pictures: with the backbone from about 20 to over 50 "
                "percent, from scratch from under 20 to over 30 percent.")

# %% [markdown] tags=["ko"]
r"""
백본으로 5장만 배운 쪽이 처음부터 50장을 배운 쪽을 앞서는 것처럼 보입니다. 그런데 CNN은 정말 다 배웠을까요? 일찍 멈추어서 생긴 차이는 방법의 차이가 아닙니다. `data/makers/transfer.py`가 CNN은 배치 2,000개, 출력부는 500개까지 학습시킨 결과를 **기록해** 두었습니다. 그림은 여러 번 새로 뽑았고, 출력부의 학습률은 두 가지 가운데 검증 데이터에서 더 나은 쪽을 골랐습니다. CNN의 학습률은 4절에서 고른 것입니다.
"""

# %% [markdown] tags=["en"]
r"""
It looks as if 5 with the backbone were ahead of 50 from scratch. But has the CNN finished learning? A difference that comes from stopping early is no property of a method. `data/makers/transfer.py` has **recorded** what comes out of 2,000 batches for the CNN and 500 for the head, with several draws of pictures. Of two learning rates for the head, the one that was better on validation data is taken; the CNN's is that of section 4.
"""

# %%
predict("five_or_fifty", "Five labels of each class with the backbone, or fifty from scratch: after long training",
        choices=["fifty from scratch are over 5 points better", "they are within 5 points of each other",
                 "five with the backbone are over 5 points better"])

# %% tags=["covers-D4", "reveal"]
import json

recorded = json.loads(data.file("transfer.json").read_text(encoding="utf-8"))["runs"]


def runs(**which):
    """The recorded runs of which all this holds."""
    return [run for run in recorded if which.items() <= run.items()]


def at_its_best(way, steps, labels):
    """Test accuracies (draws,) at the learning rate that was best on validation data."""
    rates = {run["rate"] for run in runs(way=way)}
    tried = [runs(way=way, steps=steps, labels=labels, rate=rate) for rate in rates]
    best = max(tried, key=lambda found: np.mean([run["validation"] for run in found]))
    return np.array([run["test"] for run in best])


trained = {name: np.transpose([at_its_best(way, steps, count) for count in label_counts]) for name, way, steps in (
    ("frozen, 500 batches", "on_features", 500), ("scratch, 2,000 batches", "on_pixels", 2000),
    ("scratch, 100 batches", "on_pixels", 100))}
plot.curves(trained, label_counts, log=True, xlabel="labelled pictures of each class", ylabel="test accuracy (%)",
            title="Trained for long, five with the backbone are worth about fifty from scratch",
            alt="Three rising curves over 1, 5 and 50 labelled pictures: the backbone's is highest; from "
                "scratch, long training gains some points at 50 pictures.")
mean = {name: values.mean(axis=0) for name, values in trained.items()}
backbone_5, backbone_50 = (mean["frozen, 500 batches"][label_counts.index(count)] for count in (5, 50))
short_50, long_50 = (mean[name][label_counts.index(50)]
                     for name in ("scratch, 100 batches", "scratch, 2,000 batches"))
reveal("five_or_fifty", backbone_5 - long_50, limits=[-5, 5])

# %% tags=["covers-D4"]
claim("Recorded: long training gains the CNN with 50 labels of each class", long_50 - short_50, at_least=8,
      unit="points")
claim("Recorded: after it, 5 labels with the backbone and 50 from scratch are level (absolute difference)",
      abs(backbone_5 - long_50), at_most=2, unit="points")
long_5 = mean["scratch, 2,000 batches"][label_counts.index(5)]
claim("Recorded: with as many labels, 5 or 50 of each class, the backbone is ahead of the trained-out CNN",
      min(backbone_5 - long_5, backbone_50 - long_50), at_least=10, unit="points")

# %% [markdown] tags=["ko"]
r"""
띠는 여러 번 뽑은 결과의 범위입니다(출력부는 여덟 번, CNN은 세 번이므로 띠의 폭끼리는 견줄 수 없습니다). 어떤 다섯 장이 뽑혔는지에 따라 차이가 큽니다. 오래 학습시키면 CNN은 50장에서 8포인트 넘게 더 맞히고, 백본으로 배운 5장과 **비슷해집니다**. 짧은 학습만 보았다면 "5장이 50장을 이긴다"라고 잘못 말했을 것입니다. 오래 학습시켜도 남는 결론은 따로 있습니다. 5장이든 50장이든 같은 수의 그림으로 배우면 백본이 크게 앞섭니다. 클래스마다 1장뿐이면 둘 다 넷에 하나쯤이나 그보다 적게 맞힙니다.

## 6. 가까운 데이터와 먼 데이터

흔히 새 데이터가 옛 데이터와 가까우면 동결한 백본으로 충분하고, 멀면 미세 조정이 필요하다고 합니다. 시험해 봅시다. **가까운** 데이터로는 ImageNet처럼 사물 하나씩을 찍은 사진을 씁니다. 어린이용 그림 프로그램 Tux Paint의 도장(stamp)으로, 배경을 오려 낸 사진 268장입니다(`data.stamps`). 클래스는 새, 포유류, 작은 동물, 식물, 음식, 물건의 여섯 가지이고, 사과처럼 이름이 같은 사진은 모두 같은 쪽에 두었습니다. 아래의 `contest`가 세 가지 길을 모두 지나며, 절반으로 배우고 나머지 절반으로 시험합니다.
"""

# %% [markdown] tags=["en"]
r"""
The band is the range over draws (eight for the head, three for the CNN, so the widths of the bands cannot be compared); much depends on which five were drawn. Trained for long, the CNN gains over 8 points with 50 pictures of each class and **draws level** with 5 and the backbone. From the short training alone one would have said, wrongly, that 5 beat 50. What stays after long training is something else: with 5 as with 50 pictures of each class, the backbone is far ahead of a CNN that has as many. With 1 picture of each class, both get about one in four right, or fewer.

## 6. Near and far

The usual advice is that the frozen backbone is enough where new data is close to the old, and that fine-tuning is needed where it is far. Test it. The **near** data are photographs of single things, as ImageNet's are: stamps of Tux Paint, a drawing program for children, 268 photographs with the background cut away (`data.stamps`). The six classes are bird, mammal, small animal, plant, food and thing; photographs of the same name, such as apple, are all on the same side. `contest` below goes all three ways, and learns from one half to be tested with the other.
"""

# %% tags=["covers-D6"]
def contest(known, answers, asked, right, side, cnn_side, reach, steps, seed=0, tuned=()):
    """Accuracy (%) on pictures `asked` after learning from `known`: from scratch, frozen, tuned at these rates."""
    classes, random = int(answers.max()) + 1, np.random.default_rng(seed)
    rows, tiny = random.choice(len(known), 32 * steps), resized(known, cnn_side)
    cnn = training.one_cycle(build_cnn(cnn_side, known.shape[-1], classes), rows, 1, rate=0.05, batch_size=32)
    training.train(cnn, move(tiny[rows], random, reach), answers[rows], 1, seed, batch_size=32)
    reached = {"of_cnn": training.accuracy(cnn, resized(asked, cnn_side), right)}
    top.set_weights(as_learned)
    known, asked = (lower_maps(resized(np.repeat(pictures, 3 // pictures.shape[-1], axis=-1), side))
                    for pictures in (known, asked))
    course_lib.set_seed(seed)
    head = train_head(pool.predict(known, verbose=0), answers, classes, epochs=max(12, 16_000 // len(known)))
    reached["of_head"] = training.accuracy(head, pool.predict(asked, verbose=0), right)
    for rate in tuned:
        model = fine_tune(known, answers, head, rate, max(4, 5_000 // len(known)), classes)
        reached[rate] = training.accuracy(model, asked, right)
    return reached


def parted(labels, names, seed):
    """Which half of some pictures to learn from: of each class, half of its names."""
    random, known = np.random.default_rng(seed), set()
    for label in range(labels.max() + 1):
        kinds = sorted({name for name, one in zip(names, labels) if one == label})
        known |= set(random.permutation(kinds)[:len(kinds) // 2].tolist())
    return np.array([name in known for name in names])

# %% tags=["covers-D6"]
stamps = data.stamps()
picked = [i for label in range(6) for i in np.flatnonzero(stamps.labels == label)[[2, 8, 13, 19]]]
plot.image_grid(stamps.images[picked], [name for one in stamps.classes for name in (one, "", "", "")],
                columns=8, size=0.95,
                title="Photographs of birds, mammals, small animals, plants, food and things",
                alt="Three rows of eight cut-out photographs, four each of birds, mammals, small animals, plants, "
                    "food and things.")
half = parted(stamps.labels, stamps.names, seed=0)
print(f"{half.sum()} photographs to learn from, {(~half).sum()} to be tested with")

# %% [markdown] tags=["ko"]
r"""
5절에서 보았듯이 CNN을 일찍 멈추고 비교하면 불공평합니다. 배치 2,000개까지 학습시키려면 오래 걸리므로, 시드 세 개로 한 결과를 `data/makers/transfer.py`가 **기록해** 두었습니다. 시드마다 사진을 다르게 나누었습니다.
"""

# %% [markdown] tags=["en"]
r"""
As section 5 showed, it would be unfair to stop the CNN early. As 2,000 batches take long, `data/makers/transfer.py` has **recorded** the results of three seeds, each with another split of the photographs.
"""

# %%
predict("near", "How far ahead of the CNN from scratch is the frozen backbone on these photographs?",
        choices=["not at all", "0 to 10 points", "10 to 20 points", "over 20 points"])

# %% tags=["covers-D6", "reveal"]
ways = {"from scratch": "of_cnn", "frozen": "of_head", "tuned at 0.0001": "0.0001",
        "tuned at 0.001": "0.001"}
contests = {"photographs": runs(data="stamps"), "emoji": runs(data="emojis"),
            "Fashion-MNIST": runs(data="garments")}
found = {name: {way: np.array([run[key] for run in seeds]) for way, key in ways.items()}
         for name, seeds in contests.items()}
leads = {name: {way: scores - values["from scratch"] for way, scores in values.items()}
         for name, values in found.items()}
near = leads["photographs"]["frozen"]
reveal("near", near.mean(), limits=[0, 10, 20])
claim("Recorded: on photographs the frozen backbone is far ahead of the CNN in each of three seeds "
      "(smallest lead)",
      near.min(), at_least=20, unit="points")

# %% [markdown] tags=["ko"]
r"""
사진에서는 오래 학습한 CNN도 출력부만 학습한 백본에 크게 뒤집니다. ImageNet에도 새와 포유류와 과일이 있으니, 백본은 이런 사물을 나누는 법까지 미리 배운 셈입니다. 이제 **먼** 데이터를 봅시다. **Fashion-MNIST**는 크기가 $28 \times 28$인 흑백 이미지이며 색도 배경도 없습니다. 백본에는 $96 \times 96$으로 키우고 세 채널에 똑같이 넣어 줍니다(이모지와 사진은 $128 \times 128$). 학습에 쓰는 그림의 수가 다르면 비교할 수 없으므로 사진, 이모지, Fashion-MNIST에서 똑같이 그림 134장쯤으로 배웁니다. 이것도 같은 방법으로 기록해 두었고, 미세 조정은 학습률 $10^{-4}$과 $10^{-3}$ 두 가지로 했습니다.
"""

# %% [markdown] tags=["en"]
r"""
On photographs, a CNN that was trained for long is far behind a backbone with nothing but a new head. ImageNet, too, has birds, mammals and fruit, so the backbone has learned beforehand to tell such things apart. Now for data that is **far** away. **Fashion-MNIST** is grey, $28 \times 28$, without colour or background. The backbone gets it enlarged to $96 \times 96$, the same in all three channels (emoji and photographs at $128 \times 128$). With different numbers of training pictures nothing could be compared, so about 134 are used of each: photographs, emoji and Fashion-MNIST. These, too, are recorded in the same way, with fine-tuning at two learning rates, $10^{-4}$ and $10^{-3}$.
"""

# %%
predict("far", "With 134 garments, how does the frozen backbone compare with the CNN on Fashion-MNIST?",
        choices=["behind by over 2 points", "within 2 points of each other", "ahead by over 2 points"])

# %% tags=["covers-D6", "reveal"]
for name, values in found.items():
    print(f"{name:21}", ", ".join(f"{way} {scores.mean():.1f} %" for way, scores in values.items()))
plot.dots({f"{name}{suffix}": leads[name][way] for name in ("photographs", "emoji", "Fashion-MNIST")
           for way, suffix in (("frozen", ""), ("tuned at 0.001", ", tuned"))},
          ylabel="lead over the CNN (points)", title="The lead shrinks from photographs to emoji to Fashion-MNIST",
          alt="Dots of three seeds: the frozen backbone's lead over a CNN from scratch is over 20 points on "
              "photographs, smaller on emoji, and below zero on Fashion-MNIST, where the tuned backbone is about "
              "level.")
reveal("far", leads["Fashion-MNIST"]["frozen"].mean(), limits=[-2, 2])

# %% tags=["covers-D6"]
frozen = {name: values["frozen"] for name, values in leads.items()}
claim("Recorded: the frozen backbone's lead on photographs is larger than on emoji, whichever the seeds "
      "(smallest less largest)",
      frozen["photographs"].min() - frozen["emoji"].max(), at_least=0, unit="points")
claim("Recorded: and on emoji larger than on Fashion-MNIST", frozen["emoji"].min() - frozen["Fashion-MNIST"].max(),
      at_least=10, unit="points")
claim("Recorded: on Fashion-MNIST it is behind the CNN in each seed (its largest lead)",
      frozen["Fashion-MNIST"].max(), at_most=-1, unit="points")
gains = {name: values["tuned at 0.001"] - values["frozen"] for name, values in found.items()}
claim("Recorded: fine-tuning gains on each data set in each seed (smallest gain)",
      min(each.min() for each in gains.values()), at_least=0.5, unit="points")
claim("Recorded: and makes the backbone draw level with the CNN on Fashion-MNIST (absolute difference)",
      abs(leads["Fashion-MNIST"]["tuned at 0.001"].mean()), at_most=1, unit="points")
claim("Recorded: its mean gains on the three data sets are much the same (largest difference)",
      np.ptp([each.mean() for each in gains.values()]), at_most=1, unit="points")

# %% [markdown] tags=["ko"]
r"""
흔한 조언은 여기서 절반만 맞습니다. 데이터가 멀어질수록 동결한 백본의 우위가 줄어드는 것은 맞습니다. 그러나 미세 조정은 먼 데이터에서 더 많이 돕지 않습니다. 더하는 것은 세 데이터에서 모두 몇 포인트로 비슷하고, 학습률 두 가지의 차이도 작습니다. 다른 것은 그 몇 포인트의 뜻입니다. 가까운 사진에서는 그것 없이도 크게 앞서지만, Fashion-MNIST에서는 오래 학습한 CNN에 조금 뒤지던 것을 그것으로 따라잡습니다. 다만 세 데이터는 클래스와 어려움도 다르므로 거리만의 영향이라고는 할 수 없습니다.

그림체마다도 비교해 봅시다. 사진처럼 음영이 있는 fluent가 백본에게 더 가까울까요? 4절의 출력부가 배운 그림은 세 장 가운데 두 장이 평평했습니다. 공평하게 견주려고, 여기서는 그림체마다 그 그림체의 그림만으로 출력부를 따로 학습시킵니다(시드 두 개).
"""

# %% [markdown] tags=["en"]
r"""
Here the usual advice is half right. The farther the data, the smaller the frozen backbone's lead: so far it agrees. But fine-tuning does not help more where data is far. What it adds is a few points, much the same on all three, and little depends on which of the two rates is used. What differs is what these points are worth. On photographs, which are near, the backbone is far ahead without it; on Fashion-MNIST it is a little behind a CNN that was trained for long, and fine-tuning makes it draw level. But the three data sets have other classes and are not equally hard, so distance need not be the only reason.

Compare the drawing styles as well. Is fluent, shaded like a photograph, nearer to the backbone? Of the pictures that taught the head of section 4, two of three were flat. To be fair, each style gets heads of its own here, trained on pictures of that style alone (two seeds).
"""

# %% tags=["covers-D6"]
styles = ("google", "twitter", "fluent")
style = {split: np.array(part.styles) for split, part in sets.items()}
style["train"] = np.tile(style["train"], 2)  # the mirrored pictures follow
hits = {taught: [] for taught in styles}  # whose heads -> for each seed, which test pictures they get right
for taught in styles:
    known = style["train"] == taught
    for seed in (0, 1):
        course_lib.set_seed(seed)
        of_one = train_head(features["train"][known], y["train"][known])
        hits[taught].append(of_one.predict(features["test"], verbose=0).argmax(axis=1) == y["test"])

# %% tags=["covers-D6"]
drawn = {name: style["test"] == name for name in styles}
groups = {}
for name in styles:
    groups[f"{name}, own heads"] = [100 * hit[drawn[name]].mean() for hit in hits[name]]
    groups[f"{name}, other heads"] = [
        100 * hit[drawn[name]].mean() for other in styles if other != name for hit in hits[other]]
plot.dots(groups, ylabel="test accuracy (%)",
          title="With heads of their own, shaded emoji are no better than flat ones",
          alt="Dots of accuracy in three emoji styles, with heads trained on that style and on the others; fluent "
              "is lower than the flat ones with its own heads, too.")
one_flat, other_flat, shaded = (by_concept(np.mean(hits[name], axis=0), drawn[name]) for name in styles)
lead_of_shaded = shaded - (one_flat + other_flat) / 2
lowest_lead, highest_lead = drawn_anew(lead_of_shaded)

# %% tags=["nbval-ignore-output", "covers-D6"]
print(f"fluent minus flat, each with heads of its own: {100 * lead_of_shaded.mean():.1f} points; "
      f"in 95 % of the draws of concepts from {lowest_lead:.1f} to {highest_lead:.1f}")

# %% tags=["covers-D6"]
claim("With heads of its own, fluent is no better than the flat styles with theirs (lead, mean of two seeds)",
      100 * lead_of_shaded.mean(), at_most=-1, unit="points")
claim("Other concepts would hardly put it far ahead (highest lead in 95 % of the draws)", highest_lead, at_most=6,
      unit="points")

# %% [markdown] tags=["ko"]
r"""
사진을 닮은 fluent가 더 가까울 것 같지만, 출력부를 따로 학습시켜도 평평한 그림보다 낫지 않았습니다. 오히려 몇 포인트 낮았지만, 위의 범위에서 보듯이 이 차이는 어떤 개념으로 시험하느냐에 따라 크게 흔들립니다. 백본이 새 데이터에 얼마나 맞는지는 눈으로 짐작하지 말고, 백본의 특징으로 클래스가 얼마나 잘 구별되는지 측정해야 합니다(You et al., 2021).

## 7. 순서가 중요할까

흔히 출력부를 먼저 학습시키고 나서 작은 학습률로 미세 조정하라고 합니다. 출력부가 무작위이면 거기서 오는 기울기도 무작위에 가까워, 애써 배운 특징을 망가뜨린다는 것입니다. 보폭이 너무 커도 그럴 수 있습니다. 먼저 보폭의 영향을 봅시다.
- **출력부 먼저**: 4절에서 한 것, 학습률 $10^{-4}$
- **너무 큰 학습률**: 역시 출력부를 먼저 학습했지만 학습률이 백 배, 그림은 셋 가운데 하나만 골라 한 번씩이므로 배치는 다섯 개뿐

특징이 얼마나 망가졌는지는 이모지가 아니라 **사진**으로 봅니다. 사진의 특징이 처음과 얼마나 달라졌는지(움직인 거리를 처음 길이로 나눈 **상대 거리**), 그리고 ImageNet의 출력부를 다시 붙였을 때 여섯 장 가운데 몇 장에 여전히 같은 답을 하는지를 셉니다.
"""

# %% [markdown] tags=["en"]
r"""
Fluent looks like photographs and should be nearer, yet even with heads of its own it is no better than the flat styles. It is some points lower, but as the range above shows, how many depends much on which concepts are asked for. Do not guess by eye how well a backbone suits new data: measure how well its features separate the classes (You et al., 2021).

## 7. Does the order matter?

The usual advice is to train the head first and only then fine-tune, at a small rate. Gradients from a random head are nearly random, too, and would ruin the features that were learned with so much effort. Steps that are too large may ruin them as well. See first what their size does.
- **Head first**: as in section 4, at a rate of $10^{-4}$
- **Rate too high**: the head first as well, but a hundred times the learning rate, and one picture of three, each once, so there are only five batches

See the damage on **photographs**, not on emoji: how far have their features moved (**relative distance**: how far, divided by their length at first), and, with ImageNet's head put back, for how many of the six is the answer still the same?
"""

# %%
predict("forgets", "After five batches at the high rate, how many of the six answers are still the same?",
        choices=["none or one", "two to four", "five or six"])

# %% tags=["covers-D8"]
photo_maps = lower_maps(resized(photographs, 128))
old_network = keras.Model(middle, imagenet.output)


def read_photographs():
    """Features (6, 1280) of the photographs by `top` as it is now, and the answers of ImageNet's head."""
    old_answers = weights.top_classes(old_network.predict(photo_maps, verbose=0), k=1)
    return pool.predict(photo_maps, verbose=0), [row[0][0] for row in old_answers]


top.set_weights(as_learned)
before, said_before = read_photographs()

# %% tags=["covers-D8"]
damage, kept, reached = {}, {}, {}


def judge(name):
    """Note how far the features of photographs have moved, and how many answers are the same."""
    after, said = read_photographs()
    damage[name] = np.linalg.norm(after - before) / np.linalg.norm(before)
    kept[name] = sum(a == b for a, b in zip(said, said_before))

# %% tags=["covers-D8", "reveal"]
top.set_weights(as_tuned)
judge("head first")
reached["head first"] = correct["fine-tuned"]
course_lib.set_seed(0)
model = fine_tune(not_mirrored[::3], train.labels[::3], head, rate=1e-2, epochs=1)
judge("rate too high")
reached["rate too high"] = training.accuracy(model, maps["test"], y["test"])

# %% tags=["nbval-ignore-output", "covers-D8"]
for name in damage:
    print(f"{name:14} features moved by {damage[name]:.2f}, {kept[name]} of 6 answers kept, "
          f"{reached[name]:.1f} % of the emoji")

# %% tags=["covers-D8", "reveal"]
reveal("forgets", kept["rate too high"], limits=[1.5, 4.5])
claim("Head first, at the small rate, the features of photographs move by less than half their length "
      "(relative distance)",
      damage["head first"], at_most=0.5)
claim("With too high a rate the features of photographs are gone (relative distance)",
      damage["rate too high"], at_least=1.5)
claim("And so is the accuracy on emoji", reached["head first"] - reached["rate too high"],
      at_least=30, unit="points")

# %% [markdown] tags=["ko"]
r"""
출력부를 먼저 학습시키고 작은 학습률을 써도 특징은 움직입니다. 그래도 답은 모두, 또는 거의 모두 그대로입니다. 학습률이 너무 크면 배치 다섯 개 만에 같은 답이 거의 남지 않고, 이모지의 정확도도 무너집니다.
순서는 어떨까요? 출력부를 먼저 학습시킬 때와, 무작위 출력부와 백본의 뒤쪽을 처음부터 **한꺼번에** 학습시킬 때를 비교합니다. 한 번의 학습으로는 알 수 없고, 학습률에 따라서도 다를 수 있습니다. 에포크 몇 번만 배우면 출력부가 먼저 출발한 쪽이 유리하기도 합니다. 그래서 학습률 세 가지와 시드 세 개로, 뒤집은 그림도 함께 여덟 에포크씩 학습시킨 결과를 기록해 두었습니다.
"""

# %% [markdown] tags=["en"]
r"""
With the head first and a small rate, the features move, too, but all of the answers, or nearly all, stay the same. With too high a rate, five batches leave hardly an answer the same, and accuracy on emoji collapses, too.
What about the order? Compare the head first with **all at once**, a random head and the end of the backbone together from the start. One training cannot tell, and it may depend on the learning rate. With a few epochs only, the side whose head had a head start is also at an advantage. So recorded are eight epochs at each of three rates, with three seeds, on mirrored pictures as well.
"""

# %%
predict("order", "Which order is more accurate on emoji after eight epochs, mean of all rates?",
        choices=["all at once, by over 3 points", "they are within 3 points", "head first, by over 3 points"])

# %% tags=["covers-D8", "reveal"]
rates = sorted({run["rate"] for run in runs(order="head_first")})
orders = {name: {what: np.transpose([[run[what] for run in runs(order=order, rate=rate)] for rate in rates])
                 for what in ("test", "moved", "kept")}
          for name, order in (("head first", "head_first"), ("all at once", "all_at_once"))}
plot.curves({order: of["test"] for order, of in orders.items()}, rates, log=True, xlabel="learning rate",
            ylabel="test accuracy (%)",
            title="After eight epochs the orders differ little in accuracy",
            alt="Two curves of test accuracy over three learning rates, their means within three points; the "
                "bands overlap at the lowest and the highest rate, between them all at once lies above head "
                "first.")
plot.curves({order: of["moved"] for order, of in orders.items()}, rates, log=True, xlabel="learning rate",
            ylabel="photographs' features moved by",
            title="At the highest rate most is forgotten, in either order",
            alt="Two curves of relative distance that rise towards the highest learning rate; all at once lies "
                "above head first.")
ahead = (orders["head first"]["test"] - orders["all at once"]["test"]).mean(axis=0)
reveal("order", ahead.mean(), limits=[-3, 3])
print("head first is ahead by", dict(zip(rates, ahead.round(1).tolist())), "points")

# %% tags=["covers-D8"]
claim("Recorded: after eight epochs the orders differ little in accuracy, mean of all rates (absolute)",
      abs(ahead.mean()), at_most=2, unit="points")
apart = orders["all at once"]["moved"].mean(axis=0) - orders["head first"]["moved"].mean(axis=0)
claim("Recorded: at every rate, all at once moves the photographs' features more (smallest difference)",
      apart.min(), at_least=0.2)
claim("Recorded: in either order they move most at the highest rate (smaller lead over the other rates)",
      min((moves[-1] - moves[:-1].max()) for moves in (of["moved"].mean(axis=0) for of in orders.values())),
      at_least=0.2)
claim("Recorded: and there, of six answers, so many are kept at most", max(of["kept"][:, -1].max()
      for of in orders.values()), at_most=2)

# %% [markdown] tags=["ko"]
r"""
끝까지 학습시키면 **정확도에서는** 순서의 차이가 작습니다. 출력부를 먼저 학습시킨 쪽이 뚜렷이 앞선 학습률은 없고, 한 학습률에서는 한꺼번에 학습시킨 쪽이 3포인트 가까이 앞섰습니다. 짧게 학습하면 출력부를 먼저 학습시킨 쪽이 앞서 보이는데(아래의 곡선에서 봅니다), 출력부가 먼저 출발했기 때문입니다. 그러나 **특징은** 어느 학습률에서나 출력부를 먼저 학습시킨 쪽이 덜 움직이고, 어느 순서에서나 가장 큰 학습률에서 가장 멀리 움직입니다. 거기서는 여섯 사진의 답이 많아야 둘 남습니다. 정확도가 비슷하다면 작은 학습률이 낫습니다. 출력부를 먼저 학습시키고 작은 학습률로 미세 조정하라는 조언의 값어치는 여기에 있습니다. 예전 능력을 덜 잃습니다.
Kumar et al.(2022)은 열 가지 데이터에서 출력부를 먼저 학습시키는 쪽이 같은 분포의 데이터에서 평균 1 %, **다른 분포**의 데이터에서 평균 10 % 더 정확했다고 보고했습니다. 우리 실험은 데이터가 하나이고 같은 분포에서만 쟀으므로 이를 확인하지도 부정하지도 않습니다.

### 학습률을 직접 골라 보기

그림이 적으면 어떨까요? 구글의 그림체 318장으로, 뒤집은 그림 없이 여덟 에포크만 학습하면 배치는 모두 마흔 개뿐입니다. 이렇게 학습하면서 **에포크마다** 잰 결과를 학습률과 순서를 바꾸어 가며 기록해 두었습니다. 시드는 하나뿐이므로, 두 곡선의 차이가 몇 포인트이면 우연일 수 있고 크게 벌어진 것만 믿을 만합니다. 검증과 테스트는 세 그림체 모두로 합니다.
"""

# %% [markdown] tags=["en"]
r"""
Trained to the end, the order makes little difference **in accuracy**: head first is clearly ahead at none of the rates, and at one of them all at once is nearly 3 points ahead. After a short training head first looks better (see the curves below), because its head started earlier. But the **features** move less with the head first, at every rate, and farthest at the highest one, in either order; there, two of the six answers are kept at most. Where accuracies are alike, the smaller rate is better. That is what the advice to train the head first and fine-tune at a small rate is worth: less of the old ability is lost.
On ten data sets, Kumar et al. (2022) report the head first to be more accurate by 1 % on average on data of the same distribution, and by 10 % on data of **another distribution**. Our experiment has one data set and measures on the same distribution only, so it neither confirms nor denies that.

### Choose the rate yourself

What if there are fewer pictures? With the 318 of Google's style, none mirrored, eight epochs are forty batches in all. Recorded is what was measured **after each epoch** of such a training, for several rates and both orders. It is one seed only, so a difference of a few points may be chance, and only large ones can be relied on. Validation and test are on all three styles.
"""

# %%
predict("first_epoch",
        "Head first, at a rate of 0.001: validation accuracy after the first epoch, against before it",
        choices=["over 5 points higher", "within 5 points", "over 5 points lower"])

# %% tags=["covers-D5", "covers-D8", "reveal"]
by_epoch = {name: {run["rate"]: run for run in runs(curve=key)}
            for name, key in (("head first", "head_first"), ("all at once", "all_at_once"))}
plot.explore_tuning(
    by_epoch, rate=1e-3, asked=len(photographs), title="At 0.001, the first epoch undoes much of what was learned",
    alt="Left: accuracy after each of eight epochs, for training and validation pictures. Right: how far the "
        "photographs' features have moved. With the head first at 0.001, both accuracies fall in the first epoch "
        "and climb again, while the features move far and stay there.")
risen = np.diff(by_epoch["head first"][1e-3]["validation"])[0]
reveal("first_epoch", "over 5 points higher" if risen > 5 else "over 5 points lower" if risen < -5 else
       "within 5 points")

# %% [markdown] tags=["ko"]
r"""
학습률 0.001에서는 출력부를 먼저 학습시켰어도 첫 에포크가 이미 배운 것을 허뭅니다. 배치 다섯 개 만에 특징이 크게 움직여, 그 특징에 맞추어 배운 출력부가 더는 맞지 않기 때문입니다.

슬라이더로 찾아보세요.
- 출력부 먼저일 때, 검증 정확도가 처음보다 **오르는** 학습률은 어느 것인가요? 그때 사진의 답은 몇 개나 그대로인가요?
- 한꺼번에 학습시킬 때 가장 작은 학습률에서는 왜 정확도가 무작위로 답하는 것과 비슷할까요?
- 가장 큰 학습률에서는 순서가 도움이 되나요?
"""

# %% [markdown] tags=["en"]
r"""
At a rate of 0.001 the first epoch tears down what had been learned, although the head came first: in five batches the features move so far that the head, which was fitted to the old ones, fits no longer.

Use the slider to find out.
- With the head first, at which rates does validation accuracy **rise** above where it began? How many answers for the photographs are kept there?
- All at once, why is the smallest rate hardly better than guessing?
- Does the order help at the highest rate?
"""

# %% tags=["covers-D5", "covers-D8", "reveal"]
at_the_end = {name: {rate: run["validation"][-1] for rate, run in of.items()} for name, of in by_epoch.items()}
claim("Recorded, one seed: few pictures, head first, 0.001: the first epoch costs validation accuracy", -risen,
      at_least=10, unit="points")
claim("Recorded, one seed: at 0.0001 with few batches, the head first is far ahead of all at once",
      at_the_end["head first"][1e-4] - at_the_end["all at once"][1e-4], at_least=10, unit="points")
claim("Recorded, one seed: at 0.00001 all at once has hardly begun to learn", at_the_end["all at once"][1e-5],
      at_most=25, unit="%")
claim("Recorded, one seed: at 0.01 the photographs' features are gone in either order (smaller relative distance)",
      min(of[1e-2]["moved"][-1] for of in by_epoch.values()), at_least=2)

# %% [markdown] tags=["ko"]
r"""
그러니 순서와 학습률은 **함께** 정해집니다. 배치가 적을 때 무작위 출력부는 작은 학습률로 자리를 잡을 수 없습니다. 출력부를 먼저 학습시켜 두어야 백본에 알맞은 작은 학습률을 쓸 수 있습니다. 이 실험에서 알맞은 학습률은 $10^{-4}$ 이하였습니다. 배치가 더 많았던 6절에서는 $10^{-3}$으로도 비슷하게 맞혔으니, 알맞은 학습률은 데이터마다 골라야 합니다. 배치가 많으면 한꺼번에 학습시킨 쪽도 정확도에서는 따라잡습니다. 출력부와 백본에 서로 다른 학습률을 주는 방법도 있습니다. 연습 문제 2에서 해 봅니다.

### 배치 정규화는 왜 추론 모드로 둘까

배치 정규화(Ioffe, Szegedy, 2015)는 학습 모드에서는 그 배치의 평균과 분산으로, 추론 모드에서는 저장해 둔 이동 평균으로 정규화합니다. Keras에서 `trainable=False`인 배치 정규화층은 추론 모드로 동작합니다. 두 가지를 해 봅시다. (1) 같은 사진을 서로 다른 배치에 넣습니다. (2) 학습률을 $0$으로 두고 학습 모드로 이모지를 한 번 통과시킵니다. 학습되는 가중치는 하나도 바뀌지 않습니다. 그래도 사진의 특징이 바뀔까요?
"""

# %% [markdown] tags=["en"]
r"""
So order and rate are chosen **together**. In few batches, a random head cannot find its place at a small rate. Only a head that was trained first allows the small rate that suits the backbone. In this experiment that was $10^{-4}$ or less. In section 6, with more batches, $10^{-3}$ was about as accurate, so the rate has to be chosen for each data set. With many batches, all at once catches up in accuracy. Another way is to give head and backbone a rate of their own, as exercise 2 does.

### Why batch normalization stays in inference mode

In training mode, batch normalization (Ioffe, Szegedy, 2015) normalizes by the mean and variance of its batch, in inference mode by the moving averages that it has stored. In Keras, a batch normalization layer with `trainable=False` runs in inference mode. Try two things. (1) Put the same photograph into different batches. (2) Set the learning rate to $0$ and pass the emoji through once in training mode. None of the trained weights changes. Do the features of the photographs change all the same?
"""

# %% tags=["covers-D8"]
top.set_weights(as_learned)
for layer in top.layers:
    layer.trainable = True  # batch normalization, too
batches = [np.concatenate([photo_maps[:1], others[:3]]) for others in (photo_maps[1:], maps["train"])]


def same_picture_differs(training):
    """Relative distance between the features of one photograph in the two batches."""
    one, other = (np.asarray(ops.mean(ops.cast(top(batch, training=training)[0], "float32"), axis=(0, 1)))
                  for batch in batches)
    return np.linalg.norm(one - other) / np.linalg.norm(one)

# %% tags=["covers-D8"]
claim("In inference mode, other pictures in the batch do not matter", same_picture_differs(False), at_most=0.02)
claim("In training mode they do (relative distance)", same_picture_differs(True), at_least=0.2)

# %% tags=["covers-D8"]
statistics = keras.Model(middle, averaged)
statistics.compile(keras.optimizers.SGD(0.0), "mse")
statistics.fit(maps["train"][:480], np.zeros((480, 1280)), batch_size=16, verbose=0)
after, _ = read_photographs()
moved = np.linalg.norm(after - before) / np.linalg.norm(before)
claim("With a learning rate of 0, training mode has changed the features of photographs", moved, at_least=0.1)
top.set_weights(as_learned)

# %% [markdown] tags=["ko"]
r"""
학습률이 $0$인데도 이동 평균이 이모지의 통계 쪽으로 움직여 사진의 특징이 달라졌습니다. 그래서 작은 배치로 미세 조정할 때는 배치 정규화층을 동결합니다.

## 8. 전처리, 증강, 학습률

**전처리.** 백본은 학습할 때와 똑같은 범위의 값을 받아야 합니다. 이 백본에서는 입력 $x$를 $(255x - 127) / 128$로 바꿉니다(다른 백본은 방식이 다릅니다. 연습 문제 1을 보세요). 잘못된 값을 넣어도 오류는 나지 않습니다. 시간을 아끼려고 여기서는 학습 그림과 테스트 그림을 120장씩만 씁니다. 먼저 주황색 픽셀 하나를 네 백본의 방식으로 바꾸어 봅시다. 앞의 두 백본은 값을 $-1$과 $1$ 사이로 옮기고, 뒤의 두 백본은 색의 순서를 파랑, 초록, 빨강으로 뒤집은 다음 채널마다 평균을 뺍니다.
"""

# %% [markdown] tags=["en"]
r"""
Although the learning rate was $0$, the moving averages drifted towards those of emoji, and the features of photographs changed. So keep batch normalization frozen when you fine-tune with small batches.

## 8. Preprocessing, augmentation, learning rate

**Preprocessing.** A backbone must get values on the scale that it was trained with. For this one, the input $x$ becomes $(255x - 127) / 128$ (other backbones differ: see exercise 1). Wrong values raise no error. To save time, 120 pictures each are used here for training and test. First take one orange pixel and change it in the way of four backbones. The first two move values to between $-1$ and $1$; the other two reverse the colours, to blue, green and red, and subtract a mean from each channel.
"""

# %% tags=["covers-D2", "covers-D7"]
orange = np.array([[[[1.0, 0.6, 0.0]]]], "float32")  # red, green, blue
for which in ("efficientnet_lite0", "MobileNetV2", "ResNet50", "VGG16"):
    print(f"{which:18}", np.squeeze(weights.preprocess(which)(orange)).astype(float).round(2).tolist())

# %%
predict("wrong_range", "A new head is trained on features of values on a wrong scale. Which costs more accuracy?",
        choices=["values from 0 to 1", "about the same, within 3 points", "values from 0 to 255"])

# %% tags=["covers-D7"]
whole = keras.Model(imagenet.input, averaged)
first_120 = slice(0, 120)  # of training and test pictures
seen = {"as trained": {split: values[first_120] for split, values in features.items()}}
for name, scale in (("0 to 1", 1.0), ("0 to 255", 255.0)):
    seen[name] = {split: whole.predict(scale * images[split][first_120], batch_size=16, verbose=0)
                  for split in ("train", "test")}

# %% tags=["covers-D7", "reveal"]
scores = {}
for name, values in seen.items():
    each = []
    for seed in (0, 1):
        course_lib.set_seed(seed)
        scaled_head = train_head(values["train"], y["train"][first_120])
        each.append(training.accuracy(scaled_head, values["test"], y["test"][first_120]))
    scores[name] = np.mean(each)
plot.bars({name: round(value, 1) for name, value in scores.items()}, ylabel="test accuracy (%)",
          title="No error is raised, but values from 0 to 255 cost accuracy",
          alt="Bars of test accuracy: as trained and values from 0 to 1 are nearly alike, from 0 to 255 it is far "
              "lower.")

# %% tags=["covers-D7", "reveal"]
reveal("wrong_range", scores["0 to 1"] - scores["0 to 255"], limits=[-3, 3])
loud = weights.top_classes(imagenet.predict(255 * photographs, verbose=0), k=1)
claim("With 0 to 255, answers of ImageNet's own head that stay the same, of six",
      sum(row[0][0] == right[0] for row, right in zip(loud, answers)), at_most=2)
claim("Values from 0 to 255 cost accuracy, mean of two seeds",
      scores["as trained"] - scores["0 to 255"], at_least=6, unit="points")
claim("Values from 0 to 1 do less harm than that, mean of two seeds", scores["0 to 1"] - scores["0 to 255"],
      at_least=4, unit="points")
claim("They cost little, mean of two seeds (absolute)",
      abs(scores["as trained"] - scores["0 to 1"]), at_most=6, unit="points")

# %% [markdown] tags=["ko"]
r"""
$0$에서 $255$까지는 학습 때보다 백 배 넘게 큰 값입니다. ImageNet의 출력부는 사진을 거의 알아보지 못하고, 같은 값으로 학습한 새 출력부도 많이 잃습니다. $0$에서 $1$까지는 대비가 낮고 밝은 그림처럼 보일 뿐이어서, 새 출력부가 거기에 맞추면 잃는 것이 적습니다. 그래서 잘못을 알아차리기도 어렵습니다. 그러나 학습할 때와 쓸 때의 전처리가 서로 다르면 출력부는 배운 적 없는 값을 받게 됩니다.

**증강.** 4절에서는 좌우로 뒤집은 그림을 함께 썼습니다. 동결한 백본에서도 도움이 될까요? **학습률.** 출력부의 학습률을 $10^{-5}$부터 $10$까지 바꾸어 가며 검증 데이터로 고릅니다. 실제 과제에서는 테스트 데이터를 마지막에 한 번만 씁니다. 이 장에서 여러 번 쓰는 것은 결과를 보여 주기 위해서입니다.
"""

# %% [markdown] tags=["en"]
r"""
Values from $0$ to $255$ are over a hundred times larger than in training. ImageNet's head hardly recognises a photograph, and a new head that is trained on such values loses much, too. Values from $0$ to $1$ are only like a pale, bright picture: a new head adapts to them and loses little, which makes the mistake hard to notice. But where training and use are preprocessed differently, the head gets values that it has never learned from.

**Augmentation.** In section 4 the mirrored pictures were used as well. Does that help with a frozen backbone? **Learning rate.** Try rates of the head from $10^{-5}$ to $10$ and choose on validation data. In real work, use test data only once, at the end; this chapter uses it often, to show results.
"""

# %% tags=["covers-D7"]
course_lib.set_seed(0)
plain = train_head(features["train"][:954], y["train"][:954], epochs=24)  # as many steps, none mirrored
gain = correct["frozen"] - training.accuracy(plain, features["test"], y["test"])
claim("Mirrored pictures change little for a frozen backbone (absolute)", abs(gain), at_most=3, unit="points")

# %% tags=["covers-D7"]
powers = 10.0 ** np.arange(-5, 2)
by_rate = []
for rate in powers:
    course_lib.set_seed(0)
    tried = train_head(features["train"], y["train"], rate=rate, epochs=3)
    by_rate.append(training.accuracy(tried, features["validation"], y["validation"]))

# %% tags=["covers-D7"]
plot.curves({"new head": by_rate}, x=powers, log=True, xlabel="learning rate", ylabel="validation accuracy (%)",
            title="Too low learns little in time, too high costs accuracy",
            alt="Validation accuracy against the learning rate on a logarithmic axis: low at the left, a broad "
                "plateau in the middle, lower at the right.")
best = max(by_rate)
claim("The rate of section 4, 0.01, is close to the best (difference)", best - by_rate[3],
      at_most=4, unit="points")
claim("From 0.001 to 0.1 there is little difference (largest)", np.ptp(by_rate[2:5]), at_most=8, unit="points")
claim("A rate a thousand times smaller than 0.01 costs", best - by_rate[0], at_least=30, unit="points")
claim("A rate a thousand times larger costs, too", best - by_rate[-1], at_least=4, unit="points")

# %% [markdown] tags=["ko"]
r"""
뒤집은 그림은 동결한 백본의 정확도를 거의 바꾸지 않았습니다. 백본이 좌우가 바뀐 것도 이미 비슷하게 보기 때문일 수 있습니다. 학습률은 너무 작으면 정해진 시간 안에 배우지 못하고, 너무 크면 정확도가 떨어지며, 그 사이의 $0.001$부터 $0.1$까지에서는 크게 다르지 않습니다. 여기서는 시드 하나로 세 에포크만 학습했습니다. 더 오래 학습하면 더 작은 학습률이 나을 수도 있습니다.

## 9. TensorFlow Hub와 Keras 3

**TensorFlow Hub**는 학습된 모델을 **모듈** 단위로 공유하기 위한 형식이며, 그것을 모아 둔 저장소의 이름이기도 합니다. 저장소였던 tfhub.dev는 2023년 말부터 **Kaggle Models**로 이어지고, 옮기지 않은 모듈은 2024년 초에 지워졌습니다. 예제에 적힌 tfhub.dev 주소는 지금도 옮겨진 모듈을 찾아 줍니다.
모듈은 SavedModel 폴더 하나입니다. **SavedModel**은 계산 그래프와 가중치를 함께 담는 TensorFlow의 저장 형식이고, 그 안의 계산 하나하나를 **시그니처**(signature)라고 부릅니다. 이를테면 `serving_default`가 기본 계산입니다. `hub.load`는 모듈을 부를 수 있는 객체로 반환합니다. 그러나 `hub.KerasLayer`는 Keras 2의 층이어서 Keras 3에서는 쓸 수 없습니다. 이 강좌의 `HubLayer`가 `hub.load`를 감싼 Keras 3의 층입니다(`course_lib/tfhub/`).
URL이나 압축 파일로 받은 모듈은 `TFHUB_CACHE_DIR` 폴더에 풀립니다. 정하지 않으면 임시 폴더에 풀려서 컴퓨터를 다시 켤 때 사라질 수 있으므로 홈 폴더 아래로 정해 두세요. `tfhub.cache()`가 그 일을 합니다.

`tfhub.shipped()`는 우리 백본을 처음 한 번만 모듈로 내보내 그 폴더에 두고 경로를 반환합니다. Hub로 얻은 특징은 Keras로 얻은 특징과 같을까요? 옛 Hub 코드를 만날 일이 없다면 이 절은 실행만 하고 넘어가도 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
Mirrored pictures hardly changed the accuracy with a frozen backbone, perhaps because it sees a mirrored picture much like the original. Too low a rate does not learn in the time given, too high a rate costs accuracy, and from $0.001$ to $0.1$ in between there is little difference. These are three epochs with one seed only: with longer training, a smaller rate may be the better one.

## 9. TensorFlow Hub and Keras 3

**TensorFlow Hub** is a format for sharing trained models as **modules**, and the name of a place that collected them. That place, tfhub.dev, has led to **Kaggle Models** since late 2023, and modules that were not moved were deleted in early 2024. Addresses at tfhub.dev in examples still find the modules that were moved.
A module is a folder with a SavedModel. A **SavedModel** is TensorFlow's format for a graph of computations with its weights, and each computation in it is a **signature**; `serving_default` is the usual one. `hub.load` returns a module as an object that can be called. `hub.KerasLayer`, however, is a layer of Keras 2 and cannot be used in Keras 3. This course's `HubLayer` is a Keras 3 layer around `hub.load` (`course_lib/tfhub/`).
Modules from a URL or an archive are unpacked into the folder `TFHUB_CACHE_DIR`. If it is not set, they go into a temporary folder that a restart may empty, so set it to one in your home. That is what `tfhub.cache()` does.

`tfhub.shipped()` writes our backbone as a module into that folder, the first time only, and returns its path. Does Hub give the same features as Keras? If you never meet old code with Hub, just run this section and go on.
"""

# %% tags=["covers-D2"]
from course_lib import HubLayer, tfhub

tfhub.cache()
module = tfhub.shipped()
course_lib.start(seed=0, precision="float32")  # so that both ways are compared to the last digits

plain_backbone = weights.backbone(input_shape=(128, 128, 3))
sixteen = preprocess(images["test"][:16])
hub_layer = HubLayer(module)
by_hub = keras.Sequential([keras.Input((128, 128, 3)), hub_layer])
difference = np.abs(by_hub.predict(sixteen, verbose=0) - plain_backbone.predict(sixteen, verbose=0)).max()
claim("Hub and Keras give the same features (largest difference)", float(difference), at_most=1e-5)

# %% tags=["covers-D4", "covers-D5"]
classifier = keras.Sequential([by_hub, layers.GlobalAveragePooling2D(), layers.Dense(8)])
counts = {}
for trainable in (False, True):
    hub_layer.trainable = trainable
    counts[trainable] = trained_parameters(classifier)
    print(f"trainable={trainable}: {counts[trainable]:,} of {classifier.count_params():,} parameters")
claim("Through Hub, a frozen backbone leaves the head to train", counts[False], equals=head.count_params())

# %% [markdown] tags=["ko"]
r"""
모듈을 통째로 학습할 때도 빠진 수가 조금 있습니다. 학습되지 않는 것, 곧 배치 정규화가 저장해 둔 평균과 분산입니다.

### 옛 코드를 고치는 표

인터넷의 예제는 대부분 `hub.KerasLayer`를 씁니다. 그대로 실행하면 무슨 일이 일어나고, 대신 무엇을 써야 할까요? 아래 셀이 줄마다 실제로 실행해서 오류의 첫머리를 보여 주고, 고친 코드가 작동하는지 확인합니다. 표의 `hub`는 `import tensorflow_hub as hub`로 불러온 것입니다.

| | 옛 코드 | 대신 쓸 코드 |
|---|---|---|
| 1 | `keras.Sequential([hub.KerasLayer(path)])` | `keras.Sequential([HubLayer(path)])` |
| 2 | `hub.KerasLayer(path)(keras.Input((4,)))` | `HubLayer(path)(keras.Input((4,)))` |
| 3 | `keras.layers.Lambda(hub.KerasLayer(path, trainable=True))` | `HubLayer(path, trainable=True)` |
| 4 | `hub.KerasLayer(path)(tensor)` | `hub.load(path)(tensor)` |
| 5 | `keras.models.load_model("old.h5")` | `custom_objects={"KerasLayer": HubLayer}`를 함께 |
| 6 | `keras.models.load_model(folder)` | `keras.Sequential([HubLayer(folder)])` |
| 7 | `tf_keras.Sequential([keras.layers.Dense(2)])` | 모두 `keras`로 |
| 8 | 불러온 뒤에 `TF_USE_LEGACY_KERAS=1` | 정하지 않고 `HubLayer`로 |
| 9 | `hub.Module(path)` | `HubLayer(path, signature="serving_default")` |
| 10 | `keras.models.load_model(folder)` | 추론만 한다면 `keras.layers.TFSMLayer(folder, call_endpoint="serving_default")` |

옛 코드를 한 줄도 고치지 않고 쓰는 길도 있습니다. TensorFlow를 불러오기 **전에** 환경 변수 `TF_USE_LEGACY_KERAS=1`을 정하면 `tf.keras`가 Keras 2인 `tf_keras`가 됩니다. 그 대신 새 코드와 섞어 쓸 수 없습니다.
3번을 조심하세요. 오류가 없지만 모듈은 전혀 학습되지 않습니다. 4번은 텐서에 바로 쓸 때만 작동합니다.
"""

# %% [markdown] tags=["en"]
r"""
Even with the whole module trained, a few numbers are left out: the means and variances that batch normalization has stored, which are not trained.

### A table for repairing old code

Most examples on the web use `hub.KerasLayer`. What happens with them, and what to write instead? The cell below really runs each row, shows how the error begins, and checks that the repaired code works. In the table, `hub` is that of `import tensorflow_hub as hub`.

| | old code | write instead |
|---|---|---|
| 1 | `keras.Sequential([hub.KerasLayer(path)])` | `keras.Sequential([HubLayer(path)])` |
| 2 | `hub.KerasLayer(path)(keras.Input((4,)))` | `HubLayer(path)(keras.Input((4,)))` |
| 3 | `keras.layers.Lambda(hub.KerasLayer(path, trainable=True))` | `HubLayer(path, trainable=True)` |
| 4 | `hub.KerasLayer(path)(tensor)` | `hub.load(path)(tensor)` |
| 5 | `keras.models.load_model("old.h5")` | with `custom_objects={"KerasLayer": HubLayer}` |
| 6 | `keras.models.load_model(folder)` | `keras.Sequential([HubLayer(folder)])` |
| 7 | `tf_keras.Sequential([keras.layers.Dense(2)])` | `keras` for all |
| 8 | `TF_USE_LEGACY_KERAS=1` after the import | `HubLayer`, without it |
| 9 | `hub.Module(path)` | `HubLayer(path, signature="serving_default")` |
| 10 | `keras.models.load_model(folder)` | for inference only, `keras.layers.TFSMLayer(folder, call_endpoint="serving_default")` |

There is also a way to leave old code as it is. Set the environment variable `TF_USE_LEGACY_KERAS=1` **before** TensorFlow is imported, and `tf.keras` is Keras 2, `tf_keras`. But then it cannot be mixed with new code.
Beware of row 3: no error, but nothing of the module is trained. Row 4 works only when it is called on a tensor directly.
"""

# %%
import os
import tempfile
import warnings
from pathlib import Path

import tensorflow_hub
import tf_keras

# %%
place = tempfile.TemporaryDirectory()
work = Path(place.name)
tiny = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
path = str(tfhub.export_hub(tiny, work / "module"))
tensor = ops.ones((2, 4))
old_model = tf_keras.Sequential([tensorflow_hub.KerasLayer(path, input_shape=(4,))])
h5, folder = str(work / "old.h5"), str(work / "old")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # old formats announce their end
    old_model.save(h5)
    old_model.save(folder, save_format="tf")

# %%
def happens(attempt):
    """How the error of `attempt` begins, or what it returns."""
    try:
        return f"no error, {attempt()}"
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).replace(str(work), '...').split())[:58]}"


def wrapped():
    model = keras.Sequential([keras.Input((4,)), layers.Lambda(tensorflow_hub.KerasLayer(path, trainable=True)),
                              layers.Dense(2)])
    return f"{len(model.layers[0].trainable_weights)} arrays of the module are trained"

# %%
def set_too_late():
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    try:
        return keras.Sequential([tensorflow_hub.KerasLayer(path)])
    finally:
        del os.environ["TF_USE_LEGACY_KERAS"]

# %%
repairs = [
    (lambda: keras.Sequential([tensorflow_hub.KerasLayer(path)]), lambda: keras.Sequential([HubLayer(path)])),
    (lambda: tensorflow_hub.KerasLayer(path)(keras.Input((4,))), lambda: HubLayer(path)(keras.Input((4,)))),
    (wrapped, lambda: HubLayer(path, trainable=True)),
    (lambda: tensorflow_hub.KerasLayer(path)(tensor).shape, lambda: tensorflow_hub.load(path)(tensor)),
    (lambda: keras.models.load_model(h5),
     lambda: keras.models.load_model(h5, custom_objects={"KerasLayer": HubLayer})),
    (lambda: keras.models.load_model(folder), lambda: keras.Sequential([HubLayer(folder)])),
    (lambda: tf_keras.Sequential([layers.Dense(2)]), lambda: keras.Sequential([layers.Dense(2)])),
    (set_too_late, lambda: HubLayer(path)),
    (lambda: tensorflow_hub.Module(path), lambda: HubLayer(path, signature="serving_default")),
    (lambda: keras.models.load_model(folder),
     lambda: keras.layers.TFSMLayer(folder, call_endpoint="serving_default")(tensor)),
]

# %%
import logging

logging.getLogger("absl").setLevel("ERROR")  # Keras says of an .h5 file that it must be compiled anew
works = 0
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for number, (old_code, new_code) in enumerate(repairs, 1):
        print(number, happens(old_code))
        works += happens(new_code).startswith("no error")
claim("Rows whose repaired code works", works, equals=len(repairs))

# %% [markdown] tags=["ko"]
r"""
## 10. 내 사진으로

`data.from_folder`는 클래스마다 폴더 하나씩 있는 사진을 읽습니다. 쓸 수 없는 파일은 이름을 알려 주고 제외합니다. 여기서는 사진 여섯 장을 조각내어 '생물'과 '사람이 만든 것'이라는 두 폴더를 만들고, 깨진 파일과 너무 작은 파일을 하나씩 섞었습니다. 여러분의 사진이라면 `data.from_folder("my_photos", size=128)`처럼 쓰면 됩니다.
"""

# %% [markdown] tags=["en"]
r"""
## 10. With your own photographs

`data.from_folder` reads photographs that lie in one folder for each class. Files that cannot be used are named and left out. Here the six photographs are cut into pieces to make two folders, living things and things that people made, with a damaged file and one that is too small among them. For photographs of your own write, for example, `data.from_folder("my_photos", size=128)`.
"""

# %% tags=["covers-D7"]
from PIL import Image

for name in names:
    kind = "living" if name in ("cat", "flower", "astronaut") else "made"
    (work / "photos" / kind).mkdir(parents=True, exist_ok=True)
    pixels = (255 * data.photograph(name)).astype("uint8")
    height, width = pixels.shape[:2]
    for i, (top_, left) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5))):  # corners, and the middle
        row, column = int(top_ * height / 3), int(left * width / 3)
        Image.fromarray(pixels[row:row + 2 * height // 3, column:column + 2 * width // 3]).save(
            work / "photos" / kind / f"{name}{i}.png")

# %% tags=["covers-D7"]
(work / "photos" / "made" / "broken.jpg").write_bytes(b"not a picture")
Image.new("RGB", (8, 8)).save(work / "photos" / "made" / "tiny.png")

with warnings.catch_warnings(record=True) as warned:
    own = data.from_folder(work / "photos", size=128)
print(own)
print("left out:", str(warned[-1].message).split(": ", 1)[1])

# %% tags=["covers-D4", "covers-D7"]
own_features = keras.Model(plain_backbone.input, layers.GlobalAveragePooling2D()(plain_backbone.output)).predict(
    preprocess(own.images), verbose=0)

# %% tags=["nbval-ignore-output", "covers-D7"]
held_out = np.array([name.endswith("4.png") for name in own.names])  # the middle piece of each photograph
own_head = train_head(own_features[~held_out], own.labels[~held_out], classes=2, epochs=40)
told = own_head.predict(own_features[held_out], verbose=0).argmax(axis=1)
print("right of six pieces that were held out:", int((told == own.labels[held_out]).sum()))

# %% [markdown] tags=["ko"]
r"""
(이 시험은 사용법을 보일 뿐입니다. 같은 사진의 다른 조각을 이미 보았으므로 3절에서 말한 데이터 누출이 있습니다.)

### 저장하고, 불러오고, 물어보기

전처리부터 출력부까지 한 모델로 묶어 저장하면, 불러온 뒤 $0$에서 $1$까지의 이미지를 그대로 넣을 수 있습니다. 전처리를 잊을 일이 없습니다.
"""

# %% [markdown] tags=["en"]
r"""
(This only shows how it is done. Other pieces of the same photographs were seen in training, so there is the data leakage that section 3 warned of.)

### Save, load, ask

Put everything from preprocessing to head into one model and save it. Loaded again, it takes images from $0$ to $1$ as they are, and nobody can forget the preprocessing.
"""

# %% tags=["covers-D7"]
pixels = keras.Input((128, 128, 3))
x = layers.GlobalAveragePooling2D()(plain_backbone(layers.Rescaling(255 / 128, -127 / 128)(pixels)))
complete = keras.Model(pixels, layers.Softmax()(head(x)), name="emoji_classifier")
complete.save(work / "emoji_classifier.keras")

# %% tags=["covers-D7"]
loaded = keras.models.load_model(work / "emoji_classifier.keras")
eight = images["test"][:8]
same = np.abs(loaded.predict(eight, verbose=0) - complete.predict(eight, verbose=0)).max()
claim("The loaded model answers as the saved one (largest difference of probabilities)", float(same), at_most=1e-6)

# %% [markdown] tags=["ko"]
r"""
이제 직접 물어보세요. JupyterLab에서 아래 셀을 실행하면 그림 파일을 올리거나 마우스로 그릴 수 있습니다.
"""

# %% [markdown] tags=["en"]
r"""
Now ask it yourself. Run the cell below in JupyterLab, then upload a picture or draw one with the mouse.
"""

# %%
from course_lib.widgets import ask

animal = images["test"][int(np.flatnonzero(y["test"] == 0)[0])]
ask(lambda image: loaded.predict(resized(image, 128)[np.newaxis], verbose=0)[0], test.classes, example=animal,
    alt="A test picture beside bars with the probabilities that the saved model gives to the eight classes.")

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

place.cleanup()
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

1. ImageNet으로 학습된 백본의 특징은 다른 문제에도 쓸모가 있습니다. 얕은 층은 가장자리와 색, 깊은 층은 부분과 종류를 나타냅니다.
2. 이모지에서는 백본을 동결하고 출력부만 학습해도, 파라미터 만 개 남짓으로 처음부터 학습한 CNN을 크게 앞섭니다. 같은 장수로 배우면 오래 학습한 CNN보다도 앞섭니다. 짧은 학습만 보고 비교하면 차이를 부풀리게 됩니다.
3. 가까운 데이터(사진)에서는 동결한 백본만으로도 크게 앞서고, 먼 데이터(Fashion-MNIST)에서는 처음부터 학습한 CNN에 조금 뒤지다가 미세 조정을 해야 비슷해집니다. 다만 미세 조정으로 얻는 것은 가까운 데이터에서도 비슷했습니다. 무엇이 먼지는 측정해 보아야 압니다.
4. 출력부를 먼저 학습시키고 작은 학습률을 쓰면 백본의 특징이 덜 망가집니다. 끝까지 학습시켰을 때 정확도에서는 순서의 차이가 작았지만, 배치가 적고 학습률이 작으면 출력부 먼저가 크게 앞섭니다.
5. `trainable`을 바꾸면 다시 컴파일합니다. 배치 정규화층은 `trainable = False`로 동결합니다. `training=False`로 부르는 것만으로는 모자랍니다.
6. 전처리가 틀려도 오류는 나지 않습니다.

## 더 해 보기

코드를 바꾸기 전에 결과를 먼저 예측하세요. 바꾼 실험에서 어떤 주장이 깨졌다면, 그것도 결과입니다.

1. 6절의 사진에서 흑백을 바꾸어 `1 - stamps.images`를 주면 누구의 정확도가 더 떨어질까요? `contest(stamps.images[half], stamps.labels[half], stamps.images[~half], stamps.labels[~half], side=128, cnn_side=32, reach=4, steps=400)`이 CNN과 동결한 백본을 함께 시험합니다. 견줄 값이 있어야 하니 `stamps.images` 그대로도 한 번 실행하세요.
2. 백본을 더 얕은 층에서 잘라 출력부를 붙이면, 먼 데이터에서는 어떻게 될까요? `layers.GlobalAveragePooling2D()(imagenet.get_layer("block4c").output)`이 그 층의 특징입니다.
3. 10절에서 여러분의 사진 열 장을 써 보세요. 어떤 사진에서, 무엇 때문에 틀리나요?

## 용어

| 한국어 | English |
|---|---|
| 전이 학습 | transfer learning |
| 백본, 출력부 | backbone, head |
| 동결 | freezing |
| 깊이별 합성곱 | depthwise convolution |
| 코사인 유사도 | cosine similarity |
| L2 정규화 | L2 regularization |
| Adam(보폭을 조절하는 최적화) | Adam |
| 미세 조정 | fine-tuning |
| 전처리 | preprocessing |
| 데이터 증강 | data augmentation |
| 그림체 | drawing style |
| 검증 데이터, 테스트 데이터 | validation data, test data |
| 데이터 누출 | data leakage |
| 부트스트랩 | bootstrap |
| 상대 거리 | relative distance |
| 추론 모드, 학습 모드 | inference mode, training mode |
| 이동 평균 | moving average |
| 모듈, 시그니처 | module, signature |
| SavedModel(저장 형식) | SavedModel |

## 참고 문헌

- Yosinski, Clune, Bengio, Lipson, *How Transferable Are Features in Deep Neural Networks?*, NeurIPS 2014.
- Zeiler, Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014.
- Sandler, Howard, Zhu, Zhmoginov, Chen, *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, CVPR 2018.
- Efron, *Bootstrap Methods: Another Look at the Jackknife*, The Annals of Statistics, 1979.
- Kingma, Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
- You, Liu, Wang, Long, *LogME: Practical Assessment of Pre-trained Models for Transfer Learning*, ICML 2021.
- Kumar, Raghunathan, Jones, Ma, Liang, *Fine-Tuning Can Distort Pretrained Features and Underperform Out-of-Distribution*, ICLR 2022.
- Tan, Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, ICML 2019.
- Ioffe, Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015.
- TensorFlow Hub, README, https://github.com/tensorflow/hub.

**이제 연습 문제를 풀어 보세요**: [04_exercises.ipynb](04_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. Features of a backbone trained on ImageNet are of use for other problems. Shallow layers represent edges and colours, deep ones parts and kinds.
2. On emoji, with the backbone frozen, a head of little more than ten thousand parameters is far ahead of a CNN from scratch. With as many labels it is ahead of a CNN that was trained for long as well. To compare after a short training only exaggerates.
3. On near data (photographs) the frozen backbone is far ahead by itself; on far data (Fashion-MNIST) it is a little behind a CNN from scratch, and needs fine-tuning to draw level. But near data gained about as much by fine-tuning. What is far has to be measured.
4. With the head first and a small rate, the features of the backbone suffer less. In accuracy, trained to the end, the order made little difference; with few batches at a small rate, head first is far ahead.
5. After changing `trainable`, compile again. Batch normalization is frozen by `trainable = False`; to call it with `training=False` is not enough.
6. Wrong preprocessing raises no error.

## Try it yourself

Predict the result before you change the code. If a claim breaks in your experiment, that is a result, too.

1. Show the photographs of section 6 as negatives, `1 - stamps.images`: whose accuracy falls more? `contest(stamps.images[half], stamps.labels[half], stamps.images[~half], stamps.labels[~half], side=128, cnn_side=32, reach=4, steps=400)` tests both the CNN and the frozen backbone. Run it once with `stamps.images` as they are, too, to have something to compare with.
2. Cut the backbone off at a shallower layer and put the head there: what becomes of the far data? `layers.GlobalAveragePooling2D()(imagenet.get_layer("block4c").output)` are the features of that layer.
3. Use ten photographs of your own in section 10. On which is it wrong, and why?

## Terms

| 한국어 | English |
|---|---|
| 전이 학습 | transfer learning |
| 백본, 출력부 | backbone, head |
| 동결 | freezing |
| 깊이별 합성곱 | depthwise convolution |
| 코사인 유사도 | cosine similarity |
| L2 정규화 | L2 regularization |
| Adam(보폭을 조절하는 최적화) | Adam |
| 미세 조정 | fine-tuning |
| 전처리 | preprocessing |
| 데이터 증강 | data augmentation |
| 그림체 | drawing style |
| 검증 데이터, 테스트 데이터 | validation data, test data |
| 데이터 누출 | data leakage |
| 부트스트랩 | bootstrap |
| 상대 거리 | relative distance |
| 추론 모드, 학습 모드 | inference mode, training mode |
| 이동 평균 | moving average |
| 모듈, 시그니처 | module, signature |
| SavedModel(저장 형식) | SavedModel |

## References

- Yosinski, Clune, Bengio, Lipson, *How Transferable Are Features in Deep Neural Networks?*, NeurIPS 2014.
- Zeiler, Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014.
- Sandler, Howard, Zhu, Zhmoginov, Chen, *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, CVPR 2018.
- Efron, *Bootstrap Methods: Another Look at the Jackknife*, The Annals of Statistics, 1979.
- Kingma, Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
- You, Liu, Wang, Long, *LogME: Practical Assessment of Pre-trained Models for Transfer Learning*, ICML 2021.
- Kumar, Raghunathan, Jones, Ma, Liang, *Fine-Tuning Can Distort Pretrained Features and Underperform Out-of-Distribution*, ICLR 2022.
- Tan, Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, ICML 2019.
- Ioffe, Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015.
- TensorFlow Hub, README, https://github.com/tensorflow/hub.

**Now do the exercises**: [04_exercises.ipynb](04_exercises.ipynb)
"""
