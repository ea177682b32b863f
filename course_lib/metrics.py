"""How good are boxes and masks? IoU, GIoU, suppression, average precision, mIoU, Dice: plain NumPy.

A box is x0, y0, x1, y1 with x0 <= x1 and y0 <= y1, in any unit; y grows downwards. What a detector finds is a list with
(boxes, scores, classes) for each image, what there is to find a list with (boxes, classes) for each image:
boxes (N, 4), scores (N,), classes (N,). An image may have none.
"""

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say

COCO = tuple(np.linspace(0.5, 0.95, 10))  # the overlaps of "AP 0.50:0.95"
RECALLS = np.linspace(0.0, 1.0, 101)  # where COCO reads the precision off
MOST = 100  # detections of one class in one image that COCO looks at, those with the highest scores


def iou(a, b):
    """Intersection over union of each box with each other one (Jaccard, 1912).

    Args:
        a: (N, 4) boxes.
        b: (M, 4) boxes.

    Returns:
        (N, M) from 0 to 1; 0 where both boxes are without area.

    Raises:
        CourseError: they are no boxes.
    """
    common, union, _ = _areas(_boxes(a), _boxes(b))
    return _ratio(common, union)


def giou(a, b):
    """Generalized IoU: what is empty in the smallest box around both counts against it, so that boxes apart still
    differ (Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019).

    Args:
        a: (N, 4) boxes.
        b: (M, 4) boxes.

    Returns:
        (N, M) from -1 to 1.

    Raises:
        CourseError: they are no boxes.
    """
    common, union, around = _areas(_boxes(a), _boxes(b))
    return _ratio(common, union) - _ratio(around - union, around)


def suppress(boxes, scores, overlap=0.5):
    """Greedy non-maximum suppression: of boxes that overlap by more than `overlap`, the one of highest score stays.

    Args:
        boxes: (N, 4).
        scores: (N,); of equal scores, the first is taken first.
        overlap: IoU above which a box falls to one that stays.

    Returns:
        (K,) the indices of the boxes that stay, by falling score.

    Raises:
        CourseError: there are no boxes, or not one score for each.
    """
    boxes = _boxes(boxes)
    order = _falling(_one_for_each("scores", scores, boxes))
    overlaps, kept = iou(boxes, boxes), []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        order = rest[overlaps[best, rest] <= overlap]
    return np.array(kept, dtype=int)


def average_precision(found, truth, overlaps=(0.5,)):
    """Average precision as COCO computes it for boxes of all sizes (Lin et al., "Microsoft COCO", ECCV 2014).

    Args:
        found: (boxes, scores, classes) for each image.
        truth: (boxes, classes) for each image.
        overlaps: the IoUs from which a box counts as found; `COCO` for 0.50:0.95.

    Returns:
        The mean over `overlaps` and over all classes that there are in `truth`; NaN if there is nothing to be found.

    Raises:
        CourseError: the lists or what is in them do not fit together.
    """
    found, truth = _images(found, truth)
    there = np.unique(np.concatenate([np.zeros(0), *(classes for _, classes in truth)]))
    values = []
    for cls in there:
        _, hits, count = _ranked(found, truth, cls, overlaps)
        values += [_area_below(*_precision_recall(row, count)) for row in hits]
    return float(np.mean(values)) if values else float("nan")


def precision_recall(found, truth, cls, overlap=0.5):
    """Precision and recall after each entry of the ranked list of one class.

    Args:
        found: (boxes, scores, classes) for each image.
        truth: (boxes, classes) for each image.
        cls: the class.
        overlap: the IoU from which a box counts as found.

    Returns:
        scores (K,), falling; precision (K,): how many of the entries so far are right, as a part of them; recall (K,):
        how many of the boxes of `truth` have been found so far, as a part of all boxes of the class.

    Raises:
        CourseError: the lists do not fit together, or there is no box of this class in `truth`.
    """
    found, truth = _images(found, truth)
    scores, (hits,), count = _ranked(found, truth, cls, (overlap,))
    if not count:
        raise CourseError(say("no image has a box of class {cls} to be found, so there is no recall: choose a class of `truth`", cls=cls))  # fmt: skip
    return scores, *_precision_recall(hits, count)


