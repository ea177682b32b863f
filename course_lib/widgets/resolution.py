"""Pictures in low and high resolution: a bar between two of them with a magnifier, films side by side, and a wave that
too few pixels sample."""

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK, address, headed, stored
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

AROUND = 14  # side of the square under the magnifier in pixels


def explore_pictures(pictures, *, spot, scale=2, title="", alt):
    """Pictures of the same place: a bar between two of them to drag, and a magnifier that shows all of them enlarged.

    Args:
        pictures: name -> (height, width, 3) or (height, width, 1), from 0 to 1, all of one size, at least two.
        spot: (row, column) of the upper left pixel under the magnifier at the start.
        scale: pixels on the page for one of the picture.
        title: the message of the still, which shows what is under the magnifier.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: fewer than two pictures, or of different sizes, or the magnifier is not within them.
    """
    row, column = spot
    sizes = {picture.shape[:2] for picture in pictures.values()}
    if len(pictures) < 2 or len(sizes) > 1:
        raise CourseError(
            say(
                "found {count} pictures of {sizes}: expected at least two, all of one size",
                count=len(pictures),
                sizes=_listed(sizes),
            )
        )
    [(height, width)] = sizes
    if not (0 <= row <= height - AROUND and 0 <= column <= width - AROUND):
        raise CourseError(
            say(
                "the magnifier shows {side}x{side} pixels from {spot} on, which are not within pictures of {sizes}",
                side=AROUND,
                spot=(row, column),
                sizes=_listed(sizes),
            )
        )
    facts = {
        "names": list(pictures),
        "pictures": [_url(picture) for picture in pictures.values()],
        "height": height,
        "width": width,
        "around": AROUND,
        "scale": scale,
        "spot": [column, row],
        "words": {
            "left": say("left of the bar"),
            "right": say("right of the bar"),
            "bar": say("bar"),
            "told": say("left: {left}, right: {right}", **places("left right")),
            "hint": say("drag the bar; press or drag elsewhere, or use the arrow keys, to move the magnifier"),
        },
    }
    cut = (slice(row, row + AROUND), slice(column, column + AROUND))
    figure = _side_by_side({name: picture[cut] for name, picture in pictures.items()}, title, 1.7)
    show_live("explore_pictures", facts, figure, alt)


def play_films(films, *, seconds=0.25, scale=1, title="", alt):
    """Films side by side that can be played, stopped and stepped; elsewhere a still of their middle.

    Args:
        films: name -> (frames, height, width, 1 or 3), from 0 to 1; smaller ones are shown with larger pixels.
        seconds: for each frame.
        scale: pixels on the page for one of the largest film.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the films have different numbers of frames.
    """
    counts = {name: len(film) for name, film in films.items()}
    if len(set(counts.values())) != 1:
        told = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise CourseError(
            say(
                "found films with these numbers of frames, expected one and the same: {counts}",
                counts=told or say("none"),
            )
        )
    [count] = set(counts.values())
    largest = max(films.values(), key=lambda film: film.shape[1])
    facts = {
        "names": list(films),
        "films": [[_url(frame) for frame in film] for film in films.values()],
        "height": largest.shape[1],
        "width": largest.shape[2],
        "scale": scale,
        "seconds": seconds,
        "count": count,
        "first": count // 2,
        "words": {
            "frame": say("frame"),
            "back": say("one frame back"),
            "forward": say("one frame on"),
            "play": say("play"),
            "stop": say("stop"),
        },
    }
    middle = {name: film[count // 2] for name, film in films.items()}
    show_live("play_films", facts, _side_by_side(middle, title, 2.6), alt)


def explore_sampling(waves, *, pixels=16, title="", alt):
    """A wave, the pixels that sample it, and the slowest wave through these samples: how often, and how far shifted.

    Args:
        waves: how many waves at the start, below `pixels`.
        pixels: how many of them.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: no wave, or as many as pixels or more.
    """
    if not 1 <= waves < pixels:
        raise CourseError(
            say(
                "found {waves} waves on {pixels} pixels: expected at least one, and fewer than pixels",
                waves=waves,
                pixels=pixels,
            )
        )
    facts = {
        "waves": waves,
        "pixels": pixels,
        "words": {
            "waves": say("waves"),
            "shift": say("shift (1/10 pixel)"),
            "mean": say("each pixel takes the mean over its area"),
            "kept": say("{waves} waves on {pixels} pixels: the samples show {seen}", **places("waves pixels seen")),
            "half": say(
                "{waves} waves on {pixels} pixels: the samples cannot tell how strong the wave is",
                **places("waves pixels"),
            ),
            "folded": say(
                "{waves} waves on {pixels} pixels: the samples show {seen}, an alias", **places("waves pixels seen")
            ),
            "hint": say("grey: the wave; blue: what the pixels sample; orange: the slowest wave through the samples"),
        },
    }
    show_live("explore_sampling", facts, _sampled(waves, pixels, title), alt)


def _sampled(waves, pixels, title):
    figure, axis = plt.subplots(figsize=(7, 2.2))
    fine, middles = np.linspace(0, pixels, 40 * pixels + 1), np.arange(pixels) + 0.5
    wave = lambda x, count: np.cos(2 * np.pi * count * x / pixels)
    seen = min(waves, pixels - waves)
    start = (-1 if waves > pixels / 2 else 1) * waves * 0.5 / pixels
    axis.plot(fine, wave(fine, waves), color=INK, linewidth=1, label=say("the wave"))
    slow = np.cos(2 * np.pi * (seen * (fine - 0.5) / pixels + start))
    axis.plot(fine, slow, color=COLOURS[1], linestyle="--", label=say("the slowest wave through the samples"))
    axis.plot(middles, wave(middles, waves), "s", color=COLOURS[0], label=say("what the pixels sample"))
    axis.set(xlim=(0, pixels), yticks=[], xlabel=say("place (pixels)"))
    axis.spines["left"].set_visible(False)
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    headed(figure, title)
    return figure


def _side_by_side(pictures, title, size):
    """Pictures in a row, each pixel as a square; smaller ones become as large as the others."""
    tall = size * max(picture.shape[0] / picture.shape[1] for picture in pictures.values())
    figure, axes = plt.subplots(1, len(pictures), figsize=(size * len(pictures), tall + 0.7), squeeze=False)
    for axis, (name, picture) in zip(axes.flat, pictures.items()):
        axis.imshow(np.squeeze(np.clip(picture, 0, 1)), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axis.set_axis_off()
        axis.set_title(name, fontsize=9)
    headed(figure, title)
    return figure


def _listed(sizes):
    return ", ".join(f"{height}x{width}" for height, width in sorted(sizes)) or say("none")


def _url(picture):
    """A picture as the address of an image: WebP, a few kilobytes."""
    pixels = np.squeeze(np.round(255 * np.clip(picture, 0, 1)).astype("uint8"))
    return address(stored(Image.fromarray(pixels).convert("RGB"), "webp", quality=90))
