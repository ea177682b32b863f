"""Networks as boxes: large ones by stages, small ones layer by layer."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.paper import COLOURS, INK, headed, show
from course_lib.texts import say

SKIPPED = ("picture", "down2", "down4", "down8")  # what the decoder of a detector is shown again


def architecture(model, *, title, alt):
    """A network drawn from the model itself: a box per size of maps, and where parameters and multiply-adds lie.

    The height of a box grows with the logarithm of the side of the maps, its width with that of their channels.

    Args:
        model: functional keras.Model, also a blueprint.
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    # Keras is loaded here, so that other figures do without it
    from course_lib.models.summary import stages

    parts = stages(model)
    figure, (boxes, shares) = plt.subplots(2, 1, figsize=(7.2, 4), height_ratios=(3, 2), sharex=True)
    highest = np.log2(max(part["side"] for part in parts)) + 1
    widths = [0.12 + 0.055 * np.log2(part["channels"]) for part in parts]
    for i, (part, width) in enumerate(zip(parts, widths)):
        dense = part["side"] == 1
        height = (np.log2(part["side"]) + 1) / highest
        corner, colour = (i - width / 2, -height / 2), COLOURS[4] if dense else COLOURS[5]
        boxes.add_patch(plt.Rectangle(corner, width, height, facecolor=colour, edgecolor="black"))
        if i:
            ends = (i - width / 2 - 0.03, 0), (i - 1 + widths[i - 1] / 2 + 0.03, 0)
            boxes.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": INK, "shrinkA": 0, "shrinkB": 0})
        size = say("dense") if dense else f"{part['side']}×{part['side']}×{part['channels']}"
        layers = say("1 layer") if part["layers"] == 1 else say("{count} layers", count=part["layers"])
        boxes.text(i, -0.62, f"{size}\n{layers}", ha="center", va="top", fontsize=8)
    boxes.set(xlim=(-0.6, len(parts) - 0.4), ylim=(-1.0, 0.55))
    boxes.axis("off")
    names = {"parameters": say("parameters"), "multiply_adds": say("multiply-adds")}
    for shift, what, colour in ((-0.2, "parameters", COLOURS[0]), (0.2, "multiply_adds", COLOURS[1])):
        percent = np.array([part[what] for part in parts]) / sum(part[what] for part in parts) * 100
        drawn = shares.bar(np.arange(len(parts)) + shift, percent, 0.38, color=colour, label=names[what])
        shares.bar_label(drawn, fmt="{:.0f}", fontsize=8)
    shares.set(ylabel=say("share (%)"), xticks=[], ylim=(0, 112))
    shares.legend(fontsize=8)
    scale = say(
        "height of a box: side of the maps; width: channels of the widest layer in it; both on a logarithmic scale"
    )
    figure.supxlabel(scale, fontsize=8)
    headed(figure, title)
    show(figure, alt)


def network(models, *, title="", alt):
    """Small networks drawn layer by layer: their maps as sheets with their shapes, what happens between as arrows.

    What does not change the shape (batch normalization, activations, dropout) is named at the arrow before it.

    Args:
        models: a functional or sequential keras.Model without branches, or name -> model, each in a row of its own.
        title, alt: as in `architecture`.
    """
    rows = {name: _steps(model) for name, model in (models if isinstance(models, dict) else {"": models}).items()}
    longest = max(map(len, rows.values()))
    figure, axes = plt.subplots(
        len(rows), 1, figsize=(max(4.5, min(1.25, 9.6 / longest) * longest + 0.4), 2.1 * len(rows)), squeeze=False
    )
    largest = max(max(shape[0] for shape, _ in steps if len(shape) == 3) for steps in rows.values())
    for axis, (name, steps) in zip(axes.flat, rows.items()):
        right = None
        for i, (shape, done) in enumerate(steps):
            edges = _maps(axis, i, shape, largest)
            if right is not None:
                axis.annotate(
                    "", (edges[0] - 0.04, 0.5), (right + 0.04, 0.5), arrowprops={"arrowstyle": "->", "color": INK}
                )
                axis.text((edges[0] + right) / 2, 1.06, "\n".join(done), ha="center", va="bottom", fontsize=8)
            right = edges[1]
            size = "×".join(map(str, shape))
            axis.text(i, -0.06, size, ha="center", va="top", fontsize=9)
        axis.set(xlim=(-0.55, longest - 0.45), ylim=(-0.25, 1.65))
        axis.axis("off")
        axis.set_title(name, loc="left", fontsize=10)
    headed(figure, title)
    show(figure, alt)


