"""Arguments of hub.KerasLayer as tutorials write them: `input_shape=[], dtype=tf.string`, `output_shape=[20]`."""

from course_lib import keras_private
from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tfhub.inputs import described


def of_input(options):
    """Take from a layer's options what is said there of its input.

    Args:
        options: a dictionary, which is changed: what is left, keras.Layer takes.

    Returns:
        The dtype as tf.DType, if it is none to compute in, and the shape without the batch; None for what is not said.
    """
    import tensorflow as tf

    shape = options.pop("input_shape", None)
    batch_shape, dim = options.pop("batch_input_shape", None), options.pop("input_dim", None)
    if shape is None and batch_shape is not None:
        shape = batch_shape[1:]
    if shape is None and dim is not None:
        shape = (dim,)
    try:
        dtype = tf.as_dtype(options.get("dtype"))
    except TypeError:  # a policy of Keras, or nothing
        return None, shape
    if dtype.is_floating:
        options["dtype"] = dtype.name
        return None, shape
    del options["dtype"]
    return dtype, shape


def with_shape(outputs, shape, handle):
    """Outputs with the shape that the user knows, where the module does not tell it.

    Args:
        outputs: a tensor, or name -> tensor.
        shape: without the batch, or name -> shape.
        handle: of the module.

    Raises:
        CourseError: the outputs have another shape.
    """
    import tensorflow as tf

    if isinstance(outputs, dict) and isinstance(shape, dict):
        return {name: with_shape(x, shape[name], handle) if name in shape else x for name, x in outputs.items()}
    try:
        if tf.is_tensor(outputs) and not isinstance(shape, dict):
            return tf.ensure_shape(outputs, (None, *shape))
    except (ValueError, tf.errors.InvalidArgumentError):  # while traced, and at once
        pass
    raise keras_private.as_it_is(
        CourseError(
            say(
                "{handle} gives {found}, which is not of output_shape={shape}: leave output_shape out, or give that shape without the batch",
                handle=handle,
                found=described(outputs),
                shape=shape,
            )
        )
    )
