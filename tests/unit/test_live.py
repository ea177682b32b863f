"""Widgets that live in the page: their still, what is saved of them, and what they do in a browser."""

import json
import re

import numpy as np
import pytest
from browser import needs_browser, used
from drawn import ALT
from jupyter_client import run_kernel
from matplotlib.colors import to_rgb
from scipy.signal import correlate
from test_block_figures import WIDGETS as OF_BLOCKS
from test_boxes import WIDGETS as WITH_BOXES
from test_generation_figures import WIDGETS as WITH_CODES
from test_language_widgets import WIDGETS as OF_LANGUAGE
from test_pooling_and_logits import WIDGETS as OF_POOLING
from test_recurrent_figures import WIDGETS as WITH_STATES
from test_resolution_widgets import WIDGETS as WITH_PICTURES
from test_transfer_widgets import WIDGETS as OF_TRANSFER
from test_translation_figures import WIDGETS as WITH_QUERIES

from course_lib import plot
from course_lib.tools.places import COURSE

random = np.random.default_rng(0)
IMAGE = random.integers(0, 4, size=(5, 6))
KERNEL = np.array([[1, 0, -2], [0, 3, 0], [0, 0, 1]])
KERNELS = {"first": np.array([[0, 1, 0], [0.5, -2, 0], [0, 0, 0.25]]), "second": np.array([[1.0, -1], [0, 3]])}
PICTURE = random.integers(0, 256, size=(8, 10)) / 255
PNG = plot.png(plot.plt.figure(figsize=(1, 1)))
plot.plt.close()
TOKENS = np.array([[1.0, 0.0], [0.5, 1.5], [-1.0, 2.0]])
SHARES = random.dirichlet(np.ones(16), size=(2, 2, 16))  # two blocks, two heads, 16 patches
LAYERS = {"wide": (5, 2, 2), "pool": (2, 2, 0), "last": (3, 1, 1)}
WIDGETS = {
    **OF_BLOCKS,
    **WITH_BOXES,
    **OF_POOLING,
    **OF_LANGUAGE,
    **WITH_CODES,
    **WITH_STATES,
    **WITH_PICTURES,
    **WITH_QUERIES,
    **OF_TRANSFER,
    "sliding_kernel": lambda **options: plot.sliding_kernel(IMAGE, KERNEL, alt=ALT, **options),
    "explore_convolution": lambda **options: plot.explore_convolution(PICTURE, KERNELS, alt=ALT, **options),
    "explore_receptive_field": lambda **options: plot.explore_receptive_field(LAYERS, 20, alt=ALT, **options),
    "explore_attention": lambda **options: plot.explore_attention(TOKENS, alt=ALT, **options),
    "explore_heads": lambda **options: plot.explore_heads(
        np.full((64, 64, 3), 0.5), {"near": SHARES[0], "far": SHARES[1]}, query=(1, 2), alt=ALT, **options
    ),
}


def convolved(image, kernel, stride=1, padding=0):
    return correlate(np.pad(image, padding), kernel, mode="valid")[::stride, ::stride]


@pytest.mark.parametrize("name", WIDGETS)
def test_a_still_where_nobody_watches(drawn, name):
    WIDGETS[name]()
    assert len(drawn.pictures) == 1 and not drawn.other


@pytest.mark.parametrize("name", WIDGETS)
def test_the_still_remains_where_no_script_runs(live, name, tmp_path):
    """On GitHub, in a notebook that is not trusted: no script, no style."""
    html = live(name)
    assert html.count("<script>") == html.count("</script>") == 1
    without = re.sub("<(script|style)>.*?</(script|style)>", "", html, flags=re.DOTALL)
    [tag] = re.findall("<img [^>]*>", without)
    assert "data:image/webp;base64," in tag and re.sub("<[^>]*>", "", without).strip() == ""


@pytest.mark.parametrize("name", WIDGETS)
def test_words_come_in_the_language_of_the_reader(live, name, monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "ko")
    monkeypatch.setattr("course_lib.widgets.page.webp", lambda figure: PNG)
    given = json.loads(re.search(r'^begin\("[^"]*", (.*), start\);$', live(name), re.MULTILINE)[1])
    assert len(given["words"]) > 3
    for words in given["words"].values():
        for word in [words] if isinstance(words, str) else words:
            assert re.search("[가-힣]", word), word


