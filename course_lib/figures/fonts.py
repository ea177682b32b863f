"""Fonts of figures: matplotlib's own, and for Korean, which that has not, the one that ships with the course."""

from matplotlib import font_manager

from course_lib.data.store import file
from course_lib.errors import CourseError


def family():
    """For matplotlib's "font.family": where a letter is not in the first font, the next one is asked."""
    try:
        path = str(file("gothic.ttf"))
        font_manager.fontManager.addfont(path)
    except (CourseError, OSError):  # a figure without its Korean letters is better than none
        return ["DejaVu Sans"]
    return ["DejaVu Sans", font_manager.FontProperties(fname=path).get_name()]
