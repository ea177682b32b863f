"""A Keras 3 layer around a module of TensorFlow Hub that somebody else has trained.

`hub.KerasLayer` of the package tensorflow_hub is a layer of Keras 2, and Keras 3 refuses it.
`hub.load` still works: it returns the module as an object that can be called and knows its
variables. `HubLayer` makes a Keras 3 layer of that object.

Modules named by a URL, and archives, are unpacked once into the folder TFHUB_CACHE_DIR. Set this
variable of the environment to a folder in your home: without it they go into the system's
temporary folder, which many systems empty at a restart.
"""

import os

import keras

from course_lib import keras_private
from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tfhub.files import demand_tensorflow, load_module


@keras.saving.register_keras_serializable("course_lib")
class HubLayer(keras.Layer):
    """A module of TensorFlow Hub as a layer. It computes in its own
    precision; what comes out is cast to the layer's policy.

    Args:
        handle: the folder of a SavedModel, a `.tar.gz` of one, or a URL.
        trainable: fine-tune the module; as with any layer, change it before `compile`. A frozen module runs in
            inference mode inside `fit` too: its batch normalization uses, and keeps, the statistics it came with.
        inference_mode: stay in that mode while fine-tuning, as one does with small batches. (Calling a
            layer with `training=False` is not enough in a functional model: `fit` of Keras 3.15 sets
            `training` anew for every layer in it.)
        signature: call this signature instead of the module itself; it cannot be fine-tuned.
        output_key: which output, where there are several by name; by default a dictionary of all.
        folder: what a relative handle starts from, by default the working folder. A saved model holds handle, folder
            and weights, not the module: that is looked for there and then from the new working folder. Where it is
            elsewhere, build the model again with the new handle and call `model.load_weights("saved.keras")`.

    Raises:
        CourseError: there is no such module, it cannot be used so, or it is called with what it does not take.
    """

    def __init__(
        self, handle, trainable=False, inference_mode=False, signature=None, output_key=None, folder=None, **options
    ):
        demand_tensorflow()
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
        """What is called, and the traces of it that were saved: one for each kind of
        input and for both values of `training`."""
        signatures = getattr(self._module, "signatures", {})
        names = ", ".join(map(repr, signatures)) or "none"
        if self.signature is not None:
            if self.signature not in signatures:
                raise CourseError(
                    say(
                        "{handle} has no signature {signature}: choose from those it has ({names})",
                        handle=self.handle,
                        signature=repr(self.signature),
                        names=names,
                    )
                )
            return signatures[self.signature], (signatures[self.signature],)
        function = self._module.__call__ if callable(self._module) else None
        if not getattr(function, "concrete_functions", None):
            advice = say("use another module")
            if signatures:
                advice = say("use one, frozen: signature={name}", name=repr(next(iter(signatures))))
            facts = {"handle": self.handle, "names": names, "advice": advice}
            if getattr(self._module, "_is_hub_module_v1", False):
                raise CourseError(
                    say(
                        "{handle} is in the old format of TensorFlow 1 and cannot be called, it only has signatures ({names}): {advice}",
                        **facts,
                    )
                )
            raise CourseError(say("{handle} cannot be called, it only has signatures ({names}): {advice}", **facts))
        return function, tuple(function.concrete_functions)

    def _choose_output(self):
        outputs = self._traces[0].structured_outputs
        names = list(outputs) if isinstance(outputs, dict) else []
        if self.output_key is not None and self.output_key not in names:
            advice = say("leave output_key out, it has only one")
            if names:
                advice = say("choose from {names}", names=", ".join(map(repr, names)))
            raise CourseError(
                say(
                    "{handle} has no output {output_key}: {advice}",
                    handle=self.handle,
                    output_key=repr(self.output_key),
                    advice=advice,
                )
            )
        if self.signature and len(names) == 1:  # a signature returns a dictionary even of one
            self.output_key = names[0]

    def _adopt_variables(self):
        """Make the module's variables this layer's weights.

        A keras.Variable made from a tf.Variable holds that variable, not a copy: what the optimizer and `load_weights`
        write, the module's functions read. A module that does not list its variables gets those that its functions use.
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
                say(
                    "{handle} is used through a signature and cannot be fine-tuned: set trainable=False",
                    handle=self.handle,
                )
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
            say(
                "{handle} takes {wanted}, found {found}: bring the input into that shape and dtype",
                handle=self.handle,
                wanted=" or ".join(sorted(set(map(describe, specs)))),
                found=describe(inputs),
            )
        )
        raise keras_private.as_it_is(error)

    def get_config(self):
        names = ("handle", "inference_mode", "signature", "output_key", "folder")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_config(cls, config):
        if keras_private.loads_safely() and "://" in config["handle"]:  # somebody else's file could name any program
            raise CourseError(
                say(
                    "the model would run the module {handle} from the network: if you trust it, load with load_model(..., safe_mode=False)",
                    handle=config["handle"],
                )
            )
        return cls(**config)


def _castable(found, wanted):
    """Whether a cast keeps the meaning: pictures of bytes are not pictures from 0 to 1."""
    tokens = ("int32", "int64")
    return found == wanted or found.is_floating and wanted.is_floating or found.name in tokens and wanted.name in tokens


def _knows_training(function):
    arguments = function.function_spec.fullargspec
    return "training" in arguments.args + arguments.kwonlyargs
