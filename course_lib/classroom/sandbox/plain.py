"""Plain data over a border: what a test and a student's function say to each other, and nothing else.

Both sides use this file. What arrives is never executed: JSON, arrays as `.npy` without pickle, Keras models as configuration and
weights. A value comes out as the plain type that it was (int, float, bool, str, None, complex, bytes, list, tuple, set, dict, NumPy
scalar, array, Keras model); subclasses arrive as their plain base, and anything else is refused with a sentence.

A message is a JSON text and a list of byte strings (the arrays), each with its length in front.
"""

import builtins
import io
import json
import struct
import sys

import numpy as np

MAX_BYTES = 128 * 2**20  # of one message
MAX_TEXT = 16 * 2**20  # of its JSON, which takes many times as much once it is read
MAX_PARTS = 10_000  # arrays in one message
MAX_DEPTH = 40  # lists in lists
MAX_CONFIGURATION = 2 * 2**20  # characters of a model's configuration
KINDS = "biufcSU"  # dtypes of arrays: numbers and fixed-width text, no objects, no records

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
    "keras.src.ops",  # what `ops.split` and the like leave in a functional model
    "keras.src.layers",
    "keras.src.models.functional",
    "keras.src.models.sequential",
)
KERAS_CLASSES = {"keras": {"DTypePolicy", "Functional", "KerasTensor", "Model", "Sequential"}}
# Function -> the module that must hold it
KERAS_FUNCTIONS = ("keras.activations", "keras.src.activations", "keras.initializers", "keras.src.initializers")


class Refused(Exception):
    """A value that does not cross; the message says which, in words that follow "a value came back that cannot be graded: "."""


class Changed(Refused):
    """What a function did to a model that it was given cannot be brought back; the message is a sentence."""


# --- values ------------------------------------------------------------------------------------------------------------------


def pack(value):
    """A value as (tree that JSON can hold, list of byte strings).

    Raises:
        Refused: the value, or one inside it, is not plain.
    """
    blobs = []
    return _pack(value, blobs, 0), blobs


