"""SENet against image-classifiers, in full depth against pytorchcv, and its block against the formula of the paper."""

import types

import keras
import numpy as np
import proof
import pytest
from classification_models.models import senet as classifiers

from course_lib.models import resnet, senet, summary

pytestmark = pytest.mark.usefixtures("unfilled")  # every test gives the weights values of its own

MODULES = {  # image-classifiers works with the Keras that it is given; two functions have left keras.backend since
    "backend": types.SimpleNamespace(int_shape=lambda x: x.shape, image_data_format=lambda: "channels_last"),
    "layers": keras.layers,
    "models": keras.models,
    "utils": keras.utils,
}
SHIFT = 9.999999747378752e-06 - 1e-5  # their epsilon minus ours


def dense(x, layer):
    kernel, bias = layer.get_weights()
    return x @ kernel + bias


@pytest.mark.parametrize("reduction", [4, 16])
def test_block_equals_its_formula(reduction):
    """s = sigmoid(W2 ReLU(W1 z)), z the mean of each channel; every channel times its s (equations 2 to 4)."""
    x = keras.Input((5, 7, 32))
    model = keras.Model(x, senet.squeeze_excite(x, reduction, name="block"))
    generator = np.random.default_rng(0)
    model.set_weights([generator.normal(size=weight.shape) for weight in model.get_weights()])
    assert model.get_layer("block_squeeze").units == 32 // reduction
    maps = 3 * generator.normal(size=(4, 5, 7, 32)).astype("float32")
    hidden = np.maximum(dense(maps.mean(axis=(1, 2)), model.get_layer("block_squeeze")), 0)
    gates = 1 / (1 + np.exp(-dense(hidden, model.get_layer("block_excite"))))
    assert gates.std(axis=0).mean() > 0.1  # not the same for each image
    np.testing.assert_allclose(proof.run(model, maps), maps * gates[:, np.newaxis, np.newaxis], atol=proof.EXACT)


def copy(ours, theirs):
    """Layer by layer into image-classifiers' network, which has many small convolutions for a grouped one and gates.

    They make a block's convolutions, then its projection, then its gates; we make the gates before the projection.
    """
    mine = iter(zip(proof.made(ours, "Conv2D"), proof.made(ours, "BatchNormalization")))
    convolutions, normalizations = iter(proof.made(theirs, "Conv2D")), iter(proof.made(theirs, "BatchNormalization"))

    def copy_next(count):
        for convolution, normalization in (next(mine) for _ in range(count)):
            [kernel] = convolution.get_weights()
            for part in np.split(kernel, convolution.groups, axis=-1):
                next(convolutions).set_weights([part])
            *others, variance = normalization.get_weights()
            next(normalizations).set_weights([*others, variance - SHIFT])

    copy_next(3 if "senet" in ours.name else 1)
    for gate in proof.made(ours, "Gate"):
        if gate.name.endswith("_squeeze"):
            copy_next(4 if gate.name.endswith("_1_squeeze") else 3)
        kernel, bias = gate.get_weights()
        next(convolutions).set_weights([kernel[np.newaxis, np.newaxis], bias])
    [last] = proof.made(theirs, "Dense")
    last.set_weights(ours.layers[-1].get_weights())
    assert next(mine, None) is next(convolutions, None) is next(normalizations, None) is None


def logits(theirs, images):
    """Of a network of image-classifiers, which ends in a softmax of its own."""
    return proof.run(keras.Model(theirs.input, theirs.layers[-2].output), images)


def test_se_resnet_50_equals_that_of_image_classifiers():
    images = proof.pictures((224, 224, 3))
    model = senet.se_resnet(50, num_classes=10, stride_in="1x1")
    ours = proof.randomize(model, images)
    theirs = classifiers.SEResNet50((224, 224, 3), weights=None, classes=10, **MODULES)
    copy(model, theirs)
    proof.assert_same_logits(ours, logits(theirs, images))
    assert theirs.count_params() == model.count_params()


