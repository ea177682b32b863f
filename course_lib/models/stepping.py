"""Writing step by step with a cache: what a loop in plain Python asks a model again and again, compiled once."""

import keras
from keras import layers


def one_more(blocks, x, at, cache, *given):
    """New tokens (batch, T, width) at a position, through all blocks: `step` of each gets its keys and values of the
    cache, and its item of what else is given. Returns the tokens and the cache, a list."""
    after = []
    for block, past, *more in zip(blocks, zip(cache[::2], cache[1::2]), *given):
        x, past = block.step(x, at, past, *more)
        after += past
    return x, after


class _Step(layers.Layer):
    """A function as a layer that holds the weights of a model, so that any backend compiles it."""

    def __init__(self, model, function, **options):
        super().__init__(**options)
        self.model, self.function = model, function

    def call(self, *given):
        return self.function(self.model, *given)


def compiled(function, model, *inputs):
    """What a function makes of a model and of arrays, compiled.

    Args:
        function: of the model and of what `inputs` stand for; it returns a list of tensors.
        model: keras.Model. What is trained afterwards counts.
        inputs: of each argument a `keras.Input`, or a list of them.

    Returns:
        A function of the same arguments without the model, arrays; it returns a list of arrays, of TensorFlow's own
        kind where that computes: a large cache is then handed on without being copied.
    """
    step = keras.Model(keras.tree.flatten(inputs), _Step(model, function)(*inputs))
    if keras.backend.backend() != "tensorflow":
        return lambda *given: step.predict_on_batch(keras.tree.flatten(given))
    step.make_predict_function()
    return lambda *given: step.predict_function([(keras.tree.flatten(given),)])


def like(tensors):
    """Of tensors (batch, ...), nested in any way, a flat list of inputs of the same shapes and types, for any batch."""
    return [
        keras.Input(part.shape[1:], dtype=keras.backend.standardize_dtype(part.dtype))
        for part in keras.tree.flatten(tensors)
    ]
