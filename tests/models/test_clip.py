"""Two towers: the loss against a formula of its own, and against PyTorch's cross-entropy where that is installed."""

import keras
import numpy as np
import pytest

from course_lib.data import coloured_shapes as shapes
from course_lib.models import clip

random = np.random.default_rng(0)
BATCHES = [random.normal(size=(n, n)) * size for n, size in ((1, 1), (2, 5), (7, 20))]


@pytest.mark.parametrize("batch", BATCHES, ids=len)
def test_the_loss_is_the_formula(batch):
    n = len(batch)
    rows = -sum(np.log(np.exp(batch[i, i]) / sum(np.exp(batch[i, j]) for j in range(n))) for i in range(n)) / n
    columns = -sum(np.log(np.exp(batch[i, i]) / sum(np.exp(batch[j, i]) for j in range(n))) for i in range(n)) / n
    np.testing.assert_allclose(float(clip.contrastive(batch)), (rows + columns) / 2, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("batch", BATCHES, ids=len)
def test_the_loss_is_that_of_pytorch(batch):
    torch = pytest.importorskip("torch")
    scores, pairs = torch.tensor(batch), torch.arange(len(batch))
    expected = (
        torch.nn.functional.cross_entropy(scores, pairs) + torch.nn.functional.cross_entropy(scores.T, pairs)
    ) / 2
    np.testing.assert_allclose(float(clip.contrastive(batch)), float(expected), rtol=1e-4, atol=1e-6)


def test_all_alike_costs_the_logarithm_of_how_many():
    np.testing.assert_allclose(float(clip.contrastive(np.full((9, 9), 3.0))), np.log(9), rtol=1e-5)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return clip.two_towers(len(shapes.WORDS), (1, 16, 2, 32, 8))


def test_similarities_are_scaled_cosines(model):
    scenes = shapes.coloured_shapes(5, seed=1)
    text = shapes.words(scenes.captions(seed=1))
    caption, picture = clip.towers(model)
    one, other = caption.predict(text, verbose=0), picture.predict(scenes.pictures, verbose=0)
    np.testing.assert_allclose(np.linalg.norm(one, axis=1), 1, rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(other, axis=1), 1, rtol=1e-4)
    found = model.predict({"words": text, "picture": scenes.pictures}, verbose=0)
    np.testing.assert_allclose(found, one @ other.T / 0.07, atol=1e-3)


def test_what_stands_behind_the_end_does_not_count(model):
    caption, _ = clip.towers(model)
    short = shapes.words(["파란 별"])
    [one, other] = caption.predict(np.concatenate([short, short]), verbose=0)
    np.testing.assert_allclose(one, other, rtol=1e-5)


def test_it_learns_a_little():
    keras.utils.set_random_seed(0)
    model = clip.two_towers(len(shapes.WORDS), (1, 32, 2, 64, 16))

    def scenes(count, random):
        drawn = shapes.coloured_shapes(count, random)
        return shapes.words(drawn.captions("en", random)), drawn.pictures

    losses = clip.teach(model, clip.Pairs(scenes, batches=20, batch_size=32), rate=0.003, epochs=3)["loss"]
    assert losses[-1] < 0.9 * np.log(32)
