# ---
# jupyter:
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {name: python3, display_name: Python 3, language: python}
#   course:
#     title: {en: Transfer Learning and Fine-Tuning, ko: 전이 학습과 미세 조정}
#     minutes: 100
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
> **읽기** 약 100분, **실행** 약 1분 30초(코어 2개), 먼저 볼 장은 1장, 2장, 3장입니다. 네트워크는 필요 없습니다.
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
> **Reading** takes about 100 minutes, **running** about 1 minute 30 seconds on 2 cores; chapters 1, 2 and 3 come first. No network is needed.
"""

# %%
import course_lib

course_lib.start(seed=0)

# %% [markdown] tags=["ko", "covers-D2"]
r"""
## 1. 남이 학습시킨 신경망을 빌려 쓰기

ImageNet의 사진 약 $1.2 \times 10^6$장으로 신경망을 학습시키려면 큰 컴퓨터와 여러 날이 필요합니다. 그런데 그렇게 얻은 특징은 ImageNet에만 쓸모가 있는 것이 아닙니다. 다른 문제를 위해 학습된 신경망을 새 문제에 다시 쓰는 것을 **전이 학습**(transfer learning)이라고 합니다.
다시 쓰는 합성곱 부분을 **백본**(backbone), 그 뒤에 붙여 답을 내는 층을 **출력부**(head)라고 부릅니다.

이 강좌에는 ImageNet으로 학습된 EfficientNet-Lite0이 들어 있습니다(`course_lib/models/efficientnet_lite.py`). 네트워크가 있으면 `weights.backbone("VGG16")`이나 `weights.backbone("ResNet50")`처럼 3장의 신경망도 이름으로 불러올 수 있습니다.
EfficientNet-Lite0은 입력 크기를 `None`으로 두면 어떤 크기의 이미지든 받습니다. 이 신경망은 아래 사진 여섯 장을 무엇이라고 답할까요?
"""

# %% [markdown] tags=["en", "covers-D2"]
r"""
## 1. Borrow a network that others have trained

To train a network on ImageNet's roughly $1.2 \times 10^6$ photographs takes a large computer and many days. But the features gained that way are of use beyond ImageNet. To take a network trained for one problem and use it for another is **transfer learning**.
The convolutional part that is used again is called the **backbone**, and the layers behind it that give the answer are the **head**.

This course ships EfficientNet-Lite0 trained on ImageNet (`course_lib/models/efficientnet_lite.py`). With a network connection you can load the networks of chapter 3 by name as well, such as `weights.backbone("VGG16")` or `weights.backbone("ResNet50")`.
With `None` as its input size, EfficientNet-Lite0 takes images of any size. What will it answer for the six photographs below?
"""

# %% tags=["covers-D1", "covers-D2"]
import numpy as np
from keras import ops

from course_lib import claim, data, plot, weights


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

고양이 사진의 특징 맵을 깊이 순서로 봅시다. 줄마다 한 층이고, 사진에 따라 값이 가장 크게 달라지는 채널 네 개를 골랐습니다.
"""

# %% [markdown] tags=["en"]
r"""
It calls the coffee an espresso and the cat several kinds of cat. But the network cannot be right about the astronaut: none of ImageNet's 1,000 names is one. This head can only answer with the names that it knows.
So we throw the head away and keep the backbone. What does the backbone see?

## 2. From shallow to deep: from edges to parts

Look at the feature maps of the cat in order of depth. Each row is one layer; shown are the four channels whose values differ most over the picture.
"""

# %% tags=["covers-D3"]
import keras
from keras import layers

depths = ["stem_relu", "block2b", "block4c", "block7a"]
read = keras.Model(imagenet.input, [imagenet.get_layer(name).output for name in depths])
maps_of_cat = [maps[0].astype("float32") for maps in read.predict(preprocess(photographs[1:2]), verbose=0)]

# %% tags=["covers-D3"]
rows, labels_of_rows = [], []
for name, maps in zip(depths, maps_of_cat):
    channels = np.argsort(-maps.std(axis=(0, 1)))[:4]
    rows += [maps[..., channel] for channel in channels]
    labels_of_rows += [name, f"{maps.shape[0]}×{maps.shape[1]}", "", ""]
plot.image_grid(rows, labels_of_rows, columns=4, size=1.3, title="The deeper the layer, the coarser the map",
                alt="Feature maps of the cat photograph in four rows: outlines and fur in the first, coarser "
                    "patches further down, only large bright and dark squares in the last.")

# %% [markdown] tags=["ko"]
r"""
얕은 층의 맵에서는 윤곽과 털이 그대로 보이고, 깊은 층에서는 밝고 어두운 큰 칸만 남습니다. 맵이 작아지는 대신 칸마다 더 넓은 곳을 보기 때문입니다(1장 8절).
깊은 층의 칸은 무엇에 반응할까요? 채널 하나를 골라 그 채널이 **가장 강하게 반응하는 조각**을 모으면 알 수 있습니다(Zeiler, Fergus, 2014). 이 장의 데이터인 이모지에서 찾아봅시다. 조각의 크기는 깊이에 따라 넓어지게 정했습니다.
"""

# %% [markdown] tags=["en"]
r"""
In shallow layers outlines and fur can be recognised; in deep ones only coarse squares are left, bright and dark. The maps are smaller, but each of their squares sees more (section 8 of chapter 1).
What does a square in a deep map respond to? Take one channel and collect the **patches to which it responds most strongly** (Zeiler, Fergus, 2014). Search the emoji, the data of this chapter. The patches are larger for deeper layers.
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
read = keras.Model(imagenet.input, [imagenet.get_layer(name).output for name in chosen])

# %% tags=["covers-D3"]
patches, titles = [], []
for (name, (size, channels)), maps in zip(chosen.items(), read.predict(preprocess(images["test"]), verbose=0)):
    for channel in channels:
        patches += strongest_patches(maps.astype("float32"), channel, size)
        titles += [f"{name} #{channel}"] + [""] * 7
plot.image_grid(patches, titles, columns=8, size=0.8, framed=True, title="What excites a channel most",
                alt="Six rows of patches. Shallow channels: corners in any colour, green curves. Middle: dots "
                    "like eyes, right-hand edges. Deep: square fronts of trains and phones, faces of animals.")
del read, maps  # large, and no longer needed

# %% [markdown] tags=["ko"]
r"""
얕은 `block1a`는 무엇의 일부인지와 상관없이 가장자리와 색에, 가운데 `block3b`는 눈처럼 둥글고 검은 점이나 모서리에, 깊은 `block6b`는 동물의 얼굴이나 탈것과 기기의 네모난 앞면처럼 더 큰 **부분**에 반응합니다. 다만 한 채널이 언제나 한 가지에만 반응하는 것은 아니고, 채널 몇 개의 그림은 인상일 뿐이므로 수치로 확인합니다.

