"""Diffusion and flow matching against formulas in NumPy, samplers against exact solutions, training on all backends."""

import keras
import numpy as np
import proof
import pytest
from keras import ops

from course_lib.models import denoiser, diffusion, flow, latent
from course_lib.training import Progress

NORMAL = np.random.default_rng(0).normal(size=(4000, 2))


def small(size=2, classes=0):
    return denoiser.denoiser(size, classes, width=16, blocks=2)


# --- Schedules and steps


def test_linear_schedule_is_the_papers_with_1000_steps():
    betas = diffusion.linear_schedule()
    assert betas[0] == pytest.approx(1e-4) and betas[-1] == pytest.approx(0.02) and len(betas) == 1000
    np.testing.assert_allclose(np.diff(betas), np.diff(betas)[0])
    assert diffusion.kept(betas)[-1] == pytest.approx(4.04e-5, rel=0.01)
    assert diffusion.kept(diffusion.linear_schedule(200))[-1] < 1e-4


@pytest.mark.parametrize("steps", [10, 200, 1000])
def test_cosine_schedule_leaves_the_square_of_a_cosine(steps):
    betas = diffusion.cosine_schedule(steps)
    wave = lambda t: np.cos((t / steps + 0.008) / 1.008 * np.pi / 2) ** 2
    expected = [wave(t) / wave(0) for t in range(1, steps)]  # the last beta is cut off
    np.testing.assert_allclose(diffusion.kept(betas)[:-1], expected, rtol=1e-9)
    assert 0 < betas.min() and betas.max() <= 0.999


@pytest.mark.parametrize("schedule", [diffusion.linear_schedule, diffusion.cosine_schedule])
def test_in_one_go_is_the_composition_of_steps(schedule):
    """x_t = factor x_0 + noise of a variance: both are followed step by step, exactly."""
    factor, variance = 1.0, 0.0
    for beta, left in zip(schedule(50), diffusion.kept(schedule(50)), strict=True):
        factor, variance = (1 - beta) ** 0.5 * factor, (1 - beta) * variance + beta
        assert diffusion.noised(1.0, left, 0.0) == pytest.approx(factor)
        assert diffusion.noised(0.0, left, 1.0) ** 2 == pytest.approx(variance)


@pytest.mark.parametrize("t", [2, 5, 40])
def test_a_step_back_has_the_posterior_of_the_paper(t):
    """Equation 7: mean and variance of x_(t-1), given x_t and x_0."""
    betas = diffusion.linear_schedule(40)
    left = diffusion.kept(betas)
    beta, now, before = betas[t - 1], left[t - 1], left[t - 2]
    start, noise = NORMAL[:50], NORMAL[50:100]
    x = diffusion.noised(start, now, noise)
    mean = before**0.5 * beta / (1 - now) * start + (1 - beta) ** 0.5 * (1 - before) / (1 - now) * x
    np.testing.assert_allclose(diffusion.step_back(x, noise, now, before), mean, atol=1e-9)
    spread = diffusion.step_back(x, noise, now, before, fresh=1.0) - mean
    np.testing.assert_allclose(spread**2, (1 - before) / (1 - now) * beta, atol=1e-9)


def test_without_chance_a_step_back_stays_on_the_way():
    start, noise = NORMAL[:50], NORMAL[50:100]
    found = diffusion.step_back(diffusion.noised(start, 0.2, noise), noise, 0.2, 0.7, eta=0)
    np.testing.assert_allclose(found, diffusion.noised(start, 0.7, noise))
    np.testing.assert_allclose(diffusion.step_back(diffusion.noised(start, 0.2, noise), noise, 0.2, 1.0), start)
    cut = diffusion.step_back(diffusion.noised(start, 0.2, noise), noise, 0.2, 1.0, limit=0.5)
    np.testing.assert_allclose(cut, np.clip(start, -0.5, 0.5))


class Oracle:
    """The best prediction where data are Gaussian with this mean and spread, instead of a network."""

    output_shape = (None, 2)

    def __init__(self, left, mean=1.0, spread=0.5):
        self.left, self.mean, self.spread = left, mean, spread

    def predict_on_batch(self, given):
        left = self.left[np.round(given["time"] * len(self.left)).astype(int) - 1][:, np.newaxis]
        variance = left * self.spread**2 + 1 - left
        return (1 - left) ** 0.5 * (given["x"] - left**0.5 * self.mean) / variance


