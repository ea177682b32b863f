"""Single photographs."""

import numpy as np

from course_lib.data.store import file


def photograph(name="coffee"):
    """A photograph as float32 (height, width, 3), red, green and blue from 0 to 1.

    Raises:
        CourseError: there is no such photograph, or its file is missing or damaged.
    """
    from PIL import Image

    with Image.open(file(f"{name}.png")) as picture:
        return np.asarray(picture, "float32") / 255
