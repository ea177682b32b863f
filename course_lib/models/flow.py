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

from course_lib.errors import CourseError
from course_lib.models import asked
from course_lib.texts import say


def on_the_way(data, noise, time):
    """A place on the line from noise (t = 0) to data (t = 1).

    Args:
        data, noise: (batch, size).
        time: (batch, 1), or one number.

    Returns:
        x_t (batch, size), and the velocity there (batch, size).
    """
    return (1 - time) * noise + time * data, data - noise


def euler(velocity, x, steps, begin=0.0):
    """Follow a velocity from t = `begin` to 1 in steps of length h: x + h v(x, t).

    Args:
        velocity: function (x, t) -> an array of x's shape; it is called `steps` times.
        x: an array, where to start.
        steps: how many, all of one length.
        begin: time from 0 to 1 at which to start.

    Returns:
        All stages, (steps + 1, *shape of x).

    Raises:
        CourseError: there is no step, or no such time.
    """
    stages, times = [x], _times(steps, begin)
    for now, then in zip(times, times[1:]):
        stages.append(stages[-1] + (then - now) * velocity(stages[-1], now))
    return np.stack(stages)


def heun(velocity, x, steps, begin=0.0):
    """The same with the mean of the velocities at both ends of each step: the error is smaller by one order of the
    step's length (Heun, 1900).

    Args:
        velocity, x, steps, begin: as of `euler`; the velocity is called 2 * steps times.

    Returns:
        All stages, (steps + 1, *shape of x).

    Raises:
        CourseError: there is no step, or no such time.
    """
    stages, times = [x], _times(steps, begin)
    for now, then in zip(times, times[1:]):
        here, length = velocity(stages[-1], now), then - now
        there = velocity(stages[-1] + length * here, then)
        stages.append(stages[-1] + length * (here + there) / 2)
    return np.stack(stages)


def _times(steps, begin):
    asked.at_least(1, steps, "steps")
    if not 0 <= begin <= 1:
        raise CourseError(say("`begin`: found {begin}, expected a time from 0, all noise, to 1, none", begin=begin))
    return np.linspace(begin, 1, steps + 1).tolist()


class Flow(keras.Model):
    """A network of velocities and how it learns: `model.compile("adam")`, `model.fit({"x": x})`, with classes
    `model.fit({"x": x, "labels": labels})`.

    Args:
        network: as made by `course_lib.models.denoiser`.
        classes: how many there are; 0 for none.
        forget: in which share of the vectors the class is replaced by "any class", so that both are learned.
        seed: of times, noise and forgetting in training.

    Raises:
        CourseError: the network does not know as many classes.
    """

    def __init__(self, network, classes=0, forget=0.1, seed=0, **options):
        super().__init__(**options)
        known = classes if "labels" in network.input else 0
        for layer in network.layers:
            known = layer.input_dim - 1 if layer.name == "of_class" else known  # the last vector is for any class
        if known != classes:
            raise CourseError(say("the network knows {known} classes, the flow {classes}: give both the same `classes`", known=known, classes=classes))  # fmt: skip
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

        Raises:
            CourseError: there is no such class, or none to be guided to.
        """
        if labels is not None:
            labels = asked.told(labels, self.classes)["labels"]
        elif guidance not in (0, 1):
            raise CourseError(say("`guidance`: found {guidance}, which needs classes to guide to: give one for each vector, or leave it at 1", guidance=guidance))  # fmt: skip

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

        Raises:
            CourseError: as of `velocity` and of the solver, or `wanted` is neither.
        """
        count, labels = asked.wanted(wanted, self.classes, any_class=True)
        noise = np.random.default_rng(seed).normal(size=(count, self.network.output_shape[-1])).astype("float32")
        start = noise if given is None else np.asarray(on_the_way(given, noise, begin)[0], "float32")
        stages = solver(self.velocity(labels, guidance), start, steps, begin)
        return stages if path else stages[-1]
