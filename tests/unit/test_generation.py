"""The judge of generated pictures: each measure against a slow or another one, and the judge on real pictures."""

import numpy as np
import pytest
from scipy import linalg

from course_lib import data, generation
from course_lib.errors import CourseError


def features(count, width=6, seed=0, shift=0.0):
    """Correlated, not around 0."""
    generator = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(width, width))
    return generator.normal(size=(count, width)) @ mixing + 1 + shift


# --- Frechet distance


def by_scipy(real, made):
    """As in the FID of Heusel et al., with a matrix root that nobody here wrote."""
    (mean_a, a), (mean_b, b) = ((some.mean(axis=0), np.cov(some, rowvar=False)) for some in (real, made))
    root = linalg.sqrtm(a @ b)
    return np.sum((mean_a - mean_b) ** 2) + np.trace(a + b - 2 * root.real)


@pytest.mark.parametrize("width, count", [(2, 50), (6, 300), (64, 1000)])
def test_the_distance_is_that_of_scipys_matrix_root(width, count):
    real, made = features(count, width), 1.3 * features(count + 7, width, seed=1, shift=0.2)
    found = generation.frechet_distance(real, made)
    assert found == pytest.approx(by_scipy(real, made), rel=1e-6) and found > 0.1
    assert found == pytest.approx(generation.frechet_distance(made, real), rel=1e-6)


def test_fewer_features_than_numbers_in_each_are_no_trouble():
    """Their covariance has no inverse; SciPy's root is then off by rounding errors of its own."""
    real, made = features(20, 64), features(30, 64, seed=1)
    assert generation.frechet_distance(real, made) == pytest.approx(by_scipy(real, made), rel=1e-3)


def test_the_distance_by_hand():
    """Of independent numbers it is (mean - mean)^2 + (deviation - deviation)^2, added up."""
    a, b = np.diag([4.0, 9.0]), np.diag([1.0, 1.0])
    assert generation.frechet_of_gaussians(np.zeros(2), a, np.array([3.0, 0]), b) == pytest.approx(9 + 1 + 4)
    real = features(100)
    assert generation.frechet_distance(real, real) == pytest.approx(0, abs=1e-9)
    assert generation.frechet_distance(real, real + 2) == pytest.approx(4 * 6)


def test_the_distance_is_too_large_where_there_are_few():
    """Both from the same Gaussian, so it should be 0; it falls about as 1 / count."""
    real, made = features(20_000, 10), features(8000, 10, seed=1)
    found = generation.frechet_by_count(real, made, (100, 400, 1600), repeats=4)
    assert found.shape == (3, 4)
    few, more, most = found.mean(axis=1)
    assert few > 3 * more > 6 * most > 0
    np.testing.assert_array_equal(found, generation.frechet_by_count(real, made, (100, 400, 1600), repeats=4))
    [[everything]] = generation.frechet_by_count(real, made, (8000,), repeats=1)
    assert everything == pytest.approx(generation.frechet_distance(real, made))


# --- Precision and recall


def slow_precision_recall(real, made, k):
    """Section 2 of the paper, point by point."""

    def radius(points, i):
        return sorted(np.linalg.norm(points[i] - points[j]) for j in range(len(points)) if j != i)[k - 1]

    def inside(point, points):
        return any(np.linalg.norm(point - points[i]) <= radius(points, i) for i in range(len(points)))

    return np.mean([inside(one, real) for one in made]), np.mean([inside(one, made) for one in real])


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_precision_and_recall_are_those_of_the_paper(k, dtype):
    real, made = features(40, 3).astype(dtype), (0.6 * features(30, 3, seed=1, shift=0.5)).astype(dtype)
    found = generation.precision_recall(real, made, k)
    assert found == pytest.approx(slow_precision_recall(real, made, k)) and 0 < min(found) and max(found) < 1


def test_blocks_of_rows_change_nothing(monkeypatch):
    real, made = features(50, 3), 0.7 * features(45, 3, seed=1)
    whole = generation.precision_recall(real, made)
    monkeypatch.setattr(generation, "BLOCK", 7)
    assert generation.precision_recall(real, made) == whole


def test_what_each_of_the_two_sees():
    """One mode of two: all that is made looks real, and half of what is real cannot be made. Too wide a cloud: the
    other way round."""
    generator = np.random.default_rng(0)
    modes = generator.normal(size=(400, 2)) + np.repeat([[0, 0], [100, 0]], 200, axis=0)
    precision, recall = generation.precision_recall(modes, generator.normal(size=(400, 2)))
    assert precision > 0.9 and 0.4 < recall <= 0.5
    precision, recall = generation.precision_recall(
        generator.normal(size=(400, 2)), 5 * generator.normal(size=(400, 2))
    )
    assert precision < 0.4 and recall > 0.9
    assert generation.precision_recall(modes, modes) == (1, 1)
    assert generation.precision_recall(modes, modes + 1000) == (0, 0)


# --- Copies


