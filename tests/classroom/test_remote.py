"""Models under judgement, in the sandbox: a point is earned by what a model computes, never by what it says of itself,
and what could not be judged is shown to a person."""

import nbformat
import pytest

from course_lib.classroom.judge.judge import mark_here
from course_lib.classroom.sandbox import bubblewrap
from course_lib.tasks import tasks
from course_lib.tools import chapters, sources

pytestmark = pytest.mark.skipif(bubblewrap.available() is not None, reason=f"no sandbox here: {bubblewrap.available()}")


def for_what_it_computes(mark):
    """Points without those of the part "errors", for which a function need only refuse what is no input."""
    return sum(part.points for part in mark.parts if part.name != "errors")


def graded(number, answers):
    """The Outcome of a chapter's solutions with these answers instead, for their tasks alone; no check cell runs."""
    source = chapters.find(number).exercises
    notebook = sources.convert(source)
    copy = sources.learner_copy(notebook, "en")
    code = {task.solution.id: answers.get(task.name, task.solution.source) for task in tasks(notebook)}
    checks = {task.check.id for task in tasks(notebook)}
    for cell in copy.cells:
        cell.source = "" if cell.id in checks else code.get(cell.id, cell.source)
    return mark_here(nbformat.writes(copy).encode(), source, only=set(answers))


