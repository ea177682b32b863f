"""Write a Keras 3 model as a module of TensorFlow Hub, by the rules of https://www.tensorflow.org/hub/reusable_saved_models."""

import os
from functools import partial
from pathlib import Path

import keras

from course_lib import keras_private
from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tfhub.files import demand_tensorflow, write_module


def export_hub(model, path, overwrite=False):
    """Write a model as a module of TensorFlow Hub: a SavedModel that `hub.load`
    and `HubLayer` take, for use and for fine-tuning.

    What is frozen in the model cannot be trained in the module. The regularizers of weights become its
    `regularization_losses`; the state of dropout's random numbers is saved, but is none of its `variables`.

    Args:
        model: a Keras 3 model that knows its input; a subclassed one must have been called once.
        path: of the folder, or of an archive if it ends in .tar.gz; it appears whole or not at all.
        overwrite: replace what is there, if that is a SavedModel and nothing else.

    Returns:
        pathlib.Path, the path.

    Raises:
        CourseError: the path is taken, or the model does not know its input.
    """
    demand_tensorflow()
    import tensorflow as tf

    path = Path(path).expanduser()
    try:
        signature = keras_private.input_signature(model)
    except (TypeError, ValueError):
        raise CourseError(
            say(
                "expected a Keras model that knows its input, found {model}: give it a keras.Input, or call it once",
                model=repr(model),
            )
        ) from None
    [spec] = keras.tree.map_structure(lambda x: tf.TensorSpec(x.shape, x.dtype, x.name), signature)

    @tf.function
    def call(inputs, training=False):
        return model(inputs, training=training)

    @tf.function(input_signature=[spec])
    def serve(inputs):
        outputs = call(inputs, training=False)
        if isinstance(outputs, dict):
            return outputs
        return {f"output_{i}": output for i, output in enumerate(tf.nest.flatten(outputs))}

    module = tf.train.Checkpoint()  # the plainest object that may be saved
    module.__call__ = call
    module.variables = [weight.value for weight in model.weights]
    module.trainable_variables = [weight.value for weight in model.trainable_weights]
    module.regularization_losses = [
        tf.function(partial(weight.regularizer, weight), input_signature=[])
        for weight in model.trainable_weights
        if weight.regularizer is not None
    ]
    traces = [call.get_concrete_function(spec, training=training) for training in (True, False)]
    module.used = [variable for trace in traces for variable in trace.variables]  # states of random generators, too
    module.tables = [layer.lookup_table for layer in keras_private.all_layers(model) if hasattr(layer, "lookup_table")]
    write_module(path, overwrite, partial(tf.saved_model.save, module, signatures={"serving_default": serve}))
    return path


def cache():
    """The folder for modules, TFHUB_CACHE_DIR; if that is not set, it is
    set to ~/.cache/course_lib/hub for this process.

    Returns:
        pathlib.Path.
    """
    return Path(
        os.environ.setdefault("TFHUB_CACHE_DIR", str(Path.home() / ".cache" / "course_lib" / "hub"))
    ).expanduser()


def shipped():
    """The shipped backbone, without top and for images of any size, as a
    module in the cache; it is written on first use.

    Its name holds a part of the sha256 of the weights: other weights make another module.

    Returns:
        pathlib.Path of the SavedModel.

    Raises:
        CourseError: the weights are damaged, or the cache cannot be written.
    """
    import hashlib

    from course_lib import data, weights

    digest = hashlib.sha256(data.file(f"{weights.SHIPPED}.npz").read_bytes()).hexdigest()[:12]
    path = cache() / f"{weights.SHIPPED}-{digest}"
    if not (path / "saved_model.pb").is_file():
        policy = keras.config.dtype_policy()
        keras.config.set_dtype_policy("float32")
        try:
            export_hub(weights.backbone(input_shape=(None, None, 3)), path)
        except OSError as error:
            if not (path / "saved_model.pb").is_file():  # or another process was faster
                raise CourseError(
                    say(
                        "the module cannot be written to {path} ({error}): set TFHUB_CACHE_DIR to a folder that can be",
                        path=path,
                        error=error,
                    )
                ) from error
        finally:
            keras.config.set_dtype_policy(policy)
    return path
