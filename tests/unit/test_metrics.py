"""Metrics of boxes and masks: equal to pycocotools, TensorFlow, Keras and SciPy; by hand; a sentence for bad input."""

import contextlib
import io

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy.spatial.distance import dice as dissimilarity

from course_lib import metrics
from course_lib.errors import CourseError

LEFT, RIGHT = [[0, 0, 4, 2]], [[2, 0, 6, 2]]  # each of area 8, 4 of it in common


def scene(random, classes=3, most=8, side=12, grid=1):
    """What is found and what there is in one image: boxes on a grid, so that IoUs and scores are often equal."""
    count, right = random.integers(0, most + 1, 2) * random.choice([0, 1, 1, 1], 2)
    low = random.integers(0, side, (count + right, 2)) / grid
    boxes = np.concatenate([low, low + random.integers(1, side, (count + right, 2)) / grid], axis=1)
    kinds = random.integers(0, classes, count + right)
    if right and count:  # some are found, nearly or exactly
        near = random.integers(0, right, count)
        moved = boxes[count + near] + random.integers(-1, 2, (count, 4)) / grid * random.integers(0, 2, (count, 1))
        moved[:, 2:] = np.maximum(moved[:, 2:], moved[:, :2] + 1 / grid)
        is_near = random.random(count) < 0.7
        boxes[:count] = np.where(is_near[:, None], moved, boxes[:count])
        kinds[:count] = np.where(is_near, kinds[count + near], kinds[:count])
    scores = random.integers(0, 5, count) / 4 if random.random() < 0.7 else random.random(count)
    return (boxes[:count], scores, kinds[:count]), (boxes[count:], kinds[count:])


def scenes(random, images=None, **how):
    return map(list, zip(*[scene(random, **how) for _ in range(images or random.integers(1, 6))]))


def evaluated(found, truth, overlaps=None):
    """pycocotools' evaluation of boxes."""
    size = lambda boxes: np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1).tolist()
    right = [
        {"image_id": image, "bbox": box, "category_id": int(kind), "area": box[2] * box[3], "iscrowd": 0}
        for image, (boxes, kinds) in enumerate(truth)
        for box, kind in zip(size(boxes), kinds)
    ]
    answers = [
        {"image_id": image, "bbox": box, "category_id": int(kind), "score": float(score)}
        for image, (boxes, scores, kinds) in enumerate(found)
        for box, score, kind in zip(size(boxes), scores, kinds)
    ]
    kinds = {one["category_id"] for one in right + answers}
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "info": {},
            "images": [{"id": image} for image in range(len(truth))],
            "annotations": [one | {"id": number} for number, one in enumerate(right, 1)],
            "categories": [{"id": kind} for kind in sorted(kinds)],
        }
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(answers) if answers else COCO(), "bbox")
        if overlaps is not None:
            evaluation.params.iouThrs = np.array(overlaps)
        evaluation.evaluate()
        evaluation.accumulate()
    return evaluation


def theirs(found, truth, overlaps=None):
    values = evaluated(found, truth, overlaps).eval["precision"][:, :, :, 0, -1]
    return values[values > -1].mean() if (values > -1).any() else np.nan


@pytest.mark.parametrize("grid", [1, 4])
@pytest.mark.parametrize("overlaps", [metrics.COCO, (0.5,), (0.3, 0.75), (1.0,)], ids=["coco", "50", "two", "1"])
def test_average_precision_equals_pycocotools(overlaps, grid):
    random, seen = np.random.default_rng([17, grid, len(overlaps)]), []
    for _ in range(150):
        found, truth = scenes(random, grid=grid)
        ours, other = metrics.average_precision(found, truth, overlaps), theirs(found, truth, overlaps)
        np.testing.assert_allclose(ours, other, rtol=0, atol=1e-12)
        seen.append(ours)
    assert np.nanstd(seen) > 0.05 and len(set(np.round(seen, 6))) > 40, "the scenes differ"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=some.integers(0, 2**32), classes=some.integers(1, 5), most=some.sampled_from([1, 3, 8, 130]))
def test_average_precision_equals_pycocotools_for_few_boxes_and_for_more_than_100(seed, classes, most):
    found, truth = scenes(np.random.default_rng(seed), classes=classes, most=most, images=2)
    ours, other = metrics.average_precision(found, truth, metrics.COCO), theirs(found, truth)
    np.testing.assert_allclose(ours, other, rtol=0, atol=1e-12)


def test_of_more_than_100_boxes_in_an_image_the_best_100_count():
    boxes = np.tile([[0, 0, 1, 1]], (101, 1))
    boxes[-1] = [5, 5, 9, 9]  # the right one comes last
    case = [(boxes, np.linspace(1, 0, 101), np.zeros(101))], [([[5, 5, 9, 9]], [0])]
    assert metrics.average_precision(*case) == 0
    assert metrics.average_precision([tuple(part[1:] for part in case[0][0])], case[1]) == pytest.approx(1 / 100)


