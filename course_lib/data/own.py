"""Your own photographs, from one folder per class."""

import warnings
from pathlib import Path

import numpy as np

from course_lib.data.pictures import Pictures, lay_on
from course_lib.errors import CourseError
from course_lib.texts import Text, joined, phrase, say

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
HEIC = phrase(
    "HEIC is not read here: save it as JPEG, on a Mac with Preview > Export, on an iPhone by Settings > Camera > Formats > Most Compatible"
)


def from_folder(path, size=64, minimum=32, background=1.0):
    """Your own photographs, one folder per class: path/cat/*.jpg, path/dog/*.jpg.

    What cannot be used is left out and named in one warning. A photograph is turned upright according to its EXIF
    orientation, cropped to the square in its middle, and resized with antialiasing. For an animated image, the first
    frame is used.

    Args:
        path: the folder that holds the class folders.
        size: width and height of the pictures returned, in pixels.
        minimum: photographs with a side shorter than this many pixels are left out.
        background: shown where a picture is transparent; a brightness from 0 to 1, or three, red, green and blue.

    Returns:
        Pictures: classes are the names of the folders in alphabetical order, names those of the files, and every style
        is "own"; where a file has no alpha, its mask is 1.

    Raises:
        CourseError: there is no such folder or it has no class folders, fewer than two classes have a picture that can
            be used, or an argument is out of range.
    """
    for name, value in (("size", size), ("minimum", minimum)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise CourseError(
                say("{name} is {value}: expected a whole number of pixels, at least 1", name=name, value=repr(value))
            )
    path = Path(path).expanduser()
    folders, skipped = _class_folders(path)
    found = {folder.name: _photographs(folder, size, minimum, skipped) for folder in folders}
    empty = [name for name, photographs in found.items() if not photographs]
    skipped += [say("{name}/ (no picture in it that can be used)", name=name) for name in empty]
    classes = tuple(name for name in found if name not in empty)
    if skipped:
        more = [say("and {count} more", count=len(skipped) - 20)] * (len(skipped) > 20)
        told = say("left out of {path}: {names}", path=path, names=joined(skipped[:20] + more))
        warnings.warn(str(told), stacklevel=2)
    if len(classes) < 2:
        found = say("1 class folder ({name})", name=classes[0]) if classes else say("0 class folders")
        raise CourseError(
            say(
                "{path} has pictures that can be used in {found}: at least two classes are needed, so add photographs to another folder",
                path=path,
                found=found,
            )
        )
    names = tuple(name for label in classes for name in found[label])
    rgba = np.stack([pixels for label in classes for pixels in found[label].values()])
    images, masks = lay_on(rgba, background)
    labels = np.repeat(np.arange(len(classes), dtype="int32"), [len(found[label]) for label in classes])
    return Pictures(images, masks, labels, classes, classes, names, names, ("own",) * len(names))


def _class_folders(path):
    """The class folders in alphabetical order, and a remark on everything else found beside them."""
    layout = say("expected one folder for each class, such as {one} and {other}", one=path / "cat", other=path / "dog")
    if not path.exists():
        raise CourseError(
            say("there is no folder {path}: {layout}; check the spelling, or make it", path=path, layout=layout)
        )
    if not path.is_dir():
        raise CourseError(say("{path} is a file: {layout}; give the folder that holds them", path=path, layout=layout))
    inside = sorted(path.iterdir())
    folders = [entry for entry in inside if entry.is_dir() and not _hidden(entry)]
    loose = [entry for entry in inside if entry.is_file() and not _hidden(entry) and entry.suffix.lower() in ENDINGS]
    if not folders:
        holds = say("{count} pictures but no folder", count=len(loose)) if loose else say("no folder")
        holds = say("1 picture but no folder") if len(loose) == 1 else holds
        raise CourseError(
            say(
                "{path} holds {holds}: {layout}; make them and move the pictures into them",
                path=path,
                holds=holds,
                layout=layout,
            )
        )
    skipped = []
    for entry in inside:
        if entry not in folders:
            why = say("hidden") if _hidden(entry) else say("not in a class folder")
            skipped.append(_remark(entry.name, why))
    return folders, skipped


def _photographs(folder, size, minimum, skipped):
    """File name -> uint8 (size, size, 4) of all that can be used; remarks on the rest are appended to `skipped`."""
    found = {}
    for file in sorted(folder.iterdir()):
        shown, ending = f"{folder.name}/{file.name}", file.suffix.lower()
        if _hidden(file):
            skipped.append(_remark(shown, say("hidden")))
        elif file.is_dir():
            skipped.append(_remark(f"{shown}/", say("a folder inside a class folder is not looked into")))
        elif ending in (".heic", ".heif"):
            skipped.append(_remark(shown, Text(HEIC)))
        elif ending not in ENDINGS:
            skipped.append(_remark(shown, say("not one of {endings}", endings=" ".join(ENDINGS))))
        else:
            try:
                found[file.name] = _square(file, size, minimum)
            except CourseError as error:
                skipped.append(_remark(shown, error))
            except Exception as error:  # Pillow raises a dozen kinds for damaged files
                kind = type(error).__name__
                skipped.append(_remark(shown, say("cannot be read, {kind}: save it again or remove it", kind=kind)))
    return found


def _remark(name, why):
    """Why something was left out."""
    return Text("{name} ({why})", {"name": name, "why": why})


def _square(file, size, minimum):
    """Read one photograph: uint8 (size, size, 4), upright, cropped to the square in its middle."""
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        if min(image.size) < minimum:
            raise CourseError(
                say(
                    "{width}x{height} pixels, at least {minimum}x{minimum} are needed",
                    width=image.width,
                    height=image.height,
                    minimum=minimum,
                )
            )
        image.draft(None, (2 * size, 2 * size))  # decodes a large JPEG at no more than the size needed
        image = ImageOps.exif_transpose(image)
        if image.mode[0] in "IF":  # 16 bits per pixel: Pillow would clip everything above 255
            image = Image.fromarray((np.asarray(image, "float32") / 257).clip(0, 255).astype("uint8"))
        image = image.convert("RGBA")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    # not resize(box=...), whose filter reaches beyond the box
    image = image.crop((left, top, left + side, top + side))
    # Pillow multiplies by alpha before averaging, so the colour of invisible pixels does not bleed into edges
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


def _hidden(entry):
    return entry.name.startswith((".", "__MACOSX"))
