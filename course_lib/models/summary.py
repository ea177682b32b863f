"""The size of any Keras model, counted from the model itself: parameters, multiply-adds, memory, depth."""

import keras

from course_lib.errors import CourseError
from course_lib.models.counting import apart, uses
from course_lib.models.products import size
from course_lib.texts import say


def blueprint(build, *arguments, **options):
    """Build a model whose weights have shapes but no values: counting it costs neither their memory nor their time.

    Args:
        build: a function that returns a keras.Model; called with all other arguments.

    Returns:
        The model. It can be counted and drawn, not run.
    """

    def without_values():
        with keras.StatelessScope(initialize_variables=False):
            return build(*arguments, **options)

    return apart(without_values)


def multiply_adds(layer):
    """Multiplications (each with an addition) of one layer, or of one model, for one input.

    `products.py` says what counts, `counting.py` how layers are opened that hold others.

    Args:
        layer: a layer of a functional or sequential model, which is counted where it is called first; or such a model.

    Returns:
        int.

    Raises:
        CourseError: the layer has not been called, a size is not fixed, or the layer cannot be opened.
    """
    if isinstance(layer, keras.layers.InputLayer):
        return 0
    if getattr(layer, "inputs", None):
        return sum(use.multiply_adds for use in uses(layer))
    try:
        inputs = {id(tensor): tensor for tensor in keras.tree.flatten(layer.input)}
        call = keras.Function(list(inputs.values()), layer.output, name=layer.name)
    except AttributeError as error:
        raise CourseError(
            say("{name} has not been called, and what it costs depends on its input: call it", name=layer.name)
        ) from error
    return sum(use.multiply_adds for use in uses(call))


def measure(model):
    """Count a model.

    Args:
        model: functional or sequential keras.Model whose inputs have a fixed size; may come from `blueprint`.

    Returns:
        dict of integers: "parameters", "trainable" (without the moving statistics of batch normalization),
        "multiply_adds" for one input, "activation_bytes" (float32 outputs of all layers for one input, a rough estimate
        of what training keeps), "depth" (as of `depth`).

    Raises:
        CourseError: a size is not fixed, or a layer cannot be opened.
    """
    found = uses(model)
    return {
        "parameters": _entries(model.weights),
        "trainable": _entries(model.trainable_weights),
        "multiply_adds": sum(use.multiply_adds for use in found),
        "activation_bytes": 4 * sum(use.numbers for use in found),
        "depth": max(use.depth for use in found),
    }


def depth(model):
    """Layers with kernels or matrices on the longest way from the input to the output; as in the papers, without gates.

    An attention counts as two, its projections before and after, and a recurrent layer as one of its steps. Papers on
    Transformers count blocks instead.
    """
    return max(use.depth for use in uses(model))


def stages(model):
    """A network of maps in the parts that papers speak of: all layers with maps of one size, then the dense layers.

    Returns:
        A list of dicts in order: "side" (height of the maps, 1 for the dense part), "channels" (the largest number),
        "layers" (as in `depth`), "parameters", "multiply_adds", "activation_bytes" (those of layers without weights are
        counted with maps of their size, or with the layers after them where there are none).

    Raises:
        CourseError: a layer with weights gives neither maps nor a vector, as all layers for tokens do.
    """
    parts, before, side, known, waiting = {}, 0, None, set(), 0
    for use in uses(model):
        layer, shape = use.operation, use.shape
        if not getattr(layer, "weights", None):
            own = parts.get(shape[1] if len(shape) == 4 and shape[1] > 1 else side)
            waiting += 0 if own else use.numbers
            if own:
                own["activation_bytes"] += 4 * use.numbers
            continue
        if len(shape) not in (2, 4):
            raise CourseError(
                say(
                    "stages are made of maps (batch, height, width, channels), but {name} gives {shape}: use measure",
                    name=layer.name,
                    shape=(None, *shape[1:]),
                )
            )
        if len(shape) == 4 and shape[1] > 1:
            side = shape[1]
        elif getattr(layer, "counts_in_depth", True) and use.multiply_adds:
            side = 1
        # else: a gate, which belongs to the maps that it weighs
        nothing = {"channels": 0, "until": 0, "parameters": 0, "multiply_adds": 0, "activation_bytes": 0}
        part = parts.setdefault(side, nothing)
        part["channels"] = max(part["channels"], shape[-1])
        part["until"] = max(part["until"], use.depth)
        part["parameters"] += _entries(layer.weights) if layer not in known else 0
        part["multiply_adds"] += use.multiply_adds
        part["activation_bytes"] += 4 * (use.numbers + waiting)
        waiting = 0
        known.add(layer)
    if waiting and parts:
        parts[side]["activation_bytes"] += 4 * waiting
    result = []
    for side, part in parts.items():
        until = part.pop("until")
        result.append({"side": side, **part, "layers": until - before})
        before = until
    return result


def _entries(variables):
    return sum(size(variable.shape) for variable in variables)
