"""Plain data over the border: what crosses, what is refused, and what a call does to its arguments."""

import inspect
import math
import re
import struct
from fractions import Fraction

import numpy as np
import pytest

from course_lib.checks import CheckFailed, require
from course_lib.classroom.judge import answers
from course_lib.classroom.judge.answers import Answers, Cell, NoAnswer, TestFault, proxy
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox import calls as plain
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.limits import Limits
from course_lib.classroom.sandbox.models import Inside
from course_lib.texts import both

needs_sandbox = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox here: {sandbox.available()}")
LIMITS = Limits(memory_mb=700, processes=64, call_s=1, task_s=8, cell_s=10, notebook_s=60)


def there(value):
    """A value after it has crossed, as bytes."""
    tree, blobs = plain.pack(value)
    data = plain.message_bytes({"value": tree}, blobs)
    place = iter(range(1))
    message, blobs = plain.receive(reader(data))
    assert next(place) == 0
    return plain.unpack(message["value"], blobs)


def reader(data):
    position = 0

    def read(count):
        nonlocal position
        if position + count > len(data):
            raise EOFError
        position += count
        return data[position - count : position]

    return read


def same(one, other):
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -5, 2**53, -(2**200), 1.0, -0.0, float("nan"), float("inf"), 1 + 2j, "", "가나다 \n\0", "\ud800", b"\x00\xff",
        [], [1, [2, [3]]], (), (1, (2,)), range(5, 0, -2), Fraction(-2, 3), {}, {"a": 1, (1, 2): [3], 5: None, None: 1.5}, {1, 2}, np.float32(1.5), np.int8(-3), np.bool_(True),
        np.str_("x"), np.arange(6).reshape(2, 3), np.ones((2, 3), order="F"), np.zeros((0, 4), "float32"), np.array(7), np.array(["ab", "c"]),
        np.arange(10)[::-2], np.array([[1, 2], [3, 4]], ">i4"), np.array([1j]), np.array([np.nan]), np.array([True, False]), (np.arange(3), {"x": [np.arange(2)]}),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_plain_values_arrive_as_what_they_were(value):
    arrived = there(value)
    assert type(arrived) is type(value) and same(value, arrived)