테스트 이모지마다 채널별 평균을 특징으로 삼고, 특징이 가장 가까운, 다른 **개념**(concept, 이를테면 고양이나 버스)의 이모지를 찾습니다. 얕은 층에서는 이웃의 **색**이 비슷하고, 깊은 층에서는 이웃의 **클래스**가 같다면, 특징이 색과 가장자리에서 형태와 부분으로 나아간다는 강의의 설명과 맞습니다. 클래스는 여덟 가지이고, 백본은 이모지도 이 클래스도 배운 적이 없습니다. 두 곡선은 어떻게 움직일까요?
"""

# %% [markdown] tags=["en"]
r"""
The shallow `block1a` responds to edges and colours, whatever they belong to; `block3b` in the middle to round dark dots such as eyes, and to corners; the deep `block6b` to larger **parts**, such as faces of animals and square fronts of vehicles and devices. But a channel does not always respond to one thing only, and a few channels give only an impression, so measure it.

Take the mean of each channel as a feature of each test emoji, and find the emoji of another **concept** (a concept is, say, cat or bus) whose features are closest. If neighbours agree in **colour** in shallow layers and in **class** in deep ones, that fits what the lecture says: features go from colours and edges to shapes and parts. There are eight classes, and the backbone has never been taught these classes, nor any emoji. How will the two curves move?
"""

# %% tags=["covers-D3"]
depths = ["stem_relu", "block1a", "block2b", "block3b", "block4c", "block5c", "block6b", "block7a", "head_relu"]
pooled = [layers.GlobalAveragePooling2D(dtype="float32")(imagenet.get_layer(name).output) for name in depths]
by_depth = keras.Model(imagenet.input, pooled).predict(preprocess(images["test"]), verbose=0)

# %% tags=["covers-D3"]
test, concept = sets["test"], np.array(sets["test"].names)
colour = (test.images * test.masks).sum(axis=(1, 2)) / test.masks.sum(axis=(1, 2))  # mean red, green, blue
distance = np.linalg.norm(colour[:, np.newaxis] - colour, axis=-1)

# %% tags=["covers-D3"]
def neighbours(features):
    """For each picture the other ones from near to far by cosine similarity, without those of its own concept."""
    scaled = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    scaled /= np.linalg.norm(scaled, axis=1, keepdims=True)
    similarity = np.where(concept[:, np.newaxis] == concept, -2, scaled @ scaled.T)
    return np.argsort(-similarity, axis=1, kind="stable")

# %% tags=["covers-D3"]
closest = [neighbours(features)[:, 0] for features in by_depth]
same_class = [100 * (test.labels[near] == test.labels).mean() for near in closest]
other_colour = [100 * distance[range(len(test)), near].mean() / distance.mean() for near in closest]
plot.curves({"same class (%)": same_class, "difference in colour (% of any two pictures')": other_colour},
            xlabel="depth, from the stem (1) to the last map (9)", ylabel="nearest neighbours",
            title="Deeper neighbours share more class and less colour",
            alt="Two rising curves over nine depths: the share of neighbours of the same class rises from a "
                "third to over two thirds, their difference in colour from 40 to almost 80 percent.")

# %% tags=["covers-D3"]
claim("With depth, more nearest neighbours are of the same class (last map against stem)",
      same_class[-1] - same_class[0], at_least=25, unit="points")
claim("With depth, their colours differ more", other_colour[-1] - other_colour[0], at_least=20, unit="points")

# %% [markdown] tags=["ko"]
r"""
얕은 층의 이웃은 색이 비슷하고, 깊은 층에서는 클래스가 같은 이웃이 훨씬 많아집니다. 그러나 언제나 그런 것은 아닙니다. 마지막 맵의 특징으로 찾은 이웃을 직접 보세요. 왼쪽 끝이 기준 그림이고, 오른쪽으로 갈수록 먼 이웃입니다. 어떤 이웃이 같은 클래스이고, 어떤 이웃은 모양만 닮았나요?
"""

# %% [markdown] tags=["en"]
r"""
Neighbours in shallow layers are alike in colour; in deep layers many more of them share the class, but not always. See for yourself the neighbours by the last map's features: the query is on the left, then come its neighbours from near to far. Which of them share the class, and which only look alike?
"""

# %% tags=["covers-D3"]
order = neighbours(by_depth[-1])
queries = [int(np.flatnonzero(test.labels == label)[3]) for label in (0, 1, 3)]
shown = [i for query in queries for i in (query, *order[query, :7])]
plot.image_grid(test.images[shown], [test.names[i][:13] for i in shown], columns=8, size=1.0,
                title="Query on the left, its neighbours to the right",
                alt="Three rows: each begins with a query picture and goes on with seven neighbours, some of the "
                    "same class, others only of a similar shape.")

# %% [markdown] tags=["ko"]
r"""
## 3. 새 데이터: 세 가지 그림체의 이모지

새 문제는 이모지를 여덟 클래스로 나누는 것입니다. 같은 개념을 세 디자인 팀이 그렸습니다. google과 twitter의 그림체(style)는 평평하고, fluent의 그림체에는 사진처럼 음영이 있습니다.
클래스는 동물(animal), 식물(plant), 음식(food), 탈것(vehicle), 건물과 장소(place), 옷과 장신구(clothing), 기기(device), 도구(tool)입니다.
"""

# %% [markdown] tags=["en"]
r"""
## 3. New data: emoji in three styles

The new problem is to sort emoji into eight classes. Three design teams drew the same concepts. The styles google and twitter are flat; fluent is shaded like a photograph.
The classes are animal, plant, food, vehicle, place (buildings and landscapes), clothing, device and tool.
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

1장의 CNN 코드에 색 채널과 드롭아웃을 더해 처음부터 학습시킵니다. 그림은 $32 \times 32$로 줄이고, 몇 픽셀씩 밀거나 좌우로 뒤집은 것으로 학습합니다(데이터 증강, data augmentation). 크기, 폭, 드롭아웃, 학습률은 검증(validation) 데이터로 골랐고, 더 크거나 넓은 신경망이 더 낫지는 않았습니다. 몇 %나 맞힐까요? 무작위로 답하면 약 13 %, 언제나 '동물'이라고 하면 23 %입니다.
"""

# %% [markdown] tags=["en"]
r"""
How the data is split matters. A split of pictures at random puts other styles of the same concept, and concepts that look alike, into training, and accuracy looks over 10 points better (**data leakage**). So it is split by concept, and concepts that look alike, such as bus and minibus, stay on the same side (`data/README.md`). No test concept was ever seen in training, in any style.