def test_the_nearest_picture_is_that_of_a_loop():
    generator = np.random.default_rng(0)
    pictures, others = (generator.uniform(size=(count, 5, 4, 1)).astype("float32") for count in (9, 70))
    indices, distances, ratios = generation.nearest(pictures, others, around=10)
    for picture, index, distance, ratio in zip(pictures, indices, distances, ratios):
        all_of_them = [np.sqrt(np.mean((picture - other) ** 2)) for other in others]
        assert index == np.argmin(all_of_them) and distance == pytest.approx(min(all_of_them), rel=1e-4)
        assert ratio == pytest.approx(min(all_of_them) / np.mean(sorted(all_of_them)[:10]), rel=1e-3)


def test_copies_are_told_from_means():
    """A copy with noise lies much nearer to one picture than to others, a mean of several does not."""
    (learned, labels), (test, _) = data.fashion_mnist()
    generator = np.random.default_rng(0)
    noisy = learned[:50] + generator.normal(scale=0.02, size=learned[:50].shape)
    indices, _, ratios = generation.nearest(noisy, learned)
    assert (indices == np.arange(50)).mean() > 0.9 and np.mean(ratios < generation.COPY) > 0.9
    means = np.stack([learned[labels == k][start : start + 20].mean(axis=0) for k in range(10) for start in (0, 20)])
    assert not (generation.nearest(means, learned)[2] < generation.COPY).any()
    assert np.mean(generation.nearest(test[:300], learned)[2] < generation.COPY) < 0.03


# --- The judge


@pytest.fixture(scope="module")
def judge():
    return generation.Judge()


@pytest.fixture(scope="module")
def training():
    return data.fashion_mnist()[0]


def test_the_judge_knows_real_test_pictures(judge):
    _, (test, labels) = data.fashion_mnist()
    features, classes = judge.look(test)
    assert features.shape == (5000, 64) and features.dtype == "float32" and classes.dtype.kind == "i"
    assert np.mean(classes == labels) >= 0.90
    assert features.var(axis=0).sum() == pytest.approx(100, rel=0.05)


def test_neither_part_is_better_known_to_the_judge(judge, training):
    """It learned from neither; a network judges what it learned from by several points better."""
    pictures, labels = training
    _, classes = judge.look(pictures[:5000])
    _, (test, answers) = data.fashion_mnist()
    _, others = judge.look(test)
    assert abs(np.mean(classes == labels[:5000]) - np.mean(others == answers)) < 0.02


def test_real_pictures_score_well(judge, training):
    chosen = np.random.default_rng(0).permutation(15_000)[:2000]
    scores = judge.score(training[0][chosen], training[1][chosen])
    assert scores["wanted class"] > 0.88 and scores["distance"] < 1.0 and scores["copies"] == 1.0
    assert scores["precision"] > 0.8 and scores["recall"] > 0.8


def test_what_is_not_real_scores_badly_each_in_its_way(judge, training):
    pictures, labels = training
    generator = np.random.default_rng(0)
    noise = judge.score(generator.uniform(size=(500, 28, 28, 1)))
    assert noise["distance"] > 50 and noise["recall"] < 0.05 and np.isnan(noise["wanted class"])
    one = judge.score(pictures[labels == 1][:500], np.ones(500))
    assert one["wanted class"] > 0.9 and one["precision"] > 0.8 and one["recall"] < 0.3 and one["distance"] > 20
    means = np.stack([pictures[labels == k].mean(axis=0) for k in range(10)]).repeat(50, axis=0)
    assert judge.score(means, np.arange(10).repeat(50))["recall"] < 0.05
    shuffled = judge.score(pictures[:500], generator.integers(10, size=500))
    assert shuffled["wanted class"] < 0.2 and shuffled["distance"] < 3


def test_scores_come_out_the_same_again(judge, training):
    assert judge.score(training[0][:200], training[1][:200]) == judge.score(training[0][:200], training[1][:200])


# --- What cannot be judged


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda judge: judge.look(np.zeros((5, 784))), r"shape \(5, 784\), expected \(n, 28, 28, 1\)"),
        (
            lambda judge: judge.look(np.full((5, 28, 28, 1), -3.0)),
            "values from -3 to -3, expected 0 to 1: take the sig",
        ),
        (lambda judge: judge.look(np.full((5, 28, 28, 1), np.nan)), "values from nan to nan"),
        (lambda judge: judge.score(np.zeros((99, 28, 28, 1))), "found 99 pictures, expected 100 or more"),
        (lambda judge: judge.score(np.zeros((100, 28, 28, 1)), [1]), r"classes of shape \(1,\) for 100 pictures"),
        (lambda judge: generation.frechet_distance(np.zeros((5, 2)), np.zeros((5, 3))), "with the same d"),
        (
            lambda judge: generation.frechet_distance(np.zeros((1, 2)), np.zeros((5, 2))),
            "features of 1 and 5 pictures, expected 2",
        ),
        (lambda judge: generation.precision_recall(np.zeros((3, 2)), np.zeros((5, 2))), "expected 4 or more"),
        (lambda judge: generation.frechet_by_count(*np.zeros((2, 9, 2)), (5, 10)), "from 5 to 10, expected 2 to 9"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(call, words, judge):
    with pytest.raises(CourseError, match=words):
        call(judge)
