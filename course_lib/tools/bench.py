"""The `bench` command: how fast the course is, side by side with plain Keras in one run. Figures only, no verdicts."""

import ast
import importlib.util
import json
import os
import platform
import random
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import chapters, places, sources

EPOCHS, BATCH, RATE = 2, 128, 0.2  # of our network's recipe in (a), chosen once on the shipped training images
TARGET, SIDE = 65, 128  # of (g): percent, and pixels
IMAGES, REPEATS = 4, 5  # of (f): a batch, and how often each of two networks takes its turn
STUDENTS = 40  # of (h)


def main(only, record):
    """`python -m course_lib bench`; returns 0."""
    if only in (None, "training"):
        _training()
        _throughput()
        times = [
            float(_child("import time; t = time.perf_counter(); import course_lib; print(time.perf_counter() - t)"))
            for _ in range(5)
        ]
        print(f"(d) import course_lib: {1000 * statistics.median(times):.1f} ms (median of 5 fresh processes)")
    if only in (None, "lessons"):
        _lessons(record)
    if only in (None, "models"):
        _models()
    if only in (None, "grading"):
        _grading()
    if only in (None, "transfer"):
        _transfer()
    return 0


def _child(code, **environment):
    """The last line that the code prints in a fresh process.

    Args:
        code: Python.
        environment: variables that the process gets beside those of this one.

    Raises:
        CourseError: the process failed; the message is the last line of its complaint.
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=places.COURSE,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise CourseError(f"the measurement `{code}` failed: {(done.stderr.strip() or 'no output').splitlines()[-1]}")
    return done.stdout.splitlines()[-1]


def _training():
    """(a) Seconds to the accuracy at which the plain Keras example ends."""
    example = json.loads(_child("from course_lib.tools import bench; bench.example_convnet()"))
    print(
        f"(a) Keras's example convnet on the shipped Fashion-MNIST: ends at {example['accuracy']:.2%} after {example['seconds']:.1f} s of training",
        flush=True,
    )
    for seed in range(3):
        ours = json.loads(
            _child(f"from course_lib.tools import bench; bench.chapter_network({example['accuracy']}, {seed})")
        )
        reached = (
            f"reaches that in {ours['seconds']:.1f} s, {ours['seconds'] / example['seconds']:.2f} of it"
            if ours["seconds"]
            else f"does not reach that in {EPOCHS} epochs"
        )
        print(f"    chapter 01's network, seed {seed}: {reached}; ends at {ours['accuracy']:.2%}", flush=True)


def _fit_timed(model, x, y, epochs, batch_size, x_test, y_test):
    """Train; [(seconds of training so far, test accuracy)] after each epoch. Building the graph counts, evaluation does not."""
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
    """The convnet of keras.io's "Simple MNIST convnet" with its own settings, in plain Keras: prints its time and accuracy."""
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
    seconds, accuracy = _fit_timed(model, x_train, y_train, 15, 128, x_test, y_test)[-1]
    print(json.dumps({"seconds": seconds, "accuracy": accuracy}))


def chapter_network(target, seed):
    """Chapter 01's CNN with the lesson's recipe on all shipped images: prints the time at which it has reached `target`."""
    import course_lib

    course_lib.start(seed)
    from course_lib import data

    (x_train, y_train), (x_test, y_test) = data.fashion_mnist()
    lesson = lesson_code()
    model = lesson["compiled"](lesson["build_cnn"](), x_train, EPOCHS, RATE)
    points = _fit_timed(model, x_train, y_train, EPOCHS, BATCH, x_test, y_test)
    print(
        json.dumps(
            {
                "seconds": next((seconds for seconds, accuracy in points if accuracy >= target), None),
                "accuracy": points[-1][1],
            }
        )
    )


def lesson_code():
    """The functions of lesson 01 that build and prepare its CNN, taken from its source: what is measured is what learners run."""
    import keras
    from keras import layers

    namespace = {"keras": keras, "layers": layers}
    wanted = {"convolve", "build_cnn", "compiled"}
    for cell in sources.convert(chapters.sources(chapters.find("01"))[0]).cells:
        if cell.cell_type == "code":
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef) and node.name in wanted:
                    exec(ast.unparse(node), namespace)
    return namespace