## 4. The same data, three ways

### From scratch

Take the CNN of chapter 1, add colour channels and dropout, and train it from scratch. Pictures are reduced to $32 \times 32$, and shifted or mirrored for training (data augmentation). Size, width, dropout and learning rate were chosen on validation data; larger and wider networks were no better. How many will it get right? Guessing gives about 13 %, and always 'animal' 23 %.
"""

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

# %% tags=["covers-D7"]
started = time.perf_counter()
shown = np.concatenate([move(small["train"], np.random.default_rng(version)) for version in range(10)])
scratch = training.one_cycle(build_cnn(), shown, epochs=3, rate=0.05, batch_size=64)
training.train(scratch, shown, np.tile(y["train"], 10), epochs=3, seed=0, batch_size=64)
seconds["from scratch"] = time.perf_counter() - started
correct["from scratch"] = training.accuracy(scratch, small["test"], y["test"])
claim("From scratch, the CNN of chapter 1 is better than always saying 'animal'", correct["from scratch"],
      at_least=35, unit="%")

# %% [markdown] tags=["ko"]
r"""
절반쯤 맞힙니다. 그림이 1,000장도 되지 않으니 이 정도도 나쁘지 않습니다.

### 백본은 동결하고 출력부만

이제 백본을 씁니다. **동결**(freeze)한 층의 가중치는 바뀌지 않으므로 같은 그림에 대한 출력도 언제나 같습니다. 따라서 한 번만 계산해 두고 계속 쓸 수 있습니다. 나중에 뒷부분을 미세 조정할 것이므로 `block6b`에서 잘라 앞부분(`bottom`)의 특징 맵을 저장해 둡니다. 학습 그림은 좌우로 뒤집은 것도 함께 씁니다.
출력부는 전역 평균 풀링(2장)으로 얻은 값 1,280개를 받는 완전 연결층 하나입니다. 파라미터는 몇 개일까요?
"""

# %% [markdown] tags=["en"]
r"""
About half are right, which is not bad for fewer than 1,000 pictures.

### Freeze the backbone, train only a head

Now use the backbone. The weights of **frozen** layers do not change, so their output for a picture is always the same. It need be computed only once and can be used over and over. As later blocks will be fine-tuned, cut at `block6b` and keep the feature maps of the lower part (`bottom`). Training pictures are used mirrored as well.
The head is one dense layer that takes the 1,280 values from global average pooling (chapter 2). How many parameters is that?
"""

# %% tags=["covers-D4"]
middle = imagenet.get_layer("block6b").output
bottom = keras.Model(imagenet.input, middle, name="bottom")
last_map = imagenet.get_layer("head_relu").output
top = keras.Model(middle, last_map, name="top")
averaged = layers.GlobalAveragePooling2D(dtype="float32")(last_map)
pool = keras.Model(middle, averaged)
as_learned = top.get_weights()

# %% tags=["covers-D4"]
def lower_maps(images):
    """Images from 0 to 1 -> maps of block6b, float32."""
    parts = [bottom.predict_on_batch(preprocess(images[i:i + 64])) for i in range(0, len(images), 64)]
    return np.concatenate(parts).astype("float32")

# %% tags=["covers-D4"]
started = time.perf_counter()
maps = {name: lower_maps(pictures) for name, pictures in images.items()}
maps["train"] = np.concatenate([maps["train"], lower_maps(images["train"][:, :, ::-1])])
y["train"] = np.tile(y["train"], 2)
features = {name: pool.predict(values, batch_size=256, verbose=0) for name, values in maps.items()}
seconds["features"] = time.perf_counter() - started
print("maps", maps["train"].shape, "-> features", features["train"].shape)

# %% tags=["covers-D4"]
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def falling(rate, examples, epochs, batch_size):
    """A learning rate that falls from `rate` to zero along a cosine."""
    return keras.optimizers.schedules.CosineDecay(rate, epochs * -(-examples // batch_size))

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

# %% tags=["covers-D4"]
claim("Parameters of the head", head.count_params(), equals=(1280 + 1) * 8)
claim("Frozen backbone and new head, on concepts never seen", correct["frozen"], at_least=62, unit="%")
claim("That is better than from scratch", correct["frozen"] - correct["from scratch"], at_least=12, unit="points")

# %% [markdown] tags=["ko"]
r"""
학습한 파라미터는 만 개 남짓인데 처음부터 학습한 CNN보다 훨씬 정확합니다.

### 합성곱 블록 일부를 미세 조정하기

출력부가 자리를 잡았으니 백본의 뒤쪽 블록(`block6c`부터 `block7a`까지)도 **작은 학습률**로 함께 학습시킵니다. 이것이 **미세 조정**(fine-tuning)입니다. 얕은 층은 가장자리와 색 같은 일반적인 특징을 보므로 그대로 둡니다(Yosinski et al., 2014). 맨 끝의 $1 \times 1$ 합성곱도 그대로 둡니다. 배치 정규화(batch normalization)층도 모두 동결하는데, 그 이유는 7절에서 봅니다.
"""

# %% [markdown] tags=["en"]
r"""
Little more than ten thousand parameters were trained, and it is far better than the CNN from scratch.

### Fine-tune some convolution blocks

