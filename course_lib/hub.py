"""TensorFlow Hub on Keras 3: a layer around a module that somebody else has trained, and the way to write such a module.

`hub.KerasLayer` of the package tensorflow_hub is a layer of Keras 2, and Keras 3 refuses it. `hub.load` still works: it returns the
module as an object that can be called and knows its variables. `HubLayer` makes a Keras 3 layer of that object; `export_hub` writes
one by the rules of https://www.tensorflow.org/hub/reusable_saved_models.

Modules named by a URL, and archives, are unpacked once into the folder TFHUB_CACHE_DIR. Set this variable of the environment to a
folder in your home: without it they go into the system's temporary folder, which many systems empty at a restart.
"""

import os
from functools import partial
from pathlib import Path

import keras
from keras.src.export.export_utils import get_input_signature  # not public, but it knows subclassed models too
from keras.src.saving.serialization_lib import in_safe_mode

from course_lib.errors import CourseError
from course_lib.hub_files import load_module, write_module


@keras.saving.register_keras_serializable("course_lib")
class HubLayer(keras.Layer):
    """A module of TensorFlow Hub as a layer. It computes in its own precision; what comes out is cast to the layer's policy.

    Args:
        handle: the folder of a SavedModel, a `.tar.gz` of one, or a URL.
        trainable: fine-tune the module; as with any layer, change it before `compile`. A frozen module runs in inference mode
            inside `fit` too: its batch normalization uses, and keeps, the statistics it came with.
        inference_mode: stay in that mode while fine-tuning, as one does with small batches. (Calling a layer with `training=False`
            is not enough in a functional model: `fit` of Keras 3.15 sets `training` anew for every layer in it.)
        signature: call this signature instead of the module itself; it cannot be fine-tuned.
        output_key: which output, where there are several by name; by default a dictionary of all.
        folder: what a relative handle starts from, by default the working folder. A saved model holds handle, folder and weights,
            not the module: that is looked for there and then from the new working folder. Where it is elsewhere, build the model
            again with the new handle and call `model.load_weights("saved.keras")`.

    Raises:
        CourseError: there is no such module, it cannot be used so, or it is called with what it does not take.
    """

    def __init__(
        self, handle, trainable=False, inference_mode=False, signature=None, output_key=None, folder=None, **options
    ):
        _demand_tensorflow()
        super().__init__(trainable=trainable, autocast=False, **options)
        self.handle, self.folder = os.fspath(handle), os.path.abspath(folder or "")
        self.inference_mode, self.signature, self.output_key = inference_mode, signature, output_key
        self._check_trainable(trainable)
        self._module = load_module(self.handle, self.folder)  # an attribute: model.export() looks for variables there
        self._function, self._traces = self._choose_function()
        self._choose_output()
        self._adopt_variables()
        self.built = True

    def _choose_function(self):
        """What is called, and the traces of it that were saved: one for each kind of input and for both values of `training`."""
        signatures = getattr(self._module, "signatures", {})
        names = ", ".join(map(repr, signatures)) or "none"
        if self.signature is not None:
            if self.signature not in signatures:
                raise CourseError(
                    f"{self.handle} has no signature {self.signature!r}: choose from those it has ({names})"
                )
            return signatures[self.signature], (signatures[self.signature],)
        function = self._module.__call__ if callable(self._module) else None
        if not getattr(function, "concrete_functions", None):
            old = "is in the old format of TensorFlow 1 and " if self._module._is_hub_module_v1 else ""
            advice = f"use one, frozen: signature={next(iter(signatures))!r}" if signatures else "use another module"
            raise CourseError(f"{self.handle} {old}cannot be called, it only has signatures ({names}): {advice}")
        return function, tuple(function.concrete_functions)

    def _choose_output(self):
        outputs = self._traces[0].structured_outputs
        names = list(outputs) if isinstance(outputs, dict) else []
        if self.output_key is not None and self.output_key not in names:
            advice = f"choose from {', '.join(map(repr, names))}" if names else "leave output_key out, it has only one"
            raise CourseError(f"{self.handle} has no output {self.output_key!r}: {advice}")
        if self.signature and len(names) == 1:  # a signature returns a dictionary even of one
            self.output_key = names[0]

    def _adopt_variables(self):
        """Make the module's variables this layer's weights.

        A keras.Variable made from a tf.Variable holds that variable, not a copy: what the optimizer and `load_weights` write, the
        module's functions read. A module that does not list its variables gets those that its functions use.
        """
        listed = list(getattr(self._module, "variables", []))
        variables = listed or list({id(v): v for trace in self._traces for v in trace.variables}.values())
        trained = getattr(self._module, "trainable_variables", [] if listed else [v for v in variables if v.trainable])
        place = {} if self.signature else {id(v): i for i, v in enumerate(trained)}
        variables.sort(key=lambda v: place.get(id(v), len(place)))  # the order of hub.KerasLayer, for its .h5 files
        name = lambda v: v.name.split(":")[0].replace("/", "_")
        self._adopted = [
            keras.Variable(v, dtype=v.dtype.name, trainable=id(v) in place, autocast=False, name=name(v))
            for v in variables
        ]
        losses = list(getattr(self._module, "regularization_losses", []))
        first = next((weight for weight in self._adopted if weight.trainable), None)
        if (
            losses and first is not None
        ):  # Keras adds the regularizer of a weight once a step, and only while it is trained
            first.regularizer = lambda _: sum(loss() for loss in losses)
        for weight in self._adopted:  # only now, when Keras has noted which ones `layer.trainable = True` is to wake
            weight.trainable = weight.trainable and self.trainable

    @keras.Layer.trainable.setter
    def trainable(self, value):
        self._check_trainable(value)
        keras.Layer.trainable.fset(self, value)

    def _check_trainable(self, value):
        if value and self.signature:
            raise CourseError(
                f"{self.handle} is used through a signature and cannot be fine-tuned: set trainable=False"
            )

    def compute_output_spec(self, inputs, training=False):
        self._match(inputs)  # first, or Keras buries the sentence in a text about output shapes
        return super().compute_output_spec(inputs, training=training)

    def call(self, inputs, training=False):
        import tensorflow as tf

        spec, inputs = self._match(inputs)
        inputs = tf.nest.map_structure(lambda s, x: tf.ensure_shape(tf.cast(x, s.dtype), s.shape), spec, inputs)
        if self.signature:
            outputs = self._function(**inputs)
        elif _knows_training(self._function):
            training = bool(training and self.trainable and not self.inference_mode)
            outputs = self._function(inputs, training=training)
        else:
            outputs = self._function(inputs)
        outputs = outputs if self.output_key is None else outputs[self.output_key]
        return tf.nest.map_structure(lambda x: tf.cast(x, self.compute_dtype) if x.dtype.is_floating else x, outputs)

    def _match(self, inputs):
        """What a trace takes that takes these inputs, and the inputs, by name if they are a signature's."""
        import tensorflow as tf

        signatures = [trace.structured_input_signature for trace in self._traces]
        specs = [named if self.signature else positional[0] for positional, named in signatures]
        if self.signature and len(specs[0]) == 1 and not isinstance(inputs, dict):
            inputs = {next(iter(specs[0])): inputs}
        for spec in specs:
            try:
                tf.nest.assert_same_structure(spec, inputs, check_types=False)
            except (ValueError, TypeError):
                continue
            pairs = list(zip(tf.nest.flatten(inputs), tf.nest.flatten(spec)))
            if all(s.shape.is_compatible_with(x.shape) and _castable(tf.as_dtype(x.dtype), s.dtype) for x, s in pairs):
                return spec, inputs
        tell = lambda x: f"{tf.as_dtype(x.dtype).name} {tuple(x.shape)}"
        describe = lambda xs: str(tf.nest.map_structure(tell, xs)).replace("'", "")
        error = CourseError(
            f"{self.handle} takes {' or '.join(sorted(set(map(describe, specs))))}, found {describe(inputs)}: "
            "bring the input into that shape and dtype"
        )
        error._keras_call_info_injected = True  # or Keras puts the sentence into a list of the call's arguments
        raise error

    def get_config(self):
        names = ("handle", "inference_mode", "signature", "output_key", "folder")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_config(cls, config):
        if in_safe_mode() and "://" in config["handle"]:  # somebody else's file could name any program
            raise CourseError(
                f"the model would run the module {config['handle']} from the network: "
                "if you trust it, load with load_model(..., safe_mode=False)"
            )
        return cls(**config)


