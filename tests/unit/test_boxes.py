"""Figures and widgets with boxes and masks: what they show, and what follows the mouse."""

import ipycanvas
import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT
from ipywidgets.widgets.widget import _instances
from matplotlib.colors import to_hex, to_rgb
from test_widgets import browser_says

from course_lib import data, metrics, plot
from course_lib.figures import boxes as figures
from course_lib.widgets import scene as by_hand

random = np.random.default_rng(0)
IMAGES = random.uniform(size=(2, 20, 30, 3)).astype("float32")
FOUND = [(np.array([[2, 3, 10, 12], [0, 0, 5, 6]]), np.array([0.91, 0.4]), [0, 1]), (np.zeros((0, 4)), np.zeros(0), [])]
TRUTH, GUESS = [10, 12, 34, 40], [24, 22, 52, 46]
WIDGETS = {
    "explore_boxes": lambda: plot.explore_boxes(TRUTH, GUESS, alt=ALT),
    "explore_ranking": lambda: plot.explore_ranking([0.9, 0.8, 0.6, 0.3], [1, 0, 1, 0], 3, alt=ALT),
}


def rectangles(axis):
    return [
        (patch.get_xy(), patch.get_width(), patch.get_height(), to_hex(patch.get_edgecolor())) for patch in axis.patches
    ]


def test_boxed_images(drawn):
    truth = [(np.array([[2, 2, 9, 12]]), [0]), (np.array([[1, 1, 4, 4]]), [1])]
    plot.boxed_images(IMAGES, FOUND, ["plant", "vehicle"], truth=truth, titles=["a", "b"], columns=2, alt=ALT)
    first, second = drawn.figure.axes
    colours = [to_hex(colour) for colour in figures.CLASS_COLOURS]
    assert rectangles(first) == [
        ((1.5, 1.5), 7, 10, "#ffffff"),
        ((1.5, 2.5), 8, 9, colours[0]),
        ((-0.5, -0.5), 5, 6, colours[1]),
    ]
    assert rectangles(second) == [((0.5, 0.5), 3, 3, "#ffffff")]
    assert [text.get_text() for text in first.texts] == ["0.91", "0.40"] and not second.texts
    [legend] = drawn.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["plant", "vehicle", "truth (white dashes)"]
    assert [axis.get_title() for axis in (first, second)] == ["a", "b"]


def test_painted():
    mask = np.zeros((20, 30), int)
    mask[3, 4], mask[5, 6] = 1, 2
    shown = plot.painted(IMAGES[0], mask, share=1.0)
    np.testing.assert_allclose(shown[3, 4], to_rgb(figures.CLASS_COLOURS[0]), atol=1e-6)
    np.testing.assert_allclose(shown[5, 6], to_rgb(figures.CLASS_COLOURS[1]), atol=1e-6)
    np.testing.assert_allclose(shown[0, 0], 0.55 * IMAGES[0, 0, 0], atol=1e-6)