def mean_iou(predicted, labels, classes):
    """Mean IoU of a segmentation: of each class over all pixels of all images, then the mean over the classes that
    occur in `predicted` or `labels` (Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2015).

    Args:
        predicted: integers from 0 to classes - 1, of any shape, such as (batch, height, width).
        labels: the same, what is right.
        classes: how many classes there are, background included.

    Returns:
        A number from 0 to 1.

    Raises:
        CourseError: shapes differ, or there are other values than these integers.
    """
    predicted, labels = _labels(predicted, classes), _labels(labels, classes)
    _same_shape(predicted, labels)
    table = np.bincount(classes * labels.ravel() + predicted.ravel(), minlength=classes**2).reshape(classes, classes)
    common = np.diag(table)
    union = table.sum(axis=0) + table.sum(axis=1) - common
    return float(np.mean(common[union > 0] / union[union > 0]))


def dice(predicted, target):
    """Dice coefficient of two masks: twice what they have in common over the sum of both (Dice, 1945); 1 minus it is
    the loss of V-Net (Milletari et al., 3DV 2016), but for the squares there.

    Args:
        predicted: a mask of any shape, bool or from 0 to 1; fractions count as parts of pixels.
        target: the same, what is right.

    Returns:
        A number from 0 to 1; 1 for two empty masks.

    Raises:
        CourseError: shapes differ, or there are values outside 0 to 1.
    """
    predicted, target = _mask(predicted), _mask(target)
    _same_shape(predicted, target)
    total = predicted.sum() + target.sum()
    return float(2 * (predicted * target).sum() / total) if total else 1.0


def _areas(a, b):
    """Areas of intersection, union, and the smallest box around both, for each pair: three times (N, M)."""
    a, b = a[:, None], b[None, :]  # (N, 1, 4), (1, M, 4)
    area = lambda low, high: np.prod(np.maximum(high - low, 0.0), axis=-1)
    common = area(np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:]))
    around = area(np.minimum(a[..., :2], b[..., :2]), np.maximum(a[..., 2:], b[..., 2:]))
    return common, area(a[..., :2], a[..., 2:]) + area(b[..., :2], b[..., 2:]) - common, around


