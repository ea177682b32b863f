"""What the benchmark measures is the lesson's own network and true twins; how fast they are, no test asks."""

import ast
import importlib.util
import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.errors import CourseError
from course_lib.tools import bench, chapters
from course_lib.tools.arguments import parser
from course_lib.tools.bench import (
    detection,
    generation,
    grading,
    harness,
    models,
    recurrent,
    superres,
    training,
    transfer,
    translation,
)


def test_the_lessons_network_is_what_is_measured():
    lesson = training.lesson_code()
    images = np.random.default_rng(0).uniform(size=(256, 28, 28, 1)).astype("float32")
    model = lesson["compiled"](lesson["build_cnn"](), images, 1, training.RATE)
    assert model.count_params() == 29_658
    points = training.fit_timed(model, images, np.zeros(256, int), 2, training.BATCH, images, np.zeros(256, int))
    assert len(points) == 2 and points[0][0] < points[1][0] and 0 <= points[1][1] <= 1


def names(source, kind):
    return {
        node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and isinstance(node.ctx, kind)
    }


def test_what_is_read_from_a_lesson_is_there_when_the_bench_stops():
    """By names alone: the lesson takes a minute."""
    cells = harness.offered("04")
    assert [tag for tag, _ in cells].count(True) == 1 and cells[-1][0]
    assert set(transfer.RESULTS) <= names(cells[-1][1], ast.Load), "the tagged cell prints what is measured"
    assert set(transfer.RESULTS) <= set().union(*(names(source, ast.Store) for _, source in cells))


def test_a_lesson_without_a_tag_offers_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path)
    (tmp_path / "01_small").mkdir()
    lesson = tmp_path / "01_small" / "01_lesson.py"
    code = "# %%\na = 1\n\n# %%{tag}\nb = 2\n\n# %%\nc = 3\n"
    lesson.write_text(code.format(tag=""), encoding="utf-8")
    assert harness.offered("01") == []
    lesson.write_text(code.format(tag=' tags=["bench"]'), encoding="utf-8")
    assert harness.offered("01") == [(False, "a = 1"), (True, "b = 2")]


def test_three_ways_are_read_where_the_lesson_has_them(monkeypatch):
    cells = [(False, "seconds, correct = {}, {}"), (True, "correct['one'], seconds['one'] = 66.5, 12.0")]
    monkeypatch.setattr(harness, "offered", lambda number: cells)
    monkeypatch.setenv("COURSE_CLAIMS_GO_ON", "")
    assert transfer.three_ways() == {"one": (66.5, 12.0)}


def test_a_measurement_that_fails_is_told():
    assert harness.fresh("print('first'); print('last')") == "last"
    with pytest.raises(CourseError, match="the measurement `1 / 0` failed: ZeroDivisionError"):
        harness.fresh("1 / 0")
    assert harness.fresh("import os; print(os.environ['GIVEN'])", GIVEN="passed on") == "passed on"


def test_a_function_runs_in_a_process_of_its_own():
    assert harness.child(json.loads, '{"a": [1, 2.5]}') == {"a": [1, 2.5]}
    with pytest.raises(CourseError, match=r"the measurement .*json.*loads.* failed: json.decoder.JSONDecodeError"):
        harness.child(json.loads, "{")


def test_taking_turns(monkeypatch):
    """The first turn, in which graphs are built, does not count; then it is the median."""
    clock, order = [0.0], []
    monkeypatch.setattr(harness.time, "perf_counter", lambda: clock[0])

    def action(name, times):
        def act():
            order.append(name)
            clock[0] += times.pop(0)

        return act

    assert harness.turns([action("a", [9.0, 1.0, 3.0, 2.0]), action("b", [9.0, 5.0, 4.0, 6.0])], 3) == [2.0, 5.0]
    assert order == ["a", "b"] * 4


