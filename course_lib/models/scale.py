"""Images with a brightness from 0 to 1: what every preprocessing starts from, and what looks much like it."""

import sys

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say

DARKEST = -1e-3  # what is rounded may be below 0; what was preprocessed already is far below
BRIGHTEST = 2.0  # augmentation makes some images brighter than white; bytes are far brighter


def on_unit_scale(images):
    """The images, if they are on a scale from 0 to 1.

    Args:
        images: an array or a tensor of any shape. Where its values are known, they are looked at here; in a graph (of
            tf.data or tf.function), each time it runs. Of the input of a functional model only the dtype is known.

    Returns:
        The same images; in a graph, a tensor that is computed after the assertion.

    Raises:
        CourseError: they are no floats, not on that scale, or no images at all; where a graph runs,
            tf.errors.InvalidArgumentError with a sentence.
    """
    if not hasattr(images, "dtype"):
        images = _array(images)
    dtype = _name(images.dtype)
    if "float" not in dtype:
        raise CourseError(_not_float(images, dtype))
    if 0 in images.shape or _is_placeholder(images):
        return images
    if _in_a_graph(images):
        return _asserted(images)
    lowest, highest = _extremes(images)
    if not np.isfinite([lowest, highest]).all():
        raise CourseError(
            say(
                "found images of {dtype} with values that are no numbers (NaN or infinite): look for them with np.isfinite, where the images come from",
                dtype=dtype,
            )
        )
    facts = {"dtype": dtype, "smallest": f"{lowest:.4g}", "largest": f"{highest:.4g}"}
    if lowest < DARKEST:
        raise CourseError(
            say(
                "found images of {dtype} from {smallest} to {largest}, expected float from 0 to 1: preprocess them only once; if resizing has made some values negative, clip them to 0 and 1 first",
                **facts,
            )
        )
    if highest > BRIGHTEST:
        raise CourseError(
            say("found images of {dtype} up to {largest}, expected float from 0 to 1: divide by 255 first", **facts)
        )
    return images


def _array(images):
    """What has no dtype, as an array: nested lists, pictures of Pillow."""
    if hasattr(images, "images"):
        raise CourseError(
            say("found {kind}, expected an array of images: give its .images", kind=type(images).__name__)
        )
    if hasattr(images, "element_spec"):
        raise CourseError(
            say(
                "found {kind}, expected an array or tensor of images: preprocess each batch, dataset.map(lambda x, y: (preprocess(x), y))",
                kind=type(images).__name__,
            )
        )
    try:
        return np.asarray(images)
    except ValueError:
        raise CourseError(
            say("found a list of images of several sizes: resize them to one size first, then np.stack them")
        ) from None


def _name(dtype):
    """float32 of NumPy, TensorFlow, PyTorch and JAX alike."""
    return getattr(dtype, "name", None) or str(dtype).rpartition(".")[2]


def _not_float(images, dtype):
    known = not (_is_placeholder(images) or _in_a_graph(images)) and 0 not in images.shape
    if not (known and dtype.startswith(("int", "uint", "bool"))):
        return say(
            "found images of {dtype}, expected float from 0 to 1: make them float32 and divide by 255 first",
            dtype=dtype,
        )
    return say(
        "found images of {dtype} up to {largest}, expected float from 0 to 1: divide by 255 first",
        dtype=dtype,
        largest=f"{_extremes(images)[1]:.4g}",
    )


def _is_placeholder(images):
    """Whether values are not there, and never will be for this call: symbols of Keras, and of JAX while it traces."""
    import keras

    return isinstance(images, keras.KerasTensor) or type(images).__name__.endswith("Tracer")


def _in_a_graph(images):
    tf = sys.modules.get("tensorflow")
    return tf is not None and tf.is_tensor(images) and tf.is_symbolic_tensor(images)


def _extremes(images):
    """The smallest and the largest value, whichever library the tensor is of."""
    if isinstance(images, np.ndarray | np.generic):
        return float(images.min()), float(images.max())
    if "tensorflow" in sys.modules and sys.modules["tensorflow"].is_tensor(images):
        values = images.numpy()
    else:
        import keras

        values = keras.ops.convert_to_numpy(images)
    return float(values.min()), float(values.max())


def _asserted(images):
    import tensorflow as tf

    lowest, highest = tf.reduce_min(images), tf.reduce_max(images)
    right = tf.logical_or(tf.size(images) == 0, (lowest >= DARKEST) & (highest <= BRIGHTEST))
    sentence = str(
        say(
            "expected images as float from 0 to 1: divide by 255 first, and preprocess only once; the smallest and the largest value found are"
        )
    )
    with tf.control_dependencies([tf.debugging.Assert(right, [sentence, lowest, highest])]):
        return tf.identity(images)
