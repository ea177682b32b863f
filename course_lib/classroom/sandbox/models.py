"""Keras models at the border. A student's model does not cross it: it stays where it was made, a number goes out
instead, and what the number stands for is asked for step by step. A model that a test gives to a function goes in as
configuration and weights, and what the function has made of it comes back as plain data.
"""

import inspect
import json
import sys

import numpy as np

from course_lib import keras_private
from course_lib.classroom.sandbox import arrays
from course_lib.classroom.sandbox.arrays import Changed, Refused
from course_lib.classroom.sandbox.values import Side, State, Tensor, pack

KINDS = {"model": "Model", "layer": "Layer", "variable": "Variable", "symbol": "KerasTensor"}  # what stays inside
PART = "part"  # and whatever else is of a class of Keras's: optimizers, losses, the history of a training


def is_model(value):
    """Whether a value is a Keras model; Keras is not imported for that."""
    keras = sys.modules.get("keras")  # a value can only be a model if somebody has imported Keras
    return keras is not None and hasattr(keras, "Model") and isinstance(value, keras.Model)


# --- a model that a test gives
# ------------------------------------------------------------------------------------------------


def write(model, blobs):
    """A model of Keras's own layers as a dict that JSON can hold; its weights are appended to `blobs`.

    Raises:
        Refused: it has no configuration.
    """
    import keras

    try:
        text = json.dumps(_without_training(keras.saving.serialize_keras_object(model)))
    except Exception as error:
        raise Refused("model", name=f"{type(error).__name__}: {str(error)[:200]}") from None
    return {
        "configuration": text,
        # a nested model that is rebuilt would call its weights otherwise
        "paths": [weight.path for weight in model.weights],
        **_state(model, blobs),
    }


def read(content, blobs):
    """The model that `write` has made this of. This side runs whatever the configuration names.

    Raises:
        Refused: it cannot be rebuilt.
    """
    import keras

    try:
        model = keras.saving.deserialize_keras_object(json.loads(content["configuration"]), safe_mode=False)
        _set(model, content["trainable"], [arrays.read(blobs[number]) for number in content["weights"]])
        for weight, path in zip(model.weights, content["paths"], strict=True):
            keras_private.rename(weight, path)
    except Exception as error:
        raise Refused("model", name=f"{type(error).__name__}: {str(error)[:200]}") from None
    return model


def _without_training(configuration):
    """Without losses and optimizers, which no function needs."""
    if isinstance(configuration, dict):
        return {key: _without_training(entry) for key, entry in configuration.items() if key != "compile_config"}
    if isinstance(configuration, (list, tuple)):
        return [_without_training(entry) for entry in configuration]
    return configuration


def _state(model, blobs):
    """What a function may change in a model that it was given."""
    return {
        "weights": [arrays.write(np.asarray(value), blobs) for value in model.get_weights()],
        # layers without weights do not say it themselves
        "trainable": [bool(layer.trainable) for layer in keras_private.all_layers(model)],
    }


def _set(model, trainable, weights):
    model.set_weights(weights)
    for layer, flag in zip(keras_private.all_layers(model), trainable, strict=True):
        layer.trainable = flag


def _settings(model):
    """The name of each layer, and what it is as text, without its place in a model and without `trainable`."""
    return [[layer.name, _described(layer)] for layer in keras_private.all_layers(model)]


def _described(layer):
    import keras

    if isinstance(layer, keras.Model):
        return type(layer).__name__
    settings = _without_training(layer.get_config())
    settings.pop("trainable", None)
    return type(layer).__name__ + json.dumps(settings, sort_keys=True, default=str)


