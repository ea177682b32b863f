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
from matplotlib.colors import to_hex
from PIL import Image
from scipy.signal import correlate

from course_lib import figures, plot

BLUE, ORANGE, GREEN, *_ = COLOURS = [colour.lower() for colour in plot.COLOURS]
GREY = to_hex("gray")
random = np.random.default_rng(0)


def texts(figure):
    """(label below, label at the left, title) of a whole figure."""
    return figure.get_supxlabel(), figure.get_supylabel(), figure.get_suptitle()


# --- every public figure has a test here, and every figure is public


def untested(names, tests):
    """Those of the functions that no test is named after and calls."""
    return [
        name
        for name in names
        if not any(
            test.startswith(f"test_{name}") and f"plot.{name}(" in inspect.getsource(function)
            for test, function in tests.items()
        )
    ]


def test_every_public_function_is_tested_and_every_figure_is_public():
    public = [name for name in plot.__all__ if inspect.isfunction(getattr(plot, name))]
    assert untested(public, globals()) == []
    assert untested([*public, "no_such_figure"], globals()) == ["no_such_figure"]
    for module in pkgutil.iter_modules(figures.__path__, "course_lib.figures."):
        for name, thing in vars(importlib.import_module(module.name)).items():
            if inspect.isfunction(thing) and thing.__module__ == module.name and not name.startswith("_"):
                assert getattr(plot, name, None) is thing and name in plot.__all__, f"plot lacks {name}"


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
    assert texts(drawn.figure) == ("", "", "message")
    width, height = drawn.figure.get_size_inches()
    assert width == 3 * 2 and 2 * 6 / 4 < height / 2 < 2 * 6 / 4 + 0.5, (
        "as high as the highest picture, and a little for titles"
    )


