"""Your own photographs, from one folder per class."""

import math
import os
import warnings

import numpy as np

from course_lib import memory
from course_lib.data import places, reading
from course_lib.data.names import proper
from course_lib.data.pictures import Pictures, colour_of, lay_on
from course_lib.data.remarks import BROKEN, LOST, SMALL, Remarks
from course_lib.errors import CourseError
from course_lib.texts import joined, say

BYTES = 16  # a pixel in memory: red, green, blue and alpha as float32
AT_WORK = 3  # as much as so many pictures is needed while one is read
SHARE = 0.8  # of the free memory; the rest is for reading, and for whatever comes next
EVEN = 2  # a picture whose values differ by no more than this shows nothing; JPEG does not keep one value exactly


def from_folder(path, size=64, minimum=32, background=1.0):
    """Your own photographs, one folder per class: path/cat/*.jpg, path/dog/*.jpg.

    What cannot be used is left out and named in one warning, what costs most first. A photograph is turned upright
    according to its EXIF orientation, cropped to the square in its middle, and resized with antialiasing. For an
    animated image, the first frame is used.

    Args:
        path: the folder that holds the class folders.
        size: width and height of the pictures returned, in pixels.
        minimum: photographs with a side shorter than this many pixels are left out.
        background: shown where a picture is transparent; a brightness from 0 to 1, or three, red, green and blue.

    Returns:
        Pictures: classes are the names of the folders in alphabetical order, names those of the files, both with Hangul
        in whole syllables (NFC), and every style is "own"; where a file has no alpha, its mask is 1.

    Raises:
        CourseError: there is no such folder, it may not be read, it has no class folders, or those are one folder above
            or below; fewer than two classes have a picture that can be used, the pictures would not fit into memory, or
            an argument is out of range.
    """
    for name, value in (("size", size), ("minimum", minimum)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise CourseError(
                say("{name} is {value}: expected a whole number of pixels, at least 1", name=name, value=repr(value))
            )
    colour_of(background)  # before minutes of reading, not after them
    if not isinstance(path, str | os.PathLike):
        raise CourseError(
            say("the path is {path}: give the name of the folder that holds the class folders", path=repr(path))
        )
    remarks = Remarks()
    path, files = places.survey(path, remarks)
    pictures = _read(path, files, size, minimum, background, remarks)
    told = []
    if remarks:
        told.append(say("left out of {path}: {names}", path=proper(path), names=remarks.told()))
    if blank := _blank(pictures):
        told.append(
            say(
                "used, though of one colour all over: {names}; look at them, and remove those that show nothing",
                names=joined(blank),
            )
        )
    if told:
        warnings.warn(str(joined(told, "; ")), stacklevel=2)
    if len(pictures.classes) < 2:
        found = say("1 class folder ({name})", name=pictures.classes[0]) if pictures.classes else say("0 class folders")
        raise CourseError(
            say(
                "{path} has pictures that can be used in {found}: at least two classes are needed, so add photographs to another folder",
                path=proper(path),
                found=found,
            )
        )
    return pictures


def _read(path, files, size, minimum, background, remarks):
    """The pictures of {class: files}; what cannot be read, and classes of which nothing is left, go to the remarks."""
    from course_lib.progress import bar

    count = sum(map(len, files.values()))
    images, masks = _room(count, size)
    labels, names, classes = [], [], []
    with bar(total=count, desc=say("reading {folder}", folder=proper(path.name))) as shown:
        for label, members in files.items():
            before = len(names)
            for file in members:
                try:
                    pixels = reading.square(file, size, minimum)
                except reading.TooSmall as error:
                    remarks.add(SMALL, f"{label}/{proper(file.name)}", error)
                except CourseError as error:
                    remarks.add(BROKEN, f"{label}/{proper(file.name)}", error)
                else:
                    images[len(names)], masks[len(names)] = lay_on(pixels, background)
                    labels.append(len(classes))
                    names.append(proper(file.name))
                shown.update()
            if len(names) > before:
                classes.append(label)
            elif members:
                remarks.add(LOST, f"{label}/", say("no picture in it that can be used"))
    n, names, classes = len(names), tuple(names), tuple(classes)
    labels = np.array(labels, "int32")
    return Pictures(images[:n], masks[:n], labels, classes, classes, names, names, ("own",) * n)


def _room(count, size):
    """Empty arrays for images and masks.

    Raises:
        CourseError: they would not fit into memory; then nothing has been read yet.
    """
    need, free = BYTES * (count + AT_WORK) * size**2, memory.available()
    if need <= SHARE * free:
        try:
            return np.empty((count, size, size, 3), "float32"), np.empty((count, size, size, 1), "float32")
        except MemoryError:
            free = min(free, need / 2)  # the system knows of a limit that we do not
    pixels = SHARE * free / BYTES
    fits, most = math.isqrt(int(pixels / (count + AT_WORK))) // 8 * 8, int(pixels / size**2) - AT_WORK
    if fits >= 8:
        advice = say("take size={fits}", fits=fits)
        if most > 1:
            advice = say("take size={fits}, or at most {most} of them", fits=fits, most=most)
    elif most > 1:
        advice = say("take at most {most} of them", most=most)
    else:
        advice = say("close other programs and notebooks")
    raise CourseError(
        say(
            "{count} photographs of {size}x{size} take {need} of memory, and {free} are free: {advice}",
            count=count,
            size=size,
            need=memory.amount(need),
            free=memory.amount(free),
            advice=advice,
        )
    )


def _blank(pictures):
    """The first names of pictures that are of one colour all over, and how many more there are."""
    found = []
    if pictures.images.shape[1] < 8:  # too small to show anything
        return found
    for image, label, name in zip(pictures.images, pictures.labels, pictures.names):
        if np.ptp(image, axis=(0, 1)).max() * 255 <= EVEN:
            found.append(f"{pictures.classes[label]}/{name}")
    more = [say("and {count} more", count=len(found) - 5)] * (len(found) > 5)
    return found[:5] + more
