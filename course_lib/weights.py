"""Backbones with weights of ImageNet, by name. One is shipped in data/;
keras.applications' are fetched where the network allows."""

import contextlib
import functools
import importlib
import inspect
import json
import socket

import numpy as np

from course_lib import data
from course_lib.errors import CourseError
from course_lib.texts import say

SHIPPED = "efficientnet_lite0"


def backbone(name=SHIPPED, input_shape=None, include_top=False):
    """A network trained on the 1.2 million photographs of ImageNet.

    Args:
        name: "efficientnet_lite0", which is shipped, or a name of keras.applications such as "VGG16" or "ResNet50",
            whose weights Keras downloads into its cache and verifies.
        input_shape: (height, width, 3); None for (224, 224, 3), and for keras.applications what is usual there.
        include_top: with the last layer, which gives the logits of ImageNet's 1000 classes.

    Returns:
        keras.Model from images, brought to scale by `preprocess(name)`, to the last feature map, (batch,
        height / 32, width / 32, 1280) for the shipped one; with top to logits (batch, 1000), not yet
        softmax. All of its layers are trainable at first.

    Raises:
        CourseError: the name is unknown, the shape is refused, or the weights can be neither found nor fetched.
    """
    if name == SHIPPED:
        from course_lib.models.efficientnet_lite import efficientnet_lite0

        _check_shape(input_shape)
        return load(efficientnet_lite0(input_shape or (224, 224, 3), include_top=include_top))
    build = _application(name)
    options = {"classifier_activation": None} if include_top else {}
    try:
        with _patience(seconds=20):
            return build(weights="imagenet", input_shape=input_shape, include_top=include_top, **options)
    except ValueError as error:
        raise CourseError(
            say(
                "Keras cannot give {name} with input_shape={input_shape}: {why}",
                name=name,
                input_shape=input_shape,
                why=_one_line(error),
            )
        ) from error
    except Exception as error:  # Keras raises a plain Exception, urllib and socket several kinds
        raise CourseError(
            say(
                "the ImageNet weights of {name} are not in Keras's cache and cannot be fetched ({why}): connect to the network, or take backbone({shipped}), whose weights are here",
                name=name,
                why=_one_line(error),
                shipped=repr(SHIPPED),
            )
        ) from error


def preprocess(name=SHIPPED):
    """How images get the scale that a backbone was trained on; a wrong one raises no error but costs accuracy.

    Returns:
        A function from images (n, height, width, 3), float from 0 to 1 as course_lib.data
        gives them, to what `backbone(name)` takes.

    Raises:
        CourseError: the name is unknown; and from the function, if the images are not on a scale from 0 to 1, be they
            an array or a tensor (see `course_lib.models.scale`).
    """
    if name == SHIPPED:
        from course_lib.models.efficientnet_lite import preprocess as scale

        return scale
    from course_lib.models.scale import on_unit_scale

    theirs = inspect.getmodule(_application(name)).preprocess_input
    return lambda images: theirs(on_unit_scale(images) * 255.0)


def load(model, name=SHIPPED):
    """Put shipped weights into a model, by the names of its layers and their shapes.

    Args:
        model: keras.Model whose layers with weights are all in the file, as made by
            course_lib.models.efficientnet_lite or, for "office_translator", by course_lib.models.transformer; the file
            may hold more, so that a model without top is fine. It is left as it was if anything does not fit.
        name: of the file in data/, without .npz.

    Returns:
        The same model.

    Raises:
        CourseError: there is no such file, or a layer is not in it, or has another shape.
    """
    values = []
    with np.load(data.file(f"{name}.npz")) as stored:
        for layer in model.layers:
            for weight in layer.weights:
                key = place(layer, weight)
                if key not in stored.files:
                    raise CourseError(
                        say(
                            "{name}.npz has no {key}, which {model} needs: load before you add layers of your own, and keep the names",
                            name=name,
                            key=key,
                            model=repr(model.name),
                        )
                    )
                value = stored[key].astype("float32")
                if value.shape != tuple(weight.shape):
                    raise CourseError(
                        say(
                            "{key} is {shape} in {name}.npz and {wanted} in {model}: for other classes than ImageNet's take include_top=False and add a head of your own",
                            key=key,
                            shape=value.shape,
                            name=name,
                            wanted=tuple(weight.shape),
                            model=repr(model.name),
                        )
                    )
                values.append((weight, value))
    for weight, value in values:
        weight.assign(value)
    return model


def place(layer, weight):
    """The name of a weight in a file: those of the layer, of layers within it, and its own, with slashes between."""
    return f"{layer.name}/{weight.path.split(f'{layer.name}/', 1)[-1]}"


@functools.cache
def imagenet_classes():
    """Names of ImageNet's 1000 classes in the order of the logits: a tuple,
    `imagenet_classes()[285]` is "Egyptian cat"."""
    return tuple(json.loads(data.file("imagenet_classes.json").read_text(encoding="utf-8")))


def top_classes(logits, k=5):
    """The likeliest classes of each image.

    Args:
        logits: (n, 1000) or (1000,), not yet softmax.
        k: how many.

    Returns:
        A list for each image, of k pairs (name, probability), the likeliest first;
        for a single row of logits its list alone.

    Raises:
        CourseError: the last dimension is not 1000.
    """
    import keras

    logits = keras.ops.convert_to_numpy(logits).astype("float64")
    if logits.shape[-1:] != (1000,) or logits.ndim > 2:
        raise CourseError(
            say(
                "found logits of shape {shape}, expected (n, 1000): take backbone(include_top=True)", shape=logits.shape
            )
        )
    if logits.ndim == 1:
        return top_classes(logits[np.newaxis], k)[0]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances = odds / odds.sum(axis=1, keepdims=True)
    best = np.argsort(-chances, axis=1, kind="stable")[:, :k]
    return [[(imagenet_classes()[i], float(row[i])) for i in order] for row, order in zip(chances, best)]


def _application(name):
    """The function of keras.applications that builds the network of that name."""
    applications = importlib.import_module("keras").applications
    names = [known for known in dir(applications) if known[0].isupper()]
    if name not in names:
        alike = [known for known in names if str(name).lower().rstrip("0123456789") in known.lower()]
        some = alike[:5] if name and alike else ["VGG16", "ResNet50", "MobileNetV2", "EfficientNetB0"]
        raise CourseError(
            say(
                "no backbone {name}: {shipped} is shipped, and keras.applications has {some} and others",
                name=repr(name),
                shipped=repr(SHIPPED),
                some=", ".join(some),
            )
        )
    return getattr(applications, name)


def _check_shape(shape):
    if shape is not None and (len(shape) != 3 or shape[-1] != 3):
        raise CourseError(
            say(
                "found input_shape={shape}, expected (height, width, 3): the backbone was trained on colours",
                shape=shape,
            )
        )


@contextlib.contextmanager
def _patience(seconds):
    """Give up on a network that is there but does not answer; urllib alone would wait for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _one_line(error):
    return " ".join(str(error).split()) or type(error).__name__
