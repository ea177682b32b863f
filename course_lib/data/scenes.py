"""Scenes: emoji laid on photographs and gradients, with an exact box and an exact mask for each of them."""

from dataclasses import dataclass, field

import numpy as np

from course_lib.data.emojis import emoji
from course_lib.data.photographs import photograph
from course_lib.errors import CourseError
from course_lib.texts import say

SCENE_CLASSES = ("plant", "vehicle")
# what lies behind: in neither is a plant or a vehicle that nobody has marked
SCENE_PHOTOGRAPHS = ("cat", "coffee")
SCALES = (1, 0.75, 0.5)  # at which photographs are cut
TRIES = 12  # places that are tried for an object before it is left out


@dataclass(eq=False, repr=False)
class Stickers:
    """Emoji cut out along their outline, ready to be laid on a scene.

    Attributes:
        images: float32 (n, 64, 64, 4): red, green, blue, each times alpha, and alpha.
        labels: int32 (n,), indices into `classes`.
        classes, classes_ko, names, names_ko, styles: as of `Pictures`.
    """

    images: np.ndarray
    labels: np.ndarray
    classes: tuple
    classes_ko: tuple
    names: tuple
    names_ko: tuple
    styles: tuple
    _cut: dict = field(default_factory=dict)

    def __len__(self):
        return len(self.labels)

    def patch(self, number, size, mirrored=False):
        """One of them, cut to what shows and scaled so that its longer side has `size` pixels.

        Returns:
            float32 (height, width, 4), as in `images`.
        """
        if (number, size) not in self._cut:
            self._cut[number, size] = _scaled(self.images[number], size)
        patch = self._cut[number, size]
        return patch[:, ::-1] if mirrored else patch


@dataclass(frozen=True, eq=False, repr=False)
class Scenes:
    """n pictures of some objects each, at most k, and all that can be asked of them.

    Attributes:
        images: float32 (n, side, side, 3), red, green and blue from 0 to 1.
        owners: int8 (n, side, side), the number of the object that shows at a pixel, from 0; -1 for the background.
        boxes: float32 (n, k, 4), left, top, right, bottom edge of what shows of each object, in pixels; 0 for none.
        labels: int32 (n, k), its class; -1 for none.
        stickers: int32 (n, k), which of the `Stickers` it is; -1 for none.
        shown: float32 (n, k), how much of it shows, 0 to 1: the rest is behind others.
        classes: the names of the classes.
    """

    images: np.ndarray
    owners: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    stickers: np.ndarray
    shown: np.ndarray
    classes: tuple

    def __len__(self):
        return len(self.images)

    @property
    def masks(self):
        """int8 (n, side, side): 0 where the background shows, 1 + its class where an object does."""
        with_none = np.concatenate([self.labels, np.full((len(self), 1), -1)], axis=1)  # owner -1 finds the last
        return np.stack([1 + kinds[owners] for kinds, owners in zip(with_none.astype("int8"), self.owners)])

    @property
    def truth(self):
        """For each scene (boxes (m, 4), classes (m,)) of its own m objects, as `metrics` takes them."""
        return [(boxes[labels >= 0], labels[labels >= 0]) for boxes, labels in zip(self.boxes, self.labels)]

    def where(self, condition):
        """The scenes for which `condition`, bool (n,) or indices, holds."""
        parts = ("images", "owners", "boxes", "labels", "stickers", "shown")
        return Scenes(**{name: getattr(self, name)[condition] for name in parts}, classes=self.classes)