# A network that says of itself whatever is expected, and computes something else.
LIAR = """
import keras, numpy as np


class Liar(keras.Model):
    def __init__(self, sizes, output):
        super().__init__()
        self.sizes, self.output_size, self.values = sizes, output, None

    count_params = lambda self: int(sum(np.prod(size) for size in self.sizes))
    get_weights = lambda self: self.values or [np.zeros(size, "float32") for size in self.sizes]
    weights = trainable_weights = property(lambda self: [keras.Variable(value) for value in self.get_weights()])
    output_shape = property(lambda self: (None, *self.output_size))
    input_shape = property(lambda self: (None, None, None, None))
    layers = property(lambda self: [keras.layers.Dense(3, name="dense")])

    def set_weights(self, values):
        self.values = values

    def __call__(self, x, training=False):
        return keras.ops.convert_to_tensor(self.compute(np.asarray(x)))

    def compute(self, x):
        return np.zeros((len(x), *self.output_size), "float32")


def sizes_of(configuration, shape, classes):
    (h, w, channels), sizes = shape, []
    for entry in configuration:
        if entry == "M":
            h, w = h // 2, w // 2
        else:
            sizes, channels = [*sizes, (3, 3, channels, entry), (entry,)], entry
    return sizes + [(h * w * channels, 32), (32,), (32, classes), (classes,)]


def vgg(configuration, input_shape, classes):
    return Liar(sizes_of(configuration, input_shape, classes), (classes,))


def grouped(input_shape, filters, groups):
    if input_shape[-1] % groups or filters % groups:
        raise ValueError
    size = (3, 3, input_shape[-1] // groups, filters // groups)
    return Liar([size, size[3:]] * groups, (*input_shape[:2], filters))


def residual_block(input_shape, filters, stride):
    channels = input_shape[-1]
    sizes = [(3, 3, channels, filters)] + [(filters,)] * 4 + [(3, 3, filters, filters)] + [(filters,)] * 4
    if stride != 1 or channels != filters:
        sizes += [(1, 1, channels, filters)] + [(filters,)] * 4
    return Liar(sizes, (-(-input_shape[0] // stride), -(-input_shape[1] // stride), filters))
"""
CHEATS = {
    "says what is expected, computes nothing": "",
    "looks for the answer in whoever calls it": """
def compute(self, x):
    import gc, sys
    frame, seen = sys._getframe(), []
    while frame:
        seen += frame.f_locals.values()
        frame = frame.f_back
    wanted = (len(x), *self.output_size)
    for one in seen + gc.get_objects():
        if isinstance(one, np.ndarray) and one.shape == wanted and one.any():
            return one
    return np.zeros(wanted, "float32")

Liar.compute = compute
""",
    "behaves when it is watched by a check": """
def compute(self, x):
    import sys
    frame, names = sys._getframe(), set()
    while frame:
        names.add(frame.f_code.co_filename)
        frame = frame.f_back
    if any("classroom" in name for name in names):
        return np.ones((len(x), *self.output_size), "float32") * sum(float(value.sum()) for value in self.values or [])
    return super(Liar, self).__call__(x)

Liar.compute = compute
""",
    "answers with what it was asked last": """
past = {}

def compute(self, x):
    wanted = (len(x), *self.output_size)
    last = past.get(wanted, np.zeros(wanted, "float32"))
    past[wanted] = np.resize(x, wanted)
    return last

Liar.compute = compute
""",
    "sends numbers that nobody can compare": """
Liar.compute = lambda self, x: np.full((len(x), *self.output_size), np.nan, "float32")
""",
    "is another one each time": """
Liar.compute = lambda self, x: np.random.normal(size=(len(x), *self.output_size)).astype("float32")
""",
    "is no model": """
class Pretender:
    __class__ = keras.Model
    name = "pretender"

    def __init__(self, sizes, output):
        self.sizes, self.output_size, self.values = sizes, output, None

    get_weights, set_weights, count_params = Liar.get_weights, Liar.set_weights, Liar.count_params
    weights, output_shape, __call__, compute = Liar.weights, Liar.output_shape, Liar.__call__, Liar.compute

Liar = Pretender
""",
    "takes over what answers the tests": """
from course_lib.classroom.sandbox import calls
honest = calls.honest = getattr(calls, "honest", calls.perform)

def perform(function, message, blobs, side=None):
    if "of" in message and message["name"] == "":
        return {"value": {"given": 0}}, []
    return honest(function, message, blobs, side)

calls.perform = perform
""",
    "sends the test's own objects back": """
from course_lib.classroom.sandbox import models
models.Inside.write = lambda self, value, blobs: {"held": {"number": 0, "kind": "model", "facts": {"dict": [["classes", ["Model"]], ["shape", 1]]}}}
""",
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_lie_earns_no_point(name):
    code = LIAR + CHEATS[name]
    outcome = graded("03", {"vgg": code, "grouped": code, "residual_block": code})
    earned = {mark.task: for_what_it_computes(mark) for mark in outcome.tasks}
    assert earned == dict.fromkeys(("vgg", "residual_block", "grouped"), 0)
    assert all(mark.error["en"] and mark.error["ko"] for mark in outcome.tasks)


LATER = {
    "vgg": """
class Once(keras.Model):
    def __init__(self, *how):
        super().__init__()
        self.right, self.calls = right(*how), 0

    def call(self, x, training=False):
        self.calls += 1
        return self.right(x) + (0.0 if self.calls < 3 else 1.0)


def right(configuration, input_shape, classes):
    x = images = keras.Input(input_shape)
    for entry in configuration:
        x = layers.MaxPooling2D(2)(x) if entry == "M" else layers.Conv2D(entry, 3, padding="same", activation="relu")(x)
    return keras.Model(images, layers.Dense(classes)(layers.Dense(32, activation="relu")(layers.Flatten()(x))))


vgg = lambda *how: Once(*how)
""",
}


def test_a_model_that_is_right_for_some_time_only_earns_no_point():
    (mark,) = graded("03", LATER).tasks
    assert mark.points == 0 and "the same in training" in mark.error["en"]


def test_what_is_said_of_a_given_model_is_no_answer():
    """The tests look at the model of their own, where the flags are what has come back."""
    lies = {
        "unfreeze": """
def unfreeze(model, first):
    names = [layer.name for layer in model.layers]
    if first not in names:
        raise ValueError
    class Given(keras.Model):
        trainable_weights = property(lambda self: [w for l in model.layers[names.index(first):] if not isinstance(l, layers.BatchNormalization) for w in l.weights])
        weights, layers = property(lambda self: model.weights), property(lambda self: model.layers)
        get_weights = lambda self: model.get_weights()
    lie = Given()
    return lie, sum(int(np.prod(w.shape)) for w in lie.trainable_weights)
""",
        "replace_head": """
class Kept(keras.Model):
    def __init__(self, kept, classes):
        super().__init__()
        self.kept, self.head = kept, layers.Dense(classes)

    def get_weights(self):
        return self.kept[:-2] + self.head.get_weights()

    def set_weights(self, values):
        self.head.set_weights(values[-2:])

    def call(self, x):
        return self.head(keras.ops.mean(x, axis=(1, 2))[:, :1] * np.ones(self.kept[-2].shape[0], "float32"))


def replace_head(model, classes):
    return Kept(model.get_weights(), classes)
""",
        "fine_tune": """
def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    vectors = keras.Input(backbone.input_shape[1:])
    model = keras.Model(vectors, layers.Dense(classes, kernel_initializer="zeros", name="head")(backbone(vectors)))
    model.get_weights = lambda: [value * 0.99 for value in backbone.get_weights()] + [np.ones((backbone.output_shape[1], classes)), np.zeros(classes)]
    return model
""",
    }
    outcome = graded("04", lies)
    assert [for_what_it_computes(mark) for mark in outcome.tasks] == [0, 0, 0], [mark.error for mark in outcome.tasks]
    assert "model that was given" in outcome.tasks[0].error["en"]


def test_a_number_of_weights_is_confirmed_by_what_they_do():
    lie = """
class Moved(keras.Model):
    def __init__(self, down, right):
        super().__init__()
        self.move, self.one = (down, right), self.add_weight(shape=(3, 3, 1, 1))

    def call(self, pictures):
        down, right = self.move
        h, w = pictures.shape[1:3]
        frame = keras.ops.pad(pictures, ((0, 0), (9, 9), (9, 9), (0, 0)))
        return frame[:, 9 - down:9 - down + h, 9 - right:9 - right + w]


def shift_model(down, right):
    return Moved(down, right)
"""
    (mark,) = graded("01", {"shift_model": lie}).tasks
    assert mark.points == 0 and "with a kernel of 0" in mark.error["en"]


def test_what_does_not_cross_is_shown_to_a_person_and_told_in_both_languages():
    answers = {
        "vgg": "import threading\n\ndef vgg(configuration, input_shape, classes):\n    return threading.Lock()",
        "input_sizes": "def input_sizes(low, high, size, stride, padding):\n    return {low: object()}",
    }
    outcome = graded("03", answers)
    assert [mark.points for mark in outcome.tasks] == [0, 0] and outcome.needs_look
    for language, words in (("en", "a value came back that cannot be graded"), ("ko", "채점할 수 없는 값")):
        assert [words in mark.error[language] for mark in outcome.tasks] == [True, True]
        notes = [note[language] for note in outcome.notes if words in note[language]]
        assert len(notes) == 2 and "lock" in notes[1] and "object" in notes[0]
    assert all("came back" not in note["ko"] and "expected" not in note["ko"] for note in outcome.notes)


def test_an_answer_that_is_wrong_needs_no_look():
    answers = {"vgg": "def vgg(configuration, input_shape, classes):\n    return [keras.Input(input_shape), 5]"}
    outcome = graded("03", answers)
    assert outcome.tasks[0].points == 0 and not outcome.needs_look and "a keras.Model" in outcome.tasks[0].error["en"]
