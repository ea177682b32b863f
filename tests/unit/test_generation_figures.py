"""Figures and widgets of making pictures: what they show, and what follows a person's hand."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT, legend, seen
from matplotlib.colors import to_hex

from course_lib import plot
from course_lib.errors import CourseError
from course_lib.generation import precision_recall
from course_lib.widgets import codes, elbo

random = np.random.default_rng(0)
LAYERS = [(random.normal(size=(2, 5)), random.normal(size=5)), (random.normal(size=(5, 9)), random.normal(size=9))]
POINTS, LABELS = random.normal(size=(12, 2)), np.arange(12) % 6
NAMES = [f"kind {number}" for number in range(6)]
SPACES = {"first": codes.Space(LAYERS, POINTS, 2.0, "sigmoid"), "second": codes.Space(LAYERS, POINTS / 2, 4.0, "clip")}
X = np.linspace(-1, 1, 5)
CURVES = {"still": np.tile(X**2, (3, 1)), "moving": np.stack([X, X + 1, X + 2])}
AXES = {"xlabel": "x", "ylabel": "y", "ylim": (-1, 3)}
WIDGETS = {
    "explore_codes": lambda **start: plot.explore_codes(SPACES, labels=LABELS, names=NAMES, alt=ALT, **start),
    "explore_elbo": lambda **start: plot.explore_elbo(alt=ALT, **start),
    "play_curves": lambda **start: plot.play_curves(CURVES, X, alt=ALT, **{**AXES, **start}),
}


@pytest.mark.parametrize(
    "kinds, words",
    [
        (("AE", "VAE"), {"encoder", "decoder", "code", "picture", "mean, spread", "noise"}),
        (("GAN",), {"noise", "generator", "made", "real", "discriminator", "real or made?", "gradient"}),
    ],
)
def test_generator_forms(drawn, kinds, words):
    plot.generator_forms(kinds, title="message", alt=ALT)
    texts = {text.get_text().replace("\n", " ") for axis in drawn.figure.axes for text in axis.texts}
    assert words <= texts and drawn.figure.get_suptitle() == "message"
    titles = [axis.get_title(loc="left") for axis in drawn.figure.axes]
    assert titles == ["autoencoder" if kind == "AE" else kind for kind in kinds]


def test_learned_boxes_have_a_colour_of_their_own(drawn):
    plot.generator_forms(("VAE",), alt=ALT)
    [axis] = drawn.figure.axes
    learned = {
        text.get_text()
        for text, box in zip([one for one in axis.texts if one.get_text()], axis.patches)
        if to_hex(box.get_facecolor()) == plot.COLOURS[5].lower()
    }
    assert learned == {"encoder", "decoder"}


def test_code_map(drawn):
    pictures = random.uniform(size=(3, 2, 4, 4))  # rows from the lowest second number
    plot.code_map(POINTS, LABELS, NAMES, pictures, (-1.5, 2.5), title="message", alt=ALT)
    left, right = drawn.figure.axes
    for number, line in enumerate(left.lines):
        np.testing.assert_allclose(line.get_xydata(), POINTS[LABELS == number])
    mosaic = np.asarray(right.images[0].get_array())
    assert right.images[0].get_extent() == [-1.5, 2.5, -1.5, 2.5] and mosaic.shape == (12, 8)
    np.testing.assert_array_equal(mosaic[8:, :4], pictures[0, 0])  # lowest row at the bottom
    np.testing.assert_array_equal(mosaic[:4, 4:], pictures[2, 1])
    assert left.get_xlim() == right.get_xlim() == (-1.5, 2.5)


def test_covered_counts_what_the_measures_count(drawn):
    real, made = random.normal(size=(20, 2)), random.normal(size=(15, 2)) + 0.8
    plot.covered(real, made, k=3, title="message", alt=ALT)
    found = [float(re.search(r"[\d.]+$", axis.get_title())[0]) for axis in drawn.figure.axes]
    assert found == pytest.approx(precision_recall(real, made, 3), abs=0.006)
    assert [len(axis.patches) for axis in drawn.figure.axes] == [20, 15], "a ball around each"


def test_precision_against_recall(drawn):
    scores = {"a": {"precision": 0.9, "recall": 0.1}, "b": {"precision": 0.2, "recall": 0.7, "distance": 3}}
    plot.precision_against_recall(scores, title="message", alt=ALT)
    assert [line.get_xydata().tolist() for line in drawn.axis.lines] == [[[0.9, 0.1]], [[0.2, 0.7]]]
    assert list(legend(drawn.axis)) == ["a", "b"]
    assert (drawn.axis.get_xlabel(), drawn.axis.get_ylabel()) == ("precision", "recall")


def test_score_table(drawn):
    scores = {
        "<a>": {"wanted class": float("nan"), "distance": 1.2345},
        "b": {"wanted class": 0.5, "parameters": 12345},
    }
    plot.score_table(scores)
    [table] = drawn.other
    head, *rows = [re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row) for row in table.data.split("<tr>")[1:]]
    assert rows == [["&lt;a&gt;", "–", "1.23", *6 * "–"], ["b", "0.5", *4 * "–", "12,345", "–", "–"]]
    assert head[:3] == ["", "wanted class", "Fréchet distance"] and len(head) == len(rows[0]) == 9


# --- the bound


@pytest.mark.parametrize("mean, spread", [(0.0, 1.0), (0.9, 0.7), (-2.0, 0.3)])
def test_the_bound_is_below_the_evidence_by_the_kl_to_the_posterior(mean, spread):
    found = elbo.parts(3.0, -1.0, mean, spread)
    z = np.linspace(-9, 9, 20_001)
    log_density = lambda mean, spread: -(((z - mean) / spread) ** 2) / 2 - np.log(spread * np.sqrt(2 * np.pi))
    log_white, width = -np.logaddexp(0, 1 - 3 * z), z[1] - z[0]
    evidence = np.log((np.exp(log_white + log_density(0, 1)) * width).sum())
    cloud = np.exp(log_density(mean, spread)) * width
    gap = (cloud * (log_density(mean, spread) - log_white - log_density(0, 1) + evidence)).sum()
    assert found["evidence"] == pytest.approx(evidence, abs=1e-4)
    assert found["evidence"] - found["bound"] == pytest.approx(gap, abs=1e-3) and gap > 0
    assert found["kl"] == pytest.approx((cloud * (log_density(mean, spread) - log_density(0, 1))).sum(), abs=1e-4)


def test_the_still_of_a_bound(drawn):
    plot.explore_elbo(mean=0.5, spread=0.8, alt=ALT)
    found = elbo.parts(3.0, -1.0, 0.5, 0.8)
    _, right = drawn.figure.axes
    expected = [found["explained"], -found["kl"], found["bound"], found["evidence"]]
    np.testing.assert_allclose([bar.get_width() for bar in right.patches], expected)


@pytest.mark.parametrize("bad", [{"mean": 3.5}, {"spread": 0.05}, {"spread": 2.5}])
def test_what_cannot_be_chosen_is_told(drawn, bad):
    with pytest.raises(CourseError, match="a mean from -3.0 to 3.0 and a spread from 0.1 to 2.0"):
        plot.explore_elbo(alt=ALT, **bad)
    assert not drawn.pictures


@needs_browser
def test_the_bound_follows_mean_and_spread(live, tmp_path):
    actions = """
        const numbers = () => all(".number").map((text) => text.textContent), ranges = all("input[type=range]");
        found.start = numbers();
        typed(ranges[0], "70"); typed(ranges[1], "80"); found.moved = numbers();
        found.told = all("output").at(-1).textContent;
    """
    found = used(live("explore_elbo"), actions, tmp_path)
    for name, cloud in {"start": (0.0, 1.0), "moved": (0.7, 0.8)}.items():
        expected = elbo.parts(3.0, -1.0, *cloud)
        wanted = [expected["explained"], -expected["kl"], expected["bound"], expected["evidence"]]
        assert [float(one.replace("−", "-")) for one in found[name]] == pytest.approx(wanted, abs=0.006)
    gap = expected["evidence"] - expected["bound"]
    assert f"{gap:.3f} below" in found["told"]


# --- a latent space as a pad


def test_decoding_by_hand():
    hidden = np.maximum(np.array([[0.5, -1.0]]) @ LAYERS[0][0] + LAYERS[0][1], 0)
    logits = hidden @ LAYERS[1][0] + LAYERS[1][1]
    np.testing.assert_allclose(codes.decode(LAYERS, [[0.5, -1.0]], "sigmoid"), 1 / (1 + np.exp(-logits)))
    np.testing.assert_allclose(codes.decode(LAYERS, [[0.5, -1.0]], "clip"), np.clip(logits, 0, 1))


def test_the_still_of_a_pad(drawn):
    plot.explore_codes(SPACES, labels=LABELS, names=NAMES, code=(0.5, -1.0), alt=ALT)
    left, right = drawn.figure.axes
    np.testing.assert_allclose(seen(right).ravel(), codes.decode(LAYERS, [[0.5, -1.0]], "sigmoid")[0])
    assert left.lines[-1].get_xydata().tolist() == [[0.5, -1.0]] and left.get_xlim() == (-2, 2)


@pytest.mark.parametrize("bad", [{"layers": LAYERS[:1]}, {"layers": LAYERS[::-1]}, {"layers": []}, {"last": "softmax"}])
def test_what_is_no_decoder_of_two_numbers(drawn, bad):
    with pytest.raises(CourseError, match="expected layers from 2 numbers to the pixels of a square"):
        plot.explore_codes({"one": replace(SPACES["first"], **bad)}, labels=LABELS, names=NAMES, alt=ALT)
    assert not drawn.pictures


@needs_browser
def test_the_picture_follows_the_point(live, tmp_path):
    actions = """
        const pixels = () => { const canvas = one("canvas"); return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0); };
        found.start = pixels(); found.kinds = all(".points").length;
        touched(one("svg"), "pointerdown", 0.75, 0.25); found.touched = pixels();
        key(one(".handle"), "ArrowLeft"); found.key = pixels(); found.told = all("output")[0].textContent;
        const select = one("select"); select.selectedIndex = 1; select.dispatchEvent(new Event("change")); found.other = pixels();
    """
    found = used(live("explore_codes"), actions, tmp_path)
    step = 2.0 / 30
    places = {"start": (0, 0), "touched": (1, 1), "key": (1 - step, 1), "other": (1 - step, 1)}
    for name, code in places.items():
        [expected] = codes.decode(LAYERS, [code], "clip" if name == "other" else "sigmoid")
        np.testing.assert_allclose(found[name], 255 * expected, atol=2, err_msg=name)
    assert found["kinds"] == len(NAMES) and "0.93" in found["told"]


# --- curves to be played


def test_the_still_of_curves(drawn):
    plot.play_curves(CURVES, X, steps=[0, 10, 20], first=1, title="message", alt=ALT, **AXES)
    assert [line.get_ydata().tolist() for line in drawn.axis.lines] == [(X**2).tolist(), (X + 1).tolist()]
    assert drawn.axis.get_title() == "step 10" and drawn.axis.get_ylim() == (-1, 3)


def test_a_curve_that_does_not_move_is_sent_once(live):
    given = json.loads(re.search(r'^begin\("[^"]*", (.*), start\);$', live("play_curves"), re.MULTILINE)[1])
    assert [len(frames) for frames in given["curves"]] == [1, 3] and given["steps"] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "bad", [{"first": 3}, {"first": -1}, {"steps": [1, 2]}, {"x": X[:4]}, {"curves": {}}, {"curves": {"a": X}}]
)
def test_curves_that_do_not_fit(drawn, bad):
    curves, x = bad.pop("curves", CURVES), bad.pop("x", X)
    with pytest.raises(CourseError, match="starting with frame"):
        plot.play_curves(curves, x, alt=ALT, **AXES, **bad)
    assert not drawn.pictures


@needs_browser
def test_curves_step_stop_and_play(live, tmp_path):
    actions = """
        const moving = () => all(".curve")[1].getAttribute("d"), told = () => all("output").at(-1).textContent;
        found.first = [moving(), told()];
        pressed("one frame on"); found.second = [moving(), told()];
        pressed("one frame back"); found.back = [moving(), told()];
        typed(one("input[type=range]"), "3"); found.third = told();
        pressed("play"); await later(0.3); pressed("stop"); found.stopped = told();
        await later(1); found.waits = told();
    """
    found = used(live("play_curves", seconds=0.2), actions, tmp_path)
    assert found["first"] == found["back"] != found["second"]
    assert (found["first"][1], found["second"][1], found["third"]) == ("step 1", "step 2", "step 3")
    assert found["stopped"] == found["waits"] == "step 1", "round again after the last"
