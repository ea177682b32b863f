"""The detector: its outputs, what it is to answer, and its decode step against a slow and obvious one."""

import os
import subprocess
import sys

import keras
import numpy as np
import proof
import pytest

from course_lib import data
from course_lib.models import detector as models
from course_lib.models import summary
from course_lib.tools.places import COURSE

LOGITS = """
import sys
import course_lib
course_lib.start(precision="float32")
import numpy as np, proof
from keras import ops
from course_lib.models.detector import detector
model = detector()
proof.fill(model)
outputs = model(proof.pictures((64, 64, 3), 2) / 20, training=False)
np.savez(sys.argv[1], **{name: ops.convert_to_numpy(value) for name, value in outputs.items()})
"""


@pytest.fixture(scope="module")
def crowded():
    return data.compose(data.stickers("validation"), 40, seed=1)


def slow_decode(heat, box, threshold, most, stride):
    """Cell by cell, neighbour by neighbour."""
    found = []
    for n in range(len(heat)):
        boxes = []
        for i, j, k in np.ndindex(heat.shape[1:]):
            score = 1 / (1 + np.exp(-float(heat[n, i, j, k])))
            if score < threshold:
                continue
            neighbours = [
                1 / (1 + np.exp(-float(heat[n, a, b, k])))
                for a in (i - 1, i, i + 1)
                for b in (j - 1, j, j + 1)
                if (a, b) != (i, j) and 0 <= a < heat.shape[1] and 0 <= b < heat.shape[2]
            ]
            if any(other > score for other in neighbours):
                continue
            x, y = stride * j + stride / 2, stride * i + stride / 2
            left, top, right, bottom = box[n, i, j]
            boxes.append((-score, (x - left, y - top, x + right, y + bottom), k))
        boxes.sort(key=lambda one: one[0])
        found.append(boxes[:most])
    return found


@pytest.mark.parametrize("threshold, most", [(0.0, 1000), (0.3, 1000), (0.5, 5)])
def test_decode_against_the_obvious_way(threshold, most):
    random = np.random.default_rng(0)
    heat, box = random.normal(size=(3, 9, 7, 2)), random.uniform(0, 30, (3, 9, 7, 4))
    quick = models.decode(heat, box, threshold, most)
    for (boxes, scores, classes), slow in zip(quick, slow_decode(heat, box, threshold, most, models.STRIDE)):
        assert len(boxes) == len(slow) > 0
        np.testing.assert_allclose(scores, [-score for score, _, _ in slow], atol=1e-6)
        np.testing.assert_allclose(boxes, [sides for _, sides, _ in slow], atol=1e-4)
        assert list(classes) == [kind for _, _, kind in slow]


def test_decode_without_peaks():
    heat, box = np.zeros((1, 3, 3, 2)), np.ones((1, 3, 3, 4))
    assert len(models.decode(heat, box, 0.5, peaks_only=False, most=100)[0][0]) == 18
    assert [len(part) for part in models.decode(heat - 5, box, 0.5)[0]] == [0, 0, 0]


