"""Figures: alt text, size, what they show."""

import io
import re

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


def test_alt_text_survives_into_html():
    """As nbconvert's default template writes it, with the cells' sources left out."""
    import nbformat
    from nbconvert import HTMLExporter

    from course_lib.tools.places import COURSE

    notebook = nbformat.read(COURSE / "chapters" / "01_cnn_basics" / "01_lesson.ipynb", as_version=4)
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(notebook)
    alts = [alt for tag in re.findall("<img [^>]*>", page) for alt in re.findall('alt="([^"]*)"', tag)]
    assert len(alts) == page.count("<img ") >= 8 and all(len(alt) >= 20 and "No description" not in alt for alt in alts)


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
