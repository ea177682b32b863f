"""The size of any Keras model, counted from the model itself: parameters, multiply-adds, memory of activations, depth."""

from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np

NOT_COMPUTED = ("InputLayer", "Flatten", "Reshape", "Dropout")  # their output is their input, seen in another way


def blueprint(build, *arguments, **options):
    """Build a model whose weights have shapes but no values: what can be counted costs neither their memory nor their time.

    Args:
        build: a function that returns a keras.Model; called with all other arguments.

    Returns:
        The model. It can be counted and drawn, not run.
    """

    def without_values():
        with keras.StatelessScope(initialize_variables=False):
            return build(*arguments, **options)

    with ThreadPoolExecutor(
        1
    ) as thread:  # Keras keeps a list, one a thread, of the variables that still wait for values
        return thread.submit(without_values).result()


def multiply_adds(layer):
    """Multiplications (each with an addition) of one layer for one image.

    A kernel or matrix is used once for each place of the output; biases, normalization, pooling and activations, which add
    about one operation an entry, are left out as in the papers.
    """
    weights = sum(int(np.prod(weight.shape)) for weight in layer.weights if len(weight.shape) > 1)
    return weights * _places(layer.output.shape) if weights else 0


def _places(shape):
    return int(np.prod(shape[1:-1]))


def measure(model):
    """Count a functional model.

    Args:
        model: keras.Model with one input of fixed height and width; may come from `blueprint`.

    Returns:
        dict of integers: "parameters", "trainable" (without the moving statistics of batch normalization), "multiply_adds" for one
        image, "activation_bytes" (float32 outputs of all layers for one image, a rough mark of what training keeps), "depth".
    """
    size = lambda variables: sum(int(np.prod(v.shape)) for v in variables)
    outputs = [layer.output.shape for layer in model.layers if type(layer).__name__ not in NOT_COMPUTED]
    return {
        "parameters": size(model.weights),
        "trainable": size(model.trainable_weights),
        "multiply_adds": sum(multiply_adds(layer) for layer in model.layers),
        "activation_bytes": 4 * sum(int(np.prod(shape[1:])) for shape in outputs),
        "depth": depth(model),
    }


def depth(model):
    """Layers with kernels or matrices on the longest way from the image to the output; gates do not count, as in the papers."""
    return max(_depths(model).values())


def _depths(model):
    """Operation -> layers with kernels or matrices on the longest way from the image to it, itself included."""
    longest = {}
    for operation in model.operations:  # in the order of computation
        before = [parent.operation for node in operation._inbound_nodes for parent in node.parent_nodes]
        longest[operation] = _counts(operation) + max((longest.get(parent, 0) for parent in before), default=0)
    return longest


def _counts(operation):
    gate = operation.name.endswith(("_squeeze", "_excite"))
    return isinstance(operation, keras.Layer) and not gate and multiply_adds(operation) > 0


def stages(model):
    """A model in the parts that its papers speak of: all layers that give maps of one size, then the dense layers.

    Returns:
        A list of dicts in order: "side" (height of the maps, 1 for the dense part), "channels" (the largest number), "layers" (as in
        `depth`), "parameters", "multiply_adds".
    """
    parts, depths = {}, _depths(model)
    for layer in model.layers:
        if not layer.weights:
            continue
        shape = layer.output.shape
        if len(shape) == 4 and shape[1] > 1:
            side = shape[1]
        elif _counts(layer):
            side = 1
        # else: a gate, which belongs to the maps that it weighs
        part = parts.setdefault(side, {"channels": 0, "until": 0, "parameters": 0, "multiply_adds": 0})
        part["channels"] = max(part["channels"], shape[-1])
        part["until"] = max(part["until"], depths[layer])
        part["parameters"] += sum(int(np.prod(weight.shape)) for weight in layer.weights)
        part["multiply_adds"] += multiply_adds(layer)
    result, before = [], 0
    for side, part in parts.items():
        until = part.pop("until")
        result.append({"side": side, **part, "layers": until - before})
        before = until
    return result
