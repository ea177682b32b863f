"""What this course needs of Keras and Keras does not publish, in one place.

Keras is pinned exactly; when the pin moves, tests/unit/test_keras_private.py says which of these has broken.
Importing this file imports no Keras: kernels of the sandbox import it, and most of them need none.
"""

import contextlib


def input_signature(model):
    """Shapes and dtypes of a model's inputs as keras.InputSpec, of a subclassed model, too, once it has been called.

    Raises:
        TypeError, ValueError: the model does not know its inputs.
    """
    from keras.src.export.export_utils import get_input_signature  # `model.inputs` knows functional models only

    return get_input_signature(model)


def loads_safely():
    """Whether a saved model is being loaded in safe mode, which must not run what the file names."""
    from keras.src.saving.serialization_lib import in_safe_mode

    return bool(in_safe_mode())


def as_it_is(error):
    """The error, marked so that Keras does not wrap its sentence into a list of the call's arguments."""
    error._keras_call_info_injected = True
    return error


def give(variable, value):
    """Give a variable a value; a variable of a `blueprint` (`course_lib.models.summary`), which has none, its first."""
    if variable._value is None:
        variable._initializer = lambda shape, dtype: value
        variable._deferred_initialize()
    else:
        variable.assign(value)


def all_layers(model):
    """The model and every layer in it, at any depth."""
    return list(model._flatten_layers())


def calls(graph):
    """The nodes of a keras.Function, one per call of a layer or of a
    function of keras.ops, in the order of computation.

    Returns:
        list of Keras's nodes; each has `operation`, `arguments`, `parent_nodes`, `input_tensors` and `outputs`.
    """
    in_order = [node for _, nodes in sorted(graph._nodes_by_depth.items(), reverse=True) for node in nodes]
    return [node for node in in_order if node.operation and not node.is_input]


def forget(graph):
    """Let the layers in a keras.Function forget that they were called in it."""
    for node, parents in [(node, node.parent_nodes) for node in calls(graph)]:
        node.operation._inbound_nodes.remove(node)
        for parent in parents:
            parent.operation._outbound_nodes.remove(node)


@contextlib.contextmanager
def known_shapes():
    """Keras's EinsumDense, of which its attentions are made, says "any size" even of axes whose size it could know."""
    import keras

    forgetful = keras.layers.EinsumDense.compute_output_shape
    keras.layers.EinsumDense.compute_output_shape = lambda layer, shape: (
        keras.ops.einsum(layer.equation, keras.KerasTensor(shape), keras.KerasTensor(layer.kernel.shape)).shape
    )
    try:
        yield
    finally:
        keras.layers.EinsumDense.compute_output_shape = forgetful


def rename(variable, path):
    """Give a variable the path under which another model knows it."""
    variable._path = path