def test_facts_cannot_end_the_script(drawn, monkeypatch):
    monkeypatch.setattr("course_lib.widgets.page.somebody_watches", lambda: True)
    plot.explore_convolution(PICTURE, {"</script><b>": KERNEL}, alt=ALT)
    assert drawn.other[0].data.count("</script>") == 1


MAP = """
const squares = () => all("svg g")[2].querySelectorAll("text"), map = () => [...squares()].map((text) => text.textContent);
const sums = () => all("output").pop().textContent;
"""


@needs_browser
@pytest.mark.parametrize("stride, padding", [(1, 0), (2, 1)])
def test_the_kernel_steps_stops_and_changes(live, stride, padding, tmp_path):
    actions = f"""{MAP}
        found.first = map(); found.sums = sums();
        pressed("one place on"); found.second = map();
        pressed("one place back"); pressed("one place back"); found.back = map();
        const place = one("input[type=range]");
        found.places = [place.min, place.max];
        typed(place, place.max); found.last = map();
        touched(all("svg g")[2].querySelectorAll("rect")[2]); found.third = map(); found.thirdSums = sums();
        const field = one("input[type=number]");
        typed(field, "7"); typed(place, place.max); found.changed = map();
        typed(field, ""); found.empty = sums();
    """
    found = used(live("sliding_kernel", stride=stride, padding=padding), actions, tmp_path)
    expected = convolved(IMAGE, KERNEL, stride, padding)
    written = lambda values: [f"{value:g}".replace("-", "−") for value in values.flat]
    assert found["first"] == found["back"] == written(expected)[:1] and found["second"] == written(expected)[:2]
    assert found["places"] == ["1", str(expected.size)] and found["last"] == written(expected)
    assert found["third"] == written(expected)[:3]
    for sums, value in ((found["sums"], expected.flat[0]), (found["thirdSums"], expected.flat[2])):
        terms, total = sums.replace("−", "-").split(" = ")
        factors = [[float(factor.strip("()")) for factor in term.split("·")] for term in terms.split(" + ")]
        assert float(total) == value == sum(map(np.prod, factors)) and len(factors) == np.count_nonzero(KERNEL)
    changed = KERNEL.copy()
    changed[0, 0] = 7
    assert found["changed"] == written(convolved(IMAGE, changed, stride, padding))
    assert len(found["empty"].split(" + ")) == np.count_nonzero(KERNEL) - 1, "an empty field counts as 0"


@needs_browser
def test_the_kernel_plays_once_and_can_be_stopped(live, tmp_path):
    actions = f"""{MAP}
        await later(2); found.still = map().length;
        pressed("play"); await later(1.25); pressed("stop"); found.stopped = map().length;
        await later(2); found.waits = map().length;
        pressed("play"); await later(15); found.end = map().length; found.again = all('button[aria-label="play"]').length;
        pressed("play"); await later(0.1); found.anew = map().length;
    """
    found = used(live("sliding_kernel", seconds=0.5), actions, tmp_path)
    assert found["still"] == 1, "nothing moves by itself"
    assert found["stopped"] == found["waits"] == 4 and found["end"] == 12 and found["again"] == 1
    assert found["anew"] == 1


@needs_browser
def test_the_kernel_lies_on_the_squares(live, tmp_path):
    actions = """
        document.head.append(Object.assign(document.createElement("style"), {textContent: ".moves {transition: none !important}"}));
        const edges = (thing) => { const at = thing.getBoundingClientRect(); return [at.left, at.top, at.width, at.height]; };
        pressed("one place on");
        found.squares = all("svg g")[0].querySelectorAll(":scope > rect").length;
        found.square = edges(all("svg g")[0].querySelectorAll(":scope > rect")[1]);
        found.frame = edges(one(".moves > rect:last-child"));
        found.weights = [...all(".moves text")].map((text) => text.textContent);
    """
    found = used(live("sliding_kernel"), actions, tmp_path)
    left, top, width, height = found["square"]
    frame = np.array(found["frame"])
    np.testing.assert_allclose(frame, [left, top, 3 * width, 3 * height], atol=0.5)
    assert found["squares"] == IMAGE.size
    assert found["weights"] == [f"×{weight}".replace("-", "−") for weight in KERNEL.flat]


