"""Widgets: the still, and what happens when a person draws, uploads and clicks."""

import io
import re
from html import escape
from types import SimpleNamespace

import ipycanvas
import ipywidgets
import numpy as np
import pytest
from drawn import ALT, marks, seen, words
from ipywidgets.widgets.widget import _instances
from matplotlib.colors import to_hex
from PIL import Image

from course_lib import plot
from course_lib.widgets import ask, read

random = np.random.default_rng(0)
CLASSES = ["red", "green", "blue"]
WHITE = np.ones((8, 8, 3))


def share_of_colours(image):
    """A network that answers with the shares of red, green and blue."""
    assert image.shape[0] == image.shape[1] and image.shape[2] == 3 and 0 <= image.min() <= image.max() <= 1
    return image.mean((0, 1)) / image.mean((0, 1)).sum()


def check_answer(figure, image):
    left, right = figure.axes
    np.testing.assert_allclose(seen(left), image, atol=1e-6)
    share = 100 * share_of_colours(image)
    np.testing.assert_allclose([bar.get_width() for bar in right.patches], share, rtol=1e-6)
    assert {to_hex(bar.get_facecolor()) for bar in right.patches} == {plot.COLOURS[0].lower()}
    assert [round(bar.get_y() + bar.get_height() / 2) for bar in right.patches] == [0, 1, 2]
    assert marks(right)[1] == dict(enumerate(CLASSES)) and right.get_ylim()[0] > right.get_ylim()[1]
    assert right.get_xlim() == (0, 100)
    assert words(right) == ("probability (%)", "", f"{CLASSES[int(share.argmax())]}, {share.max():.0f} %")


def test_still(drawn):
    example = random.uniform(size=(6, 6, 3)) * [1, 0.2, 0.6]
    ask(share_of_colours, CLASSES, example=example, alt=ALT)
    check_answer(drawn.figure, example)
    assert len(drawn.pictures) == 1 and not drawn.other


@pytest.fixture
def live(drawn, monkeypatch):
    """The parts of the live widget, and what the canvas was told to draw."""
    monkeypatch.setattr("course_lib.widgets.picture.somebody_watches", lambda: True)
    strokes = []
    style = lambda canvas: (canvas.fill_style, canvas.stroke_style, canvas.line_width, canvas.line_cap)
    for name in ("fill_rect", "stroke_line"):
        note = lambda canvas, *where, name=name: strokes.append((name, where, style(canvas)))
        monkeypatch.setattr(ipycanvas.Canvas, name, note)
    ask(share_of_colours, CLASSES, example=WHITE, alt=ALT)
    [bundle] = drawn.other
    box = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]
    tools, both = box.children
    canvas, answers = both.children
    assert both.layout.flex_flow == tools.layout.flex_flow == "row wrap", "beside each other where there is room"
    [upload] = [tool for tool in tools.children if isinstance(tool, ipywidgets.FileUpload)]
    [colour] = [tool for tool in tools.children if isinstance(tool, ipywidgets.ColorPicker)]
    buttons = {tool.description: tool for tool in tools.children if isinstance(tool, ipywidgets.Button)}

    def mouse(event, x=0, y=0):
        browser_says(canvas, {"method": "custom", "content": {"event": event, "x": x, "y": y}})

    def touch(event, *fingers):
        browser_says(
            canvas, {"method": "custom", "content": {"event": event, "touches": [{"x": x, "y": y} for x, y in fingers]}}
        )

    parts = {"upload": upload, "colour": colour, "buttons": buttons, "mouse": mouse, "touch": touch}
    return SimpleNamespace(canvas=canvas, strokes=strokes, drawn=drawn, bundle=bundle, **parts)


def browser_says(widget, data, *buffers):
    """Give a widget a message as the browser sends it."""
    widget.comm.handle_msg({"content": {"data": data}, "buffers": list(buffers)})


def put(upload, name, content):
    file = {"name": name, "type": "", "size": len(content), "last_modified": 0}
    data = {"method": "update", "state": {"value": [file]}, "buffer_paths": [["value", 0, "content"]]}
    browser_says(upload, data, memoryview(content))


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue()


def test_live_begins_with_the_example_and_a_white_field(live):
    check_answer(live.drawn.figures[-1], WHITE)
    side = live.canvas.width
    assert live.canvas.height == side and live.canvas.layout.width == live.canvas.layout.height == f"{side}px"
    [(name, where, (fill, *_))] = live.strokes
    assert (name, where, fill) == ("fill_rect", (0, 0, side, side), "white")


