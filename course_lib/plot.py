"""The figures that chapters share: one style, colours that colour-blind readers can tell apart, small PNGs with alt text.

Every function ends in `show`, which puts the picture into the notebook together with its alt text; there it survives into
HTML pages. A figure's title is its message.
"""

import base64
import io
from html import escape

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_rgb

# Okabe and Ito (2008), "Color Universal Design": tellable apart with any colour vision, and in grey
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SIGNED = LinearSegmentedColormap.from_list(
    "blue, white, orange", (COLOURS[0], "white", COLOURS[1])
)  # negative, zero, positive
MAX_BYTES = 60_000
STYLE = {
    "axes.prop_cycle": plt.cycler(color=COLOURS),
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "legend.frameon": False,
    "image.cmap": "gray",
    "figure.constrained_layout.use": True,
}
plt.rcParams.update(STYLE)


def show(figure, alt):
    """Put a figure into the notebook as a small PNG with alt text, and close it.

    Args:
        figure: a matplotlib figure.
        alt: what it shows, for those who cannot see it; at least 20 characters.
    """
    display_png(_png(figure), alt)
    plt.close(figure)


def display_png(content, alt):
    """Put the bytes of a PNG (also an animated one) into the notebook, with alt text.

    It goes there as HTML, because JupyterLab and nbconvert show an image/png output without its alt text.

    Raises:
        ValueError: the alt text is shorter than 20 characters.
    """
    if len(alt) < 20:
        raise ValueError(f"alt text says what a picture shows: expected at least 20 characters, found {alt!r}")
    from IPython.display import HTML, display

    display(HTML(f'<img src="data:image/png;base64,{base64.b64encode(content).decode()}" alt="{escape(alt)}">'))


def _png(figure):
    """A figure's PNG bytes in 256 colours, a third of the size of all; what is still too large becomes a smaller picture."""
    from PIL import Image

    FigureCanvasAgg(figure).draw()
    picture = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
    colourless = not np.ptp(np.asarray(picture), axis=2).any()
    for scale in np.arange(1, 0.2, -0.1):
        smaller = picture.resize([round(scale * side) for side in picture.size], Image.Resampling.LANCZOS)
        file = io.BytesIO()
        (smaller.convert("L") if colourless else smaller.quantize(256, kmeans=1, dither=Image.Dither.NONE)).save(
            file, "png", optimize=True
        )
        if file.tell() <= MAX_BYTES:
            break
    return file.getvalue()


def image_grid(images, titles=None, *, columns=None, title="", alt, size=1.3, limits=None, cmap="gray", framed=False):
    """Pictures in rows.

    Args:
        images: sequence of (height, width), (height, width, 1) or (height, width, 3).
        titles: one short text a picture.
        columns: pictures a row; by default all in one row up to ten.
        alt: what the figure shows, at least 20 characters.
        size: inches a picture.
        limits: (low, high) values shown black and white; by default each picture's own.
        cmap: colour map of matplotlib for pictures of one channel.
        framed: draw a thin frame around each picture.
    """
    images = [np.squeeze(np.asarray(image, "float32")) for image in images]
    columns = columns or min(len(images), 10)
    rows = -(-len(images) // columns)
    height = size * max(image.shape[0] / image.shape[1] for image in images) + (0.25 if titles is not None else 0.05)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * height + (0.35 if title else 0)), squeeze=False
    )
    low, high = limits or (None, None)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    for i, (axis, image) in enumerate(zip(axes.flat, images)):
        axis.imshow(image, cmap=cmap, vmin=low, vmax=high)
        axis.spines[:].set(visible=framed, color="gray")
        if titles is not None:
            axis.set_title(titles[i], fontsize=9)
    figure.suptitle(title, fontsize=11)
    show(figure, alt)


def kernel_gallery(kernels, titles=None, *, columns=8, title="", alt, size=0.9):
    """Kernels as squares: orange is positive, blue is negative, white is zero; one scale for all.

    Args:
        kernels: (height, width, count), or a Conv2D's (height, width, channels, count), of which each slice is shown.
        titles, columns, title, alt, size: as in `image_grid`.
    """
    kernels = np.asarray(kernels, "float32")
    slices = np.moveaxis(kernels.reshape(*kernels.shape[:2], -1), -1, 0)
    reach = np.abs(kernels).max()
    image_grid(
        slices,
        titles,
        columns=columns,
        title=title,
        alt=alt,
        size=size,
        limits=(-reach, reach),
        cmap=SIGNED,
        framed=True,
    )


