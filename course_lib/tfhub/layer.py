"""A Keras 3 layer around a module of TensorFlow Hub that somebody else has trained.

`hub.KerasLayer` of the package tensorflow_hub is a layer of Keras 2, and Keras 3 refuses it.
`hub.load` still works: it returns the module as an object that can be called and knows its
variables. `HubLayer` makes a Keras 3 layer of that object.

Modules named by a URL, and archives, are unpacked once into the folder TFHUB_CACHE_DIR. Set this
variable of the environment to a folder in your home: without it they go into the system's
temporary folder, which many systems empty at a restart.
"""

import inspect
import os
import warnings

import keras

from course_lib import keras_private
from course_lib.errors import CourseError
from course_lib.texts import say
from course_lib.tfhub.files import demand_tensorflow, load_module
from course_lib.tfhub.inputs import arranged, as_tensors, described, either, fits, inputs_of, leaves
from course_lib.tfhub.keras_layer import of_input, with_shape

OPTIONS = ("name", "dtype", "activity_regularizer", "input_shape", "batch_input_shape", "input_dim")  # besides our own


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
        arguments: name -> value, what the module's function gets with each call besides its inputs.
        output_shape: of the output without the batch, or name -> shape, for a module that does not tell it.
        signature_outputs_as_dict: give a dictionary even where a signature has a single output.
        tags: of the graph to load, where a SavedModel holds several.
        folder: what a relative handle starts from, by default the working folder. A saved model holds handle, folder
            and weights, not the module: that is looked for there and then from the new working folder. Where it is
            elsewhere, build the model again with the new handle and call `model.load_weights("saved.keras")`.
        options: as of keras.Layer, and those of hub.KerasLayer: `input_shape` (without the batch) lets keras.Sequential
            know its input from the beginning; a `dtype` such as tf.string is that of the input, which the module knows.

    A module with one input takes that; one with several takes a list of them in order, or a dictionary by name.

    Raises:
        CourseError: there is no such module, it cannot be used so, or it is called with what it does not take.
    """

    _input_dtype = None

    def __init__(
        self,
        handle,
        trainable=False,
        inference_mode=False,
        signature=None,
        output_key=None,
        folder=None,
        arguments=None,
        output_shape=None,
        signature_outputs_as_dict=False,
        tags=None,
        **options,
    ):
        demand_tensorflow()
        self._demand_known(handle, options)
        input_dtype, input_shape = of_input(options)
        super().__init__(trainable=trainable, autocast=False, **options)
        self.handle, self.folder = os.fspath(handle), os.path.abspath(folder or "")
        self.inference_mode, self.signature, self.output_key = inference_mode, signature, output_key
        self.arguments, self.signature_outputs_as_dict, self.tags = (
            dict(arguments or {}),
            signature_outputs_as_dict,
            tags,
        )
        self._output_shape = output_shape
        self._check_trainable(trainable)
        # an attribute: model.export() looks for variables there
        self._module = load_module(self.handle, self.folder, tags)
        self._function, self._traces = self._choose_function()
        self._choose_inputs(input_dtype)
        if input_shape is not None:
            self.input_shape = (None, *input_shape)  # keras.Sequential looks for it
        self._choose_output()
        self._adopt_variables()
        self.built = True

    def _demand_known(self, handle, options):
        """Refuse what is no handle, and arguments that neither we nor hub.KerasLayer have."""
        if not isinstance(handle, str | os.PathLike):
            raise CourseError(
                say(
                    "the handle is of type {kind}: give the URL or the folder from which it was loaded",
                    kind=type(handle).__name__,
                )
            )
        unknown = [name for name in options if name not in OPTIONS]
        if unknown:
            known = list(inspect.signature(HubLayer.__init__).parameters)[1:-1] + list(OPTIONS)
            raise CourseError(
                say(
                    "HubLayer has no argument {names}: leave that out; it has {known}",
                    names=", ".join(unknown),
                    known=", ".join(known),
                )
            )

    def _choose_inputs(self, input_dtype):
        """What the module can be called with: name -> description, for each trace that takes our `arguments`."""
        if self.signature:
            named = self._traces[0].structured_input_signature[1]
            self._demand_arguments(named)
            self._wanted = [{name: spec for name, spec in named.items() if name not in self.arguments}]
        else:
            spec = self._function.function_spec.fullargspec
            names = [*spec.args, *spec.kwonlyargs]
            self._demand_arguments(self.arguments if spec.varkw else [name for name in names if name != "training"])
            found = [inputs_of(trace, spec, self.arguments) for trace in self._traces]
            self._wanted = [inputs for inputs in found if inputs is not None]
            if not self._wanted:
                raise CourseError(
                    say(
                        "{handle} was not saved for arguments={arguments}: leave them out, or choose others; it takes {names}",
                        handle=self.handle,
                        arguments=self.arguments,
                        names=", ".join(names),
                    )
                )
        dtypes = {leaf.dtype for inputs in self._wanted for leaf in leaves(inputs) if hasattr(leaf, "dtype")}
        if input_dtype is not None and input_dtype not in dtypes:
            warnings.warn(
                str(
                    say(
                        "dtype={dtype} is ignored: {handle} takes {wanted}; leave dtype out, or give a float type for the output",
                        dtype=input_dtype.name,
                        handle=self.handle,
                        wanted=self._told(),
                    )
                ),
                stacklevel=3,
            )
        if len(dtypes) == 1 and not (dtype := dtypes.pop()).is_floating:
            self._input_dtype = dtype.name

    def _demand_arguments(self, known):
        strange = [name for name in self.arguments if name not in known]
        if strange:
            raise CourseError(
                say(
                    "{handle} takes no argument {names}: choose from {known}",
                    handle=self.handle,
                    names=", ".join(map(repr, strange)),
                    known=", ".join(map(repr, known)),
                )
            )

    # keras.Sequential makes its input of the first layer's dtype, and an input of words is of none to compute in
    @property
    def compute_dtype(self):
        return self._input_dtype or super().compute_dtype

    @property
    def variable_dtype(self):
        return self._input_dtype or super().variable_dtype

    def _choose_function(self):
        """What is called, and the traces of it that were saved: one for each kind of
        input and for both values of `training`."""
        signatures = getattr(self._module, "signatures", {})
        names = ", ".join(map(repr, signatures)) or say("none")
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
        if self.signature and len(names) == 1 and not self.signature_outputs_as_dict:  # it returns a dictionary of one
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

    def __call__(self, inputs, *others, **options):
        inputs = as_tensors(inputs)
        if not all(hasattr(leaf, "dtype") for leaf in leaves(inputs)):
            self._match(inputs)  # or Keras says that numbers should have been keyword arguments
        return super().__call__(inputs, *others, **options)

    def compute_output_spec(self, inputs, training=False):
        self._match(inputs)  # first, or Keras buries the sentence in a text about output shapes
        try:
            return super().compute_output_spec(inputs, training=training)
        except CourseError as error:  # ours, with a text about output shapes around it
            raise error.__context__ or error from None

    def call(self, inputs, training=False):
        import tensorflow as tf

        inputs = arranged(*self._match(inputs))
        if self.signature:
            outputs = self._function(**inputs, **{name: tf.constant(value) for name, value in self.arguments.items()})
        else:
            options = dict(self.arguments)
            if _knows_training(self._function):
                options["training"] = self._trains(training)
            outputs = self._function(*inputs.values(), **options)
        outputs = outputs if self.output_key is None else outputs[self.output_key]
        dtype = self.dtype_policy.compute_dtype
        outputs = tf.nest.map_structure(lambda x: tf.cast(x, dtype) if x.dtype.is_floating else x, outputs)
        return outputs if self._output_shape is None else with_shape(outputs, self._output_shape, self.handle)

    def _trains(self, training):
        """Whether the module is to behave as in training.

        Raises:
            CourseError: it was saved for inference only.
        """
        trains = bool(training and self.trainable and not self.inference_mode)
        names = self._function.function_spec.fullargspec.args
        if trains and "training" in names:
            place = names.index("training")
            known = [trace.structured_input_signature[0][place] for trace in self._traces]
            if all(value is False for value in known):
                raise keras_private.as_it_is(
                    CourseError(
                        say(
                            "{handle} was saved for inference only: fine-tune it with inference_mode=True",
                            handle=self.handle,
                        )
                    )
                )
        return trains

    def _match(self, inputs):
        """What a trace takes that takes these inputs, and the inputs, both by name."""
        for wanted in self._wanted:
            given = inputs
            if len(wanted) == 1 and not (self.signature and isinstance(inputs, dict)):
                given = {next(iter(wanted)): inputs}
            elif isinstance(inputs, list | tuple) and len(inputs) == len(wanted) and not self.signature:
                given = dict(zip(wanted, inputs))
            if fits(wanted, given):
                return wanted, given
        raise keras_private.as_it_is(
            CourseError(
                say(
                    "{handle} takes {wanted}, found {found}: bring the input into that shape and dtype",
                    handle=self.handle,
                    wanted=self._told(),
                    found=described(inputs),
                )
            )
        )

    def _told(self):
        """All that the module can be called with, as a Text."""
        one = len(self._wanted[0]) == 1 and not self.signature
        told = either(sorted({described(next(iter(each.values())) if one else each) for each in self._wanted}))
        if self.signature:
            return say("{wanted} by its signature {name}", wanted=told, name=repr(self.signature))
        return told if one else say("several inputs by name or in this order, {wanted}", wanted=told)

    def get_config(self):
        names = ("handle", "inference_mode", "signature", "output_key", "folder", "arguments", "tags")
        own = {name: getattr(self, name) for name in (*names, "signature_outputs_as_dict")}
        return {**super().get_config(), **own, "output_shape": self._output_shape}

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


def _knows_training(function):
    arguments = function.function_spec.fullargspec
    return "training" in arguments.args + arguments.kwonlyargs
