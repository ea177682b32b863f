"""Every model of course_lib/models, one line per model; test_contract.py and test_backends.py prove all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
import proof

from course_lib import data, weights
from course_lib.models import (
    alexnet,
    detector,
    efficientnet_lite,
    lenet,
    resnet,
    rnn,
    senet,
    seq2seq,
    superres,
    transformer,
    vgg,
    vit,
)


@dataclass(frozen=True)
class Entry:
    """A model, and what to prove it with.

    Args:
        build: returns a keras.Model whose last output has a batch axis.
        options: keyword arguments of `build` with which all is proved.
        others: further options with which the model must work, such as other sizes; None is a size left open.
        inputs: a function of the model that returns what to give it, an array (count, ...) or a dict of such arrays.
        fill: a function that gives the model its weights.
        scaled: whether the last layer is then changed so that its outputs have a spread of 1.
    """

    build: Callable
    options: dict
    others: tuple = ()
    inputs: Callable = lambda model: proof.pictures(model.input_shape[1:])
    fill: Callable = proof.fill
    scaled: bool = True

    def model(self, **options):
        with proof.unfilled():
            return self.build(**{**self.options, **options})

    def outputs(self, model, inputs):
        """Give the model its weights, and return what it then says."""
        self.fill(model)
        return proof.standardize(model, inputs) if self.scaled else proof.run(model, inputs)


def sized(height, width, channels=3, classes=10):
    return {"input_shape": (height, width, channels), "num_classes": classes}


def dim_pictures(model):
    """Where the tanh of LeNet bends."""
    return proof.pictures(model.input_shape[1:]) / 10


def dim_crops(model):
    """Pictures for a network that adds details to them, and so passes their brightness on."""
    return proof.pictures(model.input_shape[1:]) / 15


def sentences(model):
    """Five pairs of sentences of different lengths."""
    generator = np.random.default_rng(0)
    arrays = {}
    for name, begin in (("source", []), ("target", [transformer.START])):
        length = model.get_layer(name).output.shape[1] or {"source": 9, "target": 8}[name]
        arrays[name] = np.full((5, length), transformer.PAD, "int32")
        for row, end in zip(arrays[name], (length, length - 1, 4, 5, 6)):
            row[:end] = [*begin, *generator.integers(transformer.END + 1, VOCABULARY, end - len(begin))]
    return arrays


LOUDER = {"bias": 0.2, "beta": 0.2, "query/kernel": 5, "across/output/kernel": 4, "outer/kernel": 0.4}


def loud(model):
    """Random weights with which the answer depends on the tokens, most of all on the source's, more than on biases."""
    proof.fill(model)
    generator = np.random.default_rng(1)
    for weight in model.weights:
        if weight.path == "embedding/embeddings":
            weight.assign(generator.normal(scale=1.6 * weight.shape[1] ** -0.5, size=weight.shape))
        for end, factor in LOUDER.items():
            if weight.path.endswith(end):
                weight.assign(factor * keras.ops.convert_to_numpy(weight))


def clear(model):
    """Random weights with which the answer of recurrent networks depends on the tokens more than on biases."""
    proof.fill(model)
    generator = np.random.default_rng(1)
    for weight in model.weights:
        if weight.path == "embedding/embeddings":
            weight.assign(generator.normal(size=weight.shape))
        for end, factor in {"bias": 0.3, "logits/kernel": 2}.items():
            if weight.path.endswith(end):
                weight.assign(factor * keras.ops.convert_to_numpy(weight))


def photographs(model):
    names = ("cat", "china", "coffee", "flower", "rocket")
    return efficientnet_lite.preprocess(np.stack([data.photograph(name) for name in names]))


plain = partial(resnet.resnet_small, residual=False)
lively = partial(proof.fill, gamma=(0.8, 1.4))
small_vit = partial(vit.vit, (2, 32, 4), patch=8)
short = partial(senet.senet154, blocks=(1, 1, 1, 1))
# random weights would hide the images behind 16 blocks without activation
lite = {"build": efficientnet_lite.efficientnet_lite0, "inputs": photographs, "fill": weights.load, "scaled": False}
larger = {"inputs": dim_crops, "scaled": False}
any_size = {**sized(None, None, classes=1000), "include_top": True}

