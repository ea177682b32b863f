"""What chapters share when they train."""

import keras

from course_lib.progress import bar


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
