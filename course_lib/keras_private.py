"""What this course needs of Keras and Keras does not publish, in one place.

Keras is pinned exactly; when the pin moves, tests/unit/test_keras_private.py says which of these has broken.
"""


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


def all_layers(model):
    """The model and every layer in it, at any depth."""
    return list(model._flatten_layers())


def parents(operation):
    """The operations whose results an operation of a functional model takes."""
    return [parent.operation for node in operation._inbound_nodes for parent in node.parent_nodes]


def rename(variable, path):
    """Give a variable the path under which another model knows it."""
    variable._path = path
