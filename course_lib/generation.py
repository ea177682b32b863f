"""How good are pictures that a network has made? One judge for all generators of 28x28 pictures of clothing.

A judge network (`course_lib.models.fashion_judge`) names each picture and describes it by 64 numbers, its features.

- Wanted class: the share of pictures that the judge names as the generator was told.
- Frechet distance of two Gaussians that have the means and covariances of the features of made and of real pictures
  (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", NeurIPS 2017; there with features of Inception, FID).
  The judge's features have a variance of 100 in all, so 1 is one percent of that. The distance is too large where there
  are few pictures (Chong and Forsyth, "Effectively Unbiased FID", CVPR 2020): compare only at equal numbers.
- Precision, how many of the pictures made look like real ones, and recall, how much of what is real can be made
  (Kynkaanniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", NeurIPS 2019). Lonely
  real pictures have wide balls, in which even noise may lie (Naeem et al., "Reliable Fidelity and Diversity Metrics for
  Generative Models", ICML 2020): high precision at a large distance means little.
- Copies: pictures that lie much nearer to one training picture than to the next fifty (after Carlini et al.,
  "Extracting Training Data from Diffusion Models", USENIX Security 2023).

All but the judge itself is plain NumPy and works on any features (n, d).
"""

import numpy as np

from course_lib import data, weights
from course_lib.errors import CourseError
from course_lib.texts import say

WEIGHTS = "fashion_judge"  # data/fashion_judge.npz
BATCH = 500
MOST = 2000  # pictures of each kind whose neighbours are looked for
NEIGHBOURS = 3  # which neighbour gives the radius of a ball, as in the paper
AROUND = 50  # training pictures that the nearest one is compared with
COPY = 0.5  # nearer than half of the mean distance of those
BLOCK = 500  # rows of a table of distances that are computed at once


class Judge:
    """Scores pictures against real ones.

    Args:
        real: (n, 28, 28, 1) from 0 to 1; by default the 5,000 test pictures of Fashion-MNIST, which no generator of the
            course has seen.
        learned: (m, 28, 28, 1), what generators learned from; by default the 15,000 training pictures.
    """

    def __init__(self, real=None, learned=None):
        import keras

        from course_lib.models.fashion_judge import fashion_judge

        (x_train, _), (x_test, _) = data.fashion_mnist()
        self.real = x_test if real is None else _pictures(real)
        self.learned = x_train if learned is None else _pictures(learned)
        model = weights.load(fashion_judge(), WEIGHTS)
        self.network = keras.Model(model.input, [model.get_layer("features").output, model.output])
        self.real_features, _ = self.look(self.real)

    def look(self, pictures):
        """Features (n, 64), float32, and classes (n,), integers, of pictures (n, 28, 28, 1) from 0 to 1."""
        features, logits = self.network.predict(_pictures(pictures), batch_size=BATCH, verbose=0)
        return features, logits.argmax(axis=1)

    def score(self, pictures, wanted=None, seed=0):
        """All measures of pictures that a generator has made.

        Args:
            pictures: (n, 28, 28, 1) from 0 to 1, at least 100.
            wanted: (n,) the classes that were asked for; None where nobody asked.
            seed: of the choice of real pictures for precision and recall, which are as many as those made, at most
                2,000 of each.

        Returns:
            dict of floats: "wanted class" (NaN without `wanted`), "distance", "precision", "recall" and "copies".

        Raises:
            CourseError: there are too few pictures, or they are not what the judge can look at.
        """
        features, classes = self.look(pictures)
        if len(features) < 100:
            raise CourseError(
                say("found {count} pictures, expected 100 or more: fewer say little", count=len(features))
            )
        if wanted is not None and np.shape(wanted) != classes.shape:
            raise CourseError(
                say(
                    "found classes of shape {shape} for {count} pictures, expected one for each",
                    shape=np.shape(wanted),
                    count=len(classes),
                )
            )
        count = min(len(features), len(self.real_features), MOST)
        chosen = np.random.default_rng(seed).permutation(len(self.real_features))[:count]
        precision, recall = precision_recall(self.real_features[chosen], features[:count])
        _, _, ratios = nearest(pictures[:count], self.learned)
        return {
            "wanted class": float("nan") if wanted is None else float(np.mean(classes == np.asarray(wanted))),
            "distance": frechet_distance(self.real_features, features),
            "precision": precision,
            "recall": recall,
            "copies": float(np.mean(ratios < COPY)),
        }


# --- Two clouds of features


def gaussian(features):
    """Mean (d,) and covariance (d, d) of features (n, d), both float64."""
    features = np.asarray(features, dtype=float)
    return features.mean(axis=0), np.cov(features, rowvar=False)


def frechet_of_gaussians(mean_a, covariance_a, mean_b, covariance_b):
    """Squared Frechet distance of two Gaussians (Dowson and Landau, J. Multivariate Analysis 12(3), 1982):

        |mean_a - mean_b|^2 + trace(A + B - 2 (A B)^(1/2))

    The trace of the root of A B is that of A^(1/2) B A^(1/2), which is symmetric: the sum of the roots of its
    eigenvalues.

    Args:
        mean_a, mean_b: (d,).
        covariance_a, covariance_b: (d, d).

    Returns:
        float, 0 or more.
    """
    values, vectors = np.linalg.eigh(covariance_a)
    root = vectors * np.sqrt(np.maximum(values, 0))  # root @ root.T is A
    common = np.sqrt(np.maximum(np.linalg.eigvalsh(root.T @ covariance_b @ root), 0)).sum()
    between = np.sum((mean_a - mean_b) ** 2)
    return float(max(0.0, between + np.trace(covariance_a) + np.trace(covariance_b) - 2 * common))


