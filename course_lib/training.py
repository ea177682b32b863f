"""What chapters share when they train."""

import keras
import numpy as np

from course_lib.errors import CourseError
from course_lib.progress import bar
from course_lib.runtime import set_seed
from course_lib.texts import say


class Progress(keras.callbacks.Callback):
    """A bar over all epochs, with loss and time left: `model.fit(..., verbose=0, callbacks=[Progress("CNN")])`."""

    def __init__(self, name="training"):
        super().__init__()
        self.name = name

    def on_train_begin(self, logs=None):
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None and self.model.built and not optimizer.built:
            # TensorFlow traces a step twice if the first time makes variables, which takes seconds
            optimizer.build(self.model.trainable_variables)
        self.bar = bar(total=self.params["epochs"] * (self.params["steps"] or 0) or None, desc=self.name, unit="batch")

    def on_epoch_begin(self, epoch, logs=None):
        self.done = 0

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update(batch + 1 - self.done)  # more than one where several steps are one call
        self.done = batch + 1

    def on_epoch_end(self, epoch, logs=None):
        self.bar.set_postfix({name: f"{value:.3f}" for name, value in (logs or {}).items()}, refresh=False)

    def on_train_end(self, logs=None):
        self.bar.close()


class Batches(keras.utils.PyDataset):
    """Batches of arrays in a new order each epoch, for `fit`, which would keep a copy of the arrays themselves.

    Args:
        inputs, targets: NumPy arrays (count, ...), or lists or dicts of them.
        batch_size: int; the last batch holds what is left.

    Raises:
        CourseError: the arrays have different counts.
    """

    def __init__(self, inputs, targets, batch_size=64):
        super().__init__()
        self.arrays, self.batch_size = (inputs, targets), batch_size
        counts = [len(array) for array in keras.tree.flatten(self.arrays)]
        if len(set(counts)) != 1:
            told = ", ".join(map(str, counts))
            raise CourseError(say("found arrays of {counts} examples: expected as many in each", counts=told))
        self.count = counts[0]
        self.on_epoch_end()

    def __len__(self):
        return -(-self.count // self.batch_size)

    def __getitem__(self, number):
        chosen = self.order[number * self.batch_size : (number + 1) * self.batch_size]
        return keras.tree.map_structure(lambda array: array[chosen], self.arrays)

    def on_epoch_end(self):
        self.order = np.random.permutation(self.count)  # from the seed that `set_seed` sets


def restart(model, seed):
    """Give a compiled model new random weights and its optimizer a fresh start.

    The graph stays compiled, which saves a second per run.

    Args:
        model: a compiled keras.Model.
        seed: int, for the weights and all that follows.
    """
    set_seed(seed)
    clone = keras.models.clone_model(model)
    for variable, new in zip(model.variables, clone.variables, strict=True):  # weights, and the seeds of dropout
        variable.assign(new)
    # a learning rate is a setting and stays; with a schedule this is a value, and no variable
    rate = model.optimizer.learning_rate
    for variable in model.optimizer.variables:  # steps and momenta
        if variable is not rate:
            variable.assign(keras.ops.zeros(variable.shape, variable.dtype))


def rising(rate, steps, first=0.0, part=10):
    """A learning rate that rises on a line at first, then falls to 0 like a cosine.

    Args:
        rate: float, the highest.
        steps: int, of the whole training.
        first: float, where it begins.
        part: int; it rises for one `part`-th of the steps.

    Returns:
        keras.optimizers.schedules.CosineDecay.
    """
    up = max(1, steps // part)
    return keras.optimizers.schedules.CosineDecay(first, decay_steps=steps - up, warmup_target=rate, warmup_steps=up)


def one_cycle(model, images, epochs, rate, loss=None, batch_size=128):
    """Compile for SGD with momentum; the learning rate rises over the first quarter of the steps, then falls to zero.

    Smith, "A disciplined approach to neural network hyper-parameters", arXiv:1803.09820; chapter 01 writes it out.

    Args:
        model: keras.Model.
        images: the training images; only their number counts.
        epochs: int, as will be given to `train`.
        rate: float, the highest learning rate.
        loss: anything that `compile` takes; by default cross-entropy of logits and integer labels.
        batch_size: int, as will be given to `train`.

    Returns:
        The model.
    """
    steps = epochs * -(-len(images) // batch_size)
    schedule = rising(rate, steps, first=rate / 20, part=4)
    model.compile(
        keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True),
        loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def train(model, images, targets, epochs, seed, batch_size=128):
    """Train a compiled model from new random weights.

    Args:
        model: a compiled keras.Model; see `one_cycle`.
        images: array or tensor (count, ...) that the model takes.
        targets: array or tensor (count, ...) that its loss takes: integer labels (count,) for the loss of `one_cycle`.
        epochs: int.
        seed: int, for the weights, the order of the batches and dropout.
        batch_size: int.

    Returns:
        list of float, the mean training loss of each epoch.
    """
    restart(model, seed)
    watch = [Progress(f"{model.name}, seed {seed}")]
    return model.fit(images, targets, batch_size, epochs, verbose=0, callbacks=watch).history["loss"]


def accuracy(model, images, labels):
    """How many labels a model gets right.

    Args:
        model: keras.Model from images to logits or probabilities (count, classes).
        images: array or tensor (count, ...) that the model takes.
        labels: NumPy array of integers (count,).

    Returns:
        float, percent.
    """
    predicted = model.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return 100 * float((predicted == labels).mean())