def _throughput():
    """(b) and (c): images a second, and the share of what the machine's matrix multiplication gives."""
    default, ours = (
        json.loads(_child(f"from course_lib.tools import bench; bench.images_per_second({settings})"))
        for settings in (False, True)
    )
    print(
        f"(b) training images/s of chapter 01's network: Keras defaults {default['rate']:.0f}, our settings ({ours['policy']}) {ours['rate']:.0f}, ratio {ours['rate'] / default['rate']:.2f}"
    )
    print(
        f"(c) {ours['flops'] / 1e6:.1f} million operations an image: {ours['rate'] * ours['flops'] / 1e9:.1f} of {ours['peak'] / 1e9:.0f} GFLOP/s that a large matrix product reaches, "
        f"{ours['rate'] * ours['flops'] / ours['peak']:.0%}",
        flush=True,
    )


def images_per_second(settings):
    """Print throughput of training after a warm-up, operations an image and matrix-multiply peak, with or without `start`."""
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
    rates = []
    for _ in range(3):
        started = time.perf_counter()
        model.fit(x_train[:7680], y_train[:7680], batch_size=BATCH, verbose=0)
        rates.append(7680 / (time.perf_counter() - started))
    policy = keras.config.dtype_policy()
    side = 2048
    matrix = ops.cast(np.random.default_rng(0).normal(size=(side, side)), policy.compute_dtype)
    best = 0.0
    for _ in range(8):
        started = time.perf_counter()
        ops.convert_to_numpy(ops.matmul(matrix, matrix)[0, 0])
        best = max(best, 2 * side**3 / (time.perf_counter() - started))
    flops = 2 * 3 * measure(model)["multiply_adds"]  # backward costs twice forward
    print(json.dumps({"rate": statistics.median(rates), "policy": policy.name, "flops": flops, "peak": best}))


def _lessons(record):
    """(e) Wall time and memory of every lesson; with `record`, into chapters/measured.json, from which the READMEs are made."""
    from course_lib.tools import readme, run

    lessons = {}
    for folder in chapters.folders():
        result = run.lesson(folder)
        lessons[folder.name] = {"seconds": round(result["seconds"]), "peak_mb": round(result["peak_mb"] or 0)}
        print(
            f"(e) {folder.name}: {result['seconds']:.1f} s, peak memory {result['peak_mb'] or 0:.0f} MB"
            + (f"; stopped by {result['error']}" if result["error"] else ""),
            flush=True,
        )
    if record:
        text = (
            json.dumps(
                {"machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores", "lessons": lessons},
                indent=2,
            )
            + "\n"
        )
        write_text(chapters.CHAPTERS / "measured.json", text)
        readme.write()


def _models():
    """(f) ResNet-50 and VGG16: our networks against keras.applications' own, and on TensorFlow against PyTorch."""
    for name in ("ResNet-50", "VGG16"):

        def rates(which, backend, name=name):
            return json.loads(
                _child(
                    f"from course_lib.tools import bench; bench.model_rates({name!r}, {which})", KERAS_BACKEND=backend
                )
            )

        ours, theirs = rates(("ours", "theirs"), "tensorflow")
        print(f"(f) {name}, images/s of ours against keras.applications: {_against(ours, theirs)}", flush=True)
        if importlib.util.find_spec("torch"):
            (torch,) = rates(("ours",), "torch")
            print(f"    ours on TensorFlow against PyTorch: {_against(ours, torch)}", flush=True)
        else:
            print(
                "    ours on PyTorch: torch is not installed, `python3 -m course_lib test --with-torch` installs it",
                flush=True,
            )


def _against(first, second):
    """Two dicts of images/s in one line."""
    return "; ".join(
        f"{step} {rate:.2f} against {second[step]:.2f}, ratio {rate / second[step]:.2f}" for step, rate in first.items()
    )


def builders(name):
    """The functions that build our network ("ours") and its twin in keras.applications ("theirs"): the same layers, logits at the end."""
    import keras

    from course_lib.models import resnet, vgg

    options = {"weights": None, "classifier_activation": None}
    return {
        "ResNet-50": {
            "ours": lambda: resnet.resnet(50, stride_in="1x1", use_bias=True),
            "theirs": lambda: keras.applications.ResNet50(**options),
        },
        "VGG16": {
            "ours": lambda: vgg.vgg("D", dropout=0.0),
            "theirs": lambda: keras.applications.VGG16(**options),
        },
    }[name]


