"""Learning from few images: what batches hold, what is done to them, and what a teacher says."""

import keras
import numpy as np
import pytest

from course_lib import little_data

random = np.random.default_rng(0)
IMAGES = random.uniform(size=(20, 28, 28, 1)).astype("float32")
LABELS = np.arange(20) % 10


def test_each_image_comes_as_often_as_the_others():
    numbers = np.arange(20, dtype="float32").reshape(-1, 1)
    drawn = list(little_data.batches(numbers, LABELS, steps=5, seed=3))
    assert [images.shape for images, _ in drawn] == [(64, 1)] * 5
    counts = np.bincount(np.concatenate([images[:, 0] for images, _ in drawn]).astype(int))
    assert set(counts) == {16}, "320 draws of 20 images"
    again = list(little_data.batches(numbers, LABELS, steps=5, seed=3))
    assert all((one[0] == other[0]).all() for one, other in zip(drawn, again))
    for images, labels in drawn:
        np.testing.assert_array_equal(labels, images[:, 0] % 10)


def test_augmented_images_are_moved_and_mirrored():
    image = np.zeros((1, 28, 28, 1), "float32")
    image[0, 10, 5] = 1
    many, labels = little_data.augment(np.repeat(image, 400, axis=0), np.arange(400), np.random.default_rng(1))
    rows, columns = np.array([np.argwhere(one[..., 0])[0] for one in many]).T
    assert set(rows) == set(range(8, 13)) and set(columns) == {*range(3, 8), *range(20, 25)}
    assert 150 < (columns > 14).sum() < 250 and (labels == np.arange(400)).all()


def test_mixed_images_have_mixed_targets():
    flat = np.zeros((64, 28, 28, 1), "float32") + (np.arange(64) % 2)[:, None, None, None]
    images, targets = little_data.mix(flat, np.arange(64) % 2, np.random.default_rng(1))
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(images[:, 14, 14, 0], targets[:, 1], atol=1e-6)
    assert 0.1 < ((targets > 0.01) & (targets < 0.99)).any(axis=1).mean() < 0.9


def test_the_teacher_sees_the_very_images_of_the_student():
    teacher = little_data.cnn()
    images, answers = little_data.taught_by(teacher)(IMAGES, LABELS, np.random.default_rng(2))
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(teacher.predict_on_batch(images)))
    np.testing.assert_allclose(answers, expected, atol=1e-6)
    assert np.abs(images - IMAGES).max() > 0.1


@pytest.mark.parametrize("stem, tokens", [("patches", 17), ("convolutions", 10)])
def test_networks_and_their_tokens(stem, tokens):
    model = little_data.vit(stem)
    assert model.get_layer("positions").output.shape == (None, tokens, 64)
    assert model.output_shape == little_data.cnn().output_shape == (None, 10)


def test_training_starts_anew_and_reports_each_round():
    model = little_data.prepared(little_data.cnn(), steps=20, rate=0.01, decay=0.0)
    runs = [little_data.train(model, IMAGES, LABELS, 20, seed=0, rounds=2, watched=(IMAGES, LABELS)) for _ in range(2)]
    assert len(runs[0]["loss"]) == len(runs[0]["val_accuracy"]) == 2
    assert runs[0]["loss"] == pytest.approx(runs[1]["loss"])


def test_patches_change_their_order_only():
    order = little_data.patch_order()
    assert sorted(order) == list(range(16)) and list(order) != list(range(16))
    shuffled = little_data.reorder_patches(IMAGES)
    for place, old in enumerate(order):
        row, column, old_row, old_column = (7 * index for index in (*divmod(place, 4), *divmod(old, 4)))
        np.testing.assert_array_equal(
            shuffled[:, row : row + 7, column : column + 7],
            IMAGES[:, old_row : old_row + 7, old_column : old_column + 7],
        )


def test_alikeness():
    vectors = np.array([[2.0, 1], [1, 1], [0, 1]])
    found = little_data.alikeness(vectors[[0, 2]])
    np.testing.assert_allclose(found, [[1, -1], [-1, 1]], atol=1e-6)
