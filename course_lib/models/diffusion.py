"""Denoising diffusion: noise is added in many small steps, and a network learns to take it away again.

- Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models", NeurIPS 2020 (DDPM). The idea: Sohl-Dickstein et al.,
  "Deep Unsupervised Learning using Nonequilibrium Thermodynamics", ICML 2015.
- Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", ICML 2021 (cosine schedule).
- Song, Meng, Ermon, "Denoising Diffusion Implicit Models", ICLR 2021 (DDIM: fewer steps, no noise on the way).

Steps are t = 1 ... T, and `betas[t - 1]` is how much of the variance is replaced by noise in step t:

    one step      x_t = sqrt(1 - beta_t) x_(t-1) + sqrt(beta_t) noise
    in one go     x_t = sqrt(kept_t) x_0 + sqrt(1 - kept_t) noise,    kept_t = (1 - beta_1) ... (1 - beta_t)
    loss          mean of (network(x_t, t) - noise)^2, t drawn at random
    back          from the noise predicted, the x_0 that it implies, and from that x_(t-1)
"""

import keras
import numpy as np
from keras import ops

from course_lib.errors import CourseError
from course_lib.texts import say


def linear_schedule(steps=1000, first=1e-4, last=0.02):
    """Betas on a line.

    Args:
        steps: how many.
        first, last: the first beta and the last one of 1,000 steps, as in the paper; with fewer, noise would remain
            unmixed, so both are made larger in proportion.

    Returns:
        (steps,), at most 0.999.
    """
    return np.minimum(np.linspace(first, last, steps) * 1000 / steps, 0.999)


def cosine_schedule(steps=1000, offset=0.008):
    """Betas for which `kept` falls like the square of a cosine: more steps where there is little noise.

    Args:
        steps: how many.
        offset: how far the cosine has come at the first step, so that the first betas are not too small.

    Returns:
        (steps,), at most 0.999.
    """
    times = (np.arange(steps + 1) / steps + offset) / (1 + offset)
    level = np.cos(times * np.pi / 2) ** 2
    return np.minimum(1 - level[1:] / level[:-1], 0.999)


def kept(betas):
    """How much of the variance of x_0 is left after each step.

    Args:
        betas: (steps,), a schedule.

    Returns:
        (steps,), falling from nearly 1 to nearly 0.
    """
    return np.cumprod(1 - np.asarray(betas, float))


def noised(x, left, noise):
    """x_t from x_0 in one go.

    Args:
        x: (batch, ...), x_0.
        left: `kept` at the step, one number or (batch, 1, ...).
        noise: as x, of mean 0 and variance 1.
    """
    return left**0.5 * x + (1 - left) ** 0.5 * noise


def step_back(x, noise, left, left_before, eta=1.0, fresh=0.0, limit=np.inf):
    """From x_t to an earlier x_s, given the noise predicted (DDIM, equations 12 and 16).

    Args:
        x: (batch, size), x_t.
        noise: as x, what the network says.
        left, left_before: `kept` at t and at s < t; 1 for s = 0.
        eta: 1 for ancestral sampling, as DDPM's with the posterior's variance; 0 for DDIM, where nothing is random.
        fresh: as x, new noise; it counts only where eta is above 0.
        limit: x_0 is known to lie between -limit and limit. Where little is left, a small error of the network makes a
            large one of x_0, which is cut off there, as the paper's code does; the noise is then what fits to it.
    """
    start = np.clip((x - (1 - left) ** 0.5 * noise) / left**0.5, -limit, limit)  # the x_0 that this noise implies
    noise = (x - left**0.5 * start) / (1 - left) ** 0.5
    spread = eta * ((1 - left_before) / (1 - left) * (1 - left / left_before)) ** 0.5
    return left_before**0.5 * start + max(1 - left_before - spread**2, 0.0) ** 0.5 * noise + spread * fresh


class Diffusion(keras.Model):
    """A denoiser and how it learns: `model.compile("adam")`, `model.fit({"x": x})`, with classes
    `model.fit({"x": x, "labels": labels})`.

    Args:
        network: as made by `course_lib.models.denoiser`.
        betas: (steps,), a schedule.
        seed: of steps and noise in training.
    """

    def __init__(self, network, betas, seed=0, **options):
        super().__init__(**options)
        self.network, self.left = network, kept(betas).astype("float32")
        self.random = keras.random.SeedGenerator(seed)
        self.built = True  # the network has its weights already

    def call(self, inputs, training=False):
        """The difference between noise predicted and noise added, at random steps: (batch, size)."""
        x, steps = inputs["x"], len(self.left)
        t = keras.random.randint((ops.shape(x)[0],), 0, steps, seed=self.random)  # t - 1, in fact
        noise = keras.random.normal(ops.shape(x), seed=self.random)
        noisy = noised(x, ops.expand_dims(ops.take(self.left, t), -1), noise)
        told = {name: given for name, given in inputs.items() if name == "labels"}
        return self.network({"x": noisy, "time": (ops.cast(t, "float32") + 1) / steps, **told}) - noise

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        return ops.mean(y_pred**2)

    def generate(self, count, steps=None, eta=1.0, seed=0, path=False, limit=3.0, begin=None, **told):
        """Vectors made from noise.

        Args:
            count: how many.
            steps: how many steps back are taken, evenly over the schedule; by default `begin`.
            eta, limit: as of `step_back`.
            seed: of the noise; the same on each backend.
            path: give all stages instead of the last one.
            begin: t at which pure noise is taken for x_t; by default the last one, T.
            told: with classes, labels=(count,).

        Returns:
            (count, size), with `path` (steps + 1, count, size), float32.

        Raises:
            CourseError: `begin` is no step of the schedule, or there are not so many steps back from it.
        """
        random, total = np.random.default_rng(seed), len(self.left)
        begin = total if begin is None else begin
        steps = begin if steps is None else steps
        if not 1 <= begin <= total:
            raise CourseError(
                say("the schedule has the steps 1 to {total}, and begin is {begin}", total=total, begin=begin)
            )
        if not 1 <= steps <= begin:
            raise CourseError(
                say(
                    "from step {begin} there are 1 to {begin} steps back, and steps is {steps}",
                    begin=begin,
                    steps=steps,
                )
            )
        marks = np.linspace(begin, 0, steps + 1).round().astype(int)  # t of each stage
        x = random.normal(size=(count, self.network.output_shape[-1])).astype("float32")
        stages = [x]
        for t, before in zip(marks[:-1], marks[1:]):
            time = np.full(count, t / total, "float32")
            noise = self.network.predict_on_batch({"x": x, "time": time, **told})
            left, earlier = float(self.left[t - 1]), float(self.left[before - 1]) if before else 1.0
            x = step_back(x, noise, left, earlier, eta, random.normal(size=x.shape), limit).astype("float32")
            stages.append(x)
        return np.stack(stages) if path else x