def test_precision_and_recall_equal_pycocotools():
    random, seen = np.random.default_rng(3), 0
    for _ in range(60):
        found, truth = scenes(random, images=4)
        theirs = evaluated(found, truth, [0.5]).eval["recall"][0, :, 0, -1]
        for cls in {int(kind) for _, kinds in truth for kind in kinds}:
            scores, precision, recall = metrics.precision_recall(found, truth, cls)
            kinds = sorted({int(kind) for image in found + truth for kind in image[-1]})
            assert (recall[-1] if len(recall) else 0) == theirs[kinds.index(cls)]
            assert (np.diff(scores) <= 0).all() and (np.diff(recall) >= 0).all()
            assert len(scores) == len(precision) == sum((kinds == cls).sum() for *_, kinds in found)
            seen += len(scores) > 2
    assert seen > 30


def test_a_ranked_list_by_hand():
    found = [([[0, 0, 4, 2], [0, 0, 4, 2], [9, 9, 10, 10]], [0.9, 0.7, 0.8], [1, 1, 1]), ([], [], [])]
    truth = [([[0, 0, 4, 2]], [1]), ([[3, 3, 5, 5]], [1])]
    scores, precision, recall = metrics.precision_recall(found, truth, 1)
    np.testing.assert_array_equal(scores, [0.9, 0.8, 0.7])
    np.testing.assert_allclose(precision, [1, 1 / 2, 1 / 3])
    np.testing.assert_array_equal(recall, [0.5, 0.5, 0.5])
    assert metrics.average_precision(found, truth) == pytest.approx(51 / 101)  # recalls 0, 0.01, ..., 0.5


def test_a_perfect_answer_and_none():
    truth = [([[0, 0, 4, 2], [1, 1, 3, 8]], [0, 7]), ([], [])]
    perfect = [(boxes, np.ones(len(boxes)), classes) for boxes, classes in truth]
    assert metrics.average_precision(perfect, truth, metrics.COCO) == 1.0
    assert metrics.average_precision([([], [], [])] * 2, truth) == 0.0
    assert np.isnan(metrics.average_precision(perfect, [([], [])] * 2))
    assert np.isnan(metrics.average_precision([], []))


def test_iou_and_giou_by_hand():
    np.testing.assert_allclose(metrics.iou(LEFT, RIGHT), [[4 / 12]])
    np.testing.assert_allclose(metrics.giou(LEFT, RIGHT), [[4 / 12]])  # nothing is empty in the box around both
    apart = [[6, 0, 8, 2], [4, 2, 6, 4]]
    np.testing.assert_array_equal(metrics.iou(LEFT, apart), [[0, 0]])
    np.testing.assert_allclose(metrics.giou(LEFT, apart), [[-4 / 16, -12 / 24]])
    line = [[1, 1, 1, 5]]
    assert metrics.iou(line, line) == metrics.giou(line, line) == 0
    assert metrics.iou([], LEFT).shape == (0, 1) and metrics.giou(LEFT, np.zeros((0, 4))).shape == (1, 0)


def test_iou_counts_cells():
    random = np.random.default_rng(0)
    (_, _, _), (a, _) = scene(random, most=9)
    (_, _, _), (b, _) = scene(random, most=9)
    while not (len(a) and len(b)):
        a, b = scene(random, most=9)[1][0], scene(random, most=9)[1][0]
    drawn = lambda box: {(x, y) for x in range(*box[[0, 2]].astype(int)) for y in range(*box[[1, 3]].astype(int))}
    for i, j in np.ndindex(len(a), len(b)):
        one, other = drawn(a[i]), drawn(b[j])
        assert metrics.iou(a, b)[i, j] == len(one & other) / len(one | other)
        around = np.r_[np.minimum(a[i], b[j])[:2], np.maximum(a[i], b[j])[2:]]
        empty = 1 - len(one | other) / len(drawn(around))
        assert metrics.giou(a, b)[i, j] == pytest.approx(len(one & other) / len(one | other) - empty, abs=1e-12)


def test_suppression_equals_tensorflow():
    random, fell = np.random.default_rng(1), 0
    for _ in range(100):
        boxes, scores, _ = scene(random, most=20)[0]
        overlap = float(random.choice([0.3, 0.5, 0.7]))
        scores = random.permutation(len(scores)) / 100  # for equal scores TensorFlow knows no order
        ours = metrics.suppress(boxes, scores, overlap)
        other = tf.image.non_max_suppression(boxes.astype("float32"), scores.astype("float32"), 1000, overlap).numpy()
        np.testing.assert_array_equal(ours, other)
        fell += len(ours) < len(boxes)
    assert fell > 40