def test_two_boxes(drawn):
    plot.two_boxes([((0, 0, 4, 4), (2, 1, 6, 5)), ((0, 0, 1, 1), (2, 2, 3, 3))], titles=["a", "b"], title="", alt=ALT)
    near, apart = drawn.figure.axes
    corners = lambda axis: [(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in axis.patches]
    assert corners(near) == [(0, 0, 6, 5), (0, 0, 4, 4), (2, 1, 4, 4), (2, 1, 2, 3)]
    assert corners(apart) == [(0, 0, 3, 3), (0, 0, 1, 1), (2, 2, 1, 1)]


def test_the_still_of_a_ranking(drawn):
    precision, recall = np.array([1, 0.5, 2 / 3]), np.array([0.5, 0.5, 1])
    plot.explore_ranking([0.9, 0.8, 0.3], [1, 0, 1], 2, alt=ALT)
    left, right = drawn.figure.axes
    assert [bar.get_width() for bar in left.patches] == [0.9, 0.8, 0.3]
    assert [text.get_text() for text in left.texts] == ["right", "wrong", "right"]
    points = [
        tuple(float(v) for v in np.concatenate(line.get_data())) for line in right.lines if len(line.get_xdata()) == 1
    ]
    np.testing.assert_allclose(points, np.stack([recall, precision], axis=1))
    [staircase] = [line for line in right.lines if len(line.get_xdata()) == 4]
    np.testing.assert_allclose(staircase.get_ydata(), [1, 1, 2 / 3, 2 / 3])


def test_precision_recall_curves(drawn):
    plot.precision_recall_curves({"a": ([1, 0.5], [0.5, 0.5]), "b": ([0.5, 1], [0, 1])}, title="", alt=ALT)
    assert [axis.get_title() for axis in drawn.figure.axes] == ["a", "b"]


def test_the_still_of_two_boxes(drawn):
    plot.explore_boxes((0, 0, 4, 4), (2, 0, 6, 4), side=10, alt=ALT)
    [axis] = drawn.figure.axes
    assert axis.get_title() == "IoU = 0.33, GIoU = 0.33" and len(axis.patches) == 2


@needs_browser
def test_boxes_follow_the_arrow_keys(live, tmp_path):
    actions = """
        found.start = one("output").textContent;
        key(all(".box")[1], "ArrowRight"); key(all(".box")[1], "ArrowUp"); found.moved = one("output").textContent;
        key(all(".corner")[0], "ArrowDown"); found.stretched = one("output").textContent;
    """
    found = used(live("explore_boxes"), actions, tmp_path)
    steps = [(TRUTH, GUESS), (TRUTH, [25, 21, 53, 45]), ([10, 12, 34, 41], [25, 21, 53, 45])]
    for told, pair in zip((found["start"], found["moved"], found["stretched"]), steps):
        a, b = (np.array([box], float) for box in pair)
        assert f"IoU = {metrics.iou(a, b)[0, 0]:.2f}, " in told
        assert f"GIoU = {metrics.giou(a, b)[0, 0]:.2f}, ".replace("-", "−") in told


@needs_browser
def test_a_ranking_is_stepped_through(live, tmp_path):
    actions = """
        const told = () => all("output").map((one) => one.textContent).join(" ");
        found.start = told(); found.points = all(".point").length;
        typed(one("input[type=range]"), "3"); found.three = told(); found.more = all(".point").length;
    """
    found = used(live("explore_ranking"), actions, tmp_path)
    assert "1 of the first 1 are right, 3 objects are there: precision 1.00, recall 0.33" in found["start"]
    assert "2 of the first 3 are right, 3 objects are there: precision 0.67, recall 0.67" in found["three"]
    assert found["points"] == 1 and found["more"] == 3


@pytest.fixture(scope="module")
def things():
    return data.stickers("validation")


def asked(image):
    """One box around whatever is not the ground, and its mask."""
    mask = (np.abs(image - 0.5).max(axis=-1) > 0.02).astype(int)
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return (np.zeros((0, 4)), np.zeros(0), []), mask
    box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    return (np.array([box], float), np.array([0.9]), [1]), mask


def test_a_scene_by_hand(things):
    scene = by_hand.Scene(things, np.full((64, 64, 3), 0.5, "float32"), [(0, 3, 4, 20)])
    place = scene.put(1, 60, 60, 24)
    height, width = things.patch(1, 24).shape[:2]
    assert place == 1 and scene.objects[1] == [1, 64 - width, 64 - height, 24], "as far as the scene allows"
    assert scene.at(63, 63)[0] == 1 and scene.at(40, 2) is None
    scene.move(1, 30, 30)
    assert scene.at(30, 30)[0] == 1
    assert (scene.image()[0, 63] == 0.5).all() and (scene.ground == 0.5).all()


def test_the_still_of_a_scene(drawn, things):
    by_hand.compose_by_hand(asked, things, np.full((64, 64, 3), 0.5), placed=[(0, 10, 10, 30)], alt=ALT)
    left, right = drawn.figure.axes
    assert [text.get_text() for text in left.texts] == ["vehicle 0.90"] and len(left.patches) == 1
    assert len(drawn.pictures) == 1 and not drawn.other


def test_the_scene_follows_the_mouse(drawn, things, monkeypatch, capsys, caplog):
    monkeypatch.setattr("course_lib.widgets.scene.somebody_watches", lambda: True)
    monkeypatch.setattr(by_hand, "PAUSE", 0.0)
    boxes = []
    monkeypatch.setattr(ipycanvas.Canvas, "put_image_data", lambda *_: None)
    monkeypatch.setattr(ipycanvas.Canvas, "stroke_rect", lambda canvas, *where: boxes.append(where))
    by_hand.compose_by_hand(asked, things, np.full((64, 64, 3), 0.5), alt=ALT)
    [bundle] = drawn.other
    tools, both, told = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]].children
    canvas = both.children[0]
    assert told.value == "nothing found" and not boxes and "<img" in bundle["text/html"]

    def mouse(event, x, y):
        browser_says(canvas, {"method": "custom", "content": {"event": event, "x": x, "y": y}})

    mouse("mouse_down", 100, 100)
    assert told.value == "vehicle 0.90"
    middle = lambda box: (box[0] + box[2] / 2, box[1] + box[3] / 2)
    np.testing.assert_allclose(middle(boxes[-1]), (100, 100), atol=8)
    mouse("mouse_move", 200, 150)
    mouse("mouse_up", 210, 160)
    np.testing.assert_allclose(middle(boxes[-1]), (210, 160), atol=10)
    mouse("mouse_move", 50, 50)
    np.testing.assert_allclose(middle(boxes[-1]), (210, 160), atol=10, err_msg="let go")
    mouse("mouse_down", 210, 160)
    tools.children[2].click()
    for event in ("mouse_move", "mouse_up", "mouse_out"):  # what was held is gone
        mouse(event, 60, 60)
    assert told.value == "nothing found" and "Error" not in capsys.readouterr().err + caplog.text
