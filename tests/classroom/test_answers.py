"""Plain data over the border: what crosses, what is refused, and what a call does to its arguments."""

import json
import math
import re
import struct

import numpy as np
import pytest

from course_lib.classroom.judge import answers
from course_lib.classroom.judge.answers import Answers, Cell, NoAnswer, TestFault, proxy
from course_lib.classroom.sandbox import bubblewrap as sandbox
from course_lib.classroom.sandbox import calls as plain
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.limits import Limits
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
        [], [1, [2, [3]]], (), (1, (2,)), {}, {"a": 1, (1, 2): [3], 5: None, None: 1.5}, {1, 2}, np.float32(1.5), np.int8(-3), np.bool_(True),
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
    [object(), (i for i in "a"), lambda: 1, len, np, np.array([object()]), np.array([(1, 2)], "i4,i4"), [[1], [object()]], {"a": print}, Ellipsis, range(3), type],
    ids=lambda value: re.sub(" at 0x.*", "", repr(value))[:30],  # the same in each process
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(value):
    with pytest.raises(Refused, match="object of type|a generator|a function|a module|dtype"):
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
        ({"model": {"configuration": 5, "weights": []}}, []),
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
def numbers():
    yield 1
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
    for name, reason in (("leave", "ended"), ("numbers", "refused"), ("missing", "missing"), ("forever", "time")):
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


@pytest.mark.parametrize("state", ["trainable", "frozen", "mixed", "frozen, one layer not"])
def test_a_model_arrives_with_weights_and_what_is_trainable(keras, state):
    model = small(keras)
    model.compile("adam", "mse")
    if "frozen" in state:
        model.trainable = False
    if state == "mixed":
        model.get_layer("conv").trainable = False
    if state == "frozen, one layer not":
        model.get_layer("bn").trainable = True
    arrived = there(model)
    assert isinstance(arrived, keras.Model) and arrived is not model
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    assert np.array_equal(arrived.predict_on_batch(x), model.predict_on_batch(x))
    assert [w.path for w in arrived.weights] == [w.path for w in model.weights]
    assert [w.path for w in arrived.trainable_weights] == [w.path for w in model.trainable_weights]
    assert [layer.trainable for layer in arrived._flatten_layers()] == [
        layer.trainable for layer in model._flatten_layers()
    ]


def test_a_model_that_was_given_is_changed_where_it_may_be(keras):
    def fit(model):
        model.get_layer("conv").trainable = False
        model.get_layer("bn").set_weights([np.full(4, 7.0)] * 4)
        return model, 5

    model = small(keras)
    back, five = call(fit, model)
    assert five == 5 and not model.get_layer("conv").trainable and model.get_layer("bn").get_weights()[0][0] == 7
    assert not back.get_layer("conv").trainable

    def other(model):
        model.get_layer("conv").activation = keras.activations.linear

    with pytest.raises(Refused, match="conv.*changed"):
        call(other, model)


def test_models_that_are_more_than_configuration_are_refused(keras):
    layers = keras.layers

    class Own(layers.Layer):
        def call(self, x):
            return x

    class OwnModel(keras.Model):
        def call(self, x):
            return x

    own = lambda x: x
    for layer in (
        layers.Lambda(own),
        Own(),
        layers.Dense(2, activation=own),
        layers.Dense(2, activation=keras.ops.sin),
        layers.Hashing(3),
    ):
        with pytest.raises(Refused, match="a model"):
            there(keras.Sequential([keras.Input((4,)), layer]))
    with pytest.raises(Refused, match="a model"):
        there(OwnModel())
    with pytest.raises(Refused, match="EagerTensor"):
        there(keras.ops.ones(3))


EVIL = [
    {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"},
    {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"},
    {
        "module": "keras.src.utils.file_utils",
        "class_name": "function",
        "config": "get_file",
        "registered_name": "function",
    },
    {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"function": {"class_name": "__lambda__", "config": {"code": "eJw="}}},
    },
    {"class_name": "__lambda__", "config": {"value": "x"}},
    {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/etc"}, "registered_name": None},
    {
        "module": "keras.layers",
        "class_name": "StringLookup",
        "config": {"vocabulary": "/etc/passwd"},
        "registered_name": None,
    },
    {"module": "subprocess", "class_name": "Popen", "config": {"args": ["true"]}, "registered_name": None},
    {"module": "numpy", "class_name": "ndarray", "config": {}, "registered_name": None},
    {"module": None, "class_name": "Own", "config": {}, "registered_name": "pkg>Own"},
    {"module": ["keras.layers"], "class_name": "Dense", "config": {}},
    {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}},
]


@pytest.mark.parametrize("evil", EVIL, ids=lambda evil: f"{evil.get('module')}.{evil['class_name']}")
def test_an_evil_configuration_is_refused_before_it_is_read(keras, monkeypatch, evil):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    tree, blobs = plain.pack(model)
    whole = json.loads(tree["model"]["configuration"])
    monkeypatch.setattr(keras.saving, "deserialize_keras_object", lambda *a, **k: pytest.fail("it was read"))
    for place in ("activation", "kernel_initializer"):
        forged = json.loads(json.dumps(whole))
        forged["config"]["layers"][1]["config"][place] = evil
        tree["model"]["configuration"] = json.dumps(forged)
        with pytest.raises(Refused):
            plain.unpack(tree, blobs)
    tree["model"]["configuration"] = json.dumps(evil)
    with pytest.raises(Refused):
        plain.unpack(tree, blobs)


def test_a_model_larger_than_what_arrived_is_refused(keras):
    tree, blobs = plain.pack(keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]))
    text = tree["model"]["configuration"]
    for old, new in (
        ('"units": 2', '"units": 3'),
        ('"units": 2', '"units": -1'),
        ('"units": 2', '"units": "x"'),
        ("[null, 4]", "[null, null]"),
    ):
        tree["model"]["configuration"] = text.replace(old, new)
        with pytest.raises(Refused):
            plain.unpack(tree, blobs)
