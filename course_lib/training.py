"""What chapters share when they train."""

import keras

from course_lib.progress import bar
from course_lib.runtime import set_seed


class Progress(keras.callbacks.Callback):
    """For `model.fit(..., verbose=0, callbacks=[Progress("CNN")])`: a bar over all epochs with loss and time left."""

    def __init__(self, name="training"):
        super().__init__()
        self.name = name

    def on_train_begin(self, logs=None):
        self.bar = bar(total=self.params["epochs"] * (self.params["steps"] or 0) or None, desc=self.name, unit="batch")

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update()

    def on_epoch_end(self, epoch, logs=None):
        self.bar.set_postfix({name: f"{value:.3f}" for name, value in (logs or {}).items()}, refresh=False)

    def on_train_end(self, logs=None):
        self.bar.close()


def restart(model, seed):
    """Give a compiled model new random weights and its optimizer a new start; the graph stays compiled, which saves a second a run.

    Args:
        model: a compiled keras.Model.
        seed: int, for the weights and all that follows.
    """
    set_seed(seed)
    clone = keras.models.clone_model(model)
    for variable, new in zip(model.variables, clone.variables, strict=True):  # weights, and the seeds of dropout
        variable.assign(new)
    for variable in model.optimizer.variables:  # steps and momenta; a learning rate is a setting and stays
        if variable is not getattr(model.optimizer, "_learning_rate", None):
            variable.assign(keras.ops.zeros_like(variable))