def encoder_decoder(model, *, title="", alt):
    """A detector as a U: the encoder down, the decoder up beside it, and at each of them the heads for the questions.

    Args:
        model: keras.Model as `course_lib.models.detector.detector` makes it; the sizes are read off its layers.
        title, alt: as in `architecture`.
    """
    figure, axis = plt.subplots(figsize=(7.2, 4))
    sizes = {layer.name: "×".join(map(str, layer.output.shape[1:])) for layer in model.layers}
    sizes["picture"] = "×".join(map(str, model.input_shape[1:]))
    encoder, decoder, head = COLOURS[5], COLOURS[2], COLOURS[4]
    parts = {
        "picture": (2.5, 0, say("picture") + "\n" + sizes["picture"], "none"),
        **{name: (2.5, -i, f"{name}\n{sizes[name]}", encoder) for i, name in enumerate(SKIPPED[1:], 1)},
        "down16": (2.5, -4, f"down16\n{sizes['down16']}", encoder),
        **{name: (5, -i, f"{name}\n{sizes[name]}", decoder) for i, name in enumerate(("up2", "up4", "up8"), 1)},
        "class": (0, -4, say("head: class"), head),
        "one": (0, -3, say("head: one box"), head),
        "heat": (7.5, -1.7, f"heat\n{sizes['heat']}", head),
        "box": (7.5, -2.5, f"box\n{sizes['box']}", head),
        "mask": (7.5, 0, f"mask\n{sizes['mask']}", head),
    }
    drawn = {}
    for name, (across, up, text, colour) in parts.items():
        edge = INK if colour == "none" else "black"
        drawn[name] = axis.add_patch(
            plt.Rectangle((across - 0.72, up - 0.33), 1.44, 0.66, facecolor=colour, edgecolor=edge)
        )
        axis.text(across, up, text, ha="center", va="center", fontsize=8, color=edge)
    ways = [*pairwise([*SKIPPED, "down16"]), *pairwise(["down16", "up8", "up4", "up2", "mask"])]
    ways += [("down8", "one"), ("down16", "class"), ("up4", "heat"), ("up4", "box")]
    beside = list(zip(SKIPPED, ("mask", "up2", "up4", "up8")))
    for start, end in [*ways, *beside]:
        style = {"linestyle": "--"} if (start, end) in beside else {}
        ends = {"patchA": drawn[start], "patchB": drawn[end], "shrinkA": 0, "shrinkB": 0}
        axis.annotate(
            "", parts[end][:2], parts[start][:2], arrowprops={"arrowstyle": "->", "color": INK, **ends, **style}
        )
    names = {say("encoder"): encoder, say("decoder"): decoder, say("heads"): head}
    handles = [plt.Rectangle((0, 0), 1, 1, facecolor=colour, label=name) for name, colour in names.items()]
    handles.append(plt.Line2D([], [], color=INK, linestyle="--", label=say("joined to the map of the same size")))
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=8)
    axis.set(xlim=(-0.8, 8.3), ylim=(-4.4, 0.4))
    axis.axis("off")
    headed(figure, title)
    show(figure, alt)


def _steps(model):
    """[(shape, what led to it)]: the input, then a step for each layer that changes the shape or has weights."""
    steps = [(tuple(model.input_shape[1:]), [])]
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        shape = tuple(layer.output.shape[1:])
        does = _does(layer, kind)
        if shape != steps[-1][0] or kind in ("Conv2D", "Dense"):
            steps.append((shape, does))
        else:
            steps[-1][1].extend(does)
    return steps


def _does(layer, kind):
    """What a layer does, in a line or two."""
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    then = [] if activation == "linear" else ["ReLU" if activation == "relu" else activation]
    if "Conv2D" in kind:
        size, stride = "×".join(map(str, layer.kernel_size)), layer.strides[0]
        return [
            say("convolution {size}", size=size),
            *([say("stride {stride}", stride=stride)] if stride > 1 else []),
            *then,
        ]
    if "Pooling2D" in kind:
        what = say("max pooling") if "Max" in kind else say("average pooling")
        size = ["×".join(map(str, layer.pool_size))] if hasattr(layer, "pool_size") else []
        return [*([say("global")] if kind.startswith("Global") else []), what, *size]
    known = {
        "Dense": say("dense"),
        "Flatten": say("flatten"),
        "BatchNormalization": say("batch norm"),
        "Dropout": say("dropout"),
    }
    return [
        *([] if kind in ("ReLU", "Activation") else [known.get(kind, kind)]),
        *(["ReLU"] if kind == "ReLU" else then),
    ]


def _maps(axis, place, shape, largest):
    """Sheets for (side, side, channels), a thin bar for (units,); returns their left and right edge."""
    if len(shape) == 1:
        height = 0.25 + 0.75 * np.log10(shape[0]) / 3
        box = (place - 0.05, 0.5 - height / 2), 0.1, height
        axis.add_patch(plt.Rectangle(*box, facecolor=COLOURS[4], edgecolor="black", linewidth=0.6))
        return place - 0.05, place + 0.05
    side, channels = 0.16 + 0.5 * shape[0] / largest, min(6, 1 + int(np.log2(max(shape[-1], 1))))
    shift = 0.035
    width, high = 0.62 * side, side
    left, bottom = place - (width + shift * (channels - 1)) / 2, 0.5 - (high + shift * (channels - 1)) / 2
    for i in reversed(range(channels)):
        corner = left + shift * i, bottom + shift * i
        axis.add_patch(plt.Rectangle(corner, width, high, facecolor=COLOURS[5], edgecolor="black", linewidth=0.6))
    return left, left + width + shift * (channels - 1)
