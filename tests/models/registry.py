"""Every model of course_lib/models, one line per model; test_contract.py and test_backends.py prove all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps

import keras
import numpy as np
import proof

from course_lib import data, weights
from course_lib.models import (
    alexnet,
    autoencoder,
    bert,
    clip,
    denoiser,
    detector,
    efficientnet_lite,
    fashion_judge,
    gan,
    gpt,
    latent,
    lenet,
    llama,
    resnet,
    rnn,
    senet,
    seq2seq,
    superres,
    text_to_image,
    token_model,
    transformer,
    vae,
    vgg,
    vit,
    vq,
)
from course_lib.models.llama_sizes import Config


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


def a_text(model):
    """Five texts of nine tokens."""
    return np.random.default_rng(0).integers(0, VOCABULARY, (5, 9), "int32")


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


def spoken(model):
    """Random weights with which the answer depends on the tokens, and norms that keep the spread."""
    proof.fill(model)
    generator = np.random.default_rng(1)
    for weight in model.weights:
        if weight.name == "scale":
            weight.assign(1 + generator.normal(scale=0.2, size=weight.shape))
        if weight.path == "embedding/embeddings":
            weight.assign(generator.normal(scale=1.6 * weight.shape[1] ** -0.5, size=weight.shape))


def texts(model):
    """Five texts; where the model knows of two sentences, some are short."""
    tokens = np.random.default_rng(0).integers(3, VOCABULARY, (5, 9)).astype("int32")
    if "segments" not in [layer.name for layer in model.layers]:
        return tokens
    for row, end in zip(tokens, (9, 8, 4, 5, 6)):
        row[end:] = 0  # PAD
    return {"tokens": tokens, "segments": (np.arange(9) > 3) * np.ones((5, 1), "int32")}


def open_minded(model):
    """Random weights with which what BERT says depends on the tokens more than on their places and on biases."""
    loud(model)
    for weight in model.weights:
        for end, factor in {"bias": 0.3, "beta": 0.3, "table": 0.2, "pooler/kernel": 3}.items():
            if weight.path.endswith(end):
                weight.assign(factor * keras.ops.convert_to_numpy(weight))
        if weight.path.endswith("gamma"):
            weight.assign(np.ones(weight.shape))


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


def labelled(model):
    """Five inputs of a network that is told the class: random numbers, or pictures, and five classes."""
    found = {"labels": np.array([3, 0, 1, 4, 2], "int32")}
    for name, tensor in model.input.items():
        if name != "labels":
            shape = tensor.shape[1:]
            found[name] = proof.pictures(shape, 5) / 15 if len(shape) == 3 else np.random.default_rng(0).normal(size=(5, *shape)).astype("float32")  # fmt: skip
    return found


def photographs(model):
    names = ("cat", "china", "coffee", "flower", "rocket")
    return efficientnet_lite.preprocess(np.stack([data.photograph(name) for name in names]))


def spread(factor, model, layer=-1):
    """Random weights, those of one layer multiplied, so that what it says has a spread of about 1."""
    proof.fill(model)
    chosen = model.layers[layer]
    chosen.set_weights([factor * weight for weight in chosen.get_weights()])


def vectors(model):
    return np.random.default_rng(0).normal(size=(5, *model.input_shape[1:])).astype("float32")


def one_colour_each(model):
    """Five pictures, each of one strong colour."""
    colours = np.random.default_rng(0).normal(size=(5, 1, 1, 3)).astype("float32")
    return np.broadcast_to(3 * colours, (5, *model.input_shape[1:])).copy()


def sentences_of_codes(model):
    """Five classes and sentences of nine codes."""
    random = np.random.default_rng(0)
    return {
        "labels": np.array([[3], [0], [1], [4], [2]], "int32"),
        "tokens": random.integers(20, size=(5, 9)).astype("int32"),
    }


plain = partial(resnet.resnet_small, residual=False)
lively = partial(proof.fill, gamma=(0.8, 1.4))
small_vit = partial(vit.vit, (2, 32, 4), patch=8)
short = partial(senet.senet154, blocks=(1, 1, 1, 1))
# random weights would hide the images behind 16 blocks without activation
lite = {"build": efficientnet_lite.efficientnet_lite0, "inputs": photographs, "fill": weights.load, "scaled": False}
larger = {"inputs": dim_crops, "scaled": False}
any_size = {**sized(None, None, classes=1000), "include_top": True}
made = {"inputs": labelled, "scaled": False}


VOCABULARY = 30
translation = {"options": {"lengths": (9, 8)}, "inputs": sentences, "fill": loud, "scaled": False}
reading = {"options": {"length": 9}, "inputs": texts, "fill": loud, "scaled": False}
both_ways = {**reading, "fill": open_minded}
recurrent_translation = {**translation, "fill": clear}
small_transformer = partial(transformer.transformer, VOCABULARY, (2, 32, 4, 64))
continuation = {"options": {}, "inputs": a_text, "fill": spoken, "scaled": False}


def small_llama(**sizes):
    return partial(llama.llama, Config(VOCABULARY, 2, 32, 4, 48, **sizes), length=9)


def painted(model):
    """Five captions, and boards of which some tiles are covered."""
    generator = np.random.default_rng(0)
    words = generator.integers(2, VOCABULARY, (5, 12)).astype("int32")
    for row, end in zip(words, (12, 8, 4, 5, 6)):
        row[end:] = 1
    if isinstance(model.input, dict):
        factors = (9, 5)[: model.input["board"].shape[-1]]
        return {"words": words, "board": generator.integers(0, factors, (5, 36, len(factors))).astype("int32")}
    return words


on_boards = {"inputs": painted, "scaled": False}
painter_of_fused = partial(text_to_image.text_to_image, (9,), VOCABULARY, (1, 2, 32, 4, 64))


def last_output(build):
    """The same builder, of a network that gives its last output alone."""

    @wraps(build)
    def built(*arguments, **options):
        model = build(*arguments, **options)
        return keras.Model(model.input, model.outputs[-1])

    return built


painter_of_factors = partial(last_output(text_to_image.text_to_image), (9, 5), VOCABULARY, (1, 2, 32, 4, 64))
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
    "LLaMA": Entry(small_llama(groups=2, tied=True), **continuation),
    "LLaMA as Qwen2": Entry(small_llama(groups=1, head=16, bias=True), **continuation),
    "GPT-2": Entry(partial(gpt.gpt, VOCABULARY, (2, 32, 4), 12), **reading),
    "BERT": Entry(partial(bert.bert, VOCABULARY, (2, 32, 4), context=12), **both_ways),
    "BERT, words": Entry(partial(bert.bert, VOCABULARY, (2, 32, 4), "words", context=12), **both_ways),
    "GRUs": Entry(partial(seq2seq.seq2seq, VOCABULARY, 32, attention=False), **recurrent_translation),
    "GRUs with attention": Entry(partial(seq2seq.seq2seq, VOCABULARY, 32), **recurrent_translation),
    "SRCNN": Entry(superres.srcnn, {"input_shape": (14, 11, 3)}, **larger),
    "SRCNN x3, not residual": Entry(
        superres.srcnn, {"input_shape": (9, 14, 1), "scale": 3, "residual": False}, **larger
    ),
    "ESPCN": Entry(superres.espcn, {"input_shape": (14, 11, 3)}, **larger),
    "ESPCN x3": Entry(superres.espcn, {"input_shape": (9, 14, 1), "scale": 3, "activation": "relu"}, **larger),
    "Autoencoder": Entry(
        partial(autoencoder.autoencoder, 12, (40,)), {"input_shape": (9, 8, 1)}, inputs=dim_crops, scaled=False
    ),
    "VAE, its decoder": Entry(partial(vae.decoder, 12, 5, (40,)), {"output_shape": (9, 8, 1)}, **made),
    "GAN, its generator": Entry(
        partial(gan.generator, 12, 5, 8), {"activation": None, "label_spread": 1.0}, fill=lively, **made
    ),
    "GAN, its discriminator": Entry(partial(gan.discriminator, 5, 8), {}, **made),
    "GAN, its discriminator, spectral": Entry(partial(gan.discriminator, 5, 8, spectral=True), {}, **made),
    "Denoiser": Entry(partial(denoiser.denoiser, 6, 5, 16, 2), {}, **made),
    "Codec, its encoder": Entry(partial(latent.encoder, 12, 4), {}, fill=partial(spread, 0.12, layer=-2), scaled=False),
    "Painter": Entry(painter_of_fused, {}, fill=loud, **on_boards),
    "Painter, the colour": Entry(painter_of_factors, {}, fill=loud, **on_boards),
    "CLIP, captions": Entry(partial(clip.caption_tower, VOCABULARY, (2, 32, 4, 64, 2)), {}, fill=loud, **on_boards),
    "CLIP, pictures": Entry(
        partial(clip.picture_tower, (2, 32, 4, 64, 2)), {}, inputs=one_colour_each, fill=loud, scaled=False
    ),
    "Quantizer, its encoder": Entry(partial(vq.encoder, 6), {}, fill=partial(spread, 0.2), scaled=False),
    "Quantizer, its decoder": Entry(
        partial(vq.decoder, 6), {"activation": None}, inputs=vectors, fill=partial(spread, 4), scaled=False
    ),
    "Tokens of a picture": Entry(
        partial(token_model.token_model, 20, 5, (2, 32, 4, 48), 9),
        {},
        fill=loud,
        inputs=sentences_of_codes,
        scaled=False,
    ),
    "Fashion judge": Entry(fashion_judge.fashion_judge, sized(28, 28, 1), (sized(40, 30, 2, 5),)),
    "Detector, its classifier": Entry(detector.classifier, sized(64, 64, classes=2), (sized(40, 56, 1, 5),)),
    "EfficientNet-Lite0": Entry(options=sized(200, 300, classes=1000), others=(any_size, sized(33, 50, 1, 3)), **lite),
}