def _pack(value, blobs, depth):
    if depth > MAX_DEPTH:
        raise Refused(f"more than {MAX_DEPTH} lists inside each other")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, np.generic):  # before float and str: np.float64 and np.str_ are such
        return {"scalar": _array(np.asarray(value), blobs)}
    if isinstance(value, np.ndarray):
        return {"array": _array(value, blobs), "locked": not value.flags.writeable}
    if isinstance(value, int):
        value = int(value)
        return value if abs(value) < 2**53 else {"int": hex(value)}
    if isinstance(value, float):
        return float(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, str):
        return {"text": value.encode("utf-8", "surrogatepass").hex()} if _odd(value) else str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, list):
        return [_pack(entry, blobs, depth + 1) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [_pack(entry, blobs, depth + 1) for entry in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": [_pack(entry, blobs, depth + 1) for entry in value]}
    if isinstance(value, dict):
        pairs = [[_pack(key, blobs, depth + 1), _pack(entry, blobs, depth + 1)] for key, entry in value.items()]
        return {"dict": pairs}
    if _is_model(value):
        return {"model": _pack_model(value, blobs)}
    raise Refused(f"{_name(value)} (expected: numbers, text, lists, tuples, dicts, NumPy arrays or a Keras model)")


def _odd(text):
    """Whether JSON as UTF-8 cannot hold a text: half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _name(value):
    kind = type(value)
    if kind.__name__ in ("generator", "function", "method", "module"):
        return f"a {kind.__name__}"
    return f"an object of type {kind.__module__}.{kind.__name__}"[:200]


def _array(array, blobs):
    if array.dtype.kind not in KINDS:
        raise Refused(f"an array of dtype {str(array.dtype)[:100]}")
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), version=(1, 0), allow_pickle=False)
    blobs.append(stream.getvalue())
    return len(blobs) - 1


def unpack(tree, blobs):
    """The value of a tree and its byte strings.

    Raises:
        Refused: anything that `pack` does not make; nothing is run and nothing larger than the message is made.
    """
    try:
        return _unpack(tree, blobs, 0)
    except Refused:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
        StopIteration,
    ) as error:
        raise Refused(f"malformed data ({type(error).__name__})") from None


def _unpack(tree, blobs, depth):
    if depth > MAX_DEPTH + 1:
        raise Refused(f"more than {MAX_DEPTH} lists inside each other")
    if tree is None or isinstance(tree, (bool, int, float, str)):
        return tree
    if isinstance(tree, list):
        return [_unpack(entry, blobs, depth + 1) for entry in tree]
    kind = next(iter(tree))
    content = tree[kind]
    if kind == "array":
        array = _read_array(blobs[content])
        array.flags.writeable = tree.get("locked") is not True
        return array
    if kind == "scalar":
        return _read_array(blobs[content]).reshape(())[()]
    if kind == "tuple":
        return tuple(_unpack(entry, blobs, depth + 1) for entry in content)
    if kind == "dict":
        return {_unpack(key, blobs, depth + 1): _unpack(entry, blobs, depth + 1) for key, entry in content}
    if kind == "set":
        return {_unpack(entry, blobs, depth + 1) for entry in content}
    if kind == "int":
        return int(content, 16)
    if kind == "complex":
        return complex(float(content[0]), float(content[1]))
    if kind == "text":
        return bytes.fromhex(content).decode("utf-8", "surrogatepass")
    if kind == "bytes":
        return bytes.fromhex(content)
    if kind == "model":
        return _unpack_model(content, blobs)
    raise Refused("malformed data (unknown kind)")


def _read_array(data):
    """A `.npy` text as a new array: the header is checked against what has really arrived, before memory is taken for it."""
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise Refused("malformed data (version of .npy)")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.kind not in KINDS or dtype.hasobject:
        raise Refused(f"an array of dtype {str(dtype)[:100]}")
    count = 1
    for side in shape:
        count *= int(side)
    rest = data[stream.tell() :]
    if len(shape) > 32 or min(shape, default=0) < 0 or count * dtype.itemsize != len(rest):
        raise Refused("malformed data (size of an array)")
    flat = np.frombuffer(rest, dtype).copy() if rest else np.zeros(count if count == 0 else shape, dtype).ravel()
    return flat.reshape(shape, order="F" if fortran else "C")


# --- Keras models ------------------------------------------------------------------------------------------------------------


def _is_model(value):
    keras = sys.modules.get("keras")  # a value can only be a model if somebody has imported Keras
    return keras is not None and hasattr(keras, "Model") and isinstance(value, keras.Model)


def _pack_model(model, blobs):
    import keras

    try:
        configuration = _without_training(keras.saving.serialize_keras_object(model))
        text = json.dumps(configuration)
    except Exception as error:  # layers of one's own raise whatever they like
        raise Refused(f"a model that has no configuration ({type(error).__name__}: {str(error)[:200]})") from None
    check_configuration(configuration)
    return {
        "configuration": text,
        "weights": [_array(np.asarray(value), blobs) for value in model.get_weights()],
        "paths": [
            weight.path for weight in model.weights
        ],  # a nested model that is rebuilt would call its weights otherwise
        "trainable": [
            bool(layer.trainable) for layer in _layers(model)
        ],  # layers without weights do not say it themselves
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
    """
    if depth > 200:
        raise Refused("a model that is nested too deeply")
    if isinstance(configuration, (list, tuple)):
        for entry in configuration:
            check_configuration(entry, depth + 1)
    if not isinstance(configuration, dict):
        return
    if "class_name" in configuration:
        name, module = configuration["class_name"], configuration.get("module")
        registered = configuration.get("registered_name")
        if name in NO_LAYERS:
            raise Refused(f"a model with a layer of type {str(name)[:60]}, which is not pure configuration and weights")
        if name == "function":
            if module not in KERAS_FUNCTIONS and module != "builtins" or not isinstance(configuration["config"], str):
                raise Refused("a model with a function that is not one of Keras's own")
            if not configuration["config"].isidentifier():
                raise Refused("a model with a function that is not one of Keras's own")
            if module == "builtins" and configuration["config"] not in _activations():
                raise Refused(
                    f"a model with the function {configuration['config'][:60]}, which is not one of Keras's own"
                )
        elif name == "__tuple__" or name == "__keras_tensor__":
            pass
        elif not isinstance(name, str) or not isinstance(module, str):
            raise Refused(f"a model with a part of type {str(name)[:60]} that is not one of Keras's own")
        elif name in KERAS_CLASSES.get(module, ()):
            pass
        elif not any(module == home or module.startswith(home + ".") for home in KERAS_MODULES) or ">" in str(
            registered
        ):
            raise Refused(
                f"a model with a part of type {name[:60]} that is not one of Keras's own (a model is rebuilt from its configuration, so use the layers of Keras)"
            )
    for key, entry in configuration.items():
        if key.endswith("activation") and not (entry is None or isinstance(entry, (str, dict))):
            raise Refused("a model with an activation that is not one of Keras's own")
        check_configuration(entry, depth + 1)


def _activations():
    import keras

    return {name for name in dir(keras.activations) if not name.startswith("_")}


def _unpack_model(content, blobs):
    import keras

    text = content["configuration"]
    if not isinstance(text, str) or len(text) > MAX_CONFIGURATION:
        raise Refused("a model that is too large")
    configuration = json.loads(text)
    check_configuration(configuration)
    weights = [_read_array(blobs[number]) for number in content["weights"]]
    try:
        model = keras.saving.deserialize_keras_object(configuration, safe_mode=True)
        if not isinstance(model, keras.Model):
            raise Refused("a configuration that is not a model's")
        model.set_weights(weights)
        for layer, trainable in zip(_layers(model), content["trainable"], strict=True):
            layer.trainable = bool(trainable)
        for weight, path in zip(model.weights, content["paths"], strict=True):
            weight._path = str(path)[:500]
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"a model that cannot be rebuilt ({type(error).__name__}: {str(error)[:200]})") from None
    return model


# --- what a function has done to what it was given ---------------------------------------------------------------------------


def restore(original, after):
    """Bring what a function changed in its argument into the caller's own object: arrays, lists, dicts, models' weights."""
    if isinstance(original, np.ndarray) and isinstance(after, np.ndarray):
        if original.dtype == after.dtype and original.flags.writeable:
            if original.shape == after.shape:
                original[...] = after
            elif original.size == after.size:
                original.shape = after.shape
                original[...] = after
    elif isinstance(original, (list, tuple)) and type(original) is type(after):
        if len(original) == len(after):
            for place, (one, other) in enumerate(zip(original, after)):
                if _holds_others(one) and type(one) is type(other):
                    restore(one, other)
                elif isinstance(original, list):
                    original[place] = other
        elif isinstance(original, list):
            original[:] = after
    elif isinstance(original, (dict, set)) and type(original) is type(after):
        if isinstance(original, dict) and original.keys() == after.keys():
            for key, other in after.items():
                if _holds_others(original[key]) and type(original[key]) is type(other):
                    restore(original[key], other)
                else:
                    original[key] = other
        else:
            original.clear()
            original.update(after)
    elif _is_model(original) and _is_model(after):
        _restore_model(original, after)


def _holds_others(value):
    return isinstance(value, (np.ndarray, list, tuple, dict, set)) or _is_model(value)


def _restore_model(original, after):
    """The weights and the `trainable` of each layer; any other change of a given model is refused."""
    ours, theirs = _layers(original), _layers(after)
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


def _layers(model):
    """A model, its layers and those of models inside it; a layer comes after what it is in, so that setting `trainable` in this order is exact."""
    return list(model._flatten_layers())


def _settings(layer):
    """What a layer is, as text, without its place in a model and without `trainable`."""
    import keras

    if isinstance(layer, keras.Model):
        return type(layer).__name__
    settings = _without_training(layer.get_config())
    settings.pop("trainable", None)
    return type(layer).__name__ + json.dumps(settings, sort_keys=True, default=str)


# --- calls: the same on both sides -------------------------------------------------------------------------------------------


def question(name, arguments, keywords):
    """The message that asks the other side to call its function `name`, and the blobs.

    The floating-point error state goes along, so that `with np.errstate(divide="raise")` around a call means the same over there.
    """
    tree, blobs = pack([list(arguments), dict(keywords)])
    return {"call": name, "given": tree, "errors": np.geterr()}, blobs


def perform(function, message, blobs):
    """Call a function as a message asks for; returns the reply and its blobs. What the function raises is part of the reply."""
    arguments, keywords = unpack(message["given"], blobs)
    errors = {kind: mode for kind, mode in message["errors"].items() if mode not in ("call", "print", "log")}
    try:
        with np.errstate(**errors):
            value = function(*arguments, **keywords)
    except BaseException as error:  # also SystemExit: a function that ends the program has not answered
        reply, values = {"error": _describe(error)}, []
    else:
        try:
            tree, values = pack(value)
            reply = {"value": tree}
        except Refused as refusal:
            reply, values = {"refused": str(refusal)}, []
    try:
        tree, after = pack([arguments, keywords])
    except Refused as refusal:
        return {"refused": f"a changed argument: {refusal}"}, []
    if tree != message["given"] or after != list(blobs):
        reply["after"] = _shift(tree, len(values))
        values = values + after
    return reply, values


def _shift(tree, count):
    """A tree whose blobs come `count` places later."""
    if isinstance(tree, list):
        return [_shift(entry, count) for entry in tree]
    if not isinstance(tree, dict):
        return tree
    kind = next(iter(tree))
    if kind in ("array", "scalar"):
        return {**tree, kind: tree[kind] + count}
    if kind == "model":
        return {"model": {**tree[kind], "weights": [number + count for number in tree[kind]["weights"]]}}
    return {kind: _shift(tree[kind], count)}


def conclude(reply, blobs, arguments, keywords):
    """What a call comes to on the caller's side: changed arguments are brought back, then the value is returned or the error raised.

    Raises:
        Refused: something came back that is not plain data.
        Exception: what the function raised: its builtin kind, its own name and message. It has an attribute `from_other_side`.
    """
    if "refused" in reply:
        raise Refused(str(reply["refused"])[:500])
    if "after" in reply:
        after = unpack(reply["after"], blobs)
        if not (isinstance(after, list) and len(after) == 2):
            raise Refused("malformed data (arguments)")
        restore([list(arguments), dict(keywords)], after)
    if "error" in reply:
        raise _revive(reply["error"])
    if "value" not in reply:
        raise Refused("malformed data (no value)")
    return unpack(reply["value"], blobs)


def _describe(error):
    try:
        message = str(error)[:2000]
    except Exception:
        message = ""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    return {"name": type(error).__name__[:100], "kinds": kinds, "message": message}


# the builtin errors that are made from a message alone
_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and not issubclass(kind, (UnicodeError, BaseExceptionGroup))
}


