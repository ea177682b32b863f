"""Pictures to click: the nearest ones of each, by the features of a layer that can be chosen."""

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from course_lib.errors import CourseError
from course_lib.figures.paper import address, headed, stored
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

ACROSS = 10  # pictures in a row of the sprite, and of the page
SHOWN = 5  # neighbours
LONGEST = 15  # letters of a name in the still


def nearest(similarity, query, count=SHOWN):
    """The pictures that are most like one of them, from near to far, without itself.

    Args:
        similarity: (n, n), larger for what is more alike.
        query: which one, from 0.
        count: how many are returned.

    Returns:
        A list of integers; where two are equally alike, the smaller number comes first.
    """
    order = np.argsort(-np.asarray(similarity)[query], kind="stable")
    return [int(i) for i in order if i != query][:count]


def explore_neighbours(pictures, similarities, names, kinds, *, query=0, title="", alt):
    """Click a picture and see those that are most like it, by what was measured at one depth of a network or another.

    Args:
        pictures: (n, side, side, 3), from 0 to 1, more than `SHOWN`.
        similarities: name of a depth -> (n, n), cosines from -1 to 1, of two decimals in the page; the still shows all
            depths.
        names: (n,) strings.
        kinds: (n,) strings; how many neighbours are of the same kind is told.
        query: which picture is chosen at the beginning and in the still, from 0.
        title: the message of the still.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: numbers of pictures, names, kinds and similarities differ, or there is no such picture.
    """
    count = len(pictures)
    shapes = {np.shape(of) for of in similarities.values()}
    if (
        shapes != {(count, count)}
        or len(names) != count
        or len(kinds) != count
        or not SHOWN < count
        or not 0 <= query < count
    ):
        raise CourseError(
            say(
                "found {count} pictures, {names} names, {kinds} kinds, similarities of shapes {shapes} and picture {query} to begin with: expected more than {shown} pictures, as many names and kinds, (pictures, pictures) similarities at each depth, and one of the pictures, from 0 on",
                count=count,
                names=len(names),
                kinds=len(kinds),
                shapes=", ".join(map(str, sorted(shapes))) or say("none"),
                query=query,
                shown=SHOWN,
            )
        )  # fmt: skip
    # both the page and the still rank what is rounded
    rounded = {str(name): np.round(100 * np.asarray(of)).astype(int) for name, of in similarities.items()}
    facts = {
        "sprite": address(stored(_sprite(np.asarray(pictures)), "webp", quality=80)),
        "side": int(np.shape(pictures)[1]),
        "across": ACROSS,
        "names": [str(name) for name in names],
        "kinds": [str(kind) for kind in kinds],
        "depths": list(rounded),
        "similarities": [of.tolist() for of in rounded.values()],
        "query": int(query),
        "shown": SHOWN,
        "words": {
            "depth": say("compared by"),
            "pictures": say("pictures to press"),
            "told": say(
                "{name}: {same} of {shown} neighbours are of the kind {kind}", **places("name same shown kind")
            ),
            "hint": say("press a picture: below are those most like it, with their cosine similarity"),
        },
    }
    show_live("explore_neighbours", facts, _still(pictures, rounded, facts["names"], query, title), alt)


def _sprite(pictures):
    """All pictures in one, row by row."""
    count, side = pictures.shape[:2]
    down = -(-count // ACROSS)
    sheet = np.ones((down * side, ACROSS * side, 3))
    for number, picture in enumerate(pictures):
        row, column = divmod(number, ACROSS)
        sheet[row * side : (row + 1) * side, column * side : (column + 1) * side] = picture
    return Image.fromarray(np.round(255 * np.clip(sheet, 0, 1)).astype("uint8"))


def _still(pictures, similarities, names, query, title):
    figure, axes = plt.subplots(
        len(similarities), 1 + SHOWN, figsize=(6.6, 1.35 * len(similarities)), squeeze=False
    )  # fmt: skip
    for row, (name, of) in zip(axes, similarities.items()):
        for axis, number in zip(row, [query, *nearest(of, query)]):
            axis.imshow(np.clip(pictures[number], 0, 1))
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
            if number != query:
                axis.set_title(f"{_short(names[number])}\n{of[query, number] / 100:.2f}", fontsize=7)
        row[0].set_ylabel(name, fontsize=8, rotation=0, ha="right", va="center")
        row[0].set_title(_short(names[query]), fontsize=7)
    headed(figure, title)
    return figure


def _short(name):
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
