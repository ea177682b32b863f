"""Flow matching: a network learns which way to go from noise to data, and going there is solving an equation.

- Lipman et al., "Flow Matching for Generative Modeling", ICLR 2023; Liu, Gong, Liu, "Flow Straight and Fast: Learning
  to Generate and Transfer Data with Rectified Flow", ICLR 2023; Albergo and Vanden-Eijnden, "Building Normalizing Flows
  with Stochastic Interpolants", ICLR 2023.
- Ho and Salimans, "Classifier-Free Diffusion Guidance", NeurIPS 2021 workshop, arXiv:2207.12598.

    path       x_t = (1 - t) noise + t data,  t from 0 to 1: a straight line, at the velocity data - noise
    loss       mean of (network(x_t, t) - (data - noise))^2, t drawn at random
    sampling   dx/dt = network(x, t) from noise at t = 0 to t = 1
    guidance   v = v(any class) + w (v(class) - v(any class)); w = 1 is the class alone, w = 0 none

Many lines cross at x_t; the network learns their mean, so the paths that it makes bend where lines cross.
"""

import keras
import numpy as np
from keras import ops


def on_the_way(data, noise, time):
    """x_t (batch, size) on the line from noise (t = 0) to data (t = 1), and the velocity there (batch, size).

    Args:
        data, noise: (batch, size).
        time: (batch, 1), or one number.
    """
    return (1 - time) * noise + time * data, data - noise


def euler(velocity, x, steps, begin=0.0):
    """Follow a velocity from t = `begin` to 1 in steps of length h: x + h v(x, t), `steps` calls. Gives all stages
    (steps + 1, ...)."""
    stages, times = [x], np.linspace(begin, 1, steps + 1).tolist()
    for now, then in zip(times, times[1:]):
        stages.append(stages[-1] + (then - now) * velocity(stages[-1], now))
    return np.stack(stages)


def heun(velocity, x, steps, begin=0.0):
    """The same with the mean of the velocities at both ends of each step: 2 * steps calls, error smaller by one order
    of the step's length (Heun, 1900)."""
    stages, times = [x], np.linspace(begin, 1, steps + 1).tolist()
    for now, then in zip(times, times[1:]):
        here, length = velocity(stages[-1], now), then - now
        there = velocity(stages[-1] + length * here, then)
        stages.append(stages[-1] + length * (here + there) / 2)
    return np.stack(stages)


class Flow(keras.Model):
    """A network of velocities and how it learns: `model.compile("adam")`, `model.fit({"x": x})`, with classes
    `model.fit({"x": x, "labels": labels})`.

    Args:
        network: as made by `course_lib.models.denoiser`.
        classes: how many there are; 0 for none.
        forget: in which share of the vectors the class is replaced by "any class", so that both are learned.
        seed: of times, noise and forgetting in training.
    """

    def __init__(self, network, classes=0, forget=0.1, seed=0, **options):
        super().__init__(**options)
        self.network, self.classes, self.forget = network, classes, forget
        self.random = keras.random.SeedGenerator(seed)
        self.built = True  # the network has its weights already

    def call(self, inputs, training=False):
        """The difference between velocity predicted and that of the line, at random times: (batch, size)."""
        x = inputs["x"]
        time = keras.random.uniform((ops.shape(x)[0], 1), seed=self.random)
        noise = keras.random.normal(ops.shape(x), seed=self.random)
        there, velocity = on_the_way(x, noise, time)
        given = {"x": there, "time": time[:, 0]}
        if self.classes:
            forgotten = keras.random.uniform(ops.shape(time[:, 0]), seed=self.random) < self.forget
            given["labels"] = ops.where(forgotten, self.classes, ops.cast(inputs["labels"], "int32"))
        return self.network(given) - velocity

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        return ops.mean(y_pred**2)

    def velocity(self, labels=None, guidance=1.0):
        """The function (x, t) -> velocity that `euler` and `heun` follow; calls the network twice unless guidance is
        0 or 1.

        Args:
            labels: (batch,) the classes to make; None for any.
            guidance: w; from 1 to about 3.
        """

        def ask(x, time, classes):
            told = {} if not self.classes else {"labels": np.asarray(classes, "int32")}
            times = np.full(len(x), time, "float32")
            return self.network.predict_on_batch({"x": x, "time": times, **told})

        def at(x, time):
            anything = np.full(len(x), self.classes)
            if labels is None or guidance == 0:
                return ask(x, time, anything)
            towards = ask(x, time, labels)
            if guidance == 1:
                return towards
            away = ask(x, time, anything)
            return away + guidance * (towards - away)

        return at

    def generate(self, wanted, steps=20, guidance=1.0, solver=euler, seed=0, given=None, begin=0.0, path=False):
        """Vectors made from noise, or from vectors that are partly noise (Meng et al., "SDEdit", ICLR 2022).

        Args:
            wanted: (n,) the classes to make; or how many, of any class.
            steps: of the solver.
            guidance: as of `velocity`.
            solver: `euler` or `heun`.
            seed: of the noise; the same on each backend.
            given: (n, size), what to start from in place of nothing but noise; it keeps the share `begin`.
            begin: time from 0, all noise, to 1, none, at which to start.
            path: whether to give all stages.

        Returns:
            (n, size), float32; (steps + 1, n, size) if `path`.
        """
        labels = None if isinstance(wanted, int) else np.asarray(wanted)
        count = wanted if labels is None else len(labels)
        noise = np.random.default_rng(seed).normal(size=(count, self.network.output_shape[-1])).astype("float32")
        start = noise if given is None else np.asarray(on_the_way(given, noise, begin)[0], "float32")
        stages = solver(self.velocity(labels, guidance), start, steps, begin)
        return stages if path else stages[-1]
