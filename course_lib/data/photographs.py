"""Photographs: single ones, and things cut out of theirs."""

import numpy as np

from course_lib.data.pictures import Pictures, lay_on
from course_lib.data.store import file


def photograph(name="coffee"):
    """A photograph as float32 (height, width, 3), red, green and blue from 0 to 1.

    Raises:
        CourseError: there is no such photograph, or its file is missing or damaged.
    """
    from PIL import Image

    with Image.open(file(f"{name}.png")) as picture:
        return np.asarray(picture, "float32") / 255


def stamps(background=1.0):
    """Photographs of single things, cut out, 64x64: birds, mammals, small animals, plants, food and things.

    Args:
        background: a brightness from 0 to 1, or three of them, red, green and blue.

    Returns:
        Pictures of size 64 whose style is "photograph". Pictures of one kind, such as apples, have the same name.

    Raises:
        CourseError: no such background, or the file is missing or damaged.
    """
    with np.load(file("stamps.npz")) as content:
        parts = {name: content[name] for name in content}
    images, masks = lay_on(parts["pixels"], background)
    names = tuple(parts["names"].tolist())
    return Pictures(
        images=images,
        masks=masks,
        labels=parts["labels"].astype("int32"),
        classes=tuple(parts["classes"].tolist()),
        classes_ko=tuple(parts["classes_ko"].tolist()),
        names=names,
        names_ko=names,
        styles=("photograph",) * len(names),
    )