@pytest.mark.parametrize(("name", "parameters"), [("ResNet-50", 25_636_712), ("VGG16", 138_357_544)])
def test_the_models_compared_are_twins(name, parameters):
    with keras.StatelessScope(initialize_variables=False):  # shapes alone; weights would take longer than all else
        pair = [build() for build in models.builders(name).values()]
        assert [model.count_params() for model in pair] == [parameters] * 2
        weighted = [[type(layer) for layer in model.layers if layer.weights] for model in pair]
        assert len(weighted[0]) == len(weighted[1]) and set(weighted[0]) == set(weighted[1])
        assert not any(isinstance(layer, layers.Dropout) and layer.rate for layer in pair[0].layers)
        assert pair[0].layers[-1].activation is pair[1].layers[-1].activation is keras.activations.linear


def test_the_transformers_compared_are_twins():
    """The same weights in number and shape; equal logits are proved in tests/models/test_vit.py."""
    ours, theirs = (build() for build in models.builders(models.VIT).values())
    kernels = lambda model: sorted(tuple(weight.shape) for weight in model.weights if len(weight.shape) > 1)
    # positions stand in a table of one more dimension, and so does the class token
    shapes = [[shape[shape[0] == 1 :] for shape in kernels(model)] for model in (ours, theirs)]
    assert sorted(shapes[0]) == sorted(shapes[1])
    assert ours.count_params() == theirs.count_params() == 22_050_664
    assert ours.output_shape == theirs.output_shape == (None, 1000)
    dropouts = lambda model: [layer.rate for layer in model._flatten_layers() if isinstance(layer, layers.Dropout)]
    assert dropouts(ours) and not any(dropouts(ours) + dropouts(theirs))
    assert theirs.get_layer("predictions").activation is keras.activations.linear


def test_images_per_second_of_models_that_take_turns(monkeypatch):
    def build():
        return keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(5)])

    monkeypatch.setattr(models, "builders", lambda name: {"ours": build, "theirs": build})
    rates = models.rates("any", ("ours", "theirs"))
    assert [list(one) for one in rates] == [["forward", "training"]] * 2
    assert all(rate > 0 for one in rates for rate in one.values())


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_the_models(installed, monkeypatch, capsys):
    asked = []

    def child(function, name, which, COURSE_BACKEND):
        asked.append(COURSE_BACKEND)
        rates = [{"forward": 12.0, "training": 3.0}, {"forward": 10.0, "training": 4.0}]
        return rates if COURSE_BACKEND == "tensorflow" else rates[1:]

    monkeypatch.setattr(harness, "child", child)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name in ("torch", "keras_hub") and installed)
    bench.main("models", record=False)
    lines = capsys.readouterr().out.splitlines()
    figures = "forward 12.00 against 10.00, ratio 1.20; training 3.00 against 4.00, ratio 0.75"
    assert lines[0] == f"(f) ResNet-50, images/s of ours against keras.applications: {figures}"
    assert lines[2] == f"(f) VGG16, images/s of ours against keras.applications: {figures}"
    if installed:
        assert lines[1] == lines[3] == f"    ours on TensorFlow against PyTorch: {figures}"
        assert asked == ["tensorflow", "torch"] * 3
        assert lines[4] == f"(f) ViT-S/16, images/s of ours against KerasHub: {figures}" and len(lines) == 6
    else:
        assert "test --with-torch` installs it" in lines[1] and asked == ["tensorflow"] * 2
        assert lines[4:] == [
            "(f) ViT-S/16: KerasHub is not installed, `python3 -m course_lib test` installs it",
        ]


def test_the_lines_about_transfer(monkeypatch, capsys):
    answers = {
        transfer.three_ways: {"from scratch": [48.0, 10.0], "frozen": [66.5, 5.25]},
        transfer.feature_rates: [{"forward": 30.0}, {"forward": 20.0}],
    }
    seeds = []
    monkeypatch.setattr(harness, "child", lambda function, **environment: seeds.append(environment.get("COURSE_SEED")) or answers[function])  # fmt: skip
    bench.main("transfer", record=False)
    ways = "from scratch 48.0 % after 10.0 s (does not reach 65 %); frozen 66.5 % after 5.2 s"
    assert capsys.readouterr().out.splitlines() == [
        *(f"(g) chapter 04's emoji, seed {seed}: {ways}" for seed in range(3)),
        "    features of 128x128, images/s against keras.applications.EfficientNetB0: forward 30.00 against 20.00, ratio 1.50",
    ]
    assert seeds == ["0", "1", "2", None]