def feature_maps(maps, titles=None, *, columns=8, title="", alt, size=1.0):
    """The channels of one feature map as grey pictures.

    Args:
        maps: (height, width, channels), or (1, height, width, channels) as a layer returns it.
    """
    maps = np.asarray(maps, "float32")
    maps = maps[0] if maps.ndim == 4 else maps
    image_grid(np.moveaxis(maps, -1, 0), titles, columns=columns, title=title, alt=alt, size=size)


def curves(runs, x=None, *, xlabel, ylabel, title, alt, baseline=None, ticks=None):
    """Lines with a band over seeds: the line is the mean, the band reaches from the lowest to the highest run.

    Args:
        runs: name -> (seeds, points) or (points,) array of values.
        x: the points' places; 1, 2, 3, ... by default.
        baseline: (value, text) of a dotted level to compare with.
        ticks: the places to mark on the horizontal axis; by default all points.
    """
    many = len(runs) > 3  # then the legend goes outside, where it covers no curve
    figure, axis = plt.subplots(figsize=(7 if many else 6, 3.4))
    for i, (name, values) in enumerate(runs.items()):
        values = np.atleast_2d(np.asarray(values, float))
        places = np.arange(1, values.shape[1] + 1) if x is None else np.asarray(x)
        axis.plot(places, values.mean(0), marker="osD^v"[i % 5], color=COLOURS[i % len(COLOURS)], label=name)
        if len(values) > 1:
            axis.fill_between(
                places, values.min(0), values.max(0), color=COLOURS[i % len(COLOURS)], alpha=0.2, linewidth=0
            )
    if baseline:
        axis.axhline(baseline[0], color="gray", linestyle=":", label=baseline[1])
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title, xticks=places if ticks is None else ticks)
    axis.legend(**({"bbox_to_anchor": (1.01, 1), "loc": "upper left"} if many else {}))
    show(figure, alt)


def dots(groups, *, ylabel, title, alt):
    """One dot a seed and a bar at the mean, for each group side by side.

    Args:
        groups: name -> values, one a seed; "CNN, shuffled" has the colour of "CNN", with open dots.
    """
    figure, axis = plt.subplots(figsize=(max(5.5, 1.4 * len(groups)), 3.2))
    families = list(dict.fromkeys(name.split(",")[0] for name in groups))
    for i, (name, values) in enumerate(groups.items()):
        colour = COLOURS[families.index(name.split(",")[0]) % len(COLOURS)]
        axis.plot([i] * len(values), values, "o", color=colour, markerfacecolor="white" if "," in name else colour)
        axis.plot([i - 0.2, i + 0.2], [np.mean(values)] * 2, color=colour, linewidth=3)
    axis.set(
        xticks=range(len(groups)), xticklabels=list(groups), xlim=(-0.5, len(groups) - 0.5), ylabel=ylabel, title=title
    )
    axis.grid(axis="y", alpha=0.3)
    show(figure, alt)


