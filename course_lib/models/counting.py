"""How often a network multiplies, found by going through it with one input, operation by operation.

- A convolution uses its kernel once for each place of its output, a transposed one for each place of its input.
- A dense layer uses its matrix once for each position, a look-up in a table (Embedding) costs nothing.
- Everything else is opened: `call` runs on symbolic tensors, and the products that it makes with `keras.ops` are counted (matmul,
  einsum, conv, dot_product_attention, ...). So attention counts its projections, its scores and the mixing of the values, always for
  all pairs, also under a mask; models within models, wrappers and hand-written layers count what they hold.
- A recurrent layer does what its cell does, once for each step.

A layer that computes with anything else than `keras.ops`, or in a loop of `keras.ops`, cannot be opened. It may say itself what it costs:

    def multiply_adds(self, *input_shapes):  # of one input, so (1, ...)
        return ...

A layer with the attribute `counts_in_depth = False` takes no part in the depth of a network (the gates of senet.py).
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops, tree

from course_lib.errors import CourseError

# their output is their input, seen in another way
NOT_COMPUTED = ("InputLayer", "Flatten", "Reshape", "Dropout")
# of Keras's own layers with a table or matrix, those that do not multiply by it
LOOK_UPS = ("Embedding", "Normalization")
# of Keras's own layers without weights, those that multiply
PAIRINGS = ("Attention", "AdditiveAttention", "Dot", "Lambda")
LOOPS = ("AssociativeScan", "Cond", "ForiLoop", "Map", "Scan", "Switch", "VectorizedMap", "WhileLoop")
TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
CONVOLUTIONS = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.DepthwiseConv1D, layers.DepthwiseConv2D),
    *(layers.SeparableConv1D, layers.SeparableConv2D),
)


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
        network: functional or sequential keras.Model, or keras.Function, with inputs of a fixed size (but for the batch).

    Returns:
        A list of Use.

    Raises:
        CourseError: the network has no graph, a size is open, or a layer cannot be opened.
    """
    if not getattr(network, "inputs", None):
        raise CourseError(
            f"{network.name} has no graph to count: call it, as in keras.Model(x, model(x)) with x = keras.Input(...)"
        )
    for tensor in network.inputs:
        if None in tensor.shape[1:]:
            raise CourseError(
                f"{network.name} takes inputs of any size, {tensor.shape}, and what it costs depends on it:"
                " count keras.Model(x, model(x)) with x = keras.Input(...) of a fixed size"
            )
    one = [keras.KerasTensor((tensor.shape[0] or 1, *tensor.shape[1:]), tensor.dtype) for tensor in network.inputs]

    def count():
        run = keras.Function(network.inputs, network.outputs).call
        with _known_shapes(), _opened(network.name, run, [one]) as graph:
            return _uses(graph, before=0)

    return apart(count)


def apart(function):
    """Call a function in a thread of its own: there Keras numbers names anew, and holds no variables that still wait for values."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()


def size(shape):
    """Entries of a tensor of this shape."""
    return int(np.prod(shape))


@contextlib.contextmanager
def _known_shapes():
    """Keras's EinsumDense, of which its attention is made, says that axes are of any size even where it could know better."""
    forgetful = layers.EinsumDense.compute_output_shape
    layers.EinsumDense.compute_output_shape = lambda layer, shape: (
        ops.einsum(layer.equation, keras.KerasTensor(shape), keras.KerasTensor(layer.kernel.shape)).shape
    )
    try:
        yield
    finally:
        layers.EinsumDense.compute_output_shape = forgetful


