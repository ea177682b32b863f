"""(a) to (d): chapter 01's network against Keras's own example, throughput, and the import of the library."""

import ast
import statistics
import time

from course_lib.tools.bench import harness

EPOCHS, BATCH, RATE = 2, 128, 0.2  # our network's recipe in (a), chosen once on the shipped training images
FUNCTIONS = ("convolve", "build_cnn", "compiled")  # they build lesson 01's network and prepare it for training
IMPORT = "import time; t = time.perf_counter(); import course_lib; print(time.perf_counter() - t)"


def main(record):
    _to_the_examples_accuracy()
    _throughput()
    times = [float(harness.fresh(IMPORT)) for _ in range(5)]
    print(f"(d) import course_lib: {1000 * statistics.median(times):.1f} ms (median of 5 fresh processes)")


def _to_the_examples_accuracy():
    """(a) Seconds to the accuracy at which the plain Keras example ends."""
    example = harness.child(example_convnet)
    print(
        f"(a) Keras's example convnet on the shipped Fashion-MNIST: ends at {example['accuracy']:.2%} "
        f"after {example['seconds']:.1f} s of training",
        flush=True,
    )
    for seed in range(3):
        ours = harness.child(chapter_network, example["accuracy"], seed)
        reached = (
            f"reaches that in {ours['seconds']:.1f} s, {ours['seconds'] / example['seconds']:.2f} of it"
            if ours["seconds"]
            else f"does not reach that in {EPOCHS} epochs"
        )
        print(f"    chapter 01's network, seed {seed}: {reached}; ends at {ours['accuracy']:.2%}", flush=True)


def fit_timed(model, x, y, epochs, batch_size, x_test, y_test):
    """Train; [(seconds of training so far, test accuracy)] after each epoch.
    Building the graph counts, evaluation does not."""
    import keras

    points, clock = [], {"spent": 0.0}

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            clock["begin"] = time.perf_counter() if epoch else started

        def on_epoch_end(self, epoch, logs=None):
            clock["spent"] += time.perf_counter() - clock["begin"]
            labels = model.predict(x_test, batch_size=500, verbose=0).argmax(axis=1)
            points.append((clock["spent"], float((labels == y_test).mean())))

    started = time.perf_counter()
    model.fit(x, y, epochs=epochs, batch_size=batch_size, verbose=0, callbacks=[Watch()])
    return points


def example_convnet():
    """Time and accuracy of keras.io's "Simple MNIST convnet" with its own settings, in plain Keras."""
    import keras
    from keras import layers

    from course_lib import data

    keras.utils.set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = data.fashion_mnist()
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    seconds, accuracy = fit_timed(model, x_train, y_train, 15, 128, x_test, y_test)[-1]
    return {"seconds": seconds, "accuracy": accuracy}


def chapter_network(target, seed):
    """Time at which chapter 01's CNN, trained by the lesson's recipe on all shipped images, has reached an accuracy."""
    import course_lib

    course_lib.start(seed)
    from course_lib import data

    (x_train, y_train), (x_test, y_test) = data.fashion_mnist()
    lesson = lesson_code()
    model = lesson["compiled"](lesson["build_cnn"](), x_train, EPOCHS, RATE)
    points = fit_timed(model, x_train, y_train, EPOCHS, BATCH, x_test, y_test)
    return {
        "seconds": next((seconds for seconds, accuracy in points if accuracy >= target), None),
        "accuracy": points[-1][1],
    }


def lesson_code():
    """FUNCTIONS, from the cells that lesson 01 offers: what is measured is what learners run."""
    import keras
    from keras import layers

    namespace = {"keras": keras, "layers": layers}
    for tagged, source in harness.offered("01"):
        for node in ast.parse(source).body if tagged else []:
            if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS:
                exec(ast.unparse(node), namespace)
    return namespace


def _throughput():
    """(b) and (c): images per second, and the share of what the machine's matrix multiplication gives."""
    default, ours = (harness.child(images_per_second, settings) for settings in (False, True))
    print(
        f"(b) training images/s of chapter 01's network: Keras defaults {default['rate']:.0f}, "
        f"our settings ({ours['policy']}) {ours['rate']:.0f}, ratio {ours['rate'] / default['rate']:.2f}"
    )
    print(
        f"(c) {ours['flops'] / 1e6:.1f} million operations per image: {ours['rate'] * ours['flops'] / 1e9:.1f} of "
        f"{ours['peak'] / 1e9:.0f} GFLOP/s that a large matrix product reaches, "
        f"{ours['rate'] * ours['flops'] / ours['peak']:.0%}",
        flush=True,
    )


def images_per_second(settings):
    """Throughput of training after a warm-up, operations per image and
    matrix-multiply peak, with or without `start`."""
    import keras
    import numpy as np
    from keras import ops

    if settings:
        import course_lib

        course_lib.start()
    from course_lib import data
    from course_lib.models.summary import measure

    (x_train, y_train), _ = data.fashion_mnist()
    model = lesson_code()["build_cnn"]()
    model.compile(
        keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(x_train[: BATCH * 4], y_train[: BATCH * 4], batch_size=BATCH, verbose=0)
    fit = lambda: model.fit(x_train[:7680], y_train[:7680], batch_size=BATCH, verbose=0)
    [seconds] = harness.turns([fit], 3)
    policy = keras.config.dtype_policy()
    side = 2048
    matrix = ops.cast(np.random.default_rng(0).normal(size=(side, side)), policy.compute_dtype)
    best = 0.0
    for _ in range(8):
        started = time.perf_counter()
        ops.convert_to_numpy(ops.matmul(matrix, matrix)[0, 0])
        best = max(best, 2 * side**3 / (time.perf_counter() - started))
    flops = 2 * 3 * measure(model)["multiply_adds"]  # backward costs twice forward
    return {"rate": 7680 / seconds, "policy": policy.name, "flops": flops, "peak": best}