def test_the_lines_about_detection(monkeypatch, capsys):
    looks = {"0": [[5.0, 0.5], [10.0, 0.83], [15.0, 0.9]], "1": [[5.0, 0.3], [20.0, 0.79]], "2": [[4.0, 0.8]]}
    answers = {detection.rates: lambda _: [410.4, 400.0], detection.training: lambda seed: looks[seed]}
    monkeypatch.setattr(harness, "child", lambda function, COURSE_SEED=None: answers[function](COURSE_SEED))
    bench.main("detection", record=False)
    assert capsys.readouterr().out.splitlines() == [
        "(h) detector, pictures/s: 410; with boxes made of its answer: 400",
        "    seed 0: mAP50 0.83 on unseen concepts after 10.0 s",
        "    seed 1: mAP50 0.79 on unseen concepts after 20.0 s (does not reach 0.80)",
        "    seed 2: mAP50 0.80 on unseen concepts after 4.0 s",
    ]


@pytest.mark.parametrize("record", [True, False])
def test_lessons_are_measured_and_recorded_if_asked(record, monkeypatch, capsys, tmp_path):
    from course_lib.tools import readme, run

    result = {"seconds": 12.4, "peak_mb": 1081.6, "error": None}
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path)
    (tmp_path / "01_small").mkdir()
    monkeypatch.setattr(run, "lesson", lambda chapter: result)
    written = []
    monkeypatch.setattr(readme, "write", lambda: written.append(chapters.measured()))
    bench.main("lessons", record)
    assert capsys.readouterr().out == "(e) 01_small: 12.4 s, peak memory 1082 MB\n"
    assert written == [{"01_small": {"seconds": 12, "peak_mb": 1082}}] * record
    assert (tmp_path / "measured.json").exists() == record


def test_every_topic_can_be_asked_for_alone():
    for topic in bench.TOPICS:
        assert parser()[0].parse_args(["bench", "--only", topic]).only == topic
        assert callable(importlib.import_module(f"course_lib.tools.bench.{topic}").main)


def test_what_is_graded_is_a_class():
    """Forty different files, each with as many wrong answers as it should have."""
    made = grading.submissions("01")
    assert len(made) == len(set(made.values())) == grading.STUDENTS and grading.submissions("01") == made
    cells = [json.loads(content)["cells"] for content in made.values()]
    right = {cell["id"]: cell["source"] for cell in cells[0]}
    solutions = ["".join(cell["source"]) for cell in cells[0] if cell["metadata"].get("nbgrader", {}).get("solution")]
    assert solutions and not any("raise NotImplementedError" in source for source in solutions)
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

    def timed(folder, *words):
        folder.mkdir(exist_ok=True)
        if "new" in words:
            Path(words[3]).mkdir()
            (Path(words[3]) / "nbgrader_config.json").touch()
        ours = (folder / "nbgrader_config.json").exists()
        assert ours == (words[0] != "nbgrader") or "new" in words, "stock means without our way of autograding"
        return seconds.get(words[-1 if words[-1] in "12" else 1], 1)

    monkeypatch.setattr(grading, "_timed", timed)
    monkeypatch.setattr(grading, "_points", lambda folder, *_: {f"s{n:02}": 50 + (n == 3 and "ours" in folder.name) for n in range(40)})  # fmt: skip
    monkeypatch.setattr(harness, "child", lambda *call: {"each": 2.0, "kernels": 1.5, "starting": 1.0})
    bench.main("grading", record=False)
    lines = [
        "(h) submissions per minute, of 40 of chapter {}: stock `nbgrader autograde` 24; `class grade` on one worker 48, ratio 2.0; on two 96, ratio 4.0; the same points for 39, more of ours for 1, where a task calls the function of one that went wrong",
        "    of 2.00 s for one of them, starting 1.5 kernels takes 1.00 s, 50%",
    ]
    assert capsys.readouterr().out.splitlines() == [line.format(number) for number in ("01", "03") for line in lines]


