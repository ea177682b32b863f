"""What a module takes: compared by keys and types, and told in one line."""

import functools
from collections.abc import Mapping

from course_lib.texts import say


def inputs_of(trace, spec, arguments):
    """The inputs for which a trace of a module's function was saved.

    Args:
        trace: one of the function's `concrete_functions`.
        spec: inspect.FullArgSpec of the function.
        arguments: name -> value of what is always given besides.

    Returns:
        name -> what is taken there, nested as it is; None for a trace that needs other arguments.
    """
    positional, named = trace.structured_input_signature
    defaults = dict(zip(reversed(spec.args), reversed(spec.defaults or ()))) | (spec.kwonlydefaults or {})
    inputs = {}
    for name, value in [*zip(spec.args, positional), *named.items()]:
        if name in arguments:
            if not (holds_tensors(value) or value == arguments[name]):
                return None
        elif not inputs:  # the first one is an input in any case
            inputs[name] = value
        elif name == "training":
            continue
        elif name not in defaults:
            inputs[name] = value
        elif holds_tensors(value) or value != defaults[name]:
            return None
    return inputs


def holds_tensors(value):
    """Whether there is the description of a tensor in it."""
    return any(hasattr(leaf, "dtype") for leaf in leaves(value))


def leaves(value):
    """All that is in nested dictionaries, lists and tuples."""
    if isinstance(value, Mapping):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list | tuple):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


def as_tensors(value):
    """The same, with lists of plain numbers and texts made into tensors."""
    import tensorflow as tf

    if isinstance(value, Mapping):
        return {key: as_tensors(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple) and any(
        hasattr(leaf, "dtype") or isinstance(leaf, Mapping) for leaf in leaves(value)
    ):
        return type(value)(as_tensors(inner) for inner in value)
    if hasattr(value, "dtype"):
        return value
    try:
        return tf.convert_to_tensor(value)
    except (TypeError, ValueError):  # lists of different lengths, None
        return value


def fits(spec, value):
    """Whether a value has the keys, the lengths, the shapes and, up to harmless casts, the dtypes of a description."""
    import tensorflow as tf

    if isinstance(spec, Mapping):
        return isinstance(value, Mapping) and spec.keys() == value.keys() and all(fits(spec[k], value[k]) for k in spec)
    if isinstance(spec, list | tuple):  # one is as good as the other
        return isinstance(value, list | tuple) and len(spec) == len(value) and all(map(fits, spec, value))
    if not hasattr(spec, "dtype"):
        return not hasattr(value, "dtype") and spec == value
    if not hasattr(value, "dtype") or not hasattr(value, "shape"):
        return False
    return spec.shape.is_compatible_with(value.shape) and castable(tf.as_dtype(value.dtype), spec.dtype)


def castable(found, wanted):
    """Whether a cast keeps the meaning: pictures of bytes are not pictures from 0 to 1."""
    tokens = ("int32", "int64")
    return found == wanted or found.is_floating and wanted.is_floating or found.name in tokens and wanted.name in tokens


def arranged(spec, value):
    """The value, cast and nested exactly as its description."""
    import tensorflow as tf

    if isinstance(spec, Mapping):
        return {key: arranged(inner, value[key]) for key, inner in spec.items()}
    if isinstance(spec, list | tuple):
        inner = list(map(arranged, spec, value))
        return inner if isinstance(spec, list) else tuple(inner)
    if not isinstance(spec, tf.TensorSpec):  # ragged and sparse tensors
        return value
    return tf.ensure_shape(tf.cast(value, spec.dtype), spec.shape)


def described(value):
    """Shapes and dtypes in one line: {image: float32 (None, 8, 8, 3), size: int32 ()}"""
    import tensorflow as tf

    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {described(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        ends = "[]" if isinstance(value, list) else "()"
        return ", ".join(map(described, value)).join(ends)
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"{tf.as_dtype(value.dtype).name} {tuple(value.shape)}"
    return repr(value) if value is None else type(value).__name__


def either(parts):
    """Texts of which one will do, as one Text."""
    return functools.reduce(lambda one, other: say("{one} or {other}", one=one, other=other), parts)