def _castable(found, wanted):
    """Whether a cast keeps the meaning: pictures of bytes are not pictures from 0 to 1."""
    tokens = ("int32", "int64")
    return found == wanted or found.is_floating and wanted.is_floating or found.name in tokens and wanted.name in tokens


def _knows_training(function):
    arguments = function.function_spec.fullargspec
    return "training" in arguments.args + arguments.kwonlyargs


def _demand_tensorflow():
    if keras.backend.backend() != "tensorflow":
        raise CourseError(
            f"TensorFlow Hub needs Keras on TensorFlow, found {keras.backend.backend()}: set KERAS_BACKEND=tensorflow and restart"
        )


def export_hub(model, path, overwrite=False):
    """Write a model as a module of TensorFlow Hub: a SavedModel that `hub.load` and `HubLayer` take, for use and for fine-tuning.

    What is frozen in the model cannot be trained in the module. The regularizers of weights become its `regularization_losses`;
    the state of dropout's random numbers is saved, but is none of its `variables`.

    Args:
        model: a Keras 3 model that knows its input; a subclassed one must have been called once.
        path: of the folder, or of an archive if it ends in .tar.gz; it appears whole or not at all.
        overwrite: replace what is there, if that is a SavedModel and nothing else.

    Returns:
        pathlib.Path, the path.

    Raises:
        CourseError: the path is taken, or the model does not know its input.
    """
    _demand_tensorflow()
    import tensorflow as tf

    path = Path(path).expanduser()
    try:
        signature = get_input_signature(model)
    except (TypeError, ValueError):
        raise CourseError(
            f"expected a Keras model that knows its input, found {model!r}: give it a keras.Input, or call it once"
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
    module.tables = [layer.lookup_table for layer in model._flatten_layers() if hasattr(layer, "lookup_table")]
    write_module(path, overwrite, partial(tf.saved_model.save, module, signatures={"serving_default": serve}))
    return path


def cache():
    """The folder for modules, TFHUB_CACHE_DIR; if that is not set, it is set to ~/.cache/course_lib/hub for this process.

    Returns:
        pathlib.Path.
    """
    return Path(
        os.environ.setdefault("TFHUB_CACHE_DIR", str(Path.home() / ".cache" / "course_lib" / "hub"))
    ).expanduser()


def shipped():
    """The shipped backbone, without top and for images of any size, as a module in the cache; it is written on first use.

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
                    f"the module cannot be written to {path} ({error}): set TFHUB_CACHE_DIR to a folder that can be"
                ) from error
        finally:
            keras.config.set_dtype_policy(policy)
    return path