CANVAS = """
const [left, right] = all("canvas[role=img]"), names = () => [left, right].map((one) => one.getAttribute("aria-label"));
const colour = (canvas, i, j, rows, columns) => {
  const zoom = Math.min(canvas.width / columns, canvas.height / rows);
  return [...canvas.getContext("2d").getImageData((j + 0.5) * zoom, (i + 0.5) * zoom, 1, 1).data];
};
const colours = (rows, columns) => Array.from({length: rows}, (_, i) => Array.from({length: columns}, (_, j) => colour(right, i, j, rows, columns)));
const size = () => [left, right].flatMap((one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().height]);
const ends = () => all(".row.small span").map((one) => one.textContent);
"""


def check_map(found, expected, words):
    """The colours are those of the signed scale, whose ends are written below."""
    reach = np.abs(expected).max()
    scale = 255 * plot.SIGNED((expected / reach + 1) / 2)[..., :3]
    np.testing.assert_allclose(np.array(found["colours"])[..., :3], scale, atol=3)
    assert found["names"] == words
    low, middle, high = (float(end.replace("−", "-")) for end in found["ends"])
    np.testing.assert_allclose([low, middle, high], [-reach, 0, reach], rtol=6e-3)


@needs_browser
def test_the_map_follows_kernel_weights_stride_and_padding(live, tmp_path):
    actions = f"""{CANVAS}
        const note = (rows, columns) => ({{names: names(), colours: colours(rows, columns), ends: ends(), size: size(), formula: all("output").pop().textContent}});
        found.start = note(6, 8);
        typed(all(".weights input")[4], "3"); found.typed = note(6, 8);
        const chosen = one("select"); chosen.value = "second"; chosen.dispatchEvent(new Event("change"));
        const [stride, padding] = all("input[type=range]"); typed(stride, 2); typed(padding, 3); found.second = note(7, 8);
        chosen.value = "first"; chosen.dispatchEvent(new Event("change")); typed(stride, 1); typed(padding, 0);
        pressed("a kernel of 5×5"); found.large = note(4, 6); found.fields = all(".weights input").map((one) => one.valueAsNumber);
        found.middle = colour(left, 2, 3, 8, 10);
    """
    found = used(live("explore_convolution"), actions, tmp_path)
    first = KERNELS["first"]
    check_map(found["start"], convolved(PICTURE, first), ["input 8×10, padding 0", "feature map 6×8"])
    assert found["start"]["formula"] == "⌊(8 − 3 + 2·0) / 1⌋ + 1 = 6, ⌊(10 − 3 + 2·0) / 1⌋ + 1 = 8"
    typed = first.copy()
    typed[1, 1] = 3
    check_map(found["typed"], convolved(PICTURE, typed), ["input 8×10, padding 0", "feature map 6×8"])
    second = convolved(PICTURE, KERNELS["second"], 2, 3)
    check_map(found["second"], second, ["input 8×10, padding 3", "feature map 7×8"])
    large = np.pad(first, 1)
    check_map(found["large"], convolved(PICTURE, large), ["input 8×10, padding 0", "feature map 4×6"])
    np.testing.assert_allclose(found["fields"], large.flat)
    assert found["start"]["size"] == found["second"]["size"] == found["large"]["size"], "the picture keeps its size"
    assert found["middle"][0] == round(255 * PICTURE[2, 3])


@needs_browser
@pytest.mark.parametrize("name", WIDGETS)
def test_keys_belong_to_what_has_the_focus(live, name, tmp_path):
    """JupyterLab leaves the keys alone only if the focused element itself says so: else d, d deletes the cell."""
    actions = """
        const controls = all("input, button, select, [tabindex]");
        found.count = controls.length;
        found.open = controls.filter((one) => !one.hasAttribute("data-lm-suppress-shortcuts")).length;
        found.nameless = controls.filter((one) => !one.getAttribute("aria-label")).length;
    """
    found = used(live(name), actions, tmp_path)
    least = 1 if name == "explore_ranking" else 2  # a slider alone
    assert found["count"] >= least and found["open"] == found["nameless"] == 0


