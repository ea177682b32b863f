"""Pictures with labels, names and alpha masks: what `data.emoji` and `data.from_folder` return."""

from dataclasses import dataclass, fields

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say


@dataclass(frozen=True, eq=False, repr=False)
class Pictures:
    """n square pictures and what is known of each.

    Attributes:
        images: float32 (n, size, size, 3), red, green and blue from 0 to 1, on a background of one colour.
        masks: float32 (n, size, size, 1), alpha: 0 where only the background shows, 1 where only the thing shows.
        labels: int32 (n,), indices into `classes`.
        classes, classes_ko: the names of the classes, in English and in Korean.
        names, names_ko: n names, what each picture shows.
        styles: n names, who drew each picture.
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
        return say(
            "{count} pictures of {size}x{size}, {classes} classes, styles: {styles}",
            count=len(self),
            size=size,
            classes=len(self.classes),
            styles=styles or say("none"),
        )

    def where(self, condition):
        """The pictures for which `condition` holds; `classes` stays whole, so labels keep their meaning.

        Args:
            condition: bool (n,), or the indices of the pictures wanted, in the order wanted.

        Raises:
            CourseError: the condition is neither of the two, has another length, or holds an index out of range.
        """
        chosen = np.asarray(condition)
        if chosen.dtype == bool and chosen.shape == (len(self),):
            chosen = np.flatnonzero(chosen)
        elif chosen.size == 0 and chosen.ndim == 1 and chosen.dtype != bool:
            chosen = chosen.astype(int)
        elif chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            raise CourseError(
                say(
                    "where() got {dtype} of shape {shape}: give one True or False for each of the {count} pictures, or indices",
                    dtype=chosen.dtype,
                    shape=chosen.shape,
                    count=len(self),
                )
            )
        elif chosen.min() < -len(self) or chosen.max() >= len(self):
            raise CourseError(
                say(
                    "where() got indices from {lowest} to {highest}: there are {count} pictures, 0 to {last}",
                    lowest=chosen.min(),
                    highest=chosen.max(),
                    count=len(self),
                    last=len(self) - 1,
                )
            )
        per_picture = ("images", "masks", "labels", "names", "names_ko", "styles")
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in per_picture:
            value = values[name]
            values[name] = value[chosen] if isinstance(value, np.ndarray) else tuple(value[i] for i in chosen)
        return Pictures(**values)


def colour_of(background):
    """A background as float32, of shape () or (3,).

    Raises:
        CourseError: it is neither a brightness nor three of them.
    """
    try:
        colour = np.asarray(background, "float32")
        if colour.shape not in ((), (3,)) or not ((colour >= 0) & (colour <= 1)).all():
            raise ValueError
    except (TypeError, ValueError):
        raise CourseError(
            say(
                "background is {background}: expected a brightness from 0 (black) to 1 (white), or three, red, green and blue",
                background=repr(background),
            )
        ) from None
    return colour


def lay_on(rgba, background):
    """Lay pictures with an alpha channel on one colour.

    Args:
        rgba: uint8 (..., size, size, 4).
        background: a brightness from 0 to 1, or three of them, red, green and blue.

    Returns:
        images float32 (..., size, size, 3) and masks float32 (..., size, size, 1), both from 0 to 1.

    Raises:
        CourseError: the background is neither.
    """
    colour = colour_of(background)
    masks = rgba[..., 3:].astype("float32") / 255
    images = rgba[..., :3].astype("float32") / 255
    images *= masks
    images += (1 - masks) * colour
    return images, masks