def test_the_recurrent_networks_compared_are_twins():
    x, y = recurrent.sequences()
    assert x.shape == (recurrent.BATCH, recurrent.TIME, recurrent.INPUTS) and y.shape == (recurrent.BATCH, 1)
    ours, theirs = recurrent.networks()
    assert type(ours.layers[1]).__module__ == "course_lib.models.rnn" and type(theirs.layers[1]) is layers.LSTM
    np.testing.assert_allclose(ours.predict_on_batch(x), theirs.predict_on_batch(x), atol=1e-5)


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is not installed")
def test_pytorchs_network_learns_what_is_to_come_out(monkeypatch):
    """Each turn runs it: without gradients first, then a step of training."""
    monkeypatch.setattr(recurrent, "RATE", 0.1)
    found = []
    monkeypatch.setattr(harness, "turns", lambda actions, repeats: found.extend(a() for a in actions * 5) or [0.5, 2.0])
    assert recurrent.torch_rates() == {"forward": 2.0, "training": 0.5}
    assert found[0].shape == (recurrent.BATCH, 1) and found[-1] < found[1]


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_recurrent_networks(installed, monkeypatch, capsys):
    answers = {
        recurrent.rates: [{"forward": 9.0, "training": 3.0}, {"forward": 10.0, "training": 4.0}],
        recurrent.torch_rates: {"forward": 20.0, "training": 2.0},
    }
    monkeypatch.setattr(harness, "child", lambda function, **_: answers[function])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "torch" and installed)
    bench.main("recurrent", record=False)
    first, second = capsys.readouterr().out.splitlines()
    ours = "forward 9.00 against 10.00, ratio 0.90; training 3.00 against 4.00, ratio 0.75"
    assert first == f"(i) LSTM, 32 sequences of 64 steps, 128 units, steps/s of ours against Keras's layer: {ours}"
    torch = "forward 10.00 against 20.00, ratio 0.50; training 4.00 against 2.00, ratio 2.00"
    assert second == (
        f"    Keras's layer on TensorFlow against torch.nn.LSTM: {torch}"
        if installed
        else "    torch.nn.LSTM: torch is not installed, `python3 -m course_lib test --with-torch` installs it"
    )


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_super_resolution(installed, monkeypatch, capsys):
    monkeypatch.setattr(harness, "child", lambda function, **_: {superres.PILLOW: 90.0, "ESPCN": 2.25})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "torch" and installed)
    bench.main("superres", record=False)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "(j) megapixels/s, x2: bicubic of Pillow 90.00; ESPCN 2.25"
    assert second.startswith(f"    the networks on PyTorch: {'ESPCN 2.25' if installed else 'torch is not installed'}")


def test_megapixels_are_those_of_the_large_picture(monkeypatch):
    """One second for each: a photograph of 200x300 has 400x600 pixels afterwards."""
    monkeypatch.setattr(harness, "turns", lambda actions, repeats: [action() is not None for action in actions])
    assert list(superres.rates().values()) == [0.24] * 5


