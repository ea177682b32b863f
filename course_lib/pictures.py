"""Pictures with labels, names and alpha masks: what `data.emoji` and `data.from_folder` return."""

import warnings
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from course_lib.errors import CourseError

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
HEIC = "HEIC is not read here: save it as JPEG, on a Mac with Preview > Export, on an iPhone by Settings > Camera > Formats > Most Compatible"


@dataclass(frozen=True, eq=False, repr=False)
class Pictures:
    """n square pictures and what is known of each.

    Attributes:
        images: float32 (n, size, size, 3), red, green and blue from 0 to 1, on a background of one colour.
        masks: float32 (n, size, size, 1), alpha: 0 where only the background is seen, 1 where only the thing is.
        labels: int32 (n,), places in `classes`.
        classes, classes_ko: the names of the classes, English and Korean.
        names, names_ko: n names, of what each picture shows.
        styles: n names, of who drew it.
    """

    images: np.ndarray
    masks: np.ndarray
    labels: np.ndarray
    classes: tuple
    classes_ko: tuple
    names: tuple
    names_ko: tuple
    styles: tuple

    def __len__(self):
        return len(self.labels)

    def __repr__(self):
        size = self.images.shape[1]
        styles = ", ".join(sorted(set(self.styles)))
        return f"{len(self)} pictures of {size}x{size}, {len(self.classes)} classes, styles: {styles or 'none'}"

    def where(self, condition):
        """The pictures for which `condition` holds; classes and labels keep their numbers.

        Args:
            condition: bool (n,), or the indices of the pictures wanted, in the order wanted.

        Raises:
            CourseError: neither of the two, of another length, or an index that is not there.
        """
        chosen = np.asarray(condition)
        if chosen.dtype == bool and chosen.shape == (len(self),):
            chosen = np.flatnonzero(chosen)
        elif chosen.size == 0 and chosen.ndim == 1 and chosen.dtype != bool:
            chosen = chosen.astype(int)
        elif chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            raise CourseError(
                f"where() got {chosen.dtype} of shape {chosen.shape}: give one True or False for each of the {len(self)} pictures, or indices"
            )
        elif chosen.min() < -len(self) or chosen.max() >= len(self):
            raise CourseError(
                f"where() got indices from {chosen.min()} to {chosen.max()}: there are {len(self)} pictures, 0 to {len(self) - 1}"
            )
        one_each = ("images", "masks", "labels", "names", "names_ko", "styles")
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in one_each:
            value = values[name]
            values[name] = value[chosen] if isinstance(value, np.ndarray) else tuple(value[i] for i in chosen)
        return Pictures(**values)


def lay_on(rgba, background):
    """Lay pictures with alpha on a colour.

    Args:
        rgba: uint8 (n, size, size, 4).
        background: brightness from 0 to 1, or three of them, red, green and blue.

    Returns:
        images float32 (n, size, size, 3) and masks float32 (n, size, size, 1), both from 0 to 1.
    """
    try:
        colour = np.asarray(background, "float32")
        if colour.shape not in ((), (3,)) or not ((colour >= 0) & (colour <= 1)).all():
            raise ValueError
    except (TypeError, ValueError):
        raise CourseError(
            f"background is {background!r}: expected a brightness from 0 (black) to 1 (white), or three, red, green and blue"
        ) from None
    masks = rgba[..., 3:].astype("float32") / 255
    images = rgba[..., :3].astype("float32") / 255
    images *= masks
    images += (1 - masks) * colour
    return images, masks


def from_folder(path, size=64, minimum=32, background=1.0):
    """Your own photographs, one folder for each class: path/cat/*.jpg, path/dog/*.jpg.

    What cannot be used is named in one warning and left out. A photograph is turned as its EXIF says, cut to the square in
    its middle and made smaller with antialiasing. Of a moving picture the first frame is taken.

    Args:
        path: the folder that holds the class folders.
        size: width and height of the pictures returned.
        minimum: photographs with a side shorter than this many pixels are left out.
        background: seen where a picture is transparent; a brightness from 0 to 1, or three, red, green and blue.

    Returns:
        Pictures: classes are the folders' names in alphabetical order, names the files', styles "own"; masks are 1
        where the file has no alpha.

    Raises:
        CourseError: no such folder, no class folders in it, or fewer than two classes with a picture that can be used.
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
            f"{' (' + classes[0] + ')' if classes else ''}: at least two classes are needed, so add photographs to another folder"
        )
    names = tuple(name for label in classes for name in found[label])
    rgba = np.stack([pixels for label in classes for pixels in found[label].values()])
    images, masks = lay_on(rgba, background)
    labels = np.repeat(np.arange(len(classes), dtype="int32"), [len(found[label]) for label in classes])
    return Pictures(images, masks, labels, classes, classes, names, names, ("own",) * len(names))


def _class_folders(path):
    """The class folders in alphabetical order, and sentences about what else lies beside them."""
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
    """File name -> uint8 (size, size, 4) for what can be used; sentences about the rest are appended to `skipped`."""
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
            except Exception as error:  # for a damaged file Pillow raises a dozen kinds
                skipped.append(f"{shown} (cannot be read, {type(error).__name__}: save it anew or remove it)")
    return found


def _square(file, size, minimum):
    """Read one photograph: uint8 (size, size, 4), upright, the square in its middle."""
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        if min(image.size) < minimum:
            raise CourseError(f"{image.width}x{image.height} pixels, at least {minimum}x{minimum} are needed")
        image.draft(None, (2 * size, 2 * size))  # a large JPEG is unpacked no larger than is of use here
        image = ImageOps.exif_transpose(image)
        if image.mode[0] in "IF":  # 16 bits a pixel: Pillow would cut off what is above 255
            image = Image.fromarray((np.asarray(image, "float32") / 257).clip(0, 255).astype("uint8"))
        image = image.convert("RGBA")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side))  # not resize(box=...), which looks beyond the box
    # Pillow multiplies by alpha before it averages, so the colour of invisible pixels does not bleed into edges
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


def _hidden(entry):
    return entry.name.startswith((".", "__MACOSX"))