def model_rates(name, which):
    """Print images/s of a network, forward and in training, for each of `which`; they take turns, as the machine has other work, too."""
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    models = [builders(name)[one]() for one in which]
    for model in models:
        model.compile(
            keras.optimizers.SGD(0.001, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
    generator = np.random.default_rng(0)
    x = generator.normal(size=(IMAGES, *models[0].input_shape[1:])).astype("float32")
    y = generator.integers(models[0].output_shape[-1], size=IMAGES)
    steps = {
        "forward": lambda model: model.predict_on_batch(x),
        "training": lambda model: model.train_on_batch(x, y),
    }
    seconds = [{step: [] for step in steps} for _ in models]
    for step, do in steps.items():
        for _ in range(1 + REPEATS):
            for model, spent in zip(models, seconds):
                started = time.perf_counter()
                do(model)
                spent[step].append(time.perf_counter() - started)
    # the first turn builds the graph and does not count
    print(json.dumps([{step: IMAGES / statistics.median(spent[step][1:]) for step in steps} for spent in seconds]))


def _grading():
    """(h) Submissions a minute: `class grade` on one and on two workers against stock `nbgrader autograde`, on the same ones."""
    if not all(importlib.util.find_spec(name) for name in ("nbgrader", "distributed")):
        print(
            "(h) grading: nbgrader and Dask are not installed, the first `python3 -m course_lib class` command does it"
        )
        return
    from course_lib.classroom.sandbox import bubblewrap as sandbox

    if why := sandbox.available():
        print(f"(h) grading: submissions cannot be run safely here: {why}")
        return
    for number in ("01", "03"):
        _class(number)


def _class(number):
    """Grade the submissions of one chapter, with nbgrader as it is and with `class grade`."""
    assignment = chapters.find(number).name
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        roster, handed = place / "students.csv", submissions(number)
        roster.write_text("id,name\n" + "".join(f"{name},Student {name}\n" for name in handed), encoding="utf-8")
        for name, content in handed.items():
            (place / "handed" / name).mkdir(parents=True)
            (place / "handed" / name / f"{number}_exercises.ipynb").write_bytes(content)
        course = "course_lib", "class"
        _timed(place, *course, "new", str(place / "ours, 1"), "--roster", str(roster))
        _timed(place / "ours, 1", *course, "release", number)
        _timed(place / "ours, 1", *course, "collect", number, str(place / "handed"))
        seconds, points = {}, {}
        commands = {
            "stock": ("nbgrader", "autograde", assignment),
            "ours, 1": (*course, "grade", number, "--workers", "1"),
            "ours, 2": (*course, "grade", number, "--workers", "2"),
        }
        for name in ("stock", "ours, 2"):
            shutil.copytree(place / "ours, 1", place / name)
        for name, command in commands.items():
            seconds[name] = _timed(place / name, *command)
            points[name] = _points(place / name, assignment, number)
        rate = {name: 60 * len(handed) / spent for name, spent in seconds.items()}
        same = sum(points["stock"][name] == points["ours, 1"][name] == points["ours, 2"][name] for name in handed)
        more = sum(points["stock"][name] < points["ours, 1"][name] == points["ours, 2"][name] for name in handed)
        print(
            f"(h) submissions a minute, of {len(handed)} of chapter {number}: stock `nbgrader autograde` {rate['stock']:.0f}; `class grade` on one worker {rate['ours, 1']:.0f}, ratio {rate['ours, 1'] / rate['stock']:.1f}; "
            f"on two {rate['ours, 2']:.0f}, ratio {rate['ours, 2'] / rate['stock']:.1f}; the same points for {same}, more of ours for {more}, where a task calls the function of one that went wrong",
            flush=True,
        )
    share = json.loads(_child(f"from course_lib.tools import bench; bench.kernels_share({number!r})"))
    print(
        f"    of {share['each']:.2f} s for one of them, starting {share['kernels']:.1f} kernels takes {share['starting']:.2f} s, {share['starting'] / share['each']:.0%}",
        flush=True,
    )


def _timed(folder, *words):
    """Seconds that a command `python -m ...` takes in a folder.

    Raises:
        CourseError: it failed.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": str(places.COURSE),
        "COURSE_CLASSES": str(folder.parent / "classes.json"),
    }
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise CourseError(f"`{' '.join(words)}` failed: {(done.stderr.strip() or 'no output').splitlines()[-1]}")
    return time.perf_counter() - started


def _points(folder, assignment, number):
    """student -> points in the gradebook of a class."""
    from course_lib.classroom.classes import ClassFolder

    with ClassFolder(folder).gradebook() as gradebook:
        return {one.student.id: one.score for one in gradebook.notebook_submissions(f"{number}_exercises", assignment)}


def submissions(number):
    """student -> notebook as bytes: the chapter's solutions, with none to three wrong answers of its bank in each, drawn by a fixed seed."""
    import nbformat

    notebook = sources.convert(chapters.find(number) / f"{number}_exercises.py")
    bank = runpy.run_path(str(places.COURSE / "tests" / "exercises" / f"wrong_answers_{number}.py"))["WRONG"]
    solutions, draw, made = {cell.id: cell.source for cell in notebook.cells}, random.Random(6), {}
    for student in range(STUDENTS):
        wrong = {task: draw.choice(list(bank[task].values())) for task in draw.sample(list(bank), student % 4)}
        copy = sources.learner_copy(notebook, "en")
        for cell in copy.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("solution"):
                cell.source = wrong.get(about["grade_id"], solutions[cell.id])
        copy.metadata["student"] = student  # no two files are the same
        made[f"s{student:02}"] = nbformat.writes(copy).encode()
    return made


def kernels_share(number):
    """Print seconds of marking one submission, and the kernels that were started for it with the seconds that this took."""
    from course_lib.classroom.judge import answers as proxies
    from course_lib.classroom.judge import judge

    starts = []

    class Timed(proxies.Kernel):
        def _start(self, *arguments):
            started = time.perf_counter()
            super()._start(*arguments)
            starts.append(time.perf_counter() - started)

    proxies.Kernel = Timed
    source = chapters.find(number) / f"{number}_exercises.py"
    some = list(submissions(number).values())[:8]
    judge.mark_here(some[0], source)  # imports do not count
    starts.clear()
    started = time.perf_counter()
    for submission in some:
        judge.mark_here(submission, source)
    each = (time.perf_counter() - started) / len(some)
    print(json.dumps({"each": each, "kernels": len(starts) / len(some), "starting": sum(starts) / len(some)}))


def _transfer():
    """(g) Chapter 04: seconds to 65 % on the test concepts in three ways, and how fast the backbone gives features."""
    for seed in range(3):
        ways = json.loads(_child("from course_lib.tools import bench; bench.three_ways()", COURSE_SEED=str(seed)))
        told = "; ".join(
            f"{way} {result['accuracy']:.1f} % after {result['seconds']:.1f} s{'' if result['accuracy'] >= TARGET else f' (does not reach {TARGET} %)'}"
            for way, result in ways.items()
        )
        print(f"(g) chapter 04's emoji, seed {seed}: {told}", flush=True)
    ours, theirs = json.loads(_child("from course_lib.tools import bench; bench.feature_rates()"))
    print(
        f"    features of {SIDE}x{SIDE}, images/s against keras.applications.EfficientNetB0: {_against(ours, theirs)}"
    )


def three_ways():
    """Run lesson 04 as far as its comparison; print seconds and accuracy of each way, as the lesson measures them."""
    os.environ["COURSE_CLAIMS_GO_ON"] = "1"
    lesson = {}
    for cell in sources.convert(chapters.sources(chapters.find("04"))[0]).cells:
        if cell.cell_type == "code":
            exec(cell.source, lesson)
        if "fine-tuned" in lesson.get("correct", {}):
            break
    ways = {way: {"accuracy": correct, "seconds": lesson["seconds"][way]} for way, correct in lesson["correct"].items()}
    print(json.dumps(ways))


def feature_rates():
    """Print images/s of the shipped backbone's network and of EfficientNetB0 without top, in turns, with random weights."""
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    from course_lib.models.efficientnet_lite import efficientnet_lite0

    shape = (SIDE, SIDE, 3)
    models = [
        efficientnet_lite0(shape, include_top=False),
        keras.applications.EfficientNetB0(weights=None, include_top=False, input_shape=shape),
    ]
    x = np.random.default_rng(0).normal(size=(64, *shape)).astype("float32")
    seconds = [[] for _ in models]
    for _ in range(1 + REPEATS):
        for model, spent in zip(models, seconds):
            started = time.perf_counter()
            model.predict_on_batch(x)
            spent.append(time.perf_counter() - started)
    # the first turn builds the graph and does not count
    print(json.dumps([{"forward": len(x) / statistics.median(spent[1:])} for spent in seconds]))
