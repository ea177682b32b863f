"""What one operation multiplies. A multiply-add is a multiplication together with the addition that follows it.

- A convolution uses its kernel once for each place of its output, a transposed one once for each place of its input.
- A dense layer uses its matrix once for each position.
- A product of two tensors (matmul, einsum, attention's scores and mixing) multiplies once for each combination of
  indices.
- A look-up in a table (Embedding) costs nothing, and neither does what costs about one operation per entry of its
  output: biases, normalization, pooling and activations are left out, as in the papers.
"""

import numpy as np
from keras import layers

from course_lib.errors import CourseError
from course_lib.texts import say

TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
CONVOLUTIONS = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D, *TRANSPOSED),
    *(layers.DepthwiseConv1D, layers.DepthwiseConv2D, layers.SeparableConv1D, layers.SeparableConv2D),
)
LOOPS = ("AssociativeScan", "Cond", "ForiLoop", "Map", "Scan", "Switch", "VectorizedMap", "WhileLoop")


def size(shape):
    """Number of entries of a tensor of this shape."""
    return int(np.prod(shape))


def of_layer(layer, inputs, output):
    """Multiply-adds of a convolution, a dense layer or a table that is read both ways.

    Args:
        layer: the layer, built.
        inputs: list of the shapes of its inputs, with the batch.
        output: shape of its output, with the batch.

    Returns:
        int, or None for other layers.
    """
    kernels = sum(size(weight.shape) for weight in layer.weights if len(weight.shape) > 1)
    if isinstance(layer, CONVOLUTIONS):
        return kernels * _places(inputs[0] if isinstance(layer, TRANSPOSED) else output, layer.data_format)
    if isinstance(layer, layers.Dense):
        return kernels * size(output[:-1])
    if isinstance(layer, layers.ReversibleEmbedding):  # a look-up; or, reversed, a dense layer, whose input is as deep
        return size(output) * inputs[0][-1] if len(output) == len(inputs[0]) else 0
    return None


def of_function(operation, shapes, output):
    """Multiply-adds of a function of keras.ops.

    Args:
        operation: the keras.Operation behind the function.
        shapes: list of the shapes of its operands.
        output: shape of its first output.

    Raises:
        CourseError: a loop, or an einsum of more than two tensors.
    """
    name, first = type(operation).__name__, shapes[0] if shapes else ()
    if name in LOOPS:
        raise CourseError(
            say(
                "keras.ops: what {name} costs cannot be counted, because nobody knows how often it runs; give the layer that uses it a method multiply_adds(self, *input_shapes)",
                name=name,
            )
        )
    if name in ("Matmul", "Dot", "Inner", "Vecdot"):
        return size(output) * first[-1]
    if name == "Tensordot":
        axes = operation.axes
        return size(output) * size(first[len(first) - axes :] if isinstance(axes, int) else np.take(first, axes[0]))
    if name == "Einsum":
        return of_einsum(operation.subscripts, shapes)
    if name == "DotProductAttention":
        query, key, value = shapes[:3]  # (batch, tokens, heads, channels)
        return size(query[:-1]) * key[1] * (query[-1] + value[-1])
    if name in ("Conv", "DepthwiseConv", "SeparableConv", "ConvTranspose"):
        places = _places(first if name == "ConvTranspose" else output, operation.data_format)
        return places * sum(size(kernel) for kernel in shapes[1:])
    return 0


def of_einsum(subscripts, shapes):
    """Each combination of all indices is one product; the axes behind the dots are matched from the right."""
    if len(shapes) > 2:
        raise CourseError(
            say(
                "einsum {subscripts} multiplies {count} tensors in an order of its own: split it up",
                subscripts=repr(subscripts),
                count=len(shapes),
            )
        )
    sizes = {}
    for labels, shape in zip(subscripts.replace(" ", "").split("->")[0].split(","), shapes, strict=True):
        left, dots, right = labels.partition("...")
        hidden = range(len(shape) - len(left) - len(right), 0, -1) if dots else ()
        for label, length in zip((*left, *hidden, *right), shape, strict=True):
            sizes[label] = max(length, sizes.get(label, 1))
    return size(list(sizes.values())) if len(shapes) == 2 else 0


def _places(shape, data_format):
    """Number of places of maps of this shape, which has batch and channels, too."""
    return size(shape[1:-1] if data_format == "channels_last" else shape[2:])
