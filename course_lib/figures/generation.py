"""Making pictures: what generators are built of, where codes lie, and what precision and recall see."""

from html import escape

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.blocks import TALL, WIDE, arrow, box
from course_lib.figures.paper import COLOURS, headed, show, wrapped
from course_lib.texts import say

MARKS = "o^"  # the first five classes, and those after them


def generator_forms(kinds, *, title="", alt):
    """Generators as boxes, a row each: what goes in, what is learned (blue), what comes out.

    Args:
        kinds: some of "AE" (autoencoder), "VAE" and "GAN".
        title: the message of the figure.
        alt: what the figure shows, at least 20 characters.
    """
    figure, axes = plt.subplots(len(kinds), 1, figsize=(7.6, 1.9 * len(kinds)), squeeze=False)
    for axis, kind in zip(axes.flat, kinds):
        boxes, arrows = _forms()[kind]
        for x, y, name, learned in boxes:
            box(axis, x, y, name, learned)
        for start, end, dashed in arrows:
            arrow(axis, start, end, dashed)
        if kind == "GAN":
            axis.text(2, 0.95, say("gradient"), ha="center", fontsize=8, color=COLOURS[1])
        axis.set(xlim=(-0.6, 5.5), ylim=(-0.6, 0.6) if kind == "AE" else (-1.35, 1.1))
        axis.set_title(say("autoencoder") if kind == "AE" else kind, loc="left", fontsize=10)
        axis.axis("off")
    headed(figure, title)
    show(figure, alt)


def _forms():
    """Kind -> (boxes (x, y, name, whether it learns), arrows (start, end, whether it is dashed))."""
    level = lambda start, end, y=0: ((start + WIDE / 2, y), (end - WIDE / 2, y), False)
    up = lambda x, start, end: ((start + WIDE / 2, x), (end, -TALL / 2), False)
    picture, code = say("picture"), say("code")
    encoder, decoder, noise = say("encoder"), say("decoder"), say("noise")
    chain = [level(number, number + 1) for number in range(4)]
    return {
        "AE": (
            [
                (0, 0, picture, False),
                (1, 0, encoder, True),
                (2, 0, code, False),
                (3, 0, decoder, True),
                (4, 0, picture, False),
            ],
            chain,
        ),
        "VAE": (
            [
                (0, 0, picture, False),
                (1, 0, encoder, True),
                (2, 0, say("mean, spread"), False),
                (2, -1, noise, False),
                (3, 0, code, False),
                (4, 0, decoder, True),
                (5, 0, picture, False),
            ],
            [*chain, level(4, 5), up(-1, 2, 3)],
        ),
        "GAN": (
            [
                (0, 0, noise, False),
                (1, 0, say("generator"), True),
                (2, 0, say("made"), False),
                (2, -1, say("real"), False),
                (3, 0, say("discriminator"), True),
                (4, 0, say("real or made?"), False),
            ],
            [*chain, up(-1, 2, 3), ((3, TALL / 2), (1, TALL / 2), True)],
        ),
    }