VOCABULARY = 30
translation = {"options": {"lengths": (9, 8)}, "inputs": sentences, "fill": loud, "scaled": False}
recurrent_translation = {**translation, "fill": clear}
small_transformer = partial(transformer.transformer, VOCABULARY, (2, 32, 4, 64))

MODELS = {
    "LeNet-5": Entry(lenet.lenet5, sized(28, 28, 1), (sized(12, 12, 1), sized(40, 28, 2, 3)), dim_pictures),
    "LeNet-5 as in 1998": Entry(partial(lenet.lenet5, as_in_1998=True), sized(28, 28, 1), inputs=dim_pictures),
    "AlexNet": Entry(alexnet.alexnet, sized(67, 67), (sized(99, 80, 1, 3),)),
    "VGG A-LRN": Entry(partial(vgg.vgg, "A-LRN"), sized(32, 32), (sized(45, 70, 1, 3),)),
    "VGG C": Entry(partial(vgg.vgg, "C"), sized(45, 32)),
    "ResNet-18": Entry(partial(resnet.resnet, 18), sized(64, 64), (sized(33, 50, 1, 7),)),
    "ResNet-50": Entry(partial(resnet.resnet, 50), sized(75, 64), ({**sized(20, 20), "stride_in": "1x1"},)),
    "ResNet-20 for CIFAR-10": Entry(resnet.resnet_small, sized(32, 32), ({**sized(15, 9), "depth": 14, "width": 8},)),
    "plain-20 for CIFAR-10": Entry(plain, sized(32, 32), (sized(28, 28, 1),), fill=lively),
    "SE-ResNet-18": Entry(partial(senet.se_resnet, 18), sized(64, 64), (sized(33, 50, 1, 7),)),
    "SENet, short": Entry(short, sized(64, 64), (sized(33, 50, 1, 7),)),
    "ViT": Entry(small_vit, sized(32, 48), (sized(16, 40, 1, 3),)),
    "ViT with layer scale": Entry(partial(small_vit, layer_scale=1e-5), sized(48, 32, 1)),
    "SimpleRNN": Entry(partial(rnn.row_reader, "simple", 24), sized(9, 8), (sized(None, 5, 1, 3),)),
    "LSTM": Entry(partial(rnn.row_reader, "lstm", 24), sized(9, 8), (sized(None, 5, 1, 3),)),
    "GRU": Entry(partial(rnn.row_reader, "gru", 24), sized(9, 8), (sized(None, 5, 1, 3),)),
    "LSTM of Keras": Entry(partial(rnn.row_reader, "lstm", 24, by_hand=False), sized(9, 8)),
    "Transformer": Entry(small_transformer, **translation),
    "Transformer, pre-norm": Entry(partial(small_transformer, norm="pre"), **translation),
    "GRUs": Entry(partial(seq2seq.seq2seq, VOCABULARY, 32, attention=False), **recurrent_translation),
    "GRUs with attention": Entry(partial(seq2seq.seq2seq, VOCABULARY, 32), **recurrent_translation),
    "SRCNN": Entry(superres.srcnn, {"input_shape": (14, 11, 3)}, **larger),
    "SRCNN x3, not residual": Entry(
        superres.srcnn, {"input_shape": (9, 14, 1), "scale": 3, "residual": False}, **larger
    ),
    "ESPCN": Entry(superres.espcn, {"input_shape": (14, 11, 3)}, **larger),
    "ESPCN x3": Entry(superres.espcn, {"input_shape": (9, 14, 1), "scale": 3, "activation": "relu"}, **larger),
    "Detector, its classifier": Entry(detector.classifier, sized(64, 64, classes=2), (sized(40, 56, 1, 5),)),
    "EfficientNet-Lite0": Entry(options=sized(200, 300, classes=1000), others=(any_size, sized(33, 50, 1, 3)), **lite),
}