def confusion_matrix(labels, predictions, names, *, title, alt):
    """How often each class was taken for each other, in percent of the true class.

    Args:
        labels, predictions: (n,) integers.
        names: the classes' names.
    """
    counts = np.zeros((len(names), len(names)))
    np.add.at(counts, (np.asarray(labels), np.asarray(predictions)), 1)
    percent = 100 * counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure, axis = plt.subplots(figsize=(6.4, 5.6))
    axis.imshow(percent, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.ndindex(*percent.shape):
        if percent[row, column] >= 0.5:
            axis.text(
                column,
                row,
                f"{percent[row, column]:.0f}",
                ha="center",
                va="center",
                fontsize=8,
                color="white" if percent[row, column] > 55 else "black",
            )
    ticks = range(len(names))
    axis.set(
        xticks=ticks,
        yticks=ticks,
        yticklabels=names,
        xlabel="predicted class",
        ylabel="true class (rows sum to 100 %)",
        title=title,
    )
    axis.set_xticklabels(names, rotation=45, ha="right")
    show(figure, alt)


def grid_of_numbers(axis, values, title, *, highlight=None, shown=None, highest=None):
    """Draw a small matrix as squares with numbers.

    Args:
        values: (height, width).
        highlight: (row, column, height, width) of a rectangle to frame.
        shown: (height, width) of booleans; hidden squares stay empty.
        highest: the value of the darkest blue; by default the largest value.
    """
    values = np.asarray(values, float)
    shown = np.ones_like(values, bool) if shown is None else shown
    axis.imshow(np.where(shown, values, 0), cmap="Blues", vmin=-0.5, vmax=max(highest or values.max(), 1) * 1.6)
    for row, column in np.argwhere(shown):
        axis.text(column, row, f"{values[row, column]:g}", ha="center", va="center", fontsize=10)
    axis.set_xticks(np.arange(-0.5, values.shape[1]), minor=True)
    axis.set_yticks(np.arange(-0.5, values.shape[0]), minor=True)
    axis.grid(which="minor", color="white", linewidth=1.5)
    axis.tick_params(which="both", length=0, labelbottom=False, labelleft=False)
    for spine in axis.spines.values():
        spine.set_visible(False)
    axis.set_title(title, fontsize=10)
    if highlight:
        _frame(axis, *highlight)


def _frame(axis, row, column, height, width):
    corner = (column - 0.5, row - 0.5)
    options = dict(fill=False, edgecolor=COLOURS[1], linewidth=3, zorder=9, clip_on=False)
    axis.add_patch(plt.Rectangle(corner, width, height, **options))


def scatter(groups, *, xlabel, ylabel, title, alt, diagonal=False):
    """A panel of points for each group, side by side, on the same axes.

    Args:
        groups: name -> (x, y), two sequences of the same length.
        diagonal: draw the line on which both are equal.
    """
    figure, axes = plt.subplots(
        1, len(groups), figsize=(2.4 * len(groups), 2.9), sharex=True, sharey=True, squeeze=False
    )
    for i, (axis, (name, (x, y))) in enumerate(zip(axes.flat, groups.items())):
        if diagonal:
            axis.axline((0, 0), slope=1, color="gray", linestyle=":")
        axis.plot(x, y, ".", markersize=3, color=COLOURS[i % len(COLOURS)])
        axis.set_title(name, fontsize=10)
    figure.supxlabel(xlabel, fontsize=10)
    figure.supylabel(ylabel, fontsize=10)
    figure.suptitle(title, fontsize=11)
    show(figure, alt)


def bars(values, *, ylabel, title, alt, baseline=None):
    """A bar with its value above it for each name.

    Args:
        values: name -> number.
        baseline: (value, text) of a dotted level to compare with.
    """
    figure, axis = plt.subplots(figsize=(max(5, 0.95 * len(values)), 3.4))
    drawn = axis.bar(list(values), list(values.values()), color=COLOURS[0])
    for label in axis.bar_label(drawn, fmt="{:g}", fontsize=9, padding=2):
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # above the dotted level
    if baseline:
        axis.axhline(baseline[0], color=COLOURS[1], linestyle=":", label=baseline[1])
        axis.legend()
    axis.tick_params("x", labelsize=8)
    axis.set(ylabel=ylabel, title=title)
    show(figure, alt)


def heatmap(values, row_names, *, xlabel, unit, title, alt):
    """A matrix as colours, with a name for each row and a scale.

    Args:
        values: (rows, columns).
        unit: what the colours mean, written beside the scale.
    """
    figure, axis = plt.subplots(figsize=(7, 0.6 + 0.25 * len(values)))
    drawn = axis.imshow(values, cmap="viridis", aspect="auto")
    figure.colorbar(drawn, label=unit)
    axis.set(yticks=range(len(values)), yticklabels=row_names, xlabel=xlabel, title=title)
    show(figure, alt)


def architecture(model, *, title, alt):
    """A network drawn from the model itself: a box for all maps of one size, and where parameters and multiply-adds sit.

    A box is as high as the logarithm of the maps' side and as wide as that of their channels.

    Args:
        model: functional keras.Model, also a blueprint.
    """
    from course_lib.models.summary import stages

    parts = stages(model)
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(7.2, 4), height_ratios=(3, 2), sharex=True)
    highest = np.log2(max(part["side"] for part in parts)) + 1
    widths = [0.12 + 0.055 * np.log2(part["channels"]) for part in parts]
    for i, part in enumerate(parts):
        height, width = (np.log2(part["side"]) + 1) / highest, widths[i]
        colour = COLOURS[4] if part["side"] == 1 else COLOURS[5]
        top.add_patch(plt.Rectangle((i - width / 2, -height / 2), width, height, facecolor=colour, edgecolor="black"))
        if i:
            ends = (i - width / 2 - 0.03, 0), (i - 1 + widths[i - 1] / 2 + 0.03, 0)
            top.annotate("", *ends, arrowprops={"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0})
        size = "dense" if part["side"] == 1 else f"{part['side']}×{part['side']}×{part['channels']}"
        top.text(
            i, -0.62, f"{size}\n{part['layers']} layer{'s' * (part['layers'] > 1)}", ha="center", va="top", fontsize=8
        )
    top.set(xlim=(-0.6, len(parts) - 0.4), ylim=(-1.0, 0.55), title=title)
    top.axis("off")
    for shift, what, colour in ((-0.2, "parameters", COLOURS[0]), (0.2, "multiply_adds", COLOURS[1])):
        percent = np.array([part[what] for part in parts]) / sum(part[what] for part in parts) * 100
        drawn = bottom.bar(np.arange(len(parts)) + shift, percent, 0.38, color=colour, label=what.replace("_", "-"))
        bottom.bar_label(drawn, fmt="{:.0f}", fontsize=8)
    bottom.set(ylabel="share (%)", xticks=[], ylim=(0, 112))
    bottom.legend(fontsize=8)
    show(figure, alt)


def matrices(grids, *, alt, title="", window=None):
    """Small matrices of numbers side by side.

    Args:
        grids: name -> (height, width).
        window: side of the squares to frame in the first matrix.
    """
    arrays = [np.asarray(grid, float) for grid in grids.values()]
    tall, wide = max(a.shape[0] for a in arrays), sum(a.shape[1] for a in arrays)
    size = (0.55 * wide + 0.4 * len(arrays), 0.55 * tall + 0.5)
    figure, axes = plt.subplots(1, len(grids), figsize=size, width_ratios=[a.shape[1] for a in arrays], squeeze=False)
    for axis, name, values in zip(axes.flat, grids, arrays):
        grid_of_numbers(axis, values, name, highest=max(a.max() for a in arrays))
        axis.set_anchor("N")
    for i in range(0, arrays[0].shape[0], window) if window else ():
        for j in range(0, arrays[0].shape[1], window):
            _frame(axes[0, 0], i, j, window, window)
    figure.suptitle(title, fontsize=11)
    show(figure, alt)


def overlay(image, heat):
    """A grey picture with a heat map laid over it in orange; values below zero stay grey.

    Args:
        image: (height, width) or (height, width, 1), from 0 to 1.
        heat: (rows, columns) of any smaller size.

    Returns:
        (height, width, 3), from 0 to 1, for `image_grid`.
    """
    from PIL import Image

    grey = np.squeeze(np.asarray(image, "float32"))
    positive = np.maximum(np.asarray(heat, "float32"), 0)
    larger = Image.fromarray(positive / max(positive.max(), 1e-9)).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    share = 0.75 * np.asarray(larger)[..., np.newaxis]
    return (1 - share) * grey[..., np.newaxis] + share * np.array(to_rgb(COLOURS[1]), "float32")


def sliding_kernel(image, kernel, *, stride=1, padding=0, alt, seconds=0.9):
    """A moving picture of a kernel on its way over an image (an animated PNG, which browsers, JupyterLab and GitHub play).

    Args:
        image: (height, width).
        kernel: (size, size).
        stride, padding: in pixels.
        alt: what it shows.
        seconds: time a position.
    """
    from PIL import Image

    padded, result = _slide(image, kernel, stride, padding)
    frames = []
    for step in range(result.size + 2):  # the last picture stays a little
        figure = _slide_figure(padded, np.asarray(kernel), result, min(step, result.size - 1), stride)
        FigureCanvasAgg(figure).draw()
        frames.append(Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB"))
        plt.close(figure)
    palette = frames[-1].quantize(96, dither=Image.Dither.NONE)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    file = io.BytesIO()
    frames[0].save(
        file, "png", save_all=True, append_images=frames[1:], duration=int(1000 * seconds), loop=0, optimize=True
    )
    display_png(file.getvalue(), alt)


def _slide(image, kernel, stride, padding):
    padded = np.pad(np.asarray(image), padding)
    kernel = np.asarray(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)[::stride, ::stride]
    return padded, np.einsum("ijmn,mn->ij", windows, kernel)


def _slide_figure(padded, kernel, result, step, stride):
    """Input with the kernel's place framed, the products in words, and the feature map as far as it is computed."""
    row, column = divmod(step, result.shape[1])
    top, left = row * stride, column * stride
    figure, axes = plt.subplots(
        1, 3, figsize=(6.4, 2.7), dpi=80, width_ratios=(padded.shape[1], kernel.shape[1], result.shape[1])
    )
    grid_of_numbers(axes[0], padded, "input", highlight=(top, left, *kernel.shape))
    grid_of_numbers(axes[1], kernel, "kernel")
    grid_of_numbers(
        axes[2],
        result,
        "feature map",
        highlight=(row, column, 1, 1),
        shown=np.arange(result.size).reshape(result.shape) <= step,
    )
    window = padded[top : top + kernel.shape[0], left : left + kernel.shape[1]]
    terms = [f"{a:g}·{b:g}" for a, b in zip(window.flat, kernel.flat) if b]
    figure.supxlabel((" + ".join(terms) or "0") + f" = {result[row, column]:g}", fontsize=9)
    return figure


def explore_convolution(image, kernels, *, alt):
    """In a live notebook: choose kernel, stride and padding and see the feature map and its size. Elsewhere a still of it.

    Args:
        image: (height, width), grey values from 0 to 1.
        kernels: name -> (size, size).
        alt: what the still shows.
    """
    from course_lib.progress import somebody_watches

    image = np.squeeze(np.asarray(image, "float32"))

    def draw(kernel, stride, padding):
        chosen = np.asarray(kernels[kernel], "float32")
        padded, result = _slide(image, chosen, stride, padding)
        figure, axes = plt.subplots(1, 3, figsize=(8, 2.9), width_ratios=(4, 1.3, 4))
        axes[0].imshow(padded)
        axes[0].set_title(f"input {image.shape[0]}×{image.shape[1]}, padding {padding}", fontsize=10)
        reach = np.abs(chosen).max()
        axes[1].imshow(chosen, cmap=SIGNED, vmin=-reach, vmax=reach)
        for (row, column), value in np.ndenumerate(chosen):
            axes[1].text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=8)
        axes[1].set_title(f"{kernel}", fontsize=10)
        axes[2].imshow(result)
        axes[2].set_title(f"feature map {result.shape[0]}×{result.shape[1]}", fontsize=10)
        for axis in axes:
            axis.axis("off")
        (height, width), size = image.shape, len(chosen)
        formula = ", ".join(
            f"⌊({w} − {size} + 2·{padding}) / {stride}⌋ + 1 = {(w - size + 2 * padding) // stride + 1}"
            for w in dict.fromkeys((height, width))
        )
        figure.supxlabel(formula, fontsize=9)
        show(figure, alt)

    first = next(iter(kernels))
    if not somebody_watches():
        return draw(first, 1, 0)
    import ipywidgets

    ipywidgets.interact(
        draw,
        kernel=ipywidgets.Dropdown(options=list(kernels), value=first, description="kernel"),
        stride=ipywidgets.IntSlider(1, 1, 4, description="stride", continuous_update=False),
        padding=ipywidgets.IntSlider(0, 0, 4, description="padding", continuous_update=False),
    )