def test_suppression_of_equal_scores_keeps_the_first():
    boxes = [[0, 0, 4, 4], [0, 0, 4, 4], [8, 8, 9, 9]]
    np.testing.assert_array_equal(metrics.suppress(boxes, [0.5, 0.5, 0.9]), [2, 0])
    np.testing.assert_array_equal(metrics.suppress([[0, 0, 4, 4], [0, 0, 4, 2]], [1, 2]), [1, 0])  # 0.5 is not more
    assert metrics.suppress([], []).tolist() == []


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_mean_iou_equals_keras(classes):
    random = np.random.default_rng(classes)
    for _ in range(30):
        used = random.integers(1, classes + 1)  # some classes occur nowhere
        predicted, labels = random.integers(0, used, (2, 2, 5, 4))
        metric = keras.metrics.MeanIoU(classes)
        metric.update_state(labels, predicted)
        assert metrics.mean_iou(predicted, labels, classes) == pytest.approx(float(metric.result()), abs=1e-6)


def test_mean_iou_by_hand():
    assert metrics.mean_iou([[0, 1], [1, 1]], [[0, 0], [1, 1]], 3) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert metrics.mean_iou([True, False], [True, False], 2) == 1


def test_dice_equals_scipy():
    random = np.random.default_rng(2)
    for _ in range(30):
        a, b = random.random((2, 40)) < random.random((2, 1))
        if a.any() or b.any():
            assert metrics.dice(a, b) == pytest.approx(1 - dissimilarity(a, b))
    assert metrics.dice(np.zeros((3, 3)), np.zeros((3, 3), bool)) == 1
    assert metrics.dice([[0.5, 0.5]], [[1, 0]]) == pytest.approx(0.5)
    assert metrics.dice(np.eye(2, dtype="uint8"), np.ones((2, 2))) == pytest.approx(4 / 6)


ONE = [([[0, 0, 1, 1]], [0.5], [0])], [([[0, 0, 1, 1]], [0])]


@pytest.mark.parametrize(
    "words, function, arguments",
    [
        (r"boxes of shape \(4,\), expected \(N, 4\)", metrics.iou, ([0, 0, 1, 1], LEFT)),
        (r"boxes of shape \(1, 5\)", metrics.giou, (LEFT, [[0, 0, 1, 1, 1]])),
        ("box 1 is 5, 5, 2, 2, expected x0, y0, x1, y1", metrics.iou, ([[0, 0, 1, 1], [5, 5, 2, 2]], LEFT)),
        ("box 0 is nan, 0, 1, 1", metrics.iou, (LEFT, [[np.nan, 0, 1, 1]])),
        (r"scores of shape \(2,\) for 1 boxes", metrics.suppress, (LEFT, [1, 2])),
        ("scores that are no numbers", metrics.suppress, (LEFT, [np.nan])),
        ("in 1 images, and the truth of 2", metrics.average_precision, (ONE[0], ONE[1] * 2)),
        (r"found\[0\] has 2 parts, expected \(boxes, scores, classes\)", metrics.average_precision, (ONE[1], ONE[1])),
        (r"truth\[0\] has 3 parts, expected \(boxes, classes\)", metrics.precision_recall, (ONE[0], ONE[0], 0)),
        (r"classes of shape \(0,\)", metrics.average_precision, ([([[0, 0, 1, 1]], [0.5], [])], ONE[1])),
        ("no image has a box of class 3", metrics.precision_recall, (*ONE, 3)),
        (r"labels of int64 \[0, 3\], expected integers from 0 to 2", metrics.mean_iou, ([0, 3], [0, 1], 3)),
        ("labels of bool .0, 1., expected integers from 0 to 0", metrics.mean_iou, ([True, False], [0, 0], 1)),
        ("labels of <U3, expected", metrics.mean_iou, (["cat"], [0], 1)),
        (r"labels of float64 \[0.2, 0.8\]", metrics.mean_iou, ([0.2, 0.8], [0, 1], 2)),
        (r"shape \(2,\) for a target of shape \(3,\)", metrics.mean_iou, ([0, 1], [0, 1, 1], 2)),
        (r"shape \(2,\) for a target of shape \(2, 1\)", metrics.dice, ([0, 1], [[0], [1]])),
        ("mask with values outside 0 to 1", metrics.dice, ([-3.0, 2.0], [0, 1])),
        ("mask with values outside 0 to 1", metrics.dice, ([np.nan, 1.0], [0, 1])),
    ],
)
def test_bad_input_gets_a_sentence(words, function, arguments):
    with pytest.raises(CourseError, match=words):
        function(*arguments)