@pytest.mark.parametrize("eta, steps", [(1.0, None), (0.0, None), (0.0, 50)])
def test_with_the_best_prediction_samples_have_the_datas_mean_and_spread(eta, steps):
    model = diffusion.Diffusion(small(), diffusion.cosine_schedule(200))
    model.__dict__["network"] = Oracle(model.left)
    made = model.generate(4000, steps, eta)
    np.testing.assert_allclose(made.mean(axis=0), 1, atol=0.05)
    np.testing.assert_allclose(made.std(axis=0), 0.5, atol=0.05)


# --- Flow


def test_lines_are_straight():
    x, noise = NORMAL[:9], NORMAL[9:18]
    for t in (0, 0.3, 1):
        there, velocity = flow.on_the_way(x, noise, t)
        np.testing.assert_allclose(there + (1 - t) * velocity, x)
        np.testing.assert_allclose(there - t * velocity, noise)


@pytest.mark.parametrize("begin", [0.0, 0.3])
@pytest.mark.parametrize("solver, order", [(flow.euler, 1), (flow.heun, 2)])
def test_the_order_of_a_solver(solver, order, begin):
    """dx/dt = x + t has the solution (x + b + 1) e^(t - b) - t - 1 from t = b."""
    exact = (3 + begin) * np.exp(1 - begin) - 2
    solved = lambda steps: solver(lambda x, t: x + t, np.float64(2.0), steps, begin)
    errors = [abs(solved(steps)[-1] - exact) for steps in (20, 40, 80)]
    assert len(solved(20)) == 21 and solved(20)[0] == 2
    assert errors[0] / errors[1] == pytest.approx(2**order, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(2**order, rel=0.1)


def test_a_flow_may_start_from_what_is_partly_noise():
    """The start keeps the share; what follows is the way from there; all noise is the usual start."""
    keras.utils.set_random_seed(0)
    model = flow.Flow(small(classes=3), 3)
    proof.fill(model.network)
    given, wanted = NORMAL[:6].astype("float32"), np.arange(6) % 3
    noise = model.generate(wanted, 1, path=True, seed=5)[0]
    path = model.generate(wanted, 4, given=given, begin=0.75, path=True, seed=5)
    np.testing.assert_allclose(path[0], 0.25 * noise + 0.75 * given, rtol=1e-5, atol=1e-6)
    step = model.velocity(wanted)(path[0], 0.75) / 16
    np.testing.assert_allclose(path[1], path[0] + step, rtol=1e-5, atol=1e-6)
    assert path.shape == (5, 6, 2) and path.dtype == "float32"
    last = model.generate(wanted, 4, given=given, begin=0.75, seed=5)
    np.testing.assert_array_equal(last, path[-1])
    np.testing.assert_array_equal(
        model.generate(wanted, 4, given=given, begin=0.0, seed=5), model.generate(wanted, 4, seed=5)
    )


def test_guidance_is_a_line_through_both_velocities():
    keras.utils.set_random_seed(0)
    model = flow.Flow(small(classes=3), 3)
    proof.fill(model.network)
    x, labels = NORMAL[:6].astype("float32"), np.arange(6) % 3
    at = {w: model.velocity(labels, w)(x, 0.4) for w in (0, 0.5, 1, 2)}
    np.testing.assert_allclose(at[0], model.velocity()(x, 0.4))
    np.testing.assert_allclose(at[0.5], (at[0] + at[1]) / 2, atol=1e-5)
    np.testing.assert_allclose(at[2], 2 * at[1] - at[0], atol=1e-5)
    assert np.abs(at[1] - at[0]).max() > 1e-3


# --- The network and the codec


def test_parameters_of_the_denoiser_on_paper():
    size, classes, width, blocks = 48, 10, 192, 3
    condition = 64 * width + width + (classes + 1) * width
    block = 3 * (width**2 + width) + 2 * (width**2 + width)
    ends = size * width + width + 2 * width + width * size + size
    assert denoiser.denoiser(size, classes).count_params() == condition + blocks * block + ends


def test_waves_are_sines_and_cosines():
    times = np.float32([0, 0.25, 1])
    found = ops.convert_to_numpy(denoiser.Waves()(times))
    speeds = 0.5 * 100 ** (np.arange(32) / 31)
    expected = np.concatenate([np.sin(np.outer(times, speeds)), np.cos(np.outer(times, speeds))], axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_parameters_of_the_codec_on_paper():
    assert latent.encoder().count_params() == 320 + 18_496 + 150_528 + 96
    assert latent.decoder().count_params() == 153_664 + 32_800 + 513


# --- Learning


@pytest.mark.parametrize("kind", ["diffusion", "flow"])
def test_it_learns_where_the_data_are(kind):
    keras.utils.set_random_seed(0)
    x = (0.3 * NORMAL + [1.5, -1]).astype("float32")
    if kind == "flow":
        model = flow.Flow(small())
    else:
        model = diffusion.Diffusion(small(), diffusion.cosine_schedule(50))
    model.compile(keras.optimizers.Adam(0.01))
    model.fit({"x": x}, batch_size=100, epochs=6, verbose=0)
    made = model.generate(500)
    assert made.shape == (500, 2) and made.dtype == "float32"
    np.testing.assert_allclose(made.mean(axis=0), [1.5, -1], atol=0.2)
    assert made.std(axis=0).max() < 0.7
    np.testing.assert_array_equal(made, model.generate(500))
    assert (made != model.generate(500, seed=1)).any()


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow traces a step")
@pytest.mark.parametrize("kind", ["diffusion", "flow"])
def test_a_step_is_traced_once(kind, monkeypatch):
    network, calls = denoiser.denoiser(2, width=8, blocks=1), []
    model = flow.Flow(network) if kind == "flow" else diffusion.Diffusion(network, diffusion.cosine_schedule(10))
    loss = model.compute_loss
    monkeypatch.setattr(model, "compute_loss", lambda *given, **more: calls.append(given) or loss(*given, **more))
    model.compile("adam")
    model.fit({"x": np.zeros((60, 2), "float32")}, batch_size=20, epochs=2, verbose=0, callbacks=[Progress(kind)])
    assert len(calls) == 1


def test_classes_lie_where_they_were_told():
    keras.utils.set_random_seed(0)
    labels = np.arange(4000) % 2
    x = (0.3 * NORMAL + np.where(labels, 1.5, -1.5)[:, np.newaxis]).astype("float32")
    model = flow.Flow(small(classes=2), 2)
    model.compile(keras.optimizers.Adam(0.01))
    model.fit({"x": x, "labels": labels}, batch_size=100, epochs=6, verbose=0)
    wanted = np.arange(200) % 2
    made = model.generate(wanted)
    assert np.mean((made[:, 0] > 0) == wanted) > 0.95
    either = np.mean(model.generate(200)[:, 0] > 0)
    assert 0.2 < either < 0.8


FIT = """
import json, os, sys
os.environ["COURSE_BACKEND"] = json.loads(sys.argv[1])
import course_lib
course_lib.start(precision="float32")
import keras
import numpy as np
from course_lib.models import denoiser, diffusion, flow

x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
network = lambda classes: denoiser.denoiser(3, classes, 8, 1)
found = []
for model in (diffusion.Diffusion(network(0), diffusion.cosine_schedule(20)), flow.Flow(network(4), 4)):
    model.compile(keras.optimizers.Adam(0.01))
    given = {"x": x, "labels": np.arange(64) % 4} if isinstance(model, flow.Flow) else {"x": x}
    history = model.fit(given, batch_size=16, epochs=2, verbose=0).history
    made = model.generate(5) if "labels" not in given else model.generate(np.arange(4), guidance=2)
    found.append([keras.backend.backend(), history["loss"], bool(np.isfinite(made).all())])
print(json.dumps(found))
"""


@pytest.mark.parametrize("backend", ["jax", pytest.param("torch", marks=proof.needs_torch)])
def test_both_learn_on(backend):
    for name, losses, finite in proof.in_another_process(FIT, backend):
        assert name == backend and finite and np.isfinite(losses).all()