The head has found its place, so now train the last blocks of the backbone, too (`block6c` to `block7a`), with a **small learning rate**: **fine-tuning**. Shallow layers see general features such as edges and colours, and stay as they are (Yosinski et al., 2014). The last $1 \times 1$ convolution stays frozen as well. All batch normalization layers are frozen, too; section 7 shows why for these.
"""

# %% tags=["covers-D5"]
def fine_tune(maps, labels, head, rate=7e-4, epochs=4, classes=8):
    """Train the blocks of `top` and a head behind it; `head` gives its first weights, None random ones."""
    top.set_weights(as_learned)
    for layer in top.layers:
        normalizes = isinstance(layer, layers.BatchNormalization)
        layer.trainable = layer.name.startswith("block") and not normalizes
    images = keras.Input(maps.shape[1:])
    x = layers.GlobalAveragePooling2D(dtype="float32")(top(images))
    last = layers.Dense(classes, dtype="float32")
    model = keras.Model(images, last(layers.Dropout(0.5)(x)))
    if head is not None:
        last.set_weights(head.layers[-1].get_weights())
    model.compile(keras.optimizers.Adam(falling(rate, len(maps), epochs, 64)), cross_entropy)
    model.fit(maps, labels, batch_size=64, epochs=epochs, verbose=0, callbacks=[training.Progress("fine-tuning")])
    return model

# %% tags=["covers-D5"]
started = time.perf_counter()
course_lib.set_seed(0)
tuned = fine_tune(maps["train"], y["train"], head)
seconds["fine-tuned"] = seconds["frozen"] + time.perf_counter() - started
as_tuned = top.get_weights()
correct["fine-tuned"] = training.accuracy(tuned, maps["test"], y["test"])
answer = {"frozen": head.predict(features["test"], verbose=0).argmax(axis=1),
          "tuned": tuned.predict(maps["test"], verbose=0).argmax(axis=1)}

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
claim("Fine-tuning the last blocks does not make it worse", correct["fine-tuned"] - correct["frozen"],
      at_least=-3, unit="points")
claim("Fine-tuned, it is far better than from scratch", correct["fine-tuned"] - correct["from scratch"],
      at_least=14, unit="points")

# %% tags=["nbval-ignore-output", "covers-D7", "bench"]
for name, value in correct.items():
    print(f"{name:13} {value:5.1f} %  {seconds[name]:5.1f} s  {parameters[name]:9,} parameters trained")

# %% [markdown] tags=["ko"]
r"""
같은 데이터, 비슷한 시간에서 차이가 큽니다. 미세 조정은 평균 2포인트쯤을 더합니다. 시드에 따라 다르고, 그림이 399장이라도 개념은 133개뿐이어서 5포인트보다 작은 차이는 우연일 수 있습니다. 무엇을 틀리는지도 보세요.
"""

# %% [markdown] tags=["en"]
r"""
With the same data and in similar time the difference is large. Fine-tuning adds about 2 points on average. It depends on the seed, and as the 399 pictures show only 133 concepts, a difference of less than 5 points may be chance. See also what it gets wrong.
"""

# %%
plot.confusion_matrix(y["test"], answer["tuned"], test.classes, title="Animals are easiest",
                      alt="Confusion matrix of eight classes in percent; nearly all animals and most plants "
                          "are right, of the other classes about half to two thirds.")
recall = [100 * (answer["tuned"][y["test"] == label] == label).mean() for label in range(8)]
claim("Animals are recognised better than the other classes on average", recall[0] - np.mean(recall[1:]),
      at_least=10, unit="points")

# %% [markdown] tags=["ko"]
r"""
ImageNet의 클래스는 열에 넷쯤이 동물이고, 이모지의 학습 그림도 동물이 가장 많습니다. 나머지 클래스는 종류가 다양하고 경계도 흐립니다.

## 5. 데이터가 얼마나 적어도 될까

클래스마다 정답이 있는 그림이 몇 장뿐이라면 어떨까요? 클래스당 1장부터 50장까지 두 번씩 뽑아 비교합니다. CNN은 배울 것이 더 많으므로 학습 단계를 두 배로 줍니다. 백본으로 5장만 학습하는 것과 처음부터 50장으로 학습하는 것 가운데 어느 쪽이 나을까요?
"""

# %% [markdown] tags=["en"]
r"""
About four in ten of ImageNet's classes are animals, and animals are the largest class of the emoji, too. The other classes hold more varied things, and their borders are blurred.

## 5. How little data is enough

What if there are only a few labelled pictures of each class? Compare 1 to 50 per class, with two draws each. The CNN has more to learn, so it gets twice as many training steps. Which is better: 5 per class with the backbone, or 50 per class from scratch?
"""

# %% tags=["covers-D4"]
counts, steps = (1, 5, 50), {"frozen backbone": 50, "from scratch": 100}
few_head = keras.Sequential([keras.Input((1280,)), layers.Dense(8, dtype="float32")])
models = {"frozen backbone": (few_head, 0.02), "from scratch": (build_cnn(), 0.05)}
for way, (model, rate) in models.items():
    training.one_cycle(model, range(32 * steps[way]), epochs=1, rate=rate, batch_size=32)

# %% tags=["covers-D4"]
learned = {way: [] for way in models}
for draw in (0, 1):
    random = np.random.default_rng(draw)
    scores = {way: [] for way in models}
    for count in counts:
        few = np.concatenate([random.choice(np.flatnonzero(train.labels == label), count, replace=False)
                              for label in range(8)])
        for way, (model, _) in models.items():
            rows = random.choice(few, 32 * steps[way])  # each picture several times
            shown = features["train"][rows] if model is few_head else move(small["train"][rows], random)
            training.train(model, shown, train.labels[rows], 1, seed=draw, batch_size=32)
            seen = features["test"] if model is few_head else small["test"]
            scores[way].append(training.accuracy(model, seen, y["test"]))
    for way in models:
        learned[way].append(scores[way])

# %% tags=["covers-D4"]
plot.curves(learned, counts, xlabel="labelled pictures of each class", ylabel="test accuracy (%)",
            title="Five labels with the backbone beat fifty without",
            alt="Two rising curves: with the backbone from over 20 to over 60 percent, from scratch from under "
                "20 to over 35 percent.")

# %% tags=["covers-D4"]
means = {name: np.mean(values, axis=0) for name, values in learned.items()}
claim("With 5 labels of each class the backbone is ahead of scratch with 5 (mean of two draws)",
      means["frozen backbone"][1] - means["from scratch"][1], at_least=8, unit="points")
claim("With 5 of each class it is about as good as scratch with 50, or better",
      means["frozen backbone"][1] - means["from scratch"][2], at_least=-4, unit="points")

# %% [markdown] tags=["ko"]
r"""
백본으로 클래스당 5장만 배워도 처음부터 50장을 배운 것과 비슷하거나 더 낫습니다. 띠는 두 번 뽑은 결과의 범위입니다. 1장일 때는 둘 다 거의 맞히지 못합니다.

## 6. 가까운 데이터와 먼 데이터

강의에서는 새 데이터가 옛 데이터와 가까우면 동결한 백본으로 충분하다고 합니다. 1절의 **사진**이 가장 가깝습니다. ImageNet의 출력부까지 그대로 써도 커피를 알아보았습니다. 이모지는 새 출력부가 필요했습니다. 더 먼 것으로 **Fashion-MNIST**를 시험합니다. 크기가 $28 \times 28$인 흑백 이미지이며 색도 배경도 없습니다. 600장으로 학습하고 400장으로 시험합니다. 백본은 처음부터 학습한 작은 CNN을 얼마나 앞설까요?
"""

# %% [markdown] tags=["en"]
r"""
With the backbone, 5 pictures per class are about as good as 50 from scratch, or better. The band is the range of the two draws. With 1 picture, neither gets much right.

