"""Measure what data/README.md says about the emoji: a baseline, the leak that families close, eight draws of the split.

    python data/makers/emoji/baseline.py       # needs: pip install scikit-learn==1.9.1

It fits logistic regression to two kinds of features: a colour histogram of what the mask shows, and the output of the
frozen EfficientNet-Lite0, which takes half a minute more.
"""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path[:0] = [str(folder) for folder in Path(__file__).resolve().parents[2:4]]

from course_lib import data, weights  # noqa: E402
from makers.emoji.choice import split  # noqa: E402

SIZE = 160


def histograms(pictures):
    """Square roots of the shares of 4x4x4 colours in the visible part of a picture; and how much of it is visible."""
    features = []
    for image, mask in zip(pictures.images, pictures.masks):
        red, green, blue = np.moveaxis(np.minimum((image * 4).astype(int), 3), -1, 0)
        counts = np.bincount((16 * red + 4 * green + blue).ravel(), weights=mask.ravel(), minlength=64)
        features.append([*np.sqrt(counts / mask.sum()), mask.mean()])
    return np.array(features)


def backbone(pictures):
    """The mean of the last feature map of EfficientNet-Lite0 on enlarged pictures: (n, 1280)."""
    import keras

    body, scale = weights.backbone(input_shape=(SIZE, SIZE, 3)), weights.preprocess()
    features = []
    for start in range(0, len(pictures), 64):
        batch = keras.ops.image.resize(pictures.images[start : start + 64], (SIZE, SIZE), interpolation="bicubic")
        features.append(np.asarray(body(scale(np.asarray(batch).clip(0, 1)))).mean(axis=(1, 2)))
    return np.concatenate(features)


def score(features, labels, train, test):
    """Whether each test picture is classified correctly: bool (n,)."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
    return model.fit(features[train], labels[train]).predict(features[test]) == labels[test]


def random_test(labels, groups, seed):
    """A quarter of every class, drawn at random by whole groups: bool (n,)."""
    chosen, generator = np.zeros(len(labels), bool), np.random.default_rng(seed)
    for label in np.unique(labels):
        room = (labels == label).sum() / 4
        for group in generator.permutation(np.unique(groups[labels == label])):
            members = (groups == group) & (labels == label)
            if members.sum() <= room + 1:
                chosen |= members
                room -= members.sum()
    return chosen


def main():
    pictures = data.emoji()
    labels, names, styles = pictures.labels, np.array(pictures.names), np.array(pictures.styles)
    with zipfile.ZipFile(data.file("emoji.zip")) as archive:
        concepts = json.loads(archive.read("index.json"))["concepts"]
    of = {concept["name"]: concept for concept in concepts}
    families = np.array([of[name]["family"] for name in names])
    part = np.array([of[name]["split"] for name in names])
    train, test = part == "train", part == "test"
    for kind, features in (("histogram", histograms(pictures)), ("EfficientNet-Lite0", backbone(pictures))):
        right = score(features, labels, train, test)
        print(f"{kind}: {right.mean():.3f} of {test.sum()} test pictures")
        print("  ", {style: round(float(right[styles[test] == style].mean()), 2) for style in data.EMOJI_STYLES})
        print("  ", {name: round(float(right[labels[test] == k].mean()), 2) for k, name in enumerate(pictures.classes)})
        for what, groups in (("pictures", np.arange(len(names))), ("concepts", names), ("families", families)):
            drawn = [random_test(labels, groups, seed) for seed in range(5)]
            scores = [score(features, labels, ~chosen, chosen).mean() for chosen in drawn]
            print(f"   test {what} drawn at random: {np.mean(scores):.3f} +- {np.std(scores, ddof=1):.3f}")
        scores = []
        for draw in ["", *"0123456"]:
            drawn = split(concepts, draw)
            part = np.array([drawn[name] for name in names])
            scores.append(score(features, labels, part == "train", part == "test").mean())
        print(
            f"   eight draws of the split: {np.mean(scores):.3f} +- {np.std(scores, ddof=1):.3f}", np.round(scores, 3)
        )


if __name__ == "__main__":
    main()
