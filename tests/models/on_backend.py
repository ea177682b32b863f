"""Logits of every model on the backend that KERAS_BACKEND names; weights and images are made in numpy, the same for all.

Run by test_backends.py in a process of its own: python on_backend.py TO.npz [BEFORE.npz]
"""

import sys

import course_lib

course_lib.start(precision="float32")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import proof  # noqa: E402

from course_lib import data, weights  # noqa: E402
from course_lib.models import alexnet, lenet, resnet, senet, vgg  # noqa: E402


def short_senet():
    """The layers of SENet-154, four blocks instead of fifty."""
    before, senet.BLOCKS[152] = senet.BLOCKS[152], (1, 1, 1, 1)
    try:
        return senet.senet154((64, 64, 3), 10)
    finally:
        senet.BLOCKS[152] = before


MODELS = {
    "LeNet-5": lambda: lenet.lenet5(),
    "LeNet-5 as in 1998": lambda: lenet.lenet5(as_in_1998=True),
    "AlexNet": lambda: alexnet.alexnet((67, 67, 3), 10),
    "VGG A-LRN": lambda: vgg.vgg("A-LRN", (32, 32, 3), 10),
    "VGG C": lambda: vgg.vgg("C", (45, 32, 3), 10),
    "ResNet-18": lambda: resnet.resnet(18, (64, 64, 3), 10),
    "ResNet-50": lambda: resnet.resnet(50, (75, 64, 3), 10),
    "ResNet-20 for CIFAR-10": lambda: resnet.resnet_small(20),
    "plain-20 for CIFAR-10": lambda: resnet.resnet_small(20, residual=False),
    "SE-ResNet-18": lambda: senet.se_resnet(18, (64, 64, 3), 10),
    "SENet, short": short_senet,
}


def with_imagenet_weights():
    """Logits of the shipped backbone for photographs: random weights would hide its images behind 16 blocks without activation."""
    photographs = np.stack([data.photograph(name) for name in ("cat", "china", "coffee", "flower", "rocket")])
    model = weights.backbone("efficientnet_lite0", input_shape=(200, 300, 3), include_top=True)
    return proof.run(model, weights.preprocess("efficientnet_lite0")(photographs))


def logits(last=None):
    """Every model with random weights and images, the backbone with its own.

    Args:
        last: name -> kernel and bias of the last layer, from the backend to compare with; without it they are made here.

    Returns:
        name -> logits (images, classes), and name/kernel, name/bias.
    """
    found = {}
    for name, build in MODELS.items():
        with proof.unfilled():
            model = build()
        images = proof.pictures(model.input_shape[1:])
        if name.startswith("LeNet"):
            images /= 10  # where its tanh bends
        options = {"gamma": (0.8, 1.4)} if name.startswith("plain") else {}
        if last is None:
            proof.randomize(model, images, **options)
        else:
            proof.fill(model, **options)
            model.layers[-1].set_weights([last[f"{name}/kernel"], last[f"{name}/bias"]])
        found[name] = proof.run(model, images)
        found[f"{name}/kernel"], found[f"{name}/bias"] = model.layers[-1].get_weights()
    found["EfficientNet-Lite0"] = with_imagenet_weights()
    return found


if __name__ == "__main__":
    to, *before = sys.argv[1:]
    np.savez(to, **logits(*(np.load(file) for file in before)))
    print(keras.backend.backend())
