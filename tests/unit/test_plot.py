"""Figures: alt text, size, what they show."""

import io

import numpy as np
import pytest
from PIL import Image

from course_lib import plot

ALT = "An alt text that is long enough."


@pytest.fixture
def shown(monkeypatch):
    """The (bytes, alt) of each picture that a function puts into the notebook."""
    pictures = []
    display = plot.display_png

    def keep(content, alt):
        display(content, alt)
        pictures.append((content, alt))

    monkeypatch.setattr(plot, "display_png", keep)
    return pictures


random = np.random.default_rng(0)
CALLS = {
    "image_grid": lambda: plot.image_grid(
        random.uniform(size=(7, 28, 28, 1)), list("abcdefg"), columns=4, title="t", alt=ALT
    ),
    "kernel_gallery": lambda: plot.kernel_gallery(random.normal(size=(5, 5, 1, 16)), title="t", alt=ALT),
    "feature_maps": lambda: plot.feature_maps(random.uniform(size=(1, 14, 14, 16)), title="t", alt=ALT),
    "curves": lambda: plot.curves(
        {"a": random.normal(size=(3, 5)), "b": np.arange(5)},
        xlabel="x (s)",
        ylabel="y",
        title="t",
        alt=ALT,
        baseline=(0.5, "chance"),
    ),
    "dots": lambda: plot.dots({"a": [1, 2], "a, shuffled": [2, 3]}, ylabel="y", title="t", alt=ALT),
    "confusion_matrix": lambda: plot.confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2], ["a", "b", "c"], title="t", alt=ALT),
    "sliding_kernel": lambda: plot.sliding_kernel(np.arange(25).reshape(5, 5), np.eye(3), alt=ALT),
    "explore_convolution": lambda: plot.explore_convolution(random.uniform(size=(20, 30)), {"k": np.eye(3)}, alt=ALT),
    "noise": lambda: plot.image_grid(random.uniform(size=(6, 200, 200)), size=3, alt=ALT),
}


@pytest.mark.parametrize("name", CALLS)
def test_small_png_with_alt_text(name, shown):
    CALLS[name]()
    [(content, alt)] = shown
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG" and alt == ALT and len(content) <= plot.MAX_BYTES
    assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 2, "an empty picture"
    assert not plot.plt.get_fignums(), "the figure must be closed"


def test_alt_text_is_demanded():
    with pytest.raises(ValueError, match="alt text says what a picture shows"):
        plot.image_grid([np.zeros((4, 4))], alt="a picture")


def test_alt_text_reaches_the_notebook():
    from IPython.display import Image as Shown

    data, metadata = Shown(b"\x89PNG\r\n\x1a\n" + b"0" * 40, format="png", alt=ALT)._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == ALT


def test_alt_text_survives_into_html(tmp_path):
    import nbformat
    from nbconvert import HTMLExporter

    from course_lib.chapters import ROOT

    notebook = nbformat.read(ROOT / "chapters" / "01_cnn_basics" / "01_lesson.ipynb", as_version=4)
    html, _ = HTMLExporter().from_notebook_node(notebook)
    alts = [
        output.metadata["image/png"]["alt"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(alts) >= 8
    for alt in alts:
        assert alt.split("'")[0].split(";")[0][:40] in html


def test_animation_shows_each_position(shown):
    plot.sliding_kernel(np.arange(25).reshape(5, 5), np.eye(3), stride=2, padding=1, alt=ALT)
    picture = Image.open(io.BytesIO(shown[0][0]))
    assert picture.n_frames >= 9 and picture.info["loop"] == 0


@pytest.mark.parametrize("stride, padding", [(1, 0), (2, 0), (3, 2), (1, 1)])
def test_arithmetic_of_the_moving_picture(stride, padding):
    from scipy.signal import correlate

    image, kernel = random.normal(size=(9, 11)), random.normal(size=(3, 3))
    _, result = plot._slide(image, kernel, stride, padding)
    np.testing.assert_allclose(
        result, correlate(np.pad(image, padding), kernel, mode="valid")[::stride, ::stride], atol=1e-12
    )


def test_colours_are_told_apart_with_any_colour_vision():
    """Simulated for the three kinds of colour blindness (Machado et al., 2009), no two of the first four come closer than this."""
    simulate = {
        "protanopia": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deuteranopia": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "tritanopia": [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }
    colours = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in plot.COLOURS[:4]])
    for matrix in simulate.values():
        seen = colours @ np.array(matrix).T
        for i in range(4):
            for j in range(i):
                assert np.linalg.norm(seen[i] - seen[j]) > 0.15
