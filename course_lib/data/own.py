"""Your own photographs, from one folder per class."""

import warnings
from pathlib import Path

import numpy as np

from course_lib.data.pictures import Pictures, lay_on
from course_lib.errors import CourseError

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
HEIC = (
    "HEIC is not read here: save it as JPEG, on a Mac with Preview > Export, "
    "on an iPhone by Settings > Camera > Formats > Most Compatible"
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
            raise CourseError(f"{name} is {value!r}: expected a whole number of pixels, at least 1")
    path = Path(path).expanduser()
    folders, skipped = _class_folders(path)
    found = {folder.name: _photographs(folder, size, minimum, skipped) for folder in folders}
    empty = [name for name, photographs in found.items() if not photographs]
    skipped += [f"{name}/ (no picture in it that can be used)" for name in empty]
    classes = tuple(name for name in found if name not in empty)
    if skipped:
        more = f", and {len(skipped) - 20} more" if len(skipped) > 20 else ""
        warnings.warn(f"left out of {path}: {', '.join(skipped[:20])}{more}", stacklevel=2)
    if len(classes) < 2:
        raise CourseError(
            f"{path} has pictures that can be used in {len(classes)} class folder{'s' if len(classes) != 1 else ''}"
            f"{' (' + classes[0] + ')' if classes else ''}: "
            "at least two classes are needed, so add photographs to another folder"
        )
    names = tuple(name for label in classes for name in found[label])
    rgba = np.stack([pixels for label in classes for pixels in found[label].values()])
    images, masks = lay_on(rgba, background)
    labels = np.repeat(np.arange(len(classes), dtype="int32"), [len(found[label]) for label in classes])
    return Pictures(images, masks, labels, classes, classes, names, names, ("own",) * len(names))


def _class_folders(path):
    """The class folders in alphabetical order, and a remark on everything else found beside them."""
    layout = f"expected one folder for each class, such as {path / 'cat'} and {path / 'dog'}"
    if not path.exists():
        raise CourseError(f"there is no folder {path}: {layout}; check the spelling, or make it")
    if not path.is_dir():
        raise CourseError(f"{path} is a file: {layout}; give the folder that holds them")
    inside = sorted(path.iterdir())
    folders = [entry for entry in inside if entry.is_dir() and not _hidden(entry)]
    loose = [entry for entry in inside if entry.is_file() and not _hidden(entry) and entry.suffix.lower() in ENDINGS]
    if not folders:
        holds = f"{len(loose)} picture{'s' if len(loose) != 1 else ''} but no folder" if loose else "no folder"
        raise CourseError(f"{path} holds {holds}: {layout}; make them and move the pictures into them")
    skipped = []
    for entry in inside:
        if entry not in folders:
            skipped.append(f"{entry.name} ({'hidden' if _hidden(entry) else 'not in a class folder'})")
    return folders, skipped


def _photographs(folder, size, minimum, skipped):
    """File name -> uint8 (size, size, 4) of all that can be used; remarks on the rest are appended to `skipped`."""
    found = {}
    for file in sorted(folder.iterdir()):
        shown, ending = f"{folder.name}/{file.name}", file.suffix.lower()
        if _hidden(file):
            skipped.append(f"{shown} (hidden)")
        elif file.is_dir():
            skipped.append(f"{shown}/ (a folder inside a class folder is not looked into)")
        elif ending in (".heic", ".heif"):
            skipped.append(f"{shown} ({HEIC})")
        elif ending not in ENDINGS:
            skipped.append(f"{shown} (not one of {' '.join(ENDINGS)})")
        else:
            try:
                found[file.name] = _square(file, size, minimum)
            except CourseError as error:
                skipped.append(f"{shown} ({error})")
            except Exception as error:  # Pillow raises a dozen kinds for damaged files
                skipped.append(f"{shown} (cannot be read, {type(error).__name__}: save it again or remove it)")
    return found


def _square(file, size, minimum):
    """Read one photograph: uint8 (size, size, 4), upright, cropped to the square in its middle."""
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        if min(image.size) < minimum:
            raise CourseError(f"{image.width}x{image.height} pixels, at least {minimum}x{minimum} are needed")
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
