"""Emoji: the same things drawn in three styles."""

import io
import json
import zipfile

import numpy as np

from course_lib.data.pictures import Pictures, lay_on
from course_lib.data.store import file
from course_lib.errors import CourseError
from course_lib.texts import say

EMOJI_STYLES = ("google", "twitter", "fluent")
EMOJI_SPLITS = ("train", "validation", "test")


def emoji(split=None, styles=None, background=1.0):
    """The same things drawn in three styles, 64x64: 529 concepts of eight classes; data/README.md is their data card.

    Each concept, together with those drawn much like it, is in one part of the split only: nothing in the test part was
    seen in training, in any style. The order is shuffled but always the same, so neither classes nor styles come in
    blocks.

    Args:
        split: "train", "validation", "test", or None for all.
        styles: "google", "twitter" (both flat), "fluent" (shaded), a list of these, or None for all.
        background: a brightness from 0 to 1, or three of them, red, green and blue.

    Returns:
        Pictures of size 64.

    Raises:
        CourseError: no such split, style or background, or the file is missing or damaged.
    """
    from PIL import Image

    if split is not None and split not in EMOJI_SPLITS:
        raise CourseError(
            say(
                "split is {split}: there are {all_of_them}, and None for all",
                split=repr(split),
                all_of_them=", ".join(map(repr, EMOJI_SPLITS)),
            )
        )
    styles = EMOJI_STYLES if styles is None else tuple(styles) if isinstance(styles, list | tuple | set) else (styles,)
    if not styles or any(style not in EMOJI_STYLES for style in styles):
        raise CourseError(
            say(
                "styles are {styles}: there are {all_of_them}, and None for all",
                styles=", ".join(map(repr, styles)) or say("an empty list"),
                all_of_them=", ".join(map(repr, EMOJI_STYLES)),
            )
        )
    with zipfile.ZipFile(file("emoji.zip")) as archive:
        index = json.loads(archive.read("index.json"))
        concepts = {concept["code"]: concept for concept in index["concepts"]}
        pixels, shown, drawn = [], [], []
        for name in index["order"]:  # such as google/1f408.webp
            style, code = name.removesuffix(".webp").split("/")
            if style in styles and split in (None, concepts[code]["split"]):
                with Image.open(io.BytesIO(archive.read(name))) as picture:
                    pixels.append(np.asarray(picture.convert("RGBA")))
                shown.append(concepts[code])
                drawn.append(style)
    images, masks = lay_on(np.stack(pixels), background)
    classes = tuple(entry["name"] for entry in index["classes"])
    return Pictures(
        images=images,
        masks=masks,
        labels=np.array([classes.index(concept["class"]) for concept in shown], "int32"),
        classes=classes,
        classes_ko=tuple(entry["name_ko"] for entry in index["classes"]),
        names=tuple(concept["name"] for concept in shown),
        names_ko=tuple(concept["name_ko"] for concept in shown),
        styles=tuple(drawn),
    )