def _revive(described):
    if not isinstance(described, dict):
        raise Refused("malformed data (no error)")
    name, message = str(described.get("name"))[:100], described.get("message")
    kinds = [_ERRORS[kind] for kind in described.get("kinds") or () if isinstance(kind, str) and kind in _ERRORS]
    if not kinds:
        raise Refused(f"{name}, which ends the program")
    bases = [kind for kind in kinds if not any(other is not kind and issubclass(other, kind) for other in kinds)]
    try:
        kind = bases[0] if bases[0].__name__ == name else type(name, tuple(bases), {})
    except (TypeError, ValueError):  # a combination that Python cannot lay out, or an odd name
        kind = bases[0]
    error = kind(message if isinstance(message, str) else "")
    error.from_other_side = name
    return error


# --- messages ----------------------------------------------------------------------------------------------------------------


def message_bytes(message, blobs=()):
    """A message, a dict, as bytes to send.

    Raises:
        Refused: it is too large.
    """
    parts = [json.dumps(message).encode(), *blobs]
    if sum(len(part) for part in parts) > MAX_BYTES or len(parts[0]) > MAX_TEXT or len(parts) > MAX_PARTS:
        raise Refused(
            f"more than {MAX_BYTES >> 20} MB, {MAX_TEXT >> 20} MB of them in lists, or more than {MAX_PARTS} arrays"
        )
    head = struct.pack(f"!I{len(parts)}Q", len(parts), *(len(part) for part in parts))
    return b"".join([head, *parts])


def receive(read):
    """(message, blobs) from `read(count)`, which gives exactly so many bytes or raises.

    Raises:
        Refused: it is no message; the stream cannot be used any further.
    """
    (count,) = struct.unpack("!I", read(4))
    if not 1 <= count <= MAX_PARTS:
        raise Refused("malformed data (parts of a message)")
    lengths = struct.unpack(f"!{count}Q", read(8 * count))
    if sum(lengths) > MAX_BYTES or lengths[0] > MAX_TEXT:
        raise Refused("malformed data (a message that is too long)")
    parts = [read(length) for length in lengths]
    try:
        message = json.loads(parts[0])
    except (ValueError, RecursionError):
        raise Refused("malformed data (no JSON)") from None
    if not isinstance(message, dict):
        raise Refused("malformed data (no message)")
    return message, parts[1:]