def _uses(graph, before):
    found, depths = [], {}
    for node in _nodes(graph):
        operation, arguments = node.operation, node.arguments
        for tensor in node.outputs:
            if None in tensor.shape:
                raise CourseError(
                    f"{operation.name} cannot be counted, because it does not say how large its output is: {tensor.shape}"
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


def _nodes(graph):
    """The calls of a keras.Function in an order in which they can be computed."""
    in_order = [node for _, nodes in sorted(graph._nodes_by_depth.items(), reverse=True) for node in nodes]
    return [node for node in in_order if node.operation and not node.is_input]


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
        # the scope keeps what a layer would change, such as the state of its random numbers
        with keras.StatelessScope():
            outputs = tree.flatten(function(*arguments, **options))
        outputs = [output for output in outputs if isinstance(output, keras.KerasTensor)]
        graph = keras.Function(list(inputs.values()), outputs)
    except Exception as error:
        raise CourseError(
            f"{name} cannot be counted, because its call does not run on symbolic tensors: let it compute with keras.ops,"
            f" or give it a method multiply_adds(self, *input_shapes). Keras says: {error}"
        ) from error
    try:
        yield graph
    finally:
        for node, parents in [(node, node.parent_nodes) for node in _nodes(graph)]:
            node.operation._inbound_nodes.remove(node)
            for parent in parents:
                parent.operation._outbound_nodes.remove(node)


def _layer(layer, node, before):
    name, shapes = type(layer).__name__, [tensor.shape for tensor in node.input_tensors]
    use = Use(layer, node.outputs[0].shape, 0, sum(size(tensor.shape) for tensor in node.outputs), before)
    kernels = sum(size(weight.shape) for weight in layer.weights if len(weight.shape) > 1)
    is_of_keras = getattr(layers, name, None) is type(layer)
    if name in NOT_COMPUTED:
        use.numbers = 0
    elif hasattr(layer, "multiply_adds"):
        use.multiply_adds = layer.multiply_adds(*shapes)
    elif isinstance(layer, CONVOLUTIONS + TRANSPOSED):
        shape = shapes[0] if isinstance(layer, TRANSPOSED) else use.shape
        use.multiply_adds = kernels * _places(shape, layer.data_format)
    elif isinstance(layer, layers.Dense):
        use.multiply_adds = kernels * size(use.shape[:-1])
    elif not is_of_keras or name in PAIRINGS or (kernels and name not in LOOK_UPS):
        return _opened_layer(layer, node, use)
    if getattr(layer, "counts_in_depth", True):
        use.depth += use.multiply_adds > 0
    return use


def _opened_layer(layer, node, use):
    """Add up what happens in the `call` of a layer; it keeps the outputs of the layers and products inside, else its own."""
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
        arguments = [keras.KerasTensor((batch, *entry), sequence.dtype)]
        if isinstance(layer, layers.TimeDistributed):
            return [(layer.layer, arguments, {}, steps)]
        state = tree.map_structure(lambda x: keras.KerasTensor(x.shape), layer.get_initial_state(batch_size=batch))
        return [(layer.cell, [*arguments, state], {}, steps)]
    return [(layer.call, node.arguments.args, node.arguments.kwargs, 1)]


def _function(operation, node, before):
    """A function of keras.ops; only products count, and only those with a kernel or matrix of their own count in the depth."""
    operands = [value for value in tree.flatten(node.arguments.args) if hasattr(value, "shape")]
    shapes, output = [tuple(operand.shape) for operand in operands], node.outputs[0].shape
    multiply_adds = _product(operation, shapes, output)
    has_weights = multiply_adds > 0 and not all(isinstance(operand, keras.KerasTensor) for operand in operands)
    return Use(operation, output, multiply_adds, size(output) if multiply_adds else 0, before + has_weights)


def _product(operation, shapes, output):
    name, first = type(operation).__name__, shapes[0] if shapes else ()
    if name in LOOPS:
        raise CourseError(
            f"{name} of keras.ops cannot be counted, because how often it runs is not known before:"
            " let its layer have a method multiply_adds(self, *input_shapes)"
        )
    if name in ("Matmul", "Dot", "Inner", "Vecdot"):
        return size(output) * first[-1]
    if name == "Tensordot":
        axes = operation.axes
        return size(output) * size(first[len(first) - axes :] if isinstance(axes, int) else np.take(first, axes[0]))
    if name == "Einsum":
        return _einsum(operation.subscripts, shapes)
    if name == "DotProductAttention":
        query, key, value = shapes[:3]  # (batch, tokens, heads, channels)
        return size(query[:-1]) * key[1] * (query[-1] + value[-1])
    if name in ("Conv", "DepthwiseConv", "SeparableConv", "ConvTranspose"):
        places = _places(first if name == "ConvTranspose" else output, operation.data_format)
        return places * sum(size(kernel) for kernel in shapes[1:])
    return 0


def _places(shape, data_format):
    return size(shape[1:-1] if data_format == "channels_last" else shape[2:])


def _einsum(subscripts, shapes):
    """Each combination of all indices is one product; the dots stand for indices that are counted from the right."""
    if len(shapes) > 2:
        raise CourseError(
            f"einsum {subscripts!r} multiplies {len(shapes)} tensors in an order of its own: write it as several"
        )
    sizes = {}
    for labels, shape in zip(subscripts.replace(" ", "").split("->")[0].split(","), shapes):
        left, dots, right = labels.partition("...")
        hidden = range(len(shape) - len(left) - len(right), 0, -1) if dots else ()
        for label, length in zip((*left, *hidden, *right), shape, strict=True):
            sizes[label] = max(length, sizes.get(label, 1))
    return size(list(sizes.values())) if len(shapes) == 2 else 0