## 6. Near and far

The lecture says that the frozen backbone is enough where new data is close to the old. The **photographs** of section 1 are closest: even ImageNet's own head knew the coffee. Emoji needed a new head. For something farther away, try **Fashion-MNIST**: grey, $28 \times 28$, without colour or background. Take 600 pictures for training and 400 for testing. By how much will the backbone lead a small CNN from scratch?
"""

# %% tags=["covers-D6"]
(x_fashion, y_fashion), (x_seen, y_seen) = data.fashion_mnist()
x_fashion, y_fashion, x_seen, y_seen = x_fashion[:600], y_fashion[:600], x_seen[:400], y_seen[:400]
far_maps = [lower_maps(resized(np.repeat(pictures, 3, axis=-1), 96)) for pictures in (x_fashion, x_seen)]
top.set_weights(as_learned)
far_features = [pool.predict(values, batch_size=256, verbose=0) for values in far_maps]

# %% tags=["covers-D6"]
far_cnn = build_cnn(28, channels=1, classes=10)
shown = np.concatenate([move(x_fashion, np.random.default_rng(epoch), reach=1) for epoch in range(12)])
training.one_cycle(far_cnn, shown, epochs=1, rate=0.05, batch_size=64)
training.train(far_cnn, shown, np.tile(y_fashion, 12), epochs=1, seed=0, batch_size=64)
course_lib.set_seed(0)
far_head = train_head(far_features[0], y_fashion, classes=10)
far_tuned = fine_tune(far_maps[0], y_fashion, far_head, epochs=3, classes=10)

# %% tags=["covers-D6"]
far = {"scratch": training.accuracy(far_cnn, x_seen, y_seen),
       "frozen": training.accuracy(far_head, far_features[1], y_seen),
       "tuned": training.accuracy(far_tuned, far_maps[1], y_seen)}

# %% tags=["covers-D6"]
hits = {way: answers == y["test"] for way, answers in answer.items()}
style = np.array(test.styles)
share = lambda way, name: 100 * hits[way][style == name].mean()
plot.dots({**{f"{name}{suffix}": [share(way, name)] for name in ("google", "twitter", "fluent")
              for way, suffix in (("frozen", ""), ("tuned", ", tuned"))},
           "Fashion": [far["frozen"]], "Fashion, tuned": [far["tuned"]], "Fashion, scratch": [far["scratch"]]},
          ylabel="test accuracy (%)", title="Shaded is not nearer than flat",
          alt="Dots of accuracy for frozen and fine-tuned backbone in three emoji styles and on Fashion-MNIST, "
              "where the network from scratch is as good.")

# %% tags=["covers-D6"]
lead = correct["frozen"] - correct["from scratch"]
far_lead = far["frozen"] - far["scratch"]
claim("The frozen backbone's lead over the CNN from scratch is larger on emoji than on Fashion-MNIST (difference)",
      lead - far_lead, at_least=8, unit="points")
claim("On Fashion-MNIST the frozen backbone is hardly better than the CNN from scratch",
      far_lead, at_most=6, unit="points")
flat = (share("frozen", "google") + share("frozen", "twitter")) / 2
claim("Shaded emoji are recognised no better than flat ones, frozen (difference)",
      share("frozen", "fluent") - flat, at_most=0, unit="points")

# %% [markdown] tags=["ko"]
r"""
Fashion-MNIST처럼 먼 데이터에서는 동결한 백본의 우위가 사라지고, 처음부터 학습한 CNN도 그만큼 맞힙니다. 강의의 말과 맞는 결과입니다. 다만 Fashion-MNIST는 작은 CNN에도 쉬운 문제여서 거리만의 영향이라고 할 수는 없습니다. 그리고 뜻밖의 결과도 있습니다. 사진을 닮은 fluent가 더 가까울 것 같지만 백본은 오히려 평평한 그림에서 더 정확했습니다. 출력부를 학습시킨 그림은 세 장 가운데 두 장이 평평하다는 것도 한 까닭일 수 있습니다. 무엇이 가까운지는 눈으로 짐작하지 말고, 백본의 특징으로 클래스가 얼마나 잘 구별되는지 측정해야 합니다(Kornblith et al., 2019).

## 7. 순서가 중요할까

강의에서는 출력부를 먼저 학습시키고 나서 미세 조정하라고 합니다. 출력부가 무작위이면 거기서 오는 기울기도 무작위에 가까워, 애써 배운 특징을 망가뜨린다는 것입니다. 세 가지를 비교합니다.
- **출력부 먼저**: 4절에서 한 것
- **한꺼번에**: 무작위 출력부와 블록을 처음부터 함께
- **너무 큰 학습률**: 출력부를 먼저 학습했지만 학습률이 열 배가 넘고 한 에포크만

특징이 얼마나 망가졌는지는 이모지가 아니라 **사진**으로 봅니다. 사진의 특징이 처음과 얼마나 달라졌는지(상대 거리), 그리고 ImageNet의 출력부를 다시 붙였을 때 여섯 장 가운데 몇 장에 여전히 같은 답을 하는지를 셉니다. 어느 쪽이 가장 많이 잊을까요? 정확도는 어떨까요?
"""

# %% [markdown] tags=["en"]
r"""
On data as far away as Fashion-MNIST, the frozen backbone's lead is gone: a CNN from scratch does as well. That agrees with the lecture. But Fashion-MNIST is also easy for a small CNN, so distance need not be the only reason. And there is a surprise, too: fluent looks like photographs and should be nearer, yet the backbone is better on flat drawings. One reason may be that two of three pictures that trained the head are flat. Do not guess by eye what is near: measure how well the backbone's features separate the classes (Kornblith et al., 2019).

## 7. Does the order matter?

The lecture says to train the head first and fine-tune then. Gradients from a random head are nearly random, too, and would ruin the features that were learned with so much effort. Compare three ways.
- **Head first**: as in section 4
- **All at once**: a random head and the blocks together from the start
- **Rate too high**: the head first, but more than ten times the learning rate, and for one epoch only

