"""(f): our networks against other people's of the same size, ResNet-50 and VGG16 of keras.applications and the ViT of
KerasHub, and on TensorFlow against PyTorch."""

import importlib.util
from functools import partial

from course_lib.tools.bench import harness

VIT = "ViT-S/16"
IMAGES, REPEATS = 4, 5  # a batch, and how often each of two networks takes its turn


def main(record):
    for name, whose in (("ResNet-50", "keras.applications"), ("VGG16", "keras.applications"), (VIT, "KerasHub")):
        if name == VIT and not importlib.util.find_spec("keras_hub"):
            print(f"(f) {VIT}: KerasHub is not installed, `python3 -m course_lib test` installs it", flush=True)
            continue
        ours, theirs = harness.child(rates, name, ["ours", "theirs"], COURSE_BACKEND="tensorflow")
        print(f"(f) {name}, images/s of ours against {whose}: {harness.against(ours, theirs)}", flush=True)
        harness.on_torch("ours on PyTorch", partial(on_torch, name, ours))


def on_torch(name, ours):
    [torch] = harness.child(rates, name, ["ours"], COURSE_BACKEND="torch")
    return f"ours on TensorFlow against PyTorch: {harness.against(ours, torch)}"


def builders(name):
    """The functions that build our network ("ours") and its twin ("theirs"): the same layers, logits at the end."""
    import keras

    from course_lib.models import resnet, vgg, vit

    options = {"weights": None, "classifier_activation": None}
    return {
        "ResNet-50": {
            "ours": lambda: resnet.resnet(50, stride_in="1x1", use_bias=True),
            "theirs": lambda: keras.applications.ResNet50(**options),
        },
        "VGG16": {
            "ours": lambda: vgg.vgg("D", dropout=0.0),
            "theirs": lambda: keras.applications.VGG16(**options),
        },
        VIT: {
            "ours": lambda: vit.vit("S", 16),
            "theirs": lambda: _keras_hub_vit((224, 224, 3), 16, *vit.SIZES["S"]),
        },
    }[name]


def _keras_hub_vit(shape, patch, blocks, width, heads):
    import keras_hub

    backbone = keras_hub.models.ViTBackbone(shape, patch, blocks, heads, width, 4 * width)
    return keras_hub.models.ViTImageClassifier(backbone, 1000, pooling="token")


def rates(name, which):
    """Images/s of networks, forward and in training.

    Args:
        name: as of `builders`.
        which: some of "ours", "theirs"; they take turns.

    Returns:
        [{"forward": ..., "training": ...}], one dict per network.
    """
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    models = [builders(name)[one]() for one in which]
    for model in models:
        model.compile(
            keras.optimizers.SGD(0.001, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
    generator = np.random.default_rng(0)
    x = generator.normal(size=(IMAGES, *models[0].input_shape[1:])).astype("float32")
    y = generator.integers(models[0].output_shape[-1], size=IMAGES)
    forward = harness.turns([partial(model.predict_on_batch, x) for model in models], REPEATS)
    training = harness.turns([partial(model.train_on_batch, x, y) for model in models], REPEATS)
    return [{"forward": IMAGES / one, "training": IMAGES / two} for one, two in zip(forward, training)]