def test_the_colours_of_the_page_are_those_of_figures():
    assert [tuple(to_rgb(stop)) for stop in plot.COLOURS[:2]] == [plot.SIGNED(0.0)[:3], plot.SIGNED(1.0)[:3]]


def reach(layers):
    total, jump = 1, 1
    for kernel, stride, _ in layers:
        total += (kernel - 1) * jump
        jump *= stride
    return total


@needs_browser
def test_a_unit_shows_what_it_depends_on(live, tmp_path):
    actions = """
        const told = () => one("output").textContent, sheet = (l) => one(`[data-level="${l}"]`);
        const window_ = (l) => { const inner = sheet(l).parentNode.querySelector(".window");
          if (!inner) return null;
          return ["x", "y", "width", "height"].map((name) => Number(inner.getAttribute(name)) / Number(sheet(l).getAttribute("width"))); };
        found.levels = all(".touch").length; found.start = told();
        key(sheet(3), "ArrowRight"); key(sheet(3), "ArrowUp"); found.moved = told();
        touched(sheet(1), "pointerdown", 0.05, 0.95); found.touched = told(); found.window = window_(0); found.beyond = window_(2);
        touched(sheet(3)); typed(all("input[aria-label='wide: kernel']")[0], "7"); found.changed = told();
        typed(all("input[aria-label='pool: kernel']")[0], "11"); found.nothing = told();
    """
    found = used(live("explore_receptive_field"), actions, tmp_path)
    layers = list(LAYERS.values())
    assert found["levels"] == 4
    told = "last: the unit in row {}, column {} depends on {r}×{r} pixels of the input"
    assert found["start"] == told.format(2, 2, r=reach(layers))
    assert found["moved"] == told.format(1, 3, r=reach(layers))
    assert found["touched"].startswith("wide: the unit in row 9, column 0 depends on 5×5 pixels")
    # at the lower left, the window reaches beyond the picture; only what lies in it is framed
    np.testing.assert_allclose(np.array(found["window"]) * 20, [0, 16, 3, 4])
    assert found["beyond"] is None
    assert found["changed"].endswith(
        f"depends on {reach([(7, 2, 2), *layers[1:]])}×{reach([(7, 2, 2), *layers[1:]])} pixels of the input"
    )
    assert found["nothing"] == "Nothing is left of the picture: use a smaller kernel or stride."


def test_the_still_of_the_reach(drawn):
    plot.explore_receptive_field(LAYERS, 20, image=random.uniform(size=(20, 20, 1)), alt=ALT)
    axes = drawn.figure.axes
    assert [axis.get_title() for axis in axes] == ["input\n20×20", "wide\n10×10", "pool\n5×5", "last\n5×5"]
    [square] = [patch for patch in axes[0].patches if not patch.get_fill()]
    assert square.get_width() == square.get_height() == reach(LAYERS.values()) and len(axes[0].images) == 1
    assert (
        drawn.figure.get_supxlabel()
        == f"one unit at the right depends on {square.get_width()}×{square.get_width()} pixels of the input"
    )


def attended(tokens, factor=1):
    powers = np.exp(factor * tokens @ tokens.T / np.sqrt(2))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return [*(factor * tokens @ tokens.T / np.sqrt(2)).flat, *shares.flat, *(shares @ tokens).flat]