def test_a_short_senet_equals_that_of_image_classifiers():
    """The blocks of SENet-154, but 5 instead of 50: image-classifiers makes 64 layers of each grouped convolution."""
    few = (1, 2, 1, 1)
    images = proof.pictures((75, 75, 3))
    model = senet.senet154((75, 75, 3), num_classes=10, blocks=few)
    ours = proof.randomize(model, images)
    settings = classifiers.MODELS_PARAMS["senet154"]._replace(repetitions=few)
    theirs = classifiers.SENet(settings, input_shape=(75, 75, 3), weights=None, classes=10, **MODULES)
    copy(model, theirs)
    proof.assert_same_logits(ours, logits(theirs, images))


@proof.needs_torch
@pytest.mark.parametrize("name", ["seresnet18", "seresnet50b", "senet154"])
def test_logits_equal_those_of_pytorchcv(name):
    """In which seresnet50 strides in the 1x1, seresnet50b in the 3x3."""
    from pytorchcv.models import senet as pytorchcv_senet
    from pytorchcv.models import seresnet as pytorchcv_seresnet

    shape = (193, 193, 3)  # the smallest whose last maps are the 7x7 that pytorchcv wants
    images = proof.pictures(shape, count=3)
    if name == "senet154":
        model, theirs = senet.senet154(shape, 10), pytorchcv_senet.senet154(num_classes=10)
    else:
        depth = 18 if name == "seresnet18" else 50
        model, theirs = senet.se_resnet(depth, shape, 10), getattr(pytorchcv_seresnet, name)(num_classes=10)
    ours = proof.randomize(model, images)
    proof.assert_same_logits(ours, proof.torch_logits(model, theirs, images))


def test_gates_would_be_seen():
    """The same network without its gates has other logits: they are not all near 0 or 1."""
    images = proof.pictures((64, 64, 3))
    model, bare = senet.se_resnet(18, (64, 64, 3), 10), resnet.resnet(18, (64, 64, 3), 10)
    ours = proof.randomize(model, images)
    for kind in ("Conv2D", "BatchNormalization"):
        for layer, other in zip(proof.made(model, kind), proof.made(bare, kind)):
            other.set_weights(layer.get_weights())
    bare.layers[-1].set_weights(model.layers[-1].get_weights())
    assert proof.differs(ours, proof.run(bare, images))
    gates = keras.Model(model.input, [layer.output for layer in model.layers if layer.name.endswith("_excite")])
    values = np.concatenate([np.ravel(gate) for gate in gates(images)])
    assert 0.1 < values.std() and ((values > 0.05) & (values < 0.95)).mean() > 0.5


def test_gates_stand_at_the_end_of_each_branch():
    """Before the addition, behind the last normalization; also in the networks for small images."""
    for model in (
        summary.blueprint(senet.se_resnet, 50),
        summary.blueprint(senet.senet154),
        summary.blueprint(resnet.resnet_small, 20, recalibrate=senet.squeeze_excite),
    ):
        additions = proof.made(model, "Add")
        gates = [layer for layer in model.layers if layer.name.endswith("_excite")]
        assert len(gates) == len(additions) > 5
        for addition in additions:
            branch = addition.input[0]._keras_history.operation
            assert type(branch).__name__ == "Multiply"
            assert type(branch.input[0]._keras_history.operation).__name__ == "BatchNormalization"


@pytest.mark.parametrize("again", [lambda model: model, keras.models.clone_model], ids=["built", "cloned"])
def test_gates_do_not_count_in_the_depth(again):
    """Whatever they are called; saved and loaded in test_contract.py."""
    for recalibrate in (senet.squeeze_excite, lambda x, name: senet.squeeze_excite(x)):
        model = again(resnet.resnet_small(8, recalibrate=recalibrate))
        assert len(proof.made(model, "Gate")) == 6 and summary.depth(model) == 8
        assert [part["side"] for part in summary.stages(model)] == [32, 16, 8, 1]


def test_dropout_only_in_training():
    model = senet.senet154((64, 64, 3), num_classes=10, blocks=(1, 1, 1, 1), dropout=0.9)
    images = proof.pictures((64, 64, 3))
    ours = proof.randomize(model, images)
    last = keras.Model(model.layers[-2].input, model.output)
    features = proof.run(keras.Model(model.input, model.layers[-2].input), images)
    np.testing.assert_allclose(proof.run(last, features), ours, atol=proof.EXACT)
    assert proof.differs(ours, last(features, training=True))
