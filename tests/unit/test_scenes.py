"""Scenes: what is said of them is what is in them."""

import numpy as np
import pytest

from course_lib import data
from course_lib.data import scenes as maker
from course_lib.errors import CourseError


@pytest.fixture(scope="module")
def things():
    return data.stickers("validation")


@pytest.fixture(scope="module")
def crowded(things):
    return data.compose(things, 60, objects=(1, 4), overlap=0.6, seed=3)


def test_shapes_and_ranges(crowded, things):
    count, most = crowded.labels.shape
    assert crowded.images.shape == (count, 64, 64, 3) and crowded.images.dtype == np.float32
    assert crowded.images.min() >= 0 and crowded.images.max() <= 1 + 1e-6
    assert crowded.owners.shape == (count, 64, 64) and crowded.boxes.shape == (count, most, 4)
    assert len(crowded) == count == 60 and most == 4 and crowded.classes == things.classes
    there = crowded.labels >= 0
    assert set(there.sum(axis=1)) >= {1, 2, 3} and there[:, 0].all()
    assert (things.labels[crowded.stickers[there]] == crowded.labels[there]).all()


def test_the_same_seed_gives_the_same_scenes(things, crowded):
    again = data.compose(things, 60, objects=(1, 4), overlap=0.6, seed=3)
    other = data.compose(things, 60, objects=(1, 4), overlap=0.6, seed=4)
    for name in ("images", "owners", "boxes", "labels", "shown"):
        np.testing.assert_array_equal(getattr(again, name), getattr(crowded, name))
    assert (other.images != crowded.images).any()


def test_boxes_and_masks_pixel_by_pixel(crowded):
    for scene in range(len(crowded)):
        for k, label in enumerate(crowded.labels[scene]):
            rows, columns = np.nonzero(crowded.owners[scene] == k)
            if label < 0:
                assert not len(rows) and not crowded.boxes[scene, k].any()
                continue
            box = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
            assert tuple(crowded.boxes[scene, k]) == box
            assert (crowded.masks[scene][rows, columns] == 1 + label).all()
    assert ((crowded.masks == 0) == (crowded.owners == -1)).all()
    assert [len(boxes) for boxes, _ in crowded.truth] == list((crowded.labels >= 0).sum(axis=1))


def test_what_shows_is_a_part_of_the_sticker(things):
    """The upper object shows whole, the lower one as much as the upper one leaves of it."""
    image, owners = np.zeros((64, 64, 3), "float32"), np.full((64, 64), -1)
    patch = things.patch(0, 30)
    whole = maker.lay(image, owners, 0, patch, 4, 4)
    assert whole == (patch[..., 3] > 0.5).sum() == (owners == 0).sum()
    maker.lay(image, owners, 1, things.patch(1, 30), 10, 10)
    assert 0 < (owners == 0).sum() < whole
    apart = data.compose(things, 40, objects=(3, 3), overlap=0.0, seed=1)
    assert (apart.shown[apart.labels >= 0] == 1).all()


def test_boxes_keep_their_distance(things):
    apart = data.compose(things, 60, objects=(3, 3), sizes=(16, 24), overlap=0.0, seed=5)
    for boxes, _ in apart.truth:
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1])


@pytest.mark.parametrize("sizes", [(16, 16), (9, 9), (20, 32)])
def test_sizes(things, sizes):
    some = data.compose(things, 40, objects=(1, 1), sizes=sizes, seed=2)
    longer = (some.boxes[:, 0, 2:] - some.boxes[:, 0, :2]).max(axis=1)
    assert longer.max() <= sizes[1] and longer.min() >= sizes[0] - 2


def test_nothing_that_is_tested_was_seen():
    concepts = {split: set(data.stickers(split).names) for split in ("train", "validation", "test")}
    assert not concepts["train"] & concepts["test"] and not concepts["train"] & concepts["validation"]
    assert set(data.stickers("train").styles) == {"google", "twitter"}
    assert set(data.stickers("train", styles="fluent").styles) == {"fluent"}


def test_colours_are_those_of_the_emoji():
    """A sticker of full size on white is the emoji on white."""
    emoji = data.emoji("validation", "google")
    number = next(i for i, label in enumerate(emoji.labels) if emoji.classes[label] == "plant")
    cut = data.stickers("validation", "google", ("plant",))
    image = np.ones((64, 64, 3), "float32")
    image = image * (1 - cut.images[0][..., 3:]) + cut.images[0][..., :3]
    np.testing.assert_allclose(image, emoji.images[number], atol=1e-6)


def test_a_part_of_them(crowded):
    few = crowded.where(np.arange(len(crowded)) % 7 == 0)
    assert len(few) == 9 and (few.images[1] == crowded.images[7]).all()


@pytest.mark.parametrize("options", [{"sizes": (16, 80)}, {"objects": (0, 1)}, {"sizes": (30, 20)}])
def test_what_cannot_be_is_refused(things, options):
    with pytest.raises(CourseError, match="scenes of 64x64"):
        data.compose(things, 2, **options)


def test_classes_that_are_not_there():
    with pytest.raises(CourseError, match="choose some of animal"):
        data.stickers(classes=("plants",))
