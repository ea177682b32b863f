"""Figures: what they show, their alt text, their size."""

import importlib
import inspect
import io
import pkgutil
import re

import keras
import matplotlib
import numpy as np
import pytest
from drawn import ALT, frames, is_shown, legend, line, marks, numbers, seen, shade, words
from keras import layers
from matplotlib.colors import to_hex, to_rgb
from PIL import Image
from scipy.signal import correlate

from course_lib import figures, plot, widgets
from course_lib.figures import paper
from course_lib.models import detector
from course_lib.tools.places import COURSE

BLUE, ORANGE, GREEN, *_ = COLOURS = [colour.lower() for colour in plot.COLOURS]
GREY = plot.INK.lower()
PALE = to_hex(plot.SIGNED(0.5))
random = np.random.default_rng(0)


def texts(figure):
    """(label below, label at the left, title) of a whole figure."""
    return figure.get_supxlabel(), figure.get_supylabel(), figure.get_suptitle()


NO_FIGURES = ("ask", "compose_by_hand", "explore_painting", "explore_text", "explore_translation", "page", "show_live")
# --- every public figure has a test here, and every figure is public


def untested(names, tests):
    """Those of the functions that no test is named after and calls."""
    return [
        name
        for name in names
        if not any(
            test.startswith("test_")
            and f"plot.{name}(" in inspect.getsource(function)
            or test == "WIDGETS"
            and name in function
            for test, function in tests.items()
        )
    ]


def test_every_figure_is_public_and_tested():
    """A figure is what takes alt text."""
    figures_of = lambda thing: inspect.isfunction(thing) and "alt" in inspect.signature(thing).parameters
    public = [
        name
        for name in plot.__all__
        if figures_of(getattr(plot, name)) and name not in ("img", "show", "display_picture")
    ]
    tests = dict(globals())
    # the last has the widgets of all
    for module in (
        "test_block_figures",
        "test_boxes",
        "test_generation_figures",
        "test_pooling_and_logits",
        "test_recurrent_figures",
        "test_transfer_widgets",
        "test_translation_figures",
        "test_language_widgets",
        "test_live",
    ):
        tests.update(vars(importlib.import_module(module)))
    assert untested(public, tests) == []
    assert untested([*public, "no_such_figure"], tests) == ["no_such_figure"]
    for package in (figures, widgets):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, thing in vars(importlib.import_module(module.name)).items():
                if figures_of(thing) and thing.__module__ == module.name and not name.startswith("_"):
                    assert getattr(plot, name, None) is thing or name in NO_FIGURES, f"plot lacks {name}"


# --- pictures


def test_image_grid(drawn):
    images = [random.uniform(size=shape) for shape in [(6, 4), (6, 4, 1), (6, 4, 3), (3, 4), (1, 6, 4)]]
    plot.image_grid(images, list("abcde"), columns=3, title="message", alt=ALT, size=2)
    axes = drawn.figure.axes
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 3)
    for axis, image, name in zip(axes, images, "abcde"):
        np.testing.assert_allclose(seen(axis), image.squeeze(), rtol=1e-6)
        assert axis.get_title() == name
    assert not axes[5].images and not any(len(marks(axis)[0]) + len(marks(axis)[1]) for axis in axes)
    assert not any(spine.get_visible() for axis in axes for spine in axis.spines.values())
    assert is_shown(axes[0], {images[0].min(): "black", images[0].max(): "white"})
    assert texts(drawn.figure) == ("", "", "message") and len(axes) == 6, "no scale unless asked for"
    width, height = drawn.figure.get_size_inches()
    assert width == 3 * 2 and 2 * 6 / 4 < height / 2 < 2 * 6 / 4 + 0.5, (
        "as high as the highest picture, and a little for titles"
    )


def test_image_grid_shows_all_pictures_on_one_scale_if_told_so(drawn):
    options = {"limits": (0, 1), "cmap": "viridis", "framed": True, "scale": "share (%)", "note": "a note"}
    plot.image_grid([[[0.2, 0.4]], [[0.6, 0.8]]], **options, alt=ALT)
    *axes, scale = drawn.figure.axes
    for axis in axes:
        assert is_shown(axis, {value: matplotlib.colormaps["viridis"](value) for value in (0.0, 1.0)})
        assert all(spine.get_visible() and to_hex(spine.get_edgecolor()) == GREY for spine in axis.spines.values())
    assert words(scale)[0] == "share (%)" and scale.get_xlim() == (0, 1) and texts(drawn.figure)[0] == "a note"


def test_image_grid_names_its_rows(drawn):
    plot.image_grid(
        np.eye(3)[[0] * 6].reshape(6, 3, 1), columns=2, row_titles=["a", "a much longer name", "c"], alt=ALT
    )
    names = [axis.get_ylabel() for axis in drawn.figure.axes]
    assert names == ["a", "", "a much longer name", "", "c", ""]
    assert all(axis.yaxis.label.get_rotation() == 0 for axis in drawn.figure.axes if axis.get_ylabel())


def test_image_grid_breaks_long_titles(drawn):
    plot.image_grid([np.eye(3)] * 2, ["transposed convolution, stride two", "short"], size=1.0, alt=ALT)
    first, second = (axis.get_title() for axis in drawn.figure.axes)
    assert max(map(len, first.split("\n"))) <= 15 and second == "short"
    assert first.replace("\n", " ") == "transposed convolution, stride two"


@pytest.mark.parametrize("count, rows, columns", [(1, 1, 1), (10, 1, 10), (11, 2, 10)])
def test_image_grid_puts_ten_into_a_row(drawn, count, rows, columns):
    plot.image_grid(random.uniform(size=(count, 4, 4)), alt=ALT)
    assert drawn.figure.axes[0].get_subplotspec().get_gridspec().get_geometry() == (rows, columns)
    assert sum(bool(axis.images) for axis in drawn.figure.axes) == count


