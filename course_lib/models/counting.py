"""Going through a network with one input, operation by operation, to see what each costs.

Convolutions and dense layers are counted by `products.py`; Keras's layers without kernels or matrices cost nothing. All
others are opened: their `call` runs on symbolic tensors, and the layers and functions of `keras.ops` in it are
counted. So an attention counts its projections, its scores and the mixing of its values, for all pairs even under a
mask; models within models, wrappers and hand-written layers count what they hold; and a recurrent layer counts what
its cell does, times the number of steps.

Two attributes let a layer speak for itself:

- A layer that computes with something other than `keras.ops`, or in a loop of `keras.ops`, cannot be opened. It may
  state what it costs in a method `multiply_adds(self, *input_shapes)`, for one input, so with shapes (1, ...).
- A layer with `counts_in_depth = False` is left out of the depth of its network (the gates of senet.py).
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import keras
from keras import layers, tree

from course_lib import keras_private
from course_lib.errors import CourseError
from course_lib.models import products
from course_lib.models.products import size
from course_lib.texts import say

# their output is their input, seen in another way
NOT_COMPUTED = ("InputLayer", "Flatten", "Reshape", "Dropout")
# layers of Keras that have no weights, but may multiply
PAIRINGS = ("Attention", "AdditiveAttention", "Dot", "Lambda")


@dataclass
class Use:
    """One use of a layer, or of a function of keras.ops, in a network."""

    operation: keras.Operation
    shape: tuple  # of its output, for one input: (1, ...)
    multiply_adds: int
    numbers: int  # that it computes and training keeps
    depth: int  # layers with kernels or matrices on the longest way from the input to here, itself included


def uses(network):
    """All uses of layers and functions, in the order of computation; models within models are taken apart.

    Args:
        network: functional or sequential keras.Model, or keras.Function, with inputs of fixed sizes (the batch may be
            open).

    Returns:
        A list of Use.

    Raises:
        CourseError: the network has no graph, a size is not fixed, or a layer cannot be opened.
    """
    if not getattr(network, "inputs", None):
        raise CourseError(
            say(
                "{name} has no graph to count: count keras.Model(x, model(x)) with x = keras.Input(...) instead",
                name=network.name,
            )
        )
    for tensor in network.inputs:
        if None in tensor.shape[1:]:
            raise CourseError(
                say(
                    "{name} takes inputs of any size, {shape}, and its cost depends on the size: count keras.Model(x, model(x)) with x = keras.Input(...) of a fixed size instead",
                    name=network.name,
                    shape=tensor.shape,
                )
            )
    one = [keras.KerasTensor((tensor.shape[0] or 1, *tensor.shape[1:]), tensor.dtype) for tensor in network.inputs]

    def count():
        run = keras.Function(network.inputs, network.outputs).call
        with keras_private.known_shapes(), _opened(network.name, run, [one]) as graph:
            return _uses(graph, before=0)

    return apart(count)


def apart(function):
    """Call a function in a thread of its own, where Keras starts new names and waits for no variable's values."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()


@contextlib.contextmanager
def _opened(name, function, arguments, options=None):
    """What a function or a layer's `call` does, as a keras.Function; afterwards the layers in it have forgotten it."""
    inputs = {
        id(tensor): keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype)
        for tensor in tree.flatten((arguments, options))
        if isinstance(tensor, keras.KerasTensor)
    }
    arguments, options = tree.map_structure(lambda value: inputs.get(id(value), value), (arguments, options or {}))
    try:
        # the scope takes what a layer would change, such as the state of its random numbers
        with keras.StatelessScope():
            outputs = tree.flatten(function(*arguments, **options))
        outputs = [output for output in outputs if isinstance(output, keras.KerasTensor)]
        graph = keras.Function(list(inputs.values()), outputs)
    except Exception as error:
        raise CourseError(
            say(
                "{name} cannot be counted, because its call does not run on symbolic tensors: let it compute with keras.ops, or give it a method multiply_adds(self, *input_shapes). Keras says: {error}",
                name=name,
                error=error,
            )
        ) from error
    try:
        yield graph
    finally:
        keras_private.forget(graph)


