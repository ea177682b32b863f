"""What the benchmark measures is the lesson's own network and true twins; how fast they are, no test asks."""

import importlib.util
import json

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.errors import CourseError
from course_lib.tools import bench


def test_the_lessons_network_is_what_is_measured():
    lesson = bench.lesson_code()
    images = np.random.default_rng(0).uniform(size=(256, 28, 28, 1)).astype("float32")
    model = lesson["compiled"](lesson["build_cnn"](), images, 1, bench.RATE)
    assert model.count_params() == 29_658
    points = bench._fit_timed(model, images, np.zeros(256, int), 2, bench.BATCH, images, np.zeros(256, int))
    assert len(points) == 2 and points[0][0] < points[1][0] and 0 <= points[1][1] <= 1


def test_a_measurement_that_fails_is_told():
    assert bench._child("print('first'); print('last')") == "last"
    with pytest.raises(CourseError, match="the measurement `1 / 0` failed: ZeroDivisionError"):
        bench._child("1 / 0")
    assert bench._child("import os; print(os.environ['COURSE_TEST'])", COURSE_TEST="passed on") == "passed on"


@pytest.mark.parametrize(("name", "parameters"), [("ResNet-50", 25_636_712), ("VGG16", 138_357_544)])
def test_the_models_compared_are_twins(name, parameters):
    with keras.StatelessScope(initialize_variables=False):  # shapes alone; weights would take longer than all else
        models = [build() for build in bench.builders(name).values()]
        assert [model.count_params() for model in models] == [parameters] * 2
        weighted = [[type(layer) for layer in model.layers if layer.weights] for model in models]
        assert len(weighted[0]) == len(weighted[1]) and set(weighted[0]) == set(weighted[1])
        assert not any(isinstance(layer, layers.Dropout) and layer.rate for layer in models[0].layers)
        assert models[0].layers[-1].activation is models[1].layers[-1].activation is keras.activations.linear


def test_images_a_second_of_models_that_take_turns(monkeypatch, capsys):
    def build():
        return keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(5)])

    monkeypatch.setattr(bench, "builders", lambda name: {"ours": build, "theirs": build})
    bench.model_rates("any", ("ours", "theirs"))
    rates = json.loads(capsys.readouterr().out)
    assert [list(one) for one in rates] == [["forward", "training"]] * 2
    assert all(rate > 0 for one in rates for rate in one.values())


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_the_models(installed, monkeypatch, capsys):
    asked = []

    def child(code, KERAS_BACKEND):
        asked.append(KERAS_BACKEND)
        rates = [{"forward": 12.0, "training": 3.0}, {"forward": 10.0, "training": 4.0}]
        return json.dumps(rates if KERAS_BACKEND == "tensorflow" else rates[1:])

    monkeypatch.setattr(bench, "_child", child)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "torch" and installed)
    bench.main("models", record=False)
    lines = capsys.readouterr().out.splitlines()
    figures = "forward 12.00 against 10.00, ratio 1.20; training 3.00 against 4.00, ratio 0.75"
    assert lines[0] == f"(f) ResNet-50, images/s of ours against keras.applications: {figures}"
    assert lines[2] == f"(f) VGG16, images/s of ours against keras.applications: {figures}"
    if installed:
        assert lines[1] == lines[3] == f"    ours on TensorFlow against PyTorch: {figures}"
        assert asked == ["tensorflow", "torch"] * 2
    else:
        assert "test --with-torch` installs it" in lines[1] and asked == ["tensorflow"] * 2


def test_what_is_graded_is_a_class():
    """Forty different files, each with as many wrong answers as it should have."""
    made = bench.submissions("01")
    assert len(made) == len(set(made.values())) == bench.STUDENTS and bench.submissions("01") == made
    cells = [json.loads(content)["cells"] for content in made.values()]
    right = {cell["id"]: cell["source"] for cell in cells[0]}
    solutions = ["".join(cell["source"]) for cell in cells[0] if cell["metadata"].get("nbgrader", {}).get("solution")]
    assert len(solutions) == 10 and not any("raise NotImplementedError" in source for source in solutions)
    assert [sum(cell["source"] != right[cell["id"]] for cell in one) for one in cells] == [n % 4 for n in range(40)]


def test_the_lines_about_grading(monkeypatch, capsys):
    from course_lib.classroom.sandbox import bubblewrap as sandbox

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name != "distributed")
    bench.main("grading", record=False)
    assert capsys.readouterr().out.splitlines() == [
        "(h) grading: nbgrader and Dask are not installed, the first `python3 -m course_lib class` command does it"
    ]
    monkeypatch.undo()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    monkeypatch.setattr(sandbox, "available", lambda: None)
    seconds = {"autograde": 100.0, "1": 50.0, "2": 25.0}
    monkeypatch.setattr(bench, "_timed", lambda folder, *words: folder.mkdir(exist_ok=True) or seconds.get(words[-1 if words[-1] in "12" else 1], 1))  # fmt: skip
    monkeypatch.setattr(bench, "_points", lambda folder, *_: {f"s{n:02}": 50 + (n == 3 and "ours" in folder.name) for n in range(40)})  # fmt: skip
    monkeypatch.setattr(bench, "_child", lambda code: json.dumps({"each": 2.0, "kernels": 1.5, "starting": 1.0}))
    bench.main("grading", record=False)
    lines = [
        "(h) submissions a minute, of 40 of chapter {}: stock `nbgrader autograde` 24; `class grade` on one worker 48, ratio 2.0; on two 96, ratio 4.0; the same points for 39, more of ours for 1, where a task calls the function of one that went wrong",
        "    of 2.00 s for one of them, starting 1.5 kernels takes 1.00 s, 50%",
    ]
    assert capsys.readouterr().out.splitlines() == [line.format(number) for number in ("01", "03") for line in lines]
