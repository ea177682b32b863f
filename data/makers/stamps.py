"""stamps.npz: photographs of single things, cut out, of six classes."""

import re
from pathlib import Path

import numpy as np

from . import File, debian, npz

STAMPS = "/usr/share/tuxpaint/stamps"
SIDE = 64
# class -> its name in Korean and the folders that hold it
CLASSES = {
    "bird": ("새", ("animals/birds",)),
    "mammal": ("포유류", ("animals/mammals", "animals/marsupials")),
    "small animal": (
        "작은 동물",
        ("animals/fish", "animals/insects", "animals/amphibians", "animals/lizards", "animals/shellfish"),
    ),
    "plant": ("식물", ("plants",)),
    "food": ("음식", ("food",)),
    "thing": ("물건", ("household", "hobbies", "vehicles")),
}
# folders, and files in folders of photographs, that hold drawings, or what is not to be made out at this size
DRAWN = {"cartoon", "toys", "plastic"}
DRAWINGS = {"bee", "echidna", "fly", "hedgehog", "pizza", "rubberduck", "sedan_police", "shrimp", "walnut_shells"}


def photographs():
    """(path, class) of every photograph, in the order of their paths."""
    root = Path(STAMPS)
    for name, (_, folders) in CLASSES.items():
        for folder in folders:
            for path in sorted((root / folder).rglob("*.png")):
                if (
                    not DRAWN & {*path.relative_to(root).parts}
                    and path.stem not in DRAWINGS
                    and "mirror" not in path.stem
                ):
                    yield path, name


def small(path):
    """A stamp as uint8 (SIDE, SIDE, 4), its longer side as long as the square."""
    from PIL import Image

    with Image.open(path) as picture:
        picture = picture.convert("RGBA")
    picture = picture.crop(picture.getchannel("A").getbbox())
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    square.paste(picture, tuple((SIDE - side) // 2 for side in picture.size))
    return np.asarray(square)


def kind(path):
    """What a file shows: frog-1 and frog, apple_red and apple_green are of one kind; flowers have numbers only."""
    return re.split(r"[-_\d]", path.stem.lower())[0].replace("flower", path.stem) or path.stem


def make():
    shown = list(photographs())
    classes = list(CLASSES)
    return npz(
        pixels=np.stack([small(path) for path, _ in shown]),
        labels=np.array([classes.index(name) for _, name in shown], "uint8"),
        names=np.array([kind(path) for path, _ in shown]),
        classes=np.array(classes),
        classes_ko=np.array([korean for korean, _ in CLASSES.values()]),
    )


FILES = {
    "stamps.npz": File(
        make,
        needs=(debian("tuxpaint-stamps-default", STAMPS),),
        licence="GPL-2.0-or-later",
        licence_file="licences/stamps.txt",
        origin="https://tuxpaint.org by way of Debian's tuxpaint-stamps-default 2022.06.04",
        what="photographs of single things, cut out: 64x64 RGBA, six classes",
    )
}