See the damage on **photographs**, not on emoji: how far have their features moved (relative distance), and, with ImageNet's head put back, for how many of the six is the answer still the same? Which forgets most? And what about accuracy?
"""

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

# %% tags=["covers-D8"]
top.set_weights(as_tuned)
judge("head first")
reached["head first"] = correct["fine-tuned"]
for name, first_head, rate, epochs in (("all at once", None, 7e-4, 4), ("rate too high", head, 1e-2, 1)):
    course_lib.set_seed(0)
    model = fine_tune(maps["train"], y["train"], first_head, rate, epochs)
    judge(name)
    reached[name] = training.accuracy(model, maps["test"], y["test"])

# %% tags=["nbval-ignore-output", "covers-D8"]
for name in damage:
    print(f"{name:14} features moved by {damage[name]:.2f}, {kept[name]} of 6 answers kept, "
          f"{reached[name]:.1f} % of the emoji")

# %% tags=["covers-D8"]
claim("All at once moves the features of photographs more than head first (difference of relative distances)",
      damage["all at once"] - damage["head first"], at_least=0.2)
claim("With too high a rate the features of photographs are gone (relative distance)",
      damage["rate too high"], at_least=0.8)
claim("And so is the accuracy on emoji", reached["head first"] - reached["rate too high"],
      at_least=10, unit="points")
claim("In accuracy on emoji, all at once is not clearly worse than head first",
      reached["all at once"] - reached["head first"], at_least=-5, unit="points")

# %% [markdown] tags=["ko"]
r"""
특징에 대해서는 강의의 말이 맞습니다. 한꺼번에 학습시키면 사진의 특징이 더 멀리 움직이고, 사진 대부분을 전과 다른 이름으로 부릅니다. 다만 출력부를 먼저 학습시켜도 답의 일부는 바뀝니다. 학습률이 너무 크면 같은 답이 거의 남지 않고, 이모지의 정확도도 무너집니다.
그러나 **정확도는 그렇지 않습니다**. 한꺼번에 학습시킨 쪽이 이모지를 더 못 맞히지 않았고, 여러 시드의 평균으로는 오히려 조금 앞섰습니다. 이모지가 사진에서 꽤 멀어서 특징이 많이 움직여도 해롭지 않았을 수 있지만, 여기서 확인한 것은 아닙니다. Kumar et al.(2022)은 출력부를 먼저 학습시키면 특징의 왜곡이 줄고 **학습 때와 다른 분포**의 데이터에서 특히 낫다고 보고했습니다. 그러므로 예전 능력도 지켜야 하거나 학습 때와 다른 분포의 데이터를 만날 것이라면 순서가 더 중요합니다.

### 배치 정규화는 왜 추론 모드로 둘까

배치 정규화는 학습 모드에서는 그 배치의 평균과 분산으로, 추론 모드에서는 저장해 둔 이동 평균으로 정규화합니다. Keras에서 `trainable=False`인 배치 정규화층은 추론 모드로 동작합니다. 두 가지를 해 봅시다. (1) 같은 사진을 서로 다른 배치에 넣습니다. (2) 학습률을 $0$으로 두고 학습 모드로 이모지를 한 번 통과시킵니다. 학습되는 가중치는 하나도 바뀌지 않습니다. 그래도 사진의 특징이 바뀔까요?
"""

# %% [markdown] tags=["en"]
r"""
For the features, the lecture is right: all at once, the features of photographs move farther, and most photographs get a name other than before. But even with the head first, some of the answers change. With too high a rate hardly an answer stays the same, and accuracy on emoji collapses, too.
But **not for the accuracy**: trained all at once, it recognises emoji no worse, and over several seeds it was even slightly ahead on average. Perhaps it did no harm that features moved a lot because emoji are rather far from photographs, but that was not tested here. Kumar et al. (2022) report that training the head first distorts features less and does better especially on data from **another distribution than the training data**. So the order matters more where old abilities must be kept, or where data from another distribution is to be expected.

### Why batch normalization stays in inference mode

In training mode, batch normalization normalizes by the mean and variance of its batch, in inference mode by the moving averages that it has stored. In Keras, a batch normalization layer with `trainable=False` runs in inference mode. Try two things. (1) Put the same photograph into different batches. (2) Set the learning rate to $0$ and pass the emoji through once in training mode. None of the trained weights changes. Do the features of the photographs change all the same?
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

**전처리.** 백본은 학습할 때와 똑같은 범위의 값을 받아야 합니다. 이 백본에서는 입력 $x$를 $(255x - 127) / 128$로 바꿉니다(VGG와 ResNet은 방식이 다릅니다. 연습 문제 1을 보세요). 잘못된 값을 넣어도 오류는 나지 않습니다. $0$에서 $1$까지의 값을 그대로 넣는 경우와 $0$에서 $255$까지의 값을 넣는 경우, 어느 쪽이 더 나쁠까요? 시간을 아끼려고 여기서는 학습 그림과 테스트 그림을 200장씩만 씁니다. 먼저 주황색 픽셀 하나를 네 백본의 방식으로 바꾸어 봅시다.
"""

# %% [markdown] tags=["en"]
r"""
Although the learning rate was $0$, the moving averages drifted towards those of emoji, and the features of photographs changed. So keep batch normalization frozen when you fine-tune with small batches.

## 8. Preprocessing, augmentation, learning rate

**Preprocessing.** A backbone must get values on the scale that it was trained with. For this one, the input $x$ becomes $(255x - 127) / 128$ (VGG and ResNet differ: see exercise 1). Wrong values raise no error. Which is worse: values from $0$ to $1$ as they are, or values from $0$ to $255$? To save time, 200 pictures each are used here for training and test. First take one orange pixel and change it in the way of four backbones.
"""

# %% tags=["covers-D2", "covers-D7"]
orange = np.array([[[[1.0, 0.6, 0.0]]]], "float32")  # red, green, blue
for backbone in ("efficientnet_lite0", "MobileNetV2", "ResNet50", "VGG16"):
    print(f"{backbone:18}", np.squeeze(weights.preprocess(backbone)(orange)).astype(float).round(2).tolist())

# %% tags=["covers-D7"]
whole = keras.Model(imagenet.input, averaged)
part = slice(0, 200)  # of training and test pictures
seen = {"as trained": {split: values[part] for split, values in features.items()}}
for name, scale in (("0 to 1", 1.0), ("0 to 255", 255.0)):
    seen[name] = {split: whole.predict(scale * images[split][part], batch_size=64, verbose=0)
                  for split in ("train", "test")}

# %% tags=["covers-D7"]
scores = {}
for name, values in seen.items():
    course_lib.set_seed(0)
    scaled_head = train_head(values["train"], y["train"][part])
    scores[name] = training.accuracy(scaled_head, values["test"], y["test"][part])
plot.bars({name: round(value, 1) for name, value in scores.items()}, ylabel="test accuracy (%)",
          title="No error is raised, but values from 0 to 255 cost accuracy",
          alt="Bars of test accuracy: as trained and values from 0 to 1 are alike, from 0 to 255 it is far "
              "lower.")

# %% tags=["covers-D7"]
loud = weights.top_classes(imagenet.predict(255 * photographs, verbose=0), k=1)
claim("With 0 to 255, answers of ImageNet's own head that stay the same, of six",
      sum(row[0][0] == right[0] for row, right in zip(loud, answers)), at_most=2)
claim("Values from 0 to 255 cost accuracy", scores["as trained"] - scores["0 to 255"], at_least=5, unit="points")
claim("Values from 0 to 1 do less harm than that", scores["0 to 1"] - scores["0 to 255"],
      at_least=5, unit="points")

# %% [markdown] tags=["ko"]
r"""
$0$에서 $255$까지는 학습 때보다 백 배 넘게 큰 값입니다. ImageNet의 출력부는 사진을 거의 알아보지 못하고, 같은 값으로 학습한 새 출력부도 많이 잃습니다. $0$에서 $1$까지는 대비가 낮고 밝은 그림처럼 보일 뿐이어서, 새 출력부가 거기에 맞추면 잃는 것이 거의 없습니다. 그래서 잘못을 알아차리기도 어렵습니다. 학습과 추론의 전처리가 서로 다르면 이야기가 또 달라집니다.