@needs_browser
def test_tokens_are_moved_and_attend(live, tmp_path):
    actions = """
        const numbers = () => all("svg text").map((one) => Number(one.textContent.replace("−", "-"))).filter((value) => !Number.isNaN(value));
        const told = () => all("output").pop().textContent;
        found.start = numbers();
        key(all(".token")[0], "ArrowUp"); found.moved = numbers();
        typed(one("input[type=range]"), 0); found.alike = told();
        typed(one("input[type=range]"), 10); found.sharp = numbers();
    """
    found = used(live("explore_attention"), actions, tmp_path)
    moved = TOKENS + [[0, 0.1], [0, 0], [0, 0]]
    for name, tokens, factor in (("start", TOKENS, 1), ("moved", moved, 1), ("sharp", moved, 10)):
        np.testing.assert_allclose(found[name], attended(tokens, factor), rtol=6e-3, atol=6e-3)
    assert found["alike"] == "token 1 takes from: token 1 33 %, token 2 33 %, token 3 33 %"


@needs_browser
def test_heads_show_where_the_chosen_patch_looks(live, tmp_path):
    actions = """
        const heat = (head) => { const canvas = all("canvas.head")[head], context = canvas.getContext("2d");
          return Array.from({length: 16}, (_, k) => context.getImageData(16 * (k % 4) + 8, 16 * Math.floor(k / 4) + 8, 1, 1).data[0]); };
        const told = () => one("output").textContent;
        found.heads = all("canvas.head").length; found.start = told();
        touched(one("canvas.touch"), "pointerdown", 0.05, 0.95); found.touched = told(); found.far = heat(1);
        key(one("canvas.touch"), "ArrowRight"); found.moved = told();
        const chosen = one("select"); chosen.value = "near"; chosen.dispatchEvent(new Event("change"));
        found.near = told(); found.nearHeat = heat(0);
    """
    found = used(live("explore_heads"), actions, tmp_path)
    told = "{}: where the patch in row {}, column {} looks"
    assert found["heads"] == 2 and found["start"] == told.format("far", 2, 3)
    assert found["touched"] == told.format("far", 4, 1) and found["moved"] == told.format("far", 4, 2)
    assert found["near"] == told.format("near", 4, 2)
    for heat, shares, query in ((found["far"], SHARES[1, 1, 12], 12), (found["nearHeat"], SHARES[0, 0, 13], 13)):
        apart = np.arange(16) != query  # the chosen patch has a frame
        order = np.corrcoef(np.array(heat)[apart], shares[apart])[0, 1]
        assert order > 0.97, "the more a patch gives, the more orange it is"


CELL = """
import numpy as np
from course_lib import plot, widgets
alt = "a picture that says enough about itself"
plot.sliding_kernel(np.ones((3, 3)), np.ones((2, 2)), alt=alt)
plot.explore_convolution(np.eye(5), {"a": np.eye(3)}, alt=alt)
plot.explore_receptive_field({"a": (3, 1, 0)}, 5, alt=alt)
widgets.ask(lambda image: np.array([0.2, 0.8]), ["a", "b"], example=np.ones((8, 8, 3)), alt=alt)
"""


def outputs(metadata):
    """What a cell puts into a notebook, for a request with this metadata."""
    with run_kernel(kernel_name="python3", extra_arguments=["--HistoryManager.enabled=False"]) as client:
        request = client.session.msg("execute_request", {"code": CELL, "silent": False}, metadata=metadata)
        client.shell_channel.send(request)
        found = []
        while True:
            message = client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            if message["msg_type"] == "error":
                raise AssertionError("\n".join(message["content"]["traceback"]))
            if message["msg_type"] == "display_data":
                found.append(message["content"]["data"])
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found


def test_what_is_saved_shows_a_picture_without_a_kernel(monkeypatch):
    """As JupyterLab runs a cell: each output has a still in it, and only the drawing field asks for its kernel."""
    monkeypatch.setenv("PYTHONPATH", str(COURSE))
    found = outputs({"cellId": "a-cell"})
    stills = [re.findall("<img [^>]*>", one.get("text/html", "")) for one in found if "text/plain" in one]
    assert [len(still) for still in stills] == [1] * len(found) and len(found) >= 4
    live = [one for one in found if "application/vnd.jupyter.widget-view+json" in one]
    assert len(live) == 1 and sum("<script>" in one["text/html"] for one in found) == 3


def test_what_nobody_watches_has_no_widget(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(COURSE))
    found = outputs({})
    assert len(found) == 4 and not any("<script" in one["text/html"] or len(one) > 2 for one in found)
