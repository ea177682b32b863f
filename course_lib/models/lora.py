"""LoRA: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.

A large matrix stays as it is, and what is learned is a small change beside it, a product of two thin matrices:

    y = x W + (alpha / rank) (x A) B        W (in, out) stays; A (in, rank) and B (rank, out) are learned

B begins with zeros, so that nothing has changed at first. Of a 576 x 576 matrix with rank 8, 2 x 576 x 8 = 9,216 of
331,776 numbers are learned, 2.8 %. Afterwards the product is added to W, and the model costs what it did before.

    network = model.network(linear=lora.beside(rank=8))
    lora.freeze(network)                    # only A and B are trained
    network.compile(...); network.fit(...)
    lora.merge(network)
"""

import keras
from keras import layers, ops

PARTS = ("query", "value")  # as in the paper


class LowRank(layers.Layer):
    """A dense layer with a change beside it: (..., in) -> (..., units).

    Args:
        units: size of the output.
        rank: of the change; 1 or more.
        alpha: how strong it is: it is multiplied by alpha / rank.
        use_bias: whether the dense layer has a bias.
    """

    def __init__(self, units, rank, alpha, use_bias=False, **options):
        super().__init__(**options)
        self.units, self.rank, self.alpha, self.use_bias = units, rank, alpha, use_bias

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias") if self.use_bias else None
        normal = keras.initializers.RandomNormal(stddev=shape[-1] ** -0.5)
        self.a = self.add_weight(shape=(shape[-1], self.rank), initializer=normal, name="a")
        self.b = self.add_weight(shape=(self.rank, self.units), initializer="zeros", name="b")

    def call(self, x):
        y = ops.matmul(x, self.kernel) + self.alpha / self.rank * ops.matmul(ops.matmul(x, self.a), self.b)
        return y + self.bias if self.use_bias else y

    def merge(self):
        """Add the change to the matrix, and begin a new one."""
        self.kernel.assign_add(self.alpha / self.rank * ops.matmul(self.a, self.b))
        self.b.assign(ops.zeros_like(self.b))


def beside(rank=8, alpha=16, parts=PARTS):
    """What makes the matrices of a network, for `linear` of `course_lib.models.llama.llama`.

    Args:
        rank, alpha: as of `LowRank`.
        parts: the names of those that get a change; all others are plain.
    """

    def linear(units, use_bias, name, dtype):
        if name in parts:
            return LowRank(units, rank, alpha, use_bias, name=name, dtype=dtype)
        return layers.Dense(units, use_bias=use_bias, name=name, dtype=dtype)

    return linear


def changed(network):
    """The `LowRank` layers of a network, by path."""
    return {layer.path: layer for layer in network._flatten_layers() if isinstance(layer, LowRank)}


def freeze(network):
    """Leave only the changes to be trained.

    Args:
        network: whose matrices come from `beside`.

    Returns:
        How many numbers are left to be learned.
    """
    learned = {id(weight) for layer in changed(network).values() for weight in (layer.a, layer.b)}
    for weight in network.weights:
        weight.trainable = id(weight) in learned
    return sum(weight.shape[0] * weight.shape[1] for weight in network.trainable_weights)


def merge(network):
    """Add each change to its matrix: the same answers, without LoRA's cost.

    Returns:
        The same network.
    """
    for layer in changed(network).values():
        layer.merge()
    return network


def changes(network):
    """All that was learned, {path of the layer: (A, B)}, NumPy: what one keeps of a fine-tuned model."""
    to_numpy = keras.ops.convert_to_numpy
    return {path: (to_numpy(layer.a), to_numpy(layer.b)) for path, layer in changed(network).items()}


def put_back(network, kept):
    """Give a network the changes that `changes` gave.

    Returns:
        The same network.
    """
    for path, layer in changed(network).items():
        layer.a.assign(kept[path][0])
        layer.b.assign(kept[path][1])
    return network
