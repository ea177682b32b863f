"""Counting: by hand where it is small, by PyTorch's own counter for the networks of others."""

import keras
import proof
import pytest
from keras import layers

from course_lib.models import resnet, senet, summary, vgg


def small():
    """Two ways that join, with every kind of layer that counts or does not: 12x8x4 -> 5."""
    x = images = keras.Input((12, 8, 4))
    x = layers.Conv2D(6, (5, 3), padding="same", groups=2, name="grouped")(x)  # 12x8x6: 96 x (5 x 3 x 2 x 6)
    x = layers.BatchNormalization()(x)
    y = layers.ZeroPadding2D(1)(x)
    y = layers.Conv2D(10, 3, strides=2, use_bias=False, name="halving")(y)  # 6x4x10: 24 x (3 x 3 x 6 x 10)
    y = layers.Conv2D(10, 1, name="pointwise")(y)  # 6x4x10: 24 x (10 x 10)
    x = layers.Conv2D(10, 1, strides=2, name="projection")(x)  # 6x4x10: 24 x (6 x 10)
    y = senet.squeeze_excite(y, reduction=5, name="gates")  # 10 x 2 + 2 x 10
    x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))  # 3 x 2 x 10 = 60
    return keras.Model(images, layers.Dense(5, name="last")(x))  # 60 x 5


def test_small_network_counted_by_hand():
    found = summary.measure(small())
    assert found["multiply_adds"] == 96 * 180 + 24 * (540 + 100 + 60) + 40 + 300
    kernels = 5 * 3 * 2 * 6 + 3 * 3 * 6 * 10 + 10 * 10 + 6 * 10 + 10 * 2 + 2 * 10 + 60 * 5
    biases, normalization = 6 + 10 + 10 + 2 + 10 + 5, 2 * 6
    assert found["trainable"] == kernels + biases + normalization
    assert found["parameters"] == found["trainable"] + 2 * 6
    assert found["depth"] == 4  # grouped, halving, pointwise, last: the longer way, without the gates
    maps = 2 * 96 * 6 + 14 * 10 * 6 + 24 * 10 * 3 + (10 + 2 + 10) + 24 * 10 * 3 + 60 + 5
    assert found["activation_bytes"] == 4 * maps


def test_stages_add_up():
    for model in (small(), summary.blueprint(senet.se_resnet, 18), summary.blueprint(vgg.vgg, "A")):
        stages, whole = summary.stages(model), summary.measure(model)
        same = {name: name for name in ("parameters", "multiply_adds", "activation_bytes")}
        for name, total in {**same, "layers": "depth"}.items():
            assert sum(stage[name] for stage in stages) == whole[total], name
    sides = [(stage["side"], stage["channels"], stage["layers"]) for stage in summary.stages(model)]
    assert sides == [(224, 64, 1), (112, 128, 1), (56, 256, 2), (28, 512, 2), (14, 512, 2), (1, 4096, 3)]
    maps = [224**2 * 64, 112**2 * (64 + 128), 56**2 * (128 + 2 * 256), 28**2 * (256 + 2 * 512), 14**2 * (512 + 2 * 512)]
    kept = [4 * numbers for numbers in (*maps, 7**2 * 512 + 2 * 4096 + 1000)]  # each pooling is with the maps it gives
    assert [stage["activation_bytes"] for stage in summary.stages(model)] == kept


def test_blueprint_is_the_model_without_values():
    """With the same counts, as test_contract.py holds for all models."""
    drawn, real = (make(resnet.resnet_small, 8) for make in (summary.blueprint, lambda build, depth: build(depth)))
    assert summary.stages(drawn) == summary.stages(real)
    assert [weight.shape for weight in drawn.weights] == [weight.shape for weight in real.weights]
    assert all(weight._value is None for weight in drawn.weights)
    assert real.count_params() == drawn.count_params() and real.get_weights()  # what comes after has values again


def test_blueprint_passes_errors_on():
    with pytest.raises(ValueError, match="found 'F'"):
        summary.blueprint(vgg.vgg, "F")


NETWORKS = {
    **{
        f"vgg{depth}": (vgg.vgg, {"configuration": name})
        for depth, name in ((11, "A"), (13, "B"), (16, "D"), (19, "E"))
    },
    **{f"resnet{depth}": (resnet.resnet, {"depth": depth, "stride_in": "1x1"}) for depth in resnet.BLOCKS},
    "resnet50b": (resnet.resnet, {"depth": 50}),
    "seresnet50": (senet.se_resnet, {"depth": 50, "stride_in": "1x1"}),
    "seresnet50b": (senet.se_resnet, {"depth": 50}),
    "senet154": (senet.senet154, {}),
}


COUNT = """
import json, sys
import torch
from pytorchcv.models import resnet, senet, seresnet, vgg
from torch.utils.flop_counter import FlopCounterMode

found = {}
for name in json.loads(sys.argv[1]):
    [build] = [getattr(module, name) for module in (vgg, resnet, seresnet, senet) if name in module.__all__]
    with torch.device("meta"), FlopCounterMode(display=False) as counter:  # shapes alone, no memory
        network = build()
        network.eval()(torch.zeros(1, 3, 224, 224))
    found[name] = [sum(weight.numel() for weight in network.parameters()), counter.get_total_flops()]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def counted():
    return proof.in_another_process(COUNT, list(NETWORKS))


@proof.needs_torch
@pytest.mark.parametrize("name", NETWORKS)
def test_same_size_as_that_of_pytorchcv(name, counted):
    """Parameters, and multiply-adds as PyTorch counts them."""
    build, options = NETWORKS[name]
    ours = summary.measure(summary.blueprint(build, **options))
    assert [ours["trainable"], 2 * ours["multiply_adds"]] == counted[name]
