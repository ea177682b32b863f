import json
import os
import subprocess
import sys

import pytest

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.tools.places import COURSE


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=COURSE, capture_output=True, text=True, env={**os.environ, **environment}
    )


def test_importing_course_lib_loads_nothing():
    done = python("import sys; before = set(sys.modules); import course_lib; print(sorted(set(sys.modules) - before))")
    assert done.stdout.strip() == "['course_lib']" and done.stderr == ""


def test_public_names_exist_and_others_are_refused():
    import course_lib

    for name in course_lib.__all__:
        assert getattr(course_lib, name) is not None
    with pytest.raises(AttributeError, match="it has: "):
        getattr(course_lib, "nothing")  # noqa: B009


START = """
import os
import course_lib
import numpy as np

for seed, os.environ["COURSE_PRECISION"] in {runs}:
    course_lib.start(seed=seed)
    import keras

    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dropout(0.5), keras.layers.Dense(3)])
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(64, 8, 8, 1))
    model.fit(x, np.zeros((64, 3)), epochs=2, verbose=0)
    print(keras.config.dtype_policy().name, float(model.evaluate(x, np.zeros((64, 3)), verbose=0)))
"""


def test_quiet_repeatable_and_as_precise_as_asked():
    """In two processes, the second of which has trained something else before."""
    first = python(START.format(runs=[(3, "float32"), (4, "float32")]))
    again = python(START.format(runs=[(4, "bfloat16"), (3, "float32")]))
    assert first.stderr == again.stderr == ""  # nothing at all, from TensorFlow's start to training
    (three, four), (other, three_again) = first.stdout.splitlines(), again.stdout.splitlines()
    assert three == three_again != four and three.startswith("float32 ")
    assert other.startswith("mixed_bfloat16 ") and other.split()[1] not in three + four


@pytest.mark.parametrize(
    "gpu, amx, policy",
    [(False, False, "float32"), (True, False, "mixed_bfloat16"), (False, True, "mixed_bfloat16")],
)
def test_auto_follows_the_machine(monkeypatch, gpu, amx, policy):
    import keras

    before = keras.config.dtype_policy()
    monkeypatch.delenv("COURSE_PRECISION", raising=False)
    monkeypatch.setattr(runtime, "_wake_backend", lambda backend: gpu)
    monkeypatch.setattr(runtime, "_multiplies_bfloat16", lambda: amx)
    try:
        runtime.start()
        assert keras.config.dtype_policy().name == policy
        runtime.start(precision="float32")
        assert keras.config.dtype_policy().name == "float32"
    finally:
        keras.config.set_dtype_policy(before)


KERAS = """
import course_lib, json
try:
    course_lib.start()
    import keras
    print(json.dumps([keras.backend.backend(), keras.config.image_data_format(), keras.config.floatx(), keras.config.epsilon()]))
except course_lib.CourseError as error:
    print(error)
"""
OURS = ["tensorflow", "channels_last", "float32", 1e-07]


@pytest.mark.parametrize(
    "settings, environment",
    [
        ({"image_data_format": "channels_first", "floatx": "float64", "epsilon": 0.1, "backend": "jax"}, {}),
        ({"backend": "theano", "image_dim_ordering": "th"}, {"KERAS_BACKEND": "theano"}),
        ({}, {"KERAS_BACKEND": "torch", "KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "1"}),
    ],
)
def test_settings_of_other_projects_do_not_hold(settings, environment, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    code = KERAS + "print(keras.src.backend.config._MAX_EPOCHS, keras.src.backend.config._MAX_STEPS_PER_EPOCH)"
    done = python(code, KERAS_HOME=str(tmp_path), **environment)
    assert json.loads(done.stdout.splitlines()[0]) == OURS and done.stdout.splitlines()[1] == "None None", done.stderr


ONEDNN = """
import os
if not os.environ["TF_ENABLE_ONEDNN_OPTS"]:
    del os.environ["TF_ENABLE_ONEDNN_OPTS"]  # as where nobody has said anything
import course_lib
course_lib.start()
from tensorflow.python.framework import test_util
print(test_util.IsMklEnabled())
"""


@pytest.mark.parametrize("said, used", [("", True), ("0", False)])
def test_onednn_is_used_on_every_processor_unless_it_is_switched_off(said, used):
    done = python(ONEDNN, TF_ENABLE_ONEDNN_OPTS=said)
    assert done.stdout.strip() == str(used), done.stderr


@pytest.mark.parametrize(
    "content", ['{"floatx": "float8"}', '{"epsilon": "small"}', '{"image_data_format": "th"}', "[]"]
)
def test_nonsense_in_keras_json_is_a_sentence(content, tmp_path):
    (tmp_path / "keras.json").write_text(content, encoding="utf-8")
    done = python(KERAS, KERAS_HOME=str(tmp_path))
    assert done.stdout.startswith(f"Keras cannot use its settings in {tmp_path / 'keras.json'} ("), done.stderr
    assert "delete this file" in done.stdout


@pytest.mark.parametrize(
    "environment, code, sentence",
    [
        ({"COURSE_BACKEND": "theano"}, "", "COURSE_BACKEND is 'theano', and must be one of tensorflow, jax, torch"),
        (
            {"COURSE_BACKEND": "torch"},
            "import importlib.util as u; find = u.find_spec; u.find_spec = lambda name, *rest: None if name == 'torch' else find(name, *rest)",
            "COURSE_BACKEND asks for torch, which is not installed here",
        ),
        (
            {"KERAS_BACKEND": "jax"},
            "import keras",
            "Keras was imported before course_lib and uses jax, and the course needs tensorflow",
        ),
    ],
)
def test_a_backend_that_cannot_be_is_a_sentence(environment, code, sentence):
    done = python(code + KERAS, **environment)
    assert done.stdout.startswith(sentence), done.stdout + done.stderr


def test_another_backend_is_used_where_it_is_asked_for():
    done = python(KERAS, COURSE_BACKEND="jax", KERAS_BACKEND="tensorflow")
    assert json.loads(done.stdout)[0] == "jax", done.stderr


def test_unknown_precision():
    with pytest.raises(CourseError, match="'float16' is not known: use one of auto, float32, bfloat16"):
        runtime.start(precision="float16")


def test_course_seed_must_be_a_number(monkeypatch):
    monkeypatch.setenv("COURSE_SEED", "one")
    with pytest.raises(CourseError, match="COURSE_SEED is 'one'"):
        runtime.set_seed(0)