def test_the_translators_compared_are_twins():
    ours, theirs = translation.ours(), translation.theirs()
    # entries, not shapes: in KerasHub's attention the heads are an axis of their own
    entries = [sorted(int(np.prod(weight.shape)) for weight in model.trainable_weights) for model in (ours, theirs)]
    assert entries[0] == entries[1] and ours.count_params() == theirs.count_params()
    source, target, _ = (one[:2] for one in translation.sentences())
    assert ours({"source": source, "target": target}).shape == theirs({"source": source, "target": target}).shape


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is not installed")
def test_pytorchs_transformer_is_as_large_and_learns(monkeypatch):
    run, parameters = translation.torch_network()
    behind_the_stacks = 4 * translation.SIZE[1]  # two norms that the paper has not
    assert sum(one.numel() for one in parameters) == translation.ours().count_params() + behind_the_stacks
    found = []
    monkeypatch.setattr(harness, "turns", lambda actions, repeats: found.extend(a() for a in actions * 3) or [0.5])
    assert translation.torch_rate() == 2 * translation.BATCH * translation.LENGTH
    assert found[-1] < found[0]


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_translation(installed, monkeypatch, capsys):
    answers = {
        translation.rates: lambda hub: [900.0, 600.0][: 1 + hub],
        translation.torch_rate: lambda: 300.0,
        translation.decoded: lambda: (5000.0, 500.0),
        translation.steps_with_xla: lambda: (0.3, 0.2),
    }
    monkeypatch.setattr(harness, "child", lambda function, *arguments, **_: answers[function](*arguments))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: installed or None)
    bench.main("translation", record=False)
    first, hub, torch, compiled, cache = capsys.readouterr().out.splitlines()
    assert compiled.startswith("    a step of ours 300 ms, compiled by XLA 200 ms") and compiled.endswith("ratio 1.50")
    assert first == "(k) Transformer, 64 pairs of 18 tokens, tokens/s in training: ours 900"
    assert cache == "    32 answers of 64 tokens, tokens/s with a cache 5000, without 500, ratio 10.0"
    if installed:
        assert hub == "    KerasHub's layers 600, ratio 1.50" and torch == "    torch.nn.Transformer 300, ratio 3.00"
    else:
        assert "KerasHub is not installed" in hub and "torch is not installed" in torch


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_generation(installed, monkeypatch, capsys):
    rates = {"VAE makes": 20000.4, "judge": 4000.0}
    answers = {generation.flow_steps: 120.0, generation.torch_flow_steps: 80.0, generation.rates: rates}
    monkeypatch.setattr(harness, "child", lambda function, **_: answers[function])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "torch" and installed)
    bench.main("generation", record=False)
    first, second, steps, last = capsys.readouterr().out.splitlines()
    assert first == "(l) pictures/s, of 28x28 where not told: VAE makes 20000; judge 4000"
    assert steps == "    flow network, 250 codes at once, training steps/s: 120"
    told = "VAE makes 20000; judge 4000" if installed else "torch is not installed"
    assert second.startswith(f"    the same on PyTorch: {told}")
    told = "80, ratio 1.50" if installed else "torch is not installed"
    assert last.startswith(f"    the same in plain PyTorch: {told}")


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is not installed")
def test_pytorchs_flow_network_is_as_large_and_learns(monkeypatch):
    parameters = sum(one.numel() for one in generation.torch_flow().parameters())
    assert parameters == generation._flow().network.count_params()
    losses = []
    monkeypatch.setattr(harness, "turns", lambda actions, repeats: losses.extend(a() for a in actions * 3) or [0.5])
    assert generation.torch_flow_steps() == 40
    assert np.mean(losses[-1]) < np.mean(losses[0])


def test_generators_are_measured_at_what_they_do(monkeypatch):
    """One second for each: as many pictures are made, learned from and looked at."""
    done = []
    monkeypatch.setattr(harness, "turns", lambda actions, repeats: [done.append(action()) or 1.0 for action in actions])
    counts = generation.rates()
    makes = ["VAE makes", "GAN makes", "latent flow makes", "tokens make", "painter makes, of 24x24"]
    assert list(counts) == [*makes, "VAE learns from", "GAN learns from", "judge"]
    made = [generation.PICTURES] * 3 + [generation.BATCH] * 2
    assert list(counts.values()) == [*made, *[generation.BATCH] * 2, generation.PICTURES]
    assert [len(one) for one in done[:5]] == made and len(done[-1][1]) == generation.PICTURES
    assert all(one.shape[1:] == (28, 28, 1) for one in done[:4]) and done[4].shape[1:] == (24, 24, 3)


def test_the_flow_learns_while_its_steps_are_counted(monkeypatch):
    """Twenty steps in two seconds; the loss falls meanwhile."""
    losses = []
    monkeypatch.setattr(harness, "turns", lambda actions, repeats: losses.extend(actions[0]() + actions[0]()) or [2.0])
    assert generation.flow_steps() == 10
    assert np.mean(losses[-5:]) < np.mean(losses[:5])


def test_the_line_about_the_book(monkeypatch, capsys):
    found = {"seconds": 12.34, "pages": 60, "size": 23_400_000, "page": "ko/03_lesson.html", "heaviest": 987_000}
    monkeypatch.setattr(harness, "child", lambda function: found)
    bench.main("book", record=False)
    assert capsys.readouterr().out == (
        "(n) book, 60 pages: 12.3 s of processor time, 23.4 MB; the heaviest page with its pictures, styles and scripts: "
        "ko/03_lesson.html, 0.99 MB\n"
    )
