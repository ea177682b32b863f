"""Keras models as configuration and weights; nothing else of them crosses."""

import json
import sys

import numpy as np

from course_lib import keras_private
from course_lib.classroom.sandbox import arrays
from course_lib.classroom.sandbox.arrays import Changed, Refused

MAX_CONFIGURATION = 2 * 2**20  # characters of a model's configuration
# Layers whose configuration is more than numbers: code, files, or tables read from files.
NO_LAYERS = {
    "FlaxLayer",
    "Hashing",
    "IntegerLookup",
    "JaxLayer",
    "Lambda",
    "StringLookup",
    "TFSMLayer",
    "TextVectorization",
    "TorchModuleWrapper",
}
KERAS_MODULES = (
    "keras.layers",
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.activations",
    "keras.src.activations.activations",  # what `activations.relu` leaves in a functional model
    "keras.src.ops",  # what `ops.split` and the like leave in a functional model
    "keras.src.layers",
    "keras.src.models.functional",
    "keras.src.models.sequential",
)
PLAIN = ("__tuple__", "__keras_tensor__", "__slice__", "__ellipsis__")  # `images[..., :2]` holds the last two
KERAS_CLASSES = {"keras": {"DTypePolicy", "Functional", "KerasTensor", "Model", "Sequential"}}
# Modules whose functions may be named
KERAS_FUNCTIONS = ("keras.activations", "keras.src.activations", "keras.initializers", "keras.src.initializers")


def is_model(value):
    """Whether a value is a Keras model; Keras is not imported for that."""
    keras = sys.modules.get("keras")  # a value can only be a model if somebody has imported Keras
    return keras is not None and hasattr(keras, "Model") and isinstance(value, keras.Model)


def pack(model, blobs):
    """A model as a dict that JSON can hold; its weights are appended to `blobs`.

    Raises:
        Refused: it has parts that are not Keras's own, or no configuration.
    """
    import keras

    try:
        configuration = _without_training(keras.saving.serialize_keras_object(model))
        text = json.dumps(configuration)
    except Exception as error:  # layers of one's own raise whatever they like
        raise Refused(f"a model that has no configuration ({type(error).__name__}: {str(error)[:200]})") from None
    check_configuration(configuration)
    return {
        "configuration": text,
        "weights": [arrays.write(np.asarray(value), blobs) for value in model.get_weights()],
        # a nested model that is rebuilt would call its weights otherwise
        "paths": [weight.path for weight in model.weights],
        # layers without weights do not say it themselves
        "trainable": [bool(layer.trainable) for layer in keras_private.all_layers(model)],
    }


def _without_training(configuration):
    """Without losses and optimizers, which no test looks at and which may be code."""
    if isinstance(configuration, dict):
        return {key: _without_training(entry) for key, entry in configuration.items() if key != "compile_config"}
    if isinstance(configuration, (list, tuple)):
        return [_without_training(entry) for entry in configuration]
    return configuration


def check_configuration(configuration, depth=0):
    """Refuse a configuration that names anything but Keras's own layers and their parts.

    Safe mode alone has let through too much before (CVE-2025-1550, CVE-2025-8747, CVE-2025-12058), so this comes first.

    Raises:
        Refused: it does.
    """
    if depth > 200:
        raise Refused("a model that is nested too deeply")
    if isinstance(configuration, (list, tuple)):
        for entry in configuration:
            check_configuration(entry, depth + 1)
    elif isinstance(configuration, dict):
        if "class_name" in configuration:
            _check_part(configuration)
        for key, entry in configuration.items():
            if key.endswith("activation") and not (entry is None or isinstance(entry, (str, dict))):
                raise Refused("a model with an activation that is not one of Keras's own")
            check_configuration(entry, depth + 1)


def _check_part(part):
    """Refuse what names a class or a function that is not on the list."""
    name, module = part["class_name"], part.get("module")
    if not isinstance(name, str):
        raise Refused(f"a model with a part of type {str(name)[:60]} that is not one of Keras's own")
    if name in NO_LAYERS:
        raise Refused(f"a model with a layer of type {name}, which is not pure configuration and weights")
    if name == "function":
        _check_function(module, part["config"])
    elif name not in PLAIN and not _is_kerass(name, module, part.get("registered_name")):
        raise Refused(
            f"a model with a part of type {name[:60]} that is not one of Keras's own (a model is rebuilt from its configuration, so use the layers of Keras)"
        )


def _is_kerass(name, module, registered):
    """Whether a class is Keras's own: a public one, or from a module that holds layers and their parts only."""
    if not isinstance(module, str):
        return False
    if name in KERAS_CLASSES.get(module, ()):
        return True
    inside = any(module == home or module.startswith(home + ".") for home in KERAS_MODULES)
    return inside and ">" not in str(registered)  # as in "my_package>MyLayer"


def _check_function(module, name):
    if module not in (*KERAS_FUNCTIONS, "builtins") or not isinstance(name, str) or not name.isidentifier():
        raise Refused("a model with a function that is not one of Keras's own")
    if module == "builtins" and name not in _activations():
        raise Refused(f"a model with the function {name[:60]}, which is not one of Keras's own")


def _activations():
    import keras

    return {name for name in dir(keras.activations) if not name.startswith("_")}


def unpack(content, blobs):
    """The model that `pack` has made this of.

    Raises:
        Refused: it is not one, or has parts that are not Keras's own.
    """
    import keras

    text = content["configuration"]
    if not isinstance(text, str) or len(text) > MAX_CONFIGURATION:
        raise Refused("a model that is too large")
    configuration = json.loads(text)
    check_configuration(configuration)
    weights = [arrays.read(blobs[number]) for number in content["weights"]]
    try:
        model = keras.saving.deserialize_keras_object(configuration, safe_mode=True)
        if not isinstance(model, keras.Model):
            raise Refused("a configuration that is not a model's")
        model.set_weights(weights)
        for layer, trainable in zip(keras_private.all_layers(model), content["trainable"], strict=True):
            layer.trainable = bool(trainable)
        for weight, path in zip(model.weights, content["paths"], strict=True):
            keras_private.rename(weight, str(path)[:500])
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"a model that cannot be rebuilt ({type(error).__name__}: {str(error)[:200]})") from None
    return model


def restore(original, after):
    """The weights and the `trainable` of each layer; any other change of a given model is refused."""
    ours, theirs = keras_private.all_layers(original), keras_private.all_layers(after)
    if [layer.name for layer in ours] != [layer.name for layer in theirs]:
        raise Changed("a model that was given has other layers now; a function must build a new model instead")
    for one, other in zip(ours, theirs):
        if _settings(one) != _settings(other):
            raise Changed(
                f"the layer {one.name} of a model that was given has changed; a function must build a new model instead"
            )
    for one, other in zip(ours, theirs):
        one.trainable = other.trainable
    original.set_weights(after.get_weights())


def _settings(layer):
    """What a layer is, as text, without its place in a model and without `trainable`."""
    import keras

    if isinstance(layer, keras.Model):
        return type(layer).__name__
    settings = _without_training(layer.get_config())
    settings.pop("trainable", None)
    return type(layer).__name__ + json.dumps(settings, sort_keys=True, default=str)