def test_kernel_gallery(drawn):
    kernels = random.normal(size=(3, 2, 2, 5))
    # the largest weight is a negative one
    kernels[1, 0, 1, 3] = -5
    names = [f"{channel} of {kernel}" for channel in range(2) for kernel in range(5)]
    plot.kernel_gallery(kernels, names, columns=5, title="message", alt=ALT)
    *axes, scale = drawn.figure.axes
    assert [axis.get_title() for axis in axes] == names and texts(drawn.figure)[2] == "message"
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 5)
    reach = np.abs(kernels).max()
    for i, axis in enumerate(axes):
        np.testing.assert_allclose(seen(axis), kernels[:, :, i // 5, i % 5], rtol=1e-6)
        assert is_shown(axis, {-reach: BLUE, 0: PALE, reach: ORANGE})
        assert all(spine.get_visible() for spine in axis.spines.values())
    np.testing.assert_allclose(scale.get_xlim(), (-reach, reach), rtol=1e-6)
    assert words(scale)[0] == "weight"


def test_kernel_gallery_of_single_channels(drawn):
    kernels = random.normal(size=(3, 3, 9))
    plot.kernel_gallery(kernels, alt=ALT)
    shown = [axis for axis in drawn.figure.axes if axis.images]
    np.testing.assert_allclose([seen(axis) for axis in shown], np.moveaxis(kernels, -1, 0), rtol=1e-6)
    assert [axis.get_title() for axis in shown] == list("012345678"), "numbered, as feature_maps numbers its maps"
    assert shown[0].get_subplotspec().get_gridspec().get_geometry() == (2, 8)


def test_kernel_gallery_of_single_weights(drawn):
    plot.kernel_gallery([[[-1, 2, 0.5]]], alt=ALT)
    assert [seen(axis).tolist() for axis in drawn.figure.axes if axis.images] == [[[-1]], [[2]], [[0.5]]]


@pytest.mark.parametrize("shape", [(4, 5, 3), (1, 4, 5, 3), (1, 1, 5, 3)])
def test_feature_maps(drawn, shape):
    maps = random.normal(size=shape)
    plot.feature_maps(maps, list("abc"), columns=2, title="message", alt=ALT)
    shown = [axis for axis in drawn.figure.axes if axis.images]
    np.testing.assert_allclose([seen(axis) for axis in shown], np.moveaxis(maps.reshape(shape[-3:]), -1, 0), rtol=1e-6)
    assert [axis.get_title() for axis in shown] == list("abc") and texts(drawn.figure)[2] == "message"
    assert shown[0].get_subplotspec().get_gridspec().get_geometry() == (2, 2)
    assert all(is_shown(axis, {seen(axis).min(): "black", seen(axis).max(): "white"}) for axis in shown)
    assert texts(drawn.figure)[0] == "each from its own lowest value (black) to its own highest (white)"


def test_feature_maps_lie_below_their_kernels(drawn):
    """The same numbers and the same places as in the gallery."""
    plot.kernel_gallery(random.normal(size=(3, 3, 10)), alt=ALT)
    plot.feature_maps(random.normal(size=(6, 6, 10)), alt=ALT)
    kernels, maps = (
        {axis.get_title(): axis.get_position().x0 for axis in figure.axes if axis.images} for figure in drawn.figures
    )
    assert list(maps) == list(map(str, range(10))) and kernels.keys() == maps.keys()
    assert all(abs(kernels[name] - maps[name]) < 0.02 for name in maps)


def test_overlay():
    image, heat = np.full((40, 60), 0.5), [[2.0, -1, -1], [-1, -1, 1]]
    mixed = plot.overlay(image[..., np.newaxis], heat)
    assert mixed.shape == (40, 60, 3)
    orange = np.array(matplotlib.colors.to_rgb(plot.COLOURS[1]))
    np.testing.assert_allclose(mixed[0, 0], 0.25 * 0.5 + 0.75 * orange, atol=1e-3)
    np.testing.assert_allclose(mixed[-1, -1], (1 - 0.375) * 0.5 + 0.375 * orange, atol=1e-3)
    np.testing.assert_array_equal(mixed[-1, 0], [0.5] * 3)
    np.testing.assert_array_equal(plot.overlay(image, np.zeros((2, 3))), np.full((40, 60, 3), 0.5))


# --- numbers on axes


def test_curves(drawn):
    several, single = random.normal(size=(3, 4)), np.arange(4.0)
    plot.curves(
        {"a": several, "b": single}, xlabel="x (s)", ylabel="y (m)", title="message", alt=ALT, baseline=(0.5, "chance")
    )
    axis = drawn.axis
    first, second, level = axis.lines
    assert line(first) == ([1, 2, 3, 4], list(several.mean(0)), BLUE) and line(second) == (
        [1, 2, 3, 4],
        [0, 1, 2, 3],
        ORANGE,
    )
    assert first.get_marker() != second.get_marker(), "to be distinguished without colours"
    assert line(level)[1:] == ([0.5, 0.5], GREY) and level.get_linestyle() == ":"
    [band] = axis.collections
    low_and_high = {(float(x), float(y)) for x, y in band.get_paths()[0].vertices}
    assert low_and_high == {(i + 1.0, y) for i, run in enumerate(several.T) for y in (run.min(), run.max())}
    assert to_hex(band.get_facecolor()[0]) == BLUE and band.get_facecolor()[0, 3] < 0.5, (
        "the line is seen through the band"
    )
    assert legend(axis) == {"a": BLUE, "b": ORANGE, "chance": GREY}
    assert words(axis) == ("x (s)", "y (m)", "") and list(axis.get_xticks()) == [1, 2, 3, 4]
    assert texts(drawn.figure)[2] == "message"


@pytest.mark.parametrize("runs, outside", [(("all over", "level"), True), (("level",), False)])
def test_a_legend_covers_no_curve(runs, outside, drawn):
    x = np.linspace(0, 1, 200)
    known = {"all over": np.cos(80 * x), "level": 0 * x}
    plot.curves(
        {name: known[name] for name in runs}, x=x, ticks=[0, 1], xlabel="x", ylabel="y", title="message", alt=ALT
    )
    axis = drawn.axis
    assert (axis.get_legend().get_window_extent().x0 >= axis.get_window_extent().x1) == outside


@pytest.mark.parametrize(
    "places, names",
    [({"ticks": {1: "bytes", 2: "pairs"}}, ["bytes", "pairs"]), ({"x": [125, 4000], "log": True}, ["125", "4000"])],
)
def test_curves_over_names_and_over_powers(places, names, drawn):
    plot.curves({"a": [3, 1]}, xlabel="x", ylabel="y", title="message", alt=ALT, **places)
    axis = drawn.axis
    assert [text.get_text() for text in axis.get_xticklabels()] == names
    assert axis.get_xscale() == ("log" if "log" in places else "linear")


def test_curves_at_places_of_their_own(drawn):
    runs = {f"run {i}": [[i, i + 1.0], [i, i + 2.0]] for i in range(4)}
    plot.curves(runs, x=[-1, 3], ticks=[0], xlabel="x", ylabel="y", title="message", alt=ALT)
    axis = drawn.axis
    assert [line(one) for one in axis.lines] == [([-1, 3], [i, i + 1.5], COLOURS[i]) for i in range(4)]
    assert [to_hex(band.get_facecolor()[0]) for band in axis.collections] == COLOURS[:4]
    assert list(axis.get_xticks()) == [0] and list(legend(axis)) == list(runs)
    assert axis.get_legend().get_window_extent().x0 >= axis.get_window_extent().x1, "a long legend covers no curve"


def test_curves_over_powers(drawn):
    places = [1e-4, 0.05, 50]
    plot.curves({"a": [1, 2, 3]}, places, log=True, xlabel="x", ylabel="y", title="message", alt=ALT)
    axis = drawn.axis
    assert axis.get_xscale() == "log" and list(axis.get_xticks(minor=True)) == []
    assert marks(axis)[0] == {place: f"{place:g}" for place in places} and line(axis.lines[0])[0] == places


def test_curves_in_panels_of_their_own(drawn):
    runs = {"a": [[1, 2], [3, 5]], "b": [3, 4], "c": [50, 60]}
    plot.curves(
        runs, x=[5, 80], xlabel="x", ylabel="y", title="message", alt=ALT, baseline=(2, "people"), log=True, columns=2
    )
    axes = drawn.figure.axes
    assert [axis.get_title() for axis in axes] == list(runs) and texts(drawn.figure) == ("x", "", "message")
    for axis, middle in zip(axes, ([2, 3.5], [3, 4], [50, 60]), strict=True):
        assert line(axis.lines[0]) == ([5, 80], middle, BLUE) and axis.lines[1].get_ydata()[0] == 2
        assert axis.get_xscale() == "log" and axis.get_ylim() == axes[0].get_ylim() and axis.get_ylim()[0] <= 0
    assert [len(axis.collections) for axis in axes] == [1, 0, 0], "a band over seeds"
    assert legend(axes[0]).keys() == {"people"} and not any(axis.get_legend() for axis in axes[1:])
    assert [axis.get_ylabel() for axis in axes] == ["y", "", "y"]


def test_curves_have_a_colour_for_each_of_many(drawn):
    plot.curves({str(i): [i, i] for i in range(8)}, xlabel="x", ylabel="y", title="message", alt=ALT)
    assert [line(one)[2] for one in drawn.axis.lines] == [*COLOURS, BLUE]


def test_dots(drawn):
    groups = {"MLP": [80, 82, 90], "MLP, shuffled": [81, 79, 80], "CNN": [90], "CNN, shuffled": [70]}
    plot.dots(groups, ylabel="accuracy (%)", title="message", alt=ALT)
    axis = drawn.axis
    for i, values in enumerate(groups.values()):
        points, mean = axis.lines[2 * i : 2 * i + 2]
        colour = COLOURS[i // 2]
        beside = {3: [i - 0.07, i, i + 0.07], 1: [i]}[len(values)]
        assert line(points) == (pytest.approx(beside), values, colour) and points.get_linestyle() == "None"
        assert points.get_markerfacecolor() == ("none" if i % 2 else plot.COLOURS[i // 2])
        assert line(mean) == ([i - 0.2, i + 0.2], [np.mean(values)] * 2, colour)
    names = {place: name.replace("\n", " ") for place, name in marks(axis)[0].items()}
    assert names == dict(enumerate(groups)) and texts(drawn.figure)[2] == "message"
    assert axis.get_xlim() == (-0.5, 3.5)
    low = axis.get_ylim()[0]
    assert words(axis)[:2] == ("", f"accuracy (%)\n(axis starts at {low:.3g})") and low > 60


def test_dots_of_many_seeds_stay_beside_their_bar(drawn):
    plot.dots({"a": range(80, 100)}, ylabel="y", title="m", alt=ALT)
    points, mean = drawn.axis.lines[:2]
    places = points.get_xdata()
    assert np.all(np.diff(places) > 0), "no two stand at one place"
    assert max(abs(places)) <= 0.2 == mean.get_xdata()[1]


def test_dots_on_a_given_axis(drawn):
    plot.dots({"a": [81, 82]}, ylabel="y", title="m", alt=ALT, ylim=(70, 90))
    assert drawn.axis.get_ylim() == (70, 90) and "starts at 70" in drawn.axis.get_ylabel()


def test_dots_of_families_without_a_plain_member(drawn):
    plot.dots({"flat, 4 epochs": [1], "flat, 12 epochs": [2], "GAP, 4 epochs": [3]}, ylabel="y", title="m", alt=ALT)
    faces = [line_.get_markerfacecolor() for line_ in drawn.axis.lines[::2]]
    assert faces == [plot.COLOURS[0], "none", plot.COLOURS[1]], "the first of each family is full"


DRAWINGS = {
    "dots": lambda values: plot.dots({"a": values}, ylabel="y", title="m", alt=ALT),
    "curves": lambda values: plot.curves({"a": values}, xlabel="x", ylabel="y", title="m", alt=ALT),
    "learning_curves": lambda values: plot.learning_curves(
        {"a": {"train": values, "validation": values}, "b": {"train": values}}, ylabel="y", title="m", alt=ALT
    ),
    "bars": lambda values: plot.bars(dict(zip("abc", values)), ylabel="y", title="m", alt=ALT),
}


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("values, warned", [((83, 84, 85), True), ((10, 40, 85), False), ((-3, -2, 5), False)])
def test_an_axis_that_does_not_start_at_zero_says_so(drawn, name, values, warned):
    DRAWINGS[name](values)
    axis = drawn.figure.axes[0]
    low = axis.get_ylim()[0]
    assert (low > 0) == (warned and name != "bars"), "bars begin at zero"
    if values[0] == 10 or name == "bars" and values[0] > 0:
        assert low == 0, "where zero is near, it starts there"
    label, _, note = axis.get_ylabel().partition("\n")
    assert label == "y"
    if low > 0:
        start = float(re.fullmatch(r"\(axis starts at (.*)\)", note)[1])
        assert abs(start - low) <= 0.02 * (85 - low) + 0.05
    else:
        assert not note


def test_learning_curves(drawn):
    train, validation = random.uniform(1, 2, size=(3, 4)), random.uniform(1, 2, size=(3, 4))
    runs = {"MLP": {"train": train, "validation": validation}, "CNN": {"train": train[0], "validation": validation[0]}}
    plot.learning_curves(runs, ylabel="loss", title="message", alt=ALT)
    first, second = drawn.figure.axes
    assert [axis.get_title() for axis in drawn.figure.axes] == ["MLP", "CNN"]
    assert texts(drawn.figure) == ("epoch", "", "message") and first.get_ylim() == second.get_ylim()
    for axis, (means, count) in zip((first, second), ((np.mean, 2), (lambda runs, axis: runs[0], 0))):
        left, right = axis.lines
        np.testing.assert_allclose(left.get_ydata(), means(train, axis=0))
        np.testing.assert_allclose(right.get_ydata(), means(validation, axis=0))
        assert (left.get_linestyle(), right.get_linestyle()) == ("--", "-") and left.get_marker() != right.get_marker()
        assert list(left.get_xdata()) == [1, 2, 3, 4] and len(axis.collections) == count
    band = first.collections[1].get_paths()[0].vertices
    np.testing.assert_allclose([band[:, 1].min(), band[:, 1].max()], [validation.min(), validation.max()])
    assert legend(second) == {"training": BLUE, "validation": ORANGE}


def test_learning_curves_far_apart(drawn):
    runs = {"a": {"train": [1, 0.1]}, "b": {"train": [0.01, 0.001]}}
    plot.learning_curves(runs, ylabel="loss", title="message", alt=ALT, log=True)
    first, second = drawn.figure.axes
    assert first.get_ylabel() == "loss\n(logarithmic scale)" and not second.get_ylabel()
    assert first.get_yscale() == second.get_yscale() == "log" and first.get_ylim() == second.get_ylim()


def test_learning_curves_of_more_than_two_can_be_told_apart(drawn):
    parts = {"train": [1, 2], "new": [3, 4], "new, moved": [5, 6]}
    plot.learning_curves({"CNN": parts}, ylabel="accuracy (%)", title="message", alt=ALT)
    assert legend(drawn.axis) == {"training": BLUE, "new": ORANGE, "new, moved": COLOURS[2]}
    assert len({line.get_marker() for line in drawn.axis.lines}) == 3


def test_scatter(drawn):
    groups = {"a": ([1, 2], [5, 4]), "b": ([0, 9], [7, -1])}
    plot.scatter(groups, xlabel="x (s)", ylabel="y (m)", title="message", alt=ALT, diagonal=True)
    axes = drawn.figure.axes
    for i, (axis, (name, (x, y))) in enumerate(zip(axes, groups.items(), strict=True)):
        diagonal, points = axis.lines
        assert line(points) == (x, y, COLOURS[i]) and points.get_linestyle() == "None"
        assert axis.get_title() == name and diagonal.get_xy1() == (0, 0) and diagonal.get_slope() == 1
    assert texts(drawn.figure) == ("x (s)", "y (m)", "message")
    assert axes[0].get_xlim() == axes[1].get_xlim() and axes[0].get_ylim() == axes[1].get_ylim()


def test_scatter_without_a_diagonal(drawn):
    plot.scatter({"a": ([1, 2], [5, 4])}, xlabel="x", ylabel="y", title="message", alt=ALT)
    assert [line(one)[:2] for one in drawn.axis.lines] == [([1, 2], [5, 4])]


def test_bars(drawn):
    values = {"a": 1.5, "b": 20, "c": 3}
    plot.bars(values, ylabel="error (%)", title="message", alt=ALT, baseline=(4, "people"))
    axis = drawn.axis
    assert [bar.get_height() for bar in axis.patches] == list(values.values())
    assert {to_hex(bar.get_facecolor()) for bar in axis.patches} == {BLUE}
    names = marks(axis)[0]
    for bar, label, (name, value) in zip(axis.patches, axis.texts, values.items(), strict=True):
        middle = bar.get_x() + bar.get_width() / 2
        assert names[round(middle, 6)] == name and label.get_text() == f"{value:g}" and label.xy == (middle, value)
    [level] = axis.lines
    assert line(level)[1:] == ([4, 4], ORANGE) and legend(axis) == {"people": ORANGE}
    assert words(axis) == ("", "error (%)", "") and texts(drawn.figure)[2] == "message"
    assert axis.get_ylim()[0] == 0


def test_bars_without_a_level(drawn):
    plot.bars({"a": 1}, ylabel="y", title="message", alt=ALT)
    assert not drawn.axis.lines and not drawn.axis.get_legend()


# --- matrices


def test_confusion_matrix(drawn):
    counts = np.array([[199, 0, 1, 0], [0, 3, 2, 0], [1, 3, 0, 0], [0, 0, 0, 0]])
    labels, predictions = np.repeat(np.argwhere(counts), counts[counts > 0], axis=0).T
    plot.confusion_matrix(labels, predictions, ["cat", "dog", "hen", "never"], title="message", alt=ALT)
    axis = drawn.axis
    expected = [[99.5, 0, 0.5, 0], [0, 60, 40, 0], [25, 75, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(np.ma.filled(seen(axis), 0), expected)
    assert np.ma.getmaskarray(seen(axis)).tolist() == (np.array(expected) < 0.5).tolist(), "empty squares are empty"
    written = {(0, 0): "100", (0, 2): "0", (1, 1): "60", (1, 2): "40", (2, 0): "25", (2, 1): "75"}
    assert numbers(axis) == written
    names = {0: "cat", 1: "dog", 2: "hen", 3: "never"}
    assert marks(axis) == [names, names]
    assert words(axis) == ("predicted class", "true class (rows sum to 100 %)", "")
    assert texts(drawn.figure)[2] == "message"
    light = lambda colour: np.mean(matplotlib.colors.to_rgb(colour))
    assert light(shade(axis, 100)) < 0.35 and 0.85 < light(shade(axis, 0)) < 0.97
    assert axis.images[0].get_clim() == (0, 100), "the same blue means the same share in every such figure"
    for text in axis.texts:
        column, row = text.get_position()
        assert abs(light(text.get_color()) - light(shade(axis, expected[row][column]))) > 0.4, (
            "to be read on its square"
        )


def test_heatmap(drawn):
    values = random.normal(size=(3, 4))
    plot.heatmap(values, ["top", "middle", "bottom"], xlabel="channel", unit="mean gate", title="message", alt=ALT)
    axis, scale = drawn.figure.axes
    np.testing.assert_array_equal(seen(axis), values)
    assert marks(axis)[1] == {0: "top", 1: "middle", 2: "bottom"} and words(axis) == ("channel", "", "")
    assert words(scale) == ("", "mean gate", "") and scale.get_ylim() == pytest.approx((values.min(), values.max()))


def test_grid_of_numbers(drawn):
    figure, (all_of_it, part) = plot.plt.subplots(1, 2)
    values = np.array([[1, 0.5, -2], [3, 4, 5]])
    plot.grid_of_numbers(all_of_it, values, "a matrix", highlight=(0, 1, 2, 1))
    shown = np.array([[True, False, True], [False, False, False]])
    plot.grid_of_numbers(part, values, "part of it", shown=shown, highest=50)
    plot.show(figure, ALT)
    np.testing.assert_array_equal(seen(all_of_it), values)
    np.testing.assert_array_equal(np.ma.getmaskarray(seen(part)), ~shown)
    assert numbers(all_of_it) == {(0, 0): "1", (0, 1): "0.5", (0, 2): "-2", (1, 0): "3", (1, 1): "4", (1, 2): "5"}
    assert numbers(part) == {(0, 0): "1", (0, 2): "-2"}
    assert (all_of_it.get_title(), part.get_title()) == ("a matrix", "part of it")
    assert frames(all_of_it) == [(0, 1, 2, 1)] and frames(part) == []
    np.testing.assert_allclose(shade(all_of_it, 5), shade(part, 50), atol=0.05, err_msg="the same for the highest")
    for axis in (all_of_it, part):
        assert is_shown(axis, {-axis.images[0].norm.vmax: BLUE, 0: PALE, axis.images[0].norm.vmax: ORANGE}), (
            "signed colours for signed numbers"
        )
        assert all(spine.get_visible() for spine in axis.spines.values()), "empty squares have an outline"
        assert [len(one.get_minorticklocs()) for one in (axis.xaxis, axis.yaxis)] == [2, 1]
        assert all(
            plot.ink_on(axis.images[0], values[place[::-1]]) == text.get_color()
            for text in axis.texts
            for place in [text.get_position()]
        )


def test_ink_on_squares_can_be_read(drawn):
    light = lambda colour: np.dot(matplotlib.colors.to_rgb(colour), (0.3, 0.59, 0.11))
    figure, axis = plot.plt.subplots()
    for cmap in (plot.TILES, plot.SIGNED):
        image = axis.imshow([[0, 1]], cmap=cmap)
        for value in np.linspace(0, 1, 21):
            assert abs(light(plot.ink_on(image, value)) - light(cmap(value))) > 0.4
    plot.plt.close(figure)


def test_matrices(drawn):
    grids = {"in": np.arange(8).reshape(2, 4), "largest": [[5, 70]], "one": [[1]]}
    plot.matrices(grids, window=2, title="message", alt=ALT)
    axes = drawn.figure.axes
    for axis, (name, values) in zip(axes, grids.items(), strict=True):
        np.testing.assert_array_equal(seen(axis), values)
        assert axis.get_title() == name and numbers(axis) == {
            at: f"{value:g}" for at, value in np.ndenumerate(np.asarray(values))
        }
        assert shade(axis, 70) == shade(axes[0], 70) != shade(axis, 7), "one scale for all"
    assert [frames(axis) for axis in axes] == [[(0, 0, 2, 2), (0, 2, 2, 2)], [], []]
    assert texts(drawn.figure)[2] == "message"


def test_matrices_without_windows(drawn):
    plot.matrices({"a": [[1, 2]]}, alt=ALT)
    assert frames(drawn.axis) == []


# --- convolution


@pytest.mark.parametrize("stride, padding", [(1, 0), (2, 0), (2, 1)])
def test_sliding_kernel(drawn, stride, padding):
    image, kernel = random.integers(0, 4, size=(5, 6)), np.array([[1, 0, -2], [0, 3, 0], [0, 0, 1]])
    padded = np.pad(image, padding)
    result = correlate(padded, kernel, mode="valid")[::stride, ::stride]
    plot.sliding_kernel(image, kernel, stride=stride, padding=padding, alt=ALT)
    places = list(np.ndindex(*result.shape))
    axes = drawn.figure.axes
    count = len(axes) // 2
    assert count >= 2
    for above, below in zip(axes[:count], axes[count:]):
        number, of = map(int, re.fullmatch(r"place (\d+) of (\d+)", above.get_title()).groups())
        row, column = places[number - 1]
        assert of == result.size and below.get_title() == "feature map"
        top, left = row * stride, column * stride
        written = {at: f"{padded[at]:g}" for at in np.ndindex(*padded.shape)}
        lying = {(top + m + 0.42, left + n + 0.42): f"×{kernel[m, n]:g}" for m, n in np.ndindex(3, 3)}
        assert numbers(above) == {**written, **lying}, "the kernel lies on its place"
        assert frames(above) == [(top, left, 3, 3)] and frames(below) == [(row, column, 1, 1)]
        assert numbers(below) == {at: f"{result[at]:g}" for at in places[:number]}
        products, _, value = above.get_xlabel().replace("\n", " ").partition(" = ")
        assert float(value) == result[row, column] and len(products.split(" + ")) == np.count_nonzero(kernel)
        factors = [[float(factor.strip("()")) for factor in term.split("·")] for term in products.split(" + ")]
        assert sum(map(np.prod, factors)) == float(value)
    shown = [int(axis.get_title().split()[1]) for axis in axes[:count]]
    assert shown[0] == 1 and shown[-1] == result.size and sorted(set(shown)) == shown


def test_sliding_kernel_of_zeros_and_of_one_place(drawn):
    plot.sliding_kernel(np.ones((2, 2)), np.zeros((2, 2)), alt=ALT)
    assert len(drawn.figure.axes) == 2 and drawn.figure.axes[0].get_xlabel() == "0 = 0"


def check_convolved(figure, image, name, kernel, stride, padding):
    left, middle, right, scale = figure.axes
    padded = np.pad(image, padding)
    result = correlate(padded, kernel, mode="valid")[::stride, ::stride]
    np.testing.assert_allclose(seen(left), padded, rtol=1e-6)
    np.testing.assert_allclose(seen(middle), kernel, rtol=1e-6)
    np.testing.assert_allclose(seen(right), result, atol=1e-5)
    assert numbers(middle) == {at: f"{value:.2g}" for at, value in np.ndenumerate(kernel)}
    reach = np.abs(result).max()
    assert is_shown(right, {-reach: BLUE, 0: PALE, reach: ORANGE})
    np.testing.assert_allclose(scale.get_ylim(), (-reach, reach))
    height, width = image.shape
    assert left.get_title() == f"input {height}×{width}, padding {padding}" and middle.get_title() == name
    assert right.get_title() == "feature map {}×{}".format(*result.shape)
    formulas = texts(figure)[0].split(", ")
    assert len(formulas) == 2 and [int(formula.rpartition(" = ")[2]) for formula in formulas] == list(result.shape)
    for side, formula in zip(image.shape, formulas):
        assert formula.startswith(f"⌊({side} − {len(kernel)} + 2·{padding}) / {stride}⌋ + 1 = ")


KERNELS = {"first": np.array([[0, 1, 0], [0.5, -2, 0], [0, 0, 0.25]]), "second": np.array([[1.0, -1], [0, 3]])}


def test_explore_convolution(drawn):
    image = random.uniform(size=(8, 10, 1))
    plot.explore_convolution(image, KERNELS, alt=ALT)
    check_convolved(drawn.figure, image[..., 0], "first", KERNELS["first"], 1, 0)


def test_explore_convolution_says_the_size_of_a_square_once(drawn):
    plot.explore_convolution(np.eye(8), KERNELS, alt=ALT)
    assert texts(drawn.figure)[0] == "⌊(8 − 3 + 2·0) / 1⌋ + 1 = 6"


# --- kernels


@pytest.mark.parametrize("shape", [(5, 5, 3), (20, 30, 2)])
@pytest.mark.parametrize("biased", [False, True])
def test_channels(drawn, shape, biased):
    image, kernel = random.integers(0, 4, size=shape), random.integers(-2, 3, size=(3, 3, shape[-1]))
    parts = [correlate(image[..., c], kernel[..., c], mode="valid") for c in range(shape[-1])]
    total = sum(parts) + biased
    names = [f"sheet {c}" for c in range(shape[-1])]
    plot.channels(image, kernel, total if biased else None, names=names, title="message", alt=ALT)
    axes = [axis for axis in drawn.figure.axes if axis.images]
    for c in range(shape[-1]):
        left, middle, right = axes[3 * c : 3 * c + 3]
        np.testing.assert_array_equal(seen(left), image[..., c])
        np.testing.assert_array_equal(seen(middle), kernel[..., c])
        np.testing.assert_array_equal(seen(right), parts[c])
        assert left.get_title() == names[c] and middle.get_title() == f"slice {c}"
        assert right.get_title() == "result {}×{}".format(*parts[c].shape)
        assert right.images[0].norm.vmax == axes[-1].images[0].norm.vmax, "results and sum have one scale"
    np.testing.assert_array_equal(seen(axes[-1] if shape[0] < 8 else axes[3 * shape[-1]]), total)
    assert texts(drawn.figure)[2] == "message"


def test_dense_to_convolution(drawn):
    """The last matrix, with any kernel in its squares, times the picture is the convolution."""
    plot.dense_to_convolution((4, 5), 3, title="message", alt=ALT)
    dense, near, shared = (np.ma.filled(seen(axis), 0) for axis in drawn.figure.axes)
    assert dense.shape == (6, 20) and len(np.unique(dense)) == 120 and dense.min() == 1
    np.testing.assert_array_equal(near > 0, shared > 0)
    assert len(np.unique(near)) == 1 + 6 * 9
    image, kernel = random.normal(size=(4, 5)), random.normal(size=(3, 3))
    weights = np.concatenate([[0], kernel.ravel()])[shared.astype(int)]
    np.testing.assert_allclose(weights @ image.ravel(), correlate(image, kernel, mode="valid").ravel())
    titles = [axis.get_title() for axis in drawn.figure.axes]
    assert titles == ["dense: 120 weights", "only neighbours: 54 weights", "neighbours, shared: 9 weights"]
    assert numbers(drawn.figure.axes[2]) == {at: str(int(one)) for at, one in np.ndenumerate(shared) if one}


def test_dense_to_convolution_in_one_dimension_with_padding(drawn):
    plot.dense_to_convolution(5, 3, padding=1, alt=ALT)
    shared = np.ma.filled(seen(drawn.figure.axes[2]), 0)
    kernel, signal = np.array([2.0, 3, 5]), random.normal(size=5)
    weights = np.concatenate([[0], kernel])[shared.astype(int)]
    np.testing.assert_allclose(weights @ signal, np.correlate(np.pad(signal, 1), kernel, "valid"))


def test_receptive_field(drawn):
    one, two = np.zeros((11, 11)), np.zeros((11, 11))
    one[3:8, 3:8], two[5, 5], two[4, 4] = 2.0, 4.0, 1e-9
    plot.receptive_field(
        {"a": one, "b": two}, {"a": 5}, image=random.uniform(size=(11, 11, 1)), title="message", alt=ALT
    )
    image, first, second, scale = drawn.figure.axes
    assert [axis.get_title() for axis in (image, first, second)] == ["input", "a", "b"]
    assert np.ma.filled(seen(first), 0).tolist() == (one / 2).tolist()
    assert np.ma.count(seen(second)) == 2, "a pixel of the smallest influence is seen, one of none is empty"
    assert frames(first) == [(3, 3, 5, 5)] and not second.patches
    assert first.get_xlabel() == "framed: 5×5 pixels" and second.get_xlabel() == ""
    assert scale.get_ylabel().replace("\n", " ") == "influence, as a share of the largest"
    assert texts(drawn.figure)[2] == "message"


# --- architecture


def test_architecture(drawn):
    inputs = keras.Input((16, 16, 1))
    x = layers.Conv2D(4, 3, padding="same")(inputs)
    x = layers.Conv2D(8, 3, padding="same")(x)
    x = layers.Conv2D(16, 3, padding="same")(layers.MaxPooling2D(4)(x))
    outputs = layers.Dense(10)(layers.Flatten()(x))
    plot.architecture(keras.Model(inputs, outputs), title="message", alt=ALT)
    boxes, shares = drawn.figure.axes
    assert texts(drawn.figure)[2] == "message" and shares.get_ylabel() == "share (%)"
    assert [text.get_text() for text in boxes.texts if text.get_text()] == [
        "16×16×8\n2 layers",
        "4×4×16\n1 layer",
        "dense\n1 layer",
    ]
    middles = [box.get_x() + box.get_width() / 2 for box in boxes.patches]
    np.testing.assert_allclose(middles, range(3))
    np.testing.assert_allclose([box.get_height() for box in boxes.patches], np.array([5, 3, 1]) / 5)
    widths = [box.get_width() for box in boxes.patches]
    np.testing.assert_allclose(widths[1] - widths[0], 0.055)
    assert [to_hex(box.get_facecolor()) for box in boxes.patches] == [COLOURS[5], COLOURS[5], COLOURS[4]]
    arrows = [text for text in boxes.texts if hasattr(text, "arrow_patch")]
    for i, arrow in enumerate(arrows):
        before, after = boxes.patches[i : i + 2]
        ends = before.get_x() + widths[i] + 0.03, after.get_x() - 0.03
        np.testing.assert_allclose((arrow.xyann[0], arrow.xy[0]), ends, err_msg="from each box to the next")
    assert len(arrows) == 2 and {arrow.arrowprops["arrowstyle"] for arrow in arrows} == {"->"}
    parameters = np.array([40 + 296, 1168, 2570])
    multiply_adds = np.array([256 * (36 + 288), 16 * 1152, 2560])
    assert list(legend(shares).items()) == [("parameters", BLUE), ("multiply-adds", ORANGE)]
    for bars, counts, colour in zip(shares.containers, (parameters, multiply_adds), (BLUE, ORANGE), strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in bars], 100 * counts / counts.sum())
        assert {to_hex(bar.get_facecolor()) for bar in bars} == {colour}
        np.testing.assert_allclose([bar.get_x() + bar.get_width() / 2 for bar in bars], middles, atol=0.25)
    assert shares.get_ylim()[0] == 0 and shares.get_ylim()[1] >= 100
    written = [text.get_text() for text in shares.texts]
    assert written == [f"{100 * part / counts.sum():.0f}" for counts in (parameters, multiply_adds) for part in counts]


def test_network(drawn):
    inputs = keras.Input((16, 16, 1))
    x = layers.Conv2D(4, 5, strides=2, padding="same", use_bias=False)(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.MaxPooling2D()(layers.Conv2D(8, 3, padding="same", activation="relu")(x))
    outputs = layers.Dense(10)(layers.Dropout(0.5)(layers.Flatten()(x)))
    cnn = keras.Model(inputs, outputs)
    mlp = keras.Sequential([keras.Input((16, 16, 1)), layers.Flatten(), layers.Dense(256, activation="tanh")])
    plot.network({"CNN": cnn, "MLP": mlp}, title="message", alt=ALT)
    above, below = drawn.figure.axes
    assert [axis.get_title(loc="left") for axis in (above, below)] == ["CNN", "MLP"]
    written = [text.get_text() for text in above.texts if text.get_text()]
    assert [text for text in written if text[0].isdigit()] == ["16×16×1", "8×8×4", "8×8×8", "4×4×8", "128", "10"]
    assert [text.split("\n") for text in written if not text[0].isdigit()] == [
        ["convolution 5×5", "stride 2", "batch norm", "ReLU"],
        ["convolution 3×3", "ReLU"],
        ["max pooling", "2×2"],
        ["flatten", "dropout"],
        ["dense"],
    ]
    assert [text.get_text() for text in below.texts if text.get_text()] == [
        "16×16×1", "flatten", "256", "dense\ntanh", "256",
    ]  # fmt: skip
    sheets = [patch for patch in above.patches if patch.get_width() != 0.1]
    heights = [patch.get_height() for patch in sheets]
    assert heights[0] == max(heights) and sheets[-1].get_height() == min(heights), "smaller maps have smaller sheets"


def test_encoder_decoder(drawn):
    network = detector.detector((32, 32, 3), width=4)
    plot.encoder_decoder(network, title="message", alt=ALT)
    [axis] = drawn.figure.axes
    written = dict(text.get_text().split("\n") for text in axis.texts if "\n" in text.get_text())
    sizes = {layer.name: "×".join(map(str, layer.output.shape[1:])) for layer in network.layers}
    assert written.pop("picture") == "32×32×3"
    assert written == {name: sizes[name] for name in written} and {"down2", "up8", "heat", "mask"} <= set(written)
    boxes = {patch.get_xy() for patch in axis.patches}
    assert len(boxes) == len(written) + 3, "beside the sizes: the picture, and two heads that are only named"
    joined = [text for text in axis.texts if getattr(text, "arrowprops", None) and "linestyle" in text.arrowprops]
    assert len(joined) == 4 and all(arrow.xy[1] == arrow.xyann[1] for arrow in joined), "between equal sizes"


# --- paper


def test_show(drawn):
    figure, axis = plot.plt.subplots(figsize=(4, 3))
    axis.plot([1, 2])
    plot.show(figure, ALT)
    [content] = drawn.pictures
    assert drawn.figure is figure and content == plot.webp(figure)


@pytest.mark.parametrize("alt", ["", "a picture of a net."])
def test_alt_text_is_demanded(drawn, alt):
    with pytest.raises(ValueError, match="alt text says what a picture shows: expected at least 20 characters, found"):
        plot.display_picture(b"", alt)
    assert not drawn.pictures


def test_display_picture_passes_the_bytes_on(drawn):
    plot.image_grid([np.arange(9).reshape(3, 3)], alt=ALT)
    plot.display_picture(drawn.pictures[0], ALT)
    assert drawn.pictures[0] == drawn.pictures[1]


def bands():
    """A figure of one colour beside the other, from the top, all over its ground."""
    figure = plot.plt.figure(figsize=(4, 3), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    for i in range(7):
        axis.axhspan(6 - i, 7 - i, color=plot.COLOURS[i])
    axis.axis("off")
    axis.set(xlim=(0, 1), ylim=(0, 7))
    return figure


@pytest.mark.parametrize("kind", ["webp", "png"])
def test_pictures_have_twice_the_pixels_and_the_colours(kind):
    figure = bands()
    picture = Image.open(io.BytesIO(getattr(plot, kind)(figure)))
    # twice 400 and 300, and a narrow margin
    margin = 8
    assert picture.size == (800 + 2 * margin, 600 + 2 * margin) and picture.format.lower() == kind
    found = np.asarray(picture.convert("RGB"))[[margin + int(600 * (i + 0.5) / 7) for i in range(7)], 400]
    assert [to_hex(colour / 255) for colour in found] == COLOURS
    plot.plt.close(figure)


def contrast(one, other):
    """Of two colours, as WCAG counts it."""
    linear = [
        np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        for c in map(np.array, map(to_rgb, (one, other)))
    ]
    dark, light = sorted(0.05 + np.dot(c, (0.2126, 0.7152, 0.0722)) for c in linear)
    return light / dark


def test_figures_have_no_ground_of_their_own():
    """So that a dark page shows through; what is drawn is as clear on white as on JupyterLab's dark page."""
    figure, axis = plot.plt.subplots(figsize=(4, 3))
    axis.plot([1, 2])
    axis.set(xlabel="x", title="title")
    pixels = np.asarray(plot.drawn(figure))
    plot.plt.close(figure)
    assert (pixels[..., 3] == 0).mean() > 0.8 and (pixels[..., 3] == 255).any()

    # WCAG 2.2: 4.5 for text, 3 for what carries a meaning in a drawing
    assert contrast(plot.INK, "white") >= 4.45 and contrast(plot.INK, "#111111") >= 4
    solid = pixels[pixels[..., 3] == 255][:, :3] / 255
    assert all(min(contrast(to_hex(c), "white"), contrast(to_hex(c), "#111111")) > 3 for c in np.unique(solid, axis=0))


def test_text_that_sticks_out_is_not_cut():
    figure, axis = plot.plt.subplots(figsize=(2, 1))
    axis.axis("off")
    label = axis.text(-0.6, 0.5, "far to the left", transform=axis.transAxes)
    picture = plot.drawn(figure)
    plot.plt.close(figure)
    assert picture.width > 400
    columns = np.flatnonzero(np.asarray(picture)[..., 3].any(axis=0))
    assert columns[-1] - columns[0] >= 0.95 * label.get_window_extent().width


def test_what_is_empty_around_a_figure_is_cut_off(drawn):
    plot.image_grid([np.eye(3)], columns=4, size=1.0, alt=ALT)
    assert Image.open(io.BytesIO(drawn.pictures[0])).width < 2 * 130


def test_only_lines_and_text_may_be_made_lighter_or_darker():
    """By the style sheet for pages that know their theme; a picture or a scale of colours would tell something else."""
    figure, axis = plot.plt.subplots(figsize=(2, 2))
    axis.plot([1, 2])
    assert 'class="course-drawing"' in plot.img(plot.webp(figure), ALT, drawing=plot.is_drawing(figure))
    axis.imshow(np.eye(2))
    assert "course-drawing" not in plot.img(plot.webp(figure), ALT, drawing=plot.is_drawing(figure))
    plot.plt.close(figure)
    rules = (COURSE / "course_lib" / "figures" / "page.css").read_text(encoding="utf-8")
    for rule in re.findall(r"filter: brightness\((.*?)\)", rules):
        ink = to_hex(np.clip(float(rule) * np.array(to_rgb(plot.INK)), 0, 1))
        assert contrast(ink, "#111111" if float(rule) > 1 else "white") > 6
    assert set(re.findall(r"img\.([\w-]+)", rules)) == {"course-drawing"}


def test_long_titles_are_broken_into_lines():
    assert plot.wrapped("one two three", 7) == "one two\nthree"
    assert plot.wrapped("one\ntwo", 100) == "one\ntwo", "breaks that are there stay"
    assert plot.wrapped("풀링 층은 작게", 9) == "풀링 층은\n작게", "a Korean letter takes two columns"
    assert plot.wrapped("unbreakable", 3) == "unbreakable"


@pytest.mark.parametrize("name", ["curves", "dots", "bars", "learning_curves"])
def test_a_long_title_stays_inside(drawn, name, monkeypatch):
    widths = []
    drawn_ = plot.drawn
    monkeypatch.setattr("course_lib.figures.paper.drawn", lambda figure: widths.append(drawn_(figure)) or widths[-1])
    title = "A title so long that no figure is wide enough for it, although every word of it is needed by someone"
    values, options = (1, 2, 3), {"ylabel": "y", "title": title, "alt": ALT}
    if name == "bars":
        plot.bars(dict(zip("abc", values)), **options)
    elif name == "curves":
        plot.curves({"a": values}, xlabel="x", **options)
    elif name == "dots":
        plot.dots({"a": values}, **options)
    else:
        plot.learning_curves({"a": {"train": values}, "b": {"train": values}}, **options)
    inches = drawn.figure.get_size_inches()[0]
    assert widths[0].width <= 2 * 100 * (inches + 0.1)


def test_webp_of_a_gradient_has_no_steps():
    figure = plot.plt.figure(figsize=(3, 1), layout="none")
    figure.add_axes((0, 0, 1, 1)).imshow(np.linspace(0, 1, 600)[np.newaxis], aspect="auto", cmap="viridis")
    colours = np.asarray(Image.open(io.BytesIO(plot.webp(figure))).convert("RGB"))[100, -600:]
    plot.plt.close(figure)
    expected = 255 * matplotlib.colormaps["viridis"](np.linspace(0, 1, 600))[:, :3]
    # the axes' lines are at the edges, and a margin in which nothing is seen
    assert np.abs(colours - expected)[8:-10].max() < 12


def test_a_drawing_takes_half_of_it_and_looks_the_same():
    figure, axis = plot.plt.subplots(figsize=(5, 3))
    axis.plot(np.sin(np.arange(60) / 5), label="a line")
    axis.plot(np.cos(np.arange(60) / 5), label="another line")
    axis.legend()
    picture = plot.drawn(figure)
    plot.plt.close(figure)
    slim = paper.slim(picture)
    assert len(slim.getcolors(10_000)) <= 256 < len(picture.getcolors(10_000)) and slim.size == picture.size
    sizes = [len(paper.stored(one, "webp", lossless=True)) for one in (slim, picture)]
    assert sizes[0] < 0.65 * sizes[1] and 0 < paper.apart(picture, slim) <= paper.UNSEEN


def test_of_a_photograph_no_colour_changes_by_more_than_half_a_step():
    pixels = np.asarray(Image.fromarray(random.integers(0, 256, (9, 9, 3), "uint8")).resize((300, 300), 3))
    picture = Image.fromarray(pixels).convert("RGBA")
    few = picture.quantize(256, Image.Quantize.FASTOCTREE).convert("RGBA")
    assert paper.apart(picture, few) > paper.UNSEEN, "a palette would be seen"
    slim = np.asarray(paper.slim(picture)).astype(int)
    assert np.abs(slim[..., :3] - pixels).max() == 1 and np.all(slim[..., 3] == 255)


def test_how_far_pictures_are_apart_is_seen_on_the_page_where_that_is_more():
    clear, black, white = (Image.new("RGBA", (2, 2), colour) for colour in ("#00000000", "black", "white"))
    assert paper.apart(clear, clear) == 0
    assert paper.apart(clear, black) == paper.apart(clear, white) == paper.apart(black, white) == 255


def test_webp_of_noise_is_small_all_the_same():
    """Quality goes first, then size; pixels are averaged, not dropped."""
    noise = random.uniform(size=(800, 1200, 3))
    figure = plot.plt.figure(figsize=(6, 4), layout="none")
    figure.add_axes((0, 0, 1, 1)).imshow(noise, aspect="auto")
    content = plot.webp(figure)
    plot.plt.close(figure)
    picture = Image.open(io.BytesIO(content))
    width, height = picture.size
    assert len(content) <= plot.MAX_BYTES < len(content) * 1.6 and 300 < width < 1200
    assert np.asarray(picture.convert("RGB")).std() < 0.7 * 255 * noise.std() and width / height == pytest.approx(
        1.5, rel=0.05
    )


def test_colours_can_be_told_apart_with_any_colour_vision():
    known = {to_hex(colour) for colour in matplotlib.color_sequences["okabe_ito"]}
    assert len(set(COLOURS)) == len(COLOURS) and set(COLOURS) - {GREY} < known


def test_figures_of_a_learner_look_like_those_of_the_lesson():
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots()
    assert [to_hex(axis.plot([1, 2])[0].get_color()) for _ in range(3)] == [BLUE, ORANGE, GREEN]
    assert [name for name, spine in axis.spines.items() if spine.get_visible()] == ["left", "bottom"]
    assert axis.imshow(np.eye(2)).get_cmap().name == "gray" and figure.get_dpi() == 100
    plt.close(figure)
    assert all(matplotlib.rcParams[name] == value for name, value in plot.STYLE.items())


def test_alt_text_survives_into_html():
    """As nbconvert's default template writes it, with the cells' sources left out."""
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.read(COURSE / "chapters" / "01_cnn_basics" / "01_lesson.ipynb", as_version=4)
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(notebook)
    alts = [alt for tag in re.findall("<img [^>]*>", page) for alt in re.findall('alt="([^"]*)"', tag)]
    assert len(alts) == page.count("<img ") >= 8 and all(len(alt) >= 20 and "No description" not in alt for alt in alts)


def test_patches_show_the_picture_and_some_of_its_squares(drawn):
    image = random.uniform(size=(32, 48, 3))
    plot.patches(image, 8, columns=6, title="Squares", alt=ALT)
    whole, *squares = drawn.figure.axes
    np.testing.assert_array_equal(seen(whole), image)
    assert len(whole.lines) == 3 + 5 and whole.get_xlabel() == "4×6 patches"
    assert [square.get_title() for square in squares] == [str(number) for number in range(13, 19)]
    for number, square in enumerate(squares):  # those of the third row
        np.testing.assert_array_equal(seen(square), image[16:24, 8 * number : 8 * number + 8])


def test_encoder_names_its_parts(drawn):
    plot.encoder(image="a picture", tokens="so many", block="twice", logits="ten numbers", title="All of it", alt=ALT)
    [axis] = drawn.figure.axes
    said = [text.get_text().replace("\n", " ") for text in axis.texts]
    assert {"a picture", "so many", "twice", "ten numbers", "attention", "MLP", "residual connection"} <= set(said)
    assert said.count("+") == 2 and said.count("norm") == 3


def test_reach_of_heads(drawn):
    far = random.uniform(20, 100, size=(3, 2))
    levels = {"a network": [1, 5, 9], "everywhere": 117.0}
    plot.reach_of_heads(far, levels=levels, xlabel="block", ylabel="distance (pixels)", title="Far", alt=ALT)
    [axis] = drawn.figure.axes
    values = [line(one)[1] for one in axis.lines]
    np.testing.assert_allclose(values[:2], far.T)
    np.testing.assert_allclose(values[2], far.mean(axis=1))
    assert values[3] == [1, 5, 9] and values[4] == [117, 117]
    assert list(legend(axis)) == ["a head", "mean of the heads", "a network", "everywhere"]
    assert words(axis)[:2] == ("block", "distance (pixels)") and axis.get_ylim()[0] == 0