class ModelState(State):
    """The weights and the `trainable` of each layer of a model that was given; any other change is refused."""

    def __init__(self, content, blobs):
        self.settings = [[str(name), str(text)] for name, text in content["settings"]]
        self.trainable = [flag is True for flag in content["trainable"]]
        self.weights = [arrays.read(blobs[number]) for number in content["weights"]]

    def restore(self, original):
        if not is_model(original):
            raise Refused("malformed", name="no model")
        ours = _settings(original)
        if [name for name, _ in ours] != [name for name, _ in self.settings]:
            raise Changed("layers")
        for (name, text), (_, other) in zip(ours, self.settings):
            if text != other:
                raise Changed("layer", name=name)
        try:
            _set(original, self.trainable, self.weights)
        except ValueError as error:
            raise Refused("malformed", name=type(error).__name__) from None


# --- what stays inside
# --------------------------------------------------------------------------------------------------------


class Inside(Side):
    """The student's side: keeps models, what they consist of, functions and generators under numbers."""

    def __init__(self):
        self.held, self.numbers, self.given = {}, {}, []

    def forget(self):
        """Keep nothing any more: no test asks for it."""
        self.held, self.numbers, self.given = {}, {}, []

    def write(self, value, blobs):
        if inspect.isroutine(value):
            return {"function": {"number": self._hold(value), "name": str(value.__name__)}}
        if inspect.isgenerator(value) or isinstance(value, (map, filter, zip)):
            return {"iterator": {"number": self._hold(value), "lazy": not inspect.isgenerator(value)}}
        for place, model in enumerate(self.given):
            if value is model:
                return {"given": place}
        keras = sys.modules.get("keras")
        kind = keras and _kind(value, keras)
        if not kind:
            return None
        if kind == "tensor":
            return {"tensor": arrays.write(keras.ops.convert_to_numpy(value), blobs)}
        return {"held": {"number": self._hold(value), "kind": kind, "facts": pack(_facts(value, kind))[0]}}

    def _hold(self, value):
        number = self.numbers.setdefault(id(value), len(self.numbers))
        self.held[number] = value  # as long as it is held, no other object has its id
        return number

    def read(self, kind, content, blobs):
        if kind == "model":
            self.given.append(read(content, blobs))
            return self.given[-1]
        if kind == "given":
            return self.given[content]
        if kind == "held":
            return self.held[content["number"]]
        return super().read(kind, content, blobs)

    def tensor(self, values):
        keras = sys.modules.get("keras")
        return keras.ops.convert_to_tensor(values) if keras else Tensor(values)

    def afterwards(self):
        return _Afterwards(self) if self.given else None

    def operation(self, message):
        """A function that does what a message asks of something that is held: gets or sets an attribute, or calls it
        or one of its methods."""
        target, name = self.held[message["of"]], message["name"]
        if message["do"] == "set":
            return lambda value: setattr(target, name, value)
        if name.startswith("predict") and is_model(target):  # to trace what runs once takes longer than to run it
            target.run_eagerly, target.predict_function = True, None
        if message["do"] == "get":
            return lambda: getattr(target, name)
        return getattr(target, name) if name else target


class _Afterwards(Side):
    """Sends what a function has made of the models that it was given."""

    def __init__(self, inside):
        self.inside = inside

    def write(self, value, blobs):
        if any(value is model for model in self.inside.given):
            return {"state": {"settings": _settings(value), **_state(value, blobs)}}
        return self.inside.write(value, blobs)


def _kind(value, keras):
    """ "tensor", a key of KINDS, PART, or None for what is nothing of Keras's."""
    for kind, name in KINDS.items():
        if isinstance(value, getattr(keras, name)):
            return kind
    if keras.ops.is_tensor(value):
        return "tensor"
    kind = type(value)
    ours = any(one.__module__.startswith("keras.") for one in kind.__mro__)
    return PART if ours and not isinstance(value, type) else None


def _facts(value, kind):
    """What is known of a thing that stays inside without asking again."""
    import keras

    facts = {"classes": [one.__name__ for one in type(value).__mro__ if one.__module__.startswith("keras.")]}
    facts["name"] = str(getattr(value, "name", ""))
    if kind in ("variable", "symbol"):
        facts["shape"] = tuple(value.shape)
        facts["dtype"] = keras.backend.standardize_dtype(value.dtype)
    if kind == "variable":
        facts["path"] = str(value.path)
    return facts