def stickers(split="train", styles=("google", "twitter"), classes=SCENE_CLASSES):
    """The emoji of some classes, styles and a part of the split, cut out.

    Args:
        split, styles: as of `emoji`.
        classes: names of its classes, in the order in which they are numbered here.

    Returns:
        Stickers.

    Raises:
        CourseError: there is no such part, style or class.
    """
    found = emoji(split, styles, background=0)
    unknown = [name for name in classes if name not in found.classes]
    if unknown or not classes:
        raise CourseError(
            say(
                "classes are {classes}: choose some of {all_of_them}",
                classes=", ".join(classes) or say("none"),
                all_of_them=", ".join(found.classes),
            )
        )
    numbers = [found.classes.index(name) for name in classes]
    found = found.where(np.isin(found.labels, numbers))
    return Stickers(
        images=np.concatenate([found.images, found.masks], axis=-1),  # on black, colours are times alpha already
        labels=np.array([numbers.index(label) for label in found.labels], "int32"),
        classes=tuple(classes),
        classes_ko=tuple(found.classes_ko[number] for number in numbers),
        names=found.names,
        names_ko=found.names_ko,
        styles=found.styles,
    )


def compose(
    things, count, *, objects=(1, 3), sizes=(16, 32), overlap=0.3, side=64, photographs=SCENE_PHOTOGRAPHS, seed=0
):
    """Scenes with some objects each, in random places; the same seed gives the same scenes.

    Half of the backgrounds are photographs, half are gradients between two colours. Later objects lie on earlier ones.

    Args:
        things: Stickers to choose from.
        count: number of scenes.
        objects: (fewest, most) objects of a scene.
        sizes: (smallest, largest) longer side of an object, in pixels.
        overlap: how much of the smaller of two boxes the other may cover, at most; an object that finds no such place
            is left out.
        side: height and width of a scene.
        photographs: names of the photographs to cut backgrounds from.
        seed: int.

    Returns:
        Scenes.

    Raises:
        CourseError: the largest object does not fit, or there are no things or no objects.
    """
    fewest, most = objects
    if not len(things) or not 1 <= fewest <= most or not 4 <= sizes[0] <= sizes[1] <= side:
        raise CourseError(
            say(
                "scenes of {side}x{side} with {things} things, objects from {objects} and sizes from {sizes}: at least one thing and one object, and sizes from 4 to {side} in ascending order",
                side=side,
                things=len(things),
                objects=objects,
                sizes=sizes,
            )
        )
    random = np.random.default_rng(seed)
    images = backgrounds(random, count, side, photographs)
    chosen = random.integers(len(things), size=(count, most))
    chosen[np.arange(most) >= random.integers(fewest, most + 1, count)[:, np.newaxis]] = -1
    even = (
        np.arange(sizes[0] + sizes[0] % 2, sizes[1] + 1, 2)
        if sizes[1] - sizes[0] > 1
        else np.arange(sizes[0], sizes[1] + 1)
    )
    longer = random.choice(even, (count, most))  # even sizes only, so that few patches have to be scaled
    mirrored = random.random((count, most)) < 0.5
    corners = random.random((count, most, TRIES, 2))

    owners = np.full((count, side, side), -1, "int8")
    areas = np.zeros((count, most))
    for scene in range(count):
        taken = []
        for k in range(most):
            if chosen[scene, k] < 0:
                continue
            patch = things.patch(int(chosen[scene, k]), int(longer[scene, k]), mirrored[scene, k])
            box = _free_place(patch.shape[:2], corners[scene, k], taken, overlap, side)
            if box is None:
                chosen[scene, k] = -1
                continue
            taken.append(box)
            areas[scene, k] = lay(images[scene], owners[scene], k, patch, *box[:2])
    return _described(images, owners, areas, chosen, things)


def lay(image, owners, number, patch, left, top):
    """Lay a patch on a scene, in place.

    Args:
        image: float32 (side, side, 3).
        owners: int (side, side), as of `Scenes`.
        number: of the object.
        patch: as of `Stickers.patch`; lies inside the scene.
        left, top: of its corner, in pixels.

    Returns:
        How many pixels of the scene it takes.
    """
    height, width = patch.shape[:2]
    window = image[top : top + height, left : left + width]
    window *= 1 - patch[..., 3:]
    window += patch[..., :3]
    solid = patch[..., 3] > 0.5
    owners[top : top + height, left : left + width][solid] = number
    return int(solid.sum())