def test_drawing_follows_the_pressed_mouse(live):
    live.strokes.clear()
    live.mouse("mouse_move", 1, 1)
    live.mouse("mouse_down", 10, 20)
    live.mouse("mouse_move", 30, 40)
    live.colour.value = "#00ff00"
    live.mouse("mouse_move", 50, 60)
    for leave in ("mouse_up", "mouse_out"):
        live.mouse(leave, 50, 60)
        live.mouse("mouse_move", 70, 80)
        live.mouse("mouse_down", 1, 2)
    lines = [(where, colour) for _, where, (_, colour, *_) in live.strokes]
    dot = ((1, 2, 1, 2), "#00ff00")
    drawn_line = [((10, 20, 10, 20), "#D55E00"), ((10, 20, 30, 40), "#D55E00"), ((30, 40, 50, 60), "#00ff00")]
    assert lines == [*drawn_line, dot, dot]
    assert all(width >= 8 and cap == "round" for _, _, (*_, width, cap) in live.strokes), (
        "seen in a picture of 32 pixels"
    )
    live.buttons["clear"].click()
    name, where, (fill, *_) = live.strokes[-1]
    assert (name, where, fill) == ("fill_rect", (0, 0, 256, 256), "white")


def test_drawing_follows_a_finger(live):
    live.strokes.clear()
    live.touch("touch_move", (1, 1))
    live.touch("touch_start", (10, 20))
    live.touch("touch_move", (30, 40), (90, 90))
    for leave in ("touch_end", "touch_cancel"):
        live.touch(leave)
        live.touch("touch_move", (70, 80))
        live.touch("touch_start", (1, 2))
    lines = [where for _, where, _ in live.strokes]
    assert lines == [(10, 20, 10, 20), (10, 20, 30, 40), (1, 2, 1, 2), (1, 2, 1, 2)]


def test_the_still_stands_beside_the_widget(live):
    """Where a page cannot show the widget, and in a notebook from which it was taken out."""
    [still] = re.findall("<img [^>]*>", live.bundle["text/html"])
    assert "data:image/webp;base64," in still and f'alt="{escape(ALT)}"' in still


def test_words_come_in_the_language_of_the_reader(drawn, monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "ko")
    monkeypatch.setattr("course_lib.widgets.picture.somebody_watches", lambda: True)
    monkeypatch.setattr("course_lib.widgets.picture._answer", lambda *_: "")
    ask(share_of_colours, CLASSES, example=WHITE, alt=ALT)
    box = _instances[drawn.other[0]["application/vnd.jupyter.widget-view+json"]["model_id"]]
    told = [
        tool.description or getattr(tool, "value", "")
        for tool in box.children[0].children
        if hasattr(tool, "description")
    ]
    told = [text for text in told if not text.startswith("#")]
    assert len(told) == 5 and all(re.search("[가-힣]", text) for text in told), told


def test_the_network_is_asked_about_the_drawing(live):
    drawing = random.integers(0, 256, size=(256, 256, 4), dtype=np.uint8)
    drawing[..., 3] = 255
    data = {"method": "update", "state": {}, "buffer_paths": [["image_data"]]}
    browser_says(live.canvas, data, memoryview(png(drawing)))
    live.buttons["ask about the drawing"].click()
    check_answer(live.drawn.figures[-1], drawing[..., :3] / np.float32(255))


def test_the_network_is_asked_about_an_uploaded_picture(live):
    picture = random.integers(0, 256, size=(5, 5, 3), dtype=np.uint8)
    put(live.upload, "mine.png", png(picture))
    check_answer(live.drawn.figures[-1], picture / np.float32(255))
    answered = len(live.drawn.figures)
    live.upload.value = ()
    assert len(live.drawn.figures) == answered


def test_an_upload_that_is_not_a_picture(live, capsys):
    answered = len(live.drawn.figures)
    put(live.upload, "notes.txt", b"no picture")
    assert "notes.txt: this is no picture that can be read; choose a PNG or JPEG file" in capsys.readouterr().out
    assert len(live.drawn.figures) == answered


# --- reading a file


def test_read_a_square_in_the_middle():
    wide = random.integers(0, 256, size=(4, 10, 3), dtype=np.uint8)
    image = read(png(wide))
    assert image.dtype == "float32"
    np.testing.assert_allclose(image, wide[:, 3:7] / 255, atol=1e-6)
    np.testing.assert_allclose(
        read(png(np.ascontiguousarray(wide.swapaxes(0, 1)))), wide[:, 3:7].swapaxes(0, 1) / 255, atol=1e-6
    )


def test_read_what_can_be_seen_through_as_white():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = 255, 0, 0, 255
    np.testing.assert_array_equal(read(png(pixels)), [[[1, 0, 0], [1, 1, 1]], [[1, 1, 1], [1, 1, 1]]])


def test_read_a_photograph_upright():
    """A camera that was held sideways stores the picture lying, and says so."""
    upright = np.zeros((2, 2, 3), np.uint8)
    upright[0] = 255
    exif = Image.Exif()
    # "rotate by 90 degrees clockwise to see it upright"
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(np.rot90(upright))).save(file, "png", exif=exif)
    np.testing.assert_array_equal(read(file.getvalue()), upright / 255)


@pytest.mark.parametrize("content", [b"", b"no picture", png(np.zeros((50, 50, 3), np.uint8))[:-40]])
def test_read_no_picture(content):
    with pytest.raises(ValueError, match="this is no picture that can be read; choose a PNG or JPEG file"):
        read(content)
