"""(h): chapter 06's detector: pictures/s of inference, and seconds of training to mAP50 .80 on concepts never seen."""

from functools import partial

from course_lib.tools.bench import harness

TARGET, REPEATS, PICTURES = 0.80, 5, 256
SCENES, BATCH, EPOCHS, RATE = 3500, 32, 2, 0.016  # as in lesson 06, but for the encoder, which learns from nothing here
LOOKS = 10  # how often in training the mean average precision is measured, which does not count in the seconds


def main(record):
    forward, decoded = harness.child(rates)
    print(f"(h) detector, pictures/s: {forward:.0f}; with boxes made of its answer: {decoded:.0f}", flush=True)
    for seed in range(3):
        looks = harness.child(training, COURSE_SEED=str(seed))
        seconds, reached = next((look for look in looks if look[1] >= TARGET), looks[-1])
        told = "" if reached >= TARGET else f" (does not reach {TARGET:.2f})"
        print(f"    seed {seed}: mAP50 {reached:.2f} on unseen concepts after {seconds:.1f} s{told}", flush=True)


def rates():
    """Pictures/s of the network alone, and with its decode step."""
    import course_lib

    course_lib.start(precision="float32")
    from course_lib import data
    from course_lib.models import detector as models

    model, pictures = models.detector(), data.compose(data.stickers("test"), PICTURES).images

    def with_boxes():
        said = model.predict_on_batch(pictures)
        return models.decode(said["heat"], said["box"], threshold=0.01)

    seconds = harness.turns([partial(model.predict_on_batch, pictures), with_boxes], REPEATS)
    return [PICTURES / one for one in seconds]


def training():
    """[seconds of training so far, mAP50 on unseen concepts], each time it was measured."""
    import time

    import course_lib

    course_lib.start(precision="float32")
    import keras

    from course_lib import data, metrics
    from course_lib.models import detector as models

    scenes, test = data.compose(data.stickers("train"), SCENES), data.compose(data.stickers("test"), 500, seed=1)
    model, looks, spent = models.detector(), [], [0.0]
    steps = EPOCHS * -(-SCENES // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 20, decay_steps=steps - steps // 4, warmup_target=RATE, warmup_steps=steps // 4
    )
    model.compile(keras.optimizers.Adam(rate), models.LOSSES)
    answers = models.targets(scenes)

    class Looks(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.done, self.since = 0, time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            self.done += 1
            if self.done % (steps // LOOKS) == 0:
                spent[0] += time.perf_counter() - self.since
                said = model.predict(test.images, verbose=0)
                found = models.decode(said["heat"], said["box"])
                looks.append([spent[0], metrics.average_precision(found, test.truth)])
                self.since = time.perf_counter()

    model.fit(scenes.images, answers, BATCH, EPOCHS, verbose=0, callbacks=[Looks()])
    return looks