def _uses(graph, before):
    """The uses in a keras.Function, behind `before` layers with kernels or matrices."""
    found, depths = [], {}
    for node in keras_private.calls(graph):
        operation, arguments = node.operation, node.arguments
        for tensor in node.outputs:
            if None in tensor.shape:
                raise CourseError(
                    say(
                        "{name} cannot be counted: it leaves the size of its output open, {shape}",
                        name=operation.name,
                        shape=tensor.shape,
                    )
                )
        depth = max((depths.get(parent, before) for parent in node.parent_nodes), default=before)
        if isinstance(operation, keras.Model):
            with _opened(operation.name, operation.call, arguments.args, arguments.kwargs) as inside:
                parts = _uses(inside, depth)
        elif isinstance(operation, keras.Layer):
            parts = [_layer(operation, node, depth)]
        else:
            parts = [_function(operation, node, depth)]
        depths[node] = max((part.depth for part in parts), default=depth)
        found += parts
    return found


def _function(operation, node, before):
    """A function of keras.ops; only products count, and only those with weights count in the depth."""
    operands = [value for value in tree.flatten(node.arguments.args) if hasattr(value, "shape")]
    output = node.outputs[0].shape
    multiply_adds = products.of_function(operation, [tuple(operand.shape) for operand in operands], output)
    has_weights = multiply_adds > 0 and not all(isinstance(operand, keras.KerasTensor) for operand in operands)
    return Use(operation, output, multiply_adds, size(output) if multiply_adds else 0, before + has_weights)


def _layer(layer, node, before):
    name, shapes = type(layer).__name__, [tensor.shape for tensor in node.input_tensors]
    use = Use(layer, node.outputs[0].shape, 0, sum(size(tensor.shape) for tensor in node.outputs), before)
    if name in NOT_COMPUTED:
        use.numbers = 0
    elif hasattr(layer, "multiply_adds"):
        use.multiply_adds = layer.multiply_adds(*shapes)
    elif (known := products.of_layer(layer, shapes, use.shape)) is not None:
        use.multiply_adds = known
    elif _may_multiply(layer, name):
        return _opened_layer(layer, node, use)
    if getattr(layer, "counts_in_depth", True):
        use.depth += use.multiply_adds > 0
    return use


def _may_multiply(layer, name):
    if getattr(layers, name, None) is not type(layer):
        return True  # not one of Keras's own layers
    return name in PAIRINGS or any(len(weight.shape) > 1 for weight in layer.weights)


def _opened_layer(layer, node, use):
    """Add up what happens in a layer; it keeps the outputs of the layers and products in it, or else its own."""
    numbers, before = 0, use.depth
    for function, arguments, options, times in _calls(layer, node):
        with _opened(layer.name, function, arguments, options) as inside:
            for part in _uses(inside, before):
                use.multiply_adds += times * part.multiply_adds
                numbers += times * part.numbers
                if getattr(layer, "counts_in_depth", True):
                    use.depth = max(use.depth, part.depth)
    use.numbers = numbers or use.numbers
    return use


def _calls(layer, node):
    """What a layer calls: a list of (function, arguments, keyword arguments, how often)."""
    sequence = node.input_tensors[0]
    if isinstance(layer, layers.Bidirectional):
        return [(inner, [sequence], {}, 1) for inner in (layer.forward_layer, layer.backward_layer)]
    if isinstance(layer, layers.RNN | layers.TimeDistributed):
        batch, steps, *entry = sequence.shape
        step = keras.KerasTensor((batch, *entry), sequence.dtype)
        if isinstance(layer, layers.TimeDistributed):
            return [(layer.layer, [step], {}, steps)]
        state = tree.map_structure(lambda x: keras.KerasTensor(x.shape), layer.get_initial_state(batch_size=batch))
        return [(layer.cell, [step, state], {}, steps)]
    return [(layer.call, node.arguments.args, node.arguments.kwargs, 1)]