def frechet_distance(real, made):
    """Squared Frechet distance of the Gaussians with the means and covariances of two sets of features.

    Args:
        real, made: (n, d) and (m, d), n and m at least 2.

    Returns:
        float, 0 or more.

    Raises:
        CourseError: the features do not fit together, or there are too few.
    """
    real, made = _features(real, made, 2)
    return frechet_of_gaussians(*gaussian(real), *gaussian(made))


def frechet_by_count(real, made, counts, repeats=5, seed=0):
    """How large the distance is with fewer features of those made, drawn at random: it falls as their number grows.

    Args:
        real, made: as of `frechet_distance`.
        counts: how many of `made` to draw, each at most all of them.
        repeats: how often.
        seed: of the draws.

    Returns:
        (len(counts), repeats), float.

    Raises:
        CourseError: as of `frechet_distance`, or there are not so many.
    """
    real, made = _features(real, made, 2)
    if min(counts) < 2 or max(counts) > len(made):
        raise CourseError(
            say(
                "found counts from {low} to {high}, expected 2 to {all}, which is all",
                low=min(counts),
                high=max(counts),
                all=len(made),
            )
        )
    known, random = gaussian(real), np.random.default_rng(seed)
    draw = lambda count: made[random.permutation(len(made))[:count]]
    return np.array([[frechet_of_gaussians(*known, *gaussian(draw(n))) for _ in range(repeats)] for n in counts])


def precision_recall(real, made, k=NEIGHBOURS):
    """Precision and recall of features: around each one lies a ball that reaches to its k-th neighbour of the same set;
    precision is the share of those made that lie in a ball of a real one, recall the share of real ones in a ball of
    one that was made.

    Args:
        real, made: (n, d) and (m, d), n and m above k; as many of both, for larger sets have smaller balls.
        k: which neighbour, from 1.

    Returns:
        precision, recall: floats from 0 to 1.

    Raises:
        CourseError: the features do not fit together, or there are too few.
    """
    real, made = _features(real, made, k + 1)
    return _covered(made, real, k), _covered(real, made, k)


def _covered(points, centres, k):
    """Share of points that lie in a ball around one of the centres."""
    radii = np.concatenate([np.partition(rows, k, axis=1)[:, k] for rows in _distances(centres, centres)])
    return float(np.mean(np.concatenate([(rows <= radii).any(axis=1) for rows in _distances(points, centres)])))


# --- Pixels


def nearest(pictures, others, around=AROUND):
    """The most similar one of other pictures, for each.

    Args:
        pictures: (n, height, width, channels), what was made.
        others: (m, height, width, channels), what was learned from.
        around: how many of the nearest ones to compare with.

    Returns:
        indices (n,) of the nearest one; distances (n,), roots of the mean squared difference of pixels; ratios (n,) of
        these to the mean distance of the `around` nearest: about 1 for something between many, 0 for a copy.

    Raises:
        CourseError: the pictures do not fit together, or there are too few others.
    """
    flat, others = _features(*(np.asarray(some, "float32").reshape(len(some), -1) for some in (pictures, others)), 1)
    around = min(around, len(others))
    indices, means = [], []
    for rows in _distances(flat, others):
        indices.append(rows.argmin(axis=1))
        means.append(np.sqrt(np.partition(rows, around - 1, axis=1)[:, :around]).mean(axis=1))
    indices, means = np.concatenate(indices), np.concatenate(means) / flat.shape[1] ** 0.5
    distances = np.sqrt(np.mean((flat - others[indices]) ** 2, axis=1))
    return indices, distances, np.divide(distances, means, out=np.zeros_like(means), where=means > 0)


def _distances(a, b):
    """Squared distances of each row of a (n, d) to each of b (m, d): blocks of at most 500 rows."""
    lengths = (b**2).sum(axis=1)
    for start in range(0, len(a), BLOCK):
        rows = a[start : start + BLOCK]
        table = (rows**2).sum(axis=1)[:, np.newaxis] + lengths - 2 * rows @ b.T
        yield np.maximum(table, 0)


def _features(real, made, least):
    real, made = (some if np.asarray(some).dtype == "float32" else np.asarray(some, float) for some in (real, made))
    if real.ndim != 2 or made.ndim != 2 or real.shape[1] != made.shape[1]:
        raise CourseError(
            say(
                "found features of shapes {real} and {made}, expected (n, d) and (m, d) with the same d",
                real=real.shape,
                made=made.shape,
            )
        )
    if min(len(real), len(made)) < least:
        raise CourseError(
            say(
                "found features of {real} and {made} pictures, expected {least} or more of each",
                real=len(real),
                made=len(made),
                least=least,
            )
        )
    return real, made


def _pictures(pictures):
    pictures = np.asarray(pictures, dtype="float32")
    if not len(pictures) or pictures.shape[1:] != (28, 28, 1):
        raise CourseError(say("found pictures of shape {shape}, expected (n, 28, 28, 1)", shape=pictures.shape))
    if not (pictures.min() >= -0.001 and pictures.max() <= 1.001):
        raise CourseError(
            say(
                "found pictures with values from {low} to {high}, expected 0 to 1: take the sigmoid of logits, or clip, first",
                low=f"{pictures.min():.4g}",
                high=f"{pictures.max():.4g}",
            )
        )
    return pictures