def code_map(codes, labels, names, drawn, limits, *, title, alt):
    """A latent space of two numbers: the codes of pictures by their classes, and what the decoder draws across it.

    Args:
        codes: (n, 2).
        labels: (n,) integers.
        names: of the classes.
        drawn: (rows, columns, height, width) from 0 to 1; the first row belongs to the lowest second number.
        limits: (low, high) of both numbers, which both halves of the figure show.
        title, alt: as in `generator_forms`.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.9))
    for number, name in enumerate(names):
        mine = np.asarray(codes)[np.asarray(labels) == number]
        look = dict(color=COLOURS[number % 5], marker=MARKS[number // 5 % 2], markersize=3, linestyle="none")
        left.plot(*mine.T, label=name, **look)
    low, high = limits
    rows, columns, height, width = drawn.shape
    mosaic = np.asarray(drawn)[::-1].transpose(0, 2, 1, 3).reshape(rows * height, columns * width)
    right.imshow(mosaic, vmin=0, vmax=1, extent=(low, high, low, high))
    for axis, name in ((left, say("codes of pictures")), (right, say("what the decoder draws there"))):
        axis.set(xlim=limits, ylim=limits, aspect="equal", xlabel=say("first number"), ylabel=say("second number"))
        axis.set_title(name, fontsize=10)
    figure.legend(loc="outside lower center", ncols=5, fontsize=8, markerscale=2)
    headed(figure, title)
    show(figure, alt)


def covered(real, made, *, k=3, title, alt):
    """What precision and recall count in a plane: balls around real points and made points in them, and the reverse.

    Args:
        real, made: (n, 2) and (m, 2), n and m above k.
        k: to which neighbour a ball reaches.
        title, alt: as in `generator_forms`.
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.6, 3.6), sharex=True, sharey=True)
    real, made = np.asarray(real, float), np.asarray(made, float)
    sides = (("precision", real, made, COLOURS[0], COLOURS[1]), ("recall", made, real, COLOURS[1], COLOURS[0]))
    names = {"precision": say("balls of real ones; made ones"), "recall": say("balls of made ones; real ones")}
    measures = {"precision": say("precision"), "recall": say("recall")}
    for axis, (which, centres, points, colour, other) in zip(axes, sides):
        between = np.linalg.norm(centres[:, np.newaxis] - centres, axis=2)
        radii = np.sort(between, axis=1)[:, k]
        inside = (np.linalg.norm(points[:, np.newaxis] - centres, axis=2) <= radii).any(axis=1)
        for centre, radius in zip(centres, radii):
            axis.add_patch(plt.Circle(centre, radius, color=colour, alpha=0.12, linewidth=0))
        axis.plot(*points[inside].T, "o", color=other, markersize=4)
        axis.plot(*points[~inside].T, "x", color=other, markersize=5)
        axis.set(aspect="equal", xticks=[], yticks=[])
        axis.set_title(f"{names[which]}\n{measures[which]} {inside.mean():.2f}", fontsize=10)
    figure.supxlabel(say("dots: inside of a ball; crosses: outside of all"), fontsize=8)
    headed(figure, title)
    show(figure, alt)


def precision_against_recall(scores, *, title, alt):
    """Each generator as a point: how many of its pictures look real, and how much of what is real it can make.

    Args:
        scores: name -> dict with "precision" and "recall", from 0 to 1.
        title, alt: as in `generator_forms`.
    """
    figure, axis = plt.subplots(figsize=(6.4, 3.8))
    for number, (name, found) in enumerate(scores.items()):
        style = {"marker": "osD^v"[number % 5], "color": COLOURS[number % len(COLOURS)], "linestyle": "none"}
        axis.plot([found["precision"]], [found["recall"]], label=wrapped(name, 24), **style)
    axis.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    axis.set(xlabel=say("precision"), ylabel=say("recall"))
    axis.grid(alpha=0.3)
    axis.legend(bbox_to_anchor=(1.01, 1), loc="upper left", fontsize=9)
    headed(figure, title)
    show(figure, alt)


def score_table(scores):
    """Generators and what was measured of them, as a table of HTML; what was not measured is a dash.

    Args:
        scores: name -> {measure: number}; measures are those of `course_lib.generation.Judge.score`, "parameters",
            "seconds" and "pictures a second".
    """
    from IPython.display import HTML, display

    words = {
        "wanted class": say("wanted class"),
        "distance": say("Fréchet distance"),
        "precision": say("precision"),
        "recall": say("recall"),
        "copies": say("copies"),
        "parameters": say("parameters"),
        "seconds": say("seconds of training"),
        "pictures a second": say("pictures a second"),
    }
    cells = lambda tag, texts: "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
    head = cells("th", ["", *words.values()])
    rows = "".join(
        f"<tr><td style='text-align:left'>{escape(name)}</td>{cells('td', [_written(found.get(one)) for one in words])}</tr>"
        for name, found in scores.items()
    )
    display(HTML(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"))


def _written(value):
    """A number as people read it, with three digits; whole ones in full."""
    if value is None or np.isnan(value):
        return "–"
    return f"{value:,.0f}" if value >= 100 or isinstance(value, int) else f"{value:.3g}"