def backgrounds(random, count, side, photographs=SCENE_PHOTOGRAPHS):
    """Pieces of photographs or gradients between two colours, by chance: float32 (count, side, side, 3)."""
    place = np.linspace(-1, 1, side, dtype="float32")
    images = np.empty((count, side, side, 3), "float32")
    angles, colours = random.uniform(0, 2 * np.pi, count), random.random((count, 2, 3), "float32")
    for image, angle, (first, second) in zip(images, angles, colours):
        share = np.cos(angle) * place + np.sin(angle) * place[:, np.newaxis]  # (side, side)
        share = (share / np.abs(share).max() + 1) / 2
        image[:] = first + (second - first) * share[..., np.newaxis]
    if not photographs:
        return images
    cuts = [cut for name in photographs for cut in _at_scales(photograph(name)) if min(cut.shape[:2]) >= side]
    if not cuts:
        raise CourseError(
            say(
                "no photograph of {names} is as large as {side}x{side}: choose a smaller side, or photographs=()",
                names=", ".join(photographs),
                side=side,
            )
        )
    for scene in np.flatnonzero(random.random(count) < 0.5):
        cut = cuts[random.integers(len(cuts))]
        top, left = random.integers(0, np.array(cut.shape[:2]) - side + 1)
        images[scene] = cut[top : top + side, left : left + side]
    return images


def _at_scales(photo):
    from PIL import Image

    picture = Image.fromarray(np.round(255 * photo).astype("uint8"))
    sizes = [(round(picture.width * scale), round(picture.height * scale)) for scale in SCALES]
    return [np.asarray(picture.resize(size, Image.Resampling.LANCZOS), "float32") / 255 for size in sizes]


def _scaled(image, size):
    """A sticker (64, 64, 4) cut to what shows, its longer side scaled to `size` pixels."""
    from PIL import Image

    solid = image[..., 3] > 0.5
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    cut = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = size / max(cut.shape[:2])
    shape = [max(1, round(length * scale)) for length in cut.shape[1::-1]]
    # channel by channel, since Pillow would multiply colours by alpha once more
    channels = [
        Image.fromarray(np.ascontiguousarray(cut[..., c])).resize(shape, Image.Resampling.BOX) for c in range(4)
    ]
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)


def _free_place(shape, corners, taken, overlap, side):
    """The first of some random places at which a patch does not cover too much: left, top, right, bottom; or None."""
    height, width = shape
    for across, down in corners:
        left, top = int(across * (side - width + 1)), int(down * (side - height + 1))
        for a, b, c, d in taken:
            shared = max(0, min(c, left + width) - max(a, left)) * max(0, min(d, top + height) - max(b, top))
            if shared > overlap * min(height * width, (c - a) * (d - b)):
                break
        else:
            return left, top, left + width, top + height
    return None


def _described(images, owners, areas, chosen, things):
    """Scenes from what was laid; boxes are those of the pixels that show."""
    count, side = owners.shape[:2]
    boxes, shown = np.zeros((*chosen.shape, 4), "float32"), np.zeros(chosen.shape, "float32")
    for k in range(chosen.shape[1]):
        mine = owners == k
        pixels = mine.sum(axis=(1, 2))
        across, down = mine.any(axis=1), mine.any(axis=2)
        ends = [across.argmax(1), down.argmax(1), side - across[:, ::-1].argmax(1), side - down[:, ::-1].argmax(1)]
        boxes[:, k] = np.where(pixels[:, np.newaxis] > 0, np.stack(ends, axis=1), 0)
        shown[:, k] = pixels / np.maximum(areas[:, k], 1)
    chosen = np.where(shown > 0, chosen, -1).astype("int32")
    labels = np.where(chosen >= 0, things.labels[chosen], -1).astype("int32")
    return Scenes(images, owners, boxes, labels, chosen, shown, things.classes)
