"""Attention to be tried: three tokens in a plane, and what each patch of a picture takes from the others."""

import base64

import matplotlib.pyplot as plt
import numpy as np

from course_lib.figures.grids import frame, grid_of_numbers
from course_lib.figures.paper import BLUES, COLOURS, INK
from course_lib.figures.pictures import overlay
from course_lib.texts import say
from course_lib.widgets.page import places, show_live


def explore_attention(tokens, *, alt):
    """Tokens of two numbers: drag one, and see the scores, the shares after softmax and the weighted sums.

    Queries, keys and values are the tokens themselves; scores are divided by the square root of 2. A slider multiplies
    the scores, as if the vectors were longer.

    Args:
        tokens: (count, 2), from -2.5 to 2.5.
        alt: what the still shows, at least 20 characters.
    """
    tokens = np.asarray(tokens, float)
    names = [say("token {number}", number=number) for number in range(1, len(tokens) + 1)]
    facts = {
        "tokens": tokens.tolist(),
        "names": names,
        "words": {
            "scores": say("scores"),
            "shares": say("after softmax"),
            "sums": say("weighted sums"),
            "token": say("{name}; the arrow keys move it", **places("name")),
            "factor": say("scores multiplied by"),
            "told": say("{name} takes from: {shares}", **places("name shares")),
        },
    }
    show_live("explore_attention", facts, _plane(tokens, names), alt)


def _plane(tokens, names):
    """The tokens as points, and the three matrices; the first token's row is framed."""
    scores = tokens @ tokens.T / np.sqrt(2)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    sums = shares @ tokens
    figure, axes = plt.subplots(1, 4, figsize=(9, 2.7), width_ratios=(3, 2.4, 2.4, 1.7))
    plane = axes[0]
    for token, share in zip(tokens, shares[0]):
        plane.plot(*np.stack([token, sums[0]]).T, color=COLOURS[1], linewidth=0.5 + 6 * share, alpha=0.5)
    plane.plot(*tokens.T, "o", color=BLUES[2], markersize=9)
    plane.plot(*sums[0], "o", color=COLOURS[1], markersize=8)
    for token, name in zip(tokens, names):
        plane.annotate(name, token, xytext=(6, 6), textcoords="offset points", fontsize=8)
    plane.axhline(0, color=INK, linewidth=0.5)
    plane.axvline(0, color=INK, linewidth=0.5)
    plane.set(xlim=(-2.5, 2.5), ylim=(-2.5, 2.5), aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    titles = (say("scores"), say("after softmax"), say("weighted sums"))
    for axis, values, name in zip(axes[1:], (scores, shares, sums), titles):
        texts = [[f"{value:.2f}" for value in row] for row in values]
        grid_of_numbers(axis, values, name, texts=texts, highlight=(0, 0, 1, values.shape[1]))
    return figure


def explore_heads(image, weights, *, query=None, alt):
    """Choose a patch of a picture and see, for each head of a block, how much it takes from every patch.

    Args:
        image: (side, side, 3) from 0 to 1; side is a multiple of the patches in a row.
        weights: name of a block -> (heads, T, T), T a square number: shares among the patches, without the class token.
        query: (row, column) of the patch that is chosen first; by default the middle.
        alt: what the still shows, at least 20 characters.
    """
    image = np.asarray(image, "float32")
    heads, count, _ = next(iter(weights.values())).shape
    grid = round(count**0.5)
    row, column = query or (grid // 2, grid // 2)
    pixels = np.round(255 * np.clip(image, 0, 1)).astype("uint8")
    facts = {
        "image": base64.b64encode(pixels.tobytes()).decode(),
        "side": len(image),
        "grid": grid,
        "heads": heads,
        "row": row,
        "column": column,
        "blocks": [{"name": name, "shares": halves(shares)} for name, shares in weights.items()],
        "words": {
            "picture": say("the picture in patches; the arrow keys choose one"),
            "head": say("head {head}", **places("head")),
            "block": say("block"),
            "told": say("{block}: where the patch in row {row}, column {column} looks", **places("block row column")),
        },
    }
    name, shares = list(weights.items())[-1]
    show_live("explore_heads", facts, _heads(image, name, shares[:, row * grid + column], grid, row, column), alt)


def halves(shares):
    """Shares as text: square roots in 16 steps of the largest of each row, two in a byte, in base 64."""
    shares = np.asarray(shares, "float32")
    steps = np.round(15 * np.sqrt(shares / shares.max(axis=-1, keepdims=True))).astype("uint8").reshape(-1, 2)
    return base64.b64encode((16 * steps[:, 0] + steps[:, 1]).astype("uint8").tobytes()).decode()


def _heads(image, name, shares, grid, row, column):
    """The picture with one patch framed, and beside it what each head takes."""
    figure, axes = plt.subplots(2, 4, figsize=(8, 4.3))
    unit = len(image) / grid
    grey = image.mean(axis=2)
    pictures = [image, *(overlay(grey, one.reshape(grid, grid)) for one in shares)]
    titles = [say("the picture"), *(say("head {head}", head=head) for head in range(1, len(shares) + 1))]
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    for axis, picture, title in zip(axes.flat, pictures, titles):
        axis.imshow(picture)
        axis.set_title(title, fontsize=9)
        frame(axis, row * unit, column * unit, unit, unit, COLOURS[1] if axis is axes[0, 0] else "white")
    for axis in axes.flat[len(pictures) :]:
        axis.set_visible(False)
    figure.supxlabel(
        say("{block}: where the patch in row {row}, column {column} looks", block=name, row=row + 1, column=column + 1),
        fontsize=9,
    )
    return figure