**증강.** 4절에서는 좌우로 뒤집은 그림을 함께 썼습니다. 동결한 백본에서도 도움이 될까요? **학습률.** 출력부의 학습률을 $10^{-5}$부터 $10$까지 바꾸어 가며 검증 데이터로 고릅니다. 실제 과제에서는 테스트 데이터를 마지막에 한 번만 씁니다. 이 장에서 여러 번 쓰는 것은 결과를 보여 주기 위해서입니다.
"""

# %% [markdown] tags=["en"]
r"""
Values from $0$ to $255$ are over a hundred times larger than in training. ImageNet's head hardly recognises a photograph, and a new head that is trained on such values loses much, too. Values from $0$ to $1$ are only like a pale, bright picture: a new head adapts to them and loses next to nothing, which makes the mistake hard to notice. It is another matter if training and inference are preprocessed differently.

**Augmentation.** In section 4 the mirrored pictures were used as well. Does that help with a frozen backbone? **Learning rate.** Try rates of the head from $10^{-5}$ to $10$ and choose on validation data. In real work, use test data only once, at the end; this chapter uses it often, to show results.
"""

# %% tags=["covers-D7"]
course_lib.set_seed(0)
plain = train_head(features["train"][:954], y["train"][:954], epochs=24)  # as many steps, none mirrored
gain = correct["frozen"] - training.accuracy(plain, features["test"], y["test"])
claim("Mirrored pictures change little for a frozen backbone (absolute)", abs(gain), at_most=5, unit="points")

# %% tags=["covers-D7"]
exponents = (-5, -3, -2, 1)
by_rate = []
for exponent in exponents:
    course_lib.set_seed(0)
    tried = train_head(features["train"], y["train"], rate=10.0**exponent, epochs=3)
    by_rate.append(training.accuracy(tried, features["validation"], y["validation"]))

# %% tags=["covers-D7"]
plot.curves({"new head": by_rate}, exponents, xlabel="learning rate: ten to the power of",
            ylabel="validation accuracy (%)",
            title="Too low learns little in time, too high costs accuracy",
            alt="Validation accuracy against the learning rate on a logarithmic axis: low at the left, a broad "
                "plateau in the middle, lower at the right.")
best = max(by_rate)
claim("The rate of section 4, 0.01, is close to the best (difference)", best - by_rate[2],
      at_most=6, unit="points")
claim("A rate a thousand times smaller costs", best - by_rate[0], at_least=5, unit="points")

# %% [markdown] tags=["ko"]
r"""
뒤집은 그림은 동결한 백본의 정확도를 거의 바꾸지 않았습니다. 백본이 좌우가 바뀐 것도 이미 비슷하게 보기 때문일 수 있습니다. 학습률은 너무 작으면 정해진 시간 안에 배우지 못하고, 너무 크면 정확도가 떨어지며, 그 사이에서는 크게 다르지 않습니다.

## 9. TensorFlow Hub와 Keras 3

**TensorFlow Hub**는 학습된 모델을 **모듈**로 주고받는 형식이자 저장소입니다. 모듈은 SavedModel 폴더 하나이고, `hub.load`는 그것을 부를 수 있는 객체로 돌려줍니다. 그러나 `hub.KerasLayer`는 Keras 2의 층이어서 Keras 3에서는 쓸 수 없습니다. 이 강좌의 `HubLayer`가 `hub.load`를 감싼 Keras 3의 층입니다(`course_lib/tfhub/`).
URL이나 압축 파일로 받은 모듈은 `TFHUB_CACHE_DIR` 폴더에 풀립니다. 정하지 않으면 임시 폴더에 풀려서 컴퓨터를 다시 켤 때 사라질 수 있으므로 홈 폴더 아래로 정해 두세요. `tfhub.cache()`가 그 일을 합니다.

`tfhub.shipped()`는 우리 백본을 처음 한 번만 모듈로 내보내 그 폴더에 두고 경로를 돌려줍니다. Hub로 얻은 특징은 Keras로 얻은 특징과 같을까요?
"""

# %% [markdown] tags=["en"]
r"""
Mirrored pictures hardly changed the accuracy with a frozen backbone, perhaps because it sees a mirrored picture much like the original. Too low a rate does not learn in the time given, too high a rate costs accuracy, and in between there is little difference.

## 9. TensorFlow Hub and Keras 3

**TensorFlow Hub** is a format and a place for sharing trained models as **modules**. A module is a folder with a SavedModel, and `hub.load` returns it as an object that can be called. `hub.KerasLayer`, however, is a layer of Keras 2 and cannot be used in Keras 3. This course's `HubLayer` is a Keras 3 layer around `hub.load` (`course_lib/tfhub/`).
Modules from a URL or an archive are unpacked into the folder `TFHUB_CACHE_DIR`. If it is not set, they go into a temporary folder that a restart may empty, so set it to one in your home. That is what `tfhub.cache()` does.

