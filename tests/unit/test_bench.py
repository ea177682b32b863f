"""What the benchmark measures is the lesson's own network; how fast it is, no test asks."""

import numpy as np
import pytest

from course_lib import bench
from course_lib.errors import CourseError


def test_the_lessons_network_is_what_is_measured():
    lesson = bench.lesson_code()
    images = np.random.default_rng(0).uniform(size=(256, 28, 28, 1)).astype("float32")
    model = lesson["compiled"](lesson["build_cnn"](), images, 1, bench.RATE)
    assert model.count_params() == 29_658
    points = bench._fit_timed(model, images, np.zeros(256, int), 2, bench.BATCH, images, np.zeros(256, int))
    assert len(points) == 2 and points[0][0] < points[1][0] and 0 <= points[1][1] <= 1


def test_a_measurement_that_fails_is_told():
    assert bench._child("print('first'); print('last')") == "last"
    with pytest.raises(CourseError, match="the measurement `1 / 0` failed: ZeroDivisionError"):
        bench._child("1 / 0")