def test_subclasses_arrive_as_their_plain_base():
    class Always(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    class Rows(np.ndarray):
        pass

    class Names(dict):
        pass

    assert (
        type(there(Always(3))) is int
        and type(there(np.ones(2).view(Rows))) is np.ndarray
        and type(there(Names(a=1))) is dict
    )
    assert type(there(np.ma.masked_array([1, 2], [0, 1]))) is np.ndarray


@pytest.mark.parametrize(
    "value",
    [object(), (i for i in "a"), lambda: 1, len, np, np.array([object()]), np.array([(1, 2)], "i4,i4"), [[1], [object()]], {"a": print}, Ellipsis, range(10**7), type],
    ids=lambda value: re.sub(" at 0x.*", "", repr(value))[:30],  # the same in each process
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(value):
    with pytest.raises(Refused, match="a value of type|dtype"):
        plain.pack(value)


def test_a_list_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(Refused, match="inside each other"):
        plain.pack(loop)


def npy(header, data=b""):
    text = repr(header).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


@pytest.mark.parametrize(
    "tree, blobs",
    [
        ({"array": 0}, []),
        ({"array": -5}, [b"x"]),
        ({"array": "0"}, [b"x"]),
        ({"array": 0}, [b"no npy"]),
        ({"array": 0}, [npy({"descr": "<f8", "fortran_order": False, "shape": (10**12,)})]),
        ({"array": 0}, [npy({"descr": "<f8", "fortran_order": False, "shape": (-1, -8)}, bytes(64))]),
        ({"array": 0}, [npy({"descr": "|O", "fortran_order": False, "shape": (1,)}, b"cos\nsystem\n(S'true'\ntR.")]),
        ({"array": 0}, [npy({"descr": [("a", "|O")], "fortran_order": False, "shape": (1,)}, bytes(8))]),
        ({"scalar": 0}, [npy({"descr": "<f8", "fortran_order": False, "shape": (2,)}, bytes(16))]),
        ({}, []),
        ({"pickle": "x"}, []),
        ({"dict": [[[1], 2]]}, []),
        ({"dict": 5}, []),
        ({"set": [[]]}, []),
        ({"tuple": None}, []),
        ({"int": "x" * 9}, []),
        ({"complex": ["a"]}, []),
        ({"bytes": "zz"}, []),
        ({"model": {"configuration": "{}"}}, []),
        ({"range": [0, 10**12, 1]}, []),
        ({"range": [0, 1, 0]}, []),
        ({"fraction": ["1", "0"]}, []),
        ({"held": {"number": 0}}, []),
        ({"tensor": 0}, []),
    ],
)
def test_malformed_data_is_refused(tree, blobs):
    with pytest.raises(Refused):
        plain.unpack(tree, blobs)


def test_malformed_messages_are_refused():
    deep = b"[" * 100_000
    for data in (
        bytes(4),
        b"\xff" * 12,
        struct.pack("!IQ", 1, 2**50),
        struct.pack("!IQ", 1, 2) + b"[]",
        struct.pack("!IQ", 1, len(deep)) + deep,
    ):
        with pytest.raises(Refused):
            plain.receive(reader(data))
    nested = 1
    for _ in range(500):
        nested = [nested]
    with pytest.raises(Refused):
        plain.unpack(nested, [])
    with pytest.raises(Refused, match="MB"):
        plain.message_bytes({}, [bytes(2**20)] * 200)


def call(function, *arguments, **keywords):
    """Both halves of a call without a process between."""
    message, blobs = plain.question("f", arguments, keywords)
    message, blobs = plain.receive(reader(plain.message_bytes(message, blobs)))
    reply, blobs = plain.perform(function, message, blobs)
    reply, blobs = plain.receive(reader(plain.message_bytes(reply, blobs)))
    return plain.conclude(reply, blobs, arguments, keywords)


def test_changed_arguments_come_back():
    def change(array, rows, table, pair, box=None):
        array[0] = 9
        rows[1][0] = "new"
        rows.append(3)
        table["k"][:] = 5
        pair[0].append(1)
        box["x"] = 1
        return array

    array, rows, table, pair, box = np.arange(4), [1, ["old"]], {"k": np.zeros(2)}, ([],), {}
    inner, whole = table["k"], array
    view = np.arange(10)[::2]
    assert same(call(change, array, rows, table, pair, box=box), np.array([9, 1, 2, 3]))
    assert whole[0] == 9 and rows == [1, ["new"], 3] and inner.tolist() == [5, 5] and pair == ([1],) and box == {"x": 1}
    call(lambda a: a.sort(), view[::-1])
    assert view.tolist() == [8, 6, 4, 2, 0]
    call(lambda a: a.fill(np.nan), untouched := np.ones(2))
    assert np.isnan(untouched).all()


def test_an_array_that_cannot_be_written_to_cannot_there_either():
    locked = np.arange(3)
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        call(lambda a: a.fill(1), locked)


def test_exceptions_keep_kind_name_and_message():
    class TooLarge(ValueError, LookupError):
        pass

    def fail(error):
        def function():
            raise error

        return function

    with pytest.raises(ValueError, match="^five$") as caught:
        call(fail(ValueError("five")))
    assert type(caught.value) is ValueError and caught.value.from_other_side == "ValueError"
    with pytest.raises(LookupError) as caught:
        call(fail(TooLarge("x")))
    assert isinstance(caught.value, ValueError) and type(caught.value).__name__ == "TooLarge"
    with pytest.raises(ValueError):
        call(fail(UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")))
    with pytest.raises(NotImplementedError):
        call(fail(NotImplementedError()))
    with pytest.raises(IndexError):
        call(fail(np.exceptions.AxisError(3, 2)))
    for end in (SystemExit(0), KeyboardInterrupt(), GeneratorExit()):
        with pytest.raises(Refused, match="ends the program"):
            call(fail(end))


def test_forged_errors_are_builtin_errors_or_nothing():
    for forged in (
        {"kinds": ["CheckFailed"]},
        {"kinds": "ValueError"},
        {"kinds": ["BaseException", "SystemExit"]},
        [],
        None,
        {"kinds": [[]]},
    ):
        with pytest.raises(Refused):
            plain.conclude({"error": forged}, [], (), {})
    with pytest.raises(ValueError):
        plain.conclude({"error": {"kinds": ["ValueError", "Exception"], "name": "a\0b", "message": 5}}, [], (), {})


def test_the_state_of_floating_point_errors_goes_along():
    divide = lambda x: 1 / x
    with np.errstate(divide="ignore"):
        assert np.isinf(call(divide, np.zeros(1)))[0]
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        call(divide, np.zeros(1))


# --- with a kernel
# -----------------------------------------------------------------------------------------------------------

CODE = """
import numpy as np, os, time
def double(x): return 2 * x
def forever(x):
    while True: pass
def leave(): os._exit(3)
def eat(): return bytearray(2 << 30)
def odd(): return object()
def talks():
    print("x" * 10_000_000); import warnings; warnings.warn("w"); return 1
def bomb():
    while True:
        try:
            if not os.fork(): time.sleep(99)
        except OSError: return 1
"""


@pytest.fixture(scope="module")
def student():
    with Answers(
        [Cell(CODE), Cell("while True: pass", task="lost"), Cell("def after(): return 'here'")], LIMITS_FAST
    ) as one:
        yield one


LIMITS_FAST = Limits(memory_mb=700, processes=64, call_s=1, task_s=8, cell_s=1, notebook_s=60)


@needs_sandbox
def test_a_notebook_that_ends_its_kernel_again_and_again_is_given_up(monkeypatch):
    monkeypatch.setattr(answers, "RESTARTS", 2)
    cells = [Cell("import os; os._exit(1)") for _ in range(4)]
    with Answers(cells, LIMITS) as one, pytest.raises(NoAnswer) as caught:
        one.ready()
    assert caught.value.reason == "restarts" and [cell.stopped for cell in cells] == ["ended", "ended", None, None]


@needs_sandbox
def test_a_student_is_asked_again_after_every_end(student):
    student.begin()
    double, after = proxy(student, "double"), proxy(student, "after")
    assert double.__name__ == "double" and double(np.float32(2)) == 4 and after() == "here"
    for name, reason in (("leave", "ended"), ("odd", "refused"), ("missing", "missing"), ("forever", "time")):
        student.begin()
        with pytest.raises(NoAnswer) as caught:
            proxy(student, name)(*[1] * (name == "forever"))
        assert caught.value.reason == reason and all(name in text for text in both(caught.value).values())
        assert student.ended == (reason == "ended"), "a second try is for what ended, not for what takes too long"
        assert double(21) == 42
    with pytest.raises(MemoryError):
        proxy(student, "eat")()
    assert proxy(student, "talks")() == 1 and double(x=4) == 8
    with pytest.raises(TestFault):
        double(len)
    assert [cell.stopped for cell in student.cells] == [None, "time", None]


@needs_sandbox
def test_what_a_task_leaves_running_is_gone_with_it(student):
    student.begin()
    assert proxy(student, "bomb")() == 1
    student.finish()
    assert student.kernel is None
    assert proxy(student, "double")(1) == 2


@needs_sandbox
def test_time_of_a_task_and_of_a_notebook():
    with Answers(
        [Cell("import time\ndef slow():\n    time.sleep(0.3)")], Limits(task_s=0.5, cell_s=5, notebook_s=600)
    ) as one:
        one.begin()
        slow = proxy(one, "slow")
        with pytest.raises(NoAnswer) as caught:
            for _ in range(5):
                slow()
        assert caught.value.reason == "task"
        one.begin()
        one.end = 0
        with pytest.raises(NoAnswer) as caught:
            slow()
        assert caught.value.reason == "notebook"
        one.end = one._now() + 0.1
        with pytest.raises(NoAnswer) as caught:
            slow()
        assert caught.value.reason == "notebook"


@needs_sandbox
def test_slow_cells_do_not_cost_the_functions_that_are_defined():
    """Once the time for cells is over, only those that tasks need are run, and the tests have a time of their own."""
    slow = "import time\ntime.sleep(1.4)\ntried = True"
    cells = [
        Cell("def double(x):\n    return 2 * x", task="double"),
        Cell(slow),
        Cell(slow),
        Cell(slow),
        Cell("def triple(x):\n    return 3 * x", task="triple"),
        Cell("import math\ndef helper():\n    return math.pi"),
        Cell("triple(1)", "check", "triple"),
    ]
    with Answers(cells, Limits(memory_mb=700, cell_s=5, call_s=2, notebook_s=2)) as one:
        one.ready()
        assert [cell.stopped for cell in cells] == [None, None, None, "cells", None, None, "cells"]
        assert "was not run: the 2 s for the cells of the notebook were over" in cells[3].error
        for _ in range(2):  # again in a kernel that has to be new
            one.begin()
            assert [proxy(one, "double")(2), proxy(one, "triple")(2), proxy(one, "helper")()] == [4, 6, math.pi]
            one.stop()
            one.end = None


@needs_sandbox
def test_a_cell_that_is_run_again_needs_time_for_it():
    """A slow one that is no task's is left out where the time for cells does not do for it once more."""
    cells = [Cell("def double(x):\n    return 2 * x", task="double"), Cell("import time\ntime.sleep(1)")]
    with Answers(cells, Limits(memory_mb=700, cell_s=5, call_s=1, notebook_s=1.5)) as one:
        one.ready()
        one.stop()
        one.begin()
        assert proxy(one, "double")(2) == 4 and cells[1].stopped == "cells"


@needs_sandbox
def test_lent_functions_compute_here_and_show_nothing():
    code = "def later(x):\n    y = earlier(x); x[0] = -1\n    return y, type(earlier).__name__, repr(earlier.__code__.co_consts)\ndef caught():\n    try: earlier(None)\n    except TypeError as e: return str(e)\ndef two(x):\n    return other(x), earlier(x)"
    with Answers([Cell(code)], LIMITS) as one:
        one.lent = {"earlier": lambda x: x + 12345, "other": lambda x: -x}
        one.begin()
        x = np.arange(2)
        y, kind, consts = proxy(one, "later")(x)
        assert y.tolist() == [12345, 12346] and x.tolist() == [-1, 1] and "12345" not in consts
        assert "NoneType" in proxy(one, "caught")()
        assert proxy(one, "two")(5) == (-5, 12350)
        assert "refused" in one._answer({"call": "third"}, [])[0], "only what was lent"


# --- Keras models
# ------------------------------------------------------------------------------------------------------------


class Near(Answers):
    """A student whose functions are in this process; all the same goes over the wire."""

    def __init__(self, **functions):
        super().__init__([], LIMITS)
        self.kernel, self.closed, self.functions, self.side = self, False, functions, Inside()

    def ask(self, message, blobs=(), seconds=None, answer=None):
        message, blobs = plain.receive(reader(plain.message_bytes(message, blobs)))
        reply, blobs = plain.answered(self.functions, message, blobs, self.side)
        return plain.receive(reader(plain.message_bytes(reply, blobs)))

    def strays(self):
        return 0


def near(function):
    """The proxy of a function in this process."""
    return proxy(Near(f=function), "f")


@pytest.fixture(scope="module")
def keras():
    import course_lib

    course_lib.start(seed=0, precision="float32")
    import keras

    return keras


def small(keras, name="small"):
    x = images = keras.Input((8, 8, 3))
    a, b = keras.ops.split(keras.layers.Conv2D(4, 3, activation="relu", name="conv")(x), 2, axis=-1)
    x = keras.layers.BatchNormalization(name="bn")(keras.ops.concatenate([a * 2, b - 1], axis=-1))
    inner = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, keras.activations.gelu, kernel_regularizer="l2")], name="inner"
    )
    return keras.Model(images, inner(keras.layers.GlobalAveragePooling2D()(x)), name=name)


IMAGES = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")


@pytest.mark.parametrize("state", ["trainable", "frozen", "mixed", "frozen, one layer not"])
def test_a_model_that_is_given_arrives_with_weights_and_what_is_trainable(keras, state):
    def about(model):
        flags = [layer.trainable for layer in model._flatten_layers()]
        return (
            np.asarray(model(IMAGES)),
            *([w.path for w in ws] for ws in (model.weights, model.trainable_weights)),
            flags,
        )

    model = small(keras)
    model.compile("adam", "mse")
    if "frozen" in state:
        model.trainable = False
    if state == "mixed":
        model.get_layer("conv").trainable = False
    if state == "frozen, one layer not":
        model.get_layer("bn").trainable = True
    here, there = about(model), near(about)(model)
    assert np.array_equal(here[0], there[0]) and here[1:] == there[1:]


def test_a_model_that_was_given_is_changed_where_it_may_be(keras):
    def fit(model, others=()):
        model.get_layer("conv").trainable = False
        model.get_layer("bn").set_weights([np.full(4, 7.0)] * 4)
        for other in others:
            other.trainable = False
        return model, 5

    model, other = small(keras), small(keras, "other")
    back, five = near(fit)(model, [other, model])
    assert five == 5 and back is model, "what was given and comes back is the same model"
    assert not model.get_layer("conv").trainable and model.get_layer("bn").get_weights()[0][0] == 7
    assert not other.trainable and not model.trainable, "the same model twice is one model"

    def altered(model):
        model.get_layer("conv").activation = keras.activations.linear

    with pytest.raises(NoAnswer, match="conv.*changed") as caught:
        near(altered)(model)
    assert caught.value.reason == "changed"
    single = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(NoAnswer, match="other layers"):
        near(lambda model: model.pop())(single)


def kinds(keras):
    """Models of every kind, all of which compute twice the ReLU of a product."""
    layers, ops = keras.layers, keras.ops
    dense = lambda **how: layers.Dense(3, use_bias=False, name="dense", **how)

    class Own(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = dense(activation="relu")

        def call(self, x):
            return 2 * self.inner(x)

    class OwnModel(keras.Model):
        def __init__(self):
            super().__init__()
            self.own = [Own()]

        def call(self, x):
            return self.own[0](x)

    class Odd(OwnModel):
        def call(self, x):
            return keras.ops.convert_to_tensor(np.asarray(super().call(x)))

    class Functional(keras.Model):
        def __init__(self):
            x = keras.Input((4,))
            super().__init__(x, keras.activations.relu(dense()(x)) * np.full(3, 2, "float32"))

    x = keras.Input((4,))
    sliced = ops.concatenate([ops.take(x, np.arange(2), axis=-1), x[..., 2:4]], axis=-1)
    yield keras.Model(x, 2 * dense(activation="relu")(sliced))
    yield keras.Model({"x": x}, layers.Lambda(lambda t: 2 * t)(dense(activation=lambda t: ops.maximum(t, 0))(x)))
    yield keras.Sequential([dense(), layers.ReLU(), layers.Rescaling(2.0)])
    yield keras.Sequential([keras.Input((4,)), Own()])
    yield from (OwnModel(), Odd(), Functional())


@pytest.mark.parametrize("number", range(7))
def test_a_model_of_any_kind_is_judged_by_what_it_computes(keras, number):
    model = near(lambda: list(kinds(keras))[number])()
    assert isinstance(model, keras.Model) and not isinstance(model, keras.layers.Dense)
    x, w = np.random.default_rng(1).normal(size=(2, 5, 4)).astype("float32"), np.arange(12.0).reshape(4, 3)
    assert tuple(model(x[0]).shape) == (5, 3)
    assert model.count_params() == 12 and [v.shape for v in model.get_weights()] == [(4, 3)]
    model.set_weights([w - 5])
    for found in (
        model(x[1]),
        model.predict(x[1], verbose=0),
        model.predict_on_batch(x[1]),
        model(x[1], training=True),
    ):
        assert np.allclose(found, 2 * np.maximum(x[1] @ (w - 5), 0), rtol=1e-3, atol=1e-4)


def test_a_model_is_asked_by_the_names_of_keras(keras):
    made = small(keras)
    model = near(lambda: made)()
    assert model.name == "small" and model.input_shape == (None, 8, 8, 3) and model.output_shape == (None, 3)
    assert [layer.name for layer in model.layers] == [layer.name for layer in made.layers]
    conv = model.get_layer("conv")
    assert conv is model.layers[1] and isinstance(conv, keras.layers.Conv2D) and not isinstance(conv, keras.Model)
    assert conv.filters == 4 and conv.get_config() == made.layers[1].get_config() and conv.padding == "valid"
    assert conv.activation.__name__ == "relu" and tuple(conv.output.shape) == (None, 6, 6, 4)
    assert isinstance(model.get_layer("inner"), keras.Sequential)
    kernel = model.trainable_weights[0]
    assert (kernel.path, kernel.shape, kernel.dtype) == ("conv/kernel", (3, 3, 3, 4), "float32")
    assert np.array_equal(kernel, made.weights[0]) and np.array_equal(kernel.numpy(), made.get_weights()[0])
    conv.trainable = False
    assert not made.layers[1].trainable and [w.path for w in model.trainable_weights][0] == "bn/gamma"
    model.compile("sgd", "mse")
    before = made.get_weights()
    assert model.train_on_batch(IMAGES, np.zeros((2, 3))) > 0
    assert isinstance(model.optimizer, keras.optimizers.SGD) and not isinstance(model.optimizer, keras.optimizers.Adam)
    assert abs(float(model.optimizer.learning_rate) - 0.01) < 1e-6
    assert len(model.fit(IMAGES, np.zeros((2, 3)), verbose=0, epochs=2).history["loss"]) == 2
    assert [np.array_equal(a, b) for a, b in zip(before, made.get_weights())][:3] == [True, True, False]
    with pytest.raises(ValueError, match="weight") as caught:
        model.set_weights([np.zeros(3)])
    assert caught.value.function == "f(...).set_weights(...)"
    with pytest.raises(ValueError):
        model.get_layer("missing")
    assert not hasattr(model, "nothing") and not hasattr(model, "__array__") and not hasattr(model, "_flatten_layers")
    assert "model" in repr(model)


def test_a_model_goes_back_to_where_it_is(keras):
    student = Near(make=lambda: small(keras), same=lambda one, other: one is other, size=lambda m: m.count_params())
    make, same, size = (proxy(student, name) for name in ("make", "same", "size"))
    one, two = make(), make()
    assert same(one, one) and not same(one, two) and size(one) == one.count_params()
    student.finish()
    assert not student.side.held and not student.remotes, "nothing is kept for the next task"
    student.starts += 1
    with pytest.raises(NoAnswer) as caught:
        two.count_params()
    assert caught.value.reason == "gone"


def test_a_layer_is_a_layer(keras):
    layer = near(lambda: keras.layers.Dense(2))()
    assert isinstance(layer, keras.layers.Dense) and not isinstance(layer, keras.Model)
    assert tuple(layer(np.ones((1, 3), "float32")).shape) == (1, 2)


def test_functions_and_generators_stay_where_they_are():
    def twice(function=None):
        return lambda x, *, more=0: 2 * (function(x) if function else x) + more

    def count(to):
        yield from range(to)
        raise ValueError("enough")

    student = Near(
        twice=twice, count=count, pairs=lambda: zip("ab", [1, 2]), kinds=lambda *all: [type(a).__name__ for a in all]
    )
    twice, pairs, kinds = (proxy(student, name) for name in ("twice", "pairs", "kinds"))
    double = twice()
    assert inspect.isfunction(double) and double(np.arange(3), more=1).tolist() == [1, 3, 5]
    assert twice(double)(1) == 4 and kinds(double, twice()) == ["function", "function"]
    assert dict(pairs()) == {"a": 1, "b": 2}
    numbers = proxy(student, "count")(3)
    assert inspect.isgenerator(numbers) and [next(numbers) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="enough"):
        next(numbers)
    with pytest.raises(TestFault):
        twice(len)
    student.finish()
    assert not student.side.held


def test_what_is_never_an_answer_is_wrong_and_not_refused():
    """The checks say what it is: a generator, a function, an exception."""
    for odd in (
        (i for i in "ab"),
        map(str, "ab"),
        len,
        lambda: 1,
        ValueError("x"),
        KeyError,
        UnicodeDecodeError("a", b"", 0, 1, ""),
    ):
        with pytest.raises(CheckFailed, match="came back"):
            require("f", near(lambda odd=odd: odd)(), 5)
    error = near(lambda: ValueError("x"))()
    assert type(error) is ValueError and str(error) == "x"
    with pytest.raises(NoAnswer, match="ends the program"):
        near(lambda: SystemExit(0))()


def test_predicting_traces_nothing(keras):
    import tensorflow

    traced = []

    class Watched(keras.Model):
        def call(self, x):
            traced.append(tensorflow.inside_function())
            return 2 * x

    made = Watched()
    model = near(lambda: made)()
    made.predict_on_batch(IMAGES)
    assert traced.pop(), "of itself Keras traces a model before it runs it"
    assert np.array_equal(model.predict_on_batch(IMAGES), 2 * IMAGES)
    assert np.array_equal(model.predict(IMAGES, verbose=0), 2 * IMAGES) and traced == [False, False]


def test_tensors_arrive_as_their_values(keras):
    tensor = near(lambda x: 2 * keras.ops.convert_to_tensor(x))(np.arange(3, dtype="float32"))
    assert not isinstance(tensor, np.ndarray), "a test that asks for an array notices"
    assert tuple(tensor.shape) == (3,) and tensor.dtype == np.float32 and len(tensor) == 3 and tensor[1] == 2
    assert np.array_equal(tensor, [0, 2, 4]) and np.array_equal((1 - tensor) * tensor, [0, -2, -12])
    assert np.array_equal(tensor.numpy(), tensor) and tensor.numpy().dtype == np.float32
    assert float(near(lambda t: keras.ops.sum(t))(tensor)) == 6, "and go as tensors"
    require("tensor", tensor, np.array([0.0, 2, 4]))
    half = near(lambda: keras.ops.ones(2, "bfloat16"))()
    assert half.dtype == np.float32 and float(half[0]) == 1
    with pytest.raises(Refused, match="a value of type"):
        plain.pack(keras.Input((2,)))


EVIL = [
    {"model": {"configuration": "{}", "weights": [], "trainable": [], "paths": []}},
    {"given": 0},
    {"given": -1},
    {"given": True},
    {"given": "0"},
    {"held": {"number": 10**30, "kind": "model", "facts": []}},
    {"held": {"number": 7, "kind": "os", "facts": {"dict": []}}},
    {"held": {"number": True, "kind": "model", "facts": {"dict": []}}},
    {"held": {"number": 7, "kind": ["model"], "facts": {"dict": []}}},
    {"held": 5},
    {"state": {"settings": [[]], "trainable": [], "weights": []}},
    {"state": {"settings": [], "trainable": [], "weights": [5]}},
    {"function": {"number": "x", "name": "f"}},
    {"function": {"name": "f"}},
    {"iterator": {"number": -3, "lazy": True}},
    {"exception": {"kinds": ["SystemExit"], "name": "x", "message": ""}},
    {"exception": 5},
]


@pytest.mark.parametrize("evil", EVIL, ids=str)
def test_nothing_of_a_students_is_rebuilt_here(keras, monkeypatch, evil):
    student = Near()
    student.ask = lambda *_, **__: ({"value": [evil]}, [])
    monkeypatch.setattr(keras.saving, "deserialize_keras_object", lambda *a, **k: pytest.fail("it was read"))
    with pytest.raises(NoAnswer) as caught:
        student.call("f", (), {})
    assert caught.value.reason == "refused" and student.refused == [caught.value]


@pytest.mark.parametrize(
    "facts",
    [{}, {"classes": 5}, {"classes": ["__init__", 3, "os", "layers"]}, {"classes": ["Model"], "name": ["x"]}],
    ids=str,
)
def test_a_model_is_what_it_says_and_no_more(keras, facts):
    student = Near()
    tree = plain.pack(facts)[0]
    student.ask = lambda *_, **__: ({"value": {"held": {"number": 3, "kind": "model", "facts": tree}}}, [])
    model = student.call("f", (), {})
    assert isinstance(model, keras.Model) == ("Model" in str(facts)) and repr(model)
    with pytest.raises(AttributeError):
        _ = model.__wrapped__


@pytest.mark.parametrize(
    "content",
    [None, [], ["kind"], ["kind", {}], ["depth", {"count": [1]}], ["nothing", {"name": "x"}], ["kind", 5], [{}, {}]],
    ids=str,
)
def test_a_forged_reason_is_a_sentence_all_the_same(content):
    with pytest.raises(Refused) as caught:
        plain.conclude({"refused": content}, [], (), {})
    assert all(both(caught.value).values())


def test_a_state_of_something_else_is_refused(keras):
    student, one = Near(), keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    for given, settings in ((np.ones(2), []), (one, []), (one, [["a", "b"], ["c", "d"]])):
        state = {"state": {"settings": settings, "trainable": [], "weights": []}}
        student.ask = lambda *_, state=state, **__: ({"value": 1, "after": [[state], {"dict": []}]}, [])
        with pytest.raises(NoAnswer) as caught:
            student.call("f", (given,), {})
        assert caught.value.reason in ("refused", "changed")