`tfhub.shipped()` writes our backbone as a module into that folder, the first time only, and returns its path. Are features by way of Hub the same as by way of Keras?
"""

# %% tags=["covers-D2"]
from course_lib import HubLayer, tfhub

tfhub.cache()
module = tfhub.shipped()
course_lib.start(seed=0, precision="float32")  # so that both ways are compared to the last digits

plain_backbone = weights.backbone(input_shape=(128, 128, 3))
few = preprocess(images["test"][:16])
hub_layer = HubLayer(module)
by_hub = keras.Sequential([keras.Input((128, 128, 3)), hub_layer])
difference = np.abs(by_hub.predict(few, verbose=0) - plain_backbone.predict(few, verbose=0)).max()
claim("Features by way of Hub and by way of Keras (largest difference)", float(difference), at_most=1e-5)

# %% tags=["covers-D4", "covers-D5"]
model = keras.Sequential([by_hub, layers.GlobalAveragePooling2D(), layers.Dense(8)])
counts = {}
for trainable in (False, True):
    hub_layer.trainable = trainable
    counts[trainable] = trained_parameters(model)
    print(f"trainable={trainable}: {counts[trainable]:,} of {model.count_params():,} parameters")
claim("Through Hub, a frozen backbone leaves the head to train", counts[False], equals=head.count_params())

# %% [markdown] tags=["ko"]
r"""
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

3번을 조심하세요. 오류가 없지만 모듈은 전혀 학습되지 않습니다. 4번은 텐서에 바로 쓸 때만 작동합니다.
"""

# %% [markdown] tags=["en"]
r"""
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
rows = [
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
]

# %%
import logging

logging.getLogger("absl").setLevel("ERROR")  # Keras says of an .h5 file that it must be compiled anew
works = 0
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for number, (old_code, new_code) in enumerate(rows, 1):
        print(number, happens(old_code))
        works += happens(new_code).startswith("no error")
claim("Rows whose repaired code works", works, equals=9)

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

with warnings.catch_warnings(record=True) as said:
    own = data.from_folder(work / "photos", size=128)
print(own)
print("left out:", str(said[-1].message).split(": ", 1)[1])

# %% tags=["covers-D4", "covers-D7"]
own_features = keras.Model(plain_backbone.input, layers.GlobalAveragePooling2D()(plain_backbone.output)).predict(
    preprocess(own.images), verbose=0)

# %% tags=["covers-D7"]
held_out = np.array([name.endswith("4.png") for name in own.names])  # the middle piece of each photograph
own_head = train_head(own_features[~held_out], own.labels[~held_out], classes=2, epochs=40)
said = own_head.predict(own_features[held_out], verbose=0).argmax(axis=1)
claim("Of six pieces that were held out, right", int((said == own.labels[held_out]).sum()), at_least=4)

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
few = images["test"][:8]
same = np.abs(loaded.predict(few, verbose=0) - complete.predict(few, verbose=0)).max()
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
"""

# %% [markdown] tags=["en"]
r"""
## What this chapter has shown
"""

# %% tags=["nbval-ignore-output"]
from course_lib import claims

place.cleanup()
claims.table()

# %% [markdown] tags=["ko"]
r"""
## 요약

1. ImageNet으로 학습된 백본의 특징은 다른 문제에도 쓸모가 있습니다. 얕은 층은 가장자리와 색, 깊은 층은 부분과 종류를 나타냅니다.
2. 백본을 동결하고 출력부만 학습하면 파라미터 만 개 남짓으로 처음부터 학습한 CNN을 크게 앞섭니다. 클래스마다 정답이 다섯 장만 있어도, 처음부터 쉰 장으로 학습한 CNN과 비슷하거나 더 낫습니다.
3. 마지막 블록을 작은 학습률로 미세 조정하면 조금 더 좋아집니다. 배치 정규화층은 동결합니다.
4. 출력부를 먼저 학습하면 특징이 덜 망가집니다. 그러나 이 데이터에서 정확도는 한꺼번에 학습한 쪽이 낮지 않았습니다.
5. 먼 데이터에서는 이점이 사라질 수 있습니다. 무엇이 먼지는 측정해 보아야 압니다. 전처리가 틀려도 오류는 나지 않습니다.

## 용어

| 한국어 | English |
|---|---|
| 전이 학습 | transfer learning |
| 백본, 출력부 | backbone, head |
| 동결 | freezing |
| 미세 조정 | fine-tuning |
| 전처리 | preprocessing |
| 데이터 증강 | data augmentation |
| 그림체 | drawing style |
| 검증 데이터, 테스트 데이터 | validation data, test data |
| 데이터 누출 | data leakage |
| 추론 모드, 학습 모드 | inference mode, training mode |
| 이동 평균 | moving average |
| 모듈 | module |

## 참고 문헌

- Yosinski, Clune, Bengio, Lipson, *How Transferable Are Features in Deep Neural Networks?*, NeurIPS 2014.
- Zeiler, Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014.
- Kornblith, Shlens, Le, *Do Better ImageNet Models Transfer Better?*, CVPR 2019.
- Kumar, Raghunathan, Jones, Ma, Liang, *Fine-Tuning Can Distort Pretrained Features and Underperform Out-of-Distribution*, ICLR 2022.
- Tan, Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, ICML 2019.
- Ioffe, Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015.

**이제 연습 문제를 풀어 보세요**: [04_exercises.ipynb](04_exercises.ipynb)
"""

# %% [markdown] tags=["en"]
r"""
## Recap

1. Features of a backbone trained on ImageNet are of use for other problems. Shallow layers represent edges and colours, deep ones parts and kinds.
2. With the backbone frozen, a head of little more than ten thousand parameters is far ahead of a CNN from scratch. With only five labels per class it is about as good as a CNN from scratch with fifty, or better.
3. Fine-tuning the last blocks with a small learning rate improves it a little. Batch normalization stays frozen.
4. With the head first, features suffer less. In accuracy, however, training all at once was no worse on this data.
5. On data that is far away the advantage can vanish, and what is far has to be measured. Wrong preprocessing raises no error.

## Terms

| 한국어 | English |
|---|---|
| 전이 학습 | transfer learning |
| 백본, 출력부 | backbone, head |
| 동결 | freezing |
| 미세 조정 | fine-tuning |
| 전처리 | preprocessing |
| 데이터 증강 | data augmentation |
| 그림체 | drawing style |
| 검증 데이터, 테스트 데이터 | validation data, test data |
| 데이터 누출 | data leakage |
| 추론 모드, 학습 모드 | inference mode, training mode |
| 이동 평균 | moving average |
| 모듈 | module |

## References

- Yosinski, Clune, Bengio, Lipson, *How Transferable Are Features in Deep Neural Networks?*, NeurIPS 2014.
- Zeiler, Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014.
- Kornblith, Shlens, Le, *Do Better ImageNet Models Transfer Better?*, CVPR 2019.
- Kumar, Raghunathan, Jones, Ma, Liang, *Fine-Tuning Can Distort Pretrained Features and Underperform Out-of-Distribution*, ICLR 2022.
- Tan, Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, ICML 2019.
- Ioffe, Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015.

**Now do the exercises**: [04_exercises.ipynb](04_exercises.ipynb)
"""