def test_image_grid_shows_all_pictures_on_one_scale_if_told_so(drawn):
    plot.image_grid([[[0.2, 0.4]], [[0.6, 0.8]]], limits=(0, 1), cmap="viridis", framed=True, alt=ALT)
    for axis in drawn.figure.axes:
        assert is_shown(axis, {value: matplotlib.colormaps["viridis"](value) for value in (0.0, 1.0)})
        assert all(spine.get_visible() and to_hex(spine.get_edgecolor()) == GREY for spine in axis.spines.values())


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
    axes = drawn.figure.axes
    assert [axis.get_title() for axis in axes] == names and texts(drawn.figure)[2] == "message"
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 5)
    reach = np.abs(kernels).max()
    for i, axis in enumerate(axes):
        np.testing.assert_allclose(seen(axis), kernels[:, :, i // 5, i % 5], rtol=1e-6)
        assert is_shown(axis, {-reach: BLUE, 0: "white", reach: ORANGE})
        assert all(spine.get_visible() for spine in axis.spines.values())


def test_kernel_gallery_of_single_channels(drawn):
    kernels = random.normal(size=(3, 3, 9))
    plot.kernel_gallery(kernels, alt=ALT)
    shown = [axis for axis in drawn.figure.axes if axis.images]
    np.testing.assert_allclose([seen(axis) for axis in shown], np.moveaxis(kernels, -1, 0), rtol=1e-6)
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
    assert words(axis) == ("x (s)", "y (m)", "message") and list(axis.get_xticks()) == [1, 2, 3, 4]


def test_curves_at_places_of_their_own(drawn):
    runs = {f"run {i}": [[i, i + 1.0], [i, i + 2.0]] for i in range(4)}
    plot.curves(runs, x=[-1, 3], ticks=[0], xlabel="x", ylabel="y", title="message", alt=ALT)
    axis = drawn.axis
    assert [line(one) for one in axis.lines] == [([-1, 3], [i, i + 1.5], COLOURS[i]) for i in range(4)]
    assert [to_hex(band.get_facecolor()[0]) for band in axis.collections] == COLOURS[:4]
    assert list(axis.get_xticks()) == [0] and list(legend(axis)) == list(runs)
    assert axis.get_legend().get_window_extent().x0 >= axis.get_window_extent().x1, "a long legend covers no curve"


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
        assert line(points) == ([i] * len(values), values, colour) and points.get_linestyle() == "None"
        assert to_hex(points.get_markerfacecolor()) == ("#ffffff" if i % 2 else colour)
        assert line(mean) == ([i - 0.2, i + 0.2], [np.mean(values)] * 2, colour)
    assert marks(axis)[0] == dict(enumerate(groups)) and words(axis) == ("", "accuracy (%)", "message")
    assert axis.get_xlim() == (-0.5, 3.5)


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
        assert to_hex(label.get_bbox_patch().get_facecolor()) == "#ffffff", "readable before the dotted level"
    [level] = axis.lines
    assert line(level)[1:] == ([4, 4], ORANGE) and legend(axis) == {"people": ORANGE}
    assert words(axis) == ("", "error (%)", "message")


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
    np.testing.assert_allclose(seen(axis), expected)
    written = {(0, 0): "100", (0, 2): "0", (1, 1): "60", (1, 2): "40", (2, 0): "25", (2, 1): "75"}
    assert numbers(axis) == written
    names = {0: "cat", 1: "dog", 2: "hen", 3: "never"}
    assert marks(axis) == [names, names]
    assert words(axis) == ("predicted class", "true class (rows sum to 100 %)", "message")
    light = lambda colour: np.mean(matplotlib.colors.to_rgb(colour))
    assert light(shade(axis, 100)) < 0.3 and light(shade(axis, 0)) > 0.9
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
    assert marks(axis)[1] == {0: "top", 1: "middle", 2: "bottom"} and words(axis) == ("channel", "", "message")
    assert words(scale) == ("", "mean gate", "") and scale.get_ylim() == (values.min(), values.max())


def test_grid_of_numbers(drawn):
    figure, (all_of_it, part) = plot.plt.subplots(1, 2)
    values = np.array([[1, 0.5, -2], [3, 4, 5]])
    plot.grid_of_numbers(all_of_it, values, "a matrix", highlight=(0, 1, 2, 1))
    shown = np.array([[True, False, True], [False, False, False]])
    plot.grid_of_numbers(part, values, "part of it", shown=shown, highest=50)
    plot.show(figure, ALT)
    np.testing.assert_array_equal(seen(all_of_it), values)
    np.testing.assert_array_equal(seen(part), [[1, 0, -2], [0, 0, 0]])
    assert numbers(all_of_it) == {(0, 0): "1", (0, 1): "0.5", (0, 2): "-2", (1, 0): "3", (1, 1): "4", (1, 2): "5"}
    assert numbers(part) == {(0, 0): "1", (0, 2): "-2"}
    assert (all_of_it.get_title(), part.get_title()) == ("a matrix", "part of it")
    assert frames(all_of_it) == [(0, 1, 2, 1)] and frames(part) == []
    np.testing.assert_allclose(shade(all_of_it, 5), shade(part, 50), atol=0.05, err_msg="the same blue for the highest")
    assert not any(spine.get_visible() for spine in all_of_it.spines.values())


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
    image, kernel = random.integers(-3, 4, size=(5, 6)), np.array([[1, 0, -2], [0, 3, 0], [0, 0, 1]])
    padded = np.pad(image, padding)
    result = correlate(padded, kernel, mode="valid")[::stride, ::stride]
    plot.sliding_kernel(image, kernel, stride=stride, padding=padding, alt=ALT, seconds=0.5)
    places = list(np.ndindex(*result.shape))
    for step, (figure, (row, column)) in enumerate(zip(drawn.figures, places + 2 * places[-1:], strict=True)):
        left, middle, right = figure.axes
        assert [axis.get_title() for axis in figure.axes] == ["input", "kernel", "feature map"]
        np.testing.assert_array_equal(seen(left), padded)
        np.testing.assert_array_equal(seen(middle), kernel)
        assert numbers(right) == {at: f"{result[at]:g}" for at in places[: step + 1]}
        assert frames(left) == [(row * stride, column * stride, 3, 3)] and frames(right) == [(row, column, 1, 1)]
        products, _, value = texts(figure)[0].partition(" = ")
        assert float(value) == result[row, column] and len(products.split(" + ")) == np.count_nonzero(kernel)
        assert sum(np.prod([float(factor) for factor in term.split("·")]) for term in products.split(" + ")) == float(
            value
        )
    [content] = drawn.pictures
    with Image.open(io.BytesIO(content)) as picture:
        lasts = []
        for i in range(picture.n_frames):
            picture.seek(i)
            lasts.append(picture.info["duration"])
        last = np.asarray(picture.convert("RGB"))
    assert len(np.unique(last.reshape(-1, 3), axis=0)) > 48, (
        "colours enough for smooth numbers on squares of many blues"
    )
    assert len(lasts) >= result.size and picture.info["loop"] == 0 and sum(lasts) == 500 * (result.size + 2)
    assert lasts[:-1].count(500) == len(lasts) - 1 and lasts[-1] >= 500


def test_sliding_kernel_of_zeros(drawn):
    plot.sliding_kernel(np.ones((2, 3)), np.zeros((2, 2)), alt=ALT)
    assert texts(drawn.figures[0])[0] == "0 = 0"


def check_convolved(figure, image, name, kernel, stride, padding):
    left, middle, right = figure.axes
    padded = np.pad(image, padding)
    result = correlate(padded, kernel, mode="valid")[::stride, ::stride]
    np.testing.assert_allclose(seen(left), padded, rtol=1e-6)
    np.testing.assert_allclose(seen(middle), kernel, rtol=1e-6)
    np.testing.assert_allclose(seen(right), result, atol=1e-5)
    assert numbers(middle) == {at: f"{value:.2g}" for at, value in np.ndenumerate(kernel)}
    reach = np.abs(kernel).max()
    assert is_shown(middle, {-reach: BLUE, 0: "white", reach: ORANGE})
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


def test_explore_convolution_live(drawn, monkeypatch):
    monkeypatch.setattr("course_lib.figures.convolution.somebody_watches", lambda: True)
    monkeypatch.setattr("ipywidgets.widgets.interaction.display", drawn.display)
    image = random.uniform(size=(9, 12))
    plot.explore_convolution(image, KERNELS, alt=ALT)
    [box] = drawn.other
    controls = {control.description: control for control in box.children if hasattr(control, "description")}
    assert list(controls) == ["kernel", "stride", "padding"] and controls["kernel"].options == tuple(KERNELS)
    check_convolved(drawn.figures[-1], image, "first", KERNELS["first"], 1, 0)
    for chosen in ({"kernel": "second"}, {"stride": 3}, {"padding": 4}):
        for name, value in chosen.items():
            controls[name].value = value
    check_convolved(drawn.figures[-1], image, "second", KERNELS["second"], 3, 4)


# --- architecture


def test_architecture(drawn):
    inputs = keras.Input((16, 16, 1))
    x = layers.Conv2D(4, 3, padding="same")(inputs)
    x = layers.Conv2D(8, 3, padding="same")(x)
    x = layers.Conv2D(16, 3, padding="same")(layers.MaxPooling2D(4)(x))
    outputs = layers.Dense(10)(layers.Flatten()(x))
    plot.architecture(keras.Model(inputs, outputs), title="message", alt=ALT)
    boxes, shares = drawn.figure.axes
    assert boxes.get_title() == "message" and shares.get_ylabel() == "share (%)"
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


# --- paper


def test_show(drawn):
    figure, axis = plot.plt.subplots(figsize=(4, 3))
    axis.plot([1, 2])
    plot.show(figure, ALT)
    [content] = drawn.pictures
    assert drawn.figure is figure and content == plot.png(figure)


@pytest.mark.parametrize("alt", ["", "a picture of a net."])
def test_display_png_demands_alt_text(drawn, alt):
    with pytest.raises(ValueError, match="alt text says what a picture shows: expected at least 20 characters, found"):
        plot.display_png(b"", alt)
    assert not drawn.pictures


def test_display_png_passes_the_bytes_on(drawn):
    plot.image_grid([np.arange(9).reshape(3, 3)], alt=ALT)
    plot.display_png(drawn.pictures[0], ALT)
    assert drawn.pictures[0] == drawn.pictures[1]


def test_png_of_colours_and_of_greys():
    figure, axis = plot.plt.subplots(figsize=(4, 3))
    for i in range(7):
        axis.axhspan(i, i + 1, color=plot.COLOURS[i])
    axis.axis("off")
    axis.set(xlim=(0, 1), ylim=(0, 7))
    picture = Image.open(io.BytesIO(plot.png(figure)))
    assert picture.size == (400, 300) and picture.mode == "P", "256 colours"
    found = np.asarray(picture.convert("RGB"), int)
    for i, colour in enumerate(plot.COLOURS):
        # the axes fill the figure but for a narrow margin
        pixel = found[int(300 * (0.98 - 0.96 * (i + 0.5) / 7)), 200]
        assert np.abs(pixel - 255 * np.array(matplotlib.colors.to_rgb(colour))).max() < 12, colour
    plot.plt.close(figure)
    figure = plot.plt.figure(figsize=(2, 1), layout="none")
    figure.add_axes((0, 0, 1, 1)).imshow(np.eye(2), aspect="auto")
    picture = Image.open(io.BytesIO(plot.png(figure)))
    assert picture.size == (200, 100) and picture.mode == "L"
    np.testing.assert_array_equal(np.asarray(picture)[[25, 25, 75, 75], [50, 150, 50, 150]], [255, 0, 0, 255])
    plot.plt.close(figure)


def test_png_of_a_gradient_has_no_steps():
    figure = plot.plt.figure(figsize=(3, 1), layout="none")
    figure.add_axes((0, 0, 1, 1)).imshow(np.linspace(0, 1, 300)[np.newaxis], aspect="auto", cmap="viridis")
    colours = np.asarray(Image.open(io.BytesIO(plot.png(figure))).convert("RGB"))[50]
    plot.plt.close(figure)
    expected = 255 * matplotlib.colormaps["viridis"](np.linspace(0, 1, 300))[:, :3]
    # the left axis is a black line
    assert np.abs(colours - expected)[2:].max() < 8


def test_png_of_noise_is_scaled_down_no_further_than_needed():
    figure = plot.plt.figure(figsize=(6, 4), layout="none")
    figure.add_axes((0, 0, 1, 1)).imshow(random.uniform(size=(400, 600)), aspect="auto")
    content = plot.png(figure)
    full = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    plot.plt.close(figure)
    picture = Image.open(io.BytesIO(content))
    width, height = picture.size
    assert np.asarray(picture.convert("RGB")).std() < 0.7 * full.std(), "pixels are averaged, not dropped"
    assert len(content) <= plot.MAX_BYTES < len(content) * ((width + 60) / width) ** 2 * 1.1 and width < 600
    assert width / height == pytest.approx(1.5, rel=0.02)


def test_show_animation(drawn):
    def one(value):
        figure = plot.plt.figure(figsize=(1, 1), layout="none")
        figure.add_axes((0, 0, 1, 1)).imshow([[value, 1 - value, 0.5]], vmin=0, vmax=1, aspect="auto", cmap=plot.SIGNED)
        return figure

    plot.show_animation((one(value) for value in (0, 1)), ALT, seconds=0.25)
    assert len(drawn.figures) == 2
    [content] = drawn.pictures
    colours = []
    with Image.open(io.BytesIO(content)) as picture:
        for i in range(picture.n_frames):
            picture.seek(i)
            colours.append(picture.convert("RGB").getpixel((10, 50)))
            assert picture.info["duration"] == 250
    # the colours are those of the last frame's palette
    for found, expected in zip(colours, (BLUE, ORANGE), strict=True):
        assert np.abs(np.array(found) - 255 * np.array(matplotlib.colors.to_rgb(expected))).max() < 12


def test_colours_can_be_told_apart_with_any_colour_vision():
    known = {to_hex(colour) for colour in matplotlib.color_sequences["okabe_ito"]}
    assert len(set(COLOURS)) == len(COLOURS) and set(COLOURS) < known


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

    from course_lib.tools.places import COURSE

    notebook = nbformat.read(COURSE / "chapters" / "01_cnn_basics" / "01_lesson.ipynb", as_version=4)
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(notebook)
    alts = [alt for tag in re.findall("<img [^>]*>", page) for alt in re.findall('alt="([^"]*)"', tag)]
    assert len(alts) == page.count("<img ") >= 8 and all(len(alt) >= 20 and "No description" not in alt for alt in alts)