def test_targets_cell_by_cell(crowded):
    answer = models.targets(crowded)
    middles = (np.arange(16) + 0.5) * 4
    for n in range(len(crowded)):
        heat, nearest = np.zeros((16, 16, 2)), np.zeros((16, 16))
        sides = np.zeros((16, 16, 4))
        for (left, top, right, bottom), kind in zip(*crowded.truth[n]):
            row, column = int((top + bottom) / 2 // 4), int((left + right) / 2 // 4)
            row, column = min(row, 15), min(column, 15)
            for i, j in np.ndindex(16, 16):
                down, across = (middles[i] - middles[row]), (middles[j] - middles[column])
                high, wide = max(bottom - top, 4) / 6, max(right - left, 4) / 6
                bell = np.exp(-((down / high) ** 2) / 2) * np.exp(-((across / wide) ** 2) / 2)
                heat[i, j, kind] = max(heat[i, j, kind], bell)
                if bell > nearest[i, j]:
                    nearest[i, j] = bell
                    sides[i, j] = middles[j] - left, middles[i] - top, right - middles[j], bottom - middles[i]
            assert answer["heat"][n, row, column, kind] == 1
        np.testing.assert_allclose(answer["heat"][n], heat, atol=1e-5)
        np.testing.assert_allclose(answer["box"][n, ..., 4], nearest, atol=1e-5)
        sure = nearest > 1e-3
        np.testing.assert_allclose(answer["box"][n, ..., :4][sure], sides[sure], atol=1e-4)
    np.testing.assert_array_equal(answer["mask"], crowded.masks)


def test_decoding_the_truth_gives_it_back(crowded):
    alone = data.compose(data.stickers("validation"), 60, objects=(1, 1), seed=2)
    answer = models.targets(alone)
    found = models.decode(np.where(answer["heat"] == 1, 9.0, -9.0), answer["box"][..., :4])
    for (boxes, _, classes), (true_boxes, labels) in zip(found, alone.truth):
        np.testing.assert_allclose(boxes, true_boxes, atol=1e-4)
        assert list(classes) == list(labels)


def test_losses_fall_to_nothing_at_the_truth(crowded):
    answer = {name: keras.ops.convert_to_tensor(value) for name, value in models.targets(crowded).items()}
    right = {
        "heat": keras.ops.where(answer["heat"] == 1, 12.0, -12.0),
        "box": answer["box"][..., :4],
        "mask": 20 * keras.ops.one_hot(answer["mask"], 3),
    }
    wrong = {name: keras.ops.zeros_like(value) for name, value in right.items()}
    for name, loss in models.LOSSES.items():
        best, worst = (keras.ops.convert_to_numpy(loss(answer[name], said[name])) for said in (right, wrong))
        assert best.shape == worst.shape == (len(crowded),)
        assert best.max() < 1e-2 < worst.min(), name


@pytest.mark.parametrize("shape", [(16, 4, 4, 8), (3, 5, 7, 4)])
def test_its_batch_normalization_is_that_of_keras(shape):
    """Outputs, gradients, and what it keeps for later."""
    import tensorflow as tf

    random = np.random.default_rng(0)
    inputs, weights = (tf.constant(random.normal(2, 3, shape).astype("float32")) for _ in range(2))
    found = []
    for kind in (keras.layers.BatchNormalization, models.BatchNormalization):
        layer = kind(momentum=0.9, dtype="float32")
        layer.build(shape)
        layer.gamma.assign(np.arange(1, shape[-1] + 1))
        layer.beta.assign(np.arange(shape[-1]))
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            output = layer(inputs, training=True)
            total = tf.reduce_sum(weights * output)
        gradients = tape.gradient(total, [inputs, layer.gamma.value, layer.beta.value])
        kept = [layer.moving_mean.value, layer.moving_variance.value]
        found.append([output, *gradients, *kept, layer(inputs, training=False)])
    for right, ours in zip(*found):
        np.testing.assert_allclose(ours, right, rtol=1e-5, atol=1e-4)


def test_sizes_and_saving(tmp_path):
    model = models.detector()
    proof.fill(model)
    pictures = proof.pictures((64, 64, 3)) / 20
    said = model.predict_on_batch(pictures)
    assert {name: value.shape[1:] for name, value in said.items()} == {
        "heat": (16, 16, 2),
        "box": (16, 16, 4),
        "mask": (64, 64, 3),
    }
    assert (said["box"] >= 0).all()
    model.save(tmp_path / "detector.keras")
    again = keras.models.load_model(tmp_path / "detector.keras").predict_on_batch(pictures)
    for name, value in said.items():
        np.testing.assert_array_equal(again[name], value)
    wide = models.detector((32, 80, 3), num_classes=5, width=8)
    assert wide.output["mask"].shape[1:] == (32, 80, 6) and wide.output["heat"].shape[1:] == (8, 20, 5)
    with proof.policy("mixed_bfloat16"):
        rounded = models.detector()
    assert all(value.dtype == "float32" for value in rounded.output.values())


def test_parameters_on_paper():
    """Kernels and four numbers for each channel of batch normalization; the encoder is the classifier's."""
    block = lambda size, before, after: size * size * before * after + 4 * after
    w = 16
    encoder = block(3, 3, w) + block(3, w, 2 * w) + block(3, 2 * w, 2 * w)
    encoder += block(3, 2 * w, 4 * w) + block(3, 4 * w, 4 * w) + block(3, 4 * w, 8 * w)
    assert models.classifier().count_params() == encoder + (8 * w + 1) * 2
    decoder = block(1, 8 * w, 2 * w) + block(3, 6 * w, 4 * w) + block(1, 4 * w, w) + block(3, 3 * w, 2 * w)
    decoder += block(1, 2 * w, w // 2) + block(3, w + w // 2, w) + block(1, w, w // 2)
    heads = (2 * w + 1) * 2 + (2 * w + 1) * 4 + (9 * (w // 2 + 3) + 1) * 3
    model = models.detector()
    assert model.count_params() == encoder + decoder + heads
    shared = [layer.name for layer in models.classifier().layers if layer.name.startswith("down")]
    assert len(shared) == 18 and {layer.name for layer in model.layers} >= set(shared)
    assert summary.measure(model)["parameters"] == model.count_params()


@pytest.mark.parametrize("backend", ["jax", pytest.param("torch", marks=proof.needs_torch)])
def test_the_same_on(backend, tmp_path):
    said = {}
    for name in ("tensorflow", backend):
        paths = os.pathsep.join([str(COURSE), os.path.dirname(__file__)])
        environment = {**os.environ, "COURSE_BACKEND": name, "PYTHONPATH": paths}
        file = tmp_path / f"{name}.npz"
        done = subprocess.run(
            [sys.executable, "-c", LOGITS, str(file)], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        said[name] = np.load(file)
    for part in ("heat", "box", "mask"):
        expected = said["tensorflow"][part]
        assert expected.std() > 0.1
        np.testing.assert_allclose(said[backend][part], expected, atol=1e-3 * np.abs(expected).max())