def _ratio(part, whole):
    """part / whole; 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _falling(scores):
    """Indices by falling score; equal scores keep their order, as in COCO."""
    return np.argsort(-scores, kind="stable")


def _ranked(found, truth, cls, overlaps):
    """The boxes of one class in all images by falling score: scores (K,), for each overlap which of them are hits
    (overlaps, K), and how many there are to be found."""
    scores, hits, count = [np.zeros(0)], [np.zeros((len(overlaps), 0), bool)], 0
    for (boxes, confidences, classes), (right, right_classes) in zip(found, truth):
        boxes, confidences, right = boxes[classes == cls], confidences[classes == cls], right[right_classes == cls]
        order = _falling(confidences)[:MOST]
        table = iou(boxes[order], right)
        scores.append(confidences[order])
        hits.append(np.array([_matched(table, overlap) for overlap in overlaps]).reshape(len(overlaps), len(order)))
        count += len(right)
    scores, hits = np.concatenate(scores), np.concatenate(hits, axis=1)
    order = _falling(scores)
    return scores[order], hits[:, order], count


def _matched(table, overlap):
    """Which boxes are hits: each, the highest score first, takes the free box of the truth that it overlaps most.

    Args:
        table: (N, M) IoU of the boxes found, by falling score, with those of the truth.
        overlap: the IoU that is enough.

    Returns:
        list of N bools.
    """
    free, hits = np.ones(table.shape[1], bool), []
    for row in table:
        row = np.where(free, row, -1.0)
        hit = row.size > 0 and row.max() >= overlap
        if hit:
            free[row.size - 1 - np.argmax(row[::-1])] = False  # of equal ones the last, as in COCO
        hits.append(bool(hit))
    return hits


def _precision_recall(hits, count):
    """Precision and recall (K,) after each entry of a ranked list, of which `count` could be found."""
    right = np.cumsum(hits)
    return right / np.arange(1, len(hits) + 1), right / count


def _area_below(precision, recall):
    """Mean precision at COCO's 101 recalls: at each, the best precision that is reached at this recall or a higher one;
    0 where that recall is not reached."""
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, RECALLS, side="left")
    return np.append(envelope, np.zeros(1))[places].mean()


def _images(found, truth):
    """Both lists with arrays in them, looked at."""
    found, truth = list(found), list(truth)
    if len(found) != len(truth):
        raise CourseError(
            say(
                "found what is in {found} images, and the truth of {truth}: give both for the same images, an empty one where there is nothing",
                found=len(found),
                truth=len(truth),
            )
        )
    for name, parts, images in (("found", 3, found), ("truth", 2, truth)):
        for place, image in enumerate(images):
            if len(image) != parts:
                wanted = "(boxes, scores, classes)" if parts == 3 else "(boxes, classes)"
                raise CourseError(
                    say(
                        "{name}[{place}] has {count} parts, expected {wanted}",
                        name=name,
                        place=place,
                        count=len(image),
                        wanted=wanted,
                    )  # fmt: skip
                )
            boxes = _boxes(image[0])
            others = [_one_for_each(*pair, boxes) for pair in zip(("scores", "classes")[1 - parts :], image[1:])]
            images[place] = (boxes, *others)
    return found, truth


def _boxes(boxes):
    """Boxes as an array of floats (N, 4)."""
    boxes = np.asarray(boxes, dtype=float)
    if boxes.size == 0:
        return boxes.reshape(0, 4)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise CourseError(
            say(
                "found boxes of shape {shape}, expected (N, 4): x0, y0, x1, y1 for each; `box[None]` makes one box a list of one",
                shape=boxes.shape,
            )  # fmt: skip
        )
    bad = ~np.isfinite(boxes).all(axis=1) | (boxes[:, :2] > boxes[:, 2:]).any(axis=1)
    if bad.any():
        raise CourseError(
            say(
                "box {place} is {box}, expected x0, y0, x1, y1 with x0 <= x1 and y0 <= y1: are these centre and size, or are x and y exchanged?",
                place=int(bad.argmax()),
                box=", ".join(f"{value:.6g}" for value in boxes[bad.argmax()]),
            )
        )
    return boxes


def _one_for_each(name, values, boxes):
    """Scores or classes as an array of floats (N,), one for each box."""
    values = np.asarray(values, dtype=float)
    if values.shape != (len(boxes),):
        raise CourseError(
            say(
                "found {name} of shape {shape} for {count} boxes, expected one for each",
                name=name,
                shape=values.shape,
                count=len(boxes),
            )  # fmt: skip
        )
    if not np.isfinite(values).all():
        raise CourseError(
            say("found {name} that are no numbers (NaN or infinite): look where they come from", name=name)
        )
    return values


def _labels(labels, classes):
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iub" or labels.size == 0 or labels.min() < 0 or labels.max() >= classes:
        numbers = labels.size and labels.dtype.kind in "iufb"
        raise CourseError(
            say(
                "found labels of {dtype}{range}, expected integers from 0 to {last}: take `argmax` of scores over the classes first",
                dtype=labels.dtype,
                range=f" [{float(labels.min()):.4g}, {float(labels.max()):.4g}]" if numbers else "",
                last=classes - 1,
            )
        )
    return labels.astype(int)


def _mask(mask):
    mask = np.asarray(mask, dtype=float)
    if not ((mask >= 0) & (mask <= 1)).all():
        raise CourseError(
            say("found a mask with values outside 0 to 1: take the sigmoid of scores, or divide by 255, first")
        )
    return mask


def _same_shape(predicted, target):
    if predicted.shape != target.shape:
        raise CourseError(
            say(
                "found a prediction of shape {found} for a target of shape {expected}: both must be of the same shape",
                found=predicted.shape,
                expected=target.shape,
            )
        )
